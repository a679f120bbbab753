"""The scoring workbook: what a person may write, what is locked, what an import reads, and what LibreOffice keeps."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import strategies
from calcstudy import STAMP, Calculated, calculated, questionnaire, read_back
from openpyxl import Workbook
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from audit.base.errors import UsageFault
from audit.cases import headers
from audit.cases.checks import check
from audit.cases.columns import Cases, from_codes
from audit.files.cells import column_letters
from audit.files.datasheet import DataSheet
from audit.questionnaire.model import Questionnaire
from audit.scoring import answersets
from audit.workbook.book import column_headers, read_stamp, scoring_workbook
from audit.workbook.marks import Mark

FORMS = ("fleksjob-2016", "hjemmehjaelp", "odd")
FORM = "fleksjob-2016"


def made_cases(count: int) -> Cases:
    rows = strategies.random_cases(1, count)
    return from_codes(questionnaire(FORM), {name: [row[name] for row in rows] for name in strategies.VALUES})


@cache
def file() -> bytes:
    """Six cases, of which the second is finished, and three rows for more."""
    return scoring_workbook(made_cases(6), STAMP, title="Fleksjob i Egedal", locked=[1], blank=3)


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@cache
def book() -> Workbook:
    return opened(file())


def cases_sheet() -> Worksheet:
    return book()["Sager"]


def columns() -> dict[str, str]:
    """The letters of each variable's column."""
    return {name: column_letters(place) for place, name in enumerate(questionnaire(FORM).by_column, start=1)}


def codes(found: Calculated | object, *severities: str) -> list[str]:
    return [one.code for one in found.findings if one.severity in severities]


# --- there and back ---------------------------------------------------------------------------------------------------


def test_an_unchanged_workbook_reads_back_to_the_same_cases() -> None:
    coded = read_back(file(), questionnaire(FORM))
    assert codes(coded, "fejl", "mangel") == []
    assert answersets.from_cases(coded.cases) == answersets.from_cases(made_cases(6))
    assert [one.code for one in check(coded.cases)] == [one.code for one in check(with_reasons(made_cases(6)))]


def with_reasons(cases: Cases) -> Cases:
    """The same cases with every column, as a workbook has."""
    return answersets.to_cases(cases.questionnaire, answersets.from_cases(cases))


def test_texts_that_look_like_formulas_and_numbers_stay_texts() -> None:
    texts = ("=1+1", "+45", "-Nej", "@navn", "007", "1,5", "'citat", "to\nlinjer", "æøå ”” 😀")
    cases = from_codes(questionnaire(FORM), {"sagsnr": [str(n) for n in range(len(texts))], "q2_2_bem": texts})
    content = scoring_workbook(cases, STAMP, title="=2+2")
    cells = opened(content)["Sager"][columns()["q2_2_bem"]][1:]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [(text, "s", "@") for text in texts]
    assert [row["q2_2_bem"] for row in answersets.from_cases(read_back(content, questionnaire(FORM)).cases)] == list(
        texts
    )


def test_a_text_that_no_cell_can_hold_is_refused_and_the_case_is_named() -> None:
    for text in ("x" * 32_768, "😀" * 16_384, "_x0041_" + "x" * 32_755):
        cases = from_codes(questionnaire(FORM), {"sagsnr": ["7"], "q2_2_bem": [text]})
        with pytest.raises(UsageFault, match=r"sag 7, spørgsmål 2\.2 Bemærkninger: Teksten er på 32\.768 tegn"):
            scoring_workbook(cases, STAMP, title="Prøve")


def test_characters_that_no_workbook_can_hold_are_left_out() -> None:
    cases = from_codes(questionnaire(FORM), {"sagsnr": ["7"], "q2_2_bem": ["a\x0bb"]})
    content = scoring_workbook(cases, STAMP, title="Prøve")
    assert opened(content)["Sager"][f"{columns()['q2_2_bem']}2"].value == "ab"


def test_the_same_cases_give_the_same_bytes() -> None:
    assert file() == scoring_workbook(made_cases(6), STAMP, title="Fleksjob i Egedal", locked=[1], blank=3)


