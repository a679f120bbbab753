"""The engine agrees with the oracle on thousands of cases, at once and one by one, whatever columns a file has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from random import Random

import pytest
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Case, Verdict, asked, findings, has_reason, verdicts
from strategies import REASONS, VALUES, random_cases, spoiled_cases, valid_case, without_reason_columns

from audit.cases.checks import check
from audit.cases.columns import from_codes
from audit.cases.findings import Finding
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire

CODES = (
    *("svar-ikke-stillet", "ubesvaret", "udelukkende-svar", "dato-og-alternativ", "bemaerkning-mangler"),
    *("regel-brudt", "begrundelse-mangler"),
)
RULES = tuple(f"r{number}" for number in range(1, 17))


@cache
def questionnaire() -> Questionnaire:
    return schemas.load(schemas.find("fleksjob-2016"))


def engine(cases: Sequence[Case]) -> list[set[tuple[str, str]]]:
    """What the engine finds in each case, in the oracle's words. All cases have the columns of the first."""
    columns = {name: [case[name] or None for case in cases] for name in cases[0]}
    found: list[set[tuple[str, str]]] = [set() for _ in cases]
    for finding in check(from_codes(questionnaire(), columns)):
        for row in finding.rows:
            found[row].add((finding.code, subject(finding)))
    return found


def subject(finding: Finding) -> str:
    if finding.rule is not None:
        return finding.rule if finding.row is None else f"{finding.rule}:{finding.row}"
    (question,) = finding.questions
    return question.removesuffix(" Bemærkninger")


def test_the_generators_fill_every_column_of_the_questionnaire_and_no_other() -> None:
    assert set(VALUES) == set(questionnaire().by_column)


def test_the_generators_write_every_code_of_every_answer() -> None:
    for variable in questionnaire().variables:
        if variable.kind == "code":
            assert VALUES[variable.name] == ("", *(option.code for option in variable.options)), variable.name


def test_a_valid_case_has_no_findings() -> None:
    cases = [valid_case(Random(seed)) | {"sagsnr": str(seed)} for seed in range(300)]
    assert [findings(case) for case in cases] == [set()] * 300
    assert engine(cases) == [set()] * 300


#: The form's own sentences, and the traps of its checklist, as the smallest files that show them.
SAID_BY_THE_FORM: list[tuple[str, Case, set[tuple[str, str]]]] = [
    ("3.2 = 3 demands 3.1 = 2", {"q3_1": "1", "q3_2": "3"}, {("regel-brudt", "r1")}),
    ("3.3 = 3 demands 3.1 = 2", {"q3_1": "1", "q3_3": "3"}, {("regel-brudt", "r2")}),
    ("3.1 = 2 needs no Nej elsewhere", {"q3_1": "2", "q3_2": "1", "q3_3": "1", "q3_4": "1"}, set()),
    ("3.4 = 3 is judged whatever 3.1 says", {"q3_1": "2", "q3_4": "3"}, {("begrundelse-mangler", "r3")}),
    ("a remark is a reason without its column", {"q3_4": "3", "q3_4_bem": "Fordi"}, set()),
    (
        "and with its column it is not",
        {"q3_4": "3", "q3_4_bem": "Fordi", "begr_r3": ""},
        {("begrundelse-mangler", "r3")},
    ),
    ("4.2 = 3 and 3.1 = 1, 3.2 left open", {"q4_2": "3", "q3_1": "1"}, {("begrundelse-mangler", "r4")}),
    ("4.2 = 3 and 3.1 = 2, 3.2 left open", {"q4_2": "3", "q3_1": "2"}, set()),
    ("not obtained cannot be filled in", {"q2_4": "1", "q4_3__2": "3"}, {("regel-brudt", "r7:2")}),
    ("4.6 = 4 only with Andet", {"q2_2": "1", "q2_2_1": "1", "q4_6": "4"}, {("regel-brudt", "r9")}),
    ("2.10 has 7 when 2.8 is not Ja", {"q2_8": "3", "q2_10__1": "1", "q2_10__7": "0"}, {("regel-brudt", "r10")}),
    ("2.10 has 7 only when 2.8 is not Ja", {"q2_8": "1", "q2_10__7": "1"}, {("regel-brudt", "r10")}),
    (
        "a decision on the day of birth",
        {"q1_1": "2015-01-01", "q2_1": "2015-01-01"},
        {("regel-brudt", "r11")},
    ),
    ("the day before turning 65", {"q1_1": "1950-06-16", "q2_1": "2015-06-15"}, set()),
    ("the day of turning 65", {"q1_1": "1950-06-16", "q2_1": "2015-06-16"}, {("begrundelse-mangler", "r12")}),
    ("no date, no age", {"q1_1": "2015-01-01", "q2_1": "", "q2_1_status": "2"}, set()),
    (
        "a row Nej before, the same row Ja after",
        {"q2_3": "1", "q2_3_1__5": "2", "q4_1__5": "1"},
        {("begrundelse-mangler", "r14:5")},
    ),
    ("4.7 needs a Nej in both", {"q2_7": "2", "q2_7_1": "1", "q4_7": "1"}, {("svar-ikke-stillet", "4.7")}),
    ("4.7 is not asked after a Ja in 2.7", {"q2_7": "1", "q2_7_1": "", "q4_7": ""}, set()),
    ("4.7 is demanded after two Nej", {"q2_7": "2", "q2_7_1": "2", "q4_7": ""}, {("ubesvaret", "4.7")}),
    ("neither demanded nor forbidden", {"q2_7": "2", "q2_7_1": "", "q4_7": "1"}, {("ubesvaret", "2.7.1")}),
    (
        "an answer that was not asked for demands no remark",
        {"q2_2": "2", "q2_2_1": "2", "q2_2_1_bem": ""},
        {("svar-ikke-stillet", "2.2.1")},
    ),
    ("uddyb under bemærkninger", {"q2_6": "1", "q2_6_bem": ""}, {("bemaerkning-mangler", "2.6")}),
    ("Nej and Uoplyst exclude each other", {"q2_9__9": "1", "q2_9__10": "1"}, {("udelukkende-svar", "2.9")}),
    ("several answers, none chosen", {"q2_9__1": "0", "q2_9__2": "0"}, {("ubesvaret", "2.9")}),
    ("a date and Tvivlsomt", {"q2_1": "2015-01-01", "q2_1_status": "3"}, {("dato-og-alternativ", "2.1")}),
    ("the supplement is never demanded", {"fastholdelse": "1", "fastholdelse_70b": ""}, set()),
]


