"""Workbooks that LibreOffice has filled in and calculated, and a questionnaire that has every kind of test."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import libreoffice
import openpyxl
import strategies
from places import SCHEMA
from tools import missing

from audit.cases import coding
from audit.cases.columns import Cases, from_codes
from audit.files import datasheet
from audit.files.cells import column_letters
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire, Variable
from audit.workbook.book import WorkbookStamp, scoring_workbook

STAMP = WorkbookStamp("egedal-2026", "fleksjob-2016", "1", "ab12", 7, "k3" * 26)

_ODD = """\
schema: proeve
version: 1
title: Alle slags betingelser
unit: kommune
key: [nr, kommune]
scales: {janej: {1: Ja, 2: Nej}}
identification:
  fields:
    - id: kommune
      text: Kommune
      type: choice
      options: [{code: 1, text: Nord, number: 851}, {code: 2, text: Distriktet Syd, label: Syd}]
    - {id: nr, text: Nr., type: text}
sections:
  - id: "1"
    title: Svar
    questions:
      - {id: "1", text: "=1+1?", type: choice, options: {1: "Hvad?", 2: "H*", 3: "~Ø", 9: "-Nej"}, remark: Bem.}
      - id: "2"
        text: Flere
        type: choices
        options: [{code: 1, text: A}, {code: 2, text: B, remark: ja}, {code: 3, text: C, exclusive: ja}]
        remark: Bem.
      - {id: "3", text: Dato, type: date, options: [{code: 1, text: Dag, date: ja}, {code: 2, text: Uoplyst}]}
      - {id: "4", text: Født, type: date}
      - {id: "5", text: Tal, type: number}
      - {id: "6", text: Tekst, type: text}
      - {id: "7", text: Tabel, type: grid, options: janej, rows: [{id: 1, text: x}, {id: 2, text: y}], row_remark: Bem.}
      - {id: "8", text: Kun nogle, type: choice, options: janej, asked_when: {"1": [1, 9]}}
      - {id: "9", text: Kun nogle datoer, type: date, asked_when: {"8": Ja}}
  - id: "2"
    title: Betingelser
    questions:
%s
rules:
  - {id: r1, strength: skal, text: En, when: {"7/1": Ja}, then: {"8": Ja}}
  - {id: r2, strength: skal, text: To, when: {"1": 2}, exactly: {"5": {min: 3}}}
  - {id: r3, strength: udgangspunkt, text: Tre, each_row: "7", when: {"7/row": Nej}, then: {"2": {only: [A]}}}
  - {id: r4, strength: vurdering, text: Fire, when: {"2": B}, then: {"1": 1}}
  - {id: r5, strength: udgangspunkt, text: Fem, when: {"3": {answered: ja}}, then: {"3": {after: "4"}}}
"""
_CONDITIONS = (
    '{"1": 2}', '{"1": ["Hvad?", "-Nej"]}', '{kommune: 851}', '{"2": A}', '{"2": [B, C]}', '{"2": {only: [A, B]}}',
    '{"3": Uoplyst}', '{"1": {answered: ja}}', '{"2": {answered: nej}}', '{"3": {answered: ja}}',
    '{"6": {answered: nej}}', '{"5": {min: 2.5}}', '{"5": {max: 3}}', '{"5": {min: -1, max: 3}}', '{"3": {after: "4"}}',
    '{"3": {before: "4"}}', '{"3": {after: 2015-02-28}}', '{"9": {before: 2015-03-01}}', '{"9": {after: "3"}}',
    '{"3": {years_after: "4", min: 18, max: 64}}', '{"4": {years_after: "3", max: -1}}',
    '{"9": {years_after: "4", min: 1}}', '{"7/1": Ja, "7/2": Nej}', '{"7/*": Nej}', '{not: {"7/*": Nej}}', '{"8": Nej}',
    '{not: {"8": Nej}}', '{"8": {answered: nej}}', '{any: [{"1": 1}, {"8": Ja}, {not: {"5": {min: 1}}}]}',
    '{all: [{any: [{"1": 2}, {"2": A}]}, {not: {"3": Uoplyst}}]}',
)  # fmt: skip


@cache
def odd() -> Questionnaire:
    """Every kind of test as the condition of a question, so that its three values show."""
    line = '      - {{id: "10.{}", text: Betingelse {}, type: choice, options: janej, asked_when: {}}}'
    asked = "\n".join(line.format(place, place, condition) for place, condition in enumerate(_CONDITIONS))
    return _loaded(_ODD % asked)


def _loaded(text: str) -> Questionnaire:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "odd.yaml"
        path.write_text(text, encoding="utf-8")
        return schemas.load(path)


@cache
def questionnaire(name: str) -> Questionnaire:
    """One of the three questionnaires that the formulas are tried on."""
    if name == "odd":
        return odd()
    return schemas.load(SCHEMA if name == "hjemmehjaelp" else schemas.find(name))


@dataclass(frozen=True)
class Calculated:
    """A workbook that LibreOffice has saved: its cases as an import reads them, and the values of its hidden sheets."""

    file: bytes
    coded: coding.CodedSheet
    columns: Mapping[str, list[object]]
    marks: Mapping[str, list[object]]

    @property
    def cases(self) -> Cases:
        return self.coded.cases


def read_back(file: bytes, form: Questionnaire) -> coding.CodedSheet:
    """What an import makes of a workbook."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sager.xlsx"
        path.write_bytes(file)
        return coding.code_sheet(datasheet.read(path), form)


