"""Tables as an Excel workbook that people with and without a screen reader can use.

A cover with links, one sheet per table with a single header row, and a sheet of notes. No cells are merged, no row or
column between others is blank, numbers are numbers and texts are never formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from audit.export.presentation import (
    ANSWERED,
    NOT_ASKED,
    UNANSWERED,
    Export,
    intervals,
    one_line,
    percents,
    table_notes,
    table_title,
    whole_percents,
)
from audit.files.xlsxwrite import put, row_height, workbook_bytes
from audit.tables.intervals import Method
from audit.tables.table import TOTAL, Table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

COVER, NOTES = "Forside", "Noter"
ALL_TABLES = "Alle"
#: Excel's own limits, in characters: a sheet's name, a header in a table (with room for " (% fra)" and a number).
_NAME, _HEADER = 31, 240
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
#: Column widths in characters: the labels of rows, and an answer; texts that are longer wrap.
_LABELS, _ANSWER = (14, 60), (11, 28)

#: The names of the columns of a share, after the answer.
_SHARES = ("(%)", "(% fra)", "(% til)")

SheetValue = str | int | None
Line = Sequence[SheetValue]


def excel_file(tables: Sequence[Table], export: Export, percent: bool) -> bytes:
    """The workbook's bytes."""
    from openpyxl import Workbook

    book = Workbook()
    cover = book.worksheets[0]
    cover.title = COVER
    used = {COVER.casefold(), NOTES.casefold(), "history"}
    sheets = [(_sheet_name(table.id, used), table) for table in tables]
    _fill_cover(cover, sheets, export)
    for number, (name, table) in enumerate(sheets, start=1):
        _fill_table(book.create_sheet(name), number, table, export, percent)
    _fill_notes(book.create_sheet(NOTES), sheets, export, percent)
    return workbook_bytes(book, title=one_line(export.title), subject=export.contents)


def _sheet_name(id: str, used: set[str]) -> str:
    """A name for a table's sheet that Excel accepts and no other sheet has; it is added to `used`."""
    return _unique(_FORBIDDEN.sub("-", one_line(id)) or "Tabel", _NAME, used)


def _unique(text: str, limit: int, used: set[str]) -> str:
    """The text, cut to `limit`, with a number where it is in `used` already (ignoring case); it is added to `used`."""
    name, count = text[:limit], 1
    while name.casefold() in used:
        count += 1
        ending = f" ({count})"
        name = text[: limit - len(ending)] + ending
    used.add(name.casefold())
    return name


# --- the sheets ------------------------------------------------------------------------------------------------------


def _fill_cover(sheet: Worksheet, sheets: Sequence[tuple[str, Table]], export: Export) -> None:
    """Title and facts, then a list of the tables with links."""
    facts: list[tuple[str, SheetValue]] = [
        ("Indhold", export.contents),
        ("Antal sager", export.cases),
        ("Opdelt efter", export.by_title if export.by else "Ikke opdelt"),
        ("Måleskema", export.questionnaire),
        ("Sådan læses den", f"Hver tabel står på sit eget ark. Noter og forklaringer står på arket {NOTES}."),
        *(("Bemærk", note) for note in export.all_notes),
    ]
    _write_row(sheet, 1, (export.title,), bold=True, size=16, wrap=False)
    for row, (name, value) in enumerate(facts, start=2):
        _write_row(sheet, row, (name, value), align="left")
    first = len(facts) + 2
    _write_row(sheet, first, ("Tabel", "Titel"), bold=True)
    for row, (name, table) in enumerate(sheets, start=first + 1):
        _write_row(sheet, row, (name, table.title))
        _link(sheet, row, 1, name)
        _link(sheet, row, 2, name)
    _set_sizes(sheet, (18, 100))
    _add_excel_table(sheet, "Tabelliste", first)


def _fill_table(sheet: Worksheet, number: int, table: Table, export: Export, percent: bool) -> None:
    """One header row, one row per label, one column per answer, and the bases."""
    shares = _SHARES[: 3 if export.interval else percent]
    header = list(_headers(table, shares))
    _write_row(sheet, 1, header, bold=True)
    for row, line in enumerate(_rows(table, export.interval, 1 + len(shares)), start=2):
        _write_row(sheet, row, line, bold=line[0] == TOTAL)
    labels = _width([header[0], *map(one_line, table.rows)], *_LABELS)
    _set_sizes(sheet, (labels, *(_width([text], *_ANSWER) for text in header[1:])))
    sheet.freeze_panes = "B2"
    _print_on_paper(sheet, table_title(table))
    _add_excel_table(sheet, f"Tabel{number}_{table.id}", 1)


def _headers(table: Table, shares: Sequence[str]) -> Iterator[str]:
    """The header of each column, all different, as Excel demands of a table."""
    used: set[str] = set()
    yield _unique(one_line(table.rows_title), _HEADER, used)
    for label in table.columns:
        header = _unique(_short(label) or "Svar", _HEADER, used)
        yield header
        for share in shares:
            yield _unique(f"{header} {share}", _HEADER + 8, used)
    for name in (ANSWERED, UNANSWERED, NOT_ASKED):
        yield _unique(name, _HEADER, used)


