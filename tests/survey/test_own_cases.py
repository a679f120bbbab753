"""The same plan with another examiner: a kommune of its own cases, an outsider; one unit or several, one case or many.

What is true is said, in sentences that are Danish whatever the counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle

import pytest
from handmade import FACTS
from oddstudies import (
    PLAN,
    Row,
    composed,
    lines,
    of_unit,
    opened,
    otherwise_wrong,
    right,
    sample,
    unanswered,
    wrong,
    wrong_danish,
)

from audit.document.blocks import Document, FigureBlock, TableBlock
from audit.prose.chapters import Setting
from audit.report import documents, planfile

#: The official numbers of the units.
NUMBERS = {"Aalborg": "851", "Aarhus": "751"}


@dataclass(frozen=True)
class Situation:
    """Who examined how many cases of which units, and how many of them are wrong, or not answered."""

    examiner: str
    units: tuple[str, ...]
    cases: int
    wrong: int
    blank: int = 0
    #: How many of the wrong ones have a citizen in the target group all the same.
    otherwise_wrong: int = 0

    @property
    def rows(self) -> list[Row]:
        """The cases: those that are right, those that are wrong for another reason, the other wrong ones, the blank."""
        sound = self.cases - self.wrong - self.blank
        units = zip(sample(), cycle(NUMBERS[unit] for unit in self.units), strict=False)
        cases = [row | {"kommune": number} for row, number in units][: self.cases]
        parts = (sound, self.otherwise_wrong, self.wrong - self.otherwise_wrong, self.blank)
        changes = (right, otherwise_wrong, wrong, unanswered)
        changed = (change([cases.pop(0) for _ in range(count)]) for change, count in zip(changes, parts, strict=True))
        return [row for part in changed for row in part]

    @property
    def told(self) -> str:
        """Title, subtitle and prose, one a line."""
        return "\n".join(lines(document(self)))


@cache
def document(one: Situation) -> Document:
    """The report."""
    return composed(one.rows, examiner=one.examiner)


KOMMUNE, REVISOR = "Aalborg Kommune", "Region X's revisor"
#: Cases; of them wrong; not answered; and of the wrong ones, those for another reason than the target group.
ONE = [(1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 0, 1), (1, 0, 1, 0)]
MANY = [
    (2, 1, 0, 1), (2, 2, 0, 0), (2, 0, 2, 0), (2, 1, 1, 0), (3, 0, 2, 0), (10, 0, 0, 0), (10, 1, 0, 1), (10, 2, 0, 1),
    (10, 3, 1, 0), (10, 5, 0, 5), (10, 9, 0, 0), (10, 10, 0, 0), (12, 4, 7, 3),
]  # fmt: skip
COUNTS = [*ONE, *MANY]
ALONE, TOGETHER = ("Aalborg",), ("Aalborg", "Aarhus")
SITUATIONS = [
    *(Situation(who, ALONE, *counts) for who in (KOMMUNE, REVISOR, "Ankestyrelsen", "") for counts in COUNTS),
    *(Situation(who, TOGETHER, *counts) for who in (REVISOR, "Ankestyrelsen", "") for counts in MANY),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_every_sentence_is_danish_whatever_the_counts(situation: Situation) -> None:
    told = situation.told
    assert wrong_danish(told) == []
    prose = [line for line in told.split("\n") if len(line) > 60 and line[0] != "#" and not line.endswith("?")]
    ends = r"(\.|:|\(Antal (sager|svar)\)|kommuner|begrænset arbejdsevne)$"
    assert [line for line in prose if not re.search(ends, line)] == []


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if one.cases == 1], ids=str)
def test_a_single_case_is_never_many(situation: Situation) -> None:
    """The subject, the captions and what always holds are left out of account."""
    kept = re.compile(r"Region|^Praksis|^Figur|^Tabel|^#|relevante")
    told = [line for line in situation.told.split("\n") if not kept.search(line)]
    plural = re.compile(r"\b(?:sagerne|afgørelserne|borgerne|kommunerne|alle|begge|af de)\b", re.IGNORECASE)
    assert [line for line in told if plural.search(line)] == []
    assert "procent" not in "".join(told)


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if len(one.units) == 1], ids=str)
def test_with_one_unit_nothing_is_told_of_several(situation: Situation) -> None:
    told, made = situation.told, document(situation)
    assert not re.search(r"kommuner\b|kommunerne|deltagende|hver kommune|enkelt kommune|i de enkelte", told)
    assert not any("kommune" in block.id for block in made.blocks if isinstance(block, TableBlock | FigureBlock))


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if len(one.units) == 2], ids=str)
def test_with_several_units_each_has_its_results(situation: Situation) -> None:
    made = document(situation)
    assert "Bilag 4" in [block.number for block in made.headings if block.level == 1]
    start = f"{situation.examiner} har gennemgået" if situation.examiner else "Undersøgelsen omfatter"
    assert start in situation.told


@pytest.mark.parametrize("counts", COUNTS, ids=str)
def test_a_kommune_of_its_own_cases_says_that_it_judges_itself(counts: tuple[int, int, int, int]) -> None:
    told = Situation(KOMMUNE, ALONE, *counts).told
    assert "af sine egne sager" in told
    assert "Rapporten er altså ikke en uafhængig kontrol: Aalborg Kommune har vurderet sin" in told
    assert not re.search("Ankestyrelsen|høring|Der er bedt om|kommer fra|stikprøve", told)


@pytest.mark.parametrize("counts", COUNTS, ids=str)
@pytest.mark.parametrize("examiner", [REVISOR, ""], ids=("outsider", "nobody"))
def test_an_outsider_says_nothing_of_own_cases(examiner: str, counts: tuple[int, int, int, int]) -> None:
    told = Situation(examiner, ALONE, *counts).told
    assert not re.search(r"\begne?\b|\bselv\b|uafhængig|Ankestyrelsen", told)


@pytest.mark.parametrize(
    ("situation", "sentences"),
    [
        (
            Situation(KOMMUNE, ALONE, 10, 2),
            (
                "Aalborg Kommunes gennemgang af ti af sine egne sager",
                "Aalborg Kommune har gennemgået ti af sine egne sager om fleksjob",
                "har vurderet sine egne afgørelser, og en klageinstans kan se anderledes på dem.",
                "Aalborg Kommune vurderer selv, at otte af de ti sager, svarende til 80 procent, er i overensstemmelse "
                "med regler og praksis, mens to afgørelser, svarende til 20 procent, ville være blevet ændret",
                "I to sager, svarende til 20 procent, mangler der væsentlige oplysninger om helbredet",
            ),
        ),
        (
            Situation(KOMMUNE, ALONE, 10, 0),
            (
                "vurderer selv, at alle ti sager er i overensstemmelse med regler og praksis. Ingen af afgørelserne",
                "I alle ti sager er oplysningsgrundlaget i orden, se figur 1.2.",
                "Gennemgangen giver ikke grund til anbefalinger.",
            ),
        ),
        (
            Situation(KOMMUNE, ALONE, 1, 1),
            (
                "Aalborg Kommunes gennemgang af en af sine egne sager",
                "har vurderet sin egen afgørelse, og en klageinstans kan se anderledes på den.",
                "Afgørelsen er truffet den 7. april 2014.",
                "Aalborg Kommune vurderer selv, at afgørelsen ikke er i overensstemmelse med regler og praksis, men "
                "ville være blevet ændret eller hjemvist, hvis der var blevet klaget, se figur 1.1.",
                "I sagen mangler der væsentlige oplysninger om helbredet eller den beskæftigelsesmæssige afklaring, se",
                "Rapporten handler om en enkelt sag og kan ikke bruges til at bedømme praksis i kommunen.",
            ),
        ),
        (
            Situation(REVISOR, ALONE, 12, 12),
            (
                "12 sager fra Aalborg",
                "Region X's revisor har gennemgået 12 sager om fleksjob",
                "vurderer, at ingen af de 12 sager er i overensstemmelse med regler og praksis. Alle 12 afgørelser",
                "kan ikke uden videre overføres til kommunens øvrige sager.",
            ),
        ),
        (
            Situation(REVISOR, ALONE, 1, 0),
            ("En sag fra Aalborg", "Sagen kommer fra Aalborg.", "vurderer, at afgørelsen er i overensstemmelse"),
        ),
        (
            Situation(REVISOR, TOGETHER, 2, 1, otherwise_wrong=1),
            (
                "To sager fra to kommuner",
                "Sagerne kommer fra to kommuner: Aalborg og Aarhus.",
                "vurderer, at den ene af de to sager, svarende til 50 procent, er i overensstemmelse med regler og "
                "praksis, mens en afgørelse, svarende til 50 procent, ville",
                "I den ene forkert afgjorte sag er borgeren i målgruppen for fleksjob. Her er retten til "
                "fastholdelsesfleksjob ikke vurderet rigtigt, se afsnit 3.1.2.",
                "I begge sager er det vurderet korrekt, at betingelserne er opfyldt.",
            ),
        ),
        (
            Situation(REVISOR, TOGETHER, 12, 11),
            (
                "vurderer, at en af de 12 sager, svarende til 8 procent, er i overensstemmelse",
                "I den ene sag, hvor borgeren er i målgruppen for fleksjob, er det vurderet korrekt",
            ),
        ),
        (
            Situation(REVISOR, TOGETHER, 10, 3, blank=1),
            (
                "Det er besvaret i ni af de ti sager, om afgørelsen er rigtig. Resten er ikke talt med.",
                "seks af de ni sager, svarende til 67 procent, er i overensstemmelse",
                "Det er besvaret i ni af de ti sager, om borgeren er i målgruppen for fleksjob. I seks af de ni sager,",
            ),
        ),
        (
            Situation("", ALONE, 3, 0, blank=2),
            (
                "Undersøgelsen omfatter tre sager om fleksjob",
                "Det er besvaret i en af de tre sager, om afgørelsen er rigtig. Resten er ikke talt med. Det er "
                "vurderet, at afgørelsen er i overensstemmelse med regler og praksis, se figur 1.1.",
            ),
        ),
        (
            Situation("", ALONE, 2, 0, blank=2),
            (
                "Det er ikke besvaret i nogen af sagerne, om afgørelsen er rigtig.",
                "Det er ikke besvaret i nogen af sagerne, om kommunen har fulgt indstillingen.",
            ),
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Situation) else "",
)
def test_what_is_true_is_said(situation: Situation, sentences: tuple[str, ...]) -> None:
    told = situation.told
    assert [sentence for sentence in sentences if sentence not in told] == []


@pytest.mark.parametrize(
    ("examiner", "units", "own"),
    [
        ("Aalborg", ("Aalborg",), True),
        ("Aalborg Kommune", ("Aalborg",), True),
        ("aalborg kommune", ("Aalborg",), True),
        ("Københavns Kommune", ("København",), True),
        ("Aarhus Kommune", ("Aalborg",), False),
        ("Aalborg Kommune", ("Aalborg", "Aarhus"), False),
        ("Ankestyrelsen", ("Aalborg",), False),
        ("Aalborg Byråd", ("Aalborg",), False),
    ],
)
def test_who_examines_its_own_cases_follows_from_the_examiner_and_the_units(
    examiner: str, units: tuple[str, ...], own: bool
) -> None:
    setting = Setting(replace(FACTS, units=units))
    assert planfile.parameter_values(PLAN, {"examiner": examiner}, setting)["own_cases"] is own
    assert planfile.parameter_values(PLAN, {"examiner": examiner, "own_cases": "ja"}, setting)["own_cases"] is True


@pytest.mark.parametrize(("number", "said"), [(10, "ti af sine egne sager"), (1, "en af sine egne sager")])
@pytest.mark.parametrize("name", ["praksisundersoegelse", "resultater"])
def test_the_cases_of_one_kommune_make_a_whole_report(name: str, number: int, said: str) -> None:
    wanted = documents.ReportRequest(plan=name, parameters={"examiner": "Aalborg Kommune"})
    made = documents.report_document(opened(of_unit(851, number)), wanted)
    told = "\n".join(lines(made))
    assert made.publisher == "Aalborg Kommune"
    assert (said in told) is (name == "praksisundersoegelse")
    assert ("kommer fra Aalborg." in told) is (name == "resultater")
    assert wrong_danish(told) == []
