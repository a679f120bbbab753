"""The Word file: what a person can restyle, what Word counts by itself, and what Word would call damaged."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import docx
import libreoffice
import pytest
import wordorder
from handmade import STAMPED, fleksjob_report, table
from hostile import HOSTILE, hostile_document
from rendered import word_file
from tools import missing
from wordtext import W, content, contents_list, paragraph_text

from audit.document.blocks import (
    DRAFT,
    PRELIMINARY,
    Box,
    CaseExample,
    Chart,
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
    Spans,
    Stamp,
    TableBlock,
    TableRow,
    draw_table,
)
from audit.document.numbering import resolve
from audit.render import word, wordtable

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
VML = "{urn:schemas-microsoft-com:vml}"
#: What may be set on a paragraph past its style: what stays on one page, and where a numbered list begins.
PAST_STYLE = {"pStyle", "keepNext", "numPr"}


def text(words: str, **more: bool) -> Spans:
    return (Span(words, **more),)


def all_blocks(*stamps: Stamp) -> Document:
    """A document of every kind of block, with everything about them that asks for a style of its own."""
    wide = draw_table(
        table([f"Svar {number}" for number in range(8)], {"Nord": range(8), "I alt": range(8)}), id="w", caption="c"
    )
    one, two = Box("1", "Ja", chosen=True), Box("2", "Nej")
    rows = (FormRow("a. En", (one, two), Field("Bem.", lines=2)), FormRow("b. To", (two, one), Field("Bem.", "x\ny")))
    emphasis = (
        Span("fed", bold=True),
        Span(" skrå", italic=True),
        Span(" begge", bold=True, italic=True),
        Span(" ude", href="https://a.dk/?a=1&b=2"),
        Span(" ude", href="https://a.dk/?a=1&b=2", bold=True),
        Span("", ref="t"),
        Span("", ref="o"),
    )
    return resolve(
        Document(
            "Titel",
            (
                Heading(1, text("Et", bold=True), id="o"),
                Heading(2, text("To")),
                Heading(3, text("Tre")),
                Heading(4, text("Fire")),
                Paragraph(emphasis),
                ListBlock((text("a"), text("b"))),
                ListBlock((text("c"), text("d")), ordered=True),
                ListBlock((text("e"), text("f")), ordered=True),
                draw_table(table(("Ja", "Nej"), (3, 4)), id="t", caption="Tabellen"),
                Paragraph(text("Efter tabellen.")),
                Note(text("Note: n")),
                FigureBlock("f", "Figuren", Chart("bars", ("Ja",), ("",), ((3,),)), "Ja: 3"),
                wide,
                CaseExample(
                    "7", "Sagen", (Paragraph(text("x")), ListBlock((text("y"),)), ListBlock((text("z"),), ordered=True))
                ),
                Paragraph(text("Efter eksemplet.")),
                FormBlock("2.1", "Svaret?", "Når ja.", "Besvaret.", boxes=(one, two), fields=(Field("Bem.", "a\nb"),)),
                FormBlock("2.2", "Tomt?", boxes=(two, two), fields=(Field("Bem.", lines=3), Field("Intet", lines=0))),
                FormBlock("2.3", "Rækker?", rows=rows),
                Heading(1, text("Bilag"), appendix=True),
                draw_table(table(("Ja", "Nej"), {"Nord": (1, 2), "I alt": (1, 2)}), id="u", caption="Bilagets"),
            ),
            subtitle="Undertitel",
            publisher="Udgiver",
            date=date(2016, 3, 1),
            details=(("Udgivet", "marts 2016"), ("Journalnummer", "12")),
            stamps=stamps,
        )
    )  # fmt: skip


def unnumbered() -> Document:
    """A letter with headings of the first level, none with a number."""
    parts = [(Heading(1, text(id), numbered=False), drawn(id), drawn(f"{id}2")) for id in "abc"]
    return resolve(Document("Brev", (drawn("t"), *(block for part in parts for block in part)), cover=False))


def drawn(id: str) -> TableBlock:
    return draw_table(table(("Ja", "Nej"), (3, 4)), id=id, caption="Tabellen")


@cache
def rendered(name: str) -> bytes:
    return word_file(
        {
            "report": fleksjob_report,
            "blocks": lambda: all_blocks(DRAFT),
            "unnumbered": unnumbered,
            "letter": lambda: replace(all_blocks(), cover=False),
            "hostile": hostile_document,
            "hostile draft": lambda: hostile_document(DRAFT, PRELIMINARY, cover=False),
        }[name]()
    )


NAMES = ("report", "blocks", "letter", "hostile", "hostile draft")


@cache
def parts(name: str) -> dict[str, Element]:
    """The parts of a file that are XML, by name."""
    with zipfile.ZipFile(io.BytesIO(rendered(name))) as package:
        return {
            part: ElementTree.fromstring(package.read(part))
            for part in package.namelist()
            if part.endswith((".xml", ".rels"))
        }


def body(name: str) -> Element:
    return parts(name)["word/document.xml"]


def pages(name: str) -> Iterator[Element]:
    """What is printed: the text, and the heads and feet of the pages."""
    return (part for file, part in parts(name).items() if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", file))


def value(element: Element, path: str) -> str | None:
    """The w:val of what stands at a path below an element, None where nothing does."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val")


