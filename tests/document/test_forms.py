"""The questionnaire as blocks: empty it is the printed form, filled in it is the case as the engine sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random

import numpy as np
import oracle
import pytest
from bilag6 import BILAG_6, letters
from generative import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Case
from places import DATA, SAMPLE, SCHEMA
from smallstudy import make
from strategies import random_cases, spoiled_cases, valid_case, without_reason_columns

from audit.base.errors import DefinitionFault, UsageFault
from audit.cases.columns import Cases, from_codes
from audit.document import forms
from audit.document.blocks import Block, Box, Document, Field, FormBlock, Heading, Note
from audit.questionnaire import schemas
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Question, Questionnaire
from audit.report import compose, inputs, planfile
from audit.study import source

#: Labels of lines that the form prints without a word.
OURS = {"Dato", "Tal", "Svar"}


@cache
def fleksjob() -> Questionnaire:
    return schemas.load(schemas.find("fleksjob-2016"))


@cache
def small_questionnaire() -> Questionnaire:
    return schemas.load(SCHEMA)


@cache
def sample() -> Cases:
    return source.open_source(SAMPLE).cases


def questions(blocks: Sequence[Block]) -> dict[str, FormBlock]:
    """The questions by number (those without one by their text)."""
    found = [block for block in blocks if isinstance(block, FormBlock)]
    by_number = {block.number or block.text: block for block in found}
    assert len(by_number) == len(found)
    return by_number


def headings(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    return [(block.level, "".join(span.text for span in block.spans)) for block in blocks if isinstance(block, Heading)]


def ticked(boxes: Sequence[Box]) -> set[str]:
    return {box.code for box in boxes if box.chosen}


def written(block: FormBlock) -> dict[str, str]:
    """What stands in the fields by label; in those of rows by the row's header."""
    rows = {row.header: row.remark.text for row in block.rows if row.remark is not None}
    return {field.label: field.text for field in block.fields} | rows


def filled_in(case: Mapping[str, str], questionnaire: Questionnaire | None = None) -> tuple[Block, ...]:
    """The form of one case, which is alone in its file; its columns are those of the mapping."""
    cases = from_codes(questionnaire or fleksjob(), {name: [text or None] for name, text in case.items()})
    return forms.filled_form(cases, cases.keys[0])


# --- empty ------------------------------------------------------------------------------------------------------------


def printed(blocks: Sequence[Block]) -> Iterator[str]:
    """What an empty form says in the form's own words, in the order of the print."""
    for block in blocks:
        if isinstance(block, Heading | Note):
            yield "".join(span.text for span in block.spans)
        elif isinstance(block, FormBlock):
            yield f"{block.number} {block.text}"
            yield from (f"({box.code}) {box.text}" for box in block.boxes)
            yield from _printed_rows(block)
            yield from (field.label for field in block.fields if field.label not in OURS)


def _printed_rows(block: FormBlock) -> Iterator[str]:
    for row in block.rows[:1]:
        yield from (box.text for box in row.boxes)
        yield row.remark.label if row.remark else ""
    for row in block.rows:
        yield row.header
        yield from (f"({box.code})" for box in row.boxes)


