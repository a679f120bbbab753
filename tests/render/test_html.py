from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import blocktext
import htmltext
import pytest
from handmade import STAMPED, fleksjob_report, table

from audit.document import figures
from audit.document.blocks import (
    Box,
    CaseExample,
    Document,
    Field,
    FigureBlock,
    FormBlock,
    FormRow,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    TableBlock,
    TableRow,
    draw_table,
)
from audit.document.numbering import resolve
from audit.render import html

HOSTILE = "# $ @ _ * < & {{ \\ </script> \" ' `x` æøå 😀 " + "langtord" * 40


class Page(HTMLParser):
    """What a page holds: its elements in order, with their attributes and the text inside them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.stack: list[int] = []
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        if tag not in ("meta", "path", "use"):
            self.stack.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("path", "use"):
            return
        if not self.stack or self.elements[self.stack.pop()][0] != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        for index in self.stack:
            self.elements[index][2].append(data)

    def texts(self, *tags: str) -> list[str]:
        return [" ".join("".join(text).split()) for tag, _, text in self.elements if tag in tags]

    def attributes(self, tag: str, name: str) -> list[str | None]:
        return [attributes.get(name) for found, attributes, _ in self.elements if found == tag]


def page_of(*blocks: object, **more: object) -> Page:
    document = Document("Titel", blocks, **more)  # type: ignore[arg-type]
    return Page(html.render(resolve(document)))


@pytest.fixture(scope="module")
def text() -> str:
    return html.render(fleksjob_report(journal_number="2015-0062-23123", examiner="Ankestyrelsen"))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_is_well_formed_danish_and_fetches_nothing(text: str, page: Page) -> None:
    assert text.startswith("<!DOCTYPE html>")
    assert not page.unbalanced and not page.stack
    assert page.attributes("html", "lang") == ["da"]
    assert not [tag for tag, _, _ in page.elements if tag in ("script", "link", "img", "iframe")]
    assert "@import" not in text and "url(http" not in text
    assert len(text.encode()) < 2_000_000


def test_headings_are_numbered_and_skip_no_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in page.elements if tag in ("h1", "h2", "h3", "h4", "h5")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    chapters = [one for one in fleksjob_report().headings if one.level == 1]
    assert page.texts("h2") == ["Indhold", *(f"{one.number} {one.spans[0].text}".strip() for one in chapters)]


def test_the_contents_list_and_every_reference_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [link[1:] for link in page.attributes("a", "href") if link and link.startswith("#")]
    assert len(inside) > 15
    assert set(inside) <= set(ids)
    headings = [heading for heading in fleksjob_report().headings if heading.level <= 2]
    contents = [f"{heading.number} {heading.spans[0].text}".strip() for heading in headings]
    assert page.texts("li")[: len(contents)] == contents
    assert {3, 4} <= {heading.level for heading in fleksjob_report().headings}


def test_tables_have_captions_and_headers_with_a_scope(page: Page) -> None:
    blocks = [block for block in fleksjob_report().blocks if isinstance(block, TableBlock)]
    assert page.texts("caption") == [f"{block.label} {block.caption}" for block in blocks]
    columns, rows = sum(len(block.header) for block in blocks), sum(len(block.rows) for block in blocks)
    assert page.attributes("th", "scope").count("col") == columns
    assert page.attributes("th", "scope").count("row") == rows
    assert len(page.texts("td")) == sum(len(row.cells) for block in blocks for row in block.rows)
    assert page.attributes("td", "class") == [side for block in blocks for _ in block.rows for side in block.align[1:]]


def test_tables_scroll_in_a_region_that_a_keyboard_reaches_and_is_named(page: Page) -> None:
    regions = [attributes for _, attributes, _ in page.elements if attributes.get("role") == "region"]
    captions = page.attributes("caption", "id")
    assert [region["aria-labelledby"] for region in regions] == captions
    assert {region["tabindex"] for region in regions} == {"0"}


def test_figures_are_images_with_words_above_their_captions(page: Page) -> None:
    images = [attributes for tag, attributes, _ in page.elements if tag == "svg"]
    drawn = [block for block in fleksjob_report().blocks if isinstance(block, FigureBlock)]
    assert len(images) == 2 * len(page.texts("figcaption")) == 2 * len(drawn)
    assert {image["role"] for image in images} == {"img"}
    assert all((image["aria-label"] or "").startswith(("Liggende", "En liggende")) for image in images)
    assert page.texts("figcaption")[0] == "Figur 1.1 Er kommunens afgørelse samlet set rigtig? (Antal sager)"


def test_the_front_page_tells_title_publisher_and_details(page: Page) -> None:
    assert page.texts("h1") == ["Praksisundersøgelse om fleksjob til borgere med aktuelt meget begrænset arbejdsevne"]
    assert dict(zip(page.texts("dt"), page.texts("dd"), strict=True)) == {
        "Sagerne": "Opdigtede, så de giver de tal, der blev offentliggjort i 2016",
        "Afgørelser fra": "11. maj 2013 til 16. juni 2015",
        "Udgivet": "1. marts 2016",
        "Journalnummer": "2015-0062-23123",
    }
    assert page.texts("header")[0].startswith("Ankestyrelsen")


def test_every_block_has_its_element() -> None:
    spans = (Span("fed", bold=True), Span(" "), Span("skrå", italic=True), Span(" link", href="https://a.dk/?a=1&b=2"))
    page = page_of(
        Heading(1, (Span("Kapitel"),)),
        Paragraph(spans),
        ListBlock(((Span("a"),), (Span("b"),))),
        ListBlock(((Span("c"),),), ordered=True),
        Note((Span("Note: n"),)),
        CaseExample("18", "En sag", (Paragraph((Span("Hun."),)),)),
        draw_table(table(("Ja",), (1,)), id="t", caption="c", notes=("En note.",)),
    )
    assert not page.unbalanced
    assert (page.texts("strong"), page.texts("em")) == (["fed"], ["skrå"])
    assert "https://a.dk/?a=1&b=2" in page.attributes("a", "href")
    assert page.texts("ol") == ["c"]
    assert page.texts("section") == ["Sag 18 En sag Hun."]
    assert page.texts("p")[-1] == "En note."
    assert "fed skrå link" in page.texts("p")


def test_a_row_to_write_in_is_marked_and_has_no_header_that_says_nothing() -> None:
    rows = (TableRow("Sag 1", ("ja",)), TableRow("Sag 2", ("",)), TableRow("", ("",)))
    page = page_of(TableBlock("t", "c", ("Sag", "Svar"), rows, ("left", "left")))
    assert page.attributes("tr", "class") == [None, None, "blank", "blank"]
    assert page.texts("th") == ["Sag", "Svar", "Sag 1", "Sag 2"]


def test_hostile_text_arrives_unharmed_everywhere() -> None:
    tabled = table((HOSTILE, "Nej"), {HOSTILE: (1, 2), "I alt": (1, 2)})
    span = (Span(HOSTILE),)
    page = page_of(
        Heading(1, span),
        Paragraph(span),
        ListBlock((span,)),
        CaseExample(HOSTILE, HOSTILE, (Paragraph(span),)),
        draw_table(tabled, id="t", caption=HOSTILE, notes=(HOSTILE,)),
        figures.draw_figure(tabled, "stacked", id="f", caption=HOSTILE),
        subtitle=HOSTILE,
        publisher=HOSTILE,
        details=((HOSTILE, HOSTILE),),
    )
    assert not page.unbalanced
    for tag in ("h2", "p", "li", "section", "caption", "th", "figcaption", "dt", "dd"):
        assert any(HOSTILE in text for text in page.texts(tag)), tag
    assert all(HOSTILE in (label or "") for label in page.attributes("svg", "aria-label"))


@pytest.mark.parametrize("words", STAMPED)
def test_a_stamp_is_told_above_the_title_and_its_word_runs_along(words: str) -> None:
    document = fleksjob_report(*STAMPED[words])
    page = Page(html.render(document))
    assert page.texts("aside") == [" ".join(f"{stamp.word} {stamp.told}" for stamp in document.stamps)]
    assert page.texts("title") == [f"{words}: {document.title}"]
    assert page.texts("p")[0] == words
    assert page.attributes("p", "aria-hidden").count("true") == 1, "a screen reader reads it in the aside"
    assert page.attributes("p", "style")[0] == f"--letters: {len(words)}"


def test_what_is_not_stamped_has_no_word_of_it() -> None:
    body = html.render(fleksjob_report()).split("</style>")[1]
    assert not any(word in body for word in ("stamp", "aside", "KLADDE", "Foreløbig", "Intern"))


def test_the_same_document_gives_the_same_bytes_and_another_date_another_page() -> None:
    document = fleksjob_report()
    assert html.render(document) == html.render(fleksjob_report())
    assert html.render(document) != html.render(replace(document, date=date(2016, 4, 1)))


def test_a_small_document_needs_no_front_matter() -> None:
    page = page_of(Heading(1, (Span("Kun et kapitel"),)))
    assert not page.texts("dl") and not page.texts("aside")
    assert page.texts("h1") == ["Titel"]


def test_without_a_cover_there_is_no_contents_list_and_the_title_is_modest() -> None:
    heading = Heading(1, (Span("Kapitel"),))
    page = page_of(heading, cover=False, publisher="Ringsted Kommune")
    assert (page.texts("h1"), page.texts("h2"), page.texts("nav")) == (["Titel"], ["1 Kapitel"], [])
    assert page.attributes("body", "class") == [None]
    assert page_of(heading).attributes("body", "class") == ["cover"]
    assert page.attributes("a", "href") == ["#Indhold"]


def test_control_characters_are_left_out_and_everything_else_is_kept() -> None:
    strange = "a\x00b\x0bc\x1fd\x7fe \u202eret\u202c \u00adtegn 😀"
    tabled = table((strange, "Nej"), (1, 2))
    drawn = figures.draw_figure(tabled, "bars", id="f", caption=strange)
    text = html.render(resolve(Document(strange, (FormBlock(strange, strange), drawn))))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    assert "abcde \u202eret\u202c \u00adtegn 😀" in Page(text).texts("h1")[0]


# --- questions --------------------------------------------------------------------------------------------------------

YES, NO = Box("1", "Ja", chosen=True), Box("2", "Nej")
QUESTION = FormBlock(
    "2.2",
    "Er der en plan?",
    when='Besvares kun, når 2.1 er "Ja".',
    state="Ikke besvaret.",
    boxes=(YES, NO),
    fields=(Field("2.2 Bemærkninger", "Første linje\n\n  anden <linje>"), Field("Dato"), Field("Skriv", lines=3)),
)
GRID = FormBlock(
    "4.1",
    "Er det belyst?",
    rows=(
        FormRow("1. Helbred", (YES, NO), Field("Bemærkninger", "Kort\nog godt", lines=0)),
        FormRow("2. Netværk", (NO, YES), Field("Bemærkninger", lines=3)),
    ),
)


def test_a_question_is_told_in_the_order_of_the_form() -> None:
    said = htmltext.content(html.render(resolve(Document("Titel", (QUESTION,), cover=False))))
    assert said == [
        "Titel", "2.2 Er der en plan?", 'Besvares kun, når 2.1 er "Ja".', "Ikke besvaret.", "☒ (1) Ja", "☐ (2) Nej",
        "2.2 Bemærkninger", "Første linje anden <linje>", "Dato", "Skriv",
    ]  # fmt: skip


def test_a_tick_is_an_image_that_says_whether_it_is_chosen() -> None:
    page = page_of(QUESTION)
    ticks = [
        (attributes["aria-label"], text) for _, attributes, text in page.elements if attributes.get("role") == "img"
    ]
    assert ticks == [("valgt", ["☒"]), ("ikke valgt", ["☐"])]
    assert page.texts("li")[-2:] == ["☒ (1) Ja", "☐ (2) Nej"]


def test_what_is_written_keeps_its_lines_and_lines_to_write_on_are_only_drawn() -> None:
    page = page_of(QUESTION)
    texts = [text for _, attributes, text in page.elements if attributes.get("class") == "text"]
    assert texts == [["Første linje\n\n  anden <linje>"]]
    lines = [
        (attributes["aria-hidden"], text) for _, attributes, text in page.elements if attributes.get("class") == "line"
    ]
    assert lines == [("true", [])] * 4
    assert list(zip(page.texts("dt"), page.texts("dd"), strict=True))[1:] == [("Dato", ""), ("Skriv", "")]


def test_a_question_in_rows_is_a_table_with_a_name_and_scoped_headers() -> None:
    page = page_of(GRID)
    assert page.attributes("table", "aria-label") == ["4.1 Er det belyst?"]
    headers = [(attributes["scope"], "".join(text)) for tag, attributes, text in page.elements if tag == "th"]
    assert headers == [
        ("col", "Ja"), ("col", "Nej"), ("col", "Bemærkninger"), ("row", "1. Helbred"), ("row", "2. Netværk"),
    ]  # fmt: skip
    assert page.texts("td") == ["", "☒ (1)", "☐ (2)", "Kort og godt", "☐ (2)", "☒ (1)", ""]
    assert "Kort\nog godt" in ["".join(text) for _, _, text in page.elements]
    assert not page.unbalanced


def test_rows_without_remarks_have_no_column_for_them() -> None:
    rows = tuple(replace(row, remark=None) for row in GRID.rows)
    page = page_of(replace(GRID, rows=rows))
    assert page.attributes("th", "scope") == ["col", "col", "row", "row"]
    assert len(page.texts("td")) == 1 + 4


def test_a_question_with_nothing_but_its_wording_says_no_more() -> None:
    document = resolve(Document("Titel", (FormBlock("", "Kun teksten"),), cover=False))
    assert htmltext.content(html.render(document)) == ["Titel", "Kun teksten"]
    assert list(filter(None, blocktext.said(document))) == ["Titel", "Kun teksten"]
