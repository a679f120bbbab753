"""A document as a Word file: real styles, fields and links, so that whoever gets it can go on writing in it.

Everything looks as templates/word/styles.xml says. Only what no style can know is set on a paragraph itself:
which paragraphs stay on one page, and where a numbered list begins. Numbers and references are written as text, as
in the other formats: "Bilag 4" may well be the only appendix, and text is right in any program without being updated.
The running number of a table or figure is a field, so that Word can make lists of them and count one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from audit.document.blocks import Document, Heading
from audit.render import wordxml
from audit.render.wordblocks import WordWriter
from audit.render.wordxml import add_text

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.section import _Footer, _Header

#: How far down its page the front page begins, in points.
_COVER_TOP = 150
#: Without a front page: the title, the headings of the first level and the room after them, in points.
_PLAIN_TITLE, _PLAIN_HEADING, _PLAIN_AFTER = 22, 16, 8
#: In characters: the title at the top of each page, how much of it each letter of a stamp takes, and a text in the
#: file's properties (Word's own limit).
_HEADER_LENGTH, _STAMP_LETTER, _PROPERTY_LENGTH = 110, 1.2, 255


def render(document: Document) -> bytes:
    """The .docx file, from a resolved document. The same document gives the same bytes."""
    file = wordxml.empty_document()
    _properties(file, document)
    _adapt_styles(file, cover=document.cover)
    _headers_and_footers(file, document)
    writer = WordWriter(file, document.blocks)
    _front_page(writer, document)
    if document.cover:
        _contents_list(writer, [heading for heading in document.headings if heading.level <= 2])
    writer.blocks(document.blocks)
    return wordxml.document_bytes(file)


def _properties(file: DocxDocument, document: Document) -> None:
    """Set the file's properties: title, subject, author, date."""
    properties = file.core_properties
    title = f"{document.stamp}: {document.title}" if document.stamp else document.title
    properties.title, properties.subject = _short(title, _PROPERTY_LENGTH), _short(document.subtitle, _PROPERTY_LENGTH)
    properties.author = properties.last_modified_by = _short(document.publisher, _PROPERTY_LENGTH)
    if document.date:
        properties.created = properties.modified = datetime.combine(document.date, time(), UTC)


def _adapt_styles(file: DocxDocument, *, cover: bool) -> None:
    """Adapt the few styles that differ between documents with a front page and without one (letters, forms)."""
    from docx.shared import Pt

    chapter = file.styles["Heading 1"]
    if cover:
        chapter.paragraph_format.page_break_before, chapter.paragraph_format.space_before = True, Pt(0)
        file.styles["Forside udgiver"].paragraph_format.space_before = Pt(_COVER_TOP)
        return
    file.styles["Title"].font.size, chapter.font.size = Pt(_PLAIN_TITLE), Pt(_PLAIN_HEADING)
    chapter.paragraph_format.space_after = Pt(_PLAIN_AFTER)
    file.styles["Forside oplysning, første"].paragraph_format.space_before = Pt(_PLAIN_TITLE)


def _headers_and_footers(file: DocxDocument, document: Document) -> None:
    """Fill headers and footers; the first page has no title in its header, and a front page no footer."""
    section = file.sections[0]
    room = _HEADER_LENGTH - round(_STAMP_LETTER * len(document.stamp))
    _fill_header(section.header, _short(document.title, room), document.stamp, 1)
    _fill_footer(section.footer)
    if document.stamp:
        _fill_header(section.first_page_header, "", document.stamp, 2)
    if not document.cover:
        _fill_footer(section.first_page_footer)


def _fill_header(head: _Header, title: str, stamp: str, number: int) -> None:
    paragraph = head.paragraphs[0]
    add_text(paragraph, title)
    if stamp:
        add_text(paragraph, "\t")
        add_text(paragraph, stamp, "Stempel")
        wordxml.add_stamp(paragraph, stamp, number)


def _fill_footer(foot: _Footer) -> None:
    paragraph = foot.paragraphs[0]
    add_text(paragraph, "Side ")
    wordxml.add_field(paragraph, "PAGE", "1")
    add_text(paragraph, " af ")
    wordxml.add_field(paragraph, "NUMPAGES", "1")


def _front_page(writer: WordWriter, document: Document) -> None:
    """Everything before the blocks except the contents list."""
    for stamp in document.stamps:
        paragraph = writer.paragraph("Stempelramme")
        add_text(paragraph, stamp.word, "Stempel")
        add_text(paragraph, f" {stamp.told}")
    if document.publisher:
        writer.paragraph("ForsideUdgiver", document.publisher)
    writer.paragraph("Title", document.title)
    if document.subtitle:
        writer.paragraph("Subtitle", document.subtitle)
    for index, (name, text) in enumerate(document.details):
        paragraph = writer.paragraph("ForsideOplysning" if index else "ForsideStreg")
        add_text(paragraph, name, "ForsideEmne")
        add_text(paragraph, f"\t{text}")
    if document.details:
        writer.set_apart()


def _contents_list(writer: WordWriter, headings: Sequence[Heading]) -> None:
    """A contents list as Word makes it, with links; Word adds the page numbers when it is asked to update it.

    A file cannot know its page numbers, and to have Word write them unasked it would have to let Word ask the reader
    at every opening whether to update fields "that may refer to other files".
    """
    paragraphs = [writer.paragraph("TOCHeading", "Indhold")]
    for heading in headings:
        paragraph = writer.paragraph(f"TOC{heading.level}")
        paragraphs.append(paragraph)
        if heading is headings[0]:
            wordxml.begin_field(paragraph, r'TOC \o "1-2" \h \z \u')
        title = " ".join((heading.number, "".join(span.text for span in heading.spans))).strip()
        wordxml.link_to_bookmark(paragraph, add_text(paragraph, title), writer.bookmarks[heading.id])
    if headings:
        wordxml.end_field(paragraphs[-1])
    wordxml.contents_frame(paragraphs)


def _short(text: str, most: int) -> str:
    """The text in one line of at most `most` characters."""
    line = " ".join(wordxml.clean(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
