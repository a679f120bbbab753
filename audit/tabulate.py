"""From cases to tables: a declared spec in, a frozen `audit.tables.Table` out.

Every count is one pass of `numpy.bincount` over group and answer together; what was not asked and what was left open
are counted in the same pass, so that nothing can fall between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from audit import danish
from audit.cases import Cases, Column, Mask
from audit.condition import Key
from audit.questionnaire import Derived, Group, Option, Questionnaire, describe
from audit.routing import Routing, whole_years
from audit.tables import TOTAL, UNKNOWN, Counts, Table
from audit.tablespec import TableSpec, closed_questions


@dataclass(frozen=True)
class _Answers:
    """What is counted: for each case a position (0 blank, 1 … answers, last: not asked), or one mask an answer."""

    title: str
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    positions: Column
    #: Of several answers: which cases chose each; `positions` then has 1 for answered, 2 for not asked.
    chosen: tuple[Mask, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rows:
    """What the rows are: labels without the total, and for each case the index of its row."""

    labels: tuple[str, ...]
    index: npt.NDArray[np.intp]


class Tabulator:
    """Makes tables of one set of cases; routing and groupings are worked out once and shared by all of them.

    `units` limits and orders the rows of tables by unit (a study of 13 among 98); without it every unit of the
    questionnaire has its row.
    """

    def __init__(self, cases: Cases, *, units: Sequence[str] = ()) -> None:
        self.cases = cases
        self.questionnaire: Questionnaire = cases.questionnaire
        self.routing = Routing(cases)
        self.units = tuple(units)
        self._grouped: dict[str | None, _Rows] = {}

    def all_closed(self, *, by: str | None, template: TableSpec | None = None) -> Iterator[Table]:
        """One table of every closed question (a grid row by row), all cut the same way."""
        template = template or TableSpec("")
        for question in closed_questions(self.questionnaire):
            yield self.table(replace(template, question=question, id=question, by=by))

    def table(self, spec: TableSpec) -> Table:
        """The table that a spec declares (see `audit.tablespec.read_spec` for what a valid one is)."""
        question = self.questionnaire.by_id.get(spec.question)
        if question is not None and question.type == "grid":
            return self._grid(spec)
        answers = _collapsed(self._answers(spec.question), spec)
        rows = self._rows(spec.by)
        where, notes = self._where(spec)
        index = rows.index if where is None else rows.index[where]
        positions = answers.positions if where is None else answers.positions[where]
        counts, answered, unanswered, not_asked = _count(answers, index, positions, where, len(rows.labels))
        made = _Made(rows.labels, counts, answered, unanswered, not_asked)
        return self._finish(spec, answers, made, notes, self._members(rows, answers, where))

    # --- what is counted -----------------------------------------------------------------------------------------

    def _answers(self, name: str) -> _Answers:
        derived = self.questionnaire.derived_by_id.get(name)
        if derived is not None:
            return self._derived(derived)
        key = Key.of(name)
        question = self.questionnaire.by_id[key.question]
        row = next((row for row in question.rows if row.id == key.row), None)
        title = question.title if row is None else f"{question.title} {row.id}. {row.shown}"
        labels = tuple(option.shown for option in question.options)
        codes = tuple(option.code for option in question.options)
        notes = tuple(self._notes(key))
        if question.type == "choices":
            chosen = tuple(self.cases.column(v) != 0 for v in self.questionnaire.answers[key])
            answered = self.cases.answered(key).astype(np.uint8)
            return _Answers(title, labels, codes, self._routed(key, answered, 2), chosen, notes)
        column = self.cases.column(self.questionnaire.answers[key][0])
        return _Answers(title, labels, codes, self._routed(key, column, len(codes) + 1), (), notes)

    def _routed(self, key: Key, positions: Column, not_asked: int) -> Column:
        """Positions with "not asked" where the question was not asked."""
        if not self.routing.conditional(key.question):
            return positions
        return np.where(self.routing.asked(key.question).false, positions.dtype.type(not_asked), positions)

    def _notes(self, key: Key) -> Iterator[str]:
        broken = self.cases.broken(key)
        if broken is not None:
            cells = danish.counted(int(broken.sum()), "svar", "svar")
            yield f"{cells} kunne ikke læses og er ikke talt med."
        asked = self.routing.asked(key.question)
        open_ = int((~asked.true & ~asked.false & ~self.cases.answered(key)).sum())
        if open_:
            cases = danish.counted(open_, "ubesvaret sag", "ubesvarede sager")
            yield f"I {cases} vides det ikke, om spørgsmålet skulle stilles."

    def _derived(self, derived: Derived) -> _Answers:
        if derived.kind == "merge":
            return self._merged(derived)
        values = self._values(derived.of if derived.kind == "bands" else derived.id)
        if derived.kind == "year":
            present = np.unique(values[~np.isnan(values)]).astype(int).tolist()
            groups = tuple(Group(str(year), year, year) for year in present)
        else:
            groups = derived.groups
        positions = np.zeros(self.cases.size, dtype=np.uint8)
        for place, group in enumerate(groups, start=1):
            low = -np.inf if group.low is None else group.low
            high = np.inf if group.high is None else group.high
            positions[(values >= low) & (values <= high)] = place
        labels = tuple(group.text for group in groups)
        return _Answers(derived.text, labels, labels, positions)

    def _merged(self, derived: Derived) -> _Answers:
        of = self._answers(derived.of)
        question = self.questionnaire.by_id[derived.of]
        groups = [(group.text, _codes(question.options, group.answers)) for group in derived.groups]
        return replace(_merge(of, groups), title=derived.text)

    def _values(self, name: str) -> npt.NDArray[np.float64]:
        """The numbers of a number question, whole years or a year; nan where there is none."""
        derived = self.questionnaire.derived_by_id.get(name)
        if derived is None:
            key = Key(name)
            values = self.cases.column(self.questionnaire.answers[key][0])
            return np.where(self.routing.counted(key), values, np.nan)
        days = self._days(derived.of)
        if derived.start is not None:
            return whole_years(self._days(derived.start), days)
        years = days.astype("datetime64[Y]").astype(np.float64) + 1970
        counted: npt.NDArray[np.float64] = np.where(np.isnat(days), np.nan, years)
        return counted

    def _days(self, question: str) -> npt.NDArray[np.datetime64]:
        key = Key(question)
        return np.where(self.routing.counted(key), self.routing.days(key), np.datetime64("NaT", "D"))

    # --- what it is counted by -----------------------------------------------------------------------------------

    def _rows(self, by: str | None) -> _Rows:
        if by not in self._grouped:
            self._grouped[by] = self._group(by)
        return self._grouped[by]

    def _group(self, by: str | None) -> _Rows:
        if by is None:
            return _Rows((), np.zeros(self.cases.size, dtype=np.intp))
        answers = self._answers(by)
        labels = list(answers.columns)
        order = np.arange(len(labels) + 2, dtype=np.intp) - 1
        if by == self.questionnaire.unit and self.units:
            labels = [*self.units, *(label for label in self._present(answers) if label not in self.units)]
            order = np.array([-1, *(labels.index(c) if c in labels else -1 for c in answers.columns), -1])
        index = order[answers.positions]
        lost = (index < 0) | (index >= len(labels))
        if lost.any():
            index = np.where(lost, len(labels), index)
            labels.append(UNKNOWN)
        return _Rows(tuple(labels), index)

    def _present(self, answers: _Answers) -> list[str]:
        """The units that occur in the data, in the order of the questionnaire."""
        seen = set(np.unique(answers.positions).tolist())
        return [label for place, label in enumerate(answers.columns, start=1) if place in seen]

    def _where(self, spec: TableSpec) -> tuple[Mask | None, list[str]]:
        if spec.where is None:
            return None, []
        truth = self.routing.truth(spec.where)
        notes = [f"Kun sager, hvor {describe(spec.where, self.questionnaire)}."]
        unknown = self.cases.size - int(truth.true.sum()) - int(truth.false.sum())
        if unknown:
            cases = danish.counted(unknown, "sag", "sager")
            notes.append(f"{cases} er ikke med, fordi det ikke kan afgøres, om betingelsen er opfyldt.")
        return truth.true, notes

    def _members(self, rows: _Rows, answers: _Answers, where: Mask | None) -> Callable[[int, int], tuple[str, ...]]:
        """Finds the cases behind a cell when somebody asks."""

        def members(row: int, column: int) -> tuple[str, ...]:
            if answers.chosen:
                mask = answers.chosen[column] & (answers.positions == 1)
            else:
                mask = answers.positions == column + 1
            if where is not None:
                mask = mask & where
            if row < len(rows.labels):
                mask = mask & (rows.index == row)
            return tuple(self.cases.keys[index] for index in np.flatnonzero(mask))

        return members

    # --- the table -----------------------------------------------------------------------------------------------

    def _finish(
        self,
        spec: TableSpec,
        answers: _Answers,
        made: _Made,
        notes: list[str],
        members: Callable[[int, int], tuple[str, ...]],
    ) -> Table:
        order = list(range(len(answers.columns)))
        if spec.sort == "size":
            order.sort(key=lambda column: -int(made.counts[-1, column]))
        multiple = bool(answers.chosen)
        if multiple:
            notes = [*notes, "Der kan være valgt flere svar i samme sag."]
        counts = made.counts[:, order]
        counts.setflags(write=False)
        whole, text = _whole(spec, made, counts)
        return Table(
            id=spec.id or spec.question,
            title=answers.title,
            by=spec.by,
            rows=(*made.labels, TOTAL),
            columns=tuple(answers.columns[column] for column in order),
            codes=tuple(answers.codes[column] for column in order),
            counts=counts,
            base=made.answered,
            unanswered=made.unanswered,
            not_asked=made.not_asked,
            multiple=multiple,
            notes=(*notes, *answers.notes),
            show=spec.show,
            whole=whole,
            base_text=text,
            _members=lambda row, column: members(row, order[column]),
        )

    def _grid(self, spec: TableSpec) -> Table:
        """A whole grid: one row a grid row, without a total."""
        question = self.questionnaire.by_id[spec.question]
        parts = [self.table(replace(spec, question=f"{question.id}/{row.id}", sort="form")) for row in question.rows]
        made = _Made(
            (),
            np.vstack([part.counts for part in parts]),
            tuple(part.base[-1] for part in parts),
            tuple(part.unanswered[-1] for part in parts),
            tuple(part.not_asked[-1] for part in parts),
        )
        notes = dict.fromkeys(note for part in parts for note in part.notes)
        made.counts.setflags(write=False)
        whole, text = _whole(spec, made, made.counts)
        return replace(
            parts[0],
            id=spec.id or spec.question,
            title=question.title,
            by=None,
            rows=tuple(row.shown for row in question.rows),
            counts=made.counts,
            base=made.answered,
            unanswered=made.unanswered,
            not_asked=made.not_asked,
            notes=tuple(notes),
            whole=whole,
            base_text=text,
            _members=lambda row, column: parts[row].cases(parts[row].codes[column]),
        )


@dataclass(frozen=True)
class _Made:
    """Counts with the total as the last row, and for each row the cases answered, left open and not asked."""

    labels: tuple[str, ...]
    counts: Counts
    answered: tuple[int, ...]
    unanswered: tuple[int, ...]
    not_asked: tuple[int, ...]


def _count(
    answers: _Answers, index: npt.NDArray[np.intp], positions: Column, where: Mask | None, groups: int
) -> tuple[Counts, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Counts by row with the total last; cases answered, left open and not asked by row."""
    states = 3 if answers.chosen else len(answers.columns) + 2
    height = max(groups, 1)
    whole = np.bincount(index * states + positions, minlength=height * states).reshape(height, states)
    if groups:
        whole = np.vstack([whole, whole.sum(axis=0)])
    inner = whole[:, 1:-1]
    counts = inner
    if answers.chosen:
        answered = positions == 1
        each = []
        for mask in answers.chosen:
            chosen = (mask if where is None else mask[where]) & answered
            each.append(np.bincount(index[chosen], minlength=height))
        counts = np.column_stack(each)
        if groups:
            counts = np.vstack([counts, counts.sum(axis=0)])
    return (
        counts.astype(np.int64),
        tuple(inner.sum(axis=1).tolist()),
        tuple(whole[:, 0].tolist()),
        tuple(whole[:, -1].tolist()),
    )


