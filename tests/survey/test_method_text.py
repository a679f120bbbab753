"""The foreword, the rules, and the appendices on method, law, call-in letter and questionnaire: what they say of whom.

Everything is made from the sample's cases, whole or a part of them, with what a study tells of itself or without it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median

import pytest
import yaml
from handmade import PUBLISHED, QUESTIONNAIRE, SURVEY
from places import SAMPLE

from audit.base.danish import count_word, listing, long_date, percent
from audit.document import forms
from audit.document.blocks import Block, Document, FigureBlock, Heading, ListBlock, Paragraph, Span
from audit.report import documents
from audit.study import source
from audit.tables.table import TOTAL

TOLD = SURVEY["study_facts"]
UNITS = tuple(unit for unit in PUBLISHED["3.1"] if unit != TOTAL)
AALBORG, NAESTVED = "851", "370"

Row = dict[str, str]


@dataclass(frozen=True)
class Made:
    """A report, by the chapters and appendices that are looked at."""

    document: Document

    @property
    def parts(self) -> dict[str, tuple[Block, ...]]:
        """The blocks of each chapter and appendix, by its title."""
        found: dict[str, list[Block]] = {}
        for block in self.document.blocks:
            if isinstance(block, Heading) and block.level == 1:
                title = "".join(span.text for span in block.spans)
            found.setdefault(title, []).append(block)
        return {title: tuple(blocks) for title, blocks in found.items()}

    def said(self, part: str) -> str:
        """The text of a part, a paragraph or an item of a list a line."""
        return "\n".join("".join(span.text for span in spans) for spans in _rows(self.parts[part]))

    @property
    def everything(self) -> str:
        """What this file is about: all that is not told by the results' own chapters, nor by the law alone."""
        return "\n".join(self.said(part) for part in ("Forord", "Metode", "Indkaldelsesbrev") if part in self.parts)


def _rows(blocks: Sequence[Block]) -> Iterator[tuple[Span, ...]]:
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.spans
        elif isinstance(block, ListBlock):
            yield from block.items


@cache
def sample() -> source.Study:
    return source.open_source(SAMPLE)


def made(study: source.Study, **parameters: str) -> Made:
    wanted = documents.ReportRequest(plan="praksisundersoegelse", parameters=parameters)
    return Made(documents.report_document(study, wanted))


@cache
def whole() -> Made:
    return made(sample())


@dataclass(frozen=True)
class Part:
    """Makes a study of the first cases of some kommuner (official numbers) of the sample, changed or as they are."""

    folder: Path

    def __call__(
        self,
        number: int,
        *units: str,
        facts: Mapping[str, str] | None = None,
        change: Callable[[int, Row], Row] = lambda index, row: row,
    ) -> source.Study:
        with (SAMPLE / "cases.csv").open(encoding="utf-8", newline="") as file:
            cases = list(csv.DictReader(file))
        chosen = [row for unit in units for row in [row for row in cases if row["kommune"] == unit][:number]]
        path = self.folder / "sager.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(cases[0]))
            writer.writeheader()
            writer.writerows(change(index, row) for index, row in enumerate(chosen or cases))
        return replace(source.open_source(path, schema_id="fleksjob-2016"), facts=facts or {})


@pytest.fixture
def part(tmp_path: Path) -> Part:
    return Part(tmp_path)


# --- the survey of 2016 -----------------------------------------------------------------------------------------------


def test_the_foreword_tells_what_was_examined_why_and_who_was_heard() -> None:
    outside = PUBLISHED["3.3"][TOTAL][2]
    kept = SURVEY["supplement"]["fastholdelsesfleksjob"]["cases"]
    told = whole().said("Forord")
    for sentence in (
        f"Ankestyrelsen har undersøgt {SURVEY['cases']} afgørelser om fleksjob til borgere med aktuelt meget begrænset",
        "Undersøgelsen er et led i Ankestyrelsens arbejde med at koordinere praksis på landsplan.",
        f"Undervejs blev den udvidet, fordi det i {outside} af de {SURVEY['cases']} sager ikke var dokumenteret, at",
        f"{count_word(kept).capitalize()} sager handler om fastholdelsesfleksjob",
        f"i høring hos de deltagende kommuner den {long_date(TOLD['hearing'])}. Hver kommune fik samtidig de udfyldte",
    ):
        assert sentence in told


def test_the_foreword_is_no_numbered_chapter_and_the_rules_are_the_second() -> None:
    first = [block for block in whole().document.headings if block.level == 1]
    assert (first[0].number, first[0].spans[0].text) == ("", "Forord")
    assert next(block.number for block in first if block.id == "regler") == "2"


