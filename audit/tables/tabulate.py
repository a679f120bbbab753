"""From cases to tables: a declared spec in, a frozen `audit.tables.table.Table` out.

Every count is one `groupby` of pandas over row and answer together; what was not asked and what was left open are
counted in the same pass, so that nothing can fall between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audit.base import danish
from audit.cases.codes import Column, Mask, code_type
from audit.cases.columns import Cases
from audit.cases.routing import Routing
from audit.questionnaire.condition import Condition, Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Questionnaire
from audit.tables.answers import Answers, answers_to, collapse_answers, source_keys
from audit.tables.spec import TableSpec, closed_questions
from audit.tables.table import NOT_ASKED, TOTAL, UNKNOWN, Counts, Table

_Members = Callable[[int, int], tuple[str, ...]]


@dataclass(frozen=True)
class _RowLabels:
    """The rows of a table: a title, their labels without the total, and for each case the index of its row."""

    title: str
    labels: tuple[str, ...]
    index: Column


@dataclass(frozen=True)
class _RowCounts:
    """Counts by row, and for each row how many cases are answered, left open and not asked."""

    counts: Counts
    answered: tuple[int, ...]
    unanswered: tuple[int, ...]
    not_asked: tuple[int, ...]


class Tabulator:
    """Makes tables from one set of cases; routing and rows are worked out once and shared by all of them.

    `units` (by any of their names) limits and orders the rows of tables by unit, say a study of 13 among 98; a unit
    that is not among them has its row after them if it has cases. Without `units` every unit of the questionnaire has
    its row. Raises ValueError for a unit that does not exist.
    """

    def __init__(self, cases: Cases, *, units: Sequence[str] = ()) -> None:
        self.cases = cases
        self.questionnaire: Questionnaire = cases.questionnaire
        self.routing = Routing(cases)
        unit = self.questionnaire.unit_question
        self._units = [unit.options.index(option) if (option := unit.option(name)) else -1 for name in units]
        if -1 in self._units:
            raise ValueError(f"unknown units among {', '.join(units)}")
        self._rows_by_variable: dict[str | None, _RowLabels] = {}

    def all_closed(self, *, by: str | None, template: TableSpec | None = None) -> Iterator[Table]:
        """One table of every closed question (a grid row by row), all cut the same way."""
        template = template or TableSpec("")
        for question in closed_questions(self.questionnaire):
            yield self.table(replace(template, question=question, id=question, by=by))

    def table(self, spec: TableSpec) -> Table:
        """The table that a spec declares (see `audit.tables.spec.read_spec` for what a valid one is)."""
        question = self.questionnaire.by_id.get(spec.question)
        where = None if spec.where is None else self.routing.truth(spec.where).true
        if question is not None and question.type == "grid":
            return self._grid(spec, where)
        answers = collapse_answers(answers_to(self.routing, spec.question), spec.collapse)
        rows = self._rows(spec.by)
        row_counts = _count_rows(answers, rows, where)
        return self._assemble(spec, answers, (*rows.labels, TOTAL), row_counts, self._case_finder(answers, rows, where))

    def _grid(self, spec: TableSpec, where: Mask | None) -> Table:
        """A whole grid: one table row per grid row, without a total."""
        question = self.questionnaire.by_id[spec.question]
        keys = [str(key) for key in source_keys(self.questionnaire, question.id)]
        parts = [collapse_answers(answers_to(self.routing, key), spec.collapse) for key in keys]
        all_cases = self._rows(None)
        part_counts = [_count_rows(part, all_cases, where) for part in parts]
        row_counts = _RowCounts(
            np.vstack([counts.counts for counts in part_counts]),
            tuple(counts.answered[0] for counts in part_counts),
            tuple(counts.unanswered[0] for counts in part_counts),
            tuple(counts.not_asked[0] for counts in part_counts),
        )
        members = [self._case_finder(part, all_cases, where) for part in parts]
        answers = replace(parts[0], title=question.title)
        labels = tuple(row.shown for row in question.rows)
        return self._assemble(spec, answers, labels, row_counts, lambda row, column: members[row](0, column))

    def _assemble(
        self, spec: TableSpec, answers: Answers, labels: tuple[str, ...], row_counts: _RowCounts, members: _Members
    ) -> Table:
        order = list(range(len(answers.columns)))
        if spec.sort == "size":
            sizes, exclusive = row_counts.counts.sum(axis=0).tolist(), self._exclusive_codes(spec.question)
            order.sort(key=lambda column: (answers.codes[column] in exclusive, -sizes[column]))
        counts = row_counts.counts[:, order]
        whole, base_text = _percent_base(spec, row_counts, counts)
        notes = tuple(self._notes(spec, answers))
        return Table(
            id=spec.id or spec.question,
            question_id=spec.question,
            title=answers.title,
            by=spec.by,
            by_title=self._rows(spec.by).title,
            rows=labels,
            columns=tuple(answers.columns[column] for column in order),
            codes=tuple(answers.codes[column] for column in order),
            counts=counts,
            base=row_counts.answered,
            unanswered=row_counts.unanswered,
            not_asked=row_counts.not_asked,
            multiple=answers.multiple,
            notes=notes,
            filter_note="" if spec.where is None else notes[0],
            show=spec.show,
            whole=whole,
            base_text=base_text,
            _members=lambda row, column: members(row, order[column]),
        )

    def _exclusive_codes(self, name: str) -> set[str]:
        """The codes of exclusive answers ("Nej" beside a list of what was done), which come last."""
        question = self.questionnaire.by_id.get(Key.parse(name).question)
        return {option.code for option in question.options if option.exclusive} if question else set()

    # --- rows ----------------------------------------------------------------------------------------------------

    def _rows(self, by: str | None) -> _RowLabels:
        if by not in self._rows_by_variable:
            self._rows_by_variable[by] = self._assign_rows(by)
        return self._rows_by_variable[by]

    def _assign_rows(self, by: str | None) -> _RowLabels:
        """The rows of every table by a variable: the same in all of them, whatever cases a table counts."""
        if by is None:
            return _RowLabels("", (), np.zeros(self.cases.size, dtype=np.uint8))
        answers = answers_to(self.routing, by)
        present = np.bincount(answers.positions, minlength=answers.not_asked + 1) > 0
        order = list(range(len(answers.columns)))
        if by == self.questionnaire.unit and self._units:
            order = [*self._units, *(column for column in order if present[column + 1] and column not in self._units)]
        labels = [answers.columns[column] for column in order]
        row_of = np.zeros(answers.not_asked + 1, dtype=code_type(len(labels) + 2))
        row_of[[column + 1 for column in order]] = range(len(order))
        for position, label in ((0, UNKNOWN), (answers.not_asked, NOT_ASKED)):
            if present[position]:
                row_of[position] = len(labels)
                labels.append(label)
        return _RowLabels(answers.title, tuple(labels), row_of[answers.positions])

    def _case_finder(self, answers: Answers, rows: _RowLabels, where: Mask | None) -> _Members:
        """Finds the cases behind a cell, on demand."""

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
        """What a reader must know: which cases are counted, and what could be misread."""
        filter_mask = None
        if spec.where is not None:
            filter_mask = self.routing.truth(spec.where).true
            yield from self._filter_notes(spec.where, spec.where_text)
        if answers.multiple:
            yield "Der kan være valgt flere svar i samme sag."
        keys = source_keys(self.questionnaire, spec.question)
        unreadable = sum(_count_cases(mask, filter_mask) for mask in map(self._unreadable, keys) if mask is not None)
        if unreadable:
            yield f"{danish.counted(unreadable, 'svar', 'svar')} kunne ikke læses og er ikke talt med."
        masks = [mask for mask in map(self._unknown_if_asked, keys) if mask is not None]
        if masks and (cases := _count_cases(np.logical_or.reduce(masks), filter_mask)):
            noun_phrase = danish.counted(cases, "ubesvaret sag", "ubesvarede sager")
            yield f"I {noun_phrase} vides det ikke, om spørgsmålet skulle stilles."

    def _filter_notes(self, where: Condition, text: str) -> Iterator[str]:
        truth = self.routing.truth(where)
        yield f"{_filter_clause(int(truth.true.sum()))}, hvor {text or describe(where, self.questionnaire)}."
        unknown = int((~truth.true & ~truth.false).sum())
        if unknown:
            noun_phrase = danish.counted(unknown, "sag", "sager")
            yield f"{noun_phrase} er ikke med, fordi det ikke kan afgøres, om betingelsen er opfyldt."

    def _unreadable(self, key: Key) -> Mask | None:
        """Cases with an unreadable answer to a question that they may have been asked; None where there are none."""
        broken = self.cases.unreadable_in(key)
        return None if broken is None else broken & ~self.routing.asked(key.question).false

    def _unknown_if_asked(self, key: Key) -> Mask | None:
        """Cases without an answer where it is unknown whether they are asked; None where that is always known."""
        asked = self.routing.asked(key.question)
        is_known = asked.true | asked.false
        return None if is_known.all() else ~is_known & ~self.cases.answered(key)


def _filter_clause(count: int) -> str:
    """Which cases are counted, where not all are."""
    if count == 1:
        return "Kun den ene sag"
    return f"Kun de {danish.count_word(count)} sager" if count else "Der er ingen sager"


def _count_cases(mask: Mask, filter_mask: Mask | None) -> int:
    """How many cases of the mask are among those that the table counts."""
    return int(np.count_nonzero(mask if filter_mask is None else mask & filter_mask))


def _count_rows(answers: Answers, rows: _RowLabels, where: Mask | None) -> _RowCounts:
    """The counts; where there are rows, with their total as the last."""
    height = len(rows.labels)
    index, positions, *chosen = [
        part if where is None else part[where] for part in (rows.index, answers.positions, *answers.chosen)
    ]
    states = _count_positions(index, positions, height, answers.not_asked + 1)
    counts = states[:, 1:-1]
    if chosen:
        counts = np.column_stack([_count_positions(index, mask, height, 2)[:, 1] for mask in chosen])
    return _RowCounts(
        counts,
        tuple(states[:, 1:-1].sum(axis=1).tolist()),
        tuple(states[:, 0].tolist()),
        tuple(states[:, -1].tolist()),
    )


def _count_positions(index: Column, positions: Column, height: int, width: int) -> Counts:
    """How often each position (below `width`) occurs in each row (below `height`), and last in all of them.

    Row and position together are one Categorical, every cell of the table one of its categories, so that a cell
    without cases is counted too. Its codes are in the smallest integer that holds them: memory is the bottleneck here.
    """
    import pandas as pd

    cells = max(height, 1) * width
    codes = np.multiply(index, width, dtype=np.min_scalar_type(-cells))
    codes += positions.astype(codes.dtype, copy=False)
    cell = pd.Series(pd.Categorical.from_codes(codes, pd.RangeIndex(cells), validate=False), copy=False)
    sizes = cell.groupby(cell, observed=False).size()
    counts: Counts = np.asarray(sizes, dtype=np.int64).reshape(-1, width)
    return np.vstack([counts, counts.sum(axis=0)]) if height else counts


def _percent_base(spec: TableSpec, row_counts: _RowCounts, counts: Counts) -> tuple[tuple[int, ...], str]:
    """What percentages are of: a number per row, and in words."""
    if spec.of == "all":
        states = zip(row_counts.answered, row_counts.unanswered, row_counts.not_asked, strict=True)
        return tuple(sum(parts) for parts in states), "alle sager"
    if spec.of == "answers":
        return tuple(counts.sum(axis=1).tolist()), "svar"
    return row_counts.answered, "besvarede sager"
