"""The rooms of the program are those of docs/architecture.md: what each is for, which rooms and libraries it uses."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from places import ROOT

PACKAGE = ROOT / "audit"
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


class Room(NamedTuple):
    purpose: str
    #: The libraries from outside, and the only modules of the room that may import each.
    libraries: dict[str, set[str]]


def rooms() -> dict[str, Room]:
    """The table of docs/architecture.md, from the ground up."""
    lines = re.findall(r"(?m)^\| `(\w+)` \| (.*) \| (.*) \|$", TEXT)
    return {
        name: Room(
            purpose,
            {
                library: set(re.findall(r"\w+", modules))
                for library, modules in re.findall(r"`(\w+)` \(([\w, ]+)\)", libraries)
            },
        )
        for name, purpose, libraries in lines
    }


ROOMS = rooms()


def module_name(path: Path) -> str:
    """``render.html`` for audit/render/html.py, ``render`` for its ``__init__``; blank for the package's own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a tree, by its whole name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name.removeprefix("audit.") in MODULES else node.module or "" for name in whole)


def inner(module: str) -> set[str]:
    """The modules of this package that a module imports."""
    return {name.removeprefix("audit.") for name in imports(MODULES[module]) if name.split(".")[0] == "audit"}


def arrows() -> dict[str, list[str]]:
    """Which other rooms each room imports, in the order of the table."""
    seen = {
        room: {room_of(other) for module in MODULES if room_of(module) == room for other in inner(module)} - {room}
        for room in ROOMS
    }
    return {room: [other for other in ROOMS if other in others] for room, others in seen.items()}


def test_every_room_is_in_the_table_and_says_of_itself_what_stands_there() -> None:
    assert set(ROOMS) == {room_of(module) for module in MODULES} - {""}
    for room, told in ROOMS.items():
        assert " ".join((ast.get_docstring(MODULES[room]) or "").split()) == told.purpose, room


def test_a_package_itself_holds_nothing_but_what_it_is_for() -> None:
    packages = [room for room in ROOMS if (PACKAGE / room).is_dir()]
    assert len(packages) > 10
    assert [room for room in packages if len(MODULES[room].body) != 1] == []


def test_a_room_imports_only_rooms_above_it() -> None:
    order = list(ROOMS)
    assert [
        f"{room} imports {other}"
        for room, others in arrows().items()
        for other in others
        if order.index(other) > order.index(room)
    ] == []


def test_there_is_no_circle_not_even_within_a_room() -> None:
    order = list(TopologicalSorter({module: inner(module) for module in MODULES}).static_order())
    assert set(order) == set(MODULES)


def test_the_document_shows_what_each_room_imports() -> None:
    width = max(map(len, ROOMS))
    shown = "".join(" ".join([f"{room:<{width}} ", *others]).rstrip() + "\n" for room, others in arrows().items())
    assert f"```\n{shown}```\n" in TEXT, shown


def test_libraries_are_imported_only_where_they_belong() -> None:
    used = {
        (room_of(module), library, module.split(".")[-1])
        for module, tree in MODULES.items()
        for library in {name.split(".")[0] for name in imports(tree)} - {"audit"} - sys.stdlib_module_names
    }
    told = {
        (room, library, module)
        for room, one in ROOMS.items()
        for library, modules in one.libraries.items()
        for module in modules
    }
    assert used == told


def test_every_module_and_name_that_the_document_speaks_of_exists() -> None:
    names = [name for name in re.findall(r"`([a-z]\w*(?:\.\w+)+)`", TEXT) if room_of(name) in ROOMS]
    assert len(names) > 50
    for name in names:
        parts = name.split(".")
        module = next(".".join(parts[:end]) for end in range(len(parts), 0, -1) if ".".join(parts[:end]) in MODULES)
        rest = name.removeprefix(module).removeprefix(".")
        if rest:
            attrgetter(rest)(import_module(f"audit.{module}"))
