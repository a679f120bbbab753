"""Where the shipped folders are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder `schemas`, `reports`, `templates` or `data-samples` that belongs to this very copy of the package."""
    bundled = _PACKAGE / "_shared" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name
