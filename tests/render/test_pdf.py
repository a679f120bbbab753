from __future__ import annotations

import gc
import io
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
import pdftext
import pikepdf
import pytest
import verapdf
from generative import examples
from handmade import STAMPED, fleksjob_report, grid, table
from hostile import HOSTILE, hostile_document
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.layout import LTChar
from places import ROOT, SUPPORT
from rendered import pdf_file
from tools import missing

from audit.document import figures
from audit.document.blocks import (
    DRAFT,
    INTERNAL,
    PRELIMINARY,
    Box,
    CaseExample,
    Document,
    Field,
    FigureBlock,
    FormBlock,
    FormRow,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    Stamp,
    TableBlock,
    TableRow,
    draw_table,
)
from audit.document.numbering import resolve
from audit.render import pdf
from audit.report import documents
from audit.study import demo, source

pytestmark = pytest.mark.pdf

MM = 72 / 25.4
#: The page, and where its text may stand: margins of 27 mm, running heads and feet above and below.
WIDTH, HEIGHT, LEFT, RIGHT = 210 * MM, 297 * MM, 27 * MM, 183 * MM
TOP, BOTTOM = 15 * MM, 285 * MM

SENTENCE = "En afgørelse kræver, at borgerens helbred er belyst. "
ANSWERS = (
    "Ja, afgørelsen er i overensstemmelse med regler og praksis",
    "Nej, afgørelsen ville blive ændret eller sagen hjemvist, hvis det var en klagesag",
    "Øgning af arbejdstimer",
    "Øgning af arbejdsintensiteten",
    "Uoplyst",
    "Kommunen vurderer ikke eller det fremgår ikke, at kommunen har vurderet, at arbejdsevnen kan udvikles",
    "Rehabiliteringsteamet har ikke indstillet til fleksjob",
)


def words(text: str) -> tuple[Span, ...]:
    return (Span(text),)


class Pdf:
    """What a PDF file holds: its structure, its text, where its letters stand."""

    def __init__(self, file: bytes) -> None:
        self.file = file
        self.pdf = pikepdf.open(io.BytesIO(file))

    @cached_property
    def elements(self) -> list[tuple[str, str]]:
        return pdftext.elements(self.file)

    @cached_property
    def content(self) -> list[str]:
        return pdftext.content(self.file)

    @cached_property
    def pages(self) -> list[str]:
        return pdftext.pages(self.file)

    def texts(self, *tags: str) -> list[str]:
        return [text for tag, text in self.elements if tag in tags]

    def tagged(self, tag: str, inside: Any = None) -> list[Any]:
        """The elements of a kind, in reading order."""
        kids = (self.pdf.Root.StructTreeRoot if inside is None else inside).get("/K", [])
        found = []
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                found += [kid] if kid["/S"] == f"/{tag}" else []
                found += self.tagged(tag, kid)
        return found

    def page_with(self, text: str) -> int:
        """The only page (from 0, contents list aside) that a text stands on."""
        contents = next(index for index, page in enumerate(self.pages) if page.startswith("1 "))
        found = [index for index, page in enumerate(self.pages) if index >= contents and text in page]
        assert len(found) == 1, (text, found)
        return found[0]

    @cached_property
    def chars(self) -> list[list[dict[str, Any]]]:
        return self.chars_of(range(len(self.pdf.pages)))

    def chars_of(self, pages: Iterable[int]) -> list[list[dict[str, Any]]]:
        """The letters of some pages (from 0) and where they stand, artifacts (as running heads) included."""
        with pdfplumber.open(io.BytesIO(self.file), pages=[page + 1 for page in pages]) as opened:
            return [[_placed(char, page.height) for char in _letters(page.layout)] for page in opened.pages]

    def head(self, page: int) -> str:
        """The running head of a page (from 0), spaces left out."""
        return "".join(c["text"] for c in self.chars_of([page])[0] if c["bottom"] < 25 * MM and c["size"] < 50)


def _letters(layout: Any) -> Iterator[Any]:
    return (item for item in layout if isinstance(item, LTChar) and item.get_text().strip())


def _placed(char: Any, height: float) -> dict[str, Any]:
    """A letter as pdfplumber tells it, but only what is asked for (which takes a third of the time)."""
    return {
        "text": char.get_text(),
        "size": char.size,
        "mcid": char.mcid,
        "x0": char.x0,
        "x1": char.x1,
        "top": height - char.y1,
        "bottom": height - char.y0,
        "non_stroking_color": char.graphicstate.ncolor,
    }


def attribute(cell: Any, name: str) -> Any:
    """An attribute of a cell that is a table's."""
    every = cell.A if isinstance(cell.A, pikepdf.Array) else [cell.A]
    return next((part[name] for part in every if part.O == "/Table" and name in part), None)


def rendered(*blocks: Any, **more: Any) -> Pdf:
    return Pdf(pdf.render(resolve(Document(more.pop("title", "Titel"), blocks, **more))))


def tabled(rows: int, columns: int = 3, *, id: str = "t", notes: tuple[str, ...] = (), share: str = "") -> TableBlock:
    """A table with rows "<id>-0", "<id>-1" …, the last one a total."""
    header = (ANSWERS * 4)[: columns - 1]
    cells = tuple(f"{1000 + index}".replace("1", "1.", 1) + share for index in range(columns - 1))
    body = tuple(TableRow(f"{id}-{index}", cells) for index in range(rows - 1))
    align = ("left", *("right",) * (columns - 1))
    return TableBlock(id, f"Om {id}.", ("Kommune", *header), (*body, TableRow(f"{id}-alt", cells, True)), align, notes)  # type: ignore[arg-type]


