"""Tables for other programs: JSON, and CSV in long form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from audit.export.presentation import LEVEL, Export, intervals, percents
from audit.files.csvfile import escape_formula
from audit.tables.intervals import Interval, Method
from audit.tables.table import Table

#: The columns of the long form before what is optional.
COLUMNS = ("table", "title", "by", "row", "column", "code", "count", "base", "unanswered", "not_asked")
_LIMITS = ("interval_low", "interval_high")


def json_file(tables: Sequence[Table], export: Export, percent: bool) -> bytes:
    """The tables as JSON (docs/tables.md), each row of counts on a line of its own."""
    head: dict[str, Any] = {"schema": export.schema, "schema_version": export.schema_version, "by": export.by}
    if export.interval:
        head["interval"] = {"method": export.interval, "level": LEVEL}
    parts = [_object(_record(table, export, percent), 4) for table in tables]
    text = _object(head, 0).removesuffix("\n}") + ',\n  "tables": ' + _array(parts, 2) + "\n}\n"
    return text.encode("utf-8")


def _record(table: Table, export: Export, percent: bool) -> dict[str, Any]:
    record = {
        "id": table.id,
        "title": table.title,
        "multiple": table.multiple,
        "rows": table.rows,
        "columns": table.columns,
        "codes": table.codes,
        "counts": table.counts.tolist(),
        "base": table.base,
        "unanswered": table.unanswered,
        "not_asked": table.not_asked,
        "notes": table.notes,
    }
    if percent:
        record["percent"] = percents(table)
    if export.interval:
        record["interval"] = [[_round_limits(limits) for limits in row] for row in intervals(table, export.interval)]
    return record


def _round_limits(interval: Interval | None) -> Interval | None:
    """The limits with as many decimals as anyone can use."""
    return interval and (round(interval[0], 4), round(interval[1], 4))


def _object(record: dict[str, Any], indent: int) -> str:
    """A JSON object with one key per line, and one line per row of a list of lists."""
    inner = "\n" + " " * (indent + 2)
    lines = [f"{inner}{_json(key)}: {_value(value, indent + 2)}" for key, value in record.items()]
    return "{" + ",".join(lines) + "\n" + " " * indent + "}"


def _value(value: Any, indent: int) -> str:
    nested = isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple)
    return _array([_json(row) for row in value], indent) if nested else _json(value)


def _array(items: Sequence[str], indent: int) -> str:
    inner = "\n" + " " * (indent + 2)
    return "[" + ",".join(inner + item for item in items) + ("\n" + " " * indent if items else "") + "]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def csv_file(tables: Sequence[Table], export: Export, percent: bool) -> bytes:
    """The tables in long form, one line per cell, as CSV in UTF-8 with the byte order mark that Excel needs.

    Texts that a spreadsheet would run as a formula are escaped (`audit.files.escape_formula`).
    """
    target = io.StringIO(newline="")
    lines = csv.writer(target)
    shares = [*["percent"] * percent, *_LIMITS * (export.interval is not None)]
    lines.writerow((*COLUMNS, *shares))
    for table in tables:
        for texts, numbers in _cells(table, export.interval):
            lines.writerow((*map(escape_formula, texts), *numbers[: 4 + len(shares)]))
    return target.getvalue().encode("utf-8-sig")


def _cells(table: Table, method: Method | None) -> Iterator[tuple[tuple[str, ...], tuple[float | None, ...]]]:
    """The texts and the numbers of each cell, row by row, the percentage and its limits last."""
    counts, shares = table.counts.tolist(), percents(table)
    limits = intervals(table, method)
    for row, label in enumerate(table.rows):
        states = (table.base[row], table.unanswered[row], table.not_asked[row])
        for column, (answer, code) in enumerate(zip(table.columns, table.codes, strict=True)):
            texts = (table.id, table.title, table.by or "", label, answer, code)
            low_high = _round_limits(limits[row][column]) or (None, None)
            yield texts, (counts[row][column], *states, shares[row][column], *low_high)
