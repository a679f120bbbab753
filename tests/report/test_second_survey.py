"""A survey of another subject, with other units, from its questionnaire to its report, without a line of Python."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from smallstudy import Runner

SCHEMA = """\
schema: hjaelpemidler
version: 2
title: Måleskema om hjælpemidler
subject: hjælpemidler efter serviceloven
unit: klinik
key: [journal]
decision_date: "1.2"

identification:
  fields:
    - id: klinik
      text: Klinik
      type: choice
      options:
        - {code: 1, text: Amager}
        - {code: 2, text: Ølby}
        - {code: 3, text: Aarup}
    - {id: journal, text: Journal, type: text}

sections:
  - id: "1"
    title: 1. Ansøgningen
    questions:
      - {id: "1.1", text: Borgerens fødselsdato, type: date}
      - id: "1.2"
        text: Dato for afgørelsen
        type: date
        options:
          - {code: 1, text: Dato, date: ja}
          - {code: 2, text: Uoplyst}
          - {code: 3, text: Tvivlsomt}
      - id: "1.3"
        text: Hvad er der søgt om?
        type: choices
        options:
          - {code: 1, text: Kørestol}
          - {code: 2, text: Rollator}
          - {code: 3, text: Andet - uddyb, remark: ja}
          - {code: 4, text: Fremgår ikke, exclusive: ja}
        remark: 1.3 Bemærkninger
      - {id: "1.4", text: Er ansøgningen imødekommet?, type: choice, options: {1: Ja, 2: Nej}}
      - id: "1.5"
        text: Er afslaget begrundet?
        type: choice
        options: {1: Ja, 2: Nej, 3: Uoplyst}
        asked_when: {"1.4": Nej}
  - id: "2"
    title: 2. Vurderingen
    questions:
      - id: "2.1"
        text: Er følgende oplyst?
        type: grid
        options: {1: Ja, 2: Nej, 3: Ikke relevant}
        rows:
          - {id: 1, text: Funktionsevnen}
          - {id: 2, text: Boligen}
          - {id: 3, text: Hverdagen}
      - {id: "2.2", text: Er afgørelsen rigtig?, type: choice, options: {1: I høj grad, 2: I nogen grad, 3: Nej}}
  - id: tillaeg
    title: Tillæg
    supplement: ja
    questions:
      - {id: haste, text: Var det en hastesag?, type: choice, options: {1: Ja, 2: Nej}}

rules:
  - id: r1
    strength: skal
    text: Hvor det ikke fremgår, hvad der er søgt om, er ansøgningen ikke imødekommet.
    when: {"1.3": Fremgår ikke}
    then: {"1.4": Nej}
  - id: r2
    strength: udgangspunkt
    text: Uden oplysninger om funktionsevnen er afgørelsen som udgangspunkt ikke rigtig.
    when: {"2.1/1": Nej}
    then: {"2.2": Nej}

derived:
  - {id: alder, text: Alder ved afgørelsen, years: {from: "1.1", to: "1.2"}}
  - id: aldersgruppe
    text: Aldersgruppe
    bands:
      of: alder
      into: [{text: Under 67 år, max: 66}, {text: 67 år og derover, min: 67}]
"""

STUDY = """\
study: hjaelpemidler-2022
title: Hjælpemidler på tre klinikker
schema: hjaelpemidler.yaml
schema_version: 2
data: sager.csv
units: [Amager, Ølby, Aarup]
parameters:
  examiner: Klinikrådet
