"""What a table does at its edges: rows, orders, percentages, grids and derived variables, on a small form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from generative import examples
from handmade import table as handmade
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.base import yamlfile
from audit.cases.columns import Cases, from_codes
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.tables.answers import OUTSIDE
from audit.tables.spec import TableSpec, countable, spec
from audit.tables.table import NOT_ASKED, TOTAL, UNKNOWN, Behind, Table
from audit.tables.tabulate import Tabulator

FORM = """\
schema: byggesager
version: 1
title: Et lille skema
unit: naevn
key: [aar, nr]
scales: {grad: {1: Godt, 2: Nogenlunde, 3: Dårligt}}
identification:
  fields:
    - {id: naevn, text: Nævn, type: choice, options: [{code: 10, text: Nord, number: 501}, {code: 20, text: Syd},
       {code: 30, text: Øst}]}
    - {id: aar, text: År, type: choice, options: {1: "2014", 2: "2015"}}
    - {id: nr, text: Nr., type: text}
sections:
  - id: "1"
    title: 1. Sagen
    questions:
      - {id: "1.1", text: Er der klaget?, type: choice, options: {1: Ja, 2: Nej}}
      - {id: "1.2", text: Hvornår?, type: date, options: [{code: 1, text: Dato, date: yes}, {code: 2, text: Uoplyst}],
         asked_when: {"1.1": Ja}}
      - {id: "1.3", text: Hvor mange sider?, type: number, asked_when: {"1.1": Ja}}
      - {id: "1.4", text: Hvem har klaget?, type: choices, asked_when: {"1.1": Ja},
         options: [{code: 1, text: Naboen}, {code: 2, text: Ejeren}, {code: 3, text: Andre - uddyb, label: Andre}]}
      - {id: "1.5", text: Er sagen oplyst?, type: grid, options: grad, asked_when: {"1.1": Ja},
         rows: [{id: a, text: Fakta}, {id: b, text: Jura}]}
      - {id: "1.6", text: Hvor godt?, type: choice, options: grad, asked_when: {"1.1": Ja}}
      - {id: "1.7", text: Modtaget, type: date}
      - {id: "1.8", text: Hvad er der?, type: choices, options: [{code: 1, text: Brev},
         {code: 3, text: Intet, exclusive: ja}, {code: 2, text: Notat}]}
derived:
  - {id: klageaar, text: Klageår, year: {of: "1.2"}}
  - {id: dage, text: Alder, years: {from: "1.7", to: "1.2"}}
  - {id: alder, text: Aldersgruppe, bands: {of: dage, into: [{text: Op til 1, max: 1}, {text: 2 og mere, min: 2}]}}
  - {id: omfang, text: Omfang, bands: {of: "1.3", into: [{text: Kort, max: 5}, {text: Middel, min: 10, max: 20},
     {text: Lang, min: 30}]}}
  - {id: aarti, text: Årti, bands: {of: klageaar, into: [{text: Nul, min: 2000, max: 2009}, {text: Ti, min: 2010}]}}
  - {id: daarligt, text: Dårligt?, merge: {of: "1.6", into: [{text: Nej, answers: [3, Godt]}]}}
"""


@cache
def form() -> Questionnaire:
    checked = schemas.check_source(yamlfile.parse(FORM, "lille.yaml"))
    assert checked.faults == ()
    assert checked.questionnaire is not None
    return checked.questionnaire


def cases(columns: Mapping[str, str]) -> Cases:
    """Cases from columns of one letter or word per case, split at spaces; ``-`` is blank."""
    found = {name: [None if value == "-" else value for value in text.split()] for name, text in columns.items()}
    size = len(next(iter(found.values())))
    numbers: Sequence[str | None] = [str(number) for number in range(1, size + 1)]
    return from_codes(form(), {"aar": ["1"] * size, "nr": numbers, **found})


def table(made: Cases | Tabulator, question: str, **keys: object) -> Table:
    maker = made if isinstance(made, Tabulator) else Tabulator(made)
    return maker.table(spec(form(), question, **keys))


def shown(made: Table) -> dict[str, list[int]]:
    """Each row's counts, then cases answered, left open and not asked."""
    states = zip(made.base, made.unanswered, made.not_asked, strict=True)
    return {row: [*counts, *state] for row, counts, state in zip(made.rows, made.counts.tolist(), states, strict=True)}


# --- the table as a value -----------------------------------------------------------------------------------------


