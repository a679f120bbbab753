"""The real questionnaire, changed in one place: told at that place where the change is wrong, else not at all.

Each kind of change comes with its own argument for when it is wrong; none of them asks the lint.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT

from audit.base import yamlfile
from audit.base.errors import Fault
from audit.base.yamlfile import Steps
from audit.questionnaire import schemas

pytestmark = pytest.mark.generative

TEXT = (ROOT / "schemas" / "fleksjob-2016.yaml").read_text(encoding="utf-8")
LINES = TEXT.splitlines()
SOURCE = yamlfile.parse(TEXT, "skema.yaml")
DATA: dict[str, Any] = SOURCE.data
CONDITIONS = ("asked_when", "when", "then", "exactly")

few = settings(max_examples=examples(40))


def faults_of(text: str) -> tuple[Fault, ...]:
    return schemas.check_source(yamlfile.parse(text, "skema.yaml")).faults


def edited(place: tuple[int, int], old: str, new: str) -> str:
    """The text with `old`, which stands at a position, replaced."""
    line, column = place
    row = LINES[line - 1]
    assert row[column - 1 :].startswith(old), (row, column, old)
    return "\n".join([*LINES[: line - 1], row[: column - 1] + new + row[column - 1 + len(old) :], *LINES[line:], ""])


def touches(faults: tuple[Fault, ...], lines: range | tuple[int, ...]) -> bool:
    return any(line in lines for fault in faults for line in (fault.line, *fault.see))


def written(steps: Steps, table: dict[Steps, tuple[int, int]]) -> tuple[tuple[int, int], str]:
    """Position and spelling (with quotation marks) of the key or the one-line value that `steps` lead to."""
    line, column = place = table[steps]
    text = str(steps[-1]) if table is SOURCE.keys else value_at(steps)
    return place, f'"{text}"' if LINES[line - 1][column - 1] == '"' else text


def value_at(steps: Steps) -> Any:
    value: Any = DATA
    for step in steps:
        value = value[step]
    return value


def free_name(steps: Steps) -> bool:
    """Whether a key is a name of the file's own: of a scale, a law or (in the short form) the code of an answer."""
    return steps[-2:-1] == ("options",) or steps[:-1] == ("laws",) or (steps[0] == "scales" and len(steps) > 1)


KEYS = [steps for steps in SOURCE.keys if not free_name(steps)]


def test_the_unchanged_questionnaire_has_no_faults():
    assert faults_of(TEXT) == ()


@few
@given(st.sampled_from(KEYS), st.sampled_from(("x", "-", "é")))
def test_a_misspelt_key_is_told_at_its_line(steps: Steps, letter: str):
    """Never legal: no key is another key with such a letter at its end. In a condition it is an unknown question."""
    place, spelt = written(steps, SOURCE.keys)
    new = spelt[:-1] + letter + '"' if spelt.endswith('"') else spelt + letter
    assert place[0] in [fault.line for fault in faults_of(edited(place, spelt, new))]


@pytest.mark.parametrize("key", ["type", "strength"])
def test_a_misspelt_type_or_strength_is_told_at_its_line(key: str):
    """Never legal: both are one of a few words."""
    found = [steps for steps in SOURCE.keys if steps[-1] == key]
    assert len(found) >= 16
    for steps in found:
        place, spelt = written(steps, SOURCE.positions)
        assert [fault.line for fault in faults_of(edited(place, spelt, f"{spelt}x"))] == [place[0]]


# --- answers and conditions, read here from the plain data ----------------------------------------------------------


