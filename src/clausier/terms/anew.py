"""A stored outcome answered again, whatever rule it is of, from texts given by their digest alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clausier.terms import promise, rules
from clausier.terms.book import Book
from clausier.terms.outcome import Outcome

PROMISE = "promise"
"""The one outcome that is not a rule's: it is replayed from its steps, each under the terms of its time."""


def anew(outcome: Mapping[str, Any], book_of: Callable[[str], Book]) -> Outcome:
    """The outcome of the same question under the same texts, the law's included.

    Raises what `book_of` raises, a `TermsError`, or KeyError for what is no outcome.
    """
    law = book_of(outcome["law_digest"])
    if outcome["rule"] == PROMISE:
        return promise.again(outcome, lambda name, digest: book_of(digest).with_law(law))
    return rules.replay(outcome, book_of(outcome["digest"]).with_law(law))


def digests(outcome: Mapping[str, Any]) -> Iterator[str]:
    """The texts that an outcome rests on: all that `anew` will ask for."""
    yield outcome["law_digest"]
    yield outcome["digest"]
    if outcome["rule"] == PROMISE:
        for step in outcome["inputs"]["steps"]:
            if step.get("owed"):
                yield step["owed"]["digest"]
