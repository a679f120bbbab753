"""What the scoring workbook says about a case: the mark of each cell, and what the case lacks, as formulas.

The same findings as `audit.cases.checks`, except for CPR numbers, which only an import looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from audit.questionnaire.condition import Key
from audit.questionnaire.model import Question, Questionnaire, Rule, Variable
from audit.workbook.formula import UNREAD, Calculation, trimmed_text

#: The separator of the parts of a key.
_BETWEEN = "␟"


class Mark(IntEnum):
    """The verdict on a cell; the cells of the sheet of marks hold its number."""

    NOT_ASKED = 1
    MISSING = 2
    UNEXPLAINED = 3
    BREACHED = 4
    FORBIDDEN = 5
    UNREAD = 6


@dataclass(frozen=True)
class Marks:
    """References to the calculation sheet's columns, and the formula of each cell that may have a mark.

    `answers`, `remarks`, `rules` and `reasons` count what is missing, or breached, in a case; `rule_ids`
    holds the ids of the rules that are breached or unexplained.
    """

    cells: Mapping[str, str]
    used: str
    answers: str
    remarks: str
    rules: str
    reasons: str
    rule_ids: str


def mark_formulas(calculation: Calculation, cells: Mapping[str, str], used: str, last_row: int) -> Marks:
    """The marks of a questionnaire's cells. `used` is the formula for whether a row has any content."""
    return _Marking(calculation, cells, used, last_row).marks()


class _Marking:
    """Adds the columns for the marks to the calculation sheet, kind by kind."""

    def __init__(self, calculation: Calculation, cells: Mapping[str, str], used: str, last_row: int) -> None:
        self.calculation = calculation
        self.questionnaire: Questionnaire = calculation.questionnaire
        self.cells = cells
        self.last_row = last_row
        self.used = calculation.add("Rækken er i brug", used)
        self.missing: dict[Key, str] = {}
        self.remarks: dict[str, list[str]] = {}
        self.faults: dict[Key, list[str]] = {}
        self.unexplained: dict[Key, list[str]] = {}
        self.instances: dict[Rule, str] = {}

    def marks(self) -> Marks:
        questionnaire, calculation = self.questionnaire, self.calculation
        for key in questionnaire.answers:
            calculation.answered(key)
            calculation.asked(questionnaire.by_id[key.question])
        self.instances = {rule: calculation.breached(rule) for rule in questionnaire.instances}
        self.missing = {key: self._missing_answer(key) for key in questionnaire.answers if self._is_demanded(key)}
        self._add_remarks()
        self._add_faults()
        hard_rules = [self._any_row(rule) for rule in questionnaire.rules if not rule.soft]
        soft_rules = [self._any_row(rule) for rule in questionnaire.rules if rule.soft]
        answers = self._sum("Mangler svar", self.missing.values())
        remarks = self._sum(
            "Mangler bemærkning", [reference for references in self.remarks.values() for reference in references]
        )
        rules, reasons = self._sum("Brudte regler", hard_rules), self._sum("Mangler begrundelse", soft_rules)
        rule_ids = self._breached_ids([*hard_rules, *soft_rules])
        return Marks(dict(self._cells()), self.used, answers, remarks, rules, reasons, rule_ids)

    # --- what a case lacks ---

    def _is_demanded(self, key: Key) -> bool:
        return not self.questionnaire.by_id[key.question].supplement

    def _missing_answer(self, key: Key) -> str:
        """1 where a question is asked and open."""
        asked = self.calculation.asked(self.questionnaire.by_id[key.question])
        terms = [f"{self.used}=1", f'{self.calculation.answered(key)}=""', *([f"{asked}=1"] if asked else [])]
        return self.calculation.add(f"{key} mangler", f"IF(AND({','.join(terms)}),1,0)")

    def _add_remarks(self) -> None:
        """Add a column for each answer that demands a remark, where the remark is missing."""
        for key, variables in self.questionnaire.answers.items():
            question = self.questionnaire.by_id[key.question]
            chosen = [
                f"{self.calculation.value(variable)}={place}"
                for variable in variables
                for place, option in enumerate([variable.option] if variable.option else variable.options, start=1)
                if option.remark
            ]
            if chosen:
                self._add_remark(key, question, chosen)

    def _add_remark(self, key: Key, question: Question, chosen: Sequence[str]) -> None:
        fields = self.questionnaire.remarks
        remark = fields.get(key) or fields[Key(question.id)]  # a row of a grid may have one of its own
        asked = self.calculation.asked(question)
        demanded = [f"ISNUMBER({self.calculation.answered(key)})", *([f"{asked}<>0"] if asked else [])]
        terms = [*demanded, f"OR({','.join(chosen)})", self.calculation.blank(remark)]
        missing = self.calculation.add(f"{key} bemærkning mangler", f"IF(AND({','.join(terms)}),1,0)")
        self.remarks.setdefault(remark.name, []).append(missing)

    def _sum(self, title: str, references: Iterable[str]) -> str:
        """The sum of columns, whatever their order."""
        all_references = list(references)
        parts = [
            f"SUM({','.join(all_references[start : start + 200])})" for start in range(0, len(all_references), 200)
        ]
        return self.calculation.add(title, "+".join(parts) or "0")

    # --- what is wrong with a case ---

    def _add_faults(self) -> None:
        for rule, reference in self.instances.items():
            _add_reference(self.unexplained if rule.soft else self.faults, rule.keys, reference)
        for question in self.questionnaire.questions:
            key = Key(question.id)
            if question.type == "choices" and any(option.exclusive for option in question.options):
                _add_reference(self.faults, [key], self._exclusive(key))
            elif question.type == "date" and len(self.questionnaire.answers[key]) > 1:
                dates = [
                    f"ISNUMBER({self.calculation.value(variable)})" for variable in self.questionnaire.answers[key]
                ]
                title = f"{key} dato og alternativ"
                reference = self.calculation.add(title, f"IF(AND({','.join(dates)}),1,0)")
                _add_reference(self.faults, [key], reference)
        _add_reference(self.faults, [Key(name) for name in self.questionnaire.key], self._repeated())

    def _exclusive(self, key: Key) -> str:
        """1 where an answer that excludes all others is combined with another."""
        variables = self.questionnaire.answers[key]
        flags = {variable: self.calculation.value(variable) for variable in variables}
        alone = [flag for variable, flag in flags.items() if variable.option and variable.option.exclusive]
        answered = f"ISNUMBER({self.calculation.answered(key)})"
        several = f"SUM({','.join(flags.values())})>1"
        formula = f"IF(AND({answered},{several},MAX({','.join(alone)})=1),1,0)"
        return self.calculation.add(f"{key} udelukkende svar", formula)

    def _repeated(self) -> str:
        """1 where another row has the same key, ignoring case."""
        variables = [self.questionnaire.answers[Key(name)][0] for name in self.questionnaire.key]
        values = [self.calculation.value(variable) for variable in variables]
        parts = [
            trimmed_text(self.cells[variable.name]) if variable.kind == "text" else value
            for variable, value in zip(variables, values, strict=True)
        ]
        all_given = ",".join(f"ISNUMBER({value})" for value in values)
        joined = f'&"{_BETWEEN}"&'.join(parts)
        key = self.calculation.add("Nøgle", f'IF(AND({all_given}),{joined},"")')
        column = key.removesuffix("{row}")
        same = f"SUMPRODUCT(--({column}$2:{column}${self.last_row}={key}))"
        return self.calculation.add("Samme nøgle", f'IF({key}="",0,IF({same}>1,1,0))')

    def _any_row(self, rule: Rule) -> str:
        """1 where a rule is breached or unexplained (in at least one row)."""
        rows = [self.instances[instance] for instance in self.questionnaire.instances_of(rule)]
        return self.calculation.add(f"Regel {rule.id} i alt", f"MAX({','.join(rows)})")

    def _breached_ids(self, references: Sequence[str]) -> str:
        """The ids of the breached rules, one added per column, so that no formula grows with the number of rules."""
        rules = sorted(self.questionnaire.rules, key=lambda rule: rule.soft)
        so_far = '""'
        for rule, reference in zip(rules, references, strict=True):
            text = f'{so_far}&IF({reference}=1,IF({so_far}="","",", ")&"{rule.id}","")'
            so_far = self.calculation.add(f"Regler til og med {rule.id}", text)
        return so_far

    # --- the marks ---

    def _cells(self) -> Iterable[tuple[str, str]]:
        for variable in self.questionnaire.variables:
            if variable.role == "reason":
                yield variable.name, self._if_used(self._reason(variable))
            elif variable.role == "remark":
                formula = self._remark(variable)
                if formula is not None:
                    yield variable.name, self._if_used(formula)
            else:
                yield variable.name, self._if_used(self._answer(variable))

    def _if_used(self, formula: str) -> str:
        return f'=IF({self._from_other_sheet(self.used)}=0,"",{formula})'

    @staticmethod
    def _from_other_sheet(reference: str) -> str:
        """A reference to the calculation sheet from another."""
        return f"Beregning!{reference}"

    def _any(self, references: Sequence[str]) -> str:
        return f"MAX({','.join(map(self._from_other_sheet, references))})=1"

    def _answer(self, variable: Variable) -> str:
        key, value = variable.key, self._from_other_sheet(self.calculation.value(variable))
        formula = (
            f'IF({self._from_other_sheet(self.missing[key])}=1,{Mark.MISSING},"")' if key in self.missing else '""'
        )
        for by_key, mark in ((self.unexplained, Mark.UNEXPLAINED), (self.faults, Mark.BREACHED)):
            references = by_key.get(key, [])
            if references:
                formula = f"IF({self._any(references)},{mark},{formula})"
        asked = self.calculation.asked(variable.question)
        if asked:
            answered = f"ISNUMBER({self._from_other_sheet(self.calculation.answered(key))})"
            has_value = f"AND({answered},{value}=1)" if variable.kind == "flag" else f"ISNUMBER({value})"
            forbidden = f"IF({has_value},{Mark.FORBIDDEN},{Mark.NOT_ASKED})"
            formula = f"IF({self._from_other_sheet(asked)}=0,{forbidden},{formula})"
        return f'IF({value}="{UNREAD}",{Mark.UNREAD},{formula})'

    def _remark(self, variable: Variable) -> str | None:
        """The mark of a remark; None where it is never demanded and its question is always asked."""
        asked, formula = self.calculation.asked(variable.question), '""'
        if asked:
            unasked = f"AND({self._from_other_sheet(asked)}=0,{self.calculation.blank(variable)})"
            formula = f"IF({unasked},{Mark.NOT_ASKED},{formula})"
        if variable.name in self.remarks:
            formula = f"IF({self._any(self.remarks[variable.name])},{Mark.MISSING},{formula})"
        return formula if formula != '""' else None

    def _reason(self, variable: Variable) -> str:
        instances = [reference for rule, reference in self.instances.items() if rule.column == variable.name]
        missing = f"IF({self._any(instances)},{Mark.MISSING},{Mark.NOT_ASKED})"
        return f'IF({self.calculation.blank(variable)},{missing},"")'


def _add_reference(references: dict[Key, list[str]], keys: Iterable[Key], reference: str) -> None:
    for key in keys:
        references.setdefault(key, []).append(reference)
