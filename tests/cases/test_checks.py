"""Checks: every finding with exactly its rows, columns, questions, rule and words, on a small form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from smallstudy import SCHEMA

from audit.base import yamlfile
from audit.cases.checks import check, check_units
from audit.cases.columns import Cases, Origin, from_codes
from audit.cases.findings import Finding
from audit.questionnaire import model, schemas
from audit.questionnaire.condition import Condition, Key, keys
from audit.questionnaire.model import Questionnaire

FORM = """\
schema: tilsyn
version: 1
title: Et lille skema
unit: naevn
key: [naevn, nr]
scales: {janej: {1: Ja, 2: Nej}}
identification:
  fields:
    - {id: naevn, text: Nævn, type: choice, options: {1: Nord, 2: Syd}}
    - {id: nr, text: Sagens nummer, label: Sagsnr., type: text}
    - {id: dag, text: Modtaget, type: date}
    - {id: lb, text: Løbenr., type: number}
    - {id: bogstav, text: Bogstav, type: text}
sections:
  - id: "1"
    title: 1. Sagen
    questions:
      - id: "1.1"
        text: Er der klaget?
        type: choice
        options: [{code: 1, text: Ja}, {code: 2, text: Nej}, {code: 3, text: Andt, corrected: Andet, remark: ja}]
        remark: 1.1 Bemærkninger
      - id: "1.2"
        text: Hvornår?
        type: date
        asked_when: {"1.1": Ja}
        options: [{code: 1, text: Dato, date: ja}, {code: 2, text: Uoplyst}, {code: 3, text: Flere, remark: ja}]
        remark: 1.2 Bemærkninger
      - id: "1.3"
        text: Hvem?
        type: choices
        asked_when: {"1.1": Ja}
        options: [{code: 1, text: Naboen}, {code: 2, text: Andre, remark: ja}, {code: 3, text: Ingn, corrected: Ingen,
          exclusive: ja}, {code: 4, text: Uoplyst, exclusive: ja}, {code: 5, text: Flere, remark: ja}]
        remark: 1.3 Bemærkninger
      - id: "1.4"
        text: Er det oplyst?
        type: grid
        options: [{code: 1, text: Ja}, {code: 2, text: Nej, remark: ja}]
        rows: [{id: a, text: Fakta}, {id: b, text: Jura}]
        asked_when: {not: {"1.1": Nej}}
        row_remark: Bemærkninger
      - id: "1.5"
        text: Er det nok?
        type: grid
        options: [{code: 1, text: Ja}, {code: 2, text: Nej, remark: ja}]
        rows: [{id: a, text: Fakta}, {id: b, text: Jura}]
        remark: 1.5 Bemærkninger
      - {id: "1.6", text: Sider, type: number}
      - {id: "1.7", text: Bilag, type: text}
      - {id: "1.8", text: Afsluttet, type: date, options: [{code: 1, text: Dato, date: ja}]}
  - id: "2"
    title: 2. Vurderingen
    questions:
      - {id: "2.1", text: Rigtig?, type: choice, options: janej, remark: 2.1 Bemærkninger}
      - {id: "2.2", text: Begrundet?, type: choice, options: janej, remark: 2.2 Bemærkninger}
      - {id: "2.3", text: Rettidig?, type: choice, options: janej, remark: 2.3 Bemærkninger}
  - id: tillaeg
    title: Tillæg
    supplement: ja
    questions:
      - {id: eksempel, text: Et eksempel?, type: choice, options: janej}
"""
SKAL = """\
rules:
  - {id: r1, strength: skal, text: Det rigtige er begrundet, when: {"2.2": Nej}, then: {"2.1": Nej}}
"""
SOFT = SKAL.replace("skal", "udgangspunkt")
BOTH = SKAL.replace("then", "exactly")
SOFT_BOTH = SOFT.replace("then", "exactly")
REVIEW = SKAL.replace("skal", "vurdering")
EACH = """\
rules:
  - {id: r5, strength: udgangspunkt, text: Det er ikke nok., each_row: "1.4", when: {"1.4/row": Nej, "2.3": Ja},
     then: {"1.5/row": Nej}}
