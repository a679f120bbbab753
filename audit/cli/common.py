"""What commands share: options, opening a source, and printing."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from audit.base import cpr
from audit.base.errors import UsageFault

if TYPE_CHECKING:
    from audit.study.source import ReadOptions, Study

#: Seconds before a person at a terminal sees what takes so long.
_PATIENCE = 1.0

SourceArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="KILDE", help="En undersøgelses mappe (ellers den aktuelle) eller en datafil.", show_default=False
    ),
]
StudyOption = Annotated[Path | None, typer.Option("--study", metavar="MAPPE", help="Undersøgelsens mappe.")]
SchemaOption = Annotated[
    str | None, typer.Option("--schema", metavar="ID", help="Måleskemaet, når kilden er en datafil: id eller YAML-fil.")
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", metavar="ARK", help="Det ark i projektmappen, der skal læses.")
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", metavar="NAVN", help="En kolonne, der ikke skal læses. Kan gentages."),
]
NotCprOption = Annotated[
    list[str] | None,
    typer.Option(
        "--not-cpr", metavar="CELLE", help="En celle (K7), som du indestår for ikke har et CPR-nummer. Kan gentages."
    ),
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Erstat filer, der findes i forvejen.")]
FormatOption = Annotated[
    list[str] | None,
    typer.Option("--format", metavar="html|pdf|docx", help="Formatet. Kan gentages. Ellers alle tre."),
]
DateOption = Annotated[str | None, typer.Option("--date", metavar="ÅÅÅÅ-MM-DD", help="Rapportens dato.")]


def open_study(
    source: Path | None,
    folder: Path | None,
    schema_id: str | None,
    sheet: str | None,
    ignore: list[str] | None,
    not_cpr: list[str] | None,
) -> Study:
    """The study or data file that a command is about. Raises UsageFault, FileFault and DefinitionFault."""
    from audit.study.source import open_source

    if source is not None and folder is not None:
        raise UsageFault("Skriv enten en kilde eller --study, ikke begge dele.")
    options = read_options(sheet, ignore, not_cpr)
    with progress_notice("Læser sagerne"):
        return open_source(source or folder or Path(), schema_id=schema_id, options=options)


def read_options(sheet: str | None, ignore: list[str] | None, not_cpr: list[str] | None) -> ReadOptions:
    """How a data file is to be read. Raises UsageFault for what cannot be a cell."""
    from audit.study.source import ReadOptions

    for cell in not_cpr or ():
        if not re.fullmatch(r"[A-Za-z]{1,3}[1-9]\d*", cell):
            raise UsageFault(f'--not-cpr "{cell}" er ikke en celle.', remedy="Skriv for eksempel --not-cpr K7.")
    return ReadOptions(sheet, ignore or (), not_cpr or ())


def warn_of_faults(study: Study) -> None:
    """Print that the data has faults, and how much could not be read."""
    from audit.study.tabulation import fault_notice

    if notice := fault_notice(study, see='"audit check"'):
        print_notice(f"Advarsel: {notice}")


def confirm(question: str) -> bool:
    """Whether a person at the terminal says yes; nobody does where there is no terminal."""
    if not at_terminal(sys.stdin):
        return False
    try:
        return input(f"{question} (ja/nej) ").strip().casefold() in ("ja", "j")
    except EOFError:
        return False


@contextmanager
def progress_notice(what: str) -> Iterator[None]:
    """Tell a person at a terminal what is going on, once it has taken a while."""
    timer = Timer(_PATIENCE, print_notice, [f"{what} …"])
    timer.daemon = True
    if at_terminal(sys.stderr):
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def print_notice(text: str) -> None:
    """Print something other than the result: to the error stream, so that a pipe gets the result alone."""
    print(cpr.blot(text), file=sys.stderr)  # noqa: T201


def print_result(text: str) -> None:
    """Print a line of the result."""
    print(cpr.blot(text))  # noqa: T201


def width() -> int | None:
    """The terminal's characters per line; None into a pipe, where nothing is wrapped."""
    return shutil.get_terminal_size().columns if at_terminal(sys.stdout) else None


def at_terminal(stream: TextIO | None) -> bool:
    """Whether a person reads the stream (which is None where the shell has closed it)."""
    return stream is not None and stream.isatty()


def parse_day(text: str | None) -> date | None:
    """The given day, or the one that a reproducible build sets (SOURCE_DATE_EPOCH, seconds since 1970), or None.

    Raises UsageFault where that is no day.
    """
    if text is not None:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise UsageFault(f'"{text}" er ikke en dato.', remedy="Skriv den som 2016-03-01.") from error
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        message = f'Miljøvariablen SOURCE_DATE_EPOCH giver ingen dato: "{epoch}" er ikke et antal sekunder siden 1970.'
        raise UsageFault(message, remedy="Fjern den, eller skriv rapportens dato med --date 2016-03-01.") from error
