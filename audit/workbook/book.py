"""The scoring workbook: a study's cases in Excel, one row per case, with the form's own rules as marks.

People write on the sheet *Sager* alone, in cells without formulas, so that an import reads it like
any other file. Hidden sheets judge it: *Beregning* has what is asked and breached, *Mærker* one number for each cell
of *Sager*, at the same place, by which it is coloured. The same cases give the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from audit.base.danish import number, same
from audit.base.errors import FileFault, Place, UsageFault
from audit.cases import headers
from audit.cases.columns import Cases
from audit.export.presentation import one_line
from audit.files import datasheet
from audit.files.cells import column_letters
from audit.files.datasheet import DataSheet
from audit.files.xlsxwrite import LONGEST, CellValue, put, row_height, too_long, workbook_bytes
from audit.questionnaire.model import Questionnaire, Variable
from audit.workbook import guide, style
from audit.workbook.formula import Calculation, NameRanges
from audit.workbook.marks import Mark, Marks, mark_formulas

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE, CASES, OVERVIEW, RULES, CODES = "Vejledning", "Sager", "Overblik", "Regler", guide.CODES
CALCULATION, MARKS, NAMES, VERSION = "Beregning", "Mærker", "Navne", "Version"
_HIDDEN = (CALCULATION, MARKS, NAMES, VERSION)
_VERSION_HEADER = ("Felt", "Værdi")
#: The field name of each case on the sheet that records what the workbook was made from.
_CASE = "case"


@dataclass(frozen=True)
class WorkbookStamp:
    """What a workbook was made from: study, schema and its version, the hash of its codes, the study's revision.

    `head` is the chain value of the log at that revision, which identifies the study; `cases` are the cases in it.
    """

    study: str
    schema: str
    schema_version: str
    codes: str
    revision: int
    head: str
    cases: tuple[str, ...] = ()


def scoring_workbook(
    cases: Cases, stamp: WorkbookStamp, *, title: str, locked: Collection[int] = (), blank: int = 0
) -> bytes:
    """The bytes of a workbook with one row per case and `blank` rows for more.

    `locked` are the indexes of cases that are finished: nothing in their rows can be changed. Raises UsageFault for a
    text that is too long for a cell.
    """
    from openpyxl import Workbook
    from openpyxl.workbook.protection import WorkbookProtection

    book = Workbook()
    book.security = WorkbookProtection(lockStructure=True)
    style.add_styles(book)
    sheets = {name: book.create_sheet(name) for name in (GUIDE, CASES, OVERVIEW, RULES, CODES, *_HIDDEN)}
    book.remove(book.worksheets[0])
    questionnaire = cases.questionnaire
    last = max(cases.size + blank, 1) + 1
    rows = range(2, last + 1)
    guide.fill_guide(sheets[GUIDE], questionnaire, one_line(title), cases.size, blank)
    _fill_cases(sheets[CASES], cases, frozenset(locked), last)
    guide.fill_codes(book, sheets[CODES], questionnaire)
    calculation = _calculation(sheets[NAMES], questionnaire)
    marks = mark_formulas(calculation, _cell_references(questionnaire), _used_formula(questionnaire), last)
    _fill_calculation(sheets[CALCULATION], calculation, rows)
    _fill_marks(book, sheets[MARKS], questionnaire, marks, rows)
    _fill_overview(sheets[OVERVIEW], questionnaire, marks, rows, frozenset(locked))
    guide.fill_rules(sheets[RULES], questionnaire)
    version = {name: str(value) for name, value in vars(stamp).items() if name != "cases"}
    guide.fill_rows(sheets[VERSION], [_VERSION_HEADER, *version.items(), *((_CASE, case) for case in stamp.cases)])
    for name, sheet in sheets.items():
        sheet.sheet_state = "hidden" if name in _HIDDEN else "visible"
        _protect(sheet)
    book.active = book.sheetnames.index(CASES)
    return workbook_bytes(
        book, title=one_line(title), subject=f"Måleskema: {stamp.schema}, version {stamp.schema_version}"
    )


def read_stamp(path: Path) -> WorkbookStamp | None:
    """What a returned workbook was made from; None for any other file, also one that cannot be read."""
    try:
        sheet = datasheet.read(path, sheet=VERSION)
    except FileFault:
        return None
    if sheet.header != _VERSION_HEADER:
        return None
    lines = list(zip(*([str(cell or "") for cell in column] for column in sheet.columns), strict=True))
    values = {name: text for name, text in lines if name != _CASE}
    if {*values, "cases"} != {field.name for field in fields(WorkbookStamp)} or not values["revision"].isdecimal():
        return None
    revision, cases = int(values.pop("revision")), tuple(text for name, text in lines if name == _CASE)
    return WorkbookStamp(revision=revision, cases=cases, **values)


# --- the cases --------------------------------------------------------------------------------------------------------


def _cell_references(questionnaire: Questionnaire) -> Mapping[str, str]:
    """The reference to each variable's cell, from any other sheet."""
    names = questionnaire.by_column
    return {name: f"{CASES}!${column_letters(place)}{{row}}" for place, name in enumerate(names, start=1)}