def test_the_stamp_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "sager.xlsx"
    path.write_bytes(file())
    assert read_stamp(path) == STAMP


def test_the_stamp_has_the_cases(tmp_path: Path) -> None:
    path = tmp_path / "sager.xlsx"
    told = replace(STAMP, cases=("12", "case", "012"))
    path.write_bytes(scoring_workbook(made_cases(1), told, title="x"))
    assert read_stamp(path) == told


def test_another_file_has_no_stamp(tmp_path: Path) -> None:
    other = Workbook()
    other.active.append(["Felt", "Værdi"])
    other.active.title = "Version"
    other.active.append(["revision", "mange"])
    other.save(tmp_path / "andet.xlsx")
    (tmp_path / "sager.csv").write_text("Felt;Værdi\nrevision;7\n", encoding="utf-8")
    (tmp_path / "itu.xlsx").write_bytes(file()[:900])
    assert [read_stamp(tmp_path / name) for name in ("andet.xlsx", "sager.csv", "itu.xlsx", "intet.xlsx")] == [None] * 4


# --- what stands on the sheets ----------------------------------------------------------------------------------------


def test_the_sheets_for_people_come_first_and_the_others_are_hidden() -> None:
    shown = [sheet.title for sheet in book() if sheet.sheet_state == "visible"]
    assert shown == ["Vejledning", "Sager", "Overblik", "Regler", "Koder"]
    assert book().sheetnames[len(shown) :] == ["Beregning", "Mærker", "Navne", "Version"]
    assert book().security.lockStructure


def understood(form: Questionnaire) -> list[str]:
    heads = column_headers(form)
    sheet = DataSheet("a.xlsx", "Sager", heads, heads, 1, ((),) * len(heads), (), 1, ())
    found = headers.match_headers(sheet, form)
    assert found.findings == ()
    return [target.name for _, target in sorted(found.targets.items())]


@pytest.mark.parametrize("name", FORMS)
def test_every_header_is_understood_as_the_column_that_it_stands_over(name: str) -> None:
    assert understood(questionnaire(name)) == list(questionnaire(name).by_column)


def test_headers_say_number_and_text() -> None:
    heads = dict(zip(columns(), column_headers(questionnaire(FORM)), strict=True))
    assert heads["q3_2"] == "3.2 I hvilket omfang sagen er oplyst"
    assert heads["q2_9__3"] == "2.9/3 Træning"
    assert (heads["kommune"], heads["q4_1__5_bem"], heads["begr_r4"]) == (
        "Kommune", "4.1/5 Bemærkninger", "Begrundelse r4",
    )  # fmt: skip


def test_a_title_that_two_questions_share_gives_way_to_the_machine_name() -> None:
    form = questionnaire(FORM)
    first, second, *rest = form.fields
    alike = replace(form, fields=(replace(first, label="Sted"), replace(second, label="Sted"), *rest))
    assert {"kommune", "sagsnr"} <= set(column_headers(alike))
    assert understood(alike) == list(alike.by_column)


