"""Report plans: finds ``reports/<id>/plan.yaml``, loads it and its chapters (reporting every fault), fills it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from audit.base import resources, yamlfile
from audit.base.danish import did_you_mean
from audit.base.errors import AuditError, DefinitionFault, Fault, UsageFault
from audit.base.yamlfile import Source, Steps
from audit.prose import chapters
from audit.report import lint
from audit.report.fileformat import Appendix, Chapter, ParameterValue, PlanFile

FILE = "plan.yaml"
#: The folder that holds one folder per plan, named after it.
FOLDER = "reports"
ANY = "*"


@dataclass(frozen=True)
class Plan:
    """A plan without faults: its definition, the text of each of its files, and where each value stands."""

    folder: Path
    definition: PlanFile
    texts: Mapping[str, str]
    source: Source

    @property
    def id(self) -> str:
        """The name that the plan is chosen by."""
        return self.definition.plan

    def place(self, *steps: str | int) -> tuple[str, int]:
        """File and line of a value, for faults that come up later."""
        return self.source.file, self.source.line(steps)[0]

    @contextmanager
    def faults_at(self, *steps: str | int, code: str) -> Iterator[None]:
        """Turns a UsageFault into a DefinitionFault at the value that caused it."""
        try:
            yield
        except UsageFault as error:
            file, line = self.place(*steps)
            raise DefinitionFault([Fault(file, line, 1, error.message, code)]) from error

    def file_name(self, file: str) -> str:
        """The name of one of the plan's files in faults: ``resultater/kapitel.md``."""
        return lint.file_name(self.source, file)


def load(folder: Path) -> Plan:
    """The plan in a folder. Raises DefinitionFault with every fault of plan.yaml and of its chapters, FileFault."""
    source = _read_source(folder)
    definition = None if source.faults else yamlfile.validate(PlanFile, source, source.data)
    if definition is None:
        raise DefinitionFault(source.faults)
    lint.check(definition, source)
    _check_name(definition, source, folder.resolve())
    texts = {part.file: _read_prose(folder, part.file, steps, source) for steps, part in _prose_files(definition)}
    lint.check_sections(definition, source, texts)
    faults = [*source.faults, *lint.prose_faults(definition, source, texts)]
    if faults:
        raise DefinitionFault(faults)
    return Plan(folder, definition, texts, source)


def _read_source(folder: Path) -> Source:
    """The content of plan.yaml; faults name its folder too, as there are several plans."""
    source, file = yamlfile.read(folder / FILE), f"{folder.resolve().name}/{FILE}"
    return replace(source, file=file, faults=[replace(fault, file=file) for fault in source.faults])


def available(*folders: Path) -> dict[str, Path]:
    """The folders of all plans by id: the shipped ones and those in `folders`, which take precedence."""
    plans = {}
    for parent in (resources.folder(FOLDER), *folders):
        plans.update({path.parent.name: path.parent for path in sorted(parent.glob(f"*/{FILE}"))})
    return plans


def load_by_id(id: str, *folders: Path) -> Plan:
    """A plan by its id. Raises UsageFault where there is none, DefinitionFault."""
    plans = available(*folders)
    if id not in plans:
        raise UsageFault(f'rapportplanen "{id}" findes ikke.{did_you_mean(id, tuple(plans))}', remedy=_remedy(plans))
    return load(plans[id])


def load_default(schema: str, *folders: Path) -> Plan:
    """The plan for a questionnaire: one that names it rather than the one for all; of several the last.

    Raises DefinitionFault or FileFault where that plan has faults. Faults of other plans do not matter.
    """
    plans = tuple(reversed(available(*folders).values()))
    return load(next(folder for target in (schema, ANY) for folder in plans if _is_meant_for(folder, target)))


def _is_meant_for(folder: Path, schema: str) -> bool:
    """Whether a plan declares itself for a questionnaire; one that cannot be read counts if it mentions it."""
    text = (folder / FILE).read_text(encoding="utf-8-sig", errors="replace")
    data = yamlfile.parse(text, FILE).data
    schemas = data.get("default_for", []) if isinstance(data, dict) else None
    return schema in schemas if isinstance(schemas, list) else schema != ANY and schema in text


def load_all(*folders: Path) -> tuple[dict[str, Plan], dict[str, AuditError]]:
    """All plans without faults by id, and what is wrong with each of the others."""
    plans: dict[str, Plan] = {}
    faulty: dict[str, AuditError] = {}
    for name, folder in available(*folders).items():
        try:
            plans[name] = load(folder)
        except AuditError as error:
            faulty[name] = error
    return plans, faulty


def _remedy(plans: Mapping[str, Path]) -> str:
    return f"Der er: {', '.join(plans)}."


def parameter_values(plan: Plan, arguments: Mapping[str, str], setting: chapters.Setting) -> dict[str, ParameterValue]:
    """The value of every parameter: its argument, or its default, which can use the parameters above it.

    Raises UsageFault, DefinitionFault.
    """
    declared = plan.definition.parameters
    for name in arguments:
        if name not in declared:
            remedy = f"Planen {plan.id} har: {', '.join(declared)}."
            raise UsageFault(f'parameteren "{name}" kendes ikke.{did_you_mean(name, tuple(declared))}', remedy=remedy)
    values: dict[str, ParameterValue] = {}
    for name, parameter in declared.items():
        if name in arguments:
            values[name] = parameter.parse(name, arguments[name])
            continue
        steps = ("parameters", name, "default")
        text = chapters.render_line(parameter.default, plan.place(*steps), replace(setting, parameters=dict(values)))
        with plan.faults_at(*steps, code="parameter"):
            values[name] = parameter.parse(name, text)
    return values


def _prose_files(definition: PlanFile) -> Iterator[tuple[Steps, Chapter | Appendix]]:
    """Every prose file, with the steps to where the plan names it."""
    for index, chapter in enumerate(definition.chapters):
        yield ("chapters", index), chapter
    for index, appendix in enumerate(definition.appendices):
        yield ("appendices", index), appendix


def _read_prose(folder: Path, file: str, steps: Steps, source: Source) -> str:
    path = folder / file
    if path.resolve().parent != folder.resolve() or path.suffix != ".md":
        source.fault((*steps, "file"), "fil", f'"{file}" skal være navnet på en .md-fil i planens mappe')
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        source.fault((*steps, "file"), "fil", f'filen "{file}" er ikke gemt som UTF-8; gem den igen med den kodning')
    except OSError:
        source.fault((*steps, "file"), "fil", f'filen "{file}" findes ikke i planens mappe')
    return ""


def _check_name(definition: PlanFile, source: Source, folder: Path) -> None:
    """A plan is selected by its folder and its report named by its id; a folder elsewhere may have any name."""
    if folder.parent.name == FOLDER and folder.name != definition.plan:
        message = f'planen hedder "{definition.plan}", men dens mappe hedder "{folder.name}"; giv dem samme navn'
        source.fault(("plan",), "plan", message)
