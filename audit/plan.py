"""Report plans: the typed content of ``reports/<id>/plan.yaml``, loaded with all its faults at once, prose included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from audit import prose, proselint, resources, yamlfile
from audit.danish import MONTHS, did_you_mean
from audit.errors import AuditError, DefinitionFault, Fault, UsageFault
from audit.yamlfile import Flag, Model, Source, Steps

FILE = "plan.yaml"
#: The folder of plans, in each of which a plan's folder has its name.
FOLDER = "reports"
ANY = "*"

Value = str | date | bool


class Parameter(Model):
    """Something that a study fills in: what it is in Danish (`text`), and its value when nothing is told.

    A text's default is itself a template: it can use the facts of the study and the parameters above it.
    """

    text: str
    type: Literal["text", "date", "month", "bool"] = "text"
    default: str = ""

    def read(self, name: str, text: str) -> Value:
        """The value that a text stands for (an empty date stays empty, a month is in words). Raises UsageFault."""
        if self.type == "bool":
            if text.casefold() not in ("ja", "nej"):
                raise UsageFault(f'{name} skal være ja eller nej, ikke "{text}"')
            return text.casefold() == "ja"
        if self.type == "text" or not text:
            return text
        form, day = ("en dato (åååå-mm-dd)", "") if self.type == "date" else ("en måned (åååå-mm)", "-01")
        try:
            value = date.fromisoformat(text + day)
        except ValueError as error:
            raise UsageFault(f'{name} skal være {form}, ikke "{text}"') from error
        return value if self.type == "date" else f"{MONTHS[value.month - 1]} {value.year}"


class PlannedTable(Model):
    """A table: the spec of what is counted, and what is written around it (caption and note are templates)."""

    id: str
    question: str
    by: str | None = None
    where: Any = None
    collapse: dict[str, list[str]] | None = None
    of: str | None = None
    sort: str | None = None
    show: Literal["counts", "percent", "both"] | None = None
    caption: str = ""
    note: str = ""

    @property
    def spec(self) -> dict[str, Any]:
        """The keys of the spec that are set; `caption` and `note` are no part of it."""
        return self.model_dump(exclude={"caption", "note"}, exclude_none=True)


class PlannedFigure(Model):
    """A figure of one of the plan's tables."""

    id: str
    table: str
    kind: Literal["bars", "stacked"]
    caption: str


