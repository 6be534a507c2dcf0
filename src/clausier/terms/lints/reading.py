"""What several lints read of a book in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clausier.terms.book import Book
from clausier.terms.entries import Clause, Reading
from clausier.terms.outcome import Words


def last_value(book: Book, name: str) -> Reading | None:
    """The value of a term that is in force last; None when the book lacks the term or any value of it."""
    spells = book.timeline(name) if book.has(name) else ()
    return spells[-1] if spells else None


def references(book: Book, kind: str) -> Iterator[tuple[Clause, Mapping[str, Any]]]:
    """The references of the clauses: `kind` is "to" for an article of the text, "law" for another text."""
    for clause in book.clauses.values():
        for reference in clause.extra.get("refers_to", ()):
            if isinstance(reference, Mapping) and kind in reference:
                yield clause, reference


def about_of(reference: Mapping[str, Any]) -> Words:
    """What a reference is about, in brackets after a sentence; empty when it does not say."""
    about = reference.get("about")
    if not isinstance(about, Mapping):
        return Words("", "")
    return Words(f" ({about.get('fr', '')})", f" ({about.get('en', '')})")
