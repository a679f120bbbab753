"""A file of cases into a study: what is new, changed, in conflict or wrong, told before anything is written.

A plan is made without writing; it is carried out whole or not at all, and only on the study that it was made from.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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
    wrong or missing in those that the import changes; `planned` has one entry a row. `seal` is how the study was.
    `missing` are the cases that a workbook was given and has no more.
    """

    origin: str
    file_hash: str
    cases: Cases
    findings: tuple[Finding, ...]
    planned: tuple[PlannedCase, ...]
    seal: Seal
    missing: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether something has to be put right before any of it can be written."""
        return count_by_severity(self.findings)["fejl"] > 0

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return any(one.touched for one in self.planned)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: it takes a third of the time where many objects are made, none in a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_uncollected()
def plan_import(
    session: ScoringSession, path: Path, reading: ReadOptions, *, reviewer: str | None = None, update: bool = False
) -> ImportPlan:
    """What a data file or a scoring workbook would do to the study; nothing is written.

    What a file of this name said before is told by what the `reviewer` took in; by what anyone did where none is named.
    With `update` the file wins where the study has been changed too. Raises FileFault for a file that cannot be read,
    UsageFault for a workbook that was made from something else.
    """
    stamp = book.read_stamp(path)
    coded = _read_file(session, path, reading, own=stamp is not None)
    there = _read_study(session, coded.cases.keys, every=stamp is not None)
    if stamp is not None:
        _refuse_foreign(session, stamp, there, path.name)
    origin, states = cpr.blot(path.name), there.states

    def bases(state: State, log: Sequence[Revision]) -> tuple[AnswerTexts, ...]:
        """What the file and the study had in common of a case, latest first: when the file was last taken in, and (a
        workbook) when it was made."""
        said = last_file_texts(state, log, origin, reviewer, after=stamp.revision if stamp else 0)
        made = {} if stamp is None else answers_at_revision(state, log, stamp.revision)
        return (made,) if said is None else (said,) if stamp is None else (said, made)

    laid = Overlay(session.book, coded.cases, there.by_case, bases, clears=stamp is not None)
    planned = laid.planned(states, update=update)
    cases = resulting_cases(coded.cases, laid.rows, planned)
    found = (
        *importchecks.check_cases(session, cases, planned, reading.not_cpr),
        *importchecks.check_identity(cases, planned, there.erased),
    )
    vouched = _vouched_columns(coded.cases, reading.not_cpr, planned)
    faulty = {row for one in found if one.severity != "note" for row in one.rows}
    planned = [
        replace(one, vouched=vouched.get(row, ()), complete=row not in faulty and not one.merged.open)
        for row, one in enumerate(planned)
    ]
    told = tuple(
        importchecks.leave_out_kept_cells(
            importchecks.relevant_findings(found, coded, cases, planned), laid.rows, planned
        )
    )
    here = {same(key) for key in cases.keys}
    missing = tuple(case for case in stamp.cases if same(case) not in here) if stamp else ()
    return ImportPlan(origin, ledger.digest(path.read_bytes()), cases, told, tuple(planned), there.seal, missing)


def _read_file(session: ScoringSession, path: Path, reading: ReadOptions, *, own: bool) -> CodedSheet:
    """The cases of the file; of the program's `own` workbook it is not told which sheet is read. Raises UsageFault."""
    coded = source.read_data_file(path, session.questionnaire, reading)
    unknown = any(one.code == "ukendt-kolonne" for one in coded.findings)
    if unknown and {*LONG_COLUMNS} <= {*datasheet.read(path, sheet=reading.sheet).header}:
        raise UsageFault(
            "Filen har en række for hvert svar (audit export --form lang) og kan ikke hentes ind.",
            place=Place(file=cpr.blot(path.name)),
            remedy="Brug en fil med en række for hver sag, for eksempel fra audit export --form koder.",
        )
    return replace(coded, findings=tuple(one for one in coded.findings if one.code != "laest")) if own else coded


@dataclass(frozen=True)
class _StudySnapshot:
    """What the study has: the case of each row (a blank State where it is new), and the log where it is needed."""

    seal: Seal
    states: Sequence[State]
    revisions: Sequence[Revision]
    erased: Collection[str]

    @property
    def by_case(self) -> dict[str, list[Revision]]:
        """The revisions of each case."""
        found: dict[str, list[Revision]] = {}
        for one in self.revisions:
            found.setdefault(one.case, []).append(one)
        return found

    def head(self, number: int) -> str | None:
        """The chain value of the log at a revision; None where it never was so long."""
        if number > len(self.revisions):
            return None
        return self.revisions[number - 1].chain if number else ledger.START


