"""Conditions and rules as Excel formulas, with the engine's three values.

They are on a calculation sheet with one row per case and one small formula per column, so that none nests deeply: first
the value of each cell of the form, then each test, each compound condition and each rule. A condition's column holds 1
for true, 0 for false and an empty text for unknown (it must agree with `audit.cases.routing`); `{row}` in a formula
is replaced by its row number. Only functions that Excel 2016 and LibreOffice both have are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.files.cells import column_letters
from audit.questionnaire.condition import (
    All,
    Answered,
    AnyOf,
    Between,
    Condition,
    Key,
    Not,
    OneOf,
    Only,
    Ordered,
    Test,
    YearsAfter,
)
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Question, Questionnaire, Rule, Variable

#: The value of a cell that the workbook does not understand.
UNREAD = "x"
_IS_UNREAD = f'="{UNREAD}"'
#: Excel's number of the first day that is not accepted as a date, 1 January 2100.
_LAST_DAY = 73051
_EXCEL_DAY_0 = date(1899, 12, 30)


@dataclass(frozen=True)
class NameRanges:
    """Two ranges of equal length: the names of the answers, and the position (from 1) of each name's answer."""

    names: str
    positions: str


@dataclass(frozen=True)
class HelperColumn:
    """One column of the calculation sheet."""

    title: str
    formula: str


