"""What several lints read of a book in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from clausier.terms.book import Book
from clausier.terms.entries import Clause, Reading
from clausier.terms.outcome import Words


def last_value(book: Book, name: str) -> Reading | None:
    """The value of a term that is in force last; None when the book lacks the term or any value of it."""
    spells = book.timeline(name) if book.has(name) else ()
    return spells[-1] if spells else None


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list; nothing of what is no list of texts, which the `shape` lint tells."""
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, tuple) else ()


def tables(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The tables of a list; nothing of what is no list of tables, which the `shape` lint tells."""
    return tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, tuple) else ()


def table(value: Any) -> Mapping[str, Any]:
    """A table; an empty one for what is none."""
    return value if isinstance(value, Mapping) else {}


def number(value: Any) -> Decimal | None:
    """A number; None for what is none, a yes or no included."""
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def references(book: Book, kind: str) -> Iterator[tuple[Clause, Mapping[str, Any]]]:
    """The references of the clauses: `kind` is "to" for an article of the text, "law" for another text."""
    for clause in book.clauses.values():
        for reference in tables(clause.extra.get("refers_to")):
            if isinstance(reference.get(kind), str):
                yield clause, reference


def about_of(reference: Mapping[str, Any]) -> Words:
    """What a reference is about, in brackets after a sentence; empty when it does not say."""
    about = table(reference.get("about"))
    if not about:
        return Words("", "")
    return Words(f" ({about.get('fr', '')})", f" ({about.get('en', '')})")
