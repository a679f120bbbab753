"""Reasons written as remarks: where a file has no column for a reason, a remark on its subject counts as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from audit.cases import checks
from audit.cases.columns import Cases
from audit.cases.routing import Routing
from audit.questionnaire.model import Rule


def reasons_from_remarks(cases: Cases, lacking: Collection[str], rows: Sequence[int]) -> dict[int, dict[str, str]]:
    """By row, the reason columns that the file is `lacking`, each with the remarks that count as its reason.

    They count as in `audit.cases.checks`: only where there is one for every grid row that needs it.
    """
    reasons: dict[int, dict[str, str]] = {}
    routing = Routing(cases)
    for rule in cases.questionnaire.rules:
        if rule.soft and rule.column in lacking:
            for row, text in _reasons_for_rule(routing, rule, frozenset(rows)):
                reasons.setdefault(row, {})[rule.column] = text
    return reasons


def _reasons_for_rule(routing: Routing, rule: Rule, rows: Collection[int]) -> list[tuple[int, str]]:
    cases = routing.cases
    own = cases.strings(cases.questionnaire.by_column[rule.column])
    texts: dict[int, list[str]] = {}
    for instance in cases.questionnaire.instances_of(rule):
        remarks = [cases.strings(variable) for variable in checks.remarks_for(cases.questionnaire, instance)]
        for row in checks.breaches(routing, instance).nonzero()[0].tolist():
            if row in rows and not own[row]:
                unique = dict.fromkeys(column[row] for column in remarks if column[row])
                texts.setdefault(row, []).append("\n".join(unique))
    return [(row, "\n".join(dict.fromkeys(parts))) for row, parts in texts.items() if all(parts)]
