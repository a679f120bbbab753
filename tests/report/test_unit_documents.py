"""Documents for one unit: its own results beside the whole, its own cases, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import smallstudy
from smallstudy import Runner

from audit.base.errors import DefinitionFault, UsageFault
from audit.document.blocks import Document, FigureBlock, FormBlock, Paragraph, TableBlock
from audit.report import documents, plancheck, planfile, rendering
from audit.study import source
from audit.tables.table import TOTAL

LETTER = """plan: brev
schema_version: 1
title: Et brev til en enhed
per_unit: ja
along_with: [lukket]
parameters:
  greeting: {text: Hilsen, default: "Kære {{ one_unit }}"}
front: {title: "Jeres sager, {{ one_unit }}", cover: nej}
tables:
  - {id: besoeg, question: "1.4", by: distrikt, rows: own, show: both}
figures:
  - {id: figur, table: besoeg, kind: shares, caption: Besøg}
chapters: [brev.md]
"""
CHAPTER = """{% set visited = tables["besoeg"] %}
{{ greeting }}. I har {{ visited.share(1, row=one_unit)|antal_af }} og alle har {{ visited.share(1)|antal_af }}.

{{ table("besoeg") }}

{{ figure("figur") }}

{% for case in unit_cases %}
Sag {{ case.number }} af {{ case.decided }}: {{ case.answer("1.4") }}, {{ case.answer("2.3") }}
{% if case.has("2.3", "Nej") %}(nej){% endif %}.
{{ case.remark("2.3") or "Intet" }}: {{ case.answer("2.4") }}. {{ case.answer("1.4.1") }}.

{{ form(case.number) }}

