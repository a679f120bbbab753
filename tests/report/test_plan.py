from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from handmade import FACTS, grid, table
from places import ROOT
from smallstudy import Runner, make

from audit.base.errors import DefinitionFault, FileFault, UsageFault
from audit.document.blocks import Block, CaseExample, FigureBlock, FormBlock, Heading, Note, Paragraph, Span, TableBlock
from audit.prose.chapters import Facts, Setting
from audit.report import compose, documents, planfile
from audit.study import source

SETTING = Setting(FACTS)
#: The plans that come along.
SHIPPED = (
    "kommunalbestyrelse", "kommunalbestyrelse-bilag", "maaleskema", "praksisundersoegelse", "resultater",
    "tilbagemelding",
)  # fmt: skip

MINIMAL = """plan: proeve
schema_version: 1
title: En prøve
default_for: [proeve-1]
parameters:
  examiner: {text: Hvem, default: "Kommunen"}
  hearing: {text: Høring, type: date}
  long: {text: Lang, type: bool, default: nej}
  published: {text: Udgivet, type: month, default: 2016-03}
front: {title: "{{ examiner }}s prøve", details: {Sager: "{{ cases }}", Høring: "{{ hearing }}"}}
tables:
  - {id: a, question: "1.1", by: unit, collapse: {Begge: [1, 2]}, note: "Note: {{ cases }}."}
figures:
  - {id: b, table: a, kind: stacked, caption: Figur}
chapters: [et.md]
appendices:
  - {number: 4, title: "Bilag om {{ unit }}", file: bilag.md}
"""
CHAPTER = '# Et\n\nSe {{ ref("a") }}.\n\n{{ figure("b") }}\n'
APPENDIX = '{{ table("a") }}\n'


def made(tmp_path: Path, text: str = MINIMAL, chapter: str = CHAPTER, appendix: str = APPENDIX) -> Path:
    folder = tmp_path / "proeve"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    (folder / "et.md").write_text(chapter, encoding="utf-8")
    (folder / "bilag.md").write_text(appendix, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[tuple[str, int]]:
    with pytest.raises(DefinitionFault) as caught:
        planfile.load(folder)
    return [(fault.file, fault.line) for fault in caught.value.faults]


def words(blocks: tuple[Block, ...]) -> str:
    """The running text of a report."""
    running = [block for block in blocks if isinstance(block, Heading | Paragraph | Note)]
    return "\n".join("".join(span.text for span in block.spans) for block in running)


# --- loading


def test_a_plan_is_read_with_every_value_as_written(tmp_path: Path) -> None:
    loaded = planfile.load(made(tmp_path))
    assert loaded.id == "proeve"
    [planned] = loaded.definition.tables
    assert planned.spec == {"id": "a", "question": "1.1", "by": "unit", "collapse": {"Begge": ["1", "2"]}}
    assert loaded.definition.chapters[0].numbered
    assert loaded.place("tables", 0, "note") == ("proeve/plan.yaml", 12)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("default_for:", "defualt_for:", 4, "default_for"),
        ("schema_version: 1", "schema_version: 2", 2, "1"),
        ("kind: stacked", "kind: pie", 14, "stacked"),
        ("table: a,", "table: aa,", 14, 'Mente du "a"?'),
        ("id: b,", "id: a,", 14, "er brugt"),
        ("id: b,", "id: B,", 14, "små bogstaver"),
        ("id: b,", "id: spm-2.3,", 14, 'begynder med "spm-"'),
        ("  examiner:", "  cases:", 6, "i forvejen"),
        ("  examiner:", "  Examiner:", 6, "små bogstaver"),
        ("type: date}", "type: date, default: 17. december}", 7, "skal være en dato"),
        ("default: nej", "default: måske", 8, "ja eller nej"),
        ("default: nej", 'default: "{{ kases > 1 }}"', 8, 'Mente du "cases"?'),
        ("default: nej", 'default: "{{ cases > }}"', 8, '"}}" kan ikke stå her'),
        ("front: {", 'front: {cover: "{{ kort }}", ', 10, '"kort" kendes ikke'),
        ("[et.md]", '[{file: et.md, when: "{{ kort }}"}]', 15, '"kort" kendes ikke'),
        ("number: 4,", 'number: 4, when: "{% if cases %}ja",', 17, "{% if %} bliver aldrig afsluttet"),
        ("type: bool", "type: boolean", 8, "bool"),
        ("{{ examiner }}s", "{{ examinr }}s", 10, 'Mente du "examiner"?'),
        ('"{{ cases }}"', '"{{ cases|antl }}"', 10, 'Mente du "antal"?'),
        ("Note: {{ cases }}", "Note: {{ cases", 12, "Jinja"),
        ("[et.md]", "[to.md]", 15, "findes ikke"),
        ("[et.md]", "[../et.md]", 15, "i planens mappe"),
        ("number: 4", "number: fire", 17, ""),
        ("{{ unit }}", "{{ unt }}", 17, 'Mente du "unit"?'),
        ("title: En prøve\n", "", 1, '"title" mangler'),
    ],
)
def test_a_broken_plan_tells_the_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in MINIMAL
    with pytest.raises(DefinitionFault) as caught:
        planfile.load(made(tmp_path, MINIMAL.replace(old, new)))
    told = [fault for fault in caught.value.faults if fault.file == "proeve/plan.yaml"]
    assert told[0].line == line
    assert words in told[0].message


