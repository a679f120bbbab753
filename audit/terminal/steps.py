"""The steps in which a case is scored: a question or a row of a grid each, and what is typed read as its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

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
        """The key that the answer is known by."""
        return Key(self.question.id, self.row.id if self.row else None)

    @property
    def id(self) -> str:
        """What it is gone to by: ``3.1``, ``4.1/5``, the word of an identification or a supplement's question."""
        return str(self.key)

    @property
    def called(self) -> str:
        """What a reader knows it by: its number, or the title of what has none."""
        if self.id[:1].isdigit():
            return self.id
        return f'"{self.question.title}"' if self.question.supplement else self.question.title

    @property
    def answers(self) -> tuple[Variable, ...]:
        """The columns of the answer."""
        columns = [one for one in variables_of(self.question) if one.role in ("answer", "status")]
        return tuple(one for one in columns if one.key == self.key)

    @property
    def remarks(self) -> tuple[Variable, ...]:
        """The columns of remarks, the row's own first."""
        columns = [one for one in variables_of(self.question) if one.role == "remark"]
        own = [one for one in columns if one.row is not None and one.row == self.row]
        return (*own, *(one for one in columns if one.row is None))

    def answered(self, answers: AnswerTexts) -> bool:
        """Whether a case has an answer."""
        return any(one.name in answers for one in self.answers)


def all_steps(questionnaire: Questionnaire) -> tuple[Step, ...]:
    """Every step in the order of the form; what names a case is none, for it cannot be changed."""
    return tuple(
        Step(question, row)
        for question in questionnaire.questions
        if question.id not in questionnaire.key
        for row in (question.rows or (None,))
    )


def find_step(steps: Sequence[Step], text: str) -> Step:
    """The step that a number or word names; of a grid its first row. Raises UsageFault where there is none."""
    wanted = same(text).replace(",", ".")
    for step in steps:
        if wanted in (same(step.id), same(step.question.id)):
            return step
    hint = did_you_mean(wanted, [step.id for step in steps])
    raise UsageFault(cpr.blot(f'Der er ikke noget spørgsmål "{text}".{hint}'))


# --- what is typed ----------------------------------------------------------------------------------------------------


def parse_answer(step: Step, text: str) -> dict[str, str]:
    """The texts by column that an answer becomes, as it would from a file; "" clears a column.

    Raises UsageFault with the message that a file would get for what cannot be read, or cannot be chosen together.
    """
    variable = step.answers[0]
    if variable.kind == "flag":
        return _parse_options(step.question, text)
    if variable.kind == "date":
        return _parse_date(step, text)
    if variable.kind == "code":
        place = _ok(step, readers.code_reader(variable)(text))
        return {variable.name: variable.options[int(place) - 1].code}
    if variable.kind == "number":
        return {variable.name: answersets.number_text(_ok(step, readers.read_number(text)))}
    return {variable.name: readers.text_reader(variable)(text)}


def _parse_options(question: Question, text: str) -> dict[str, str]:
    """Codes with comma, semicolon or space between them, or names with semicolons."""
    step, codes = Step(question), {same(option.code) for option in question.options}
    parts = [part for part in _BETWEEN_CODES.split(same(text)) if part]
    if question.option(text) is None and (_ONLY_NUMBERS.fullmatch(text) or codes.issuperset(parts)):
        text = ";".join(parts)
    chosen = _ok(step, readers.several_reader(question.options)(text))
    alone = next((option for option in question.options if option.exclusive and option.code in chosen), None)
    if alone is not None and len(chosen) > 1:
        raise UsageFault(finding("udelukkende-svar", values={"number": step.called, "alone": alone.shown}).message)
    return {one.name: "1" if one.option and one.option.code in chosen else "" for one in step.answers}


def _parse_date(step: Step, text: str) -> dict[str, str]:
    """A date, or an alternative to it."""
    day, *status = step.answers
    alternatives = status[0].options if status else ()
    value = _ok(step, readers.date_reader(alternatives)(text))
    if isinstance(value, date):
        return {day.name: value.isoformat(), **{one.name: "" for one in status}}
    return {day.name: "", status[0].name: alternatives[value - 1].code}


def _ok(step: Step, value: Any) -> Any:
    if isinstance(value, CellFault):
        raise UsageFault(finding(value.code, values={"number": step.called, **dict(value.values)}).message)
    return value


# --- what is answered -------------------------------------------------------------------------------------------------


def answer_text(step: Step, answers: AnswerTexts) -> str:
    """The answer of a case to a step with its code, ``2 Nej`` or ``1. juli 2015``; blank where it has none."""
    return "; ".join(_column_text(one, answers[one.name]) for one in step.answers if one.name in answers)


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
