"""The work behind `audit report`, `audit form` and `audit plan check`: from a study to documents in files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from audit import cpr, danish, examples, files, forms, plan, report, schema
from audit.cases import Cases
from audit.condition import Key, keys
from audit.document import Document
from audit.errors import DataFault, DefinitionFault, FileFault, Place, UsageFault
from audit.findings import counts
from audit.prose import Facts, Form
from audit.questionnaire import Questionnaire
from audit.render import html, pdf, word
from audit.routing import Routing
from audit.study import Study
from audit.studyfile import FILE as STUDY
from audit.tablespec import TableSpec, read_spec
from audit.tabulate import Tabulator

if TYPE_CHECKING:
    from audit.plan import Plan

#: A case that a chapter puts in as an example.
_EXAMPLE = re.compile(r"case_example\(\s*[\"']?([^\"'\s)]+)")
#: The plan of forms.
FORM_PLAN = "maaleskema"

Format = Literal["html", "pdf", "docx"]
#: The formats of a report, which are their files' endings.
FORMATS: tuple[Format, ...] = get_args(Format)
_RENDERERS: Mapping[Format, Callable[[Document], bytes]] = {
    "html": lambda made: html.render(made).encode(),
    "pdf": pdf.render,
    "docx": word.render,
}


def facts(study: Study) -> Facts:
    """What a report can tell of the study as a whole."""
    questionnaire, cases = study.questionnaire, study.cases
    days: Any = np.array([], dtype="datetime64[D]")
    if questionnaire.decision_date:
        days = Routing(cases).days(Key(questionnaire.decision_date))
        days = days[~np.isnat(days)]
    years, numbers = np.unique(days.astype("datetime64[Y]").astype(int) + 1970, return_counts=True)
    present = set(cases.units())
    order = (*study.units, *(option.title for option in questionnaire.unit_question.options))
    return Facts(
        cases=cases.size,
        unit=questionnaire.unit_question.title.lower(),
        units=tuple(name for name in dict.fromkeys(order) if name in present),
        questionnaire=questionnaire.title,
        subject=questionnaire.subject,
        first_decision=days.min().astype(object) if days.size else None,
        last_decision=days.max().astype(object) if days.size else None,
        decisions=dict(zip(years.tolist(), numbers.tolist(), strict=True)),
        study=study.facts,
        study_title=study.title,
        lacking=counts(study.findings)["mangel"],
        laws=tuple((questionnaire.laws or {}).values()),
    )


@dataclass(frozen=True)
class Wanted:
    """Which report is wanted: a plan (none told: the questionnaire's own), parameters, a date, by force or not."""

    plan: str | None = None
    parameters: Mapping[str, str] | None = None
    date: date | None = None
    force: bool = False


def document(study: Study, wanted: Wanted = Wanted()) -> tuple[Plan, Document]:
    """The plan that is used and the report as a document.

    Raises DataFault when the data has a *fejl* and the report is not forced; DefinitionFault and UsageFault.
    """
    chosen = _plan(study, wanted.plan)
    study = _examined(study, chosen)
    broken = counts(study.findings)["fejl"]
    if broken and not wanted.force:
        raise DataFault(
            f"Rapporten er ikke lavet: der er {danish.counted(broken, 'fejl', 'fejl')} i data.",
            remedy='Se dem med "audit check". Med --force laves rapporten alligevel, stemplet KLADDE på hver side.',
        )
    given = _given(study, chosen, wanted.parameters or {})
    material = _material(chosen, study, _examples(study))
    return chosen, report.compose(chosen, material, given, date=wanted.date, draft=bool(broken))


def examined(study: Study, name: str | None = None) -> Study:
    """The study with what is found of its examples, as a plan uses them (none told: the questionnaire's own).

    Raises what loading the plan raises.
    """
    return _examined(study, _plan(study, name)) if study.examples else study


def _examined(study: Study, chosen: Plan) -> Study:
    return replace(study, findings=(*study.findings, *examples.findings(study, chosen)))


def _examples(study: Study) -> dict[str, report.Example]:
    return {one.case: report.Example(one.title, one.text, one.file, one.section) for one in study.examples}


def _material(chosen: Plan, study: Study, told: Mapping[str, report.Example]) -> report.Material:
    maker = Tabulator(study.cases, units=study.units)
    planned = {one.id: maker.table(one) for one in plan_specs(chosen, study.questionnaire)}
    every = tuple(maker.all_closed(by=study.questionnaire.unit))
    sections = {one.id: section.title for section in study.questionnaire.sections for one in section.questions}
    return report.Material(
        facts(study),
        planned,
        every,
        told,
        sections={table.id: sections.get(Key.of(table.id).question, "") for table in every},
        form=_form(study.cases),
    )


def _form(cases: Cases) -> Form:
    """What draws the questionnaire of a case; where there are no cases (a plan is tried out), the empty one."""
    return partial(forms.form, cases) if cases.size else lambda case, level: forms.form(cases, "", level)


def _plan(study: Study, name: str | None) -> Plan:
    own = study.folder / plan.FOLDER
    if name is None:
        return plan.default(study.questionnaire.id, own)
    for folder in (Path(name), study.folder / name):
        if (folder / plan.FILE).is_file():
            return plan.load(folder)
    return plan.find(name, own)


def _given(study: Study, chosen: Plan, wanted: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a plan is given: the study's, where the plan has them, and what is wanted for this report.

    Raises UsageFault for a parameter of the study that no plan has, and for a CPR number in what is wanted.
    """
    for name, text in wanted.items():
        if cpr.found(text):
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
    yield Key.of(one.question)
    if one.by is not None:
        yield Key.of(one.by)
    if one.where is not None:
        yield from keys(one.where)


def check_plan(folder: Path, study: Study | None = None) -> Plan:
    """The plan in a folder, made into a report to see whether it can be.

    It is made without cases for each shipped questionnaire that it is meant for, and of the study, if one is told.
    Raises DefinitionFault with its faults, UsageFault, FileFault.
    """
    if not (folder / plan.FILE).is_file():
        raise FileFault(f"{folder} er ikke en rapportplan: der er ingen {plan.FILE}.")
    chosen = plan.load(folder)
    named = {case for text in chosen.texts.values() for case in _EXAMPLE.findall(text)}
    told = {case: report.Example("", "Sagen.", "") for case in named}
    told |= {f"{one.section} 1": report.Example("", "Sagen.", "", one.section) for one in chosen.definition.examples}
    for name in schema.available():
        if {name, plan.ANY} & set(chosen.definition.default_for):
            tried = without_cases(name)
            examples.sections(chosen, tried.questionnaire)
            report.compose(chosen, _material(chosen, tried, told), {})
    if study is not None:
        examples.sections(chosen, study.questionnaire)
        report.compose(chosen, _material(chosen, study, _examples(study)), _given(study, chosen, {}))
    return chosen


def study_around(folder: Path) -> Path | None:
    """The folder of the study whose own plan stands in `folder`; None for a plan that belongs to no study."""
    found = folder.resolve().parent.parent
    return found if folder.resolve().parent.name == plan.FOLDER and (found / STUDY).is_file() else None


@dataclass(frozen=True)
class Output:
    """Where documents are written, in which formats, and whether files that are there may be replaced."""

    folder: Path
    formats: Sequence[Format] = FORMATS
    overwrite: bool = False


def formats(names: Sequence[str] | None) -> tuple[Format, ...]:
    """The formats that are named, each once; all where none is. Raises UsageFault for one that is not known."""
    for name in names or ():
        if name not in FORMATS:
            known = danish.listing(FORMATS, "eller")
            message = f'Formatet "{name}" kendes ikke.{danish.did_you_mean(name, FORMATS)}'
            raise UsageFault(message, remedy=f"Skriv {known}.")
    return tuple(one for one in FORMATS if not names or one in names)


def write_report(study: Study, output: Output, wanted: Wanted = Wanted()) -> tuple[Path, ...]:
    """Render the report of a study; returns the files written (all of them, or none).

    Raises what `document` raises, and FileFault.
    """
    chosen, made = document(study, wanted)
    return _write(made, chosen.id, output)


def write_forms(
    study: Study,
    output: Output,
    cases: Sequence[str] | None,
    *,
    together: bool = False,
    plan: str | None = None,
    date: date | None = None,
) -> Iterator[tuple[Path, ...]]:
    """Render what `form_documents` makes. Yields the files of each document when they are written.

    Raises DefinitionFault, UsageFault and FileFault.
    """
    for name, made in form_documents(study, cases, together=together, plan=plan, date=date):
        yield _write(made, name, output)


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
    chosen = _plan(study, plan or FORM_PLAN)
    material, given = _material(chosen, study, {}), _given(study, chosen, {})
    for name, shown in _forms(cases, together=together):
        yield f"{chosen.id}{name}", report.compose(chosen, replace(material, form_cases=shown), given, date=date)


def _forms(cases: Sequence[str] | None, *, together: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each document adds to the name of the plan, and the cases it shows."""
    if cases is None or together:
        yield ("", ()) if cases is None else ("-sager", tuple(cases))
        return
    names = {case: re.sub(r"[^\w.-]+", "_", case) for case in cases}
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
    return tuple(dict.fromkeys(known[forms.row_of(known, name)] for name in wanted or known))


def without_cases(schema_id: str) -> Study:
    """A study of a questionnaire that no case has been scored on. Raises UsageFault, DefinitionFault, FileFault."""
    questionnaire = schema.load(schema.find(schema_id))
    return Study(Path(), questionnaire, Cases(questionnaire, 0, {}), ())


def _write(made: Document, name: str, output: Output) -> tuple[Path, ...]:
    """Write a document in each format; none of the files is there until all are whole."""
    files.make_folder(output.folder)
    paths = tuple(output.folder / f"{name}.{ending}" for ending in output.formats)
    with ExitStack() as whole:
        parts = [whole.enter_context(files.replacing(path, overwrite=output.overwrite)) for path in paths]
        for part, ending in zip(parts, output.formats, strict=True):
            part.write_bytes(_RENDERERS[ending](made))
    return paths
