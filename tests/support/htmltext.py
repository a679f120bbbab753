"""What a page says: the text of each of its elements in the order of reading."""

from __future__ import annotations

from html.parser import HTMLParser

#: Elements that stand for themselves; the others are runs inside them.
BLOCKS = {
    "aside",
    "caption",
    "dd",
    "div",
    "dt",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "p",
    "td",
    "th",
}
#: Elements of which nothing is said: the head, the contents list, pictures (whose letters are drawn).
SILENT = {"head", "nav", "svg"}
#: Classes of elements that repeat what is said elsewhere, as a page's running head does, or that nobody sees.
UNSAID = {"skip", "stamp"}
EMPTY = {"br", "hr", "img", "meta", "path", "use"}


def content(html: str) -> list[str]:
    """The visible texts of a page, one an element, white space single; without contents list, skip link, alt texts,
    and the stamps' running words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [text for text in (" ".join(text.split()) for text in reader.texts) if text]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            return
        silent = tag in SILENT or dict(attrs).get("class") in UNSAID or bool(self.open and self.open[-1][1])
        self.open.append((tag, silent))
        if tag in BLOCKS:
            self.texts.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without an end has nothing to say."""

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if tag in BLOCKS:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][1]:
            self.texts[-1] += data
