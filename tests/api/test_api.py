"""`import audit`: what an analyst types, held against a recount in plain pandas and against the published figures."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from places import ROOT, SAMPLE
from typer.testing import CliRunner

import audit
from audit.base import yamlfile
from audit.base.errors import DataFault, FileFault, UsageFault
from audit.cli.app import app
from audit.document import figures
from audit.study import source
from audit.tables.spec import closed_questions

PUBLISHED = yamlfile.read(SAMPLE / "published.yaml").data
NO = "Nej, afgørelsen ville blive ændret eller sagen hjemvist, hvis det var en klagesag"


@cache
def sample() -> audit.OpenStudy:
    return audit.open(SAMPLE)


def command(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert not result.exception, result.output
    return result.stdout


# --- opening ----------------------------------------------------------------------------------------------------------


def test_a_study_s_folder_is_opened_by_str_or_path_and_says_what_it_is() -> None:
    assert len(sample()) == len(audit.open(str(SAMPLE))) == 130
    assert repr(sample()).endswith("(fleksjob-2016): 130 sager, 0 fejl>")
    assert sample().questionnaire.id == "fleksjob-2016"


def test_a_data_file_is_opened_with_its_questionnaire() -> None:
    opened = audit.open(SAMPLE / "cases.csv", schema="fleksjob-2016")
    assert opened.title == opened.questionnaire.title
    pd.testing.assert_frame_equal(opened.table("3.1").frame, sample().table("3.1").frame)
    with pytest.raises(UsageFault, match="Hvilket måleskema"):
        audit.open(SAMPLE / "cases.csv")
    with pytest.raises(FileFault, match="findes ikke"):
        audit.open(SAMPLE / "nix.csv", schema="fleksjob-2016")


def test_importing_audit_loads_nothing_and_asking_for_what_is_not_there_is_said() -> None:
    code = "import sys, audit; print([name for name in ('pandas', 'numpy', 'typer', 'yaml') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    with pytest.raises(AttributeError, match="'audit' has no attribute 'opne'"):
        _ = audit.opne  # type: ignore[attr-defined]
    assert audit.statistics.wilson(7, 10) == pytest.approx((0.3968, 0.8922), abs=5e-5)


# --- findings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The sample with a code that no answer has, and a demanded answer left open."""
    path = tmp_path / "sager.csv"
    rows = pd.read_csv(SAMPLE / "cases.csv", dtype=str, keep_default_na=False)
    rows.loc[4, "q3_1"], rows.loc[5, "q3_2"] = "7", ""
    rows.to_csv(path, index=False)
    return path


def test_findings_are_those_of_audit_check_and_a_fault_does_not_raise(broken: Path) -> None:
    found = audit.open(broken, schema="fleksjob-2016").findings
    result = CliRunner().invoke(app, ["check", str(broken), "--schema", "fleksjob-2016", "--format", "json"])
    told = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert len(found) == len(told) > 1
    assert found.columns.tolist() == list(told[0])
    assert found.astype(object).where(found.notna(), None).to_dict("records") == told
    assert found.query("severity == 'fejl'")[["row", "column"]].to_numpy().tolist() == [[6, "q3_1"]]


def test_without_findings_the_columns_are_there_all_the_same() -> None:
    assert sample().findings.columns.tolist()[:2] == ["code", "severity"]
    assert len(sample().findings.query("severity != 'note'")) == 0
    nothing = audit.OpenStudy(replace(source.open_source(SAMPLE), findings=())).findings
    assert len(nothing) == 0
    assert nothing.columns.tolist() == sample().findings.columns.tolist()


def test_counting_warns_as_the_command_does_and_leaves_out_what_could_not_be_read(broken: Path) -> None:
    opened = audit.open(broken, schema="fleksjob-2016")
    with pytest.warns(
        audit.DataWarning, match=r"der er 1 fejl i data; se findings\. 1 svar kunne ikke læses"
    ) as caught:
        table = opened.table("3.1")
    assert caught[0].filename == __file__  # where the analyst counts, not inside
    assert table.base["I alt"] == 129
    result = CliRunner().invoke(app, ["tables", str(broken), "--schema", "fleksjob-2016", "--question", "3.1"])
    assert 'Advarsel: der er 1 fejl i data; se "audit check". 1 svar kunne ikke læses' in result.stderr
    with pytest.raises(DataFault):
        opened.report(broken.parent / "ud")