"""


@cache
def form(rules: str = "") -> Questionnaire:
    checked = schemas.check_source(yamlfile.parse(FORM + rules, "tilsyn.yaml"))
    assert checked.faults == ()
    assert checked.questionnaire is not None
    return checked.questionnaire


def cases(
    columns: Mapping[str, str],
    *,
    rules: str = "",
    key: Sequence[str] = (),
    unreadable: Mapping[str, str] | None = None,
) -> Cases:
    """Cases from columns of one word per case, split at spaces; ``-`` is blank; `unreadable` has an x where it is."""
    questionnaire = replace(form(rules), key=tuple(key)) if key else form(rules)
    found = {name: [None if word == "-" else word for word in text.split()] for name, text in columns.items()}
    masks = {name: np.array([word == "x" for word in text.split()]) for name, text in (unreadable or {}).items()}
    return replace(from_codes(questionnaire, found), unreadable=masks)


def found(made: Cases, code: str, *, not_cpr: Collection[str] = ()) -> list[Finding]:
    """The findings of one code."""
    return [one for one in check(made, not_cpr=not_cpr) if one.code == code]


def rows(made: Cases, code: str) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Questions and rows of the findings of one code."""
    return [(one.questions, one.rows) for one in found(made, code)]


def test_a_case_without_a_fault_has_no_findings() -> None:
    right = {
        "naevn": "1", "nr": "7", "dag": "2014-01-01", "lb": "1", "bogstav": "A", "q1_1": "1", "q1_2": "2014-01-01",
        "q1_3__1": "1", "q1_3__2": "1", "q1_3__3": "0", "q1_3__4": "0", "q1_3_bem": "Genboen", "q1_4__a": "1",
        "q1_4__b": "2", "q1_4__b_bem": "Intet", "q1_5__a": "1", "q1_5__b": "1", "q1_6": "0", "q1_7": "brev",
        "q1_8": "2014-02-01", "q2_1": "1", "q2_2": "1", "q2_3": "2",
    }  # fmt: skip
    assert check(cases(right, rules=SKAL)) == ()
    assert check(cases(dict.fromkeys(right, ""), rules=SKAL)) == ()
    assert check(Cases(form(SKAL), 3, {})) == ()


# --- the unit ---------------------------------------------------------------------------------------------------------


def test_a_case_of_a_unit_that_the_study_does_not_name_is_told_unit_by_unit() -> None:
    made = cases({"naevn": "2 1 - 2", "nr": "1 2 3 4"})
    assert list(check_units(made, ["Nord"])) == [
        Finding(
            "anden-enhed",
            "sagen er fra Syd, som ikke står under units i study.yaml. Ret sagen, eller tilføj navnet der.",
            rows=(0, 3),
            variables=("naevn",),
            questions=("naevn",),
        )
    ]
    assert [one.rows for one in check_units(made, ["Vest"])] == [(0, 3), (1,)]
    assert list(check_units(made, ["Syd", "Nord"])) == list(check_units(made, ())) == []


# --- the key ----------------------------------------------------------------------------------------------------------


def test_a_case_without_a_whole_key_is_told() -> None:
    made = cases({"naevn": "1 1 - - 2", "nr": "7 - 7 - 7"})
    assert found(made, "noegle-mangler") == [
        Finding(
            "noegle-mangler",
            "sagen kan ikke kendes fra andre, for Nævn/Sagsnr. er ikke udfyldt.",
            (1, 2, 3),
            ("naevn", "nr"),
            ("Nævn", "Sagsnr."),
        )
    ]
    assert found(made, "dobbelt-sag") == []


def test_a_case_that_stands_there_twice_names_the_first() -> None:
    made = cases({"naevn": "1 2 1 2 1 1", "nr": "7 7 7 8 8 7"})
    assert found(made, "dobbelt-sag") == [
        Finding(
            "dobbelt-sag",
            "sagen står der mere end én gang: Nævn/Sagsnr. er det samme som i sag Nord/7.",
            (2, 5),
            ("naevn", "nr"),
            ("Nævn", "Sagsnr."),
        )
    ]


def test_numbers_that_differ_only_in_space_or_in_how_a_letter_is_composed_are_the_same() -> None:
    numbers = ["A 1", "a  1", "Å", "A\u030a", "A\xa01", "A1"]
    made = from_codes(replace(form(), key=("nr",)), {"nr": numbers})
    assert [one.rows for one in check(made) if one.code == "dobbelt-sag"] == [(1, 4), (3,)]
    only_space = from_codes(replace(form(), key=("nr",)), {"nr": ["7 1", "7  1", "71"]})
    assert [one.rows for one in check(only_space) if one.code == "dobbelt-sag"] == [(1,)]


