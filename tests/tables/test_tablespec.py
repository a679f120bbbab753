"""What a table can be asked to show, and what is said of every way to ask for something that makes no sense."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from typing import Any, get_args

import pytest
from places import ROOT

from audit.base import yamlfile
from audit.base.errors import UsageFault
from audit.questionnaire import schemas
from audit.questionnaire.condition import All, AnyOf, Key, Not, OneOf
from audit.questionnaire.model import Questionnaire
from audit.tables.spec import Of, Show, Sort, TableSpec, closed_questions, countable, read_spec, spec, where_condition


@cache
def questionnaire() -> Questionnaire:
    return schemas.load(schemas.find("fleksjob-2016"))


def read(text: str) -> tuple[TableSpec, yamlfile.Source]:
    """The spec at `table:` of a YAML text, as a plan has it."""
    source = yamlfile.parse(text, "plan.yaml")
    return read_spec(questionnaire(), source.data["table"], source, ("table",)), source


def faults(text: str) -> list[tuple[int, int, str, str]]:
    return [(fault.line, fault.column, fault.code, fault.message) for fault in sorted(read(text)[1].faults)]


# --- what can be counted ------------------------------------------------------------------------------------------


def test_closed_questions_are_those_with_fixed_answers_a_grid_row_by_row_and_no_identifications() -> None:
    closed = closed_questions(questionnaire())
    assert closed[:6] == ("1.2", "2.2", "2.2.1", "2.3", "2.3.1/1", "2.3.1/2")
    assert {"2.8.1", "4.1/8", "vaegttab"} < set(closed)
    assert not {"1.1", "2.1", "4.1", "kommune", "sagsnr", "alder"} & set(closed)
    assert len(closed) == 58


def test_identifications_whole_grids_and_derived_variables_can_be_counted_too_but_no_number_of_years() -> None:
    known = set(countable(questionnaire()))
    assert {"kommune", "sagsmaaler", "4.1", "aldersgruppe", "afgoerelsesaar", "maalgruppe"} == known - {
        *closed_questions(questionnaire()),
        *("2.3.1", "2.4.1", "2.5", "4.3", "4.5", "oplyst", "smaa_fleksjob", "plan_opfyldt", "laege_opfyldt"),
        "begrundelse_opfyldt",
    }


# --- a spec that makes sense --------------------------------------------------------------------------------------

WHOLE = """\
table:
  id: tiltag
  question: "2.9"
  by: kommune
  where: {"2.8": Ja, "3.4": [1, 2]}
  collapse:
    Støtte: [Hjælpemidler, skånehensyn, 2]
    Intet: [9, Uoplyst]
  of: all
  sort: size
  show: both