class Calculation:
    """The calculation sheet of a questionnaire, column by column; remembers what already has a column.

    `cells` is the reference to each variable's own cell (``Sager!$C{row}``), `names` the names of the answers of each
    question with fixed answers. References that are returned are to this sheet's own columns (``$F{row}``).
    """

    def __init__(self, questionnaire: Questionnaire, cells: Mapping[str, str], names: Mapping[str, NameRanges]) -> None:
        self.questionnaire = questionnaire
        self.columns: list[HelperColumn] = []
        self._cells = cells
        self._names = names
        self._values: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._references: dict[Key | Condition | Rule | tuple[Key, Key], str] = {}

    def add(self, title: str, formula: str) -> str:
        """A new column; the reference to it."""
        self.columns.append(HelperColumn(title, f"={formula}"))
        return f"${column_letters(len(self.columns))}{{row}}"

    # --- the values of the cells ---

    def text(self, variable: Variable) -> str:
        """The text in a variable's cell without space around it (an error value stays an error)."""
        return trimmed_text(self._cells[variable.name])

    def blank(self, variable: Variable) -> str:
        """Whether a variable's cell is empty; content that cannot be read is not."""
        return f'IFERROR({self.text(variable)}="",FALSE)'

    def value(self, variable: Variable) -> str:
        """The value of an answer: a position, 0 or 1, a day, a number, 1 for any text; empty, or `UNREAD`."""
        if variable.name not in self._values:
            self._values[variable.name] = self.add(variable.number, self._value(variable))
        return self._values[variable.name]

    def _value(self, variable: Variable) -> str:
        cell, text = self._cells[variable.name], self.text(variable)
        if variable.kind == "code":
            names = self._names[variable.question.id]
            position = f"SUMPRODUCT(({names.names}={text})*{names.positions})"
            reading = f'IF({position}=0,"{UNREAD}",{position})'
        elif variable.kind == "flag":
            no = f'IF(OR({text}="0",{text}="falsk"),0,"{UNREAD}")'
            reading = f'IF(ISLOGICAL({cell}),N({cell}),IF(OR({text}="1",{text}="sand"),1,{no}))'
        elif variable.kind == "date":
            reading = f'IF(ISNUMBER({cell}),IF(AND({cell}>=1,{cell}<{_LAST_DAY}),INT({cell}),"{UNREAD}"),"{UNREAD}")'
        elif variable.kind == "number":
            reading = f'IF(ISNUMBER({cell}),{cell},"{UNREAD}")'
        else:
            reading = "1"
        return f'IFERROR(IF({text}="","",{reading}),"{UNREAD}")'

    def variables(self, key: Key) -> tuple[Variable, ...]:
        """The variables that hold the answer to a question or a grid row."""
        return self.questionnaire.answers[key]

    def answered(self, key: Key) -> str:
        """A number where a question or a grid row is answered; empty, or `UNREAD`."""
        values = [self.value(variable) for variable in self.variables(key)]
        if len(values) == 1 and self.variables(key)[0].kind != "flag":
            return values[0]
        if key not in self._references:
            unread = f"OR({_each(values, _IS_UNREAD)})"
            if self.variables(key)[0].kind == "flag":  # if one is not understood, none is
                formula = f'IF({unread},"{UNREAD}",IF(MAX({",".join(values)})=1,1,""))'
            else:
                formula = f'IF(COUNT({",".join(values)})>0,1,IF({unread},"{UNREAD}",""))'
            self._references[key] = self.add(f"{key} besvaret", formula)
        return self._references[key]

    # --- conditions ---

    def asked(self, question: Question) -> str | None:
        """Whether a question is asked; None for one that always is."""
        if question.asked_when is None:
            return None
        if question.id not in self._asked:
            self._asked[question.id] = self.add(f"{question.id} stillet", self.truth(question.asked_when))
        return self._asked[question.id]

    def truth(self, condition: Condition) -> str:
        """Whether a bound condition holds."""
        if condition not in self._references:
            formula = self._formula(condition)
            self._references[condition] = self.add(describe(condition, self.questionnaire), formula)
        return self._references[condition]

    def _formula(self, condition: Condition) -> str:
        if isinstance(condition, Not):
            part = self.truth(condition.part)
            return f'IF({part}="","",1-{part})'
        if isinstance(condition, All | AnyOf):
            parts = [self.truth(part) for part in condition.parts]
            decisive, function = (0, "MIN") if isinstance(condition, All) else (1, "MAX")
            known, listed = f"COUNT({','.join(parts)})", ",".join(parts)
            settled = f'IF({function}({listed})={decisive},{decisive},IF({known}={len(parts)},{1 - decisive},""))'
            return f'IF({known}=0,"",{settled})'
        known, holds = self._known_and_true(condition)
        formula = f'IF({known},IF({holds},1,0),"")'
        unasked = [f"{asked}=0" for asked in map(self.asked, self._questions(condition)) if asked]
        return f"IF(OR({','.join(unasked)}),0,{formula})" if unasked else formula

    def _questions(self, test: Test) -> list[Question]:
        keys = [test.key]
        if isinstance(test, Ordered | YearsAfter) and isinstance(test.other, Key):
            keys.append(test.other)
        return [self.questionnaire.by_id[key.question] for key in keys]

    def _known_and_true(self, test: Test) -> tuple[str, str]:
        """Two formulas: whether the answers that a test reads are there, and whether (if so) it holds."""
        if isinstance(test, OneOf | Only):
            return f"ISNUMBER({self.answered(test.key)})", self._chosen(test)
        if isinstance(test, Answered):
            unread = _each([self.value(variable) for variable in self.variables(test.key)], _IS_UNREAD)
            answered = f"ISNUMBER({self.answered(test.key)})"
            return f"NOT(OR({unread}))", answered if test.yes else f"NOT({answered})"
        if isinstance(test, Between):
            number = self.value(self.variables(test.key)[0])
            return f"ISNUMBER({number})", _between(number, test.low, test.high)
        if isinstance(test, Ordered):
            known = [self._has_date(test.key)]
            other = str((test.other - _EXCEL_DAY_0).days) if isinstance(test.other, date) else self._day(test.other)
            if isinstance(test.other, Key):
                known.append(self._has_date(test.other))
            return f"AND({','.join(known)})", f"{self._day(test.key)}{'>' if test.later else '<'}{other}"
        if isinstance(test, YearsAfter):
            years = self._years(test.other, test.key)
            return f"ISNUMBER({years})", _between(years, test.low, test.high)
        raise TypeError(f"a test of an unknown kind: {test}")

    def _chosen(self, test: OneOf | Only) -> str:
        variables = self.variables(test.key)
        if variables[0].kind == "flag":
            only = isinstance(test, Only)
            flags = [v for v in variables if v.option and (v.option.code in test.answers) is not only]
            values = ",".join(map(self.value, flags))
            return f"MAX({values})={0 if only else 1}" if flags else "TRUE"
        variable = variables[-1]  # for a date with alternatives, its status
        value = self.value(variable)
        places = [place for place, option in enumerate(variable.options, start=1) if option.code in test.answers]
        return f"OR({','.join(f'{value}={place}' for place in places)})"

    def _day(self, key: Key) -> str:
        return self.value(self.variables(key)[0])

    def _has_date(self, key: Key) -> str:
        """Whether a date is given, and no alternative to it."""
        day, *status = (self.value(variable) for variable in self.variables(key))
        return f"AND(ISNUMBER({day}),NOT(ISNUMBER({status[0]})))" if status else f"ISNUMBER({day})"

    def _years(self, start: Key, end: Key) -> str:
        """Whole years from one day to another, as ages are counted: by the day of the month, never rounded."""
        if (start, end) not in self._references:
            first, last = self._day(start), self._day(end)
            months = f"(YEAR({last})-YEAR({first}))*12+MONTH({last})-MONTH({first})-IF(DAY({last})<DAY({first}),1,0)"
            formula = f'IF(AND({self._has_date(start)},{self._has_date(end)}),INT(({months})/12),"")'
            self._references[start, end] = self.add(f"hele år fra {start} til {end}", formula)
        return self._references[start, end]

    # --- rules ---

    def breached(self, rule: Rule) -> str:
        """1 where a rule (or its instance for one row) is breached and nothing explains it; else 0."""
        if rule not in self._references:
            when = self.truth(rule.when)
            if rule.strength == "vurdering":
                breach = f"{when}=1"
            else:
                then = self.truth(rule.then)
                breach = f"AND({when}=1,{then}=0)"
                if rule.both:
                    breach = f"OR({breach},AND({when}=0,{then}=1))"
            if rule.soft:
                breach = f"AND({breach},{self.blank(self.questionnaire.by_column[rule.column])})"
            self._references[rule] = self.add(rule_title(rule), f"IF({breach},1,0)")
        return self._references[rule]


def trimmed_text(cell: str) -> str:
    """The text in a cell with single spaces and none around it, as the readers of answers see it."""
    return f'TRIM(SUBSTITUTE(SUBSTITUTE({cell},"\u00a0"," "),CHAR(10)," "))'


def rule_title(rule: Rule) -> str:
    """The title of a rule's column: ``Regel r1``, ``Regel r7/2`` for a row."""
    return f"Regel {rule.id}" if rule.row is None else f"Regel {rule.id}/{rule.row}"


def _each(references: Sequence[str], test: str) -> str:
    return ",".join(f"{reference}{test}" for reference in references)


def _between(number: str, low: float | None, high: float | None) -> str:
    limits = [f"{number}{sign}{limit!r}" for sign, limit in ((">=", low), ("<=", high)) if limit is not None]
    return f"AND({','.join(limits)})"
