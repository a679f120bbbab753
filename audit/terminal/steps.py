"""The steps in which a case is scored, each a question or a row of a grid; and how a typed answer is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from audit.base import cpr
from audit.base.danish import did_you_mean, long_date, same
from audit.base.errors import UsageFault
from audit.cases import readers
from audit.cases.findings import finding
from audit.cases.readers import CellFault
from audit.questionnaire.condition import Key
from audit.questionnaire.model import GridRow, Option, Question, Questionnaire, Variable, variables_of
from audit.scoring import answersets
from audit.scoring.answersets import AnswerTexts

_BETWEEN_CODES = re.compile(r"[,;\s]+")
_ONLY_NUMBERS = re.compile(r"[\d,;\s]+")


@dataclass(frozen=True)
class Step:
    """One thing to answer: a question, or a row of a grid."""

    question: Question
    row: GridRow | None = None

    @property
    def key(self) -> Key:
        """The key of the answer."""
        return Key(self.question.id, self.row.id if self.row else None)

    @property
    def id(self) -> str:
        """What a reviewer types to go to it: ``3.1``, ``4.1/5``, the word of an identification or of a supplement."""
        return str(self.key)

    @property
    def called(self) -> str:
        """What a reader calls it: its number, or its title where it has no number."""
        if self.id[:1].isdigit():
            return self.id
        return f'"{self.question.title}"' if self.question.supplement else self.question.title

    @cached_property
    def answer_columns(self) -> tuple[Variable, ...]:
        """The columns of the answer."""
        columns = [column for column in variables_of(self.question) if column.role in ("answer", "status")]
        return tuple(column for column in columns if column.key == self.key)

    @cached_property
    def remark_columns(self) -> tuple[Variable, ...]:
        """The columns of remarks, the row's own first."""
        columns = [column for column in variables_of(self.question) if column.role == "remark"]
        own = [column for column in columns if column.row is not None and column.row == self.row]
        return (*own, *(column for column in columns if column.row is None))

    def answered(self, answers: AnswerTexts) -> bool:
        """Whether a case has an answer."""
        return any(column.name in answers for column in self.answer_columns)


def all_steps(questionnaire: Questionnaire) -> tuple[Step, ...]:
    """Every step in the order of the form, without the questions that name a case: they cannot be changed."""
    return tuple(
        Step(question, row)
        for question in questionnaire.questions
        if question.id not in questionnaire.key
        for row in (question.rows or (None,))
    )


def find_step(steps: Sequence[Step], text: str) -> Step:
    """The step that a number or word names; for a grid its first row. Raises UsageFault where there is none."""
    key = same(text).replace(",", ".")
    for step in steps:
        if key in (same(step.id), same(step.question.id)):
            return step
    hint = did_you_mean(key, [step.id for step in steps])
    raise UsageFault(cpr.blot(f'Der er ikke noget spørgsmål "{text}".{hint}'))


# --- what is typed ----------------------------------------------------------------------------------------------------


def parse_answer(step: Step, text: str) -> dict[str, str]:
    """The texts by column that a typed answer becomes, read as in a file; "" clears a column.

    Raises UsageFault with the message that a file would get for what cannot be read, or cannot be chosen together.
    """
    variable = step.answer_columns[0]
    if variable.kind == "flag":
        return _parse_options(step.question, text)
    if variable.kind == "date":
        return _parse_date(step, text)
    if variable.kind == "code":
        index = readers.code_reader(variable)(text)
        if isinstance(index, CellFault):
            raise _usage_fault(step, index)
        return {variable.name: variable.options[index - 1].code}
    if variable.kind == "number":
        number = readers.number_reader()(text)
        if isinstance(number, CellFault):
            raise _usage_fault(step, number)
        return {variable.name: answersets.number_text(number)}
    return {variable.name: readers.text_reader(variable)(text)}


def _parse_options(question: Question, text: str) -> dict[str, str]:
    """Codes separated by comma, semicolon or space, or names separated by semicolons."""
    step, known_codes = Step(question), {same(option.code) for option in question.options}
    codes_typed = [part for part in _BETWEEN_CODES.split(same(text)) if part]
    if question.option(text) is None and (_ONLY_NUMBERS.fullmatch(text) or known_codes.issuperset(codes_typed)):
        text = ";".join(codes_typed)
    chosen = readers.several_reader(question.options)(text)
    if isinstance(chosen, CellFault):
        raise _usage_fault(step, chosen)
    exclusive = next((option for option in question.options if option.exclusive and option.code in chosen), None)
    if exclusive is not None and len(chosen) > 1:
        raise UsageFault(finding("udelukkende-svar", values={"number": step.called, "alone": exclusive.shown}).message)
    columns = step.answer_columns
    return {column.name: "1" if column.option and column.option.code in chosen else "" for column in columns}


def _parse_date(step: Step, text: str) -> dict[str, str]:
    """A date, or an alternative to it."""
    day, *status = step.answer_columns
    alternatives = status[0].options if status else ()
    value = readers.date_reader(alternatives)(text)
    if isinstance(value, CellFault):
        raise _usage_fault(step, value)
    if isinstance(value, date):
        return {day.name: value.isoformat(), **{column.name: "" for column in status}}
    return {day.name: "", status[0].name: alternatives[value - 1].code}


def _usage_fault(step: Step, fault: CellFault) -> UsageFault:
    """Why what was typed is no answer."""
    return UsageFault(finding(fault.code, values={"number": step.called, **dict(fault.values)}).message)


# --- what is answered -------------------------------------------------------------------------------------------------


def answer_text(step: Step, answers: AnswerTexts) -> str:
    """The answer of a case to a step with its code, ``2 Nej`` or ``1. juli 2015``; blank where it has none."""
    columns = [column for column in step.answer_columns if column.name in answers]
    return "; ".join(_column_text(column, answers[column.name]) for column in columns)


def _column_text(variable: Variable, text: str) -> str:
    if variable.option is not None:
        return option_label(variable.option)
    if variable.kind == "code":
        return option_label(next(option for option in variable.options if option.code == text))
    if variable.kind == "date":
        return long_date(date.fromisoformat(text))
    return text.replace(".", ",") if variable.kind == "number" else text


def option_label(option: Option) -> str:
    """An answer with its code: ``2 Nej``."""
    return f"{option.code} {option.shown}"
