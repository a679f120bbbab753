from __future__ import annotations

import dataclasses

import pytest
from handmade import grid, table

from audit.base.errors import DefinitionFault
from audit.document.blocks import (
    Block,
    CaseExample,
    Chart,
    Document,
    FigureBlock,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Span,
    TableBlock,
    TableRow,
    draw_table,
)
from audit.document.numbering import resolve
from audit.prose import chapters
from audit.questionnaire import schemas
from audit.questionnaire.condition import Answered, Key
from audit.questionnaire.describe import describe


def heading(level: int, text: str, **more: object) -> Heading:
    return Heading(level, (Span(text),), **more)  # type: ignore[arg-type]


def numbered_table(id: str) -> TableBlock:
    return draw_table(table(("Ja", "Nej"), (1, 2)), id=id, caption="Svar")


def numbered_figure(id: str) -> FigureBlock:
    return FigureBlock(id, "Svar", Chart("bars", ("Ja",), (), ((1,),)), "Ja: 1.")


def reference(id: str) -> Paragraph:
    return Paragraph((Span("se "), Span("", ref=id, origin=("kapitel.md", 7))))


def resolved(*blocks: Block) -> tuple[Block, ...]:
    return resolve(Document("Titel", blocks)).blocks


def text_of(block: Block) -> str:
    assert isinstance(block, Paragraph | Note | Heading)
    return "".join(span.text for span in block.spans)


def numbers(blocks: tuple[Block, ...]) -> list[str]:
    return [
        block.number if isinstance(block, Heading) else block.label
        for block in blocks
        if isinstance(block, Heading | TableBlock | FigureBlock)
    ]


def test_a_section_without_a_number_takes_none_from_the_others() -> None:
    blocks = resolved(heading(1, "A"), heading(2, "B"), heading(2, "C", numbered=False), heading(2, "D"))
    assert numbers(blocks) == ["1", "1.1", "", "1.2"]


def test_chapters_sections_tables_and_figures_are_numbered_within_their_chapter() -> None:
    blocks = resolved(
        heading(1, "A"),
        numbered_table("t1"),
        heading(2, "B"),
        heading(3, "C"),
        numbered_figure("f1"),
        heading(3, "D"),
        numbered_table("t2"),
        heading(2, "E"),
        heading(3, "F"),
        heading(1, "G"),
        numbered_table("t3"),
    )
    assert numbers(blocks) == [
        "1", "Tabel 1.1", "1.1", "1.1.1", "Figur 1.1", "1.1.2", "Tabel 1.2", "1.2", "1.2.1", "2", "Tabel 2.1",
    ]  # fmt: skip


def test_each_appendix_numbers_anew_and_a_fixed_number_is_kept_and_counted_on_from() -> None:
    blocks = resolved(
        heading(1, "A", number="3"),
        heading(1, "B"),
        heading(1, "C", appendix=True, number="4"),
        numbered_table("t1"),
        numbered_table("t2"),
        heading(2, "D"),
        heading(1, "E", appendix=True),
        numbered_table("t3"),
    )
    assert numbers(blocks) == ["3", "4", "Bilag 4", "Tabel 1", "Tabel 2", "4.1", "Bilag 5", "Tabel 1"]


def test_an_unnumbered_chapter_and_its_sections_have_no_number_but_can_be_linked_to() -> None:
    blocks = resolved(heading(1, "Forord", numbered=False, id="forord"), heading(2, "Tak"), reference("forord"))
    assert numbers(blocks) == ["", ""]
    assert text_of(blocks[2]) == "se Forord"
    assert blocks[1].id == "afsnit-u2"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("kapitel", "se kapitel 1"),
        ("afsnit", "se afsnit 1.1"),
        ("t1", "se tabel 1.1"),
        ("f1", "se figur 1.1"),
        ("bilag", "se bilag 4"),
        ("t2", "se tabel 1 i bilag 4"),
        ("afsnit-i-bilag", "se afsnit 4.1 i bilag 4"),
    ],
)
def test_a_reference_says_what_it_points_to(target: str, words: str) -> None:
    blocks = resolved(
        heading(1, "A", id="kapitel"),
        reference(target),
        heading(2, "B", id="afsnit"),
        numbered_table("t1"),
        numbered_figure("f1"),
        heading(1, "C", id="bilag", appendix=True, number="4"),
        numbered_table("t2"),
        heading(2, "D", id="afsnit-i-bilag"),
    )
    assert text_of(blocks[1]) == words


def test_a_reference_within_the_same_appendix_does_not_name_it() -> None:
    blocks = resolved(heading(1, "A", appendix=True), numbered_table("t1"), reference("t1"))
    assert text_of(blocks[2]) == "se tabel 1"


