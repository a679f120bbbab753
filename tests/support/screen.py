"""A real pseudo-terminal with a program in it: what is typed goes in, what a person would see comes out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect
import pyte
from places import ROOT

#: Seconds that the program may take to show something; nothing waits longer than it must.
_PATIENCE = 20
#: Rows enough for everything that is ever shown.
_ROWS = 4000


class Terminal:
    """``audit`` in a terminal. `paper` holds all that was shown, `glass` what a screen of 24 rows shows now.

    The paper is wider than the terminal, so that a line which is too long can be seen to be.
    """

    def __init__(self, *arguments: str | Path, columns: int = 80, rows: int = 24, folder: Path | None = None) -> None:
        inherited = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment = {**inherited, "TERM": "xterm", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        program = ["-m", "audit", *map(str, arguments)]
        self.child = pexpect.spawn(
            sys.executable, program, dimensions=(rows, columns), env=environment, timeout=_PATIENCE, cwd=folder
        )
        self.child.delaybeforesend = None
        self.paper, self.glass = pyte.Screen(2 * columns, _ROWS), pyte.Screen(columns, rows)
        self._streams = [pyte.ByteStream(self.paper), pyte.ByteStream(self.glass)]
        self._mark = 0
        self._row = -1
        self.raw = b""

    def lines(self, start: int = 0) -> list[str]:
        """All that was shown from a line on, line by line."""
        rows = self.paper.buffer
        last = max((row for row, line in rows.items() if line), default=0)
        columns = range(self.paper.columns)
        return ["".join(rows[row][column].data for column in columns).rstrip() for row in range(start, last + 1)]

    def shown(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.glass.display)

    def expect(self, text: str) -> Terminal:
        """Wait until a text stands where nothing stood when something was last typed."""
        while text not in "\n".join(self.lines(self._mark)):
            self._wait(repr(text))
        return self

    def ready(self) -> Terminal:
        """Wait for a prompt further down than the last: its keys stand below it, or it is a question of yes or no."""
        while True:
            row = self.paper.cursor.y
            here, *below = [*self.lines(row), ""]
            if row > self._row and ("(j/n):" in here or "^L luk" in "".join(below)):
                return self
            self._wait("a prompt")

    def _wait(self, what: str) -> None:
        """Take in more. Fails where nothing comes."""
        try:
            self.read()
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise AssertionError(f"{what} did not come:\n{self.shown()}") from error

    def type(self, text: str) -> Terminal:
        """Type something, after which only what follows is looked at."""
        self._row = self.paper.cursor.y
        self._mark = self._row + 1
        self.child.send(text)
        return self

    def answer(self, text: str, then: str) -> Terminal:
        """Type a line, and wait for what follows."""
        return self.type(f"{text}\r").expect(then)

    def end(self) -> str:
        """Wait for the program to end; returns what was shown since something was last typed."""
        while self.child.isalive() or not self.child.flag_eof:
            try:
                self.read()
            except pexpect.EOF:
                break
            except pexpect.TIMEOUT as error:
                raise AssertionError(f"the program did not end:\n{self.shown()}") from error
        self.child.wait()
        return "\n".join(self.lines(self._mark))

    def read(self) -> None:
        """Take in what the program has shown since."""
        data = self.child.read_nonblocking(65536, timeout=_PATIENCE)
        self.raw += data
        for stream in self._streams:
            stream.feed(data)