def calculated(file: bytes, form: Questionnaire, cells: list[libreoffice.Filled]) -> Calculated:
    """A workbook filled in by LibreOffice, or a skipped test."""
    if libreoffice.calc() is None:
        missing("LibreOffice Calc")
    saved = libreoffice.filled(file, cells)
    coded = read_back(saved, form)
    book = openpyxl.load_workbook(io.BytesIO(saved), data_only=True)
    rows = set(coded.cases.origin.rows if coded.cases.origin else ())
    sheets = [_columns(book[name], rows) for name in ("Beregning", "Mærker")]
    return Calculated(saved, coded, *sheets)


def _columns(sheet: openpyxl.worksheet.worksheet.Worksheet, rows: set[int]) -> dict[str, list[object]]:
    """The columns of a sheet by header, of the rows in which a case stands; blank is None."""
    lines = list(sheet.iter_rows(values_only=True))
    kept = [line for number, line in enumerate(lines, start=1) if number in rows]
    return {str(head): [line[place] for line in kept] for place, head in enumerate(lines[0])}


@cache
def generated(name: str) -> Calculated:
    """Many cases in one workbook, valid and noisy, typed by label, code, number and in ways that cannot be read."""
    form = questionnaire(name)
    rng = Random(4)
    if name == "fleksjob-2016":
        rows = strategies.random_cases(4, 160)
        prefilled = from_codes(form, {column: [row[column] for row in rows] for column in strategies.VALUES})
    else:
        prefilled = from_codes(form, {})
    count = 40 if name == "fleksjob-2016" else 150
    file = scoring_workbook(prefilled, STAMP, title="Prøve", blank=count + 2)
    first = prefilled.size + 2
    cells = [
        ("Sager", f"{column_letters(place)}{first + row}", value)
        for row in range(count)
        for place, variable in enumerate(form.variables, start=1)
        if (value := typed(rng, variable, 0.05 if row % 2 else 0.3)) is not None
    ]
    return calculated(file, form, cells)


def typed(rng: Random, variable: Variable, noise: float) -> str | int | float | None:
    """Something that a person may type in a cell."""
    if rng.random() < noise:
        return rng.choice((None, None, "hvad som helst", " "))
    if variable.kind == "code":
        option = rng.choice(variable.options)
        code = int(option.code) if option.code.isdecimal() else option.code
        shouted = f"\u00a0{rng.choice(option.names).upper()}  "
        return rng.choice((option.title, option.title, option.title, option.code, code, shouted, None))
    if variable.kind == "flag":
        return rng.choice((1, 1, 0, None, None, None, "1", "sand", "Falsk"))
    if variable.kind == "number":
        return rng.choice((0, 3, 2.5, -1, 30, 31, 2))
    if variable.kind == "date":
        day = rng.choice((date(2015, 2, 28), date(2016, 2, 29), date(1998, 2, 28), date(1997, 3, 1), date(1996, 2, 29)))
        return (day - date(1899, 12, 30)).days + rng.choice((0, 0, 0, 1, -1, rng.randint(-9000, 9000)))
    if variable.question.identification:
        return f"a{rng.randint(1, 60)}" if rng.random() < 0.5 else rng.randint(1, 60)
    return rng.choice((None, None, "Uddybet i sagen", "=1+1"))
