"""docs/optagelse.md is what the program says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is of other systems", allow_module_level=True)

from recording import PAGE, record

pytestmark = [pytest.mark.terminal, pytest.mark.slow]


def test_the_recording_in_the_docs_is_what_the_program_shows(tmp_path: Path) -> None:
    assert record(tmp_path) == PAGE.read_text(encoding="utf-8"), "python tests/support/recording.py writes it anew"
