"""A reviewer sits down to score: which case, a new one made, a finished one reopened, and on to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from audit.base import cpr
from audit.base.danish import counted, did_you_mean, same
from audit.base.errors import UsageFault
from audit.cases.findings import finding
from audit.questionnaire.model import Question
from audit.scoring.casebook import Casebook, Edit
from audit.scoring.labels import long_time
from audit.scoring.ledger import By, State
from audit.study.session import ScoringSession
from audit.terminal import console, dialogue, steps
from audit.terminal.asking import LEAVE, option_lines, wrap
from audit.terminal.console import Console, Leave, Prompt, tell
from audit.terminal.steps import Step


def score_cases(
    session: ScoringSession, by: By, at: Console, case: str | None = None, again: str = "audit score"
) -> None:
    """Score one case, or without a number one after another: the one begun last, then those not begun.

    `again` is the command that goes on, to which the case is added.
    Raises UsageFault and FileFault as a save does, DataFault where a pipe gives what cannot be used.
    """
    try:
        if case is not None:
            found = _find_case(session.book, case) or _offer_new_case(session, by, at, case)
            if found is not None:
                _score_case(session, by, at, found, again)
            return
        while True:
            state = _next_case(session, by)
            if state is None:
                _tell_no_more_cases(session, at)
                return
            finished = _score_case(session, by, at, state, again)
            if (
                not finished
                or _next_case(session, by) is None
                or not console.ask_yes_no(at, "Vil du gå videre med den næste sag?")
            ):
                return
    except Leave as leave:
        unsaved = "Teksten er ikke gemt. " if leave.text else ""
        tell(at, f"Lukket. {unsaved}Alt, der er svaret, er gemt.", "")


# --- which case -------------------------------------------------------------------------------------------------------


def _find_case(book: Casebook, case: str) -> State | None:
    """The case of this number; the last part of it is enough where only one case has it."""
    state = book.state(case)
    if state is not None or len(book.questionnaire.key) == 1:
        return state
    found = [one for one in book.states() if same(one.case.rpartition("/")[2]) == same(case)]
    return found[0] if len(found) == 1 else None


def _next_case(session: ScoringSession, by: By) -> State | None:
    """The case a reviewer was last at; else one of theirs that is begun; else one not begun, theirs or nobody's."""
    with session.book.store.reading() as reader:
        states, marks = reader.states(), reader.bookmarks(by.reviewer)
    open_ = {state.case: state for state in states if not state.finished}
    last = next((open_[case] for case in marks if case in open_), None)
    return last or next(_open_cases(session.book, list(open_.values()), by), None)


def _open_cases(book: Casebook, states: list[State], by: By) -> Iterator[State]:
    """The open cases that a reviewer may take, in the order to take them."""
    field = _reviewer_field(book)
    own = _reviewer_code(book, by)
    begun: list[State] = []
    fresh: list[State] = []
    for state in states:
        (begun if book.begun(state) else fresh).append(state)
    if field is None:
        yield from (state for state in begun if same(state.reviewer) == same(by.reviewer))
        yield from fresh
        return
    yield from (state for state in begun if own and state.answers.get(field.column) == own)
    yield from (state for state in fresh if own and state.answers.get(field.column) == own)
    yield from (state for state in fresh if field.column not in state.answers)


def _reviewer_field(book: Casebook) -> Question | None:
    name = book.questionnaire.reviewer
    return book.questionnaire.by_id[name] if name else None


def _reviewer_code(book: Casebook, by: By) -> str:
    """What the field that says who scored holds for a reviewer; blank where the initials are none of its answers."""
    field = _reviewer_field(book)
    if field is None:
        return ""
    try:
        return steps.parse_answer(Step(field), by.reviewer)[field.column]
    except UsageFault:
        return ""


def _tell_no_more_cases(session: ScoringSession, at: Console) -> None:
    states = session.states()
    open_ = sum(not state.finished for state in states)
    if not states:
        tell(at, "Der er ingen sager endnu. Skriv audit score SAGSNR, eller hent dem ind med audit import FIL.", "")
    elif open_:
        tell(at, f"Der er ikke flere sager til dig. Andre mangler {counted(open_, 'sag', 'sager')}.", "")
    else:
        tell(at, f"Alle sager er meldt færdige ({counted(len(states), 'sag', 'sager')}).", "")


# --- one case ---------------------------------------------------------------------------------------------------------


def _score_case(session: ScoringSession, by: By, at: Console, state: State, again: str) -> bool:
    """Score a case; returns whether it was finished now."""
    only: frozenset[str] = frozenset()
    if state.finished:
        _tell_finished(session.book, at, state)
        only = _ask_new_columns(session.book, at, state)
        if not only:
            reopened = _reopen(session.book, by, at, state)
            if reopened is None:
                return False
            state = reopened
    else:
        state = _claim(session.book, by, at, state)
    with session.book.store.reading() as reader:
        start = reader.bookmarks(by.reviewer).get(state.case, "")
    known = next((step.called for step in steps.all_steps(session.questionnaire) if step.id == start), "")
    how = f"Du fortsætter ved {known}." if known else "Skriv svarets nummer, og tryk Enter. /? viser hjælp."
    at.say("", *wrap(f"Sag {state.case}. {how}", at.width))
    return dialogue.Dialogue(session.book, state, by, at, only, again).run(start)


