"""Scoring a case: what is saved with an answer, what falls away and lapses, finishing, locking, two at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SCHEMA
from smallbook import ASA, HJE, UNVISITED, VISITED, answer, make, session, study

from audit.base.errors import UsageFault
from audit.cases import checks
from audit.cases.routing import Routing
from audit.questionnaire import schemas
from audit.scoring import answersets, casebook, ledger
from audit.scoring.casebook import ChangedFault, Edit, LockedFault, UnfinishedFault
from audit.scoring.consequences import settle
from audit.study.session import ScoringSession, open_session
from audit.study.source import open_source


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return study(tmp_path)


# --- one save ---------------------------------------------------------------------------------------------------------


def test_a_save_appends_what_changed_and_nothing_else(small: Path) -> None:
    with session(small) as open_:
        state = make(open_)
        answer(open_, state, q1_3="60", q1_1="")
        with open_.book.store.reading() as reader:
            first, second = reader.revisions()
    assert first.content.changes == {"distrikt": ("", "1"), "sagsnr": ("", "1")}
    assert second.content.changes == {"q1_3": ("", "60")}
    assert (second.by, second.case, second.act, second.number) == (HJE, "Nord/1", "saved", 2)
    assert second.at == "2026-11-22T13:06:00.000+00:00"
    assert (second.under.schema, second.under.version) == ("hjemmehjaelp", "1")


def test_a_save_that_changes_nothing_leaves_no_revision(small: Path) -> None:
    with session(small) as open_:
        state = make(open_, answers=VISITED)
        saved = answer(open_, state, q1_3="60")
        assert saved.state == state
        assert open_.seal().revisions == 2


def test_answers_that_are_no_longer_asked_fall_away_in_the_same_save(small: Path) -> None:
    with session(small) as open_:
        state = make(open_, answers=VISITED | {"q1_4_1_bem": "Hver uge"})
        foreseen = open_.book.foresee(state, {"q1_4": "2"})
        assert foreseen.dropped == ("q1_4_1__1", "q1_4_1_bem", "q2_2__1", "q2_2__2")
        assert open_.book.state("Nord/1") == state, "nothing is saved by looking ahead"
        saved = answer(open_, state, q1_4="2")
        assert saved.outcome == foreseen
        assert not {*foreseen.dropped} & {*saved.state.answers}
        with open_.book.store.reading() as reader:
            assert reader.revisions()[-1].content.changes["q1_4_1_bem"] == ("Hver uge", "")


def test_what_is_stated_stays_though_it_is_not_asked() -> None:
    questionnaire = schemas.load(SCHEMA)
    (outcome,) = settle(questionnaire, [{}], [{"q1_4": "2", "q2_2__1": "1"}], stated={"q2_2__1"})
    assert outcome.dropped == () and outcome.answers["q2_2__1"] == "1"


DEVIATION = VISITED | {"q2_1__1": "2", "begr_r2": "Helbredet står i lægens brev."}


@pytest.mark.parametrize("column, new", [("q2_1__1", "1"), ("q2_2__1", "2"), ("q1_4", "2")])
def test_a_reason_lapses_when_an_answer_that_it_explained_changes(small: Path, column: str, new: str) -> None:
    with session(small) as open_:
        saved = answer(open_, make(open_, answers=DEVIATION), **{column: new})
        assert saved.outcome.lapsed == ("begr_r2",)
        assert "begr_r2" not in saved.state.answers


@pytest.mark.parametrize("column, new", [("q2_2__2", "2"), ("q1_3", "90"), ("q2_3", "2"), ("q2_1__1_bem", "Ja")])
def test_a_reason_stays_when_other_answers_change(small: Path, column: str, new: str) -> None:
    with session(small) as open_:
        saved = answer(open_, make(open_, answers=DEVIATION), **{column: new})
        assert saved.outcome.lapsed == ()
        assert saved.state.answers["begr_r2"]


def test_a_reason_lapses_when_one_more_row_deviates(small: Path) -> None:
    with session(small) as open_:
        saved = answer(open_, make(open_, answers=DEVIATION), q2_1__2="2")
        assert saved.outcome.lapsed == ("begr_r2",)


def test_a_reason_that_is_written_with_the_answers_is_theirs(small: Path) -> None:
    with session(small) as open_:
        saved = answer(open_, make(open_, answers=DEVIATION), q2_1__2="2", begr_r2="To breve fra lægen.")
        assert saved.outcome.lapsed == ()
        assert saved.state.answers["begr_r2"] == "To breve fra lægen."


SMALL = schemas.load(SCHEMA)
CODES = {v.name: [option.code for option in v.options] or ["1"] for v in SMALL.variables if v.kind in ("code", "flag")}
CHANGES = st.fixed_dictionaries({}, optional={name: st.sampled_from(["", *codes]) for name, codes in CODES.items()})


@pytest.mark.generative
@given(st.lists(CHANGES, min_size=1, max_size=6))
@settings(max_examples=examples(60))
def test_after_any_changes_nothing_is_answered_that_is_not_asked(saves: list[dict[str, str]]) -> None:
    answers: dict[str, str] = {"begr_r2": "Fordi"}
    for changes in saves:
        wanted = {name: text for name, text in {**answers, **changes}.items() if text}
        (outcome,) = settle(SMALL, [answers], [wanted])
        cases = answersets.to_cases(SMALL, [outcome.answers])
        assert [one.code for one in checks.check(cases) if one.code == "svar-ikke-stillet"] == []
        kept = wanted.items() - outcome.answers.items()
        assert {name for name, _ in kept} == {*outcome.dropped, *outcome.lapsed}, "and nothing else goes"
        asked = {v.name: Routing(cases).asked(v.question.id).false[0] for v in SMALL.variables if v.role != "reason"}
        assert all(asked[name] for name in outcome.dropped)
        answers = outcome.answers


# --- agreed to beforehand, and two at once ----------------------------------------------------------------------------


def test_of_two_who_save_at_once_both_are_kept_and_the_second_is_told(small: Path) -> None:
    with session(small) as one, open_session(small) as other:
        state = make(one, answers=VISITED)
        answer(other, state, ASA, q2_3="2")
        saved = answer(one, state, HJE, q1_3="45")
        assert saved.state.answers == {**VISITED, "distrikt": "1", "sagsnr": "1", "q2_3": "2", "q1_3": "45"}
        (told,) = saved.others
        assert (told.by.reviewer, told.content.changes) == ("ASA", {"q2_3": ("1", "2")})
        assert answer(one, saved.state, HJE, q1_3="50").others == ()


def test_what_another_s_change_would_take_away_besides_is_not_taken_without_being_asked(small: Path) -> None:
    with session(small) as one, open_session(small) as other:
        state = make(one, answers=VISITED | {"q1_4_1__1": ""})
        agreed = frozenset(one.book.foresee(state, {"q1_4": "2"}).dropped)
        answer(other, state, ASA, q1_4_1__2="1")
        with pytest.raises(ChangedFault, match="ændret af ASA imens"):
            one.book.save(state.case, Edit({"q1_4": "2"}, accepted=agreed), HJE, seen=state.revision)


def test_an_answer_to_what_another_s_change_has_made_idle_is_not_saved(small: Path) -> None:
    with session(small) as one, open_session(small) as other:
        state = make(one, answers=VISITED)
        answer(other, state, ASA, q1_4="2")
        with pytest.raises(ChangedFault):
            one.book.save(state.case, Edit({"q2_2__1": "2"}, accepted=frozenset()), HJE, seen=state.revision)
        assert other.book.findings(other.states()[0]) == ()


def test_the_same_answer_changed_by_two_is_in_the_log_twice(small: Path) -> None:
    with session(small) as one, open_session(small) as other:
        state = make(one, answers=VISITED)
        answer(other, state, ASA, q2_3="2")
        saved = answer(one, state, HJE, q2_3="1", q1_3="45")
        assert saved.state.answers["q2_3"] == "1"
        with one.book.store.reading() as reader:
            assert reader.revisions()[-1].content.changes["q2_3"] == ("2", "1")


# --- finished ---------------------------------------------------------------------------------------------------------


def finished(open_: ScoringSession, **more: str) -> ledger.State:
    state = make(open_, answers=VISITED | more)
    return open_.book.finish(state.case, HJE, seen=state.revision)


def test_a_finished_case_is_locked_until_it_is_reopened_with_a_reason(small: Path) -> None:
    with session(small) as open_:
        state = finished(open_)
        assert state.finished
        with pytest.raises(LockedFault, match="meldt færdig"):
            answer(open_, state, q1_3="90")
        with pytest.raises(UsageFault, match="begrundelse"):
            open_.book.reopen("Nord/1", HJE, "  ")
        again = open_.book.reopen("nord/1", ASA, "Nye oplysninger")
        assert not again.finished
        assert answer(open_, again, q1_3="90").state.answers["q1_3"] == "90"
        with open_.book.store.reading() as reader:
            acts = [(one.act, one.by.reviewer, one.content.note) for one in reader.revisions()[2:4]]
        assert acts == [("finished", "HJE", ""), ("reopened", "ASA", "Nye oplysninger")]


def test_what_does_not_change_a_finished_case_is_no_fault(small: Path) -> None:
    with session(small) as open_:
        state = finished(open_)
        assert answer(open_, state, q1_3="60").state == state


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"q2_3": ""}, "2.3 er ikke besvaret"),
        ({"q2_1__2": "2", "q2_2__2": "2"}, "regel r1 er brudt"),
        ({"q2_1__1": "2"}, "der mangler en begrundelse efter regel r2"),
        ({"q1_4_1__3": "1"}, 'svaret "Andet - uddyb" på 1.4.1 skal uddybes'),
    ],
)
def test_a_case_with_anything_missing_or_wrong_cannot_be_finished(
    small: Path, changes: dict[str, str], said: str
) -> None:
    with session(small) as open_:
        state = answer(open_, make(open_, answers=VISITED), **changes).state
        with pytest.raises(UnfinishedFault) as caught:
            open_.book.finish(state.case, HJE, seen=state.revision)
        assert said in str(caught.value)
        assert open_.book.state(state.case) == state


def test_a_case_that_another_has_changed_meanwhile_is_looked_through_before_it_is_finished(small: Path) -> None:
    with session(small) as open_:
        state = make(open_, answers=VISITED)
        answer(open_, state, ASA, q1_3="90")
        with pytest.raises(ChangedFault, match="ændret af ASA imens, så den er ikke meldt færdig"):
            open_.book.finish(state.case, HJE, seen=state.revision)


def test_what_is_not_there_or_not_so_is_said(small: Path) -> None:
    with session(small) as open_:
        state = make(open_, answers=VISITED)
        with pytest.raises(UsageFault, match="findes ikke"):
            open_.book.finish("Nord/2", HJE, seen=0)
        with pytest.raises(UsageFault, match="ikke meldt færdig"):
            open_.book.reopen("Nord/1", HJE, "Hm")
        with pytest.raises(UsageFault, match="findes allerede"):
            open_.book.create({"distrikt": "1", "sagsnr": "1"}, HJE)
        with pytest.raises(UsageFault, match="et andet nummer"):
            answer(open_, state, sagsnr="2")
        done = open_.book.finish(state.case, HJE, seen=state.revision)
        with pytest.raises(LockedFault, match="allerede"):
            open_.book.finish(state.case, HJE, seen=done.revision)


def test_case_numbers_are_the_same_in_any_case_of_letters(small: Path) -> None:
    with session(small) as open_:
        make(open_, "a1")
        with pytest.raises(UsageFault, match="findes allerede"):
            open_.book.create({"distrikt": "1", "sagsnr": "A1"}, HJE)
        assert open_.book.state("nord/A1") is not None
        assert open_.book.state("Syd/a1") is None


def test_a_case_of_a_unit_that_the_study_does_not_have_cannot_be_finished(small: Path) -> None:
    text = (small / "study.yaml").read_text("utf-8").replace('  - "Nord"\n', "")
    (small / "study.yaml").write_text(text, encoding="utf-8")
    with session(small) as open_:
        state = make(open_, answers=VISITED)
        with pytest.raises(UnfinishedFault, match="sagen er fra Nord"):
            open_.book.finish(state.case, HJE, seen=state.revision)
    assert [one.code for one in open_source(small).findings].count("anden-enhed") == 1


# --- a questionnaire that changes under way ---------------------------------------------------------------------------


def change(folder: Path, old: str, new: str, file: str = "hjemmehjaelp.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


SUPPLEMENT = """
      - {id: hund, text: Er der hund?, type: choice, options: janej}
