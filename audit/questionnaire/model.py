"""The questionnaire: what is asked and when, and the typed list of columns that drives everything else.

These are plain frozen values; `audit.questionnaire.schemas` reads them from YAML and guarantees that they make sense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from audit.base.danish import lower_first, same
from audit.questionnaire.condition import Condition, Key, for_row, keys

QuestionType = Literal["choice", "choices", "date", "text", "number", "grid"]
Strength = Literal["skal", "udgangspunkt", "vurdering"]
VariableKind = Literal["code", "flag", "date", "number", "text"]
Role = Literal["answer", "status", "remark", "reason"]

CLOSED: tuple[QuestionType, ...] = ("choice", "choices", "grid")


@dataclass(frozen=True)
class Law:
    """A legal source: in force from `valid_from` to `valid_to` (both included, None is open); `replaces` an earlier.

    `short` is how a text cites it, `subject` what it is about, and `group` the heading that a list puts it under.
    """

    id: str
    title: str
    short: str
    valid_from: date | None = None
    valid_to: date | None = None
    replaces: str | None = None
    url: str | None = None
    subject: str = ""
    group: str = ""

    @property
    def full(self) -> str:
        """The title, and in brackets what it is about."""
        return f"{self.title} ({lower_first(self.subject)})" if self.subject else self.title


@dataclass(frozen=True)
class Basis:
    """A reference to a law: paragraph ``70`` and subsection ``2`` are § 70, stk. 2."""

    law: str
    paragraph: str | None = None
    subsection: str | None = None

    @property
    def pinpoint(self) -> str:
        """``§ 70, stk. 2``; the empty string for a source without paragraphs."""
        head = f"§ {self.paragraph}" if self.paragraph else ""
        return f"{head}, stk. {self.subsection}" if self.subsection else head


@dataclass(frozen=True)
class Option:
    """One answer: the form's own code and wording, `shown` with misprints corrected, `title` short for tables.

    `aliases` are other names that a file may use, such as an official name.
    """

    code: str
    text: str
    corrected: str | None = None
    label: str | None = None
    remark: bool = False
    exclusive: bool = False
    date: bool = False
    number: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The wording to show: the corrected one where the form has a misprint."""
        return self.corrected or self.text

    @property
    def title(self) -> str:
        """The short wording, for tables and figures."""
        return self.label or self.shown

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a file or a condition may call it."""
        names = (self.code, self.text, self.corrected, self.label, self.number, *self.aliases)
        return tuple(name for name in names if name)


@dataclass(frozen=True)
class GridRow:
    """One row of a grid."""

    id: str
    text: str
    corrected: str | None = None
    basis: tuple[Basis, ...] = ()

    @property
    def shown(self) -> str:
        """The wording to show."""
        return self.corrected or self.text


@dataclass(frozen=True)
class Question:
    """A question or an identification. `id` is its number on the form, or a word (identifications, supplement)."""

    id: str
    text: str
    type: QuestionType
    label: str | None = None
    corrected: str | None = None
    heading: str | None = None
    options: tuple[Option, ...] = ()
    rows: tuple[GridRow, ...] = ()
    asked_when: Condition | None = None
    remark: str | None = None
    row_remark: str | None = None
    basis: tuple[Basis, ...] = ()
    private: bool = False
    identification: bool = False
    supplement: bool = False

    @property
    def shown(self) -> str:
        """The whole wording with misprints corrected."""
        return self.corrected or self.text

    @property
    def title(self) -> str:
        """The short wording, for tables and screens."""
        return self.label or self.shown

    @property
    def column(self) -> str:
        """The machine name: ``q3_2`` for a number, the id itself for a word."""
        return f"q{self.id.replace('.', '_')}" if self.id[:1].isdigit() else self.id

    @property
    def closed(self) -> bool:
        """Whether it has fixed answers that can be counted."""
        return self.type in CLOSED

    def option(self, name: str) -> Option | None:
        """The option that a code or a wording names, in any case."""
        folded = same(name)
        return next((option for option in self.options if folded in map(same, option.names)), None)

    def wording(self, answer: str) -> str:
        """The wording of an answer by its code (or any other name); the text itself where it names no option."""
        option = self.option(answer)
        return option.shown if option else answer


@dataclass(frozen=True)
class Section:
    """A part of the form under one title. A supplement is not on the printed form and is never demanded of a file."""

    id: str
    title: str
    questions: tuple[Question, ...]
    supplement: bool = False


@dataclass(frozen=True)
class Rule:
    """When `when` holds, `then` must hold (`both`: and vice versa). `row` is set on its instance for one row."""

    id: str
    strength: Strength
    text: str
    when: Condition
    then: Condition
    basis: str = ""
    both: bool = False
    each_row: str | None = None
    row: str | None = None

    @property
    def soft(self) -> bool:
        """Whether a written reason satisfies it."""
        return self.strength != "skal"

    @property
    def column(self) -> str:
        """The column of its reason."""
        return f"begr_{self.id}"

    def instances(self, rows: tuple[str, ...]) -> tuple[Rule, ...]:
        """One rule for each of these rows of its grid."""
        return tuple(replace(self, when=for_row(self.when, row), then=for_row(self.then, row), row=row) for row in rows)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The questions and rows it reads."""
        return tuple(dict.fromkeys((*keys(self.when), *keys(self.then))))


