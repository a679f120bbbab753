"""schemas/fleksjob-2016.yaml is the printed form of bilag 6: nothing left out, nothing added, in the same order.

The schema is read here with plain PyYAML, not with the package's own loader, so that the two cannot share a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from bilag6 import BILAG_6, BOX, letters
from places import ROOT

SCHEMA: dict[str, Any] = yaml.load(  # the BaseLoader makes text of every scalar and nothing else
    (ROOT / "schemas" / "fleksjob-2016.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)


def options(item: dict[str, Any]) -> list[dict[str, str]]:
    """The options of a question or an identification as a list, whichever way they are written."""
    found = item.get("options", [])
    if isinstance(found, str):
        found = SCHEMA["scales"][found]
    if isinstance(found, dict):
        return [{"code": code, "text": text} for code, text in found.items()]
    return list(found)


def on_the_form() -> list[dict[str, Any]]:
    """The sections that are printed."""
    return [section for section in SCHEMA["sections"] if section.get("supplement") != "yes"]


def questions() -> list[dict[str, Any]]:
    """The numbered questions of the form."""
    return [question for section in on_the_form() for question in section["questions"]]


def printed_options(item: dict[str, Any]) -> Iterator[str]:
    for option in options(item):
        number = f" - {option['number']}" if "number" in option else ""
        yield f"({option['code']}) {option['text']}{number}"


def printed_grid(question: dict[str, Any]) -> Iterator[str]:
    """The scale as headings of columns, then each row with its boxes."""
    yield from (option["text"] for option in options(question))
    if "row_remark" in question:
        yield question["row_remark"]
    boxes = " ".join(f"({option['code']})" for option in options(question))
    for row in question["rows"]:
        yield f"{row['id']}. {row['text']}"
        yield boxes


def printed_question(question: dict[str, Any]) -> Iterator[str]:
    if "heading" in question:
        yield question["heading"]
    yield f"{question['id']} {question['text']}"
    yield from printed_grid(question) if question["type"] == "grid" else printed_options(question)
    if "remark" in question:
        yield question["remark"]


def printed() -> Iterator[str]:
    """Everything that the form prints, in its order."""
    yield SCHEMA["title"]
    yield SCHEMA["identification"]["title"]
    for field in SCHEMA["identification"]["fields"]:
        yield field["text"]
        yield from printed_options(field)
    yield SCHEMA["printed"]["start"]
    for section in on_the_form():
        yield section["title"]
        for question in section["questions"]:
            yield from printed_question(question)
    yield SCHEMA["printed"]["end"]


def words(text: str) -> str:
    """`text` without tick boxes and lines to write on, all white space a single space."""
    return " ".join(re.sub(rf"[_{BOX}]", " ", text).split())


def test_the_schema_prints_every_letter_of_bilag_6_in_order_and_no_other():
    ours, theirs = letters("".join(printed())), letters(BILAG_6)
    same = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    assert ours == theirs, f"first difference after …{theirs[max(0, same - 60) : same]}"


def test_every_printed_string_stands_in_bilag_6_with_its_spaces():
    assert [line for line in printed() if words(line) not in words(BILAG_6)] == []


# Written by hand from the form. Options: codes (grids: rows x codes); "!" demands a remark, "x" excludes all others.
CHECKLIST = """
1.1    date     -                     asked always                 remark none
1.2    choice   1 2                   asked always                 remark none
2.1    date     1 2 3                 asked always                 remark own
2.2    choice   1 2                   asked always                 remark own
2.2.1  choice   1 2!                  asked 2.2=Ja                 remark own
2.3    choice   1 2                   asked always                 remark own
2.3.1  grid     8 x 1 2               asked 2.3=Ja                 remark own
2.4    choice   1 2                   asked always                 remark own
2.4.1  grid     4 x 1 2               asked 2.4=Ja                 remark own
2.5    grid     3 x 1 2               asked 2.2=Ja                 remark own
2.6    choice   1! 2                  asked always                 remark own
2.7    choice   1 2                   asked always                 remark own
2.7.1  choice   1 2                   asked 2.7=Nej                remark own
2.8    choice   1 2 3                 asked always                 remark own
2.8.1  choices  1 2 3 4 5 6 7 8!      asked 2.8=Ja                 remark own
2.9    choices  1 2 3 4 5 6 7 8! 9x 10x  asked always              remark own
2.10   choices  1 2 3 4 5 6! 7x       asked always                 remark own
3.1    choice   1 2                   asked always                 remark own
3.2    choice   1 2 3                 asked always                 remark own
3.3    choice   1 2 3                 asked always                 remark own
3.4    choice   1 2 3                 asked always                 remark own
4.1    grid     8 x 1 2               asked always                 remark row
4.2    choice   1 2 3                 asked always                 remark own
4.3    grid     4 x 1 2 3             asked always                 remark row
4.4    choice   1 2 3 4               asked always                 remark own
4.5    grid     3 x 1 2               asked always                 remark row
4.6    choice   1 2 3 4               asked 2.2=Ja                 remark own
4.7    choice   1 2                   asked 2.7=Nej 2.7.1=Nej      remark own
"""


def in_checklist_form(question: dict[str, Any]) -> str:
    """One question as a line of the checklist, single-spaced."""
    marks = {"remark": "!", "exclusive": "x"}
    codes = " ".join(
        option["code"] + "".join(mark for key, mark in marks.items() if option.get(key) == "yes")
        for option in options(question)
    )
    rows = f"{len(question['rows'])} x " if "rows" in question else ""
    asked = " ".join(f"{key}={answer}" for key, answer in question.get("asked_when", {}).items())
    remark = "own" if "remark" in question else "row" if "row_remark" in question else "none"
    return f"{question['id']} {question['type']} {rows}{codes or '-'} asked {asked or 'always'} remark {remark}"


def test_each_question_has_the_type_options_condition_and_remark_of_the_checklist():
    assert [in_checklist_form(question) for question in questions()] == [
        " ".join(line.split()) for line in CHECKLIST.strip().splitlines()
    ]


def test_the_form_has_28_questions_52_answer_positions_and_38_remark_fields():
    grids = [question for question in questions() if question["type"] == "grid"]
    rows = sum(len(question["rows"]) for question in grids)
    own = [question for question in questions() if "remark" in question]
    row_remarks = sum(len(question["rows"]) for question in grids if "row_remark" in question)

    assert len(questions()) == 28
    assert (rows, len(questions()) - len(grids) + rows) == (30, 52)
    assert (len(own), row_remarks) == (23, 15)


def test_the_decision_date_alone_has_an_alternative_that_is_the_date():
    dated = [(question["id"], o["code"]) for question in questions() for o in options(question) if "date" in o]
    assert dated == [("2.1", "1")]
    assert SCHEMA["decision_date"] == "2.1"


def test_the_identification_has_thirteen_kommuner_a_case_number_and_five_private_reviewers():
    fields = SCHEMA["identification"]["fields"]
    assert [(field["id"], len(options(field)), field.get("private")) for field in fields] == [
        ("kommune", 13, None),
        ("sagsnr", 0, None),
        ("sagsmaaler", 5, "yes"),
    ]


MISPRINTS = {
    "2.2.1": [("spm. 2.2. Hvad", "spm. 2.2: Hvad")],
    "2.3.1/7": [("Hidtidige forsørgelseshistorik", "Hidtidig forsørgelseshistorik")],
    "2.5": [("rehabliteringsteamets", "rehabiliteringsteamets")],
    "3.3": [("begrænsinger", "begrænsninger")],
    "3.4": [("ringe grad, skal", 'ringe grad", skal')],
    "4.1": [("rehabilitereingsplan", "rehabiliteringsplan")],
    "4.1/2": [("herunde ", "herunder ")],
    "4.1/7": [("Hidtidige forsørgelseshistorik", "Hidtidig forsørgelseshistorik")],
    "4.2": [("indstilling til ressourceforløb", "indstilling om ressourceforløb"), ("mangler. Lav", 'mangler". Lav')],
    "4.5/1": [("social og", "sociale og")],
    "4.6/4": [("2.2.1.er", "2.2.1 er")],
}


def wordings() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every question, grid row and option of the form under a name such as 4.1/2."""
    for question in questions():
        yield question["id"], question
        yield from ((f"{question['id']}/{row['id']}", row) for row in question.get("rows", []))
        if question["type"] != "grid":
            yield from ((f"{question['id']}/{option['code']}", option) for option in options(question))


