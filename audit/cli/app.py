"""The program and its groups of commands."""

from __future__ import annotations

import typer

from audit.danish_help import DanishGroup

app = typer.Typer(
    cls=DanishGroup,
    help="Praksisundersøgelser: fra sager i et måleskema til tabeller pr. enhed og en færdig rapport.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    suggest_commands=False,
)
schemas = typer.Typer(cls=DanishGroup, rich_markup_mode=None, no_args_is_help=True, suggest_commands=False)
plans = typer.Typer(cls=DanishGroup, rich_markup_mode=None, no_args_is_help=True, suggest_commands=False)
app.add_typer(schemas, name="schema", help="Måleskemaer: vis dem, og find fejl i dem.")
app.add_typer(plans, name="plan", help="Rapportplaner: find fejl i dem.")
