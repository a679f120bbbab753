"""Typeset the pages of a report and nothing else: the peer of the whole report, in a process of its own.

It compiles what `audit.render.pdf` compiles, without anything of ours in the process.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typst


def main(templates: Path, document: Path) -> None:
    typst.compile(
        templates / "typst" / "report.typ",
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[templates / "fonts"]
        ),
        ignore_system_fonts=True,
        sys_inputs={"document": document.read_text(encoding="utf-8")},
        pdf_standards="ua-1",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
