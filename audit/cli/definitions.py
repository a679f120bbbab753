"""Commands about questionnaires and report plans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.base.errors import DataFault, DefinitionFault, FileFault, UsageFault
from audit.cli.common import StudyOption, open_study, print_notice, print_result, width


def schema_list() -> None:
    """Vis de måleskemaer, der følger med."""
    from audit.questionnaire import schemas

    for name, path in schemas.available().items():
        questionnaire = schemas.check(path).questionnaire
        print_result(f"{name}  {questionnaire.title if questionnaire else ''}".rstrip())


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
    result = schemas.check(path)
    for fault in result.faults:
        print_result(str(fault))
    if result.faults or result.questionnaire is None:
        print_result(f"{path.name}: {counted(len(result.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code)
    asked = [question for question in result.questionnaire.questions if not question.identification]
    rules = len(result.questionnaire.rules)
    print_result(f"{path.name}: ingen fejl. {len(asked)} spørgsmål, {counted(rules, 'regel', 'regler')}.")


def schema_json(
    kind: Annotated[
        str, typer.Argument(metavar="questionnaire|plan|study", help="Hvilken slags fil.", show_default=False)
    ] = "questionnaire",
) -> None:
    """Skriv, hvad der kan stå i et måleskema, en plan.yaml eller en study.yaml, som JSON Schema til en editor."""
    import json

    import audit.questionnaire.fileformat
    import audit.report.fileformat
    import audit.study.fileformat

    forms = {
        "questionnaire": audit.questionnaire.fileformat.json_schema,
        "plan": audit.report.fileformat.json_schema,
        "study": audit.study.fileformat.json_schema,
    }
    if kind not in forms:
        raise UsageFault(f'"{kind}" kendes ikke; skriv questionnaire, plan eller study.')
    print_result(json.dumps(forms[kind](), ensure_ascii=False, indent=2))


def plan_list(folder: StudyOption = None) -> None:
    """Vis de rapportplaner, der kan bruges."""
    from audit.report import planfile

    usable, faulty = planfile.load_all((folder or Path()) / planfile.FOLDER)
    for name, usable_plan in usable.items():
        schemas = ", ".join(
            "alle måleskemaer" if id_ == planfile.ANY else id_ for id_ in usable_plan.definition.default_for
        )
        print_result(f"{name}  {usable_plan.definition.title}{f' ({schemas})' if schemas else ''}")
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

    study_folder = study or plancheck.study_around(folder)
    try:
        opened = None if study_folder is None else open_study(None, study_folder, None, None, None, None)
        checked = plancheck.check_plan(folder, opened)
    except DefinitionFault as error:
        for fault in error.faults:
            print_result(str(fault))
        print_result(f"{folder}: {counted(len(error.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code) from error
    print_result(f"{folder}: ingen fejl. {counted(len(checked.texts), 'kapitel', 'kapitler')}.")
