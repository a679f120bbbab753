"""Conditions: how they are written, what they become, how they are told in Danish, and which can hold together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, combinations, pairwise, product

import pytest
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SCHEMA

from audit.base import yamlfile
from audit.questionnaire import satisfy, schemas
from audit.questionnaire.binding import bind
from audit.questionnaire.condition import (
    All,
    Answered,
    AnyOf,
    Between,
    Condition,
    Key,
    Not,
    OneOf,
    Only,
    Ordered,
    Test,
    YearsAfter,
    for_row,
    keys,
    parse,
)
from audit.questionnaire.condition import tests as every_test
from audit.questionnaire.describe import describe
from audit.questionnaire.model import GridRow, Option, Question, Questionnaire, Section

SMALL = schemas.load(SCHEMA)


def read(text: str) -> Condition:
    """The condition in YAML text, not bound."""
    source = yamlfile.parse(text, "betingelse")
    condition = parse(source, source.data, ())
    assert condition is not None, source.faults
    return condition


def bound(text: str, *, each_row: str | None = None) -> Condition:
    source = yamlfile.parse(text, "betingelse")
    condition = bind(source, SMALL, read(text), places={}, each_row=each_row)
    assert condition is not None, source.faults
    return condition


K14, K21, K23 = Key("1.4"), Key("2.1", "2"), Key("2.3")

# How it is written, what it becomes when it is bound, how it is told.
WRITTEN = [
    ('{"1.4": Ja}', OneOf(K14, ("1",)), '1.4 er "Ja"'),
    ('{"1.4": 1}', OneOf(K14, ("1",)), '1.4 er "Ja"'),
    ('{" 1.4 ": " JA "}', OneOf(K14, ("1",)), '1.4 er "Ja"'),
    ('{"2.3": [Ja, 2]}', OneOf(K23, ("1", "2")), '2.3 er "Ja" eller "Delvis"'),
    ('{not: {"2.3": [Ja, 2]}}', Not(OneOf(K23, ("1", "2"))), '2.3 ikke er "Ja" eller "Delvis"'),
    ("{distrikt: Syd}", OneOf(Key("distrikt"), ("2",)), 'distrikt er "Syd"'),
    ('{"1.2": Uoplyst}', OneOf(Key("1.2"), ("2",)), '1.2 er "Uoplyst"'),
    ('{"1.4.1": Bad}', OneOf(Key("1.4.1"), ("2",)), '1.4.1 har "Bad"'),
    ('{not: {"1.4.1": Bad}}', Not(OneOf(Key("1.4.1"), ("2",))), '1.4.1 ikke har "Bad"'),
    ('{"1.4.1": {only: [1, Bad]}}', Only(Key("1.4.1"), ("1", "2")), '1.4.1 har kun "Rengøring" og "Bad"'),
    ('{not: {"1.4.1": {only: Bad}}}', Not(Only(Key("1.4.1"), ("2",))), '1.4.1 ikke har kun "Bad"'),
    ('{"2.1/2": Nej}', OneOf(K21, ("2",)), '2.1/2 er "Nej"'),
    (
        '{"2.1/*": Nej}',
        AnyOf((OneOf(Key("2.1", "1"), ("2",)), OneOf(K21, ("2",)))),
        '2.1/1 er "Nej" eller 2.1/2 er "Nej"',
    ),
    ('{"1.3": {answered: ja}}', Answered(Key("1.3"), True), "1.3 er besvaret"),
    ('{"1.3": {answered: nej}}', Answered(Key("1.3"), False), "1.3 er ubesvaret"),
    ('{not: {"1.3": {answered: nej}}}', Not(Answered(Key("1.3"), False)), "1.3 er besvaret"),
    ('{"1.3": {min: 30}}', Between(Key("1.3"), 30, None), "1.3 er mindst 30"),
    ('{"1.3": {max: 7.5}}', Between(Key("1.3"), None, 7.5), "1.3 er højst 7,5"),
    ('{"1.3": {min: -1, max: 1000000}}', Between(Key("1.3"), -1, 1000000), "1.3 er fra -1 til 1000000"),
    ('{"1.2": {after: "1.1"}}', Ordered(Key("1.2"), True, Key("1.1")), "1.2 ligger efter 1.1"),
    ('{not: {"1.2": {before: "1.1"}}}', Not(Ordered(Key("1.2"), False, Key("1.1"))), "1.2 ikke ligger før 1.1"),
    (
        '{"1.2": {before: 2015-07-01}}',
        Ordered(Key("1.2"), False, date(2015, 7, 1)),
        "1.2 ligger før 1. juli 2015",
    ),
    (
        '{"1.2": {years_after: "1.1", min: 18, max: 64}}',
        YearsAfter(Key("1.2"), Key("1.1"), 18, 64),
        "der er fra 18 til 64 hele år fra 1.1 til 1.2",
    ),
    (
        '{not: {"1.2": {years_after: "1.1", min: 18}}}',
        Not(YearsAfter(Key("1.2"), Key("1.1"), 18, None)),
        "der ikke er mindst 18 hele år fra 1.1 til 1.2",
    ),
    (
        '{"1.4": Ja, "2.3": Nej}',
        All((OneOf(K14, ("1",)), OneOf(K23, ("3",)))),
        '1.4 er "Ja" og 2.3 er "Nej"',
    ),
    (
        '{any: [{"1.4": Ja}, {"2.3": Nej, "2.1/2": Ja}]}',
        AnyOf((OneOf(K14, ("1",)), All((OneOf(K23, ("3",)), OneOf(K21, ("1",)))))),
        '1.4 er "Ja" eller (2.3 er "Nej" og 2.1/2 er "Ja")',
    ),
    (
        '{not: {any: [{"1.4": Ja}, {"2.3": Nej}]}}',
        Not(AnyOf((OneOf(K14, ("1",)), OneOf(K23, ("3",))))),
        '1.4 ikke er "Ja" og 2.3 ikke er "Nej"',
    ),
    (
        '{not: {all: [{"1.4": Ja}, {not: {"2.3": Nej}}]}}',
        Not(All((OneOf(K14, ("1",)), Not(OneOf(K23, ("3",)))))),
        '1.4 ikke er "Ja" eller 2.3 er "Nej"',
    ),
]


@pytest.mark.parametrize(("text", "condition", "danish"), WRITTEN, ids=[text for text, *_ in WRITTEN])
def test_a_condition_becomes_what_it_says_and_is_told_in_danish(text: str, condition: Condition, danish: str):
    assert bound(text) == condition
    assert describe(bound(text), SMALL) == danish


def test_row_stands_for_each_row_in_turn():
    condition = bound('{"2.1/row": Nej, "1.4": Ja}', each_row="2.1")
    assert describe(condition, SMALL) == '2.1 (hver række) er "Nej" og 1.4 er "Ja"'
    assert for_row(condition, "2") == All((OneOf(K21, ("2",)), OneOf(K14, ("1",))))


def test_row_is_filled_in_on_both_sides_of_a_comparison_of_dates():
    """No type of grid holds dates yet, so this is written by hand."""
    row, two = Key("5", "row"), Key("5", "2")
    condition = AnyOf(
        (Ordered(row, True, row), Not(YearsAfter(row, Key("1.1"), 1, None)), Ordered(row, True, date.max))
    )
    assert for_row(condition, "2") == AnyOf(
        (Ordered(two, True, two), Not(YearsAfter(two, Key("1.1"), 1, None)), Ordered(two, True, date.max))
    )


def test_the_keys_of_a_condition_are_all_it_reads_once_in_order():
    condition = read('{any: [{"1.2": {after: "1.1"}}, {not: {"2.1/2": Nej, "1.2": {years_after: "1.3", min: 1}}}]}')
    assert [str(key) for key in keys(condition)] == ["1.2", "1.1", "2.1/2", "1.3"]


def test_each_test_knows_where_it_stands_and_two_that_say_the_same_are_equal():
    one, other = every_test(read('{any: [{"1.4": Ja}, {not: {"1.4": Ja}}]}'))
    assert (one.steps, other.steps) == (("any", 0, "1.4"), ("any", 1, "not", "1.4"))
    assert one == other


def test_an_answer_without_an_option_is_told_as_it_stands():
    assert describe(OneOf(K14, ("9",)), SMALL) == '1.4 er "9"'


def test_a_test_of_an_unknown_kind_is_a_bug():
    with pytest.raises(TypeError, match="unknown kind"):
        describe(Test(K14), SMALL)


def test_a_condition_that_is_typed_outside_a_schema_is_bound_without_places():
    source = yamlfile.parse('{"1.4": Måske, "2.1/7": Ja}', "filter")
    assert bind(source, SMALL, read('{"1.4": Måske, "2.1/7": Ja}'), places={}) is None
    assert [(fault.code, fault.see) for fault in source.faults] == [("ukendt-svar", ()), ("ukendt-raekke", ())]


# --- which conditions can hold together -------------------------------------------------------------------------------

CODES = ("1", "2", "3")
OPTIONS = tuple(Option(code, f"Svar {code}") for code in CODES)
ALONE = (*OPTIONS, Option("4", "Ingen", exclusive=True))
ROWS = (GridRow("1", "En"), GridRow("2", "To"))


@st.composite
def conditions(draw: st.DrawFn, earlier: tuple[Question, ...], depth: int = 2) -> Condition:
    """Any condition on some questions."""
    kind = draw(st.sampled_from(("one", "one", "one", "not", "all", "any") if depth else ("one",)))
    if kind == "not":
        return Not(draw(conditions(earlier, depth - 1)))
    if kind in ("all", "any"):
        parts = tuple(draw(st.lists(conditions(earlier, depth - 1), min_size=0, max_size=3)))
        return All(parts) if kind == "all" else AnyOf(parts)
    question = draw(st.sampled_from(earlier))
    key = Key(question.id, draw(st.sampled_from(("1", "2"))) if question.type == "grid" else None)
    answers = tuple(
        draw(st.sets(st.sampled_from([option.code for option in question.options]), min_size=1, max_size=2))
    )
    only = question.type == "choices" and draw(st.booleans())
    return Only(key, answers) if only else OneOf(key, answers)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Two to four closed questions, each asked of all or on a condition."""
    made: tuple[Question, ...] = ()
    for number in range(draw(st.integers(2, 4))):
        kind = draw(st.sampled_from(("choice", "choice", "choices", "grid")))
        asked = draw(st.none() | conditions(made)) if made else None
        options = ALONE if kind == "choices" else OPTIONS[: draw(st.integers(2, 3))]
        rows = ROWS if kind == "grid" else ()
        made = (*made, Question(str(number + 1), "?", kind, options=options, rows=rows, asked_when=asked))
    return Questionnaire("x", "1", "", "", (), "", (), (Section("1", "", made),))


