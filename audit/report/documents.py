"""The documents that a study gives: reports and letters after a plan, and forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from audit.base import cpr, danish
from audit.base.errors import DataFault, Place, UsageFault
from audit.cases import caseview
from audit.cases.findings import count_by_severity
from audit.document import forms
from audit.document.blocks import DRAFT, INTERNAL, PRELIMINARY, Document
from audit.report import compose, examples, plan
from audit.report.inputs import facts, report_inputs
from audit.study.source import Study
from audit.study.studyfile import FILE as STUDY

if TYPE_CHECKING:
    from audit.report.plan import Plan

#: The plan of forms.
FORM_PLAN = "maaleskema"


@dataclass(frozen=True)
class ReportRequest:
    """Which report is wanted: a plan (none told: the questionnaire's own), for which unit (none told: the whole study),
    parameters, a date, by force or not. A `preliminary` one is stamped as being out for comments; an
    `internal` one tells the cases behind every number.
    """

    plan: str | None = None
    unit: str | None = None
    parameters: Mapping[str, str] | None = None
    date: date | None = None
    force: bool = False
    preliminary: bool = False
    internal: bool = False


def document(study: Study, wanted: ReportRequest = ReportRequest()) -> Document:
    """The report as a document. Raises what `documents` raises."""
    return next(documents(study, wanted))[1]


def documents(study: Study, wanted: ReportRequest = ReportRequest()) -> Iterator[tuple[str, Document]]:
    """The report, and what its plan says is made along with it: for each the name of its files, and the document.

    Raises DataFault when the data has a *fejl* and the report is not forced; DefinitionFault and UsageFault.
    """
    chosen = chosen_plan(study, wanted.plan)
    unit = _unit(study, chosen, wanted.unit)
    name = (f"-{_file_name(unit)}" if unit else "") + "-intern" * wanted.internal
    yield f"{chosen.id}{name}", _document(study, chosen, unit, wanted)
    given = wanted.parameters or {}
    for index, also in enumerate(chosen.definition.along_with):
        with chosen.at("along_with", index, code="plan"):
            beside = chosen_plan(study, also)
        known = {name: text for name, text in given.items() if name in beside.definition.parameters}
        yield f"{beside.id}{name}", _document(study, beside, unit, replace(wanted, parameters=known))


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "_", text)


def _unit(study: Study, chosen: Plan, wanted: str | None) -> str:
    """The unit that a document is for, as the study calls it; blank for the whole study. Raises UsageFault."""
    kind = study.questionnaire.unit_question.title.lower()
    if chosen.definition.per_unit:
        if wanted is None:
            remedy = "Skriv hvilken med --unit, eller lav dem alle med --all-units."
            raise UsageFault(f"Planen {chosen.id} laves til en enhed ({kind}) ad gangen.", remedy=remedy)
        return _known_unit(study, wanted)
    if wanted is not None:
        remedy = "Der er planer, der laves for en enkelt: se dem med audit plans."
        raise UsageFault(
            f"Planen {chosen.id} er om hele undersøgelsen, ikke om en enkelt enhed ({kind}).", remedy=remedy
        )
    return ""


def units(study: Study) -> tuple[str, ...]:
    """The units that the study has cases from, in its order."""
    return facts(study).units


def _known_unit(study: Study, wanted: str) -> str:
    option = study.questionnaire.unit_question.option(wanted)
    known = units(study)
    if option is None or option.title not in known:
        name = option.title if option else wanted
        hint = "" if option else danish.did_you_mean(wanted, known)
        raise UsageFault(f"Der er ingen sager fra {name} i undersøgelsen.{hint}", remedy=f"Der er: {', '.join(known)}.")
    return option.title


def _document(study: Study, chosen: Plan, unit: str, wanted: ReportRequest) -> Document:
    study = _examined(study, chosen)
    broken = count_by_severity(study.findings)["fejl"]
    if broken and not wanted.force:
        raise DataFault(
            f"Rapporten er ikke lavet: der er {danish.counted(broken, 'fejl', 'fejl')} i data.",
            remedy='Se dem med "audit check". Med --force laves rapporten alligevel, stemplet KLADDE på hver side.',
        )
    given = plan_parameters(study, chosen, wanted.parameters or {})
    made = report_inputs(chosen, study, unit=unit, internal=wanted.internal)
    held = {DRAFT: broken > 0, PRELIMINARY: wanted.preliminary, INTERNAL: wanted.internal}
    stamps = tuple(stamp for stamp, holds in held.items() if holds)
    return compose.compose(chosen, made, given, date=wanted.date, stamps=stamps)


def examined(study: Study, name: str | None = None) -> Study:
    """The study with what is found of its examples, as a plan uses them (none told: the questionnaire's own).

    Raises what loading the plan raises.
    """
    return _examined(study, chosen_plan(study, name)) if study.examples else study


def _examined(study: Study, chosen: Plan) -> Study:
    return replace(study, findings=(*study.findings, *examples.findings(study, chosen)))


def chosen_plan(study: Study, name: str | None) -> Plan:
    """The plan of that name or folder; without a name the one that is meant for the study's questionnaire.

    Raises UsageFault where there is none, DefinitionFault and FileFault.
    """
    own = study.folder / plan.FOLDER
    if name is None:
        return plan.default(study.questionnaire.id, own)
    for folder in (Path(name), study.folder / name):
        if (folder / plan.FILE).is_file():
            return plan.load(folder)
    return plan.find(name, own)


def plan_parameters(study: Study, chosen: Plan, wanted: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a plan is given: the study's, where the plan has them, and what is wanted for this report.

    Raises UsageFault for a parameter of the study that no plan has, and for a CPR number in what is wanted.
    """
    for name, text in wanted.items():
        if cpr.contains(text):
            raise UsageFault(f"Parameteren {name} indeholder et CPR-nummer.", remedy="Fjern det.")
    known = chosen.definition.parameters
    if not study.parameters.keys() <= known.keys():
        _in_some_plan(study)
    return {name: text for name, text in study.parameters.items() if name in known} | dict(wanted)


def _in_some_plan(study: Study) -> None:
    plans = plan.usable(study.folder / plan.FOLDER)[0].values()
    known = sorted({"period", *(name for one in plans for name in one.definition.parameters)})
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
    """The questionnaire: empty (`cases` is None), or as each case (or all of them `together`) answers it.

    Yields the name of each document and the document. Raises DefinitionFault and UsageFault.
    """
    chosen = chosen_plan(study, plan or FORM_PLAN)
    given = plan_parameters(study, chosen, {})
    made = replace(report_inputs(chosen, study, told={}), form=partial(forms.form, study.cases, private=True))
    for name, shown in _forms(cases, together=together):
        yield f"{chosen.id}{name}", compose.compose(chosen, replace(made, form_cases=shown), given, date=date)


def _forms(cases: Sequence[str] | None, *, together: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each document adds to the name of the plan, and the cases it shows."""
    if cases is None or together:
        yield ("", ()) if cases is None else ("-sager", tuple(cases))
        return
    names = {case: _file_name(case) for case in cases}
    taken: dict[str, str] = {}
    for case, name in names.items():
        other = taken.setdefault(name.casefold(), case)  # Windows takes a and A for one name
        if other != case:
            message = f"Sag {other} og sag {case} ville få det samme filnavn."
            raise UsageFault(message, remedy="Lav dem hver for sig, eller sammen med --together.")
    yield from ((f"-{name}", (case,)) for case, name in names.items())


def known_cases(study: Study, wanted: Sequence[str]) -> tuple[str, ...]:
    """The numbers of the cases that are wanted, as the study writes them; all of them where none is named.

    Raises UsageFault for one that is not there, or is there more than once, and where there is no case at all.
    """
    known = study.cases.keys
    if not known:
        raise UsageFault("Der er ingen sager i undersøgelsen.", remedy="Et tomt skema laves med --blank.")
    return tuple(dict.fromkeys(known[caseview.find_row(known, name)] for name in wanted or known))
