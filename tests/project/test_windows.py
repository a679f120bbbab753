"""What can be proved about Windows without it (docs/windows.md): nothing in the program leans on another system.

What ruff can see of it (modules and functions that Windows has not, paths joined by hand) stands in pyproject.toml.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from places import ROOT

#: Methods that ruff does not see, as it does not know what they are methods of.
ENCODED = {"read_text", "write_text"}
UNSAFE = {"rename", "chmod", "symlink_to", "hardlink_to", "strftime"}


def leaning(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The calls that depend on the machine they run on: their lines, and what is wrong with them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, keywords = name_of(node), {keyword.arg for keyword in node.keywords}
        opens_text = name in ENCODED or (name == "open" and not _no_text(node) and not is_binary(node))
        if opens_text and "encoding" not in keywords:
            yield node.lineno, f"{name} without an encoding"
        if name == "write_text" and "newline" not in keywords:
            yield node.lineno, "line ends as the machine likes"
        if name in UNSAFE:
            yield node.lineno, f"{name}: Windows has it otherwise, or not"


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_binary(call: ast.Call) -> bool:
    return any(isinstance(value, ast.Constant) and "b" in str(value.value) for value in call.args[-1:])


def _no_text(call: ast.Call) -> bool:
    """Whether it opens what is no text file: a descriptor, a PDF."""
    return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") in ("os", "pikepdf")


def test_every_text_file_is_opened_with_its_encoding_and_nothing_is_renamed_onto_another() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in sorted((ROOT / "audit").rglob("*.py"))
        for line, what in leaning(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not bad, "\n".join(bad)


def test_what_leans_on_the_machine_is_seen() -> None:
    bad = """\
self.path.read_text()
path.write_text("", encoding="utf-8")
with here.open() as file: pass
open("a", "rb"), os.open("a"), pikepdf.open("a"), path.replace("b")
path.rename("b")
today.strftime("%d")
"""
    assert sorted(line for line, _ in leaning(ast.parse(bad))) == [1, 2, 3, 5, 6]


def test_no_two_files_differ_only_by_case_and_none_has_a_name_that_windows_refuses() -> None:
    folders = ("audit", "data-samples", "docs", "reports", "schemas", "templates", "tests")
    paths = [path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*")]
    assert len({str(path).casefold() for path in paths}) == len(paths)
    reserved = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
    for path in paths:
        assert not set('<>:"|?*\\') & set(str(path)), path
        assert path.stem.casefold() not in reserved, path
        assert not path.name.endswith((".", " ")), path
