"""A plain recount of a table from cases as dicts of text (see `oracle`), one case at a time.

A case is *not asked* where the question's condition is definitely false (whatever was answered), in the *base* where
it is not and an answer stands there, and *unanswered* otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from oracle import Case, answers, asked

TOTAL = "I alt"
UNKNOWN = "Ikke oplyst"


@dataclass
class Recount:
    """What a table should hold, row label by row label. A code or a row that never occurs counts 0."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    base: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    not_asked: Counter[str] = field(default_factory=Counter)


def recount(
    cases: Iterable[Case], question: str, by: str | None = None, labels: Mapping[str, str] | None = None
) -> Recount:
    """The counts of a question or grid row (``3.1``, ``4.1/5``) by the answers to another, and of all cases.

    `labels` turns a code of `by` into the row's label; without it the code is the label. A case counts in the row of
    each answer it has to `by` ("Ikke oplyst", where `by` is unanswered or not asked), and always in "I alt".
    """
    found = Recount({TOTAL: Counter()})
    for case in cases:
        for row in [*_rows(case, by, labels or {}), TOTAL]:
            _count(found, row, case, question)
    return found


def _rows(case: Case, by: str | None, labels: Mapping[str, str]) -> list[str]:
    if by is None:
        return []
    codes = set() if asked(case, by) is False else answers(case, by)
    return [labels.get(code, code) for code in sorted(codes)] or [UNKNOWN]


def _count(found: Recount, row: str, case: Case, question: str) -> None:
    counts = found.counts.setdefault(row, Counter())
    given = answers(case, question)
    if asked(case, question) is False:
        found.not_asked[row] += 1
    elif given:
        found.base[row] += 1
        counts.update(given)
    else:
        found.unanswered[row] += 1
