"""Reasons that a file gives as remarks: where it has no column for a reason, a remark on its subject counts as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from audit.cases import checks
from audit.cases.columns import Cases
from audit.cases.routing import Routing
from audit.questionnaire.model import Rule


def reasons_from_remarks(cases: Cases, lacking: Collection[str], rows: Sequence[int]) -> dict[int, dict[str, str]]:
    """For each of the rows the columns of reasons, of those that the file is `lacking`, with the remarks that are one.

    They count as `audit.cases.checks` lets them: only where there is one for every grid row that needs it.
    """
    found: dict[int, dict[str, str]] = {}
    routing = Routing(cases)
    for rule in cases.questionnaire.rules:
        if rule.soft and rule.column in lacking:
            for row, text in _reasons_for_rule(routing, rule, frozenset(rows)):
                found.setdefault(row, {})[rule.column] = text
    return found


def _reasons_for_rule(routing: Routing, rule: Rule, rows: Collection[int]) -> list[tuple[int, str]]:
    cases = routing.cases
    own = cases.strings(cases.questionnaire.by_column[rule.column])
    texts: dict[int, list[str]] = {}
    for instance in cases.questionnaire.instances_of(rule):
        remarks = [cases.strings(variable) for variable in checks.remarks_for(cases.questionnaire, instance)]
        for row in checks.breaches(routing, instance).nonzero()[0].tolist():
            if row in rows and not own[row]:
                texts.setdefault(row, []).append("\n".join(dict.fromkeys(one[row] for one in remarks if one[row])))
    return [(row, "\n".join(dict.fromkeys(each))) for row, each in texts.items() if all(each)]
