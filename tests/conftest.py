"""Fixtures that several test modules use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import smallstudy
from hypothesis import settings

# Never timed; on the build machine the same examples each time, at a session new ones.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> smallstudy.Runner:
    """The command line, run in this process and in an empty folder, where it may write."""
    monkeypatch.chdir(tmp_path)
    return smallstudy.Runner(capsys)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small study without a fault."""
    return smallstudy.make(tmp_path / "lille")
