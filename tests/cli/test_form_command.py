"""`audit form`: the empty questionnaire, one document per case, or all of them in one."""

from __future__ import annotations

from pathlib import Path

import htmltext
import pytest
from places import SAMPLE
from smallstudy import CASES, EXAMPLE, Runner, make


def told(path: Path) -> str:
    return " ".join(" ".join(htmltext.content(path.read_text(encoding="utf-8"))).split())


@pytest.mark.pdf
def test_an_empty_form_needs_a_questionnaire_and_no_cases(run: Runner, tmp_path: Path) -> None:
    ran = run("form", "--blank", "--schema", "fleksjob-2016", "--out", tmp_path / "ud")
    assert ran.code == 0, ran.err
    names = [f"maaleskema.{ending}" for ending in ("html", "pdf", "docx")]
    assert ran.out.splitlines() == [f"Skrevet: {tmp_path / 'ud' / name}" for name in names]
    assert (tmp_path / "ud/maaleskema.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "ud/maaleskema.docx").read_bytes().startswith(b"PK")
    text = told(tmp_path / "ud" / "maaleskema.html")
    assert "3.1 Er afgørelsen samlet set rigtig" in text
    assert "\u2612" not in text


def test_an_empty_form_of_a_study_is_that_of_its_own_questionnaire(run: Runner, small: Path, tmp_path: Path) -> None:
    assert run("form", "--blank", "--study", small, "--out", tmp_path, "--format", "html").code == 0
    assert "Distrikt" in told(tmp_path / "maaleskema.html")


def test_each_case_gets_a_document_of_its_own(run: Runner, small: Path, tmp_path: Path) -> None:
    ran = run("form", "--study", small, "--out", tmp_path / "ud", "--format", "html")
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in (tmp_path / "ud").iterdir()) == [
        f"maaleskema-{case}.html" for case in ("Nord+1", "Nord+2", "Syd+1", "Syd+2")
    ]
    assert "\u2612 (1) Ja" in told(tmp_path / "ud" / "maaleskema-Nord+1.html")


def test_the_cases_that_are_named_are_shown_once_each_in_any_case(run: Runner, small: Path, tmp_path: Path) -> None:
    ran = run("form", "syd/1", "Syd/1", "--study", small, "--out", tmp_path, "--format", "html")
    assert ran.out == f"Skrevet: {tmp_path / 'maaleskema-Syd+1.html'}\n"
    assert "Der mangler noget" in told(tmp_path / "maaleskema-Syd+1.html")


def test_cases_together_are_one_document_with_a_contents_list(run: Runner, tmp_path: Path) -> None:
    ran = run("form", "12", "18", "--together", "--study", SAMPLE, "--out", tmp_path, "--format", "html")
    assert ran.out == f"Skrevet: {tmp_path / 'maaleskema-sager.html'}\n", ran.err
    page = (tmp_path / "maaleskema-sager.html").read_text(encoding="utf-8")
    assert "<nav" in page
    assert "Sag 12" in page and "Sag 18" in page


def test_a_form_names_no_reviewer(run: Runner, tmp_path: Path) -> None:
    assert run("form", "12", "--study", SAMPLE, "--out", tmp_path, "--format", "html").code == 0
    assert "Sagsmåler" not in told(tmp_path / "maaleskema-12.html")


def test_a_case_of_a_data_file_can_be_shown(run: Runner, tmp_path: Path) -> None:
    source = ("--study", SAMPLE / "cases.csv", "--schema", "fleksjob-2016")
    assert run("form", "7", *source, "--out", tmp_path, "--format", "html").code == 0
    assert "Sag 7" in told(tmp_path / "maaleskema-7.html")


