"""Tables in Word: a header row that repeats, rows that stay whole, columns as wide as their texts need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from audit.document.blocks import Alignment
from audit.render import wordxml

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

#: Twentieths of a point across the text of a page (templates/word/document.xml).
PAGE = 8844
#: A table with more columns is set small, and one with more rows may run on to the next page.
_COLUMNS, _ROWS = 6, 24
#: The most lines of a row that stays whole; one that fills a page could not.
_LINES = 25
#: Of a table of common size and of a small one (templates/word/styles.xml): the space left and right of a cell's text
#: and a little more, in twentieths of a point, and the size of the text, in half points.
_PADDING, _SIZES = (190, 90), (18, 13)
_NARROW, _BROAD = frozenset("fijlrtI.,:;'|!()[]/- "), frozenset("mwMW%@æÆ")
#: The most that one word, and one text, can claim of the page.
_WORD_SHARE, _TEXT_SHARE = 0.4, 0.5
#: How narrow and how broad columns are that are equally wide.
_EVEN_LEAST, _EVEN_MOST = 0.13, 0.24


@dataclass(frozen=True)
class Grid:
    """The content of a table: one text per column in the header and in each row, the row's header first.

    `title` is its name for those who cannot see it; `total` marks the last row as the sum of the others, and
    `keep_with_next` keeps it on the page of what follows. `shares` are the columns' widths as parts of the page; by
    default the widths follow the texts.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: Sequence[Alignment]
    title: str
    total: bool = False
    keep_with_next: bool = False
    shares: Sequence[int] = ()

    @property
    def small(self) -> bool:
        """Whether it has so many columns that it is set in the small styles."""
        return len(self.header) > _COLUMNS

    def widths(self) -> list[int]:
        """The widths of the columns, in twentieths of a point."""
        if self.shares:
            return [PAGE * share // sum(self.shares) for share in self.shares]
        return column_widths(self.header, self.rows, small=self.small, texts="left" in self.align[1:])

    def style(self, column: int, *, header: bool) -> str:
        """The paragraph style (its id) of a column's cells."""
        number = self.align[column] == "right"
        kind = ("TabelhovedTal" if number else "Tabelhoved") if header else ("Tabeltal" if number else "Tabeltekst")
        return kind + ("Lille" if self.small else "")


def add_table(file: DocxDocument, grid: Grid, write: Callable[[Paragraph, str], object]) -> Table:
    """Add the table at the end of the file; `write` puts a text into a cell's paragraph. Returns the table."""
    from docx.shared import Twips

    table: Table = file.add_table(len(grid.rows) + 1, len(grid.header))
    table._tbl.tblStyle_val = "RapporttabelBred" if grid.small else "Rapporttabel"
    table.autofit = False
    sizes = grid.widths()
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = Twips(size)
    for index, (row, texts) in enumerate(zip(table.rows, (grid.header, *grid.rows), strict=True)):
        properties = row._tr.get_or_add_trPr()
        if _line_count(grid, texts, sizes) <= _LINES:
            properties.append(wordxml.element("cantSplit"))
        if index == 0:
            properties.append(wordxml.element("tblHeader"))
        for column_number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Twips(sizes[column_number])
            paragraph = cell.paragraphs[0]
            wordxml.set_style(paragraph, grid.style(column_number, header=index == 0))
            if _keeps_with_next(grid, index):
                wordxml.keep_with_next(paragraph)
            write(paragraph, text)
    _describe(table, grid)
    return table


def _line_count(grid: Grid, texts: Sequence[str], sizes: Sequence[int]) -> float:
    """About how many lines high a row is."""
    return max(_width(text, small=grid.small) / size for text, size in zip(texts, sizes, strict=True))


def _keeps_with_next(grid: Grid, index: int) -> bool:
    """Whether a row stays on the page of the next: in a long table only the first and the second last row."""
    last = len(grid.rows)
    if index == last:
        return grid.keep_with_next
    return index > 0 and (last <= _ROWS or index in (1, last - 1))


def _describe(table: Table, grid: Grid) -> None:
    """Set the table's name and width, and which of its parts are headers and total."""
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    (width,), (look,) = properties.xpath("w:tblW"), properties.xpath("w:tblLook")
    width.attrib.update({qn("w:type"): "dxa", qn("w:w"): str(PAGE)})
    look.attrib.update({qn("w:lastRow"): str(int(grid.total)), qn("w:val"): "04E0" if grid.total else "04A0"})
    properties.append(wordxml.element("tblCaption", val=wordxml.clean(grid.title)))
    headers = "; ".join(text for text in grid.header if text)
    properties.append(wordxml.element("tblDescription", val=wordxml.clean(f"Tabellens kolonner: {headers}.")))


def column_widths(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, small: bool = False, texts: bool = False
) -> list[int]:
    """The widths of a table's columns, in twentieths of a point, which add up to the page's width.

    Where there is room, all columns but the first are equally wide, or, where there are `texts` beside row headers,
    each is as wide as its own texts and a share of the rest. Otherwise each has what the longest word in its rows
    needs; remaining room goes first to the words of the header and then to whole texts, the shortest first.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    texts_of_columns = [(title, *column) for title, column in zip(header, columns, strict=True)]
    row_needs = [_widest_text(_words(column), _WORD_SHARE, small=small) for column in columns]
    word_needs = [_widest_text(_words(column), _WORD_SHARE, small=small) for column in texts_of_columns]
    text_needs = [
        max(low, _widest_text(column, _TEXT_SHARE, small=small))
        for low, column in zip(word_needs, texts_of_columns, strict=True)
    ]
    even = max((*word_needs[1:], *(min(need, _EVEN_MOST * PAGE) for need in text_needs[1:]), _EVEN_LEAST * PAGE))
    if texts and (spare := PAGE - sum(text_needs)) >= 0:
        return _whole_widths([need + spare / len(text_needs) for need in text_needs])
    if not texts and text_needs[0] + even * len(text_needs[1:]) <= PAGE:
        return _whole_widths([even] * len(text_needs))
    for low, high in pairwise((row_needs, word_needs, text_needs)):
        if sum(low) <= PAGE < sum(high):
            return _whole_widths(_widths_between(low, high))
    return _whole_widths([PAGE * need / sum(row_needs) for need in row_needs])


def _widths_between(low: Sequence[float], high: Sequence[float]) -> list[float]:
    """Widths within bounds that fill the page: what is below a common limit (found by bisection) is met in full."""
    lower, upper = 0.0, float(PAGE)
    while upper - lower > 1:
        limit = (lower + upper) / 2
        if sum(max(narrow, min(broad, limit)) for narrow, broad in zip(low, high, strict=True)) > PAGE:
            upper = limit
        else:
            lower = limit
    return [max(narrow, min(broad, lower)) for narrow, broad in zip(low, high, strict=True)]


def _whole_widths(widths: Sequence[float]) -> list[int]:
    """Widths in whole numbers; the first column has what the others leave."""
    others = [int(width) for width in widths[1:]]
    return [PAGE - sum(others), *others]


def _words(texts: Sequence[str]) -> Iterator[str]:
    return (word for text in texts for word in text.split())


def _widest_text(texts: Iterable[str], share: float, *, small: bool) -> float:
    """The width of the widest text, but no more than a share of the page."""
    return min(max((_width(text, small=small) for text in texts), default=0.0), share * PAGE)


def _width(text: str, *, small: bool) -> float:
    """About how wide a text is on one line with the space beside it, in twentieths of a point."""
    return sum(map(_letter_width, text)) * _SIZES[small] * 10 + _PADDING[small]


def _letter_width(letter: str) -> float:
    """About how wide a letter of bold Arial is, in ems."""
    if letter in _NARROW:
        return 0.33
    return 0.89 if letter in _BROAD else 0.7 if letter.isupper() else 0.58
