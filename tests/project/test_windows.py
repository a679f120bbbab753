"""What can be proved about Windows without it (docs/windows.md): nothing in the program leans on another system."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from places import ROOT

FILES = sorted((ROOT / "audit").rglob("*.py"))
#: Modules that are not there, or not whole, on Windows.
POSIX = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty", "curses"}
ENCODED = {"read_text", "write_text"}
UNSAFE = {"rename", "fork", "geteuid", "getuid", "chmod", "symlink", "symlink_to", "mkfifo", "strftime", "setlocale"}


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_binary(call: ast.Call) -> bool:
    return any(isinstance(value, ast.Constant) and "b" in str(value.value) for value in call.args[-1:])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_module_needs_posix(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert POSIX.isdisjoint(name.split(".")[0] for name in names), f"line {getattr(node, 'lineno', 0)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_file_is_opened_with_its_encoding_and_nothing_is_renamed_onto_another(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name, keywords = name_of(node), {keyword.arg for keyword in node.keywords}
        opens_text = name in ENCODED or (name == "open" and not _no_text(node) and not is_binary(node))
        assert not opens_text or "encoding" in keywords, f"line {node.lineno}: {name} without an encoding"
        assert name != "write_text" or "newline" in keywords, f"line {node.lineno}: line ends as the machine likes"
        assert name not in UNSAFE, f"line {node.lineno}: {name}"


def _no_text(call: ast.Call) -> bool:
    """Whether it opens what is no text file: a descriptor, a PDF."""
    return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") in ("os", "pikepdf")


def test_no_path_is_joined_by_hand() -> None:
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.Attribute) and node.attr in ("sep", "altsep") for node in ast.walk(tree))
        assert "os.path" not in path.read_text(encoding="utf-8")


def test_no_two_files_differ_only_by_case_and_none_has_a_name_that_windows_refuses() -> None:
    folders = ("audit", "data-samples", "docs", "reports", "schemas", "templates", "tests")
    paths = [path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*")]
    assert len({str(path).casefold() for path in paths}) == len(paths)
    reserved = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
    for path in paths:
        assert not set('<>:"|?*\\') & set(str(path)), path
        assert path.stem.casefold() not in reserved, path
        assert not path.name.endswith((".", " ")), path
