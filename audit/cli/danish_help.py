"""Help and usage errors in Danish: typer's own are English, whatever the machine's language."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from audit.base.danish import did_you_mean

#: What typer adds to a help page, and what stands there instead.
_HELP = (
    (r"\bUsage:", "Brug:"),
    (r"\bArguments:", "Argumenter:"),
    (r"\bOptions:", "Valg:"),
    (r"\bCommands:", "Kommandoer:"),
    (r"\[OPTIONS\]", "[VALG]"),
    (r"COMMAND \[ARGS\]\.\.\.", "KOMMANDO …"),
    (r"Show this message and exit\.", "Vis denne hjælp."),
    (r"\s+\[required\]", ""),
    (r"\[default: ", "[ellers: "),
    (r" <(?:path|str|list\[str\])>", ""),
    (r"\{(\w+)\}", r"\1"),
)

#: What every usage error derives from (typer carries its own copy of click, so it is found by way of a public name).
UsageError: Any = typer.BadParameter.__mro__[1]


def translate(text: str) -> str:
    """Help text with the words that typer adds in Danish."""
    for english, danish in _HELP:
        text = re.sub(english, danish, text)
    return text


class DanishCommand(TyperCommand):
    """A command whose help is Danish."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return translate(super().get_help(ctx))


class DanishGroup(TyperGroup):
    """A group of commands whose help is Danish."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return translate(super().get_help(ctx))


def usage_message(error: Any) -> str:
    """A usage error as a Danish sentence, with where to find help; the help itself where nothing was asked for."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.ctx.get_help())
    where = error.ctx.command_path if error.ctx is not None else "audit"
    return f'{_sentence(error, error.ctx)}\nSe "{where} --help".'


def _sentence(error: Any, context: Any) -> str:
    kind, message = type(error).__name__, str(error.message)
    if kind == "NoSuchOption":
        options = [option for parameter in context.command.params for option in parameter.opts]
        return f"Valget {error.option_name} findes ikke.{did_you_mean(error.option_name, options)}"
    if kind == "MissingParameter":
        option = next((name for name in error.param.opts if name.startswith("--")), "")
        return f"Der mangler {f'{option} {error.param.metavar}'.strip()}."
    if kind == "BadOptionUsage":
        wrong = "tager ikke en værdi" if "does not take" in message else "mangler sin værdi"
        return f"Valget {error.option_name} {wrong}."
    if message.startswith("No such command"):
        name = _between("['\"]", message, "['\"]")
        return f'Kommandoen "{name}" findes ikke.{did_you_mean(name, context.command.list_commands(context))}'
    if "unexpected extra argument" in message:
        return f'Der står for meget på linjen: "{_between(" [(]", message, "[)]")}".'
    return "Der mangler en kommando."


def _between(start: str, message: str, end: str) -> str:
    """What typer repeats of the command line in a message."""
    match = re.search(f"{start}(.*){end}", message, re.DOTALL)
    return match[1] if match else ""
