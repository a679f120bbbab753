"""Commands of a study that is scored: begin it, score, follow, exchange with Excel, verify."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from audit.cli.app import app
from audit.cli.common import StudyFolder, tell
from audit.danish_help import DanishCommand
from audit.errors import DataFault

Reviewer = Annotated[
    str | None,
    typer.Option("--reviewer", metavar="INITIALER", envvar="AUDIT_REVIEWER", help="Hvem der er sagsmåler."),
]


@app.command(cls=DanishCommand)
def new(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Den mappe, undersøgelsen skal ligge i.")],
    schema_id: Annotated[
        str, typer.Option("--schema", metavar="ID", help="Måleskemaet: id eller stien til en YAML-fil.")
    ],
    title: Annotated[str, typer.Option("--title", metavar="TEKST", help="Undersøgelsens titel.")] = "",
    units: Annotated[
        list[str] | None, typer.Option("--unit", metavar="NAVN", help="En enhed, der er med. Kan gentages.")
    ] = None,
) -> None:
    """Begynd en undersøgelse, som sager kan scores i."""
    from audit.scoring import desk

    made = desk.begin(folder, schema_id, title=title, units=tuple(units or ()))
    tell(f"Undersøgelsen er begyndt i {made.resolve()}")
    tell("Se study.yaml igennem. Hent sagerne ind med audit import FIL, eller begynd med audit score SAGSNR.")


@app.command(cls=DanishCommand)
def score(
    case: Annotated[
        str | None, typer.Argument(metavar="SAGSNR", help="Sagen; ellers den, du er i gang med, eller den næste.")
    ] = None,
    reviewer: Reviewer = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Linje for linje, til skærmlæsere og til at sende svar ind fra en fil.")
    ] = False,
    folder: StudyFolder = None,
) -> None:
    """Scor en sag spørgsmål for spørgsmål."""
    from audit.scoring.desk import open_desk
    from audit.terminal import consoles, sitting

    given = [("--reviewer", reviewer), ("--study", str(folder) if folder else None)]
    again = shlex.join(["audit", "score", *(part for name, text in given if text for part in (name, text))])
    with open_desk(folder or Path()) as desk, consoles.opened(plain=plain) as console:
        sitting.sit(desk, desk.by(reviewer), console, case, f"{again} --plain" if plain else again)


@app.command(cls=DanishCommand)
def verify(folder: StudyFolder = None) -> None:
    """Se efter, om undersøgelsens ændringslog er hel."""
    from audit.danish import counted
    from audit.scoring.desk import open_desk

    with open_desk(folder or Path()) as desk:
        seal, troubles = desk.verify()
    for trouble in troubles:
        tell(f"fejl: {trouble}")
    tell(f"Ændringsloggen har {counted(seal.revisions, 'post', 'poster')}. Hoved: {seal.head}")
    if troubles:
        tell(f"Der er {counted(len(troubles), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code)
    tell("Loggen er hel, og sagerne er, som den siger.")
