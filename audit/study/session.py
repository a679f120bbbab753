"""A study with a database, open: its cases, who may score them, and the seal that is put in study.yaml at the end."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from audit.base import cpr, writing
from audit.base.danish import counted, did_you_mean, listing, same
from audit.base.errors import DefinitionFault, FileFault, Place, UsageFault
from audit.cases.findings import Finding, finding
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.scoring import casebook, database, ledger
from audit.scoring.casebook import Casebook
from audit.scoring.database import Clock, Store, now, verify
from audit.scoring.ledger import By, Seal, State
from audit.study import studyfile
from audit.study.studyfile import StudyDescription


class ScoringSession:
    """Where a study is scored. As a context it puts the new seal in study.yaml when anything has been saved."""

    def __init__(
        self, description: StudyDescription, questionnaire: Questionnaire, path: Path, clock: Clock = now
    ) -> None:
        self.folder = description.folder
        self.description = description
        self.questionnaire = questionnaire
        self.book = Casebook(questionnaire, Store(path, clock), description.units)
        self.added_columns = casebook.refuse_changed_codes(
            self.book.store, questionnaire, bool(description.definition.schema_version)
        )
        self._seal = self.seal()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            seal = self.seal()
            if seal != self._seal:
                studyfile.write_seal(self.folder, seal)
        except FileFault as fault:
            if error is None:
                remedy = f"Svarene er gemt, men loggens hoved er ikke skrevet i {studyfile.FILE}. {fault.remedy}"
                raise FileFault(fault.message, place=fault.place, remedy=remedy) from fault

    def seal(self) -> Seal:
        """The present length of the log, and its head."""
        with self.book.store.reading() as reader:
            return reader.seal()

    def states(self) -> list[State]:
        """Every case in the order in which they were created."""
        return self.book.states()

    @property
    def units(self) -> tuple[str, ...]:
        """The units of the study by name, in its order; empty where it names none."""
        return self.description.units

    def by(self, reviewer: str | None, origin: str = "terminal", file_hash: str = "") -> By:
        """Who saves. Without a name it is the only reviewer of the study. Raises UsageFault for any other."""
        reviewers = self.description.definition.reviewers
        if reviewer is None or not reviewer.strip():
            if len(reviewers) == 1:
                return By(reviewers[0], origin, file_hash)
            remedy = f"Tilføj --reviewer ({', '.join(reviewers) or 'dine initialer'}), eller sæt AUDIT_REVIEWER."
            raise UsageFault("Hvem er sagsmåler?", remedy=remedy)
        name = next((other for other in reviewers if same(other) == same(reviewer)), None)
        if name is None and cpr.contains(reviewer):
            raise UsageFault("Sagsmålerens initialer ligner et CPR-nummer.", remedy="Brug initialer.")
        if reviewers and name is None:
            hint = did_you_mean(reviewer, reviewers) or f" De er: {listing(reviewers)}."
            raise UsageFault(f'"{reviewer}" står ikke under reviewers i {studyfile.FILE}.{hint}')
        return By(name or reviewer.strip(), origin, file_hash)

    def notes(self, states: Sequence[State]) -> tuple[Finding, ...]:
        """What a reader must know about a study with these cases, besides their answers."""
        notes = []
        open_ = sum(not state.finished for state in states)
        if open_:
            values = {"shown": counted(open_, "sag er ikke meldt færdig", "sager er ikke meldt færdige")}
            notes.append(finding("ikke-faerdige", place=Place(file=self.description.definition.data), values=values))
        if self.added_columns:
            values = {"shown": listing(self.added_columns)}
            notes.append(finding("nye-felter", place=Place(file=self.description.definition.schema_), values=values))
        return tuple(notes)

    def verify(self) -> tuple[Seal, tuple[str, ...]]:
        """The head of the log, and what shows that anything was changed behind the program's back."""
        seal, troubles = verify(self.book.store, self.description.seal)
        return seal, tuple(troubles)


def open_session(folder: Path, clock: Clock = now) -> ScoringSession:
    """The study in a folder, to score in. Raises UsageFault where it has no database, DefinitionFault, FileFault."""
    if not (folder / studyfile.FILE).is_file():
        raise UsageFault(
            f"{folder.resolve()} er ikke en undersøgelse: der er ingen {studyfile.FILE}.",
            remedy="Stå i undersøgelsens mappe, skriv --study MAPPE, eller begynd en med audit new.",
        )
    description = studyfile.load(folder)
    if not isinstance(description, StudyDescription):
        raise DefinitionFault(description.faults)
    if description.questionnaire is None or description.source.faults:
        raise DefinitionFault(description.source.faults)
    if description.database is None:
        raise UsageFault(
            f"Undersøgelsens sager ligger i {description.definition.data} og bliver ikke scoret her.",
            remedy="Begynd en undersøgelse med audit new, og hent filen ind med audit import.",
        )
    return ScoringSession(description, description.questionnaire, description.database, clock)


def _unit_name(questionnaire: Questionnaire, name: str) -> str:
    option = questionnaire.unit_question.option(name)
    if option is None:
        unit_names = [option.shown for option in questionnaire.unit_question.options]
        raise UsageFault(f'"{name}" er ikke blandt måleskemaets enheder.{did_you_mean(name, unit_names)}')
    return option.shown


def begin_study(folder: Path, schema_name: str, *, title: str = "", units: tuple[str, ...] = ()) -> Path:
    """Begin a study in a folder, which is returned. Raises UsageFault for an unknown schema or unit, FileFault."""
    path = schemas.find(schema_name)
    questionnaire = schemas.load(path)
    names = [_unit_name(questionnaire, name) for name in units]
    if cpr.contains(title):
        raise UsageFault("Titlen har et CPR-nummer.")
    studyfile.make_study_folder(folder)
    if schema_name not in schemas.available():  # the study keeps its own copy, so that it can be moved
        schema_name = path.name
        if not (folder / path.name).exists():
            shutil.copyfile(path, folder / path.name)
        elif (folder / path.name).read_bytes() != path.read_bytes():
            raise FileFault(f"{folder / path.name} findes allerede og er et andet måleskema.", remedy="Flyt det.")
    database.create(folder / studyfile.DATABASE)
    text = studyfile.new_study_text(folder, questionnaire, schema_name, title=title, units=names)
    with writing.replacing(folder / studyfile.FILE, overwrite=False, private=True) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    studyfile.write_seal(folder, ledger.Seal())
    return folder
