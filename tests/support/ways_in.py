"""The ways in for answers: each writes the same rows to a place of its own and reads them back as coded cases.

A file is read as it is, or imported into a study, which tells what it finds in its own cases afterwards.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typist
from openpyxl import Workbook, load_workbook
from places import SAMPLE, SCHEMA

from audit.cases import checks, coding
from audit.cases.columns import Cases, from_codes
from audit.cases.findings import Finding
from audit.exchange import handout, importing
from audit.files import datasheet
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.scoring.ledger import By
from audit.study import studyfile
from audit.study.session import ScoringSession, begin_study
from audit.study.source import ReadOptions
from audit.study.studyfile import StudyDescription
from audit.workbook import book

#: The first row is the header.
Rows = Sequence[Sequence[object]]
Answers = dict[str, str]
#: What a finding is, apart from where it stands: its code, the case's row from 0, the questions.
Found = tuple[str, int, tuple[str, ...]]


@cache
def fleksjob() -> Questionnaire:
    return schemas.load(schemas.find("fleksjob-2016"))


@cache
def small() -> Questionnaire:
    return schemas.load(SCHEMA)


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


#: Files that are read as they are.
FILES: Mapping[str, Callable[[Path, Rows], Path]] = {"csv": csv_file, "xlsx": xlsx_file}
FROM_CSV, FROM_WORKBOOK = "a study, from csv", "a study, from its workbook"
WAYS = (*FILES, FROM_CSV, FROM_WORKBOOK)
#: Here one answer comes after another, read by its words; what cannot stand is refused at once.
TERMINAL = "a study, at a terminal"


def read(path: Path, questionnaire: Questionnaire | None = None, *, ignore: Sequence[str] = ()) -> coding.CodedSheet:
    """The cases of a file with everything that is found, as a study does it."""
    coded = coding.code_sheet(datasheet.read(path), questionnaire or fleksjob(), ignore=ignore)
    return coding.CodedSheet(coded.cases, (*coded.findings, *checks.check(coded.cases)))


def come_in(way: str, folder: Path, rows: Rows) -> coding.CodedSheet:
    """The rows through one way in."""
    if way in FILES:
        return read(FILES[way](folder, rows))
    with empty_session(folder) as session:
        if way == TERMINAL:
            return typed(session, rows)
        if way == FROM_CSV:
            return imported(session, csv_file(folder, rows))
        for case in base_numbers(rows):
            session.book.create({"sagsnr": case}, BY)
        return imported(session, workbook_file(folder, rows))


# --- a study ----------------------------------------------------------------------------------------------------------

BY = By("ASA")


@cache
def _empty_study() -> tuple[StudyDescription, dict[str, bytes]]:
    """An empty study: its description, and its files."""
    with TemporaryDirectory() as folder:
        study_folder = begin_study(Path(folder) / "s", "fleksjob-2016")
        description = studyfile.load(study_folder)
        assert isinstance(description, StudyDescription)
        return description, {path.name: path.read_bytes() for path in study_folder.iterdir()}


def empty_session(folder: Path) -> ScoringSession:
    description, files = _empty_study()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return ScoringSession(replace(description, folder=folder), fleksjob(), folder / studyfile.DATABASE)


def imported(session: ScoringSession, path: Path) -> coding.CodedSheet:
    """What the study has after an import; where it is refused what was wrong."""
    plan = importing.plan_import(session, path, ReadOptions())
    if plan.has_faults:
        return coding.CodedSheet(plan.cases, plan.findings)
    importing.carry_out(session, plan, BY)
    notes = [one for one in plan.findings if one.severity == "note"]
    cases, found = session.book.verdict(session.states())
    return coding.CodedSheet(cases, (*notes, *found))


def base_numbers(rows: Rows) -> list[str]:
    """The numbers of the cases, each once."""
    place = list(rows[0]).index("sagsnr")
    return list(dict.fromkeys(str(row[place]).strip() for row in rows[1:] if row[place]))


@cache
def _workbook() -> tuple[tuple[str, ...], Rows]:
    """The headers and the stamp of the empty study's workbook."""
    with TemporaryDirectory() as folder, empty_session(Path(folder)) as session:
        handout.write_workbook(session, Path(folder) / "sager.xlsx", blank=1)
        stamp = datasheet.read(Path(folder) / "sager.xlsx", sheet=book.VERSION)
        return book.column_headers(fleksjob()), [stamp.header, *zip(*stamp.columns, strict=True)]


def workbook_file(folder: Path, rows: Rows) -> Path:
    """The study's workbook, as a program saves it in which it was filled in: the same sheets' cells, no formulas."""
    headers, stamp = _workbook()
    places = {header: place for place, header in enumerate(rows[0])}
    columns = [[row[places[name]] if name in places else None for row in rows[1:]] for name in fleksjob().by_column]
    path = xlsx_file(folder, [headers, *zip(*columns, strict=True)])
    written = load_workbook(path)
    sheet = written.create_sheet(book.VERSION)
    for line in stamp:
        sheet.append(list(line))
    sheet.sheet_state = "hidden"
    written.save(path)
    return path


# --- a terminal -------------------------------------------------------------------------------------------------------


def typed(session: ScoringSession, rows: Rows) -> coding.CodedSheet:
    """The cases typed one after another, as the rows have them; what the study has then.

    Raises AssertionError with what the dialogue says, where it does not take an answer.
    """
    for row in rows[1:]:
        case = {str(name): str(text) for name, text in zip(rows[0], row, strict=True) if text not in (None, "")}
        if "q2_1" in case:
            case.pop("q2_1_status", "")  # a date, or the name of an alternative: one answer
        typist.type_in(session, BY, case | {"sagsnr": case["sagsnr"].strip()})
    return coding.CodedSheet(*session.book.verdict(session.states()))


# --- what came in -----------------------------------------------------------------------------------------------------


def found(findings: Sequence[Finding]) -> list[Found]:
    """What was found, one entry per row and -1 for the file, without what was merely detected."""
    told = [one for one in findings if one.code != "laest"]
    return sorted((one.code, row, one.questions) for one in told for row in (one.rows or (-1,)))


@cache
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
