"""Figures: drawn from a table alone, readable in grey, with the same content in words for those who cannot see.

matplotlib is used through its objects, without pyplot; the same chart gives the same bytes.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from html import escape
from typing import TYPE_CHECKING, Literal

from audit.base import danish, resources
from audit.base.errors import UsageFault
from audit.document.blocks import Chart, FigureBlock, FigureKind
from audit.tables.table import TOTAL, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Dark to light, so that neighbours differ in grey too; blue and orange differ for the colour-blind.
_ANCHORS = ("#12304a", "#2f6690", "#7fb0d3", "#f6c667")
_INK = "#1a1a1a"

#: The widths, in points, of a figure in a column of text on paper and on a phone.
WIDE, NARROW = 442.0, 246.0
#: Measures in points: text, a line of text, a row of bars, a bar, room beside text; and the share labels may take.
_SIZE, _LINE, _ROW, _BAR, _GAP = 9.0, 12.0, 24.0, 16.0, 6.0
_LABELS = 0.45


def draw_figure(table: Table, kind: FigureKind, *, id: str, caption: str, traced: bool = False) -> FigureBlock:
    """A figure of a table. "bars": one bar per answer, of the total; "stacked": one per row, divided by answer.

    In a stacked figure of several rows the total is in the alternative text and not drawn; among "shares" it is drawn
    last, unless it equals the only other row. If it is `traced`, each value has the cases behind it. Raises UsageFault
    for bars of a whole grid, which has no total, and for shares of a question with several answers, which are not
    parts of a whole.
    """
    if kind == "bars" and not table.has_total:
        raise UsageFault("en tabel med en række for hvert delspørgsmål kan ikke tegnes som bars; skriv kind: stacked")
    if kind == "shares" and table.multiple:
        raise UsageFault("et spørgsmål med flere svar kan ikke tegnes som shares; skriv kind: bars")
    bars = _table_cells(table, kind)
    values = tuple(tuple(int(table.counts[row, column]) for row, column in cells) for cells in bars)
    if kind == "bars":
        chart = Chart(kind, table.columns, (), values)
    else:
        chart = Chart(kind, tuple(_row_label(table, kind, cells[0][0]) for cells in bars), table.columns, values)
    behind = tuple(tuple(table.behind(*cell) for cell in cells) for cells in bars) if traced else ()
    return FigureBlock(id, caption, chart, _alt_text(table, chart), table.notes, behind=behind)


def _table_cells(table: Table, kind: FigureKind) -> list[list[tuple[int, int]]]:
    """The table's cell (row, column) that each part of each bar shows."""
    last, columns = len(table.rows) - 1, range(len(table.columns))
    if kind == "bars":
        return [[(last, column)] for column in columns]
    total_repeats = last == 1 and table.base[0] == table.base[1]
    shown_rows = [
        row
        for row in range(last + 1)
        if not last or table.rows[row] != TOTAL or (kind == "shares" and not total_repeats)
    ]
    return [[(row, column) for column in columns] for row in shown_rows]


def _row_label(table: Table, kind: FigureKind, row: int) -> str:
    base = f" ({danish.counted(table.base[row], 'sag', 'sager')})" if kind == "shares" else ""
    return f"{table.rows[row]}{base}"


def _alt_text(table: Table, chart: Chart) -> str:
    """The chart's content in Danish, every number of it and the total."""
    answers = "antal svar" if table.multiple else "antal sager"
    if chart.kind == "bars" or len(table.rows) == 1:
        form = "Liggende søjler" if chart.kind == "bars" else "En liggende søjle, delt efter svar"
        answer_texts = "; ".join(_answer_text(table, index, label) for index, label in enumerate(table.columns))
        return f"{form}, {answers}. {answer_texts}. {_base_text(table)}."
    lengths = ", lige lange" if chart.kind == "shares" else ""
    order = "; ".join(f"{index}) {label}" for index, label in enumerate(table.columns, start=1))
    rows = " ".join(
        f"{label}: {danish.listing(danish.number(int(count)) for count in counts)}."
        for label, counts in zip(table.rows, table.counts, strict=True)
    )
    return f"Liggende søjler{lengths}, delt efter svar, {answers}. Svarene i rækkefølge: {order}. {rows}"


def _answer_text(table: Table, index: int, label: str) -> str:
    count = int(table.counts[-1, index])
    share = danish.percent(count, table.wholes[-1])
    return f"{label}: {danish.number(count)}" + ("" if share is None else f" ({share} procent)")


