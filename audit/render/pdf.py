"""A document as PDF/UA-1: its blocks as JSON, set by one Typst template that knows no survey."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import category
from urllib.parse import quote

from audit.base import resources
from audit.document import figures
from audit.document.blocks import Block, Document, Field, FigureBlock, Heading, Span, TableRow
from audit.render import tagging

if TYPE_CHECKING:
    from typst import Fonts

#: Runs of spaces and line breaks, except the spaces that no line breaks at.
_SPACES = re.compile(r"[^\S\xa0\u2007\u202f]+")
#: What a PDF has no use for: control characters, halves of characters, marks that are never seen, and hyphens to break
#: a word at where none goes on (a link that ends with one makes Typst fail).
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\U000e0000-\U000e0fff]|\xad(?!\w)")
#: What may be in no font. The rest is in Source Sans, so that the fonts need not be read for it.
_UNUSUAL = re.compile(r"[^ -~\xa0-\xff\u2013\u2014\u2018-\u201e\u2022\u2026]")
#: What turns the direction of writing is in no font either, but does its work.
_TURNING = "\u061c\u2066\u2067\u2068\u2069"
#: What stands for a character that can't be shown.
_BOX = "\u25a1"
#: Signs that stand for themselves in an address; and how long that may be.
_SIGNS = "!\"#$%&'()*+,/:;<=>?@[\\]^_`{|}~"
_LONGEST_ADDRESS = 8000
#: Typst keeps what it has worked out until it has made so many other documents.
_KEPT = 10


def render(document: Document) -> bytes:
    """The PDF file, from a resolved document. The same document gives the same bytes."""
    return typeset(prepared(document))


def prepared(document: Document) -> str:
    """What the template needs of a document, its figures drawn, as JSON."""
    return json.dumps(_plain(replace(document, blocks=tuple(_stepwise(document)))))


def typeset(given: str) -> bytes:
    """The PDF file of what is `prepared`. It draws nothing, so that other work can go on meanwhile beside it."""
    import typst

    made = typst.compile(
        resources.folder("templates") / "typst" / "report.typ",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": given},
        pdf_standards="ua-1",
    )
    return tagging.with_row_headers(made)


def forget() -> None:
    """Make Typst let go of the documents that it has made: of a letter with ten forms it keeps 250 MB.

    It has no other way of being told than to be given documents, which may be empty.
    """
    import typst

    for _ in range(_KEPT):
        typst.compile(b"", font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> Fonts:
    """The fonts that come with this package, and no others."""
    from typst import Fonts

    folder = resources.folder("templates") / "fonts"
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _stepwise(document: Document) -> Iterator[Block]:
    """The blocks with headings that go down one level at a time, which PDF/UA demands."""
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            level = min(block.level, level + 1)
            yield replace(block, level=level)
        else:
            yield block


def _plain(value: Any) -> Any:
    """A value as JSON has it: blocks as objects that tell their `kind`, figures drawn, written text in lines."""
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return {"year": value.year, "month": value.month, "day": value.day}
    if not is_dataclass(value):
        return value
    plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return {"kind": type(value).__name__, **plain, **_otherwise(value)}


def _otherwise(value: Any) -> dict[str, Any]:
    """What of an object is not as the rules for all have it. Titles, headings and pictures must say something."""
    match value:
        case Document(title=title) if not _seen(title):
            return {"title": _BOX}
        case Heading(spans=spans) if not _seen("".join(span.text for span in spans)):
            return {"spans": [_plain(Span(_BOX))]}
        case FigureBlock(chart=chart, id=name, alt=alt):
            return {"chart": figures.svg(chart, name), "alt": _shown(alt) if _seen(alt) else _BOX}
        case TableRow(blank=blank):
            return {"blank": blank}
        case Field(text=text):
            return {"text": [_shown(line) for line in text.splitlines()]}
        case Span(text=text, href=str(address)):
            return {"href": _address(address) if _seen(text) else None}
    return {}


def _seen(text: str) -> bool:
    """Whether there is anything to see of a text."""
    return any(category(letter)[0] in "LNPS" for letter in text)


def _address(text: str) -> str | None:
    """An address as a link can have it, in ASCII; none if there is none, or it is longer than Typst lets it be."""
    address = quote(_UNSEEN.sub("", text.strip()), safe=_SIGNS)
    return address if 0 < len(address) <= _LONGEST_ADDRESS else None


def _shown(text: str) -> str:
    """Text as it can be set: each character that no font has is a box (PDF/UA refuses a file with a missing glyph)."""
    text = _UNSEEN.sub("", _SPACES.sub(" ", text))
    return _UNUSUAL.sub(lambda found: found[0] if found[0] in _TURNING else figures.drawable(found[0]), text)
