from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from handmade import DEGREE, FACTS, by_unit, grid, table, whole
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT

from audit.base import danish
from audit.base.errors import DefinitionFault, UsageFault
from audit.document.blocks import (
    Block,
    CaseExample,
    Document,
    Field,
    FormBlock,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    TableBlock,
    TableRow,
    draw_table,
)
from audit.document.numbering import resolve
from audit.prose import chapters, fraction, helpers, lint, markdown
from audit.prose.chapters import Facts, Setting
from audit.prose.shares import Result, Share

HOSTILE = "# $ @ _ * < & {{ \\ `x` [a](b) {% if %} | > - 1. 1) æøå 😀 <script> &amp; **"
DRAWN = draw_table(whole("3.1"), id="t", caption="c")
SETTING = Setting(
    FACTS,
    parameters={"examiner": "Ankestyrelsen", "hostile": HOSTILE, "day": date(2016, 3, 1), "yes": True},
    results={"3.1": Result("3.1", by_unit("3.1")), "3.3": Result("3.3", whole("3.3"))},
    tables={"t": DRAWN},
    examples={"18": CaseExample("18", "En sag", (Paragraph((Span("Hun fik fleksjob."),)),))},
    date=date(2016, 3, 1),
    form=lambda case, level: (
        Heading(level, (Span(f"Skema {case}".strip()),), numbered=False),
        FormBlock("1.1", "Hvornår?", fields=(Field("Dato"),)),
    ),
)


def blocks(source: str) -> tuple[Block, ...]:
    return chapters.render_chapter(source, "kapitel.md", SETTING)


def said(source: str) -> str:
    [block] = blocks(source)
    assert isinstance(block, Paragraph | Heading | Note)
    return "".join(span.text for span in block.spans)


def fault_of(source: str) -> str:
    with pytest.raises(DefinitionFault) as caught:
        blocks(source)
    return str(caught.value)


# --- the small Markdown


