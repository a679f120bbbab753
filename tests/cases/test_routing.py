"""Routing: where a condition holds, does not hold or is unknown, for every kind of test and state of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from audit.base import yamlfile
from audit.cases.columns import Cases, from_codes
from audit.cases.routing import Routing, whole_years
from audit.questionnaire import schemas
from audit.questionnaire.binding import bind
from audit.questionnaire.condition import All, Condition, Key, Test, parse
from audit.questionnaire.model import Questionnaire

FORM = """\
schema: ruter
version: 1
title: Et lille skema
unit: naevn
key: [nr]
scales: {janej: {1: Ja, 2: Nej}}
identification:
  fields:
    - {id: naevn, text: Nævn, type: choice, options: {10: Nord, 20: Syd}}
    - {id: nr, text: Nr., type: text}
    - {id: start, text: Modtaget, type: date}
sections:
  - id: "1"
    title: 1. Sagen
    questions:
      - {id: "1.1", text: Er der klaget?, type: choice, options: janej}
      - {id: "1.2", text: Født, type: date}
      - {id: "1.3", text: Afgjort, type: date,
         options: [{code: 1, text: Dato, date: yes}, {code: 2, text: Uoplyst}, {code: 3, text: Verserer}]}
      - {id: "1.4", text: Sider, type: number}
      - {id: "1.5", text: Hvem?, type: choices, options: {1: Naboen, 2: Ejeren, 3: Andre}}
      - {id: "1.6", text: Er sagen oplyst?, type: grid, options: {1: Godt, 2: Delvis, 3: Dårligt},
         rows: [{id: a, text: Fakta}, {id: b, text: Jura}, {id: c, text: Skøn}]}
      - {id: "1.7", text: Hvorfor?, type: text}
      - {id: "1.8", text: Hvor godt?, type: choice, options: {1: Godt, 2: Delvis, 3: Dårligt}}
  - id: "2"
    title: 2. Klagen
    questions:
      - {id: "2.1", text: Rettidig?, type: choice, options: janej, asked_when: {"1.1": Ja}}
      - {id: "2.2", text: Modtaget, type: date, asked_when: {"1.1": Ja}}
      - {id: "2.3", text: Bilag, type: number, asked_when: {"1.1": Ja}}
      - {id: "2.4", text: Om hvad?, type: choices, options: {1: Støj, 2: Skygge}, asked_when: {"1.1": Ja}}
      - {id: "2.5", text: Er det oplyst?, type: grid, options: janej, rows: [{id: a, text: Fakta}, {id: b, text: Jura}],
         asked_when: {"1.1": Ja}}
      - {id: "2.6", text: Undskyldt?, type: choice, options: janej, asked_when: {"2.1": Nej}}
      - {id: "2.7", text: Svar, type: text, asked_when: {"1.1": Ja}}
