"""One case scored by question and answer: what is asked, told and saved, with a scripted console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from places import SCHEMA
from smallbook import ASA, HJE, UNVISITED, VISITED, answer, make, session, study
from strategies import valid_case
from typist import type_in

from audit.base.errors import DataFault, FileFault, UsageFault
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.scoring import answersets
from audit.scoring.casebook import Edit
from audit.scoring.ledger import By, State
from audit.study.session import ScoringSession, begin_study, open_session
from audit.terminal import asking, scoreloop, steps
from audit.terminal.console import Leave, Prompt

Typed = str | Callable[[], str]


def unchanged() -> str:
    """Typed where what is there to be edited is accepted as it stands."""
    raise AssertionError


class Script:
    """A console at which these lines are typed; then who typed them leaves. A callable is done first."""

    def __init__(self, *typed: Typed, width: int = 80) -> None:
        self.typed = list(typed)
        self.width = width
        self.lines: list[str] = []
        self.prompts: list[Prompt] = []

    def say(self, *lines: str) -> None:
        self.lines += lines

    def refuse(self, text: str) -> None:
        self.lines += asking.wrap(text, self.width, "  ! ")

    def ask(self, prompt: Prompt) -> str:
        self.prompts.append(prompt)
        self.lines += asking.wrap(f"{prompt.text}:", self.width)
        if not self.typed:
            raise Leave
        typed = self.typed.pop(0)
        if typed is unchanged:
            return prompt.initial
        return typed if isinstance(typed, str) else typed()

    @property
    def text(self) -> str:
        """All that was shown, as one text without line breaks."""
        return " ".join(" ".join(self.lines).split())


def leaving(text: str) -> Callable[[], str]:
    """Who scores leaves while this text stands half written."""

    def leave() -> str:
        raise Leave(text)

    return leave


@pytest.fixture
def open_(tmp_path: Path) -> Iterator[ScoringSession]:
    with session(study(tmp_path)) as opened:
        yield opened


def score(open_: ScoringSession, *typed: Typed, case: str | None = "Nord/1", by: By = HJE, width: int = 80) -> Script:
    """Sit down, type, and leave when nothing more is to be typed."""
    script = Script(*typed, width=width)
    scoreloop.score_cases(open_, by, script, case)
    assert all(len(line) <= width for line in script.lines)
    return script


def state(open_: ScoringSession, case: str = "Nord/1") -> State:
    found = open_.book.state(case)
    assert found is not None
    return found


def answers(open_: ScoringSession, case: str = "Nord/1") -> dict[str, str]:
    """What is saved of a case besides its number."""
    return {name: text for name, text in state(open_, case).answers.items() if name not in ("distrikt", "sagsnr")}


# --- a whole case -----------------------------------------------------------------------------------------------------


def test_a_whole_case_is_scored_with_a_digit_and_enter_and_finished(open_: ScoringSession) -> None:
    make(open_)
    script = score(
        open_, "1940-05-01", "1/2/2020", "60", "1", "1", "1", "1", "1", "1", "1", "", "j"
    )  # the last but one leaves the supplement open
    assert answers(open_) == VISITED | {"q2_3": "1"}
    assert state(open_).finished
    assert "Der mangler ikke noget." in script.text
    assert script.lines[-1] == "Sag Nord/1 er meldt færdig og låst."


def test_questions_that_are_not_asked_never_appear(open_: ScoringSession) -> None:
    make(open_)
    script = score(open_, "1970-05-01", "2020-05-01", "0", "2", "1", "1", "1", "", "j")
    assert answers(open_) == UNVISITED
    assert state(open_).finished
    for hidden in ("1.4.1", "2.2", "2.4"):
        assert f"{hidden}  " not in "\n".join(script.lines)


def test_a_question_is_shown_with_section_number_text_options_and_law(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01", "q1_2": "2014-06-01", "q1_3": "60"})
    text = "\n".join(score(open_).lines)
    assert text.endswith(
        """
1. Sagen
========
Sag Nord/1: 3 af 8 besvaret

Behovet

1.4  Er borgeren visiteret?
     1  Ja
     2  Nej
     Retsgrundlag: SEL (ældre), som gjaldt 1. juni 2014 (skemaet nævner § 83,
     stk. 1 i SEL)
Svar:

