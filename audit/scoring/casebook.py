"""A study's cases while they are scored: each answer saved with what follows from it, finished, locked, reopened.

The terminal and the import of files both save through this, so that the same rules hold.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audit.base import cpr
from audit.base.danish import listing, same
from audit.base.errors import AuditError, FileFault, UsageFault
from audit.cases import checks
from audit.cases.columns import Cases
from audit.cases.findings import Finding
from audit.cases.routing import Routing
from audit.questionnaire.model import Questionnaire
from audit.scoring import answersets, codebook
from audit.scoring.answersets import AnswerTexts
from audit.scoring.codebook import Codes
from audit.scoring.consequences import Outcome, settle
from audit.scoring.database import COPY, LogReader, LogWriter, Store
from audit.scoring.ledger import FINISHED, RENAMED, REOPENED, SAVED, By, Content, Revision, SchemaStamp, State


class LockedFault(AuditError):
    """A finished case, which cannot be changed before it is reopened."""


class ChangedFault(AuditError):
    """A case that others have changed, so that more would be saved, or finished, than the one who does it has seen."""


class UnfinishedFault(AuditError):
    """A case that cannot be finished: something is missing or contradicts the form."""

    exit_code = 1


@dataclass(frozen=True)
class SaveResult:
    """A case after a save: what it became, and what others have saved since the saver last saw it."""

    state: State
    outcome: Outcome
    others: tuple[Revision, ...] = ()


@dataclass(frozen=True)
class Edit:
    """What a save is to do to a case: the new texts by column ("" to clear), and what else its revision holds.

    `accepted` are the columns that the saver agreed may be dropped; None where nobody was asked.
    """

    changes: AnswerTexts
    vouched: tuple[str, ...] = ()
    file_texts: Mapping[str, str] | None = None
    accepted: frozenset[str] | None = None


def states_to_cases(questionnaire: Questionnaire, states: Sequence[State]) -> Cases:
    """The states as columns, one row per case, with what is vouched for."""
    try:
        cases = answersets.to_cases(questionnaire, [state.answers for state in states])
    except (KeyError, ValueError) as error:
        raise FileFault("Databasen har svar, som måleskemaet ikke kender.", remedy="Se audit verify.") from error
    names = {name for state in states for name in state.vouched}
    vouched = {name: np.array([name in state.vouched for state in states], dtype=np.bool_) for name in names}
    return replace(cases, vouched=vouched)


class Casebook:
    """The cases of one study under one questionnaire. Every method raises FileFault where the database refuses."""

    def __init__(self, questionnaire: Questionnaire, store: Store, units: Sequence[str] = ()) -> None:
        self.questionnaire = questionnaire
        #: The units that the study names; none where it takes all of the questionnaire.
        self.units = tuple(units)
        self.store = store
        self.codes: Codes = codebook.codes(questionnaire)
        self.under = SchemaStamp(questionnaire.id, questionnaire.version, codebook.digest(self.codes))

    # --- reading

    def states(self) -> list[State]:
        """Every case in the order in which they were created."""
        with self.store.reading() as reader:
            return reader.states()

    def state(self, case: str) -> State | None:
        """The case with this number, upper or lower case; None where there is none."""
        with self.store.reading() as reader:
            return reader.state(case)

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that name a case."""
        return tuple(self.questionnaire.by_id[name].column for name in self.questionnaire.key)

    def key(self, answers: AnswerTexts) -> str:
        """The number of a case with these identifications."""
        return answersets.to_cases(self.questionnaire, [answers]).keys[0]

    def findings(self, state: State) -> tuple[Finding, ...]:
        """What is wrong or missing in a single case."""
        return self.verdict([state])[1]

    def is_begun(self, state: State) -> bool:
        """Whether anything but identifications has been answered."""
        return any(not self.questionnaire.by_column[name].question.identification for name in state.answers)

    def open_columns(self, state: State) -> frozenset[str]:
        """The columns that may be changed: all; of a finished case those of a supplement added since, while blank."""
        with self.store.reading() as reader:
            return self._open(reader, state)

    def _open(self, reader: LogReader, state: State) -> frozenset[str]:
        if not state.finished:
            return frozenset(self.codes)
        return self.added_since(reader, state.finished) - state.answers.keys()

    def added_since(self, reader: LogReader, finished: str) -> frozenset[str]:
        """The columns of supplements that have been added since cases were finished under codes with this hash."""
        old = self.codes if finished == self.under.codes else reader.codes(finished) or self.codes
        return frozenset(name for name in self.codes if name not in old and self.codes[name]["supplement"])

    def foresee(self, state: State, changes: AnswerTexts) -> Outcome:
        """What a case would become, with the columns that would be dropped or lapse; nothing is saved."""
        (outcome,) = settle(
            self.questionnaire, [state.answers], [_with_changes(state, changes)], _stated_columns(changes)
        )
        return outcome

    # --- saving

    def save(self, case: str, edit: Edit, by: By, *, seen: int) -> SaveResult:
        """Save changed answers of a case, as they follow from what it is now.

        `seen` is the last revision of the case that the saver knew. Raises LockedFault, UsageFault for an unknown case,
        ChangedFault where more would be dropped than was accepted, or a changed question is not asked any more.
        """
        with self.store.writing(self.under, self.codes) as pen:
            state = _known(pen, case)
            outcome = self.foresee(state, edit.changes)
            self._refuse_locked(pen, state, outcome.answers)
            if edit.accepted is not None:
                self._refuse_changed(state, outcome, edit)
            if any(outcome.answers.get(name) != state.answers.get(name) for name in self.key_columns):
                remedy = f"Giv den et andet med audit rename {shlex.quote(state.case)} NYT --reason TEKST."
                raise UsageFault(f"Sag {state.case} kan ikke få et andet nummer på den måde.", remedy=remedy)
            others = tuple(pen.revisions(state.case, since=seen)) if seen < state.revision else ()
            return SaveResult(self.append(pen, state, outcome, edit, by), outcome, others)

    def append(self, pen: LogWriter, state: State, outcome: Outcome, edit: Edit, by: By) -> State:
        """Append what a case becomes, if that differs from what it is."""
        old, new = state.answers, outcome.answers
        names = sorted({name for name, _ in old.items() ^ new.items()}) if old else new
        changes = {name: (old.get(name, ""), new.get(name, "")) for name in names}
        vouched = tuple(name for name in edit.vouched if name not in state.vouched or name in changes)
        if not changes and not vouched and state.revision:
            return state
        return pen.append(state, SAVED, by, Content(changes, vouched=vouched, file_texts=edit.file_texts or {}))

    def create(self, answers: AnswerTexts, by: By) -> State:
        """Create a case from its identifications. Raises UsageFault where there is one with that number."""
        filled = {name: text for name, text in answers.items() if text}
        case = self.key(filled)
        with self.store.writing(self.under, self.codes) as pen:
            return pen.append(State(case), SAVED, by, Content({name: ("", text) for name, text in filled.items()}))

    def finish(self, case: str, by: By, *, seen: int) -> State:
        """Declare a case finished, which locks it.

        Raises UnfinishedFault with all that is missing or wrong, LockedFault where it is finished, ChangedFault where
        another has changed it since the saver saw it.
        """
        with self.store.writing(self.under, self.codes) as pen:
            state = _known(pen, case)
            if state.finished and not self._open(pen, state):
                raise LockedFault(f"Sag {state.case} er allerede meldt færdig.")
            if seen < state.revision:
                message = f"Sag {state.case} er ændret af {state.reviewer} imens, så den er ikke meldt færdig."
                raise ChangedFault(message, remedy="Se den igennem, og meld den færdig igen.")
            self._refuse_unfinished(state)
            return pen.append(state, FINISHED, by, Content())

    def reopen(self, case: str, by: By, reason: str) -> State:
        """Reopen a finished case, with a reason. Raises UsageFault without a reason, or where it is not finished."""
        with self.store.writing(self.under, self.codes) as pen:
            state = _known(pen, case)
            if not state.finished:
                raise UsageFault(f"Sag {state.case} er ikke meldt færdig.")
            return pen.append(state, REOPENED, by, Content(note=_checked_reason(reason)))

    def renumber(self, case: str, answers: AnswerTexts, by: By, reason: str) -> State:
        """Give a case another number, that of these identifications; a finished one stays finished.

        Raises UsageFault where the number is taken or the same, or without a reason.
        """
        with self.store.writing(self.under, self.codes) as pen:
            state = _known(pen, case)
            renamed = {**state.answers, **answers}
            number = self.key(renamed)
            if number == state.case:
                raise UsageFault(f"Sag {state.case} hedder det allerede.")
            changes = {
                name: (state.answers.get(name, ""), renamed[name])
                for name in self.key_columns
                if renamed[name] != state.answers.get(name, "")
            }
            content = Content(changes, note=_checked_reason(reason))
            return pen.append(state, RENAMED, by, content, target=number)

    def erase(self, case: str, by: By, reason: str) -> None:
        """Delete a case for good; that it existed, and why it is gone, stays in the log."""
        with self.store.writing(self.under, self.codes) as pen:
            pen.erase(_known(pen, case), by, _checked_reason(reason))

    def _refuse_changed(self, state: State, outcome: Outcome, edit: Edit) -> None:
        """What another has changed since the saver was asked must not drop more, nor make the question unasked."""
        routing = Routing(answersets.to_cases(self.questionnaire, [outcome.answers]))
        variables = [self.questionnaire.by_column[name] for name, text in edit.changes.items() if text]
        unasked = any(
            variable.role != "reason" and routing.asked(variable.question.id).false[0] for variable in variables
        )
        if unasked or not {*outcome.dropped} <= (edit.accepted or frozenset()):
            raise ChangedFault(f"Sag {state.case} er ændret af {state.reviewer} imens, så svaret er ikke gemt.")

    def _refuse_locked(self, pen: LogWriter, state: State, answers: AnswerTexts) -> None:
        if state.finished and locked_columns(state, answers, self.added_since(pen, state.finished)):
            message = f"Sag {state.case} er meldt færdig og kan ikke ændres."
            raise LockedFault(message, remedy=f"Åbn den igen med en begrundelse: audit score {shlex.quote(state.case)}")

    def _refuse_unfinished(self, state: State) -> None:
        case = states_to_cases(self.questionnaire, [state])
        findings = [finding for finding in self.findings(state) if finding.severity != "note"]
        if findings:
            lines = "\n".join(f"  {message}" for message in case.messages(findings))
            raise UnfinishedFault(f"Sag {state.case} kan ikke meldes færdig:\n{lines}")

    def verdict(self, states: Sequence[State]) -> tuple[Cases, tuple[Finding, ...]]:
        """Cases together, as columns, and what is wrong or missing in them."""
        columns = states_to_cases(self.questionnaire, states)
        return columns, (*checks.check(columns), *checks.check_units(columns, self.units))