def test_the_method_tells_the_published_facts_of_the_survey() -> None:
    told = whole().said("Metode")
    assert TOLD["requested"] == TOLD["received"]
    for sentence in (
        "afgørelser fra før 1. maj 2015, så der ikke kunne vælges mellem flere. Det er ikke fulgt helt: Den sidste "
        f"afgørelse er fra {long_date(SURVEY['decision_date']['last'])}.",
        f"Der er bedt om {TOLD['requested']} sager, og alle er modtaget.",
        f"{len(UNITS)} kommuner har deltaget: {listing(UNITS)}. Ankestyrelsen valgte dem ud fra",
        f"{count_word(TOLD['kommuner_asked_again']).capitalize()} kommuner måtte eftersende akter",
        "Kommunalbestyrelsen skal behandle undersøgelsen på et møde, når kommunen har været med i den. Det står i "
        "retssikkerhedslovens § 79 a.",
    ):
        assert sentence in told


def test_the_method_tells_the_result_of_the_kommune_in_the_middle_and_ranks_none() -> None:
    right, cases = median(PUBLISHED["3.1"][unit][0] for unit in UNITS), SURVEY["cases_per_unit"]
    told = whole().said("Metode")
    for sentence in (
        "88 af de 130 sager, svarende til 68 procent, er afgjort rigtigt. Var sagerne trukket tilfældigt blandt mange "
        "flere, måtte man regne med, at mellem 59 og 75 procent af dem alle var det (med 95 procents sikkerhed).",
        "De er ikke trukket tilfældigt, og den virkelige usikkerhed kan derfor være større.",
        f"I en typisk kommune, den i midten (medianen), er {count_word(int(right))} af de {count_word(cases)} sager "
        "afgjort rigtigt. Efter samme beregning kan andelen i alle dens sager af den slags være alt mellem 40 og 89 "
        "procent.",
        "de er ikke rangordnet",
    ):
        assert sentence in told


@pytest.mark.parametrize(
    ("units", "code", "said"),
    [
        (
            (NAESTVED,),
            "1",
            "Alle fire sager er afgjort rigtigt. Var sagerne trukket tilfældigt blandt mange flere, måtte",
        ),
        ((NAESTVED,), "2", "Ingen af de fire sager er afgjort rigtigt. Var sagerne trukket tilfældigt blandt"),
        ((NAESTVED, AALBORG), "1", "Alle otte sager er afgjort rigtigt."),
        ((NAESTVED,), "", "svinge. De kan ikke uden videre overføres til kommunens øvrige sager.\nProcenter er"),
    ],
    ids=str,
)
def test_what_a_few_cases_can_carry_is_told_whatever_they_show(
    part: Part, units: tuple[str, ...], code: str, said: str
) -> None:
    good = dict.fromkeys(("q3_2", "q3_3", "q3_4"), "1") if code == "1" else {}
    report = made(part(4, *units, change=lambda _, row: row | good | {"q3_1": code}), examiner="Revisor")
    assert said in report.said("Metode")
    assert "typisk" not in report.said("Metode")


def test_sex_and_age_are_told_as_published() -> None:
    men, women = SURVEY["sex"]["Mand"], SURVEY["sex"]["Kvinde"]
    told = whole().said("Metode")
    for sentence in (
        f"en kvinde i {women} sager, svarende til {percent(women, 130)} procent, og en mand i {men} sager, svarende "
        f"til {percent(men, 130)} procent, se figur 1.",
        "i de yngste aldersgrupper (under 30 år og 30-39 år), hvor knap ni ud af ti borgere er kvinder.",
        "Der er nogenlunde lige mange kvinder og mænd i aldersgrupperne 40-49 år og 50-59 år.",
    ):
        assert sentence in told
    [figure] = [block for block in whole().parts["Metode"] if isinstance(block, FigureBlock)]
    assert figure.label == "Figur 1"
    assert (figure.chart.series, len(figure.chart.rows)) == (("Mand", "Kvinde"), 5)
    assert [sum(values) for values in zip(*figure.chart.values, strict=True)] == [men, women]


