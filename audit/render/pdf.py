"""A document as PDF/UA-1: its blocks as JSON, typeset by one Typst template that knows no particular survey."""

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

#: Runs of spaces and line breaks, except non-breaking spaces.
_SPACES = re.compile(r"[^\S\xa0\u2007\u202f]+")
#: What a PDF has no use for: control characters, lone surrogates, invisible marks, and soft hyphens at the end of a
#: word (a link that ends with one makes Typst fail).
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\U000e0000-\U000e0fff]|\xad(?!\w)")
#: Characters that the fonts may lack. All others are in Source Sans, so that the fonts need not be read for them.
_UNUSUAL = re.compile(r"[^ -~\xa0-\xff\u2013\u2014\u2018-\u201e\u2022\u2026]")
#: Marks for the direction of writing are in no font either, but take effect.
_DIRECTION_MARKS = "\u061c\u2066\u2067\u2068\u2069"
#: The replacement of a character that cannot be shown.
_BOX = "\u25a1"
#: Signs that are not escaped in an address, and the longest address allowed.
_ADDRESS_SIGNS = "!\"#$%&'()*+,/:;<=>?@[\\]^_`{|}~"
_LONGEST_ADDRESS = 8000
#: After each document Typst lets go of what none of the last so many has used. It cannot be told another number, and a
#: compiler of its own does not help: what is kept is kept for the whole process.
_KEPT = 10


def render(document: Document) -> bytes:
    """The PDF file, from a resolved document. The same document gives the same bytes."""
    return typeset(prepare(document))


def prepare(document: Document) -> str:
    """What the template needs of a document, its figures drawn, as JSON."""
    return json.dumps(_json_value(replace(document, blocks=tuple(_without_level_jumps(document)))))


def typeset(json_document: str) -> bytes:
    """The PDF file, from the result of `prepare`. It draws nothing, so other work can go on in parallel."""
    import typst

    file = typst.compile(
        resources.folder("templates") / "typst" / "report.typ",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json_document},
        pdf_standards="ua-1",
    )
    return tagging.with_row_headers(file)


def forget() -> None:
    """Make Typst let go of the documents that it has made, by empty ones: of a letter with ten forms it keeps 250 MB.

    It takes a quarter of a second, and is for documents as large as that.
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


def _without_level_jumps(document: Document) -> Iterator[Block]:
    """The blocks with headings that go down one level at a time, as PDF/UA demands."""
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            level = min(block.level, level + 1)
            yield replace(block, level=level)
        else:
            yield block


def _json_value(value: Any) -> Any:
    """A value for JSON: blocks as objects with their `kind`, figures drawn, the text of form fields in lines."""
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, tuple):
        return [_json_value(item) for item in value]
    if isinstance(value, date):
        return {"year": value.year, "month": value.month, "day": value.day}
    if not is_dataclass(value):
        return value
    plain = {field.name: _json_value(getattr(value, field.name)) for field in fields(value)}
    return {"kind": type(value).__name__, **plain, **_special_fields(value)}


def _special_fields(value: Any) -> dict[str, Any]:
    """The fields of an object that need a rule of their own. Titles, headings and pictures must have visible text."""
    match value:
        case Document(title=title) if not _is_visible(title):
            return {"title": _BOX}
        case Heading(spans=spans) if not _is_visible("".join(span.text for span in spans)):
            return {"spans": [_json_value(Span(_BOX))]}
        case FigureBlock(chart=chart, id=name, alt=alt):
            return {"chart": figures.svg(chart, name), "alt": _printable(alt) if _is_visible(alt) else _BOX}
        case TableRow(blank=blank):
            return {"blank": blank}
        case Field(text=text):
            return {"text": [_printable(line) for line in text.splitlines()]}
        case Span(text=text, href=str(address)):
            return {"href": _address(address) if _is_visible(text) else None}
    return {}


def _is_visible(text: str) -> bool:
    """Whether a text has any visible character."""
    return any(category(letter)[0] in "LNPS" for letter in text)


def _address(text: str) -> str | None:
    """An address as a link can have it, in ASCII; None where it is empty, or longer than Typst allows."""
    address = quote(_UNSEEN.sub("", text.strip()), safe=_ADDRESS_SIGNS)
    return address if 0 < len(address) <= _LONGEST_ADDRESS else None


def _printable(text: str) -> str:
    """Text that can be typeset: a box for each character that no font has (PDF/UA forbids missing glyphs)."""
    text = _UNSEEN.sub("", _SPACES.sub(" ", text))
    return _UNUSUAL.sub(lambda match: match[0] if match[0] in _DIRECTION_MARKS else figures.drawable(match[0]), text)
