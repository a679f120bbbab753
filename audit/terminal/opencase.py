"""A case while it is scored: each answer saved with what follows from it, which the reviewer is told beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from audit.base import cpr
from audit.base.errors import AuditError, FileFault, UsageFault
from audit.cases.findings import Finding
from audit.cases.routing import Routing
from audit.questionnaire.model import Question, Rule, Variable
from audit.scoring import answersets
from audit.scoring.casebook import Casebook, ChangedFault, Edit, LockedFault, UnfinishedFault
from audit.scoring.labels import answer_label, column_heading
from audit.scoring.ledger import By, Revision, State
from audit.terminal import asking, console
from audit.terminal.asking import AGAIN, CLEAR, LEAVE
from audit.terminal.console import Console, Leave, Prompt, tell
from audit.terminal.steps import Step

_ACTS = {"finished": "meldt sagen færdig", "reopened": "åbnet sagen igen"}


class OpenCase:
    """One case, its present state, and who scores it at which console."""

    def __init__(self, book: Casebook, state: State, by: By, console: Console) -> None:
        self.book, self.state, self.by, self.console = book, state, by, console
        self.questionnaire = book.questionnaire
        self._lapsed_texts: dict[str, str] = {}

    def findings(self) -> tuple[Finding, ...]:
        """What is missing or wrong."""
        return self.book.findings(self.state)

    # --- saving

    def save(self, changes: Mapping[str, str]) -> bool:
        """Save changed columns ("" clears one), if the reviewer accepts what is dropped and the database takes it.

        Returns whether it was saved. Where another has changed so much that it could not be, `state` is what the case
        is now. Raises Leave where another has finished the case, UsageFault where it is erased.
        """
        vouched = self._vouch(changes)
        accepted = None if vouched is None else self._confirm_drops(changes)
        if vouched is None or accepted is None:
            return False
        edit = Edit(changes, vouched, accepted=accepted)
        try:
            saved = self.book.save(self.state.case, edit, self.by, seen=self.state.revision)
        except FileFault as fault:
            self.console.refuse(str(fault))
            return False
        except ChangedFault as fault:
            self._reload()
            self.console.refuse(fault.message)
            return False
        except LockedFault as fault:
            self._reload()
            tell(self.console, f"{fault.message} Svaret er ikke gemt. {fault.remedy}", "  ! ")
            raise Leave from fault
        self._tell_others(saved.others)
        for name in saved.outcome.lapsed:
            self._lapsed_texts[name] = self.state.answers.get(name, "")
            rule = self.questionnaire.by_column[name].rule
            tell(self.console, f"Begrundelsen efter regel {rule.id if rule else name} bortfalder: svarene er ændret.")
        self.state = saved.state
        return True

    def _vouch(self, changes: Mapping[str, str]) -> tuple[str, ...] | None:
        """The columns whose text resembles a CPR number but is vouched for; None where the reviewer does not."""
        columns = self.questionnaire.by_column
        suspects = tuple(name for name, text in changes.items() if columns[name].kind == "text" and cpr.contains(text))
        if not suspects:
            return ()
        tell(self.console, "Teksten ligner en, der har et CPR-nummer. Sådan et må ikke gemmes.")
        if console.ask_yes_no(self.console, "Indestår du for, at det ikke er et CPR-nummer?"):
            return suspects
        self.console.refuse("Teksten er ikke gemt. Skriv den uden nummeret.")
        return None

    def _confirm_drops(self, changes: Mapping[str, str]) -> frozenset[str] | None:
        """List the answers that a change drops, and ask whether it may; the columns, None where it may not."""
        foreseen = self.book.foresee(self.state, changes).dropped
        lost_answers = [name for name in foreseen if name in self.state.answers]
        if not lost_answers:
            return frozenset(foreseen)
        tell(self.console, "Så stilles disse spørgsmål ikke længere, og svarene falder bort:")
        for name in lost_answers:
            tell(self.console, self._change_text(name, self.state.answers[name]), "    - ")
        if console.ask_yes_no(self.console, "Skal de falde bort?"):
            return frozenset(foreseen)
        self.console.refuse("Intet er ændret.")
        return None

    def _reload(self) -> None:
        """Read the case as it is now, and tell who changed it. Raises UsageFault where it is erased."""
        with self.book.store.reading() as reader:
            state = reader.state(self.state.case)
            others = reader.revisions(self.state.case, since=self.state.revision)
        if state is None:
            raise UsageFault(f"Sag {self.state.case} findes ikke længere.")
        self._tell_others(others)
        self.state = state

    def is_unasked(self, question: Question) -> bool:
        """Whether a question is not to be asked, as the case is answered now."""
        cases = answersets.to_cases(self.questionnaire, [self.state.answers])
        return bool(Routing(cases).asked(question.id).false[0])

    def _change_text(self, name: str, *texts: str) -> str:
        """A column with its texts, the old one first: ``1.3 Minutter: intet → 30``."""
        labels = [answer_label(self.questionnaire.by_column.get(name), text) for text in texts]
        return f"{column_heading(self.questionnaire, name)}: {' → '.join(labels)}"

    def _tell_others(self, others: Sequence[Revision]) -> None:
        for revision in others:
            if revision.act in _ACTS:
                tell(self.console, f"{revision.by.reviewer} har imens {_ACTS[revision.act]}.", "  ! ")
            for name, texts in revision.content.changes.items():
                tell(self.console, f"{revision.by.reviewer} har imens ændret {self._change_text(name, *texts)}", "  ! ")

    def finish(self) -> bool:
        """Declare the case finished. Returns whether it is; says why it is not. Raises Leave where another did it."""
        try:
            self.state = self.book.finish(self.state.case, self.by, seen=self.state.revision)
        except (FileFault, UnfinishedFault) as fault:
            self.console.refuse(str(fault))
            return False
        except (ChangedFault, LockedFault) as fault:
            was_finished = self.state.finished
            self._reload()
            self.console.refuse(str(fault))
            if self.state.finished and not was_finished:
                raise Leave from fault
            return False
        tell(self.console, f"Sag {self.state.case} er meldt færdig og låst.", "")
        return True

    # --- remarks and reasons

    def ask_text(self, column: Variable) -> None:
        """Ask for a remark or a reason; an empty one keeps the present text. Raises Leave."""
        present, lapsed_text = self.state.answers.get(column.name, ""), self._lapsed_texts.get(column.name, "")
        initial = console.escape(present)
        if present:
            tell(self.console, present, "    Der står: ")
        elif lapsed_text:
            tell(self.console, lapsed_text, "    Der stod: ")
            tell(self.console, "Skriv /= for at bruge den igen.", "    ")
        keys = (CLEAR, LEAVE) if present else (AGAIN, LEAVE) if lapsed_text else (LEAVE,)
        prompt = Prompt(f"{_text_label(column)} (tom linje slutter)", keys, multiline=True, initial=initial)
        draft = ""
        while True:
            before = self.state
            try:
                typed = self.console.ask(prompt).strip()
                if typed == "/=" and AGAIN in keys:
                    typed = console.escape(lapsed_text)
                if typed in ("", initial) or self._save_text(column, typed, prompt.keys):
                    return
            except Leave as leave:
                raise self.save_on_leave(column, leave.text or draft) from leave
            if self.state is not before and column.role == "remark" and self.is_unasked(column.question):
                tell(self.console, "Teksten er ikke gemt: Spørgsmålet stilles ikke længere.", "  ! ")
                return
            if console.unescape(typed) != typed or not typed.startswith("/"):
                draft = typed
                prompt = replace(prompt, initial=draft, keys=tuple(dict.fromkeys((CLEAR, *keys))))

    def save_on_leave(self, column: Variable, typed: str) -> Leave:
        """Save a text without asking further; returns the Leave to raise, with the text where it is not saved."""
        text = console.unescape(typed.strip())
        begun_command = text == typed and text.startswith("/") and "\n" not in text
        if not text or begun_command or text == self.state.answers.get(column.name, ""):
            return Leave()
        if cpr.contains(text):
            return Leave(text)
        edit = Edit({column.name: text}, accepted=frozenset())
        try:
            self.state = self.book.save(self.state.case, edit, self.by, seen=self.state.revision).state
        except AuditError:
            return Leave(text)
        with suppress(OSError):  # the terminal may be gone
            tell(self.console, "Teksten er gemt.")
        return Leave()

    def _save_text(self, column: Variable, typed: str, keys: Sequence[asking.Command]) -> bool:
        """Save a text, or clear it; returns whether that is done."""
        try:
            command = console.parse_command(typed)
        except UsageFault as fault:
            self.console.refuse(fault.message)
            return False
        if command is not None and command[0] not in keys:
            self.console.refuse(f"/{command[0].letter} kan ikke bruges her. Skriv teksten, eller en tom linje.")
            return False
        if command is not None and command[0] is LEAVE:
            raise Leave
        try:
            saved = self.save({column.name: "" if command else console.unescape(typed)})
        except Leave as leave:
            raise Leave("" if command else typed) from leave
        if not saved:
            return False
        tell(self.console, "Teksten er ryddet." if command else "Teksten er gemt.")
        return True

    def follow_up(self, step: Step, before: Sequence[Finding]) -> None:
        """After an answer: ask for the remark it demands, show the rules it breaches, ask for their reasons."""
        demanded = [finding for finding in self.findings() if finding.code == "bemaerkning-mangler"]
        for column in step.remark_columns:
            of_column = [finding for finding in demanded if column.name in finding.variables]
            for finding in of_column:
                tell(self.console, finding.message, "  ! ")
            if of_column:
                self.ask_text(column)
        for rule, rows in self._new_breaches(step, before):
            self.console.say(*asking.rule_lines(rule, rows, self.console.width))
            if rule.soft:
                self.ask_text(self.questionnaire.by_column[rule.column])
            else:
                tell(self.console, "Det kan stå så længe, men sagen kan ikke meldes færdig sådan.", "    ")

    def _new_breaches(self, step: Step, before: Sequence[Finding]) -> Iterator[tuple[Rule, list[str]]]:
        """The rules that the new answer breaches, now or still, each with the rows concerned."""
        breached_before, findings = {(finding.rule, finding.row) for finding in before}, self.findings()
        for rule in self.questionnaire.rules:
            of_rule = [finding for finding in findings if finding.rule == rule.id]
            if any(
                (finding.rule, finding.row) not in breached_before or step.id in finding.questions
                for finding in of_rule
            ):
                yield rule, [finding.row for finding in of_rule if finding.row]


def _text_label(column: Variable) -> str:
    """What is asked for: the form's own words for a remark."""
    if column.rule is not None:
        return f"Begrundelse {column.rule.id}"
    return (column.question.row_remark if column.row else column.question.remark) or column.number
