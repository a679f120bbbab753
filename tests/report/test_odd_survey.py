"""A questionnaire that differs wherever it may: whole numbers, short names of units, a case number that is a number."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from places import DATA

from audit.base.errors import DefinitionFault
from audit.report import documents, inputs
from audit.report.planfile import load
from audit.study import source, tabulation

SCHEMA = (DATA / "naevn.yaml").read_text(encoding="utf-8")
STUDY = "study: naevn\ntitle: Nævn\nschema: naevn.yaml\ndata: sager.xlsx\nexamples: eksempler\nunits: [Syd, Nord]\n"
ROWS = [
    ["Nævn", "Nr.", "Læser", 1, 2, 3, 10],
    ["Nord", 1, "A", "Ja", "Ja", "Frist; Lov", "Nej"],
    ["Nævnet i Nord", 2, "B", "Nej", "Nej", "Intet", "Ja"],
    [2, 3, "A", "Ja", "Ja", "Lov", "Ja"],
]
PLAN = """\
plan: egen
schema_version: 1
title: Egen
default_for: [naevn]
front: {title: Egen}
tables:
  - {id: t1, question: "1", by: naevn}
chapters: [tekst.md]
"""
CHAPTER = '# Tekst\n\n{% for u in units %}{{ u }}: {{ tables["t1"].share(1, row=u)|antal }}. {% endfor %}\n'


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    return made(tmp_path, ROWS)


def made(folder: Path, rows: list[list[object]]) -> Path:
    (folder / "naevn.yaml").write_text(SCHEMA, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    (folder / "eksempler").mkdir()
    (folder / "eksempler" / "en.md").write_text('---\ncase: "1"\ntitle: En sag\n---\nTekst.\n', encoding="utf-8")
    (folder / "reports" / "egen").mkdir(parents=True)
    (folder / "reports" / "egen" / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "reports" / "egen" / "tekst.md").write_text(CHAPTER, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.title = "Sager"
    for row in rows:
        book.active.append(row)
    book.save(folder / "sager.xlsx")
    return folder


def codes(opened: source.Study) -> list[str]:
    return [one.code for one in opened.findings if one.severity != "note"]


def test_headers_that_are_whole_numbers_are_the_questions_of_that_number(odd: Path) -> None:
    opened = source.open_source(odd)
    assert codes(opened) == []
    assert opened.cases.keys == ("1", "2", "3")


def test_the_short_names_of_units_are_used_everywhere_and_in_the_order_of_the_study(odd: Path) -> None:
    opened = source.open_source(odd)
    assert opened.units == inputs.study_facts(opened).units == ("Syd", "Nord")
    [table] = tabulation.make_tables(opened, tabulation.TableRequest(["1"]))
    assert table.rows == ("Syd", "Nord", "I alt")
    report = documents.report_document(opened)
    [text] = ["".join(span.text for span in block.spans) for block in report.blocks if hasattr(block, "spans")][1:]
    assert text.strip() == "Syd: en. Nord: en."


def test_a_unit_without_cases_is_no_unit_of_the_report(tmp_path: Path) -> None:
    opened = source.open_source(made(tmp_path, ROWS[:3]))
    assert inputs.study_facts(opened).units == ("Nord",)


def test_a_broken_rule_says_what_stands_there(tmp_path: Path) -> None:
    rows = [*ROWS[:2], ["Nord", 2, "B", "Ja", "Nej", None, "Ja"]]
    opened = source.open_source(made(tmp_path, rows))
    [broken] = [one for one in opened.cases.messages(opened.findings) if one.code == "regel-brudt"]
    assert str(broken.place) == "sager.xlsx, ark Sager, celler D3, E3 (1, 2)"
    assert broken.message.endswith("Uden begrundelse er den ikke rigtig. Her står: 1 Ja; 2 Nej.")


def test_an_unreadable_answer_counts_once_however_many_columns_it_has(tmp_path: Path) -> None:
    rows = [*ROWS[:2], ["Nord", 2, "B", "Nej", "Nej", "Sagsbehandling", "Ja"]]
    opened = source.open_source(made(tmp_path, rows))
    assert (codes(opened), opened.cases.unreadable_count) == (["ukendt-svar"], 1)


WRONG = (
    '{id: t2, question: "99"}',
    "{id: t2, question: laeser}",
    '{id: t2, question: "1", by: laeser}',
    '{id: t2, question: "1", where: {laeser: A}}',
)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_plan_that_does_not_fit_is_refused_every_time(odd: Path, wrong: str) -> None:
    path = odd / "reports" / "egen" / "plan.yaml"
    path.write_text(PLAN.replace("chapters:", f"  - {wrong}\nchapters:"), encoding="utf-8")
    chosen = load(path.parent)
    questionnaire = source.open_source(odd).questionnaire
    for _ in range(2):
        with pytest.raises(DefinitionFault) as caught:
            inputs.plan_specs(chosen, questionnaire)
        assert [fault.line for fault in caught.value.faults] == [8]