def test_a_table_says_what_it_is() -> None:
    made = table(cases({"q1_1": "1 2 1"}), "1.1", id="klaget", by="naevn", show="both")
    assert (made.id, made.title, made.by, made.show) == ("klaget", "Er der klaget?", "naevn", "both")
    assert (made.columns, made.codes, made.multiple, made.notes) == (("Ja", "Nej"), ("1", "2"), False, ())
    several = table(cases({"q1_1": "1 2 1"}), "1.4")
    assert (several.title, several.by, several.show, several.multiple) == ("Hvem har klaget?", None, "counts", True)
    assert table(cases({"q1_1": "1"}), "1.1").id == "1.1"
    assert Tabulator(cases({"q1_1": "1"})).table(TableSpec("1.1")).id == "1.1"


def test_the_counts_of_a_table_cannot_be_changed() -> None:
    for made in (table(cases({"q1_1": "1"}), "1.1"), table(cases({"q1_1": "1"}), "1.5"), handmade("ab", [1, 2])):
        assert made.counts.dtype == np.int64
        with pytest.raises(ValueError, match="read-only"):
            made.counts[0, 0] = 7


def test_a_table_says_what_its_rows_and_its_question_are_and_what_is_counted() -> None:
    data = cases({"q1_1": "1 2 1", "naevn": "10 20 10"})
    made = table(data, "1.1", id="klaget", by="naevn", where={"1.1": "Ja"})
    assert (made.id, made.question, made.by_title, made.rows_title) == ("klaget", "1.1", "Nævn", "Nævn")
    assert made.filter_note == made.notes[0]
    assert "1.1" in made.filter_note
    alone = table(data, "1.1")
    assert (alone.question, alone.by_title, alone.rows_title, alone.filter_note) == ("1.1", "", "Sager", "")
    assert table(data, "1.5").rows_title == "Delspørgsmål"


def test_some_rows_of_a_table_keep_everything_that_is_known_of_them_and_the_total() -> None:
    data = cases({"q1_1": "1 2 1 - 2", "q1_6": "1 - 3 - -", "naevn": "10 20 20 20 30"})
    whole = table(data, "1.6", by="naevn", of="all")
    some = whole.of_rows(["Syd"])
    assert (some.rows, some.columns, some.counts.tolist()) == (
        ("Syd", TOTAL), whole.columns, [[0, 0, 1], [1, 0, 1]],
    )  # fmt: skip
    assert shown(some) == {row: numbers for row, numbers in shown(whole).items() if row in ("Syd", TOTAL)}
    assert (some.wholes, some.base) == ((3, 5), (1, 2))
    assert (some.cases("Dårligt", "Syd"), some.cases("Godt")) == (("2014/3",), ("2014/1",))
    assert whole.of_rows(["Øst", "Nord"]).rows == ("Øst", "Nord", TOTAL)
    bare = handmade("ab", [1, 2])
    assert (bare.whole, bare.of_rows([]).whole, bare.of_rows([]).wholes) == ((), (), bare.base)
    with pytest.raises(KeyError):
        whole.of_rows(["Vest"])


def test_some_rows_of_a_grid_have_no_total_and_a_table_without_cases_keeps_none() -> None:
    grid = table(cases({"q1_1": "1 1", "q1_5__a": "1 2", "q1_5__b": "3 3"}), "1.5")
    assert grid.of_rows(["Jura"]).rows == ("Jura",)
    assert grid.of_rows(["Jura"]).cases("Dårligt", "Jura") == ("2014/1", "2014/2")
    without = handmade("ab", [1, 2]).of_rows([])
    assert without.rows == (TOTAL,)
    with pytest.raises(LookupError, match="without its cases"):
        without.cases("a")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("1 1 2", 'Kun de to sager, hvor 1.1 er "Ja".'),
        ("1 2 2", 'Kun den ene sag, hvor 1.1 er "Ja".'),
        ("2 2 2", 'Der er ingen sager, hvor 1.1 er "Ja".'),
    ],
)
def test_a_filter_says_how_many_cases_it_leaves(answers: str, says: str) -> None:
    made = table(cases({"q1_1": answers}), "1.6", where={"1.1": "Ja"})
    assert made.filter_note == says


def test_a_filter_is_told_in_the_words_that_are_given_for_it() -> None:
    declared = replace(spec(form(), "1.6", where={"1.1": "Ja"}), where_text="der er klaget")
    made = Tabulator(cases({"q1_1": "1 2 1"})).table(declared)
    assert made.notes[0] == "Kun de to sager, hvor der er klaget."


def test_answers_that_exclude_the_others_come_last_however_many_gave_them() -> None:
    data = cases({"q1_1": "1 1 1 1", "q1_8__1": "1 - - -", "q1_8__2": "1 1 - -", "q1_8__3": "- - 1 1"})
    assert table(data, "1.8", sort="size").columns == ("Notat", "Brev", "Intet")
    assert table(data, "1.8").columns == ("Brev", "Intet", "Notat")


