"""Cases: compact columns, blanks, keys, and the places of answers."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from ways_in import fleksjob, small

from audit.base.errors import Place
from audit.cases.codes import code_type, is_filled
from audit.cases.columns import Cases, Origin, from_codes
from audit.cases.findings import CATALOGUE, Finding, Message, count_by_severity, excerpt, finding, safe_line
from audit.questionnaire.condition import Key

TWO = {
    "distrikt": ["1", ""], "sagsnr": ["7", "8"], "q1_1": ["1940-05-01", ""], "q1_2_status": ["", "2"],
    "q1_3": ["2.5", None], "q1_4": ["2", ""], "q1_4_1__1": ["1", "0"], "q1_4_1__2": ["", None], "q2_4": ["hej", ""],
}  # fmt: skip


def two() -> Cases:
    return from_codes(small(), TWO)


def read_from(columns: dict[str, tuple[int, str]], *, cells: bool) -> Cases:
    sheet = "Sager" if cells else None
    origin = Origin("sager.xlsx" if cells else "sager.csv", sheet, [5, 9], columns, cells)
    return replace(two(), origin=origin)


def test_columns_are_as_small_as_they_can_be() -> None:
    data = two().data
    kinds = {name: data[name].dtype for name in ("q1_4", "q1_4_1__1", "q1_1", "q1_3", "q2_4")}
    assert {name: str(dtype) for name, dtype in kinds.items()} == {
        "q1_4": "uint8", "q1_4_1__1": "uint8", "q1_1": "datetime64[D]", "q1_3": "float64", "q2_4": "int32",
    }  # fmt: skip
    assert (code_type(255), code_type(256)) == (np.uint8, np.uint16)


def test_a_code_is_the_position_of_its_option() -> None:
    cases = from_codes(fleksjob(), {"q2_1_status": ["", "2", "3"]})
    assert cases.data["q2_1_status"].tolist() == [0, 1, 2]


def test_a_variable_that_the_file_lacks_reads_as_blank() -> None:
    cases = Cases(small(), 3, {})
    for variable in small().variables:
        assert not cases.has(variable.name)
        column = cases.column(variable)
        assert column.shape == (3,)
        assert not is_filled(variable, column).any()


def test_what_is_filled_is_told_for_every_kind() -> None:
    told = {name: is_filled(small().by_column[name], two().data[name]).tolist() for name in TWO}
    assert told == {name: [bool(text) and text != "0" for text in texts] for name, texts in TWO.items()}


def test_a_several_answer_question_is_answered_where_one_is_chosen() -> None:
    assert two().answered(Key("1.4.1")).tolist() == [True, False]
    assert two().answered(Key("1.2")).tolist() == [False, True]
    assert two().answered(Key("2.1", "1")).tolist() == [False, False]


def test_what_could_not_be_read_is_told_for_the_whole_answer() -> None:
    cases = replace(two(), unreadable={"q1_4_1__2": np.array([True, False])})
    broken = cases.unreadable_in(Key("1.4.1"))
    assert broken is not None
    assert broken.tolist() == [True, False]
    assert cases.unreadable_in(Key("1.4")) is None


def test_keys_join_their_fields_and_are_blank_where_the_file_has_none() -> None:
    assert two().keys == ("Nord/7", "/8")
    assert from_codes(fleksjob(), {"q3_1": ["1"]}).keys == ("",)
    assert from_codes(fleksjob(), {}).keys == ()


def test_units_are_named() -> None:
    assert two().units() == ("Nord", "")


@pytest.mark.parametrize(
    ("columns", "message"), [({"q1_4": ["1"], "q1_3": []}, "equally long"), ({"q1_1": ["31-12-2014"]}, "31-12-2014")]
)
def test_columns_that_make_no_sense_are_refused(columns: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_codes(small(), columns)


@pytest.mark.parametrize("columns", [{"q9_9": ["1"]}, {"q1_4": ["3"]}, {"q1_4_1__1": ["2"]}])
def test_an_unknown_column_or_code_is_refused(columns: dict[str, list[str]]) -> None:
    with pytest.raises(KeyError):
        from_codes(small(), columns)


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_place_is_the_case_where_there_is_no_file() -> None:
    assert str(two().place(0, ["q1_4"], ["1.4"])) == "sag Nord/7, spørgsmål 1.4"
    assert str(Cases(fleksjob(), 1, {}).place(0, ["q3_1"])) == ""


@pytest.mark.parametrize(
    ("columns", "cell"),
    [
        ({"q1_4": 11}, "celle K9 (1.4)"),
        ({"q1_4": 11, "q1_3": 13}, "celler K9, M9 (1.4)"),
        ({"q1_4": 13, "q1_3": 11}, "celler K9, M9 (1.4)"),
        ({"q1_4": 11, "q1_3": 12}, "celler K9, L9 (1.4)"),
        ({"q1_4": 26, "q1_3": 27, "q1_1": 28}, "celler Z9:AB9 (1.4)"),
        ({"q1_4": 1, "q1_3": 2, "q1_1": 3, "q2_4": 5}, "celler A9:C9, E9 (1.4)"),
        ({"q1_4": 1, "q1_3": 1}, "celle A9 (1.4)"),
    ],
)
def test_cells_are_named_once_from_left_to_right_and_three_side_by_side_as_a_range(
    columns: dict[str, int], cell: str
) -> None:
    cases = read_from({name: (number, "?") for name, number in columns.items()}, cells=True)
    assert str(cases.place(1, [*columns, "q2_3"], ["1.4"])) == f"sager.xlsx, ark Sager, {cell}"


def test_a_line_of_csv_names_the_headers_as_they_are_written() -> None:
    cases = read_from({"q1_4": (3, "1.4"), "q1_3": (4, "Minutter")}, cells=False)
    assert str(cases.place(0, ["q1_4", "q1_3"], ["1.4"])) == "sager.csv, linje 5, kolonne 1.4, Minutter"
    assert str(cases.place(0, ["q2_3"])) == "sager.csv, linje 5"


def test_a_place_in_a_workbook_has_its_row_its_variables_and_its_case() -> None:
    place = read_from({"q1_4": (3, "1.4")}, cells=True).place(0, ["q1_4"], ["1.4"])
    assert place == Place("sager.xlsx", "Sager", "C5", 5, "q1_4", "Nord/7", ("1.4",))
    assert read_from({}, cells=True).place(0, []).cell is None


# --- messages ---------------------------------------------------------------------------------------------------------


def test_messages_are_sorted_the_files_first_then_row_by_row_from_left_to_right() -> None:
    cases = read_from({"q1_4": (8, "1.4"), "q1_3": (2, "1.3")}, cells=True)
    blank = {"number": "?"}
    findings = [
        finding("ubesvaret", [1, 0], variables=["q1_4"], values=blank),
        finding("ubesvaret", [1], variables=["q2_3"], values=blank),
        finding("ubesvaret", [1], variables=["q1_3"], values=blank),
        finding("laest", place=Place(file="sager.xlsx"), values={"text": "Læst."}),
        finding("valgfri-kolonner", questions=["1.3"], values={"numbers": "1.3"}),
    ]
    found = [(one.code, one.place.row, one.place.column) for one in cases.messages(findings)]
    assert found == [
        ("laest", None, None),
        ("valgfri-kolonner", None, None),
        ("ubesvaret", 5, "q1_4"),
        ("ubesvaret", 9, "q1_3"),
        ("ubesvaret", 9, "q1_4"),
        ("ubesvaret", 9, "q2_3"),
    ]
    assert count_by_severity(findings) == {"fejl": 0, "mangel": 4, "note": 2}


def test_messages_without_a_file_come_in_the_order_of_the_form() -> None:
    told = [finding("ubesvaret", [0], variables=[name], values={"number": name}) for name in ("q1_4", "q1_3")]
    assert [str(one) for one in two().messages(told)] == [
        "mangel: sag Nord/7: q1_3 er ikke besvaret.",
        "mangel: sag Nord/7: q1_4 er ikke besvaret.",
    ]


def test_a_message_without_a_place_is_only_told() -> None:
    assert str(Message.from_finding(finding("laest", values={"text": "Læst"}), Place())) == "note: Læst."


#: Everything that some text of the catalogue is filled in with.
BLANKS = (
    *("shown", "header", "hint", "options", "other", "number", "numbers", "text", "case", "expected"),
    *("others", "one", "condition", "alone", "section", "known", "plain"),
)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_message_is_whole_sentences_on_one_line(code: str) -> None:
    one = finding(code, rule="r1", values=dict.fromkeys(BLANKS, "noget\ni to linjer"))
    assert one.message.endswith((".", "?"))
    assert not any(twice in one.message for twice in ("\n", "..", "  "))


def test_a_message_never_holds_a_cpr_number_whatever_part_of_it_has_one() -> None:
    number = "290290-0000"
    place = Place(number, number, "A1", 1, f"x {number}", number, ("1.1",))
    one = Message.from_finding(finding("ukendt-eksempel", values={"case": number, "hint": ""}), place)
    assert number not in str(one) + json.dumps(one.as_json())
    assert one.as_json()["case"] == "[CPR-nummer]"


def test_a_cpr_number_is_blotted_before_a_text_is_cut() -> None:
    assert excerpt("x" * 72 + " 290290-0000 mere") == "x" * 72 + " [CPR-n…"
    assert safe_line(" a\n290290\n0000 ") == "a [CPR-nummer]"


def test_an_unknown_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        finding("findes-ikke")


def test_a_finding_is_a_plain_value() -> None:
    one = finding("ubesvaret", np.array([3]), variables=["q1_4"], questions=["1.4"], row="2", values={"number": "1.4"})
    assert one == Finding("ubesvaret", "1.4 er ikke besvaret.", (3,), ("q1_4",), ("1.4",), None, "2", None)
    assert one.severity == "mangel"
