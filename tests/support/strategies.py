"""Invented cases of fleksjob-2016, from well-formed to noisy: a fast seeded generator and Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st
from oracle import (
    DEMANDS_REMARK,
    GRIDS,
    GRIDS_WITH_REMARK_PER_ROW,
    IDENTIFICATIONS,
    SEVERAL,
    SINGLE,
    SUPPLEMENT,
    answers,
    asked,
    column,
    every_key,
    has_reason,
    verdicts,
)

TEXTS = ("", "Uddybet i sagen")
REASONS = tuple(f"begr_r{number}" for number in (3, 4, 5, 8, 12, 13, 14, 15, 16))
DECIDED = ("2013-05-11", "2014-12-22", "2014-12-23", "2015-02-28", "2015-06-16", "2016-02-29")
#: Birthdays around the edges: the day of a decision, 18 and 65 years before one, leap days, very old and unborn.
BORN = (
    *DECIDED,
    *("1948-05-11", "1950-06-15", "1950-06-16", "1950-06-17", "1949-12-22", "1952-02-29", "1950-03-01", "1905-01-31"),
    *("1995-05-11", "1995-05-12", "1997-06-16", "1997-06-17", "1996-12-23", "1998-02-28", "1996-02-29", "2017-01-01"),
)
#: Answers that no case may have together.
CONTRADICTIONS: tuple[Mapping[str, str], ...] = (
    {"q3_1": "1", "q3_2": "3"},
    {"q3_1": "1", "q3_3": "3"},
    {"q2_4": "1", "q4_4": "4"},
    {"q2_4": "1", "q4_3__2": "3"},
    {"q2_2": "1", "q2_2_1": "1", "q4_6": "4"},
    {"q2_8": "2", "q2_10__1": "1", "q2_10__7": "0"},
    {"q2_1": "2015-06-16", "q2_1_status": "2"},
)


def _codes(count: int) -> tuple[str, ...]:
    return ("", *(str(code) for code in range(1, count + 1)))


def _values() -> dict[str, tuple[str, ...]]:
    one_answer = {**IDENTIFICATIONS, **SINGLE, **SUPPLEMENT}
    found: dict[str, tuple[str, ...]] = {column(key): _codes(count) for key, count in one_answer.items()}
    found |= {"sagsnr": ("7",), "q1_1": ("", *BORN), "q2_1": ("", *DECIDED), "q2_1_status": ("", "2", "3")}
    for key, count in SEVERAL.items():
        found |= {f"{column(key)}__{code}": ("", "0", "1") for code in range(1, count + 1)}
    for grid, (rows, count) in GRIDS.items():
        found |= {column(f"{grid}/{row}"): _codes(count) for row in range(1, rows + 1)}
        if grid in GRIDS_WITH_REMARK_PER_ROW:
            found |= {f"{column(f'{grid}/{row}')}_bem": TEXTS for row in range(1, rows + 1)}
    remarked = {"2.1", *SINGLE, *SEVERAL, *GRIDS} - {"1.2", *GRIDS_WITH_REMARK_PER_ROW}
    found |= {f"{column(key)}_bem": TEXTS for key in sorted(remarked)}
    return found | dict.fromkeys(REASONS, TEXTS)


#: Every column of a file, with texts that a cell of it can hold.
VALUES: Mapping[str, tuple[str, ...]] = _values()


def valid_case(rng: Random) -> dict[str, str]:
    """A case without a finding: what is asked is answered, the rules are kept, reasons stand where they are due."""
    case = dict.fromkeys(VALUES, "")
    case["sagsnr"] = str(rng.randint(1, 999))
    decided = date(2013, 5, 1) + timedelta(days=rng.randrange(780))
    case["q2_1"] = decided.isoformat()
    case["q1_1"] = (decided - timedelta(days=rng.randrange(6700, 23700))).isoformat()
    if rng.random() < 0.1:
        case |= {"q2_1": "", "q2_1_status": rng.choice("23")}
    for key in every_key():
        if key not in ("1.1", "2.1") and asked(case, key):
            _answer(rng, case, key)
    if "3" in (case["q3_2"], case["q3_3"]):
        case["q3_1"] = "2"
    for key, code in DEMANDS_REMARK.items():
        if code in answers(case, key):
            case[f"{column(key)}_bem"] = "Uddybet"
    for verdict in verdicts(case):
        if verdict.broken and not has_reason(case, verdict):
            case[f"begr_{verdict.rule}"] = "Konkret vurderet"
    return case


def _answer(rng: Random, case: dict[str, str], key: str) -> None:
    """An answer that no *skal* forbids after the answers before it (3.1 is set right at the end)."""
    if key in SEVERAL:
        case |= _several(rng, case, key)
        return
    open_to = [code for code in VALUES[column(key)] if code]
    not_obtained = {"4.4": "4", "4.3": "3"}.get(key.partition("/")[0])
    if not_obtained and case["q2_4"] == "1":
        open_to.remove(not_obtained)
    elif not_obtained and case["q4_4"] == "4":
        open_to = [not_obtained]
    if key == "4.6" and case["q2_2_1"] == "1":
        open_to.remove("4")
    case[column(key)] = rng.choice(open_to)


def _several(rng: Random, case: Mapping[str, str], key: str) -> dict[str, str]:
    chosen = set(rng.sample(range(1, 7), rng.randint(1, 3)))
    if key == "2.8.1" and rng.random() < 0.3:
        chosen.add(8)
    if key == "2.9" and rng.random() < 0.4:
        chosen = {rng.choice((9, 10))}
    if key == "2.10" and case["q2_8"] != "1":
        chosen = {7}
    return {f"{column(key)}__{code}": str(int(code in chosen)) for code in range(1, SEVERAL[key] + 1)}


def random_case(rng: Random, noise: float) -> dict[str, str]:
    """A valid case of which each cell is replaced with the probability `noise` (0 to 1), by another or by nothing."""
    case = valid_case(rng)
    for name, values in VALUES.items():
        if rng.random() < noise:
            case[name] = rng.choice(values)
    for answers_that_clash in CONTRADICTIONS:
        if rng.random() < noise / 4:
            case |= answers_that_clash
    if rng.random() < noise and case["q2_1"]:
        case["q1_1"] = _birthday(rng, date.fromisoformat(case["q2_1"])).isoformat()
    return case


def _birthday(rng: Random, decided: date) -> date:
    """A birthday from 110 years before a decision to two years after it, often near an edge."""
    years = rng.choice((0, 18, 65, rng.randint(-2, 110)))
    start = decided - timedelta(days=1) if (decided.month, decided.day) == (2, 29) else decided
    return start.replace(year=start.year - years) + timedelta(days=rng.choice((-1, 0, 0, 1)))


def random_cases(seed: int, count: int) -> list[dict[str, str]]:
    """So many cases numbered from 1, the first half of them with little noise, the other half with ever more."""
    rng = Random(seed)
    return [
        random_case(rng, max(0.02, number / count - 0.5)) | {"sagsnr": str(number)} for number in range(1, count + 1)
    ]


_CELLS = [(name, value) for name, values in VALUES.items() for value in values]


def spoiled_cases() -> st.SearchStrategy[dict[str, str]]:
    """A valid case with up to forty cells changed; shrinks to the fewest changes."""
    return st.builds(
        lambda seed, cells: valid_case(Random(seed)) | dict(cells),
        st.integers(0, 10_000),
        st.lists(st.sampled_from(_CELLS), max_size=40),
    )


def without_reason_columns(case: Mapping[str, str]) -> dict[str, str]:
    """The same case in a file that has no reason columns."""
    return {name: text for name, text in case.items() if name not in REASONS}
