"""A file into a study: what is new and changed, three-way merging, locked cases, reasons, whole or not at all."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path

import pytest
from generative import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import SCHEMA
from smallbook import ASA, HJE, VISITED, answer, make, session, study
from smallfiles import EVERY, ONE, TWO, file

from audit.base.errors import DataFault, UsageFault
from audit.exchange import extract, handout, importing, importlines, merging
from audit.exchange.importing import ImportPlan
from audit.scoring import ledger
from audit.scoring.casebook import ChangedFault, Edit
from audit.scoring.database import LogWriter
from audit.scoring.ledger import State
from audit.study.session import ScoringSession, begin_study, open_session
from audit.study.source import ReadOptions

#: A row of 2.1 is not in order and 2.2 is, so r2 wants a reason.
DEVIATION = ONE | {"q2_1__1": "2", "begr_r2": "Helbredet står i lægens brev."}


@pytest.fixture
def open_(tmp_path: Path) -> ScoringSession:
    return session(study(tmp_path))


def plan(open_: ScoringSession, path: Path, *, update: bool = False, not_cpr: Sequence[str] = ()) -> ImportPlan:
    return importing.plan_import(open_, path, ReadOptions(not_cpr=not_cpr), update=update)


def take(open_: ScoringSession, path: Path, *, update: bool = False, finish: bool = False) -> ImportPlan:
    """The file planned and carried out."""
    made = plan(open_, path, update=update)
    importing.carry_out(open_, made, open_.by("HJE", made.origin, made.file_hash), finish=finish)
    return made


def state(open_: ScoringSession, case: str = "Nord/1") -> State:
    found = open_.book.state(case)
    assert found is not None
    return found


def codes(made: ImportPlan, severity: str = "fejl") -> list[str]:
    return [one.code for one in made.findings if one.severity == severity]


# --- new and changed --------------------------------------------------------------------------------------------------


def test_new_cases_are_made_as_the_file_has_them(open_: ScoringSession, tmp_path: Path) -> None:
    made = take(open_, file(tmp_path, DEVIATION, TWO))
    assert importlines.summary(made) == "2 nye sager, 0 ændrede, 0 uændrede."
    assert [dict(one.answers) for one in open_.states()] == [DEVIATION, TWO]
    with open_.book.store.reading() as reader:
        first, _ = reader.revisions()
    assert (first.by.reviewer, first.by.origin, first.by.file_hash) == ("HJE", "sager.csv", made.file_hash)


def test_a_list_of_cases_to_be_scored_lacks_nothing(open_: ScoringSession, tmp_path: Path) -> None:
    made = take(open_, file(tmp_path, ONE, TWO, columns=["distrikt", "sagsnr"]))
    assert [one.code for one in made.findings] == ["laest"]
    assert [dict(one.answers) for one in open_.states()] == [
        {"distrikt": "1", "sagsnr": "1"}, {"distrikt": "2", "sagsnr": "1"},
    ]  # fmt: skip
    twice = plan(open_, file(tmp_path, ONE, ONE, columns=["distrikt", "sagsnr"]))
    assert codes(twice) == ["dobbelt-sag"], "but what is wrong in it is told"


def test_a_plan_writes_nothing(open_: ScoringSession, tmp_path: Path) -> None:
    plan(open_, file(tmp_path, ONE))
    assert (open_.states(), open_.seal().revisions) == ([], 0)


def test_the_same_file_twice_changes_nothing(open_: ScoringSession, tmp_path: Path) -> None:
    path = file(tmp_path, DEVIATION, TWO)
    take(open_, path)
    before = open_.seal()
    again = take(open_, path)
    assert not again.touched and list(importlines.change_lines(again)) == []
    assert open_.seal() == before


def test_a_change_is_told_with_its_cell_old_and_new(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE, TWO))
    made = take(open_, file(tmp_path, ONE, TWO | {"q2_3": "2", "q1_3": "2.5", "q1_1": "1971-05-01"}))
    assert list(importlines.change_lines(made)) == [
        "sag Syd/1, 1.1 (linje 3): 1. maj 1970 → 1. maj 1971",
        "sag Syd/1, 1.3 (linje 3): 0 → 2,5",
        'sag Syd/1, 2.3 (linje 3): "Ja" → "Delvis"',
    ]
    assert importlines.summary(made) == "0 nye sager, 1 ændret, 1 uændret."
    assert dict(state(open_, "Syd/1").answers) == TWO | {"q2_3": "2", "q1_3": "2.5", "q1_1": "1971-05-01"}


def test_only_columns_that_the_file_has_are_changed(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    made = take(open_, file(tmp_path, {**ONE, "q1_3": "90"}, columns=["distrikt", "sagsnr", "q1_3"], name="to.csv"))
    assert codes(made) == []
    assert list(importlines.conflict_lines(made)) != [], "another file says otherwise than the first"
    take(open_, tmp_path / "to.csv", update=True)
    assert dict(state(open_).answers) == ONE | {"q1_3": "90"}


def test_a_column_may_lack_where_every_case_is_known_and_not_where_one_is_new(
    open_: ScoringSession, tmp_path: Path
) -> None:
    columns = [name for name in EVERY if not name.startswith("q2_2")]
    take(open_, file(tmp_path, ONE))
    assert codes(plan(open_, file(tmp_path, ONE, columns=columns))) == []
    new = {**ONE, "sagsnr": "2"}
    assert codes(plan(open_, file(tmp_path, ONE, new, columns=columns))) == ["manglende-kolonne"]
    unasked = {**TWO, "sagsnr": "2"}
    assert codes(plan(open_, file(tmp_path, ONE, unasked, columns=columns))) == [], "the new case is not asked it"


def test_some_columns_of_several_answers_are_never_enough(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    made = plan(open_, file(tmp_path, ONE, columns=["distrikt", "sagsnr", "q1_4_1__2"]))
    assert codes(made) == ["manglende-kolonne"]


def test_a_blank_cell_of_a_plain_file_says_nothing(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, DEVIATION | {"q1_4_bem": "Fra filen"}))
    blank = {"q1_3": "", "q1_4_bem": "", "begr_r2": "", "q1_4_1__1": "0", "q2_1__2": ""}
    made = plan(open_, file(tmp_path, DEVIATION | blank), update=True)
    assert not made.touched and [*importlines.conflict_lines(made)] == []


def test_an_answer_in_a_plain_file_replaces_all_of_the_answer(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, {**ONE, "q1_2": "", "q1_2_status": "2"}))
    take(open_, file(tmp_path, ONE | {"q1_4_1__1": "", "q1_4_1__2": "1"}))
    assert dict(state(open_).answers) == {k: v for k, v in ONE.items() if k != "q1_4_1__1"} | {"q1_4_1__2": "1"}


def test_a_workbook_clears_what_is_deleted_in_it(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    take(open_, workbook(open_, tmp_path, q1_3=""))
    assert dict(state(open_).answers) == {k: v for k, v in ONE.items() if k != "q1_3"}


def test_a_workbook_says_what_it_took_for_a_blank_cell(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    made = take(open_, workbook(open_, tmp_path, q1_3="nan"))
    assert dict(state(open_).answers) == {k: v for k, v in ONE.items() if k != "q1_3"}
    assert [one.message for one in made.findings if one.code == "laest"] == ['"nan" er læst som tomme celler.']


def test_the_case_of_letters_in_a_number_is_the_study_s(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, {**ONE, "sagsnr": "a1"}))
    made = take(open_, file(tmp_path, {**ONE, "sagsnr": "A1", "q1_3": "90"}))
    assert [one.new for one in made.planned_cases] == [False]
    assert [one.case for one in open_.states()] == ["Nord/a1"]


# --- three ways -------------------------------------------------------------------------------------------------------

TEXT = st.sampled_from(["", "1", "2", "3"])


@pytest.mark.generative
@pytest.mark.slow
@given(base=TEXT, present=TEXT, new=TEXT, update=st.booleans())
def test_one_cell_is_merged_three_ways(base: str, present: str, new: str, update: bool) -> None:
    merged = merging.merge([{"a": base}], {"a": present}, {"a": new}, ["a"], update=update)
    then = merged.answers.get("a", "")
    if new in (present, base):
        assert then == present
    elif base == present or update:
        assert (then, merged.changed) == (new, ("a",))
    else:
        assert (then, merged.conflicts) == (present, {"a": new})
    # held against what the file is then held to have said, the same file says the same again
    held = {"a": then, **merged.file_texts}
    again = merging.merge([held], {"a": then}, {"a": new}, ["a"], update=False)
    assert (again.changed, again.conflicts) == ((), merged.conflicts)


def test_a_conflict_is_told_with_who_and_when_and_left_alone(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    answer(open_, state(open_), ASA, q1_3="75")
    made = take(open_, file(tmp_path, ONE | {"q1_3": "90", "q2_3": "2"}))
    told = "konflikt: sag Nord/1, 1.3 (linje 2): filen har 90, undersøgelsen har 75 (ASA, 22. november 2026 kl. 14.06)"
    assert list(importlines.conflict_lines(made)) == [told]
    assert (state(open_).answers["q1_3"], state(open_).answers["q2_3"]) == ("75", "2")


def test_a_conflict_is_told_again_until_the_file_wins_by_update(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    answer(open_, state(open_), ASA, q1_3="75")
    path = file(tmp_path, ONE | {"q1_3": "90", "q2_3": "2"})
    take(open_, path)
    again = plan(open_, path)
    assert not again.touched and len(list(importlines.conflict_lines(again))) == 1
    take(open_, path, update=True)
    assert state(open_).answers["q1_3"] == "90"
    assert not plan(open_, path).touched and list(importlines.conflict_lines(plan(open_, path))) == []


def test_what_only_the_study_has_changed_stays_and_is_counted(open_: ScoringSession, tmp_path: Path) -> None:
    path = file(tmp_path, ONE)
    take(open_, path)
    answer(open_, state(open_), ASA, q1_3="75")
    made = take(open_, path, update=True)
    assert state(open_).answers["q1_3"] == "75"
    assert "1 svar er nyere i undersøgelsen end i filen og er beholdt." in importlines.summary(made)


def test_a_case_that_was_made_in_the_terminal_conflicts_only_where_it_is_answered_otherwise(
    open_: ScoringSession, tmp_path: Path
) -> None:
    make(open_, "1", {"q1_3": "75", "q1_4": "1"})
    made = take(open_, file(tmp_path, ONE))
    assert [one.partition(",")[2] for one in importlines.conflict_lines(made)] == [
        " 1.3 (linje 2): filen har 60, undersøgelsen har 75 (HJE, 22. november 2026 kl. 14.06)"
    ]
    assert dict(state(open_).answers) == ONE | {"q1_3": "75"}


def test_an_erased_case_comes_back_by_no_file_and_starts_afresh_where_it_is_made_again(
    open_: ScoringSession, tmp_path: Path
) -> None:
    path = file(tmp_path, ONE, TWO)
    take(open_, path)
    open_.book.erase("Nord/1", HJE, "Efter loven")
    made = plan(open_, path)
    assert [*map(str, made.cases.messages(one for one in made.findings if one.severity == "fejl"))] == [
        "fejl: sager.csv, linje 2, kolonne distrikt, sagsnr: sagen er slettet fra undersøgelsen. "
        "Slet rækken, eller opret sagen igen med audit score."
    ]
    make(open_, "1")
    take(open_, path)
    assert dict(state(open_).answers) == ONE


def test_two_rows_that_are_the_same_case_however_they_are_spelt_are_told(open_: ScoringSession, tmp_path: Path) -> None:
    for one, other in (("a b", "a  B"), ("caf\u00e9", "cafe\u0301")):
        made = plan(open_, file(tmp_path, ONE | {"sagsnr": one}, ONE | {"sagsnr": other}))
        assert codes(made) == ["dobbelt-sag"]
    both = ONE | {"distrikt": "", "sagsnr": "1"}
    assert "dobbelt-sag" not in codes(plan(open_, file(tmp_path, both, both))), "which case it is isn't known"


# --- the scoring workbook ---------------------------------------------------------------------------------------------


def workbook(open_: ScoringSession, folder: Path, name: str = "til-excel.xlsx", **cells: str | int) -> Path:
    """A workbook of the study with some cells of its first case changed, by header."""
    handout.write_workbook(open_, folder / name, overwrite=True)
    return rewritten(folder / name, **cells)


def rewritten(path: Path, **cells: str | int) -> Path:
    """Some cells of a workbook's first case changed, by header."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book["Sager"]
    columns = {str(cell.value).partition(" ")[0]: cell.column for cell in sheet[1]}
    for header, value in cells.items():
        sheet.cell(2, columns[header.replace("_", ".").removeprefix("q")]).value = value or None
    book.save(path)
    return path


