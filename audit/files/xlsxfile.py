"""One sheet of an Excel workbook as plain Python values, with what calamine leaves out.

calamine reads ten times as fast as openpyxl, but it gives an error value and a formula without a value as a
blank, gives a merged range as one value among blanks, and takes memory for the whole rectangle between the first
and the last cell. Those are looked up in the sheet's XML, which is searched as bytes and never parsed as a tree.
"""

from __future__ import annotations

import html
import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from audit.base.danish import did_you_mean
from audit.base.errors import FileFault, Place
from audit.files.cells import BadCell, Range, RawCell, column_letters

#: A value this many rows below the one before, or this far to the right, is a slip and not data.
WIDEST_GAP = 100_000
WIDEST_SHEET = 2_000
#: Bytes of XML that are unpacked at most.
LARGEST = 1 << 30
#: The error values that calamine knows; at any other it gives the whole sheet up.
_KNOWN_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}

_MERGED = re.compile(rb"<mergeCell\b[^>]*\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)")
_ERROR = re.compile(rb"t=(?:\"e\"|'e')")
_ERROR_CELL = re.compile(rb"<c\b[^>]*[^>/]>\s*(?:<f\b[^>]*(?:/>|>[^<]*</f>))?\s*<v\b[^>]*>([^<]*)</v>")
_VALUE = re.compile(rb"<(?:v|is|f)\b")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)")
_ROW_NUMBER = re.compile(rb"<row\b[^>]*\br=[\"'](\d+)")
#: A formula (its text, if any, is group 1) with no value after it, perhaps an empty value element (group 2).
_VALUELESS = re.compile(rb"<f\b[^>]*>(?:([^<]*)</f>)?\s*(<v\s*/>|<v\b[^>]*>\s*</v>)?\s*</c>")
_TEXT_CELL = re.compile(rb"<c\b[^>]*\bt=[\"']str")


@dataclass(frozen=True)
class SheetCells:
    """What one sheet holds, counted from its cell A1.

    `rows` is one sequence of calamine values per row, all of the same length; `bad` is the cells that calamine gives as
    blank although they have content, by (row, column) from 1, perhaps outside `rows`.
    """

    sheet: str
    rows: Sequence[Sequence[RawCell]]
    bad: dict[tuple[int, int], BadCell]
    merged: tuple[Range, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Sheet:
    name: str
    visible: bool
    part: str


def read_xlsx(data: bytes, file: str, sheet_name: str | None) -> SheetCells:
    """The cells of one sheet of the workbook in `data`; `file` is its name in messages.

    The sheet is the one called `sheet_name`, else the visible one called *Sager*, else the only visible one with
    content. Raises FileFault for a workbook that is damaged or of another kind, and when no sheet can be chosen.
    """
    with _damage_told(file):
        archive = _opened(data)
        _require_workbook(archive, file)
        sheets = _list_sheets(archive)
        sheet = _choose_sheet(sheets, sheet_name, archive, file)
        body, after = _sheet_xml(archive, sheet)
        place = Place(file=file, sheet=sheet.name)
        _refuse_stray(body, place)
        bad = dict(_bad_cells(body))
        _refuse_unknown_errors(bad, place)
        return SheetCells(
            sheet=sheet.name,
            rows=_values(data, sheet),
            bad=bad,
            merged=tuple(_merged_ranges(after)),
            notes=_describe_sheets(sheet, sheets),
        )


class _DamageError(Exception):
    """The file is not as Excel writes one."""


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    try:
        yield
    except _DamageError as error:
        raise FileFault(
            "Filen er beskadiget eller skåret over, så den ikke kan læses.",
            place=Place(file=file),
            remedy="Hent eller kopiér den igen, eller åbn den i Excel, og gem den på ny som .xlsx.",
        ) from error


@contextmanager
def _damaging(*kinds: type[Exception]) -> Iterator[None]:
    """A single call of a library, which says by an error of these kinds that the file is damaged."""
    try:
        yield
    except kinds as error:
        raise _DamageError from error


#: What zipfile raises for a file that is damaged, encrypted, or packed in a way that it does not know.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    RuntimeError,
)


