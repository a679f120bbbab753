"""Commands that bring cases into a study from files, and take them out again."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.base.errors import DataFault, UsageFault
from audit.cli.common import (  # fmt: skip
    IgnoreOption,
    NotCprOption,
    OverwriteOption,
    SchemaOption,
    SheetOption,
    SourceArgument,
    StudyOption,
    at_terminal,
    confirmed,
    opened,
    reading,
    say,
    tell,
    telling,
    warn,
)
from audit.cli.scoring import ReviewerOption

if TYPE_CHECKING:
    from audit.exchange.importing import Import

#: So many changes are shown to a person at a terminal; into a pipe go all of them.
_SHOWN = 40


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
    reviewer: ReviewerOption = None,
    sheet: SheetOption = None,
    ignore: IgnoreOption = None,
    not_cpr: NotCprOption = None,
    folder: StudyOption = None,
) -> None:
    """Hent sager fra en fil ind i undersøgelsen."""
    from audit.base.danish import counted
    from audit.exchange import importing
    from audit.study.session import open_session

    how = reading(sheet, ignore, not_cpr)
    with open_session(folder or Path()) as session:
        writes = yes or at_terminal(sys.stdin)
        who = (
            session.by(reviewer).reviewer if writes or reviewer or len(session.told.definition.reviewers) == 1 else None
        )
        with telling("Læser filen"):
            plan = importing.plan(session, path, how, reviewer=who, update=update)
        _tell(plan)
        finished = len(importing.finishing(session, plan)) if finish and not plan.wrong else 0
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
            importing.carry_out(session, plan, session.by(who, plan.origin, plan.file_hash), finish=finish)
        tell("Det er skrevet.")


def _tell(plan: Import) -> None:
    """What the plan would do, and what is wrong."""
    from audit.base.danish import counted
    from audit.cases import findings
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
    lacks = findings.count_by_severity(plan.findings)["mangel"]
    if lacks:
        tell(f"Der er {counted(lacks, 'mangel', 'mangler')} i de sager, der skrives. Det hindrer ikke, at de skrives.")


def workbook(
    out: Annotated[Path, typer.Argument(metavar="FIL", help="Projektmappen, der skal laves (.xlsx).")],
    cases: Annotated[
        str | None,
        typer.Option("--cases", metavar="LISTE", help="Sagerne, f.eks. 1,5,20-30. Ellers alle, der ikke er færdige."),
    ] = None,
    blank: Annotated[str, typer.Option("--blank", metavar="ANTAL", help="Tomme rækker til nye sager.")] = "0",
    overwrite: OverwriteOption = False,
    folder: StudyOption = None,
) -> None:
    """Lav en projektmappe at score sager i med Excel."""
    from audit.base.danish import counted
    from audit.exchange import handout
    from audit.study.session import open_session

    if not re.fullmatch(r"\d{1,4}", blank):  # typer's own refusal is English, and another from version to version
        raise UsageFault(f'--blank skal være et tal fra 0 til 9999, ikke "{blank}".')
    with open_session(folder or Path()) as session, telling("Laver projektmappen"):
        written = handout.write(session, out, cases, blank=int(blank), overwrite=overwrite)
    tell(f"Skrevet: {out} ({counted(written, 'sag', 'sager')})")


def export(
    out: Annotated[Path, typer.Option("--out", metavar="FIL", help="Filen, der skal laves (.xlsx, .csv).")],
    source: SourceArgument = None,
    form: Annotated[
        str,
        typer.Option(
            "--form",
            metavar="koder|svar|lang",
            help="Sag for sag med koder, sag for sag med svar i ord, eller svar for svar.",
        ),
    ] = "koder",
    overwrite: OverwriteOption = False,
    schema_id: SchemaOption = None,
    sheet: SheetOption = None,
    ignore: IgnoreOption = None,
    not_cpr: NotCprOption = None,
    folder: StudyOption = None,
) -> None:
    """Skriv sagerne til en fil."""
    from audit.exchange import extract

    study = opened(source, folder, schema_id, sheet, ignore, not_cpr)
    with telling("Skriver sagerne"):
        extract.write(out, study.cases, form, overwrite=overwrite)
    warn(study)
    say(f"Skrevet: {out}")