def test_a_workbook_comes_back_and_only_what_was_written_in_it_is_changed(
    open_: ScoringSession, tmp_path: Path
) -> None:
    take(open_, file(tmp_path, ONE))
    path = workbook(open_, tmp_path, q1_3=90, q2_3="Delvis")
    answer(open_, state(open_), ASA, q1_4_bem="Imens")
    made = take(open_, path)
    assert list(importlines.change_lines(made)) == [
        "sag Nord/1, 1.3 (celle G2): 60 → 90",
        'sag Nord/1, 2.3 (celle U2): "Ja" → "Delvis"',
    ]
    assert dict(state(open_).answers) == ONE | {"q1_3": "90", "q2_3": "2", "q1_4_bem": "Imens"}
    assert not take(open_, path).touched


def test_a_workbook_that_is_untouched_changes_nothing_whatever_has_happened_since(
    open_: ScoringSession, tmp_path: Path
) -> None:
    take(open_, file(tmp_path, ONE))
    path = workbook(open_, tmp_path)
    answer(open_, state(open_), ASA, q1_3="75", q2_3="2")
    made = plan(open_, path, update=True)
    assert not made.touched and list(importlines.conflict_lines(made)) == []


def test_a_colleague_s_workbook_does_not_clear_what_was_taken_in_meanwhile(
    open_: ScoringSession, tmp_path: Path
) -> None:
    make(open_, "1")
    (tmp_path / "hos-hende").mkdir()
    mine = workbook(open_, tmp_path, q1_3=90)
    hers = workbook(open_, tmp_path / "hos-hende", q2_3="Ja")
    take(open_, mine)
    take(open_, hers)
    assert (state(open_).answers["q1_3"], state(open_).answers["q2_3"]) == ("90", "1")


