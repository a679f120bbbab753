"""Chapters: Jinja (sandboxed, every name defined, every value kept whole) over a small Markdown, to blocks.

What a template prints never becomes Markdown: a value is put aside and a placeholder stands for it until the text
has been read. So no value needs escaping, whatever it holds.
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
from audit.prose.markdown import Anchor, Placed, Values
from audit.prose.shares import Result, Share, behind
from audit.questionnaire.model import Law
from audit.tables.table import Behind

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateSyntaxError, nodes
    from jinja2.runtime import Context


@dataclass(frozen=True)
class Facts:
    """What is true of a whole study, whatever the plan; the names are those that a chapter uses."""

    cases: int
    unit: str
    units: tuple[str, ...]
    questionnaire: str = ""
    subject: str = ""
    first_decision: date | None = None
    last_decision: date | None = None
    #: The number of decisions by year, in the order of the years.
    decisions: Mapping[int, int] = field(default_factory=dict)
    #: What study.yaml tells under `facts`.
    study: Mapping[str, str] = field(default_factory=dict)
    study_title: str = ""
    #: How many answers, remarks and reasons should be there and are not.
    lacking: int = 0
    #: The questionnaire's legal sources, in its order.
    laws: tuple[Law, ...] = ()


@dataclass(frozen=True)
class Recommended:
    """A recommendation as prose sees it: its text, the cases it rests on, and the section that says more of it."""

    text: str
    share: Share
    question: str
    section: str


#: The questionnaire as blocks: empty ("") or filled in with a case, with headings from a level.
FormMaker = Callable[[str, int], tuple[Block, ...]]


@dataclass(frozen=True)
class Setting:
    """All that a chapter can speak of: facts, parameters, results, and the blocks that it can put in."""

    facts: Facts
    parameters: Mapping[str, str | date | bool] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    all_results: tuple[Result, ...] = ()
    tables: Mapping[str, TableBlock] = field(default_factory=dict)
    figures: Mapping[str, FigureBlock] = field(default_factory=dict)
    examples: Mapping[str, CaseExample] = field(default_factory=dict)
    #: The cases told as examples in each of the plan's sections for them.
    section_examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recommendations: tuple[Recommended, ...] = ()
    date: date | None = None
    form: FormMaker | None = None
    form_cases: tuple[str, ...] = ()
    #: The unit that the document is for (blank: the whole study), and its cases.
    one_unit: str = ""
    unit_cases: tuple[caseview.CaseView, ...] = ()
    #: Whether it is out for comments.
    preliminary: bool = False
    #: Whether every number is to tell the cases behind it.
    internal: bool = False


#: What tables, figures and headings can be called.
ID = re.compile("[a-z0-9][a-z0-9._/-]*")
#: What the names of the tables of every question begin with.
OF_QUESTION = "spm-"
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


def chapter(source: str, file: str, setting: Setting) -> tuple[Block, ...]:
    """The blocks of a chapter. Raises DefinitionFault with file and line, also where a value cannot be computed."""
    values = Values()
    return markdown.blocks(_render(source, file, setting, values), values, file)


def line(source: str, place: tuple[str, int], setting: Setting) -> str:
    """A single text of a plan (a title, a caption) with its values filled in, without space around it; no Markdown.

    `place` is its file and line, for the DefinitionFault that is raised where a value cannot be computed.
    """
    if not is_template(source):
        return source.strip(" \n")
    values = Values()
    try:
        return values.plain(_render(source, place[0], replace(setting, internal=False), values)).strip(" \n")
    except DefinitionFault as error:
        faults = [Fault(place[0], place[1], 1, fault.message, fault.code) for fault in error.faults]
        raise DefinitionFault(faults) from error


def is_template(text: str) -> bool:
    """Whether a text has anything to fill in."""
    return "{{" in text or "{%" in text or "{#" in text


def syntax_fault(error: TemplateSyntaxError, file: str) -> Fault:
    """A template that Jinja cannot read."""
    return Fault(file, error.lineno, 1, f"Jinja-koden kan ikke læses ({jinjafault.of_syntax(error)})", "jinja")


#: What is said of a template that makes Python give up.
TOO_DEEP = "Jinja-koden går for dybt: en makro kalder sig selv, eller der er for meget inden i hinanden"


@lru_cache(maxsize=256)
def parsed(source: str) -> nodes.Template:
    """A template as Jinja reads it: once, to be looked through and then compiled. Raises TemplateSyntaxError."""
    return environment(Values()).parse(source)


@lru_cache(maxsize=256)  # the same plan makes many documents, each with values of its own
def _compiled(source: str) -> CodeType:
    """A template's code, which is the same whatever the values. Raises TemplateSyntaxError."""
    return environment(Values()).compile(parsed(source))


