"""What a report is made from: the facts and tables of a study that a plan asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audit.base import danish
from audit.base.errors import DefinitionFault
from audit.cases import caseview
from audit.cases.columns import Cases
from audit.cases.findings import count_by_severity
from audit.cases.routing import Days, Routing
from audit.document import forms
from audit.prose.chapters import Facts
from audit.prose.shares import CaseCount
from audit.questionnaire import schemas
from audit.questionnaire.condition import Key, keys
from audit.questionnaire.model import Questionnaire
from audit.report.compose import ExampleText, ReportInputs
from audit.study.source import Study
from audit.tables.spec import TableSpec, read_spec
from audit.tables.table import Behind
from audit.tables.tabulate import Tabulator

if TYPE_CHECKING:
    from audit.report.planfile import Plan


def study_facts(study: Study) -> Facts:
    """What a report can say about the study as a whole."""
    questionnaire, cases = study.questionnaire, study.cases
    days = _decision_days(cases)
    days = days[~np.isnat(days)]
    present = set(cases.units())
    order = (*study.units, *(option.title for option in questionnaire.unit_question.options))

    def all_cases() -> Behind:
        return Behind("Alle sager i undersøgelsen.", cases.keys)

    return Facts(
        cases=CaseCount(cases.size, all_cases),
        unit=questionnaire.unit_question.title.lower(),
        units=tuple(name for name in dict.fromkeys(order) if name in present),
        questionnaire=questionnaire.title,
        subject=questionnaire.subject,
        first_decision=days.min().astype(object) if days.size else None,
        last_decision=days.max().astype(object) if days.size else None,
        decisions=_decisions_by_year(cases),
        study=study.facts,
        study_title=study.title,
        lacking=count_by_severity(study.findings)["mangel"],
        laws=tuple((questionnaire.laws or {}).values()),
    )


def _examples(study: Study, cases: Cases) -> dict[str, ExampleText]:
    """The study's examples about the given cases, by case."""
    numbers = set(map(danish.same, cases.keys))
    examples = (example for example in study.examples if danish.same(example.case) in numbers)
    return {
        example.case: ExampleText(example.title, example.text, example.file, example.section) for example in examples
    }


def _decision_days(cases: Cases) -> Days:
    """The day of each decision, one per case; none at all where the questionnaire has no such date."""
    question_id = cases.questionnaire.decision_date
    return Routing(cases).days(Key(question_id)) if question_id else np.array([], dtype="datetime64[D]")


def _decisions_by_year(cases: Cases) -> dict[int, int]:
    """How many decisions are from each year, of those that are dated."""
    days = _decision_days(cases)
    years = days.astype("datetime64[Y]").astype(int) + 1970

    def decisions_of(year: int) -> CaseCount:
        rows = np.flatnonzero((years == year) & ~np.isnat(days))
        return CaseCount(rows.size, lambda: Behind(f"Afgjort i {year}.", tuple(cases.keys[row] for row in rows)))

    return {year: decisions_of(year) for year in np.unique(years[~np.isnat(days)]).tolist()}


def report_inputs(
    plan: Plan,
    study: Study,
    *,
    unit: str = "",
    internal: bool = False,
    examples: Mapping[str, ExampleText] | None = None,
) -> ReportInputs:
    """Everything that a plan can say about a study; of single cases only the examples, and those of the `unit` if it
    is for one. `examples` are used instead of the study's.

    Raises DefinitionFault where the plan's tables do not fit the questionnaire.
    """
    tabulator = Tabulator(study.cases, units=study.units)
    specs = zip(plan.definition.tables, plan_specs(plan, study.questionnaire), strict=True)
    tables = {planned.id: tabulator.table(spec) for planned, spec in specs}
    question_tables = tuple(tabulator.all_closed(by=study.questionnaire.unit))
    titles = {question.id: section.title for section in study.questionnaire.sections for question in section.questions}
    inputs = ReportInputs(
        study_facts(study),
        tables,
        question_tables,
        _examples(study, study.cases),
        section_titles={table.id: titles.get(Key.parse(table.id).question, "") for table in question_tables},
        form=partial(forms.form_blocks, study.cases),
        internal=internal,
    )
    if unit:
        inputs = unit_inputs(inputs, plan, study, unit)
    return inputs if examples is None else replace(inputs, examples=examples)


def unit_inputs(inputs: ReportInputs, plan: Plan, study: Study, unit: str) -> ReportInputs:
    """What `report_inputs` gives for one unit, from what it gives for the whole study: its own rows and cases."""
    cases = study.cases.select(np.array(study.cases.units()) == unit)
    own = {
        planned.id: inputs.tables[planned.id].of_rows([unit])
        for planned in plan.definition.tables
        if planned.rows == "own"
    }
    return replace(
        inputs,
        tables={**inputs.tables, **own},
        examples=_examples(study, cases),
        form=partial(forms.form_blocks, cases),
        one_unit=unit,
        unit_cases=tuple(caseview.case_views(cases)),
    )


def plan_specs(plan: Plan, questionnaire: Questionnaire) -> tuple[TableSpec, ...]:
    """The plan's tables, bound to a questionnaire. Raises DefinitionFault where they do not fit."""
    source = replace(plan.source, faults=[], faulty=[])
    tables = enumerate(plan.definition.tables)
    specs = tuple(read_spec(questionnaire, planned.spec, source, ("tables", index)) for index, planned in tables)
    for index, spec in enumerate(specs):
        for key in _keys_used(spec):
            question = questionnaire.by_id.get(key.question)
            if question is not None and question.private:
                source.fault(("tables", index), "intern", f"{key} er intern og kan ikke bruges i en rapport")
    if source.faults:
        raise DefinitionFault(source.faults)
    return specs


def _keys_used(spec: TableSpec) -> Iterator[Key]:
    """The questions that a table is made from."""
    yield Key.parse(spec.question)
    if spec.by is not None:
        yield Key.parse(spec.by)
    if spec.where is not None:
        yield from keys(spec.where)


def study_without_cases(schema_id: str) -> Study:
    """A study of a questionnaire that no case has been scored on. Raises UsageFault, DefinitionFault, FileFault."""
    questionnaire = schemas.load(schemas.find(schema_id))
    return Study(Path(), questionnaire, Cases(questionnaire, 0, {}), ())
