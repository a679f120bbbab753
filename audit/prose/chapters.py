"""Chapters: Jinja (sandboxed, every name defined, every value kept whole) over a small Markdown, to blocks.

What a template prints never becomes Markdown: a value is put aside and represented by a placeholder until the text
has been parsed. So no value needs escaping, whatever it holds.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache, wraps
from types import CodeType
from typing import TYPE_CHECKING, Any

from audit.base import danish
from audit.base.errors import AuditError, DefinitionFault, Fault, UsageFault
from audit.cases import caseview
from audit.document.blocks import Block, CaseExample, FigureBlock, Span, TableBlock
from audit.prose import helpers, jinjafault, markdown
from audit.prose.markdown import Anchor, PlacedBlocks, Values
from audit.prose.shares import Result, Share, cases_behind
from audit.questionnaire.model import Law
from audit.tables.table import Behind

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateSyntaxError, nodes
    from jinja2.runtime import Context


@dataclass(frozen=True)
class Facts:
    """Facts about a whole study, whatever the plan, under the names that chapters use."""

    cases: int
    unit: str
    units: tuple[str, ...]
    questionnaire: str = ""
    subject: str = ""
    first_decision: date | None = None
    last_decision: date | None = None
    #: The number of decisions by year, in the order of the years.
    decisions: Mapping[int, int] = field(default_factory=dict)
    #: The content of `facts` in study.yaml.
    study: Mapping[str, str] = field(default_factory=dict)
    study_title: str = ""
    #: The number of answers, remarks and reasons that are missing.
    lacking: int = 0
    #: The questionnaire's legal sources, in its order.
    laws: tuple[Law, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """A recommendation as prose sees it: its text, the cases it rests on, and the section that says more about it."""

    text: str
    share: Share
    question: str
    section: str


#: The questionnaire as blocks: empty ("") or filled in with a case, with headings from a level.
FormMaker = Callable[[str, int], tuple[Block, ...]]


@dataclass(frozen=True)
class Setting:
    """Everything that a chapter can use: facts, parameters, results, and the blocks that it can put in."""

    facts: Facts
    parameters: Mapping[str, str | date | bool] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    all_results: tuple[Result, ...] = ()
    tables: Mapping[str, TableBlock] = field(default_factory=dict)
    figures: Mapping[str, FigureBlock] = field(default_factory=dict)
    examples: Mapping[str, CaseExample] = field(default_factory=dict)
    #: The cases used as examples in each of the plan's sections for them.
    section_examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recommendations: tuple[Recommendation, ...] = ()
    date: date | None = None
    form: FormMaker | None = None
    form_cases: tuple[str, ...] = ()
    #: The unit that the document is for (blank: the whole study), and its cases.
    one_unit: str = ""
    unit_cases: tuple[caseview.CaseView, ...] = ()
    #: Whether it is out for comments.
    preliminary: bool = False
    #: Whether every number must refer to the cases behind it.
    internal: bool = False


#: What tables, figures and headings can be called.
ID = re.compile("[a-z0-9][a-z0-9._/-]*")
#: The prefix of the names of the tables of every question.
QUESTION_PREFIX = "spm-"
ID_RULE = "det må kun have små bogstaver a-z, tal og tegnene . _ / -"

#: Every name that a chapter can use besides the parameters of its plan, in Danish.
NAMES: Mapping[str, str] = {
    "cases": "Antallet af sager i undersøgelsen.",
    "unit": "Det, sagerne er fordelt på, med lille begyndelsesbogstav.",
    "units": "Navnene på de enheder, sagerne er fordelt på, i skemaets rækkefølge.",
    "questionnaire": "Måleskemaets titel.",
    "subject": "Hvad undersøgelsen handler om, som skemaet siger det.",
    "first_decision": "Datoen for den første afgørelse; tom, hvis ingen er dateret.",
    "last_decision": "Datoen for den sidste afgørelse; tom, hvis ingen er dateret.",
    "decisions": "Antallet af afgørelser for hvert år: `decisions[2015]`.",
    "date": "Rapportens dato; tom, hvis den ikke er sat.",
    "study": "Oplysningerne under `facts` i study.yaml: `study.hearing`.",
    "study_title": "Undersøgelsens titel i study.yaml; tom, hvis rapporten laves af en datafil.",
    "lacking": "Antallet af mangler: svar, bemærkninger og begrundelser, der burde være der.",
    "tables": 'Planens tabeller: `tables["3.1"].share(1)` er andelen med svaret 1; flere svar lægges sammen: '
    '`share(1, 2)`; `share(1, row="Nord")` er en enkelt række. Har også `title`, `answers`, `rows` og `base`.',
    "all_tables": "En tabel for hvert lukket spørgsmål i skemaets rækkefølge: `{% for t in all_tables %}`; `t.section` "
    "er titlen på den del af skemaet, spørgsmålet står i.",
    "share": "En andel af to tal: `share(7, 130)`.",
    "table": 'Sætter en tabel ind: `{{ table("3.1") }}`, alene på sin linje.',
    "figure": 'Sætter en figur ind: `{{ figure("3.1") }}`, alene på sin linje.',
    "ref": 'Skriver en henvisning: `se {{ ref("3.1") }}` bliver til »se tabel 1.1«.',
    "anchor": "Giver en overskrift eller titlen på en tabel et navn at henvise til: "
    '`## Målgruppen {{ anchor("maalgruppe") }}`.',
    "case_example": 'Sætter et eksempel på en sag ind: `{{ case_example("18") }}`, alene på sin linje.',
    "examples": "Sagsnumrene på de eksempler, undersøgelsen har til et af planens afsnit (`examples` i plan.yaml): "
    '`{% if examples["oplysninger"] %}`.',
    "case_examples": 'Sætter et afsnits eksempler ind: `{{ case_examples("oplysninger") }}`, alene på sin linje.',
    "recommendations": "Planens anbefalinger, hver med `text`, `share` (de sager, den bygger på), `question` (nummeret "
    "på det spørgsmål, den bygger på) og `section` (navnet på det afsnit, der siger mere).",
    "laws": "Måleskemaets retskilder, hver med `title`, `short`, `subject`, `group` og `url`.",
    "law": 'Nævner en retskilde ved dens korte navn, med link: `{{ law("pa-25-14") }}`.',
    "form": 'Sætter måleskemaet ind, alene på sin linje: `{{ form() }}` tomt, `{{ form("12") }}` udfyldt som i sagen, '
    '`{{ form("12", 2) }}` med overskrifter fra niveau 2 (i et kapitel, der selv har en overskrift).',
    "one_unit": "Navnet på den enhed, dokumentet er til, i en plan med `per_unit: ja`; ellers tom.",
    "unit_cases": 'Den enheds sager, hver med `number`, `decided` (datoen), `answer("3.1")` (svaret), '
    '`has("3.1", 2)` (om det er svaret) og `remark("3.1")` (bemærkningen).',
    "preliminary": "Om dokumentet er foreløbigt og i høring (`--preliminary`).",
    "form_cases": "Numrene på de sager, `audit form` skal vise; ingen, når skemaet skal være tomt.",
}


def render_chapter(source: str, file: str, setting: Setting) -> tuple[Block, ...]:
    """The blocks of a chapter. Raises DefinitionFault with file and line, also where a value cannot be computed."""
    values = Values()
    return markdown.parse_blocks(_render_template(source, file, setting, values), values, file)


def render_line(source: str, position: tuple[str, int], setting: Setting) -> str:
    """A single text of a plan (a title, a caption) with its values filled in, without space around it; no Markdown.

    `position` is its file and line, for the DefinitionFault that is raised where a value cannot be computed.
    """
    if not is_template(source):
        return source.strip(" \n")
    values = Values()
    try:
        return values.plain(_render_template(source, position[0], replace(setting, internal=False), values)).strip(
            " \n"
        )
    except DefinitionFault as error:
        faults = [Fault(position[0], position[1], 1, fault.message, fault.code) for fault in error.faults]
        raise DefinitionFault(faults) from error


def is_template(text: str) -> bool:
    """Whether a text has anything to fill in."""
    return "{{" in text or "{%" in text or "{#" in text


def syntax_fault(error: TemplateSyntaxError, file: str) -> Fault:
    """The fault of a template that Jinja cannot read."""
    return Fault(file, error.lineno, 1, f"Jinja-koden kan ikke læses ({jinjafault.syntax_message(error)})", "jinja")


#: The message about a template that exceeds Python's recursion limit.
TOO_DEEP = "Jinja-koden går for dybt: en makro kalder sig selv, eller der er for meget inden i hinanden"


@lru_cache(maxsize=256)
def parse_template(source: str) -> nodes.Template:
    """A template parsed by Jinja: once, both for checking and for compiling. Raises TemplateSyntaxError."""
    return environment(Values()).parse(source)


@lru_cache(maxsize=256)  # the same plan makes many documents, each with values of its own
def _compile_template(source: str) -> CodeType:
    """A template's code, which is the same whatever the values. Raises TemplateSyntaxError."""
    return environment(Values()).compile(parse_template(source))


