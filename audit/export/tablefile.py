"""Tables to files: for people (xlsx, md, html) and for programs (csv, json)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from audit.base import danish
from audit.base.errors import Place, UsageFault
from audit.base.writing import replacing
from audit.export import excel, htmlpage, machine, markdown
from audit.export.presentation import Export
from audit.tables.table import Table

TableWriter = Callable[[Sequence[Table], Export, bool], bytes]

_WRITERS: dict[str, TableWriter] = {
    ".xlsx": excel.excel_file,
    ".csv": machine.csv_file,
    ".json": machine.json_file,
    ".md": markdown.markdown_file,
    ".html": htmlpage.html_file,
}


def write_tables(
    path: Path, tables: Iterable[Table], export: Export, *, percent: bool = False, overwrite: bool = False
) -> None:
    """Write the tables to a file in the format of its ending; the same tables give the same bytes.

    Intervals (`export.interval`) show percent too.

    Raises UsageFault for an unknown ending, FileFault where the file exists (without `overwrite`) or cannot
    be written.
    """
    writer = _writer(path)
    with replacing(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(writer(tuple(tables), export, percent or export.interval is not None))


def _writer(path: Path) -> TableWriter:
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        ending = f'Endelsen "{path.suffix}" kendes ikke' if path.suffix else "Filnavnet har ingen endelse"
        remedy = f"Giv filen et navn, der slutter på {danish.listing(_WRITERS, 'eller')}."
        raise UsageFault(f"{ending}, så tabellerne kan ikke skrives.", place=Place(file=path.name), remedy=remedy)
    return writer
