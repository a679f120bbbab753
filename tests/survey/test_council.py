"""The paper to a council: open, two pages, to be gone on with; its closed appendix; and what one's own cases change."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache
from pathlib import Path

import htmltext
import kommunestudy
import libreoffice
import pikepdf
import pytest
from filetexts import texts_of
from handmade import PUBLISHED
from kommunestudy import UNITS, Private, flat, of, some, words, wrong_danish
from places import SAMPLE
from tools import missing

from audit.__main__ import main
from audit.base import danish
from audit.document.blocks import Document, Heading, TableBlock
from audit.render import pdf, word
from audit.report import documents
from audit.study import source
from audit.tables.table import TOTAL

OPEN, CLOSED = "kommunalbestyrelse", "kommunalbestyrelse-bilag"


@cache
def sample() -> source.Study:
    return source.open_source(SAMPLE)


def papers(opened: source.Study, unit: str, **given: str) -> tuple[Document, Document]:
    """The open paper and its closed appendix."""
    made = dict(documents.report_documents(opened, documents.ReportRequest(OPEN, unit, given, date(2016, 3, 15))))
    return made[f"{OPEN}-{unit}"], made[f"{CLOSED}-{unit}"]


def tables(document: Document) -> list[TableBlock]:
    return [block for block in document.blocks if isinstance(block, TableBlock)]


def headings(document: Document) -> list[str]:
    return ["".join(span.text for span in block.spans) for block in document.blocks if isinstance(block, Heading)]


# --- the open paper ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every open paper and every closed appendix says, all of them made by one command."""
    out = tmp_path_factory.mktemp("papirer")
    assert main(["report", str(SAMPLE), "--plan", OPEN, "--all-units", "--format", "html", "--out", str(out)]) == 0
    read = {path.stem: path.read_text(encoding="utf-8") for path in out.iterdir()}
    return {name: flat(" ".join(htmltext.content(page))) for name, page in read.items()}


def told_of(text: str) -> list[str]:
    """What a text tells of any single case of the sample."""
    opened = sample()
    reviewers = [option.shown for option in opened.questionnaire.by_id["sagsmaaler"].options]
    private = [Private.of(case) for case in kommunestudy.cases()]
    secrets = {one for case in private for one in (*case.born, *case.written) if len(one) > 12}
    found = [one for one in (*secrets, *reviewers) if one in text]  # a plain search first: the expression is slow
    found = [one for one in found if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)]
    return found + sorted(kommunestudy.numbers(text))


@pytest.mark.parametrize("unit", UNITS)
def test_an_open_paper_tells_of_no_single_case(pages: dict[str, str], unit: str) -> None:
    assert told_of(pages[f"{OPEN}-{unit}"]) == []
    assert len(told_of(pages[f"{CLOSED}-{unit}"])) >= 10  # and what is looked for is found where it is


@pytest.mark.pdf
@pytest.mark.parametrize("format", ["html", "pdf", "docx"])
def test_an_open_paper_tells_of_no_single_case_in_any_format(format: str) -> None:
    text = flat(texts_of(papers(sample(), "Næstved")[0])[format])
    assert told_of(text) == []
    assert "ti af Næstved Kommunes sager" in text


@pytest.mark.parametrize("unit", UNITS)
def test_the_results_are_the_published_ones(pages: dict[str, str], unit: str) -> None:
    for question, row, answers in (
        ("3.1", "Afgørelsen er samlet set rigtig", 1),
        ("3.2", "Ingen væsentlige oplysninger mangler", 2),
        ("3.3", "Målgruppen for fleksjob er vurderet korrekt", 2),
        ("3.4", "Fleksjob på få timer er vurderet korrekt", 2),
    ):
        own, every = (sum(PUBLISHED[question][label][:answers]) for label in (unit, TOTAL))
        expected = f"{row} {own} af 10 {every} af 130 ({danish.percent(every, 130)} procent)"
        assert expected in pages[f"{OPEN}-{unit}"]


THREE = ("Næstved", "Holstebro", "Aalborg")


@pytest.mark.pdf
@pytest.mark.parametrize("unit", THREE)
def test_the_open_paper_has_two_pages_as_pdf(unit: str) -> None:
    paper = papers(sample(), unit, meeting="2016-04-26")[0]
    with pikepdf.open(io.BytesIO(pdf.render(paper))) as opened:
        assert len(opened.pages) == 2


