"""How the scoring workbook looks: the styles of cells, the colours of marks, and what may be typed in a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from audit.export.presentation import one_line
from audit.questionnaire.model import QuestionType, Variable, VariableKind
from audit.workbook.marks import Mark

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

#: The defined name of the current cell's mark, and the prefix of the names of the lists of answers.
MARK_NAME, LIST_PREFIX = "maerke", "svar_"
#: The explanation of each mark in the instructions.
MARK_TEXTS: Mapping[Mark, str] = {
    Mark.NOT_ASKED: "Grå: Spørgsmålet stilles ikke i denne sag, eller feltet skal ikke bruges.",
    Mark.MISSING: "Lysegul med kant: Her mangler et svar, en bemærkning eller en begrundelse.",
    Mark.UNEXPLAINED: "Orange, fed: Svarene afviger fra et udgangspunkt eller kræver en vurdering. Begrund det.",
    Mark.BREACHED: "Rød, hvid og fed skrift: Svarene strider mod en regel eller mod hinanden og skal rettes.",
    Mark.FORBIDDEN: "Rød, gennemstreget: Her står et svar på et spørgsmål, der ikke stilles. Slet svaret.",
    Mark.UNREAD: "Rød, understreget kursiv: Indholdet kan ikke forstås. Vælg et svar, eller skriv datoen om.",
}
#: What to answer where there is no list of answers.
ANSWER_TEXTS: Mapping[QuestionType, str] = {"date": "En dato.", "number": "Et tal.", "text": "En tekst."}
_FORMATS: Mapping[VariableKind, str] = {
    "code": "@",
    "text": "@",
    "flag": "0",
    "date": "dd-mm-yyyy",
    "number": "General",
}
_HEADER_COLOURS = ("D9E2EC", "C3D0DD")
#: Excel's limits in characters: the title and the text of a cell's input message.
_TITLE, _TEXT = 32, 255
_WIDEST = 34
_WIDTHS: Mapping[VariableKind, tuple[int, int]] = {
    "code": (14, 30), "text": (32, 32), "flag": (12, 24), "date": (13, 13), "number": (12, 12),
}  # fmt: skip


def add_styles(book: Workbook) -> None:
    """The named styles of the workbook's cells: open and locked ones of each kind, headers, and running text."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

    thin = Side(style="thin", color="BFC7CF")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for kind, number_format in _FORMATS.items():
        alignment = Alignment(vertical="top", wrap_text=True, horizontal="center" if kind == "flag" else "left")
        for locked in (False, True):
            style = NamedStyle(cell_style(kind, locked=locked), number_format=number_format, alignment=alignment)
            style.font = Font(name="Calibri", size=11, italic=locked)
            style.fill = PatternFill("solid", fgColor="E9EDF2") if locked else PatternFill()
            style.border, style.protection = border, Protection(locked=locked)
            book.add_named_style(style)
    wrapped = Alignment(vertical="top", wrap_text=True)
    for shade, colour in enumerate(_HEADER_COLOURS):
        header = NamedStyle(header_style(shade), alignment=wrapped, border=border)
        header.font, header.fill = Font(name="Calibri", size=11, bold=True), PatternFill("solid", fgColor=colour)
        book.add_named_style(header)
    for name, size, bold in (("Tekst", 11, False), ("Titel", 16, True), ("Afsnit", 13, True)):
        style = NamedStyle(name, alignment=wrapped)
        style.font = Font(name="Calibri", size=size, bold=bold)
        book.add_named_style(style)


def cell_style(kind: VariableKind, *, locked: bool) -> str:
    """The name of the style of an answer's cell."""
    return f"Svar {kind}{' låst' if locked else ''}"


def header_style(shade: int) -> str:
    """The name of the style of a header; neighbouring sections have different shades."""
    return f"Hoved {shade % len(_HEADER_COLOURS)}"


def mark_look(mark: Mark) -> tuple[Font, PatternFill]:
    """The font and the fill of a mark: each differs from the others in grey too."""
    from openpyxl.styles import Font, PatternFill

    red = "B3261E"
    fills = {Mark.NOT_ASKED: "D0D0D0", Mark.MISSING: "FFF8D6", Mark.UNEXPLAINED: "E69138"}
    fonts = {
        Mark.NOT_ASKED: Font(color="555555"),
        Mark.MISSING: Font(),
        Mark.UNEXPLAINED: Font(bold=True, color="000000"),
        Mark.BREACHED: Font(bold=True, color="FFFFFF"),
        Mark.FORBIDDEN: Font(strike=True, color="FFFFFF"),
        Mark.UNREAD: Font(italic=True, underline="single", color="FFFFFF"),
    }
    colour = fills.get(mark, red)
    return fonts[mark], PatternFill("solid", fgColor=colour, bgColor=colour)


