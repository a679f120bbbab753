"""Cases out to a file: the wide forms come in again as the same cases, the long form has every answer's state."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from generative import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import SAMPLE
from smallbook import VISITED, session
from smallbook import study as small_study
from smallstudy import CASES, Runner, make
from strategies import spoiled_cases, valid_case
from ways_in import fleksjob, small

from audit.base.errors import FileFault, UsageFault
from audit.cases import coding, readers
from audit.cases.codes import encode_texts
from audit.cases.columns import Cases
from audit.exchange import extract, importing
from audit.files import datasheet
from audit.questionnaire.model import Questionnaire
from audit.scoring import answersets
from audit.scoring.answersets import AnswerTexts
from audit.study.source import ReadOptions, open_source

WIDE = [(ending, form) for ending in (".csv", ".xlsx") for form in ("koder", "svar")]
#: Texts that a file, a spreadsheet or a program may take for something else.
NASTY = (
    "=SUM(A1)", "+45 12 34", "-1", "@her", "'apostrof", "''to", "'=begge", "007", "1.234", "1,50", "0,10", "1e5",
    "#N/A", 'et "citat"', "a;b,c\td", "to\nlinjer", "tom\n\nlinje", "SAND", "True", "2015-01-02", "31-12-2014",
    "😀 æøå ÆØÅ",
    "_x0041_", "_x000D_x000d_", "a  b", "nan", "\\n", "%s", "\u200b.", "\ufeffx", "sep=;",
)  # fmt: skip


def back(path: Path, cases: Cases, form: str) -> list[dict[str, str]]:
    extract.write_cases(path, cases, form, overwrite=True)
    coded = coding.code_sheet(datasheet.read(path), cases.questionnaire)
    assert [one.code for one in coded.findings if one.severity == "fejl"] == []
    return answersets.from_cases(coded.cases)


def texts() -> st.SearchStrategy[str]:
    wild = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
    pieces = st.lists(st.sampled_from(NASTY), min_size=1, max_size=3).map(" ".join)
    return st.one_of(st.sampled_from(NASTY), wild, pieces).map(readers.canonical)


def filled(questionnaire: Questionnaire, case: AnswerTexts, words: list[str]) -> dict[str, str]:
    """The case with these texts as remarks and reasons."""
    names = [variable.name for variable in questionnaire.variables if variable.role in ("remark", "reason")]
    chosen = random.Random(len(words)).sample(names, min(len(names), len(words)))
    kept = {name: text for name, text in case.items() if text and text != "0"}
    return kept | {name: text for name, text in zip(chosen, words, strict=False) if text}


@pytest.mark.generative
@pytest.mark.parametrize("ending, form", WIDE)
@given(case=spoiled_cases(), words=st.lists(texts(), max_size=12))
@example(case=valid_case(random.Random(1)), words=[*NASTY])
@settings(max_examples=examples(40))
def test_wide_forms_come_in_again_as_the_same_cases(
    tmp_path_factory: pytest.TempPathFactory, ending: str, form: str, case: dict[str, str], words: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"igen{ending}"
    answers = [filled(fleksjob(), case, words), {"sagsnr": "007"}]
    assert back(path, answersets.to_cases(fleksjob(), answers), form) == answers


@pytest.mark.generative
@pytest.mark.parametrize("ending, form", WIDE)
@given(number=st.decimals(-(10**6), 10**6, places=3).map(float), words=st.lists(texts(), max_size=12))
@example(number=1.234, words=[])
@example(number=-0.125, words=[])
@settings(max_examples=examples(25))
def test_numbers_come_in_again_with_all_their_decimals(
    tmp_path_factory: pytest.TempPathFactory, ending: str, form: str, number: float, words: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"tal{ending}"
    case = {"distrikt": "1", "sagsnr": "1-2", **VISITED, "q1_3": answersets.number_text(number)}
    answers = [filled(small(), case, words)]
    assert back(path, answersets.to_cases(small(), answers), form) == answers


@pytest.mark.parametrize("ending, form", WIDE)
def test_an_export_can_be_imported_into_an_empty_study(tmp_path: Path, ending: str, form: str) -> None:
    words = [text for text in NASTY if text == readers.canonical(text)]
    answers = [filled(small(), {"distrikt": "2", "sagsnr": "007", **VISITED}, words)]
    path = tmp_path / f"ud{ending}"
    extract.write_cases(path, answersets.to_cases(small(), answers), form)
    with session(small_study(tmp_path)) as open_:
        plan = importing.plan_import(open_, path, ReadOptions())
        importing.carry_out(open_, plan, open_.by("HJE", plan.origin, plan.file_hash))
        (state,) = open_.states()
    assert (state.case, dict(state.answers)) == ("Syd/007", answers[0])


@pytest.mark.parametrize("ending, form", WIDE)
def test_the_sample_is_the_same_after_a_way_out_and_in(tmp_path: Path, ending: str, form: str) -> None:
    cases = open_source(SAMPLE).cases
    assert back(tmp_path / f"sager{ending}", cases, form) == answersets.from_cases(cases)


def sheet_rows(path: Path) -> list[dict[str, str]]:
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def small_cases() -> Cases:
    unvisited = {"distrikt": "1", "sagsnr": "2", "q1_4": "2", "q1_3": "2.5", "q1_2_status": "2"}
    half = {"distrikt": "1", "sagsnr": "3", "q1_4": "1", "q2_1__1_bem": "Ja & nej", "begr_r2": "=Fordi"}
    return answersets.to_cases(small(), [{"distrikt": "2", "sagsnr": "1", **VISITED}, unvisited, half])


HELP = "Hvis ja i spm. 1.4: Hvad er borgeren visiteret til?"


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_of_several_answers_nought_is_written_only_where_the_question_is_answered(tmp_path: Path) -> None:
    extract.write_cases(tmp_path / "ud.csv", small_cases(), "koder")
    rows = lines(tmp_path / "ud.csv")
    assert [[row[f"q1_4_1__{code}"] for code in "1234"] for row in rows] == [["1", "0", "0", "0"], [""] * 4, [""] * 4]


def test_words_are_the_short_wordings_and_codes_the_form_s(tmp_path: Path) -> None:
    for form in ("koder", "svar"):
        extract.write_cases(tmp_path / f"{form}.csv", small_cases(), form)
    (codes, *_), (words, *_) = lines(tmp_path / "koder.csv"), lines(tmp_path / "svar.csv")
    assert (codes["distrikt"], codes["q1_4"], codes["q1_1"]) == ("2", "1", "1940-05-01")
    assert (words["distrikt"], words["q1_4"], words["q1_1"]) == ("Syd", "Ja", "1940-05-01")


def test_the_long_form_tells_the_state_of_every_answer(tmp_path: Path) -> None:
    extract.write_cases(tmp_path / "lang.csv", small_cases(), "lang")
    told = [tuple(row.values())[1:] for row in lines(tmp_path / "lang.csv")]
    assert ("1", "1.4", "Er borgeren visiteret?", "q1_4", "Besvaret", "1", "Ja") in told
    assert ("1", "1.4.1", HELP, "q1_4_1__1", "Besvaret", "1", "Rengøring") in told
    assert ("2", "2.2/1", "Er følgende tilstrækkeligt?: Helbred", "q2_2__1", "Ikke stillet", "", "") in told
    assert ("2", "1.2", "Dato for afgørelsen", "q1_2_status", "Besvaret", "2", "Uoplyst") in told
    assert ("3", "1.4.1", HELP, "q1_4_1", "Ubesvaret", "", "") in told
    assert ("3", "Begrundelse r2", "Er følgende belyst?", "begr_r2", "Besvaret", "", "'=Fordi") in told


def test_the_long_form_has_one_row_a_chosen_answer(tmp_path: Path) -> None:
    chosen = {"distrikt": "1", "sagsnr": "9", "q1_4": "1", "q1_4_1__1": "1", "q1_4_1__3": "1"}
    made = extract.long_form(answersets.to_cases(small(), [chosen]), readers.point_text)
    assert [line[4] for line in made.rows() if line[2] == "1.4.1"] == ["q1_4_1__1", "q1_4_1__3"]


def test_what_could_not_be_read_is_no_answer_and_said_to_be_unreadable(tmp_path: Path) -> None:
    study = open_source(make(tmp_path / "s", cases=CASES.replace("45,Ja", "45,Måske")))
    made = extract.long_form(study.cases, readers.point_text)
    assert [line[5] for line in made.rows() if line[:3] == ("Syd", "1", "1.4")] == ["Ulæseligt"]


def test_a_column_that_the_cases_lack_is_not_written(tmp_path: Path) -> None:
    made = extract.wide_form(open_source(make(tmp_path / "s")).cases, readers.point_text, words=False)
    assert {*made.header} == {*CASES.split("\n")[0].split(","), "q1_2_status"}


def test_every_cell_of_a_workbook_is_a_text(tmp_path: Path) -> None:
    extract.write_cases(tmp_path / "ud.xlsx", small_cases(), "koder")
    sheet = openpyxl.load_workbook(tmp_path / "ud.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_file_is_readable_by_its_owner_alone_and_the_same_bytes_each_time(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"ud{ending}"
    extract.write_cases(path, small_cases(), "koder")
    first = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    extract.write_cases(path, small_cases(), "koder", overwrite=True)
    assert path.read_bytes() == first


def test_a_text_that_is_too_long_for_excel_is_refused_with_its_place_and_goes_to_csv(tmp_path: Path) -> None:
    for text, fits in (("x" * 32_767, True), ("x" * 32_768, False), ("😀" * 16_384, False)):
        answers = [{"distrikt": "1", "sagsnr": "1", "q1_4_bem": text}]
        cases = answersets.to_cases(small(), answers)
        assert back(tmp_path / "ud.csv", cases, "koder") == answers
        if fits:
            assert back(tmp_path / "ud.xlsx", cases, "koder") == answers
        else:
            with pytest.raises(FileFault, match=r"sag Nord/1, kolonne q1_4_bem, er på 32\.768 tegn.*\n.*CSV"):
                extract.write_cases(tmp_path / "langt.xlsx", cases, "koder")
    assert not (tmp_path / "langt.xlsx").exists()


def test_another_form_or_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="--form kan være koder, svar eller lang"):
        extract.write_cases(tmp_path / "ud.csv", small_cases(), "bred")
    with pytest.raises(UsageFault, match=re.escape(".xlsx eller .csv")):
        extract.write_cases(tmp_path / "ud.txt", small_cases(), "koder")


@pytest.mark.parametrize("text, kept", [("a\r\nb\rc\n", "a\nb\nc"), ("\x00a\x1b[1mb\x7f\ud800", "a[1mb"), (" \t ", "")])
def test_a_text_is_kept_the_same_whatever_way_it_came(text: str, kept: str) -> None:
    assert readers.canonical(text) == kept


def test_a_number_has_a_point_in_csv_and_a_comma_in_a_workbook_whatever_the_form(tmp_path: Path) -> None:
    answers = [{"distrikt": "1", "sagsnr": str(n), "q1_3": text} for n, text in enumerate(("7.5", "1.234", "60"))]
    cases = answersets.to_cases(small(), answers)
    for form in extract.LAYOUTS:
        for ending, wanted in ((".csv", ["7.5", "1.2340", "60"]), (".xlsx", ["7,5", "1,234", "60"])):
            path = tmp_path / f"{form}{ending}"
            extract.write_cases(path, cases, form)
            frame = (
                pd.read_csv(path, dtype=str) if ending == ".csv" else pd.read_excel(path, dtype=str, engine="openpyxl")
            )
            numbers = frame.loc[frame["kolonne"] == "q1_3", "svar"] if form == "lang" else frame["q1_3"]
            assert list(numbers) == wanted
    assert list(pd.read_csv(tmp_path / "koder.csv")["q1_3"]) == [7.5, 1.234, 60]


def test_cases_of_identifications_alone_have_no_line_in_the_long_form(tmp_path: Path) -> None:
    questionnaire = small()
    numbers, texts = encode_texts(["1", "2"])
    cases = Cases(questionnaire, 2, {"distrikt": np.array([1, 2]), "sagsnr": numbers}, {"sagsnr": texts})
    extract.write_cases(tmp_path / "lang.csv", cases, "lang")
    assert (tmp_path / "lang.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "distrikt,sagsnr,nummer,spoergsmaal,kolonne,tilstand,kode,svar"
    ]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_any_source_and_keeps_a_file_that_is_there(run: Runner, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "ud.csv"
    ran = run("export", small, "--out", out)
    assert (ran.code, ran.out, ran.err) == (0, "", f"Skrevet: {out}\n")
    assert run("export", small, "--out", out).code == 2
    assert run("export", small, "--out", tmp_path / "lang.xlsx", "--form", "lang").code == 0
    assert run("export", out, "--schema", small / "skema.yaml", "--out", tmp_path / "igen.csv").code == 0
    assert (tmp_path / "igen.csv").read_bytes() == out.read_bytes()


def test_the_command_warns_of_what_could_not_be_read(run: Runner, tmp_path: Path) -> None:
    spoiled = make(tmp_path / "s", cases=CASES.replace("45,Ja", "45,Måske"))
    ran = run("export", spoiled, "--out", tmp_path / "ud.csv")
    assert ran.code == 0 and "1 svar kunne ikke læses og er udeladt" in ran.err
