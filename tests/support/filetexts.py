"""Whatever can be read out of the files of a document: the measure of what they must not say."""

from __future__ import annotations

import io
import re
import zipfile

import htmltext
import pdftext
import pikepdf
import rendered

from audit.document.blocks import Document


def texts_of(document: Document) -> dict[str, str]:
    """Everything that can be read out of the three files, metadata and marks included."""
    docx = zipfile.ZipFile(io.BytesIO(rendered.word_file(document)))
    made = rendered.pdf_file(document)
    with pikepdf.open(io.BytesIO(made)) as opened:
        objects = [repr(one) for one in opened.objects if not isinstance(one, pikepdf.Stream)]
        streams = [one.read_bytes().decode("latin-1") for one in opened.objects if isinstance(one, pikepdf.Stream)]
    words = "\n".join(docx.read(name).decode("utf-8", "replace") for name in docx.namelist() if "media" not in name)
    page = rendered.page(document)
    return {
        "html": page + "\n".join(htmltext.content(page)),
        "docx": words + re.sub(r"<[^>]+>", "", words),
        "pdf": "\n".join([*objects, *streams, *pdftext.content(made)]),
    }
