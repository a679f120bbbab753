"""Commands that tell how far a study is and what has been done to a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from audit.cli.app import app
from audit.cli.common import StudyFolder, confirmed, tell, width
from audit.cli.scoring import Reviewer
from audit.danish_help import DanishCommand
from audit.errors import UsageFault

CaseNumber = Annotated[str, typer.Argument(metavar="SAGSNR", help="Sagens nummer.")]


@app.command(cls=DanishCommand)
def cases(
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="ikke-begyndt|begyndt|faerdig|med-fund", help="Kun sager, der er nået hertil."),
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="NAVN", help="Kun sager fra denne enhed.")] = None,
    reviewer: Annotated[
        str | None, typer.Option("--reviewer", metavar="INITIALER", help="Kun denne sagsmålers sager.")
    ] = None,
    as_list: Annotated[
        bool, typer.Option("--list", help="Vis også sagerne en for en (det sker altid med et filter).")
    ] = False,
    form: Annotated[str, typer.Option("--format", metavar="text|json", help="Hvordan det skrives.")] = "text",
    folder: StudyFolder = None,
) -> None:
    """Vis, hvor langt scoringen er."""
    from audit.scoring import progress
    from audit.scoring.desk import open_desk

    if form not in ("text", "json"):
        raise UsageFault(f'--format kan være text eller json, ikke "{form}".')
    wanted = progress.Wanted(state, unit, reviewer)
    with open_desk(folder or Path()) as desk:
        found = progress.chosen(desk.book, progress.standings(desk.book, desk.states()), wanted)
        if form == "json":
            tell(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
            return
        if not wanted.any:
            tell(progress.tables(desk.book, found, desk.units, width()))
        if as_list and not wanted.any:
            tell("")
        if as_list or wanted.any:
            tell(progress.listed(desk.book, found, width()) if found else "Der er ingen sager.")


@app.command(cls=DanishCommand)
def history(case: CaseNumber, folder: StudyFolder = None) -> None:
    """Vis, hvem der har ændret hvad i en sag, hvornår og hvorfor."""
    from audit.scoring import history as log
    from audit.scoring.desk import open_desk

    with open_desk(folder or Path()) as desk:
        for line in log.lines(desk.questionnaire, log.revisions(desk.book, case)):
            tell(line)


@app.command(cls=DanishCommand)
def erase(
    case: CaseNumber,
    reason: Annotated[str, typer.Option("--reason", metavar="TEKST", help="Hvorfor sagen slettes.")],
    yes: Annotated[bool, typer.Option("--yes", help="Slet uden at spørge.")] = False,
    reviewer: Reviewer = None,
    folder: StudyFolder = None,
) -> None:
    """Slet en sags svar for altid, også i ændringsloggen."""
    from audit.scoring.desk import open_desk

    with open_desk(folder or Path()) as desk:
        by, state = desk.by(reviewer), desk.book.state(case)
        if state is None:
            raise UsageFault(f"Sag {case} findes ikke i undersøgelsen.")
        if not yes and not confirmed(f"Slet sag {state.case} med alle dens svar? Det kan ikke fortrydes."):
            raise UsageFault("Intet er slettet.", remedy="Svar ja, eller tilføj --yes.")
        desk.book.erase(state.case, by, reason)
        tell(f"Sag {state.case} er slettet.")
