"""The sheets of the scoring workbook that explain it, in Danish: instructions, rules and codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from audit.base import danish
from audit.export.presentation import one_line
from audit.files.cells import column_letters
from audit.files.xlsxwrite import CellValue, put, row_height
from audit.questionnaire.model import Option, Question, Questionnaire
from audit.workbook import style
from audit.workbook.marks import Mark

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

CODES = "Koder"
#: The width of the instructions in characters.
_WIDTH = 100
_INSTRUCTIONS = (
    "Arket Sager har én række for hver sag. Skriv kun dér; de andre ark regner selv eller forklarer.",
    "Vælg svaret på listen i cellen (Alt og pil ned). Svarets kode kan også skrives; arket Koder viser alle koder.",
    "Et spørgsmål, der kan have flere svar, har en kolonne for hvert svar: Skriv 1 ud for dem, der er valgt.",
    "Datoer skrives som 31-12-2014. Er datoen ikke kendt, vælges det i kolonnen med ”status” ved siden af.",
    "Når cellen er valgt, står hele spørgsmålet ved siden af den.",
    "En begrundelse for at afvige fra en regel skrives i kolonnen Begrundelse med reglens nummer. Reglerne står på "
    "arket Regler.",
    "Arket Overblik viser for hver sag, hvad der mangler, og hvilke regler der ikke er fulgt.",
)
_WARNINGS = (
    "Grålige felter med kursiv er låst: sagens nummer, når det er udfyldt på forhånd, og færdige sager. "
    "En færdig sag genåbnes i undersøgelsen, ikke her.",
    "Overskrifterne må ikke ændres. Kolonner kan gøres bredere, rækker højere, og der kan filtreres.",
    "Kopieres celler ind fra et andet ark, så brug Indsæt speciel og Værdier. Ellers følger den anden celles regler og "
    "farver med.",
    "Skriv aldrig et CPR-nummer. Projektmappen kan ikke opdage det, men importen afviser det.",
    "Gem som Excel-projektmappe (.xlsx), også i LibreOffice. Importen kontrollerer alt igen og viser, hvad der er "
    "nyt og ændret, før noget gemmes.",
)


def fill_guide(sheet: Worksheet, questionnaire: Questionnaire, title: str, cases: int, blank: int) -> None:
    """Write the instructions: what the workbook holds, how it is filled in, what the colours mean."""
    from openpyxl.worksheet.properties import PageSetupProperties

    _add_line(sheet, title, "Titel")
    contents = danish.listing(
        [danish.counted(cases, "sag", "sager"), danish.counted(blank, "tom række", "tomme rækker")]
    )
    _add_line(sheet, f"{contents}. {questionnaire.title}.", "Tekst")
    _add_line(sheet, "Sådan udfyldes sagerne", "Afsnit")
    for text in _INSTRUCTIONS:
        _add_line(sheet, text, "Tekst")
    _add_line(sheet, "Hvad farverne betyder", "Afsnit")
    for mark in Mark:
        _add_line(sheet, style.MARK_TEXTS[mark], "Tekst")
        cell = sheet.cell(sheet.max_row, 2)
        put(cell, "Ja")
        cell.style = "Tekst"
        cell.font, cell.fill = style.mark_look(mark)
    _add_line(sheet, "Pas på", "Afsnit")
    for text in _WARNINGS:
        _add_line(sheet, text, "Tekst")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _WIDTH, 8
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _add_line(sheet: Worksheet, text: str, named_style: str) -> None:
    row = sheet.max_row + 1 if sheet["A1"].value else 1
    cell = sheet.cell(row, 1)
    put(cell, text)
    cell.style = named_style
    sheet.row_dimensions[row].height = row_height([(text, _WIDTH)]) * (1 if named_style == "Tekst" else 1.6)


def answer_lists(questionnaire: Questionnaire) -> Iterator[tuple[Question, Sequence[Option]]]:
    """The questions answered from a list, each with its list; for a date the alternatives to it."""
    for question in questionnaire.questions:
        options = [option for option in question.options if not option.date]
        if options and question.type != "choices":
            yield question, options


# --- the sheets that explain ------------------------------------------------------------------------------------------


def fill_rules(sheet: Worksheet, questionnaire: Questionnaire) -> None:
    """The text of each rule."""
    strengths = {"skal": "Skal", "udgangspunkt": "Udgangspunkt", "vurdering": "Vurdering"}
    lines: list[Sequence[CellValue]] = [("Regel", "Slags", "Regel i ord", "Hjemmel", "Spørgsmål")]
    for rule in questionnaire.rules:
        keys = ", ".join(str(key).replace("/row", " (hver række)") for key in rule.keys)
        lines.append((rule.id, strengths[rule.strength], rule.text, rule.basis, keys))
    fill_rows(sheet, lines)
    format_list(sheet, [9.0, 15.0, 90.0, 34.0, 26.0])


def fill_codes(book: Workbook, sheet: Worksheet, questionnaire: Questionnaire) -> None:
    """Every question with its answers; the lists to choose from are ranges here."""
    from openpyxl.workbook.defined_name import DefinedName

    options_by_question = {question.id: options for question, options in answer_lists(questionnaire)}
    lines: list[Sequence[CellValue]] = [("Nr.", "Spørgsmål", "Kode", "Svar", "Skemaets ord", "Bemærk")]
    for question in questionnaire.questions:
        options = options_by_question.get(question.id, question.options)
        if question.id in options_by_question:
            area = f"{CODES}!$D${len(lines) + 1}:$D${len(lines) + len(options)}"
            name = f"{style.LIST_PREFIX}{question.column}"
            book.defined_names[name] = DefinedName(name, attr_text=area)
        shown_id = "" if question.identification or question.supplement else question.id
        for option in options:
            lines.append((shown_id, question.shown, option.code, option.title, option.shown, _option_notes(option)))
        if not options:
            lines.append((shown_id, question.shown, None, None, None, style.ANSWER_TEXTS[question.type]))
    fill_rows(sheet, lines)
    format_list(sheet, [9.0, 60.0, 8.0, 40.0, 50.0, 26.0])


def _option_notes(option: Option) -> str:
    notes = {"Kræver en bemærkning.": option.remark, "Kan ikke vælges sammen med andre.": option.exclusive}
    return " ".join(text for text, holds in notes.items() if holds)


# --- sheets in general ------------------------------------------------------------------------------------------------


def fill_rows(sheet: Worksheet, lines: Sequence[Sequence[CellValue]]) -> None:
    """A header and lines of plain values."""
    for row, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            put(sheet.cell(row, column), one_line(value) if isinstance(value, str) else value)


def format_list(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Make a sheet with one header row easy to read."""
    from openpyxl.worksheet.properties import PageSetupProperties

    for number, row in enumerate(sheet.iter_rows(), start=1):
        for cell in row:
            cell.style = style.header_style(0) if number == 1 else "Tekst"
        texts = [
            (None if cell.data_type == "f" else cell.value, width) for cell, width in zip(row, widths, strict=True)
        ]
        sheet.row_dimensions[number].height = row_height(texts)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
