"""Formulas equal the engine: what is asked and what is breached, cell by cell, as LibreOffice calculates it."""

from __future__ import annotations

import numpy as np
import pytest
from calcstudy import Calculated, generated, odd, questionnaire

from audit.cases.checks import breaches, check
from audit.cases.codes import Mask, is_filled
from audit.cases.columns import Cases
from audit.cases.findings import Finding
from audit.cases.routing import Routing, Truth
from audit.questionnaire import condition
from audit.questionnaire.condition import All, Answered, AnyOf, Between, Not, OneOf, Only, Ordered, YearsAfter
from audit.questionnaire.model import Questionnaire, Rule, Variable
from audit.workbook.formula import Calculation, NameRanges, rule_title
from audit.workbook.marks import Mark

FORMS = ("fleksjob-2016", "hjemmehjaelp", "odd")
UNREADABLE = {"ukendt-svar", "ugyldigt-tal", "ugyldigt-flag", "ugyldig-dato"}
#: Functions that Excel has only since 2019, or that the two programs count differently.
UNSAFE = ("LET(", "TEXTJOIN(", "XLOOKUP(", "FILTER(", "IFS(", "DATEDIF(", "CONCAT(", "UNIQUE(", "INDIRECT(", "OFFSET(")


def values(truth: Truth) -> list[int | None]:
    """Three values as a cell shows them."""
    return [1 if true else 0 if false else None for true, false in zip(truth.true, truth.false, strict=True)]


def calculation(form: Questionnaire) -> Calculation:
    cells = {variable.name: f"Sager!$A{place}" for place, variable in enumerate(form.variables)}
    names = {question.id: NameRanges("Navne!$A$1:$A$2", "Navne!$B$1:$B$2") for question in form.questions}
    made = Calculation(form, cells, names)
    for rule in form.instances:
        made.breached(rule)
    for question in form.questions:
        made.asked(question)
    return made


def test_the_odd_questionnaire_has_every_kind_of_condition() -> None:
    conditions = [question.asked_when for question in odd().questions if question.asked_when]
    kinds = {type(test) for one in conditions for test in condition.tests(one)}
    assert kinds == {OneOf, Only, Answered, Between, Ordered, YearsAfter}
    assert {type(one) for one in conditions} >= {All, AnyOf, Not}


@pytest.mark.parametrize("name", FORMS)
def test_no_formula_nests_deeply_or_uses_what_one_of_the_programs_lacks(name: str) -> None:
    for column in calculation(questionnaire(name)).columns:
        assert column.formula.count("IF(") - column.formula.count("COUNTIF(") <= 8
        assert len(column.formula) < 1000
        assert not any(function in column.formula for function in UNSAFE)


def test_what_is_asked_twice_is_calculated_once() -> None:
    made = calculation(questionnaire("fleksjob-2016"))
    titles = [column.title for column in made.columns]
    assert titles.count('2.2 er "Ja"') == 1


# --- in LibreOffice ---------------------------------------------------------------------------------------------------


@pytest.mark.office
@pytest.mark.parametrize("name", FORMS)
def test_libreoffice_what_is_asked_is_what_the_engine_says(name: str) -> None:
    found, form = generated(name), questionnaire(name)
    routing = Routing(found.cases)
    asked = [question.id for question in form.questions if routing.conditional(question.id)]
    expected = {id: values(routing.asked(id)) for id in asked}
    assert {id: found.columns[f"{id} stillet"] for id in asked} == expected
    seen = {value for column in expected.values() for value in column}
    assert seen == {1, 0, None}


@pytest.mark.office
def test_libreoffice_every_condition_was_seen_true_false_and_unknown() -> None:
    found = generated("odd")
    seen = {
        question.id: set(found.columns[f"{question.id} stillet"]) for question in odd().questions if question.asked_when
    }
    never_unknown = {
        "10.7",
        "10.8",
        "10.9",
        "10.10",
    }  # whether something is answered is unknown only where it is unreadable
    assert {id for id, of in seen.items() if not of >= {0, 1}} == set()
    assert {id for id, of in seen.items() if None not in of} <= never_unknown


def unexplained(routing: Routing, rule: Rule) -> Mask:
    cases = routing.cases
    found = breaches(routing, rule)
    if not rule.soft:
        return found
    reason = cases.questionnaire.by_column[rule.column]
    return found & ~(is_filled(reason, cases.column(reason)) | unread(cases, reason))


def unread(cases: Cases, variable: Variable) -> Mask:
    return cases.unreadable.get(variable.name, np.zeros(cases.size, dtype=np.bool_))