def test_the_small_markdown_becomes_blocks() -> None:
    source = """# Titel {{ anchor("top") }}

Et afsnit med **fed**, *kursiv*,
***begge*** og [et link](https://example.dk/a?b=c).

- et
- to *skråt*

1) først
2) så

Note: En bemærkning.
"""
    assert blocks(source) == (
        Heading(1, (Span("Titel"),), "top"),
        Paragraph(
            (
                Span("Et afsnit med "),
                Span("fed", bold=True),
                Span(", "),
                Span("kursiv", italic=True),
                Span(", "),
                Span("begge", bold=True, italic=True),
                Span(" og "),
                Span("et link", href="https://example.dk/a?b=c"),
                Span("."),
            )
        ),
        ListBlock(((Span("et"),), (Span("to "), Span("skråt", italic=True)))),
        ListBlock(((Span("først"),), (Span("så"),)), ordered=True),
        Note((Span("Note: En bemærkning."),)),
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1. januar 2013 trådte loven i kraft.", "1. januar 2013 trådte loven i kraft."),
        ("Loven trådte i kraft\n1. januar 2013.", "Loven trådte i kraft 1. januar 2013."),
        ("{{ day }} blev rapporten udgivet.", "1. marts 2016 blev rapporten udgivet."),
        ("Efter § 70, stk. 2, er 3 \\* 4 lig 12.", "Efter § 70, stk. 2, er 3 * 4 lig 12."),
    ],
)
def test_a_line_that_begins_with_a_date_is_text(source: str, text: str) -> None:
    assert said(source) == text


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("Tekst\n\n1. Punkt", 3, 'skriv "1)"'),
        ("a\n\n> citat", 3, "citat"),
        ("a `kode`", 1, "kode mellem"),
        ("a\n\n```\nkode\n```", 3, "kodeblok"),
        ("a\n\n    indrykket", 3, "rykket fire tegn ind"),
        ("a\nb\nc <b>x</b>", 3, "HTML"),
        ("<div>\n", 1, "HTML"),
        ("![billede](https://a.dk/b.png)", 1, "billede"),
        ("a\n\n---\n\nb", 3, "vandret streg"),
        ("Titel\n=====", 1, "understreget"),
        ("a\n\n| a | b |\n|---|---|\n| 1 | 2 |", 3, "en tabel skal have en titel"),
        ("Tabel: a\n\nb\n\n| a | b |\n|---|---|\n| 1 | 2 |", 1, "skal der stå en tabel"),
        ("b\n\nTabel: a", 3, "skal der stå en tabel"),
        ("Tabel: a\n\nTabel: b\n\n| a |\n|---|", 1, "skal der stå en tabel"),
        ("b\n\nTabel:\n\n| a | b |\n|---|---|\n| 1 | 2 |", 3, "titel er tom"),
        ('Tabel: {{ anchor("a") }}\n\n| a | b |\n|---|---|', 1, "titel er tom"),
        ("Tabel: *a*\n\n| a | b |\n|---|---|\n| 1 | 2 |", 1, "kun stå tekst"),
        ("Tabel: a\n\n| a | **b** |\n|---|---|\n| 1 | 2 |", 3, "kun stå tekst"),
        ("Tabel: a\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| *1* | 2 |", 6, "kun stå tekst"),
        ("Tabel: a\n\n| a | b |\n|---|---|\n| 1 | [2](https://a.dk) |", 5, "kun stå tekst"),
        ('Tabel: a\n\n| a | b |\n|---|---|\n| 1 | {{ ref("t") }} |', 5, "kun stå tekst"),
        ("Tabel: a\n\n| a | b |\n|---|---|\n| 1 | `2` |", 5, "kode mellem"),
        ('Tabel: a\n\n| a | b |\n|---|---|\n| 1 | {{ table("t") }} |', 5, "stå alene"),
        ("Tabel: a\n\n| a | |\n|---|---|\n| 1 | 2 |", 3, "hver kolonne"),
        ("Tabel: a\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |", 5, "rækken har 3 felter, og tabellen har kun 2"),
        ("Tabel: a\n\n| a | b |\n|---|---|\n| 1 | 2\n| 1 \\| 2 | 3 | 4", 6, "rækken har 3 felter"),
        ("Tabel: a\n\n| a | b |\n|---|---|\n| 1 | 2 |\nEfter.", 6, "skal begynde med |"),
        ("Tabel: a\n\n| a |\n|---|\n\n{% for c in units %}\n| {{ c }} |\n{% endfor %}", 7, "uden tomme linjer"),
        ("a\n\n| a | b |\n|---|\n| 1 | 2 |", 3, "lige så mange felter"),
        ("- a\n- # b", 2, "en overskrift i en liste"),
        ("- a\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |", 3, "en tabel i en liste"),
        ("Tabel: a\n\n| a |{% if cases %} b |{% endif %}\n|---|---|\n| 1 | 2 |", 3, "skriv +%}"),
        ("Tabel: a\n\n| a |\n|---|\n{% for c in units %}\n| {{ c }} |{# navn #}\n{% endfor %}", 6, "eller +#}"),
        ("a ~~væk~~", 1, "gennemstregning"),
        ("a  \nb", 1, "tvunget linjeskift"),
        ("- a\n  - b", 2, "liste inde i en liste|kan ikke stå inde i en liste"),
        ("- a\n\n  b", 3, "ét afsnit"),
        ("- > a", 1, "citat"),
        ("[x](javascript:alert)", 1, "skal begynde med https"),
        ("[x](/lokal)", 1, "skal begynde med https"),
        ('tekst\n{{ table("t") }} tekst', 2, "stå alene"),
        ('- {{ figure("f") }}', 1, "stå alene"),
        ('a\n\n# {{ table("t") }}', 3, "stå alene"),
        ("a\n\nSe {{ form() }}.", 3, "stå alene"),
        ('{{ cases }} {{ case_example("18") }}', 1, "stå alene"),
        ('{{ 7|antal }}\n{{ table("t") }}', 2, "stå alene"),
    ],
)
def test_what_is_not_in_the_small_markdown_is_a_fault_with_its_line(source: str, line: int, words: str) -> None:
    names = {"parameters": set(), "table": {"t"}, "figure": {"f"}}
    found = lint.chapter_faults(source, "kapitel.md", names)
    assert found[0].line == line
    assert any(part in found[0].message for part in words.split("|") if part.strip())


