"""How a question is put to the person who scores a case: as lines of plain text that fit a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from audit.base.danish import listing, long_date
from audit.questionnaire.condition import Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Basis, Option, Question, Questionnaire, Rule
from audit.scoring.answersets import AnswerTexts
from audit.terminal import steps
from audit.terminal.steps import Step

#: What an answer's kind asks for.
_PROMPTS = {"flag": "Svar, et eller flere", "number": "Tal", "text": "Tekst (tom linje slutter)"}
#: Options of a grid that are this short together stand in the prompt of every row.
_SHORT_OPTIONS = 40
_MARGIN = "     "
#: What a line must not end with.
_UNBROKEN = re.compile(r"(§§?|stk\.|spm\.|nr\.) ")
_STRENGTHS = {
    "skal": "Regel {id} (skal) er brudt: {text}",
    "udgangspunkt": "Afvigelse fra udgangspunktet i regel {id}: {text}",
    "vurdering": "Svaret skal vurderes og begrundes efter regel {id}: {text}",
}
_HOW = {
    "flag": "Skriv numrene på alle svar, der passer, med komma imellem: 1,4. De erstatter dem, der står.",
    "code": "Skriv svarets nummer eller dets tekst.",
    "date": "Skriv datoen som 2014-12-31, 31-12-2014, 31.12.2014 eller 31/12/2014.",
    "number": "Skriv et tal som 30 eller 2,5.",
    "text": "Skriv en eller flere linjer. En tom linje slutter. Skal teksten begynde med /, så skriv //.",
}


@dataclass(frozen=True)
class Command:
    """Something to do other than answering: ``/t`` (also Ctrl-T where keys are read one by one)."""

    letter: str
    title: str
    help: str


BACK = Command("t", "tilbage", "gå tilbage til spørgsmålet før")
GO = Command("g", "gå til", "gå til et andet spørgsmål: /g 3.1")
REMARK = Command("b", "bemærkning", "skriv en bemærkning til spørgsmålet")
OVERVIEW = Command("o", "oversigt", "se, hvad der mangler, og meld sagen færdig")
EXAMPLE = Command("e", "eksempel", "mærk sagen som egnet til eksempel i rapporten; igen: tag mærket af")
CLEAR = Command("x", "ryd", "ryd svaret")
LEAVE = Command("l", "luk", "luk; alt er gemt, og næste gang begynder du samme sted")
HELP = Command("?", "hjælp", "vis denne hjælp")
AGAIN = Command("=", "samme igen", "brug den begrundelse, der bortfaldt, igen")
COMMANDS = (BACK, GO, REMARK, OVERVIEW, EXAMPLE, CLEAR, LEAVE, HELP, AGAIN)


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """A text as lines of at most `width`: the first after `first`, the others after `rest`, else as much space."""
    rest_indent = " " * len(first) if rest is None else rest
    unbroken = _UNBROKEN.sub("\\1\xa0", text)
    lines = textwrap.wrap(unbroken, width, initial_indent=first, subsequent_indent=rest_indent, break_on_hyphens=False)
    return [line.replace("\xa0", " ") for line in lines] or [first.rstrip()]


def title_lines(text: str, width: int) -> list[str]:
    """The title of a section, underlined."""
    lines = wrap(text, width)
    return ["", *lines, "=" * max(map(len, lines))]


def question_lines(step: Step, width: int) -> Iterator[str]:
    """A question's heading, number, full text and options; for a grid what its rows have in common."""
    question = step.question
    yield ""
    for line in (question.heading or "").splitlines():
        yield from wrap(line, width)
    if question.heading:
        yield ""
    number = f"{question.id}  " if question.id[:1].isdigit() else ""
    yield from wrap(question.shown, width, number)
    yield from option_lines(question, width)


def option_lines(question: Question, width: int) -> Iterator[str]:
    """The options of a question with their codes."""
    for option in question.options:
        if not option.date:
            yield from wrap(f"{option.shown}{_option_notes(option)}", width, f"{option.code:>6}  ")


def _option_notes(option: Option) -> str:
    """What the wording of an option does not say."""
    number = f" - {option.number}" if option.number else ""
    return f"{number}{' [kun alene]' if option.exclusive else ''}{' [skal uddybes]' if option.remark else ''}"


def row_lines(step: Step, width: int) -> Iterator[str]:
    """The row of a grid."""
    if step.row is not None:
        yield ""
        yield from wrap(step.row.shown, width, f"{step.id}  ")