def test_references_in_lists_notes_and_examples_are_written_too() -> None:
    see = (Span("", ref="t1"),)
    example = CaseExample("18", "En sag", (Paragraph(see),))
    blocks = resolved(heading(1, "A"), numbered_table("t1"), ListBlock((see, see)), Note(see), example)
    assert blocks[2] == ListBlock(((Span("tabel 1.1", ref="t1"),),) * 2)
    assert text_of(blocks[3]) == "tabel 1.1"
    assert blocks[4].blocks[0].spans[0].text == "tabel 1.1"  # type: ignore[union-attr]


def test_a_reference_to_nothing_is_a_fault_where_it_was_written() -> None:
    with pytest.raises(DefinitionFault) as caught:
        resolved(heading(1, "A"), numbered_table("tabel-et"), reference("tabel-at"))
    [fault] = caught.value.faults
    assert (fault.file, fault.line, fault.code) == ("kapitel.md", 7, "henvisning")
    assert 'Mente du "tabel-et"?' in fault.message


def test_two_blocks_with_the_same_name_are_a_fault() -> None:
    with pytest.raises(DefinitionFault, match=r"både tabel 1\.1 og tabel 1\.2"):
        resolved(heading(1, "A"), numbered_table("x"), numbered_table("x"))


def test_every_heading_of_a_resolved_document_has_its_own_id() -> None:
    blocks = resolved(
        heading(1, "A"), heading(2, "A"), heading(2, "A"), heading(1, "A", appendix=True), heading(2, "A")
    )
    ids = [block.id for block in blocks if isinstance(block, Heading)]
    assert ids == ["kapitel-1", "afsnit-1.1", "afsnit-1.2", "bilag-1", "bilag-1-afsnit-1.1"]


def test_a_table_that_nobody_named_has_a_name_of_its_own_that_nobody_can_give() -> None:
    blocks = resolved(
        numbered_table(""),
        heading(1, "A"),
        numbered_table(""),
        numbered_table("tabel-1.2"),
        numbered_table(""),
        heading(1, "B", appendix=True),
        numbered_table(""),
        heading(1, "C", appendix=True),
        CaseExample("18", "En sag", (numbered_table(""),)),
    )
    ids = [block.id for block in blocks if isinstance(block, TableBlock)]
    assert ids == ["Tabel-1", "Tabel-1.1", "tabel-1.2", "Tabel-1.3", "bilag-1-Tabel-1"]
    assert blocks[-1].blocks[0].id == "bilag-2-Tabel-1"  # type: ignore[union-attr]
    assert [chapters.ID.fullmatch(id) for id in ids if "T" in id] == [None] * 4


def test_what_stands_in_no_chapter_is_counted_on_whatever_headings_there_are() -> None:
    blocks = resolved(
        numbered_table("a"),
        heading(1, "A", numbered=False),
        numbered_table("b"),
        heading(2, "B", numbered=False),
        numbered_table("c"),
        heading(1, "C"),
        numbered_table("d"),
        heading(1, "D", numbered=False),
        numbered_table("e"),
        numbered_figure("f"),
        reference("e"),
    )
    labels = [block.label for block in blocks if isinstance(block, TableBlock | FigureBlock)]
    assert labels == ["Tabel 1", "Tabel 2", "Tabel 3", "Tabel 1.1", "Tabel 4", "Figur 1"]
    assert text_of(blocks[-1]) == "se tabel 4"


@pytest.mark.parametrize(
    ("header", "cells", "blank"),
    [("", ("", ""), True), ("Sag 1", ("", " "), True), ("", ("", "x"), False), ("", (), True), ("Sag 1", (), False)],
)
def test_a_row_is_blank_where_only_its_header_says_something(header: str, cells: tuple[str, ...], blank: bool) -> None:
    assert TableRow(header, cells).blank == blank


def test_blocks_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Span("a").text = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("show", "header", "first", "last"),
    [
        ("counts", ("Svar", "Antal sager"), ("88",), ("130",)),
        ("percent", ("Svar", "Procent"), ("68 %",), ("100 %",)),
        ("both", ("Svar", "Antal sager", "Procent"), ("88", "68 %"), ("130", "100 %")),
    ],
)
def test_a_table_of_one_row_stands_upright_with_its_base_last(
    show: str, header: tuple[str, ...], first: tuple[str, ...], last: tuple[str, ...]
) -> None:
    drawn = draw_table(table(("Ja", "Nej"), (88, 42), show=show), id="t", caption="c")
    assert drawn.header == header
    assert [(row.header, row.total) for row in drawn.rows] == [("Ja", False), ("Nej", False), ("I alt", True)]
    assert (drawn.rows[0].cells, drawn.rows[-1].cells) == (first, last)
    assert drawn.align == ("left", *["right"] * (len(header) - 1))


