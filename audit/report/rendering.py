"""The work behind `audit report` and `audit form`: the documents of a study, rendered to files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from audit.base import danish, writing
from audit.base.errors import UsageFault
from audit.document.blocks import Document
from audit.render import html, pdf, word
from audit.report.documents import ReportRequest, form_documents, report_documents, units
from audit.study.source import Study

Format = Literal["html", "pdf", "docx"]


#: The formats of a report, which are their files' endings.
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Output:
    """Where documents are written, in which formats, and whether files that are there may be replaced."""

    folder: Path
    formats: Sequence[Format] = FORMATS
    overwrite: bool = False


def parse_formats(names: Sequence[str] | None) -> tuple[Format, ...]:
    """The named formats, each once; all where none is named. Raises UsageFault for an unknown one."""
    for name in names or ():
        if name not in FORMATS:
            known = danish.listing(FORMATS, "eller")
            message = f'Formatet "{name}" kendes ikke.{danish.did_you_mean(name, FORMATS)}'
            raise UsageFault(message, remedy=f"Skriv {known}.")
    return tuple(format for format in FORMATS if not names or format in names)


def write_report(study: Study, output: Output, request: ReportRequest = ReportRequest()) -> tuple[Path, ...]:
    """Render the report of a study; returns the files written (all of them, or none).

    Raises what `report_documents` raises, and FileFault.
    """
    return _write_files(tuple(report_documents(study, request)), output)


def write_unit_reports(
    study: Study, output: Output, request: ReportRequest = ReportRequest()
) -> Iterator[tuple[Path, ...]]:
    """Render a report for each unit that has cases. Yields the files of each when they are written.

    Raises what `report_documents` raises, and FileFault.
    """
    names = units(study)
    if not names:
        raise UsageFault("Der er ingen sager i undersøgelsen.")
    for unit in names:
        yield write_report(study, output, replace(request, unit=unit))
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
    for name, document in form_documents(study, cases, together=together, plan=plan, date=date):
        yield _write_files([(name, document)], output)


def _write_files(documents: Sequence[tuple[str, Document]], output: Output) -> tuple[Path, ...]:
    """Write documents in each format; none of the files appears until all are complete."""
    writing.make_folder(output.folder)
    written: list[Path] = []
    with ExitStack() as stack:
        for name, document in documents:
            paths = {ending: output.folder / f"{name}.{ending}" for ending in output.formats}
            temporaries = {
                ending: stack.enter_context(writing.replacing(path, overwrite=output.overwrite))
                for ending, path in paths.items()
            }
            for ending, content in _render(document, output.formats).items():
                temporaries[ending].write_bytes(content)
            written.extend(paths.values())
    return tuple(written)


def _render(document: Document, formats: Sequence[Format]) -> dict[Format, bytes]:
    """The document in each format. The PDF is typeset in parallel with the others, which take as long."""
    rendered: dict[Format, bytes] = {}
    with ThreadPoolExecutor(1) as beside:
        typeset = beside.submit(pdf.typeset, pdf.prepare(document)) if "pdf" in formats else None
        if "html" in formats:
            rendered["html"] = html.render(document).encode()
        if "docx" in formats:
            rendered["docx"] = word.render(document)
        if typeset:
            rendered["pdf"] = typeset.result()
    return rendered