def as_misprinted(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire with the misprints of its form."""

    def plain(question: Question) -> Question:
        options = tuple(replace(option, corrected=None) for option in question.options)
        rows = tuple(replace(row, corrected=None) for row in question.rows)
        return replace(question, corrected=None, options=options, rows=rows)

    sections = [replace(part, questions=tuple(map(plain, part.questions))) for part in questionnaire.sections]
    return replace(questionnaire, sections=tuple(sections))


def test_the_empty_form_prints_every_letter_of_bilag_6_in_order_and_no_other() -> None:
    title = letters(fleksjob().title)
    assert title + letters("".join(printed(forms.blank_form(as_misprinted(fleksjob()))))) == letters(BILAG_6)


def test_the_empty_form_has_everything_there_is_to_fill_in() -> None:
    blocks = forms.blank_form(fleksjob())
    found = questions(blocks).values()
    numbered = [block for block in found if block.number]
    rows = [row for block in found for row in block.rows]
    remarks = [field for block in found for field in block.fields if field.label not in OURS]
    assert (len(found), len(numbered), len(rows)) == (31, 28, 30)
    assert (len(remarks), len([row for row in rows if row.remark])) == (23, 15)
    several = [block for block in found if "flere svar" in block.text]
    columns = sum(len(block.boxes) for block in several) + len(rows) + len(remarks) + 15
    columns += len([block for block in found if block.boxes and block not in several])
    columns += len([field for block in found for field in block.fields if field.label in OURS])
    on_the_form = [one for one in fleksjob().variables if one.role != "reason" and not one.question.supplement]
    assert columns == len(on_the_form) == 116


@pytest.mark.parametrize(
    ("number", "text", "boxes"),
    [
        ("Kommune og kommunenr.", "", "(1) Aalborg - 851"),
        ("1.2", "Køn", "(2) Kvinde"),
        ("2.1", "Dato for kommunens afgørelse", "(1) Dato - angiv datoen (åååå-mm-dd)"),
        ("2.2.1", "Hvis ja i spm. 2.2: Hvad har teamet indstillet?", "(2) Andet - uddyb under bemærkninger"),
        ("3.1", "Er afgørelsen samlet set rigtig", "(1) Ja, afgørelsen er i overensstemmelse med regler og praksis"),
        ("4.4", '(Hvis der svares "Nej"/”LÆ 265 er ikke indhentet”', "(4) LÆ 265 er ikke indhentet"),
    ],
)
def test_an_empty_question_has_its_wording_and_the_codes_of_the_form(number: str, text: str, boxes: str) -> None:
    block = questions(forms.blank_form(fleksjob()))[number]
    assert text in block.text
    assert boxes in [f"({box.code}) {box.text}" for box in block.boxes]
    assert not any(box.chosen for box in block.boxes)


def test_the_misprints_of_the_form_are_mended() -> None:
    told = " ".join(printed(forms.blank_form(fleksjob())))
    for wrong, right in (
        ("begrænsinger", "begrænsninger"),
        ("rehabilitereingsplan", "rehabiliteringsplan"),
        ("herunde ", "herunder familie"),
        ("social og", "beskæftigelsesmæssige, sociale og helbredsmæssige forhold teamet"),
        ("spm. 2.2.1.er", "(kun hvis spm. 2.2.1 er besvaret med andet)"),
    ):
        assert wrong not in told
        assert right in told


def test_headings_are_those_of_the_form_without_numbers_of_ours() -> None:
    blocks = forms.blank_form(fleksjob(), level=2)
    assert headings(blocks) == [
        (2, "Identifikation af sagen"),
        (2, "1. Grundoplysninger"),
        (2, "2. Oplysninger om kommunens afgørelse"),
        (3, "Rehabiliteringsplanens forberedende del - kommunens og borgerens forberedelse af sagen"),
        (3, "Rehabiliteringsplanens forberedende del - den praktiserende læges vurdering"),
        (3, "Rehabiliteringsteamets behandling og indstilling i sagen"),
        (3, "Kommunernes vurdering af mulighed for udvikling af arbejdsevnen"),
        (2, "3. Den materielle vurdering af kommunens afgørelse"),
        (2, "4. Særlige sagsbehandlingsregler"),
        (3, "Rehabiliteringsplanen"),
        (3, "Rehabiliteringsteamet"),
    ]
    assert not any(block.numbered for block in blocks if isinstance(block, Heading))


def test_it_is_told_in_words_when_a_question_is_asked() -> None:
    told = {number: block.when for number, block in questions(forms.blank_form(fleksjob())).items() if block.when}
    yes, no = 'Besvares kun, når {} er "Ja".', 'Besvares kun, når {} er "Nej".'
    assert told == {
        "2.2.1": yes.format("2.2"),
        "2.3.1": yes.format("2.3"),
        "2.4.1": yes.format("2.4"),
        "2.5": yes.format("2.2"),
        "2.7.1": no.format("2.7"),
        "2.8.1": yes.format("2.8"),
        "4.6": yes.format("2.2"),
        "4.7": 'Besvares kun, når 2.7 er "Nej" og 2.7.1 er "Nej".',
    }


def test_what_the_form_does_not_say_of_its_answers_is_said() -> None:
    told = {number: block.state for number, block in questions(forms.blank_form(fleksjob())).items() if block.state}
    assert told == {"2.9": "(9) og (10) kan kun vælges alene.", "2.10": "(7) kan kun vælges alene."}
    state = questions(forms.blank_form(small_questionnaire()))["1.4.1"].state
    assert state == "Der kan vælges flere svar. (4) kan kun vælges alene."


def test_there_are_lines_to_write_on() -> None:
    blocks = questions(forms.blank_form(fleksjob()))
    assert blocks["1.1"].fields == (Field("Dato", lines=1),)
    assert blocks["2.1"].fields == (Field("Dato", lines=1), Field("2.1 Bemærkninger", lines=3))
    assert blocks["2.2.1"].fields == (Field("2.2.1 Hvis ja i spm. 2.2: Bemærkninger", lines=3),)
    assert blocks["Sagsnr."].fields == (Field("Svar", lines=1),)
    assert {row.remark for row in blocks["4.3"].rows} == {Field("Bemærkninger", lines=3)}
    assert {row.remark for row in blocks["2.5"].rows} == {None}


def test_what_is_printed_besides_questions_stands_on_the_empty_form_only() -> None:
    notes = ["".join(span.text for span in one.spans) for one in forms.blank_form(fleksjob()) if isinstance(one, Note)]
    assert notes == [
        "Tryk på printerikonet for at printe et tomt spørgeskema ud",
        "Måleskemaet er nu færdigt. Tryk på printerikonet og skriv skemaet ud til PDF og gem det.",
    ]
    assert not [block for block in forms.filled_form(sample(), "13") if isinstance(block, Note)]


def test_without_a_case_the_form_is_empty_and_with_one_it_is_filled_in() -> None:
    whole = forms.blank_form(fleksjob())
    assert forms.form_blocks(sample(), private=True) == forms.form_blocks(sample(), " ", private=True) == whole
    assert forms.form_blocks(sample()) == forms.blank_form(fleksjob(), private=False) != whole
    assert (
        forms.form_blocks(sample(), "13", 3)
        == forms.filled_form(sample(), "13", level=3)
        != forms.filled_form(sample(), "13")
    )


# --- filled in: what the engine says ----------------------------------------------------------------------------------


def keys_of(question: Question) -> list[str]:
    return [f"{question.id}/{row.id}" for row in question.rows] or [question.id]


def expected_state(case: Case, question: Question) -> str:
    """How the state begins, by the oracle."""
    asked = oracle.asked(case, question.id)
    unanswered = [key for key in keys_of(question) if not oracle.answers(case, key)]
    nothing = len(unanswered) == len(keys_of(question))
    if asked is False:
        return "Ikke relevant: stilles kun, når " if nothing else "Besvaret, men spørgsmålet stilles kun, når "
    if asked is None:
        return "Det kan ikke afgøres, om spørgsmålet skal besvares. Det stilles kun, når "
    if not unanswered:
        return ""
    *others, last = [key.partition("/")[2] for key in unanswered]
    return (
        "Ikke besvaret."
        if nothing
        else f"Ikke besvaret i række {' og '.join(filter(None, (', '.join(others), last)))}."
    )


STATES = ("Ikke relevant", "Besvaret, men", "Det kan ikke afgøres", "Ikke besvaret", "Svaret kan ikke læses")


def check_answers(case: Case, blocks: Mapping[str, FormBlock]) -> None:
    """Each question is in the state that the oracle says, and what is ticked is what is answered."""
    for question in fleksjob().questions:
        if question.identification or question.supplement:
            continue
        block, expected = blocks[question.id], expected_state(case, question)
        assert block.state.startswith(expected)
        assert [name for name in STATES if name in block.state] == [name for name in STATES if name in expected]
        shown = not expected.startswith("Ikke relevant")
        assert len(block.rows) == (len(question.rows) if shown else 0)
        assert len(block.boxes) == (len(question.options) if shown and not question.rows else 0)
        found = [ticked(row.boxes) for row in block.rows] or [ticked(block.boxes)]
        if question.options and shown:
            assert found == [oracle.answers(case, key) for key in keys_of(question)]


def check_remarks(case: Case, blocks: Mapping[str, FormBlock]) -> None:
    """Every remark stands whole in its question, and in no question there is another."""
    for question in fleksjob().questions:
        if question.id not in blocks:
            continue
        column, block = oracle.column(question.id), blocks[question.id]
        own = {question.remark: case.get(f"{column}_bem", "")} if question.remark else {}
        rows = {f"{row.id}. {row.shown}": case.get(f"{column}__{row.id}_bem", "") for row in question.rows}
        shown = {label: text for label, text in written(block).items() if label in own | rows and text}
        expected = own | rows if block.rows else own
        assert shown == {label: text for label, text in expected.items() if text}


def check_rules(case: Case, blocks: Mapping[str, FormBlock]) -> None:
    """Of every rule it is told whether it is broken, and of a soft one what the reason is."""
    rules = {rule.id: rule for rule in fleksjob().rules}
    broken: dict[str, list[oracle.Verdict]] = {}
    for verdict in oracle.verdicts(case):
        if verdict.broken:
            broken.setdefault(verdict.rule, []).append(verdict)
    told = {
        id: rule for id, rule in rules.items() for block in blocks.values() if f"Regel {id} er brudt" in block.state
    }
    assert set(told) == {id for id in broken if not rules[id].soft}
    for id, rule in rules.items():
        label = f"{'Vurdering efter' if id == 'r3' else 'Afvigelse fra'} {id}: {rule.text}"
        found = {name: text for block in blocks.values() for name, text in written(block).items() if label in name}
        if not rule.soft or id not in broken:
            assert found == {}
            continue
        rows = [str(verdict.row) for verdict in broken[id] if verdict.row is not None]
        [(name, text)] = found.items()
        assert all(row in name.removeprefix(label) for row in rows)
        assert ("Det gælder række" in name) == bool(rows)
        reasoned = [oracle.has_reason(case, verdict) for verdict in broken[id]]
        in_remarks = "Begrundelsen står i bemærkningerne." if all(reasoned) else "Begrundelse mangler."
        assert text == (case.get(f"begr_{id}") or in_remarks)


SAID = {
    "udelukkende-svar": "kan ikke vælges sammen med andre svar.",
    "dato-og-alternativ": "har både en dato og svaret",
    "bemaerkning-mangler": "skal uddybes i bemærkningerne.",
}


def check_contradictions(case: Case, blocks: Mapping[str, FormBlock]) -> None:
    """What the checks find in an answer is said of it, and of no other."""
    findings = oracle.findings(case)
    for code, words in SAID.items():
        expected = {number for found, number in findings if found == code}
        assert {number for number, block in blocks.items() if words in block.state} == expected


def check_form(case: Case) -> None:
    blocks = questions(filled_in(case))
    for check in (check_answers, check_remarks, check_rules, check_contradictions):
        check(case, blocks)


def remarked(case: Mapping[str, str]) -> dict[str, str]:
    """The case with texts of several lines, each of them different."""
    return {
        name: f"  {name}: første\n\n\tandet <b> & {{{{ x }}}}\n" if text and name.endswith("_bem") else text
        for name, text in case.items()
    }


@pytest.mark.generative
@settings(max_examples=examples(150))
@given(case=spoiled_cases(), no_reasons=st.booleans())
def test_every_question_is_shown_as_the_engine_says(case: dict[str, str], no_reasons: bool) -> None:
    check_form(remarked(without_reason_columns(case) if no_reasons else case))


@pytest.mark.slow
def test_every_rule_and_every_state_comes_up_in_cases_with_ever_more_noise() -> None:
    seen: set[str] = set()
    for case in random_cases(seed=3, count=200):
        check_form(case)
        for block in questions(filled_in(case)).values():
            told = " ".join((block.state, *(field.label for field in block.fields)))
            seen |= {word for word in (*STATES, *SAID.values()) if word in told}
            seen |= {rule.id for rule in fleksjob().rules if f" {rule.id}: " in told or f"Regel {rule.id} er" in told}
    assert seen >= {*STATES[:4], *SAID.values(), *(rule.id for rule in fleksjob().rules)}


def test_one_case_among_many_is_shown_as_it_is_alone() -> None:
    many = random_cases(seed=5, count=40)
    together = from_codes(fleksjob(), {name: [case[name] or None for case in many] for name in many[0]})
    for case in many:
        assert forms.filled_form(together, case["sagsnr"]) == filled_in(case)


def test_a_valid_case_shows_nothing_but_answers() -> None:
    for seed in range(30):
        blocks = questions(filled_in(valid_case(Random(seed))))
        states = {block.state.partition(":")[0] for block in blocks.values()}
        assert states <= {"", "Ikke relevant"}
        labels = [field.label for block in blocks.values() for field in block.fields if not field.text]
        assert labels == []


# --- filled in: how it reads ------------------------------------------------------------------------------------------


def test_dates_are_in_words_and_nothing_is_left_to_write_on() -> None:
    blocks = forms.filled_form(sample(), "13")
    found = questions(blocks)
    assert found["1.1"].fields == (Field("Dato", "3. september 1962", lines=0),)
    assert found["2.1"].fields == (Field("Dato", "29. maj 2015", lines=0),)
    assert ticked(found["2.1"].boxes) == {"1"}
    fields = [field for block in found.values() for field in block.fields]
    assert {field.lines for field in fields} == {0}
    assert all(field.text for field in fields)


def test_a_deviation_stands_under_the_question_that_sets_it_off_with_its_rule_and_reason() -> None:
    remark, deviation = questions(forms.filled_form(sample(), "13"))["4.4"].fields
    assert remark == Field("4.4 Bemærkninger", "Attesten kan ikke stå alene som lægens vurdering.", lines=0)
    assert deviation.label.startswith("Afvigelse fra r5: Når den praktiserende læges vurdering ikke er udfyldt")
    assert deviation.text.startswith("Lægen har sprunget felterne over.")
    row = questions(forms.filled_form(sample(), "1"))["2.3.1"].fields[-1].label
    assert row.startswith("Afvigelse fra r14: Et punkt, ")
    assert row.endswith(" Det gælder række 4.")


def test_a_question_that_is_not_asked_has_no_boxes() -> None:
    block = questions(forms.filled_form(sample(), "13"))["4.7"]
    assert block.state == 'Ikke relevant: stilles kun, når 2.7 er "Nej" og 2.7.1 er "Nej".'
    assert (block.when, block.boxes, block.rows, block.fields) == ("", (), (), ())


def test_a_remark_on_a_question_that_is_not_asked_is_kept() -> None:
    block = questions(filled_in({"sagsnr": "1", "q2_8": "2", "q2_8_1_bem": "Dog\nikke"}))["2.8.1"]
    assert block.state.startswith("Ikke relevant: ")
    assert block.fields == (Field("2.8.1 Hvis ja i spm. 2.8: Bemærkninger", "Dog\nikke", lines=0),)


def test_a_reason_that_no_answer_asks_for_is_kept_and_told_as_that() -> None:
    [field] = questions(filled_in({"sagsnr": "1", "q4_2": "1", "begr_r4": "Ældre begrundelse"}))["4.2"].fields
    assert field.label.startswith("Begrundelse, som svarene ikke kræver (r4): Når rehabiliteringsplanens")
    assert field.text == "Ældre begrundelse"


def test_remarks_to_rows_have_a_column_where_there_are_any() -> None:
    blocks = questions(filled_in({"sagsnr": "1", "q4_1__2": "1", "q4_3__2": "2", "q4_3__2_bem": "Kort"}))
    assert [row.remark for row in blocks["4.1"].rows] == [None] * 8
    assert [row.remark and row.remark.text for row in blocks["4.3"].rows] == ["", "Kort", "", ""]
    assert blocks["4.1"].state == "Ikke besvaret i række 1, 3, 4, 5, 6, 7 og 8."


def test_identification_shows_only_the_answer_and_never_what_is_private() -> None:
    blocks = questions(filled_in({"kommune": "10", "sagsnr": "7", "sagsmaaler": "3"}))
    assert [number for number in blocks if not number[0].isdigit()] == ["Kommune og kommunenr.", "Sagsnr."]
    assert blocks["Kommune og kommunenr."].boxes == (Box("10", "Kalundborg - 326", chosen=True),)
    assert blocks["Sagsnr."].fields == (Field("Svar", "7", lines=0),)
    assert "DMAP" not in str(blocks)
    open_ = questions(filled_in({"kommune": "", "sagsnr": "7"}))["Kommune og kommunenr."]
    assert (open_.state, open_.boxes) == ("Ikke besvaret.", ())


def test_of_a_supplement_only_what_is_answered_is_shown() -> None:
    assert headings(filled_in({"sagsnr": "7"}))[-1] == (2, "Rehabiliteringsteamet")
    blocks = filled_in({"sagsnr": "7", "fastholdelse": "2", "laegekonsulent": "1"})
    assert headings(blocks)[-1] == (1, "Supplerende registreringer")
    last = [block for block in blocks if isinstance(block, FormBlock)][-2:]
    assert [(block.number, block.text, ticked(block.boxes)) for block in last] == [
        ("", "Er sagen om fastholdelsesfleksjob?", {"2"}),
        ("", "Har kommunen anvendt en udtalelse fra en lægekonsulent i sagsbehandlingen?", {"1"}),
    ]


def test_no_cpr_number_is_shown_wherever_it_stands() -> None:
    number = "010190-0000"
    case = {"sagsnr": f"A {number}", "q2_2_bem": f"Om {number}.", "q3_4": "3", "begr_r3": number, "q4_1__1_bem": number}
    blocks = filled_in(case)
    assert "0000" not in str(blocks)
    assert str(blocks).count("[CPR-nummer]") == 4
    with pytest.raises(UsageFault) as caught:
        forms.filled_form(sample(), number)
    assert "0000" not in str(caught.value)


# --- which case -------------------------------------------------------------------------------------------------------


def numbered(*numbers: str) -> Cases:
    return from_codes(fleksjob(), {"sagsnr": list(numbers)})


def test_a_case_is_found_by_its_number_in_any_case_of_letters() -> None:
    cases = numbered("a 1", "A2", "12")
    assert forms.filled_form(cases, " A  1 ") == forms.filled_form(cases, "a 1")
    assert written(questions(forms.filled_form(cases, "a2"))["Sagsnr."]) == {"Svar": "A2"}


def test_a_case_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageFault, match=r'^Sag "A-13" findes ikke i undersøgelsen\. Mente du "A-12"\?$'):
        forms.filled_form(numbered("A-12", "B-7"), "A-13")


def test_a_number_that_several_cases_have_gives_no_form() -> None:
    with pytest.raises(UsageFault, match=r'^Sagsnummeret "7" står ved flere sager'):
        forms.filled_form(numbered("7", "8", "7"), "7")


# --- other questionnaires ---------------------------------------------------------------------------------------------


def small_form(folder: Path, cases: str, case: str) -> dict[str, FormBlock]:
    return questions(forms.filled_form(source.open_source(make(folder / "s", cases=cases)).cases, case))


HEADER = "distrikt,sagsnr,q1_1,q1_2,q1_3,q1_4,q1_4_1,q2_1__1,q2_1__1_bem,q2_1__2,q2_2__1,q2_2__2,q2_3,q2_4,begr_r4\n"


def test_a_questionnaire_with_numbers_texts_and_a_key_of_two(tmp_path: Path) -> None:
    row = 'Nord,1,1940-05-01,Uoplyst,"12,5",Ja,Bad,Ja,,Ja,Ja,,Nej,"Linje\nto",Kun bad\n'
    blocks = small_form(tmp_path, HEADER + row, "nord/1")
    number, reason = blocks["1.3"].fields
    assert number == Field("Tal", "12,5", lines=0)
    assert (reason.label.partition(":")[0], reason.text) == ("Vurdering efter r4", "Kun bad")
    assert (ticked(blocks["1.2"].boxes), blocks["1.2"].fields) == ({"2"}, ())
    assert ticked(blocks["1.4.1"].boxes) == {"2"}
    assert blocks["2.2"].state == "Ikke besvaret i række 2."
    assert blocks["2.4"].fields == (Field("Svar", "Linje\nto", lines=0),)


def test_a_whole_grid_and_a_text_can_be_left_unasked(tmp_path: Path) -> None:
    blocks = small_form(tmp_path, HEADER + "Syd,2,1940-05-01,2020-01-01,30,Nej,,Ja,,Ja,,,Ja,,\n", "Syd/2")
    assert (blocks["2.2"].state, blocks["2.2"].rows) == ('Ikke relevant: stilles kun, når 1.4 er "Ja".', ())
    condition = describe(small_questionnaire().by_id["2.4"].asked_when, small_questionnaire())
    assert blocks["2.4"].state == f"Ikke relevant: stilles kun, når {condition}."
    blank = questions(forms.blank_form(small_questionnaire()))
    assert blank["2.2"].when == 'Besvares kun, når 1.4 er "Ja".'
    assert (blank["1.3"].fields, blank["2.4"].fields) == ((Field("Tal"),), (Field("Svar"),))


def test_what_cannot_be_read_is_neither_an_answer_nor_unanswered(tmp_path: Path) -> None:
    row = "Nord,1,i går,2020-01-01,30,Måske,,Ja,,Jo,,,Ja,,\n"
    fine = "Nord,2,1940-05-01,2020-01-01,30,Nej,,Ja,,Ja,,,Ja,,\n"
    states = {
        block.state.partition(":")[0] for block in small_form(tmp_path / "2", HEADER + row + fine, "Nord/2").values()
    }
    assert states == {"", "Ikke relevant"}
    blocks = small_form(tmp_path, HEADER + row, "Nord/1")
    assert (blocks["1.1"].state, blocks["1.1"].fields) == ("Svaret kan ikke læses.", ())
    assert (blocks["1.4"].state, ticked(blocks["1.4"].boxes)) == ("Svaret kan ikke læses.", set())
    assert blocks["2.1"].state == "Svaret kan ikke læses i række 2."
    assert blocks["1.4.1"].state == (
        'Det kan ikke afgøres, om spørgsmålet skal besvares. Det stilles kun, når 1.4 er "Ja".'
    )


def test_a_remark_and_a_reason_that_cannot_be_read_are_told() -> None:
    cases = from_codes(fleksjob(), {"sagsnr": ["1"], "q4_2": ["3"], "q3_1": ["1"]})
    broken = np.ones(1, dtype=np.bool_)
    unreadable = {"q4_2_bem": broken, "q4_1__2_bem": broken, "begr_r4": broken}
    blocks = questions(forms.filled_form(replace(cases, unreadable=unreadable), "1"))
    remark, reason = blocks["4.2"].fields
    assert remark == Field("4.2 Bemærkninger", "Bemærkningen kan ikke læses.", lines=0)
    assert (reason.label.partition(":")[0], reason.text) == ("Afvigelse fra r4", "Begrundelsen kan ikke læses.")
    rows = [row.remark.text for row in blocks["4.1"].rows if row.remark]
    assert rows == ["", "Bemærkningen kan ikke læses.", *[""] * 6]


def test_a_questionnaire_without_a_title_for_its_identification() -> None:
    questionnaire = schemas.load(DATA / "naevn.yaml")
    assert headings(forms.blank_form(questionnaire)) == [(1, "Identifikation"), (1, "Spørgsmål")]
    blocks = questions(filled_in({"naevn": "2", "nr": "10", "q1": "1", "q2": "2", "q3__3": "1"}, questionnaire))
    assert blocks["Hvilket nævn?"].boxes == (Box("2", "Nævnet i Syd", chosen=True),)
    assert blocks["Nr."].fields == (Field("Tal", "10", lines=0),)
    assert blocks["2"].state == "Regel r1 er brudt: Uden begrundelse er den ikke rigtig."
    assert blocks["10"].state == "Ikke besvaret."


# --- the plan ---------------------------------------------------------------------------------------------------------


def planned(*cases: str, **given: str) -> Document:
    """The sample's forms as the plan makes them."""
    facts, drawn = inputs.study_facts(source.open_source(SAMPLE)), partial(forms.form_blocks, sample(), private=True)
    return compose.compose_document(
        planfile.load_by_id("maaleskema"), compose.ReportInputs(facts, {}, form=drawn, form_cases=cases), given
    )


def test_the_plan_makes_an_empty_form_without_a_cover() -> None:
    made = planned(examiner="Ringsted Kommune", about_cases="Opdigtede")
    assert (made.cover, made.title, made.subtitle) == (False, fleksjob().title, "")
    assert (made.publisher, made.details) == ("Ringsted Kommune", ())
    assert questions(made.blocks) == questions(forms.blank_form(fleksjob()))
    assert {heading.number for heading in made.headings} == {""}


def test_the_plan_makes_the_form_of_one_case_without_a_cover() -> None:
    made = planned("13", about_cases="Opdigtede", title="Skemaet")
    assert (made.cover, made.title, made.subtitle) == (False, "Sag 13: Skemaet", "")
    assert made.details == (("Sagerne", "Opdigtede"),)
    assert questions(made.blocks) == questions(forms.filled_form(sample(), "13"))


def test_the_plan_makes_one_document_of_several_cases_with_a_cover_and_a_chapter_each() -> None:
    made = planned("13", "1")
    assert (made.cover, made.title, made.subtitle) == (True, fleksjob().title, "Besvaret for to sager")
    chapters = [text for level, text in headings(made.blocks) if level == 1]
    assert chapters == ["Sag 13", "Sag 1"]
    assert {heading.number for heading in made.headings} == {""}
    blocks = [block for block in made.blocks if isinstance(block, FormBlock)]
    assert blocks == [
        *questions(forms.filled_form(sample(), "13")).values(),
        *questions(forms.filled_form(sample(), "1")).values(),
    ]


def test_a_case_that_is_not_there_is_told_where_the_plan_asks_for_it() -> None:
    with pytest.raises(DefinitionFault) as caught:
        planned("13", "999")
    [fault] = caught.value.faults
    assert (fault.file, fault.message) == (
        "maaleskema/skema.md",
        'Sag "999" findes ikke i undersøgelsen. Mente du "99"?',
    )