def test_a_workbook_that_is_taken_in_and_filled_in_further_comes_back_as_changes(
    open_: ScoringSession, tmp_path: Path
) -> None:
    make(open_, answers=VISITED)
    path = workbook(open_, tmp_path, q1_3=90)
    take(open_, path)
    path = rewritten(path, q1_3=45, q2_3="Delvis")
    made = take(open_, path)
    assert made.missing == ()
    assert not any(one.merge.conflicts for one in made.planned_cases)
    assert (state(open_).answers["q1_3"], state(open_).answers["q2_3"]) == ("45", "2")
    assert not plan(open_, path).touched
    answer(open_, state(open_), ASA, q1_3="30")  # and now it is the study that has moved on
    assert not plan(open_, path).touched
    assert [*plan(open_, rewritten(path, q1_3=20)).planned_cases[0].merge.conflicts] == ["q1_3"]


def test_what_is_set_back_in_a_workbook_is_told_until_update_sets_it_back(
    open_: ScoringSession, tmp_path: Path
) -> None:
    make(open_, answers=VISITED)
    path = workbook(open_, tmp_path, q1_3=30)
    take(open_, path)
    path = rewritten(path, q1_3=60, q2_3="Delvis")
    told = (
        "sag Nord/1, 1.3 (celle G2): filen er igen som da den blev lavet; undersøgelsens 30 er beholdt. "
        "Brug --update for at rette tilbage"
    )
    for _ in range(2):
        made = take(open_, path)
        assert ([*importlines.reverted_lines(made)], state(open_).answers["q1_3"]) == ([told], "30")
        assert importing.finishable(open_, made) == []
    take(open_, path, update=True)
    assert state(open_).answers["q1_3"] == "60"
    assert [*importlines.reverted_lines(plan(open_, path))] == []


