from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from handmade import INFORMED, by_unit, grid, table, whole
from PIL import Image

from audit.base import resources
from audit.base.errors import UsageFault
from audit.document import figures
from audit.document.blocks import Chart
from audit.document.figures import _colours, _draw, _families, _style, _text_colour, _text_width, _wrap, drawable


def texts(chart: Chart, width: float = figures.WIDE) -> list[str]:
    """Every text that is drawn."""
    with _style():
        return [text.get_text() for text in _draw(chart, width).axes[0].texts]


def bars(chart: Chart) -> list[float]:
    """The widths of the bars that are drawn (the legend's squares left out)."""
    with _style():
        patches = _draw(chart, figures.WIDE).axes[0].patches
    return [patch.get_width() for patch in patches[len(chart.series) :]]


def test_bars_show_each_answer_of_the_total_with_its_value() -> None:
    block = figures.draw_figure(whole("3.2"), "bars", id="f", caption="c")
    assert block.chart == Chart("bars", INFORMED, (), ((84,), (10,), (36,)))
    drawn = texts(block.chart)
    assert [text for text in drawn if text.isdigit()] == ["84", "10", "36"]
    assert " ".join(text for text in drawn if not text.isdigit()) == " ".join(INFORMED)


def test_stacked_bars_show_every_value_but_nought_and_leave_the_total_out() -> None:
    source = by_unit("3.2")
    chart = figures.draw_figure(source, "stacked", id="f", caption="c").chart
    assert chart.rows == source.rows[:-1]
    assert chart.values == tuple(tuple(int(n) for n in row) for row in source.counts[:-1])
    values = [str(n) for row in chart.values for n in row if n]
    assert [text for text in texts(chart) if text.isdigit()] == values
    assert len(bars(chart)) == len(values)


def test_the_only_row_of_a_table_is_one_bar_without_a_name() -> None:
    chart = figures.draw_figure(whole("3.1"), "stacked", id="f", caption="c").chart
    assert (chart.rows, chart.values) == (("I alt",), ((88, 42),))
    assert "I alt" not in texts(chart)
    first, second = bars(chart)
    assert first / second == pytest.approx(88 / 42)


def test_values_too_narrow_for_their_number_are_told_beside_the_bar() -> None:
    chart = Chart("stacked", ("I alt",), ("a", "b", "c", "d"), ((995, 1, 2, 2),))
    assert [text for text in texts(chart) if text.isdigit()] == ["995", "1", "2", "2"]
    with _style():
        labels = [text for text in _draw(chart, figures.WIDE).axes[0].texts if text.get_text().isdigit()]
    heights = [text.get_position()[1] for text in labels]
    assert heights[1] == heights[3] < heights[0] < heights[2]


def test_large_values_are_written_as_in_danish() -> None:
    assert "12.345" in texts(Chart("bars", ("a",), (), ((12345,),)))


@pytest.mark.parametrize("width", [figures.WIDE, figures.NARROW])
def test_no_text_is_cut(width: float) -> None:
    long = "Kommunens_meget_lange_svar_uden_mellemrum_" * 3
    counts = {long: (1, 2), "Ærø": (3, 4), "I alt": (4, 6)}
    chart = figures.draw_figure(table((long, "Nej, " * 40), counts), "stacked", id="f", caption="c").chart
    with _style():
        drawn = _draw(chart, width)
        drawn.draw_without_rendering()
        frame = drawn.bbox
        for text in drawn.axes[0].texts:
            box = text.get_window_extent()
            assert frame.x0 - 0.5 <= box.x0 and box.x1 <= frame.x1 + 0.5, text.get_text()
            assert frame.y0 - 0.5 <= box.y0 and box.y1 <= frame.y1 + 0.5, text.get_text()


def test_wrapping_loses_no_letter() -> None:
    text = "Et svar med " + "x" * 300 + " og mere"
    lines = _wrap(text, 100)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(_text_width(line) <= 100 for line in lines)


def test_a_letter_that_the_font_lacks_is_a_box() -> None:
    assert drawable("æøå $x^2$ 😀 漢") == "æøå $x^2$ 😀 □"
    assert texts(Chart("bars", ("$x^2$ 漢",), (), ((1,),)))[0] == "$x^2$ □"


