"""A scoring workbook of a study's cases, to be filled in elsewhere and taken back by an import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from audit.base import writing
from audit.base.danish import same
from audit.base.errors import Place, UsageFault
from audit.scoring import casebook
from audit.scoring.ledger import State
from audit.study.session import ScoringSession
from audit.workbook import book
from audit.workbook.book import WorkbookStamp

_CASES_EXAMPLE = "Skriv for eksempel --cases 1,5,20-30."
_RANGE = re.compile(r"(\d+)\s*-\s*(\d+)")


def write_workbook(
    session: ScoringSession, path: Path, wanted: str | None = None, *, blank: int = 0, overwrite: bool = False
) -> int:
    """Write a workbook of the `wanted` cases (see `chosen`), with `blank` rows for more; returns how many cases.

    Finished cases are locked in it. Raises UsageFault for a case that is not there or
    where there is nothing to write, FileFault.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageFault("Navnet på en projektmappe skal slutte på .xlsx.", place=Place(file=path.name))
    with session.book.store.reading() as reader:
        states, seal = reader.states(), reader.seal()
    states = select_cases(states, wanted)
    if not states and not blank:
        raise UsageFault(
            "Undersøgelsen har ingen sager, der ikke er meldt færdige.",
            remedy="Nævn de sager, der skal med (--cases 1,5,20-30), eller få tomme rækker til nye (--blank 20).",
        )
    under, definition = session.book.under, session.told.definition
    made = book.scoring_workbook(
        casebook.states_to_cases(session.questionnaire, states),
        WorkbookStamp(
            definition.study,
            under.schema,
            under.version,
            under.codes,
            seal.revisions,
            seal.head,
            tuple(state.case for state in states),
        ),
        title=definition.title,
        locked=[row for row, state in enumerate(states) if state.finished],
        blank=blank,
    )
    with writing.replacing(path, overwrite=overwrite, private=True) as temporary:
        temporary.write_bytes(made)
    return len(states)


def select_cases(states: Sequence[State], wanted: str | None) -> list[State]:
    """The cases that a list such as ``1,5,20-30`` names, in the study's order; without one all that are not finished.

    A range is of whole numbers and has the cases that there are between them. Raises UsageFault where there are none.
    """
    if wanted is None:
        return [state for state in states if not state.finished]
    parts = [part.strip() for part in wanted.split(",") if part.strip()]
    if not parts:
        raise UsageFault("--cases nævner ingen sager.", remedy=_CASES_EXAMPLE)
    names = {name for part in parts for name in _matching_cases(states, part)}
    return [state for state in states if state.case in names]


def _matching_cases(states: Sequence[State], part: str) -> Iterator[str]:
    ends = _RANGE.fullmatch(part)
    found = [state.case for state in states if same(state.case) == same(part)]
    if ends and not found:
        numbers = range(int(ends[1]), int(ends[2]) + 1)
        found = [state.case for state in states if state.case.isdecimal() and int(state.case) in numbers]
    if not found:
        raise UsageFault(f'Der er ingen sag "{part}" i undersøgelsen.', remedy=_CASES_EXAMPLE)
    yield from found