def test_no_cell_that_a_person_may_change_holds_a_formula() -> None:
    cells = [cell for row in cases_sheet().iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_only_the_open_cells_of_the_form_can_be_changed() -> None:
    for sheet in book():
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert not (sheet.protection.formatColumns or sheet.protection.formatRows or sheet.protection.autoFilter)
        unlocked = {cell.row for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
        assert unlocked == ({2, *range(4, 11)} if sheet.title == "Sager" else set())


def test_a_finished_case_is_locked_throughout_and_a_key_where_it_is_written() -> None:
    key, answer = columns()["sagsnr"], columns()["q3_1"]
    locked = [
        (cases_sheet()[f"{key}{row}"].protection.locked, cases_sheet()[f"{answer}{row}"].protection.locked)
        for row in (2, 3, 8)
    ]
    assert locked == [(True, False), (True, True), (False, False)]
    assert cases_sheet()[f"{answer}3"].font.italic
    assert cases_sheet()[f"{answer}3"].fill.fgColor.rgb != cases_sheet()[f"{answer}2"].fill.fgColor.rgb


def test_identifications_and_headers_stay_in_sight() -> None:
    assert cases_sheet().freeze_panes == "D2"
    assert cases_sheet().auto_filter.ref == f"A1:{column_letters(len(columns()))}10"


def test_every_word_of_a_header_and_every_row_of_it_has_room() -> None:
    for head in cases_sheet()[1]:
        width = cases_sheet().column_dimensions[head.column_letter].width
        assert max(len(word) for word in head.value.split()) < width
        assert cases_sheet().row_dimensions[1].height >= 15 * len(head.value) / width


def validation(sheet: Worksheet, name: str) -> object:
    [found] = [one for one in sheet.data_validations.dataValidation if f"{columns()[name]}2" in one.sqref]
    return found


def listed(content: Workbook, formula: str) -> list[object]:
    """What stands in the range of a defined name."""
    [(sheet, area)] = content.defined_names[formula].destinations
    return [cell.value for row in content[sheet][area.replace("$", "")] for cell in row]


def test_answers_are_chosen_from_a_list_of_their_labels() -> None:
    for name in ("q3_2", "q4_3__2", "q2_1_status", "fastholdelse", "kommune"):
        found, variable = validation(cases_sheet(), name), questionnaire(FORM).by_column[name]
        assert (found.type, found.errorStyle) == ("list", "warning")
        assert listed(book(), found.formula1) == [option.title for option in variable.options]
    assert validation(cases_sheet(), "q2_9__3").formula1 == '"1,0"'


def test_dates_and_numbers_are_checked_and_dates_are_dates() -> None:
    assert validation(cases_sheet(), "q2_1").type == "date"
    assert cases_sheet()[f"{columns()['q2_1']}2"].is_date
    form = questionnaire("hjemmehjaelp")
    content = opened(scoring_workbook(from_codes(form, {"q1_3": ["30", "2.5"]}), STAMP, title="Prøve"))
    place = column_letters(list(form.by_column).index("q1_3") + 1)
    assert [cell.value for cell in content["Sager"][place][1:]] == [30, 2.5]
    [found] = [one for one in content["Sager"].data_validations.dataValidation if f"{place}2" in one.sqref]
    assert found.type == "decimal"


def test_what_is_said_beside_a_cell_keeps_to_the_limits_of_excel() -> None:
    for one in cases_sheet().data_validations.dataValidation:
        assert 0 < len(one.promptTitle) <= 32
        assert 0 < len(one.prompt) <= 255
    assert "Er afgørelsen samlet set rigtig" in validation(cases_sheet(), "q3_1").prompt
    assert validation(cases_sheet(), "begr_r4").prompt.startswith("Når rehabiliteringsplanens forberedende del")


def test_each_mark_has_a_look_of_its_own_also_without_colour() -> None:
    [(area, rules)] = cases_sheet().conditional_formatting._cf_rules.items()
    assert str(area.sqref) == f"A2:{column_letters(len(columns()))}10"
    assert [rule.formula for rule in rules] == [[f"maerke={mark}"] for mark in Mark]
    looks = [(one.dxf.font.b, one.dxf.font.i, one.dxf.font.strike, one.dxf.border is None) for one in rules]
    greys = [grey(rule.dxf.fill.bgColor.rgb) for rule in rules]
    assert len(set(zip(greys, looks, strict=True))) == len(Mark)
    assert all(abs(one - other) > 20 for one, other in pairwise(sorted(set(greys))))


def grey(colour: str) -> int:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (2, 4, 6))
    return round(0.3 * red + 0.59 * green + 0.11 * blue)


def test_every_question_code_and_rule_is_explained() -> None:
    form = questionnaire(FORM)
    lines = {tuple(row[:4]) for row in book()["Koder"].iter_rows(values_only=True)}
    for question in form.questions:
        number = None if question.identification or question.supplement else question.id
        for option in question.options:
            if not option.date:
                assert (number, question.shown, option.code, option.title) in lines
    rules = {row[0]: row[2] for row in book()["Regler"].iter_rows(min_row=2, values_only=True)}
    assert rules == {rule.id: rule.text for rule in form.rules}


# --- in LibreOffice ---------------------------------------------------------------------------------------------------


@cache
def filled() -> tuple[Calculated, list[dict[str, str]]]:
    """Twenty cases of which the workbook knows the key, filled in by LibreOffice, and what was filled in."""
    form = questionnaire(FORM)
    rows = strategies.random_cases(2, 20)
    known = from_codes(form, {"sagsnr": [row["sagsnr"] for row in rows], "kommune": [row["kommune"] for row in rows]})
    start = scoring_workbook(known, STAMP, title="Prøve")
    wanted = answersets.from_cases(from_codes(form, {name: [row[name] for row in rows] for name in strategies.VALUES}))
    cells = [
        ("Sager", f"{columns()[name]}{number}", as_typed(form, name, text))
        for number, row in enumerate(wanted, start=2)
        for name, text in row.items()
        if name not in ("sagsnr", "kommune")
    ]
    return calculated(start, form, cells), wanted


def as_typed(form: Questionnaire, name: str, text: str) -> str | int:
    """An answer as the drop-down, or a person, writes it in a cell."""
    variable = form.by_column[name]
    if variable.kind == "code":
        return next(option.title for option in variable.options if option.code == text)
    if variable.kind == "date":
        return excel_day(text)
    return int(text) if variable.kind == "flag" else text


def excel_day(text: str) -> int:

    return int(to_excel(date.fromisoformat(text)))


@pytest.mark.office
def test_libreoffice_a_workbook_that_it_has_filled_in_and_saved_holds_exactly_the_answers() -> None:
    found, wanted = filled()
    assert codes(found.coded, "fejl", "mangel") == []
    assert answersets.from_cases(found.cases) == wanted


@pytest.mark.office
def test_libreoffice_keeps_locks_lists_colours_panes_and_stamp(tmp_path: Path) -> None:
    saved = opened(filled()[0].file)
    sheet = saved["Sager"]
    assert sheet.protection.sheet
    assert not (sheet.protection.formatColumns or sheet.protection.formatRows or sheet.protection.autoFilter)
    assert sheet[f"{columns()['sagsnr']}2"].protection.locked
    assert not sheet[f"{columns()['q3_1']}2"].protection.locked
    assert sheet.freeze_panes == "D2"
    assert listed(saved, validation(sheet, "q3_2").formula1) == listed(book(), "svar_q3_2")
    assert validation(sheet, "q2_1").type == "date"
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert [rule.formula for rule in rules] == [[f"maerke={mark}"] for mark in Mark]
    assert saved.defined_names["maerke"].attr_text.replace("'", "").replace("$", "") == "Mærker!A1"
    assert [one.title for one in saved if one.sheet_state == "hidden"] == ["Beregning", "Mærker", "Navne", "Version"]
    path = tmp_path / "gemt.xlsx"
    path.write_bytes(filled()[0].file)
    assert read_stamp(path) == STAMP


@pytest.mark.office
def test_libreoffice_the_overview_names_the_rules_and_the_state_of_each_case() -> None:
    found, _ = filled()
    saved = openpyxl.load_workbook(io.BytesIO(found.file), data_only=True)
    head, *lines = saved["Overblik"].iter_rows(values_only=True)
    findings = check(found.cases)
    for row, line in enumerate(lines):
        told = dict(zip(head, line, strict=True))
        broken = {one.rule for one in findings if one.rule and row in one.rows}
        assert set((told["Regler"] or "").split(", ")) - {""} == broken
        wrong = any(one.severity == "fejl" and row in one.rows for one in findings)
        lacks = any(one.severity == "mangel" and row in one.rows for one in findings)
        assert told["Tilstand"] == ("Skal rettes" if wrong else "Mangler" if lacks else "Udfyldt")
        assert told["Sagsnr."] == found.cases.keys[row]


@pytest.mark.office
def test_libreoffice_a_date_written_as_text_is_marked_though_an_import_reads_it() -> None:
    form = questionnaire(FORM)
    cell = f"{columns()['q2_1']}2"
    found = calculated(
        scoring_workbook(from_codes(form, {"sagsnr": ["1"]}), STAMP, title="Prøve"),
        form,
        [("Sager", cell, "31.12.2014")],
    )
    assert answersets.from_cases(found.cases)[0]["q2_1"] == "2014-12-31"
    assert found.marks["q2_1"] == [Mark.UNREAD]
