"""What is missing or wrong in one case, as a numbered list in which each point leads to where it is put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.base.danish import counted, listing
from audit.cases.findings import Finding
from audit.questionnaire.model import Questionnaire, Variable
from audit.terminal.steps import Step

#: How many unanswered questions are listed; the others are counted.
_LISTED = 15


@dataclass(frozen=True)
class Point:
    """Something to put right at a step; `column` is the remark or reason to write, None for the answer itself."""

    text: str
    step: Step
    column: Variable | None = None


def points(questionnaire: Questionnaire, steps: Sequence[Step], findings: Sequence[Finding]) -> list[Point]:
    """All that is missing or wrong: what contradicts the form and what must be written first, then what is open."""
    found = [one for one in findings if one.severity != "note"]
    missing = {name for one in found if one.code == "ubesvaret" for name in one.variables}
    others = [_point(questionnaire, steps, one) for one in found if one.code != "ubesvaret"]
    return [*others, *_unanswered(steps, missing)]


def _point(questionnaire: Questionnaire, steps: Sequence[Step], one: Finding) -> Point:
    columns = [questionnaire.by_column[name] for name in one.variables]
    step = next(step for step in steps if step.key == columns[0].key or step.question == columns[0].question)
    where = "" if one.rule else f"{step.called}: "
    row = f" (række {one.row})" if one.row else ""
    return Point(f"{where}{one.message}{row}", step, _column_to_write(questionnaire, one, columns))


def _column_to_write(questionnaire: Questionnaire, one: Finding, columns: Sequence[Variable]) -> Variable | None:
    if one.code == "begrundelse-mangler":
        return next(v for v in questionnaire.variables if v.rule is not None and v.rule.id == one.rule)
    return columns[0] if columns[0].role in ("remark", "reason") else None


def _unanswered(steps: Sequence[Step], missing: set[str]) -> Iterator[Point]:
    """A point a question, with the rows of a grid that are open."""
    for first in steps:
        if first.row is not None and first.row != first.question.rows[0]:
            continue
        mine = [step for step in steps if step.question == first.question]
        open_ = [step for step in mine if any(one.name in missing for one in step.answers)]
        if not open_:
            continue
        number = f"{first.question.id} " if first.question.id[:1].isdigit() else ""
        text = f"{number}{first.question.title}: ikke besvaret"
        if len(open_) < len(mine):
            rows = listing([step.row.id for step in open_ if step.row])
            text += f" ({'række' if len(open_) == 1 else 'rækkerne'} {rows})"
        yield Point(text, open_[0])


def shorten(found: Sequence[Point]) -> tuple[Sequence[Point], str]:
    """The points that are listed, and what is said of the others."""
    rest = len(found) - _LISTED
    return (found, "") if rest < 2 else (found[:_LISTED], f"Og {counted(rest, 'punkt', 'punkter')} til.")
