"""Tables out: every format holds the same counts, reads back, and bears whatever a label can be."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from places import SAMPLE

from audit.base import danish
from audit.base.errors import FileFault, UsageFault
from audit.cases import coding
from audit.export import machine, markdown, tablefile
from audit.export.presentation import Export
from audit.export.screen import screen_text
from audit.files import csvfile, datasheet
from audit.questionnaire import schemas
from audit.tables.intervals import wilson
from audit.tables.spec import spec
from audit.tables.table import TOTAL, Table
from audit.tables.tabulate import Tabulator

BASES = ["Besvaret", "Ubesvaret", "Ikke stillet"]
ENDINGS = [".xlsx", ".csv", ".json", ".md", ".html"]
EXPORT = Export("prøve", "2", "kommune", "Kommune", "En prøve med æ, ø & å", 7, ("Noget om det hele.",))
HOSTILE = [
    '=cmd|"/c calc"!A1', "+1", "-1", "@a", "a|b", "<b>fed</b>", "*a* _b_ `c`", "&lt; &amp; &", "[a](http://b)", r"c:\d",
    "1. januar", "- a", "# a #", "æøå ÆØÅ", "'citat'", "#N/A", "2015", "$x$", "~~a~~", "Besvaret", "besvaret",
    "l" * 300, "ord " * 100,
]  # fmt: skip


def a_table(**given: Any) -> Table:
    """Two kommuner and three answers, one of them nobody's."""
    values: dict[str, Any] = {
        "id": "3.1",
        "title": "Er det rigtigt?",
        "by": "kommune",
        "rows": ("Ærø", "Aarhus", TOTAL),
        "columns": ("Ja", "Nej", "Ved ikke"),
        "codes": ("1", "2", "3"),
        "counts": np.array([[1, 7, 0], [0, 0, 0], [1, 7, 0]]),
        "base": (8, 0, 8),
        "unanswered": (0, 2, 2),
        "not_asked": (0, 0, 0),
    }
    return Table(**(values | given))


def labelled(labels: list[str]) -> Table:
    """A table with the labels as rows and as columns; each cell has a number of its own."""
    size = len(labels)
    counts = np.arange(1, size * size + 1).reshape(size, size)
    zeros = (0,) * size
    codes = tuple(map(str, range(1, size + 1)))
    return Table("1", labels[0], "kommune", tuple(labels), tuple(labels), codes, counts, (5,) * size, zeros, zeros)


@cache
def sample(file: str) -> Tabulator:
    questionnaire = schemas.load(schemas.find("fleksjob-2016"))
    return Tabulator(coding.code_sheet(datasheet.read(SAMPLE / file), questionnaire).cases)


@pytest.fixture(scope="module")
def real() -> tuple[Table, ...]:
    """Every closed question of the sample by kommune, and tables of other kinds."""
    maker = sample("cases.csv")
    form = maker.questionnaire
    others = (spec(form, "4.1"), spec(form, "2.8.1", where={"2.8": "Ja"}, sort="size"), spec(form, "afgoerelsesaar"))
    return (*maker.all_closed(by="kommune"), *map(maker.table, others))


def made(tmp_path: Path, ending: str, tables: tuple[Table, ...], *, percent: bool = False) -> bytes:
    path = tmp_path / f"tabeller{ending}"
    tablefile.write_tables(path, tables, EXPORT, percent=percent, overwrite=True)
    return path.read_bytes()


def book_of(tmp_path: Path, *tables: Table, percent: bool = False) -> Workbook:
    return load_workbook(io.BytesIO(made(tmp_path, ".xlsx", tables, percent=percent)))


def table_sheets(book: Workbook) -> list[Worksheet]:
    return book.worksheets[1:-1]


def values(sheet: Worksheet) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- each format read back: row labels and counts, table by table -----------------------------------------------------

Grid = list[tuple[str, list[int]]]


def from_xlsx(data: bytes) -> list[Grid]:
    found = table_sheets(load_workbook(io.BytesIO(data)))
    return [[(row[0], row[1:-3]) for row in values(sheet)[1:]] for sheet in found]


