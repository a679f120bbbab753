"""The command line as a user runs it: every command, every option, and everything that can be got wrong."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer
from generative import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import ROOT, SAMPLE, SCHEMA
from smallstudy import CASES, STUDY, Runner, make

from audit import __main__ as program
from audit.base import resources
from audit.cli import common, data
from audit.cli.app import app
from audit.cli.danish_help import usage_message
from audit.questionnaire import schemas, show
from audit.report import planfile

FLEKSJOB = "fleksjob-2016"
#: A CPR number that was never given to anybody: 30 February does not exist, 29 February 1904 does in the pattern.
CPR = "290204-0000"


def spoiled(folder: Path) -> Path:
    """The small study with one fejl (an unknown answer) and one mangel (a blank)."""
    return make(folder, cases=CASES.replace("45,Ja", "45,Måske").replace("Syd,2,1970-05-01", "Syd,2,"))


# --- demo -------------------------------------------------------------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.slow
def test_demo_writes_the_report_and_a_copy_of_the_study_and_says_where(run: Runner, tmp_path: Path) -> None:
    ran = run("demo", "--out", tmp_path / "proeve")
    assert (ran.code, ran.err) == (0, "")
    report = tmp_path / "proeve" / "praksisundersoegelse.html"
    assert [str(report.with_suffix(ending)) in ran.out for ending in (".html", ".pdf", ".docx")] == [True] * 3
    assert "<h1" in report.read_text(encoding="utf-8")
    assert run("check", tmp_path / "proeve").code == 0
    assert len(list((tmp_path / "proeve" / "examples").glob("*.md"))) == len(list((SAMPLE / "examples").glob("*.md")))


@pytest.mark.pdf
@pytest.mark.slow
def test_demo_again_gives_the_same_bytes(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = Path("audit-demo/praksisundersoegelse.html")
    assert run("demo").code == 0
    first = report.read_bytes()
    assert run("demo").code == 0
    assert report.read_bytes() == first
    assert run("demo", "--date", "2016-03-01").code == 0
    assert report.read_bytes() != first


def test_demo_keeps_what_somebody_has_changed(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("min egen", encoding="utf-8")
    ran = run("demo", "--out", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "study.yaml med et andet indhold" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]


def test_demo_cannot_go_into_a_file(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("", encoding="utf-8")
    ran = run("demo", "--out", tmp_path / "fil")
    assert (ran.code, ran.out) == (2, "")
    assert "der er en fil med det navn" in ran.err


def test_a_folder_that_may_not_be_made_is_said(
    run: Runner, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    ran = run("report", small, "--out", tmp_path / "ud")
    assert ran.code == 2
    assert "du har ikke adgang" in ran.err


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_of_a_sound_study_ends_with_a_summary_and_0(run: Runner, small: Path) -> None:
    ran = run("check", small)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[-1] == f"4 sager: 0 fejl, 0 mangler, {len(lines) - 1} noter."
    assert all(line.startswith("note: sager.csv") for line in lines[:-1])


def test_check_tells_each_finding_on_a_line_of_its_own_and_ends_with_1(run: Runner, tmp_path: Path) -> None:
    ran = run("check", spoiled(tmp_path / "s"))
    assert ran.code == 1
    assert 'fejl: sager.csv, linje 4, kolonne q1_4: "Måske" er ikke et svar på 1.4' in ran.out
    assert "mangel: sager.csv, linje 5, kolonne q1_1: 1.1 er ikke besvaret" in ran.out
    assert re.search(r"^4 sager: 1 fejl, 1 mangel, \d+ noter\.$", ran.out.splitlines()[-1])


def test_check_as_json_has_the_exact_form(run: Runner, tmp_path: Path) -> None:
    ran = run("check", spoiled(tmp_path / "s"), "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    report = json.loads(ran.out)
    assert list(report) == ["findings", "summary"]
    keys = ["code", "severity", "file", "sheet", "cell", "row", "column", "case", "questions", "rule", "message"]
    assert all(list(one) == keys for one in report["findings"])
    counted = {kind: sum(one["severity"] == kind for one in report["findings"]) for kind in ("fejl", "mangel", "note")}
    assert report["summary"] == counted
    fault = next(one for one in report["findings"] if one["severity"] == "fejl")
    message = fault.pop("message")
    assert '"Måske" er ikke et svar' in message
    assert fault == {
        "code": "ukendt-svar",
        "severity": "fejl",
        "file": "sager.csv",
        "sheet": None,
        "cell": None,
        "row": 4,
        "column": "q1_4",
        "case": "Syd/1",
        "questions": ["1.4"],
        "rule": None,
    }


def test_check_takes_only_its_two_formats(run: Runner, small: Path) -> None:
    ran = run("check", small, "--format", "xml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == '--format kan være text eller json, ikke "xml".\n'


def test_check_of_the_sample_names_the_cell_of_a_workbook(run: Runner, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(SAMPLE / "cases.xlsx")
    sheet = book.worksheets[0]
    column = next(cell.column_letter for cell in sheet[1] if str(cell.value).startswith("3.1 "))
    sheet[f"{column}7"] = "9"
    book.save(tmp_path / "sager.xlsx")
    ran = run("check", tmp_path / "sager.xlsx", "--schema", FLEKSJOB)
    assert ran.code == 1
    assert f"fejl: sager.xlsx, ark Sager, celle {column}7 (3.1): " in ran.out


def test_a_sheet_can_be_chosen(run: Runner) -> None:
    assert run("check", SAMPLE, "--sheet", "Sager").code == 0
    ran = run("check", SAMPLE, "--sheet", "Ark1")
    assert (ran.code, ran.out) == (2, "")
    assert "Sager" in ran.err


def test_a_column_can_be_left_out_and_must_be_there(run: Runner, tmp_path: Path) -> None:
    extra = CASES.replace("q2_4\n", "q2_4,Min note\n", 1)
    folder = make(tmp_path / "s", cases=extra)
    assert run("check", folder).code == 1
    assert run("check", folder, "--ignore-column", "min note").code == 0
    ran = run("check", folder, "--ignore-column", "Min node")
    assert (ran.code, ran.out) == (2, "")
    assert 'har ingen kolonne "Min node". Mente du "Min note"?' in ran.err


def test_a_cpr_number_is_refused_and_its_digits_are_never_repeated(run: Runner, tmp_path: Path) -> None:
    folder = make(tmp_path / "s", cases=CASES.replace("Der mangler noget", f"Borger {CPR}"))
    ran = run("check", folder)
    assert ran.code == 1
    assert "CPR-nummer" in ran.out
    for command in (["check", folder, "--format", "json"], ["tables", folder], ["report", folder]):
        ran = run(*command)
        assert CPR not in ran.out + ran.err


def test_a_person_can_vouch_for_a_cell(run: Runner, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for line in CASES.replace("Der mangler noget", CPR).splitlines():
        book.worksheets[0].append([value or None for value in line.split(",")])
    book.save(tmp_path / "sager.xlsx")
    assert run("check", tmp_path / "sager.xlsx", "--schema", SCHEMA).code == 1
    assert run("check", tmp_path / "sager.xlsx", "--schema", SCHEMA, "--not-cpr", "p4").code == 0
    ran = run("check", tmp_path / "sager.xlsx", "--schema", SCHEMA, "--not-cpr", "linje 4")
    assert (ran.code, ran.err) == (2, '--not-cpr "linje 4" er ikke en celle.\nSkriv for eksempel --not-cpr K7.\n')


def test_digits_of_a_cpr_number_on_the_command_line_are_not_repeated_either(run: Runner, small: Path) -> None:
    for arguments in (("check", CPR), ("check", f"--{CPR}"), (CPR,), ("report", small, "--set", f"examiner={CPR}")):
        ran = run(*arguments)
        assert ran.code == 2
        assert CPR not in ran.out + ran.err
        assert "CPR" in ran.err


# --- where the cases are ----------------------------------------------------------------------------------------------


@pytest.mark.pdf
def test_inside_a_study_no_source_is_needed(run: Runner, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = run("tables", small)
    monkeypatch.chdir(small)
    assert run("check").code == 0
    assert run("tables") == outside
    assert run("tables", ".") == outside
    assert run("report").code == 0
    assert (small / "resultater.html").is_file()


@pytest.mark.pdf
def test_study_option_and_study_file_name_the_same_study(run: Runner, small: Path, tmp_path: Path) -> None:
    expected = run("tables", small)
    assert expected.code == 0
    assert run("tables", "--study", small) == expected
    assert run("tables", small / "study.yaml") == expected
    assert run("check", "--study", small).code == 0
    assert run("report", "--study", small, "--out", tmp_path / "ud").code == 0


def test_a_data_file_needs_a_questionnaire_by_id_or_by_path(run: Runner, small: Path) -> None:
    assert run("check", SAMPLE / "cases.csv", "--schema", FLEKSJOB).code == 0
    assert run("check", small / "sager.csv", "--schema", small / "skema.yaml").code == 0
    ran = run("check", small / "sager.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "Hvilket måleskema er sager.csv udfyldt efter?" in ran.err
    assert FLEKSJOB in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "{study}", "--study", "{study}"], "Skriv enten en kilde eller --study"),
        (["check", "{study}", "--schema", FLEKSJOB], "--schema kan ikke bruges sammen med en undersøgelse"),
        (["check", "{study}/sager.csv", "--schema", "flexjob-2016"], f'Mente du "{FLEKSJOB}"?'),
        (["check", "{study}/findes-ikke.csv"], "findes-ikke.csv findes ikke"),
        (["check", "{study}/findes-ikke.csv", "--schema", FLEKSJOB], "findes-ikke.csv"),
        (["check", "{study}/eksempler"], "er ikke en undersøgelse: der er ingen study.yaml"),
        (["check", "{study}/eksempler", "--schema", FLEKSJOB], "er ikke en undersøgelse"),
        (["check", "{study}/skema.yaml", "--schema", FLEKSJOB], "skema.yaml"),
        (["check", "{study}/sager.csv", "--schema", "{study}/sager.csv"], "linje 1"),
        (["tables", "{study}", "--question", "9.9"], 'spørgsmål "9.9" findes ikke'),
        (["tables", "{study}", "--question", "2.1/7"], '"2.1/7"'),
        (["tables", "{study}", "--question", "2.4"], "2.4"),
        (["tables", "{study}", "--by", "1.4.1"], '"1.4.1" kan ikke være tabellens rækker'),
        (["tables", "{study}", "--by", "distrikter"], 'Mente du "distrikt"?'),
        (["tables", "{study}", "--where", "1.4"], "Skriv for eksempel"),
        (["tables", "{study}", "--where", "1.4=Måske"], '--where "1.4=Måske"'),
        (["tables", "{study}", "--exact"], "--exact kan kun bruges sammen med --interval."),
        (["tables", "{study}", "--exact", "--percent"], "--interval"),
        (["tables", "{study}", "--out", "{study}/ud.pdf"], ".xlsx, .csv, .json, .md eller .html"),
        (["tables", "{study}", "--out", "{study}/ud"], "ingen endelse"),
        (["tables", "{study}", "--out", "{study}/findes/ikke.csv"], "findes ikke"),
        (["tables", "{study}", "--out", "{study}/sager.csv"], "--overwrite"),
        (["report", "{study}", "--format", "word"], 'Formatet "word" kendes ikke'),
        (["report", "{study}", "--plan", "resultatr"], 'Mente du "resultater"?'),
        (["report", "{study}", "--set", "examinr=A"], 'Mente du "examiner"?'),
        (["report", "{study}", "--set", "examiner"], "--set published=2026-03"),
        (["report", "{study}", "--set", "=x"], "kan ikke læses"),
        (["report", "{study}", "--date", "1. marts 2016"], '"1. marts 2016" er ikke en dato'),
        (["report", "{study}", "--out", "{study}/sager.csv"], "der er en fil med det navn"),
        (["report", "{study}", "--out", "{study}/sager.csv/ud"], "der er en fil med det navn"),
        (["schema", "show", "flexjob-2016"], f'Mente du "{FLEKSJOB}"?'),
        (["schema", "check", "{study}/findes-ikke.yaml"], "findes ikke"),
        (["schema", "check", "{study}"], "findes ikke"),
        (["plan", "check", "{study}"], "der er ingen plan.yaml"),
        (["check", "{study}/" + "x" * 300], "ENAMETOOLONG"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_a_wrong_use_ends_with_2_and_says_what_is_wrong(
    run: Runner, small: Path, arguments: list[str], says: str
) -> None:
    before = sorted(small.rglob("*"))
    ran = run(*(argument.replace("{study}", str(small)) for argument in arguments))
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert sorted(small.rglob("*")) == before


# --- tables -----------------------------------------------------------------------------------------------------------


def test_tables_without_a_question_shows_every_closed_one(run: Runner, small: Path) -> None:
    ran = run("tables", small)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("\n")
    assert not ran.out.endswith("\n\n")
    titles = re.findall(r"^(\d\S*) ", ran.out, flags=re.MULTILINE)
    assert titles == ["1.4", "1.4.1", "2.1/1", "2.1/2", "2.2/1", "2.2/2", "2.3"]


def rows(text: str) -> dict[str, list[int]]:
    """The rows of a table on the screen: label and numbers."""
    found = re.findall(r"^(\S[^\d(]*?)((?: +\d+)+)$", text, flags=re.MULTILINE)
    return {label.strip(): [int(number) for number in numbers.split()] for label, numbers in found}


def test_tables_of_some_questions_by_unit_in_the_order_of_the_study(run: Runner, small: Path) -> None:
    ran = run("tables", small, "--question", "2.3", "--question", "1.4")
    first, second = ran.out.split("\n\n")
    assert rows(first) == {"Syd": [1, 0, 1, 2], "Nord": [1, 1, 0, 2], "I alt": [2, 1, 1, 4]}
    assert list(rows(first)) == ["Syd", "Nord", "I alt"]
    assert rows(second) == {"Syd": [1, 1, 2], "Nord": [2, 0, 2], "I alt": [3, 1, 4]}


def test_tables_by_another_question_and_where(run: Runner, small: Path) -> None:
    ran = run("tables", small, "--question", "2.3", "--by", "1.4")
    assert rows(ran.out) == {"Ja": [1, 1, 1, 3], "Nej": [1, 0, 0, 1], "I alt": [2, 1, 1, 4]}
    ran = run("tables", small, "--question", "2.3", "--where", "1.4=Ja", "--where", "distrikt!=Nord")
    assert rows(ran.out) == {"Syd": [0, 0, 1, 1], "Nord": [0, 0, 0, 0], "I alt": [0, 0, 1, 1]}
    assert re.search(r"Kun den ene sag, hvor", ran.out)
    ran = run("tables", small, "--question", "2.3", "--by", "rigtig")
    assert rows(ran.out)["Helt eller delvis"] == [2, 1, 0, 3]
    ran = run("tables", small, "--question", "2.3", "--by", "2.1/2")
    assert rows(ran.out)["Nej"] == [0, 0, 1, 1]


def test_a_grid_becomes_a_table_a_row(run: Runner, small: Path) -> None:
    ran = run("tables", small, "--question", "2.1")
    assert [part.split()[0] for part in ran.out.split("\n\n")] == ["2.1/1", "2.1/2"]


def test_tables_with_percent(run: Runner, small: Path) -> None:
    assert "1 (33 %)" in run("tables", small, "--question", "2.3", "--by", "1.4", "--percent").out
    assert "%" not in run("tables", small, "--question", "2.3", "--by", "1.4").out


def test_tables_with_intervals_show_percent_too_and_say_how_they_are_made(run: Runner, small: Path) -> None:
    asked = ("tables", small, "--question", "2.3", "--by", "1.4", "--interval")
    made = run(*asked)
    assert (made.code, made.err) == (0, "")
    assert "1 (33 %; 6-79 %)" in made.out
    assert made.out.count("Wilsons metode") == 1
    exact = run(*asked, "--exact").out
    assert "1 (33 %; 1-91 %)" in exact
    assert exact.count("Clopper og Pearsons eksakte metode") == 1
    assert run(*asked, "--percent").out == made.out


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "md", "html"])
def test_tables_to_a_file_are_the_same_bytes_again_and_kept_unless_overwrite(
    run: Runner, small: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"tabeller.{ending}"
    ran = run("tables", small, "--out", out)
    assert (ran.code, ran.out, ran.err) == (0, "", f"Skrevet: {out}\n")
    first = out.read_bytes()
    ran = run("tables", small, "--question", "2.3", "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert "--overwrite" in ran.err
    assert out.read_bytes() == first
    assert run("tables", small, "--question", "2.3", "--out", out, "--overwrite").code == 0
    assert out.read_bytes() != first
    assert run("tables", small, "--out", out, "--overwrite").code == 0
    assert out.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [out.name]


def test_tables_as_json_has_the_exact_form(run: Runner, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "t.json"
    assert run("tables", small, "--question", "2.3", "--question", "2.2/1", "--out", out).code == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert list(report) == ["schema", "schema_version", "by", "tables"]
    assert (report["schema"], report["schema_version"], report["by"]) == ("hjemmehjaelp", "1", "distrikt")
    first, second = report["tables"]
    assert first == {
        "id": "2.3",
        "title": "Er afgørelsen rigtig?",
        "multiple": False,
        "rows": ["Syd", "Nord", "I alt"],
        "columns": ["Ja", "Delvis", "Nej"],
        "codes": ["1", "2", "3"],
        "counts": [[1, 0, 1], [1, 1, 0], [2, 1, 1]],
        "base": [2, 2, 4],
        "unanswered": [0, 0, 0],
        "not_asked": [0, 0, 0],
        "notes": [],
    }
    assert (second["id"], second["base"], second["not_asked"]) == ("2.2/1", [1, 2, 3], [1, 0, 1])


def test_tables_warns_and_says_what_it_left_out(run: Runner, tmp_path: Path) -> None:
    ran = run("tables", spoiled(tmp_path / "s"), "--question", "1.4")
    assert ran.code == 0
    assert ran.err == 'Advarsel: der er 1 fejl i data; se "audit check". 1 svar kunne ikke læses og er udeladt.\n'
    assert rows(ran.out)["I alt"][:2] == [2, 1]
    folder = make(tmp_path / "t", cases=CASES.replace("Nord,2,", "Nord,1,"))
    assert run("tables", folder).err == 'Advarsel: der er 1 fejl i data; se "audit check".\n'


def test_bilag_4_comes_out_of_the_sample_to_the_digit(run: Runner, tmp_path: Path) -> None:
    import yaml

    published = yaml.safe_load((SAMPLE / "published.yaml").read_text(encoding="utf-8"))["bilag_4"]
    out = tmp_path / "bilag4.json"
    assert run("tables", SAMPLE, "--out", out).code == 0
    tables = {table["id"]: table for table in json.loads(out.read_text(encoding="utf-8"))["tables"]}
    for question in ("3.1", "3.2", "3.3", "3.4"):
        made = dict(zip(tables[question]["rows"], tables[question]["counts"], strict=True))
        assert made == {unit: list(counts) for unit, counts in published[question].items()}
    again = tmp_path / "af-csv.json"
    assert run("tables", SAMPLE / "cases.csv", "--schema", FLEKSJOB, "--out", again).code == 0
    assert again.read_bytes() == out.read_bytes()


def words(page: str) -> str:
    """A page of HTML without its style."""
    return re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


# --- report -----------------------------------------------------------------------------------------------------------


@pytest.mark.pdf
def test_report_is_written_where_it_is_told_and_kept_unless_overwrite(run: Runner, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "ny" / "mappe"
    report = out / "resultater.html"
    ran = run("report", small, "--out", out, "--format", "html", "--set", "examiner=Egedal Kommune")
    assert (ran.code, ran.out, ran.err) == (0, f"Skrevet: {report}\n", "")
    text = report.read_text(encoding="utf-8")
    assert "Egedal Kommune" in text
    assert "Borgerrådgiveren" not in text
    assert "KLADDE" not in words(text)
    assert "1. januar til 31. december 2020" in text, "the study's period is told"
    ran = run("report", small, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert report.read_text(encoding="utf-8") == text
    assert [path.name for path in out.iterdir()] == ["resultater.html"], "all formats or none"
    ran = run("report", small, "--out", out, "--overwrite", "--format", "docx", "--format", "html")
    assert ran.out == f"Skrevet: {report}\nSkrevet: {out / 'resultater.docx'}\n"
    assert run("report", small, "--out", out, "--overwrite").code == 0
    assert sorted(path.suffix for path in out.iterdir()) == [".docx", ".html", ".pdf"]
    assert "Borgerrådgiveren" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("format", ["html", "pdf", "docx"])
def test_a_report_without_a_title_is_refused_in_every_format(
    run: Runner, small: Path, tmp_path: Path, format: str
) -> None:
    ran = run("report", small, "--set", "title= ", "--format", format, "--out", tmp_path / "ud")
    assert (ran.code, ran.out) == (2, "")
    assert re.search(r"^resultater/plan\.yaml, linje \d+, tegn 1: titlen bliver tom", ran.err)
    assert not (tmp_path / "ud").exists()


def test_a_value_that_is_no_text_is_refused(run: Runner, small: Path) -> None:
    ran = run("report", small, "--set", "publisher=\udcff")
    assert (ran.code, ran.out) == (2, "")
    assert "tegn, der ikke er tekst" in ran.err


def test_the_sample_without_its_study_names_no_author(run: Runner, tmp_path: Path) -> None:
    source = (SAMPLE / "cases.csv", "--schema", FLEKSJOB)
    assert run("report", *source, "--out", tmp_path, "--format", "html").code == 0
    text = words((tmp_path / "praksisundersoegelse.html").read_text(encoding="utf-8"))
    assert "Ankestyrelsen" not in text
    assert "Undersøgelsen omfatter 130 sager om fleksjob" in text
    assert "Det er vurderet, at 88 af de 130 sager, svarende til 68 procent, er i overensstemmelse" in text


@pytest.mark.pdf
def test_report_with_a_date_gives_the_same_bytes(
    run: Runner, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        assert run("report", small, "--out", tmp_path / name, "--date", "2016-03-01").code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1456790400")
    assert run("report", small, "--out", tmp_path / "c").code == 0
    for ending in ("html", "pdf", "docx"):
        assert len({(tmp_path / name / f"resultater.{ending}").read_bytes() for name in "abc"}) == 1
    assert "1. marts 2016" in (tmp_path / "a" / "resultater.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("epoch", ["i går", "1.5", "9" * 30])
def test_a_build_day_that_is_none_is_told_by_the_variable_that_has_it(
    run: Runner, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    ran = run("report", small, "--out", tmp_path / "d")
    assert ran.code == 2
    assert ran.err == (
        f'Miljøvariablen SOURCE_DATE_EPOCH giver ingen dato: "{epoch}" er ikke et antal sekunder siden 1970.\n'
        "Fjern den, eller skriv rapportens dato med --date 2016-03-01.\n"
    )
    ran = run("report", small, "--out", tmp_path / "d", "--date", "1. marts")
    assert (ran.code, ran.err) == (2, '"1. marts" er ikke en dato.\nSkriv den som 2016-03-01.\n')


def test_a_build_day_changes_no_byte_of_what_has_a_date_of_its_own(tmp_path: Path) -> None:
    """Each in a process of its own, for libraries read the variable when they are imported."""
    told = {"ingen": None, "tal": "1456790400", "ord": "i går", "stort": "9" * 30}
    arguments = ("--date", "2016-03-01", "--out")
    for name, epoch in told.items():
        environment = {key: text for key, text in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
        environment |= {} if epoch is None else {"SOURCE_DATE_EPOCH": epoch}
        for command in (
            ("report", SAMPLE, *arguments, tmp_path / name),
            ("tables", SAMPLE, "--out", tmp_path / name / "t.xlsx"),
        ):
            process = [sys.executable, "-m", "audit", *map(str, command)]
            subprocess.run(process, env=environment, cwd=ROOT, capture_output=True, check=True)
    for file in ("praksisundersoegelse.html", "praksisundersoegelse.pdf", "praksisundersoegelse.docx", "t.xlsx"):
        assert len({(tmp_path / name / file).read_bytes() for name in told}) == 1, file


@pytest.mark.pdf
def test_report_refuses_data_with_a_fault_unless_forced(run: Runner, tmp_path: Path) -> None:
    folder = spoiled(tmp_path / "s")
    ran = run("report", folder, "--out", tmp_path / "ud")
    assert (ran.code, ran.out) == (1, "")
    assert "Rapporten er ikke lavet: der er 1 fejl i data" in ran.err
    assert not (tmp_path / "ud").exists()
    ran = run("report", folder, "--out", tmp_path / "ud", "--force")
    assert ran.code == 0
    assert ran.err == "KLADDE: der er 1 fejl i data.\nDer er 1 mangel i data.\n"
    assert "KLADDE" in words((tmp_path / "ud" / "resultater.html").read_text(encoding="utf-8"))


def test_a_preliminary_report_is_stamped_so_and_a_forced_one_as_a_draft_before_that(
    run: Runner, small: Path, tmp_path: Path
) -> None:
    for source, options, stamp in (
        (small, ["--preliminary"], "Foreløbig - i høring"),
        (spoiled(tmp_path / "s"), ["--force", "--preliminary"], "KLADDE · Foreløbig - i høring"),
    ):
        ran = run("report", source, "--out", tmp_path, "--format", "html", "--overwrite", *options)
        assert ran.code == 0
        text = (tmp_path / "resultater.html").read_text(encoding="utf-8")
        assert f"<title>{stamp}: " in text


@pytest.mark.pdf
def test_report_tells_the_number_of_mangler(run: Runner, tmp_path: Path) -> None:
    blank = CASES.replace("1940-05-01", "").replace("1950-05-01", "")
    ran = run("report", make(tmp_path / "s", cases=blank), "--out", tmp_path / "ud")
    assert (ran.code, ran.err) == (0, "Der er 2 mangler i data.\n")


@pytest.mark.pdf
@pytest.mark.slow
def test_report_of_the_sample_takes_its_own_plan_and_another(run: Runner, tmp_path: Path) -> None:
    assert run("report", SAMPLE, "--out", tmp_path).code == 0
    assert run("report", SAMPLE, "--out", tmp_path, "--plan", "resultater").code == 0
    assert run("report", SAMPLE, "--out", tmp_path / "x", "--plan", ROOT / "reports" / "resultater").code == 0
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["praksisundersoegelse.html", "resultater.html"]


# --- schemas and plans ------------------------------------------------------------------------------------------------


def test_schema_list_names_what_comes_along(run: Runner) -> None:
    ran = run("schema", "list")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.out.splitlines()] == list(schemas.available())
    assert f"{FLEKSJOB}  Måleskema til undersøgelse af" in ran.out


def test_schema_show_prints_a_questionnaire_in_full(run: Runner) -> None:
    ran = run("schema", "show", SCHEMA)
    assert (ran.code, ran.err) == (0, "")
    said = (
        "Måleskema om hjemmehjælp",
        "Skema hjemmehjaelp, version 1",
        "Kilde: Et opdigtet måleskema",
        "1.2 Dato for afgørelsen\n    [dato]\n    (1) Datoen\n    (2) Uoplyst\n    Felt: 1.2 Bemærkninger",
        "  Behovet\n\n1.4 Er borgeren visiteret?",
        "    Retsgrundlag: § 83, stk. 1 i SEL",
        '    Stilles kun, når 1.4 er "Ja".',
        "    (3) Andet - uddyb [kræver en bemærkning]",
        "    (4) Uoplyst [udelukker andre svar]",
        "    2. Netværk [SEL]",
        "    Felt: en bemærkning til hver række",
        "Står ikke i det trykte skema, og kræves aldrig udfyldt.",
        "r1 (skal: et brud er en fejl)",
        "r2 (udgangspunkt: en afvigelse skal begrundes)",
        "r4 (vurdering: svaret skal begrundes)",
        'skal det vurderes og begrundes, om 2.3 er "Ja".',
        "alder: Alder (hele år fra 1.1 til 1.2)",
        "aldersgruppe: Aldersgruppe (grupper af alder)\n    - Under 67 år\n    - 67 år og derover",
        "aar: Afgørelsesår (året i 1.2)",
        "rigtig: Rigtig eller delvis (svar på 2.3 lagt sammen)\n    - Helt eller delvis (1 + 2)",
        "SEL: Lov om social service\n    Gælder fra 1. januar 2015.\n    Afløser SEL (ældre).",
        "SEL (ældre): Lov om social service (den ældre)\n    Gælder til 31. december 2014.",
    )
    assert [text for text in said if text not in ran.out] == []


def test_schema_show_leaves_out_what_a_questionnaire_does_not_have(run: Runner, tmp_path: Path) -> None:
    text = SCHEMA.read_text(encoding="utf-8").partition("\nrules:")[0]
    text = text.replace("source: {title: Et opdigtet måleskema}\n", "").replace("  title: Identifikation\n", "")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    ran = run("schema", "show", tmp_path / "s.yaml")
    assert ran.code == 0
    assert "Identifikation\n====" in ran.out
    assert not any(word in ran.out for word in ("Kilde:", "Regler", "Afledte oplysninger"))


def test_schema_show_of_fleksjob_has_every_question_rule_and_official_number(run: Runner) -> None:
    ran = run("schema", "show", FLEKSJOB)
    one = schemas.load(schemas.find(FLEKSJOB))
    lines = ran.out.splitlines()
    assert all(any(line.startswith(f"{question.id} ") for line in lines) for question in one.sections[1].questions)
    assert all(any(line.startswith(f"{rule.id} (") for line in lines) for rule in one.rules)
    assert "    (1) Aalborg - 851" in lines
    assert "https://www.retsinformation.dk/Forms/R0710.aspx?id=166839" in ran.out
    assert "Netop når 2.8 ikke er" in ran.out


def test_at_a_terminal_a_questionnaire_is_wrapped_and_hangs_under_its_text() -> None:
    one = schemas.load(SCHEMA)
    narrow = show.questionnaire_text(one, 40)
    assert max(map(len, narrow.splitlines())) <= 40
    assert "".join(narrow.split()) == "".join(show.questionnaire_text(one).split())
    long = show.questionnaire_text(schemas.load(schemas.find(FLEKSJOB)), 60)
    assert "\n2.1 Dato for kommunens afgørelse" in long
    assert re.search(r"\n    \(1\) .*\n        \S", long), "the rest of an answer stands under its text"


def test_schema_check_tells_all_faults_by_line_and_ends_with_1(run: Runner, tmp_path: Path) -> None:
    ran = run("schema", "check", SCHEMA)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "hjemmehjaelp.yaml: ingen fejl. 10 spørgsmål, 4 regler.\n"
    broken = SCHEMA.read_text(encoding="utf-8")
    edits = [
        ("subject: hj", "subjekt: hj"),
        ("date: ja}", "date: måske}"),
        ("{code: 2, text: Bad}", "{code: 1, text: Bad}"),
        ('asked_when: {"1.4": Ja}\n        remark', 'asked_when: {"1.9": Ja}\n        remark'),
        ("strength: vurdering", "strength: vudering"),
    ]
    lines = []
    for old, new in edits:
        lines.append(broken[: broken.index(old)].count("\n") + 1)
        broken = broken.replace(old, new, 1)
    (tmp_path / "fem.yaml").write_text(broken, encoding="utf-8")
    ran = run("schema", "check", tmp_path / "fem.yaml")
    assert (ran.code, ran.err) == (1, "")
    assert [int(line) for line in re.findall(r"^fem\.yaml, linje (\d+), tegn \d+: ", ran.out, re.MULTILINE)] == lines
    assert ran.out.splitlines()[-1] == "fem.yaml: 5 fejl."


def test_plans_lists_those_that_come_along_and_the_study_s_own(
    run: Runner, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = run("plans")
    assert (shipped.code, shipped.err) == (0, "")
    assert [line.split()[0] for line in shipped.out.splitlines()] == list(planfile.available())
    assert {"praksisundersoegelse", "tilbagemelding", "kommunalbestyrelse"} <= set(planfile.available())
    assert f"({FLEKSJOB})" in shipped.out
    assert "(alle måleskemaer)" in shipped.out
    own_plan(small)
    text = "kort  En kort rapport (hjemmehjaelp)\n"
    assert run("plans", "--study", small).out == shipped.out + text
    monkeypatch.chdir(small)
    assert run("plans").out == shipped.out + text
    (small / "reports" / "kort" / "plan.yaml").write_text("plan: kort\n", encoding="utf-8")
    ran = run("plans")
    assert (ran.code, ran.out) == (0, shipped.out)
    assert ran.err.startswith("kort kan ikke bruges:\nkort/plan.yaml, linje 1")


def own_plan(study: Path, *, question: str = "2.3") -> Path:
    """A plan of two files in the study's folder."""
    folder = study / "reports" / "kort"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(
        "plan: kort\nschema_version: 1\ntitle: En kort rapport\ndefault_for: [hjemmehjaelp]\n"
        "parameters:\n  examiner: {text: Hvem}\n  short: {text: Kort, type: bool, default: ja}\n"
        'front: {title: "{{ examiner }}"}\n'
        f'tables:\n  - {{id: rigtig, question: "{question}", by: distrikt}}\n'
        "chapters: [kort.md]\n",
        encoding="utf-8",
    )
    (folder / "kort.md").write_text('# Kort\n\n{{ cases|sager }}.\n\n{{ table("rigtig") }}\n', encoding="utf-8")
    return folder


