"""Data files: a sheet of Excel or a CSV file as columns of cells that know their place.

What a file holds is not judged here: a cell that cannot be read is a `BadCell` among the others. Only a file from
which no cells can be read is an error.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import cast

from audit.base.danish import did_you_mean
from audit.base.errors import FileFault, Place
from audit.files.cells import BadCell, Cell, Range, RawCell, column_letters
from audit.files.csvfile import read_csv
from audit.files.xlsxfile import read_xlsx

_ENDINGS = {".xlsx": "zip", ".csv": "text"}
_WEB_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|meta|table|\?xml)", re.IGNORECASE)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AGAIN = "Åbn den i Excel, og gem den som Excel-projektmappe (.xlsx) eller som CSV (.csv)."
#: What a file of the wrong kind is (a clause after "Filen"), and what to do.
_KINDS = {
    "zip": ("er nok en Excel-projektmappe", "Giv den et navn, der slutter på .xlsx, eller gem den som CSV (.csv)."),
    "text": ("er almindelig tekst", "Hvis det er en CSV-fil, så giv den et navn, der slutter på .csv (ellers .xlsx)."),
    "web": ("er en webside eller XML", _SAVE_AGAIN),
    "old": ("er i det gamle Excel-format", _SAVE_AGAIN),
    "pdf": ("er et PDF-dokument", "Brug den .xlsx- eller .csv-fil, som dokumentet er lavet af."),
    "unknown": ("er hverken en Excel-projektmappe eller en CSV-fil", _SAVE_AGAIN),
}


@dataclass(frozen=True)
class DataSheet:
    """One sheet of data: a header and below it one row per case, held column by column.

    `columns` has one sequence per column, with one cell per data row and None for a blank; blank rows are left out, and
    `rows` holds the number that the user's program gives each of the rest (in a CSV file the line on which it starts).
    `header` is the stripped text of `header_cells`, ``""`` for none. `notes` is Danish: what was detected.
    """

    file: str
    sheet: str | None
    header: tuple[str, ...]
    header_cells: tuple[Cell, ...]
    header_row: int
    columns: tuple[Sequence[Cell], ...]
    rows: Sequence[int]
    first_column: int
    notes: tuple[str, ...]

    def cell(self, row: int, column: int) -> str:
        """The reference, such as ``K7``, of data row and column (indexes from 0)."""
        return f"{column_letters(self.first_column + column)}{self.rows[row]}"

    def header_cell(self, column: int) -> str:
        """The reference of a column's header (an index from 0)."""
        return f"{column_letters(self.first_column + column)}{self.header_row}"

    def place(self, row: int, column: int, *, name: str | None = None) -> Place:
        """The place of data row and column (indexes from 0); `name` is what the column is called if not its header."""
        if self.sheet is not None:
            return Place(file=self.file, sheet=self.sheet, cell=self.cell(row, column))
        label = name or self.header[column] or column_letters(self.first_column + column)
        return Place(file=self.file, row=self.rows[row], column=label)


def read(path: Path, *, sheet: str | None = None) -> DataSheet:
    """The data of an .xlsx or .csv file; `sheet` chooses one of a workbook.

    The first row that is not blank is the header. Raises FileFault for a file from which no cells can be read.
    """
    data = _read_bytes(path)
    ending, kind = path.suffix.lower(), _detect_kind(data)
    if _ENDINGS.get(ending) != kind:
        raise _wrong_kind_fault(path, kind, data)
    if ending == ".xlsx":
        return _read_xlsx_sheet(data, path.name, sheet)
    if sheet is not None:
        raise FileFault("En CSV-fil har ingen ark.", place=Place(file=path.name), remedy="Udelad --sheet.")
    return _read_csv_sheet(data, path.name)


def _read_xlsx_sheet(data: bytes, file: str, sheet_name: str | None) -> DataSheet:
    cells = read_xlsx(data, file, sheet_name)
    columns = [_tidy_column(values) for values in zip(*cells.rows, strict=True)]
    _insert_bad_cells(columns, cells.bad, cells.merged)
    height = len(columns[0]) if columns else 0
    return _assemble(file, cells.sheet, columns, range(1, height + 1), cells.notes)


def _read_csv_sheet(data: bytes, file: str) -> DataSheet:
    cells = read_csv(data, file)
    return _assemble(file, None, cells.columns, cells.lines, cells.notes)


def _read_bytes(path: Path) -> bytes:
    place = Place(file=path.name)
    if path.is_dir():
        raise FileFault("Det er en mappe, ikke en fil.", place=place, remedy="Angiv en fil: .xlsx eller .csv.")
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        hint = _suggest_file(path)
        raise FileFault(f"Filen findes ikke.{hint}", place=place, remedy="Se efter navn og mappe.") from error
    except OSError as error:
        raise FileFault(
            "Filen kan ikke læses. Den er åben i et andet program, eller du har ikke adgang til den.",
            place=place,
            remedy="Luk den i andre programmer (f.eks. Excel), og prøv igen.",
        ) from error
    if not data.strip():
        raise FileFault("Filen er tom.", place=place, remedy="Se efter, om det er den rigtige fil.")
    return data


def _suggest_file(path: Path) -> str:
    names: list[str] = []
    with suppress(OSError):
        names = [other.name for other in path.parent.iterdir() if not other.name.startswith("~$")]
    return did_you_mean(path.name, names)


def _detect_kind(data: bytes) -> str:
    """What the bytes are, whatever the file is called: a key of `_KINDS`."""
    signatures = ((b"PK\x03\x04", "zip"), (_OLD_OFFICE, "old"), (b"%PDF", "pdf"))
    for signature, kind in signatures:
        if data.startswith(signature):
            return kind
    return "web" if _WEB_PAGE.match(data[:1024]) else "text"


