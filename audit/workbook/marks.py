"""What the scoring workbook says about a case: the mark of each cell, and what a case lacks, as formulas.

The same findings as `audit.cases.checks`, but for CPR numbers, which only an import looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from audit.questionnaire.condition import Key
from audit.questionnaire.model import Question, Questionnaire, Rule, Variable, variables_of
from audit.workbook.formula import UNREAD, Calculation, text_of

#: What stands between the parts of a key.
_BETWEEN = "␟"


class Mark(IntEnum):
    """What is said of a cell; the cells of the sheet of marks hold the number."""

    NOT_ASKED = 1
    MISSING = 2
    UNEXPLAINED = 3
    BREACHED = 4
    NOT_WANTED = 5
    UNREAD = 6


@dataclass(frozen=True)
class Marks:
    """References to the calculation sheet's columns, and the formula of each cell that may have a mark.

    `answers`, `remarks`, `rules` and `reasons` count what is missing, or breached, in a case; `listed` holds the ids
    of the rules that are breached or unexplained.
    """

    cells: Mapping[str, str]
    used: str
    answers: str
    remarks: str
    rules: str
    reasons: str
    listed: str


def marks(calculation: Calculation, cells: Mapping[str, str], used: str, last_row: int) -> Marks:
    """The marks of a questionnaire's cells. `used` is the formula for whether anything stands in a row."""
    return _Marking(calculation, cells, used, last_row).marks()


