"""The sample study: where it lies, and a copy of it to look at and to change."""

from __future__ import annotations

import re
from pathlib import Path

from audit.base import danish, resources, writing
from audit.base.errors import FileFault
from audit.study.studyfile import FILE as STUDY

DEMO = "fleksjob-2016"


_DEMO_FILES = (STUDY, "cases.xlsx", "README.md")
#: The first line of study.yaml tells editors where its schema is; a copy lies elsewhere.
_SCHEMA_LINE = re.compile(rb"\A# yaml-language-server: .*\n")


def demo_study() -> Path:
    """The folder of the sample study."""
    return resources.folder("data-samples") / DEMO


def copy_demo(folder: Path) -> None:
    """Put a copy of the sample study's data into a folder, to look at and to change.

    Raises FileFault where the folder has a file with other content (it is kept), or cannot be written.
    """
    source = demo_study()
    texts = sorted((source / "examples").glob("*.md"))
    paths = [*(source / name for name in _DEMO_FILES), *texts]
    copies = {folder / path.relative_to(source): _SCHEMA_LINE.sub(b"", path.read_bytes()) for path in paths}
    same = [path for path, content in copies.items() if path.is_file() and path.read_bytes() == content]
    different = [path.name for path in copies if path.exists() and path not in same]
    if different:
        message = f"I {folder} er der allerede {danish.listing(different)} med et andet indhold. Intet er ændret."
        raise FileFault(message, remedy="Vælg en anden mappe med --out.")
    writing.make_folder(folder / "examples")
    for path, content in copies.items():
        path.write_bytes(content)
