from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from handmade import FACTS, ROOT, fleksjob_report, fleksjob_tables, table

from audit import plan, report, schema
from audit.document import Block, CaseExample, FigureBlock, Heading, Note, Paragraph, TableBlock
from audit.errors import DefinitionFault, FileFault, UsageFault
from audit.prose import Facts
from audit.tablespec import read_spec

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
        plan.load(folder)
    return [(fault.file, fault.line) for fault in caught.value.faults]


def words(blocks: tuple[Block, ...]) -> str:
    """The running text of a report."""
    running = [block for block in blocks if isinstance(block, Heading | Paragraph | Note)]
    return "\n".join("".join(span.text for span in block.spans) for block in running)


# --- loading


def test_a_plan_is_read_with_every_value_as_written(tmp_path: Path) -> None:
    loaded = plan.load(made(tmp_path))
    assert loaded.id == "proeve"
    [planned] = loaded.definition.tables
    assert planned.spec == {"id": "a", "question": "1.1", "by": "unit", "collapse": {"Begge": ["1", "2"]}}
    assert loaded.definition.chapters[0].numbered
    assert loaded.place("tables", 0, "note") == ("plan.yaml", 12)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("default_for:", "defualt_for:", 4, "default_for"),
        ("schema_version: 1", "schema_version: 2", 2, "1"),
        ("kind: stacked", "kind: pie", 14, "stacked"),
        ("table: a,", "table: aa,", 14, 'Mente du "a"?'),
        ("id: b,", "id: a,", 14, "er brugt"),
        ("id: b,", "id: B,", 14, "små bogstaver"),
        ("  examiner:", "  cases:", 6, "i forvejen"),
        ("  examiner:", "  Examiner:", 6, "små bogstaver"),
        ("type: date}", "type: date, default: 17. december}", 7, "skal være en dato"),
        ("default: nej", "default: måske", 8, "ja eller nej"),
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
        plan.load(made(tmp_path, MINIMAL.replace(old, new)))
    told = [fault for fault in caught.value.faults if fault.file == "plan.yaml"]
    assert told[0].line == line
    assert words in told[0].message


def test_two_appendices_with_one_number_are_a_fault(tmp_path: Path) -> None:
    text = MINIMAL + "  - {number: 4, title: Igen, file: bilag.md}\n"
    with pytest.raises(DefinitionFault, match=r"linje 18.*bilag 4 er der i forvejen \(se linje 17\)"):
        plan.load(made(tmp_path, text))


def test_all_faults_of_a_plan_and_its_chapters_are_told_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace("table: a,", "table: x,").replace("{{ unit }}", "{{ unt }}")
    folder = made(tmp_path, text, '# Et\n\n{{ table("y") }}\n\n1. punkt\n\n{{ ukendt }}\n', "# Titel\n\n> citat\n")
    assert faults(folder) == [
        ("bilag.md", 1), ("bilag.md", 3),
        ("et.md", 3), ("et.md", 5), ("et.md", 7),
        ("plan.yaml", 14), ("plan.yaml", 17),
    ]  # fmt: skip


def test_yaml_that_cannot_be_read_is_a_fault_and_a_missing_plan_an_error(tmp_path: Path) -> None:
    assert faults(made(tmp_path, "plan: [\n")) == [("plan.yaml", 2)]
    with pytest.raises(FileFault):
        plan.load(tmp_path / "findes-ikke")


def test_a_chapter_that_is_no_utf8_is_a_fault(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "et.md").write_bytes("# Måling".encode("cp1252"))
    assert faults(folder) == [("plan.yaml", 15)]


# --- finding


def test_the_plans_that_come_along_are_found_and_have_no_faults() -> None:
    assert set(plan.available()) == {"praksisundersoegelse", "resultater"}
    for name in plan.available():
        assert plan.find(name).id == name


def test_a_questionnaire_gets_the_plan_that_names_it_or_the_one_for_all(tmp_path: Path) -> None:
    made(tmp_path)
    assert plan.default("fleksjob-2016").id == "praksisundersoegelse"
    assert plan.default("noget-andet").id == "resultater"
    assert plan.default("proeve-1", tmp_path).id == "proeve"


