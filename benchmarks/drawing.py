"""Draw the pickled charts of a report and nothing else: the peer of the whole report, in a process of its own.

Each is drawn as the three formats need it (for a desk, for a phone, as a picture for Word), or for the page alone.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from audit.document import figures


def main(path: Path, formats: str) -> None:
    for number, chart in enumerate(pickle.loads(path.read_bytes())):
        for width in (figures.WIDE, figures.NARROW):
            figures.svg(chart, f"figure-{number}", width)
        if formats == "all":
            figures.png(chart, figures.WIDE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
