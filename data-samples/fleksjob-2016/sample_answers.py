"""What a sample case is, what its answers mean, and how answers are dealt out among cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import cycle
from random import Random
from typing import Any

Case = dict[str, Any]  # answers by question: "3.1" -> code, "4.1/5" -> code, "2.8.1" -> set of codes, "2.1" -> date
Where = Callable[[Case], bool]

REMARK = "Bemærkninger"

YES, NO = 1, 2  # also 3.1 right and wrong
HIGH, SOME, NOT = 1, 2, 3  # the graded answers of 3.3, 3.4, 4.2, 4.4, 4.6
MINOR, LACKING = 2, 3  # 3.2: less essential, or essential, information is missing
UNKNOWN = 3  # 2.8: Uoplyst
NOT_OBTAINED = 4  # 4.4: there is no LÆ 265
MAN, WOMAN = 1, 2
OTHER = 8  # 2.8.1 and 2.9: something else
OTHER_FACTS, NOT_ASSESSED = 6, 7  # 2.10


# ------------------------------------------------------------------------------------------ kinds of cases


def outside_group(case: Case) -> bool:
    """Return whether the citizen is not in the target group for fleksjob."""
    return bool(case["3.3"] == NOT)


def lacking(case: Case) -> bool:
    """Return whether the citizen is not in the target group because essential information is missing."""
    return outside_group(case) and bool(case["3.2"] == LACKING)


def retained_wrongly(case: Case) -> bool:
    """Return whether the decision is wrong only because of the rules on fastholdelsesfleksjob."""
    return bool(case["3.1"] == NO) and not outside_group(case)


def small(case: Case) -> bool:
    """Return whether the decision is right and about a small fleksjob."""
    return bool(case["3.1"] == YES and case["3.4"] != NOT)


def right_not_small(case: Case) -> bool:
    """Return whether the decision is right though the working capacity is not very limited."""
    return bool(case["3.1"] == YES and case["3.4"] == NOT)


# --------------------------------------------------------------------------------------- dealing out answers


def rows(question: str, count: int) -> list[str]:
    """Return the keys of a grid's rows."""
    return [f"{question}/{row}" for row in range(1, count + 1)]


def anyone(case: Case) -> bool:
    """Return True: every case will do."""
    return True


def told(case: Case) -> bool:
    """Return whether the report tells of this case."""
    return bool(case["eksempel"] == YES)


def pick(rng: Random, cases: Iterable[Case], count: int, where: Where) -> list[Case]:
    """Return `count` of the cases that fulfil `where` and that the report does not tell of, drawn at random."""
    return rng.sample([case for case in cases if where(case) and not told(case)], count)


def deal(rng: Random, cases: Iterable[Case], counts: dict[int, int]) -> dict[str, set[int]]:
    """Return for each case (by number) its answers, so that answer `code` occurs `counts[code]` times.

    The answers go round the table like cards: no case gets one twice, as no count exceeds the number of cases, and
    every case gets one, as there are at least as many answers as cases.
    """
    hands: dict[str, set[int]] = {case["sagsnr"]: set() for case in cases}
    order = list(hands)
    rng.shuffle(order)
    table = cycle(order)
    for code, count in counts.items():
        for _ in range(count):
            hands[next(table)].add(code)
    return hands


def left_over(counts: dict[int, int], cases: Iterable[Case], question: str) -> dict[int, int]:
    """Return what remains of `counts` when the answers that the cases already have are taken away."""
    used = Counter(code for case in cases for code in case.get(question, ()))
    return {code: count - used[code] for code, count in counts.items()}


def deal_question(rng: Random, cases: list[Case], question: str, counts: dict[int, int]) -> None:
    """Give the cases several answers to a question; those that have answers keep them."""
    hands = deal(rng, [case for case in cases if question not in case], left_over(counts, cases, question))
    for case in cases:
        case.setdefault(question, hands.get(case["sagsnr"]))


def spread(rng: Random, cases: Iterable[Case], question: str, codes: dict[int, int]) -> None:
    """Give each of the cases one answer at random, answer `code` to `codes[code]` of them."""
    answers = list(Counter(codes).elements())
    rng.shuffle(answers)
    for case, answer in zip(cases, answers, strict=True):
        case[question] = answer


def else_answer(cases: Iterable[Case], keys: Iterable[str], answer: int) -> None:
    """Give the answer wherever there is none yet."""
    for case in cases:
        for key in keys:
            case.setdefault(key, answer)
