"""The canonical codes of a questionnaire: what each column may hold, and whether two versions mean the same.

A study keeps the codes that its cases were scored under. Wordings of questions, conditions and rules are no codes;
the wording of an answer is, since answers 1 and 2 that have changed places are other answers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypedDict

from audit.base.danish import listing
from audit.questionnaire.model import Questionnaire, Variable
from audit.scoring import ledger


class CodebookEntry(TypedDict):
    """What a column may hold; `codes` is code → wording, empty where there are no fixed answers."""

    kind: str
    supplement: bool
    names_cases: bool
    codes: dict[str, str]


#: By column.
Codes = Mapping[str, CodebookEntry]


def codes(questionnaire: Questionnaire) -> dict[str, CodebookEntry]:
    """What every column of a questionnaire may hold. An answer that names cases has the wording used in the name."""
    return {
        variable.name: _column(variable, variable.question.id in questionnaire.key)
        for variable in questionnaire.variables
    }


def _column(variable: Variable, names_cases: bool) -> CodebookEntry:
    options = (variable.option,) if variable.option else variable.options
    wordings = {option.code: option.title if names_cases else option.text for option in options}
    return {
        "kind": variable.kind,
        "supplement": variable.question.supplement,
        "names_cases": names_cases,
        "codes": wordings,
    }


def serialize(codes: Codes) -> str:
    """The codes as JSON, the same text for the same codes."""
    return json.dumps(codes, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(codes: Codes) -> str:
    """The hash of the codes, as the log has it."""
    return ledger.digest(serialize(codes))


@dataclass(frozen=True)
class Difference:
    """How the codes of a questionnaire have changed.

    `added` are columns of the supplement that are new; `changed` says in Danish what else differs; `lost` are the
    columns, and the answers (column, code), that are gone or mean something else.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    lost: frozenset[str | tuple[str, str]]


def compare(old: Codes, new: Codes) -> Difference:
    """How `new` differs from `old`."""
    changed: list[str] = []
    lost: set[str | tuple[str, str]] = set()
    for name in old:
        if name not in new:
            changed.append(f"{name} er væk")
            lost.add(name)
        elif (old[name]["kind"], old[name]["names_cases"]) != (new[name]["kind"], new[name]["names_cases"]):
            changed.append(f"{name} er en anden slags felt")
            lost.add(name)
        else:
            answers = new[name]["codes"]
            gone = [code for code, text in old[name]["codes"].items() if answers.get(code) != text]
            lost.update((name, code) for code in gone)
            if gone:
                changed.append(f"{name}: svar {listing(gone)} er væk eller har en anden tekst")
            elif old[name]["codes"] != new[name]["codes"]:
                changed.append(f"{name}: der er kommet flere svar")
    fresh = [name for name in new if name not in old]
    added = tuple(name for name in fresh if new[name]["supplement"])
    changed.extend(f"{name} er ny" for name in fresh if name not in added)
    return Difference(added, tuple(changed), frozenset(lost))


def in_use(difference: Difference, answers: Collection[Mapping[str, str]]) -> bool:
    """Whether any of these cases has an answer that the new codes have lost."""
    return any(
        name in difference.lost or (name, code) in difference.lost for row in answers for name, code in row.items()
    )