def test_a_plan_in_the_study_wins_over_the_one_that_comes_along(tmp_path: Path) -> None:
    folder = made(tmp_path / "a", MINIMAL.replace("plan: proeve", "plan: resultater"))
    folder.rename(tmp_path / "resultater")
    assert plan.find("resultater", tmp_path).definition.title == "En prøve"


def test_an_unknown_plan_is_an_error_that_tells_which_there_are() -> None:
    with pytest.raises(UsageFault, match=r'Mente du "resultater"\?(.|\n)*praksisundersoegelse, resultater'):
        plan.find("resultat")


# --- parameters


def test_parameters_have_their_default_or_what_is_given(tmp_path: Path) -> None:
    loaded = plan.load(made(tmp_path))
    assert plan.parameters(loaded, {}, FACTS) == {
        "examiner": "Kommunen",
        "hearing": "",
        "long": False,
        "published": "marts 2016",
    }
    given = plan.parameters(loaded, {"hearing": "2015-12-17", "long": "Ja"}, FACTS)
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
        plan.parameters(plan.load(made(tmp_path)), given, FACTS)
    assert words in str(caught.value)


# --- composing


def test_a_report_is_made_of_the_plans_blocks(tmp_path: Path) -> None:
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)}, title="Svaret")}
    material = report.Material(FACTS, tables)
    document = report.compose(plan.load(made(tmp_path)), material, {"hearing": "2015-12-17"}, date=date(2016, 3, 1))
    assert (document.title, document.date, document.draft) == ("Kommunens prøve", date(2016, 3, 1), False)
    assert document.details == (("Sager", "130"), ("Høring", "17. december 2015"))
    chapter, reference, figure, appendix, drawn = document.blocks
    assert isinstance(figure, FigureBlock) and isinstance(drawn, TableBlock)
    assert (figure.label, figure.caption) == ("Figur 1.1", "Figur")
    assert (drawn.label, drawn.caption, drawn.notes) == ("Tabel 1", "Svaret", ("Note: 130.",))
    assert words((chapter, reference, appendix)) == "Et\nSe tabel 1 i bilag 4.\nBilag om kommune"


def test_a_detail_that_comes_out_empty_is_left_out(tmp_path: Path) -> None:
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}
    document = report.compose(plan.load(made(tmp_path)), report.Material(FACTS, tables), {})
    assert document.details == (("Sager", "130"),)


def test_examples_are_blocks_in_the_small_markdown(tmp_path: Path) -> None:
    loaded = plan.load(made(tmp_path, chapter='# Et\n\n{{ figure("b") }}\n\n{{ case_example("18") }}\n'))
    tables = {"a": table(("Ja", "Nej"), {"X": (1, 2), "I alt": (1, 2)})}
    example = report.Example("En sag", "Hun fik *fleksjob*.\n\n- et\n- to\n", "sag-018.md")
    document = report.compose(loaded, report.Material(FACTS, tables, examples={"18": example}), {})
    found = [block for block in document.blocks if isinstance(block, CaseExample)]
    assert [(block.case, block.title, len(block.blocks)) for block in found] == [("18", "En sag", 2)]
    headed = report.Example("En sag", "# Nej", "sag-018.md")
    with pytest.raises(DefinitionFault, match=r"sag-018\.md, linje 1"):
        report.compose(loaded, report.Material(FACTS, tables, examples={"18": headed}), {})


def test_the_report_of_2016_tells_the_published_results() -> None:
    told = words(fleksjob_report().blocks)
    for result in (
        "88 af de 130 sager, svarende til 68 procent, er i overensstemmelse",
        "42 afgørelser, svarende til 32 procent,",
        "korrekt i 93 sager, svarende til 72 procent",
        "I 37 sager, svarende til 28 procent, er vurderingen ikke korrekt, se tabel 1.1",
        "I 94 sager, svarende til 72 procent, er der oplysninger nok",
        "I 36 sager, svarende til 28 procent, mangler der væsentlige oplysninger",
        "rigtigt vurderet i 79.",
        "I 51 af de 130 sager, svarende til 39 procent, er det ikke",
        "udvikles, i 42 sager, svarende til 32 procent. I 88 sager, svarende til 68 procent, fremgår det ikke",
        "123 sager, svarende til 95 procent. I syv sager, svarende til 5 procent,",
        "121 sager, svarende til 93 procent. I otte sager, svarende til 6 procent, gør den ikke, og i en sag",
        "121 sager, svarende til 93 procent. I ni sager, svarende til 7 procent,",
        "fra 11. maj 2013 til 16. juni 2015. De fordeler sig med seks i 2013, 21 i 2014 og 103 i 2015.",
        "De er ikke statistisk signifikante",
    ):
        assert result in told


