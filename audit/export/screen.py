"""Tables as plain text, for a terminal or a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from audit.export.presentation import Export, base_columns, header_and_rows, one_line, table_notes, table_title
from audit.tables.table import Table

_GAP = "  "
#: The least room for the labels of rows, however narrow the terminal.
_LABELS = 20


def screen_text(tables: Sequence[Table], export: Export, *, percent: bool = False, width: int | None = None) -> str:
    """The tables one after another, ending with a newline.

    Intervals (`export.interval`) show percent too. With `width` (characters per line) texts are wrapped to it; without
    it, as into a pipe, nothing is wrapped or cut.
    """
    percent = percent or export.interval is not None
    parts = [_lines(table, export, percent, width) for table in tables]
    general = [line for note in export.all_notes for line in _wrap(one_line(note), width)]
    return "\n\n".join("\n".join(part) for part in (*parts, general) if part) + "\n"


def _lines(table: Table, export: Export, percent: bool, width: int | None) -> list[str]:
    lines = _wrap(table_title(table), width)
    for code, label in zip(table.codes, table.columns, strict=True):
        if code != label:
            mark = f"({one_line(code)}) "
            lines += _wrap(mark + one_line(label), width, indent=len(mark))
    lines += _grid(table, export, percent, width)
    for note in table_notes(table, percent):
        lines += _wrap(note, width)
    return lines


def _grid(table: Table, export: Export, percent: bool, width: int | None) -> Iterator[str]:
    """The header and the rows, labels to the left and numbers to the right."""
    answers = [label if code == label else f"({code})" for code, label in zip(table.codes, table.columns, strict=True)]
    header, rows = header_and_rows(table, percent, export.interval)
    grid = [[*map(one_line, answers), *base_columns(table)], *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    labels = [header[0], *(row.header for row in rows)]
    room = max(map(len, labels))
    if width is not None:
        room = min(room, max(_LABELS, width - sum(widths) - len(_GAP) * len(widths)))
    for label, row in zip(labels, grid, strict=True):
        *above, last = _wrap(label, room, indent=2)
        yield from above
        numbers = (text.rjust(size) for text, size in zip(row, widths, strict=True))
        yield _GAP.join((last.ljust(room), *numbers))


def _wrap(text: str, width: int | None, *, indent: int = 0) -> list[str]:
    """The text in lines of at most `width`, all but the first indented; never none."""
    if width is None:
        return [text]
    return textwrap.wrap(text, max(width, 2 * indent), subsequent_indent=" " * indent) or [""]
