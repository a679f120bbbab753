"""The files of a document, each made once in a process however many tests look at it."""

from __future__ import annotations

from functools import cache

from audit.document.blocks import Document
from audit.render import html, pdf, word


@cache
def page(document: Document) -> str:
    """The page of a resolved document."""
    return html.render(document)


@cache
def pdf_file(document: Document) -> bytes:
    """Its PDF file."""
    return pdf.render(document)


@cache
def word_file(document: Document) -> bytes:
    """Its Word file."""
    return word.render(document)
