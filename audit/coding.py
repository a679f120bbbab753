"""Coding: from the cells of a file to columns of codes, with a finding for every cell that cannot be read.

Each distinct value of a column is read once; what it becomes is then looked up for every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from audit import headers
from audit.cases import Cases, Column, Mask, Origin, code_type
from audit.condition import Key
from audit.danish import did_you_mean, listing, same
from audit.errors import Place
from audit.files import BadCell, Cell, DataSheet
from audit.findings import Finding, finding
from audit.headers import Headers, Target
from audit.questionnaire import Option, Question, Questionnaire, Variable
from audit.routing import Routing

_DAY = re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4})")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_EXCEL_DAY_0 = date(1899, 12, 30)
#: Numbers that are read as Excel's own day numbers (1927-2099): too large to be a year, too small to be 20150501.
_EXCEL_DAYS = range(10_000, 73_051)
_YEARS = range(1900, 2100)


@dataclass(frozen=True)
class Coded:
    """The cases of a file and what was found while reading it."""

    cases: Cases
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Fault:
    """Why a value cannot be read: a code of the catalogue and what fills in its text."""

    code: str
    values: tuple[tuple[str, object], ...]

    @staticmethod
    def of(code: str, **values: object) -> _Fault:
        return _Fault(code, tuple(values.items()))


_Read = Callable[[Cell], Any]


def code(sheet: DataSheet, questionnaire: Questionnaire, *, ignore: Collection[str] = ()) -> Coded:
    """The cases of a sheet. `ignore` are headers of columns to leave out.

    Nothing is refused here: what cannot be read is a finding, and its cell counts as unreadable.
    """
    found = headers.match(sheet, questionnaire, ignore=ignore)
    coder = _Coder(sheet, questionnaire)
    for index, target in sorted(found.targets.items(), key=_dates_last):
        coder.column(index, target)
    cases = Cases(questionnaire, len(sheet.rows), coder.data, coder.unreadable, _origin(sheet, questionnaire, found))
    notes = [finding("laest", place=Place(file=sheet.file), values={"text": note}) for note in sheet.notes]
    lacking = _lacking(cases, found, sheet)
    return Coded(cases, (*notes, *found.findings, *lacking, *coder.findings))


def _dates_last(item: tuple[int, Target]) -> bool:
    """A date column may fill in its status column, so that one is read first."""
    variable = item[1].variable
    return variable is not None and variable.kind == "date"


def _origin(sheet: DataSheet, questionnaire: Questionnaire, found: Headers) -> Origin:
    columns: dict[str, tuple[int, str]] = {}
    for index, target in found.targets.items():
        place = (sheet.first_column + index, sheet.header[index])
        if target.variable is not None:
            columns[target.name] = place
            status = f"{target.name}_status"
            if target.variable.kind == "date" and status in questionnaire.by_column:
                columns.setdefault(status, place)
        else:
            for variable in questionnaire.answers[Key(target.question.id)]:
                columns.setdefault(variable.name, place)
    return Origin(sheet.file, sheet.sheet, sheet.rows, columns, cells=sheet.sheet is not None)


def _lacking(cases: Cases, found: Headers, sheet: DataSheet) -> list[Finding]:
    """Columns that the file lacks: a fault where some case is asked, a note where it may lack them."""
    routing = Routing(cases)
    findings: list[Finding] = []
    optional: list[Variable] = []
    for question in cases.questionnaire.questions:
        lacking = [v for v in _own(cases.questionnaire, question) if not cases.has(v.name)]
        several = question.type == "choices" and question.column in found.guessed
        demanded = [v for v in lacking if not v.optional and v.name not in found.guessed and not several]
        optional.extend(variable for variable in lacking if variable.optional and variable.role != "status")
        if demanded and not routing.asked(question.id).false.all():
            whole = question.type == "choices" and len(demanded) == len(question.options)
            numbers = [question.id] if whole else [variable.number for variable in demanded]
            values = {"number": listing(numbers)}
            findings.append(
                finding(
                    "manglende-kolonne",
                    place=Place(file=sheet.file, sheet=sheet.sheet),
                    questions=numbers,
                    values=values,
                )
            )
    optional.extend(v for v in cases.questionnaire.variables if v.rule and not cases.has(v.name))
    if optional:
        values = {"numbers": listing([variable.number for variable in optional])}
        findings.append(finding("valgfri-kolonner", place=Place(file=sheet.file, sheet=sheet.sheet), values=values))
    return findings


def _own(questionnaire: Questionnaire, question: Question) -> list[Variable]:
    return [v for v in questionnaire.variables if v.question is question and v.rule is None]


class _Coder:
    """Reads the columns of one sheet into `data`, noting what cannot be read."""

    def __init__(self, sheet: DataSheet, questionnaire: Questionnaire) -> None:
        self.sheet = sheet
        self.questionnaire = questionnaire
        self.data: dict[str, Column] = {}
        self.unreadable: dict[str, Mask] = {}
        self.findings: list[Finding] = []

    def column(self, index: int, target: Target) -> None:
        """Read one column of the sheet into the variables of its target."""
        cells = _without_booleans(self.sheet.columns[index])
        variable = target.variable
        if variable is None:
            self._several(cells, target)
        elif variable.kind in ("code", "flag"):
            read = _flag if variable.kind == "flag" else _code_reader(variable)
            self._keep(variable, cells, read, 0, code_type(len(variable.options)), target)
        elif variable.kind == "number":
            self._keep(variable, cells, _number, np.nan, np.float64, target)
        elif variable.kind == "text":
            self._keep(variable, cells, _text, None, object, target)
        else:
            self._dates(variable, cells, target)

    def _keep(
        self, variable: Variable, cells: Sequence[Cell], read: _Read, blank: object, dtype: Any, target: Target
    ) -> None:
        table, broken = self._table([variable], cells, read, blank, target)
        self.data[variable.name] = _looked_up(cells, table, dtype)
        if broken is not None:
            self.unreadable[variable.name] = broken

    def _several(self, cells: Sequence[Cell], target: Target) -> None:
        """One column with the answers of a question, separated by semicolons."""
        variables = self.questionnaire.answers[Key(target.question.id)]
        chosen, broken = self._table(variables, cells, _several_reader(target.question), frozenset(), target)
        for variable in variables:
            code = variable.option.code if variable.option else ""
            flags = {cell: code in answers for cell, answers in chosen.items()}
            self.data[variable.name] = _looked_up(cells, flags, np.uint8)
            if broken is not None:
                self.unreadable[variable.name] = broken

    def _dates(self, variable: Variable, cells: Sequence[Cell], target: Target) -> None:
        """A date, or the code or wording of an alternative to it."""
        others = variable.question.options
        table, broken = self._table([variable], cells, _date_reader(others), None, target)
        days = {cell: value if isinstance(value, date) else None for cell, value in table.items()}
        self.data[variable.name] = _looked_up(cells, days, "datetime64[D]")
        if broken is not None:
            self.unreadable[variable.name] = broken
        status = self.questionnaire.by_column.get(f"{variable.name}_status")
        chosen = {cell: value if isinstance(value, int) else 0 for cell, value in table.items()}
        if status is not None and (any(chosen.values()) or status.name not in self.data):
            self.data[status.name] = np.maximum(
                self.data.get(status.name, np.uint8(0)), _looked_up(cells, chosen, np.uint8)
            )

    def _table(
        self, variables: Sequence[Variable], cells: Sequence[Cell], read: _Read, blank: object, target: Target
    ) -> tuple[dict[Cell, Any], Mask | None]:
        """What each distinct cell becomes (`blank` for what cannot be read), and the rows that cannot be read."""
        table: dict[Cell, Any] = {None: blank}
        faults: dict[Cell, _Fault] = {}
        for cell in set(cells) - {None}:
            value = _bad(cell) if isinstance(cell, BadCell) else read(cell)
            if isinstance(value, _Fault):
                faults[cell] = value
            table[cell] = blank if isinstance(value, _Fault) else value
        if not faults:
            return table, None
        self._tell(variables, cells, faults, target)
        return table, np.fromiter((cell in faults for cell in cells), np.bool_, len(cells))

    def _tell(
        self, variables: Sequence[Variable], cells: Sequence[Cell], faults: Mapping[Cell, _Fault], target: Target
    ) -> None:
        rows: dict[Cell, list[int]] = {}
        for row, cell in enumerate(cells):
            if cell in faults:
                rows.setdefault(cell, []).append(row)
        for cell, where in rows.items():
            fault = faults[cell]
            values = {"number": _called(target), **dict(fault.values)}
            told = where[:1] if fault.code == "flettet" else where
            names = [variable.name for variable in variables]
            self.findings.append(finding(fault.code, told, variables=names, questions=[target.number], values=values))


def _called(target: Target) -> str:
    return target.question.title if target.question.identification else target.number


def _looked_up(cells: Sequence[Cell], table: Mapping[Cell, Any], dtype: Any) -> Column:
    values = list(map(table.__getitem__, cells))
    if dtype is object:
        column = np.empty(len(values), dtype=object)
        column[:] = values
        return column
    return np.array(values, dtype=dtype)


def _without_booleans(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells with truth values as text: in Python True equals 1, in a spreadsheet SAND is no code."""
    if bool not in set(map(type, cells)):
        return cells
    return [_shown(cell) if isinstance(cell, bool) else cell for cell in cells]


