"""Make the sample study: 130 invented cases whose counts are those of the published report.

    python make_sample.py [FOLDER]     writes cases.csv and cases.xlsx (beside this file unless told)

The cases are built, not searched for. Ten cases a kommune get the four main judgements straight from the published
tables; then each further question deals its published answers out among the cases that the report lets have them.
What the report leaves open is drawn with a fixed seed, so that the same files come out each time.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from sample_answers import (
    HIGH,
    MAN,
    NO,
    NOT,
    NOT_ASSESSED,
    NOT_OBTAINED,
    OTHER,
    SOME,
    UNKNOWN,
    WOMAN,
    YES,
    Case,
    Where,
    anyone,
    deal,
    deal_question,
    else_answer,
    lacking,
    outside_group,
    pick,
    retained_wrongly,
    right_not_small,
    rows,
    small,
    spread,
    told,
)
from sample_files import read_schema, write_csv, write_xlsx
from sample_remarks import Writer

HERE = Path(__file__).parent
SCHEMA = HERE.parent.parent / "schemas" / "fleksjob-2016.yaml"
SEED = 2016

# The five cases of fastholdelsesfleksjob that are wrong though the citizen is in the target group: their 3.4. Where
# they lie follows by subtraction in bilag 4; which three of them are no small fleksjob is our choice.
RETENTION_WRONG = {"Aarhus": [HIGH], "Egedal": [NOT, NOT], "Esbjerg": [HIGH], "Helsingør": [NOT]}

# Men and women by age. Published: 45 and 85, nearly 9 of 10 women under 40, about equal at 40-49 and 50-59.
AGES = {(21, 29): (1, 12), (30, 39): (4, 26), (40, 49): (19, 20), (50, 59): (19, 18), (60, 64): (2, 9)}

# Answers of the cases told in examples/ that the report gives or that follow from what it tells.
TOLD: dict[int, Case] = {
    4: {"4.1/3": NO, "4.2": SOME},
    11: {"2.8": UNKNOWN, "2.9": {3, 7}},
    12: {"4.1/2": NO, "4.1/3": NO, "4.1/6": NO, "2.3.1/2": NO, "2.3.1/3": NO, "2.3.1/6": NO, "4.2": NOT},
    31: {"2.8": UNKNOWN},
    36: {"4.3/1": NO, "4.4": NOT},
    40: {"2.8": YES, "2.8.1": {5}, "2.10": {2}},
    67: {"4.5/1": NO, "4.5/2": NO, "2.5/1": NO, "2.5/2": NO, "4.6": NOT},
    76: {"2.8": YES, "2.8.1": {1, 3, 5, 7, 8}, "2.9": {3, 7}, "2.10": {1, 2}, "vaegttab": YES},
    98: {"2.8": YES, "2.8.1": {2, 6}, "2.9": {6}, "2.10": {3, 5}},
    106: {"4.3/1": NO, "4.4": NOT},
    112: {"2.8": UNKNOWN, "4.6": NOT} | {f"{grid}/{row}": NO for grid in ("2.5", "4.5") for row in (1, 2, 3)},
    117: {"2.8": YES, "2.8.1": {8}, "2.10": {1, 6}},
}


def make_cases(published: dict[str, Any], phrases: dict[str, Any]) -> list[Case]:
    """Return the 130 cases in the order of their numbers."""
    rng = Random(SEED)
    cases = [case for code, unit in enumerate(units(published), start=1) for case in ten(rng, published, code, unit)]
    number(rng, cases, published)
    cases.sort(key=lambda case: int(case["sagsnr"]))
    people(rng, cases, published)
    dates(rng, cases, published)
    unvaried(rng, cases)
    retention(rng, cases)
    development(rng, cases)
    measures(rng, cases)
    weight_given(rng, cases)
    plan(rng, cases)
    attest(rng, cases)
    team(rng, cases)
    presence(rng, cases)
    supplement(rng, cases)
    Writer(rng, phrases).write(cases)
    return cases


# ----------------------------------------------------------------------- the four main judgements, by kommune


def units(published: dict[str, Any]) -> list[str]:
    """Return the names of the kommuner in the form's order."""
    return [name for name in published["bilag_4"]["3.1"] if name != "I alt"]