def test_data_in_order_gives_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sample().table("3.1")
        sample().tables()


# --- tables -----------------------------------------------------------------------------------------------------------


def test_bilag_4_comes_out_of_one_line() -> None:
    for question, published in PUBLISHED["bilag_4"].items():
        frame = sample().table(question, by="kommune").frame
        assert frame.index.tolist() == list(published)
        assert frame.to_numpy().tolist() == [list(map(int, counts)) for counts in published.values()]


def plain(question: str) -> tuple[pd.DataFrame, pd.Series[Any], pd.Series[Any], pd.Series[Any]]:
    """The counts and states of a question by kommune, from the DataFrame of cases by pandas alone."""
    frame = sample().frame(state=True)
    name = sample().questionnaire.key_named(question)
    column = next(
        variable.question.column if variable.option else variable.name
        for variable in sample().questionnaire.answers[name]
    )
    flags = [other for other in frame if str(other).startswith(f"{column}__") and frame[other].dtype == "boolean"]
    if flags:
        counts = frame.groupby("kommune", observed=True)[flags].sum().astype("int64")
    else:
        counts = pd.crosstab(frame["kommune"], frame[column], dropna=False)
        counts = counts.reindex(columns=frame[column].cat.categories, fill_value=0)
    states = frame.groupby(["kommune", f"{column}_tilstand"], observed=False).size().unstack()
    return counts, states["besvaret"], states["ubesvaret"], states["ikke stillet"]


def test_every_table_of_the_sample_is_a_recount_in_plain_pandas() -> None:
    tables = sample().tables(by="kommune")
    assert tuple(tables) == closed_questions(sample().questionnaire)
    assert len(tables) == 58
    for question, table in tables.items():
        counts, base, unanswered, not_asked = plain(question)
        rows = table.frame.index[:-1]
        assert (table.frame.loc[rows].to_numpy() == counts.reindex(rows).to_numpy()).all(), question
        assert table.base[rows].tolist() == base.reindex(rows).tolist(), question
        assert table.unanswered[rows].tolist() == unanswered.reindex(rows).tolist(), question
        assert table.not_asked[rows].tolist() == not_asked.reindex(rows).tolist(), question
        assert table.frame.loc["I alt"].tolist() == counts.sum().tolist(), question


def test_rows_and_columns_are_named_and_a_change_of_the_frame_stays_outside() -> None:
    table = sample().table("3.1", by="1.2", where="2.8=Ja")
    assert (table.frame.index.name, table.frame.columns.name) == ("1.2", "3.1")
    frame = table.frame
    frame.loc["I alt"] = 0
    frame["ny"] = 1
    assert table.frame.loc["I alt"].tolist() == [31, 11]
    assert table.notes == ('Kun de 42 sager, hvor 2.8 er "Ja".',)


def test_a_question_is_named_by_its_number_or_its_machine_name() -> None:
    pairs = [("3.1", "q3_1"), ("4.1/5", "q4_1__5"), ("4.1/5", "q4_1/5"), ("4.1", "q4_1"), ("2.8.1", "q2_8_1")]
    for number, name in pairs:
        one, other = sample().table(number), sample().table(name)
        assert one.id == other.id == number
        pd.testing.assert_frame_equal(one.frame, other.frame)
    one = sample().table("3.1", by="1.2", where="2.8=Ja").frame
    for where in ("q2_8=Ja", ["q2_8=1"], {"q2_8": "Ja"}, {"any": [{"q2_8": [1]}, {"2.8": "Ja"}]}):
        pd.testing.assert_frame_equal(one, sample().table("q3_1", by="q1_2", where=where).frame)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"question": "3.11"}, 'spørgsmål "3.11" findes ikke'),
        ({"question": "q3_11"}, 'spørgsmål "q3_11" findes ikke'),
        ({"question": "q2_8_1__7"}, 'spørgsmål "q2_8_1__7" findes ikke'),
        ({"question": "3.1", "by": "kommunen"}, 'spørgsmål "kommunen" findes ikke'),
        ({"question": "3.1", "where": "2.8"}, "kan ikke læses"),
        ({"question": "3.1", "where": "q2_8=Måske"}, "Måske"),
        ({"question": "4.1", "by": "kommune"}, "egne rækker"),
        ({"question": "3.1", "of": "halvdelen"}, "halvdelen"),
    ],
)
def test_what_does_not_exist_is_said_in_danish(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageFault, match=message):
        sample().table(**arguments)


