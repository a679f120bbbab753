"""Tables as one HTML page, by way of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from audit.base import danish
from audit.document import numbering
from audit.document.blocks import Alignment, Block, Document, Heading, Paragraph, Span, TableBlock
from audit.export.presentation import Export, header_and_rows, one_line, table_notes, table_title
from audit.tables.intervals import Method
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


def html_fragment(table: Table) -> str:
    """One table to stand in a notebook: counts (percentages too where `show` says so), bases, and notes under it."""
    from audit.render import html

    block = _table_block(table, f"tabel-{table.id}", percent=table.show != "counts", method=None)
    return html.fragment([replace(block, caption=table_title(table))])


def _section(number: int, table: Table, export: Export, percent: bool) -> Iterator[Block]:
    yield Heading(2, (Span(table_title(table)),), id=f"spm-{number}")
    yield _table_block(table, f"tabel-{number}", percent=percent, method=export.interval)


def _table_block(table: Table, id: str, *, percent: bool, method: Method | None) -> TableBlock:
    header, rows = header_and_rows(table, percent, method)
    cells = danish.listing(("antal sager", *["procent"] * percent, *["usikkerhed"] * (method is not None)))
    numbers: list[Alignment] = ["right"] * (len(header) - 1)
    return TableBlock(
        id=id,
        caption=f"{one_line(table.title)} ({cells})",
        header=header,
        rows=rows,
        align=("left", *numbers),
        notes=table_notes(table, percent),
    )