def _read_study(session: ScoringSession, keys: Sequence[str], *, every: bool) -> _StudySnapshot:
    """All that is needed of the study; the log only if some case is known already, or for `every` file."""
    with session.book.store.reading() as reader:
        known = {same(state.case): state for state in reader.states()}
        states = [known.get(same(key), State(key)) for key in keys]
        revisions = reader.revisions() if every or any(state.revision for state in states) else ()
        return _StudySnapshot(reader.seal(), states, revisions, reader.erased())


def _refuse_foreign(session: ScoringSession, stamp: WorkbookStamp, there: _StudySnapshot, file: str) -> None:
    """A workbook of another study has other cases by the same numbers; one of other codes means something else."""
    under, place = session.book.under, Place(file=cpr.blot(file))
    if (stamp.study, stamp.schema) != (session.told.definition.study, under.schema):
        message = f"Projektmappen er lavet af undersøgelsen {stamp.study} efter skemaet {stamp.schema}."
        raise UsageFault(message, place=place, remedy=_OWN_STUDY)
    if there.head(stamp.revision) != stamp.head:
        message = "Projektmappen er lavet af en anden undersøgelse med samme navn, eller af en anden kopi af denne."
        raise UsageFault(message, place=place, remedy=_OWN_STUDY)
    if stamp.codes != under.codes:
        message = "Måleskemaets svarkoder er ændret, siden projektmappen blev lavet."
        raise UsageFault(message, place=place, remedy="Lav en ny med audit workbook, og skriv svarene i den.")


# --- what is vouched for ----------------------------------------------------------------------------------------------


def _vouched_columns(
    cases: Cases, cells: Collection[str], planned: Sequence[PlannedCase]
) -> dict[int, tuple[str, ...]]:
    """For each row the columns of cells that a person vouches for, where there is something to vouch for."""
    wanted = {cell.upper() for cell in cells}
    found: dict[int, tuple[str, ...]] = {}
    if not wanted or cases.origin is None:
        return found
    for name in cases.texts:
        variable = cases.questionnaire.by_column[name]
        letters = column_letters(cases.origin.columns[name][0])
        for row, text in enumerate(cases.strings(variable)):
            kept = planned[row].settled.answers.get(name) == text  # and not the study's own in a conflict
            if f"{letters}{cases.origin.rows[row]}" in wanted and kept and cpr.contains(text):
                found[row] = (*found.get(row, ()), name)
    return found


# --- writing ----------------------------------------------------------------------------------------------------------


def finishable(session: ScoringSession, planned: ImportPlan) -> list[PlannedCase]:
    """The cases of a file that can be declared finished: nothing is missing or wrong, and nothing is in conflict."""
    return [one for one in planned.planned if one.complete and one.state.finished != session.book.under.codes]


def carry_out(session: ScoringSession, planned: ImportPlan, by: By, *, finish: bool = False) -> None:
    """Write all of a plan; with `finish`, the cases that can be are declared finished as well.

    Raises DataFault where something is wrong in the plan, UsageFault where another has changed one of the cases since
    it was made: then nothing is written.
    """
    if planned.wrong:
        raise DataFault("Der er fejl i filen, så intet er skrevet.")
    book, finished = session.book, {one.state.case for one in finishable(session, planned)} if finish else set()
    with _uncollected(), book.store.writing(book.under, book.codes) as pen:
        _refuse_stale(pen, planned)
        for one in planned.planned:
            state = book.append(pen, one.state, one.settled, one.edit, by) if one.touched else one.state
            if one.state.case in finished:
                pen.append(state, "finished", by, Content())


def _refuse_stale(pen: LogWriter, planned: ImportPlan) -> None:
    if pen.seal() == planned.seal:
        return
    now = {same(state.case): state.revision for state in pen.states()}
    for one in planned.planned:
        if now.get(same(one.state.case), 0) != one.state.revision:
            raise UsageFault(
                f"Sag {one.state.case} er ændret imens, så intet er skrevet.",
                remedy="Prøv igen, og se ændringerne igennem en gang til.",
            )
