"""One specification, every way in: the same answers in any spelling give the same cases and the same findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from places import SAMPLE
from ways_in import (
    FROM_CSV,
    FROM_WORKBOOK,
    TERMINAL,
    WAYS,
    Answers,
    Found,
    Rows,
    as_cases,
    come_in,
    fleksjob,
    found,
    plain_rows,
    read,
    sample_answers,
)

from audit.cases import checks
from audit.cases.columns import Cases
from audit.questionnaire.model import GridRow, Option, Question, Variable

Word = Callable[[Option], object]
#: What is noted of a file that has none of the columns it may lack.
BARE: Found = ("valgfri-kolonner", -1, ())


@dataclass(frozen=True)
class Spelling:
    """The base answers spelt otherwise: other headers or texts in columns, columns taken out or put in."""

    name: str
    headers: Mapping[str, object] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, object] | Callable[[str], object]] = field(default_factory=dict)
    without: Sequence[str] = ()
    more: Mapping[str, Sequence[object]] = field(default_factory=dict)


def base() -> list[Answers]:
    """Five cases without a finding, with several answers, both alternatives to a date and the supplement."""
    sample = sample_answers()
    cases = [dict(sample[number]) for number in ("1", "5", "6", "21", "38")]
    cases[1] |= {"q2_1": "", "q2_1_status": "2"}
    cases[2] |= {"q2_1": "", "q2_1_status": "3"}
    cases[3] |= {"q2_1_status": ""}
    cases[4] |= {"q2_2_1": "2", "q2_2_1_bem": "Ressourceforløb", "q4_6": "4"}
    return cases


VARIABLES = fleksjob().variables
ANSWERS = [v for v in VARIABLES if v.role == "answer"]
REMARKS = [v for v in VARIABLES if v.role == "remark"]
SEVERAL = ("2.8.1", "2.9", "2.10")
DATES = ("q1_1", "q2_1")
FLAGS = [v.name for v in ANSWERS if v.option]


def rows(spelling: Spelling) -> Rows:
    """The base as the spelling has it, header first."""
    columns: list[list[object]] = []
    for name in base()[0]:
        if name in spelling.without:
            continue
        change = spelling.texts.get(name, {})
        texts = [case[name] for case in base()]
        spelt = [change(t) if callable(change) else change.get(t, t) for t in texts]
        columns.append([spelling.headers.get(name, name), *(cell if cell != "" else None for cell in spelt)])
    columns.extend([header, *cells] for header, cells in spelling.more.items())
    return list(zip(*columns, strict=True))


def words(word: Word) -> dict[str, Mapping[str, object]]:
    """Every answer with one code as `word` has it; kommuner are known by their official number in the base."""
    named: dict[str, Mapping[str, object]] = {}
    for variable in ANSWERS:
        if variable.options:
            named[variable.name] = {option.number or option.code: word(option) for option in variable.options}
    return named


def units(word: Word) -> dict[str, Mapping[str, object]]:
    return {"kommune": {option.number or "": word(option) for option in fleksjob().unit_question.options}}


def headed(text: Callable[[Variable], object], variables: Sequence[Variable] = VARIABLES) -> dict[str, object]:
    return {variable.name: text(variable) for variable in variables if variable.role != "status"}


def worded(variable: Variable) -> Question | GridRow | Option:
    return variable.row or variable.option or variable.question


def single(variables: Sequence[Variable]) -> list[Variable]:
    """Those whose text alone names them: no other grid has a row with the same wording, misprinted or mended."""
    wordings = [wording for variable in variables for wording in {worded(variable).text, worded(variable).shown}]
    unique = {wording for wording in wordings if wordings.count(wording) == 1}
    return [v for v in variables if not v.option and {worded(v).text, worded(v).shown} <= unique]


def printed(remark: Variable) -> str:
    """A remark's label as the form has it; that of a grid row needs the row to be told from the others."""
    row, question = remark.row, remark.question
    return f"{remark.key} {row.text} {question.row_remark}" if row else f"{question.remark}"