def test_percentages_are_exact_and_of_what_was_asked_for() -> None:
    table = sample().table("3.1", where="2.8=Ja")
    assert table.percent.loc["I alt"].tolist() == pytest.approx([3100 / 42, 1100 / 42], rel=1e-15)
    assert table.percent.index.equals(table.frame.index)
    several = sample().table("2.8.1", of="answers")
    assert several.percent.loc["I alt"].sum() == pytest.approx(100)
    nobody = sample().table("3.1", where=["2.8=Ja", "2.8=Nej"])
    assert nobody.frame.to_numpy().sum() == 0
    assert nobody.percent.isna().all(axis=None)


def test_base_and_states_are_series_over_the_rows() -> None:
    table = sample().table("2.8.1")
    total = pd.DataFrame([table.base, table.unanswered, table.not_asked]).sum()
    assert total["I alt"] == 130
    assert total.drop("I alt").tolist() == [10] * 13
    assert (table.base.name, table.not_asked.name, table.base.index.name) == ("base", "not_asked", "kommune")
    assert table.not_asked["I alt"] == 88


def test_the_cases_behind_a_cell_are_as_many_as_it_counts() -> None:
    table = sample().table("3.1")
    for kommune in table.frame.index:
        assert len(table.cases(NO, kommune)) == len(table.cases("2", kommune)) == table.frame.loc[kommune, NO]
    assert table.cases("2") == table.cases("2", "I alt")
    with pytest.raises(KeyError):
        table.cases("2", "Atlantis")


def test_the_long_form_is_that_of_the_csv_with_exact_percentages(tmp_path: Path) -> None:
    table = sample().table("2.8.1", where="3.1=2")
    path = table.to_file(tmp_path / "t.csv")
    written = pd.read_csv(path, dtype={"table": str, "code": str})
    long = table.long()
    pd.testing.assert_frame_equal(long[written.columns.tolist()], written, check_dtype=False)
    shares = long.pivot(index="row", columns="column", values="percent")
    pd.testing.assert_frame_equal(
        shares.loc[table.percent.index, table.percent.columns], table.percent, check_names=False
    )


def test_a_file_is_what_the_command_writes(tmp_path: Path) -> None:
    for ending in ("json", "csv", "md", "html", "xlsx"):
        ours = sample().table("3.1", where="2.8=Ja").to_file(str(tmp_path / f"api.{ending}"), percent=True)
        theirs = tmp_path / f"command.{ending}"
        command("tables", str(SAMPLE), "--question", "q3_1", "--by", "kommune", "--where", "q2_8=Ja", "--percent",
                "--out", str(theirs))  # fmt: skip
        assert ours.read_bytes() == theirs.read_bytes(), ending
    grid = json.loads(sample().table("4.1").to_file(tmp_path / "grid.json").read_text(encoding="utf-8"))
    assert grid["by"] is None
    with pytest.raises(FileFault, match="findes"):
        sample().table("3.1").to_file(tmp_path / "api.json")
    with pytest.raises(UsageFault, match="Endelsen"):
        sample().table("3.1").to_file(tmp_path / "t.docx")


def test_the_plot_is_the_report_s_figure_and_shows_itself_in_a_notebook() -> None:
    plot = sample().table("3.1").plot()
    assert isinstance(plot, Figure)
    assert vars(plot)["_repr_png_"]().startswith(b"\x89PNG")
    texts = {text.get_text() for text in plot.axes[0].texts}
    assert {"Egedal", "Sønderborg"} <= texts
    assert "I alt" not in texts
    wide = figures.WIDE / 72
    assert plot.get_figwidth() == pytest.approx(wide)
    assert len(sample().table("2.8.1").plot().axes[0].patches) == len(sample().table("2.8.1").frame.columns)
    with pytest.raises(UsageFault, match="flere svar"):
        sample().table("2.8.1").plot("shares")


