"""The worked example of docs/books.md, read from the page itself: the book that the tests break."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "books.md"
_FILE = re.compile(r"^`([\w/.-]+\.toml)`:\n\n```toml\n(.*?)^```", re.DOTALL | re.MULTILINE)


def files() -> dict[str, str]:
    """The files of the example, by their path in the book's folder."""
    return dict(_FILE.findall(PAGE.read_text("utf-8")))


def broken(path: str, old: str, new: str) -> dict[str, str]:
    """The example with one passage of one file replaced."""
    changed = files()
    assert changed[path].count(old) == 1, f"{old!r} does not stand once in {path}"
    return {**changed, path: changed[path].replace(old, new)}


def with_more(path: str, text: str) -> dict[str, str]:
    """The example with text added at the end of one file, which may be new."""
    changed = files()
    return {**changed, path: changed.get(path, "") + "\n" + text}


def written(files: dict[str, str], folder: Path) -> Path:
    """The files, written into a folder."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder
