"""From a plan and the tables of a study to a finished document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from audit.base.errors import DefinitionFault, Fault
from audit.cases import caseview
from audit.document import blocks, figures, numbering, tracing
from audit.document.blocks import Block, CaseExample, Document, FigureBlock, Heading, Span, Stamp, TableBlock
from audit.prose import chapters, markdown
from audit.prose.chapters import Facts, FormMaker, Recommendation, Setting
from audit.prose.markdown import Values
from audit.prose.shares import Result
from audit.report.fileformat import Appendix, Chapter, parse_flag
from audit.report.planfile import Plan, parameter_values
from audit.tables.table import Table


@dataclass(frozen=True)
class ExampleText:
    """A case as an example: a title and a text in the small Markdown, with the name of its file.

    `section` is the plan's section for examples that it belongs to, if any.
    """

    title: str
    text: str
    file: str
    section: str = ""


@dataclass(frozen=True)
class ReportInputs:
    """What a report is made from: the facts, the plan's tables by id, and one table by unit for each closed question.

    `section_titles` has the title of the questionnaire's section for each of the latter, by the table's id; `form`
    makes the questionnaire, where there is one to show, and `form_cases` are the cases to show it for. `one_unit` is
    the unit that the document is for, with its cases; blank where it is about the whole study. In an `internal` copy
    every number has the cases behind it.
    """

    facts: Facts
    tables: Mapping[str, Table]
    all_tables: tuple[Table, ...] = ()
    examples: Mapping[str, ExampleText] = field(default_factory=dict)
    section_titles: Mapping[str, str] = field(default_factory=dict)
    form: FormMaker | None = None
    form_cases: tuple[str, ...] = ()
    one_unit: str = ""
    unit_cases: tuple[caseview.CaseView, ...] = ()
    internal: bool = False


def compose_document(
    plan: Plan,
    inputs: ReportInputs,
    arguments: Mapping[str, str],
    *,
    date: date | None = None,
    stamps: tuple[Stamp, ...] = (),
) -> Document:
    """The report, numbered and with its references written. `arguments` are the parameters that a study fills in.

    Raises DefinitionFault where the plan's prose cannot be computed, UsageFault where a parameter is wrong, and
    KeyError where `inputs.tables` lacks one of the plan's tables.
    """
    setting = replace(_study_setting(inputs), date=date, preliminary=blocks.PRELIMINARY in stamps)
    setting = _full_setting(plan, inputs, replace(setting, parameters=parameter_values(plan, arguments, setting)))
    write = _writer(plan, setting)
    front = plan.definition.front
    details = ((name, write(text, "front", "details", name)) for name, text in front.details.items())
    document = numbering.resolve(
        Document(
            title=_title(plan, write),
            subtitle=write(front.subtitle, "front", "subtitle"),
            publisher=write(front.publisher, "front", "publisher"),
            details=tuple((name, text) for name, text in details if text),
            blocks=tuple(_document_blocks(plan, setting, write)),
            date=date,
            stamps=stamps,
            cover=_is_yes(plan, write, front.cover, "front", "cover"),
        )
    )
    return tracing.internal_copy(document) if inputs.internal else document


def _study_setting(inputs: ReportInputs) -> Setting:
    return Setting(
        inputs.facts,
        form=inputs.form,
        form_cases=inputs.form_cases,
        one_unit=inputs.one_unit,
        unit_cases=inputs.unit_cases,
        internal=inputs.internal,
    )


class Writer(Protocol):
    """Fills in a template of plan.yaml."""

    def __call__(self, template: str, *steps: str | int) -> str:
        """The text, given the steps to where the template stands."""


def _title(plan: Plan, write: Writer) -> str:
    """The document's title, which it must have: screen readers announce a file by it."""
    title = write(plan.definition.front.title, "front", "title")
    if not title.strip():
        file, line = plan.place("front", "title")
        raise DefinitionFault([Fault(file, line, 1, "titlen bliver tom; et dokument skal have en", "titel")])
    return title


def _writer(plan: Plan, setting: Setting) -> Writer:
    def write(template: str, *steps: str | int) -> str:
        return chapters.render_line(template, plan.place(*steps), setting)

    return write


def _is_yes(plan: Plan, write: Writer, template: str, *steps: str | int) -> bool:
    """Whether a template that says ja or nej says ja."""
    text = write(template, *steps)
    with plan.faults_at(*steps, code="ja-nej"):
        return parse_flag(str(steps[-1]), text)


