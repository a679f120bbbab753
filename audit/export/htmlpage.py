"""Tables as one HTML page, by way of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.base import danish
from audit.document import numbering
from audit.document.blocks import Alignment, Block, Document, Heading, Paragraph, Span, TableBlock
from audit.export.presentation import Export, header_and_rows, one_line, table_notes, table_title
from audit.tables.table import Table


def html_file(tables: Sequence[Table], export: Export, percent: bool) -> bytes:
    """The tables one after another, each in a section of its own, as UTF-8."""
    from audit.render import html

    return html.render(numbering.resolve(_document(tables, export, percent))).encode("utf-8")


def _document(tables: Sequence[Table], export: Export, percent: bool) -> Document:
    introduction: list[Block] = [Heading(1, (Span("Tabeller"),), id="tabeller", numbered=False)]
    introduction += [Paragraph((Span(one_line(note)),)) for note in export.all_notes]
    sections = (block for number, table in enumerate(tables, 1) for block in _section(number, table, export, percent))
    return Document(
        title=one_line(export.title),
        subtitle=export.contents,
        details=(("Måleskema", one_line(export.questionnaire)),),
        blocks=(*introduction, *sections),
    )


def _section(number: int, table: Table, export: Export, percent: bool) -> Iterator[Block]:
    header, rows = header_and_rows(table, percent, export.interval)
    cells = danish.listing(("antal sager", *["procent"] * percent, *["usikkerhed"] * (export.interval is not None)))
    numbers: list[Alignment] = ["right"] * (len(header) - 1)
    yield Heading(2, (Span(table_title(table)),), id=f"spm-{number}")
    yield TableBlock(
        id=f"tabel-{number}",
        caption=f"{one_line(table.title)} ({cells})",
        header=header,
        rows=rows,
        align=("left", *numbers),
        notes=table_notes(table, percent),
    )