def paragraphs(name: str, style: str) -> list[str]:
    """The texts of the paragraphs in a style."""
    return [paragraph_text(one) for one in body(name).iter(f"{W}p") if value(one, "pPr/pStyle") == style]


def blocks_of(document: Document, *kinds: type) -> list[object]:
    return [block for block in document.blocks if isinstance(block, kinds)]


# --- styles -----------------------------------------------------------------------------------------------------------


def used_styles(name: str) -> set[str]:
    tags = [f"{W}{tag}" for tag in ("pStyle", "rStyle", "tblStyle")]
    return {style.get(f"{W}val", "") for part in pages(name) for tag in tags for style in part.iter(tag)}


@pytest.mark.parametrize("name", NAMES)
def test_every_style_that_is_used_is_there(name: str) -> None:
    there = {style.get(f"{W}styleId") for style in parts(name)["word/styles.xml"].iter(f"{W}style")}
    assert len(used_styles(name)) > 20
    assert used_styles(name) <= there


def test_every_style_that_is_there_is_used() -> None:
    styles = {style.get(f"{W}styleId", ""): style for style in parts("blocks")["word/styles.xml"].iter(f"{W}style")}
    used = used_styles("blocks") | used_styles("letter") | {id for id, one in styles.items() if one.get(f"{W}default")}
    stood_on = {id: value(one, "basedOn") for id, one in styles.items()}
    while more := {parent for id in used if (parent := stood_on[id]) is not None} - used:
        used |= more
    assert used == set(styles)


def test_what_word_has_a_style_for_is_in_that_style() -> None:
    names = {
        style.get(f"{W}styleId"): value(style, "name")
        for style in parts("blocks")["word/styles.xml"].iter(f"{W}style")
        if style.get(f"{W}customStyle") is None
    }
    assert names == {
        "Normal": "Normal", "DefaultParagraphFont": "Default Paragraph Font", "TableNormal": "Normal Table",
        "NoList": "No List", "BodyText": "Body Text", "ListBullet": "List Bullet", "ListNumber": "List Number",
        "Strong": "Strong", "Emphasis": "Emphasis", "IntenseEmphasis": "Intense Emphasis", "Hyperlink": "Hyperlink",
        "Title": "Title", "Subtitle": "Subtitle", "Heading1": "heading 1", "Heading2": "heading 2",
        "Heading3": "heading 3", "Heading4": "heading 4", "TOCHeading": "TOC Heading", "TOC1": "toc 1",
        "TOC2": "toc 2", "Caption": "caption", "Header": "header", "Footer": "footer",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_paragraph_has_a_style_and_nothing_is_formatted_past_it(name: str) -> None:
    for part in pages(name):
        for paragraph in part.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr")
            assert properties is not None and properties[0].tag == f"{W}pStyle", paragraph_text(paragraph)
            assert {child.tag.removeprefix(W) for child in properties} <= PAST_STYLE
        linked = {run for link in part.iter(f"{W}hyperlink") for run in link}
        for run in part.iter(f"{W}r"):
            own = {child.tag.removeprefix(W) for child in run.findall(f"{W}rPr/*")}
            assert own <= ({"rStyle", "b", "i"} if run in linked else {"rStyle"})


def test_bold_is_never_put_on_bold() -> None:
    """Two bold styles on the same words make them not bold in Word: a heading keeps none of its own."""
    heading = next(one for one in body("blocks").iter(f"{W}p") if value(one, "pPr/pStyle") == "Heading1")
    assert paragraph_text(heading) == "1 Et"
    assert list(heading.iter(f"{W}rStyle")) == []


# --- what Word would complain of --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_elements_stand_in_the_order_of_the_standard(name: str) -> None:
    assert [fault for part in parts(name).values() for fault in wordorder.wrong(part)] == []


def test_the_check_of_the_order_finds_what_is_wrong() -> None:
    turned = f'<w:pPr xmlns:w="{W[1:-1]}"><w:jc/><w:keepNext/></w:pPr>'
    strange = f'<w:tr xmlns:w="{W[1:-1]}"><w:p/></w:tr>'
    assert list(wordorder.wrong(ElementTree.fromstring(turned))) == ["pPr: jc keepNext"]
    assert list(wordorder.wrong(ElementTree.fromstring(strange))) == ["tr: p"]


@pytest.mark.parametrize("name", NAMES)
def test_ids_and_names_are_unique_and_every_link_leads_somewhere(name: str) -> None:
    root = body(name)
    starts, ends = list(root.iter(f"{W}bookmarkStart")), list(root.iter(f"{W}bookmarkEnd"))
    ids, names = [one.get(f"{W}id") for one in starts], [one.get(f"{W}name", "") for one in starts]
    assert ids == [one.get(f"{W}id") for one in ends]
    assert len(set(ids)) == len(ids) == len(set(names)) > 3
    assert all(re.fullmatch(r"_Ref\w{1,36}", one) for one in names)
    assert {link.get(f"{W}anchor", names[0]) for link in root.iter(f"{W}hyperlink")} <= set(names)
    pictures = [one.get("id") for one in root.iter(f"{DRAWING}docPr")]
    assert len(set(pictures)) == len(pictures) > 0
    stamps = [shape.get("id") for part in pages(name) for shape in part.iter(f"{VML}shape")]
    assert len(set(stamps)) == len(stamps)


@pytest.mark.parametrize("name", NAMES)
def test_every_relation_is_there_and_every_part_has_a_type(name: str) -> None:
    relations = {one.get("Id") for one in parts(name)["word/_rels/document.xml.rels"]}
    used = {found for one in body(name).iter() for key, found in one.attrib.items() if key.startswith(RELATION)}
    assert used and used <= relations
    types = parts(name)["[Content_Types].xml"]
    known = {one.get("PartName") for one in types} | {one.get("Extension") for one in types}
    with zipfile.ZipFile(io.BytesIO(rendered(name))) as package:
        assert [one for one in package.namelist() if not {f"/{one}", one.rpartition(".")[2]} & known] == []
        assert "word/theme/theme1.xml" not in package.namelist()


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_last_in_its_place_or_beside_another(name: str) -> None:
    """Two tables in a row are one to Word, and a text or cell must end with a paragraph."""
    root = body(name)[0]
    tags = [child.tag.removeprefix(W) for child in root]
    assert ("tbl", "tbl") not in set(pairwise(tags))
    assert tags[-2:] in (["p", "sectPr"],)
    assert all(cell[-1].tag == f"{W}p" for cell in root.iter(f"{W}tc"))


def test_python_docx_opens_the_file_and_finds_its_headings() -> None:
    opened = docx.Document(io.BytesIO(rendered("report")))
    found = [one.text for one in opened.paragraphs if one.style and one.style.name.startswith("Heading")]
    assert found == [f"{one.number} {one.spans[0].text}".strip() for one in fleksjob_report().headings]
    assert len(opened.tables) == len(blocks_of(fleksjob_report(), TableBlock))


def test_the_same_document_gives_the_same_bytes_and_tells_no_time() -> None:
    assert word.render(all_blocks()) == word.render(all_blocks())
    with zipfile.ZipFile(io.BytesIO(rendered("blocks"))) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.create_system for one in package.infolist()} == {3}
    assert word.render(replace(all_blocks(), date=date(2016, 3, 2))) != rendered("blocks")