def _whole(spec: TableSpec, made: _Made, counts: Counts) -> tuple[tuple[int, ...], str]:
    """What percentages are of, by row and in words."""
    if spec.of == "all":
        every = zip(made.answered, made.unanswered, made.not_asked, strict=True)
        return tuple(sum(parts) for parts in every), "alle sager"
    if spec.of == "answers":
        return tuple(counts.sum(axis=1).tolist()), "svar"
    return made.answered, "besvarede sager"


def _codes(options: Sequence[Option], answers: Sequence[str]) -> list[str]:
    """The codes of answers that are given by code or wording."""
    named = {danish.same(name): option.code for option in reversed(options) for name in option.names}
    return [named[danish.same(answer)] for answer in answers]


def _collapsed(answers: _Answers, spec: TableSpec) -> _Answers:
    """The answers with those merged that the spec merges; each stands where the first of its answers stood."""
    if not spec.collapse:
        return answers
    taken = {code: (label, codes) for label, codes in spec.collapse for code in codes}
    groups: dict[str, Sequence[str]] = {}
    for label, code in zip(answers.columns, answers.codes, strict=True):
        name, codes = taken.get(code, (label, (code,)))
        groups.setdefault(name, codes)
    return _merge(answers, list(groups.items()))


def _merge(answers: _Answers, groups: Sequence[tuple[str, Sequence[str]]]) -> _Answers:
    """The answers with each group (label, codes) as one; a case of several answers counts once in a group."""
    places = [[answers.codes.index(code) for code in codes] for _, codes in groups]
    labels = tuple(label for label, _ in groups)
    codes = tuple("+".join(codes) for _, codes in groups)
    if answers.chosen:
        chosen = tuple(np.logical_or.reduce([answers.chosen[place] for place in group]) for group in places)
        return replace(answers, columns=labels, codes=codes, chosen=chosen)
    moved: npt.NDArray[Any] = np.zeros(len(answers.codes) + 2, dtype=answers.positions.dtype)
    moved[-1] = len(groups) + 1
    for new, group in enumerate(places, start=1):
        moved[[place + 1 for place in group]] = new
    return replace(answers, columns=labels, codes=codes, positions=moved[answers.positions])
