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
#: What `--state` takes and how it is told; a case with findings is begun or finished too.
STAGES: dict[str, str] = {"ikke-begyndt": "ikke begyndt", "begyndt": "begyndt", "faerdig": "færdig"}
WITH_FINDINGS = "med-fund"
#: The reviewer of a case that nobody has begun.
NOBODY = "Ikke fordelt"
_GAP = "  "


@dataclass(frozen=True)
class CaseProgress:
    """A case: who has it, how far it is, and how many *fejl* and *mangler* there are in it.

    `reviewer` is the one whom the case names, else who saved it last. `found` tells whether there is something to put
    right: a *fejl*, or a remark or a reason that is missing (an open question is only not answered yet).
    """

    case: str
    unit: str
    reviewer: str
    stage: Stage
    faults: int
    lacks: int
    found: bool
    at: str

    def as_json(self) -> dict[str, object]:
        """The form that other programs read; the time is UTC."""
        return {
            "case": self.case,
            "unit": self.unit,
            "reviewer": self.reviewer,
            "state": self.stage,
            "findings": self.found,
            "fejl": self.faults,
            "mangel": self.lacks,
            "saved": self.at,
        }


def case_progress(book: Casebook, states: Sequence[State]) -> list[CaseProgress]:
    """Every case in the order in which they were made."""
    made, findings = book.verdict(states)
    faults, lacks, found = Counter[int](), Counter[int](), set[int]()
    for one in findings:
        if one.severity == "note":
            continue
        (faults if one.severity == "fejl" else lacks).update(one.rows)
        if one.code != "ubesvaret":
            found.update(one.rows)
    reviewers = _reviewers(book, states)
    return [
        CaseProgress(
            case=state.case, unit=unit, reviewer=reviewers[row], stage=(stage := _stage(book, state)),
            faults=faults[row], lacks=lacks[row], found=row in found and stage != "ikke-begyndt", at=state.at,
        )
        for row, (state, unit) in enumerate(zip(states, made.units(), strict=True))
    ]  # fmt: skip


def _reviewers(book: Casebook, states: Sequence[State]) -> list[str]:
    questionnaire = book.questionnaire
    named = [""] * len(states)
    if questionnaire.reviewer:
        column = questionnaire.by_id[questionnaire.reviewer].column
        named = states_to_cases(questionnaire, states).strings(questionnaire.by_column[column])
    return [name or (state.reviewer if book.begun(state) else "") for name, state in zip(named, states, strict=True)]


def _stage(book: Casebook, state: State) -> Stage:
    if state.finished:
        return "faerdig"
    return "begyndt" if book.begun(state) else "ikke-begyndt"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are looked at: those of a state (or with findings), a unit, a reviewer; all where none is told."""

    state: str | None = None
    unit: str | None = None
    reviewer: str | None = None

    @property
    def any(self) -> bool:
        """Whether some are left out."""
        return any((self.state, self.unit, self.reviewer))


def filter_cases(book: Casebook, found: Sequence[CaseProgress], wanted: CaseFilter) -> list[CaseProgress]:
    """Those of the cases that are wanted. Raises UsageFault for a state or a unit that there is not."""
    if wanted.state is not None and wanted.state not in (*STAGES, WITH_FINDINGS):
        raise UsageFault(f'--state kan være {", ".join(STAGES)} eller {WITH_FINDINGS}, ikke "{wanted.state}".')
    unit = book.questionnaire.unit_question.option(wanted.unit) if wanted.unit is not None else None
    if wanted.unit is not None and unit is None:
        raise UsageFault(f'"{wanted.unit}" er ikke blandt måleskemaets enheder.')
    return [
        one
        for one in found
        if (wanted.state is None or one.stage == wanted.state or (one.found and wanted.state == WITH_FINDINGS))
        and (unit is None or one.unit == unit.title)
        and (wanted.reviewer is None or same(one.reviewer) == same(wanted.reviewer))
    ]


# --- as text ----------------------------------------------------------------------------------------------------------


def render_counts(book: Casebook, found: Sequence[CaseProgress], units: Sequence[str], width: int | None = None) -> str:
    """How many cases there are of each state, by unit (those of the study first, in its order) and by reviewer."""
    names = [*units, *(option.title for option in book.questionnaire.unit_question.options)]
    reviewers = [*sorted({one.reviewer for one in found if one.reviewer}, key=same), ""]
    unit_title = book.questionnaire.unit_question.title
    by_unit = _count_table(unit_title, found, [*names, ""], lambda one: one.unit, keep=units)
    by_reviewer = _count_table("Sagsmåler", found, reviewers, lambda one: one.reviewer, nobody=NOBODY)
    return "\n\n".join("\n".join(align_columns(table, width)) for table in (by_unit, by_reviewer))


def _count_table(
    title: str,
    found: Sequence[CaseProgress],
    names: Sequence[str],
    of: Callable[[CaseProgress], str],
    keep: Sequence[str] = (),
    nobody: str = UNKNOWN,
) -> list[list[str]]:
    """A header, a line a name that has cases (or is kept), and the sum."""
    lines = [[title, "I alt", *(text.capitalize() for text in STAGES.values()), "Med fund"]]
    for name in dict.fromkeys(names):
        mine = [one for one in found if of(one) == name]
        if mine or name in keep:
            lines.append([name or nobody, *_counts(mine)])
    return [*lines, [TOTAL, *_counts(found)]]


def _counts(found: Sequence[CaseProgress]) -> list[str]:
    stages = Counter[str](one.stage for one in found)
    return [str(count) for count in (len(found), *(stages[stage] for stage in STAGES), sum(o.found for o in found))]


def render_list(book: Casebook, found: Sequence[CaseProgress], width: int | None = None) -> str:
    """One line a case."""
    header = ["Sag", book.questionnaire.unit_question.title, "Sagsmåler", "Tilstand", "Fejl", "Mangler", "Sidst gemt"]
    return "\n".join(align_columns([header, *map(_list_row, found)], width))


def _list_row(one: CaseProgress) -> list[str]:
    numbers = [str(one.faults), str(one.lacks)]
    return [one.case, one.unit or UNKNOWN, one.reviewer or NOBODY, STAGES[one.stage], *numbers, short_time(one.at)]


def align_columns(lines: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """Lines of cells in columns, numbers to the right; with `width` the first column is wrapped to make them fit."""
    shown = [[one_line(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    numbers = [all(line[place].isdecimal() for line in shown[1:]) for place in range(len(widths))]
    if width is not None:
        widths[0] = min(widths[0], max(12, width - sum(widths[1:]) - len(_GAP) * (len(widths) - 1)))
    for first, *others in shown:
        *above, last = textwrap.wrap(first, widths[0], subsequent_indent=_GAP) or [""]
        yield from above
        cells = [
            cell.rjust(size) if right else cell.ljust(size)
            for cell, size, right in zip(others, widths[1:], numbers[1:], strict=True)
        ]
        yield _GAP.join([last.ljust(widths[0]), *cells]).rstrip()
