"""The same plan with another examiner: a kommune of its own cases, an outsider; one unit or several, one case or many.

What is true is said, in sentences that are Danish whatever the counts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from handmade import COLUMNS, DEGREE, FACTS, RIGHT, ROOT, SEXES, no_form, table

from audit import plan, report, reporting, study
from audit.document import Document, FigureBlock, Heading, ListBlock, Note, Paragraph, TableBlock
from audit.prose import Setting
from audit.tables import TOTAL, Table

PLAN = plan.find("praksisundersoegelse")
CAN = ("Ja", "Nej", "Uoplyst")
GOOD = ("I høj grad", "I nogen grad", "Nej")


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
    def tables(self) -> dict[str, Table]:
        """The plan's tables: the wrong cases lack information and the target group, the others everything else."""
        right = self.cases - self.wrong - self.blank
        inside, outside = right + self.otherwise_wrong, self.wrong - self.otherwise_wrong
        show = {"show": "both"}
        made = {
            "afgoerelse": table(RIGHT, (right, self.wrong), **show),
            "maalgruppe": table(DEGREE, (inside, 0, outside), **show),
            "smaa-fleksjob": table(DEGREE, (inside, 0, outside)),
            "oplysninger": table(COLUMNS["3.2"], (inside, 0, outside), **show),
            "udvikling": table(CAN, (right, outside, self.otherwise_wrong), **show),
            "plan": table(GOOD, (right, 0, self.wrong), **show),
            "laege": table((*GOOD, "LÆ 265 er ikke indhentet"), (right, 0, 0, self.wrong), **show),
            "begrundelse": table(GOOD, (right, self.wrong, 0), **show),
            "maalgruppe-afgoerelse": table(RIGHT, (right, self.otherwise_wrong)),
            "smaa-i-maalgruppen": table(DEGREE, (inside, 0, 0)),
            "smaa-fleksjob-afgoerelse": table(RIGHT, (right, self.otherwise_wrong)),
            "smaa-fleksjob-udvikling": table(CAN, (right, 0, self.otherwise_wrong)),
        }
        made["fastholdelse"] = table(("Ja", "Nej"), (self.otherwise_wrong, self.cases - self.otherwise_wrong))
        made["koen-alder"] = table(SEXES, {"40-49 år": (right, self.wrong), TOTAL: (right, self.wrong)})
        made["koen-unge"] = table(SEXES, (0, 0))
        for name in ("afgoerelse", "oplysninger", "maalgruppe", "smaa-fleksjob"):
            whole = made[name]
            rows = {**{unit: [0] * len(whole.columns) for unit in self.units}, self.units[0]: whole.counts[0].tolist()}
            by = table(whole.columns, {**rows, TOTAL: whole.counts[0].tolist()})
            made[f"{name}-kommune"] = by
        return made

    @property
    def told(self) -> str:
        """Title, subtitle and prose, one a line."""
        return "\n".join(lines(composed(self)))

    @property
    def told_of_cases(self) -> str:
        """The same without what tells the law, which is the same whoever examines what."""
        document, kept, of_law = composed(self), [], False
        for block in document.blocks:
            if isinstance(block, Heading) and block.level == 1:
                of_law = block.id in ("regler", "bilag-2", "bilag-3")
            if not of_law:
                kept.append(block)
        return "\n".join(lines(replace(document, blocks=tuple(kept))))


@cache
def composed(one: Situation) -> Document:
    """The report, with a hearing told of."""
    facts = replace(
        FACTS,
        cases=one.cases,
        units=one.units,
        subject="fleksjob",
        first_decision=date(2015, 5, 3),
        last_decision=date(2015, 6, 16) if one.cases > 1 else date(2015, 5, 3),
        decisions={2015: one.cases},
        lacking=one.blank,
        study={},
    )
    given = {"examiner": one.examiner, "hearing": "2016-01-15"}
    return report.compose(PLAN, report.Material(facts, one.tables, form=no_form), given)


def lines(document: Document) -> Iterator[str]:
    yield from (document.title, document.subtitle, document.publisher)
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph | Note):
            yield "".join(span.text for span in block.spans)
        elif isinstance(block, ListBlock):
            yield from ("".join(span.text for span in item) for item in block.items)
        elif isinstance(block, TableBlock):
            yield from (block.caption, *block.notes)
        elif isinstance(block, FigureBlock):
            yield block.caption


KOMMUNE, REVISOR = "Aalborg Kommune", "Region X's revisor"
#: Cases; of them wrong; not answered; and of the wrong ones, those for another reason than the target group.
COUNTS = [
    (1, 0, 0, 0), (1, 1, 0, 0), (1, 0, 1, 0), (2, 1, 0, 1), (2, 2, 0, 0), (2, 0, 2, 0), (10, 0, 0, 0), (10, 1, 0, 1),
    (10, 2, 0, 1), (10, 3, 1, 0), (10, 5, 0, 5), (10, 9, 0, 0), (10, 10, 0, 0), (12, 4, 7, 3),
]  # fmt: skip
UNITS = [("Aalborg",), ("Aalborg", "Aarhus")]
SITUATIONS = [
    Situation(examiner, units, *counts)
    for examiner in (KOMMUNE, REVISOR, "Ankestyrelsen")
    for units in UNITS
    for counts in COUNTS
]

