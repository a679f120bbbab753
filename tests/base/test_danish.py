"""Danish as it is written."""

from __future__ import annotations

import math
import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.base import danish
from audit.prose import fraction


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


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 0), (0.004, 0), (0.125, 13), (0.3968, 40), (0.9951, 100), (1.0, 100)]
)
def test_a_share_that_is_no_fraction_is_rounded_like_one(share: float, expected: int) -> None:
    assert danish.whole_percent(share) == expected


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
    ("first", "last", "expected"),
    [
        (date(2013, 5, 11), date(2015, 6, 16), "11. maj 2013 til 16. juni 2015"),
        (date(2014, 5, 1), date(2015, 5, 1), "1. maj 2014 til 1. maj 2015"),
        (date(2015, 1, 1), date(2015, 12, 31), "1. januar til 31. december 2015"),
        (date(2015, 5, 3), date(2015, 5, 17), "3. til 17. maj 2015"),
        (date(2015, 5, 3), date(2015, 5, 3), "3. maj 2015"),
    ],
)
def test_a_period_says_what_its_days_share_once(first: date, last: date, expected: str) -> None:
    assert danish.period(first, last) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Aalborg", "Aalborgs"),
        ("Aarhus", "Aarhus'"),
        ("Aarhus Kommune", "Aarhus Kommunes"),
        ("Marx", "Marx'"),
        ("Region Z", "Region Z'"),
        ("Gruppe A", "Gruppe A's"),
        ("KL", "KL's"),
        ("DIS", "DIS'"),
        ("Rådet af 2015", "Rådet af 2015's"),
        ("Kommunen (syd)", "Kommunen (syd)'s"),
        ("", "'s"),
    ],
)
def test_a_name_as_an_owner(name: str, expected: str) -> None:
    assert danish.genitive(name) == expected


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


@pytest.mark.parametrize(
    "text", ["7", "7\u200b", "\ufeff7", "７", "7.0", "7.00", " 7 ", "\u00ad7", "\u2066" + "7" + "\u2069", "7\u00a0"]
)
def test_keys_that_look_alike_are_one(text: str) -> None:
    assert danish.same(text) == "7"


@pytest.mark.parametrize("text", ["07", "007", "7.10", "7.1", "7,0", "7-0", "77", "7.0.0"])
def test_keys_that_look_otherwise_are_another(text: str) -> None:
    assert danish.same(text) != "7"


def test_what_comparison_overlooks_is_named() -> None:
    assert danish.disguise("7\u200b") == "et mellemrum uden bredde (U+200B)"
    assert danish.disguise("\ufeff7") == "et usynligt mærke fra filens begyndelse (U+FEFF)"
    assert danish.disguise("７\u2066") == '"７" for "7" (U+FF17) og et usynligt tegn (U+2066)'
    assert danish.disguise("7.0") == "decimaler på et helt tal"
    assert [danish.disguise(text) for text in ("7", " JA ", "Århus", "2.10", "½ …")] == [""] * 5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Faaborg", "Faaborg-Midtfyn"),
        ("Bornholm", "Bornholms Regionskommune"),
        ("Åbenrå", "Aabenraa"),
        ("Høje Taastrup", "Høje-Taastrup"),
        ("Hjælpemidler", "Hjælpemidler og boligindretning"),
        ("Aabenra", "Aabenraa"),
    ],
)
def test_the_only_one_that_begins_so_is_suggested_before_one_that_is_like_it(typed: str, meant: str) -> None:
    names = ["Aabenraa", "Aalborg", "Bornholms Regionskommune", "Faaborg-Midtfyn", "Høje-Taastrup", "Herlev"]
    assert danish.closest(typed, [*names, "Hjælpemidler og boligindretning", "Hjemmehjælp"]) == meant


def test_a_letter_of_another_alphabet_is_named_as_the_two_would_look_alike() -> None:
    told = danish.did_you_mean("\u0410alborg", ["Aalborg"])
    assert told.startswith(' Mente du "Aalborg"? Her står "\u0410" (U+0410, CYRILLIC CAPITAL LETTER A)')


def test_did_you_mean_something_near_and_nothing_else() -> None:
    assert danish.closest("AALBOG", ["Aarhus", "Aalborg"]) == "Aalborg"
    assert danish.did_you_mean("chekc", ["check", "tables"]) == ' Mente du "check"?'
    assert danish.did_you_mean("noget helt andet", ["check", "tables"]) == ""
    assert danish.did_you_mean("x", []) == ""


# --- fractions