TABLE = """{% if cases %}
Tabel: Jeres sager i {{ examiner }} {{ anchor("sagerne") }}

| Sag | {{ examiner }} |{% if cases %} Antal |{% endif +%}
|:---|---|{% if cases %}---:|{% endif +%}
{# De første #}
{% for c in [1, 2] %}
{% if c > 1 %}
| Mellem | | |
{% elif c > 2 %}
| Aldrig | a |
{% else %}
| Før | a \\| b |
{% endif %}
| Sag {{ c }} | {{ hostile }} | {{ 1234|tal }} |{# i alt +#}
{% endfor %}
{% else %}
Ingen **sager**.
{% endif %}

Note: En bemærkning.
"""
NAMES = {"parameters": {"examiner", "hostile"}, "table": {"t"}, "figure": {"f"}}


def test_a_table_of_the_prose_becomes_a_block() -> None:
    assert lint.chapter_faults(TABLE, "kapitel.md", NAMES) == []
    made, note = blocks(TABLE)
    hostile = " ".join(HOSTILE.split())
    assert made == TableBlock(
        "sagerne",
        "Jeres sager i Ankestyrelsen",
        ("Sag", "Ankestyrelsen", "Antal"),
        (
            TableRow("Før", ("a | b", "")),
            TableRow("Sag 1", (hostile, "1.234")),
            TableRow("Mellem", ("", "")),
            TableRow("Sag 2", (hostile, "1.234")),
        ),
        ("left", "left", "right"),
    )
    assert isinstance(made, TableBlock)
    assert made.origin == ("kapitel.md", 2)
    assert note == Note((Span("Note: En bemærkning."),))


@pytest.mark.parametrize(
    "text", ["a | b", "| a |", "**a**", "a\n\n| b |\n|---|", "\\|", "Tabel: a", "`", "<b>", "a {{ b }}"]
)
def test_what_a_value_says_changes_nothing_of_a_table(text: str) -> None:
    setting = Setting(FACTS, parameters={"text": text})
    source = "Tabel: {{ text }}\n\n| {{ text }} | b |\n|---|---|\n| {{ text }} | {{ text }} {{ text }} |\n"
    told = " ".join(text.split())
    assert chapters.render_chapter(source, "k.md", setting) == (
        TableBlock("", told, (told, "b"), (TableRow(told, (f"{told} {told}",)),), ("left", "left")),
    )
    assert chapters.render_chapter("{{ text }}", "k.md", setting) == (Paragraph((Span(told),)),)


@pytest.mark.parametrize("before", ["Tabel: a\n\n", "Tabel: a\n"])
def test_a_table_without_rows_is_left_out_with_its_title(before: str) -> None:
    source = before + "| a | b |\n|---|---|\n{% for c in [] %}\n| {{ c }} | b |\n{% endfor %}\n\nEfter.\n"
    assert lint.chapter_faults(source, "kapitel.md", NAMES) == []
    assert blocks(source) == (Paragraph((Span("Efter."),)),)


def test_a_faulty_row_in_a_loop_is_told_at_the_line_of_the_template() -> None:
    lines = (
        TABLE.replace("| Før | a \\| b |", "| Før | a | b | c |")
        .replace("| Sag {{ c }}", "| *Sag* {{ c }}")
        .split("\n")
    )
    found = lint.chapter_faults("\n".join(lines), "kapitel.md", NAMES)
    assert [(fault.line, lines[fault.line - 1][:5]) for fault in found] == [(13, "| Før"), (15, "| *Sa")]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('Tabel: a\n\n| a |\n|---|\n| {{ [ref("t"), ref("u")]|opregning }} |', "linje 5, tegn 1: i en tabel og dens"),
        ("Tabel: a\n\n| a |\n|---|\n{% for c in [1, 2] %}\n| {{ c }} |\n\n{% endfor %}", "uden tomme linjer"),
        ("Tabel: a\n\n{% if not cases %}\n| a |\n|---|\n{% endif %}", "linje 1, tegn 1: efter"),
        ("Tabel: a\n\n| a | {{ ''|stort }} |\n|---|---|\n| 1 | 2 |", "linje 3, tegn 1: hver kolonne"),
        ("Tabel: {{ '' }}\n\n| a | b |\n|---|---|\n| 1 | 2 |", "linje 1, tegn 1: tabellens titel er tom"),
    ],
)
def test_a_table_that_the_values_make_wrong_is_a_fault(source: str, message: str) -> None:
    assert lint.chapter_faults(source, "kapitel.md", NAMES) == []
    assert message in fault_of(source)


