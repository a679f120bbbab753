"""Two consoles: one on prompt_toolkit for a terminal, and a plain one, line by line, for screen readers and pipes."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from audit.base import cpr
from audit.base.errors import DataFault
from audit.cases import readers
from audit.terminal import asking
from audit.terminal.asking import Command
from audit.terminal.console import Console, Leave, Prompt, escape

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import Output

_WIDEST = 100
#: The keys that type a command: Ctrl and its letter, or what has no letter.
_KEYS = {"?": ("f1", "F1")}
_NOT_TEXT = "Linjen har tegn, der ikke er tekst. Skriv den i UTF-8."
#: What each line of a text begins with in a pipe, so that an answer is never taken for an unexpected text.
_TEXT_LINE = ">"
_NO_TEXT_LINE = (
    "Her kan skrives en tekst. I en fil begynder hver linje af den med >, og den slutter med en tom linje. "
    "En tom linje alene betyder ingen tekst."
)
_STOPPED = "Resten er ikke læst. Det, der er svaret før, er gemt."


class Hangup(KeyboardInterrupt):
    """The terminal is closed, or the program is asked to stop."""


@contextmanager
def open_console(*, plain: bool) -> Iterator[Console]:
    """A console: the plain one where it is asked for, or where there is no terminal that can do more.

    A terminal that is closed, or a request to stop, is met as an interrupt: what is answered is saved.
    """
    use_plain = plain or os.environ.get("TERM") == "dumb" or not (_typed_by_hand() and sys.stdout.isatty())
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = {name: signal.signal(getattr(signal, name), _hang_up) for name in names}
    try:
        yield PlainConsole() if use_plain else PromptConsole()
    finally:
        for name, handler in handlers.items():
            signal.signal(getattr(signal, name), handler)


def _hang_up(_number: int, _frame: object) -> None:
    raise Hangup


def _typed_by_hand() -> bool:
    """Whether a person types (the input is None where the shell has closed it)."""
    return sys.stdin is not None and sys.stdin.isatty()


class _Lines:
    """What both consoles share: lines that are shown."""

    @property
    def width(self) -> int:
        """The terminal's columns, 100 at most."""
        return min(shutil.get_terminal_size().columns, _WIDEST)

    def say(self, *lines: str) -> None:
        """Show lines, without CPR numbers; anything that a terminal would not take as text is shown as a space."""
        for line in lines:
            printable = "".join(letter if letter.isprintable() else " " for letter in cpr.blot(line))
            print(printable, flush=True)  # noqa: T201


class PlainConsole(_Lines):
    """Writes lines and reads lines; a prompt is a line of its own."""

    def __init__(self) -> None:
        self._line = 0
        self._commands_listed = False
        self._interactive = _typed_by_hand()
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")

    def refuse(self, text: str) -> None:
        """Say it; in a pipe stop, for the next line was meant for the next question. Raises DataFault."""
        if not self._interactive:
            raise DataFault(f"linje {self._line}: {text}", remedy=_STOPPED)
        self.say(*asking.wrap(text, self.width, "  ! "))

    def ask(self, prompt: Prompt) -> str:
        """What is typed."""
        if not self._commands_listed and len(prompt.keys) > 1:
            self._commands_listed = True
            keys = ", ".join(f"/{command.letter} {command.title}" for command in prompt.keys)
            self.say("", *asking.wrap(f"Kommandoer: {keys}. En tom linje går videre.", self.width))
        self.say(*asking.wrap(f"{prompt.text}:", self.width))
        return self._several() if prompt.multiline else readers.canonical(self._read())

    def _several(self) -> str:
        """Lines up to an empty one; a command stands alone. In a pipe each line says that it is of a text."""
        lines: list[str] = []
        while True:
            try:
                line = self._read()
            except Leave as leave:
                raise Leave(self._joined(lines)) from leave
            if not line.strip():
                return self._joined(lines)
            if not lines and _is_command(line):
                return readers.canonical(line)
            if not self._interactive and not line.startswith(_TEXT_LINE):
                self.refuse(_NO_TEXT_LINE)
            lines.append(line)

    def _joined(self, lines: Sequence[str]) -> str:
        """Lines as a text."""
        if self._interactive:
            return readers.canonical("\n".join(lines))
        return escape(readers.canonical("\n".join(line.removeprefix(_TEXT_LINE).removeprefix(" ") for line in lines)))

    def _read(self) -> str:
        while True:
            try:
                line = sys.stdin.readline() if sys.stdin is not None else ""
            except (KeyboardInterrupt, OSError) as error:
                raise Leave from error
            if not line:
                raise Leave
            self._line += 1
            if _is_text(line):
                return line.rstrip("\n")
            self.refuse(_NOT_TEXT)


