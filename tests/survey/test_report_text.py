"""What the chapters of results say: of the sample what was published, of odd studies what is true of them.

The sentences of the odd studies are kept in tests/data/odd; `AUDIT_RENEW=1` writes them anew, to be read by a person.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

import pytest
from handmade import SURVEY, fleksjob_report, sample_study
from oddstudies import (
    PLAN,
    Row,
    composed,
    lines,
    of_unit,
    right,
    sample,
    shuffled,
    without_supplement,
    wrong,
    wrong_danish,
)
from places import DATA, ROOT

from audit.base import danish
from audit.base.danish import count_word
from audit.cases.findings import count_by_severity
from audit.document.blocks import CaseExample, FigureBlock, TableBlock
from audit.report import documents

CASES = SURVEY["cases"]


def told() -> str:
    """The prose of the report on the sample."""
    return "\n".join(lines(fleksjob_report()))


def of(count: int, base: int) -> str:
    """So many of all the cases, as the report says it."""
    return f"alle {count_word(base)} sager" if count == base else f"{count_word(count)} af de {count_word(base)} sager"


def with_percent(count: int, base: int, noun: str = "sager") -> str:
    """A number of cases with the percent that was printed, or else its own, rounded half up."""
    percent = math.floor(Fraction(100 * count, base) + Fraction(1, 2))
    assert SURVEY["percent_as_printed"].get(f"{count} af {base}", percent) == percent
    return f"{count_word(count)} {noun}, svarende til {percent} procent,"


# --- what was published ---------------------------------------------------------------------------------------------

ALL, QUESTIONS, EXTRA = SURVEY["bilag_4"], SURVEY["questions"], SURVEY["supplement"]
RIGHT, WRONG = ALL["3.1"]["I alt"]
*INFORMED, LACKING = ALL["3.2"]["I alt"]
*INSIDE, OUTSIDE = ALL["3.3"]["I alt"]
*SMALL, NOT_SMALL = ALL["3.4"]["I alt"]
ASSESSED, NOT_ASSESSED = QUESTIONS["2.8"].values()
SMALL_ASSESSED, OTHERS_ASSESSED = SURVEY["crosstab_2.8_by_3.4"]["Ja"]
SMALL_NOT_ASSESSED = SURVEY["crosstab_2.8_by_3.4"]["not Ja"][0]
NOT_SMALL_RIGHT = SURVEY["crosstab_3.1_by_3.4"]["Ja"][1]
SMALL_WRONG = SURVEY["crosstab_3.1_by_3.4"]["Nej"][0]
WAYS, MEASURES, GROUNDS = QUESTIONS["2.8.1"], QUESTIONS["2.9"], QUESTIONS["2.10"]
PLAN_GOOD, PLAN_BAD = QUESTIONS["4.2"].values()
DOCTOR_GOOD, DOCTOR_BAD, DOCTOR_NONE = QUESTIONS["4.4"].values()
TEAM_HIGH, TEAM_SOME, TEAM_BAD = QUESTIONS["4.6"].values()
RETAINED = EXTRA["fastholdelsesfleksjob"]
YEARS = danish.listing(f"{count_word(count)} i {year}" for year, count in SURVEY["decision_date"]["by_year"].items())
FIRST, LAST = (danish.long_date(SURVEY["decision_date"][end]) for end in ("first", "last"))
UNITS = [unit for unit in ALL["3.1"] if unit != "I alt"]

#: What the report of 2016 says, and the sentence that says it here.
SAID = {
    "cases and kommuner": f"har gennemgået {CASES} sager om fleksjob",
    "the kommuner": f"Sagerne kommer fra {len(UNITS)} kommuner: {danish.listing(UNITS)}.",
    "dates and years": f"Afgørelserne er truffet fra {FIRST} til {LAST}: {YEARS}.",
    "right": f"Ankestyrelsen vurderer, at {of(RIGHT, CASES)}, svarende til 68 procent, er i overensstemmelse",
    "wrong": f"mens {with_percent(WRONG, CASES, 'afgørelser')} ville være blevet ændret eller hjemvist",
    "wrong inside": f"I {of(WRONG - OUTSIDE, WRONG)[:-5]}forkert afgjorte sager er borgeren i målgruppen for fleksjob.",
    "wrong inside, by fastholdelse": "I alle fem sager er retten til fastholdelsesfleksjob ikke vurderet rigtigt, se",
    "inside": f"I {of(sum(INSIDE), CASES)}, svarende til 72 procent, er det vurderet korrekt, at borgeren er i",
    "outside": f"I {with_percent(OUTSIDE, CASES)} er vurderingen af målgruppen ikke korrekt, se tabel 1.1.",
    "outside, lacking (by Bilag 4)": f"I {of(34, OUTSIDE)}, hvor vurderingen ikke er korrekt, mangler der væsentlige",
    "outside, informed (by Bilag 4)": f"I {of(3, OUTSIDE)} er der oplysninger nok, men de viser ingen varig",
    "informed": f"I {of(sum(INFORMED), CASES)}, svarende til 72 procent, er oplysningsgrundlaget i orden.",
    "lacking": f"I {with_percent(LACKING, CASES)} mangler der væsentlige oplysninger om helbredet eller",
    "small": f"I {of(sum(SMALL), sum(INSIDE))}, hvor borgeren er i målgruppen for fleksjob, er det vurderet korrekt",
    "not small": f"I {of(NOT_SMALL, CASES)} er vurderingen ikke korrekt, se tabel 1.2.",
    "not small and right": f"forkert. {NOT_SMALL_RIGHT} af de {NOT_SMALL} sager er samlet set afgjort rigtigt.",
    "small and wrong": f"{count_word(SMALL_WRONG).capitalize()} af de {sum(SMALL)} sager, hvor betingelserne for et",
    "small and wrong, by fastholdelse": "I begge sager er retten til fastholdelsesfleksjob ikke vurderet rigtigt.",
    "assessed": f"I {of(ASSESSED, CASES)}, svarende til 32 procent, har kommunen vurderet, at arbejdsevnen kan",
    "not assessed": f"I {with_percent(NOT_ASSESSED, CASES)} fremgår det ikke, at kommunen har vurderet",
    "small and assessed": f"I {of(SMALL_ASSESSED, sum(SMALL))}, hvor betingelserne for et lille fleksjob er opfyldt,",
    "small, not assessed": f"I {of(SMALL_NOT_ASSESSED, sum(SMALL))} fremgår det ikke.",
    "not small, assessed": f"I {of(OTHERS_ASSESSED, NOT_SMALL)}, hvor betingelserne ikke er opfyldt, har kommunen også",
    "not small, assessed, lacking": "I ni af de ti sager mangler der væsentlige oplysninger, og det er ikke udelukket",
    "not small, assessed, inside": "I en af de ti sager er borgeren i målgruppen for fleksjob, men ikke for et",
    "most frequent ways": f"især på andre måder ({WAYS['Andet']} sager) og øgning af arbejdstimer "
    f"({WAYS['Øgning af arbejdstimer']} sager), se figur 1.3.",
    "plan, good": f"I {of(PLAN_GOOD, CASES)}, svarende til 95 procent, er den forberedende del i høj eller i nogen",
    "plan, bad": f"I {with_percent(PLAN_BAD, CASES)} lever den forberedende del ikke op til kravene, se tabel 1.4.",
    "plan, bad, wrong and lacking": f"I alle {count_word(PLAN_BAD)} sager, hvor den ikke lever op til kravene, er "
    "afgørelsen også forkert, og der mangler væsentlige oplysninger i sagen som helhed.",
    "doctor, obtained": f"I {of(CASES - DOCTOR_NONE, CASES)} er LÆ 265 indhentet.",
    "doctor, good": f"I {of(DOCTOR_GOOD, CASES)}, svarende til 93 procent, er lægens vurdering i høj eller i nogen",
    "doctor, bad": f"I {with_percent(DOCTOR_BAD, CASES)} er lægens vurdering ikke i overensstemmelse med kravene",
    "team, good": f"I {of(TEAM_HIGH + TEAM_SOME, CASES)}, svarende til 93 procent, har teamet i høj eller i nogen grad",
    "team, bad": f"I {with_percent(TEAM_BAD, CASES)} er teamets begrundelse ikke fyldestgørende, se tabel 1.6.",
    "3.1, right and wrong": f"Det er {of(RIGHT, CASES)}, mens {WRONG} afgørelser ville være blevet ændret eller",
    "3.1, outside": f"I {of(OUTSIDE, WRONG)} opfylder borgeren ikke betingelserne for fleksjob",
    "3.1.1, lacking": f"I {of(LACKING, CASES)} mangler der væsentlige oplysninger.",
    "3.1.1, less essential": f"I {count_word(INFORMED[1])} sager mangler der enkelte mindre væsentlige oplysninger, se",
    "3.1.2, outside": f"I {OUTSIDE} sager er det ikke dokumenteret, at borgeren er i målgruppen på tidspunktet for",
    "fastholdelse": f"{of(RETAINED['cases'], CASES).capitalize()} handler om fastholdelsesfleksjob.",
    "fastholdelse, not decided on": f"I {of(RETAINED['kommune_had_not_decided_on_70b'], RETAINED['cases'])} har "
    "kommunen ikke taget stilling til, om betingelserne i LAB § 70 b er opfyldt,",
    "fastholdelse, wrong": f"I {of(RETAINED['wrong'], RETAINED['cases'])} er retten til fastholdelsesfleksjob ikke",
    "fastholdelse, wrong and inside": "I alle fem sager, hvor afgørelsen også samlet set er forkert, er borgeren i",
    "fastholdelse, right": f"I {of(RETAINED['right'], RETAINED['cases'])} er retten til fastholdelsesfleksjob vurderet",
    "fastholdelse, not decided on but right": "betingelserne i LAB § 70 b er opfyldt, men i fire af dem er resultatet",
    "fastholdelse, right under": f"rigtigt, fordi borgeren er omfattet af {RETAINED['right_under']}, hvor kravet",
    "fastholdelse, § 56": "I en sag har kommunen ment, at en § 56-aftale efter sygedagpengeloven svarer til ansættelse",
    "ways": "peger den på øgning af arbejdstimer i 14 sager, mentorstøtte i ti, træning i otte, skånehensyn i otte, "
    "behandling i seks, øgning af arbejdsintensiteten i fem, hjælpemidler i tre og andre måder i 19, se figur 3.1.",
    "vægttab": f"I {count_word(EXTRA['vaegttab_among_2.8.1_andet'])} sager peger kommunen på, at vægttab kan udvikle",
    "grounds": "har kommunen lagt vægt på borgerens helbredsmæssige forhold i 22 sager, borgerens gennemførte "
    "afklarings- og praktikforløb i 22, borgerens evne til at fungere på en arbejdsplads i 14, de opgaver, borgeren "
    "kan udføre, i 11, arbejdstiden i tre og andre forhold i syv, se figur 3.2.",
    "measures": f"I {of(MEASURES['cases_with_measure'], ASSESSED)}, hvor kommunen vurderer, at arbejdsevnen kan "
    "udvikles, har den iværksat eller planlagt tiltag. Det er mentorstøtte i seks sager, hjælpemidler, skånehensyn "
    "eller øgning af arbejdsintensiteten i tre, træning i tre, øgning af arbejdstimer i to, behandling i to og andre",
    "most cases": "I langt de fleste sager er de fulgt",
    "the plan's points": "helbredssituationen i 17, helbredets betydning for job og uddannelse i fire, hidtidig "
    "forsørgelse i ti og kommunens hidtidige tilbud i 17, se tabel 3.7.",
    "the plan's points where it fails": "det især beskæftigelsesmæssige og sociale udfordringer, helbredssituationen "
    "og kommunens hidtidige tilbud, der er utilstrækkeligt oplyst.",
    "the doctor's points": "ikke tilstrækkelig om relevante helbredsforhold i fire sager, de særlige hensyn i det "
    "videre forløb i tre, lægens kommentarer til borgerens syn på helbred og arbejde i tre og andre forhold af "
    "betydning for arbejde eller uddannelse i fem, se tabel 3.9.",
    "lægekonsulent": f"I {of(EXTRA['laegekonsulent'], CASES)} har kommunen alligevel brugt en udtalelse fra en",
    "the team recommended": f"I alle {CASES} sager har teamet indstillet til fleksjob.",
    "the team, high": f"I {of(TEAM_HIGH, CASES)} er begrundelsen fyldestgørende i høj grad.",
    "the team's points": "ikke tilstrækkelig om forholdene bag indstillingen i ni sager, borgerens afklaring i ni og",
    "the team, bad and wrong": f"I {of(8, TEAM_BAD)}, hvor teamets begrundelse ikke er fyldestgørende, er afgørelsen",
    "followed": f"Kommunen har fulgt teamets indstilling i alle {CASES} sager. Der har altså ikke været uenighed",
    "recommendation 1": f"før den bevilger fleksjob. Anbefalingen bygger på {LACKING} sager, se afsnit 3.1.1.",
    "recommendation 2": f"kommunen har vurderet det. Anbefalingen bygger på {SMALL_NOT_ASSESSED} sager, se afsnit",
    "recommendation 3": "om den kan udvikles. Anbefalingen bygger på 34 sager, se afsnit 3.1.2.",
    "recommendation 4": "i kontakt med dem. Anbefalingen bygger på fem sager, se afsnit 3.1.2.",
    "recommendation 5": "når teamet behandler den. Anbefalingen bygger på syv sager, se afsnit 3.2.1.",
    "recommendation 6": "den kliniske funktion. Anbefalingen bygger på 12 sager, se afsnit 3.2.2.",
}


@pytest.mark.parametrize("what", SAID)
def test_the_report_on_the_sample_says_what_was_published(what: str) -> None:
    assert SAID[what] in told()


@pytest.mark.parametrize("sentence", ["I langt de fleste sager", "Kommunen har fulgt teamets indstilling i alle"])
def test_what_is_said_of_most_or_all_is_not_said_where_it_is_not_true(sentence: str) -> None:
    assert sentence in told()
    assert sentence not in "\n".join(lines(composed(wrong(of_unit(370, 10)))))


@pytest.mark.parametrize(
    ("wrong_of_130", "said"),
    [(0, "I langt de fleste"), (13, "I langt de fleste"), (14, "I de fleste"), (64, "I de fleste"), (65, "")],
)
def test_the_rules_are_followed_in_most_cases_where_the_lowest_share_is_most(wrong_of_130: int, said: str) -> None:
    rows = [row | ({"q4_6": "3"} if index < wrong_of_130 else {}) for index, row in enumerate(right(sample()))]
    text = "\n".join(lines(composed(rows)))
    assert re.findall(r"I (?:langt )?de fleste(?= sager er de fulgt)", text) == ([said] if said else [])


#: What holds of the cases that a share is of, and the answers that make it hold.
HOLDS = {
    "vurderingen ikke er korrekt": {"q3_3": "3"},
    "det ikke er dokumenteret": {"q3_3": "3"},
    "afgørelsen også samlet set er forkert": {"q3_1": "2", "fastholdelse_rigtig": "2"},
    "afgørelsen også samlet set er vurderet som forkert": {"q3_1": "2", "fastholdelse_rigtig": "2"},
    "borgeren er i målgruppen for fleksjob": {"q3_3": "12"},
    "betingelserne for et lille fleksjob er opfyldt": {"q3_3": "12", "q3_4": "12"},
    "borgeren er i målgruppen for et fleksjob på meget få timer": {"q3_3": "12", "q3_4": "12"},
    "betingelserne ikke er opfyldt": {"q3_4": "3"},
    "borgeren ikke er i målgruppen for et fleksjob på meget få timer": {"q3_4": "3"},
    "den ikke lever op til kravene": {"q4_2": "3"},
    "teamets begrundelse ikke er fyldestgørende": {"q4_6": "3"},
    "kommunen vurderer, at arbejdsevnen kan udvikles": {"q2_8": "1"},
}
#: "79 af de 93 sager, hvor …": the number, what holds, and whether it is told that only the answered ones count.
SHARE_OF = re.compile(
    r"(\w+) (?:sager|sag), hvor (?!det er besvaret,|målgruppen er vurderet,)"
    rf"({'|'.join(HOLDS)}|\w+ \w+ \w+)(, og hvor det er besvaret,)?"
)
NUMBERS = {count_word(number): number for number in range(131)} | {"ene": 1, "begge": 2}


@pytest.mark.parametrize(
    ("column", "every", "told"),
    [("", 1, 0), ("q3_1", 3, 5), ("q3_2", 2, 2), ("q3_3", 3, 1), ("q3_4", 3, 4), ("q2_8", 3, 4), ("q2_9", 2, 1)],
)
def test_a_share_is_of_all_the_cases_it_names_or_says_that_only_the_answered_ones_count(
    column: str, every: int, told: int
) -> None:
    gone = [f"{column}__{code}" for code in range(1, 11)] if column == "q2_9" else [column]
    blank = {name: "" for name in gone if name in sample()[0]}
    rows = [row | (blank if index % every == 0 else {}) for index, row in enumerate(sample())]
    found = [
        (NUMBERS[number], holds, bool(answered))
        for number, holds, answered in SHARE_OF.findall("\n".join(lines(composed(rows))))
        if number != "de"
    ]
    whole = {holds: sum(all(row[key] and row[key] in codes for key, codes in when.items()) for row in rows)
             for holds, when in HOLDS.items()}  # fmt: skip
    assert len(found) > 12
    assert [one for one in found if not one[2] and one[0] != whole[one[1]]] == []
    assert [one for one in found if one[2] and one[0] >= whole[one[1]]] == []
    assert sum(answered for *_, answered in found) == told


#: Tables and figures in the order of the report, and the question that each is made from.
DRAWN = {
    "Figur 1.1": "3.1", "Tabel 1.1": "3.3", "Figur 1.2": "3.2", "Tabel 1.2": "3.4", "Tabel 1.3": "2.8",
    "Figur 1.3": "2.8.1", "Tabel 1.4": "4.2", "Tabel 1.5": "4.4", "Tabel 1.6": "4.6", "Tabel 3.1": "3.1",
    "Tabel 3.2": "3.2", "Tabel 3.3": "3.3", "Tabel 3.4": "3.4", "Tabel 3.5": "2.8", "Figur 3.1": "2.8.1",
    "Figur 3.2": "2.10", "Figur 3.3": "2.9", "Tabel 3.6": "4.2", "Tabel 3.7": "4.1", "Tabel 3.8": "4.4",
    "Tabel 3.9": "4.3", "Tabel 3.10": "4.6", "Tabel 3.11": "4.5",
}  # fmt: skip
IN_BILAG_4 = {"Tabel 1": "3.1", "Tabel 2": "3.2", "Tabel 3": "3.3", "Tabel 4": "3.4"}


def test_tables_and_figures_have_the_numbers_and_the_questions_of_the_report() -> None:
    questions = {table.id: table.question for table in PLAN.definition.tables}
    questions |= {figure.id: questions[figure.table] for figure in PLAN.definition.figures}
    drawn = [block for block in fleksjob_report().blocks if isinstance(block, TableBlock | FigureBlock)]
    numbered = {block.label: questions[block.id] for block in drawn if re.search(r" [13]\.", block.label)}
    assert list(numbered.items()) == list(DRAWN.items())
    by_kommune = [block for block in drawn if block.id.endswith("-kommune")]
    assert {block.label: questions[block.id] for block in by_kommune} == IN_BILAG_4


def test_the_documentation_tells_of_each_table_and_figure_what_it_shows() -> None:
    """Its rows are those of the report in their order, each with its question and the sample's counts."""
    text = (ROOT / "docs" / "rapporten.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| (?:Tabel|Figur) [0-9]", line)]
    wanted = [
        *DRAWN.items(),
        ("Figur 1 i bilag 1", "1.2"),
        *((f"{name} i bilag 4", of) for name, of in IN_BILAG_4.items()),
    ]
    assert [(name, question) for name, question, *_ in rows] == wanted
    shown = {name: [int(number) for number in re.findall(r"[0-9]+(?= /|, | \(|$)", what)] for name, _, what, *_ in rows}
    for block in fleksjob_report().blocks:
        if isinstance(block, FigureBlock) and len(shown.get(block.label, ())) > 1:
            counts_drawn = [number for row in block.chart.values for number in row]
            assert shown[block.label] == counts_drawn[: len(shown[block.label])], block.label
        if isinstance(block, TableBlock) and len(shown.get(block.label, ())) > 1:
            column = 1 if block.header[0] == "Delspørgsmål" else 0
            cells = [int(row.cells[column]) for row in block.rows if not row.total]
            assert shown[block.label] == cells, block.label


