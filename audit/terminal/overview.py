"""What is missing or wrong in one case, as a numbered list in which each point leads to where it is put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from audit.base.danish import counted, listing
from audit.cases.findings import Finding
from audit.questionnaire.condition import Key
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
    """All that is missing or wrong: first what contradicts the form or must be written, then what is unanswered."""
    faults = [finding for finding in findings if finding.severity != "note"]
    missing = {name for finding in faults if finding.code == "ubesvaret" for name in finding.variables}
    step_of = {Key(step.question.id): step for step in reversed(steps)}  # of a grid its first row
    step_of.update((step.key, step) for step in steps)
    others = [_point(questionnaire, step_of, finding) for finding in faults if finding.code != "ubesvaret"]
    return [*others, *_unanswered(steps, missing)]


def _point(questionnaire: Questionnaire, step_of: Mapping[Key, Step], finding: Finding) -> Point:
    columns = [questionnaire.by_column[name] for name in finding.variables]
    step = step_of[columns[0].key]
    where = "" if finding.rule else f"{step.called}: "
    row = f" (række {finding.row})" if finding.row else ""
    return Point(f"{where}{finding.message}{row}", step, _column_to_write(questionnaire, finding, columns))


def _column_to_write(questionnaire: Questionnaire, finding: Finding, columns: Sequence[Variable]) -> Variable | None:
    if finding.code == "begrundelse-mangler":
        return questionnaire.by_column[questionnaire.rules_by_id[finding.rule or ""].column]
    return columns[0] if columns[0].role in ("remark", "reason") else None


def _unanswered(steps: Sequence[Step], missing: set[str]) -> Iterator[Point]:
    """One point per question, with the open rows of a grid."""
    for _, steps_of_question in groupby(steps, key=lambda step: step.question.id):
        group = list(steps_of_question)
        open_steps = [step for step in group if any(column.name in missing for column in step.answer_columns)]
        if not open_steps:
            continue
        question = group[0].question
        number = f"{question.id} " if question.id[:1].isdigit() else ""
        text = f"{number}{question.title}: ikke besvaret"
        if len(open_steps) < len(group):
            rows = listing([step.row.id for step in open_steps if step.row])
            text += f" ({'række' if len(open_steps) == 1 else 'rækkerne'} {rows})"
        yield Point(text, open_steps[0])


def shorten(points: Sequence[Point]) -> tuple[Sequence[Point], str]:
    """The points to list, and a sentence about the others."""
    rest = len(points) - _LISTED
    return (points, "") if rest < 2 else (points[:_LISTED], f"Og {counted(rest, 'punkt', 'punkter')} til.")
