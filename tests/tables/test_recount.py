"""The tables agree with a plain recount, on cases with other margins than the sample; and when one answer changes,
exactly the counts that depend on it move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import floor
from random import Random

import numpy as np
import pytest
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Case, Truth, answered_with, answers, asked, column, day, every, opposite, whole_years
from recount import TOTAL, UNKNOWN, Recount, recount
from strategies import VALUES, random_cases, spoiled_cases, valid_case

from audit.cases.columns import Cases, from_codes
from audit.questionnaire import schemas
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Questionnaire
from audit.tables.spec import closed_questions, spec
from audit.tables.table import NOT_ASKED, Table
from audit.tables.tabulate import Tabulator


@cache
def questionnaire() -> Questionnaire:
    return schemas.load(schemas.find("fleksjob-2016"))


CLOSED = closed_questions(questionnaire())
UNITS = {option.code: option.shown for option in questionnaire().unit_question.options}
SEXES = {"1": "Mand", "2": "Kvinde"}

# --- data sets with other margins ---------------------------------------------------------------------------------

#: How many cases each kommune has (those that are not told have none); "" is a case without one.
MARGINS: tuple[Mapping[str, int], ...] = (
    {"1": 3, "2": 7, "4": 40, "13": 50},
    {"": 5, "3": 1, "7": 60, "11": 3, "12": 7},
    dict.fromkeys(UNITS, 9),
    {"8": 1},
)
#: The share of cells that could not be read, in each data set.
UNREADABLE = (0.0, 0.03, 0.3, 0.0)


@dataclass(frozen=True)
class Sample:
    """Cases as text (what could not be read is blank) and as the tables get them."""

    plain: list[dict[str, str]]
    cases: Cases


@cache
def sample(number: int) -> Sample:
    rng = Random(number)
    units = [code for code, count in MARGINS[number].items() for _ in range(count)]
    rng.shuffle(units)
    plain = random_cases(seed=100 + number, count=len(units))
    lost: dict[str, list[int]] = {}
    for row, (case, unit) in enumerate(zip(plain, units, strict=True)):
        case["kommune"] = unit
        for name in sorted({*VALUES} - {"sagsnr", "kommune"}):
            if rng.random() < UNREADABLE[number]:
                case[name] = ""
                lost.setdefault(name, []).append(row)
    return Sample(
        plain, replace(coded(plain), unreadable={name: mask(rows, len(units)) for name, rows in lost.items()})
    )


def coded(cases: Sequence[Case]) -> Cases:
    return from_codes(questionnaire(), {name: [case[name] for case in cases] for name in VALUES})


def mask(rows: Sequence[int], size: int) -> np.ndarray:
    found = np.zeros(size, dtype=np.bool_)
    found[list(rows)] = True
    return found


def test_the_samples_have_blanks_odd_answers_and_kommuner_of_every_size() -> None:
    sizes = {count for margins in MARGINS for count in margins.values()}
    assert {1, 3, 7} <= sizes
    assert any(len(margins) < len(UNITS) for margins in MARGINS)
    for number in (0, 1, 2):
        cases = sample(number).plain
        assert any(asked(case, key) is False and answers(case, key) for case in cases for key in CLOSED)
        assert any(asked(case, key) and not answers(case, key) for case in cases for key in CLOSED)
        assert any(answers(case, "2.9") & set("12345678") and answers(case, "2.8") != {"1"} for case in cases)


# --- what tables are cut by ---------------------------------------------------------------------------------------


def row_of(by: str, labels: Mapping[str, str]) -> Callable[[Case], str]:
    def found(case: Case) -> str:
        if asked(case, by) is False:
            return NOT_ASKED
        (code,) = answers(case, by) or {""}
        return labels.get(code, UNKNOWN)

    return found


def age_band(case: Case) -> str:
    born, decided = day(case, "1.1"), day(case, "2.1")
    if born is None or decided is None:
        return UNKNOWN
    age = whole_years(born, decided)
    bands = {29: "Under 30 år", 39: "30-39 år", 49: "40-49 år", 59: "50-59 år"}
    return next((label for highest, label in bands.items() if age <= highest), "60 år og derover")


def year(case: Case) -> str:
    decided = day(case, "2.1")
    return UNKNOWN if decided is None else str(decided.year)


GRADES = {"1": "I høj eller i nogen grad", "2": "I høj eller i nogen grad", "3": "Nej"}
NOT_RECOMMENDED = "Rehabiliteringsteamet har ikke indstillet til fleksjob"
BY: dict[str, Callable[[Case], str]] = {
    "kommune": row_of("kommune", UNITS),
    "1.2": row_of("1.2", SEXES),
    "4.3/2": row_of("4.3/2", {"1": "Ja", "2": "Nej", "3": "LÆ 265 er ikke indhentet"}),
    "2.7.1": row_of("2.7.1", {"1": "Ja", "2": "Nej"}),
    "aldersgruppe": age_band,
    "afgoerelsesaar": year,
    "plan_opfyldt": row_of("4.2", GRADES),
    "begrundelse_opfyldt": row_of("4.6", {**GRADES, "4": NOT_RECOMMENDED}),
}
WHERE: dict[str, tuple[dict[str, object], Callable[[Case], Truth]]] = {
    "one answer": ({"2.8": "Ja"}, lambda case: answered_with(case, "2.8", "1")),
    "not one answer": ({"not": {"2.8": "Ja"}}, lambda case: opposite(answered_with(case, "2.8", "1"))),
    "one of several answers": ({"2.9": ["3", "7"]}, lambda case: answered_with(case, "2.9", "3", "7")),
    "not asked of all": ({"2.7.1": "Nej"}, lambda case: answered_with(case, "2.7.1", "2")),
    "two at once": (
        {"2.2": "Ja", "4.6": ["Nej", "4"]},
        lambda case: every([answered_with(case, "2.2", "1"), answered_with(case, "4.6", "3", "4")]),
    ),
    "the kommune": ({"kommune": "Aarhus"}, lambda case: answered_with(case, "kommune", "2")),
}


def by_row(cases: Sequence[Case], by: str | None, question: str) -> Recount:
    """The recount, with the rows worked out here (the recount itself knows only answers)."""
    rows = [dict(case) | {"row": BY[by](case) if by else ""} for case in cases]
    return recount(rows, question, "row" if by else None)


def assert_agrees(made: Table, cases: Sequence[Case], question: str, by: str | None) -> None:
    """Every cell, base, unanswered and not asked is what the recount finds, and no row is missing."""
    wanted = by_row(cases, by, question)
    assert set(wanted.counts) <= set(made.rows)
    sizes = Counter([BY[by](case) for case in cases] if by else [])
    sizes[TOTAL] = len(cases)
    for place, row in enumerate(made.rows):
        counts = wanted.counts.get(row, Counter())
        assert made.counts[place].tolist() == [counts[code] for code in made.codes], (made.id, row)
        states = (made.base[place], made.unanswered[place], made.not_asked[place])
        assert states == (wanted.base[row], wanted.unanswered[row], wanted.not_asked[row]), (made.id, row)
        assert sum(states) == sizes[row]


def assert_members(made: Table, cases: Sequence[Case], question: str, by: str | None) -> None:
    """The cases behind each cell are the right ones, in the order of the data, as many as it counts."""
    for row in made.rows:
        inside = [case for case in cases if row == TOTAL or (by and BY[by](case) == row)]
        for code in made.codes:
            wanted = [c["sagsnr"] for c in inside if asked(c, question) is not False and code in answers(c, question)]
            found = made.cases(code, row)
            assert list(found) == wanted, (made.id, row, code)
            assert len(found) == made.count(code, row)


def assert_percentages(made: Table) -> None:
    for place, row in enumerate(made.rows):
        for code in made.codes:
            whole = made.whole[place]
            exact = floor(Fraction(100 * made.count(code, row), whole) + Fraction(1, 2)) if whole else None
            assert made.percent(code, row) == exact


@pytest.mark.parametrize("by", [None, *BY])
@pytest.mark.parametrize("number", range(len(MARGINS)))
def test_every_closed_question_agrees_with_a_recount(number: int, by: str | None) -> None:
    found = list(Tabulator(sample(number).cases).all_closed(by=by))
    assert [made.id for made in found] == list(CLOSED)
    for made, question in zip(found, CLOSED, strict=True):
        assert made.by == by
        assert_agrees(made, sample(number).plain, question, by)
        assert_members(made, sample(number).plain, question, by)
        assert_percentages(made)


@pytest.mark.parametrize("name", WHERE)
@pytest.mark.parametrize("by", [None, "kommune", "1.2", "aldersgruppe", "begrundelse_opfyldt"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_closed_question_of_some_cases_agrees_with_a_recount_of_those(
    number: int, by: str | None, name: str
) -> None:
    condition, holds = WHERE[name]
    data = sample(number)
    maker = Tabulator(data.cases)
    truths = [holds(case) for case in data.plain]
    chosen = [case for case, truth in zip(data.plain, truths, strict=True) if truth]
    template = spec(questionnaire(), "3.1", where=condition)
    for made in maker.all_closed(by=by, template=template):
        assert_agrees(made, chosen, made.id, by)
        assert_members(made, chosen, made.id, by)
        told = [note for note in made.notes if "betingelsen" in note]
        unknown = truths.count(None)
        sager = "1 sag" if unknown == 1 else f"{unknown} sager"
        assert told == (
            [f"{sager} er ikke med, fordi det ikke kan afgøres, om betingelsen er opfyldt."] if unknown else []
        )


@pytest.mark.parametrize("number", range(len(MARGINS)))
@pytest.mark.parametrize(("merged", "of"), [("plan_opfyldt", "4.2"), ("begrundelse_opfyldt", "4.6")])
def test_a_merged_question_agrees_with_a_recount_and_what_is_not_asked_stays_so(
    number: int, merged: str, of: str
) -> None:
    data = sample(number)
    made = Tabulator(data.cases).table(spec(questionnaire(), merged, by="kommune"))
    joined = {"1": "1+2", "2": "1+2", "3": "3", "4": "4"}
    cases = [case | {column(of): joined.get(case[column(of)], "")} for case in data.plain]
    assert made.codes == ("1+2", "3", "4")[: len(made.codes)]
    assert_agrees(made, cases, of, "kommune")
    assert_members(made, cases, of, "kommune")


@pytest.mark.parametrize("number", range(len(MARGINS)))
@pytest.mark.parametrize(("derived", "rows"), [("aldersgruppe", age_band), ("afgoerelsesaar", year)])
def test_a_computed_variable_agrees_with_a_recount(number: int, derived: str, rows: Callable[[Case], str]) -> None:
    data = sample(number)
    made = Tabulator(data.cases).table(spec(questionnaire(), derived, by="1.2"))
    cases = [case | {"value": rows(case) if rows(case) != UNKNOWN else ""} for case in data.plain]
    assert_agrees(made, cases, "value", "1.2")
    assert_members(made, cases, "value", "1.2")


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("question", ["2.9", "2.8.1"])
def test_merged_answers_of_several_count_a_case_once(number: int, question: str) -> None:
    data = sample(number)
    groups = {"Hjælp": ["2", "5", "6"], "Resten": ["8", "1"]}
    made = Tabulator(data.cases).table(spec(questionnaire(), question, by="kommune", collapse=groups))
    names = {"2": "b", "5": "b", "6": "b", "8": "a", "1": "a"}
    assert made.codes[:2] == ("8+1", "2+5+6")
    for place, row in enumerate(made.rows):
        inside = [c for c in data.plain if row in (TOTAL, BY["kommune"](c)) and asked(c, question) is not False]
        counted = Counter(name for c in inside for name in {names.get(code, code) for code in answers(c, question)})
        assert made.counts[place].tolist() == [counted["a"], counted["b"], *(counted[c] for c in made.codes[2:])]
        assert made.base[place] == sum(bool(answers(c, question)) for c in inside)


@pytest.mark.parametrize("number", range(len(MARGINS)))
def test_notes_tell_how_many_answers_were_unreadable_and_how_many_cases_may_not_have_been_asked(number: int) -> None:
    data = sample(number)
    for made in Tabulator(data.cases).all_closed(by=None):
        broken = data.cases.unreadable_in(Key.parse(made.id))
        lost_to = [] if broken is None else [case for case, b in zip(data.plain, broken, strict=True) if b]
        lost = sum(asked(case, made.id) is not False for case in lost_to)
        unsure = sum(asked(case, made.id) is None and not answers(case, made.id) for case in data.plain)
        wanted = [f"{lost} svar kunne ikke læses og er ikke talt med."] if lost else []
        if unsure:
            told = "1 ubesvaret sag" if unsure == 1 else f"{unsure} ubesvarede sager"
            wanted.append(f"I {told} vides det ikke, om spørgsmålet skulle stilles.")
        assert [note for note in made.notes if not note.startswith("Der kan")] == wanted, made.id


@pytest.mark.generative
@settings(max_examples=examples(60))
@given(st.lists(spoiled_cases(), max_size=6), st.sampled_from([None, *BY]), st.sampled_from(CLOSED))
def test_any_few_cases_agree_with_a_recount(cases: list[dict[str, str]], by: str | None, question: str) -> None:
    for number, case in enumerate(cases):
        case["sagsnr"] = str(number)
    made = Tabulator(coded(cases)).table(spec(questionnaire(), question, by=by))
    assert_agrees(made, cases, question, by)
    assert_members(made, cases, question, by)
    assert_percentages(made)


# --- one answer of one case is changed ----------------------------------------------------------------------------

Cell = tuple[str, str, str]


def cells(cases: Sequence[Case]) -> Counter[Cell]:
    """Every number of every table by kommune: by question, row and column (or state)."""
    found: Counter[Cell] = Counter()
    for made in Tabulator(coded(cases)).all_closed(by="kommune"):
        for place, row in enumerate(made.rows):
            for code, number in zip(made.codes, made.counts[place].tolist(), strict=True):
                found[made.id, row, code] = number
            found[made.id, row, "base"] = made.base[place]
            found[made.id, row, "unanswered"] = made.unanswered[place]
            found[made.id, row, "not asked"] = made.not_asked[place]
    return found


def contribution(case: Case) -> Counter[Cell]:
    """What one case adds to those numbers, worked out from the form."""
    found: Counter[Cell] = Counter()
    for question in CLOSED:
        for row in (BY["kommune"](case), TOTAL):
            if asked(case, question) is False:
                found[question, row, "not asked"] += 1
            elif not answers(case, question):
                found[question, row, "unanswered"] += 1
            else:
                found[question, row, "base"] += 1
                found.update((question, row, code) for code in answers(case, question))
    return found


def moved(before: Counter[Cell], after: Counter[Cell]) -> dict[Cell, int]:
    """The numbers that differ, and by how much."""
    return {cell: after[cell] - before[cell] for cell in {*before, *after} if after[cell] != before[cell]}


def changes() -> Iterator[tuple[str, str, str]]:
    """For every column that is counted: one answer to another, an answer to blank, a blank to an answer."""
    for question in CLOSED:
        for name in [f"{column(question)}__{code}" for code in range(1, 12)] + [column(question)]:
            if name in VALUES:
                filled = [value for value in VALUES[name] if value]
                yield name, filled[0], filled[-1]
                yield name, filled[-1], ""
                yield name, "", filled[0]
    yield "kommune", "1", "13"
    yield "kommune", "2", ""


@cache
def valid_cases() -> tuple[tuple[dict[str, str], ...], Counter[Cell]]:
    cases = tuple(valid_case(Random(seed)) | {"sagsnr": str(seed)} for seed in range(60))
    return cases, cells(cases)


@pytest.mark.parametrize(("name", "old", "new"), list(changes()))
def test_when_one_answer_changes_exactly_the_counts_that_depend_on_it_move(name: str, old: str, new: str) -> None:
    cases, _ = valid_cases()
    place = next((p for p, case in enumerate(cases) if case[name] == old), 0)
    before = cases[place] | {name: old}
    after = before | {name: new}
    changed = [*cases[:place], before, *cases[place + 1 :]]
    spoiled = [*cases[:place], after, *cases[place + 1 :]]
    assert moved(cells(changed), cells(spoiled)) == moved(contribution(before), contribution(after))


def one_changed(changed: Mapping[str, str], **wanted: str) -> dict[Cell, int]:
    """What moves when one case among others that has the wanted answers gets the changed ones."""
    cases, before = valid_cases()
    place, case = next((p, c) for p, c in enumerate(cases) if all(c[name] == value for name, value in wanted.items()))
    unit = BY["kommune"](case)
    differences = moved(before, cells([*cases[:place], case | changed, *cases[place + 1 :]]))
    assert {row for _, row, _ in differences} == {unit, TOTAL}
    here = {(question, state): number for (question, row, state), number in differences.items() if row == unit}
    total = {(question, state): number for (question, row, state), number in differences.items() if row == TOTAL}
    assert here == total
    return {(question, "", state): number for (question, state), number in here.items()}


def test_another_answer_to_a_question_without_consequences_moves_two_counts() -> None:
    found = one_changed({"q3_1": "2"}, q3_1="1")
    assert found == {("3.1", "", "1"): -1, ("3.1", "", "2"): 1}


def test_an_answer_taken_away_moves_a_case_from_the_base_to_the_unanswered() -> None:
    found = one_changed({"q4_1__5": ""}, q4_1__5="1")
    assert found == {("4.1/5", "", "1"): -1, ("4.1/5", "", "base"): -1, ("4.1/5", "", "unanswered"): 1}


def test_a_second_answer_to_a_question_with_several_moves_one_count() -> None:
    assert one_changed({"q2_9__7": "1"}, q2_9__7="0", q2_9__9="0", q2_9__10="0") == {("2.9", "", "7"): 1}


def test_no_recommendation_from_the_team_leaves_what_hangs_on_it_not_asked() -> None:
    found = one_changed({"q2_2": "2"}, q2_2="1", q2_2_1="1", q2_5__1="1", q2_5__2="1", q4_6="1")
    assert found.pop(("2.2", "", "1")) == -1
    assert found.pop(("2.2", "", "2")) == 1
    assert {question for question, _, _ in found} == {"2.2.1", "2.5/1", "2.5/2", "2.5/3", "4.6"}
    for question in ("2.2.1", "2.5/1", "2.5/2", "4.6"):
        assert found[question, "", "1"] == found[question, "", "base"] == -1
        assert found[question, "", "not asked"] == 1
    assert found["2.5/3", "", "not asked"] == 1
    assert len(found) == 5 * 3


def test_a_question_left_open_leaves_what_hangs_on_it_counted_as_it_was() -> None:
    found = one_changed({"q2_2": ""}, q2_2="1")
    assert found == {("2.2", "", "1"): -1, ("2.2", "", "base"): -1, ("2.2", "", "unanswered"): 1}


def test_another_kommune_moves_the_case_from_one_row_to_the_other_and_no_total() -> None:
    cases, before = valid_cases()
    place, case = next((p, c) for p, c in enumerate(cases) if c["kommune"] == "1")
    after = cells([*cases[:place], case | {"kommune": "2"}, *cases[place + 1 :]])
    differences = moved(before, after)
    gone = {
        (question, state) for (question, row, state), number in differences.items() if (row, number) == ("Aalborg", -1)
    }
    come = {
        (question, state) for (question, row, state), number in differences.items() if (row, number) == ("Aarhus", 1)
    }
    assert gone == come
    assert len(gone) + len(come) == len(differences)
    assert {question for question, _ in gone} == set(CLOSED)