def test_the_letter_asks_for_as_many_cases_as_there_are_and_tells_what_follows() -> None:
    told = whole().said("Indkaldelsesbrev")
    for sentence in (
        f"Vi beder jer sende {count_word(SURVEY['cases_per_unit'])} sager, så de er her senest den "
        f"{long_date(TOLD['call_in_deadline'])}.",
        "Begynd med den nyeste afgørelse fra før 1. maj 2015, tag så den næstnyeste, og fortsæt bagud",
        "Skriv vores journalnummer 2015-0062-23123 i emnefeltet.",
        "Skriv aldrig borgerens navn, CPR-nummer eller andre personoplysninger i det.",
        "kontaktperson i kommunen",
        f"Undersøgelsen omfatter {SURVEY['cases']} sager fra {len(UNITS)} kommuner.",
        "Kommunalbestyrelsen skal behandle den på et møde, jf. retssikkerhedslovens § 79 a.",
    ):
        assert sentence in told
    listed = [block for block in whole().parts["Indkaldelsesbrev"] if isinstance(block, ListBlock)][-1]
    assert tuple(item[0].text for item in listed.items) == UNITS
    assert told.endswith("Venlig hilsen\nAnkestyrelsen")


def test_the_last_appendix_is_the_empty_questionnaire() -> None:
    blank = forms.blank_form(QUESTIONNAIRE, level=2, private=False)
    drawn = whole().parts["Måleskema"][1:]
    assert [type(block) for block in drawn] == [type(block) for block in blank]
    assert [one for one in drawn if not isinstance(one, Heading)] == [
        one for one in blank if not isinstance(one, Heading)
    ]


# --- the law ----------------------------------------------------------------------------------------------------------

LAWS = tuple((QUESTIONNAIRE.laws or {}).values())
PRINCIPLES = [law for law in LAWS if law.group.startswith("Principafgørelser")]


def links(blocks: Sequence[Block]) -> dict[str, str | None]:
    """The first words of each item, and where they lead."""
    items = [item for block in blocks if isinstance(block, ListBlock) for item in block.items]
    return {item[0].text.split(":")[0] if item[0].href is None else item[0].text: item[0].href for item in items}


def test_the_appendices_list_every_legal_source_of_the_questionnaire_with_its_link() -> None:
    parts = whole().parts
    rules = [law for law in LAWS if law not in PRINCIPLES]
    assert links(parts["Regelgrundlag"]) == {law.title: law.url for law in rules}
    assert links(parts["Principafgørelser"]) == {law.short[0].upper() + law.short[1:]: law.url for law in PRINCIPLES}
    for name, laws in (("Regelgrundlag", rules), ("Principafgørelser", PRINCIPLES)):
        headings = [block.spans[0].text for block in parts[name] if isinstance(block, Heading)]
        assert headings[1:] == [group for group, _ in groupby(law.group for law in laws)]
        assert all(f": {law.subject}." in whole().said(name) for law in laws)


def test_the_chapter_of_rules_tells_every_principle_once_under_its_group_in_more_than_its_subject() -> None:
    blocks = whole().parts["Regler og praksis"]
    start = next(i for i, block in enumerate(blocks) if isinstance(block, Heading) and block.id == "principafgoerelser")
    told = [block for block in blocks[start + 2 :] if isinstance(block, Heading | Paragraph)]
    principles = [block.spans for block in told if isinstance(block, Paragraph)]
    for law, (subject, *rest) in zip(PRINCIPLES, principles, strict=True):
        assert (subject.text, subject.bold) == (law.subject, True)
        text = "".join(span.text for span in rest)
        assert text.startswith(f" ({law.short}). ")
        assert len(text) > 80
        assert [(span.text, span.href) for span in rest if span.href] == ([(law.short, law.url)] if law.url else [])
    groups = [block.spans[0].text for block in told if isinstance(block, Heading)]
    assert [f"Principafgørelser {group.lower()}" for group in groups] == list(
        dict.fromkeys(x.group for x in PRINCIPLES)
    )


# --- others -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "cases"), [(10, "ti"), (2, "to"), (1, "en")])
def test_a_kommune_of_its_own_cases_tells_nothing_of_being_examined_by_others(
    part: Part, number: int, cases: str
) -> None:
    facts = {name: str(value) for name, value in TOLD.items()}
    report = made(part(number, NAESTVED, facts=facts), examiner="Næstved Kommune", drawn_before="2015-09-01")
    assert f"Næstved Kommune har gennemgået {cases} af sine egne afgørelser" in report.said("Forord")
    assert "Næstved Kommune har selv truffet de" in report.said("Metode")
    assert "En klageinstans eller andre uden for Næstved Kommune kan se anderledes på sag" in report.said("Metode")
    assert "Indkaldelsesbrev" not in report.parts
    of_others = r"Ankestyrelsen|§ 79 a|høring|Der er bedt om|deltaget|eftersende|Kommunalbestyrelsen|Brevet"
    assert [title for title in report.parts if re.search(of_others, report.said(title))] == []


