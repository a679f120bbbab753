"""Draw the pickled charts of a report and nothing else: the peer of the HTML page, in a process of its own.

Each is drawn as the page needs it: for a desk and for a phone.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from audit.document import figures


def main(path: Path) -> None:
    for number, chart in enumerate(pickle.loads(path.read_bytes())):
        for width in (figures.WIDE, figures.NARROW):
            figures.svg(chart, f"figure-{number}", width)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
