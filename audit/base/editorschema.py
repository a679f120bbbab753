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


def reference(name: str) -> Schema:
    """A reference to one of the definitions."""
    return {"$ref": f"#/definitions/{name}"}


def model_schema(model: type[Model], title: str, definitions: Mapping[str, Schema]) -> Schema:
    """The JSON Schema of files that are read as `model`; `definitions` are what its fields name by `reference`."""
    all_definitions = dict(definitions)
    return {
        "$schema": _DRAFT,
        "title": title,
        **_object_schema(model, all_definitions),
        "definitions": dict(sorted(all_definitions.items())),
    }


def _object_schema(model: type[Model], definitions: dict[str, Schema]) -> Schema:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    properties = {
        name: {"description": field.description, **_value_schema(field.annotation, field.metadata, definitions)}
        for name, field in fields.items()
    }
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [name for name, field in fields.items() if field.is_required()]
    extra = model.model_config.get("json_schema_extra")
    return {**schema, **({"required": required} if required else {}), **(extra if isinstance(extra, dict) else {})}


def _value_schema(annotation: Any, metadata: Sequence[Any], definitions: dict[str, Schema]) -> Schema:
    """The schema of a type, or of one of the other forms that `Written` tells; of anything the latter alone."""
    forms = [form for part in metadata if isinstance(part, Written) for form in part.forms]
    if annotation is not Any:
        forms.insert(0, _type_schema(annotation, metadata, definitions))
    return forms[0] if len(forms) == 1 else {"anyOf": forms}


def _type_schema(annotation: Any, metadata: Sequence[Any], definitions: dict[str, Schema]) -> Schema:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value_schema(arguments[0], arguments[1:], definitions)
    if origin in (Union, UnionType):  # None is what a key that is left out becomes, and no value of a file
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return _value_schema(inner, metadata, definitions)
    if origin is Literal:
        return {"enum": [*arguments, *(int(word) for word in arguments if word.isdigit())]}
    if origin in (tuple, list):
        least = _constraint(metadata, "min_length")
        items = {"type": "array", "items": _value_schema(arguments[0], (), definitions)}
        return {**items, "minItems": least} if least else items
    if origin is dict:
        return _mapping_schema(arguments[0], _value_schema(arguments[1], (), definitions))
    if annotation is str:
        return _text_schema(metadata)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    definitions[annotation.__name__] = _object_schema(annotation, definitions)
    return reference(annotation.__name__)


def _mapping_schema(key: Any, values: Schema) -> Schema:
    pattern = _text_schema(get_args(key)[1:]).get("pattern")
    schema: Schema = {"type": "object", "additionalProperties": values}
    return {**schema, "propertyNames": {"pattern": pattern}} if pattern else schema


def _text_schema(metadata: Sequence[Any]) -> Schema:
    """A text, or a number or boolean that was meant as one; nothing at all where the text may be empty."""
    spellings = [part.func for part in metadata if isinstance(getattr(part, "func", None), Spelling)]
    pattern = f"^({spellings[0].pattern})$" if spellings else _constraint(metadata, "pattern")
    if pattern:
        schema: Schema = {"type": TEXT["type"], "pattern": pattern}
        empty = re.search(pattern, "") is not None
    else:
        empty = not _constraint(metadata, "min_length")
        schema = {"type": TEXT["type"]} if empty else TEXT
    return {**schema, "type": [*schema["type"], "null"]} if empty else schema


def _constraint(metadata: Sequence[Any], name: str) -> Any:
    """A constraint of a field; None where it has no such."""
    return next((value for part in metadata if (value := getattr(part, name, None)) is not None), None)
