"""The codes of cases as a DataFrame: three states kept apart, and the kinds of columns that pandas 3 has for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from places import SAMPLE
from ways_in import fleksjob, read

from audit.cases.columns import Cases, from_codes
from audit.cases.frame import State, case_frame

FLAGS = [f"q2_8_1__{code}" for code in range(1, 9)]

#: Of 2.8.1: answered; left open; not asked, and answered all the same; not known whether it is asked.
CASES = from_codes(
    fleksjob(),
    {
        "sagsnr": ["1", "2", "3", "4"],
        "kommune": ["1", "2", "", "2"],
        "q1_1": ["1960-02-29", "", "1970-01-01", ""],
        "q2_8": ["1", "1", "2", ""],
        "q2_8_1__1": ["1", "0", "1", "0"],
        **{name: ["0"] * 4 for name in FLAGS[1:]},
        "q2_8_1_bem": ["", "om", "", "andet"],
        "q3_1": ["2", "", "1", "1"],
    },
)


def test_a_code_is_a_categorical_of_the_form_s_codes_and_two_states_that_no_answer_can_have() -> None:
    column = CASES.frame["q3_1"]
    assert list(column.cat.categories) == ["1", "2", State.UNANSWERED, State.NOT_ASKED]
    assert column.tolist() == ["2", State.UNANSWERED, "1", "1"]
    assert all(state not in ("ubesvaret", "ikke stillet", 0, 1) for state in State)


def test_what_is_not_asked_comes_from_the_conditions_whatever_was_answered() -> None:
    cases = from_codes(fleksjob(), {"q2_2": ["1", "2", "1", ""], "q2_2_1": ["1", "1", "", ""]})
    assert cases.frame["q2_2_1"].tolist() == ["1", State.NOT_ASKED, State.UNANSWERED, State.UNANSWERED]


def test_an_answer_of_several_is_true_or_false_only_where_the_question_counts() -> None:
    flag = CASES.frame["q2_8_1__1"]
    assert flag.dtype == "boolean"
    assert flag.tolist() == [True, pd.NA, pd.NA, pd.NA]
    assert CASES.frame["q2_8_1__2"].tolist() == [False, pd.NA, pd.NA, pd.NA]


def test_dates_are_of_the_unit_that_pandas_reads_from_iso_text_and_numbers_are_floats() -> None:
    days = CASES.frame["q1_1"]
    assert days.dtype == pd.Series(pd.to_datetime(["1960-02-29"])).dtype == "datetime64[us]"
    assert days.dropna().dt.date.tolist() == [date(1960, 2, 29), date(1970, 1, 1)]


def test_a_text_is_a_categorical_of_the_different_texts_and_missing_where_nothing_is_written() -> None:
    column = CASES.frame["q2_8_1_bem"]
    assert list(column.cat.categories) == ["andet", "om"]
    assert column.isna().tolist() == [True, False, True, False]


def test_what_could_not_be_read_is_missing_and_in_no_state() -> None:
    unreadable = {"q3_1": np.array([False, True, False, False])}
    column = case_frame(replace(CASES, unreadable=unreadable))["q3_1"]
    assert column.isna().tolist() == [False, True, False, False]


def test_there_is_one_column_for_each_variable_that_the_cases_have_and_it_is_made_once() -> None:
    assert CASES.frame.shape == (4, len(CASES.data))
    assert CASES.frame is CASES.frame
    assert case_frame(Cases(fleksjob(), 0, {})).shape == (0, 0)
    assert case_frame(from_codes(fleksjob(), {"q3_1": [], "q1_1": []})).shape == (0, 2)


RAW = pd.read_csv(SAMPLE / "cases.csv", dtype=str, keep_default_na=False)
VARIABLES = fleksjob().by_column


@pytest.mark.parametrize("kind", ["code", "flag", "text", "date"])
def test_every_column_of_the_sample_holds_what_pandas_reads_from_its_csv(kind: str) -> None:
    frame = read(SAMPLE / "cases.xlsx").cases.frame
    assert set(frame.columns) == set(RAW.columns)
    names = [name for name in RAW.columns if VARIABLES[name].kind == kind and name != "q2_1_status"]
    assert names
    for name in names:
        texts, column = RAW[name], frame[name]
        if kind == "date":
            assert pd.to_datetime(texts).tolist() == column.tolist()
        elif kind == "flag":
            assert ["" if pd.isna(flag) else str(int(flag)) for flag in column] == texts.tolist(), name
        else:
            written = ["" if pd.isna(code) or isinstance(code, State) else code for code in column]
            if name == "kommune":  # the file has the official numbers, the frame the form's own codes
                numbers = {option.code: option.number for option in fleksjob().unit_question.options}
                written = [numbers[code] for code in written]
            assert written == texts.tolist(), name
