"""The documents of a study: reports and letters that follow a plan, and forms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from audit.base import cpr, danish
from audit.base.errors import DataFault, Place, UsageFault
from audit.cases import caseview
from audit.cases.findings import count_by_severity
from audit.document import forms
from audit.document.blocks import DRAFT, INTERNAL, PRELIMINARY, Document, Stamp
from audit.report import compose, examples, planfile
from audit.report.compose import ReportInputs
from audit.report.inputs import report_inputs, study_facts, unit_inputs
from audit.study.source import Study
from audit.study.studyfile import FILE as STUDY

if TYPE_CHECKING:
    from audit.report.planfile import Plan

#: The plan of forms.
FORM_PLAN = "maaleskema"
#: How much of a unit's name or a case number a file's name has.
_LONGEST_NAME = 60


@dataclass(frozen=True)
class ReportRequest:
    """Which report to make: its plan by name or loaded (default: the questionnaire's own), its unit (default: the whole
    study), the parameters, the date, and whether to make it despite faults in the data (`force`). A `preliminary` one
    is stamped as being out for comments; an `internal` one lists the cases behind every number.
    """

    plan: str | Plan | None = None
    unit: str | None = None
    parameters: Mapping[str, str] | None = None
    date: date | None = None
    force: bool = False
    preliminary: bool = False
    internal: bool = False


def report_document(study: Study, request: ReportRequest = ReportRequest()) -> Document:
    """The report as a document. Raises what `report_documents` raises."""
    return next(report_documents(study, request))[1]


def report_documents(study: Study, request: ReportRequest = ReportRequest()) -> Iterator[tuple[str, Document]]:
    """The report and the documents that its plan makes along with it: for each the name of its files, and the document.

    Raises DataFault when the data has a *fejl* and the report is not forced; DefinitionFault and UsageFault.
    """
    yield from next(unit_documents(study, request, (request.unit,)))


def unit_documents(
    study: Study, request: ReportRequest, units: Iterable[str | None]
) -> Iterator[Iterator[tuple[str, Document]]]:
    """What `report_documents` gives for each of the units. What they share is loaded, checked and counted once."""
    plan = select_plan(study, request.plan)
    known = cache(partial(all_parameters, study))

    @cache
    def basis(number: int) -> _Basis:
        if number == 0:
            return _make_basis(study, plan, request, known)
        return _make_basis(study, *_along_with(study, plan, request, number - 1), known)

    def documents(name: str | None) -> Iterator[tuple[str, Document]]:
        unit = _unit_title(study, plan, name)
        suffix = (f"-{_file_name(unit)}" if unit else "") + "-intern" * request.internal
        for number in range(1 + len(plan.definition.along_with)):
            yield f"{basis(number).plan.id}{suffix}", _compose_report(basis(number), unit, request.date)

    return map(documents, units)


def _file_name(text: str) -> str:
    """The name of a file for a unit or a case: two different ones never get the same, and none is too long."""
    if re.fullmatch(r"[\w./ -]*[\w-]", text) and "_" not in text and len(text) <= _LONGEST_NAME:
        return text.translate(str.maketrans(" /", "_+"))
    name = re.sub(r"[^\w.-]", "_", text)
    return f"{name[:_LONGEST_NAME]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _unit_title(study: Study, plan: Plan, name: str | None) -> str:
    """The title of the unit that a document is for; blank for the whole study. Raises UsageFault."""
    kind = study.questionnaire.unit_question.title.lower()
    if plan.definition.per_unit:
        if name is None:
            remedy = "Skriv hvilken med --unit, eller lav dem alle med --all-units."
            raise UsageFault(f"Planen {plan.id} laves til en enhed ({kind}) ad gangen.", remedy=remedy)
        return _match_unit(study, name)
    if name is not None:
        remedy = "Der er planer, der laves for en enkelt: se dem med audit plans."
        raise UsageFault(f"Planen {plan.id} er om hele undersøgelsen, ikke om en enkelt enhed ({kind}).", remedy=remedy)
    return ""


def units(study: Study) -> tuple[str, ...]:
    """The units that the study has cases from, in its order."""
    return study_facts(study).units


def _match_unit(study: Study, name: str) -> str:
    option = study.questionnaire.unit_question.option(name)
    titles = units(study)
    if option is None or option.title not in titles:
        title = option.title if option else name
        hint = "" if option else danish.did_you_mean(name, titles)
        raise UsageFault(
            f"Der er ingen sager fra {title} i undersøgelsen.{hint}", remedy=f"Der er: {', '.join(titles)}."
        )
    return option.title


@dataclass(frozen=True)
class _Basis:
    """What a plan's documents share, whatever unit they are for; `inputs` are those of the whole study."""

    study: Study
    plan: Plan
    inputs: ReportInputs
    arguments: Mapping[str, str]
    stamps: tuple[Stamp, ...]


def _make_basis(study: Study, plan: Plan, request: ReportRequest, known: Callable[[], Sequence[str]]) -> _Basis:
    """Load, check and count it. Raises DataFault, DefinitionFault and UsageFault."""
    study = _with_findings(study, plan)
    faults = count_by_severity(study.findings)["fejl"]
    if faults and not request.force:
        raise DataFault(
            f"Rapporten er ikke lavet: der er {danish.counted(faults, 'fejl', 'fejl')} i data.",
            remedy='Se dem med "audit check". Med --force laves rapporten alligevel, stemplet KLADDE på hver side.',
        )
    arguments = plan_parameters(study, plan, request.parameters or {}, known)
    inputs = report_inputs(plan, study, internal=request.internal)
    conditions = {DRAFT: faults > 0, PRELIMINARY: request.preliminary, INTERNAL: request.internal}
    return _Basis(study, plan, inputs, arguments, tuple(stamp for stamp, holds in conditions.items() if holds))