@pytest.mark.parametrize(
    ("chapter", "told"),
    [
        ('# Et {{ anchor("x") }}\n', []),
        ("# Et {{ anchor( 'x' ) }}\n", []),
        ("# Et\n", ["henvisning"]),
        ('# Et {# {{ anchor("x") }} #}\n', ["henvisning"]),
        ('# Et {% raw %}{{ anchor("x") }}{% endraw %}\n', ["henvisning"]),
        ('# Et\n\n{{ anchor("x" }}\n', ["jinja"]),
    ],
)
def test_a_recommendation_names_a_section_that_a_chapter_has(tmp_path: Path, chapter: str, told: list[str]) -> None:
    text = MINIMAL + 'recommendations:\n  - {text: Gør det, table: a, answers: ["1"], section: x}\n'
    folder = made(tmp_path, text, chapter)
    try:
        planfile.load(folder)
    except DefinitionFault as fault:
        assert [one.code for one in fault.faults] == told
    else:
        assert not told


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# Et\n\n##\n\nTekst.\n", 3, "overskriften er tom"),
        ("# Et\n\n## {{ '' }}\n", 3, "overskriften er tom"),
        ('# Et\n\nTekst.\n\n## {{ anchor("x") }}\n', 5, "overskriften er tom"),
        ("# Et\n\n## To\n\n### Tre\n\n#### Fire\n\n##### Fem\n", 9, "højst have fire #"),
        ('# Et {{ anchor("A b") }}\n', 1, "kan ikke være et navn"),
        ("# Et {{ anchor(5) }}\n", 1, "kan ikke være et navn"),
        ("# Et\n\nSe {{ ref([1]) }}.\n", 3, "kan ikke være et navn"),
        ('# Et\n\n{{ table("a") }}\n\n{{ table("a") }}\n', 5, '"a" er navnet på både tabel 1.1 og tabel 1.2'),
        ('# Et\n\n{{ figure("b") }}\n\n{{ figure("b") }}\n', 5, '"b" er navnet på både'),
    ],
)
def test_what_only_a_finished_chapter_shows_is_told_by_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(DefinitionFault) as caught:
        compose.compose_document(
            planfile.load(made(tmp_path, MINIMAL, text, "Tekst.\n")), compose.ReportInputs(FACTS, ONE_TABLE), {}
        )
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == ("proeve/et.md", line)
    assert words in fault.message


def test_what_is_in_a_comment_is_no_heading(tmp_path: Path) -> None:
    planfile.load(made(tmp_path, MINIMAL, "# Et\n\n{#\n# gammel\n#}\n\n## To\n"))


@pytest.mark.parametrize("cover", ["ja", "Ja", " JA "])
def test_a_report_with_a_cover_has_chapters_with_headings(tmp_path: Path, cover: str) -> None:
    text = MINIMAL.replace("front: {", f'front: {{cover: "{cover}", ')
    with pytest.raises(DefinitionFault, match="skal begynde med kapitlets overskrift"):
        planfile.load(made(tmp_path, text, "Tekst uden overskrift.\n"))


def test_two_appendices_with_one_number_are_a_fault(tmp_path: Path) -> None:
    text = MINIMAL + "  - {number: 4, title: Igen, file: bilag.md}\n"
    with pytest.raises(DefinitionFault, match=r"linje 18.*bilag 4 er der i forvejen \(se linje 17\)"):
        planfile.load(made(tmp_path, text))


