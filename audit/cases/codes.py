"""Answers as compact columns of codes, one entry per case.

Codes are kept as the position of the option (1, 2, …) with 0 for blank, in the smallest integer that holds them;
several answers as one 0/1 column per answer; texts as the position among the different texts of their column, with 0
for blank; dates as datetime64[D], numbers as float64.
Whether a question was asked is not stored: `audit.cases.routing` derives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from audit.questionnaire.condition import Key
from audit.questionnaire.model import Questionnaire, Variable

Column = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Codes:
    """Answers to a questionnaire. A variable without an entry in `data` was not in the file (it reads as blank)."""

    questionnaire: Questionnaire
    size: int
    data: Mapping[str, Column]
    #: The different texts of each text column, sorted: position 1 is the first.
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Rows of a column whose cell could not be read: neither answered nor unanswered.
    unreadable: Mapping[str, Mask] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the variable was in the file."""
        return name in self.data

    def column(self, variable: Variable) -> Column:
        """A variable's column, one entry per case (see the module for what an entry is)."""
        column = self.data.get(variable.name)
        return self._blank(variable) if column is None else column

    def _blank(self, variable: Variable) -> Column:
        if variable.kind == "date":
            return np.full(self.size, np.datetime64("NaT", "D"))
        if variable.kind == "number":
            return np.full(self.size, np.nan)
        return np.zeros(self.size, dtype=np.int32 if variable.kind == "text" else np.uint8)

    def strings(self, variable: Variable) -> list[str]:
        """A column as texts, one per case: texts, short wordings, dates in ISO form; blank where it is open."""
        column = self.column(variable)
        if variable.kind in ("code", "text"):
            names = [option.title for option in variable.options] or self.texts.get(variable.name, ())
            return list(map(["", *names].__getitem__, column.tolist()))
        is_answered = is_filled(variable, column)
        render = "{:.15g}".format if variable.kind == "number" else str
        return [render(value) if answered else "" for value, answered in zip(column, is_answered, strict=True)]

    def answered(self, key: Key) -> Mask:
        """Which cases have an answer to a question or a grid row (whether or not it was asked)."""
        mask = np.zeros(self.size, dtype=np.bool_)
        for variable in self.questionnaire.answers[key]:
            if self.has(variable.name):
                mask |= is_filled(variable, self.data[variable.name])
        return mask

    def unreadable_in(self, key: Key) -> Mask | None:
        """Which cases have an unreadable cell in the answer; None when there is none at all."""
        masks = [
            self.unreadable[variable.name]
            for variable in self.questionnaire.answers[key]
            if variable.name in self.unreadable
        ]
        return np.logical_or.reduce(masks) if masks else None


def is_filled(variable: Variable, column: Column) -> Mask:
    """Which entries of a column are not blank."""
    if variable.kind == "date":
        return ~np.isnat(column)
    if variable.kind == "number":
        return ~np.isnan(column)
    mask: Mask = column != 0
    return mask


def code_type(options: int) -> type[np.unsignedinteger[Any]]:
    """The smallest unsigned integer that holds this many options and blank."""
    return np.uint8 if options < 256 else np.uint16


def encode_texts(values: Sequence[str]) -> tuple[Column, tuple[str, ...]]:
    """Texts as positions (0 for the empty one), and the distinct texts, sorted, that the positions stand for."""
    distinct = sorted(set(values) - {""})
    positions = {"": 0, **{text: position for position, text in enumerate(distinct, start=1)}}
    return np.fromiter(map(positions.__getitem__, values), np.int32, len(values)), tuple(distinct)
