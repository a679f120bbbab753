"""A whole round in a spreadsheet: a study's workbook filled in by LibreOffice, imported, spoilt, imported again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from libreoffice import Filled, calc, filled
from places import SAMPLE
from smallstudy import Runner
from tools import missing

from audit.files.cells import column_letters
from audit.questionnaire.model import Questionnaire, Variable
from audit.scoring import answersets
from audit.study.session import begin_study, open_session
from audit.study.source import open_source
from audit.workbook.book import column_headers

pytestmark = [pytest.mark.office, pytest.mark.slow]

CASES = 20


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


def value(variable: Variable, text: str) -> str | int | float:
    """What a person puts in a cell: the word of the list, a day as its number, 1 for what is chosen."""
    if variable.kind == "code":
        return next(option.title for option in variable.options if option.code == text)
    if variable.kind == "date":
        return (date.fromisoformat(text) - date(1899, 12, 30)).days
    return 1 if variable.kind == "flag" else text


def cells(questionnaire: Questionnaire, rows: list[dict[str, str]]) -> list[Filled]:
    places = {name: column_letters(place) for place, name in enumerate(questionnaire.by_column, start=1)}
    return [
        ("Sager", f"{places[name]}{row}", value(questionnaire.by_column[name], text))
        for row, answers in enumerate(rows, start=2)
        for name, text in answers.items()
        if not questionnaire.by_column[name].question.identification
    ]


def test_libreoffice_twenty_cases_filled_in_imported_spoilt_and_imported_again(run: Runner, tmp_path: Path) -> None:
    if calc() is None:
        missing("LibreOffice Calc")
    study, book = tmp_path / "undersoegelse", tmp_path / "scoring.xlsx"
    begin_study(study, "fleksjob-2016")
    sample = open_source(SAMPLE)
    questionnaire, rows = sample.questionnaire, answersets.from_cases(sample.cases)[:CASES]
    with open_session(study) as session:
        for answers in rows:
            named = {name: answers[name] for name in ("kommune", "sagsnr", "sagsmaaler")}
            session.book.create(named, session.by("ASA"))
    assert run("workbook", book, "--study", study).code == 0
    book.write_bytes(filled(book.read_bytes(), cells(questionnaire, rows)))

    first = run("import", book, "--study", study, "--reviewer", "ASA", "--yes")
    assert (first.code, first.err) == (0, "")
    with open_session(study) as session:
        assert [dict(state.answers) for state in session.states()] == rows
        scored = session.seal()

    again = run("import", book, "--study", study, "--reviewer", "ASA", "--yes")
    assert (again.code, again.out.splitlines()[-1]) == (0, "Der er intet at skrive.")

    headers = dict(zip(questionnaire.by_column, column_headers(questionnaire), strict=True))
    letters = {name: column_letters(list(headers).index(name) + 1) for name in headers}
    spoilt: dict[str, str | int] = {
        f"{letters['q3_1']}2": "Måske",
        f"{letters['q1_1']}5": "31-02-1970",
        f"{letters['q2_8_1__1']}3": 7,
        f"{letters['q3_1_bem']}9": "Borger 010190-1234",
        f"{letters['q1_2']}21": "Kvind",
    }
    book.write_bytes(filled(book.read_bytes(), [("Sager", cell, text) for cell, text in spoilt.items()]))
    refused = run("import", book, "--study", study, "--reviewer", "ASA", "--yes")
    faults = [line for line in refused.out.splitlines() if line.startswith("fejl: ")]
    assert refused.code == 1
    assert {line.split("celle ")[1].split(" ")[0].rstrip(":") for line in faults} == {*spoilt}
    assert len(faults) == len(spoilt)
    assert "010190" not in refused.out
    with open_session(study) as session:
        assert session.seal() == scored, "nothing is written"
        assert session.verify()[1] == ()