def _render(source: str, file: str, setting: Setting, values: Values) -> str:
    from jinja2 import Template, TemplateError, TemplateSyntaxError

    try:
        sandbox = environment(values, internal=setting.internal)
        template = Template.from_code(sandbox, _compiled(source), sandbox.make_globals(None))
        text = template.render(_context(setting, values, file))
    except TemplateSyntaxError as error:
        raise DefinitionFault([syntax_fault(error, file)]) from error
    except RecursionError as error:
        raise DefinitionFault([Fault(file, _line_of(error), 1, TOO_DEEP, "prosa")]) from error
    except (TemplateError, AuditError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise DefinitionFault([Fault(file, _line_of(error), 1, _told(error), "prosa")]) from error
    if not values.whole(text):
        raise DefinitionFault([Fault(file, 1, 1, _BROKEN, "prosa")])
    return text


def _told(error: Exception) -> str:
    if isinstance(error, AuditError):
        return error.message
    return f"teksten kan ikke beregnes ({jinjafault.of_value(error)})"


_PUT_TOGETHER = "{% set %}, {% filter %}, en makro, ref, table eller figure"
_BROKEN = f"et filter har ændret en tekst, som {_PUT_TOGETHER} har sat sammen"


def _line_of(error: Exception) -> int:
    """The line of the template where an error arose (Jinja rewrites tracebacks to tell it)."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == "<template>"), 1)


def _current_line() -> int:
    """The line of the template that is calling."""
    frame = next(frame for frame, _ in traceback.walk_stack(None) if "__jinja_template__" in frame.f_globals)
    return int(frame.f_globals["__jinja_template__"].get_corresponding_lineno(frame.f_lineno))


class Written(str):
    """What a helper has written, and the value that it was written of, with its base if that is told too."""

    of: object
    base: bool


def environment(values: Values, *, internal: bool = False) -> Environment:
    """A sandbox without clock, chance or files, whose output goes through `values`.

    In an `internal` copy each number that is written has the cases behind it.
    """
    from jinja2 import StrictUndefined, pass_context
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    @pass_context  # so that constants come here at run time too, before they are escaped
    def finalize(_: Context, value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        found = _found(value) if internal else ()
        return Markup(values.put(Span(_printed(value), behind=found) if found else _printed(value)))  # noqa: S704

    sandbox = ImmutableSandboxedEnvironment(
        undefined=_undefined(StrictUndefined), finalize=finalize, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    sandbox.globals = {name: sandbox.globals[name] for name in ("namespace", "range")}
    sandbox.filters.pop("random")
    sandbox.filters.update({helper.name: _on_values(helper) for helper in helpers.HELPERS})
    return sandbox


def _on_values(helper: helpers.Helper) -> Callable[..., str]:
    """A helper that refuses what is no value any more, text with placeholders in it, and whose text knows its value."""

    @wraps(helper.function)
    def checked(value: Any, *args: Any, **kwargs: Any) -> str:
        if hasattr(value, "__html__"):
            message = f"filteret {helper.name} kan ikke bruges på en tekst, som {_PUT_TOGETHER} har sat sammen"
            raise UsageFault(message)
        text = helper.function(value, *args, **kwargs)
        if hasattr(text, "__html__"):
            return text
        written = Written(text)
        written.of, written.base = value if helper.tells else None, helper.tells == "base"
        return written

    return checked


def _found(value: Any, *, base: bool = False) -> tuple[Behind, ...]:
    """The cases behind a value that is written."""
    if isinstance(value, Written):
        return _found(value.of, base=value.base)
    if isinstance(value, Mapping | list | tuple):
        parts = value.values() if isinstance(value, Mapping) else value
        return tuple(found for part in parts for found in _found(part))
    return tuple(behind(value, base=base))


@cache
def _undefined(base: type) -> type:
    """The class of what does not exist, which tells so in Danish."""

    def message(self: Any) -> str:
        return "værdien findes ikke" if self._undefined_name is None else f'"{self._undefined_name}" findes ikke'

    return type("Missing", (base,), {"_undefined_message": property(message), "__slots__": ()})


def _printed(value: Any) -> str:
    """A value as text: control characters dropped, every run of space and line breaks one space."""
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


class _Named(dict[str, Any]):
    """Things by name, with a Danish fault for a name that does not exist."""

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
        "study": _Named("oplysningen", facts.study),
        "tables": _Named("tabellen", setting.results),
        "all_tables": setting.all_results,
        "form_cases": setting.form_cases,
        "one_unit": setting.one_unit,
        "unit_cases": setting.unit_cases,
        "preliminary": setting.preliminary,
        "examples": _Named("afsnittet med eksempler", setting.section_examples),
        "recommendations": setting.recommendations,
        "share": Share,
        "law": _putting(values, lambda name: _cited(facts.laws, name)),
        "ref": _putting(values, lambda name: Span("", ref=_id(name), origin=(file, _current_line()))),
        "anchor": _putting(values, lambda name: Anchor(_id(name), (file, _current_line()))),
        **{
            name: _putting(values, lambda *args, find=find: _placed(find(*args), file))
            for name, find in _standing(setting).items()
        },
    }


def _id(name: object) -> str:
    """The name of something to refer to."""
    if not isinstance(name, str) or not ID.fullmatch(name):
        raise UsageFault(f'"{name}" kan ikke være et navn at henvise til: {ID_RULE}')
    return name


def _cited(laws: Sequence[Law], name: object) -> Span:
    known = {law.id: law for law in laws}
    if name not in known:
        raise UsageFault(f'retskilden "{name}" findes ikke.{danish.did_you_mean(str(name), tuple(known))}')
    return Span(known[str(name)].short, href=known[str(name)].url)


def _placed(blocks: tuple[Block, ...], file: str) -> Placed:
    """The blocks, those with a name telling where they are put in."""
    line = _current_line()
    told = (replace(one, origin=(file, line)) if isinstance(one, TableBlock | FigureBlock) else one for one in blocks)
    return Placed(tuple(told), line)


def _standing(setting: Setting) -> dict[str, Callable[..., tuple[Block, ...]]]:
    """What finds the blocks that a chapter can put in, by its name there."""
    tables, figures = _Named("tabellen", setting.tables), _Named("figuren", setting.figures)
    examples, sections = (
        _Named("eksemplet", setting.examples),
        _Named("afsnittet med eksempler", setting.section_examples),
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

    return {one.__name__: one for one in (table, figure, case_example, case_examples, form)}


def _putting(values: Values, find: Callable[..., Any]) -> Callable[..., Any]:
    """A function for templates that puts in what `find` finds."""
    from markupsafe import Markup

    def put(*args: Any) -> Markup:
        return Markup(values.put(find(*args)))  # noqa: S704 (a placeholder)

    return put
