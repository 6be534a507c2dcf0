"""HTML of a message: cleaned for showing, and as text for the ticket and for folding."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import nh3

ALLOWED: Final = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "div", "dl"),
    *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q"),
    *("s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "tt", "u", "ul"),
}
ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
LONGEST: Final = 2_000_000  # signs of HTML that are read: a page of mail is a hundredth of it
DEEPEST: Final = 200  # quotations within quotations that are counted

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_SPACED: Final = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre"]
)
_UNSEEN: Final = frozenset(["script", "style", "head", "title", "template", "noscript", "object", "svg"])
_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)


def cleaned(html: str, images: dict[str, str]) -> str:
    """HTML that can be shown: no script, style, form or address outside; `images` gives each cid an address.

    Pictures that would be fetched from elsewhere are left out: they tell the sender who read what, and when.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return images.get(value.removeprefix("cid:").strip("<>")) if value.startswith("cid:") else None
        return value

    return nh3.clean(
        html[:LONGEST],
        tags=ALLOWED,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )


def as_text(html: str) -> str:
    """What a reader of `html` reads; quotations carry `> `, as in plain mail."""
    reader = _Reader()
    try:
        reader.feed(html[:LONGEST])
        reader.close()
    except (AssertionError, ValueError):  # what the parser cannot go past: what was read so far stands
        pass
    return reader.text()


class _Reader(HTMLParser):
    """Gathers the text of HTML, line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0
        self._unseen: list[str] = []
        self._pre = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if tag in _BLOCKS:
            self._end_line(blank=tag in _SPACED)
        match tag:
            case "br":
                self._end_line(keep=True)
            case "blockquote":
                self._quotes = min(self._quotes + 1, DEEPEST)
            case "pre":
                self._pre += 1
            case "li":
                self._line += "- "
            case "td" | "th" if self._line.strip():
                self._line += "  "
            case "hr":
                self._lines.append("_" * 32)
            case "a":
                self._links.append((dict(attrs).get("href") or "", len(self._line)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        if tag == "a" and self._links:
            href, start = self._links.pop()
            said = self._line[start:].strip()
            if href.startswith(("http://", "https://")) and href.rstrip("/") not in said and said:
                self._line += f" <{href[:500]}>"
        if tag in _BLOCKS:
            self._end_line(blank=tag in _SPACED)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._pre:
            first, *rest = data.split("\n")
            self._line += first
            for one in rest:
                self._end_line(keep=True)
                self._line += one
            return
        said = re.sub(r"[ \t\n\r\f]+", " ", data)
        self._line += said.lstrip(" ") if not self._line or self._line.endswith(" ") else said

    def _end_line(self, *, blank: bool = False, keep: bool = False) -> None:
        line = self._line.rstrip()
        if line.strip("\u200b\u200c\ufeff ") or keep:
            self._lines.append("> " * self._quotes + line if self._quotes else line)
        if blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append("> " * self._quotes if self._quotes else "")
        self._line = ""
        self._links = [(href, 0) for href, _start in self._links]

    def text(self) -> str:
        self._end_line()
        joined = "\n".join(line.replace("\u00a0", " ").rstrip() for line in self._lines)
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")