def mark_rules() -> Iterator[Rule]:
    """The look of each mark as a conditional format, by way of the defined name."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Border, Side
    from openpyxl.styles.differential import DifferentialStyle

    side = Side(style="thin", color="8A6D00")
    for mark in Mark:
        font, fill = mark_look(mark)
        border = Border(left=side, right=side, top=side, bottom=side) if mark is Mark.MISSING else None
        style = DifferentialStyle(font=font, fill=fill, border=border)
        yield Rule(type="expression", dxf=style, formula=[f"{MARK_NAME}={mark}"], stopIfTrue=True)


def state_rules(first: str) -> Iterator[Rule]:
    """The look of a case's state on the overview; `first` is the reference to the first of the cells."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles.differential import DifferentialStyle

    for text, mark in (("Skal rettes", Mark.BREACHED), ("Mangler", Mark.MISSING)):
        font, fill = mark_look(mark)
        style = DifferentialStyle(font=font, fill=fill)
        yield Rule(type="expression", dxf=style, formula=[f'{first}="{text}"'])


def validation(variable: Variable) -> DataValidation:
    """What may be typed in a variable's column, and the input message of its cells."""
    from openpyxl.worksheet.datavalidation import DataValidation

    validation = DataValidation(
        allow_blank=True, showInputMessage=True, showErrorMessage=True, errorTitle="Kan ikke bruges"
    )
    validation.promptTitle, validation.prompt = _shorten(variable.number, _TITLE), _shorten(_prompt(variable), _TEXT)
    if variable.kind == "code":
        validation.type, validation.formula1, validation.errorStyle = "list", list_name(variable), "warning"
        validation.error = "Det står ikke på listen. Svarets kode kan også bruges."
    elif variable.kind == "flag":
        validation.type, validation.formula1 = "list", '"1,0"'
        validation.error = "Skriv 1, hvis svaret er valgt. Ellers 0, eller lad cellen være tom."
    elif variable.kind == "date":
        validation.type, validation.operator, validation.formula1, validation.formula2 = "date", "between", "1", "73050"
        validation.error = "Skriv en dato mellem 1900 og 2099, for eksempel 31-12-2014."
    elif variable.kind == "number":
        validation.type, validation.operator, validation.formula1, validation.formula2 = (
            "decimal",
            "between",
            "-1E+15",
            "1E+15",
        )
        validation.error = "Skriv et tal."
    return validation


def list_name(variable: Variable) -> str:
    """The defined name of the list of a variable's answers (the rows of a grid have one in common)."""
    return f"{LIST_PREFIX}{variable.question.column}"


def _prompt(variable: Variable) -> str:
    """The whole wording of what is asked."""
    if variable.rule is not None:
        return variable.rule.text
    if variable.role == "remark":
        return variable.question.title if variable.row is None else variable.row.shown
    if variable.role == "status":
        return f"Vælg her, hvis der ikke er nogen dato. {variable.question.shown}"
    if variable.option is not None:
        return f"1, hvis svaret er valgt: {variable.option.shown}. {variable.question.shown}"
    return variable.question.shown if variable.row is None else f"{variable.row.shown} ({variable.question.title})"


def _shorten(text: str, most: int) -> str:
    """A text on one line, of at most `most` UTF-16 units, in which Excel counts."""
    text = one_line(text)
    if len(text.encode("utf-16-le")) <= 2 * most:
        return text
    return text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def column_width(variable: Variable, header: str) -> float:
    """The width of a variable's column in characters: room for its answers and the longest word of its header."""
    least, most = (12, 20) if variable.question.identification else _WIDTHS[variable.kind]
    texts = [least, *(len(one_line(option.title)) + 2 for option in variable.options)]
    word = max(len(word) for word in header.split()) + 3
    return float(max(min(max(texts), most), min(word, _WIDEST), min(len(header) // 6, _WIDEST)))
