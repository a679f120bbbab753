"""Conditions as data: what is asked, what a rule demands, what a table counts.

A condition is a small tree. `parse` reads it from YAML data; the questionnaire binds it, after which every key is a
known question (or grid row) and every answer an option's code. The grammar is in docs/schema.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from audit.base.editorschema import NUMBER, TEXT, Schema, reference
from audit.base.yamlfile import Source, Steps, decimal, iso_day


@dataclass(frozen=True)
class Key:
    """A question, an identification or one row of a grid (``4.3/2``; ``*`` is some row, ``row`` each in turn)."""

    question: str
    row: str | None = None

    def __str__(self) -> str:
        """As it is written: ``4.3/2``."""
        return self.question if self.row is None else f"{self.question}/{self.row}"

    @staticmethod
    def parse(text: str) -> Key:
        """The key that a text names."""
        question, slash, row = text.strip().partition("/")
        return Key(question.strip(), row.strip() if slash else None)


@dataclass(frozen=True)
class All:
    """All parts hold (and holds when there are none)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True)
class Test:
    """Something asked of one key. `steps` is where it stands in its file."""

    __test__ = False

    key: Key
    steps: Steps = field(compare=False, repr=False, kw_only=True, default=())


@dataclass(frozen=True)
class OneOf(Test):
    """The answer is one of these; a several-answer question has one of them."""

    answers: tuple[str, ...]


@dataclass(frozen=True)
class Only(Test):
    """A several-answer question is answered with nothing but these."""

    answers: tuple[str, ...]


@dataclass(frozen=True)
class Answered(Test):
    """The question is answered (`yes`) or left open."""

    yes: bool


@dataclass(frozen=True)
class Between(Test):
    """A number from `low` to `high`, both included, either may be open."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Ordered(Test):
    """A date that is strictly after (`later`) or before another question's date, or a given day."""

    later: bool
    other: Key | date


@dataclass(frozen=True)
class YearsAfter(Test):
    """The whole years from another question's date to this one lie from `low` to `high`, both included."""

    other: Key
    low: int | None
    high: int | None


Condition = All | AnyOf | Not | Test


def tests(condition: Condition) -> Iterator[Test]:
    """Every test in a condition, from left to right."""
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from tests(part)
    elif isinstance(condition, Not):
        yield from tests(condition.part)
    else:
        yield condition


def keys(condition: Condition) -> tuple[Key, ...]:
    """Every key that a condition reads, once, in order."""
    unique_keys: dict[Key, None] = {}
    for test in tests(condition):
        unique_keys[test.key] = None
        if isinstance(test, Ordered | YearsAfter) and isinstance(test.other, Key):
            unique_keys[test.other] = None
    return tuple(unique_keys)


