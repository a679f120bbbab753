"""What a check finds: the catalogue of codes, findings held column-wise, and messages with a place each.

A finding is one kind of problem in some rows; it becomes one message per row when it is printed. Messages never repeat
what could identify a person: a CPR number is blotted out wherever it might appear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audit.base import cpr
from audit.base.errors import Place

Severity = Literal["fejl", "mangel", "note"]
SEVERITIES: tuple[Severity, ...] = ("fejl", "mangel", "note")


@dataclass(frozen=True)
class FindingKind:
    """An entry of the catalogue: its severity, its text, and what to do about it."""

    severity: Severity
    text: str
    remedy: str = ""


#: What to do about a number that a spreadsheet has changed.
_AS_TEXT = "Giv kolonnen formatet Tekst, og skriv nummeret igen."

#: Every code there is. Texts are filled in, and ended with a full stop, by `finding`.
CATALOGUE: dict[str, FindingKind] = {
    # reading a file
    "formel-uden-vaerdi": FindingKind(
        "fejl", "formlen {shown} har ingen værdi", "Åbn filen i Excel, beregn og gem den."
    ),
    "fejlvaerdi": FindingKind("fejl", "cellen viser {shown}, som ikke kan læses", "Skriv værdien i stedet."),
    "flettet": FindingKind("fejl", "cellerne {shown} er flettet", "Ophæv fletningen, og skriv værdien i hver celle."),
    "ingen-kolonner": FindingKind(
        "fejl",
        'ingen af overskrifterne kendes (den første er "{header}")',
        "Se efter, om det er det rigtige ark og måleskema, og slet rækker, der står over overskrifterne.",
    ),
    "ukendt-kolonne": FindingKind(
        "fejl", 'kolonnen "{header}" kendes ikke.{hint}', "Ret overskriften, eller brug --ignore-column."
    ),
    "tvetydig-kolonne": FindingKind(
        "fejl", 'kolonnen "{header}" kan være {options}', "Skriv nummeret som tekst eller kolonnens maskinnavn."
    ),
    "dobbelt-kolonne": FindingKind("fejl", 'kolonnen "{header}" er til det samme som kolonne {other}', "Slet den ene."),
    "kolonne-uden-navn": FindingKind("fejl", "kolonnen har indhold, men ingen overskrift", "Skriv, hvad den er til."),
    "manglende-kolonne": FindingKind("fejl", "der mangler en kolonne til {number}, som mindst én sag skal besvare"),
    "valgfri-kolonner": FindingKind("note", "der er ingen kolonne til {numbers}"),
    "laest": FindingKind("note", "{text}"),
    "ingen-sager": FindingKind("fejl", "der er ingen sager", "Skriv dem under overskrifterne, en række for hver sag."),
    "ukendt-eksempel": FindingKind(
        "fejl", "eksemplet er om sag {case}, som ikke er i data.{hint}", "Slet eksemplet, eller ret sagsnummeret i det."
    ),
    "eksempel-strider": FindingKind(
        "fejl",
        "eksemplet med sag {case} står under {section}, men det er ikke sådan i sagen, at {condition}",
        "Flyt eksemplet, eller ret sagens svar.",
    ),
    "eksempel-afsnit": FindingKind("fejl", 'rapportplanen har ikke afsnittet "{section}".{hint}', "Skriv {known}."),
    "genkendelig": FindingKind(
        "note",
        "eksemplet har {shown}, og hvor få bor, kan det være nok til at genkende den, sagen er om",
        "Skriv det mere bredt, hvis det kan undværes.",
    ),
    "anden-enhed": FindingKind(
        "fejl", "sagen er fra {shown}, som ikke står under units i study.yaml", "Ret sagen, eller tilføj navnet der."
    ),
    "enhed-uden-sager": FindingKind("note", "der er ingen sager fra {shown}, som står under units i study.yaml"),
    "ikke-faerdige": FindingKind("note", "{shown}"),
    "nye-felter": FindingKind("note", "måleskemaet har fået nye supplerende felter: {shown}"),
    "laast": FindingKind(
        "fejl",
        "sagen er meldt færdig, og filen ændrer {shown}",
        "Åbn den igen med audit score SAGSNR, eller ret filen.",
    ),
    "omdoebt-sag": FindingKind("fejl", "sagen hedder nu {number}", "Skriv det nummer i rækken."),
    "slettet-sag": FindingKind(
        "fejl", "sagen er slettet fra undersøgelsen", "Slet rækken, eller opret sagen igen med audit score."
    ),
    # reading a cell
    "ukendt-svar": FindingKind("fejl", '"{shown}" er ikke et svar på {number}.{hint}{expected}'),
    "ugyldig-dato": FindingKind(
        "fejl",
        '"{shown}" er ikke en dato, der findes i årene 1900-2099',
        "Der skal stå en dato som 2014-12-31{others}.",
    ),
    "ugyldigt-tal": FindingKind("fejl", '"{shown}" er ikke et tal', "Der skal stå et tal som 30 eller 2,5."),
    "ugyldigt-flag": FindingKind("fejl", 'her skal stå 1 (valgt) eller 0 (ikke valgt), ikke "{shown}"'),
    "to-alternativer": FindingKind("fejl", '{number} er både "{one}" og "{other}"'),
    # a case
    "noegle-mangler": FindingKind("fejl", "sagen kan ikke kendes fra andre, for {number} er ikke udfyldt"),
    "noegle-dato": FindingKind(
        "fejl", "{number} er en dato ({shown}), og det har regnearket nok gjort af et nummer", _AS_TEXT
    ),
    "noegle-decimaltal": FindingKind(
        "fejl", "{number} er et decimaltal ({shown}), og det har regnearket nok gjort af et nummer", _AS_TEXT
    ),
    "noegle-afrundet": FindingKind(
        "fejl",
        "{number} er et tal med flere cifre, end et regneark kan holde ({shown}), så de sidste er gået tabt",
        _AS_TEXT,
    ),
    "noegle-sand": FindingKind("fejl", "{number} er {shown}, og det har regnearket nok gjort af noget andet", _AS_TEXT),
    "noegle-tal": FindingKind("note", "{number} står som tal, så nuller foran dem er gået tabt, hvis der var nogen"),
    "forklaedt": FindingKind("note", '{number} er læst som "{plain}": her står også {shown}'),
    "foranstillet-nul": FindingKind(
        "note", "sagen har det samme nummer som i {other}, når nullerne foran ikke regnes med; de tælles som to sager"
    ),
    "dobbelt-sag": FindingKind("fejl", "sagen står der mere end én gang: {number} er det samme som i {other}"),
    "cpr-nummer": FindingKind(
        "fejl", "teksten indeholder et CPR-nummer", "Fjern det. Er det ikke et CPR-nummer, så brug --not-cpr CELLE."
    ),
    "svar-ikke-stillet": FindingKind("fejl", "{number} er besvaret, men spørgsmålet stilles kun, når {condition}"),
    "udelukkende-svar": FindingKind("fejl", '{number}: "{alone}" kan ikke vælges sammen med andre svar'),
    "dato-og-alternativ": FindingKind("fejl", '{number} har både en dato og svaret "{shown}"'),
    "regel-brudt": FindingKind("fejl", "regel {rule} er brudt: {text}"),
    "ubesvaret": FindingKind("mangel", "{number} er ikke besvaret"),
    "bemaerkning-mangler": FindingKind("mangel", 'svaret "{shown}" på {number} skal uddybes i bemærkningerne'),
    "begrundelse-mangler": FindingKind("mangel", "der mangler en begrundelse efter regel {rule}: {text}"),
}

#: The text of a cell is quoted up to this many characters.
_EXCERPT = 80


def safe_line(text: str) -> str:
    """The text on one line, without CPR numbers or needless space, like everything in a message."""
    return cpr.blot(" ".join(text.split()))


def excerpt(text: str) -> str:
    """The beginning of a text that a user wrote, on one line."""
    whole = safe_line(text)
    return whole if len(whole) <= _EXCERPT else f"{whole[: _EXCERPT - 1].rstrip()}…"


@dataclass(frozen=True)
class Finding:
    """One kind of problem in the rows `rows` (indexes into the cases; empty: about the file as a whole).

    `variables` are the columns concerned, `questions` what a reader calls them, `place` a place in the file where a
    finding is not about a row, `row` the grid row of a rule that is written for each row.
    """

    code: str
    message: str
    rows: tuple[int, ...] = ()
    variables: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    rule: str | None = None
    row: str | None = None
    place: Place | None = None

    @property
    def severity(self) -> Severity:
        """``fejl``, ``mangel`` or ``note``."""
        return CATALOGUE[self.code].severity


@dataclass(frozen=True)
class Message:
    """A finding in one row, with its place; `str` is the line that a user reads."""

    code: str
    severity: Severity
    message: str
    place: Place
    rule: str | None = None

    @classmethod
    def from_finding(cls, finding: Finding, place: Place, addition: str = "") -> Message:
        """A finding at a place, which is cleared of CPR numbers: headers and the names of files can hold them too.

        `addition` is text about this row besides the finding's own message.
        """
        safe_place = replace(
            place,
            file=place.file and safe_line(place.file),
            sheet=place.sheet and safe_line(place.sheet),
            column=place.column and safe_line(place.column),
            case=place.case and safe_line(place.case),
        )
        message = safe_line(f"{finding.message} {addition}")
        return cls(finding.code, finding.severity, message, safe_place, finding.rule)

    def __str__(self) -> str:
        """``fejl: sag.xlsx, ark Sager, celle K7 (3.2): …``."""
        where = str(self.place)
        return f"{self.severity}: {where}: {self.message}" if where else f"{self.severity}: {self.message}"

    def as_json(self) -> dict[str, object]:
        """The form that other programs read."""
        place = self.place
        return {
            "code": self.code,
            "severity": self.severity,
            "file": place.file,
            "sheet": place.sheet,
            "cell": place.cell,
            "row": place.row,
            "column": place.column,
            "case": place.case,
            "questions": list(place.questions),
            "rule": self.rule,
            "message": self.message,
        }


#: What `Message.as_json` has, in its order.
MESSAGE_KEYS = tuple(Message("", "note", "", Place()).as_json())


def finding(
    code: str,
    rows: Iterable[int] = (),
    *,
    variables: Sequence[str] = (),
    questions: Sequence[str] = (),
    rule: str | None = None,
    row: str | None = None,
    place: Place | None = None,
    values: Mapping[str, object] | None = None,
) -> Finding:
    """A finding whose message is the catalogue's text filled in with `values`. Raises KeyError for an unknown code."""
    kind = CATALOGUE[code]
    fields = {name: cpr.blot(str(value)) for name, value in (values or {}).items()}
    text, remedy = (part.format(**fields, rule=rule) for part in (kind.text, kind.remedy))
    sentence = text if text.endswith((".", "?", "!")) else f"{text}."
    message = safe_line(f"{sentence} {remedy}")
    return Finding(
        code,
        message,
        tuple(int(index) for index in rows),
        tuple(variables),
        tuple(questions),
        rule,
        row,
        place,
    )


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many messages there are of each severity: one per row, or one for the file."""
    total: Counter[Severity] = Counter()
    for finding in findings:
        total[finding.severity] += max(1, len(finding.rows))
    return {severity: total[severity] for severity in SEVERITIES}
