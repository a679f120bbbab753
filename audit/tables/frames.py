"""Cases and tables as pandas DataFrames, for notebooks (the extra `notebook`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from audit.base.errors import UsageFault
from audit.cases.columns import Cases
from audit.questionnaire.model import Variable
from audit.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd


def of_cases(cases: Cases) -> pd.DataFrame:
    """One row per case, one column per variable of the file, in the form's own codes; what is blank is missing.

    Several-answer columns are 0/1 where the question is answered and missing where it is not. Dates are datetime64,
    texts and numbers plain. Raises UsageFault where pandas is not installed.
    """
    variables = [variable for variable in cases.questionnaire.variables if cases.has(variable.name)]
    columns = {variable.name: _column(cases, variable) for variable in variables}
    frame: pd.DataFrame = _pandas().DataFrame(columns, index=range(cases.size))
    return frame


def of_table(table: Table) -> pd.DataFrame:
    """The counts of a table: its own rows, one column per answer, then the base. Raises UsageFault without pandas."""
    frame: pd.DataFrame = _pandas().DataFrame(table.counts, index=list(table.rows), columns=list(table.columns))
    return frame.assign(Besvaret=list(table.base))


def _column(cases: Cases, variable: Variable) -> Any:
    column = cases.data[variable.name]
    if variable.kind == "code":
        codes = np.array([0, *(int(option.code) for option in variable.options)], dtype=np.int64)
        return _pandas().arrays.IntegerArray(codes[column], column == 0)
    if variable.kind == "flag":
        return _pandas().arrays.IntegerArray(column.astype(np.int64), ~cases.answered(variable.key))
    if variable.kind == "text":
        texts = [text or None for text in cases.strings(variable)]
        return _pandas().Series(texts, dtype=object)  # None stays None in every version of pandas
    return column


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise UsageFault(
            "Dette kræver pandas.", remedy='Installer det: pip install "praksisaudit[notebook]".'
        ) from error
    return pd
