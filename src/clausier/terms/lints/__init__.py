"""The lints of a book: each a function that yields what it finds wrong, against the book itself or the law.

`LINTS` names them; a finding recorded in a book says by that name which lint finds it again. None of them
reads a clock: a law counts as it last stands in the law book, a rate in the periods that book knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from clausier.terms.book import Book
from clausier.terms.lints import hours, itself, law, shapes
from clausier.terms.remarks import Remark

LINTS: Mapping[str, Callable[[Book], Iterator[Remark]]] = {
    "shape": shapes.shapes,
    "unknown-clause": itself.unknown_clauses,
    "timeline": itself.timelines,
    "articles": itself.articles,
    "same-number": itself.same_numbers,
    "internal-reference": itself.internal_references,
    "undefined-word": itself.undefined_words,
    "both-sides": itself.both_sides,
    "same-ground": itself.same_ground,
    "reversibility-before-term": itself.reversibility_before_term,
    "languages": itself.untold_languages,
    "opening-hours": hours.opening_hours,
    "impossible-promise": hours.impossible_promises,
    "law-reference": law.law_references,
    "no-date": law.undated,
    "no-siren": law.unidentified_provider,
    "late-rate-floor": law.late_rate_floor,
    "recovery-indemnity": law.recovery_indemnity,
}
