"""« Ce qui s’applique ici »: the terms of a contract on a day, in groups of plain words, beside the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clausier.contracts.applied import AppliedTerm, AppliedTerms, applied_terms
from clausier.contracts.models import Contract
from clausier.directory.names import fold
from clausier.pages.addresses import Addresses
from clausier.pages.chapters import CHAPTERS, Chapter, named
from clausier.terms.book import Reading
from clausier.terms.telling import told

SOURCES = {
    "clause": gettext_lazy("le livre"),
    "law": gettext_lazy("la loi"),
    "practice": gettext_lazy("notre usage"),
    "derogation": gettext_lazy("dérogation"),
}


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A derogation agreed for a later day."""

    since_on: date
    until_on: date | None
    says: str
    paper: str
    paper_id: int


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term in words: what applies, what the book says where that differs, and where it comes from."""

    name: str
    label: str
    says: str
    book_says: str
    kind: str
    source: Any
    clause: str
    clause_url: str
    why_url: str
    reason: str
    since_on: date | None
    until_on: date | None
    paper: str
    paper_id: int | None
    is_changed: bool
    coming: tuple[ComingRow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A chapter with its terms."""

    chapter: Chapter
    rows: tuple[TermRow, ...]
    changed: int

    @property
    def opens(self) -> bool:
        """Whether it stands open: something in it is not as in the book."""
        return any(row.is_changed or row.coming for row in self.rows)


@dataclass(frozen=True, slots=True)
class TermsPage:
    """What applies to a contract on a day, as far as it was asked for."""

    found: AppliedTerms
    on: date
    groups: tuple[Group, ...]
    total: int
    changed: int
    coming: int


def terms_page(
    contract: Contract,
    on: date,
    addresses: Addresses,
    why: Callable[[str], str],
    *,
    text: str = "",
    only_changed: bool = False,
) -> TermsPage:
    """The page of `contract` on a day; `why` gives the address where a term is explained."""
    found = applied_terms(contract, on)
    rows = {one.name: _row(found, one, addresses, why) for one in found.terms}
    words = fold(text).split()
    shown = {
        name: row
        for name, row in rows.items()
        if (not only_changed or row.is_changed or row.coming) and _answers(row, words)
    }
    groups = (
        Group(chapter, tuple(of_it), sum(row.is_changed for row in of_it))
        for chapter in CHAPTERS
        if (of_it := [shown[name] for name in named(shown, chapter)])
    )
    return TermsPage(
        found=found,
        on=on,
        groups=tuple(groups),
        total=len(rows),
        changed=sum(row.is_changed for row in rows.values()),
        coming=sum(len(row.coming) for row in rows.values()),
    )


def _answers(row: TermRow, words: list[str]) -> bool:
    said = fold(f"{row.label} {row.says} {row.clause}")
    return all(word in said for word in words)


def _row(found: AppliedTerms, one: AppliedTerm, addresses: Addresses, why: Callable[[str], str]) -> TermRow:
    language = get_language() or "fr"
    stated = one.now or one.own or one.coming[0].contract
    clause = (one.own and one.own.clause) or (one.now and one.now.clause) or ""
    own = _told(found, one.own, language)
    derogation = one.derogation
    return TermRow(
        name=one.name,
        label=stated.label.to(language),
        says=_told(found, one.now, language) or _("rien ce jour-là"),
        book_says=(own or _("rien")) if one.is_changed else "",
        kind=one.now.source if one.now else "",
        source=SOURCES.get(one.now.source, "") if one.now else "",
        clause=clause if stated.source != "practice" else "",
        clause_url=addresses.clause_url(found.edition.digest, clause) if clause else "",
        why_url=why(one.name) if one.now else "",
        reason=derogation.reason if derogation else _reason(one.now, language),
        since_on=derogation.since_on if derogation else None,
        until_on=derogation.until_on if derogation else None,
        paper=derogation.document.number if derogation else "",
        paper_id=derogation.document_id if derogation else None,
        is_changed=one.is_changed,
        coming=tuple(
            ComingRow(
                since_on=later.derogation.since_on,
                until_on=later.derogation.until_on,
                says=told(found.book, later.contract).to(language),
                paper=later.derogation.document.number,
                paper_id=later.derogation.document_id,
            )
            for later in one.coming
        ),
    )


def _told(found: AppliedTerms, reading: Reading | None, language: str) -> str:
    return told(found.book, reading).to(language) if reading else ""


def _reason(reading: Reading | None, language: str) -> str:
    return reading.reason.to(language) if reading and reading.reason else ""


HEADINGS = (
    gettext_lazy("Rubrique"),
    gettext_lazy("Condition"),
    gettext_lazy("S’applique"),
    gettext_lazy("Le livre dit"),
    gettext_lazy("D’où"),
    gettext_lazy("Clause"),
    gettext_lazy("Dès le"),
    gettext_lazy("Jusqu’au (exclu)"),
    gettext_lazy("Document"),
)


def lines_of(page: TermsPage) -> Iterator[list[Any]]:
    """The page for a file; the columns are `HEADINGS`. What is to come has lines of its own."""
    for group in page.groups:
        title = str(group.chapter.title)
        for row in group.rows:
            yield [
                *(title, row.label, row.says, row.book_says or row.says, str(row.source), row.clause),
                *(row.since_on, row.until_on, row.paper),
            ]
            for later in row.coming:
                yield [
                    *(title, row.label, later.says, row.says, _("dérogation à venir"), row.clause),
                    *(later.since_on, later.until_on, later.paper),
                ]


def day_asked(text: str, today: date) -> date:
    """The day of an address; what makes no sense is today."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if found.year in range(2000, 2200) else today