@pytest.mark.office
@pytest.mark.parametrize("name", FORMS)
def test_libreoffice_rules_are_breached_where_the_engine_says(name: str) -> None:
    found, form = generated(name), questionnaire(name)
    routing = Routing(found.cases)
    expected = {rule_title(rule): unexplained(routing, rule).astype(int).tolist() for rule in form.instances}
    assert {title: found.columns[title] for title in expected} == expected
    assert all(0 < sum(column) < found.cases.size for column in expected.values())


# --- marks ------------------------------------------------------------------------------------------------------------


def expected_marks(found: Calculated) -> dict[str, list[int | None]]:
    """The mark of each cell by what an import finds, the weightiest last."""
    cases = found.cases
    findings = check(cases)
    marks = {variable.name: np.zeros(cases.size, dtype=int) for variable in cases.questionnaire.variables}
    routing = Routing(cases)

    def put(mark: Mark, *codes: str, role: tuple[str, ...] = ("answer", "status")) -> None:
        for one in (*findings, *found.coded.findings):
            for name in one.variables if one.code in codes else ():
                if cases.questionnaire.by_column[name].role in role:
                    marks[name][list(one.rows)] = mark

    def blank(variable: Variable) -> Mask:
        return ~is_filled(variable, cases.column(variable))

    for variable in cases.questionnaire.variables:
        if variable.role == "reason":
            marks[variable.name][blank(variable)] = Mark.NOT_ASKED
    put(Mark.MISSING, "ubesvaret")
    put(Mark.UNEXPLAINED, "begrundelse-mangler")
    put(Mark.BREACHED, "regel-brudt", "udelukkende-svar", "dato-og-alternativ")
    repeat_keys(cases, marks)
    for variable in cases.questionnaire.variables:
        if variable.role != "reason":
            unasked = routing.asked(variable.question.id).false
            marks[variable.name][unasked & blank(variable)] = Mark.NOT_ASKED
            answered = variable.role != "remark" and cases.answered(variable.key)
            written = is_filled(variable, cases.column(variable)) & answered
            marks[variable.name][unasked & written] = Mark.FORBIDDEN
    put(Mark.MISSING, "bemaerkning-mangler", "begrundelse-mangler", role=("remark", "reason"))
    put_unread(found, marks)
    return {name: [value or None for value in column.tolist()] for name, column in marks.items()}


def repeat_keys(cases: Cases, marks: dict[str, np.ndarray]) -> None:
    """Mark what a key lacks, and every row of those that have a key in common."""
    columns = [[text.casefold() for text in cases.strings(variable)] for variable in cases.key_variables]
    keys = list(zip(*columns, strict=True))
    for variable, column in zip(cases.key_variables, columns, strict=True):
        for row, key in enumerate(keys):
            if all(key) and keys.count(key) > 1:
                marks[variable.name][row] = Mark.BREACHED
            elif not column[row] and not unread(cases, variable)[row]:
                marks[variable.name][row] = max(marks[variable.name][row], Mark.MISSING)


def put_unread(found: Calculated, marks: dict[str, np.ndarray]) -> None:
    for one in found.coded.findings:
        for name in one.variables if one.code in UNREADABLE else ():
            marks[name][list(one.rows)] = Mark.UNREAD


@pytest.mark.office
@pytest.mark.parametrize("name", FORMS)
def test_libreoffice_every_cell_is_marked_as_an_import_would_find_it(name: str) -> None:
    found = generated(name)
    expected = expected_marks(found)
    wrong = [
        (column, row, found.marks[column][row], mark)
        for column, marks in expected.items()
        for row, mark in enumerate(marks)
        if found.marks[column][row] != mark
    ]
    assert wrong[:10] == []
    assert {mark for column in expected.values() for mark in column} == {None, *Mark}


def missing_counts(findings: tuple[Finding, ...], code: str, size: int) -> list[int]:
    return np.bincount([row for one in findings if one.code == code for row in one.rows], minlength=size).tolist()


@pytest.mark.office
def test_libreoffice_counts_what_a_case_lacks() -> None:
    found = generated("odd")
    findings = check(found.cases)
    nameless = [0] * found.cases.size
    for variable in found.cases.key_variables:
        blank = ~is_filled(variable, found.cases.column(variable)) & ~unread(found.cases, variable)
        nameless = [count + int(is_blank) for count, is_blank in zip(nameless, blank, strict=True)]
    open_ = missing_counts(findings, "ubesvaret", found.cases.size)
    assert found.columns["Mangler svar"] == [a + b for a, b in zip(open_, nameless, strict=True)]
    assert found.columns["Mangler bemærkning"] == missing_counts(findings, "bemaerkning-mangler", found.cases.size)
