"""Commands about questionnaires and report plans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.cli.app import app, plans, schemas
from audit.cli.common import StudyFolder, opened, say, tell, width
from audit.danish_help import DanishCommand
from audit.errors import DataFault, DefinitionFault, FileFault


@schemas.command("list", cls=DanishCommand)
def schema_list() -> None:
    """Vis de måleskemaer, der følger med."""
    from audit import schema

    for name, path in schema.available().items():
        found = schema.check(path).questionnaire
        tell(f"{name}  {found.title if found else ''}".rstrip())


@schemas.command("show", cls=DanishCommand)
def schema_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Måleskemaets id, eller stien til en YAML-fil.")],
) -> None:
    """Vis et måleskema med svar, betingelser, regler og retsgrundlag."""
    from audit import schema, show

    tell(show.questionnaire(schema.load(schema.find(name)), width()))


@schemas.command("check", cls=DanishCommand)
def schema_check(path: Annotated[Path, typer.Argument(metavar="FIL", help="Måleskemaet som YAML-fil.")]) -> None:
    """Find alle fejl i et måleskema."""
    from audit import schema
    from audit.danish import counted

    if not path.is_file():
        raise FileFault(f"Filen {path} findes ikke.")
    checked = schema.check(path)
    for fault in checked.faults:
        tell(str(fault))
    if checked.faults or checked.questionnaire is None:
        tell(f"{path.name}: {counted(len(checked.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code)
    asked = [question for question in checked.questionnaire.questions if not question.identification]
    rules = len(checked.questionnaire.rules)
    tell(f"{path.name}: ingen fejl. {len(asked)} spørgsmål, {counted(rules, 'regel', 'regler')}.")


@app.command("plans", cls=DanishCommand)
def plan_list(folder: StudyFolder = None) -> None:
    """Vis de rapportplaner, der kan bruges."""
    from audit import plan

    usable, faulty = plan.usable((folder or Path()) / plan.FOLDER)
    for name, one in usable.items():
        meant = ", ".join("alle måleskemaer" if id_ == plan.ANY else id_ for id_ in one.definition.default_for)
        tell(f"{name}  {one.definition.title}{f' ({meant})' if meant else ''}")
    for name, error in faulty.items():
        say(f"{name} kan ikke bruges:\n{error}")


@plans.command("check", cls=DanishCommand)
def plan_check(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Mappen med plan.yaml.")],
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", metavar="MAPPE", help="Den undersøgelse, planen prøves på; ellers den, planen ligger i."
        ),
    ] = None,
) -> None:
    """Find alle fejl i en rapportplan og dens kapitler."""
    from audit import reporting
    from audit.danish import counted

    around = study or reporting.study_around(folder)
    try:
        tried = None if around is None else opened(None, around, None, None, None, None)
        found = reporting.check_plan(folder, tried)
    except DefinitionFault as error:
        for fault in error.faults:
            tell(str(fault))
        tell(f"{folder}: {counted(len(error.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code) from error
    tell(f"{folder}: ingen fejl. {counted(len(found.texts), 'kapitel', 'kapitler')}.")
