"""YAML that a person writes: every scalar is text, every key and value has its line, all faults are reported at once.

No resolvers run, so ``2.10`` is not ``2.1`` and ``Nej`` is not false. Aliases and duplicate keys are refused.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from audit.base.danish import closest, did_you_mean
from audit.base.errors import Fault, FileFault

_Loader: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 40

Steps = tuple[str | int, ...]
Position = tuple[int, int]
M = TypeVar("M", bound=BaseModel)


@dataclass
class Source:
    """A YAML file as data (text, lists, mappings), with the position of every key and value and the faults so far.

    `positions` says where a value begins, `keys` where its key stands; both are (line, column), counted from 1.
    `data` is None where the file is no YAML (`faults` says why).
    """

    file: str
    data: Any = None
    positions: dict[Steps, Position] = field(default_factory=dict)
    keys: dict[Steps, Position] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    #: Where the noted faults stand, as steps into the data.
    faulty: list[Steps] = field(default_factory=list)

    def line(self, steps: Steps, *, key: bool = False) -> Position:
        """Line and column of a value (or its key); of the nearest thing around it where it does not exist."""
        table = self.keys if key else self.positions
        while steps and steps not in table:
            steps, table = steps[:-1], self.positions
        return table.get(steps, (1, 1))

    def fault(self, steps: Steps, code: str, message: str, *, key: bool = False, see: tuple[Steps, ...] = ()) -> None:
        """Note a fault at a value (or its key), its first only; `see` are other places that the fault depends on."""
        if steps not in self.faulty:
            self.note(steps, self.line(steps, key=key), code, message, tuple(self.line(other)[0] for other in see))

    def note(self, steps: Steps, place: Position, code: str, message: str, see: tuple[int, ...] = ()) -> None:
        """Note a fault at a position inside the value that `steps` lead to; the same one is noted once."""
        fault = Fault(self.file, *place, message, code, tuple(sorted({*see} - {place[0]})))
        self.faulty.append(steps)
        if fault not in self.faults:
            self.faults.append(fault)


def read(path: Path) -> Source:
    """Read a YAML file. Syntax faults are in `faults`. Raises FileFault when it cannot be opened or is no UTF-8."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileFault(f"{path} findes ikke.") from error
    except OSError as error:
        why = errno.errorcode.get(error.errno or 0, "fejl")  # the system's sentence is in the machine's language
        raise FileFault(f"{path} kan ikke læses ({why}).") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise FileFault(f"{path}, linje {line}: filen er ikke UTF-8. Gem den som UTF-8.") from error
    return parse(text, path.name)


def parse(text: str, file: str) -> Source:
    """Parse YAML text; `file` is the name that faults carry."""
    source = Source(file)
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        before = text[: unprintable.start()]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        source.note((), place, "yaml", f"tegnet U+{ord(unprintable[0]):04X} kan ikke bruges; slet det")
        return source
    try:
        events = iter(_read_events(text))
        event = next(events, None)
        source.data = "" if event is None else _build_value(event, events, (), source)
        extra = next(events, None)
        if extra is not None:
            source.data = None
            source.note((), _position(extra), "yaml", "filen skal være ét dokument; slet linjen med ---")
    except yaml.MarkedYAMLError as error:
        _note_syntax_fault(error, source)
    except _TooDeepError as error:
        source.note((), (error.args[0], error.args[1]), "yaml", "for mange ting inden i hinanden")
    return source


#: What the parser says, and the message for it: the first whose text is part of what the parser says.
_PROBLEMS = (
    ("tab character", "indrykning skrives med mellemrum, ikke med tabulator"),
    ("cannot start any token", "her kan ikke stå en tabulator eller et af tegnene @ ` %; sæt teksten i anførselstegn"),
    ("mapping values are not allowed", 'et ": " for meget (sæt teksten i anførselstegn) eller en forkert indrykning'),
    ("sequence entries are not allowed", 'en liste begynder på sin egen linje; ellers sæt "- …" i anførselstegn'),
    ("could not find expected ':'", 'der mangler et ":" efter nøglen'),
    ("unexpected end of stream", "et anførselstegn bliver aldrig lukket"),
    ("or ']'", "en liste i [ ] skal have komma mellem sine dele og en ] til sidst"),
    ("or '}'", "navne i { } skal have komma mellem sig og en } til sidst"),
    ("did not find expected", "indrykningen passer ikke med linjerne før, eller et tegn står forkert"),
    ("", "tegnene her giver ingen mening i YAML"),
)