"""


@cache
def form() -> Questionnaire:
    checked = schemas.check_source(yamlfile.parse(FORM, "ruter.yaml"))
    assert checked.faults == ()
    assert checked.questionnaire is not None
    return checked.questionnaire


def cases(columns: Mapping[str, str], unreadable: Mapping[str, str] | None = None) -> Cases:
    """Cases from columns of one word per case, split at spaces; ``-`` is blank; `unreadable` has an x where it is."""
    found = {name: [None if word == "-" else word for word in text.split()] for name, text in columns.items()}
    masks = {name: np.array([word == "x" for word in text.split()]) for name, text in (unreadable or {}).items()}
    return replace(from_codes(form(), found), unreadable=masks)


def bound(text: str) -> Condition:
    source = yamlfile.parse(text, "betingelse")
    read = parse(source, source.data, ())
    assert read is not None, source.faults
    condition = bind(source, form(), read, places={})
    assert condition is not None, source.faults
    return condition


def told(routing: Routing, condition: Condition) -> str:
    """T, F or U for each case."""
    true, false = routing.truth(condition)
    assert not (true & false).any()
    return "".join("T" if yes else "F" if no else "U" for yes, no in zip(true.tolist(), false.tolist(), strict=True))


def truth(text: str, columns: Mapping[str, str], unreadable: Mapping[str, str] | None = None) -> str:
    return told(Routing(cases(columns, unreadable)), bound(text))


# --- Kleene's strong logic ------------------------------------------------------------------------------------------

#: Every pair of true, false and unknown: 1.1 is "Ja" in the first three cases, "Nej" in the next, then blank.
PAIRS = {"q1_1": "1 1 1 2 2 2 - - -", "q1_8": "1 2 - 1 2 - 1 2 -"}
A, B = '{"1.1": Ja}', '{"1.8": Godt}'


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (A, "TTTFFFUUU"),
        (B, "TFUTFUTFU"),
        (f"{{not: {A}}}", "FFFTTTUUU"),
        (f"{{not: {{not: {A}}}}}", "TTTFFFUUU"),
        (f"{{all: [{A}, {B}]}}", "TFUFFFUFU"),
        ('{"1.1": Ja, "1.8": Godt}', "TFUFFFUFU"),
        (f"{{any: [{A}, {B}]}}", "TTTTFUTUU"),
        (f"{{not: {{all: [{A}, {B}]}}}}", "FTUTTTUTU"),
        (f"{{not: {{any: [{A}, {B}]}}}}", "FFFFTUFUU"),
        (f"{{all: [{{any: [{A}, {B}]}}, {{not: {B}}}]}}", "FTUFFUFUU"),
        (f"{{all: [{A}]}}", "TTTFFFUUU"),
        (f"{{all: [{A}, {B}, {{nr: {{answered: nej}}}}]}}", "TFUFFFUFU"),
        (f"{{any: [{A}, {B}, {{nr: {{answered: ja}}}}]}}", "TTTTFUTUU"),
    ],
)
def test_all_any_and_not_are_kleene_s(condition: str, expected: str) -> None:
    assert truth(condition, PAIRS) == expected


def test_a_condition_without_a_case_is_empty() -> None:
    assert truth(f"{{any: [{A}, {{not: {B}}}]}}", {"q1_1": "", "q1_8": ""}) == ""


# --- each kind of test ----------------------------------------------------------------------------------------------

DAYS = {
    "q1_2": "2010-06-01 2010-06-01 2010-06-01 - 2010-06-01",
    "q1_3": "2010-05-31 2010-06-01 2010-06-02 2010-06-02 -",
}
FLAGS = {"q1_5__1": "1 0 1 0 0", "q1_5__2": "0 1 1 0 0", "q1_5__3": "0 0 0 1 0"}
GRID = {"q1_6__a": "1 1 - - 3", "q1_6__b": "2 1 2 - 3", "q1_6__c": "1 1 3 - -"}


@pytest.mark.parametrize(
    ("condition", "columns", "expected"),
    [
        # one answer, or one of several
        ('{"1.8": Delvis}', {"q1_8": "1 2 3 -"}, "FTFU"),
        ('{"1.8": [Godt, 3]}', {"q1_8": "1 2 3 -"}, "TFTU"),
        ("{naevn: Syd}", {"naevn": "10 20 -"}, "FTU"),
        # a date with alternatives is asked for its alternative; a date is none of them
        ('{"1.3": Uoplyst}', {"q1_3": "2010-01-01 - - -", "q1_3_status": "- 2 3 -"}, "FTFU"),
        ('{"1.3": [Uoplyst, Verserer]}', {"q1_3": "2010-01-01 - - -", "q1_3_status": "- 2 3 -"}, "FTTU"),
        ('{"1.3": Uoplyst}', {"q1_3": "2010-01-01 -"}, "FU"),
        ('{"1.3": Uoplyst}', {"q1_3_status": "2 -"}, "TU"),
        # several answers: has one of them, has nothing but them
        ('{"1.5": Naboen}', FLAGS, "TFTFU"),
        ('{"1.5": [Naboen, Ejeren]}', FLAGS, "TTTFU"),
        ('{"1.5": {only: Naboen}}', FLAGS, "TFFFU"),
        ('{"1.5": {only: [Naboen, Ejeren]}}', FLAGS, "TTTFU"),
        ('{"1.5": {only: [Naboen, Ejeren, Andre]}}', FLAGS, "TTTTU"),
        ('{"1.5": Andre}', {"q1_5__1": "1 0"}, "FU"),
        ('{"1.5": {only: Naboen}}', {"q1_5__1": "1 0"}, "TU"),
        # answered or not is always known
        ('{"1.8": {answered: ja}}', {"q1_8": "1 3 -"}, "TTF"),
        ('{"1.8": {answered: nej}}', {"q1_8": "1 3 -"}, "FFT"),
        ('{"1.5": {answered: ja}}', FLAGS, "TTTTF"),
        ('{"1.3": {answered: ja}}', {"q1_3": "2010-01-01 - -", "q1_3_status": "- 2 -"}, "TTF"),
        ('{"1.7": {answered: nej}}', {"q1_7": "fordi -"}, "FT"),
        ('{"1.4": {answered: ja}}', {"q1_4": "0 -"}, "TF"),
        ('{"1.4": {answered: nej}}', {"q1_7": "fordi"}, "T"),
        # numbers: both ends included
        ('{"1.4": {min: 2}}', {"q1_4": "1.9 2 2.1 -"}, "FTTU"),
        ('{"1.4": {max: 2}}', {"q1_4": "1.9 2 2.1 -"}, "TTFU"),
        ('{"1.4": {min: 2, max: 4}}', {"q1_4": "1 2 3 4 4.1 -"}, "FTTTFU"),
        ('{"1.4": {min: 0, max: 0}}', {"q1_4": "-1 0 1"}, "FTF"),
        ('{"1.4": {min: -1}}', {"q1_4": "-2 -1000000 -1"}, "FFT"),
        ('{"1.4": {max: 1}}', {"q1_7": "fordi"}, "U"),
        # dates: strictly after or before
        ('{"1.3": {after: "1.2"}}', DAYS, "FFTUU"),
        ('{"1.3": {before: "1.2"}}', DAYS, "TFFUU"),
        ('{"1.3": {after: 2010-06-01}}', DAYS, "FFTTU"),
        ('{"1.3": {before: 2010-06-01}}', DAYS, "TFFFU"),
        ('{"1.3": {after: start}}', {**DAYS, "start": "2010-05-30 2010-06-01 - - -"}, "TFUUU"),
        ('{"1.3": {after: "1.3"}}', DAYS, "FFFFU"),
        # a date given as an alternative is unknown, also where a date stands beside it
        ('{"1.3": {after: "1.2"}}', {"q1_2": "2010-06-01", "q1_3": "2011-01-01", "q1_3_status": "2"}, "U"),
        ('{"1.2": {before: "1.3"}}', {"q1_2": "2010-06-01", "q1_3": "2011-01-01", "q1_3_status": "3"}, "U"),
        (
            '{"1.3": {after: 2010-01-01}}',
            {"q1_3": "2011-01-01 - 2011-01-01", "q1_3_status": "- 2 2"},
            "TUU",
        ),
        # one row of a grid, or some row
        ('{"1.6/b": Godt}', GRID, "FTFUF"),
        ('{"1.6/b": [Godt, Delvis]}', GRID, "TTTUF"),
        ('{"1.6/*": Delvis}', GRID, "TFTUU"),
        ('{not: {"1.6/*": Delvis}}', GRID, "FTFUU"),
        ('{"1.6/*": {answered: nej}}', GRID, "FFTTT"),
        ('{"1.6/*": {answered: ja}}', GRID, "TTTFT"),
        ('{not: {"1.6/*": {answered: nej}}}', GRID, "TTFFF"),
    ],
)
def test_a_test_holds_where_it_says(condition: str, columns: Mapping[str, str], expected: str) -> None:
    assert truth(condition, columns) == expected


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("1990-06-15", "2008-06-14", 17),
        ("1990-06-15", "2008-06-15", 18),
        ("1990-06-15", "2008-06-16", 18),
        ("1990-06-15", "2008-05-30", 17),
        ("1990-06-15", "2008-07-01", 18),
        ("1990-06-15", "1990-06-15", 0),
        ("1990-12-31", "1991-01-01", 0),
        ("1990-01-01", "1990-12-31", 0),
        ("1990-01-31", "1991-01-30", 0),
        # a birthday on the leap day: reached on 1 March in other years
        ("2000-02-29", "2018-02-28", 17),
        ("2000-02-29", "2018-03-01", 18),
        ("2000-02-29", "2020-02-28", 19),
        ("2000-02-29", "2020-02-29", 20),
        ("1999-02-28", "2020-02-29", 21),
        ("1999-03-01", "2020-02-29", 20),
        # on both sides of 1970
        ("1969-12-31", "1970-01-01", 0),
        ("1900-03-01", "2000-02-29", 99),
        ("1900-01-01", "2099-12-31", 199),
        # the other way round
        ("2010-06-15", "2010-06-14", -1),
        ("2010-06-15", "2009-06-15", -1),
        ("2010-06-15", "2009-06-14", -2),
    ],
)
def test_whole_years_are_counted_as_ages_are(born: str, day: str, years: int) -> None:
    column = np.array([born, "NaT", born], dtype="datetime64[D]")
    counted = whole_years(column, np.array([day, day, "NaT"], dtype="datetime64[D]"))
    np.testing.assert_array_equal(counted, [years, np.nan, np.nan])
    assert whole_years(np.datetime64(born), column[:1]).tolist() == [0]
    columns = {"q1_2": f"{born} {born} -", "q1_3": f"{day} - {day}"}
    for low, high in product((years - 1, years, years + 1, None), repeat=2):
        if (low is None and high is None) or (low is not None and high is not None and low > high):
            continue
        limits = [f"{name}: {limit}" for name, limit in (("min", low), ("max", high)) if limit is not None]
        holds = (low is None or low <= years) and (high is None or years <= high)
        condition = f'{{"1.3": {{years_after: "1.2", {", ".join(limits)}}}}}'
        assert truth(condition, columns) == ("TUU" if holds else "FUU"), condition


def test_years_are_unknown_where_a_date_is_given_as_an_alternative() -> None:
    columns = {"q1_2": "1990-01-01 1990-01-01", "q1_3": "2010-01-01 2010-01-01", "q1_3_status": "- 2"}
    assert truth('{"1.3": {years_after: "1.2", min: 20}}', columns) == "TU"
    assert truth('{"1.2": {years_after: "1.3", max: -20}}', columns) == "TU"


def test_a_test_of_an_unknown_kind_is_a_bug() -> None:
    with pytest.raises(TypeError, match=r"^a test of an unknown kind: Test\(key=Key\(question='1.1', row=None\)\)$"):
        Routing(cases({"q1_1": "1"})).truth(Test(Key("1.1")))


# --- what is not asked, and what cannot be read -----------------------------------------------------------------------

#: Asked, not asked, and unknown whether it is; each answered in two ways and left open.
ASKED = {
    "q1_1": "1 1 1 2 2 2 - - -",
    "q1_2": " ".join(["2010-01-01"] * 9),
    "q2_1": "1 2 - 1 2 - 1 2 -",
    "q2_2": " ".join(["2010-01-02 2009-12-31 -"] * 3),
    "q2_3": "5 9 - 5 9 - 5 9 -",
    "q2_4__1": "1 0 0 1 0 0 1 0 0",
    "q2_4__2": "0 1 0 0 1 0 0 1 0",
    "q2_5__a": "1 2 - 1 2 - 1 2 -",
    "q2_7": "ja ja - ja ja - ja ja -",
}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('{"2.1": Ja}', "TFUFFFTFU"),
        ('{not: {"2.1": Ja}}', "FTUTTTFTU"),
        ('{"2.1": {answered: ja}}', "TTFFFFTTF"),
        ('{"2.1": {answered: nej}}', "FFTFFFFFT"),
        ('{"2.7": {answered: ja}}', "TTFFFFTTF"),
        ('{"2.2": {after: "1.2"}}', "TFUFFFTFU"),
        ('{"2.2": {before: "1.2"}}', "FTUFFFFTU"),
        ('{"1.2": {before: "2.2"}}', "TFUFFFTFU"),
        ('{"2.2": {after: 2010-01-01}}', "TFUFFFTFU"),
        ('{"1.2": {years_after: "2.2", min: 0}}', "FTUFFFFTU"),
        ('{"2.2": {years_after: "1.2", max: -1}}', "FTUFFFFTU"),
        ('{"2.3": {max: 5}}', "TFUFFFTFU"),
        ('{"2.4": Støj}', "TFUFFFTFU"),
        ('{"2.4": {only: Skygge}}', "FTUFFFFTU"),
        ('{"2.5/a": Ja}', "TFUFFFTFU"),
        ('{"2.5/b": Ja}', "UUUFFFUUU"),
    ],
)
def test_what_is_not_asked_makes_every_test_false_whatever_is_answered(test: str, expected: str) -> None:
    assert truth(test, ASKED) == expected


DAY = {"q1_3": "2010-01-01 2010-01-01"}


@pytest.mark.parametrize(
    ("test", "columns", "unreadable"),
    [
        ('{"1.1": Ja}', {"q1_1": "1 -"}, {"q1_1": "- x"}),
        ('{"1.4": {min: 1}}', {"q1_4": "1 -"}, {"q1_4": "- x"}),
        ('{"1.3": {after: 2010-01-01}}', {"q1_3": "2010-01-02 -"}, {"q1_3": "- x"}),
        ('{"1.3": {years_after: start, min: 1}}', {**DAY, "start": "2009-01-01 -"}, {"start": "- x"}),
        ('{"1.5": Naboen}', {"q1_5__1": "1 0"}, {"q1_5__1": "- x"}),
        ('{"1.5": {only: Naboen}}', {"q1_5__1": "1 0"}, {"q1_5__2": "- x"}),
        ('{"1.1": {answered: ja}}', {"q1_1": "1 -"}, {"q1_1": "- x"}),
        ('{"1.1": {answered: nej}}', {"q1_1": "- -"}, {"q1_1": "- x"}),
        ('{"1.5": {answered: nej}}', {"q1_5__1": "0 0"}, {"q1_5__3": "- x"}),
        ('{"1.3": {answered: nej}}', {"q1_3": "- -"}, {"q1_3_status": "- x"}),
        ('{"1.6/a": {answered: nej}}', {"q1_6__a": "- -"}, {"q1_6__a": "- x", "q1_6__b": "x -"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unknown(test: str, columns: Mapping[str, str], unreadable: Mapping[str, str]) -> None:
    assert truth(test, columns, unreadable) == "TU"
    assert truth(f"{{not: {test}}}", columns, unreadable) == "FU"


def test_a_question_is_asked_where_its_condition_holds_and_of_all_without_one() -> None:
    routing = Routing(cases({"q1_1": "1 1 1 2 -", "q2_1": "2 1 - 2 2"}))
    shown = {}
    for question in ("1.1", "2.1", "2.6"):
        true, false = routing.asked(question)
        shown[question] = "".join("T" if yes else "F" if no else "U" for yes, no in zip(true, false, strict=True))
    assert shown == {"1.1": "TTTTT", "2.1": "TTTFU", "2.6": "TFUFT"}
    assert [routing.conditional(question) for question in ("1.1", "2.1", "nr")] == [False, True, False]


def test_an_answer_counts_unless_its_question_is_known_not_to_be_asked() -> None:
    routing = Routing(cases(ASKED))
    counts = {
        str(key): routing.valid_answers(key).tolist() for key in (Key("2.1"), Key("2.4"), Key("2.5", "a"), Key("2.2"))
    }
    some = [True, True, False] + [False] * 3 + [True, True, False]
    assert counts == dict.fromkeys(["2.1", "2.4", "2.5/a", "2.2"], some)
    assert routing.valid_answers(Key("1.1")).tolist() == [True] * 6 + [False] * 3
    assert routing.valid_answers(Key("1.7")).tolist() == [False] * 9


def test_the_days_of_a_date_are_those_without_an_alternative() -> None:
    columns = {"q1_2": "2010-01-01 - 2010-01-03", "q1_3": "2010-01-01 2010-01-02 -", "q1_3_status": "- 3 2"}
    routing = Routing(cases(columns))
    for question, expected in (("1.2", ["2010-01-01", "NaT", "2010-01-03"]), ("1.3", ["2010-01-01", "NaT", "NaT"])):
        days = routing.days(Key(question))
        assert days.dtype == "datetime64[D]"
        assert [str(day) for day in days] == expected


def test_a_condition_is_worked_out_once() -> None:
    routing = Routing(cases(ASKED))
    test = bound('{"2.1": Ja}')
    assert routing.truth(test) is routing.truth(bound('{"2.1": Ja}'))
    assert routing.truth(test) is not routing.truth(bound('{"2.1": Nej}'))
    assert routing.asked("2.1") is routing.asked("2.1")
    assert routing.asked("2.1") is routing.asked("2.4")
    assert told(routing, All((test, test))) == "TFUFFFTFU"
