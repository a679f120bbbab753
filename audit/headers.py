"""Headers: which column of a file holds what.

A header may be the machine name, the printed number, number and text, the whole text, or a remark's printed label, in
any case. What could be two things, or nothing known, is a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from audit.danish import closest, did_you_mean, listing, same
from audit.errors import Place
from audit.files import DataSheet
from audit.findings import Finding, finding
from audit.questionnaire import Question, Questionnaire, Variable


@dataclass(frozen=True)
class Target:
    """What a column holds: one variable, or all the answers of a several-answer question."""

    question: Question
    variable: Variable | None

    @property
    def name(self) -> str:
        """The machine name."""
        return self.variable.name if self.variable else self.question.column

    @property
    def number(self) -> str:
        """What a reader calls it."""
        return self.variable.number if self.variable else self.question.id


@dataclass(frozen=True)
class Headers:
    """The columns that are understood (index in the sheet → target), and what was found wrong.

    `guessed` are targets that a column which was not understood probably stands for.
    """

    targets: Mapping[int, Target]
    findings: tuple[Finding, ...]
    guessed: frozenset[str]


class _Names:
    """Everything that a header may be, for one questionnaire."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.targets: dict[str, dict[str, Target]] = defaultdict(dict)
        #: The name that a person would write for each target, to guess from.
        self.spoken: dict[str, Target] = {}
        for variable in questionnaire.variables:
            self._add(Target(variable.question, variable), _variable_names(variable))
        for question in questionnaire.questions:
            if question.type == "choices":
                self._add(Target(question, None), _question_names(question))

    def _add(self, target: Target, names: Iterator[str]) -> None:
        for name in names:
            self.targets[same(name)].setdefault(target.name, target)
            self.spoken.setdefault(name, target)

    @cached_property
    def known(self) -> list[str]:
        """Every name, as it is written."""
        return list(self.spoken)

    def find(self, header: str) -> list[Target]:
        """The targets that a header may be."""
        return list(self.targets.get(same(header), {}).values())

    def of_number(self, header: str) -> list[Target]:
        """The targets that a header typed as a number may be: Excel turns 2.10 into 2.1."""
        return [target for zeros in ("", "0", "00") for target in self.find(header + zeros)]


def _variable_names(variable: Variable) -> Iterator[str]:
    question = variable.question
    yield variable.name
    yield variable.number
    if variable.role == "remark":
        yield from _remark_names(variable)
    elif variable.role == "answer" and variable.row is not None:
        for text in dict.fromkeys((variable.row.text, variable.row.shown)):
            yield f"{variable.number} {text}"
            yield text
    elif variable.role == "answer" and variable.option is not None:
        for text in dict.fromkeys((variable.option.text, variable.option.shown)):
            yield f"{variable.number} {text}"
    elif variable.role == "answer":
        yield from _question_names(question)


def _remark_names(variable: Variable) -> Iterator[str]:
    question = variable.question
    if variable.row is not None:
        for text in dict.fromkeys((variable.row.text, variable.row.shown)):
            yield f"{variable.key} {text} {question.row_remark}"
        return
    yield question.remark or ""
    yield f"{question.id} {question.remark}"


def _question_names(question: Question) -> Iterator[str]:
    yield question.column
    yield question.id
    for text in dict.fromkeys((question.text, question.shown, question.title)):
        yield f"{question.id} {text}"
        yield text


def match(sheet: DataSheet, questionnaire: Questionnaire, *, ignore: Collection[str] = ()) -> Headers:
    """What each column of a sheet holds. `ignore` are headers that the user wants left out."""
    names = _Names(questionnaire)
    ignored = {same(header) for header in ignore}
    targets: dict[int, Target] = {}
    findings: list[Finding] = []
    guessed: set[str] = set()
    for index, header in enumerate(sheet.header):
        if same(header) in ignored:
            continue
        place = _place(sheet, index)
        if not header:
            if any(cell is not None for cell in sheet.columns[index]):
                findings.append(finding("kolonne-uden-navn", place=place))
            continue
        number = isinstance(sheet.header_cells[index], int | float)
        found = names.of_number(header) if number else names.find(header)
        if len(found) == 1:
            taken = next((other for other, target in targets.items() if target.name == found[0].name), None)
            if taken is None:
                targets[index] = found[0]
            else:
                values = {"header": header, "other": sheet.header_cell(taken) if sheet.sheet else sheet.header[taken]}
                findings.append(finding("dobbelt-kolonne", place=place, values=values))
        elif found:
            values = {"header": header, "options": listing([target.number for target in found], "eller")}
            findings.append(finding("tvetydig-kolonne", place=place, values=values))
            guessed.update(target.name for target in found)
        else:
            values = {"header": header, "hint": did_you_mean(header, names.known)}
            findings.append(finding("ukendt-kolonne", place=place, values=values))
            near = closest(header, names.known)
            guessed.update([names.spoken[near].name] if near else [])
    return Headers(targets, tuple(findings), frozenset(guessed))


def _place(sheet: DataSheet, index: int) -> Place:
    if sheet.sheet is None:
        return Place(file=sheet.file, row=sheet.header_row, column=sheet.header[index] or str(index + 1))
    return Place(file=sheet.file, sheet=sheet.sheet, cell=sheet.header_cell(index), row=sheet.header_row)
