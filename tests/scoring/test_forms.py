"""The database's form: a kept study of form 1 is read as it is, raised when something is saved, and proves the same."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from places import ROOT
from smallbook import ASA, answer, session
from smallstudy import Runner

from audit.scoring import database
from audit.scoring.database import Store

KEPT = ROOT / "tests" / "data" / "form-1"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The kept study: four cases, of which one was finished, reopened and finished again, and one erased."""
    folder = tmp_path / "s"
    shutil.copytree(KEPT, folder)
    with closing(sqlite3.connect(folder / "cases.sqlite")) as connection:
        connection.executescript((KEPT / "cases.sql").read_text(encoding="utf-8"))
    return folder


def form(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "cases.sqlite")) as connection:
        return int(connection.execute("SELECT form FROM head").fetchone()[0])


def counts(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = ("table", "row", "column", "code", "count", "base", "unanswered", "not_asked")
        return [tuple(line[name] for name in names) for line in csv.DictReader(file)]


def test_it_is_read_checked_reported_and_verified_and_no_byte_of_it_changes(run: Runner, old: Path) -> None:
    before = (old / "cases.sqlite").read_bytes()
    assert run("verify", "--study", old).code == 0
    assert run("check", old).code == 0
    assert run("tables", old, "--out", old / "nye.csv").code == 0
    assert counts(old / "nye.csv") == counts(KEPT / "tabeller.csv")
    told = run("history", "Nord/1", "--study", old).out
    assert "åbnet igen" in told
    assert "Der kom et bilag" in told
    assert (old / "cases.sqlite").read_bytes() == before
    assert form(old) == 1


def test_the_first_save_raises_it_and_the_old_chain_still_holds(run: Runner, old: Path) -> None:
    with session(old) as open_:
        [state] = [state for state in open_.states() if state.case == "Nord/3"]
        answer(open_, state, ASA, q1_3="45")
        with open_.book.store.reading() as reader:
            revisions = reader.revisions()
            assert reader.bookmarks("ASA") == {"Nord/3": "1.3"}
    assert form(old) == 2
    assert len(revisions) == 15
    assert revisions[13].chain == "p4gtsoae3fwagsedlxvq3sk6jqi5fqaqyl4mdtb5mpkegqm3g3na"
    assert {(each.subject, each.answer_set, each.target) for each in revisions} == {("case", "first", "")}
    assert run("verify", "--study", old).code == 0


def test_raised_it_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    with session(old) as open_:
        open_.book.store.bookmark("ASA", "Nord/3", "1.4")
    database.create(tmp_path / "new.sqlite")
    described = []
    for path in (old / "cases.sqlite", tmp_path / "new.sqlite"):
        inspector = sa.inspect(sa.create_engine(f"sqlite:///{path}"))
        described.append(
            {
                table: (
                    [
                        (column["name"], str(column["type"]), column["nullable"])
                        for column in inspector.get_columns(table)
                    ],
                    inspector.get_pk_constraint(table)["constrained_columns"],
                    [(index["name"], index["column_names"], index["unique"]) for index in inspector.get_indexes(table)],
                )
                for table in inspector.get_table_names()
            }
        )
    assert described[0] == described[1]


def test_two_old_cases_that_look_alike_now_are_both_kept_and_told(run: Runner, old: Path) -> None:
    with closing(sqlite3.connect(old / "cases.sqlite")) as connection:
        connection.execute("UPDATE states SET case_id = 'Nord/3.0', folded = 'nord/3.0' WHERE case_id = 'Nord/1'")
        connection.commit()
    with Store(old / "cases.sqlite").reading() as reader:
        assert [state.case for state in reader.states()] == ["Nord/3.0", "Nord/2", "Nord/3"]
        for case in ("Nord/3.0", "Nord/3"):
            found = reader.state(case)
            assert found is not None
            assert found.case == case


# --- renaming ---------------------------------------------------------------------------------------------------------


def test_a_renamed_case_keeps_its_answers_and_its_history_under_the_new_number(run: Runner, old: Path) -> None:
    ran = run("rename", "Nord/1", "7", "--reason", "Skrevet forkert", "--reviewer", "ASA", "--study", old)
    assert (ran.code, ran.out) == (0, "Sagen hedder nu Nord/7.\n"), ran.err
    with session(old) as open_:
        assert open_.book.state("Nord/1") is None
        state = open_.book.state("nord/7")
        assert state is not None
        assert (state.answers["sagsnr"], state.answers["q2_3"], bool(state.finished)) == ("7", "3", True)
        assert [each.case for each in open_.states()] == ["Nord/7", "Nord/2", "Nord/3"]
    told = run("history", "Nord/7", "--study", old).out
    assert "åbnet igen" in told
    assert "ASA: omdøbt til Nord/7\n  Begrundelse: Skrevet forkert\n" in told
    assert 'Sagsnr.: "1" → "7"' in told
    assert run("verify", "--study", old).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Nord/1", "2", "--reason", "x"), "Sag Nord/2 findes allerede."),
        (("Nord/1", "2\u200b", "--reason", "x"), "findes allerede."),
        (("Nord/1", "1", "--reason", "x"), "hedder det allerede"),
        (("Nord/9", "1", "--reason", "x"), "Sag Nord/9 findes ikke"),
        (("Nord/1", "5", "--reason", " "), "Der skal stå en begrundelse."),
        (("Nord/1", "010190-1234", "--reason", "x"), "CPR-nummer"),
    ],
)
def test_what_a_case_cannot_be_renamed_to(run: Runner, old: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = run("rename", *arguments, "--reviewer", "ASA", "--study", old)
    assert ran.code == 2
    assert message in ran.err
    assert form(old) == 1


def test_the_old_number_can_be_used_again_and_an_erased_case_is_gone_under_both(run: Runner, old: Path) -> None:
    assert run("rename", "Nord/1", "7", "--reason", "x", "--reviewer", "ASA", "--study", old).code == 0
    with session(old) as open_:
        new = open_.book.create({"distrikt": "1", "sagsnr": "1"}, ASA)
        open_.book.erase("Nord/7", ASA, "Slettet efter aftale")
        assert open_.book.state(new.case) == new
        with open_.book.store.reading() as reader:
            texts = {(each.number, each.case): each.text for each in reader.revisions()}
    assert texts[1, "Nord/1"] is None
    assert texts[16, "Nord/1"] is not None
    assert b"Der mangler noget" not in (old / "cases.sqlite").read_bytes()
    assert run("verify", "--study", old).code == 0


def test_a_sheet_with_the_old_number_is_told_the_new_one(run: Runner, old: Path) -> None:
    assert run("export", old, "--out", old / "ark.csv").code == 0
    assert run("rename", "Nord/3", "7", "--reason", "x", "--reviewer", "ASA", "--study", old).code == 0
    ran = run("import", old / "ark.csv", "--study", old, "--reviewer", "ASA", "--yes")
    assert ran.code == 1
    assert "sagen hedder nu Nord/7. Skriv det nummer i rækken." in ran.out + ran.err
    assert run("rename", "Nord/7", "8", "--reason", "x", "--reviewer", "ASA", "--study", old).code == 0
    ran = run("import", old / "ark.csv", "--study", old, "--reviewer", "ASA", "--yes")
    assert "sagen hedder nu Nord/8." in ran.out + ran.err, "not a number that it only had meanwhile"


def test_where_a_reviewer_was_follows_the_case_and_goes_with_it(run: Runner, old: Path) -> None:
    with session(old) as open_:
        store = open_.book.store
        open_.book.renumber("Nord/3", {"sagsnr": "7"}, ASA, "x")
        with store.reading() as reader:
            assert reader.bookmarks("ASA") == {"Nord/7": "1.3"}
        open_.book.erase("Nord/7", ASA, "Slettet efter aftale")
        with store.reading() as reader:
            assert reader.bookmarks("ASA") == {}


def test_a_journal_number_with_a_slash_is_one_number(run: Runner, old: Path) -> None:
    assert run("rename", "Nord/3", "Syd/2026/17", "--reason", "x", "--reviewer", "ASA", "--study", old).code == 0
    assert run("rename", "2", "2026/18", "--reason", "x", "--reviewer", "ASA", "--study", old).code == 2
    assert run("rename", "Nord/2", "2026/18", "--reason", "x", "--reviewer", "ASA", "--study", old).code == 0
    with session(old) as open_:
        assert [state.case for state in open_.states()] == ["Nord/1", "Nord/2026/18", "Syd/2026/17"]
