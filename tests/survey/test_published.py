"""Every figure that the 2016 survey published comes out of the tables, from the CSV file and from the workbook.

A claim names the figures (leaves of published.yaml) that it settles and is checked by declared tables alone; the last
tests see to it that no leaf is forgotten.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

import pytest
from places import SAMPLE

from audit.base import yamlfile
from audit.cases import coding
from audit.files import datasheet
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.study import source as studies
from audit.tables.spec import spec
from audit.tables.table import Table
from audit.tables.tabulate import Tabulator

PUBLISHED: dict[str, Any] = yamlfile.read(SAMPLE / "published.yaml").data
BILAG_4 = PUBLISHED["bilag_4"]
QUESTIONS = PUBLISHED["questions"]
DESCRIBED: dict[str, dict[str, Any]] = PUBLISHED["cases_described"]
UNITS = tuple(name for name in BILAG_4["3.1"] if name != "I alt")

Path = tuple[str | int, ...]
Measure = Callable[[Tabulator], object]

#: What published.yaml says in prose, and what is not a figure of the cases (settled by other claims below).
IDENTITY: tuple[Path, ...] = (("study",),)


@dataclass(frozen=True)
class Claim:
    """Leaves of published.yaml, what they say, and how the software gets at the same."""

    paths: tuple[Path, ...]
    says: object
    measured: Measure

    def __str__(self) -> str:
        return "/".join(map(str, self.paths[0])) + ("…" if len(self.paths) > 1 else "")


@cache
def questionnaire() -> Questionnaire:
    return schemas.load(schemas.find("fleksjob-2016"))


@cache
def tabulator(name: str) -> Tabulator:
    return Tabulator(coding.code_sheet(datasheet.read(SAMPLE / name), questionnaire()).cases, units=UNITS)


def table(maker: Tabulator, question: str, **keys: object) -> Table:
    return maker.table(spec(questionnaire(), question, **keys))


def code(question: str, answer: str) -> str:
    """The code of an answer that the YAML gives by code, wording or the beginning of its wording."""
    asked = questionnaire().by_id[question.partition("/")[0]]
    exact = asked.option(answer)
    if exact is not None:
        return exact.code
    (found,) = (option.code for option in asked.options if re.match(rf"{re.escape(answer)}\b", option.shown))
    return found


def count(question: str, answer: str, row: str | None = None, **keys: object) -> Measure:
    return lambda maker: table(maker, question, **keys).count(answer, row)


def holding(maker: Tabulator, where: Mapping[str, object] | None) -> set[str]:
    """The numbers of the cases for which a condition holds, as the table of kommuner gives them."""
    found = table(maker, "kommune", where=where)
    return {number for column in found.columns for number in found.cases(column)}


def total(where: Mapping[str, object] | None) -> Measure:
    return lambda maker: table(maker, "kommune", where=where).base[-1]


def some(where: Mapping[str, object]) -> Measure:
    return lambda maker: len(holding(maker, where)) > 0


def holds(number: str, where: Mapping[str, object]) -> Measure:
    return lambda maker: number in holding(maker, where)


def cases(question: str, answer: str, **keys: object) -> Measure:
    return lambda maker: set(table(maker, question, **keys).cases(answer))


def states(question: str) -> Measure:
    """Cases answered, left open and not asked."""

    def measured(maker: Tabulator) -> tuple[int, int, int]:
        made = table(maker, question)
        return made.base[-1], made.unanswered[-1], made.not_asked[-1]

    return measured


# --- the tables of the report -------------------------------------------------------------------------------------


def whole_sample() -> Iterator[Claim]:
    yield Claim((("cases",),), int(PUBLISHED["cases"]), total(None))
    each = [int(PUBLISHED["cases_per_unit"])] * len(UNITS)
    yield Claim((("cases_per_unit",),), each, lambda maker: list(table(maker, "3.1", by="kommune").base[:-1]))
    dates = PUBLISHED["decision_date"]
    for year, number in dates["by_year"].items():
        yield Claim((("decision_date", "by_year", year),), int(number), count("afgoerelsesaar", year))
    first, last = dates["first"], dates["last"]
    both = (("decision_date", "first"), ("decision_date", "last"))
    outside = {"any": [{"2.1": {"before": first}}, {"2.1": {"after": last}}, {"2.1": {"answered": "nej"}}]}
    yield Claim(both, 0, total(outside))
    day = timedelta(days=1)
    after, before = date.fromisoformat(first) + day, date.fromisoformat(last) - day
    yield Claim(both[:1], True, some({"2.1": {"before": after.isoformat()}}))
    yield Claim(both[1:], True, some({"2.1": {"after": before.isoformat()}}))


def bilag_4() -> Iterator[Claim]:
    for question, rows in BILAG_4.items():
        for row, counts in rows.items():
            for place, number in enumerate(counts):
                answer = str(place + 1)
                measure = count(question, answer, row, by="kommune")
                yield Claim((("bilag_4", question, row, place),), int(number), measure)


#: Which cell each printed percentage is of: question, answer, and what it is collapsed into.
PRINTED: dict[str, tuple[str, str, dict[str, list[str]]]] = {
    "88 af 130": ("3.1", "1", {}),
    "42 af 130": ("3.1", "2", {}),
    "93 af 130": ("3.3", "Ja", {"Ja": ["1", "2"]}),
    "37 af 130": ("3.3", "3", {}),
    "94 af 130": ("oplyst", "1+2", {}),
    "36 af 130": ("3.2", "3", {}),
    "88 af 130 (1.3)": ("2.8", "Ikke ja", {"Ikke ja": ["Nej", "Uoplyst"]}),
    "123 af 130": ("plan_opfyldt", "1+2", {}),
    "7 af 130": ("4.2", "3", {}),
    "121 af 130": ("laege_opfyldt", "1+2", {}),
    "8 af 130": ("4.4", "Nej", {}),
    "9 af 130": ("4.6", "Nej", {}),
    "45 af 130": ("1.2", "Mand", {}),
    "85 af 130": ("1.2", "Kvinde", {}),
}


def percent() -> Iterator[Claim]:
    for text, printed in PUBLISHED["percent_as_printed"].items():
        question, answer, collapse = PRINTED[text]
        part, whole = (int(number) for number in re.findall(r"\d+", text)[:2])

        def measured(maker: Tabulator, question: str = question, answer: str = answer, collapse: Any = collapse) -> Any:
            made = table(maker, question, **({"collapse": collapse} if collapse else {}))
            return made.count(answer), made.base[-1], made.percent(answer)

        yield Claim((("percent_as_printed", text),), (part, whole, int(printed)), measured)


def sex() -> Iterator[Claim]:
    for answer, number in PUBLISHED["sex"].items():
        yield Claim((("sex", answer),), int(number), count("1.2", answer))

    def by_age(maker: Tabulator) -> tuple[bool, bool]:
        ages = table(maker, "1.2", by="aldersgruppe")
        women, men = (
            {row: ages.count(answer, row) for row in ages.rows if row != "I alt"} for answer in ("Kvinde", "Mand")
        )
        young = ["Under 30 år", "30-39 år"]
        share = sum(women[row] for row in young) / sum(women[row] + men[row] for row in young)
        return 0.85 < share < 0.9, all(abs(women[row] - men[row]) <= 1 for row in ("40-49 år", "50-59 år"))

    yield Claim((("sex_note",),), (True, True), by_age)


MERGED = {
    "Nej eller Uoplyst": ["Nej", "Uoplyst"],
    "I høj eller i nogen grad": ["I høj grad", "I nogen grad"],
    "Hjælpemidler, skånehensyn eller øgning af arbejdsintensiteten (together)": ["6", "5", "2"],
    "cases_with_measure": [str(measure) for measure in range(1, 9)],
}
AMONG_THE_42 = {"2.8": "Ja"}
GRIDS = ("4.1", "4.3", "4.5")


def questions() -> Iterator[Claim]:
    for question, figures in QUESTIONS.items():
        keys = {"where": AMONG_THE_42} if question in ("2.9", "2.10") else {}
        for answer, number in figures.items() if question not in GRIDS else ():
            path = (("questions", question, answer),)
            if answer in MERGED:
                merged = count(question, answer, collapse={answer: MERGED[answer]}, **keys)
                yield Claim(path, int(number), merged)
            else:
                yield Claim(path, int(number), count(question, code(question, answer), **keys))
    for question in GRIDS:
        rows = {row.id: row.shown for row in questionnaire().by_id[question].rows}
        for row, number in QUESTIONS[question].items():
            path = (("questions", question, row),)
            if number == "null":  # a picture in the report: only that all were asked is known
                yield Claim(path, (130, 0, 0), states(f"{question}/{row}"))
            else:
                yield Claim(path, int(number), count(f"{question}/{row}", "Nej"))
                yield Claim(path, int(number), count(question, "Nej", rows[row]))


def remarks_on_the_questions() -> Iterator[Claim]:
    """What the comments in published.yaml add."""
    not_reasoned = (("questions", "4.6", "Nej"),)
    wrong = {"3.1": "2"}
    yield Claim(not_reasoned, 8, count("4.6", "Nej", where=wrong))
    yield Claim(not_reasoned, {"112"}, cases("4.6", "Nej", where={"not": wrong}))
    for row in ("1", "2"):
        path = (("questions", "4.5", row),)
        yield Claim(path, (9, 0), none_but({"4.6": "Nej"}, {f"4.5/{row}": "Nej"}))
    third = (("questions", "4.5", "3"),)
    yield Claim(third, True, lambda maker: 1 <= table(maker, "4.5/3").count("Nej") <= 8)
    yield Claim(third, (True, False), lambda m: tuple(n in table(m, "4.5/3").cases("Nej") for n in ("112", "67")))
    for question in ("2.7.1", "4.7"):
        yield Claim((("questions", "2.7", "Ja"),), (0, 0, 130), states(question))


def supplement() -> Iterator[Claim]:
    told = PUBLISHED["supplement"]
    fastholdelse = told["fastholdelsesfleksjob"]
    cells = {
        "cases": ("fastholdelse", "Ja"),
        "right": ("fastholdelse_rigtig", "Ja"),
        "wrong": ("fastholdelse_rigtig", "Nej"),
        "kommune_had_not_decided_on_70b": ("fastholdelse_70b", "Nej"),
        "kommune_wrong_on_par_56_agreement": ("paragraf_56", "Ja"),
    }
    for name, (question, answer) in cells.items():
        path = (("supplement", "fastholdelsesfleksjob", name),)
        yield Claim(path, int(fastholdelse[name]), count(question, answer))
    under = count("fastholdelse_bestemmelse", fastholdelse["right_under"], where={"fastholdelse_rigtig": "Ja"})
    yield Claim((("supplement", "fastholdelsesfleksjob", "right_under"),), int(fastholdelse["right"]), under)
    yield Claim((("supplement", "laegekonsulent"),), int(told["laegekonsulent"]), count("laegekonsulent", "Ja"))
    weight = (("supplement", "vaegttab_among_2.8.1_andet"),)
    yield Claim(weight, int(told["vaegttab_among_2.8.1_andet"]), count("vaegttab", "Ja", where={"2.8.1": "8"}))


def study_facts() -> Iterator[Claim]:
    """Facts of the survey as a whole, which no case tells: study.yaml has them for the report."""
    for name, value in PUBLISHED["study_facts"].items():
        yield Claim((("study_facts", name),), value, partial(fact, name))


def fact(name: str, _: Tabulator) -> str:
    return studies.open_source(SAMPLE).facts[name]


SMALL, NOT_SMALL = "I høj eller i nogen grad", "Nej eller i meget ringe grad"


def crosstabs() -> Iterator[Claim]:
    cells = {
        ("crosstab_3.1_by_3.4", "Ja"): ("3.1", "1", {}),
        ("crosstab_3.1_by_3.4", "Nej"): ("3.1", "2", {}),
        ("crosstab_2.8_by_3.4", "Ja"): ("2.8", "1", {}),
        ("crosstab_2.8_by_3.4", "not Ja"): ("2.8", "Ikke ja", {"collapse": {"Ikke ja": ["2", "3"]}}),
    }
    for (name, row), (question, answer, keys) in cells.items():
        for place, (group, codes) in enumerate(((SMALL, ["1", "2"]), (NOT_SMALL, ["3"]))):
            says = int(PUBLISHED[name][row][place])
            yield Claim(((name, row, place),), says, count(question, answer, group, by="smaa_fleksjob", **keys))
            yield Claim(((name, row, place),), says, count(question, answer, where={"3.4": codes}, **keys))
    in_target_group = {"not": {"3.3": "3"}, "3.4": "3"}
    by_unit = PUBLISHED["not_small_but_in_target_group"]
    paths = tuple(("not_small_but_in_target_group", unit) for unit in by_unit)
    wanted = {unit: int(by_unit.get(unit, "0")) for unit in UNITS} | {"I alt": 14}

    def measured(maker: Tabulator) -> dict[str, int]:
        made = table(maker, "3.4", by="kommune", where=in_target_group)
        return dict(zip(made.rows, made.base, strict=True))

    yield Claim(paths, wanted, measured)


# --- facts that tie questions together ----------------------------------------------------------------------------

OUTSIDE_TARGET = {"3.1": "2", "3.3": "3"}
THE_FIVE = {"3.1": "2", "not": {"3.3": "3"}}
ALL_WRONG = {"3.2": "3", "3.1": "2"}
MEASURES = [str(measure) for measure in range(1, 9)]


def none_but(where: Mapping[str, object], then: Mapping[str, object]) -> Measure:
    """How many cases the first holds for, and for how many of them the second doesn't."""
    return lambda maker: (len(holding(maker, where)), len(holding(maker, {"all": [where, {"not": then}]})))


