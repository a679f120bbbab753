"""A document as a Word file: real styles, fields and links, so that whoever gets it can go on writing in it.

Everything looks as templates/word/styles.xml says. What is set on a paragraph itself is only what no style can know:
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
from audit.render.wordxml import write

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.section import _Footer, _Header

#: How far down its page the front page begins, in points.
_COVER_TOP = 150
#: Without a front page: the title, the headings of the first level and the room after them, in points.
_PLAIN_TITLE, _PLAIN_HEADING, _PLAIN_AFTER = 22, 16, 8
#: How much of a title stands at the top of each page, how much of that a letter of a stamp takes, and how much of a
#: text stands in the file's properties (Word's own limit).
_RUNNING, _STAMPED, _PROPERTY = 110, 1.2, 255


def render(document: Document) -> bytes:
    """The .docx file, from a resolved document. The same document gives the same bytes."""
    file = wordxml.opened()
    _properties(file, document)
    _looks(file, cover=document.cover)
    _page_ends(file, document)
    writer = WordWriter(file, document.blocks)
    _front(writer, document)
    if document.cover:
        _contents(writer, [heading for heading in document.headings if heading.level <= 2])
    writer.blocks(document.blocks)
    return wordxml.saved(file)


def _properties(file: DocxDocument, document: Document) -> None:
    """What the file tells of itself."""
    told = file.core_properties
    title = f"{document.stamp}: {document.title}" if document.stamp else document.title
    told.title, told.subject = _short(title, _PROPERTY), _short(document.subtitle, _PROPERTY)
    told.author = told.last_modified_by = _short(document.publisher, _PROPERTY)
    if document.date:
        told.created = told.modified = datetime.combine(document.date, time(), UTC)


def _looks(file: DocxDocument, *, cover: bool) -> None:
    """The few things in which a document with a front page and one without it (a letter, a form) look different."""
    from docx.shared import Pt

    chapter = file.styles["Heading 1"]
    if cover:
        chapter.paragraph_format.page_break_before, chapter.paragraph_format.space_before = True, Pt(0)
        file.styles["Forside udgiver"].paragraph_format.space_before = Pt(_COVER_TOP)
        return
    file.styles["Title"].font.size, chapter.font.size = Pt(_PLAIN_TITLE), Pt(_PLAIN_HEADING)
    chapter.paragraph_format.space_after = Pt(_PLAIN_AFTER)
    file.styles["Forside oplysning, første"].paragraph_format.space_before = Pt(_PLAIN_TITLE)


def _page_ends(file: DocxDocument, document: Document) -> None:
    """The running head and foot; the first page has no title in its head, and a front page no foot."""
    section = file.sections[0]
    room = _RUNNING - round(_STAMPED * len(document.stamp))
    _head(section.header, _short(document.title, room), document.stamp, 1)
    _foot(section.footer)
    if document.stamp:
        _head(section.first_page_header, "", document.stamp, 2)
    if not document.cover:
        _foot(section.first_page_footer)


def _head(head: _Header, title: str, stamp: str, number: int) -> None:
    paragraph = head.paragraphs[0]
    write(paragraph, title)
    if stamp:
        write(paragraph, "\t")
        write(paragraph, stamp, "Stempel")
        wordxml.stamp(paragraph, stamp, number)


def _foot(foot: _Footer) -> None:
    paragraph = foot.paragraphs[0]
    write(paragraph, "Side ")
    wordxml.field(paragraph, "PAGE", "1")
    write(paragraph, " af ")
    wordxml.field(paragraph, "NUMPAGES", "1")


def _front(writer: WordWriter, document: Document) -> None:
    """What stands before the blocks, the contents list aside."""
    for stamp in document.stamps:
        paragraph = writer.paragraph("Stempelramme")
        write(paragraph, stamp.word, "Stempel")
        write(paragraph, f" {stamp.told}")
    if document.publisher:
        writer.paragraph("ForsideUdgiver", document.publisher)
    writer.paragraph("Title", document.title)
    if document.subtitle:
        writer.paragraph("Subtitle", document.subtitle)
    for index, (name, text) in enumerate(document.details):
        paragraph = writer.paragraph("ForsideOplysning" if index else "ForsideStreg")
        write(paragraph, name, "ForsideEmne")
        write(paragraph, f"\t{text}")
    if document.details:
        writer.set_apart()


def _contents(writer: WordWriter, headings: Sequence[Heading]) -> None:
    """A contents list as Word makes it, with links; Word adds the page numbers when it is asked to update it.

    A file cannot know its page numbers, and to have Word write them unasked it would have to let Word ask the reader
    at every opening whether to update fields "that may refer to other files".
    """
    paragraphs = [writer.paragraph("TOCHeading", "Indhold")]
    for heading in headings:
        paragraph = writer.paragraph(f"TOC{heading.level}")
        paragraphs.append(paragraph)
        if heading is headings[0]:
            wordxml.field_begins(paragraph, r'TOC \o "1-2" \h \z \u')
        title = " ".join((heading.number, "".join(span.text for span in heading.spans))).strip()
        wordxml.link_to(paragraph, write(paragraph, title), writer.bookmarks[heading.id])
    if headings:
        wordxml.field_ends(paragraphs[-1])
    wordxml.contents_frame(paragraphs)


def _short(text: str, most: int) -> str:
    """The text in one line of at most `most` characters."""
    line = " ".join(wordxml.clean(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
