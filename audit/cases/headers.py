"""Headers: which column of a file holds what.

A header may be the machine name, the printed number, number and text, the whole text, or a remark's printed label, in
any case. What could be two things, or nothing known, is a finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from audit.base import cpr
from audit.base.danish import closest, disguise, listing, same, undisguised
from audit.base.errors import Place
from audit.cases.findings import Finding, excerpt, finding
from audit.files.cells import BadCell
from audit.files.datasheet import DataSheet
from audit.questionnaire.condition import Key
from audit.questionnaire.model import GridRow, Option, Question, Questionnaire, Variable

#: No header; or what pandas calls a column without one when it reads it, the second time with a decimal.
_NAMELESS = re.compile(r"(Unnamed: \d+(\.\d+)*)?")
_ROW_LABELS = "Kolonnen har ingen overskrift og kun rækkernes numre, så den er sprunget over."


@dataclass(frozen=True)
class ColumnTarget:
    """What a column holds: one variable, or (under the question's own name) all the answers of a question."""

    name: str
    variables: tuple[Variable, ...]

    @property
    def question(self) -> Question:
        """The question that it belongs to."""
        return self.variables[0].question

    @property
    def several(self) -> bool:
        """Whether one column holds all the answers of a several-answer question."""
        return self.name != self.variables[0].name

    @property
    def number(self) -> str:
        """The number that it has on the form."""
        return self.question.id if self.several else self.variables[0].number


@dataclass(frozen=True)
class Headers:
    """The columns that are understood (index in the sheet → target), and findings on the others.

    `guessed` are variables that no column was understood to hold, but that one of the others probably does.
    """

    targets: Mapping[int, ColumnTarget]
    findings: tuple[Finding, ...]
    guessed: frozenset[str]


def match_headers(sheet: DataSheet, questionnaire: Questionnaire, *, ignore: Collection[str] = ()) -> Headers:
    """What each column of a sheet holds. `ignore` are headers that the user wants left out."""
    return _Matcher(sheet, questionnaire, {same(header) for header in ignore}).headers()


# --- what a header may be ---------------------------------------------------------------------------------------------


class _HeaderNames:
    """Everything that a header may be, for one questionnaire."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._targets: dict[str, dict[str, ColumnTarget]] = defaultdict(dict)
        #: The names in their own spelling, to guess from.
        self.spellings: dict[str, ColumnTarget] = {}
        for variable in questionnaire.variables:
            self._add(ColumnTarget(variable.name, (variable,)), _variable_names(variable))
        for question in questionnaire.questions:
            if question.type == "choices":
                target = ColumnTarget(question.column, questionnaire.answers[Key(question.id)])
                self._add(target, _question_names(question))

    def _add(self, target: ColumnTarget, names: Iterator[str]) -> None:
        for name in names:
            self._targets[same(name)].setdefault(target.name, target)
            self.spellings.setdefault(name, target)

    def find(self, header: str) -> list[ColumnTarget]:
        """The targets that a header may be."""
        return list(self._targets.get(same(header), {}).values())

    def find_number(self, header: str) -> list[ColumnTarget]:
        """The targets that a header typed as a number may be: Excel turns 2.10 into 2.1 (but 10 never into 1)."""
        endings = ("", "0", "00") if "." in header else ("",)
        return [target for zeros in endings for target in self.find(header + zeros)]


def _variable_names(variable: Variable) -> Iterator[str]:
    yield variable.name
    if variable.role == "status":
        yield f"{variable.question.id} status"
        return
    yield variable.number
    if variable.role == "remark":
        yield from _remark_names(variable)
    elif variable.row is not None:
        for text in _wordings(variable.row):
            yield f"{variable.number} {text}"
            yield text
    elif variable.option is not None:
        for text in _wordings(variable.option):
            yield f"{variable.number} {text}"
    elif variable.role == "answer":
        yield from _question_names(variable.question)


def _remark_names(variable: Variable) -> Iterator[str]:
    question, row = variable.question, variable.row
    label = f"{question.remark if row is None else question.row_remark}"
    if row is None:
        yield label
    else:
        for text in _wordings(row):
            yield f"{variable.key} {text} {label}"
    if not label.startswith(question.id):
        yield f"{variable.key} {label}"


def _question_names(question: Question) -> Iterator[str]:
    yield question.column
    yield question.id
    for text in dict.fromkeys((*_wordings(question), question.title)):
        yield f"{question.id} {text}"
        yield text


def _wordings(item: Question | GridRow | Option) -> tuple[str, ...]:
    """The form's own wording and the corrected one."""
    return tuple(dict.fromkeys((item.text, item.shown)))


# --- the headers of one sheet -----------------------------------------------------------------------------------------


class _Matcher:
    """Decides first which columns are understood, then what the others may be (never what another column holds)."""

    def __init__(self, sheet: DataSheet, questionnaire: Questionnaire, ignored: Collection[str]) -> None:
        self.sheet = sheet
        self.names = _HeaderNames(questionnaire)
        self.all_names = frozenset(questionnaire.by_column)
        self.ignored = ignored
        self.targets: dict[int, ColumnTarget] = {}
        #: For each variable the index of the column that holds it.
        self.column_of: dict[str, int] = {}
        self.guessed: set[str] = set()

    def headers(self) -> Headers:
        """What each column holds, and a finding for each column that is not understood."""
        columns = [index for index, header in enumerate(self.sheet.header) if same(header) not in self.ignored]
        row_labels = list(takewhile(self._is_row_labels, columns))
        columns = columns[len(row_labels) :]
        values: dict[str, object] = {"text": _ROW_LABELS}
        notes = [finding("laest", place=self._place(index), values=values) for index in row_labels]
        notes += [self._note_disguise(index) for index in columns if disguise(self.sheet.header[index])]
        candidates = {index: self._candidates(index) for index in columns}
        with_header = [index for index in columns if self.sheet.header[index]]
        if with_header and not any(candidates.values()):
            values = {"header": excerpt(self.sheet.header[with_header[0]])}
            problem = finding("ingen-kolonner", place=self._place(with_header[0]), values=values)
            return Headers({}, (*notes, problem), self.all_names)
        for index, targets in candidates.items():
            if len(targets) == 1 and not any(variable.name in self.column_of for variable in targets[0].variables):
                self.targets[index] = targets[0]
                self.column_of.update((variable.name, index) for variable in targets[0].variables)
        problems = (self._problem(index, candidates[index]) for index in columns if index not in self.targets)
        findings = (problem for problem in problems if problem is not None)
        return Headers(self.targets, (*notes, *findings), frozenset(self.guessed))

    def _note_disguise(self, index: int) -> Finding:
        header = self.sheet.header[index]
        values = {"number": "Overskriften", "plain": undisguised(header), "shown": disguise(header)}
        return finding("forklaedt", place=self._place(index), values=values)

    def _is_row_labels(self, index: int) -> bool:
        """Whether a column is the index of a DataFrame: whole numbers without a name, each once."""
        if not _NAMELESS.fullmatch(self.sheet.header[index]):
            return False
        cells = list(map(str, self.sheet.columns[index]))
        return len(set(cells)) == len(cells) and all(map(str.isdecimal, cells))

    def _candidates(self, index: int) -> list[ColumnTarget]:
        number = isinstance(self.sheet.header_cells[index], int | float)
        return (self.names.find_number if number else self.names.find)(self.sheet.header[index])

    def _problem(self, index: int, candidates: list[ColumnTarget]) -> Finding | None:
        """Why a column is not understood; None for a blank column."""
        place, header, cell = self._place(index), self.sheet.header[index], self.sheet.header_cells[index]
        values: dict[str, object] = {"header": excerpt(header)}
        if isinstance(cell, BadCell):
            return finding(cell.code, place=place, values={"shown": excerpt(cell.content)})
        if cpr.contains(header):
            return finding("cpr-nummer", place=place)
        if not header:
            blank = all(value is None for value in self.sheet.columns[index])
            return None if blank else finding("kolonne-uden-navn", place=place)
        if not candidates:
            return finding("ukendt-kolonne", place=place, values={**values, "hint": self._hint(header)})
        if len(candidates) == 1:  # two columns hold it, unless one of the two has lost a zero
            others = self.names.find_number(header)[1:]
            candidates = [*candidates, *(target for target in others if self._is_free(target))]
        if len(candidates) == 1:
            return finding("dobbelt-kolonne", place=place, values={**values, "other": self._taken_place(candidates[0])})
        self._guess(*candidates)
        numbers = listing([target.number for target in candidates], "eller")
        return finding("tvetydig-kolonne", place=place, values={**values, "options": numbers})

    def _hint(self, header: str) -> str:
        free = {name: target for name, target in self.names.spellings.items() if self._is_free(target)}
        match = closest(header, list(free))
        if match is None:
            return ""
        self._guess(free[match])
        return f' Mente du "{match}"?'

    def _is_free(self, target: ColumnTarget) -> bool:
        return not any(variable.name in self.column_of for variable in target.variables)

    def _guess(self, *targets: ColumnTarget) -> None:
        """A guess may be wrong, so the variables are not read: they count as unreadable."""
        names = {variable.name for target in targets for variable in target.variables}
        self.guessed |= names - self.column_of.keys()

    def _taken_place(self, target: ColumnTarget) -> str:
        """The place of the column that already holds the same."""
        index = next(self.column_of[variable.name] for variable in target.variables if variable.name in self.column_of)
        return self.sheet.header_cell(index) if self.sheet.sheet else f"nr. {index + 1}"

    def _place(self, index: int) -> Place:
        sheet = self.sheet
        if sheet.sheet is None:
            header = excerpt(sheet.header[index]) or str(index + 1)
            return Place(file=sheet.file, row=sheet.header_row, column=header)
        return Place(file=sheet.file, sheet=sheet.sheet, cell=sheet.header_cell(index), row=sheet.header_row)
