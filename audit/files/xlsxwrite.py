"""Workbooks out: texts that are never formulas, and files with nothing of the clock or the machine in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell

#: The time of creation in every workbook: the same content gives the same bytes.
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl takes dates without a zone
#: The start of what a workbook takes for the code of a character, as in ``_x000D_``.
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

#: Excel's own limit to the text of a cell, in UTF-16 code units.
LONGEST = 32_767

CellValue = str | int | float | date | None


def put(cell: Cell | MergedCell, value: CellValue) -> None:
    """Write a value as what it is: a text stays the same text, whatever sign it begins with or codes it holds."""
    cell.value = _escape(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"


def too_long(text: str) -> int:
    """How long a text is, in UTF-16 code units as it is written, where a cell cannot hold it; else 0."""
    if len(text) * 2 <= LONGEST and "_x" not in text:
        return 0
    length = len(_escape(text).encode("utf-16-le", "surrogatepass")) // 2
    return length if length > LONGEST else 0


def _escape(text: str) -> str:
    return _CODE.sub("_x005F_", text)


def row_height(line: Iterable[tuple[object, float]]) -> float:
    """The height in points of a row of texts, each with the width of its column in characters."""
    rows = [ceil(len(str(value)) / width + (0.4 if len(str(value)) > width else 0)) for value, width in line if value]
    return min(15.0 * max([1, *rows]) + 3, 400.0)


def workbook_bytes(book: Workbook, *, title: str, subject: str) -> bytes:
    """The workbook's bytes; the same workbook gives the same bytes."""
    from openpyxl.xml.functions import tostring

    properties = book.properties
    properties.title, properties.creator, properties.language = title, "praksisaudit", "da-DK"
    properties.subject = subject
    first = io.BytesIO()
    book.save(first)
    properties.created = properties.modified = _CREATED  # saving has set `modified` to now
    core = tostring(properties.to_tree())
    target = io.BytesIO()
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(part, core if name == "docProps/core.xml" else source.read(name))
    return target.getvalue()
