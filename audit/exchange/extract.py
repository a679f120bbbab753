"""Cases to a file: one row per case with codes or answers in words, or one row per answer with its state.

The wide forms come in again as the same cases. Cells are texts, so that no program turns them into something else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audit.base import writing
from audit.base.danish import listing, number, same
from audit.base.errors import FileFault, Place, UsageFault
from audit.cases.codes import Mask
from audit.cases.columns import Cases
from audit.cases.routing import Routing
from audit.export.presentation import ANSWERED, NOT_ASKED, UNANSWERED
from audit.files import csvfile
from audit.files.xlsxwrite import LONGEST, put, too_long, workbook_bytes
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Option, Variable
from audit.scoring import answersets
from audit.scoring.answersets import AnswerTexts

Layout = Literal["koder", "svar", "lang"]
LAYOUTS: tuple[Layout, ...] = ("koder", "svar", "lang")
UNREAD = "Ulæseligt"
#: The columns of the long form, after the identifications of the case.
LONG_COLUMNS = ("nummer", "spoergsmaal", "kolonne", "tilstand", "kode", "svar")
_ENDINGS = (".xlsx", ".csv")


@dataclass(frozen=True)
class ExtractRow:
    """One row of a file: the number of the case, and one text per column."""

    case: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Extract:
    """The header and the rows of a file. `plain` are the columns whose texts can never be taken for a formula."""

    sheet: str
    header: tuple[str, ...]
    rows: Sequence[ExtractRow]
    plain: frozenset[str] = frozenset()


def write_cases(path: Path, cases: Cases, layout: str, *, overwrite: bool = False) -> None:
    """Write the cases to an .xlsx or .csv file that only its owner can read.

    Raises UsageFault for another ending or form, FileFault where it cannot be written or a text is too long for Excel.
    """
    if layout not in LAYOUTS:
        raise UsageFault(f'--form kan være {listing(LAYOUTS, "eller")}, ikke "{layout}".')
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise UsageFault(f"Sagerne kan skrives til {listing(_ENDINGS, 'eller')}.", place=Place(file=path.name))
    with writing.replacing(path, overwrite=overwrite, private=True) as temporary:
        extract = long_form(cases) if layout == "lang" else wide_form(cases, words=layout == "svar")
        temporary.write_bytes(_csv_bytes(extract) if ending == ".csv" else _xlsx_bytes(extract, path.name))


# --- one row per case -------------------------------------------------------------------------------------------------


def wide_form(cases: Cases, *, words: bool) -> Extract:
    """One row per case and one column per variable that the cases have, under its machine name.

    A flag is 1 or 0 where the question is answered. With `words` other answers are in words.
    """
    variables = [variable for variable in cases.questionnaire.variables if cases.has(variable.name)]
    answers = answersets.from_cases(cases)
    columns = [_column_texts(cases, variable, answers, words=words) for variable in variables]
    rows = [ExtractRow(case, texts) for case, texts in zip(cases.keys, zip(*columns, strict=True), strict=True)]
    plain = frozenset(variable.name for variable in variables if variable.kind in ("flag", "date", "number"))
    return Extract("Sager", tuple(variable.name for variable in variables), rows, plain)


def _column_texts(cases: Cases, variable: Variable, answers: Sequence[AnswerTexts], *, words: bool) -> list[str]:
    column = [texts.get(variable.name, "") for texts in answers]
    if variable.kind == "flag":
        answered = cases.answered(variable.key).tolist()
        return [text or ("0" if is_answered else "") for text, is_answered in zip(column, answered, strict=True)]
    if variable.kind == "number":
        return [text.replace(".", ",") for text in column]
    if variable.kind == "code" and words:
        labels = {"": "", **{option.code: _wording(option, variable.options) for option in variable.options}}
        return [labels[text] for text in column]
    return column


def _wording(option: Option, options: Sequence[Option]) -> str:
    """The shortest wording that an import reads as this option: it takes the first option that has the name."""
    wordings = (option.title, option.shown, option.text, option.code)
    return next(wording for wording in wordings if _first_match(wording, options) is option)


def _first_match(name: str, options: Sequence[Option]) -> Option:
    return next(option for option in options if same(name) in map(same, option.names))


# --- one row per answer -----------------------------------------------------------------------------------------------


def long_form(cases: Cases) -> Extract:
    """One row for every answer of a case (one for each flag that is set), and one for every question without any.

    The identifications come first, then `LONG_COLUMNS`. Remarks and reasons have a row where they are written.
    """
    fields = [cases.questionnaire.by_column[field.column] for field in cases.questionnaire.fields]
    identifications = list(zip(*(cases.strings(field) for field in fields), strict=True))
    answers_by_case, questions = answersets.from_cases(cases), list(_long_questions(cases))
    rows: list[ExtractRow] = []
    for index, (case, answers) in enumerate(zip(cases.keys, answers_by_case, strict=True)):
        answer_rows = [texts for question in questions for texts in question.row_texts(index, answers)]
        all_rows = (*answer_rows, *_remarks_and_reasons(cases, answers))
        rows.extend(ExtractRow(case, (*identifications[index], *texts)) for texts in all_rows)
    return Extract("Svar", (*(field.name for field in fields), *LONG_COLUMNS), rows)


@dataclass(frozen=True)
class _LongQuestion:
    """A question or a grid row, and the cases in which it is answered, not asked, unreadable."""

    key: Key
    title: str
    variables: tuple[Variable, ...]
    answered: Mask
    not_asked: Mask
    unread: Mask | None

    def row_texts(self, row: int, answers: AnswerTexts) -> Iterator[tuple[str, ...]]:
        """The rows of one case, each a text per column of `LONG_COLUMNS`."""
        state = self._state(row)
        filled = [(variable, answers[variable.name]) for variable in self.variables if variable.name in answers]
        for variable, text in filled:
            yield (str(self.key), self.title, variable.name, state, *_code_and_words(variable, text))
        if not filled:
            yield (str(self.key), self.title, self._column, state, "", "")

    @property
    def _column(self) -> str:
        """Its own column, or what the columns of its options begin with."""
        first = self.variables[0]
        return first.question.column if first.option else first.name

    def _state(self, row: int) -> str:
        if self.unread is not None and self.unread[row]:
            return UNREAD
        return NOT_ASKED if self.not_asked[row] else ANSWERED if self.answered[row] else UNANSWERED


def _long_questions(cases: Cases) -> Iterator[_LongQuestion]:
    """Every question and grid row that the cases have, except identifications."""
    routing = Routing(cases)
    for key, variables in cases.questionnaire.answers.items():
        question, row = variables[0].question, variables[0].row
        if not question.identification and any(cases.has(variable.name) for variable in variables):
            title = f"{question.title}: {row.shown}" if row else question.title
            not_asked = routing.asked(question.id).false
            yield _LongQuestion(key, title, variables, cases.answered(key), not_asked, cases.unreadable_in(key))


def _code_and_words(variable: Variable, text: str) -> tuple[str, str]:
    if variable.option is not None:
        return variable.option.code, variable.option.title
    option = next((option for option in variable.options if option.code == text), None)
    return (option.code, option.title) if option else ("", text)


def _remarks_and_reasons(cases: Cases, answers: AnswerTexts) -> Iterator[tuple[str, ...]]:
    for variable in cases.questionnaire.variables:
        if variable.role in ("remark", "reason") and variable.name in answers:
            yield (variable.number, variable.question.title, variable.name, ANSWERED, "", answers[variable.name])


# --- files ------------------------------------------------------------------------------------------------------------


def _csv_bytes(extract: Extract) -> bytes:
    """UTF-8 with the byte order mark that Excel needs; what a spreadsheet would run as a formula is escaped."""
    escaped = [name not in extract.plain for name in extract.header]
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(extract.header)
    for row in extract.rows:
        cells = zip(row.texts, escaped, strict=True)
        writer.writerow([csvfile.escape_formula(text) if escape else text for text, escape in cells])
    return target.getvalue().encode("utf-8-sig")


def _xlsx_bytes(extract: Extract, file: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    _refuse_long_texts(extract, file)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(extract.sheet)
    sheet.freeze_panes = "B2"
    sheet.append(list(extract.header))
    for row in extract.rows:
        cells = []
        for text in row.texts:
            cell = WriteOnlyCell(sheet)
            put(cell, text or None)
            cells.append(cell)
        sheet.append(cells)
    return workbook_bytes(book, title=extract.sheet, subject="Sager fra en praksisundersøgelse")


def _refuse_long_texts(extract: Extract, file: str) -> None:
    """Before anything is written: a workbook that is begun has to be ended."""
    for row in extract.rows:
        for name, text in zip(extract.header, row.texts, strict=True):
            if length := too_long(text):
                raise FileFault(
                    f"Teksten i sag {row.case}, kolonne {name}, er på {number(length)} tegn; en celle i Excel kan "
                    f"højst have {number(LONGEST)}.",
                    place=Place(file=file),
                    remedy="Skriv til en CSV-fil i stedet.",
                )