def test_two_tables_of_the_same_name_are_a_fault_where_the_second_has_it() -> None:
    table_of = 'Tabel: a {{ anchor("a") }}\n\n| a |\n|---|\n| 1 |\n\n'
    with pytest.raises(DefinitionFault, match=r"^kapitel\.md, linje 7, .*både tabel 1 og tabel 2"):
        resolve(Document("Titel", blocks(table_of * 2)))


def test_a_table_that_only_some_counts_put_into_a_sentence_is_a_fault_at_its_own_line() -> None:
    source = "{% for unit in units %}\n{{ unit }}\n{% endfor %}\n{% if cases %}\n{{ table('t') }}\n{% endif %}\n"
    assert lint.chapter_faults(source, "kapitel.md", {"parameters": set(), "table": {"t"}, "figure": set()}) == []
    assert "kapitel.md, linje 5, tegn 1: en tabel" in fault_of(source)


def test_an_address_can_be_a_value() -> None:
    source = "Se [loven]({{ address }}) og [svar](mailto:{{ address }})."
    assert lint.chapter_faults(source, "k.md", {"parameters": {"address"}, "table": set(), "figure": set()}) == []
    made = chapters.render_chapter(source, "k.md", Setting(FACTS, parameters={"address": "https://a.dk"}))
    assert Span("loven", href="https://a.dk") in made[0].spans  # type: ignore[union-attr]


def test_all_faults_of_a_chapter_are_told_with_the_lines_of_the_template() -> None:
    source = "{% if cases %}\nab\n{% endif %}\n\n> citat\n\n{{ ukendt }}\n\n{{ cases|antl }}\n\n1. punkt\n"
    source += '\n{{ table("x") }}\n\n{{ figure("y") }}\n\n{{ tables["z"].base }}\n'
    found = lint.chapter_faults(source, "k.md", {"parameters": set(), "table": {"t"}, "figure": set()})
    assert [(fault.line, fault.code) for fault in found] == [
        (5, "markdown"),
        (7, "navn"),
        (9, "navn"),
        (11, "liste-punktum"),
        (13, "navn"),
        (15, "navn"),
        (17, "navn"),
    ]
    assert 'Mente du "antal"?' in found[2].message


def test_a_template_that_cannot_be_read_is_a_fault_at_its_line() -> None:
    names: dict[str, set[str]] = {"parameters": set(), "table": set(), "figure": set()}
    [fault] = lint.chapter_faults("a\n\n{% if cases %}\n", "k.md", names)
    assert (fault.line, fault.code) == (3, "jinja")
    assert "k.md, linje" in fault_of("a\n{{ 1 + }}").replace("kapitel.md", "k.md")


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("# A\n\nHer er {{ cases } stykker.", 3, "jinja"),
        ("# A\n\n{{ x }", 3, "jinja"),
        ("# A\n{{ " + "(" * 5000, 1, "jinja"),
        ("# A\n\nab \ue0000\ue001", 3, "tegn"),
        ("# A\n\n\ue001", 3, "tegn"),
    ],
)
def test_a_template_that_cannot_be_read_at_all_has_that_as_its_fault(source: str, line: int, code: str) -> None:
    names: dict[str, set[str]] = {"parameters": set(), "table": set(), "figure": set()}
    found = lint.chapter_faults(source, "k.md", names)
    assert (found[0].line, {fault.code for fault in found}) == (line, {code})


