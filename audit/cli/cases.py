"""Commands that show how far a study is and what has been done to a case, and that erase one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from audit.base.errors import UsageFault
from audit.cli.common import StudyOption, confirm, print_result, width
from audit.cli.scoring import ReviewerOption

CaseArgument = Annotated[str, typer.Argument(metavar="SAGSNR", help="Sagens nummer.")]


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
    output_format: Annotated[str, typer.Option("--format", metavar="text|json", help="Hvordan det skrives.")] = "text",
    folder: StudyOption = None,
) -> None:
    """Vis, hvor langt scoringen er."""
    from audit.scoring import progress
    from audit.study.session import open_session

    if output_format not in ("text", "json"):
        raise UsageFault(f'--format kan være text eller json, ikke "{output_format}".')
    case_filter = progress.CaseFilter(state, unit, reviewer)
    with open_session(folder or Path()) as session:
        selected = progress.filter_cases(
            session.book, progress.case_progress(session.book, session.states()), case_filter
        )
        if output_format == "json":
            print_result(json.dumps([case.as_json() for case in selected], ensure_ascii=False, indent=2))
            return
        if not case_filter.active:
            print_result(progress.render_counts(session.book, selected, session.units, width()))
        if as_list and not case_filter.active:
            print_result("")
        if as_list or case_filter.active:
            print_result(progress.render_list(session.book, selected, width()) if selected else "Der er ingen sager.")


def history(case: CaseArgument, folder: StudyOption = None) -> None:
    """Vis, hvem der har ændret hvad i en sag, hvornår og hvorfor."""
    from audit.scoring import history as log
    from audit.study.session import open_session

    with open_session(folder or Path()) as session:
        for line in log.lines(session.questionnaire, log.revisions(session.book, case)):
            print_result(line)


def rename(
    case: CaseArgument,
    number: Annotated[str, typer.Argument(metavar="NYT", help="Det nummer, den skal have.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEKST", help="Hvorfor sagen får et andet nummer.")],
    reviewer: ReviewerOption = None,
    folder: StudyOption = None,
) -> None:
    """Giv en sag et andet nummer."""
    from audit.study.session import open_session
    from audit.terminal.identification import parse_identification, split_number

    with open_session(folder or Path()) as session:
        by, by_id = session.by(reviewer), session.questionnaire.by_id
        answers: dict[str, str] = {}
        for name, part in split_number(session, number).items():
            answers |= parse_identification(session, by_id[name], part)
        state = session.book.renumber(case, answers, by, reason)
        print_result(f"Sagen hedder nu {state.case}.")


def erase(
    case: CaseArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEKST", help="Hvorfor sagen slettes.")],
    yes: Annotated[bool, typer.Option("--yes", help="Slet uden at spørge.")] = False,
    reviewer: ReviewerOption = None,
    folder: StudyOption = None,
) -> None:
    """Slet en sags svar for altid, også i ændringsloggen."""
    from audit.study.session import open_session

    with open_session(folder or Path()) as session:
        by, state = session.by(reviewer), session.book.state(case)
        if state is None:
            raise UsageFault(f"Sag {case} findes ikke i undersøgelsen.")
        if not yes and not confirm(f"Slet sag {state.case} med alle dens svar? Det kan ikke fortrydes."):
            raise UsageFault("Intet er slettet.", remedy="Svar ja, eller tilføj --yes.")
        session.book.erase(state.case, by, reason)
        print_result(f"Sag {state.case} er slettet.")
