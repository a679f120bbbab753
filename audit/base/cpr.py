"""CPR numbers: recognised so that they can be refused, and never repeated.

Ten digits, with or without a hyphen or space before the last four, that begin with a valid date (ddmmyy; the day may
be raised by 60, as in replacement numbers) and are not part of a longer run of digits. Modulus 11 is not tested: it has
not held since 2007.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CPR = re.compile(
    r"(?<![0-9])(?:(?:0[1-9]|[12][0-9]|6[1-9]|[78][0-9])(?:0[1-9]|1[0-2])"  # days 1-29 of any month
    r"|(?:30|90)(?:0[13-9]|1[0-2])"
    r"|(?:31|91)(?:0[13578]|1[02]))"
    r"[0-9][0-9][-\s\u2010-\u2015\u2212]?[0-9]{4}(?![0-9])"  # any kind of hyphen, dash or space
)
_SHORTEST = 10
BLOT = "[CPR-nummer]"


def contains(text: str) -> bool:
    """Whether the text holds a CPR number."""
    return _CPR.search(text) is not None


def any_contains(texts: Sequence[str]) -> bool:
    """Whether any of the texts holds a CPR number: one search of them all, many times as fast as one for each."""
    return contains("\0".join([text for text in texts if len(text) >= _SHORTEST]))


def blot(text: str) -> str:
    """The text with every CPR number replaced, for anything that is displayed or logged."""
    return _CPR.sub(BLOT, text)


def restore_zero(number: int) -> str:
    """A whole number as text; with the leading zero that a spreadsheet drops, if that makes it a CPR number."""
    text = str(number)
    return f"0{text}" if len(text) == 9 and contains(f"0{text}") else text