def _render_template(source: str, file: str, setting: Setting, values: Values) -> str:
    from jinja2 import Template, TemplateError, TemplateSyntaxError

    try:
        sandbox = environment(values, internal=setting.internal)
        template = Template.from_code(sandbox, _compile_template(source), sandbox.make_globals(None))
        text = template.render(_context(setting, values, file))
    except TemplateSyntaxError as error:
        raise DefinitionFault([syntax_fault(error, file)]) from error
    except RecursionError as error:
        raise DefinitionFault([Fault(file, _line_of(error), 1, TOO_DEEP, "prosa")]) from error
    except (TemplateError, AuditError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise DefinitionFault([Fault(file, _line_of(error), 1, _message(error), "prosa")]) from error
    if not values.whole(text):
        raise DefinitionFault([Fault(file, 1, 1, _CHANGED_TEXT, "prosa")])
    return text


def _message(error: Exception) -> str:
    if isinstance(error, AuditError):
        return error.message
    return f"teksten kan ikke beregnes ({jinjafault.value_message(error)})"


_COMPOSERS = "{% set %}, {% filter %}, en makro, ref, table eller figure"
_CHANGED_TEXT = f"et filter har ændret en tekst, som {_COMPOSERS} har sat sammen"


def _line_of(error: Exception) -> int:
    """The line of the template where an error arose (Jinja rewrites tracebacks to show it)."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == "<template>"), 1)


def _current_line() -> int:
    """The line of the template that is calling."""
    frame = next(frame for frame, _ in traceback.walk_stack(None) if "__jinja_template__" in frame.f_globals)
    return int(frame.f_globals["__jinja_template__"].get_corresponding_lineno(frame.f_lineno))


class FilteredText(str):
    """A text written by a filter, with the value that it was made from, and whether it states the base too."""

    value: object
    base: bool


def environment(values: Values, *, internal: bool = False) -> Environment:
    """A sandbox without clock, chance or files, whose output goes through `values`.

    In an `internal` copy each number in the output has the cases behind it.
    """
    from jinja2 import StrictUndefined, pass_context
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    @pass_context  # so that constants also pass here at run time, before they are escaped
    def finalize(_: Context, value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        behind = _cases_behind(value) if internal else ()
        return Markup(values.put(Span(_value_text(value), behind=behind) if behind else _value_text(value)))  # noqa: S704

    sandbox = ImmutableSandboxedEnvironment(
        undefined=_undefined_class(StrictUndefined),
        finalize=finalize,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sandbox.globals = {name: sandbox.globals[name] for name in ("namespace", "range")}
    sandbox.filters.pop("random")
    sandbox.filters.update({helper.name: _guarded_filter(helper) for helper in helpers.HELPERS})
    return sandbox


def _guarded_filter(helper: helpers.Helper) -> Callable[..., str]:
    """A helper that refuses text with placeholders in it, which is no longer a value; its result knows its value."""

    @wraps(helper.function)
    def guarded(value: Any, *args: Any, **kwargs: Any) -> str:
        if hasattr(value, "__html__"):
            message = f"filteret {helper.name} kan ikke bruges på en tekst, som {_COMPOSERS} har sat sammen"
            raise UsageFault(message)
        text = helper.function(value, *args, **kwargs)
        if hasattr(text, "__html__"):
            return text
        filtered = FilteredText(text)
        filtered.value, filtered.base = value if helper.numbers else None, helper.numbers == "base"
        return filtered

    return guarded


def _cases_behind(value: Any, *, base: bool = False) -> tuple[Behind, ...]:
    """The cases behind a value in the output."""
    if isinstance(value, FilteredText):
        return _cases_behind(value.value, base=value.base)
    if isinstance(value, Mapping | list | tuple):
        parts = value.values() if isinstance(value, Mapping) else value
        return tuple(item for part in parts for item in _cases_behind(part))
    return tuple(cases_behind(value, base=base))


@cache
def _undefined_class(base: type) -> type:
    """The class of undefined values, with its message in Danish."""

    def message(self: Any) -> str:
        return "værdien findes ikke" if self._undefined_name is None else f'"{self._undefined_name}" findes ikke'

    return type("Missing", (base,), {"_undefined_message": property(message), "__slots__": ()})


def _value_text(value: Any) -> str:
    """A value as text, without control characters, every run of spaces and line breaks one space."""
    if isinstance(value, date):
        return danish.long_date(value)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if not (isinstance(value, str | int) or _is_missing(value)):
        raise UsageFault(f'"{value}" kan ikke skrives i en tekst; brug et filter som antal, procent eller opregning')
    return re.sub(r"[ \t\r\n\f\v]+", " ", re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", str(value)))


def _is_missing(value: Any) -> bool:
    from jinja2 import Undefined

    return isinstance(value, Undefined)


class _ByName(dict[str, Any]):
    """Objects by name, with a Danish fault for a name that does not exist."""

    def __init__(self, what: str, items: Mapping[str, Any]) -> None:
        super().__init__(items)
        self.what = what

    def __missing__(self, name: str) -> Any:
        raise UsageFault(f'{self.what} "{name}" findes ikke.{danish.did_you_mean(str(name), tuple(self))}')


def _context(setting: Setting, values: Values, file: str) -> dict[str, Any]:
    """Every name of `NAMES`, and the parameters."""
    facts = setting.facts
    return {
        **setting.parameters,
        **{name: getattr(facts, name) for name in facts.__dataclass_fields__},
        "date": setting.date,
        "study": _ByName("oplysningen", facts.study),
        "tables": _ByName("tabellen", setting.results),
        "all_tables": setting.all_results,
        "form_cases": setting.form_cases,
        "one_unit": setting.one_unit,
        "unit_cases": setting.unit_cases,
        "preliminary": setting.preliminary,
        "examples": _ByName("afsnittet med eksempler", setting.section_examples),
        "recommendations": setting.recommendations,
        "share": Share,
        "law": _placeholder_function(values, lambda name: _law_reference(facts.laws, name)),
        "ref": _placeholder_function(
            values, lambda name: Span("", ref=_checked_id(name), origin=(file, _current_line()))
        ),
        "anchor": _placeholder_function(values, lambda name: Anchor(_checked_id(name), (file, _current_line()))),
        **{
            name: _placeholder_function(values, lambda *args, find=find: _place_blocks(find(*args), file))
            for name, find in _block_functions(setting).items()
        },
    }


def _checked_id(name: object) -> str:
    """The id of something to refer to. Raises UsageFault where it cannot be one."""
    if not isinstance(name, str) or not ID.fullmatch(name):
        raise UsageFault(f'"{name}" kan ikke være et navn at henvise til: {ID_RULE}')
    return name


def _law_reference(laws: Sequence[Law], name: object) -> Span:
    by_id = {law.id: law for law in laws}
    if name not in by_id:
        raise UsageFault(f'retskilden "{name}" findes ikke.{danish.did_you_mean(str(name), tuple(by_id))}')
    return Span(by_id[str(name)].short, href=by_id[str(name)].url)


def _place_blocks(blocks: tuple[Block, ...], file: str) -> PlacedBlocks:
    """The blocks, where tables and figures have the line that puts them in as their origin."""
    line = _current_line()
    placed = (
        replace(block, origin=(file, line)) if isinstance(block, TableBlock | FigureBlock) else block
        for block in blocks
    )
    return PlacedBlocks(tuple(placed), line)


def _block_functions(setting: Setting) -> dict[str, Callable[..., tuple[Block, ...]]]:
    """The functions that give the blocks that a chapter can put in, by name."""
    tables, figures = _ByName("tabellen", setting.tables), _ByName("figuren", setting.figures)
    examples, sections = (
        _ByName("eksemplet", setting.examples),
        _ByName("afsnittet med eksempler", setting.section_examples),
    )

    def table(name: str | Result) -> tuple[Block, ...]:
        return (tables[name.id if isinstance(name, Result) else name],)

    def figure(name: str) -> tuple[Block, ...]:
        return (figures[name],)

    def case_example(case: object) -> tuple[Block, ...]:
        return (examples[str(case)],)

    def case_examples(section: str) -> tuple[Block, ...]:
        return tuple(examples[case] for case in sections[section])

    def form(case: object = "", level: int = 1) -> tuple[Block, ...]:
        if setting.form is None:
            raise UsageFault("denne rapport har intet måleskema at vise")
        if type(level) is not int or level not in range(1, 4):
            raise UsageFault(f'overskrifter i et måleskema kan begynde på niveau 1 til 3, ikke "{level}"')
        return setting.form(str(case), level)

    return {function.__name__: function for function in (table, figure, case_example, case_examples, form)}


def _placeholder_function(values: Values, find: Callable[..., Any]) -> Callable[..., Any]:
    """A function for templates that puts in the result of `find`."""
    from markupsafe import Markup

    def put(*args: Any) -> Markup:
        return Markup(values.put(find(*args)))  # noqa: S704 (a placeholder)

    return put
