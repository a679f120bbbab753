"""The form of a YAML file as JSON Schema (draft 7), from the models that read it, for editors that complete and check.

A model takes every scalar as text (`audit.base.yamlfile`); an editor reads YAML as other programs do, so that ``2.10``
is a number and ``true`` a boolean. The schema takes what an editor makes of any file that the models take, and more: it
knows nothing of names that must exist elsewhere in the file. The one exception is ``null`` or ``~`` where a text cannot
be empty, which the models take for a word and the schema for a value that is missing.

pydantic has a JSON Schema of its own: it describes the values after they are read, and has no place for a definition
that refers to itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from audit.base.yamlfile import Model, Spelling, Written

Schema = dict[str, Any]

_DRAFT = "http://json-schema.org/draft-07/schema#"
#: A text that is not empty, and a number, as an editor reads them.
TEXT: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
NUMBER: Schema = {"type": ["number", "string"], "pattern": r"^-?\d{1,15}(\.\d{1,15})?$"}
#: What is offered, and every other spelling that is taken.
_FLAG: Schema = {
    "anyOf": [
        {"enum": ["ja", "nej"]},
        {
            "type": ["boolean", "string"],
            "pattern": "^([Jj][Aa]|[Nn][Ee][Jj]|[Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
        },
    ]
}
_DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_SCALARS: dict[Any, Schema] = {bool: _FLAG, date: _DAY, float: NUMBER, int: {"type": ["integer", "string"]}}


def ref(name: str) -> Schema:
    """A reference to one of the definitions."""
    return {"$ref": f"#/definitions/{name}"}


def of(model: type[Model], title: str, definitions: Mapping[str, Schema]) -> Schema:
    """The JSON Schema of files that are read as `model`; `definitions` are those that its fields refer to by `ref`."""
    found = dict(definitions)
    return {"$schema": _DRAFT, "title": title, **_model(model, found), "definitions": dict(sorted(found.items()))}


def _model(model: type[Model], definitions: dict[str, Schema]) -> Schema:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    properties = {
        name: {"description": field.description, **_type(field.annotation, field.metadata, definitions)}
        for name, field in fields.items()
    }
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [name for name, field in fields.items() if field.is_required()]
    extra = model.model_config.get("json_schema_extra")
    return {**made, **({"required": required} if required else {}), **(extra if isinstance(extra, dict) else {})}


def _type(annotation: Any, metadata: Sequence[Any], definitions: dict[str, Schema]) -> Schema:
    """The schema of a type, or of one of the other forms that `Written` tells; of anything the latter alone."""
    forms = [form for part in metadata if isinstance(part, Written) for form in part.forms]
    if annotation is not Any:
        forms.insert(0, _own(annotation, metadata, definitions))
    return forms[0] if len(forms) == 1 else {"anyOf": forms}


def _own(annotation: Any, metadata: Sequence[Any], definitions: dict[str, Schema]) -> Schema:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], arguments[1:], definitions)
    if origin in (Union, UnionType):  # None is what a key that is left out becomes, and no value of a file
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return _type(inner, metadata, definitions)
    if origin is Literal:
        return {"enum": [*arguments, *(int(word) for word in arguments if word.isdigit())]}
    if origin in (tuple, list):
        least = _constraint(metadata, "min_length")
        items = {"type": "array", "items": _type(arguments[0], (), definitions)}
        return {**items, "minItems": least} if least else items
    if origin is dict:
        return _mapping(arguments[0], _type(arguments[1], (), definitions))
    if annotation is str:
        return _text(metadata)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    definitions[annotation.__name__] = _model(annotation, definitions)
    return ref(annotation.__name__)


def _mapping(key: Any, values: Schema) -> Schema:
    pattern = _text(get_args(key)[1:]).get("pattern")
    made: Schema = {"type": "object", "additionalProperties": values}
    return {**made, "propertyNames": {"pattern": pattern}} if pattern else made


def _text(metadata: Sequence[Any]) -> Schema:
    """A text, or a number or boolean that was meant as one; nothing at all where the text may be empty."""
    spelt = [part.func for part in metadata if isinstance(getattr(part, "func", None), Spelling)]
    pattern = f"^({spelt[0].pattern})$" if spelt else _constraint(metadata, "pattern")
    if pattern:
        made: Schema = {"type": TEXT["type"], "pattern": pattern}
        empty = re.search(pattern, "") is not None
    else:
        empty = not _constraint(metadata, "min_length")
        made = {"type": TEXT["type"]} if empty else TEXT
    return {**made, "type": [*made["type"], "null"]} if empty else made


def _constraint(metadata: Sequence[Any], name: str) -> Any:
    """A constraint of a field; None where it has no such."""
    return next((value for part in metadata if (value := getattr(part, name, None)) is not None), None)
