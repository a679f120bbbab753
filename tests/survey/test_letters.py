"""Letters to each kommune: its own results and cases, nobody else's, and sentences that are true of any kommune."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import htmltext
import kommunestudy
import pytest
from filetexts import texts_of
from handmade import PUBLISHED
from kommunestudy import NUMBERS, UNITS, Case, Private, flat, numbers, of, some, words, wrong_danish
from places import ROOT, SAMPLE

from audit.__main__ import main
from audit.base.danish import percent
from audit.document.blocks import Document, FormBlock, TableBlock
from audit.report import documents, planfile
from audit.study import source
from audit.tables.table import TOTAL


def letter(opened: source.Study, unit: str, **wanted: object) -> Document:
    return documents.report_document(opened, documents.ReportRequest("tilbagemelding", unit, **wanted))


@cache
def sample() -> source.Study:
    return source.open_source(SAMPLE)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of the letter to each kommune, all of them made by one command."""
    out = tmp_path_factory.mktemp("breve")
    arguments = ["report", str(SAMPLE), "--plan", "tilbagemelding", "--all-units", "--format", "html"]
    assert main([*arguments, "--out", str(out)]) == 0
    made = {path.stem.removeprefix("tilbagemelding-"): path.read_text(encoding="utf-8") for path in out.iterdir()}
    return {unit: flat(" ".join(htmltext.content(page))) for unit, page in made.items()}


# --- whose cases ------------------------------------------------------------------------------------------------------


def private(unit: str) -> list[Private]:
    return [Private.of(case) for case in of(unit)]


def test_one_command_makes_a_letter_to_each_kommune(letters: dict[str, str]) -> None:
    assert sorted(letters) == sorted(UNITS)


@pytest.mark.parametrize("unit", UNITS)
def test_a_letter_tells_everything_of_the_kommunes_own_cases(letters: dict[str, str], unit: str) -> None:
    text = letters[unit]
    assert numbers(text) == {case.number for case in private(unit)}
    assert [case.number for case in private(unit) if case.born[0] not in text] == []
    assert [written for case in private(unit) for written in case.written if written not in text] == []


@pytest.mark.parametrize("unit", UNITS)
def test_a_letter_tells_nothing_of_any_other_case(letters: dict[str, str], unit: str) -> None:
    own, others = private(unit), [case for other in UNITS if other != unit for case in private(other)]
    mine = {text for case in own for text in (*case.born, *case.written)}
    theirs = {text for case in others for text in (*case.born, *case.written)} - mine
    assert len(theirs) > 400
    short = {text for text in theirs if any(text in one for one in mine)}  # a part of what is written of its own
    assert [text for text in theirs - short if text in letters[unit]] == []
    assert not numbers(letters[unit]) & {case.number for case in others}


@pytest.mark.parametrize("unit", UNITS)
def test_the_forms_and_the_rows_of_a_letter_are_those_of_its_own_cases(unit: str) -> None:
    document = letter(sample(), unit)
    own = [case["sagsnr"] for case in of(unit)]
    forms = [block for block in document.blocks if isinstance(block, FormBlock) and block.text == "Sagsnr."]
    assert [form.fields[0].text for form in forms] == own
    rows = [row for block in document.blocks if isinstance(block, TableBlock) for row in block.rows]
    assert [row.header for row in rows if row.header.isdigit()] == own


@pytest.mark.pdf
def test_no_letter_tells_who_scored_a_case() -> None:
    """In any format, metadata included."""
    reviewers = [option.shown for option in sample().questionnaire.by_id["sagsmaaler"].options]
    assert len(reviewers) > 2
    for text in texts_of(letter(sample(), "Holstebro")).values():
        assert [one for one in reviewers if f" {one} " in text or f">{one}<" in text] == []


# --- results ----------------------------------------------------------------------------------------------------------

#: What is counted as in order: the question, the row of the letter, and how many of its answers, from the first.
IN_ORDER = (
    ("3.1", "Afgørelsen er samlet set rigtig (spm. 3.1)", 1),
    ("3.2", "Ingen væsentlige oplysninger mangler (spm. 3.2)", 2),
    ("3.3", "Målgruppen er vurderet korrekt (spm. 3.3)", 2),
    ("3.4", "Fleksjob på få timer er vurderet korrekt (spm. 3.4)", 2),
)


@pytest.mark.parametrize("unit", UNITS)
def test_the_results_are_the_published_ones(letters: dict[str, str], unit: str) -> None:
    for question, row, answers in IN_ORDER:
        own, every = (sum(PUBLISHED[question][label][:answers]) for label in (unit, TOTAL))
        assert f"{row} {own} af 10 {every} af 130 ({percent(every, 130)} procent)" in letters[unit]


