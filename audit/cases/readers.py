"""Readers of one cell: what it becomes for each kind of variable, or why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from audit.base import cpr
from audit.base.danish import did_you_mean, listing, same
from audit.cases.findings import excerpt
from audit.files.cells import BadCell, Cell
from audit.questionnaire.model import Option, Variable

#: Perhaps with a time of day, which pandas writes.
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?")
_DAY = re.compile(r"(?P<d>\d{1,2})(?P<sign>[-./])(?P<m>\d{1,2})(?P=sign)(?P<y>\d{4})")
#: Excel's own day number, perhaps with a time of day; five digits are too many for a year, too few for 20150501.
_NUMBERED = re.compile(r"(?P<days>\d{5})([.,]\d+)?")
_EXCEL_DAY_0 = date(1899, 12, 30)
_YEARS = range(1900, 2100)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
#: A full stop before three digits may be a thousands separator.
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_WHOLE_FLOAT = re.compile(r"\d+\.0")
_LINE_END = re.compile(r"\r\n?")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: What a spreadsheet writes of a long number, and how many digits it keeps.
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_DIGITS = 15
_BOOLEANS = {"falsk": 0, "sand": 1, "false": 0, "true": 1}
_FLAGS = {"0": 0, "1": 1, **_BOOLEANS}
#: What pandas writes for nothing, where it is told to write anything.
NOTHING = frozenset({"nan", "NaN", "<NA>", "NaT", "None"})


@dataclass(frozen=True)
class CellFault:
    """Why a cell cannot be read: a code of the catalogue and what fills in its text."""

    code: str
    values: tuple[tuple[str, object], ...]


_T = TypeVar("_T")
#: What a cell becomes, or why it cannot be read.
Reader = Callable[[Cell], _T | CellFault]


def _fault(code: str, **values: object) -> CellFault:
    return CellFault(code, tuple(values.items()))


def bad_cell_fault(cell: BadCell) -> CellFault:
    """The fault of a cell that the file itself marks as wrong."""
    return _fault(cell.code, shown=excerpt(cell.content))


def _display_text(cell: Cell) -> str:
    """A cell as the user sees it."""
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", ",")
    if isinstance(cell, int):
        return cpr.restore_zero(cell)
    return str(cell).strip()


def text_reader(variable: Variable) -> Callable[[Cell], str]:
    """Reads any text. A whole number in an identification is never taken for a CPR number without its zero."""
    is_plain = variable.question.identification
    return lambda cell: str(cell) if is_plain and isinstance(cell, int) else canonical(_display_text(cell))


def key_reader(cell: Cell) -> str | CellFault:
    """Reads a case number. What a spreadsheet has made of it by itself cannot be a number that anybody wrote."""
    text = str(cell) if isinstance(cell, int) else canonical(_display_text(cell))
    if isinstance(cell, date):
        return _fault("noegle-dato", shown=excerpt(text))
    if _ROUNDED.fullmatch(text) or (isinstance(cell, int | float) and abs(cell) >= 10**_DIGITS):
        return _fault("noegle-afrundet", shown=excerpt(text))
    if isinstance(cell, float):
        return _fault("noegle-decimaltal", shown=excerpt(text))
    if same(text) in _BOOLEANS:
        return _fault("noegle-sand", shown=excerpt(text))
    return text


def canonical(text: str) -> str:
    """A text as it is stored, wherever it came from: lines end in a line feed, nothing invisible is in it or around it.

    Dropped is what no workbook can hold: control characters other than the tab, and what is no character at all.
    """
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text)).strip()


def has_decimal_point(cells: Iterable[Cell]) -> bool:
    """Whether the full stop in the numbers of a column is a decimal point.

    It is where it can be nothing else in one of them, and none has a comma.
    """
    numbers = [text for text in (cell.strip() for cell in cells if isinstance(cell, str)) if _NUMBER.fullmatch(text)]
    points = [text for text in numbers if "." in text]
    return not any("," in text for text in numbers) and not all(map(_THOUSANDS.fullmatch, points))


def number_reader(*, decimal_point: bool = False) -> Reader[float]:
    """Reads a number, with a decimal comma or a decimal point.

    ``1.234`` may be in thousands and is refused, unless the full stop is known to be a `decimal_point`.
    """

    def read(cell: Cell) -> float | CellFault:
        if isinstance(cell, int | float):
            return float(cell)
        text = _display_text(cell)
        if not _NUMBER.fullmatch(text) or (_THOUSANDS.fullmatch(text) and not decimal_point):
            return _fault("ugyldigt-tal", shown=excerpt(text))
        return float(text.replace(",", "."))

    return read


def point_text(number: str) -> str:
    """A number (`audit.scoring.answersets.number_text`) with a decimal point that is never taken for thousands."""
    return f"{number}0" if _THOUSANDS.fullmatch(number) else number


def comma_text(number: str) -> str:
    """The same number with a decimal comma."""
    return number.replace(".", ",")


def are_floats(texts: Iterable[str]) -> bool:
    """Whether all that is not blank is whole numbers with ``.0``: pandas makes them of a column that has blanks."""
    filled = [text for text in texts if text]
    return bool(filled) and all(map(_WHOLE_FLOAT.fullmatch, filled))


def read_flag(cell: Cell) -> int | CellFault:
    """Reads whether an answer is chosen."""
    text = _display_text(cell)
    value = _FLAGS.get(same(text))
    return _fault("ugyldigt-flag", shown=excerpt(text)) if value is None else value


def code_reader(variable: Variable) -> Reader[int]:
    """Reads a code or a wording into the option's position."""
    positions = _positions_by_name(variable.options)
    # a date question's own alternative in its status column ("1 Dato") says no more than the date does
    positions.update({same(name): 0 for option in variable.question.options if option.date for name in option.names})

    def read(cell: Cell) -> int | CellFault:
        position = positions.get(same(_display_text(cell)))
        return _unknown_answer(_display_text(cell), variable.options) if position is None else position

    return read


