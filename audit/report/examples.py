"""What is wrong with cases told as examples: that they contradict their answers, or that somebody is known by them.

What an example shows is the plan's to say: each of its sections for examples has a condition that holds for the cases
that stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from audit.base.danish import MONTHS, did_you_mean, listing, same
from audit.base.errors import DefinitionFault, Place
from audit.cases.findings import Finding, finding
from audit.cases.routing import Routing
from audit.questionnaire import condition as conditions
from audit.questionnaire.binding import bind
from audit.questionnaire.condition import Condition
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Questionnaire
from audit.report.plan import Plan
from audit.study.source import Example, Study


def sections(chosen: Plan, questionnaire: Questionnaire) -> dict[str, Condition]:
    """The condition of each of a plan's sections for examples. Raises DefinitionFault where one does not fit."""
    source = replace(chosen.source, faults=[], faulty=[])
    found = {}
    for index, one in enumerate(chosen.definition.examples):
        parsed = conditions.parse(source, one.when, ("examples", index, "when"))
        bound = None if parsed is None else bind(source, questionnaire, parsed, places={})
        if bound is not None:
            found[one.section] = bound
    if source.faults:
        raise DefinitionFault(source.faults)
    return found


def findings(study: Study, chosen: Plan) -> tuple[Finding, ...]:
    """What is wrong with a study's examples, as a plan uses them. Raises DefinitionFault as `sections` does."""
    known = sections(chosen, study.questionnaire)
    routing = Routing(study.cases)
    truths = {name: routing.truth(one).true for name, one in known.items()}
    rows = {same(key): row for row, key in enumerate(study.cases.keys)}
    found: list[Finding] = []
    for example in study.examples:
        place = Place(file=example.file, row=example.line, case=example.case)
        row = rows.get(same(example.case))
        if example.section and known and example.section not in known:
            values = {"section": example.section, "hint": did_you_mean(example.section, tuple(known))}
            remedy = {"known": listing(known, "eller")}
            found.append(finding("eksempel-afsnit", place=place, values=values | remedy))
        elif example.section in known and row is not None and not truths[example.section][row]:
            found.append(finding("eksempel-strider", place=place, values=_against(example, known, study.questionnaire)))
        found += _recognizable(example, study.questionnaire)
    return tuple(found)


def _against(example: Example, known: Mapping[str, Condition], questionnaire: Questionnaire) -> dict[str, str]:
    return {
        "case": example.case,
        "section": example.section,
        "condition": describe(known[example.section], questionnaire),
    }


#: What can make a person known to those who live near by, and how it is told.
_NAME = r"[A-ZÆØÅ][a-zæøåé]+(?:-[A-ZÆØÅ][a-zæøåé]+)?"
_TELLING = (
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


def _recognizable(example: Example, questionnaire: Questionnaire) -> Iterator[Finding]:
    """A warning for each line that may make the citizen known. What stands there is not repeated."""
    unit = questionnaire.unit_question
    names = "|".join(re.escape(option.title) for option in unit.options)
    telling = (*_TELLING, (re.compile(rf"\b(?:{names})\b"), f"et sted ({unit.title.lower()})"))
    for number, line in enumerate(f"{example.title}\n{example.text}".split("\n")):
        what = list(dict.fromkeys(words for pattern, words in telling if pattern.search(line)))
        if what:
            place = Place(file=example.file, row=number or example.line, case=example.case)
            yield finding("genkendelig", place=place, values={"shown": listing(what)})