def _file_only(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


class Chapter(Model):
    """A file of prose; its first line is the chapter's heading. `number` is set where it doesn't follow by itself."""

    file: str
    number: str = Field("", pattern="^[1-9][0-9]*$|^$")
    numbered: Flag = True


class Appendix(Model):
    """A file of prose under a title and a fixed number."""

    number: str = Field(pattern="^[1-9][0-9]*$")
    title: str
    file: str


class Front(Model):
    """The front page; every text is a template. A detail that comes out empty is left out."""

    title: str
    subtitle: str = ""
    publisher: str = ""
    details: dict[str, str] = Field({})


class Definition(Model):
    """The whole of plan.yaml."""

    plan: str = Field(pattern="^[a-z0-9-]+$")
    schema_version: Literal["1"]
    title: str
    default_for: list[str] = Field([])
    parameters: dict[str, Parameter] = Field({})
    front: Front
    tables: list[PlannedTable] = Field([])
    figures: list[PlannedFigure] = Field([])
    chapters: list[Annotated[Chapter, BeforeValidator(_file_only)]]
    appendices: list[Appendix] = Field([])


@dataclass(frozen=True)
class Plan:
    """A plan without faults: its definition, the text of each of its files, and where each value stands."""

    folder: Path
    definition: Definition
    texts: Mapping[str, str]
    source: Source

    @property
    def id(self) -> str:
        """The name that the plan is chosen by."""
        return self.definition.plan

    def place(self, *steps: str | int) -> tuple[str, int]:
        """File and line of a value, for what goes wrong with it later."""
        return self.source.file, self.source.line(steps)[0]

    def told(self, file: str) -> str:
        """What faults call a file of the plan: ``resultater/kapitel.md``."""
        return _beside(self.source, file)


def _beside(source: Source, file: str) -> str:
    return source.file.removesuffix(FILE) + file


def load(folder: Path) -> Plan:
    """The plan in a folder. Raises DefinitionFault with every fault of plan.yaml and of its chapters, FileFault."""
    source = _source(folder)
    definition = None if source.faults else yamlfile.validate(Definition, source, source.data)
    if definition is None:
        raise DefinitionFault(source.faults)
    _check(definition, source)
    _check_name(definition, source, folder.resolve())
    texts = {part.file: _text(folder, part.file, steps, source) for steps, part in _parts(definition)}
    faults = [*source.faults, *_prose_faults(definition, source, texts)]
    if faults:
        raise DefinitionFault(faults)
    return Plan(folder, definition, texts, source)


def _source(folder: Path) -> Source:
    """What stands in plan.yaml, which is called by its folder too, as there are several."""
    source, file = yamlfile.read(folder / FILE), f"{folder.resolve().name}/{FILE}"
    return replace(source, file=file, faults=[replace(fault, file=file) for fault in source.faults])


def available(*folders: Path) -> dict[str, Path]:
    """The folders of all plans by id: those that come along, and those in `folders` (which win)."""
    found = {}
    for parent in (resources.folder(FOLDER), *folders):
        found.update({path.parent.name: path.parent for path in sorted(parent.glob(f"*/{FILE}"))})
    return found


def find(id: str, *folders: Path) -> Plan:
    """A plan by its id. Raises UsageFault where there is none, DefinitionFault."""
    plans = available(*folders)
    if id not in plans:
        raise UsageFault(f'rapportplanen "{id}" findes ikke.{did_you_mean(id, tuple(plans))}', remedy=_known(plans))
    return load(plans[id])


def default(schema: str, *folders: Path) -> Plan:
    """The plan that is meant for a questionnaire: one that names it before the one for all; of several the last found.

    Raises DefinitionFault or FileFault where that plan has faults. Plans that are not meant for it may have any.
    """
    found = tuple(reversed(available(*folders).values()))
    return load(next(folder for wanted in (schema, ANY) for folder in found if _meant_for(folder, wanted)))


def _meant_for(folder: Path, wanted: str) -> bool:
    """Whether a plan says that it is for a questionnaire; a plan that cannot be read may be, if it mentions it."""
    text = (folder / FILE).read_text(encoding="utf-8-sig", errors="replace")
    data = yamlfile.parse(text, FILE).data
    named = data.get("default_for", []) if isinstance(data, dict) else None
    return wanted in named if isinstance(named, list) else wanted != ANY and wanted in text


def usable(*folders: Path) -> tuple[dict[str, Plan], dict[str, AuditError]]:
    """All plans without faults by id, and what is wrong with each of the others."""
    plans: dict[str, Plan] = {}
    faulty: dict[str, AuditError] = {}
    for name, folder in available(*folders).items():
        try:
            plans[name] = load(folder)
        except AuditError as error:
            faulty[name] = error
    return plans, faulty


def _known(plans: Mapping[str, Path]) -> str:
    return f"Der er: {', '.join(plans)}."


def parameters(plan: Plan, given: Mapping[str, str], facts: prose.Facts) -> dict[str, Value]:
    """The value of every parameter: what is given, or its default. Raises UsageFault, DefinitionFault."""
    declared = plan.definition.parameters
    for name in given:
        if name not in declared:
            known = f"Planen {plan.id} har: {', '.join(declared)}."
            raise UsageFault(f'parameteren "{name}" kendes ikke.{did_you_mean(name, tuple(declared))}', remedy=known)
    values: dict[str, Value] = {}
    for name, parameter in declared.items():
        text = given.get(name)
        if text is None:
            place = plan.place("parameters", name, "default")
            text = prose.line(parameter.default, place, prose.Setting(facts, dict(values)))
        values[name] = parameter.read(name, text)
    return values


def _parts(definition: Definition) -> Iterator[tuple[Steps, Chapter | Appendix]]:
    """Every file of prose, with where the plan names it."""
    for index, chapter in enumerate(definition.chapters):
        yield ("chapters", index), chapter
    for index, appendix in enumerate(definition.appendices):
        yield ("appendices", index), appendix


def _text(folder: Path, file: str, steps: Steps, source: Source) -> str:
    path = folder / file
    if path.resolve().parent != folder.resolve() or path.suffix != ".md":
        source.fault((*steps, "file"), "fil", f'"{file}" skal være navnet på en .md-fil i planens mappe')
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        source.fault((*steps, "file"), "fil", f'filen "{file}" findes ikke i planens mappe eller er ikke UTF-8')
        return ""


def _check(definition: Definition, source: Source) -> None:
    """Note what pydantic cannot see: names that clash, are reserved, or name nothing."""
    seen: dict[str, Steps] = {}
    for steps, id in _ids(definition):
        if id in seen:
            message = f'navnet "{id}" er brugt til en anden tabel eller figur'
            source.fault(steps, "dobbelt-id", message, see=(seen[id],))
        elif not re.fullmatch(r"[a-z0-9][a-z0-9._/-]*", id):
            source.fault(steps, "id", f'navnet "{id}" må kun have små bogstaver a-z, tal og tegnene . _ / -')
        seen.setdefault(id, steps)
    tables = [table.id for table in definition.tables]
    for index, figure in enumerate(definition.figures):
        if figure.table not in tables:
            message = f'tabellen "{figure.table}" findes ikke i planen.{did_you_mean(figure.table, tables)}'
            source.fault(("figures", index, "table"), "tabel", message)
    _check_parameters(definition, source)
    _check_appendices(definition, source)


def _ids(definition: Definition) -> Iterator[tuple[Steps, str]]:
    yield from ((("tables", index, "id"), table.id) for index, table in enumerate(definition.tables))
    yield from ((("figures", index, "id"), figure.id) for index, figure in enumerate(definition.figures))


def _check_name(definition: Definition, source: Source, folder: Path) -> None:
    """A plan is chosen by its folder and the report called by its id; a folder elsewhere may have any name."""
    if folder.parent.name == FOLDER and folder.name != definition.plan:
        message = f'planen hedder "{definition.plan}", men dens mappe hedder "{folder.name}"; giv dem samme navn'
        source.fault(("plan",), "plan", message)


def _check_parameters(definition: Definition, source: Source) -> None:
    for name, parameter in definition.parameters.items():
        steps: Steps = ("parameters", name)
        if not re.fullmatch("[a-z][a-z0-9_]*", name):
            message = f'parameteren "{name}" må kun have små bogstaver a-z, tal og _'
            source.fault(steps, "parameter", message, key=True)
        if name in prose.NAMES:
            source.fault(steps, "parameter", f'"{name}" er et navn, som alle planer har i forvejen', key=True)
        if parameter.type != "text":
            try:
                parameter.read(name, parameter.default)
            except UsageFault as error:
                source.fault((*steps, "default"), "parameter", error.message)


def _check_appendices(definition: Definition, source: Source) -> None:
    seen: dict[str, Steps] = {}
    for index, appendix in enumerate(definition.appendices):
        steps: Steps = ("appendices", index, "number")
        if appendix.number in seen:
            source.fault(steps, "bilag", f"bilag {appendix.number} er der i forvejen", see=(seen[appendix.number],))
        seen.setdefault(appendix.number, steps)


def _prose_faults(definition: Definition, source: Source, texts: Mapping[str, str]) -> Iterator[Fault]:
    """Faults of the chapters and of the templates in plan.yaml itself."""
    names = {
        "parameters": set(definition.parameters),
        "table": {table.id for table in definition.tables},
        "figure": {figure.id for figure in definition.figures},
    }
    for steps, part in _parts(definition):
        text, file = texts[part.file], _beside(source, part.file)
        found = proselint.faults(text, file, names)
        yield from found
        if text and not any(fault.code in proselint.UNREADABLE for fault in found):
            yield from proselint.heading_faults(text, file, titled=steps[0] == "chapters")
    for where, template in _templates(definition):
        line, column = source.line(where)
        for fault in proselint.name_faults(template, source.file, names):
            yield Fault(source.file, line, column, fault.message, fault.code)


def _templates(definition: Definition) -> Iterator[tuple[Steps, str]]:
    """The texts of plan.yaml that are templates, with where they stand."""
    front = definition.front
    yield from ((("front", key), getattr(front, key)) for key in ("title", "subtitle", "publisher"))
    yield from ((("front", "details", name), text) for name, text in front.details.items())
    yield from ((("parameters", name, "default"), item.default) for name, item in definition.parameters.items())
    yield from _captions("tables", definition.tables)
    yield from _captions("figures", definition.figures)
    yield from ((("tables", index, "note"), table.note) for index, table in enumerate(definition.tables))
    yield from ((("appendices", index, "title"), item.title) for index, item in enumerate(definition.appendices))


def _captions(kind: str, items: Sequence[PlannedTable | PlannedFigure]) -> Iterator[tuple[Steps, str]]:
    yield from (((kind, index, "caption"), item.caption) for index, item in enumerate(items))