def units_of(where: Mapping[str, object]) -> Measure:
    return lambda maker: {
        unit: number
        for unit, number in zip(UNITS, table(maker, "kommune", where=where).counts[-1].tolist(), strict=True)
        if number
    }


def joint() -> Iterator[Claim]:
    def claim(place: int, says: object, measured: Measure) -> Claim:
        return Claim((("joint", place),), says, measured)

    yield claim(0, 42, count("3.1", "2"))
    yield claim(0, 37, count("3.3", "3", where={"3.1": "2"}))
    yield claim(0, 37, count("3.3", "3"))
    yield claim(0, (5, 0), none_but(THE_FIVE, {"fastholdelse": "Ja"}))
    yield claim(1, {"Aarhus": 1, "Egedal": 2, "Esbjerg": 1, "Helsingør": 1}, units_of(THE_FIVE))
    yield claim(2, (37, 0), none_but({"3.3": "3"}, {"3.4": "3"}))
    yield claim(3, (37, 0), none_but({"3.1": "2", "not": THE_FIVE}, {"3.3": "3", "3.4": "3"}))
    ten = {"2.8": "Ja", "3.4": "3"}
    yield claim(4, 10, total(ten))
    yield claim(4, 9, total({**ten, **ALL_WRONG}))
    yield claim(4, (1, 0), none_but({"all": [ten, {"not": ALL_WRONG}]}, {"3.1": "1", "not": {"3.3": "3"}}))
    seventy_nine = {"3.4": ["1", "2"]}
    yield claim(5, 79, total(seventy_nine))
    yield claim(5, 32, total({**seventy_nine, "2.8": "Ja"}))
    yield claim(5, (2, 0), none_but({**seventy_nine, "3.1": "2"}, {"2.8": "Ja"}))
    yield claim(6, (7, 0), none_but({"4.2": "Nej"}, ALL_WRONG))
    yield claim(6, True, lambda maker: mainly(table(maker, "4.1", where={"4.2": "Nej"})))
    yield claim(7, (42, 12, 30), measures)


