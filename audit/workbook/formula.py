"""Conditions and rules as Excel formulas, with the engine's three values.

They stand on a calculation sheet with one row a case and one small formula a column, so that none nests deeply: first
what each cell of the form holds, then each test, each compound condition and each rule. A column of conditions holds 1
for true, 0 for false and an empty text for unknown (see `audit.cases.routing`, which they must equal); `{row}` in a
formula stands for the number of its row. Only functions that Excel 2016 and LibreOffice both have are used.
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

#: What the value of a cell is when the workbook does not understand it.
UNREAD = "x"
_IS_UNREAD = f'="{UNREAD}"'
#: Excel's number of the first day that is not read as a date, 1 January 2100.
_LAST_DAY = 73051
_EXCEL_DAY_0 = date(1899, 12, 30)


@dataclass(frozen=True)
class SheetNames:
    """Two ranges of equal length: what an answer may be called, and the answer's position (from 1)."""

    names: str
    positions: str


@dataclass(frozen=True)
class HelperColumn:
    """One column of the calculation sheet."""

    title: str
    formula: str


class Calculation:
    """The calculation sheet of a questionnaire, column by column; remembers what it has a column for.

    `cells` is the reference to each variable's own cell (``Sager!$C{row}``), `names` what the answers of each question
    with fixed answers may be called. References that are returned are to this sheet's own columns (``$F{row}``).
    """

    def __init__(self, questionnaire: Questionnaire, cells: Mapping[str, str], names: Mapping[str, SheetNames]) -> None:
        self.questionnaire = questionnaire
        self.columns: list[HelperColumn] = []
        self._cells = cells
        self._names = names
        self._values: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._known: dict[Key | Condition | Rule | tuple[Key, Key], str] = {}

    def add(self, title: str, formula: str) -> str:
        """A new column; the reference to it."""
        self.columns.append(HelperColumn(title, f"={formula}"))
        return f"${column_letters(len(self.columns))}{{row}}"

    # --- what stands in the cells ---

    def text(self, variable: Variable) -> str:
        """The text in a variable's cell without space around it (an error value stays one)."""
        return text_of(self._cells[variable.name])

    def blank(self, variable: Variable) -> str:
        """Whether nothing stands in a variable's cell; what cannot be read is not nothing."""
        return f'IFERROR({self.text(variable)}="",FALSE)'

    def value(self, variable: Variable) -> str:
        """What an answer is: a position, 0 or 1, a day, a number, 1 for any text; empty, or `UNREAD`."""
        if variable.name not in self._values:
            self._values[variable.name] = self.add(variable.number, self._value(variable))
        return self._values[variable.name]

    def _value(self, variable: Variable) -> str:
        cell, text = self._cells[variable.name], self.text(variable)
        if variable.kind == "code":
            names = self._names[variable.question.id]
            found = f"SUMPRODUCT(({names.names}={text})*{names.positions})"
            read = f'IF({found}=0,"{UNREAD}",{found})'
        elif variable.kind == "flag":
            no = f'IF(OR({text}="0",{text}="falsk"),0,"{UNREAD}")'
            read = f'IF(ISLOGICAL({cell}),N({cell}),IF(OR({text}="1",{text}="sand"),1,{no}))'
        elif variable.kind == "date":
            read = f'IF(ISNUMBER({cell}),IF(AND({cell}>=1,{cell}<{_LAST_DAY}),INT({cell}),"{UNREAD}"),"{UNREAD}")'
        elif variable.kind == "number":
            read = f'IF(ISNUMBER({cell}),{cell},"{UNREAD}")'
        else:
            read = "1"
        return f'IFERROR(IF({text}="","",{read}),"{UNREAD}")'

    def variables(self, key: Key) -> tuple[Variable, ...]:
        """The variables that hold the answer to a question or a grid row."""
        return self.questionnaire.answers[key]

    def answered(self, key: Key) -> str:
        """A number where a question or a grid row is answered; empty, or `UNREAD`."""
        values = [self.value(variable) for variable in self.variables(key)]
        if len(values) == 1 and self.variables(key)[0].kind != "flag":
            return values[0]
        if key not in self._known:
            unread = f"OR({_each(values, _IS_UNREAD)})"
            if self.variables(key)[0].kind == "flag":  # one that is not understood makes all of them so
                formula = f'IF({unread},"{UNREAD}",IF(MAX({",".join(values)})=1,1,""))'
            else:
                formula = f'IF(COUNT({",".join(values)})>0,1,IF({unread},"{UNREAD}",""))'
            self._known[key] = self.add(f"{key} besvaret", formula)
        return self._known[key]

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
        if condition not in self._known:
            formula = self._formula(condition)
            self._known[condition] = self.add(describe(condition, self.questionnaire), formula)
        return self._known[condition]

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
        known, holds = self._known_and_holds(condition)
        formula = f'IF({known},IF({holds},1,0),"")'
        unasked = [f"{asked}=0" for asked in map(self.asked, self._questions(condition)) if asked]
        return f"IF(OR({','.join(unasked)}),0,{formula})" if unasked else formula

    def _questions(self, test: Test) -> list[Question]:
        keys = [test.key]
        if isinstance(test, Ordered | YearsAfter) and isinstance(test.other, Key):
            keys.append(test.other)
        return [self.questionnaire.by_id[key.question] for key in keys]

    def _known_and_holds(self, test: Test) -> tuple[str, str]:
        """Whether the answers that a test reads are there, and whether (if so) it holds."""
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
            known = [self._dated(test.key)]
            other = str((test.other - _EXCEL_DAY_0).days) if isinstance(test.other, date) else self._day(test.other)
            if isinstance(test.other, Key):
                known.append(self._dated(test.other))
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
            listed = ",".join(map(self.value, flags))
            return f"MAX({listed})={0 if only else 1}" if flags else "TRUE"
        variable = variables[-1]  # of a date with alternatives the status
        value = self.value(variable)
        places = [place for place, option in enumerate(variable.options, start=1) if option.code in test.answers]
        return f"OR({','.join(f'{value}={place}' for place in places)})"

    def _day(self, key: Key) -> str:
        return self.value(self.variables(key)[0])

    def _dated(self, key: Key) -> str:
        """Whether a date is given, and no alternative to it."""
        day, *status = (self.value(variable) for variable in self.variables(key))
        return f"AND(ISNUMBER({day}),NOT(ISNUMBER({status[0]})))" if status else f"ISNUMBER({day})"

    def _years(self, start: Key, end: Key) -> str:
        """Whole years from one day to another, as ages are counted: by the day of the month, never rounded."""
        if (start, end) not in self._known:
            first, last = self._day(start), self._day(end)
            months = f"(YEAR({last})-YEAR({first}))*12+MONTH({last})-MONTH({first})-IF(DAY({last})<DAY({first}),1,0)"
            formula = f'IF(AND({self._dated(start)},{self._dated(end)}),INT(({months})/12),"")'
            self._known[start, end] = self.add(f"hele år fra {start} til {end}", formula)
        return self._known[start, end]

    # --- rules ---

    def concerned(self, rule: Rule) -> str:
        """1 where a rule (written for one row, if it is for each) is breached and nothing explains it; else 0."""
        if rule not in self._known:
            when = self.truth(rule.when)
            if rule.strength == "vurdering":
                found = f"{when}=1"
            else:
                then = self.truth(rule.then)
                found = f"AND({when}=1,{then}=0)"
                if rule.both:
                    found = f"OR({found},AND({when}=0,{then}=1))"
            if rule.soft:
                found = f"AND({found},{self.blank(self.questionnaire.by_column[rule.column])})"
            self._known[rule] = self.add(rule_title(rule), f"IF({found},1,0)")
        return self._known[rule]


def text_of(cell: str) -> str:
    """The text in a cell with single spaces and none around it, as the readers of answers see it."""
    return f'TRIM(SUBSTITUTE(SUBSTITUTE({cell},"\u00a0"," "),CHAR(10)," "))'


def rule_title(rule: Rule) -> str:
    """What the column of a rule is called: ``Regel r1``, ``Regel r7/2`` for a row."""
    return f"Regel {rule.id}" if rule.row is None else f"Regel {rule.id}/{rule.row}"


def _each(references: Sequence[str], test: str) -> str:
    return ",".join(f"{reference}{test}" for reference in references)


def _between(number: str, low: float | None, high: float | None) -> str:
    limits = [f"{number}{sign}{limit!r}" for sign, limit in ((">=", low), ("<=", high)) if limit is not None]
    return f"AND({','.join(limits)})"
