"""Scoring in a real terminal and through a pipe: what is seen, what is saved when it breaks off, and what resumes."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT
from smallbook import HJE, UNVISITED, VISITED, make, study

from audit.base.errors import DataFault
from audit.study.session import open_session
from audit.terminal.consoles import PlainConsole

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is of other systems", allow_module_level=True)

from screen import Terminal

pytestmark = pytest.mark.terminal

#: The lines that score the case `VISITED` in plain mode; what stands open at the end is the supplement.
LINES = ["1940-05-01", "2020-02-01", "60", "1", "1", "1", "1", "1", "1", "1", "", "j"]
ESCAPES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study with one case that is not begun."""
    path = study(tmp_path)
    with open_session(path) as open_:
        make(open_)
    return path


def answers(folder: Path, case: str = "Nord/1") -> tuple[dict[str, str], bool]:
    """What is saved of a case besides its number, and whether it is finished; the log being whole."""
    with open_session(folder) as open_:
        state = open_.book.state(case)
        assert state is not None
        assert open_.verify()[1] == ()
        texts = {name: text for name, text in state.answers.items() if name not in ("distrikt", "sagsnr")}
        return texts, bool(state.finished)


def score(folder: Path, *arguments: str, columns: int = 80) -> Terminal:
    return Terminal("score", *arguments, "--study", folder, "--reviewer", "HJE", columns=columns)


