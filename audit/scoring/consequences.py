"""What follows from a change of answers: others fall away, and reasons lapse.

A question that is no longer asked has no answer. A reason belongs to the answers that it explained.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from audit.cases import checks
from audit.cases.columns import Mask
from audit.cases.routing import Routing
from audit.questionnaire.model import Questionnaire, Rule
from audit.scoring import answersets
from audit.scoring.answersets import AnswerTexts


@dataclass(frozen=True)
class Outcome:
    """The answers of a case after a change, the columns that fell away, and the columns of reasons that lapsed."""

    answers: dict[str, str]
    fallen: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()


def settle(
    questionnaire: Questionnaire,
    before: Sequence[AnswerTexts],
    after: Sequence[AnswerTexts],
    stated: Collection[str] = (),
) -> list[Outcome]:
    """What becomes of cases whose answers are changed from `before` to `after`, one for one.

    `stated` are the columns that are said to be as they are in `after`, asked or not: they do not fall away. A reason
    lapses where the answers that its rule reads have changed and the reason has not.
    """
    old, new = (Routing(answersets.to_cases(questionnaire, rows)) for rows in (before, after))
    made = [Outcome(dict(row)) for row in after]
    for name, unasked in _unasked_columns(questionnaire, new, stated):
        for row in unasked.nonzero()[0].tolist():
            if name in made[row].answers:
                del made[row].answers[name]
                made[row] = Outcome(made[row].answers, (*made[row].fallen, name))
    for rule in questionnaire.rules:
        if rule.soft:
            _remove_lapsed_reasons(rule, (old, new), before, made)
    return made


def _unasked_columns(questionnaire: Questionnaire, new: Routing, stated: Collection[str]) -> Iterator[tuple[str, Mask]]:
    """The columns that are not stated, each with the cases in which its question is not asked."""
    for variable in questionnaire.variables:
        if variable.role != "reason" and variable.name not in stated and new.conditional(variable.question.id):
            yield variable.name, new.asked(variable.question.id).false


def _remove_lapsed_reasons(
    rule: Rule, routings: tuple[Routing, Routing], before: Sequence[AnswerTexts], made: list[Outcome]
) -> None:
    """Take out the reasons of a rule that no longer belong to the answers."""
    questionnaire = routings[0].questionnaire
    kept = [row for row, one in enumerate(made) if one.answers.get(rule.column, "") == before[row].get(rule.column)]
    if not kept:
        return
    for instance in questionnaire.instances_of(rule):
        columns = [variable.name for key in instance.keys for variable in questionnaire.answers[key]]
        concerned = checks.breaches(routings[0], instance) | checks.breaches(routings[1], instance)
        for row in kept:
            answers = made[row].answers
            changed = any(answers.get(name) != before[row].get(name) for name in columns)
            if concerned[row] and changed and rule.column in answers:
                del answers[rule.column]
                made[row] = Outcome(answers, made[row].fallen, (*made[row].lapsed, rule.column))
