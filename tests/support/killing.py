"""Kill a process again and again while it saves an answer, and see whether anything acknowledged is lost.

Run as ``python killing.py STUDY KILLS``; prints counts. It forks, so it runs by itself and not inside pytest.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from statistics import median

from smallbook import HJE

from audit.scoring.casebook import Edit
from audit.scoring.ledger import State
from audit.study.session import open_session


def save(folder: Path, number: int) -> State:
    """Save one answer that says how many there have been."""
    with open_session(folder) as open_:
        state = open_.book.state("Nord/1")
        assert state is not None
        return open_.book.save("Nord/1", Edit({"q1_3": str(number)}), HJE, seen=state.revision).state


def child(folder: Path, number: int, marks: int) -> None:
    """Save a number and acknowledge it, with everything but the save itself done before the first mark."""
    open_ = open_session(folder)
    state = open_.book.state("Nord/1")
    assert state is not None
    os.write(marks, b"s")
    open_.book.save("Nord/1", Edit({"q1_3": str(number)}), HJE, seen=state.revision)
    os.write(marks, b"a")
    time.sleep(60)


def killed(folder: Path, number: int, delay: float) -> bytes:
    """Start a child, kill it `delay` seconds after it began to save; returns the marks that it made."""
    ours, theirs = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(ours)
        try:
            child(folder, number, theirs)
        finally:
            os._exit(3)
    os.close(theirs)
    seen = os.read(ours, 1)
    end = time.perf_counter() + delay
    while time.perf_counter() < end:
        pass
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    while more := os.read(ours, 10):
        seen += more
    os.close(ours)
    return seen


def main(folder: Path, kills: int) -> None:
    """Kill, look, count."""
    with open_session(folder) as open_:
        open_.book.create({"distrikt": "1", "sagsnr": "1"}, HJE)
    times = []
    for number in range(1, 6):
        start = time.perf_counter()
        save(folder, number)
        times.append(time.perf_counter() - start)
    inside = lost = broken = 0
    last = 5
    for turn in range(kills):
        number = 100 + turn
        seen = killed(folder, number, median(times) * 1.2 * turn / kills)
        inside += seen == b"s"
        with open_session(folder) as open_:
            state = open_.book.state("Nord/1")
            found = int(state.answers["q1_3"]) if state else 0
            broken += bool(open_.verify()[1])
        lost += (b"a" in seen and found != number) or found not in (last, number)
        last = found
    save(folder, 1)  # the seal is put right by the next command that saves
    print(f"kills: {kills}\ninside: {inside}\nlost: {lost}\nbroken: {broken}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