def test_bilag_4_has_the_four_tables_by_kommune_to_the_digit() -> None:
    blocks = fleksjob_report().blocks
    drawn = [block for block in blocks if isinstance(block, TableBlock) and block.id.endswith("-kommune")]
    for block, question in zip(drawn, IN_BILAG_4.values(), strict=True):
        shown = {row.header: [int(cell) for cell in row.cells] for row in block.rows}
        assert shown == ALL[question]
        assert block.caption.endswith("(Antal sager)")


def test_figures_of_several_answers_say_whose_answers_they_are() -> None:
    drawn = [block for block in fleksjob_report().blocks if isinstance(block, FigureBlock)]
    notes = [block.notes for block in drawn if len(block.chart.rows) > 1 and block.chart.kind == "bars"]
    asked = f"Kun de {ASSESSED} sager, hvor kommunen vurderer, at arbejdsevnen kan udvikles."
    assert notes == [(asked, "Der kan være valgt flere svar i samme sag.")] * 4


def test_no_table_of_the_plan_is_neither_shown_nor_told_of() -> None:
    texts = "".join(PLAN.texts.values()) + "".join(table.note for table in PLAN.definition.tables)
    used = set(re.findall(r'(?:table\(|tables\[)"([^"]+)"', texts))
    used |= {figure.table for figure in PLAN.definition.figures}
    used |= {one.table for one in PLAN.definition.recommendations}
    assert {table.id for table in PLAN.definition.tables} == used


