"""What a document says, read from its blocks alone: the measure of what every format must say, in this order."""

from __future__ import annotations

from collections.abc import Iterator

from audit.document.blocks import (
    Block,
    Box,
    CaseExample,
    Document,
    Field,
    FigureBlock,
    FormBlock,
    FormRow,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Spans,
    TableBlock,
)


def said(document: Document) -> Iterator[str]:
    """Every text of a document in the order of reading; contents list, list marks and alt texts aside."""
    yield from (f"{stamp.word} {stamp.told}" for stamp in document.stamps)
    yield from (document.publisher, document.title, document.subtitle)
    for name, text in document.details:
        yield from (name, text)
    for block in document.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{block.number} {_text(block.spans)}".strip()
        case Paragraph() | Note():
            yield _text(block.spans)
        case ListBlock():
            yield from (_text(item) for item in block.items)
        case TableBlock():
            yield f"{block.label} {block.caption}"
            yield from block.header
            for row in block.rows:
                yield from (row.header, *row.cells)
            yield from block.notes
        case FigureBlock():
            yield f"{block.label} {block.caption}"
            yield from block.notes
        case CaseExample():
            yield f"Sag {block.case} {block.title}".strip()
            for inner in block.blocks:
                yield from _block(inner)
        case FormBlock():
            yield from _form(block)


def _form(block: FormBlock) -> Iterator[str]:
    yield f"{block.number} {block.text}".strip()
    yield from (block.when, block.state)
    yield from (f"{_tick(box)} ({box.code}) {box.text}" for box in block.boxes)
    if block.rows:
        first = block.rows[0]
        yield from (box.text for box in first.boxes)
        if first.remark is not None:
            yield first.remark.label
        for row in block.rows:
            yield from _row(row)
    for field in block.fields:
        yield from _field(field)


def _row(row: FormRow) -> Iterator[str]:
    yield row.header
    yield from (f"{_tick(box)} ({box.code})" for box in row.boxes)
    if row.remark is not None:
        yield row.remark.text


def _field(field: Field) -> Iterator[str]:
    yield from (field.label, *field.text.split("\n"))


def _tick(box: Box) -> str:
    return "\u2612" if box.chosen else "\u2610"


def _text(spans: Spans) -> str:
    return "".join(span.text for span in spans)