def joined(question: str, name: Word, sign: str = ";") -> list[object]:
    """One cell a case with all the answers of a several-answer question."""
    options = [(f"q{question.replace('.', '_')}__{o.code}", o) for o in fleksjob().by_id[question].options]
    return [sign.join(str(name(o)) for column, o in options if case[column] == "1") or None for case in base()]


def in_one(name: Word, sign: str = ";", headers: Sequence[str] = SEVERAL) -> dict[str, Sequence[object]]:
    return {header: joined(question, name, sign) for header, question in zip(headers, SEVERAL, strict=True)}


def dated(alternatives: Sequence[object]) -> list[object]:
    """The column 2.1 with dates, and what else stands there for the second and the third case."""
    days: list[object] = [case["q2_1"] for case in base()]
    days[1:3] = alternatives
    return days


def day(shape: str) -> Callable[[str], object]:
    return lambda text: date.fromisoformat(text).strftime(shape) if text else ""


def short(sign: str) -> Callable[[str], object]:
    def write(text: str) -> str:
        year, month, number = text.split("-") if text else ("", "", "")
        return f"{int(number)}{sign}{int(month)}{sign}{year}" if text else ""

    return write


def excel_day(text: str) -> object:
    return (date.fromisoformat(text) - date(1899, 12, 30)).days if text else ""


def as_number(text: str) -> object:
    return int(text) if text else ""


def whole(word: Callable[[str], object]) -> dict[str, Callable[[str], object]]:
    return dict.fromkeys(DATES, word)


STATUS = ("q2_1", "q2_1_status")
SUPPLEMENT = [v.name for v in ANSWERS if v.question.supplement]
REASONS = [v.name for v in VARIABLES if v.role == "reason"]

