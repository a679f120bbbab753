"""A report as a value: blocks with numbers and resolved references, from which every format is rendered.

Blocks hold the content; its look is the renderers' business.
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
    """A heading; level 1 is a chapter or an appendix (each numbers its tables and figures from 1).

    A chapter is numbered in turn unless `number` is set. Without `numbered` a heading has no number, nor have
    a chapter's sections.
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
    """A list with one sequence of spans per item; ordered lists count from 1."""

    items: tuple[Spans, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Note:
    """A remark in small print that belongs to what stands before it."""

    spans: Spans


@dataclass(frozen=True)
class TableRow:
    """A row of a drawn table: its header and one text per column; `total` marks the sum of the others.

    `behind` has, in an internal copy, the cases behind each cell.
    """

    header: str
    cells: tuple[str, ...]
    total: bool = False
    behind: tuple[tuple[Behind, ...], ...] = ()

    @property
    def blank(self) -> bool:
        """Whether it is empty except for its header: it is there to be written in."""
        return not any(text.strip() for text in self.cells or (self.header,))


@dataclass(frozen=True)
class TableBlock:
    """A drawn table: `header` and `align` have one entry per column, that of the row headers first.

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
    """What a figure shows. `values` (cases, or answers) has one tuple per row with one number per series.

    "bars" has one series without a name; in "stacked" each row is one bar, divided between the series. "shares" is
    the same with all bars of one length and the percent in their parts: it compares rows of unlike size.
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
    """One case as an example."""

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
    """A field to write in: its label and its text, in lines as it was written.

    Where there is no text, `lines` lines are left to write on (0: there is nothing to write).
    """

    label: str
    text: str = ""
    lines: int = 1


@dataclass(frozen=True)
class FormRow:
    """A row of a grid question: its number and wording, its boxes, and its remark if it has one."""

    header: str
    boxes: tuple[Box, ...]
    remark: Field | None = None


@dataclass(frozen=True)
class FormBlock:
    """A question of a questionnaire, empty or as answered in a case.

    `when` says in words when it is asked, `state` what there is to say about its answer ("Ikke relevant"). All `rows`
    (of a grid) have the same boxes. A question has boxes or rows or neither; `fields` come last.
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
    """What a document is marked as: `word` on every page, and after it at the top the sentence `told`."""

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


def draw_table(table: Table, *, id: str, caption: str, notes: tuple[str, ...] = (), traced: bool = False) -> TableBlock:
    """A table drawn as a block: answers down the side when it has one row of counts, otherwise across the top.

    If it is `traced`, each cell has the cases behind it.
    """
    single_row = table.rows == (TOTAL,)
    header, rows = _layout_down(table) if single_row else layout_across(table, table.show, _base_column(table))
    if traced:
        cells = _cases_behind(table, len(header) - 1, single_row=single_row)
        rows = tuple(replace(row, behind=behind) for row, behind in zip(rows, cells, strict=True))
    align: tuple[Alignment, ...] = ("left", *_RIGHT * (len(header) - 1))
    return TableBlock(id, caption, header, rows, align, (*table.notes, *_notes_on_uncounted(table), *notes))


def _cases_behind(table: Table, width: int, *, single_row: bool) -> Iterator[tuple[tuple[Behind, ...], ...]]:
    """The cases behind the cells of each row of a drawn table that is `width` columns wide."""
    for row in range(len(table.rows)):
        cells = [(table.behind(row, column),) for column in range(len(table.columns))]
        all_cases = (Behind(f"{table.rows[row]}:", table.cases_in_row(row)),)
        if single_row:
            yield from ((cell,) * width for cell in (*cells, all_cases))
        else:
            yield (*cells, *(all_cases,) * (width - len(cells)))


def _notes_on_uncounted(table: Table) -> Iterator[str]:
    """What a reader must know about the cases that are not counted."""
    if any(table.not_asked) and not any(table.base) and not any(table.unanswered):
        yield "Spørgsmålet er ikke stillet i nogen af sagerne."
    for label, count in zip(table.rows, table.unanswered, strict=True):
        if count and (label == TOTAL or not table.has_total):
            of_row = "" if label == TOTAL else f' i "{label}"'
            yield f"Ikke besvaret{of_row}: {danish.counted(count, 'sag', 'sager')}."


_RIGHT: tuple[Alignment, ...] = ("right",)


def _layout_down(table: Table) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    base = table.wholes[0]

    def cells(count: int) -> tuple[str, ...]:
        return _select_columns((danish.number(count), _percent(count, base)), table.show)

    header = _select_columns(("Antal svar" if table.multiple else "Antal sager", "Procent"), table.show)
    rows = [TableRow(label, cells(int(count))) for label, count in zip(table.columns, table.counts[0], strict=True)]
    return ("Svar", *header), (*rows, TableRow(_base_label(table), cells(base), total=True))


def _select_columns(texts: tuple[str, str], show: str) -> tuple[str, ...]:
    """The texts of a count and a percent that `show` asks for."""
    return {"counts": texts[:1], "percent": texts[1:], "both": texts}[show]


def layout_across(
    table: Table,
    show: str,
    extra_columns: Mapping[str, Sequence[int]],
    bracket_texts: Sequence[Sequence[str]] | None = None,
) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    """Header and rows of a table with its answers across the top, then `extra_columns` (numbers of cases by title).

    `bracket_texts`, in the shape of the counts, are added to the brackets around the percents; empty texts are not.
    """
    rows = []
    for index, (label, base) in enumerate(zip(table.rows, table.wholes, strict=True)):
        texts = bracket_texts[index] if bracket_texts else [""] * len(table.columns)
        cells = [_cell(int(count), base, show, text) for count, text in zip(table.counts[index], texts, strict=True)]
        numbers = (danish.number(column[index]) for column in extra_columns.values())
        rows.append(TableRow(label, (*cells, *numbers), total=label == TOTAL))
    return (table.rows_title, *table.columns, *extra_columns), tuple(rows)


def _base_column(table: Table) -> dict[str, tuple[int, ...]]:
    """The column of bases by title; none where the answers sum to it."""
    return {_base_label(table): table.wholes} if table.multiple or table.show == "percent" else {}


def _base_label(table: Table) -> str:
    """The label of the base: "I alt" where the answers sum to it, otherwise what is counted."""
    sums = not table.multiple and table.wholes == table.base
    return TOTAL if sums else danish.capital(table.base_text)


def _cell(count: int, base: int, show: str, bracket_text: str) -> str:
    if show == "percent":
        return _percent(count, base)
    if show == "counts":
        return danish.number(count)
    return f"{danish.number(count)} ({_percent(count, base)}{f'; {bracket_text}' if bracket_text else ''})"


def _percent(count: int, base: int) -> str:
    share = danish.percent(count, base)
    return "–" if share is None else f"{share} %"