class _TooDeepError(Exception):
    """Line and column are its arguments."""


def _note_syntax_fault(error: yaml.MarkedYAMLError, source: Source) -> None:
    problem = error.problem or ""
    message = next(danish for english, danish in _PROBLEMS if english in problem)
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
    if "unexpected end" in problem or "could not find" in problem:
        marks = marks[-1:]  # it is noticed at the end and caused at the beginning
    lines = tuple(mark.line + 1 for mark in marks)
    source.note((), (lines[0], marks[0].column + 1), "yaml", f"filen er ikke gyldig YAML: {message}", lines[1:])


_EVENT_TYPES = (ScalarEvent, SequenceStartEvent, SequenceEndEvent, MappingStartEvent, MappingEndEvent, AliasEvent)


def _read_events(text: str) -> Sequence[Event]:
    """What the parser finds, to the end of the text. Raises yaml.MarkedYAMLError and _TooDeepError."""
    events = [event for event in yaml.parse(text, Loader=_Loader) if isinstance(event, _EVENT_TYPES)]
    depth = 0
    for event in events:
        depth += isinstance(event, SequenceStartEvent | MappingStartEvent)
        depth -= isinstance(event, SequenceEndEvent | MappingEndEvent)
        if depth > _DEEPEST:
            raise _TooDeepError(*_position(event))
    return events


def _position(event: Event) -> Position:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _build_value(event: Event, events: Iterator[Event], steps: Steps, source: Source) -> Any:
    source.positions[steps] = _position(event)
    if getattr(event, "anchor", None) is not None:
        source.fault(steps, "alias", "henvisninger med * og & kan ikke bruges; skriv indholdet ud")
    if isinstance(event, SequenceStartEvent):
        return _build_sequence(events, steps, source)
    if isinstance(event, MappingStartEvent):
        return _build_mapping(events, steps, source)
    return getattr(event, "value", "")


def _build_sequence(events: Iterator[Event], steps: Steps, source: Source) -> list[Any]:
    items: list[Any] = []
    while not isinstance(event := next(events), SequenceEndEvent):
        items.append(_build_value(event, events, (*steps, len(items)), source))
    return items


def _build_mapping(events: Iterator[Event], steps: Steps, source: Source) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        place, scratch = _position(event), Source(source.file)
        key = _build_value(event, events, steps, scratch)
        path = (*steps, str(key))
        if not isinstance(event, ScalarEvent):
            source.note(steps, place, "noegle", "en nøgle skal være almindelig tekst")
            _build_value(next(events), events, path, scratch)
        elif key in entries:
            source.note(steps, place, "dobbelt-noegle", f'nøglen "{key}" står der to gange', (source.keys[path][0],))
            _build_value(next(events), events, path, scratch)
        else:
            source.keys[path] = place
            entries[key] = _build_value(next(events), events, path, source)
    return entries


def iso_day(value: object) -> date:
    """The day that a text such as ``2014-12-23`` names. Raises ValueError with a message for the user."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value} findes ikke i kalenderen") from None
    raise ValueError(f"her skal stå en dato (åååå-mm-dd){_instead(value)}")


def decimal(value: object) -> float:
    """The number that a text such as ``12`` or ``12.5`` names. Raises ValueError with a message for the user."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value):
        return float(value)
    raise ValueError(f"her skal stå et tal{_instead(value)}")


def _instead(value: object) -> str:
    return f' i stedet for "{value}"' if isinstance(value, str) and value else ""