def test_every_example_stands_once_and_every_section_has_one() -> None:
    examples = sample_study().examples
    shown = [block.case for block in fleksjob_report().blocks if isinstance(block, CaseExample)]
    assert sorted(shown) == sorted(example.case for example in examples)
    assert {example.section for example in examples} == {one.section for one in PLAN.definition.examples}
    assert count_by_severity(documents.with_example_findings(sample_study()).findings)["fejl"] == 0
    assert "#### Eksempel på, at arbejdsevnen ikke er meget begrænset" in told()


# --- odd studies ----------------------------------------------------------------------------------------------------

ODD: dict[str, Callable[[], Sequence[Row]]] = {
    "alle-rigtige": lambda: right(sample()),
    "alle-forkerte": lambda: wrong(sample()),
    "tre-sager": lambda: of_unit(370, 3),
}
#: What each odd study must say, and what none but the others may.
MUST = {
    "alle-rigtige": (
        ["alle 130 sager er i overensstemmelse med regler og praksis. Ingen af afgørelserne ville altså være blevet",
         "I alle 130 sager er oplysningsgrundlaget i orden", "Gennemgangen giver ikke grund til anbefalinger.",
         "Ingen af sagerne handler om fastholdelsesfleksjob.", "Der er ingen punkter, som planen ikke er"],
        ["forkert afgjort", "procent", "mangler der væsentlige oplysninger om", "Når arbejdsevnen er uafklaret"],
    ),
    "alle-forkerte": (
        ["ingen af de 130 sager er i overensstemmelse med regler og praksis. Alle 130 afgørelser ville være blevet",
         "I alle 130 sager mangler der væsentlige oplysninger", "Anbefalingen bygger på 130 sager",
         "Alle 130 sager handler om fastholdelsesfleksjob.", "I alle 130 sager har kommunen ikke fulgt teamets"],
        ["Figur 1.3", "Figur 3.1", "langt de fleste", "procent", "ikke været uenighed", "er i orden"],
    ),
    "tre-sager": (
        ["har gennemgået tre sager", "Sagerne kommer fra Næstved.", "en af de tre sager, svarende til 33 procent, er i",
         "kan ikke uden videre overføres til kommunens øvrige sager", "fremgår der ingen tiltag, se figur 3.3."],
        ["kommuner", "stikprøve", "langt de fleste", "forkert afgjorte"],
    ),
}  # fmt: skip