def values_of(question: Question) -> list[frozenset[str]]:
    """Every answer to a question, as sets of codes."""
    if question.type != "choices":
        return [frozenset((option.code,)) for option in question.options]
    together = [option.code for option in question.options if not option.exclusive]
    many = chain.from_iterable(combinations(together, size) for size in range(1, len(together) + 1))
    return [frozenset(codes) for codes in (*many, *((option.code,) for option in question.options if option.exclusive))]


Form = dict[Key, frozenset[str]]


def holds(condition: Condition, form: Form) -> bool:
    """Two-valued: every question is answered or not asked (which makes a test false)."""
    if isinstance(condition, Not):
        return not holds(condition.part, form)
    if isinstance(condition, All | AnyOf):
        parts = [holds(part, form) for part in condition.parts]
        return all(parts) if isinstance(condition, All) else any(parts)
    chosen = form.get(condition.key)
    if chosen is None:
        return False
    if isinstance(condition, Only):
        return chosen <= set(condition.answers)
    assert isinstance(condition, OneOf)
    return bool(chosen & set(condition.answers))


def forms(questions: tuple[Question, ...], form: Form) -> Iterator[Form]:
    """Every way of filling in a form."""
    if not questions:
        yield form
        return
    first, *rest = questions
    if first.asked_when is not None and not holds(first.asked_when, form):
        yield from forms(tuple(rest), form)
        return
    at = [Key(first.id, row.id) for row in first.rows] or [Key(first.id)]
    for answer in product(values_of(first), repeat=len(at)):
        yield from forms(tuple(rest), form | dict(zip(at, answer, strict=True)))