def test_all_faults_of_a_plan_and_its_chapters_are_told_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace("table: a,", "table: x,").replace("{{ unit }}", "{{ unt }}")
    folder = made(tmp_path, text, '# Et\n\n{{ table("y") }}\n\n1. punkt\n\n{{ ukendt }}\n', "# Titel\n\n> citat\n")
    assert faults(folder) == [
        ("proeve/bilag.md", 1), ("proeve/bilag.md", 3),
        ("proeve/et.md", 3), ("proeve/et.md", 5), ("proeve/et.md", 7),
        ("proeve/plan.yaml", 14), ("proeve/plan.yaml", 17),
    ]  # fmt: skip


FIVE = """# Et

Her er en tabel, der ikke er i planen:

{{ table("ab") }}

I {{ cases|antall }} sager står {{ examinor }} bag.

1. et punkt

Tallene står midt
i en sætning, {{ table("a") }} og
det kan de ikke.
"""


def test_plan_check_tells_five_faults_of_a_chapter_with_their_five_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Runner(capsys)("plan", "check", made(tmp_path, chapter=FIVE))
    assert ran.code == 1
    assert [line.partition(": ")[::2] for line in ran.out.splitlines()[:-1]] == [
        ("proeve/et.md, linje 5, tegn 1", 'planen har ikke tabellen "ab". Mente du "a"?'),
        ("proeve/et.md, linje 7, tegn 1", 'filteret "antall" kendes ikke. Mente du "antal"?'),
        ("proeve/et.md, linje 7, tegn 1", 'navnet "examinor" kendes ikke. Mente du "examiner"?'),
        ("proeve/et.md, linje 9, tegn 1", 'linjen begynder med "1.": skriv "1)" foran et punkt i en nummereret liste'),
        (
            "proeve/et.md, linje 12, tegn 1",
            "en tabel, en figur, et eksempel eller et måleskema skal stå alene med en tom linje før og efter",
        ),
    ]
    assert ran.out.splitlines()[-1].endswith("proeve: 5 fejl.")


def test_yaml_that_cannot_be_read_is_a_fault_and_a_missing_plan_an_error(tmp_path: Path) -> None:
    assert faults(made(tmp_path, "plan: [\n")) == [("proeve/plan.yaml", 2)]
    with pytest.raises(FileFault):
        planfile.load(tmp_path / "findes-ikke")


def test_a_chapter_that_is_no_utf8_is_a_fault(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "et.md").write_bytes("# Måling".encode("cp1252"))
    assert faults(folder) == [("proeve/plan.yaml", 15)]


@pytest.mark.parametrize(
    "chapter", ["# Et\n\nHer er {{ cases } stykker.\n", "# Et\n\n{{ x }\n", "# Et\n\n\ue0000\ue001\n"]
)
def test_a_chapter_that_cannot_be_read_is_one_fault_at_its_line(tmp_path: Path, chapter: str) -> None:
    assert faults(made(tmp_path, chapter=chapter)) == [("proeve/et.md", 3)]


def test_a_character_kept_for_placeholders_is_a_fault_in_the_plan_too(tmp_path: Path) -> None:
    assert faults(made(tmp_path, MINIMAL.replace("Note: ", "\ue0000\ue001"))) == [("proeve/plan.yaml", 12)]


def test_a_macro_that_calls_itself_is_a_fault_at_its_line(tmp_path: Path) -> None:
    loaded = planfile.load(made(tmp_path, chapter="# Et\n\n{% macro m() %}\n{{ m() }}\n{% endmacro %}\n{{ m() }}\n"))
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}
    with pytest.raises(DefinitionFault, match=r"^proeve/et\.md, linje 4, .* går for dybt"):
        compose.compose_document(loaded, compose.ReportInputs(FACTS, tables), {})


def test_bars_of_a_whole_grid_are_a_fault_in_the_plan(tmp_path: Path) -> None:
    loaded = planfile.load(made(tmp_path, MINIMAL.replace("kind: stacked", "kind: bars")))
    tables = {"a": grid({"Plan": (1, 2), "Bolig": (3, 0)})}
    with pytest.raises(DefinitionFault, match=r"^proeve/plan\.yaml, linje 14, .*skriv kind: stacked"):
        compose.compose_document(loaded, compose.ReportInputs(FACTS, tables), {})


# --- finding


