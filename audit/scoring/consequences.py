"""What follows from a change of answers: other answers are dropped, and reasons lapse.

A question that is no longer asked has no answer. A reason belongs to the answers that it explained.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from audit.cases import checks
from audit.cases.codes import Mask
from audit.cases.routing import Routing
from audit.questionnaire.model import Questionnaire, Rule
from audit.scoring import answersets
from audit.scoring.answersets import AnswerTexts


@dataclass(frozen=True)
class Outcome:
    """The answers of a case after a change, the columns dropped, and the columns of reasons that lapsed."""

    answers: dict[str, str]
    dropped: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()


def settle(
    questionnaire: Questionnaire,
    before: Sequence[AnswerTexts],
    after: Sequence[AnswerTexts],
    stated: Collection[str] = (),
) -> list[Outcome]:
    """What becomes of cases whose answers are changed from `before` to `after`, one outcome per case.

    `stated` are the columns that stay as they are in `after`, asked or not: they are not dropped. A reason lapses
    where the answers that its rule reads have changed and the reason has not.
    """
    old, new = (Routing(answersets.to_cases(questionnaire, texts)) for texts in (before, after))
    outcomes = [Outcome(dict(row)) for row in after]
    for name, unasked in _unasked_columns(questionnaire, new, stated):
        for row in unasked.nonzero()[0].tolist():
            if name in outcomes[row].answers:
                del outcomes[row].answers[name]
                outcomes[row] = Outcome(outcomes[row].answers, (*outcomes[row].dropped, name))
    for rule in questionnaire.rules:
        if rule.soft:
            _remove_lapsed_reasons(rule, (old, new), before, outcomes)
    return outcomes


def _unasked_columns(questionnaire: Questionnaire, new: Routing, stated: Collection[str]) -> Iterator[tuple[str, Mask]]:
    """The columns that are not stated, each with the cases in which its question is not asked."""
    for variable in questionnaire.variables:
        if variable.role != "reason" and variable.name not in stated and new.conditional(variable.question.id):
            yield variable.name, new.asked(variable.question.id).false


def _remove_lapsed_reasons(
    rule: Rule, routings: tuple[Routing, Routing], before: Sequence[AnswerTexts], outcomes: list[Outcome]
) -> None:
    """Remove the reasons of a rule that no longer belong to the answers."""
    questionnaire = routings[0].questionnaire
    unchanged = [
        row
        for row, outcome in enumerate(outcomes)
        if outcome.answers.get(rule.column, "") == before[row].get(rule.column)
    ]
    if not unchanged:
        return
    for instance in questionnaire.instances_of(rule):
        columns = [variable.name for key in instance.keys for variable in questionnaire.answers[key]]
        concerned = checks.breaches(routings[0], instance) | checks.breaches(routings[1], instance)
        for row in unchanged:
            answers = outcomes[row].answers
            changed = any(answers.get(name) != before[row].get(name) for name in columns)
            if concerned[row] and changed and rule.column in answers:
                del answers[rule.column]
                outcomes[row] = Outcome(answers, outcomes[row].dropped, (*outcomes[row].lapsed, rule.column))
