"""Where things are that tests read: the only module of the tests that counts folders."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
DATA = TESTS / "data"
SUPPORT = TESTS / "support"
#: The sample of the survey of 2016, and the small questionnaire of which the tests have studies.
SAMPLE = ROOT / "data-samples" / "fleksjob-2016"
SCHEMA = DATA / "hjemmehjaelp.yaml"
