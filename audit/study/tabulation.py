"""The work behind `audit tables`, as plain functions that a notebook can call too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audit.base import danish
from audit.cases.findings import count_by_severity
from audit.export.presentation import Export
from audit.study.source import Study
from audit.tables.intervals import Method
from audit.tables.spec import Show, TableSpec, spec, where_condition
from audit.tables.table import Table
from audit.tables.tabulate import Tabulator


@dataclass(frozen=True)
class TableRequest:
    """How tables are cut: which questions (every closed one when none is told), by what, of which cases.

    `interval` is the method of the intervals around each percent, which then is shown too.
    """

    questions: Sequence[str] = ()
    by: str | None = None
    where: Sequence[str] = ()
    percent: bool = False
    interval: Method | None = None


def make_tables(study: Study, cut: TableRequest = TableRequest()) -> tuple[Table, ...]:
    """The tables of a study, a grid one table a row. Raises UsageFault for a question that cannot be counted."""
    questionnaire = study.questionnaire
    by = cut.by or questionnaire.unit
    show: Show = "both" if cut.percent or cut.interval else "counts"
    template = TableSpec("", where=where_condition(questionnaire, cut.where), show=show)
    maker = Tabulator(study.cases, units=study.units)
    if not cut.questions:
        spec(questionnaire, questionnaire.unit, by=by)  # what is wrong with `by` is said here
        return tuple(maker.all_closed(by=by, template=template))
    made = []
    for name in cut.questions:
        question = questionnaire.by_id.get(name)
        rows = [f"{name}/{row.id}" for row in question.rows] if question and question.rows else [name]
        for row in rows:
            wanted = spec(questionnaire, row, by=by)
            made.append(maker.table(replace(wanted, where=template.where, show=template.show)))
    return tuple(made)


def describe_export(study: Study, cut: TableRequest = TableRequest()) -> Export:
    """What is written about a study's tables as a whole."""
    questionnaire = study.questionnaire
    by = cut.by or questionnaire.unit
    question = questionnaire.by_id.get(by)
    derived = questionnaire.derived_by_id.get(by)
    broken = count_by_severity(study.findings)["fejl"]
    return Export(
        schema=questionnaire.id,
        schema_version=questionnaire.version,
        by=by,
        by_title=question.title if question else derived.text if derived else by,
        title=study.title or questionnaire.title,
        cases=study.cases.size,
        notes=(f"Der er {danish.counted(broken, 'fejl', 'fejl')} i data.",) if broken else (),
        interval=cut.interval,
    )
