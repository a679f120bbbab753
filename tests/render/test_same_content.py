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


@cache
def compared() -> dict[str, Document]:
    """The documents that are compared."""
    sample = source.open_source(demo.demo_study())
    wanted = {
        "the report": documents.ReportRequest(),
        "an internal copy": documents.ReportRequest(internal=True),
        "every table": documents.ReportRequest(plan="resultater"),
        "a letter": documents.ReportRequest("tilbagemelding", "Næstved"),
        "a council's paper": documents.ReportRequest("kommunalbestyrelse", "Næstved"),
        "its closed appendix": documents.ReportRequest("kommunalbestyrelse-bilag", "Næstved"),
    }
    forms = {
        "an empty form": documents.form_documents(sample, None),
        "a form with a deviation": documents.form_documents(sample, ["13"]),
        "two forms together": documents.form_documents(sample, ["1", "47"], together=True),
    }
    made = {name: documents.report_document(sample, one) for name, one in wanted.items()}
    hostile = {"hostile": hostile_document(), "hostile letter": hostile_document(DRAFT, PRELIMINARY, cover=False)}
    made |= {name: next(pair)[1] for name, pair in forms.items()}
    stamped = {words: replace(made["the report"], stamps=stamps) for words, stamps in STAMPED.items()}
    return {**made, **hostile, **stamped}


NAMES = (
    "the report", "an internal copy", "every table", "a letter", "a council's paper", "its closed appendix",
    "an empty form", "a form with a deviation", "two forms together",
    "hostile", "hostile letter", *STAMPED,
)  # fmt: skip


@pytest.mark.parametrize("format", CONTENT)
@pytest.mark.parametrize("name", NAMES)
def test_a_format_says_what_the_blocks_say_and_nothing_else(name: str, format: str) -> None:
    document = compared()[name]
    expected = letters(blocktext.said(document))
    assert len(expected) > 1500
    assert first_difference(expected, letters(CONTENT[format](document))) == ""


def test_the_comparison_notices_a_changed_letter_and_a_missing_cell() -> None:
    document = compared()["a council's paper"]
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


@pytest.mark.parametrize("format", CONTENT)
def test_files_are_smaller_than_two_megabytes(format: str) -> None:
    assert all(len(FILE[format](document)) < 2_000_000 for document in compared().values())
