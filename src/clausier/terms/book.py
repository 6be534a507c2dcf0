"""Books of terms: what changes with time, as dated values that each cite their clause.

A book is a folder of TOML files (see docs/book-format.md). It is read once and never changes: derogations,
practices and newer legal values give another `Book` with the same digest, and are listed in every outcome
that it answers. The law (`law-fr`) is a book too, reached from any other as `book.law`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from clausier.terms.entries import (
    SHAPES,
    DatedValue,
    Derogation,
    Fault,
    Overlay,
    Practice,
    Reading,
    Term,
    fitted,
    freeze,
    merged,
    shape_of,
)
from clausier.terms.errors import BookFaults, IllTyped, NoSuchTerm, NoValueOn, UnknownBook
from clausier.terms.loading import Contents, Loader, is_name
from clausier.terms.outcome import Interpretation, Source, Words

__all__ = [
    "Book",
    "Derogation",
    "Fault",
    "Practice",
    "Reading",
    "RecordingBook",
    "Term",
    "faults_of",
    "files_of",
    "from_files",
    "load",
    "shipped_names",
    "timeline_faults",
]

LAW = "law-fr"
SHIPPED = Path(__file__).resolve().parent.parent / "books"
ALWAYS = date(1900, 1, 1)
"""Before anything that rules are asked of."""


class Book:
    """A book of terms, as loaded or amended. Never changes once made."""

    def __init__(self, contents: Contents) -> None:
        self.name = contents.name
        self.edition = contents.edition
        self.digest = contents.digest
        self.title = contents.title
        self.applies_from = contents.applies_from
        self.head = contents.head
        # True of a book that holds the law's values, not a provider's terms.
        self.is_law = contents.head.get("kind") == "law"
        self.terms = contents.terms
        self.clauses = contents.clauses
        self.interpretations = contents.interpretations
        self.findings = contents.findings
        self.duties = contents.duties
        self.files = contents.files
        self.parsed = contents.parsed
        self.overlays: tuple[Overlay, ...] = ()
        self._law: Book | None = None
        self._spells: dict[str, tuple[Reading, ...]] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def __repr__(self) -> str:
        return f"<Book {self.name} {self.digest[:12]} +{len(self.overlays)}>"

    @property
    def law(self) -> Book:
        """The law book that completes this one (the shipped one unless `with_law` gave another)."""
        if self.is_law:
            return self
        return self._law if self._law is not None else load(LAW)

    @property
    def practices(self) -> tuple[Term, ...]:
        """What the text leaves open and the provider settled by practice."""
        return tuple(term for term in self.terms.values() if term.practice)

    @property
    def bare(self) -> Book:
        """This book before anything was laid over it."""
        other = self._copy()
        other.overlays = ()
        return other

    def of_all_times(self) -> Book:
        """This book as if it had always been in force: what it says on its first day, it says before too.

        Only for asking what would have been, so its digest is nobody's; asked of a book with nothing laid.
        """
        other = self._copy()
        reached = (_reaching_back(term, self.applies_from) for term in self.terms.values())
        other.terms = {term.name: term for term in reached if term.values}
        other.digest = f"{self.digest}@{ALWAYS.isoformat()}"
        return other

    def has(self, term: str) -> bool:
        """True when the book (with its derogations and practices) has this term."""
        return term in self.terms or any(overlay.term == term for overlay in self.overlays)

    def names(self, prefix: str = "") -> tuple[str, ...]:
        """The names of the terms that start with `prefix`, in order."""
        found = self._names.get(prefix)
        if found is None:
            known = dict.fromkeys([*self.terms, *(overlay.term for overlay in self.overlays)])
            found = self._names[prefix] = tuple(name for name in known if name.startswith(prefix))
        return found

    def read(self, term: str, on: date) -> Reading:
        """The value of `term` in force on the day `on`.

        Raises `NoSuchTerm` when the book lacks the term, `NoValueOn` when no value covers that day.
        """
        spells = self.timeline(term)
        if spells and (last := spells[-1]).since <= on and last.until is None:
            return last
        at = bisect_right(spells, on, key=lambda spell: spell.since) - 1
        if at < 0 or ((until := spells[at].until) is not None and on >= until):
            raise NoValueOn(
                Words(
                    f"Le livre {self.name} n’a pas de valeur pour « {term} » au {on.isoformat()}.",
                    f"The book {self.name} has no value of “{term}” on {on.isoformat()}.",
                ),
                term,
            )
        return spells[at]

    def timeline(self, term: str) -> tuple[Reading, ...]:
        """Every value of `term` through time, overlays laid over it, in spells that do not overlap."""
        spells = self._spells.get(term)
        if spells is None:
            spells = self._spells[term] = self._laid(term)
        return spells

    def set_by(self, clause: str, prefix: str, on: date) -> Reading | None:
        """The first term under `prefix` that this clause sets on that day. Terms passed over are not read."""
        for name in self.names(prefix):
            if any(
                s.clause == clause and s.since <= on and (not s.until or on < s.until)
                for s in Book.timeline(self, name)
            ):
                return self.read(name, on)
        return None

    def interpretation(self, key: str) -> Interpretation | None:
        """How this book reads the doubtful words `key`; None when the book says nothing of it."""
        return self.interpretations.get(key)

    def amended(self, *derogations: Derogation) -> Book:
        """The effective terms: this book with dated derogations laid over it, the later one winning."""
        return self._with(*derogations)

    def with_practices(self, *practices: Practice) -> Book:
        """This book with a provider's practices; refused where a clause already speaks."""
        return self._with(*practices)

    def with_law(self, law: Book) -> Book:
        """This book completed by another edition of the law, or one with newer values."""
        other = self._copy()
        other._law = law
        return other

    def overlays_as_json(
        self, of_law: Callable[[str], bool] = lambda term: True
    ) -> tuple[Mapping[str, Any], ...]:
        """Derogations, practices and newer legal values, for an outcome to be replayed.

        Of the legal values only those of the terms that `of_law` keeps: there is one more every month.
        """
        if not self.overlays and self._law is None:
            return ()
        own = tuple({"book": self.name, **overlay.as_json()} for overlay in self.overlays)
        if self.is_law or self._law is None:
            return own
        return own + tuple(one for one in self._law.overlays_as_json() if of_law(one["term"]))

    def _copy(self) -> Book:
        other = copy(self)
        other._spells, other._names = {}, {}
        return other

    def _with(self, *overlays: Overlay) -> Book:
        if not overlays:
            return self
        other = self._copy()
        other.overlays = (*self.overlays, *(self._accepted(overlay) for overlay in overlays))
        return other

    def _accepted(self, overlay: Overlay) -> Overlay:
        """Refuse what would not be read, or would pass a habit for a clause."""
        known = self.terms.get(overlay.term)
        if known is None:
            if overlay.label is None and not self.has(overlay.term):
                raise self._no_such(overlay.term)
            return overlay
        if isinstance(overlay, Practice) and not known.practice:
            raise IllTyped(
                Words(
                    f"« {overlay.term} » vient d’une clause : il y faut une dérogation, pas une pratique.",
                    f"“{overlay.term}” is set by a clause: it takes a derogation, not a practice.",
                ),
                overlay.term,
            )
        model = known.values[-1].value
        try:
            return replace(overlay, value=fitted(overlay.value, model))
        except ValueError:
            right = SHAPES[shape_of(model)]
            raise IllTyped(
                Words(f"« {overlay.term} » attend {right.fr}.", f"“{overlay.term}” takes {right.en}."),
                overlay.term,
            ) from None

    def _no_such(self, term: str) -> NoSuchTerm:
        return NoSuchTerm(
            Words(
                f"Le livre {self.name} n’a pas de terme « {term} ».",
                f"The book {self.name} has no term “{term}”.",
            ),
            "book",
        )

    def _laid(self, term: str) -> tuple[Reading, ...]:
        known = self.terms.get(term)
        overlays = [overlay for overlay in self.overlays if overlay.term == term]
        if known is None and not overlays:
            raise self._no_such(term)
        spells = [self._spell(known, value) for value in known.values] if known else []
        spells = _closed(spells)
        for overlay in overlays:
            spells = list(self._over(spells, overlay, known))
        return tuple(spells)

    def _spell(self, term: Term, value: DatedValue) -> Reading:
        source: Source = "practice" if term.practice else ("law" if self.is_law else "clause")
        return Reading(
            term=term.name,
            value=value.value,
            clause=value.clause,
            label=term.label,
            unit=term.unit,
            source=source,
            book=self.name,
            since=value.since,
            until=value.until,
            reason=term.reason,
        )

    def _over(self, spells: list[Reading], overlay: Overlay, known: Term | None) -> Iterator[Reading]:
        """`spells` with one overlay laid over its own stretch of time."""
        start, end = overlay.since, overlay.until
        laid: list[Reading] = []
        for spell in spells:
            if spell.since < start:
                yield spell._replace(until=_earliest(spell.until, start))
            overlap_from, overlap_to = max(spell.since, start), _earliest(spell.until, end)
            if overlap_to is None or overlap_from < overlap_to:
                laid.append(self._overlaid(overlay, known, spell, overlap_from, overlap_to))
        # The stretches that no former value covers are the overlay's as well.
        yield from _filled(laid, start, end, lambda a, b: self._overlaid(overlay, known, None, a, b))
        for spell in spells:
            if end is not None and (spell.until is None or spell.until > end):
                yield spell._replace(since=max(spell.since, end))

    def _overlaid(
        self, overlay: Overlay, known: Term | None, spell: Reading | None, since: date, until: date | None
    ) -> Reading:
        label = overlay.label or (known.label if known else None) or (spell.label if spell else None)
        derogation = isinstance(overlay, Derogation)
        source: Source = "law" if self.is_law else ("derogation" if derogation else "practice")
        clause = overlay.clause if isinstance(overlay, Derogation) and overlay.clause else None
        return Reading(
            term=overlay.term,
            value=merged(spell.value if spell else None, freeze(overlay.value)),
            clause=clause
            or (spell.clause if spell else (known.values[-1].clause if known and known.values else None)),
            label=label or Words(overlay.term, overlay.term),
            unit=known.unit if known else "",
            source=source,
            book=self.name,
            since=since,
            until=until,
            document=overlay.document if isinstance(overlay, Derogation) else None,
            reason=overlay.reason if isinstance(overlay, Practice) else None,
        )


