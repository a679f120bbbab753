"""Report plans: ``reports/<id>/plan.yaml`` and its chapters, found, loaded with all faults at once, and filled in."""

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
#: The folder of plans, in each of which a plan's folder has its name.
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
        """File and line of a value, for what goes wrong with it later."""
        return self.source.file, self.source.line(steps)[0]

    @contextmanager
    def at(self, *steps: str | int, code: str) -> Iterator[None]:
        """Turns a UsageFault into a DefinitionFault at a value, which it comes from."""
        try:
            yield
        except UsageFault as error:
            file, line = self.place(*steps)
            raise DefinitionFault([Fault(file, line, 1, error.message, code)]) from error

    def told(self, file: str) -> str:
        """What faults call a file of the plan: ``resultater/kapitel.md``."""
        return lint.beside(self.source, file)


def load(folder: Path) -> Plan:
    """The plan in a folder. Raises DefinitionFault with every fault of plan.yaml and of its chapters, FileFault."""
    source = _source(folder)
    definition = None if source.faults else yamlfile.validate(PlanFile, source, source.data)
    if definition is None:
        raise DefinitionFault(source.faults)
    lint.check(definition, source)
    _check_name(definition, source, folder.resolve())
    texts = {part.file: _text(folder, part.file, steps, source) for steps, part in _parts(definition)}
    lint.check_sections(definition, source, texts)
    faults = [*source.faults, *lint.prose_faults(definition, source, texts)]
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


def parameters(plan: Plan, given: Mapping[str, str], setting: chapters.Setting) -> dict[str, ParameterValue]:
    """The value of every parameter: what is given, or its default, which can tell of the parameters above it.

    Raises UsageFault, DefinitionFault.
    """
    declared = plan.definition.parameters
    for name in given:
        if name not in declared:
            known = f"Planen {plan.id} har: {', '.join(declared)}."
            raise UsageFault(f'parameteren "{name}" kendes ikke.{did_you_mean(name, tuple(declared))}', remedy=known)
    values: dict[str, ParameterValue] = {}
    for name, parameter in declared.items():
        if name in given:
            values[name] = parameter.read(name, given[name])
            continue
        steps = ("parameters", name, "default")
        text = chapters.line(parameter.default, plan.place(*steps), replace(setting, parameters=dict(values)))
        with plan.at(*steps, code="parameter"):
            values[name] = parameter.read(name, text)
    return values


def _parts(definition: PlanFile) -> Iterator[tuple[Steps, Chapter | Appendix]]:
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
    except UnicodeDecodeError:
        source.fault((*steps, "file"), "fil", f'filen "{file}" er ikke gemt som UTF-8; gem den igen med den kodning')
    except OSError:
        source.fault((*steps, "file"), "fil", f'filen "{file}" findes ikke i planens mappe')
    return ""


def _check_name(definition: PlanFile, source: Source, folder: Path) -> None:
    """A plan is chosen by its folder and the report called by its id; a folder elsewhere may have any name."""
    if folder.parent.name == FOLDER and folder.name != definition.plan:
        message = f'planen hedder "{definition.plan}", men dens mappe hedder "{folder.name}"; giv dem samme navn'
        source.fault(("plan",), "plan", message)