def _wrong_kind_fault(path: Path, kind: str, data: bytes) -> FileFault:
    ending = path.suffix.lower()
    place = Place(file=path.name)
    if kind == "old" and _ENCRYPTED in data:
        remedy = "Åbn den i Excel, fjern adgangskoden (Filer > Oplysninger > Beskyt projektmappe), og gem som .xlsx."
        return FileFault("Filen er beskyttet med en adgangskode.", place=place, remedy=remedy)
    if kind == "text" and b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        kind = "unknown"
    if kind == "zip" and ending and ending not in _ENDINGS:
        kind = "unknown"  # such as .ods: a new name would not help
    kind_clause, remedy = _KINDS[kind]
    name_clause = f" ({ending})" if ending else ", og navnet har ingen endelse"
    if ending in _ENDINGS:
        name_clause = f", selv om navnet slutter på {ending}"
    return FileFault(f"Filen {kind_clause}{name_clause}.", place=place, remedy=remedy)


def _tidy(value: RawCell) -> Cell:
    """A calamine value as a cell: whole numbers as int, truth values as Excel's words, blanks as None.

    Times of day (no date) are bad cells.
    """
    if isinstance(value, bool):
        return "SAND" if value else "FALSK"
    if isinstance(value, str):
        return None if not value or value.isspace() else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime.time):
        return BadCell("fejlvaerdi", value.isoformat())
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return BadCell("fejlvaerdi", f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}")
    return value


def _tidy_column(values: Sequence[RawCell]) -> list[Cell]:
    """The cells of a column; each distinct value is converted once, since most of a sheet repeats a few."""
    distinct = set(values)
    # in Python True equals 1: only where 0 or 1 occurs can a truth value hide among numbers
    if (0 in distinct or 1 in distinct) and bool in set(map(type, values)):
        return [_tidy(value) for value in values]
    changed: dict[RawCell, Cell] = {
        value: _tidy(value) for value in distinct if not isinstance(value, str) or not value or value.isspace()
    }
    if not changed:
        return cast("list[Cell]", list(values))
    return cast("list[Cell]", list(map(changed.get, values, values)))


def _insert_bad_cells(columns: list[list[Cell]], bad: dict[tuple[int, int], BadCell], merged: Iterable[Range]) -> None:
    """Insert bad cells, which calamine gives as blank; a merged range without content is only formatting."""
    height = max([len(columns[0]) if columns else 0, *(row for row, _ in bad)])
    width = max([len(columns), *(column for _, column in bad)])
    columns.extend([] for _ in range(width - len(columns)))
    for values in columns:
        values.extend([None] * (height - len(values)))
    for (row, column), cell in bad.items():
        columns[column - 1][row - 1] = cell
    for area in merged:
        rows = slice(area.top - 1, min(area.bottom, height))
        covered = columns[area.left - 1 : area.right]
        if any(value is not None for values in covered for value in values[rows]):
            for values in covered:
                values[rows] = [BadCell("flettet", str(area))] * len(values[rows])


def _assemble(
    file: str, sheet: str | None, columns: list[list[Cell]], row_numbers: Sequence[int], notes: tuple[str, ...]
) -> DataSheet:
    filled = [index for index, values in enumerate(columns) if any(value is not None for value in values)]
    if not filled:
        container = "filen" if sheet is None else "arket"
        remedy = "Se efter, om det er den rigtige fil og det rigtige ark."
        raise FileFault(f"Der står ikke noget i {container}.", place=Place(file=file, sheet=sheet), remedy=remedy)
    columns = columns[filled[0] : filled[-1] + 1]
    blank = _blank_rows(columns, len(row_numbers))
    is_data = [index not in blank for index in range(len(row_numbers))]
    header_index = is_data.index(True)
    is_data[header_index] = False
    header_cells = tuple(values[header_index] for values in columns)
    _refuse_merged(header_cells, Place(file=file, sheet=sheet))
    present = [header_index, *compress(range(len(is_data)), is_data)]
    skipped = present[-1] - header_index + 1 - len(present)
    first = header_index + 1
    no_gaps = all(is_data[first:])
    if skipped:
        notes = (*notes, f"{skipped} {'tom række' if skipped == 1 else 'tomme rækker'} mellem data er sprunget over.")
    return DataSheet(
        file=file,
        sheet=sheet,
        header=tuple(map(_header_text, header_cells)),
        header_cells=header_cells,
        header_row=row_numbers[header_index],
        columns=tuple(tuple(values[first:] if no_gaps else compress(values, is_data)) for values in columns),
        rows=tuple(compress(row_numbers, is_data)),
        first_column=filled[0] + 1,
        notes=notes,
    )


def _blank_rows(columns: list[list[Cell]], height: int) -> set[int]:
    blank: Iterable[int] = range(height)
    for values in columns:
        blank = [index for index in blank if values[index] is None]
    return set(blank)


def _refuse_merged(header: Iterable[Cell], place: Place) -> None:
    for cell in header:
        if isinstance(cell, BadCell) and cell.code == "flettet":
            raise FileFault(
                "Overskriften er flettet over flere celler.",
                place=Place(file=place.file, sheet=place.sheet, cell=cell.content),
                remedy="Arkets første række skal have én overskrift i hver celle: Slet rækker over den, "
                "ophæv fletningen i Excel (Hjem > Flet og centrer), og gem filen.",
            )


def _header_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, BadCell):
        return cell.content
    return str(cell).strip()