def odd(name: str) -> str:
    return "\n".join(lines(composed(ODD[name](), examiner="Ankestyrelsen"))) + "\n"


@pytest.mark.parametrize("name", ODD)
def test_an_odd_study_says_what_is_true_of_it(name: str) -> None:
    must, must_not = MUST[name]
    text = odd(name)
    assert [sentence for sentence in must if sentence not in text] == []
    assert [words for words in must_not if words in text] == []
    assert wrong_danish(text) == []


@pytest.mark.parametrize("name", ODD)
def test_the_sentences_of_an_odd_study_are_those_that_were_read(name: str) -> None:
    kept = DATA / "odd" / f"{name}.txt"
    if os.environ.get("AUDIT_RENEW") == "1":
        kept.write_text(odd(name), encoding="utf-8", newline="\n")
    assert odd(name) == kept.read_text(encoding="utf-8")


def test_without_the_supplement_nothing_is_said_of_it() -> None:
    text = "\n".join(lines(composed(without_supplement(sample()))))
    assert re.findall(r"(?m)^.*(?:#### Fastholdelse|lægekonsulent|vægttab|§ 56).*$", text) == []
    assert "I fem af de 42 forkert afgjorte sager er borgeren i målgruppen for fleksjob. Her gør andre forhold" in text
    assert text.count("Anbefalingen bygger på") == 4


