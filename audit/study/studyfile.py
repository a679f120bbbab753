"""study.yaml: how it is read with its questionnaire and checked, how a new one is written, and its seal of the log."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.base import resources, writing, yamlfile
from audit.base.danish import did_you_mean, lower_first
from audit.base.errors import FileFault, UsageFault
from audit.base.yamlfile import Source, Steps
from audit.questionnaire import schemas
from audit.questionnaire.model import Question, Questionnaire
from audit.scoring.ledger import Seal
from audit.study.fileformat import StudyFile

FILE = "study.yaml"
#: What `data` ends in where cases are scored in a database, and its name in a new study.
ENDING, DATABASE = ".sqlite", "cases.sqlite"


@dataclass(frozen=True)
class StudyDescription:
    """What study.yaml says. `source` has its positions and faults; `questionnaire` is None where it has a fault."""

    folder: Path
    source: Source
    definition: StudyFile
    questionnaire: Questionnaire | None

    @property
    def database(self) -> Path | None:
        """The database that cases are scored in; None where they come from a file."""
        data = self.folder / self.definition.data
        return data if data.suffix == ENDING else None

    @property
    def units(self) -> tuple[str, ...]:
        """The units by name, in the study's order; empty where it names none."""
        question = self.questionnaire.unit_question if self.questionnaire else None
        options = (question.option(name) if question else None for name in self.definition.units)
        return tuple(option.title for option in options if option)

    @property
    def seal(self) -> Seal | None:
        """The seal of the log as it was when a command last ended."""
        entry = self.definition.seal
        return Seal(entry.revisions, entry.head) if entry else None


def load(folder: Path) -> StudyDescription | Source:
    """The study.yaml of a folder with the questionnaire that it names; its source alone where the form is wrong."""
    source = yamlfile.read(folder / FILE)
    model = None if source.faults else yamlfile.validate(StudyFile, source, source.data)
    return source if model is None else StudyDescription(folder, source, model, _questionnaire(model, source, folder))


def _questionnaire(model: StudyFile, source: Source, folder: Path) -> Questionnaire | None:
    """The questionnaire that study.yaml names. What does not fit it, or is missing, is noted in `source`."""
    if model.period and model.period.from_ > model.period.to:
        source.fault(("period",), "periode", "perioden slutter, før den begynder")
    if not (folder / model.data).is_file():
        source.fault(("data",), "fil", f'filen "{model.data}" findes ikke i undersøgelsens mappe')
    try:
        questionnaire = schemas.load(schemas.find(model.schema_, beside=folder))
    except UsageFault as error:
        source.fault(("schema",), "skema", f"{lower_first(error.message)} {error.remedy}")
        return None
    if model.schema_version and model.schema_version != questionnaire.version:
        message = f"undersøgelsen er til version {model.schema_version}, men måleskemaet er {questionnaire.version}"
        source.fault(("schema_version",), "version", message)
    _check_units(model.units, source, questionnaire.unit_question)
    return questionnaire


def _check_units(units: tuple[str, ...], source: Source, question: Question) -> None:
    steps_by_code: dict[str, Steps] = {}
    for index, name in enumerate(units):
        option = question.option(name)
        if option is None:
            hint = did_you_mean(name, [option.shown for option in question.options])
            source.fault(("units", index), "enhed", f'"{name}" er ikke blandt måleskemaets enheder.{hint}')
        elif option.code in steps_by_code:
            source.fault(("units", index), "enhed", f'"{name}" står der to gange', see=(steps_by_code[option.code],))
        else:
            steps_by_code[option.code] = ("units", index)


# --- a new study ------------------------------------------------------------------------------------------------------


def new_study_text(
    folder: Path, questionnaire: Questionnaire, schema_name: str, *, title: str, units: Sequence[str]
) -> str:
    """The text of study.yaml for a new study."""
    reviewer = questionnaire.by_id.get(questionnaire.reviewer or "")
    template = (resources.folder("templates") / "study" / "study.yaml").read_text(encoding="utf-8")
    reviewers = [option.shown for option in reviewer.options] if reviewer else []
    values = {
        "study": re.sub(r"[^a-z0-9]+", "-", _ascii(folder.resolve().name.casefold())).strip("-") or "undersoegelse",
        "title": _yaml_string(title or questionnaire.subject or questionnaire.title),
        "schema": _yaml_string(schema_name),
        "version": _yaml_string(questionnaire.version),
        "data": DATABASE,
        "units": _yaml_list(units or [option.shown for option in questionnaire.unit_question.options]),
        "reviewers": _yaml_list(reviewers),
    }
    return re.sub(r"«(\w+)»", lambda match: values[match[1]], template)


def _ascii(text: str) -> str:
    return text.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


def _yaml_string(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _yaml_list(names: Sequence[str]) -> str:
    return "".join(f"\n  - {_yaml_string(name)}" for name in names) or " []"


# --- the seal ---------------------------------------------------------------------------------------------------------

#: The seal, also where a person has spread it over several lines.
_SEAL = re.compile(r"^seal:.*(?:\n[ \t]+.*)*", re.MULTILINE)
_REVISIONS = re.compile(r"revisions:\s*(\d+)")
_SEAL_NOTE = "# Skrives af programmet: hvor mange poster ændringsloggen har, og dens hoved (se audit verify).\n"


def write_seal(folder: Path, seal: Seal) -> None:
    """Put the seal of the log in study.yaml, whose other lines stay as they are. Raises FileFault."""
    path = (folder / FILE).resolve()
    text = path.read_bytes().decode("utf-8-sig")
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f"seal: {{revisions: {seal.revisions}, head: {seal.head}}}"
    match = _SEAL.search(text.replace("\r\n", "\n"))
    revisions = _REVISIONS.search(match[0]) if match else None
    if revisions and int(revisions[1]) > seal.revisions:
        return  # another has saved and sealed since
    if match:
        new_text = _SEAL.sub(lambda _: line, text.replace("\r\n", "\n"), count=1)
    else:
        new_text = f"{text.replace(chr(13), '').removesuffix(chr(10))}\n\n{_SEAL_NOTE}{line}\n"
    with writing.replacing(path, overwrite=True, private=True) as temporary:
        shutil.copymode(path, temporary)
        temporary.write_text(new_text, encoding="utf-8", newline=newline)


def make_study_folder(folder: Path) -> None:
    """Make a folder for a study, which only its owner can open. Raises FileFault where it already has a study."""
    if (folder / FILE).exists() or (folder / DATABASE).exists():
        raise FileFault(f"{folder} er allerede en undersøgelse og er ikke ændret.", remedy="Vælg en anden mappe.")
    writing.make_folder(folder, private=True)
