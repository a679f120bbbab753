"""Files that have been through pandas: read and written again, an export is still the same cases.

pandas makes `1.0` of a code in a column with blanks and of a case number, writes a word for nothing where it is asked
to, times with dates, True and False, and the number of each row as a column without a name.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLE
from smallbook import UNVISITED, VISITED, session
from smallbook import study as small_study
from smallstudy import CASES, Runner
from ways_in import csv_file, small, xlsx_file

from audit.base import yamlfile
from audit.cases import coding
from audit.cases.columns import Cases
from audit.cases.findings import Finding
from audit.exchange import extract, importing
from audit.files import datasheet
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.scoring import answersets
from audit.study.source import ReadOptions, open_source

SOURCES = list(product((".csv", ".xlsx"), ("koder", "svar")))
#: What a user may do with a DataFrame before it is written again.
CHANGES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "nothing": lambda frame: frame,
    "nullable": lambda frame: frame.convert_dtypes(),
    "texts": lambda frame: frame.astype(str),
    "dates": lambda frame: frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("q1_1", "q1_2")}),
}
#: The words that pandas writes for nothing, and as text what they may be besides.
WORDS = ("nan", "NaN", "<NA>", "NaT", "None")


def frame_of(path: Path) -> pd.DataFrame:
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_excel(path, engine="openpyxl")


def write(frame: pd.DataFrame, path: Path, nothing: str = "", *, index: bool = False) -> Path:
    if path.suffix == ".csv":
        frame.to_csv(path, na_rep=nothing, index=index)
    else:
        frame.to_excel(path, na_rep=nothing, index=index, sheet_name="Sager", engine="openpyxl")
    return path


def read(path: Path, questionnaire: Questionnaire) -> tuple[list[dict[str, str]], list[str]]:
    """The answers of a file without a fault, and the notes on how it was read."""
    found = coding.code_sheet(datasheet.read(path), questionnaire)
    assert faults(found.findings) == []
    return answersets.from_cases(found.cases), [one.message for one in found.findings if one.code == "laest"]


def faults(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{one.code}: {one.message}" for one in findings if one.severity == "fejl"]


@pytest.mark.parametrize("ending, form", SOURCES)
def test_the_sample_is_the_same_after_pandas(tmp_path: Path, ending: str, form: str) -> None:
    sample = open_source(SAMPLE).cases
    cases = sample.select(np.arange(sample.size) < 25)
    extract.write_cases(tmp_path / f"ud{ending}", cases, form)
    frame, wanted = frame_of(tmp_path / f"ud{ending}"), answersets.from_cases(cases)
    for back, nothing, index in product(("igen.csv", "igen.xlsx"), ("", "nan", "None"), (False, True)):
        path = write(frame, tmp_path / back, nothing, index=index)
        assert read(path, cases.questionnaire)[0] == wanted, (back, nothing, index)
        again = write(frame_of(path), tmp_path / back, index=index)  # now the column of row numbers has a name
        assert read(again, cases.questionnaire)[0] == wanted, (back, nothing, index, "twice")


def small_answers(random_: random.Random, number: int, words: list[str]) -> dict[str, str]:
    """A case of the small questionnaire with some of its answers left out."""
    case = dict(random_.choice((VISITED, UNVISITED)))
    case |= {"q1_3": answersets.number_text(random_.choice((0, 7.5, 30, 1234.5, -0.25)))}
    case |= random_.choice(({}, {"paaroerende": "2"}))
    if case["q1_4"] == "1":
        case |= {f"q1_4_1__{code}": "1" for code in random_.sample("123", random_.randint(0, 3))}
    if random_.random() < 0.3:
        del case["q1_2"]
        case["q1_2_status"] = "2"
    left_out = random_.sample(sorted(case), random_.randint(0, 3))
    case = {name: text for name, text in case.items() if name not in left_out}
    for name in ("q1_4_bem", "q2_4", "begr_r2"):
        case[name] = random_.choice(words)
    kept = {name: text for name, text in case.items() if text}
    return {"distrikt": random_.choice("12"), "sagsnr": str(number), **kept}


@pytest.mark.generative
@pytest.mark.parametrize("ending, form", SOURCES)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 5), change=st.sampled_from(sorted(CHANGES)), index=st.booleans())
@settings(max_examples=examples(25))
def test_every_kind_of_question_is_the_same_after_pandas(
    tmp_path_factory: pytest.TempPathFactory, ending: str, form: str, seed: int, size: int, change: str, index: bool
) -> None:
    random_, folder = random.Random(seed), tmp_path_factory.getbasetemp()
    words = ["", "Uddybet i sagen", "Det er nan", "Nan", "Ja; nej", "en\nto"]
    answers = [small_answers(random_, number, words) for number in range(1, size + 1)]
    cases = answersets.to_cases(small(), answers)
    extract.write_cases(folder / f"ud{ending}", cases, form, overwrite=True)
    frame = CHANGES[change](frame_of(folder / f"ud{ending}"))
    for back, nothing in product(("igen.csv", "igen.xlsx"), ("", random_.choice(WORDS))):
        path = write(frame, folder / back, nothing, index=index)
        assert read(path, small())[0] == answersets.from_cases(cases), (back, nothing)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_file_from_pandas_is_imported_into_an_empty_study(tmp_path: Path, ending: str) -> None:
    answers = [{"distrikt": "2", "sagsnr": "1", **VISITED}, {"distrikt": "1", "sagsnr": "1", **UNVISITED}]
    extract.write_cases(tmp_path / "ud.csv", answersets.to_cases(small(), answers), "koder")
    path = write(frame_of(tmp_path / "ud.csv"), tmp_path / f"igen{ending}", "nan", index=True)
    with session(small_study(tmp_path)) as open_:
        plan = importing.plan_import(open_, path, ReadOptions())
        importing.carry_out(open_, plan, open_.by("HJE", plan.origin, plan.file_hash))
        assert {state.case: dict(state.answers) for state in open_.states()} == {
            f"{'Syd' if one['distrikt'] == '2' else 'Nord'}/1": one for one in answers
        }


def test_the_command_says_what_it_read_as_nothing(run: Runner, small: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(small / "sager.csv")
    back = write(frame, tmp_path / "igen.csv", "NaN", index=True)
    ran = run("check", back, "--schema", small / "skema.yaml")
    assert ran.code == 0
    assert 'note: igen.csv: "NaN" er læst som tomme celler.' in ran.out
    assert "linje 1, kolonne 1: Kolonnen har ingen overskrift og kun rækkernes numre" in ran.out


# --- a word for nothing -----------------------------------------------------------------------------------------------

HEADER, *ROWS = [line.split(",") for line in CASES.splitlines()]


def coded(tmp_path: Path, changes: Mapping[tuple[int, str], object], *, xlsx: bool = False) -> coding.CodedSheet:
    """The four cases with some cells changed (row from 0, column)."""
    rows: list[list[object]] = [[*row] for row in ROWS]
    for (row, name), value in changes.items():
        rows[row][HEADER.index(name)] = value
    path = (xlsx_file if xlsx else csv_file)(tmp_path, [HEADER, *rows])
    return coding.code_sheet(datasheet.read(path), small())


def column(cases: Cases, name: str) -> list[str]:
    return cases.strings(small().by_column[name])


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", ["q1_4", "q1_4_1__1", "q1_2", "q1_3", "q2_1__1"])
def test_a_word_for_nothing_is_nothing_where_it_can_be_no_answer(tmp_path: Path, word: str, name: str) -> None:
    found = coded(tmp_path, {(0, name): f" {word} ", (2, "q2_4"): word})
    assert faults(found.findings) == [] and name not in answersets.from_cases(found.cases)[0]
    assert column(found.cases, "q2_4")[2] == ""  # the file's own word for nothing
    assert [one.message for one in found.findings if one.code == "laest"][1:] == [f'"{word}" er læst som tomme celler.']


@pytest.mark.parametrize("word", WORDS)
def test_it_is_a_text_in_a_file_that_writes_nothing_otherwise(tmp_path: Path, word: str) -> None:
    assert column(coded(tmp_path, {(0, "q2_4"): word}).cases, "q2_4")[0] == word
    other = "nan" if word != "nan" else "NaN"
    found = coded(tmp_path, {(0, "q1_3"): other, (0, "q2_4"): word, (1, "q2_4"): other, (2, "q2_4"): f"{other}."})
    assert column(found.cases, "q2_4")[:3] == [word, "", f"{other}."]


@pytest.mark.parametrize("word", ["Nan", "NAN", "NA", "null", "none", "nan nan"])
def test_any_other_word_is_still_a_fault_among_answers(tmp_path: Path, word: str) -> None:
    assert [one.code for one in coded(tmp_path, {(0, "q2_3"): word}).findings if one.severity == "fejl"] == [
        "ukendt-svar"
    ]


NAMED = """\
schema: navne
version: 1
title: Svar med navne som et programs
unit: sted
key: [nr]
identification:
  fields:
    - {id: sted, text: Sted, type: choice, options: {1: Her}}
    - {id: nr, text: Nr., type: text}
