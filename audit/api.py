"""A study as a pandas user meets it: what `import audit` gives."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.cases.findings import MESSAGE_KEYS, count_by_severity
from audit.document import figures
from audit.document.blocks import FigureKind
from audit.export import htmlpage, machine, presentation, tablefile
from audit.questionnaire.condition import Condition
from audit.questionnaire.model import Questionnaire
from audit.report import rendering
from audit.report.documents import ReportRequest, with_example_findings
from audit.study import source, tabulation
from audit.study.source import ReadOptions, Study
from audit.tables import frames
from audit.tables.intervals import Method
from audit.tables.spec import Of, Show, Sort, TableSpec, spec, where_condition
from audit.tables.table import Table
from audit.tables.tabulate import Tabulator

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: A filter: ``"2.8=Ja"`` (or several, which must all hold) as on the command line, or a condition as in a plan.
Where = str | Sequence[str] | Mapping[str, Any]


class DataWarning(UserWarning):
    """The data has faults, so what is counted may be wrong."""


def open(
    path: str | Path,
    schema: str | None = None,
    *,
    sheet: str | None = None,
    ignore: Collection[str] = (),
    not_cpr: Collection[str] = (),
) -> OpenStudy:
    """Open a study's folder, or a data file (.xlsx, .csv) that is filled in by the questionnaire `schema`.

    `sheet` is the sheet of a workbook, `ignore` are headers of columns to leave out, and `not_cpr` cells (``K7``) that
    you vouch for hold no CPR number. A *fejl* in the data does not raise: see `OpenStudy.findings`.
    Raises `audit.base.errors.FileFault` for what cannot be opened, DefinitionFault for faults in study.yaml or the
    questionnaire, and UsageFault.
    """
    options = ReadOptions(sheet, ignore, not_cpr)
    return OpenStudy(source.open_source(Path(path), schema_id=schema, options=options))


class OpenStudy:
    """The cases of a study with everything that is made from them."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._tabulator = Tabulator(study.cases, units=study.units)

    @property
    def title(self) -> str:
        """The study's title, or the questionnaire's where there is only a file."""
        return self._study.title or self.questionnaire.title

    @property
    def questionnaire(self) -> Questionnaire:
        """What was asked."""
        return self._study.questionnaire

    def __len__(self) -> int:
        return self._study.cases.size

    def __repr__(self) -> str:
        faults = count_by_severity(self._study.findings)["fejl"]
        return f"<{self.title} ({self.questionnaire.id}): {len(self)} sager, {faults} fejl>"

    @property
    def findings(self) -> pd.DataFrame:
        """What is wrong or missing, one row a finding in a case, with the columns of ``audit check --format json``.

        `severity` is ``fejl``, ``mangel`` or ``note``; `questions` is a list of numbers.
        """
        import pandas as pd

        study = with_example_findings(self._study)
        messages = study.cases.messages(study.findings)
        frame = pd.DataFrame([message.as_json() for message in messages], columns=MESSAGE_KEYS)
        return frame.astype({"row": "Int64"})

    def frame(self, labels: bool = True, derived: bool = True, state: bool = False) -> pd.DataFrame:
        """The cases: one row a case, one column a variable (see `audit.tables.frames.analysis_frame`)."""
        return frames.analysis_frame(self._study.cases, labels=labels, derived=derived, state=state)

    def table(
        self,
        question: str,
        by: str | None = None,
        where: Where | None = None,
        *,
        collapse: Mapping[str, Sequence[str]] | None = None,
        of: Of = "answered",
        sort: Sort = "form",
        show: Show = "counts",
    ) -> StudyTable:
        """How many cases have each answer, by `by` (default: the units; a whole grid has its own rows).

        `question` and `by` are a number (``3.1``, ``4.1/5``), a machine name (``q3_1``) or a derived variable;
        `collapse` merges answers under a new name; `of` is what percentages are of; see docs/tables.md.
        Raises `audit.base.errors.UsageFault` for what does not exist. Warns (`DataWarning`) where the data has faults.
        """
        self._warn()
        named = self.questionnaire.by_id.get(str(self.questionnaire.key_named(question)))
        is_grid = named is not None and named.type == "grid"
        rows = by if is_grid else tabulation.rows_of(self.questionnaire, by)
        table_spec = spec(self.questionnaire, question, by=rows, collapse=collapse, of=of, sort=sort, show=show)
        table = self._tabulator.table(replace(table_spec, where=self._condition(where)))
        return StudyTable(self._study, table)

    def tables(self, by: str | None = None, where: Where | None = None) -> dict[str, StudyTable]:
        """A table of every closed question, grids row by row, by its number. Raises and warns as `table` does."""
        self._warn()
        rows = tabulation.rows_of(self.questionnaire, by)
        spec(self.questionnaire, self.questionnaire.unit, by=rows)  # raises for a bad `by`
        tables = self._tabulator.all_closed(by=rows, template=TableSpec("", where=self._condition(where)))
        return {table.id: StudyTable(self._study, table) for table in tables}

    def report(
        self,
        out: str | Path,
        plan: str | None = None,
        *,
        unit: str | None = None,
        formats: Sequence[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        date: date | None = None,
        force: bool = False,
        overwrite: bool = False,
    ) -> tuple[Path, ...]:
        """Write the report into the folder `out`, as ``audit report`` does; returns the files.

        `plan` is a report plan (default: the questionnaire's own), `unit` the one it is about, `formats` some of
        ``html``, ``pdf`` and ``docx`` (default: all), `parameters` the plan's. Raises
        `audit.base.errors.DataFault` where the data has a *fejl* (unless `force`), FileFault where a file is there
        (unless `overwrite`), DefinitionFault and UsageFault.
        """
        output = rendering.Output(Path(out), rendering.parse_formats(formats), overwrite)
        request = ReportRequest(plan, unit, parameters, date, force)
        return rendering.write_report(self._study, output, request)

    def _warn(self) -> None:
        if notice := tabulation.fault_notice(self._study, see="findings"):
            warnings.warn(notice, DataWarning, stacklevel=3)

    def _condition(self, where: Where | None) -> Condition | None:
        if isinstance(where, Mapping):
            return spec(self.questionnaire, self.questionnaire.unit, where=where).where
        return where_condition(self.questionnaire, [where] if isinstance(where, str) else where or ())


class StudyTable:
    """A table of a study. The numbers are cases; they are exact, and whole only when they are shown."""

    def __init__(self, study: Study, table: Table) -> None:
        self._study = study
        self._table = table

    @property
    def id(self) -> str:
        """The number of the question, grid row or derived variable."""
        return self._table.id

    @property
    def title(self) -> str:
        """What was asked."""
        return self._table.title

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: which cases are counted, and what could be misread."""
        return self._table.notes

    @property
    def frame(self) -> pd.DataFrame:
        """The counts: one row a row (the last is "I alt"), one column an answer; both are named."""
        return self._table.frame.copy()

    @property
    def percent(self) -> pd.DataFrame:
        """Exact shares x 100 of what percentages are of (default: `base`), shaped as `frame`; missing where it is 0."""
        frame = self._table.frame
        wholes = self._by_row(self._table.wholes, "")
        return frame.div(wholes.where(wholes > 0), axis="index") * 100

    @property
    def base(self) -> pd.Series[int]:
        """How many cases answered, by row."""
        return self._by_row(self._table.base, "base")

    @property
    def unanswered(self) -> pd.Series[int]:
        """How many cases were asked and did not answer, by row."""
        return self._by_row(self._table.unanswered, "unanswered")

    @property
    def not_asked(self) -> pd.Series[int]:
        """How many cases were not asked, by row."""
        return self._by_row(self._table.not_asked, "not_asked")

    def cases(self, column: str, row: str | None = None) -> tuple[str, ...]:
        """What the cases behind a cell are called. `column` is an answer or its code, `row` by default "I alt".

        Raises KeyError for what the table does not have, and without a `row` where it has no total.
        """
        return self._table.cases(column, row)

    def long(self) -> pd.DataFrame:
        """One row a cell, with the columns of ``audit tables --out x.csv`` and `percent` (exact, 0-100)."""
        import pandas as pd

        table, shares = self._table, self.percent
        states = (table.base, table.unanswered, table.not_asked)
        rows = [
            (table.id, table.title, table.by, label, answer, code, count, *numbers, share)
            for label, *numbers, counts, percents in zip(
                table.rows, *states, table.counts.tolist(), shares.to_numpy().tolist(), strict=True
            )
            for answer, code, count, share in zip(table.columns, table.codes, counts, percents, strict=True)
        ]
        return pd.DataFrame(rows, columns=[*machine.COLUMNS, "percent"])

    def plot(self, kind: FigureKind | None = None) -> Figure:
        """The report's own figure: "bars" (the total, one bar an answer), "stacked" or "shares" (one bar a row).

        By default "bars" where there is one row or a case can have several answers, else "stacked". Raises UsageFault
        for a kind that the table cannot be drawn as.
        """
        is_whole = self._table.has_total and (len(self._table.rows) == 1 or self._table.multiple)
        kind = kind or ("bars" if is_whole else "stacked")
        block = figures.draw_figure(self._table, kind, id=self.id, caption=self.title)
        return figures.figure(block.chart)

    def to_file(
        self, path: str | Path, *, percent: bool = False, interval: Method | None = None, overwrite: bool = False
    ) -> Path:
        """Write it in the format of the ending (.xlsx .csv .json .md .html), as ``audit tables --out``; gives the path.

        With `interval` ("wilson", "clopper-pearson") each percentage has its interval. Raises UsageFault for another
        ending, FileFault where the file is there (unless `overwrite`) or cannot be written.
        """
        target = Path(path)
        tablefile.write_tables(target, [self._table], self._export(interval), percent=percent, overwrite=overwrite)
        return target

    def __repr__(self) -> str:
        return f"{presentation.table_title(self._table)}\n{self.frame}"

    def _repr_html_(self) -> str:
        """The table as a notebook shows it: counts, then base and states, and the notes under it."""
        return htmlpage.html_fragment(self._table)

    def _export(self, interval: Method | None = None) -> presentation.Export:
        return tabulation.describe_export(self._study, self._table.by, interval)

    def _by_row(self, numbers: Sequence[int], name: str) -> pd.Series[int]:
        import pandas as pd

        return pd.Series(numbers, index=self._table.frame.index, name=name, dtype="int64")
