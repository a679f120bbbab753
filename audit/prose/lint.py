"""What is wrong with a chapter, as far as its text alone can tell: Jinja, names, Markdown, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal

from audit.base import danish
from audit.base.errors import Fault
from audit.document.blocks import Span
from audit.prose import chapters, helpers, markdown
from audit.prose.markdown import Anchor, Placed, Value, Values

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

#: What a plan declares, by kind: "parameters", "table" and "figure".
NamesByKind = Mapping[str, set[str]]


#: The codes of faults that leave nothing more to be told of a template.
UNREADABLE = ("jinja", "tegn")


def faults(source: str, file: str, names: NamesByKind) -> list[Fault]:
    """What is wrong with a chapter, as far as its text alone can tell.

    `names` holds the parameters ("parameters"), tables ("table") and figures ("figure") of its plan.
    """
    found = name_faults(source, file, names)
    if any(fault.code in UNREADABLE for fault in found):
        return found
    text, values = _without_jinja(source)
    found += _joined_rows(source, text, file)
    return sorted(found + markdown.faults(_whole_tables(source, text), values, file))


def name_faults(source: str, file: str, names: NamesByKind) -> list[Fault]:
    """What is wrong with the Jinja of a template: its syntax, and every name that does not exist."""
    from jinja2 import TemplateSyntaxError

    if (found := markdown.strange(source, file)) or not chapters.is_template(source):
        return found
    try:
        tree = chapters.parsed(source)
    except TemplateSyntaxError as error:
        return [chapters.syntax_fault(error, file)]
    except RecursionError:
        return [Fault(file, 1, 1, chapters.TOO_DEEP, "jinja")]
    return sorted(Fault(file, number, 1, message, "navn") for number, message in _unknown(tree, _sandbox(), names))


@cache
def _sandbox() -> Environment:
    """What templates are read in; as none is rendered in it, it keeps nothing of them."""
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
    found, before = [], 1 if kind == "appendix" else 0
    plain = _without_jinja(source)[0]
    for number, text in enumerate(plain.split("\n"), start=1):
        level = len(text) - len(text.lstrip("#"))
        if not level or not text[level:].startswith(" "):
            continue
        if level > _DEEPEST:
            found.append(Fault(file, number, 1, "en overskrift kan højst have fire #", "overskrift"))
        if level == 1 and before and kind != "free":
            found.append(Fault(file, number, 1, _TITLES[kind], "overskrift"))
        elif level > before + 1:
            found.append(Fault(file, number, 1, "overskriften springer et niveau over", "overskrift"))
        before = level
    if kind == "chapter" and not re.match(r"\s*# ", plain):
        found.append(Fault(file, 1, 1, "filen skal begynde med kapitlets overskrift: # og en titel", "overskrift"))
    return found


def _unknown(tree: nodes.Template, sandbox: Environment, names: NamesByKind) -> Iterator[tuple[int, str]]:
    """What does not exist, with its line: names, filters, tests, tables and figures; and tags that need other files."""
    from jinja2 import nodes

    known = {*chapters.NAMES, *names["parameters"], *sandbox.globals}
    used = tuple(tree.find_all(nodes.Name))
    own = {name.name for name in used if name.ctx != "load"} | {macro.name for macro in tree.find_all(nodes.Macro)}
    for use in used:
        if use.name not in known | own | {"loop", "caller"}:
            yield use.lineno, f'navnet "{use.name}" kendes ikke.{danish.did_you_mean(use.name, sorted(known))}'
    for call in tree.find_all((nodes.Filter, nodes.Test)):
        is_filter = isinstance(call, nodes.Filter)
        if call.name not in (sandbox.filters if is_filter else sandbox.tests):
            near = danish.did_you_mean(call.name, [helper.name for helper in helpers.HELPERS]) if is_filter else ""
            yield call.lineno, f'{"filteret" if is_filter else "testen"} "{call.name}" kendes ikke.{near}'
    for kind, lineno, name in _named(tree):
        if name not in names[kind]:
            near = danish.did_you_mean(name, sorted(names[kind]))
            yield lineno, f'planen har ikke {_KINDS[kind]} "{name}".{near}'
    for tag in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)):
        yield tag.lineno, f"{{% {_TAGS[type(tag).__name__]} %}} kan ikke bruges i en rapport"


_TAGS = {"Include": "include", "Import": "import", "FromImport": "from", "Extends": "extends", "Block": "block"}
_KINDS = {"table": "tabellen", "figure": "figuren", "case_examples": "eksemplerne"}
#: What is looked up by name, and what kind that name is of.
_LOOKED_UP = {"tables": "table", "examples": "case_examples"}


def _named(tree: nodes.Template) -> Iterator[tuple[str, int, str]]:
    """What is named outright: ``table("x")``, ``figure("x")``, ``tables["x"]``, ``examples["x"]``."""
    from jinja2 import nodes

    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _KINDS and call.args:
            argument = call.args[0]
            if isinstance(argument, nodes.Const):
                yield call.node.name, call.lineno, str(argument.value)
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.node, nodes.Name) and item.node.name in _LOOKED_UP and isinstance(item.arg, nodes.Const):
            yield _LOOKED_UP[item.node.name], item.lineno, str(item.arg.value)


#: What puts in blocks, which stand alone.
STANDING = ("table", "figure", "case_example", "case_examples", "form")


def _stand_in(name: str, line: int) -> Value:
    """What stands for a value that begins with a name while a text is looked at. Most can be text and an address."""
    if name in STANDING:
        return Placed((), line)
    if name == "anchor":
        return Anchor("-", ("", line))
    return Span("", ref="-") if name == "ref" else "https://værdi"


def _without_jinja(source: str) -> tuple[str, Values]:
    """The text with every line where it was: a placeholder for each value, nothing for statements and comments."""
    from jinja2 import Environment

    text, values, opened = [], Values(), False
    for line, kind, token in Environment(autoescape=True).lex(source):
        if kind == "data":
            text.append(token)
        elif opened and kind == "name":
            text.append(values.put(_stand_in(token, line)))
        elif opened and kind not in ("whitespace", "variable_begin"):
            text.append(values.put(_stand_in("", line)))
        if kind != "data":
            text.append("\n" * token.count("\n"))
        opened = kind == "variable_begin" or (opened and kind == "whitespace")
    return "".join(text), values


def _whole_tables(source: str, text: str) -> str:
    """The text with an empty row for each line of statements between rows: a line without text would end the table."""
    lines = text.split("\n")
    between: list[int] | None = None
    for number, (written, left) in enumerate(zip(source.split("\n"), text.split("\n"), strict=False)):
        if _is_row(left):
            for place in between or ():
                lines[place] = "|"
            between = []
        elif left.strip() or not written.strip():
            between = None
        elif between is not None:
            between.append(number)
    return "\n".join(lines)


def _is_row(text: str) -> bool:
    return text.lstrip().startswith("|")


#: A statement or a comment at the end of a line, whose line break is left out with it.
_SWALLOWING = re.compile(r"[^+][%#]\}$")


def _joined_rows(source: str, text: str, file: str) -> list[Fault]:
    """Rows of tables that the line below would become a part of."""
    message = "en række i en tabel kan ikke slutte med %} eller #}, for så hører næste linje med; skriv +%} eller +#}"
    lines = enumerate(zip(source.split("\n"), text.split("\n"), strict=False), start=1)
    return [
        Fault(file, number, 1, message, "markdown")
        for number, (written, left) in lines
        if _is_row(left) and _SWALLOWING.search(written)
    ]
