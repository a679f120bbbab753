"""Coding: from the cells of a file to columns of codes, with a finding for every cell that cannot be read.

Each distinct value of a column is read once; what it becomes is then looked up for every row.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from audit.base import danish
from audit.base.danish import listing, undisguised
from audit.base.errors import Place
from audit.cases import readers
from audit.cases.codes import Column, Mask, code_type, encode_texts
from audit.cases.columns import Cases, Origin
from audit.cases.findings import Finding, finding
from audit.cases.headers import ColumnTarget, Headers, match_headers
from audit.cases.readers import Reader
from audit.cases.routing import Routing
from audit.files.cells import BadCell, Cell
from audit.files.datasheet import DataSheet
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Questionnaire, Variable

_T = TypeVar("_T")


@dataclass(frozen=True)
class CodedSheet:
    """The cases of a file and the findings from reading it."""

    cases: Cases
    findings: tuple[Finding, ...]


def code_sheet(sheet: DataSheet, questionnaire: Questionnaire, *, ignore: Collection[str] = ()) -> CodedSheet:
    """The cases of a sheet. `ignore` are headers of columns to leave out.

    Nothing is refused here: what cannot be read is a finding, and its cell counts as unreadable.
    """
    headers = match_headers(sheet, questionnaire, ignore=ignore)
    coder = _Coder(sheet, questionnaire, headers)
    cases = coder.cases()
    notes = [_note(note, Place(file=sheet.file)) for note in sheet.notes]
    place = Place(file=sheet.file, sheet=sheet.sheet)
    notes.extend(_note(note, place) for note in coder.notes())
    missing = _missing_columns(cases, headers.guessed, place) if cases.size else [finding("ingen-sager", place=place)]
    return CodedSheet(cases, (*notes, *headers.findings, *missing, *coder.findings, *coder.merged_cells()))


def _note(text: str, place: Place) -> Finding:
    return finding("laest", place=place, values={"text": text})


# --- columns that are not there ---------------------------------------------------------------------------------------


def _missing_columns(cases: Cases, guessed: Collection[str], place: Place) -> Iterator[Finding]:
    """Columns that the file lacks: a fault for each that some case must answer, one note for all the optional ones."""
    missing = [
        variable
        for variable in cases.questionnaire.variables
        if not cases.has(variable.name) and variable.name not in guessed
    ]
    routing = Routing(cases)
    for question in cases.questionnaire.questions:
        demanded = [variable for variable in missing if variable.question is question and not variable.optional]
        if demanded and routing.asked(question.id).true.any():
            all_flags = question.type == "choices" and len(demanded) == len(question.options)
            numbers = [question.id] if all_flags else [variable.number for variable in demanded]
            names = [question.title] if question.identification else numbers
            yield finding("manglende-kolonne", place=place, questions=numbers, values={"number": listing(names)})
    optional = [variable.number for variable in missing if variable.optional and variable.role != "status"]
    if optional:
        yield finding("valgfri-kolonner", place=place, values={"numbers": listing(optional)})


# --- columns that are there -------------------------------------------------------------------------------------------


class _Coder:
    """Reads the columns of one sheet into `data`, with a finding for what cannot be read."""

    def __init__(self, sheet: DataSheet, questionnaire: Questionnaire, headers: Headers) -> None:
        self.sheet = sheet
        self.questionnaire = questionnaire
        self.targets = headers.targets
        self.data: dict[str, Column] = {}
        self.texts: dict[str, tuple[str, ...]] = {}
        self.unreadable: dict[str, Mask] = {name: self._every_row() for name in headers.guessed}
        self.findings: list[Finding] = []
        #: Words that the file writes for nothing: they stand where they can mean nothing else.
        self._nothing: set[str] = set()
        self._floats: list[ColumnTarget] = []
        self._merged_cells: dict[BadCell, tuple[int, list[ColumnTarget]]] = {}

    def cases(self) -> Cases:
        """Read everything."""
        for index, target in sorted(self.targets.items(), key=_reading_order):
            self._read_column(self.sheet.columns[index], target)
        for question in self.questionnaire.questions:
            if question.type == "choices":
                self._spread_unreadable(self.questionnaire.answers[Key(question.id)])
        size = len(self.sheet.rows)
        return Cases(self.questionnaire, size, self.data, self.texts, self.unreadable, self._origin())

    def merged_cells(self) -> Iterator[Finding]:
        """One finding for each range of merged cells, however many columns it covers."""
        for cell, (row, targets) in self._merged_cells.items():
            yield self._finding(readers.bad_cell_fault(cell), [row], targets)

    def notes(self) -> Iterator[str]:
        """What was read as something else than what stands there, in Danish."""
        if self._nothing:
            words = listing(f'"{word}"' for word in sorted(self._nothing))
            yield f"{words} er læst som tomme celler."
        if self._floats:
            names = listing([_label(target) for target in self._floats])
            yield f'"1.0" er læst som 1 i {names}, hvor alle tal står sådan.'

    def _every_row(self) -> Mask:
        return np.ones(len(self.sheet.rows), dtype=np.bool_)

    def _read_column(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """Read one column of the sheet into the variables of its target."""
        variable = target.variables[0]
        if target.several:
            self._read_several(cells, target)
        elif variable.kind == "code":
            self._read_column_with(cells, target, readers.code_reader(variable), 0, code_type(len(variable.options)))
        elif variable.kind == "flag":
            self._read_column_with(cells, target, readers.read_flag, 0, np.uint8)
        elif variable.kind == "number":
            read = readers.number_reader(decimal_point=readers.has_decimal_point(set(cells)))
            self._read_column_with(cells, target, read, np.nan, np.float64)
        elif variable.kind == "text":
            self._read_text(cells, target)
        else:
            self._read_date(cells, target)

    def _read_column_with(
        self, cells: Sequence[Cell], target: ColumnTarget, read: Reader[_T], blank: _T, dtype: npt.DTypeLike
    ) -> None:
        self.data[target.name] = _lookup(cells, self._read_cells(cells, target, read, blank), dtype)

    def _read_text(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """A text, as its position among the different texts."""
        is_key = target.question.id in self.questionnaire.key
        read: Reader[str] = readers.key_reader if is_key else readers.text_reader(target.variables[0])
        texts = self._read_cells(cells, target, read, "")
        texts |= dict.fromkeys([cell for cell, text in texts.items() if text in self._nothing], "")
        if target.question.identification:
            self._undisguise(cells, target, texts)
        if is_key and any(isinstance(cell, int) for cell in texts):
            place = Place(file=self.sheet.file, sheet=self.sheet.sheet, column=target.name)
            self.findings.append(finding("noegle-tal", place=place, values={"number": _label(target)}))
        positions, different_texts = encode_texts(list(texts.values()))
        table = dict(zip(texts, positions.tolist(), strict=True))
        self.data[target.name] = _lookup(cells, table, np.int32)
        self.texts[target.name] = different_texts

    def _undisguise(self, cells: Sequence[Cell], target: ColumnTarget, texts: dict[Cell, str]) -> None:
        """Make the texts of an identification what they look like, with a note of what is changed."""
        if readers.are_floats(texts.values()):
            self._floats.append(target)
        else:
            self._note_disguises(cells, target, {cell: text for cell, text in texts.items() if isinstance(cell, str)})
        texts |= {cell: undisguised(text) for cell, text in texts.items()}

    def _note_disguises(self, cells: Sequence[Cell], target: ColumnTarget, texts: Mapping[Cell, str]) -> None:
        """A note for each text that looks like another, in the rows that have it."""
        disguises = {cell: danish.disguise(text) for cell, text in texts.items() if not text.isascii() or ".0" in text}
        disguises = {cell: disguise for cell, disguise in disguises.items() if disguise}
        for cell, rows in _rows_by_cell(cells, disguises).items():
            values = (("shown", disguises[cell]), ("plain", undisguised(texts[cell])))
            self.findings.append(self._finding(readers.CellFault("forklaedt", values), rows, [target]))

    def _read_several(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """One column with the answers of a question, separated by semicolons."""
        none: frozenset[str] = frozenset()
        codes = self._read_cells(cells, target, readers.several_reader(target.question.options), none)
        for variable in target.variables:
            flags = {cell: variable.option is not None and variable.option.code in codes[cell] for cell in codes}
            self.data[variable.name] = _lookup(cells, flags, np.uint8)

    def _read_date(self, cells: Sequence[Cell], target: ColumnTarget) -> None:
        """A date, or the code or wording of an alternative to it."""
        status = self.questionnaire.by_column.get(f"{target.name}_status")
        table = self._read_cells(cells, target, readers.date_reader(status.options if status else ()), None)
        days = {cell: value if isinstance(value, date) else None for cell, value in table.items()}
        self.data[target.name] = _lookup(cells, days, "datetime64[D]")
        if status is not None:
            positions = {cell: value if isinstance(value, int) else 0 for cell, value in table.items()}
            self._merge_status(status, _lookup(cells, positions, np.uint8), target)

    def _merge_status(self, status: Variable, alternatives: Column, target: ColumnTarget) -> None:
        """Merge the alternatives in the date's own column with those in the column for them."""
        statuses = self.data.get(status.name)
        if statuses is None:
            self.data[status.name] = alternatives
            return
        clash = (statuses != 0) & (alternatives != 0) & (statuses != alternatives)
        for first, second in dict.fromkeys(zip(statuses[clash].tolist(), alternatives[clash].tolist(), strict=True)):
            options = {"one": status.options[first - 1].shown, "other": status.options[second - 1].shown}
            rows = np.flatnonzero((statuses == first) & (alternatives == second)).tolist()
            values = {"number": target.number, **options}
            variables = [target.name, status.name]
            self.findings.append(
                finding("to-alternativer", rows, variables=variables, questions=[target.number], values=values)
            )
        self.data[status.name] = np.where(clash, 0, np.maximum(statuses, alternatives)).astype(np.uint8)
        if clash.any():
            self._mark_unreadable(status.name, clash)

    def _spread_unreadable(self, variables: Sequence[Variable]) -> None:
        """Where one column of a several-answer question is missing or unreadable, the whole question is."""
        masks = [self.unreadable[variable.name] for variable in variables if variable.name in self.unreadable]
        present = [variable.name for variable in variables if variable.name in self.data]
        if present and len(present) < len(variables):
            masks.append(self._every_row())
        if not masks:
            return
        unreadable = np.logical_or.reduce(masks)
        self.unreadable.update((variable.name, unreadable) for variable in variables)
        self.data.update((name, np.where(unreadable, 0, self.data[name]).astype(np.uint8)) for name in present)

    def _origin(self) -> Origin:
        columns: dict[str, tuple[int, str]] = {}
        for index, target in self.targets.items():
            column = (self.sheet.first_column + index, self.sheet.header[index])
            columns.update((variable.name, column) for variable in target.variables)
        for name in self.data.keys() - columns.keys():  # a status that stands in the date's own column
            columns[name] = columns[name.removesuffix("_status")]
        sheet = self.sheet
        return Origin(sheet.file, sheet.sheet, sheet.rows, columns, cells=sheet.sheet is not None)

    # --- what cannot be read ---

    def _read_cells(self, cells: Sequence[Cell], target: ColumnTarget, read: Reader[_T], blank: _T) -> dict[Cell, _T]:
        """What each distinct cell becomes: `blank` where it cannot be read, with a finding."""
        table: dict[Cell, _T] = {None: blank}
        faults: dict[Cell, readers.CellFault] = {}
        distinct = set(cells) - {None}
        plain = {} if target.variables[0].kind == "text" else self._plain_texts(cells, target, distinct)
        for cell in distinct:
            value = readers.bad_cell_fault(cell) if isinstance(cell, BadCell) else read(plain.get(cell, cell))
            if isinstance(value, readers.CellFault) and isinstance(cell, str) and cell.strip() in readers.NOTHING:
                self._nothing.add(cell.strip())
                value = blank
            if isinstance(value, readers.CellFault):
                faults[cell] = value
            table[cell] = blank if isinstance(value, readers.CellFault) else value
        if faults:
            self._add_findings(cells, faults, target)
            unreadable = np.fromiter((cell in faults for cell in cells), np.bool_, len(cells))
            for variable in target.variables:
                self._mark_unreadable(variable.name, unreadable)
        return table

    def _plain_texts(self, cells: Sequence[Cell], target: ColumnTarget, distinct: set[Cell]) -> dict[Cell, str]:
        """The answers that look like others, as they look; each is noted."""
        texts: dict[Cell, str] = {
            cell: cell for cell in distinct if isinstance(cell, str) and not cell.isascii() and danish.disguise(cell)
        }
        self._note_disguises(cells, target, texts)
        return {cell: undisguised(text) for cell, text in texts.items()}

    def _mark_unreadable(self, name: str, mask: Mask) -> None:
        self.unreadable[name] = self.unreadable[name] | mask if name in self.unreadable else mask

    def _add_findings(
        self, cells: Sequence[Cell], faults: Mapping[Cell, readers.CellFault], target: ColumnTarget
    ) -> None:
        for cell, rows in _rows_by_cell(cells, faults).items():
            if isinstance(cell, BadCell) and cell.code == "flettet":
                self._merged_cells.setdefault(cell, (rows[0], []))[1].append(target)
            else:
                self.findings.append(self._finding(faults[cell], rows, [target]))

    def _finding(self, fault: readers.CellFault, rows: Sequence[int], targets: Sequence[ColumnTarget]) -> Finding:
        names = [variable.name for target in targets for variable in target.variables]
        values = {"number": _label(targets[0]), **dict(fault.values)}
        numbers = [target.number for target in targets]
        return finding(fault.code, rows, variables=names, questions=numbers, values=values)


def _rows_by_cell(cells: Sequence[Cell], sought: Container[Cell]) -> dict[Cell, list[int]]:
    """For each of the cells that are sought the rows that have it, in the order of the first."""
    rows_by_cell: dict[Cell, list[int]] = {}
    for row, cell in enumerate(cells if sought else ()):
        if cell in sought:
            rows_by_cell.setdefault(cell, []).append(row)
    return rows_by_cell


def _reading_order(item: tuple[int, ColumnTarget]) -> int:
    """A date column may fill in its status column, so that one is read first; texts come when `_nothing` is known."""
    return {"date": 1, "text": 2}.get(item[1].variables[0].kind, 0)


def _label(target: ColumnTarget) -> str:
    return target.question.title if target.question.identification else target.number


def _lookup(cells: Sequence[Cell], table: Mapping[Cell, object], dtype: npt.DTypeLike) -> Column:
    places = dict(zip(table, range(len(table)), strict=True))
    return np.array(list(table.values()), dtype)[np.fromiter(map(places.__getitem__, cells), np.intp, len(cells))]