@pytest.mark.parametrize(
    ("show", "header", "cells"),
    [
        ("counts", ("Kommune", "Ja", "Nej"), ("8", "2")),
        ("percent", ("Kommune", "Ja", "Nej", "I alt"), ("80 %", "20 %", "10")),
        ("both", ("Kommune", "Ja", "Nej"), ("8 (80 %)", "2 (20 %)")),
    ],
)
def test_a_table_by_unit_has_units_down_the_side(show: str, header: tuple[str, ...], cells: tuple[str, ...]) -> None:
    drawn = draw_table(table(("Ja", "Nej"), {"Aalborg": (8, 2), "I alt": (8, 2)}, show=show), id="t", caption="c")
    assert drawn.header == header
    assert [(row.header, row.cells, row.total) for row in drawn.rows] == [
        ("Aalborg", cells, False),
        ("I alt", cells, True),
    ]


def test_several_answers_are_not_summed_but_told_with_their_base() -> None:
    upright = draw_table(table(("A", "B"), (19, 30), multiple=True, base=(42,)), id="t", caption="c")
    assert upright.header == ("Svar", "Antal svar")
    assert (upright.rows[-1].header, upright.rows[-1].cells) == ("Besvarede sager", ("42",))
    across = draw_table(
        table(("A", "B"), {"X": (1, 2), "I alt": (1, 2)}, multiple=True, base=(2, 2)), id="t", caption="c"
    )
    assert across.header == ("Kommune", "A", "B", "Besvarede sager")


def test_percentages_are_of_the_whole_that_the_table_tells() -> None:
    of_all = table(("Ja", "Nej"), (3, 2), show="both", whole=(10,), base_text="alle sager", unanswered=(5,))
    drawn = draw_table(of_all, id="t", caption="c", notes=("Note: selv.",))
    assert [row.cells for row in drawn.rows] == [("3", "30 %"), ("2", "20 %"), ("10", "100 %")]
    assert drawn.rows[-1].header == "Alle sager"
    assert drawn.notes == ("Ikke besvaret: 5 sager.", "Note: selv.")


def test_a_question_that_no_case_was_asked_says_so() -> None:
    drawn = draw_table(table(("Ja", "Nej"), (0, 0), not_asked=(7,)), id="t", caption="c")
    assert drawn.notes == ("Spørgsmålet er ikke stillet i nogen af sagerne.",)


def test_a_grid_tells_of_every_row_how_many_left_it_open() -> None:
    drawn = draw_table(
        grid({"Plan": (3, 2), "Bolig": (10, 0), "Alder": (9, 0)}, unanswered=(5, 0, 1)), id="t", caption="c"
    )
    assert drawn.header == ("Delspørgsmål", "Ja", "Nej")
    assert drawn.notes == ('Ikke besvaret i "Plan": 5 sager.', 'Ikke besvaret i "Alder": 1 sag.')
    assert not any(row.total for row in drawn.rows)


def test_a_grid_of_one_row_keeps_the_name_of_its_row() -> None:
    assert [row.header for row in draw_table(grid({"Plan": (3, 2)}), id="t", caption="c").rows] == ["Plan"]


def test_a_grid_that_no_case_was_asked_says_so_once() -> None:
    drawn = draw_table(grid({"Plan": (0, 0), "Bolig": (0, 0)}, not_asked=(7, 7)), id="t", caption="c")
    assert drawn.notes == ("Spørgsmålet er ikke stillet i nogen af sagerne.",)


def test_rows_are_called_by_the_title_of_what_they_are() -> None:
    by = table(("Ja",), {"Nord": (1,), "I alt": (1,)}, by_title="nævn")
    assert draw_table(by, id="t", caption="c").header == ("Nævn", "Ja")


def test_a_condition_in_words_names_an_identification_by_its_title() -> None:
    form = schemas.load(schemas.find("fleksjob-2016"))
    assert describe(Answered(Key("sagsmaaler"), True), form) == "sagsmåler er besvaret"
    assert describe(Answered(Key("4.1", "5"), True), form) == "4.1/5 er besvaret"


def test_a_unit_without_cases_has_a_dash_for_its_percent() -> None:
    drawn = draw_table(table(("Ja",), {"Tom": (0,), "I alt": (0,)}, show="both"), id="t", caption="c")
    assert drawn.rows[0].cells == ("0 (–)",)
