"""Markdown as HTML that may stand in a page: no markup of the writer's own, no address that runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

FILE: Final = "file:"
"""Before the id of an article's file, where its text shows or links it."""
DEEPEST_HEADING: Final = 6
TAGS: Final = {
    *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p"),
    *("pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES: Final = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    plain: Callable[[str], bool] = made.validateLink
    # `file:` names a file of the article, and nothing else may use it.
    made.validateLink = lambda url: _file_id(url) is not None or plain(url)  # type: ignore[method-assign]
    return made


def html_of(text: str, file_url: Callable[[int], str | None]) -> str:
    """`text` as HTML; `file_url` says where a file of the article is, None for one it has not.

    Pictures come from the article's own files alone. A heading is one step lower than written: the title of
    the page stands above.
    """
    tokens = _parser().parse(text)
    _settle(tokens, file_url)
    made = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        made,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def _settle(tokens: list[Token], file_url: Callable[[int], str | None]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, DEEPEST_HEADING)}"
        for name in ("src", "href"):
            given = token.attrs.get(name)
            if given is None or (name == "href" and _file_id(str(given)) is None):
                continue
            token.attrs[name] = address = _address(str(given), file_url)
            if name == "src" and not address:
                # A picture from elsewhere, or of no file of the article: what it shows is said instead.
                token.type = "text"
        if token.children:
            _settle(token.children, file_url)


def _address(given: str, file_url: Callable[[int], str | None]) -> str:
    file_id = _file_id(given)
    return (file_url(file_id) if file_id is not None else None) or ""


def _file_id(url: Any) -> int | None:
    rest = str(url).removeprefix(FILE)
    known = str(url).startswith(FILE) and rest.isascii() and rest.isdecimal() and len(rest) < 18
    return int(rest) if known else None


def plain_of(text: str, most: int) -> str:
    """The first signs of `text` as one reads it, on one line, for lists and mail."""
    words = " ".join(
        "".join(
            " " if inline.type in ("softbreak", "hardbreak") else inline.content
            for inline in (token.children or [token])
            if inline.type in ("text", "code_inline", "fence", "code_block", "softbreak", "hardbreak")
        )
        for token in _parser().parse(text)
    )
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
