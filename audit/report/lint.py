"""What is wrong with a plan, judged by its own files alone: names, numbers, and the prose of every template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from audit.base.danish import did_you_mean
from audit.base.errors import Fault, UsageFault
from audit.base.yamlfile import Source, Steps
from audit.prose import chapters, lint
from audit.report.fileformat import YES, PlanFile, PlannedFigure, PlannedTable


def check(definition: PlanFile, source: Source) -> None:
    """Note in `source` what pydantic cannot see: names that clash, are reserved, or name nothing."""
    seen: dict[str, Steps] = {}
    for steps, id in _ids(definition):
        if id in seen:
            message = f'navnet "{id}" er brugt til en anden tabel eller figur'
            source.fault(steps, "dobbelt-id", message, see=(seen[id],))
        elif not chapters.ID.fullmatch(id):
            source.fault(steps, "id", f'"{id}" kan ikke være et navn: {chapters.ID_RULE}')
        elif id.startswith(chapters.QUESTION_PREFIX):
            source.fault(
                steps, "id", f'navne, der begynder med "{chapters.QUESTION_PREFIX}", er til tabellerne i all_tables'
            )
        seen.setdefault(id, steps)
    _check_tables(definition, source)
    _check_parameters(definition, source)
    _check_appendices(definition, source)
    _check_examples(definition, source)


def _check_tables(definition: PlanFile, source: Source) -> None:
    """Note figures and recommendations that name no table, and tables with rows that the plan cannot have."""
    tables = [table.id for table in definition.tables]
    for index, table in enumerate(definition.tables):
        if table.rows == "own" and not (definition.per_unit and table.by):
            message = "kun en plan med per_unit: ja kan vise enhedens egen række, og kun i en tabel med by"
            source.fault(("tables", index, "rows"), "tabel-raekker", message)
    for kind in ("figures", "recommendations"):
        for index, item in enumerate(getattr(definition, kind)):
            if item.table not in tables:
                message = f'tabellen "{item.table}" findes ikke i planen.{did_you_mean(item.table, tables)}'
                source.fault((kind, index, "table"), "tabel", message)


def _ids(definition: PlanFile) -> Iterator[tuple[Steps, str]]:
    yield from ((("tables", index, "id"), table.id) for index, table in enumerate(definition.tables))
    yield from ((("figures", index, "id"), figure.id) for index, figure in enumerate(definition.figures))


def _check_parameters(definition: PlanFile, source: Source) -> None:
    for name, parameter in definition.parameters.items():
        steps: Steps = ("parameters", name)
        if not re.fullmatch("[a-z][a-z0-9_]*", name):
            message = f'parameteren "{name}" må kun have små bogstaver a-z, tal og _'
            source.fault(steps, "parameter", message, key=True)
        if name in chapters.NAMES:
            source.fault(steps, "parameter", f'"{name}" er et navn, som alle planer har i forvejen', key=True)
        if parameter.type != "text" and not chapters.is_template(parameter.default):
            try:
                parameter.parse(name, parameter.default)
            except UsageFault as error:
                source.fault((*steps, "default"), "parameter", error.message)


def _check_appendices(definition: PlanFile, source: Source) -> None:
    seen: dict[str, Steps] = {}
    for index, appendix in enumerate(definition.appendices):
        steps: Steps = ("appendices", index, "number")
        if appendix.number in seen:
            source.fault(steps, "bilag", f"bilag {appendix.number} er der i forvejen", see=(seen[appendix.number],))
        seen.setdefault(appendix.number, steps)


def _check_examples(definition: PlanFile, source: Source) -> None:
    seen: dict[str, Steps] = {}
    for index, example in enumerate(definition.examples):
        steps: Steps = ("examples", index, "section")
        if example.section in seen:
            source.fault(steps, "eksempel", f'"{example.section}" er der i forvejen', see=(seen[example.section],))
        seen.setdefault(example.section, steps)


def check_sections(definition: PlanFile, source: Source, texts: Mapping[str, str]) -> None:
    """Note in `source` each recommendation whose section no chapter has an anchor for, if all can be read."""
    named = [lint.first_arguments(text, "anchor") for text in texts.values()]
    if None in named:
        return  # an unreadable text may have any anchor
    anchors = sorted({name for names in named for name in names or ()})
    for index, recommendation in enumerate(definition.recommendations):
        if recommendation.section and recommendation.section not in anchors:
            message = (
                f'afsnittet "{recommendation.section}" findes ikke.{did_you_mean(recommendation.section, anchors)}'
            )
            source.fault(("recommendations", index, "section"), "henvisning", message)


def prose_faults(definition: PlanFile, source: Source, texts: Mapping[str, str]) -> Iterator[Fault]:
    """Faults of the chapters (`texts` by file) and of the templates in plan.yaml."""
    names = {
        "parameters": set(definition.parameters),
        "table": {table.id for table in definition.tables},
        "figure": {figure.id for figure in definition.figures},
        "case_examples": {example.section for example in definition.examples},
    }
    appendix_files = {appendix.file for appendix in definition.appendices}
    for file, text in texts.items():
        name = file_name(source, file)
        faults = lint.chapter_faults(text, name, names)
        yield from faults
        if text and not any(fault.code in lint.UNREADABLE for fault in faults):
            kind: lint.TextKind = "chapter" if definition.front.cover.strip().casefold() == YES else "free"
            yield from lint.heading_faults(text, name, "appendix" if file in appendix_files else kind)
    for steps, template in templates(definition):
        line, column = source.line(steps)
        for fault in lint.name_faults(template, source.file, names):
            yield Fault(source.file, line, column, fault.message, fault.code)


def file_name(source: Source, file: str) -> str:
    """The name in faults of a file beside plan.yaml: ``resultater/kapitel.md``."""
    return source.file.rpartition("/")[0] + "/" + file


def templates(definition: PlanFile) -> Iterator[tuple[Steps, str]]:
    """The texts of plan.yaml that are templates, with the steps to each."""
    front = definition.front
    yield from ((("front", key), getattr(front, key)) for key in ("title", "subtitle", "publisher", "cover"))
    yield from ((("front", "details", name), text) for name, text in front.details.items())
    yield from ((("parameters", name, "default"), item.default) for name, item in definition.parameters.items())
    yield from _captions("tables", definition.tables)
    yield from _captions("figures", definition.figures)
    yield from (
        (("recommendations", index, "text"), item.text) for index, item in enumerate(definition.recommendations)
    )
    yield from ((("tables", index, "note"), table.note) for index, table in enumerate(definition.tables))
    yield from ((("chapters", index, "when"), chapter.when) for index, chapter in enumerate(definition.chapters))
    yield from ((("appendices", index, "title"), item.title) for index, item in enumerate(definition.appendices))
    yield from ((("appendices", index, "when"), item.when) for index, item in enumerate(definition.appendices))


def _captions(kind: str, items: Sequence[PlannedTable | PlannedFigure]) -> Iterator[tuple[Steps, str]]:
    yield from (((kind, index, "caption"), item.caption) for index, item in enumerate(items))
