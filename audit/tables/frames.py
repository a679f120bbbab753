"""The cases as an analyst meets them: a DataFrame with answers in words and with derived variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.cases.columns import Cases
from audit.cases.frame import state_column
from audit.cases.routing import Routing
from audit.questionnaire.model import Derived, Variable
from audit.tables.answers import answers_to, numbers

if TYPE_CHECKING:
    import pandas as pd

#: What the name of a question's column of states ends in.
STATE = "_tilstand"


def analysis_frame(cases: Cases, *, labels: bool = True, derived: bool = True, state: bool = False) -> pd.DataFrame:
    """One row a case, one column a variable by its machine name, as in files; the index is what each case is called.

    An answer is missing where the question was left open and where it was not asked, whatever was answered then; with
    `state` a column for each question and grid row says which (``q3_1_tilstand``). Answers are Categoricals in the
    form's order, with the short wordings as categories (`labels`) or the form's own codes; answers of several are
    nullable booleans, texts Categoricals, dates datetime64[us], numbers float64. With `derived` the derived variables
    come last: merged answers and bands as Categoricals, years as Int64.
    """
    import pandas as pd

    frame = cases.frame
    columns: dict[str, Any] = {}
    routing = Routing(cases)
    for variable in cases.questionnaire.variables:
        if variable.name in frame:
            columns[variable.name] = _answers(frame[variable.name], variable, labels=labels)
    if derived:
        columns.update(column for each in cases.questionnaire.derived for column in _derived_columns(routing, each))
    if state:
        columns.update(_state_columns(routing))
    index = pd.Index(cases.keys, name="/".join(cases.questionnaire.key), dtype="str")
    analysis = pd.DataFrame({name: pd.Series(column).set_axis(index) for name, column in columns.items()}, index=index)
    return analysis.drop(columns=str(index.name), errors="ignore")  # one name, one thing: it is the index


def _answers(column: pd.Series[Any], variable: Variable, *, labels: bool) -> pd.Series[Any]:
    """The answers alone: the states without an answer become missing."""
    if variable.kind != "code":
        return column
    answers = column.cat.set_categories([option.code for option in variable.options])
    titles = {option.code: option.title for option in variable.options}
    return answers.cat.rename_categories(titles) if labels else answers


def _state_columns(routing: Routing) -> Iterator[tuple[str, Any]]:
    for key, variables in routing.questionnaire.answers.items():
        first = variables[0]
        if not first.question.identification and any(routing.cases.has(variable.name) for variable in variables):
            name = first.question.column if first.option else first.name
            yield f"{name}{STATE}", state_column(routing, key)


def _derived_columns(routing: Routing, derived: Derived) -> Iterator[tuple[str, Any]]:
    """The column of a derived variable; one for each group (numbered from 1) where a case can be in several."""
    import pandas as pd

    if derived.kind in ("years", "year"):
        values = numbers(routing, derived.id)
        missing = np.isnan(values)
        yield derived.id, pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int64), missing)
        return
    answers = answers_to(routing, derived.id)
    if answers.multiple:
        for number, chosen in enumerate(answers.chosen, start=1):
            yield f"{derived.id}__{number}", pd.arrays.BooleanArray(chosen, answers.positions != 1)
        return
    positions = answers.positions.astype(np.int16) - 1
    positions[answers.positions == answers.not_asked] = -1
    yield derived.id, pd.Categorical.from_codes(positions, pd.Index(answers.columns, dtype="str"))