def several_reader(options: Sequence[Option]) -> Reader[frozenset[str]]:
    """Reads codes or wordings separated by semicolons into the set of the options' codes."""
    positions = _positions_by_name(options)

    def read(cell: Cell) -> frozenset[str] | CellFault:
        parts = [part.strip() for part in _display_text(cell).split(";") if part.strip()]
        unknown = next((part for part in parts if same(part) not in positions), None)
        if unknown is not None:
            return _unknown_answer(unknown, options)
        return frozenset(options[positions[same(part)] - 1].code for part in parts)

    return read


def date_reader(alternatives: Sequence[Option]) -> Reader[date | int]:
    """Reads a date; or an alternative to it, as its position among the alternatives."""
    positions = _positions_by_name(alternatives)
    alternatives_text = f" eller {listing([option.shown for option in alternatives], 'eller')}" if alternatives else ""

    def read(cell: Cell) -> date | int | CellFault:
        day = _parse_day(cell)
        if day is not None and day.year in _YEARS:
            return day
        position = positions.get(same(_display_text(cell)))
        if position is None:
            return _fault("ugyldig-dato", shown=excerpt(_display_text(cell)), others=alternatives_text)
        return position

    return read


def _positions_by_name(options: Sequence[Option]) -> dict[str, int]:
    """What an answer may be called → its position (from 1); of two with a name in common it is the first."""
    positions: dict[str, int] = {}
    for position, option in enumerate(options, start=1):
        for name in option.names:
            positions.setdefault(same(name), position)
    return positions


def _unknown_answer(text: str, options: Sequence[Option]) -> CellFault:
    hint = did_you_mean(text, [option.shown for option in options])
    answers = listing([f"{option.code} {option.shown}" for option in options], "eller")
    return _fault("ukendt-svar", shown=excerpt(text), hint=hint, expected="" if hint else f" Svarene er {answers}.")


def _parse_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _display_text(cell)
    day_number = _NUMBERED.fullmatch(text)
    if day_number is not None:
        return _EXCEL_DAY_0 + timedelta(days=int(day_number["days"]))
    match = _ISO.fullmatch(text) or _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
