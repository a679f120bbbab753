"""Studies: what is wrong with study.yaml or an example is told by line, and what is right reaches the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import SAMPLE
from smallstudy import CASES, EXAMPLE, STUDY, make

from audit.base.errors import DefinitionFault, FileFault, UsageFault
from audit.study.source import ReadOptions, open_source

#: A number of the right form for a birthday long ago.
CPR = "290204-0000"


def faults(folder: Path) -> list[str]:
    with pytest.raises(DefinitionFault) as caught:
        open_source(folder)
    return [str(fault) for fault in caught.value.faults]


# --- study.yaml -------------------------------------------------------------------------------------------------------


def test_a_sound_study_has_all_that_study_yaml_tells(tmp_path: Path) -> None:
    made = open_source(make(tmp_path / "s"))
    assert made.folder == tmp_path / "s"
    assert made.title == "Hjemmehjælp i to distrikter"
    assert made.units == ("Syd", "Nord")
    assert made.facts == {"requested": "4"}
    assert made.parameters == {"period": "1. januar til 31. december 2020", "examiner": "Borgerrådgiveren"}
    assert made.cases.keys == ("Nord/1", "Nord/2", "Syd/1", "Syd/2")
    assert {one.severity for one in made.findings} <= {"note"}
    (example,) = made.examples
    assert (example.case, example.title, example.file) == ("Nord/1", "En sag om rengøring", "en.md")
    assert example.text == "\n\n\n\n\nBorgeren fik rengøring.\n", "faults in the text keep their line"


def test_a_study_needs_no_more_than_a_schema_and_data(tmp_path: Path) -> None:
    folder = make(tmp_path / "s", study="study: a\ntitle: A\nschema: skema.yaml\ndata: sager.csv\n")
    made = open_source(folder)
    assert (made.units, made.examples, dict(made.facts), dict(made.parameters)) == ((), (), {}, {})


def test_the_study_s_own_period_parameter_wins_over_its_period(tmp_path: Path) -> None:
    folder = make(tmp_path / "s", study=STUDY + "  period: foråret 2020\n")
    assert open_source(folder).parameters["period"] == "foråret 2020"


FAULTS = [
    (
        "title: Hj",
        "titel: Hj",
        ['linje 2, tegn 1: nøglen "titel" kendes ikke'],
    ),
    ("data: sager.csv", "data: sagre.csv", ['linje 5, tegn 7: filen "sagre.csv" findes ikke i undersøgelsens mappe']),
    ("data: sager.csv", "data: eksempler", ['linje 5, tegn 7: filen "eksempler" findes ikke']),
    ("data: sager.csv", "data:", ["linje 5, tegn 6: her skal stå tekst"]),
    ("examples: eks", "examples: xeks", ['linje 6, tegn 11: mappen "xeksempler" findes ikke']),
    ("schema: skema.yaml", "schema: skma.yaml", ['linje 3, tegn 9: måleskemaet "skma.yaml" findes ikke.']),
    (
        "schema: skema.yaml",
        "schema: flexjob-2016",
        ['linje 3, tegn 9: måleskemaet "flexjob-2016" findes ikke. Mente du "fleksjob'],
    ),
    (
        "schema_version: 1",
        "schema_version: 2",
        ["linje 4, tegn 17: undersøgelsen er til version 2, men måleskemaet er 1"],
    ),
    ("[Syd, Nord]", "[Syd, Nrod]", ['linje 8, tegn 14: "Nrod" er ikke blandt måleskemaets enheder. Mente du "Nord"?']),
    ("[Syd, Nord]", "[Syd, 2]", ['linje 8, tegn 14: "2" står der to gange']),
    ("[Syd, Nord]", "Syd", ["linje 8, tegn 8: her skal stå en liste"]),
    ("to: 2020-12-31", "to: 2019-12-31", ["linje 7, tegn 9: perioden slutter, før den begynder"]),
    ("to: 2020-12-31", "to: 31.12.2020", ["linje 7, tegn 32: her skal stå en dato (åååå-mm-dd)"]),
    ("to: 2020-12-31", "to: 1606780800", ["linje 7, tegn 32: her skal stå en dato (åååå-mm-dd)"]),
    ("facts:", "facts: {a: b}\nfacts:", ['linje 10, tegn 1: nøglen "facts" står der to gange (se linje 9)']),
    ("  requested: 4", "  requested: [4]", ["linje 10, tegn 14: her skal stå tekst"]),
    ("title: Hj", "title: [Hj", ["filen er ikke gyldig YAML"]),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS, ids=[new for _, new, _ in FAULTS])
def test_a_fault_in_study_yaml_is_told_by_line(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    assert STUDY.count(old) == 1
    found = faults(make(tmp_path / "s", study=STUDY.replace(old, new)))
    assert len(found) == len(said)
    for fault, expected in zip(found, said, strict=True):
        assert fault.startswith("study.yaml, linje ")
        assert expected in fault


def test_all_faults_are_told_at_once_those_of_examples_too(tmp_path: Path) -> None:
    text = (
        STUDY.replace("sager.csv", "x.csv").replace("schema_version: 1", "schema_version: 9").replace("Nord]", "Vest]")
    )
    folder = make(tmp_path / "s", study=text, example="uden hoved\n")
    (folder / "eksempler" / "to.md").write_text(EXAMPLE.replace("title:", "titel:"), encoding="utf-8")
    found = faults(folder)
    assert [fault.partition(", tegn")[0] for fault in found] == [
        "en.md, linje 1",
        "study.yaml, linje 4",
        "study.yaml, linje 5",
        "study.yaml, linje 8",
        "to.md, linje 3",
    ]


def test_faults_of_the_questionnaire_are_its_own(tmp_path: Path) -> None:
    folder = make(tmp_path / "s")
    path = folder / "skema.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("unit: distrikt", "unit: distrikter"), encoding="utf-8")
    assert all(fault.startswith("skema.yaml, linje ") for fault in faults(folder))


# --- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("En sag uden hoved.\n", 'en.md, linje 1, tegn 1: et eksempel begynder med "---"'),
        (EXAMPLE.replace("case: Nord/1\n", ""), 'en.md, linje 2, tegn 1: nøglen "case" mangler'),
        (EXAMPLE.replace("title", "titel"), 'en.md, linje 3, tegn 1: nøglen "titel" kendes ikke. Mente du "title"?'),
        (EXAMPLE.replace("title: En", "title: [En"), "en.md, linje "),
    ],
)
def test_a_bad_head_of_an_example_is_told_by_line(tmp_path: Path, text: str, said: str) -> None:
    found = faults(make(tmp_path / "s", example=text))
    assert any(fault.startswith(said) for fault in found)
    assert all(fault.startswith("en.md") for fault in found)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    folder = make(tmp_path / "s")
    (folder / "eksempler" / "en.md").write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    (folder / "study.yaml").write_bytes(b"\xef\xbb\xbf" + STUDY.replace("\n", "\r\n").encode())
    assert open_source(folder).examples[0].title == "En sag om rengøring"


def test_two_examples_of_one_case_are_a_fault(tmp_path: Path) -> None:
    folder = make(tmp_path / "s")
    (folder / "eksempler" / "to.md").write_text(EXAMPLE.replace("Nord/1", "nord/1"), encoding="utf-8")
    assert faults(folder) == ["to.md, linje 2, tegn 7: sag nord/1 er allerede eksemplet en.md"]


def test_an_example_of_a_case_that_is_not_there_is_a_finding_with_its_line(tmp_path: Path) -> None:
    made = open_source(make(tmp_path / "s", example=EXAMPLE.replace("Nord/1", "Nord/7")))
    (told,) = [message for message in made.cases.messages(made.findings) if message.severity == "fejl"]
    assert str(told).startswith("fejl: en.md, linje 2: eksemplet er om sag Nord/7, som ikke er i data")


def test_an_example_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    folder = make(tmp_path / "s")
    (folder / "eksempler" / "en.md").write_bytes("---\ncase: å\n".encode("latin-1"))
    with pytest.raises(FileFault, match=r"en\.md kan ikke læses som tekst\.\nGem den som UTF-8"):
        open_source(folder)


# --- CPR numbers ------------------------------------------------------------------------------------------------------


def test_cpr_numbers_outside_the_cases_are_findings_by_line_and_never_repeated(tmp_path: Path) -> None:
    text = STUDY.replace("Borgerrådgiveren", f"Borger {CPR}").replace("requested: 4", f"requested: {CPR}")
    text = text.replace("title: Hj", f"title: {CPR} Hj") + f"# {CPR}\n"
    example = EXAMPLE.replace("En sag", f"Borger {CPR}").replace("Borgeren", f"Borgeren ({CPR.replace('-', '')})")
    made = open_source(make(tmp_path / "s", study=text, example=example))
    told = [str(message) for message in made.cases.messages(made.findings) if message.code == "cpr-nummer"]
    assert [line.partition(": teksten indeholder")[0] for line in told] == [
        *(f"fejl: study.yaml, linje {line}" for line in (2, 10, 12, 13)),
        *(f"fejl: en.md, linje {line}" for line in (3, 6)),
    ]
    shown = repr((told, made.title, made.facts, made.parameters, made.examples))
    assert CPR not in shown
    assert CPR.replace("-", "") not in shown
    assert shown.count("[CPR-nummer]") == 5


# --- data files -------------------------------------------------------------------------------------------------------


def test_the_sheet_of_the_study_is_used_unless_another_is_asked_for(tmp_path: Path) -> None:
    from openpyxl import Workbook

    folder = make(tmp_path / "s", study=STUDY.replace("data: sager.csv", "data: sager.xlsx\nsheet: Sager"))
    book = Workbook()
    book.worksheets[0].title = "Noter"
    book.worksheets[0].append(["noget", "andet"])
    for name, lines in (("Sager", CASES.splitlines()), ("Halv", CASES.splitlines()[:3])):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([value or None for value in line.split(",")])
    book.save(folder / "sager.xlsx")
    assert open_source(folder).cases.size == 4
    assert open_source(folder, options=ReadOptions(sheet="Halv")).cases.size == 2


def test_a_file_without_a_study_is_read_by_a_questionnaire(tmp_path: Path) -> None:
    made = open_source(SAMPLE / "cases.csv", schema_id="fleksjob-2016")
    assert (made.title, made.cases.size, made.folder) == ("", 130, SAMPLE)


def test_what_is_no_study_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match=r"der er ingen study\.yaml"):
        open_source(tmp_path)
    with pytest.raises(FileFault, match="findes ikke"):
        open_source(tmp_path / "x")
