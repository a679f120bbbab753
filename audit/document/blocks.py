"""A report as a value: blocks with numbers and resolved references, which every format is rendered from.

Blocks hold what is said; how it looks is the renderers' business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from audit.base import danish
from audit.tables.table import TOTAL, Behind, Table

Alignment = Literal["left", "right"]
FigureKind = Literal["bars", "stacked", "shares"]


@dataclass(frozen=True)
class Span:
    """A run of text in one style. `href` is an address outside; `ref` the id of a block in the same document.

    The text of a span with a `ref` is empty until `resolve` writes it ("tabel 3.1"). `origin` is the file and line
    of the prose that wrote the reference. `behind` are the cases behind the numbers in the text.
    """

    text: str
    bold: bool = False
    italic: bool = False
    href: str | None = None
    ref: str | None = None
    origin: tuple[str, int] | None = field(default=None, compare=False)
    behind: tuple[Behind, ...] = ()


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter or an appendix (of which each numbers its tables and figures anew).

    A chapter is numbered in turn unless `number` is set. `numbered` false leaves a heading without a number, and a
    chapter's sections, too.
    """

    level: int
    spans: Spans
    id: str = ""
    number: str = ""
    appendix: bool = False
    numbered: bool = True


@dataclass(frozen=True)
class Paragraph:
    """Running text; it has an `id` where something refers to it."""

    spans: Spans
    id: str = ""


