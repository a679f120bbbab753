"""The sample cases have every published figure and breach no rule of the form.

An independent recount: cases.csv is read with the csv module and counted here, without a line of the package.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook
from places import SAMPLE

PUBLISHED: dict[str, Any] = yaml.safe_load((SAMPLE / "published.yaml").read_text(encoding="utf-8"))
STUDY: dict[str, Any] = yaml.safe_load((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
DESCRIBED: dict[int, dict[str, Any]] = PUBLISHED["cases_described"]

with (SAMPLE / "cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))
BY_NUMBER = {int(case["sagsnr"]): case for case in CASES}

NUMBERS = {
    "851": "Aalborg",
    "751": "Aarhus",
    "240": "Egedal",
    "561": "Esbjerg",
    "147": "Frederiksberg",
    "217": "Helsingør",
    "860": "Hjørring",
    "316": "Holbæk",
    "661": "Holstebro",
    "326": "Kalundborg",
    "370": "Næstved",
    "479": "Svendborg",
    "540": "Sønderborg",
}
WAYS = {  # 2.8.1 and 2.9
    "Øgning af arbejdstimer": 1,
    "Øgning af arbejdsintensiteten": 2,
    "Træning": 3,
    "Behandling": 4,
    "Skånehensyn": 5,
    "Hjælpemidler": 6,
    "Mentorstøtte": 7,
    "Andet": 8,
}
FACTS = {  # 2.10
    "Borgerens helbredsmæssige forhold": 1,
    "Borgerens gennemførte afklarings- og praktikforløb": 2,
    "De opgaver, borgeren kan udføre": 3,
    "Arbejdstiden": 4,
    "Borgerens evne til at fungere på en arbejdsplads": 5,
    "Andet": 6,
}
CODES: dict[str, dict[str, int]] = {
    "3.1": {"Ja": 1, "Nej": 2},
    "3.2": {"Væsentlige oplysninger mangler": 3},
    "3.3": {"Nej": 3},
    "3.4": {"Nej": 3},
    "2.8": {"Ja": 1},
    "2.8.1": WAYS,
    "2.9": WAYS,
    "2.10": FACTS,
    "4.4": {"Nej": 3},
    "4.6": {"Nej": 3},
}
CODE_COUNT = {"2.8.1": 8, "2.9": 10, "2.10": 7}
GRID_ROWS = {"2.3.1": 8, "2.4.1": 4, "2.5": 3, "4.1": 8, "4.3": 4, "4.5": 3}
ALTERNATIVES = {  # how many answers a choice has; all are asked unless ASKED says otherwise
    "1.2": 2, "2.2": 2, "2.2.1": 2, "2.3": 2, "2.4": 2, "2.6": 2, "2.7": 2, "2.7.1": 2, "2.8": 3,
    "3.1": 2, "3.2": 3, "3.3": 3, "3.4": 3, "4.2": 3, "4.4": 4, "4.6": 4, "4.7": 2,
}  # fmt: skip
SUPPLEMENT = {
    "fastholdelse": 2, "fastholdelse_70b": 2, "fastholdelse_rigtig": 2, "fastholdelse_bestemmelse": 3,
    "paragraf_56": 2, "laegekonsulent": 2, "vaegttab": 2, "eksempel": 2,
}  # fmt: skip

JUDGED_ROWS = [f"q{grid}__{row}" for grid, rows in (("4_1", 8), ("4_3", 4), ("4_5", 3)) for row in range(1, rows + 1)]

Case = dict[str, str]


def column(question: str) -> str:
    return "q" + question.replace(".", "_").replace("/", "__")


def answer(case: Case, question: str) -> int | None:
    """The code of a choice or a grid row, None where nothing stands."""
    text = case[column(question)]
    return int(text) if text else None


def several(case: Case, question: str) -> set[int]:
    """The codes chosen in a several-answer question."""
    return {code for code in range(1, CODE_COUNT[question] + 1) if case[f"{column(question)}__{code}"] == "1"}


def where(**wanted: int) -> list[Case]:
    """The cases with these answers, named as columns."""
    return [case for case in CASES if all(case[name] == str(code) for name, code in wanted.items())]


def count(cases: Iterable[Case], holds: Callable[[Case], bool]) -> int:
    return sum(map(holds, cases))


def unit(case: Case) -> str:
    return NUMBERS[case["kommune"]]


def decided(case: Case) -> date:
    return date.fromisoformat(case["q2_1"])


def age(case: Case) -> int:
    born, day = date.fromisoformat(case["q1_1"]), decided(case)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def per_unit(holds: Callable[[Case], bool]) -> dict[str, int]:
    return dict(Counter(unit(case) for case in CASES if holds(case)))


OUTSIDE = where(q3_3=3)
RETAINED_WRONGLY = [case for case in where(q3_1=2) if case["q3_3"] != "3"]
DEVELOPED = where(q2_8=1)

# ------------------------------------------------------------------------------------------- cases and units


def test_there_are_130_cases_numbered_in_order() -> None:
    assert len(CASES) == PUBLISHED["cases"]
    assert [case["sagsnr"] for case in CASES] == [str(number) for number in range(1, 131)]


def test_each_kommune_has_ten_cases_spread_through_the_survey() -> None:
    assert set(Counter(map(unit, CASES)).values()) == {PUBLISHED["cases_per_unit"]}
    assert set(map(unit, CASES)) == set(NUMBERS.values())
    for start in range(0, 130, 10):
        assert len(set(map(unit, CASES[start : start + 10]))) > 2


def test_every_reviewer_has_cases() -> None:
    assert set(Counter(case["sagsmaaler"] for case in CASES)) == {"1", "2", "3", "4", "5"}


def test_decision_dates_are_those_published() -> None:
    known = PUBLISHED["decision_date"]
    days = sorted(map(decided, CASES))
    assert (days[0], days[-1]) == (known["first"], known["last"])
    assert Counter(day.year for day in days) == known["by_year"]


def test_sexes_are_those_published() -> None:
    found = Counter(case["q1_2"] for case in CASES)
    assert (found["1"], found["2"]) == (PUBLISHED["sex"]["Mand"], PUBLISHED["sex"]["Kvinde"])


def test_nearly_nine_of_ten_under_forty_are_women() -> None:
    young = [case for case in CASES if age(case) < 40]
    assert 0.87 < count(young, lambda case: case["q1_2"] == "2") / len(young) < 0.9


@pytest.mark.parametrize("first", [40, 50])
def test_men_and_women_are_about_equal_from_40_to_49_and_from_50_to_59(first: int) -> None:
    band = [case for case in CASES if first <= age(case) < first + 10]
    women = count(band, lambda case: case["q1_2"] == "2")
    assert len(band) > 20
    assert abs(2 * women - len(band)) <= 2


# Which cases a printed percentage counts: it is named by its numbers, "88 af 130 (1.3)" by its table too.
COUNTED: dict[str, Callable[[Case], bool]] = {
    "88 af 130": lambda case: case["q3_1"] == "1",
    "42 af 130": lambda case: case["q3_1"] == "2",
    "93 af 130": lambda case: case["q3_3"] != "3",
    "37 af 130": lambda case: case["q3_3"] == "3",
    "94 af 130": lambda case: case["q3_2"] != "3",
    "36 af 130": lambda case: case["q3_2"] == "3",
    "88 af 130 (1.3)": lambda case: case["q2_8"] != "1",
    "123 af 130": lambda case: case["q4_2"] != "3",
    "7 af 130": lambda case: case["q4_2"] == "3",
    "121 af 130": lambda case: case["q4_6"] != "3",
    "8 af 130": lambda case: case["q4_4"] == "3",
    "9 af 130": lambda case: case["q4_6"] == "3",
    "45 af 130": lambda case: case["q1_2"] == "1",
    "85 af 130": lambda case: case["q1_2"] == "2",
}


@pytest.mark.parametrize("printed", PUBLISHED["percent_as_printed"])
def test_percentages_rounded_half_up_are_those_printed(printed: str) -> None:
    found = count(CASES, COUNTED[printed])
    assert found == int(printed.split(" ", maxsplit=1)[0])
    assert (200 * found + 130) // 260 == PUBLISHED["percent_as_printed"][printed]


# --------------------------------------------------------------------------------------------- the questions


@pytest.mark.parametrize("name", PUBLISHED["bilag_4"]["3.1"])
@pytest.mark.parametrize("question", PUBLISHED["bilag_4"])
def test_bilag_4(question: str, name: str) -> None:
    published = PUBLISHED["bilag_4"][question][name]
    cases = [case for case in CASES if name in (unit(case), "I alt")]
    found = Counter(answer(case, question) for case in cases)
    assert [found[code] for code in range(1, len(published) + 1)] == published
    assert len(cases) == sum(published)


@pytest.mark.parametrize(
    ("question", "codes", "key"),
    [
        ("2.2", [1], "Ja"),
        ("2.2.1", [1], "Fleksjob"),
        ("2.3", [1], "Ja"),
        ("2.4", [1], "Ja"),
        ("2.4", [2], "Nej"),
        ("2.7", [1], "Ja"),
        ("2.8", [1], "Ja"),
        ("2.8", [2, 3], "Nej eller Uoplyst"),
        ("4.2", [1, 2], "I høj eller i nogen grad"),
        ("4.2", [3], "Nej"),
        ("4.4", [1, 2], "I høj eller i nogen grad"),
        ("4.4", [3], "Nej"),
        ("4.4", [4], "LÆ 265 er ikke indhentet"),
        ("4.6", [1], "I høj grad"),
        ("4.6", [2], "I nogen grad"),
        ("4.6", [3], "Nej"),
    ],
)
def test_choices(question: str, codes: list[int], key: str) -> None:
    assert count(CASES, lambda case: answer(case, question) in codes) == PUBLISHED["questions"][question][key]


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_develop_2_8_1(way: str) -> None:
    assert count(DEVELOPED, lambda c: WAYS[way] in several(c, "2.8.1")) == PUBLISHED["questions"]["2.8.1"][way]


@pytest.mark.parametrize("way", ["Mentorstøtte", "Træning", "Behandling", "Øgning af arbejdstimer", "Andet"])
def test_measures_2_9_where_2_8_is_ja(way: str) -> None:
    assert count(DEVELOPED, lambda c: WAYS[way] in several(c, "2.9")) == PUBLISHED["questions"]["2.9"][way]


def test_aids_considerations_and_intensity_are_in_three_cases_together() -> None:
    key = "Hjælpemidler, skånehensyn eller øgning af arbejdsintensiteten (together)"
    together = [several(case, "2.9") & {2, 5, 6} for case in DEVELOPED]
    assert sum(map(bool, together)) == sum(map(len, together)) == PUBLISHED["questions"]["2.9"][key]


def test_twelve_of_the_42_have_a_measure_and_the_other_30_none() -> None:
    acting = [case for case in DEVELOPED if several(case, "2.9") & set(range(1, 9))]
    assert len(acting) == PUBLISHED["questions"]["2.9"]["cases_with_measure"]
    assert all(several(case, "2.9") in ({9}, {10}) for case in DEVELOPED if case not in acting)


@pytest.mark.parametrize("fact", FACTS)
def test_facts_relied_on_2_10_where_2_8_is_ja(fact: str) -> None:
    assert count(DEVELOPED, lambda c: FACTS[fact] in several(c, "2.10")) == PUBLISHED["questions"]["2.10"][fact]


@pytest.mark.parametrize(
    ("question", "row", "nej"),
    [
        (grid, row, nej)
        for grid in ("4.1", "4.3", "4.5")
        for row, nej in PUBLISHED["questions"][grid].items()
        if nej is not None
    ],
)
def test_grid_rows(question: str, row: str, nej: int) -> None:
    assert count(CASES, lambda case: answer(case, f"{question}/{row}") == 2) == nej


def test_row_3_of_4_5_is_nej_in_one_to_eight_of_the_nine() -> None:
    assert 1 <= len(where(q4_5__3=2)) <= 8
    assert all(case["q4_6"] == "3" for case in where(q4_5__3=2))


# --------------------------------------------------------------------------------------- supplement and joint


def test_fastholdelsesfleksjob() -> None:
    published = PUBLISHED["supplement"]["fastholdelsesfleksjob"]
    cases = where(fastholdelse=1)
    right, wrong = where(fastholdelse_rigtig=1), where(fastholdelse_rigtig=2)
    assert (len(cases), len(right), len(wrong)) == (published["cases"], published["right"], published["wrong"])
    assert len(where(fastholdelse_70b=2)) == published["kommune_had_not_decided_on_70b"]
    assert len(where(paragraf_56=1)) == published["kommune_wrong_on_par_56_agreement"]
    assert where(paragraf_56=1) == where(fastholdelse_70b=1)
    assert where(paragraf_56=1)[0] in wrong
    assert published["right_under"] == "§ 70 b, stk. 3"
    assert right == where(fastholdelse_bestemmelse=2)
    assert all(case["q3_1"] == "1" for case in right)
    assert wrong == RETAINED_WRONGLY


def test_laegekonsulent() -> None:
    assert len(where(laegekonsulent=1)) == PUBLISHED["supplement"]["laegekonsulent"]


def test_vaegttab_is_told_in_the_remark() -> None:
    cases = where(vaegttab=1)
    assert len(cases) == PUBLISHED["supplement"]["vaegttab_among_2.8.1_andet"]
    assert all(8 in several(case, "2.8.1") and "vægttab" in case["q2_8_1_bem"].lower() for case in cases)


@pytest.mark.parametrize(("answered", "code"), [("Ja", 1), ("Nej", 2)])
def test_3_1_by_3_4(answered: str, code: int) -> None:
    cases = where(q3_1=code)
    nej = count(cases, lambda case: case["q3_4"] == "3")
    assert [len(cases) - nej, nej] == PUBLISHED["crosstab_3.1_by_3.4"][answered]


@pytest.mark.parametrize("answered", ["Ja", "not Ja"])
def test_2_8_by_3_4(answered: str) -> None:
    cases = [case for case in CASES if (case["q2_8"] == "1") == (answered == "Ja")]
    nej = count(cases, lambda case: case["q3_4"] == "3")
    assert [len(cases) - nej, nej] == PUBLISHED["crosstab_2.8_by_3.4"][answered]


def test_not_small_but_in_the_target_group_by_kommune() -> None:
    found = per_unit(lambda case: case["q3_3"] != "3" and case["q3_4"] == "3")
    assert found == PUBLISHED["not_small_but_in_target_group"]


def test_42_wrong_of_which_37_outside_the_group_and_five_about_fastholdelse() -> None:
    assert (len(where(q3_1=2)), len(OUTSIDE), len(RETAINED_WRONGLY)) == (42, 37, 5)
    assert all(case["q3_1"] == "2" for case in OUTSIDE)
    assert all(case["fastholdelse"] == "1" for case in RETAINED_WRONGLY)


def test_the_five_lie_in_aarhus_egedal_esbjerg_and_helsingoer() -> None:
    assert Counter(map(unit, RETAINED_WRONGLY)) == {"Aarhus": 1, "Egedal": 2, "Esbjerg": 1, "Helsingør": 1}


def test_outside_the_target_group_means_no_small_fleksjob() -> None:
    assert all(case["q3_4"] == "3" for case in OUTSIDE)


def test_ten_are_developed_though_no_small_fleksjob() -> None:
    ten = [case for case in DEVELOPED if case["q3_4"] == "3"]
    wrong = [case for case in ten if case["q3_2"] == "3" and case["q3_1"] == "2"]
    right = [case for case in ten if case["q3_1"] == "1" and case["q3_3"] != "3"]
    assert (len(ten), len(wrong), len(right)) == (10, 9, 1)


def test_the_two_wrong_small_fleksjob_are_developed() -> None:
    wrong = [case for case in where(q3_1=2) if case["q3_4"] != "3"]
    assert len(wrong) == 2
    assert all(case in DEVELOPED for case in wrong)


def test_the_seven_failing_plans_lack_essential_information() -> None:
    failing = where(q4_2=3)
    assert all(case["q3_2"] == "3" and case["q3_1"] == "2" for case in failing)
    main_rows = [{row for row in range(1, 9) if answer(case, f"4.1/{row}") == 2} for case in failing]
    assert sum({3, 8} <= weak and bool(weak & {5, 6}) for weak in main_rows) > len(failing) / 2


def test_rows_1_and_2_of_4_5_fail_in_the_nine_and_eight_of_them_are_wrong() -> None:
    nine = where(q4_6=3)
    assert nine == where(q4_5__1=2) == where(q4_5__2=2)
    assert [case["sagsnr"] for case in nine if case["q3_1"] == "1"] == ["112"]


# ------------------------------------------------------------------------------------------- cases described


def matches(case: Case, question: str, expected: Any) -> bool:
    """Whether an answer is as published: `Nej`, `not Nej`, `[7]` (exactly these), `{includes: [...]}`."""
    codes = CODES.get(question, {"Ja": 1, "Nej": 2})
    if isinstance(expected, list):
        return several(case, question) == set(expected)
    if isinstance(expected, dict):
        return {codes[text] for text in expected["includes"]} <= several(case, question)
    negated = expected.startswith("not ")
    return bool((answer(case, question) == codes[expected.removeprefix("not ")]) != negated)


@pytest.mark.parametrize(
    ("number", "question"), [(number, key) for number, facts in DESCRIBED.items() for key in facts if key[0].isdigit()]
)
def test_answers_of_a_described_case(number: int, question: str) -> None:
    assert matches(BY_NUMBER[number], question, DESCRIBED[number][question])


@pytest.mark.parametrize("number", DESCRIBED)
def test_person_and_place_of_a_described_case(number: int) -> None:
    case, facts = BY_NUMBER[number], DESCRIBED[number]
    assert {"1": "Mand", "2": "Kvinde"}[case["q1_2"]] == facts["sex"]
    assert age(case) == facts["age"]
    assert unit(case) in facts.get("unit_one_of", [facts.get("unit", unit(case))])
    assert decided(case) > facts.get("decided_after", date.min)
    kept = {"right": "1", "wrong": "2"}.get(facts.get("fastholdelse", ""), case["fastholdelse_rigtig"])
    assert case["fastholdelse_rigtig"] == kept


def test_nothing_published_of_a_described_case_is_left_unasserted() -> None:
    plain = {key for facts in DESCRIBED.values() for key in facts if not key[0].isdigit()}
    assert plain == {"sex", "age", "unit", "unit_one_of", "decided_after", "fastholdelse"}


# -------------------------------------------------------------------------------------- the rules of the form


def test_r1_r2_essential_lack_or_no_target_group_means_a_wrong_decision() -> None:
    assert all(case["q3_1"] == "2" for case in where(q3_2=3) + where(q3_3=3))


def test_r3_every_3_4_nej_has_a_reason_of_its_own_and_nothing_else_has() -> None:
    assert all(case["begr_r3"] for case in where(q3_4=3))
    assert count(CASES, lambda case: bool(case["begr_r3"])) == 51
    assert len({case["begr_r3"] for case in where(q3_4=3)}) > 45


def test_r4_no_failing_plan_deviates() -> None:
    assert all(case["q3_1"] == "2" and case["q3_2"] == "3" for case in where(q4_2=3))
    assert not any(case["begr_r4"] for case in CASES)


def test_r5_a_failing_attest_deviates_only_with_a_reason() -> None:
    failing = where(q4_4=3) + where(q4_4=4)
    deviating = [case for case in failing if (case["q3_1"], case["q3_2"]) != ("2", "3")]
    assert deviating
    assert {case["sagsnr"] for case in CASES if case["begr_r5"]} == {case["sagsnr"] for case in deviating}


def test_r6_r7_r8_the_attest_not_obtained_is_so_everywhere() -> None:
    nowhere = where(q2_4=2)
    assert len(nowhere) == 1
    assert nowhere == where(q4_4=4) == where(q4_3__1=3) == where(q4_3__2=3) == where(q4_3__3=3) == where(q4_3__4=3)
    assert nowhere[0]["q3_1"] == "2"
    assert nowhere[0]["q3_2"] == "3"
    assert not any(case["begr_r8"] for case in CASES)


def test_r9_4_6_never_says_that_the_team_recommended_something_else() -> None:
    assert not where(q4_6=4)


def test_r10_2_10_says_not_assessed_exactly_when_2_8_is_not_ja() -> None:
    assert all((7 in several(case, "2.10")) == (case["q2_8"] != "1") for case in CASES)


def test_r11_r12_everyone_is_18_to_64_at_the_decision() -> None:
    assert all(18 <= age(case) <= 64 for case in CASES)
    assert not any(case["begr_r12"] for case in CASES)


def test_r13_no_plan_is_missing() -> None:
    assert not where(q2_3=2)
    assert not any(case["begr_r13"] for case in CASES)


@pytest.mark.parametrize(
    ("rule", "present", "sufficient"), [("r14", "2.3.1", "4.1"), ("r15", "2.4.1", "4.3"), ("r16", "2.5", "4.5")]
)
def test_r14_r15_r16_a_missing_row_that_suffices_has_a_reason(rule: str, present: str, sufficient: str) -> None:
    deviating = [
        case
        for case in CASES
        if any(
            answer(case, f"{present}/{row}") == 2 and answer(case, f"{sufficient}/{row}") == 1
            for row in range(1, GRID_ROWS[present] + 1)
        )
    ]
    assert len(deviating) == 1
    assert [case for case in CASES if case[f"begr_{rule}"]] == deviating


# --------------------------------------------------------------------------------- asked and answered, remarks

ASKED: dict[str, Callable[[Case], bool]] = {
    "2.2.1": lambda case: case["q2_2"] == "1",
    "2.3.1": lambda case: case["q2_3"] == "1",
    "2.4.1": lambda case: case["q2_4"] == "1",
    "2.5": lambda case: case["q2_2"] == "1",
    "2.7.1": lambda case: case["q2_7"] == "2",
    "2.8.1": lambda case: case["q2_8"] == "1",
    "4.6": lambda case: case["q2_2"] == "1",
    "4.7": lambda case: case["q2_7"] == "2" and case["q2_7_1"] == "2",
    "fastholdelse_70b": lambda case: case["fastholdelse"] == "1",
    "fastholdelse_rigtig": lambda case: case["fastholdelse"] == "1",
    "fastholdelse_bestemmelse": lambda case: case["fastholdelse"] == "1",
    "paragraf_56": lambda case: case["fastholdelse_70b"] == "1",
    "vaegttab": lambda case: case["q2_8_1__8"] == "1",
}


def asked(case: Case, question: str) -> bool:
    return question not in ASKED or ASKED[question](case)


@pytest.mark.parametrize("question", ALTERNATIVES)
def test_a_choice_is_answered_exactly_when_it_is_asked(question: str) -> None:
    allowed = {str(code) for code in range(1, ALTERNATIVES[question] + 1)}
    assert all(case[column(question)] in (allowed if asked(case, question) else {""}) for case in CASES)


@pytest.mark.parametrize("question", GRID_ROWS)
def test_a_grid_is_answered_in_every_row_exactly_when_it_is_asked(question: str) -> None:
    allowed = {"1", "2", "3"} if question == "4.3" else {"1", "2"}
    for row in range(1, GRID_ROWS[question] + 1):
        name = column(f"{question}/{row}")
        assert all(case[name] in (allowed if asked(case, question) else {""}) for case in CASES)


@pytest.mark.parametrize(("question", "alone"), [("2.8.1", set()), ("2.9", {9, 10}), ("2.10", {7})])
def test_several_answers_stand_exactly_when_asked_and_an_exclusive_one_alone(question: str, alone: set[int]) -> None:
    names = [f"{column(question)}__{code}" for code in range(1, CODE_COUNT[question] + 1)]
    for case in CASES:
        codes = several(case, question)
        assert {case[name] for name in names} <= ({"0", "1"} if asked(case, question) else {""})
        assert bool(codes) == asked(case, question)
        assert len(codes) == 1 or not codes & alone


@pytest.mark.parametrize("name", SUPPLEMENT)
def test_a_supplement_is_answered_exactly_when_it_is_asked(name: str) -> None:
    allowed = {str(code) for code in range(1, SUPPLEMENT[name] + 1)}
    assert all(case[name] in (allowed if asked(case, name) else {""}) for case in CASES)


def test_every_decision_date_is_a_date() -> None:
    assert all(case["q2_1_status"] == "1" and decided(case) > date.fromisoformat(case["q1_1"]) for case in CASES)


@pytest.mark.parametrize(
    ("remark", "demands"),
    [
        ("q2_2_1_bem", lambda case: case["q2_2_1"] == "2"),
        ("q2_6_bem", lambda case: case["q2_6"] == "1"),
        ("q2_8_1_bem", lambda case: 8 in several(case, "2.8.1")),
        ("q2_9_bem", lambda case: 8 in several(case, "2.9")),
        ("q2_10_bem", lambda case: 6 in several(case, "2.10")),
        ("q3_1_bem", lambda case: case["q3_1"] == "2"),
        *((f"{name}_bem", lambda case, name=name: case[name] != "1") for name in JUDGED_ROWS),
    ],
)
def test_a_remark_stands_wherever_one_is_called_for(remark: str, demands: Callable[[Case], bool]) -> None:
    assert all(case[remark] for case in CASES if demands(case))


def test_a_question_that_is_not_asked_has_no_remark() -> None:
    remarked = [question for question in ASKED if f"{column(question)}_bem" in CASES[0]]
    assert remarked
    for question in remarked:
        assert not any(case[f"{column(question)}_bem"] for case in CASES if not asked(case, question))


def test_no_text_looks_like_a_cpr_number() -> None:
    assert not any(re.search(r"\d{6}[- ]?\d{4}", text) for case in CASES for text in case.values())


# ------------------------------------------------------------------------------------- workbook, study, script


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return list(load_workbook(path)["Sager"].iter_rows(values_only=True))


def test_the_columns_are_the_116_of_the_form_nine_reasons_and_eight_supplements() -> None:
    names = list(CASES[0])
    assert len(names) == len(set(names)) == 116 + 9 + 8
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name) for name in names)
    assert names[-8:] == list(SUPPLEMENT)
    assert names[116:125] == [f"begr_r{number}" for number in (3, 4, 5, 8, 12, 13, 14, 15, 16)]


def test_the_workbook_tells_the_same_as_the_csv() -> None:
    header, *rows = rows_of(SAMPLE / "cases.xlsx")
    place = {str(heading).split(" ")[0]: number for number, heading in reversed(list(enumerate(header)))}
    assert len(header) == len(set(header))
    assert len(rows) == len(CASES)
    for row, case in zip(rows, CASES, strict=True):
        assert (row[place["Kommune"]], row[place["Sagsnr."]]) == (unit(case), case["sagsnr"])
        assert row[place["1.1"]] == datetime.fromisoformat(case["q1_1"])
        assert row[place["2.1"]] == datetime.fromisoformat(case["q2_1"])
        assert row[place["3.1"]].startswith({"1": "Ja, ", "2": "Nej, "}[case["q3_1"]])
        assert row[place["4.1/5"]] == {"1": "Ja", "2": "Nej"}[case["q4_1__5"]]
        assert len((row[place["2.9"]] or "").split("; ")) == len(several(case, "2.9"))
        assert (row[header.index("3.2 Bemærkninger")] or "") == case["q3_2_bem"]
        assert (row[header.index("Begrundelse r3")] or "") == case["begr_r3"]


def test_every_text_of_the_csv_stands_in_the_workbook() -> None:
    _, *rows = rows_of(SAMPLE / "cases.xlsx")
    for row, case in zip(rows, CASES, strict=True):
        texts = {text for name, text in case.items() if name.endswith("_bem") or name.startswith("begr_")}
        assert texts - {""} <= set(row)


def test_the_examples_are_the_cases_described_and_no_others() -> None:
    examples = {int(path.stem.removeprefix("sag-")): path for path in (SAMPLE / "examples").glob("sag-*.md")}
    assert set(examples) == set(DESCRIBED) == {int(case["sagsnr"]) for case in where(eksempel=1)}
    for number, path in examples.items():
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        assert yaml.safe_load(front)["case"] == str(number)
        assert yaml.safe_load(front)["title"]
        assert f"{DESCRIBED[number]['age']}-årig" in text
        assert 2 <= len(text.strip().split("\n\n")) <= 4


def test_the_study_tells_the_published_facts() -> None:
    assert STUDY["facts"] == PUBLISHED["study_facts"]
    assert STUDY["units"] == list(NUMBERS.values())
    assert STUDY["period"] == {"from": PUBLISHED["decision_date"]["first"], "to": PUBLISHED["decision_date"]["last"]}
    assert (SAMPLE / STUDY["data"]).exists()
    assert (SAMPLE / STUDY["examples"]).is_dir()


@pytest.mark.slow
def test_the_script_makes_the_same_files_again(tmp_path: Path) -> None:
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        subprocess.run([sys.executable, "-B", str(SAMPLE / "make_sample.py"), str(folder)], check=True)
    assert (tmp_path / "one" / "cases.csv").read_bytes() == (SAMPLE / "cases.csv").read_bytes()
    assert rows_of(tmp_path / "one" / "cases.xlsx") == rows_of(SAMPLE / "cases.xlsx")
    assert (tmp_path / "one" / "cases.xlsx").read_bytes() == (tmp_path / "two" / "cases.xlsx").read_bytes()