def test_without_examples_there_is_no_heading_of_examples() -> None:
    assert "Eksemp" not in "\n".join(lines(composed(sample())))
    assert "#### Eksempler på" in told()


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 200, 10))
def test_whatever_is_answered_the_report_is_made_and_is_danish(first: int) -> None:
    for seed in range(first, first + 10):
        examiner = ("", "Ankestyrelsen", "Region X's revisor")[seed % 3]
        text = "\n".join(lines(composed(shuffled(Random(seed)), examiner=examiner)))
        assert wrong_danish(text) == [], seed


#: Sentences that are not Danish, or say nothing, each for a pattern that finds it.
NOT_DANISH = (
    "I en sager er det", "I to sag er det", "I alle en sager", "I ingen sager er der", "I en af de 1 sager",
    "I ti sager, svarende til 100 procent, er", "Det er er rigtigt.", "Det er ,", "x  y", "None sager", "fejl. og",
    "peger den på , se tabel", "er om se tabel",
)  # fmt: skip


@pytest.mark.parametrize("sentence", NOT_DANISH)
def test_what_is_not_danish_is_noticed(sentence: str) -> None:
    assert wrong_danish(f"{sentence}\nI to sager, svarende til 10 procent, er det rigtigt.")[0] == sentence


def test_another_examiner_is_another_author() -> None:
    made = fleksjob_report(examiner="Næstved Kommune")
    assert "Næstved Kommune vurderer, at 88 af de 130 sager" in "\n".join(lines(made))
    assert "Ankestyrelsen vurderer" not in "\n".join(lines(made))