@pytest.mark.parametrize(
    ("case", "wanted"),
    [(case, wanted) for _, case, wanted in SAID_BY_THE_FORM],
    ids=[sentence for sentence, _, _ in SAID_BY_THE_FORM],
)
def test_the_oracle_and_the_engine_say_what_the_form_says(case: Case, wanted: set[tuple[str, str]]) -> None:
    assert findings(case) == wanted
    assert engine([case]) == [wanted]


@pytest.fixture(scope="module")
def noisy() -> list[dict[str, str]]:
    return random_cases(seed=2016, count=3000)


@pytest.fixture(scope="module")
def expected(noisy: list[dict[str, str]]) -> list[set[tuple[str, str]]]:
    return [findings(case) for case in noisy]


@pytest.mark.slow
def test_noisy_cases_have_every_finding_often_and_lack_it_often(
    noisy: list[dict[str, str]], expected: list[set[tuple[str, str]]]
) -> None:
    having = Counter(code for found in expected for code in {code for code, _ in found})
    assert set(having) == set(CODES)
    assert all(20 <= having[code] <= len(noisy) - 20 for code in CODES), having


def test_noisy_cases_break_keep_and_leave_open_every_rule_often(noisy: list[dict[str, str]]) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for case in noisy:
        seen.update({(verdict.rule, state(case, verdict)) for verdict in verdicts(case)})
    for rule in RULES:
        states = ["broken", "open"] if rule == "r3" else ["broken", "open", "kept"]  # nothing but a reason keeps r3
        states += ["explained"] if f"begr_{rule}" in REASONS else []
        assert all(seen[rule, state] >= 20 for state in states), (rule, seen)


def state(case: Case, verdict: Verdict) -> str:
    if verdict.broken:
        return "explained" if verdict.remarks and has_reason(case, verdict) else "broken"
    if verdict.open:
        return "open"
    return "kept" if verdict.applies else "idle"


def test_noisy_cases_leave_every_conditional_question_asked_not_asked_and_unknown(noisy: list[dict[str, str]]) -> None:
    for question in questionnaire().questions:
        if question.asked_when is not None:
            seen = Counter(asked(case, question.id) for case in noisy)
            assert min(seen[True], seen[False], seen[None]) >= 20, (question.id, seen)


def test_the_engine_agrees_with_the_oracle_on_many_cases_at_once(
    noisy: list[dict[str, str]], expected: list[set[tuple[str, str]]]
) -> None:
    for case, found, wanted in zip(noisy, engine(noisy), expected, strict=True):
        assert found == wanted, case


@pytest.mark.slow
def test_the_engine_agrees_with_the_oracle_when_a_file_has_no_reason_columns(noisy: list[dict[str, str]]) -> None:
    cases = [without_reason_columns(case) for case in noisy]
    for case, found in zip(cases, engine(cases), strict=True):
        assert found == findings(case), case


@pytest.mark.parametrize("lacking", REASONS)
def test_a_remark_stands_for_the_reason_only_of_the_column_that_is_lacking(
    noisy: list[dict[str, str]], lacking: str
) -> None:
    cases = [{name: text for name, text in case.items() if name != lacking} for case in noisy[::10]]
    assert engine(cases) == [findings(case) for case in cases]


@pytest.mark.parametrize("seed", range(20))
def test_the_engine_agrees_with_the_oracle_when_a_file_lacks_any_columns(
    noisy: list[dict[str, str]], seed: int
) -> None:
    lacking = set(Random(seed).sample(sorted(VALUES), 30))
    cases = [{name: text for name, text in case.items() if name not in lacking} for case in noisy[seed::20]]
    assert engine(cases) == [findings(case) for case in cases]


def test_a_case_alone_gives_the_same_as_among_others(
    noisy: list[dict[str, str]], expected: list[set[tuple[str, str]]]
) -> None:
    for case, wanted in zip(noisy[::15], expected[::15], strict=True):
        assert engine([case]) == [wanted], case


@pytest.mark.generative
@settings(max_examples=examples(400))
@given(spoiled_cases(), st.booleans())
def test_the_engine_agrees_with_the_oracle_on_any_spoiled_case(case: dict[str, str], reason_columns: bool) -> None:
    case = case if reason_columns else without_reason_columns(case)
    assert engine([case]) == [findings(case)]
