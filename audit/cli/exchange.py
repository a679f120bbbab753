"""Commands that bring cases into a study from files, and take them out again."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.base.errors import DataFault, UsageFault
from audit.cli.common import (
    IgnoreOption,
    NotCprOption,
    OverwriteOption,
    SchemaOption,
    SheetOption,
    SourceArgument,
    StudyOption,
    at_terminal,
    confirm,
    open_study,
    print_notice,
    print_result,
    progress_notice,
    read_options,
    warn_of_faults,
)
from audit.cli.scoring import ReviewerOption

if TYPE_CHECKING:
    from audit.exchange.importing import ImportPlan

#: How many changes are shown to a person at a terminal; into a pipe go all of them.
_MOST_LINES = 40


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

    options = read_options(sheet, ignore, not_cpr)
    with open_session(folder or Path()) as session:
        writes = yes or at_terminal(sys.stdin)
        needs_name = writes or reviewer or len(session.description.definition.reviewers) == 1
        reviewer_name = session.by(reviewer).reviewer if needs_name else None
        with progress_notice("Læser filen"):
            plan = importing.plan_import(session, path, options, reviewer=reviewer_name, update=update)
        _print_plan(plan)
        finished = len(importing.finishable(session, plan)) if finish and not plan.has_faults else 0
        if finished:
            print_result(f"{counted(finished, 'sag', 'sager')} bliver meldt færdig{'e' if finished > 1 else ''}.")
        if plan.has_faults:
            print_result("Intet er skrevet. Ret fejlene, og hent filen ind igen.")
            raise typer.Exit(DataFault.exit_code)
        if not plan.touched and not finished:
            print_result("Der er intet at skrive.")
            return
        if not (yes or confirm("Skriv det?")):
            print_result("Intet er skrevet." if writes else "Intet er skrevet. Tilføj --yes for at skrive det.")
            return
        with progress_notice("Skriver"):
            importing.carry_out(session, plan, session.by(reviewer_name, plan.origin, plan.file_hash), finish=finish)
        print_result("Det er skrevet.")


def _print_plan(plan: ImportPlan) -> None:
    """Print what the plan would do, and what is wrong."""
    from audit.base.danish import counted
    from audit.cases import findings
    from audit.exchange import importlines

    for message in plan.cases.messages(finding for finding in plan.findings if finding.severity != "mangel"):
        print_result(str(message))
    print_result(importlines.summary(plan))
    for line in importlines.case_lines(plan):
        print_result(line)
    lines = [*importlines.conflict_lines(plan), *importlines.reverted_lines(plan), *importlines.change_lines(plan)]
    printed = lines[:_MOST_LINES] if at_terminal(sys.stdout) else lines
    for line in printed:
        print_result(f"  {line}")
    if len(printed) < len(lines):
        print_result(f"  … og {len(lines) - len(printed)} til (send resultatet til en fil for at se dem alle).")
    missing = findings.count_by_severity(plan.findings)["mangel"]
    if missing:
        count = counted(missing, "mangel", "mangler")
        print_result(f"Der er {count} i de sager, der skrives. Det hindrer ikke, at de skrives.")


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
    with open_session(folder or Path()) as session, progress_notice("Laver projektmappen"):
        written = handout.write_workbook(session, out, cases, blank=int(blank), overwrite=overwrite)
    print_result(f"Skrevet: {out} ({counted(written, 'sag', 'sager')})")


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

    study = open_study(source, folder, schema_id, sheet, ignore, not_cpr)
    with progress_notice("Skriver sagerne"):
        extract.write_cases(out, study.cases, form, overwrite=overwrite)
    warn_of_faults(study)
    print_notice(f"Skrevet: {out}")