def test_the_cases_behind_a_cell_come_with_what_they_have_in_common() -> None:
    made = table(cases({"q1_1": "1 2 1", "naevn": "10 20 20"}), "1.1", by="naevn")
    assert made.behind(1, 0) == Behind("Syd: Ja.", ("2014/3",))
    assert made.behind(made.rows.index(TOTAL), 0) == Behind("Ja.", ("2014/1", "2014/3"))


def test_rows_and_columns_are_found_by_label_and_columns_by_code_too() -> None:
    made = table(cases({"q1_1": "1 2 2", "naevn": "10 20 20"}), "1.1", by="naevn")
    assert (made.row("Syd"), made.row(), made.row(TOTAL)) == (1, 3, 3)
    assert (made.column("2"), made.column("Nej")) == (1, 1)
    assert (made.count("Nej", "Syd"), made.count("1"), made.percent("Ja"), made.percent("Nej", "Øst")) == (
        2,
        1,
        33,
        None,
    )
    for missing in ("Vest", "syd", ""):
        with pytest.raises(KeyError, match=f"^'{missing}'$"):
            made.row(missing)
    for missing in ("3", "nej", ""):
        with pytest.raises(KeyError, match=f"^'{missing}'$"):
            made.column(missing)


def test_a_table_made_without_its_cases_says_so() -> None:
    with pytest.raises(LookupError, match=r"table 1\.1 was made without its cases"):
        handmade("ab", [1, 2]).cases("1")


def test_percentages_of_a_table_made_by_hand_are_of_its_base() -> None:
    assert handmade(("a", "b"), [1, 2], base=[8]).percent("a") == 13


def test_cases_are_called_by_every_part_of_their_key() -> None:
    made = table(cases({"q1_1": "1 2 1", "aar": "1 2 2"}), "1.1")
    assert made.cases("Ja") == ("2014/1", "2015/3")


# --- rows ---------------------------------------------------------------------------------------------------------


def test_every_unit_has_its_row_in_the_order_of_the_form_and_the_total_is_last() -> None:
    made = table(cases({"q1_1": "1 2 - 1", "naevn": "20 10 20 20"}), "1.1", by="naevn")
    assert shown(made) == {
        "Nord": [0, 1, 1, 0, 0],
        "Syd": [2, 0, 2, 1, 0],
        "Øst": [0, 0, 0, 0, 0],
        TOTAL: [2, 1, 3, 1, 0],
    }


def test_cases_without_a_unit_have_a_row_before_the_total_and_can_be_listed() -> None:
    made = table(cases({"q1_1": "1 2 1", "naevn": "- 10 -"}), "1.1", by="naevn")
    assert made.rows == ("Nord", "Syd", "Øst", UNKNOWN, TOTAL)
    assert shown(made)[UNKNOWN] == [2, 0, 2, 0, 0]
    assert made.cases("Ja", UNKNOWN) == made.cases("Ja") == ("2014/1", "2014/3")


def test_rows_by_a_question_not_asked_of_all_keep_unanswered_and_not_asked_apart() -> None:
    made = table(cases({"q1_1": "1 1 2 1 -", "q1_6": "3 - - 1 -"}), "1.1", by="1.6")
    assert made.rows == ("Godt", "Nogenlunde", "Dårligt", UNKNOWN, NOT_ASKED, TOTAL)
    assert made.counts.tolist() == [[1, 0], [0, 0], [1, 0], [1, 0], [0, 1], [3, 1]]
    assert made.cases("Nej", NOT_ASKED) == ("2014/3",)
    assert made.cases("Ja", UNKNOWN) == ("2014/2",)
    assert made.unanswered == (0, 0, 0, 1, 0, 1)


def test_rows_are_the_same_whatever_cases_a_table_counts() -> None:
    maker = Tabulator(cases({"q1_1": "1 2", "naevn": "- 10"}))
    made = table(maker, "1.1", by="naevn", where={"naevn": "Nord"})
    assert shown(made) == {
        "Nord": [0, 1, 1, 0, 0],
        "Syd": [0] * 5,
        "Øst": [0] * 5,
        UNKNOWN: [0] * 5,
        TOTAL: [0, 1, 1, 0, 0],
    }
    assert made.cases("Ja", UNKNOWN) == ()
    assert table(maker, "1.1", by="naevn").rows == made.rows


