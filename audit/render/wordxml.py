"""What python-docx does not do: the empty file, fields, bookmarks, links, the stamp, reproducible bytes.

The empty file is put together from templates/word, so that nothing is in a document that is not written there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from audit.base import resources

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

#: The parts of the empty file, each with the file in templates/word that it is made from.
_PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package.rels",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document.rels",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
#: The abstract lists in templates/word/numbering.xml that new numbered lists follow: in running text, in an example.
_ABSTRACT_LISTS = (1, 2)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: Control characters and others that an XML file cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Signs that are not escaped in an address; everything else is written %XX, or Word calls the file damaged.
_ADDRESS_SIGNS = "%/:?#[]@!$&'()*+,;=~-._"
#: The text across a page: how wide its letters are to their height, and its greatest height and width, in points.
_CAPITAL, _SMALL = 0.8, 0.48
_STAMP_HEIGHT, _STAMP_WIDTH = 92, 600


def empty_document() -> DocxDocument:
    """The empty document, with the styles of templates/word and the page set up."""
    import docx

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, file in _PARTS.items():
            package.writestr(name, _template_text(file))
    target.seek(0)
    return docx.Document(target)


def _template_text(file: str) -> str:
    """The text of a file in templates/word, without its comments."""
    text = (resources.folder("templates") / "word" / file).read_text(encoding="utf-8")
    return _COMMENT.sub("", text).lstrip()


def document_bytes(document: DocxDocument) -> bytes:
    """The document as a file; the same document gives the same bytes, whatever the clock and the system."""
    original, target = io.BytesIO(), io.BytesIO()
    document.save(original)
    with zipfile.ZipFile(original) as package, zipfile.ZipFile(target, "w") as fixed:
        for name in package.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            fixed.writestr(entry, package.read(name))
    return target.getvalue()


def clean(text: str) -> str:
    """The text without the control characters that an XML file cannot hold."""
    return _FORBIDDEN.sub("", text)


def element(name: str, /, **values: str) -> BaseOxmlElement:
    """An element of WordprocessingML: ``element("tab", val="left")`` is ``<w:tab w:val="left"/>``."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    xml_element = OxmlElement(f"w:{name}", {qn(f"w:{key}"): value for key, value in values.items()})
    return cast("BaseOxmlElement", xml_element)


def add_text(paragraph: Paragraph, text: str, style: str | None = None) -> Run:
    """Add text to a paragraph in a character style (its id), line breaks and all; returns the run."""
    run = paragraph.add_run(clean(text))
    if style:
        run._r.get_or_add_rPr().insert(0, element("rStyle", val=style))
    return run


def set_style(paragraph: Paragraph, style: str) -> None:
    """Give a paragraph that has none a style (its id).

    It is put where it belongs, which is first; python-docx looks for each of the 35 elements that it may precede.
    """
    paragraph._p.get_or_add_pPr().insert(0, element("pStyle", val=style))


def keep_with_next(paragraph: Paragraph) -> None:
    """Keep a paragraph that has a style on the page of what follows it."""
    properties = paragraph._p.get_or_add_pPr()
    if properties.keepNext is None:
        properties.insert(1, element("keepNext"))


def add_field(paragraph: Paragraph, instruction: str, result: str, style: str | None = None) -> None:
    """Add a field that shows `result` until Word updates it."""
    begin_field(paragraph, instruction, style)
    add_text(paragraph, result, style)
    end_field(paragraph, style)


def begin_field(paragraph: Paragraph, instruction: str, style: str | None = None) -> None:
    """Add the beginning of a field: what is added next, up to `field_ends`, is what it shows."""
    code = element("instrText")
    code.text = f" {instruction} "
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for part in (element("fldChar", fldCharType="begin"), code, element("fldChar", fldCharType="separate")):
        add_text(paragraph, "", style)._r.append(part)


def end_field(paragraph: Paragraph, style: str | None = None) -> None:
    """Add the end of a field."""
    add_text(paragraph, "", style)._r.append(element("fldChar", fldCharType="end"))


def link_to_bookmark(paragraph: Paragraph, run: Run, bookmark: str) -> None:
    """Make a run of a paragraph a link to a bookmark."""
    _wrap(paragraph, run, element("hyperlink", anchor=bookmark, history="1"))


def link_to_address(paragraph: Paragraph, run: Run, address: str) -> None:
    """Make a run of a paragraph a link to an address outside."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn

    target = quote(clean(address), safe=_ADDRESS_SIGNS)
    link = element("hyperlink", history="1")
    link.set(qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    _wrap(paragraph, run, link)


def _wrap(paragraph: Paragraph, run: Run, link: BaseOxmlElement) -> None:
    paragraph._p.append(link)
    link.append(run._r)


@contextmanager
def bookmark(paragraph: Paragraph, name: str, number: int) -> Iterator[None]:
    """Put a bookmark around what is added to the paragraph inside the block; `number` is unique in the file."""
    paragraph._p.append(element("bookmarkStart", id=str(number), name=name))
    yield
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def new_list(document: DocxDocument, *, example: bool) -> int:
    """The number of a new numbered list, which begins at 1."""
    numbering = document.part.numbering_part.element
    numbered_list = numbering.add_num(_ABSTRACT_LISTS[example])
    numbered_list.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(numbered_list.numId)


def put_in_list(paragraph: Paragraph, number: int) -> None:
    """Make a paragraph an item of a numbered list."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def contents_frame(paragraphs: Sequence[Paragraph]) -> None:
    """Put a contents list and its heading into the frame that gives it Word's button for updating it."""
    frame, properties, content = element("sdt"), element("sdtPr"), element("sdtContent")
    gallery = element("docPartObj")
    gallery.extend((element("docPartGallery", val="Table of Contents"), element("docPartUnique")))
    properties.append(gallery)
    frame.extend((properties, content))
    paragraphs[0]._p.addprevious(frame)
    content.extend(paragraph._p for paragraph in paragraphs)


def add_stamp(paragraph: Paragraph, text: str, number: int) -> None:
    """Add a pale text across the page to a paragraph of a page's header; `number` is unique in the file.

    Word stretches the text to the given size: that of its letters by themselves, within the page.
    """
    from docx.oxml import parse_xml

    letters = sum(_CAPITAL if letter.isupper() else _SMALL for letter in text)
    height = min(_STAMP_HEIGHT, _STAMP_WIDTH / letters)
    size = {"width": round(letters * height), "height": round(height)}
    paragraph.add_run()._r.append(
        parse_xml(_template_text("stamp.xml").format(text=escape(text), number=number, **size))
    )
