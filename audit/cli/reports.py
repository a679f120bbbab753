"""Commands from cases to findings, tables, reports and forms."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli.app import app
from audit.cli.common import (
    Day,
    Formats,
    Ignore,
    NotCpr,
    Overwrite,
    SchemaId,
    Sheet,
    Source,
    StudyFolder,
    opened,
    say,
    tell,
    telling,
    told_day,
    warn,
    width,
)  # fmt: skip
from audit.danish_help import DanishCommand
from audit.errors import DataFault, UsageFault

if TYPE_CHECKING:
    from audit.findings import Severity
    from audit.statistics import Method


@app.command(cls=DanishCommand)
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor den lægges.")] = Path("audit-demo"),
    day: Day = None,
) -> None:
    """Lav en rapport af 130 opdigtede sager."""
    from audit import jobs, reporting
    from audit.study import open_source

    jobs.copy_demo(out)
    with telling("Laver rapporten"):
        output = reporting.Output(out.resolve(), overwrite=True)
        written = reporting.write_report(open_source(out), output, reporting.Wanted(date=told_day(day)))
    tell("Rapporten er lavet som webside, PDF og Word:")
    for path in written:
        tell(f"  {path}")
    tell(f"Sagerne, den er lavet af, ligger i {out.resolve() / 'cases.xlsx'}")


@app.command(cls=DanishCommand)
def check(
    source: Source = None,
    schema_id: SchemaId = None,
    form: Annotated[str, typer.Option("--format", metavar="text|json", help="Hvordan fundene skrives.")] = "text",
    sheet: Sheet = None,
    ignore: Ignore = None,
    not_cpr: NotCpr = None,
    folder: StudyFolder = None,
) -> None:
    """Find fejl og mangler i sagerne."""
    from audit import findings, reporting

    if form not in ("text", "json"):
        raise UsageFault(f'--format kan være text eller json, ikke "{form}".')
    study = reporting.examined(opened(source, folder, schema_id, sheet, ignore, not_cpr))
    summary = findings.counts(study.findings)
    messages = study.cases.messages(study.findings)
    if form == "json":
        report = {"findings": [message.as_json() for message in messages], "summary": summary}
        tell(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for message in messages:
            tell(str(message))
        tell(_summary(study.cases.size, summary))
    if summary["fejl"]:
        raise typer.Exit(DataFault.exit_code)


def _summary(cases: int, summary: dict[Severity, int]) -> str:
    from audit.danish import counted

    parts = (
        counted(summary["fejl"], "fejl", "fejl"),
        counted(summary["mangel"], "mangel", "mangler"),
        counted(summary["note"], "note", "noter"),
    )
    return f"{counted(cases, 'sag', 'sager')}: {', '.join(parts)}."


@app.command(cls=DanishCommand)
def tables(
    source: Source = None,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", metavar="NR", help="Et spørgsmål (3.1). Kan gentages. Ellers alle lukkede."),
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
    overwrite: Overwrite = False,
    schema_id: SchemaId = None,
    sheet: Sheet = None,
    ignore: Ignore = None,
    not_cpr: NotCpr = None,
    folder: StudyFolder = None,
) -> None:
    """Tæl svarene op, en tabel for hvert spørgsmål."""
    from audit import jobs, sheets

    method = _method(interval, exact)
    study = opened(source, folder, schema_id, sheet, ignore, not_cpr)
    cut = jobs.Cut(question or (), by, where or (), percent, method)
    made = jobs.tables(study, cut)
    about = jobs.export(study, cut)
    warn(study)
    if out is None:
        tell(sheets.screen(made, about, percent=percent, width=width()).removesuffix("\n"))
    else:
        sheets.write(out, made, about, percent=percent, overwrite=overwrite)
        say(f"Skrevet: {out}")


def _method(interval: bool, exact: bool) -> Method | None:
    if exact and not interval:
        raise UsageFault("--exact kan kun bruges sammen med --interval.")
    if not interval:
        return None
    return "clopper-pearson" if exact else "wilson"


@app.command(cls=DanishCommand)
def report(
    source: Source = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help="Rapportplanen (id eller mappe).")] = None,
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="NAVN", help="Den enhed, den er til, hvis planen er til en ad gangen."),
    ] = None,
    all_units: Annotated[bool, typer.Option("--all-units", help="En til hver enhed, der har sager.")] = False,
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor rapporten lægges.")] = Path(),
    formats: Formats = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAVN=VÆRDI", help="En af planens parametre. Kan gentages.")
    ] = None,
    day: Day = None,
    force: Annotated[bool, typer.Option("--force", help="Lav den trods fejl, stemplet KLADDE.")] = False,
    preliminary: Annotated[
        bool, typer.Option("--preliminary", help="Stemplet Foreløbig - i høring på hver side.")
    ] = False,
    internal: Annotated[
        bool, typer.Option("--internal", help="En intern arbejdskopi, hvor hvert tal viser sagerne bag det.")
    ] = False,
    overwrite: Overwrite = False,
    schema_id: SchemaId = None,
    sheet: Sheet = None,
    ignore: Ignore = None,
    not_cpr: NotCpr = None,
    folder: StudyFolder = None,
) -> None:
    """Lav en rapport af sagerne."""
    from audit import findings, reporting
    from audit.danish import counted

    if unit is not None and all_units:
        raise UsageFault("Skriv enten --unit eller --all-units, ikke begge dele.")
    given = dict(map(_setting, settings or ()))
    wanted = reporting.Wanted(plan, unit, given, told_day(day), force, preliminary, internal)
    output = reporting.Output(out, reporting.formats(formats), overwrite)
    study = opened(source, folder, schema_id, sheet, ignore, not_cpr)
    with telling("Laver rapporten"):
        if all_units:
            for written in reporting.write_all(study, output, wanted):
                _written(written)
        else:
            _written(reporting.write_report(study, output, wanted))
    found = reporting.examined(study, plan).findings
    summary = findings.counts(found)
    for message in study.cases.messages(one for one in found if one.code == "genkendelig"):
        say(str(message))
    if summary["fejl"]:
        say(f"KLADDE: der er {counted(summary['fejl'], 'fejl', 'fejl')} i data.")
    if summary["mangel"]:
        say(f"Der er {counted(summary['mangel'], 'mangel', 'mangler')} i data.")


def _written(paths: Iterable[Path]) -> None:
    for path in paths:
        tell(f"Skrevet: {path}")


@app.command(cls=DanishCommand)
def form(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="SAGSNR", help="De sager, skemaet vises for; ellers alle.", show_default=False),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Et tomt skema.")] = False,
    together: Annotated[bool, typer.Option("--together", help="Alle sagerne i ét dokument.")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help="Rapportplanen (id eller mappe).")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor skemaerne lægges.")] = Path(),
    formats: Formats = None,
    day: Day = None,
    overwrite: Overwrite = False,
    schema_id: SchemaId = None,
    sheet: Sheet = None,
    ignore: Ignore = None,
    not_cpr: NotCpr = None,
    folder: Annotated[
        Path | None, typer.Option("--study", metavar="KILDE", help="Undersøgelsens mappe eller en datafil.")
    ] = None,
) -> None:
    """Vis måleskemaet, tomt eller som sager er besvaret."""
    from audit import reporting
    from audit.material import without_cases

    if blank and (cases or together):
        raise UsageFault("Et tomt skema (--blank) har ingen sager.", remedy="Skriv enten --blank eller sagsnumre.")
    output = reporting.Output(out, reporting.formats(formats), overwrite)
    if blank and schema_id is not None and folder is None:
        study = without_cases(schema_id)
    else:
        study = opened(None, folder, schema_id, sheet, ignore, not_cpr)
    with telling("Laver skemaerne"):
        shown = None if blank else reporting.known_cases(study, cases or ())
        for written in reporting.write_forms(study, output, shown, together=together, plan=plan, date=told_day(day)):
            _written(written)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise UsageFault("--set har tegn, der ikke er tekst.", remedy="Skriv i terminalen med UTF-8.")
    if not equals or not name.strip():
        raise UsageFault(f'--set "{text}" kan ikke læses.', remedy="Skriv for eksempel --set published=2026-03.")
    return name.strip(), value.strip()