def locked_columns(state: State, answers: AnswerTexts, added: Collection[str]) -> list[str]:
    """The columns of a finished case that would change and may not: all but those `added` since, while blank."""
    changed = (name for name in {**state.answers, **answers} if state.answers.get(name) != answers.get(name))
    return [name for name in changed if name not in added or name in state.answers]


def _with_changes(state: State, changes: AnswerTexts) -> dict[str, str]:
    return {name: text for name, text in {**state.answers, **changes}.items() if text}


def _stated_columns(changes: AnswerTexts) -> frozenset[str]:
    return frozenset(name for name, text in changes.items() if text)


def _known(pen: LogWriter, case: str) -> State:
    state = pen.state(case)
    if state is None:
        raise UsageFault(f"Sag {case} findes ikke i undersøgelsen.")
    return state


def _checked_reason(reason: str) -> str:
    if not reason.strip():
        raise UsageFault("Der skal stå en begrundelse.")
    if cpr.contains(reason):
        raise UsageFault("Begrundelsen har et CPR-nummer. Skriv den uden.")
    return reason.strip()


def refuse_changed_codes(store: Store, questionnaire: Questionnaire, version_named: bool) -> tuple[str, ...]:
    """What has changed in the codes since cases were last saved, where it does no harm: the supplement's new columns.

    `version_told` is whether study.yaml names the questionnaire's version. Raises UsageFault where answers may have
    another meaning now.
    """
    codes = codebook.codes(questionnaire)
    with store.reading() as reader:
        last = reader.last_schema()
        if last is None or last.codes == codebook.digest(codes):
            return ()
        old = reader.codes(last.codes)
        if old is None:
            raise FileFault(f"{store.path} mangler de svarkoder, som sagerne er scoret efter.", remedy=COPY)
        difference = codebook.compare(old, codes)
        used = codebook.in_use(difference, [state.answers for state in reader.states()])
    if used or (difference.changed and not (version_named and same(last.version) != same(questionnaire.version))):
        raise UsageFault(_changed_codes_message(difference.changed), remedy=_changed_codes_remedy(used))
    return difference.added


def _changed_codes_message(changed: Sequence[str]) -> str:
    return f"Måleskemaets svarkoder er ændret, efter at der er scoret sager: {listing(changed)}."


def _changed_codes_remedy(used: bool) -> str:
    if used:
        return "Der er sager med de svar. Ret måleskemaet tilbage, eller begynd en ny undersøgelse med det nye skema."
    return (
        "Ret måleskemaet tilbage; eller er ændringen meningen, så giv det et nyt version-nummer, "
        "og skriv det i study.yaml under schema_version."
    )
