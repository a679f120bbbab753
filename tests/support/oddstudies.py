"""Studies made from the sample by changing its answers: all right, all wrong, a few cases, shuffled answers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import ways_in
from handmade import no_form
from places import SAMPLE
from strategies import valid_case

from audit.document.blocks import Document, FigureBlock, Heading, ListBlock, Note, Paragraph, TableBlock
from audit.report import compose, inputs, planfile
from audit.study import source
from audit.tables.spec import TableSpec
from audit.tables.tabulate import Tabulator

Row = dict[str, str]
PLAN = planfile.load_by_id("praksisundersoegelse")

YES, NO = "1", "2"
#: "Nej" where there are degrees, and "Væsentlige oplysninger mangler".
NOT = "3"
GRIDS = {"q2_3_1": 8, "q2_4_1": 4, "q2_5": 3, "q4_1": 8, "q4_3": 4, "q4_5": 3}
SUPPLEMENT = (
    "fastholdelse", "fastholdelse_70b", "fastholdelse_rigtig", "fastholdelse_bestemmelse", "paragraf_56",
    "laegekonsulent", "vaegttab",
)  # fmt: skip


@cache
def sample() -> tuple[Row, ...]:
    """The sample's cases, a column each."""
    with (SAMPLE / "cases.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def of_unit(number: int, count: int) -> list[Row]:
    """The first cases of one unit (its official number)."""
    return [row for row in sample() if row["kommune"] == str(number)][:count]


def _grids(row: Row, answer: str) -> Row:
    return row | {f"{grid}__{index}": answer for grid, rows in GRIDS.items() for index in range(1, rows + 1)}


def _several(row: Row, question: str, *chosen: int) -> Row:
    """The row with these answers to a question of several answers; with none, as where it isn't asked."""
    columns = [name for name in row if name.startswith(f"{question}__")]
    given = {name: str(int(name.endswith(tuple(f"__{code}" for code in chosen)))) for name in columns}
    return row | (given if chosen else dict.fromkeys(columns, ""))


def right(rows: Iterable[Row]) -> list[Row]:
    """The cases, everything in them as it should be, and none about fastholdelsesfleksjob."""
    return [_right(row) for row in rows]


def _right(row: Row) -> Row:
    row = _grids(row, YES)
    row |= dict.fromkeys(("q3_1", "q3_2", "q3_3", "q3_4", "q4_2", "q4_4", "q4_6", "q2_8", "q2_4", "q2_7"), YES)
    row |= dict.fromkeys(("q2_7_1", "q4_7", *SUPPLEMENT), "") | {"fastholdelse": NO, "laegekonsulent": NO}
    return _several(_several(_several(row, "q2_8_1", 1), "q2_9", 7), "q2_10", 1)


def wrong(rows: Iterable[Row]) -> list[Row]:
    """The cases with everything in them wrong that can be wrong at once."""
    return [_wrong(row) for row in rows]


def _wrong(row: Row) -> Row:
    row = _grids(row, NO)
    row |= dict.fromkeys(("q3_2", "q3_3", "q3_4", "q4_2", "q4_4", "q4_6"), NOT)
    row |= dict.fromkeys(("q3_1", "q2_7", "q2_7_1", "q2_8"), NO) | {"q4_7": YES, "q2_4": YES, "vaegttab": ""}
    row |= {"fastholdelse": YES, "fastholdelse_70b": NO, "fastholdelse_rigtig": NO, "fastholdelse_bestemmelse": "3"}
    row |= {"paragraf_56": "", "laegekonsulent": YES, "begr_r3": "Konkret vurderet"}
    return _several(_several(_several(row, "q2_8_1"), "q2_9", 9), "q2_10", 7)


def otherwise_wrong(rows: Iterable[Row]) -> list[Row]:
    """The cases right but for the right to fastholdelsesfleksjob, which makes the decision wrong."""
    retained = {"q3_1": NO, "fastholdelse": YES, "fastholdelse_70b": NO, "fastholdelse_rigtig": NO}
    return [_right(row) | retained | {"fastholdelse_bestemmelse": "3"} for row in rows]


def without_supplement(rows: Iterable[Row]) -> list[Row]:
    """The cases without the registrations that are not on the form."""
    return [row | dict.fromkeys(SUPPLEMENT, "") for row in rows]


def unanswered(rows: Iterable[Row]) -> list[Row]:
    """The cases without any answer after the first part of the form."""
    kept = ("kommune", "sagsnr", "sagsmaaler", "q1_1", "q1_2", "q2_1", "q2_1_status")
    return [{name: text if name in kept else "" for name, text in row.items()} for row in rows]


def opened(rows: Sequence[Row]) -> source.Study:
    """The cases as they come in from a file."""
    with TemporaryDirectory() as folder:
        coded = ways_in.read(ways_in.csv_file(Path(folder), [list(rows[0]), *(list(row.values()) for row in rows)]))
    return source.Study(Path(), ways_in.fleksjob(), coded.cases, coded.findings)


@cache
def _specs() -> tuple[TableSpec, ...]:
    return inputs.plan_specs(PLAN, ways_in.fleksjob())


def shuffled(rng: Random) -> list[Row]:
    """One to twelve cases of one to three units, answered by chance within the rules, some of them not wholly."""
    units = [str(rng.randint(1, 13)) for _ in range(rng.randint(1, 3))]
    rows = [_chance(rng, rng.choice(units), str(number)) for number in range(1, rng.randint(1, 12) + 1)]
    return without_supplement(rows) if rng.random() < 0.3 else rows


def _chance(rng: Random, unit: str, number: str) -> Row:
    row = valid_case(rng) | {"kommune": unit, "sagsnr": number}
    answers = sorted(name for name in row if name.startswith(("q2_", "q3_", "q4_")))
    return row | dict.fromkeys(rng.sample(answers, rng.choice((0, 0, 5))), "")


def composed(rows: Sequence[Row], **given: str) -> Document:
    """The report on the cases, without the questionnaire."""
    made = opened(rows)
    maker = Tabulator(made.cases, units=made.units)
    tables = {one.id: maker.table(one) for one in _specs()}
    return compose.compose_document(PLAN, compose.ReportInputs(inputs.study_facts(made), tables, form=no_form), given)


#: The chapters whose text this is about: "Resumé og anbefalinger" and "Ret til fleksjob".
CHAPTERS = ("1", "3")


def lines(document: Document) -> Iterator[str]:
    """Title, subtitle, and the headings, prose, captions and notes of the chapters, one a line."""
    yield from (document.title, document.subtitle, document.publisher)
    inside = False
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = not block.appendix and block.number in CHAPTERS
        if inside:
            yield from _said(block)


def _said(block: object) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {block.number} {block.spans[0].text}".replace("  ", " ")
    elif isinstance(block, Paragraph | Note):
        yield "".join(span.text for span in block.spans)
    elif isinstance(block, ListBlock):
        yield from ("".join(span.text for span in item) for item in block.items)
    elif isinstance(block, TableBlock | FigureBlock):
        yield from (f"{block.label} {block.caption}", *block.notes)


#: What cannot be Danish, whatever is told.
WRONG_DANISH = (
    r"\b(?:en|et|den ene|det ene) (?:\w+e )?(?:sager|afgørelser|kommuner|borgere)\b",
    r"\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|alle|begge) (?:\w+e )?(?:sag|afgørelse|kommune|borger)\b",
    r"\b(?:[2-9]|[0-9]{2,}) (?:\w+e )?(?:sag|afgørelse|kommune|borger)\b",
    r"\b(?:alle|de) (?:en|ingen|alle)\b",
    r"\b[Ii]ngen (?:sager|afgørelser)\b",
    r"\b(?:af|de) (?:0|1) ",
    r"svarende til (?:0|100) procent",
    r"\b(\w+) \1\b",
    r" [,.:]|,,|\.\.|,\.|  |\(\)|: ?\.|, ?se se",
    r"None|True|False|namespace|\[|\{",
    r"(?<=[a-zæøå])(?<!bekg)(?<!m\.v)\. [a-zæøå]",
    r"\b(?:om|på|især) (?:[,.]|se )",
)


def wrong_danish(told: str) -> list[str]:
    """Every line with something that cannot be Danish."""
    return [line for line in told.split("\n") for pattern in WRONG_DANISH if re.search(pattern, line)]
