"""Checks: the one engine that decides whether cases are right, over whole columns.

A single case is a column of length one; the verdict is the same whatever way the answers came in. The codes are those
of `audit.findings.CATALOGUE`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from unicodedata import is_normalized

import numpy as np
import numpy.typing as npt

from audit.base import cpr
from audit.base.danish import same
from audit.cases.columns import Cases, Column, Mask, filled
from audit.cases.findings import Finding, finding
from audit.cases.routing import Routing
from audit.files.cells import column_letters
from audit.questionnaire.condition import Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Question, Questionnaire, Rule, Variable, variables_of

Rows = npt.NDArray[np.intp]
#: Space that does not count where texts are compared.
_SPACED = re.compile(r"\s\s|[^\S ]")


def check(cases: Cases, *, not_cpr: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything that is wrong or missing in the cases, column-wise, in the order of the form.

    `not_cpr` are cells that a person vouches for: ``K7`` is column K of row (in a CSV file line) 7.
    """
    routing = Routing(cases)
    found: list[Finding] = [*_keys(cases), *_cpr(cases, frozenset(cell.upper() for cell in not_cpr))]
    for question in cases.questionnaire.questions:
        for key in dict.fromkeys(v.key for v in cases.questionnaire.variables if v.question is question):
            if key in cases.questionnaire.answers:
                found.extend(_answers(routing, question, key))
                found.extend(_details(routing, question, key))
    for rule in cases.questionnaire.instances:
        found.extend(_rule(routing, rule))
    return tuple(found)


def other_units(cases: Cases, units: Collection[str]) -> Iterator[Finding]:
    """Cases of other units than these, which a study names; none where it names none."""
    if units:
        column, found = cases.questionnaire.unit_question.column, cases.units()
        for name in dict.fromkeys(found):
            if name and name not in units:
                rows = [row for row, unit in enumerate(found) if unit == name]
                yield finding("anden-enhed", rows, variables=(column,), questions=(column,), values={"shown": name})


def _rows(mask: Mask) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows


# --- the case itself --------------------------------------------------------------------------------------------------


def _keys(cases: Cases) -> Iterator[Finding]:
    """A case without a key, or with one that another has (in any case of letters)."""
    variables = cases.key_variables
    names = [variable.name for variable in variables]
    if not all(cases.has(name) for name in names):
        return
    numbers = [variable.question.title for variable in variables]
    unread = [cases.unreadable[name] for name in names if name in cases.unreadable]
    readable = ~np.logical_or.reduce(unread) if unread else np.ones(cases.size, dtype=np.bool_)
    named = np.logical_and.reduce([filled(variable, cases.data[variable.name]) for variable in variables])
    nameless = _rows(readable & ~named)
    if nameless:
        values = {"number": "/".join(numbers)}
        yield finding("noegle-mangler", nameless, variables=names, questions=numbers, values=values)
    for first, rows in _repeated(cases, np.flatnonzero(readable & named)):
        other = str(cases.place(first, names)) or f"sag {cases.keys[first]}"
        values = {"number": "/".join(numbers), "other": other}
        yield finding("dobbelt-sag", rows, variables=names, questions=numbers, values=values)


def _repeated(cases: Cases, rows: Rows) -> Iterator[tuple[int, list[int]]]:
    """Of these rows, those whose key stands in an earlier one: that one, and the others."""
    together = np.zeros(rows.size, dtype=np.int64)
    for variable in cases.key_variables:
        part = _alike(cases, variable)[rows]
        together = together * (part.max(initial=0) + 1) + part
        if together.max(initial=0) > rows.size:  # number the keys so far, so that the next factor has room
            together = np.unique(together, return_inverse=True)[1]
    if np.bincount(together).max(initial=0) < 2:
        return
    groups: dict[int, list[int]] = defaultdict(list)
    for key, row in zip(together.tolist(), rows.tolist(), strict=True):
        groups[key].append(row)
    yield from ((first, others) for first, *others in groups.values() if others)


