"""A study: a folder with study.yaml, the cases it reports from, and cases written up as examples.

`open_source` takes what a user names (a study folder or a data file) and gives everything that is made from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from audit.base import cpr, yamlfile
from audit.base.danish import did_you_mean, listing, period, same
from audit.base.errors import DefinitionFault, FileFault, Place, UsageFault
from audit.base.yamlfile import Model, Source
from audit.cases import checks, coding
from audit.cases.coding import CodedSheet
from audit.cases.columns import Cases
from audit.cases.findings import Finding, finding
from audit.files import datasheet
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.study import studyfile
from audit.study.fileformat import StudyFile
from audit.study.studyfile import FILE, StudyDescription

#: How many case numbers are searched for the one most like that of an example.
_MOST_COMPARED = 10_000
_FRONT_MATTER = re.compile(r"\A---\r?\n(?P<head>.*?)^---\r?\n(?P<text>.*)\Z", re.DOTALL | re.MULTILINE)


class _ExampleHead(Model):
    case: str
    title: str
    section: str = ""


@dataclass(frozen=True)
class Example:
    """A case written up: its number, a title, text in the small Markdown of chapters, and the name of its file.

    `section` is the section for examples (of the plan) that it belongs to; blank where a chapter names the case.
    """

    case: str
    title: str
    text: str
    file: str
    #: The line of the file that names the case.
    line: int
    section: str = ""


@dataclass(frozen=True)
class Study:
    """Cases with all that is known about them: findings of reading and checking, and what study.yaml says.

    `folder` is where study.yaml or the data file is, and where the study's own plans are looked for. A data file
    without a study has no `title`. In all texts CPR numbers are blotted out (a finding says where they were).
    """

    folder: Path
    questionnaire: Questionnaire
    cases: Cases
    findings: tuple[Finding, ...]
    title: str = ""
    units: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadOptions:
    """How to read a data file: the sheet of a workbook, headers to ignore, cells vouched to be no CPR numbers."""

    sheet: str | None = None
    ignore: Collection[str] = ()
    not_cpr: Collection[str] = ()


def open_source(source: Path, *, schema_id: str | None = None, options: ReadOptions = ReadOptions()) -> Study:
    """The study in a folder, or the cases in a data file (which needs `schema_id`), read and checked.

    Raises FileFault for what cannot be opened, DefinitionFault for faults in study.yaml or the schema, UsageFault.
    """
    if (source / FILE).is_file() or source.name == FILE:
        if schema_id is not None:
            raise UsageFault("--schema kan ikke bruges sammen med en undersøgelse: den har selv sit måleskema.")
        return _open_folder(source.parent if source.name == FILE else source, options)
    if source.is_dir():
        raise UsageFault(
            f"{source.resolve()} er ikke en undersøgelse: der er ingen {FILE}.",
            remedy="Skriv stien til en mappe med study.yaml, eller til en datafil sammen med --schema.",
        )
    if schema_id is None:
        _must_exist(source)
        raise UsageFault(
            f"Hvilket måleskema er {source.name} udfyldt efter?",
            remedy=f"Tilføj --schema{_or_folder(source)}. {_known_schemas()}",
        )
    questionnaire = schemas.load(schemas.find(schema_id))
    return _study_of_file(source.parent, questionnaire, source, options)


def _or_folder(source: Path) -> str:
    return " eller skriv undersøgelsens mappe i stedet for filen" if (source.parent / FILE).is_file() else ""


def _known_schemas() -> str:
    return f"Der er: {', '.join(schemas.available())} (eller stien til en YAML-fil)."


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise FileFault(f"{path} findes ikke.")


def read_data_file(data: Path, questionnaire: Questionnaire, options: ReadOptions) -> CodedSheet:
    """The cases of a data file and the findings from reading it. Raises FileFault, UsageFault."""
    sheet = datasheet.read(data, sheet=options.sheet)
    headers = {same(header): header for header in sheet.header}
    for name in options.ignore:
        if same(name) not in headers:
            raise UsageFault(f'{data.name} har ingen kolonne "{name}".{did_you_mean(name, list(headers.values()))}')
    return coding.code_sheet(sheet, questionnaire, ignore=options.ignore)


def _study_of_file(
    folder: Path, questionnaire: Questionnaire, data: Path, options: ReadOptions, units: tuple[str, ...] = ()
) -> Study:
    coded = read_data_file(data, questionnaire, options)
    findings = (*checks.check(coded.cases, not_cpr=options.not_cpr), *checks.check_units(coded.cases, units))
    return Study(folder, questionnaire, coded.cases, (*coded.findings, *findings))


def _open_folder(folder: Path, options: ReadOptions) -> Study:
    description = studyfile.load(folder)
    if not isinstance(description, StudyDescription):
        raise DefinitionFault(description.faults)
    source, model, questionnaire = description.source, description.definition, description.questionnaire
    examples = tuple(_read_examples(model, source, folder))
    if questionnaire is None or source.faults:
        raise DefinitionFault(source.faults)
    units = description.units
    if description.database:
        study = _study_of_database(folder, questionnaire, description.database, description)
    else:
        options = ReadOptions(options.sheet or model.sheet, options.ignore, options.not_cpr)
        study = _study_of_file(folder, questionnaire, folder / model.data, options, units)
    return replace(
        study,
        findings=(
            *study.findings,
            *_cpr_numbers(folder, model),
            *_unknown_cases(examples, study.cases),
            *_units_without_cases(units, study.cases),
        ),
        title=cpr.blot(model.title),
        units=units,
        examples=tuple(_blot_example(example) for example in examples),
        facts=_blot_texts(model.facts),
        parameters=_blot_texts(_period_parameter(model) | model.parameters),
    )


def _study_of_database(
    folder: Path, questionnaire: Questionnaire, database: Path, description: StudyDescription
) -> Study:
    """The cases of a study's database."""
    from audit.study.session import ScoringSession

    with ScoringSession(description, questionnaire, database) as session:
        states = session.states()
        cases, findings = session.book.verdict(states)
        return Study(folder, questionnaire, cases, (*session.notes(states), *findings))


