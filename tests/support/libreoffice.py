"""The real LibreOffice, without a window: what it makes of a Word file, and a workbook filled in and saved by it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

#: A cell to be filled: sheet, reference, and what is put there (None empties it).
Filled = tuple[str, str, str | int | float | None]

#: Opens a workbook, fills cells (sheet, reference, kind and value by tab), recalculates, saves it as .xlsx, and ends.
#: A macro may write in locked cells too; only the keyboard may not.
_MACRO = """\
Sub Main(sourceUrl As String, cellsUrl As String, targetUrl As String)
    On Error GoTo Ended
    book = StarDesktop.loadComponentFromURL(sourceUrl, "_blank", 0, Array())
    book.enableAutomaticCalculation(False)
    book.lockControllers()
    book.addActionLock()
    files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
    reader = createUnoService("com.sun.star.io.TextInputStream")
    reader.setInputStream(files.openFileRead(cellsUrl))
    reader.setEncoding("UTF-8")
    Do While Not reader.isEOF()
        oneLine = reader.readLine()
        If oneLine <> "" Then
            parts = Split(oneLine, Chr(9))
            oneCell = book.Sheets.getByName(parts(0)).getCellRangeByName(parts(1))
            If parts(2) = "text" Then
                oneCell.setString(parts(3))
            ElseIf parts(2) = "number" Then
                oneCell.setValue(Val(parts(3)))
            Else
                oneCell.clearContents(7)
            End If
        End If
    Loop
    book.removeActionLock()
    book.unlockControllers()
    book.enableAutomaticCalculation(True)
    book.calculateAll()
    Dim saving(0) As New com.sun.star.beans.PropertyValue
    saving(0).Name = "FilterName"
    saving(0).Value = "Calc MS Excel 2007 XML"
    book.storeToURL(targetUrl, saving())
Ended:
    StarDesktop.terminate()
End Sub
"""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = 'xmlns:library="http://openoffice.org/2000/library"'
#: The macro as LibreOffice keeps a user's own.
_PROFILE = {
    "script.xlb": f'{_HEAD}<library:library {_LIBRARY} library:name="Standard" library:readonly="false" '
    'library:passwordprotected="false"><library:element library:name="Fill"/></library:library>',
    "Fill.xba": f'{_HEAD}<script:module xmlns:script="http://openoffice.org/2000/script" '
    f'script:name="Fill" script:language="StarBasic">{escape(_MACRO)}</script:module>',
}  # fmt: skip


def program() -> str | None:
    """Where LibreOffice's word processor is, or None; ``soffice`` is also there when only its other parts are."""
    return shutil.which("lowriter")


def calc() -> str | None:
    """Where LibreOffice's spreadsheet is, or None."""
    return shutil.which("localc")


def to_pdf(file: bytes, *, within: int = 180) -> bytes:
    """The PDF that LibreOffice makes of a .docx file; its settings are its own, new each time.

    Raises AssertionError when it makes none, with what it says, TimeoutExpired after `within` seconds.
    """
    writer = program()
    assert writer is not None, "LibreOffice Writer is not installed"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "report.docx").write_bytes(file)
        arguments = ["--convert-to", "pdf", "--outdir", name, "report.docx"]
        return _made([writer, *arguments], folder, folder / "report.pdf", within)


def filled(file: bytes, cells: Sequence[Filled] = (), *, within: int = 300) -> bytes:
    """The .xlsx that LibreOffice saves after it has opened one, filled cells and calculated everything anew.

    Raises AssertionError when it makes none, with what it says, TimeoutExpired after `within` seconds.
    """
    spreadsheet = calc()
    assert spreadsheet is not None, "LibreOffice Calc is not installed"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(
            [spreadsheet, "--terminate_after_init"], folder, within
        )  # makes the settings, where the macro has its place
        for part, text in _PROFILE.items():
            (folder / "profile" / "user" / "basic" / "Standard" / part).write_text(text, encoding="utf-8")
        (folder / "in.xlsx").write_bytes(file)
        (folder / "cells.txt").write_text("".join(map(_line, cells)), encoding="utf-8")
        urls = (f'"{(folder / part).as_uri()}"' for part in ("in.xlsx", "cells.txt", "out.xlsx"))
        macro = f"macro:///Standard.Fill.Main({','.join(urls)})"
        return _made([spreadsheet, macro], folder, folder / "out.xlsx", within)


def _line(cell: Filled) -> str:
    sheet, reference, value = cell
    kind = "text" if isinstance(value, str) else "nothing" if value is None else "number"
    return f"{sheet}\t{reference}\t{kind}\t{'' if value is None else value}\n"


def _made(command: Sequence[str], folder: Path, made: Path, within: int) -> bytes:
    said = _run(command, folder, within)
    assert made.is_file(), said
    return made.read_bytes()


def _run(command: Sequence[str], folder: Path, within: int) -> str:
    """Run LibreOffice with settings of its own; what it says."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    program, *arguments = command
    done = subprocess.run(
        [program, profile, "--headless", "--norestore", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=within, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr
