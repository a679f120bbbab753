"""Can these conditions ever hold together, under the routing of the form?

A small backtracking search over the questions that the conditions touch, those of the first condition first. Dates,
numbers and texts are only asked or not: what depends on their answers counts as possible. The search gives up as
"possible" after a fixed number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations

from audit.questionnaire.condition import All, AnyOf, Condition, Key, Not, OneOf, Only, Test, keys, tests
from audit.questionnaire.model import Questionnaire

NOT_ASKED = "–"
ANSWERED = "…"
_STEPS = 50_000

Value = str | frozenset[str]
Values = Mapping[Key, Value]
Demand = Callable[[Values], bool]


def satisfiable(questionnaire: Questionnaire, conditions: Sequence[Condition]) -> bool:
    """Whether some way of filling in the whole form makes every condition true (bound conditions only)."""
    order = _touched(questionnaire, conditions)
    domains = {key: list(_domain(questionnaire, key, conditions)) for key in order}
    demands: list[tuple[tuple[Key, ...], Demand]] = [(keys(one), partial(_may_hold, one)) for one in conditions]
    for key in order:
        asked = questionnaire.by_id[key.question].asked_when
        if asked is not None:
            demands.append(((key, *keys(asked)), partial(_may_be_asked, key, asked)))
    reading = {key: [demand for read, demand in demands if key in read] for key in order}
    steps = iter(range(_STEPS))

    def search(values: Values) -> bool:
        if len(values) == len(order):
            return True
        key = order[len(values)]
        for value in domains[key]:
            tried = {**values, key: value}
            if next(steps, None) is None or (all(demand(tried) for demand in reading[key]) and search(tried)):
                return True
        return False

    return all(_may_hold(condition, {}) for condition in conditions) and search({})


def _may_hold(condition: Condition, values: Values) -> bool:
    return _holds(condition, values) is not False


def _may_be_asked(key: Key, asked: Condition, values: Values) -> bool:
    """Whether a key's value fits what is known of whether it is asked."""
    return key not in values or _holds(asked, values) is not (values[key] == NOT_ASKED)


def _touched(questionnaire: Questionnaire, conditions: Sequence[Condition]) -> list[Key]:
    """The keys that the conditions read, then those that decide whether these are asked."""
    found = list(dict.fromkeys(key for condition in conditions for key in keys(condition)))
    for key in found:  # grows on the way
        asked = questionnaire.by_id[key.question].asked_when
        found.extend(other for other in (keys(asked) if asked is not None else ()) if other not in found)
    return found


def _domain(questionnaire: Questionnaire, key: Key, conditions: Sequence[Condition]) -> Iterator[Value]:
    """The answers worth trying: every option; of several answers, those named and one that isn't, combined."""
    question = questionnaire.by_id[key.question]
    if question.type == "choices":
        asked = [other.asked_when for other in questionnaire.questions if other.asked_when is not None]
        named = {
            answer
            for condition in (*conditions, *asked)
            for test in tests(condition)
            if test.key == key and isinstance(test, OneOf | Only)
            for answer in test.answers
        }
        alone = [option.code for option in question.options if option.exclusive]
        others = [option.code for option in question.options if not option.exclusive]
        free = [code for code in others if code not in named][:1]
        together = [code for code in others if code in named] + free
        yield from (frozenset((code,)) for code in alone)
        for size in range(1, len(together) + 1):
            yield from map(frozenset, combinations(together, size))
    elif question.closed:
        yield from (option.code for option in question.options)
    else:
        yield ANSWERED
    if question.asked_when is not None:
        yield NOT_ASKED


def _holds(condition: Condition, values: Values) -> bool | None:
    """True, false, or None where it is open (a question not yet answered, a date, a number)."""
    if isinstance(condition, Not):
        part = _holds(condition.part, values)
        return None if part is None else not part
    if isinstance(condition, All | AnyOf):
        parts = [_holds(part, values) for part in condition.parts]
        decisive = isinstance(condition, AnyOf)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    return _test(condition, values)


def _test(test: Test, values: Values) -> bool | None:
    if any(values.get(key) == NOT_ASKED for key in keys(test)):
        return False
    value = values.get(test.key)
    if value is None or value == ANSWERED or not isinstance(test, OneOf | Only):
        return None
    chosen = value if isinstance(value, frozenset) else frozenset((value,))
    return chosen <= set(test.answers) if isinstance(test, Only) else bool(chosen.intersection(test.answers))
