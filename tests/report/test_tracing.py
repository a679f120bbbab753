"""The internal copy: every number tells the cases behind it, and they are as many as it says; the public has none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import rendered
from filetexts import texts_of
from places import SAMPLE
from smallstudy import Runner
from typednumbers import typed_numbers

from audit.base import danish
from audit.document import forms, tracing
from audit.document.blocks import (
    Block,
    CaseExample,
    Document,
    FigureBlock,
    FormBlock,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    TableBlock,
)
from audit.prose import chapters, wording
from audit.prose.chapters import Setting
from audit.prose.shares import CaseCount, Share, cases_behind
from audit.report import documents, inputs
from audit.study import source
from audit.tables.table import Behind


@cache
def report(*, internal: bool = True) -> Document:
    return documents.report_document(source.open_source(SAMPLE), documents.ReportRequest(internal=internal))


def spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    """The spans of running text."""
    for block in blocks:
        if isinstance(block, Paragraph | Note):
            yield from block.spans
        elif isinstance(block, ListBlock):
            yield from (span for item in block.items for span in item)
        elif isinstance(block, CaseExample):
            yield from spans(block.blocks)


def body(document: Document) -> tuple[Block, ...]:
    """What stands before the list of cases."""
    last = next(at for at, one in enumerate(document.blocks) if isinstance(one, Heading) and one.id == LIST)
    return document.blocks[:last]


LIST = "sagerne-bag-tallene"
WORDS = {danish.count_word(number): number for number in range(11)} | {"et": 1, "den ene": 1, "begge": 2, "alle": 130}


def numbers(text: str) -> set[int]:
    """The numbers said in a text, years and percents aside."""
    found = {int(digits.replace(".", "")) for digits in re.findall(r"[0-9][0-9.]*(?<!\.)(?! procent)", text)}
    return found | {number for said, number in WORDS.items() if re.search(rf"\b{said}\b", text.lower())}


def traced(document: Document) -> list[Span]:
    return [span for span in spans(body(document)) if span.behind]


# --- a number and its cases -------------------------------------------------------------------------------------------


def find(*cases: str) -> CaseCount:
    return CaseCount(len(cases), lambda: Behind("Sager.", cases))


def test_a_number_keeps_its_cases_when_others_are_added_or_taken_away() -> None:
    whole, part = find("1", "2", "10"), find("2")
    assert [one.cases for one in cases_behind(whole - part)] == [("1", "10")]
    assert [one.cases for one in cases_behind(find("10") + part)] == [("2", "10")]
    assert [one.cases for one in cases_behind(sum([find("10"), part, find("1")]))] == [("1", "2", "10")]
    assert [one.cases for one in cases_behind(Share(whole, whole).rest)] == []
    assert [one.what for one in cases_behind(whole - part)] == ["Sager, men ikke sager."]


def test_a_number_that_knows_its_cases_is_reckoned_with_as_any_other() -> None:
    three, ten = find("1", "2", "3"), find(*map(str, range(10)))
    assert (three + 0.5, three - 0.5, 0.5 + three, 0.5 - three) == (3.5, 2.5, 3.5, -2.5)
    assert wording.usikkerhed(Share(three, ten)) == wording.usikkerhed(Share(3, 10)) == "mellem 11 og 60 procent"


def test_a_number_that_cases_do_not_account_for_tells_none() -> None:
    assert list(cases_behind(find("1", "2") + find("2", "3"))) == []  # a case counts twice
    assert list(cases_behind(find("1", "2") - 1)) == []
    assert list(cases_behind(CaseCount(3, lambda: Behind("Sager.", ("1",))))) == []
    assert list(cases_behind(7)) == []


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        (("1",), "1 sag: 1"),
        (("10", "9", "2", "1"), "4 sager: 1, 2, 9, 10"),
        (("3", "1", "2", "7"), "4 sager: 1-3, 7"),
        (("Nord/10", "Nord/9", "Nord/8"), "3 sager: Nord/8, Nord/9, Nord/10"),
    ],
)
def test_numbers_of_cases_stand_in_their_order_and_runs_are_drawn_together(cases: tuple[str, ...], told: str) -> None:
    assert tracing.list_cases(cases) == told


# --- the copy ---------------------------------------------------------------------------------------------------------


def test_every_number_of_the_text_that_tells_its_cases_has_as_many_as_it_says() -> None:
    found = traced(report())
    assert len(found) > 20
    for span in found:
        if re.match("mellem |(?:knap |godt )?ni ud af ti", span.text):
            continue  # an interval or a fraction, which does not tell the number itself
        said, counted = numbers(span.text), {len(one.cases) for one in span.behind}
        assert counted and counted <= said, span.text


#: What is no number of cases: names of decisions and chapters of the law, ages, the journal number.
NAMES = re.compile(r"[Pp]rincipafgørelse N-\d+-\d+|N-\d+-\d+|Kapitel 13 om|under 30 år|\d+-\d+ år|2015-0062-23123")
#: Numbers that stand in study.yaml or count kommuner, and have no cases behind them.
NOT_OF_CASES = (
    "kommer fra 13 kommuner", "13 kommuner har deltaget", "Undersøgelsen omfatter 130 sager fra 13 kommuner",
    "Der er bedt om 130 sager, og alle er modtaget", "Fire kommuner måtte eftersende", "Vi beder jer sende ti sager",
)  # fmt: skip


def test_no_number_of_cases_in_the_running_text_is_without_its_cases() -> None:
    bare = []
    for block in body(report()):
        for text in texts(block):
            rest = re.sub("|".join(NOT_OF_CASES), "", NAMES.sub("", text))
            bare += [(number, text) for number in typed_numbers(rest)]
    assert bare == []


def texts(block: Block) -> Iterator[str]:
    """Running text without the numbers that tell their cases, and without references."""
    rows = [block.spans] if isinstance(block, Paragraph | Note) else block.items if isinstance(block, ListBlock) else []
    return ("".join(" " if span.behind or span.ref else span.text for span in row) for row in rows)


def test_every_cell_of_a_table_has_as_many_cases_as_it_says() -> None:
    tables = [block for block in body(report()) if isinstance(block, TableBlock)]
    assert len(tables) > 9
    for table in tables:
        for row in table.rows:
            assert len(row.behind) == len(row.cells)
            for text, cell in zip(row.cells, row.behind, strict=True):
                if not text.endswith("%"):
                    assert [len(one.cases) for one in cell] == [int(text.split()[0].replace(".", ""))], table.caption


def test_every_part_of_a_figure_has_as_many_cases_as_it_shows() -> None:
    figures = [block for block in body(report()) if isinstance(block, FigureBlock)]
    assert len(figures) > 3
    for figure in figures:
        counted = tuple(tuple(len(one.cases) for one in row) for row in figure.behind)
        assert counted == figure.chart.values


def test_the_list_has_an_entry_for_each_number_table_and_figure_and_the_text_refers_to_it() -> None:
    document = report()
    entries = [block.id for block in document.blocks if isinstance(block, Paragraph) and block.id]
    drawn = [block.id for block in body(document) if isinstance(block, TableBlock | FigureBlock)]
    referred = [span.ref for span in spans(body(document)) if span.ref and span.ref.startswith(tracing.PREFIX)]
    assert referred == [f"bag-{number}" for number in range(1, len(traced(document)) + 1)]
    assert entries == [*referred, *(f"bag-{name}" for name in drawn)]


def test_a_page_shows_the_cases_where_one_points_and_the_list_is_linked() -> None:
    page = rendered.page(report())
    share = next(span for span in traced(report()) if "procent" in span.text)
    listed = tracing.list_cases(share.behind[0].cases)
    assert f'title="{share.behind[0].what} {listed}' in page.replace("&#34;", '"').replace("&amp;", "&")
    for name in re.findall(r'href="#(bag-[^"]+)"', page):
        assert f'id="{name}"' in page
    assert len(re.findall(r"<title>[^<]+ [0-9]+ sag(?:er)?: ", page)) > 50  # in the drawings
    assert len(re.findall(r'<td class="right" title="', page)) > 100


def test_the_copy_is_made_beside_the_report_and_stamped(run: Runner, tmp_path: object) -> None:
    out = f"{tmp_path}/ud"
    assert run("report", SAMPLE, "--internal", "--out", out, "--format", "html").out.endswith("-intern.html\n")
    assert "Intern arbejdskopi" in (Path(out) / "praksisundersoegelse-intern.html").read_text(encoding="utf-8")


# --- the report that is published -------------------------------------------------------------------------------------


def test_the_public_report_has_nothing_of_the_internal_one() -> None:
    document = report(internal=False)
    assert not [span for span in spans(document.blocks) if span.behind]
    assert not [row for one in document.blocks if isinstance(one, TableBlock) for row in one.rows if row.behind]
    assert not [one for one in document.blocks if isinstance(one, FigureBlock) and one.behind]
    page = rendered.page(document)
    assert "bag-" not in page
    assert "<title>" in page
    assert 'title="' not in page


@cache
def public() -> dict[str, str]:
    return {name: " ".join(text.split()) for name, text in texts_of(report(internal=False)).items()}


def answers() -> list[dict[str, str]]:
    with (SAMPLE / "cases.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def secrets() -> dict[str, list[str]]:
    """What the sample's cases hold that nobody outside may see."""
    opened = source.open_source(SAMPLE)
    days = [date.fromisoformat(case["q1_1"]) for case in answers()]
    written = [name for name in answers()[0] if name.endswith("_bem") or name.startswith("begr_")]
    remarks = {case[name] for case in answers() for name in written}
    return {
        "birth dates": [form for day in days for form in (day.isoformat(), danish.long_date(day))],
        "remarks and reasons": sorted(" ".join(text.split()) for text in remarks if len(text) > 12),
        "reviewers": [option.shown for option in opened.questionnaire.by_id["sagsmaaler"].options],
    }


