"""What every format shows of a table besides its counts: bases, percentages, notes and safe texts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit import danish
from audit.document import Row, across
from audit.tables import Table

ANSWERED, UNANSWERED, NOT_ASKED = "Besvaret", "Ubesvaret", "Ikke stillet"


@dataclass(frozen=True)
class Export:
    """What is told about the tables as a whole.

    `schema` and `schema_version` name the questionnaire, `by` is the id of what the rows are and `by_title` the same
    in words; `cases` is how many cases were read, `notes` what holds for all tables.
    """

    schema: str
    schema_version: str
    by: str | None
    by_title: str
    title: str
    cases: int
    notes: tuple[str, ...] = ()

    @property
    def contents(self) -> str:
        """What the tables show, in a sentence."""
        cases = danish.counted(self.cases, "sag", "sager")
        by = f", fordelt på {danish.lower_first(plain(self.by_title))}" if self.by else ""
        return f"Svarene i {cases} talt op spørgsmål for spørgsmål{by}."

    @property
    def questionnaire(self) -> str:
        """The questionnaire and its version in words."""
        return f"{self.schema}, version {self.schema_version}"


def plain(text: str) -> str:
    """The text on one line, without characters that cannot be seen (such as those that steer a terminal)."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def title(table: Table) -> str:
    """The table's number, where it has one, and title on one line."""
    return plain(f"{table.id} {table.title}" if table.id[:1].isdigit() else table.title)


def percents(table: Table) -> tuple[tuple[int | None, ...], ...]:
    """Whole percent, half up, of each row's whole, in the shape of the counts; None where the whole is 0."""
    return tuple(
        tuple(danish.percent(count, whole) for count in counts)
        for counts, whole in zip(table.counts.tolist(), table.wholes, strict=True)
    )


def bases(table: Table) -> dict[str, tuple[int, ...]]:
    """The columns after the answers by title: cases answered and, where there are any, unanswered and not asked."""
    others = {UNANSWERED: table.unanswered, NOT_ASKED: table.not_asked}
    return {ANSWERED: table.base} | {name: values for name, values in others.items() if any(values)}


def drawn(table: Table, percent: bool) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Header and rows as a reader sees them: counts (``8``, or ``8 (80 %)``), then bases."""
    header, rows = across(table, "both" if percent else "counts", bases(table))
    return tuple(map(plain, header)), tuple(replace(row, header=plain(row.header)) for row in rows)


def notes(table: Table, percent: bool) -> tuple[str, ...]:
    """The notes of a table; with percentages, what they are of."""
    of = f"Procent af {table.base_text}, afrundet til hele procent."
    return tuple(plain(note) for note in (*table.notes, *((of,) if percent else ())))
