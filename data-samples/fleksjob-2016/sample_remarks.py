"""Give the sample cases their remarks and written reasons, from the invented sentences of phrases.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from random import Random
from typing import Any

from sample_answers import (
    LACKING,
    MINOR,
    NO,
    NOT,
    NOT_OBTAINED,
    OTHER,
    OTHER_FACTS,
    REMARK,
    SOME,
    UNKNOWN,
    YES,
    Case,
    lacking,
    outside_group,
    retained_wrongly,
    rows,
    told,
)


class Writer:
    """Deals out the invented sentences of phrases.yaml, each list in turn."""

    def __init__(self, rng: Random, phrases: dict[str, Any]) -> None:
        self.phrases = phrases
        self.decks = {name: self.deck(rng, deck) for name, deck in phrases["decks"].items()}

    def deck(self, rng: Random, phrases: Any) -> Any:
        """Return an endless iterator over the sentences, or over joined pairs of beginnings and ends."""
        if isinstance(phrases, list):
            return cycle(rng.sample(phrases, len(phrases)))
        parts = [self.deck(rng, phrases["first"]), self.deck(rng, phrases["then"])]
        return map(" ".join, zip(*parts, strict=True))

    def write(self, cases: list[Case]) -> None:
        """Give every case its remarks and reasons; what phrases.yaml says of a single case goes first."""
        for case in cases:
            case.update(self.phrases["described"].get(case["sagsnr"], {}))
            case.update(self.phrases["marked"].get(case.pop("mark", None), {}))
            for key, deck in [*judgements(case), *answers(case), *grid_rows(case), *special_rules(case)]:
                if key not in case:
                    case[key] = next(self.decks[deck])


Wanted = list[tuple[str, str]]  # which field of a case, which deck of phrases


def chosen(candidates: Iterable[tuple[bool, str, str]]) -> Wanted:
    """Return the fields to fill, the first deck that applies to each."""
    fields: dict[str, str] = {}
    for applies, key, deck in candidates:
        if applies:
            fields.setdefault(key, deck)
    return list(fields.items())


def judgements(case: Case) -> Wanted:
    """Return which sentences part 3 needs: a reason for each 3.4 Nej, a remark for each 3.1 Nej."""
    remark, kept = f"3.1 {REMARK}", case["fastholdelse"] == YES
    return chosen(
        [
            (kept and case["3.1"] == YES, remark, "3.1 fastholdelse rigtig"),
            (kept and case["3.1"] == NO, remark, "3.1 fastholdelse forkert"),
            (lacking(case), remark, "3.1 uden for målgruppen"),
            (outside_group(case), remark, "3.1 uden for målgruppen, sagen er oplyst"),
            (retained_wrongly(case) and case["3.2"] == LACKING, f"3.2 {REMARK}", "3.2 fastholdelse"),
            (case["3.2"] == LACKING, f"3.2 {REMARK}", "3.2 væsentlige"),
            (case["3.2"] == MINOR, f"3.2 {REMARK}", "3.2 mindre væsentlige"),
            (case["3.3"] == SOME, f"3.3 {REMARK}", "3.3"),
            (lacking(case), "begr_r3", "begr_r3 uden for målgruppen"),
            (outside_group(case), "begr_r3", "begr_r3 uden for målgruppen, sagen er oplyst"),
            (retained_wrongly(case) and case["3.4"] == NOT, "begr_r3", "begr_r3 fastholdelse"),
            (case["3.4"] == NOT, "begr_r3", "begr_r3 i målgruppen"),
        ]
    )


def answers(case: Case) -> Wanted:
    """Return which remarks part 2 needs: those that an option demands, and some more."""
    every_fourth = int(case["sagsnr"]) % 4 == 0
    return chosen(
        [
            (case["2.4"] == NO, f"2.4 {REMARK}", "2.4 ikke indhentet"),
            (case["2.6"] == YES, f"2.6 {REMARK}", "2.6"),
            (case["2.8"] == NO, f"2.8 {REMARK}", "2.8 nej"),
            (case.get("vaegttab") == YES, f"2.8.1 {REMARK}", "2.8.1 vægttab"),
            ("vaegttab" in case, f"2.8.1 {REMARK}", "2.8.1 andet"),
            (OTHER in case["2.9"], f"2.9 {REMARK}", "2.9 andet"),
            (OTHER_FACTS in case["2.10"], f"2.10 {REMARK}", "2.10 andet"),
            (case["2.8"] == UNKNOWN and not told(case) and every_fourth, f"2.10 {REMARK}", "2.10 fremgår ikke"),
        ]
    )


def grid_rows(case: Case) -> Wanted:
    """Return a remark for each row of part 4 that is not Ja."""
    keys = [*rows("4.1", 8), *rows("4.3", 4), *rows("4.5", 3)]
    return chosen(
        candidate
        for key in keys
        for candidate in (
            (case[key] == NO, f"{key} {REMARK}", key),
            (case[key] == NOT, f"{key} {REMARK}", "4.3 ikke indhentet"),
        )
    )


def deviates(case: Case, present: str, sufficient: str) -> bool:
    """Return whether a row is missing in one grid and yet sufficient in the other."""
    missing = (key for key in case if key.startswith(present + "/") and case[key] == NO)
    return any(case[key.replace(present, sufficient)] == YES for key in missing)


def special_rules(case: Case) -> Wanted:
    """Return which remarks and reasons the judgements of part 4 need."""
    no_attest = case["4.4"] in (NOT, NOT_OBTAINED)
    return chosen(
        [
            (case["4.2"] == SOME, f"4.2 {REMARK}", "4.2 nogen grad"),
            (case["4.2"] == NOT, f"4.2 {REMARK}", "4.2 nej"),
            (case["4.4"] == NOT, f"4.4 {REMARK}", "4.4 nej"),
            (case["4.4"] == NOT_OBTAINED, f"4.4 {REMARK}", "4.4 ikke indhentet"),
            (case["laegekonsulent"] == YES, f"4.4 {REMARK}", "4.4 lægekonsulent"),
            (case["4.6"] == NOT, f"4.6 {REMARK}", "4.6 nej"),
            (no_attest and case["3.2"] != LACKING, "begr_r5", "begr_r5"),
            (deviates(case, "2.3.1", "4.1"), "begr_r14", "begr_r14"),
            (deviates(case, "2.4.1", "4.3"), "begr_r15", "begr_r15"),
            (deviates(case, "2.5", "4.5"), "begr_r16", "begr_r16"),
        ]
    )
