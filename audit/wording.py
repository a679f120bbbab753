"""The words that prose is written with: shares of cases, and Danish helpers that say a number as a person would.

`HELPERS` is specification, test and documentation at once: each case is a template and what it must become.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit import danish
from audit.errors import UsageFault
from audit.tables import TOTAL, Table


@dataclass(frozen=True)
class Share:
    """`count` cases out of `base`."""

    count: int
    base: int

    @property
    def percent(self) -> int | None:
        """Whole percent (0-100), half up; None where the base is 0."""
        return danish.percent(self.count, self.base)

    @property
    def rest(self) -> Share:
        """The cases of the base that are not in the count."""
        return Share(self.base - self.count, self.base)


@dataclass(frozen=True)
class Result:
    """A table as prose sees it: answers by code or label, shares, and the labels of its rows."""

    id: str
    table: Table

    @property
    def title(self) -> str:
        """What the table counts."""
        return self.table.title

    @property
    def answers(self) -> tuple[str, ...]:
        """The labels of the columns."""
        return self.table.columns

    @property
    def rows(self) -> tuple[str, ...]:
        """The labels of the rows, the total left out."""
        return tuple(label for label in self.table.rows if label != TOTAL)

    @property
    def base(self) -> int:
        """The number of cases counted, in all rows together. Raises UsageFault on a grid, which has no total."""
        self._must_have_total()
        return self.table.base[-1]

    def share(self, *answers: str | int, row: str | None = None) -> Share:
        """The cases with one of `answers`, merged, of one row or of all. Raises UsageFault on an unknown name."""
        if row is None:
            self._must_have_total()
        if self.table.multiple and len(answers) > 1:
            raise UsageFault(f'svar på "{self.title}" kan ikke lægges sammen, fordi en sag kan have flere svar')
        try:
            count = sum(self.table.count(str(answer), row) for answer in answers)
            return Share(count, self.table.wholes[self.table.row(row)])
        except KeyError as error:
            name = str(error.args[0])
            known = (*self.table.columns, *self.table.codes, *self.table.rows)
            message = f'tabellen "{self.id}" har ikke "{name}".{danish.did_you_mean(name, known)}'
            raise UsageFault(message) from error

    def _must_have_total(self) -> None:
        if not self.table.totalled:
            said = f'tabellen "{self.id}" har en række for hvert delspørgsmål og ingen "{TOTAL}"'
            raise UsageFault(f'{said}; skriv, hvilken række du mener: share(…, row="{self.table.rows[0]}")')


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
    percent = share.percent
    if percent is None:
        return "–"
    if percent == 0 and share.count:
        return "under 1 procent"
    if percent == 100 and share.count < share.base:
        return "over 99 procent"
    return f"{percent} procent"


def andel(value: Share, one: str = "sag", many: str = "sager", en: str = "en", *, fortsat: bool = False) -> str:
    """A count, its noun and its percent; none and all in words. `fortsat` closes the clause of the percent."""
    share = _share(value)
    if share.count == 0:
        return f"ingen {many}"
    if share.count == share.base:
        return _all(share, one, many, en)
    return f"{sager(share, one, many, en)}, svarende til {procent(share)}{',' * fortsat}"


def andel_af(value: Share, one: str = "sag", many: str = "sager", en: str = "en", *, fortsat: bool = False) -> str:
    """A count of all, with its percent: for the first time a result is told."""
    share = _share(value)
    if share.base < 2 or share.count == share.base:
        return andel(share, one, many, en)
    of = f"af de {danish.count_word(share.base)} {many}"
    if share.count == 0:
        return f"ingen {of}"
    return f"{antal(share, en)} {of}, svarende til {procent(share)}{',' * fortsat}"


def _all(share: Share, one: str, many: str, en: str) -> str:
    if share.base == 1:
        return f"{'den' if en == 'en' else 'det'} ene {one}"
    if share.base == 2:
        return f"begge {many}"
    return f"alle {danish.count_word(share.base)} {many}"


def dato(value: date | None) -> str:
    """A date in full; "uoplyst" where there is none."""
    if value is None:
        return "uoplyst"
    if not isinstance(value, date):
        raise UsageFault(f'"{value}" er ikke en dato')
    return danish.long_date(value)


def opregning(values: Iterable[Any], word: str = "og") -> str:
    """Items in a sentence."""
    return danish.listing((str(value) for value in values), word)


def stort(value: str) -> str:
    """The text with a capital first letter."""
    return danish.capital(str(value))


@dataclass(frozen=True)
class Helper:
    """A filter for prose: what it does in Danish, and cases (a template, its text)."""

    function: Callable[..., str]
    about: str
    cases: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What it is called in a template."""
        return self.function.__name__