@pytest.mark.pdf
def test_the_study_s_own_plan_is_the_default_for_its_questionnaire(run: Runner, small: Path, tmp_path: Path) -> None:
    own_plan(small)
    for number, arguments in enumerate([(), ("--plan", "kort"), ("--plan", "reports/kort")]):
        ran = run("report", small, "--out", tmp_path / str(number), *arguments)
        assert (ran.code, ran.err) == (0, "")
        assert "Borgerrådgiveren" in (tmp_path / str(number) / "kort.html").read_text(encoding="utf-8")


def test_a_parameter_of_a_plan_has_its_type(run: Runner, small: Path) -> None:
    own_plan(small)
    ran = run("report", small, "--set", "short=måske")
    assert ran.code == 2
    assert "short" in ran.err


@pytest.mark.pdf
def test_a_plan_whose_tables_do_not_fit_the_questionnaire_is_told_by_line(run: Runner, small: Path) -> None:
    own_plan(small, question="9.9")
    ran = run("report", small)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('kort/plan.yaml, linje 10, tegn 28: spørgsmål "9.9" findes ikke.')


def test_plan_check_tells_all_faults_of_a_plan_and_its_chapters(run: Runner, small: Path) -> None:
    folder = own_plan(small)
    ran = run("plan", "check", folder)
    assert (ran.code, ran.err, ran.out) == (0, "", f"{folder}: ingen fejl. 1 kapitel.\n")
    (folder / "kort.md").write_text("# Kort\n\n{{ sagre }}\n\n{{ table('rigtg') }}\n", encoding="utf-8")
    ran = run("plan", "check", folder)
    assert ran.code == 1
    assert re.findall(r"^kort/kort\.md, linje (\d+)", ran.out, re.MULTILINE) == ["3", "5"]
    assert ran.out.splitlines()[-1] == f"{folder}: 2 fejl."