def test_the_plans_that_come_along_are_found_and_have_no_faults() -> None:
    assert tuple(planfile.available()) == SHIPPED
    for name in planfile.available():
        assert planfile.load_by_id(name).id == name


def test_a_questionnaire_gets_the_plan_that_names_it_or_the_one_for_all(tmp_path: Path) -> None:
    made(tmp_path)
    assert planfile.load_default("fleksjob-2016").id == "praksisundersoegelse"
    assert planfile.load_default("noget-andet").id == "resultater"
    assert planfile.load_default("proeve-1", tmp_path).id == "proeve"


def test_a_plan_in_the_study_wins_over_the_one_that_comes_along(tmp_path: Path) -> None:
    folder = made(tmp_path / "a", MINIMAL.replace("plan: proeve", "plan: resultater"))
    folder.rename(tmp_path / "resultater")
    assert planfile.load_by_id("resultater", tmp_path).definition.title == "En prøve"


def test_a_plan_that_is_copied_into_a_study_and_edited_is_used_there_and_nothing_else_changes(tmp_path: Path) -> None:
    folder = make(tmp_path / "undersoegelse")
    opened = source.open_source(folder)
    before = documents.report_document(opened)
    copy = folder / "reports" / "resultater"
    shutil.copytree(ROOT / "reports" / "resultater", copy)
    assert documents.report_document(opened) == before
    chapter = copy / "undersoegelsen.md"
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\nVores eget afsnit.\n", encoding="utf-8")
    for wanted in (documents.ReportRequest(), documents.ReportRequest(plan="resultater")):
        edited = documents.report_document(opened, wanted)
        assert words(edited.blocks).replace("Vores eget afsnit.\n", "") == words(before.blocks)
        assert "Vores eget afsnit." in words(edited.blocks)
    assert set(planfile.available(folder / "reports")) == set(planfile.available())
    elsewhere = source.open_source(make(tmp_path / "en-anden"))
    assert documents.report_document(elsewhere).blocks == before.blocks


def test_a_plan_and_its_folder_in_reports_have_one_name(tmp_path: Path) -> None:
    folder = made(tmp_path / "reports", MINIMAL.replace("plan: proeve", "plan: andet"))
    for load in (lambda: planfile.load(folder), lambda: planfile.load_by_id("proeve", tmp_path / "reports")):
        with pytest.raises(DefinitionFault, match=r'^proeve/plan\.yaml, linje 1, .*"andet".*"proeve"'):
            load()
    assert planfile.load(folder.rename(tmp_path / "et-andet-sted")).id == "andet"


@pytest.mark.parametrize(
    "half",
    ["plan: [\n", "", "plan: proeve\ndefault_for: [andet]\n", "plan: proeve\ndefault_for: andet\n", "- a\n"],
)
def test_a_plan_that_is_not_for_the_questionnaire_does_not_stop_its_default(tmp_path: Path, half: str) -> None:
    made(tmp_path, half)
    assert planfile.load_default("proeve-1", tmp_path).id == "resultater"
    assert planfile.load_default("fleksjob-2016", tmp_path).id == "praksisundersoegelse"


@pytest.mark.parametrize("half", [MINIMAL.replace("chapters", "chaptrs"), MINIMAL.replace("[et.md]", "[et.md")])
def test_a_plan_that_is_for_the_questionnaire_and_has_faults_is_not_passed_over(tmp_path: Path, half: str) -> None:
    made(tmp_path, half)
    with pytest.raises(DefinitionFault, match=r"^proeve/plan\.yaml, linje "):
        planfile.load_default("proeve-1", tmp_path)


def test_the_usable_plans_are_told_apart_from_the_others(tmp_path: Path) -> None:
    made(tmp_path, "plan: [\n")
    made(tmp_path / "a", MINIMAL.replace("plan: proeve", "plan: god")).rename(tmp_path / "god")
    (tmp_path / "latin").mkdir()
    (tmp_path / "latin" / "plan.yaml").write_bytes("title: Måling".encode("cp1252"))
    plans, faulty = planfile.load_all(tmp_path)
    assert list(plans) == [*SHIPPED, "god"]
    assert {name: str(error).startswith("proeve/plan.yaml, linje 2") for name, error in faulty.items()} == {
        "latin": False,
        "proeve": True,
    }


