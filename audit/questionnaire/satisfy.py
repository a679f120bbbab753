"""Can these conditions ever hold together, under the routing of the form?

A small backtracking search over the questions that the conditions touch, those of the first condition first; a
several-answer question is decided option by option. Dates, numbers and texts are only asked or not: what depends on
their answers counts as possible. The search gives up as "possible" after it has weighed a fixed number of conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from audit.questionnaire.condition import All, AnyOf, Condition, Key, Not, OneOf, Only, Test, keys, tests
from audit.questionnaire.model import Option, Question, Questionnaire

NOT_ASKED = "–"
ANSWERED = "…"
#: How many conditions are weighed: a second or so at the most.
_STEPS = 100_000


@dataclass(frozen=True)
class Choosing:
    """The answer to a several-answer question on the way: what is chosen so far, and what is not decided yet."""

    chosen: frozenset[str]
    undecided: tuple[str, ...] = ()

    @property
    def possible(self) -> frozenset[str]:
        """Everything that may come to be chosen."""
        return self.chosen.union(self.undecided)

    def decided(self) -> Iterator[Choosing]:
        """The same with its first undecided option chosen and not chosen; an answer that is given is never empty."""
        first, *rest = self.undecided
        yield Choosing(self.chosen | {first}, tuple(rest))
        if rest or self.chosen:
            yield Choosing(self.chosen, tuple(rest))


Value = str | Choosing
Values = dict[Key, Value]
Demand = Callable[[Values], bool]


def satisfiable(questionnaire: Questionnaire, conditions: Sequence[Condition]) -> bool:
    """Whether some way of filling in the whole form makes every condition true (bound conditions only)."""
    order = _touched(questionnaire, conditions)
    routing = [(key, asked) for key in order if (asked := questionnaire.by_id[key.question].asked_when) is not None]
    named = [test for condition in (*conditions, *(asked for _, asked in routing)) for test in tests(condition)]
    domains = {key: list(_domain(questionnaire.by_id[key.question], key, named)) for key in order}
    demands: list[tuple[tuple[Key, ...], Demand]] = [(keys(one), partial(_may_hold, one)) for one in conditions]
    demands.extend(((key, *keys(asked)), partial(_may_be_asked, key, asked)) for key, asked in routing)
    reading: dict[Key | None, list[Demand]] = {None: [demand for _, demand in demands]}  # before anything is decided
    reading.update({key: [demand for read, demand in demands if key in read] for key in order})
    waiting: list[Values] = [{}]
    steps = 0
    while waiting:
        values = waiting.pop()
        last = next(reversed(values), None)
        steps += len(reading[last])
        if steps > _STEPS:
            return True
        if all(demand(values) for demand in reading[last]):
            further = _further(values, last, order, domains)
            if not further:
                return True
            waiting.extend(reversed(further))
    return False


def _further(values: Values, last: Key | None, order: list[Key], domains: Mapping[Key, list[Value]]) -> list[Values]:
    """The values with one thing more decided, in every way; none where all is decided.

    `last` is the key that was decided last; of a several-answer question there may be more to decide.
    """
    if last is not None and isinstance(value := values[last], Choosing) and value.undecided:
        return [{**values, last: one} for one in value.decided()]
    if len(values) == len(order):
        return []
    key = order[len(values)]
    return [{**values, key: one} for one in domains[key]]


def _may_hold(condition: Condition, values: Values) -> bool:
    return _holds(condition, values) is not False


def _may_be_asked(key: Key, asked: Condition, values: Values) -> bool:
    """Whether a key's value fits what is known of whether it is asked."""
    return key not in values or _holds(asked, values) is not (values[key] == NOT_ASKED)


def _touched(questionnaire: Questionnaire, conditions: Sequence[Condition]) -> list[Key]:
    """The keys that the conditions read, then those that decide whether these are asked."""
    touched = list(dict.fromkeys(key for condition in conditions for key in keys(condition)))
    for key in touched:  # grows on the way
        asked = questionnaire.by_id[key.question].asked_when
        touched.extend(other for other in (keys(asked) if asked is not None else ()) if other not in touched)
    return touched


def _domain(question: Question, key: Key, named: Sequence[Test]) -> Iterator[Value]:
    """The answers worth trying: every option; of several answers one of those that all tests take for the same."""
    if question.type == "choices":
        yield from (Choosing(frozenset((code,))) for code in _different(question.options, key, named, exclusive=True))
        together = tuple(_different(question.options, key, named, exclusive=False))
        if together:
            yield Choosing(frozenset(), together)
    elif question.closed:
        yield from (option.code for option in question.options)
    else:
        yield ANSWERED
    if question.asked_when is not None:
        yield NOT_ASKED


def _different(options: Iterable[Option], key: Key, named: Sequence[Test], *, exclusive: bool) -> list[str]:
    """One option of each kind, where those of a kind are named by the same tests of this key."""
    answers = [frozenset(test.answers) for test in named if isinstance(test, OneOf | Only) and test.key == key]
    codes = [option.code for option in options if option.exclusive == exclusive]
    kinds = {tuple(code in one for one in answers): code for code in reversed(codes)}
    return list(kinds.values())[::-1]


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
    choosing = value if isinstance(value, Choosing) else Choosing(frozenset((value,)))
    if isinstance(test, Only):
        outside = _has(choosing, choosing.possible.difference(test.answers))
        return None if outside is None else not outside
    return _has(choosing, choosing.possible.intersection(test.answers))


def _has(choosing: Choosing, options: frozenset[str]) -> bool | None:
    """Whether one of some possible answers is chosen; None where it is not decided."""
    if choosing.chosen & options or options == choosing.possible:
        return True
    return None if options else False
