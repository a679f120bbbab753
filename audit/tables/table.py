"""The table as a value: counts, bases and notes, and which cases stand behind a cell, apart from how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audit.base import danish

if TYPE_CHECKING:
    import pandas as pd

TOTAL = "I alt"
#: The rows of cases that have no answer to what the rows are, and of those that were not asked it.
UNKNOWN = "Ikke oplyst"
NOT_ASKED = "Ikke stillet"

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Behind:
    """The cases behind a number, and what they have in common."""

    what: str
    cases: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """Counts of answers by row, exact and whole; percentages are computed when asked for.

    `counts` has one row per label in `rows` and one column per label in `columns` (int64, read-only). `base`,
    `unanswered` and `not_asked` have one number (cases) per row. Every table ends with the row "I alt", except a whole
    grid, which has one row per grid row. In a table of several answers (`multiple`) a case counts in every column it
    answered, so rows can sum to more than the base.
    """

    id: str
    title: str
    by: str | None
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    counts: Counts
    base: tuple[int, ...]
    unanswered: tuple[int, ...]
    not_asked: tuple[int, ...]
    multiple: bool = False
    notes: tuple[str, ...] = ()
    #: "counts", "percent" or "both": what to show of it.
    show: str = "counts"
    #: What percentages are of where it is not the base, one number per row, and in words.
    whole: tuple[int, ...] = ()
    base_text: str = "besvarede sager"
    #: What the rows are, in words.
    by_title: str = ""
    #: Which cases are counted where not all are, in words; it is the first of the notes.
    filter_note: str = ""
    #: The question that is counted, where `id` is a name of its own.
    question_id: str = ""
    _members: Callable[[int, int], tuple[str, ...]] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.counts.setflags(write=False)

    @property
    def question(self) -> str:
        """The question (a grid row, a derived variable) that is counted."""
        return self.question_id or self.id

    @property
    def has_total(self) -> bool:
        """Whether the last row sums the others, as it does in all but a whole grid."""
        return self.rows[-1] == TOTAL

    @property
    def wholes(self) -> tuple[int, ...]:
        """What percentages are of, one number per row."""
        return self.whole or self.base

    @property
    def rows_title(self) -> str:
        """What the rows are, as the header above their labels."""
        if self.by is not None:
            return danish.capital(self.by_title or self.by)
        return "Sager" if self.has_total else "Delspørgsmål"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The counts as a DataFrame: one row a row, named by what the rows are; one column an answer, by the question.

        Nothing else stands in it, whatever an answer is called: `base`, `unanswered` and `not_asked` are beside it.
        """
        import pandas as pd

        rows = pd.Index(self.rows, name=self.by or self.rows_title)
        return pd.DataFrame(self.counts, index=rows, columns=pd.Index(self.columns, name=self.question))

    def row(self, label: str | None = None) -> int:
        """The index of a row by its label, of "I alt" where none is given. Raises KeyError, as a grid has no total."""
        if label is not None:
            return _index(label, self.rows)
        if not self.has_total:
            raise KeyError(TOTAL)
        return len(self.rows) - 1

    def column(self, label: str) -> int:
        """The index of a column by its label or its code. Raises KeyError."""
        return self.codes.index(label) if label in self.codes else _index(label, self.columns)

    def count(self, column: str, row: str | None = None) -> int:
        """The number of cases that answered `column`, in one row or in all. Raises KeyError."""
        return int(self.counts[self.row(row), self.column(column)])

    def percent(self, column: str, row: str | None = None) -> int | None:
        """The same as whole percent of the row's whole, half up; None where that is 0. Raises KeyError."""
        return danish.percent(self.count(column, row), self.wholes[self.row(row)])

    def of_rows(self, labels: Sequence[str]) -> Table:
        """The table with some of its rows, in that order, and its total. Raises KeyError."""
        indexes = [self.row(label) for label in labels] + ([len(self.rows) - 1] if self.has_total else [])
        members = self._members

        def pick(numbers: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(numbers[index] for index in indexes) if numbers else ()

        return replace(
            self,
            rows=tuple(self.rows[index] for index in indexes),
            counts=self.counts[indexes],
            base=pick(self.base),
            unanswered=pick(self.unanswered),
            not_asked=pick(self.not_asked),
            whole=pick(self.whole),
            _members=members and (lambda row, column: members(indexes[row], column)),
        )

    def cases(self, column: str, row: str | None = None) -> tuple[str, ...]:
        """The keys of the cases behind a cell, in the order of the data: as many as the cell counts."""
        return self._cases(self.row(row), self.column(column))

    def cases_in_row(self, row: int) -> tuple[str, ...]:
        """The keys of the cases that a row counts, each once, in the order of their numbers."""
        cells = (self._cases(row, column) for column in range(len(self.columns)))
        keys = {key for cases in cells for key in cases}
        return tuple(sorted(keys, key=danish.natural))

    def behind(self, row: int, column: int) -> Behind:
        """The cases behind a cell, by the index of its row and its column."""
        label = "" if self.rows[row] == TOTAL else f"{self.rows[row]}: "
        return Behind(f"{label}{self.columns[column]}.", self._cases(row, column))

    def _cases(self, row: int, column: int) -> tuple[str, ...]:
        if self._members is None:
            raise LookupError(f"table {self.id} was made without its cases")
        return self._members(row, column)


def _index(label: str, labels: tuple[str, ...]) -> int:
    if label not in labels:
        raise KeyError(label)
    return labels.index(label)
