"""Danish as it is written: numbers, dates, lists and "mente du".

Nothing here reads the machine's locale or clock.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip

#: The numbers that are written in words, by the rule of thumb of Danish reports: zero to ten.
NUMBER_WORDS = ("ingen", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")

_WHOLE_NUMBER = re.compile(r"(\d+)\.0+", re.ASCII)
_WITHOUT_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def percent(part: int, whole: int) -> int | None:
    """Whole percent (0-100 and above), rounded half up from the exact fraction; None when there is no base."""
    if whole == 0:
        return None
    return (200 * part + whole) // (2 * whole)


def whole_percent(share: float) -> int:
    """A share (0-1) that is not a fraction of two counts, such as a limit, as whole percent, rounded half up."""
    return math.floor(100 * share + 0.5)


def number(value: float, decimals: int = 0) -> str:
    """A number in digits: full stop between thousands, decimal comma (``1.234,5``)."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def count_word(value: int) -> str:
    """A count as running text has it: 0-10 in words (0 is *ingen*), above in digits."""
    return NUMBER_WORDS[value] if 0 <= value < len(NUMBER_WORDS) else number(value)


def long_date(day: date) -> str:
    """A date in prose: ``1. juli 2015``."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def period(first: date, last: date) -> str:
    """Two days as a period, with what they share written once: ``3. til 17. maj 2015``; a single day is itself."""
    if first == last:
        return long_date(first)
    start = f"{first.day}."
    if (first.year, first.month) != (last.year, last.month):
        start += f" {MONTHS[first.month - 1]}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start} til {long_date(last)}"


def genitive(name: str) -> str:
    """A name as an owner: with s; after s, x and z an apostrophe alone; after abbreviations and figures ``'s``."""
    if name[-1:].casefold() in ("s", "x", "z"):
        return f"{name}'"
    last = name.rsplit(maxsplit=1)[-1] if name.strip() else ""
    return f"{name}'s" if last.isupper() or not last[-1:].isalpha() else f"{name}s"


def listing(items: Iterable[str], word: str = "og") -> str:
    """Items in a sentence: ``a``, ``a og b``, ``a, b og c``; the empty string of none."""
    texts = list(items)
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def counted(value: int, singular: str, plural: str) -> str:
    """A count in digits and its noun in the right number: ``1 sag``, ``2 sager``."""
    return f"{number(value)} {singular if value == 1 else plural}"


def same(text: str) -> str:
    """A key, a header or an answer in the form used for comparison: two that look alike are one.

    Case, surrounding space and invisible characters are ignored, inner space is single, letters and digits are
    the ordinary ones (NFKC), and a whole number has no decimals (``1.0`` is ``1``).
    """
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    folded = " ".join(text.split()).casefold()
    whole = _WHOLE_NUMBER.fullmatch(folded)
    return whole[1] if whole else folded


#: Invisible characters that are met in files, by what a reader may know them as.
_INVISIBLE = {
    "\u00ad": "en blød bindestreg", "\u200b": "et mellemrum uden bredde", "\u200c": "en usynlig adskiller",
    "\u200d": "en usynlig sammenføjer", "\u200e": "et retningsmærke", "\u200f": "et retningsmærke",
    "\u2060": "en usynlig sammenføjer", "\ufeff": "et usynligt mærke fra filens begyndelse",
}  # fmt: skip


def disguise(text: str) -> str:
    """What `same` overlooks in a text besides case and space, in Danish with each character named; blank if nothing."""
    if text.isascii():
        return "decimaler på et helt tal" if _WHOLE_NUMBER.fullmatch(text.strip()) else ""
    odd = dict.fromkeys(letter for letter in text if _is_odd(letter))
    return listing([f"{_character_name(letter)} (U+{ord(letter):04X})" for letter in odd])


def undisguised(text: str) -> str:
    """The text without what `disguise` names."""
    if not text.isascii():
        letters = (letter for letter in text if unicodedata.category(letter) != "Cf")
        text = "".join(unicodedata.normalize("NFKC", letter) if _is_odd(letter) else letter for letter in letters)
    whole = _WHOLE_NUMBER.fullmatch(text.strip())
    return whole[1] if whole else text


def without_zeros(key: str) -> str:
    """A case number as `same` has it, without the zeros in front of its numbers."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", same(key), flags=re.ASCII)


def _is_odd(letter: str) -> bool:
    """Whether a character is invisible, or an ordinary letter or digit in another form."""
    plain = unicodedata.normalize("NFKC", letter)
    return unicodedata.category(letter) == "Cf" or (plain != letter and plain.isascii() and plain.isalnum())


def _character_name(letter: str) -> str:
    if unicodedata.category(letter) == "Cf":
        return _INVISIBLE.get(letter, "et usynligt tegn")
    return f'"{letter}" for "{unicodedata.normalize("NFKC", letter)}"'


def natural(text: str) -> list[str | int]:
    """A sort key for numbered names: numbers are compared as numbers (sag 2 before sag 10)."""
    return [int(part) if index % 2 else same(part) for index, part in enumerate(re.split(r"([0-9]+)", text))]


def closest(text: str, candidates: Sequence[str]) -> str | None:
    """The only candidate that begins as `text`, else the one most like it; None where none is near."""
    folded = {_spelled(candidate): candidate for candidate in candidates}
    sought = _spelled(text)
    beginnings = [name for name in folded if sought and name.startswith(sought)]
    matches = beginnings if len(beginnings) == 1 else difflib.get_close_matches(sought, folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def _spelled(text: str) -> str:
    """As `same`, with the Danish letters as people write them without: Åbenrå is Aabenraa."""
    return same(text).translate(_WITHOUT_DANISH)


def did_you_mean(text: str, candidates: Sequence[str]) -> str:
    """`` Mente du "…"?`` with its leading space, or the empty string.

    A letter of another alphabet, which may look just like the right one, is named.
    """
    match = closest(text, candidates)
    if match is None:
        return ""
    foreign = dict.fromkeys(letter for letter in text if letter.isalpha() and "LATIN" not in _unicode_name(letter))
    names = listing([f'"{letter}" (U+{ord(letter):04X}, {_unicode_name(letter)})' for letter in foreign])
    return f' Mente du "{match}"?' + (f" Her står {names}, som ikke er af det latinske alfabet." if names else "")


def _unicode_name(letter: str) -> str:
    return unicodedata.name(letter, "uden navn")


def lower_first(text: str) -> str:
    """The text with its first letter in lower case, the rest untouched."""
    return text[:1].lower() + text[1:]