# --- one cell ---------------------------------------------------------------------------------------------------------


def _bad(cell: BadCell) -> _Fault:
    return _Fault.of(cell.code, shown=cell.shown)


def _shown(cell: Cell) -> str:
    """A cell as the user sees it."""
    if isinstance(cell, bool):
        return "SAND" if cell else "FALSK"
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return str(cell)


def _text(cell: Cell) -> str:
    return _shown(cell)


def _number(cell: Cell) -> float | _Fault:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = _shown(cell).strip()
    if re.fullmatch(r"-?\d+([.,]\d+)?", text):
        return float(text.replace(",", "."))
    return _Fault.of("ugyldigt-tal", shown=text)


def _flag(cell: Cell) -> int | _Fault:
    text = _shown(cell).strip()
    flags = {"0": 0, "1": 1, "SAND": 1, "FALSK": 0}
    return flags[text] if text in flags else _Fault.of("ugyldigt-flag", shown=text)


def _code_reader(variable: Variable) -> _Read:
    """Reads a code or a wording into the option's position."""
    positions = {
        same(name): place
        for place, option in reversed([*enumerate(variable.options, start=1)])
        for name in option.names
    }
    # a date question's own alternative in its status column ("1 Dato") says no more than the date does
    positions.update({same(name): 0 for o in variable.question.options if o.date for name in (o.code, o.text)})

    def read(cell: Cell) -> int | _Fault:
        text = _shown(cell).strip()
        place = positions.get(same(text))
        return _unknown(text, variable.options) if place is None else place

    return read