@pytest.mark.parametrize(
    ("source", "kind", "lines"),
    [
        ("# A\n\n## B\n\n### C\n\n## D", "chapter", []),
        ("## A", "chapter", [1, 1]),
        ("# A\n\n# B", "chapter", [3]),
        ("# A\n\n### B", "chapter", [3]),
        ("Tekst\n\n# A", "chapter", [1]),
        ("{% set a = 1 %}\n# A", "chapter", []),
        ("## A\n\n### B", "appendix", []),
        ("# A", "appendix", [1]),
        ("Tekst\n\n# A\n\n## B\n\n# C", "free", []),
        ("{{ form() }}", "free", []),
        ("# A\n\n### B", "free", [3]),
        ("## A", "free", [1]),
    ],
)
def test_a_chapter_has_one_title_and_nothing_skips_a_level(source: str, kind: lint.TextKind, lines: list[int]) -> None:
    assert [fault.line for fault in lint.heading_faults(source, "k.md", kind)] == lines


# --- values


@pytest.mark.parametrize("frame", ["{}", "**{}**", "- {}", "# {}", "a {} b", "1) {}", "Se *{}*."])
def test_hostile_text_arrives_unharmed_wherever_it_stands(frame: str) -> None:
    [block] = blocks(frame.replace("{}", "{{ hostile }}"))
    spans = block.items[0] if isinstance(block, ListBlock) else block.spans  # type: ignore[union-attr]
    assert HOSTILE in "".join(span.text for span in spans)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1))
def test_any_text_arrives_unharmed(text: str) -> None:
    setting = Setting(FACTS, parameters={"text": text})
    assert chapters.render_chapter("{{ text }}", "k.md", setting) == (Paragraph((Span(text),)),)
    assert chapters.render_line("{{ text }}", ("plan.yaml", 1), setting) == text


def test_the_deepest_heading_has_no_number() -> None:
    made = [block for block in blocks("# A\n\n## B\n\n### C\n\n#### D\n") if isinstance(block, Heading)]
    assert [(block.level, block.numbered) for block in made] == [(1, True), (2, True), (3, True), (4, False)]


def test_a_template_that_is_used_again_has_the_values_of_the_new_study() -> None:
    source = "Der er {{ cases|sager }}.\n"
    told = [chapters.render_chapter(source, "et.md", Setting(replace(FACTS, cases=count))) for count in (1, 7)]
    assert told == [(Paragraph((Span(f"Der er {said}."),)),) for said in ("en sag", "syv sager")]


def test_space_and_control_characters_in_a_value_become_one_space_or_nothing() -> None:
    setting = Setting(FACTS, parameters={"text": "a\n\n# b\t\x00c\u00a0d"})
    assert chapters.render_chapter("{{ text }}", "k.md", setting) == (Paragraph((Span("a # b c\u00a0d"),)),)


def test_constants_and_macros_keep_values_apart_from_markdown() -> None:
    macro = "{% macro m(x) %}**{{ x }}**{% endmacro %}{{ m('*a* <b>') }}"
    assert blocks(macro) == (Paragraph((Span("*a* <b>", bold=True),)),)


def test_a_table_stands_as_a_block_and_is_found_by_name_or_by_result() -> None:
    assert blocks('Før.\n\n{{ table("t") }}\n\nEfter.')[1] == DRAWN
    result = Result("t", whole("3.1"))
    setting = Setting(FACTS, all_results=(result, result), tables={"t": DRAWN})
    found = chapters.render_chapter("{% for t in all_tables %}\n{{ table(t) }}\n{% endfor %}\n", "k.md", setting)
    assert [block for block in found if isinstance(block, TableBlock)] == [DRAWN, DRAWN]


def test_an_example_is_put_in_by_its_case() -> None:
    [example] = blocks("{{ case_example(18) }}")
    assert isinstance(example, CaseExample)
    assert example.case == "18"