def test_units_of_a_study_limit_and_order_the_rows() -> None:
    data = cases({"q1_1": "1 2 1", "naevn": "10 30 10"})
    assert table(Tabulator(data, units=("Øst", "501")), "1.1", by="naevn").rows == ("Øst", "Nord", TOTAL)
    made = table(Tabulator(data, units=("syd", "Øst")), "1.1", by="naevn")
    assert shown(made) == {
        "Syd": [0, 0, 0, 0, 0],
        "Øst": [0, 1, 1, 0, 0],
        "Nord": [2, 0, 2, 0, 0],
        TOTAL: [2, 1, 3, 0, 0],
    }
    assert made.cases("Ja", "Nord") == ("2014/1", "2014/3")


def test_a_unit_outside_the_study_has_no_row_unless_it_has_cases_and_blanks_come_last() -> None:
    data = cases({"q1_1": "1 2", "naevn": "- 30"})
    assert table(Tabulator(data, units=["Syd"]), "1.1", by="naevn").rows == ("Syd", "Øst", UNKNOWN, TOTAL)


def test_units_do_not_touch_rows_that_are_no_units() -> None:
    data = cases({"q1_1": "1 2", "naevn": "10 30"})
    assert table(Tabulator(data, units=["Syd"]), "1.1", by="1.1").rows == ("Ja", "Nej", TOTAL)


def test_a_unit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown units among Syd, Vest"):
        Tabulator(cases({"q1_1": "1"}), units=("Syd", "Vest"))


def test_the_cases_of_a_row_come_once_each_in_the_order_of_their_numbers() -> None:
    made = table(
        cases({"nr": "10 9 2 1 30", "q1_1": "1 1 1 1 1", "q1_4__1": "1 1 - 1 -", "q1_4__2": "1 - 1 - -"}), "1.4"
    )
    assert made.cases("Naboen") == ("2014/10", "2014/9", "2014/1")
    assert made.cases_in_row(0) == ("2014/1", "2014/2", "2014/9", "2014/10")
    assert len(made.cases_in_row(0)) == made.base[0]


def test_a_question_by_itself_has_all_its_cases_on_the_diagonal() -> None:
    made = table(cases({"q1_1": "1 2 - 2"}), "1.1", by="1.1")
    assert shown(made) == {
        "Ja": [1, 0, 1, 0, 0],
        "Nej": [0, 2, 2, 0, 0],
        UNKNOWN: [0, 0, 0, 1, 0],
        TOTAL: [1, 2, 3, 1, 0],
    }


def test_an_identification_can_be_counted_by_itself() -> None:
    made = table(cases({"naevn": "10 30 30 -"}), "naevn")
    assert shown(made) == {TOTAL: [1, 0, 2, 3, 1, 0]}


def test_columns_that_the_file_lacks_are_left_open() -> None:
    made = table(cases({"q1_1": "1 2"}), "1.4", by="naevn")
    assert shown(made) == {
        "Nord": [0] * 6,
        "Syd": [0] * 6,
        "Øst": [0] * 6,
        UNKNOWN: [0, 0, 0, 0, 1, 1],
        TOTAL: [0, 0, 0, 0, 1, 1],
    }


@pytest.mark.parametrize("question", countable(form()))
@pytest.mark.parametrize("by", [None, "naevn", "klageaar", "omfang"])
def test_no_cases_at_all_give_a_table_of_noughts(question: str, by: str | None) -> None:
    nothing = from_codes(form(), {})
    made = table(nothing, question, by=None if question == "1.5" else by, sort="size", where={"1.1": "Ja"})
    assert not made.counts.any()
    assert made.counts.shape == (len(made.rows), len(made.columns))
    assert made.base == made.unanswered == made.not_asked == (0,) * len(made.rows)
    for row in made.rows:
        for code in made.codes:
            assert made.cases(code, row) == ()
            assert made.percent(code, row) is None


# --- what is asked of whom ----------------------------------------------------------------------------------------

ROUTED = {
    "q1_1": "1 1 2 - - 1",
    "q1_4__1": "1 0 1 1 0 0",
    "q1_4__2": "1 0 0 0 0 1",
    "q1_4__3": "0 0 0 0 0 1",
    "q1_5__a": "1 - 3 2 - 1",
    "q1_5__b": "2 3 3 - - 1",
    "q1_6": "3 - 2 1 - 2",
}


def test_an_answer_to_a_question_that_was_not_asked_is_never_counted() -> None:
    made = table(cases(ROUTED), "1.6")
    assert shown(made) == {TOTAL: [1, 1, 1, 3, 2, 1]}
    assert made.cases("Nogenlunde") == ("2014/6",)
    made = table(cases(ROUTED), "1.4")
    assert shown(made) == {TOTAL: [2, 2, 1, 3, 2, 1]}
    assert made.cases("Naboen") == ("2014/1", "2014/4")