def _unknown(text: str, options: Sequence[Option]) -> _Fault:
    hint = did_you_mean(text, [option.shown for option in options])
    shown = [f"{option.code} {option.shown}" for option in options]
    expected = "" if hint else f"Svarene er {listing(shown[:5], 'eller') if len(shown) <= 5 else ', '.join(shown)}."
    return _Fault.of("ukendt-svar", shown=text, hint=hint, expected=expected)


def _several_reader(question: Question) -> _Read:
    names = {same(name): option.code for option in reversed(question.options) for name in option.names}

    def read(cell: Cell) -> frozenset[str] | _Fault:
        parts = [part.strip() for part in _shown(cell).split(";") if part.strip()]
        unknown = next((part for part in parts if same(part) not in names), None)
        if unknown is not None:
            return _unknown(unknown, question.options)
        return frozenset(names[same(part)] for part in parts)

    return read


def _date_reader(options: Sequence[Option]) -> _Read:
    """Reads a date; or an alternative to it, as its position among the alternatives."""
    others = [option for option in options if not option.date]
    places = {same(name): place for place, option in enumerate(others, start=1) for name in option.names}
    also = f" eller {listing([option.shown for option in others], 'eller')}" if others else ""

    def read(cell: Cell) -> date | int | _Fault:
        day = _day(cell)
        if day is not None and day.year in _YEARS:
            return day
        text = _shown(cell).strip()
        if same(text) in places:
            return places[same(text)]
        return _Fault.of("ugyldig-dato", shown=text, others=also)

    return read


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool):
        return _EXCEL_DAY_0 + timedelta(days=cell) if cell in _EXCEL_DAYS else None
    if not isinstance(cell, str):
        return None
    written = _ISO.fullmatch(cell.strip()) or _DAY.fullmatch(cell.strip())
    if written is None:
        return None
    try:
        return date(int(written["y"]), int(written["m"]), int(written["d"]))
    except ValueError:
        return None
