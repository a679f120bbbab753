"""What is wrong with a template: Jinja's English messages in Danish."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from audit.base import danish

if TYPE_CHECKING:
    from jinja2 import TemplateSyntaxError

#: The tags that Jinja has and a report can use.
TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro", "call", "endcall",
        "filter", "endfilter", "with", "endwith", "raw", "endraw")  # fmt: skip

_TOKENS: Mapping[str, str] = {
    "begin of print statement": '"{{"',
    "end of print statement": '"}}"',
    "begin of statement block": '"{%"',
    "end of statement block": '"%}"',
    "begin of comment": '"{#"',
    "end of comment": '"#}"',
    "end of template": "slutningen",
    "template data / text": "tekst",
    "integer": "et tal",
    "float": "et tal",
    "string": "en tekst",
    "name": "et navn",
}

_UNCLOSED = "{%% %s %%} bliver aldrig afsluttet; der mangler {%% end%s %%}"


def _token_words(name: str) -> str:
    return _TOKENS.get(name, f'"{name}"')


def _unknown_tag(tag: str, inside: str = "") -> str:
    if tag in TAGS:
        return f"{{% {tag} %}} passer ikke her" + (f"; {{% {inside} %}} skal afsluttes først" if inside else "")
    return f"{{% {tag} %}} findes ikke.{danish.did_you_mean(tag, TAGS)}"


#: Jinja's messages as patterns, each with a function of its groups that gives the Danish; the first match counts.
_MESSAGES: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"Encountered unknown tag '(\w+)'\..*needs to be closed is '(\w+)'", _unknown_tag),
    (r"Encountered unknown tag '(\w+)'", _unknown_tag),
    (r"Unexpected end of template.*needs to be closed is '(\w+)'", lambda tag: _UNCLOSED % (tag, tag)),
    (
        r"nexpected end of template, expected '(.+)'",
        lambda expected: f"teksten slutter, før der kommer {_token_words(expected)}",
    ),
    (
        r"expected token '(.+)', got '(.+)'",
        lambda expected, actual: f"her skulle stå {_token_words(expected)}, men der står {_token_words(actual)}",
    ),
    (r"Expected an expression, got '(.+)'", lambda token: f"her mangler en værdi; der står {_token_words(token)}"),
    (r"unexpected char (?:\"'\"|'\"') at", lambda: "et anførselstegn bliver aldrig lukket"),
    (r"unexpected char '(.+)' at", lambda sign: f'tegnet "{sign}" kan ikke stå her'),
    (
        r"unexpected '(.+)', expected '(.+)'",
        lambda actual, expected: f'her skulle stå "{expected}", men der står "{actual}"',
    ),
    (r"unexpected '(.+)'", lambda token: f"{_token_words(token)} kan ikke stå her"),
    (r"Missing end of comment tag", lambda: "kommentaren {# bliver aldrig afsluttet med #}"),
    (r"Missing end of raw directive", lambda: _UNCLOSED % ("raw", "raw")),
    (r"tag name expected", lambda: "der mangler en kommando efter {%"),
    (r"expected name or number", lambda: "efter et punktum skal stå et navn"),
    (r"an't assign to", lambda: "her skal stå et navn, som kan få en værdi"),
    (r"function call expression", lambda: "værdierne i parentesen står forkert"),
    (r"No (?:filter|test) named '(.+)'", lambda name: f'"{name}" findes ikke'),
    (r"", lambda: "her står noget, der ikke er gyldig Jinja"),
)


def syntax_message(error: TemplateSyntaxError) -> str:
    """Why a template cannot be read."""
    message = (error.message or "").replace("\n", " ")
    match, translate = next(
        (match, translate) for pattern, translate in _MESSAGES if (match := re.search(pattern, message))
    )
    return translate(*match.groups())


def value_message(error: Exception) -> str:
    """Why a value of a template cannot be computed."""
    from jinja2 import UndefinedError
    from jinja2.exceptions import SecurityError

    if isinstance(error, UndefinedError):
        return str(error)  # it is ours, and Danish
    if isinstance(error, SecurityError):
        return "det kan en rapport ikke få lov til"
    if isinstance(error, ZeroDivisionError):
        return "der deles med nul"
    call = re.search(r"(\w+)\(\)", str(error)) if isinstance(error, TypeError) else None
    if call:
        return f'"{call[1]}" har fået for få, for mange eller forkerte værdier'
    return "en værdi kan ikke bruges på den måde"