def test_a_reference_keeps_the_line_it_was_written_on() -> None:
    [paragraph] = blocks('\n{% if cases %}\nSe\n{{ ref("t") }}.\n{% endif %}\n')
    assert isinstance(paragraph, Paragraph)
    [reference] = [span for span in paragraph.spans if span.ref]
    assert reference.origin == ("kapitel.md", 4)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a\n\n{{ ukendt }}", 'linje 3, tegn 1: teksten kan ikke beregnes ("ukendt" findes ikke)'),
        ('a\n{{ tables["9"].base }}', 'linje 2, tegn 1: tabellen "9" findes ikke.'),
        ('{{ table("x") }}', 'linje 1, tegn 1: tabellen "x" findes ikke.'),
        ('{{ figure("x") }}', 'figuren "x" findes ikke.'),
        ('{{ case_example("99") }}', 'eksemplet "99" findes ikke.'),
        ('\n{{ tables["3.3"].share("I hoj grad") }}', 'tabellen "3.3" har ikke "I hoj grad". Mente du "I høj grad"?'),
        ('{{ tables["3.1"].share(1, row="Aalbrg")|antal }}', 'Mente du "Aalborg"?'),
        ("{{ study.hoering }}", 'oplysningen "hoering" findes ikke.'),
        ("\n\n{{ 3|procent }}", 'linje 3, tegn 1: "3" er ikke en andel'),
        ('{{ "x"|antal }}', '"x" er ikke et antal'),
        ('{{ "x"|dato }}', '"x" er ikke en dato'),
        ("{{ none }}", '"None" kan ikke skrives i en tekst'),
        ("{{ 2.5 }}", "kan ikke skrives i en tekst"),
        ("{{ 1 // 0 }}", "linje 1, tegn 1: teksten kan ikke beregnes (der deles med nul)"),
        ("{{ cases.__class__ }}", "teksten kan ikke beregnes (det kan en rapport ikke få lov til)"),
        ("{{ ''.format.__globals__ }}", "teksten kan ikke beregnes (det kan en rapport ikke få lov til)"),
        ("a\n{{ cases|antal('en', 2) }}", 'linje 2, tegn 1: teksten kan ikke beregnes ("antal" har fået'),
        ("{{ table() }}", 'teksten kan ikke beregnes ("table" har fået for få, for mange'),
        ("{{ cases + 'x' }}", "teksten kan ikke beregnes (en værdi kan ikke bruges på den måde)"),
        ("{{ units[200] }}", '"200" findes ikke'),
        ("{{ []|first }}", "værdien findes ikke"),
        ("{{ cases|int is nonsens }}", 'Jinja-koden kan ikke læses ("nonsens" findes ikke)'),
        ("{{ share(7, 3)|antal }}", "7 af 3 er ikke en andel"),
        ("{{ share('7', 9)|antal }}", "7 af 9 er ikke en andel"),
        ("{{ last_decision|periode(first_decision) }}", "perioden slutter den 11. maj 2013, før den begynder"),
        ("{{ units|fordeling }}", "er ikke en fordeling som decisions"),
        ('{{ ref("t")|stort }}', "filteret stort kan ikke bruges på en tekst"),
        ("{% set x %}{{ cases }}{% endset %}{{ x|stort }}", "filteret stort kan ikke bruges på en tekst"),
        ("{{ form('1', 2.0) }}", 'på niveau 1 til 3, ikke "2.0"'),
        ("{{ form('1', 7) }}", 'på niveau 1 til 3, ikke "7"'),
        ("a\n{% macro m() %}\n{{ m() }}{% endmacro %}\n{{ m() }}", "linje 3, tegn 1: Jinja-koden går for dybt"),
        ("{% set x %}{{ cases }}{% endset %}{{ x|replace('0', '7') }}", "et filter har ændret"),
        ("{% filter truncate(1, true, '', 0) %}{{ cases }}{% endfilter %}", "et filter har ændret"),
    ],
)
def test_what_cannot_be_computed_is_a_fault_with_file_and_line(source: str, message: str) -> None:
    told = fault_of(source)
    assert told.startswith("kapitel.md, linje ")
    assert message in told


def test_a_yes_or_no_is_written_so() -> None:
    assert said("{{ yes }} {{ cases == 7 }}") == "ja nej"


def test_references_can_be_listed() -> None:
    [paragraph] = blocks('Se {{ [ref("a"), ref("b"), ref("c")]|opregning }}.')
    assert isinstance(paragraph, Paragraph)
    assert [span.ref or span.text for span in paragraph.spans] == ["Se ", "a", ", ", "b", " og ", "c", "."]


def test_the_questionnaire_is_put_in_empty_or_as_a_case_has_it() -> None:
    for source, heading in (
        ("{{ form() }}", (1, "Skema")),
        ('{{ form("12") }}', (1, "Skema 12")),
        ("{{ form(12, 2) }}", (2, "Skema 12")),
    ):
        first, second = blocks(source)
        assert isinstance(first, Heading) and isinstance(second, FormBlock)
        assert (first.level, first.spans[0].text) == heading