def test_an_outsider_is_no_ankestyrelse_and_nobody_is_not_named(part: Part) -> None:
    facts = {"call_in_deadline": "2015-07-01", "hearing": "2015-12-17"}
    two = part(3, AALBORG, NAESTVED, facts=facts)
    revised, nobodys = made(two, examiner="Region X's revisor"), made(two)
    for one in (revised, nobodys):
        assert not re.search(r"Ankestyrelsen|landsplan|§ 79 a|Kommunalbestyrelsen|\begne", one.everything)
        assert "i høring hos de deltagende kommuner den 17. december 2015." in one.everything
    assert "Region X's revisor har undersøgt seks afgørelser" in revised.everything
    assert "Region X's revisor undersøger, om kommunerne" in revised.said("Indkaldelsesbrev")
    assert revised.everything.endswith("Venlig hilsen\nRegion X's revisor")
    assert "Denne rapport handler om seks afgørelser" in nobodys.everything
    assert "Vi undersøger, om kommunerne" in nobodys.said("Indkaldelsesbrev")
    assert "Venlig hilsen" not in nobodys.everything


@pytest.mark.parametrize("name", ["Ankestyrelsen", ""])
def test_without_facts_nothing_is_told_of_what_they_would_tell(name: str) -> None:
    report = made(replace(sample(), facts={}, parameters={}), examiner=name)
    assert "Indkaldelsesbrev" not in report.parts
    assert not re.search(r"høring|Der er bedt om|eftersende|Brevet|fra før|udvidet|valgte", report.everything)
    assert "Undersøgelsen ser på, om borgeren er i målgruppen for fleksjob" in report.said("Forord")
    assert ("§ 79 a" in report.everything) is bool(name)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"requested": "2", "received": "2"}, "Der er bedt om to sager, og begge er modtaget.\n"),
        ({"requested": "3", "received": "2"}, "Der er bedt om tre sager og modtaget to.\n"),
        ({"requested": "2", "received": "4"}, "Der er bedt om to sager og modtaget fire. Heraf er to med"),
        ({"requested": "3", "received": "3"}, "Der er bedt om tre sager, og alle er modtaget. Heraf er to med"),
        ({"kommuner_asked_again": "1"}, "En kommune måtte eftersende akter"),
        ({"kommuner_asked_again": "2"}, "To kommuner måtte eftersende akter"),
    ],
    ids=str,
)
def test_what_the_facts_say_is_told_in_words_that_fit(part: Part, facts: dict[str, str], sentence: str) -> None:
    assert sentence in made(part(1, AALBORG, NAESTVED, facts=facts)).said("Metode")


@pytest.mark.parametrize(("units", "told"), [((NAESTVED,), False), ((NAESTVED, AALBORG), True)], ids=str)
def test_how_the_kommuner_were_chosen_is_told_of_several(part: Part, units: tuple[str, ...], told: bool) -> None:
    report = made(part(2, *units), examiner="Revisor", selection="De er valgt efter størrelse.")
    assert ("De er valgt efter størrelse." in report.said("Metode")) is told


@pytest.mark.parametrize(("number", "what"), [(4, "hver afgørelse"), (1, "afgørelsen")])
def test_what_widened_the_survey_is_told_only_where_it_shows(part: Part, number: int, what: str) -> None:
    good = dict.fromkeys(("q3_1", "q3_2", "q3_3", "q3_4"), "1")
    report = made(part(number, NAESTVED, change=lambda _, row: row | good), examiner="Revisor", focus_widened="ja")
    assert f"Undervejs blev den udvidet til også at vise, om {what} samlet set er rigtig." in report.said("Forord")


def test_a_single_case_is_told_as_one(part: Part) -> None:
    facts = {"requested": "1", "received": "1", "hearing": "2016-01-15", "kommuner_asked_again": "1"}
    report = made(part(1, NAESTVED, facts=facts), examiner="Revisor", drawn_before="2015-05-01")
    for sentence in (
        "Revisor har undersøgt en afgørelse om fleksjob",
        "hos kommunen den 15. januar 2016. Kommunen fik samtidig det udfyldte måleskema for sagen.",
        "Udvælgelse af sagen",
        "Det skulle være den nyeste afgørelse fra før 1. maj 2015",
        "Det er ikke fulgt helt: Afgørelsen er fra 16. juni 2015.",
        "Der er bedt om en sag, og den er modtaget.",
        "Sagen kommer fra Næstved.",
        "Kommunen måtte eftersende akter",
        "Rapporten handler om en enkelt sag. Den kan ikke bruges til at bedømme praksis i kommunen.",
    ):
        assert sentence in report.everything
    assert not re.search(r"\b(?:sagerne|afgørelserne|alle|begge|procent|typisk)\b", report.everything)


