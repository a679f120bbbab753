from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from handmade import fleksjob_report, table

from audit import figures
from audit.document import (
    CaseExample,
    Document,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    TableBlock,
    draw,
)
from audit.numbering import resolve
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
    return html.render(fleksjob_report(journal_number="2015-0062-23123"))


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
    assert page.texts("h2") == [
        "Indhold", "1 Hovedresultater", "2 Resultater i de enkelte kommuner", "Bilag 4 Kommunefordelte resultater",
    ]  # fmt: skip


def test_the_contents_list_and_every_reference_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [link[1:] for link in page.attributes("a", "href") if link and link.startswith("#")]
    assert len(inside) > 15
    assert set(inside) <= set(ids)
    contents = [text for text in page.texts("li") if text[:1].isdigit() or text.startswith("Bilag")]
    assert contents[:2] == ["1 Hovedresultater", "1.1 Er afgørelserne rigtige?"]


def test_tables_have_captions_and_headers_with_a_scope(page: Page) -> None:
    blocks = [block for block in fleksjob_report().blocks if isinstance(block, TableBlock)]
    assert page.texts("caption") == [f"{block.label} {block.caption}" for block in blocks]
    columns, rows = sum(len(block.header) for block in blocks), sum(len(block.rows) for block in blocks)
    assert page.attributes("th", "scope").count("col") == columns
    assert page.attributes("th", "scope").count("row") == rows
    assert len(page.texts("td")) == sum(len(row.cells) for block in blocks for row in block.rows)


def test_tables_scroll_in_a_region_that_a_keyboard_reaches_and_is_named(page: Page) -> None:
    regions = [attributes for _, attributes, _ in page.elements if attributes.get("role") == "region"]
    captions = page.attributes("caption", "id")
    assert [region["aria-labelledby"] for region in regions] == captions
    assert {region["tabindex"] for region in regions} == {"0"}


def test_figures_are_images_with_words_above_their_captions(page: Page) -> None:
    images = [attributes for tag, attributes, _ in page.elements if tag == "svg"]
    assert len(images) == 2 * len(page.texts("figcaption")) == 8
    assert {image["role"] for image in images} == {"img"}
    assert all((image["aria-label"] or "").startswith(("Liggende", "En liggende")) for image in images)
    assert page.texts("figcaption")[0] == "Figur 1.1 Er kommunens afgørelse samlet set rigtig? (Antal sager)"


def test_the_front_page_tells_title_publisher_and_details(page: Page) -> None:
    assert page.texts("h1") == ["Praksisundersøgelse om fleksjob til borgere med aktuelt meget begrænset arbejdsevne"]
    assert dict(zip(page.texts("dt"), page.texts("dd"), strict=True)) == {
        "Afgørelser fra": "11. maj 2013 til 16. juni 2015",
        "Udgivet": "1. marts 2016",
        "Journalnummer": "2015-0062-23123",
    }
    assert "Ankestyrelsen" in page.texts("header")[0]


def test_every_block_has_its_element() -> None:
    spans = (Span("fed", bold=True), Span(" "), Span("skrå", italic=True), Span(" link", href="https://a.dk/?a=1&b=2"))
    page = page_of(
        Heading(1, (Span("Kapitel"),)),
        Paragraph(spans),
        ListBlock(((Span("a"),), (Span("b"),))),
        ListBlock(((Span("c"),),), ordered=True),
        Note((Span("Note: n"),)),
        CaseExample("18", "En sag", (Paragraph((Span("Hun."),)),)),
        draw(table(("Ja",), (1,)), id="t", caption="c", notes=("En note.",)),
    )
    assert not page.unbalanced
    assert (page.texts("strong"), page.texts("em")) == (["fed"], ["skrå"])
    assert "https://a.dk/?a=1&b=2" in page.attributes("a", "href")
    assert page.texts("ol") == ["c"]
    assert page.texts("section") == ["Sag 18 En sag Hun."]
    assert page.texts("p")[-1] == "En note."
    assert "fed skrå link" in page.texts("p")


def test_hostile_text_arrives_unharmed_everywhere() -> None:
    tabled = table((HOSTILE, "Nej"), {HOSTILE: (1, 2), "I alt": (1, 2)})
    span = (Span(HOSTILE),)
    page = page_of(
        Heading(1, span),
        Paragraph(span),
        ListBlock((span,)),
        CaseExample(HOSTILE, HOSTILE, (Paragraph(span),)),
        draw(tabled, id="t", caption=HOSTILE, notes=(HOSTILE,)),
        figures.figure(tabled, "stacked", id="f", caption=HOSTILE),
        subtitle=HOSTILE,
        publisher=HOSTILE,
        details=((HOSTILE, HOSTILE),),
    )
    assert not page.unbalanced
    for tag in ("h2", "p", "li", "section", "caption", "th", "figcaption", "dt", "dd"):
        assert any(HOSTILE in text for text in page.texts(tag)), tag
    assert all(HOSTILE in (label or "") for label in page.attributes("svg", "aria-label"))


def test_a_draft_is_stamped_in_words_on_screen_and_paper() -> None:
    stamped = html.render(fleksjob_report(draft=True))
    page = Page(stamped)
    assert page.texts("aside") == ["KLADDE Tallene er ikke endelige."]
    assert page.texts("title")[0].startswith("KLADDE: ")
    assert page.attributes("body", "class") == ["draft"]
    assert '.draft::before { content: "KLADDE"; position: fixed' in stamped
    assert "KLADDE" not in html.render(fleksjob_report()).split("</style>")[1]


def test_the_same_document_gives_the_same_bytes_and_another_date_another_page() -> None:
    document = fleksjob_report()
    assert html.render(document) == html.render(fleksjob_report())
    assert html.render(document) != html.render(replace(document, date=date(2016, 4, 1)))


def test_a_small_document_needs_no_front_matter() -> None:
    page = page_of(Heading(1, (Span("Kun et kapitel"),)))
    assert not page.texts("dl") and not page.texts("aside")
    assert page.texts("h1") == ["Titel"]
