"""What can stand in study.yaml, as pydantic models."""

from __future__ import annotations

from pydantic import Field

from audit.base.yamlfile import Day, Model


class Period(Model):
    """From one day to another, both included."""

    from_: Day = Field(alias="from")
    to: Day


class SealEntry(Model):
    """The seal of the log, which the program writes."""

    revisions: int
    head: str


class StudyFile(Model):
    """The whole of study.yaml. `facts` and `parameters` are what a report tells; texts, whatever they look like."""

    study: str
    title: str = Field(min_length=1)
    schema_: str = Field(alias="schema")
    schema_version: str = ""
    data: str = Field(min_length=1)
    sheet: str | None = None
    examples: str | None = None
    period: Period | None = None
    units: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    facts: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)
    seal: SealEntry | None = None
