"""Print every dependency at its declared lower bound, one requirement a line, as constraints for pip."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path


def lowest(project: Path) -> Iterator[str]:
    """``name==bound`` of each requirement in pyproject.toml. Raises ValueError for one without a lower bound."""
    data = tomllib.loads(project.read_text(encoding="utf-8"))
    groups = [
        data["project"]["dependencies"],
        *data["dependency-groups"].values(),
    ]
    for requirement in sorted({entry for group in groups for entry in group}):
        found = re.match(r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?>=(?P<bound>[0-9.]+)", requirement)
        if found is None:
            raise ValueError(f"{requirement} has no lower bound")
        yield f"{found['name']}=={found['bound']}"


if __name__ == "__main__":
    print("\n".join(lowest(Path(__file__).parent.parent / "pyproject.toml")))  # noqa: T201
