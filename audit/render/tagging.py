"""What Typst leaves out of a PDF's structure: the first cell of each row of a table is the row's header."""

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
        rows = [row for table in _all(root, "/Table") for row in _body(table)]
        names = {f"row-{count}": _headed(row, f"row-{count}") for count, row in enumerate(rows, start=1)}
        if names:
            tree = pikepdf.NameTree(root.IDTree)
            for name, header in names.items():
                tree[name] = header
        pdf.save(result, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def _body(table: Object) -> list[Object]:
    """The rows of a table's body, and in it those of a foot (a template's way to have the last rows together)."""
    parts = {str(part.S): part for part in _children(table)}
    body, foot = parts.get("/TBody"), parts.get("/TFoot")
    if body is not None and foot is not None:
        for row in _children(foot):
            row.P = body
            body.K.append(row)
        del table.K[list(table.K).index(foot)]
    return [] if body is None else _children(body)


def _all(element: Object, kind: str) -> Iterator[Object]:
    """The elements of one kind inside an element, in order; none inside another of the kind."""
    for child in _children(element):
        if child["/S"] == kind:
            yield child
        else:
            yield from _all(child, kind)


def _children(element: Object) -> list[Object]:
    """The elements of an element, without its content (which is told by numbers and references)."""
    from pikepdf import Array, Dictionary

    inside = element.get("/K", Array())
    return [
        child
        for child in (inside if isinstance(inside, Array) else [inside])
        if isinstance(child, Dictionary) and "/S" in child
    ]


def _headed(row: Object, name: str) -> Object:
    """Make the first cell of a row its header, called `name`, and tell the others. Returns that cell."""
    from pikepdf import Array, Name, String

    first, *others = _children(row)
    first.S, first.ID = Name.TH, String(name)
    _of_table(first).Scope = Name.Row
    for cell in others:
        attributes = _of_table(cell)
        attributes.Headers = Array([*attributes.get("/Headers", []), String(name)])
    return first


def _of_table(cell: Object) -> Object:
    """The attributes of a cell that are a table's (Typst may write others beside them)."""
    from pikepdf import Array, Dictionary, Name

    found = cell.get("/A", Array())
    every = list(found) if isinstance(found, Array) else [found]
    for attributes in every:
        if attributes["/O"] == Name.Table:
            return attributes
    made = Dictionary(O=Name.Table)
    cell.A = Array([*every, made])
    return made