def test_a_notebook_shows_the_table_with_its_base_and_notes_and_nothing_unescaped() -> None:
    shown = sample().table("3.1", where="2.8=Ja", show="both")._repr_html_()
    for part in ("Er afgørelsen samlet set rigtig", "<td", "31 (74 %)", "Besvaret", "Kun de 42 sager"):
        assert part in shown
    assert "\n".join(repr(sample().table("3.1")).splitlines()[:1]) == "3.1 Er afgørelsen samlet set rigtig"


def test_an_answer_called_besvaret_keeps_its_counts(tmp_path: Path) -> None:
    (tmp_path / "tid.yaml").write_text(ANSWER_CALLED_BESVARET, encoding="utf-8")
    (tmp_path / "sager.csv").write_text("kommune,nr,q1_1\nAalborg,1,1\nAalborg,2,2\nAalborg,3,\n", encoding="utf-8")
    table = audit.open(tmp_path / "sager.csv", schema=str(tmp_path / "tid.yaml")).table("1.1")
    assert table.frame.loc["I alt"].to_dict() == {"Besvaret": 1, "Ja": 1}
    assert (table.base["I alt"], table.unanswered["I alt"]) == (2, 1)
    assert [cell.split("</th>")[0] for cell in table._repr_html_().split('class="right">')[1:5]] == [
        "Besvaret", "Ja", "Besvaret", "Ubesvaret",
    ]  # fmt: skip
    for ending in ("json", "csv", "md", "html", "xlsx"):
        table.to_file(tmp_path / f"t.{ending}")
    written = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["tables"][0]
    assert (written["counts"], written["base"]) == ([[1, 1], [1, 1]], [2, 2])
    sheet = pd.read_excel(tmp_path / "t.xlsx", sheet_name=1, engine="openpyxl")
    assert sheet.columns.tolist() == ["Kommune", "Besvaret", "Ja", "Besvaret (2)", "Ubesvaret", "Ikke stillet"]
    assert sheet.iloc[-1].tolist()[1:] == [1, 1, 2, 1, 0]


ANSWER_CALLED_BESVARET = """\
schema: tid
version: 1
title: Rigtighed
unit: kommune
key: [nr]
identification:
  fields:
    - {id: kommune, text: Kommune, type: choice, options: [{code: 1, text: Aalborg}]}
    - {id: nr, text: Nr., type: text}
sections:
  - id: "1"
    title: Alt
    questions:
      - {id: "1.1", text: Rigtig, type: choice, options: {1: Besvaret, 2: Ja}}
"""


# --- the report -------------------------------------------------------------------------------------------------------


def test_the_report_is_written_and_its_files_named(tmp_path: Path) -> None:
    [page] = sample().report(tmp_path / "ud", formats=["html"])
    assert page == tmp_path / "ud" / "praksisundersoegelse.html"
    with pytest.raises(FileFault, match="findes"):
        sample().report(tmp_path / "ud", formats=["html"])
    [letter] = sample().report(str(tmp_path / "ud"), "tilbagemelding", unit="Egedal", formats=["html"])
    assert "Egedal" in letter.read_text(encoding="utf-8")
    with pytest.raises(UsageFault, match="pfd"):
        sample().report(tmp_path / "ud", formats=["pfd"])


# --- types ------------------------------------------------------------------------------------------------------------


def test_a_file_that_uses_it_passes_mypy_strict(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api", reason="mypy is not installed (make lint)")
    script = tmp_path / "analyse.py"
    script.write_text(TYPED, encoding="utf-8")
    out, err, code = mypy.run(["--strict", "--config-file", str(ROOT / "pyproject.toml"), str(script)])
    assert code == 0, out + err


TYPED = """\
import pandas as pd
from pathlib import Path

import audit

study = audit.open(Path("data-samples/fleksjob-2016"))
cases: pd.DataFrame = study.frame(labels=True, derived=True, state=False)
wrong: pd.DataFrame = study.findings.query("severity == 'fejl'")
table = study.table("3.1", by="kommune", where="2.8=Ja", sort="size")
counts: pd.DataFrame = table.frame
base: int = int(table.base["I alt"])
numbers: tuple[str, ...] = table.cases("2", "Egedal")
table.plot().savefig("figur.png")
files: tuple[Path, ...] = study.report("ud", plan=None, formats=["html"])
low, high = audit.statistics.wilson(7, 10)
shares = {name: each.percent for name, each in study.tables(where={"2.8": "Ja"}).items()}
"""