@pytest.mark.generative
@settings(max_examples=examples(300))
@given(st.data())
def test_conditions_can_hold_together_exactly_where_some_filled_in_form_makes_them(data: st.DataObject):
    questionnaire = data.draw(questionnaires())
    wanted = data.draw(st.lists(conditions(questionnaire.questions), min_size=1, max_size=3))
    found = any(all(holds(one, form) for one in wanted) for form in forms(questionnaire.questions, {}))
    assert satisfy.satisfiable(questionnaire, wanted) == found


@pytest.mark.parametrize(
    ("wanted", "possible"),
    [
        (['{"1.3": {max: 30}}', '{"1.3": {min: 31}}'], True),
        (['{"1.3": {max: 30}}', '{"1.4": Nej, "1.4.1": Bad}'], False),
        (['{"1.4": {answered: nej}}'], True),
        (['{"2.4": {answered: ja}}', '{"2.3": Nej}'], True),
        (['{"2.4": {answered: ja}}', '{"2.3": Ja}'], False),
        (['{"1.2": {after: "1.1"}}', '{any: [{"1.2": {before: 2014-01-01}}, {"2.3": Ja}]}'], True),
    ],
)
def test_any_number_date_text_or_blank_is_possible_where_it_is_asked(wanted: list[str], possible: bool):
    assert satisfy.satisfiable(SMALL, [bound(text) for text in wanted]) == possible