def _along_with(study: Study, plan: Plan, request: ReportRequest, index: int) -> tuple[Plan, ReportRequest]:
    """A plan that another names to be made along with it, and the request with the parameters that it knows."""
    with plan.faults_at("along_with", index, code="plan"):
        companion = select_plan(study, plan.definition.along_with[index])
    declared = companion.definition.parameters
    shared = {name: text for name, text in (request.parameters or {}).items() if name in declared}
    return companion, replace(request, parameters=shared)


def _compose_report(basis: _Basis, unit: str, date: date | None) -> Document:
    inputs = unit_inputs(basis.inputs, basis.plan, basis.study, unit) if unit else basis.inputs
    return compose.compose_document(basis.plan, inputs, basis.arguments, date=date, stamps=basis.stamps)


def with_example_findings(study: Study, plan: str | Plan | None = None) -> Study:
    """The study with the findings of its examples, as a plan uses them (default: the questionnaire's own plan).

    Raises what loading the plan raises.
    """
    return _with_findings(study, select_plan(study, plan)) if study.examples else study


def _with_findings(study: Study, plan: Plan) -> Study:
    return replace(study, findings=(*study.findings, *examples.example_findings(study, plan)))


def select_plan(study: Study, name: str | Plan | None) -> Plan:
    """The plan with that name or folder; without a name the one for the study's questionnaire; a plan as it is.

    Raises UsageFault where there is none, DefinitionFault and FileFault.
    """
    if isinstance(name, planfile.Plan):
        return name
    own = study.folder / planfile.FOLDER
    if name is None:
        return planfile.load_default(study.questionnaire.id, own)
    for folder in (Path(name), study.folder / name):
        if (folder / planfile.FILE).is_file():
            return planfile.load(folder)
    return planfile.load_by_id(name, own)


def plan_parameters(
    study: Study, plan: Plan, arguments: Mapping[str, str], known: Callable[[], Sequence[str]] | None = None
) -> dict[str, str]:
    """The arguments for a plan's parameters: the study's, where the plan has them, and `arguments` for this report.

    `known` gives the parameters of all plans, for whoever asks about several plans; it is called only if a study has
    others than its plan. Raises UsageFault for a parameter of the study that no plan has, and for a CPR number in an
    argument.
    """
    for name, text in arguments.items():
        if cpr.contains(text):
            raise UsageFault(f"Parameteren {name} indeholder et CPR-nummer.", remedy="Fjern det.")
    declared = plan.definition.parameters
    if not study.parameters.keys() <= declared.keys():
        _check_study_parameters(study, known() if known else all_parameters(study))
    return {name: text for name, text in study.parameters.items() if name in declared} | dict(arguments)


def all_parameters(study: Study) -> list[str]:
    """The parameters that a study can have: those of all plans, and its period."""
    plans = planfile.load_all(study.folder / planfile.FOLDER)[0].values()
    return sorted({"period", *(name for plan in plans for name in plan.definition.parameters)})


def _check_study_parameters(study: Study, known: Sequence[str]) -> None:
    for name in study.parameters:
        if name not in known:
            hint = danish.did_you_mean(name, known)
            raise UsageFault(f'parameteren "{name}" er der ingen rapportplan, der har.{hint}', place=Place(STUDY))


def form_documents(
    study: Study,
    cases: Sequence[str] | None,
    *,
    together: bool = False,
    plan: str | None = None,
    date: date | None = None,
) -> Iterator[tuple[str, Document]]:
    """The questionnaire: empty (`cases` is None), or as answered in each case (or in all of them `together`).

    Yields the name of each document and the document. Raises DefinitionFault and UsageFault.
    """
    form_plan = select_plan(study, plan or FORM_PLAN)
    arguments = plan_parameters(study, form_plan, {})
    inputs = replace(
        report_inputs(form_plan, study, examples={}), form=partial(forms.form_blocks, study.cases, private=True)
    )
    for suffix, group in _form_groups(cases, together=together):
        inputs = replace(inputs, form_cases=group)
        yield f"{form_plan.id}{suffix}", compose.compose_document(form_plan, inputs, arguments, date=date)


def _form_groups(cases: Sequence[str] | None, *, together: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each document the suffix of its name, and the cases that it shows."""
    if cases is None or together:
        yield ("", ()) if cases is None else ("-sager", tuple(cases))
        return
    names = {case: _file_name(case) for case in cases}
    used: dict[str, str] = {}
    for case, name in names.items():
        other = used.setdefault(name.casefold(), case)  # Windows takes a and A for the same name
        if other != case:
            message = f"Sag {other} og sag {case} ville få det samme filnavn."
            raise UsageFault(message, remedy="Lav dem hver for sig, eller sammen med --together.")
    yield from ((f"-{name}", (case,)) for case, name in names.items())


def select_cases(study: Study, numbers: Sequence[str]) -> tuple[str, ...]:
    """The case numbers as the study writes them; all of them where none is named.

    Raises UsageFault for one that is not there, or is there more than once, and where there is no case at all.
    """
    keys = study.cases.keys
    if not keys:
        raise UsageFault("Der er ingen sager i undersøgelsen.", remedy="Et tomt skema laves med --blank.")
    return tuple(dict.fromkeys(keys[caseview.find_row(keys, number)] for number in numbers or keys))
