"""Everything that can be wrong in a file of cases: what is said, at which place, and that nothing else is said.

The cases are the four of tests/support/smallstudy.py. A spoilt file is given by its cells, as a spreadsheet knows them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pytest
import smallstudy
import ways_in
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from places import ROOT, SCHEMA
from ways_in import FILES, read, small

from audit.cases.findings import CATALOGUE, Message
from audit.study import source

#: Never given to a person: 1990 had no 29 February.
CPR = "290290-0000"


@dataclass(frozen=True)
class Told:
    """A message: its code, its place in a workbook and in a CSV file, and what the text must hold."""

    code: str
    cell: str
    line: str
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Bad:
    """Spoilt cells (``F4`` → what stands there), perhaps merged ones, and all that must be told of them."""

    name: str
    cells: Mapping[str, object]
    told: Sequence[Told]
    merged: str = ""
    ways: Sequence[str] = ("csv", "xlsx")


XLSX = ("xlsx",)
STATUS = {"Q1": "q1_2_status"}
REMARK = {"Q1": "1.4.1 Bemærkninger"}
NO_FLAGS = {f"{column}{row}": None for column in "HIJ" for row in range(1, 6)}

BAD = [
    # answers
    Bad("an unknown unit", {"A2": "Øst"}, [
        Told("ukendt-svar", "A2 (distrikt)",
             "linje 2, kolonne distrikt", ['"Øst" er ikke', "Distrikt", "1 Nord", "2 Syd"])]),
    Bad("a code out of range", {"F4": 3}, [
        Told("ukendt-svar", "F4 (1.4)", "linje 4, kolonne q1_4", ['"3" er ikke et svar på 1.4', "1 Ja eller 2 Nej."])]),
    Bad("a misspelt label", {"O4": "Delvist"}, [
        Told("ukendt-svar", "O4 (2.3)", "linje 4, kolonne q2_3", ['"Delvist"', 'Mente du "Delvis"?'])]),
    Bad("a truth value as an answer", {"O4": True}, [
        Told("ukendt-svar", "O4 (2.3)", "linje 4, kolonne q2_3", ["er ikke et svar på 2.3"])]),
    Bad("a decimal number as a code", {"O4": 1.5}, [
        Told("ukendt-svar", "O4 (2.3)", "linje 4, kolonne q2_3", ["er ikke et svar på 2.3"])]),
    Bad("a long text in the wrong column", {"O4": "Borgeren\nfik " + "hjælp " * 50}, [
        Told("ukendt-svar", "O4 (2.3)", "linje 4, kolonne q2_3", ["\"Borgeren fik hjælp hjælp", "hjælp…\" er ikke"])]),
    Bad("a date as an answer", {"O4": date(2020, 4, 1)}, [
        Told("ukendt-svar", "O4 (2.3)", "linje 4, kolonne q2_3", ['"2020-04-01" er ikke'])]),
    Bad("one of several answers misspelt", {**NO_FLAGS, "G1": "1.4.1", "G2": "Rengøring; Bade", "G3": "1;2", "G4": 2}, [
        Told("ukendt-svar", "G2 (1.4.1)", "linje 2, kolonne 1.4.1", ['"Bade" er ikke et svar', 'Mente du "Bad"?'])]),
    Bad("neither chosen nor not", {"G2": "x"}, [
        Told("ugyldigt-flag", "G2 (1.4.1/1)", "linje 2, kolonne q1_4_1__1", ["1 (valgt) eller 0", 'ikke "x"'])]),
    Bad("a number in words", {"E4": "mange"}, [
        Told("ugyldigt-tal", "E4 (1.3)", "linje 4, kolonne q1_3", ['"mange"', "30 eller 2,5"])]),
    Bad("a number that may be in thousands", {"E4": "1.234"}, [
        Told("ugyldigt-tal", "E4 (1.3)", "linje 4, kolonne q1_3", ['"1.234"', "30 eller 2,5"])]),
    Bad("the same fault in two cases", {"F2": "?", "F4": "?"}, [
        Told("ukendt-svar", "F2 (1.4)", "linje 2, kolonne q1_4", ['"?"']),
        Told("ukendt-svar", "F4 (1.4)", "linje 4, kolonne q1_4", ['"?"'])]),
    # dates
    Bad("31 February", {"D4": "31-02-2020"}, [
        Told("ugyldig-dato", "D4 (1.2)", "linje 4, kolonne q1_2", ['"31-02-2020"', "2014-12-31 eller Uoplyst."])]),
    Bad("a month that is none", {"C4": "1960-13-01"}, [
        Told("ugyldig-dato", "C4 (1.1)", "linje 4, kolonne q1_1", ['"1960-13-01"', "2014-12-31."])]),
    Bad("two digits of a year", {"D4": "1-4-20"}, [
        Told("ugyldig-dato", "D4 (1.2)", "linje 4, kolonne q1_2", ['"1-4-20"'])]),
    Bad("two kinds of sign", {"D4": "1-4.2020"}, [
        Told("ugyldig-dato", "D4 (1.2)", "linje 4, kolonne q1_2", ['"1-4.2020"'])]),
    Bad("a date of another century", {"C4": "1860-04-01"}, [
        Told("ugyldig-dato", "C4 (1.1)", "linje 4, kolonne q1_1", ['"1860-04-01"', "1900-2099"])]),
    Bad("a number that is no day", {"C4": 1960}, [
        Told("ugyldig-dato", "C4 (1.1)", "linje 4, kolonne q1_1", ['"1960"'])]),
    Bad("a date and its alternative", {**STATUS, "Q4": "Uoplyst"}, [
        Told("dato-og-alternativ", "D4, Q4 (1.2)",
             "linje 4, kolonne q1_2, q1_2_status", ['både en dato og svaret "Uoplyst"'])]),
    Bad("a decision before the birth", {"D4": "1959-04-01"}, [
        Told("regel-brudt", "C4, D4 (1.1, 1.2)", "linje 4, kolonne q1_1, q1_2", ["r3", "efter fødslen."])]),
    # cells that Excel cannot show
    Bad("a formula without a value", {"F4": "=A1"}, [Told("formel-uden-vaerdi", "F4 (1.4)", "", ["=A1"])], ways=XLSX),
    Bad("an error value", {"D4": "#REF!"}, [Told("fejlvaerdi", "D4 (1.2)", "", ["#REF!"])], ways=XLSX),
    Bad("a time of day", {"D4": time(12, 30)}, [Told("fejlvaerdi", "D4 (1.2)", "", ["12:30:00"])], ways=XLSX),
    Bad("an error among flags", {"H2": "#N/A"}, [Told("fejlvaerdi", "H2 (1.4.1/2)", "", ["#N/A"])], ways=XLSX),
    Bad("merged down", {}, [Told("flettet", "F3 (1.4)", "", ["F3:F4"])], "F3:F4", XLSX),
    Bad("merged across", {}, [Told("flettet", "E4, F4 (1.3, 1.4)", "", ["E4:F4"])], "E4:F4", XLSX),
    # cases
    Bad("the same case twice", {"B3": 1}, [
        Told("dobbelt-sag", "A3, B3 (Distrikt, Sagsnr.)", "linje 3, kolonne distrikt, sagsnr", ["A2, B2|linje 2"])]),
    Bad("the same case three times", {"B3": " 1", "A4": "nord"}, [
        Told("dobbelt-sag", "A3, B3 (Distrikt, Sagsnr.)", "linje 3, kolonne distrikt, sagsnr", ["A2, B2|linje 2"]),
        Told("dobbelt-sag", "A4, B4 (Distrikt, Sagsnr.)", "linje 4, kolonne distrikt, sagsnr", ["A2, B2|linje 2"])]),
    Bad("a case without a key", {"A3": None, "B3": None}, [
        Told("noegle-mangler", "A3, B3 (Distrikt, Sagsnr.)",
             "linje 3, kolonne distrikt, sagsnr", ["Distrikt/Sagsnr."])]),
    Bad("a CPR number in a text", {"P4": f"Borger {CPR} fik hjælp"}, [
        Told("cpr-nummer", "P4 (2.4)", "linje 4, kolonne q2_4", ["--not-cpr"])]),
    Bad("a CPR number as a number", {"P4": int(CPR.replace("-", ""))}, [
        Told("cpr-nummer", "P4 (2.4)", "linje 4, kolonne q2_4", ["--not-cpr"])]),
    Bad("a CPR number whose zero Excel dropped", {"P4": 101900000}, [
        Told("cpr-nummer", "P4 (2.4)", "linje 4, kolonne q2_4", ["--not-cpr"])], ways=XLSX),
    Bad("an answer that is not asked for", {"M5": "Ja"}, [
        Told("svar-ikke-stillet", "M5 (2.2/1)", "linje 5, kolonne q2_2__1", ['når 1.4 er "Ja".'])]),
    Bad("answers that exclude each other", {"J2": 1}, [
        Told("udelukkende-svar", "G2:J2 (1.4.1)",
             "linje 2, kolonne q1_4_1__1, q1_4_1__2, q1_4_1__3, q1_4_1__4", ['"Uoplyst" kan ikke'])]),
    Bad("a rule that is broken", {"O4": "Ja", "P4": None}, [
        Told("regel-brudt", "L4, O4 (2.1/2, 2.3)",
             "linje 4, kolonne q2_1__2, q2_3", ["r1", "afgørelsen ikke rigtig."])]),
    Bad("no answer", {"F3": "  "}, [Told("ubesvaret", "F3 (1.4)", "linje 3, kolonne q1_4", ["1.4 er ikke besvaret."])]),
    Bad("no reason", {"N4": "Ja"}, [
        Told("begrundelse-mangler", "F4, L4, N4 (1.4, 2.1/2, 2.2/2)",
             "linje 4, kolonne q1_4, q2_1__2, q2_2__2", ["r2"])]),
    Bad("no remark", {**REMARK, "I2": 1}, [
        Told("bemaerkning-mangler", "Q2 (1.4.1 Bemærkninger)",
             "linje 2, kolonne 1.4.1 Bemærkninger", ["Andet - uddyb"])]),
    # headers
    Bad("a misspelt header", {"F1": "q1_44"}, [
        Told("ukendt-kolonne", "F1", "linje 1, kolonne q1_44", ['"q1_44"', 'Mente du "q1_4"?', "--ignore-column"])]),
    Bad("a misspelt key", {"B1": "Sagsnumre"}, [
        Told("ukendt-kolonne", "B1", "linje 1, kolonne Sagsnumre", ['Mente du "sagsnr"?'])]),
    Bad("a misspelt header of a date", {"D1": "q1_22"}, [
        Told("ukendt-kolonne", "D1", "linje 1, kolonne q1_22", ['Mente du "q1_2"?'])]),
    Bad("a misspelt header of a flag", {"H1": "q1_4_1_2"}, [
        Told("ukendt-kolonne", "H1", "linje 1, kolonne q1_4_1_2", ['Mente du "q1_4_1__2"?'])]),
    Bad("a header like nothing else", {"Q1": "Journalnoter fra teamet", "Q2": "hej"}, [
        Told("ukendt-kolonne", "Q1",
             "linje 1, kolonne Journalnoter fra teamet", ['"Journalnoter fra teamet" kendes ikke. Ret'])]),
    Bad("a text that two grids have", {"K1": "Helbred"}, [
        Told("tvetydig-kolonne", "K1", "linje 1, kolonne Helbred", ['"Helbred" kan være 2.1/1 eller 2.2/1.'])]),
    Bad("a column twice", {"Q1": "1.4", "Q2": "Nej"}, [
        Told("dobbelt-kolonne", "Q1", "linje 1, kolonne 1.4", ['"1.4" er til det samme som kolonne', "F1|nr. 6"])]),
    Bad("all the answers beside one of them", {"Q1": "1.4.1", "Q2": "Bad"}, [
        Told("dobbelt-kolonne", "Q1", "linje 1, kolonne 1.4.1", ["G1|nr. 7"])]),
    Bad("no header", {"Q2": "hej"}, [Told("kolonne-uden-navn", "Q1", "linje 1, kolonne 17", ["ingen overskrift"])]),
    Bad("a formula as header", {"Q1": "=A9", "Q2": "hej"}, [Told("formel-uden-vaerdi", "Q1", "", ["=A9"])], ways=XLSX),
    Bad("a CPR number as header", {"Q1": f"Borger {CPR}", "Q2": "hej"}, [
        Told("cpr-nummer", "Q1", "linje 1, kolonne Borger [CPR-nummer]", ["CPR-nummer"])]),
    Bad("a missing column", {f"O{row}": None for row in range(1, 6)}, [
        Told("manglende-kolonne", "", "", ["en kolonne til 2.3, som"])]),
    Bad("a missing column of the key", {f"A{row}": None for row in range(1, 6)}, [
        Told("manglende-kolonne", "", "", ["en kolonne til Distrikt, som"])]),
    Bad("a missing column of several answers", {f"H{row}": None for row in range(1, 6)}, [
        Told("manglende-kolonne", "", "", ["en kolonne til 1.4.1/2, som"])]),
    Bad("all columns of several answers missing", {f"{c}{row}": None for c in "GHIJ" for row in range(1, 6)}, [
        Told("manglende-kolonne", "", "", ["en kolonne til 1.4.1, som"])]),
    Bad("nobody is asked the missing column", {**{f"P{row}": None for row in range(1, 6)}, "O4": "Delvis"}, []),
]  # fmt: skip


def sheet(cells: Mapping[str, object] | None = None) -> Worksheet:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Sager"
    for line in csv.reader(io.StringIO(smallstudy.CASES)):
        page.append([text or None for text in line])
    for reference, value in (cells or {}).items():
        page[reference] = value
    return page


def spoilt(way: str, folder: Path, bad: Bad) -> Path:
    page = sheet(bad.cells)
    if way == "csv":
        return ways_in.csv_file(folder, list(page.iter_rows(values_only=True)))
    if bad.merged:
        page.merge_cells(bad.merged)
    path = folder / "sager.xlsx"
    page.parent.save(path)
    return path


def messages(path: Path, **options: Sequence[str]) -> list[Message]:
    """All but the notes."""
    coded = read(path, small(), **options)
    return [one for one in coded.cases.messages(coded.findings) if one.severity != "note"]


def where(way: str, told: Told) -> str:
    if way == "csv":
        return f"sager.csv, {told.line}" if told.line else "sager.csv"
    cell = f"{'celler' if re.search('[,:]', told.cell.split(' (')[0]) else 'celle'} {told.cell}"
    return f"sager.xlsx, ark Sager, {cell}" if told.cell else "sager.xlsx, ark Sager"


@pytest.mark.parametrize(
    ("bad", "way"), [(bad, way) for bad in BAD for way in bad.ways], ids=lambda p: getattr(p, "name", p)
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_else(bad: Bad, way: str, tmp_path: Path) -> None:
    found = messages(spoilt(way, tmp_path, bad))
    assert [(one.code, str(one.place)) for one in found] == [(told.code, where(way, told)) for told in bad.told]
    for one, told in zip(found, bad.told, strict=True):
        for words in told.words:
            assert any(word in one.message for word in words.split("|")), one.message
        assert one.message.endswith((".", "?")), one.message
        assert str(one) == f"{one.severity}: {one.place}: {one.message}"


def test_the_cases_themselves_are_right(tmp_path: Path) -> None:
    for way in FILES:
        assert messages(spoilt(way, tmp_path, Bad("", {}, []))) == []


#: A text that cannot be read is neither there nor missing.
CASCADES = [
    Bad("an error value as case number", {"A5": "#REF!", "B5": None}, [Told("fejlvaerdi", "A5 (distrikt)", "")]),
    Bad("an error value as a demanded remark", {**REMARK, "I2": 1, "Q2": "#REF!"}, [
        Told("fejlvaerdi", "Q2 (1.4.1 Bemærkninger)", "")]),
    Bad("an error value as a reason", {"N4": "Ja", "Q1": "begr_r2", "Q4": "#REF!"}, [
        Told("fejlvaerdi", "Q4 (Begrundelse r2)", "")]),
    Bad("a misspelt reason column", {"N4": "Ja", "Q1": "begr_r22", "Q4": "Der er flere forhold"}, [
        Told("ukendt-kolonne", "Q1", "")]),
]  # fmt: skip


@pytest.mark.parametrize("bad", CASCADES, ids=lambda bad: bad.name)
def test_a_text_that_cannot_be_read_is_not_also_reported_as_missing(bad: Bad, tmp_path: Path) -> None:
    found = messages(spoilt("xlsx", tmp_path, bad))
    assert [(one.code, str(one.place)) for one in found] == [(told.code, where("xlsx", told)) for told in bad.told]


# --- files that need more than cells ----------------------------------------------------------------------------------


def wrong_sheet(folder: Path) -> list[Message]:
    path = ways_in.xlsx_file(folder, [["Vejledning", None], ["Skriv en sag i hver række", 1]])
    return messages(path)


def two_alternatives(folder: Path) -> list[Message]:
    case = ways_in.sample_answers()["1"] | {"q2_1": "Uoplyst", "q2_1_status": "3"}
    coded = read(ways_in.csv_file(folder, ways_in.plain_rows([case])))
    return coded.cases.messages(one for one in coded.findings if one.severity != "note")


def unknown_example(folder: Path) -> list[Message]:
    made = smallstudy.make(folder / "s", example=smallstudy.EXAMPLE.replace("Nord/1", "Nord/7"))
    opened = source.open_source(made)
    return opened.cases.messages(one for one in opened.findings if one.severity != "note")


def other_units(folder: Path) -> list[Message]:
    more = "text: Syd}\n        - {code: 3, text: Vest}"
    schema = SCHEMA.read_text(encoding="utf-8").replace("text: Syd}", more)
    made = smallstudy.make(folder / "s", study=smallstudy.STUDY.replace("[Syd, Nord]", "[Vest, Nord]"))
    (made / "skema.yaml").write_text(schema, encoding="utf-8")
    opened = source.open_source(made)
    return opened.cases.messages(one for one in opened.findings if "enhed" in one.code)


def notes(folder: Path) -> list[Message]:
    coded = read(spoilt("csv", folder, Bad("", {}, [])), small())
    return coded.cases.messages(coded.findings)


OTHERS: Sequence[tuple[Callable[[Path], list[Message]], Sequence[tuple[str, str, str]]]] = [
    (wrong_sheet, [("ingen-kolonner", "sager.xlsx, ark Sager, celle A1", '"Vejledning"')]),
    (two_alternatives, [
        ("to-alternativer", "sager.csv, linje 2, kolonne q2_1, q2_1_status", '2.1 er både "Tvivlsomt" og "Uoplyst".')]),
    (other_units, [
        ("enhed-uden-sager", "study.yaml", "ingen sager fra Vest"),
        ("anden-enhed", "sager.csv, linje 4, kolonne distrikt", "sagen er fra Syd"),
        ("anden-enhed", "sager.csv, linje 5, kolonne distrikt", "sagen er fra Syd")]),
    (unknown_example, [("ukendt-eksempel", "en.md, linje 2", "Nord/7")]),
    (notes, [
        ("laest", "sager.csv", "UTF-8 med komma"),
        ("valgfri-kolonner", "sager.csv", "1.2 Bemærkninger, 1.4 Bemærkninger, ")]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), OTHERS, ids=[make.__name__ for make, _ in OTHERS])
def test_what_is_wrong_with_a_whole_file_is_told_with_its_place(
    make: Callable[[Path], list[Message]], expected: Sequence[tuple[str, str, str]], tmp_path: Path
) -> None:
    found = make(tmp_path)
    assert [(one.code, str(one.place)) for one in found] == [(code, place) for code, place, _ in expected]
    for one, (_, _, words) in zip(found, expected, strict=True):
        assert words in one.message


def test_every_code_of_the_catalogue_has_a_case_here() -> None:
    spoilt_codes = {told.code for bad in BAD for told in bad.told}
    others = {code for _, expected in OTHERS for code, _, _ in expected} | {"ingen-sager"}  # see below
    # of a study with a database, and of an import into it
    scored = {"ikke-faerdige", "nye-felter", "laast", "omdoebt-sag", "slettet-sag"}
    told = {"eksempel-strider", "eksempel-afsnit", "genkendelig"}  # see test_examples.py
    keys = {"noegle-dato", "noegle-decimaltal", "noegle-afrundet", "noegle-sand", "noegle-tal", "forklaedt",
            "foranstillet-nul"}  # fmt: skip  # see test_keys.py
    assert spoilt_codes | others | scored | told | keys == set(CATALOGUE)


def test_the_documentation_has_every_finding_as_the_catalogue_has_it() -> None:
    """The table between the headings; what is filled in shows as an ellipsis."""

    def shown(text: str) -> str:
        return re.sub(r"\{\w+\}", "…", re.sub(r"\{(hint|expected|others)\}", "", text)).removesuffix(".")

    rows = [f"| `{code}` | {kind.severity} | {shown(kind.text)} | {kind.remedy and shown(kind.remedy)} |"
            for code, kind in CATALOGUE.items()]  # fmt: skip
    section = (ROOT / "docs" / "data.md").read_text(encoding="utf-8").split("\n## Fund\n")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows


# --- headers typed as numbers -----------------------------------------------------------------------------------------


def numbered(folder: Path, *headers: object, way: str = "xlsx") -> list[Message]:
    """The sample's first case, its columns 2.1 (with status) and 2.10 headed as told."""
    case = ways_in.sample_answers()["1"]
    dropped = ("q2_1", "q2_1_status", *(name for name in case if name.startswith("q2_10__")))
    head, cells = ways_in.plain_rows([{name: text for name, text in case.items() if name not in dropped}])
    rows = [[*head, *headers], [*cells, *[case["q2_1"], "1;3"][: len(headers)]]]
    coded = read(FILES[way](folder, rows))
    return coded.cases.messages(one for one in coded.findings if one.severity != "note")