sections:
  - id: "1"
    title: Navne
    questions:
      - {id: "1", text: Hvem?, type: choice, options: {1: nan, 2: None, 3: "7.0"}}
      - {id: "2", text: Hvad?, type: choices, options: {1: nan, 2: Andet}}
      - {id: "3", text: Bem., type: text}
"""


def test_an_answer_that_has_such_a_name_is_that_answer(tmp_path: Path) -> None:
    questionnaire = schemas.check_source(yamlfile.parse(NAMED, "navne.yaml")).questionnaire
    assert questionnaire is not None
    rows = [["sted", "nr", "1", "2", "3"], ["1.0", "1", "nan", "nan; Andet", "nan"], ["1", "2", "None", "2.0", "None"]]
    answers, notes = read(csv_file(tmp_path, [*rows, ["Her", "3", "7.0", "1;2", ""]]), questionnaire)
    assert [one["q1"] for one in answers] == ["1", "2", "3"]
    assert [[code for code in "12" if f"q2__{code}" in one] for one in answers] == [["1", "2"], ["2"], ["1", "2"]]
    assert [one.get("q3") for one in answers] == ["nan", "None", None]
    assert len(notes) == 1


# --- numbers, dates and flags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("q2_3", "2.0", "Delvis"), ("distrikt", "2.0", "Syd"), ("q1_3", "60.0", "60"),
        ("q1_2", "2020-02-03 00:00:00", "2020-02-03"), ("q1_2", "2020-02-03T14:05", "2020-02-03"),
        ("q1_2", "2020-02-03 23:59:59.999999", "2020-02-03"), ("q1_4_1__2", "True", "1"), ("q1_4_1__2", "1.0", "1"),
    ],
)  # fmt: skip
def test_what_pandas_makes_of_an_answer_is_that_answer(tmp_path: Path, name: str, text: str, answer: str) -> None:
    found = coded(tmp_path, {(0, name): text})
    assert faults(found.findings) == [] and column(found.cases, name)[0] == answer


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q2_3", "1.5"), ("q2_3", "True"), ("q2_3", "1.0.0"), ("q1_4_1__1", "0.5"), ("q1_2", "2020-02-03 24:00:00"),
        ("q1_2", "2020-02-03 kl. 12"), ("q1_2", "2020-02-30 00:00:00"), ("q1_2", "2020-02-03 00:00:00+00:00"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_still_a_fault(tmp_path: Path, name: str, text: str) -> None:
    assert len(faults(coded(tmp_path, {(0, name): text}).findings)) == 1


def test_a_full_stop_before_three_digits_is_a_decimal_point_where_another_number_shows_it(tmp_path: Path) -> None:
    found = coded(tmp_path, {(0, "q1_3"): "1.234", (1, "q1_3"): " 60.0 "})
    assert faults(found.findings) == [] and column(found.cases, "q1_3")[:2] == ["1.234", "60"]
    for others in ({(1, "q1_3"): "2.500"}, {(1, "q1_3"): "2,5", (2, "q1_3"): "2.5"}):
        assert len(faults(coded(tmp_path, {(0, "q1_3"): "1.234"} | others).findings)) >= 1
    in_excel = coded(tmp_path, {(0, "q1_3"): "1.234", (1, "q1_3"): 2.5}, xlsx=True)  # a cell has no full stop
    assert len(faults(in_excel.findings)) == 1


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (["1.0", "2.0", "", "10.0"], ["1", "2", "", "10"]),
        (["1.0", "2", "3.0", "4.0"], ["1", "2", "3", "4"]),
        (["1.0", "2.10", "2.1", "4.0"], ["1", "2.10", "2.1", "4"]),
        (["1.00", "2.00", "3.00", "4.00"], ["1", "2", "3", "4"]),
    ],
)
def test_case_numbers_lose_nought_decimals_with_one_note_where_all_of_them_have_them(
    tmp_path: Path, written: list[str], numbers: list[str]
) -> None:
    found = coded(tmp_path, {(row, "sagsnr"): text for row, text in enumerate(written)})
    assert column(found.cases, "sagsnr") == numbers
    notes = [one.message for one in found.findings if "læst som 1 i Sagsnr." in one.message]
    by_cell = [row for one in found.findings if one.code == "forklaedt" for row in one.rows]
    changed = [row for row, text in enumerate(written) if text != numbers[row]]
    all_alike = all(text.endswith(".0") for text in written if text)
    assert (len(notes), sorted(by_cell)) == ((1, []) if all_alike else (0, changed))


def test_a_text_that_is_no_identification_keeps_its_decimals(tmp_path: Path) -> None:
    assert column(coded(tmp_path, {(2, "q2_4"): "2.0"}).cases, "q2_4")[2] == "2.0"


# --- row numbers ------------------------------------------------------------------------------------------------------


def with_first(tmp_path: Path, header: str, values: list[object], *, xlsx: bool) -> coding.CodedSheet:
    rows = [[header, *HEADER], *([value, *row] for value, row in zip(values, ROWS, strict=True))]
    path = (xlsx_file if xlsx else csv_file)(tmp_path, rows)
    return coding.code_sheet(datasheet.read(path), small())


@pytest.mark.parametrize("xlsx", [False, True])
@pytest.mark.parametrize("header", ["", "Unnamed: 0", "Unnamed: 0.1"])
@pytest.mark.parametrize("values", [[0, 1, 2, 3], [3, 7, 12, 40], [2, 0, 3, 1]])
def test_the_numbers_of_rows_are_noted_and_not_read(
    tmp_path: Path, header: str, values: list[object], xlsx: bool
) -> None:
    found = with_first(tmp_path, header, values, xlsx=xlsx)
    assert faults(found.findings) == [] and found.cases.size == 4
    (note,) = [one for one in found.findings if "rækkernes numre" in one.message]
    assert note.place is not None and str(note.place).endswith("A1" if xlsx else f"linje 1, kolonne {header or 1}")


@pytest.mark.parametrize("values", [[0, 1, 1, 2], [0, 1, 2, ""], ["a", 1, 2, 3], [-1, 0, 1, 2], ["0.5", 1, 2, 3]])
def test_a_first_column_without_a_name_that_holds_something_else_is_a_fault(
    tmp_path: Path, values: list[object]
) -> None:
    for header, code in (("", "kolonne-uden-navn"), ("Unnamed: 0", "ukendt-kolonne")):
        found = with_first(tmp_path, header, values, xlsx=False)
        assert [one.code for one in found.findings if one.severity == "fejl"] == [code]


def test_numbers_without_a_name_in_another_column_are_a_fault(tmp_path: Path) -> None:
    rows = [[*HEADER, ""], *([*row, number] for number, row in enumerate(ROWS))]
    found = coding.code_sheet(datasheet.read(csv_file(tmp_path, rows)), small())
    assert [one.code for one in found.findings if one.severity == "fejl"] == ["kolonne-uden-navn"]
