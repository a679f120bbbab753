"""The real LibreOffice, without a window: what it makes of a Word file."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path


def program() -> str | None:
    """Where LibreOffice's word processor is, or None; ``soffice`` is also there when only its other parts are."""
    return shutil.which("lowriter")


def to_pdf(file: bytes, *, within: int = 180) -> bytes:
    """The PDF that LibreOffice makes of a .docx file; its settings are its own, new each time.

    Raises AssertionError when it makes none, with what it says, TimeoutExpired after `within` seconds.
    """
    writer = program()
    assert writer is not None, "LibreOffice Writer is not installed"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "report.docx").write_bytes(file)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        done = subprocess.run(
            [writer, profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", name, "report.docx"],
            cwd=folder, capture_output=True, text=True, timeout=within, check=False,
        )  # fmt: skip
        made = folder / "report.pdf"
        assert made.is_file(), done.stdout + done.stderr
        return made.read_bytes()
