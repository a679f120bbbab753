"""JSON Schema for editors: it takes every file that the program takes, as an editor reads it, and refuses mistakes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker
from places import ROOT, SCHEMA, TESTS
from smallstudy import STUDY, Runner, make

from audit.base import yamlfile
from audit.questionnaire import condition, schemas
from audit.questionnaire import fileformat as questionnaire_form
from audit.report import fileformat as plan_form
from audit.study import fileformat as study_form

FILES = ROOT / "schemas" / "json"
FORMS = {
    "questionnaire": questionnaire_form.json_schema(),
    "plan": plan_form.json_schema(),
    "study": study_form.json_schema(),
}
VALIDATORS = {kind: Draft7Validator(schema, format_checker=FormatChecker(["date"])) for kind, schema in FORMS.items()}

#: What a study of scored cases may have besides.
WHOLE_STUDY = f"{STUDY}sheet: Sager\nreviewers: [ASA, 007]\nseal: {{revisions: 5, head: {'k3' * 26}}}\n"
PLAN = """\
plan: proeve
schema_version: 1
title: En prøve
default_for: ["*", proeve-1]
per_unit: ja
along_with: [andet]
parameters:
  examiner: {text: Hvem, default: "Kommunen"}
  long: {text: Lang, type: bool, default: nej}
  published: {text: Udgivet, type: month, default: 2016-03}
  empty: {text: Tom, default: }
front: {title: "{{ examiner }}s prøve", cover: nej, details: {Sager: "{{ cases }}", År: 2016}}
tables:
  - {id: a, question: 1.1, by: unit, where: {any: [{"2.8": Ja}, {not: {3.1: 2}}]}, collapse: {Begge: [1, 2]}, rows: own}
  - {id: 7, question: "1.1", of: all, sort: size, show: both, where_text: det gælder}
figures:
  - {id: b, table: a, kind: stacked, caption: Figur}
recommendations:
  - {text: Gør det bedre., table: a, answers: [3], section: afsnit}
examples:
  - {section: afsnit, when: {3.1: Nej}}
chapters:
  - et.md
  - {file: to.md, number: 4, numbered: no, when: "{{ units|length != 1 }}"}
appendices:
  - {number: 4, title: Bilag, file: bilag.md, when: ja}
