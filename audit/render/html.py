"""A document as one self-contained HTML page: style and figures are inside, nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from audit.base import resources
from audit.document import figures, tracing
from audit.document.blocks import Block, Document, FigureBlock, Heading

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

#: What a page cannot hold: control characters and lone surrogates.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def render(document: Document) -> str:
    """The page, from a resolved document. The same document gives the same text."""
    from markupsafe import Markup

    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            contents=[heading for heading in document.headings if heading.level <= 2],
            style=Markup((_folder() / "report.css").read_text(encoding="utf-8")),  # noqa: S704 (our own file)
        )
    )
    return _CONTROL.sub("", page)


def fragment(blocks: Sequence[Block]) -> str:
    """Blocks alone, without a style of their own, to stand in a page of somebody else's such as a notebook."""
    return _CONTROL.sub("", str(vars(_environment().get_template("blocks.html.j2").module)["blocks"](blocks)))


def _folder() -> Path:
    return resources.folder("templates") / "html"


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_folder(), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        kind=lambda block: type(block).__name__, drawing=_drawing, title=_title, told=tracing.describe_cases
    )
    return environment


def _drawing(block: FigureBlock) -> Markup:
    """The figure drawn for a wide and a narrow screen (one is shown), as an image that screen readers can describe."""
    from markupsafe import Markup

    tooltips = [[tracing.describe_cases([item]) for item in row] for row in block.behind]
    drawings = []
    for name, width in (("wide", figures.WIDE), ("narrow", figures.NARROW)):
        opening = f'<svg class="{name}" role="img" aria-label="{escape(block.alt)}" '
        drawings.append(figures.svg(block.chart, f"{block.id}-{name}", width, tooltips).replace("<svg ", opening, 1))
    return Markup("\n".join(drawings))  # noqa: S704 (drawn here, the text in it escaped)


def _title(heading: Heading) -> str:
    """A heading's text with its number, for the table of contents."""
    return " ".join((heading.number, "".join(span.text for span in heading.spans))).strip()
