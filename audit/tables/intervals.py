"""How much a share of a sample can tell of the share of all: two-sided intervals for a proportion.

Both hold for cases drawn at random, each on its own, from many more. They say what chance in the drawing can do, and
nothing of how else cases were chosen, or of how they were judged.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from math import sqrt
from typing import Any, Literal

Interval = tuple[float, float]
Method = Literal["wilson", "clopper-pearson"]

_EPOCH = "SOURCE_DATE_EPOCH"
_LEVEL = 0.95


def wilson(count: int, base: int, level: float = _LEVEL) -> Interval:
    """The score interval of `count` out of `base`: its limits as shares (0-1); exactly 0 for none and 1 for all.

    The default: it holds the true share in about `level` of all samples (of some shares near 0 or 1 in fewer), also
    where the sample is small. The textbook interval (share ± z standard errors) fails there, and the exact one is wider
    than that takes (Brown, Cai & DasGupta 2001, Statistical Science 16(2), 101-133, who recommend this one for samples
    of up to 40). Source: E. B. Wilson 1927, Journal of the American Statistical Association 22, 209-212, without a
    correction for continuity.

    Raises ValueError on an empty base, a count outside it, or a level outside ]0, 1[.
    """
    _must_be_share(count, base, level)
    z = _standard_errors(level)
    return _wilson_low(count, base, z), 1.0 - _wilson_low(base - count, base, z)


def _standard_errors(level: float) -> float:
    """How many standard errors to each side of its mean a normal distribution has `level` of all."""
    from statistics import NormalDist

    return -NormalDist().inv_cdf((1 - level) / 2)


def _wilson_low(count: int, base: int, z: float) -> float:
    """The lower root of Wilson's equation, written so that nothing is lost by subtraction."""
    if count == 0:
        return 0.0
    share = count / base
    return share * (count / (count + z * z / 2 + z * sqrt(count * (1 - share) + z * z / 4)))


def clopper_pearson(count: int, base: int, level: float = _LEVEL) -> Interval:
    """The exact interval of `count` out of `base`: its limits as shares (0-1); exactly 0 for none and 1 for all.

    For whoever must be sure: it holds the true share in at least `level` of all samples, whatever that share is, and
    is wider for it. Source: C. J. Clopper & E. S. Pearson 1934, Biometrika 26(4), 404-413, by quantiles of the beta
    distribution.

    Raises ValueError on an empty base, a count outside it, or a level outside ]0, 1[.
    """
    _must_be_share(count, base, level)
    return _exact_low(count, base, level), 1.0 - _exact_low(base - count, base, level)


def _exact_low(count: int, base: int, level: float) -> float:
    """The share of which `count` or more has the probability (1 - level) / 2."""
    return float(_special().betaincinv(count, base - count + 1, (1 - level) / 2)) if count else 0.0


@cache
def _special() -> Any:
    """scipy's special functions.

    Their import takes in a part of numpy that reads SOURCE_DATE_EPOCH, and fails where that is anything but a number.
    """
    stated = os.environ.pop(_EPOCH, None)
    try:
        from scipy import special
    finally:
        if stated is not None:
            os.environ[_EPOCH] = stated
    return special


def _must_be_share(count: int, base: int, level: float) -> None:
    if base < 1:
        raise ValueError(f"a share of {base} has no interval")
    if not 0 <= count <= base:
        raise ValueError(f"{count} of {base} is no share")
    if not 0 < level < 1:
        raise ValueError(f"the level is between 0 and 1, not {level}")


METHODS: Mapping[Method, Callable[[int, int, float], Interval]] = {
    "wilson": wilson,
    "clopper-pearson": clopper_pearson,
}
