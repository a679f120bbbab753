"""What an import would do, in lines that a person reads before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audit.base.danish import counted
from audit.cases.findings import safe_line
from audit.exchange.importing import ImportPlan
from audit.exchange.overlay import PlannedCase
from audit.scoring.labels import answer_label, column_label, long_time
from audit.scoring.ledger import Revision

#: So many cases are named.
_MOST_NAMED = 20


def summary(plan: ImportPlan) -> str:
    """How many cases are new, changed and unchanged, and what is left as the study has it."""
    new, changed = sum(one.new for one in plan.planned), sum(one.changed for one in plan.planned)
    text = f"{counted(new, 'ny sag', 'nye sager')}, {counted(changed, 'ændret', 'ændrede')}"
    text += f", {counted(len(plan.planned) - new - changed, 'uændret', 'uændrede')}."
    conflicts = sum(len(one.merged.conflicts) for one in plan.planned)
    if conflicts:
        text += f" {counted(conflicts, 'konflikt', 'konflikter')}: undersøgelsens svar er beholdt."
    moved = sum(len(one.merged.moved) for one in plan.planned)
    if moved:
        text += f" {counted(moved, 'svar', 'svar')} er nyere i undersøgelsen end i filen og er beholdt."
    return text


def case_lines(plan: ImportPlan) -> Iterator[str]:
    """The cases that are new, and those that a workbook was given and has no more."""
    new = [one.state.case for one in plan.planned if one.new]
    if new:
        yield f"Nye: {_case_list(new)}."
    if plan.missing:
        yield f"Står ikke længere i projektmappen (undersøgelsen beholder dem): {_case_list(plan.missing)}."


def _case_list(cases: Sequence[str]) -> str:
    more = f" … og {len(cases) - _MOST_NAMED} til" if len(cases) > _MOST_NAMED else ""
    return f"{', '.join(map(safe_line, cases[:_MOST_NAMED]))}{more}"


def change_lines(plan: ImportPlan) -> Iterator[str]:
    """Every change to a case, old and new, and what follows from it; of a new case only what the file doesn't say."""
    for row, one in enumerate(plan.planned):
        for name in plan.cases.questionnaire.by_column if one.changed else ():
            old, new = one.state.answers.get(name, ""), one.settled.answers.get(name, "")
            if old != new and name not in one.reasons:
                yield _change_line(plan, row, name, old, new)
        for name in one.reasons:
            shown = _answer_label(plan, name, one.settled.answers[name])
            yield f"{_place_label(plan, row, name)}: bemærkningen {shown} skrives som begrundelse"


def conflict_lines(plan: ImportPlan) -> Iterator[str]:
    """Every answer that is otherwise in the study, with who saved it and when."""
    for row, one in enumerate(plan.planned):
        for name, text in one.merged.conflicts.items():
            ours, theirs = _answer_label(plan, name, one.state.answers.get(name, "")), _answer_label(plan, name, text)
            yield f"konflikt: {_place_label(plan, row, name)}: filen har {theirs}, undersøgelsen har {ours}{_last_change(one, name)}"


def reverted_lines(plan: ImportPlan) -> Iterator[str]:
    """Every cell that is again as the workbook was made, while the study has what the workbook said since."""
    for row, one in enumerate(plan.planned):
        for name in one.merged.back:
            ours = _answer_label(plan, name, one.state.answers.get(name, ""))
            yield (
                f"{_place_label(plan, row, name)}: filen er igen som da den blev lavet; undersøgelsens {ours} er beholdt. "
                "Brug --update for at rette tilbage"
            )


def _change_line(plan: ImportPlan, row: int, name: str, old: str, new: str) -> str:
    settled = plan.planned[row].settled
    text = f"{_place_label(plan, row, name)}: {_answer_label(plan, name, old)} → {_answer_label(plan, name, new)}"
    if name in settled.fallen:
        return f"{text}, for det skal ikke længere besvares"
    if name in settled.lapsed:
        return f"{text}, for de svar, som begrundelsen forklarede, er ændret"
    return text


def _place_label(plan: ImportPlan, row: int, name: str) -> str:
    """``sag 12, 3.2 (celle K7)``; a column that the file does not have has no place."""
    place = plan.cases.place(row, [name])
    known = plan.cases.origin is not None and name in plan.cases.origin.columns
    at = f" (celle {place.cell})" if place.cell else f" (linje {place.row})"
    case = plan.planned[row].state.case
    return f"sag {case}, {column_label(plan.cases.questionnaire, name)}{at if known else ''}"


def _answer_label(plan: ImportPlan, name: str, text: str) -> str:
    return answer_label(plan.cases.questionnaire.by_column[name], text)


def _last_change(planned: PlannedCase, name: str) -> str:
    """Who last changed a column of the case."""
    last: Revision | None = next((one for one in reversed(planned.revisions) if name in one.content.changes), None)
    return f" ({last.by.reviewer}, {long_time(last.at)})" if last else ""
