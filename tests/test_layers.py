"""Who may import whom: only what stands on a line above (docs/architecture.md), or beside it without a cycle."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "audit"

LAYERS = """
errors danish cpr resources statistics
yamlfile condition
questionnaire describe satisfy binding lint schemaform schema
csvfile xlsxfile files xlsxwrite
findings cases
routing headers readers answers coding checks tables tablespec tabulate frames
onecase document numbering tracing tokens markdown shares fraction wording helpers
jinjafault prose proselint planform planlint plan figures forms report
render.html render.tagging render.pdf render.wordxml render.wordtable render.wordblocks render.word
sheets.shown sheets.screen sheets.machine sheets.markdown sheets.excel sheets.page sheets
excel.formula excel.marks excel.style excel.guide excel.workbook
scoring.codebook scoring.answersets scoring.settling scoring.ledger scoring.database scoring.casebook
studyfile scoring.desk study examples show scoring.values scoring.history scoring.progress
exchange.remarked exchange.merging exchange.extract exchange.handout
exchange.laying exchange.judging exchange.importing exchange.importlines
terminal.steps terminal.asking terminal.console terminal.overview terminal.scored terminal.dialogue
terminal.consoles terminal.sitting
jobs material reporting
danish_help cli.app cli.common cli.reports cli.definitions cli.scoring cli.exchange cli.following cli __main__
"""
#: Files that hold no more than a docstring and a version.
BARE = {"audit", "excel", "exchange", "render", "scoring", "terminal"}

#: Libraries from outside, and the only modules that may import them.
LIBRARIES = {
    "pandas": {"frames"},
    "openpyxl": {"exchange.extract", "sheets.excel", "xlsxwrite", "excel.workbook", "excel.guide", "excel.style"},
    "matplotlib": {"figures"},
    "typst": {"render.pdf"},
    "pikepdf": {"render.tagging"},
    "docx": {"render.wordxml", "render.wordtable", "render.wordblocks", "render.word"},
    "python_calamine": {"xlsxfile"},
    "scipy": {"statistics"},
    "jinja2": {"jinjafault", "prose", "proselint", "render.html"},
    "markupsafe": {"prose", "render.html"},
    "markdown_it": {"markdown", "tokens"},
    "prompt_toolkit": {"terminal.consoles"},
    "sqlalchemy": {"scoring.database"},
    "typer": {
        "danish_help",
        "cli.app",
        "cli.common",
        "cli.reports",
        "cli.definitions",
        "cli.scoring",
        "cli.exchange",
        "cli.following",
        "__main__",
    },
    "yaml": {"yamlfile"},
    "pydantic": {"yamlfile", "schemaform", "planform", "study", "studyfile"},
    "numpy": {
        "cases",
        "routing",
        "answers",
        "coding",
        "checks",
        "tables",
        "tabulate",
        "frames",
        "material",
        "scoring.answersets",
        "scoring.casebook",
        "exchange.judging",
        "exchange.laying",
    },
}
#: Imported by the functions that use them, so that a command which does not need them doesn't wait for them.
HEAVY = {
    "pandas", "openpyxl", "matplotlib", "python_calamine", "jinja2", "markupsafe", "markdown_it", "typst", "pikepdf",
    "docx", "prompt_toolkit", "scipy",
}  # fmt: skip

RANK = {name: rank for rank, line in enumerate(LAYERS.split("\n")) for name in line.split()}


def module_name(path: Path) -> str:
    """``sheets.excel`` for audit/sheets/excel.py, ``sheets`` for its ``__init__``; ``audit`` for the package's own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "audit"


MODULES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module that is imported anywhere in a tree, in full, and the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (
                (name if name.removeprefix("audit.") in MODULES else node.module or "", node.lineno) for name in whole
            )


def inner(tree: ast.AST) -> set[str]:
    """The modules of this package that a tree imports."""
    return {name.removeprefix("audit.") for name, _ in imports(tree) if name.split(".")[0] == "audit"}


def at_once(tree: ast.Module) -> Iterator[ast.stmt]:
    """What runs when a module is imported: neither functions nor what is only for type checkers."""
    for statement in tree.body:
        if isinstance(statement, ast.If) and getattr(statement.test, "id", "") == "TYPE_CHECKING":
            continue
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement


def test_every_module_has_its_place() -> None:
    assert set(RANK) == set(MODULES) - BARE
    assert all(len(MODULES[name].body) <= 2 for name in BARE)


@pytest.mark.parametrize("name", RANK)
def test_a_module_imports_only_what_stands_above_or_beside_it(name: str) -> None:
    assert [other for other in inner(MODULES[name]) if RANK.get(other, 0) > RANK[name]] == []


def test_there_is_no_cycle_not_even_within_a_layer() -> None:
    order = list(TopologicalSorter({name: inner(tree) for name, tree in MODULES.items()}).static_order())
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_libraries_are_imported_only_where_they_belong(name: str) -> None:
    found = {library.split(".")[0] for library, _ in imports(MODULES[name])} - {"audit"} - sys.stdlib_module_names
    assert {library for library in found if name not in LIBRARIES.get(library, set())} == set()


@pytest.mark.parametrize("name", MODULES)
def test_heavy_libraries_are_imported_by_the_functions_that_use_them(name: str) -> None:
    found = {library.split(".")[0] for statement in at_once(MODULES[name]) for library, _ in imports(statement)}
    assert found & HEAVY == set()
