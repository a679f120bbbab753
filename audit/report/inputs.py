"""What a report is made from: the facts and tables of a study, as a plan wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.base import danish
from audit.base.errors import DefinitionFault
from audit.cases import caseview
from audit.cases.columns import Cases
from audit.cases.findings import count_by_severity
from audit.cases.routing import Routing
from audit.document import forms
from audit.prose.chapters import Facts
from audit.prose.shares import Counted
from audit.questionnaire import schemas
from audit.questionnaire.condition import Key, keys
from audit.questionnaire.model import Questionnaire
from audit.report.compose import ExampleText, ReportInputs
from audit.study.source import Study
from audit.tables.spec import TableSpec, read_spec
from audit.tables.table import Behind, Table
from audit.tables.tabulate import Tabulator

if TYPE_CHECKING:
    from audit.report.plan import Plan


def facts(study: Study) -> Facts:
    """What a report can tell of the study as a whole."""
    questionnaire, cases = study.questionnaire, study.cases
    days = _decided(cases)
    days = days[~np.isnat(days)]
    present = set(cases.units())
    order = (*study.units, *(option.title for option in questionnaire.unit_question.options))

    def every() -> Behind:
        return Behind("Alle sager i undersøgelsen.", cases.keys)

    return Facts(
        cases=Counted(cases.size, every),
        unit=questionnaire.unit_question.title.lower(),
        units=tuple(name for name in dict.fromkeys(order) if name in present),
        questionnaire=questionnaire.title,
        subject=questionnaire.subject,
        first_decision=days.min().astype(object) if days.size else None,
        last_decision=days.max().astype(object) if days.size else None,
        decisions=_by_year(cases),
        study=study.facts,
        study_title=study.title,
        lacking=count_by_severity(study.findings)["mangel"],
        laws=tuple((questionnaire.laws or {}).values()),
    )


def _examples(study: Study, cases: Cases) -> dict[str, ExampleText]:
    """The study's examples that are about some cases."""
    known = set(map(danish.same, cases.keys))
    told = (one for one in study.examples if danish.same(one.case) in known)
    return {one.case: ExampleText(one.title, one.text, one.file, one.section) for one in told}


def _rows(table: Table, rows: str, unit: str) -> Table:
    """The table with the rows that a plan wants; all where it is tried out without a unit."""
    return table.of_rows([unit]) if rows == "own" and unit else table


def _decided(cases: Cases) -> Any:
    """The day of each decision, one a case; none at all where the questionnaire has no such date."""
    asked = cases.questionnaire.decision_date
    return Routing(cases).days(Key(asked)) if asked else np.array([], dtype="datetime64[D]")


def _by_year(cases: Cases) -> dict[int, int]:
    """How many decisions are from each year, of those that are dated."""
    days = _decided(cases)
    years = days.astype("datetime64[Y]").astype(int) + 1970

    def of(year: int) -> Counted:
        rows = np.flatnonzero((years == year) & ~np.isnat(days))
        return Counted(rows.size, lambda: Behind(f"Afgjort i {year}.", tuple(cases.keys[row] for row in rows)))

    return {year: of(year) for year in np.unique(years[~np.isnat(days)]).tolist()}


def report_inputs(
    chosen: Plan,
    study: Study,
    *,
    unit: str = "",
    internal: bool = False,
    told: Mapping[str, ExampleText] | None = None,
) -> ReportInputs:
    """Everything that a plan can tell of a study; of single cases only the examples, and those of the `unit` if it is
    for one. `told` are examples to use instead of the study's.

    Raises DefinitionFault where the plan's tables do not fit the questionnaire.
    """
    own = study.cases if not unit else study.cases.select(np.array(study.cases.units()) == unit)
    maker = Tabulator(study.cases, units=study.units)
    specs = zip(chosen.definition.tables, plan_specs(chosen, study.questionnaire), strict=True)
    planned = {one.id: _rows(maker.table(spec), one.rows, unit) for one, spec in specs}
    every = tuple(maker.all_closed(by=study.questionnaire.unit))
    sections = {one.id: section.title for section in study.questionnaire.sections for one in section.questions}
    return ReportInputs(
        facts(study),
        planned,
        every,
        _examples(study, own) if told is None else told,
        sections={table.id: sections.get(Key.parse(table.id).question, "") for table in every},
        form=partial(forms.form, own),
        one_unit=unit,
        internal=internal,
        unit_cases=tuple(caseview.case_views(own)) if unit else (),
    )


def plan_specs(chosen: Plan, questionnaire: Questionnaire) -> tuple[TableSpec, ...]:
    """The plan's tables, bound to a questionnaire. Raises DefinitionFault where they do not fit."""
    source = replace(chosen.source, faults=[], faulty=[])
    tables = enumerate(chosen.definition.tables)
    specs = tuple(read_spec(questionnaire, planned.spec, source, ("tables", index)) for index, planned in tables)
    for index, one in enumerate(specs):
        for key in _read_by(one):
            asked = questionnaire.by_id.get(key.question)
            if asked is not None and asked.private:
                source.fault(("tables", index), "intern", f"{key} er intern og kan ikke bruges i en rapport")
    if source.faults:
        raise DefinitionFault(source.faults)
    return specs


def _read_by(one: TableSpec) -> Iterator[Key]:
    """Everything that a table is made from."""
    yield Key.parse(one.question)
    if one.by is not None:
        yield Key.parse(one.by)
    if one.where is not None:
        yield from keys(one.where)


def without_cases(schema_id: str) -> Study:
    """A study of a questionnaire that no case has been scored on. Raises UsageFault, DefinitionFault, FileFault."""
    questionnaire = schemas.load(schemas.find(schema_id))
    return Study(Path(), questionnaire, Cases(questionnaire, 0, {}), ())