def from_json(data: bytes) -> list[Grid]:
    return [list(zip(one["rows"], one["counts"], strict=True)) for one in json.loads(data)["tables"]]


def from_csv(data: bytes) -> list[Grid]:
    grids: dict[tuple[str, str], dict[str, list[int]]] = {}
    for number, cell in enumerate(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))):
        assert int(cell["count"]) >= 0, number
        rows = grids.setdefault((cell["table"], cell["by"]), {})
        rows.setdefault(csvfile.unescape_formula(cell["row"]), []).append(int(cell["count"]))
    return [list(rows.items()) for rows in grids.values()]


class Cells(HTMLParser):
    """The tables of a page: for each the texts of its rows, the header first."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[-1][-1][-1] += data


def cells_of(html: str) -> list[list[list[str]]]:
    parser = Cells()
    parser.feed(html)
    return parser.tables


def grids(tables: list[list[list[str]]]) -> list[Grid]:
    """Row labels and counts of tables as a reader sees them: the columns after the answers are left out."""
    found = []
    for header, *rows in tables:
        answers = slice(1, header.index("Besvaret", 1))
        found.append([(row[0], [int(text.split(" ")[0]) for text in row[answers]]) for row in rows])
    return found


def rendered(data: bytes) -> str:
    return str(MarkdownIt("commonmark").enable("table").enable("strikethrough").render(data.decode("utf-8")))


READERS: dict[str, Callable[[bytes], list[Grid]]] = {
    ".xlsx": from_xlsx,
    ".csv": from_csv,
    ".json": from_json,
    ".md": lambda data: grids(cells_of(rendered(data))),
    ".html": lambda data: grids(cells_of(data.decode("utf-8"))),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_read_back_gives_the_counts_of_the_tables(
    tmp_path: Path, real: tuple[Table, ...], ending: str
) -> None:
    distinct = tuple({(table.id, table.by): table for table in real}.values())
    expected = [list(zip(table.rows, table.counts.tolist(), strict=True)) for table in distinct]
    assert len(expected) == 61
    assert READERS[ending](made(tmp_path, ending, distinct)) == expected


def test_the_screen_shows_the_same_counts(real: tuple[Table, ...]) -> None:
    for table in real:
        lines = screen_text((table,), EXPORT).splitlines()
        for label, counts in zip(table.rows, table.counts.tolist(), strict=True):
            drawn = next(line for line in lines if line.startswith(f"{label}  "))
            numbers = [int(text) for text in drawn.removeprefix(label).split()]
            assert numbers[: len(counts)] == counts


@pytest.mark.parametrize("percent", [False, True])
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_tables_give_the_same_bytes(tmp_path: Path, ending: str, percent: bool) -> None:
    first = made(tmp_path, ending, (a_table(),), percent=percent)
    assert made(tmp_path, ending, (a_table(),), percent=percent) == first


@pytest.mark.parametrize("ending", ENDINGS)
def test_cases_from_csv_and_from_excel_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    written = [
        made(tmp_path, ending, tuple(sample(f"cases.{kind}").all_closed(by="kommune"))) for kind in ("csv", "xlsx")
    ]
    assert written[0] == written[1]


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_tables_at_all_can_be_written(tmp_path: Path, ending: str) -> None:
    assert READERS[ending](made(tmp_path, ending, ())) == []


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "said"), [("t.xml", '".xml"'), ("tabeller", "ingen endelse"), (".csv", "ingen")])
def test_an_unknown_ending_is_refused_and_the_known_ones_are_named(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UsageFault) as fault:
        tablefile.write_tables(tmp_path / name, (a_table(),), EXPORT)
    assert said in fault.value.message
    assert all(ending in fault.value.remedy for ending in ENDINGS)
    assert list(tmp_path.iterdir()) == []


def test_an_ending_in_capitals_is_known(tmp_path: Path) -> None:
    tablefile.write_tables(tmp_path / "T.JSON", (a_table(),), EXPORT)
    assert len(from_json((tmp_path / "T.JSON").read_bytes())) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_existing_file_is_kept_unless_it_may_be_overwritten(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"t{ending}"
    path.write_text("min fil", encoding="utf-8")
    with pytest.raises(FileFault):
        tablefile.write_tables(path, (a_table(),), EXPORT)
    assert path.read_text(encoding="utf-8") == "min fil"
    tablefile.write_tables(path, (a_table(),), EXPORT, overwrite=True)
    assert len(READERS[ending](path.read_bytes())) == 1
    assert list(tmp_path.iterdir()) == [path]


# --- JSON and CSV -----------------------------------------------------------------------------------------------------


def test_json_has_the_keys_of_the_contract_in_their_order(tmp_path: Path) -> None:
    data = made(tmp_path, ".json", (a_table(notes=("Æh?",)),))
    assert json.loads(data) == {
        "schema": "prøve",
        "schema_version": "2",
        "by": "kommune",
        "tables": [
            {
                "id": "3.1",
                "title": "Er det rigtigt?",
                "multiple": False,
                "rows": ["Ærø", "Aarhus", "I alt"],
                "columns": ["Ja", "Nej", "Ved ikke"],
                "codes": ["1", "2", "3"],
                "counts": [[1, 7, 0], [0, 0, 0], [1, 7, 0]],
                "base": [8, 0, 8],
                "unanswered": [0, 2, 2],
                "not_asked": [0, 0, 0],
                "notes": ["Æh?"],
            }
        ],
    }
    assert list(json.loads(data)) == ["schema", "schema_version", "by", "tables"]
    assert list(json.loads(data)["tables"][0]) == [
        "id", "title", "multiple", "rows", "columns", "codes", "counts", "base", "unanswered", "not_asked", "notes",
    ]  # fmt: skip


def test_json_is_readable_with_one_row_of_counts_a_line(tmp_path: Path) -> None:
    lines = made(tmp_path, ".json", (a_table(),)).decode("utf-8").splitlines()
    assert "        [1, 7, 0]," in lines
    assert '      "rows": ["Ærø", "Aarhus", "I alt"],' in lines


def test_csv_has_one_line_a_cell(tmp_path: Path) -> None:
    data = made(tmp_path, ".csv", (a_table(),), percent=True)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[0] == "table,title,by,row,column,code,count,base,unanswered,not_asked,percent"
    assert lines[1] == "3.1,Er det rigtigt?,kommune,Ærø,Ja,1,1,8,0,0,13"
    assert lines[4] == "3.1,Er det rigtigt?,kommune,Aarhus,Ja,1,0,0,2,0,"
    assert len(lines) == 1 + 9


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1), min_size=1))
def test_csv_gives_back_every_label_and_starts_none_as_a_formula(labels: list[str]) -> None:
    data = machine.csv_file((labelled(labels),), EXPORT, False)
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [csvfile.unescape_formula(line["column"]) for line in lines] == labels * len(labels)
    assert not any(line["row"].startswith(("=", "+", "-", "@", "\t", "\r")) for line in lines)


# --- percent ----------------------------------------------------------------------------------------------------------


def test_percent_is_rounded_half_up_and_blank_where_the_base_is_nought(tmp_path: Path) -> None:
    data = json.loads(made(tmp_path, ".json", (a_table(),), percent=True))
    assert data["tables"][0]["percent"] == [[13, 88, 0], [None, None, None], [13, 88, 0]]
    sheet = table_sheets(book_of(tmp_path, a_table(), percent=True))[0]
    assert values(sheet)[:3] == [
        [
            "Kommune",
            "Ja",
            "Ja (%)",
            "Nej",
            "Nej (%)",
            "Ved ikke",
            "Ved ikke (%)",
            "Besvaret",
            "Ubesvaret",
            "Ikke stillet",
        ],
        ["Ærø", 1, 13, 7, 88, 0, 0, 8, 0, 0],
        ["Aarhus", 0, None, 0, None, 0, None, 0, 2, 0],
    ]


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_pages_show_percent_in_brackets_and_a_dash_without_a_base(tmp_path: Path, ending: str) -> None:
    data = made(tmp_path, ending, (a_table(),), percent=True)
    (table,) = cells_of(rendered(data) if ending == ".md" else data.decode("utf-8"))
    assert table == [
        ["Kommune", "Ja", "Nej", "Ved ikke", "Besvaret", "Ubesvaret"],
        ["Ærø", "1 (13 %)", "7 (88 %)", "0 (0 %)", "8", "0"],
        ["Aarhus", "0 (–)", "0 (–)", "0 (–)", "0", "2"],
        ["I alt", "1 (13 %)", "7 (88 %)", "0 (0 %)", "8", "2"],
    ]


@pytest.mark.parametrize("ending", [".csv", ".json", ".md"])
def test_there_is_no_percent_unless_asked_for(tmp_path: Path, ending: str) -> None:
    text = made(tmp_path, ending, (a_table(),)).decode("utf-8")
    assert "Ved ikke" in text
    assert not any(word in text.casefold() for word in ("%", "percent", "procent"))
    assert values(table_sheets(book_of(tmp_path, a_table()))[0])[0] == ["Kommune", "Ja", "Nej", "Ved ikke", *BASES]


def test_percent_is_of_the_whole_that_the_table_declares_and_the_note_says_so() -> None:
    table = a_table(whole=(16, 0, 16), base_text="alle sager")
    text = screen_text((table,), EXPORT, percent=True)
    assert "1 (6 %)" in text
    assert "Procent af alle sager" in text


# --- intervals --------------------------------------------------------------------------------------------------------

WILSON = replace(EXPORT, interval="wilson")
EXACT = replace(EXPORT, interval="clopper-pearson")
OF_ALL = {"whole": (16, 0, 16), "base_text": "alle sager"}


def with_intervals(tmp_path: Path, ending: str, export: Export = WILSON, **given: Any) -> bytes:
    path = tmp_path / f"t{ending}"
    tablefile.write_tables(path, (a_table(**given),), export, overwrite=True)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("export", "yes", "no", "none"),
    [
        (WILSON, [0.0224, 0.4709], [0.5291, 0.9776], [0.0, 0.3244]),
        (EXACT, [0.0032, 0.5265], [0.4735, 0.9968], [0.0, 0.3694]),
    ],
    ids=["wilson", "clopper-pearson"],
)
def test_programs_get_the_limits_as_shares_and_none_without_a_base(
    tmp_path: Path, export: Export, yes: list[float], no: list[float], none: list[float]
) -> None:
    report = json.loads(with_intervals(tmp_path, ".json", export))
    assert list(report) == ["schema", "schema_version", "by", "interval", "tables"]
    assert report["interval"] == {"method": export.interval, "level": 0.95}
    (table,) = report["tables"]
    assert list(table)[-3:] == ["notes", "percent", "interval"]
    assert table["percent"][0] == [13, 88, 0]
    assert table["interval"] == [[yes, no, none], [None] * 3, [yes, no, none]]
    lines = list(csv.reader(io.StringIO(with_intervals(tmp_path, ".csv", export).decode("utf-8-sig"))))
    assert lines[0][-4:] == ["not_asked", "percent", "interval_low", "interval_high"]
    assert [line[-3:] for line in lines[1:4]] == [
        [str(number) for number in (percent, *limits)]
        for percent, limits in zip(table["percent"][0], table["interval"][0], strict=True)
    ]
    assert [line[-3:] for line in lines[4:7]] == [["", "", ""]] * 3


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_pages_show_intervals_after_percent_in_the_same_bracket(tmp_path: Path, ending: str) -> None:
    data = with_intervals(tmp_path, ending)
    (table,) = cells_of(rendered(data) if ending == ".md" else data.decode("utf-8"))
    assert [row[:4] for row in table[1:]] == [
        ["Ærø", "1 (13 %; 2-47 %)", "7 (88 %; 53-98 %)", "0 (0 %; 0-32 %)"],
        ["Aarhus", "0 (–)", "0 (–)", "0 (–)"],
        ["I alt", "1 (13 %; 2-47 %)", "7 (88 %; 53-98 %)", "0 (0 %; 0-32 %)"],
    ]


def test_a_workbook_has_the_limits_in_columns_of_their_own_as_whole_percent(tmp_path: Path) -> None:
    sheet = table_sheets(load_workbook(io.BytesIO(with_intervals(tmp_path, ".xlsx"))))[0]
    assert [row[:9] for row in values(sheet)] == [
        ["Kommune", "Ja", "Ja (%)", "Ja (% fra)", "Ja (% til)", "Nej", "Nej (%)", "Nej (% fra)", "Nej (% til)"],
        ["Ærø", 1, 13, 2, 47, 7, 88, 53, 98],
        ["Aarhus", 0, None, None, None, 0, None, None, None],
        ["I alt", 1, 13, 2, 47, 7, 88, 53, 98],
    ]


def test_headers_of_limits_are_as_long_as_excel_takes_and_no_two_alike(tmp_path: Path) -> None:
    data = with_intervals(tmp_path, ".xlsx", columns=("n" * 300, "n" * 299, "Ja (% fra)"))
    header = values(table_sheets(load_workbook(io.BytesIO(data)))[0])[0]
    assert len(header) == 1 + 3 * 4 + 3
    assert len({text.casefold() for text in header}) == len(header)
    assert max(map(len, header)) <= 255


@pytest.mark.parametrize(
    ("export", "said"),
    [(WILSON, "I omkring 95 af 100 sådanne"), (EXACT, "I mindst 95 af 100 sådanne")],
    ids=["wilson", "clopper-pearson"],
)
def test_what_intervals_can_carry_is_told_once_wherever_people_read(tmp_path: Path, export: Export, said: str) -> None:
    tables = (a_table(), a_table(id="3.2"))
    texts = [screen_text(tables, export)]
    for ending in (".md", ".html"):
        tablefile.write_tables(tmp_path / f"t{ending}", tables, export)
        texts.append((tmp_path / f"t{ending}").read_text(encoding="utf-8"))
    for text in texts:
        for told in (said, "Overlapper to rækkers intervaller", "kan ikke bære en rangordning", "Noget om det hele."):
            assert text.count(told) == 1
    book = load_workbook(io.BytesIO(with_intervals(tmp_path, ".xlsx", export)))
    for name, column in (("Forside", "Bemærk"), ("Noter", "Alle")):
        told = [text for first, text in values(book[name]) if first == column]
        assert sum(said in text for text in told) == 1
        assert sum("kan ikke bære en rangordning" in text for text in told) == 1


def test_percent_comes_without_intervals_unless_they_are_asked_for() -> None:
    text = screen_text((a_table(),), EXPORT, percent=True)
    assert "1 (13 %)" in text
    assert "nterval" not in text


def test_percent_of_something_else_than_answered_cases_has_no_interval(tmp_path: Path) -> None:
    assert "1 (6 %) " in screen_text((a_table(**OF_ALL),), WILSON)
    (table,) = json.loads(with_intervals(tmp_path, ".json", **OF_ALL))["tables"]
    assert table["interval"] == [[None] * 3] * 3
    same = a_table(whole=(8, 0, 8))
    assert "1 (13 %; 2-47 %)" in screen_text((same,), WILSON)


def test_of_several_answers_in_a_case_each_has_the_interval_of_its_share_of_cases() -> None:
    table = sample("cases.csv").table(spec(sample("cases.csv").questionnaire, "2.8.1"))
    assert table.multiple
    (count, base) = (table.counts[-1].tolist()[0], table.base[-1])
    low, high = (danish.whole_percent(limit) for limit in wilson(count, base))
    assert f"{count} ({danish.percent(count, base)} %; {low}-{high} %)" in screen_text((table,), WILSON)


def test_intervals_leave_the_rows_where_they_are(real: tuple[Table, ...]) -> None:
    for table in real:
        report = json.loads(machine.json_file((table,), WILSON, True))["tables"][0]
        assert tuple(report["rows"]) == table.rows
        assert [[cell is None for cell in row] for row in report["interval"]] == [
            [base == 0] * len(table.columns) for base in table.base
        ]


# --- the screen -------------------------------------------------------------------------------------------------------


def test_the_screen_shows_title_legend_rows_and_notes() -> None:
    tables = (a_table(notes=("En note.",)), a_table(id="koen", columns=("A", "B", "C"), codes=("A", "B", "C")))
    assert screen_text(tables, EXPORT) == (
        "3.1 Er det rigtigt?\n"
        "(1) Ja\n"
        "(2) Nej\n"
        "(3) Ved ikke\n"
        "Kommune  (1)  (2)  (3)  Besvaret  Ubesvaret\n"
        "Ærø        1    7    0         8          0\n"
        "Aarhus     0    0    0         0          2\n"
        "I alt      1    7    0         8          2\n"
        "En note.\n"
        "\n"
        "Er det rigtigt?\n"
        "Kommune  A  B  C  Besvaret  Ubesvaret\n"
        "Ærø      1  7  0         8          0\n"
        "Aarhus   0  0  0         0          2\n"
        "I alt    1  7  0         8          2\n"
        "\n"
        "Noget om det hele.\n"
    )


def test_the_screen_shows_unanswered_and_not_asked_only_where_there_are_any() -> None:
    none = screen_text((a_table(unanswered=(0, 0, 0)),), EXPORT)
    assert "Ubesvaret" not in none
    assert "Ikke stillet" not in none
    assert "Ikke stillet" in screen_text((a_table(not_asked=(0, 1, 1)),), EXPORT)


def test_the_screen_wraps_only_when_it_is_given_a_width(real: tuple[Table, ...]) -> None:
    grid = next(table for table in real if table.id == "4.1")
    piped = screen_text((grid,), EXPORT)
    assert all(label in piped for label in grid.rows)
    narrow = screen_text((grid,), EXPORT, width=60)
    assert max(map(len, narrow.splitlines())) <= 60
    assert [line.split()[-3:] for line in narrow.splitlines() if line.endswith("130")] == [
        [str(yes), str(no), "130"] for yes, no in grid.counts.tolist()
    ]


def test_the_screen_writes_no_characters_that_steer_a_terminal() -> None:
    text = screen_text((a_table(title="\x1b[31mrød\r\nblå\x07", rows=("a\tb", "\x9bc", TOTAL)),), EXPORT)
    assert "3.1 [31mrød blå\n" in text
    assert text.replace("\n", "").isprintable()


# --- Excel ------------------------------------------------------------------------------------------------------------


def test_a_workbook_has_a_cover_one_sheet_a_table_and_notes(tmp_path: Path) -> None:
    book = book_of(tmp_path, a_table(), a_table(id="4.1/5"))
    assert book.sheetnames == ["Forside", "3.1", "4.1-5", "Noter"]
    assert book.active is book.worksheets[0]


def test_rows_are_as_high_as_their_longest_text_takes(tmp_path: Path) -> None:
    book = book_of(tmp_path, a_table(columns=("Ja", "n " * 60, "Nej"), notes=("En lang note. " * 20,)))
    sheet, notes = book["3.1"], book["Noter"]
    heights = [notes.row_dimensions[row].height for row in range(1, notes.max_row + 1)]
    lines = [len(str(notes.cell(row, 2).value)) / 100 for row in range(1, notes.max_row + 1)]
    assert [height is None for height in heights] == [count <= 1 for count in lines]
    assert all(height >= 15 * count for height, count in zip(heights, lines, strict=True) if height)
    assert sheet.row_dimensions[1].height >= 15 * 120 / sheet.column_dimensions["C"].width
    assert sheet.row_dimensions[2].height is None


def test_each_table_sheet_has_one_header_row_and_nothing_merged_or_blank(
    tmp_path: Path, real: tuple[Table, ...]
) -> None:
    for sheet, table in zip(table_sheets(book_of(tmp_path, *real)), real, strict=True):
        rows = values(sheet)
        assert not sheet.merged_cells.ranges
        assert all(isinstance(text, str) and text for text in rows[0])
        assert len(rows) == 1 + len(table.rows)
        assert [row[-3:] for row in rows[1:]] == [
            list(row) for row in zip(table.base, table.unanswered, table.not_asked, strict=True)
        ]
        assert all(isinstance(cell, int) for row in rows[1:] for cell in row[1:])
        assert sheet.freeze_panes == "B2"


def test_every_sheet_ends_with_a_named_excel_table_whose_headers_are_those_of_the_cells(tmp_path: Path) -> None:
    twins = [a_table(id="4.1/5"), a_table(id="4.1-5"), a_table(columns=("Ja", "JA", "Besvaret"))]
    book = book_of(tmp_path, *twins, percent=True)
    names = []
    for sheet in book.worksheets:
        (declared,) = sheet.tables.values()
        rows = sheet[declared.ref]
        headers = [cell.value for cell in rows[0]]
        assert [column.name for column in declared.tableColumns] == headers
        assert len({header.casefold() for header in headers}) == len(headers)
        assert rows[-1][-1].coordinate == sheet.cell(sheet.max_row, sheet.max_column).coordinate
        names.append(declared.displayName.casefold())
    assert len(set(names)) == len(names) == 5
    assert all(name.replace(".", "_").isidentifier() for name in names)


def test_the_cover_tells_the_facts_and_links_to_every_sheet(tmp_path: Path) -> None:
    book = book_of(tmp_path, a_table(), a_table(id="4.1/5", title="Æ & ø"))
    cover = book["Forside"]
    rows = values(cover)
    assert rows[0] == [EXPORT.title, None]
    assert ["Antal sager", 7] in rows
    assert ["Opdelt efter", "Kommune"] in rows
    assert ["Bemærk", "Noget om det hele."] in rows
    assert rows[-3:] == [["Tabel", "Titel"], ["3.1", "Er det rigtigt?"], ["4.1-5", "Æ & ø"]]
    links = {cell.value: cell.hyperlink.location for row in cover for cell in row if cell.hyperlink}
    assert links["4.1-5"] == links["Æ & ø"] == "'4.1-5'!A1"
    assert not any(None in row for row in rows[1:])


def test_tables_that_are_not_by_anything_say_so(tmp_path: Path) -> None:
    whole = a_table(by=None, rows=(TOTAL,), counts=np.array([[1, 7, 0]]), base=(8,), unanswered=(0,), not_asked=(0,))
    export = Export("s", "1", None, "", "Titel", 1)
    grid = a_table(by=None, rows=("a", "b", "c"))
    tablefile.write_tables(tmp_path / "t.xlsx", (whole, grid), export)
    book = load_workbook(tmp_path / "t.xlsx")
    assert ["Opdelt efter", "Ikke opdelt"] in values(book["Forside"])
    assert [sheet["A1"].value for sheet in table_sheets(book)] == ["Sager", "Delspørgsmål"]
    assert ["Indhold", "Svarene i 1 sag talt op spørgsmål for spørgsmål."] in values(book["Forside"])


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_the_rows_are_called_by_their_title_in_every_format(tmp_path: Path, ending: str) -> None:
    table = a_table(by="naevn", by_title="Nævn | klage")
    data = made(tmp_path, ending, (table,))
    (read,) = cells_of(rendered(data) if ending == ".md" else data.decode("utf-8"))
    assert read[0][0] == "Nævn | klage"
    assert table_sheets(book_of(tmp_path, table))[0]["A1"].value == "Nævn | klage"
    assert "\nNævn | klage  (1)" in screen_text((table,), EXPORT)


def test_every_note_stands_on_the_sheet_of_notes_with_its_table(tmp_path: Path) -> None:
    notes = values(book_of(tmp_path, a_table(notes=("Kun nogle.", "Æh?")), percent=True)["Noter"])
    assert ["3.1", "Kun nogle."] in notes
    assert ["3.1", "Æh?"] in notes
    assert ["3.1", "Procent af besvarede sager, afrundet til hele procent."] in notes
    assert ["Alle", "Noget om det hele."] in notes
    assert not any(None in row for row in notes)


def test_sheet_names_are_such_as_excel_takes_and_no_two_alike(tmp_path: Path) -> None:
    ids = ["Noter", "forside", "HISTORY", "a/b", "A:b", "x" * 40, "X" * 40, "[*?\\]", "'q'", " ", "4.1/5", "4.1-5"]
    book = book_of(tmp_path, *(a_table(id=id) for id in ids))
    names = [sheet.title for sheet in table_sheets(book)]
    assert len({name.casefold() for name in [*names, "Forside", "Noter", "History"]}) == len(ids) + 3
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert names[:5] == ["Noter (2)", "forside (2)", "HISTORY (2)", "a-b", "A-b (2)"]
    links = [cell.hyperlink.location for cell in book["Forside"]["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in names]


def test_a_workbook_holds_nothing_of_the_clock_and_says_its_title_and_language(tmp_path: Path) -> None:
    data = made(tmp_path, ".xlsx", (a_table(),))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = load_workbook(io.BytesIO(data)).properties
    assert (properties.title, properties.language) == (EXPORT.title, "da-DK")
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.year == 2000


def test_a_printed_sheet_has_its_title_on_every_page(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(made(tmp_path, ".xlsx", (a_table(title="Æ & ø"),)))) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet2.xml"))
    assert sheet.findtext(".//{*}oddHeader") == "&L3.1 Æ && ø"
    assert table_sheets(book_of(tmp_path, a_table()))[0].print_title_rows == "$1:$1"


# --- hostile labels ---------------------------------------------------------------------------------------------------


def test_excel_keeps_hostile_labels_as_text(tmp_path: Path) -> None:
    sheet = table_sheets(book_of(tmp_path, labelled(HOSTILE)))[0]
    assert [cell.value for cell in sheet["A"][1:]] == [one_line(label) for label in HOSTILE]
    texts = [*sheet["A"], *sheet[1]]
    assert {cell.data_type for cell in texts} == {"s"}
    assert [row[1 : 1 + len(HOSTILE)] for row in values(sheet)[1:]] == labelled(HOSTILE).counts.tolist()


def test_an_answer_too_long_for_a_header_is_cut_there_and_whole_among_the_notes(tmp_path: Path) -> None:
    book = book_of(tmp_path, a_table(columns=("Ja", "n" * 300, "n" * 299)), percent=True)
    header = values(table_sheets(book)[0])[0]
    assert len({text.casefold() for text in header}) == len(header)
    assert max(map(len, header)) <= 255
    assert header[3].endswith("n…")
    notes = [note for table, note in values(book["Noter"]) if table == "3.1"]
    assert any(note.endswith(": " + "n" * 300) for note in notes)
    assert any(note.endswith(": " + "n" * 299) for note in notes)


@pytest.mark.parametrize("ending", [".md", ".html"])
def test_pages_show_hostile_labels_as_they_stand(tmp_path: Path, ending: str) -> None:
    data = made(tmp_path, ending, (labelled(HOSTILE),))
    (table,) = cells_of(rendered(data) if ending == ".md" else data.decode("utf-8"))
    labels = [one_line(label) for label in HOSTILE]
    assert table[0] == ["Kommune", *labels, "Besvaret"]
    assert [row[0] for row in table[1:]] == labels
    assert [row[1:] for row in table[1:]] == [[*map(str, row), "5"] for row in labelled(HOSTILE).counts.tolist()]


@pytest.mark.parametrize("label", HOSTILE)
def test_markdown_shows_hostile_titles_and_notes_as_they_stand(label: str) -> None:
    table = a_table(title=label, id="titel", notes=(label,))
    data = markdown.markdown_file((table,), EXPORT, False)
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(data.decode("utf-8"))
    texts = [
        (before.type, "".join(part.content for part in token.children or ()))
        for before, token in pairwise(tokens)
        if token.type == "inline"
    ]
    assert ("heading_open", one_line(label)) in texts
    assert texts[-1] == ("paragraph_open", one_line(label))
    kinds = {part.type for token in tokens for part in token.children or ()}
    assert kinds <= {"text", "text_special"}


def test_markdown_aligns_numbers_to_the_right(tmp_path: Path) -> None:
    lines = made(tmp_path, ".md", (a_table(),)).decode("utf-8").splitlines()
    assert "| --- | ---: | ---: | ---: | ---: | ---: |" in lines
    assert "## 3.1 Er det rigtigt?" in lines


def test_large_numbers_are_written_the_danish_way_for_people_and_plainly_for_programs(tmp_path: Path) -> None:
    table = a_table(counts=np.array([[1000, 0, 0]] * 3))
    assert "1.000" in screen_text((table,), EXPORT)
    assert ",1000," in made(tmp_path, ".csv", (table,)).decode("utf-8-sig")
    assert from_json(made(tmp_path, ".json", (table,)))[0][0] == ("Ærø", [1000, 0, 0])
