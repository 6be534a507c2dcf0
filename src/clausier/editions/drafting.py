"""What a draft is made of: its head, the part that someone works on, and what the check finds in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from clausier.editions.models import BookDraft
from clausier.foundation import books, wording
from clausier.foundation.models import InstalledBook, Provider
from clausier.terms.book import Book
from clausier.terms.check import Checked, check_files
from clausier.terms.differences import Difference, differences
from clausier.terms.manuscript import Manuscript
from clausier.terms.outcome import Words, plain

HEAD, CLAUSE, READING = "head", "clause:", "reading:"
"""How the parts of a draft that are no terms are named in `touched`; a term goes by its own name."""


def checked(files: Mapping[str, str]) -> Checked:
    """What `clausier book check` finds in these files; remembered, for a page asks it of the same ones."""
    return _checked(tuple(sorted(files.items())))


@lru_cache(maxsize=32)
def _checked(files: tuple[tuple[str, str], ...]) -> Checked:
    return check_files(dict(files))


def book_of(draft: BookDraft) -> Book:
    """The book as it is written so far, faults and all: a draft always has a head that can be read."""
    book = checked(draft.content).book
    assert book is not None, draft.pk
    return book


def compared(draft: BookDraft, book: Book | None = None) -> tuple[Difference, ...]:
    """The draft against the edition it starts from, on the day it takes effect."""
    return differences(books.read(draft.base), book or book_of(draft), draft.effective_on)


def settle_head(
    manuscript: Manuscript, *, provider: Provider, base: InstalledBook | None, on: date, taken: set[str]
) -> None:
    """Make the head the provider's own: its name and identity, the day of effect; a name that is free."""
    head = manuscript.head()
    edition = _free_edition(provider.slug, on, taken)
    head |= {
        "name": f"{provider.slug}/{edition}",
        "edition": edition,
        "kind": "terms",
        "applies_from": on,
        "dated_on": on,
        "provider": _identity(provider),
    }
    head.pop("seed", None)
    if base is not None:
        head["provenance"] = {
            "fr": f"Écrit à partir {wording.of(base.name, 'fr')}.",
            "en": f"Written from {base.name}.",
        }


def _free_edition(slug: str, on: date, taken: set[str]) -> str:
    """« 2027 », or « 2027-2 » for the second one of that year."""
    number, edition = 1, str(on.year)
    while f"{slug}/{edition}" in taken:
        number += 1
        edition = f"{on.year}-{number}"
    return edition


def _identity(provider: Provider) -> dict[str, Any]:
    found: dict[str, Any] = {"name": provider.name}
    if provider.legal_form:
        found["legal_form"] = {"fr": provider.legal_form, "en": provider.legal_form}
    if provider.capital is not None:
        found["capital"] = provider.capital
    if provider.siren:
        found["siren"] = provider.siren
    return found


def part(manuscript: Manuscript, what: str) -> Any:
    """The part of a draft that `what` names, as it stands; None when it is not there."""
    if what == HEAD:
        return {key: manuscript.head().get(key) for key in ("title", "applies_from")}
    if what.startswith(CLAUSE):
        rows = {row["number"]: row for row in manuscript.clauses()}
        return rows.get(what.removeprefix(CLAUSE))
    if what.startswith(READING):
        keyed = {row["key"]: row for row in manuscript.readings()}
        return keyed.get(what.removeprefix(READING))
    return dict(manuscript.terms()).get(what)


def fingerprint(manuscript: Manuscript, what: str) -> str:
    """What a form keeps of the part it shows, to see whether someone changed it since."""
    said = json.dumps(plain(part(manuscript, what)), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def without_stale_findings(manuscript: Manuscript) -> dict[str, str]:
    """The files, without the recorded findings that the text no longer deserves."""
    stale = {
        remark.finding
        for remark in checked(manuscript.files()).remarks
        if remark.lint == "stale-finding" and remark.finding
    }
    if stale:
        manuscript.forget_findings(stale)
    return manuscript.files()


def words_of(book: Book, value: Any) -> dict[str, Any]:
    """How the words inside a value are read, as words.toml of its book has them."""
    known = book.parsed.get("words.toml", {}).get("words", {})
    return {word: dict(known[word]) for word in _words_in(value) if word in known}


def _words_in(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {word for inner in value.values() for word in _words_in(inner)}
    if isinstance(value, list | tuple):
        return {word for inner in value for word in _words_in(inner)}
    return {value} if isinstance(value, str) else set()


def pair(french: str, english: str) -> Words:
    """A sentence in both languages; an English one that is missing is told by the check, not made up."""
    return Words(french.strip(), english.strip())
