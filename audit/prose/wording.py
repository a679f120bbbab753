"""Danish helpers for prose: filters that write a number, a date or a name as a person would.

`audit.prose.helpers` specifies each of them, case by case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from audit.base import danish
from audit.base.errors import UsageFault
from audit.prose import fraction
from audit.prose.shares import Share
from audit.tables import intervals

Count = int | Share


def _count(value: Count) -> int:
    if isinstance(value, Share):
        return value.count
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageFault(f'"{value}" er ikke et antal')
    return value


def _share(value: object) -> Share:
    if not isinstance(value, Share):
        raise UsageFault(f'"{value}" er ikke en andel; brug tables["…"].share(…) eller share(antal, i_alt)')
    return value


def antal(value: Count, en: str = "en") -> str:
    """A count: 0-10 in words, above in digits; `en` is "et" before a neuter noun."""
    count = _count(value)
    return en if count == 1 else danish.count_word(count)


def tal(value: Count) -> str:
    """A count in digits."""
    return danish.number(_count(value))


def flertal(value: Count, one: str, many: str) -> str:
    """The word that fits the count."""
    return one if _count(value) == 1 else many


def sager(value: Count, one: str = "sag", many: str = "sager", en: str = "en") -> str:
    """A count and its noun."""
    return f"{antal(value, en)} {flertal(value, one, many)}"


def procent(value: Share) -> str:
    """The share in percent; never 0 of something, never 100 of less than all; a dash where there is no base."""
    share = _share(value)
    return fraction.percent_words(share.count, share.base)


def andel(value: Share, one: str = "sag", many: str = "sager", en: str = "en", *, fortsat: bool = False) -> str:
    """A count, its noun and its percent; none and all in words. `fortsat` closes the clause of the percent."""
    share = _share(value)
    if share.count in (0, share.base):
        return antal_af(share, one, many, en) if share.count else f"ingen {many}"
    return f"{sager(share, one, many, en)}, svarende til {procent(share)}{',' * fortsat}"


def antal_af(value: Share, one: str = "sag", many: str = "sager", en: str = "en") -> str:
    """A count out of all; none, one of two, and all in words. `one` is the noun after "den ene"."""
    share = _share(value)
    if share.base > 2 and share.count == share.base:
        return f"alle {danish.count_word(share.base)} {many}"
    if share.count and share.base <= 2:
        return _with_noun(fraction.fraction_for(share.count, share.base, en), one, many)
    of_all = f" af de {danish.count_word(share.base)}" if share.base > 1 else ""
    return f"{antal(share, en)}{of_all} {many}"


def andel_af(value: Share, one: str = "sag", many: str = "sager", en: str = "en", *, fortsat: bool = False) -> str:
    """A count out of all, with its percent: for the first mention of a result."""
    share = _share(value)
    if share.count in (0, share.base):
        return antal_af(share, one, many, en)
    return f"{antal_af(share, one, many, en)}, svarende til {procent(share)}{',' * fortsat}"


def broek(value: Share, en: str = "en") -> str:
    """The share as a fraction, as `audit.prose.fraction` limits it."""
    share = _share(value)
    return fraction.fraction_for(share.count, share.base, en).words


def broek_af(value: Share, one: str = "sag", many: str = "sager", all_: str = "sagerne", en: str = "en") -> str:
    """The share as a fraction with its noun: of one, of many, and of all of them ("sagerne")."""
    share = _share(value)
    return _with_noun(fraction.fraction_for(share.count, share.base, en), one, many, all_)


def _with_noun(phrase: fraction.Fraction, one: str, many: str, all_: str = "") -> str:
    nouns = {"part": f"af {all_}", "among": many, "whole": all_, "single": one}
    return f"{phrase.words} {nouns[phrase.form]}"


def usikkerhed(value: Share) -> str:
    """The 95 % interval of a share (Wilson) in whole percent: "mellem 40 og 89 procent"; a dash without a base."""
    share = _share(value)
    if share.base == 0:
        return "–"
    low, high = map(danish.whole_percent, intervals.wilson(share.count, share.base))
    return f"mellem {low} og {high} procent"


def dato(value: date | None) -> str:
    """A date in full; "uoplyst" where there is none."""
    return "uoplyst" if value is None else danish.long_date(_date(value))


def periode(first: date, last: date, *, fra: bool = False) -> str:
    """Two days as a period; `fra` as it stands in a sentence: "fra … til …", a single day "den …"."""
    if _date(first) > _date(last):
        raise UsageFault(f"perioden slutter den {danish.long_date(last)}, før den begynder")
    period = danish.period(first, last)
    return f"{'den' if first == last else 'fra'} {period}" if fra else period


def _date(value: object) -> date:
    if not isinstance(value, date):
        raise UsageFault(f'"{value}" er ikke en dato')
    return value


def fordeling(value: Mapping[Any, int], word: str = "i") -> str:
    """Counts by category, in a sentence: "seks i 2013 og 21 i 2014"."""
    if not isinstance(value, Mapping):
        raise UsageFault(f'"{value}" er ikke en fordeling som decisions')
    return danish.listing(f"{antal(count)} {word} {name}" for name, count in value.items())


def opregning(values: Iterable[Any], word: str = "og") -> str:
    """Items in a sentence; references (which are markup) stay references."""
    items = list(values)
    listing = danish.listing((str(item) for item in items), word)
    markup = [item for item in items if hasattr(item, "__html__")]
    return type(items[0])(listing) if markup and len(markup) == len(items) else listing


def ejefald(value: str) -> str:
    """A name in the genitive."""
    return danish.genitive(str(value))


def stort(value: str) -> str:
    """The text with a capital first letter."""
    return danish.capital(str(value))