def plain(folder: Path, lines: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program with a pipe at either end."""
    command = [sys.executable, "-m", "audit", "score", *arguments, "--study", str(folder), "--reviewer", "HJE"]
    return subprocess.run(
        command,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
    )


# --- a terminal -------------------------------------------------------------------------------------------------------


def test_a_whole_case_is_scored_interrupted_resumed_corrected_and_finished(folder: Path) -> None:
    screen = score(folder, "Nord/1").expect("1.1  Borgerens fødselsdato")
    screen.expect("F1 hjælp").answer("1940-05-01", "1.2  ").expect("F1").answer("1/2/2020", "1.3  ").expect("Tal:")
    screen.child.kill(signal.SIGKILL)
    screen.end()
    assert answers(folder) == ({"q1_1": "1940-05-01", "q1_2": "2020-02-01"}, False)

    screen = score(folder).expect("Du fortsætter ved 1.3.").expect("Tal:")
    screen.answer("60", "Svar:").answer("1", "1.4.1  ").expect("F1").answer("1,2", "2.1/1").expect("F1")
    end = screen.type("\x04").end()
    assert "Alle svar i sag Nord/1 er gemt. Næste gang begynder du ved 2.1/1." in end
    assert screen.child.exitstatus == 0

    screen = score(folder).expect("2.1/1").expect("F1").answer("1", "2.1/2").expect("F1")
    screen.type("\x14").expect("Svaret er nu: 1 Ja (Enter beholder)").expect("^X ryd")
    screen.type("\x07").expect("Gå til nummer").answer("1.4", "Svaret er nu").expect("^X ryd")
    screen.answer("2", "Skal de falde bort? (j/n):").expect("- 1.4.1/2 Bad: valgt")
    screen.answer("j", "Gemt: 2 Nej").expect("2.1/1").expect("^X").answer("", "2.1/2").expect("F1")
    screen.answer("1", "2.3  ").expect("F1").answer("1", "Er der pårørende?").expect("F1")
    screen.type("\x0f").expect("Skal sag Nord/1 meldes færdig? (j/n):")
    assert "Sag Nord/1 er meldt færdig og låst." in screen.type("j\r").end()
    expected = {name: text for name, text in UNVISITED.items() if name not in ("q1_1", "q1_2", "q1_3")}
    assert answers(folder) == ({"q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60", **expected}, True)


@pytest.mark.parametrize("columns", [60, 80])
def test_no_line_is_longer_than_the_screen_is_wide(folder: Path, columns: int) -> None:
    screen = Terminal("score", "Nord/1", "--reviewer", "HJE", columns=columns, folder=folder).expect("F1 hjælp")
    screen.answer("/?", "vis denne hjælp").expect("Dato (som 2014-12-31):").expect("F1")
    screen.answer("x" * 30, "er ikke en dato").expect("F1").type("\x0f").expect("Nummer").expect("^L luk")
    screen.type("\x03").end()
    assert [line for line in screen.lines() if len(line) > columns] == []
    assert columns - 15 < max(map(len, screen.lines())), "the screen is used"


def test_the_keys_stand_at_the_bottom_and_nothing_is_coloured(folder: Path) -> None:
    screen = score(folder, "Nord/1").expect("F1 hjælp")
    lines = [line for line in screen.shown().splitlines() if line]
    assert lines[-2:] == ["Dato (som 2014-12-31):", " ^T tilbage  ^G gå til  ^O oversigt  ^L luk  F1 hjælp"]
    assert not re.search(rb"\x1b\[[\d;]*\b[34]\d", screen.raw), "no code that sets a colour"
    screen.type("\x0c").end()
    assert screen.child.exitstatus == 0


def test_a_remark_has_several_lines_and_is_edited_where_it_stands(folder: Path) -> None:
    screen = score(folder, "Nord/1").expect("F1").answer("/g 1.2", "Dato").expect("F1")
    screen.type("\x02").expect("1.2 Bemærkninger (tom linje slutter):").expect("^L luk")
    screen.type("Uden år\rog dag\r\r").expect("Teksten er gemt.").expect("F1")
    screen.type("\x02").expect("og dag").expect("^X ryd").type(" eller sted\r\r").expect("Teksten er gemt.")
    screen.type("\x0c").end()
    assert answers(folder)[0] == {"q1_2_bem": "Uden år\nog dag eller sted"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_request_to_stop_saves_tells_where_one_was_and_seals(folder: Path, number: signal.Signals) -> None:
    screen = score(folder, "Nord/1").expect("F1").answer("1940-05-01", "1.2  ").expect("F1")
    screen.child.kill(number)
    assert "Næste gang begynder du ved 1.2." in screen.end()
    assert answers(folder)[0] == {"q1_1": "1940-05-01"}
    assert "revisions: 2" in (folder / "study.yaml").read_text(encoding="utf-8")


def test_a_terminal_that_is_closed_loses_nothing(folder: Path) -> None:
    screen = score(folder, "Nord/1").expect("F1").answer("1940-05-01", "1.2  ").expect("F1")
    screen.child.close(force=False)
    assert answers(folder)[0] == {"q1_1": "1940-05-01"}


@pytest.mark.parametrize("key", ["\x03", "\x04", "\x0c"], ids=["ctrl-c", "ctrl-d", "ctrl-l"])
def test_a_half_written_remark_is_saved_however_one_leaves(folder: Path, key: str) -> None:
    screen = score(folder, "Nord/1").expect("F1").answer("/g 1.2", "Dato").expect("F1")
    screen.type("\x02").expect("1.2 Bemærkninger (tom linje slutter):").expect("^L luk")
    end = screen.type(f"Uden år\rog §\xa04{key}").end()
    assert "Teksten er gemt." in end
    assert screen.child.exitstatus == 0
    assert answers(folder)[0] == {"q1_2_bem": "Uden år\nog §\xa04"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_half_written_remark_is_saved_when_the_program_must_stop(folder: Path, number: signal.Signals) -> None:
    screen = score(folder, "Nord/1").expect("F1").answer("/g 1.2", "Dato").expect("F1")
    screen.type("\x02").expect("1.2 Bemærkninger (tom linje slutter):").expect("^L luk")
    screen.type("Uden år\rog dag").expect("og dag").child.kill(number)
    assert "Teksten er gemt." in screen.end()
    assert answers(folder)[0] == {"q1_2_bem": "Uden år\nog dag"}


def test_a_half_written_remark_with_a_cpr_number_is_said_not_to_be_saved(folder: Path) -> None:
    screen = score(folder, "Nord/1").expect("F1").answer("/g 1.2", "Dato").expect("F1")
    screen.type("\x02").expect("1.2 Bemærkninger (tom linje slutter):").expect("^L luk")
    assert "Teksten er ikke gemt." in screen.type("sag 0101401234\x0c").end()
    assert answers(folder)[0] == {}


def test_ctrl_d_leaves_also_when_something_is_typed(folder: Path) -> None:
    screen = score(folder, "Nord/1").expect("F1")
    assert "Alle svar i sag Nord/1 er gemt." in screen.type("1940\x04").end()
    assert answers(folder)[0] == {}


# --- plain mode -------------------------------------------------------------------------------------------------------


def test_the_same_lines_through_a_pipe_give_the_same_case(folder: Path) -> None:
    ran = plain(folder, LINES, "Nord/1", "--plain")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert answers(folder) == (VISITED, True)
    assert ESCAPES.findall(ran.stdout) == []
    assert max(map(len, ran.stdout.splitlines())) <= 80
    assert ran.stdout.count("Kommandoer: /t tilbage, /g gå til, /o oversigt, /l luk, /? hjælp.") == 1


def test_a_pipe_is_plain_without_being_told(folder: Path) -> None:
    ran = plain(folder, LINES[:3], "Nord/1")
    assert ESCAPES.findall(ran.stdout) == []
    assert "Dato (som 2014-12-31):\n  Gemt: 1. maj 1940\n" in ran.stdout
    assert answers(folder)[0] == {"q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60"}


def test_the_end_of_the_input_saves_and_tells_where_it_resumes(folder: Path) -> None:
    ran = plain(folder, LINES[:2], "Nord/1", "--plain")
    assert ran.returncode == 0
    assert ran.stdout.endswith(
        "\nAlle svar i sag Nord/1 er gemt. Næste gang begynder du ved 1.3.\n"
        f"Fortsæt med: audit score --reviewer HJE --study {folder} --plain Nord/1\n"
    )


def test_a_line_that_cannot_be_used_stops_the_pipe_before_it_answers_another_question(folder: Path) -> None:
    ran = plain(folder, ["1940-05-01", "sidste år", "60", "1"], "Nord/1", "--plain")
    assert ran.returncode == 1
    assert ran.stderr.startswith('linje 2: "sidste år" er ikke en dato')
    assert answers(folder)[0] == {"q1_1": "1940-05-01"}


#: The case up to 2.2/1, whose answer deviates from rule r2; what comes then is the reason.
DEVIATION = [*LINES[:5], "2", "1", "1"]


def test_a_text_in_a_pipe_says_that_it_is_one(folder: Path) -> None:
    ran = plain(folder, [*DEVIATION, "> Se journalen", ">/t og §\xa04", "", "1", "1"], "Nord/1", "--plain")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert answers(folder)[0]["begr_r2"] == "Se journalen\n/t og §\xa04"
    assert answers(folder)[0]["q2_3"] == "1"


def test_a_reason_that_the_lines_did_not_foresee_stops_the_pipe_or_is_left_open_on_purpose(folder: Path) -> None:
    ran = plain(folder, [*DEVIATION, "1", "1"], "Nord/1", "--plain")
    assert ran.returncode == 1
    assert ran.stderr.startswith("linje 9: Her kan skrives en tekst.")
    assert "begr_r2" not in answers(folder)[0]
    ran = plain(folder, ["/g 2.2/1", "1", "", "1", "1"], "Nord/1", "--plain")
    assert ran.returncode == 0
    assert answers(folder)[0]["q2_3"] == "1"
    assert "begr_r2" not in answers(folder)[0]


def test_what_cannot_be_shown_is_a_space(capsys: pytest.CaptureFixture[str]) -> None:
    PlainConsole().say("§\xa04\tog\x1b[31m")
    assert capsys.readouterr().out == "§ 4 og [31m\n"


def test_plain_mode_in_a_terminal_writes_no_control_characters_and_takes_the_same_answers(folder: Path) -> None:
    screen = score(folder, "Nord/1", "--plain").expect("Dato (som 2014-12-31):")
    screen.answer("i går", "er ikke en dato").answer("1940-05-01", "Gemt: 1. maj 1940").type("/l\r").end()
    assert screen.child.exitstatus == 0
    assert ESCAPES.findall(screen.raw.decode("utf-8").replace("\r\n", "\n")) == []
    assert answers(folder)[0] == {"q1_1": "1940-05-01"}


def test_what_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xe6blegr\xf8d\n"), encoding="utf-8"))
    from audit.terminal.console import Prompt

    with pytest.raises(DataFault, match="linje 1: Linjen har tegn, der ikke er tekst"):
        PlainConsole().ask(Prompt("Tekst"))


def test_who_scores_must_be_known(folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "audit", "score", "--study", str(folder)],
        input="",
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**{name: text for name, text in os.environ.items() if name != "AUDIT_REVIEWER"}, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("Hvem er sagsmåler?")


def test_the_case_of_the_second_reviewer_is_the_next(folder: Path) -> None:
    with open_session(folder) as open_:
        make(open_, "2", by=HJE)
    assert "Sag Nord/1. Skriv" in plain(folder, [], "--plain").stdout
