"""Commands about questionnaires and report plans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.base.errors import DataFault, DefinitionFault, FileFault
from audit.cli.common import StudyOption, open_study, print_notice, print_result, width


def schema_list() -> None:
    """Vis de måleskemaer, der følger med."""
    from audit.questionnaire import schemas

    for name, path in schemas.available().items():
        found = schemas.check(path).questionnaire
        print_result(f"{name}  {found.title if found else ''}".rstrip())


def schema_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Måleskemaets id, eller stien til en YAML-fil.")],
) -> None:
    """Vis et måleskema med svar, betingelser, regler og retsgrundlag."""
    from audit.questionnaire import schemas, show

    print_result(show.questionnaire_text(schemas.load(schemas.find(name)), width()))


def schema_check(path: Annotated[Path, typer.Argument(metavar="FIL", help="Måleskemaet som YAML-fil.")]) -> None:
    """Find alle fejl i et måleskema."""
    from audit.base.danish import counted
    from audit.questionnaire import schemas

    if not path.is_file():
        raise FileFault(f"Filen {path} findes ikke.")
    checked = schemas.check(path)
    for fault in checked.faults:
        print_result(str(fault))
    if checked.faults or checked.questionnaire is None:
        print_result(f"{path.name}: {counted(len(checked.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code)
    asked = [question for question in checked.questionnaire.questions if not question.identification]
    rules = len(checked.questionnaire.rules)
    print_result(f"{path.name}: ingen fejl. {len(asked)} spørgsmål, {counted(rules, 'regel', 'regler')}.")


def plan_list(folder: StudyOption = None) -> None:
    """Vis de rapportplaner, der kan bruges."""
    from audit.report import planfile

    usable, faulty = planfile.load_all((folder or Path()) / planfile.FOLDER)
    for name, one in usable.items():
        meant = ", ".join("alle måleskemaer" if id_ == planfile.ANY else id_ for id_ in one.definition.default_for)
        print_result(f"{name}  {one.definition.title}{f' ({meant})' if meant else ''}")
    for name, error in faulty.items():
        print_notice(f"{name} kan ikke bruges:\n{error}")


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
    from audit.base.danish import counted
    from audit.report import plancheck

    around = study or plancheck.study_around(folder)
    try:
        tried = None if around is None else open_study(None, around, None, None, None, None)
        found = plancheck.check_plan(folder, tried)
    except DefinitionFault as error:
        for fault in error.faults:
            print_result(str(fault))
        print_result(f"{folder}: {counted(len(error.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code) from error
    print_result(f"{folder}: ingen fejl. {counted(len(found.texts), 'kapitel', 'kapitler')}.")
