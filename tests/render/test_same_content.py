"""One content, three formats: what each says is what the blocks say, and the same input gives the same bytes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import blocktext
import htmltext
import pdftext
import pytest
import rendered
import wordtext
from handmade import STAMPED
from hostile import hostile_document
from places import ROOT

from audit.document.blocks import DRAFT, PRELIMINARY, Document, TableBlock
from audit.report import documents
from audit.study import demo, source

pytestmark = pytest.mark.pdf

CONTENT: dict[str, Callable[[Document], list[str]]] = {
    "html": lambda document: htmltext.content(rendered.page(document)),
    "pdf": lambda document: pdftext.content(rendered.pdf_file(document)),
    "docx": lambda document: wordtext.content(rendered.word_file(document)),
}
FILE: dict[str, Callable[[Document], bytes]] = {
    "html": lambda document: rendered.page(document).encode(),
    "pdf": rendered.pdf_file,
    "docx": rendered.word_file,
}


def letters(texts: Iterable[str]) -> str:
    """Texts as one string without space: lines and cells may be broken as a format likes."""
    return re.sub(r"[\s\u00ad\u200b]+", "", "".join(texts))


def first_difference(ours: str, theirs: str) -> str:
    """Where two strings part, with what stands around it; empty where they don't."""
    if ours == theirs:
        return ""
    at = next((at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    return f"blocks: …{ours[max(at - 40, 0) : at + 60]}…\nformat: …{theirs[max(at - 40, 0) : at + 60]}…"


#: The documents that are compared, by the plan and the unit they are of.
PLANNED = {
    "the report": documents.ReportRequest(),
    "an internal copy": documents.ReportRequest(internal=True),
    "every table": documents.ReportRequest(plan="resultater"),
    "a letter": documents.ReportRequest("tilbagemelding", "Næstved"),
    "a council's paper": documents.ReportRequest("kommunalbestyrelse", "Næstved"),
    "its closed appendix": documents.ReportRequest("kommunalbestyrelse-bilag", "Næstved"),
}
#: Forms, by their cases; two of them are one document.
FORMS = {"an empty form": None, "a form with a deviation": ["13"], "two forms together": ["1", "47"]}
HOSTILE = {"hostile": (), "hostile letter": (DRAFT, PRELIMINARY)}


@cache
def sample() -> source.Study:
    return source.open_source(demo.demo_study())


@cache
def compared(name: str) -> Document:
    """One of the documents that are compared."""
    if name in PLANNED:
        return documents.report_document(sample(), PLANNED[name])
    if name in FORMS:
        cases = FORMS[name]
        return next(documents.form_documents(sample(), cases, together=cases is not None and len(cases) > 1))[1]
    if name in HOSTILE:
        return hostile_document(*HOSTILE[name], cover=name == "hostile")
    return replace(compared("the report"), stamps=STAMPED[name])


@pytest.mark.parametrize("format", CONTENT)
@pytest.mark.parametrize("name", [*PLANNED, *FORMS, *HOSTILE, *STAMPED])
def test_a_format_says_what_the_blocks_say_and_nothing_else_in_less_than_two_megabytes(name: str, format: str) -> None:
    document = compared(name)
    expected = letters(blocktext.said(document))
    assert len(expected) > 1500
    assert first_difference(expected, letters(CONTENT[format](document))) == ""
    assert len(FILE[format](document)) < 2_000_000


def test_the_comparison_notices_a_changed_letter_and_a_missing_cell() -> None:
    document = compared("a council's paper")
    table = next(block for block in document.blocks if isinstance(block, TableBlock))
    row = replace(table.rows[0], cells=(*table.rows[0].cells[:-1], ""))
    changed = tuple(
        replace(block, rows=(row, *block.rows[1:])) if block is table else block for block in document.blocks
    )
    expected = letters(blocktext.said(document))
    for format, content in CONTENT.items():
        assert first_difference(expected, letters(content(replace(document, blocks=changed)))), format
        assert first_difference(expected, letters(content(replace(document, subtitle="131 sager")))), format


#: Two machines: nothing of them may show in a file.
MACHINES = (
    {"LANG": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "1"},
    {"LANG": "da_DK.UTF-8", "TZ": "America/New_York", "PYTHONHASHSEED": "2", "MPLBACKEND": "svg", "USER": "jens"},
)


def test_the_same_input_gives_the_same_bytes_on_another_machine(tmp_path: Path) -> None:
    made = []
    for number, machine in enumerate(MACHINES):
        folder = tmp_path / str(number)
        (folder / "home").mkdir(parents=True)
        home = {"HOME": str(folder / "home"), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "audit", "report", str(demo.demo_study()), "--date", "2016-03-01"]
        subprocess.run(command, cwd=folder, env=machine | home, check=True, capture_output=True)
        made.append({path.suffix: path.read_bytes() for path in folder.glob("praksisundersoegelse.*")})
    assert sorted(made[0]) == [".docx", ".html", ".pdf"]
    assert {ending: made[0][ending] == made[1][ending] for ending in made[0]} == dict.fromkeys(made[0], True)
