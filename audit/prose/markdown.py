"""A small Markdown (paragraphs, headings, lists, tables, bold, italic, links) to blocks; anything else is a fault.

Values that a program puts in are not in the text: each is represented by a private-use placeholder, so that nothing in
a value can be read as Markdown. `Values` keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from audit.base.danish import MONTHS
from audit.base.errors import DefinitionFault, Fault
from audit.document.blocks import Block, Heading, ListBlock, Note, Paragraph, Span, Spans, TableBlock, TableRow
from audit.prose import tokens

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_RESERVED = re.compile(f"[{_OPEN}{_CLOSE}]")
_DOTTED_ITEM = re.compile(rf"^([ ]{{0,3}}[0-9]{{1,9}})\.(?=[ \t]|$)(?![ \t]+(?:{'|'.join(MONTHS)})\b)", re.IGNORECASE)
_NUMBER_DOT = re.compile(r"^([ ]*[0-9]{1,9})\.(?=\s|$)", re.MULTILINE)
_NOTE = "Note: "
#: The deepest level of headings that have a number.
_NUMBERED = 3

#: Markdown that a report does not allow, in the words of a fault.
_REFUSED = {
    "fence": "en kodeblok",
    "code_block": "en linje, der er rykket fire tegn ind (kodeblok)",
    "code_inline": "kode mellem `accenter`",
    "blockquote_open": "et citat (>)",
    "hr": "en vandret streg",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "et billede",
    "heading_open": "en overskrift i en liste",
    "table_open": "en tabel i en liste",
    "hardbreak": "et tvunget linjeskift",
    "s_open": "gennemstregning",
}


@dataclass(frozen=True)
class Anchor:
    """The name that a heading or a table can be referred to by, and the file and line that give it."""

    id: str
    origin: tuple[str, int]


@dataclass(frozen=True)
class PlacedBlocks:
    """Blocks that a program put in, which must stand alone, and the template line that put them in."""

    blocks: tuple[Block, ...]
    line: int


_Part = Span | Anchor | PlacedBlocks
Value = str | _Part


@dataclass
class Values:
    """The values of the placeholders of one text, in the order in which they were put in."""

    items: list[Value] = field(default_factory=list)

    def put(self, value: Value) -> str:
        """Keep a value; returns its placeholder."""
        self.items.append(value)
        return f"{_OPEN}{len(self.items) - 1}{_CLOSE}"

    def split(self, text: str) -> Iterator[Value]:
        """Text and values in order, without empty texts."""
        for index, part in enumerate(_PLACEHOLDER.split(text)):
            if index % 2:
                yield self.items[int(part)]
            elif part:
                yield part

    def whole(self, text: str) -> bool:
        """Whether every placeholder in the text is as `put` made it."""
        rest = _PLACEHOLDER.sub(lambda match: "" if int(match[1]) < len(self.items) else match[0], text)
        return not _RESERVED.search(rest)

    def plain(self, text: str) -> str:
        """The text with every placeholder replaced by its text (references and blocks have none)."""
        return "".join(value for value in self.split(text) if isinstance(value, str))


def parse_blocks(text: str, values: Values, file: str) -> tuple[Block, ...]:
    """The blocks of a text. Raises DefinitionFault with the line of everything outside the small Markdown."""
    blocks, faults = _read(text, values, file)
    if faults:
        raise DefinitionFault(faults)
    return blocks


def faults(text: str, values: Values, file: str) -> list[Fault]:
    """Everything outside the small Markdown, with its line; also list items written ``1.``."""
    faults = []
    for line, content in enumerate(text.split("\n"), start=1):
        if _DOTTED_ITEM.match(content):
            number = content.split(".")[0].strip()
            message = f'linjen begynder med "{number}.": skriv "{number})" foran et punkt i en nummereret liste'
            faults.append(Fault(file, line, 1, message, "liste-punktum"))
    return sorted(faults + _read(text, values, file)[1])


def _read(text: str, values: Values, file: str) -> tuple[tuple[Block, ...], list[Fault]]:
    text = _NUMBER_DOT.sub(r"\1\\.", text)
    reader = _Reader(values, file, text.split("\n"))
    return tuple(reader.read(_parser().parse(text))), reader.faults


def reserved_characters(text: str, file: str) -> list[Fault]:
    """A fault for each line of a text with a character that is reserved for placeholders."""
    return [
        Fault(file, line, match.start() + 1, f"tegnet U+{ord(match[0]):04X} kan ikke bruges; slet det", "tegn")
        for line, content in enumerate(text.split("\n"), start=1)
        if (match := _RESERVED.search(content))
    ]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


class _Reader:
    """Walks the tokens of one text, collecting faults with their lines."""

    def __init__(self, values: Values, file: str, lines: list[str]) -> None:
        self.values = values
        self.file = file
        self.lines = lines
        self.faults: list[Fault] = []

    def read(self, parsed_tokens: list[Token]) -> Iterator[Block]:
        title: Token | None = None
        for block in tokens.split_blocks(parsed_tokens):
            if block[0].type == "table_open":
                yield from self._table(title, block)
                title = None
                continue
            self._check_table_follows(title)
            title = block[1] if tokens.is_title(block) else None
            if not title:
                yield from self._block(block)
        self._check_table_follows(title)

    def _block(self, block: list[Token]) -> Iterator[Block]:
        token = block[0]
        if token.type == "heading_open" and token.markup.startswith("#"):
            yield self._heading(int(token.tag[1:]), block[1])
        elif token.type == "heading_open":
            self._fault(token, "en overskrift skal have # foran sig og ikke være understreget")
        elif tokens.is_row(block):
            self._fault(token, tokens.NO_TABLE)
        elif token.type == "paragraph_open":
            yield from self._paragraph(block[1])
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield self._list(block)
        else:
            self._refuse(token, token.type)

    def _heading(self, level: int, inline: Token) -> Heading:
        parts = list(self._parts(inline))
        anchors = [part.id for part in parts if isinstance(part, Anchor)]
        spans = _trim(self._spans(parts))
        if not spans:
            self._fault(inline, "overskriften er tom")
        return Heading(level, spans, anchors[0] if anchors else "", numbered=level <= _NUMBERED)

    def _paragraph(self, inline: Token) -> Iterator[Block]:
        parts = list(self._parts(inline))
        placed = [part for part in parts if isinstance(part, PlacedBlocks)]
        if placed and all(isinstance(part, PlacedBlocks) or _is_blank(part) for part in parts):
            yield from (block for part in placed for block in part.blocks)
            return
        spans = _trim(self._spans(parts))
        if spans and spans[0].text.startswith(_NOTE):
            yield Note(spans)
        elif spans:
            yield Paragraph(spans)

    def _list(self, block: list[Token]) -> ListBlock:
        items: list[Spans] = []
        for previous, token in pairwise(block[:-1]):
            if token.type == "inline":
                items.append(_trim(self._spans(list(self._parts(token)))))
            elif token.type == "paragraph_open" and previous.type != "list_item_open":
                self._fault(token, "et punkt i en liste kan kun have ét afsnit")
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self._fault(token, "en liste kan ikke stå inde i en liste")
            elif token.type in _REFUSED:
                self._refuse(token, token.type)
        return ListBlock(tuple(items), ordered=block[0].type == "ordered_list_open")

    def _table(self, title: Token | None, block: list[Token]) -> Iterator[TableBlock]:
        """The table; nothing where it has no rows, as when a study has nothing to list."""
        if not title:
            message = f'en tabel skal have en titel: skriv "{tokens.TITLE} …" på en linje for sig lige før den'
            self._fault(block[0], message)
        parts = list(self._parts(title)) if title else []
        caption = self._plain(title or block[0], parts).removeprefix(tokens.TITLE).strip()
        if title and not caption:
            self._fault(title, "tabellens titel er tom")
        anchor = next((part for part in parts if isinstance(part, Anchor)), None)
        first, *rows = (self._row(cells) for cells in tokens.table_rows(block))
        header = (first.header, *first.cells)
        if not all(header):
            self._fault(block[0], "hver kolonne i en tabel skal have en overskrift")
        if rows:
            id, origin = (anchor.id, anchor.origin) if anchor else ("", None)
            yield TableBlock(id, caption, header, tuple(rows), tokens.alignment(block), origin=origin)

    def _row(self, cells: list[Token]) -> TableRow:
        if message := tokens.row_fault(self.lines[tokens.line_of(cells[0])], len(cells)):
            self._fault(cells[0], message)
        parts = [list(self._parts(cell)) for cell in cells]
        header, *others = (self._plain(cell, cell_parts) for cell, cell_parts in zip(cells, parts, strict=True))
        behind = tuple(
            tuple(item for part in cell_parts if isinstance(part, Span) for item in part.behind) for cell_parts in parts
        )
        return TableRow(header, tuple(others), behind=behind[1:] if any(behind[1:]) else ())

    def _plain(self, inline: Token, parts: list[_Part]) -> str:
        """The text of a cell or a title, which can hold nothing else."""
        spans = _trim(self._spans(parts))
        if any(replace(span, text="", behind=()) != Span("") for span in spans):
            message = "i en tabel og dens titel kan der kun stå tekst, ikke fed, kursiv, links eller henvisninger"
            self._fault(inline, message)
        return "".join(span.text for span in spans)

    def _check_table_follows(self, title: Token | None) -> None:
        if title:
            self._fault(title, f'efter "{tokens.TITLE} …" skal der stå en tabel, der er skrevet med |')

    def _spans(self, parts: list[_Part]) -> Spans:
        self.faults += [_not_alone(self.file, part.line) for part in parts if isinstance(part, PlacedBlocks)]
        return _merge(part for part in parts if isinstance(part, Span))

    def _parts(self, inline: Token) -> Iterator[_Part]:
        style, line = Span(""), 0
        for child in inline.children or ():
            if child.type in ("text", "softbreak"):
                yield from self._styled(" " if child.type == "softbreak" else child.content, style)
            elif child.type in ("strong_open", "strong_close"):
                style = replace(style, bold=child.nesting == 1)
            elif child.type in ("em_open", "em_close"):
                style = replace(style, italic=child.nesting == 1)
            elif child.type in ("link_open", "link_close"):
                style = replace(style, href=self._address(child, inline, line) if child.nesting == 1 else None)
            elif child.nesting >= 0:
                self._refuse(inline, child.type, line)
            line += child.type in ("softbreak", "hardbreak")

    def _styled(self, text: str, style: Span) -> Iterator[_Part]:
        for value in self.values.split(text):
            if isinstance(value, str):
                yield replace(style, text=value)
            elif isinstance(value, Span):
                yield replace(value, bold=style.bold, italic=style.italic)
            else:
                yield value

    def _address(self, link: Token, inline: Token, line: int) -> str:
        address = self.values.plain(str(link.attrs.get("href", "")))
        if not re.match(r"(https?://|mailto:)", address):
            message = f'adressen "{address}" skal begynde med https://, http:// eller mailto:'
            self._fault(inline, message, line)
        return address

    def _refuse(self, token: Token, kind: str, offset: int = 0) -> None:
        self._fault(token, f"{_REFUSED.get(kind, kind)} kan ikke bruges i en rapport", offset)

    def _fault(self, token: Token, message: str, offset: int = 0) -> None:
        fault = Fault(self.file, tokens.line_of(token) + offset + 1, 1, message, "markdown")
        if fault not in self.faults:
            self.faults.append(fault)


def _not_alone(file: str, line: int) -> Fault:
    what = "en tabel, en figur, et eksempel eller et måleskema"
    return Fault(file, line, 1, f"{what} skal stå alene med en tom linje før og efter", "markdown")


def _is_blank(part: _Part) -> bool:
    return isinstance(part, Span) and not part.ref and not part.text.strip()


def _merge(spans: Iterator[Span]) -> Spans:
    """The spans, neighbours in the same style merged."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and not (span.ref or span.behind) and replace(span, text="") == replace(last, text=""):
            merged[-1] = replace(span, text=merged[-1].text + span.text)
        else:
            merged.append(span)
    return tuple(merged)


def _trim(spans: Spans) -> Spans:
    """The spans without space at either end, and without empty ones."""
    if spans and not spans[0].ref:
        spans = (replace(spans[0], text=spans[0].text.lstrip()), *spans[1:])
    if spans and not spans[-1].ref:
        spans = (*spans[:-1], replace(spans[-1], text=spans[-1].text.rstrip()))
    return tuple(span for span in spans if span.text or span.ref)
