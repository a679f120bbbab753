"""Cases as a pandas DataFrame: the same codes, with what was not asked kept apart from what was left open."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.cases.codes import Codes, Column
from audit.cases.routing import Routing
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Variable

if TYPE_CHECKING:
    import pandas as pd


class State(Enum):
    """What a case has of a question: no answer of a form is equal to one of these."""

    ANSWERED = "besvaret"
    UNANSWERED = "ubesvaret"
    NOT_ASKED = "ikke stillet"


_ANSWERED, _UNANSWERED, _NOT_ASKED = range(len(State))


def case_frame(cases: Codes) -> pd.DataFrame:
    """One row a case (in their order, from 0), one column for each variable that the cases have, by machine name.

    - a choice, a grid row and the alternative to a date: a Categorical of the form's codes, in its order, then
      `State.UNANSWERED` and `State.NOT_ASKED`;
    - an answer of several: nullable boolean, missing where the question has no answer that counts;
    - a date: datetime64[us]; a number: float64; both missing where there is none;
    - a text: a Categorical of the different texts, sorted, missing where there is none.

    What could not be read is missing. An answer to a question that was not asked is left out: *not asked* comes from
    the conditions alone.
    """
    import pandas as pd

    routing = Routing(cases)
    variables = [variable for variable in cases.questionnaire.variables if cases.has(variable.name)]
    columns = {variable.name: _column(routing, variable) for variable in variables}
    return pd.DataFrame(columns, index=pd.RangeIndex(cases.size))


def state_column(routing: Routing, key: Key) -> pd.Categorical[Any]:
    """The state of a question or a grid row in each case, in words; missing where an answer could not be read."""
    import pandas as pd

    return pd.Categorical.from_codes(_states(routing, key), pd.Index([state.value for state in State]))


def _states(routing: Routing, key: Key) -> Column:
    """The state of a question or a grid row in each case, as its place in `State`; -1 where it could not be read."""
    unreadable, states = routing.cases.unreadable_in(key), np.full(routing.cases.size, _UNANSWERED, dtype=np.int8)
    if unreadable is not None:
        states[unreadable] = -1
    states[routing.cases.answered(key)] = _ANSWERED
    states[routing.asked(key.question).false] = _NOT_ASKED
    return states


def _column(routing: Routing, variable: Variable) -> Any:
    import pandas as pd

    column = routing.cases.column(variable)
    if variable.kind == "code":
        return _code_column(routing, variable)
    if variable.kind == "text":
        return pd.Categorical.from_codes(column - 1, pd.Index(routing.cases.texts.get(variable.name, ()), dtype="str"))
    is_valid = routing.valid_answers(variable.key)
    if variable.kind == "flag":
        return pd.arrays.BooleanArray(column != 0, ~is_valid)
    if variable.kind == "date":
        return np.where(is_valid, column, np.datetime64("NaT", "D")).astype("datetime64[us]")
    return np.where(is_valid, column, np.nan)


def _code_column(routing: Routing, variable: Variable) -> pd.Categorical[Any]:
    """The codes of the options, then the two states without an answer."""
    import pandas as pd

    codes = routing.cases.column(variable).astype(np.int16) - 1  # -1 is missing
    states, options = _states(routing, variable.key), len(variable.options)
    codes[states == _UNANSWERED] = options
    codes[states == _NOT_ASKED] = options + 1
    categories = pd.Index(
        [*(option.code for option in variable.options), State.UNANSWERED, State.NOT_ASKED], dtype=object
    )
    return pd.Categorical.from_codes(codes, categories)
