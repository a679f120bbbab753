"""CPR numbers: found so that they can be refused, and never repeated.

Ten digits, with or without a hyphen or space before the last four, that begin with a valid date (ddmmyy; the day may
be raised by 60, as in replacement numbers) and are not part of a longer run of digits. Modulus 11 is not asked: it has
not held since 2007.
"""

from __future__ import annotations

import re

_CPR = re.compile(
    r"(?<!\d)(?:(?:0[1-9]|[12]\d|6[1-9]|[78]\d)(?:0[1-9]|1[0-2])"  # days 1-29 of any month
    r"|(?:30|90)(?:0[13-9]|1[0-2])"
    r"|(?:31|91)(?:0[13578]|1[02]))"
    r"\d\d[- ]?\d{4}(?!\d)"
)
BLOT = "[CPR-nummer]"


def found(text: str) -> bool:
    """Whether the text holds a CPR number."""
    return _CPR.search(text) is not None


def blot(text: str) -> str:
    """The text with every CPR number replaced, for anything that is shown or logged."""
    return _CPR.sub(BLOT, text)