def ten(rng: Random, published: dict[str, Any], code: int, unit: str) -> list[Case]:
    """Return one kommune's ten cases with 3.1-3.4 as bilag 4 counts them.

    The wrong cases are those outside the target group (3.3 and 3.4 Nej) and those about fastholdelsesfleksjob. They
    take the most serious answers to 3.2; what is left of the three tables goes to the right cases.
    """
    counts = {question: dict(enumerate(table[unit], start=1)) for question, table in published["bilag_4"].items()}
    retained = RETENTION_WRONG.get(unit, [])
    outside = counts["3.3"][NOT]
    wrong = {
        "3.2": sorted(Counter(counts["3.2"]).elements(), reverse=True)[: outside + len(retained)],
        "3.3": [NOT] * outside + [HIGH] * len(retained),
        "3.4": [NOT] * outside + retained,
    }
    cases = [{"kommune": code, "3.1": NO} for _ in range(outside + len(retained))]
    rights = [{"kommune": code, "3.1": YES} for _ in range(counts["3.1"][YES])]
    for question, answers in wrong.items():
        for case, answer in zip(cases, answers, strict=True):
            case[question] = answer
        spread(rng, rights, question, Counter(counts[question]) - Counter(answers))
    return cases + rights


# ------------------------------------------------------------------------------- number, person, date, reviewer


def number(rng: Random, cases: list[Case], published: dict[str, Any]) -> None:
    """Number the cases through the survey: the told ones as in the report, the others at random."""
    names = units(published)
    kinds: dict[int, Where] = {
        40: lambda case: retained_wrongly(case) and names[case["kommune"] - 1] == "Esbjerg",
        54: lambda case: outside_group(case) and names[case["kommune"] - 1] == "Holstebro",
        112: right_not_small,
        **dict.fromkeys((4, 12, 18, 36, 66, 67, 106, 119), lacking),
        **dict.fromkeys((11, 31, 61, 63, 76, 96, 98, 117), small),
    }
    for sagsnr, kind in kinds.items():
        chosen = rng.choice([case for case in cases if "sagsnr" not in case and kind(case)])
        chosen.update({"sagsnr": str(sagsnr), "eksempel": YES} | TOLD.get(sagsnr, {}))
    numbers = [nr for nr in range(1, len(cases) + 1) if nr not in kinds]
    rng.shuffle(numbers)
    for case in cases:
        if "sagsnr" not in case:
            case.update({"sagsnr": str(numbers.pop()), "eksempel": NO})


def people(rng: Random, cases: list[Case], published: dict[str, Any]) -> None:
    """Give sex and age: the told cases theirs, the others what is left in each age group."""
    seats = Counter({(sex, band): AGES[band][sex - 1] for band in AGES for sex in (MAN, WOMAN)})
    for case in filter(told, cases):
        person = published["cases_described"][int(case["sagsnr"])]
        case.update({"1.2": {"Mand": MAN, "Kvinde": WOMAN}[person["sex"]], "age": person["age"]})
        seats[case["1.2"], next(band for band in AGES if band[0] <= case["age"] <= band[1])] -= 1
    free = list(seats.elements())
    rng.shuffle(free)
    for case in cases:
        if not told(case):
            sex, band = free.pop()
            case.update({"1.2": sex, "age": rng.randint(*band)})


def weekday(rng: Random, first: date, last: date) -> date:
    """Return a random Monday to Friday from `first` to `last`."""
    days = (first + timedelta(days=day) for day in range((last - first).days + 1))
    return rng.choice([day for day in days if day.weekday() < 5])


def dates(rng: Random, cases: list[Case], published: dict[str, Any]) -> None:
    """Give the date of decision, most before 1 May 2015 as called in, and a date of birth that fits the age."""
    known = published["decision_date"]
    first, last, by_year = known["first"], known["last"], known["by_year"]
    days = [first, last]
    days += [weekday(rng, first + timedelta(days=1), date(2013, 12, 20)) for _ in range(by_year[2013] - 1)]
    days += [weekday(rng, date(2014, 1, 6), date(2014, 12, 19)) for _ in range(by_year[2014])]
    days += [weekday(rng, date(2015, 5, 4), last - timedelta(days=1)) for _ in range(7)]
    others = [case for case in cases if not told(case)]
    spring = [weekday(rng, date(2015, 1, 12), date(2015, 4, 30)) for _ in range(len(cases) - len(days))]
    for case in filter(told, cases):
        case["2.1"] = spring.pop()
    for case, day in zip(rng.sample(others, len(others)), days + spring, strict=True):
        case["2.1"] = day
    for case in cases:
        birthday = case["2.1"].replace(year=case["2.1"].year - case.pop("age"))
        case["1.1"] = birthday - timedelta(days=rng.randrange(1, 360))


def unvaried(rng: Random, cases: list[Case]) -> None:
    """Answer what the survey answers alike in all cases, and 2.6 and the reviewer, of which it says nothing."""
    for case in cases:
        case.update({"2.2": YES, "2.2.1": 1, "2.3": YES, "2.4": YES, "2.7": YES})
    spread(rng, cases, "sagsmaaler", dict.fromkeys(range(1, 6), 26))
    asking = pick(rng, cases, 19, anyone)
    for case in cases:
        case["2.6"] = YES if case in asking else NO


