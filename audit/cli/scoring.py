"""Commands of a study that is scored: begin it, score, follow, exchange with Excel, verify."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from audit.base.errors import DataFault
from audit.cli.common import StudyOption, print_result

ReviewerOption = Annotated[
    str | None,
    typer.Option("--reviewer", metavar="INITIALER", envvar="AUDIT_REVIEWER", help="Hvem der er sagsmåler."),
]


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
    from audit.study.session import begin_study

    created = begin_study(folder, schema_id, title=title, units=tuple(units or ()))
    print_result(f"Undersøgelsen er begyndt i {created.resolve()}")
    print_result("Se study.yaml igennem. Hent sagerne ind med audit import FIL, eller begynd med audit score SAGSNR.")


def score(
    case: Annotated[
        str | None, typer.Argument(metavar="SAGSNR", help="Sagen; ellers den, du er i gang med, eller den næste.")
    ] = None,
    reviewer: ReviewerOption = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Linje for linje, til skærmlæsere og til at sende svar ind fra en fil.")
    ] = False,
    folder: StudyOption = None,
) -> None:
    """Scor en sag spørgsmål for spørgsmål."""
    from audit.study.session import open_session
    from audit.terminal import consoles, scoreloop

    options = [("--reviewer", reviewer), ("--study", str(folder) if folder else None)]
    again = shlex.join(["audit", "score", *(part for name, text in options if text for part in (name, text))])
    with open_session(folder or Path()) as session, consoles.open_console(plain=plain) as console:
        scoreloop.score_cases(session, session.by(reviewer), console, case, f"{again} --plain" if plain else again)


def verify(folder: StudyOption = None) -> None:
    """Se efter, om undersøgelsens ændringslog er hel."""
    from audit.base.danish import counted
    from audit.study.session import open_session

    with open_session(folder or Path()) as session:
        seal, troubles = session.verify()
    for trouble in troubles:
        print_result(f"fejl: {trouble}")
    print_result(f"Ændringsloggen har {counted(seal.revisions, 'post', 'poster')}. Hoved: {seal.head}")
    if troubles:
        print_result(f"Der er {counted(len(troubles), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code)
    print_result("Loggen er hel, og sagerne er, som den siger.")