@pytest.mark.parametrize(
    ("requested", "asked"),
    [
        ("2", "Vi beder jer sende en sag, så den er her senest den 1. juli 2015."),
        ("6", "Vi beder jer sende tre sager, så de er her"),
        ("5", "Vi beder jer sende sager, så de er her"),
        ("", "Vi beder jer sende sager, så de er her"),
    ],
)
def test_the_letter_tells_how_many_cases_where_it_is_as_many_from_each(part: Part, requested: str, asked: str) -> None:
    facts = {"call_in_deadline": "2015-07-01", **({"requested": requested} if requested else {})}
    told = made(part(1, AALBORG, NAESTVED, facts=facts)).said("Indkaldelsesbrev")
    assert asked in told
    assert ("Undersøgelsen omfatter" in told) is bool(requested)
    assert "ournalnummer" not in told and "nyeste" not in told


def test_the_letter_is_left_out_when_a_study_says_so() -> None:
    report = made(sample(), letter="nej")
    assert "Indkaldelsesbrev" not in report.parts
    assert "Brevet" not in report.said("Metode")


# --- sex and age ------------------------------------------------------------------------------------------------------


def sexed(code: Callable[[int], str]) -> Callable[[int, Row], Row]:
    return lambda index, row: row | {"q1_2": code(index)}


@pytest.mark.parametrize(
    ("code", "said", "unsaid"),
    [
        (lambda index: "2", ("Borgeren er en kvinde i alle 130 sager, se figur 1.",), "mand|særlig|nogenlunde"),
        (lambda index: "1", ("Borgeren er en mand i alle 130 sager, se figur 1.",), "kvinde|særlig|nogenlunde"),
        (
            lambda index: "1" if index % 2 else "2",
            ("Borgeren er en kvinde i 65 sager, svarende til 50 procent, og en mand i 65 sager", "nogenlunde lige"),
            "særlig",
        ),
        (
            lambda index: "" if index < 3 else "2" if index % 10 else "1",
            (
                "Borgeren er en kvinde i 115 sager, svarende til 91 procent",
                "I tre af de 130 sager er kønnet ikke oplyst.",
            ),
            "nogenlunde|særlig",
        ),
    ],
    ids=["women", "men", "half", "nine of ten"],
)
def test_what_is_said_of_sex_and_age_is_true(
    part: Part, code: Callable[[int], str], said: tuple[str, ...], unsaid: str
) -> None:
    told = made(part(10, change=sexed(code))).said("Metode").split("Køn og alder")[1]
    assert [sentence for sentence in said if sentence not in told] == []
    assert not re.search(unsaid, told)


def test_of_few_cases_neither_sex_nor_age_is_told(part: Part) -> None:
    report = made(part(10, NAESTVED))
    assert "Køn og alder" not in report.said("Metode")
    assert not any(isinstance(block, FigureBlock) for block in report.parts["Metode"])


# --- what is told once ------------------------------------------------------------------------------------------------


def test_what_the_facts_tell_needs_no_parameter_and_a_parameter_wins() -> None:
    own = yaml.safe_load((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    assert not own["facts"].keys() & own["parameters"].keys()
    assert dict(whole().document.details)["Udgivet"] == "marts 2016"
    report = made(sample(), hearing="2016-01-15", call_in_deadline="2015-08-01", published="2016-04")
    assert "den 15. januar 2016." in report.said("Forord")
    assert "senest den 1. august 2015." in report.said("Indkaldelsesbrev")
    assert dict(report.document.details)["Udgivet"] == "april 2016"


def test_no_sentence_of_these_parts_stands_in_them_twice() -> None:
    """Headings, lists and the letter, which repeats what it is about, are left out of account."""
    sentences = sorted(
        sentence
        for part in ("Forord", "Regler og praksis", "Metode")
        for line in whole().said(part).split("\n")
        for sentence in re.split(r"(?<=[a-zæøå]\.) (?=[A-ZÆØÅ])", line)
        if len(sentence) > 40
    )
    assert [after for before, after in pairwise(sentences) if before == after] == []