# --- the file as a whole ----------------------------------------------------------------------------------------------


def test_the_file_tells_title_author_language_and_date() -> None:
    told = docx.Document(io.BytesIO(rendered("report"))).core_properties
    report = fleksjob_report()
    assert (told.title, told.subject, told.author) == (report.title, report.subtitle, report.publisher)
    assert told.language == "da-DK"
    assert told.created == told.modified and told.created is not None
    assert told.created.isoformat().startswith("2016-03-01T00:00:00")
    assert told.last_modified_by == report.publisher
    undated = docx.Document(io.BytesIO(word.render(replace(all_blocks(), date=None)))).core_properties
    assert undated.created is None and undated.modified is None
    assert undated.title == "Titel"


def test_the_language_is_danish_everywhere() -> None:
    assert [one.get(f"{W}val") for one in parts("report")["word/styles.xml"].iter(f"{W}lang")] == ["da-DK"]
    assert value(parts("report")["word/settings.xml"], "themeFontLang") == "da-DK"
    assert [one for part in pages("hostile") for one in part.iter(f"{W}lang")] == []


def test_word_opens_the_file_without_asking_and_in_its_present_way() -> None:
    settings = parts("report")["word/settings.xml"]
    assert list(settings.iter(f"{W}updateFields")) == []
    modes = {one.get(f"{W}name"): one.get(f"{W}val") for one in settings.iter(f"{W}compatSetting")}
    assert modes["compatibilityMode"] == "15"
    assert [one for part in pages("report") for one in part.iter(f"{W}fldChar") if one.get(f"{W}dirty")] == []


def test_the_page_is_a4_with_a_head_and_a_foot_but_not_on_the_front_page() -> None:
    section = next(body("report").iter(f"{W}sectPr"))
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    assert size is not None and margins is not None
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    across = int(margins.get(f"{W}left", "")) + int(margins.get(f"{W}right", ""))
    assert 11906 - across == wordtable.PAGE
    assert section.find(f"{W}titlePg") is not None
    kinds = [(one.tag.removeprefix(W), one.get(f"{W}type")) for one in section if one.get(f"{W}type")]
    assert kinds == [("headerReference", "default"), ("footerReference", "default")]
    assert paragraph_text(parts("report")["word/header1.xml"]) == fleksjob_report().title
    assert paragraph_text(parts("report")["word/footer1.xml"]) == "Side 1 af 1"
    fields = [one.text for one in parts("report")["word/footer1.xml"].iter(f"{W}instrText")]
    assert fields == [" PAGE ", " NUMPAGES "]


