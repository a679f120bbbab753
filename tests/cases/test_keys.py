"""Which case is this: numbers that look alike, numbers that a spreadsheet has changed, and answers in disguise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from smallstudy import Runner
from ways_in import csv_file, plain_rows, read, sample_answers, xlsx_file

from audit.cases.columns import Cases
from audit.cases.findings import Finding, Message
from audit.exchange import importing
from audit.study.session import begin_study, open_session
from audit.study.source import ReadOptions

BASE = [sample_answers()[number] for number in ("1", "2", "3")]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


def rows_with(**cells: tuple[int, object]) -> list[list[object]]:
    """Three cases of the sample with some cells of a row (from 0) changed."""
    made = [list(row) for row in plain_rows(BASE)]
    for column, (row, cell) in cells.items():
        made[row + 1][made[0].index(column)] = cell
    return made


def told(path: Path) -> tuple[Cases, list[Message]]:
    coded = read(path)
    return coded.cases, [each for each in coded.cases.messages(coded.findings) if each.code != "laest"]


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("1\u200b", "et mellemrum uden bredde (U+200B)"),
        ("\ufeff1", "et usynligt mærke fra filens begyndelse (U+FEFF)"),
        ("1\u00ad", "en blød bindestreg (U+00AD)"),
        ("１", '"１" for "1" (U+FF11)'),
        ("1.0", "decimaler på et helt tal"),
    ],
)
def test_a_number_in_disguise_is_the_same_case_and_the_disguise_is_named(
    tmp_path: Path, write: object, written: str, named: str
) -> None:
    cases, messages = told(write(tmp_path, rows_with(sagsnr=(1, written))))  # type: ignore[operator]
    assert cases.keys == ("1", "1", "3")
    assert [each.code for each in messages] == ["forklaedt", "dobbelt-sag"]
    assert f'Sagsnr. er læst som "1": her står også {named}.' in messages[0].message
    assert "linje 3" in str(messages[0].place) or "B3" in str(messages[0].place)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (date(2026, 12, 3), "noegle-dato"),
        (2.1, "noegle-decimaltal"),
        (1234567890123456789, "noegle-afrundet"),
        (1e18, "noegle-afrundet"),
        (True, "noegle-sand"),
    ],
)
def test_what_excel_makes_of_a_number_is_a_fault_by_cell(tmp_path: Path, written: object, code: str) -> None:
    _, messages = told(xlsx_file(tmp_path, rows_with(sagsnr=(1, written))))
    faults = [each for each in messages if each.severity == "fejl"]
    assert [(each.code, str(each.place)) for each in faults] == [(code, "sager.xlsx, ark Sager, celle B3 (sagsnr)")], (
        messages
    )
    assert "formatet Tekst" in faults[0].message


@pytest.mark.parametrize("written", ["1,23457E+18", "1.2E+15", "SAND", "FALSE"])
def test_what_excel_wrote_into_a_csv_file_is_one_too(tmp_path: Path, written: str) -> None:
    _, messages = told(csv_file(tmp_path, rows_with(sagsnr=(1, written))))
    assert [each.code for each in messages] == ["noegle-afrundet" if written[0] == "1" else "noegle-sand"]


@pytest.mark.parametrize("written", ["2026-12-03", "3-12", "2.10", "12/34", "E12", "12E", "007", "2,1"])
def test_numbers_that_somebody_may_have_written_as_text_are_left_alone(tmp_path: Path, written: str) -> None:
    for write in (csv_file, xlsx_file):
        cases, messages = told(write(tmp_path, rows_with(sagsnr=(1, written))))
        assert (cases.keys[1], messages) == (written, [])


def test_plain_whole_numbers_are_read_with_one_note_for_the_column(tmp_path: Path) -> None:
    made = rows_with()
    place = made[0].index("sagsnr")
    for row in made[1:]:
        row[place] = int(str(row[place]))
    cases, messages = told(xlsx_file(tmp_path, made))
    assert cases.keys == ("1", "2", "3")
    assert [(each.code, each.severity, each.place.column) for each in messages] == [("noegle-tal", "note", "sagsnr")]


def test_zeros_in_front_make_another_case_and_a_note_names_the_two(tmp_path: Path) -> None:
    cases, messages = told(csv_file(tmp_path, rows_with(sagsnr=(2, "001"))))
    assert cases.keys == ("1", "2", "001")
    assert [(each.code, str(each.place)) for each in messages] == [
        ("foranstillet-nul", "sager.csv, linje 4, kolonne sagsnr")
    ]
    assert "sager.csv, linje 2, kolonne sagsnr" in messages[0].message


def test_a_sheet_s_1_beside_the_study_s_001_is_told_before_it_is_imported(tmp_path: Path) -> None:
    folder = begin_study(tmp_path / "s", "fleksjob-2016")

    def findings(rows: list[list[object]], name: str) -> tuple[Finding, ...]:
        (tmp_path / name).mkdir()
        with open_session(folder) as opened:
            path = csv_file(tmp_path / name, rows)
            plan = importing.plan_import(opened, path, ReadOptions())
            importing.carry_out(opened, plan, opened.by("ASA", plan.origin, plan.file_hash))
            return plan.findings

    findings(rows_with(sagsnr=(0, "001")), "first")
    found = [each for each in findings(rows_with(), "then") if each.code == "foranstillet-nul"]
    assert [(each.rows, "sag 001" in each.message) for each in found] == [((0,), True)]


@pytest.mark.parametrize(
    ("column", "written", "number"),
    [("q3_1", "2\u200b", "3.1"), ("q1_1", "1991-12-31\u200e", "1.1"), ("q2_8_1__1", "０", "2.8.1/1")],
)
def test_an_answer_in_disguise_is_read_and_noted(tmp_path: Path, column: str, written: str, number: str) -> None:
    made = rows_with(**{column: (1, written)})
    _, messages = told(csv_file(tmp_path, made))
    notes = [each for each in messages if each.code == "forklaedt"]
    assert [each.severity for each in notes] == ["note"]
    assert f"{number} er læst som" in notes[0].message


def test_a_header_in_disguise_is_read_and_noted(tmp_path: Path) -> None:
    made = rows_with()
    made[0][made[0].index("q3_1")] = "q3_1\u200b"
    coded = read(csv_file(tmp_path, made))
    notes = [each.message for each in coded.findings if "Overskriften" in each.message]
    assert notes == ['Overskriften er læst som "q3_1": her står også et mellemrum uden bredde (U+200B).']


def test_a_remark_keeps_its_invisible_characters(tmp_path: Path) -> None:
    made = rows_with(q3_1_bem=(1, "be\u00admærkning 1.0"))
    cases, messages = told(csv_file(tmp_path, made))
    assert "be\u00admærkning 1.0" in cases.texts["q3_1_bem"]
    assert [each.code for each in messages] == []
