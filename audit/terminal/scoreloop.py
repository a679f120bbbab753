"""A reviewer scores case after case: which one is next, a new one created, a finished one reopened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from audit.base import cpr
from audit.base.danish import counted, did_you_mean, same
from audit.base.errors import UsageFault
from audit.questionnaire.model import Question
from audit.scoring.casebook import Casebook, Edit
from audit.scoring.labels import long_time
from audit.scoring.ledger import By, State
from audit.study.session import ScoringSession
from audit.terminal import dialogue, steps
from audit.terminal.asking import LEAVE, option_lines, wrap
from audit.terminal.console import Console, Leave, Prompt, ask_yes_no, tell, unescape
from audit.terminal.identification import parse_identification, split_number
from audit.terminal.steps import Step


def score_cases(
    session: ScoringSession, by: By, console: Console, case: str | None = None, again: str = "audit score"
) -> None:
    """Score one case, or without a number one after another: the one begun last, then those not begun.

    `again` is the command to continue with, to which the case is added.
    Raises UsageFault and FileFault as a save does, DataFault where a pipe gives input that cannot be used.
    """
    try:
        if case is not None:
            state = _find_case(session.book, case) or _offer_new_case(session, by, console, case)
            if state is not None:
                _score_case(session, by, console, state, again)
            return
        while True:
            state = _next_case(session, by)
            if state is None:
                _tell_no_more_cases(session, console)
                return
            finished = _score_case(session, by, console, state, again)
            if (
                not finished
                or _next_case(session, by) is None
                or not ask_yes_no(console, "Vil du gå videre med den næste sag?")
            ):
                return
    except Leave as leave:
        unsaved = "Teksten er ikke gemt. " if leave.text else ""
        tell(console, f"Lukket. {unsaved}Alt, der er svaret, er gemt.", "")


# --- which case -------------------------------------------------------------------------------------------------------


def _find_case(book: Casebook, case: str) -> State | None:
    """The case with this number; the last part of it is enough where only one case has it."""
    state = book.state(case)
    if state is not None or len(book.questionnaire.key) == 1:
        return state
    last = book.key_columns[-1]
    matches = [state for state in book.states() if same(state.answers.get(last, "")) == same(case)]
    return matches[0] if len(matches) == 1 else None


def _next_case(session: ScoringSession, by: By) -> State | None:
    """The case a reviewer was last at; else one of theirs that is begun; else one not begun, theirs or nobody's."""
    with session.book.store.reading() as reader:
        states, bookmarks = reader.states(), reader.bookmarks(by.reviewer)
    open_ = {state.case: state for state in states if not state.finished}
    last = next((open_[case] for case in bookmarks if case in open_), None)
    return last or next(_open_cases(session.book, list(open_.values()), by), None)


def _open_cases(book: Casebook, states: list[State], by: By) -> Iterator[State]:
    """The open cases that a reviewer may take, in the order to take them."""
    field = _reviewer_field(book)
    own_code = _reviewer_code(book, by)
    begun: list[State] = []
    fresh: list[State] = []
    for state in states:
        (begun if book.is_begun(state) else fresh).append(state)
    if field is None:
        yield from (state for state in begun if same(state.reviewer) == same(by.reviewer))
        yield from fresh
        return
    yield from (state for state in begun if own_code and state.answers.get(field.column) == own_code)
    yield from (state for state in fresh if own_code and state.answers.get(field.column) == own_code)
    yield from (state for state in fresh if field.column not in state.answers)


def _reviewer_field(book: Casebook) -> Question | None:
    name = book.questionnaire.reviewer
    return book.questionnaire.by_id[name] if name else None


def _reviewer_code(book: Casebook, by: By) -> str:
    """The code of a reviewer in the field that says who scored; blank where the initials are not an option there."""
    field = _reviewer_field(book)
    if field is None:
        return ""
    try:
        return steps.parse_answer(Step(field), by.reviewer)[field.column]
    except UsageFault:
        return ""


def _tell_no_more_cases(session: ScoringSession, console: Console) -> None:
    states = session.states()
    open_ = sum(not state.finished for state in states)
    if not states:
        tell(
            console, "Der er ingen sager endnu. Skriv audit score SAGSNR, eller hent dem ind med audit import FIL.", ""
        )
    elif open_:
        tell(console, f"Der er ikke flere sager til dig. Andre mangler {counted(open_, 'sag', 'sager')}.", "")
    else:
        tell(console, f"Alle sager er meldt færdige ({counted(len(states), 'sag', 'sager')}).", "")


# --- one case ---------------------------------------------------------------------------------------------------------


def _score_case(session: ScoringSession, by: By, console: Console, state: State, again: str) -> bool:
    """Score a case; returns whether it was finished now."""
    only_columns: frozenset[str] = frozenset()
    if state.finished:
        _tell_finished(session.book, console, state)
        only_columns = _ask_new_columns(session.book, console, state)
        if not only_columns:
            reopened = _reopen(session.book, by, console, state)
            if reopened is None:
                return False
            state = reopened
    else:
        state = _claim(session.book, by, console, state)
    with session.book.store.reading() as reader:
        start = reader.bookmarks(by.reviewer).get(state.case, "")
    place = next((step.called for step in steps.all_steps(session.questionnaire) if step.id == start), "")
    hint = f"Du fortsætter ved {place}." if place else "Skriv svarets nummer, og tryk Enter. /? viser hjælp."
    console.say("", *wrap(f"Sag {state.case}. {hint}", console.width))
    return dialogue.Dialogue(session.book, state, by, console, only_columns, again).run(start)


