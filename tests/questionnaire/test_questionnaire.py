"""The questionnaire as values: the columns of the real one, laws over time, rules row by row, wordings."""

from __future__ import annotations

import re
from datetime import date

import pytest
from places import SCHEMA

from audit.questionnaire import schemas
from audit.questionnaire.condition import Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Basis, GridRow, Law, Option, Question, Questionnaire, Rule

REAL = schemas.load(schemas.available()["fleksjob-2016"])
SMALL = schemas.load(SCHEMA)

# Written by hand: ":rb" is a remark field to each row, ":b" one to the question.
COLUMNS = """
kommune sagsnr sagsmaaler
q1_1 q1_2
q2_1 q2_1_status q2_1_bem q2_2 q2_2_bem q2_2_1 q2_2_1_bem q2_3 q2_3_bem
q2_3_1__1-8 q2_3_1_bem q2_4 q2_4_bem q2_4_1__1-4 q2_4_1_bem q2_5__1-3 q2_5_bem q2_6 q2_6_bem q2_7 q2_7_bem
q2_7_1 q2_7_1_bem q2_8 q2_8_bem q2_8_1__1-8 q2_8_1_bem q2_9__1-10 q2_9_bem q2_10__1-7 q2_10_bem
q3_1 q3_1_bem q3_2 q3_2_bem q3_3 q3_3_bem q3_4 q3_4_bem
q4_1__1-8+ q4_2 q4_2_bem q4_3__1-4+ q4_4 q4_4_bem q4_5__1-3+ q4_6 q4_6_bem q4_7 q4_7_bem
fastholdelse fastholdelse_70b fastholdelse_rigtig fastholdelse_bestemmelse paragraf_56 laegekonsulent vaegttab eksempel
begr_r3 begr_r4 begr_r5 begr_r8 begr_r12 begr_r13 begr_r14 begr_r15 begr_r16
"""


def written_out() -> list[str]:
    """``q4_1__1-8+`` is eight columns, with the plus each followed by its remark."""
    names = []
    for word in COLUMNS.split():
        base, last, remark = re.fullmatch(r"(.*?)(?:1-(\d+)(\+)?)?", word).groups()  # type: ignore[union-attr]
        for number in range(1, int(last or 0) + 1):
            names.extend([f"{base}{number}"] + ([f"{base}{number}_bem"] if remark else []))
        if not last:
            names.append(base)
    return names


def test_the_columns_of_the_real_questionnaire_are_these_in_this_order():
    assert [variable.name for variable in REAL.variables] == written_out()


def test_the_form_with_its_identification_has_116_columns():
    on_form = [v for v in REAL.variables if v.role != "reason" and not v.question.supplement]
    assert len(on_form) == 116


@pytest.mark.parametrize("questionnaire", [REAL, SMALL], ids=["real", "small"])
def test_columns_are_lower_case_ascii_short_unique_and_begin_with_a_letter(questionnaire: Questionnaire):
    names = [variable.name for variable in questionnaire.variables]
    assert len(set(names)) == len(names) == len(questionnaire.by_column)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name) for name in names)


def test_a_column_says_what_it_holds_and_what_it_belongs_to():
    told = {
        name: (v.kind, v.role, v.number, v.optional, [option.code for option in v.options])
        for name, v in REAL.by_column.items()
    }
    assert told["kommune"] == ("code", "answer", "kommune", False, [str(code) for code in range(1, 14)])
    assert told["sagsnr"] == ("text", "answer", "sagsnr", False, [])
    assert told["q2_1"] == ("date", "answer", "2.1", False, [])
    assert told["q2_1_status"] == ("code", "status", "2.1", True, ["2", "3"])
    assert told["q2_1_bem"] == ("text", "remark", "2.1 Bemærkninger", True, [])
    assert told["q2_8_1__7"] == ("flag", "answer", "2.8.1/7", False, [])
    assert told["q4_3__4"] == ("code", "answer", "4.3/4", False, ["1", "2", "3"])
    assert told["q4_3__4_bem"] == ("text", "remark", "4.3/4 Bemærkninger", True, [])
    assert told["fastholdelse"] == ("code", "answer", "fastholdelse", True, ["1", "2"])
    assert told["begr_r4"] == ("text", "reason", "Begrundelse r4", True, [])
    assert SMALL.by_column["q1_3"].kind == "number"


def test_the_answers_to_a_question_are_all_its_columns_but_remarks_and_reasons():
    names = {key: [variable.name for variable in found] for key, found in REAL.answers.items()}
    assert names[Key("2.1")] == ["q2_1", "q2_1_status"]
    assert names[Key("4.1", "5")] == ["q4_1__5"]
    assert names[Key("2.10")] == [f"q2_10__{code}" for code in range(1, 8)]
    assert len(names) == 3 + 52 + 8  # identifications, answer positions of the form, supplement


def test_a_rule_for_each_row_becomes_one_a_row():
    rules = [rule for rule in REAL.instances if rule.id == "r7"]
    assert [(rule.row, [str(key) for key in rule.keys]) for rule in rules] == [
        (row, [f"4.3/{row}", "2.4"]) for row in "1234"
    ]
    assert len(REAL.instances) == 12 + 4 + 8 + 4 + 3
    assert [rule.soft for rule in REAL.rules if rule.id in ("r1", "r3", "r4")] == [False, True, True]


