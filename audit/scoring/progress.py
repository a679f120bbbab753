"""How far the scoring is: every case with its state, and how many there are by unit and by reviewer."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from audit.base.danish import same
from audit.base.errors import UsageFault
from audit.export.presentation import one_line
from audit.scoring.casebook import Casebook, states_to_cases
from audit.scoring.labels import short_time
from audit.scoring.ledger import State
from audit.tables.table import TOTAL, UNKNOWN

Stage = Literal["ikke-begyndt", "begyndt", "faerdig"]
#: What `--state` takes, with its label; a case with findings is begun or finished too.
STAGES: dict[str, str] = {"ikke-begyndt": "ikke begyndt", "begyndt": "begyndt", "faerdig": "færdig"}
WITH_FINDINGS = "med-fund"
#: The reviewer of a case that nobody has begun.
NOBODY = "Ikke fordelt"
_GAP = "  "


@dataclass(frozen=True)
class CaseProgress:
    """A case: who has it, how far it is, and how many *fejl* and *mangler* there are in it.

    `reviewer` is the one that the case names, else who saved it last. `has_findings` is whether there is something to
    put right: a *fejl*, or a remark or a reason that is missing (an open question is only not answered yet).
    """

    case: str
    unit: str
    reviewer: str
    stage: Stage
    faults: int
    lacks: int
    has_findings: bool
    at: str

    def as_json(self) -> dict[str, object]:
        """The form that other programs read; the time is UTC."""
        return {
            "case": self.case,
            "unit": self.unit,
            "reviewer": self.reviewer,
            "state": self.stage,
            "findings": self.has_findings,
            "fejl": self.faults,
            "mangel": self.lacks,
            "saved": self.at,
        }


def case_progress(book: Casebook, states: Sequence[State]) -> list[CaseProgress]:
    """Every case in the order in which they were created."""
    cases, findings = book.verdict(states)
    faults, lacks, with_findings = Counter[int](), Counter[int](), set[int]()
    for finding in findings:
        if finding.severity == "note":
            continue
        (faults if finding.severity == "fejl" else lacks).update(finding.rows)
        if finding.code != "ubesvaret":
            with_findings.update(finding.rows)
    reviewers = _reviewers(book, states)
    return [
        CaseProgress(
            case=state.case, unit=unit, reviewer=reviewers[row], stage=(stage := _stage(book, state)),
            faults=faults[row], lacks=lacks[row], at=state.at,
            has_findings=row in with_findings and stage != "ikke-begyndt",
        )
        for row, (state, unit) in enumerate(zip(states, cases.units(), strict=True))
    ]  # fmt: skip


def _reviewers(book: Casebook, states: Sequence[State]) -> list[str]:
    questionnaire = book.questionnaire
    named = [""] * len(states)
    if questionnaire.reviewer:
        column = questionnaire.by_id[questionnaire.reviewer].column
        named = states_to_cases(questionnaire, states).strings(questionnaire.by_column[column])
    return [name or (state.reviewer if book.is_begun(state) else "") for name, state in zip(named, states, strict=True)]


def _stage(book: Casebook, state: State) -> Stage:
    if state.finished:
        return "faerdig"
    return "begyndt" if book.is_begun(state) else "ikke-begyndt"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to look at: those of a state (or with findings), a unit, a reviewer; all where none is named."""

    state: str | None = None
    unit: str | None = None
    reviewer: str | None = None

    @property
    def active(self) -> bool:
        """Whether any cases are left out."""
        return any((self.state, self.unit, self.reviewer))


