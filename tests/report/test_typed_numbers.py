"""No number is typed into a plan: it is computed, or it is a date, a paragraph, a reference or the number of a case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes
from places import ROOT
from typednumbers import typed_numbers

from audit.prose import chapters, helpers
from audit.prose.markdown import Values
from audit.report import lint, planfile

#: Functions whose arguments are names and codes, and name what stands in the report or the data.
_NAMING = {
    "table", "figure", "ref", "anchor", "case_example", "case_examples", "form", "share", "law",
    "answer", "has", "remark",
}  # fmt: skip
#: What is looked up or compared with, and never written.
_NO_TEXT = (nodes.Getitem, nodes.Compare, nodes.Test)


def typed_in_template(source: str) -> list[str]:
    """Every number typed into a template: in its text, in the texts of its Jinja, or as a value that is written."""
    tree = chapters.environment(Values()).parse(source)
    found = []
    for text in _texts(tree):
        found += typed_numbers(text)
    for number in _values(tree):
        found.append(str(number))
    return found


def _texts(node: nodes.Node) -> Iterator[str]:
    """What a template may write: its text, and every text in its Jinja that is not a name, a code or compared."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.Output):
        yield from _joined(node)
    elif not isinstance(node, _NO_TEXT) and not (isinstance(node, nodes.Call) and _called(node) in _NAMING):
        for child in node.iter_child_nodes():
            yield from _texts(child)


def _joined(node: nodes.Output) -> Iterator[str]:
    """The text of an output in one piece, a mark for each value, so that "§ {{ x }}" is not torn apart."""
    text = "".join(part.data if isinstance(part, nodes.TemplateData) else "\ue000" for part in node.nodes)
    yield text
    for part in node.nodes:
        if not isinstance(part, nodes.TemplateData):
            yield from _texts(part)


def _values(tree: nodes.Template) -> Iterator[int | float]:
    """Numbers that are written as they are: in an output, into a helper, or as a share."""
    names = {helper.name for helper in helpers.HELPERS}
    written = [part for output in tree.find_all(nodes.Output) for part in output.nodes]
    written += [call.node for call in tree.find_all(nodes.Filter) if call.name in names and call.node is not None]
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "share":
            written += call.args
    for node in written:
        if isinstance(node, nodes.Const) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield node.value


def _called(call: nodes.Call) -> str:
    """The name of what is called: of a function, or of a method such as ``tables["x"].share``."""
    return str(getattr(call.node, "name", getattr(call.node, "attr", "")))


#: The finder's specification: a template, and what it must find there.
CASES: list[tuple[str, list[str]]] = [
    ("Der er 88 rigtige sager.", ["88"]),
    ("Det er 1.234 sager, 5,5 procent og 12 % af dem.", ["1.234", "5,5", "12 %"]),
    ("I to sager og i Tre andre er det sket.", ["to", "Tre"]),
    ("Ti, elleve, femten, enogtyve, tres, femoghalvfems, hundrede.", [
        "Ti", "elleve", "femten", "enogtyve", "tres", "femoghalvfems", "hundrede"]),
    ("Halvdelen, en tredjedel, tre fjerdedele, dobbelt så mange, halvanden.", [
        "Halvdelen", "tredjedel", "tre", "fjerdedele", "dobbelt", "halvanden"]),
    ("Mere end hundrede, et halvt år, 2½ år, ni ud af ti.", ["hundrede", "halvt", "2½", "ni", "ti"]),
    ("Det er mange %.", ["%"]),
    ("Se tabel 3.1 og bilag 4.", ["3.1", "4"]),
    ("10 sager i 2015, 2015 sager i alt.", ["10", "2015"]),
    ("**42** sager", ["42"]),
    ("{% if cases %}I fem sager{% else %}I {{ cases|antal }} sager{% endif %}", ["fem"]),
    ('{{ cases|flertal("sagen", "de to sager") }}', ["to"]),
    ('{% set x = "otte sager" %}{{ x }}', ["otte"]),
    ('{{ "tolv" if cases else "elleve" }}', ["tolv", "elleve"]),
    ('{{ m("i ti sager", ref("3.1")) }}{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}', ["ti"]),
    ('{{ cases|antal ~ " af de 130" }}', ["130"]),
    ("{{ 7|antal }} {{ 7 }} {{ share(88, 130)|andel }}", ["7", "7", "88", "130"]),
    # What is no number:
    ("1. januar 2013, den 1. juli, marts 2016, 2015-06-16 og i 2014 eller efter 2015.", []),
    ("Efter § 70, stk. 2, i loven, §§ 69-70 b, § 3, nr. 4, og § 9, jf. § 7, gælder det.", []),
    ("LAB § 69, stk. 1, bekendtgørelse nr. 1557 af 23. december 2014, lov nr. 1380, principafgørelse 79-14.", []),
    ('{{ law("bek-1557") }} {{ en("pa-n-4-05") }}{% macro en(navn) %}{{ law(navn) }}{% endmacro %}', []),
    ("LÆ 265, spørgsmål 3.1, spm. 4.1/5, sag 54, sagen 4, sag nr. 36, sagsnr. 12.", []),
    ("En sag, et svar, den ene, begge, ingen, alle, de fleste, førtidspension, tidligere, titler, niveau.", []),
    ("Med 95 procents sikkerhed er det 95 procent.", ["95"]),
    ("1) først\n2) så", []),
    ("[loven](https://www.retsinformation.dk/eli/lta/2014/1557)", []),
    ("{{ cases|antal }} sager, se {{ ref('3.1') }} {# 12 #}", []),
    ('{{ tables["3.1"].share(1, 2, row="Nord 12")|andel_af("sag", "sager") }} {{ study["2015"] }}', []),
    ("{% if cases > 10 and units|length == 1 %}Mange{% endif %}", []),
    ('{% if case.has("3.1", 2) %}{{ case.answer("3.2") }} {{ case.remark("4.1") }}{% endif %}', []),
    ('{{ figure("figur-2") }} {{ case_example("18") }} {{ form("12", 2) }} {{ law("pa-25-14") }}', []),
]  # fmt: skip


@pytest.mark.parametrize(("source", "found"), CASES)
def test_the_finder_finds_numbers_and_nothing_else(source: str, found: list[str]) -> None:
    assert sorted(typed_in_template(source)) == sorted(found)


def templates(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text of a plan that a reader can meet: its chapters, and what is written in plan.yaml."""
    loaded = planfile.load(folder)
    yield from loaded.texts.items()
    definition = loaded.definition
    yield "title", definition.title
    yield from (("details", name) for name in definition.front.details)
    yield from ((f"parameters.{name}.text", one.text) for name, one in definition.parameters.items())
    yield from ((".".join(map(str, steps)), text) for steps, text in lint.templates(definition))


SHIPPED = sorted(path.parent for path in (ROOT / "reports").glob("*/plan.yaml"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_no_number_is_typed_into_a_plan_that_comes_along(folder: Path) -> None:
    found = [(where, numbers) for where, text in templates(folder) if (numbers := typed_in_template(text))]
    assert found == []


def test_every_kind_of_text_in_a_plan_is_looked_at() -> None:
    looked_at = {where.split(".")[0] for folder in SHIPPED for where, _ in templates(folder)}
    chapters = {path.name.split(".")[0] for folder in SHIPPED for path in folder.glob("*.md")}
    kinds = {
        "title", "details", "parameters", "front", "tables", "figures", "recommendations", "chapters", "appendices"
    }  # fmt: skip
    assert looked_at == kinds | chapters