def test_a_search_that_is_too_long_is_given_up_as_possible(monkeypatch: pytest.MonkeyPatch):
    wanted = [bound('{"2.1/1": Ja, "2.3": Ja}'), bound('{"2.3": Nej}')]
    assert not satisfy.satisfiable(SMALL, wanted)
    monkeypatch.setattr(satisfy, "_STEPS", 2)
    assert satisfy.satisfiable(SMALL, wanted)


def many_options(number: int) -> Questionnaire:
    """A several-answer question with many options, each of which is named by itself."""
    options = tuple(Option(str(code), f"Svar {code}") for code in range(1, number + 1))
    questions = (Question("1", "?", "choices", options=options), Question("2", "?", "choice", options=OPTIONS))
    return Questionnaire("x", "1", "", "", (), "", (), (Section("1", "", questions),))


def test_options_are_decided_one_by_one_and_not_all_their_combinations():
    questionnaire = many_options(40)
    options = [option.code for option in questionnaire.questions[0].options]
    each = [OneOf(Key("1"), (code,)) for code in options]
    first, last = each[0], each[-1]
    chain_of_rules = [AnyOf((Not(one), then)) for one, then in pairwise(each)]
    assert satisfy.satisfiable(questionnaire, each)
    assert satisfy.satisfiable(questionnaire, [*map(Not, each[1:])])
    assert satisfy.satisfiable(questionnaire, [first, *chain_of_rules])
    assert not satisfy.satisfiable(questionnaire, [*map(Not, each)]), "an answer that is given is not empty"
    assert not satisfy.satisfiable(questionnaire, [first, *chain_of_rules, Not(last)])
    assert not satisfy.satisfiable(questionnaire, [first, *chain_of_rules, Only(Key("1"), tuple(options[:-1]))])


def test_options_that_no_test_tells_apart_are_one_to_the_search(monkeypatch: pytest.MonkeyPatch):
    """Otherwise it would weigh all their combinations before it gives up that 2 has two answers."""
    monkeypatch.setattr(satisfy, "_STEPS", 100)
    some = OneOf(Key("1"), tuple(str(code) for code in range(1, 40)))
    both = [OneOf(Key("2"), ("1",)), OneOf(Key("2"), ("2",))]
    assert not satisfy.satisfiable(many_options(40), [some, *both])
