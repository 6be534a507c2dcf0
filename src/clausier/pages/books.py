"""A book as it is read on its page: clause by clause, with the terms, readings, duties and flaws of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.contracts.queries import contracts_visible_to, editions_readable_by
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook
from clausier.terms.book import LAW, Book, Reading
from clausier.terms.check import check
from clausier.terms.coverage import TermLine, coverage, unattached
from clausier.terms.entries import Clause, Duty
from clausier.terms.outcome import Interpretation
from clausier.terms.remarks import Remark
from clausier.terms.rules import RULES
from clausier.terms.telling import told

WHO = {
    ("client", "duty"): _("Le client doit"),
    ("provider", "duty"): _("Le prestataire doit"),
    ("both", "duty"): _("Les deux doivent"),
    ("client", "right"): _("Le client peut"),
    ("provider", "right"): _("Le prestataire peut"),
    ("both", "right"): _("Les deux peuvent"),
}
SEVERITIES = {
    "fault": ("late", _("faute du livre")),
    "legal": ("at-risk", _("contraire à la loi")),
    "reference": ("at-risk", _("renvoi faux")),
    "wording": ("lifted", _("rédaction")),
}


@dataclass(frozen=True, slots=True)
class TermRow:
    """A dated value in words; `former` are its earlier ones, latest first."""

    name: str
    label: str
    says: str
    since: Any
    rules: tuple[str, ...]
    reason: str
    former: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Who must, or may, do what."""

    who: Any
    says: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """How doubtful words are read, and why."""

    key: str
    clause: str
    words: str
    reading: str
    reason: str


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A flaw of the text, recorded or found again by a lint."""

    state: str
    severity: Any
    says: str
    would_be_right: str
    clause: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause with all that rests on it."""

    number: str
    printed: str
    title: str
    gist: str
    terms: tuple[TermRow, ...]
    duties: tuple[DutyRow, ...]
    readings: tuple[ReadingRow, ...]
    remarks: tuple[RemarkRow, ...]

    @property
    def is_bare(self) -> bool:
        """Nothing to compute and nothing owed."""
        return not (self.terms or self.duties or self.readings or self.remarks)


@dataclass(frozen=True, slots=True)
class BookPage:
    """Everything on the page of an edition."""

    title: str
    book: Book
    provenance: str
    clauses: tuple[ClauseRow, ...]
    practices: tuple[TermRow, ...]
    loose_remarks: tuple[RemarkRow, ...]
    counts: dict[str, int]


def page_of(installed: InstalledBook) -> BookPage:
    """The page of an edition, as the database keeps it."""
    return _page(books.read(installed), get_language() or "fr")


@lru_cache(maxsize=16)
def _page(book: Book, language: str) -> BookPage:
    # An edition never changes, and checking it against the law takes a while.
    reader = _Reader(book, language)
    clauses = tuple(reader.clauses())
    return BookPage(
        title=book.title.to(reader.language),
        book=book,
        provenance=reader.pair(book.head.get("provenance")),
        clauses=clauses,
        practices=tuple(reader.term(line) for line in unattached(book, RULES.values())),
        loose_remarks=tuple(reader.remark(one) for one in reader.remarks if one.clause not in book.clauses),
        counts={
            "clauses": len(clauses),
            "terms": len(book.terms),
            "readings": len(book.interpretations),
            "remarks": len(reader.remarks),
        },
    )


class _Reader:
    """Puts one book into the words of one language."""

    def __init__(self, book: Book, language: str) -> None:
        self.book, self.language = book, language
        self.remarks = check(book) if not book.is_law else ()
        self.terms: defaultdict[str, list[TermLine]] = defaultdict(list)
        for name in book.names():
            last = book.timeline(name)[-1]
            readers = tuple(rule.name for rule in RULES.values() if rule.may_read(name))
            self.terms[last.clause or ""].append(TermLine(last, readers))

    def pair(self, pair: Any) -> str:
        return str(pair["en" if self.language.startswith("en") else "fr"]) if pair else ""

    def clauses(self) -> Iterator[ClauseRow]:
        """The clauses in the order of the text; a law book has no list of articles, only its clauses."""
        lines = {line.number: line for line in coverage(self.book, RULES.values())}
        for number in dict.fromkeys([*lines, *self.book.clauses]):
            clause = self.book.clauses.get(number)
            if clause is not None:
                yield self._clause(clause, self.terms[number])

    def _clause(self, clause: Clause, terms: Sequence[TermLine]) -> ClauseRow:
        number = clause.number
        return ClauseRow(
            number=number,
            printed=str(clause.extra.get("printed", "")),
            title=clause.title.to(self.language),
            gist=clause.gist.to(self.language),
            terms=tuple(self.term(line) for line in terms),
            duties=tuple(self._duty(duty) for duty in self.book.duties if duty.clause == number),
            readings=tuple(
                self._reading(one) for one in self.book.interpretations.values() if one.clause == number
            ),
            remarks=tuple(self.remark(one) for one in self.remarks if one.clause == number),
        )

    def term(self, line: TermLine) -> TermRow:
        reading = line.reading
        former = self.book.timeline(reading.term)[:-1]
        return TermRow(
            name=reading.term,
            label=reading.label.to(self.language),
            says=self._told(reading),
            since=reading.since,
            rules=line.rules,
            reason=reading.reason.to(self.language) if reading.reason else "",
            former=tuple((self._told(one), one.since) for one in reversed(former)),
        )

    def _told(self, reading: Reading) -> str:
        return told(self.book, reading).to(self.language)

    def _duty(self, duty: Duty) -> DutyRow:
        kind = "right" if duty.extra.get("kind") == "right" else "duty"
        return DutyRow(WHO.get((duty.by, kind), duty.by), duty.says.to(self.language))

    def _reading(self, one: Interpretation) -> ReadingRow:
        words, reading, reason = (text.to(self.language) for text in (one.words, one.reading, one.reason))
        return ReadingRow(one.key, one.clause, words, reading, reason)

    def remark(self, one: Remark) -> RemarkRow:
        return remark_row(one, self.language)


def remark_row(one: Remark, language: str) -> RemarkRow:
    """What a check found, in one language."""
    state, severity = SEVERITIES.get(one.severity, ("lifted", one.severity))
    return RemarkRow(
        state=state,
        severity=severity,
        says=one.says.to(language),
        would_be_right=one.would_be_right.to(language),
        clause=one.clause or "",
        details=tuple(line.to(language) for line in one.details),
    )


# The list


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An installed edition that the provider works or worked with."""

    installed: InstalledBook
    title: str
    contracts: int
    is_present: bool
    is_law: bool


def editions_of(actor: Actor) -> list[EditionRow]:
    """The provider's own edition, those its contracts pin, and the law, latest installed first."""
    pinned = dict(contracts_visible_to(actor).order_by().values_list("book_id").annotate(Count("pk")))
    found = editions_readable_by(actor).order_by("-installed_at", "-pk")
    language = get_language() or "fr"
    rows = [
        EditionRow(
            installed=one,
            title=one.title_en if language.startswith("en") else one.title_fr,
            contracts=pinned.get(one.pk, 0),
            is_present=one.pk == actor.provider.book_id,
            is_law=one.name == LAW,
        )
        for one in found
    ]
    return sorted(rows, key=lambda row: (not row.is_present, row.is_law))
