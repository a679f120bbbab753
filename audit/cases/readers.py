"""Readers of one cell: what it becomes for each kind of variable, or why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from audit.base import cpr
from audit.base.danish import did_you_mean, listing, same
from audit.cases.findings import excerpt
from audit.files.cells import BadCell, Cell
from audit.questionnaire.model import Option, Variable

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_DAY = re.compile(r"(?P<d>\d{1,2})(?P<sign>[-./])(?P<m>\d{1,2})(?P=sign)(?P<y>\d{4})")
#: Excel's own day number, perhaps with a time of day; five digits are too many for a year, too few for 20150501.
_NUMBERED = re.compile(r"(?P<days>\d{5})([.,]\d+)?")
_EXCEL_DAY_0 = date(1899, 12, 30)
_YEARS = range(1900, 2100)
#: A full stop before three digits may be meant to stand between thousands.
_NUMBER = re.compile(r"(?!-?[1-9]\d{0,2}\.\d{3}$)-?\d+([.,]\d+)?")
_LINE_END = re.compile(r"\r\n?")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FLAGS = {"0": 0, "1": 1, "falsk": 0, "sand": 1}


@dataclass(frozen=True)
class Unread:
    """Why a cell cannot be read: a code of the catalogue and what fills in its text."""

    code: str
    values: tuple[tuple[str, object], ...]

    @staticmethod
    def of(code: str, **values: object) -> Unread:
        """A fault with what its text needs."""
        return Unread(code, tuple(values.items()))


Reader = Callable[[Cell], Any]


def bad(cell: BadCell) -> Unread:
    """What the file itself says is wrong with a cell."""
    return Unread.of(cell.code, shown=excerpt(cell.shown))


def _shown(cell: Cell) -> str:
    """A cell as the user sees it."""
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", ",")
    if isinstance(cell, int):
        return cpr.restore_zero(cell)
    return str(cell).strip()


def text_reader(variable: Variable) -> Reader:
    """Reads any text. A whole number in an identification is never taken for a CPR number without its nought."""
    plain = variable.question.identification
    return lambda cell: str(cell) if plain and isinstance(cell, int) else canonical(_shown(cell))


def canonical(text: str) -> str:
    """A text as it is kept whatever way it came: lines end in a line feed alone, nothing unseen is in it or around it.

    Dropped is what no workbook can hold: control characters other than the tab, and what is no character at all.
    """
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text)).strip()


def number(cell: Cell) -> float | Unread:
    """Reads a number, with a decimal comma or a decimal point."""
    if isinstance(cell, int | float):
        return float(cell)
    text = _shown(cell)
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else Unread.of("ugyldigt-tal", shown=excerpt(text))


def flag(cell: Cell) -> int | Unread:
    """Reads whether an answer is chosen."""
    text = _shown(cell)
    found = _FLAGS.get(same(text))
    return Unread.of("ugyldigt-flag", shown=excerpt(text)) if found is None else found


def code_reader(variable: Variable) -> Reader:
    """Reads a code or a wording into the option's position."""
    positions = _names(variable.options)
    # a date question's own alternative in its status column ("1 Dato") says no more than the date does
    positions.update({same(name): 0 for option in variable.question.options if option.date for name in option.names})

    def read(cell: Cell) -> int | Unread:
        place = positions.get(same(_shown(cell)))
        return _unknown(_shown(cell), variable.options) if place is None else place

    return read


def several_reader(options: Sequence[Option]) -> Reader:
    """Reads codes or wordings separated by semicolons into the set of the options' codes."""
    positions = _names(options)

    def read(cell: Cell) -> frozenset[str] | Unread:
        parts = [part.strip() for part in _shown(cell).split(";") if part.strip()]
        unknown = next((part for part in parts if same(part) not in positions), None)
        if unknown is not None:
            return _unknown(unknown, options)
        return frozenset(options[positions[same(part)] - 1].code for part in parts)

    return read


def date_reader(alternatives: Sequence[Option]) -> Reader:
    """Reads a date; or an alternative to it, as its position among the alternatives."""
    positions = _names(alternatives)
    also = f" eller {listing([option.shown for option in alternatives], 'eller')}" if alternatives else ""

    def read(cell: Cell) -> date | int | Unread:
        day = _day(cell)
        if day is not None and day.year in _YEARS:
            return day
        place = positions.get(same(_shown(cell)))
        return Unread.of("ugyldig-dato", shown=excerpt(_shown(cell)), others=also) if place is None else place

    return read


def _names(options: Sequence[Option]) -> dict[str, int]:
    """What an answer may be called → its position (from 1); where two have a name in common, the first has it."""
    positions: dict[str, int] = {}
    for place, option in enumerate(options, start=1):
        for name in option.names:
            positions.setdefault(same(name), place)
    return positions


def _unknown(text: str, options: Sequence[Option]) -> Unread:
    hint = did_you_mean(text, [option.shown for option in options])
    answers = listing([f"{option.code} {option.shown}" for option in options], "eller")
    return Unread.of("ukendt-svar", shown=excerpt(text), hint=hint, expected="" if hint else f" Svarene er {answers}.")


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _shown(cell)
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        return _EXCEL_DAY_0 + timedelta(days=int(numbered["days"]))
    written = _ISO.fullmatch(text) or _DAY.fullmatch(text)
    if written is None:
        return None
    try:
        return date(int(written["y"]), int(written["m"]), int(written["d"]))
    except ValueError:
        return None
