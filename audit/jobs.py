"""The work behind each command, as plain functions that a notebook can call too; the edges only parse and print."""

from __future__ import annotations

import filecmp
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from audit import cpr, danish, files, plan, report, resources, schema
from audit.cases import Cases
from audit.condition import Key, keys
from audit.errors import DataFault, DefinitionFault, FileFault, Place, UsageFault
from audit.findings import counts
from audit.prose import Facts
from audit.questionnaire import Questionnaire
from audit.render import html
from audit.routing import Routing
from audit.sheets import Export
from audit.study import FILE as STUDY
from audit.study import Study
from audit.tables import Table
from audit.tablespec import TableSpec, read_spec, spec, where_condition
from audit.tabulate import Tabulator

if TYPE_CHECKING:
    from audit.document import Document
    from audit.plan import Plan

DEMO = "fleksjob-2016"
#: A case that a chapter puts in as an example.
_EXAMPLE = re.compile(r"case_example\(\s*[\"']([^\"']+)")
_DEMO_FILES = (STUDY, "cases.xlsx", "README.md")


@dataclass(frozen=True)
class Cut:
    """How tables are cut: which questions (every closed one when none is told), by what, of which cases."""

    questions: Sequence[str] = ()
    by: str | None = None
    where: Sequence[str] = ()
    percent: bool = False


def tables(study: Study, cut: Cut = Cut()) -> tuple[Table, ...]:
    """The tables of a study, a grid one table a row. Raises UsageFault for a question that cannot be counted."""
    questionnaire = study.questionnaire
    by = cut.by or questionnaire.unit
    template = TableSpec("", where=where_condition(questionnaire, cut.where), show="both" if cut.percent else "counts")
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
    broken = counts(study.findings)["fejl"]
    if broken and not wanted.force:
        raise DataFault(
            f"Rapporten er ikke lavet: der er {danish.counted(broken, 'fejl', 'fejl')} i data.",
            remedy='Se dem med "audit check". Med --force laves rapporten alligevel, stemplet KLADDE på hver side.',
        )
    chosen = _plan(study, wanted.plan)
    given = _given(study, chosen, wanted.parameters or {})
    examples = {one.case: report.Example(one.title, one.text, one.file) for one in study.examples}
    return chosen, _composed(chosen, study, given, examples, date=wanted.date)


def _composed(
    chosen: Plan,
    study: Study,
    given: Mapping[str, str],
    examples: Mapping[str, report.Example],
    *,
    date: date | None = None,
) -> Document:
    maker = Tabulator(study.cases, units=study.units)
    planned = {one.id: maker.table(one) for one in plan_specs(chosen, study.questionnaire)}
    every = tuple(maker.all_closed(by=study.questionnaire.unit))
    material = report.Material(facts(study), planned, every, examples)
    return report.compose(chosen, material, given, date=date, draft=bool(counts(study.findings)["fejl"]))


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


def check_plan(folder: Path) -> Plan:
    """The plan in a folder, made into a report without cases for each shipped questionnaire that it is meant for.

    Raises DefinitionFault with its faults, FileFault.
    """
    if not (folder / plan.FILE).is_file():
        raise FileFault(f"{folder} er ikke en rapportplan: der er ingen {plan.FILE}.")
    chosen = plan.load(folder)
    named = {case for text in chosen.texts.values() for case in _EXAMPLE.findall(text)}
    examples = {case: report.Example("", "Sagen.", "") for case in named}
    for name, path in schema.available().items():
        if {name, plan.ANY} & set(chosen.definition.default_for):
            questionnaire = schema.load(path)
            empty = Study(folder, questionnaire, Cases(questionnaire, 0, {}), ())
            _composed(chosen, empty, {}, examples)
    return chosen


def write_report(
    study: Study,
    folder: Path,
    wanted: Wanted = Wanted(),
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Render the report of a study into a folder; returns the files written.

    Raises what `document` raises, and FileFault.
    """
    chosen, made = document(study, wanted)
    page = html.render(made)
    _make(folder)
    path = folder / f"{chosen.id}.html"
    with files.replacing(path, overwrite=overwrite) as whole:
        whole.write_text(page, encoding="utf-8", newline="\n")
    return (path,)


def demo_study() -> Path:
    """The folder of the sample study."""
    return resources.folder("data-samples") / DEMO


def copy_demo(folder: Path) -> None:
    """Put a copy of the sample study's data into a folder, to look at and to change.

    Raises FileFault where a file there is another (it is kept), or where the folder cannot be written.
    """
    source = demo_study()
    texts = sorted((source / "examples").glob("*.md"))
    pairs = [(path, folder / path.relative_to(source)) for path in (*(source / name for name in _DEMO_FILES), *texts)]
    kept = [new.name for old, new in pairs if new.exists() and not filecmp.cmp(old, new, shallow=False)]
    if kept:
        message = f"I {folder} er der allerede {danish.listing(kept)} med et andet indhold. Intet er ændret."
        raise FileFault(message, remedy="Vælg en anden mappe med --out.")
    _make(folder / "examples")
    for old, new in pairs:
        shutil.copyfile(old, new)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileFault(f"{folder} kan ikke være en mappe: der er en fil med det navn.") from error
    except PermissionError as error:
        raise FileFault(f"Mappen {folder} kan ikke oprettes: du har ikke adgang.") from error


def export(study: Study, cut: Cut = Cut()) -> Export:
    """What is written about a study's tables as a whole."""
    questionnaire = study.questionnaire
    by = cut.by or questionnaire.unit
    question = questionnaire.by_id.get(by)
    derived = questionnaire.derived_by_id.get(by)
    broken = counts(study.findings)["fejl"]
    return Export(
        schema=questionnaire.id,
        schema_version=questionnaire.version,
        by=by,
        by_title=question.title if question else derived.text if derived else by,
        title=study.title or questionnaire.title,
        cases=study.cases.size,
        notes=(f"Der er {danish.counted(broken, 'fejl', 'fejl')} i data.",) if broken else (),
    )