def test_each_repeated_case_is_a_finding_of_its_own() -> None:
    made = cases({"nr": "b a a b c a"}, key=["nr"])
    told = [(one.message.rpartition(" i ")[2], one.rows) for one in found(made, "dobbelt-sag")]
    assert told == [("sag b.", (3,)), ("sag a.", (2, 5))]


def test_a_case_read_from_a_file_is_named_by_the_cells_of_its_key() -> None:
    made = cases({"naevn": "1 1", "nr": "7 7"})
    origin = Origin("sager.xlsx", "Sager", [2, 3], {"naevn": (1, "Nævn"), "nr": (2, "Nr.")}, True)
    [one] = found(replace(made, origin=origin), "dobbelt-sag")
    assert one.message.endswith("er det samme som i sager.xlsx, ark Sager, celler A2, B2.")


@pytest.mark.parametrize(
    ("key", "columns", "repeated"),
    [
        (["naevn"], {"naevn": "1 2 1"}, [(2,)]),
        (["dag"], {"dag": "2014-01-01 2014-01-02 2014-01-01"}, [(2,)]),
        (["dag"], {"dag": "2014-01-02 2014-01-01 2014-01-02 2014-01-01"}, [(2,), (3,)]),
        (["lb"], {"lb": "1 1.5 1.0 2"}, [(2,)]),
        (["nr"], {"nr": "b A a B c"}, [(3,), (2,)]),
        (["nr"], {"nr": "a b c"}, []),
        (["nr"], {"nr": "A B C"}, []),
        (["nr"], {"nr": "a"}, []),
        (["nr"], {"nr": "STRASSE Straße"}, [(1,)]),
        (["nr", "bogstav"], {"nr": "1 1 2 2 1", "bogstav": "a b a B A"}, [(4,)]),
        (["nr", "bogstav"], {"nr": "1 11", "bogstav": "11 1"}, []),
        (["nr", "dag"], {"nr": "1 1 1", "dag": "2014-01-01 2014-01-02 2014-01-01"}, [(2,)]),
        (["lb", "naevn"], {"lb": "1 1 2 2", "naevn": "1 2 1 2"}, []),
        (["naevn", "nr", "bogstav"], {"naevn": "1 2 1 2", "nr": "1 1 2 2", "bogstav": "a b c d"}, []),
        (["naevn", "nr", "bogstav"], {"naevn": "1 2 1 1", "nr": "1 1 2 1", "bogstav": "a b c A"}, [(3,)]),
        # a blank part does not make two cases the same
        (["nr", "bogstav"], {"nr": "1 1", "bogstav": "- -"}, []),
    ],
)
def test_keys_are_compared_whole_and_in_any_case_of_letters(
    key: list[str], columns: Mapping[str, str], repeated: list[tuple[int, ...]]
) -> None:
    assert [one.rows for one in found(cases(columns, key=key), "dobbelt-sag")] == repeated


@pytest.mark.parametrize("field", ["nr", "lb", "dag"])
def test_a_blank_key_of_any_kind_is_missing(field: str) -> None:
    values = {"nr": "x -", "lb": "0 -", "dag": "2014-01-01 -"}
    assert [one.rows for one in found(cases({field: values[field]}, key=[field]), "noegle-mangler")] == [(1,)]


def test_many_keys_of_many_parts_are_told_apart() -> None:
    numbers = [f"{number:03}" for number in range(60)]
    columns = {
        "nr": " ".join([*numbers, "059"]),
        "bogstav": " ".join([*reversed(numbers), "000"]),
        "lb": " ".join([*numbers, "59"]),
        "dag": " ".join(["2014-01-01"] * 61),
    }
    assert [one.rows for one in found(cases(columns, key=["nr", "bogstav", "lb", "dag"]), "dobbelt-sag")] == [(60,)]


def test_a_key_that_cannot_be_read_is_neither_missing_nor_the_same_as_another() -> None:
    columns, unreadable = {"naevn": "1 1 - - 1", "nr": "7 7 7 - 7"}, {"naevn": "- - x - -", "nr": "x - - x -"}
    made = cases(columns, unreadable=unreadable)
    assert [(one.code, one.rows) for one in check(made)] == [("dobbelt-sag", (4,))]


def test_a_file_without_a_part_of_the_key_is_not_blamed_for_its_cases() -> None:
    assert check(cases({"nr": "7 7 -"})) == ()


