"""An oracle for the checks: the findings of one case of fleksjob-2016, case by case and as naively as possible.

Written from the prose of the form (bilag 6) and its checklist, not from schemas/fleksjob-2016.yaml and not from the
engine, and it imports nothing from the package: where the two disagree, one of them has misread the form.

A case maps machine column names to text as a CSV file has it: codes, ISO dates, "0"/"1" where several answers can be
given, "" where nothing is written. A column that is not in the mapping is one that the file lacks.
True, false and unknown are True, False and None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

Case = Mapping[str, str]
Truth = bool | None

#: Questions with one answer, and how many options each has.
IDENTIFICATIONS = {"kommune": 13, "sagsmaaler": 5}
SINGLE = {
    **dict.fromkeys(["1.2", "2.2", "2.2.1", "2.3", "2.4", "2.6", "2.7", "2.7.1", "3.1", "4.7"], 2),
    **dict.fromkeys(["2.8", "3.2", "3.3", "3.4", "4.2"], 3),
    **dict.fromkeys(["4.4", "4.6"], 4),
}
#: Questions where several answers can be given, and how many there are to choose from.
SEVERAL = {"2.8.1": 8, "2.9": 10, "2.10": 7}
#: Questions with rows: how many rows, and how many options in each.
GRIDS = {"2.3.1": (8, 2), "2.4.1": (4, 2), "2.5": (3, 2), "4.1": (8, 2), "4.3": (4, 3), "4.5": (3, 2)}
GRIDS_WITH_REMARK_PER_ROW = {"4.1", "4.3", "4.5"}
DATES = ("1.1", "2.1")
#: Registrations that are not on the form.
SUPPLEMENT = {
    **dict.fromkeys(["fastholdelse", "fastholdelse_70b", "fastholdelse_rigtig", "paragraf_56"], 2),
    **dict.fromkeys(["laegekonsulent", "vaegttab", "eksempel"], 2),
    "fastholdelse_bestemmelse": 3,
}

#: "Hvis ja i spm. 2.2: ..." and its like: every one of these answers must have been given.
ASKED_IF = {
    "2.2.1": [("2.2", "1")],
    "2.3.1": [("2.3", "1")],
    "2.4.1": [("2.4", "1")],
    "2.5": [("2.2", "1")],
    "2.7.1": [("2.7", "2")],
    "2.8.1": [("2.8", "1")],
    "4.6": [("2.2", "1")],
    "4.7": [("2.7", "2"), ("2.7.1", "2")],
    "fastholdelse_70b": [("fastholdelse", "1")],
    "fastholdelse_rigtig": [("fastholdelse", "1")],
    "fastholdelse_bestemmelse": [("fastholdelse", "1")],
    "paragraf_56": [("fastholdelse_70b", "1")],
    "vaegttab": [("2.8.1", "8")],
}
#: "... - uddyb under bemærkninger".
DEMANDS_REMARK = {"2.2.1": "2", "2.6": "1", "2.8.1": "8", "2.9": "8", "2.10": "6"}
#: Answers that rule out every other: Nej, Uoplyst, "Kommunen vurderer ikke ...".
EXCLUSIVE = {"2.9": {"9", "10"}, "2.10": {"7"}}


def column(key: str) -> str:
    """The machine name of a question, an identification or a grid row: ``4.1/5`` is ``q4_1__5``."""
    question, _, row = key.partition("/")
    name = "q" + question.replace(".", "_") if question[0].isdigit() else question
    return f"{name}__{row}" if row else name


def every_key() -> list[str]:
    """Every question and every grid row that can be answered by itself."""
    rows = [f"{grid}/{row}" for grid, (count, _) in GRIDS.items() for row in range(1, count + 1)]
    return [*IDENTIFICATIONS, *DATES, *SINGLE, *SEVERAL, *rows, *SUPPLEMENT]


def answer_columns(key: str) -> list[str]:
    """The columns that hold the answer to a question or a grid row."""
    if key in SEVERAL:
        return [f"{column(key)}__{code}" for code in range(1, SEVERAL[key] + 1)]
    return ["q2_1", "q2_1_status"] if key == "2.1" else [column(key)]


def written(case: Case, name: str) -> bool:
    return case.get(name, "").strip() != ""


def answers(case: Case, key: str) -> set[str]:
    """The codes that stand in the case, whether or not the question is asked. A date of birth counts as code 1."""
    if key in SEVERAL:
        return {str(code) for code in range(1, SEVERAL[key] + 1) if case.get(f"{column(key)}__{code}") == "1"}
    if key in DATES:
        dated = {"1"} if written(case, column(key)) else set()
        return dated | ({case["q2_1_status"]} if key == "2.1" and written(case, "q2_1_status") else set())
    return {case[column(key)]} if written(case, column(key)) else set()


def asked(case: Case, key: str) -> Truth:
    question = key.partition("/")[0]
    return every(answered_with(case, other, code) for other, code in ASKED_IF.get(question, []))


def answered_with(case: Case, key: str, *codes: str) -> Truth:
    """Whether one of these codes was answered: false of a question not asked, unknown of one left open."""
    if asked(case, key) is False:
        return False
    given = answers(case, key)
    return bool(given & set(codes)) if given else None


def every(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    if False in found:
        return False
    return None if None in found else True


def opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def day(case: Case, key: str) -> date | None:
    """The date, where there is one: with Uoplyst or Tvivlsomt there is none."""
    if not written(case, column(key)) or (key == "2.1" and written(case, "q2_1_status")):
        return None
    return date.fromisoformat(case[column(key)])


def whole_years(start: date, end: date) -> int:
    birthday_to_come = (end.month, end.day) < (start.month, start.day)
    return end.year - start.year - birthday_to_come


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one case: whether it applies, whether it is kept, and which remarks stand for a reason.

    A rule without such remarks is a *skal*, which no reason settles.
    """

    rule: str
    row: int | None
    applies: Truth
    kept: Truth
    remarks: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        return self.applies is True and self.kept is False

    @property
    def open(self) -> bool:
        """Whether it cannot be told, because something is not answered."""
        return self.applies is None or (self.applies and self.kept is None)

    @property
    def subject(self) -> str:
        return self.rule if self.row is None else f"{self.rule}:{self.row}"


