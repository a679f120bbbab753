"""The form of a questionnaire file: its keys and the values that each takes, as pydantic models.

What a key means is in docs/schema.md. How the parts hang together is the work of `audit.questionnaire.lint`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from audit.base.yamlfile import Day, Flag, Model, Number


def _matching(pattern: str, expected: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f'"{text}" kan ikke bruges her; {expected}')
        return text

    return AfterValidator(check)


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Name = Annotated[str, _matching(r"[a-z0-9][a-z0-9._-]*", "et navn skrives med a-z, 0-9, - og _ (kun små bogstaver)")]
_Word = Annotated[str, _matching(r"[a-z][a-z0-9_]*", "et id skrives med a-z, 0-9 og _ (kun små bogstaver)")]
_Id = Annotated[
    str,
    _matching(
        r"\d+(\.\d+)*|(?!(any|all|not)$)[a-z][a-z0-9_]*",
        "et id er et nummer som 2.3.1 eller et ord af a-z, 0-9 og _ (kun små bogstaver; ikke any, all eller not)",
    ),
]
_Code = Annotated[str, _matching(r"0|[1-9]\d{0,2}", "en svarkode er et tal fra 0 til 999")]
_RowId = Annotated[str, _matching(r"(?!row$)[a-z0-9]+", "en rækkes id skrives med a-z og 0-9 (ikke ordet row)")]


class OptionEntry(Model):
    """One answer."""

    code: _Code
    text: _Text
    corrected: _Text | None = None
    label: _Text | None = None
    remark: Flag = False
    exclusive: Flag = False
    date: Flag = False
    number: _Text | None = None


class BasisEntry(Model):
    """A reference to a law."""

    law: str
    paragraph: _Text | None = None
    subsection: _Text | None = None


class RowEntry(Model):
    """A row of a grid."""

    id: _RowId
    text: _Text
    corrected: _Text | None = None
    basis: tuple[BasisEntry, ...] = ()


class FieldEntry(Model):
    """An identification."""

    id: _Id
    text: _Text
    label: _Text | None = None
    type: Literal["choice", "text", "date", "number"]
    options: tuple[OptionEntry, ...] = ()
    private: Flag = False


class QuestionEntry(Model):
    """A question. `asked_when` is a condition, read by `audit.questionnaire.condition`."""

    id: _Id
    text: _Text
    type: Literal["choice", "choices", "date", "text", "number", "grid"]
    label: _Text | None = None
    corrected: _Text | None = None
    heading: _Text | None = None
    options: tuple[OptionEntry, ...] = ()
    rows: tuple[RowEntry, ...] = ()
    asked_when: Any = None
    remark: _Text | None = None
    row_remark: _Text | None = None
    basis: tuple[BasisEntry, ...] = ()


class SectionEntry(Model):
    """A part of the form."""

    id: _Name
    title: _Text
    supplement: Flag = False
    questions: tuple[QuestionEntry | None, ...] = Field(min_length=1)


class IdentificationEntry(Model):
    """What identifies a case."""

    title: str = ""
    fields: tuple[FieldEntry | None, ...] = Field(min_length=1)


class LawEntry(Model):
    """A legal source."""

    title: _Text
    short: _Text
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    replaces: str | None = None
    url: _Text | None = None
    subject: str = ""
    group: str = ""


class RuleEntry(Model):
    """A rule; `when`, `then` and `exactly` are conditions."""

    id: _Word
    strength: Literal["skal", "udgangspunkt", "vurdering"]
    text: _Text
    basis: str = ""
    each_row: str | None = None
    when: Any
    then: Any = None
    exactly: Any = None

    @model_validator(mode="after")
    def _one_demand(self) -> Self:
        if (self.then is None) == (self.exactly is None):
            raise ValueError('en regel skal have enten "then" eller "exactly"')
        return self


class YearsEntry(Model):
    """Whole years between two dates."""

    from_: str = Field(alias="from")
    to: str


class YearEntry(Model):
    """The year of a date."""

    of: str


class BandEntry(Model):
    """One class of a number."""

    text: _Text
    min: Number | None = None
    max: Number | None = None


class BandsEntry(Model):
    """A number in classes."""

    of: str
    into: tuple[BandEntry, ...] = Field(min_length=1)


class MergedEntry(Model):
    """Answers that are counted as one."""

    text: _Text
    answers: tuple[str, ...] = Field(min_length=1)


class MergeEntry(Model):
    """A question with answers merged."""

    of: str
    into: tuple[MergedEntry, ...] = Field(min_length=1)


class DerivedEntry(Model):
    """A variable computed from others."""

    id: _Word
    text: _Text
    years: YearsEntry | None = None
    year: YearEntry | None = None
    bands: BandsEntry | None = None
    merge: MergeEntry | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.years, self.year, self.bands, self.merge)) != 1:
            raise ValueError("en afledt variabel skal have netop en af years, year, bands og merge")
        return self


class SourceEntry(Model):
    """Where the form comes from."""

    title: str
    url: str = ""


class PrintedEntry(Model):
    """Lines on the form that are no questions."""

    start: str = ""
    end: str = ""


class QuestionnaireFile(Model):
    """A whole file. Parts that had faults and were left out are None."""

    schema_: _Name = Field(alias="schema")
    version: _Text
    title: _Text
    subject: str = ""
    source: SourceEntry = SourceEntry(title="")
    printed: PrintedEntry = PrintedEntry()
    unit: str
    key: tuple[str, ...] = Field(min_length=1)
    decision_date: str | None = None
    reviewer: str | None = None
    example: str | None = None
    scales: dict[_Name, tuple[OptionEntry, ...]] = Field(default_factory=dict)
    laws: dict[_Name, LawEntry] = Field(default_factory=dict)
    identification: IdentificationEntry
    sections: tuple[SectionEntry, ...] = Field(min_length=1)
    rules: tuple[RuleEntry | None, ...] = ()
    derived: tuple[DerivedEntry | None, ...] = ()
