"""Files of cases of the small questionnaire: what the tests of import share."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from smallbook import UNVISITED, VISITED
from ways_in import small as questionnaire

ONE = {"distrikt": "1", "sagsnr": "1", **VISITED}
TWO = {"distrikt": "2", "sagsnr": "1", **UNVISITED}
EVERY = [variable.name for variable in questionnaire().variables]


def file(folder: Path, *rows: Mapping[str, str], columns: Sequence[str] = (), name: str = "sager.csv") -> Path:
    """A file of these rows with these columns, else with all of the questionnaire."""
    with (folder / name).open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns or EVERY, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return folder / name
