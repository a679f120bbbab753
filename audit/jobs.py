"""The work behind `audit tables` and `audit demo`, as plain functions that a notebook can call too."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audit import danish, files, resources
from audit.errors import FileFault
from audit.findings import counts
from audit.sheets import Export
from audit.statistics import Method
from audit.study import Study
from audit.studyfile import FILE as STUDY
from audit.tables import Table
from audit.tablespec import Show, TableSpec, spec, where_condition
from audit.tabulate import Tabulator

DEMO = "fleksjob-2016"
_DEMO_FILES = (STUDY, "cases.xlsx", "README.md")


@dataclass(frozen=True)
class Cut:
    """How tables are cut: which questions (every closed one when none is told), by what, of which cases.

    `interval` is the method of the intervals around each percent, which then is shown too.
    """

    questions: Sequence[str] = ()
    by: str | None = None
    where: Sequence[str] = ()
    percent: bool = False
    interval: Method | None = None


def tables(study: Study, cut: Cut = Cut()) -> tuple[Table, ...]:
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
        interval=cut.interval,
    )


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
    files.make_folder(folder / "examples")
    for old, new in pairs:
        shutil.copyfile(old, new)