def test_what_a_file_said_before_is_what_the_same_reviewer_took_in(open_: ScoringSession, tmp_path: Path) -> None:
    make(open_, answers=VISITED)
    path = workbook(open_, tmp_path)
    for folder, minutes in (("a", 30), ("b", 60)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / path.name).write_bytes(path.read_bytes())
        rewritten(tmp_path / folder / path.name, q1_3=minutes)
    take(open_, tmp_path / "a" / path.name)
    hers, mine = (
        importing.plan_import(open_, tmp_path / "b" / path.name, ReadOptions(), reviewer=who) for who in ("ASA", "hje")
    )
    assert [len([*importlines.reverted_lines(one)]) for one in (hers, mine)] == [0, 1]
    assert not hers.touched


def test_a_workbook_of_a_study_of_the_same_name_is_refused_by_its_log(open_: ScoringSession, tmp_path: Path) -> None:
    make(open_, answers=VISITED)
    path = workbook(open_, tmp_path, q1_3=30)
    (tmp_path / "x").mkdir()
    other = session(study(tmp_path / "x"))
    for _ in range(2):
        with pytest.raises(UsageFault, match="en anden undersøgelse med samme navn"):
            plan(other, path)
        make(other, str(len(other.states()) + 1), VISITED)


def test_new_cases_are_named_and_those_that_a_workbook_has_no_more(open_: ScoringSession, tmp_path: Path) -> None:
    made = take(open_, file(tmp_path, *(ONE | {"sagsnr": str(number)} for number in range(1, 24))))
    (line,) = importlines.case_lines(made)
    assert line == f"Nye: {', '.join(f'Nord/{number}' for number in range(1, 21))} … og 3 til."
    path = workbook(open_, tmp_path, Sagsnr_="99")
    assert [*importlines.case_lines(plan(open_, path))] == [
        "Nye: Nord/99.",
        "Står ikke længere i projektmappen (undersøgelsen beholder dem): Nord/1.",
    ]