@dataclass(frozen=True)
class DerivedClass:
    """One class of a derived variable: from `low` to `high` (both included), or these answers."""

    text: str
    low: float | None = None
    high: float | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derived:
    """A variable computed from `source` (`years` are whole years from `start`, `year` is the year of a date)."""

    id: str
    text: str
    kind: Literal["years", "year", "bands", "merge"]
    source: str
    start: str | None = None
    groups: tuple[DerivedClass, ...] = ()


@dataclass(frozen=True)
class Variable:
    """One column: its machine name, what it holds, and what it belongs to."""

    name: str
    kind: VariableKind
    role: Role
    question: Question
    row: GridRow | None = None
    option: Option | None = None
    options: tuple[Option, ...] = ()
    rule: Rule | None = None

    @property
    def key(self) -> Key:
        """The key that conditions know it by."""
        return Key(self.question.id, self.row.id if self.row else None)

    @property
    def number(self) -> str:
        """The number that a reader knows it by: ``3.2``, ``4.1/5``, ``2.8.1/7``, ``3.2 Bemærkninger``."""
        if self.rule is not None:
            return f"Begrundelse {self.rule.id}"
        base = str(self.key) if self.option is None else f"{self.question.id}/{self.option.code}"
        return f"{base} Bemærkninger" if self.role == "remark" else base

    @property
    def optional(self) -> bool:
        """Whether a file may lack it without a fault."""
        return self.role in ("remark", "reason", "status") or self.question.supplement


