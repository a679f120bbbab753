"""Can these conditions ever hold together, under the routing of the form?

A small backtracking search over the closed questions that the conditions touch, those of the first condition first.
Dates, numbers and texts are left free: what depends on them counts as possible. The search gives up as "possible"
after a fixed number of steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from audit.condition import All, AnyOf, Condition, Key, Not, OneOf, Only, Test, keys, tests
from audit.questionnaire import Questionnaire

NOT_ASKED = "–"
_STEPS = 50_000

Value = str | frozenset[str]


def satisfiable(questionnaire: Questionnaire, conditions: Sequence[Condition]) -> bool:
    """Whether some way of filling in the whole form makes every condition true (bound conditions only)."""
    touched = _touched(questionnaire, conditions)
    order = [key for key in touched if questionnaire.by_id[key.question].closed]
    domains = {key: list(_domain(questionnaire, key, conditions)) for key in order}
    steps = iter(range(_STEPS))

    def search(values: dict[Key, Value]) -> bool:
        if not _possible(questionnaire, conditions, values):
            return False
        if len(values) == len(order):
            return True
        key = order[len(values)]
        return any(next(steps, None) is None or search({**values, key: value}) for value in domains[key])

    return search({})


def _possible(questionnaire: Questionnaire, conditions: Sequence[Condition], values: Mapping[Key, Value]) -> bool:
    """Whether nothing so far breaks a condition or the routing."""
    for key, value in values.items():
        asked = questionnaire.by_id[key.question].asked_when
        if asked is not None and _holds(asked, values) is (value == NOT_ASKED):
            return False
    return all(_holds(condition, values) is not False for condition in conditions)


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
    else:
        yield from (option.code for option in question.options)
    if question.asked_when is not None:
        yield NOT_ASKED


def _holds(condition: Condition, values: Mapping[Key, Value]) -> bool | None:
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


def _test(test: Test, values: Mapping[Key, Value]) -> bool | None:
    value = values.get(test.key)
    if value == NOT_ASKED:
        return False
    if value is None or not isinstance(test, OneOf | Only):
        return None
    chosen = value if isinstance(value, frozenset) else frozenset((value,))
    return chosen <= set(test.answers) if isinstance(test, Only) else bool(chosen.intersection(test.answers))