def _short(label: str) -> str:
    text = one_line(label)
    return text if len(text) <= _HEADER else text[: _HEADER - 1] + "…"


def _rows(table: Table, method: Method | None, width: int) -> Iterator[Line]:
    """Label, then of each answer the first `wide` of count, percent and its limits (whole percent), then the bases."""
    shares, limits = percents(table), intervals(table, method)
    for row, (label, counts) in enumerate(zip(table.rows, table.counts.tolist(), strict=True)):
        cells = zip(counts, shares[row], map(whole_percents, limits[row]), strict=True)
        answers = [
            number for count, share, percent_limits in cells for number in (count, share, *percent_limits)[:width]
        ]
        yield label, *answers, table.base[row], table.unanswered[row], table.not_asked[row]


def _fill_notes(sheet: Worksheet, sheets: Iterable[tuple[str, Table]], export: Export, percent: bool) -> None:
    """Every note, with the table that it belongs to."""
    lines = [(ALL_TABLES, note) for note in (*_base_notes(), *export.all_notes)]
    for name, table in sheets:
        cut_labels = (one_line(label) for label in table.columns if len(one_line(label)) > _HEADER)
        in_full = tuple(f"Et svar, som overskriften kun viser begyndelsen af: {label}" for label in cut_labels)
        lines += [(name, note) for note in (*table_notes(table, percent), *in_full)]
    _write_row(sheet, 1, ("Tabel", "Note"), bold=True)
    for row, (name, note) in enumerate(lines, start=2):
        _write_row(sheet, row, (name, note))
        if name != ALL_TABLES:
            _link(sheet, row, 1, name)
    _set_sizes(sheet, (18, 100))
    sheet.freeze_panes = "A2"
    _add_excel_table(sheet, "Noteliste", 1)


def _base_notes() -> tuple[str, ...]:
    return (
        f"{ANSWERED}: antal sager, hvor spørgsmålet er stillet og besvaret.",
        f"{UNANSWERED}: antal sager, hvor spørgsmålet skulle besvares, men ikke er det.",
        f"{NOT_ASKED}: antal sager, hvor måleskemaet ikke stiller spørgsmålet.",
    )


# --- cells -----------------------------------------------------------------------------------------------------------


def _write_row(
    sheet: Worksheet, row: int, line: Line, *, bold: bool = False, size: int = 11, wrap: bool = True,
    align: str | None = None,
) -> None:  # fmt: skip
    """Write a row from column A: numbers as numbers, texts as texts whatever they look like."""
    from openpyxl.styles import Alignment, Font

    for column, value in enumerate(line, start=1):
        cell = sheet.cell(row, column)
        put(cell, one_line(value) if isinstance(value, str) else value)
        cell.font = Font(name="Calibri", bold=bold, size=size)
        cell.alignment = Alignment(horizontal=align, vertical="top", wrap_text=wrap and isinstance(value, str))


def _link(sheet: Worksheet, row: int, column: int, target: str) -> None:
    """Make a cell a link to the top of another sheet."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell = sheet.cell(row, column)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1")
    cell.font = Font(name="Calibri", size=11, color="0563C1", underline="single")


def _width(texts: Iterable[str], least: int, most: int) -> int:
    """A width for a column of texts: room for the longest text or, where they wrap, for the longest word."""
    words = [word for text in texts for word in text.split()]
    return min(max(least, *(len(word) + 3 for word in words), *(len(text) + 3 for text in texts)), most)


def _set_sizes(sheet: Worksheet, widths: Iterable[int]) -> None:
    """Set the widths of columns, and the heights of rows with a text that then takes more than one line."""
    from openpyxl.utils import get_column_letter

    columns = list(widths)
    for column, width in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, line in enumerate(sheet.iter_rows(), start=1):
        texts = [(cell.value, width) for cell, width in zip(line, columns, strict=True) if cell.alignment.wrap_text]
        if any(len(str(text)) > width for text, width in texts):
            sheet.row_dimensions[row].height = row_height(texts)


def _add_excel_table(sheet: Worksheet, name: str, first: int) -> None:
    """Declare the rest of the sheet, from header row `first`, as an Excel table: screen readers read its headers."""
    from openpyxl.worksheet.table import Table as ExcelTable
    from openpyxl.worksheet.table import TableStyleInfo

    if sheet.max_row == first:  # Excel has no table without rows
        return
    area = f"A{first}:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
    table = ExcelTable(displayName=re.sub(r"[^\w.]", "_", name)[:_HEADER], ref=area)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    sheet.add_table(table)


def _print_on_paper(sheet: Worksheet, heading: str) -> None:
    """Lay the sheet out for paper: across, one page wide, with the table's title on top of each page."""
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.properties import PageSetupProperties

    header = HeaderFooterItem()
    header.left.text = heading[:100].replace("&", "&&")
    sheet.HeaderFooter.oddHeader = header
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
