"""Adds to a PDF's structure what Typst leaves out: the first cell of each row of a table is the row's header."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Object


def with_row_headers(file: bytes) -> bytes:
    """The PDF with a header for every row of its tables. The same bytes give the same bytes."""
    import pikepdf

    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(file)) as pdf:
        root = pdf.Root.StructTreeRoot
        rows = [row for table in _elements_of_kind(root, "/Table") for row in _body_rows(table)]
        names = {f"row-{count}": _make_row_header(row, f"row-{count}") for count, row in enumerate(rows, start=1)}
        if names:
            tree = pikepdf.NameTree(root.IDTree)
            for name, header in names.items():
                tree[name] = header
        pdf.save(result, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def _body_rows(table: Object) -> list[Object]:
    """The rows of a table's body, after moving those of a foot into it (used to keep the last rows together)."""
    parts = {str(part.S): part for part in _children(table)}
    body, foot = parts.get("/TBody"), parts.get("/TFoot")
    if body is not None and foot is not None:
        for row in _children(foot):
            row.P = body
            body.K.append(row)
        del table.K[list(table.K).index(foot)]
    return [] if body is None else _children(body)


def _elements_of_kind(element: Object, kind: str) -> Iterator[Object]:
    """The outermost elements of one kind inside an element, in order."""
    for child in _children(element):
        if child["/S"] == kind:
            yield child
        else:
            yield from _elements_of_kind(child, kind)


def _children(element: Object) -> list[Object]:
    """The child elements of an element, without its content (which is numbers and references)."""
    from pikepdf import Array, Dictionary

    content = element.get("/K", Array())
    return [
        child
        for child in (content if isinstance(content, Array) else [content])
        if isinstance(child, Dictionary) and "/S" in child
    ]


def _make_row_header(row: Object, name: str) -> Object:
    """Make the first cell of a row its header, with id `name`, and refer to it in the others. Returns the header."""
    from pikepdf import Array, Name, String

    first, *others = _children(row)
    first.S, first.ID = Name.TH, String(name)
    _table_attributes(first).Scope = Name.Row
    for cell in others:
        attributes = _table_attributes(cell)
        attributes.Headers = Array([*attributes.get("/Headers", []), String(name)])
    return first


def _table_attributes(cell: Object) -> Object:
    """The table attributes of a cell, added if missing (Typst may write other attributes beside them)."""
    from pikepdf import Array, Dictionary, Name

    entry = cell.get("/A", Array())
    all_attributes = list(entry) if isinstance(entry, Array) else [entry]
    for attributes in all_attributes:
        if attributes["/O"] == Name.Table:
            return attributes
    attributes = Dictionary(O=Name.Table)
    cell.A = Array([*all_attributes, attributes])
    return attributes
