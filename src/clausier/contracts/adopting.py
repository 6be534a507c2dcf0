"""What another edition would change for a contract, and who has accepted which edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import QuerySet

from clausier.contracts import amending, queries
from clausier.contracts.models import Acceptance, AcceptanceRequest, Contract, Derogation
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.differences import Difference, differences
from clausier.terms.errors import TermsError

TACIT = "contract.new-edition.tacit"
"""A term that particular conditions or an own book may have: after how many days silence is agreement."""

What = Literal["kept", "over-change", "no-object", "void"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a derogation under the new edition.

    `kept`: the book says the same of the term; `over-change`: the book says something else now, and the
    derogation still goes first; `no-object`: the book now says what it says; `void`: it has no such term.
    """

    derogation: Derogation
    what: What
    label: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A day that the rules give, before and after; None where one of the books gives none."""

    rule: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What adopting `later` on the day `on` changes for a contract: in force, not in the book alone."""

    contract: Contract
    former: InstalledBook
    later: InstalledBook
    on: date
    changes: tuple[Difference, ...]
    fates: tuple[Fate, ...]
    moved: tuple[Moved, ...]

    @property
    def void(self) -> list[Fate]:
        """The derogations that would hold no longer."""
        return [one for one in self.fates if one.what == "void"]

    @property
    def terms(self) -> list[Difference]:
        """The terms that change for this contract."""
        return [one for one in self.changes if one.what == "term"]

    @property
    def deadlines(self) -> list[Moved]:
        """The days that move."""
        return [one for one in self.moved if one.before != one.after]


def preview(contract: Contract, later: InstalledBook, on: date, language: str = "fr") -> Preview:
    """Every term before and after, derogations laid over both; what becomes of these; which days move."""
    former = queries.edition_of(contract, on)
    before = queries.under_edition(contract, former)
    after = queries.under_edition(contract, later)
    return Preview(
        contract=contract,
        former=former,
        later=later,
        on=on,
        changes=differences(before, after, on),
        fates=tuple(_fates(contract, books.read(former), books.read(later), on, language)),
        moved=tuple(_moved(contract, before, after, on)),
    )


def _fates(contract: Contract, former: Book, later: Book, on: date, language: str) -> list[Fate]:
    standing = [row for row in queries.derogations(contract) if row.until_on is None or row.until_on > on]
    return [
        Fate(row, _fate(contract, row, former, later, on), _label(contract, row, former, language))
        for row in standing
        if not queries.is_void(row, contract, former)
    ]


def _fate(contract: Contract, row: Derogation, former: Book, later: Book, on: date) -> What:
    if queries.is_void(row, contract, later):
        return "void"
    if row.term not in later.terms or row.term not in former.terms:
        return "kept" if (row.term in later.terms) == (row.term in former.terms) else "over-change"
    day = max(on, row.since_on)
    now = queries.spell_on(later, row.term, day).value
    if queries.laid_value(later, row, day) == now:
        return "no-object"
    return "kept" if queries.spell_on(former, row.term, day).value == now else "over-change"


def _label(contract: Contract, row: Derogation, book: Book, language: str) -> str:
    model = queries.model_of(contract.kind, book, row.term)
    return model.label.to(language) if model else row.term


def _moved(contract: Contract, before: Book, after: Book, on: date) -> list[Moved]:
    found = []
    ends = [_asked("notice-deadline", contract, book, on) for book in (before, after)]
    for name in ("term_ends_on", "notice_by"):
        found.append(Moved(name, *(end and end[name] for end in ends)))
    announced = [_announced(end, book) for end, book in zip(ends, (before, after), strict=True)]
    found.append(Moved("amendment_notice", *announced))
    return [one for one in found if one.before or one.after]


def _asked(rule: str, contract: Contract, book: Book, on: date) -> Any:
    try:
        outcome = queries.term_outcome(contract, on, book)
    except TermsError:
        return None
    return outcome.value if outcome else None


def _announced(term: Any, book: Book) -> date | None:
    if not term or not book.has(amending.NOTICE):
        return None
    found: date = rules.ask("amendment-notice", book, {"term_ends_on": term["term_ends_on"]}).value
    return found


def first_day(later: InstalledBook, today: date) -> date:
    """The first day that an adoption of `later` makes sense: its own, or today once that has come."""
    return max(today, books.read(later).applies_from or today)


def candidates(actor: Actor) -> list[InstalledBook]:
    """The editions that a contract may come under: the provider's present one, its own, the package's."""
    found = queries.editions_readable_by(actor).defer("content").order_by("-installed_at", "-pk")
    return [book for book in found if not books.read(book).is_law]


def concerned(actor: Actor, later: InstalledBook, on: date) -> list[Contract]:
    """The contracts in force on a day that are, or will be, under another edition which has their kind."""
    running = queries.in_force(queries.contracts_visible_to(actor), on)
    found = running.exclude(book=later).filter(book_until_on=None).order_by("client__sort_key", "number")
    kinds = queries.kinds(books.read(later), on)
    return [contract for contract in queries.with_parts(found) if contract.kind in kinds]


def agreement_of(contract: Contract, later: InstalledBook) -> Acceptance | None:
    """The client's acceptance of an edition for this contract, or for all of its contracts."""
    found = Acceptance.objects.filter(client_id=contract.client_id, book=later)
    of_it = found.filter(contract=contract) | found.filter(contract=None)
    return of_it.order_by("contract", "-accepted_on", "-pk").first()


# Who has accepted what


@dataclass(frozen=True, slots=True)
class Standing:
    """How the terms of a contract in force were accepted, if they were; what waits for an answer."""

    contract: Contract
    acceptance: Acceptance | None
    request: AcceptanceRequest | None


def standings(actor: Actor, on: date) -> list[Standing]:
    """Each contract in force with the acceptance of its edition: those that nothing proves come first."""
    found = list(
        queries.in_force(queries.contracts_visible_to(actor), on).order_by("client__sort_key", "number")
    )
    accepted: dict[tuple[int, int, int | None], Acceptance] = {}
    rows = Acceptance.objects.filter(provider=actor.provider, client__in={one.client_id for one in found})
    for row in rows.select_related("document").order_by("accepted_on", "pk"):
        accepted[row.client_id, row.book_id, row.contract_id] = row
    waiting = {(one.client_id, one.book_id, one.contract_id): one for one in open_requests(actor)}
    told = [_standing(contract, accepted, waiting) for contract in found]
    return sorted(told, key=lambda one: one.acceptance is not None)


def _standing(
    contract: Contract,
    accepted: dict[tuple[int, int, int | None], Acceptance],
    waiting: dict[tuple[int, int, int | None], AcceptanceRequest],
) -> Standing:
    own, shared = ((contract.client_id, contract.book_id, one) for one in (contract.pk, None))
    return Standing(
        contract, accepted.get(own) or accepted.get(shared), waiting.get(own) or waiting.get(shared)
    )


def requests_visible_to(actor: Actor) -> QuerySet[AcceptanceRequest]:
    """What clients were asked to accept, latest first."""
    found = AcceptanceRequest.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    found = found.select_related("client", "contract", "book", "acceptance").defer("book__content")
    return found.order_by("-asked_at", "-pk")


def open_requests(actor: Actor) -> QuerySet[AcceptanceRequest]:
    """Those that wait for an answer."""
    return requests_visible_to(actor).filter(acceptance=None, withdrawn_at=None)
