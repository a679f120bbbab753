"""Numbers chapters, sections, tables and figures, and writes every reference to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from audit.base import danish
from audit.base.errors import DefinitionFault, Fault
from audit.document.blocks import (
    Block,
    CaseExample,
    Document,
    FigureBlock,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    Spans,
    TableBlock,
)


@dataclass(frozen=True)
class _Target:
    """The text of a reference: its words, and the appendix (if any) it must name when it comes from outside."""

    words: str
    appendix: str = ""

    def words_in(self, appendix: str) -> str:
        return f"{self.words} i {self.appendix}" if self.appendix and self.appendix != appendix else self.words


def resolve(document: Document) -> Document:
    """The document with its chapters, sections, tables and figures numbered and every reference written.

    Raises DefinitionFault where a reference names nothing, or two blocks share an id.
    """
    numbering = _Numbering()
    blocks = tuple(numbering.number(block) for block in document.blocks)
    faults = [
        *numbering.faults,
        *(fault for block in blocks for fault in _unknown_references(block, numbering.targets)),
    ]
    if faults:
        raise DefinitionFault(faults)
    appendix, resolved = "", []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            appendix = danish.lower_first(block.number) if block.appendix else ""
        resolved.append(with_spans(block, partial(numbering.write, appendix=appendix)))
    return replace(document, blocks=tuple(resolved))


class _Numbering:
    """Counts chapters, sections, tables and figures while the blocks go by."""

    def __init__(self) -> None:
        self.targets: dict[str, _Target] = {}
        self.faults: list[Fault] = []
        self._chapters = {True: 0, False: 0}
        self._unnumbered = 0
        self._sections: list[int] = []
        self._counts: dict[tuple[str, str], int] = {}
        self._chapter = ""
        self._appendix = ""

    def number(self, block: Block) -> Block:
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, TableBlock):
            return self._add_label("Tabel", block)
        if isinstance(block, FigureBlock):
            return self._add_label("Figur", block)
        if isinstance(block, CaseExample):
            return replace(block, blocks=tuple(self.number(inner) for inner in block.blocks))
        return block

    def write(self, spans: Spans, appendix: str) -> Spans:
        return tuple(
            replace(span, text=self.targets[span.ref].words_in(appendix)) if span.ref and not span.text else span
            for span in spans
        )

    def _heading(self, block: Heading) -> Heading:
        number = self._open_chapter(block) if block.level == 1 else self._section(block)
        if block.level == 1:
            words = danish.lower_first(number) if block.appendix else f"kapitel {number}"
        else:
            words = f"afsnit {number}"
        if not number:
            self._unnumbered += 1
            words = "".join(span.text for span in block.spans)
        inside = self._appendix if block.level > 1 else ""
        name = block.id or f"{inside} {words if number else f'afsnit-u{self._unnumbered}'}".strip().replace(" ", "-")
        self._register(name, _Target(words, inside))
        return replace(block, number=number, id=name)

    def _open_chapter(self, block: Heading) -> str:
        self._sections, self._chapter, self._appendix = [], "", ""
        if not block.numbered:
            return ""
        count = int(block.number) if block.number else self._chapters[block.appendix] + 1
        self._chapters[block.appendix] = count
        self._chapter = str(count)
        if block.appendix:
            self._appendix = f"bilag {count}"
            return f"Bilag {count}"
        return str(count)

    def _section(self, block: Heading) -> str:
        if not block.numbered:
            return ""
        depth = block.level - 1
        self._sections = [*self._sections, *[0] * depth][:depth]
        self._sections[-1] += 1
        return ".".join((self._chapter, *map(str, self._sections))) if self._chapter else ""

    def _add_label(self, word: str, block: TableBlock | FigureBlock) -> Block:
        label = self._next_label(word)
        name = block.id or f"{self._appendix} {label}".strip().replace(" ", "-")
        self._register(name, _Target(danish.lower_first(label), self._appendix), block.origin)
        return replace(block, label=label, id=name)

    def _next_label(self, word: str) -> str:
        """The next label: each chapter and each appendix counts its own; what is in neither forms one series."""
        series = word, self._appendix or self._chapter
        self._counts[series] = count = self._counts.get(series, 0) + 1
        chapter = f"{self._chapter}." if self._chapter and not self._appendix else ""
        return f"{word} {chapter}{count}"

    def _register(self, name: str, target: _Target, origin: tuple[str, int] | None = None) -> None:
        if name in self.targets:
            both_words = f"{self.targets[name].words} og {target.words}"
            message = f'"{name}" er navnet på både {both_words}; et navn kan kun bruges én gang'
            self.faults.append(Fault(*(origin or ("rapporten", 1)), 1, message, "navn-to-gange"))
        self.targets[name] = target


def _unknown_references(block: Block, targets: dict[str, _Target]) -> Iterator[Fault]:
    for span in _spans(block):
        if span.ref and span.ref not in targets:
            file, line = span.origin or ("rapporten", 1)
            message = f'henvisningen "{span.ref}" peger ikke på noget i rapporten.'
            yield Fault(file, line, 1, message + danish.did_you_mean(span.ref, tuple(targets)), "henvisning")


def _spans(block: Block) -> Iterator[Span]:
    if isinstance(block, Heading | Paragraph | Note):
        yield from block.spans
    elif isinstance(block, ListBlock):
        yield from (span for item in block.items for span in item)
    elif isinstance(block, CaseExample):
        yield from (span for inner in block.blocks for span in _spans(inner))


def with_spans(block: Block, change: Callable[[Spans], Spans]) -> Block:
    """The block with `change` applied to every sequence of spans in it."""
    if isinstance(block, Heading | Paragraph | Note):
        return replace(block, spans=change(block.spans))
    if isinstance(block, ListBlock):
        return replace(block, items=tuple(change(item) for item in block.items))
    if isinstance(block, CaseExample):
        return replace(block, blocks=tuple(with_spans(inner, change) for inner in block.blocks))
    return block
