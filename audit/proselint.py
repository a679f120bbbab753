"""What is wrong with a chapter, as far as its text alone can tell: Jinja, names, Markdown, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from audit import danish, markdown, prose, wording
from audit.errors import Fault
from audit.markdown import Values

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

#: What a plan declares, by kind: "parameters", "table" and "figure".
Names = Mapping[str, set[str]]


#: The codes of faults that leave nothing more to be told of a template.
UNREADABLE = ("jinja", "tegn")


def faults(source: str, file: str, names: Names) -> list[Fault]:
    """What is wrong with a chapter, as far as its text alone can tell.

    `names` holds the parameters ("parameters"), tables ("table") and figures ("figure") of its plan.
    """
    found = name_faults(source, file, names)
    if any(fault.code in UNREADABLE for fault in found):
        return found
    return sorted(found + markdown.faults(_without_jinja(source), file))


def name_faults(source: str, file: str, names: Names) -> list[Fault]:
    """What is wrong with the Jinja of a template: its syntax, and every name that does not exist."""
    from jinja2 import TemplateSyntaxError

    if found := markdown.strange(source, file):
        return found
    sandbox = prose.environment(Values())
    try:
        tree = sandbox.parse(source)
    except TemplateSyntaxError as error:
        return [prose.syntax_fault(error, file)]
    except RecursionError:
        return [Fault(file, 1, 1, prose.TOO_DEEP, "jinja")]
    return sorted(Fault(file, number, 1, message, "navn") for number, message in _unknown(tree, sandbox, names))


_TITLES = {
    True: "kun kapitlets egen overskrift kan have et enkelt #",
    False: "et bilag kan ikke have en overskrift med et enkelt #; titlen står i planen",
}


def heading_faults(source: str, file: str, *, titled: bool) -> list[Fault]:
    """What is wrong with a chapter's headings.

    One `#`, at the start (none where the file is not `titled`, as an appendix is not); no level skipped.
    """
    found, before = [], 0 if titled else 1
    for number, text in enumerate(source.split("\n"), start=1):
        level = len(text) - len(text.lstrip("#"))
        if not level or not text[level:].startswith(" "):
            continue
        if level == 1 and not (titled and before == 0):
            found.append(Fault(file, number, 1, _TITLES[titled], "overskrift"))
        elif level > max(before, 1) + 1 or (titled and before == 0 and level > 1):
            found.append(Fault(file, number, 1, "overskriften springer et niveau over", "overskrift"))
        before = max(level, 1)
    if titled and not re.match(r"\s*# ", _without_jinja(source)):
        found.append(Fault(file, 1, 1, "filen skal begynde med kapitlets overskrift: # og en titel", "overskrift"))
    return found


def _unknown(tree: nodes.Template, sandbox: Environment, names: Names) -> Iterator[tuple[int, str]]:
    """Names, filters, tables and figures that do not exist, with their lines."""
    from jinja2 import nodes

    known = {*prose.NAMES, *names["parameters"], *sandbox.globals}
    used = tuple(tree.find_all(nodes.Name))
    own = {name.name for name in used if name.ctx != "load"} | {macro.name for macro in tree.find_all(nodes.Macro)}
    for use in used:
        if use.name not in known | own | {"loop", "caller"}:
            yield use.lineno, f'navnet "{use.name}" kendes ikke.{danish.did_you_mean(use.name, sorted(known))}'
    for call in tree.find_all(nodes.Filter):
        if call.name not in sandbox.filters:
            near = danish.did_you_mean(call.name, [helper.name for helper in wording.HELPERS])
            yield call.lineno, f'filteret "{call.name}" kendes ikke.{near}'
    for kind, lineno, name in _named(tree):
        if name not in names[kind]:
            near = danish.did_you_mean(name, sorted(names[kind]))
            yield lineno, f'planen har ikke {_KINDS[kind]} "{name}".{near}'


_KINDS = {"table": "tabellen", "figure": "figuren"}


def _named(tree: nodes.Template) -> Iterator[tuple[str, int, str]]:
    """Tables and figures named outright: ``table("x")``, ``figure("x")``, ``tables["x"]``."""
    from jinja2 import nodes

    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _KINDS and call.args:
            argument = call.args[0]
            if isinstance(argument, nodes.Const):
                yield call.node.name, call.lineno, str(argument.value)
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.node, nodes.Name) and item.node.name == "tables" and isinstance(item.arg, nodes.Const):
            yield "table", item.lineno, str(item.arg.value)


def _without_jinja(source: str) -> str:
    """The text with every line where it was: a word for each value, nothing for statements and comments."""
    from jinja2 import Environment

    text, inside = [], False
    for _, kind, value in Environment(autoescape=True).lex(source):
        inside = kind.endswith("_begin") or (inside and not kind.endswith("_end"))
        if kind == "data":
            text.append(value)
        else:
            text.append("x" * (kind == "variable_begin") + "\n" * value.count("\n"))
    return "".join(text)
