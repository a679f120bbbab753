"""Shares of cases as a person puts them: a third, just under a quarter, nearly all; and how near that must be.

The whole percent, rounded half up, decides the words, so that they never contradict a percent beside them:

- a fraction is used as it is where the percent is the fraction's own (33 for a third);
- *knap* (just under) is used up to `NEAR` percentage points below it, *godt* (just over) up to as many above;
- *mere end ni ud af ti* is used above 90 percent, *næsten alle* from `NEARLY_ALL`, where it is not all;
- of a few cases (up to `FEW`), and of a single one, the count itself is given (*tre ud af fem*), or *halvdelen*;
- where no fraction is near, the percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.base import danish

#: Percentage points below a fraction that are *knap*, and above it that are *godt*.
NEAR = 2
#: The percent from which it is nearly all, and the number of cases up to which their count is given instead.
NEARLY_ALL, FEW = 95, 10

#: How the noun follows: "en tredjedel af sagerne", "ni ud af ti sager", "alle sagerne", "den ene sag".
Phrase = Literal["part", "among", "whole", "single"]


@dataclass(frozen=True)
class Fraction:
    """The words for a share, and how a noun follows them."""

    words: str
    form: Phrase = "part"


#: Fractions by the whole percent that they are.
FRACTIONS = {
    10: Fraction("en tiendedel"),
    20: Fraction("en femtedel"),
    25: Fraction("en fjerdedel"),
    33: Fraction("en tredjedel"),
    50: Fraction("halvdelen"),
    67: Fraction("to tredjedele"),
    75: Fraction("tre fjerdedele"),
    80: Fraction("fire ud af fem", "among"),
    90: Fraction("ni ud af ti", "among"),
}
_MORE = Fraction("mere end ni ud af ti", "among")


def fraction_for(count: int, base: int, en: str = "en") -> Fraction:
    """`count` of `base` in words; `en` is "et" where the noun is neuter."""
    if count == 0:
        return Fraction("ingen", "part" if base > 1 else "among")
    if count == base:
        return _whole(base, en)
    if base == 2:
        return Fraction(f"{_article(en)} ene af de to", "among")
    if base > FEW and count > 1:
        return _nearest(count, base)
    if 2 * count == base:
        return Fraction("halvdelen")
    return Fraction(f"{en if count == 1 else danish.count_word(count)} ud af {danish.count_word(base)}", "among")


def percent_words(count: int, base: int) -> str:
    """The share in percent; never 0 of something, never 100 of less than all; a dash where there is no base."""
    percent = danish.percent(count, base)
    if percent is None:
        return "–"
    if percent == 0 and count:
        return "under 1 procent"
    if percent == 100 and count < base:
        return "over 99 procent"
    return f"{percent} procent"


def _whole(base: int, en: str) -> Fraction:
    if base == 1:
        return Fraction(f"{_article(en)} ene", "single")
    return Fraction("begge", "among") if base == 2 else Fraction("alle", "whole")


def _article(en: str) -> str:
    return "det" if en == "et" else "den"


def _nearest(count: int, base: int) -> Fraction:
    percent = danish.percent(count, base) or 0
    if percent >= NEARLY_ALL:
        return Fraction("næsten alle", "whole")
    if percent > max(FRACTIONS):
        return _MORE
    for target, fraction in FRACTIONS.items():
        if abs(percent - target) <= NEAR:
            side = "" if percent == target else "knap " if percent < target else "godt "
            return Fraction(side + fraction.words, fraction.form)
    return Fraction(percent_words(count, base))