def test_the_fields_of_the_key_are_not_told_twice_as_unanswered() -> None:
    made = cases({"naevn": "- 1", "nr": "7 8", "dag": "- 2014-01-01"})
    assert [(one.code, one.rows, one.questions) for one in check(made)] == [
        ("noegle-mangler", (0,), ("Nævn", "Sagsnr.")),
        ("ubesvaret", (0,), ("dag",)),
    ]


# --- CPR numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "number"),
    [("nr", "nr"), ("bogstav", "bogstav"), ("q1_7", "1.7"), ("q1_1_bem", "1.1 Bemærkninger"),
     ("q1_4__b_bem", "1.4/b Bemærkninger"), ("begr_r1", "Begrundelse r1")],
)  # fmt: skip
def test_a_cpr_number_is_found_in_every_column_of_text(column: str, number: str) -> None:
    made = cases({column: "brev 290290-0000 290290-000 290290-0000 (310190-1234)"}, rules=SOFT)
    assert found(made, "cpr-nummer") == [
        Finding(
            "cpr-nummer",
            "teksten indeholder et CPR-nummer. Fjern det. Er det ikke et CPR-nummer, så brug --not-cpr CELLE.",
            (1, 3, 4),
            (column,),
            (number,),
        )
    ]


@pytest.mark.parametrize("cells", [True, False], ids=["workbook", "csv"])
def test_only_the_cells_that_are_vouched_for_are_let_through(cells: bool) -> None:
    made = cases({"q1_7": "290290-0000 290290-0000 brev", "q1_1_bem": "- 290290-0000 -"})
    columns = {"q1_7": (11, "?"), "q1_1_bem": (3, "?")}
    read = replace(made, origin=Origin("sager", "Sager" if cells else None, [2, 3, 4], columns, cells))
    told = [
        [(one.variables, one.rows) for one in found(read, "cpr-nummer", not_cpr=vouched)]
        for vouched in ((), ("k2",), ("K2", "K3"), ("K3", "c3", "K2"), ("K4", "C2"))
    ]
    text, remark = ("q1_7",), ("q1_1_bem",)
    both = [(remark, (1,)), (text, (0, 1))]
    assert told == [both, [(remark, (1,)), (text, (1,))], [(remark, (1,))], [], both]


def test_in_a_study_a_text_is_vouched_for_once_and_for_all() -> None:
    made = cases({"q1_7": "290290-0000 290290-0000", "q1_1_bem": "290290-0000 -"})
    vouched = replace(made, vouched={"q1_7": np.array([True, False])})
    assert [(one.variables, one.rows) for one in found(vouched, "cpr-nummer")] == [
        (("q1_1_bem",), (0,)),
        (("q1_7",), (1,)),
    ]


def test_nothing_can_be_vouched_for_without_a_file_or_its_column() -> None:
    made = cases({"q1_7": "290290-0000"})
    assert len(found(made, "cpr-nummer", not_cpr=["K2", ""])) == 1
    read = replace(made, origin=Origin("sager.csv", None, [2], {}, False))
    assert len(found(read, "cpr-nummer", not_cpr=["A2", "K2"])) == 1


# --- answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_to_a_question_that_is_not_asked_is_a_fault() -> None:
    made = cases({"q1_1": "1 2 2 - 3", "q1_2": "2014-01-01 2014-01-01 - 2014-01-01 -", "q1_2_status": "- - 2 - 2"})
    assert found(made, "svar-ikke-stillet") == [
        Finding(
            "svar-ikke-stillet",
            '1.2 er besvaret, men spørgsmålet stilles kun, når 1.1 er "Ja".',
            (1, 2, 4),
            ("q1_2", "q1_2_status"),
            ("1.2",),
        )
    ]


def test_a_row_of_a_grid_that_is_not_asked_is_told_by_itself() -> None:
    made = cases({"q1_1": "2 2 1", "q1_4__a": "- 1 1", "q1_4__b": "1 - 1", "q1_3__2": "1 0 1"})
    assert [(one.questions, one.variables, one.rows) for one in found(made, "svar-ikke-stillet")] == [
        (("1.3",), ("q1_3__1", "q1_3__2", "q1_3__3", "q1_3__4", "q1_3__5"), (0,)),
        (("1.4/a",), ("q1_4__a",), (1,)),
        (("1.4/b",), ("q1_4__b",), (0,)),
    ]


