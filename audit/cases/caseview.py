"""One case among many: looked up by its number, extracted, and as prose sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from audit.base import cpr
from audit.base.danish import did_you_mean, listing, same
from audit.base.errors import UsageFault
from audit.cases.codes import encode_texts
from audit.cases.columns import Cases
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Question, variables_of

#: A suggestion for an unknown case number is looked for among this many.
_COMPARED = 10_000


def find_row(keys: Sequence[str], case: str) -> int:
    """The index of a case among the numbers of all. Raises UsageFault where it is not there, or more than once."""
    number = same(case)
    match = case if case in keys else next((key for key in keys if same(key) == number), None)
    if match is None:
        hint = did_you_mean(case, keys[:_COMPARED])
        raise UsageFault(cpr.blot(f'Sag "{case}" findes ikke i undersøgelsen.{hint}'))
    if keys.count(match) > 1:
        raise UsageFault(cpr.blot(f'Sagsnummeret "{match}" står ved flere sager, så skemaet kan ikke laves.'))
    return keys.index(match)


def extract_case(cases: Cases, row: int) -> Cases:
    """One case by itself, with no more than its own texts, in which CPR numbers are blotted out."""
    data = {name: column[row : row + 1] for name, column in cases.data.items()}
    texts = {}
    for name, distinct in cases.texts.items():
        position = int(data[name][0])
        data[name], texts[name] = encode_texts([cpr.blot(distinct[position - 1]) if position else ""])
    unreadable = {name: mask[row : row + 1] for name, mask in cases.unreadable.items() if mask[row]}
    return replace(cases, size=1, data=data, texts=texts, unreadable=unreadable, origin=None)


def case_views(cases: Cases) -> Iterator[CaseView]:
    """Each of the cases as prose sees it."""
    return (CaseView(extract_case(cases, row)) for row in range(cases.size))


@dataclass(frozen=True)
class CaseView:
    """A case as prose sees it: what was answered and remarked, and nothing that is private."""

    _case: Cases

    @property
    def number(self) -> str:
        """What the case is called."""
        return cpr.blot(self._case.keys[0])

    @property
    def decided(self) -> date | None:
        """The day of the decision, where the questionnaire has one and it is known."""
        question = self._case.questionnaire.decision_date
        if question is None:
            return None
        variables = self._case.questionnaire.answers[Key(question)]
        days = [self._case.column(variable)[0] for variable in variables if variable.kind == "date"]
        return next((day.astype(object) for day in days if str(day) != "NaT"), None)

    def answer(self, question: str) -> str:
        """The answer in its short wording, several as a list; blank where there is none. Raises UsageFault."""
        return listing(self._answers(question).values())

    def has(self, question: str, *answers: str | int) -> bool:
        """Whether one of `answers` (codes or wordings) is given. Raises UsageFault."""
        case_answers = self._answers(question)
        return any(str(answer) in case_answers or str(answer) in case_answers.values() for answer in answers)

    def remark(self, question: str) -> str:
        """What is remarked on a question, those of its rows after each other; blank where nothing is."""
        remarks = (variable for variable in variables_of(self._question(question)) if variable.role == "remark")
        return " ".join(text for variable in remarks if (text := self._case.strings(variable)[0].strip()))

    def _question(self, name: str) -> Question:
        questions = self._case.questionnaire.by_id
        question = questions.get(Key.parse(name).question)
        if question is None or question.private:
            names = tuple(question.id for question in questions.values() if not question.private)
            raise UsageFault(f'spørgsmål "{name}" findes ikke.{did_you_mean(name, names)}')
        return question

    def _answers(self, name: str) -> dict[str, str]:
        """The wording of each answer by its code (of a date or a text by what stands there)."""
        self._question(name)
        wordings = {}
        for variable in self._case.questionnaire.answers.get(Key.parse(name), ()):
            text = self._case.strings(variable)[0]
            if variable.option is not None and text not in ("", "0"):
                wordings[variable.option.code] = variable.option.title
            elif variable.kind == "code" and text:
                option = variable.options[int(self._case.column(variable)[0]) - 1]
                wordings[option.code] = option.title
            elif text and variable.option is None:
                wordings[text] = text
        return wordings