def test_a_plan_of_a_study_is_tried_on_the_study_and_another_on_the_one_that_is_told(
    run: Runner, small: Path, tmp_path: Path
) -> None:
    folder = own_plan(small)
    (folder / "kort.md").write_text('# Kort\n\n{{ case_example("Nord/9") }}\n', encoding="utf-8")
    ran = run("plan", "check", folder)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, f"{folder}: 1 fejl.")
    assert ran.out.startswith('kort/kort.md, linje 3, tegn 1: eksemplet "Nord/9" findes ikke. Mente du "Nord/1"?')
    elsewhere = folder.rename(tmp_path / "kort")
    assert run("plan", "check", elsewhere).code == 0, "no questionnaire that comes along is meant"
    assert run("plan", "check", elsewhere, "--study", small).code == 1


def test_the_plan_of_forms_is_tried_without_cases(run: Runner) -> None:
    ran = run("plan", "check", ROOT / "reports" / "maaleskema")
    assert (ran.code, ran.out.endswith("ingen fejl. 1 kapitel.\n")) == (0, True)


def test_plan_check_tries_the_tables_on_the_questionnaires_that_come_along(run: Runner, small: Path) -> None:
    folder = own_plan(small)
    text = (folder / "plan.yaml").read_text(encoding="utf-8").replace("[hjemmehjaelp]", f"[{FLEKSJOB}]")
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    ran = run("plan", "check", folder)
    assert ran.code == 1
    assert "plan.yaml, linje 10" in ran.out