Alle svar i sag Nord/1 er gemt. Næste gang begynder du ved 1.4.
Fortsæt med: audit score Nord/1"""
    )


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2020-01-01", "Retsgrundlag: § 83, stk. 1 i SEL"),
        ("2014-06-01", "Retsgrundlag: SEL (ældre), som gjaldt 1. juni 2014 (skemaet nævner § 83, stk. 1 i SEL)"),
        ("", "Retsgrundlag: § 83, stk. 1 i SEL Afgørelsens dato kendes ikke; det er de regler, skemaet nævner."),
    ],
)
def test_the_law_is_that_of_the_day_of_the_decision(small_form: Questionnaire, day: str, told: str) -> None:
    basis = small_form.by_id["1.4"].basis
    lines = asking.law_lines(small_form, basis, {"q1_2": day} if day else {}, 80)
    assert " ".join(" ".join(lines).split()) == told


def test_a_law_that_was_not_in_force_is_said_not_to_have_been() -> None:
    fleksjob = schemas.load(schemas.find("fleksjob-2016"))
    basis = fleksjob.by_id["4.4"].basis
    (line,) = asking.law_lines(fleksjob, basis, {"q2_1": "2014-01-01"}, 200)
    assert line.strip() == "Retsgrundlag: § 4 i bekg. nr. 1557 af 23. december 2014 (gjaldt ikke 1. januar 2014)"


def test_the_text_of_a_grid_is_shown_once_and_its_rows_one_by_one(open_: ScoringSession) -> None:
    make(open_, answers=VISITED)
    lines = score(open_, "/g 2.1", "", "", "/l").lines
    assert [line for line in lines if line.startswith("2.1")] == [
        "2.1  Er følgende belyst?", "2.1/1  Helbred", "2.1/2  Netværk",
    ]  # fmt: skip
    assert "Svar (1 Ja, 2 Nej):" in lines


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_longer_than_the_terminal_is_wide(tmp_path: Path, width: int) -> None:
    folder = begin_study(tmp_path / "fleksjob", "fleksjob-2016")
    with open_session(folder) as open_:
        open_.book.create({"kommune": "1", "sagsnr": "7"}, ASA)
        typed = ["", "1980-01-01", "1", "2015-01-05", *["1", "/?", "/o", "", "1"] * 30]
        script = score(open_, *typed, case="7", by=ASA, width=width)
    assert len(script.lines) > 1000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_case_that_is_typed_is_the_case_that_a_file_would_give(tmp_path: Path, seed: int) -> None:
    case = valid_case(Random(seed))
    with open_session(begin_study(tmp_path / "fleksjob", "fleksjob-2016")) as open_:
        typed = type_in(open_, ASA, case)
        assert typed.answers == {name: text for name, text in case.items() if text not in ("", "0")}
        assert open_.book.findings(typed) == ()
        assert open_.book.finish(typed.case, ASA, seen=typed.revision).finished


# --- how answers are typed --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def small_form() -> Questionnaire:
    return schemas.load(SCHEMA)


def step(form: Questionnaire, name: str) -> steps.Step:
    return steps.find_step(steps.all_steps(form), name)


@pytest.mark.parametrize("typed", ["1,2", "1, 2", "1;2", "1 2", "2  1", "Rengøring; bad", "rengøring;2", "1,2,"])
def test_several_answers_are_typed_by_code_or_name(small_form: Questionnaire, typed: str) -> None:
    read = steps.parse_answer(step(small_form, "1.4.1"), typed)
    assert read == {"q1_4_1__1": "1", "q1_4_1__2": "1", "q1_4_1__3": "", "q1_4_1__4": ""}


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("1.4", "2", {"q1_4": "2"}),
        ("1.4", "nej", {"q1_4": "2"}),
        ("2.1/2", "JA", {"q2_1__2": "1"}),
        ("1.2", "2020-02-01", {"q1_2": "2020-02-01", "q1_2_status": ""}),
        ("1.2", "01.02.2020", {"q1_2": "2020-02-01", "q1_2_status": ""}),
        ("1.2", "43862", {"q1_2": "2020-02-01", "q1_2_status": ""}),
        ("1.2", "2", {"q1_2": "", "q1_2_status": "2"}),
        ("1.2", "uoplyst", {"q1_2": "", "q1_2_status": "2"}),
        ("1.3", "2,50", {"q1_3": "2.5"}),
        ("1.3", "30", {"q1_3": "30"}),
        ("2.4", " fordi ", {"q2_4": "fordi"}),
    ],
)
def test_an_answer_is_read_as_a_file_would_be(
    small_form: Questionnaire, name: str, typed: str, read: dict[str, str]
) -> None:
    assert steps.parse_answer(step(small_form, name), typed) == read
    given = {column: text for column, text in read.items() if text}
    assert answersets.from_cases(answersets.to_cases(small_form, [given])) == [given]


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("1.4", "9", '"9" er ikke et svar på 1.4. Svarene er 1 Ja eller 2 Nej.'),
        ("1.4.1", "1,9", '"9" er ikke et svar på 1.4.1.'),
        ("1.4.1", "Rengørng", 'Mente du "Rengøring"?'),
        ("1.4.1", "1,4", '1.4.1: "Uoplyst" kan ikke vælges sammen med andre svar.'),
        ("1.2", "2020-02-30", '"2020-02-30" er ikke en dato, der findes i årene 1900-2099.'),
        ("1.3", "1.234", '"1.234" er ikke et tal.'),
    ],
)
def test_what_cannot_be_is_refused_with_the_message_a_file_gets(
    small_form: Questionnaire, name: str, typed: str, message: str
) -> None:
    with pytest.raises(UsageFault) as fault:
        steps.parse_answer(step(small_form, name), typed)
    assert message in fault.value.message


def test_after_a_refusal_the_same_question_is_asked_again(open_: ScoringSession) -> None:
    make(open_)
    script = score(open_, "i går", "1940-05-01")
    assert '! "i går" er ikke en dato' in script.text
    assert answers(open_) == {"q1_1": "1940-05-01"}


def test_an_empty_line_keeps_the_answer_or_leaves_the_question_open(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01"})
    script = score(open_, "/g 1.1", "", "", "60")
    assert answers(open_) == {"q1_1": "1940-05-01", "q1_3": "60"}
    assert "Svaret er nu: 1. maj 1940 (Enter beholder)" in script.text


def test_an_answer_can_be_cleared(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01"})
    script = score(open_, "/g 1.1", "/x")
    assert answers(open_) == {}
    assert "Svaret er ryddet." in script.text


def test_a_text_may_begin_with_a_slash_and_have_several_lines(open_: ScoringSession) -> None:
    make(open_, answers=VISITED | {"q2_3": "3"})
    score(open_, "/g 2.4", "//x er ikke belyst\nog y")
    assert answers(open_)["q2_4"] == "/x er ikke belyst\nog y"


# --- commands ---------------------------------------------------------------------------------------------------------


def test_back_and_go_to_move_between_the_questions_that_are_asked(open_: ScoringSession) -> None:
    make(open_, answers=UNVISITED)
    script = score(open_, "/g 2.1", "/t", "/g 1.1", "/t", "/G 1,3", "/g", "1.2", "/g 9.9", "/g 2.2", "/g", "")
    shown = [line.split("  ")[0] for line in script.lines if line[:2] in ("1.", "2.") and "  " in line]
    assert shown == ["2.1", "2.1/1", "1.4", "1.1", "1.3", "1.2"], "1.4.1 is not asked, so 1.4 is before 2.1"
    assert "! Det er det første spørgsmål." in script.text
    assert '! Der er ikke noget spørgsmål "9.9".' in script.text
    assert "! 2.2/1 stilles ikke, som sagen er besvaret nu." in script.text
    assert 'Næste gang begynder du ved "Er der pårørende?".' in script.text, "the first that is open"


def test_an_unknown_command_is_no_answer(open_: ScoringSession) -> None:
    make(open_)
    script = score(open_, "/q", "/tilbage", "/b")
    assert '"/q" er ikke en kommando' in script.text
    assert '"/tilbage" er ikke en kommando' in script.text
    assert "/b (bemærkning) kan ikke bruges her." in script.text
    assert answers(open_) == {}


def test_help_tells_how_when_why_and_what_else(open_: ScoringSession) -> None:
    make(open_, answers=VISITED)
    text = score(open_, "/g 2.2", "/?").text
    assert 'Stilles kun, når 1.4 er "Ja".' in text
    assert "Regel r2 (udgangspunkt): Et punkt, som ikke er belyst, er ikke tilstrækkeligt." in text
    assert "/t gå tilbage til spørgsmålet før" in text
    assert "/e" not in text, "this questionnaire has no field for examples"


def test_the_keys_that_are_offered_are_those_that_make_sense(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01"})
    script = score(open_, "/g 1.1", "/g 1.2", "/g 1.4")
    offered = ["".join(one.letter for one in prompt.keys) for prompt in script.prompts]
    assert offered == ["tgbol?", "tgoxl?", "tgbol?", "tgbol?"]


def test_a_case_is_marked_as_an_example_and_the_mark_is_taken_back(tmp_path: Path) -> None:
    folder = begin_study(tmp_path / "fleksjob", "fleksjob-2016")
    with open_session(folder) as open_:
        open_.book.create({"kommune": "1", "sagsnr": "7"}, ASA)
        assert "Sagen er mærket som egnet til eksempel." in score(open_, "/e", case="7", by=ASA).text
        assert state(open_, "7").answers["eksempel"] == "1"
        assert "ikke længere mærket" in score(open_, "/e", case="7", by=ASA).text
        assert "eksempel" not in state(open_, "7").answers


# --- remarks and reasons ----------------------------------------------------------------------------------------------


def test_a_remark_in_several_lines_is_saved_shown_and_cleared(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60"})
    script = score(open_, "/b", "Visiteret\ni 2019")
    assert answers(open_)["q1_4_bem"] == "Visiteret\ni 2019"
    assert "1.4 Bemærkninger (tom linje slutter):" in script.lines
    script = score(open_, "/b", "")
    assert "Bemærkning: Visiteret i 2019" in script.text
    assert answers(open_)["q1_4_bem"] == "Visiteret\ni 2019"
    score(open_, "/b", "/x")
    assert "q1_4_bem" not in answers(open_)


def test_an_answer_that_demands_a_remark_asks_for_it_at_once(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60", "q1_4": "1"})
    script = score(open_, "1,3", "Indkøb")
    assert "Andet - uddyb [skal uddybes]" in script.text
    assert 'svaret "Andet - uddyb" på 1.4.1 skal uddybes i bemærkningerne.' in script.text
    assert answers(open_)["q1_4_1_bem"] == "Indkøb"


def test_a_cpr_number_is_refused_without_being_repeated_unless_vouched_for(open_: ScoringSession) -> None:
    make(open_, answers={"q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60"})
    looks = "sag 0101401234"
    script = score(open_, "/b", looks, "n", "")
    assert "q1_4_bem" not in answers(open_)
    assert "0101401234" not in script.text
    assert "Teksten er ikke gemt. Skriv den uden nummeret." in script.text
    score(open_, "/b", looks, "j")
    assert answers(open_)["q1_4_bem"] == looks
    assert state(open_).vouched == ("q1_4_bem",)
    assert "cpr-nummer" not in {one.code for one in open_.book.findings(state(open_))}


def test_a_breach_of_what_must_be_is_shown_at_once_and_keeps_the_case_open(open_: ScoringSession) -> None:
    make(open_, answers={name: text for name, text in VISITED.items() if name != "q2_3"} | {"q2_1__2": "2"})
    script = score(open_, "/g 2.3", "1", "", "1", "3")
    assert "Regel r1 (skal) er brudt: Når netværket ikke er belyst, er afgørelsen ikke rigtig." in script.text
    assert "sagen kan ikke meldes færdig sådan" in script.text
    assert "1 regel r1 er brudt:" in script.text, "the overview leads to it"
    assert not state(open_).finished


def test_a_deviation_asks_for_its_reason_which_may_wait(open_: ScoringSession) -> None:
    made = make(open_, answers=VISITED | {"q2_3": "2"})
    answer(open_, made, q2_1__2="1")
    script = score(open_, "/g 2.1/2", "2", "", "/o", "1", "Fremgår af journalen")
    assert "Afvigelse fra udgangspunktet i regel r2: Et punkt, som ikke er belyst" in script.text
    assert "(gælder række 2)" in script.text
    assert "1 der mangler en begrundelse efter regel r2:" in script.text
    assert answers(open_)["begr_r2"] == "Fremgår af journalen"


def test_an_assessment_asks_for_its_reason_and_is_not_asked_twice(open_: ScoringSession) -> None:
    make(open_, answers=VISITED | {"q1_3": "20"})
    script = score(open_, "/g 1.4.1", "2", "Kun bad om morgenen", "/g 2.3", "1")
    assert script.text.count("Svaret skal vurderes og begrundes efter regel r4") == 1
    assert answers(open_)["begr_r4"] == "Kun bad om morgenen"


def test_a_reason_that_lapses_is_told_and_asked_for_again(open_: ScoringSession) -> None:
    make(open_, answers=VISITED | {"q2_1__1": "2", "q2_3": "2", "begr_r2": "Fremgår af journalen"})
    script = score(open_, "/g 2.1/2", "2", "/=")
    assert "Begrundelsen efter regel r2 bortfalder: svarene er ændret." in script.text
    assert "Der stod: Fremgår af journalen" in script.text
    assert answers(open_)["begr_r2"] == "Fremgår af journalen"


# --- what falls away --------------------------------------------------------------------------------------------------


def test_what_falls_away_is_told_before_it_does(open_: ScoringSession) -> None:
    make(open_, answers=VISITED)
    script = score(open_, "/g 1.4", "2", "n")
    assert (
        '- 1.4.1/1 Rengøring: valgt - 2.2/1 Helbred: "Ja" - 2.2/2 Netværk: "Ja" Skal de falde bort? (j/n):'
        in script.text
    )
    assert answers(open_) == VISITED
    score(open_, "/g 1.4", "2", "j")
    assert answers(open_) == {name: VISITED[name] for name in VISITED if name[:6] not in ("q1_4_1", "q2_2__")} | {
        "q1_4": "2"
    }


# --- others -----------------------------------------------------------------------------------------------------------


def test_what_another_has_changed_meanwhile_is_told_and_both_are_kept(open_: ScoringSession) -> None:
    made = make(open_)

    def meanwhile() -> str:
        answer(open_, made, ASA, q1_3="30", q1_1="1950-01-01")
        return "1940-05-01"

    script = score(open_, meanwhile)
    assert answers(open_) == {"q1_1": "1940-05-01", "q1_3": "30"}
    assert "ASA har imens ændret 1.3 Minutter om ugen: intet → 30" in script.text


def test_a_case_that_another_has_finished_meanwhile_is_not_changed(open_: ScoringSession) -> None:
    made = make(open_, answers=UNVISITED)

    def meanwhile() -> str:
        open_.book.finish(made.case, ASA, seen=made.revision)
        return "1930-01-01"

    script = score(open_, "/g 1.1", meanwhile, "1930-01-01")
    assert answers(open_) == UNVISITED
    assert "ASA har imens meldt sagen færdig." in script.text
    assert "Sag Nord/1 er meldt færdig og kan ikke ændres. Svaret er ikke gemt." in script.text
    assert "er gemt. Næste" not in script.text
    assert script.typed == ["1930-01-01"], "nothing more is asked"


def test_a_question_that_another_s_change_took_away_is_not_answered(open_: ScoringSession) -> None:
    made = make(open_, answers={name: text for name, text in VISITED.items() if not name.startswith("q2_2")})

    def meanwhile() -> str:
        answer(open_, made, ASA, q1_4="2")
        return "1"

    script = score(open_, "/g 2.2/1", meanwhile, "/l")
    assert "q2_2__1" not in answers(open_)
    assert "ASA har imens ændret 1.4" in script.text
    assert "! Sag Nord/1 er ændret af ASA imens, så svaret er ikke gemt. 2.2/1 stilles ikke længere." in script.text
    assert "Gemt:" not in script.text


def test_what_another_answered_meanwhile_does_not_fall_away_unasked(open_: ScoringSession) -> None:
    made = make(open_, answers={"q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60", "q1_4": "1"})

    def meanwhile() -> str:
        answer(open_, made, ASA, q1_4_1__2="1")
        return "2"

    script = score(open_, "/g 1.4", meanwhile, "2", "n")
    assert answers(open_)["q1_4_1__2"] == "1"
    assert script.text.count("1.4 Er borgeren visiteret?") >= 2, "the question is shown again"
    assert "- 1.4.1/2 Bad: valgt Skal de falde bort? (j/n):" in script.text
    assert "Gemt:" not in script.text


def test_a_remark_to_a_question_that_another_took_away_is_not_saved(open_: ScoringSession) -> None:
    made = make(open_, answers=VISITED)

    def meanwhile() -> str:
        answer(open_, made, ASA, q1_4="2")
        return "Hver dag"

    script = score(open_, "/g 1.4.1", "/b", meanwhile)
    assert "Teksten er ikke gemt: Spørgsmålet stilles ikke længere." in script.text
    assert "q1_4_1_bem" not in answers(open_)


def test_a_database_that_refuses_is_told_and_the_same_question_comes_again(
    open_: ScoringSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(open_)
    save, refusals = open_.book.save, [FileFault("cases.sqlite kan ikke gemmes.", remedy="Skaf plads.")]

    def full(case: str, edit: Edit, by: By, *, seen: int) -> object:
        if refusals:
            raise refusals.pop()
        return save(case, edit, by, seen=seen)

    monkeypatch.setattr(open_.book, "save", full)
    script = score(open_, "1940-05-01", "1940-05-01")
    assert "! cases.sqlite kan ikke gemmes. Skaf plads." in script.text
    assert answers(open_) == {"q1_1": "1940-05-01"}


# --- the end, and coming back -----------------------------------------------------------------------------------------


def test_the_overview_lists_what_is_missing_and_leads_there(open_: ScoringSession) -> None:
    made = make(open_, answers=VISITED | {"q1_3": ""})
    answer(open_, made, q2_1__2="", q2_2__2="")
    script = score(open_, "/o", "", "/o", "0", "fem", "2", "1", "1", "60", "1", "1")
    text = script.text
    assert "1 1.3 Minutter om ugen: ikke besvaret 2 2.1 Er følgende belyst?: ikke besvaret (række 2)" in text
    assert "! Skriv et nummer fra 1 til 3, /g 3.1 eller /l." in text
    assert answers(open_) == VISITED
    assert "Der mangler ikke noget." in text


def test_what_is_wrong_in_a_row_leads_to_that_row(open_: ScoringSession) -> None:
    """Rule r1: an aspect that is not considered, and a decision that is right all the same."""
    make(open_, answers=VISITED | {"q2_1__2": "2", "q2_2__2": "2"})
    script = score(open_, "/o", "1", "1")
    assert "Når netværket ikke er belyst, er afgørelsen ikke rigtig. Nummer" in script.text
    assert answers(open_) == VISITED | {"q2_2__2": "2"}, "what was typed is the answer to 2.1/2 and not to 2.1/1"


def test_a_long_list_is_cut_and_the_others_counted(tmp_path: Path) -> None:
    with open_session(begin_study(tmp_path / "fleksjob", "fleksjob-2016")) as open_:
        open_.book.create({"kommune": "1", "sagsnr": "7", "sagsmaaler": "1"}, ASA)
        lines = score(open_, "/o", case="7", by=ASA).lines
    first = lines.index("Sag 7: det mangler") + 1
    assert lines[first] == "   1  1.1 Fødselsdato: ikke besvaret"
    assert [line for line in lines[first:] if line.startswith("  15  3.4 Korrekt vurdering")]
    assert "      Og 5 punkter til." in lines
    assert not [line for line in lines[first:] if line.startswith("  16  ")]


def test_a_case_is_not_finished_without_being_told_to(open_: ScoringSession) -> None:
    make(open_, answers=UNVISITED)
    assert "Alle svar i sag Nord/1 er gemt." in score(open_, "", "", "n").text
    assert not state(open_).finished


def test_a_case_in_which_nothing_is_missing_can_be_gone_through(open_: ScoringSession) -> None:
    whole = UNVISITED | {"paaroerende": "1"}
    for number, typed in enumerate((["n"], [""], ["/t", "/g 1.1"], ["/o", "/g 1.1"], ["/b", "/?", "/g 9", "/g 1.1"])):
        case = make(open_, str(number), answers=whole).case
        script = score(open_, *typed, "1971-05-01", case=case)
        assert answers(open_, case)["q1_1"] == "1971-05-01", typed
        assert not script.typed
    assert "/g 3.1, /t, /o og /l" in script.text
    case = make(open_, "9", answers=whole).case
    assert "Lukket" not in score(open_, "/l", case=case).text
    script = score(open_, "/t", "2", case=case, by=ASA)
    assert answers(open_, case)["paaroerende"] == "2", "back is the last question"


def test_a_text_that_is_half_written_when_one_leaves_is_saved(open_: ScoringSession) -> None:
    make(open_, answers=VISITED | {"q2_3": "3"})
    script = score(open_, "/g 1.2", "/b", leaving("Uden år\nog"))
    assert answers(open_)["q1_2_bem"] == "Uden år\nog"
    assert "Teksten er gemt. Alle svar i sag Nord/1 er gemt." in script.text
    score(open_, "/g 2.4", leaving("//x mangler"))
    assert answers(open_)["q2_4"] == "/x mangler"
    score(open_, "/g 1.4", "/b", leaving("/l"))
    assert "q1_4_bem" not in answers(open_), "a command is no text"


def test_a_text_that_cannot_be_saved_when_one_leaves_is_said_not_to_be(open_: ScoringSession) -> None:
    make(open_, answers=VISITED | {"q2_3": "3"})
    looks = "sag 0101401234"
    for typed in (["/b", leaving(looks)], ["/b", looks], ["/b", looks, "n"], ["/b", looks, "n", "/l"]):
        text = score(open_, "/g 1.2", *typed).text
        assert "Teksten er ikke gemt. Alle andre svar i sag Nord/1 er gemt." in text, typed
        assert looks[4:] not in text
    for typed in ([leaving(looks)], [looks], [looks, "n", "/l"]):
        assert "Teksten er ikke gemt. Alle andre svar" in score(open_, "/g 2.4", *typed).text
    assert {"q1_2_bem", "q2_4"}.isdisjoint(answers(open_))
    answer(open_, state(open_), q2_4="Ikke belyst")
    open_.book.finish("Nord/1", HJE, seen=state(open_).revision)
    assert "Lukket. Teksten er ikke gemt." in score(open_, "j", leaving("Et nyt bilag")).text


def test_a_text_that_is_not_vouched_for_is_there_to_be_put_right(open_: ScoringSession) -> None:
    make(open_, answers=VISITED | {"q2_3": "3"})
    looks = "sag 0101401234"
    script = score(open_, "/g 1.2", "/b", looks, "n", "sag 7", "/g 2.4", looks, "n", "/x", "se bilag")
    assert [prompt.initial for prompt in script.prompts if prompt.multiline] == ["", "", looks, "", looks, ""]
    assert (answers(open_)["q1_2_bem"], answers(open_)["q2_4"]) == ("sag 7", "se bilag")


def test_a_remark_that_is_accepted_as_it_stands_saves_nothing(open_: ScoringSession) -> None:
    for number, text in enumerate(("jf. §\xa04\tog\n\n5", "/b er ikke brugt", "a\u200db")):
        made = make(open_, str(number), answers=VISITED | {"q1_2_bem": text, "q2_3": "3", "q2_4": text})
        script = Script("/g 1.2", "/b", unchanged, "/g 2.4", unchanged)
        scoreloop.score_cases(open_, HJE, script, made.case)
        assert "! " not in script.text
        assert state(open_, made.case).revision == made.revision


def test_what_is_typed_to_go_on_can_be_copied(open_: ScoringSession) -> None:
    made = open_.book.create({"distrikt": "1", "sagsnr": "it's 1"}, HJE)
    script = Script()
    scoreloop.score_cases(open_, HJE, script, made.case, "audit score --reviewer 'H J'")
    assert script.lines[-1] == """Fortsæt med: audit score --reviewer 'H J' 'Nord/it'"'"'s 1'"""


def test_the_next_start_resumes_at_the_same_question(open_: ScoringSession) -> None:
    make(open_)
    make(open_, "2", by=ASA)
    assert "Næste gang begynder du ved 1.3." in score(open_, "1940-05-01", "2").text
    script = score(open_, "60", case=None)
    assert "Sag Nord/1. Du fortsætter ved 1.3." in script.text
    assert answers(open_) == {"q1_1": "1940-05-01", "q1_2_status": "2", "q1_3": "60"}


def test_without_a_number_the_next_case_comes_until_all_is_done(open_: ScoringSession) -> None:
    make(open_, answers=UNVISITED)
    make(open_, "2")
    script = score(open_, "/g paaroerende", "", "j", "j", "1940-05-01", case=None)
    assert state(open_).finished
    assert answers(open_, "Nord/2") == {"q1_1": "1940-05-01"}
    assert "Vil du gå videre med den næste sag? (j/n):" in script.text


def test_a_study_without_cases_or_with_finished_ones_says_so(open_: ScoringSession) -> None:
    assert "Der er ingen sager endnu." in score(open_, case=None).text
    made = make(open_, answers=UNVISITED)
    open_.book.finish(made.case, HJE, seen=made.revision)
    assert "Alle sager er meldt færdige (1 sag)." in score(open_, case=None).text


def test_the_next_case_is_one_s_own_that_is_begun_and_cases_are_not_compared_with_one_another(
    open_: ScoringSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("1", "2", "3"):
        make(open_, number, answers=UNVISITED if number != "1" else None, by=ASA if number == "2" else HJE)

    def compared(_one: State, _other: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(State, "__eq__", compared)
    assert "Sag Nord/3." in score(open_, case=None).text


def test_what_another_changed_before_the_case_is_finished_is_told_first(open_: ScoringSession) -> None:
    made = make(open_, answers=UNVISITED)

    def meanwhile() -> str:
        answer(open_, made, ASA, q1_3="5")
        return "j"

    text = score(open_, "/o", meanwhile).text
    assert "ASA har imens ændret 1.3 Minutter om ugen: 0 → 5" in text
    assert "Sag Nord/1 er ændret af ASA imens, så den er ikke meldt færdig. Se den igennem" in text
    assert not state(open_).finished
    assert "er meldt færdig og låst" in score(open_, "/o", "j").text


def test_reviewers_get_their_own_cases_then_nobody_s_which_become_theirs(tmp_path: Path) -> None:
    with open_session(begin_study(tmp_path / "fleksjob", "fleksjob-2016")) as open_:
        open_.book.create({"kommune": "1", "sagsnr": "1", "sagsmaaler": "2"}, ASA)
        open_.book.create({"kommune": "1", "sagsnr": "2"}, ASA)
        open_.book.create({"kommune": "1", "sagsnr": "3", "sagsmaaler": "1"}, ASA)
        assert "Sag 3. Skriv" in score(open_, case=None, by=ASA).text
        assert "Sag 2. Skriv" in score(open_, case=None, by=By("TLM")).text
        assert state(open_, "2").answers["sagsmaaler"] == "5"
        assert "Der er ikke flere sager til dig. Andre mangler 3 sager." in score(open_, case=None, by=By("HANK")).text


# --- new and finished cases -------------------------------------------------------------------------------------------


def test_an_unknown_number_makes_a_case_when_that_is_meant(open_: ScoringSession) -> None:
    make(open_, "17")
    script = score(open_, "n", case="Nord/18")
    assert 'Sag Nord/18 findes ikke i undersøgelsen. Mente du "Nord/17"?' in script.text
    assert open_.book.state("Nord/18") is None
    assert script.lines[-1] == "Sag Nord/18 er ikke oprettet."
    assert score(open_, "", case="Nord/18").lines[-1] == "Sag Nord/18 er ikke oprettet."
    assert score(open_, "j", case="18").lines[-1] == "Sag 18 er ikke oprettet.", "left before it had a distrikt"
    score(open_, "j", "1940-05-01", case="Nord/18")
    assert answers(open_, "Nord/18") == {"q1_1": "1940-05-01"}
    script = score(open_, "j", "", "Vest", "Syd", "1940-05-01", case="19")
    assert "Distrikt skal være der" in script.text
    assert '"Vest" er ikke et svar på Distrikt.' in script.text
    assert answers(open_, "Syd/19") == {"q1_1": "1940-05-01"}


def test_the_number_alone_is_enough_where_one_case_has_it(open_: ScoringSession) -> None:
    make(open_, "17")
    score(open_, "1940-05-01", case="17")
    assert answers(open_, "Nord/17") == {"q1_1": "1940-05-01"}


def test_a_new_case_has_its_reviewer_s_initials_and_a_unit_of_the_study(tmp_path: Path) -> None:
    folder = begin_study(tmp_path / "fleksjob", "fleksjob-2016", units=("Aarhus", "Esbjerg"))
    with open_session(folder) as open_:
        script = score(open_, "j", "Aalborg", "751", case="7", by=ASA)
        assert "sagen er fra Aalborg, som ikke står under units i study.yaml" in script.text
        offered = [line.split()[1] for line in script.lines if line[:6].strip().isdigit()]
        assert offered == ["Aarhus", "Esbjerg"]
        assert state(open_, "7").answers == {"kommune": "2", "sagsnr": "7", "sagsmaaler": "1"}


def test_a_reviewer_who_is_none_of_the_answers_is_told_that_the_field_may_stay_open(tmp_path: Path) -> None:
    with open_session(begin_study(tmp_path / "fleksjob", "fleksjob-2016", units=("Aarhus",))) as open_:
        script = score(open_, "j", "", case="7", by=By("NY"))
        assert "NY er ikke blandt svarene. Feltet kan stå åbent så længe (Enter)." in script.text
        assert state(open_, "7").answers == {"kommune": "2", "sagsnr": "7"}


def test_a_case_is_not_named_by_a_cpr_number(open_: ScoringSession) -> None:
    with pytest.raises(UsageFault, match="teksten indeholder et CPR-nummer") as fault:
        score(open_, "j", "Nord", case="0101401234")
    assert "0101401234" not in str(fault.value)


def test_a_finished_case_is_reopened_with_a_reason_only(open_: ScoringSession) -> None:
    made = make(open_, answers=UNVISITED)
    open_.book.finish(made.case, ASA, seen=made.revision)
    script = score(open_, "n")
    assert "Sag Nord/1 er meldt færdig af ASA den 22. november 2026 kl. 14." in script.text
    assert "Der skal stå en begrundelse." in score(open_, "j", "").text
    assert state(open_).finished
    score(open_, "j", "Der er kommet et nyt bilag", "/g 1.1", "1971-01-01")
    assert answers(open_)["q1_1"] == "1971-01-01"
    with open_.book.store.reading() as reader:
        assert "Der er kommet et nyt bilag" in [one.content.note for one in reader.revisions("Nord/1")]


def test_a_finished_case_is_asked_only_for_fields_that_are_new(tmp_path: Path) -> None:
    folder = study(tmp_path)
    with session(folder) as open_:
        made = make(open_, answers=UNVISITED)
        open_.book.finish(made.case, HJE, seen=made.revision)
    form = folder / "hjemmehjaelp.yaml"
    new = "      - {id: vaerge, text: Er der en værge?, type: choice, options: janej}\n"
    form.write_text(form.read_text(encoding="utf-8").replace("\nrules:", f"{new}\nrules:"), encoding="utf-8")
    with session(folder) as open_:
        assert "Skal den åbnes igen? (j/n):" in score(open_, "n", "n").text
        script = score(open_, "j", "1", "j")
        assert "Vil du svare på de nye felter nu? (j/n):" in script.text
        assert "1.1" not in script.text
        assert answers(open_)["vaerge"] == "1"
        assert open_.book.open_columns(state(open_)) == frozenset()


def test_whatever_moment_one_leaves_at_what_was_answered_is_saved(open_: ScoringSession) -> None:
    typed = ["1940-05-01", "2020-02-01", "60", "1", "1,3", "Indkøb", "2", "1", "1", "Fordi", "2"]
    columns = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]
    for length, expected in enumerate([0, *columns]):
        case = make(open_, str(length)).case
        score(open_, *typed[:length], case=case)
        assert len(answers(open_, case)) == expected


def test_what_cannot_be_used_in_a_pipe_stops_it(open_: ScoringSession) -> None:
    make(open_)
    script = Script("i går", "1940-05-01")

    def stop(text: str) -> None:
        raise DataFault(text)

    script.refuse = stop  # type: ignore[method-assign]
    with pytest.raises(DataFault):
        scoreloop.score_cases(open_, HJE, script, "Nord/1")
    assert answers(open_) == {}