@dataclass(frozen=True)
class Questionnaire:
    """A whole questionnaire. Iterating over `questions` gives identifications, then every section's questions."""

    id: str
    version: str
    title: str
    unit: str
    key: tuple[str, ...]
    identification_title: str
    fields: tuple[Question, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()
    derived: tuple[Derived, ...] = ()
    laws: Mapping[str, Law] | None = None
    subject: str = ""
    source_title: str = ""
    source_url: str = ""
    printed_start: str = ""
    printed_end: str = ""
    decision_date: str | None = None
    #: The identification that says who scored a case, and the supplement's question that marks one as an example.
    reviewer: str | None = None
    example: str | None = None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Identifications and questions in the order of the form."""
        return (*self.fields, *(question for section in self.sections for question in section.questions))

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Every column in the order of the form, reasons last."""
        answers = [variable for question in self.questions for variable in variables_of(question)]
        reasons = [
            Variable(rule.column, "text", "reason", self.by_id[rule.keys[0].question], rule=rule)
            for rule in self.rules
            if rule.soft
        ]
        return (*answers, *reasons)

    @cached_property
    def by_column(self) -> Mapping[str, Variable]:
        """Variables by machine name."""
        return {variable.name: variable for variable in self.variables}

    @cached_property
    def _keys_by_column(self) -> Mapping[str, Key]:
        rows = {column.name: column.key for column in self.variables if column.row and column.role == "answer"}
        return {question.column: Key(question.id) for question in self.questions} | rows

    def key_named(self, name: str) -> Key:
        """The key that a name means: a machine name (``q3_1``, ``q4_1__5``) or what conditions and tables write.

        The key need not exist.
        """
        key = Key.parse(name)
        known = self._keys_by_column.get(key.question)
        return key if known is None else replace(known, row=key.row or known.row)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The number of each variable in the order of the form, from 0, by machine name."""
        return {variable.name: number for number, variable in enumerate(self.variables)}

    @cached_property
    def answers(self) -> Mapping[Key, tuple[Variable, ...]]:
        """The variables that hold the answer to a question or a grid row (several for a several-answer question)."""
        variables: dict[Key, tuple[Variable, ...]] = {}
        for variable in self.variables:
            if variable.role in ("answer", "status"):
                variables[variable.key] = (*variables.get(variable.key, ()), variable)
        return variables

    @cached_property
    def remarks(self) -> Mapping[Key, Variable]:
        """The remark field of each question and grid row that has one of its own."""
        return {variable.key: variable for variable in self.variables if variable.role == "remark"}

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def rules_of(self) -> Mapping[str, tuple[Rule, ...]]:
        """By question the rules that belong to it: those that read it before any other."""
        grouped: dict[str, list[Rule]] = {}
        for rule in self.rules:
            grouped.setdefault(rule.keys[0].question, []).append(rule)
        return {question: tuple(rules) for question, rules in grouped.items()}

    @cached_property
    def instances(self) -> tuple[Rule, ...]:
        """Every rule, those for each row of a grid written out row by row."""
        return tuple(instance for rule in self.rules for instance in self.instances_of(rule))

    def instances_of(self, rule: Rule) -> tuple[Rule, ...]:
        """The rule itself, or one rule per row of its grid."""
        return rule.instances(self.row_ids(rule.each_row)) if rule.each_row else (rule,)

    def row_ids(self, question: str) -> tuple[str, ...]:
        """The ids of a grid's rows."""
        return tuple(row.id for row in self.by_id[question].rows)

    @property
    def unit_question(self) -> Question:
        """The identification that cases are grouped by."""
        return self.by_id[self.unit]

    @cached_property
    def derived_by_id(self) -> Mapping[str, Derived]:
        """Derived variables by id."""
        return {derived.id: derived for derived in self.derived}

    def law_at(self, law: str, day: date | None) -> Law | None:
        """The law in force on a day: the named one, or an earlier one that it replaced; None where none was.

        Without a day it is the named one. Raises KeyError for a law that is not declared.
        """
        laws = self.laws or {}
        current: Law | None = laws[law]
        if day is None:
            return current
        while current is not None and current.valid_from is not None and day < current.valid_from:
            current = laws[current.replaces] if current.replaces else None
        expired = current is not None and current.valid_to is not None and current.valid_to < day
        return None if expired else current


def variables_of(question: Question) -> Iterator[Variable]:
    """The columns of one question, in order."""
    column = question.column
    if question.type == "grid":
        for row in question.rows:
            yield Variable(f"{column}__{row.id}", "code", "answer", question, row=row, options=question.options)
            if question.row_remark:
                yield Variable(f"{column}__{row.id}_bem", "text", "remark", question, row=row)
    elif question.type == "choices":
        for option in question.options:
            yield Variable(f"{column}__{option.code}", "flag", "answer", question, option=option)
    elif question.type == "choice":
        yield Variable(column, "code", "answer", question, options=question.options)
    else:
        yield Variable(column, question.type, "answer", question)
        others = tuple(option for option in question.options if not option.date)
        if others:
            yield Variable(f"{column}_status", "code", "status", question, options=others)
    if question.remark:
        yield Variable(f"{column}_bem", "text", "remark", question)
