"""From a ruling to the panel that shows it: whose edition, who accepted it, where its clauses are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from clausier.contracts.models import Acceptance, AcceptanceMeans, Contract
from clausier.desk import queries as desk
from clausier.foundation import books
from clausier.foundation.models import InstalledBook, Ruling
from clausier.pages.addresses import Addresses
from clausier.pages.parts.why import ClauseNote, Edition, Links, Panel, panel_of
from clausier.terms.book import Book
from clausier.terms.outcome import Outcome

AS_IT_STANDS = "maintenant"
"""The word in an address that asks for a promise as it stands rather than as it was said."""


def panel_of_ruling(
    ruling: Ruling,
    addresses: Addresses,
    *,
    now: datetime,
    as_it_stands: bool = False,
    only_at: str = "",
) -> Panel:
    """The panel of a stored outcome, as it was said; only its links and notes are read today.

    `as_it_stands` brings the account of a promise up to `now`, as its clock is; whatever else was ruled
    does not move with time. `only_at`: the one address of an outcome that is confidential; it is not printed.
    """
    promise = desk.promise_ruled_by(ruling) if as_it_stands else None
    outcome = (
        desk.outcome_now(promise, now.replace(second=0, microsecond=0)).as_json()
        if promise
        else ruling.outcome
    )
    asked = f"?{AS_IT_STANDS}=1" if promise else ""
    return panel_of(
        outcome,
        language=_language(),
        today=now.date(),
        clauses=notes(ruling.book, addresses),
        edition=_edition(ruling),
        links=Links(
            self_url=only_at or addresses.why_url(ruling.pk) + asked,
            pdf_url="" if only_at else addresses.why_pdf_url(ruling.pk) + asked,
            read_url=_read_url(ruling.book, addresses, outcome),
            reference=f"{ruling.subject_label}/{ruling.rule}/{ruling.pk}",
        ),
    )


def panel_of_question(
    outcome: dict[str, Any],
    addresses: Addresses,
    *,
    book: InstalledBook,
    contract: Contract | None,
    now: datetime,
) -> Panel:
    """The panel of an outcome just computed, not kept: what would be ruled if one saved now."""
    return panel_of(
        outcome,
        language=_language(),
        today=now.date(),
        clauses=notes(book, addresses),
        edition=_edition_of_contract(contract, book) if contract else Edition(book=book.name),
        links=Links(read_url=_read_url(book, addresses, outcome)),
    )


def panel_of_text(outcome: Outcome, book: Book, *, now: datetime) -> Panel:
    """The panel of an outcome of a book that need not be installed: its clauses are told, read nowhere."""
    language = _language()

    def note(name: str, number: str) -> ClauseNote:
        found = (book if name == book.name else book.law).clauses.get(number)
        return ClauseNote(gist=found.gist.to(language)) if found else ClauseNote()

    return panel_of(outcome.as_json(), language=language, today=now.date(), clauses=note)


def notes(installed: InstalledBook, addresses: Addresses) -> Callable[[str, str], ClauseNote]:
    """What to tell of a clause that an outcome cites: its gist, and its place in the edition that ruled."""
    book = books.read(installed)
    language = _language()

    def note(name: str, number: str) -> ClauseNote:
        source, is_own = (book, True) if name == book.name else (book.law, False)
        found = source.clauses.get(number)
        if found is None:
            return ClauseNote()
        url = addresses.clause_url(installed.digest, number) if is_own else ""
        return ClauseNote(gist=found.gist.to(language), url=url)

    return note


def _read_url(installed: InstalledBook, addresses: Addresses, outcome: dict[str, Any]) -> str:
    own = (r["clause"] for r in outcome["because"] if r["clause"] and r["book"] in (None, installed.name))
    first = next(own, "")
    return addresses.clause_url(installed.digest, first) if first else ""


def _edition(ruling: Ruling) -> Edition:
    """The edition that ruled, and how the client came under it, if that was recorded."""
    if ruling.client_id is None:
        return Edition(book=ruling.book.name)
    accepted = (
        Acceptance.objects.filter(provider=ruling.provider, client_id=ruling.client_id, book=ruling.book)
        .select_related("contract")
        .order_by("-accepted_on")
        .first()
    )
    return _accepted_edition(accepted) if accepted else Edition(book=ruling.book.name)


def _edition_of_contract(contract: Contract, book: InstalledBook) -> Edition:
    accepted = contract.acceptances.filter(book=book).order_by("-accepted_on").first()
    return _accepted_edition(accepted) if accepted else Edition(book=book.name, contract=contract.number)


def _accepted_edition(accepted: Acceptance) -> Edition:
    return Edition(
        book=accepted.book.name,
        accepted_on=accepted.accepted_on,
        accepted_by=accepted.accepted_by_name,
        how=str(AcceptanceMeans(accepted.means).label),
        contract=accepted.contract.number if accepted.contract else "",
    )


def _language() -> str:
    return get_language() or "fr"
