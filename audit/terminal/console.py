"""What a dialogue needs from a terminal: showing lines, reading lines, and the commands among what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from audit.base import cpr
from audit.base.errors import UsageFault
from audit.terminal.asking import COMMANDS, Command, wrap


class Leave(Exception):
    """The reviewer leaves: by command, at the end of the input, or by an interrupt.

    `text` is what was half written, and is not saved.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text


@dataclass(frozen=True)
class Prompt:
    """What a console is to ask for: a line, or several lines ended by an empty one. `initial` can be edited.

    `keys` are the commands that can be typed instead; they are shown where there is room.
    """

    text: str
    keys: tuple[Command, ...] = ()
    multiline: bool = False
    initial: str = ""


class Console(Protocol):
    """Where lines are shown and typed."""

    @property
    def width(self) -> int:
        """How many columns there are, 100 at most."""

    def say(self, *lines: str) -> None:
        """Show lines."""

    def refuse(self, text: str) -> None:
        """Show why what was typed cannot be used. Raises DataFault where nobody is there to type something else."""

    def ask(self, prompt: Prompt) -> str:
        """What is typed, blank for nothing. Raises Leave at the end of the input and at an interrupt.

        Where the prompt is `multiline`, it carries what was typed until then.
        """


def tell(console: Console, text: str, first: str = "  ") -> None:
    """Show a sentence, wrapped."""
    console.say(*wrap(text, console.width, first))


def parse_command(text: str) -> tuple[Command, str] | None:
    """The command typed and the rest of the line; None for an answer. Raises UsageFault for an unknown command."""
    if not text.startswith("/") or text.startswith("//"):
        return None
    letter, rest = text[1:2].casefold(), text[2:]
    command = next((command for command in COMMANDS if command.letter == letter), None)
    if command is None or (rest and not rest[0].isspace()):
        word = cpr.blot(text.split(maxsplit=1)[0])
        raise UsageFault(f'"{word}" er ikke en kommando. /? viser dem. En tekst, der begynder med /, skrives med //.')
    return command, rest.strip()


def unescape(text: str) -> str:
    """A typed text, without the extra slash that keeps it from being a command."""
    return text.removeprefix("/") if text.startswith("//") else text


def escape(text: str) -> str:
    """A text as it is typed: with an extra slash where it would be a command."""
    return f"/{text}" if text.startswith("/") else text


def ask_yes_no(console: Console, question: str) -> bool:
    """Whether a question is answered with yes; an empty line is no. Raises Leave."""
    while True:
        typed = console.ask(Prompt(f"{question} (j/n)")).strip()
        if typed.casefold() == "/l":
            raise Leave
        answer = parse_yes_no(console, typed)
        if answer is not None:
            return answer


def parse_yes_no(console: Console, typed: str) -> bool | None:
    """Whether the typed text is yes; an empty line is no. None where it is neither, which is refused."""
    if typed.casefold() in ("j", "ja"):
        return True
    if typed.casefold() in ("", "n", "nej"):
        return False
    console.refuse("Svar j (ja) eller n (nej).")
    return None
