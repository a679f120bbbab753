"""Write the sample cases as the two files a user may have: cases.csv (codes) and cases.xlsx (labels).

Both follow the questionnaire's own order and wording, so this module walks schemas/fleksjob-2016.yaml once and
builds one list of columns for each file. A column knows its heading and how a case's value stands in it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring
from sample_answers import REMARK, Case

Node = dict[str, Any]  # a mapping of the schema; every scalar is text

DATE_OF_FILE = datetime(2016, 3, 1)  # noqa: DTZ001 - openpyxl takes dates without a zone
IDENTIFICATION = {"kommune": "Kommune", "sagsnr": "Sagsnr.", "sagsmaaler": "Sagsmåler"}
HEADER_HEIGHT = 90


@dataclass(frozen=True)
class Column:
    """One column of a file: its heading, its width in characters, and what stands there for a case."""

    heading: str
    width: int
    value: Callable[[Case], Any]


def read_schema(path: Path) -> Node:
    """Return the questionnaire with every scalar as text."""
    schema: Node = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return schema


def questions(schema: Node, supplement: bool) -> Iterator[Node]:
    """Yield the questions of the form, or those of its supplement."""
    for section in schema["sections"]:
        if ("supplement" in section) == supplement:
            yield from section["questions"]


def option_list(schema: Node, question: Node) -> list[Node]:
    """Return a question's options as mappings with `code` and `text`, however the schema writes them."""
    options = question["options"]
    if isinstance(options, str):
        options = schema["scales"][options]
    if isinstance(options, dict):
        return [{"code": code, "text": text} for code, text in options.items()]
    return list(options)


def reasons(schema: Node) -> list[str]:
    """Return the ids of the rules that may ask for a written reason, in the schema's order."""
    return [rule["id"] for rule in schema["rules"] if rule["strength"] != "skal"]


def text_column(heading: str, key: str, width: int = 32) -> Column:
    """A column whose value is written as it is."""
    return Column(heading, width, lambda case: case.get(key))


# ------------------------------------------------------------------------------------------------ cases.csv


def machine(question: str, remark: bool = False) -> str:
    """Return the machine name of a question, a grid row ("4.1/5") or a supplement."""
    name = question.replace(".", "_").replace("/", "__")
    return ("q" if name[0].isdigit() else "") + name + ("_bem" if remark else "")


def flag(question: str, code: str) -> Callable[[Case], Any]:
    """Return how one answer of a several-answer question stands: 1 or 0, nothing when it is not asked."""
    return lambda case: int(int(code) in case[question]) if question in case else None


def answer_columns(schema: Node, question: Node) -> Iterator[Column]:
    """Yield the csv columns of one question, without its own remark."""
    number = question["id"]
    if question["type"] == "grid":
        for row in question["rows"]:
            key = f"{number}/{row['id']}"
            yield text_column(machine(key), key)
            if "row_remark" in question:
                yield text_column(machine(key, remark=True), f"{key} {REMARK}")
    elif question["type"] == "choices":
        for option in option_list(schema, question):
            yield Column(f"{machine(number)}__{option['code']}", 0, flag(number, option["code"]))
    else:
        yield text_column(machine(number), number)
        if question["type"] == "date" and "options" in question:
            dated = next(option["code"] for option in option_list(schema, question) if "date" in option)
            yield Column(machine(number) + "_status", 0, lambda case: dated)


def csv_columns(schema: Node) -> list[Column]:
    """Return all columns of cases.csv: identification, the form, reasons, supplement."""
    unit = next(field for field in schema["identification"]["fields"] if field["id"] == "kommune")
    official = {int(option["code"]): option["number"] for option in unit["options"]}
    columns = [
        Column("kommune", 0, lambda case: official[case["kommune"]]),
        text_column("sagsnr", "sagsnr"),
        text_column("sagsmaaler", "sagsmaaler"),
    ]
    for question in questions(schema, supplement=False):
        columns += answer_columns(schema, question)
        if "remark" in question:
            columns.append(text_column(machine(question["id"], remark=True), f"{question['id']} {REMARK}"))
    columns += [text_column(f"begr_{rule}", f"begr_{rule}") for rule in reasons(schema)]
    for question in questions(schema, supplement=True):
        columns += answer_columns(schema, question)
    return columns