def test_a_corrected_text_mends_its_misprint_and_changes_nothing_else():
    mended = {}
    for name, wording in wordings():
        if name in MISPRINTS and "corrected" in wording:
            expected = wording["text"]
            for wrong, right in MISPRINTS[name]:
                assert expected.count(wrong) == 1, name
                expected = expected.replace(wrong, right)
            mended[name] = wording["corrected"] == expected
    assert mended == dict.fromkeys(MISPRINTS, True)
    assert [name for name, wording in wordings() if "corrected" in wording] == list(MISPRINTS)


def test_the_two_wordings_of_health_and_of_what_the_team_weighed_are_kept_apart():
    rows = {name: wording["text"] for name, wording in wordings() if "/" in name}
    assert "igangværende undersøgelser " in rows["2.3.1/5"]
    assert "igangværende undersøgelse " in rows["4.1/5"]
    assert rows["2.5/1"].startswith("Hvilke beskæftigelsesmæssige, sociale og")
    assert rows["4.5/1"].startswith("Fremgår det af indstillingen, hvilke beskæftigelsesmæssige, social og")


def test_every_question_has_a_short_label():
    labels = {question["id"]: question.get("label", "") for s in SCHEMA["sections"] for question in s["questions"]}
    assert [name for name, label in labels.items() if not 0 < len(label) <= 80] == []
    assert len(set(labels.values())) == len(labels)


