"""The command line: parses, calls one function, prints. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from audit import cpr
from audit.danish_help import DanishCommand, DanishGroup
from audit.errors import DataFault, DefinitionFault, FileFault, UsageFault

if TYPE_CHECKING:
    from audit.findings import Severity
    from audit.study import Study

app = typer.Typer(
    cls=DanishGroup,
    help="Praksisundersøgelser: fra sager i et måleskema til tabeller pr. enhed og en færdig rapport.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    suggest_commands=False,
)
schemas = typer.Typer(cls=DanishGroup, rich_markup_mode=None, no_args_is_help=True, suggest_commands=False)
plans = typer.Typer(cls=DanishGroup, rich_markup_mode=None, no_args_is_help=True, suggest_commands=False)
app.add_typer(schemas, name="schema", help="Måleskemaer: vis dem, og find fejl i dem.")
app.add_typer(plans, name="plan", help="Rapportplaner: find fejl i dem.")

#: Seconds before a person at a terminal is told what takes so long.
_PATIENCE = 1.0

Source = Annotated[
    Path | None,
    typer.Argument(
        metavar="KILDE", help="En undersøgelses mappe (ellers den aktuelle) eller en datafil.", show_default=False
    ),
]
StudyFolder = Annotated[Path | None, typer.Option("--study", metavar="MAPPE", help="Undersøgelsens mappe.")]
SchemaId = Annotated[
    str | None, typer.Option("--schema", metavar="ID", help="Måleskemaet, når kilden er en datafil: id eller YAML-fil.")
]
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="ARK", help="Det ark i projektmappen, der skal læses.")]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", metavar="NAVN", help="En kolonne, der ikke skal læses. Kan gentages."),
]
NotCpr = Annotated[
    list[str] | None,
    typer.Option(
        "--not-cpr", metavar="CELLE", help="En celle (K7), som du indestår for ikke har et CPR-nummer. Kan gentages."
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Erstat filer, der findes i forvejen.")]
Formats = Annotated[
    list[str] | None,
    typer.Option("--format", metavar="html|pdf|docx", help="Formatet. Kan gentages. Ellers alle tre."),
]
Day = Annotated[str | None, typer.Option("--date", metavar="ÅÅÅÅ-MM-DD", help="Rapportens dato.")]


def _open(
    source: Path | None,
    folder: Path | None,
    schema_id: str | None,
    sheet: str | None,
    ignore: list[str] | None,
    not_cpr: list[str] | None,
) -> Study:
    from audit.study import Reading, open_source

    if source is not None and folder is not None:
        raise UsageFault("Skriv enten en kilde eller --study, ikke begge dele.")
    for cell in not_cpr or ():
        if not re.fullmatch(r"[A-Za-z]{1,3}[1-9]\d*", cell):
            raise UsageFault(f'--not-cpr "{cell}" er ikke en celle.', remedy="Skriv for eksempel --not-cpr K7.")
    reading = Reading(sheet, ignore or (), not_cpr or ())
    with _telling("Læser sagerne"):
        return open_source(source or folder or Path(), schema_id=schema_id, reading=reading)


@contextmanager
def _telling(what: str) -> Iterator[None]:
    """Tell a person at a terminal what is under way, once it has taken a while."""
    timer = Timer(_PATIENCE, _say, [f"{what} …"])
    timer.daemon = True
    if _at_terminal(sys.stderr):
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _say(text: str) -> None:
    """Something beside the result: to the error stream, so that a pipe gets the result alone."""
    print(cpr.blot(text), file=sys.stderr)  # noqa: T201


def _print(text: str) -> None:
    print(cpr.blot(text))  # noqa: T201


def _width() -> int | None:
    """Characters a line of the terminal; None into a pipe, where nothing is wrapped."""
    return shutil.get_terminal_size().columns if _at_terminal(sys.stdout) else None


def _at_terminal(stream: TextIO | None) -> bool:
    """Whether a person reads the stream (which is None where the shell has closed it)."""
    return stream is not None and stream.isatty()


@app.command(cls=DanishCommand)
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor den lægges.")] = Path("audit-demo"),
    day: Day = None,
) -> None:
    """Lav en rapport af 130 opdigtede sager."""
    from audit import jobs, reporting
    from audit.study import open_source

    jobs.copy_demo(out)
    with _telling("Laver rapporten"):
        output = reporting.Output(out.resolve(), overwrite=True)
        written = reporting.write_report(open_source(out), output, reporting.Wanted(date=_day(day)))
    _print("Rapporten er lavet som webside, PDF og Word:")
    for path in written:
        _print(f"  {path}")
    _print(f"Sagerne, den er lavet af, ligger i {out.resolve() / 'cases.xlsx'}")


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
    from audit import findings

    if form not in ("text", "json"):
        raise UsageFault(f'--format kan være text eller json, ikke "{form}".')
    study = _open(source, folder, schema_id, sheet, ignore, not_cpr)
    summary = findings.counts(study.findings)
    messages = study.cases.messages(study.findings)
    if form == "json":
        report = {"findings": [message.as_json() for message in messages], "summary": summary}
        _print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for message in messages:
            _print(str(message))
        _print(_summary(study.cases.size, summary))
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

    study = _open(source, folder, schema_id, sheet, ignore, not_cpr)
    cut = jobs.Cut(question or (), by, where or (), percent)
    made = jobs.tables(study, cut)
    about = jobs.export(study, cut)
    _warn(study)
    if out is None:
        _print(sheets.screen(made, about, percent=percent, width=_width()).removesuffix("\n"))
    else:
        sheets.write(out, made, about, percent=percent, overwrite=overwrite)
        _say(f"Skrevet: {out}")


def _warn(study: Study) -> None:
    """Say that the data is not in order, and how much could not be read."""
    from audit import findings
    from audit.danish import counted

    summary = findings.counts(study.findings)
    if summary["fejl"]:
        unread = study.cases.unread
        left_out = f" {counted(unread, 'svar', 'svar')} kunne ikke læses og er udeladt." if unread else ""
        _say(f'Advarsel: der er {counted(summary["fejl"], "fejl", "fejl")} i data; se "audit check".{left_out}')


@app.command(cls=DanishCommand)
def report(
    source: Source = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help="Rapportplanen (id eller mappe).")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="MAPPE", help="Hvor rapporten lægges.")] = Path(),
    formats: Formats = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAVN=VÆRDI", help="En af planens parametre. Kan gentages.")
    ] = None,
    day: Day = None,
    force: Annotated[bool, typer.Option("--force", help="Lav den trods fejl, stemplet KLADDE.")] = False,
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

    wanted = reporting.Wanted(plan, dict(map(_setting, settings or ())), _day(day), force)
    output = reporting.Output(out, reporting.formats(formats), overwrite)
    study = _open(source, folder, schema_id, sheet, ignore, not_cpr)
    with _telling("Laver rapporten"):
        _written(reporting.write_report(study, output, wanted))
    summary = findings.counts(study.findings)
    if summary["fejl"]:
        _say(f"KLADDE: der er {counted(summary['fejl'], 'fejl', 'fejl')} i data.")
    if summary["mangel"]:
        _say(f"Der er {counted(summary['mangel'], 'mangel', 'mangler')} i data.")


def _written(paths: Iterable[Path]) -> None:
    for path in paths:
        _print(f"Skrevet: {path}")


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

    if blank and (cases or together):
        raise UsageFault("Et tomt skema (--blank) har ingen sager.", remedy="Skriv enten --blank eller sagsnumre.")
    output = reporting.Output(out, reporting.formats(formats), overwrite)
    if blank and schema_id is not None and folder is None:
        study = reporting.without_cases(schema_id)
    else:
        study = _open(None, folder, schema_id, sheet, ignore, not_cpr)
    with _telling("Laver skemaerne"):
        shown = None if blank else reporting.known_cases(study, cases or ())
        for written in reporting.write_forms(study, output, shown, together=together, plan=plan, date=_day(day)):
            _written(written)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise UsageFault("--set har tegn, der ikke er tekst.", remedy="Skriv i terminalen med UTF-8.")
    if not equals or not name.strip():
        raise UsageFault(f'--set "{text}" kan ikke læses.', remedy="Skriv for eksempel --set published=2026-03.")
    return name.strip(), value.strip()


def _day(text: str | None) -> date | None:
    """The day that is told, or the one that a reproducible build sets (SOURCE_DATE_EPOCH, seconds since 1970)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if text is not None:
            return date.fromisoformat(text)
        return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        told = epoch if text is None else text
        raise UsageFault(f'"{told}" er ikke en dato.', remedy="Skriv den som 2016-03-01.") from error


