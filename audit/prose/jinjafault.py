"""What is wrong with a template, in Danish: the messages of Jinja, which are English, told again."""

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


def _token(name: str) -> str:
    return _TOKENS.get(name, f'"{name}"')


def _unknown_tag(tag: str, inside: str = "") -> str:
    if tag in TAGS:
        return f"{{% {tag} %}} passer ikke her" + (f"; {{% {inside} %}} skal afsluttes først" if inside else "")
    return f"{{% {tag} %}} findes ikke.{danish.did_you_mean(tag, TAGS)}"


#: What Jinja says, as a pattern, and what to tell of what the pattern found; the first that fits.
_MESSAGES: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"Encountered unknown tag '(\w+)'\..*needs to be closed is '(\w+)'", _unknown_tag),
    (r"Encountered unknown tag '(\w+)'", _unknown_tag),
    (r"Unexpected end of template.*needs to be closed is '(\w+)'", lambda tag: _UNCLOSED % (tag, tag)),
    (r"nexpected end of template, expected '(.+)'", lambda wanted: f"teksten slutter, før der kommer {_token(wanted)}"),
    (
        r"expected token '(.+)', got '(.+)'",
        lambda wanted, found: f"her skulle stå {_token(wanted)}, men der står {_token(found)}",
    ),
    (r"Expected an expression, got '(.+)'", lambda found: f"her mangler en værdi; der står {_token(found)}"),
    (r"unexpected char (?:\"'\"|'\"') at", lambda: "et anførselstegn bliver aldrig lukket"),
    (r"unexpected char '(.+)' at", lambda found: f'tegnet "{found}" kan ikke stå her'),
    (r"unexpected '(.+)', expected '(.+)'", lambda found, wanted: f'her skulle stå "{wanted}", men der står "{found}"'),
    (r"unexpected '(.+)'", lambda found: f"{_token(found)} kan ikke stå her"),
    (r"Missing end of comment tag", lambda: "kommentaren {# bliver aldrig afsluttet med #}"),
    (r"Missing end of raw directive", lambda: _UNCLOSED % ("raw", "raw")),
    (r"tag name expected", lambda: "der mangler en kommando efter {%"),
    (r"expected name or number", lambda: "efter et punktum skal stå et navn"),
    (r"an't assign to", lambda: "her skal stå et navn, som kan få en værdi"),
    (r"function call expression", lambda: "værdierne i parentesen står forkert"),
    (r"No (?:filter|test) named '(.+)'", lambda name: f'"{name}" findes ikke'),
    (r"", lambda: "her står noget, der ikke er gyldig Jinja"),
)


def of_syntax(error: TemplateSyntaxError) -> str:
    """What makes a template unreadable."""
    message = (error.message or "").replace("\n", " ")
    found, tell = next((found, tell) for pattern, tell in _MESSAGES if (found := re.search(pattern, message)))
    return tell(*found.groups())


def of_value(error: Exception) -> str:
    """Why a value of a template cannot be computed."""
    from jinja2 import UndefinedError
    from jinja2.exceptions import SecurityError

    if isinstance(error, UndefinedError):
        return str(error)  # it is ours, and Danish
    if isinstance(error, SecurityError):
        return "det kan en rapport ikke få lov til"
    if isinstance(error, ZeroDivisionError):
        return "der deles med nul"
    called = re.search(r"(\w+)\(\)", str(error)) if isinstance(error, TypeError) else None
    if called:
        return f'"{called[1]}" har fået for få, for mange eller forkerte værdier'
    return "en værdi kan ikke bruges på den måde"