def test_the_supplement_holds_the_registrations_that_the_report_counts_without_remark_fields():
    (supplement,) = [section for section in SCHEMA["sections"] if section not in on_the_form()]
    assert [question["id"] for question in supplement["questions"]] == [
        "fastholdelse",
        "fastholdelse_70b",
        "fastholdelse_rigtig",
        "fastholdelse_bestemmelse",
        "paragraf_56",
        "laegekonsulent",
        "vaegttab",
        "eksempel",
    ]
    assert [question["id"] for question in supplement["questions"] if "remark" in question] == []


def test_the_rules_have_the_strengths_that_the_form_gives_them():
    strengths = {rule["id"]: rule["strength"] for rule in SCHEMA["rules"]}
    assert list(strengths) == [f"r{n}" for n in range(1, 17)]
    assert [name for name, strength in strengths.items() if strength == "vurdering"] == ["r3"]
    assert [name for name, s in strengths.items() if s == "skal"] == ["r1", "r2", "r6", "r7", "r9", "r10", "r11"]
    assert {strengths[f"r{n}"] for n in (4, 5, 8, 12, 13, 14, 15, 16)} == {"udgangspunkt"}


def test_no_rule_lets_the_overall_result_depend_on_a_nej_further_down():
    """Five cases of fastholdelsesfleksjob are rightly wrong although 3.2, 3.3 and 3.4 hold no Nej."""
    assert [rule["id"] for rule in SCHEMA["rules"] if "3.1" in rule["when"]] == []


def test_every_legal_source_is_cited_and_every_citation_has_its_source():
    items = [item for section in SCHEMA["sections"] for q in section["questions"] for item in (q, *q.get("rows", []))]
    cited = {reference["law"] for item in items for reference in item.get("basis", [])}
    replaced = {law["replaces"] for law in SCHEMA["laws"].values() if "replaces" in law}
    chapters = (ROOT / "reports" / "praksisundersoegelse").glob("*.md")
    told = set(re.findall(r'\("([a-z0-9-]+)"\)', "".join(path.read_text(encoding="utf-8") for path in chapters)))
    assert cited | replaced <= set(SCHEMA["laws"]) <= cited | replaced | told
