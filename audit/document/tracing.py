"""The internal copy of a document: every number refers to a list, at its end, of the cases behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from audit.base import danish
from audit.document.blocks import Block, Document, FigureBlock, Heading, ListBlock, Paragraph, Span, Spans, TableBlock
from audit.document.numbering import with_spans
from audit.tables.table import Behind

#: What the list is called, and the beginning of the names of what stands in it.
TITLE, PREFIX = "Sagerne bag tallene", "bag-"
_INTRODUCTION = (
    "Her står, hvilke sager der er talt med i hvert tal. Tallene i teksten har et nummer i skarpe klammer; tal i "
    "tabeller og figurer står under tabellens eller figurens nummer. Hvor der er talt nul sager, er der ingen at nævne."
)


def internal(document: Document) -> Document:
    """The document, resolved, with a reference after each number that knows its cases, and the list of them.

    Blocks keep what is behind their numbers, so that a format can show it where they stand, too.
    """
    collected = _Collected()
    blocks = tuple(collected.block(block) for block in document.blocks)
    return replace(document, blocks=(*blocks, *_list(collected)))


def listed(cases: Sequence[str]) -> str:
    """How many cases there are, and their numbers in order, three or more in a row as one: ``4 sager: 1, 7-9``."""
    runs: list[list[str]] = []
    for case in sorted(cases, key=danish.natural):
        if runs and case.isdecimal() and runs[-1][-1].isdecimal() and int(case) == int(runs[-1][-1]) + 1:
            runs[-1].append(case)
        else:
            runs.append([case])
    shown = (part for run in runs for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run))
    return f"{danish.counted(len(cases), 'sag', 'sager')}: {', '.join(shown)}"


def told(behind: Iterable[Behind]) -> str:
    """The cases behind a number in one line, for who points at it."""
    return "\n".join(f"{one.what} {listed(one.cases)}" for one in behind if one.cases)


class _Collected:
    """What stands in the list, collected while the blocks go by."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Span, str]] = []
        self.drawn: list[TableBlock | FigureBlock] = []
        self._section = ""

    def block(self, block: Block) -> Block:
        """The block with references after its numbers."""
        if isinstance(block, Heading):
            self._section = block.number or "".join(span.text for span in block.spans)
            return replace(block, spans=tuple(replace(span, behind=()) for span in block.spans))
        if isinstance(block, TableBlock | FigureBlock) and any(_cells(block)):
            self.drawn.append(block)
        return with_spans(block, self._spans)

    def _spans(self, spans: Spans) -> Spans:
        return tuple(part for span in spans for part in (self._referring(span) if span.behind else (span,)))

    def _referring(self, span: Span) -> Iterator[Span]:
        """The span, the reference to its cases, and the sign that ended it."""
        name = f"{PREFIX}{len(self.said) + 1}"
        text = span.text.rstrip(",")
        self.said.append((name, span, self._section))
        yield replace(span, text=text)
        yield Span(f"\N{NO-BREAK SPACE}[{len(self.said)}]", ref=name)
        if text != span.text:
            yield replace(span, text=span.text[len(text) :], behind=())


def _list(collected: _Collected) -> Iterator[Block]:
    yield Heading(1, (Span(TITLE),), id="sagerne-bag-tallene", numbered=False)
    yield Paragraph((Span(_INTRODUCTION),))
    if collected.said:
        yield _part("Tal i teksten", "tekst")
    for number, (name, span, section) in enumerate(collected.said, start=1):
        where = f" ({section})" if section else ""
        yield Paragraph((Span(f"[{number}] ", bold=True), Span(f"»{span.text.strip(' ,')}«{where}")), id=name)
        yield _items(span.behind)
    if collected.drawn:
        yield _part("Tal i tabeller og figurer", "tabeller")
    for block in collected.drawn:
        yield Paragraph((Span(block.label, bold=True), Span(f" {block.caption}")), id=f"{PREFIX}{block.id}")
        yield _items(one for cell in _cells(block) for one in cell)


def _part(title: str, name: str) -> Heading:
    return Heading(2, (Span(title),), id=f"sagerne-bag-{name}", numbered=False)


def _items(behind: Iterable[Behind]) -> ListBlock:
    """One item for each thing that is counted, which a count and its percent have in common."""
    return ListBlock(tuple((Span(f"{one.what} {listed(one.cases)}"),) for one in dict.fromkeys(behind) if one.cases))


def _cells(block: TableBlock | FigureBlock) -> list[tuple[Behind, ...]]:
    """What is behind each number of a table or a figure."""
    if isinstance(block, FigureBlock):
        return [(one,) for row in block.behind for one in row]
    return [cell for row in block.rows for cell in row.behind]