SPELLINGS = [
    Spelling("codes and machine names"),
    # answers
    Spelling("codes typed as numbers", texts={v.name: as_number for v in VARIABLES if v.kind == "code"}),
    Spelling("0 and 1 typed as numbers", texts={name: {"0": 0, "1": 1} for name in FLAGS}),
    Spelling("0 and 1 typed as truth values", texts={name: {"0": "falsk", "1": "SAND"} for name in FLAGS}),
    Spelling("0 left blank", texts={name: {"0": ""} for name in FLAGS}),
    Spelling("codes between spaces", texts=words(lambda o: f"  {o.code} ")),
    Spelling("labels of the form, misprints too", texts=words(lambda o: o.text)),
    Spelling("corrected labels", texts=words(lambda o: o.shown)),
    Spelling("labels in capitals between spaces", texts=words(lambda o: f" {o.text.upper()}\t")),
    Spelling("labels broken over two lines", texts=words(lambda o: o.text.replace(" ", "\n", 1))),
    # units
    Spelling("the form's own code of the kommune", texts=units(lambda o: o.code)),
    Spelling("the official number", texts=units(lambda o: o.number)),
    Spelling("the official number typed as a number", texts=units(lambda o: int(o.number or ""))),
    Spelling("the name of the kommune", texts=units(lambda o: o.text)),
    Spelling("the name in small letters and Kommune", texts=units(lambda o: f" {o.text.lower()} Kommune ")),
    # case numbers
    Spelling("case numbers typed as numbers", texts={"sagsnr": int}),
    Spelling("case numbers between spaces", texts={"sagsnr": lambda text: f" {text} "}),
    # dates
    Spelling("dates of Excel", texts=whole(lambda t: date.fromisoformat(t) if t else "")),
    Spelling("Excel's day numbers", texts=whole(excel_day)),
    Spelling("Excel's day numbers as text", texts=whole(lambda t: str(excel_day(t)))),
    Spelling("31-12-2014", texts=whole(day("%d-%m-%Y"))),
    Spelling("31.12.2014", texts=whole(day("%d.%m.%Y"))),
    Spelling("31/12/2014", texts=whole(day("%d/%m/%Y"))),
    Spelling("1/2/2014", texts=whole(short("/"))),
    Spelling("dates between spaces", texts=whole(day(" %Y-%m-%d "))),
    # a date or its alternative
    Spelling("alternative by label in 2.1", without=STATUS, more={"2.1": dated(["UOPLYST", " tvivlsomt"])}),
    Spelling("alternative by code in 2.1", without=STATUS, more={"2.1": dated(["2", 3])}),
    Spelling("alternative in both columns", without=("q2_1",), more={"2.1": dated(["Uoplyst", "Tvivlsomt"])}),
    Spelling("status by label", texts={"q2_1_status": {"1": "", "2": "Uoplyst", "3": "TVIVLSOMT"}}),
    Spelling("status says Dato", texts={"q2_1_status": {"1": "Dato - angiv datoen (åååå-mm-dd)"}}),
    Spelling("status headed 2.1 status", headers={"q2_1_status": "2.1 Status"}),
    # several answers in one column
    Spelling("codes between semicolons", without=FLAGS, more=in_one(lambda o: o.code)),
    Spelling("codes, spaces and a last semicolon", without=FLAGS, more=in_one(lambda o: f" {o.code} ;")),
    Spelling("labels between semicolons", without=FLAGS, more=in_one(lambda o: o.text.upper(), " ; ")),
    Spelling(
        "one column, machine name",
        without=FLAGS,
        more=in_one(lambda o: o.code, headers=["q2_8_1", "q2_9", "Q2_10"]),
    ),
    Spelling(
        "one column, whole text",
        without=FLAGS,
        more=in_one(lambda o: o.text, headers=[f"{q} {fleksjob().by_id[q].text}" for q in SEVERAL]),
    ),
    # headers
    Spelling("machine names in capitals", headers=headed(lambda v: v.name.upper())),
    Spelling("numbers", headers=headed(lambda v: v.number)),
    Spelling("numbers and the form's texts", headers=headed(lambda v: f"{v.number} {worded(v).text}", ANSWERS)),
    Spelling("numbers and corrected texts", headers=headed(lambda v: f"{v.number} {worded(v).shown}", ANSWERS)),
    Spelling("numbers and short texts", headers=headed(lambda v: f"{v.question.id} {v.question.title}", single(ANSWERS))
             | headed(lambda v: v.number, [v for v in ANSWERS if v.row])),
    Spelling("the form's texts alone", headers=headed(lambda v: worded(v).text, single(ANSWERS))),
    Spelling("corrected texts in capitals", headers=headed(lambda v: worded(v).shown.upper(), single(ANSWERS))),
    Spelling("texts broken over lines", headers=headed(lambda v: worded(v).text.replace(" ", "\n"), single(ANSWERS))),
    Spelling("printed remark labels", headers=headed(printed, REMARKS)),
    Spelling("3.2 BEMÆRKNINGER", headers=headed(lambda v: f" {v.key} BEMÆRKNINGER ", REMARKS)),
    Spelling("Begrundelse R4", headers={name: f"Begrundelse {name[5:].upper()}" for name in REASONS}),
    Spelling("identifications", headers={"kommune": "KOMMUNE", "sagsnr": "Sagsnr.", "sagsmaaler": "sagsmåler"}),
    Spelling("the printed identification", headers={"kommune": "Kommune og kommunenr."}),
    Spelling("columns in another order", without=("sagsnr", "kommune"), more={
        "kommune": [case["kommune"] for case in base()], "sagsnr": [case["sagsnr"] for case in base()]}),
    Spelling("a blank column", more={"": [None] * 5}),
]  # fmt: skip


def assert_same(cases: Cases, expected: Cases) -> None:
    assert cases.size == expected.size
    for variable in fleksjob().variables:
        column, wanted = cases.column(variable), expected.column(variable)
        np.testing.assert_array_equal(column, wanted, err_msg=variable.name)
        assert column.dtype == wanted.dtype, variable.name
        assert cases.texts.get(variable.name, ()) == expected.texts.get(variable.name, ()), variable.name


