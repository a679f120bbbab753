"""A small study with a database: what the tests of scoring share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from places import SCHEMA

from audit.scoring.casebook import Edit, SaveResult
from audit.scoring.ledger import By, State
from audit.study.session import ScoringSession, begin_study, open_session

HJE, ASA = By("HJE"), By("ASA")
#: A case without a fault, and one that is not visited, so that 1.4.1 and 2.2 are not asked.
VISITED = {
    "q1_1": "1940-05-01", "q1_2": "2020-02-01", "q1_3": "60", "q1_4": "1", "q1_4_1__1": "1", "q2_1__1": "1",
    "q2_1__2": "1", "q2_2__1": "1", "q2_2__2": "1", "q2_3": "1",
}  # fmt: skip
UNVISITED = {
    "q1_1": "1970-05-01", "q1_2": "2020-05-01", "q1_3": "0", "q1_4": "2", "q2_1__1": "1", "q2_1__2": "1", "q2_3": "1",
}  # fmt: skip


def clock(start: datetime = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)) -> Iterator[datetime]:
    """A clock that goes a minute at each look."""
    while True:
        yield start
        start += timedelta(minutes=1)


def study(folder: Path) -> Path:
    """An empty study of the small questionnaire, which it has a copy of."""
    return begin_study(folder / "undersoegelse", str(SCHEMA))


def session(folder: Path) -> ScoringSession:
    """The study open, with a clock of its own."""
    ticks = clock()
    return open_session(folder, lambda: next(ticks))


def make(open_: ScoringSession, number: str = "1", answers: dict[str, str] | None = None, by: By = HJE) -> State:
    """A case of Nord with some answers."""
    state = open_.book.create({"distrikt": "1", "sagsnr": number}, by)
    return open_.book.save(state.case, Edit(answers), by, seen=state.revision).state if answers else state


def answer(open_: ScoringSession, state: State, by: By = HJE, **changes: str) -> SaveResult:
    """One save of a case as the saver last saw it."""
    return open_.book.save(state.case, Edit(changes), by, seen=state.revision)
