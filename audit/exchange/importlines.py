"""What an import would do, in lines that a person reads before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.base.danish import counted
from audit.cases.findings import safe_line
from audit.exchange.importing import ImportPlan
from audit.exchange.overlay import PlannedCase
from audit.scoring.labels import answer_label, column_label, long_time
from audit.scoring.ledger import Revision

#: How many cases are named; the others are counted.
_MOST_NAMED = 20


def summary(plan: ImportPlan) -> str:
    """How many cases are new, changed and unchanged, and which answers stay as the study has them."""
    new, changed = sum(case.new for case in plan.planned_cases), sum(case.changed for case in plan.planned_cases)
    text = f"{counted(new, 'ny sag', 'nye sager')}, {counted(changed, 'ændret', 'ændrede')}"
    text += f", {counted(len(plan.planned_cases) - new - changed, 'uændret', 'uændrede')}."
    conflicts = sum(len(case.merge.conflicts) for case in plan.planned_cases)
    if conflicts:
        text += f" {counted(conflicts, 'konflikt', 'konflikter')}: undersøgelsens svar er beholdt."
    newer = sum(len(case.merge.newer_in_study) for case in plan.planned_cases)
    if newer:
        text += f" {counted(newer, 'svar', 'svar')} er nyere i undersøgelsen end i filen og er beholdt."
    return text


def case_lines(plan: ImportPlan) -> Iterator[str]:
    """The cases that are new, and those that a workbook was made with and no longer has."""
    new = [case.state.case for case in plan.planned_cases if case.new]
    if new:
        yield f"Nye: {_case_list(new)}."
    if plan.missing:
        yield f"Står ikke længere i projektmappen (undersøgelsen beholder dem): {_case_list(plan.missing)}."


def _case_list(cases: Sequence[str]) -> str:
    more = f" … og {len(cases) - _MOST_NAMED} til" if len(cases) > _MOST_NAMED else ""
    return f"{', '.join(map(safe_line, cases[:_MOST_NAMED]))}{more}"


def change_lines(plan: ImportPlan) -> Iterator[str]:
    """Every change to a case, old and new, and what follows from it; for a new case only what the file does not say."""
    for row, case in enumerate(plan.planned_cases):
        for name in plan.cases.questionnaire.by_column if case.changed else ():
            old, new = case.state.answers.get(name, ""), case.outcome.answers.get(name, "")
            if old != new and name not in case.reasons:
                yield _change_line(plan, row, name, old, new)
        for name in case.reasons:
            remark = _answer_label(plan, name, case.outcome.answers[name])
            yield f"{_place_label(plan, row, name)}: bemærkningen {remark} skrives som begrundelse"


def conflict_lines(plan: ImportPlan) -> Iterator[str]:
    """Every answer that differs in the study, with who saved it and when."""
    for row, case in enumerate(plan.planned_cases):
        for name, text in case.merge.conflicts.items():
            ours, theirs = _answer_label(plan, name, case.state.answers.get(name, "")), _answer_label(plan, name, text)
            place, saved = _place_label(plan, row, name), _last_change(case, name)
            yield f"konflikt: {place}: filen har {theirs}, undersøgelsen har {ours}{saved}"


def reverted_lines(plan: ImportPlan) -> Iterator[str]:
    """Every cell that is back to what the workbook was made with, while the study has what the workbook said later."""
    for row, case in enumerate(plan.planned_cases):
        for name in case.merge.reverted:
            place, ours = _place_label(plan, row, name), _answer_label(plan, name, case.state.answers.get(name, ""))
            yield (
                f"{place}: filen er igen som da den blev lavet; undersøgelsens {ours} er beholdt. "
                "Brug --update for at rette tilbage"
            )


def _change_line(plan: ImportPlan, row: int, name: str, old: str, new: str) -> str:
    outcome = plan.planned_cases[row].outcome
    text = f"{_place_label(plan, row, name)}: {_answer_label(plan, name, old)} → {_answer_label(plan, name, new)}"
    if name in outcome.dropped:
        return f"{text}, for det skal ikke længere besvares"
    if name in outcome.lapsed:
        return f"{text}, for de svar, som begrundelsen forklarede, er ændret"
    return text


def _place_label(plan: ImportPlan, row: int, name: str) -> str:
    """``sag 12, 3.2 (celle K7)``; a column that the file does not have has no place."""
    place = plan.cases.place(row, [name])
    in_file = plan.cases.origin is not None and name in plan.cases.origin.columns
    position = f" ({place.cells})" if place.cell else f" (linje {place.row})"
    case = plan.planned_cases[row].state.case
    return f"sag {case}, {column_label(plan.cases.questionnaire, name)}{position if in_file else ''}"


def _answer_label(plan: ImportPlan, name: str, text: str) -> str:
    return answer_label(plan.cases.questionnaire.by_column[name], text)


def _last_change(case: PlannedCase, name: str) -> str:
    """Who last changed a column of the case."""
    changes = (revision for revision in reversed(case.revisions) if name in revision.content.changes)
    last: Revision | None = next(changes, None)
    return f" ({last.by.reviewer}, {long_time(last.at)})" if last else ""
