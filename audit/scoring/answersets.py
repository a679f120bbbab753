"""Cases one by one: the answers of a case as texts by column, and the way to and from columns of codes.

`Answers` hold a form code, "1" for a chosen one of several answers, an ISO date, a number or a text for each column
that is not blank. One engine judges both: a case by itself is a column of length one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from audit.cases.codes import Column, is_filled
from audit.cases.columns import Cases, from_codes
from audit.questionnaire.model import Questionnaire, Variable

AnswerTexts = Mapping[str, str]


def from_cases(cases: Cases) -> list[dict[str, str]]:
    """The answers of every case, in order; a cell that could not be read is blank."""
    answers: list[dict[str, str]] = [{} for _ in range(cases.size)]
    for variable in cases.questionnaire.variables:
        if cases.has(variable.name):
            texts, places = answer_texts(cases, variable)
            rows = np.flatnonzero(places)
            for row, place in zip(rows.tolist(), places[rows].tolist(), strict=True):
                answers[row][variable.name] = texts[place]
    return answers


def answer_texts(cases: Cases, variable: Variable) -> tuple[list[str], Column]:
    """The answers of a column that the cases have: its different texts, and for each case the place of its own.

    The first text (place 0) is the blank one.
    """
    column = cases.data[variable.name]
    if variable.kind == "code":
        return ["", *(option.code for option in variable.options)], column
    if variable.kind == "text":
        return ["", *cases.texts[variable.name]], column
    if variable.kind == "flag":
        return ["", "1"], column
    filled, places = is_filled(variable, column), np.zeros(cases.size, dtype=np.intp)
    values, inverse = np.unique(column[filled], return_inverse=True)
    places[filled] = inverse + 1
    return ["", *map(number_text if variable.kind == "number" else str, values.tolist())], places


def number_text(number: float) -> str:
    """A number with the fewest digits that identify it: ``30``, ``2.5``."""
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")


def to_cases(questionnaire: Questionnaire, answers: Sequence[AnswerTexts]) -> Cases:
    """Columns of codes with one row for each of `answers`, and a column for every variable.

    Raises KeyError for a code that the questionnaire does not have, ValueError for a bad date.
    """
    columns = {name: [row.get(name) for row in answers] for name in questionnaire.by_column}
    return from_codes(questionnaire, columns)
