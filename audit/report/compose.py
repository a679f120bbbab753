"""From a plan and the tables of a study to a finished document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from audit.base.errors import DefinitionFault, Fault
from audit.cases import caseview
from audit.document import blocks, figures, numbering, tracing
from audit.document.blocks import Block, CaseExample, Document, FigureBlock, Heading, Span, Stamp, TableBlock
from audit.prose import chapters, markdown
from audit.prose.chapters import Facts, FormMaker, Recommended, Setting
from audit.prose.markdown import Values
from audit.prose.shares import Result
from audit.report.fileformat import Appendix, Chapter, truth
from audit.report.plan import Plan, parameters
from audit.tables.table import Table


@dataclass(frozen=True)
class ExampleText:
    """A case as an example: a title, and a text in the small Markdown, with the name of the file that it stands in.

    `section` is which of the plan's sections for examples it is for, if it is for one.
    """

    title: str
    text: str
    file: str
    section: str = ""


@dataclass(frozen=True)
class ReportInputs:
    """What a report is made from: the facts, the plan's tables by id, and one table by unit a closed question.

    `sections` tells the title of the questionnaire's section that each of those tables is of, by the table's id;
    `form` makes the questionnaire, where there is one to show, and `form_cases` are those that it is wanted for.
    `one_unit` is the unit that the document is for, with its cases; blank where it is about the whole study. In an
    `internal` copy every number has the cases behind it.
    """

    facts: Facts
    tables: Mapping[str, Table]
    all_tables: tuple[Table, ...] = ()
    examples: Mapping[str, ExampleText] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    form: FormMaker | None = None
    form_cases: tuple[str, ...] = ()
    one_unit: str = ""
    unit_cases: tuple[caseview.CaseView, ...] = ()
    internal: bool = False


def compose(
    plan: Plan,
    material: ReportInputs,
    given: Mapping[str, str],
    *,
    date: date | None = None,
    stamps: tuple[Stamp, ...] = (),
) -> Document:
    """The report, numbered and with its references written. `given` are the parameters that a study fills in.

    Raises DefinitionFault where the plan's prose cannot be computed, UsageFault where a parameter is wrong, and
    KeyError where `material.tables` lacks one of the plan's tables.
    """
    about = replace(_about(material), date=date, preliminary=blocks.PRELIMINARY in stamps)
    setting = _setting(plan, material, replace(about, parameters=parameters(plan, given, about)))
    write = _writer(plan, setting)
    front = plan.definition.front
    details = ((name, write(text, "front", "details", name)) for name, text in front.details.items())
    made = numbering.resolve(
        Document(
            title=_title(plan, write),
            subtitle=write(front.subtitle, "front", "subtitle"),
            publisher=write(front.publisher, "front", "publisher"),
            details=tuple((name, text) for name, text in details if text),
            blocks=tuple(_blocks(plan, setting, write)),
            date=date,
            stamps=stamps,
            cover=_holds(plan, write, front.cover, "front", "cover"),
        )
    )
    return tracing.internal(made) if material.internal else made


def _about(material: ReportInputs) -> Setting:
    return Setting(
        material.facts,
        form=material.form,
        form_cases=material.form_cases,
        one_unit=material.one_unit,
        unit_cases=material.unit_cases,
        internal=material.internal,
    )


Writer = Callable[..., str]


def _title(plan: Plan, write: Writer) -> str:
    """The document's title, which it must have: it is what a file is called by those who read it aloud."""
    title = write(plan.definition.front.title, "front", "title")
    if not title.strip():
        file, line = plan.place("front", "title")
        raise DefinitionFault([Fault(file, line, 1, "titlen bliver tom; et dokument skal have en", "titel")])
    return title


def _writer(plan: Plan, setting: Setting) -> Writer:
    """A function that fills in a template of plan.yaml, given the steps to where it stands."""

    def write(template: str, *steps: str | int) -> str:
        return chapters.line(template, plan.place(*steps), setting)

    return write


def _holds(plan: Plan, write: Writer, template: str, *steps: str | int) -> bool:
    """Whether a template that says ja or nej says ja."""
    text = write(template, *steps)
    with plan.at(*steps, code="ja-nej"):
        return truth(str(steps[-1]), text)