@schemas.command("list", cls=DanishCommand)
def schema_list() -> None:
    """Vis de måleskemaer, der følger med."""
    from audit import schema

    for name, path in schema.available().items():
        found = schema.check(path).questionnaire
        _print(f"{name}  {found.title if found else ''}".rstrip())


@schemas.command("show", cls=DanishCommand)
def schema_show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Måleskemaets id, eller stien til en YAML-fil.")],
) -> None:
    """Vis et måleskema med svar, betingelser, regler og retsgrundlag."""
    from audit import schema, show

    _print(show.questionnaire(schema.load(schema.find(name)), _width()))


@schemas.command("check", cls=DanishCommand)
def schema_check(path: Annotated[Path, typer.Argument(metavar="FIL", help="Måleskemaet som YAML-fil.")]) -> None:
    """Find alle fejl i et måleskema."""
    from audit import schema
    from audit.danish import counted

    if not path.is_file():
        raise FileFault(f"Filen {path} findes ikke.")
    checked = schema.check(path)
    for fault in checked.faults:
        _print(str(fault))
    if checked.faults or checked.questionnaire is None:
        _print(f"{path.name}: {counted(len(checked.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code)
    asked = [question for question in checked.questionnaire.questions if not question.identification]
    rules = len(checked.questionnaire.rules)
    _print(f"{path.name}: ingen fejl. {len(asked)} spørgsmål, {counted(rules, 'regel', 'regler')}.")


@app.command("plans", cls=DanishCommand)
def plan_list(folder: StudyFolder = None) -> None:
    """Vis de rapportplaner, der kan bruges."""
    from audit import plan

    usable, faulty = plan.usable((folder or Path()) / plan.FOLDER)
    for name, one in usable.items():
        meant = ", ".join("alle måleskemaer" if id_ == plan.ANY else id_ for id_ in one.definition.default_for)
        _print(f"{name}  {one.definition.title}{f' ({meant})' if meant else ''}")
    for name, error in faulty.items():
        _say(f"{name} kan ikke bruges:\n{error}")


@plans.command("check", cls=DanishCommand)
def plan_check(
    folder: Annotated[Path, typer.Argument(metavar="MAPPE", help="Mappen med plan.yaml.")],
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", metavar="MAPPE", help="Den undersøgelse, planen prøves på; ellers den, planen ligger i."
        ),
    ] = None,
) -> None:
    """Find alle fejl i en rapportplan og dens kapitler."""
    from audit import reporting
    from audit.danish import counted

    around = study or reporting.study_around(folder)
    try:
        tried = None if around is None else _open(None, around, None, None, None, None)
        found = reporting.check_plan(folder, tried)
    except DefinitionFault as error:
        for fault in error.faults:
            _print(str(fault))
        _print(f"{folder}: {counted(len(error.faults), 'fejl', 'fejl')}.")
        raise typer.Exit(DataFault.exit_code) from error
    _print(f"{folder}: ingen fejl. {counted(len(found.texts), 'kapitel', 'kapitler')}.")
