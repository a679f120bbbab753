"""The form of a questionnaire file: its keys and the values that each takes, as pydantic models.

What a key means is in docs/schema.md, and in short in its description, which an editor shows. How the parts hang
together is the work of `audit.questionnaire.lint`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from audit.base import editorschema
from audit.base.editorschema import TEXT, Schema, reference
from audit.base.yamlfile import Day, Flag, Model, Number, Spelling, Written
from audit.questionnaire import condition

#: A condition as it is written, for `audit.questionnaire.condition` to parse.
WrittenCondition = Annotated[Any, Written((reference("condition"),))]

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Name = Annotated[
    str,
    AfterValidator(Spelling(r"[a-z0-9][a-z0-9._-]*", "et navn skrives med a-z, 0-9, - og _ (kun små bogstaver)")),
]
_Word = Annotated[
    str, AfterValidator(Spelling(r"[a-z][a-z0-9_]*", "et id skrives med a-z, 0-9 og _ (kun små bogstaver)"))
]
_Id = Annotated[
    str,
    AfterValidator(
        Spelling(
            r"\d+(\.\d+)*|(?!(any|all|not)$)[a-z][a-z0-9_]*",
            "et id er et nummer som 2.3.1 eller et ord af a-z, 0-9 og _ (kun små bogstaver; ikke any, all eller not)",
        )
    ),
]
_CODE = Spelling(r"0|[1-9]\d{0,2}", "en svarkode er et tal fra 0 til 999")
_Code = Annotated[str, AfterValidator(_CODE)]
_RowId = Annotated[
    str, AfterValidator(Spelling(r"(?!row$)[a-z0-9]+", "en rækkes id skrives med a-z og 0-9 (ikke ordet row)"))
]

#: What `audit.questionnaire.schemas` writes out as a list of options.
_SHORT_FORM: Schema = {
    "description": "Svarene med deres koder: {1: Ja, 2: Nej}.",
    "type": "object",
    "propertyNames": {"pattern": f"^({_CODE.pattern})$"},
    "additionalProperties": TEXT,
}
_SCALE: Schema = {"description": "Navnet på en skala under scales.", **TEXT}


class OptionEntry(Model):
    """One answer."""

    code: _Code = Field(description="Skemaets egen kode, 0-999.")
    text: _Text = Field(description="Svarets ordlyd i skemaet.")
    corrected: _Text | None = Field(default=None, description="Ordlyden uden trykfejl; det er den, der vises.")
    label: _Text | None = Field(
        default=None, description="En kort ordlyd til tabeller og figurer; filer må også bruge den."
    )
    remark: Flag = Field(default=False, description="ja: Svaret kræver en bemærkning.")
    exclusive: Flag = Field(default=False, description="ja: Svaret kan ikke stå sammen med andre (kun choices).")
    date: Flag = Field(default=False, description="ja: Svaret er datoen selv (kun date).")
    number: _Text | None = Field(
        default=None, description="Et officielt nummer, som filer må bruge i stedet for koden."
    )


_Options = Annotated[tuple[OptionEntry, ...], Written((_SHORT_FORM, _SCALE))]


class BasisEntry(Model):
    """A reference to a law."""

    law: str = Field(description="Navnet på en retskilde under laws.")
    paragraph: _Text | None = Field(default=None, description="Paragraffens nummer.")
    subsection: _Text | None = Field(default=None, description="Stykkets nummer.")


class RowEntry(Model):
    """A row of a grid."""

    id: _RowId = Field(description="Rækkens navn i betingelser og kolonner: a-z og 0-9.")
    text: _Text = Field(description="Rækkens ordlyd i skemaet.")
    corrected: _Text | None = Field(default=None, description="Ordlyden uden trykfejl; det er den, der vises.")
    basis: tuple[BasisEntry, ...] = Field(default=(), description="Det, rækken bygger på i retskilderne.")


class FieldEntry(Model):
    """An identification."""

    id: _Id = Field(description="Navnet i betingelser og kolonner: små bogstaver, tal og _.")
    text: _Text = Field(description="Ordlyden i skemaet.")
    label: _Text | None = Field(default=None, description="En kort ordlyd til tabeller og skærm.")
    type: Literal["choice", "text", "date", "number"] = Field(
        description="choice: et af svarene i options; text: en tekst; date: en dato; number: et tal."
    )
    options: _Options = Field(default=(), description="Svarene: en liste, {kode: ordlyd} eller navnet på en skala.")
    private: Flag = Field(default=False, description="ja: Kommer aldrig i en rapports tabeller.")


class QuestionEntry(Model):
    """A question."""

    id: _Id = Field(description='Nummeret i skemaet ("2.3.1", i anførselstegn) eller et ord.')
    text: _Text = Field(description="Ordlyden i skemaet, trykfejl med.")
    type: Literal["choice", "choices", "date", "text", "number", "grid"] = Field(
        description="choice: et svar; choices: et eller flere; date: en dato; text: en tekst; number: et tal; "
        "grid: et svar til hver række."
    )
    label: _Text | None = Field(default=None, description="En kort ordlyd til tabeller og skærm.")
    corrected: _Text | None = Field(default=None, description="Ordlyden uden trykfejl; det er den, der vises.")
    heading: _Text | None = Field(default=None, description="En mellemrubrik, som skemaet har før spørgsmålet.")
    options: _Options = Field(default=(), description="Svarene: en liste, {kode: ordlyd} eller navnet på en skala.")
    rows: tuple[RowEntry, ...] = Field(default=(), description="Rækkerne i et grid.")
    asked_when: WrittenCondition = Field(
        default=None, description="Betingelsen for, at der spørges; ellers spørges altid."
    )
    remark: _Text | None = Field(default=None, description="Bemærkningsfeltets overskrift; uden den er der intet felt.")
    row_remark: _Text | None = Field(
        default=None, description="Overskriften til et bemærkningsfelt ved hver række (kun grid)."
    )
    basis: tuple[BasisEntry, ...] = Field(default=(), description="Det, spørgsmålet bygger på i retskilderne.")


class SectionEntry(Model):
    """A part of the form."""

    id: _Name = Field(description="Delens navn: små bogstaver, tal, - og _.")
    title: _Text = Field(description="Delens overskrift i skemaet.")
    supplement: Flag = Field(
        default=False, description="ja: Registreringer, der ikke er i skemaet og aldrig kræves af en fil."
    )
    questions: tuple[QuestionEntry | None, ...] = Field(min_length=1, description="Spørgsmålene i deres rækkefølge.")


class IdentificationEntry(Model):
    """What identifies a case."""

    title: str = Field(default="", description="Overskriften i skemaet.")
    fields: tuple[FieldEntry | None, ...] = Field(min_length=1, description="Felterne, som sagens enhed og nummer.")


class LawEntry(Model):
    """A legal source."""

    title: _Text = Field(description="Det fulde navn.")
    short: _Text = Field(description="Det korte navn, som tekster nævner den ved.")
    from_: Day | None = Field(default=None, alias="from", description="Den første dag, den gælder (åååå-mm-dd).")
    to: Day | None = Field(default=None, description="Den sidste dag, den gælder (åååå-mm-dd).")
    replaces: str | None = Field(
        default=None, description="Den tidligere retskilde, der gælder for afgørelser før from."
    )
    url: _Text | None = Field(default=None, description="Hvor den kan læses.")
    subject: str = Field(default="", description="Hvad den handler om.")
    group: str = Field(default="", description="Overskriften, den står under i rapportens liste.")


class RuleEntry(Model):
    """A rule; `when`, `then` and `exactly` are conditions."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["then"]}, {"required": ["exactly"]}]})

    id: _Word = Field(description="Reglens navn: små bogstaver, tal og _.")
    strength: Literal["skal", "udgangspunkt", "vurdering"] = Field(
        description="skal: Et brud er en fejl. udgangspunkt: Et brud kræver en begrundelse. "
        "vurdering: Svaret, der udløser reglen, kræver altid en begrundelse."
    )
    text: _Text = Field(description="Sætningen, der siger reglen til brugeren.")
    basis: str = Field(default="", description="Hvor reglen kommer fra, som tekst.")
    each_row: str | None = Field(default=None, description='Et grid: Reglen gælder for hver række ("4.3/row").')
    when: WrittenCondition = Field(description="Betingelsen, der udløser reglen.")
    then: WrittenCondition = Field(default=None, description="Det, der skal gælde, når reglen er udløst.")
    exactly: WrittenCondition = Field(default=None, description="Det, der skal gælde, når reglen er udløst, og kun da.")

    @model_validator(mode="after")
    def _one_demand(self) -> Self:
        if (self.then is None) == (self.exactly is None):
            raise ValueError('en regel skal have enten "then" eller "exactly"')
        return self


