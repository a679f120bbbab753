"""Coding: from the cells of a file to columns of codes, with a finding for every cell that cannot be read.

Each distinct value of a column is read once; what it becomes is then looked up for every row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from audit.base.danish import listing
from audit.base.errors import Place
from audit.cases import headers, readers
from audit.cases.columns import Cases, Column, Mask, Origin, code_type, encoded
from audit.cases.findings import Finding, finding
from audit.cases.headers import ColumnTarget, Headers
from audit.cases.routing import Routing
from audit.files.cells import BadCell, Cell
from audit.files.datasheet import DataSheet
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Questionnaire, Variable


@dataclass(frozen=True)
class Coded:
    """The cases of a file and what was found while reading it."""

    cases: Cases
    findings: tuple[Finding, ...]


def code(sheet: DataSheet, questionnaire: Questionnaire, *, ignore: Collection[str] = ()) -> Coded:
    """The cases of a sheet. `ignore` are headers of columns to leave out.

    Nothing is refused here: what cannot be read is a finding, and its cell counts as unreadable.
    """
    found = headers.match(sheet, questionnaire, ignore=ignore)
    coder = _Coder(sheet, questionnaire, found)
    cases = coder.cases()
    notes = [finding("laest", place=Place(file=sheet.file), values={"text": note}) for note in sheet.notes]
    whole = Place(file=sheet.file, sheet=sheet.sheet)
    lacking = _lacking(cases, found.guessed, whole) if cases.size else [finding("ingen-sager", place=whole)]
    return Coded(cases, (*notes, *found.findings, *lacking, *coder.findings, *coder.merged()))


# --- columns that are not there ---------------------------------------------------------------------------------------


def _lacking(cases: Cases, guessed: Collection[str], place: Place) -> Iterator[Finding]:
    """Columns that the file lacks: a fault where some case is asked, one note for all that it may lack."""
    lacking = [v for v in cases.questionnaire.variables if not cases.has(v.name) and v.name not in guessed]
    routing = Routing(cases)
    for question in cases.questionnaire.questions:
        demanded = [v for v in lacking if v.question is question and not v.optional]
        if demanded and routing.asked(question.id).true.any():
            all_flags = question.type == "choices" and len(demanded) == len(question.options)
            numbers = [question.id] if all_flags else [variable.number for variable in demanded]
            called = [question.title] if question.identification else numbers
            yield finding("manglende-kolonne", place=place, questions=numbers, values={"number": listing(called)})
    optional = [variable.number for variable in lacking if variable.optional and variable.role != "status"]
    if optional:
        yield finding("valgfri-kolonner", place=place, values={"numbers": listing(optional)})


# --- columns that are there -------------------------------------------------------------------------------------------


class _Coder:
    """Reads the columns of one sheet into `data`, noting what cannot be read."""

    def __init__(self, sheet: DataSheet, questionnaire: Questionnaire, found: Headers) -> None:
        self.sheet = sheet
        self.questionnaire = questionnaire
        self.targets = found.targets
        self.data: dict[str, Column] = {}
        self.texts: dict[str, tuple[str, ...]] = {}
        self.unreadable: dict[str, Mask] = {name: self._every_row() for name in found.guessed}
        self.findings: list[Finding] = []
        self._merged: dict[BadCell, tuple[int, list[ColumnTarget]]] = {}

    def cases(self) -> Cases:
        """Read everything."""
        for index, target in sorted(self.targets.items(), key=_dates_last):
            self._column(self.sheet.columns[index], target)
        for question in self.questionnaire.questions:
            if question.type == "choices":
                self._all_or_none(self.questionnaire.answers[Key(question.id)])
        size = len(self.sheet.rows)
        return Cases(self.questionnaire, size, self.data, self.texts, self.unreadable, self._origin())

    def merged(self) -> Iterator[Finding]:
        """One finding for each range of merged cells, however many columns it covers."""
        for cell, (row, targets) in self._merged.items():
            yield self._finding(readers.bad(cell), [row], targets)

    def _every_row(self) -> Mask:
        return np.ones(len(self.sheet.rows), dtype=np.bool_)

    def _column(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """Read one column of the sheet into the variables of its target."""
        variable = target.variables[0]
        if target.several:
            self._several(cells, target)
        elif variable.kind == "code":
            self._one(cells, target, readers.code_reader(variable), 0, code_type(len(variable.options)))
        elif variable.kind == "flag":
            self._one(cells, target, readers.flag, 0, np.uint8)
        elif variable.kind == "number":
            self._one(cells, target, readers.number, np.nan, np.float64)
        elif variable.kind == "text":
            self._text(cells, target)
        else:
            self._date(cells, target)

    def _one(
        self, cells: Sequence[Cell], target: ColumnTarget, read: readers.Reader, blank: object, dtype: Any
    ) -> None:
        self.data[target.name] = _looked_up(cells, self._table(cells, target, read, blank), dtype)

    def _text(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """A text, as its position among the different ones."""
        read = self._table(cells, target, readers.text_reader(target.variables[0]), "")
        positions, different = encoded(list(read.values()))
        places = dict(zip(read, positions.tolist(), strict=True))
        self.data[target.name] = _looked_up(cells, places, np.int32)
        self.texts[target.name] = different

    def _several(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """One column with the answers of a question, separated by semicolons."""
        chosen = self._table(cells, target, readers.several_reader(target.question.options), frozenset())
        for variable in target.variables:
            flags = {cell: variable.option is not None and variable.option.code in chosen[cell] for cell in chosen}
            self.data[variable.name] = _looked_up(cells, flags, np.uint8)

    def _date(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """A date, or the code or wording of an alternative to it."""
        status = self.questionnaire.by_column.get(f"{target.name}_status")
        table = self._table(cells, target, readers.date_reader(status.options if status else ()), None)
        days = {cell: value if isinstance(value, date) else None for cell, value in table.items()}
        self.data[target.name] = _looked_up(cells, days, "datetime64[D]")
        if status is not None:
            places = {cell: value if isinstance(value, int) else 0 for cell, value in table.items()}
            self._status(status, _looked_up(cells, places, np.uint8), target)

    def _status(self, status: Variable, given: Column, target: ColumnTarget) -> None:
        """The alternatives given in the date's column, together with those in the column for them."""
        own = self.data.get(status.name)
        if own is None:
            self.data[status.name] = given
            return
        clash = (own != 0) & (given != 0) & (own != given)
        for one, other in dict.fromkeys(zip(own[clash].tolist(), given[clash].tolist(), strict=True)):
            names = {"one": status.options[one - 1].shown, "other": status.options[other - 1].shown}
            rows = np.flatnonzero((own == one) & (given == other)).tolist()
            values = {"number": target.number, **names}
            variables = [target.name, status.name]
            self.findings.append(
                finding("to-alternativer", rows, variables=variables, questions=[target.number], values=values)
            )
        self.data[status.name] = np.where(clash, 0, np.maximum(own, given)).astype(np.uint8)
        if clash.any():
            self._mark(status.name, clash)

    def _all_or_none(self, variables: Sequence[Variable]) -> None:
        """A several-answer question of which one column is missing or unreadable is unreadable as a whole."""
        masks = [self.unreadable[variable.name] for variable in variables if variable.name in self.unreadable]
        there = [variable.name for variable in variables if variable.name in self.data]
        if there and len(there) < len(variables):
            masks.append(self._every_row())
        if not masks:
            return
        broken = np.logical_or.reduce(masks)
        self.unreadable.update((variable.name, broken) for variable in variables)
        self.data.update((name, np.where(broken, 0, self.data[name]).astype(np.uint8)) for name in there)

    def _origin(self) -> Origin:
        columns: dict[str, tuple[int, str]] = {}
        for index, target in self.targets.items():
            place = (self.sheet.first_column + index, self.sheet.header[index])
            columns.update((variable.name, place) for variable in target.variables)
        for name in self.data.keys() - columns.keys():  # a status that was given in the date's own column
            columns[name] = columns[name.removesuffix("_status")]
        sheet = self.sheet
        return Origin(sheet.file, sheet.sheet, sheet.rows, columns, cells=sheet.sheet is not None)

    # --- what cannot be read ---

    def _table(
        self, cells: Sequence[Cell], target: ColumnTarget, read: readers.Reader, blank: object
    ) -> dict[Cell, Any]:
        """What each distinct cell becomes: `blank` for what cannot be read, which is noted."""
        table: dict[Cell, Any] = {None: blank}
        faults: dict[Cell, readers.Unread] = {}
        for cell in set(cells) - {None}:
            value = readers.bad(cell) if isinstance(cell, BadCell) else read(cell)
            if isinstance(value, readers.Unread):
                faults[cell] = value
            table[cell] = blank if isinstance(value, readers.Unread) else value
        if faults:
            self._tell(cells, faults, target)
            broken = np.fromiter((cell in faults for cell in cells), np.bool_, len(cells))
            for variable in target.variables:
                self._mark(variable.name, broken)
        return table

    def _mark(self, name: str, broken: Mask) -> None:
        self.unreadable[name] = self.unreadable[name] | broken if name in self.unreadable else broken

    def _tell(self, cells: Sequence[Cell], faults: Mapping[Cell, readers.Unread], target: ColumnTarget) -> None:
        rows: dict[Cell, list[int]] = {}
        for row, cell in enumerate(cells):
            if cell in faults:
                rows.setdefault(cell, []).append(row)
        for cell, where in rows.items():
            if isinstance(cell, BadCell) and cell.code == "flettet":
                self._merged.setdefault(cell, (where[0], []))[1].append(target)
            else:
                self.findings.append(self._finding(faults[cell], where, [target]))

    def _finding(self, fault: readers.Unread, rows: Sequence[int], targets: Sequence[ColumnTarget]) -> Finding:
        names = [variable.name for target in targets for variable in target.variables]
        values = {"number": _called(targets[0]), **dict(fault.values)}
        numbers = [target.number for target in targets]
        return finding(fault.code, rows, variables=names, questions=numbers, values=values)


def _dates_last(item: tuple[int, ColumnTarget]) -> bool:
    """A date column may fill in its status column, so that one is read first."""
    return item[1].variables[0].kind == "date"


def _called(target: ColumnTarget) -> str:
    return target.question.title if target.question.identification else target.number


def _looked_up(cells: Sequence[Cell], table: Mapping[Cell, Any], dtype: Any) -> Column:
    return np.array(list(map(table.__getitem__, cells)), dtype=dtype)
