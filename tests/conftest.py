"""Fixtures that several test modules use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import smallstudy
from hypothesis import HealthCheck, settings

from audit.render import pdf

# Nothing is timed. Where a change is judged all examples, the same each time; at a desk some of them, new each time.
_untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", _untimed, max_examples=100, derandomize=True, database=None)
settings.register_profile("local", _untimed, max_examples=10, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "local"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> smallstudy.Runner:
    """The command line, run in this process and in an empty folder, where it may write."""
    monkeypatch.chdir(tmp_path)
    return smallstudy.Runner(capsys)


@pytest.fixture(scope="module", autouse=True)
def documents_forgotten() -> Iterator[None]:
    """Typst keeps its last documents, gigabytes of them, which would slow the tests of the next module."""
    yield
    if "typst" in sys.modules:
        pdf.forget()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small study without a fault."""
    return smallstudy.make(tmp_path / "lille")
