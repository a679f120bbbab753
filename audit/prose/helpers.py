"""The helpers of prose: specification, test and documentation at once.

Each case is a template and the text it must give; docs/rapporttekst.md is written from the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from audit.prose import wording


@dataclass(frozen=True)
class Helper:
    """A filter for prose: what it does in Danish, cases (a template, its text), and which numbers it writes."""

    function: Callable[..., str]
    about: str
    cases: tuple[tuple[str, str], ...]
    numbers: Literal["count", "base", ""] = "count"

    @property
    def name(self) -> str:
        """Its name in a template."""
        return self.function.__name__


HELPERS = (
    Helper(
        wording.antal,
        'Et antal: 0-10 med bogstaver, større med tal. `antal("et")` foran et intetkønsord.',
        (
            ("{{ 0|antal }}", "ingen"),
            ("{{ 1|antal }}", "en"),
            ('{{ 1|antal("et") }}', "et"),
            ("{{ 10|antal }}", "ti"),
            ("{{ 11|antal }}", "11"),
            ("{{ 1234|antal }}", "1.234"),
            ("{{ share(7, 130)|antal }}", "syv"),
        ),
    ),
    Helper(wording.tal, "Et antal med tal.", (("{{ 7|tal }}", "7"), ("{{ 1234|tal }}", "1.234"))),
    Helper(
        wording.flertal,
        "Det ord, der passer til antallet: navneord, tillægsord og stedord. Udsagnsord er ens i ental og flertal.",
        (
            ('{{ 1|flertal("sag", "sager") }}', "sag"),
            ('{{ 2|flertal("sag", "sager") }}', "sager"),
            ('{{ 0|flertal("sag", "sager") }}', "sager"),
            ('{{ share(1, 9)|flertal("Den er rigtig", "De er rigtige") }}', "Den er rigtig"),
            ('{{ share(9, 9)|flertal("Den er rigtig", "De er rigtige") }}', "De er rigtige"),
        ),
        numbers="",
    ),
    Helper(
        wording.sager,
        "Et antal og dets navneord (sag, sager, medmindre andet er skrevet).",
        (
            ("{{ 0|sager }}", "ingen sager"),
            ("{{ 1|sager }}", "en sag"),
            ("{{ 42|sager }}", "42 sager"),
            ('{{ 1|sager("svar", "svar", "et") }}', "et svar"),
        ),
    ),
    Helper(
        wording.procent,
        "En andel i hele procent. Aldrig 0 af noget og aldrig 100 af mindre end alt.",
        (
            ("{{ share(88, 130)|procent }}", "68 procent"),
            ("{{ share(1, 1000)|procent }}", "under 1 procent"),
            ("{{ share(999, 1000)|procent }}", "over 99 procent"),
            ("{{ share(0, 7)|procent }}", "0 procent"),
            ("{{ share(7, 7)|procent }}", "100 procent"),
            ("{{ share(0, 0)|procent }}", "–"),
        ),
    ),
    Helper(
        wording.andel,
        "Et antal med navneord og procent. `andel(fortsat=true)` sætter komma, når sætningen går videre.",
        (
            ("{{ share(7, 130)|andel(fortsat=true) }} er", "syv sager, svarende til 5 procent, er"),
            ("{{ share(0, 130)|andel(fortsat=true) }} er", "ingen sager er"),
            ("{{ share(7, 130)|andel }}", "syv sager, svarende til 5 procent"),
            ("{{ share(1, 130)|andel }}", "en sag, svarende til 1 procent"),
            ('{{ share(1, 4)|andel("svar", "svar", "et") }}', "et svar, svarende til 25 procent"),
            ("{{ share(0, 130)|andel }}", "ingen sager"),
            ("{{ share(130, 130)|andel }}", "alle 130 sager"),
            ("{{ share(2, 2)|andel }}", "begge sager"),
            ("{{ share(1, 1)|andel }}", "den ene sag"),
            ('{{ share(1, 1)|andel("svar", "svar", "et") }}', "det ene svar"),
            ("{{ share(0, 0)|andel }}", "ingen sager"),
        ),
    ),
    Helper(
        wording.antal_af,
        "Et antal af alle. Navneordet i ental er det, der følger efter »den ene«.",
        (
            ("{{ share(5, 42)|antal_af }}", "fem af de 42 sager"),
            ("{{ share(1, 42)|antal_af }}", "en af de 42 sager"),
            ("{{ share(0, 42)|antal_af }}", "ingen af de 42 sager"),
            ("{{ share(42, 42)|antal_af }}", "alle 42 sager"),
            ("{{ share(1, 2)|antal_af }}", "den ene af de to sager"),
            ('{{ share(1, 2)|antal_af("svar", "svar", "et") }}', "det ene af de to svar"),
            ("{{ share(2, 2)|antal_af }}", "begge sager"),
            ('{{ share(1, 1)|antal_af("forkerte afgørelse", "forkerte afgørelser") }}', "den ene forkerte afgørelse"),
            ("{{ share(0, 1)|antal_af }}", "ingen sager"),
            ("{{ share(0, 0)|antal_af }}", "ingen sager"),
        ),
        numbers="base",
    ),
    Helper(
        wording.andel_af,
        "Et antal af alle med procent: til den første gang, et resultat nævnes.",
        (
            ("{{ share(88, 130)|andel_af }}", "88 af de 130 sager, svarende til 68 procent"),
            ("{{ share(1, 130)|andel_af }}", "en af de 130 sager, svarende til 1 procent"),
            ("{{ share(0, 130)|andel_af }}", "ingen af de 130 sager"),
            ("{{ share(130, 130)|andel_af }}", "alle 130 sager"),
            ("{{ share(1, 2)|andel_af(fortsat=true) }} er", "den ene af de to sager, svarende til 50 procent, er"),
            (
                '{{ share(3, 9)|andel_af("afgørelse", "afgørelser") }}',
                "tre af de ni afgørelser, svarende til 33 procent",
            ),
            ("{{ share(0, 0)|andel_af }}", "ingen sager"),
        ),
        numbers="base",
    ),
    Helper(
        wording.broek,
        "En andel som brøk, hvor en brøk er nær nok; ellers i procent. Grænserne står nedenfor. Skal der stå, hvad det "
        "er af, så brug `broek_af`.",
        (
            ("{{ share(65, 130)|broek }}", "halvdelen"),
            ("{{ share(43, 130)|broek }}", "en tredjedel"),
            ("{{ share(31, 130)|broek }}", "knap en fjerdedel"),
            ("{{ share(88, 130)|broek }}", "godt to tredjedele"),
            ("{{ share(98, 130)|broek }}", "tre fjerdedele"),
            ("{{ share(14, 130)|broek }}", "godt en tiendedel"),
            ("{{ share(27, 130)|broek }}", "godt en femtedel"),
            ("{{ share(103, 130)|broek }}", "knap fire ud af fem"),
            ("{{ share(117, 130)|broek }}", "ni ud af ti"),
            ("{{ share(121, 130)|broek }}", "mere end ni ud af ti"),
            ("{{ share(123, 130)|broek }}", "næsten alle"),
            ("{{ share(53, 130)|broek }}", "41 procent"),
            ("{{ share(2, 1000)|broek }}", "under 1 procent"),
            ("{{ share(130, 130)|broek }}", "alle"),
            ("{{ share(0, 130)|broek }}", "ingen"),
            ("{{ share(1, 130)|broek }}", "en ud af 130"),
            ("{{ share(3, 5)|broek }}", "tre ud af fem"),
            ('{{ share(1, 3)|broek("et") }}', "et ud af tre"),
            ("{{ share(4, 8)|broek }}", "halvdelen"),
            ("{{ share(1, 2)|broek }}", "den ene af de to"),
            ("{{ share(2, 2)|broek }}", "begge"),
            ("{{ share(1, 1)|broek }}", "den ene"),
            ("{{ share(43, 130)|broek|stort }}", "En tredjedel"),
        ),
    ),
    Helper(
        wording.broek_af,
        "En brøk med det navneord, den er af: ental, flertal og flertal i bestemt form (sag, sager, sagerne).",
        (
            ("{{ share(43, 130)|broek_af }}", "en tredjedel af sagerne"),
            ("{{ share(88, 130)|broek_af|stort }}", "Godt to tredjedele af sagerne"),
            ("{{ share(53, 130)|broek_af }}", "41 procent af sagerne"),
            ("{{ share(117, 130)|broek_af }}", "ni ud af ti sager"),
            ("{{ share(123, 130)|broek_af }}", "næsten alle sagerne"),
            ("{{ share(130, 130)|broek_af }}", "alle sagerne"),
            ("{{ share(0, 130)|broek_af }}", "ingen af sagerne"),
            ("{{ share(3, 5)|broek_af }}", "tre ud af fem sager"),
            ("{{ share(1, 2)|broek_af }}", "den ene af de to sager"),
            ("{{ share(2, 2)|broek_af }}", "begge sager"),
            ("{{ share(1, 1)|broek_af }}", "den ene sag"),
            ("{{ share(0, 1)|broek_af }}", "ingen sager"),
            ('{{ share(1, 3)|broek_af("svar", "svar", "svarene", "et") }}', "et ud af tre svar"),
        ),
    ),
    Helper(
        wording.usikkerhed,
        "Et 95 %-interval (Wilson) om en andel, hvis sagerne er en tilfældig stikprøve. Hvad det kan bære, står i "
        "[tables.md](tables.md#usikkerhed).",
        (
            ("{{ share(7, 10)|usikkerhed }}", "mellem 40 og 89 procent"),
            ("{{ share(88, 130)|usikkerhed }}", "mellem 59 og 75 procent"),
            ("{{ share(0, 10)|usikkerhed }}", "mellem 0 og 28 procent"),
            ("{{ share(10, 10)|usikkerhed }}", "mellem 72 og 100 procent"),
            ("{{ share(0, 0)|usikkerhed }}", "–"),
        ),
    ),
    Helper(
        wording.dato,
        "En dato med månedens navn.",
        (("{{ first_decision|dato }}", "11. maj 2013"), ("{{ none|dato }}", "uoplyst")),
    ),
    Helper(
        wording.periode,
        "To datoer som en periode. `fra=true` skriver den, som den står i en sætning.",
        (
            ("{{ first_decision|periode(last_decision) }}", "11. maj 2013 til 16. juni 2015"),
            ("{{ first_decision|periode(last_decision, fra=true) }}", "fra 11. maj 2013 til 16. juni 2015"),
            ("{{ date|periode(date.replace(month=4)) }}", "1. marts til 1. april 2016"),
            ("{{ date|periode(date.replace(day=17)) }}", "1. til 17. marts 2016"),
            ("{{ date|periode(date) }}", "1. marts 2016"),
            ("{{ date|periode(date, fra=true) }}", "den 1. marts 2016"),
        ),
    ),
    Helper(
        wording.fordeling,
        "Antal og det, de hører til, i en sætning.",
        (
            ("{{ decisions|fordeling }}", "seks i 2013, 21 i 2014 og 103 i 2015"),
            ('{{ {"Nord": 1, "Syd": 12}|fordeling("fra") }}', "en fra Nord og 12 fra Syd"),
        ),
    ),
    Helper(
        wording.opregning,
        "Flere ting i en sætning, også henvisninger.",
        (
            ('{{ ["Ærø"]|opregning }}', "Ærø"),
            ('{{ ["Fanø", "Samsø", "Ærø"]|opregning }}', "Fanø, Samsø og Ærø"),
            ('{{ ["ja", "nej"]|opregning("eller") }}', "ja eller nej"),
        ),
    ),
    Helper(
        wording.ejefald,
        "Et navn i ejefald: med s, eller med apostrof efter s, x og z.",
        (
            ('{{ "Ærø"|ejefald }}', "Ærøs"),
            ('{{ "Randers"|ejefald }}', "Randers'"),
            ('{{ "Region X"|ejefald }}', "Region X'"),
            ('{{ "KL"|ejefald }}', "KL's"),
            ('{{ "Holdet af 2015"|ejefald }}', "Holdet af 2015's"),
        ),
    ),
    Helper(
        wording.stort,
        "Teksten med stort begyndelsesbogstav.",
        (("{{ share(7, 130)|antal|stort }}", "Syv"), ('{{ "ærø"|stort }}', "Ærø")),
    ),
)
