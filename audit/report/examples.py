"""What is wrong with cases used as examples: they contradict their answers, or may identify a person.

The plan says what an example shows: each of its sections for examples has a condition that its cases must meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from audit.base.danish import MONTHS, did_you_mean, listing, same
from audit.base.errors import DefinitionFault, Place
from audit.cases.findings import Finding, finding
from audit.cases.routing import Routing
from audit.questionnaire.binding import bind
from audit.questionnaire.condition import Condition, parse
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Questionnaire
from audit.report.planfile import Plan
from audit.study.source import Example, Study


def section_conditions(plan: Plan, questionnaire: Questionnaire) -> dict[str, Condition]:
    """The condition of each of a plan's sections for examples. Raises DefinitionFault where one does not fit."""
    source = replace(plan.source, faults=[], faulty=[])
    conditions = {}
    for index, section in enumerate(plan.definition.examples):
        parsed = parse(source, section.when, ("examples", index, "when"))
        condition = None if parsed is None else bind(source, questionnaire, parsed, places={})
        if condition is not None:
            conditions[section.section] = condition
    if source.faults:
        raise DefinitionFault(source.faults)
    return conditions


def example_findings(study: Study, plan: Plan) -> tuple[Finding, ...]:
    """What is wrong with a study's examples, as a plan uses them. Raises what `section_conditions` raises."""
    conditions = section_conditions(plan, study.questionnaire)
    routing = Routing(study.cases)
    truths = {name: routing.truth(condition).true for name, condition in conditions.items()}
    rows = {same(key): row for row, key in enumerate(study.cases.keys)}
    findings: list[Finding] = []
    for example in study.examples:
        place = Place(file=example.file, row=example.line, case=example.case)
        row = rows.get(same(example.case))
        if example.section and conditions and example.section not in conditions:
            values = {"section": example.section, "hint": did_you_mean(example.section, tuple(conditions))}
            remedy = {"known": listing(conditions, "eller")}
            findings.append(finding("eksempel-afsnit", place=place, values=values | remedy))
        elif example.section in conditions and row is not None and not truths[example.section][row]:
            condition = describe(conditions[example.section], study.questionnaire)
            values = {"case": example.case, "section": example.section, "condition": condition}
            findings.append(finding("eksempel-strider", place=place, values=values))
        findings += _identifying(example, study.questionnaire)
    return tuple(findings)


#: What can identify a person to neighbours, and what a finding calls it.
_NAME = r"[A-ZÆØÅ][a-zæøåé]+(?:-[A-ZÆØÅ][a-zæøåé]+)?"
_IDENTIFYING = (
    (re.compile(rf"\b\d{{1,2}}\.\s(?:{'|'.join(MONTHS)})\s\d{{4}}\b", re.IGNORECASE), "en hel dato"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b"), "en hel dato"),
    (re.compile(r"[\w.+-]+@[\w-]+\.\w+|\b(?:\d\d ?){4}\b"), "en mailadresse eller et telefonnummer"),
    (re.compile(r"\b[A-ZÆØÅ]\w*(?:vej|gade|vænget|allé|stræde|plads|torv|boulevarden|parken) \d+"), "en adresse"),
    (re.compile(r"\b(?:A/S|ApS|I/S|IVS)\b"), "navnet på en virksomhed"),
    (re.compile(rf"\b{_NAME} {_NAME}\b"), "noget, der ligner et navn"),
    (
        re.compile(rf"\b(?:i|på|fra|ved|til|hos|hedder) {_NAME}\b"),
        "noget, der ligner et sted eller en person",
    ),
)


def _identifying(example: Example, questionnaire: Questionnaire) -> Iterator[Finding]:
    """A warning for each line that may identify the citizen. Its text is not repeated."""
    unit = questionnaire.unit_question
    names = "|".join(re.escape(option.title) for option in unit.options)
    patterns = (*_IDENTIFYING, (re.compile(rf"\b(?:{names})\b"), f"et sted ({unit.title.lower()})"))
    for number, line in enumerate(f"{example.title}\n{example.text}".split("\n")):
        kinds = list(dict.fromkeys(words for pattern, words in patterns if pattern.search(line)))
        if kinds:
            place = Place(file=example.file, row=number or example.line, case=example.case)
            yield finding("genkendelig", place=place, values={"shown": listing(kinds)})