def verdicts(case: Case) -> Iterator[Verdict]:
    """Every rule of the form, those for each row of a grid row by row."""
    yield from _what_must_be(case)
    yield from _what_is_the_starting_point(case)
    yield from _items_that_are_missing(case)


def _what_must_be(case: Case) -> Iterator[Verdict]:
    wrong, no_statement = answered_with(case, "3.1", "2"), answered_with(case, "2.4", "2")
    yield Verdict("r1", None, answered_with(case, "3.2", "3"), wrong)
    yield Verdict("r2", None, answered_with(case, "3.3", "3"), wrong)
    yield Verdict("r6", None, answered_with(case, "4.4", "4"), no_statement)
    for row in range(1, 5):
        yield Verdict("r7", row, answered_with(case, f"4.3/{row}", "3"), no_statement)
    yield Verdict("r9", None, answered_with(case, "4.6", "4"), answered_with(case, "2.2.1", "2"))
    can_develop, no_judgement = answered_with(case, "2.8", "1"), answered_with(case, "2.10", "7")
    yield Verdict("r10", None, True, None if None in (can_develop, no_judgement) else no_judgement != can_develop)
    born, decided = day(case, "1.1"), day(case, "2.1")
    yield Verdict("r11", None, True, decided > born if born and decided else None)


def _what_is_the_starting_point(case: Case) -> Iterator[Verdict]:
    wrong_for_lack_of_facts = every([answered_with(case, "3.1", "2"), answered_with(case, "3.2", "3")])
    yield Verdict("r3", None, answered_with(case, "3.4", "3"), False, ("3.4", "3.1"))
    yield Verdict("r4", None, answered_with(case, "4.2", "3"), wrong_for_lack_of_facts, ("4.2", "3.1", "3.2"))
    yield Verdict("r5", None, answered_with(case, "4.4", "3", "4"), wrong_for_lack_of_facts, ("4.4", "3.1", "3.2"))
    rows = [f"4.3/{row}" for row in range(1, 5)]
    nothing_obtained = every([answered_with(case, "4.4", "4"), *(answered_with(case, row, "3") for row in rows)])
    yield Verdict("r8", None, answered_with(case, "2.4", "2"), nothing_obtained, ("2.4", "4.4", *rows))
    born, decided = day(case, "1.1"), day(case, "2.1")
    working_age = 18 <= whole_years(born, decided) <= 64 if born and decided else None
    yield Verdict("r12", None, decided > born if born and decided else None, working_age, ("2.1", "1.1"))
    yield Verdict("r13", None, answered_with(case, "2.3", "2"), answered_with(case, "4.2", "3"), ("2.3", "4.2"))


def _items_that_are_missing(case: Case) -> Iterator[Verdict]:
    for rule, contains, sufficient in (("r14", "2.3.1", "4.1"), ("r15", "2.4.1", "4.3"), ("r16", "2.5", "4.5")):
        for row in range(1, GRIDS[contains][0] + 1):
            missing = answered_with(case, f"{contains}/{row}", "2")
            not_sufficient = opposite(answered_with(case, f"{sufficient}/{row}", "1"))
            yield Verdict(rule, row, missing, not_sufficient, (contains, f"{sufficient}/{row}"))


def has_reason(case: Case, verdict: Verdict) -> bool:
    """Whether a reason is written: in its own column, or in a remark where the file has no such column."""
    if f"begr_{verdict.rule}" in case:
        return written(case, f"begr_{verdict.rule}")
    return any(written(case, f"{column(key)}_bem") for key in verdict.remarks)


def findings(case: Case) -> set[tuple[str, str]]:
    """Everything that is wrong with a case as pairs of a finding's code and what it is about.

    That is a question or row (``3.2``, ``4.1/5``), or a rule (``r4``, in one row of a grid ``r14:5``). A column that
    the file lacks is no finding of each case.
    """
    return {*_about_answers(case), *_about_rules(case)}


def _about_answers(case: Case) -> Iterator[tuple[str, str]]:
    for key in every_key():
        given = answers(case, key)
        if asked(case, key) is False:
            if given:
                yield "svar-ikke-stillet", key
            continue
        in_file = any(name in case for name in answer_columns(key))
        if asked(case, key) is True and in_file and not given and key not in SUPPLEMENT:
            yield "ubesvaret", key
        if len(given) > 1 and given & EXCLUSIVE.get(key, set()):
            yield "udelukkende-svar", key
        remark = f"{column(key)}_bem"
        if DEMANDS_REMARK.get(key) in given and remark in case and not written(case, remark):
            yield "bemaerkning-mangler", key
    if written(case, "q2_1") and written(case, "q2_1_status"):
        yield "dato-og-alternativ", "2.1"


def _about_rules(case: Case) -> Iterator[tuple[str, str]]:
    for verdict in verdicts(case):
        if verdict.broken and not verdict.remarks:
            yield "regel-brudt", verdict.subject
        if verdict.broken and verdict.remarks and not has_reason(case, verdict):
            yield "begrundelse-mangler", verdict.subject
