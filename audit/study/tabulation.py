"""The work behind `audit tables`, as plain functions that a notebook can call too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audit.base import danish
from audit.cases.findings import count_by_severity
from audit.export.presentation import Export
from audit.questionnaire.model import Questionnaire
from audit.study.source import Study
from audit.tables.intervals import Method
from audit.tables.spec import Show, TableSpec, spec, where_condition
from audit.tables.table import Table
from audit.tables.tabulate import Tabulator


@dataclass(frozen=True)
class TableRequest:
    """Which tables to make: of which questions (every closed one when none is named), by what, of which cases.

    `interval` is the method of the intervals around each percentage, which is then shown too.
    """

    questions: Sequence[str] = ()
    by: str | None = None
    where: Sequence[str] = ()
    percent: bool = False
    interval: Method | None = None


def make_tables(study: Study, request: TableRequest = TableRequest()) -> tuple[Table, ...]:
    """The tables of a study, one per row of a grid. Raises UsageFault for a question that cannot be counted."""
    questionnaire = study.questionnaire
    by = rows_of(questionnaire, request.by)
    show: Show = "both" if request.percent or request.interval else "counts"
    template = TableSpec("", where=where_condition(questionnaire, request.where), show=show)
    tabulator = Tabulator(study.cases, units=study.units)
    if not request.questions:
        spec(questionnaire, questionnaire.unit, by=by)  # raises for a bad `by`
        return tuple(tabulator.all_closed(by=by, template=template))
    tables = []
    for name in request.questions:
        key = questionnaire.key_named(name)
        rows = questionnaire.row_ids(key.question) if key.row is None and key.question in questionnaire.by_id else ()
        for row in [f"{key}/{row}" for row in rows] or [name]:
            table_spec = spec(questionnaire, row, by=by)
            tables.append(tabulator.table(replace(table_spec, where=template.where, show=template.show)))
    return tuple(tables)


def rows_of(questionnaire: Questionnaire, by: str | None) -> str:
    """What the rows of tables are: what was asked for (by any of its names) or, by default, the units."""
    return str(questionnaire.key_named(by)) if by else questionnaire.unit


def fault_notice(study: Study, *, see: str) -> str:
    """What a reader of numbers must be told where the data has faults; blank where it has none. `see` shows them."""
    faults = count_by_severity(study.findings)["fejl"]
    if not faults:
        return ""
    unread = study.cases.unreadable_count
    left_out = f" {danish.counted(unread, 'svar', 'svar')} kunne ikke læses og er udeladt." if unread else ""
    return f"der er {danish.counted(faults, 'fejl', 'fejl')} i data; se {see}.{left_out}"


def describe_export(study: Study, by: str | None, interval: Method | None = None) -> Export:
    """What an export says about a study's tables as a whole; `by` is what their rows are, None for their own rows."""
    questionnaire = study.questionnaire
    question = questionnaire.by_id.get(by or "")
    derived = questionnaire.derived_by_id.get(by or "")
    broken = count_by_severity(study.findings)["fejl"]
    return Export(
        schema=questionnaire.id,
        schema_version=questionnaire.version,
        by=by,
        by_title=question.title if question else derived.text if derived else "",
        title=study.title or questionnaire.title,
        cases=study.cases.size,
        notes=(f"Der er {danish.counted(broken, 'fejl', 'fejl')} i data.",) if broken else (),
        interval=interval,
    )