class YearsEntry(Model):
    """Whole years between two dates."""

    from_: str = Field(alias="from", description="Det datospørgsmål, der regnes fra.")
    to: str = Field(description="Det datospørgsmål, der regnes til.")


class YearEntry(Model):
    """The year of a date."""

    of: str = Field(description="Datospørgsmålet.")


class BandEntry(Model):
    """One class of a number."""

    text: _Text = Field(description="Gruppens navn.")
    min: Number | None = Field(default=None, description="Det mindste tal i gruppen.")
    max: Number | None = Field(default=None, description="Det største tal i gruppen.")


class BandsEntry(Model):
    """A number in classes."""

    of: str = Field(description="Et spørgsmål om et tal, eller en afledt variabel med years.")
    into: tuple[BandEntry, ...] = Field(min_length=1, description="Grupperne i rækkefølge, uden overlap.")


class MergedEntry(Model):
    """Answers that are counted as one."""

    text: _Text = Field(description="Det sammenlagte svars navn.")
    answers: tuple[str, ...] = Field(min_length=1, description="De svar, der lægges sammen.")


class MergeEntry(Model):
    """A question with answers merged."""

    of: str = Field(description="Et spørgsmål med et svar (choice).")
    into: tuple[MergedEntry, ...] = Field(min_length=1, description="De sammenlagte svar; andre svar er ikke med.")