def test_a_note_tells_of_unanswered_cases_that_may_not_have_been_asked() -> None:
    note = "I 1 ubesvaret sag vides det ikke, om spørgsmålet skulle stilles."
    assert table(cases(ROUTED), "1.6").notes == (note,)
    assert table(cases({**ROUTED, "q1_6": "3 - 2 - - 2"}), "1.6").notes == (
        "I 2 ubesvarede sager vides det ikke, om spørgsmålet skulle stilles.",
    )
    assert table(cases(ROUTED), "1.6", where={"1.4": "Ejeren"}).notes == (
        'Kun de to sager, hvor 1.4 har "Ejeren".',
        UNSURE_2,
    )


UNSURE_2 = "2 sager er ikke med, fordi det ikke kan afgøres, om betingelsen er opfyldt."


def test_a_note_tells_of_one_or_more_answers_that_could_not_be_read_among_the_cases_counted() -> None:
    data = cases(ROUTED)
    first, all_but_last = np.array([True] + [False] * 5), np.array([True] * 5 + [False])
    spoiled = Cases(form(), 6, data.data, unreadable={"q1_6": first, "q1_5__a": all_but_last, "q1_5__b": first})
    assert table(spoiled, "1.6", where={"1.1": "Ja"}).notes[2:] == ("1 svar kunne ikke læses og er ikke talt med.",)
    assert table(spoiled, "1.6", where={"1.1": "Nej"}).notes[1:] == (UNSURE_2,)
    assert table(spoiled, "1.5/a").notes[0] == "4 svar kunne ikke læses og er ikke talt med."
    assert table(spoiled, "1.5").notes[0] == "5 svar kunne ikke læses og er ikke talt med."
    assert table(spoiled, "daarligt").notes[0] == "1 svar kunne ikke læses og er ikke talt med."


def test_the_filter_is_told_before_all_else() -> None:
    assert table(cases(ROUTED), "1.4", where={"not": {"1.1": "Nej"}}).notes == (
        'Kun de tre sager, hvor 1.1 ikke er "Nej".',
        UNSURE_2,
        "Der kan være valgt flere svar i samme sag.",
    )
    one = {**ROUTED, "q1_1": "1 1 2 2 - 1"}
    assert table(cases(one), "1.6", where={"1.1": "Ja"}).notes[1] == (
        "1 sag er ikke med, fordi det ikke kan afgøres, om betingelsen er opfyldt."
    )


# --- grids --------------------------------------------------------------------------------------------------------


def test_a_whole_grid_has_a_row_a_grid_row_and_no_total() -> None:
    made = table(cases(ROUTED), "1.5", id="oplyst", show="percent")
    assert (made.id, made.title, made.by, made.show) == ("oplyst", "Er sagen oplyst?", None, "percent")
    assert shown(made) == {"Fakta": [2, 1, 0, 3, 2, 1], "Jura": [1, 1, 1, 3, 2, 1]}
    assert made.cases("Godt", "Fakta") == ("2014/1", "2014/6")
    assert made.cases("Dårligt", "Jura") == ("2014/2",)
    with pytest.raises(KeyError, match=TOTAL):
        made.count("Godt")


def test_a_row_of_a_grid_can_be_a_table_of_its_own_and_the_rows_of_another() -> None:
    made = table(cases(ROUTED), "1.5/b", by="naevn")
    assert (made.title, made.counts.tolist()[-1]) == ("Er sagen oplyst? b. Jura", [1, 1, 1])
    assert table(cases(ROUTED), "1.1", by="1.5/a").rows == ("Godt", "Nogenlunde", "Dårligt", UNKNOWN, NOT_ASKED, TOTAL)


def test_a_grid_of_some_cases_is_filtered_merged_and_sorted_like_any_table() -> None:
    made = table(
        cases(ROUTED), "1.5", where={"1.1": "Ja"}, collapse={"Mindre godt": [2, 3]}, sort="size", of="all", show="both"
    )
    assert made.columns == ("Godt", "Mindre godt")
    assert shown(made) == {"Fakta": [2, 0, 2, 1, 0], "Jura": [1, 2, 3, 0, 0]}
    assert (made.whole, made.base_text, made.show) == ((3, 3), "alle sager", "both")
    assert made.notes == ('Kun de tre sager, hvor 1.1 er "Ja".', UNSURE_2)
    assert made.cases("Mindre godt", "Jura") == ("2014/1", "2014/2")
    answered = table(cases(ROUTED), "1.5", where={"1.6": "Dårligt"})
    assert answered.cases("Godt", "Fakta") == ("2014/1",)
    other = table(cases({"q1_1": "1 1", "q1_5__a": "3 3", "q1_5__b": "2 1"}), "1.5", sort="size")
    assert other.columns == ("Dårligt", "Godt", "Nogenlunde")
    assert other.cases("Dårligt", "Fakta") == ("2014/1", "2014/2")
    assert other.cases("3", "Jura") == ()