#: A workbook has headers of its own; what stands in its cells can be spelt in any way.
SPELT = [
    (way, one)
    for way in WAYS
    for one in SPELLINGS
    if way != FROM_WORKBOOK or not (one.headers or one.without or one.more)
]


@pytest.mark.parametrize("way, spelling", SPELT, ids=[f"{way}: {one.name}" for way, one in SPELT])
def test_any_spelling_gives_the_same_cases_and_no_findings(way: str, spelling: Spelling, tmp_path: Path) -> None:
    came = come_in(way, tmp_path, rows(spelling))
    assert without_notes(found(came.findings)) == []
    assert_same(came.cases, as_cases(base()))


def without_notes(findings: list[Found]) -> list[Found]:
    """The findings but the note that case numbers stand as numbers: tests/cases/test_keys.py."""
    return [each for each in findings if each[0] != "noegle-tal"]


#: At a terminal an answer has a place and no header, and one of several is named, not crossed off.
TYPED = (
    "codes and machine names",
    "labels of the form, misprints too",
    "labels in capitals between spaces",
    "the name in small letters and Kommune",
    "31.12.2014",
    "1/2/2014",
)


@pytest.mark.slow
@pytest.mark.parametrize("spelling", [one for one in SPELLINGS if one.name in TYPED], ids=lambda one: one.name)
def test_any_spelling_typed_at_a_terminal_gives_the_same_cases(spelling: Spelling, tmp_path: Path) -> None:
    came = come_in(TERMINAL, tmp_path, rows(spelling)[:3])
    assert found(came.findings) == []
    assert_same(came.cases, as_cases(base()[:2]))


@pytest.mark.parametrize("way", WAYS)
def test_truth_values_are_read_as_chosen_and_not_chosen(way: str, tmp_path: Path) -> None:
    spelling = Spelling("", texts={name: {"0": False, "1": True} for name in FLAGS})
    if way in ("csv", FROM_CSV):  # as Excel writes them
        spelling = Spelling("", texts={name: {"0": "FALSK", "1": "SAND"} for name in FLAGS})
    came = come_in(way, tmp_path, rows(spelling))
    assert found(came.findings) == []
    assert_same(came.cases, as_cases(base()))


@pytest.mark.parametrize("way", [way for way in WAYS if way != FROM_WORKBOOK])
@pytest.mark.parametrize(
    "names",
    [SUPPLEMENT, [v.name for v in REMARKS], ["q2_1_status", *SUPPLEMENT]],
    ids=["supplement", "remarks", "status"],
)
def test_columns_that_may_be_lacking_are_only_noted(way: str, names: list[str], tmp_path: Path) -> None:
    keep = [dict.fromkeys(names, "") | case for case in base()]
    for case in keep:  # a date where there was an alternative: without the status it cannot be told
        case["q2_1"] = case["q2_1"] or "2015-01-02"
        case["q2_1_status"] = ""
    came = come_in(way, tmp_path, plain_rows([{n: t for n, t in case.items() if n not in names} for case in keep]))
    whole = as_cases([case | dict.fromkeys(names, "") for case in keep])
    assert_same(came.cases, whole)
    # a study lacks no column, so there a demanded remark is missing
    missing = found(checks.check(whole)) if way == FROM_CSV else []
    assert found(came.findings) == sorted([BARE, *missing])