def _opened(data: bytes) -> zipfile.ZipFile:
    with _damaging(*_ZIP_ERRORS):
        return zipfile.ZipFile(io.BytesIO(data))


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        raise _DamageError
    with _damaging(*_ZIP_ERRORS):
        return archive.read(name)


def _parse_part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    xml = _read_part(archive, name)
    with _damaging(ElementTree.ParseError, ValueError, LookupError):  # the last two of an encoding that is not known
        return ElementTree.fromstring(xml)  # noqa: S314  # expat itself stops entities that grow


def _values(data: bytes, sheet: _Sheet) -> list[list[RawCell]]:
    from python_calamine import CalamineError, CalamineWorkbook

    with _damaging(CalamineError, ValueError, OverflowError):  # the last two of a date that Python has not
        values = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet.name)
        return values.to_python(skip_empty_area=False)


def _whole(digits: bytes) -> int:
    with _damaging(ValueError):  # Python reads no number of thousands of digits
        return int(digits)


def _require_workbook(archive: zipfile.ZipFile, file: str) -> None:
    if "xl/workbook.xml" not in archive.namelist():
        raise FileFault(
            "Filen er ikke en Excel-projektmappe, selv om navnet slutter på .xlsx.",
            place=Place(file=file),
            remedy="Åbn den i det program, den er lavet i, og gem den som Excel-projektmappe (.xlsx).",
        )
    if sum(part.file_size for part in archive.infolist()) > LARGEST:
        raise FileFault(
            "Projektmappen er for stor til at blive læst.",
            place=Place(file=file),
            remedy="Slet de ark og rækker, der ikke skal bruges, eller gem arket som CSV.",
        )


def _list_sheets(archive: zipfile.ZipFile) -> tuple[_Sheet, ...]:
    """The worksheets of the workbook in its own order (a sheet that is only a chart is left out)."""
    parts = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in _parse_part(archive, "xl/_rels/workbook.xml.rels")
        if relation.get("Type", "").endswith("/worksheet")
    }
    sheets = []
    for element in _parse_part(archive, "xl/workbook.xml").iter():
        if element.tag.rpartition("}")[2] == "sheet":
            relation_id = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            if relation_id in parts:
                visible = element.get("state", "visible") == "visible"
                sheets.append(_Sheet(element.get("name", ""), visible, parts[relation_id]))
    return tuple(sheets)


def _choose_sheet(sheets: tuple[_Sheet, ...], sheet_name: str | None, archive: zipfile.ZipFile, file: str) -> _Sheet:
    visible = [sheet for sheet in sheets if sheet.visible]
    if sheet_name is not None:
        return _find_sheet(sheets, sheet_name, file)
    for sheet in visible:
        if sheet.name.casefold() == "sager":
            return sheet
    filled = [sheet for sheet in visible if _VALUE.search(_sheet_xml(archive, sheet)[0])]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise FileFault(
            "Der står ikke noget i nogen af filens synlige ark.",
            place=Place(file=file),
            remedy=f"Se efter, om det er den rigtige fil. Filens ark er: {_list_names(sheets)}.",
        )
    raise FileFault(
        "Filen har flere ark med indhold, og intet af dem hedder Sager.",
        place=Place(file=file),
        remedy=f"Vælg arket med --sheet. Filens ark er: {_list_names(filled)}.",
    )


def _find_sheet(sheets: tuple[_Sheet, ...], sheet_name: str, file: str) -> _Sheet:
    by_name = {sheet.name.casefold(): sheet for sheet in sheets}
    name = sheet_name.strip().casefold()
    if name in by_name:
        return by_name[name]
    hint = did_you_mean(sheet_name, [sheet.name for sheet in sheets])
    raise FileFault(
        f'Der er intet ark, der hedder "{sheet_name}".{hint}',
        place=Place(file=file),
        remedy=f"Vælg arket med --sheet. Filens ark er: {_list_names(sheets)}.",
    )


def _list_names(sheets: tuple[_Sheet, ...] | list[_Sheet]) -> str:
    return ", ".join(f'"{sheet.name}"' for sheet in sheets)


