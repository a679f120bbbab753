"""How many examples a test draws: all of them where a change is judged, a share of them at a desk."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> int:
    """`number` under the profile `ci`; under another as large a share of it as that draws of 100."""
    return max(1, number * settings.default.max_examples // 100)