@pytest.mark.office
@pytest.mark.pdf
@pytest.mark.parametrize("unit", THREE)
def test_the_open_paper_has_two_pages_in_word(unit: str) -> None:
    if libreoffice.program() is None:
        missing("LibreOffice Writer")
    paper = papers(sample(), unit, meeting="2016-04-26")[0]
    with pikepdf.open(io.BytesIO(libreoffice.to_pdf(word.render(paper)))) as opened:
        assert len(opened.pages) == 2


def test_the_open_paper_has_the_parts_of_a_danish_agenda_item() -> None:
    paper = papers(sample(), "Næstved", meeting="2016-04-26")[0]
    assert (paper.title, paper.publisher) == ("Åbent punkt: kommunens afgørelser", "Næstved Kommune")
    assert ("Møde", "26. april 2016") in paper.details
    assert headings(paper) == [
        "Sagen kort", "Hvad er undersøgt", "Resultat", "Hvor det gik galt", "Forvaltningen foreslår",
    ]  # fmt: skip
    text = words(paper)
    for told in (
        "Ankestyrelsen vurderer, at tre af de ti afgørelser, svarende til 30 procent, er rigtige. Syv af de ti "
        "afgørelser ville være blevet ændret eller hjemvist, hvis borgerne havde klaget. I alle kommunerne tilsammen "
        "er 88 af de 130 afgørelser, svarende til 68 procent, rigtige.",
        "Kommunalbestyrelsen skal behandle undersøgelsen på et møde efter retssikkerhedslovens § 79 a.",
        "mellem 11 og 60 procent",
        "Lukket bilag med de enkelte sager.",
    ):
        assert told in text
    assert re.findall(r"\[[^]]*\]", text) == [
        "[Forvaltningen udfylder]",
        "[Forvaltningen udfylder: Koster opfølgningen noget, og hvor kommer pengene fra?]",
    ]
    to_fill = tables(paper)[-1]
    assert to_fill.header == ("Handling", "Ansvarlig", "Frist")
    assert [row.blank for row in to_fill.rows] == [True] * 3


# --- the closed appendix ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", THREE)
def test_the_closed_appendix_has_each_case_the_wrong_ones_first(unit: str) -> None:
    closed = papers(sample(), unit)[1]
    assert closed.title == "Lukket bilag – må ikke offentliggøres"
    wrong = [case["sagsnr"] for case in of(unit) if case["q3_1"] == "2"]
    right = [case["sagsnr"] for case in of(unit) if case["q3_1"] == "1"]
    shown = [heading.split(",")[0] for heading in headings(closed) if heading.startswith("Sag ")]
    assert shown == [f"Sag {number}" for number in (*wrong, *right)]
    [to_fill] = tables(closed)
    assert [row.header.split(":")[0] for row in to_fill.rows] == [f"Sag {number}" for number in wrong]
    assert all(row.blank for row in to_fill.rows)
    assert to_fill.header == ("Sag, og hvad der var galt", "Hvad gøres", "Hvorfor")
    text = flat(words(closed))
    days = [danish.long_date(date.fromisoformat(case["q2_1"])) for case in of(unit)]
    remarks = [flat(case[name]) for case in of(unit) for name in ("q3_1_bem", "q3_2_bem", "q3_3_bem") if case[name]]
    assert [told for told in (*days, *remarks) if told not in text] == []


def test_what_was_wrong_is_told_of_each_wrong_case() -> None:
    [to_fill] = tables(papers(sample(), "Aalborg")[1])
    assert [row.header for row in to_fill.rows] == [
        "Sag 4: oplysningerne, målgruppen og de få timer",
        "Sag 113: oplysningerne, målgruppen og de få timer",
    ]


# --- whoever examined -------------------------------------------------------------------------------------------------

