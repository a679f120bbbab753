"""How far the scoring is: by unit, by reviewer, case by case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from places import SCHEMA
from smallbook import ASA, HJE, UNVISITED, VISITED, answer, make, session, study
from smallstudy import Runner

from audit.base.errors import UsageFault
from audit.scoring import progress
from audit.scoring.progress import CaseFilter
from audit.study.session import ScoringSession, begin_study, open_session


@pytest.fixture
def open_(tmp_path: Path) -> ScoringSession:
    """A case that is not begun, one begun, one with a breach, one that lacks a reason, and one finished in Syd."""
    made = session(study(tmp_path))
    make(made, "1")
    answer(made, make(made, "2"), ASA, q1_3="60")
    make(made, "3", VISITED | {"q2_1__2": "2"})
    make(made, "4", VISITED | {"q2_1__1": "2"}, ASA)
    state = made.book.create({"distrikt": "2", "sagsnr": "1"}, HJE)
    state = answer(made, state, **UNVISITED).state
    made.book.finish(state.case, ASA, seen=state.revision)
    return made


def test_every_case_has_a_state_and_what_is_to_be_put_right(open_: ScoringSession) -> None:
    found = progress.case_progress(open_.book, open_.states())
    assert [(one.case, one.stage, one.reviewer, one.faults, one.has_findings) for one in found] == [
        ("Nord/1", "ikke-begyndt", "", 0, False),
        ("Nord/2", "begyndt", "ASA", 0, False),
        ("Nord/3", "begyndt", "HJE", 1, True),
        ("Nord/4", "begyndt", "ASA", 0, True),
        ("Syd/1", "faerdig", "ASA", 0, False),
    ]
    assert [one.lacks for one in found][2:] == [1, 1, 0]
    assert found[1].lacks > 0, "what is not answered yet is missing, but it is no finding"


def test_the_tables_count_by_unit_and_by_reviewer(open_: ScoringSession) -> None:
    told = progress.render_counts(open_.book, progress.case_progress(open_.book, open_.states()), ())
    assert (
        told
        == """\
Distrikt  I alt  Ikke begyndt  Begyndt  Færdig  Med fund
Nord          4             1        3       0         2
Syd           1             0        0       1         0
I alt         5             1        3       1         2

Sagsmåler     I alt  Ikke begyndt  Begyndt  Færdig  Med fund
ASA               3             0        2       1         1
HJE               1             0        1       0         1
Ikke fordelt      1             1        0       0         0
I alt             5             1        3       1         2"""
    )


def test_the_list_has_one_line_a_case(open_: ScoringSession) -> None:
    found = progress.filter_cases(
        open_.book, progress.case_progress(open_.book, open_.states()), CaseFilter(reviewer="asa")
    )
    lines = progress.render_list(open_.book, found).split("\n")
    assert lines[0] == "Sag     Distrikt  Sagsmåler  Tilstand  Fejl  Mangler  Sidst gemt"
    assert lines[-1] == "Syd/1   Syd       ASA        færdig       0        0  22-11-2026 14.14"
    assert max(map(len, lines)) <= 80


def test_a_narrow_terminal_wraps_the_first_column_and_cuts_nothing() -> None:
    told = list(progress.align_columns([["Enhed", "I alt"], ["Lyngby-Taarbæk og omegn", "3"]], 20))
    assert told == ["Enhed          I alt", "Lyngby-", "  Taarbæk og", "  omegn            3"]


@pytest.mark.parametrize(
    "wanted, cases",
    [
        (CaseFilter("ikke-begyndt"), ["Nord/1"]),
        (CaseFilter("begyndt"), ["Nord/2", "Nord/3", "Nord/4"]),
        (CaseFilter("faerdig"), ["Syd/1"]),
        (CaseFilter("med-fund"), ["Nord/3", "Nord/4"]),
        (CaseFilter(unit="syd"), ["Syd/1"]),
        (CaseFilter("med-fund", reviewer="HJE"), ["Nord/3"]),
        (CaseFilter(reviewer="ingen"), []),
    ],
)
def test_cases_can_be_picked(open_: ScoringSession, wanted: CaseFilter, cases: list[str]) -> None:
    found = progress.filter_cases(open_.book, progress.case_progress(open_.book, open_.states()), wanted)
    assert [one.case for one in found] == cases


@pytest.mark.parametrize("wanted", [CaseFilter("halv"), CaseFilter(unit="Øst")])
def test_a_state_or_a_unit_that_is_not_there_is_refused(open_: ScoringSession, wanted: CaseFilter) -> None:
    with pytest.raises(UsageFault):
        progress.filter_cases(open_.book, [], wanted)


def test_the_reviewer_whom_a_case_names_has_it_whoever_saved_it_last(tmp_path: Path) -> None:
    with open_session(begin_study(tmp_path / "fleksjob", "fleksjob-2016")) as fleksjob:
        code = next(
            option.code for option in fleksjob.questionnaire.by_id["sagsmaaler"].options if option.title == "TLM"
        )
        fleksjob.book.create({"kommune": "1", "sagsnr": "1", "sagsmaaler": code}, ASA)
        fleksjob.book.create({"kommune": "1", "sagsnr": "2"}, ASA)
        found = progress.case_progress(fleksjob.book, fleksjob.states())
        assert [one.reviewer for one in found] == ["TLM", ""], "nobody has begun the other"


def test_the_units_of_the_study_are_told_also_without_cases(tmp_path: Path) -> None:
    schema = str(SCHEMA)
    with open_session(begin_study(tmp_path / "s", schema, units=("Syd",))) as syd:
        assert progress.render_counts(syd.book, [], syd.units).split("\n")[1:3] == [
            "Syd           0             0        0       0         0",
            "I alt         0             0        0       0         0",
        ]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_shows_tables_the_list_or_json(run: Runner, open_: ScoringSession) -> None:
    folder = open_.folder
    assert run("cases", "--study", folder).out.startswith("Distrikt  I alt")
    assert "Nord/2" not in run("cases", "--study", folder).out
    assert "Sidst gemt" in run("cases", "--study", folder, "--list").out
    assert run("cases", "--study", folder, "--unit", "Nord").out.startswith("Sag ")
    assert run("cases", "--study", folder, "--reviewer", "xx").out == "Der er ingen sager.\n"
    told = json.loads(run("cases", "--study", folder, "--format", "json", "--state", "faerdig").out)
    assert told == [
        {
            "case": "Syd/1", "unit": "Syd", "reviewer": "ASA", "state": "faerdig", "findings": False, "fejl": 0,
            "mangel": 0, "saved": open_.states()[-1].at,
        }
    ]  # fmt: skip
    assert run("cases", "--study", folder, "--format", "xml").code == 2