class RecordingBook(Book):
    """A book that notes each term read, so that a test can hold an outcome against what it cites."""

    def __init__(self, book: Book, reads: set[tuple[str, str]] | None = None) -> None:
        self.__dict__.update(book.__dict__)
        self._spells = {}
        self.reads: set[tuple[str, str]] = set() if reads is None else reads

    @property
    def law(self) -> Book:
        """The law, recorded in the same set."""
        return self if self.is_law else RecordingBook(super().law, self.reads)

    def timeline(self, term: str) -> tuple[Reading, ...]:
        """As `Book.timeline`, noted: every read goes through here."""
        spells = super().timeline(term)
        self.reads.add((self.name, term))
        return spells


def _reaching_back(term: Term, first: date) -> Term:
    """`term` with the value of the day `first` on every day before it; what had ended by then goes."""
    ends = [*(value.since for value in term.values[1:]), None]
    values = [
        value._replace(until=_earliest(value.until, end))
        for value, end in zip(term.values, ends, strict=True)
    ]
    left = [value for value in values if value.until is None or value.until > first]
    if left and left[0].since <= first:
        left[0] = left[0]._replace(since=ALWAYS)
    return term._replace(values=tuple(left))


def _earliest(one: date | None, other: date | None) -> date | None:
    ends = [end for end in (one, other) if end is not None]
    return min(ends) if ends else None