OWN, REVISOR, AST = "Næstved Kommune", "Region X's revisor", "Ankestyrelsen"
COUNTS = ((10, 0, 0), (0, 10, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (2, 1, 0), (1, 1, 0), (7, 2, 1))
SITUATIONS = [
    (who, mine, theirs)
    for who in (OWN, REVISOR, AST, "")
    for mine in COUNTS
    for theirs in ((0, 0, 0), (3, 2, 0))
    if who != OWN or not any(theirs)
]


def made(
    tmp_path: Path, who: str, mine: tuple[int, int, int], theirs: tuple[int, int, int] = (0, 0, 0)
) -> tuple[Document, Document]:
    """The papers to Næstved."""
    rows = [*some("Næstved", *mine), *({**case, "sagsnr": f"9{case['sagsnr']}"} for case in some("Aalborg", *theirs))]
    units = ["Næstved", "Aalborg"] if any(theirs) else ["Næstved"]
    return papers(kommunestudy.made(tmp_path / "s", rows, units, **({"examiner": who} if who else {})), "Næstved")


@pytest.mark.parametrize(("who", "mine", "theirs"), SITUATIONS, ids=str)
def test_every_sentence_is_danish_and_true_of_whoever_examined(
    tmp_path: Path, who: str, mine: tuple[int, int, int], theirs: tuple[int, int, int]
) -> None:
    paper, closed = made(tmp_path, who, mine, theirs)
    text = words(paper)
    assert wrong_danish(f"{text}\n{words(closed)}") == []
    assert ("§ 79 a" in text, "Ankestyrelsen" in text) == (who == AST, who == AST)
    compared = re.search("lle kommuner|tilsammen|Undersøgelsen omfatter|tilfældig\\.", text)
    assert bool(compared) is any(theirs)
    assert ("egne sager" in text) is (who == OWN)
    assert ("Rapporten om undersøgelsen" in text) is (who != OWN)
    assert ("Hvor det gik galt" in headings(paper)) is (mine[1] > 0)
    assert bool(tables(closed)) is (mine[1] > 0)
    if sum(mine) == 1:
        assert "Afgørelserne" not in text and "alle sagerne" not in text and "En enkelt sag" in text


@pytest.mark.parametrize("mine", [(2, 1, 0), (0, 10, 0)], ids=str)
def test_a_paper_on_ones_own_wrong_cases_lists_what_to_do_with_them(tmp_path: Path, mine: tuple[int, int, int]) -> None:
    paper, closed = made(tmp_path, OWN, mine)
    to_do = tables(paper)[1]
    assert to_do.header == ("Hvad der gøres", "Antal sager", "Hvorfor")
    rows = ["Genoptages", "Følges op uden at blive genoptaget", "Der gøres ikke mere", "I alt"]
    assert [row.header for row in to_do.rows] == rows
    assert to_do.rows[-1].cells == (str(mine[1]), "")
    assert len(tables(closed)[0].rows) == mine[1]
    assert "Hvad der gøres" not in [table.header[0] for table in tables(papers(sample(), "Næstved")[0])]


def test_a_paper_on_correct_cases_has_nothing_to_do_with_wrong_ones(tmp_path: Path) -> None:
    paper, closed = made(tmp_path, OWN, (10, 0, 0))
    assert [table.header[0] for table in tables(paper)] == ["Det, der er i orden", "Handling"]
    assert headings(closed)[0] == "De rigtige afgørelser"


@pytest.mark.parametrize(
    ("who", "mine", "theirs", "sentences"),
    [
        (OWN, (7, 3, 0), (0, 0, 0), (
            "Næstved Kommune har gennemgået ti af sine egne sager om fleksjob",
            "Næstved Kommune vurderer selv, at syv af de ti afgørelser, svarende til 70 procent, er rigtige.",
            "Gennemgangen er ikke en uafhængig kontrol: Kommunen har vurderet sine egne afgørelser, og en klageinstans "
            "kan se anderledes på sagerne.",
            "Forvaltningen foreslår, at [udvalget] drøfter undersøgelsen",
            "Væsentlige oplysninger mangler i alle tre sager.",
        )),
        (OWN, (0, 1, 0), (0, 0, 0), (
            "Næstved Kommune vurderer selv, at afgørelsen ikke er rigtig. Den ville være blevet ændret eller hjemvist, "
            "hvis borgeren havde klaget.",
            "Den forkerte afgørelse", "Væsentlige oplysninger mangler i sagen.", "Lukket bilag med sagen.",
        )),
        (AST, (0, 10, 0), (3, 2, 0), (
            "at ingen af de ti afgørelser er rigtige. Alle ti afgørelser ville være blevet ændret eller hjemvist",
            "er tre af de 15 afgørelser, svarende til 20 procent, rigtige.",
        )),
        (REVISOR, (1, 1, 0), (0, 0, 0), (
            "at den ene af de to afgørelser, svarende til 50 procent, er rigtig. Den ene af de to afgørelser ville",
        )),
        ("", (2, 0, 0), (3, 2, 0), (
            "En undersøgelse af sager om fleksjob til borgere med aktuelt meget begrænset arbejdsevne omfatter to fra "
            "Næstved Kommune. Det er vurderet, at begge afgørelser er rigtige.",
        )),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_true_is_said(
    tmp_path: Path, who: str, mine: tuple[int, int, int], theirs: tuple[int, int, int], sentences: tuple[str, ...]
) -> None:
    text = words(made(tmp_path, who, mine, theirs)[0])
    assert [sentence for sentence in sentences if sentence not in text] == []
