"""The work behind `audit report`, `audit form` and `audit plan check`: from a study to documents in files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from audit import cpr, danish, examples, files, forms, onecase, plan, report, schema
from audit.document import DRAFT, INTERNAL, PRELIMINARY, Document
from audit.errors import DataFault, FileFault, Place, UsageFault
from audit.findings import counts
from audit.material import facts, material, without_cases
from audit.render import html, pdf, word
from audit.study import Study
from audit.studyfile import FILE as STUDY

if TYPE_CHECKING:
    from audit.plan import Plan

#: A case that a chapter puts in as an example.
_EXAMPLE = re.compile(r"case_example\(\s*[\"']?([^\"'\s)]+)")
#: The plan of forms.
FORM_PLAN = "maaleskema"

Format = Literal["html", "pdf", "docx"]
#: The formats of a report, which are their files' endings.
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Wanted:
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


def document(study: Study, wanted: Wanted = Wanted()) -> Document:
    """The report as a document. Raises what `documents` raises."""
    return next(documents(study, wanted))[1]


def documents(study: Study, wanted: Wanted = Wanted()) -> Iterator[tuple[str, Document]]:
    """The report, and what its plan says is made along with it: for each the name of its files, and the document.

    Raises DataFault when the data has a *fejl* and the report is not forced; DefinitionFault and UsageFault.
    """
    chosen = _plan(study, wanted.plan)
    unit = _unit(study, chosen, wanted.unit)
    name = (f"-{_file_name(unit)}" if unit else "") + "-intern" * wanted.internal
    yield f"{chosen.id}{name}", _document(study, chosen, unit, wanted)
    given = wanted.parameters or {}
    for index, also in enumerate(chosen.definition.along_with):
        with chosen.at("along_with", index, code="plan"):
            beside = _plan(study, also)
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


def _document(study: Study, chosen: Plan, unit: str, wanted: Wanted) -> Document:
    study = _examined(study, chosen)
    broken = counts(study.findings)["fejl"]
    if broken and not wanted.force:
        raise DataFault(
            f"Rapporten er ikke lavet: der er {danish.counted(broken, 'fejl', 'fejl')} i data.",
            remedy='Se dem med "audit check". Med --force laves rapporten alligevel, stemplet KLADDE på hver side.',
        )
    given = _given(study, chosen, wanted.parameters or {})
    made = material(chosen, study, unit=unit, internal=wanted.internal)
    held = {DRAFT: broken > 0, PRELIMINARY: wanted.preliminary, INTERNAL: wanted.internal}
    stamps = tuple(stamp for stamp, holds in held.items() if holds)
    return report.compose(chosen, made, given, date=wanted.date, stamps=stamps)


def examined(study: Study, name: str | None = None) -> Study:
    """The study with what is found of its examples, as a plan uses them (none told: the questionnaire's own).

    Raises what loading the plan raises.
    """
    return _examined(study, _plan(study, name)) if study.examples else study


def _examined(study: Study, chosen: Plan) -> Study:
    return replace(study, findings=(*study.findings, *examples.findings(study, chosen)))


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
            _try(chosen, without_cases(name), {}, told)
    if study is not None:
        _try(chosen, study, _given(study, chosen, {}))
    for index, name in enumerate(chosen.definition.along_with):
        with chosen.at("along_with", index, code="plan"):
            plan.find(name, folder.parent)
    return chosen


def _try(
    chosen: Plan, study: Study, given: Mapping[str, str], told: Mapping[str, report.Example] | None = None
) -> None:
    """Make a report to see whether it can be; a plan for single units for the first of them."""
    examples.sections(chosen, study.questionnaire)
    options = study.questionnaire.unit_question.options
    unit = (*units(study), options[0].title)[0] if chosen.definition.per_unit else ""
    report.compose(chosen, material(chosen, study, unit=unit, told=told), given)


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
    return _write(tuple(documents(study, wanted)), output)


def write_all(study: Study, output: Output, wanted: Wanted = Wanted()) -> Iterator[tuple[Path, ...]]:
    """Render a report for each unit that has cases. Yields the files of each when they are written.

    Raises what `documents` raises, and FileFault.
    """
    known = units(study)
    if not known:
        raise UsageFault("Der er ingen sager i undersøgelsen.")
    for unit in known:
        yield write_report(study, output, replace(wanted, unit=unit))
        if "pdf" in output.formats:
            pdf.forget()


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
        yield _write([(name, made)], output)


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
    given = _given(study, chosen, {})
    made = replace(material(chosen, study, told={}), form=partial(forms.form, study.cases, private=True))
    for name, shown in _forms(cases, together=together):
        yield f"{chosen.id}{name}", report.compose(chosen, replace(made, form_cases=shown), given, date=date)


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
    return tuple(dict.fromkeys(known[onecase.row_of(known, name)] for name in wanted or known))


def _write(made: Sequence[tuple[str, Document]], output: Output) -> tuple[Path, ...]:
    """Write documents in each format; none of the files is there until all are whole."""
    files.make_folder(output.folder)
    written: list[Path] = []
    with ExitStack() as whole:
        for name, one in made:
            paths = {ending: output.folder / f"{name}.{ending}" for ending in output.formats}
            parts = {
                ending: whole.enter_context(files.replacing(path, overwrite=output.overwrite))
                for ending, path in paths.items()
            }
            for ending, content in _rendered(one, output.formats).items():
                parts[ending].write_bytes(content)
            written.extend(paths.values())
    return tuple(written)


def _rendered(document: Document, formats: Sequence[Format]) -> dict[Format, bytes]:
    """The document in each format. The PDF is typeset beside the others, which takes as long as they do."""
    made: dict[Format, bytes] = {}
    with ThreadPoolExecutor(1) as beside:
        typeset = beside.submit(pdf.typeset, pdf.prepared(document)) if "pdf" in formats else None
        if "html" in formats:
            made["html"] = html.render(document).encode()
        if "docx" in formats:
            made["docx"] = word.render(document)
        if typeset:
            made["pdf"] = typeset.result()
    return made