def _parse_flag(value: object) -> object:
    return {"ja": True, "yes": True, "true": True, "nej": False, "no": False, "false": False}.get(
        str(value).casefold(), value
    )


#: A yes or no, written in Danish or English.
Flag = Annotated[bool, Field(strict=True), BeforeValidator(_parse_flag)]
#: A day and a number, written as `iso_day` and `decimal` read them.
Day = Annotated[date, BeforeValidator(iso_day)]
Number = Annotated[float, BeforeValidator(decimal)]


@dataclass(frozen=True)
class Spelling:
    """A check of how a text is spelled: the pattern of the whole of it, and what is told of any other."""

    pattern: str
    expected: str

    def __call__(self, text: str) -> str:
        """The text itself. Raises ValueError with a message for the user."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f'"{text}" kan ikke bruges her; {self.expected}')
        return text


@dataclass(frozen=True)
class Written:
    """Other forms, in JSON Schema, that a value may have in the file; the loader or a validator makes it of them."""

    forms: tuple[dict[str, Any], ...]


class Model(BaseModel):
    """What every model of a file starts from: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def validate(model: type[M], source: Source, data: Any, steps: Steps = ()) -> M | None:
    """`data` (standing at `steps`) as a model; None, with every fault noted in `source`, when it is not one."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        misspelt = {_closest_key(model, detail["loc"]) for detail in details if detail["type"] == "extra_forbidden"}
        for detail in details:
            loc, kind = detail["loc"], detail["type"]
            if kind == "too_short" and detail["input"]:
                continue  # items with faults of their own are not counted by pydantic
            if kind == "missing" and loc in misspelt:
                continue  # reported where it is misspelt
            about_key = kind == "extra_forbidden" or loc[-1:] == ("[key]",)
            where = loc[:-1] if loc[-1:] == ("[key]",) else loc
            source.fault((*steps, *where), f"form-{kind}", _message(model, kind, detail), key=about_key)
        return None


def _closest_key(model: type[BaseModel], loc: tuple[str | int, ...]) -> tuple[str | int | None, ...]:
    """Where the key would stand that an unknown one is probably meant to be."""
    return (*loc[:-1], closest(str(loc[-1]), _known_keys(model, loc[:-1])))


def _message(model: type[BaseModel], kind: str, detail: Mapping[str, Any]) -> str:
    loc, value = detail["loc"], detail["input"]
    if kind == "extra_forbidden":
        keys = _known_keys(model, loc[:-1])
        hint = did_you_mean(loc[-1], keys) or f" Kendte: {', '.join(keys)}."
        return f'nøglen "{loc[-1]}" kendes ikke.{hint}'
    if kind == "missing":
        return f'nøglen "{loc[-1]}" mangler'
    if kind == "literal_error":
        expected = detail["ctx"]["expected"].replace("'", "").replace(" or ", " eller ")
        return f"her skal stå {expected}{_instead(value)}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    return f"her skal stå {_EXPECTED.get(kind.partition('_')[0], 'noget andet')}{_instead(value)}"


_EXPECTED = {
    "string": "tekst",
    "int": "et helt tal",
    "bool": "ja eller nej",
    "date": "en dato (åååå-mm-dd)",
    "list": "en liste",
    "tuple": "en liste",
    "too": "mindst ét punkt",
    "dict": "navne med værdier",
    "model": "navne med værdier",
}


def _known_keys(annotation: Any, loc: Steps) -> list[str]:
    """The keys that are known at a place, by walking from a model through the annotations."""
    if get_origin(annotation) in (Union, UnionType, Annotated):
        return _known_keys(get_args(annotation)[0], loc)
    if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
        inner = [argument for argument in get_args(annotation) if argument is not Ellipsis]
        return _known_keys(inner[-1], loc[1:])
    fields = {info.alias or name: info.annotation for name, info in annotation.model_fields.items()}
    return _known_keys(fields[str(loc[0])], loc[1:]) if loc else list(fields)
