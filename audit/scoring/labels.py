"""Answers of one case, and the times they were saved, in the words that a person reads."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.base.danish import long_date
from audit.cases.findings import safe_line
from audit.questionnaire.model import Questionnaire, Variable

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NO_ANSWER = "intet"


def answer_label(variable: Variable | None, text: str) -> str:
    """The text of a column (`audit.answersets`) in words, without CPR numbers: ``"Nej"``, ``1. juli 2015``, ``intet``.

    A column that the questionnaire does not have (None), or what it cannot read any more, is shown as it stands.
    """
    if not text:
        return NO_ANSWER
    if variable is None:
        return _quoted(text)
    if variable.kind == "flag":
        return "valgt"
    if variable.kind == "date":
        return _date(text)
    if variable.kind == "number":
        return text.replace(".", ",")
    option = next((option for option in variable.options if option.code == text), None)
    return _quoted(option.title if option else text)


def _date(text: str) -> str:
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return _quoted(text)


def _quoted(text: str) -> str:
    return f'"{safe_line(text)}"'


def column_label(questionnaire: Questionnaire, name: str) -> str:
    """What a reader calls a column: its number, of several answers with the answer's wording, of a word its title."""
    variable = questionnaire.by_column.get(name)
    if variable is None:
        return name
    if variable.option is not None:
        return f"{variable.number} {variable.option.title}"
    question = variable.question
    if variable.role == "answer" and not question.id[:1].isdigit():
        return question.title
    return f"{question.id} status" if variable.role == "status" else variable.number


def column_heading(questionnaire: Questionnaire, name: str) -> str:
    """The same with the title of its question or the text of its row: ``3.2 Er sagen tilstrækkeligt belyst?``."""
    variable = questionnaire.by_column.get(name)
    number = column_label(questionnaire, name)
    if variable is None or variable.role != "answer" or variable.option or number == variable.question.title:
        return number
    return f"{number} {variable.row.shown if variable.row else variable.question.title}"


def long_time(at: str) -> str:
    """A time of the log (UTC, ISO) as it was in Denmark: ``22. november 2026 kl. 14.05``.

    What is no time is shown as it stands, here and in `minute`.
    """
    there = _in_denmark(at)
    return f"{long_date(there.date())} kl. {there:%H.%M}" if there else at


def short_time(at: str) -> str:
    """The same in a narrow column: ``22-11-2026 14.05``."""
    there = _in_denmark(at)
    return f"{there:%d-%m-%Y %H.%M}" if there else at


def _in_denmark(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at).astimezone(_COPENHAGEN)
    except (ValueError, OverflowError):
        return None