"""


def test_every_key_is_read() -> None:
    made, source = read(WHOLE)
    assert source.faults == []
    assert made == TableSpec(
        question="2.9",
        id="tiltag",
        by="kommune",
        where=All((OneOf(Key("2.8"), ("1",)), OneOf(Key("3.4"), ("1", "2")))),
        collapse=(("Støtte", ("6", "5", "2")), ("Intet", ("9", "10"))),
        of="all",
        sort="size",
        show="both",
    )


def test_nothing_but_the_question_is_needed() -> None:
    made, source = read('table: {question: "3.1"}')
    assert source.faults == []
    assert made == TableSpec("3.1", "3.1", None, None, "", (), "answered", "form", "counts")


def test_a_notebook_writes_the_same_with_plain_values() -> None:
    made = spec(
        questionnaire(),
        "2.9",
        id="tiltag",
        by="kommune",
        where={"2.8": 1, "3.4": (1, "I nogen grad")},
        collapse={"Støtte": [6, 5, 2], "Intet": ("Nej", 10)},
        of="all",
        sort="size",
        show="both",
    )
    assert made == read(WHOLE)[0]
    assert spec(questionnaire(), "3.1", by=None, where=None, collapse=None, of=None, sort=None, show=None) == TableSpec(
        "3.1", "3.1"
    )


def test_one_answer_can_be_renamed_without_a_list() -> None:
    assert spec(questionnaire(), "2.8.1", collapse={"Andet": 8}).collapse == (("Andet", ("8",)),)


@pytest.mark.parametrize("of", ["answered", "all", "answers"])
@pytest.mark.parametrize("sort", ["form", "size"])
@pytest.mark.parametrize("show", ["counts", "percent", "both"])
def test_every_choice_can_be_made(of: str, sort: str, show: str) -> None:
    made = spec(questionnaire(), "3.1", of=of, sort=sort, show=show)
    assert (made.of, made.sort, made.show) == (of, sort, show)


@pytest.mark.parametrize("question", countable(questionnaire()))
def test_everything_countable_can_be_the_question(question: str) -> None:
    assert spec(questionnaire(), question).question == question


# --- faults -------------------------------------------------------------------------------------------------------

FAULTS = [
    (
        'table:\n  question: "3.1"\n  colapse: {}\n',
        (3, 3, "tabel-noegle", 'nøglen "colapse" kendes ikke. Mente du "collapse"?'),
    ),
    (
        "table:\n  by: kommune\n",
        (2, 3, "tabel-spoergsmaal", 'tabellen mangler "question": det spørgsmål, der skal tælles'),
    ),
    (
        "table:\n  question: ''\n",
        (2, 3, "tabel-spoergsmaal", 'tabellen mangler "question": det spørgsmål, der skal tælles'),
    ),
    (
        'table:\n  question: ["3.1"]\n',
        (2, 13, "tabel-noegle", '"question" skal være ét navn, ikke en liste eller flere navne'),
    ),
    (
        'table:\n  question: "3.1"\n  by: [kommune, "1.2"]\n',
        (3, 7, "tabel-noegle", '"by" skal være ét navn, ikke en liste eller flere navne'),
    ),
    (
        'table:\n  question: "3.1"\n  id: {a: b}\n',
        (3, 7, "tabel-noegle", '"id" skal være ét navn, ikke en liste eller flere navne'),
    ),
    (
        "table:\n  question: aldersgrupe\n",
        (2, 13, "tabel-spoergsmaal", 'spørgsmål "aldersgrupe" findes ikke. Mente du "aldersgruppe"?'),
    ),
    (
        'table:\n  question: "9.99"\n  collapse: {A: [1]}\n',
        (2, 13, "tabel-spoergsmaal", 'spørgsmål "9.99" findes ikke.'),
    ),
    (
        'table:\n  question: "1.1"\n',
        (2, 13, "tabel-spoergsmaal", '"1.1" har ikke faste svar, der kan tælles'),
    ),
    (
        "table:\n  question: alder\n",
        (2, 13, "tabel-spoergsmaal", '"alder" har ikke faste svar, der kan tælles'),
    ),
    (
        "table:\n  question: 4.1/9\n",
        (2, 13, "tabel-spoergsmaal", '"4.1/9" findes ikke: 4.1 har ikke rækken "9"'),
    ),
    (
        "table:\n  question: 3.1/1\n",
        (2, 13, "tabel-spoergsmaal", '"3.1/1" findes ikke: 3.1 har ikke rækken "1"'),
    ),
    (
        'table:\n  question: "3.1"\n  by: komune\n',
        (3, 7, "tabel-spoergsmaal", 'spørgsmål "komune" findes ikke. Mente du "kommune"?'),
    ),
    (
        'table:\n  question: "3.1"\n  by: sagsnr\n',
        (3, 7, "tabel-spoergsmaal", '"sagsnr" har ikke faste svar, der kan tælles'),
    ),
    (
        'table:\n  question: "3.1"\n  by: "2.9"\n',
        (
            *(3, 7, "tabel-raekker"),
            '"2.9" kan ikke være tabellens rækker: en sag kan have flere svar og høre til flere rækker',
        ),
    ),
    (
        'table:\n  question: "3.1"\n  by: "4.1"\n',
        (
            *(3, 7, "tabel-raekker"),
            '"4.1" har flere rækker og kan ikke være tabellens rækker; vælg en af dem som 4.1/1',
        ),
    ),
    (
        'table:\n  question: "4.1"\n  by: kommune\n',
        (3, 7, "tabel-raekker", "4.1 er en tabel med egne rækker; vælg en række som 4.1/1, eller udelad by"),
    ),
    (
        'table:\n  question: "3.1"\n  where: Ja\n',
        (3, 10, "betingelse-form", 'en betingelse skrives som {"spørgsmål": svar}'),
    ),
    (
        'table:\n  question: "3.1"\n  where:\n    "2.8": Ja\n    "3.4": Måske\n',
        (
            *(5, 12, "ukendt-svar"),
            '3.4 har ikke svaret "Måske". Svarene er 1 I høj grad, 2 I nogen grad, 3 Nej eller i meget ringe grad.',
        ),
    ),
    (
        'table:\n  question: "3.1"\n  where: {"2.88": Ja}\n',
        (3, 11, "ukendt-spoergsmaal", 'spørgsmål "2.88" findes ikke. Mente du "2.8"?'),
    ),
    (
        'table:\n  question: "3.1"\n  collapse: [1, 2]\n',
        (3, 13, "tabel-sammenlaegning", 'collapse skrives som {"navn": [svar, svar]}'),
    ),
    (
        "table:\n  question: maalgruppe\n  collapse: {A: [1]}\n",
        (
            *(3, 13, "tabel-sammenlaegning"),
            "collapse kan ikke bruges på maalgruppe, som er afledt af andre spørgsmål",
        ),
    ),
    (
        'table:\n  question: "3.3"\n  collapse:\n    Ja: [1, I nogen gard]\n',
        (4, 13, "tabel-sammenlaegning", '3.3 har ikke svaret "I nogen gard". Mente du "I nogen grad"?'),
    ),
    (
        'table:\n  question: "3.3"\n  collapse: {Ja: [7]}\n',
        (3, 19, "tabel-sammenlaegning", '3.3 har ikke svaret "7".'),
    ),
    (
        'table:\n  question: "3.3"\n  collapse: {Ja: []}\n',
        (3, 18, "tabel-sammenlaegning", "her skal stå mindst ét svar"),
    ),
    (
        'table:\n  question: "3.3"\n  collapse: {Ja: [{a: b}]}\n',
        (3, 19, "tabel-sammenlaegning", "3.3 har ikke svaret \"{'a': 'b'}\"."),
    ),
    (
        'table:\n  question: 4.3/2\n  collapse:\n    A: [1, 2]\n    B: ["3", Nej]\n',
        (5, 8, "tabel-sammenlaegning", 'svaret "Nej" på 4.3/2 er lagt sammen to gange'),
    ),
    (
        'table:\n  question: "3.3"\n  collapse: {A: [1, I høj grad]}\n',
        (3, 17, "tabel-sammenlaegning", 'svaret "I høj grad" på 3.3 er lagt sammen to gange'),
    ),
    (
        'table:\n  question: "2.9"\n  collapse:\n    "nej": [Uoplyst, 1]\n',
        (4, 5, "tabel-sammenlaegning", '"nej" er også navnet på et svar på 2.9, som ikke er lagt sammen'),
    ),
    (
        'table:\n  question: "3.1"\n  of: cases\n',
        (3, 7, "tabel-valg", '"cases" kan ikke bruges her; der skal stå answered, all eller answers'),
    ),
    (
        'table:\n  question: "3.1"\n  sort: alphabet\n',
        (3, 9, "tabel-valg", '"alphabet" kan ikke bruges her; der skal stå form eller size'),
    ),
    (
        'table:\n  question: "3.1"\n  show: all\n',
        (3, 9, "tabel-valg", '"all" kan ikke bruges her; der skal stå counts, percent eller both'),
    ),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS, ids=[fault[3][:40] for _, fault in FAULTS])
def test_a_fault_has_its_place_and_says_what_to_do(text: str, fault: tuple[int, int, str, str]) -> None:
    assert faults(text) == [fault]
    assert [one.file for one in read(text)[1].faults] == ["plan.yaml"]


def test_a_fault_in_a_condition_points_to_no_other_line() -> None:
    _, source = read('table:\n  question: "3.1"\n  where:\n    "2.8": Ja\n    "3.4": Måske\n')
    assert [fault.see for fault in source.faults] == [()]


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        'table:\n  question: "1.1"\n  by: x\n  where: {"2.8": Måske}\n  of: x\n  sort: x\n  show: x\n  z: x\n'
    )
    assert [(line, code) for line, _, code, _ in found] == [
        *((2, "tabel-spoergsmaal"), (3, "tabel-spoergsmaal"), (4, "ukendt-svar"), (5, "tabel-valg")),
        *((6, "tabel-valg"), (7, "tabel-valg"), (8, "tabel-noegle")),
    ]


def test_every_answer_that_does_not_exist_is_told() -> None:
    found = faults('table:\n  question: "3.3"\n  collapse: {A: [7, 1, 8], B: 9}\n')
    assert [(line, place, message) for line, place, _, message in found] == [
        (3, 18, '3.3 har ikke svaret "7".'),
        (3, 24, '3.3 har ikke svaret "8".'),
        (3, 31, '3.3 har ikke svaret "9".'),
    ]


def test_a_grid_with_a_grid_as_its_rows_is_told_of_its_own_rows() -> None:
    ((_, _, _, message),) = faults('table:\n  question: "4.1"\n  by: "4.3"\n')
    assert message.startswith("4.1 er en tabel med egne rækker")


def test_a_merged_answer_cannot_have_the_short_name_of_another() -> None:
    ((_, _, _, message),) = faults('table:\n  question: "2.9"\n  collapse: {Andet: [1, 2]}\n')
    assert message == '"Andet" er også navnet på et svar på 2.9, som ikke er lagt sammen'
    ((_, _, _, message),) = faults('table:\n  question: "2.9"\n  collapse: {A: [Adet]}\n')
    assert message == '2.9 har ikke svaret "Adet". Mente du "Andet"?'


def test_an_answer_may_be_named_as_one_that_is_merged_into_it() -> None:
    made = spec(questionnaire(), "2.9", collapse={"Nej": ["Nej", "Uoplyst"]})
    assert made.collapse == (("Nej", ("9", "10")),)


def test_a_notebook_gets_all_faults_as_one_usage_fault_without_places() -> None:
    with pytest.raises(UsageFault) as caught:
        spec(questionnaire(), "3.1", by="komune", sort="x")
    assert str(caught.value) == (
        'spørgsmål "komune" findes ikke. Mente du "kommune"?\n"x" kan ikke bruges her; der skal stå form eller size'
    )
    assert caught.value.exit_code == 2


# --- where, as the command line has it ----------------------------------------------------------------------------

JA = OneOf(Key("2.8"), ("1",))
WHERE: list[tuple[list[str], Any]] = [
    ([], None),
    (["2.8=Ja"], JA),
    (["2.8=1"], JA),
    ([" 2.8 = ja "], JA),
    (["2.8!=Ja"], Not(JA)),
    (["2.8 != Ja"], Not(JA)),
    (["4.1/5!=Nej"], Not(OneOf(Key("4.1", "5"), ("2",)))),
    (["2.9=3;7"], OneOf(Key("2.9"), ("3", "7"))),
    (["2.9 = Træning ; mentorstøtte"], OneOf(Key("2.9"), ("3", "7"))),
    (["2.9!=3;7"], Not(OneOf(Key("2.9"), ("3", "7")))),
    (["2.4.1/*=Nej"], AnyOf(tuple(OneOf(Key("2.4.1", row), ("2",)) for row in "1234"))),
    (["kommune=Aalborg Kommune"], OneOf(Key("kommune"), ("1",))),
    (["2.8=Ja", "3.1=2"], All((JA, OneOf(Key("3.1"), ("2",))))),
    (['{"2.8": Ja}'], JA),
    ([' {any: [{"2.8": Ja}, {not: {"3.1": 1}}]}'], AnyOf((JA, Not(OneOf(Key("3.1"), ("1",)))))),
    (['{"2.8": Ja, "3.1": [2]}', "2.8=Ja"], All((All((JA, OneOf(Key("3.1"), ("2",)))), JA))),
]


@pytest.mark.parametrize(("texts", "condition"), WHERE, ids=["&".join(texts) or "none" for texts, _ in WHERE])
def test_a_where_is_read(texts: list[str], condition: Any) -> None:
    assert where_condition(questionnaire(), texts) == condition


WRONG_WHERE = [
    ("2.8", '--where "2.8" kan ikke læses.\nSkriv for eksempel --where "2.8=Ja".'),
    ("", '--where "" kan ikke læses.\nSkriv for eksempel --where "2.8=Ja".'),
    ("2.8=Jaa", '--where "2.8=Jaa": 2.8 har ikke svaret "Jaa". Mente du "Ja"?'),
    ("2.8=", '--where "2.8=": 2.8 har ikke svaret "". Svarene er 1 Ja, 2 Nej, 3 Uoplyst.'),
    ("2.8!=Ja;X", '--where "2.8!=Ja;X": 2.8 har ikke svaret "X". Svarene er 1 Ja, 2 Nej, 3 Uoplyst.'),
    ("2.88=Ja", '--where "2.88=Ja": spørgsmål "2.88" findes ikke. Mente du "2.8"?'),
    ("4.1=Nej", '--where "4.1=Nej": 4.1 er en tabel; skriv en række som 4.1/1, eller 4.1/* (en af rækkerne)'),
    ("4.1/9=Nej", '--where "4.1/9=Nej": "4.1/9" findes ikke: 4.1 har ikke rækken "9"'),
    ("1.1=Ja", '--where "1.1=Ja": 1.1 har ikke faste svar at spørge til'),
    ("{}", '--where "{}": en betingelse skrives som {"spørgsmål": svar}'),
    (
        '{"2.8": X, "3.1": Y}',
        '--where "{"2.8": X, "3.1": Y}": 2.8 har ikke svaret "X". Svarene er 1 Ja, 2 Nej, 3 Uoplyst.; '
        '3.1 har ikke svaret "Y". Svarene er 1 Ja, afgørelsen er i overensstemmelse med regler og praksis, '
        "2 Nej, afgørelsen ville blive ændret eller sagen hjemvist, hvis det var en klagesag.",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG_WHERE)
def test_a_where_that_makes_no_sense_says_why(text: str, message: str) -> None:
    with pytest.raises(UsageFault) as caught:
        where_condition(questionnaire(), ["2.8=Ja", text])
    assert str(caught.value) == message


def test_a_where_that_is_no_yaml_says_so() -> None:
    with pytest.raises(UsageFault, match=r'--where "\{2\.8: Ja": filen er ikke gyldig YAML'):
        where_condition(questionnaire(), ["{2.8: Ja"])


def test_a_key_twice_in_a_where_is_refused() -> None:
    with pytest.raises(UsageFault, match=r'nøglen "2\.8" står der to gange'):
        where_condition(questionnaire(), ['{"2.8": Ja, "2.8": Nej}'])


# --- the documentation --------------------------------------------------------------------------------------------

DOCUMENTATION = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", DOCUMENTATION, re.MULTILINE | re.DOTALL))


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENTATION, re.DOTALL)


def test_every_key_and_every_choice_is_documented_and_no_other() -> None:
    assert set(SECTIONS) == {field.name for field in fields(TableSpec)}
    for name, choices in (("of", Of), ("sort", Sort), ("show", Show)):
        assert set(get_args(choices)) <= set(re.findall(r"`(\w+)`", SECTIONS[name]))


@pytest.mark.parametrize("example", examples("yaml"))
def test_the_documented_specs_can_be_read(example: str) -> None:
    source = yamlfile.parse(example, "tables.md")
    made = read_spec(questionnaire(), source.data, source)
    assert source.faults == []
    assert made.question in countable(questionnaire())


def test_the_documented_questions_can_be_counted() -> None:
    documented = re.findall(r"^\| `\"?([^`\"]+)\"?` \|", SECTIONS["question"], re.MULTILINE)
    assert len(documented) == 5
    assert set(documented) <= set(countable(questionnaire()))


def test_the_documented_ways_to_write_a_where_can_be_read() -> None:
    documented = re.findall(r"^\| `--where (['\"])(.+)\1` \|", SECTIONS["where"], re.MULTILINE)
    assert len(documented) == 5
    for _, text in documented:
        assert where_condition(questionnaire(), [text]) is not None


def test_the_documented_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    for code in examples("python"):
        exec(code, names)
    assert names["wilson"](7, 10) == pytest.approx((0.3968, 0.8922), abs=5e-5)
    table = names["table"]
    assert len(table.cases("3", "Næstved")) == table.frame.loc["Næstved"].iloc[2] > 0
