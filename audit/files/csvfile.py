"""A CSV file as columns of cells, with encoding and delimiter detected, and the escaping of formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest

from audit.base.errors import FileFault, Place
from audit.files.cells import Cell

#: What a spreadsheet takes for the start of a formula, and the sign that stops it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_DELIMITERS = {",": "komma", ";": "semikolon", "\t": "tabulator"}
#: The number of records that decide which delimiter a file uses, and that are read at a time (more are slower).
_SAMPLE = _BATCH = 200
_EXCEL_DELIMITER = re.compile(r"sep=([,;\t])(?:\r\n|\r|\n|$)", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}  # all others are UTF-16
#: æ, ø, å, Æ, Ø, Å and é as UTF-8: together they make no sense in Windows-1252.
_DANISH_UTF8 = re.compile(rb"\xc3[\xa6\xb8\xa5\x86\x98\x85\xa9]")


@dataclass(frozen=True)
class CsvColumns:
    """The records of a CSV file column by column, blank ones too, and the physical line (from 1) where each starts.

    A cell is its text without the escaping of a formula, and None where it is blank; equal texts are one object.
    """

    columns: list[list[Cell]]
    lines: list[int]
    notes: tuple[str, ...]


def escape_formula(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it, or where it starts with one."""
    return "'" + text if text.startswith(_FORMULA) else text


def unescape_formula(text: str) -> str:
    """The text as it was before `escape_formula`; any other text unchanged."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def read_csv(data: bytes, file: str) -> CsvColumns:
    """All cells of the CSV file in `data`; `file` is its name in messages.

    Raises FileFault, with the line, for bytes that are not text and for an unclosed quotation mark.
    """
    text, encoding = _decode(data, file)
    declaration = _EXCEL_DELIMITER.match(text)
    delimiter = declaration[1] if declaration else _detect_delimiter(text)
    lines: list[int] = []
    columns = _collect_columns(_parse_records(text, delimiter, file, lines))
    if declaration:
        for column in columns:
            column[0] = None
    return CsvColumns(columns, lines, (f"Læst som {encoding} med {_DELIMITERS[delimiter]} som skilletegn.",))


class _Cells(dict[str, Cell]):
    """The text of a CSV cell → the cell, made the first time that it is asked for."""

    def __missing__(self, text: str) -> Cell:
        plain = unescape_formula(text)
        self[text] = cell = None if not plain or plain.isspace() else plain
        return cell


def _collect_columns(records: Iterator[list[str]]) -> list[list[Cell]]:
    """The cells of the records column by column; a record that is shorter than others ends with blanks.

    Some records at a time: so no more than the columns is ever held of a large file.
    """
    columns: list[list[Cell]] = []
    tables: list[_Cells] = []
    height = 0
    while batch := list(islice(records, _BATCH)):
        texts = list(zip_longest(*batch, fillvalue=""))
        columns.extend([None] * height for _ in range(len(texts) - len(columns)))
        tables.extend(_Cells() for _ in range(len(columns) - len(tables)))
        height += len(batch)
        for column, table, part in zip(columns, tables, texts, strict=False):
            column.extend(map(table.__getitem__, part))
        for column in columns[len(texts) :]:
            column.extend([None] * len(batch))
    return columns


def _decode(data: bytes, file: str) -> tuple[str, str]:
    encoding = _detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        raise FileFault(
            "Her står et tegn, der ikke kan læses: Filen er skåret over, blander flere tegnsæt eller er ikke tekst.",
            place=Place(file=file, row=_line_number(before)),
            remedy='Gem filen igen som "CSV UTF-8" fra Excel, eller brug .xlsx.',
        ) from error
    zero = text.find("\0")
    if zero >= 0:
        raise FileFault(
            "Filen indeholder tegn, som ikke hører til i tekst, og er nok ikke en CSV-fil.",
            place=Place(file=file, row=_line_number(text[:zero])),
            remedy="Åbn den i det program, den er lavet i, og gem den som CSV eller .xlsx.",
        )
    return text, _NAMES.get(encoding, "UTF-16")


def _detect_encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    even, odd = data[:4096:2], data[1:4096:2]
    for zeros, letters, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if 0 not in letters and zeros.count(0) * 10 > len(zeros) * 7:
            return encoding
    return "cp1252" if _is_windows_1252(data) else "utf-8"


def _is_windows_1252(data: bytes) -> bool:
    """Whether the bytes are not UTF-8, not even damaged UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return not _DANISH_UTF8.search(data)
    return False


def _line_number(before: str) -> int:
    """The line number (from 1) of what follows the text `before`."""
    return len(re.findall(r"\r\n|\r|\n", before)) + 1


def _parse_records(text: str, delimiter: str, file: str, lines: list[int]) -> Iterator[list[str]]:
    """The records; the line on which each starts is added to `lines`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            lines.append(line)
            yield record
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileFault(
            "I rækken, der begynder her, er et anførselstegn ikke lukket, eller der står tekst lige efter det.",
            place=Place(file=file, row=line),
            remedy='Sæt anførselstegn (") om hele cellens tekst, og skriv et anførselstegn inde i den to gange ("").',
        ) from error


def _detect_delimiter(text: str) -> str:
    """The delimiter that gives most records as many cells as the header; of those, the one with most cells."""

    file = io.StringIO(text, newline="")

    def score(delimiter: str) -> tuple[float, int]:
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            widths = [len(record) for record in islice(reader, _SAMPLE) if any(record)]
        except csv.Error:
            return 0, 0
        if not widths:  # nothing but delimiters
            return 1, 0
        if widths[0] == 1:
            return 0, 0
        return widths.count(widths[0]) / len(widths), widths[0]

    return max(_DELIMITERS, key=score)
