"""A document of every kind of block in which every text is hostile to some format."""

from __future__ import annotations

from handmade import FACTS, table

from audit.document import figures
from audit.document.blocks import (
    Box,
    CaseExample,
    Document,
    Field,
    FormBlock,
    FormRow,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    Stamp,
    draw_table,
)
from audit.document.numbering import resolve
from audit.prose import chapters
from audit.prose.chapters import Setting

HOSTILE = (
    "# $x^2$ @navn _a_ *b* <b> & &amp; {{ x }} {% y %} \\ \\u0041 `x` ~ ' \" // /* ]]> </script> #panic() [z] "
    "æøåÆØÅ é ß – … « » \u00a0 😀 👍 1. a) % ^ | = + - " + "langtord" * 40
)

#: A table of the prose: a hostile title, header and cells, and a row to write in.
WRITTEN = """
Tabel: {{ hostile }} {{ anchor("w") }}

| Sag | {{ hostile }} | Antal |
|---|---|---:|
| {{ hostile }} | {{ broken }} | 1 |
| | | |
"""
SETTING = Setting(FACTS, parameters={"hostile": HOSTILE, "broken": f"| a |\n\n**b** \\|\n|---|\n{HOSTILE}"})


def hostile_document(*stamps: Stamp, cover: bool = True) -> Document:
    """Every block, every text of it hostile; references lead to a table, a figure and a heading."""
    spans = (
        Span(HOSTILE),
        Span(HOSTILE, bold=True),
        Span(HOSTILE, italic=True),
        Span(HOSTILE, bold=True, italic=True),
        Span(HOSTILE, href="https://a.dk/?a=1&b=%22<'\">"),
        Span("", ref="t"),
        Span("", ref="f"),
        Span("", ref="h"),
    )
    tabled = table((HOSTILE, "Nej"), {HOSTILE: (1, 2), "I alt": (1, 2)})
    one, two = Box("1", HOSTILE), Box("2", HOSTILE, chosen=True)
    written = Field(HOSTILE, f"{HOSTILE}\n\n{HOSTILE}")
    row = FormRow(HOSTILE, (one, two), written)
    return resolve(
        Document(
            HOSTILE,
            (
                Heading(1, (Span(HOSTILE),), id="h"),
                Heading(2, (Span(HOSTILE), Span(HOSTILE, italic=True))),
                Heading(3, (Span(HOSTILE),)),
                Paragraph(spans),
                ListBlock((spans, spans)),
                ListBlock((spans, (Span("1. a"),)), ordered=True),
                Note(spans),
                draw_table(tabled, id="t", caption=HOSTILE, notes=(HOSTILE,)),
                *chapters.render_chapter(WRITTEN, "k.md", SETTING),
                figures.draw_figure(tabled, "stacked", id="f", caption=HOSTILE),
                CaseExample(HOSTILE, HOSTILE, (Paragraph(spans), ListBlock((spans,)))),
                FormBlock(HOSTILE, HOSTILE, HOSTILE, HOSTILE, boxes=(one, two), fields=(written, Field(HOSTILE))),
                FormBlock("4.1", HOSTILE, rows=(row, row)),
                Heading(1, (Span(HOSTILE),), appendix=True),
                Paragraph((Span(HOSTILE),)),
            ),
            subtitle=HOSTILE,
            publisher=HOSTILE,
            details=((HOSTILE, HOSTILE), ("Dato", "1. marts 2016")),
            stamps=stamps,
            cover=cover,
        )
    )