def test_the_tables_of_the_report_of_2016_fit_its_questionnaire() -> None:
    chosen = plan.find("praksisundersoegelse")
    questionnaire = schema.load(ROOT / "schemas" / "fleksjob-2016.yaml")
    specs = [
        read_spec(questionnaire, planned.spec, chosen.source, ("tables", index))
        for index, planned in enumerate(chosen.definition.tables)
    ]
    assert chosen.source.faults == []
    assert [spec.id for spec in specs] == list(fleksjob_tables())
    assert {spec.id: (spec.show, spec.by) for spec in specs} == {
        name: (made.show, made.by) for name, made in fleksjob_tables().items()
    }


def test_bilag_4_has_the_four_tables_by_kommune_to_the_digit() -> None:
    blocks = fleksjob_report().blocks
    start = next(
        index for index, block in enumerate(blocks) if isinstance(block, Heading) and block.number == "Bilag 4"
    )
    drawn = [block for block in blocks[start + 1 :] if isinstance(block, TableBlock)]
    assert [block.label for block in drawn] == ["Tabel 1", "Tabel 2", "Tabel 3", "Tabel 4"]
    assert all(block.caption.endswith("(Antal sager)") for block in drawn)
    assert drawn[0].rows[10].header == "Næstved" and drawn[0].rows[10].cells == ("3", "7")
    assert [block.rows[-1].cells for block in drawn] == [
        ("88", "42"),
        ("84", "10", "36"),
        ("89", "4", "37"),
        ("76", "3", "51"),
    ]


def test_another_examiner_is_another_author() -> None:
    document = fleksjob_report(examiner="Næstved Kommune")
    assert document.publisher == "Næstved Kommune"
    told = words(document.blocks)
    assert "Næstved Kommune vurderer, at 88 af de 130 sager" in told
    assert "Ankestyrelsen" not in told


def test_the_report_holds_when_nothing_or_everything_is_found() -> None:
    counts = {"afgoerelse": (4, 0), "maalgruppe-afgoerelse": (4, 0), "smaa-fleksjob-afgoerelse": (4, 0)}
    tables = fleksjob_tables()
    for name, numbers in counts.items():
        tables[name] = table(tables[name].columns, numbers, id=tables[name].id, show="both")
    facts = Facts(4, "kommune", ("Ærø",), subject="fleksjob")
    told = words(report.compose(plan.find("praksisundersoegelse"), report.Material(facts, tables), {}).blocks)
    assert "Ankestyrelsen vurderer, at alle fire sager er i overensstemmelse" in told
    assert "Hvis borgerne havde klaget, ville ingen afgørelser være blevet ændret" in told
    assert "en kommune: Ærø." in told
    assert "Af de forkerte afgørelser" not in told


def test_the_plan_for_all_says_nothing_of_a_particular_survey() -> None:
    everything = tuple(table(("Ja", "Nej"), {"Nord": (1, 2), "I alt": (1, 2)}, id=f"1.{n}") for n in range(1, 4))
    facts = Facts(3, "nævn", ("Nord",), questionnaire="Klager over parkering")
    document = report.compose(plan.find("resultater"), report.Material(facts, {}, everything), {})
    drawn = [block for block in document.blocks if isinstance(block, TableBlock)]
    assert [block.label for block in drawn] == ["Tabel 2.1", "Tabel 2.2", "Tabel 2.3"]
    assert (document.title, document.subtitle) == ("Klager over parkering", "Resultater fordelt på nævn")
    shipped = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "reports/resultater").iterdir()))
    assert not [word for word in ("fleksjob", "kommune", "Ankestyrelsen") if word in shipped]
