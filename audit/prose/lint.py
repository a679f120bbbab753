"""What is wrong with a chapter, judged by its text alone: Jinja, names, Markdown, headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from audit.base import danish
from audit.base.errors import Fault
from audit.document.blocks import Span
from audit.prose import chapters, helpers, markdown
from audit.prose.markdown import Anchor, PlacedBlocks, Value, Values

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

#: What a plan declares, by kind: "parameters", "table" and "figure".
NamesByKind = Mapping[str, set[str]]


#: The codes of faults after which a template cannot be checked further.
UNREADABLE = ("jinja", "tegn")


def chapter_faults(source: str, file: str, names: NamesByKind) -> list[Fault]:
    """What is wrong with a chapter, judged by its text alone.

    `names` holds the parameters ("parameters"), tables ("table") and figures ("figure") of its plan.
    """
    faults = name_faults(source, file, names)
    if any(fault.code in UNREADABLE for fault in faults):
        return faults
    text, values = _without_jinja(source)
    faults += _joined_rows(source, text, file)
    return sorted(faults + markdown.faults(_whole_tables(source, text), values, file))


def name_faults(source: str, file: str, names: NamesByKind) -> list[Fault]:
    """What is wrong with the Jinja of a template: its syntax, and every name that does not exist."""
    from jinja2 import TemplateSyntaxError

    if (faults := markdown.reserved_characters(source, file)) or not chapters.is_template(source):
        return faults
    try:
        tree = chapters.parse_template(source)
    except TemplateSyntaxError as error:
        return [chapters.syntax_fault(error, file)]
    except RecursionError:
        return [Fault(file, 1, 1, chapters.TOO_DEEP, "jinja")]
    return sorted(
        Fault(file, number, 1, message, "navn") for number, message in _unknown_names(tree, _sandbox(), names)
    )


def first_arguments(source: str, function: str) -> frozenset[str] | None:
    """What a template calls a function with outright: ``x`` of ``{{ anchor("x") }}``. None where it cannot be read."""
    from jinja2 import TemplateSyntaxError, nodes

    if not chapters.is_template(source):
        return frozenset()
    try:
        calls = chapters.parse_template(source).find_all(nodes.Call)
        return frozenset(name for _, _, name in _called(calls, (function,)))
    except (TemplateSyntaxError, RecursionError):
        return None


@cache
def _sandbox() -> Environment:
    """The environment that templates are parsed in; as none is rendered in it, it keeps nothing of them."""
    return chapters.environment(Values())


#: What a file of prose is: a chapter with its title, an appendix (titled by the plan), or part of a letter or a form.
TextKind = Literal["chapter", "appendix", "free"]

_DEEPEST = 4
_TITLES = {
    "chapter": "kun kapitlets egen overskrift kan have et enkelt #",
    "appendix": "et bilag kan ikke have en overskrift med et enkelt #; titlen står i planen",
}


def heading_faults(source: str, file: str, kind: TextKind) -> list[Fault]:
    """What is wrong with the headings of a file.

    One `#`, at the start of a chapter; none in an appendix; any number where the report has no cover ("free"). No
    level is skipped.
    """
    faults, previous = [], 1 if kind == "appendix" else 0
    plain = _without_jinja(source)[0]
    for number, text in enumerate(plain.split("\n"), start=1):
        level = len(text) - len(text.lstrip("#"))
        if not level or not text[level:].startswith(" "):
            continue
        if level > _DEEPEST:
            faults.append(Fault(file, number, 1, "en overskrift kan højst have fire #", "overskrift"))
        if level == 1 and previous and kind != "free":
            faults.append(Fault(file, number, 1, _TITLES[kind], "overskrift"))
        elif level > previous + 1:
            faults.append(Fault(file, number, 1, "overskriften springer et niveau over", "overskrift"))
        previous = level
    if kind == "chapter" and not re.match(r"\s*# ", plain):
        faults.append(Fault(file, 1, 1, "filen skal begynde med kapitlets overskrift: # og en titel", "overskrift"))
    return faults


def _unknown_names(tree: nodes.Template, sandbox: Environment, names: NamesByKind) -> Iterator[tuple[int, str]]:
    """What does not exist, with its line: names, filters, tests, tables and figures; and tags that need other files."""
    from jinja2 import nodes

    known = {*chapters.NAMES, *names["parameters"], *sandbox.globals}
    found = tuple(tree.find_all(nodes.Node))
    uses = [node for node in found if isinstance(node, nodes.Name)]
    assigned = {name.name for name in uses if name.ctx != "load"}
    assigned |= {node.name for node in found if isinstance(node, nodes.Macro)}
    for use in uses:
        if use.name not in known | assigned | {"loop", "caller"}:
            yield use.lineno, f'navnet "{use.name}" kendes ikke.{danish.did_you_mean(use.name, sorted(known))}'
    for call in found:
        if not isinstance(call, nodes.Filter | nodes.Test):
            continue
        is_filter = isinstance(call, nodes.Filter)
        if call.name not in (sandbox.filters if is_filter else sandbox.tests):
            hint = danish.did_you_mean(call.name, [helper.name for helper in helpers.HELPERS]) if is_filter else ""
            yield call.lineno, f'{"filteret" if is_filter else "testen"} "{call.name}" kendes ikke.{hint}'
    for kind, lineno, name in _constant_names(found):
        if name not in names[kind]:
            hint = danish.did_you_mean(name, sorted(names[kind]))
            yield lineno, f'planen har ikke {_KINDS[kind]} "{name}".{hint}'
    for tag in found:
        if type(tag).__name__ in _TAGS:
            yield tag.lineno, f"{{% {_TAGS[type(tag).__name__]} %}} kan ikke bruges i en rapport"


_TAGS = {"Include": "include", "Import": "import", "FromImport": "from", "Extends": "extends", "Block": "block"}
_KINDS = {"table": "tabellen", "figure": "figuren", "case_examples": "eksemplerne"}
#: The objects that are indexed by name, and the kind of that name.
_LOOKUP_KINDS = {"tables": "table", "examples": "case_examples"}


def _constant_names(found: Iterable[nodes.Node]) -> Iterator[tuple[str, int, str]]:
    """Names given as constants: ``table("x")``, ``figure("x")``, ``tables["x"]``, ``examples["x"]``."""
    from jinja2 import nodes

    yield from _called(found, _KINDS)
    for item in found:
        if not isinstance(item, nodes.Getitem):
            continue
        if isinstance(item.node, nodes.Name) and item.node.name in _LOOKUP_KINDS and isinstance(item.arg, nodes.Const):
            yield _LOOKUP_KINDS[item.node.name], item.lineno, str(item.arg.value)


def _called(found: Iterable[nodes.Node], functions: Collection[str]) -> Iterator[tuple[str, int, str]]:
    """Each call of one of these functions with a constant first: the function, the line, and the constant as text."""
    from jinja2 import nodes

    for call in found:
        if not isinstance(call, nodes.Call):
            continue
        if isinstance(call.node, nodes.Name) and call.node.name in functions and call.args:
            argument = call.args[0]
            if isinstance(argument, nodes.Const):
                yield call.node.name, call.lineno, str(argument.value)


#: The functions that put in blocks, which must stand alone.
BLOCK_FUNCTIONS = ("table", "figure", "case_example", "case_examples", "form")


def _sample_value(name: str, line: int) -> Value:
    """A sample of the value of an expression that begins with a name. Most values can be text and an address."""
    if name in BLOCK_FUNCTIONS:
        return PlacedBlocks((), line)
    if name == "anchor":
        return Anchor("-", ("", line))
    return Span("", ref="-") if name == "ref" else "https://værdi"


@lru_cache(maxsize=64)  # of a chapter both the Markdown and the headings are checked
def _without_jinja(source: str) -> tuple[str, Values]:
    """The text, line by line as it was, with a placeholder for each value and nothing for statements and comments."""
    from jinja2 import Environment

    text, values, value_begins = [], Values(), False
    for line, kind, token in Environment(autoescape=True).lex(source):
        if kind == "data":
            text.append(token)
        elif value_begins and kind == "name":
            text.append(values.put(_sample_value(token, line)))
        elif value_begins and kind not in ("whitespace", "variable_begin"):
            text.append(values.put(_sample_value("", line)))
        if kind != "data":
            text.append("\n" * token.count("\n"))
        value_begins = kind == "variable_begin" or (value_begins and kind == "whitespace")
    return "".join(text), values


def _whole_tables(source: str, text: str) -> str:
    """The text with an empty row for each line of statements between rows: a line without text would end the table."""
    lines = text.split("\n")
    statement_lines: list[int] | None = None
    for number, (source_line, text_line) in enumerate(zip(source.split("\n"), text.split("\n"), strict=False)):
        if _is_row(text_line):
            for index in statement_lines or ():
                lines[index] = "|"
            statement_lines = []
        elif text_line.strip() or not source_line.strip():
            statement_lines = None
        elif statement_lines is not None:
            statement_lines.append(number)
    return "\n".join(lines)


def _is_row(text: str) -> bool:
    return text.lstrip().startswith("|")


#: A statement or a comment at the end of a line, which takes the line break with it.
_TRIMMED_BREAK = re.compile(r"[^+][%#]\}$")


def _joined_rows(source: str, text: str, file: str) -> list[Fault]:
    """A fault for each row of a table that would swallow the next line."""
    message = "en række i en tabel kan ikke slutte med %} eller #}, for så hører næste linje med; skriv +%} eller +#}"
    lines = enumerate(zip(source.split("\n"), text.split("\n"), strict=False), start=1)
    return [
        Fault(file, number, 1, message, "markdown")
        for number, (source_line, text_line) in lines
        if _is_row(text_line) and _TRIMMED_BREAK.search(source_line)
    ]
