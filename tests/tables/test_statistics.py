"""Intervals for a share: the published answers, scipy's own, and what holds of any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import binom, binomtest

from audit.tables import intervals
from audit.tables.intervals import METHODS, clopper_pearson, wilson

Method = Callable[..., tuple[float, float]]
BOTH = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
LEVELS = (0.5, 0.9, 0.95, 0.99, 0.999)


def rounded(limits: tuple[float, float]) -> tuple[float, ...]:
    return tuple(round(limit, 4) for limit in limits)


@pytest.mark.parametrize(
    ("count", "base", "score", "exact"),
    [
        (7, 10, (0.3968, 0.8922), (0.3475, 0.9333)),
        (0, 10, (0.0, 0.2775), (0.0, 0.3085)),
        (10, 10, (0.7225, 1.0), (0.6915, 1.0)),
        (18, 20, (0.6990, 0.9721), (0.6830, 0.9877)),
        (0, 1, (0.0, 0.7935), (0.0, 0.9750)),
        (88, 130, (0.5925, 0.7512), (0.5893, 0.7563)),
    ],
)
def test_the_limits_are_the_known_ones(
    count: int, base: int, score: tuple[float, float], exact: tuple[float, float]
) -> None:
    assert rounded(wilson(count, base)) == score
    assert rounded(clopper_pearson(count, base)) == exact


def grid() -> Iterator[tuple[int, int]]:
    for base in (1, 2, 3, 10, 13, 130, 5000):
        yield from ((count, base) for count in sorted({0, 1, base // 3, base // 2, base - 1, base}))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("method", "name"), [(wilson, "wilson"), (clopper_pearson, "exact")])
def test_the_limits_are_those_of_scipy(method: Method, name: str, level: float) -> None:
    for count, base in grid():
        theirs = binomtest(count, base).proportion_ci(level, method=name)
        assert method(count, base, level) == pytest.approx((theirs.low, theirs.high), abs=1e-9), (count, base)


def test_the_usual_level_is_as_many_standard_errors_as_scipy_says() -> None:
    theirs = -ndtri((1 - intervals._LEVEL) / 2)
    assert pytest.approx(theirs, rel=1e-15) == intervals._standard_errors(intervals._LEVEL)


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int, float]:
    base = draw(st.integers(1, 2000))
    return draw(st.integers(0, base)), base, draw(st.sampled_from(LEVELS))


@BOTH
@given(shares())
def test_the_share_lies_within_its_limits_and_they_between_0_and_1(
    method: Method, drawn: tuple[int, int, float]
) -> None:
    count, base, level = drawn
    low, high = method(count, base, level)
    assert 0 <= low <= count / base <= high <= 1
    assert (low == 0) == (count == 0)
    assert (high == 1) == (count == base)


@BOTH
@given(shares())
def test_the_limits_of_the_rest_are_the_same_seen_from_the_other_end(
    method: Method, drawn: tuple[int, int, float]
) -> None:
    count, base, level = drawn
    low, high = method(count, base, level)
    assert method(base - count, base, level) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@BOTH
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("base", [1, 2, 10, 130])
def test_more_cases_with_the_answer_move_both_limits_up(method: Method, level: float, base: int) -> None:
    made = [method(count, base, level) for count in range(base + 1)]
    assert all(before[0] < after[0] and before[1] < after[1] for before, after in pairwise(made))


@BOTH
@given(shares())
def test_a_higher_level_and_a_smaller_sample_make_it_wider(method: Method, drawn: tuple[int, int, float]) -> None:
    count, base, _ = drawn
    widths = [high - low for low, high in (method(count, base, level) for level in LEVELS)]
    assert widths == sorted(widths)
    low, high = method(4 * count, 4 * base)
    assert high - low < widths[LEVELS.index(0.95)]


@pytest.mark.parametrize("base", [10, 130])
def test_the_exact_interval_holds_every_true_share_in_at_least_95_of_100_samples(base: int) -> None:
    limits = [clopper_pearson(count, base) for count in range(base + 1)]
    for percent in range(1, 100):
        assert coverage(limits, percent / 100) >= 0.95


def test_wilsons_interval_holds_the_true_share_in_about_95_of_100_samples() -> None:
    limits = [wilson(count, 10) for count in range(11)]
    held = [coverage(limits, percent / 100) for percent in range(1, 100)]
    assert sum(held) / len(held) == pytest.approx(0.95, abs=0.01)


def coverage(limits: list[tuple[float, float]], true: float) -> float:
    """The probability that a sample's interval holds the true share; one interval a count."""
    base = len(limits) - 1
    return sum(float(binom.pmf(count, base, true)) for count, (low, high) in enumerate(limits) if low <= true <= high)


@BOTH
@pytest.mark.parametrize(
    ("count", "base", "level", "said"),
    [
        (0, 0, 0.95, "a share of 0 has no interval"),
        (0, -1, 0.95, "a share of -1 has no interval"),
        (11, 10, 0.95, "11 of 10 is no share"),
        (-1, 10, 0.95, "-1 of 10 is no share"),
        (7, 10, 0.0, "not 0.0"),
        (7, 10, 1.0, "not 1.0"),
        (7, 10, 95.0, "not 95.0"),
        (7, 10, float("nan"), "not nan"),
    ],
)
def test_what_is_no_share_or_no_level_is_refused(
    method: Method, count: int, base: int, level: float, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        method(count, base, level)


@BOTH
@pytest.mark.parametrize("level", [1e-300, 1e-17, 1 - 1e-16])
def test_no_level_is_too_extreme(method: Method, level: float) -> None:
    for count in (0, 3, 10):
        low, high = method(count, 10, level)
        assert 0 <= low <= high <= 1