def test_an_unknown_plan_is_an_error_that_tells_which_there_are() -> None:
    with pytest.raises(UsageFault, match=r'Mente du "resultater"\?(.|\n)*maaleskema, praksisundersoegelse, resultater'):
        planfile.load_by_id("resultat")


# --- parameters


def test_parameters_have_their_default_or_what_is_given(tmp_path: Path) -> None:
    loaded = planfile.load(made(tmp_path))
    assert planfile.parameter_values(loaded, {}, SETTING) == {
        "examiner": "Kommunen",
        "hearing": "",
        "long": False,
        "published": "marts 2016",
    }
    given = planfile.parameter_values(loaded, {"hearing": "2015-12-17", "long": "Ja"}, SETTING)
    assert given == {"examiner": "Kommunen", "hearing": date(2015, 12, 17), "long": True, "published": "marts 2016"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"examinor": "x"}, 'parameteren "examinor" kendes ikke. Mente du "examiner"?'),
        ({"hearing": "17-12-2015"}, "hearing skal være en dato"),
        ({"published": "2016-13"}, 'published skal være en måned (åååå-mm), ikke "2016-13"'),
        ({"long": "måske"}, "long skal være ja eller nej"),
    ],
)
def test_a_wrong_parameter_is_an_error(tmp_path: Path, given: dict[str, str], words: str) -> None:
    with pytest.raises(UsageFault) as caught:
        planfile.parameter_values(planfile.load(made(tmp_path)), given, SETTING)
    assert words in str(caught.value)


def test_a_default_is_a_template_of_the_facts_the_date_and_the_parameters_above_it(tmp_path: Path) -> None:
    text = MINIMAL.replace("default: nej", "default: '{{ examiner in units }}'")
    text = text.replace("type: date}", "type: date, default: '{{ date.isoformat() if date }}'}")
    loaded = planfile.load(made(tmp_path, text.replace("default: 2016-03", 'default: "2016-{{ cases // 10 }}"')))
    filled = planfile.parameter_values(loaded, {}, Setting(replace(FACTS, cases=120), date=date(2016, 3, 1)))
    assert filled == {
        "examiner": "Kommunen",
        "hearing": date(2016, 3, 1),
        "long": False,
        "published": "december 2016",
    }
    assert (
        planfile.parameter_values(loaded, {"examiner": "Aalborg"}, Setting(replace(FACTS, cases=110)))["long"] is True
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("default: nej", 'default: "{{ cases }}"', 8, 'long skal være ja eller nej, ikke "130"'),
        ("type: date}", "type: date, default: '{{ examiner }}'}", 7, "hearing skal være en dato"),
        ("default: 2016-03", 'default: "{{ cases }}"', 9, "published skal være en måned"),
        ("front: {", 'front: {cover: "{{ cases }}", ', 10, 'cover skal være ja eller nej, ikke "130"'),
        ("[et.md]", '[{file: et.md, when: "{{ unit }}"}]', 15, 'when skal være ja eller nej, ikke "kommune"'),
        ("number: 4,", 'number: 4, when: "{{ examiner }}",', 17, 'when skal være ja eller nej, ikke "Kommunen"'),
    ],
)
def test_a_template_that_comes_out_as_something_else_is_a_fault_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    loaded = planfile.load(made(tmp_path, MINIMAL.replace(old, new)))
    with pytest.raises(DefinitionFault) as caught:
        compose.compose_document(loaded, compose.ReportInputs(FACTS, ONE_TABLE), {})
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == ("proeve/plan.yaml", line)
    assert said in fault.message


# --- composing

ONE_TABLE = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}


@pytest.mark.parametrize(
    ("old", "new", "headings"),
    [
        ("[et.md]", '[et.md, {file: to.md, when: "{{ cases == 130 }}"}]', ["1 Et", "2 To", "Bilag 4 Bilag om kommune"]),
        ("[et.md]", '[et.md, {file: to.md, when: "{{ cases == 1 }}"}]', ["1 Et", "Bilag 4 Bilag om kommune"]),
        ("[et.md]", "[{file: to.md, when: nej}, et.md]", ["1 Et", "Bilag 4 Bilag om kommune"]),
        ("number: 4,", 'number: 4, when: "{{ long }}",', ["1 Et"]),
    ],
)
def test_a_chapter_or_an_appendix_is_left_out_when_its_condition_does_not_hold(
    tmp_path: Path, old: str, new: str, headings: list[str]
) -> None:
    folder = made(tmp_path, MINIMAL.replace(old, new), chapter='# Et\n\n{{ figure("b") }}\n')
    (folder / "to.md").write_text("# To\n", encoding="utf-8")
    document = compose.compose_document(planfile.load(folder), compose.ReportInputs(FACTS, ONE_TABLE), {})
    assert [f"{block.number} {words((block,))}" for block in document.headings] == headings


