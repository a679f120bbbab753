"""One case scored by question and answer. It has no input or output of its own: a `Console` is given to it.

Whatever ends the dialogue, all answers are saved, and it goes on at the same question next time.
"""

from __future__ import annotations

import shlex
from contextlib import suppress

from audit.base.errors import FileFault, UsageFault
from audit.cases.routing import Routing
from audit.scoring import answersets
from audit.scoring.casebook import Casebook
from audit.scoring.ledger import By, State
from audit.terminal import asking, console, overview, steps
from audit.terminal.asking import Command
from audit.terminal.console import Console, Leave, Prompt, tell
from audit.terminal.opencase import OpenCase
from audit.terminal.steps import Step

#: What can be done at the overview besides what it asks for.
_MOVES = (asking.BACK, asking.GO, asking.OVERVIEW, asking.LEAVE)


class _Jump(Exception):
    """Go somewhere else: to a step, or to the overview (None)."""

    def __init__(self, to: Step | None) -> None:
        super().__init__()
        self.to = to


class Dialogue:
    """One case at one console. With `only_columns`, it is about these columns of a finished case."""

    def __init__(
        self,
        book: Casebook,
        state: State,
        by: By,
        console: Console,
        only_columns: frozenset[str] = frozenset(),
        again: str = "audit score",
    ) -> None:
        self.book, self.by, self.console = book, by, console
        self.questionnaire = book.questionnaire
        self.case = OpenCase(book, state, by, console)
        self.steps = tuple(step for step in steps.all_steps(book.questionnaire) if _concerns(step, only_columns))
        self._positions = {step.id: number for number, step in enumerate(self.steps)}
        self._only_columns, self._again = only_columns, again
        self._draft = ""  # a text that was typed and not saved
        self._here: Step | None = None
        self._step_shown = False  # whether any step has been shown
        self._back: Step | None = None  # where the overview was asked for
        self._from_overview = False  # whether the step was chosen from the overview
        self._section = self._question = ""

    def run(self, start: str = "") -> bool:
        """Ask from a step on (its id; else from the first that is open) until the case is finished, or is left.

        Returns whether it was finished. Raises UsageFault where another has erased it.
        """
        start_step = next((step for step in self._asked_steps() if step.id == start), None)
        self._here = start_step or self._first_open()
        try:
            while not self._run_once():
                pass
        except Leave as leave:
            self._say_goodbye(leave.text)
            return False
        return True

    def _run_once(self) -> bool:
        """A step, or the overview; returns whether the case is finished."""
        try:
            if self._here is None:
                return self._run_overview()
            self._ask_step(self._here)
        except _Jump as jump:
            self._here = jump.to
        return False

    def _say_goodbye(self, unsaved: str) -> None:
        """Tell what is saved, and how to continue; not the latter of a case that another has finished."""
        case, place = self.case.state.case, f" Næste gang begynder du ved {self._here.called}." if self._here else ""
        saved = "Alle andre svar" if unsaved else "Alle svar"
        with suppress(OSError):  # the terminal may be gone
            self.console.say("")
            if unsaved:
                tell(self.console, "Teksten er ikke gemt.", "")
            if self._only_columns or not self.case.state.finished:
                tell(self.console, f"{saved} i sag {case} er gemt.{place}", "")
                dashed = "-- " if case.startswith("-") else ""
                self.console.say(f"Fortsæt med: {self._again} {dashed}{shlex.quote(case)}")  # whole, to be copied

    # --- the place in the form

    def _asked_steps(self) -> list[Step]:
        """The steps that are asked, and those with an answer for which it is unknown whether they are asked."""
        answers = self.case.state.answers
        routing = Routing(answersets.to_cases(self.questionnaire, [answers]))
        truths = [(step, routing.asked(step.question.id)) for step in self.steps]
        return [step for step, truth in truths if truth.true[0] or (step.answered(answers) and not truth.false[0])]

    def _first_open(self) -> Step | None:
        return next((step for step in self._asked_steps() if not step.answered(self.case.state.answers)), None)

    def _next_step(self, step: Step) -> Step | None:
        position = self._positions[step.id]
        return next((other for other in self._asked_steps() if self._positions[other.id] > position), None)

    def _previous_step(self, step: Step) -> Step | None:
        position = self._positions[step.id]
        return next((other for other in reversed(self._asked_steps()) if self._positions[other.id] < position), None)

    # --- a step

    def _ask_step(self, step: Step) -> None:
        """Ask until the step is answered or skipped; then comes the next, or the overview that it was chosen from."""
        with suppress(FileFault):  # nobody's answers depend on a bookmark, and a save will report the fault
            self.book.store.bookmark(self.by.reviewer, self.case.state.case, step.id)
        self._show_step(step)
        self._step_shown, self._draft = True, ""
        while True:
            typed = self._ask_answer(step)
            if typed == "":
                break
            if typed is None:
                continue
            state, findings = self.case.state, self.case.findings()
            if self._answer(step, typed):
                self.case.follow_up(step, findings)
                break
            if self.case.state is not state:  # others have changed it
                if self.case.is_unasked(step.question):
                    tell(self.console, f"{step.called} stilles ikke længere.")
                    break
                self._show_step(step)
        self._here = None if self._from_overview else self._next_step(step)
        self._from_overview, self._back = False, None

    def _answer(self, step: Step, typed: str) -> bool:
        """Read and save what was typed; returns whether that succeeded."""
        try:
            changes = steps.parse_answer(step, typed)
        except UsageFault as fault:
            self.console.refuse(fault.message)
            return False
        text = typed if step.answer_columns[0].kind == "text" else ""
        try:
            saved = self.case.save(changes)
        except Leave as leave:
            raise self.case.save_on_leave(step.answer_columns[0], console.escape(text)) from leave
        if saved:
            tell(self.console, f"Gemt: {steps.answer_text(step, self.case.state.answers)}")
        self._draft = console.escape(text)
        return saved

    def _show_step(self, step: Step) -> None:
        """A new section with its title, a new question with its text, a row of a grid by itself."""
        say, width, answers = self.console.say, self.console.width, self.case.state.answers
        section = self._section_of(step)
        if section != self._section:
            steps_asked = self._asked_steps()
            answered = sum(other.answered(answers) for other in steps_asked)
            say(*asking.title_lines(section, width))
            tell(self.console, f"Sag {self.case.state.case}: {answered} af {len(steps_asked)} besvaret", "")
        further = step.row is not None and step.question.id == self._question
        if not further:
            say(*asking.question_lines(step, width))
        if not further and step.row is not None:
            say(*asking.law_lines(self.questionnaire, step.question.basis, answers, width))
        say(*asking.row_lines(step, width))
        basis = step.row.basis if step.row else step.question.basis
        say(*asking.law_lines(self.questionnaire, basis, answers, width))
        say(*asking.present_lines(step, answers, width))
        self._section, self._question = section, step.question.id

    def _section_of(self, step: Step) -> str:
        sections = self.questionnaire.sections
        title = next((section.title for section in sections if step.question in section.questions), "")
        return title or self.questionnaire.identification_title or "Identifikation"

    # --- what is typed

    def _ask_answer(self, step: Step) -> str | None:
        """The answer that is typed, blank to keep the present one; None after a command or a refusal."""
        multiline = step.answer_columns[0].kind == "text"
        present = console.escape(self.case.state.answers.get(step.answer_columns[0].name, "")) if multiline else ""
        keys = self._available_commands(step)
        try:
            typed = self.console.ask(
                Prompt(asking.answer_prompt(step), keys, multiline, self._draft or present)
            ).strip()
        except Leave as leave:
            raise self.case.save_on_leave(step.answer_columns[0], leave.text or self._draft) from leave
        if multiline and typed == present:
            return ""
        try:
            command = console.parse_command(typed)
        except UsageFault as fault:
            self.console.refuse(fault.message)
            return None
        if command is None:
            return console.unescape(typed)
        if command[0] in keys:
            self._run_command(step, *command)
        else:
            self.console.refuse(f"/{command[0].letter} ({command[0].title}) kan ikke bruges her.")
        return None

    def _available_commands(self, step: Step) -> tuple[Command, ...]:
        """The commands that make sense at a step."""
        available = {
            asking.REMARK: bool(step.remark_columns),
            asking.EXAMPLE: self.questionnaire.example is not None and not self.case.state.finished,
            asking.CLEAR: step.answered(self.case.state.answers) or bool(self._draft),
            asking.AGAIN: False,
        }
        return tuple(command for command in asking.COMMANDS if available.get(command, True))

    def _run_command(self, step: Step, command: Command, rest: str) -> None:
        """Run a command. Raises _Jump and Leave."""
        match command.letter:
            case asking.LEAVE.letter:
                raise self.case.save_on_leave(step.answer_columns[0], self._draft)
            case asking.OVERVIEW.letter:
                self._back = step
                raise _Jump(None)
            case asking.BACK.letter:
                self._go_back(step)
            case asking.GO.letter:
                self._go_to(rest)
            case asking.REMARK.letter:
                for column in step.remark_columns:
                    self.case.ask_text(column)
            case asking.EXAMPLE.letter:
                self._mark_example()
            case asking.CLEAR.letter:
                self._clear(step)
            case _:
                width, answers, commands = self.console.width, self.case.state.answers, self._available_commands(step)
                self.console.say(*asking.help_lines(self.questionnaire, step, commands, answers, width))

    def _go_back(self, step: Step) -> None:
        previous = self._previous_step(step)
        if previous is not None:
            raise _Jump(previous)
        self.console.refuse("Det er det første spørgsmål.")

    def _go_to(self, text: str) -> None:
        """Go to a question by its number, else to the first that is open. Raises _Jump."""
        text = text or self.console.ask(Prompt("Gå til nummer (tom linje: det første, der er åbent)")).strip()
        if not text:
            raise _Jump(self._first_open())
        try:
            step = steps.find_step(self.steps, text)
        except UsageFault as fault:
            self.console.refuse(fault.message)
            return
        if step in self._asked_steps():
            self._from_overview = False
            raise _Jump(step)
        self.console.refuse(f"{step.called} stilles ikke, som sagen er besvaret nu.")

    def _clear(self, step: Step) -> None:
        if self.case.save({column.name: "" for column in step.answer_columns}):
            self._draft = ""
            tell(self.console, "Svaret er ryddet.")

    def _mark_example(self) -> None:
        question = self.questionnaire.by_id[self.questionnaire.example or ""]
        marked = self.case.state.answers.get(question.column) == question.options[0].code
        if self.case.save({question.column: "" if marked else question.options[0].code}):
            tell(self.console, f"Sagen er {'ikke længere ' if marked else ''}mærket som egnet til eksempel.")

    # --- the overview

    def _run_overview(self) -> bool:
        """List what is missing or wrong, or ask whether the case is finished. Returns whether it is."""
        back, self._here, self._back = self._back, self._back, None
        # beyond `only_columns` all is locked, and was in order when the case was finished
        findings = () if self._only_columns else self.case.findings()
        points = overview.points(self.questionnaire, self.steps, findings)
        self._section = self._question = ""
        if points:
            self._choose_point(points, back)
            return False
        self.console.say("", "Der mangler ikke noget.")
        if self._confirm_finish(back):
            return self.case.finish()
        self._here = back or (None if self._step_shown else next(iter(self._asked_steps()), None))
        if self._here is None:
            raise Leave
        return False

    def _confirm_finish(self, back: Step | None) -> bool:
        """Whether the case is to be declared finished. Raises _Jump and Leave."""
        while True:
            prompt = Prompt(f"Skal sag {self.case.state.case} meldes færdig? (j/n)", _MOVES)
            typed = self.console.ask(prompt).strip()
            if typed.startswith("/"):
                self._run_overview_command(typed, back)
                continue
            answer = console.parse_yes_no(self.console, typed)
            if answer is not None:
                return answer

    def _choose_point(self, points: list[overview.Point], back: Step | None) -> None:
        """List the points and go to the one that is chosen. Raises _Jump and Leave."""
        listed, more = overview.shorten(points)
        self.console.say("", f"Sag {self.case.state.case}: det mangler")
        for number, point in enumerate(listed, start=1):
            tell(self.console, point.text, f"{number:>4}  ")
        if more:
            tell(self.console, more, "      ")
        empty = f"tilbage til {back.called}" if back else "det første"
        while True:
            typed = self.console.ask(Prompt(f"Nummer (tom linje: {empty})", _MOVES)).strip()
            if not typed and back is not None:
                return
            if typed.startswith("/"):
                self._run_overview_command(typed, back)
            elif (typed or "1") in map(str, range(1, len(listed) + 1)):
                self._go_to_point(points[int(typed or "1") - 1])
                return
            else:
                self.console.refuse(f"Skriv et nummer fra 1 til {len(listed)}, /g 3.1 eller /l.")

    def _run_overview_command(self, typed: str, back: Step | None) -> None:
        """Run a command of the overview. Raises _Jump and Leave."""
        try:
            command = console.parse_command(typed)
        except UsageFault as fault:
            self.console.refuse(fault.message)
            return
        letter = command[0].letter if command else ""
        if letter == asking.LEAVE.letter:
            raise Leave
        if letter == asking.OVERVIEW.letter:
            self._back = back
            raise _Jump(None)
        if letter == asking.BACK.letter:
            raise _Jump(back or next(reversed(self._asked_steps()), None))
        if letter == asking.GO.letter:
            self._go_to(command[1] if command else "")
        else:
            self.console.refuse("Her kan du bruge /g 3.1, /t, /o og /l.")

    def _go_to_point(self, point: overview.Point) -> None:
        """Go to a step, or write what is missing, and come back to the overview."""
        if point.column is not None:
            self.case.ask_text(point.column)
            self._here = None
        else:
            self._here, self._from_overview = point.step, True


def _concerns(step: Step, columns: frozenset[str]) -> bool:
    """Whether a step is about any of the columns; every step is where none are named."""
    return not columns or any(column.name in columns for column in step.answer_columns)