def _used_formula(questionnaire: Questionnaire) -> str:
    last = column_letters(len(questionnaire.variables))
    return f"IF(COUNTA({CASES}!$A{{row}}:${last}{{row}})>0,1,0)"


def column_headers(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The header of each variable: number and text where an import understands that, else the machine name."""
    variables = questionnaire.variables
    candidates = tuple(one_line(_header(variable)) for variable in variables)
    sheet = DataSheet("", "", candidates, candidates, 1, ((),) * len(candidates), (), 1, ())
    targets = headers.match_headers(sheet, questionnaire).targets
    return tuple(
        header if index in targets and targets[index].variables == (variable,) else variable.name
        for index, (variable, header) in enumerate(zip(variables, candidates, strict=True))
    )


def _header(variable: Variable) -> str:
    question = variable.question
    if variable.role == "status":
        return f"{question.id} status"
    if variable.role in ("remark", "reason"):
        return variable.number
    row_or_option = variable.row or variable.option
    if row_or_option is not None:
        return f"{variable.number} {row_or_option.shown}"
    return f"{question.id} {question.title}" if question.id[:1].isdigit() else question.title


def _fill_cases(sheet: Worksheet, cases: Cases, locked: frozenset[int], last: int) -> None:
    variables = cases.questionnaire.variables
    key_names = {variable.name for variable in cases.key_variables}
    section_numbers = _section_numbers(cases.questionnaire)
    header_texts = column_headers(cases.questionnaire)
    widths = [style.column_width(variable, header) for variable, header in zip(variables, header_texts, strict=True)]
    sheet.row_dimensions[1].height = row_height(zip(header_texts, widths, strict=True))
    for column, (variable, header) in enumerate(zip(variables, header_texts, strict=True), start=1):
        header_cell = sheet.cell(1, column)
        put(header_cell, header)
        header_cell.style = style.header_style(
            section_numbers[variable.question.id] if variable.rule is None else len(section_numbers)
        )
        letters = column_letters(column)
        sheet.column_dimensions[letters].width = widths[column - 1]
        for row, value in enumerate(_cell_values(cases, variable), start=2):
            cell = sheet.cell(row, column)
            put(cell, value)
            is_locked = row - 2 in locked or (variable.name in key_names and value is not None)
            cell.style = style.cell_style(variable.kind, locked=is_locked)
        for row in range(cases.size + 2, last + 1):
            sheet.cell(row, column).style = style.cell_style(variable.kind, locked=False)
        validation = style.validation(variable)
        validation.add(f"{letters}2:{letters}{last}")
        sheet.add_data_validation(validation)
    area = f"A2:{column_letters(len(variables))}{last}"
    for rule in style.mark_rules():
        sheet.conditional_formatting.add(area, rule)
    sheet.auto_filter.ref = f"A1:{area.partition(':')[2]}"
    sheet.freeze_panes = sheet.cell(2, len(cases.questionnaire.fields) + 1).coordinate
    _set_print_layout(sheet, cases.questionnaire)


def _section_numbers(questionnaire: Questionnaire) -> dict[str, int]:
    """The number of the section of each question; the identifications are section 0."""
    sections = [questionnaire.fields, *(section.questions for section in questionnaire.sections)]
    return {question.id: number for number, questions in enumerate(sections) for question in questions}


def _cell_values(cases: Cases, variable: Variable) -> Iterator[CellValue]:
    """The value of each cell of a column."""
    for row, text in enumerate(cases.strings(variable)):
        if not text or (variable.kind == "flag" and text == "0"):
            yield None
        elif variable.kind == "date":
            yield date.fromisoformat(text)
        elif variable.kind in ("number", "flag"):
            yield float(cases.column(variable)[row]) if variable.kind == "number" else 1
        else:
            yield _cell_text(text, cases.keys[row], variable)


def _cell_text(text: str, case: str, variable: Variable) -> str:
    """A text without the characters that a workbook cannot hold. Raises UsageFault where it is too long."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if length := too_long(text):
        raise UsageFault(
            f"Teksten er på {number(length)} tegn, og en celle i Excel kan højst have {number(LONGEST)}.",
            place=Place(case=case, questions=(variable.number,)),
            remedy="Gør teksten kortere, eller brug CSV.",
        )
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _set_print_layout(sheet: Worksheet, questionnaire: Questionnaire) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:1"
    sheet.print_title_cols = f"A:{column_letters(len(questionnaire.fields))}"


# --- the sheets that judge --------------------------------------------------------------------------------------------


def _calculation(sheet: Worksheet, questionnaire: Questionnaire) -> Calculation:
    """The calculation of a questionnaire; the names of its answers are written on `sheet`."""
    ranges_by_question: dict[str, NameRanges] = {}
    lines: list[Sequence[CellValue]] = [("Spørgsmål", "Navn", "Svarets plads på listen")]
    for question, options in guide.answer_lists(questionnaire):
        first = len(lines) + 1
        names = {same(name): place for place, option in enumerate(options, start=1) for name in option.names}
        lines.extend((question.id, name, place) for name, place in names.items())
        ranges = (f"{NAMES}!${column}${first}:${column}${len(lines)}" for column in "BC")
        ranges_by_question[question.id] = NameRanges(*ranges)
    guide.fill_rows(sheet, lines)
    return Calculation(questionnaire, _cell_references(questionnaire), ranges_by_question)


def _fill_calculation(sheet: Worksheet, calculation: Calculation, rows: range) -> None:
    sheet.append([column.title for column in calculation.columns])
    formulas = [column.formula for column in calculation.columns]
    for row in rows:
        sheet.append([formula.replace("{row}", str(row)) for formula in formulas])
    sheet.freeze_panes = "A2"


def _fill_marks(book: Workbook, sheet: Worksheet, questionnaire: Questionnaire, marks: Marks, rows: range) -> None:
    """One number per cell of the cases, at the same place; a defined name refers to the number of the current cell."""
    from openpyxl.workbook.defined_name import DefinedName

    sheet.append(list(questionnaire.by_column))
    formulas = [marks.cells.get(name) for name in questionnaire.by_column]
    for row in rows:
        sheet.append([formula and formula.replace("{row}", str(row)) for formula in formulas])
    book.defined_names[style.MARK_NAME] = DefinedName(style.MARK_NAME, attr_text=f"'{MARKS}'!A1")


def _fill_overview(
    sheet: Worksheet, questionnaire: Questionnaire, marks: Marks, rows: range, locked: frozenset[int]
) -> None:
    """One row per case: its key, its state, what it lacks, and which rules it breaches."""
    cells, last = _cell_references(questionnaire), column_letters(len(questionnaire.variables))
    keys = [questionnaire.by_id[name] for name in questionnaire.key]
    counts = {
        "Mangler svar": marks.answers,
        "Mangler bemærkning": marks.remarks,
        "Mangler begrundelse": marks.reasons,
        "Brudte regler": marks.rules,
    }
    sheet.append([*(key.title for key in keys), "Tilstand", *counts, "Røde celler", "Regler"])
    first = column_letters(len(keys) + 2)
    answer_count = f"COUNTA({CASES}!${column_letters(len(questionnaire.fields) + 1)}{{row}}:${last}{{row}})"
    area = f"'{MARKS}'!$A{{row}}:${last}{{row}}"
    red_count = "+".join(f"COUNTIF({area},{mark})" for mark in (Mark.FORBIDDEN, Mark.BREACHED, Mark.UNREAD))
    red_column, missing_area = column_letters(len(keys) + 6), f"{first}{{row}}:{column_letters(len(keys) + 4)}{{row}}"
    filled = f'IF(SUM({missing_area})>0,"Mangler","Udfyldt")'
    state = f'IF({red_column}{{row}}>0,"Skal rettes",IF({answer_count}=0,"Ikke begyndt",{filled}))'
    used = f"{CALCULATION}!{marks.used}=0"
    for row in rows:
        key_formulas = [f'IF({cells[key.column]}="","",{cells[key.column]})' for key in keys]
        results = [
            *(f"{CALCULATION}!{reference}" for reference in counts.values()),
            red_count,
            f"{CALCULATION}!{marks.rule_ids}",
        ]
        formulas = [*key_formulas, '"Færdig"' if row - 2 in locked else state, *results]
        sheet.append([f'=IF({used},"",{formula})'.replace("{row}", str(row)) for formula in formulas])
    guide.format_list(sheet, [16.0] * len(keys) + [15.0, 11.0, 13.0, 13.0, 11.0, 11.0, 30.0])
    state_column = column_letters(len(keys) + 1)
    for rule in style.state_rules(f"{state_column}2"):
        sheet.conditional_formatting.add(f"{state_column}2:{state_column}{rows[-1]}", rule)


def _protect(sheet: Worksheet) -> None:
    """Lock all but the open cells, without a password; users may still change widths, heights and filters."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.autoFilter = False