def _full_setting(plan: Plan, inputs: ReportInputs, setting: Setting) -> Setting:
    """The setting with everything that chapters can show, already drawn."""
    results = {id: Result(id, inputs.tables[id]) for id in (table.id for table in plan.definition.tables)}
    titles = {id: _SECTION_NUMBER.sub("", title) for id, title in inputs.section_titles.items()}
    question_results = tuple(
        Result(f"{chapters.QUESTION_PREFIX}{table.id}", table, titles.get(table.id, "")) for table in inputs.all_tables
    )
    setting = replace(setting, results=results, all_results=question_results)
    write = _writer(plan, setting)
    sections = [section.section for section in plan.definition.examples]
    return replace(
        setting,
        section_examples={section: tuple(_cases_of_section(section, inputs.examples)) for section in sections},
        recommendations=tuple(_recommendations(plan, results, write)),
        tables={
            **_table_blocks(plan, results, write, traced=inputs.internal),
            **{result.id: _question_table(result, traced=inputs.internal) for result in question_results},
        },
        figures=_figure_blocks(plan, results, write, traced=inputs.internal),
        examples={case: _case_example(case, example) for case, example in inputs.examples.items()},
    )


def _cases_of_section(section: str, examples: Mapping[str, ExampleText]) -> Iterator[str]:
    return (case for case, example in examples.items() if example.section == section)


def _recommendations(plan: Plan, results: Mapping[str, Result], write: Writer) -> Iterator[Recommendation]:
    for index, recommendation in enumerate(plan.definition.recommendations):
        result = results[recommendation.table]
        with plan.faults_at("recommendations", index, "answers", code="anbefaling"):
            share = result.share(*recommendation.answers)
        text = write(recommendation.text, "recommendations", index, "text")
        yield Recommendation(text, share, result.table.question, recommendation.section)


#: The number that a section's title begins with on the form; a report numbers its headings itself.
_SECTION_NUMBER = re.compile(r"^[0-9]+(\.[0-9]+)*\.?\s+")


def _table_blocks(plan: Plan, results: Mapping[str, Result], write: Writer, *, traced: bool) -> dict[str, TableBlock]:
    table_blocks = {}
    for index, planned in enumerate(plan.definition.tables):
        table = results[planned.id].table
        note = write(planned.note, "tables", index, "note")
        caption = write(planned.caption, "tables", index, "caption") or table.title
        notes = (note,) if note else ()
        table_blocks[planned.id] = blocks.draw_table(table, id=planned.id, caption=caption, notes=notes, traced=traced)
    return table_blocks


def _question_table(result: Result, *, traced: bool) -> TableBlock:
    number = f"spørgsmål {result.table.id}, " if result.table.id[:1].isdigit() else ""
    caption = f"{result.title} ({number}antal sager)"
    return blocks.draw_table(result.table, id=result.id, caption=caption, traced=traced)


def _figure_blocks(plan: Plan, results: Mapping[str, Result], write: Writer, *, traced: bool) -> dict[str, FigureBlock]:
    figure_blocks = {}
    for index, planned in enumerate(plan.definition.figures):
        caption = write(planned.caption, "figures", index, "caption")
        table = results[planned.table].table
        with plan.faults_at("figures", index, "kind", code="figur"):
            figure_blocks[planned.id] = figures.draw_figure(
                table, planned.kind, id=planned.id, caption=caption, traced=traced
            )
    return figure_blocks


_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")


def _case_example(case: str, example: ExampleText) -> CaseExample:
    faults = markdown.reserved_characters(example.text, example.file)
    for number, text in enumerate(example.text.split("\n"), start=1):
        if _HEADING.match(text):
            message = "et eksempel kan ikke have overskrifter i teksten"
            faults.append(Fault(example.file, number, 1, message, "overskrift"))
        elif text.lstrip().startswith("|"):
            faults.append(Fault(example.file, number, 1, "et eksempel kan ikke have en tabel", "markdown"))
    if faults:
        raise DefinitionFault(faults)
    return CaseExample(case, example.title, markdown.parse_blocks(example.text, Values(), example.file))


def _document_blocks(plan: Plan, setting: Setting, write: Writer) -> Iterator[Block]:
    def chapter_blocks(file: str) -> tuple[Block, ...]:
        return chapters.render_chapter(plan.texts[file], plan.file_name(file), setting)

    for index, chapter in enumerate(plan.definition.chapters):
        if _is_yes(plan, write, chapter.when, "chapters", index, "when"):
            yield from _numbered_chapter(chapter, chapter_blocks(chapter.file))
    for index, appendix in enumerate(plan.definition.appendices):
        if _is_yes(plan, write, appendix.when, "appendices", index, "when"):
            yield _appendix_heading(appendix, write(appendix.title, "appendices", index, "title"))
            yield from chapter_blocks(appendix.file)


def _numbered_chapter(chapter: Chapter, blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks of a chapter, its headings numbered as the plan says (only the first gets the plan's number)."""
    number = chapter.number
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            yield replace(block, number=number, numbered=block.numbered and chapter.numbered)
            number = ""
        else:
            yield block


def _appendix_heading(appendix: Appendix, title: str) -> Heading:
    return Heading(1, (Span(title),), id=f"bilag-{appendix.number}", number=appendix.number, appendix=True)
