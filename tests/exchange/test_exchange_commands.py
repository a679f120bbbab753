"""Files in and out of a study by the command line: what is asked, what is told, what is written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from places import SAMPLE
from smallbook import HJE, UNVISITED, VISITED, answer, make, session, study
from smallfiles import ONE, TWO, file
from smallstudy import Runner

from audit.base.errors import UsageFault
from audit.exchange import handout
from audit.report import documents, rendering
from audit.study import tabulation
from audit.study.session import begin_study, open_session
from audit.study.source import open_source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return study(tmp_path)


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


# --- import -----------------------------------------------------------------------------------------------------------


def test_without_yes_and_without_a_terminal_the_plan_is_shown_and_nothing_written(
    run: Runner, folder: Path, tmp_path: Path
) -> None:
    ran = run("import", file(tmp_path, ONE, TWO), "--study", folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "note: sager.csv: Læst som UTF-8 med komma som skilletegn.\n"
        "2 nye sager, 0 ændrede, 0 uændrede.\n"
        "Nye: Nord/1, Syd/1.\n"
        "Intet er skrevet. Tilføj --yes for at skrive det.\n"
    )
    assert open_source(folder).cases.size == 0


def test_with_yes_it_is_written_under_the_reviewer_s_name(run: Runner, folder: Path, tmp_path: Path) -> None:
    path = file(tmp_path, ONE, TWO)
    ran = run("import", path, "--study", folder, "--yes")
    assert (ran.code, ran.out) == (2, ""), "it must be told who does it"
    ran = run("import", path, "--study", folder, "--yes", "--reviewer", "HJE")
    assert ran.code == 0 and ran.out.endswith("Det er skrevet.\n")
    assert run("verify", "--study", folder).code == 0
    again = run("import", path, "--study", folder, "--yes", "--reviewer", "HJE")
    assert again.code == 0 and again.out.endswith("0 nye sager, 0 ændrede, 2 uændrede.\nDer er intet at skrive.\n")


@pytest.mark.parametrize("typed, cases", [("ja\n", 1), ("J\n", 1), ("nej\n", 0), ("\n", 0), ("", 0)])
def test_at_a_terminal_it_is_asked(
    run: Runner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, cases: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    ran = run("import", file(tmp_path, ONE), "--study", folder, "--reviewer", "HJE")
    assert ran.code == 0 and "Skriv det? (ja/nej)" in ran.out
    assert open_source(folder).cases.size == cases
    assert ("Intet er skrevet." in ran.out) == (not cases)


def test_faults_are_told_by_place_and_the_exit_code_is_one(run: Runner, folder: Path, tmp_path: Path) -> None:
    ran = run("import", file(tmp_path, ONE, TWO | {"q2_3": "9"}), "--study", folder, "--yes", "--reviewer", "HJE")
    assert ran.code == 1
    assert 'fejl: sager.csv, linje 3, kolonne q2_3: "9" er ikke et svar på 2.3.' in ran.out
    assert ran.out.endswith("Intet er skrevet. Ret fejlene, og hent filen ind igen.\n")
    assert open_source(folder).cases.size == 0


def test_changes_conflicts_and_mangler_are_told(run: Runner, folder: Path, tmp_path: Path) -> None:
    with session(folder) as open_:
        make(open_, "1", VISITED | {"q1_3": "75"})
    partly = {k: v for k, v in TWO.items() if k != "q2_3"}
    ran = run("import", file(tmp_path, ONE | {"q1_4_bem": "Ny"}, partly), "--study", folder)
    assert ran.code == 0, "a conflict is no fejl"
    told = ran.out.split("\n")
    assert told[1] == "1 ny sag, 1 ændret, 0 uændrede. 1 konflikt: undersøgelsens svar er beholdt."
    assert told[2] == "Nye: Syd/1."
    assert told[3].startswith("  konflikt: sag Nord/1, 1.3 (linje 2): filen har 60, undersøgelsen har 75 (HJE, ")
    assert told[4] == '  sag Nord/1, 1.4 Bemærkninger (linje 2): intet → "Ny"'
    assert told[5] == "Der er 1 mangel i de sager, der skrives. Det hindrer ikke, at de skrives."


def test_a_person_is_shown_the_first_changes_and_a_pipe_all(
    run: Runner, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [ONE | {"sagsnr": str(number)} for number in range(1, 51)]
    run("import", file(tmp_path, *rows), "--study", folder, "--yes", "--reviewer", "HJE")
    path = file(tmp_path, *(row | {"q1_3": "90"} for row in rows))
    assert run("import", path, "--study", folder).out.count("1.3") == 50
    monkeypatch.setattr("audit.cli.exchange.at_terminal", lambda stream: True)
    monkeypatch.setattr("sys.stdin", Terminal("nej\n"))
    ran = run("import", path, "--study", folder, "--reviewer", "HJE")
    assert ran.out.count("1.3") == 40 and "… og 10 til" in ran.out


def test_finish_declares_what_is_whole_finished_in_the_same_go(run: Runner, folder: Path, tmp_path: Path) -> None:
    partly = {k: v for k, v in TWO.items() if k != "q2_3"}
    path = file(tmp_path, ONE, partly)
    ran = run("import", path, "--study", folder, "--yes", "--finish", "--reviewer", "HJE")
    assert "1 sag bliver meldt færdig.\n" in ran.out
    assert [one.split()[3] for one in run("cases", "--study", folder, "--list").out.split("\n")[-3:-1]] == [
        "færdig",
        "begyndt",
    ]
    path = file(tmp_path, ONE, TWO)
    ran = run("import", path, "--study", folder, "--yes", "--finish", "--reviewer", "HJE")
    assert ran.code == 0 and "1 sag bliver meldt færdig.\n" in ran.out


def test_a_study_that_reports_from_a_file_takes_no_import(run: Runner, small: Path, tmp_path: Path) -> None:
    ran = run("import", file(tmp_path, ONE), "--study", small)
    assert ran.code == 2 and "bliver ikke scoret her" in ran.err


def test_a_cell_that_is_none_and_a_file_that_is_not_there_are_refused(
    run: Runner, folder: Path, tmp_path: Path
) -> None:
    assert run("import", file(tmp_path, ONE), "--study", folder, "--not-cpr", "her").code == 2
    assert run("import", tmp_path / "ingen.xlsx", "--study", folder).code == 2


# --- workbook ---------------------------------------------------------------------------------------------------------


def test_a_workbook_is_made_of_the_cases_that_are_not_finished(run: Runner, folder: Path, tmp_path: Path) -> None:
    with session(folder) as open_:
        state = make(open_, "1", UNVISITED)
        open_.book.finish(state.case, HJE, seen=state.revision)
        make(open_, "2")
    out = tmp_path / "til-excel.xlsx"
    ran = run("workbook", out, "--study", folder, "--blank", "2")
    assert (ran.code, ran.out) == (0, f"Skrevet: {out} (1 sag)\n")
    assert out.stat().st_mode & 0o077 == 0
    assert [cell.value for cell in load_workbook(out)["Sager"]["B"]][1:2] == ["2"]
    assert run("workbook", out, "--study", folder).code == 2
    assert run("workbook", out, "--study", folder, "--overwrite", "--cases", "nord/1").out.endswith("(1 sag)\n")
    sheet = load_workbook(out)["Sager"]
    assert sheet["G2"].protection.locked, "a finished case is locked"
    assert run("import", out, "--study", folder).out.endswith("Der er intet at skrive.\n")
    assert run("workbook", tmp_path / "ud.csv", "--study", folder).code == 2


def test_a_workbook_of_nothing_is_not_made(run: Runner, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "ud.xlsx"
    ran = run("workbook", out, "--study", folder)
    assert ran.code == 2 and "ingen sager, der ikke er meldt færdige" in ran.err
    for text in ("", " , "):
        ran = run("workbook", out, "--study", folder, "--cases", text, "--blank", "2")
        assert ran.code == 2 and "--cases nævner ingen sager." in ran.err
    assert not out.exists()
    assert run("workbook", out, "--study", folder, "--blank", "2").code == 0


@pytest.mark.parametrize("value", ["-1", "mange", "2,5", "10000"])
def test_a_number_that_is_none_is_told(run: Runner, folder: Path, tmp_path: Path, value: str) -> None:
    ran = run("workbook", tmp_path / "ud.xlsx", "--study", folder, "--blank", value)
    assert ran.code == 2
    assert f'--blank skal være et tal fra 0 til 9999, ikke "{value}".' in ran.err


def test_cases_are_picked_by_number_and_range(tmp_path: Path) -> None:
    with open_session(begin_study(tmp_path / "s", "fleksjob-2016")) as open_:
        for number in ("1", "3", "20", "21", "30", "2015-7", "b2"):
            open_.book.create({"kommune": "1", "sagsnr": number}, HJE)
        states = open_.states()

    def picked(text: str) -> list[str]:
        return [state.case for state in handout.parse_case_list(states, text)]

    assert picked("20-30, 1,B2") == ["1", "20", "21", "30", "b2"]
    assert picked("2015-7") == ["2015-7"]
    for wrong in ("2", "4-19", "30-20", "x"):
        with pytest.raises(UsageFault, match="Der er ingen sag"):
            picked(wrong)


# --- erase ------------------------------------------------------------------------------------------------------------


def test_a_case_is_erased_only_with_a_reason_and_a_yes(
    run: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session(folder) as open_:
        answer(open_, make(open_, "1"), q1_4_bem="En hemmelighed")
    wanted = ("erase", "nord/1", "--study", folder, "--reviewer", "HJE", "--reason")
    assert run(*wanted[:-1]).code == 2
    ran = run(*wanted, "Efter loven")
    assert ran.code == 2 and "Intet er slettet." in ran.err
    monkeypatch.setattr("sys.stdin", Terminal("ja\n"))
    assert run(*wanted, "Efter loven").out.endswith("Sag Nord/1 er slettet.\n")
    assert run("erase", "Nord/1", "--study", folder, "--reviewer", "HJE", "--reason", "Igen", "--yes").code == 2
    assert "Efter loven" in run("history", "Nord/1", "--study", folder).out
    assert run("verify", "--study", folder).code == 0
    assert "hemmelighed" not in (folder / "cases.sqlite").read_bytes().decode("utf-8", "replace")


# --- the sample -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sample_imported_into_a_study_gives_the_same_tables_and_the_same_report(
    run: Runner, tmp_path: Path
) -> None:
    folder = begin_study(tmp_path / "s", "fleksjob-2016")
    assert run("import", SAMPLE / "cases.xlsx", "--study", folder, "--yes", "--finish", "--reviewer", "ASA").code == 0
    told = (SAMPLE / "study.yaml").read_text(encoding="utf-8").replace("data: cases.xlsx", "data: cases.sqlite")
    (folder / "study.yaml").write_text(told, encoding="utf-8")
    (folder / "examples").mkdir()
    for path in (SAMPLE / "examples").glob("*.md"):
        (folder / "examples" / path.name).write_bytes(path.read_bytes())
    ours, theirs = open_source(folder), open_source(SAMPLE)
    assert [one for one in ours.findings if one.severity != "note"] == []
    for mine, other in zip(tabulation.make_tables(ours), tabulation.make_tables(theirs), strict=True):
        assert (mine.counts == other.counts).all() and (mine.rows, mine.base) == (other.rows, other.base), mine.id
    for study_, out in ((ours, tmp_path / "a"), (theirs, tmp_path / "b")):
        output = rendering.Output(out, rendering.parse_formats(None), overwrite=False)
        assert len(rendering.write_report(study_, output, documents.ReportRequest())) == 3
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