def write_csv(path: Path, schema: Node, cases: list[Case]) -> None:
    """Write the cases as codes: UTF-8, comma, ISO dates."""
    columns = csv_columns(schema)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.heading for column in columns])
        writer.writerows([[column.value(case) for column in columns] for case in cases])


# ----------------------------------------------------------------------------------------------- cases.xlsx


def label(schema: Node, question: Node, key: str) -> Callable[[Case], Any]:
    """Return how a choice stands in the sheet: the printed text of its option."""
    texts = {int(option["code"]): option["text"] for option in option_list(schema, question)}
    return lambda case: texts[case[key]] if key in case else None


def labels(schema: Node, question: Node) -> Callable[[Case], Any]:
    """Return how several answers stand in one cell: the printed texts in the form's order, "; " between them."""
    key = question["id"]
    texts = {int(option["code"]): option["text"] for option in option_list(schema, question)}
    return lambda case: "; ".join(texts[code] for code in texts if code in case[key]) if key in case else None


def sheet_answers(schema: Node, question: Node) -> Iterator[Column]:
    """Yield the sheet's columns of one question of the form or the supplement, without its own remark."""
    number, text = question["id"], question["text"]
    heading = f"{number} {text}" if number[0].isdigit() else text
    if question["type"] == "grid":
        for row in question["rows"]:
            key = f"{number}/{row['id']}"
            yield Column(f"{key} {row['text']}", 16, label(schema, question, key))
            if "row_remark" in question:
                yield text_column(f"{key} {REMARK}", f"{key} {REMARK}")
    elif question["type"] == "choices":
        yield Column(heading, 36, labels(schema, question))
    elif question["type"] == "choice":
        yield Column(heading, 24, label(schema, question, number))
    else:
        yield text_column(heading, number, 14)


def as_text(key: str) -> Callable[[Case], Any]:
    """Return how a number or a code stands in the sheet: typed as text."""
    return lambda case: str(case[key])


def sheet_columns(schema: Node) -> list[Column]:
    """Return all columns of cases.xlsx in the same order as in cases.csv."""
    columns = []
    for field in schema["identification"]["fields"]:
        key, heading = field["id"], IDENTIFICATION[field["id"]]
        if key == "kommune":
            columns.append(Column(heading, 14, label(schema, field, key)))
        else:  # the reviewer stays a code: his initials stand in the form, and no real person belongs in the sample
            columns.append(Column(heading, 12, as_text(key)))
    for question in questions(schema, supplement=False):
        columns += sheet_answers(schema, question)
        if "remark" in question:
            columns.append(text_column(f"{question['id']} {REMARK}", f"{question['id']} {REMARK}"))
    columns += [text_column(f"Begrundelse {rule}", f"begr_{rule}") for rule in reasons(schema)]
    for question in questions(schema, supplement=True):
        columns += sheet_answers(schema, question)
    return columns


def write_xlsx(path: Path, schema: Node, cases: list[Case]) -> None:
    """Write the cases as an auditor's sheet: one header row, labels, real dates, everything else as text."""
    columns = sheet_columns(schema)
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Sager"
    sheet.append([column.heading for column in columns])
    for case in cases:
        sheet.append([column.value(case) for column in columns])
    sheet.freeze_panes = "C2"
    sheet.row_dimensions[1].height = HEADER_HEIGHT
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for position, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = "yyyy-mm-dd" if isinstance(cell.value, date) else "@"
    workbook.properties.title = "Fleksjob 2016: opdigtede sager"
    workbook.properties.creator = "praksisaudit"
    path.write_bytes(same_bytes_each_time(workbook))


def same_bytes_each_time(workbook: Workbook) -> bytes:
    """Return the workbook as a file in which no date is today's, neither in its properties nor in the zip."""
    fresh, fixed = io.BytesIO(), io.BytesIO()
    workbook.save(fresh)
    workbook.properties.created = workbook.properties.modified = DATE_OF_FILE
    with zipfile.ZipFile(fresh) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            core = name == "docProps/core.xml"
            content = tostring(workbook.properties.to_tree()) if core else source.read(name)
            entry = zipfile.ZipInfo(name, DATE_OF_FILE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, content)
    return fixed.getvalue()