def form(*, filled: bool = False) -> Document:
    """A form of every kind of question."""

    def boxes(chosen: str) -> tuple[Box, ...]:
        return tuple(Box(code, text, code == chosen) for code, text in (("1", "Ja"), ("2", "Nej")))

    answer = "2" if filled else ""
    remark = Field("Bemærkninger", "Første linje.\nAnden linje.\n\n" + SENTENCE * 3 if filled else "", 3)
    rows = tuple(
        FormRow(f"{number}. {SENTENCE}", boxes(answer), Field("Bemærkninger", f"Se side {number}." * filled, 2))
        for number in (1, 2)
    )
    blocks = (
        Heading(1, words("Sagen"), numbered=False),
        FormBlock("2.1", "Dato for afgørelsen", fields=(Field("Dato", "1. juni 2015" if filled else ""),)),
        FormBlock("2.2", "Er der en plan?", boxes=boxes(answer), fields=(remark,)),
        FormBlock("2.2.1", "Hvis ja: Er den god?", "Stilles, når 2.2 er Ja.", "Ikke relevant", boxes=boxes("")),
        FormBlock("4.1", "Indeholder planen oplysninger?", rows=rows),
    )
    return resolve(Document("Måleskema", blocks, publisher="Ankestyrelsen", cover=False))


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """What is read of the pages is some hundred megabytes: kept, it slows every test after these."""
    yield
    for kept in (questionnaire, report, hostile):
        kept.cache_clear()
    gc.collect()


@cache
def questionnaire(*stamps: Stamp, filled: bool = False) -> Pdf:
    return Pdf(pdf.render(replace(form(filled=filled), stamps=stamps)))


@cache
def report(*stamps: Stamp) -> Pdf:
    return Pdf(pdf_file(fleksjob_report(*stamps)))


@cache
def hostile() -> Pdf:
    return Pdf(pdf_file(hostile_document()))


def blocks_of(kind: type[Any]) -> list[Any]:
    return [block for block in fleksjob_report().blocks if isinstance(block, kind)]


def shown(heading: Heading) -> str:
    """A heading's number, if it has one, and its text."""
    return f"{heading.number} {heading.spans[0].text}".strip()


def test_headings_tables_and_figures_are_those_of_the_blocks() -> None:
    made = report()
    for level in (1, 2, 3, 4):
        expected = [shown(block) for block in blocks_of(Heading) if block.level == level]
        assert expected
        assert made.texts(f"H{level}") == ["Indhold"] * (level == 1) + expected
    captioned = [block for block in fleksjob_report().blocks if isinstance(block, TableBlock | FigureBlock)]
    assert made.texts("Caption") == [f"{block.label} {block.caption}" for block in captioned]
    assert len(made.tagged("Table")) == len(blocks_of(TableBlock)) > 0
    assert made.texts("Title") == [fleksjob_report().title]


def test_tables_have_headers_for_columns_and_rows() -> None:
    made, tables = report(), blocks_of(TableBlock)
    scopes = Counter(str(attribute(cell, "/Scope")) for cell in made.tagged("TH"))
    assert scopes == {
        "/Column": sum(len(block.header) for block in tables),
        "/Row": sum(len(block.rows) for block in tables),
    }
    assert len(made.tagged("TD")) == sum(len(row.cells) for block in tables for row in block.rows)
    assert made.texts("TH")[:7] == [*tables[0].header, *(row.header for row in tables[0].rows)]


@pytest.mark.parametrize("count", [4, 60])
def test_a_cell_names_the_headers_of_its_column_and_its_row(count: int) -> None:
    made = rendered(tabled(count, 4))
    rows = [made.tagged("TH", row) + made.tagged("TD", row) for row in made.tagged("TR")]
    assert len(rows) == count + 1
    columns = [str(cell.ID) for cell in rows[0]]
    for row in rows[1:]:
        name = str(row[0].ID)
        assert [[str(header) for header in attribute(cell, "/Headers")] for cell in row[1:]] == [
            [column, name] for column in columns[1:]
        ]
    named = {str(key): cell for key, cell in pikepdf.NameTree(made.pdf.Root.StructTreeRoot.IDTree).items()}
    assert {str(row[0].ID) for row in rows} | set(columns) == set(named)
    assert all(cell.objgen == named[str(cell.ID)].objgen for row in rows for cell in row if "/ID" in cell)
    assert not made.tagged("TFoot")


def test_figures_have_their_words() -> None:
    drawn = blocks_of(FigureBlock)
    assert [str(figure.Alt) for figure in report().tagged("Figure")] == [block.alt for block in drawn]
    assert drawn


def test_the_file_tells_its_language_title_and_publisher_and_no_clock() -> None:
    made = report()
    assert str(made.pdf.Root.Lang) == "da-DK"
    assert made.pdf.Root.ViewerPreferences.DisplayDocTitle
    assert made.pdf.Root.MarkInfo.Marked
    assert str(made.pdf.docinfo.Title) == fleksjob_report().title
    assert str(made.pdf.docinfo.CreationDate).startswith("D:20160301")
    assert str(made.pdf.docinfo.Author) == "Ankestyrelsen"
    small = rendered(Paragraph(words("a")))
    assert "/Author" not in small.pdf.docinfo
    assert "/CreationDate" not in small.pdf.docinfo


def test_every_heading_is_a_bookmark() -> None:
    def titles(items: Any) -> Iterator[str]:
        for item in items:
            yield str(item.title)
            yield from titles(item.children)

    expected = [shown(block) for block in blocks_of(Heading)]
    with report().pdf.open_outline() as outline:
        assert list(titles(outline.root)) == expected


def test_the_contents_list_tells_the_pages_and_leads_there() -> None:
    made = report()
    contents = "".join(made.texts("TOC"))
    listed = [block for block in blocks_of(Heading) if block.level <= 2]
    for block in listed:
        page = 1 + next(index for index, text in enumerate(made.pages) if shown(block) in text and index > 1)
        assert f"{block.number}{block.spans[0].text}{page}" in contents
    deeper = [f"{block.number}{block.spans[0].text}" for block in blocks_of(Heading) if block.level == 3]
    assert [text for text in deeper if text in contents] == []
    entries = [block.id for block in listed]
    links = [str(link.Dest) for link in made.pdf.pages[1].Annots]
    assert links == entries
    assert set(links) <= set(pikepdf.NameTree(made.pdf.Root.Names.Dests))