def test_a_grid_of_one_row_is_a_table_of_one_row() -> None:
    text = FORM.replace("{id: a, text: Fakta}, ", "")
    checked = schemas.check_source(yamlfile.parse(text, "lille.yaml"))
    assert checked.questionnaire is not None
    made = Tabulator(from_codes(checked.questionnaire, {"q1_1": ["1"], "q1_5__b": ["3"]}))
    assert shown(made.table(spec(checked.questionnaire, "1.5"))) == {"Jura": [0, 0, 1, 1, 0, 0]}


def test_a_note_on_a_grid_counts_each_case_once() -> None:
    made = table(cases(ROUTED), "1.5")
    assert made.notes == ("I 2 ubesvarede sager vides det ikke, om spørgsmålet skulle stilles.",)


# --- order, percentages, merging ----------------------------------------------------------------------------------


def test_answers_sort_by_size_in_total_and_equals_stay_in_the_order_of_the_form() -> None:
    data = cases({"q1_1": "1 1 1 1 1", "q1_6": "2 3 3 2 1", "naevn": "10 20 20 10 10"})
    made = table(data, "1.6", sort="size", by="naevn")
    assert made.columns == ("Nogenlunde", "Dårligt", "Godt")
    assert made.codes == ("2", "3", "1")
    assert made.cases("Dårligt", "Syd") == ("2014/2", "2014/3")
    assert made.cases("1") == ("2014/5",)


@pytest.mark.generative
@settings(max_examples=examples(50))
@given(st.lists(st.sampled_from("-123"), min_size=1, max_size=12), st.sampled_from([None, "naevn"]))
def test_sorting_only_permutes(given: list[str], by: str | None) -> None:
    data = cases({"q1_1": "1 " * len(given), "q1_6": " ".join(given)})
    plain, by_size = table(data, "1.6", by=by), table(data, "1.6", by=by, sort="size")
    order = [plain.codes.index(code) for code in by_size.codes]
    assert order in [list(permutation) for permutation in permutations(range(3))]
    assert by_size.counts.tolist() == plain.counts[:, order].tolist()
    assert by_size.counts[-1].tolist() == sorted(plain.counts[-1].tolist(), reverse=True)
    assert by_size.columns == tuple(plain.columns[place] for place in order)
    assert (by_size.base, by_size.whole, by_size.notes) == (plain.base, plain.whole, plain.notes)
    for code in plain.codes:
        assert by_size.cases(code) == plain.cases(code)


@pytest.mark.generative
@settings(max_examples=examples(50))
@given(st.lists(st.tuples(*[st.sampled_from("01")] * 3, st.sampled_from("-12")), min_size=1, max_size=10))
def test_all_answers_merged_are_the_base(rows: list[tuple[str, str, str, str]]) -> None:
    names = ("q1_4__1", "q1_4__2", "q1_4__3", "q1_1")
    data = cases({name: " ".join(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)})
    for question, every in (("1.4", [1, 2, 3]), ("1.1", ["Ja", "Nej"])):
        made = table(data, question, by="1.1", collapse={"Alle": every})
        assert made.counts[:, 0].tolist() == list(made.base)
        apart = table(data, question, by="1.1")
        assert (apart.base, apart.unanswered, apart.not_asked) == (made.base, made.unanswered, made.not_asked)


@pytest.mark.generative
@settings(max_examples=examples(50))
@given(st.lists(st.tuples(st.sampled_from("-12"), st.sampled_from("-123")), max_size=10))
def test_a_condition_that_holds_for_all_changes_nothing_but_the_note(rows: list[tuple[str, str]]) -> None:
    columns = {"q1_1": " ".join(one for one, _ in rows) or "1", "q1_6": " ".join(other for _, other in rows) or "1"}
    data = cases(columns)
    always = {"any": [{"nr": {"answered": "ja"}}, {"1.1": "Ja"}]}
    plain, filtered = table(data, "1.6", by="1.1"), table(data, "1.6", by="1.1", where=always)
    assert shown(plain) == shown(filtered)
    assert filtered.notes[1:] == plain.notes