LETTER = "Kære kommune\n\n{{ figure('b') }}\n\n# Baggrund\n\nTekst\n\n# Svar\n\n## Frist\n"


@pytest.mark.parametrize(("cover", "covered"), [("nej", False), ('"{{ long }}"', False), ('"{{ not long }}"', True)])
def test_a_letter_has_no_cover_and_may_begin_without_a_heading(tmp_path: Path, cover: str, covered: bool) -> None:
    text = MINIMAL.replace("front: {", f"front: {{cover: {cover}, ").replace(
        "[et.md]", "[{file: et.md, numbered: nej}]"
    )
    document = compose.compose_document(
        planfile.load(made(tmp_path, text, LETTER)), compose.ReportInputs(FACTS, ONE_TABLE), {}
    )
    assert document.cover is covered
    assert words(document.blocks[:1]) == "Kære kommune"
    drawn = document.blocks[1]
    assert isinstance(drawn, FigureBlock) and drawn.label == "Figur 1"
    assert [block.number for block in document.headings] == ["", "", "", "Bilag 4"]


def test_the_number_of_a_chapter_is_that_of_its_first_heading(tmp_path: Path) -> None:
    text = MINIMAL.replace("front: {", "front: {cover: nej, ").replace("[et.md]", "[{file: et.md, number: 3}]")
    document = compose.compose_document(
        planfile.load(made(tmp_path, text, LETTER)), compose.ReportInputs(FACTS, ONE_TABLE), {}
    )
    assert [block.number for block in document.headings] == ["3", "4", "4.1", "Bilag 4"]


def test_a_report_with_a_cover_begins_with_a_heading(tmp_path: Path) -> None:
    assert faults(made(tmp_path, chapter=LETTER)) == [("proeve/et.md", 1), ("proeve/et.md", 9)]
    assert compose.compose_document(planfile.load(made(tmp_path)), compose.ReportInputs(FACTS, ONE_TABLE), {}).cover


def test_the_headings_of_a_questionnaire_stay_without_numbers(tmp_path: Path) -> None:
    text = MINIMAL.replace("front: {", "front: {cover: nej, ")
    folder = made(tmp_path, text, '{{ form() }}\n\n# Efter\n\n{{ form("12", 2) }}\n')

    def form(case: str, level: int) -> tuple[Block, ...]:
        return (Heading(level, (Span(f"Skema {case}".strip()),), numbered=False), FormBlock("1", "Hvad?"))

    document = compose.compose_document(planfile.load(folder), compose.ReportInputs(FACTS, ONE_TABLE, form=form), {})
    headings = [(block.level, block.number, words((block,))) for block in document.headings]
    assert headings[:3] == [(1, "", "Skema"), (1, "1", "Efter"), (2, "", "Skema 12")]
    assert sum(isinstance(block, FormBlock) for block in document.blocks) == 2


def test_a_report_is_made_of_the_plans_blocks(tmp_path: Path) -> None:
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)}, title="Svaret")}
    material = compose.ReportInputs(FACTS, tables)
    document = compose.compose_document(
        planfile.load(made(tmp_path)), material, {"hearing": "2015-12-17"}, date=date(2016, 3, 1)
    )
    assert (document.title, document.date, document.stamps) == ("Kommunens prøve", date(2016, 3, 1), ())
    assert document.details == (("Sager", "130"), ("Høring", "17. december 2015"))
    chapter, reference, figure, appendix, drawn = document.blocks
    assert isinstance(figure, FigureBlock) and isinstance(drawn, TableBlock)
    assert (figure.label, figure.caption) == ("Figur 1.1", "Figur")
    assert (drawn.label, drawn.caption, drawn.notes) == ("Tabel 1", "Svaret", ("Note: 130.",))
    assert words((chapter, reference, appendix)) == "Et\nSe tabel 1 i bilag 4.\nBilag om kommune"


def test_a_detail_that_comes_out_empty_is_left_out(tmp_path: Path) -> None:
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}
    document = compose.compose_document(planfile.load(made(tmp_path)), compose.ReportInputs(FACTS, tables), {})
    assert document.details == (("Sager", "130"),)


