"""The sample with fifteen cells spoiled in fifteen ways: all are named by sheet and cell, and nothing else is."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from places import SAMPLE
from smallstudy import Runner
from spoiling import FIFTEEN, MORE, Spoiling, spoil


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """A copy of the sample study with all fifteen."""
    folder = tmp_path / "studie"
    shutil.copytree(SAMPLE, folder)
    spoil(folder / "cases.xlsx", FIFTEEN)
    return folder


def told(output: str) -> list[tuple[str, str]]:
    """Place and text of each line that is neither a note nor the summary."""
    lines = [line for line in output.splitlines() if line.startswith(("fejl: ", "mangel: "))]
    return [(place, text) for _, place, text in (line.split(": ", 2) for line in lines)]


def test_there_are_fifteen_ways_and_no_two_in_one_row() -> None:
    assert len({one.name for one in FIFTEEN}) == len(FIFTEEN) == 15
    rows = [re.sub("[A-Z]", "", one.cells[0][0]) for one in FIFTEEN]
    assert len(set(rows)) == 15


def test_check_names_all_fifteen_by_sheet_and_cell_and_nothing_else(run: Runner, spoiled: Path) -> None:
    ran = run("check", spoiled)
    assert (ran.code, ran.err) == (1, "")
    found = told(ran.out)
    assert sorted(place for place, _ in found) == sorted(f"cases.xlsx, ark Sager, {one.place}" for one in FIFTEEN)
    texts = dict(found)
    for one in FIFTEEN:
        assert one.words in texts[f"cases.xlsx, ark Sager, {one.place}"]
    assert ran.out.splitlines()[-1] == "130 sager: 12 fejl, 3 mangler, 1 note."
    assert "290290" not in ran.out


def test_check_as_json_has_the_same_fifteen(run: Runner, spoiled: Path) -> None:
    ran = run("check", spoiled, "--format", "json")
    report = json.loads(ran.out)
    assert (ran.code, report["summary"]) == (1, {"fejl": 12, "mangel": 3, "note": 1})
    found = [one for one in report["findings"] if one["severity"] != "note"]
    assert sorted(one["code"] for one in found) == sorted(one.code for one in FIFTEEN)
    assert {one["sheet"] for one in found} == {"Sager"}
    cells = {cell for one in found for cell in one["cell"].split(", ")}
    assert {cell for one in FIFTEEN for cell, _ in one.cells} <= cells
    assert "290290" not in ran.out


@pytest.mark.slow
@pytest.mark.parametrize("one", [*FIFTEEN, *MORE], ids=lambda one: one.name)
def test_each_way_alone_is_one_finding(run: Runner, one: Spoiling, tmp_path: Path) -> None:
    ran = run("check", spoil(tmp_path / "sager.xlsx", [one]), "--schema", "fleksjob-2016", "--format", "json")
    found = [message for message in json.loads(ran.out)["findings"] if message["severity"] != "note"]
    assert [message["code"] for message in found] == [one.code]
    assert one.words in found[0]["message"]
    assert found[0]["cell"] == re.sub(r"^celler? | \(.*$", "", one.place)


@pytest.mark.pdf
@pytest.mark.slow
def test_report_refuses_and_is_forced_only_as_a_draft(run: Runner, spoiled: Path, tmp_path: Path) -> None:
    out = tmp_path / "ud"
    ran = run("report", spoiled, "--out", out)
    assert (ran.code, ran.out) == (1, "")
    assert "12 fejl" in ran.err
    assert not out.exists()
    ran = run("report", spoiled, "--out", out, "--force")
    assert ran.code == 0
    assert "KLADDE" in ran.err
    [page] = out.glob("*.html")
    assert "KLADDE" in page.read_text(encoding="utf-8")
