"""The work behind `audit report` and `audit form`: the documents of a study, rendered to files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from audit.base import danish, writing
from audit.base.errors import UsageFault
from audit.document.blocks import Document
from audit.render import html, pdf, word
from audit.study.source import Study

if TYPE_CHECKING:
    pass
from audit.report.documents import ReportRequest, documents, form_documents, units

Format = Literal["html", "pdf", "docx"]


#: The formats of a report, which are their files' endings.
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Output:
    """Where documents are written, in which formats, and whether files that are there may be replaced."""

    folder: Path
    formats: Sequence[Format] = FORMATS
    overwrite: bool = False


def formats(names: Sequence[str] | None) -> tuple[Format, ...]:
    """The formats that are named, each once; all where none is. Raises UsageFault for one that is not known."""
    for name in names or ():
        if name not in FORMATS:
            known = danish.listing(FORMATS, "eller")
            message = f'Formatet "{name}" kendes ikke.{danish.did_you_mean(name, FORMATS)}'
            raise UsageFault(message, remedy=f"Skriv {known}.")
    return tuple(one for one in FORMATS if not names or one in names)


def write_report(study: Study, output: Output, wanted: ReportRequest = ReportRequest()) -> tuple[Path, ...]:
    """Render the report of a study; returns the files written (all of them, or none).

    Raises what `document` raises, and FileFault.
    """
    return _write(tuple(documents(study, wanted)), output)


def write_all(study: Study, output: Output, wanted: ReportRequest = ReportRequest()) -> Iterator[tuple[Path, ...]]:
    """Render a report for each unit that has cases. Yields the files of each when they are written.

    Raises what `documents` raises, and FileFault.
    """
    known = units(study)
    if not known:
        raise UsageFault("Der er ingen sager i undersøgelsen.")
    for unit in known:
        yield write_report(study, output, replace(wanted, unit=unit))
        if "pdf" in output.formats:
            pdf.forget()


def write_forms(
    study: Study,
    output: Output,
    cases: Sequence[str] | None,
    *,
    together: bool = False,
    plan: str | None = None,
    date: date | None = None,
) -> Iterator[tuple[Path, ...]]:
    """Render what `form_documents` makes. Yields the files of each document when they are written.

    Raises DefinitionFault, UsageFault and FileFault.
    """
    for name, made in form_documents(study, cases, together=together, plan=plan, date=date):
        yield _write([(name, made)], output)


def _write(made: Sequence[tuple[str, Document]], output: Output) -> tuple[Path, ...]:
    """Write documents in each format; none of the files is there until all are whole."""
    writing.make_folder(output.folder)
    written: list[Path] = []
    with ExitStack() as whole:
        for name, one in made:
            paths = {ending: output.folder / f"{name}.{ending}" for ending in output.formats}
            parts = {
                ending: whole.enter_context(writing.replacing(path, overwrite=output.overwrite))
                for ending, path in paths.items()
            }
            for ending, content in _rendered(one, output.formats).items():
                parts[ending].write_bytes(content)
            written.extend(paths.values())
    return tuple(written)


def _rendered(document: Document, formats: Sequence[Format]) -> dict[Format, bytes]:
    """The document in each format. The PDF is typeset beside the others, which takes as long as they do."""
    made: dict[Format, bytes] = {}
    with ThreadPoolExecutor(1) as beside:
        typeset = beside.submit(pdf.typeset, pdf.prepared(document)) if "pdf" in formats else None
        if "html" in formats:
            made["html"] = html.render(document).encode()
        if "docx" in formats:
            made["docx"] = word.render(document)
        if typeset:
            made["pdf"] = typeset.result()
    return made