def test_references_are_links_that_say_where_they_lead() -> None:
    blocks = (
        Heading(1, words("Et"), id="h"),
        Paragraph((Span("Se "), Span("", ref="t"), Span(" og "), Span("", ref="h"))),
        tabled(2),
    )
    made = rendered(*blocks, Paragraph((Span("ud", href="https://a.dk/?a=1&b=2"),)), cover=False)
    links = made.pdf.pages[0].Annots
    assert "Se tabel 1.1 og kapitel 1" in made.content
    assert [str(link.Contents) for link in list(links)[:2]] == ["Tabel 1.1, side 1", "Kapitel 1"]
    assert str(links[1].Dest) == "h"
    assert str(links[2].A.URI) == "https://a.dk/?a=1&b=2"
    assert len(made.tagged("Link")) == len(links) == 3


def test_running_heads_and_feet_are_on_the_pages_but_not_in_the_text() -> None:
    made = report()
    title = fleksjob_report().title
    first, *others = drawn(made)
    assert "Side" not in first
    for number, text in enumerate(others, start=2):
        assert text.startswith(title.replace(" ", ""))
        assert text.endswith(f"Side{number}af{len(made.pages)}")
    assert made.content.count(title) == 1
    assert not [text for text in made.content if text.startswith("Side ")]


@pytest.mark.parametrize(
    ("title", "begins", "whole_words"),
    [
        (SENTENCE * 6, SENTENCE, True),
        ("langtord" * 24, "langtord" * 8, False),
        ("Om " + "langtord" * 24 + " mere", "Om " + "langtord" * 8, False),
        ("W" * 400, "W" * 30, False),
        ("En titel", "En titel", True),
    ],
)
def test_a_long_title_is_shortened_in_the_running_head(title: str, begins: str, whole_words: bool) -> None:
    made = rendered(*(Paragraph(words(SENTENCE * 30)) for _ in range(4)), title=title, cover=False)
    head, plain = made.head(1), title.replace(" ", "")
    assert head.startswith(begins.replace(" ", ""))
    assert (head == plain) == (title == "En titel")
    shown = head.removesuffix("…")
    assert plain.startswith(shown) and len(shown) < 150
    ends = {len("".join(title.split()[:count])) for count in range(1, len(title.split()) + 1)}
    assert (len(shown) in ends) == whole_words
    assert outside(made) == []


@pytest.mark.parametrize(("letters", "pages"), [(300, 1), (340, 1), (600, 1), (1100, 1), (3000, 2)])
def test_a_long_title_stays_on_the_front_page(letters: int, pages: int) -> None:
    title = (SENTENCE * 60)[:letters].strip()
    details = (("Kommune", "Aalborg"),) * 6
    made = rendered(Heading(1, words("Et")), title=title, subtitle="Under", publisher="Her", details=details)
    assert made.content[:4] == ["Her", title, "Under", "Kommune"]
    assert next(index for index, page in enumerate(made.pages) if page.startswith("Indhold")) == pages
    assert len(made.pages[0]) > 0.6 * min(letters, 2000)
    assert outside(made) == []


@pytest.mark.parametrize("words", STAMPED)
def test_a_stamp_is_on_every_page_whole_and_is_told_on_the_first(words: str) -> None:
    stamps, stamped = STAMPED[words], words.replace(" ", "")
    filled = questionnaire(*stamps, filled=True), questionnaire(filled=True)
    for made, final in ((report(*stamps), report()), filled):
        assert made.content == [*(f"{stamp.word} {stamp.told}" for stamp in stamps), *final.content]
        for chars in made.chars:
            letters = [char for char in chars if char["mcid"] is None]
            across = [char for char in letters if min(char["non_stroking_color"]) > 0.9]
            assert "".join(char["text"] for char in across) == stamped
            assert min(char["x0"] for char in across) > 20 and max(char["x1"] for char in across) < WIDTH - 20
            assert min(char["top"] for char in across) > 20 and max(char["bottom"] for char in across) < HEIGHT - 20
            head = [char for char in letters if char["top"] < 25 * MM and char not in across]
            assert "".join(char["text"] for char in head).endswith(stamped)


def test_a_stamp_is_in_the_file_s_title_and_leaves_room_for_it_in_the_running_head() -> None:
    made, title = report(DRAFT, PRELIMINARY, INTERNAL), fleksjob_report().title
    words = "KLADDE · Foreløbig - i høring · Intern arbejdskopi"
    assert str(made.pdf.docinfo.Title) == f"{words}: {title}"
    head = [
        char for char in made.chars_of([2])[0] if char["bottom"] < 25 * MM and min(char["non_stroking_color"]) < 0.9
    ]
    shown, _, rest = "".join(char["text"] for char in head).partition("…")
    assert title.replace(" ", "").startswith(shown) and len(shown) > 30
    assert rest == words.replace(" ", "")
    assert len({round(char["bottom"]) for char in head}) == 1, "in one line"
    assert max(char["x1"] for char in head) < RIGHT + 0.5


def test_without_a_cover_the_title_stands_on_page_one_and_nothing_breaks_pages() -> None:
    blocks = [Heading(1, words("Et")), Paragraph(words(SENTENCE)), Heading(1, words("To")), Paragraph(words(SENTENCE))]
    details = (("Dato", "1. marts 2016"),)
    made = rendered(*blocks, cover=False, subtitle="Under", publisher="Aalborg Kommune", details=details)
    text = SENTENCE.strip()
    assert made.content == [
        "Aalborg Kommune", "Titel", "Under", "Dato", "1. marts 2016", "1 Et", text, "2 To", text,
    ]  # fmt: skip
    assert (len(made.pages), made.tagged("TOC")) == (1, [])


def test_chapters_of_a_report_begin_on_a_page_of_their_own() -> None:
    chapters = [shown(block) for block in blocks_of(Heading) if block.level == 1]
    assert [sum(page.startswith(chapter) for page in report().pages) for chapter in chapters] == [1] * len(chapters)