def test_of_the_programs_own_workbook_it_is_not_told_which_sheet_was_read(
    open_: ScoringSession, tmp_path: Path
) -> None:
    make(open_, answers=VISITED)
    assert codes(plan(open_, workbook(open_, tmp_path)), "note") == []


def test_a_conflict_with_what_was_saved_after_the_workbook_was_made(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    path = workbook(open_, tmp_path, q1_3=90)
    answer(open_, state(open_), ASA, q1_3="75")
    assert len(list(importlines.conflict_lines(plan(open_, path)))) == 1
    take(open_, path, update=True)
    assert state(open_).answers["q1_3"] == "90"


def with_supplement(open_: ScoringSession) -> None:
    """One more question in the supplement of the study's questionnaire."""
    path = open_.folder / "hjemmehjaelp.yaml"
    before, rules, after = path.read_text(encoding="utf-8").partition("\nrules:")
    question = "      - {id: ny, text: Nyt?, type: choice, options: janej}\n"
    path.write_text(before + question + rules + after, encoding="utf-8")


def test_the_workbook_of_another_study_or_of_other_codes_is_refused(open_: ScoringSession, tmp_path: Path) -> None:
    make(open_, "1")
    path = workbook(open_, tmp_path)
    other = open_session(begin_study(tmp_path / "en-anden", str(SCHEMA)))
    with pytest.raises(UsageFault, match="lavet af undersøgelsen undersoegelse efter skemaet hjemmehjaelp"):
        plan(other, path)
    with_supplement(open_)
    with pytest.raises(UsageFault, match="svarkoder er ændret, siden projektmappen blev lavet"):
        plan(open_session(open_.folder), path)


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_every_fault_is_told_and_nothing_is_written(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    bad = TWO | {"q2_3": "9", "q1_1": "1971-02-31", "q2_2__1": "1"}
    made = plan(open_, file(tmp_path, ONE | {"q2_1__2": "2", "q1_3": "90"}, bad, bad))
    assert sorted({*codes(made)}) == ["dobbelt-sag", "regel-brudt", "svar-ikke-stillet", "ugyldig-dato", "ukendt-svar"]
    places = [str(message) for message in made.cases.messages(made.findings) if message.code == "regel-brudt"]
    assert places[0].startswith("fejl: sager.csv, linje 2, kolonne ")
    before = open_.seal()
    with pytest.raises(DataFault, match="intet er skrevet"):
        importing.carry_out(open_, made, HJE)
    assert open_.seal() == before


def test_a_cell_that_cannot_be_read_does_not_clear_an_answer(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    made = plan(open_, file(tmp_path, ONE | {"q2_3": "9", "q1_1": "i dag"}))
    assert sorted(codes(made)) == ["ugyldig-dato", "ukendt-svar"]
    assert list(importlines.change_lines(made)) == []


def test_a_breach_that_only_comes_about_with_the_study_s_answers_is_told(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    columns = ["distrikt", "sagsnr", "q2_1__2"]
    path = file(tmp_path, ONE | {"q2_1__2": "2"}, columns=columns, name="en.csv")
    assert codes(plan(open_, path, update=True)) == ["regel-brudt"]


def test_a_breach_in_a_case_that_the_file_leaves_alone_does_not_hinder(open_: ScoringSession, tmp_path: Path) -> None:
    path = file(tmp_path, ONE)
    take(open_, path)
    answer(open_, state(open_), q2_1__2="2")
    assert codes(plan(open_, file(tmp_path, ONE, TWO))) == []


def test_where_a_conflict_is_in_the_way_it_is_told_and_no_cell_is_named_for_what_it_does_not_hold(
    open_: ScoringSession, tmp_path: Path
) -> None:
    take(open_, file(tmp_path, ONE | {"q2_1__2": "2", "q2_3": "2"}))
    answer(open_, state(open_), ASA, q2_3="3")
    made = plan(open_, file(tmp_path, ONE | {"q2_1__2": "2", "q2_3": "2", "q1_3": "90"}))
    assert not made.has_faults, "the study's answer is newer and no conflict"
    answer(open_, state(open_), ASA, q1_4="2")
    path = file(tmp_path, ONE | {"q1_4_1__2": "1"}, name="anden.csv")
    made = plan(open_, path)
    (message, *_) = made.cases.messages(one for one in made.findings if one.code == "svar-ikke-stillet")
    assert str(message).endswith("Rækken har en konflikt; --update lader filen vinde.")
    (breach,) = plan(open_, file(tmp_path, ONE | {"q2_1__2": "2", "q2_3": "1"}, name="b.csv")).findings[-1:]
    assert "q2_3" not in breach.variables
    assert codes(plan(open_, path, update=True)) == []


def test_a_file_with_a_row_an_answer_is_refused_in_one_sentence(open_: ScoringSession, tmp_path: Path) -> None:
    make(open_, answers=VISITED)
    for name in ("lang.csv", "lang.xlsx"):
        extract.write_cases(tmp_path / name, open_.book.verdict(open_.states())[0], "lang")
        with pytest.raises(UsageFault, match="en række for hvert svar"):
            plan(open_, tmp_path / name)


def test_mangler_do_not_hinder(open_: ScoringSession, tmp_path: Path) -> None:
    made = take(open_, file(tmp_path, {"distrikt": "1", "sagsnr": "1", "q1_4": "1"}))
    assert codes(made) == [] and "ubesvaret" in codes(made, "mangel")


def test_a_case_of_a_unit_that_is_not_in_the_study_is_refused(tmp_path: Path) -> None:
    schema = str(SCHEMA)
    with open_session(begin_study(tmp_path / "s", schema, units=("Nord",))) as nord:
        assert codes(plan(nord, file(tmp_path, ONE, TWO))) == ["anden-enhed"]
        assert codes(plan(nord, file(tmp_path, ONE)), "note") == ["laest"]


def test_a_cpr_number_is_refused_and_once_vouched_for_stays_so(open_: ScoringSession, tmp_path: Path) -> None:
    path = file(tmp_path, ONE | {"q1_4_bem": "Journal 010190-1234"})
    assert codes(plan(open_, path)) == ["cpr-nummer"]
    cell = "I2"
    made = plan(open_, path, not_cpr=[cell])
    assert codes(made) == []
    importing.carry_out(open_, made, HJE)
    assert state(open_).vouched == ("q1_4_bem",)
    assert open_.book.verdict(open_.states())[1] == ()
    again = plan(open_, file(tmp_path, ONE | {"q1_4_bem": "Journal 010190-1234", "q1_3": "90"}))
    assert codes(again) == [] and "0101" not in "".join(importlines.change_lines(again))


def test_an_import_lets_the_process_collect_its_garbage(
    open_: ScoringSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What else runs in the process is no business of an import."""

    def refused() -> None:
        raise AssertionError

    for name in ("disable", "freeze"):
        monkeypatch.setattr(gc, name, refused)
    importing.carry_out(open_, plan(open_, file(tmp_path, ONE, TWO)), HJE)
    assert len(open_.states()) == 2


def test_another_s_save_between_plan_and_writing_is_not_overwritten(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    made = plan(open_, file(tmp_path, ONE | {"q1_3": "90"}, TWO))
    answer(open_, state(open_), ASA, q1_3="75")
    with pytest.raises(ChangedFault, match="Sag Nord/1 er ændret imens"):
        importing.carry_out(open_, made, HJE)
    assert [one.case for one in open_.states()] == ["Nord/1"]


def test_another_s_save_of_another_case_does_not_matter(open_: ScoringSession, tmp_path: Path) -> None:
    made = plan(open_, file(tmp_path, ONE))
    make(open_, "7")
    importing.carry_out(open_, made, HJE)
    assert [one.case for one in open_.states()] == ["Nord/7", "Nord/1"]


def test_an_import_that_fails_half_way_leaves_nothing(
    open_: ScoringSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(open_, file(tmp_path, ONE, TWO))
    monkeypatch.setattr(LogWriter, "_flush_states", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importing.carry_out(open_, made, HJE)
    assert (open_.states(), open_.seal().revisions) == ([], 0)


# --- finished cases ---------------------------------------------------------------------------------------------------


def test_finish_declares_finished_what_nothing_is_missing_in(open_: ScoringSession, tmp_path: Path) -> None:
    rows = [ONE, {k: v for k, v in TWO.items() if k != "q2_3"}]
    take(open_, file(tmp_path, *rows), finish=True)
    assert [bool(one.finished) for one in open_.states()] == [True, False]
    again = plan(open_, tmp_path / "sager.csv")
    assert not again.touched and importing.finishable(open_, again) == []


@pytest.mark.parametrize("update", [False, True])
def test_a_finished_case_is_not_changed_and_nothing_else_is_written(
    open_: ScoringSession, tmp_path: Path, update: bool
) -> None:
    take(open_, file(tmp_path, ONE), finish=True)
    made = plan(open_, file(tmp_path, ONE | {"q1_3": "90"}, TWO), update=update)
    (message,) = made.cases.messages(one for one in made.findings if one.severity == "fejl")
    assert str(message) == (
        "fejl: sager.csv, linje 2, kolonne q1_3: sagen er meldt færdig, og filen ændrer 1.3. "
        "Åbn den igen med audit score SAGSNR, eller ret filen."
    )
    open_.book.reopen("Nord/1", HJE, "Fejl i minutterne")
    assert codes(plan(open_, tmp_path / "sager.csv")) == []


def test_a_finished_case_that_the_file_agrees_with_does_not_hinder(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE), finish=True)
    take(open_, file(tmp_path, ONE, TWO))
    assert len(open_.states()) == 2


def test_a_finished_case_takes_the_answers_to_a_supplement_that_is_new_and_no_others(
    open_: ScoringSession, tmp_path: Path
) -> None:
    take(open_, file(tmp_path, ONE), finish=True)
    with_supplement(open_)
    later = open_session(open_.folder)
    columns = [*EVERY, "ny"]
    assert codes(plan(later, file(tmp_path, ONE | {"ny": "1", "q1_3": "90"}, columns=columns))) == ["laast"]
    take(later, file(tmp_path, ONE | {"ny": "1"}, columns=columns), finish=True)
    assert state(later).answers["ny"] == "1"
    assert state(later).finished == later.book.under.codes


# --- reasons ----------------------------------------------------------------------------------------------------------


def test_a_reason_that_the_file_leaves_as_it_was_lapses_with_the_answers_it_explained(
    open_: ScoringSession, tmp_path: Path
) -> None:
    take(open_, file(tmp_path, DEVIATION))
    path = file(tmp_path, DEVIATION | {"q2_1__2": "2", "q2_3": "2"})
    made = take(open_, path)
    assert [one for one in importlines.change_lines(made) if "Begrundelse" in one] == [
        'sag Nord/1, Begrundelse r2 (linje 2): "Helbredet står i lægens brev." → intet, '
        "for de svar, som begrundelsen forklarede, er ændret"
    ]
    assert "begr_r2" not in state(open_).answers
    assert codes(made, "mangel") == ["begrundelse-mangler"] * 2
    assert not take(open_, path).touched, "the same file again says nothing new"


def test_a_reason_that_is_written_anew_belongs_to_the_new_answers(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, DEVIATION))
    take(open_, file(tmp_path, DEVIATION | {"q2_1__2": "2", "q2_3": "2", "begr_r2": "To breve."}))
    assert state(open_).answers["begr_r2"] == "To breve."


def test_a_reason_in_the_file_holds_where_the_study_s_own_lapses_by_its_answers(
    open_: ScoringSession, tmp_path: Path
) -> None:
    take(open_, file(tmp_path, ONE))
    answer(open_, state(open_), ASA, q2_1__1="2", begr_r2="Set i terminalen")
    made = take(open_, file(tmp_path, ONE | {"q2_1__2": "2", "q2_3": "2", "begr_r2": "To breve."}))
    assert list(importlines.conflict_lines(made)) == []
    assert state(open_).answers["begr_r2"] == "To breve."


def test_answers_that_fall_away_are_told_before(open_: ScoringSession, tmp_path: Path) -> None:
    take(open_, file(tmp_path, ONE))
    columns = ["distrikt", "sagsnr", "q1_4"]
    path = file(tmp_path, ONE | {"q1_4": "2"}, columns=columns, name="en.csv")
    made = take(open_, path, update=True)
    told = [one.split(", ", 1)[1] for one in importlines.change_lines(made)]
    assert told[1] == "1.4.1/1 Rengøring: valgt → intet, for det skal ikke længere besvares"
    assert {"q1_4_1__1", "q2_2__1", "q2_2__2"} & {*state(open_).answers} == set()


WITHOUT = [name for name in EVERY if not name.startswith("begr_")]


def test_a_remark_that_counts_as_the_reason_becomes_the_reason(open_: ScoringSession, tmp_path: Path) -> None:
    row = {k: v for k, v in DEVIATION.items() if k != "begr_r2"} | {"q2_1__1_bem": "Står i brevet"}
    path = file(tmp_path, row, columns=WITHOUT)
    made = take(open_, path)
    assert list(importlines.change_lines(made)) == [
        'sag Nord/1, Begrundelse r2: bemærkningen "Står i brevet" skrives som begrundelse'
    ]
    assert state(open_).answers["begr_r2"] == "Står i brevet"
    assert open_.book.verdict(open_.states())[1] == ()
    assert not take(open_, path).touched


def test_a_reason_taken_from_a_remark_is_not_cleared_by_a_column_that_is_added_blank(
    open_: ScoringSession, tmp_path: Path
) -> None:
    row = {k: v for k, v in DEVIATION.items() if k != "begr_r2"} | {"q2_1__1_bem": "Står i brevet"}
    take(open_, file(tmp_path, row, columns=WITHOUT))
    take(open_, file(tmp_path, row))
    assert state(open_).answers["begr_r2"] == "Står i brevet"


def test_a_remark_is_no_reason_where_one_of_two_rows_has_none_or_the_file_has_the_column(
    open_: ScoringSession, tmp_path: Path
) -> None:
    row = {k: v for k, v in DEVIATION.items() if k != "begr_r2"} | {"q2_1__1_bem": "Står i brevet"}
    two = row | {"q2_1__2": "2", "q2_3": "2"}
    for made in (plan(open_, file(tmp_path, two, columns=WITHOUT)), plan(open_, file(tmp_path, row))):
        assert made.planned_cases[0].reasons == () and "begrundelse-mangler" in codes(made, "mangel")


# --- in general -------------------------------------------------------------------------------------------------------

CELLS = st.fixed_dictionaries(
    {},
    optional={
        "q1_3": st.sampled_from(["", "30", "60"]),
        "q1_4": st.sampled_from(["", "1", "2"]),
        "q2_1__1": st.sampled_from(["", "1", "2"]),
        "q2_2__1": st.sampled_from(["", "1"]),
        "begr_r2": st.sampled_from(["", "A", "B"]),
        "q1_4_bem": st.sampled_from(["", "x"]),
    },
)


@pytest.mark.generative
@pytest.mark.slow
@given(steps=st.lists(st.tuples(st.booleans(), CELLS), min_size=1, max_size=5), update=st.booleans())
@example(
    steps=[(False, {"q2_1__1": "2", "begr_r2": "B"}), (True, {"begr_r2": "A", "q2_2__1": "1", "q1_4": "1"})],
    update=False,
)
@settings(max_examples=examples(100))
def test_whatever_is_saved_in_between_a_file_says_nothing_new_the_second_time(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, dict[str, str]]], update: bool
) -> None:
    folder = tmp_path_factory.mktemp("flere")
    with session(study(folder)) as here:
        make(here, "1", {"q1_3": "45"})
        for from_file, cells in steps:
            if not from_file:
                kept = state(here)
                here.book.save(kept.case, Edit(cells), ASA, seen=kept.revision)
                continue
            path = file(folder, {"distrikt": "1", "sagsnr": "1", **cells})
            made = plan(here, path, update=update)
            if made.has_faults:
                continue
            importing.carry_out(here, made, here.by("HJE", made.origin, made.file_hash))
            assert state(here).answers == made.planned_cases[0].outcome.answers
            again = plan(here, path)
            assert not again.touched
            assert [*again.planned_cases[0].merge.conflicts] == [*made.planned_cases[0].merge.conflicts]
        with here.book.store.reading() as reader:
            assert ledger.replay(reader.revisions()) == {"Nord/1": state(here)}