def test_a_letter_has_no_front_page_no_contents_list_and_no_page_breaks() -> None:
    assert contents_list(rendered("letter")) == []
    section = next(body("letter").iter(f"{W}sectPr"))
    kinds = [(one.tag.removeprefix(W), one.get(f"{W}type")) for one in section if one.get(f"{W}type")]
    assert kinds == [("headerReference", "default"), ("footerReference", "default"), ("footerReference", "first")]
    breaking = [one.tag for one in chapter_style("letter").iter(f"{W}pageBreakBefore")]
    assert breaking == [] and len(list(chapter_style("blocks").iter(f"{W}pageBreakBefore"))) == 1
    assert paragraphs("letter", "Title") == ["Titel"]


def chapter_style(name: str) -> Element:
    styles = parts(name)["word/styles.xml"].iter(f"{W}style")
    return next(style for style in styles if style.get(f"{W}styleId") == "Heading1")


@pytest.mark.parametrize("words", STAMPED)
def test_a_stamp_is_on_every_page_whole_and_is_told_on_the_first(words: str) -> None:
    stamps = STAMPED[words]
    file = word.render(all_blocks(*stamps))
    assert content(file)[: len(stamps)] == [f"{stamp.word} {stamp.told}" for stamp in stamps]
    assert docx.Document(io.BytesIO(file)).core_properties.title == f"{words}: Titel"
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        heads = [ElementTree.fromstring(package.read(f"word/header{number}.xml")) for number in (1, 2)]
    assert [paragraph_text(head).split("\t") for head in heads] == [["Titel", words], ["", words]]
    for head in heads:
        (shape,) = head.iter(f"{VML}shape")
        assert [path.get("string") for path in shape.iter(f"{VML}textpath")] == [words]
        wide, high = (float(size) for size in re.findall(r"(?:width|height):([\d.]+)pt", shape.get("style", "")))
        assert (wide + high) / math.sqrt(2) < 11906 / 20 - 2 * 36, "turned by 45 degrees it is inside A4"
        assert high > 30


def test_a_stamped_document_has_a_head_on_its_first_page_too() -> None:
    section = next(body("blocks").iter(f"{W}sectPr"))
    kinds = {one.get(f"{W}type") for one in section.iter(f"{W}headerReference")}
    assert kinds == {"default", "first"}
    assert not any("KLADDE" in text for text in content(rendered("report")))


def test_the_contents_list_is_a_field_that_shows_the_headings_as_links() -> None:
    report = fleksjob_report()
    shown = [f"{one.number} {one.spans[0].text}".strip() for one in report.headings if one.level <= 2]
    assert contents_list(rendered("report")) == ["Indhold", *shown]
    frame = next(body("report").iter(f"{W}sdt"))
    assert value(frame, "sdtPr/docPartObj/docPartGallery") == "Table of Contents"
    assert [one.text for one in frame.iter(f"{W}instrText")] == [r' TOC \o "1-2" \h \z \u ']
    assert [one.get(f"{W}fldCharType") for one in frame.iter(f"{W}fldChar")] == ["begin", "separate", "end"]
    targets = {one.get(f"{W}name"): paragraph for paragraph in body("report").iter(f"{W}p") for one in paragraph}
    links = [targets[link.get(f"{W}anchor")] for link in frame.iter(f"{W}hyperlink")]
    assert [paragraph_text(paragraph) for paragraph in links] == shown


def test_a_document_without_headings_has_an_empty_contents_list() -> None:
    made = word.render(resolve(Document("Titel", (Paragraph(text("Kun tekst.")),))))
    assert contents_list(made) == ["Indhold"]
    assert content(made) == ["Titel", "Kun tekst."]


# --- captions and references ------------------------------------------------------------------------------------------


def counted(name: str, *, knows_chapters: bool) -> list[tuple[str, str]]:
    """What each SEQ field shows, and what it would show when counted anew.

    Word begins anew at each heading 1 where a field has ``\\s 1``; with ``\\r 3`` both count on from there.
    """
    counts: Counter[str] = Counter()
    compared = []
    for paragraph in body(name).iter(f"{W}p"):
        if value(paragraph, "pPr/pStyle") == "Heading1" and knows_chapters:
            counts.clear()
        code = next((one.text or "" for one in paragraph.iter(f"{W}instrText") if "SEQ" in (one.text or "")), "")
        if code:
            word_, *switches = code.split()[1:]
            assert switches[:4] == [r"\*", "ARABIC", r"\s", "1"]
            counts[word_] = int(switches[5]) if r"\r" in switches else counts[word_] + 1
            label = re.match(rf"{word_} (?:\d+\.)?(\d+) ", paragraph_text(paragraph))
            assert label is not None
            compared.append((label[1], str(counts[word_])))
    return compared


