"""Commands from cases to reports, letters and forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.base.errors import UsageFault
from audit.cli.common import (
    DateOption,
    FormatOption,
    IgnoreOption,
    NotCprOption,
    OverwriteOption,
    SchemaOption,
    SheetOption,
    SourceArgument,
    StudyOption,
    open_study,
    parse_day,
    print_notice,
    print_result,
    progress_notice,
)

if TYPE_CHECKING:
    pass


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor den lægges.")] = Path("audit-demo"),
    day: DateOption = None,
) -> None:
    """Lav en rapport af 130 opdigtede sager."""
    from audit.report import rendering
    from audit.report.documents import ReportRequest
    from audit.study import demo as sample
    from audit.study.source import open_source

    sample.copy_demo(out)
    with progress_notice("Laver rapporten"):
        output = rendering.Output(out.resolve(), overwrite=True)
        written = rendering.write_report(open_source(out), output, ReportRequest(date=parse_day(day)))
    print_result("Rapporten er lavet som webside, PDF og Word:")
    for path in written:
        print_result(f"  {path}")
    print_result(f"Sagerne, den er lavet af, ligger i {out.resolve() / 'cases.xlsx'}")


def report(
    source: SourceArgument = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help="Rapportplanen (id eller mappe).")] = None,
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="NAVN", help="Den enhed, den er til, hvis planen er til en ad gangen."),
    ] = None,
    all_units: Annotated[bool, typer.Option("--all-units", help="En til hver enhed, der har sager.")] = False,
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor rapporten lægges.")] = Path(),
    formats: FormatOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAVN=VÆRDI", help="En af planens parametre. Kan gentages.")
    ] = None,
    day: DateOption = None,
    force: Annotated[bool, typer.Option("--force", help="Lav den trods fejl, stemplet KLADDE.")] = False,
    preliminary: Annotated[
        bool, typer.Option("--preliminary", help="Stemplet Foreløbig - i høring på hver side.")
    ] = False,
    internal: Annotated[
        bool, typer.Option("--internal", help="En intern arbejdskopi, hvor hvert tal viser sagerne bag det.")
    ] = False,
    overwrite: OverwriteOption = False,
    schema_id: SchemaOption = None,
    sheet: SheetOption = None,
    ignore: IgnoreOption = None,
    not_cpr: NotCprOption = None,
    folder: StudyOption = None,
) -> None:
    """Lav en rapport af sagerne."""
    from audit.base.danish import counted
    from audit.cases import findings
    from audit.report import rendering
    from audit.report.documents import ReportRequest, select_plan, with_example_findings

    if unit is not None and all_units:
        raise UsageFault("Skriv enten --unit eller --all-units, ikke begge dele.")
    parameters = dict(map(_parse_setting, settings or ()))
    date = parse_day(day)
    output = rendering.Output(out, rendering.parse_formats(formats), overwrite)
    study = open_study(source, folder, schema_id, sheet, ignore, not_cpr)
    with progress_notice("Laver rapporten"):
        loaded = select_plan(study, plan)
        request = ReportRequest(loaded, unit, parameters, date, force, preliminary, internal)
        if all_units:
            for written in rendering.write_unit_reports(study, output, request):
                _print_paths(written)
        else:
            _print_paths(rendering.write_report(study, output, request))
    reported = with_example_findings(study, loaded).findings
    summary = findings.count_by_severity(reported)
    for message in study.cases.messages(finding for finding in reported if finding.code == "genkendelig"):
        print_notice(str(message))
    if summary["fejl"]:
        print_notice(f"KLADDE: der er {counted(summary['fejl'], 'fejl', 'fejl')} i data.")
    if summary["mangel"]:
        print_notice(f"Der er {counted(summary['mangel'], 'mangel', 'mangler')} i data.")


def _print_paths(paths: Iterable[Path]) -> None:
    for path in paths:
        print_result(f"Skrevet: {path}")


def form(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="SAGSNR", help="De sager, skemaet vises for; ellers alle.", show_default=False),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Et tomt skema.")] = False,
    together: Annotated[bool, typer.Option("--together", help="Alle sagerne i ét dokument.")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help="Rapportplanen (id eller mappe).")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor skemaerne lægges.")] = Path(),
    formats: FormatOption = None,
    day: DateOption = None,
    overwrite: OverwriteOption = False,
    schema_id: SchemaOption = None,
    sheet: SheetOption = None,
    ignore: IgnoreOption = None,
    not_cpr: NotCprOption = None,
    folder: Annotated[
        Path | None, typer.Option("--study", metavar="KILDE", help="Undersøgelsens mappe eller en datafil.")
    ] = None,
) -> None:
    """Vis måleskemaet, tomt eller som sager er besvaret."""
    from audit.report import rendering
    from audit.report.documents import select_cases
    from audit.report.inputs import study_without_cases

    if blank and (cases or together):
        raise UsageFault("Et tomt skema (--blank) har ingen sager.", remedy="Skriv enten --blank eller sagsnumre.")
    output = rendering.Output(out, rendering.parse_formats(formats), overwrite)
    if blank and schema_id is not None and folder is None:
        study = study_without_cases(schema_id)
    else:
        study = open_study(None, folder, schema_id, sheet, ignore, not_cpr)
    with progress_notice("Laver skemaerne"):
        numbers = None if blank else select_cases(study, cases or ())
        for written in rendering.write_forms(study, output, numbers, together=together, plan=plan, date=parse_day(day)):
            _print_paths(written)


def _parse_setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise UsageFault("--set har tegn, der ikke er tekst.", remedy="Skriv i terminalen med UTF-8.")
    if not equals or not name.strip():
        raise UsageFault(f'--set "{text}" kan ikke læses.', remedy="Skriv for eksempel --set published=2026-03.")
    return name.strip(), value.strip()
