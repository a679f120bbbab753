"""The typed content of plan.yaml, a report plan.

What a key means is in docs/rapporttekst.md and docs/tables.md, and in short in its description, which an editor shows.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from audit.base import editorschema
from audit.base.danish import MONTHS
from audit.base.errors import UsageFault
from audit.base.yamlfile import Flag, Model, Written
from audit.document.blocks import FigureKind
from audit.questionnaire import condition
from audit.questionnaire.fileformat import WrittenCondition

ParameterValue = str | date | bool

#: The default of a condition and of a cover.
YES = "ja"


def parse_flag(name: str, text: str) -> bool:
    """Whether a text is ja (or else nej). Raises UsageFault, which calls the text `name`, where it is neither."""
    if text.casefold() not in ("ja", "nej"):
        raise UsageFault(f'{name} skal være ja eller nej, ikke "{text}"')
    return text.casefold() == "ja"


class Parameter(Model):
    """Something that a study fills in: what it is in Danish (`text`), and its default value.

    A default is itself a template: it can use the facts of the study and the parameters above it.
    """

    text: str = Field(description="Hvad parameteren er, på dansk.")
    type: Literal["text", "date", "month", "bool"] = Field(
        default="text",
        description="text: en tekst; date: en dato (åååå-mm-dd); month: en måned (åååå-mm); bool: ja eller nej.",
    )
    default: str = Field(
        default="", description="Værdien, når intet er sagt; en skabelon, der kan bruge parametrene over den."
    )

    def parse(self, name: str, text: str) -> ParameterValue:
        """The value that a text stands for (an empty date stays empty, a month is in words). Raises UsageFault."""
        if self.type == "bool":
            return parse_flag(name, text)
        if self.type == "text" or not text:
            return text
        form, day = ("en dato (åååå-mm-dd)", "") if self.type == "date" else ("en måned (åååå-mm)", "-01")
        try:
            value = date.fromisoformat(text + day)
        except ValueError as error:
            raise UsageFault(f'{name} skal være {form}, ikke "{text}"') from error
        return value if self.type == "date" else f"{MONTHS[value.month - 1]} {value.year}"


class PlannedTable(Model):
    """A table: the spec of what is counted, and what is written around it (caption and note are templates).

    `rows`, in a plan that is made for one unit: "own" keeps the row of that unit beside the total.
    """

    id: str = Field(description="Tabellens navn i planen og dens tekst.")
    question: str = Field(description="Det, der tælles: et spørgsmål, en række (4.1/5) eller en afledt variabel.")
    by: str | None = Field(default=None, description="Det, rækkerne er, for eksempel enheden; ellers kun I alt.")
    where: WrittenCondition = Field(default=None, description="Kun de sager, som betingelsen gælder for.")
    where_text: str | None = Field(
        default=None, description="Betingelsen sagt til læseren, efter »Kun de … sager, hvor«."
    )
    collapse: dict[str, list[str]] | None = Field(
        default=None, description="Svar, der lægges sammen under et nyt navn."
    )
    of: str | None = Field(default=None, description="Hvad procenten er af: answered, all eller answers.")
    sort: str | None = Field(
        default=None, description="Svarenes rækkefølge: form (skemaets) eller size (de hyppigste først)."
    )
    show: Literal["counts", "percent", "both"] | None = Field(
        default=None, description="counts: antal; percent: procent; both: begge dele."
    )
    rows: Literal["all", "own"] = Field(
        default="all", description="own: kun enhedens egen række ved siden af I alt (med per_unit)."
    )
    caption: str = Field(default="", description="Tabellens titel (skabelon).")
    note: str = Field(default="", description="En note under tabellen (skabelon).")

    @property
    def spec(self) -> dict[str, Any]:
        """The keys of the spec that are set; `rows`, `caption` and `note` are no part of it."""
        return self.model_dump(exclude={"rows", "caption", "note"}, exclude_none=True)


class PlannedFigure(Model):
    """A figure of one of the plan's tables."""

    id: str = Field(description="Figurens navn i planens tekst.")
    table: str = Field(description="Den af planens tabeller, figuren viser.")
    kind: FigureKind = Field(
        description="bars: en søjle for hvert svar; stacked: en for hver række, delt efter svar; "
        "shares: det samme i lige lange søjler."
    )
    caption: str = Field(description="Figurens titel (skabelon).")