def rules_in_danish() -> dict[str, str]:
    told = {}
    for rule in REAL.rules:
        word = "netop når" if rule.both else "når"
        told[rule.id] = f"{word} {describe(rule.when, REAL)}: {describe(rule.then, REAL)}"
    return told


def test_rules_are_told_in_danish():
    told = rules_in_danish()
    assert told["r9"] == (
        'når 4.6 er "Rehabiliteringsteamet har ikke indstillet til fleksjob (kun hvis spm. 2.2.1 er besvaret med '
        'andet)": 2.2.1 er "Andet - uddyb under bemærkninger"'
    )
    assert told["r10"].startswith('netop når 2.8 ikke er "Ja": 2.10 har "Kommunen vurderer ikke')
    assert told["r12"] == "når 2.1 ligger efter 1.1: der er fra 18 til 64 hele år fra 1.1 til 2.1"
    assert told["r14"] == 'når 2.3.1 (hver række) er "Nej": 4.1 (hver række) ikke er "Ja"'


@pytest.mark.parametrize(
    ("law", "day", "found"),
    [
        ("bek-1557", None, "bek-1557"),
        ("bek-1557", date(2015, 6, 1), "bek-1557"),
        ("bek-1557", date(2014, 12, 23), "bek-1557"),
        ("bek-1557", date(2014, 12, 22), "bek-814"),
        ("bek-1557", date(2014, 6, 27), "bek-814"),
        ("bek-1557", date(2014, 6, 26), None),
        ("bek-1557", date(2013, 5, 11), None),
        ("bek-814", date(2014, 12, 22), "bek-814"),
        ("bek-814", date(2014, 12, 23), None),
        ("lab", date(2012, 12, 31), None),
        ("sygedagpengeloven", date(1999, 1, 1), "sygedagpengeloven"),
    ],
)
def test_a_reference_means_the_law_that_was_in_force_on_the_day_or_none_that_is_known(
    law: str, day: date | None, found: str | None
):
    at = REAL.law_at(law, day)
    assert (at.id if at else None) == found


def test_a_law_that_is_not_declared_is_a_bug():
    with pytest.raises(KeyError):
        REAL.law_at("hest", None)
    with pytest.raises(KeyError):
        Questionnaire("x", "1", "", "", (), "", (), ()).law_at("hest", None)


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        (Basis("lab", "70", "2"), "§ 70, stk. 2"),
        (Basis("lab", "70 b"), "§ 70 b"),
        (Basis("pa-20-14"), ""),
    ],
)
def test_a_legal_reference_is_told_by_paragraph_and_subsection(basis: Basis, told: str):
    assert basis.pinpoint == told


def test_an_answer_is_known_by_code_wording_correction_number_and_as_a_kommune():
    kommune = REAL.unit_question
    assert {kommune.option(name) for name in ("2", "751", "aarhus", " Aarhus  Kommune ")} == {kommune.options[1]}
    mended = REAL.by_id["4.6"].options[3]
    assert REAL.by_id["4.6"].option(mended.text) == REAL.by_id["4.6"].option(mended.shown) == mended
    assert mended.text != mended.shown
    assert kommune.option("Aar") is None


def test_the_mended_wording_is_shown_and_the_label_is_the_title():
    row = REAL.by_id["4.1"].rows[1]
    assert row.shown == row.text.replace("herunde ", "herunder ") != row.text
    assert REAL.by_id["3.3"].shown != REAL.by_id["3.3"].text
    assert REAL.by_id["1.1"].title == "Fødselsdato"
    assert Question("1", "Hvad?", "text").title == Question("1", "Hvad?", "text").shown == "Hvad?"
    assert (GridRow("1", "En").shown, Option("1", "En").shown) == ("En", "En")


def test_sections_headings_and_printed_lines_are_kept():
    assert [section.supplement for section in REAL.sections] == [False, False, False, False, True]
    assert REAL.by_id["2.3"].heading == (
        "Rehabiliteringsplanens forberedende del\n- kommunens og borgerens forberedelse af sagen"
    )
    assert REAL.printed_start.startswith("Tryk på") and REAL.printed_end.startswith("Måleskemaet er nu færdigt")
    assert [field.private for field in REAL.fields] == [False, False, True]
    assert all(question.identification == (question in REAL.fields) for question in REAL.questions)


def test_derived_variables_are_as_declared():
    assert [(one.id, one.kind, one.source, one.start) for one in SMALL.derived] == [
        ("alder", "years", "1.2", "1.1"),
        ("aar", "year", "1.2", None),
        ("aldersgruppe", "bands", "alder", None),
        ("rigtig", "merge", "2.3", None),
    ]
    groups = [(group.text, group.low, group.high, group.answers) for one in SMALL.derived for group in one.groups]
    assert groups == [
        ("Under 67 år", None, 66, ()),
        ("67 år og derover", 67, None, ()),
        ("Helt eller delvis", None, None, ("1", "2")),
        ("Nej", None, None, ("3",)),
    ]
    assert SMALL.derived_by_id["aar"].text == "Afgørelsesår"


def test_the_laws_are_as_declared():
    assert (SMALL.laws or {})["sel"] == Law(
        "sel", "Lov om social service", "SEL", date(2015, 1, 1), None, "sel-gammel", None
    )


def test_a_rule_without_rows_is_its_own_only_instance():
    (rule,) = [rule for rule in SMALL.rules if rule.id == "r1"]
    assert SMALL.instances_of(rule) == (rule,)
    assert isinstance(rule, Rule)
