"""What a Word file says, read from its XML alone (not by the library that wrote it)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What stands in a run besides text.
_MARKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}


def content(docx: bytes) -> list[str]:
    """The text of each paragraph and cell in the order of reading, without contents list, page heads and feet."""
    return [text for child in _body(docx) if child.tag != f"{W}sdt" for text in _texts(child)]


def contents_list(docx: bytes) -> list[str]:
    """The entries of the contents list with its heading; empty where there is none."""
    return [text for frame in _body(docx).findall(f"{W}sdt/{W}sdtContent") for text in _texts(frame)]


def paragraph_text(paragraph: Element) -> str:
    """The text of a paragraph, of its fields what they show."""
    runs = (child for run in paragraph.iter(f"{W}r") for child in run)
    return "".join(_MARKS.get(child.tag, child.text or "" if child.tag == f"{W}t" else "") for child in runs)


def _body(docx: bytes) -> Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        body = ElementTree.fromstring(package.read("word/document.xml")).find(f"{W}body")
    assert body is not None
    return body


def _texts(element: Element) -> Iterator[str]:
    if element.tag == f"{W}p":
        yield paragraph_text(element)
    elif element.tag == f"{W}tc":
        yield "\n".join(text for child in element for text in _texts(child))
    else:
        for child in element:
            yield from _texts(child)
