"""Commands from cases to findings and tables."""

from __future__ import annotations

import json
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
    open_study,
    print_notice,
    print_result,
    warn_of_faults,
    width,
)

if TYPE_CHECKING:
    from audit.cases.findings import Severity
    from audit.tables.intervals import Method


def check(
    source: SourceArgument = None,
    schema_id: SchemaOption = None,
    output_format: Annotated[
        str, typer.Option("--format", metavar="text|json", help="Hvordan fundene skrives.")
    ] = "text",
    sheet: SheetOption = None,
    ignore: IgnoreOption = None,
    not_cpr: NotCprOption = None,
    folder: StudyOption = None,
) -> None:
    """Find fejl og mangler i sagerne."""
    from audit.cases import findings
    from audit.report.documents import with_example_findings

    if output_format not in ("text", "json"):
        raise UsageFault(f'--format kan være text eller json, ikke "{output_format}".')
    study = with_example_findings(open_study(source, folder, schema_id, sheet, ignore, not_cpr))
    summary = findings.count_by_severity(study.findings)
    messages = study.cases.messages(study.findings)
    if output_format == "json":
        report = {"findings": [message.as_json() for message in messages], "summary": summary}
        print_result(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for message in messages:
            print_result(str(message))
        print_result(_summary(study.cases.size, summary))
    if summary["fejl"]:
        raise typer.Exit(DataFault.exit_code)


def _summary(cases: int, summary: dict[Severity, int]) -> str:
    from audit.base.danish import counted

    parts = (
        counted(summary["fejl"], "fejl", "fejl"),
        counted(summary["mangel"], "mangel", "mangler"),
        counted(summary["note"], "note", "noter"),
    )
    return f"{counted(cases, 'sag', 'sager')}: {', '.join(parts)}."


def tables(
    source: SourceArgument = None,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", metavar="NR", help="Et spørgsmål (3.1, q3_1). Kan gentages. Ellers alle lukkede."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NR", help="Det, rækkerne er. Ellers enheden.")] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="2.8=Ja", help="Kun disse sager. Kan gentages.")
    ] = None,
    percent: Annotated[bool, typer.Option("--percent", help="Vis også procent.")] = False,
    interval: Annotated[
        bool, typer.Option("--interval", help="Vis også procent og deres usikkerhed (95 %, Wilsons metode).")
    ] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="Med --interval: Clopper og Pearsons eksakte metode i stedet.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FIL", help="Skriv til .xlsx, .csv, .json, .md eller .html.")
    ] = None,
    overwrite: OverwriteOption = False,
    schema_id: SchemaOption = None,
    sheet: SheetOption = None,
    ignore: IgnoreOption = None,
    not_cpr: NotCprOption = None,
    folder: StudyOption = None,
) -> None:
    """Tæl svarene op, en tabel for hvert spørgsmål."""
    from audit.export import tablefile
    from audit.export.screen import screen_text
    from audit.study import tabulation

    method = _method(interval, exact)
    study = open_study(source, folder, schema_id, sheet, ignore, not_cpr)
    request = tabulation.TableRequest(question or (), by, where or (), percent, method)
    results = tabulation.make_tables(study, request)
    export = tabulation.describe_export(study, tabulation.rows_of(study.questionnaire, by), method)
    warn_of_faults(study)
    if out is None:
        print_result(screen_text(results, export, percent=percent, width=width()).removesuffix("\n"))
    else:
        tablefile.write_tables(out, results, export, percent=percent, overwrite=overwrite)
        print_notice(f"Skrevet: {out}")


def _method(interval: bool, exact: bool) -> Method | None:
    if exact and not interval:
        raise UsageFault("--exact kan kun bruges sammen med --interval.")
    if not interval:
        return None
    return "clopper-pearson" if exact else "wilson"
