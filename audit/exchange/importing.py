"""A file of cases into a study: what is new, changed, in conflict or wrong, reported before anything is written.

A plan is made without writing; it is carried out as a whole or not at all, and only on the study that it was made for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audit.base import cpr
from audit.base.danish import same
from audit.base.errors import DataFault, Place, UsageFault
from audit.cases.coding import CodedSheet
from audit.cases.columns import Cases
from audit.cases.findings import Finding, count_by_severity
from audit.exchange import importchecks
from audit.exchange.extract import LONG_COLUMNS
from audit.exchange.merging import answers_at_revision, last_file_texts
from audit.exchange.overlay import Overlay, PlannedCase, resulting_cases
from audit.files import datasheet
from audit.files.cells import column_letters
from audit.scoring import ledger
from audit.scoring.answersets import AnswerTexts
from audit.scoring.casebook import ChangedFault
from audit.scoring.database import LogWriter
from audit.scoring.ledger import By, Content, Revision, Seal, State
from audit.study import source
from audit.study.session import ScoringSession
from audit.study.source import ReadOptions
from audit.workbook import book
from audit.workbook.book import WorkbookStamp

_OWN_STUDY = "Hent den ind i den undersøgelse, den er lavet af."


@dataclass(frozen=True)
class ImportPlan:
    """What a file would do to a study.

    `cases` are the file's cases, row by row, as they would become, with the places of the file; `findings` is what is
    wrong or missing in those that the import changes; `planned_cases` has one entry per row. `seal` is the log's seal
    when the plan was made. `missing` are the cases that a workbook was made with and no longer has.
    """

    origin: str
    file_hash: str
    cases: Cases
    findings: tuple[Finding, ...]
    planned_cases: tuple[PlannedCase, ...]
    seal: Seal
    missing: tuple[str, ...] = ()

    @property
    def has_faults(self) -> bool:
        """Whether something has to be put right before any of it can be written."""
        return count_by_severity(self.findings)["fejl"] > 0

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return any(case.touched for case in self.planned_cases)


def plan_import(
    session: ScoringSession, path: Path, options: ReadOptions, *, reviewer: str | None = None, update: bool = False
) -> ImportPlan:
    """What a data file or a scoring workbook would do to the study; nothing is written.

    What a file of this name said before is known from the last import by the `reviewer`, or by anyone where none is
    named. With `update` the file wins where the study has been changed too. Raises FileFault for a file that cannot be
    read, UsageFault for a workbook that was made from something else.
    """
    stamp = book.read_stamp(path)
    coded = _read_file(session, path, options, own_workbook=stamp is not None)
    snapshot = _read_study(session, coded.cases.keys, whole_log=stamp is not None)
    if stamp is not None:
        _refuse_foreign(session, stamp, snapshot, path.name)
    origin, states = cpr.blot(path.name), snapshot.states

    def bases(state: State, log: Sequence[Revision]) -> tuple[AnswerTexts, ...]:
        """What the file and the study had in common of a case, latest first: when the file was last imported, and (a
        workbook) when it was made."""
        file_texts = last_file_texts(state, log, origin, reviewer, after=stamp.revision if stamp else 0)
        exported = {} if stamp is None else answers_at_revision(state, log, stamp.revision)
        if file_texts is None:
            return (exported,)
        return (file_texts,) if stamp is None else (file_texts, exported)

    overlay = Overlay(session.book, coded.cases, snapshot.by_case, bases, clears=stamp is not None)
    planned = overlay.plan_cases(states, update=update)
    cases = resulting_cases(coded.cases, overlay.file_answers, planned)
    case_findings = (
        *importchecks.check_cases(session, cases, planned, options.not_cpr),
        *importchecks.check_identity(cases, planned, snapshot.erased, snapshot.renamed, snapshot.numbers),
    )
    vouched = _vouched_columns(coded.cases, options.not_cpr, planned)
    faulty = {row for finding in case_findings if finding.severity != "note" for row in finding.rows}
    planned = [
        replace(case, vouched=vouched.get(row, ()), complete=row not in faulty and not case.merge.undecided)
        for row, case in enumerate(planned)
    ]
    relevant = importchecks.relevant_findings(case_findings, coded, cases, planned)
    findings = tuple(importchecks.leave_out_kept_cells(relevant, overlay.file_answers, planned))
    present = {same(key) for key in cases.keys}
    missing = tuple(case for case in stamp.cases if same(case) not in present) if stamp else ()
    return ImportPlan(origin, ledger.digest(path.read_bytes()), cases, findings, tuple(planned), snapshot.seal, missing)


def _read_file(session: ScoringSession, path: Path, options: ReadOptions, *, own_workbook: bool) -> CodedSheet:
    """The cases of the file, without the note of the sheet read where it is our own workbook. Raises UsageFault."""
    coded = source.read_data_file(path, session.questionnaire, options)
    has_unknown_column = any(finding.code == "ukendt-kolonne" for finding in coded.findings)
    if has_unknown_column and {*LONG_COLUMNS} <= {*datasheet.read(path, sheet=options.sheet).header}:
        raise UsageFault(
            "Filen har en række for hvert svar (audit export --form lang) og kan ikke hentes ind.",
            place=Place(file=cpr.blot(path.name)),
            remedy="Brug en fil med en række for hver sag, for eksempel fra audit export --form koder.",
        )
    if not own_workbook:
        return coded
    of_the_sheet = ("laest", Place(file=path.name))
    findings = tuple(finding for finding in coded.findings if (finding.code, finding.place) != of_the_sheet)
    return replace(coded, findings=findings)


@dataclass(frozen=True)
class _StudySnapshot:
    """What the study has: the case of each row (a blank State where it is new), and the log where it is needed."""

    seal: Seal
    states: Sequence[State]
    revisions: Sequence[Revision]
    erased: Collection[str]
    renamed: Mapping[str, str]
    numbers: Collection[str]

    @property
    def by_case(self) -> dict[str, list[Revision]]:
        """The revisions of each case, also those under earlier numbers."""
        by_number = {revision.number: revision for revision in self.revisions}
        lives = ledger.lives((each.number, each.case, each.act, each.target) for each in self.revisions)
        return {case: [by_number[number] for number in numbers] for case, numbers in lives.items()}

    def head(self, number: int) -> str | None:
        """The chain value of the log at a revision; None where the log was never that long."""
        if number > len(self.revisions):
            return None
        return self.revisions[number - 1].chain if number else ledger.START


def _read_study(session: ScoringSession, keys: Sequence[str], *, whole_log: bool) -> _StudySnapshot:
    """All that is needed of the study; the log only with `whole_log`, or where some case is in the study already."""
    with session.book.store.reading() as reader:
        by_number = {same(state.case): state for state in reader.states()}
        states = [by_number.get(same(key), State(key)) for key in keys]
        revisions = reader.revisions() if whole_log or any(state.revision for state in states) else ()
        numbers = [state.case for state in by_number.values()]
        return _StudySnapshot(reader.seal(), states, revisions, reader.erased(), reader.renamed(), numbers)


def _refuse_foreign(session: ScoringSession, stamp: WorkbookStamp, snapshot: _StudySnapshot, file: str) -> None:
    """Refuse a workbook of another study (its numbers mean other cases) or of other codes (its answers mean others)."""
    expected, place = session.book.under, Place(file=cpr.blot(file))
    if (stamp.study, stamp.schema) != (session.description.definition.study, expected.schema):
        message = f"Projektmappen er lavet af undersøgelsen {stamp.study} efter skemaet {stamp.schema}."
        raise UsageFault(message, place=place, remedy=_OWN_STUDY)
    if snapshot.head(stamp.revision) != stamp.head:
        message = "Projektmappen er lavet af en anden undersøgelse med samme navn, eller af en anden kopi af denne."
        raise UsageFault(message, place=place, remedy=_OWN_STUDY)
    if stamp.codes != expected.codes:
        message = "Måleskemaets svarkoder er ændret, siden projektmappen blev lavet."
        raise UsageFault(message, place=place, remedy="Lav en ny med audit workbook, og skriv svarene i den.")


# --- what is vouched for ----------------------------------------------------------------------------------------------


def _vouched_columns(
    cases: Cases, cells: Collection[str], planned: Sequence[PlannedCase]
) -> dict[int, tuple[str, ...]]:
    """By row, the columns of cells that a person vouches for, where there is something to vouch for."""
    vouched_cells = {cell.upper() for cell in cells}
    columns: dict[int, tuple[str, ...]] = {}
    if not vouched_cells or cases.origin is None:
        return columns
    for name in cases.texts:
        variable = cases.questionnaire.by_column[name]
        letters = column_letters(cases.origin.columns[name][0])
        for row, text in enumerate(cases.strings(variable)):
            is_used = planned[row].outcome.answers.get(name) == text  # and not the study's own in a conflict
            if f"{letters}{cases.origin.rows[row]}" in vouched_cells and is_used and cpr.contains(text):
                columns[row] = (*columns.get(row, ()), name)
    return columns


# --- writing ----------------------------------------------------------------------------------------------------------


def finishable(session: ScoringSession, plan: ImportPlan) -> list[PlannedCase]:
    """The cases of a file that can be declared finished: nothing is missing, wrong or in conflict."""
    return [case for case in plan.planned_cases if case.complete and case.state.finished != session.book.under.codes]


def carry_out(session: ScoringSession, plan: ImportPlan, by: By, *, finish: bool = False) -> None:
    """Write all of a plan; with `finish`, the cases that can be finished are declared finished as well.

    Raises DataFault where the plan has faults, ChangedFault where another has changed one of the cases since it was
    made: then nothing is written.
    """
    if plan.has_faults:
        raise DataFault("Der er fejl i filen, så intet er skrevet.")
    book, finished = session.book, {case.state.case for case in finishable(session, plan)} if finish else set()
    with book.store.writing(book.under, book.codes) as pen:
        _refuse_stale(pen, plan)
        for case in plan.planned_cases:
            state = book.append(pen, case.state, case.outcome, case.edit, by) if case.touched else case.state
            if case.state.case in finished:
                pen.append(state, "finished", by, Content())


def _refuse_stale(pen: LogWriter, plan: ImportPlan) -> None:
    if pen.seal() == plan.seal:
        return
    revisions = {same(state.case): state.revision for state in pen.states()}
    for case in plan.planned_cases:
        if revisions.get(same(case.state.case), 0) != case.state.revision:
            raise ChangedFault(
                f"Sag {case.state.case} er ændret imens, så intet er skrevet.",
                remedy="Prøv igen, og se ændringerne igennem en gang til.",
            )