# --------------------------------------------------------------------------------- fastholdelse and development


def retention(rng: Random, cases: list[Case]) -> None:
    """Mark the nine cases about fastholdelsesfleksjob: four right under § 70 b, stk. 3, five wrong."""
    for case in cases:
        case["fastholdelse"] = NO
    right = pick(rng, cases, 3, small) + [case for case in cases if case["sagsnr"] == "63"]
    wrong = list(filter(retained_wrongly, cases))
    for case in right + wrong:
        case.update({"fastholdelse": YES, "fastholdelse_70b": NO})
    for case in right:
        case.update({"fastholdelse_rigtig": YES, "fastholdelse_bestemmelse": 2})
    for case in wrong:
        case.update({"fastholdelse_rigtig": NO, "fastholdelse_bestemmelse": 3})
    decided = pick(rng, wrong, 1, anyone)[0]
    decided.update({"fastholdelse_70b": YES, "paragraf_56": YES, "mark": "paragraf 56"})


def development(rng: Random, cases: list[Case]) -> None:
    """Answer 2.8 and 2.8.1: in 42 cases the kommune finds that the working capacity can be developed.

    They are 32 of the 79 small fleksjob, among them the two that are wrong, nine that lack essential information,
    and one that is right but not small.
    """
    judged = [case for case in cases if case.get("2.8") == YES or (retained_wrongly(case) and case["3.4"] != NOT)]
    judged += pick(rng, cases, 32 - len(judged), lambda case: small(case) and "2.8" not in case)
    judged += pick(rng, cases, 9, lacking)
    cleaner = pick(rng, cases, 1, right_not_small)[0]
    cleaner["mark"] = "rengøring"
    for case in [*judged, cleaner]:
        case["2.8"] = YES
    for case in pick(rng, cases, 17, lambda case: "2.8" not in case):
        case["2.8"] = NO
    else_answer(cases, ["2.8"], UNKNOWN)
    with_answer = [case for case in cases if case["2.8"] == YES]
    deal_question(rng, with_answer, "2.8.1", {1: 14, 2: 5, 3: 8, 4: 6, 5: 8, 6: 3, 7: 10, OTHER: 19})
    other = [case for case in with_answer if OTHER in case["2.8.1"]]
    losing = pick(rng, other, 3, anyone)
    for case in other:
        case.setdefault("vaegttab", YES if case in losing else NO)


def measures(rng: Random, cases: list[Case]) -> None:
    """Answer 2.9: a measure in 12 of the 42 cases, and in a few of the others, of which the report says nothing."""
    judged = [case for case in cases if case["2.8"] == YES]
    leaflet = pick(rng, judged, 1, lambda case: case.get("vaegttab") == YES)[0]
    leaflet.update({"2.9": {OTHER}, "mark": "folder om vægttab"})
    acting = [case for case in judged if told(case) and "2.9" in case] + [leaflet]
    acting += pick(rng, judged, 12 - len(acting), lambda case: "2.9" not in case)
    deal_question(rng, acting, "2.9", {1: 2, 2: 1, 3: 3, 4: 2, 5: 1, 6: 1, 7: 6, OTHER: 3})
    for answers in ({7}, {3}, {4}, {5, 7}):
        pick(rng, cases, 1, lambda case: case["2.8"] != YES and "2.9" not in case)[0]["2.9"] = answers
    for case in pick(rng, cases, 18, lambda case: "2.9" not in case):
        case["2.9"] = {10}
    for case in cases:
        case.setdefault("2.9", {9})


def weight_given(rng: Random, cases: list[Case]) -> None:
    """Answer 2.10: what the kommune built on in the 42 cases; "not assessed" in all others."""
    deal_question(rng, [case for case in cases if case["2.8"] == YES], "2.10", {1: 22, 2: 22, 3: 11, 4: 3, 5: 14, 6: 7})
    for case in cases:
        case.setdefault("2.10", {NOT_ASSESSED})


# ------------------------------------------------------------------------------------------- the special rules


def fail_rows(hands: dict[str, set[int]], cases: Iterable[Case], question: str) -> None:
    """Answer Nej in the rows that each case was dealt."""
    for case in cases:
        case.update({f"{question}/{row}": NO for row in hands.get(case["sagsnr"], ())})


