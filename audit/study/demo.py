"""The sample study: where it lies, and a copy of it to look at and to change."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from audit.base import danish, resources, writing
from audit.base.errors import FileFault
from audit.study.studyfile import FILE as STUDY

DEMO = "fleksjob-2016"


_DEMO_FILES = (STUDY, "cases.xlsx", "README.md")


def demo_study() -> Path:
    """The folder of the sample study."""
    return resources.folder("data-samples") / DEMO


def copy_demo(folder: Path) -> None:
    """Put a copy of the sample study's data into a folder, to look at and to change.

    Raises FileFault where the folder has a file with other content (it is kept), or cannot be written.
    """
    source = demo_study()
    texts = sorted((source / "examples").glob("*.md"))
    pairs = [(path, folder / path.relative_to(source)) for path in (*(source / name for name in _DEMO_FILES), *texts)]
    different = [
        copy.name for original, copy in pairs if copy.exists() and not filecmp.cmp(original, copy, shallow=False)
    ]
    if different:
        message = f"I {folder} er der allerede {danish.listing(different)} med et andet indhold. Intet er ændret."
        raise FileFault(message, remedy="Vælg en anden mappe med --out.")
    writing.make_folder(folder / "examples")
    for original, copy in pairs:
        shutil.copyfile(original, copy)
