"""The pages in a real Chromium: nothing that axe finds, nothing that runs out of a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from handmade import STAMPED, fleksjob_report, table
from hostile import hostile_document
from tools import missing

from audit.document import forms
from audit.document.blocks import (
    DRAFT,
    INTERNAL,
    PRELIMINARY,
    Box,
    Document,
    Field,
    FormBlock,
    FormRow,
    Heading,
    Paragraph,
    Span,
    TableBlock,
    draw_table,
)
from audit.document.numbering import resolve
from audit.export import tablefile
from audit.render import html
from audit.report import documents, rendering
from audit.study import demo, source, tabulation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE, DESK = 360, 1280
#: A4 without the margins that the style sets, in pixels of 1/96 inch.
PAPER, PAPER_HEIGHT = round((210 - 2 * 24) / 25.4 * 96), round((297 - 2 * 22) / 25.4 * 96)
#: The tables of the report: chapters 1 and 3, and Bilag 4.
REPORTED = 17 + 4
#: The sample: 20 closed questions on the form and 30 grid rows, 8 in the supplement; 13 kommuner.
CLOSED, UNITS = 58, 13
#: What one kommune gets: its headings (of the second level on), tables, and questions of filled-in forms.
TO_ONE = {
    "tilbagemelding-Næstved": (145, 2, 331),
    "kommunalbestyrelse-Næstved": (5, 2, 0),
    "kommunalbestyrelse-bilag-Næstved": (12, 1, 0),
}
#: The parts of the questionnaire, the supplement among them.
SECTIONS = 5
#: A case of the sample in which three questions are not asked, and three of the supplement are answered.
CASE = "13"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        missing("Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    long = "Etmegetlangtordudenmellemrum" * 12
    tabled = table((long, "Nej"), {long: (1, 2), "I alt": (1, 2)})
    one = Box("1", long, chosen=True)
    asked = FormBlock(long, long, long, long, boxes=(one,), fields=(Field(long), Field(long, long)))
    grid = FormBlock("4.1", long, rows=(FormRow(long, (one, Box("2", "Nej")), Field(long, long)),))
    tables = draw_table(tabled, id="t", caption=long, notes=(long,))
    hostile = Document(
        long,
        (Heading(1, (Span(long),)), Paragraph((Span(long),)), tables, asked, grid),
        subtitle=long,
        details=((long, long),),
    )
    sample = source.open_source(demo.demo_study())
    title = sample.questionnaire.title
    shown = {
        "report": fleksjob_report(),
        "stamped": fleksjob_report(DRAFT, PRELIMINARY, INTERNAL),
        **{words: fleksjob_report(*stamps) for words, stamps in STAMPED.items()},
        "hostile": resolve(hostile),
        "blank": resolve(Document(title, forms.blank_form(sample.questionnaire), cover=False)),
        "written": hostile_document(cover=False),
        "filled": resolve(Document(title, forms.form_blocks(sample.cases, CASE), subtitle=f"Sag {CASE}", cover=False)),
    }
    for name, document in shown.items():
        (folder / f"{name}.html").write_text(html.render(document), encoding="utf-8")
    cut = tabulation.TableRequest(percent=True)
    tablefile.write_tables(
        folder / "tables.html",
        tabulation.make_tables(sample, cut),
        tabulation.describe_export(sample, "kommune", cut.interval),
        percent=True,
    )
    output = rendering.Output(folder, ("html",))
    rendering.write_report(sample, output, documents.ReportRequest(plan="resultater"))
    for plan in ("tilbagemelding", "kommunalbestyrelse"):
        rendering.write_report(sample, output, documents.ReportRequest(plan, "Næstved"))
    return {name: folder / f"{name}.html" for name in (*shown, "tables", "resultater", *TO_ONE)}


def opened(browser: Browser, file: Path, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(file.as_uri())
    return page


def count(page: Page, selector: str) -> int:
    return page.locator(selector).count()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", ["report", "stamped"])
def test_axe_finds_nothing_in_the_report(browser: Browser, files: dict[str, Path], name: str, width: int) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = opened(browser, files[name], width)
    tables = [block for block in fleksjob_report().blocks if isinstance(block, TableBlock)]
    assert count(page, "table") == len(tables) == REPORTED
    assert count(page, "th[scope=col]") == sum(len(block.header) for block in tables)
    assert count(page, "th[scope=row]") == sum(len(block.rows) for block in tables)
    levels = [heading.level for heading in fleksjob_report().headings]
    assert [count(page, f"main h{level + 1}") for level in (1, 2, 3, 4)] == [levels.count(n) for n in (1, 2, 3, 4)]
    assert count(page, "svg[role=img]:visible") == 7
    found = Axe().run(page).response
    assert len(found["passes"]) > 20
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []
    page.close()


@pytest.mark.parametrize(("name", "headings"), [("tables", (1, CLOSED)), ("resultater", (2, SECTIONS))])
def test_axe_finds_nothing_in_pages_of_every_table(
    browser: Browser, files: dict[str, Path], name: str, headings: tuple[int, int]
) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = opened(browser, files[name], PHONE)
    assert (count(page, "main h2"), count(page, "main h3")) == headings
    assert count(page, "table") == CLOSED
    assert count(page, "th[scope=row]") == CLOSED * (UNITS + 1)
    assert count(page, "caption") == CLOSED
    found = Axe().run(page).response
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []
    page.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(("name", "chosen", "others"), [("blank", 0, 153), ("filled", 52, 78)])
def test_axe_finds_nothing_in_a_form(
    browser: Browser, files: dict[str, Path], name: str, chosen: int, others: int, width: int
) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = opened(browser, files[name], width)
    assert page.get_by_role("table").count() == count(page, "table[aria-label]") == 6
    assert page.get_by_role("rowheader").count() == 30
    assert page.get_by_role("img", name="valgt", exact=True).count() == chosen
    assert page.get_by_role("img", name="ikke valgt", exact=True).count() == others
    assert [count(page, f"h{level}") for level in (1, 2, 3)] == [1, 5 + (name == "filled"), 6]
    assert (count(page, ".line") > 100) == (name == "blank")
    found = Axe().run(page).response
    assert len(found["passes"]) > 20
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []
    page.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", TO_ONE)
def test_axe_finds_nothing_in_what_one_kommune_gets(
    browser: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = opened(browser, files[name], width)
    held = (count(page, "main :is(h2, h3, h4, h5)"), count(page, "main .table table"), count(page, ".question"))
    assert held == TO_ONE[name]
    found = Axe().run(page).response
    assert len(found["passes"]) > 20
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]] == []
    page.close()


@pytest.mark.parametrize("name", ["report", "stamped", "hostile", "tables", "resultater", "blank", "filled", *TO_ONE])
def test_a_phone_need_not_scroll_the_page_sideways(browser: Browser, files: dict[str, Path], name: str) -> None:
    page = opened(browser, files[name], PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    outside = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, svg, .skip')
             && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert outside == []
    page.close()


@pytest.mark.parametrize(
    ("name", "tables"), [("report", REPORTED), ("tables", CLOSED), ("resultater", CLOSED), ("blank", 6), ("filled", 6)]
)
def test_no_table_runs_out_of_the_paper(browser: Browser, files: dict[str, Path], name: str, tables: int) -> None:
    page = opened(browser, files[name], PAPER)
    page.emulate_media(media="print")
    widths = page.evaluate("[...document.querySelectorAll('table')].map(e => e.getBoundingClientRect().right)")
    assert len(widths) == tables
    assert max(widths) <= PAPER
    page.close()


def test_a_wide_table_can_be_scrolled_with_the_keyboard(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["hostile"], PHONE)
    region = page.locator(".scroll").first
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    region.focus()
    assert region.evaluate("e => e === document.activeElement")
    page.close()


def test_the_skip_link_is_first_and_shows_itself_when_reached(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["report"], DESK)
    skip = page.locator(".skip")
    before = skip.bounding_box()
    page.keyboard.press("Tab")
    after = skip.bounding_box()
    assert before is not None and before["x"] < 0
    assert after is not None and after["x"] >= 0
    assert page.evaluate("document.activeElement.className") == "skip"
    page.close()


def test_the_stamps_stay_in_sight_and_never_cover_what_a_link_leads_to(
    browser: Browser, files: dict[str, Path]
) -> None:
    page = opened(browser, files["stamped"], PHONE)
    for top in (3000, 100_000):
        page.evaluate(f"window.scrollTo(0, {top})")
        box = page.locator(".stamp").bounding_box()
        assert box is not None and box["y"] == 0
    page.locator("main a").first.click()
    target = page.locator(":target").bounding_box()
    assert target is not None and target["y"] > box["height"] > 0
    page.close()


@pytest.mark.parametrize("words", STAMPED)
def test_a_stamp_is_whole_on_paper(browser: Browser, files: dict[str, Path], words: str) -> None:
    page = opened(browser, files[words], PAPER)
    page.set_viewport_size({"width": PAPER, "height": PAPER_HEIGHT})
    page.emulate_media(media="print")
    stamp = page.locator(".stamp")
    assert stamp.inner_text() == words
    box = stamp.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= PAPER
    assert box["y"] >= 0 and box["y"] + box["height"] <= PAPER_HEIGHT
    assert box["height"] > PAPER_HEIGHT / 2, "from corner to corner"
    page.close()


def test_lines_to_write_on_are_seen_on_screen_and_paper(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["blank"], PAPER)
    for media in ("screen", "print"):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        drawn = page.evaluate(
            """() => [...document.querySelectorAll('.line')].map(e => [e.getBoundingClientRect().height,
                 e.getBoundingClientRect().width, getComputedStyle(e).borderBottomStyle])"""
        )
        assert len(drawn) == 3 * (23 + 15) + 3
        assert all(height >= 16 and width > 150 and style == "dotted" for height, width, style in drawn)
    page.close()


def test_a_row_without_text_is_high_enough_to_write_in(browser: Browser, files: dict[str, Path]) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = opened(browser, files["written"], PAPER)
    for media in ("screen", "print"):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        heights = page.evaluate("[...document.querySelectorAll('tr.blank')].map(e => e.getBoundingClientRect().height)")
        assert len(heights) == 1
        assert heights[0] >= 9 * 96 / 25.4
    found = Axe().run(page).response
    assert [fault["nodes"] for fault in found["violations"] if "table" in fault["id"]] == []
    page.close()


def test_no_question_but_a_long_one_is_broken_over_two_pages(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["blank"], PAPER)
    page.emulate_media(media="print")
    kept = page.evaluate("[...document.querySelectorAll('.question')].map(e => getComputedStyle(e).breakInside)")
    assert kept == ["avoid"] * 31
    page.close()