class PlannedRecommendation(Model):
    """A recommendation and what it rests on: the cases with one of `answers` in one of the plan's tables.

    `text` is a template; `section` the name (an anchor) of the section that says more.
    """

    text: str = Field(description="Anbefalingen (skabelon).")
    table: str = Field(description="Den af planens tabeller, den bygger på.")
    answers: list[str] = Field(min_length=1, description="De af tabellens svar, den bygger på.")
    section: str = Field(default="", description="Navnet på det afsnit, der siger mere.")


class ExampleSection(Model):
    """A place for cases used as examples (`section` in an example's file), and what their answers must be there.

    `when` is a condition.
    """

    section: str = Field(description="Afsnittets navn, som eksemplerne har under section.")
    when: WrittenCondition = Field(description="Den betingelse, som sagerne skal opfylde.")


_FILE: editorschema.Schema = {"description": "Kapitlets fil i planens mappe (.md).", **editorschema.TEXT}


def _file_only(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


class Chapter(Model):
    """A file of prose; its first line is the chapter's heading. `number` is set where it doesn't follow by itself.

    `when` is a template that says whether the chapter is in the report (ja or nej).
    """

    file: str = Field(description="Kapitlets fil i planens mappe (.md).")
    number: str = Field(
        default="", pattern="^[1-9][0-9]*$|^$", description="Kapitlets nummer, hvor det ikke følger af sig selv."
    )
    numbered: Flag = Field(default=True, description="nej: Kapitlet har intet nummer.")
    when: str = Field(default=YES, description="Om kapitlet er med (skabelon, der bliver til ja eller nej).")


class Appendix(Model):
    """A file of prose under a title and a fixed number; `when` as in a chapter."""

    number: str = Field(pattern="^[1-9][0-9]*$", description="Bilagets nummer.")
    title: str = Field(description="Bilagets titel (skabelon).")
    file: str = Field(description="Bilagets fil i planens mappe (.md).")
    when: str = Field(default=YES, description="Om bilaget er med (skabelon, der bliver til ja eller nej).")


class Front(Model):
    """The front page; every text is a template. A detail that comes out empty is left out.

    `cover` says whether the report has a front page of its own and a table of contents (ja or nej).
    """

    title: str = Field(description="Titlen (skabelon).")
    subtitle: str = Field(default="", description="Undertitlen (skabelon).")
    publisher: str = Field(default="", description="Udgiveren (skabelon).")
    cover: str = Field(
        default=YES,
        description="Om der er en forside og en indholdsfortegnelse (skabelon, der bliver til ja eller nej).",
    )
    details: dict[str, str] = Field(default={}, description="Navn og tekst (skabelon); en tom tekst udelades.")


class PlanFile(Model):
    """The whole of plan.yaml.

    `per_unit`: the document is for one unit, and may describe its cases one by one. `along_with` names plans that are
    made at the same time, each in files of its own.
    """

    plan: str = Field(pattern="^[a-z0-9-]+$", description="Planens navn, som mappen også har: a-z, 0-9 og bindestreg.")
    schema_version: Literal["1"] = Field(description="Altid 1.")
    title: str = Field(description="Hvad planen er.")
    default_for: list[str] = Field(default=[], description='De måleskemaer, planen er beregnet til; "*" er alle.')
    per_unit: Flag = Field(default=False, description="ja: Dokumentet laves til en enhed ad gangen (--unit).")
    along_with: list[str] = Field(default=[], description="Andre planer, som laves samtidig, i deres egne filer.")
    parameters: dict[str, Parameter] = Field(default={}, description="Det, en undersøgelse selv kan udfylde, ved navn.")
    front: Front = Field(description="Forsiden.")
    tables: list[PlannedTable] = Field(default=[], description="Planens tabeller.")
    figures: list[PlannedFigure] = Field(default=[], description="Planens figurer.")
    recommendations: list[PlannedRecommendation] = Field(
        default=[], description="Anbefalingerne, og det hver bygger på."
    )
    examples: list[ExampleSection] = Field(default=[], description="Afsnittene med eksempler på sager.")
    chapters: list[Annotated[Chapter, BeforeValidator(_file_only), Written((_FILE,))]] = Field(
        description="Kapitlernes filer i rækkefølge."
    )
    appendices: list[Appendix] = Field(default=[], description="Bilagene.")


def json_schema() -> editorschema.Schema:
    """The form of plan.yaml as JSON Schema."""
    return editorschema.model_schema(PlanFile, "Rapportplan", condition.DEFINITIONS)
