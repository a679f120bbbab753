"""The work behind the commands: what a report says where answers are missing, and what `plan check` tries."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from places import ROOT, SAMPLE

from audit.base import danish
from audit.base.errors import DefinitionFault
from audit.cases.findings import count_by_severity
from audit.report import documents, plancheck
from audit.study import demo, source, tabulation
from audit.tables.spec import spec
from audit.tables.tabulate import Tabulator

SAMPLE = SAMPLE / "cases.csv"


def sample_with(folder: Path, column: str, value: str, rows: int) -> source.Study:
    """The sample with one column changed in its first rows."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    for case in cases[:rows]:
        case[column] = value
    path = folder / "sager.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(cases[0]))
        writer.writeheader()
        writer.writerows(cases)
    return source.open_source(path, schema_id="fleksjob-2016")


def told(opened: source.Study, plan: str | None = None) -> str:
    """The text of the paragraphs of a report."""
    made = documents.report_document(opened, documents.ReportRequest(plan=plan))
    paragraphs = [block.spans for block in made.blocks if hasattr(block, "spans")]
    return " ".join(" ".join("".join(span.text for span in spans).split()) for spans in paragraphs)


def test_a_report_tells_that_a_question_is_not_answered_in_some_cases(tmp_path: Path) -> None:
    opened = sample_with(tmp_path, "q3_1", "", 3)
    lacking = count_by_severity(opened.findings)["mangel"]
    assert lacking >= 3
    assert "Det er besvaret i 127 af de 130 sager, om afgørelsen er rigtig. Resten er ikke talt med." in told(opened)
    for plan in (None, "resultater"):
        assert f"Der er {danish.count_word(lacking)} mangler i data" in told(opened, plan)


def test_a_report_of_whole_data_says_nothing_of_missing_answers() -> None:
    opened = source.open_source(SAMPLE, schema_id="fleksjob-2016")
    assert "ikke besvaret" not in told(opened)
    assert "i data: svar" not in told(opened)


def test_small_fleksjob_are_counted_among_those_in_the_target_group_alone(tmp_path: Path) -> None:
    """Without an answer to 3.3 a case is in neither group."""
    opened = sample_with(tmp_path, "q3_3", "", 15)
    [both] = tabulation.make_tables(opened, tabulation.TableRequest(["3.4"], where=["3.3=1;2"]))
    small = both.count("1") + both.count("2")
    assert small < 79
    assert f"I {small} af de {both.base[-1]} sager, hvor borgeren er i målgruppen for fleksjob, er" in told(opened)


def test_intervals_are_of_percentages_that_are_shown_too() -> None:
    opened = source.open_source(SAMPLE, schema_id="fleksjob-2016")
    cut = tabulation.TableRequest(["3.1"], interval="wilson")
    assert [table.show for table in tabulation.make_tables(opened, cut)] == ["both"]
    assert tabulation.describe_export(opened, "kommune", cut.interval).interval == "wilson"


def test_the_title_of_a_study_is_the_title_of_the_report_for_all() -> None:
    made = documents.report_document(source.open_source(demo.demo_study()), documents.ReportRequest(plan="resultater"))
    assert made.title == "Fleksjob til borgere med aktuelt meget begrænset arbejdsevne"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [('{{ ref("figur-afg") }}', "figur-afg"), ('{{ tables["afgoerelse"].share(9)|antal }}', "9")],
)
def test_plan_check_makes_the_report_and_tells_what_only_then_goes_wrong(tmp_path: Path, wrong: str, said: str) -> None:
    folder = tmp_path / "praksisundersoegelse"
    shutil.copytree(ROOT / "reports" / folder.name, folder)
    chapter = folder / "fleksjob.md"
    text = chapter.read_text(encoding="utf-8")
    plancheck.check_plan(folder)
    chapter.write_text(f"{text}\n{{{{ case_example('18') }}}}\n\nHer er {wrong} med.\n", encoding="utf-8")
    with pytest.raises(DefinitionFault) as caught:
        plancheck.check_plan(folder)
    [fault] = caught.value.faults
    assert said in fault.message
    assert fault.line == text.count("\n") + 4


def plan_with(folder: Path, text: str) -> Path:
    """The shipped plan with something more in a chapter."""
    shutil.copytree(ROOT / "reports" / "praksisundersoegelse", folder / "praksisundersoegelse")
    chapter = folder / "praksisundersoegelse" / "fleksjob.md"
    chapter.write_text(f"{chapter.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    return chapter.parent


@pytest.mark.parametrize("case", ["'18'", "18", '"sag 12"', "'12 (a)'", '"d\'Or"', "( 'A/1' )"])
def test_plan_check_knows_an_example_by_any_number(tmp_path: Path, case: str) -> None:
    plancheck.check_plan(plan_with(tmp_path, f"{{{{ case_example({case}) }}}}"))


@pytest.mark.parametrize(
    "hidden", ['{# {{ case_example("sag 12") }} #}', '{% raw %}{{ case_example("sag 12") }}{% endraw %}']
)
def test_plan_check_takes_no_example_from_a_comment_or_from_raw_text(tmp_path: Path, hidden: str) -> None:
    """A case that is worked out, and not named outright, is not known to be there because a comment names it."""
    use = '{{ case_example("sag " ~ 12) }}'
    with pytest.raises(DefinitionFault, match='eksemplet "sag 12" findes ikke'):
        plancheck.check_plan(plan_with(tmp_path, f"{hidden}\n\n{use}"))


def test_sorted_by_size_answers_that_stand_alone_come_last() -> None:
    """None of the others is done (Nej) in most of the 42 cases, and it is no measure."""
    opened = source.open_source(demo.demo_study())
    wanted = spec(opened.questionnaire, "2.9", where={"2.8": "Ja"}, sort="size")
    made = Tabulator(opened.cases).table(wanted)
    assert made.columns[0] == "Mentorstøtte"
    assert made.columns[-2:] == ("Nej", "Uoplyst")
    assert made.count("Nej") > made.count("Mentorstøtte")
