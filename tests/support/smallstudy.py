"""A small study in a folder, and the command line run in this process: what the tests of the edges share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from places import SCHEMA

from audit.__main__ import main

STUDY = """\
study: hjemmehjaelp-2020
title: Hjemmehjælp i to distrikter
schema: skema.yaml
schema_version: 1
data: sager.csv
examples: eksempler
period: {from: 2020-01-01, to: 2020-12-31}
units: [Syd, Nord]
facts:
  requested: 4
parameters:
  examiner: Borgerrådgiveren
"""

#: Four cases without a fault; the last is not visited, so that 1.4.1 and 2.2 are not asked.
CASES = """\
distrikt,sagsnr,q1_1,q1_2,q1_3,q1_4,q1_4_1__1,q1_4_1__2,q1_4_1__3,q1_4_1__4,q2_1__1,q2_1__2,q2_2__1,q2_2__2,q2_3,q2_4
Nord,1,1940-05-01,2020-02-01,60,Ja,1,0,0,0,Ja,Ja,Ja,Ja,Ja,
Nord,2,1950-05-01,2020-03-01,90,Ja,1,1,0,0,Ja,Ja,Ja,Nej,Delvis,
Syd,1,1960-05-01,2020-04-01,45,Ja,0,1,0,0,Ja,Nej,Ja,Nej,Nej,Der mangler noget
Syd,2,1970-05-01,2020-05-01,0,Nej,,,,,Ja,Ja,,,Ja,
"""

EXAMPLE = """\
---
case: Nord/1
title: En sag om rengøring
---

Borgeren fik rengøring.
"""


def make(folder: Path, *, study: str = STUDY, cases: str = CASES, example: str = EXAMPLE) -> Path:
    """Write the study into a folder, which is returned."""
    (folder / "eksempler").mkdir(parents=True)
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    (folder / "sager.csv").write_text(cases, encoding="utf-8")
    (folder / "skema.yaml").write_text(SCHEMA.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "eksempler" / "en.md").write_text(example, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Runner:
    """Runs the command line as a user would."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Ran:
        self.capture.readouterr()
        code = main([str(argument) for argument in arguments])
        ran = Ran(code, *self.capture.readouterr())
        assert "Traceback" not in ran.out + ran.err
        return ran
