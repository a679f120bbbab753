"""Tables made by hand from the published figures, so that documents can be tested without cases; and the sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import yaml
from places import ROOT, SAMPLE

from audit.document.blocks import DRAFT, INTERNAL, PRELIMINARY, Block, Document, Stamp
from audit.prose.chapters import Facts
from audit.questionnaire import schemas
from audit.report import compose, inputs, planfile
from audit.study import source
from audit.study.source import Study
from audit.tables.table import TOTAL, Table

SURVEY = yaml.safe_load((SAMPLE / "published.yaml").read_text(encoding="utf-8"))
PUBLISHED = SURVEY["bilag_4"]

RIGHT = (
    "Ja, afgørelsen er i overensstemmelse med regler og praksis",
    "Nej, afgørelsen ville blive ændret eller sagen hjemvist, hvis det var en klagesag",
)
INFORMED = (
    "Ingen oplysninger mangler",
    "Enkelte mindre væsentlige oplysninger mangler",
    "Væsentlige oplysninger mangler",
)
DEGREE = ("I høj grad", "I nogen grad", "Nej eller i meget ringe grad")
COLUMNS = {"3.1": RIGHT, "3.2": INFORMED, "3.3": DEGREE, "3.4": DEGREE}


def table(
    columns: Sequence[str],
    counts: Mapping[str, Sequence[int]] | Sequence[int],
    *,
    id: str = "1.1",
    title: str = "Spørgsmål",
    multiple: bool = False,
    base: Sequence[int] = (),
    **more: object,
) -> Table:
    """A table: one row of counts, or rows by unit (the total must be given)."""
    by = "kommune" if isinstance(counts, Mapping) else None
    rows = counts if isinstance(counts, Mapping) else {TOTAL: counts}
    matrix = np.array([list(row) for row in rows.values()], dtype=np.int64)
    zeros = (0,) * len(rows)
    return Table(
        id=id,
        title=title,
        by=by,
        rows=tuple(rows),
        columns=tuple(columns),
        codes=tuple(str(code) for code in range(1, len(columns) + 1)),
        counts=matrix,
        base=tuple(base) or tuple(int(total) for total in matrix.sum(axis=1)),
        multiple=multiple,
        **{"unanswered": zeros, "not_asked": zeros, **more},  # type: ignore[arg-type]
    )


def grid(counts: Mapping[str, Sequence[int]], *, unanswered: Sequence[int] = (), **more: object) -> Table:
    """A whole grid of Ja and Nej: one row a grid row and no total."""
    zeros = (0,) * len(counts)
    made = table(("Ja", "Nej"), counts, id="4.1", unanswered=tuple(unanswered) or zeros, **more)
    return replace(made, by=None)


def by_unit(question: str) -> Table:
    """A table of Bilag 4."""
    return table(COLUMNS[question], PUBLISHED[question], id=question, title=f"Spørgsmål {question}")


def whole(question: str) -> Table:
    """The last row of a table of Bilag 4."""
    return table(COLUMNS[question], PUBLISHED[question][TOTAL], id=question, title=f"Spørgsmål {question}", show="both")


QUESTIONNAIRE = schemas.load(ROOT / "schemas" / "fleksjob-2016.yaml")

FACTS = Facts(
    cases=130,
    unit="kommune",
    units=tuple(unit for unit in PUBLISHED["3.1"] if unit != TOTAL),
    questionnaire="Måleskema",
    subject="fleksjob til borgere med aktuelt meget begrænset arbejdsevne",
    first_decision=date(2013, 5, 11),
    last_decision=date(2015, 6, 16),
    decisions={2013: 6, 2014: 21, 2015: 103},
    study={"requested": "130", "received": "130"},
    laws=tuple((QUESTIONNAIRE.laws or {}).values()),
)


#: Each stamp, and two at once, by the words that are to stand on every page.
STAMPED = {
    "KLADDE": (DRAFT,),
    "Foreløbig - i høring": (PRELIMINARY,),
    "Intern arbejdskopi": (INTERNAL,),
    "KLADDE · Intern arbejdskopi": (DRAFT, INTERNAL),
}


def no_form(case: str, level: int) -> tuple[Block, ...]:
    """In place of the questionnaire nothing, so that pages hold the report alone."""
    return ()


@cache
def sample_study() -> Study:
    """The sample that comes along."""
    return source.open_source(SAMPLE)


@cache
def fleksjob_report(*stamps: Stamp, **given: str) -> Document:
    """The report of the 2016 survey from the sample, all but the questionnaire."""
    chosen, sample = planfile.load_by_id("praksisundersoegelse"), sample_study()
    made = replace(inputs.report_inputs(chosen, sample), form=no_form)
    return compose.compose_document(chosen, made, {**sample.parameters, **given}, date=date(2016, 3, 1), stamps=stamps)