def test_a_question_that_is_asked_and_open_is_unanswered() -> None:
    made = cases({"q1_1": "1 2 - 1 1", "q1_2": "- - - 2014-01-01 -", "q1_2_status": "- - - - 2"})
    assert found(made, "ubesvaret") == [
        Finding("ubesvaret", "1.1 er ikke besvaret.", (2,), ("q1_1",), ("1.1",)),
        Finding("ubesvaret", "1.2 er ikke besvaret.", (0,), ("q1_2", "q1_2_status"), ("1.2",)),
    ]


def test_identifications_are_called_by_their_name() -> None:
    assert check(cases({"nr": "7 8", "naevn": "1 -"}, key=["nr"])) == (
        Finding("ubesvaret", "Nævn er ikke besvaret.", (1,), ("naevn",), ("naevn",)),
    )


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"q1_6": "0 - 3"}, [(("1.6",), (1,))]),
        ({"q1_7": "- brev"}, [(("1.7",), (0,))]),
        ({"q1_8": "- 2014-01-01"}, [(("1.8",), (0,))]),
        ({"q1_5__a": "1 - 2", "q1_5__b": "- - 1"}, [(("1.5/a",), (1,)), (("1.5/b",), (0, 1))]),
        ({"q1_5__b": "- 1"}, [(("1.5/b",), (0,))]),
        # of several answers one is enough, whatever columns there are
        ({"q1_1": "1 1 1", "q1_3__2": "0 1 -"}, [(("1.3",), (0, 2))]),
        # nothing is demanded where it is unknown whether it is asked, nor of a file without the column
        ({"q1_1": "1 - 2", "q1_2": "- - -"}, [(("1.1",), (1,)), (("1.2",), (0,))]),
        ({"q1_1": "1 1"}, []),
        ({"q1_1": "1", "q1_2_status": "-"}, [(("1.2",), (0,))]),
        # a remark, a reason and a supplement are never demanded
        ({"q1_1_bem": "- -", "q1_4__a_bem": "- -", "eksempel": "- 1"}, []),
    ],
)
def test_what_is_demanded_is_told_question_by_question(
    columns: Mapping[str, str], expected: list[tuple[tuple[str, ...], tuple[int, ...]]]
) -> None:
    assert rows(cases(columns), "ubesvaret") == expected


def test_a_question_is_neither_demanded_nor_forbidden_where_it_is_unknown_whether_it_is_asked() -> None:
    made = cases({"q1_1": "- -", "q1_2": "- 2014-01-01", "q1_3__1": "0 1", "q1_4__a": "- 1"})
    assert [(one.code, one.questions) for one in check(made)] == [("ubesvaret", ("1.1",))]
    unread = cases({"q1_1": "- -", "q1_2": "- 2014-01-01"}, unreadable={"q1_1": "x x"})
    assert check(unread) == ()


def test_what_cannot_be_read_is_not_unanswered() -> None:
    made = cases({"q1_1": "- 1 -", "q1_3__1": "0 0 0"}, unreadable={"q1_1": "x - -", "q1_3__4": "- x -"})
    assert [(one.code, one.questions, one.rows) for one in check(made)] == [("ubesvaret", ("1.1",), (2,))]


# --- what options demand ----------------------------------------------------------------------------------------------

FLAGS = ("q1_3__1", "q1_3__2", "q1_3__3", "q1_3__4", "q1_3__5")


def test_an_answer_that_excludes_others_cannot_be_chosen_with_them() -> None:
    flags = {"q1_3__1": "1 1 0 1 0 1", "q1_3__3": "0 1 1 0 1 1", "q1_3__4": "0 0 0 1 1 1", "q1_3__2": "1 0 0 0 0 0"}
    made = cases({"q1_1": "1 1 1 1 1 1", **flags, "q1_3_bem": "fordi - - - - -"})
    text = "kan ikke vælges sammen med andre svar."
    assert check(made) == (
        Finding("udelukkende-svar", f'1.3: "Ingen" {text}', (1, 4, 5), FLAGS, ("1.3",)),
        Finding("udelukkende-svar", f'1.3: "Uoplyst" {text}', (3, 4, 5), FLAGS, ("1.3",)),
    )


def test_a_date_has_no_alternative_beside_it() -> None:
    made = cases({"q1_1": "1 1 1 1", "q1_2": "2014-01-01 2014-01-01 - 2014-01-01", "q1_2_status": "- 2 2 3"})
    columns = ("q1_2", "q1_2_status")
    assert check(made) == (
        Finding("dato-og-alternativ", '1.2 har både en dato og svaret "Uoplyst".', (1,), columns, ("1.2",)),
        Finding("dato-og-alternativ", '1.2 har både en dato og svaret "Flere".', (3,), columns, ("1.2",)),
    )