def plan(rng: Random, cases: list[Case]) -> None:
    """Answer 4.1 and 4.2: seven plans fail, mainly on rows 8, 3 and 5 or 6; single rows are weak in 31 others."""
    counts = {1: 5, 2: 6, 3: 12, 4: 3, 5: 17, 6: 4, 7: 10, 8: 17}
    failing = pick(rng, cases, 6, lacking)
    weak_rows = ({3, 5, 8}, {3, 5, 7, 8}, {3, 6, 8}, {3, 5, 6, 8}, {1, 3, 5, 8}, {2, 3, 5, 7, 8})
    for case, weak in zip(failing, weak_rows, strict=True):
        case.update({"4.2": NOT} | {f"4.1/{row}": NO for row in weak})
    weak_plans = pick(rng, cases, 26, lambda case: "4.2" not in case)
    nearly_good = pick(rng, cases, 4, lambda case: case not in weak_plans and "4.2" not in case)
    for case in weak_plans:
        case["4.2"] = SOME
    left = {row: count - sum(f"4.1/{row}" in case for case in cases) for row, count in counts.items()}
    fail_rows(deal(rng, weak_plans + nearly_good, left), cases, "4.1")
    else_answer(cases, rows("4.1", 8), YES)
    else_answer(cases, ["4.2"], HIGH)


def attest(rng: Random, cases: list[Case]) -> None:
    """Answer 4.3 and 4.4: eight attests fail, two of them without consequence, and one was not obtained."""
    missing, *failing = pick(rng, cases, 5, lambda case: lacking(case) and case["4.2"] != NOT)
    missing.update({"2.4": NO, "4.4": NOT_OBTAINED} | dict.fromkeys(rows("4.3", 4), 3))
    failing += pick(rng, cases, 2, lambda case: small(case) and case["fastholdelse"] == NO)
    for case, weak in zip(failing, ({1, 2, 4}, {1, 4}, {2, 3}, {3, 4}, {4}, {2, 3}), strict=True):
        case.update({"4.4": NOT} | {f"4.3/{row}": NO for row in weak})
    thin = pick(rng, cases, 17, lambda case: "4.4" not in case)
    for case in thin:
        case["4.4"] = SOME
    thin[0]["4.3/4"] = NO
    else_answer(cases, rows("4.3", 4), YES)
    else_answer(cases, ["4.4"], HIGH)


def team(rng: Random, cases: list[Case]) -> None:
    """Answer 4.5 and 4.6: nine recommendations without a full statement of reasons, eight of them in wrong cases."""
    failing = pick(rng, cases, 7, lacking)
    for case, weak in zip(failing, [{1, 2, 3}] * 4 + [{1, 2}] * 3, strict=True):
        case.update({"4.6": NOT} | {f"4.5/{row}": NO for row in weak})
    for case in pick(rng, cases, 12, lambda case: "4.6" not in case):
        case["4.6"] = SOME
    else_answer(cases, rows("4.5", 3), YES)
    else_answer(cases, ["4.6"], HIGH)


def presence(rng: Random, cases: list[Case]) -> None:
    """Answer 2.3.1, 2.4.1 and 2.5: a third of what is insufficient in part 4 is not there at all."""
    for present, sufficient, count, deviating in (("2.3.1", "4.1", 8, 4), ("2.4.1", "4.3", 4, 4), ("2.5", "4.5", 3, 3)):
        asked = [case for case in cases if present != "2.4.1" or case["2.4"] == YES]
        pairs = list(zip(rows(present, count), rows(sufficient, count), strict=True))
        for case in asked:
            weak = [key for key, same in pairs if case[same] == NO and not told(case)]
            case.update({key: NO for key in weak if rng.randrange(3) == 0})
        else_answer(asked, rows(present, count), YES)
        deviate(rng, asked, *pairs[deviating - 1])


def deviate(rng: Random, cases: list[Case], missing: str, sufficient: str) -> None:
    """Let one case lack a row and yet have it sufficiently, to show how a deviation is reasoned."""
    case = pick(rng, cases, 1, lambda case: small(case) and case[sufficient] == YES)[0]
    case[missing] = NO


def supplement(rng: Random, cases: list[Case]) -> None:
    """Mark the twelve cases in which a lægekonsulent's statement was used."""
    used = pick(rng, cases, 12, lambda case: case["4.4"] == HIGH)
    for case in cases:
        case["laegekonsulent"] = YES if case in used else NO


def main(folder: Path) -> None:
    """Write both files into the folder."""
    published, phrases = (
        yaml.safe_load((HERE / name).read_text(encoding="utf-8")) for name in ("published.yaml", "phrases.yaml")
    )
    schema = read_schema(SCHEMA)
    cases = make_cases(published, phrases)
    write_csv(folder / "cases.csv", schema, cases)
    write_xlsx(folder / "cases.xlsx", schema, cases)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
