"""Reads the tokens of a Markdown text: its blocks and their lines, and a table's rows and their faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from audit.base.danish import counted
from audit.document.blocks import Alignment

if TYPE_CHECKING:
    from markdown_it.token import Token

#: The beginning of a table's title, which is the paragraph right before it.
TITLE = "Tabel:"
#: Between the cells of a row; behind a backslash it is text.
_PIPE = re.compile(r"(?<!\\)\|")


def split_blocks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each outermost block."""
    start = 0
    while start < len(tokens):
        depths = accumulate(token.nesting for token in tokens[start:])
        end = next(index for index, depth in enumerate(depths, start=start + 1) if depth == 0)
        yield tokens[start:end]
        start = end


def line_of(token: Token) -> int:
    """The line that a token begins on, counted from 0."""
    return token.map[0] if token.map else 0


def is_title(block: list[Token]) -> bool:
    """Whether a block is the title of a table as written (the text of its values does not count)."""
    return block[0].type == "paragraph_open" and f"{block[1].content} ".startswith((f"{TITLE} ", f"{TITLE}\n"))


def is_row(block: list[Token]) -> bool:
    """Whether a block is a paragraph that begins as a row of a table."""
    return block[0].type == "paragraph_open" and block[1].content.startswith("|")


def table_rows(table: list[Token]) -> list[list[Token]]:
    """The cells of each row of a table, its header first."""
    rows: list[list[Token]] = []
    for token in table:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows


def alignment(table: list[Token]) -> tuple[Alignment, ...]:
    """The alignment of each column of a table: right where its dashes end but do not begin with a colon, else left."""
    heads = (token for token in table if token.type == "th_open")
    return tuple("right" if head.attrs.get("style") == "text-align:right" else "left" for head in heads)


#: The fault of lines that begin as a row outside a table.
NO_TABLE = (
    "en linje, der begynder med |, skal høre til en tabel: først overskrifterne, lige under dem en linje som |---|---| "
    "med lige så mange felter og derefter rækkerne, alt sammen uden tomme linjer imellem"
)


def row_fault(line: str, columns: int) -> str:
    """What is wrong with a line that a table with `columns` columns has taken as a row; empty where nothing is."""
    line = line.strip()
    if not line.startswith("|"):
        return "en række i en tabel skal begynde med |; hører linjen ikke til tabellen, så sæt en tom linje før den"
    cells = len(_PIPE.split(line.removeprefix("|").removesuffix("|")))
    return f"rækken har {counted(cells, 'felt', 'felter')}, og tabellen har kun {columns}" if cells > columns else ""