def _describe_sheets(sheet: _Sheet, sheets: tuple[_Sheet, ...]) -> tuple[str, ...]:
    others = [other for other in sheets if other != sheet]
    notes = [f'Læst fra arket "{sheet.name}".']
    return (*notes, f"Andre ark er ikke læst: {_list_names(others)}.") if others else tuple(notes)


def _sheet_xml(archive: zipfile.ZipFile, sheet: _Sheet) -> tuple[bytes, bytes]:
    """The XML of a sheet's cells, and what follows it, without a namespace prefix."""
    xml = _read_part(archive, sheet.part)
    prefix = re.search(rb"<(\w+:)worksheet\b", xml[:4096])
    if prefix:
        xml = xml.replace(b"<" + prefix[1], b"<").replace(b"</" + prefix[1], b"</")
    end = xml.rfind(b"</sheetData>")
    return (xml[xml.find(b"<sheetData") : end], xml[end:]) if end >= 0 else (b"", xml)


def _refuse_stray(body: bytes, sheet: Place) -> None:
    """Refuse a value far from all others: calamine would take memory for the whole rectangle and abort."""
    previous_row = 0
    value = _VALUE.search(body)
    while value:
        end = body.find(b"</row>", value.start())
        end = end if end >= 0 else len(body)
        row, column = _cell_position(body, body.rfind(b"<c", 0, end))
        if column > WIDEST_SHEET:  # perhaps only formatting: the last cell with content decides
            last = max(body.rfind(start, value.start(), end) for start in (b"<v", b"<is", b"<f"))
            row, column = _cell_position(body, body.rfind(b"<c", 0, last))
        if row - previous_row > WIDEST_GAP or column > WIDEST_SHEET:
            raise FileFault(
                "Cellen har indhold langt fra arkets øvrige data.",
                place=replace(sheet, cell=f"{column_letters(column)}{row}"),
                remedy="Gå til cellen i Excel (Ctrl+G), slet hele dens række eller kolonne, og gem filen.",
            )
        previous_row = row
        value = _VALUE.search(body, end)


def _refuse_unknown_errors(bad: dict[tuple[int, int], BadCell], sheet: Place) -> None:
    unknown = {
        f"{column_letters(column)}{row}": cell.content
        for (row, column), cell in bad.items()
        if cell.code == "fejlvaerdi" and cell.content not in _KNOWN_ERRORS
    }
    if unknown:
        raise FileFault(
            f"Her står en fejlværdi, så arket ikke kan læses: {', '.join(sorted(set(unknown.values())))}.",
            place=replace(sheet, cell=", ".join(unknown)),
            remedy="Ret formlen, eller skriv værdien, og gem filen.",
        )


def _cell_position(body: bytes, cell: int) -> tuple[int, int]:
    """Row and column from 1 of the cell element that starts at `cell`; some writers leave the reference out."""
    reference = _REFERENCE.search(body, cell, body.find(b">", cell))
    if reference:
        return _whole(reference[2]), _column_number(reference[1])
    row = body.rfind(b"<row", 0, cell)
    number = _ROW_NUMBER.match(body, row)
    return _whole(number[1]) if number else body.count(b"<row", 0, cell), body.count(b"<c", row, cell) + 1


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _bad_cells(body: bytes) -> Iterator[tuple[tuple[int, int], BadCell]]:
    for error in _ERROR.finditer(body):
        start = body.rfind(b"<", 0, error.start())
        cell = _ERROR_CELL.match(body, start)
        if cell:
            yield _cell_position(body, start), BadCell("fejlvaerdi", _unescape(cell[1]))
    for formula in _VALUELESS.finditer(body):
        start = body.rfind(b"<c", 0, formula.start())
        if not (formula[2] and _TEXT_CELL.match(body, start)):  # that would be a formula that gives an empty text
            text = _unescape(formula[1] or b"") or "…"
            yield _cell_position(body, start), BadCell("formel-uden-vaerdi", f"={text}")


def _unescape(xml: bytes) -> str:
    return html.unescape(xml.decode("utf-8", "replace"))


def _merged_ranges(after: bytes) -> Iterator[Range]:
    for left, top, right, bottom in _MERGED.findall(after):
        yield Range(_whole(top), _column_number(left), _whole(bottom), _column_number(right))