@pytest.mark.pdf
@pytest.mark.parametrize("format", ["html", "pdf", "docx"])
@pytest.mark.parametrize("kind", ["birth dates", "remarks and reasons", "reviewers"])
def test_the_public_report_tells_nothing_of_single_cases(kind: str, format: str) -> None:
    looked_for = secrets()[kind]
    assert len(looked_for) > 4
    text = public()[format]
    found = [one for one in looked_for if one in text]  # a plain search first: the expression alone takes minutes
    assert [one for one in found if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)] == []


@pytest.mark.pdf
@pytest.mark.parametrize("format", ["html", "pdf", "docx"])
def test_the_search_finds_what_is_there(format: str) -> None:
    """A form tells birth dates and remarks; a report's own sentences are found."""
    opened = source.open_source(SAMPLE)
    form = texts_of(next(documents.form_documents(opened, ["13"]))[1])[format]
    case = next(case for case in answers() if case["sagsnr"] == "13")
    assert danish.long_date(date.fromisoformat(case["q1_1"])) in form
    assert "svarende til" in public()[format]


def test_the_public_questionnaire_is_without_what_is_private() -> None:
    opened = source.open_source(SAMPLE)
    [(_, whole)] = documents.form_documents(opened, None)
    asked = [block.text for block in whole.blocks if isinstance(block, FormBlock)]
    assert "Sagsmåler" in asked
    public_form = forms.form_blocks(opened.cases, "", 2)
    assert [block.text for block in public_form if isinstance(block, FormBlock)] == [
        text for text in asked if text != "Sagsmåler"
    ]


def test_a_table_written_in_a_chapter_tells_the_cases_behind_its_numbers() -> None:
    opened = source.open_source(SAMPLE)
    text = "# Et\n\nTabel: Tal\n\n| Hvad | Antal |\n|---|---:|\n| Sager | {{ cases|tal }} |\n| Tekst | ja |\n"
    setting = Setting(inputs.study_facts(opened), internal=True)
    [_, table] = chapters.render_chapter(text, "et.md", setting)
    assert isinstance(table, TableBlock)
    assert [row.cells for row in table.rows] == [("130",), ("ja",)]
    assert [[len(one.cases) for cell in row.behind for one in cell] for row in table.rows] == [[130], []]
    [_, public_table] = chapters.render_chapter(text, "et.md", Setting(inputs.study_facts(opened)))
    assert isinstance(public_table, TableBlock) and not any(row.behind for row in public_table.rows)
