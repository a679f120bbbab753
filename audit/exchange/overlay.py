"""A file's answers laid over the cases of a study: what becomes of each, with what follows from the changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audit.cases.columns import Cases, from_codes
from audit.exchange.merging import MergeResult, merge
from audit.exchange.reasons import reasons_from_remarks
from audit.scoring import answersets
from audit.scoring.answersets import AnswerTexts
from audit.scoring.casebook import Casebook, Edit
from audit.scoring.consequences import Outcome, settle
from audit.scoring.ledger import Revision, State


@dataclass(frozen=True)
class PlannedCase:
    """One row of the file: the case as it is (a blank State where it is new), and what the import makes of it.

    `settled` is what it becomes; `reasons` are the columns whose reason is taken from a remark; `complete` tells
    whether nothing is missing or wrong then; `revisions` are those of the case, where its answers were compared.
    """

    state: State
    merged: MergeResult
    settled: Outcome
    reasons: tuple[str, ...] = ()
    vouched: tuple[str, ...] = ()
    complete: bool = False
    revisions: tuple[Revision, ...] = ()

    @property
    def new(self) -> bool:
        """Whether the study did not have the case."""
        return not self.state.revision

    @property
    def changed(self) -> bool:
        """Whether the case was there and becomes another."""
        return not self.new and self.settled.answers != self.state.answers

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return self.new or self.changed or not {*self.vouched} <= {*self.state.vouched}

    @property
    def edit(self) -> Edit:
        """What its revision holds besides the changes."""
        settled = self.settled
        gone = dict.fromkeys(settled.fallen, "") | {name: self.state.answers[name] for name in settled.lapsed}
        return Edit({}, self.vouched, gone | dict.fromkeys(self.reasons, "") | self.merged.said)


class Overlay:
    """The answers of a file laid over the cases of a study.

    `revisions` are those of each case; `clears` is whether a blank cell is an answer. Where it is not, a row is
    compared in all columns of the questions and grid rows that it answers, and in the remarks and reasons it has.
    """

    def __init__(
        self,
        book: Casebook,
        cases: Cases,
        revisions: Mapping[str, Sequence[Revision]],
        bases: Callable[[State, Sequence[Revision]], Sequence[AnswerTexts]],
        *,
        clears: bool,
    ) -> None:
        self.questionnaire = book.questionnaire
        self.cases = cases
        #: The answers of the file, one a row.
        self.rows = answersets.from_cases(cases)
        self._columns = [name for name in book.codes if cases.has(name) and name not in book.key_columns]
        self._revisions, self._bases = revisions, bases
        self._clears = clears
        answers = self.questionnaire.answers.values()
        together = {one.name: [other.name for other in each] for each in answers for one in each}
        self._together = {name: together.get(name, [name]) for name in self.questionnaire.by_column}

    def planned(self, states: Sequence[State], *, update: bool) -> list[PlannedCase]:
        """What becomes of each row."""
        made = [self._merged(row, state, update=update) for row, state in enumerate(states)]
        others = [row for row, one in enumerate(made) if one.changed]
        before, after = [made[row].state.answers for row in others], [made[row].merged.answers for row in others]
        for row, settled in zip(others, settle(self.questionnaire, before, after), strict=True):
            made[row] = _with_outcome(made[row], settled, self.rows[row])
        written = [row for row, one in enumerate(made) if one.new or one.changed]
        lacking = {name for name in self.questionnaire.by_column if not self._told(name)}
        if written:
            for row, found in reasons_from_remarks(
                resulting_cases(self.cases, self.rows, made), lacking, written
            ).items():
                made[row] = _with_reasons(made[row], found)
        return made

    def _told(self, name: str) -> bool:
        return self.cases.has(name) or name in self.cases.unreadable

    def _merged(self, row: int, state: State, *, update: bool) -> PlannedCase:
        file = self.rows[row]
        if not state.revision:
            return PlannedCase(state, MergeResult(file, tuple(file), {}, (), {}), Outcome(file))
        columns = self._compared(row, file, state.answers)
        if not columns:
            answers = dict(state.answers)
            return PlannedCase(state, MergeResult(answers, (), {}, (), {}), Outcome(answers))
        revisions = tuple(self._revisions.get(state.case, ()))
        merged = merge(self._bases(state, revisions), state.answers, file, columns, update=update)
        return PlannedCase(state, merged, Outcome(merged.answers), revisions=revisions)

    def _compared(self, row: int, file: AnswerTexts, present: AnswerTexts) -> list[str]:
        """The columns in which a row says something, and otherwise than the study."""
        otherwise = {name for name, _ in file.items() ^ present.items()}
        names = [name for name in self._columns if name in otherwise] if otherwise else []
        if not self._clears:
            names = [name for name in names if any(other in file for other in self._together[name])]
        return [name for name in names if name not in self.cases.unreadable or self._read(row, name)]

    def _read(self, row: int, name: str) -> bool:
        return not self.cases.unreadable[name][row]


def _with_outcome(planned: PlannedCase, settled: Outcome, file: AnswerTexts) -> PlannedCase:
    """A case with what follows from its changes.

    What the file says does not fall away, asked or not: it is told as wrong. Where the study's answer is gone, there
    is no conflict left, and what the file says holds.
    """
    merged, gone = planned.merged, {*settled.fallen, *settled.lapsed}
    won = [name for name in (*merged.conflicts, *merged.back) if name in gone]
    stated = {name: file[name] for name in gone if name in file and (name in won or name in settled.fallen)}
    left = Outcome(
        {**settled.answers, **stated},
        tuple(name for name in settled.fallen if name not in stated),
        tuple(name for name in settled.lapsed if name not in stated),
    )
    merged = replace(
        merged,
        changed=(*merged.changed, *won),
        conflicts={name: text for name, text in merged.conflicts.items() if name not in won},
        said={name: text for name, text in merged.said.items() if name not in won},
        back=tuple(name for name in merged.back if name not in won),
    )
    return replace(planned, merged=merged, settled=left)


def _with_reasons(planned: PlannedCase, found: AnswerTexts) -> PlannedCase:
    """A case with reasons taken from remarks."""
    settled = planned.settled
    answers = {**settled.answers, **found}
    lapsed = tuple(name for name in settled.lapsed if name not in found)
    return replace(planned, settled=Outcome(answers, settled.fallen, lapsed), reasons=tuple(found))


def resulting_cases(file: Cases, rows: Sequence[AnswerTexts], planned: Sequence[PlannedCase]) -> Cases:
    """The cases of the file as they become. A column that the file lacks is lacking still, if a new case needs it."""
    answers = [one.settled.answers for one in planned]
    otherwise = {
        name
        for was, then in zip(rows, answers, strict=True)
        if was is not then and was != then
        for name in {**was, **then}
        if was.get(name) != then.get(name)
    }
    any_new = any(one.new for one in planned)
    lacking = {v.name for v in file.questionnaire.variables if not file.has(v.name) and (v.optional or not any_new)}
    built = from_codes(
        file.questionnaire, {name: [row.get(name) for row in answers] for name in sorted(otherwise | lacking)}
    )
    known = {name for one in planned for name in one.state.vouched}
    vouched = {name: np.array([_is_vouched(one, name) for one in planned], dtype=np.bool_) for name in known}
    return replace(file, data={**file.data, **built.data}, texts={**file.texts, **built.texts}, vouched=vouched)


def _is_vouched(planned: PlannedCase, name: str) -> bool:
    state = planned.state
    return name in state.vouched and planned.settled.answers.get(name) == state.answers.get(name)
