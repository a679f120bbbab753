"""Checks: the one engine that decides whether cases are right, over whole columns.

A single case is a column of length one; the verdict is the same whatever way the answers came in. The codes are those
of `audit.cases.findings.CATALOGUE`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

import numpy as np
import numpy.typing as npt

from audit.base import cpr
from audit.base.danish import same, without_zeros
from audit.cases.codes import Codes, Column, Mask, is_filled
from audit.cases.columns import Cases
from audit.cases.findings import Finding, finding
from audit.cases.routing import Routing
from audit.files.cells import column_letters
from audit.questionnaire.condition import Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Question, Questionnaire, Rule, Variable

Rows = npt.NDArray[np.intp]
#: A zero in front of a number, in texts that are joined by NUL.
_ZERO_IN_FRONT = re.compile(r"\x000\d")
#: What `danish.same` overlooks in plain text: decimals of whole numbers, and space.
_ODD = (".0", "  ", *"\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f")


def check(cases: Cases, *, not_cpr: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything that is wrong or missing in the cases, column-wise, in the order of the form.

    `not_cpr` are cells that a person vouches for: ``K7`` is column K of row (in a CSV file line) 7.
    """
    routing = Routing(cases)
    findings: list[Finding] = [*_check_keys(cases), *_check_cpr(cases, frozenset(cell.upper() for cell in not_cpr))]
    for key, (variable, *_) in cases.questionnaire.answers.items():
        findings.extend(_check_answers(routing, variable.question, key))
        findings.extend(_check_options(routing, variable.question, key))
    for rule in cases.questionnaire.instances:
        findings.extend(_check_rule(routing, rule))
    return tuple(findings)


def check_units(cases: Cases, units: Collection[str]) -> Iterator[Finding]:
    """Cases of other units than these, which a study names; none where it names none."""
    if units:
        column, units_of_cases = cases.questionnaire.unit_question.column, cases.units()
        for name in dict.fromkeys(units_of_cases):
            if name and name not in units:
                rows = [row for row, unit in enumerate(units_of_cases) if unit == name]
                yield finding("anden-enhed", rows, variables=(column,), questions=(column,), values={"shown": name})


def _rows(mask: Mask) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows


# --- the case itself --------------------------------------------------------------------------------------------------


def _check_keys(cases: Cases) -> Iterator[Finding]:
    """A case without a key, or with one that another has (in any case of letters)."""
    variables = cases.key_variables
    names = [variable.name for variable in variables]
    if not all(cases.has(name) for name in names):
        return
    titles = [variable.question.title for variable in variables]
    unreadable_masks = [cases.unreadable[name] for name in names if name in cases.unreadable]
    readable = ~np.logical_or.reduce(unreadable_masks) if unreadable_masks else np.ones(cases.size, dtype=np.bool_)
    has_key = np.logical_and.reduce([is_filled(variable, cases.data[variable.name]) for variable in variables])
    keyless = _rows(readable & ~has_key)
    if keyless:
        values = {"number": "/".join(titles)}
        yield finding("noegle-mangler", keyless, variables=names, questions=titles, values=values)
    for first, rows in _duplicates(cases, np.flatnonzero(readable & has_key)):
        other = str(cases.place(first, names)) or f"sag {cases.keys[first]}"
        values = {"number": "/".join(titles), "other": other}
        yield finding("dobbelt-sag", rows, variables=names, questions=titles, values=values)
    for first, row in _alike_but_for_zeros(cases):
        other = str(cases.place(first, names)) or f"sag {cases.keys[first]}"
        yield finding("foranstillet-nul", [row], variables=names, questions=titles, values={"other": other})


def _duplicates(cases: Cases, rows: Rows) -> Iterator[tuple[int, list[int]]]:
    """For each key that several of these rows have: the first of the rows, and the others."""
    combined = np.zeros(rows.size, dtype=np.int64)
    for variable in cases.key_variables:
        codes = _comparison_codes(cases, variable)[rows]
        combined = combined * (codes.max(initial=0) + 1) + codes
        if combined.max(initial=0) > rows.size:  # renumber the keys so far, so that the next factor has room
            combined = np.unique(combined, return_inverse=True)[1]
    if np.bincount(combined).max(initial=0) < 2:
        return
    groups: dict[int, list[int]] = defaultdict(list)
    for key, row in zip(combined.tolist(), rows.tolist(), strict=True):
        groups[key].append(row)
    yield from ((first, others) for first, *others in groups.values() if others)


