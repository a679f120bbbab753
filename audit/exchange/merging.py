"""Three ways together: what a file was made from, what stands in the study, and what the file says now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.scoring import ledger
from audit.scoring.answersets import Answers
from audit.scoring.ledger import Revision, State


@dataclass(frozen=True)
class Merged:
    """A case with a file's answers laid over it.

    `answers` are what it becomes; `changed` the columns that the file changes; `conflicts` those that were changed
    in the study too, otherwise, and stay, each with what the file has; `moved` those that only the study has changed.
    `said` is what the file is held to have said wherever the case stays otherwise: of a conflict what the file was made
    from, so that it is told again.
    """

    answers: dict[str, str]
    changed: tuple[str, ...]
    conflicts: dict[str, str]
    moved: tuple[str, ...]
    said: dict[str, str]


def merge(bases: Sequence[Answers], present: Answers, file: Answers, columns: Iterable[str], *, update: bool) -> Merged:
    """The columns of a file laid over the present answers; with `update` the file wins a conflict.

    `bases` are what the file and the study had in common, latest first: a cell that is as it was in any of them says
    nothing new, and an answer that is as it was in the latest has not been changed in the study since.
    """
    answers, said = dict(present), dict[str, str]()
    conflicts: dict[str, str] = {}
    changed, moved = [], []
    for name in columns:
        new, now = file.get(name, ""), present.get(name, "")
        was, *earlier = (base.get(name, "") for base in bases)
        if new == now:
            continue
        if new in (was, *earlier):
            moved.append(name)
            said[name] = new
        elif now == was or update:
            changed.append(name)
            answers[name] = new
        else:
            conflicts[name] = new
            said[name] = was
    kept = {name: text for name, text in answers.items() if text}
    return Merged(kept, tuple(changed), conflicts, tuple(moved), said)


def at_revision(state: State, revisions: Sequence[Revision], number: int) -> Answers:
    """The answers of a case as they were at a revision of the study (of any case); `revisions` are the case's own."""
    if state.revision <= number:
        return state.answers
    return _rebuilt([one for one in revisions if one.number <= number])


def last_said(revisions: Sequence[Revision], origin: str, after: int = 0) -> Answers | None:
    """What a file of this name was last held to say of a case, whose revisions these are; None where it never did.

    It is the case right after the last revision that came from such a file (later than the revision `after`), with
    what the file said otherwise.
    """
    said = (
        place
        for place, one in enumerate(revisions, 1)
        if one.by.origin == origin and one.act == "saved" and one.number > after
    )
    place = max(said, default=0)
    return {**_rebuilt(revisions[:place]), **revisions[place - 1].content.said} if place else None


def _rebuilt(revisions: Sequence[Revision]) -> Answers:
    states = list(ledger.replay(revisions).values())
    return states[0].answers if states else {}