class DerivedEntry(Model):
    """A variable computed from others."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [kind]} for kind in ("years", "year", "bands", "merge")]}
    )

    id: _Word = Field(description="Variablens navn: små bogstaver, tal og _.")
    text: _Text = Field(description="Hvad den hedder i tabeller.")
    years: YearsEntry | None = Field(default=None, description="Hele år mellem to datoer.")
    year: YearEntry | None = Field(default=None, description="Året for en dato.")
    bands: BandsEntry | None = Field(default=None, description="Et tal i grupper.")
    merge: MergeEntry | None = Field(default=None, description="Svar, der tælles som et.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.years, self.year, self.bands, self.merge)) != 1:
            raise ValueError("en afledt variabel skal have netop en af years, year, bands og merge")
        return self


class SourceEntry(Model):
    """Where the form comes from."""

    title: str = Field(description="Udgivelsens navn.")
    url: str = Field(default="", description="Hvor den kan læses.")


class PrintedEntry(Model):
    """Lines on the form that are no questions."""

    start: str = Field(default="", description="Linjen efter identifikationen.")
    end: str = Field(default="", description="Linjen til sidst.")


class QuestionnaireFile(Model):
    """A whole file. Parts that had faults and were left out are None."""

    schema_: _Name = Field(alias="schema", description="Måleskemaets id: små bogstaver, tal, - og _.")
    version: _Text = Field(description="Måleskemaets version, en hvilken som helst tekst.")
    title: _Text = Field(description="Titlen, som den står i skemaet.")
    subject: str = Field(default="", description="Hvad undersøgelsen handler om, så det kan stå midt i en sætning.")
    source: SourceEntry = Field(default=SourceEntry(title=""), description="Hvor skemaet kommer fra.")
    printed: PrintedEntry = Field(default=PrintedEntry(), description="Linjer i skemaet, der ikke er spørgsmål.")
    unit: str = Field(description="Den identifikation, tabeller er fordelt på (choice).")
    key: tuple[str, ...] = Field(min_length=1, description="De identifikationer, der tilsammen udpeger en sag.")
    decision_date: str | None = Field(default=None, description="Spørgsmålet om, hvornår afgørelsen er truffet (date).")
    reviewer: str | None = Field(default=None, description="Den identifikation, der er sagsmåleren.")
    example: str | None = Field(
        default=None, description="Det supplerende spørgsmål, hvis første svar mærker en sag som egnet til eksempel."
    )
    scales: dict[_Name, Annotated[tuple[OptionEntry, ...], Written((_SHORT_FORM,))]] = Field(
        default_factory=dict, description="Lister af svar, som flere spørgsmål bruger, ved navn."
    )
    laws: dict[_Name, LawEntry] = Field(default_factory=dict, description="Retskilderne ved navn.")
    identification: IdentificationEntry = Field(description="Det, en sag kendes på.")
    sections: tuple[SectionEntry, ...] = Field(min_length=1, description="Skemaets dele i deres rækkefølge.")
    rules: tuple[RuleEntry | None, ...] = Field(default=(), description="Det, der skal gælde mellem svarene.")
    derived: tuple[DerivedEntry | None, ...] = Field(default=(), description="Variable, der regnes ud af andre.")


def json_schema() -> Schema:
    """The form of a questionnaire file as JSON Schema."""
    return editorschema.model_schema(QuestionnaireFile, "Måleskema", condition.DEFINITIONS)
