"""Commands that bring cases into a study from files, and take them out again."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli.app import app
from audit.cli.common import (
    Ignore,
    NotCpr,
    Overwrite,
    SchemaId,
    Sheet,
    Source,
    StudyFolder,
    at_terminal,
    confirmed,
    opened,
    reading,
    say,
    tell,
    telling,
    warn,
)  # fmt: skip
from audit.cli.scoring import Reviewer
from audit.danish_help import DanishCommand
from audit.errors import DataFault, UsageFault

if TYPE_CHECKING:
    from audit.exchange.importing import Import

#: So many changes are shown to a person at a terminal; into a pipe go all of them.
_SHOWN = 40


@app.command("import", cls=DanishCommand)
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="FIL", help="En scoringsprojektmappe eller en datafil (.xlsx, .csv).")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Skriv uden at spørge.")] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Lad filens svar gælde, hvor undersøgelsens også er ændret.")
    ] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Meld de af filens sager færdige, som der ikke er fejl eller mangler i.")
    ] = False,
    reviewer: Reviewer = None,
    sheet: Sheet = None,
    ignore: Ignore = None,
    not_cpr: NotCpr = None,
    folder: StudyFolder = None,
) -> None:
    """Hent sager fra en fil ind i undersøgelsen."""
    from audit.danish import counted
    from audit.exchange import importing
    from audit.scoring.desk import open_desk

    how = reading(sheet, ignore, not_cpr)
    with open_desk(folder or Path()) as desk:
        writes = yes or at_terminal(sys.stdin)
        who = desk.by(reviewer).reviewer if writes or reviewer or len(desk.told.definition.reviewers) == 1 else None
        with telling("Læser filen"):
            plan = importing.plan(desk, path, how, reviewer=who, update=update)
        _tell(plan)
        finished = len(importing.finishing(desk, plan)) if finish and not plan.wrong else 0
        if finished:
            tell(f"{counted(finished, 'sag', 'sager')} bliver meldt færdig{'e' if finished > 1 else ''}.")
        if plan.wrong:
            tell("Intet er skrevet. Ret fejlene, og hent filen ind igen.")
            raise typer.Exit(DataFault.exit_code)
        if not plan.touched and not finished:
            tell("Der er intet at skrive.")
            return
        if not (yes or confirmed("Skriv det?")):
            tell("Intet er skrevet." if writes else "Intet er skrevet. Tilføj --yes for at skrive det.")
            return
        with telling("Skriver"):
            importing.carry_out(desk, plan, desk.by(who, plan.origin, plan.file_hash), finish=finish)
        tell("Det er skrevet.")


def _tell(plan: Import) -> None:
    """What the plan would do, and what is wrong."""
    from audit import findings
    from audit.danish import counted
    from audit.exchange import importlines

    for message in plan.cases.messages(one for one in plan.findings if one.severity != "mangel"):
        tell(str(message))
    tell(importlines.summary(plan))
    for line in importlines.named(plan):
        tell(line)
    lines = [*importlines.conflicts(plan), *importlines.set_back(plan), *importlines.changes(plan)]
    shown = lines[:_SHOWN] if at_terminal(sys.stdout) else lines
    for line in shown:
        tell(f"  {line}")
    if len(shown) < len(lines):
        tell(f"  … og {len(lines) - len(shown)} til (send resultatet til en fil for at se dem alle).")
    lacks = findings.counts(plan.findings)["mangel"]
    if lacks:
        tell(f"Der er {counted(lacks, 'mangel', 'mangler')} i de sager, der skrives. Det hindrer ikke, at de skrives.")


@app.command(cls=DanishCommand)
def workbook(
    out: Annotated[Path, typer.Argument(metavar="FIL", help="Projektmappen, der skal laves (.xlsx).")],
    cases: Annotated[
        str | None,
        typer.Option("--cases", metavar="LISTE", help="Sagerne, f.eks. 1,5,20-30. Ellers alle, der ikke er færdige."),
    ] = None,
    blank: Annotated[str, typer.Option("--blank", metavar="ANTAL", help="Tomme rækker til nye sager.")] = "0",
    overwrite: Overwrite = False,
    folder: StudyFolder = None,
) -> None:
    """Lav en projektmappe at score sager i med Excel."""
    from audit.danish import counted
    from audit.exchange import handout
    from audit.scoring.desk import open_desk

    if not re.fullmatch(r"\d{1,4}", blank):  # typer's own refusal is English, and another from version to version
        raise UsageFault(f'--blank skal være et tal fra 0 til 9999, ikke "{blank}".')
    with open_desk(folder or Path()) as desk, telling("Laver projektmappen"):
        written = handout.write(desk, out, cases, blank=int(blank), overwrite=overwrite)
    tell(f"Skrevet: {out} ({counted(written, 'sag', 'sager')})")


@app.command(cls=DanishCommand)
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FIL", help="Filen, der skal laves (.xlsx, .csv).")],
    source: Source = None,
    form: Annotated[
        str,
        typer.Option(
            "--form",
            metavar="koder|svar|lang",
            help="Sag for sag med koder, sag for sag med svar i ord, eller svar for svar.",
        ),
    ] = "koder",
    overwrite: Overwrite = False,
    schema_id: SchemaId = None,
    sheet: Sheet = None,
    ignore: Ignore = None,
    not_cpr: NotCpr = None,
    folder: StudyFolder = None,
) -> None:
    """Skriv sagerne til en fil."""
    from audit.exchange import extract

    study = opened(source, folder, schema_id, sheet, ignore, not_cpr)
    with telling("Skriver sagerne"):
        extract.write(out, study.cases, form, overwrite=overwrite)
    warn(study)
    say(f"Skrevet: {out}")
