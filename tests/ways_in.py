"""The ways in for answers: each writes the same rows to a place of its own and reads them back as coded cases.

Another way in (a terminal, a web form) joins the specification by one more function in `WAYS`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from audit import checks, coding, files, schema
from audit.cases import Cases, from_codes
from audit.findings import Finding
from audit.questionnaire import Questionnaire

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data-samples" / "fleksjob-2016"

#: The first row is the header.
Rows = Sequence[Sequence[object]]
Answers = dict[str, str]
#: What a finding is, apart from where it stands: its code, the case's row from 0, the questions.
Found = tuple[str, int, tuple[str, ...]]


@cache
def fleksjob() -> Questionnaire:
    return schema.load(schema.find("fleksjob-2016"))


@cache
def small() -> Questionnaire:
    return schema.load(Path(__file__).parent / "data" / "hjemmehjaelp.yaml")


def csv_file(folder: Path, rows: Rows) -> Path:
    path = folder / "sager.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def xlsx_file(folder: Path, rows: Rows) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sager"
    for row in rows:
        sheet.append(list(row))
    path = folder / "sager.xlsx"
    book.save(path)
    return path


WAYS: Mapping[str, Callable[[Path, Rows], Path]] = {"csv": csv_file, "xlsx": xlsx_file}


def read(path: Path, questionnaire: Questionnaire | None = None, *, ignore: Sequence[str] = ()) -> coding.Coded:
    """The cases of a file with everything that is found, as a study does it."""
    coded = coding.code(files.read(path), questionnaire or fleksjob(), ignore=ignore)
    return coding.Coded(coded.cases, (*coded.findings, *checks.check(coded.cases)))


def come_in(way: str, folder: Path, rows: Rows) -> coding.Coded:
    """The rows through one way in."""
    return read(WAYS[way](folder, rows))


def found(findings: Sequence[Finding]) -> list[Found]:
    """What was found, one entry a row and -1 for the file, without what was merely detected."""
    told = [one for one in findings if one.code != "laest"]
    return sorted((one.code, row, one.questions) for one in told for row in (one.rows or (-1,)))


def sample_answers() -> dict[str, Answers]:
    """The sample's cases by number, machine name → text."""
    with (SAMPLE / "cases.csv").open(encoding="utf-8", newline="") as file:
        return {case["sagsnr"]: case for case in csv.DictReader(file)}


def plain_rows(answers: Sequence[Answers]) -> list[list[object]]:
    """Answers as rows with the machine names as header."""
    return [list(answers[0]), *([text or None for text in case.values()] for case in answers)]


def as_cases(answers: Sequence[Answers]) -> Cases:
    """The cases that answers in form codes must become, whatever way they come in."""
    columns = {name: [_code(name, case[name]) for case in answers] for name in answers[0]}
    return from_codes(fleksjob(), columns)


def _code(name: str, text: str) -> str:
    """A kommune has its official number in the file; "1 Dato" says no more than the date."""
    option = fleksjob().by_id["kommune"].option(text) if name == "kommune" else None
    dated = name == "q2_1_status" and text == "1"
    return option.code if option else "" if dated else text