@pytest.mark.parametrize("knows_chapters", [True, False])
@pytest.mark.parametrize("name", ["report", "blocks", "unnumbered"])
def test_the_numbers_of_captions_are_right_and_stay_so_when_counted_anew(name: str, knows_chapters: bool) -> None:
    compared = counted(name, knows_chapters=knows_chapters)
    assert len(compared) == len(
        blocks_of(
            {"report": fleksjob_report, "blocks": all_blocks, "unnumbered": unnumbered}[name](), TableBlock, FigureBlock
        )
    )
    assert all(shown == anew for shown, anew in compared)


def test_captions_stand_above_tables_and_below_figures_and_stay_with_them() -> None:
    root = body("blocks")[0]
    styles = ["tbl" if one.tag == f"{W}tbl" else value(one, "pPr/pStyle") for one in root]
    above = [styles[place - 1] for place, style in enumerate(styles) if style == "tbl"]
    assert above == ["Caption", "Caption", "Spoergsmaal", "Caption"]
    assert styles[styles.index("Figur") + 1] == "Figurtekst"
    kept = {
        style.get(f"{W}styleId")
        for style in parts("blocks")["word/styles.xml"].iter(f"{W}style")
        if style.find(f"{W}pPr/{W}keepNext") is not None and value(style, "pPr/keepNext") is None
    }
    assert {"Caption", "Figur", "Heading1", "Tabelhoved", "Spoergsmaal", "EksempelOverskrift"} <= kept
    assert paragraphs("blocks", "Caption") == ["Tabel 1.1 Tabellen", "Tabel 1.2 c", "Tabel 1 Bilagets"]
    assert paragraphs("blocks", "Figurtekst") == ["Figur 1.1 Figuren"]


def test_references_are_links_to_what_they_name() -> None:
    (paragraph,) = (one for one in body("blocks").iter(f"{W}p") if paragraph_text(one).startswith("fed skrå"))
    marked = {one.get(f"{W}name"): paragraph_text(target) for target in body("blocks").iter(f"{W}p") for one in target}
    links = list(paragraph.iter(f"{W}hyperlink"))
    inside = [(paragraph_text(link), marked[link.get(f"{W}anchor")]) for link in links if link.get(f"{W}anchor")]
    assert inside == [("tabel 1.1", "Tabel 1.1 Tabellen"), ("kapitel 1", "1 Et")]
    relations = {one.get("Id"): one.get("Target") for one in parts("blocks")["word/_rels/document.xml.rels"]}
    outside = [relations[link.get(f"{RELATION}id")] for link in links if not link.get(f"{W}anchor")]
    assert outside == ["https://a.dk/?a=1&b=2"] * 2


def test_an_address_that_is_none_is_written_as_one() -> None:
    spans = (Span("her", href='https://a.dk/æ ø"<\\x\x01'),)
    with zipfile.ZipFile(io.BytesIO(word.render(resolve(Document("T", (Paragraph(spans),)))))) as package:
        relations = package.read("word/_rels/document.xml.rels").decode()
    assert 'Target="https://a.dk/%C3%A6%20%C3%B8%22%3C%5Cx"' in relations


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_emphasis_is_a_style_and_what_is_ticked_is_strong() -> None:
    styles = [
        (one.get(f"{W}val"), paragraph_text(run))
        for run in body("blocks").iter(f"{W}r")
        for one in run.iter(f"{W}rStyle")
        if one.get(f"{W}val") in ("Strong", "Emphasis", "IntenseEmphasis")
    ]
    assert styles == [
        ("Strong", "fed"), ("Emphasis", " skrå"), ("IntenseEmphasis", " begge"), ("Strong", "Sag 7"),
        ("Strong", " (1) Ja"), ("Strong", " (1)"), ("Strong", " (1)"),
    ]  # fmt: skip


def test_each_numbered_list_begins_at_one() -> None:
    items = [one for one in body("blocks").iter(f"{W}p") if value(one, "pPr/pStyle") in ("ListNumber", "EksempelTal")]
    lists = [value(one, "pPr/numPr/numId") for one in items]
    assert lists == ["4", "4", "5", "5", "6"]
    numbers = {one.get(f"{W}numId"): one for one in parts("blocks")["word/numbering.xml"].iter(f"{W}num")}
    assert {value(numbers[name or ""], "lvlOverride/startOverride") for name in lists} == {"1"}


def test_tables_repeat_their_header_keep_their_rows_whole_and_say_what_they_are() -> None:
    report = fleksjob_report()
    blocks = [block for block in report.blocks if isinstance(block, TableBlock)]
    tables = list(body("report").iter(f"{W}tbl"))
    assert len(tables) == len(blocks) > 0
    for block, drawn in zip(blocks, tables, strict=True):
        rows = drawn.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * len(block.rows)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert value(drawn, "tblPr/tblCaption") == f"{block.label} {block.caption}"
        assert value(drawn, "tblPr/tblDescription") == f"Tabellens kolonner: {'; '.join(block.header)}."
        look = drawn.find(f"{W}tblPr/{W}tblLook")
        assert look is not None
        last = block.rows[-1].total
        assert [look.get(f"{W}{part}") for part in ("firstRow", "firstColumn", "lastRow")] == ["1", "1", str(int(last))]
        assert int(look.get(f"{W}val", ""), 16) & 0x00E0 == (0x00E0 if last else 0x00A0)