{% endfor %}
"""
CLOSED = """plan: lukket
schema_version: 1
title: Et bilag
per_unit: ja
parameters: {greeting: {text: Hilsen}}
front: {title: "Bilag til {{ one_unit }}", cover: nej}
chapters: [bilag.md]
"""


def made(folder: Path, *, chapter: str = CHAPTER, letter: str = LETTER) -> Path:
    """The small study (two cases of Nord, two of Syd) with the two plans above."""
    smallstudy.make(folder)
    for name, text, file, prose in (
        ("brev", letter, "brev.md", chapter),
        ("lukket", CLOSED, "bilag.md", "{{ greeting }} {{ unit_cases|length }}\n"),
    ):
        mine = folder / "reports" / name
        mine.mkdir(parents=True)
        (mine / "plan.yaml").write_text(text, encoding="utf-8")
        (mine / file).write_text(prose, encoding="utf-8")
    return folder


def unit_documents(folder: Path, unit: str, **given: str) -> dict[str, Document]:
    wanted = documents.ReportRequest("brev", unit, given)
    return dict(documents.report_documents(source.open_source(folder), wanted))


def words(document: Document) -> str:
    spans = (span for block in document.blocks if isinstance(block, Paragraph) for span in block.spans)
    return " ".join("".join(span.text for span in spans).split())


def test_a_letter_has_the_units_own_results_beside_the_whole(tmp_path: Path) -> None:
    letter = unit_documents(made(tmp_path / "s"), "Syd")["brev-Syd"]
    assert letter.title == "Jeres sager, Syd"
    assert "Kære Syd. I har den ene af de to sager og alle har tre af de fire sager." in words(letter)
    [table] = [block for block in letter.blocks if isinstance(block, TableBlock)]
    assert [(row.header, row.cells[0]) for row in table.rows] == [("Syd", "1 (50 %)"), (TOTAL, "3 (75 %)")]
    [figure] = [block for block in letter.blocks if isinstance(block, FigureBlock)]
    assert figure.chart.rows == ("Syd (2 sager)", "I alt (4 sager)")
    assert figure.chart.values == ((1, 1), (3, 1))


def test_a_letter_tells_of_the_units_own_cases_alone(tmp_path: Path) -> None:
    letter = unit_documents(made(tmp_path / "s"), "Syd")["brev-Syd"]
    told = words(letter)
    assert "Sag Syd/1 af 1. april 2020: Ja, Nej (nej)." in told
    assert "Sag Syd/2 af 1. maj 2020: Nej, Ja ." in told
    assert "Intet: Der mangler noget. Bad." in told
    assert "Nord/" not in told
    assert sum(isinstance(block, FormBlock) and block.number == "1.1" for block in letter.blocks) == 2


def test_what_is_made_along_with_a_letter_is_for_the_same_unit_and_has_the_parameters_it_knows(tmp_path: Path) -> None:
    made_documents = unit_documents(made(tmp_path / "s"), "nord", greeting="Hej")
    assert list(made_documents) == ["brev-Nord", "lukket-Nord"]
    assert made_documents["lukket-Nord"].title == "Bilag til Nord"
    assert words(made_documents["lukket-Nord"]) == "Hej 2"
    assert words(made_documents["brev-Nord"]).startswith("Hej.")


def test_the_questionnaire_of_anothers_case_cannot_be_shown(tmp_path: Path) -> None:
    folder = made(tmp_path / "s", chapter='{{ form("Nord/1") }}\n')
    assert unit_documents(folder, "Nord")
    with pytest.raises(DefinitionFault) as caught:
        unit_documents(folder, "Syd")
    assert 'Sag "Nord/1" findes ikke' in str(caught.value)


def test_an_example_of_anothers_case_cannot_be_shown(tmp_path: Path) -> None:
    folder = made(tmp_path / "s", chapter='{{ case_example("Nord/1") }}\n')
    assert unit_documents(folder, "Nord")
    with pytest.raises(DefinitionFault):
        unit_documents(folder, "Syd")


def test_a_report_of_the_whole_study_has_no_cases_to_tell_of(tmp_path: Path) -> None:
    whole = LETTER.replace("per_unit: ja\nalong_with: [lukket]\n", "").replace(", rows: own", "")
    folder = made(tmp_path / "s", letter=whole, chapter="{{ unit_cases|length }}{{ one_unit }}.\n")
    document = documents.report_document(source.open_source(folder), documents.ReportRequest("brev"))
    assert words(document) == "0."


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (documents.ReportRequest("brev"), "Planen brev laves til en enhed (distrikt) ad gangen."),
        (documents.ReportRequest("brev", "Vest"), "Der er ingen sager fra Vest i undersøgelsen."),
        (documents.ReportRequest("brev", "Nrd"), "Mente du"),
        (documents.ReportRequest("resultater", "Nord"), "Planen resultater er om hele undersøgelsen"),
        (documents.ReportRequest("brev", "Nord", {"greting": "Hej"}), 'parameteren "greting" kendes ikke'),
    ],
)
def test_a_wrong_unit_is_told_of(wanted: documents.ReportRequest, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageFault) as caught:
        documents.report_document(source.open_source(made(tmp_path / "s")), wanted)
    assert message in str(caught.value)


def test_a_unit_without_cases_has_no_letter(tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    cases = folder / "sager.csv"
    kept = [line for line in cases.read_text(encoding="utf-8").splitlines() if not line.startswith("Syd")]
    cases.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(UsageFault) as caught:
        unit_documents(folder, "Syd")
    assert "Der er ingen sager fra Syd" in str(caught.value)
    assert documents.units(source.open_source(folder)) == ("Nord",)


def test_the_only_unit_is_not_compared_with_itself(tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    cases = folder / "sager.csv"
    kept = [line for line in cases.read_text(encoding="utf-8").splitlines() if not line.startswith("Syd")]
    cases.write_text("\n".join(kept), encoding="utf-8")
    letter = unit_documents(folder, "Nord")["brev-Nord"]
    [figure] = [block for block in letter.blocks if isinstance(block, FigureBlock)]
    assert figure.chart.rows == ("Nord (2 sager)",)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("per_unit: ja\n", "", 9, "kun en plan med per_unit: ja kan vise enhedens egen række"),
        ("by: distrikt, ", "", 10, "kun i en tabel med by"),
        ("kind: shares", "kind: shres", 12, "shres"),
        ("[lukket]", "[luket]", 5, 'rapportplanen "luket" findes ikke'),
        ('question: "1.4", by', 'question: "1.4.1", by', 12, "et spørgsmål med flere svar kan ikke tegnes som shares"),
    ],
)
def test_faults_of_a_plan_for_single_units_are_told_with_their_line(
    old: str, new: str, line: int, message: str, tmp_path: Path
) -> None:
    folder = made(tmp_path / "s", letter=LETTER.replace(old, new), chapter='{{ figure("figur") }}\n')
    with pytest.raises(DefinitionFault) as caught:
        plancheck.check_plan(folder / "reports" / "brev", source.open_source(folder))
    assert message in str(caught.value)
    assert caught.value.faults[0].line == line


def test_a_plan_for_single_units_is_tried_on_the_first(tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    assert plancheck.check_plan(folder / "reports" / "brev", source.open_source(folder)).id == "brev"
    assert planfile.load(folder / "reports" / "lukket").definition.per_unit


def test_one_command_makes_a_letter_to_each_unit(run: Runner, tmp_path: Path) -> None:
    folder, out = made(tmp_path / "s"), tmp_path / "ud"
    ran = run("report", folder, "--plan", "brev", "--all-units", "--out", out, "--format", "html")
    assert ran.code == 0
    names = ["brev-Syd.html", "lukket-Syd.html", "brev-Nord.html", "lukket-Nord.html"]
    assert [line.rpartition("/")[2] for line in ran.out.splitlines()] == names
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    again = run("report", folder, "--plan", "brev", "--all-units", "--out", out, "--format", "html")
    assert again.code == 2
    assert run("report", folder, "--plan", "brev", "--unit", "Syd", "--all-units", "--out", out).code == 2


@pytest.mark.pdf
def test_letters_made_side_by_side_are_those_made_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_TYPESETTERS", 2)
    opened, wanted = source.open_source(made(tmp_path / "s")), documents.ReportRequest("brev")
    together = rendering.write_unit_reports(opened, rendering.Output(tmp_path / "alle"), wanted)
    for unit, written in zip(("Syd", "Nord"), together, strict=True):
        alone = rendering.write_report(opened, rendering.Output(tmp_path / "en"), replace(wanted, unit=unit))
        assert [path.name for path in written] == [path.name for path in alone]
        assert [path.read_bytes() for path in written] == [path.read_bytes() for path in alone]


@pytest.mark.parametrize(("case", "told"), [("Syd/1", ["brev-Syd", "lukket-Syd"]), ("Nord/1", [])])
def test_a_fault_in_a_letter_leaves_those_before_it_and_none_after(
    case: str, told: list[str], run: Runner, tmp_path: Path
) -> None:
    folder, out = made(tmp_path / "s", chapter=f'{{{{ form("{case}") }}}}\n'), tmp_path / "ud"
    ran = run("report", folder, "--plan", "brev", "--all-units", "--out", out, "--format", "html")
    assert ran.code == 2
    assert f'Sag "{case}" findes ikke' in ran.err
    assert [Path(line).stem for line in ran.out.splitlines()] == told
    assert sorted(path.stem for path in tmp_path.glob("ud/*")) == told


def test_a_file_in_the_way_of_a_letter_leaves_those_before_it(run: Runner, tmp_path: Path) -> None:
    folder, out = made(tmp_path / "s"), tmp_path / "ud"
    out.mkdir()
    (out / "lukket-Nord.html").write_text("min", encoding="utf-8")
    ran = run("report", folder, "--plan", "brev", "--all-units", "--out", out, "--format", "html")
    assert ran.code == 2
    assert "lukket-Nord.html" in ran.err
    assert sorted(path.name for path in out.iterdir()) == ["brev-Syd.html", "lukket-Nord.html", "lukket-Syd.html"]


def test_what_letters_share_is_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    load = planfile.load
    monkeypatch.setattr(planfile, "load", lambda folder: loaded.append(folder.name) or load(folder))
    opened, wanted = source.open_source(made(tmp_path / "s")), documents.ReportRequest("brev")
    batches = documents.unit_documents(opened, wanted, ("Syd", "Nord"))
    assert [len(list(batch)) for batch in batches] == [2, 2]
    assert loaded.count("resultater") == 1  # among all plans, whose parameters the study may have
    assert loaded.count("brev") == loaded.count("lukket") == 2


@pytest.mark.pdf
@pytest.mark.parametrize(("format", "times"), [("pdf", 1), ("html", 0)])
def test_typst_lets_go_of_letters_before_it_makes_more(
    format: rendering.Format, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[bool] = []
    monkeypatch.setattr("audit.render.pdf.forget", lambda: forgotten.append(True))
    monkeypatch.setattr(rendering, "_TYPESETTERS", 1)
    opened, output = source.open_source(made(tmp_path / "s")), rendering.Output(tmp_path / "ud", (format,))
    written = list(rendering.write_unit_reports(opened, output, documents.ReportRequest("lukket")))
    assert (len(written), len(forgotten)) == (2, times)
