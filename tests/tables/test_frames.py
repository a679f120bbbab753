"""Cases and tables as DataFrames, against the sample's CSV as pandas reads it."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest
from places import SAMPLE
from ways_in import fleksjob, read

from audit.base.errors import UsageFault
from audit.cases.columns import Cases, from_codes
from audit.tables import frames
from audit.tables.table import Table

RAW = pd.read_csv(SAMPLE / "cases.csv", dtype=str, keep_default_na=False)
VARIABLES = fleksjob().by_column


@cache
def sample() -> Cases:
    return read(SAMPLE / "cases.xlsx").cases


@cache
def frame() -> pd.DataFrame:
    return frames.of_cases(sample())


def test_there_is_one_row_a_case_and_one_column_a_variable() -> None:
    assert frame().shape == RAW.shape
    assert set(frame().columns) == set(RAW.columns)
    assert list(frame().index) == list(range(130))


@pytest.mark.parametrize("name", RAW.columns)
def test_every_column_holds_what_pandas_reads_from_the_csv(name: str) -> None:
    texts, column, kind = RAW[name], frame()[name], VARIABLES[name].kind
    if kind == "text":
        assert [text or None for text in texts] == column.tolist()
        return
    if kind == "date":
        assert pd.to_datetime(texts).tolist() == column.tolist()
        return
    assert column.dtype == "Int64"
    if name == "kommune":  # the file has the official numbers, the frame the form's own codes
        numbers = {option.code: option.number for option in fleksjob().unit_question.options}
        assert [numbers[str(code)] for code in column] == texts.tolist()
    elif name == "q2_1_status":  # "1" says only that there is a date
        assert column.isna().all()
        assert set(texts) == {"1"}
    else:
        assert ["" if pd.isna(code) else str(code) for code in column] == texts.tolist()


def test_what_is_not_asked_is_missing_and_never_nought() -> None:
    several = [variable.name for variable in VARIABLES.values() if variable.question.id == "2.8.1" and variable.option]
    not_asked = frame()["q2_8"] != 1
    assert not_asked.any()
    assert frame().loc[not_asked, several].isna().all(axis=None)
    assert frame().loc[~not_asked, several].notna().all(axis=None)


def test_noughts_in_a_question_that_nothing_is_chosen_in_are_missing() -> None:
    names = [f"q2_8_1__{code}" for code in range(1, 9)]
    cases = from_codes(fleksjob(), {"q2_8": ["1", "2"], **{name: ["0", "0"] for name in names}})
    assert frames.of_cases(cases)[names].isna().all(axis=None)


def test_a_frame_of_no_cases_has_its_columns() -> None:
    assert frames.of_cases(from_codes(fleksjob(), {"q3_1": [], "q2_1": []})).shape == (0, 2)


TABLE = Table("3.1", "Er den rigtig", "kommune", ("Egedal", "I alt"), ("Ja", "Nej"), ("1", "2"),
              np.array([[1, 2], [3, 4]]), (3, 7), (0, 0), (0, 0))  # fmt: skip


def test_a_table_is_one_row_a_row_with_its_base() -> None:
    made = frames.of_table(TABLE)
    assert made.columns.tolist() == ["Ja", "Nej", "Besvaret"]
    assert made.loc["I alt"].tolist() == [3, 4, 7]
    assert made.loc["Egedal"].tolist() == [1, 2, 3]


def test_without_pandas_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageFault, match="pandas") as caught:
        frames.of_table(TABLE)
    assert "praksisaudit[notebook]" in caught.value.remedy