def mainly(plan: Table) -> bool:
    """Rows 8, 3 and (5 or 6) of 4.1 are Nej in most of the cases, and more often than any other row."""
    no = Counter({number: plan.count("Nej", row) for number, row in enumerate(plan.rows, start=1)})
    named = [no[8], no[3], max(no[5], no[6])]
    return min(named) > 7 / 2 and min(named) >= max(no[row] for row in (1, 2, 4, 7))


def measures(maker: Tabulator) -> tuple[int, int, int]:
    """Among those with 2.8 = Ja: how many they are, name a measure, and answer only Nej or Uoplyst."""
    made = table(maker, "2.9", where=AMONG_THE_42, collapse={"tiltag": MEASURES})
    nothing = holding(maker, {**AMONG_THE_42, "2.9": {"only": ["9", "10"]}})
    return made.base[-1], made.count("tiltag"), len(nothing)


# --- what is said of single cases ---------------------------------------------------------------------------------


def condition(name: str, told: Any) -> dict[str, Any]:
    """What is told of a case, as a condition."""
    if name == "sex":
        return {"1.2": told}
    if name == "age":
        return {"2.1": {"years_after": "1.1", "min": told, "max": told}}
    if name == "decided_after":
        return {"2.1": {"after": told}}
    if name in ("unit", "unit_one_of"):
        return {"kommune": told}
    if name == "fastholdelse":
        return {"fastholdelse": "Ja", "fastholdelse_rigtig": {"right": "Ja", "wrong": "Nej"}[told]}
    if isinstance(told, Mapping):
        return {"all": [{name: code(name, answer)} for answer in told["includes"]]}
    if isinstance(told, list):
        return {name: {"only": told}}
    negated = told.startswith("not ")
    test = {name: code(name, told.removeprefix("not "))}
    return {"not": test} if negated else test