def test_a_header_typed_as_a_number_that_could_be_two_questions_is_an_error(tmp_path: Path) -> None:
    [one] = numbered(tmp_path, 2.1, "2.10")
    assert one.code == "tvetydig-kolonne"
    assert '"2.1" kan være 2.1 eller 2.10.' in one.message
    assert str(one.place).startswith("sager.xlsx, ark Sager, celle ")


def test_two_headers_that_excel_made_the_same_are_told_apart_by_hand(tmp_path: Path) -> None:
    for way in FILES:
        [one] = numbered(tmp_path, "2.1", "2.1", way=way)
        assert (one.code, '"2.1" kan være 2.1 eller 2.10.' in one.message) == ("tvetydig-kolonne", True)
    assert [one.code for one in numbered(tmp_path, 2.1, 2.1)] == ["tvetydig-kolonne", "tvetydig-kolonne"]


def test_a_header_typed_as_a_number_that_can_only_be_one_question_is_read(tmp_path: Path) -> None:
    page = sheet({"E1": 1.3, "F1": 1.4, "O1": 2.3})
    path = tmp_path / "sager.xlsx"
    page.parent.save(path)
    assert messages(path) == []


# --- the same place whatever the file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_line_has_its_number_in_every_encoding_and_with_every_delimiter(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    rows = [*csv.reader(io.StringIO(smallstudy.CASES.replace("Delvis", "Måske")))]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([rows[0], rows[1], [], [], *rows[2:]])
    path = tmp_path / "sager.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    [one] = messages(path)
    assert (one.code, str(one.place)) == ("ukendt-svar", "sager.csv, linje 5, kolonne q2_3")
    assert '"Måske"' in one.message