def test_a_date_question_without_alternatives_has_nothing_to_be_confused_with() -> None:
    assert check(cases({"q1_8": "2014-01-01"})) == ()


def test_an_answer_that_demands_a_remark_has_one() -> None:
    made = cases({"q1_1": "3 3 1 3 -", "q1_1_bem": "- fordi - - -"})
    assert found(made, "bemaerkning-mangler") == [
        Finding(
            "bemaerkning-mangler",
            'svaret "Andet" på 1.1 skal uddybes i bemærkningerne.',
            (0, 3),
            ("q1_1_bem",),
            ("1.1 Bemærkninger",),
        )
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # the alternative of a date
        ({"q1_1": "1 1 1", "q1_2_status": "3 3 2", "q1_2_bem": "- fordi -"}, [("Flere", "1.2", "q1_2_bem", (0,))]),
        # each of several answers
        (
            {"q1_1": "1 1 1", "q1_3__1": "1 0 0", "q1_3__2": "0 1 1", "q1_3__5": "0 1 0", "q1_3_bem": "- - fordi"},
            [("Andre", "1.3", "q1_3_bem", (1,)), ("Flere", "1.3", "q1_3_bem", (1,))],
        ),
        # a grid with a remark for each row
        (
            {"q1_4__a": "2 2 2", "q1_4__a_bem": "- fordi -", "q1_4__b": "2 2 1", "q1_4__b_bem": "fordi - -"},
            [("Nej", "1.4/a", "q1_4__a_bem", (0, 2)), ("Nej", "1.4/b", "q1_4__b_bem", (1,))],
        ),
        ({"q1_4__a": "2 2", "q1_4__b": "2 2", "q1_4__b_bem": "- -"}, [("Nej", "1.4/b", "q1_4__b_bem", (0, 1))]),
        # a grid with one remark for all
        (
            {"q1_5__a": "2 1 2", "q1_5__b": "1 2 1", "q1_5_bem": "- - fordi"},
            [("Nej", "1.5/a", "q1_5_bem", (0,)), ("Nej", "1.5/b", "q1_5_bem", (1,))],
        ),
        # not where the question is not asked; where that is unknown it is
        ({"q1_1": "2 - 1", "q1_2_status": "3 3 3", "q1_2_bem": "- - -"}, [("Flere", "1.2", "q1_2_bem", (1, 2))]),
        ({"q1_1": "2 -", "q1_4__a": "2 2", "q1_4__a_bem": "- -"}, [("Nej", "1.4/a", "q1_4__a_bem", (1,))]),
        # not in a file without the column
        ({"q1_1": "3 3"}, []),
        ({"q1_5__a": "2"}, []),
    ],
)
def test_a_remark_is_demanded_of_every_kind_of_question(
    columns: Mapping[str, str], expected: list[tuple[str, str, str, tuple[int, ...]]]
) -> None:
    told = found(cases(columns), "bemaerkning-mangler")
    words = [f'svaret "{shown}" på {number} skal uddybes i bemærkningerne.' for shown, number, _, _ in expected]
    assert [one.message for one in told] == words
    assert [(one.variables, one.rows) for one in told] == [((remark,), rows) for _, _, remark, rows in expected]


def test_a_grid_s_own_remark_does_for_rows_that_have_none() -> None:
    both = FORM.replace(
        "        row_remark: Bemærkninger\n", "        row_remark: Bemærkninger\n        remark: 1.4 B\n"
    )
    checked = schemas.check_source(yamlfile.parse(both, "tilsyn.yaml"))
    assert checked.questionnaire is not None
    made = from_codes(checked.questionnaire, {"q1_4__a": ["2"], "q1_4__a_bem": [""], "q1_4_bem": ["fordi"]})
    assert [one.variables for one in found(made, "bemaerkning-mangler")] == [("q1_4__a_bem",)]


def test_a_remark_that_cannot_be_read_may_be_one() -> None:
    made = cases({"q1_1": "3 3", "q1_1_bem": "- -"}, unreadable={"q1_1_bem": "x -"})
    assert [one.rows for one in found(made, "bemaerkning-mangler")] == [(1,)]


# --- rules ------------------------------------------------------------------------------------------------------------

