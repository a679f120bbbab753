"""A scoring workbook of a study's cases, to be filled in elsewhere and imported again."""

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
    session: ScoringSession, path: Path, case_list: str | None = None, *, blank: int = 0, overwrite: bool = False
) -> int:
    """Write a workbook of the cases in `case_list` (see `select_cases`); returns how many.

    It has `blank` rows for more; finished cases are locked in it. Raises UsageFault for an unknown case or where there
    is nothing to write, FileFault.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageFault("Navnet på en projektmappe skal slutte på .xlsx.", place=Place(file=path.name))
    with session.book.store.reading() as reader:
        states, seal = reader.states(), reader.seal()
    states = parse_case_list(states, case_list)
    if not states and not blank:
        raise UsageFault(
            "Undersøgelsen har ingen sager, der ikke er meldt færdige.",
            remedy="Nævn de sager, der skal med (--cases 1,5,20-30), eller få tomme rækker til nye (--blank 20).",
        )
    under, definition = session.book.under, session.description.definition
    content = book.scoring_workbook(
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
        temporary.write_bytes(content)
    return len(states)


def parse_case_list(states: Sequence[State], case_list: str | None) -> list[State]:
    """The cases that a list such as ``1,5,20-30`` names, in the study's order; without one all that are not finished.

    A range is of whole numbers and means the cases that exist in it. Raises UsageFault where there are none.
    """
    if case_list is None:
        return [state for state in states if not state.finished]
    items = [item.strip() for item in case_list.split(",") if item.strip()]
    if not items:
        raise UsageFault("--cases nævner ingen sager.", remedy=_CASES_EXAMPLE)
    matches = {match for item in items for match in _matching_cases(states, item)}
    return [state for state in states if state.case in matches]


def _matching_cases(states: Sequence[State], item: str) -> Iterator[str]:
    span = _RANGE.fullmatch(item)
    matches = [state.case for state in states if same(state.case) == same(item)]
    if span and not matches:
        numbers = range(int(span[1]), int(span[2]) + 1)
        matches = [state.case for state in states if state.case.isdecimal() and int(state.case) in numbers]
    if not matches:
        raise UsageFault(f'Der er ingen sag "{item}" i undersøgelsen.', remedy=_CASES_EXAMPLE)
    yield from matches