def test_files_are_kept_unless_overwrite(run: Runner, small: Path, tmp_path: Path) -> None:
    (tmp_path / "maaleskema-Nord+1.pdf").write_text("min", encoding="utf-8")
    arguments = ("form", "Nord/1", "--study", small, "--out", tmp_path)
    ran = run(*arguments)
    assert (ran.code, (tmp_path / "maaleskema-Nord+1.pdf").read_text(encoding="utf-8")) == (2, "min")
    assert "findes allerede" in ran.err
    assert not list(tmp_path.glob("*.html")), "all formats or none"
    assert run(*arguments, "--overwrite").code == 0
    assert len(list(tmp_path.glob("maaleskema-Nord+1.*"))) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("99",), 'Sag "99" findes ikke i undersøgelsen.'),
        (("Nord/3",), 'Mente du "Nord/'),
        (("--blank", "Nord/1"), "Et tomt skema (--blank) har ingen sager."),
        (("--blank", "--together"), "Et tomt skema (--blank) har ingen sager."),
        (("--format", "doc"), 'Formatet "doc" kendes ikke. Mente du "docx"?'),
        (("--plan", "maalskema"), 'Mente du "maaleskema"?'),
        (("--date", ""), '"" er ikke en dato.'),
    ],
)
def test_wrong_use_is_told(run: Runner, small: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run("form", *arguments, "--study", small)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_two_cases_never_share_a_file_and_none_is_too_long_for_a_disk(run: Runner, tmp_path: Path) -> None:
    numbers = ["a b", "a_b", "a/b", "a-b", "a+b", "a.b", "a:b", "a?b", "a.", "x" * 300, "x" * 301]
    rows = "".join(CASES.splitlines(keepends=True)[1].replace("Nord,1,", f"Syd,{number},") for number in numbers)
    study = make(tmp_path / "s", cases=CASES + rows)
    ran = run("form", "--study", study, "--out", tmp_path / "ud", "--format", "html")
    assert ran.code == 0, ran.err
    names = [path.name for path in (tmp_path / "ud").glob("*.html")]
    assert len({name.casefold() for name in names}) == 4 + len(numbers)
    assert {"maaleskema-Syd+a_b.html", "maaleskema-Syd+a+b.html", "maaleskema-Syd+a-b.html"} <= {*names}
    assert max(map(len, names)) < 100
    assert not any(set(name) & set('<>:"/\\|?*') for name in names)


def test_two_cases_that_differ_in_upper_and_lower_case_alone_are_told_as_windows_takes_them_for_one(
    run: Runner, tmp_path: Path
) -> None:
    study = make(tmp_path / "s", cases=CASES.replace("Syd,1,", "Syd,a b,").replace("Syd,2,", "Syd,A b,"))
    ran = run("form", "--study", study, "--out", tmp_path / "ud", "--format", "html")
    assert ran.code == 2
    assert "ville få det samme filnavn" in ran.err
    assert not list((tmp_path / "ud").glob("*.html"))


def test_a_case_number_is_one_case_whatever_signs_it_has(run: Runner, tmp_path: Path) -> None:
    study = make(
        tmp_path / "s", cases=CASES.replace("Nord,1,", "Nord,1;Nord/2,"), example=EXAMPLE.replace("1", "1;Nord/2")
    )
    ran = run("form", "Nord/1;Nord/2", "--study", study, "--out", tmp_path, "--format", "html")
    assert (ran.code, ran.out) == (0, f"Skrevet: {tmp_path / 'maaleskema-Nord_1_Nord_2-ae6acebd.html'}\n"), ran.err
    text = told(tmp_path / "maaleskema-Nord_1_Nord_2-ae6acebd.html")
    assert text.startswith("Gå til indholdet") or "Sag Nord/1;Nord/2: " in text
    assert text.count("Sag Nord/") == 1


@pytest.mark.parametrize("more", [(), ("--together",)])
def test_a_study_without_cases_has_no_forms_but_the_empty_one(
    run: Runner, tmp_path: Path, more: tuple[str, ...]
) -> None:
    study = make(tmp_path / "s", cases=CASES.partition("\n")[0] + "\n")
    ran = run("form", "--study", study, "--out", tmp_path / "ud", *more)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Der er ingen sager i undersøgelsen.")
    assert not (tmp_path / "ud").exists()
    assert run("form", "--blank", "--study", study, "--out", tmp_path / "ud", "--format", "html").code == 0