def test_neighbouring_colours_differ_in_grey_and_numbers_stand_out_on_them() -> None:
    for count in range(2, 5):
        greys = [_luminance(colour) for colour in _colours(count)]
        assert greys == sorted(greys)
        assert all((after + 0.05) / (before + 0.05) > 1.4 for before, after in pairwise(greys))
    for colour in _colours(8):
        grey = _luminance(colour)
        contrast = 1.05 / (grey + 0.05) if _text_colour(colour) == "white" else (grey + 0.05) / 0.05
        assert contrast >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def test_the_words_of_a_figure_tell_every_number_of_its_table() -> None:
    assert figures.draw_figure(whole("3.2"), "bars", id="f", caption="c").alt == (
        "Liggende søjler, antal sager. Ingen oplysninger mangler: 84 (65 procent); Enkelte mindre væsentlige "
        "oplysninger mangler: 10 (8 procent); Væsentlige oplysninger mangler: 36 (28 procent). I alt 130 sager."
    )
    counts = {"Ærø": (1, 2), "I alt": (1, 2)}
    assert figures.draw_figure(table(("Ja", "Nej"), counts), "stacked", id="f", caption="c").alt == (
        "Liggende søjler, delt efter svar, antal sager. Svarene i rækkefølge: 1) Ja; 2) Nej. "
        "Ærø: 1 og 2. I alt: 1 og 2."
    )
    answers = table(("A", "B"), (19, 30), multiple=True, base=(42,))
    assert "antal svar. A: 19 (45 procent)" in figures.draw_figure(answers, "bars", id="f", caption="c").alt


def test_the_words_tell_what_percentages_are_of_where_it_is_not_the_answered_cases() -> None:
    of_all = table(("Ja", "Nej"), (3, 2), whole=(10,), base_text="alle sager", unanswered=(5,))
    assert figures.draw_figure(of_all, "bars", id="f", caption="c").alt == (
        "Liggende søjler, antal sager. Ja: 3 (30 procent); Nej: 2 (20 procent). Procent af alle sager (10)."
    )


def test_a_grid_is_drawn_row_by_row_and_never_as_the_bars_of_a_total() -> None:
    source = grid({"Plan": (3, 2), "Bolig": (1, 0)})
    assert figures.draw_figure(source, "stacked", id="f", caption="c").chart.values == ((3, 2), (1, 0))
    with pytest.raises(UsageFault, match="skriv kind: stacked"):
        figures.draw_figure(source, "bars", id="f", caption="c")


def test_a_table_without_cases_can_be_drawn() -> None:
    empty = figures.draw_figure(table(("Ja", "Nej"), (0, 0)), "bars", id="f", caption="c")
    assert empty.alt == "Liggende søjler, antal sager. Ja: 0; Nej: 0. I alt 0 sager."
    assert texts(empty.chart).count("0") == 2


def test_the_same_chart_gives_the_same_bytes_whatever_the_users_settings() -> None:
    import matplotlib

    chart = figures.draw_figure(by_unit("3.1"), "stacked", id="f", caption="c").chart
    first = figures.svg(chart, "f"), figures.png(chart)
    figures._svg.cache_clear()
    with matplotlib.rc_context({"font.size": 20, "svg.fonttype": "none", "savefig.facecolor": "red"}):
        assert (figures.svg(chart, "f"), figures.png(chart)) == first
        assert matplotlib.rcParams["font.size"] == 20


def test_a_picture_is_as_wide_as_it_is_told_at_200_dots_an_inch() -> None:
    chart = figures.draw_figure(whole("3.1"), "stacked", id="f", caption="c").chart
    picture = Image.open(BytesIO(figures.png(chart, 360)))
    assert picture.format == "PNG"
    assert picture.width == 1000
    assert "Software" not in picture.info
    assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)


def test_text_is_set_in_the_fonts_that_come_along() -> None:
    from matplotlib.font_manager import FontProperties, findfont

    shipped = resources.folder("templates") / "fonts"
    assert [Path(findfont(FontProperties(family=name))).parent for name in _families()] == [shipped] * 3
    assert len({_text_width(text) for text in ("Ærø", "\u2612", "\U0001f44d")}) == 3


def test_two_figures_in_one_page_share_no_id_and_hold_no_date() -> None:
    chart = figures.draw_figure(whole("3.1"), "stacked", id="f", caption="c").chart
    one, two = figures.svg(chart, "a/1"), figures.svg(chart, "b")
    ids = [set(re.findall(r'id="([^"]+)"', text)) for text in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', one))
    assert used and used <= ids[0]
    assert "metadata" not in one and "<?xml" not in one
