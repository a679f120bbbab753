"""Binding: a condition's keys become known questions and rows, its answers become codes; all else is a fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from audit.base.danish import did_you_mean
from audit.base.yamlfile import Source, Steps
from audit.questionnaire.condition import (
    AnyOf,
    Between,
    Condition,
    Key,
    OneOf,
    Only,
    Ordered,
    Test,
    YearsAfter,
    transform,
)
from audit.questionnaire.model import Question, Questionnaire

#: The type of question that a test needs, and the Danish name of that type.
_REQUIRED_TYPES: Mapping[type[Test], tuple[str, str]] = {
    Only: ("choices", "et spørgsmål med flere svar"),
    Between: ("number", "et tal"),
    Ordered: ("date", "en dato"),
    YearsAfter: ("date", "en dato"),
}


def bind(
    source: Source,
    questionnaire: Questionnaire,
    condition: Condition,
    *,
    places: Mapping[str, Steps],
    dropped: Collection[str] = (),
    each_row: str | None = None,
) -> Condition | None:
    """The condition with codes for answers and ``*`` written out; None where something in it does not exist.

    `places` says where each question stands (as far as it is in `source`), `dropped` names questions that have other
    faults (a condition on one of them is silently unusable), `each_row` is the grid that ``row`` stands for.
    """
    binder = _Binder(source, questionnaire, places, dropped, each_row)
    bound = transform(condition, binder.test)
    return None if binder.failed else bound


def option_places(questionnaire: Questionnaire, question: str, places: Mapping[str, Steps]) -> tuple[Steps, ...]:
    """Where the answers of a question stand: each of them, and the name of their scale."""
    return _part_places(places, question, "options", len(questionnaire.by_id[question].options))


def _part_places(places: Mapping[str, Steps], question: str, part: str, count: int) -> tuple[Steps, ...]:
    if question not in places:
        return ()
    place: Steps = (*places[question], part)
    return (place, *((*place, index) for index in range(count)))


@dataclass
class _Binder:
    source: Source
    questionnaire: Questionnaire
    places: Mapping[str, Steps]
    dropped: Collection[str]
    each_row: str | None
    failed: bool = False

    def test(self, test: Test) -> Condition:
        """One test, bound; the test itself where it has a fault."""
        if not self._check_key(test.key, test.steps, at_key=True):
            return test
        question = self.questionnaire.by_id[test.key.question]
        required, type_name = _REQUIRED_TYPES.get(type(test), (question.type, ""))
        if question.type != required:
            self._fault(test.steps, "forkert-test", f"{question.id} er ikke {type_name}, så testen kan ikke bruges")
            return test
        bound = test
        if isinstance(test, OneOf | Only):
            bound = replace(test, answers=self._bind_answers(test, question))
        elif isinstance(test, Ordered | YearsAfter) and isinstance(test.other, Key):
            self._check_other_date(test, test.other)
        if test.key.row == "*":
            rows = self.questionnaire.row_ids(question.id)
            return AnyOf(tuple(replace(bound, key=Key(question.id, row)) for row in rows))
        return bound

    def _fault(self, steps: Steps, code: str, message: str, *, key: bool = False, see: tuple[Steps, ...] = ()) -> None:
        self.failed = True
        self.source.fault(steps, code, message, key=key, see=see)

    def _check_key(self, key: Key, steps: Steps, *, at_key: bool = False) -> bool:
        """Whether a key names a question that can be used, or one of its rows; a fault is noted where it does not."""
        questions = self.questionnaire.by_id
        if key.question in self.dropped:
            self.failed = True
        elif key.question not in questions:
            hint = did_you_mean(key.question, list(questions))
            self._fault(steps, "ukendt-spoergsmaal", f'spørgsmål "{key.question}" findes ikke.{hint}', key=at_key)
        elif questions[key.question].type == "grid" and key.row is None:
            message = f"{key} er en tabel; skriv en række som {key}/1, eller {key}/* (en af rækkerne)"
            self._fault(steps, "raekke-mangler", message, key=at_key)
        else:
            return self._check_row(key, steps, at_key=at_key)
        return False

    def _check_row(self, key: Key, steps: Steps, *, at_key: bool) -> bool:
        rows, places = self.questionnaire.row_ids(key.question), self.places
        if key.row is None or key.row in rows or (key.row == "*" and rows):
            return True
        see = _part_places(places, key.question, "rows", len(rows))
        if key.row != "row":
            message = f'"{key}" findes ikke: {key.question} har ikke rækken "{key.row}"'
        elif self.each_row is None:
            message = f'"{key}" kan kun bruges i en regel med each_row'
        elif rows == self.questionnaire.row_ids(self.each_row):
            return True
        else:
            message = f"{key.question} har ikke de samme rækker som {self.each_row}, som reglen gælder for"
            see += _part_places(places, self.each_row, "rows", len(self.questionnaire.row_ids(self.each_row)))
        self._fault(steps, "ukendt-raekke", message, key=at_key, see=see)
        return False

    def _check_other_date(self, test: Ordered | YearsAfter, other: Key) -> None:
        name = "years_after" if isinstance(test, YearsAfter) else "after" if test.later else "before"
        steps: Steps = (*test.steps, name)
        if self._check_key(other, steps) and self.questionnaire.by_id[other.question].type != "date":
            self._fault(steps, "forkert-test", f"{other} er ikke en dato")

    def _bind_answers(self, test: OneOf | Only, question: Question) -> tuple[str, ...]:
        base: Steps = (*test.steps, "only") if isinstance(test, Only) else test.steps
        codes = []
        for index, answer in enumerate(test.answers):
            option = question.option(answer)
            if option is None or option.date:
                self._unknown_answer(answer, question, (*base, index))
            else:
                codes.append(option.code)
        return tuple(codes)

    def _unknown_answer(self, answer: str, question: Question, steps: Steps) -> None:
        options = [option for option in question.options if not option.date]
        if not options:
            self._fault(steps, "forkert-test", f"{question.id} har ikke faste svar at spørge til")
            return
        choices = ", ".join(f"{option.code} {option.shown}" for option in options[:6])
        hint = did_you_mean(answer, [option.text for option in options]) or f" Svarene er {choices}."
        message = f'{question.id} har ikke svaret "{answer}".{hint}'
        see = option_places(self.questionnaire, question.id, self.places)
        self._fault(steps, "ukendt-svar", message, see=see)
