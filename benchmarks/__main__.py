"""Run every benchmark and print one table: ours, the peer in the same run, the ratio, the goal."""

from __future__ import annotations

import pickle
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path

import numpy as np

from audit.base import resources
from audit.cases import checks, coding
from audit.document.blocks import FigureBlock
from audit.exchange import extract, importing
from audit.files import datasheet
from audit.render import pdf
from audit.report import documents
from audit.scoring import casebook
from audit.study import demo, session, source, tabulation
from audit.tables.tabulate import Tabulator
from benchmarks import data
from benchmarks.timing import Line, in_turn, seconds

MILLION = 1_000_000


def tables() -> Iterator[Line]:
    """All tables of a million cases against counting the same codes with other tools."""
    import pandas as pd
    import polars as pl

    cases = data.wide_cases(MILLION)
    codes = {name: column for name, column in cases.data.items() if name != "enhed"}
    unit = cases.data["enhed"]

    def ours() -> None:
        list(Tabulator(cases).all_closed(by="enhed"))

    def bincount() -> None:
        group = unit.astype(np.intp) * 8
        for column in codes.values():
            np.bincount(group + column, minlength=99 * 8)

    frame = pl.DataFrame({"enhed": unit, **codes})

    def polars() -> None:
        for name in codes:
            frame.group_by("enhed", name).len()

    best = in_turn(ours, bincount, polars)
    work = f"alle {data.QUESTIONS} tabeller af 1 mio. sager, {data.UNITS} enheder"
    yield Line(work, best[0], "numpy.bincount", best[1], "≤ 2", best[0] <= 2 * best[1])
    yield Line(work, best[0], "polars group_by", best[2], "< 1", best[0] < best[2])
    table = pd.DataFrame({"enhed": unit, **codes})
    crosstab = seconds(lambda: [pd.crosstab(table["enhed"], table[name]) for name in codes])
    yield Line(work, best[0], "pandas.crosstab", crosstab, "< 1", best[0] < crosstab)
    sample = source.open_source(demo.demo_study())
    made = len(tabulation.make_tables(sample))
    small = in_turn(lambda: tabulation.make_tables(sample), runs=20)[0]
    yield Line(f"{made} tabeller af {sample.cases.size} sager", small, "–", None, "< 60 ms", small < 0.06)


def reading() -> Iterator[Line]:
    """A workbook into checked cases against reading its cells alone."""
    from python_calamine import CalamineWorkbook

    questionnaire = source.open_source(demo.demo_study()).questionnaire
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sager.xlsx"
        data.workbook(path, 10_000)

        def ours() -> None:
            checks.check(coding.code_sheet(datasheet.read(path), questionnaire).cases)

        def calamine() -> None:
            CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()

        best = in_turn(ours, calamine, runs=3)
    yield Line(
        "10.000 sager af xlsx, læst og kontrolleret",
        best[0],
        "python-calamine alene",
        best[1],
        "≤ 2",
        best[0] <= 2 * best[1],
    )


def exchanging() -> Iterator[Line]:
    """100,000 cases to CSV against pandas writing their texts, and in again against pandas reading the same types."""
    import pandas as pd

    cases = data.drawn(100_000)
    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder) / "sager.csv", Path(folder) / "pandas.csv"
        extract.write_cases(path, cases, "koder")
        texts = pd.read_csv(path, dtype=str)
        writing = in_turn(
            lambda: extract.write_cases(path, cases, "koder", overwrite=True),
            lambda: texts.to_csv(other, index=False, encoding="utf-8-sig"),
            runs=3,
        )

        def pandas() -> None:
            frame = pd.read_csv(path, dtype=str)
            for name in frame.columns:
                is_date = cases.questionnaire.by_column[name].kind == "date"
                frame[name] = pd.to_datetime(frame[name]) if is_date else frame[name].astype("category")

        reading = in_turn(lambda: coding.code_sheet(datasheet.read(path), cases.questionnaire), pandas, runs=3)
    work = "100.000 sager skrevet til CSV"
    yield Line(work, writing[0], "pandas to_csv af de samme tekster", writing[1], "≤ 2", writing[0] <= 2 * writing[1])
    work, peer = "100.000 sager af CSV, læst og kodet", "pandas read_csv, kategorier og datoer"
    yield Line(work, reading[0], peer, reading[1], "≤ 2", reading[0] <= 2 * reading[1])


