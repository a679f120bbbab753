"""docs/optagelse.md: studies scored in a real terminal; ``python tests/support/recording.py`` writes it.

Times and hashes, which are new each time, are written as if they always were the same.
"""

from __future__ import annotations

import re
import shutil
import signal
import tempfile
import textwrap
from pathlib import Path

from places import ROOT, SCHEMA
from screen import Terminal

PAGE = ROOT / "docs" / "optagelse.md"

_INTRO = """\
# Optagelse: tre sager scores i terminalen

Alt herunder er, hvad programmet viser i en terminal på 80 tegn. `tests/support/recording.py` skriver siden, og en
prøve ser efter, at den stadig passer. Det, der er skrevet ved tasterne, står efter kolon; en tast som Ctrl-T skriver
den kommando, den står for (`/t`). Tasterne under linjen ses kun, hvor optagelsen er afbrudt, for de forsvinder, når der
er svaret. Sagerne er opdigtede.
"""


class Recorder:
    """Runs commands in a folder and keeps what they show as parts of a page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = [_INTRO]

    def tell(self, text: str) -> None:
        """A heading and prose between the commands."""
        self.parts.append("\n\n".join(textwrap.fill(part, 124) for part in text.split("\n\n")) + "\n")

    def run(self, command: str, *typed: str | tuple[str, str], kill: bool = False) -> None:
        """A command in which lines are typed; with `kill` it is killed in the end.

        A pair is what is typed, and what to wait for before the next prompt.
        """
        screen = Terminal(*command.split(), folder=self.folder)
        for one in typed:
            text, then = one if isinstance(one, tuple) else (f"{one}\r", "")
            screen.ready().type(text).expect(then)
        if kill:
            screen.ready().child.kill(signal.SIGKILL)
        screen.end()
        lines = "\n".join(screen.lines()).strip("\n")
        self.parts.append(f"```text\n$ audit {command}\n{self._same(lines)}\n```\n")

    def _same(self, text: str) -> str:
        """The text without what is different each time."""
        text = text.replace(str(self.folder.resolve()), "…")
        text = re.sub(r"\d+\. [a-z]+ 20[2-9]\d kl\. \d\d\.\d\d", "22. november 2026 kl. 14.05", text)
        return re.sub(r"[a-z2-7]{52}", "k5x…", text)


def record(folder: Path) -> str:
    """The page, made in an empty folder."""
    recorder = Recorder(folder)
    shutil.copyfile(SCHEMA, folder / SCHEMA.name)
    _small(recorder)
    _whole(recorder)
    return "\n".join(recorder.parts)


def _small(recorder: Recorder) -> None:
    tell, run = recorder.tell, recorder.run
    tell("## En ny undersøgelse\n\nEt lille måleskema, så hele forløbet kan ses.")
    run(f"new hjemmehjaelp --schema {SCHEMA.name}")
    at = "--study hjemmehjaelp --reviewer HJE"
    tell("## Den første sag, som bliver afbrudt\n\nProgrammet bliver slået ihjel midt i den (`kill -9`).")
    run(f"score Nord/1 {at}", "j", "1/5/1940", "2020-02-30", "1-2-2020", "60", "1", kill=True)
    tell(
        "Uden sagsnummer fortsætter den næste gang samme sted. Ctrl-T går tilbage, og med Ctrl-B bliver der skrevet en "
        "bemærkning. Da 1.4 bliver rettet til Nej, ville svaret på 1.4.1 falde bort. Det bliver fortrudt."
    )
    run(
        f"score {at}", "1,2", "1", "1", "1", "1", ("\x14", "Svaret er nu"), "", "/g 1.4",
        ("\x02", "1.4 Bemærkninger"), ("Visiteret i 2019,\rog igen i 2020\r\r", "Teksten er gemt."), "2", "n", "1",
        "/o", "", "/g 2.3", "1", "2", "j",
    )  # fmt: skip
    tell("## Den anden sag, med en afvigelse, der bliver begrundet")
    run(
        f"score Syd/1 {at}", "j", "1960-05-01", "uoplyst", "45", "ja", "2", "1", "2", "1", "1",
        ("Der er to naboer, som ikke er nævnt i afgørelsen.\r\r", "Teksten er gemt."), "1", "/g 2.3", "2", "", "j",
    )  # fmt: skip
    tell("## Hvor langt er vi, og hvad er der sket?")
    run("cases --study hjemmehjaelp")
    run("history Syd/1 --study hjemmehjaelp")
    run("verify --study hjemmehjaelp")


def _whole(recorder: Recorder) -> None:
    recorder.tell(
        "## Den tredje sag: hele måleskemaet om fleksjob\n\n"
        "Undersøgelsen har én kommune, så den bliver udfyldt af sig selv; det gør sagsmåleren også. Afgørelsen er "
        "ældre end den bekendtgørelse, som skemaet nævner."
    )
    recorder.run("new fleksjob --schema fleksjob-2016 --unit Svendborg")
    ones = ["1"] * 30
    recorder.run(
        "score 7 --study fleksjob --reviewer ASA", "j", "1974-07-30", "2", "2014-10-07", "1", "1",
        "1", "1", "1", "1", "2", "1", "1", "1", "1",  # 2.3 and the eight points of 2.3.1, one of which is not there
        "1", *ones[:4], *ones[:3], "2", "1", "1", "1,5", "1 5", "1; 3",  # 2.4 to 2.10
        "1", "1", "1", "1", "1", "1", "1", "1",  # 3.1 to 3.4, and 4.1 until the point that the plan doesn't have
        ("Ønskerne står i det referat, der er vedlagt planen.\r\r", "Teksten er gemt."),
        *ones[:4], "1", *ones[:4], "1", *ones[:3], "1", ("\x05", "egnet til eksempel"), "2", "2", "", "j",
    )  # fmt: skip
    recorder.run("cases --study fleksjob")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(record(Path(folder)), encoding="utf-8")
