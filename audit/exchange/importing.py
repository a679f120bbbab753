"""A file of cases into a study: what is new, changed, in conflict or wrong, told before anything is written.

A plan is made without writing; it is carried out whole or not at all, and only on the study that it was made from.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from audit import checks, cpr, study
from audit.cases import Cases
from audit.coding import Coded
from audit.danish import listing, same
from audit.errors import DataFault, Place, UsageFault
from audit.excel import workbook
from audit.excel.workbook import Stamp
from audit.exchange.laying import Laid, Planned, become
from audit.exchange.merging import at_revision, last_said
from audit.files import column_letters
from audit.findings import Finding, counts, finding
from audit.questionnaire import Question, variables_of
from audit.routing import Routing
from audit.scoring import ledger
from audit.scoring.answersets import Answers
from audit.scoring.database import Pen
from audit.scoring.desk import Desk
from audit.scoring.ledger import By, Content, Revision, Seal, State
from audit.scoring.values import called
from audit.study import Reading

#: What is told of a row whether or not the file changes its case.
_ALWAYS = ("dobbelt-sag", "noegle-mangler")
#: What is told of a column that may be one of those that seem to be lacking.
_GUESSED = ("ukendt-kolonne", "tvetydig-kolonne")


@dataclass(frozen=True)
class Import:
    """What a file would do to a study.

    `cases` are the file's cases, row by row, as they would become, with the places of the file; `findings` is what is
    wrong or missing in those that the import changes; `planned` has one entry a row. `seal` is how the study was.
    """

    origin: str
    file_hash: str
    cases: Cases
    findings: tuple[Finding, ...]
    planned: tuple[Planned, ...]
    seal: Seal

    @property
    def wrong(self) -> bool:
        """Whether something has to be put right before any of it can be written."""
        return counts(self.findings)["fejl"] > 0

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return any(one.touched for one in self.planned)


def plan(desk: Desk, path: Path, reading: Reading, *, update: bool = False) -> Import:
    """What a data file or a scoring workbook would do to the study; nothing is written.

    With `update` the file wins where the study has been changed too. Raises FileFault for a file that cannot be read,
    UsageFault for a workbook that was made from something else.
    """
    stamp = workbook.stamp(path)
    if stamp is not None:
        _refuse_foreign(desk, stamp, path.name)
    coded = study.coded(path, desk.questionnaire, reading)
    origin = cpr.blot(path.name)
    with desk.book.store.reading() as reader:
        seal = reader.seal()
        known = {same(state.case): state for state in reader.states()}
        states = [known.get(same(key), State(key)) for key in coded.cases.keys]
        laid = Laid(desk.book, coded.cases, reader.revisions, lambda state, log: _bases(state, log, origin, stamp))
        planned = laid.planned(states, update=update)
    cases = become(coded.cases, laid.rows, planned)
    found = (*_found(desk, cases, planned, reading),)
    vouched = _vouched(coded.cases, reading.not_cpr, planned)
    faulty = {row for one in found if one.severity != "note" for row in one.rows}
    planned = [
        replace(one, vouched=vouched.get(row, ()), complete=row not in faulty and not one.merged.conflicts)
        for row, one in enumerate(planned)
    ]
    told = tuple(_told(found, coded, cases, planned))
    return Import(origin, ledger.digest(path.read_bytes()), cases, told, tuple(planned), seal)


def _refuse_foreign(desk: Desk, stamp: Stamp, file: str) -> None:
    """A workbook of another study has other cases by the same numbers; one of other codes means something else."""
    under, place = desk.book.under, Place(file=cpr.blot(file))
    if (stamp.study, stamp.schema) != (desk.told.definition.study, under.schema):
        message = f"Projektmappen er lavet af undersøgelsen {stamp.study} efter skemaet {stamp.schema}."
        raise UsageFault(message, place=place, remedy="Hent den ind i den undersøgelse, den er lavet af.")
    if stamp.codes != under.codes:
        message = "Måleskemaets svarkoder er ændret, siden projektmappen blev lavet."
        raise UsageFault(message, place=place, remedy="Lav en ny med audit workbook, og skriv svarene i den.")


def _bases(state: State, revisions: Sequence[Revision], origin: str, stamp: Stamp | None) -> tuple[Answers, ...]:
    """What the file and the study had in common of a case, latest first: when the file was last taken in, and (a
    workbook) when it was made."""
    said = last_said(revisions, origin, after=stamp.revision if stamp else 0)
    made = {} if stamp is None else at_revision(state, revisions, stamp.revision)
    return (made,) if said is None else (said,) if stamp is None else (said, made)


# --- what is vouched for ----------------------------------------------------------------------------------------------


def _vouched(cases: Cases, cells: Collection[str], planned: Sequence[Planned]) -> dict[int, tuple[str, ...]]:
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
            if f"{letters}{cases.origin.rows[row]}" in wanted and kept and cpr.found(text):
                found[row] = (*found.get(row, ()), name)
    return found


# --- what is wrong ----------------------------------------------------------------------------------------------------


def _found(desk: Desk, cases: Cases, planned: Sequence[Planned], reading: Reading) -> Iterator[Finding]:
    """What the checks find in the cases as they become, and what the study does not let them become."""
    yield from checks.check(cases, not_cpr=reading.not_cpr)
    yield from (one for one in study.other_units(desk.units, cases) if one.code == "anden-enhed")
    for row, one in enumerate(planned):
        if one.state.finished and one.touched:
            yield from _locked(desk, row, one)


def _locked(desk: Desk, row: int, planned: Planned) -> Iterator[Finding]:
    """A finished case that the file changes in anything but what has been added since."""
    old, new = planned.state.answers, planned.settled.answers
    allowed = desk.book.open_columns(planned.state)
    names = [name for name in desk.book.codes if old.get(name) != new.get(name) and name not in allowed]
    if names:
        numbers = [desk.questionnaire.by_column[name].number for name in names]
        values = {"shown": listing([called(desk.questionnaire, name) for name in names])}
        yield finding("laast", [row], variables=names, questions=numbers, values=values)


def _told(found: Sequence[Finding], coded: Coded, cases: Cases, planned: Sequence[Planned]) -> Iterator[Finding]:
    """What concerns the import: not what stands in cases that it leaves as they are, nor columns it can do without."""
    touched = frozenset(row for row, one in enumerate(planned) if one.touched)
    asked = frozenset[str]() if _is_list(coded.cases) else _asked_of_new(cases, planned)
    for one in coded.findings:
        if one.code == "valgfri-kolonner" and _is_list(coded.cases):
            continue
        if one.code != "manglende-kolonne" or any(question.id in asked for question in _questions(one, coded.cases)):
            yield one
    yield from _partly_there(coded)
    for one in found:
        if one.severity == "mangel" and _is_list(coded.cases):
            continue
        rows = one.rows if one.code in _ALWAYS else tuple(row for row in one.rows if row in touched)
        if rows:
            yield replace(one, rows=rows)


def _is_list(cases: Cases) -> bool:
    """Whether a file only names cases, to be scored later: it has no column for any answer."""
    told = (cases.questionnaire.by_column[name] for name in {*cases.data, *cases.unreadable})
    return all(variable.question.identification for variable in told)


def _asked_of_new(cases: Cases, planned: Sequence[Planned]) -> frozenset[str]:
    """The questions that some case is asked which the study did not have."""
    routing, new = Routing(cases), np.array([one.new for one in planned], dtype=np.bool_)
    return frozenset(one.id for one in cases.questionnaire.questions if (routing.asked(one.id).true & new).any())


def _questions(lacking: Finding, cases: Cases) -> Iterator[Question]:
    """The questions that a finding of a lacking column is about."""
    for variable in cases.questionnaire.variables:
        if {variable.number, variable.question.id, variable.question.title} & {*lacking.questions}:
            yield variable.question


def _partly_there(coded: Coded) -> Iterator[Finding]:
    """Several-answer questions of which the file has some columns and not all, so that none of them can be read."""
    cases, origin = coded.cases, coded.cases.origin
    if any(one.code in _GUESSED for one in coded.findings):
        return
    told = {name for one in coded.findings for name in one.questions}
    for question in cases.questionnaire.questions:
        flags = [variable for variable in variables_of(question) if variable.kind == "flag"]
        lacking = [variable.number for variable in flags if not cases.has(variable.name)]
        if origin and 0 < len(lacking) < len(flags) and not told & {*lacking}:
            place, values = Place(file=origin.file, sheet=origin.sheet), {"number": listing(lacking)}
            yield finding("manglende-kolonne", place=place, questions=lacking, values=values)


# --- writing ----------------------------------------------------------------------------------------------------------


def finishing(desk: Desk, planned: Import) -> list[Planned]:
    """The cases of a file that can be declared finished: nothing is missing or wrong, and nothing is in conflict."""
    return [one for one in planned.planned if one.complete and one.state.finished != desk.book.under.codes]


def carry_out(desk: Desk, planned: Import, by: By, *, finish: bool = False) -> None:
    """Write all of a plan; with `finish`, the cases that can be are declared finished as well.

    Raises DataFault where something is wrong in the plan, UsageFault
    where another has changed one of the cases since it was made: then nothing is written.
    """
    if planned.wrong:
        raise DataFault("Der er fejl i filen, så intet er skrevet.")
    book, finished = desk.book, {one.state.case for one in finishing(desk, planned)} if finish else set()
    with _uncollected(), book.store.writing(book.under, book.codes) as pen:
        _refuse_stale(pen, planned)
        for one in planned.planned:
            state = book.append(pen, one.state, one.settled, one.edit, by) if one.touched else one.state
            if one.state.case in finished:
                pen.append(state, "finished", by, Content())


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


def _refuse_stale(pen: Pen, planned: Import) -> None:
    if pen.seal() == planned.seal:
        return
    now = {same(state.case): state.revision for state in pen.states()}
    for one in planned.planned:
        if now.get(same(one.state.case), 0) != one.state.revision:
            raise UsageFault(
                f"Sag {one.state.case} er ændret imens, så intet er skrevet.",
                remedy="Prøv igen, og se ændringerne igennem en gang til.",
            )