def _closed(spells: list[Reading]) -> list[Reading]:
    """Each spell ended by the next one's start when it does not end before."""
    followers = [*(spell.since for spell in spells[1:]), None][: len(spells)]
    return [
        spell._replace(until=_earliest(spell.until, follower))
        for spell, follower in zip(spells, followers, strict=True)
    ]


def _filled(
    laid: list[Reading], start: date, end: date | None, make: Callable[[date, date | None], Reading]
) -> Iterator[Reading]:
    """`laid`, with what is missing of [start, end) made by `make(since, until)`."""
    at: date | None = start
    for spell in laid:
        if at is not None and at < spell.since:
            yield make(at, spell.since)
        yield spell
        at = spell.until
    if at is not None and (end is None or at < end):
        yield make(at, end)


# Loading ---------------------------------------------------------------------------------------------


def shipped_names() -> tuple[str, ...]:
    """The names of the books that come with the package, the law included."""
    heads = sorted(SHIPPED.glob("**/book.toml"))
    return tuple(head.parent.relative_to(SHIPPED).as_posix() for head in heads)


@cache
def load(name: str) -> Book:
    """A shipped book by its name (`imri/2013`). Raises `UnknownBook`, or `BookFaults` with all its faults."""
    folder = SHIPPED / name
    if not is_name(name) or not (folder / "book.toml").is_file():
        known = ", ".join(shipped_names())
        raise UnknownBook(
            Words(
                f"Livre inconnu : « {name} ». Livres installés : {known}.",
                f"Unknown book “{name}”. Installed: {known}.",
            ),
            "book",
        )
    return from_files(files_of(folder))


