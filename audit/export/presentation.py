"""What every format shows of a table besides its counts: bases, percentages, intervals, notes and safe texts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from audit.base import danish
from audit.document.blocks import TableRow, layout_across
from audit.tables.intervals import METHODS, Interval, Method
from audit.tables.table import Table

ANSWERED, UNANSWERED, NOT_ASKED = "Besvaret", "Ubesvaret", "Ikke stillet"
#: The level of the intervals, and for each method its name and how often it holds.
LEVEL = 0.95
_METHODS: dict[Method, tuple[str, str]] = {
    "wilson": ("Wilsons metode", "omkring"),
    "clopper-pearson": ("Clopper og Pearsons eksakte metode", "mindst"),
}


@dataclass(frozen=True)
class Export:
    """What all tables of an export have in common.

    `schema` and `schema_version` name the questionnaire, `by` is the id of the question that gives the rows and
    `by_title` its title; `cases` is the number of cases read, `notes` apply to all tables. With `interval`, which
    shows percent too, each share has the interval of that method.
    """

    schema: str
    schema_version: str
    by: str | None
    by_title: str
    title: str
    cases: int
    notes: tuple[str, ...] = ()
    interval: Method | None = None

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes for all tables, with what intervals can and cannot show."""
        return self.notes if self.interval is None else (*self.notes, *_interval_notes(self.interval))

    @property
    def contents(self) -> str:
        """What the tables show, in a sentence."""
        cases = danish.counted(self.cases, "sag", "sager")
        by = f", fordelt på {danish.lower_first(one_line(self.by_title))}" if self.by else ""
        return f"Svarene i {cases} talt op spørgsmål for spørgsmål{by}."

    @property
    def questionnaire(self) -> str:
        """The questionnaire and its version in words."""
        return f"{self.schema}, version {self.schema_version}"


def one_line(text: str) -> str:
    """The text on one line, without invisible characters (such as those that control a terminal)."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def table_title(table: Table) -> str:
    """The table's number, where it has one, and title on one line."""
    return one_line(f"{table.id} {table.title}" if table.id[:1].isdigit() else table.title)


def percents(table: Table) -> tuple[tuple[int | None, ...], ...]:
    """Whole percent, half up, of each row's base, in the shape of the counts; None where the base is 0."""
    return tuple(
        tuple(danish.percent(count, whole) for count in counts)
        for counts, whole in zip(table.counts.tolist(), table.wholes, strict=True)
    )


def intervals(table: Table, method: Method | None) -> tuple[tuple[Interval | None, ...], ...]:
    """The limits (shares 0-1) of each share in the shape of the counts.

    None without a method, where the base is 0, and where percentages are of something else than the answered cases.
    """
    if method is None or table.wholes != table.base:
        return ((None,) * len(table.columns),) * len(table.rows)
    limits = METHODS[method]
    return tuple(
        tuple(limits(count, base, LEVEL) if base else None for count in counts)
        for counts, base in zip(table.counts.tolist(), table.base, strict=True)
    )


def whole_percents(interval: Interval | None) -> tuple[int | None, int | None]:
    """The limits as a reader sees them, in whole percent, half up."""
    if interval is None:
        return None, None
    low, high = map(danish.whole_percent, interval)
    return low, high


def base_columns(table: Table) -> dict[str, tuple[int, ...]]:
    """The columns after the answers by title: cases answered and, where there are any, unanswered and not asked."""
    others = {UNANSWERED: table.unanswered, NOT_ASKED: table.not_asked}
    return {ANSWERED: table.base} | {name: values for name, values in others.items() if any(values)}


def header_and_rows(table: Table, percent: bool, method: Method | None) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    """Header and rows as a reader sees them: counts (``8``, ``8 (80 %)`` or ``8 (80 %; 49-94 %)``), then bases."""
    limits = [[_interval_text(interval) for interval in row] for row in intervals(table, method)]
    header, rows = layout_across(table, "both" if percent else "counts", base_columns(table), limits)
    return tuple(map(one_line, header)), tuple(replace(row, header=one_line(row.header)) for row in rows)


def _interval_text(interval: Interval | None) -> str:
    low, high = whole_percents(interval)
    return "" if low is None else f"{low}-{high} %"


def table_notes(table: Table, percent: bool) -> tuple[str, ...]:
    """The notes of a table; with percentages, also what they are of."""
    of = f"Procent af {table.base_text}, afrundet til hele procent."
    return tuple(one_line(note) for note in (*table.notes, *((of,) if percent else ())))


def _interval_notes(method: Method) -> tuple[str, ...]:
    """What intervals are and are not, for a reader who has never seen one."""
    name, often = _METHODS[method]
    of_100 = danish.whole_percent(LEVEL)
    return (
        "Intervallet ved hver procent viser usikkerheden, hvis sagerne er trukket tilfældigt blandt mange flere: I "
        f"{often} {of_100} af 100 sådanne stikprøver vil det rumme den procent, man ville finde ved at se på alle "
        f"sagerne ({name}).",
        "Intervallet dækker ikke fejl i vurderingerne eller skævheder i, hvordan sagerne er udvalgt. Er alle sager "
        "undersøgt, er der ingen usikkerhed af den slags.",
        "Overlapper to rækkers intervaller, viser de ikke, at der er forskel på rækkerne. Blandt mange rækker kan et "
        "par skille sig ud ved et tilfælde. Ti sager kan ikke bære en rangordning, og rækkefølgen er ikke en.",
    )
