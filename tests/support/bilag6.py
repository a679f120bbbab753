"""The printed form of the 2016 survey: `data/bilag-6.txt`, its text as it was taken out of the report's PDF."""

from __future__ import annotations

import re

from places import DATA

BILAG_6 = (DATA / "bilag-6.txt").read_text(encoding="utf-8")
BOX = "\uf071"  # the tick box, a character of the PDF's symbol font


def letters(text: str) -> str:
    """`text` without white space, tick boxes and lines to write on."""
    return re.sub(rf"[\s_{BOX}]", "", text)
