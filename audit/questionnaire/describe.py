"""Conditions as Danish sentences, for questionnaires, findings and the notes under tables."""

from __future__ import annotations

from datetime import date

from audit.base.danish import long_date, lower_first
from audit.questionnaire.condition import (
    All,
    Answered,
    AnyOf,
    Between,
    Condition,
    Key,
    Not,
    OneOf,
    Only,
    Ordered,
    Test,
    YearsAfter,
)
from audit.questionnaire.model import Questionnaire


def describe(condition: Condition, questionnaire: Questionnaire) -> str:
    """A bound condition as a Danish clause that stands after "når" or "hvor": ``2.2 er "Ja" og 2.7 ikke er "Nej"``."""
    return _describe(condition, questionnaire, positive=True)


def _describe(condition: Condition, questionnaire: Questionnaire, *, positive: bool) -> str:
    if isinstance(condition, Not):
        return _describe(condition.part, questionnaire, positive=not positive)
    if isinstance(condition, All | AnyOf):
        word = " og " if isinstance(condition, All) is positive else " eller "
        parts = [(_describe(part, questionnaire, positive=positive), part) for part in condition.parts]
        return word.join(f"({text})" if isinstance(part, All | AnyOf) else text for text, part in parts)
    return _describe_test(condition, questionnaire, positive)


def _describe_test(test: Test, questionnaire: Questionnaire, positive: bool) -> str:
    key, negation = _label(test.key, questionnaire), "" if positive else " ikke"
    if isinstance(test, OneOf):
        question = questionnaire.by_id[test.key.question]
        labels = " eller ".join(f'"{question.wording(answer)}"' for answer in test.answers)
        has = "har" if question.type == "choices" else "er"
        return f"{key}{negation} {has} {labels}"
    if isinstance(test, Only):
        question = questionnaire.by_id[test.key.question]
        labels = " og ".join(f'"{question.wording(answer)}"' for answer in test.answers)
        return f"{key}{negation} har kun {labels}"
    if isinstance(test, Answered):
        return f"{key} er {'besvaret' if test.yes is positive else 'ubesvaret'}"
    if isinstance(test, Between):
        return f"{key}{negation} er {_range(test.low, test.high)}"
    if isinstance(test, Ordered):
        other = long_date(test.other) if isinstance(test.other, date) else _label(test.other, questionnaire)
        return f"{key}{negation} ligger {'efter' if test.later else 'før'} {other}"
    if isinstance(test, YearsAfter):
        start = _label(test.other, questionnaire)
        return f"der{negation} er {_range(test.low, test.high)} hele år fra {start} til {key}"
    raise TypeError(f"a test of an unknown kind: {test}")


def _label(key: Key, questionnaire: Questionnaire) -> str:
    """A key as a reader knows it: by its number, or by its title where it has none."""
    question = questionnaire.by_id[key.question]
    if question.identification:
        return lower_first(question.title)
    if question.supplement:
        return f'"{question.title}"'
    return f"{key.question} (hver række)" if key.row == "row" else str(key)


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"højst {_amount(high)}" if low is None else f"mindst {_amount(low)}"
    return f"fra {_amount(low)} til {_amount(high)}"


def _amount(value: float | None) -> str:
    return f"{value:.15g}".replace(".", ",")
