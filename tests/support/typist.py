"""A way in: a case typed in the dialogue as a reviewer would who has the whole of it on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit.scoring.ledger import By, State
from audit.study.session import ScoringSession
from audit.terminal import dialogue, steps
from audit.terminal.console import Prompt
from audit.terminal.steps import Step


class Typist:
    """A console at which the answers of one case are typed in the order of the form, each where it is asked for.

    `case` has texts by column: codes, ISO dates, "1" for a chosen answer. What is refused fails the test.
    """

    width = 80

    def __init__(self, every: tuple[Step, ...], case: Mapping[str, str]) -> None:
        self.case = case
        self._step = every[0]
        self._plan = self._typed(every)

    def say(self, *lines: str) -> None:
        """Nobody reads it."""

    def refuse(self, text: str) -> None:
        raise AssertionError(text)

    def ask(self, prompt: Prompt) -> str:
        """A reason or a remark where one is asked for, else what comes next."""
        label = prompt.text.removesuffix(" (tom linje slutter)")
        if label.startswith("Begrundelse "):
            return self.case.get(f"begr_{label.split()[1]}", "")
        remark = next((one for one in self._step.remark_columns if label in (_label(self._step), one.number)), None)
        return next(self._plan) if remark is None else self.case.get(remark.name, "")

    def _typed(self, every: tuple[Step, ...]) -> Iterator[str]:
        for step in every:
            remarked = any(self.case.get(one.name) for one in step.remark_columns) and step.row in (
                None, step.question.rows[0] if step.question.rows and not step.question.row_remark else step.row,
            )  # fmt: skip
            answer = _answer(step, self.case)
            if answer or remarked:
                self._step = step
                yield f"/g {step.id}"
            if remarked:
                yield "/b"
            if answer:
                yield answer
        yield "/l"


def _label(step: Step) -> str | None:
    return step.question.row_remark or step.question.remark


def _answer(step: Step, case: Mapping[str, str]) -> str:
    """The answer as one would type it: codes with commas, or what stands there."""
    found = [one for one in step.answer_columns if case.get(one.name, "") not in ("", "0")]
    return ",".join(one.option.code if one.option else case[one.name] for one in found)


def type_in(session: ScoringSession, by: By, case: Mapping[str, str]) -> State:
    """Make a case of its key and type all else; returns what it has become."""
    keys = {name: case[name] for name in session.book.key_columns}
    state = session.book.create(keys, by)
    every = steps.all_steps(session.questionnaire)
    dialogue.Dialogue(session.book, state, by, Typist(every, case)).run()
    found = session.book.state(state.case)
    assert found is not None
    return found
