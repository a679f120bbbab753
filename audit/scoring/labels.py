"""Labels that a person reads: of a column, of an answer, and of the time when it was saved."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.base.danish import long_date
from audit.cases.findings import safe_line
from audit.questionnaire.model import Questionnaire, Variable

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NO_ANSWER = "intet"


def answer_label(variable: Variable | None, text: str) -> str:
    """The text of a column (`audit.scoring.answersets`) in words, without CPR numbers: ``"Nej"``, ``1. juli 2015``.

    ``intet`` where there is none. A column that the questionnaire does not have (None), or a text that it cannot read
    any more, is shown as it stands.
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
    """What a reader calls a column: its number (with the option's wording, where there are several) or its title."""
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
    """The label with the title of its question or the text of its row: ``3.2 Er sagen tilstrækkeligt belyst?``."""
    variable = questionnaire.by_column.get(name)
    number = column_label(questionnaire, name)
    if variable is None or variable.role != "answer" or variable.option or number == variable.question.title:
        return number
    return f"{number} {variable.row.shown if variable.row else variable.question.title}"


def long_time(at: str) -> str:
    """A time of the log (UTC, ISO) as it was in Denmark: ``22. november 2026 kl. 14.05``.

    A text that is not a time is shown as it stands, here and in `short_time`.
    """
    local = _in_denmark(at)
    return f"{long_date(local.date())} kl. {local:%H.%M}" if local else at


def short_time(at: str) -> str:
    """The same for a narrow column: ``22-11-2026 14.05``."""
    local = _in_denmark(at)
    return f"{local:%d-%m-%Y %H.%M}" if local else at


def _in_denmark(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at).astimezone(_COPENHAGEN)
    except (ValueError, OverflowError):
        return None
