"""What a typed case number and a typed identification are."""

from __future__ import annotations

from audit.base import cpr
from audit.base.errors import UsageFault
from audit.cases.findings import finding
from audit.questionnaire.model import Question
from audit.study.session import ScoringSession
from audit.terminal import steps
from audit.terminal.steps import Step


def split_number(session: ScoringSession, case: str) -> dict[str, str]:
    """The identifications that a case number is made of; all of it is the last of them where it is not that of all.

    A journal number may have a slash itself, so a slash parts it only where what stands before can be the first.
    """
    *first, last = session.questionnaire.key
    parts = case.split("/", len(first))
    try:
        for name, part in zip(first, parts, strict=False):
            parse_identification(session, session.questionnaire.by_id[name], part)
    except UsageFault:
        parts = [case]
    return dict(zip((*first, last), parts, strict=True)) if len(parts) > len(first) else {last: case}


def parse_identification(session: ScoringSession, question: Question, typed: str) -> dict[str, str]:
    """The text by column of a typed identification. Raises UsageFault for what it cannot be."""
    if cpr.contains(typed):
        raise UsageFault(finding("cpr-nummer").message.partition(". ")[0] + ".")
    changes = steps.parse_answer(Step(question), typed)
    code = changes.get(question.column)
    title = next((option.title for option in question.options if option.code == code), "")
    if question.id == session.questionnaire.unit and session.units and title not in session.units:
        raise UsageFault(finding("anden-enhed", values={"shown": title}).message)
    return changes
