"""The work behind `audit plan check`: a plan made into a report, to see whether it can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from audit.base.errors import FileFault
from audit.questionnaire import schemas
from audit.report import compose, examples, plan
from audit.report.inputs import report_inputs, without_cases
from audit.study.source import Study
from audit.study.studyfile import FILE as STUDY

if TYPE_CHECKING:
    from audit.report.plan import Plan
from audit.report.documents import plan_parameters, units

#: A case that a chapter puts in as an example.
_EXAMPLE = re.compile(r"case_example\(\s*[\"']?([^\"'\s)]+)")


def check_plan(folder: Path, study: Study | None = None) -> Plan:
    """The plan in a folder, made into a report to see whether it can be.

    It is made without cases for each shipped questionnaire that it is meant for, and of the study, if one is told.
    Raises DefinitionFault with its faults, UsageFault, FileFault.
    """
    if not (folder / plan.FILE).is_file():
        raise FileFault(f"{folder} er ikke en rapportplan: der er ingen {plan.FILE}.")
    chosen = plan.load(folder)
    named = {case for text in chosen.texts.values() for case in _EXAMPLE.findall(text)}
    told = {case: compose.ExampleText("", "Sagen.", "") for case in named}
    told |= {
        f"{one.section} 1": compose.ExampleText("", "Sagen.", "", one.section) for one in chosen.definition.examples
    }
    for name in schemas.available():
        if {name, plan.ANY} & set(chosen.definition.default_for):
            _try(chosen, without_cases(name), {}, told)
    if study is not None:
        _try(chosen, study, plan_parameters(study, chosen, {}))
    for index, name in enumerate(chosen.definition.along_with):
        with chosen.at("along_with", index, code="plan"):
            plan.find(name, folder.parent)
    return chosen


def _try(
    chosen: Plan, study: Study, given: Mapping[str, str], told: Mapping[str, compose.ExampleText] | None = None
) -> None:
    """Make a report to see whether it can be; a plan for single units for the first of them."""
    examples.sections(chosen, study.questionnaire)
    options = study.questionnaire.unit_question.options
    unit = (*units(study), options[0].title)[0] if chosen.definition.per_unit else ""
    compose.compose(chosen, report_inputs(chosen, study, unit=unit, told=told), given)


def study_around(folder: Path) -> Path | None:
    """The folder of the study whose own plan stands in `folder`; None for a plan that belongs to no study."""
    found = folder.resolve().parent.parent
    return found if folder.resolve().parent.name == plan.FOLDER and (found / STUDY).is_file() else None