def test_a_level_that_is_skipped_is_made_good() -> None:
    made = rendered(*(Heading(level, words(f"Niveau {level}"), numbered=False) for level in (2, 4, 1, 3, 2)))
    found = [(tag, text) for tag, text in made.elements if text.startswith("Niveau") and tag != "TOC"]
    assert [int(tag[1:]) for tag, _ in found] == [1, 2, 1, 2, 2]
    assert [text for _, text in found] == ["Niveau 2", "Niveau 4", "Niveau 1", "Niveau 3", "Niveau 2"]


def test_every_block_is_told_in_order() -> None:
    spans = (Span("fed", bold=True), Span(" "), Span("skrå", italic=True), Span(" begge", bold=True, italic=True))
    made = rendered(
        Heading(1, words("Kapitel")),
        Paragraph(spans),
        ListBlock((words("a"), words("b"))),
        ListBlock((words("c"), words("d")), ordered=True),
        Note(words("Note: n")),
        CaseExample("18", "En sag", (Paragraph(words("Hun.")),)),
        draw_table(table(("Ja",), (1,)), id="t", caption="c", notes=("En note.",)),
    )
    assert made.content[1:] == [
        "1 Kapitel", "fed skrå begge", "a", "b", "c", "d", "Note: n", "Sag 18 En sag", "Hun.",
        "Tabel 1.1 c", "Svar", "Antal sager", "Ja", "1", "I alt", "1", "En note.",
    ]  # fmt: skip
    assert made.texts("Lbl") == ["•", "•", "1.", "2."]


@pytest.mark.parametrize("filled", [False, True])
def test_a_form_tells_boxes_rows_and_remarks(filled: bool) -> None:
    made = questionnaire(filled=filled)
    yes, no = "☐ (1) Ja", "☒ (2) Nej" if filled else "☐ (2) Nej"
    text = " ".join(made.content)
    assert f"2.2 Er der en plan? {yes} {no} Bemærkninger" in text
    assert "2.2.1 Hvis ja: Er den god? Stilles, når 2.2 er Ja. Ikke relevant ☐ (1) Ja ☐ (2) Nej" in text
    assert made.texts("TH") == ["Ja", "Nej", "Bemærkninger", f"1. {SENTENCE}".strip(), f"2. {SENTENCE}".strip()]
    cells = ["☐ (1)", "☒ (2)" if filled else "☐ (2)"]
    assert made.texts("TD") == cells * 2
    assert (" ".join((*cells, "Se side 1.", "2.")) in text) == filled
    assert (f"Bemærkninger Første linje. Anden linje. {SENTENCE}" in text) == filled
    with pdfplumber.open(io.BytesIO(made.file)) as opened:
        ruled = [line for line in opened.pages[0].lines if 0.3 < line["stroking_color"][0] < 0.33]
    assert len(ruled) == (0 if filled else 1 + 3 + 2 * 2)


def test_a_remark_keeps_its_lines() -> None:
    made = rendered(FormBlock("1", "Spørgsmål", fields=(Field("Svar", "Et.\nTo.\n\nFire."),)), cover=False)
    tops = [next(c["top"] for c in made.chars[0] if c["text"] == letter and c["size"] == 10.5) for letter in "ETF"]
    step = tops[1] - tops[0]
    assert step > 10
    assert tops[2] - tops[1] == pytest.approx(2 * step, abs=0.5)


def test_hostile_text_arrives_and_stays_on_the_page() -> None:
    letter = hostile_document(cover=False)
    for made, places in ((hostile(), 43), (Pdf(pdf.render(replace(letter, blocks=letter.blocks[:3]))), 8)):
        plain = " ".join(HOSTILE.split())
        assert sum(plain in text for text in made.content) == places
        assert outside(made) == []


#: Characters that are not seen, or that something is done to.
ODD = "\0\1\t\n\x1c\x85\xa0\xad\u0301\u061c\u200b\u200d\u200f\u2028\u202e\u2066\ufe0f\ufeff\ue000\U000e0067\ud800 a漢😀"
TEXT = st.text(st.sampled_from(ODD), max_size=3) | st.text(st.sampled_from(ODD) | st.characters(), max_size=12)


@settings(max_examples=examples(30))
@given(st.data())
def test_a_document_of_any_text_can_be_set(data: st.DataObject) -> None:
    def text() -> str:
        return data.draw(TEXT)

    def spans() -> tuple[Span, ...]:
        return Span(text()), Span(text(), bold=True), Span(text(), href=text()), Span("", ref="h")

    def question(**more: Any) -> FormBlock:
        return FormBlock(text(), text(), text(), text(), **more)

    box, field = Box(text(), text(), True), Field(text(), text())
    row = TableRow(text(), (text(), text()))
    blocks = (
        Heading(1, (Span(text()),), id="h"),
        Heading(2, (Span(text()),), numbered=False),
        *(Paragraph(spans()), ListBlock((spans(), spans())), Note(spans())),
        TableBlock("t", text(), (text(), text(), text()), (row, row), ("left", "right", "right"), (text(),)),
        replace(FIGURE, alt=text(), caption=text(), notes=(text(),)),
        CaseExample(text(), text(), (Paragraph(spans()),)),
        question(boxes=(box, Box(text(), text())), fields=(field, Field(text()))),
        *(question(rows=(FormRow(text(), (box, box), remark),)) for remark in (field, None)),
    )
    front = {"subtitle": text(), "publisher": text(), "details": ((text(), text()),), "cover": data.draw(st.booleans())}
    drawing = picture()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "svg", lambda *_: drawing)
        made = rendered(*blocks, title=text(), **front)
    assert len(made.tagged("Table")) == 3


FIGURE = figures.draw_figure(table(("Ja", "Nej"), (1, 2)), "bars", id="f", caption="Om f.")


@cache
def picture() -> str:
    """It drawn, once."""
    return figures.svg(FIGURE.chart, "f")


@pytest.mark.parametrize("unseen", ["", "\ufeff", "\x00\x1b", "\ud800", " ", "\u200b\ufeff", "\xad", "\u2066"])
def test_a_title_a_heading_and_a_picture_that_say_nothing_are_a_box(unseen: str) -> None:
    made = rendered(Heading(1, words(unseen), numbered=False), replace(FIGURE, alt=unseen), title=unseen)
    assert made.texts("Title", "H1") == ["□", "Indhold", "□"]
    assert str(made.pdf.docinfo.Title) == str(made.tagged("Figure")[0].Alt) == "□"
    with made.pdf.open_outline() as outline:
        assert [str(item.title) for item in outline.root] == ["□"]


