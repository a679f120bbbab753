"""What prose can say about a table: shares of cases, by answer and by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.base import danish
from audit.base.errors import UsageFault
from audit.tables.table import TOTAL, Behind, Table


class CaseCount(int):
    """A number of cases that knows which cases they are. Sums and differences know theirs too, where possible."""

    def __new__(cls, value: int, find_cases: Callable[[], Behind]) -> CaseCount:
        """A number, and a function that finds its cases when they are needed."""
        count = super().__new__(cls, value)
        count._find_cases = find_cases
        return count

    _find_cases: Callable[[], Behind]

    @property
    def behind(self) -> Behind | None:
        """The cases; None where there are not as many as the number, as they would belong to another."""
        cases = self._find_cases()
        return cases if len(cases.cases) == self else None

    def __add__(self, other: int) -> int:
        if not isinstance(other, int):
            return NotImplemented  # a number of another kind adds as it does to any int
        return _combine(int(self) + int(other), self, other, set.union, " eller ")

    __radd__ = __add__

    def __sub__(self, other: int) -> int:
        if not isinstance(other, int):
            return NotImplemented
        return _combine(int(self) - int(other), self, other, set.difference, ", men ikke ")


def _combine(
    value: int, left: CaseCount, right: int, combine: Callable[[set[str], set[str]], set[str]], word: str
) -> int:
    if not isinstance(right, CaseCount):
        return left if value == left else value

    def find_cases() -> Behind:
        first, second = left._find_cases(), right._find_cases()
        cases = combine(set(first.cases), set(second.cases))
        what = f"{first.what.rstrip('.')}{word}{danish.lower_first(second.what)}"
        return Behind(what, tuple(sorted(cases, key=danish.natural)))

    return CaseCount(value, find_cases)


def cases_behind(value: object, *, base: bool = False) -> Iterator[Behind]:
    """The cases behind a value in prose, where they are known and there are any; with `base` also those of its base."""
    if isinstance(value, Share):
        yield from cases_behind(value.count)
        yield from cases_behind(value.base) if base else ()
    elif isinstance(value, CaseCount) and (cases := value.behind) is not None and cases.cases:
        yield cases


@dataclass(frozen=True)
class Share:
    """`count` cases out of `base`. Raises UsageFault where that is not a share."""

    count: int
    base: int

    def __post_init__(self) -> None:
        if not (isinstance(self.count, int) and isinstance(self.base, int) and 0 <= self.count <= self.base):
            raise UsageFault(f"{self.count} af {self.base} er ikke en andel")

    @property
    def percent(self) -> int | None:
        """Whole percent (0-100), half up; None where the base is 0."""
        return danish.percent(self.count, self.base)

    @property
    def rest(self) -> Share:
        """The cases of the base that are not in the count."""
        return Share(self.base - self.count, self.base)


@dataclass(frozen=True)
class Result:
    """A table as prose sees it: answers by code or label, shares, and the labels of its rows.

    `section` is the title of the questionnaire's section that the question stands in, where it is known.
    """

    id: str
    table: Table
    section: str = ""

    @property
    def title(self) -> str:
        """What the table counts."""
        return self.table.title

    @property
    def answers(self) -> tuple[str, ...]:
        """The labels of the columns."""
        return self.table.columns

    @property
    def rows(self) -> tuple[str, ...]:
        """The labels of the rows, the total left out."""
        return tuple(label for label in self.table.rows if label != TOTAL)

    @property
    def base(self) -> int:
        """The number of cases counted, in all rows together. Raises UsageFault on a grid, which has no total."""
        self._must_have_total()
        return self._answered_cases(len(self.table.rows) - 1)

    def share(self, *answers: str | int, row: str | None = None) -> Share:
        """The cases with one of `answers`, merged, of one row or of all. Raises UsageFault on an unknown name."""
        if row is None:
            self._must_have_total()
        if self.table.multiple and len(answers) > 1:
            raise UsageFault(f'svar på "{self.title}" kan ikke lægges sammen, fordi en sag kan have flere svar')
        try:
            row_index = self.table.row(row)
            columns = [self.table.column(str(answer)) for answer in answers]
        except KeyError as error:
            name = str(error.args[0])
            names = (*self.table.columns, *self.table.codes, *self.table.rows)
            message = f'tabellen "{self.id}" har ikke "{name}".{danish.did_you_mean(name, names)}'
            raise UsageFault(message) from error
        count = CaseCount(
            sum(int(self.table.counts[row_index, column]) for column in columns),
            lambda: self._cases_with(row_index, columns),
        )
        return Share(count, self._base_of(row_index))

    def _cases_with(self, row: int, columns: list[int]) -> Behind:
        """The cases of a row with one of the answers in `columns`."""
        cells = [self.table.behind(row, column) for column in columns]
        cases = (case for cell in cells for case in cell.cases)
        what = danish.listing([cell.what.removesuffix(".") for cell in cells], "eller")
        return Behind(self._describe(what), tuple(sorted(cases, key=danish.natural)))

    def _base_of(self, row: int) -> int:
        """The base of a row's percentages; it knows its cases where it counts those that answered."""
        return self._answered_cases(row) if self.table.wholes == self.table.base else self.table.wholes[row]

    def _answered_cases(self, row: int) -> CaseCount:
        what = self._describe(self.table.base_text)
        return CaseCount(self.table.base[row], lambda: Behind(what, self.table.cases_in_row(row)))

    def _describe(self, what: str) -> str:
        return " ".join(filter(None, (f"{self.title}: {what}.", self.table.filter_note)))

    def _must_have_total(self) -> None:
        if not self.table.has_total:
            problem = f'tabellen "{self.id}" har en række for hvert delspørgsmål og ingen "{TOTAL}"'
            raise UsageFault(f'{problem}; skriv, hvilken række du mener: share(…, row="{self.table.rows[0]}")')
