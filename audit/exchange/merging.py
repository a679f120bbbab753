"""Three ways together: what a file was made from, what stands in the study, and what the file says now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.base.danish import same
from audit.scoring import ledger
from audit.scoring.answersets import AnswerTexts
from audit.scoring.ledger import Revision, State


@dataclass(frozen=True)
class MergeResult:
    """A case with a file's answers laid over it.

    `answers` are what it becomes; `changed` the columns that the file changes; `conflicts` those that were changed
    in the study too, otherwise, and stay, each with what the file has; `moved` those that only the study has changed;
    `back` those that the file has set back to what it was made from, after it said what the study has, and that stay.
    `said` is what the file is held to have said wherever the case stays otherwise: of a conflict, and of what is set
    back, what it said before, so that it is told again.
    """

    answers: dict[str, str]
    changed: tuple[str, ...]
    conflicts: dict[str, str]
    moved: tuple[str, ...]
    said: dict[str, str]
    back: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the file says anything that only `update` lets it have."""
        return bool(self.conflicts or self.back)


def merge(
    bases: Sequence[AnswerTexts], present: AnswerTexts, file: AnswerTexts, columns: Iterable[str], *, update: bool
) -> MergeResult:
    """The columns in which a file is otherwise laid over the present answers.

    With `update` the file wins a conflict, and sets back.

    `bases` are what the file and the study had in common, latest first: a cell that is as it was in the latest says
    nothing new, and an answer that is as it was there has not been changed in the study since. A cell that is as it
    was in an earlier one is set back, or an older copy: it says nothing by itself.
    """
    answers, said = dict(present), dict[str, str]()
    conflicts: dict[str, str] = {}
    changed, moved, back = [], [], []
    for name in columns:
        new, now = file.get(name, ""), present.get(name, "")
        was, *earlier = (base.get(name, "") for base in bases)
        if new == was or (new in earlier and now != was):
            moved.append(name)
            said[name] = new
        elif new in earlier and not update:
            back.append(name)
            said[name] = was
        elif now == was or update:
            changed.append(name)
            answers[name] = new
        else:
            conflicts[name] = new
            said[name] = was
    kept = {name: text for name, text in answers.items() if text}
    return MergeResult(kept, tuple(changed), conflicts, tuple(moved), said, tuple(back))


def answers_at_revision(state: State, revisions: Sequence[Revision], number: int) -> AnswerTexts:
    """The answers of a case as they were at a revision of the study (of any case); `revisions` are the case's own."""
    if state.revision <= number:
        return state.answers
    return _replayed_answers([one for one in revisions if one.number <= number])


def last_file_texts(
    state: State, revisions: Sequence[Revision], origin: str, reviewer: str | None, after: int = 0
) -> AnswerTexts | None:
    """What a file of this name was last held to say of a case, whose revisions these are; None where it never did.

    It is the case right after the last revision that came from such a file by the reviewer (of any where None is
    named) and is later than the revision `after`, with what the file said otherwise.
    """
    said = (
        place
        for place, one in enumerate(revisions, 1)
        if one.by.origin == origin
        and (reviewer is None or same(one.by.reviewer) == same(reviewer))
        and one.act == "saved"
        and one.number > after
    )
    place = max(said, default=0)
    if not place:
        return None
    then = revisions[place - 1]
    return {**answers_at_revision(state, revisions, then.number), **then.content.said}


def _replayed_answers(revisions: Sequence[Revision]) -> AnswerTexts:
    states = list(ledger.replay(revisions).values())
    return states[0].answers if states else {}
