"""What prose can tell of a table: shares of cases, by answer and by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.base import danish
from audit.base.errors import UsageFault
from audit.tables.table import TOTAL, Behind, Table


class Counted(int):
    """A number of cases that can tell which they are. What is added to it or taken from it keeps that, where it can."""

    def __new__(cls, value: int, find: Callable[[], Behind]) -> Counted:
        """A number, and what finds its cases when they are asked for."""
        made = super().__new__(cls, value)
        made._find = find
        return made

    _find: Callable[[], Behind]

    @property
    def behind(self) -> Behind | None:
        """The cases; None where they are not as many as the number, so that they would tell of another."""
        found = self._find()
        return found if len(found.cases) == self else None

    def __add__(self, other: int) -> int:
        if not isinstance(other, int):
            return NotImplemented  # a number of another kind adds as it does to any int
        return _joined(int(self) + int(other), self, other, lambda one, two: one | two, " eller ")

    __radd__ = __add__

    def __sub__(self, other: int) -> int:
        if not isinstance(other, int):
            return NotImplemented
        return _joined(int(self) - int(other), self, other, lambda one, two: one - two, ", men ikke ")


def _joined(value: int, one: Counted, two: int, join: Callable[[set[str], set[str]], set[str]], word: str) -> int:
    if not isinstance(two, Counted):
        return one if value == one else value

    def find() -> Behind:
        first, second = one._find(), two._find()
        cases = join(set(first.cases), set(second.cases))
        what = f"{first.what.rstrip('.')}{word}{danish.lower_first(second.what)}"
        return Behind(what, tuple(sorted(cases, key=danish.natural)))

    return Counted(value, find)


def behind(value: object, *, base: bool = False) -> Iterator[Behind]:
    """The cases behind a value that prose writes, where it knows them and there are any; also those of its `base`."""
    if isinstance(value, Share):
        yield from behind(value.count)
        yield from behind(value.base) if base else ()
    elif isinstance(value, Counted) and (found := value.behind) is not None and found.cases:
        yield found


@dataclass(frozen=True)
class Share:
    """`count` cases out of `base`. Raises UsageFault where that is no share."""

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
        return self._counted(len(self.table.rows) - 1)

    def share(self, *answers: str | int, row: str | None = None) -> Share:
        """The cases with one of `answers`, merged, of one row or of all. Raises UsageFault on an unknown name."""
        if row is None:
            self._must_have_total()
        if self.table.multiple and len(answers) > 1:
            raise UsageFault(f'svar på "{self.title}" kan ikke lægges sammen, fordi en sag kan have flere svar')
        try:
            at = self.table.row(row)
            columns = [self.table.column(str(answer)) for answer in answers]
        except KeyError as error:
            name = str(error.args[0])
            known = (*self.table.columns, *self.table.codes, *self.table.rows)
            message = f'tabellen "{self.id}" har ikke "{name}".{danish.did_you_mean(name, known)}'
            raise UsageFault(message) from error
        count = Counted(
            sum(int(self.table.counts[at, column]) for column in columns), lambda: self._having(at, columns)
        )
        return Share(count, self._whole(at))

    def _having(self, row: int, columns: list[int]) -> Behind:
        """The cases of a row with one of some answers."""
        cells = [self.table.behind(row, column) for column in columns]
        cases = (case for cell in cells for case in cell.cases)
        what = danish.listing([cell.what.removesuffix(".") for cell in cells], "eller")
        return Behind(self._said(what), tuple(sorted(cases, key=danish.natural)))

    def _whole(self, row: int) -> int:
        """What percentages of a row are of; it knows its cases where it counts those that answered."""
        return self._counted(row) if self.table.wholes == self.table.base else self.table.wholes[row]

    def _counted(self, row: int) -> Counted:
        what = self._said(self.table.base_text)
        return Counted(self.table.base[row], lambda: Behind(what, self.table.cases_in_row(row)))

    def _said(self, what: str) -> str:
        return " ".join(filter(None, (f"{self.title}: {what}.", self.table.filter_note)))

    def _must_have_total(self) -> None:
        if not self.table.has_total:
            said = f'tabellen "{self.id}" har en række for hvert delspørgsmål og ingen "{TOTAL}"'
            raise UsageFault(f'{said}; skriv, hvilken række du mener: share(…, row="{self.table.rows[0]}")')