def test_the_other_results_are_counted_from_the_cases(letters: dict[str, str]) -> None:
    whole = kommunestudy.cases()
    for column, row in (("q4_2", "Rehabiliteringsplanen følger kravene (spm. 4.2)"),
                        ("q4_4", "Lægens vurdering følger kravene (spm. 4.4)"),
                        ("q4_6", "Teamets begrundelse er god nok (spm. 4.6)")):  # fmt: skip
        for unit in UNITS:
            told = [_good(cases, column) for cases in (of(unit), whole)]
            assert f"{row} {told[0]} {told[1]} (" in letters[unit]


def _good(cases: list[Case] | tuple[Case, ...], column: str) -> str:
    answered = [case[column] for case in cases if case[column]]
    return f"{sum(answer in ('1', '2') for answer in answered)} af {len(answered)}"


# --- sentences --------------------------------------------------------------------------------------------------------

OWN, REVISOR, AST = "Næstved Kommune", "Region X's revisor", "Ankestyrelsen"
#: Who examined; right, wrong and unanswered cases of Næstved; and those of Aalborg beside them.
SITUATIONS = [
    (who, mine, theirs)
    for who in (OWN, REVISOR, AST, "")
    for mine in ((10, 0, 0), (0, 10, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (2, 1, 0), (1, 1, 0), (7, 2, 1))
    for theirs in ((0, 0, 0), (3, 2, 0))
    if who != OWN or not any(theirs)
]


def told(tmp_path: Path, who: str, mine: tuple[int, int, int], theirs: tuple[int, int, int], **given: str) -> str:
    """The words of the letter to Næstved."""
    rows = [*some("Næstved", *mine), *({**case, "sagsnr": f"9{case['sagsnr']}"} for case in some("Aalborg", *theirs))]
    units = ["Næstved", "Aalborg"] if any(theirs) else ["Næstved"]
    opened = kommunestudy.made(tmp_path / "s", rows, units, **({"examiner": who} if who else {}))
    return words(letter(opened, "Næstved", parameters=given))


@pytest.mark.parametrize(("who", "mine", "theirs"), SITUATIONS, ids=str)
def test_every_sentence_is_danish_and_of_the_right_number(
    tmp_path: Path, who: str, mine: tuple[int, int, int], theirs: tuple[int, int, int]
) -> None:
    text = told(tmp_path, who, mine, theirs, hearing="2016-01-15", reply_by="2016-02-01")
    assert wrong_danish(text) == []
    if sum(mine) == 1:
        assert "Afgørelserne" not in text and "en for en" not in text and "alle sagerne" not in text
    if not any(theirs):
        assert "hele undersøgelsen" not in text and "ved siden af" not in text and "kommuner " not in text
    assert ("Hvor det gik galt" in text) is (mine[1] > 0)
    if who == OWN:
        assert "jeres" not in text.lower() and "høring" not in text and "Med venlig hilsen" not in text
        assert "af sine egne sager" in text
    else:
        assert "egne sager" not in text
        assert "Har I bemærkninger" in text


@pytest.mark.parametrize(
    ("who", "mine", "theirs", "sentences"),
    [
        (AST, (7, 3, 0), (3, 2, 0), (
            "Tilbagemelding til Næstved Kommune",
            "Ankestyrelsen har gennemgået ti af jeres sager om fleksjob",
            "De er en del af en undersøgelse af 15 sager fra to kommuner.",
            "at syv af de ti sager, svarende til 70 procent, er i overensstemmelse med regler og praksis. "
            "Tre af de ti afgørelser ville være blevet ændret eller hjemvist, hvis borgerne havde klaget. "
            "I hele undersøgelsen er ti af de 15 sager, svarende til 67 procent, afgjort rigtigt.",
            "Væsentlige oplysninger mangler i alle tre sager.",
            "syv rigtige ud af ti kunne passe med, at mellem 40 og 89 procent af kommunens tilsvarende afgørelser",
            "Forskellen mellem jeres resultat og hele undersøgelsens kan altså være tilfældig.",
        )),
        (OWN, (2, 1, 0), (0, 0, 0), (
            "Næstved Kommunes gennemgang af sine egne sager",
            "Næstved Kommune har gennemgået tre af sine egne sager om fleksjob",
            "Næstved Kommune vurderer selv, at to af de tre sager, svarende til 67 procent, er i overensstemmelse",
            "En af de tre afgørelser ville være blevet ændret eller hjemvist, hvis borgeren havde klaget.",
            "Om den afgørelse, der ikke er rigtig, gælder:",
            "Væsentlige oplysninger mangler i den ene sag.",
        )),
        (OWN, (0, 1, 0), (0, 0, 0), (
            "Næstved Kommune vurderer selv, at afgørelsen ikke er i overensstemmelse med regler og praksis. "
            "Den ville være blevet ændret eller hjemvist, hvis borgeren havde klaget.",
            "Væsentlige oplysninger mangler i sagen.",
            "En enkelt sag kan ikke bruges til at bedømme praksis i kommunen.",
        )),
        (REVISOR, (0, 10, 0), (0, 0, 0), (
            "at ingen af de ti sager er i overensstemmelse med regler og praksis. Alle ti afgørelser ville være",
            "at mellem 0 og 28 procent af kommunens tilsvarende afgørelser er rigtige",
        )),
        (REVISOR, (10, 0, 0), (0, 0, 0), ("at alle ti sager er i overensstemmelse med regler og praksis.",)),
        (REVISOR, (7, 2, 1), (0, 0, 0), (
            "at syv af de ni sager, svarende til 78 procent, er",
            "I en sag er det ikke besvaret, om afgørelsen er rigtig. Den er ikke talt med.",
        )),
        (AST, (0, 0, 1), (0, 0, 0), ("Det er ikke besvaret, om afgørelsen er rigtig.",)),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_true_is_said(
    tmp_path: Path, who: str, mine: tuple[int, int, int], theirs: tuple[int, int, int], sentences: tuple[str, ...]
) -> None:
    text = told(tmp_path, who, mine, theirs)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_a_letter_out_for_comments_says_how_to_comment_and_the_final_one_that_it_was_heard() -> None:
    final = words(letter(sample(), "Næstved"))
    assert "blev sendt i høring hos de deltagende kommuner den 17. december 2015." in final
    assert "Har I bemærkninger" not in final
    given = {"reply_by": "2015-12-31"}
    early = words(letter(sample(), "Næstved", preliminary=True, parameters=given))
    assert "send dem til Ankestyrelsen, så de er modtaget senest den 31. december 2015." in early
    assert "blev sendt i høring" not in early
    undated = words(letter(sample(), "Næstved", preliminary=True))
    assert "send dem til Ankestyrelsen." in undated


def test_a_wrong_decision_without_the_usual_mistakes_and_a_missing_opinion_are_told_as_they_are(tmp_path: Path) -> None:
    odd = (kommunestudy.OTHERWISE_WRONG, kommunestudy.WITHOUT_DOCTOR)
    rows = [{**case, "kommune": NUMBERS["Næstved"]} for case in kommunestudy.cases() if case["sagsnr"] in odd]
    rows = [{**case, "q3_1": "1"} if case["sagsnr"] == odd[1] else case for case in rows]
    opened = kommunestudy.made(tmp_path / "s", rows, ["Næstved"], examiner=REVISOR)
    text = words(documents.report_document(opened, documents.ReportRequest("tilbagemelding", "Næstved", force=True)))
    assert "Hvad der gør afgørelsen forkert, fremgår af bemærkningerne i bilag 1." in text
    assert "Den praktiserende læges vurdering (LÆ 265) mangler i den ene af de to sager." in text


# --- the plans and the program ----------------------------------------------------------------------------------------

PLANS = ("tilbagemelding", "kommunalbestyrelse", "kommunalbestyrelse-bilag")


def test_whose_cases_they_are_is_found_out_alike_in_every_plan() -> None:
    default = planfile.load_by_id("praksisundersoegelse").definition.parameters["own_cases"].default
    assert [planfile.load_by_id(name).definition.parameters["own_cases"].default for name in PLANS] == [default] * len(
        PLANS
    )


def test_whether_the_council_must_treat_it_is_found_out_as_in_the_report() -> None:
    plans = ("praksisundersoegelse", "kommunalbestyrelse")
    report, paper = (planfile.load_by_id(name).definition.parameters["by_ankestyrelsen"] for name in plans)
    assert paper == report


MEMORY = """
import resource, sys
from pathlib import Path
from audit.report.documents import ReportRequest, report_document
from audit.render import pdf
from audit.study.source import open_source

sample = open_source(Path(sys.argv[1]))
for number, unit in enumerate(("Aalborg", "Aarhus", "Egedal", "Esbjerg")):
    pdf.render(report_document(sample, ReportRequest("tilbagemelding", unit)))
    pdf.forget()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.pdf
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measured in the kilobytes that Linux tells")
def test_a_letter_more_takes_no_more_memory() -> None:
    """Typst keeps what it has worked out; of thirteen letters that would be three gigabytes."""
    run = [sys.executable, "-c", MEMORY, str(SAMPLE)]
    peaks = subprocess.run(run, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split()
    assert len(peaks) == 4
    assert int(peaks[3]) < 1.25 * int(peaks[0])