def test_a_link_leads_to_an_address_in_ascii_or_is_text() -> None:
    far = "https://a.dk/" + "a" * 8000
    spans = [
        Span("a\xad", href="https://a.dk/æ 漢?b=%20"),
        Span("b", href="\ufeff"),
        Span("c", href=far),
        Span("", href="x"),
    ]
    made = rendered(Paragraph(tuple(spans)), cover=False)
    assert made.content[1:] == ["abc"]
    assert [str(link.A.URI) for link in made.pdf.pages[0].Annots] == ["https://a.dk/%C3%A6%20%E6%BC%A2?b=%20"]


def test_what_no_font_has_is_a_box_and_control_characters_are_dropped() -> None:
    made = rendered(
        Paragraph(words("a漢字b\x00\x07\x1b\ud800\ufeffc\u2028d\r\ne\ttab")), tabled(2, id="\x0bt"), cover=False
    )
    assert made.content[1] == "a□□bc d e tab"
    assert made.texts("Caption") == ["Tabel 1 Om t."]


def test_every_character_can_be_set_alone_and_beside_others() -> None:
    from fontTools.ttLib import TTFont

    every: set[int] = set()
    for file in (ROOT / "templates/fonts").glob("*.ttf"):
        with TTFont(file, lazy=True) as font:
            every.update(code for code in font.getBestCmap() if code >= 32)
    assert len(every) > 7000
    turning = "\u200e\u200f\u202a\u202c\u202e\u2066\u2067\u2069\u061c"
    unseen = turning + "\u200b\u200c\u200d\u2060\ufe0f\u0301\u20e3\U000e0067\ufeff"
    mixed = [f"{one}a{one}😀{one}{other}{one}æ" for one, other in pairwise(unseen)]
    letters = "".join(map(chr, sorted(every)))
    chunks = [letters[start : start + 50] for start in range(0, len(letters), 50)]
    blocks = [Paragraph((Span(text), Span(text, bold=True), Span(text, italic=True))) for text in (*mixed, *chunks)]
    assert len(rendered(*blocks, cover=False).pages) > 5


def test_usual_characters_are_in_all_styles_of_the_text_font() -> None:
    from fontTools.ttLib import TTFont

    usual = {code for code in range(32, 0x3000) if not pdf._UNUSUAL.match(chr(code))}
    assert {*range(32, 127), *map(ord, "æøåÆØÅé§–…»«”’•")} <= usual
    for file in (ROOT / "templates/fonts").glob("SourceSans3-*.ttf"):
        with TTFont(file, lazy=True) as font:
            assert usual <= set(font.getBestCmap())


def test_only_the_fonts_of_the_package_are_used() -> None:
    made = hostile()
    fonts = {str(font.BaseFont) for page in made.pdf.pages for _, font in page.Resources.Font.items()}
    assert {re.sub(r"/[A-Z]{6}\+|-.*", "", font) for font in fonts} == {"SourceSans3", "DejaVuSans", "NotoEmoji"}


def test_the_same_document_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys; from handmade import fleksjob_report; from audit.render import pdf;"
        "sys.stdout.buffer.write(pdf.render(fleksjob_report()))"
    )
    path = os.pathsep.join((str(ROOT), str(SUPPORT)))
    told = {"PYTHONPATH": path, "PYTHONHASHSEED": "7", "HOME": str(tmp_path), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    environment = {**os.environ, **told, "SOURCE_DATE_EPOCH": "1"}
    other = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True).stdout
    assert other == report().file


def test_another_date_gives_another_file() -> None:
    document = resolve(Document("T", (Paragraph(words("a")),)))
    assert pdf.render(document) == pdf.render(document)
    made = Pdf(pdf.render(replace(document, date=fleksjob_report().date)))
    assert made.file != pdf.render(document)


# Where things stand on the page


def outside(made: Pdf) -> list[tuple[int, str]]:
    """Letters that stand in a margin: their page and themselves."""
    return [
        (number, char["text"])
        for number, chars in enumerate(made.chars, start=1)
        for char in chars
        if char["x0"] < LEFT - 0.5 or char["x1"] > RIGHT + 0.5 or char["top"] < TOP or char["bottom"] > BOTTOM
    ]


def over_one_another(made: Pdf) -> list[tuple[int, str, str]]:
    """Lines of different texts that are set over one another: their page and themselves."""
    found = []
    for number, chars in enumerate(made.chars, start=1):
        lines: dict[tuple[Any, int], list[dict[str, Any]]] = {}
        for char in chars:
            lines.setdefault((char["mcid"], round(char["bottom"])), []).append(char)
        boxes = []
        for line in lines.values():
            top, bottom = min(char["top"] for char in line), max(char["bottom"] for char in line)
            middle = (bottom - top) * 0.1
            text = "".join(char["text"] for char in line)
            boxes.append((min(c["x0"] for c in line), max(c["x1"] for c in line), top + middle, bottom - middle, text))
        boxes.sort()
        for index, (_, right, top, bottom, text) in enumerate(boxes):
            for other_left, _, other_top, other_bottom, other in boxes[index + 1 :]:
                if other_left > right - 1:
                    break
                if top < other_bottom - 0.5 and other_top < bottom - 0.5:
                    found.append((number, text, other))
    return found


@pytest.mark.parametrize("columns", [2, 3, 5, 8, 11, 19])
@pytest.mark.parametrize("share", ["", " (100 %)"])
def test_wide_tables_stay_on_the_page_with_whole_numbers(columns: int, share: str) -> None:
    made = rendered(tabled(4, columns, share=share), cover=False)
    assert outside(made) == []
    assert over_one_another(made) == []
    sizes = {round(char["size"], 1) for char in made.chars[0] if char["text"].isdigit() and char["mcid"] is not None}
    assert min(sizes) >= (7 if columns <= 8 else 5)
    for cell in made.tagged("TD"):
        numbers = {number for _, _, number in pdftext._walk(cell.K, "", None)}
        letters = [char for char in made.chars[0] if char["mcid"] in numbers]
        assert len({round(char["bottom"]) for char in letters[:5]}) == 1
        assert len({round(char["bottom"]) for char in letters[5:]}) == bool(share)
    assert sorted(set(made.texts("TD"))) == [f"1.{index:03}{share}" for index in range(columns - 1)]