def test_only_a_last_row_that_is_the_total_is_marked_as_one() -> None:
    block = TableBlock(
        "t", "c", ("Svar", "Antal"), (TableRow("Ja", ("1",)), TableRow("Nej", ("2",))), ("left", "right")
    )
    made = word.render(resolve(Document("T", (block,))))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        (look,) = ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}tblLook")
    assert (look.get(f"{W}lastRow"), look.get(f"{W}val")) == ("0", "04A0")


def test_a_row_without_text_is_high_enough_to_write_in() -> None:
    rows = (TableRow("Sag 1", ("ja",)), TableRow("Sag 2", ("",)), TableRow("", ("",)))
    made = word.render(resolve(Document("T", (TableBlock("t", "c", ("Sag", "Svar"), rows, ("left", "left")),))))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        written = ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}tr")
    heights = [row.find(f"{W}trPr/{W}trHeight") for row in written]
    assert [height is not None for height in heights] == [False, False, True, True]
    for height in heights[2:]:
        assert height is not None
        assert height.get(f"{W}hRule") == "atLeast"
        assert int(height.get(f"{W}val", "")) >= 9 * 56.7


def test_columns_of_numbers_stand_to_the_right_by_their_style() -> None:
    first = next(body("report").iter(f"{W}tbl"))
    styles = [[value(cell, "p/pPr/pStyle") for cell in row.iter(f"{W}tc")] for row in first.iter(f"{W}tr")]
    assert styles[0] == ["Tabelhoved", "TabelhovedTal", "TabelhovedTal"]
    assert all(row == ["Tabeltekst", "Tabeltal", "Tabeltal"] for row in styles[1:])


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_as_wide_as_the_page(name: str) -> None:
    for drawn in body(name).iter(f"{W}tbl"):
        grid = [int(column.get(f"{W}w", "")) for column in drawn.iter(f"{W}gridCol")]
        assert wordtable.PAGE - len(grid) <= sum(grid) <= wordtable.PAGE and min(grid) > 300
        for row in drawn.iter(f"{W}tr"):
            assert [int(size.get(f"{W}w", "")) for size in row.iter(f"{W}tcW")] == grid


def test_a_table_stays_with_its_notes_and_with_nothing_else() -> None:
    note = draw_table(table(("Ja",), (1,)), id="n", caption="c", notes=("En note.",))
    document = Document("T", (note, draw_table(table(("Ja",), (1,)), id="m", caption="c"), Paragraph(text("x"))))
    with zipfile.ZipFile(io.BytesIO(word.render(resolve(document)))) as package:
        tables = ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}tbl")
        last = [list(drawn.iter(f"{W}tr"))[-1].find(f".//{W}keepNext") is not None for drawn in tables]
    assert last == [True, False]


def test_a_long_table_may_run_on_to_the_next_page() -> None:
    rows = tuple(TableRow(f"Kommune {number}", ("1",)) for number in range(98))
    block = TableBlock("t", "c", ("Kommune", "Antal"), rows, ("left", "right"))
    with zipfile.ZipFile(io.BytesIO(word.render(resolve(Document("T", (block,)))))) as package:
        drawn = list(ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}tr"))
    kept = [number for number, row in enumerate(drawn) if row.find(f".//{W}keepNext") is not None]
    assert kept == [1, 97]