def test_merged_answers_stand_where_the_first_of_them_stood_and_the_rest_keep_their_places() -> None:
    data = cases({"q1_1": "1 1 1 1", "q1_6": "1 2 3 3"})
    made = table(data, "1.6", collapse={"Ikke midt": ["Dårligt", 1]})
    assert (made.columns, made.codes) == (("Ikke midt", "Nogenlunde"), ("3+1", "2"))
    assert made.counts.tolist() == [[3, 1]]
    assert made.cases("Ikke midt") == ("2014/1", "2014/3", "2014/4")
    later = table(data, "1.6", collapse={"Sidst": [3, 2]})
    assert (later.columns, later.counts.tolist()) == (("Godt", "Sidst"), [[1, 3]])


def test_a_case_of_several_answers_counts_once_in_merged_ones() -> None:
    made = table(cases(ROUTED), "1.4", collapse={"Parter": ["Naboen", "Ejeren"]}, of="answers", sort="size")
    assert (made.columns, made.counts.tolist(), made.whole) == (("Parter", "Andre"), [[3, 1]], (4,))
    assert made.cases("1+2") == ("2014/1", "2014/4", "2014/6")


@pytest.mark.parametrize(
    ("of", "whole", "text", "percent"),
    [("answered", 3, "besvarede sager", 67), ("all", 6, "alle sager", 33), ("answers", 5, "svar", 40)],
)
def test_percentages_are_of_answered_cases_all_cases_or_answers(of: str, whole: int, text: str, percent: int) -> None:
    made = table(cases({**ROUTED, "naevn": "10 " * 6}), "1.4", of=of, by="naevn")
    assert made.whole == (whole, 0, 0, whole)
    assert (made.base_text, made.percent("Naboen"), made.percent("1", "Nord")) == (text, percent, percent)
    assert made.percent("Naboen", "Syd") is None


def test_percentages_of_all_cases_hold_those_that_were_left_open_and_not_asked() -> None:
    made = table(cases({"q1_1": "1 1 2 -", "q1_6": "1 - - -"}), "1.6", of="all")
    assert (made.base, made.unanswered, made.not_asked, made.whole) == ((1,), (2,), (1,), (4,))
    assert made.percent("Godt") == 25


# --- derived variables --------------------------------------------------------------------------------------------

DATED = {
    "q1_1": "1 1 2 1 1 -",
    "q1_2": "2009-12-31 2010-01-01 2011-06-01 - 2015-06-30 2010-02-02",
    "q1_2_status": "- - - 2 2 -",
    "q1_7": "2008-01-01 2008-01-02 2000-01-01 2000-01-01 2000-01-01 -",
    "q1_3": "5 7 12 - 20.5 30",
}


def test_a_year_is_of_the_dates_that_count_and_what_is_not_asked_stays_so() -> None:
    made = table(cases(DATED), "klageaar")
    assert (made.title, made.columns, made.codes) == ("Klageår", ("2009", "2010"), ("2009", "2010"))
    assert shown(made) == {TOTAL: [1, 2, 3, 2, 1]}
    assert made.cases("2010") == ("2014/2", "2014/6")


def test_without_a_single_date_there_are_no_years_to_count_or_to_cut_by() -> None:
    data = cases({"q1_1": "1 2 -", "q1_2": "- 2011-06-01 -"})
    made = table(data, "klageaar", sort="size", of="answers")
    assert (made.columns, made.counts.shape, made.whole) == ((), (1, 0), (0,))
    assert (made.base, made.unanswered, made.not_asked) == ((0,), (2,), (1,))
    assert table(data, "1.1", by="klageaar").rows == (UNKNOWN, NOT_ASKED, TOTAL)


def test_years_from_one_date_to_another_are_whole_and_need_both() -> None:
    made = table(cases(DATED), "alder")
    assert shown(made) == {TOTAL: [2, 0, 2, 3, 1]}
    assert made.cases("Op til 1") == ("2014/1", "2014/2")
    assert table(cases({**DATED, "q1_2": "2010-01-01 2010-01-01 - - - -"}), "alder").counts.tolist() == [[1, 1]]


def test_bands_of_a_year_are_of_the_year() -> None:
    assert shown(table(cases(DATED), "aarti")) == {TOTAL: [1, 2, 3, 2, 1]}