def items() -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Every identification and question, with where it stands."""
    for index, field in enumerate(DATA["identification"]["fields"]):
        yield ("identification", "fields", index), field
    for number, section in enumerate(DATA["sections"]):
        for index, question in enumerate(section["questions"]):
            yield ("sections", number, "questions", index), question


QUESTIONS = {item["id"]: item for _, item in items()}


def answers(item: dict[str, Any]) -> dict[str, str]:
    """Code and wording of each answer."""
    options = item.get("options", {})
    options = DATA["scales"][options] if isinstance(options, str) else options
    return options if isinstance(options, dict) else {option["code"]: option["text"] for option in options}


def asked_of(condition: Any, steps: Steps) -> Iterator[tuple[Steps, str, Any]]:
    """Every key of a condition that is a question: where its value stands, the key, the value."""
    for key, value in condition.items():
        if key == "not":
            yield from asked_of(value, (*steps, key))
        else:
            yield (*steps, key), key, value


def conditions() -> Iterator[Steps]:
    for steps, item in items():
        if "asked_when" in item:
            yield (*steps, "asked_when")
    for index, rule in enumerate(DATA["rules"]):
        yield from (("rules", index, word) for word in CONDITIONS if word in rule)


TESTS = [found for steps in conditions() for found in asked_of(value_at(steps), steps)]
ANSWERS = [
    (place, key.partition("/")[0], answer)
    for steps, key, value in TESTS
    if not isinstance(value, dict)
    for place, answer in (
        [(steps, value)] if isinstance(value, str) else [((*steps, i), a) for i, a in enumerate(value)]
    )
]


def test_the_conditions_are_all_seen_here():
    assert (len(list(conditions())), len(TESTS), len(ANSWERS)) == (45, 52, 49)


def test_an_answer_that_does_not_exist_is_told_at_its_line():
    """Never legal: no question has this answer."""
    for steps, _, _ in ANSWERS:
        place, spelt = written(steps, SOURCE.positions)
        told = faults_of(edited(place, spelt, "Findes ikke"))
        assert [(fault.line, fault.code) for fault in told] == [(place[0], "ukendt-svar")]


def test_a_question_that_does_not_exist_is_told_at_its_line():
    """Never legal: no question has this number."""
    for steps, _, _ in TESTS:
        place, spelt = written(steps, SOURCE.keys)
        told = faults_of(edited(place, spelt, '"9.9"'))
        assert [(fault.line, fault.code) for fault in told] == [(place[0], "ukendt-spoergsmaal")]


def owner(steps: Steps) -> str:
    """The question that a condition belongs to, or the rule and its word."""
    part = next(steps[:n] for n in (4, 2) if "id" in (value_at(steps[:n]) if n < len(steps) else ()))
    words = [str(step) for step in steps if step in CONDITIONS[1:]]
    return " ".join([value_at(part)["id"], *words])


#: The only answers that cannot be replaced by another of the same question: condition, question, new code.
WRONG_TURNS = {
    # 4.6 is asked when 2.2 is Ja, and r9 demands an answer in 2.2.1 for one in 4.6: both must be asked together.
    ("2.2.1", "2.2", "2"),
    ("4.6", "2.2", "2"),
    # 4.7 is asked on a Nej in 2.7.1, which is asked on a Nej in 2.7.
    ("2.7.1", "2.7", "1"),
    ("4.7", "2.7", "1"),
    # r1, r4 and r5 must agree on 3.1 when 3.2 is "Væsentlige oplysninger mangler".
    ("r1 then", "3.1", "1"),
    ("r4 then", "3.1", "1"),
    ("r5 then", "3.1", "1"),
    # r6 and r7 tie "ikke indhentet" to a Nej in 2.4, r8 the other way round.
    ("r6 then", "2.4", "1"),
    ("r7 then", "2.4", "1"),
    ("r8 when", "2.4", "1"),
}


def test_a_condition_with_another_answer_is_told_at_its_line_where_it_cannot_be_and_only_there():
    wrong = set()
    for steps, question, answer in ANSWERS:
        place, spelt = written(steps, SOURCE.positions)
        for code, text in answers(QUESTIONS[question]).items():
            if answer not in (code, text):
                told = faults_of(edited(place, spelt, code))
                assert not told or touches(told, (place[0],)), (steps, code)
                wrong |= {(owner(steps), question, code)} if told else set()
    assert wrong == WRONG_TURNS


def test_a_condition_turned_into_its_opposite_is_told_at_its_line_where_it_cannot_be_and_only_there():
    """Of these questions each has two answers, so that the opposite of one is the other."""
    wrong = set()
    turned = [steps for steps in conditions() if LINES[SOURCE.positions[steps][0] - 1].endswith("}")]
    assert len(turned) == 43
    for steps in turned:
        line, column = place = SOURCE.positions[steps]
        whole = LINES[line - 1][column - 1 :]
        told = faults_of(edited(place, whole, f"{{not: {whole}}}"))
        assert not told or touches(told, (line,)), steps
        wrong |= {owner((*steps, ""))} if told else set()
    assert wrong == {name for name, *_ in WRONG_TURNS} - {"4.7", "r4 then", "r5 then"}  # these have two parts


def test_a_condition_on_a_later_question_is_told_at_its_line():
    """Never legal: what comes later is not answered yet."""
    order = list(QUESTIONS)
    for steps, key, _ in TESTS:
        if "asked_when" in steps:
            place, spelt = written(steps, SOURCE.keys)
            own = owner(steps)
            for later in order[order.index(own) :: 12]:
                told = faults_of(edited(place, spelt, f'"{later}"'))
                assert "senere-spoergsmaal" in [fault.code for fault in told if fault.line == place[0]], (key, later)


# --- codes of answers -----------------------------------------------------------------------------------------------

Code = tuple[Steps, dict[Steps, tuple[int, int]], list[str]]


def codes() -> Iterator[Code]:
    """Every code of an answer: where it stands, as a key or as a value, and the questions that have it."""
    for steps in SOURCE.keys:
        if steps[0] == "scales" and len(steps) == 3:
            yield steps, SOURCE.keys, [name for name, item in QUESTIONS.items() if item.get("options") == steps[1]]
        if steps[-2:-1] == ("options",):
            yield steps, SOURCE.keys, [value_at(steps[:-2])["id"]]
        if steps[-3:-2] == ("options",) and steps[-1] == "code":
            yield steps, SOURCE.positions, [value_at(steps[:-3])["id"]]


CODES = list(codes())
MERGED = {
    (derived["merge"]["of"], answer)
    for derived in DATA["derived"]
    for group in derived.get("merge", {}).get("into", ())
    for answer in group["answers"]
}
NAMED = MERGED | {(question, answer) for _, question, answer in ANSWERS}


def code_of(steps: Steps, table: dict[Steps, tuple[int, int]]) -> str:
    return str(steps[-1] if table is SOURCE.keys else value_at(steps))


def test_the_codes_are_all_seen_here():
    assert sorted({(name, code_of(steps, table)) for steps, table, names in CODES for name in names}) == sorted(
        (name, code) for name, item in QUESTIONS.items() for code in answers(item)
    )


def test_a_new_code_of_an_answer_is_told_at_its_line_exactly_where_something_names_the_old_one():
    told_of = 0
    for steps, table, names in CODES:
        place, spelt = written(steps, table)
        told = faults_of(edited(place, spelt, "77"))
        named = any((name, code_of(steps, table)) in NAMED for name in names)
        assert bool(told) == named, (steps, told)
        assert all(place[0] in (fault.line, *fault.see) for fault in told), (steps, told)
        told_of += named
    assert told_of == 20


@few
@given(st.sampled_from(CODES), st.randoms(use_true_random=False))
def test_a_code_that_another_answer_has_is_told_at_its_line(code, random):
    """Never legal: two answers of a question would be one."""
    steps, table, names = code
    old = code_of(steps, table)
    new = random.choice([other for other in answers(QUESTIONS[names[0]]) if other != old])
    place, spelt = written(steps, table)
    assert touches(faults_of(edited(place, spelt, new)), (place[0],))


# --- a question at another place ------------------------------------------------------------------------------------


def blocks() -> list[tuple[str, range]]:
    """The lines of every question of the sections, from its id to before what comes next."""
    starts = {item["id"]: SOURCE.positions[steps][0] for steps, item in items() if steps[0] == "sections"}
    found = []
    for name, start in starts.items():
        end = start + 1
        while LINES[end - 1].startswith("        ") or not LINES[end - 1].strip():
            end += 1
        found.append((name, range(start, end)))
    return found


BLOCKS = blocks()


def depends_on(item: dict[str, Any]) -> set[str]:
    return {key.partition("/")[0] for _, key, _ in asked_of(item.get("asked_when", {}), ())}


@few
@given(st.sampled_from(BLOCKS), st.sampled_from(BLOCKS))
def test_a_moved_question_is_told_exactly_where_it_parts_from_what_it_depends_on(moved, target):
    """Wrong exactly when some question then stands before one that its condition reads."""
    (name, lines), (before, there) = moved, target
    order = [one for one, _ in BLOCKS if one != name or one == before]
    if name != before:
        order.insert(order.index(before), name)
    wrong = {
        (one, other)
        for one in order
        for other in depends_on(QUESTIONS[one])
        if other in order and order.index(other) > order.index(one)
    }
    block = [LINES[n - 1] for n in lines]
    rest = [row for n, row in enumerate(LINES, 1) if n not in lines or name == before]
    start = there.start if name == before or there.start < lines.start else there.start - len(block)
    text = "\n".join(rest if name == before else [*rest[: start - 1], *block, *rest[start - 1 :]])
    found = faults_of(text + "\n")
    told = [fault for fault in found if fault.code != "ukendt-markering"]
    assert name == "eksempel" or told == list(found), "what marks an example must stand in the supplement"
    assert {(fault.code, fault.message.split()[0]) for fault in told} == {
        ("senere-spoergsmaal", one) for one, _ in wrong
    }
    assert all(touches((fault,), range(start, start + len(block))) for fault in told)


# --- anything at all ------------------------------------------------------------------------------------------------


def plain(text: str) -> Any:
    """What plain PyYAML makes of a text; None where it refuses it."""
    try:
        return yaml.load(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return None


PLAIN: Any = plain(TEXT)


#: Keys that each part must have, whatever it is, and whose value stands on their own line.
NEEDED = ("schema", "version", "unit", "key", "short", "type", "strength", "when")
DELETABLE = [
    steps
    for steps, (line, _) in SOURCE.keys.items()
    if steps[-1] in NEEDED and LINES[line - 1].strip().startswith(str(steps[-1]) + ":")
]


@few
@given(st.sampled_from(DELETABLE))
def test_a_deleted_key_that_must_be_there_is_told_at_its_part(steps: Steps):
    line = SOURCE.keys[steps][0]
    told = faults_of("\n".join([*LINES[: line - 1], *LINES[line:], ""]))
    place = SOURCE.line(steps[:-1])[0] if len(steps) > 1 else SOURCE.line(())[0]
    assert ("form-missing", place) in [(fault.code, fault.line) for fault in told]


@few
@given(st.integers(0, len(LINES) - 1))
def test_a_deleted_line_is_told_where_it_leaves_no_yaml_and_not_where_it_held_no_data(index: int):
    text = "\n".join([*LINES[:index], *LINES[index + 1 :], ""])
    told, data = faults_of(text), plain(text)
    if data is None:
        assert [fault.code for fault in told] == ["yaml"]
    if data == PLAIN:
        assert told == ()


@few
@given(st.integers(0, len(LINES) - 1), st.sampled_from((" ", "  ", "\t", "-1", "-2")))
def test_a_broken_indentation_is_told_where_it_is_no_yaml_any_more(index: int, change: str):
    row = LINES[index][-int(change) :] if change.startswith("-") else change + LINES[index]
    text = "\n".join([*LINES[:index], row, *LINES[index + 1 :], ""])
    told, data = faults_of(text), plain(text)
    if data is None:
        assert [fault.code for fault in told] == ["yaml"]
    if data == PLAIN:
        assert told == ()


@settings(max_examples=examples(100))
@given(
    st.integers(0, len(TEXT)),
    st.integers(0, 30),
    st.one_of(
        st.sampled_from(("*", "&x", "{", "]", ": ", "- ", "'", "?", "|", "---", "\n", "\x00", "!!")),
        st.text(max_size=4),
    ),
)
def test_nothing_that_is_typed_anywhere_makes_it_fail(start: int, length: int, new: str):
    text = TEXT[:start] + new + TEXT[start + length :]
    assert all(1 <= fault.line <= text.count("\n") + 2 and fault.column >= 1 for fault in faults_of(text))


@settings(max_examples=examples(100))
@given(
    st.sampled_from(sorted(SOURCE.positions, key=str)), st.sampled_from(("x", [], [[]], {}, {"a": "b"}, ["x", "y"], ""))
)
def test_a_value_of_another_form_anywhere_makes_nothing_fail(steps: Steps, value: Any):
    """The whole file is written anew, with another value at one place."""
    whole: Any = [deepcopy(PLAIN)]
    holder = whole
    for step in (0, *steps)[:-1]:
        holder = holder[step]
    holder[(0, *steps)[-1]] = value
    text = yaml.dump(whole[0], Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    assert all(fault.line >= 1 for fault in faults_of(text))