#: Cells of the base that are spoilt: (row, column) → text; and all that must be found.
SPOILT: dict[str, tuple[Mapping[tuple[int, str], object], list[Found]]] = {
    "a code out of range": ({(0, "q3_2"): "4"}, [("ukendt-svar", 0, ("3.2",))]),
    "a misspelt label, twice": (
        {(0, "q3_2"): "Væsenlige", (3, "q3_2"): "Væsenlige"},
        [("ukendt-svar", 0, ("3.2",)), ("ukendt-svar", 3, ("3.2",))],
    ),
    "31 February": ({(0, "q2_1"): "31-02-2015"}, [("ugyldig-dato", 0, ("2.1",))]),
    "neither 0 nor 1": ({(0, "q2_8_1__1"): "x"}, [("ugyldigt-flag", 0, ("2.8.1/1",))]),
    "an unreadable part, and what depends on the others": (
        {(2, "q2_8_1__8"): "x", (2, "vaegttab"): "2"},
        [("ugyldigt-flag", 2, ("2.8.1/8",))],
    ),
    "two alternatives": ({(1, "q2_1"): "Tvivlsomt"}, [("to-alternativer", 1, ("2.1",))]),
    "a date and an alternative": ({(1, "q2_1"): "2015-01-02"}, [("dato-og-alternativ", 1, ("2.1",))]),
    "a CPR number": ({(0, "q3_1_bem"): "Borger 010190-1234"}, [("cpr-nummer", 0, ("3.1 Bemærkninger",))]),
    "the same case twice": ({(1, "sagsnr"): "1"}, [("dobbelt-sag", 1, ("Sagsnr.",))]),
    "the same case twice, as number": ({(1, "sagsnr"): 1}, [("dobbelt-sag", 1, ("Sagsnr.",))]),
    "no case number": ({(1, "sagsnr"): None}, [("noegle-mangler", 1, ("Sagsnr.",))]),
    "a blank answer": ({(1, "q1_2"): " "}, [("ubesvaret", 1, ("1.2",))]),
    "a blank grid row": ({(1, "q4_1__3"): None}, [("ubesvaret", 1, ("4.1/3",))]),
    "no remark": ({(4, "q2_2_1_bem"): None}, [("bemaerkning-mangler", 4, ("2.2.1 Bemærkninger",))]),
    "no reason": ({(0, "begr_r14"): None}, [("begrundelse-mangler", 0, ("2.3.1/4", "4.1/4"))]),
    "answers that exclude each other": ({(0, "q2_9__1"): "1"}, [("udelukkende-svar", 0, ("2.9",))]),
    "not asked": ({(0, "q2_7_1"): "1"}, [("svar-ikke-stillet", 0, ("2.7.1",))]),
    "a rule": ({(0, "q3_2"): "3"}, [("regel-brudt", 0, ("3.1", "3.2"))]),
}


def spoilt(name: str) -> Rows:
    """The base with the cells of one fault."""
    made = [list(row) for row in plain_rows(base())]
    for (row, column), cell in SPOILT[name][0].items():
        made[row + 1][made[0].index(column)] = cell
    return made


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SPOILT)
def test_the_same_fault_is_found_whatever_way_it_comes_in(way: str, name: str, tmp_path: Path) -> None:
    assert without_notes(found(come_in(way, tmp_path, spoilt(name)).findings)) == sorted(SPOILT[name][1])


def typed(name: str) -> Rows:
    """The header and the one case that a fault is in."""
    row = min(row for row, _ in SPOILT[name][0])
    return [spoilt(name)[0], spoilt(name)[row + 1]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a blank answer", "a blank grid row", "no remark", "no reason", "a rule"])
def test_what_can_be_left_so_at_a_terminal_is_found_there_too(name: str, tmp_path: Path) -> None:
    expected = [(code, 0, questions) for code, _, questions in SPOILT[name][1]]
    assert found(come_in(TERMINAL, tmp_path, typed(name)).findings) == expected


REFUSED = (
    "a code out of range",
    "a misspelt label, twice",
    "31 February",
    "a CPR number",
    "answers that exclude each other",
)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_stand_is_refused_at_a_terminal(name: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        come_in(TERMINAL, tmp_path, typed(name))


def test_the_sample_is_the_same_from_csv_and_from_excel() -> None:
    csv, xlsx = read(SAMPLE / "cases.csv"), read(SAMPLE / "cases.xlsx")
    assert found(csv.findings) == found(xlsx.findings) == []
    assert csv.cases.keys == xlsx.cases.keys
    assert csv.cases.data.keys() == xlsx.cases.data.keys()
    assert_same(csv.cases, xlsx.cases)
    assert_same(csv.cases, as_cases(list(sample_answers().values())))