def _alike(cases: Cases, variable: Variable) -> Column:
    """A key column as numbers from 0, the same for values that are alike (`danish.same`)."""
    column = cases.data[variable.name]
    if variable.kind != "text":
        return np.unique(column, return_inverse=True)[1]
    texts = cases.texts[variable.name]
    joined = "\0".join(texts)
    if joined.casefold() == joined and is_normalized("NFC", joined) and not _SPACED.search(joined):
        return column  # each is what it is compared by
    numbers: dict[str, int] = {}
    return np.array([0, *(numbers.setdefault(same(text), len(numbers) + 1) for text in texts)])[column]


def _cpr(cases: Cases, vouched: frozenset[str]) -> Iterator[Finding]:
    """A CPR number in any text."""
    for variable in cases.questionnaire.variables:
        texts = cases.texts.get(variable.name, ())
        if not cpr.any_contains(texts):
            continue
        places = [place for place, text in enumerate(texts, start=1) if cpr.contains(text)]
        rows = _rows(np.isin(cases.data[variable.name], places))
        rows = [row for row in rows if not _is_vouched(cases, row, variable, vouched)]
        if rows:
            yield finding("cpr-nummer", rows, variables=[variable.name], questions=[variable.number])


def _is_vouched(cases: Cases, row: int, variable: Variable, cells: frozenset[str]) -> bool:
    """Whether a person vouches for a text: for its cell in the file, or once and for all in a study."""
    known = cases.vouched.get(variable.name)
    return _cell(cases, row, variable) in cells or (known is not None and bool(known[row]))


def _cell(cases: Cases, row: int, variable: Variable) -> str | None:
    """The cell as a spreadsheet names it, also of a CSV file, whose places are lines."""
    origin = cases.origin
    if origin is None or variable.name not in origin.columns:
        return None
    return f"{column_letters(origin.columns[variable.name][0])}{origin.rows[row]}"


# --- answers ----------------------------------------------------------------------------------------------------------


def _answers(routing: Routing, question: Question, key: Key) -> Iterator[Finding]:
    """Answers that should not be there, and answers that should."""
    cases, variables = routing.cases, routing.questionnaire.answers[key]
    names, shown = [variable.name for variable in variables], [str(key)]
    answered = cases.answered(key)
    asked = routing.asked(question.id)
    if question.asked_when is not None:
        rows = _rows(answered & asked.false)
        if rows:
            condition = describe(question.asked_when, routing.questionnaire)
            values = {"number": key, "condition": condition}
            yield finding("svar-ikke-stillet", rows, variables=names, questions=shown, values=values)
    demanded = not question.supplement and question.id not in routing.questionnaire.key
    if demanded and any(cases.has(name) for name in names):
        open_ = asked.true & ~answered
        broken = cases.broken(key)
        rows = _rows(open_ if broken is None else open_ & ~broken)
        if rows:
            yield finding(
                "ubesvaret", rows, variables=names, questions=shown, values={"number": _called(question, key)}
            )


def _called(question: Question, key: Key) -> str:
    return question.title if question.identification else str(key)


def _details(routing: Routing, question: Question, key: Key) -> Iterator[Finding]:
    """What a question's own options demand."""
    if question.type == "choices":
        yield from _exclusive(routing, question)
    if question.type == "date" and question.options:
        yield from _date_and_alternative(routing, question)
    if any(option.remark for option in question.options):
        yield from _remarks(routing, question, key)


def _exclusive(routing: Routing, question: Question) -> Iterator[Finding]:
    """An answer that excludes all others, together with another."""
    cases, key = routing.cases, Key(question.id)
    columns = [(variable, cases.column(variable)) for variable in routing.questionnaire.answers[key]]
    number = np.zeros(cases.size, dtype=np.uint8)
    for _, column in columns:
        number += column != 0
    for variable, column in columns:
        option = variable.option
        if option is None or not option.exclusive:
            continue
        rows = _rows((column != 0) & (number > 1))
        if rows:
            names = [other.name for other, _ in columns]
            values = {"number": question.id, "alone": option.shown}
            yield finding("udelukkende-svar", rows, variables=names, questions=[question.id], values=values)


