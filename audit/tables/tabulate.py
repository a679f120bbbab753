"""From cases to tables: a declared spec in, a frozen `audit.tables.Table` out.

Every count is one pass of `numpy.bincount` over row and answer together; what was not asked and what was left open
are counted in the same pass, so that nothing can fall between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audit.base import danish
from audit.cases.columns import Cases, Column, Mask, code_type
from audit.cases.routing import Routing
from audit.questionnaire.condition import Condition, Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Questionnaire
from audit.tables import answers as counted
from audit.tables.answers import Answers
from audit.tables.spec import TableSpec, closed_questions
from audit.tables.table import NOT_ASKED, TOTAL, UNKNOWN, Counts, Table

_Members = Callable[[int, int], tuple[str, ...]]


@dataclass(frozen=True)
class _Rows:
    """What the rows are: a title, their labels without the total, and for each case the index of its row."""

    title: str
    labels: tuple[str, ...]
    index: Column


@dataclass(frozen=True)
class _Made:
    """Counts by row, and for each row how many cases are answered, left open and not asked."""

    counts: Counts
    answered: tuple[int, ...]
    unanswered: tuple[int, ...]
    not_asked: tuple[int, ...]


class Tabulator:
    """Makes tables of one set of cases; routing and rows are worked out once and shared by all of them.

    `units` (by any of their names) limits and orders the rows of tables by unit, say a study of 13 among 98; a unit
    that is not among them has its row after them if it has cases. Without `units` every unit of the questionnaire has
    its row. Raises ValueError for a unit that does not exist.
    """

    def __init__(self, cases: Cases, *, units: Sequence[str] = ()) -> None:
        self.cases = cases
        self.questionnaire: Questionnaire = cases.questionnaire
        self.routing = Routing(cases)
        known = self.questionnaire.unit_question
        self._units = [known.options.index(option) if (option := known.option(name)) else -1 for name in units]
        if -1 in self._units:
            raise ValueError(f"unknown units among {', '.join(units)}")
        self._grouped: dict[str | None, _Rows] = {}

    def all_closed(self, *, by: str | None, template: TableSpec | None = None) -> Iterator[Table]:
        """One table of every closed question (a grid row by row), all cut the same way."""
        template = template or TableSpec("")
        for question in closed_questions(self.questionnaire):
            yield self.table(replace(template, question=question, id=question, by=by))

    def table(self, spec: TableSpec) -> Table:
        """The table that a spec declares (see `audit.tablespec.read_spec` for what a valid one is)."""
        question = self.questionnaire.by_id.get(spec.question)
        where = None if spec.where is None else self.routing.truth(spec.where).true
        if question is not None and question.type == "grid":
            return self._grid(spec, where)
        answers = counted.collapsed(counted.of(self.routing, spec.question), spec.collapse)
        rows = self._rows(spec.by)
        made = _count(answers, rows, where)
        return self._finish(spec, answers, (*rows.labels, TOTAL), made, self._members(answers, rows, where))

    def _grid(self, spec: TableSpec, where: Mask | None) -> Table:
        """A whole grid: one row a grid row, without a total."""
        question = self.questionnaire.by_id[spec.question]
        keys = [str(key) for key in counted.sources(self.questionnaire, question.id)]
        parts = [counted.collapsed(counted.of(self.routing, key), spec.collapse) for key in keys]
        whole = self._rows(None)
        each = [_count(part, whole, where) for part in parts]
        made = _Made(
            np.vstack([one.counts for one in each]),
            tuple(one.answered[0] for one in each),
            tuple(one.unanswered[0] for one in each),
            tuple(one.not_asked[0] for one in each),
        )
        members = [self._members(part, whole, where) for part in parts]
        answers = replace(parts[0], title=question.title)
        labels = tuple(row.shown for row in question.rows)
        return self._finish(spec, answers, labels, made, lambda row, column: members[row](0, column))

    def _finish(
        self, spec: TableSpec, answers: Answers, labels: tuple[str, ...], made: _Made, members: _Members
    ) -> Table:
        order = list(range(len(answers.columns)))
        if spec.sort == "size":
            sizes, alone = made.counts.sum(axis=0).tolist(), self._alone(spec.question)
            order.sort(key=lambda column: (answers.codes[column] in alone, -sizes[column]))
        counts = made.counts[:, order]
        whole, base_text = _whole(spec, made, counts)
        notes = tuple(self._notes(spec, answers))
        return Table(
            id=spec.id or spec.question,
            of=spec.question,
            title=answers.title,
            by=spec.by,
            by_title=self._rows(spec.by).title,
            rows=labels,
            columns=tuple(answers.columns[column] for column in order),
            codes=tuple(answers.codes[column] for column in order),
            counts=counts,
            base=made.answered,
            unanswered=made.unanswered,
            not_asked=made.not_asked,
            multiple=answers.multiple,
            notes=notes,
            filtered="" if spec.where is None else notes[0],
            show=spec.show,
            whole=whole,
            base_text=base_text,
            _members=lambda row, column: members(row, order[column]),
        )

    def _alone(self, name: str) -> set[str]:
        """The codes of answers that stand alone ("Nej" beside a list of what was done), which come last."""
        question = self.questionnaire.by_id.get(Key.of(name).question)
        return {option.code for option in question.options if option.exclusive} if question else set()

    # --- rows ----------------------------------------------------------------------------------------------------

    def _rows(self, by: str | None) -> _Rows:
        if by not in self._grouped:
            self._grouped[by] = self._group(by)
        return self._grouped[by]

    def _group(self, by: str | None) -> _Rows:
        """The rows of every table by a variable: the same in all of them, whatever cases a table counts."""
        if by is None:
            return _Rows("", (), np.zeros(self.cases.size, dtype=np.uint8))
        answers = counted.of(self.routing, by)
        present = np.bincount(answers.positions, minlength=answers.not_asked + 1) > 0
        places = list(range(len(answers.columns)))
        if by == self.questionnaire.unit and self._units:
            places = [*self._units, *(place for place in places if present[place + 1] and place not in self._units)]
        labels = [answers.columns[place] for place in places]
        row_of = np.zeros(answers.not_asked + 1, dtype=code_type(len(labels) + 2))
        row_of[[place + 1 for place in places]] = range(len(places))
        for position, label in ((0, UNKNOWN), (answers.not_asked, NOT_ASKED)):
            if present[position]:
                row_of[position] = len(labels)
                labels.append(label)
        return _Rows(answers.title, tuple(labels), row_of[answers.positions])

    def _members(self, answers: Answers, rows: _Rows, where: Mask | None) -> _Members:
        """Finds the cases behind a cell when somebody asks."""

        def members(row: int, column: int) -> tuple[str, ...]:
            mask = answers.having(column)
            if where is not None:
                mask = mask & where
            if row < len(rows.labels):
                mask = mask & (rows.index == row)
            return tuple(self.cases.keys[index] for index in np.flatnonzero(mask))

        return members

    # --- notes ---------------------------------------------------------------------------------------------------

    def _notes(self, spec: TableSpec, answers: Answers) -> Iterator[str]:
        """What a reader must know: which cases are counted, and what is not as it looks."""
        looked_at = None
        if spec.where is not None:
            looked_at = self.routing.truth(spec.where).true
            yield from self._filtered(spec.where, spec.where_text)
        if answers.multiple:
            yield "Der kan være valgt flere svar i samme sag."
        keys = counted.sources(self.questionnaire, spec.question)
        unreadable = sum(_number(mask, looked_at) for mask in map(self._unreadable, keys) if mask is not None)
        if unreadable:
            yield f"{danish.counted(unreadable, 'svar', 'svar')} kunne ikke læses og er ikke talt med."
        unsure = [mask for mask in map(self._unsure, keys) if mask is not None]
        if unsure and (cases := _number(np.logical_or.reduce(unsure), looked_at)):
            told = danish.counted(cases, "ubesvaret sag", "ubesvarede sager")
            yield f"I {told} vides det ikke, om spørgsmålet skulle stilles."

    def _filtered(self, where: Condition, text: str) -> Iterator[str]:
        truth = self.routing.truth(where)
        yield f"{_only(int(truth.true.sum()))}, hvor {text or describe(where, self.questionnaire)}."
        unknown = int((~truth.true & ~truth.false).sum())
        if unknown:
            told = danish.counted(unknown, "sag", "sager")
            yield f"{told} er ikke med, fordi det ikke kan afgøres, om betingelsen er opfyldt."

    def _unreadable(self, key: Key) -> Mask | None:
        """Cases with an answer that could not be read, to a question that they may have been asked; None of none."""
        broken = self.cases.unreadable_in(key)
        return None if broken is None else broken & ~self.routing.asked(key.question).false

    def _unsure(self, key: Key) -> Mask | None:
        """Cases without an answer of which it is unknown whether they are asked; None where that is always known."""
        asked = self.routing.asked(key.question)
        settled = asked.true | asked.false
        return None if settled.all() else ~settled & ~self.cases.answered(key)


def _only(count: int) -> str:
    """Which cases are counted, where not all are."""
    if count == 1:
        return "Kun den ene sag"
    return f"Kun de {danish.count_word(count)} sager" if count else "Der er ingen sager"


def _number(mask: Mask, looked_at: Mask | None) -> int:
    """How many of the cases that are looked at."""
    return int(np.count_nonzero(mask if looked_at is None else mask & looked_at))


def _count(answers: Answers, rows: _Rows, where: Mask | None) -> _Made:
    """The counts; where there are rows, with their total as the last."""
    height = len(rows.labels)
    index, positions, *chosen = [
        part if where is None else part[where] for part in (rows.index, answers.positions, *answers.chosen)
    ]
    states = _spread(index, positions, height, answers.not_asked + 1)
    counts = states[:, 1:-1]
    if chosen:
        counts = np.column_stack([_spread(index, mask, height, 2)[:, 1] for mask in chosen])
    return _Made(
        counts,
        tuple(states[:, 1:-1].sum(axis=1).tolist()),
        tuple(states[:, 0].tolist()),
        tuple(states[:, -1].tolist()),
    )


def _spread(index: Column, positions: Column, height: int, width: int) -> Counts:
    """How often each position (below `width`) occurs in each row (below `height`), and in the end in all of them.

    Row and position are put together in the smallest integer that holds both: memory is what takes time here.
    """
    kind = np.min_scalar_type(max(height, 1) * width).type
    together = index.astype(kind) * kind(width) + positions
    spread: Counts = np.bincount(together, minlength=max(height, 1) * width).reshape(-1, width)
    return np.vstack([spread, spread.sum(axis=0)]) if height else spread


def _whole(spec: TableSpec, made: _Made, counts: Counts) -> tuple[tuple[int, ...], str]:
    """What percentages are of, by row and in words."""
    if spec.of == "all":
        every = zip(made.answered, made.unanswered, made.not_asked, strict=True)
        return tuple(sum(parts) for parts in every), "alle sager"
    if spec.of == "answers":
        return tuple(counts.sum(axis=1).tolist()), "svar"
    return made.answered, "besvarede sager"
