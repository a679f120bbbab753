"""Cases: their codes, with where they were read and what each is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from audit.base.errors import Place
from audit.cases.codes import Codes, Column, Mask, code_type, encode_texts
from audit.cases.findings import Finding, Message
from audit.cases.frame import case_frame
from audit.files.cells import column_letters
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Questionnaire, Variable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Origin:
    """Where the cases were read: for each row its number in the file, for each variable its column there.

    `columns` gives the number of the column (A = 1) and its header; `cells` says whether places are cell references.
    """

    file: str
    sheet: str | None
    rows: Sequence[int]
    columns: Mapping[str, tuple[int, str]]
    cells: bool


@dataclass(frozen=True, eq=False)
class Cases(Codes):
    """Answers to a questionnaire, one row a case, one compact column a variable (`audit.cases.codes`)."""

    origin: Origin | None = None
    #: Rows of a text column that a person vouches to hold no CPR number.
    vouched: Mapping[str, Mask] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The codes as a DataFrame, one row a case, one column a variable (`audit.cases.frame`)."""
        return case_frame(self)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What each case is called: its key fields joined by ``/``; blank where the file has none."""
        parts = [self.strings(variable) for variable in self.key_variables]
        return tuple("/".join(texts) for texts in zip(*parts, strict=True)) if self.size else ()

    @property
    def key_variables(self) -> tuple[Variable, ...]:
        """The columns that identify a case."""
        by_id = self.questionnaire.by_id
        return tuple(self.questionnaire.by_column[by_id[name].column] for name in self.questionnaire.key)

    def units(self) -> tuple[str, ...]:
        """The unit of each case by name; blank where it is unknown."""
        return tuple(self.strings(self.questionnaire.by_column[self.questionnaire.unit_question.column]))

    @property
    def unreadable_count(self) -> int:
        """How many answers could not be read (a several-answer question counts once in a case)."""
        masks = [self.unreadable_in(key) for key in self.questionnaire.answers]
        return sum(int(mask.sum()) for mask in masks if mask is not None)

    def select(self, mask: Mask) -> Cases:
        """The cases of a mask, without their origin."""
        data = {name: column[mask] for name, column in self.data.items()}
        unreadable = {name: rows[mask] for name, rows in self.unreadable.items()}
        vouched = {name: rows[mask] for name, rows in self.vouched.items()}
        return Cases(self.questionnaire, int(mask.sum()), data, self.texts, unreadable, None, vouched)

    def place(self, row: int, variables: Sequence[str], questions: Sequence[str] = ()) -> Place:
        """The place of some variables of one case: cells of a workbook, a line of a file, or the case itself."""
        case = self.keys[row] or None
        if self.origin is None:
            return Place(case=case, column=", ".join(variables) or None, questions=tuple(questions))
        columns = dict.fromkeys(self.origin.columns[name] for name in variables if name in self.origin.columns)
        number = self.origin.rows[row]
        cells = _cell_references([column for column, _ in columns], number) if self.origin.cells and columns else None
        column = ", ".join(variables if self.origin.cells else [header for _, header in columns])
        return Place(self.origin.file, self.origin.sheet, cells, number, column or None, case, tuple(questions))

    def messages(self, findings: Iterable[Finding]) -> list[Message]:
        """Findings as one message per row, with places: the file's first, then row by row from left to right."""
        messages: list[tuple[int, int, Message]] = []
        for finding in findings:
            if not finding.rows:
                place = finding.place or Place(questions=finding.questions)
                messages.append((-1, 0, Message.from_finding(finding, place)))
            column = min((self._order[name] for name in finding.variables), default=0)
            for row in finding.rows:
                answers = f"Her står: {self._rule_answers(row, finding.variables)}." if finding.rule else ""
                place = self.place(row, finding.variables, finding.questions)
                messages.append((row, column, Message.from_finding(finding, place, answers)))
        return [message for _, _, message in sorted(messages, key=lambda entry: entry[:2])]

    def _rule_answers(self, row: int, names: Sequence[str]) -> str:
        """The answers of one case that a rule reads: ``3.1 Nej; 3.2 ubesvaret``."""
        answers: dict[Key, list[str]] = {}
        for variable in map(self.questionnaire.by_column.__getitem__, names):
            if variable.role in ("answer", "status"):
                value = self._wording(variable, row)
                answers.setdefault(variable.key, []).extend([value] if value else [])
        return "; ".join(f"{key} {', '.join(values) or 'ubesvaret'}" for key, values in answers.items())

    def _wording(self, variable: Variable, row: int) -> str:
        case = replace(self, size=1, data={variable.name: self.column(variable)[row : row + 1]})
        if variable.option is not None:
            return variable.option.title if case.data[variable.name][0] else ""
        return case.strings(variable)[0]

    @cached_property
    def _order(self) -> Mapping[str, int]:
        """For each variable the number of its column in the file; those that the file lacks come last."""
        columns = self.origin.columns if self.origin else {}
        names = list(self.questionnaire.by_column)
        last = max((number for number, _ in columns.values()), default=0)
        return {name: columns[name][0] if name in columns else last + at for at, name in enumerate(names, start=1)}


def _cell_references(columns: Sequence[int], row: int) -> str:
    """``K7``, ``K7, M7``; three or more cells side by side as ``K7:N7``."""
    runs: list[list[int]] = []
    for column in sorted(columns):
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    references = []
    for run in runs:
        names = [f"{column_letters(column)}{row}" for column in run]
        references.extend([f"{names[0]}:{names[-1]}"] if len(names) > 2 else names)
    return ", ".join(references)


def from_codes(questionnaire: Questionnaire, columns: Mapping[str, Sequence[str | None]]) -> Cases:
    """Cases from texts that are known to be valid: form codes, ISO dates, 0/1; blank is None or the empty string.

    For notebooks, generators and tests. Raises KeyError for an unknown column or code, ValueError for a bad date.
    """
    sizes = {len(values) for values in columns.values()}
    if len(sizes) > 1:
        raise ValueError("the columns are not equally long")
    data, texts = {}, {}
    for name, values in columns.items():
        variable = questionnaire.by_column[name]
        if variable.kind == "text":
            data[name], texts[name] = encode_texts([value or "" for value in values])
        else:
            data[name] = _column_from_codes(variable, values)
    return Cases(questionnaire, sizes.pop() if sizes else 0, data, texts)


def _column_from_codes(variable: Variable, values: Sequence[str | None]) -> Column:
    if variable.kind == "date":
        return np.array([value or "NaT" for value in values], dtype="datetime64[D]")
    if variable.kind == "number":
        return np.array([float(value) if value else np.nan for value in values], dtype=np.float64)
    if variable.kind == "flag":
        positions = {None: 0, "": 0, "0": 0, "1": 1}
    else:
        positions = {
            None: 0,
            "": 0,
            **{option.code: position for position, option in enumerate(variable.options, start=1)},
        }
    return np.array([positions[value] for value in values], dtype=code_type(len(variable.options)))