def exact(count: int, base: int) -> Fraction:
    return Fraction(100 * count, base)


def whole(percent: Fraction) -> int:
    return math.floor(percent + Fraction(1, 2))


#: The fractions that are said, as a reader understands them.
FRACTIONS = {
    "en tiendedel": Fraction(1, 10),
    "en femtedel": Fraction(1, 5),
    "en fjerdedel": Fraction(1, 4),
    "en tredjedel": Fraction(1, 3),
    "halvdelen": Fraction(1, 2),
    "to tredjedele": Fraction(2, 3),
    "tre fjerdedele": Fraction(3, 4),
    "fire ud af fem": Fraction(4, 5),
    "ni ud af ti": Fraction(9, 10),
}
SIDES = {"knap": (-3, 0), "godt": (0, 3), "": (-1, 1)}
NUMBERS = {word: value for value, word in enumerate(danish.NUMBER_WORDS)} | {"et": 1}


def holds(text: str, count: int, base: int) -> bool:
    """Whether a share is as it is said: what is said, read back, against the exact share."""
    percent = exact(count, base)
    if counted := re.fullmatch(r"(\S+) ud af (\S+)", text):
        said, of = (NUMBERS.get(word) or int(word.replace(".", "")) for word in counted.groups())
        if (said, of) == (count, base):
            return True
    if text in ("ingen", "alle", "begge", "den ene", "den ene af de to"):
        number = {"ingen": (0, base), "begge": (2, 2), "den ene": (1, 1), "den ene af de to": (1, 2)}
        return (count, base) == number.get(text, (base, base))
    if text == "næsten alle":
        return Fraction(189, 2) <= percent < 100
    if text == "mere end ni ud af ti":
        return 90 < percent < Fraction(189, 2)
    if text == "under 1 procent":
        return 0 < percent < 1
    if printed := re.fullmatch(r"([0-9]+) procent", text):
        return int(printed[1]) == whole(percent)
    side, _, name = text.rpartition(" ") if text in ("knap halvdelen", "godt halvdelen") else text.partition(" ")
    if text in FRACTIONS:
        side, name = "", text
    low, high = SIDES[side]
    return low < percent - 100 * FRACTIONS[name] < high


def test_a_fraction_is_never_further_from_the_truth_than_its_limits() -> None:
    for base in range(1, 301):
        for count in range(base + 1):
            said = fraction.fraction_for(count, base)
            assert holds(said.words, count, base), (said, count, base)


@given(st.data())
def test_a_fraction_of_any_number_of_cases_is_within_its_limits(data: st.DataObject) -> None:
    base = data.draw(st.integers(1, 10**7))
    count = data.draw(st.integers(0, base))
    assert holds(fraction.fraction_for(count, base).words, count, base)


@pytest.mark.parametrize(("name", "value"), FRACTIONS.items())
def test_a_fraction_is_said_bare_knap_and_godt_up_to_two_points_from_it_and_no_further(
    name: str, value: Fraction
) -> None:
    at = whole(100 * value)
    said = {percent: fraction.fraction_for(10 * percent, 1000).words for percent in range(at - 3, at + 4)}
    assert [said[at + away] for away in (-2, -1, 0)] == [f"knap {name}", f"knap {name}", name]
    above = ["mere end ni ud af ti"] * 2 if at == 90 else [f"godt {name}"] * 2
    assert [said[at + 1], said[at + 2]] == above
    assert not said[at - 3].endswith(f"knap {name}")
    assert said[at + 3] != f"godt {name}"


def test_knap_and_godt_never_contradict_the_percent_beside_them() -> None:
    for count in range(2, 300):
        said = fraction.fraction_for(count, 300).words
        percent = whole(exact(count, 300))
        for name, value in FRACTIONS.items():
            if said.endswith(name) and not said.startswith("mere"):
                away = percent - whole(100 * value)
                assert said.startswith("knap") == (away < 0)
                assert said.startswith("godt") == (away > 0)


@pytest.mark.parametrize("base", range(1, 11))
def test_of_a_few_cases_the_count_is_said(base: int) -> None:
    for count in range(base + 1):
        assert not re.search("procent|knap|godt|del(e)?$|næsten", fraction.fraction_for(count, base).words)


def test_a_share_in_percent_is_never_nothing_of_something_nor_all_of_less() -> None:
    told = [fraction.percent_words(*share) for share in ((0, 7), (1, 1000), (999, 1000), (7, 7), (0, 0), (1, 3))]
    assert told == ["0 procent", "under 1 procent", "over 99 procent", "100 procent", "–", "33 procent"]
