"""The typed content of plan.yaml, a report plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from audit.base.danish import MONTHS
from audit.base.errors import UsageFault
from audit.base.yamlfile import Flag, Model
from audit.document.blocks import FigureKind

ParameterValue = str | date | bool

#: The default of a condition and of a cover.
YES = "ja"


def parse_yes_no(name: str, text: str) -> bool:
    """Whether a text is ja (or else nej). Raises UsageFault, which calls the text `name`, where it is neither."""
    if text.casefold() not in ("ja", "nej"):
        raise UsageFault(f'{name} skal være ja eller nej, ikke "{text}"')
    return text.casefold() == "ja"


class Parameter(Model):
    """Something that a study fills in: what it is in Danish (`text`), and its default value.

    A default is itself a template: it can use the facts of the study and the parameters above it.
    """

    text: str
    type: Literal["text", "date", "month", "bool"] = "text"
    default: str = ""

    def parse(self, name: str, text: str) -> ParameterValue:
        """The value that a text stands for (an empty date stays empty, a month is in words). Raises UsageFault."""
        if self.type == "bool":
            return parse_yes_no(name, text)
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

    id: str
    question: str
    by: str | None = None
    where: Any = None
    where_text: str | None = None
    collapse: dict[str, list[str]] | None = None
    of: str | None = None
    sort: str | None = None
    show: Literal["counts", "percent", "both"] | None = None
    rows: Literal["all", "own"] = "all"
    caption: str = ""
    note: str = ""

    @property
    def spec(self) -> dict[str, Any]:
        """The keys of the spec that are set; `rows`, `caption` and `note` are no part of it."""
        return self.model_dump(exclude={"rows", "caption", "note"}, exclude_none=True)


class PlannedFigure(Model):
    """A figure of one of the plan's tables."""

    id: str
    table: str
    kind: FigureKind
    caption: str


class PlannedRecommendation(Model):
    """A recommendation and what it rests on: the cases with one of `answers` in one of the plan's tables.

    `text` is a template; `section` the name (an anchor) of the section that says more.
    """

    text: str
    table: str
    answers: list[str] = Field(min_length=1)
    section: str = ""


class ExampleSection(Model):
    """A place for cases used as examples (`section` in an example's file), and what their answers must be there.

    `when` is a condition.
    """

    section: str
    when: Any


def _file_only(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


class Chapter(Model):
    """A file of prose; its first line is the chapter's heading. `number` is set where it doesn't follow by itself.

    `when` is a template that says whether the chapter is in the report (ja or nej).
    """

    file: str
    number: str = Field("", pattern="^[1-9][0-9]*$|^$")
    numbered: Flag = True
    when: str = YES


class Appendix(Model):
    """A file of prose under a title and a fixed number; `when` as in a chapter."""

    number: str = Field(pattern="^[1-9][0-9]*$")
    title: str
    file: str
    when: str = YES


class Front(Model):
    """The front page; every text is a template. A detail that comes out empty is left out.

    `cover` says whether the report has a front page of its own and a table of contents (ja or nej).
    """

    title: str
    subtitle: str = ""
    publisher: str = ""
    cover: str = YES
    details: dict[str, str] = Field({})


class PlanFile(Model):
    """The whole of plan.yaml.

    `per_unit`: the document is for one unit, and may describe its cases one by one. `along_with` names plans that are
    made at the same time, each in files of its own.
    """

    plan: str = Field(pattern="^[a-z0-9-]+$")
    schema_version: Literal["1"]
    title: str
    default_for: list[str] = Field([])
    per_unit: Flag = False
    along_with: list[str] = Field([])
    parameters: dict[str, Parameter] = Field({})
    front: Front
    tables: list[PlannedTable] = Field([])
    figures: list[PlannedFigure] = Field([])
    recommendations: list[PlannedRecommendation] = Field([])
    examples: list[ExampleSection] = Field([])
    chapters: list[Annotated[Chapter, BeforeValidator(_file_only)]]
    appendices: list[Appendix] = Field([])