#: 2.2 "Nej" (the rule is triggered), "Ja", open; each with 2.1 "Nej" (it is kept), "Ja", open.
PAIRS = {"q2_2": "2 2 2 1 1 1 - - -", "q2_1": "2 1 - 2 1 - 2 1 -"}


BROKEN = "regel r1 er brudt: Det rigtige er begrundet."
UNEXPLAINED = "der mangler en begrundelse efter regel r1: Det rigtige er begrundet."


@pytest.mark.parametrize(
    ("rules", "code", "words", "broken"),
    [
        (SKAL, "regel-brudt", BROKEN, (1,)),
        (BOTH, "regel-brudt", BROKEN, (1, 3)),
        (SOFT, "begrundelse-mangler", UNEXPLAINED, (1,)),
        (SOFT_BOTH, "begrundelse-mangler", UNEXPLAINED, (1, 3)),
        (REVIEW, "begrundelse-mangler", UNEXPLAINED, (0, 1, 2)),
    ],
    ids=["skal", "skal, both ways", "udgangspunkt", "udgangspunkt, both ways", "vurdering"],
)
def test_a_rule_is_breached_only_where_that_is_known(
    rules: str, code: str, words: str, broken: tuple[int, ...]
) -> None:
    made = cases(PAIRS, rules=rules)
    told = [one for one in check(made) if one.code != "ubesvaret"]
    assert told == [Finding(code, words, broken, ("q2_1", "q2_2"), ("2.1", "2.2"), "r1")]


@pytest.mark.parametrize("rules", [SOFT, SOFT_BOTH, REVIEW])
def test_a_reason_settles_a_soft_rule(rules: str) -> None:
    one = {"q2_2": "2 2 1 1", "q2_1": "1 1 2 2"}
    left = {SOFT: [(0,)], SOFT_BOTH: [(0, 2)], REVIEW: [(0,)]}
    made = cases({**one, "begr_r1": "- fordi - fordi"}, rules=rules)
    assert [told.rows for told in found(made, "begrundelse-mangler")] == left[rules]
    assert {told.variables for told in found(made, "begrundelse-mangler")} == {("q2_1", "q2_2", "begr_r1")}
    assert check(cases({**one, "begr_r1": "fordi fordi fordi fordi"}, rules=rules)) == ()


def test_a_reason_does_not_settle_a_rule_that_must_be_kept() -> None:
    made = cases({"q2_2": "2", "q2_1": "1", "q2_1_bem": "fordi", "q2_2_bem": "fordi"}, rules=SKAL)
    assert [one.rows for one in check(made)] == [(0,)]


@pytest.mark.parametrize(
    ("more", "left"),
    [
        # without a column for it, a remark on a question that the rule reads is a reason
        ({"q2_1_bem": "fordi - - -", "q2_2_bem": "- fordi - -"}, (2, 3)),
        ({"q2_1_bem": "fordi fordi fordi fordi"}, None),
        ({"q2_3_bem": "fordi fordi fordi fordi"}, (0, 1, 2, 3)),
        ({"q1_1_bem": "fordi fordi fordi fordi"}, (0, 1, 2, 3)),
        # with one, a remark is not
        ({"begr_r1": "- - fordi -", "q2_1_bem": "fordi fordi - fordi"}, (0, 1, 3)),
    ],
)
def test_a_remark_is_a_reason_only_where_the_file_has_no_column_for_it(
    more: Mapping[str, str], left: tuple[int, ...] | None
) -> None:
    made = cases({"q2_2": "2 2 2 2", "q2_1": "1 1 1 1", **more}, rules=SOFT)
    assert [one.rows for one in found(made, "begrundelse-mangler")] == ([] if left is None else [left])


@pytest.mark.parametrize(
    ("unreadable", "left"),
    [
        ({"begr_r1": "x - -"}, (1,)),
        ({"q2_1_bem": "x - -"}, (0, 1)),
        ({"q2_2": "- - x"}, (0, 1)),
    ],
)
def test_a_reason_that_cannot_be_read_may_be_one(unreadable: Mapping[str, str], left: tuple[int, ...]) -> None:
    columns = {"q2_2": "2 2 -", "q2_1": "1 1 1", "begr_r1": "- - -"}
    made = cases(columns, rules=SOFT, unreadable=unreadable)
    assert [one.rows for one in found(made, "begrundelse-mangler")] == [left]


