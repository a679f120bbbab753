"""Reading a data file into cells with places: what comes out, and what is refused with which place."""

from __future__ import annotations

import csv
import datetime
import errno
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from audit.base.errors import FileFault
from audit.base.writing import replacing
from audit.files import xlsxfile
from audit.files.cells import BadCell, column_letters
from audit.files.csvfile import escape_formula, unescape_formula
from audit.files.datasheet import DataSheet, read

SHEET = "xl/worksheets/sheet1.xml"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


def save(path: Path, rows: Sequence[Sequence[object]], title: str = "Sager") -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def edit(path: Path, change: Callable[[bytes], bytes], part: str = SHEET) -> Path:
    """The workbook with the XML of one part changed, as other programs than openpyxl would have written it."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    changed = change(parts[part])
    assert changed != parts[part]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in (parts | {part: changed}).items():
            target.writestr(name, content)
    return path


def with_rows(tmp_path: Path, xml: bytes) -> DataSheet:
    """A sheet with the header a, b, c in row 1, and `xml` after it."""
    path = save(tmp_path / "data.xlsx", [["a", "b", "c"]])
    return read(edit(path, lambda sheet: sheet.replace(b"</sheetData>", xml + b"</sheetData>")))


def text_file(tmp_path: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fault(path: Path, sheet: str | None = None) -> FileFault:
    with pytest.raises(FileFault) as caught:
        read(path, sheet=sheet)
    assert caught.value.remedy
    assert path.name in str(caught.value)
    return caught.value


# Excel: values


def test_xlsx_values_keep_their_type_and_whole_numbers_become_int(tmp_path: Path) -> None:
    day, moment = datetime.date(2014, 12, 31), datetime.datetime(2014, 12, 31, 14, 5)  # noqa: DTZ001  # Excel knows no time zones
    row = [2.0, 2.5, "2", " x ", day, moment, True, "  ", None, 7]
    found = read(save(tmp_path / "data.xlsx", [[f"k{n}" for n in range(10)], row]))
    values = [column[0] for column in found.columns]
    assert values == [2, 2.5, "2", " x ", day, moment, "SAND", None, None, 7]
    assert [type(value) for value in values] == [type(value) for value in [2, *row[1:6], "SAND", None, None, 7]]


def test_true_and_one_in_the_same_column_are_not_mixed_up(tmp_path: Path) -> None:
    found = read(save(tmp_path / "data.xlsx", [["a"], [True], [1], [False], [0]]))
    assert [(type(value), value) for value in found.columns[0]] == [(str, "SAND"), (int, 1), (str, "FALSK"), (int, 0)]


def test_dates_are_the_same_in_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    path = save(tmp_path / "data.xlsx", [["a"], [datetime.date(2014, 12, 31)]])
    edit(path, lambda xml: re.sub(rb"<workbookPr[^>]*>", b'<workbookPr date1904="1"/>', xml), "xl/workbook.xml")
    assert read(path).columns[0] == (datetime.date(2019, 1, 1),)  # the same number, four years and a day later


@pytest.mark.parametrize(("typed", "text"), [(2.1, "2.1"), (2.0, "2"), (" 3.2 ", "3.2"), (None, "")])
def test_a_header_is_stripped_text_and_keeps_what_was_typed(tmp_path: Path, typed: object, text: str) -> None:
    found = read(save(tmp_path / "data.xlsx", [["a", typed, "c"], [1, 2, 3]]))
    assert found.header == ("a", text, "c")
    assert found.header_cells[1] == typed


def test_a_header_that_is_a_formula_without_a_value_shows_the_formula(tmp_path: Path) -> None:
    found = read(save(tmp_path / "data.xlsx", [["a", "=A1"], [1, 2]]))
    assert found.header == ("a", "=A1")
    assert found.header_cells == ("a", BadCell("formel-uden-vaerdi", "=A1"))


def test_a_table_that_starts_away_from_a1_has_the_places_of_the_sheet(tmp_path: Path) -> None:
    found = read(save(tmp_path / "data.xlsx", [[], [], [None, None, "a", "b"], [None, None, 1, 2], [None, None, 3, 4]]))
    assert (found.header, found.header_row, found.first_column, found.rows) == (("a", "b"), 3, 3, (4, 5))
    assert found.columns == ((1, 3), (2, 4))
    assert (found.cell(1, 1), found.header_cell(1)) == ("D5", "D3")
    assert str(found.place(1, 1)) == "data.xlsx, ark Sager, celle D5"


def test_blank_rows_are_left_out_and_the_rest_keep_their_numbers(tmp_path: Path) -> None:
    found = read(save(tmp_path / "data.xlsx", [["a", "b"], [1, 2], [], [None, "  "], [None, 3], [], []]))
    assert found.rows == (2, 5)
    assert found.columns == ((1, None), (2, 3))
    assert "2 tomme rækker mellem data er sprunget over." in found.notes


def test_a_header_without_data_gives_no_rows(tmp_path: Path) -> None:
    found = read(save(tmp_path / "data.xlsx", [["a", "b"]]))
    assert (found.header, found.columns, found.rows) == (("a", "b"), ((), ()), ())


def test_a_lock_file_of_excel_beside_the_workbook_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "~$data.xlsx").write_bytes(b"\x05Navn")
    assert read(save(tmp_path / "data.xlsx", [["a"], [1]])).columns == ((1,),)


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_named_as_excel_names_them(number: int, letters: str) -> None:
    assert column_letters(number) == letters


# Excel: cells that cannot be read


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B2"><f>1+1&lt;3</f><v/></c>',
        b'<c r="B2"><f>1+1&lt;3</f><v></v></c>',
        b'<c r="B2"><f>1+1&lt;3</f></c>',
        b'<c r="B2" t="str"><f>1+1&lt;3</f></c>',
        b'<c s="0" r="B2"><f t="shared" ref="B2:B9" si="0">1+1&lt;3</f><v /></c>',
    ],
)
def test_a_formula_without_a_value_is_a_bad_cell_and_not_a_blank(tmp_path: Path, cell: bytes) -> None:
    found = with_rows(tmp_path, b'<row r="2"><c r="A2"><v>1</v></c>' + cell + b'<c r="C2"><v>3</v></c></row>')
    assert found.columns == ((1,), (BadCell("formel-uden-vaerdi", "=1+1<3"),), (3,))


def test_a_formula_that_another_cell_spells_out_is_shown_without_its_text(tmp_path: Path) -> None:
    found = with_rows(tmp_path, b'<row r="2"><c r="B2"><f t="shared" si="0"/><v/></c></row>')
    assert found.columns[1] == (BadCell("formel-uden-vaerdi", "=…"),)


def test_a_formula_with_a_value_is_its_value_and_one_that_gives_empty_text_is_blank(tmp_path: Path) -> None:
    row = (
        b'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c><c r="C2"><v>3</v></c></row>'
    )
    assert with_rows(tmp_path, row).columns == ((2,), (None,), (3,))


def test_formulas_without_values_outside_all_values_are_found_too(tmp_path: Path) -> None:
    found = with_rows(tmp_path, b'<row r="2"><c r="A2"><v>1</v></c></row><row r="4"><c r="E4"><f>A1</f><v/></c></row>')
    assert found.header == ("a", "b", "c", "", "")
    assert found.rows == (2, 4)
    assert found.columns[4] == (None, BadCell("formel-uden-vaerdi", "=A1"))


@pytest.mark.parametrize("value", ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
def test_an_error_value_is_a_bad_cell_and_not_a_blank(tmp_path: Path, value: str) -> None:
    cell = b'<row r="3"><c r="B3" s="0" t="e"><f>1/0</f><v>%b</v></c></row>' % value.encode()
    found = with_rows(tmp_path, cell)
    assert found.columns[1] == (BadCell("fejlvaerdi", value),)
    assert found.cell(0, 1) == "B3"


def test_an_error_value_that_calamine_gives_up_at_is_refused_with_its_cells(tmp_path: Path) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], ["#REF!", "#REF!"], ["#NUM!", 1]])
    error = fault(edit(path, lambda xml: xml.replace(b"#REF!", b"#SPILL!")))
    assert str(error.place) == "data.xlsx, ark Sager, celler A2, B2"
    assert "#SPILL!." in error.message


def test_a_cell_of_the_error_type_without_a_value_is_blank(tmp_path: Path) -> None:
    found = with_rows(tmp_path, b'<row r="2"><c r="A2" t="e"/><c r="B2"><v>1</v></c><c r="C2" t="e"></c></row>')
    assert found.columns == ((None,), (1,), (None,))


def test_text_that_looks_like_an_error_cell_stays_text(tmp_path: Path) -> None:
    found = read(save(tmp_path / "data.xlsx", [["a"], ['t="e" #REF!']]))
    assert found.columns == (('t="e" #REF!',),)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(datetime.time(12, 30), "12:30:00"), (datetime.timedelta(hours=30), "30:00:00")],
)
def test_a_time_without_a_date_is_a_bad_cell(tmp_path: Path, value: object, shown: str) -> None:
    assert read(save(tmp_path / "data.xlsx", [["a"], [value]])).columns == ((BadCell("fejlvaerdi", shown),),)


def test_cells_whose_reference_is_left_out_are_counted(tmp_path: Path) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, "#REF!"], [3, 4]])
    found = read(edit(path, lambda xml: re.sub(rb' r="[A-Z]*\d+"', b"", xml)))
    assert found.columns == ((1, 3), (BadCell("fejlvaerdi", "#REF!"), 4))


def test_a_sheet_whose_tags_have_a_prefix_is_read_alike(tmp_path: Path) -> None:
    def prefixed(xml: bytes) -> bytes:
        return re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x=")

    found = read(edit(save(tmp_path / "data.xlsx", [["a", "b"], [1, "#REF!"], [2, "=A1"]]), prefixed))
    assert found.columns == ((1, 2), (BadCell("fejlvaerdi", "#REF!"), BadCell("formel-uden-vaerdi", "=A1")))


def merged(tmp_path: Path, area: str, rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells(area)
    book.save(tmp_path / "data.xlsx")
    return tmp_path / "data.xlsx"


def test_every_cell_that_a_merged_range_covers_is_a_bad_cell(tmp_path: Path) -> None:
    found = read(merged(tmp_path, "B3:C4", [["a", "b", "c"], [1, 2, 3], [4, 5, 6], [None, None, None], [7, 8, 9]]))
    bad = BadCell("flettet", "B3:C4")
    assert found.rows == (2, 3, 4, 5)
    assert found.columns == ((1, 4, None, 7), (2, bad, bad, 8), (3, bad, bad, 9))


def test_a_merged_range_in_which_nothing_stands_is_only_formatting(tmp_path: Path) -> None:
    path = merged(tmp_path, "B3:C4", [["a", "b"], [1, 2], [3, None]])
    found = read(edit(path, lambda xml: xml.replace(b"B3:C4", b"B3:XFD1048576")))
    assert found.columns == ((1, 3), (2, None))


def test_a_merged_header_is_refused_with_its_range(tmp_path: Path) -> None:
    error = fault(merged(tmp_path, "A1:B1", [["Målinger", None, "c"], [1, 2, 3]]))
    assert error.place is not None
    assert (error.place.sheet, error.place.cell) == ("Sheet", "A1:B1")
    assert "flettet" in error.message


# Excel: size


def test_a_million_formatted_blank_rows_are_not_data(tmp_path: Path) -> None:
    blank = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (row, row) for row in range(3, 1_048_577))
    found = with_rows(tmp_path, b'<row r="2"><c r="A2"><v>1</v></c></row>' + blank)
    assert (found.rows, found.columns) == ((2,), ((1,), (None,), (None,)))


def test_cells_that_are_formatted_far_to_the_right_are_not_data(tmp_path: Path) -> None:
    found = with_rows(tmp_path, b'<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="0"/></row>')
    assert found.columns == ((1,), (None,), (None,))


@pytest.mark.parametrize(("cell", "row"), [("A1048576", 1048576), ("XFD2", 2)])
def test_one_stray_value_far_away_is_refused_with_its_cell(tmp_path: Path, cell: str, row: int) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]])
    stray = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    error = fault(edit(path, lambda xml: xml.replace(b"</sheetData>", stray)))
    assert str(error.place) == f"data.xlsx, ark Sager, celle {cell}"


def test_a_header_that_is_merged_is_named_by_its_cells(tmp_path: Path) -> None:
    path = save(tmp_path / "data.xlsx", [["a", None, "b"], [1, 2, 3]])
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    error = fault(edit(path, lambda xml: xml.replace(b"</sheetData>", merged)))
    assert str(error.place) == "data.xlsx, ark Sager, celler A1:B1"


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.files.xlsxfile.LARGEST", 1000)
    assert "for stor" in fault(save(tmp_path / "data.xlsx", [["a"], [1]])).message


# Excel: which sheet


def workbook(tmp_path: Path, *titles: str, hidden: Sequence[str] = (), empty: Sequence[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title in titles:
        sheet = book.create_sheet(title)
        if title not in empty:
            sheet.append([f"kolonne i {title}"])
            sheet.append([1])
        if title in hidden:
            sheet.sheet_state = "hidden"
    book.save(tmp_path / "data.xlsx")
    return tmp_path / "data.xlsx"


def test_the_sheet_called_sager_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    found = read(workbook(tmp_path, "Vejledning", "SAGER", "Lister"))
    assert (found.sheet, found.header) == ("SAGER", ("kolonne i SAGER",))
    assert found.notes == ('Læst fra arket "SAGER".', 'Andre ark er ikke læst: "Vejledning", "Lister".')


def test_the_only_visible_sheet_with_content_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, "Tom", "Data", "Skjult", hidden=["Skjult"], empty=["Tom"])
    assert read(path).sheet == "Data"


def test_a_sheet_that_is_only_a_chart_is_no_data(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["a"])
    book.create_chartsheet("Figur", 0)
    book.save(tmp_path / "data.xlsx")
    assert read(tmp_path / "data.xlsx").notes == ('Læst fra arket "Sheet".',)


def test_a_sheet_that_is_named_is_read_whatever_its_case_and_even_if_hidden(tmp_path: Path) -> None:
    path = workbook(tmp_path, "Sager", "Skjult", hidden=["Skjult"])
    assert read(path, sheet="skjult").header == ("kolonne i Skjult",)


def test_several_sheets_that_could_be_meant_are_listed(tmp_path: Path) -> None:
    error = fault(workbook(tmp_path, "Første", "Andet", "Skjult", hidden=["Skjult"]))
    assert "--sheet" in error.remedy
    assert '"Første", "Andet"' in error.remedy
    assert "Skjult" not in error.remedy


@pytest.mark.parametrize(("wanted", "guess"), [("Sagr", 'Mente du "Sager"?'), ("xyz", "")])
def test_an_unknown_sheet_is_refused_with_a_guess_and_the_names(tmp_path: Path, wanted: str, guess: str) -> None:
    error = fault(workbook(tmp_path, "Sager", "Lister"), sheet=wanted)
    assert error.message == f'Der er intet ark, der hedder "{wanted}". {guess}'.strip()
    assert '"Sager", "Lister"' in error.remedy


def test_a_workbook_in_which_nothing_stands_is_refused(tmp_path: Path) -> None:
    assert "ikke noget" in fault(workbook(tmp_path, "Ark1", "Ark2", empty=["Ark1", "Ark2"])).message


def test_an_empty_sheet_that_was_chosen_is_refused_by_name(tmp_path: Path) -> None:
    error = fault(workbook(tmp_path, "Sager", "Data", empty=["Sager"]))
    assert str(error) == (
        "data.xlsx, ark Sager: Der står ikke noget i arket.\nSe efter, om det er den rigtige fil og det rigtige ark."
    )


# Files that are not what they should be


def old_office(inside: str = "Workbook") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + inside.encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("data.xlsx", b"", "tom"),
        ("data.csv", b"", "tom"),
        ("data.csv", b" \r\n\r\n", "tom"),
        ("data.xlsx", b"a;b\r\n1;2\r\n", "almindelig tekst"),
        ("data.xlsx", "a;b\r\n1;2\r\n".encode("utf-16"), "almindelig tekst"),
        ("data.xlsx", bytes(range(256)), "hverken en Excel-projektmappe eller en CSV-fil"),
        ("data.xlsx", old_office(), "gamle Excel-format"),
        ("data.xlsx", old_office("EncryptedPackage"), "adgangskode"),
        ("data.xls", old_office(), "gamle Excel-format"),
        ("data.xls", b"\r\n<html><table><tr><td>1</td></tr></table></html>", "webside"),
        ("data.csv", b"\xef\xbb\xbf<!DOCTYPE html><p>Log ind</p>", "webside"),
        ("data.csv", old_office(), "gamle Excel-format"),
        ("data.csv", b"%PDF-1.7\n", "PDF"),
        ("data.ods", b"PK\x03\x04" + bytes(30), "hverken en Excel-projektmappe eller en CSV-fil (.ods)"),
        ("data.txt", b"a;b\r\n1;2\r\n", "almindelig tekst"),
        ("data", b"a;b\r\n1;2\r\n", "ingen endelse"),
        ("data.xlsx", b"PK\x03\x04" + bytes(30), "beskadiget"),
    ],
)
def test_a_file_that_is_not_what_its_ending_says_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    assert said in fault(text_file(tmp_path, content, name)).message


@pytest.mark.parametrize("name", ["data.txt", "data.xls", "data.pdf", "data"])
def test_an_unknown_ending_is_answered_with_the_known_ones(tmp_path: Path, name: str) -> None:
    for content in (b"a;b\n", old_office(), b"PK\x03\x04", bytes(9), b"<html>", b"%PDF"):
        remedy = fault(text_file(tmp_path, content, name)).remedy
        assert ".xlsx" in remedy
        assert ".csv" in remedy


def test_a_workbook_called_csv_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "data.xlsx", [["a"], [1]]).rename(tmp_path / "data.csv")
    assert "Excel-projektmappe" in fault(path).message


def test_endings_count_in_any_case(tmp_path: Path) -> None:
    assert read(save(tmp_path / "data.xlsx", [["a"], [1]]).rename(tmp_path / "DATA.XLSX")).columns == ((1,),)
    assert read(text_file(tmp_path, "a;b\n1;2\n", "DATA.CSV")).columns == (("1",), ("2",))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path, part: float) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], *([n, n] for n in range(200))])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    assert "beskadiget" in fault(path).message


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_a_workbook_with_a_spoiled_part_is_refused(tmp_path: Path, part: str) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]])
    assert "beskadiget" in fault(edit(path, lambda xml: xml[: xml.rfind(b"</")] + b"<<", part)).message


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", SHEET])
def test_a_workbook_without_a_part_that_it_names_is_refused(tmp_path: Path, part: str) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]])
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "mangler.xlsx", "w") as lacking:
        for name in whole.namelist():
            if name != part:
                lacking.writestr(name, whole.read(name))
    assert "beskadiget" in fault(tmp_path / "mangler.xlsx").message


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<workbook", b'<?xml version="1.0" encoding="klingon"?><workbook'),
        (SHEET, b'r="B2"', b'r="B' + b"9" * 5000 + b'"'),
        (SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:A' + b"9" * 5000 + b'"/></mergeCells>'),
    ],
)
def test_a_workbook_that_no_program_could_have_written_is_refused(
    tmp_path: Path, part: str, old: bytes, new: bytes
) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]])

    def spoilt(xml: bytes) -> bytes:
        return (xml[xml.index(b"<workbook") :] if old == b"<workbook" else xml).replace(old, new, 1)

    assert "beskadiget" in fault(edit(path, spoilt, part)).message


def test_an_encrypted_part_is_refused(tmp_path: Path) -> None:
    """The bit that says so is set by hand: Python writes no such file."""
    content = bytearray(save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]]).read_bytes())
    for start in (found.start() for found in re.finditer(b"PK\x01\x02", content)):
        content[start + 8] |= 1
    (tmp_path / "data.xlsx").write_bytes(content)
    assert "beskadiget" in fault(tmp_path / "data.xlsx").message


@pytest.mark.parametrize("kind", [KeyError, ValueError, IndexError, RuntimeError, OverflowError, TypeError])
def test_a_bug_of_our_own_is_not_taken_for_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def wrong(_body: bytes) -> Iterator[object]:
        raise kind("a bug")

    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]])
    for name in ("_bad_cells", "_merged_ranges"):
        with monkeypatch.context() as patched, pytest.raises(kind, match="a bug"):
            patched.setattr(xlsxfile, name, wrong)
            read(path)


def test_rows_that_never_end_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = save(tmp_path / "data.xlsx", [["a", "b"], [1, 2]])
    assert read(edit(path, lambda xml: xml.replace(b"</row>", b""))).columns == ((1,), (2,))


def test_a_document_of_another_kind_called_xlsx_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "ikke en Excel-projektmappe" in fault(tmp_path / "data.xlsx").message


def test_a_missing_file_is_told_with_a_guess(tmp_path: Path) -> None:
    text_file(tmp_path, "a\n", "sager-2016.csv")
    text_file(tmp_path, "Navn", "~$sager-2015.csv")
    assert fault(tmp_path / "sager-2015.csv").message == 'Filen findes ikke. Mente du "sager-2016.csv"?'
    assert fault(tmp_path / "nowhere" / "x.csv").message == "Filen findes ikke."


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.xlsx").mkdir()
    assert "mappe" in fault(tmp_path / "data.xlsx").message


@pytest.mark.parametrize("name", ["data.xlsx", "data.csv"])
def test_a_file_that_is_open_elsewhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def locked(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    path = text_file(tmp_path, "a;b\n", name)
    monkeypatch.setattr(Path, "read_bytes", locked)
    assert "åben i et andet program" in fault(path).message


# CSV


def encoded(rows: Sequence[Sequence[str]], encoding: str, delimiter: str) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([[escape_formula(text) for text in row] for row in rows])
    return written.getvalue().encode(encoding)


EVERYWHERE = st.text(st.sampled_from("abcæøåÆØÅé 0123,;\t\"'\r\n=+-@"), max_size=8)
ANYTHING = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@pytest.mark.generative
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=examples(40))
@given(data=st.data())
def test_csv_gives_the_same_cells_in_every_encoding_and_delimiter(
    tmp_path_factory: pytest.TempPathFactory, encoding: str, delimiter: str, data: st.DataObject
) -> None:
    text = ANYTHING if encoding in {"utf-8", "utf-8-sig", "utf-16"} else EVERYWHERE
    body = data.draw(st.lists(st.tuples(st.just("sag"), text, text), max_size=5))
    path = tmp_path_factory.getbasetemp() / "roundtrip.csv"
    path.write_bytes(encoded([("sagsnr", "kommune", "3.2 Bemærkninger"), *body], encoding, delimiter))
    found = read(path)
    assert found.header == ("sagsnr", "kommune", "3.2 Bemærkninger")
    assert list(zip(*found.columns, strict=True)) == [tuple(cell if cell.strip() else None for cell in r) for r in body]
    broken = [sum(len(re.findall(r"\r\n|\r|\n", cell)) for cell in row) for row in body]
    assert found.rows == tuple(2 + index + sum(broken[:index]) for index in range(len(body)))


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "Læst som UTF-8 med semikolon som skilletegn."),
        ("utf-8-sig", "Læst som UTF-8 med semikolon som skilletegn."),
        ("utf-16", "Læst som UTF-16 med semikolon som skilletegn."),
        ("utf-16-le", "Læst som UTF-16 med semikolon som skilletegn."),
        ("utf-16-be", "Læst som UTF-16 med semikolon som skilletegn."),
        ("cp1252", "Læst som Windows-1252 med semikolon som skilletegn."),
    ],
)
def test_what_was_detected_is_said(tmp_path: Path, encoding: str, said: str) -> None:
    found = read(text_file(tmp_path, "sagsnr;kommune\r\n1;Aalborg på Æblevej\r\n".encode(encoding)))
    assert found.notes == (said,)
    assert found.columns == (("1",), ("Aalborg på Æblevej",))


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a;b, c og d, e\n1;2\n", ("a", "b, c og d, e")),
        ("a,b;c\n1,x\n2,y\n", ("a", "b;c")),
        ('"a;x";"b,c";d\n1;"2,5";3\n', ("a;x", "b,c", "d")),
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ("a", "b", "c")),
        ('a\tb\n"1;2;3"\t"4,5,6"\n', ("a", "b")),
        ("a;b;c\n1;2\n1;2;3\n1\n", ("a", "b", "c")),
        ("sagsnr\n1\n2\n", ("sagsnr",)),
        ("sep=;\r\na,b;c\r\n1,2;3\r\n", ("a,b", "c")),
    ],
)
def test_the_delimiter_is_found_among_decoys(tmp_path: Path, text: str, header: tuple[str, ...]) -> None:
    assert read(text_file(tmp_path, text)).header == header


def test_the_line_of_a_row_is_where_its_record_starts(tmp_path: Path) -> None:
    found = read(text_file(tmp_path, 'sep=;\r\n\r\na;b\r\n1;"to\r\nlinjer"\r\n\r\n;\r\n2;y\r\n\r\n'))
    assert (found.header_row, found.rows) == (3, (4, 8))
    assert found.columns == (("1", "2"), ("to\r\nlinjer", "y"))
    assert "2 tomme rækker mellem data er sprunget over." in found.notes


def test_a_csv_place_has_line_and_column(tmp_path: Path) -> None:
    found = read(text_file(tmp_path, "sagsnr;3.2\n1;2;x\n"))
    assert str(found.place(0, 1)) == "data.csv, linje 2, kolonne 3.2"
    assert str(found.place(0, 1, name="q3_2")) == "data.csv, linje 2, kolonne q3_2"
    assert str(found.place(0, 2)) == "data.csv, linje 2, kolonne C"
    assert found.sheet is None


def test_short_rows_are_padded_and_cells_beyond_the_header_are_kept(tmp_path: Path) -> None:
    found = read(text_file(tmp_path, "a;b\n1\n1;2;3\n1;2;;\n"))
    assert found.header == ("a", "b", "")
    assert found.columns == (("1", "1", "1"), (None, "2", "2"), (None, "3", None))


def test_trailing_delimiters_make_no_columns(tmp_path: Path) -> None:
    assert read(text_file(tmp_path, "a;b;;\n1;2;;\n")).header == ("a", "b")


def test_csv_cells_stay_text_and_blanks_are_none(tmp_path: Path) -> None:
    found = read(text_file(tmp_path, "a;b;c;d\n2.10;007; x ;  \n1;'=1+1;'x;\n"))
    assert found.columns[:3] == (("2.10", "1"), ("007", "=1+1"), (" x ", "'x"))
    assert found.header == ("a", "b", "c", "d")
    assert found.columns[3] == (None, None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a;b\n1;2\n3;"x\n4;5\n', 3),
        ('a;b\n1;"to\nlinjer"\n2;"x\n3;"y"\n', 4),
        ('"a;b\n1;2\n', 1),
        ('a;b\n1;"x"y\n', 2),
        ('a;b\n1;2\n1;"' + "x" * 200_000, 3),
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    error = fault(text_file(tmp_path, text))
    assert "anførselstegn" in error.message
    assert error.place is not None
    assert error.place.row == line


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a;b\r\n1;2\r\n3;\0\r\n", 3),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 3),
        ("a;b\r\nø;å\r\n".encode() + "ø;å\r\n".encode("cp1252"), 3),
        ("a;b\r\n1;2\r\nø;å\r\n".encode()[:-3], 3),
        (b"a;b\r\n1;\x81\r\n", 2),
        ("a;b\r\n1;2\r\n3;æ".encode("utf-16")[:-1], 3),
        ("a;b\r\n1;2\r\n".encode("utf-16-le") + b"\x01\xd8\x01\xd8", 3),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path, content: bytes, line: int) -> None:
    error = fault(text_file(tmp_path, content))
    assert error.place is not None
    assert error.place.row == line


def test_a_csv_file_in_which_nothing_stands_is_refused(tmp_path: Path) -> None:
    assert "ikke noget" in fault(text_file(tmp_path, ";;\r\n;;\r\n")).message


def test_a_sheet_cannot_be_chosen_in_a_csv_file(tmp_path: Path) -> None:
    assert "--sheet" in fault(text_file(tmp_path, "a;b\n1;2\n"), sheet="Sager").remedy


@pytest.mark.generative
@given(ANYTHING | EVERYWHERE)
def test_escaping_is_reversible_and_leaves_no_formula(text: str) -> None:
    escaped = escape_formula(text)
    assert unescape_formula(escaped) == text
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r"))


# Writing


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_in_place_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "ud.csv"
    with replacing(target, overwrite=False) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".csv")
        temporary.write_text("a")
        assert not target.exists()
    assert target.read_text() == "a"
    assert leftovers(tmp_path) == ["ud.csv"]


def test_nothing_is_left_and_the_old_file_stays_when_writing_fails(tmp_path: Path) -> None:
    target = text_file(tmp_path, "gammel", "ud.csv")
    with pytest.raises(ZeroDivisionError), replacing(target, overwrite=True) as temporary:
        temporary.write_text("halv")
        raise ZeroDivisionError
    assert target.read_text() == "gammel"
    assert leftovers(tmp_path) == ["ud.csv"]


def test_an_existing_file_is_kept_unless_told(tmp_path: Path) -> None:
    target = text_file(tmp_path, "gammel", "ud.csv")
    with pytest.raises(FileFault, match="findes allerede"), replacing(target, overwrite=False) as temporary:
        temporary.write_text("ny")
    assert target.read_text() == "gammel"
    with replacing(target, overwrite=True) as temporary:
        temporary.write_text("ny")
    assert target.read_text() == "ny"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "ud.csv: Filen kan ikke skrives. Den er åben i et andet"),
        (OSError(errno.ENOSPC, "No space left on device"), "ud.csv: Der er ikke plads på disken"),
    ],
)
def test_a_file_that_cannot_be_replaced_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: OSError, said: str
) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise failure

    target = text_file(tmp_path, "gammel", "ud.csv")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileFault, match=re.escape(said)), replacing(target, overwrite=True) as temporary:
        temporary.write_text("ny")
    assert leftovers(tmp_path) == ["ud.csv"]


def test_an_error_that_is_ours_is_not_taken_for_the_users(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "ud.csv", overwrite=False):
        (tmp_path / "skrifttype.ttf").read_bytes()


def test_writing_needs_a_folder_that_exists_and_a_name_that_is_free(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="findes ikke"), replacing(tmp_path / "x" / "ud.csv", overwrite=False):
        pass
    with pytest.raises(FileFault, match="mappe med det navn"), replacing(tmp_path, overwrite=True):
        pass