"""

#: Klinik, journal, born, decided (or why not), 1.3, remark, 1.4, 1.5, the three rows of 2.1, 2.2, haste, reason for r2.
CASES = """\
Amager A1 1940-06-01 2021-03-01 1,2 -    Ja  -       Ja  Ja  Ja            I_høj_grad   Nej -
Amager A2 1950-06-01 2021-04-01 2   -    Ja  -       Ja  Ja  Ikke_relevant I_nogen_grad Nej -
Amager A3 1960-06-01 2022-01-15 1   -    Nej Ja      Ja  Nej Ja            I_nogen_grad Ja  -
Amager A4 1970-06-01 Uoplyst    4   -    Nej Nej     Nej Nej Nej           Nej          Nej -
Amager A5 1980-06-01 2022-02-01 3   Stok Ja  -       Ja  Ja  Ja            I_høj_grad   -   -
Ølby   B1 1935-06-01 2021-05-01 1   -    Ja  -       Ja  Ja  Ja            I_høj_grad   Nej -
Ølby   B2 1945-06-01 2021-06-01 1,3 Lift Nej Uoplyst Nej Ja  Ja            I_nogen_grad Nej Se_brevet
Ølby   B3 1955-06-01 Tvivlsomt  2   -    Ja  -       Ja  Nej Ikke_relevant I_høj_grad   Ja  -
Ølby   B4 1965-06-01 2022-03-01 4   -    Nej Ja      Ja  Ja  Ja            Nej          Nej -
Aarup  C1 1938-06-01 2021-07-01 1   -    Ja  -       Ja  Ja  Ja            I_høj_grad   Nej -
Aarup  C2 1948-06-01 2022-04-01 1,2 -    Ja  -       Ja  Ja  Ja            I_nogen_grad Ja  -
Aarup  C3 1990-06-01 2022-05-01 2   -    Nej Nej     Ja  Nej Ja            Nej          Nej -
"""

CLINICS = ["Amager", "Ølby", "Aarup", "I alt"]
#: Counted by hand: for each table the counts by clinic, then base, unanswered and not asked.
EXPECTED = {
    "1.3": ([[2, 2, 1, 1], [2, 1, 1, 1], [2, 2, 0, 0], [6, 5, 2, 2]], [5, 4, 3, 12], [0, 0, 0, 0], [0, 0, 0, 0]),
    "1.4": ([[3, 2], [2, 2], [2, 1], [7, 5]], [5, 4, 3, 12], [0, 0, 0, 0], [0, 0, 0, 0]),
    "1.5": ([[1, 1, 0], [1, 0, 1], [0, 1, 0], [2, 2, 1]], [2, 2, 1, 5], [0, 0, 0, 0], [3, 2, 2, 7]),
    "2.1/1": ([[4, 1, 0], [3, 1, 0], [3, 0, 0], [10, 2, 0]], [5, 4, 3, 12], [0, 0, 0, 0], [0, 0, 0, 0]),
    "2.1/2": ([[3, 2, 0], [3, 1, 0], [2, 1, 0], [8, 4, 0]], [5, 4, 3, 12], [0, 0, 0, 0], [0, 0, 0, 0]),
    "2.1/3": ([[3, 1, 1], [3, 0, 1], [3, 0, 0], [9, 1, 2]], [5, 4, 3, 12], [0, 0, 0, 0], [0, 0, 0, 0]),
    "2.2": ([[2, 2, 1], [2, 1, 1], [1, 1, 1], [5, 4, 3]], [5, 4, 3, 12], [0, 0, 0, 0], [0, 0, 0, 0]),
    "haste": ([[1, 3], [1, 3], [1, 2], [3, 8]], [4, 4, 3, 11], [1, 0, 0, 1], [0, 0, 0, 0]),
}
BY_AGE = ([[2, 2], [1, 2], [1, 2], [4, 6]], [4, 3, 3, 10], [1, 1, 0, 2])


def cells() -> list[list[str]]:
    """The cases as cells; a hyphen is blank, an underscore a space."""
    lines = [line.split() for line in CASES.splitlines()]
    return [["" if cell == "-" else cell.replace("_", " ") for cell in line] for line in lines]


def as_csv() -> str:
    """The cases with a 0/1 column for each of several answers, semicolons between."""
    target = io.StringIO()
    lines = csv.writer(target, delimiter=";", lineterminator="\n")
    several = [f"1.3/{code}" for code in "1234"]
    lines.writerow(
        ["Klinik", "journal", "1.1", "q1_2", *several, "1.3 Bemærkninger", "1.4 Er ansøgningen imødekommet?", "1.5",
         "2.1/1", "2.1/2", "2.1/3", "2.2", "haste", "begr_r2"]
    )  # fmt: skip
    for clinic, journal, born, decided, chosen, *rest in cells():
        flags = [str(int(code in chosen.split(","))) for code in "1234"]
        lines.writerow([clinic, journal, born, decided, *flags, *rest])
    return target.getvalue()


def write_xlsx(path: Path) -> None:
    """The same cases with dates as dates, several answers in one column, and codes for the last question."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(
        ["klinik", "Journal", "Borgerens fødselsdato", "1.2", "1.3 Hvad er der søgt om?", "1.3 bemærkninger", "q1_4",
         "q1_5", "q2_1__1", "q2_1__2", "q2_1__3", "q2_2", "Var det en hastesag?", "begr_r2"]
    )  # fmt: skip
    for clinic, journal, born, decided, chosen, remark, granted, reasoned, *rest in cells():
        when = date.fromisoformat(decided) if decided[0] == "2" else decided
        right = {"I høj grad": 1, "I nogen grad": 2, "Nej": 3}[rest[3]]
        several = chosen.replace(",", ";")
        line = [clinic, journal, date.fromisoformat(born), when, several, remark, granted, reasoned, *rest[:3], right]
        sheet.append([value or None for value in (*line, *rest[4:])])
    book.save(path)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "undersoegelse"
    folder.mkdir()
    (folder / "hjaelpemidler.yaml").write_text(SCHEMA, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    (folder / "sager.csv").write_text(as_csv(), encoding="utf-8")
    write_xlsx(folder / "sager.xlsx")
    return folder


def test_the_questionnaire_has_no_fault_and_can_be_shown(run: Runner, study: Path) -> None:
    ran = run("schema", "check", study / "hjaelpemidler.yaml")
    assert (ran.code, ran.out) == (0, "hjaelpemidler.yaml: ingen fejl. 8 spørgsmål, 2 regler.\n")
    shown = run("schema", "show", study / "hjaelpemidler.yaml").out
    assert 'Når 2.1/1 er "Nej", er udgangspunktet, at 2.2 er "Nej".' in shown
    assert "kommune" not in shown.casefold()


@pytest.mark.parametrize("file", ["sager.csv", "sager.xlsx"])
def test_the_cases_have_no_fault_and_nothing_missing(run: Runner, study: Path, file: str) -> None:
    ran = run("check", study / file, "--schema", study / "hjaelpemidler.yaml", "--format", "json")
    report = json.loads(ran.out)
    assert (ran.code, report["summary"]["fejl"], report["summary"]["mangel"]) == (0, 0, 0)
    assert "kommune" not in ran.out.casefold()


def test_whatever_is_spoiled_is_found(run: Runner, study: Path) -> None:
    text = (study / "sager.csv").read_text(encoding="utf-8")
    edits = {
        "A1;1940-06-01;2021-03-01;1;1;0;0": "A1;1940-06-01;2021-03-01;1;1;0;1",  # not stated, and two answers
        "A2;1950-06-01;2021-04-01": "A2;1950-06-01;Tvivlsom",
        ";Se brevet": ";",
        ";Stok;": ";;",
        "Ølby;B1": "Ølbi;B1",
        "B3;1955-06-01;Tvivlsomt;0;1;0;0;;Ja;": "B3;1955-06-01;Tvivlsomt;0;1;0;0;;Ja;Nej",
    }
    for old, new in edits.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (study / "sager.csv").write_text(text, encoding="utf-8")
    ran = run("check", study, "--format", "json")
    found = [(one["code"], one["case"], one["questions"]) for one in json.loads(ran.out)["findings"]]
    assert ran.code == 1
    assert sorted(one for one in found if one[0] not in ("laest", "valgfri-kolonner")) == sorted(
        [
            ("udelukkende-svar", "A1", ["1.3"]),
            ("regel-brudt", "A1", ["1.3", "1.4"]),
            ("ugyldig-dato", "A2", ["1.2"]),
            ("begrundelse-mangler", "B2", ["2.1/1", "2.2"]),
            ("bemaerkning-mangler", "A5", ["1.3 Bemærkninger"]),
            ("ukendt-svar", "B1", ["klinik"]),
            ("svar-ikke-stillet", "B3", ["1.5"]),
        ]
    )


@pytest.mark.parametrize("file", ["sager.csv", "sager.xlsx"])
def test_the_tables_are_those_counted_by_hand(run: Runner, study: Path, tmp_path: Path, file: str) -> None:
    out = tmp_path / "t.json"
    assert run("tables", study / file, "--schema", study / "hjaelpemidler.yaml", "--out", out).code == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert (report["schema"], report["schema_version"], report["by"]) == ("hjaelpemidler", "2", "klinik")
    assert [table["id"] for table in report["tables"]] == list(EXPECTED)
    for table in report["tables"]:
        made = (table["counts"], table["base"], table["unanswered"], table["not_asked"])
        assert made == EXPECTED[table["id"]], table["id"]
        assert table["rows"] == CLINICS
        assert table["multiple"] is (table["id"] == "1.3")


def test_a_derived_variable_a_filter_and_percent(run: Runner, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "t.json"
    assert run("tables", study, "--question", "aldersgruppe", "--out", out, "--percent").code == 0
    (table,) = json.loads(out.read_text(encoding="utf-8"))["tables"]
    assert (table["counts"], table["base"], table["unanswered"]) == BY_AGE
    assert table["percent"] == [[50, 50], [33, 67], [33, 67], [40, 60]]
    where = ("--where", "1.3=Kørestol", "--where", "2.1/2!=Nej")
    assert (
        run("tables", study, "--question", "2.2", "--by", "aldersgruppe", *where, "--out", out, "--overwrite").code == 0
    )
    (table,) = json.loads(out.read_text(encoding="utf-8"))["tables"]
    assert dict(zip(table["rows"], table["counts"], strict=True)) == {
        "Under 67 år": [0, 0, 0],
        "67 år og derover": [3, 2, 0],
        "Ikke oplyst": [0, 0, 0],
        "I alt": [3, 2, 0],
    }


def text_of(path: Path) -> str:
    """Everything that a file says."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(unescape(archive.read(name).decode("utf-8")) for name in archive.namelist())


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "md", "html"])
def test_every_format_of_the_tables_speaks_of_clinics(run: Runner, study: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"t.{ending}"
    ran = run("tables", study, "--out", out)
    assert (ran.code, ran.out, ran.err) == (0, "", f"Skrevet: {out}\n")
    text = text_of(out)
    assert all(name in text for name in CLINICS)
    assert "kommune" not in text.casefold()


def test_the_tables_of_the_workbook_are_those_counted_by_hand(run: Runner, study: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    out = tmp_path / "t.xlsx"
    assert run("tables", study, "--question", "1.5", "--out", out).code == 0
    lines = list(load_workbook(out)["1.5"].iter_rows(values_only=True))
    assert lines[0][0] == "Klinik"
    assert lines[1:] == [
        ("Amager", 1, 1, 0, 2, 0, 3),
        ("Ølby", 1, 0, 1, 2, 0, 2),
        ("Aarup", 0, 1, 0, 1, 0, 2),
        ("I alt", 2, 2, 1, 5, 0, 7),
    ]


def test_the_screen_shows_the_same(run: Runner, study: Path) -> None:
    ran = run("tables", study, "--question", "2.2")
    found = re.findall(r"^(\S.*?)((?: +\d+){4})$", ran.out, flags=re.MULTILINE)
    shown = {label: [int(number) for number in numbers.split()] for label, numbers in found}
    counts, base, *_ = EXPECTED["2.2"]
    assert shown == {clinic: [*line, whole] for clinic, line, whole in zip(CLINICS, counts, base, strict=True)}
    assert "kommune" not in ran.out.casefold()


class Page(HTMLParser):
    """The words of a page, and its tables as rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag in ("td", "th", "style"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.words.append(data)
        if self.inside and self.inside[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data.strip()


@pytest.mark.pdf
def test_the_report_falls_to_the_plan_for_all_questionnaires(run: Runner, study: Path, tmp_path: Path) -> None:
    ran = run("report", study, "--out", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    page = Page((tmp_path / "resultater.html").read_text(encoding="utf-8"))
    text = " ".join(" ".join(page.words).split())
    assert "12 sager om hjælpemidler efter serviceloven" in text
    assert "fordelt på klinik: Amager, Ølby og Aarup." in text
    assert "Sagerne er vurderet af Klinikrådet." in text
    assert "fra 1. marts 2021 til 1. maj 2022" in text
    assert "kommune" not in text.casefold()
    assert len(page.tables) == len(EXPECTED)
    for table, (counts, *_) in zip(page.tables, EXPECTED.values(), strict=True):
        assert table[0][0] == "Klinik"
        lines = [line for line in table if line[0] in CLINICS]
        assert [line[1 : 1 + len(counts[0])] for line in lines] == [[str(count) for count in row] for row in counts]


PLAN = """\
plan: hjaelpemidler
schema_version: 1
title: En rapport om hjælpemidler
default_for: [hjaelpemidler]
parameters:
  examiner: {text: Hvem der har vurderet sagerne}
front: {title: "Hjælpemidler, vurderet af {{ examiner }}"}
tables:
  - {id: rigtig, question: "2.2", collapse: {Rigtig: [1, 2], Forkert: [3]}, show: both}
  - {id: afslag, question: "1.5", by: klinik, where: {"1.4": Nej}}
  - {id: oplyst, question: "2.1"}
figures:
  - {id: figur-afslag, table: afslag, kind: stacked, caption: Er afslaget begrundet?}
chapters: [kapitel.md]
"""

CHAPTER = """\
# Hovedresultater

{{ tables["rigtig"].share("Forkert")|antal|stort }} af de {{ cases|tal }} afgørelser er forkerte,
svarende til {{ tables["rigtig"].share("Forkert")|procent }}.

{{ table("rigtig") }}

{{ table("afslag") }}

{{ table("oplyst") }}

{{ figure("figur-afslag") }}
"""


@pytest.mark.pdf
def test_the_study_s_own_plan_of_two_files_makes_its_report(run: Runner, study: Path, tmp_path: Path) -> None:
    folder = study / "reports" / "hjaelpemidler"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "kapitel.md").write_text(CHAPTER, encoding="utf-8")
    ran = run("plan", "check", folder)
    assert (ran.code, ran.out) == (0, f"{folder}: ingen fejl. 1 kapitel.\n")
    ran = run("report", study, "--out", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    source = (tmp_path / "hjaelpemidler.html").read_text(encoding="utf-8")
    page = Page(source)
    text = " ".join(" ".join(page.words).split())
    assert "Hjælpemidler, vurderet af Klinikrådet" in text
    assert "Tre af de 12 afgørelser er forkerte, svarende til 25 procent." in text
    assert "<svg" in source
    assert "kommune" not in source.casefold()
    assert page.tables[:3] == [
        [
            ["Svar", "Antal sager", "Procent"],
            ["Rigtig", "9", "75 %"],
            ["Forkert", "3", "25 %"],
            ["I alt", "12", "100 %"],
        ],
        [
            ["Klinik", "Ja", "Nej", "Uoplyst"],
            ["Amager", "1", "1", "0"],
            ["Ølby", "1", "0", "1"],
            ["Aarup", "0", "1", "0"],
            ["I alt", "2", "2", "1"],
        ],
        [
            ["Delspørgsmål", "Ja", "Nej", "Ikke relevant"],
            ["Funktionsevnen", "10", "2", "0"],
            ["Boligen", "8", "4", "0"],
            ["Hverdagen", "9", "1", "2"],
        ],
    ]