def _date_and_alternative(routing: Routing, question: Question) -> Iterator[Finding]:
    """A date and a status that says that there is none."""
    day, *others = routing.questionnaire.answers[Key(question.id)]
    dated = filled(day, routing.cases.column(day))
    for status in others:  # one, or none where the date is the only answer
        statuses = routing.cases.column(status)
        for place, option in enumerate(status.options, start=1):
            rows = _rows(dated & (statuses == place))
            if rows:
                values = {"number": question.id, "shown": option.shown}
                names = [day.name, status.name]
                yield finding("dato-og-alternativ", rows, variables=names, questions=[question.id], values=values)


def _remarks(routing: Routing, question: Question, key: Key) -> Iterator[Finding]:
    """An option that demands a remark, without one (a file without the remark's column is only noted)."""
    cases = routing.cases
    fields = {variable.key: variable for variable in variables_of(question) if variable.role == "remark"}
    remark = fields.get(key) or fields[Key(question.id)]  # a row of a grid may have one of its own
    if not cases.has(remark.name):
        return
    open_ = ~_written(cases, remark) & routing.counted(key)
    for variable in routing.questionnaire.answers[key]:
        column = cases.column(variable)
        options = [variable.option] if variable.option else list(variable.options)
        for place, option in enumerate(options, start=1):
            rows = _rows((column == place) & open_) if option.remark else []
            if rows:
                values = {"number": key, "shown": option.shown}
                names = [remark.name]
                yield finding("bemaerkning-mangler", rows, variables=names, questions=[remark.number], values=values)


# --- rules ------------------------------------------------------------------------------------------------------------


def concerned(routing: Routing, rule: Rule) -> Mask:
    """Where a rule is breached, or where an answer triggers a *vurdering*, whether or not a reason is written."""
    when, then = routing.truth(rule.when), routing.truth(rule.then)
    if rule.strength == "vurdering":
        return when.true
    breached = when.true & then.false
    return breached | (when.false & then.true) if rule.both else breached


def _rule(routing: Routing, rule: Rule) -> Iterator[Finding]:
    """Where a rule is breached and nothing explains it."""
    found = concerned(routing, rule)
    if rule.soft and found.any():
        found = found & ~_explained(routing.cases, rule)
    rows = _rows(found)
    if not rows:
        return
    questionnaire = routing.questionnaire
    keys = [key for key in questionnaire.answers if key in rule.keys]  # in the order of the form, as cells are told
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


def _explained(cases: Cases, rule: Rule) -> Mask:
    """Where a reason is written: in its own column or, where the file has none, as a remark on what it concerns.

    What cannot be read may be one.
    """
    own = [cases.questionnaire.by_column[rule.column]]
    has_own = cases.has(rule.column) or rule.column in cases.unreadable
    variables = own if has_own else list(remarks_for(cases.questionnaire, rule))
    explained = np.zeros(cases.size, dtype=np.bool_)
    for variable in variables:
        explained |= _written(cases, variable)
    return explained


def _written(cases: Cases, variable: Variable) -> Mask:
    """Where a text stands, or something that cannot be read."""
    there = filled(variable, cases.column(variable))
    return there | cases.unreadable[variable.name] if variable.name in cases.unreadable else there


def remarks_for(questionnaire: Questionnaire, rule: Rule) -> Iterator[Variable]:
    """The remark fields of the questions and grid rows that a rule reads."""
    for variable in questionnaire.variables:
        if variable.role == "remark" and any(variable.key in (key, Key(key.question)) for key in rule.keys):
            yield variable