def _setting(plan: Plan, material: ReportInputs, setting: Setting) -> Setting:
    """The setting with everything that chapters can show, ready drawn."""
    results = {name: Result(name, material.tables[name]) for name in (table.id for table in plan.definition.tables)}
    sections = {name: _UNNUMBERED.sub("", title) for name, title in material.sections.items()}
    every = tuple(
        Result(f"{chapters.OF_QUESTION}{table.id}", table, sections.get(table.id, "")) for table in material.all_tables
    )
    setting = replace(setting, results=results, all_results=every)
    write = _writer(plan, setting)
    sections_of = {one.section: tuple(_cases_in(one.section, material.examples)) for one in plan.definition.examples}
    return replace(
        setting,
        sections=sections_of,
        recommendations=tuple(_recommended(plan, results, write)),
        tables={
            **_tables(plan, results, write, traced=material.internal),
            **{result.id: _table_of_all(result, traced=material.internal) for result in every},
        },
        figures=_figures(plan, results, write, traced=material.internal),
        examples={case: _example(case, example) for case, example in material.examples.items()},
    )


def _cases_in(section: str, examples: Mapping[str, ExampleText]) -> Iterator[str]:
    return (case for case, example in examples.items() if example.section == section)


def _recommended(plan: Plan, results: Mapping[str, Result], write: Writer) -> Iterator[Recommended]:
    for index, one in enumerate(plan.definition.recommendations):
        result = results[one.table]
        with plan.at("recommendations", index, "answers", code="anbefaling"):
            share = result.share(*one.answers)
        yield Recommended(write(one.text, "recommendations", index, "text"), share, result.table.question, one.section)


#: The number that a section's title begins with on the form; in a report headings have numbers of their own.
_UNNUMBERED = re.compile(r"^[0-9]+(\.[0-9]+)*\.?\s+")


def _tables(plan: Plan, results: Mapping[str, Result], write: Writer, *, traced: bool) -> dict[str, TableBlock]:
    drawn = {}
    for index, planned in enumerate(plan.definition.tables):
        table = results[planned.id].table
        note = write(planned.note, "tables", index, "note")
        caption = write(planned.caption, "tables", index, "caption") or table.title
        notes = (note,) if note else ()
        drawn[planned.id] = blocks.draw(table, id=planned.id, caption=caption, notes=notes, traced=traced)
    return drawn


def _table_of_all(result: Result, *, traced: bool) -> TableBlock:
    number = f"spørgsmål {result.table.id}, " if result.table.id[:1].isdigit() else ""
    caption = f"{result.title} ({number}antal sager)"
    return blocks.draw(result.table, id=result.id, caption=caption, traced=traced)


def _figures(plan: Plan, results: Mapping[str, Result], write: Writer, *, traced: bool) -> dict[str, FigureBlock]:
    drawn = {}
    for index, planned in enumerate(plan.definition.figures):
        caption = write(planned.caption, "figures", index, "caption")
        table = results[planned.table].table
        with plan.at("figures", index, "kind", code="figur"):
            drawn[planned.id] = figures.figure(table, planned.kind, id=planned.id, caption=caption, traced=traced)
    return drawn


_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")


def _example(case: str, example: ExampleText) -> CaseExample:
    faults = markdown.strange(example.text, example.file)
    for number, text in enumerate(example.text.split("\n"), start=1):
        if _HEADING.match(text):
            message = "et eksempel kan ikke have overskrifter i teksten"
            faults.append(Fault(example.file, number, 1, message, "overskrift"))
        elif text.lstrip().startswith("|"):
            faults.append(Fault(example.file, number, 1, "et eksempel kan ikke have en tabel", "markdown"))
    if faults:
        raise DefinitionFault(faults)
    return CaseExample(case, example.title, markdown.blocks(example.text, Values(), example.file))


def _blocks(plan: Plan, setting: Setting, write: Writer) -> Iterator[Block]:
    def text(file: str) -> tuple[Block, ...]:
        return chapters.chapter(plan.texts[file], plan.told(file), setting)

    for index, chapter in enumerate(plan.definition.chapters):
        if _holds(plan, write, chapter.when, "chapters", index, "when"):
            yield from _chapter(chapter, text(chapter.file))
    for index, appendix in enumerate(plan.definition.appendices):
        if _holds(plan, write, appendix.when, "appendices", index, "when"):
            yield _appendix(appendix, write(appendix.title, "appendices", index, "title"))
            yield from text(appendix.file)


def _chapter(chapter: Chapter, blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks of a chapter, the plan's wishes for its number in its headings (the number in the first alone)."""
    number = chapter.number
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            yield replace(block, number=number, numbered=block.numbered and chapter.numbered)
            number = ""
        else:
            yield block


def _appendix(appendix: Appendix, title: str) -> Heading:
    return Heading(1, (Span(title),), id=f"bilag-{appendix.number}", number=appendix.number, appendix=True)