def test_a_column_of_reasons_that_cannot_be_read_at_all_is_still_the_column() -> None:
    columns = {"q2_2": "2 2", "q2_1": "1 1", "q2_1_bem": "- fordi"}
    made = cases(columns, rules=SOFT, unreadable={"begr_r1": "x -"})
    assert [(one.rows, one.variables) for one in found(made, "begrundelse-mangler")] == [((1,), ("q2_1", "q2_2"))]
    remark = cases(columns, rules=SOFT, unreadable={"q2_2_bem": "x -"})
    assert found(remark, "begrundelse-mangler") == []


def test_a_rule_for_each_row_is_told_row_by_row() -> None:
    columns = {"q1_1": "1 1 1", "q2_3": "1 1 2", "q1_4__a": "2 1 2", "q1_4__b": "2 2 2", "q1_5__a": "1 1 1"}
    made = cases({**columns, "q1_5__b": "1 2 1", "q1_5_bem": "- - -", "begr_r5": "- - -"}, rules=EACH)
    words = "der mangler en begrundelse efter regel r5: Det er ikke nok."
    assert found(made, "begrundelse-mangler") == [
        Finding(
            "begrundelse-mangler",
            words,
            (0,),
            (f"q1_4__{row}", f"q1_5__{row}", "q2_3", "begr_r5"),
            (f"1.4/{row}", f"1.5/{row}", "2.3"),
            "r5",
            row,
        )
        for row in "ab"
    ]


@pytest.mark.parametrize(
    ("remark", "left"),
    [("q1_4__a_bem", "b"), ("q1_4__b_bem", "a"), ("q1_5_bem", ""), ("q2_3_bem", ""), ("q1_3_bem", "ab")],
)
def test_a_remark_on_a_row_is_a_reason_for_that_row_and_one_on_the_whole_for_all(remark: str, left: str) -> None:
    columns = {"q1_1": "1", "q2_3": "1", "q1_4__a": "2", "q1_4__b": "2", "q1_5__a": "1", "q1_5__b": "1"}
    made = cases({**columns, remark: "fordi"}, rules=EACH)
    assert "".join(str(one.row) for one in found(made, "begrundelse-mangler")) == left


def test_a_rule_on_a_question_that_is_not_asked_is_not_triggered() -> None:
    rules = SKAL.replace('{"2.2": Nej}', '{"1.2": Uoplyst}')
    made = cases({"q1_1": "1 2 -", "q1_2_status": "2 2 2", "q2_1": "1 1 1"}, rules=rules)
    [one] = found(made, "regel-brudt")
    assert (one.rows, one.variables, one.questions) == ((0, 2), ("q1_2", "q1_2_status", "q2_1"), ("1.2", "2.1"))


# --- all of it --------------------------------------------------------------------------------------------------------


def test_what_a_rule_reads_is_worked_out_once_however_much_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    questionnaire = schemas.load(SCHEMA)
    made = from_codes(
        questionnaire, {"distrikt": ["1"], "sagsnr": ["1"], "q2_1__1": ["2"], "q2_1__2": ["2"], "q2_3": ["1"]}
    )
    read: list[Condition] = []

    def noted(condition: Condition) -> tuple[Key, ...]:
        read.append(condition)
        return keys(condition)

    monkeypatch.setattr(model, "keys", noted)
    assert [one.rule for one in check(made) if one.rule] == ["r1"]
    assert len(read) <= 2 * len({*questionnaire.rules, *questionnaire.instances})
    read.clear()
    check(made)
    assert not read


def test_findings_come_key_first_then_cpr_then_question_by_question_then_the_rules() -> None:
    columns = {
        "naevn": "- 1 1", "nr": "7 7 7", "q1_7": "290290-0000 - brev", "q1_1": "3 2 1", "q1_1_bem": "- - -",
        "q1_2": "- 2014-01-01 2014-01-01", "q1_2_status": "- - 2", "q1_3__1": "0 0 1", "q1_3__3": "0 0 1",
        "q2_1": "1 2 1", "q2_2": "2 2 1",
    }  # fmt: skip
    assert [(one.code, one.rows) for one in check(cases(columns, rules=SKAL))] == [
        ("noegle-mangler", (0,)),
        ("dobbelt-sag", (2,)),
        ("cpr-nummer", (0,)),
        ("bemaerkning-mangler", (0,)),
        ("svar-ikke-stillet", (1,)),
        ("dato-og-alternativ", (2,)),
        ("udelukkende-svar", (2,)),
        ("ubesvaret", (1,)),
        ("regel-brudt", (0,)),
    ]