def answer_prompt(step: Step) -> str:
    """What is asked for, in a few words."""
    if step.answer_columns[0].kind == "date":
        return f"Dato (som 2014-12-31){' eller svar' if len(step.answer_columns) > 1 else ''}"
    choices = ", ".join(map(steps.option_label, step.question.options))
    if step.row is not None and len(choices) <= _SHORT_OPTIONS:
        return f"Svar ({choices})"
    return _PROMPTS.get(step.answer_columns[0].kind, "Svar")


def present_lines(step: Step, answers: AnswerTexts, width: int) -> Iterator[str]:
    """The present answer and remarks."""
    if step.answered(answers):
        yield from wrap(
            f"{steps.answer_text(step, answers)} (Enter beholder)", width, f"{_MARGIN}Svaret er nu: ", _MARGIN
        )
    for variable in step.remark_columns:
        if variable.name in answers:
            yield from wrap(answers[variable.name], width, f"{_MARGIN}Bemærkning: ", _MARGIN)


# --- law --------------------------------------------------------------------------------------------------------------


def law_lines(
    questionnaire: Questionnaire, references: Sequence[Basis], answers: AnswerTexts, width: int
) -> Iterator[str]:
    """The legal references with the law in force on the day of the decision."""
    day = _decision_day(questionnaire, answers)
    if not references:
        return
    pinpoints: dict[str, list[str]] = {}
    for reference in references:
        pinpoints.setdefault(reference.law, []).append(reference.pinpoint)
    places = {law: listing(filter(None, texts)) for law, texts in pinpoints.items()}
    laws = (_law_text(questionnaire, law, text, day) for law, text in places.items())
    yield from wrap("; ".join(laws), width, f"{_MARGIN}Retsgrundlag: ", _MARGIN)
    if day is None and questionnaire.decision_date is not None:
        yield from wrap("Afgørelsens dato kendes ikke; det er de regler, skemaet nævner.", width, _MARGIN)


def _decision_day(questionnaire: Questionnaire, answers: AnswerTexts) -> date | None:
    if questionnaire.decision_date is None:
        return None
    text = answers.get(questionnaire.answers[Key(questionnaire.decision_date)][0].name)
    return date.fromisoformat(text) if text else None


def _law_text(questionnaire: Questionnaire, law: str, pinpoints: str, day: date | None) -> str:
    """References to a law as the form has them, and what was in force instead on the day."""
    named = (questionnaire.laws or {})[law]
    text = " i ".join(filter(None, (pinpoints, named.short)))
    in_force = questionnaire.law_at(law, day)
    if day is None or in_force == named:
        return text
    if in_force is None:
        return f"{text} (gjaldt ikke {long_date(day)})"
    return f"{in_force.short}, som gjaldt {long_date(day)} (skemaet nævner {text})"


# --- rules ------------------------------------------------------------------------------------------------------------


def rule_lines(rule: Rule, rows: Sequence[str], width: int) -> Iterator[str]:
    """A rule that the answers do not follow, or that asks for a reason, with its basis and the rows concerned."""
    where = f" (gælder række {', '.join(rows)})" if rows else ""
    basis = f" Grundlag: {rule.basis}." if rule.basis else ""
    text = _STRENGTHS[rule.strength].format(id=rule.id, text=rule.text)
    yield from wrap(f"{text}{where}{basis}", width, "  ! ")


# --- help -------------------------------------------------------------------------------------------------------------


def help_lines(
    questionnaire: Questionnaire, step: Step, commands: Sequence[Command], answers: AnswerTexts, width: int
) -> Iterator[str]:
    """How a question is answered, when it is asked, its rules and laws in full, and what else can be done."""
    yield ""
    yield from wrap(_HOW[step.answer_columns[0].kind], width)
    yield from wrap("En tom linje går videre: Det svar, der står, bliver; er der intet, står spørgsmålet åbent.", width)
    if step.question.asked_when is not None:
        yield from wrap(f"Stilles kun, når {describe(step.question.asked_when, questionnaire)}.", width)
    for rule in questionnaire.rules:
        if any(key.question == step.question.id for key in rule.keys):
            yield from wrap(rule.text, width, f"Regel {rule.id} ({rule.strength}): ", _MARGIN)
    day = _decision_day(questionnaire, answers)
    for basis in (*step.question.basis, *(step.row.basis if step.row else ())):
        law = questionnaire.law_at(basis.law, day) or (questionnaire.laws or {})[basis.law]
        link = f" {law.url}" if law.url else ""
        yield from wrap(f"{law.full}{link}", width, f"{law.short}: ", _MARGIN)
    yield ""
    for command in commands:
        yield from wrap(command.help, width, f"  /{command.letter}  ")
    yield from wrap("Hvor tasterne står nederst, gør de det samme: ^T er Ctrl og T, som er /t.", width)
