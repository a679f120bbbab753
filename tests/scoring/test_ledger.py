"""The log: what is chained, what is found when something is changed behind the program's back, and what is rebuilt."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT, SAMPLE, SCHEMA, SUPPORT
from smallbook import ASA, HJE, UNVISITED, VISITED, answer, make, session, study
from smallstudy import Runner

from audit.base.errors import FileFault, UsageFault
from audit.scoring import codebook, database, ledger
from audit.scoring.database import Store
from audit.scoring.ledger import By, Content, SchemaStamp, Seal, State
from audit.study import studyfile
from audit.study.session import begin_study, open_session


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    """A study with five revisions of two cases, the first of them finished."""
    folder = study(tmp_path)
    with session(folder) as open_:
        state = make(open_, answers=VISITED)
        make(open_, "2", UNVISITED, ASA)
        open_.book.finish(state.case, HJE, seen=state.revision)
    return folder


def sql(folder: Path, *statements: str) -> None:
    """Change the database as somebody would who goes around the program."""
    with closing(sqlite3.connect(folder / "cases.sqlite")) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, "the statement must have changed something"
        connection.commit()


# --- verify -----------------------------------------------------------------------------------------------------------


def test_an_untouched_study_is_whole_and_its_head_is_printed(run: Runner, scored: Path) -> None:
    ran = run("verify", "--study", scored)
    seal = re.search(
        r"^seal: \{revisions: 5, head: ([a-z2-7]{52})\}$", (scored / "study.yaml").read_text("utf-8"), re.M
    )
    assert seal is not None
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"Ændringsloggen har 5 poster. Hoved: {seal[1]}\nLoggen er hel, og sagerne er, som den siger.\n"


TAMPERED = {
    "a reviewer": ("UPDATE revisions SET reviewer = 'ASA' WHERE number = 2", "post 2 (sag Nord/1) er ændret"),
    "a time": ("UPDATE revisions SET at = '2020' || substr(at, 5) WHERE number = 3", "post 3 (sag Nord/2) er ændret"),
    "a schema": ("UPDATE revisions SET schema_version = '9' WHERE number = 1", "post 1 (sag Nord/1) er ændret"),
    "an origin": ("UPDATE revisions SET origin = 'sager.xlsx' WHERE number = 1", "post 1 (sag Nord/1) er ændret"),
    "an act": ("UPDATE revisions SET act = 'saved' WHERE number = 5", "post 5 (sag Nord/1) er ændret"),
    "content": (
        """UPDATE revisions SET content = replace(content, '"q2_3":["","1"]', '"q2_3":["","3"]') WHERE number = 2""",
        "indholdet af post 2 (sag Nord/1) er ændret",
    ),
    "content that is no JSON": (
        "UPDATE revisions SET content = 'x' WHERE number = 4", "indholdet af post 4 (sag Nord/2) er ændret",
    ),
    "content that is gone": (
        "UPDATE revisions SET content = NULL WHERE number = 4", "indholdet af post 4 (sag Nord/2) er væk",
    ),
    "a revision gone from the middle": ("DELETE FROM revisions WHERE number = 3", "post 3 mangler i loggen"),
    "the last revision gone": ("DELETE FROM revisions WHERE number = 5", "der mangler 1 post sidst i loggen"),
    "a present value": (
        """UPDATE states SET answers = replace(answers, '"q2_3": "1"', '"q2_3": "3"') WHERE case_id = 'Nord/1'""",
        "sag Nord/1: q2_3 er ikke, som loggen siger",
    ),
    "whether it is finished": (
        "UPDATE states SET finished = '' WHERE case_id = 'Nord/1'",
        "sag Nord/1: oplysningerne om sagen er ikke, som loggen siger",
    ),
    "a case gone": ("DELETE FROM states WHERE case_id = 'Nord/2'", "sag Nord/2 mangler i den nuværende tilstand"),
    "the head": ("UPDATE head SET revisions = 99, chain = 'falsk'", "databasen siger, at loggen har 99 poster"),
    "the codes that answers mean": (
        """UPDATE codebooks SET written = replace(written, '"2":"Nej"', '"2":"Ja"')""", "svarkoderne",
    ),
    "codes that are gone": ("DELETE FROM codebooks", "svarkoderne"),
    "the name that a case is found under": (
        "UPDATE states SET folded = 'x' WHERE case_id = 'Nord/1'", "sag Nord/1 har et andet navn at blive fundet under",
    ),
    "a revision before the first": (
        "INSERT INTO revisions SELECT 0, subject, case_id, answer_set, act, target, reviewer, at, origin, file_hash, "
        "schema_id, schema_version, codes, content_hash, chain, content FROM revisions WHERE number = 1",
        "post 1 mangler i loggen",
    ),
    "a case out of nowhere": (
        "INSERT INTO states SELECT 'Syd/9', 'first', 'syd/9', 9, '{}', '', '', 9, 'HJE', '' FROM head",
        "sag Syd/9 er ikke i loggen",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_changed_behind_the_program_is_found(run: Runner, scored: Path, what: str) -> None:
    statement, said = TAMPERED[what]
    sql(scored, statement)
    ran = run("verify", "--study", scored)
    assert ran.code == 1
    assert f"fejl: {said}" in ran.out


def test_a_last_revision_that_is_replaced_with_all_that_follows_from_it_is_found(run: Runner, scored: Path) -> None:
    """Somebody who knows the program makes the chain anew; the head in study.yaml is another."""
    with Store(scored / "cases.sqlite").reading() as reader:
        *kept, last = reader.revisions()
        state = reader.state("Nord/1")
    forged = ledger.next_revision(
        Seal(4, kept[-1].chain), last.case, "saved", Content(), by=By("XYZ"), at=last.at, under=last.under
    )
    then = ledger.apply(ledger.replay(kept)["Nord/1"], forged)
    assert state is not None and then is not None
    sql(
        scored,
        f"UPDATE revisions SET act = 'saved', reviewer = 'XYZ', content = '{forged.text}', "
        f"content_hash = '{forged.content_hash}', chain = '{forged.chain}' WHERE number = 5",
        "UPDATE states SET finished = '', reviewer = 'XYZ' WHERE case_id = 'Nord/1'",
        f"UPDATE head SET chain = '{forged.chain}'",
    )
    ran = run("verify", "--study", scored)
    assert (ran.code, ran.out.splitlines()[0]) == (
        1, "fejl: post 5 er en anden end den, study.yaml har hovedet af",
    )  # fmt: skip


def test_a_seal_that_is_taken_out_is_missed(run: Runner, scored: Path) -> None:
    text = (scored / "study.yaml").read_text("utf-8")
    (scored / "study.yaml").write_text(re.sub(r"(?m)^seal:.*\n", "", text), encoding="utf-8")
    ran = run("verify", "--study", scored)
    assert (ran.code, ran.out.splitlines()[0]) == (1, "fejl: study.yaml har ikke loggens hoved (seal)")


def test_a_log_that_has_grown_since_the_seal_is_whole(run: Runner, scored: Path) -> None:
    """As after a power cut: the answers are saved, study.yaml is behind."""
    before = (scored / "study.yaml").read_bytes()
    with session(scored) as open_:
        make(open_, "3", UNVISITED)
    (scored / "study.yaml").write_bytes(before)
    assert run("verify", "--study", scored).code == 0


def test_why_a_case_was_erased_cannot_be_taken_away(run: Runner, scored: Path) -> None:
    with session(scored) as open_:
        open_.book.erase("Nord/1", ASA, "Slettet efter arkivloven")
        make(open_, "1", VISITED)
        open_.book.erase("Nord/1", ASA, "Og igen")
        with open_.book.store.reading() as reader:
            notes = [one.content.note for one in reader.revisions("Nord/1") if one.act == "erased"]
            assert notes == ["Slettet efter arkivloven", "Og igen"]
            assert reader.erased() == {"nord/1"}
    assert run("verify", "--study", scored).code == 0
    sql(scored, "UPDATE revisions SET content = NULL WHERE number = 6")
    assert "fejl: indholdet af post 6 (sag Nord/1) er væk" in run("verify", "--study", scored).out


def test_no_cpr_number_is_written_in_the_log(scored: Path) -> None:
    with session(scored) as open_:
        for write in (open_.book.erase, open_.book.reopen):
            with pytest.raises(UsageFault, match="CPR-nummer"):
                write("Nord/1", ASA, "Borger 010190-1234 bad om det")
        with pytest.raises(UsageFault, match="CPR-nummer"):
            open_.by("010190-1234")


def test_an_erased_case_is_gone_and_the_chain_holds(run: Runner, scored: Path) -> None:
    with session(scored) as open_:
        open_.book.erase("Nord/1", ASA, "Slettet efter arkivloven")
        assert open_.book.state("Nord/1") is None
        with pytest.raises(UsageFault, match="begrundelse"):
            open_.book.erase("Nord/2", ASA, "")
    assert run("verify", "--study", scored).code == 0
    raw = (scored / "cases.sqlite").read_bytes()
    assert b"1940-05-01" not in raw, "not even in pages that are free"
    with Store(scored / "cases.sqlite").reading() as reader:
        found = [(one.act, one.text is None) for one in reader.revisions("Nord/1")]
        assert found == [("saved", True), ("saved", True), ("finished", True), ("erased", False)]
        assert reader.revisions("Nord/1")[-1].content.note == "Slettet efter arkivloven"
    with session(scored) as open_:
        make(open_, "1", VISITED)  # and the number can be used again
    assert run("verify", "--study", scored).code == 0


def test_the_same_answer_does_not_have_the_same_hash_twice(tmp_path: Path) -> None:
    with session(study(tmp_path)) as open_:
        one, other = make(open_, "1"), make(open_, "2")
        answer(open_, one, q2_3="1")
        answer(open_, other, q2_3="1")
        with open_.book.store.reading() as reader:
            hashes = [revision.content_hash for revision in reader.revisions()]
    assert len({*hashes}) == 4


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["saved", "finished", "reopened", "erased"]),
        st.sampled_from(["1", "2", "3"]),
        st.dictionaries(st.sampled_from(["q1_3", "q2_3", "q2_4"]), st.sampled_from(["", "1", "2"]), max_size=3),
    ),
    max_size=12,
)


@pytest.mark.generative
@settings(max_examples=examples(30))
@given(STEPS)
def test_the_present_state_is_what_the_log_says_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, dict[str, str]]]
) -> None:
    path = tmp_path_factory.mktemp("log") / "cases.sqlite"
    database.create(path)
    store = Store(path)
    for act, case, answers in steps:
        with store.writing(SchemaStamp("s", "1", codebook.digest({})), {}) as pen:
            state = pen.state(case) or State(case)
            changes = {name: (state.answers.get(name, ""), text) for name, text in answers.items()}
            if act == "erased":
                pen.erase(state, HJE, "Fordi")
            else:
                pen.append(state, act, HJE, Content(changes))  # type: ignore[arg-type]
            assert pen.state(case) == (None if act == "erased" else pen.state(case))
    with store.reading() as reader:
        rebuilt = ledger.replay(reader.revisions())
        assert [*rebuilt.values()] == reader.states()
        seal = reader.seal()
    assert seal.revisions == len(steps)
    assert database.verify(store, seal)[1] == ()


# --- files and what the machine refuses -------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_study_is_for_its_owner_alone(scored: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (scored, *scored.iterdir())}
    assert (modes["undersoegelse"], modes["study.yaml"], modes["cases.sqlite"]) == (0o700, 0o600, 0o600)


def test_a_comment_or_value_that_a_person_writes_in_study_yaml_stays(scored: Path) -> None:
    text = (scored / "study.yaml").read_text("utf-8").replace("facts: {}", "facts: {received: 2}  # talt af HJE")
    (scored / "study.yaml").write_text(text, encoding="utf-8")
    with session(scored) as open_:
        make(open_, "3", UNVISITED)
    then = (scored / "study.yaml").read_text("utf-8")
    assert re.sub(r"(?m)^seal:.*$", "", then) == re.sub(r"(?m)^seal:.*$", "", text)
    assert then != text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions, and links need a right")
def test_study_yaml_keeps_its_line_ends_its_permissions_and_where_it_really_is(scored: Path) -> None:
    path, real = scored / "study.yaml", scored.parent / "delt.yaml"
    head, _, seal = path.read_text("utf-8").partition("seal: {")
    spread = f"{head}seal:\n  revisions: {seal[11:12]}\n  {seal[14:].strip().rstrip('}')}\n".replace("\n", "\r\n")
    real.write_bytes(spread.encode())
    path.unlink()
    path.symlink_to(real)
    mode = stat.S_IMODE(real.stat().st_mode)
    with session(scored) as open_:
        make(open_, "3", UNVISITED)
    text = real.read_bytes().decode()
    assert path.is_symlink() and stat.S_IMODE(real.stat().st_mode) == mode
    assert text.count("\r\n") == text.count("\n") and text.count("seal:") == 1
    with session(scored) as open_:
        assert open_.verify()[1] == ()


def test_an_older_seal_never_replaces_a_newer_one(scored: Path) -> None:
    before = (scored / "study.yaml").read_bytes()
    studyfile.write_seal(scored, Seal(3, "x"))
    assert (scored / "study.yaml").read_bytes() == before


def test_a_study_that_is_only_read_is_not_written_in(scored: Path, run: Runner) -> None:
    before = {path.name: path.read_bytes() for path in scored.iterdir()}
    for command in (("check", scored), ("verify", "--study", scored), ("tables", scored)):
        assert run(*command).code == 0
    assert {path.name: path.read_bytes() for path in scored.iterdir()} == before


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:20000] = b"\x55" * (20000 - 4096)
    path.write_bytes(data)


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:5000]), "er beskadiget"),
    "overwritten inside": (damaged, "er beskadiget"),
    "another file": (lambda path: path.write_text("Ikke en database, men en tekst. " * 200), "er ikke en database"),
    "empty": (lambda path: path.write_bytes(b""), "er ikke en undersøgelses database"),
    "gone": (Path.unlink, 'filen "cases.sqlite" findes ikke'),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("command", ["check", "verify"])
def test_a_database_that_cannot_be_used_is_a_clear_error(run: Runner, scored: Path, what: str, command: str) -> None:
    spoil, said = WRONG[what]
    spoil(scored / "cases.sqlite")
    ran = run(command, "--study", scored)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize(("form", "age", "remedy"), [(3, "nyere", "Opdatér programmet."), (0, "ældre", "audit export")])
def test_a_database_of_another_program_is_not_touched(
    run: Runner, scored: Path, form: int, age: str, remedy: str
) -> None:
    sql(scored, f"UPDATE head SET form = {form}")
    before = (scored / "cases.sqlite").read_bytes()
    ran = run("verify", "--study", scored)
    told, advice = ran.err.splitlines()
    assert ran.code == 2
    assert told.endswith(f"er lavet af en {age} udgave af programmet (databasens form er {form}, programmets 2).")
    assert remedy in advice
    assert (scored / "cases.sqlite").read_bytes() == before


def test_a_database_that_another_program_keeps_locked_is_a_clear_error(
    scored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    with closing(sqlite3.connect(scored / "cases.sqlite", isolation_level=None)) as other, session(scored) as open_:
        state = open_.states()[1]
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FileFault, match="er i brug af et andet program"):
            answer(open_, state, q1_3="30")
        other.execute("ROLLBACK")
        assert answer(open_, state, q1_3="30").state.answers["q1_3"] == "30", "and then it can be saved"


def test_a_full_disk_is_a_clear_error_and_nothing_saved_is_lost(scored: Path) -> None:
    with session(scored) as open_:
        state = open_.states()[1]

        @sa.event.listens_for(open_.book.store._engine, "connect")
        def _(connection: sqlite3.Connection, _record: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(FileFault, match="ikke plads på disken"):
            answer(open_, state, q1_4_bem="x" * 100_000)
    with session(scored) as open_:
        assert open_.states()[1] == state
        assert open_.verify()[1] == ()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may write everywhere is not refused")
def test_a_folder_that_may_only_be_read_can_be_reported_from(scored: Path, run: Runner) -> None:
    (scored / "cases.sqlite").chmod(0o400)
    scored.chmod(0o500)
    try:
        assert run("check", scored).code == 0
        with session(scored) as open_, pytest.raises(FileFault, match="kan kun læses"):
            answer(open_, open_.states()[1], q1_3="30")
    finally:
        scored.chmod(0o700)


def test_a_database_that_may_only_be_read_is_a_clear_error(scored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(path: Path) -> sa.Engine:
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)

        return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)

    monkeypatch.setattr(database, "_engine", read_only)
    with session(scored) as open_, pytest.raises(FileFault, match="kan kun læses, så intet er gemt"):
        answer(open_, open_.states()[1], q1_3="30")


def test_answers_are_kept_though_study_yaml_cannot_be_written(scored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path, seal: Seal) -> None:
        raise FileFault("Filen kan ikke skrives.", remedy="Luk den.")

    monkeypatch.setattr(studyfile, "write_seal", refuse)
    with pytest.raises(FileFault) as caught, session(scored) as open_:
        make(open_, "3", UNVISITED)
    assert "Svarene er gemt" in caught.value.remedy
    with session(scored) as open_:
        assert len(open_.states()) == 3


# --- a new study ------------------------------------------------------------------------------------------------------


def test_a_new_study_explains_itself_and_has_no_fault(run: Runner, tmp_path: Path) -> None:
    ran = run(
        "new", tmp_path / "Næstved 2026", "--schema", "fleksjob-2016", "--unit", "Næstved", "--title", 'Små "fleksjob"'
    )
    assert (ran.code, ran.err) == (0, "")
    folder = tmp_path / "Næstved 2026"
    text = (folder / "study.yaml").read_text("utf-8")
    assert "study: naestved-2026\n" in text and 'title: "Små \\"fleksjob\\""\n' in text
    assert 'units:\n  - "Næstved"\n' in text and 'reviewers:\n  - "ASA"\n  - "CADA"\n' in text
    with open_session(folder) as open_:
        assert (open_.units, open_.states(), open_.verify()[1]) == (("Næstved",), [], ())
    assert run("verify", "--study", folder).code == 0


def test_a_study_is_never_begun_twice_and_never_where_it_cannot_be(run: Runner, scored: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in scored.iterdir()}
    ran = run("new", scored, "--schema", "fleksjob-2016")
    assert (ran.code, "er allerede en undersøgelse" in ran.err) == (2, True)
    assert {path.name: path.read_bytes() for path in scored.iterdir()} == before
    (tmp_path / "fil").write_text("")
    assert "der er en fil med det navn" in run("new", tmp_path / "fil", "--schema", "fleksjob-2016").err
    assert 'Mente du "Næstved"?' in run("new", tmp_path / "ny", "--schema", "fleksjob-2016", "--unit", "Nestved").err
    assert not (tmp_path / "ny").exists(), "nothing is made of a wrong command"


def test_a_study_keeps_its_own_copy_of_a_questionnaire_that_is_named_by_its_path(tmp_path: Path) -> None:
    folder = begin_study(tmp_path / "ny", str(SCHEMA))
    assert (folder / SCHEMA.name).read_bytes() == SCHEMA.read_bytes()
    folder.rename(tmp_path / "flyttet")
    with open_session(tmp_path / "flyttet") as open_:
        assert open_.questionnaire.id == "hjemmehjaelp"


@pytest.mark.parametrize(
    "known, asked, found",
    [(["HJE", "ASA"], "hje", "HJE"), (["HJE"], None, "HJE"), ([], " XY ", "XY")],
)
def test_who_saves_is_who_study_yaml_names(tmp_path: Path, known: list[str], asked: str | None, found: str) -> None:
    folder = study(tmp_path)
    text = (folder / "study.yaml").read_text("utf-8").replace("reviewers: []", f"reviewers: [{', '.join(known)}]")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    with session(folder) as open_:
        assert open_.by(asked).reviewer == found
        if known:
            with pytest.raises(UsageFault, match="står ikke under reviewers"):
                open_.by("QQQ")
        if len(known) != 1:
            with pytest.raises(UsageFault, match="Hvem er sagsmåler"):
                open_.by(None)


def test_a_study_that_reports_from_a_file_cannot_be_scored(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="bliver ikke scoret her"):
        open_session(SAMPLE)
    with pytest.raises(UsageFault, match="er ikke en undersøgelse"):
        open_session(tmp_path)


# --- the database by itself -------------------------------------------------------------------------------------------


def test_every_statement_can_be_said_in_postgresql() -> None:
    """An office will share a server one day: tables and queries are plain SQL that PostgreSQL takes as well."""
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()
    for table in database._tables.sorted_tables:
        assert "CREATE TABLE" in str(sa.schema.CreateTable(table).compile(dialect=dialect))
    locked = str(sa.select(database._head).with_for_update().compile(dialect=dialect))
    assert locked.endswith("FOR UPDATE"), "writers queue at the one row of head"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the program that kills forks")
def test_a_study_is_killed_two_hundred_times_and_loses_nothing(tmp_path: Path) -> None:
    """`killing.py` counts: how many kills hit between the start of a save and its acknowledgement."""
    made = subprocess.run(
        [sys.executable, SUPPORT / "killing.py", study(tmp_path), "200"],
        capture_output=True, text=True, check=False, timeout=600, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    told = dict(line.split(": ") for line in made.stdout.splitlines())
    assert (told["kills"], told["lost"], told["broken"]) == ("200", "0", "0")
    assert int(told["inside"]) >= 20, "kills that miss the moment of writing prove nothing"
    with open_session(tmp_path / "undersoegelse") as open_:
        assert open_.verify()[1] == ()
        assert len(open_.states()) == 1
