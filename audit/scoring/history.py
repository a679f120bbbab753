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
from audit.scoring.ledger import Revision

_ACTS = {
    "saved": "gemt",
    "finished": "meldt færdig",
    "reopened": "åbnet igen",
    "erased": "slettet",
}
TERMINAL = "terminal"


def revisions(book: Casebook, case: str) -> list[Revision]:
    """The revisions of a case, in any case of letters, also of one that is erased. Raises UsageFault for no such."""
    with book.store.reading() as reader:
        state = reader.state(case)
        if state is not None:
            return reader.revisions(state.case)
        every = reader.revisions()
    found = [one for one in every if same(one.case) == same(case)]
    if not found:
        hint = did_you_mean(case, [*dict.fromkeys(one.case for one in every)])
        raise UsageFault(f"Sag {case} findes ikke i undersøgelsen.{hint}")
    return found


def lines(questionnaire: Questionnaire, log: Sequence[Revision]) -> Iterator[str]:
    """Each revision: a line that says when, who, what and from where, and below it what was changed and why."""
    for one in log:
        origin = "" if one.by.origin == TERMINAL else f", fra {safe_line(one.by.origin)} ({one.by.file_hash[:12]})"
        yield cpr.blot(f"{long_time(one.at)}, {one.by.reviewer}: {_ACTS[one.act]}{origin}")
        yield from (f"  {line}" for line in _change_lines(questionnaire, one))


def _change_lines(questionnaire: Questionnaire, one: Revision) -> Iterator[str]:
    if one.text is None:
        yield "Indholdet er slettet."
        return
    if one.content.note:
        yield f"Begrundelse: {safe_line(one.content.note)}"
    changes = one.content.changes
    answers = [name for name in changes if _is_answer(questionnaire, name)]
    for name in _form_order(questionnaire, changes):
        old, new = changes[name]
        variable = questionnaire.by_column.get(name)
        text = f"{column_heading(questionnaire, name)}: {answer_label(variable, old)} → {answer_label(variable, new)}"
        # of a file it is told what it said otherwise: it still had the reason
        followed = answers if one.by.origin == TERMINAL else name in one.content.said
        lapsed = variable is not None and variable.role == "reason" and not new and followed
        yield f"{text}, for de svar, som begrundelsen forklarede, er ændret" if lapsed else text


def _is_answer(questionnaire: Questionnaire, name: str) -> bool:
    variable = questionnaire.by_column.get(name)
    return variable is not None and variable.role in ("answer", "status")


def _form_order(questionnaire: Questionnaire, names: Collection[str]) -> list[str]:
    """Columns in the order of the form; those that it no longer has come last."""
    known = [name for name in questionnaire.by_column if name in names]
    return [*known, *(name for name in names if name not in questionnaire.by_column)]
