"""Cases of the sample as studies of their own: for the tests of what one kommune gets."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from handmade import PUBLISHED
from oddstudies import WRONG_DANISH
from places import SAMPLE

from audit.base import danish
from audit.document.blocks import Document, FigureBlock, Heading, ListBlock, Note, Paragraph, TableBlock
from audit.study import source
from audit.study.source import Study
from audit.tables.table import TOTAL

Case = dict[str, str]

UNITS = tuple(unit for unit in PUBLISHED["3.1"] if unit != TOTAL)
#: The official numbers of the kommuner, which the cases have.
NUMBERS = dict(
    zip(UNITS, ("851", "751", "240", "561", "147", "217", "860", "316", "661", "326", "370", "479", "540"), strict=True)
)
#: A case that is wrong for none of the usual reasons, and one without LÆ 265.
OTHERWISE_WRONG, WITHOUT_DOCTOR = "40", "38"


@cache
def cases() -> tuple[Case, ...]:
    """The cases of the sample, as cases.csv has them."""
    with (SAMPLE / "cases.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def of(unit: str) -> list[Case]:
    """The cases of a kommune."""
    return [case for case in cases() if case["kommune"] == NUMBERS[unit]]


def some(unit: str, right: int, wrong: int, blank: int = 0) -> list[Case]:
    """So many right and wrong cases of the sample, made the kommune's own, and some without an answer to 3.1.

    The right ones have no mistake at all, the wrong ones lack information.
    """
    good = [case for case in cases() if case["q3_1"] == "1" and not _mistakes(case)]
    bad = [case for case in cases() if case["q3_1"] == "2" and case["q3_2"] == "3"]
    chosen = [*good[:right], *bad[:wrong], *({**case, "q3_1": ""} for case in good[right : right + blank])]
    return [{**case, "kommune": NUMBERS[unit]} for case in chosen]


def _mistakes(case: Case) -> bool:
    return "3" in (case["q3_2"], case["q3_3"], case["q3_4"], case["q4_2"], case["q4_6"]) or case["q4_4"] in ("3", "4")


def made(folder: Path, chosen: Iterable[Case], units: Sequence[str], **parameters: str) -> Study:
    """A study of some cases, with its parameters."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sager.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(cases()[0]))
        writer.writeheader()
        writer.writerows(chosen)
    given = "".join(f'  {name}: "{text}"\n' for name, text in parameters.items())
    text = f"study: proeve\ntitle: Prøve\nschema: fleksjob-2016\ndata: sager.csv\nunits: [{', '.join(units)}]\n"
    (folder / "study.yaml").write_text(text + (f"parameters:\n{given}" if given else ""), encoding="utf-8")
    return source.open_source(folder)


@dataclass(frozen=True)
class Private:
    """What there is to tell of a case: its number, and everything that no other kommune may see."""

    number: str
    born: tuple[str, ...]
    written: frozenset[str]

    @classmethod
    def of(cls, case: Case) -> Private:
        """What a case of the sample holds."""
        day = date.fromisoformat(case["q1_1"])
        names = [name for name in case if name.endswith("_bem") or name.startswith("begr_")]
        written = frozenset(flat(case[name]) for name in names if case[name].strip())
        return cls(case["sagsnr"], (danish.long_date(day), day.isoformat()), written)


def flat(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def numbers(text: str) -> set[str]:
    """The numbers of cases that a text tells as such: "Sag 12", "sagen nr. 12", "Sagsnr. 12"."""
    return set(re.findall(r"\bsag(?:en|snr\.|snummer)? (?:nr\. )?([0-9]+)\b(?!\.[0-9])", text, re.IGNORECASE))


def words(document: Document) -> str:
    """Title, headings, prose and captions, one a line."""
    return "\n".join((document.title, document.subtitle, document.publisher, *_lines(document)))


def _lines(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph | Note):
            yield "".join(span.text for span in block.spans)
        elif isinstance(block, ListBlock):
            yield from ("".join(span.text for span in item) for item in block.items)
        elif isinstance(block, TableBlock | FigureBlock):
            yield block.caption


#: What cannot be Danish, whatever is told, and what has lost its space.
WRONG = (*WRONG_DANISH, r"[a-zæøå][A-ZÆØÅ]", r"[0-9][a-zæøå]", r"\.[A-ZÆØÅ]")


def wrong_danish(text: str) -> list[str]:
    """Every line with something that cannot be Danish, what is to be filled in and the name of a form left out."""
    told = re.sub(r"\[Forvaltningen udfylder[^]]*\]|\[udvalget\]|LÆ 265", "…", text).split("\n")
    return [line for line in told for pattern in WRONG if re.search(pattern, line)]
