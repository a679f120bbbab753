"""The three-way merge: what a file was made from, what the study has, and what the file says now."""

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

    `answers` are what it becomes; `changed` the columns that the file changes; `conflicts` those that the study has
    changed too, to something else, and that stay, each with the file's text; `newer_in_study` those that only the
    study has changed; `reverted` those that the file has set back to what it was made from, after it had the study's
    text, and that stay. `file_texts` are the texts that the file counts as having wherever the case stays different:
    for a conflict and a reverted column the text before, so that it is reported again.
    """

    answers: dict[str, str]
    changed: tuple[str, ...]
    conflicts: dict[str, str]
    newer_in_study: tuple[str, ...]
    file_texts: dict[str, str]
    reverted: tuple[str, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether the file has anything that is only written with `update`."""
        return bool(self.conflicts or self.reverted)


def merge(
    bases: Sequence[AnswerTexts], present: AnswerTexts, file: AnswerTexts, columns: Iterable[str], *, update: bool
) -> MergeResult:
    """Lay `columns` of a file over the present answers: those in which the two differ.

    With `update` the file wins a conflict, and a reverted column is written.

    `bases` are what the file and the study had in common, latest first: a cell that is as in the latest says nothing
    new, and an answer that equals it has not been changed in the study since. A cell that is as in an earlier one
    is reverted, or from an older copy: it says nothing by itself.
    """
    answers, file_texts = dict(present), dict[str, str]()
    conflicts: dict[str, str] = {}
    changed, newer_in_study, reverted = [], [], []
    for name in columns:
        new_text, present_text = file.get(name, ""), present.get(name, "")
        base_text, *earlier_texts = (base.get(name, "") for base in bases)
        if new_text == base_text or (new_text in earlier_texts and present_text != base_text):
            newer_in_study.append(name)
            file_texts[name] = new_text
        elif new_text in earlier_texts and not update:
            reverted.append(name)
            file_texts[name] = base_text
        elif present_text == base_text or update:
            changed.append(name)
            answers[name] = new_text
        else:
            conflicts[name] = new_text
            file_texts[name] = base_text
    filled = {name: text for name, text in answers.items() if text}
    return MergeResult(filled, tuple(changed), conflicts, tuple(newer_in_study), file_texts, tuple(reverted))


def answers_at_revision(state: State, revisions: Sequence[Revision], number: int) -> AnswerTexts:
    """The answers of a case as of a revision of the study (of any case); `revisions` are those of the case."""
    if state.revision <= number:
        return state.answers
    return _replayed_answers([revision for revision in revisions if revision.number <= number])


def last_file_texts(
    state: State, revisions: Sequence[Revision], origin: str, reviewer: str | None, after: int = 0
) -> AnswerTexts | None:
    """What a file of this name last counted as saying of the case with these revisions; None where it never did.

    It is the case right after the last revision that came from such a file by the reviewer (by anyone where None is
    named) and is later than the revision `after`, with the file's own texts where they differed.
    """
    positions = (
        position
        for position, revision in enumerate(revisions, 1)
        if revision.by.origin == origin
        and (reviewer is None or same(revision.by.reviewer) == same(reviewer))
        and revision.act == "saved"
        and revision.number > after
    )
    position = max(positions, default=0)
    if not position:
        return None
    latest = revisions[position - 1]
    return {**answers_at_revision(state, revisions, latest.number), **latest.content.file_texts}


def _replayed_answers(revisions: Sequence[Revision]) -> AnswerTexts:
    states = list(ledger.replay(revisions).values())
    return states[0].answers if states else {}
