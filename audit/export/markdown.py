"""Tables as a page of Markdown with pipe tables (as GitHub and most editors read them)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from audit.export.presentation import Export, header_and_rows, one_line, table_notes, table_title
from audit.tables.table import Table

#: What Markdown could take for markup, anywhere in a line and at its start.
_MARKS = re.compile(r"[\\`*_\[\]<>|~&#$]")
_STARTS = re.compile(r"^(?:[-+=]|\d+(?=[.)](?:\s|$)))")


def markdown_file(tables: Sequence[Table], export: Export, percent: bool) -> bytes:
    """The tables one after another, each below a heading, as UTF-8."""
    head = [f"# {_text(export.title)}", _text(export.contents), f"Måleskema: {_text(export.questionnaire)}."]
    parts = [*head, *map(_text, export.all_notes)]
    for table in tables:
        parts += [
            f"## {_text(table_title(table))}",
            _grid(table, export, percent),
            *map(_text, table_notes(table, percent)),
        ]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def _grid(table: Table, export: Export, percent: bool) -> str:
    header, rows = header_and_rows(table, percent, export.interval)
    rule = ["---", *["---:"] * (len(header) - 1)]
    lines = ([_text(row.header), *row.cells] for row in rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in (map(_text, header), rule, *lines))


def _text(text: str) -> str:
    """The text on one line, with all markup escaped so that it is read literally."""
    escaped = _MARKS.sub(r"\\\g<0>", one_line(text))
    return _STARTS.sub(lambda match: _escape_start(match[0]), escaped)


def _escape_start(start: str) -> str:
    """A sign is escaped itself; after a number the dot or bracket that would start a list."""
    return f"{start}\\" if start[0].isdigit() else f"\\{start}"