def _ask_new_columns(book: Casebook, at: Console, state: State) -> frozenset[str]:
    """The columns of a finished case that may be answered, if the reviewer wants to. Raises Leave."""
    found = book.open_columns(state)
    if not found:
        return found
    tell(at, "Måleskemaet har siden fået nye felter, som kan besvares, uden at sagen åbnes.", "")
    return found if console.ask_yes_no(at, "Vil du svare på de nye felter nu?") else frozenset()


def _tell_finished(book: Casebook, at: Console, state: State) -> None:
    with book.store.reading() as reader:
        last = next(one for one in reversed(reader.revisions(state.case)) if one.act == "finished")
    tell(at, f"Sag {state.case} er meldt færdig af {last.by.reviewer} den {long_time(last.at)} og er låst.", "")


def _reopen(book: Casebook, by: By, at: Console, state: State) -> State | None:
    """Open a finished case again, if that is wanted and a reason is given."""
    if not console.ask_yes_no(at, "Skal den åbnes igen?"):
        return None
    asked = Prompt("Hvorfor skal den åbnes igen? (tom linje slutter)", (LEAVE,), several=True)
    while True:
        reason = at.ask(asked).strip()
        if not reason or reason == "/l":
            tell(at, "Sagen er ikke åbnet: Der skal stå en begrundelse.")
            return None
        if not cpr.contains(reason):
            return book.reopen(state.case, by, console.unescape(reason))
        at.refuse("Begrundelsen har et CPR-nummer. Skriv den uden.")
        asked = replace(asked, present=reason)


def _claim(book: Casebook, by: By, at: Console, state: State) -> State:
    """Put the reviewer's initials on a case that nobody has begun."""
    field, code = _reviewer_field(book), _reviewer_code(book, by)
    if field is None or not code or field.column in state.answers or book.begun(state):
        return state
    tell(at, f"{field.title}: {by.reviewer}")
    return book.save(state.case, Edit({field.column: code}), by, seen=state.revision).state


# --- a new case -------------------------------------------------------------------------------------------------------


def _offer_new_case(session: ScoringSession, by: By, at: Console, case: str) -> State | None:
    """A case that is made now; None where it is not wanted. Raises UsageFault where there is one."""
    try:
        return _create_case(session, by, at, case)
    except Leave:
        tell(at, f"Sag {case} er ikke oprettet.", "")
        return None


def _create_case(session: ScoringSession, by: By, at: Console, case: str) -> State:
    """Make a case of its identifications. Raises Leave where it is not wanted, UsageFault where there is one."""
    hint = did_you_mean(case, [state.case for state in session.states()])
    tell(at, f"Sag {case} findes ikke i undersøgelsen.{hint}", "")
    if not console.ask_yes_no(at, "Skal den oprettes?"):
        raise Leave
    given = _known_identifications(session, by, case)
    answers: dict[str, str] = {}
    for question in session.questionnaire.fields:
        if question.id in given:
            answers |= _parse_identification(session, question, given[question.id])
            tell(at, f"{question.title}: {steps.answer_text(Step(question), answers)}")
        else:
            answers |= _ask_identification(session, by, at, question)
    return session.book.create(answers, by)


def _known_identifications(session: ScoringSession, by: By, case: str) -> dict[str, str]:
    """The identifications that need not be asked for: the parts of the number, the reviewer, the only unit."""
    questionnaire = session.questionnaire
    parts = case.split("/")
    given = dict(zip(questionnaire.key, parts, strict=True)) if len(parts) == len(questionnaire.key) else {}
    if len(parts) == 1:
        given = {questionnaire.key[-1]: case}
    if len(session.units) == 1:
        given.setdefault(questionnaire.unit, session.units[0])
    if questionnaire.reviewer and _reviewer_code(session.book, by):
        given.setdefault(questionnaire.reviewer, by.reviewer)
    return given


def _parse_identification(session: ScoringSession, question: Question, typed: str) -> dict[str, str]:
    """An identification. Raises UsageFault for what it cannot be."""
    if cpr.contains(typed):
        raise UsageFault(finding("cpr-nummer").message.partition(". ")[0] + ".")
    changes = steps.parse_answer(Step(question), typed)
    shown = next((one.title for one in question.options if one.code == changes.get(question.column)), "")
    if question.id == session.questionnaire.unit and session.units and shown not in session.units:
        raise UsageFault(finding("anden-enhed", values={"shown": shown}).message)
    return changes


def _with_offered_options(session: ScoringSession, question: Question) -> Question:
    """An identification with the answers that are offered: of the unit only those of the study, where it names them."""
    if question.id != session.questionnaire.unit or not session.units:
        return question
    return replace(question, options=tuple(one for one in question.options if one.title in session.units))


def _ask_identification(session: ScoringSession, by: By, at: Console, question: Question) -> dict[str, str]:
    """Ask for an identification; what names the case must be there. Raises Leave."""
    at.say(*option_lines(_with_offered_options(session, question), at.width))
    if question.id == session.questionnaire.reviewer and question.id not in session.questionnaire.key:
        tell(at, f"{by.reviewer} er ikke blandt svarene. Feltet kan stå åbent så længe (Enter).")
    while True:
        typed = at.ask(Prompt(question.shown, (LEAVE,))).strip()
        if typed == "/l":
            raise Leave
        if not typed and question.id not in session.questionnaire.key:
            return {}
        try:
            if typed:
                return _parse_identification(session, question, console.unescape(typed))
            at.refuse(f"{question.title} skal være der, for det er en del af sagens nummer.")
        except UsageFault as fault:
            at.refuse(fault.message)
