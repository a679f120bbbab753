"""The cases as an analyst meets them: answers in words, derived variables, states, and only what was asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from places import SAMPLE
from ways_in import fleksjob, read

from audit.cases.columns import Cases, from_codes
from audit.tables.frames import analysis_frame

CASES = from_codes(
    fleksjob(),
    {
        "sagsnr": ["7", "8", "9"],
        "kommune": ["1", "", "3"],
        "q1_1": ["1960-02-29", "", "1970-01-01"],
        "q2_1": ["2015-02-28", "2015-01-01", ""],
        "q2_2": ["1", "2", "1"],
        "q2_2_1": ["1", "2", ""],
        "q2_8": ["1", "2", ""],
        **{f"q2_8_1__{code}": ["1" if code == 2 else "0", "1", "0"] for code in range(1, 9)},
        "q2_8_1_bem": ["", "om", ""],
        "q3_2": ["1", "3", ""],
    },
)


def test_the_index_is_what_each_case_is_called_and_is_no_column_as_well() -> None:
    frame = analysis_frame(CASES)
    assert frame.index.name == "sagsnr"
    assert frame.index.tolist() == ["7", "8", "9"]
    assert "sagsnr" not in frame
    two = replace(CASES, questionnaire=replace(fleksjob(), key=("kommune", "sagsnr")))
    frame = analysis_frame(two)
    assert frame.index.name == "kommune/sagsnr"
    assert frame.index.tolist() == ["Aalborg/7", "/8", "Egedal/9"]
    assert {"kommune", "sagsnr"} <= set(frame)


def test_answers_are_in_words_in_the_form_s_order_or_in_its_codes() -> None:
    words, codes = analysis_frame(CASES)["q2_2_1"], analysis_frame(CASES, labels=False)["q2_2_1"]
    assert words.cat.categories.tolist() == ["Fleksjob", "Andet"]
    assert codes.cat.categories.tolist() == ["1", "2"]
    assert analysis_frame(CASES)["kommune"].tolist()[0] == "Aalborg"


def test_an_answer_that_was_not_asked_is_never_there() -> None:
    for labels in (True, False):
        frame = analysis_frame(CASES, labels=labels)
        assert frame["q2_2_1"].isna().tolist() == [False, True, True]  # not asked; left open
        assert frame["q2_8_1__2"].tolist() == [True, pd.NA, pd.NA]


def test_a_column_of_states_tells_open_and_not_asked_apart() -> None:
    frame = analysis_frame(CASES, state=True)
    assert frame["q2_2_1_tilstand"].tolist() == ["besvaret", "ikke stillet", "ubesvaret"]
    assert frame["q2_8_1_tilstand"].tolist() == ["besvaret", "ikke stillet", "ubesvaret"]
    assert frame["q1_1_tilstand"].cat.categories.tolist() == ["besvaret", "ubesvaret", "ikke stillet"]
    assert not [name for name in frame if str(name).startswith(("kommune_", "sagsnr_"))]
    lost = {"q2_2_1": np.array([False, False, True])}
    assert analysis_frame(replace(CASES, unreadable=lost), state=True)["q2_2_1_tilstand"].isna().tolist() == [
        False, False, True,
    ]  # fmt: skip


def test_derived_variables_come_last_years_as_whole_numbers() -> None:
    frame = analysis_frame(CASES)
    ids = [derived.id for derived in fleksjob().derived]
    assert frame.columns.tolist()[-len(ids) :] == ids
    assert frame["alder"].dtype == frame["afgoerelsesaar"].dtype == "Int64"
    assert frame["alder"].tolist() == [54, pd.NA, pd.NA]  # the day before the birthday in a year without 29 February
    assert frame["afgoerelsesaar"].tolist() == [2015, 2015, pd.NA]
    assert frame["aldersgruppe"].tolist()[0] == "50-59 år"
    assert frame["oplyst"].isna().tolist() == [False, False, True]
    assert not set(ids) & set(analysis_frame(CASES, derived=False))


def test_the_sample_has_a_row_a_case_and_a_frame_of_no_cases_its_columns() -> None:
    assert analysis_frame(read(SAMPLE / "cases.xlsx").cases).index.tolist() == [str(number) for number in range(1, 131)]
    assert analysis_frame(Cases(fleksjob(), 0, {}), derived=False).shape == (0, 0)
    assert analysis_frame(from_codes(fleksjob(), {"q3_1": [], "sagsnr": []}), derived=False).shape == (0, 1)
