"""The internal copy of a document: every number refers to the list of the cases behind it, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from audit.base import danish
from audit.document.blocks import Block, Document, FigureBlock, Heading, ListBlock, Paragraph, Span, Spans, TableBlock
from audit.document.numbering import with_spans
from audit.tables.table import Behind

#: The title of the list, and the prefix of the ids of its items.
TITLE, PREFIX = "Sagerne bag tallene", "bag-"
_INTRODUCTION = (
    "Her står, hvilke sager der er talt med i hvert tal. Tallene i teksten har et nummer i skarpe klammer; tal i "
    "tabeller og figurer står under tabellens eller figurens nummer. Hvor der er talt nul sager, er der ingen at nævne."
)


def internal_copy(document: Document) -> Document:
    """A resolved document with a reference after each number that knows its cases, and the list of these at its end.

    Blocks keep the cases behind their numbers, so that a format can show them in place, too.
    """
    collector = _NumberCollector()
    blocks = tuple(collector.add_references(block) for block in document.blocks)
    return replace(document, blocks=(*blocks, *_case_list(collector)))


def list_cases(cases: Sequence[str]) -> str:
    """How many cases there are, and their numbers in order, three or more in a row as one: ``4 sager: 1, 7-9``."""
    runs: list[list[str]] = []
    for case in sorted(cases, key=danish.natural):
        if runs and case.isdecimal() and runs[-1][-1].isdecimal() and int(case) == int(runs[-1][-1]) + 1:
            runs[-1].append(case)
        else:
            runs.append([case])
    parts = (part for run in runs for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run))
    return f"{danish.counted(len(cases), 'sag', 'sager')}: {', '.join(parts)}"


def describe_cases(behind: Iterable[Behind]) -> str:
    """The cases behind a number, one line per count, as a tooltip."""
    return "\n".join(f"{item.what} {list_cases(item.cases)}" for item in behind if item.cases)


class _NumberCollector:
    """Collects the items of the list while walking the blocks."""

    def __init__(self) -> None:
        self.spans_in_text: list[tuple[str, Span, str]] = []
        self.tables_and_figures: list[TableBlock | FigureBlock] = []
        self._section = ""

    def add_references(self, block: Block) -> Block:
        """The block with references after its numbers."""
        if isinstance(block, Heading):
            self._section = block.number or "".join(span.text for span in block.spans)
            return replace(block, spans=tuple(replace(span, behind=()) for span in block.spans))
        if isinstance(block, TableBlock | FigureBlock) and any(_cells(block)):
            self.tables_and_figures.append(block)
        return with_spans(block, self._spans)

    def _spans(self, spans: Spans) -> Spans:
        return tuple(part for span in spans for part in (self._referring(span) if span.behind else (span,)))

    def _referring(self, span: Span) -> Iterator[Span]:
        """The span, the reference to its cases, and the comma that ended it."""
        name = f"{PREFIX}{len(self.spans_in_text) + 1}"
        text = span.text.rstrip(",")
        self.spans_in_text.append((name, span, self._section))
        yield replace(span, text=text)
        yield Span(f"\N{NO-BREAK SPACE}[{len(self.spans_in_text)}]", ref=name)
        if text != span.text:
            yield replace(span, text=span.text[len(text) :], behind=())


def _case_list(collector: _NumberCollector) -> Iterator[Block]:
    yield Heading(1, (Span(TITLE),), id="sagerne-bag-tallene", numbered=False)
    yield Paragraph((Span(_INTRODUCTION),))
    if collector.spans_in_text:
        yield _list_heading("Tal i teksten", "tekst")
    for number, (name, span, section) in enumerate(collector.spans_in_text, start=1):
        where = f" ({section})" if section else ""
        yield Paragraph((Span(f"[{number}] ", bold=True), Span(f"»{span.text.strip(' ,')}«{where}")), id=name)
        yield _case_items(span.behind)
    if collector.tables_and_figures:
        yield _list_heading("Tal i tabeller og figurer", "tabeller")
    for block in collector.tables_and_figures:
        yield Paragraph((Span(block.label, bold=True), Span(f" {block.caption}")), id=f"{PREFIX}{block.id}")
        yield _case_items(item for cell in _cells(block) for item in cell)


def _list_heading(title: str, name: str) -> Heading:
    return Heading(2, (Span(title),), id=f"sagerne-bag-{name}", numbered=False)


def _case_items(behind: Iterable[Behind]) -> ListBlock:
    """One item for each thing that is counted; a count and its percent share one."""
    return ListBlock(
        tuple((Span(f"{item.what} {list_cases(item.cases)}"),) for item in dict.fromkeys(behind) if item.cases)
    )


def _cells(block: TableBlock | FigureBlock) -> list[tuple[Behind, ...]]:
    """The cases behind each number of a table or a figure."""
    if isinstance(block, FigureBlock):
        return [(item,) for row in block.behind for item in row]
    return [cell for row in block.rows for cell in row.behind]
