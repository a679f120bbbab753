"""Cases to a file: one row per case with codes or answers in words, or one row per answer with its state.

The wide forms come in again as the same cases. Cells are texts, so that no program turns them into something else.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from audit.base import writing
from audit.base.danish import listing, number, same
from audit.base.errors import FileFault, Place, UsageFault
from audit.cases import readers
from audit.cases.codes import Column, Mask, encode_texts
from audit.cases.columns import Cases
from audit.cases.routing import Routing
from audit.export.presentation import ANSWERED, NOT_ASKED, UNANSWERED
from audit.files import csvfile
from audit.files.xlsxwrite import LONGEST, put, too_long, workbook_bytes
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Option, Variable
from audit.scoring import answersets

Layout = Literal["koder", "svar", "lang"]
LAYOUTS: tuple[Layout, ...] = ("koder", "svar", "lang")
UNREAD = "Ulæseligt"
#: The columns of the long form, after the identifications of the case.
LONG_COLUMNS = ("nummer", "spoergsmaal", "kolonne", "tilstand", "kode", "svar")
_STATES = (UNANSWERED, ANSWERED, NOT_ASKED, UNREAD)
_ENDINGS = (".xlsx", ".csv")
#: Rows that are made at a time.
_BATCH = 1000
#: How a file writes a number that `audit.scoring.answersets` has given.
NumberText = Callable[[str], str]


@dataclass(frozen=True)
class TextColumn:
    """A column of a file: its header, the texts that occur in it, and for each row the place of its text among them.

    `plain` is whether no text in it can be taken for a formula.
    """

    name: str
    texts: Sequence[str]
    places: Column
    plain: bool = False


@dataclass(frozen=True)
class Extract:
    """The columns of a file. `cases` tells what the case of each row is called."""

    sheet: str
    columns: tuple[TextColumn, ...]
    cases: TextColumn

    @property
    def header(self) -> tuple[str, ...]:
        """The headers."""
        return tuple(column.name for column in self.columns)

    def rows(self, value: Callable[[TextColumn, str], object] = lambda _, text: text) -> Iterator[tuple[Any, ...]]:
        """The rows, with what `value` makes of each text; it is asked once for each of the texts of a column."""
        tables = []
        for column in self.columns:
            table = np.empty(len(column.texts), dtype=object)
            table[:] = [value(column, text) for text in column.texts]
            tables.append((table, column.places))
        for start in range(0, len(self.cases.places), _BATCH):
            yield from zip(*(table[places[start : start + _BATCH]].tolist() for table, places in tables), strict=True)


def write_cases(path: Path, cases: Cases, layout: str, *, overwrite: bool = False) -> None:
    """Write the cases to an .xlsx or .csv file that only its owner can read.

    Numbers have a decimal point in CSV, so that programs know them as numbers, and the Danish comma in a workbook.
    Raises UsageFault for another ending or form, FileFault where it cannot be written or a text is too long for Excel.
    """
    if layout not in LAYOUTS:
        raise UsageFault(f'--form kan være {listing(LAYOUTS, "eller")}, ikke "{layout}".')
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise UsageFault(f"Sagerne kan skrives til {listing(_ENDINGS, 'eller')}.", place=Place(file=path.name))
    with writing.replacing(path, overwrite=overwrite, private=True) as temporary:
        number_text = readers.point_text if ending == ".csv" else readers.comma_text
        made = long_form(cases, number_text) if layout == "lang" else wide_form(cases, number_text, layout == "svar")
        if ending == ".csv":
            _write_csv(temporary, made)
        else:
            temporary.write_bytes(_xlsx_bytes(made, path.name))


# --- one row per case -------------------------------------------------------------------------------------------------


def wide_form(cases: Cases, number_text: NumberText, words: bool) -> Extract:
    """One row per case and one column per variable that the cases have, under its machine name.

    A flag is 1 or 0 where the question is answered. With `words` other answers are in words.
    """
    variables = [variable for variable in cases.questionnaire.variables if cases.has(variable.name)]
    columns = tuple(_wide_column(cases, variable, number_text, words) for variable in variables)
    return Extract("Sager", columns, _encoded("", cases.keys))


def _wide_column(cases: Cases, variable: Variable, number_text: NumberText, words: bool) -> TextColumn:
    texts, places = answersets.answer_texts(cases, variable)
    if variable.kind == "flag":
        texts, places = ["", "0", "1"], np.where(places, 2, cases.answered(variable.key))
    elif variable.kind == "number":
        texts = list(map(number_text, texts))
    elif variable.kind == "code" and words:
        texts = ["", *(_wording(option, variable.options) for option in variable.options)]
    return TextColumn(variable.name, texts, places, variable.kind in ("flag", "date", "number"))


def _encoded(name: str, texts: Sequence[str]) -> TextColumn:
    places, distinct = encode_texts(texts)
    return TextColumn(name, ["", *distinct], places)


def _wording(option: Option, options: Sequence[Option]) -> str:
    """The shortest wording that an import reads as this option: it takes the first option that has the name."""
    wordings = (option.title, option.shown, option.text, option.code)
    return next(wording for wording in wordings if _first_match(wording, options) is option)


def _first_match(name: str, options: Sequence[Option]) -> Option:
    return next(option for option in options if same(name) in map(same, option.names))


# --- one row per answer -----------------------------------------------------------------------------------------------


def long_form(cases: Cases, number_text: NumberText) -> Extract:
    """One row for every answer of a case (one for each flag that is set), and one for every question without any.

    The identifications come first, then `LONG_COLUMNS`. Remarks and reasons have a row where they are written.
    """
    lines = _LongLines(cases, number_text)
    for question in _long_questions(cases):
        lines.add_question(question)
    lines.add_remarks_and_reasons()
    rows, places = lines.by_case()
    answers = [
        TextColumn(name, [line[index] for line in lines.texts], places) for index, name in enumerate(LONG_COLUMNS)
    ]
    fields = [cases.questionnaire.by_column[field.column] for field in cases.questionnaire.fields]
    of_case = (_encoded("", cases.keys), *(_encoded(field.name, cases.strings(field)) for field in fields))
    keys, *identifications = (replace(column, places=column.places[rows]) for column in of_case)
    return Extract("Svar", (*identifications, *answers), keys)


@dataclass(frozen=True)
class _LongQuestion:
    """A question or a grid row, and the state of each case as a place in `_STATES`."""

    key: Key
    title: str
    variables: tuple[Variable, ...]
    states: Column

    @property
    def column(self) -> str:
        """Its own column, or what the columns of its options begin with."""
        first = self.variables[0]
        return first.question.column if first.option else first.name


def _long_questions(cases: Cases) -> Iterator[_LongQuestion]:
    """Every question and grid row that the cases have, except identifications."""
    routing = Routing(cases)
    for key, variables in cases.questionnaire.answers.items():
        question, row = variables[0].question, variables[0].row
        present = tuple(variable for variable in variables if cases.has(variable.name))
        if not question.identification and present:
            title = f"{question.title}: {row.shown}" if row else question.title
            yield _LongQuestion(key, title, variables, _states(cases, key, routing.asked(question.id).false))


def _states(cases: Cases, key: Key, not_asked: Mask) -> Column:
    states = np.where(not_asked, _STATES.index(NOT_ASKED), cases.answered(key))
    unread = cases.unreadable_in(key)
    return states if unread is None else np.where(unread, _STATES.index(UNREAD), states)


class _LongLines:
    """The lines of the long form: their different texts (`LONG_COLUMNS`), and which of them each case has."""

    def __init__(self, cases: Cases, number_text: NumberText) -> None:
        self.cases, self.number_text = cases, number_text
        self.texts: list[tuple[str, ...]] = []
        self._rows: list[Column] = [np.zeros(0, dtype=np.int32)]
        self._places: list[Column] = [np.zeros(0, dtype=np.int32)]

    def add_question(self, question: _LongQuestion) -> None:
        """A line for each answer, and one where there is none."""
        blank = np.ones(self.cases.size, dtype=np.bool_)
        head = (str(question.key), question.title)
        for variable in question.variables:
            texts, places = self._answers(variable)
            words = [self._code_and_words(variable, text) for text in texts]
            lines = [(*head, variable.name, state, *both) for both in words for state in _STATES]
            self._add(places != 0, places.astype(np.int32) * len(_STATES) + question.states, lines)
            blank &= places == 0
        self._add(blank, question.states, [(*head, question.column, state, "", "") for state in _STATES])

    def add_remarks_and_reasons(self) -> None:
        """A line for each that is written."""
        for variable in self.cases.questionnaire.variables:
            if variable.role in ("remark", "reason"):
                texts, places = self._answers(variable)
                head = (variable.number, variable.question.title, variable.name, ANSWERED, "")
                self._add(places != 0, places, [(*head, text) for text in texts])

    def by_case(self) -> tuple[Column, Column]:
        """For each line of the file the row of its case, and its place in `texts`."""
        rows = np.concatenate(self._rows)
        order = np.argsort(rows, kind="stable")
        return rows[order], np.concatenate(self._places)[order]

    def _answers(self, variable: Variable) -> tuple[Sequence[str], Column]:
        if self.cases.has(variable.name):
            return answersets.answer_texts(self.cases, variable)
        return [""], np.zeros(self.cases.size, dtype=np.intp)

    def _add(self, chosen: Mask, places: Column, lines: Sequence[tuple[str, ...]]) -> None:
        """For each case that is `chosen` the line at its place among `lines`."""
        self._rows.append(np.flatnonzero(chosen).astype(np.int32))
        self._places.append(places[chosen].astype(np.int32) + np.int32(len(self.texts)))
        self.texts.extend(lines)

    def _code_and_words(self, variable: Variable, text: str) -> tuple[str, str]:
        if variable.option is not None:
            return variable.option.code, variable.option.title
        option = next((option for option in variable.options if option.code == text), None)
        if option is not None:
            return option.code, option.title
        return "", self.number_text(text) if variable.kind == "number" else text


# --- files ------------------------------------------------------------------------------------------------------------


def _write_csv(path: Path, made: Extract) -> None:
    """UTF-8 with the byte order mark that Excel needs; what a spreadsheet would run as a formula is escaped."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(made.header)
        writer.writerows(made.rows(lambda column, text: text if column.plain else csvfile.escape_formula(text)))


def _xlsx_bytes(made: Extract, file: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    _refuse_long_texts(made, file)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(made.sheet)
    sheet.freeze_panes = "B2"
    sheet.append(list(made.header))

    def text_cell(text: str) -> object:
        cell = WriteOnlyCell(sheet)
        put(cell, text)
        return cell

    for row in made.rows():
        sheet.append([text_cell(text) if text else None for text in row])
    return workbook_bytes(book, title=made.sheet, subject="Sager fra en praksisundersøgelse")


def _refuse_long_texts(made: Extract, file: str) -> None:
    """Before anything is written: a workbook that is begun has to be ended."""
    for column in made.columns:
        for place, text in enumerate(column.texts):
            length = too_long(text)
            cases = made.cases.places[column.places == place].tolist() if length else []
            if cases:
                raise FileFault(
                    f"Teksten i sag {made.cases.texts[cases[0]]}, kolonne {column.name}, er på {number(length)} tegn; "
                    f"en celle i Excel kan højst have {number(LONGEST)}.",
                    place=Place(file=file),
                    remedy="Skriv til en CSV-fil i stedet.",
                )