@pytest.mark.pdf
def test_a_parameter_that_no_plan_has_is_told_even_if_the_plan_has_fewer(run: Runner, small: Path) -> None:
    study = small / "study.yaml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text + "  hearing: 2020-06-01\n", encoding="utf-8")
    assert run("report", small).code == 0, "a parameter of another plan"
    study.write_text(text + "  hearng: 2020-06-01\n", encoding="utf-8")
    ran = run("report", small, "--overwrite")
    assert ran.code == 2
    assert ran.err.startswith('study.yaml: parameteren "hearng" er der ingen rapportplan, der har. Mente du "hearing"?')


def test_a_unit_that_the_study_does_not_name_is_a_fault_and_counted_last(run: Runner, tmp_path: Path) -> None:
    folder = make(tmp_path / "s", study=STUDY.replace("[Syd, Nord]", "[Syd]"))
    told = [line for line in run("check", folder).out.splitlines() if "study.yaml" in line]
    says = "sagen er fra Nord, som ikke står under units i study.yaml. Ret sagen, eller tilføj navnet der."
    assert told == [f"fejl: sager.csv, linje {line}, kolonne distrikt: {says}" for line in (2, 3)]
    assert list(rows(run("tables", folder, "--question", "2.3").out)) == ["Syd", "Nord", "I alt"]
    assert run("report", folder, "--out", tmp_path).code == 1
    assert run("report", folder, "--out", tmp_path, "--force", "--format", "html").code == 0
    assert "Syd og Nord" in (tmp_path / "resultater.html").read_text(encoding="utf-8")