"""
SOUND = {"questionnaire": SCHEMA.read_text(encoding="utf-8"), "plan": PLAN, "study": WHOLE_STUDY}


#: Safe loading; PyYAML's own parser, other than libyaml's, refuses a plain text in braces that ends in a question mark.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def as_an_editor(text: str) -> Any:
    """The file as JSON data. Raises ValueError (or yaml.YAMLError) where plain YAML has no such."""
    return _as_json(yaml.load(text, Loader=_Loader))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {_spelt(key): _as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"JSON has no {type(value)}")


def _spelt(key: Any) -> str:
    """A key of YAML as the text that it is in JSON."""
    return json.dumps(key) if key is None or isinstance(key, bool) else str(_as_json(key))


def refused(kind: str, text: str) -> list[str]:
    """What the schema says against a file: the place of each mistake."""
    return ["/".join(map(str, error.absolute_path)) for error in VALIDATORS[kind].iter_errors(as_an_editor(text))]


def taken(kind: str, text: str) -> bool:
    """Whether the program takes a file, as far as the file itself tells."""
    source = yamlfile.parse(text, "fil.yaml")
    if kind == "questionnaire":
        return schemas.check_source(source).faults == ()
    if source.faults:
        return False
    if kind == "study":
        return yamlfile.validate(study_form.StudyFile, source, source.data) is not None
    plan = yamlfile.validate(plan_form.PlanFile, source, source.data)
    if plan is None or not all(chapter.file for chapter in plan.chapters):  # no file is without a name
        return False
    asked = [*(table.where for table in plan.tables), *(example.when for example in plan.examples)]
    return all(_readable(data) for data in asked if data is not None)


def _readable(data: Any) -> bool:
    """Whether a condition can be read, and names no answer or date that is blank, which no questionnaire has."""
    parsed = condition.parse(yamlfile.Source("betingelse"), data, ())
    tests = () if parsed is None else condition.tests(parsed)
    named = {name for test in tests for name in (*getattr(test, "answers", ()), str(getattr(test, "other", "-")))}
    return parsed is not None and "" not in named


# --- what is committed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMS)
def test_the_committed_schema_is_what_the_command_writes(run: Runner, kind: str) -> None:
    """Where it is not: `make schemas`."""
    ran = run("schema", "json", kind)
    assert (ran.code, ran.err) == (0, "")
    assert (FILES / f"{kind}.json").read_text(encoding="utf-8") == ran.out
    assert json.loads(ran.out) == FORMS[kind]


def test_a_questionnaire_is_what_is_meant_when_nothing_is_said(run: Runner) -> None:
    assert run("schema", "json").out == run("schema", "json", "questionnaire").out


def test_another_kind_of_file_is_wrong_use(run: Runner) -> None:
    ran = run("schema", "json", "rapport")
    assert (ran.code, ran.out) == (2, "")
    assert '"rapport" kendes ikke; skriv questionnaire, plan eller study.' in ran.err


def test_the_schemas_are_no_questionnaires(run: Runner) -> None:
    assert sorted(path.name for path in FILES.iterdir()) == [f"{kind}.json" for kind in sorted(FORMS)]
    assert list(schemas.available()) == ["fleksjob-2016"]


@pytest.mark.parametrize("kind", FORMS)
def test_every_key_is_described_and_every_reference_leads_somewhere(kind: str) -> None:
    Draft7Validator.check_schema(FORMS[kind])
    parts = [FORMS[kind], *FORMS[kind]["definitions"].values()]
    keys = [(name, key) for part in parts for name, key in part.get("properties", {}).items()]
    assert len(keys) > 15
    assert [name for name, key in keys if not re.fullmatch(r"\S.{5,140}[.]", key.get("description") or "")] == []
    named = set(re.findall(r'"#/definitions/(\w+)"', json.dumps(FORMS[kind])))
    assert named == set(FORMS[kind]["definitions"])


# --- what is taken ----------------------------------------------------------------------------------------------------


SHIPPED = [
    *(("questionnaire", path) for path in sorted((ROOT / "schemas").glob("*.yaml"))),
    *(("plan", path) for path in sorted((ROOT / "reports").glob("*/plan.yaml"))),
    *(("study", path) for path in sorted((ROOT / "data-samples").glob("*/study.yaml"))),
]


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[path.parent.name for _, path in SHIPPED])
def test_every_shipped_file_is_taken_and_tells_an_editor_its_schema(kind: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == FILES / f"{kind}.json"
    assert refused(kind, text) == []


@pytest.mark.parametrize("kind", FORMS)
def test_a_file_with_one_of_everything_is_taken(kind: str) -> None:
    assert taken(kind, SOUND[kind])
    assert refused(kind, SOUND[kind]) == []


def test_a_new_study_is_taken_and_a_copied_one_names_no_schema_that_is_not_there(run: Runner, tmp_path: Path) -> None:
    assert run("new", tmp_path / "ny", "--schema", "fleksjob-2016").code == 0
    assert run("demo", "--out", tmp_path / "demo").code == 0
    for folder in (tmp_path / "ny", tmp_path / "demo", make(tmp_path / "lille")):
        text = (folder / "study.yaml").read_text(encoding="utf-8")
        assert "yaml-language-server" not in text
        assert refused("study", text) == []


#: What a file of each kind must have.
MARKS = {"questionnaire": ("schema", "sections"), "plan": ("plan", "chapters"), "study": ("study", "data")}


def in_tests() -> Iterator[tuple[str, str]]:
    """Every file that stands in the tests, or in a string of them, and which kind it is of."""
    for path in sorted(TESTS.rglob("*.yaml")):
        yield from _kinds(path.read_text(encoding="utf-8"))
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
                yield from _kinds(node.value)


def _kinds(text: str) -> Iterator[tuple[str, str]]:
    for kind, keys in MARKS.items():
        if all(re.search(rf"(?m)^{key}:", text) for key in keys):
            yield kind, text


def test_every_file_of_the_tests_that_the_program_takes_is_taken() -> None:
    sound = {(kind, text) for kind, text in in_tests() if taken(kind, text)}
    assert {kind: sum(one == kind for one, _ in sound) >= 3 for kind in MARKS} == dict.fromkeys(MARKS, True)
    assert [(text, mistakes) for kind, text in sound if (mistakes := refused(kind, text))] == []


# --- what is refused --------------------------------------------------------------------------------------------------


BROKEN = [
    ("questionnaire", "unknown key", "subject: hj", "subjekt: hj"),
    ("questionnaire", "unknown key of a question", "remark: 1.4 B", "remrk: 1.4 B"),
    ("questionnaire", "unknown key of a law", "from: 2015", "form: 2015"),
    ("questionnaire", "no title", "title: Måleskema om hjemmehjælp\n", ""),
    ("questionnaire", "empty title", "title: Måleskema om hjemmehjælp\n", "title:\n"),
    ("questionnaire", "unknown type", "type: number", "type: tal"),
    ("questionnaire", "unknown strength", "udgangspunkt", "udgangspkt"),
    ("questionnaire", "text for a list", "key: [distrikt, sagsnr]", "key: sagsnr"),
    ("questionnaire", "an empty list", "key: [distrikt, sagsnr]", "key: []"),
    ("questionnaire", "a list for text", "subject: hj", "subject: [hj]  # "),
    ("questionnaire", "names for text", "title: 1. Sagen", "title: {a: b}"),
    ("questionnaire", "text for names", "{title: Et opdigtet måleskema}", "Et måleskema"),
    ("questionnaire", "no yes or no", "date: ja", "date: måske"),
    ("questionnaire", "no date", "2015-01-01", "1.1.2015"),
    ("questionnaire", "no number", "max: 66", "max: seks"),
    ("questionnaire", "a code that is no number", "{code: 2, text: Bad}", "{code: B, text: Bad}"),
    ("questionnaire", "a code of a scale", "janej: {1: Ja", "janej: {J: Ja"),
    ("questionnaire", "an id in capitals", "id: paaroerende", "id: Paaroerende"),
    ("questionnaire", "an id that conditions need", "id: paaroerende", "id: any"),
    ("questionnaire", "a name in capitals", "  janej: {", "  JaNej: {1: x}\n  janej: {"),
    ("questionnaire", "two demands", "- id: r1\n", '- id: r1\n    exactly: {"2.3": Ja}\n'),
    ("questionnaire", "no demand", '    then: {"1.2": {after: "1.1"}}\n', ""),
    ("questionnaire", "two kinds", 'year: {of: "1.2"}', 'year: {of: "1.2"}, years: {from: "1.1", to: "1.2"}'),
    ("questionnaire", "no kind", ', year: {of: "1.2"}', ""),
    ("questionnaire", "a condition that is none", 'asked_when: {not: {"2.3": [Ja, Delvis]}}', "asked_when: Nej"),
    ("plan", "unknown key", "tables:", "tabeller:"),
    ("plan", "no front", 'front: {title: "{{ examiner }}s prøve", cover: nej', "# {"),
    ("plan", "another version", "schema_version: 1", "schema_version: 2"),
    ("plan", "unknown kind of figure", "kind: stacked", "kind: cirkel"),
    ("plan", "a number that is none", "number: 4, numbered", "number: fire, numbered"),
    ("plan", "an unknown test", "3.1: 2", "3.1: {over: 2}"),
    ("study", "unknown key", "units:", "kommuner:"),
    ("study", "no data", "data: sager.csv\n", ""),
    ("study", "no day", "2020-12-31", "31.12.2020"),
    ("study", "names for a text", "requested: 4", "requested: {a: b}"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "old", "new"), BROKEN, ids=[f"{kind}: {name}" for kind, name, *_ in BROKEN])
def test_a_mistake_is_refused_by_both(kind: str, name: str, old: str, new: str) -> None:
    assert SOUND[kind].count(old) == 1, name
    text = SOUND[kind].replace(old, new)
    assert not taken(kind, text)
    assert refused(kind, text) != []


# --- conditions -------------------------------------------------------------------------------------------------------


class Written(NamedTuple):
    text: str
    readable: bool = True


CONDITIONS = [
    Written('{"3.1": Ja}'), Written("{3.1: 1}"), Written("{kommune: [Nord, 2]}"), Written('{"4.3/*": Nej, "2.8": no}'),
    Written("{any: [{3.1: Ja}, {all: [{3.2: 1}, {not: {3.3: 2}}]}]}"),
    Written("{2.9: {only: Ja}}"), Written("{2.9: {only: [1, 2]}}"), Written("{2.9: {answered: nej}}"),
    Written("{1.3: {min: 10}}"), Written("{1.3: {max: 20.5}}"), Written('{1.3: {min: -1, max: "20"}}'),
    Written("{2.1: {after: 1.1}}"), Written("{2.1: {before: 2015-07-01}}"), Written('{2.1: {before: "2015-07-01"}}'),
    Written("{2.1: {years_after: 1.1, min: 18, max: 64}}"), Written("{2.1: {years_after: '1.1', max: 64}}"),
    Written("Ja", False), Written("", False), Written("[]", False), Written("{}", False), Written("[{3.1: Ja}]", False),
    Written("{any: {3.1: Ja}}", False), Written("{all: []}", False), Written("{not: [{3.1: Ja}]}", False),
    Written("{any: [Ja]}", False), Written("{not: {}}", False),
    Written("{3.1: []}", False), Written("{3.1: [[1]]}", False), Written("{3.1: {}}", False),
    Written("{3.1: {only: []}}", False), Written("{3.1: {answered: måske}}", False),
    Written("{3.1: {is: Ja}}", False), Written("{3.1: {only: Ja, answered: ja}}", False),
    Written("{1.3: {min: ti}}", False), Written("{1.3: {min: 1, over: 2}}", False),
    Written("{2.1: {after: [1.1]}}", False), Written("{2.1: {after: 1.1, before: 1.2}}", False),
    Written("{2.1: {years_after: 1.1}}", False), Written("{2.1: {years_after: [1.1], min: 1}}", False),
]  # fmt: skip


@pytest.mark.parametrize("written", CONDITIONS, ids=[one.text for one in CONDITIONS])
def test_a_condition_is_taken_where_it_can_be_read(written: Written) -> None:
    source = yamlfile.parse(written.text, "betingelse")
    assert (condition.parse(source, source.data, ()) is not None) == written.readable
    rule = {"$ref": "#/definitions/condition", "definitions": FORMS["questionnaire"]["definitions"]}
    assert Draft7Validator(rule).is_valid(as_an_editor(written.text)) == written.readable


# --- what the program takes the schema takes --------------------------------------------------------------------------


TYPED = (
    "", " ", "#", "2.10", "01", "1e3", "-1", "ja", "Ja", "NEJ", "no", "Yes", "true", "2015-01-01", "1_000", "1:30",
    ".5", "[1]", "{1: x}", "'", '"', ": ", "- ", "\n", "|", "x",
)  # fmt: skip
SOURCES = {kind: yamlfile.parse(text, "fil.yaml") for kind, text in SOUND.items()}
PLACES = {kind: sorted(source.positions, key=str) for kind, source in SOURCES.items()}
#: Scalars of the files themselves, to stand in another place.
VALUES = sorted({value for text in SOUND.values() for value in re.findall(r": ([\w.-]+)", text)})


def _typed(draw: st.DrawFn, text: str) -> str:
    start = draw(st.integers(0, len(text)))
    return text[:start] + draw(st.sampled_from(TYPED)) + text[start + draw(st.integers(0, 3)) :]


def _lines(draw: st.DrawFn, text: str) -> str:
    lines = text.splitlines() or [""]
    index = draw(st.integers(0, len(lines) - 1))
    line = lines[index]
    lines[index : index + 1] = draw(st.sampled_from(([], [line, line], [f" {line}"], [line[1:]], [f"{line} # x"])))
    return "\n".join([*lines, ""])


def _scalar(draw: st.DrawFn, text: str) -> str:
    found = list(re.finditer(r'(?<=[:\[{,-] )("[^"\n]*"|[\w.-]+)', text))
    assume(found)
    spelt = draw(st.sampled_from(found))
    return text[: spelt.start()] + draw(st.sampled_from((*TYPED, *VALUES))) + text[spelt.end() :]


def _form(draw: st.DrawFn, kind: str) -> str:
    """Another value at one place, and the whole file written anew."""
    whole: Any = [deepcopy(SOURCES[kind].data)]
    *steps, last = (0, *draw(st.sampled_from(PLACES[kind])))
    holder = whole
    for step in steps:
        holder = holder[step]
    holder[last] = draw(st.sampled_from(("x", "7", "1.5", "ja", [], ["1"], [[]], {}, {"1": "b"}, "")))
    return yaml.dump(whole[0], Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, str]:
    """A sound file with one or two changes, and its kind."""
    kind = draw(st.sampled_from(sorted(FORMS)))
    text = _form(draw, kind) if draw(st.integers(0, 3)) == 0 else SOUND[kind]
    for change in draw(st.lists(st.sampled_from((_typed, _lines, _scalar)), max_size=2)):
        text = change(draw, text)
    return kind, text


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(changed())
def test_what_the_program_takes_is_taken_however_it_is_changed(one: tuple[str, str]) -> None:
    kind, text = one
    assume(taken(kind, text))
    try:
        mistakes = refused(kind, text)
    except (yaml.YAMLError, ValueError):  # such as 2015-02-30: no editor gets so far
        return
    assert mistakes == []
