"""The program: every command in the order of the help, each a function of one of the modules here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from audit.cli import cases, data, definitions, documents, exchange, scoring
from audit.cli.danish_help import DanishCommand, DanishGroup

Commands = dict[str, Callable[..., None]]

_COMMANDS: Commands = {
    "demo": documents.demo,
    "check": data.check,
    "tables": data.tables,
    "report": documents.report,
    "form": documents.form,
    "new": scoring.new,
    "score": scoring.score,
    "verify": scoring.verify,
    "import": exchange.import_,
    "workbook": exchange.workbook,
    "export": exchange.export,
    "cases": cases.cases,
    "history": cases.history,
    "rename": cases.rename,
    "erase": cases.erase,
    "plans": definitions.plan_list,
}
_SCHEMA: Commands = {
    "list": definitions.schema_list,
    "show": definitions.schema_show,
    "check": definitions.schema_check,
    "json": definitions.schema_json,
}
_PLAN: Commands = {"check": definitions.plan_check}


def _group(commands: Commands, **settings: Any) -> typer.Typer:
    group = typer.Typer(
        cls=DanishGroup, rich_markup_mode=None, no_args_is_help=True, suggest_commands=False, **settings
    )
    for name, command in commands.items():
        group.command(name, cls=DanishCommand)(command)
    return group


app = _group(
    _COMMANDS,
    help="Praksisundersøgelser: fra sager i et måleskema til tabeller pr. enhed og en færdig rapport.",
    add_completion=False,
)
app.add_typer(_group(_SCHEMA), name="schema", help="Måleskemaer: vis dem, og find fejl i dem.")
app.add_typer(_group(_PLAN), name="plan", help="Rapportplaner: find fejl i dem.")