@pytest.mark.pdf
def test_a_questionnaire_without_a_date_of_decision_has_a_report_without_one(run: Runner, tmp_path: Path) -> None:
    folder = make(tmp_path / "s", study=STUDY.replace("period: {from: 2020-01-01, to: 2020-12-31}\n", ""))
    text = (folder / "skema.yaml").read_text(encoding="utf-8").replace('decision_date: "1.2"\n', "")
    (folder / "skema.yaml").write_text(text, encoding="utf-8")
    assert run("report", folder, "--out", tmp_path).code == 0
    assert "2020" not in words((tmp_path / "resultater.html").read_text(encoding="utf-8"))


# --- help and usage errors --------------------------------------------------------------------------------------------

GROUP = typer.main.get_command(app)


def commands(command: Any = GROUP, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group with the words that lead to it."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


ALL = dict(commands())
ENGLISH = re.compile(
    r"\b(usage|options?|arguments?|commands?|show|this|message|exit|required|default|error|missing|invalid|no such|"
    r"try|help for|got|unexpected|extra|does not|value|requires|path|str|text\]|did you|possible|aborted)\b",
    re.IGNORECASE,
)


def english(text: str) -> list[str]:
    """English words outside quotation marks, options and what a user would type."""
    typed = r'"[^"\n]*"|--[a-z-]+|text\|json|^  (?:show|check|list|demo|tables|report|plans|plan|schema)  '
    return ENGLISH.findall(re.sub(typed, "", text, flags=re.MULTILINE))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_is_danish_and_names_every_option(run: Runner, path: tuple[str, ...]) -> None:
    ran = run(*path, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Brug: {' '.join(('audit', *path))} ")
    assert english(ran.out.partition("\n")[2]) == []
    for parameter in ALL[path].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in ran.out
            assert parameter.help or parameter.opts == ["--help"]
        else:
            assert parameter.metavar in ran.out
            assert parameter.help


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if hasattr(command, "commands")], ids=" ".join)
def test_a_group_alone_shows_its_help_beside_the_result(run: Runner, path: tuple[str, ...]) -> None:
    ran = run(*path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == run(*path, "--help").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("chekc", 'Kommandoen "chekc" findes ikke. Mente du "check"?\nSe "audit --help".'),
        ("schema shwo x", 'Kommandoen "shwo" findes ikke. Mente du "show"?\nSe "audit schema --help".'),
        ("it's", 'Kommandoen "it\'s" findes ikke.\nSe "audit --help".'),
        ("--versoin", 'Valget --versoin findes ikke.\nSe "audit --help".'),
        ("check --fomat json", 'Valget --fomat findes ikke. Mente du "--format"?\nSe "audit check --help".'),
        ("check --fomat=json", 'Valget --fomat findes ikke. Mente du "--format"?\nSe "audit check --help".'),
        ("check -x", 'Valget -x findes ikke.\nSe "audit check --help".'),
        ("check a b c", 'Der står for meget på linjen: "b c".\nSe "audit check --help".'),
        ("check a (b)", 'Der står for meget på linjen: "(b)".\nSe "audit check --help".'),
        ("check --format", 'Valget --format mangler sin værdi.\nSe "audit'),
        ("tables --percent=5", 'Valget --percent tager ikke en værdi.\nSe "audit'),
        ("schema show", 'Der mangler ID.\nSe "audit schema show --help".'),
        ("schema check", 'Der mangler FIL.\nSe "audit schema check --help".'),
        ("plan check", 'Der mangler MAPPE.\nSe "audit plan check --help".'),
        ("schema --", 'Der mangler en kommando.\nSe "audit schema --help".'),
    ],
)
def test_a_usage_error_is_danish_and_leads_to_the_help(run: Runner, arguments: str, says: str) -> None:
    ran = run(*arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(says)
    assert english(ran.err) == []


def test_an_unknown_usage_error_never_shows_the_words_of_the_library() -> None:
    from audit.cli.danish_help import UsageError

    assert english(usage_message(UsageError("Something no such version says", None))) == []


#: Nothing that leads out of the folder, since some of these commands write.
STARTS = [[], ["check"], ["tables"], ["report"], ["schema"], ["schema", "show"], ["schema", "check"], ["plan", "check"]]
WORDS = [
    "--format", "json", "--question", "2.3", "--by", "distrikt", "--where", "1.4=Ja", "--percent", "--out", "ud.json",
    "ud", "--overwrite", "--schema", "--sheet", "--set", "examiner=x", "--date", "2016-03-01", "--force", "--plan",
    "--study", "--ignore-column", "--not-cpr", "K7", "skema.yaml", "sager.csv", "study.yaml", "eksempler", ".", "--",
    "-", "--help", "", "=", "{", "{}", "{0}", "{a: [", "%s", "'", '"', "(", ")", "\udce6", "æøå", "x" * 300,
]  # fmt: skip
LETTERS = st.characters(codec="utf-8", exclude_characters="\0/\\")
WORD = st.sampled_from(WORDS) | st.text(LETTERS, max_size=12).filter(lambda text: text != "..")
ARGUMENTS = st.builds(list.__add__, st.sampled_from(STARTS), st.lists(WORD, max_size=6))


@pytest.mark.generative
@pytest.mark.slow
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=ARGUMENTS)
def test_no_arguments_whatever_give_a_traceback(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    folder = tmp_path / "f"
    if not folder.exists():
        make(folder)
    monkeypatch.chdir(folder)
    ran = run(*arguments)
    assert ran.code in (0, 1, 2)
    if ran.code == 2:
        assert ran.err
        assert ran.out == ""


# --- the process ------------------------------------------------------------------------------------------------------


def process(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "audit", *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def test_exit_codes_reach_the_shell(tmp_path: Path) -> None:
    assert process("check", make(tmp_path / "a")).returncode == 0
    assert process("check", spoiled(tmp_path / "b")).returncode == 1
    assert process("check", tmp_path / "c").returncode == 2


def test_a_console_with_another_code_page_still_gets_utf_8(tmp_path: Path) -> None:
    for encoding in ("cp1252", "cp850", "ascii"):
        made = process("check", spoiled(tmp_path / encoding), PYTHONIOENCODING=encoding)
        assert '"Måske" er ikke et svar' in made.stdout.decode("utf-8")
        assert "Mente du" in process("chekc", PYTHONIOENCODING=encoding).stderr.decode("utf-8")


def test_a_stream_that_has_no_encoding_is_left_alone(monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    assert program.main(["check", str(small)]) == 0
    assert stream.getvalue().startswith("note: sager.csv")


def test_closed_streams_do_no_harm(monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert program.main(["tables", str(small)]) == 0
    assert program.main(["tabels", str(small)]) == 2


def test_into_a_pipe_nothing_is_wrapped_or_cut(tmp_path: Path) -> None:
    made = process("tables", SAMPLE, "--question", "3.3", COLUMNS="40")
    lines = made.stdout.decode("utf-8").splitlines()
    assert max(map(len, lines)) > 40
    assert len([line for line in lines if line.startswith("Sønderborg")]) == 1
    found = process("check", spoiled(tmp_path / "s"), COLUMNS="40").stdout.decode("utf-8")
    assert re.search(r"^fejl: .* er ikke et svar på 1\.4.* Nej.*$", found, flags=re.MULTILINE)
    shown = process("schema", "show", FLEKSJOB, COLUMNS="40").stdout.decode("utf-8")
    assert schemas.load(schemas.find(FLEKSJOB)).title in shown.splitlines()


def test_at_a_terminal_tables_are_wrapped(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = run("tables", SAMPLE, "--question", "3.3", "--by", "1.2")
    assert max(map(len, ran.out.splitlines())) <= 60


def test_a_reader_that_has_had_enough_ends_the_program_quietly(small: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "audit", "schema", "show", FLEKSJOB],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait() == 0


def test_a_broken_pipe_in_this_process_ends_with_0(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small: Path
) -> None:
    def broken() -> None:
        raise BrokenPipeError

    with (tmp_path / "ud").open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(data, "print_result", lambda _: broken())
        assert program.main(["check", str(small)]) == 0


def test_ctrl_c_ends_without_a_traceback(run: Runner, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "print_result", interrupt)
    ran = run("check", small)
    assert (ran.code, ran.out, ran.err) == (130, "", "")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "x.csv"), '"x.csv" kan ikke læses eller skrives (EACCES).'),
        (OSError("odd"), "En fil kan ikke læses eller skrives (fejl)."),
    ],
)
def test_what_the_system_refuses_is_told_without_its_own_sentence(
    run: Runner, small: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, says: str
) -> None:
    def refuse(_: str) -> None:
        raise error

    monkeypatch.setattr(data, "print_result", refuse)
    ran = run("check", small)
    assert (ran.code, ran.err) == (2, f"{says}\n")


def test_a_person_at_a_terminal_is_told_what_takes_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    said = threading.Event()

    def say(text: str) -> None:
        told.append(text)
        said.set()

    monkeypatch.setattr(common, "print_notice", say)
    monkeypatch.setattr(common, "_PATIENCE", 0)
    with common.progress_notice("Læser sagerne"):
        pass
    assert told == [], "not into a pipe"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with common.progress_notice("Læser sagerne"):
        assert said.wait(60)
    assert told == ["Læser sagerne …"]


def loaded_by(names: Sequence[str], *arguments: str) -> str:
    """The exit code of a command in a process of its own, and which of these modules it has loaded."""
    code = (
        f"import sys; from audit.__main__ import main; code = main({arguments!r}); "
        f"print(code, [name for name in {names!r} if name in sys.modules], file=sys.stderr)"
    )
    made = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return made.stderr.splitlines()[-1]


def test_importing_the_command_line_and_its_help_loads_nothing_heavy() -> None:
    heavy = (
        "pandas", "numpy", "scipy", "matplotlib", "openpyxl", "jinja2", "pydantic", "yaml", "rich", "python_calamine",
    )  # fmt: skip
    assert loaded_by(heavy, "--help") == "0 []"


def test_pandas_is_loaded_where_cases_are_counted_and_nowhere_else(tmp_path: Path) -> None:
    study = tmp_path / "s"
    assert loaded_by(["pandas"], "new", str(study), "--schema", "fleksjob-2016") == "0 []"
    for arguments in (
        ("schema", "list"),
        ("schema", "show", "fleksjob-2016"),
        ("check", str(SAMPLE)),
        ("import", str(SAMPLE / "cases.xlsx"), "--study", str(study), "--reviewer", "ASA", "--yes"),
        ("cases", "--study", str(study)),
        ("history", "12", "--study", str(study)),
        ("score", "12", "--study", str(study), "--reviewer", "ASA", "--plain"),
    ):
        assert loaded_by(["pandas"], *arguments) == "0 []", arguments
    assert loaded_by(["pandas"], "tables", str(study)) == "0 ['pandas']"


def test_a_wheel_finds_its_own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert resources.folder("schemas") == ROOT / "schemas"
    (tmp_path / "_shared" / "schemas").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    assert resources.folder("schemas") == tmp_path / "_shared" / "schemas"


def test_the_module_run_as_a_program_ends_with_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["audit", "check", "findes-ikke"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "audit" / "__main__.py"), run_name="__main__")
    assert ended.value.code == 2