def test_a_row_that_fills_a_page_may_be_broken() -> None:
    field = Field("Bem.", "Meget at sige. " * 300)
    rows = (FormRow("a", (Box("1", "Ja"),), field), FormRow("b", (Box("1", "Ja"),), Field("Bem.", "Lidt.")))
    with zipfile.ZipFile(io.BytesIO(word.render(resolve(Document("T", (FormBlock("1", "S", rows=rows),)))))) as package:
        drawn = list(ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in drawn] == [True, False, True]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (("Svar", "Antal sager", "Procent"), [("Ja", "88", "68 %")]),
        (("Kommune", *["Rehabiliteringsteamets begrundelse"] * 13), [("Frederiksberg", *["130"] * 13)]),
        (("Kommune", *["Ja"] * 40), [("Brønderslev", *["130"] * 40)]),
        (("Svar", "Antal"), []),
        (("Kun en",), [("x",)]),
        (("x" * 300, "y" * 300), [("z" * 300, "1")]),
    ],
)
def test_columns_share_the_page(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    for small in (False, True):
        found = wordtable.column_widths(header, rows, small=small)
        assert sum(found) == wordtable.PAGE and min(found) > 0
        assert len(found) == len(header)


def test_room_that_is_left_is_the_row_headers_or_where_there_are_more_texts_everyones() -> None:
    header, rows = ("Sag", "Handling", "Frist"), [("1", "", "")]
    numbers, texts = (wordtable.column_widths(header, rows, texts=texts) for texts in (False, True))
    assert numbers[0] > 0.5 * wordtable.PAGE and texts[0] < 0.35 * wordtable.PAGE
    assert numbers[1] == numbers[2] and min(texts) > 0.25 * wordtable.PAGE
    assert sum(texts) == sum(numbers) == wordtable.PAGE
    long = wordtable.column_widths(("Sag", "Svar", "Bemærkning"), [("1", "Nej", "En bemærkning. " * 20)], texts=True)
    assert long[2] > 0.5 * wordtable.PAGE


def test_row_headers_and_numbers_keep_their_room_before_long_words_of_the_header() -> None:
    header = ("Kommune", *["Rehabiliteringsteamets"] * 12)
    first, *others = wordtable.column_widths(header, [("Frederiksberg", *["1.130"] * 12)], small=True)
    assert first > 944 and min(others) > 450


def test_figures_have_alt_text_and_fill_the_column() -> None:
    blocks = [block for block in fleksjob_report().blocks if isinstance(block, FigureBlock)]
    pictures = list(body("report").iter(f"{DRAWING}inline"))
    assert len(pictures) == len(blocks) > 0
    for block, picture in zip(blocks, pictures, strict=True):
        told, size = picture.find(f"{DRAWING}docPr"), picture.find(f"{DRAWING}extent")
        assert told is not None and size is not None
        assert told.get("descr") == block.alt
        assert told.get("title") == f"{block.label} {block.caption}"
        assert int(size.get("cx", "")) == wordtable.PAGE * 635
        assert [picture.get(f"dist{side}") for side in "TBLR"] == ["0"] * 4


def test_a_figure_of_many_rows_is_made_to_fit_the_page() -> None:
    chart = Chart("bars", tuple(f"Kommune {number}" for number in range(98)), ("",), ((1,),) * 98)
    with zipfile.ZipFile(
        io.BytesIO(word.render(resolve(Document("T", (FigureBlock("f", "c", chart, "a"),)))))
    ) as package:
        (size,) = ElementTree.fromstring(package.read("word/document.xml")).iter(f"{DRAWING}extent")
    assert int(size.get("cy", "")) == 600 * 12700
    assert 0 < int(size.get("cx", "")) < wordtable.PAGE * 635


def test_an_example_is_a_box_of_paragraphs_with_one_frame() -> None:
    assert paragraphs("blocks", "EksempelOverskrift") == ["Sag 7 Sagen"]
    assert paragraphs("letter", "BroedtekstEfter") == ["Efter tabellen.", "Efter eksemplet."]
    assert [paragraphs("blocks", style) for style in ("Eksempel", "EksempelPunkt", "EksempelTal")] == [
        ["x"],
        ["y"],
        ["z"],
    ]


def test_an_example_needs_no_title() -> None:
    made = word.render(resolve(Document("T", (CaseExample("18", "", (Paragraph(text("x")),)),), cover=False)))
    assert content(made) == ["T", "Sag 18", "x"]


def test_a_question_stays_on_a_page_with_its_boxes_and_what_is_written() -> None:
    boxes = (Box("1", "Ja"), Box("2", "Nej"))
    asked = FormBlock("1", "Svaret?", "Når.", "Ikke besvaret.", boxes, fields=(Field("Bem.", "Skrevet"),))
    made = word.render(resolve(Document("T", (asked, FormBlock("2", "Tomt?", boxes=boxes)), cover=False)))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        drawn = list(ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}p"))
    alone = [paragraph_text(one) for one in drawn if one.find(f"{W}pPr/{W}keepNext") is None]
    assert alone == ["T", "Skrevet", "☐ (2) Nej"]


def test_rows_with_more_boxes_than_a_page_has_room_for_are_drawn_all_the_same() -> None:
    boxes = tuple(Box(str(code), "x") for code in range(60))
    made = word.render(resolve(Document("T", (FormBlock("1", "a", rows=(FormRow("r", boxes, Field("b")),)),))))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        grid = ElementTree.fromstring(package.read("word/document.xml")).iter(f"{W}gridCol")
        sizes = [int(column.get(f"{W}w", "")) for column in grid]
    assert len(sizes) == 62 and min(sizes) > 0 and sum(sizes) <= wordtable.PAGE


def test_questions_have_boxes_to_tick_and_lines_to_write_on() -> None:
    assert paragraphs("blocks", "Spoergsmaal") == ["2.1 Svaret?", "2.2 Tomt?", "2.3 Rækker?"]
    assert paragraphs("blocks", "Svarmulighed") == ["☒ (1) Ja", "☐ (2) Nej", "☐ (2) Nej", "☐ (2) Nej"]
    assert paragraphs("blocks", "Feltnavn") == ["Bem.", "Bem.", "Intet"]
    assert paragraphs("blocks", "Feltsvar") == ["a\nb"]
    assert paragraphs("blocks", "Skrivelinje") == ["\t"] * 3
    boxes = [
        paragraph_text(run)
        for run in body("blocks").iter(f"{W}r")
        if value(run, "rPr/rStyle") == "Afkrydsningsfelt" and paragraph_text(run)
    ]
    assert set(boxes) == {"☐", "☒"} and len(boxes) == 8


def test_rows_of_a_question_are_a_table_with_room_for_remarks() -> None:
    grid = list(body("blocks").iter(f"{W}tbl"))[2]
    cells = [[paragraph_text(cell) for cell in row.iter(f"{W}tc")] for row in grid.iter(f"{W}tr")]
    assert cells[:1] == [["", "Ja", "Nej", "Bem."]]
    assert cells[1:] == [["a. En", "☒ (1)", "☐ (2)", "\t\t"], ["b. To", "☐ (2)", "☒ (1)", "x\ny"]]
    assert len(paragraphs("blocks", "SkrivelinjeSmal")) == 2
    assert value(grid, "tblPr/tblCaption") == "2.3 Rækker?"


# --- hostile text -----------------------------------------------------------------------------------------------------


def test_hostile_text_arrives_unharmed_and_control_characters_are_dropped() -> None:
    told = content(rendered("hostile"))
    assert sum(HOSTILE in text for text in told) > 20
    odd = "a\x00b\x0bc\x1fd\ufffee\ud800f\x7f  g\u00ad\u200fh "
    block = draw_table(table((odd, "Nej"), (1, 2)), id="t", caption=odd, notes=(odd,))
    one = Box("1", odd)
    document = Document(
        odd,
        (Heading(1, text(odd)), Paragraph((Span(odd), Span("u", href=f"https://a.dk/{odd}"))), block,
         FormBlock("1", odd, rows=(FormRow(odd, (one,), Field(odd)),), fields=(Field(odd, odd),))),
        publisher=odd, details=((odd, odd),), stamps=(DRAFT,),
    )  # fmt: skip
    told = content(word.render(resolve(document)))
    assert sum("abcdef  g\u00ad\u200fh " in text for text in told) == 13
    assert not any(set(text) & set("\x00\x0b\x1f\x7f\ufffe") for text in told)


def test_a_title_that_is_too_long_is_shortened_where_there_is_no_room_and_nowhere_else() -> None:
    assert paragraphs("hostile", "Title") == [HOSTILE]
    head = paragraph_text(parts("hostile")["word/header1.xml"])
    assert len(head) == 110 and head.endswith("…")
    beside = paragraph_text(parts("hostile draft")["word/header1.xml"]).split("\t")[0]
    assert len(beside) == 75 and beside.endswith("…"), "a stamp takes its room from the title"
    assert len(docx.Document(io.BytesIO(rendered("hostile"))).core_properties.title) == 255


# --- LibreOffice ------------------------------------------------------------------------------------------------------


@cache
def printed(name: str) -> list[str]:
    """The text of each page that LibreOffice makes of a file, without space and hyphens."""
    if libreoffice.program() is None:
        missing("LibreOffice Writer")
    try:
        import pdfplumber
    except ImportError:
        missing("pdfplumber")
    with pdfplumber.open(io.BytesIO(libreoffice.to_pdf(rendered(name)))) as pdf:
        return [letters(page.extract_text()) for page in pdf.pages]


def letters(words: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", words)


@pytest.mark.office
def test_libreoffice_prints_every_heading_caption_and_row_with_the_same_numbers() -> None:
    report = fleksjob_report()
    whole = "".join(printed("report"))
    for heading in report.headings:
        assert letters(f"{heading.number}{heading.spans[0].text}") in whole
    for block in report.blocks:
        if isinstance(block, TableBlock | FigureBlock):
            assert letters(f"{block.label}{block.caption}") in whole
        if isinstance(block, TableBlock):
            for row in block.rows:
                one_line = len(row.header) < 40  # in a longer one the cells stand after its first line
                parts = [row.header + "".join(row.cells)] if one_line else [row.header[:20], "".join(row.cells)]
                assert [part for part in parts if letters(part) not in whole] == []


@pytest.mark.office
def test_libreoffice_begins_each_chapter_on_a_page_of_its_own_and_counts_the_pages() -> None:
    pages_ = printed("report")
    assert letters(fleksjob_report().title) in pages_[0] and "Side" not in pages_[0]
    assert all(page.endswith(f"Side{number}af{len(pages_)}") for number, page in enumerate(pages_[1:], start=2))
    head = letters(fleksjob_report().title)
    chapters = [letters(f"{one.number}{one.spans[0].text}") for one in fleksjob_report().headings if one.level == 1]
    begun = [page.removeprefix(head).startswith(chapter) for chapter in chapters for page in pages_]
    assert begun.count(True) == len(chapters)


@pytest.mark.office
def test_libreoffice_prints_hostile_text_whole() -> None:
    whole = "".join(printed("hostile"))
    assert whole.count("langtord" * 40) > 10
    assert len(printed("hostile")) < 40