def files_of(folder: Path) -> dict[str, str]:
    """The TOML files of a book's folder, by their path inside it."""
    paths = sorted(folder.glob("*.toml")) + sorted((folder / "terms").glob("*.toml"))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def from_files(files: Mapping[str, str]) -> Book:
    """A book from the text of its files, wherever they are kept. Raises `BookFaults` with all its faults."""
    loader = Loader(files)
    contents = loader.contents()
    if contents is None or loader.faults:
        raise BookFaults(tuple(loader.faults))
    return Book(contents)


def faults_of(files: Mapping[str, str]) -> tuple[Fault, ...]:
    """All that keeps these files from being a book; empty when they load."""
    loader = Loader(files)
    loader.contents()
    return tuple(loader.faults)


def timeline_faults(book: Book) -> tuple[Fault, ...]:
    """Dated values of a term that overlap, start twice on a day, or leave a gap between two of them."""
    return tuple(fault for term in book.terms.values() for fault in _timeline_faults(term))


def _timeline_faults(term: Term) -> Iterator[Fault]:
    for former, later in zip(term.values, term.values[1:], strict=False):
        place = f"{term.name}, since = {later.since.isoformat()}"
        if later.since == former.since or (former.until is not None and later.since < former.until):
            yield Fault(
                term.file,
                place,
                Words("deux valeurs se recouvrent dans le temps", "two values overlap in time"),
                Words(
                    "une valeur commence quand la précédente finit",
                    "a value starts when the former one ends",
                ),
            )
        elif former.until is not None and later.since > former.until:
            yield Fault(
                term.file,
                place,
                Words(
                    f"aucune valeur du {former.until.isoformat()} au {later.since.isoformat()}",
                    f"no value from {former.until.isoformat()} to {later.since.isoformat()}",
                ),
                Words(
                    "une valeur pour cette période, ou « until » retiré de la précédente",
                    "a value for that stretch, or no `until` on the former one",
                ),
            )
