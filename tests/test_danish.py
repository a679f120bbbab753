"""Danish as it is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import danish


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (88, 130, 68),
        (42, 130, 32),
        (1, 8, 13),
        (1, 200, 1),
        (1, 201, 0),
        (0, 5, 0),
        (5, 5, 100),
        (3, 2, 150),
        (0, 0, None),
    ],
)
def test_a_percentage_is_whole_and_half_goes_up(part: int, whole: int, expected: int | None) -> None:
    assert danish.percent(part, whole) == expected


@given(part=st.integers(0, 10**12), whole=st.integers(1, 10**12))
def test_a_percentage_is_never_further_than_half_from_the_exact_one(part: int, whole: int) -> None:
    made = danish.percent(part, whole)
    assert made is not None
    assert -whole <= 2 * (100 * part - made * whole) < whole


def test_numbers_have_a_full_stop_between_thousands_and_a_decimal_comma() -> None:
    assert [danish.number(999), danish.number(1000), danish.number(1234567)] == ["999", "1.000", "1.234.567"]
    assert danish.number(1234.5, 1) == "1.234,5"


def test_counts_to_ten_are_words() -> None:
    assert [danish.count_word(value) for value in (0, 1, 10, 11, 1000)] == ["ingen", "en", "ti", "11", "1.000"]
    assert danish.count_word(-1) == "-1"
    assert [danish.counted(value, "sag", "sager") for value in (0, 1, 2)] == ["0 sager", "1 sag", "2 sager"]


def test_a_date_in_prose() -> None:
    assert danish.long_date(date(2015, 7, 1)) == "1. juli 2015"


@pytest.mark.parametrize(
    ("items", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a og b"), (["a", "b", "c"], "a, b og c")]
)
def test_a_list_in_a_sentence(items: list[str], expected: str) -> None:
    assert danish.listing(items) == expected
    assert danish.listing(iter(items), "eller") == expected.replace(" og ", " eller ")


def test_first_letters() -> None:
    assert (danish.capital("åben dør"), danish.capital("")) == ("Åben dør", "")
    assert (danish.lower_first("ÆBLE"), danish.lower_first("")) == ("æBLE", "")


def test_texts_are_the_same_whatever_the_case_the_space_and_how_letters_are_composed() -> None:
    assert danish.same("  Rask\n MØLLE ") == danish.same("rask mølle")
    assert danish.same("A\u030arhus") == danish.same("Århus"), "a Mac may write å as two"
    assert danish.same("Aarhus") != danish.same("Århus")


def test_did_you_mean_something_near_and_nothing_else() -> None:
    assert danish.closest("AALBOG", ["Aarhus", "Aalborg"]) == "Aalborg"
    assert danish.did_you_mean("chekc", ["check", "tables"]) == ' Mente du "check"?'
    assert danish.did_you_mean("noget helt andet", ["check", "tables"]) == ""
    assert danish.did_you_mean("x", []) == ""