def test_numbers_outside_every_band_have_a_column_of_their_own_when_there_are_any() -> None:
    made = table(cases(DATED), "omfang")
    assert made.columns == ("Kort", "Middel", "Lang", OUTSIDE)
    assert shown(made) == {TOTAL: [1, 0, 1, 2, 4, 1, 1]}
    assert made.cases(OUTSIDE) == ("2014/2", "2014/5")
    inside = table(cases({**DATED, "q1_3": "10 20 12 - 4 30"}), "omfang")
    assert (inside.columns, shown(inside)) == (("Kort", "Middel", "Lang"), {TOTAL: [1, 2, 1, 4, 1, 1]})
    assert table(cases(DATED), "1.1", by="omfang").rows == (
        *("Kort", "Middel", "Lang", OUTSIDE),
        *(UNKNOWN, NOT_ASKED, TOTAL),
    )


def test_answers_that_a_merge_does_not_name_keep_their_own_columns_after_it() -> None:
    made = table(cases(ROUTED), "daarligt", by="1.1")
    assert (made.title, made.columns, made.codes) == ("Dårligt?", ("Nej", "Nogenlunde"), ("3+1", "2"))
    assert shown(made) == {
        "Ja": [1, 1, 2, 1, 0],
        "Nej": [0, 0, 0, 0, 1],
        UNKNOWN: [1, 0, 1, 1, 0],
        TOTAL: [2, 1, 3, 2, 1],
    }
    assert table(cases(ROUTED), "1.1", by="daarligt").rows == ("Nej", "Nogenlunde", UNKNOWN, NOT_ASKED, TOTAL)


def test_a_derived_variable_tells_of_what_it_could_not_read_in_any_of_its_questions() -> None:
    data = cases(DATED)
    broken = Cases(form(), 6, data.data, unreadable={"q1_7": np.array([False] * 5 + [True])})
    assert table(broken, "alder").notes == ("1 svar kunne ikke læses og er ikke talt med.",)


# --- many answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [253, 254, 255, 256, 300])
def test_a_question_with_very_many_answers_loses_none(options: int) -> None:
    text = FORM.replace(
        "scales: {grad: {1: Godt, 2: Nogenlunde, 3: Dårligt}}", f"scales: {{grad: {{{_many(options)}}}}}"
    )
    checked = schemas.check_source(yamlfile.parse(text.partition("  - {id: daarligt")[0], "lang.yaml"))
    assert checked.questionnaire is not None
    codes = [str(code) for code in range(1, options + 1)]
    extra: list[str | None] = [None, codes[-1]]
    columns = {"q1_1": ["1"] * options + ["1", "2"], "q1_6": codes + extra, "nr": [*codes, "x", "y"]}
    maker = Tabulator(from_codes(checked.questionnaire, columns))
    for collapse in (None, {"Først": [1]}):
        made = maker.table(spec(checked.questionnaire, "1.6", by="1.1", collapse=collapse))
        assert made.counts.tolist() == [[1] * options, [0] * options, [1] * options]
        assert (made.base, made.unanswered, made.not_asked) == ((options, 0, options), (1, 0, 1), (0, 1, 1))
    by_many = maker.table(spec(checked.questionnaire, "1.6", by="1.6"))
    assert np.array_equal(by_many.counts[:options], np.eye(options))
    assert by_many.rows[options:] == (UNKNOWN, NOT_ASKED, TOTAL)


def _many(options: int) -> str:
    return ", ".join(f"{code}: Svar nr. {code}" for code in range(1, options + 1))


@pytest.mark.parametrize("count", [252, 253, 254, 255, 256, 257, 300])
def test_very_many_years_lose_none(count: int) -> None:
    years = [str(year) for year in range(1700, 1700 + count)]
    data = cases({"q1_1": "1 " * count + "2", "q1_2": " ".join(f"{year}-05-01" for year in [*years, "1500"])})
    made = table(data, "klageaar", by="klageaar")
    assert made.columns == tuple(years)
    assert made.rows == (*years, NOT_ASKED, TOTAL)
    assert np.array_equal(made.counts[:-2], np.eye(count))
    assert made.not_asked == (0,) * count + (1, 1)


# --- all closed questions -----------------------------------------------------------------------------------------


def test_all_closed_questions_are_cut_alike() -> None:
    maker = Tabulator(cases(ROUTED))
    template = spec(form(), "1.1", where={"1.1": "Ja"}, show="both", of="all", sort="size")
    made = list(maker.all_closed(by="naevn", template=template))
    assert [one.id for one in made] == ["1.1", "1.4", "1.5/a", "1.5/b", "1.6", "1.8"]
    for one in made:
        assert (one.by, one.show, one.base_text, one.whole[-1]) == ("naevn", "both", "alle sager", 3)
        assert one.counts[-1].tolist() == sorted(one.counts[-1].tolist(), reverse=True)
    assert [one.by for one in maker.all_closed(by=None)] == [None] * 6
