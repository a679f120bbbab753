"""What prose can tell of a table: shares of cases, by answer and by row."""

from __future__ import annotations

from dataclasses import dataclass

from audit import danish
from audit.errors import UsageFault
from audit.tables import TOTAL, Table


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
        return self.table.base[-1]

    def share(self, *answers: str | int, row: str | None = None) -> Share:
        """The cases with one of `answers`, merged, of one row or of all. Raises UsageFault on an unknown name."""
        if row is None:
            self._must_have_total()
        if self.table.multiple and len(answers) > 1:
            raise UsageFault(f'svar på "{self.title}" kan ikke lægges sammen, fordi en sag kan have flere svar')
        try:
            count = sum(self.table.count(str(answer), row) for answer in answers)
            return Share(count, self.table.wholes[self.table.row(row)])
        except KeyError as error:
            name = str(error.args[0])
            known = (*self.table.columns, *self.table.codes, *self.table.rows)
            message = f'tabellen "{self.id}" har ikke "{name}".{danish.did_you_mean(name, known)}'
            raise UsageFault(message) from error

    def _must_have_total(self) -> None:
        if not self.table.totalled:
            said = f'tabellen "{self.id}" har en række for hvert delspørgsmål og ingen "{TOTAL}"'
            raise UsageFault(f'{said}; skriv, hvilken række du mener: share(…, row="{self.table.rows[0]}")')
