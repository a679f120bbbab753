"""What has been done to one case: who changed which answer from what to what, when, from where and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from audit.base import cpr
from audit.base.danish import did_you_mean, same
from audit.base.errors import UsageFault
from audit.cases.findings import safe_line
from audit.questionnaire.model import Questionnaire
from audit.scoring.casebook import Casebook
from audit.scoring.labels import answer_label, column_heading, long_time
from audit.scoring.ledger import ERASED, FINISHED, RENAMED, REOPENED, SAVED, Revision

_ACTS = {SAVED: "gemt", FINISHED: "meldt færdig", REOPENED: "åbnet igen", RENAMED: "omdøbt til", ERASED: "slettet"}
TERMINAL = "terminal"


def revisions(book: Casebook, case: str) -> list[Revision]:
    """The revisions of a case (upper or lower case), also of an erased one. Raises UsageFault for an unknown case."""
    with book.store.reading() as reader:
        state = reader.state(case)
        if state is not None:
            return reader.revisions(state.case)
        log = reader.revisions()
    matching = [revision for revision in log if same(revision.case) == same(case)]
    if not matching:
        hint = did_you_mean(case, [*dict.fromkeys(revision.case for revision in log)])
        raise UsageFault(f"Sag {case} findes ikke i undersøgelsen.{hint}")
    return matching


def lines(questionnaire: Questionnaire, log: Sequence[Revision]) -> Iterator[str]:
    """Each revision: a line that says when, who, what and from where, and below it what was changed and why."""
    for revision in log:
        origin = (
            ""
            if revision.by.origin == TERMINAL
            else f", fra {safe_line(revision.by.origin)} ({revision.by.file_hash[:12]})"
        )
        act = " ".join((_ACTS.get(revision.act, revision.act), revision.target)).strip()
        yield cpr.blot(f"{long_time(revision.at)}, {revision.by.reviewer}: {act}{origin}")
        yield from (f"  {line}" for line in _change_lines(questionnaire, revision))


def _change_lines(questionnaire: Questionnaire, revision: Revision) -> Iterator[str]:
    if revision.text is None:
        yield "Indholdet er slettet."
        return
    if revision.content.note:
        yield f"Begrundelse: {safe_line(revision.content.note)}"
    changes = revision.content.changes
    answers = [name for name in changes if _is_answer(questionnaire, name)]
    for name in _form_order(questionnaire, changes):
        old, new = changes[name]
        variable = questionnaire.by_column.get(name)
        text = f"{column_heading(questionnaire, name)}: {answer_label(variable, old)} → {answer_label(variable, new)}"
        # a file's texts that differ from the case are kept with the revision: it still had the reason
        followed = answers if revision.by.origin == TERMINAL else name in revision.content.file_texts
        lapsed = variable is not None and variable.role == "reason" and not new and followed
        yield f"{text}, for de svar, som begrundelsen forklarede, er ændret" if lapsed else text


def _is_answer(questionnaire: Questionnaire, name: str) -> bool:
    variable = questionnaire.by_column.get(name)
    return variable is not None and variable.role in ("answer", "status")


def _form_order(questionnaire: Questionnaire, names: Collection[str]) -> list[str]:
    """Columns in the order of the form; those that it no longer has come last."""
    ordered = [name for name in questionnaire.by_column if name in names]
    return [*ordered, *(name for name in names if name not in questionnaire.by_column)]