def _base_text(table: Table) -> str:
    if table.wholes == table.base:
        return f"{TOTAL} {danish.counted(table.base[-1], 'sag', 'sager')}"
    return f"Procent af {table.base_text} ({danish.number(table.wholes[-1])})"


def svg(chart: Chart, id: str, width: float = WIDE, tooltips: Sequence[Sequence[str]] = ()) -> str:
    """The chart as an ``<svg>`` element to stand in a page, `width` points wide.

    `id` keeps its inner names apart from those of other figures. `tooltips`, in the shape of the chart's values, are
    the tooltips of the parts of the bars.
    """
    prefix = re.sub(r"[^A-Za-z0-9_.-]", "_", id)
    drawing = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", _svg(chart, width))
    for row, texts in enumerate(tooltips):
        for part, text in enumerate(texts):
            opening = f'<g id="{prefix}-{_part_id(row, part)}">'
            drawing = drawing.replace(opening, f"{opening}<title>{escape(text)}</title>")
    return drawing


def _part_id(row: int, part: int) -> str:
    """The name of a part of a bar in the drawing."""
    return f"part-{row}-{part}"


@lru_cache(maxsize=64)  # the formats of one report draw the same
def _svg(chart: Chart, width: float) -> str:
    with _style():
        target = io.StringIO()
        _draw(chart, width).savefig(target, format="svg", facecolor="none", metadata=_NO_METADATA)
    text = target.getvalue()
    return re.sub(r"\s*<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL).strip()


def figure(chart: Chart, width: float = WIDE) -> Figure:
    """The chart as a matplotlib figure, `width` points wide; a notebook shows it as it stands."""
    with _style():
        drawing = _draw(chart, width)
    vars(drawing)["_repr_png_"] = partial(_as_png, drawing)  # notebooks ask for it; pyplot would set it up for them
    return drawing


def _as_png(drawing: Figure) -> bytes:
    target = io.BytesIO()
    drawing.savefig(target, format="png", dpi=144)
    return target.getvalue()


#: What matplotlib would write about itself and the time.
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def png(chart: Chart, width: float = WIDE) -> bytes:
    """The chart as a PNG picture, `width` points wide at 200 dots an inch."""
    with _style():
        target = io.BytesIO()
        _draw(chart, width).savefig(target, format="png", dpi=200, facecolor="none", metadata={"Software": None})
    return target.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    """matplotlib's defaults, whatever the user's settings, with text drawn as shapes and no random ids."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({
            "svg.hashsalt": "praksisaudit", "svg.fonttype": "path", "font.family": _families(), "font.size": _SIZE,
            "text.parse_math": False, "text.hinting": "none",
        })  # fmt: skip
        yield


def _draw(chart: Chart, width: float) -> Figure:
    """The chart laid out from the top: legend, then rows, each as high as its label needs."""
    from matplotlib.figure import Figure

    legend = [_wrap(label, width - 4 * _GAP) for label in chart.series]
    labels = [_wrap(label, _LABELS * width) for label in chart.rows]
    if chart.series and len(labels) == 1:
        labels = [[]]  # the only bar needs no name
    legend_height = sum(len(lines) * _LINE + 3 for lines in legend) + (_GAP + _LINE if legend else 0)
    heights = [max(_ROW, len(lines) * _LINE + _GAP) for lines in labels]
    height = legend_height + sum(heights) + _GAP
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    colours = _colours(max(len(chart.series), 1))
    _draw_legend(axes, legend, colours)
    left = max((_text_width(line) for lines in labels for line in lines), default=-_GAP) + 2 * _GAP
    scales = _scales(chart, width - left)
    top = legend_height
    for row, (lines, row_height, scale) in enumerate(zip(labels, heights, scales, strict=True)):
        middle = top + row_height / 2
        _draw_lines(axes, lines, left - _GAP, middle, ha="right")
        _draw_bar(axes, chart, row, colours, (left, middle, scale))
        top += row_height
    axes.plot((left, left), (legend_height, top), color="#8a8a8a", linewidth=0.6, solid_capstyle="butt")
    return figure


def _scales(chart: Chart, room: float) -> list[float]:
    """The points per case in each bar, so that the longest (and the number beside it) fits in `room`."""
    sums = [sum(values) for values in chart.values]
    largest = max(sums, default=0)
    beside = _text_width(danish.number(largest)) + 2 * _GAP if chart.kind == "bars" else _GAP
    return [(room - beside) / max(total if chart.kind == "shares" else largest, 1) for total in sums]


def _draw_legend(axes: Axes, legend: list[list[str]], colours: list[str]) -> None:
    from matplotlib.patches import Rectangle

    top = 2.0
    for lines, colour in zip(legend, colours, strict=False):
        axes.add_patch(Rectangle((2, top + 1.5), 9, 9, facecolor=colour, edgecolor=_INK, linewidth=0.4))
        _draw_lines(axes, lines, 17, top + len(lines) * _LINE / 2, ha="left")
        top += len(lines) * _LINE + 3


def _draw_lines(axes: Axes, lines: list[str], x: float, middle: float, *, ha: Literal["left", "right"]) -> None:
    first = middle - (len(lines) - 1) * _LINE / 2
    for index, text in enumerate(lines):
        axes.text(x, first + index * _LINE, text, ha=ha, va="center_baseline", color=_INK)


def _draw_bar(axes: Axes, chart: Chart, row: int, colours: list[str], position: tuple[float, float, float]) -> None:
    """One bar with its values; `position` is its left end, its middle, and the points per case. 0 is not drawn."""
    from matplotlib.patches import Rectangle

    start, middle, scale = position
    kind, values, narrow_parts = chart.kind, chart.values[row], 0
    for part, (value, colour) in enumerate(zip(values, colours, strict=True)):
        width, text = value * scale, danish.number(value)
        with_percent = f"{text} ({danish.percent(value, sum(values))} %)"
        if kind == "shares" and _text_width(with_percent) + 3 <= width:
            text = with_percent
        if value:
            bar = Rectangle((start, middle - _BAR / 2), width, _BAR, facecolor=colour, edgecolor="white", linewidth=0.8)
            bar.set_gid(_part_id(row, part))
            axes.add_patch(bar)
        if kind == "bars":
            axes.text(start + width + _GAP / 2, middle, text, va="center_baseline", color=_INK)
        elif _text_width(text) + 3 <= width:
            axes.text(start + width / 2, middle, text, ha="center", va="center_baseline", color=_text_colour(colour))
        elif value:  # too narrow for its number, which is put above, and below for the next such part
            side = 1 if narrow_parts % 2 else -1
            y = middle + side * (_BAR / 2 + 5)
            axes.text(start + width / 2, y, text, ha="center", va="center_baseline", color=_INK, fontsize=_SIZE - 1.5)
            narrow_parts += 1
        start += width


def _colours(count: int) -> list[str]:
    """`count` colours from dark to light."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    scale = LinearSegmentedColormap.from_list("report", _ANCHORS)
    return [to_hex(scale(index / max(count - 1, 1))) for index in range(count)]


def _text_colour(colour: str) -> str:
    """Black or white, whichever stands out from the colour (WCAG 2.1 contrast ratio)."""
    from matplotlib.colors import to_rgb

    def luminance(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (luminance(part) for part in to_rgb(colour))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "white" if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "black"


def _wrap(text: str, width: float) -> list[str]:
    """The text in lines no wider than `width` points; a word that is too long is broken."""
    lines, line = [], ""
    for part in (part for word in drawable(text).split() for part in _break_word(word, width)):
        if line and _text_width(f"{line} {part}") > width:
            lines.append(line)
            line = part
        else:
            line = f"{line} {part}".strip()
    return [*lines, line] if line else lines


def _break_word(word: str, width: float) -> Iterator[str]:
    while _text_width(word) > width:
        fits = bisect_right(range(1, len(word)), width, key=lambda size: _text_width(word[:size])) or 1
        yield word[:fits]
        word = word[fits:]
    yield word


#: The shipped fonts, in the order in which a character is looked up.
_FONTS = ("SourceSans3-Regular.ttf", "DejaVuSans.ttf", "NotoEmoji-Regular.ttf")


@cache
def _families() -> list[str]:
    """The names of our fonts in matplotlib, which are registered first."""
    from matplotlib.font_manager import fontManager, get_font

    paths = [resources.folder("templates") / "fonts" / name for name in _FONTS]
    for path in paths:
        fontManager.addfont(path)
        fontManager.ttflist.insert(0, fontManager.ttflist.pop())  # before the user's own of the same name
    return [get_font(path).family_name for path in paths]


@cache
def _letters() -> frozenset[int]:
    """The characters that the fonts have."""
    from matplotlib.font_manager import get_font

    fonts = (get_font(resources.folder("templates") / "fonts" / name) for name in _FONTS)
    return frozenset(letter for font in fonts for letter in font.get_charmap())


def drawable(text: str) -> str:
    """The text with a box for each character that the fonts lack."""
    return "".join(letter if ord(letter) in _letters() else "\u25a1" for letter in text)


@cache
def _text_width(text: str) -> float:
    """The width of a line of text, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=_families(), size=_SIZE)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])
