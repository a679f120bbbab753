"""What can stand in study.yaml, as pydantic models.

What a key means is in docs/study.md, and in short in its description, which an editor shows.
"""

from __future__ import annotations

from pydantic import Field

from audit.base import editorschema
from audit.base.yamlfile import Day, Model


class Period(Model):
    """From one day to another, both included."""

    from_: Day = Field(alias="from", description="Den første dag (åååå-mm-dd).")
    to: Day = Field(description="Den sidste dag (åååå-mm-dd).")


class SealEntry(Model):
    """The seal of the log, which the program writes."""

    revisions: int = Field(description="Antallet af poster i ændringsloggen.")
    head: str = Field(description="Den sidste posts værdi.")


class StudyFile(Model):
    """The whole of study.yaml. `facts` and `parameters` are what a report tells; texts, whatever they look like."""

    study: str = Field(description="Undersøgelsens id: små bogstaver, tal og bindestreg.")
    title: str = Field(min_length=1, description="Undersøgelsens navn, som det står i tabeller.")
    schema_: str = Field(
        alias="schema",
        description="Måleskemaets id (audit schema list) eller stien til en YAML-fil, regnet fra mappen.",
    )
    schema_version: str = Field(default="", description="Den version af måleskemaet, sagerne er udfyldt efter.")
    data: str = Field(
        min_length=1, description="Filen med sagerne (.xlsx, .csv) eller databasen, de scores i (.sqlite)."
    )
    sheet: str | None = Field(default=None, description="Arket i projektmappen, hvis det ikke hedder Sager.")
    examples: str | None = Field(default=None, description="Mappen med sager, der er skrevet ud som eksempler.")
    period: Period | None = Field(default=None, description="Den periode, sagerne er fra.")
    units: tuple[str, ...] = Field(
        default=(),
        description="De enheder, der er med, i den rækkefølge de skal stå; ellers alle.",
    )
    reviewers: tuple[str, ...] = Field(
        default=(), description="De sagsmålere, der må gemme svar (initialer); står der ingen, må enhver."
    )
    facts: dict[str, str] = Field(
        default_factory=dict, description="Oplysninger, som rapportens tekst kan bruge (study.requested i et kapitel)."
    )
    parameters: dict[str, str] = Field(default_factory=dict, description="Værdier til rapportplanens parametre.")
    seal: SealEntry | None = Field(default=None, description="Loggens længde og hoved; skrives af programmet.")


def json_schema() -> editorschema.Schema:
    """The form of study.yaml as JSON Schema."""
    return editorschema.model_schema(StudyFile, "Undersøgelse", {})