class PromptConsole(_Lines):
    """Lines that can be edited, with the keys shown below them."""

    def __init__(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import DummyHistory
        from prompt_toolkit.output import ColorDepth

        self._prompt = Prompt("")
        self._session: PromptSession[str] = PromptSession(
            history=DummyHistory(),
            output=_output(),
            color_depth=ColorDepth.DEPTH_1_BIT,
            key_bindings=self._bindings(),
            bottom_toolbar=lambda: "\n".join(_toolbar(self._offered(), self.width)),
            reserve_space_for_menu=0,
        )

    @property
    def width(self) -> int:
        """The columns of the terminal as it is now, 100 at most."""
        return min(self._session.output.get_size().columns, _WIDEST)

    def refuse(self, text: str) -> None:
        """Say it."""
        self.say(*asking.wrap(text, self.width, "  ! "))

    def ask(self, prompt: Prompt) -> str:
        """What is typed."""
        self._prompt = prompt
        *above, last = asking.wrap(f"{prompt.text}:", self.width)
        self.say(*above)
        message = f"{last}\n" if prompt.multiline else f"{last} "
        while True:
            try:
                typed = self._session.prompt(message, multiline=prompt.multiline, default=prompt.initial)
            except (KeyboardInterrupt, EOFError, OSError) as error:
                raise Leave(readers.canonical(self._draft())) from error
            if _is_text(typed):
                return readers.canonical(typed)
            self.refuse(_NOT_TEXT)

    def _draft(self) -> str:
        """The half-written text where several lines are asked for; blank where it is the initial text unchanged."""
        text = self._session.default_buffer.text
        return text if self._prompt.multiline and text.strip() != self._prompt.initial.strip() else ""

    def _offered(self) -> tuple[Command, ...]:
        """The commands that can be typed now: none that would lose a half-written text, except to clear it or leave."""
        safe = (asking.CLEAR, asking.LEAVE) if self._draft().strip() else asking.COMMANDS
        return tuple(command for command in self._prompt.keys if command in safe)

    def _bindings(self) -> KeyBindings:
        """Ctrl and the letter of a command type it, Ctrl-D leaves; an empty line ends a text of several lines."""
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.key_binding import KeyBindings

        bindings = KeyBindings()
        for command in asking.COMMANDS:
            key = _key(command)
            if key is not None:
                offered = Condition(lambda command=command: command in self._offered())  # type: ignore[misc]
                bindings.add(key, filter=offered, eager=True)(_key_handler(command))

        has_draft = Condition(lambda: bool(self._draft().strip()))

        @bindings.add("c-d", eager=True)
        @bindings.add("c-l", filter=has_draft, eager=True)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError)

        @bindings.add("enter", filter=Condition(lambda: self._prompt.multiline))
        def _(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            if not buffer.document.current_line.strip() or _is_command(buffer.text):
                buffer.validate_and_handle()
            else:
                buffer.insert_text("\n")

        return bindings


def _output() -> Output:
    """Where it is drawn: right below the present lines, without asking the terminal where its cursor is."""
    from prompt_toolkit.output import create_output
    from prompt_toolkit.output.vt100 import Vt100_Output

    if sys.platform == "win32":
        return create_output()

    class Calm(Vt100_Output):
        responds_to_cpr = False

        def get_rows_below_cursor_position(self) -> int:
            return 1

    return Calm.from_pty(sys.stdout, term=os.environ.get("TERM"))


def _key(command: Command) -> str | None:
    if command.letter in _KEYS:
        return _KEYS[command.letter][0]
    return f"c-{command.letter}" if command.letter.isalpha() else None


def _key_name(command: Command) -> str:
    """The key as the toolbar shows it; the command itself where no key types it."""
    if command.letter in _KEYS:
        return _KEYS[command.letter][1]
    return f"^{command.letter.upper()}" if _key(command) else f"/{command.letter}"


def _key_handler(command: Command) -> Callable[[KeyPressEvent], None]:
    """The handler of a key, which types the command in place of the line's text."""

    def type_command(event: KeyPressEvent) -> None:
        event.current_buffer.text = f"/{command.letter}"
        event.current_buffer.validate_and_handle()

    return type_command


def _toolbar(keys: Sequence[Command], width: int) -> list[str]:
    """The keys with what they do, in as many lines as they need; ``^T`` is Ctrl and T."""
    lines, line = [], ""
    for command in keys:
        label = f"{_key_name(command)} {command.title}"
        if line and len(line) + len(label) + 3 > width:
            lines.append(line)
            line = ""
        line += f"{'  ' if line else ' '}{label}"
    return [*lines, line]


def _is_command(text: str) -> bool:
    """Whether the text so far is a command, which needs no empty line after it."""
    return text.startswith("/") and not text.startswith("//") and "\n" not in text.strip()


def _is_text(typed: str) -> bool:
    """Whether what is typed is text: a surrogate stands for a byte that is not UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in typed)
