"""What is wrong with an import: what the checks find in the resulting cases, and what a study does not accept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from audit.base.danish import listing, same, without_zeros
from audit.base.errors import Place
from audit.cases import checks
from audit.cases.coding import CodedSheet
from audit.cases.columns import Cases
from audit.cases.findings import Finding, finding
from audit.cases.routing import Routing
from audit.exchange.overlay import PlannedCase
from audit.questionnaire.model import Questionnaire, variables_of
from audit.scoring.answersets import AnswerTexts
from audit.scoring.casebook import locked_columns
from audit.scoring.labels import column_label
from audit.study.session import ScoringSession

#: Findings that are reported of a row whether or not the file changes its case.
_ALWAYS_RELEVANT = ("dobbelt-sag", "noegle-mangler")
_IN_CONFLICT = "Rækken har en konflikt; --update lader filen vinde."
#: Findings about a column that may be one of those that seem to be missing.
_UNSURE_COLUMN = ("ukendt-kolonne", "tvetydig-kolonne")


def check_cases(
    session: ScoringSession, cases: Cases, planned: Sequence[PlannedCase], not_cpr: Collection[str]
) -> Iterator[Finding]:
    """What the checks find in the cases as they become, and the changes that the study does not accept."""
    yield from checks.check(cases, not_cpr=not_cpr)
    yield from checks.check_units(cases, session.units)
    codes = {case.state.finished for case in planned if case.state.finished and case.touched}
    with session.book.store.reading() as reader:
        added_columns = {finished: session.book.added_since(reader, finished) for finished in codes}
    for row, case in enumerate(planned):
        if case.state.finished in added_columns and case.touched:
            columns = locked_columns(case.state, case.outcome.answers, added_columns[case.state.finished])
            yield from _locked_findings(session, row, columns)


def _locked_findings(session: ScoringSession, row: int, names: Collection[str]) -> Iterator[Finding]:
    """A finished case in which a file changes these columns, which may not be changed."""
    if names:
        ordered = [name for name in session.book.codes if name in names]
        numbers = [session.questionnaire.by_column[name].number for name in ordered]
        values = {"shown": listing([column_label(session.questionnaire, name) for name in ordered])}
        yield finding("laast", [row], variables=ordered, questions=numbers, values=values)


def check_identity(
    cases: Cases,
    planned: Sequence[PlannedCase],
    erased: Collection[str],
    renamed: Mapping[str, str],
    numbers: Collection[str],
) -> Iterator[Finding]:
    """Cases that would come back under the number of an erased or a renamed one, new cases whose number is that of one
    in the study (`numbers`) but for the zeros in front, and rows that are the same case although the key is spelt
    differently.
    """
    names = [variable.name for variable in cases.key_variables]
    alike = {without_zeros(number): number for number in numbers}
    for row, case in enumerate(planned):
        if case.new and (other := alike.get(without_zeros(case.state.case))):
            yield finding("foranstillet-nul", [row], variables=names, values={"other": f"sag {other}"})
        if case.new and same(case.state.case) in renamed:
            yield finding("omdoebt-sag", [row], variables=names, values={"number": renamed[same(case.state.case)]})
    erased_rows = [row for row, case in enumerate(planned) if case.new and same(case.state.case) in erased]
    if erased_rows:
        yield finding("slettet-sag", erased_rows, variables=names)
    key_texts = list(zip(*(cases.strings(variable) for variable in cases.key_variables), strict=True))
    first_rows: dict[str, int] = {}
    for row, key in enumerate(cases.keys):
        first_row = first_rows.setdefault(same(key), row) if all(key_texts[row]) else row
        if [*map(same, key_texts[first_row])] != [*map(same, key_texts[row])]:  # the checks report equal ones
            titles = "/".join(variable.question.title for variable in cases.key_variables)
            values = {"number": titles, "other": cases.place(first_row, names)}
            yield finding("dobbelt-sag", [row], variables=names, questions=titles.split("/"), values=values)


def leave_out_kept_cells(
    findings: Iterable[Finding], file_answers: Sequence[AnswerTexts], planned: Sequence[PlannedCase]
) -> Iterator[Finding]:
    """The findings, without the cells in which the study keeps an answer that differs from the file's.

    In a row with a conflict it may be the study's answer that is in the way.
    """
    kept_rows = {row for row, case in enumerate(planned) if case.merge.undecided or case.merge.newer_in_study}
    for issue in findings:
        other_rows = tuple(row for row in issue.rows if row not in kept_rows)
        if other_rows or not issue.rows:
            yield replace(issue, rows=other_rows)
        for row in issue.rows:
            if row in kept_rows:
                yield _of_kept_row(issue, row, file_answers[row], planned[row])


def _of_kept_row(finding: Finding, row: int, file_answers: AnswerTexts, case: PlannedCase) -> Finding:
    answers = case.outcome.answers
    names = tuple(name for name in finding.variables if file_answers.get(name) == answers.get(name))
    if finding.severity == "fejl" and case.merge.undecided:
        finding = replace(finding, message=f"{finding.message} {_IN_CONFLICT}")
    return replace(finding, rows=(row,), variables=names, rule=finding.rule if names == finding.variables else None)


def relevant_findings(
    findings: Sequence[Finding], coded: CodedSheet, cases: Cases, planned: Sequence[PlannedCase]
) -> Iterator[Finding]:
    """The findings that concern the import: none of cases that it leaves as they are, nor of columns not needed."""
    touched = frozenset(row for row, case in enumerate(planned) if case.touched)
    needed = frozenset[str]()
    if not _names_cases_only(coded.cases):
        needed = _column_names(cases.questionnaire, _asked_of_new_cases(cases, planned))
    for issue in coded.findings:
        if issue.code == "valgfri-kolonner" and _names_cases_only(coded.cases):
            continue
        if issue.code != "manglende-kolonne" or needed.intersection(issue.questions):
            yield issue
    yield from _partial_questions(coded)
    for issue in findings:
        if issue.severity == "mangel" and _names_cases_only(coded.cases):
            continue
        always = issue.code in _ALWAYS_RELEVANT
        rows = tuple(row for row in issue.rows if always or row in touched)
        if rows:
            yield replace(issue, rows=rows)


def _names_cases_only(cases: Cases) -> bool:
    """Whether a file only names cases, to be scored later: it has no column for any answer."""
    variables = (cases.questionnaire.by_column[name] for name in {*cases.data, *cases.unreadable})
    return all(variable.question.identification for variable in variables)


def _asked_of_new_cases(cases: Cases, planned: Sequence[PlannedCase]) -> frozenset[str]:
    """The questions that are asked of some new case."""
    routing, new = Routing(cases), np.array([case.new for case in planned], dtype=np.bool_)
    questions = cases.questionnaire.questions
    return frozenset(question.id for question in questions if (routing.asked(question.id).true & new).any())


def _column_names(questionnaire: Questionnaire, questions: Collection[str]) -> frozenset[str]:
    """What a finding of a missing column may call the columns of these questions."""
    variables = [variable for variable in questionnaire.variables if variable.question.id in questions]
    return frozenset(
        name for variable in variables for name in (variable.number, variable.question.id, variable.question.title)
    )


def _partial_questions(coded: CodedSheet) -> Iterator[Finding]:
    """Multiple-choice questions of which the file has only some columns, so that none of them can be read."""
    cases, origin = coded.cases, coded.cases.origin
    if any(finding.code in _UNSURE_COLUMN for finding in coded.findings):
        return
    reported = {name for finding in coded.findings for name in finding.questions}
    for question in cases.questionnaire.questions:
        flags = [variable for variable in variables_of(question) if variable.kind == "flag"]
        lacking = [variable.number for variable in flags if not cases.has(variable.name)]
        if origin and 0 < len(lacking) < len(flags) and not reported & {*lacking}:
            place, values = Place(file=origin.file, sheet=origin.sheet), {"number": listing(lacking)}
            yield finding("manglende-kolonne", place=place, questions=lacking, values=values)
