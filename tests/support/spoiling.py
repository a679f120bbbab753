"""The sample's workbook with cells spoiled, each in another way, and what must be said of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from places import SAMPLE


@dataclass(frozen=True)
class Spoiling:
    """One way to spoil the sheet: cells and what is put into them (`merged`: what is merged instead).

    `code`, `place` and `words` are what must be found: code of the catalogue, cells with question, a part of the text.
    """

    name: str
    cells: tuple[tuple[str, object], ...]
    code: str
    place: str
    words: str
    merged: str = ""


def _one(name: str, cell: str, value: object, code: str, about: str, words: str) -> Spoiling:
    return Spoiling(name, ((cell, value),), code, f"celle {cell} ({about})" if about else f"celle {cell}", words)


#: No two in the same row, and none in the row of a case that is written up as an example.
FIFTEEN = (
    _one("misspelt header", "E1", "1.2 Kønn", "ukendt-kolonne", "", '"1.2 Kønn" kendes ikke. Mente du "1.2 Køn"?'),
    _one("unknown kommune", "A6", "Odense", "ukendt-svar", "kommune", '"Odense" er ikke et svar på Kommune'),
    _one("duplicate case", "B8", "1", "dobbelt-sag", "Sagsnr.", "ark Sager, celle B2."),
    _one("code out of range", "BT11", 7, "ukendt-svar", "4.2", '"7" er ikke et svar på 4.2. Svarene er 1 I høj grad'),
    _one("misspelt label", "AZ14", "I høj grand", "ukendt-svar", "3.3", 'Mente du "I høj grad"?'),
    _one("31 February", "F15", "31-02-2015", "ugyldig-dato", "2.1", '"31-02-2015" er ikke en dato'),
    Spoiling(
        "decision before birth",
        (("F20", "1949-05-21"),),
        "regel-brudt",
        "celler D20, F20 (1.1, 2.1)",
        "regel r11 er brudt",
    ),
    _one("CPR number", "M21", "Se brev om 290290-0000.", "cpr-nummer", "2.3 Bemærkninger", "--not-cpr"),
    _one("exclusive answers", "AR23", "Nej; Træning", "udelukkende-svar", "2.9", '"Nej" kan ikke vælges'),
    _one("not asked", "AL24", "Ja", "svar-ikke-stillet", "2.7.1", 'når 2.7 er "Nej".'),
    Spoiling(
        "skal rule",
        (("AX30", "Væsentlige oplysninger mangler"),),
        "regel-brudt",
        "celler AV30, AX30 (3.1, 3.2)",
        "regel r1 er brudt",
    ),
    _one("remark removed", "AI25", None, "bemaerkning-mangler", "2.6 Bemærkninger", '"Ja - uddyb hvilke oplysninger'),
    Spoiling("reason removed", (("CP9", None),), "begrundelse-mangler", "celler AV9, BB9, CP9 (3.1, 3.4)", "regel r3"),
    _one("left blank", "BD27", None, "ubesvaret", "4.1/1", "4.1/1 er ikke besvaret."),
    _one("formula without a value", "CD28", "=BT28", "formel-uden-vaerdi", "4.4", "formlen =BT28 har ingen værdi."),
)
#: Other ways, each to be tried alone.
MORE = (
    _one("error value", "D6", "#REF!", "fejlvaerdi", "1.1", "cellen viser #REF!"),
    _one("text in a date", "D6", "maj 1962", "ugyldig-dato", "1.1", '"maj 1962" er ikke en dato'),
    Spoiling("merged cells", (), "flettet", "celle H6 (2.2)", "cellerne H6:H7 er flettet.", merged="H6:H7"),
    _one("unknown reviewer", "C6", "XYZ", "ukendt-svar", "sagsmaaler", "1 ASA, 2 CADA, 3 DMAP, 4 HANK eller 5 TLM."),
)


def spoil(path: Path, spoilings: Iterable[Spoiling]) -> Path:
    """Write the sample's workbook to `path`, spoiled."""
    book = load_workbook(SAMPLE / "cases.xlsx")
    sheet = book["Sager"]
    for one in spoilings:
        for cell, value in one.cells:
            sheet[cell] = value
        if one.merged:
            sheet.merge_cells(one.merged)
    book.save(path)
    return path
