"""Cells of a spreadsheet as values, and how a spreadsheet names them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class BadCell:
    """A cell that cannot be read: what is wrong with it, and what it holds.

    `code` is ``formel-uden-vaerdi``, ``fejlvaerdi`` or ``flettet``; `content` is the formula, the error value or
    the merged range.
    """

    code: str
    content: str


Cell = str | int | float | datetime.date | datetime.datetime | BadCell | None


#: A cell as calamine gives it: ``""`` for a blank.
RawCell = str | int | float | datetime.date | datetime.datetime | datetime.time | datetime.timedelta


@dataclass(frozen=True)
class Range:
    """A rectangle of cells; rows and columns count from 1 and both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """``B3:C4``, as Excel writes it."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


def column_letters(number: int) -> str:
    """The letters of a spreadsheet's column: 1 is ``A``, 27 is ``AA``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