def filter_cases(book: Casebook, cases: Sequence[CaseProgress], case_filter: CaseFilter) -> list[CaseProgress]:
    """The cases that the filter lets through. Raises UsageFault for an unknown state or unit."""
    state, reviewer = case_filter.state, case_filter.reviewer
    if state is not None and state not in (*STAGES, WITH_FINDINGS):
        raise UsageFault(f'--state kan være {", ".join(STAGES)} eller {WITH_FINDINGS}, ikke "{state}".')
    unit = book.questionnaire.unit_question.option(case_filter.unit) if case_filter.unit is not None else None
    if case_filter.unit is not None and unit is None:
        raise UsageFault(f'"{case_filter.unit}" er ikke blandt måleskemaets enheder.')
    return [
        case
        for case in cases
        if (state is None or case.stage == state or (case.has_findings and state == WITH_FINDINGS))
        and (unit is None or case.unit == unit.title)
        and (reviewer is None or same(case.reviewer) == same(reviewer))
    ]


# --- as text ----------------------------------------------------------------------------------------------------------


def render_counts(book: Casebook, cases: Sequence[CaseProgress], units: Sequence[str], width: int | None = None) -> str:
    """How many cases there are of each state, by unit (those of the study first, in its order) and by reviewer."""
    names = [*units, *(option.title for option in book.questionnaire.unit_question.options)]
    reviewers = [*sorted({case.reviewer for case in cases if case.reviewer}, key=same), ""]
    unit_title = book.questionnaire.unit_question.title
    by_unit = _count_table(unit_title, cases, [*names, ""], lambda case: case.unit, always=units)
    by_reviewer = _count_table("Sagsmåler", cases, reviewers, lambda case: case.reviewer, nobody=NOBODY)
    return "\n\n".join("\n".join(align_columns(table, width)) for table in (by_unit, by_reviewer))


def _count_table(
    title: str,
    cases: Sequence[CaseProgress],
    group_names: Sequence[str],
    group_of: Callable[[CaseProgress], str],
    always: Sequence[str] = (),
    nobody: str = UNKNOWN,
) -> list[list[str]]:
    """A header, one row per group that has cases (or is in `always`), and the sum."""
    lines = [[title, "I alt", *(text.capitalize() for text in STAGES.values()), "Med fund"]]
    for group_name in dict.fromkeys(group_names):
        group = [case for case in cases if group_of(case) == group_name]
        if group or group_name in always:
            lines.append([group_name or nobody, *_counts(group)])
    return [*lines, [TOTAL, *_counts(cases)]]


def _counts(cases: Sequence[CaseProgress]) -> list[str]:
    stages = Counter[str](case.stage for case in cases)
    with_findings = sum(case.has_findings for case in cases)
    return [str(count) for count in (len(cases), *(stages[stage] for stage in STAGES), with_findings)]


def render_list(book: Casebook, cases: Sequence[CaseProgress], width: int | None = None) -> str:
    """One line per case, under a header."""
    header = ["Sag", book.questionnaire.unit_question.title, "Sagsmåler", "Tilstand", "Fejl", "Mangler", "Sidst gemt"]
    return "\n".join(align_columns([header, *map(_list_row, cases)], width))


def _list_row(case: CaseProgress) -> list[str]:
    numbers = [str(case.faults), str(case.lacks)]
    return [case.case, case.unit or UNKNOWN, case.reviewer or NOBODY, STAGES[case.stage], *numbers, short_time(case.at)]


def align_columns(table: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """Lines of cells in columns, numbers to the right; with `width` the first column is wrapped to make them fit."""
    rows = [[one_line(cell) for cell in row] for row in table]
    widths = [max(map(len, cells_of_column)) for cells_of_column in zip(*rows, strict=True)]
    numbers = [all(row[column].isdecimal() for row in rows[1:]) for column in range(len(widths))]
    if width is not None:
        widths[0] = min(widths[0], max(12, width - sum(widths[1:]) - len(_GAP) * (len(widths) - 1)))
    for first, *others in rows:
        *above, last = textwrap.wrap(first, widths[0], subsequent_indent=_GAP) or [""]
        yield from above
        cells = [
            cell.rjust(size) if right else cell.ljust(size)
            for cell, size, right in zip(others, widths[1:], numbers[1:], strict=True)
        ]
        yield _GAP.join([last.ljust(widths[0]), *cells]).rstrip()
