"""Tables made by hand from the published figures, so that documents can be tested without cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from audit import plan, report, schema
from audit.document import DRAFT, INTERNAL, PRELIMINARY, Block, Document, Stamp
from audit.prose import Facts
from audit.tables import TOTAL, Table

ROOT = Path(__file__).resolve().parent.parent
SURVEY = yaml.safe_load((ROOT / "data-samples/fleksjob-2016/published.yaml").read_text(encoding="utf-8"))
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
SEXES = ("Mand", "Kvinde")
AGES = {
    "Under 30 år": (1, 12),
    "30-39 år": (4, 26),
    "40-49 år": (19, 20),
    "50-59 år": (19, 18),
    "60 år og derover": (2, 9),
    TOTAL: (45, 85),
}
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
    nought = (0,) * len(rows)
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
        **{"unanswered": nought, "not_asked": nought, **more},  # type: ignore[arg-type]
    )


def grid(counts: Mapping[str, Sequence[int]], *, unanswered: Sequence[int] = (), **more: object) -> Table:
    """A whole grid of Ja and Nej: one row a grid row and no total."""
    nought = (0,) * len(counts)
    made = table(("Ja", "Nej"), counts, id="4.1", unanswered=tuple(unanswered) or nought, **more)
    return replace(made, by=None)


def by_unit(question: str) -> Table:
    """A table of Bilag 4."""
    return table(COLUMNS[question], PUBLISHED[question], id=question, title=f"Spørgsmål {question}")


def whole(question: str) -> Table:
    """The last row of a table of Bilag 4."""
    return table(COLUMNS[question], PUBLISHED[question][TOTAL], id=question, title=f"Spørgsmål {question}", show="both")


def fleksjob_tables() -> dict[str, Table]:
    """The tables of the plan `praksisundersoegelse`, with the published figures."""
    can = ("Ja", "Nej", "Uoplyst")
    good = ("I høj grad", "I nogen grad", "Nej")
    return {
        "afgoerelse": whole("3.1"),
        "maalgruppe": whole("3.3"),
        "smaa-fleksjob": table(DEGREE, PUBLISHED["3.4"][TOTAL], id="3.4"),
        "oplysninger": whole("3.2"),
        "udvikling": table(can, (42, 80, 8), id="2.8", show="both"),
        "plan": table(good, (100, 23, 7), id="4.2", show="both"),
        "laege": table((*good, "LÆ 265 er ikke indhentet"), (90, 31, 8, 1), id="4.4", show="both"),
        "begrundelse": table(good, (109, 12, 9), id="4.6", show="both"),
        "maalgruppe-afgoerelse": table(RIGHT, (88, 5), id="3.1"),
        "smaa-i-maalgruppen": table(DEGREE, (76, 3, 14), id="3.4"),
        "smaa-fleksjob-afgoerelse": table(RIGHT, (77, 2), id="3.1"),
        "smaa-fleksjob-udvikling": table(can, (32, 40, 7), id="2.8"),
        "fastholdelse": table(("Ja", "Nej"), (9, 121), id="fastholdelse"),
        "koen-alder": replace(table(SEXES, AGES, id="1.2", title="Køn"), by="aldersgruppe"),
        "koen-unge": table(SEXES, (5, 38), id="1.2", title="Køn"),
        "afgoerelse-kommune": by_unit("3.1"),
        "oplysninger-kommune": by_unit("3.2"),
        "maalgruppe-kommune": by_unit("3.3"),
        "smaa-fleksjob-kommune": by_unit("3.4"),
    }


QUESTIONNAIRE = schema.load(ROOT / "schemas" / "fleksjob-2016.yaml")


def no_form(case: str, level: int) -> tuple[Block, ...]:
    """In place of the questionnaire nothing, so that pages hold the report alone."""
    return ()


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

#: The files that tell the results, by which the formats are tried.
RESULTS = ("hovedresultater.md", "kommuner.md", "bilag-4.md")


def fleksjob_report(*stamps: Stamp, **given: str) -> Document:
    """The results of the 2016 survey as a report, from the published figures."""
    whole = plan.find("praksisundersoegelse")
    parts = {
        name: [one for one in getattr(whole.definition, name) if one.file in RESULTS]
        for name in ("chapters", "appendices")
    }
    chosen = replace(whole, definition=whole.definition.model_copy(update=parts))
    material = report.Material(FACTS, fleksjob_tables())
    return report.compose(chosen, material, given, date=date(2016, 3, 1), stamps=stamps)
