"""Routing: conditions over whole columns, in three values.

True, false, or unknown: what is unanswered is unknown, so is a date given as *Uoplyst*; a question that is not asked
makes every test on it false (Kleene's strong logic: docs/architecture.md).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from audit.cases.codes import Codes, Column, Mask, code_type
from audit.questionnaire.condition import (
    All,
    Answered,
    AnyOf,
    Between,
    Condition,
    Key,
    Not,
    OneOf,
    Only,
    Ordered,
    Test,
    YearsAfter,
)
from audit.questionnaire.model import Variable

Days = npt.NDArray[np.datetime64]


class Truth(NamedTuple):
    """Two masks, one entry per case; where neither is set, it is unknown."""

    true: Mask
    false: Mask


class Routing:
    """Answers "is this asked?" and "does this hold?" for every case at once; remembers its answers."""

    def __init__(self, cases: Codes) -> None:
        self.cases = cases
        self.questionnaire = cases.questionnaire
        self._asked: dict[str, Truth] = {}
        self._tests: dict[Test, Truth] = {}
        self._always = Truth(np.ones(cases.size, dtype=np.bool_), np.zeros(cases.size, dtype=np.bool_))

    def asked(self, question: str) -> Truth:
        """For which cases a question is asked."""
        if question not in self._asked:
            condition = self.questionnaire.by_id[question].asked_when
            self._asked[question] = self._always if condition is None else self.truth(condition)
        return self._asked[question]

    def conditional(self, question: str) -> bool:
        """Whether a question is asked only of some cases."""
        return self.questionnaire.by_id[question].asked_when is not None

    def truth(self, condition: Condition) -> Truth:
        """Where a bound condition holds, and where it doesn't."""
        if isinstance(condition, Not):
            part = self.truth(condition.part)
            return Truth(part.false, part.true)
        if isinstance(condition, All | AnyOf):
            parts = [self.truth(part) for part in condition.parts]
            true, false = [part.true for part in parts], [part.false for part in parts]
            if isinstance(condition, All):
                return Truth(np.logical_and.reduce(true), np.logical_or.reduce(false))
            return Truth(np.logical_or.reduce(true), np.logical_and.reduce(false))
        if condition not in self._tests:
            self._tests[condition] = self._evaluate(condition)
        return self._tests[condition]

    def valid_answers(self, key: Key) -> Mask:
        """Which cases have an answer that counts: any but an answer to a question that was not asked."""
        answered = self.cases.answered(key)
        return answered & ~self.asked(key.question).false if self.conditional(key.question) else answered

    def positions(self, key: Key) -> Column:
        """The answers to a question with one answer: 0 is open, 1 … the options; not asked is one above them all."""
        variable = self.questionnaire.answers[key][0]
        return self.set_not_asked(key, self.cases.column(variable), len(variable.options) + 1)

    def set_not_asked(self, key: Key, positions: Column, not_asked: int) -> Column:
        """The positions with `not_asked`, above them all, where the question is not asked, whatever was answered."""
        if not self.conditional(key.question):
            return positions
        highest: Column = self.asked(key.question).false * code_type(not_asked)(not_asked)
        return np.maximum(positions, highest)  # nothing is faster

    def _evaluate(self, test: Test) -> Truth:
        is_known, holds = self._known_and_holds(test)
        not_asked = self._unasked(test)
        if not_asked is None:
            return Truth(is_known & holds, is_known & ~holds)
        is_known = is_known & ~not_asked
        return Truth(is_known & holds, (is_known & ~holds) | not_asked)

    def _unasked(self, test: Test) -> Mask | None:
        """Where a question that the test reads is not asked; None when all of them always are."""
        questions = [test.key.question]
        if isinstance(test, Ordered | YearsAfter) and isinstance(test.other, Key):
            questions.append(test.other.question)
        masks = [self.asked(question).false for question in questions if self.conditional(question)]
        return np.logical_or.reduce(masks) if masks else None

    def _known_and_holds(self, test: Test) -> tuple[Mask, Mask]:
        """Where the answers that a test reads are known, and where (if so) it holds."""
        if isinstance(test, OneOf):
            return self._evaluate_one_of(test)
        if isinstance(test, Only):
            return self._evaluate_only(test)
        if isinstance(test, Answered):
            unreadable = self.cases.unreadable_in(test.key)
            readable = self._always.true if unreadable is None else ~unreadable
            return readable, self.cases.answered(test.key) == test.yes
        if isinstance(test, Between):
            values = self.cases.column(self._variables(test.key)[0])
            low = -np.inf if test.low is None else test.low
            high = np.inf if test.high is None else test.high
            return ~np.isnan(values), (values >= low) & (values <= high)
        if isinstance(test, Ordered | YearsAfter):
            return self._evaluate_dates(test)
        raise TypeError(f"a test of an unknown kind: {test}")

    def _variables(self, key: Key) -> tuple[Variable, ...]:
        return self.questionnaire.answers[key]

    def _evaluate_one_of(self, test: OneOf) -> tuple[Mask, Mask]:
        answered = self.cases.answered(test.key)
        variables = self._variables(test.key)
        if variables[0].kind == "flag":
            chosen = [
                self.cases.column(variable) != 0
                for variable in variables
                if variable.option and variable.option.code in test.answers
            ]
            return answered, np.logical_or.reduce(chosen)
        variable = variables[-1]  # of a date with alternatives the status
        column = self.cases.column(variable)
        positions = [
            position for position, option in enumerate(variable.options, start=1) if option.code in test.answers
        ]
        return answered, np.logical_or.reduce([column == position for position in positions])

    def _evaluate_only(self, test: Only) -> tuple[Mask, Mask]:
        others = [
            self.cases.column(variable) == 0
            for variable in self._variables(test.key)
            if variable.option and variable.option.code not in test.answers
        ]
        answered = self.cases.answered(test.key)
        return answered, np.logical_and.reduce(others) if others else answered

    def days(self, key: Key) -> Days:
        """A date question's days; not a time where it is blank or given as an alternative."""
        date_variable, *status = self._variables(key)
        days: Days = self.cases.column(date_variable)
        if status and self.cases.has(status[0].name):
            days = np.where(self.cases.column(status[0]) != 0, np.datetime64("NaT", "D"), days)
        return days

    def _evaluate_dates(self, test: Ordered | YearsAfter) -> tuple[Mask, Mask]:
        days = self.days(test.key)
        other = np.datetime64(test.other, "D") if isinstance(test.other, date) else self.days(test.other)
        is_known = ~(np.isnat(days) | np.isnat(other))
        if isinstance(test, Ordered):
            return is_known, days > other if test.later else days < other
        years = whole_years(other, days)
        low = -np.inf if test.low is None else test.low
        high = np.inf if test.high is None else test.high
        return is_known, (years >= low) & (years <= high)


def whole_years(start: Days | np.datetime64, end: Days) -> npt.NDArray[np.float64]:
    """Whole years from one day to another, as ages are counted (nan where a day is missing; never rounded)."""
    first, last = np.asarray(start), end
    years = (_calendar_numbers(last) - _calendar_numbers(first)) // 10_000
    return np.where(np.isnat(first) | np.isnat(last), np.nan, years)


def _calendar_numbers(days: Days) -> npt.NDArray[np.int64]:
    """Each day as a number that reads yyyymmdd, whatever it is where a day is missing.

    They are looked up in a calendar from the first of the days to the last: numpy takes apart a million days slowly.
    """
    known = days[~np.isnat(days)]
    if not known.size:
        return np.zeros(days.shape, dtype=np.int64)
    calendar = np.arange(known.min(), known.max() + np.timedelta64(1, "D"))
    years, months = calendar.astype("datetime64[Y]"), calendar.astype("datetime64[M]")
    parts = (years - np.datetime64("0000"), months - years, calendar - months)
    year, month, day = (part.astype(np.int64) for part in parts)
    numbers = year * 10_000 + (month + 1) * 100 + day + 1
    return numbers[np.where(np.isnat(days), 0, (days - known.min()).astype(np.int64))]
