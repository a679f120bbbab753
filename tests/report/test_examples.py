"""Cases told as examples: they stand where the plan wants them, agree with their answers, and make nobody known."""

from __future__ import annotations

from pathlib import Path

import pytest
import smallstudy
from smallstudy import Runner

from audit.base.errors import DataFault, DefinitionFault
from audit.cases.findings import Finding
from audit.document.blocks import CaseExample, Document, Paragraph
from audit.report import documents, examples, plancheck, planfile
from audit.study import source

PLAN = """plan: eksempler
schema_version: 1
title: En plan med eksempler
default_for: [hjemmehjaelp]
front: {title: Eksempler}
examples:
  - {section: faar-hjaelp, when: {"1.4": Ja}}
  - {section: faar-ikke, when: {"1.4": Nej}}
chapters: [et.md]
"""
CHAPTER = """# Eksempler

{% if examples["faar-hjaelp"] %}
Her er {{ examples["faar-hjaelp"]|length }}.

{{ case_examples("faar-hjaelp") }}
{% endif %}
{% if examples["faar-ikke"] %}
Ingen hjælp.

{{ case_examples("faar-ikke") }}
{% endif %}
"""


def made(folder: Path, *, section: str = "faar-hjaelp", text: str = "Borgeren fik rengøring.") -> Path:
    """The small study with one example (case Nord/1, which has help) and the plan above."""
    example = f"---\ncase: Nord/1\nsection: {section}\ntitle: En sag\n---\n\n{text}\n"
    smallstudy.make(folder, example=example)
    mine = folder / "reports" / "eksempler"
    mine.mkdir(parents=True)
    (mine / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (mine / "et.md").write_text(CHAPTER, encoding="utf-8")
    return folder


def found(folder: Path) -> list[Finding]:
    opened = source.open_source(folder)
    chosen = planfile.load_by_id("eksempler", folder / "reports")
    return list(examples.example_findings(opened, chosen))


def words(document: Document) -> str:
    return " ".join(span.text for block in document.blocks if isinstance(block, Paragraph) for span in block.spans)


def test_an_example_stands_in_its_section_and_a_section_without_any_is_left_out(tmp_path: Path) -> None:
    document = documents.report_document(source.open_source(made(tmp_path / "s")), documents.ReportRequest("eksempler"))
    assert [one.case for one in document.blocks if isinstance(one, CaseExample)] == ["Nord/1"]
    assert "Her er" in words(document)
    assert "Ingen hjælp" not in words(document)
    assert found(tmp_path / "s") == []


def test_an_example_that_contradicts_its_case_is_an_error_that_names_the_condition(tmp_path: Path) -> None:
    folder = made(tmp_path / "s", section="faar-ikke")
    [one] = found(folder)
    assert (one.code, one.severity, str(one.place)) == ("eksempel-strider", "fejl", "en.md, linje 2")
    assert 'under faar-ikke, men det er ikke sådan i sagen, at 1.4 er "Nej"' in one.message
    with pytest.raises(DataFault):
        documents.report_document(source.open_source(folder), documents.ReportRequest("eksempler"))


def test_an_answer_that_is_not_given_is_no_ground_for_an_example(tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    cases = folder / "sager.csv"
    blank = cases.read_text(encoding="utf-8").replace("60,Ja,1,0,0,0", "60,,,,,")
    cases.write_text(blank, encoding="utf-8")
    assert [one.code for one in found(folder)] == ["eksempel-strider"]


def test_a_section_that_the_plan_does_not_have_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    [one] = found(made(tmp_path / "s", section="faar-hjelp"))
    assert (one.code, one.severity) == ("eksempel-afsnit", "fejl")
    assert "Mente du" in one.message
    assert "Skriv faar-hjaelp eller faar-ikke." in one.message


def test_an_example_without_a_section_is_left_to_the_chapters(tmp_path: Path) -> None:
    assert found(made(tmp_path / "s", section='""')) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Det skete den 31. oktober 2014.", "en hel dato"),
        ("Det skete 2014-10-31.", "en hel dato"),
        ("Hun er født 03.05.1974.", "en hel dato"),
        ("Han er født 3/5-74.", "en hel dato"),
        ("Det skete den 3. Maj 1974.", "en hel dato"),
        ("Anne-Mette Opdigtet fik hjælp.", "noget, der ligner et navn"),
        ("Hun bor på Åboulevarden 12.", "en adresse"),
        ("Hun bor i Opdigterup.", "noget, der ligner et sted eller en person"),
        ("Skriv til hans.hansen@eksempel.dk.", "en mailadresse eller et telefonnummer"),
        ("Ring 12 34 56 78 i morgen.", "en mailadresse eller et telefonnummer"),
        ("Hun bor på Møllevej 12.", "en adresse"),
        ("Han arbejdede hos Byg ApS i et år.", "navnet på en virksomhed"),
        ("Borgeren hedder Inge Opdigtet og bor alene.", "noget, der ligner et navn"),
        ("Borgeren bor i Nord nær kirken.", "et sted (distrikt)"),
    ],
)
def test_what_may_make_a_citizen_known_is_a_note_that_does_not_repeat_it(text: str, what: str, tmp_path: Path) -> None:
    [one] = found(made(tmp_path / "s", text=f"Først noget andet.\n\n{text}"))
    assert (one.code, one.severity, str(one.place)) == ("genkendelig", "note", "en.md, linje 9")
    assert what in one.message
    assert not [
        word for word in text.rstrip(".").split()[1:] if len(word) > 4 and word[0].isupper() and word in one.message
    ]


@pytest.mark.parametrize(
    "text",
    [
        "En 62-årig kvinde fik i oktober 2014 hjælp. Hun har Menières sygdom og en HF fra aftenskolen.",
        "Efter § 70 b og LÆ 265 kunne han arbejde 12 timer og 45 minutter om ugen i 30 år.",
    ],
)
def test_an_ordinary_example_is_not_warned_of(text: str, tmp_path: Path) -> None:
    assert found(made(tmp_path / "s", text=text)) == []


def test_the_check_tells_of_examples_and_so_does_the_report(run: Runner, tmp_path: Path) -> None:
    folder = made(tmp_path / "s", section="faar-ikke")
    ran = run("check", str(folder))
    assert ran.code == 1
    assert "en.md, linje 2: eksemplet med sag Nord/1" in ran.out
    ran = run("report", str(folder), "--out", str(tmp_path / "ud"), "--format", "html", "--force")
    assert ran.code == 0
    assert "KLADDE: der er 1 fejl i data." in ran.err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('when: {"1.4": Nej}', 'when: {"9.9": Nej}', "9.9"),
        ("section: faar-ikke", "section: faar-hjaelp", "er der i forvejen"),
        ("chapters: [et.md]", "chapters: [to.md]", "to.md"),
    ],
)
def test_faults_of_a_section_are_told_with_their_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    file = folder / "reports" / "eksempler" / "plan.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionFault) as caught:
        plancheck.check_plan(file.parent, source.open_source(folder))
    assert message in str(caught.value)
    assert caught.value.faults[0].line >= 6


def test_a_section_that_is_named_wrong_in_a_chapter_is_a_fault_with_its_line(tmp_path: Path) -> None:
    folder = made(tmp_path / "s")
    chapter = folder / "reports" / "eksempler" / "et.md"
    chapter.write_text(CHAPTER.replace('case_examples("faar-ikke")', 'case_examples("fik-ikke")'), encoding="utf-8")
    with pytest.raises(DefinitionFault) as caught:
        planfile.load(chapter.parent)
    assert [(one.line, "fik-ikke" in one.message) for one in caught.value.faults] == [(11, True)]
