"""What is wrong with an import: what the checks find in the cases as they become, and what a study does not take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from audit.base.danish import listing, same
from audit.base.errors import Place
from audit.cases import checks
from audit.cases.coding import CodedSheet
from audit.cases.columns import Cases
from audit.cases.findings import Finding, finding
from audit.cases.routing import Routing
from audit.exchange.overlay import PlannedCase
from audit.questionnaire.model import Question, variables_of
from audit.scoring.answersets import AnswerTexts
from audit.scoring.casebook import locked_columns
from audit.scoring.labels import column_label
from audit.study.session import ScoringSession

#: What is told of a row whether or not the file changes its case.
_ALWAYS_RELEVANT = ("dobbelt-sag", "noegle-mangler")
_IN_CONFLICT = "Rækken har en konflikt; --update lader filen vinde."
#: What is told of a column that may be one of those that seem to be lacking.
_UNSURE_COLUMN = ("ukendt-kolonne", "tvetydig-kolonne")


def check_cases(
    session: ScoringSession, cases: Cases, planned: Sequence[PlannedCase], not_cpr: Collection[str]
) -> Iterator[Finding]:
    """What the checks find in the cases as they become, and what the study does not let them become."""
    yield from checks.check(cases, not_cpr=not_cpr)
    yield from checks.check_units(cases, session.units)
    under = {one.state.finished for one in planned if one.state.finished and one.touched}
    with session.book.store.reading() as reader:
        added = {finished: session.book.added_since(reader, finished) for finished in under}
    for row, one in enumerate(planned):
        if one.state.finished in added and one.touched:
            yield from _locked_findings(
                session, row, locked_columns(one.state, one.settled.answers, added[one.state.finished])
            )


def _locked_findings(session: ScoringSession, row: int, names: Collection[str]) -> Iterator[Finding]:
    """A finished case of which a file changes these columns, which it may not."""
    if names:
        ordered = [name for name in session.book.codes if name in names]
        numbers = [session.questionnaire.by_column[name].number for name in ordered]
        values = {"shown": listing([column_label(session.questionnaire, name) for name in ordered])}
        yield finding("laast", [row], variables=ordered, questions=numbers, values=values)


def check_identity(cases: Cases, planned: Sequence[PlannedCase], erased: Collection[str]) -> Iterator[Finding]:
    """Cases that were erased and would come back, and rows that are the same case although they are spelt otherwise."""
    names = [variable.name for variable in cases.key_variables]
    again = [row for row, one in enumerate(planned) if one.new and same(one.state.case) in erased]
    if again:
        yield finding("slettet-sag", again, variables=names)
    parts = list(zip(*(cases.strings(variable) for variable in cases.key_variables), strict=True))
    first: dict[str, int] = {}
    for row, key in enumerate(cases.keys):
        other = first.setdefault(same(key), row) if all(parts[row]) else row
        if [*map(same, parts[other])] != [*map(same, parts[row])]:  # where they are the same, the checks tell it
            titles = "/".join(variable.question.title for variable in cases.key_variables)
            values = {"number": titles, "other": cases.place(other, names)}
            yield finding("dobbelt-sag", [row], variables=names, questions=titles.split("/"), values=values)


def leave_out_kept_cells(
    told: Iterable[Finding], rows: Sequence[AnswerTexts], planned: Sequence[PlannedCase]
) -> Iterator[Finding]:
    """What is told, without the cells in which the file says otherwise than the study does and goes on doing.

    In a row with a conflict it may be the study's answer that is in the way.
    """
    kept = {row for row, one in enumerate(planned) if one.merged.open or one.merged.moved}
    for one in told:
        plain = tuple(row for row in one.rows if row not in kept)
        if plain or not one.rows:
            yield replace(one, rows=plain)
        for row in one.rows:
            if row in kept:
                yield _of_kept_row(one, row, rows[row], planned[row])


def _of_kept_row(one: Finding, row: int, file: AnswerTexts, planned: PlannedCase) -> Finding:
    answers = planned.settled.answers
    names = tuple(name for name in one.variables if file.get(name) == answers.get(name))
    if one.severity == "fejl" and planned.merged.open:
        one = replace(one, message=f"{one.message} {_IN_CONFLICT}")
    return replace(one, rows=(row,), variables=names, rule=one.rule if names == one.variables else None)


def relevant_findings(
    found: Sequence[Finding], coded: CodedSheet, cases: Cases, planned: Sequence[PlannedCase]
) -> Iterator[Finding]:
    """What concerns the import: not what stands in cases that it leaves as they are, nor columns it can do without."""
    touched = frozenset(row for row, one in enumerate(planned) if one.touched)
    asked = frozenset[str]() if _names_cases_only(coded.cases) else _asked_of_new_cases(cases, planned)
    for one in coded.findings:
        if one.code == "valgfri-kolonner" and _names_cases_only(coded.cases):
            continue
        if one.code != "manglende-kolonne" or any(
            question.id in asked for question in _lacking_questions(one, coded.cases)
        ):
            yield one
    yield from _partial_questions(coded)
    for one in found:
        if one.severity == "mangel" and _names_cases_only(coded.cases):
            continue
        rows = one.rows if one.code in _ALWAYS_RELEVANT else tuple(row for row in one.rows if row in touched)
        if rows:
            yield replace(one, rows=rows)


def _names_cases_only(cases: Cases) -> bool:
    """Whether a file only names cases, to be scored later: it has no column for any answer."""
    told = (cases.questionnaire.by_column[name] for name in {*cases.data, *cases.unreadable})
    return all(variable.question.identification for variable in told)


def _asked_of_new_cases(cases: Cases, planned: Sequence[PlannedCase]) -> frozenset[str]:
    """The questions that some case is asked which the study did not have."""
    routing, new = Routing(cases), np.array([one.new for one in planned], dtype=np.bool_)
    return frozenset(one.id for one in cases.questionnaire.questions if (routing.asked(one.id).true & new).any())


def _lacking_questions(lacking: Finding, cases: Cases) -> Iterator[Question]:
    """The questions that a finding of a lacking column is about."""
    for variable in cases.questionnaire.variables:
        if {variable.number, variable.question.id, variable.question.title} & {*lacking.questions}:
            yield variable.question


def _partial_questions(coded: CodedSheet) -> Iterator[Finding]:
    """Several-answer questions of which the file has some columns and not all, so that none of them can be read."""
    cases, origin = coded.cases, coded.cases.origin
    if any(one.code in _UNSURE_COLUMN for one in coded.findings):
        return
    told = {name for one in coded.findings for name in one.questions}
    for question in cases.questionnaire.questions:
        flags = [variable for variable in variables_of(question) if variable.kind == "flag"]
        lacking = [variable.number for variable in flags if not cases.has(variable.name)]
        if origin and 0 < len(lacking) < len(flags) and not told & {*lacking}:
            place, values = Place(file=origin.file, sheet=origin.sheet), {"number": listing(lacking)}
            yield finding("manglende-kolonne", place=place, questions=lacking, values=values)
