"""The text of a tagged PDF as a screen reader meets it: element after element of its structure, without artifacts."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

import pikepdf
from pdfminer.cmapdb import CMapParser, FileUnicodeMap

#: Elements that are part of the text around them.
INLINE = {"/Span", "/Strong", "/Em", "/Link", "/Reference", "/Code"}
#: The list of contents and the marks of lists.
ASIDE = {"TOC", "Lbl"}


def content(file: bytes) -> list[str]:
    """The text of each element in reading order: headings, paragraphs, captions, cells …

    The list of contents with its heading, the marks of lists and artifacts (running heads, page numbers) are left out.
    Broken lines are whole again, soft hyphens are gone, space is one space.
    """
    found = elements(file)
    heading = next((index - 1 for index, (tag, _) in enumerate(found) if tag == "TOC"), None)
    return [text for index, (tag, text) in enumerate(found) if tag not in ASIDE and index != heading]


def elements(file: bytes) -> list[tuple[str, str]]:
    """Each element with text of its own, in reading order: its tag and its text. In a list of contents all is "TOC"."""
    found: list[tuple[str, list[str]]] = []
    with pikepdf.open(io.BytesIO(file)) as pdf:
        marked = {page.objgen: _marked(page) for page in pdf.pages}
        for tag, page, number in _walk(pdf.Root.StructTreeRoot.K, "", None):
            if number is None:
                found.append((tag, []))
            else:
                found[-1][1].append(marked[page.objgen][number])
    texts = ((tag, " ".join("".join(parts).replace("\xad", "").split())) for tag, parts in found)
    return [(tag, text) for tag, text in texts if text]


def pages(file: bytes) -> list[str]:
    """The text of each page, artifacts left out, in the order in which it is drawn."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        return [" ".join("".join(_marked(page).values()).replace("\xad", "").split()) for page in pdf.pages]


def _walk(kids: Any, tag: str, page: Any) -> Iterator[tuple[str, Any, int | None]]:
    """The pieces of content in order, by page and number; before those of each element one without a number."""
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield tag, page, kid
        elif kid.get("/Type") == "/MCR":
            yield tag, kid.get("/Pg", page), int(kid.MCID)
        elif "/S" in kid:
            inside = partial(_walk, kid.get("/K", pikepdf.Array()), page=kid.get("/Pg", page))
            if str(kid.S) in INLINE:
                yield from inside(tag)
            else:
                name = "TOC" if tag == "TOC" else str(kid.S)[1:]
                yield name, page, None
                yield from inside(name)
                yield tag, page, None  # what follows is the outer element's again


def _marked(page: Any) -> dict[int, str]:
    """The text of each piece of marked content of a page, by its number. A text that is told instead counts."""
    texts: defaultdict[int, str] = defaultdict(str)
    fonts = {name: _letters(font) for name, font in page.get("/Resources", {}).get("/Font", {}).items()}
    letters = FileUnicodeMap()
    open_marks: list[tuple[int | None, bool]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                told = operands[1] if isinstance(operands[1], pikepdf.Dictionary) else {}
                number, hidden = open_marks[-1] if open_marks else (None, False)
                number = int(told["/MCID"]) if "/MCID" in told else number
                if "/ActualText" in told and number is not None:
                    texts[number] += str(told["/ActualText"])
                open_marks.append((number, hidden or "/ActualText" in told))
            case "BMC":
                open_marks.append((None, False))
            case "EMC":
                open_marks.pop()
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj" | "TJ":
                number, hidden = open_marks[-1] if open_marks else (None, False)
                if number is not None and not hidden:
                    texts[number] += "".join(_read(operands[0], letters))
    return texts


def _letters(font: Any) -> FileUnicodeMap:
    """What the codes of a font mean."""
    found = FileUnicodeMap()
    CMapParser(found, io.BytesIO(font.ToUnicode.read_bytes())).run()
    return found


def _read(shown: Any, letters: FileUnicodeMap) -> Iterator[str]:
    """The letters of a shown string (or an array of strings and gaps), two bytes a code."""
    for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            for index in range(0, len(codes), 2):
                yield letters.get_unichr(int.from_bytes(codes[index : index + 2]))
