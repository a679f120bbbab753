"""CPR numbers are found wherever they stand, refused, and never repeated. All of them are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SCHEMA
from smallstudy import CASES, Runner
from ways_in import csv_file, xlsx_file

from audit.base import cpr

YES = [
    "0101900000",
    "010190-0000",
    "010190 0000",
    "010190\u00a00000",  # the space that Word does not break at
    "010190\u20110000",  # its hyphen
    "010190\u20130000",  # a dash
    "Borgeren (010190-0000) fik hjælp",
    "nr.0101900000.",
    "cpr010190-0000",
    "2015-010190-0000",
    "290200-0000",
    "290201-0000",  # the century is not known, so 29 February is taken in any year
    "300490-0000",
    "311290-0000",
    "610190-0000",  # a replacement number: the day raised by 60
    "890290-0000",
    "900490-0000",
    "911290-0000",
]
NO = [
    "",
    "2015-0062-23123",  # the journal number of the survey
    "01019000000",  # eleven digits
    "00101900000",
    "010190-00000",
    "010190-000",
    "000190-0000",
    "320190-0000",
    "010090-0000",
    "011390-0000",
    "300290-0000",
    "310490-0000",
    "600190-0000",
    "920190-0000",
    "900290-0000",
    "910490-0000",
    "010190--0000",
    "01 01 90 0000",
    "+45 33 41 12 00",
    "33411200",
    "2014-12-31",
    "31-12-2014",
    "nr. 1557 af 23. december 2014",
]


@pytest.mark.parametrize("text", YES)
def test_a_cpr_number_is_found(text: str) -> None:
    assert cpr.contains(text)
    assert cpr.BLOT in cpr.blot(text)
    assert "0000" not in cpr.blot(text)


@pytest.mark.parametrize("text", NO)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert not cpr.contains(text)
    assert cpr.blot(text) == text


def test_only_the_number_is_blotted_out() -> None:
    assert cpr.blot("A 010190-0000, B 0202910000.") == "A [CPR-nummer], B [CPR-nummer]."


NUMBERISH = st.text(alphabet="0123456789- a\n", max_size=40)


@given(NUMBERISH)
def test_a_blotted_text_has_no_cpr_number_and_blotting_again_changes_nothing(text: str) -> None:
    blotted = cpr.blot(text)
    assert not cpr.contains(blotted)
    assert cpr.blot(blotted) == blotted


@pytest.mark.slow
@given(
    st.dates().map(lambda day: day.strftime("%d%m%y")),
    st.sampled_from([0, 60]),
    st.sampled_from(["", "-", " "]),
    st.from_regex(r"\A[0-9]{4}\Z"),
    st.from_regex(r"\A([^0-9]*)\Z"),
)
def test_every_date_with_four_more_digits_is_found(day: str, more: int, sign: str, last: str, around: str) -> None:
    number = f"{int(day[:2]) + more:02}{day[2:]}{sign}{last}"
    assert cpr.blot(f"{around}{number}{around}") == f"{around}{cpr.BLOT}{around}"


@pytest.mark.parametrize(
    ("number", "text"), [(101900000, "0101900000"), (3112900000, "3112900000"), (991900000, "991900000"), (7, "7")]
)
def test_a_number_gets_back_the_nought_that_excel_dropped(number: int, text: str) -> None:
    assert cpr.restore_zero(number) == text


# --- a file that is full of them --------------------------------------------------------------------------------------

COLUMNS = CASES.splitlines()[0].split(",")


def everywhere() -> list[list[object]]:
    """A file with a CPR number of its own in every cell of one case, in headers, and in the middle of long texts."""
    header: list[object] = [*COLUMNS, "Borger 110190-1111", "1.4 Bemærkninger", "1203901111"]
    case: list[object] = [f"1401{year:02}-1111" for year in range(len(header))]
    as_numbers: list[object] = [1501000000 + year * 10000 + 1111 for year in range(len(header))]
    long = [f"{'x' * 75} 1601{year:02}-1111 og mere" for year in range(len(header))]
    lines = [f"17\n0101{year:02}\n1111" for year in range(len(header))]
    good: list[object] = [*CASES.splitlines()[1].split(","), None, None, None]
    return [header, good, case, as_numbers, long, lines]


def digits() -> list[str]:
    """What may not stand in any output: the numbers with and without a sign, and their tail."""
    return ["1111", *(f"1{day}01{year:02}" for day in "1234567" for year in range(20))]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_no_digit_of_a_cpr_number_is_ever_printed(write: object, form: str, run: Runner, tmp_path: Path) -> None:
    assert callable(write)
    path = write(tmp_path, everywhere())
    renamed = path.with_name(f"180190-1111{path.suffix}")
    path.rename(renamed)
    ran = run("check", renamed, "--schema", SCHEMA, "--format", form)
    assert ran.code == 1
    assert [number for number in digits() if number in ran.out + ran.err] == []
    assert ran.out.count("[CPR-nummer]") > 20
    if form == "json":
        assert "cpr-nummer" in {one["code"] for one in json.loads(ran.out)["findings"]}


def test_a_cpr_number_in_a_text_column_is_a_fejl_at_its_cell(run: Runner, tmp_path: Path) -> None:
    rows = [line.split(",") for line in CASES.splitlines()]
    rows[3][-1] = "Se 010190-0000"
    path = xlsx_file(tmp_path, rows)
    ran = run("check", path, "--schema", SCHEMA)
    assert ran.code == 1
    assert "fejl: sager.xlsx, ark Sager, celle P4 (2.4): teksten indeholder et CPR-nummer." in ran.out
    vouched = run("check", path, "--schema", SCHEMA, "--not-cpr", "P4")
    assert (vouched.code, "CPR" in vouched.out) == (0, False)