def scoring() -> Iterator[Line]:
    """A file into a study against reading it; the study to its tables; and one answer saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sager.xlsx"
        data.workbook(path, 10_000)
        questionnaire = source.open_source(demo.demo_study()).questionnaire
        made = [session.begin_study(Path(folder) / str(number), "fleksjob-2016") for number in range(3)]
        fresh = iter(made)

        def ours() -> None:
            with session.open_session(next(fresh)) as opened:
                plan = importing.plan_import(opened, path, source.ReadOptions())
                importing.carry_out(opened, plan, opened.by("ASA", plan.origin, plan.file_hash))

        best = in_turn(ours, lambda: coding.code_sheet(datasheet.read(path), questionnaire), runs=len(made))
        work = "10.000 sager af xlsx hentet ind i en undersøgelse"
        yield Line(work, best[0], "læst og kodet alene", best[1], "≤ 3", best[0] <= 3 * best[1])
        opening = in_turn(lambda: tabulation.make_tables(source.open_source(made[0])), runs=3)[0]
        yield Line("undersøgelse med 10.000 sager til alle tabeller", opening, "–", None, "< 2 s", opening < 2)
        saving = _saving(made[0])
    yield Line("et svar gemt i den", saving, "–", None, "< 20 ms", saving < 0.02)


def _saving(folder: Path) -> float:
    """One answer of a case changed to and fro."""
    with session.open_session(folder) as opened:
        by, answers = opened.by("ASA"), cycle("12")
        first = opened.states()[0]

        def ours() -> None:
            opened.book.save(first.case, casebook.Edit({"q3_4": next(answers)}), by, seen=first.revision)

        return in_turn(ours, runs=20)[0]


def checking() -> Iterator[Line]:
    """Checking a million cases against reading them from Parquet; and one case."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    cases = data.drawn(MILLION)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.parquet"
        pq.write_table(pa.table(dict(data.arrow(cases))), path)
        best = in_turn(lambda: checks.check(cases), lambda: pq.read_table(path), runs=3)
    yield Line("kontrol af 1 mio. sager", best[0], "pyarrow: læs dem af Parquet", best[1], "≤ 1", best[0] <= best[1])
    one = data.drawn(1)
    single = in_turn(lambda: checks.check(one), runs=50)[0]
    yield Line("kontrol af én sag", single, "–", None, "< 5 ms", single < 0.005)


def report() -> Iterator[Line]:
    """The sample's report from its workbook against its pages typeset alone, and its HTML page against its figures.

    Each is a process of its own (cold).
    """
    day = date(2016, 3, 1)
    made = documents.report_document(source.open_source(demo.demo_study()), documents.ReportRequest(date=day))
    charts = [block.chart for block in made.blocks if isinstance(block, FigureBlock)]
    with tempfile.TemporaryDirectory() as folder:
        figures, pages = Path(folder) / "charts.pickle", Path(folder) / "document.json"
        figures.write_bytes(pickle.dumps(charts))
        pages.write_text(pdf.prepare(made), encoding="utf-8")
        ours = ("-m", "audit", "report", str(demo.demo_study()), "--date", f"{day}", "--out", folder, "--overwrite")
        best = in_turn(
            lambda: _run(*ours),
            lambda: _run("-m", "benchmarks.typesetting", str(resources.folder("templates")), str(pages)),
            lambda: _run(*ours, "--format", "html"),
            lambda: _run("-m", "benchmarks.drawing", str(figures)),
        )
    whole, typst, page, drawing = best
    work = "rapporten i tre formater af prøvens projektmappe, koldt"
    yield Line(work, whole, "typst alene: de samme sider", typst, "≤ 2,2", whole <= 2.2 * typst)
    work = "rapporten som webside af prøvens projektmappe, koldt"
    yield Line(work, page, "matplotlib alene: dens figurer", drawing, "≤ 3", page <= 3 * drawing)


def starting() -> Iterator[Line]:
    """`audit tables` of the sample against importing pandas, and `audit --help` against importing typer."""
    ours = ("-m", "audit", "tables", str(demo.demo_study()))
    best = in_turn(lambda: _run(*ours), lambda: _run("-c", "import pandas"), runs=7)
    work = "audit tables af prøven, koldt"
    yield Line(work, best[0], 'python -c "import pandas"', best[1], "≤ 2,5", best[0] <= 2.5 * best[1])
    best = in_turn(lambda: _run("-m", "audit", "--help"), lambda: _run("-c", "import typer"), runs=7)
    yield Line("audit --help", best[0], 'python -c "import typer"', best[1], "≤ 2", best[0] <= 2 * best[1])


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def memory() -> Iterator[str]:
    """The size of the codes of a million cases against one byte a code, and of their DataFrame against the cases."""
    cases = data.drawn(MILLION)
    codes = [
        cases.data[variable.name]
        for variable in cases.questionnaire.variables
        if variable.kind in ("code", "flag") and cases.has(variable.name)
    ]
    held = sum(column.nbytes for column in codes)
    alone = len(codes) * MILLION
    sizes = f"{held / 1e6:.0f} MB, som int8 {alone / 1e6:.0f} MB, forhold {held / alone:.2f}"
    yield f"koder af 1 mio. sager: {sizes} (mål ≤ 2)"
    columns = sum(column.nbytes for column in cases.data.values())
    framed = int(cases.frame.memory_usage().sum())
    texts = f"{columns / 1e6:.0f} MB, deres DataFrame {framed / 1e6:.0f} MB, forhold {framed / columns:.2f}"
    yield f"alle kolonner af 1 mio. sager: {texts}"


def main() -> None:
    print(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}\n")
    print("| arbejde | ms | målt mod | ms | forhold | mål | nået |")
    print("|---|--:|---|--:|--:|---|---|")
    for measure in (tables, reading, exchanging, scoring, checking, report, starting):
        for line in measure():
            print(line.row)
    print("", *memory(), sep="\n")


if __name__ == "__main__":
    main()
