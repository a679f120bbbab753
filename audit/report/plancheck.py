"""The work behind `audit plan check`: a plan made into a report, to see whether it can be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from audit.base.errors import FileFault
from audit.prose import lint
from audit.questionnaire import schemas
from audit.report import compose, examples, planfile
from audit.report.inputs import report_inputs, study_without_cases
from audit.study.source import Study
from audit.study.studyfile import FILE as STUDY

if TYPE_CHECKING:
    from audit.report.planfile import Plan
from audit.report.documents import plan_parameters, units


def check_plan(folder: Path, study: Study | None = None) -> Plan:
    """The plan in a folder, after a report has been made from it to see whether it can be.

    The report is made without cases for each shipped questionnaire that the plan is for, and of `study`, if given.
    Raises DefinitionFault with its faults, UsageFault, FileFault.
    """
    if not (folder / planfile.FILE).is_file():
        raise FileFault(f"{folder} er ikke en rapportplan: der er ingen {planfile.FILE}.")
    plan = planfile.load(folder)
    named = {case for text in plan.texts.values() for case in lint.first_arguments(text, "case_example") or ()}
    example_texts = {case: compose.ExampleText("", "Sagen.", "") for case in named}
    example_texts |= {
        f"{section.section} 1": compose.ExampleText("", "Sagen.", "", section.section)
        for section in plan.definition.examples
    }
    for name in schemas.available():
        if {name, planfile.ANY} & set(plan.definition.default_for):
            _try(plan, study_without_cases(name), {}, example_texts)
    if study is not None:
        _try(plan, study, plan_parameters(study, plan, {}))
    for index, name in enumerate(plan.definition.along_with):
        with plan.faults_at("along_with", index, code="plan"):
            planfile.load_by_id(name, folder.parent)
    return plan


def _try(
    plan: Plan,
    study: Study,
    arguments: Mapping[str, str],
    example_texts: Mapping[str, compose.ExampleText] | None = None,
) -> None:
    """Make a report to see whether it can be made; of a plan for single units that of the first unit."""
    examples.section_conditions(plan, study.questionnaire)
    options = study.questionnaire.unit_question.options
    unit = (*units(study), options[0].title)[0] if plan.definition.per_unit else ""
    compose.compose_document(plan, report_inputs(plan, study, unit=unit, examples=example_texts), arguments)


def study_around(folder: Path) -> Path | None:
    """The folder of the study whose own plan stands in `folder`; None for a plan that belongs to no study."""
    plans = folder.resolve().parent
    return plans.parent if plans.name == planfile.FOLDER and (plans.parent / STUDY).is_file() else None
