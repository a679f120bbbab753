"""The blocks of a document in a Word file, one after the other."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import count, zip_longest
from typing import TYPE_CHECKING

from audit.document import figures
from audit.document.blocks import (
    Alignment,
    Block,
    Box,
    CaseExample,
    Field,
    FigureBlock,
    FormBlock,
    FormRow,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    Spans,
    TableBlock,
)
from audit.render import wordtable, wordxml
from audit.render.wordxml import add_text

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.table import _Cell as Cell
    from docx.text.paragraph import Paragraph as WordParagraph

#: The most of a page's height that a figure may take, in points.
_FIGURE_HEIGHT = 600
#: The least height of an empty row, to write in, in millimetres.
_BLANK_ROW_HEIGHT = 10
_LEFT: Alignment = "left"
_TICKS = ("\u2610", "\u2612")
#: The character style of text that is (bold, italic).
_EMPHASIS = {
    (False, False): None,
    (True, False): "Strong",
    (False, True): "Emphasis",
    (True, True): "IntenseEmphasis",
}


class WordWriter:
    """Adds blocks to the end of a file; `bookmarks` has the bookmark name of each id that can be referred to."""

    def __init__(self, file: DocxDocument, blocks: Sequence[Block]) -> None:
        self.file = file
        self.bookmarks = {id: f"_Ref{number:06}" for number, id in enumerate(_ids(blocks), start=1)}
        self._counter = count(1)
        self._last_paragraphs: list[WordParagraph] = []
        self._last_kind = ""  # "table", "example" or "front" where that comes last
        self._counted_words: set[str] = set()  # the words ("Tabel") with a numbered caption in this chapter

    def paragraph(self, style: str, text: str = "") -> WordParagraph:
        """Add a paragraph in a style (its id); returns it."""
        self._last_kind = ""
        paragraph = self.file.add_paragraph()
        self._last_paragraphs = [paragraph]
        wordxml.set_style(paragraph, style)
        if text:
            add_text(paragraph, text)
        return paragraph

    def set_apart(self) -> None:
        """Set the next paragraph of running text apart from what precedes it, as after a table."""
        self._last_kind = "front"

    def blocks(self, blocks: Sequence[Block]) -> None:
        """Add the blocks that are the rest of the file, and an empty paragraph if they end with a table."""
        for block, following in zip_longest(blocks, blocks[1:]):
            self._block(block)
            if isinstance(block, Paragraph) and isinstance(following, ListBlock):
                _keep_with_next(self._last_paragraphs)
        if self._last_kind == "table":
            self.paragraph("Slut")

    def _block(self, block: Block, *, example: bool = False) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                style = "Eksempel" if example else "BroedtekstEfter" if self._last_kind else "BodyText"
                self._paragraph(style, block)
            case Note():
                self._spans(self.paragraph("Note"), block.spans)
            case ListBlock():
                self._list(block, example=example)
            case TableBlock():
                self._table(block)
            case FigureBlock():
                self._figure(block)
            case CaseExample():
                self._example(block)
            case _:
                self._form(block)

    def _spans(self, paragraph: WordParagraph, spans: Spans) -> None:
        for span in spans:
            if not (span.ref or span.href):
                add_text(paragraph, span.text, _EMPHASIS[span.bold, span.italic])
                continue
            run = add_text(paragraph, span.text, "Henvisning" if span.ref else "Hyperlink")
            run.bold, run.italic = span.bold or None, span.italic or None
            if span.ref:
                wordxml.link_to_bookmark(paragraph, run, self.bookmarks[span.ref])
            else:
                wordxml.link_to_address(paragraph, run, span.href or "")

    def _paragraph(self, style: str, block: Paragraph) -> None:
        paragraph = self.paragraph(style)
        if not block.id:
            self._spans(paragraph, block.spans)
            return
        with wordxml.bookmark(paragraph, self.bookmarks[block.id], next(self._counter)):
            self._spans(paragraph, block.spans)

    def _heading(self, block: Heading) -> None:
        if block.level == 1:
            self._counted_words.clear()
        paragraph = self.paragraph(f"Heading{min(block.level, 4)}")
        # A heading is bold already, and bold on bold is not bold in Word.
        spans = tuple(Span(span.text, italic=span.italic) for span in block.spans)
        with wordxml.bookmark(paragraph, self.bookmarks[block.id], next(self._counter)):
            self._spans(paragraph, (Span(f"{block.number} "), *spans) if block.number else spans)

    def _list(self, block: ListBlock, *, example: bool) -> None:
        styles = ("EksempelPunkt", "EksempelTal") if example else ("ListBullet", "ListNumber")
        number = wordxml.new_list(self.file, example=example) if block.ordered else None
        for item in block.items:
            paragraph = self.paragraph(styles[block.ordered])
            if number is not None:
                wordxml.put_in_list(paragraph, number)
            self._spans(paragraph, item)

    def _caption(self, style: str, block: TableBlock | FigureBlock) -> None:
        """The label, its last number a field that restarts in each chapter, and the caption."""
        paragraph = self.paragraph(style)
        word, _, number = block.label.partition(" ")
        chapter, point, running = number.rpartition(".")
        # The first after a heading 1 sets its number: \s, which LibreOffice does not know, would restart at 1 there,
        # even where headings have no number and the count goes on.
        reset = "" if word in self._counted_words else rf" \r {running}"
        self._counted_words.add(word)
        with wordxml.bookmark(paragraph, self.bookmarks[block.id], next(self._counter)):
            add_text(paragraph, f"{word} {chapter}{point}", "Etiket")
            wordxml.add_field(paragraph, rf"SEQ {word} \* ARABIC \s 1{reset}", running, "Etiket")
        add_text(paragraph, f" {block.caption}")

    def _table(self, block: TableBlock) -> None:
        from docx.enum.table import WD_ROW_HEIGHT_RULE
        from docx.shared import Mm

        self._caption("Caption", block)
        rows = [(row.header, *row.cells) for row in block.rows]
        total, title = bool(block.rows) and block.rows[-1].total, f"{block.label} {block.caption}"
        grid = wordtable.Grid(block.header, rows, block.align, title, total=total, keep_with_next=bool(block.notes))
        table = wordtable.add_table(self.file, grid, add_text)
        for row, table_row in zip(block.rows, list(table.rows)[1:], strict=True):
            if row.blank:
                table_row.height, table_row.height_rule = Mm(_BLANK_ROW_HEIGHT), WD_ROW_HEIGHT_RULE.AT_LEAST
        self._last_kind = "table"
        self._notes(block.notes)

    def _figure(self, block: FigureBlock) -> None:
        from docx.shared import Pt, Twips

        picture = io.BytesIO(figures.png(block.chart, figures.WIDE))
        shape = self.paragraph("Figur").add_run().add_picture(picture, width=Twips(wordtable.PAGE))
        if shape.height > Pt(_FIGURE_HEIGHT):
            shape.width, shape.height = round(shape.width * Pt(_FIGURE_HEIGHT) / shape.height), Pt(_FIGURE_HEIGHT)
        properties = {"name": block.label, "title": f"{block.label} {block.caption}", "descr": block.alt}
        for name, text in properties.items():
            shape._inline.docPr.set(name, wordxml.clean(text))
        for side in "TBLR":  # without it LibreOffice would add space of its own
            shape._inline.set(f"dist{side}", "0")
        self._caption("Figurtekst", block)
        if block.notes:
            _keep_with_next(self._last_paragraphs)
        self._notes(block.notes)

    def _notes(self, notes: Sequence[str]) -> None:
        for index, note in enumerate(notes, start=1):
            self.paragraph("Note", note)
            if index < len(notes):
                _keep_with_next(self._last_paragraphs)

    def _example(self, block: CaseExample) -> None:
        paragraph = self.paragraph("EksempelOverskrift")
        add_text(paragraph, f"Sag {block.case}", "Strong")
        if block.title:
            add_text(paragraph, f" {block.title}")
        for inner in block.blocks:
            self._block(inner, example=True)
        self._last_kind = self._last_kind or "example"

    # --- questionnaires -----------------------------------------------------------------------------------------------

    def _form(self, block: FormBlock) -> None:
        title = f"{block.number} {block.text}".strip()
        paragraphs = [self.paragraph("Spoergsmaal", title)]
        if block.when:
            paragraphs.append(self.paragraph("SpoergsmaalBetingelse", block.when))
        if block.state:
            paragraphs.append(self.paragraph("SpoergsmaalStatus", block.state))
        for box in block.boxes:
            paragraphs.append(self.paragraph("Svarmulighed"))
            _add_box_text(paragraphs[-1], f"{_box_text(box)} {box.text}")
        _keep_with_next(paragraphs if block.rows or block.fields else paragraphs[:-1])
        if block.rows:
            self._rows(title, block.rows)
        for field in block.fields:
            self._field(field)

    def _rows(self, title: str, rows: Sequence[FormRow]) -> None:
        """The rows of a question as a table: one column per box, and the remark where the rows have one."""
        first = rows[0]
        remark = () if first.remark is None else (first.remark.label,)
        header = ("", *(box.text for box in first.boxes), *remark)
        cells = [(row.header, *map(_box_text, row.boxes), *(_remark_text(row) for _ in remark)) for row in rows]
        shares = _column_shares(len(first.boxes), remark=bool(remark))
        grid = wordtable.Grid(header, cells, (_LEFT,) * len(header), title, shares=shares)
        table = wordtable.add_table(self.file, grid, _add_box_text)
        for row, table_row in zip(rows, list(table.rows)[1:], strict=True):
            if row.remark is not None and not row.remark.text and row.remark.lines:
                _add_writing_lines(table_row.cells[-1], row.remark.lines)
        self._last_kind = "table"

    def _field(self, field: Field) -> None:
        paragraphs = [self.paragraph("Feltnavn", field.label)]
        if field.text:
            paragraphs.append(self.paragraph("Feltsvar", field.text))
        else:
            paragraphs += [self.paragraph("Skrivelinje", "\t") for _ in range(field.lines)]
        _keep_with_next(paragraphs[:-1])


def _ids(blocks: Sequence[Block]) -> Iterator[str]:
    """The ids of everything that can be referred to."""
    for block in blocks:
        if isinstance(block, Heading | TableBlock | FigureBlock) or (isinstance(block, Paragraph) and block.id):
            yield block.id
        elif isinstance(block, CaseExample):
            yield from _ids(block.blocks)


def _keep_with_next(paragraphs: Sequence[WordParagraph]) -> None:
    """Keep each of the paragraphs on the page of what follows it."""
    for paragraph in paragraphs:
        wordxml.keep_with_next(paragraph)


def _column_shares(boxes: int, *, remark: bool) -> tuple[int, ...]:
    """How a page is divided between the columns of a question's rows."""
    box, remark_share = min(11 if remark else 13, max(48 // max(boxes, 1), 2)), (32,) * remark
    return (max(100 - box * boxes - sum(remark_share), 20), *(box,) * boxes, *remark_share)


def _box_text(box: Box) -> str:
    return f"{_TICKS[box.chosen]} ({box.code})"


def _remark_text(row: FormRow) -> str:
    return row.remark.text if row.remark else ""


def _add_box_text(paragraph: WordParagraph, text: str) -> None:
    """Add text that may begin with a tick box, which has its own font; ticked text stands out."""
    box = text[:1] if text.startswith(_TICKS) else ""
    if box:
        add_text(paragraph, box, "Afkrydsningsfelt")
    add_text(paragraph, text.removeprefix(box), "Strong" if box == _TICKS[True] else None)


def _add_writing_lines(cell: Cell, lines: int) -> None:
    """Add lines to write on to an empty cell."""
    for paragraph in (*cell.paragraphs, *(cell.add_paragraph() for _ in range(lines - 1))):
        paragraph._p.style = "SkrivelinjeSmal"
        add_text(paragraph, "\t")