def _blot_example(example: Example) -> Example:
    return replace(example, title=cpr.blot(example.title), text=cpr.blot(example.text))


def _blot_texts(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: cpr.blot(text) for name, text in texts.items()}


def _period_parameter(model: StudyFile) -> dict[str, str]:
    """The study's period as the parameter that plans have for it."""
    return {"period": period(model.period.from_, model.period.to)} if model.period else {}


# --- examples and other texts -----------------------------------------------------------------------------------------


def _read_examples(model: StudyFile, source: Source, folder: Path) -> Iterator[Example]:
    """The examples of a study in the order of their file names. What is wrong with one is noted in `source`."""
    if model.examples and not (folder / model.examples).is_dir():
        source.fault(("examples",), "fil", f'mappen "{model.examples}" findes ikke i undersøgelsens mappe')
    file_names: dict[str, str] = {}
    for path in _example_files(folder, model):
        head, example = _read_example(path)
        if example is not None and same(example.case) in file_names:
            message = f"sag {example.case} er allerede eksemplet {file_names[same(example.case)]}"
            head.fault(("case",), "dobbelt-eksempel", message)
        elif example is not None:
            file_names[same(example.case)] = path.name
            yield example
        source.faults.extend(head.faults)


def _example_files(folder: Path, model: StudyFile) -> list[Path]:
    return sorted((folder / model.examples).glob("*.md")) if model.examples else []


def _read_example(path: Path) -> tuple[Source, Example | None]:
    """An example and the positions and faults of its head. Raises FileFault."""
    text = _text(path)
    match = _FRONT_MATTER.match(text)
    head = yamlfile.parse(f"\n{match['head']}" if match else "", path.name)
    if match is None:
        head.fault((), "eksempel", 'et eksempel begynder med "---", "case: …", "title: …" og "---"')
    if match is not None and not match["text"].strip():
        head.fault((), "eksempel", "eksemplet har ingen tekst")
    model = None if head.faults else yamlfile.validate(_ExampleHead, head, head.data)
    if model is None or match is None:
        return head, None
    # as many line breaks as the head has lines, so that faults in the text keep their line
    body = "\n" * text[: match.start("text")].count("\n") + match["text"]
    return head, Example(model.case, model.title, body, path.name, head.line(("case",))[0], model.section)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFault(f"{path} kan ikke læses som tekst.", remedy="Gem den som UTF-8.") from error


def _cpr_numbers(folder: Path, model: StudyFile) -> Iterator[Finding]:
    """CPR numbers outside the cases, each by its line."""
    for file in (folder / FILE, *_example_files(folder, model)):
        for number, line in enumerate(_text(file).split("\n"), start=1):
            if cpr.contains(line):
                yield finding("cpr-nummer", place=Place(file=file.name, row=number))


def _unknown_cases(examples: tuple[Example, ...], cases: Cases) -> Iterator[Finding]:
    numbers = {same(key) for key in cases.keys}
    for example in examples:
        if same(example.case) not in numbers:
            place = Place(file=example.file, row=example.line)
            hint = did_you_mean(example.case, cases.keys[:_MOST_COMPARED])
            yield finding("ukendt-eksempel", place=place, values={"case": example.case, "hint": hint})


def _units_without_cases(units: tuple[str, ...], cases: Cases) -> Iterator[Finding]:
    """Units that study.yaml names and that have no case."""
    if names := [unit for unit in units if unit not in cases.units()]:
        yield finding("enhed-uden-sager", place=Place(file=FILE), values={"shown": listing(names)})
