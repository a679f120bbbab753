"""Checks: the one engine that decides whether cases are right, over whole columns.

A single case is a column of length one; the verdict is the same whatever way the answers came in. The codes are those
of `audit.findings.CATALOGUE`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

import numpy as np

from audit import cpr
from audit.cases import Cases, Mask, filled
from audit.condition import Key
from audit.findings import Finding, finding
from audit.questionnaire import Question, Rule, Variable, describe
from audit.routing import Routing


def check(cases: Cases, *, not_cpr: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything that is wrong or missing in the cases, column-wise, in the order of the form.

    `not_cpr` are cells (``K7``) that a person vouches for.
    """
    routing = Routing(cases)
    found: list[Finding] = [*_keys(cases), *_cpr(cases, frozenset(cell.upper() for cell in not_cpr))]
    for question in cases.questionnaire.questions:
        for key in dict.fromkeys(v.key for v in cases.questionnaire.variables if v.question is question):
            if key in cases.questionnaire.answers:
                found.extend(_answers(routing, question, key))
        found.extend(_details(routing, question))
    for rule in cases.questionnaire.instances:
        found.extend(_rule(routing, rule))
    return tuple(found)


def _rows(mask: Mask) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows


# --- the case itself --------------------------------------------------------------------------------------------------


def _keys(cases: Cases) -> Iterator[Finding]:
    """A case without a key, or with one that another has."""
    fields = [cases.questionnaire.by_id[name] for name in cases.questionnaire.key]
    columns = [field.column for field in fields]
    numbers = [field.title for field in fields]
    name = "/".join(numbers)
    if not all(cases.has(column) for column in columns):
        return
    first: dict[str, int] = {}
    again: dict[int, list[int]] = defaultdict(list)
    nameless = []
    for row, key in enumerate(cases.keys):
        if not key.strip("/"):
            nameless.append(row)
        elif first.setdefault(key.casefold(), row) != row:
            again[first[key.casefold()]].append(row)
    if nameless:
        yield finding("noegle-mangler", nameless, variables=columns, questions=numbers, values={"number": name})
    for row, rows in again.items():
        other = str(cases.place(row, columns)) or f"sag {cases.keys[row]}"
        yield finding(
            "dobbelt-sag", rows, variables=columns, questions=numbers, values={"number": name, "other": other}
        )


def _cpr(cases: Cases, vouched: frozenset[str]) -> Iterator[Finding]:
    """A CPR number in any text."""
    for variable in cases.questionnaire.variables:
        if variable.kind != "text" or not cases.has(variable.name):
            continue
        texts = cases.data[variable.name].tolist()
        if not cpr.found("\n".join(text for text in texts if text)):  # one search of all is ten times as fast
            continue
        rows = [row for row, text in enumerate(texts) if text is not None and cpr.found(text)]
        rows = [row for row in rows if cases.place(row, [variable.name]).cell not in vouched]
        if rows:
            yield finding("cpr-nummer", rows, variables=[variable.name], questions=[variable.number])


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


def _details(routing: Routing, question: Question) -> Iterator[Finding]:
    """What a question's own options demand."""
    if question.type == "choices":
        yield from _exclusive(routing, question)
    if question.type == "date" and question.options:
        yield from _date_and_alternative(routing, question)
    if any(option.remark for option in question.options):
        yield from _remarks(routing, question)


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
    day, status = routing.questionnaire.answers[Key(question.id)]
    statuses = routing.cases.column(status)
    dated = filled(day, routing.cases.column(day))
    for place, option in enumerate(status.options, start=1):
        rows = _rows(dated & (statuses == place))
        if rows:
            values = {"number": question.id, "shown": option.shown}
            names = [day.name, status.name]
            yield finding("dato-og-alternativ", rows, variables=names, questions=[question.id], values=values)


def _remarks(routing: Routing, question: Question) -> Iterator[Finding]:
    """An option that demands a remark, without one (a file without the remark's column is only noted)."""
    cases = routing.cases
    remark = routing.questionnaire.by_column.get(f"{question.column}_bem")
    if remark is None or not cases.has(remark.name):
        return
    blank = ~filled(remark, cases.data[remark.name])
    counted = routing.counted(Key(question.id)) if question.type != "grid" else None
    for variable in routing.questionnaire.answers.get(Key(question.id), ()):
        column = cases.column(variable)
        options = [variable.option] if variable.option else list(variable.options)
        for place, option in enumerate(options, start=1):
            if option is None or not option.remark:
                continue
            rows = _rows((column == place) & blank & (True if counted is None else counted))
            if rows:
                values = {"number": question.id, "shown": option.shown}
                names = [remark.name]
                yield finding("bemaerkning-mangler", rows, variables=names, questions=[remark.number], values=values)


# --- rules ------------------------------------------------------------------------------------------------------------


def _rule(routing: Routing, rule: Rule) -> Iterator[Finding]:
    """Where a rule is breached and nothing explains it."""
    when, then = routing.truth(rule.when), routing.truth(rule.then)
    if rule.strength == "vurdering":
        concerned = when.true
    elif rule.both:
        concerned = (when.true & then.false) | (when.false & then.true)
    else:
        concerned = when.true & then.false
    rows = _rows(concerned)
    if rows and rule.soft:
        rows = [row for row in rows if not _explained(routing.cases, rule, row)]
    if not rows:
        return
    questionnaire = routing.questionnaire
    variables = [variable.name for key in rule.keys for variable in questionnaire.answers[key]]
    if rule.soft and routing.cases.has(rule.column):
        variables.append(rule.column)
    yield finding(
        "begrundelse-mangler" if rule.soft else "regel-brudt",
        rows,
        variables=variables,
        questions=[str(key) for key in rule.keys],
        rule=rule.id,
        row=rule.row,
        values={"text": rule.text},
    )


def _explained(cases: Cases, rule: Rule, row: int) -> bool:
    """Whether a reason is written: in its own column or, where the file has none, as a remark on what it concerns."""
    if cases.has(rule.column):
        return bool(cases.data[rule.column][row])
    return any(cases.has(v.name) and cases.data[v.name][row] for v in _remarks_for(cases, rule))


def _remarks_for(cases: Cases, rule: Rule) -> Iterator[Variable]:
    """The remark fields of the questions and grid rows that a rule reads."""
    for variable in cases.questionnaire.variables:
        if variable.role == "remark" and any(variable.key in (key, Key(key.question)) for key in rule.keys):
            yield variable