rules:
"""


def test_a_supplement_added_under_way_is_asked_of_finished_cases_and_nothing_else_is(small: Path) -> None:
    with session(small) as open_:
        finished(open_)
    change(small, "\nrules:\n", SUPPLEMENT)
    with session(small) as open_:
        assert [note.message for note in open_.notes([])] == ["måleskemaet har fået nye supplerende felter: hund."]
        state = open_.states()[0]
        assert open_.book.open_columns(state) == {"hund"}
        saved = answer(open_, state, hund="1").state
        assert saved.finished and saved.answers["hund"] == "1"
        with pytest.raises(LockedFault):
            answer(open_, saved, hund="2")
        with pytest.raises(LockedFault):
            answer(open_, saved, paaroerende="1")
        assert open_.verify()[1] == ()


def test_a_question_of_the_form_added_under_a_new_version_does_not_open_a_finished_case(small: Path) -> None:
    with session(small) as open_:
        finished(open_)
    added = '      - {id: "2.5", text: Nyt?, type: choice, options: janej}\n'
    change(small, '      - id: "2.4"\n', f'{added}      - id: "2.4"\n')
    change(small, "version: 1", "version: 2")
    change(small, 'schema_version: "1"', 'schema_version: "2"', "study.yaml")
    with session(small) as open_:
        assert open_.book.open_columns(open_.states()[0]) == frozenset()
        with pytest.raises(LockedFault):
            answer(open_, open_.states()[0], q2_5="1")


def test_a_supplement_must_not_change_what_is_locked(small: Path) -> None:
    """A new field that takes an old answer away, or an old reason, needs the case to be reopened."""
    with session(small) as open_:
        finished(open_, q2_1__1="2", begr_r2="Helbredet står i lægens brev.")
    change(small, "\nrules:\n", SUPPLEMENT)
    change(small, 'when: {"2.1/row": Nej, "1.4": Ja}', 'when: {"2.1/row": Nej, hund: {answered: nej}}')
    with session(small) as open_:
        with pytest.raises(LockedFault):
            answer(open_, open_.states()[0], hund="1")
        assert open_.states()[0].answers["begr_r2"]


def test_another_key_is_another_study(small: Path) -> None:
    with session(small) as open_:
        make(open_, answers=VISITED)
    change(small, "key: [distrikt, sagsnr]", "key: [sagsnr]")
    with pytest.raises(UsageFault, match="distrikt er en anden slags felt"):
        open_session(small)


SCALE = "{1: Ja, 2: Delvis, 3: Nej}"


@pytest.mark.parametrize(
    "old, new, said",
    [
        (SCALE, "{1: Nej, 2: Delvis, 3: Ja}", "q2_3: svar 1 og 3 er væk eller har en anden tekst"),
        ("{code: 1, text: Rengøring}", "{code: 5, text: Rengøring}", "q1_4_1__1 er væk"),
        ("        row_remark: Bemærkninger\n", "", "q2_1__1_bem er væk"),
    ],
)
def test_answers_that_are_used_must_not_change_their_meaning(small: Path, old: str, new: str, said: str) -> None:
    with session(small) as open_:
        make(open_, answers=VISITED | {"q2_1__1_bem": "Set"})
    change(small, old, new)
    for version in ("1", "2"):
        change(small, "version: 1", f"version: {version}")
        change(small, 'schema_version: "1"', f'schema_version: "{version}"', "study.yaml")
        for open_it in (open_session, open_source):
            with pytest.raises(UsageFault) as caught:
                open_it(small)
            assert said in str(caught.value)


def test_answers_may_be_added_under_a_new_version_that_study_yaml_names(small: Path) -> None:
    with session(small) as open_:
        make(open_, answers=UNVISITED)
    change(small, "{1: Ja, 2: Delvis, 3: Nej}", "{1: Ja, 2: Delvis, 3: Nej, 4: Ved ikke}")
    with pytest.raises(UsageFault, match="der er kommet flere svar") as caught:
        open_session(small)
    assert "version-nummer" in caught.value.remedy
    change(small, "version: 1", "version: 2")
    change(small, 'schema_version: "1"', 'schema_version: "2"', "study.yaml")
    with session(small) as open_:
        saved = answer(open_, open_.states()[0], q2_3="4")
        with open_.book.store.reading() as reader:
            assert [one.under.version for one in reader.revisions()] == ["1", "1", "2"]
        assert saved.state.answers["q2_3"] == "4"
    with open_session(small):
        pass


def test_wordings_of_questions_and_corrections_are_no_codes(small: Path) -> None:
    with session(small) as open_:
        make(open_, answers=VISITED)
    change(small, "text: Er afgørelsen rigtig?", "text: Er afgørelsen da rigtig?")
    change(small, "{code: 1, text: Rengøring}", "{code: 1, text: Rengøring, label: Gøre rent}")
    with open_session(small) as open_:
        assert open_.added_columns == ()


# --- the study as a source --------------------------------------------------------------------------------------------


def test_a_scored_study_is_a_source_like_any_other(small: Path) -> None:
    with session(small) as open_:
        make(open_, answers=VISITED | {"q1_4_bem": "Journal 010203-4567 hos os"})
        make(open_, "2", UNVISITED | {"q2_3": ""})
    found = open_source(small)
    assert found.cases.keys == ("Nord/1", "Nord/2")
    assert found.title == "hjemmehjælp efter serviceloven"
    messages = [(one.code, str(one.place)) for one in found.cases.messages(found.findings)]
    assert ("cpr-nummer", "sag Nord/1, spørgsmål 1.4 Bemærkninger") in messages
    assert ("ubesvaret", "sag Nord/2, spørgsmål 2.3") in messages
    assert ("ikke-faerdige", "cases.sqlite") in messages


def test_a_text_that_a_person_vouches_for_is_no_cpr_number_until_it_changes(small: Path) -> None:
    with session(small) as open_:
        state = make(open_, answers=VISITED)
        edit = Edit({"q1_4_bem": "Journal 010203-4567"}, vouched=("q1_4_bem",))
        state = open_.book.save(state.case, edit, HJE, seen=state.revision).state
        assert [one.code for one in open_.book.findings(state)] == []
        assert open_.book.finish(state.case, HJE, seen=state.revision).finished
        open_.book.reopen(state.case, HJE, "Nyt")
        state = answer(open_, state, q1_4_bem="Journal 020304-4567").state
        assert [one.code for one in open_.book.findings(state)] == ["cpr-nummer"]


def test_cases_of_a_study_and_their_rows_are_the_same() -> None:
    rows = [VISITED | {"q1_3": "2.5"}, UNVISITED | {"q2_1__1_bem": 'To\nlinjer; og "mere"'}]
    assert answersets.from_cases(answersets.to_cases(SMALL, rows)) == rows
    assert casebook.states_to_cases(SMALL, []).size == 0
