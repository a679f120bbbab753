"""What a table counts: the answers to a question, a grid row or a derived variable as one compact column of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from audit.cases.codes import Column, Mask, code_type
from audit.cases.routing import Routing, whole_years
from audit.questionnaire.condition import Key
from audit.questionnaire.model import Derived, DerivedClass, Questionnaire

#: The column of numbers that no band of a derived variable holds.
OUTSIDE = "Uden for grupperne"

Groups = Sequence[tuple[str, tuple[str, ...]]]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """One position per case: 0 where it is left open, 1 … for the answers, `not_asked` where it is not asked.

    For several answers (`multiple`), `chosen` has one mask per answer; the positions are then only 0 open, 1 answered,
    2 not asked, and no mask includes a case that was not asked.
    """

    title: str
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    positions: Column
    chosen: tuple[Mask, ...] = ()

    @property
    def multiple(self) -> bool:
        """Whether a case can have more than one of them."""
        return bool(self.chosen)

    @property
    def not_asked(self) -> int:
        """The position of a case that was not asked."""
        return 2 if self.multiple else len(self.codes) + 1

    def having(self, column: int) -> Mask:
        """Which cases have an answer (an index from 0)."""
        return self.chosen[column] if self.multiple else self.positions == column + 1


def answers_to(routing: Routing, name: str) -> Answers:
    """The answers to a question, a grid row (``4.1/5``) or a derived variable, all of which must have fixed answers."""
    derived = routing.questionnaire.derived_by_id.get(name)
    if derived is None:
        return _question_answers(routing, Key.parse(name))
    return _merged_answers(routing, derived) if derived.kind == "merge" else _banded_answers(routing, derived)


def source_keys(questionnaire: Questionnaire, name: str) -> tuple[Key, ...]:
    """The questions or grid rows that a variable is computed from; for a whole grid every row."""
    derived = questionnaire.derived_by_id.get(name)
    if derived is not None:
        start = (Key(derived.start),) if derived.start else ()
        return (*start, *source_keys(questionnaire, derived.source))
    key = Key.parse(name)
    return (key,) if key in questionnaire.answers else tuple(Key(name, row) for row in questionnaire.row_ids(name))


def collapse_answers(answers: Answers, groups: Groups) -> Answers:
    """The answers with each group (label, codes) merged into one, which stands where the first of its answers stood."""
    if not groups:
        return answers
    groups_by_code = {code: (codes, label) for label, codes in groups for code in codes}
    labels: dict[tuple[str, ...], str] = {}
    for label, code in zip(answers.columns, answers.codes, strict=True):
        codes, new_label = groups_by_code.get(code, ((code,), label))
        labels.setdefault(codes, new_label)
    return _merge_groups(answers, [(label, codes) for codes, label in labels.items()])


def _merge_groups(answers: Answers, groups: Groups) -> Answers:
    """The answers as these groups, which hold every code once; with several answers a case counts once in a group."""
    positions = [[answers.codes.index(code) for code in codes] for _, codes in groups]
    labels = tuple(label for label, _ in groups)
    codes = tuple("+".join(codes) for _, codes in groups)
    if answers.multiple:
        chosen = tuple(np.logical_or.reduce([answers.chosen[position] for position in group]) for group in positions)
        return replace(answers, columns=labels, codes=codes, chosen=chosen)
    new_positions = np.zeros(answers.not_asked + 1, dtype=code_type(len(groups) + 1))
    new_positions[-1] = len(groups) + 1
    for new_position, group in enumerate(positions, start=1):
        new_positions[[position + 1 for position in group]] = new_position
    return replace(answers, columns=labels, codes=codes, positions=new_positions[answers.positions])


def _question_answers(routing: Routing, key: Key) -> Answers:
    question = routing.questionnaire.by_id[key.question]
    row = next((row for row in question.rows if row.id == key.row), None)
    title = question.title if row is None else f"{question.title} {row.id}. {row.shown}"
    labels = tuple(option.title for option in question.options)
    codes = tuple(option.code for option in question.options)
    variables = routing.questionnaire.answers[key]
    if question.type == "choices":
        is_valid = routing.valid_answers(key)
        chosen = tuple((routing.cases.column(variable) != 0) & is_valid for variable in variables)
        answered = routing.cases.answered(key).astype(np.uint8)
        return Answers(title, labels, codes, routing.set_not_asked(key, answered, 2), chosen)
    return Answers(title, labels, codes, routing.positions(key))


def _merged_answers(routing: Routing, derived: Derived) -> Answers:
    """Merged answers; those in no group come after the groups, unchanged, so that nothing is lost."""
    question = routing.questionnaire.by_id[derived.source]
    options_by_group = [(group.text, [question.option(answer) for answer in group.answers]) for group in derived.groups]
    groups = [(text, tuple(option.code for option in options if option)) for text, options in options_by_group]
    grouped_codes = {code for _, codes in groups for code in codes}
    answers = _question_answers(routing, Key(derived.source))
    labelled = zip(answers.columns, answers.codes, strict=True)
    rest = [(label, (code,)) for label, code in labelled if code not in grouped_codes]
    return replace(_merge_groups(answers, [*groups, *rest]), title=derived.text)


def _banded_answers(routing: Routing, derived: Derived) -> Answers:
    """Bands of a number, or one group per year that occurs; open where there is no number."""
    values = numbers(routing, derived.source if derived.kind == "bands" else derived.id)
    groups = derived.groups if derived.kind == "bands" else _year_groups(values)
    labels = [group.text for group in groups]
    positions = np.zeros(values.size, dtype=code_type(len(labels) + 2))
    for position, group in enumerate(groups, start=1):
        low = -np.inf if group.low is None else group.low
        high = np.inf if group.high is None else group.high
        positions[(values >= low) & (values <= high)] = position
    outside = (positions == 0) & ~np.isnan(values)
    if outside.any():
        labels.append(OUTSIDE)
        positions[outside] = len(labels)
    for key in source_keys(routing.questionnaire, derived.id):
        if routing.conditional(key.question):
            positions[routing.asked(key.question).false] = len(labels) + 1
    return Answers(derived.text, tuple(labels), tuple(labels), positions)


def _year_groups(values: Numbers) -> tuple[DerivedClass, ...]:
    years: list[int] = np.unique(values[~np.isnan(values)]).astype(int).tolist()
    return tuple(DerivedClass(str(year), year, year) for year in years)


def numbers(routing: Routing, name: str) -> Numbers:
    """The numbers of a number question, whole years or a year, one per case; nan where there is no valid answer."""
    derived = routing.questionnaire.derived_by_id.get(name)
    if derived is None:
        column = routing.cases.column(routing.questionnaire.answers[Key(name)][0])
        return np.where(routing.valid_answers(Key(name)), column, np.nan)
    days = _days(routing, derived.source)
    if derived.start is not None:
        return whole_years(_days(routing, derived.start), days)
    years: Numbers = np.where(np.isnat(days), np.nan, days.astype("datetime64[Y]").astype(np.float64) + 1970)
    return years


def _days(routing: Routing, question: str) -> npt.NDArray[np.datetime64]:
    key = Key(question)
    return np.where(routing.valid_answers(key), routing.days(key), np.datetime64("NaT", "D"))