def test_nothing_stands_in_the_margins_or_over_other_text() -> None:
    for made in (report(), questionnaire(), questionnaire(filled=True)):
        assert outside(made) == []
        assert over_one_another(made) == []


def test_a_word_that_has_no_syllables_is_broken() -> None:
    long = "W" * 35
    made = rendered(Heading(1, words(long)), tabled(3, id=long), details=((long, long),), title=long)
    assert outside(made) == []
    assert over_one_another(made) == []
    assert made.content[:3] == [long] * 3


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_a_row_higher_than_a_page_goes_on_on_the_next(count: int) -> None:
    block = tabled(count + 1, 2)
    long = TableRow("lang", (SENTENCE * 120,))
    made = rendered(replace(block, rows=(*block.rows[:-1], long)), cover=False)
    assert outside(made) == []
    assert (SENTENCE * 120).strip() in made.content
    assert len(made.pages) > 1
    assert len([cell for cell in made.tagged("TH") if attribute(cell, "/Scope") == "/Row"]) == count + 1


@pytest.mark.parametrize("rows", [0, 1, 30])
@pytest.mark.parametrize(
    ("columns", "title"), [(1, "Titel"), (3, "Titel"), (40, "Titel"), (60, "T"), (3, SENTENCE.strip() * 30)]
)
def test_tables_of_odd_shapes_have_their_headers(rows: int, columns: int, title: str) -> None:
    header = tuple(f"{title} {index}" for index in range(columns))
    body = tuple(TableRow(f"R{index}", ("1",) * (columns - 1)) for index in range(rows))
    block = TableBlock("t", "Om t.", header, body, ("left", *("right",) * (columns - 1)), ("Note.",))  # type: ignore[arg-type]
    made = rendered(block, cover=False)
    assert made.texts("TH") == [*header, *(row.header for row in body)]
    assert [attribute(cell, "/Scope") for cell in made.tagged("TH")] == ["/Column"] * columns + ["/Row"] * rows
    assert len(made.tagged("TD")) == rows * (columns - 1)
    assert made.content[-1] == "Note."
    assert outside(made) == []
    assert over_one_another(made) == []


@pytest.mark.parametrize(("columns", "rows"), [(2, 4), (9, 4), (3, 60)])
def test_a_row_without_text_is_high_enough_to_write_in(columns: int, rows: int) -> None:
    body = [TableRow(f"£{index}", ("",) * (columns - 1)) for index in range(rows)]
    header = tuple(f"Titel {index}" for index in range(columns))
    made = rendered(TableBlock("t", "Om t.", header, tuple(body), ("left",) * columns), cover=False)
    tops = [[char["top"] for char in page if char["text"] == "£"] for page in made.chars]
    heights = [below - above for page in tops for above, below in pairwise(page)]
    assert len(heights) == rows - len(tops) > 0
    assert 9 * MM < min(heights) <= max(heights) < 12 * MM
    assert outside(made) == []


def test_a_row_without_text_and_header_is_as_high() -> None:
    block = TableBlock("t", "Om t.", ("£", "Frist"), (TableRow("", ("",)), TableRow("£", ("1",))), ("left", "left"))
    above, below = (char["top"] for char in rendered(block, cover=False).chars[0] if char["text"] == "£")
    assert 9 * MM + 9.5 < below - above < 12 * MM + 20


def noted(rows: int, notes: int | str, row: str = "Række") -> TableBlock:
    """A table with that many notes, or with one."""
    counted = tuple(f"Note {index}." for index in range(notes)) if isinstance(notes, int) else (notes,)
    return draw_table(grid({f"{row} {index}": (1, 2) for index in range(rows)}), id="t", caption="c", notes=counted)


@pytest.mark.parametrize("rows", [2, 9, 18, 33, 40])
@pytest.mark.parametrize("notes", [1, 36, 80, (SENTENCE * 96).strip()])
def test_notes_follow_the_table_and_begin_on_its_last_page(rows: int, notes: int | str) -> None:
    block = noted(rows, notes)
    made = rendered(block, Paragraph(words("Efter.")), cover=False)
    assert over_one_another(made) == []
    assert outside(made) == []
    last = made.content.index(f"Række {rows - 1}")
    assert made.content[last + 3 :] == [*block.notes, "Efter."]
    page = next(page for page in made.pages if f"Række {rows - 1}" in page)
    assert block.notes[0][:40] in page[page.index(f"Række {rows - 1}") :]


@pytest.mark.parametrize("count", [36, 40, 80, 200])
def test_a_note_for_every_row_of_a_grid(count: int) -> None:
    counts = {f"Række {index}": (1, 2) for index in range(count)}
    block = draw_table(grid(counts, unanswered=(1,) * count), id="t", caption="c")
    made = rendered(block, cover=False)
    assert made.content[-count:] == list(block.notes)
    assert over_one_another(made) == []
    assert outside(made) == []


@pytest.mark.parametrize(("rows", "times"), [(2, 4), (7, 4), (7, 18), (2, 60)])
def test_notes_follow_high_rows(rows: int, times: int) -> None:
    block = noted(rows, 40, SENTENCE * times)
    made = rendered(block, cover=False)
    assert made.content[-40:] == list(block.notes)
    assert over_one_another(made) == []
    assert outside(made) == []


