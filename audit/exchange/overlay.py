"""A file's answers laid over the cases of a study: what each case becomes, with what follows from the changes."""

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

    `outcome` is what it becomes; `reasons` are the columns whose reason is taken from a remark; `complete` is whether
    nothing is missing or wrong then; `revisions` are those of the case, where its answers were compared.
    """

    state: State
    merge: MergeResult
    outcome: Outcome
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
        """Whether the study has the case and its answers change."""
        return not self.new and self.outcome.answers != self.state.answers

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return self.new or self.changed or not {*self.vouched} <= {*self.state.vouched}

    @property
    def edit(self) -> Edit:
        """What the revision holds besides the changes."""
        outcome = self.outcome
        texts = dict.fromkeys(outcome.dropped, "") | {name: self.state.answers[name] for name in outcome.lapsed}
        return Edit({}, self.vouched, texts | dict.fromkeys(self.reasons, "") | self.merge.file_texts)


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
        #: The answers of the file, row by row.
        self.file_answers = answersets.from_cases(cases)
        self._columns = [name for name in book.codes if cases.has(name) and name not in book.key_columns]
        self._revisions, self._bases = revisions, bases
        self._clears = clears
        names = [[variable.name for variable in variables] for variables in self.questionnaire.answers.values()]
        siblings = {name: group for group in names for name in group}
        self._siblings = {name: siblings.get(name, [name]) for name in self.questionnaire.by_column}

    def plan_cases(self, states: Sequence[State], *, update: bool) -> list[PlannedCase]:
        """What becomes of each row."""
        planned = [self._plan_row(row, state, update=update) for row, state in enumerate(states)]
        changed = [row for row, case in enumerate(planned) if case.changed]
        before, after = [planned[row].state.answers for row in changed], [planned[row].merge.answers for row in changed]
        for row, outcome in zip(changed, settle(self.questionnaire, before, after), strict=True):
            planned[row] = _with_outcome(planned[row], outcome, self.file_answers[row])
        written = [row for row, case in enumerate(planned) if case.new or case.changed]
        lacking = {name for name in self.questionnaire.by_column if not self._in_file(name)}
        if written:
            cases = resulting_cases(self.cases, self.file_answers, planned)
            for row, reasons in reasons_from_remarks(cases, lacking, written).items():
                planned[row] = _with_reasons(planned[row], reasons)
        return planned

    def _in_file(self, name: str) -> bool:
        return self.cases.has(name) or name in self.cases.unreadable

    def _plan_row(self, row: int, state: State, *, update: bool) -> PlannedCase:
        answers = self.file_answers[row]
        if not state.revision:
            return PlannedCase(state, MergeResult(answers, tuple(answers), {}, (), {}), Outcome(answers))
        columns = self._compared_columns(row, answers, state.answers)
        if not columns:
            unchanged = dict(state.answers)
            return PlannedCase(state, MergeResult(unchanged, (), {}, (), {}), Outcome(unchanged))
        revisions = tuple(self._revisions.get(state.case, ()))
        merged = merge(self._bases(state, revisions), state.answers, answers, columns, update=update)
        return PlannedCase(state, merged, Outcome(merged.answers), revisions=revisions)

    def _compared_columns(self, row: int, answers: AnswerTexts, present: AnswerTexts) -> list[str]:
        """The columns in which a row has something to say that differs from the study."""
        different = {name for name, _ in answers.items() ^ present.items()}
        names = [name for name in self._columns if name in different] if different else []
        if not self._clears:
            names = [name for name in names if any(other in answers for other in self._siblings[name])]
        return [name for name in names if name not in self.cases.unreadable or self._readable(row, name)]

    def _readable(self, row: int, name: str) -> bool:
        return not self.cases.unreadable[name][row]


def _with_outcome(case: PlannedCase, outcome: Outcome, answers: AnswerTexts) -> PlannedCase:
    """A case with what follows from its changes.

    The file's own answers are not dropped, asked or not: they are reported as faults. Where the study's answer is
    removed, no conflict is left, and the file's answer stands.
    """
    merged, removed = case.merge, {*outcome.dropped, *outcome.lapsed}
    won = [name for name in (*merged.conflicts, *merged.reverted) if name in removed]
    stated = {name: answers[name] for name in removed if name in answers and (name in won or name in outcome.dropped)}
    remaining = Outcome(
        {**outcome.answers, **stated},
        tuple(name for name in outcome.dropped if name not in stated),
        tuple(name for name in outcome.lapsed if name not in stated),
    )
    merged = replace(
        merged,
        changed=(*merged.changed, *won),
        conflicts={name: text for name, text in merged.conflicts.items() if name not in won},
        file_texts={name: text for name, text in merged.file_texts.items() if name not in won},
        reverted=tuple(name for name in merged.reverted if name not in won),
    )
    return replace(case, merge=merged, outcome=remaining)


def _with_reasons(case: PlannedCase, reasons: AnswerTexts) -> PlannedCase:
    """A case with reasons taken from remarks."""
    outcome = case.outcome
    answers = {**outcome.answers, **reasons}
    lapsed = tuple(name for name in outcome.lapsed if name not in reasons)
    return replace(case, outcome=Outcome(answers, outcome.dropped, lapsed), reasons=tuple(reasons))


def resulting_cases(file: Cases, file_answers: Sequence[AnswerTexts], planned: Sequence[PlannedCase]) -> Cases:
    """The cases of the file as they become. A column that the file lacks stays absent if a new case needs it."""
    answers = [case.outcome.answers for case in planned]
    different = {
        name
        for old, new in zip(file_answers, answers, strict=True)
        if old is not new and old != new
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    }
    any_new = any(case.new for case in planned)
    absent = [variable for variable in file.questionnaire.variables if not file.has(variable.name)]
    added = {variable.name for variable in absent if variable.optional or not any_new}
    columns = from_codes(
        file.questionnaire, {name: [row.get(name) for row in answers] for name in sorted(different | added)}
    )
    vouched_columns = {name for case in planned for name in case.state.vouched}
    vouched = {
        name: np.array([_is_vouched(case, name) for case in planned], dtype=np.bool_) for name in vouched_columns
    }
    return replace(file, data={**file.data, **columns.data}, texts={**file.texts, **columns.texts}, vouched=vouched)


def _is_vouched(case: PlannedCase, name: str) -> bool:
    state = case.state
    return name in state.vouched and case.outcome.answers.get(name) == state.answers.get(name)