def _alike_but_for_zeros(cases: Cases) -> Iterator[tuple[int, int]]:
    """Pairs of cases whose numbers differ in the zeros in front alone: the first such, and each other."""
    texts = ("\0".join(("", *cases.texts.get(variable.name, ()))) for variable in cases.key_variables)
    if not any(map(_ZERO_IN_FRONT.search, texts)):
        return
    first_rows: dict[str, int] = {}
    for row, key in enumerate(cases.keys):
        first = first_rows.setdefault(without_zeros(key), row)
        if same(cases.keys[first]) != same(key):
            yield first, row


def _comparison_codes(cases: Cases, variable: Variable) -> Column:
    """A key column as numbers from 0, equal for values that compare as equal (`danish.same`)."""
    column = cases.data[variable.name]
    if variable.kind != "text":
        return np.unique(column, return_inverse=True)[1]
    texts = cases.texts[variable.name]
    joined = "\0".join(texts)
    if joined.isascii() and joined.casefold() == joined and not any(part in joined for part in _ODD):
        return column  # every text is already in the form used for comparison
    numbers: dict[str, int] = {}
    return np.array([0, *(numbers.setdefault(same(text), len(numbers) + 1) for text in texts)])[column]


def _check_cpr(cases: Cases, vouched_cells: frozenset[str]) -> Iterator[Finding]:
    """A CPR number in any text."""
    for variable in cases.questionnaire.variables:
        texts = cases.texts.get(variable.name, ())
        if not cpr.any_contains(texts):
            continue
        positions = [position for position, text in enumerate(texts, start=1) if cpr.contains(text)]
        rows = _rows(np.isin(cases.data[variable.name], positions))
        unvouched = [row for row in rows if not _is_vouched(cases, row, variable, vouched_cells)]
        if unvouched:
            yield finding("cpr-nummer", unvouched, variables=[variable.name], questions=[variable.number])


def _is_vouched(cases: Cases, row: int, variable: Variable, vouched_cells: frozenset[str]) -> bool:
    """Whether a person vouches for a text: for its cell in the file, or once and for all in a study."""
    vouched = cases.vouched.get(variable.name)
    return _cell(cases, row, variable) in vouched_cells or (vouched is not None and bool(vouched[row]))


def _cell(cases: Cases, row: int, variable: Variable) -> str | None:
    """The cell as a spreadsheet names it, also of a CSV file, whose places are lines."""
    origin = cases.origin
    if origin is None or variable.name not in origin.columns:
        return None
    return f"{column_letters(origin.columns[variable.name][0])}{origin.rows[row]}"


# --- answers ----------------------------------------------------------------------------------------------------------


def _check_answers(routing: Routing, question: Question, key: Key) -> Iterator[Finding]:
    """Answers that should not be there, and answers that should."""
    cases, variables = routing.cases, routing.questionnaire.answers[key]
    names, questions = [variable.name for variable in variables], [str(key)]
    answered = cases.answered(key)
    asked = routing.asked(question.id)
    if question.asked_when is not None:
        rows = _rows(answered & asked.false)
        if rows:
            condition = describe(question.asked_when, routing.questionnaire)
            values = {"number": key, "condition": condition}
            yield finding("svar-ikke-stillet", rows, variables=names, questions=questions, values=values)
    demanded = not question.supplement and question.id not in routing.questionnaire.key
    if demanded and any(cases.has(name) for name in names):
        unanswered = asked.true & ~answered
        unreadable = cases.unreadable_in(key)
        rows = _rows(unanswered if unreadable is None else unanswered & ~unreadable)
        if rows:
            yield finding(
                "ubesvaret", rows, variables=names, questions=questions, values={"number": _label(question, key)}
            )


def _label(question: Question, key: Key) -> str:
    return question.title if question.identification else str(key)


def _check_options(routing: Routing, question: Question, key: Key) -> Iterator[Finding]:
    """What a question's own options demand."""
    if question.type == "choices":
        yield from _check_exclusive(routing, question)
    if question.type == "date" and question.options:
        yield from _check_date_and_alternative(routing, question)
    if any(option.remark for option in question.options):
        yield from _check_remarks(routing, question, key)


def _check_exclusive(routing: Routing, question: Question) -> Iterator[Finding]:
    """An answer that excludes all others, together with another."""
    cases, key = routing.cases, Key(question.id)
    columns = [(variable, cases.column(variable)) for variable in routing.questionnaire.answers[key]]
    chosen = np.zeros(cases.size, dtype=np.uint8)
    for _, column in columns:
        chosen += column != 0
    for variable, column in columns:
        option = variable.option
        if option is None or not option.exclusive:
            continue
        rows = _rows((column != 0) & (chosen > 1))
        if rows:
            names = [other.name for other, _ in columns]
            values = {"number": question.id, "alone": option.shown}
            yield finding("udelukkende-svar", rows, variables=names, questions=[question.id], values=values)