def transform(condition: Condition, change: Callable[[Test], Condition]) -> Condition:
    """The same tree with every test replaced by `change(test)`."""
    if isinstance(condition, All):
        return All(tuple(transform(part, change) for part in condition.parts))
    if isinstance(condition, AnyOf):
        return AnyOf(tuple(transform(part, change) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(transform(condition.part, change))
    return change(condition)


def map_keys(condition: Condition, change: Callable[[Key], Key]) -> Condition:
    """The same tree with every key, also of the date that a date is held against, replaced by `change(key)`."""

    def change_test(test: Test) -> Condition:
        changed = replace(test, key=change(test.key))
        if isinstance(changed, Ordered | YearsAfter) and isinstance(changed.other, Key):
            return replace(changed, other=change(changed.other))
        return changed

    return transform(condition, change_test)


def for_row(condition: Condition, row: str) -> Condition:
    """The condition with ``row`` standing for one row of its grids."""
    return map_keys(condition, lambda key: replace(key, row=row) if key.row == "row" else key)


def parse(source: Source, data: Any, steps: Steps) -> Condition | None:
    """The condition written at `steps`; None, with the faults noted, where it cannot be read."""
    if not isinstance(data, dict) or not data:
        source.fault(steps, "betingelse-form", 'en betingelse skrives som {"spørgsmål": svar}')
        return None
    parts = [_parse_entry(source, key, value, (*steps, key)) for key, value in data.items()]
    return parts[0] if len(parts) == 1 else _combine(All, parts)


def _combine(kind: type[All | AnyOf], parts: list[Condition | None]) -> Condition | None:
    valid = tuple(part for part in parts if part is not None)
    return kind(valid) if len(valid) == len(parts) else None


class _UnreadableError(Exception):
    def __init__(self, steps: Steps, message: str) -> None:
        super().__init__(message)
        self.steps = steps


def _parse_entry(source: Source, key: str, value: Any, steps: Steps) -> Condition | None:
    try:
        if key in ("any", "all"):
            if not isinstance(value, list) or not value:
                raise _UnreadableError(steps, f'"{key}" skal have en liste af betingelser')
            parts = [parse(source, part, (*steps, index)) for index, part in enumerate(value)]
            return _combine(All if key == "all" else AnyOf, parts)
        if key == "not":
            part = parse(source, value, steps)
            return None if part is None else Not(part)
        return _parse_test(Key.parse(key), value, steps)
    except _UnreadableError as error:
        source.fault(error.steps, "betingelse-form", str(error))
        return None


def _parse_test(key: Key, value: Any, steps: Steps) -> Test:
    if not isinstance(value, dict):
        return OneOf(key, _parse_answers(value, steps), steps=steps)
    for required, allowed, parser in _FORMS:
        if required & value.keys() and value.keys() <= allowed:
            return parser(key, value, steps)
    raise _UnreadableError(
        steps,
        "testen kendes ikke; her kan stå et svar, en liste af svar eller "
        "only, answered, min/max, after, before eller years_after",
    )


def _parse_answers(value: Any, steps: Steps) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
        raise _UnreadableError(steps, "her skal stå et svar eller en liste af svar")
    return tuple(items)


def _parse_only(key: Key, value: Any, steps: Steps) -> Test:
    return Only(key, _parse_answers(value["only"], (*steps, "only")), steps=steps)


def _parse_answered(key: Key, value: Any, steps: Steps) -> Test:
    if value["answered"] not in ("ja", "nej"):
        raise _UnreadableError((*steps, "answered"), '"answered" skal være ja eller nej')
    return Answered(key, value["answered"] == "ja", steps=steps)


def _parse_limits(value: Any, steps: Steps) -> tuple[float | None, float | None]:
    limits: dict[str, float] = {}
    for name in [name for name in value if name != "years_after"]:
        try:
            limits[name] = decimal(value[name])
        except ValueError as error:
            raise _UnreadableError((*steps, name), str(error)) from error
    if limits.get("min", -math.inf) > limits.get("max", math.inf):
        raise _UnreadableError(steps, "min er større end max, så betingelsen kan aldrig være opfyldt")
    return limits.get("min"), limits.get("max")


def _parse_between(key: Key, value: Any, steps: Steps) -> Test:
    return Between(key, *_parse_limits(value, steps), steps=steps)


def _parse_ordered(key: Key, value: Any, steps: Steps) -> Test:
    ((name, text),) = value.items()
    try:
        other = iso_day(text) if re.match(r"\d{4}-", str(text)) else _parse_date_key(text, (*steps, name))
    except ValueError as error:
        raise _UnreadableError((*steps, name), str(error)) from error
    return Ordered(key, name == "after", other, steps=steps)


def _parse_date_key(value: Any, steps: Steps) -> Key:
    if not isinstance(value, str):
        raise _UnreadableError(steps, "her skal stå et datospørgsmål")
    return Key.parse(value)


def _parse_years_after(key: Key, value: Any, steps: Steps) -> Test:
    limits = _parse_limits(value, steps)
    low, high = (None if limit is None else int(limit) for limit in limits)
    if limits == (None, None) or limits != (low, high):
        raise _UnreadableError(steps, '"years_after" skal have min eller max i hele år')
    return YearsAfter(key, _parse_date_key(value["years_after"], (*steps, "years_after")), low, high, steps=steps)


_TestParser = Callable[[Key, Any, Steps], Test]
#: Of a test written as a mapping: the keys of which it must have one, those it may have, and its parser.
_FORMS: tuple[tuple[set[str], set[str], _TestParser], ...] = (
    ({"only"}, {"only"}, _parse_only),
    ({"answered"}, {"answered"}, _parse_answered),
    ({"years_after"}, {"years_after", "min", "max"}, _parse_years_after),
    ({"min", "max"}, {"min", "max"}, _parse_between),
    ({"after"}, {"after"}, _parse_ordered),
    ({"before"}, {"before"}, _parse_ordered),
)


_ANSWERS: Schema = {"type": "array", "items": TEXT, "minItems": 1}
_CONDITIONS: Schema = {"type": "array", "items": reference("condition"), "minItems": 1}


def _form(description: str, keys: dict[str, Schema], *needed: list[str]) -> Schema:
    """A test as a mapping, with what it must have (or one of what it may do with)."""
    required: Schema = {"anyOf": [{"required": some} for some in needed]} if needed[1:] else {"required": needed[0]}
    return {"description": description, "type": "object", "properties": keys, "additionalProperties": False, **required}


#: The grammar of `parse` as JSON Schema, for editors.
DEFINITIONS: dict[str, Schema] = {
    "condition": {
        "description": "En betingelse: spørgsmål og det, der skal gælde for hvert. Alle skal være opfyldt.",
        "type": "object",
        "minProperties": 1,
        "properties": {
            "any": {"description": "Mindst en af betingelserne skal være opfyldt.", **_CONDITIONS},
            "all": {"description": "Alle betingelserne skal være opfyldt.", **_CONDITIONS},
            "not": {"description": "Betingelsen må ikke være opfyldt.", **reference("condition")},
        },
        "additionalProperties": reference("test"),
    },
    "test": {
        "anyOf": [
            {"description": "Svaret, med kode eller ordlyd.", **TEXT},
            {"description": "Et af svarene.", **_ANSWERS},
            _form("Ingen andre svar end disse.", {"only": {"anyOf": [TEXT, _ANSWERS]}}, ["only"]),
            _form("Om det er besvaret.", {"answered": {"enum": ["ja", "nej"]}}, ["answered"]),
            _form(
                "Hele år fra en anden dato til denne, begge grænser med.",
                {"years_after": TEXT, "min": NUMBER, "max": NUMBER},
                ["years_after", "min"],
                ["years_after", "max"],
            ),
            _form("Et tal, begge grænser med.", {"min": NUMBER, "max": NUMBER}, ["min"], ["max"]),
            _form("En dato efter en anden eller efter en dag (åååå-mm-dd).", {"after": TEXT}, ["after"]),
            _form("En dato før en anden eller før en dag (åååå-mm-dd).", {"before": TEXT}, ["before"]),
        ]
    },
}