@dataclass(frozen=True)
class ListBlock:
    """A list, one item a row of spans; ordered lists count from 1."""

    items: tuple[Spans, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Note:
    """A remark in small print that belongs to what stands before it."""

    spans: Spans


@dataclass(frozen=True)
class TableRow:
    """A row of a drawn table: its header and one text a column; `total` marks the sum of the others.

    `behind` has, in an internal copy, the cases behind each cell.
    """

    header: str
    cells: tuple[str, ...]
    total: bool = False
    behind: tuple[tuple[Behind, ...], ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it beside its header: it is there to be written in."""
        return not any(text.strip() for text in self.cells or (self.header,))


@dataclass(frozen=True)
class TableBlock:
    """A drawn table: `header` and `align` have one entry a column, that of the row headers first.

    `origin` is the file and line of the prose that put it in. An `id` that is empty is made by `resolve`.
    """

    id: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    align: tuple[Alignment, ...]
    notes: tuple[str, ...] = ()
    label: str = ""
    origin: tuple[str, int] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Chart:
    """What a figure shows. `values` (cases, or answers) has one tuple a row with one number a series.

    "bars" has one series without a name; in "stacked" each row is one bar, divided between the series. "shares" is
    that with all bars of one length, whose parts tell their percent too: rows of unlike size beside each other.
    """

    kind: FigureKind
    rows: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class FigureBlock:
    """A figure: what it shows, and the same in words (`alt`).

    `behind` has, in an internal copy, the cases behind each value, in the shape of the chart's.
    """

    id: str
    caption: str
    chart: Chart
    alt: str
    notes: tuple[str, ...] = ()
    label: str = ""
    origin: tuple[str, int] | None = field(default=None, compare=False)
    behind: tuple[tuple[Behind, ...], ...] = ()


@dataclass(frozen=True)
class CaseExample:
    """One case told as an example."""

    case: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Box:
    """An answer to tick, with the form's own code; `chosen` where it is the answer of a case."""

    code: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """Something to write: what it is called and what stands there, in lines as it was written.

    Where nothing stands there, `lines` lines are left to write on (none: there is nothing to write).
    """

    label: str
    text: str = ""
    lines: int = 1


@dataclass(frozen=True)
class FormRow:
    """A row of a question that is answered in rows: its number and wording, its boxes, and its remark if it has one."""

    header: str
    boxes: tuple[Box, ...]
    remark: Field | None = None


@dataclass(frozen=True)
class FormBlock:
    """A question of a questionnaire, empty or as it is answered in a case.

    `when` tells in words when it is asked, `state` what is to be said of its answer ("Ikke relevant"). `rows` (of a
    grid) have the same boxes each. A question has boxes or rows or neither; `fields` stand last.
    """

    number: str
    text: str
    when: str = ""
    state: str = ""
    boxes: tuple[Box, ...] = ()
    rows: tuple[FormRow, ...] = ()
    fields: tuple[Field, ...] = ()


Block = Heading | Paragraph | ListBlock | Note | TableBlock | FigureBlock | CaseExample | FormBlock


@dataclass(frozen=True)
class Stamp:
    """What a document is marked as: `word` stands on every page, and beside it at the top `told`, a sentence."""

    word: str
    told: str


DRAFT = Stamp("KLADDE", "Tallene er ikke endelige.")
PRELIMINARY = Stamp("Foreløbig - i høring", "Der kan endnu komme bemærkninger, og indholdet kan blive ændret.")
INTERNAL = Stamp("Intern arbejdskopi", "Den viser sagsnumrene bag tallene og må ikke offentliggøres.")


@dataclass(frozen=True)
class Document:
    """A whole report. `details` are the front page's lines (name, text), `stamps` what every page is marked as.

    Without a `cover` (a letter, a form) it begins at the top of its first page and has no table of contents.
    """

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    publisher: str = ""
    date: date | None = None
    details: tuple[tuple[str, str], ...] = ()
    stamps: tuple[Stamp, ...] = ()
    cover: bool = True

    @property
    def stamp(self) -> str:
        """The words of its stamps as they stand on each page, in one line; empty where there are none."""
        return " · ".join(stamp.word for stamp in self.stamps)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings in order, from which a table of contents is made."""
        return tuple(block for block in self.blocks if isinstance(block, Heading))


def draw(table: Table, *, id: str, caption: str, notes: tuple[str, ...] = (), traced: bool = False) -> TableBlock:
    """A table as it is drawn: answers down the side when it has one row of counts, otherwise across the top.

    If it is `traced`, each cell has the cases behind it.
    """
    upright = table.rows == (TOTAL,)
    header, rows = _upright(table) if upright else across(table, table.show, _wholes_shown(table))
    if traced:
        cells = _behind(table, len(header) - 1, upright=upright)
        rows = tuple(replace(row, behind=behind) for row, behind in zip(rows, cells, strict=True))
    align: tuple[Alignment, ...] = ("left", *_RIGHT * (len(header) - 1))
    return TableBlock(id, caption, header, rows, align, (*table.notes, *_left_out(table), *notes))


def _behind(table: Table, width: int, *, upright: bool) -> Iterator[tuple[tuple[Behind, ...], ...]]:
    """The cases behind the cells of each row of a drawn table that is `width` columns wide."""
    for row in range(len(table.rows)):
        found = [(table.behind(row, column),) for column in range(len(table.columns))]
        whole = (Behind(f"{table.rows[row]}:", table.cases_in_row(row)),)
        if upright:
            yield from ((one,) * width for one in (*found, whole))
        else:
            yield (*found, *(whole,) * (width - len(found)))


def _left_out(table: Table) -> Iterator[str]:
    """What a reader must know of the cases that are not counted."""
    if any(table.not_asked) and not any(table.base) and not any(table.unanswered):
        yield "Spørgsmålet er ikke stillet i nogen af sagerne."
    for label, count in zip(table.rows, table.unanswered, strict=True):
        if count and (label == TOTAL or not table.has_total):
            of_row = "" if label == TOTAL else f' i "{label}"'
            yield f"Ikke besvaret{of_row}: {danish.counted(count, 'sag', 'sager')}."


_RIGHT: tuple[Alignment, ...] = ("right",)


def _upright(table: Table) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    whole = table.wholes[0]

    def cells(count: int) -> tuple[str, ...]:
        return _shown((danish.number(count), _percent(count, whole)), table.show)

    header = _shown(("Antal svar" if table.multiple else "Antal sager", "Procent"), table.show)
    rows = [TableRow(label, cells(int(count))) for label, count in zip(table.columns, table.counts[0], strict=True)]
    return ("Svar", *header), (*rows, TableRow(_base_label(table), cells(whole), total=True))


def _shown(both: tuple[str, str], show: str) -> tuple[str, ...]:
    """Of a count and a percent, what `show` asks for."""
    return {"counts": both[:1], "percent": both[1:], "both": both}[show]


def across(
    table: Table, show: str, last: Mapping[str, Sequence[int]], within: Sequence[Sequence[str]] | None = None
) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    """Header and rows of a table with its answers across the top, and after them `last`: columns of cases by title.

    `within` is, in the shape of the counts, what stands after a percent in its bracket; an empty text is nothing.
    """
    rows = []
    for index, (label, whole) in enumerate(zip(table.rows, table.wholes, strict=True)):
        texts = within[index] if within else [""] * len(table.columns)
        cells = [_cell(int(count), whole, show, text) for count, text in zip(table.counts[index], texts, strict=True)]
        numbers = (danish.number(column[index]) for column in last.values())
        rows.append(TableRow(label, (*cells, *numbers), total=label == TOTAL))
    return (table.rows_title, *table.columns, *last), tuple(rows)


def _wholes_shown(table: Table) -> dict[str, tuple[int, ...]]:
    """The column of wholes, where the answers do not tell it."""
    return {_base_label(table): table.wholes} if table.multiple or table.show == "percent" else {}


def _base_label(table: Table) -> str:
    """What the whole is called: "I alt" where the answers sum to it, otherwise what it is."""
    sums = not table.multiple and table.wholes == table.base
    return TOTAL if sums else danish.capital(table.base_text)


def _cell(count: int, whole: int, show: str, within: str) -> str:
    if show == "percent":
        return _percent(count, whole)
    if show == "counts":
        return danish.number(count)
    return f"{danish.number(count)} ({_percent(count, whole)}{f'; {within}' if within else ''})"


def _percent(count: int, whole: int) -> str:
    share = danish.percent(count, whole)
    return "–" if share is None else f"{share} %"