def described() -> Iterator[Claim]:
    for number, facts in DESCRIBED.items():
        for name, told in facts.items():
            paths = tuple(leaves(told, ("cases_described", number, name)))
            yield Claim(paths, True, holds(number, condition(name, told)))
            if name[0].isdigit() and isinstance(told, str) and not told.startswith("not "):
                yield Claim(paths, True, stands_behind(number, name, code(name, told)))


def stands_behind(number: str, question: str, answer: str) -> Measure:
    return lambda maker: number in table(maker, question).cases(answer)


# --- all of it ----------------------------------------------------------------------------------------------------


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if parts is None:
        yield path
        return
    for key, value in parts:
        yield from leaves(value, (*path, key))


CLAIMS = [
    *whole_sample(),
    *bilag_4(),
    *percent(),
    *sex(),
    *questions(),
    *remarks_on_the_questions(),
    *supplement(),
    *study_facts(),
    *crosstabs(),
    *joint(),
    *described(),
]


@pytest.mark.parametrize("file", ["cases.csv", "cases.xlsx"])
def test_the_tables_have_every_published_figure(file: str) -> None:
    measured = ((claim, claim.measured(tabulator(file))) for claim in CLAIMS)
    wrong = [f"{claim}: {found}, and not {claim.says}" for claim, found in measured if found != claim.says]
    assert not wrong, "\n".join(wrong)