#: What cannot be Danish, whatever is told.
WRONG_DANISH = (
    r"\b(?:en|et|den ene|det ene) (?:\w+e )?(?:sager|afgørelser|kommuner|borgere)\b",
    r"\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|[0-9]+|alle|begge) (?:\w+e )?(?:sag|afgørelse|kommune|borger)\b",
    r"\b(?:alle|de) (?:en|ingen|alle)\b",
    r"\bI ingen sager (?:er|mangler|fremgår|følger|har|lever) (?!borgeren)",
    r"svarende til (?:0|100) procent",
    r" [,.:]|,,|\.\.|,\.|  |\(\)|: ?\.",
    r"None|True|False",
    r"[a-zæøå]\. [a-zæøå]",
)


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_every_sentence_is_danish_whatever_the_counts(situation: Situation) -> None:
    told = situation.told
    for wrong in WRONG_DANISH:
        assert re.findall(f".*(?:{wrong}).*", told) == []
    prose = [line for line in told.split("\n") if len(line) > 60 and not line.endswith("?")]
    assert [line for line in prose if not re.search(r"(\.|sager\)|kommuner|begrænset arbejdsevne)$", line)] == []


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if one.cases == 1], ids=str)
def test_a_single_case_is_never_many(situation: Situation) -> None:
    """The subject, the captions and what always holds are left out of account."""
    kept = re.compile(r"Procenter er|kommunernes|Figurerne|Bilag|stikprøve|Region|^Praksis")
    told = [line for line in situation.told_of_cases.split("\n") if not kept.search(line)]
    plural = re.compile(r"\b(?:sagerne|afgørelserne|alle|begge|af de)\b", re.IGNORECASE)
    if len(situation.units) == 1:
        assert [line for line in told if plural.search(line)] == []
    assert "procent" not in "".join(told)


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if len(one.units) == 1], ids=str)
def test_with_one_unit_nothing_is_told_of_several(situation: Situation) -> None:
    told, document = situation.told_of_cases, composed(situation)
    assert not re.search(r"kommuner\b|kommunerne|deltagende|hver kommune|enkelt kommune|i de enkelte", told)
    assert [block.number for block in document.headings if block.appendix] == [f"Bilag {n}" for n in (1, 2, 3, 6)]
    assert not any("kommune" in block.id for block in document.blocks if isinstance(block, TableBlock | FigureBlock))


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if len(one.units) == 2], ids=str)
def test_with_several_units_each_has_its_results(situation: Situation) -> None:
    document = composed(situation)
    assert [block.number for block in document.headings if block.level == 1] == [
        "", "1", "2", "3", *(f"Bilag {n}" for n in (1, 2, 3, 4, 6))
    ]  # fmt: skip
    assert f"{situation.examiner} har gennemgået" in "\n".join(lines(document))


@pytest.mark.parametrize("counts", COUNTS, ids=str)
def test_a_kommune_of_its_own_cases_says_that_it_judges_itself(counts: tuple[int, int, int, int]) -> None:
    told = Situation(KOMMUNE, ("Aalborg",), *counts).told
    assert "af sine egne sager" in told
    assert "Rapporten er altså ikke en uafhængig kontrol: Aalborg Kommune har vurderet sin" in told
    assert "Aalborg Kommune har selv truffet de" in told
    assert not re.search("Ankestyrelsen|høring|Der er bedt om|kommer fra", told)


@pytest.mark.parametrize("counts", COUNTS, ids=str)
@pytest.mark.parametrize("units", UNITS, ids=len)
def test_an_outsider_says_nothing_of_own_cases(units: tuple[str, ...], counts: tuple[int, int, int, int]) -> None:
    told = Situation(REVISOR, units, *counts).told_of_cases
    assert not re.search(r"\begne?\b|\bselv\b|uafhængig|Ankestyrelsen", told)
    whom = "hos kommunen" if len(units) == 1 else "hos de deltagende kommuner"
    assert f"i høring {whom} den 15. januar 2016." in told


