"""Cases one by one: the answers of a case as texts by column, and the way to and from columns of codes.

`Answers` hold a form code, "1" for a chosen one of several answers, an ISO date, a number or a text for each column
that is not blank. One engine judges both: a case by itself is a column of length one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from audit.cases.codes import is_filled
from audit.cases.columns import Cases, from_codes
from audit.questionnaire.model import Questionnaire, Variable

AnswerTexts = Mapping[str, str]


def from_cases(cases: Cases) -> list[dict[str, str]]:
    """The answers of every case, in order; a cell that could not be read is blank."""
    answers: list[dict[str, str]] = [{} for _ in range(cases.size)]
    for variable in cases.questionnaire.variables:
        if cases.has(variable.name):
            column = cases.data[variable.name]
            filled_rows = np.flatnonzero(is_filled(variable, column))
            for row, text in zip(filled_rows.tolist(), _texts(cases, variable, filled_rows), strict=True):
                answers[row][variable.name] = text
    return answers


def _texts(cases: Cases, variable: Variable, filled_rows: np.typing.NDArray[np.intp]) -> list[str]:
    values = cases.data[variable.name][filled_rows]
    if variable.kind == "code":
        texts: Sequence[str] = ["", *(option.code for option in variable.options)]
    elif variable.kind == "text":
        texts = ["", *cases.texts[variable.name]]
    elif variable.kind == "number":
        return [number_text(value) for value in values.tolist()]
    else:
        return [str(value) for value in values] if variable.kind == "date" else ["1"] * len(filled_rows)
    return [texts[index] for index in values.tolist()]


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