class _Marking:
    """Adds the columns that marks are made of to the calculation sheet, each kind side by side."""

    def __init__(self, calculation: Calculation, cells: Mapping[str, str], used: str, last_row: int) -> None:
        self.calculation = calculation
        self.questionnaire: Questionnaire = calculation.questionnaire
        self.cells = cells
        self.last_row = last_row
        self.used = calculation.add("Rækken er i brug", used)
        self.missing: dict[Key, str] = {}
        self.remarks: dict[str, list[str]] = {}
        self.faults: dict[Key, list[str]] = {}
        self.instances: dict[Rule, str] = {}

    def marks(self) -> Marks:
        questionnaire, calculation = self.questionnaire, self.calculation
        for key in questionnaire.answers:
            calculation.answered(key)
            calculation.asked(questionnaire.by_id[key.question])
        self.instances = {rule: calculation.concerned(rule) for rule in questionnaire.instances}
        self.missing = {key: self._open(key) for key in questionnaire.answers if self._demanded(key)}
        self._demand_remarks()
        self._find_faults()
        skal = [self._whole(rule) for rule in questionnaire.rules if not rule.soft]
        soft = [self._whole(rule) for rule in questionnaire.rules if rule.soft]
        answers = self._sum("Mangler svar", self.missing.values())
        remarks = self._sum("Mangler bemærkning", [one for several in self.remarks.values() for one in several])
        rules, reasons = self._sum("Brudte regler", skal), self._sum("Mangler begrundelse", soft)
        listed = self._listed([*skal, *soft])
        return Marks(dict(self._cells()), self.used, answers, remarks, rules, reasons, listed)

    # --- what a case lacks ---

    def _demanded(self, key: Key) -> bool:
        return not self.questionnaire.by_id[key.question].supplement

    def _open(self, key: Key) -> str:
        """1 where a question is asked and open."""
        asked = self.calculation.asked(self.questionnaire.by_id[key.question])
        terms = [f"{self.used}=1", f'{self.calculation.answered(key)}=""', *([f"{asked}=1"] if asked else [])]
        return self.calculation.add(f"{key} mangler", f"IF(AND({','.join(terms)}),1,0)")

    def _demand_remarks(self) -> None:
        """Where an answer demands a remark that is not written."""
        for key, variables in self.questionnaire.answers.items():
            question = self.questionnaire.by_id[key.question]
            chosen = [
                f"{self.calculation.value(variable)}={place}"
                for variable in variables
                for place, option in enumerate([variable.option] if variable.option else variable.options, start=1)
                if option.remark
            ]
            if chosen:
                self._demand_remark(key, question, chosen)

    def _demand_remark(self, key: Key, question: Question, chosen: Sequence[str]) -> None:
        fields = {variable.key: variable for variable in variables_of(question) if variable.role == "remark"}
        remark = fields.get(key) or fields[Key(question.id)]  # a row of a grid may have one of its own
        asked = self.calculation.asked(question)
        counted = [f"ISNUMBER({self.calculation.answered(key)})", *([f"{asked}<>0"] if asked else [])]
        terms = [*counted, f"OR({','.join(chosen)})", self.calculation.blank(remark)]
        found = self.calculation.add(f"{key} bemærkning mangler", f"IF(AND({','.join(terms)}),1,0)")
        self.remarks.setdefault(remark.name, []).append(found)

    def _sum(self, title: str, references: Iterable[str]) -> str:
        """The sum of columns, which stand in any order."""
        listed = list(references)
        parts = [f"SUM({','.join(listed[start : start + 200])})" for start in range(0, len(listed), 200)]
        return self.calculation.add(title, "+".join(parts) or "0")

    # --- what is wrong with a case ---

    def _find_faults(self) -> None:
        for rule, reference in self.instances.items():
            if not rule.soft:
                self._fault(rule.keys, reference)
        for question in self.questionnaire.questions:
            key = Key(question.id)
            if question.type == "choices" and any(option.exclusive for option in question.options):
                self._fault([key], self._exclusive(key))
            elif question.type == "date" and len(self.questionnaire.answers[key]) > 1:
                given = [f"ISNUMBER({self.calculation.value(one)})" for one in self.questionnaire.answers[key]]
                title = f"{key} dato og alternativ"
                self._fault([key], self.calculation.add(title, f"IF(AND({','.join(given)}),1,0)"))
        self._fault([Key(name) for name in self.questionnaire.key], self._repeated())

    def _fault(self, keys: Iterable[Key], reference: str) -> None:
        for key in keys:
            self.faults.setdefault(key, []).append(reference)

    def _exclusive(self, key: Key) -> str:
        """1 where an answer that excludes all others stands together with another."""
        variables = self.questionnaire.answers[key]
        flags = {variable: self.calculation.value(variable) for variable in variables}
        alone = [flag for variable, flag in flags.items() if variable.option and variable.option.exclusive]
        answered = f"ISNUMBER({self.calculation.answered(key)})"
        several = f"SUM({','.join(flags.values())})>1"
        formula = f"IF(AND({answered},{several},MAX({','.join(alone)})=1),1,0)"
        return self.calculation.add(f"{key} udelukkende svar", formula)

    def _repeated(self) -> str:
        """1 where another row has the same key, in any case of letters."""
        variables = [self.questionnaire.answers[Key(name)][0] for name in self.questionnaire.key]
        values = [self.calculation.value(variable) for variable in variables]
        parts = [
            text_of(self.cells[variable.name]) if variable.kind == "text" else value
            for variable, value in zip(variables, values, strict=True)
        ]
        there = ",".join(f"ISNUMBER({value})" for value in values)
        joined = f'&"{_BETWEEN}"&'.join(parts)
        key = self.calculation.add("Nøgle", f'IF(AND({there}),{joined},"")')
        column = key.removesuffix("{row}")
        same = f"SUMPRODUCT(--({column}$2:{column}${self.last_row}={key}))"
        return self.calculation.add("Samme nøgle", f'IF({key}="",0,IF({same}>1,1,0))')

    def _whole(self, rule: Rule) -> str:
        """1 where a rule (of one row at least) is breached or unexplained."""
        rows = [self.instances[one] for one in self.questionnaire.instances_of(rule)]
        return self.calculation.add(f"Regel {rule.id} i alt", f"MAX({','.join(rows)})")

    def _listed(self, found: Sequence[str]) -> str:
        """The ids of the rules, one added a column, so that no formula grows with the number of rules."""
        rules = sorted(self.questionnaire.rules, key=lambda rule: rule.soft)
        before = '""'
        for rule, reference in zip(rules, found, strict=True):
            text = f'{before}&IF({reference}=1,IF({before}="","",", ")&"{rule.id}","")'
            before = self.calculation.add(f"Regler til og med {rule.id}", text)
        return before

    # --- the marks ---

    def _cells(self) -> Iterable[tuple[str, str]]:
        for variable in self.questionnaire.variables:
            if variable.role == "reason":
                yield variable.name, self._used(self._reason(variable))
            elif variable.role == "remark":
                formula = self._remark(variable)
                if formula is not None:
                    yield variable.name, self._used(formula)
            else:
                yield variable.name, self._used(self._answer(variable))

    def _used(self, formula: str) -> str:
        return f'=IF({self._there(self.used)}=0,"",{formula})'

    @staticmethod
    def _there(reference: str) -> str:
        """A reference to the calculation sheet from another."""
        return f"Beregning!{reference}"

    def _any(self, references: Sequence[str]) -> str:
        return f"MAX({','.join(map(self._there, references))})=1"

    def _answer(self, variable: Variable) -> str:
        key, value = variable.key, self._there(self.calculation.value(variable))
        formula = f'IF({self._there(self.missing[key])}=1,{Mark.MISSING},"")' if key in self.missing else '""'
        soft = [reference for rule, reference in self.instances.items() if rule.soft and key in rule.keys]
        for references, mark in ((soft, Mark.UNEXPLAINED), (self.faults.get(key, []), Mark.BREACHED)):
            if references:
                formula = f"IF({self._any(references)},{mark},{formula})"
        asked = self.calculation.asked(variable.question)
        if asked:
            given = f"ISNUMBER({self._there(self.calculation.answered(key))})"
            filled = f"AND({given},{value}=1)" if variable.kind == "flag" else f"ISNUMBER({value})"
            unwanted = f"IF({filled},{Mark.NOT_WANTED},{Mark.NOT_ASKED})"
            formula = f"IF({self._there(asked)}=0,{unwanted},{formula})"
        return f'IF({value}="{UNREAD}",{Mark.UNREAD},{formula})'

    def _remark(self, variable: Variable) -> str | None:
        """None for a remark that is never demanded of a question that is always asked."""
        asked, formula = self.calculation.asked(variable.question), '""'
        if asked:
            unasked = f"AND({self._there(asked)}=0,{self.calculation.blank(variable)})"
            formula = f"IF({unasked},{Mark.NOT_ASKED},{formula})"
        if variable.name in self.remarks:
            formula = f"IF({self._any(self.remarks[variable.name])},{Mark.MISSING},{formula})"
        return formula if formula != '""' else None

    def _reason(self, variable: Variable) -> str:
        instances = [reference for rule, reference in self.instances.items() if rule.column == variable.name]
        wanted = f"IF({self._any(instances)},{Mark.MISSING},{Mark.NOT_ASKED})"
        return f'IF({self.calculation.blank(variable)},{wanted},"")'