HELPERS = (
    Helper(
        antal,
        'Et antal: 0-10 med bogstaver, større med tal. `antal("et")` foran et intetkønsord.',
        (
            ("{{ 0|antal }}", "ingen"),
            ("{{ 1|antal }}", "en"),
            ('{{ 1|antal("et") }}', "et"),
            ("{{ 10|antal }}", "ti"),
            ("{{ 11|antal }}", "11"),
            ("{{ share(7, 130)|antal }}", "syv"),
        ),
    ),
    Helper(tal, "Et antal med tal.", (("{{ 7|tal }}", "7"), ("{{ 1234|tal }}", "1.234"))),
    Helper(
        flertal,
        "Det ord, der passer til antallet.",
        (('{{ 1|flertal("er", "er alle") }}', "er"), ('{{ 2|flertal("sag", "sager") }}', "sager")),
    ),
    Helper(
        sager,
        "Et antal og dets navneord (sag, sager, medmindre andet er skrevet).",
        (
            ("{{ 0|sager }}", "ingen sager"),
            ("{{ 1|sager }}", "en sag"),
            ("{{ 42|sager }}", "42 sager"),
            ('{{ 1|sager("svar", "svar", "et") }}', "et svar"),
        ),
    ),
    Helper(
        procent,
        "En andel i hele procent. Aldrig 0 af noget og aldrig 100 af mindre end alt.",
        (
            ("{{ share(88, 130)|procent }}", "68 procent"),
            ("{{ share(1, 1000)|procent }}", "under 1 procent"),
            ("{{ share(999, 1000)|procent }}", "over 99 procent"),
            ("{{ share(0, 0)|procent }}", "–"),
        ),
    ),
    Helper(
        andel,
        "Et antal med navneord og procent. `andel(fortsat=true)` sætter komma, når sætningen går videre.",
        (
            ("{{ share(7, 130)|andel(fortsat=true) }} er", "syv sager, svarende til 5 procent, er"),
            ("{{ share(0, 130)|andel(fortsat=true) }} er", "ingen sager er"),
            ("{{ share(7, 130)|andel }}", "syv sager, svarende til 5 procent"),
            ("{{ share(1, 130)|andel }}", "en sag, svarende til 1 procent"),
            ("{{ share(0, 130)|andel }}", "ingen sager"),
            ("{{ share(130, 130)|andel }}", "alle 130 sager"),
            ("{{ share(2, 2)|andel }}", "begge sager"),
            ("{{ share(1, 1)|andel }}", "den ene sag"),
        ),
    ),
    Helper(
        andel_af,
        "Et antal af alle med procent: til den første gang, et resultat nævnes.",
        (
            ("{{ share(88, 130)|andel_af }}", "88 af de 130 sager, svarende til 68 procent"),
            ("{{ share(1, 130)|andel_af }}", "en af de 130 sager, svarende til 1 procent"),
            ("{{ share(0, 130)|andel_af }}", "ingen af de 130 sager"),
            ("{{ share(130, 130)|andel_af }}", "alle 130 sager"),
            (
                '{{ share(3, 9)|andel_af("afgørelse", "afgørelser") }}',
                "tre af de ni afgørelser, svarende til 33 procent",
            ),
            ("{{ share(0, 0)|andel_af }}", "ingen sager"),
        ),
    ),
    Helper(
        dato,
        "En dato med månedens navn.",
        (("{{ first_decision|dato }}", "11. maj 2013"), ("{{ none|dato }}", "uoplyst")),
    ),
    Helper(
        opregning,
        "Flere ting i en sætning.",
        (
            ('{{ ["Ærø"]|opregning }}', "Ærø"),
            ('{{ ["Fanø", "Samsø", "Ærø"]|opregning }}', "Fanø, Samsø og Ærø"),
            ('{{ ["ja", "nej"]|opregning("eller") }}', "ja eller nej"),
        ),
    ),
    Helper(stort, "Teksten med stort begyndelsesbogstav.", (("{{ share(7, 130)|antal|stort }}", "Syv"),)),
)
