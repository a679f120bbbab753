"""Tools that a machine may lack: tests skip and say so, unless `AUDIT_REQUIRE_TOOLS=1` makes them a must."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip, or fail where the tools are required."""
    if os.environ.get("AUDIT_REQUIRE_TOOLS") == "1":
        pytest.fail(f"{what} is required (AUDIT_REQUIRE_TOOLS=1)")
    pytest.skip(f"{what} is not installed")