def test_a_report_without_a_questionnaire_says_so() -> None:
    with pytest.raises(DefinitionFault, match=r"k\.md, linje 3, .* denne rapport har intet måleskema at vise"):
        chapters.render_chapter("a\n\n{{ form() }}", "k.md", Setting(FACTS))


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a\n{{ 1 + }}", 2, '"}}" kan ikke stå her'),
        ("{% if x %}\na", 2, "{% if %} bliver aldrig afsluttet; der mangler {% endif %}"),
        ("a\n{{ x", 2, 'teksten slutter, før der kommer "}}"'),
        ("{{ x }", 1, '"}" kan ikke stå her'),
        ("{% iff x %}a{% endif %}", 1, '{% iff %} findes ikke. Mente du "if"?'),
        ("{% for a in b %}\n{% endif %}", 2, "{% endif %} passer ikke her; {% for %} skal afsluttes først"),
        ("{% endif %}", 1, "{% endif %} passer ikke her"),
        ("{% for a %}x{% endfor %}", 1, 'her skulle stå "in", men der står "%}"'),
        ("{{ a b }}", 1, 'her skulle stå "}}", men der står "b"'),
        ("{% if a = b %}{% endif %}", 1, 'her skulle stå "%}", men der står "="'),
        ("{{ a & b }}", 1, 'tegnet "&" kan ikke stå her'),
        ("{{ 'abc }}", 1, "et anførselstegn bliver aldrig lukket"),
        ('{{ "abc }}', 1, "et anførselstegn bliver aldrig lukket"),
        ("a\n{# abc", 2, "kommentaren {# bliver aldrig afsluttet med #}"),
        ("{% raw %} a", 1, "{% raw %} bliver aldrig afsluttet"),
        ("{% %}", 1, "der mangler en kommando efter {%"),
        ("{{ (a] }}", 1, 'her skulle stå ")", men der står "]"'),
        ("{{ a. }}", 1, "efter et punktum skal stå et navn"),
        ("{{ }}", 1, 'her mangler en værdi; der står "}}"'),
        ("{% set 1 = 2 %}", 1, "her skal stå et navn, som kan få en værdi"),
        ("{{ f(a=1, 2) }}", 1, "værdierne i parentesen står forkert"),
        ("{% macro m(a=1, b) %}{% endmacro %}", 1, "her står noget, der ikke er gyldig Jinja"),
    ],
)
def test_what_jinja_cannot_read_is_told_in_danish_at_its_line(source: str, line: int, said: str) -> None:
    [fault] = lint.chapter_faults(source, "k.md", {"parameters": set(), "table": set(), "figure": set()})
    assert fault.line == line
    assert fault.message.startswith(f"Jinja-koden kan ikke læses ({said}")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ cases is ukendt }}", 'testen "ukendt" kendes ikke.'),
        ('{% include "a.md" %}', "{% include %} kan ikke bruges i en rapport"),
        ('{% import "a.md" as a %}', "{% import %} kan ikke bruges i en rapport"),
        ('{% from "a.md" import a %}', "{% from %} kan ikke bruges i en rapport"),
        ('{% extends "a.md" %}', "{% extends %} kan ikke bruges i en rapport"),
        ("{% block a %}{% endblock %}", "{% block %} kan ikke bruges i en rapport"),
    ],
)
def test_what_a_report_does_not_have_is_told_by_its_line(source: str, said: str) -> None:
    found = lint.name_faults(f"a\n{source}", "k.md", {"parameters": set(), "table": set(), "figure": set()})
    assert [(fault.line, fault.message) for fault in found] == [(2, said)]


def test_a_text_of_the_plan_tells_its_own_place() -> None:
    with pytest.raises(DefinitionFault, match=r"^plan\.yaml, linje 12, tegn 1: .*ukendt"):
        chapters.render_line("{{ ukendt }}", ("plan.yaml", 12), SETTING)


def test_there_is_no_chance_in_a_template() -> None:
    assert "random" in fault_of("{{ units|random }}")


# --- words and numbers