def _ask_new_columns(book: Casebook, console: Console, state: State) -> frozenset[str]:
    """The new columns of a finished case, if there are any and the reviewer wants to answer them. Raises Leave."""
    columns = book.open_columns(state)
    if not columns:
        return columns
    tell(console, "Måleskemaet har siden fået nye felter, som kan besvares, uden at sagen åbnes.", "")
    return columns if ask_yes_no(console, "Vil du svare på de nye felter nu?") else frozenset()


def _tell_finished(book: Casebook, console: Console, state: State) -> None:
    with book.store.reading() as reader:
        revision = next(revision for revision in reversed(reader.revisions(state.case)) if revision.act == "finished")
    tell(
        console,
        f"Sag {state.case} er meldt færdig af {revision.by.reviewer} den {long_time(revision.at)} og er låst.",
        "",
    )


def _reopen(book: Casebook, by: By, console: Console, state: State) -> State | None:
    """Reopen a finished case if the reviewer wants to and gives a reason; None where it stays closed."""
    if not ask_yes_no(console, "Skal den åbnes igen?"):
        return None
    prompt = Prompt("Hvorfor skal den åbnes igen? (tom linje slutter)", (LEAVE,), multiline=True)
    while True:
        reason = console.ask(prompt).strip()
        if not reason or reason == "/l":
            tell(console, "Sagen er ikke åbnet: Der skal stå en begrundelse.")
            return None
        if not cpr.contains(reason):
            return book.reopen(state.case, by, unescape(reason))
        console.refuse("Begrundelsen har et CPR-nummer. Skriv den uden.")
        prompt = replace(prompt, initial=reason)


def _claim(book: Casebook, by: By, console: Console, state: State) -> State:
    """Put the reviewer's initials on a case that nobody has begun."""
    field, code = _reviewer_field(book), _reviewer_code(book, by)
    if field is None or not code or field.column in state.answers or book.is_begun(state):
        return state
    tell(console, f"{field.title}: {by.reviewer}")
    return book.save(state.case, Edit({field.column: code}), by, seen=state.revision).state


# --- a new case -------------------------------------------------------------------------------------------------------


def _offer_new_case(session: ScoringSession, by: By, console: Console, case: str) -> State | None:
    """A case created now; None where the reviewer declines. Raises UsageFault where it exists."""
    try:
        return _create_case(session, by, console, case)
    except Leave:
        tell(console, f"Sag {case} er ikke oprettet.", "")
        return None


def _create_case(session: ScoringSession, by: By, console: Console, case: str) -> State:
    """Create a case from its identifications. Raises Leave where the reviewer declines, UsageFault where it exists."""
    hint = did_you_mean(case, [state.case for state in session.states()])
    tell(console, f"Sag {case} findes ikke i undersøgelsen.{hint}", "")
    if not ask_yes_no(console, "Skal den oprettes?"):
        raise Leave
    known = _known_identifications(session, by, case)
    answers: dict[str, str] = {}
    for question in session.questionnaire.fields:
        if question.id in known:
            answers |= parse_identification(session, question, known[question.id])
            tell(console, f"{question.title}: {steps.answer_text(Step(question), answers)}")
        else:
            answers |= _ask_identification(session, by, console, question)
    return session.book.create(answers, by)


def _known_identifications(session: ScoringSession, by: By, case: str) -> dict[str, str]:
    """The identifications that need not be asked for: parts of the number, the reviewer, the only unit."""
    questionnaire = session.questionnaire
    identifications = split_number(session, case)
    if len(session.units) == 1:
        identifications.setdefault(questionnaire.unit, session.units[0])
    if questionnaire.reviewer and _reviewer_code(session.book, by):
        identifications.setdefault(questionnaire.reviewer, by.reviewer)
    return identifications


def _with_offered_options(session: ScoringSession, question: Question) -> Question:
    """An identification with the options to offer: of the unit only those of the study, where it names any."""
    if question.id != session.questionnaire.unit or not session.units:
        return question
    return replace(question, options=tuple(option for option in question.options if option.title in session.units))


def _ask_identification(session: ScoringSession, by: By, console: Console, question: Question) -> dict[str, str]:
    """Ask for an identification, which must be answered where it is part of the case number. Raises Leave."""
    console.say(*option_lines(_with_offered_options(session, question), console.width))
    if question.id == session.questionnaire.reviewer and question.id not in session.questionnaire.key:
        tell(console, f"{by.reviewer} er ikke blandt svarene. Feltet kan stå åbent så længe (Enter).")
    while True:
        typed = console.ask(Prompt(question.shown, (LEAVE,))).strip()
        if typed == "/l":
            raise Leave
        if not typed and question.id not in session.questionnaire.key:
            return {}
        try:
            if typed:
                return parse_identification(session, question, unescape(typed))
            console.refuse(f"{question.title} skal være der, for det er en del af sagens nummer.")
        except UsageFault as fault:
            console.refuse(fault.message)