@pytest.mark.parametrize(
    ("situation", "sentences"),
    [
        (
            Situation(KOMMUNE, ("Aalborg",), 10, 2),
            (
                "Aalborg Kommunes gennemgang af ti af sine egne sager",
                "Aalborg Kommune har gennemgået ti af sine egne sager om fleksjob.",
                "Aalborg Kommune vurderer selv, at otte af de ti sager, svarende til 80 procent, er i overensstemmelse",
                "Efter Aalborg Kommunes egen vurdering ville to afgørelser, svarende til 20 procent, være blevet "
                "ændret eller hjemvist, hvis borgerne havde klaget.",
                "I to sager, svarende til 20 procent, mangler der væsentlige oplysninger, og afgørelserne kan derfor",
                "En klageinstans eller andre uden for Aalborg Kommune kan se anderledes på sagerne.",
            ),
        ),
        (
            Situation(KOMMUNE, ("Aalborg",), 10, 0),
            (
                "vurderer selv, at alle ti sager er i overensstemmelse med regler og praksis.",
                "ville ingen afgørelser være blevet ændret eller hjemvist, hvis borgerne havde klaget.",
                "I alle ti sager er der oplysninger nok til at afgøre sagen, se figur 1.2.",
            ),
        ),
        (
            Situation(KOMMUNE, ("Aalborg",), 1, 1),
            (
                "Aalborg Kommunes gennemgang af en af sine egne sager",
                "Afgørelsen er truffet den 3. maj 2015.",
                "Er afgørelsen rigtig?",
                "Aalborg Kommune vurderer selv, at afgørelsen ikke er i overensstemmelse med regler og praksis, men "
                "ville være blevet ændret eller hjemvist, hvis borgeren havde klaget.",
                "I sagen mangler der væsentlige oplysninger, og afgørelsen kan derfor ikke stå ved magt, se figur 1.2.",
                "Rapporten handler om en enkelt sag. Den kan ikke bruges til at bedømme praksis i kommunen.",
            ),
        ),
        (
            Situation(REVISOR, ("Aalborg",), 12, 12),
            (
                "12 sager fra Aalborg",
                "Region X's revisor har gennemgået 12 sager om fleksjob. Sagerne kommer fra Aalborg.",
                "at ingen af de 12 sager er i overensstemmelse",
                "ville alle 12 afgørelser være blevet ændret eller hjemvist.",
                "kan ikke uden videre overføres til kommunens øvrige sager.",
            ),
        ),
        (
            Situation(REVISOR, ("Aalborg",), 1, 0),
            ("En sag fra Aalborg", "Sagen kommer fra Aalborg.", "vurderer, at afgørelsen er i overensstemmelse"),
        ),
        (
            Situation(REVISOR, ("Aalborg", "Aarhus"), 2, 1, otherwise_wrong=1),
            (
                "To sager fra to kommuner",
                "Sagerne kommer fra to kommuner: Aalborg og Aarhus.",
                "vurderer, at den ene af de to sager, svarende til 50 procent, er i overensstemmelse",
                "Den ene forkerte afgørelse gælder en borger, som er i målgruppen for fleksjob. Her er det altså andre "
                "forhold, der gør afgørelsen forkert.",
                "er det rigtigt vurderet i begge.",
            ),
        ),
        (
            Situation(REVISOR, ("Aalborg", "Aarhus"), 20, 19),
            (
                "vurderer, at en af de 20 sager, svarende til 5 procent, er i overensstemmelse",
                "I den ene sag, hvor borgeren er i målgruppen for fleksjob, er det rigtigt vurderet.",
            ),
        ),
        (
            Situation(REVISOR, ("Aalborg", "Aarhus"), 10, 3, blank=1),
            (
                "seks af de ni sager, svarende til 67 procent, er i overensstemmelse",
                "I en sag er det ikke besvaret, om afgørelsen er rigtig. Den er ikke talt med.",
                "Spørgsmålet er besvaret i ni af de ti sager. I seks sager, svarende til 67 procent, er det vurderet",
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
    facts = replace(FACTS, units=units)
    assert plan.parameters(PLAN, {"examiner": examiner}, Setting(facts))["own_cases"] is own
    assert plan.parameters(PLAN, {"examiner": examiner, "own_cases": "ja"}, Setting(facts))["own_cases"] is True


def cases_of(folder: Path, unit: int, number: int) -> study.Study:
    """The first cases of one unit (its official number) in the sample."""
    with (ROOT / "data-samples/fleksjob-2016/cases.csv").open(encoding="utf-8", newline="") as source:
        cases = [case for case in csv.DictReader(source) if case["kommune"] == str(unit)][:number]
    path = folder / "sager.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(cases[0]))
        writer.writeheader()
        writer.writerows(cases)
    return study.open_source(path, schema_id="fleksjob-2016")


@pytest.mark.parametrize(("number", "said"), [(10, "ti af sine egne sager"), (1, "en af sine egne sager")])
@pytest.mark.parametrize("name", ["praksisundersoegelse", "resultater"])
def test_the_cases_of_one_kommune_make_a_whole_report(tmp_path: Path, name: str, number: int, said: str) -> None:
    wanted = reporting.Wanted(plan=name, parameters={"examiner": "Aalborg Kommune"})
    document = reporting.document(cases_of(tmp_path, 851, number), wanted)
    told = "\n".join(lines(document))
    assert document.publisher == "Aalborg Kommune"
    assert (said in told) is (name == "praksisundersoegelse")
    assert ("kommer fra Aalborg." in told) is (name == "resultater")
    prose = "\n".join(line for line in told.split("\n") if "antal sager)" not in line)
    for wrong in WRONG_DANISH:
        assert re.findall(f".*(?:{wrong}).*", prose) == []