@pytest.mark.parametrize(("template", "text"), [case for helper in helpers.HELPERS for case in helper.cases], ids=str)
def test_every_helper_says_what_its_documentation_tells(template: str, text: str) -> None:
    assert chapters.render_line(template, ("plan.yaml", 1), SETTING) == text


def test_merged_answers_are_added_before_the_percent() -> None:
    result = Result("3.3", whole("3.3"))
    assert (result.share(1).percent, result.share(2).percent) == (68, 3)
    assert (result.share(1, 2).count, result.share(1, 2).percent) == (93, 72)
    assert result.share(*DEGREE[:2]) == result.share(1, 2)
    assert result.share(1, 2).rest == result.share(3)


def test_a_result_gives_the_shares_of_a_single_row() -> None:
    result = Result("3.1", by_unit("3.1"))
    assert result.share(2, row="Næstved") == Share(7, 10)
    assert result.rows == FACTS.units
    assert (result.base, result.title, len(result.answers)) == (130, "Spørgsmål 3.1", 2)


def test_a_grid_has_no_total_to_tell_of() -> None:
    result = Result("4.1", grid({"Plan": (3, 2), "Bolig": (1, 0)}))
    assert result.share("Nej", row="Plan") == Share(2, 5)
    assert result.rows == ("Plan", "Bolig")
    for tell in (lambda: result.base, lambda: result.share("Nej")):
        with pytest.raises(UsageFault, match=r'"4\.1" har en række for hvert delspørgsmål.*row="Plan"'):
            tell()


def test_several_answers_cannot_be_added() -> None:
    result = Result("2.8.1", table(("A", "B"), (19, 30), multiple=True, base=(42,)))
    assert result.share(1) == Share(19, 42)
    with pytest.raises(UsageFault, match="kan ikke lægges sammen"):
        result.share(1, 2)


# --- documentation


def documented(heading: str) -> list[str]:
    """The names in the first column of the table under a heading of docs/rapporttekst.md."""
    text = (ROOT / "docs" / "rapporttekst.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in text.split("\n") if line.startswith("| `")]
    return [row.split("`")[1] for row in rows]


def test_every_name_of_the_context_is_documented_and_every_documented_name_is_there() -> None:
    context = set(chapters._context(Setting(FACTS), markdown.Values(), "k.md"))
    assert context == set(chapters.NAMES)
    assert documented("Navne") == list(chapters.NAMES)


def test_every_helper_is_documented_with_all_its_cases() -> None:
    text = (ROOT / "docs" / "rapporttekst.md").read_text(encoding="utf-8")
    assert documented("Filtre") == [helper.name for helper in helpers.HELPERS]
    shown = [[(case.replace("|", "\\|"), result) for case, result in helper.cases] for helper in helpers.HELPERS]
    for helper, cases in zip(helpers.HELPERS, shown, strict=True):
        assert f"| `{helper.name}` | {helper.about} | `{cases[0][0]}` → {cases[0][1]} |" in text
    more = [f"| `{case}` | {result} |" for cases in shown for case, result in cases[1:]]
    assert text.split("## Flere eksempler\n")[1].rstrip("\n").split("\n")[3:] == more


def test_the_limits_of_a_fraction_are_documented_as_they_are() -> None:
    text = (ROOT / "docs" / "rapporttekst.md").read_text(encoding="utf-8")
    percents = ", ".join(str(percent) for percent in fraction.FRACTIONS)
    words = ", ".join(one.words for one in fraction.FRACTIONS.values())
    assert f"| brøkens egen: {percents} | {words} |" in text
    assert f"| 1 eller {fraction.NEAR} under brøken |" in text
    assert f"| {fraction.NEARLY_ALL} og derover, men ikke alle | næsten alle |" in text
    assert f"højst {danish.count_word(fraction.FEW)} sager" in text


def test_the_lint_knows_everything_that_stands_alone() -> None:
    assert tuple(chapters._block_functions(Setting(FACTS))) == lint.BLOCK_FUNCTIONS


def test_facts_without_dates_can_be_written_about() -> None:
    setting = Setting(Facts(0, "nævn", ()))
    assert (
        chapters.render_line("{{ cases|sager }} {{ first_decision|dato }}", ("p", 1), setting) == "ingen sager uoplyst"
    )