def _check_date_and_alternative(routing: Routing, question: Question) -> Iterator[Finding]:
    """A date and a status that says that there is none."""
    date_variable, *others = routing.questionnaire.answers[Key(question.id)]
    has_date = is_filled(date_variable, routing.cases.column(date_variable))
    for status in others:  # one, or none where a date is the only possible answer
        column = routing.cases.column(status)
        for position, option in enumerate(status.options, start=1):
            rows = _rows(has_date & (column == position))
            if rows:
                values = {"number": question.id, "shown": option.shown}
                names = [date_variable.name, status.name]
                yield finding("dato-og-alternativ", rows, variables=names, questions=[question.id], values=values)


def _check_remarks(routing: Routing, question: Question, key: Key) -> Iterator[Finding]:
    """An option that demands a remark, without one (a file without the remark's column is only noted)."""
    cases = routing.cases
    fields = routing.questionnaire.remarks
    remark = fields.get(key) or fields[Key(question.id)]  # a row of a grid may have one of its own
    if not cases.has(remark.name):
        return
    lacks_remark = ~_has_text(cases, remark) & routing.valid_answers(key)
    for variable in routing.questionnaire.answers[key]:
        column = cases.column(variable)
        options = [variable.option] if variable.option else list(variable.options)
        for position, option in enumerate(options, start=1):
            rows = _rows((column == position) & lacks_remark) if option.remark else []
            if rows:
                values = {"number": key, "shown": option.shown}
                names = [remark.name]
                yield finding("bemaerkning-mangler", rows, variables=names, questions=[remark.number], values=values)


# --- rules ------------------------------------------------------------------------------------------------------------


def breaches(routing: Routing, rule: Rule) -> Mask:
    """Where a rule is breached, or where an answer triggers a *vurdering*, whether or not a reason is written."""
    when, then = routing.truth(rule.when), routing.truth(rule.then)
    if rule.strength == "vurdering":
        return when.true
    breached = when.true & then.false
    return breached | (when.false & then.true) if rule.both else breached


def _check_rule(routing: Routing, rule: Rule) -> Iterator[Finding]:
    """Where a rule is breached and no reason explains it."""
    breached = breaches(routing, rule)
    if rule.soft and breached.any():
        breached = breached & ~_has_reason(routing.cases, rule)
    rows = _rows(breached)
    if not rows:
        return
    questionnaire = routing.questionnaire
    order = {key: questionnaire.order[questionnaire.answers[key][0].name] for key in rule.keys}
    keys = sorted(order, key=order.__getitem__)  # in the order of the form, as cells are listed
    variables = [variable.name for key in keys for variable in questionnaire.answers[key]]
    if rule.soft and routing.cases.has(rule.column):
        variables.append(rule.column)
    yield finding(
        "begrundelse-mangler" if rule.soft else "regel-brudt",
        rows,
        variables=variables,
        questions=[str(key) for key in keys],
        rule=rule.id,
        row=rule.row,
        values={"text": rule.text},
    )


def _has_reason(cases: Codes, rule: Rule) -> Mask:
    """Where a reason is written: in its own column or, where the file has none, as a remark on what it concerns.

    A cell that cannot be read counts as one.
    """
    reason_variables = [cases.questionnaire.by_column[rule.column]]
    has_own = cases.has(rule.column) or rule.column in cases.unreadable
    variables = reason_variables if has_own else remarks_for(cases.questionnaire, rule)
    mask = np.zeros(cases.size, dtype=np.bool_)
    for variable in variables:
        mask |= _has_text(cases, variable)
    return mask


def _has_text(cases: Codes, variable: Variable) -> Mask:
    """Where a text stands, or something that cannot be read."""
    mask = is_filled(variable, cases.column(variable))
    return mask | cases.unreadable[variable.name] if variable.name in cases.unreadable else mask


def remarks_for(questionnaire: Questionnaire, rule: Rule) -> list[Variable]:
    """The remark fields of the questions and grid rows that a rule reads, in the order of the form."""
    read = {*rule.keys, *(Key(key.question) for key in rule.keys)}
    fields = [questionnaire.remarks[key] for key in read if key in questionnaire.remarks]
    return sorted(fields, key=lambda field: questionnaire.order[field.name])