def test_examples_are_blocks_in_the_small_markdown(tmp_path: Path) -> None:
    loaded = planfile.load(made(tmp_path, chapter='# Et\n\n{{ figure("b") }}\n\n{{ case_example("18") }}\n'))
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}
    example = compose.ExampleText("En sag", "Hun fik *fleksjob*.\n\n- et\n- to\n", "sag-018.md")
    document = compose.compose_document(loaded, compose.ReportInputs(FACTS, tables, examples={"18": example}), {})
    found = [block for block in document.blocks if isinstance(block, CaseExample)]
    assert [(block.case, block.title, len(block.blocks)) for block in found] == [("18", "En sag", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "\n\nTekst\n## Nej",
        "\n\n\n  # Nej\n",
        "\n\n\n#\n",
        "\n\n\nab \ue0000\ue001",
        "Tabel: Nej\n\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
def test_what_an_example_cannot_hold_is_a_fault_at_its_line(tmp_path: Path, text: str) -> None:
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}
    example = compose.ExampleText("En sag", text, "sag-018.md")
    with pytest.raises(DefinitionFault, match=r"^sag-018\.md, linje 4, "):
        compose.compose_document(
            planfile.load(made(tmp_path)), compose.ReportInputs(FACTS, tables, examples={"18": example}), {}
        )


def test_the_plan_for_all_says_nothing_of_a_particular_survey() -> None:
    rows = {"Nord": (1, 2), "Syd": (3, 4), "I alt": (4, 6)}
    everything = tuple(table(("Ja", "Nej"), rows, id=f"1.{n}") for n in range(1, 4))
    facts = Facts(10, "nævn", ("Nord", "Syd"), questionnaire="Klager over parkering")
    document = compose.compose_document(
        planfile.load_by_id("resultater"), compose.ReportInputs(facts, {}, everything), {}
    )
    drawn = [block for block in document.blocks if isinstance(block, TableBlock)]
    assert [block.label for block in drawn] == ["Tabel 2.1", "Tabel 2.2", "Tabel 2.3"]
    assert (document.title, document.subtitle) == ("Klager over parkering", "Resultater fordelt på nævn")
    assert "Undersøgelsen omfatter ti sager. De er fordelt på nævn: Nord og Syd." in words(document.blocks)
    shipped = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "reports/resultater").iterdir()))
    assert not [word for word in ("fleksjob", "kommune", "Ankestyrelsen") if word in shipped]


def test_the_tables_of_the_plan_for_all_stand_under_the_sections_of_the_questionnaire() -> None:
    ids = ("1.1", "1.2", "2.1", "tillaeg")
    everything = tuple(table(("Ja", "Nej"), {"Nord": (1, 2), "I alt": (1, 2)}, id=id) for id in ids)
    sections = {"1.1": "1. Ansøgningen", "1.2": "1. Ansøgningen", "2.1": "2. Afgørelsen", "tillaeg": "Tillæg"}
    facts = Facts(3, "nævn", ("Nord",), questionnaire="Klager over parkering")
    material = compose.ReportInputs(facts, {}, everything, section_titles=sections)
    document = compose.compose_document(planfile.load_by_id("resultater"), material, {})
    shown = [
        block.label if isinstance(block, TableBlock) else f"{block.number} {words((block,))}"
        for block in document.blocks
        if isinstance(block, TableBlock | Heading)
    ]
    assert shown[1:] == [
        "2 Resultater", "2.1 Ansøgningen", "Tabel 2.1", "Tabel 2.2", "2.2 Afgørelsen", "Tabel 2.3", "2.3 Tillæg",
        "Tabel 2.4",
    ]  # fmt: skip
    assert document.subtitle == "Resultater fra Nord"


#: Words of one survey in the program itself, which is for every survey.
WORDS = re.compile(r"kommun|fleksjob|aalborg|ankestyrels|borger|rehabilitering", re.IGNORECASE)
#: The name of the sample that `audit demo` copies.
ALLOWED = {"demo.py": "DEMO ="}


def test_the_program_says_nothing_of_a_particular_survey() -> None:
    said = [
        f"{path.name}: {line.strip()}"
        for path in sorted((ROOT / "audit").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if WORDS.search(line) and ALLOWED.get(path.name, "\n") not in line
    ]
    assert said == []
