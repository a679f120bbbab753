"""The work behind `audit report` and `audit form`: the documents of a study, rendered to files."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from audit.base import danish, writing
from audit.base.errors import AuditError, UsageFault
from audit.document.blocks import Document
from audit.render import html, pdf, word
from audit.report.documents import ReportRequest, form_documents, report_documents, unit_documents, units
from audit.study.source import Study

Format = Literal["html", "pdf", "docx"]


#: The formats of a report, which are their files' endings.
FORMATS: tuple[Format, ...] = get_args(Format)
#: How many PDF files are typeset at once: one on each core, and no more, as Typst takes 250 MB for a long letter.
_TYPESETTERS = min(os.cpu_count() or 1, 4)


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
    [written] = _write_files([report_documents(study, request)], output)
    return written


def write_unit_reports(
    study: Study, output: Output, request: ReportRequest = ReportRequest()
) -> Iterator[tuple[Path, ...]]:
    """Render a report for each unit that has cases. Yields the files of each when they are written.

    Raises what `report_documents` raises, and FileFault.
    """
    names = units(study)
    if not names:
        raise UsageFault("Der er ingen sager i undersøgelsen.")
    yield from _write_files(unit_documents(study, request, names), output)


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
    forms = form_documents(study, cases, together=together, plan=plan, date=date)
    return _write_files(([form] for form in forms), output)


@dataclass(frozen=True)
class _Draft:
    """A document, where its files go, and its PDF file on the way."""

    document: Document
    paths: Mapping[Format, Path]
    typeset: Future[bytes] | None


def _write_files(batches: Iterable[Iterable[tuple[str, Document]]], output: Output) -> Iterator[tuple[Path, ...]]:
    """Write batches of named documents in each format; none of a batch's files appears until all are complete.

    Typst, which takes the longest, works on the batches that follow while one is rendered and written. Yields the files
    of each batch when they are written, in order.
    """
    with ExitStack() as stack:
        typesetters = ThreadPoolExecutor(_TYPESETTERS)
        stack.callback(typesetters.shutdown, cancel_futures=True)
        for drafts in _ahead(_begin(batches, output, typesetters), _TYPESETTERS):
            yield _finish(drafts, output)


def _ahead(batches: Iterator[list[_Draft]], count: int) -> Iterator[list[_Draft]]:
    """The batches, begun up to `count` ahead of their use. What is wrong with one is raised when it is its turn."""
    waiting: deque[list[_Draft]] = deque()
    fault = None
    try:
        for drafts in batches:
            waiting.append(drafts)
            if len(waiting) > count:
                yield waiting.popleft()
    except (AuditError, OSError) as error:
        fault = error
    yield from waiting
    if fault:
        raise fault


def _begin(
    batches: Iterable[Iterable[tuple[str, Document]]], output: Output, typesetters: Executor
) -> Iterator[list[_Draft]]:
    """Have the documents of each batch typeset, if all its files can be written. Raises FileFault."""
    under_way: list[Future[bytes]] = []
    for batch in batches:
        placed = [(document, _free_paths(name, output)) for name, document in tuple(batch)]
        if len(under_way) >= _TYPESETTERS:  # Typst can let go of what it keeps only when it is doing nothing else
            wait(under_way)
            under_way.clear()
            pdf.forget()
        drafts = [
            _Draft(document, paths, typesetters.submit(pdf.typeset, pdf.prepare(document)) if "pdf" in paths else None)
            for document, paths in placed
        ]
        under_way += [draft.typeset for draft in drafts if draft.typeset]
        yield drafts


def _free_paths(name: str, output: Output) -> dict[Format, Path]:
    """Where the files of a document go. Raises FileFault where one cannot be written."""
    writing.make_folder(output.folder)
    paths = {ending: output.folder / f"{name}.{ending}" for ending in output.formats}
    for path in paths.values():
        writing.must_be_free(path, overwrite=output.overwrite)
    return paths


def _finish(drafts: Sequence[_Draft], output: Output) -> tuple[Path, ...]:
    """Write the files of a batch; those that have another format are rendered meanwhile."""
    with ExitStack() as stack:
        for draft in drafts:
            temporaries = {
                ending: stack.enter_context(writing.replacing(path, overwrite=output.overwrite))
                for ending, path in draft.paths.items()
            }
            for ending, content in _render(draft):
                temporaries[ending].write_bytes(content)
    return tuple(path for draft in drafts for path in draft.paths.values())


def _render(draft: _Draft) -> Iterator[tuple[Format, bytes]]:
    """A document in each of its formats. The PDF file, on which others work, comes last."""
    if "html" in draft.paths:
        yield "html", html.render(draft.document).encode()
    if "docx" in draft.paths:
        yield "docx", word.render(draft.document)
    if draft.typeset:
        yield "pdf", draft.typeset.result()