def test_every_leaf_of_the_published_figures_is_claimed_and_nothing_else() -> None:
    claimed = {path for claim in CLAIMS for path in claim.paths}
    assert claimed | set(IDENTITY) == set(leaves(PUBLISHED))
    assert not claimed & set(IDENTITY)


def test_the_figures_are_those_of_this_questionnaire() -> None:
    assert PUBLISHED["study"] == questionnaire().id


@pytest.mark.parametrize("file", ["cases.csv", "cases.xlsx"])
@pytest.mark.parametrize("question", BILAG_4)
def test_a_table_of_bilag_4_has_the_published_rows_in_their_order_and_no_other(question: str, file: str) -> None:
    made = table(tabulator(file), question, by="kommune")
    assert made.rows == tuple(BILAG_4[question])
    assert made.counts.tolist() == [[int(number) for number in row] for row in BILAG_4[question].values()]
    assert (made.base, made.unanswered, made.not_asked) == ((10,) * 13 + (130,), (0,) * 14, (0,) * 14)
    assert made.codes == tuple(str(place) for place in range(1, len(made.columns) + 1))


@pytest.mark.parametrize("by", ["kommune", "1.2", "aldersgruppe", None])
def test_the_workbook_gives_the_same_tables_as_the_csv_file(by: str | None) -> None:
    both = [list(tabulator(file).all_closed(by=by)) for file in ("cases.csv", "cases.xlsx")]
    for one, other in zip(*both, strict=True):
        assert one.counts.tolist() == other.counts.tolist()
        assert (one.rows, one.base, one.unanswered, one.not_asked, one.notes) == (
            *(other.rows, other.base, other.unanswered, other.not_asked, other.notes),
        )
