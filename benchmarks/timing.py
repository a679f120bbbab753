"""Timing that can be trusted on a noisy machine: both sides in turn, the best of several runs, a ratio."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the result: seconds of ours and of the peer, and what the goal is."""

    work: str
    ours: float
    peer: str
    theirs: float | None
    goal: str
    met: bool

    @property
    def row(self) -> str:
        """A row of the table that is printed: milliseconds and the ratio."""
        theirs, ratio = "–", "–"
        if self.theirs is not None:
            theirs, ratio = f"{self.theirs * 1000:.1f}", f"{self.ours / self.theirs:.2f}"
        cells = (self.work, f"{self.ours * 1000:.1f}", self.peer, theirs, ratio, self.goal, "ja" if self.met else "nej")
        return f"| {' | '.join(cells)} |"


def seconds(work: Callable[[], object]) -> float:
    """The wall time of one call, garbage collected before."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(*works: Callable[[], object], runs: int = 5) -> list[float]:
    """The best time of each work over several rounds, taken in turn so that drift hits all alike."""
    times = [[seconds(work) for work in works] for _ in range(runs)]
    return [min(each) for each in zip(*times, strict=True)]