def test_a_date_with_a_time_of_day_is_read_as_its_day(tmp_path: Path) -> None:
    path = spoilt("xlsx", tmp_path, Bad("", {"D4": datetime.fromisoformat("2020-04-01T14:05")}, []))
    assert messages(path) == []
    assert str(read(path, small()).cases.data["q1_2"][2]) == "2020-04-01"


def test_a_row_keeps_its_number_after_blank_rows(tmp_path: Path) -> None:
    page = sheet({"O5": "Måske"})
    page.insert_rows(4, 3)
    path = tmp_path / "sager.xlsx"
    page.parent.save(path)
    [one] = messages(path)
    assert str(one.place) == "sager.xlsx, ark Sager, celle O8 (2.3)"


def test_a_file_with_only_a_header_is_told_to_have_no_cases(tmp_path: Path) -> None:
    page = sheet()
    page.delete_rows(2, 4)
    path = tmp_path / "sager.xlsx"
    page.parent.save(path)
    coded = read(path, small())
    assert (coded.cases.size, [one.code for one in messages(path)]) == (0, ["ingen-sager"])


def test_an_ignored_column_is_not_read_whatever_its_case(tmp_path: Path) -> None:
    path = spoilt("csv", tmp_path, Bad("", {"Q1": "Egne noter", "Q2": "hej"}, []))
    assert [one.code for one in messages(path)] == ["ukendt-kolonne"]
    assert messages(path, ignore=[" EGNE noter"]) == []


def test_faults_are_told_row_by_row_from_left_to_right(tmp_path: Path) -> None:
    cells = {"O2": "?", "D2": "?", "B3": "1", "E3": "?", "Q1": "?", "C5": "?", "A5": "?"}
    found = messages(spoilt("xlsx", tmp_path, Bad("", cells, [])))
    assert [one.place.cell for one in found] == ["Q1", "D2", "O2", "A3, B3", "E3", "A5", "C5"]
