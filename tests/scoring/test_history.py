"""What has been done to a case: who, when, from where, what from what to what, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallbook import ASA, HJE, VISITED, answer, make, session, study
from smallstudy import Runner

from audit.base.errors import UsageFault
from audit.scoring import history
from audit.scoring.casebook import Edit
from audit.scoring.ledger import By
from audit.study.session import ScoringSession

DEVIATION = VISITED | {"q2_1__1": "2", "begr_r2": "Står i brevet"}


@pytest.fixture
def open_(tmp_path: Path) -> ScoringSession:
    return session(study(tmp_path))


def told(open_: ScoringSession, case: str = "Nord/1") -> list[str]:
    return list(history.lines(open_.questionnaire, history.revisions(open_.book, case)))


def test_each_revision_tells_when_who_what_and_from_where(open_: ScoringSession) -> None:
    state = make(open_)
    state = answer(open_, state, q1_4="1", q1_4_1__2="1", q1_2_status="2", q1_3="2.5", q2_1__1_bem="To\nlinjer").state
    answer(open_, state, By("ASA", "sager.xlsx", "k3" * 26), q1_4="", q1_1="1940-05-01", paaroerende="1")
    assert told(open_) == [
        "22. november 2026 kl. 14.05, HJE: gemt",
        '  Distrikt: intet → "Nord"',
        '  Sagsnr.: intet → "1"',
        "22. november 2026 kl. 14.06, HJE: gemt",
        '  1.2 status: intet → "Uoplyst"',
        "  1.3 Minutter om ugen: intet → 2,5",
        '  1.4 Er borgeren visiteret?: intet → "Ja"',
        "  1.4.1/2 Bad: intet → valgt",
        '  2.1/1 Bemærkninger: intet → "To linjer"',
        "22. november 2026 kl. 14.07, ASA: gemt, fra sager.xlsx (k3k3k3k3k3k3)",
        "  1.1 Borgerens fødselsdato: intet → 1. maj 1940",
        '  1.4 Er borgeren visiteret?: "Ja" → intet',
        '  Er der pårørende?: intet → "Ja"',
    ]


def test_summer_time_is_danish(open_: ScoringSession) -> None:
    from audit.scoring.labels import long_time, short_time

    assert long_time("2026-07-01T22:30:00.000+00:00") == "2. juli 2026 kl. 00.30"
    assert short_time("2026-01-01T22:30:00.000+00:00") == "01-01-2026 23.30"


def test_a_reason_that_lapsed_is_told_apart_from_one_that_was_cleared(open_: ScoringSession) -> None:
    state = answer(open_, make(open_, answers=DEVIATION), q2_1__1="1").state
    assert told(open_)[-1] == (
        '  Begrundelse r2: "Står i brevet" → intet, for de svar, som begrundelsen forklarede, er ændret'
    )
    state = answer(open_, state, q2_1__1="2", begr_r2="Nyt brev").state
    answer(open_, state, begr_r2="")
    assert told(open_)[-1] == '  Begrundelse r2: "Nyt brev" → intet'


def test_a_reason_that_a_file_cleared_is_not_told_as_lapsed(open_: ScoringSession) -> None:
    state = make(open_, answers=DEVIATION)
    by = By("ASA", "til-excel.xlsx", "k3" * 26)
    gone = {"q2_1__1": "1", "begr_r2": ""}
    state = open_.book.save(state.case, Edit(gone), by, seen=state.revision).state
    assert told(open_)[-1] == '  Begrundelse r2: "Står i brevet" → intet'
    state = answer(open_, state, q2_1__1="2", begr_r2="Står i brevet").state
    still = {"begr_r2": "Står i brevet"}
    open_.book.save(state.case, Edit({"q2_1__1": "1"}, file_texts=still), by, seen=state.revision)
    assert told(open_)[-1].endswith("→ intet, for de svar, som begrundelsen forklarede, er ændret")


def test_what_cannot_be_read_any_more_is_shown_as_it_stands(open_: ScoringSession) -> None:
    from audit.scoring.labels import answer_label, long_time, short_time

    assert (long_time("i går"), short_time("i går")) == ("i går", "i går")
    by_column = open_.questionnaire.by_column
    assert [answer_label(by_column[name], "x") for name in ("q1_1", "q1_4", "q1_3")] == ['"x"', '"x"', "x"]


def test_finishing_and_reopening_are_told_with_the_reason(open_: ScoringSession) -> None:
    state = make(open_, answers=VISITED)
    open_.book.finish(state.case, ASA, seen=state.revision)
    open_.book.reopen(state.case, HJE, "Ny oplysning")
    assert told(open_)[-3:] == [
        "22. november 2026 kl. 14.07, ASA: meldt færdig",
        "22. november 2026 kl. 14.08, HJE: åbnet igen",
        "  Begrundelse: Ny oplysning",
    ]


def test_of_an_erased_case_stays_that_it_was_there_and_why_it_is_gone(open_: ScoringSession) -> None:
    make(open_, answers=VISITED)
    open_.book.erase("Nord/1", ASA, "Efter borgerens ønske")
    assert told(open_, "nord/1") == [
        "22. november 2026 kl. 14.05, HJE: gemt",
        "  Indholdet er slettet.",
        "22. november 2026 kl. 14.06, HJE: gemt",
        "  Indholdet er slettet.",
        "22. november 2026 kl. 14.07, ASA: slettet",
        "  Begrundelse: Efter borgerens ønske",
    ]


def test_a_cpr_number_is_blotted_out_wherever_it_stands(open_: ScoringSession) -> None:
    state = make(open_)
    open_.book.save(
        state.case,
        Edit({"q1_4_bem": "Borger 010190-1234"}, vouched=("q1_4_bem",)),
        By("HJE", "010190-1234.csv", "a"),
        seen=state.revision,
    )
    assert "1234" not in "".join(told(open_))
    assert "[CPR-nummer]" in told(open_)[-1]


def test_a_case_that_never_was_is_refused_with_the_nearest(open_: ScoringSession) -> None:
    make(open_, "12")
    with pytest.raises(UsageFault, match=r'Sag Nord/13 findes ikke i undersøgelsen. Mente du "Nord/12"\?'):
        told(open_, "Nord/13")


def test_the_command_prints_it(run: Runner, open_: ScoringSession) -> None:
    make(open_)
    ran = run("history", "nord/1", "--study", open_.folder)
    assert (ran.code, ran.out.split("\n")[0], ran.err) == (0, "22. november 2026 kl. 14.05, HJE: gemt", "")
    assert run("history", "Nord/2", "--study", open_.folder).code == 2