@pytest.mark.parametrize("notes", [1, 12, 80])
def test_notes_of_a_figure_follow_it_over_pages(notes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = picture()
    monkeypatch.setattr(figures, "svg", lambda *_: drawing)
    block = replace(FIGURE, notes=tuple(f"Note {index}." for index in range(notes)))
    made = rendered(block, cover=False)
    assert made.content[-notes:] == list(block.notes)
    assert "Om f." in made.pages[0] and "Note 0." in made.pages[0]
    assert outside(made) == []


@pytest.mark.parametrize("titles", [("Ja", "Nej"), ("Ja", "Nej", "Uoplyst"), ANSWERS[:3], ("W" * 35,) * 3])
def test_boxes_without_a_remark_leave_the_room_to_the_wording(titles: tuple[str, ...]) -> None:
    boxes = tuple(Box(str(code), title) for code, title in enumerate(titles, start=1))
    made = rendered(FormBlock("1", "Spørgsmål?", rows=(FormRow(SENTENCE * 3, boxes),) * 2), cover=False)
    starts = sorted({round(char["x0"]) for char in made.chars[0] if char["text"] == "☐"})
    assert len(starts) == len(boxes)
    assert starts[0] > RIGHT - (0.16 if len(titles[0]) < 10 else 0.8) * (RIGHT - LEFT) * len(boxes)
    assert outside(made) == []
    assert over_one_another(made) == []


def test_headers_end_where_their_numbers_end() -> None:
    made = rendered(*(tabled(2, columns, id=f"t{columns}") for columns in (3, 4, 5, 6)), cover=False)
    for row in made.tagged("THead"):
        numbers = [{number for _, _, number in pdftext._walk(cell.K, "", None)} for cell in made.tagged("TH", row)[1:]]
        body = made.tagged("TD", made.tagged("TBody")[made.tagged("THead").index(row)])
        for title, cell in zip(numbers, body, strict=False):
            below = {number for _, _, number in pdftext._walk(cell.K, "", None)}
            ends = [max(c["x1"] for c in made.chars[0] if c["mcid"] in part) for part in (title, below)]
            assert ends[0] == pytest.approx(ends[1], abs=0.6)


#: Lines of text before what is tested: a page takes some forty.
OFFSETS = range(41)


def at_every_height(*blocks: Any, offsets: Iterable[int] = OFFSETS) -> Pdf:
    """A report with a chapter for each number of lines, and after them these blocks with {} as the number."""

    def numbered(block: Any, lines: int) -> Any:
        texts = {
            name: value.format(lines) for name, value in vars(block).items() if isinstance(value, str) and "{}" in value
        }
        if isinstance(block, Heading | Paragraph | Note):
            texts["spans"] = tuple(replace(span, text=span.text.format(lines)) for span in block.spans)
        if isinstance(block, TableBlock):
            texts["rows"] = tuple(replace(row, header=row.header.format(lines)) for row in block.rows)
            texts["notes"] = tuple(note.format(lines) for note in block.notes)
        return replace(block, **texts)

    chapters = []
    for lines in offsets:
        chapters += [Heading(1, words("Kapitel")), *(Paragraph(words("Fyld.")) for _ in range(lines))]
        chapters += [numbered(block, lines) for block in blocks]
    return rendered(*chapters)


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    made = at_every_height(
        Heading(2, words("Over {}.")), Heading(3, words("Under {}.")), Paragraph(words("Tekst {}. " + SENTENCE * 4))
    )
    for lines in OFFSETS:
        page = made.pages[made.page_with(f"Over {lines}.")]
        assert f"Under {lines}." in page and f"Tekst {lines}." in page


def test_what_leads_up_to_a_list_is_on_the_page_where_it_begins() -> None:
    made = at_every_height(Paragraph(words("Her gælder {}:")), ListBlock((words("Et punkt."), words("Et andet."))))
    for lines in OFFSETS:
        assert "Et punkt." in made.pages[made.page_with(f"Her gælder {lines}:")].partition(f"{lines}:")[2]


def test_a_short_table_is_on_one_page_with_its_heading_its_caption_and_its_notes() -> None:
    block = replace(tabled(8, id="r{}"), notes=("Note {}.",))
    made = at_every_height(Heading(2, words("Over {}.")), block)
    for lines in OFFSETS:
        page = made.pages[made.page_with(f"Over {lines}.")]
        for text in (f"Om r{lines}.", f"r{lines}-0", f"r{lines}-6", f"r{lines}-alt", f"Note {lines}."):
            assert text in page


def test_a_long_table_breaks_with_its_header_and_three_rows_at_each_end() -> None:
    block = replace(tabled(50, id="r{}"), notes=(SENTENCE * 4, SENTENCE * 4, "Note {}."))
    offsets = OFFSETS[::2]
    made = at_every_height(Heading(2, words("Over {}.")), block, offsets=offsets)
    broken = 0
    for lines in offsets:
        rows = re.compile(rf"r{lines}-(?:\d+|alt)")
        parts = [text for text in made.pages if rows.search(text)]
        broken += len(parts) > 1
        assert f"Over {lines}." in parts[0] and f"Om r{lines}." in parts[0]
        assert f"Note {lines}." in parts[-1][parts[-1].index(f"r{lines}-alt") :]
        assert all(len(rows.findall(text)) >= 3 for text in parts)
        assert sum(len(rows.findall(text)) for text in parts) == 50
    assert broken == len(offsets)
    going_on = [index for index, text in enumerate(made.pages) if re.search(r"r\d+-\d", text) and "Om r" not in text]
    assert all("Kommune" in text for text in drawn(made, going_on[:10]))


def drawn(made: Pdf, pages: Iterable[int] | None = None) -> list[str]:
    """What is to be seen on all or some pages, artifacts (as repeated headers) included, spaces left out."""
    shown = made.chars if pages is None else made.chars_of(pages)
    return ["".join(char["text"] for char in chars if char["size"] < 50) for chars in shown]


def test_a_figure_is_on_one_page_with_its_heading_and_its_caption(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = figures.draw_figure(table(("Ja", "Nej"), (1, 2)), "bars", id="f{}", caption="Om f{}.")
    svg = figures.svg(figure.chart, "f")
    monkeypatch.setattr(figures, "svg", lambda *_: svg)
    made = at_every_height(Heading(2, words("Over {}.")), figure)
    for lines in OFFSETS:
        page = made.page_with(f"Over {lines}.")
        assert f"Om f{lines}." in made.pages[page]
        assert any(drawing.Pg.objgen == made.pdf.pages[page].objgen for drawing in made.tagged("Figure"))


def test_a_figure_higher_than_a_page_is_made_to_fit() -> None:
    tall = table(("Ja", "Nej"), {**{f"Kommune {index}": (1, 2) for index in range(60)}, "I alt": (60, 120)})
    made = rendered(figures.draw_figure(tall, "stacked", id="f", caption="Om f."), cover=False)
    assert len(made.pages) == 1
    left, bottom, right, top = (float(side) for side in attribute_of_figure(made)["/BBox"])
    assert LEFT - 1 < left < right < RIGHT + 1
    assert 0 < bottom < top < 297 * MM - TOP


def attribute_of_figure(made: Pdf) -> Any:
    attributes = made.tagged("Figure")[0].A
    return next(
        part for part in (attributes if isinstance(attributes, pikepdf.Array) else [attributes]) if "/BBox" in part
    )


def test_a_question_stays_on_one_page_with_its_boxes() -> None:
    boxes = (Box("1", "Ja"), Box("2", "Nej"))
    question = FormBlock("2.2", "Spørgsmål {}?", boxes=boxes, fields=(Field("Slut.", lines=3),))
    made = at_every_height(Heading(2, words("Over {}.")), question)
    for lines in OFFSETS:
        page = made.pages[made.page_with(f"Over {lines}.")]
        asked = page.index(f"Spørgsmål {lines}?")
        assert "(2) Nej" in page[asked:] and "Slut." in page[asked:]


def test_rows_of_a_form_break_with_their_header_and_begin_with_the_question() -> None:
    rows = tuple(FormRow(f"Punkt {index}.", (Box("1", "Ja"),), Field("Bemærkninger")) for index in range(20))
    offsets = OFFSETS[::2]
    made = at_every_height(Heading(2, words("Over {}.")), FormBlock("4.1", "Spørgsmål {}?", rows=rows), offsets=offsets)
    for lines in offsets:
        page = made.pages[made.page_with(f"Over {lines}.")]
        assert "Punkt 0." in page[page.index(f"Spørgsmål {lines}?") :]
    going_on = [index for index, text in enumerate(made.pages) if "Punkt" in text and "Spørgsmål" not in text]
    assert all("Bemærkninger" in text for text in drawn(made, going_on[:10]))


def test_a_remark_longer_than_a_page_goes_on_on_the_next() -> None:
    made = rendered(FormBlock("1", "Spørgsmål", fields=(Field("Svar", SENTENCE * 150),)), cover=False)
    assert len(made.pages) == 2
    assert made.content[-1] == (SENTENCE * 150).strip()
    assert outside(made) == []


# PDF/UA-1, by veraPDF


def verdict(file: bytes, folder: Path) -> verapdf.Verdict:
    if lacking := verapdf.missing():
        missing(f"{', '.join(lacking)} (for veraPDF)")
    (folder / "file.pdf").write_bytes(file)
    return verapdf.validate(folder / "file.pdf")


def to_naestved(plan: str) -> Pdf:
    """What one kommune of the sample gets."""
    wanted = documents.ReportRequest(plan, "Næstved")
    return Pdf(pdf.render(documents.report_document(source.open_source(demo.demo_study()), wanted)))


CHECKED: dict[str, Callable[[], Pdf]] = {
    "rapport": report,
    "kladde": lambda: report(DRAFT, INTERNAL),
    "i høring": lambda: report(PRELIMINARY),
    "fjendtlig": hostile,
    "skema": questionnaire,
    "udfyldt": lambda: questionnaire(DRAFT, filled=True),
    "lang tabel": lambda: rendered(tabled(120, 4, notes=("Note.",) * 40), cover=False),
    "brev": lambda: to_naestved("tilbagemelding"),
    "papir": lambda: to_naestved("kommunalbestyrelse"),
    "lukket bilag": lambda: to_naestved("kommunalbestyrelse-bilag"),
}
#: Headings, tables, column headers, row headers and figures of each.
HELD = {
    "rapport": (71, 21, 65, 130, 7),
    "kladde": (71, 21, 65, 130, 7),
    "i høring": (71, 21, 65, 130, 7),
    "fjendtlig": (5, 3, 10, 6, 1),
    "skema": (1, 1, 4, 2, 0),
    "udfyldt": (1, 1, 4, 2, 0),
    "lang tabel": (0, 1, 4, 120, 0),
    "brev": (145, 62, 205, 317, 1),
    "papir": (5, 2, 6, 10, 1),
    "lukket bilag": (12, 1, 3, 7, 0),
}


@pytest.mark.parametrize("name", CHECKED)
def test_verapdf_finds_nothing(name: str, tmp_path: Path) -> None:
    made = CHECKED[name]()
    scopes = Counter(str(attribute(cell, "/Scope")) for cell in made.tagged("TH"))
    headings = sum(len(made.tagged(f"H{level}")) for level in range(1, 7))
    held = (headings, len(made.tagged("Table")), scopes["/Column"], scopes["/Row"], len(made.tagged("Figure")))
    assert held == HELD[name]
    found = verdict(made.file, tmp_path)
    assert found.checks > 1000
    assert found.broken == ()


def test_verapdf_finds_what_is_taken_away(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(report().file)) as opened:
        del opened.Root.StructTreeRoot, opened.Root.ViewerPreferences, opened.Root.Lang
        spoilt = io.BytesIO()
        opened.save(spoilt)
    broken = verdict(spoilt.getvalue(), tmp_path).broken
    for clause in ("7.1-10", "7.1-11", "7.2-"):
        assert any(rule.startswith(clause) for rule in broken), broken


def test_verapdf_finds_cells_without_a_header(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(rendered(tabled(3), cover=False).file)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") in ("/TH", "/TD"):
                item.A = pikepdf.Dictionary(O=pikepdf.Name.Table)
        spoilt = io.BytesIO()
        opened.save(spoilt)
    assert [rule[:4] for rule in verdict(spoilt.getvalue(), tmp_path).broken] == ["7.5-"]
