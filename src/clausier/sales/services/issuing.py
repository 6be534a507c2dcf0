"""Acts that send a quote: issued with its paper and its terms, received, renewed (ims 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.foundation import books, documents, journal, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import InstalledBook
from clausier.sales import letters, papers, policies, queries
from clausier.sales.errors import NotAnswerable, QuoteExpired, QuoteIncomplete, ReceptionProven
from clausier.sales.models import (
    ItemKind,
    Quote,
    QuoteLine,
    Reception,
    ReceptionMeans,
    Standing,
    Vat,
)
from clausier.sales.services import signing
from clausier.sales.services.drafting import next_version
from clausier.sales.services.held import hold, hold_draft, move
from clausier.sales.states import QuoteState
from clausier.terms import rules
from clausier.terms.outcome import Outcome

KIND_OF_PAPER: Final = "quote"
PRICES: Final = ("same", "day")


@act("sales.write")
def issue_quote(*, by: Actor, at: datetime, quote: Quote, site_url: str = "") -> Quote:
    """Freeze a draft: its paper is filed, with the edition of the terms annexed; it replaces the one before.

    A quote without choices goes to its contact to be signed, by a link to `site_url`; one with choices once
    the client has made them.

    Raises QuoteFrozen, QuoteIncomplete naming the field, NotAnswerable when a version was accepted.
    """
    held = hold_draft(quote, by)
    _issue(held, by=by, at=at, site_url=site_url)
    return held


@act("sales.write")
def renew_quote(*, by: Actor, at: datetime, quote: Quote, prices: str = "same", site_url: str = "") -> Quote:
    """Issue the quote anew in one act, at the "same" prices or at those of the "day"; the new version.

    Raises what `issue_quote` raises, InvalidInput naming `prices`.
    """
    if prices not in PRICES:
        raise InvalidInput(_("Gardez les prix, ou reprenez ceux du jour."), field="prices")
    held = hold(quote, by)
    made = next_version(held, by=by, at=at, reprice=prices == "day")
    journal.write(
        by=by,
        at=at,
        code="sales.quote_renewed",
        about=made,
        data={"after": held.reference, "prices": prices},
    )
    _issue(made, by=by, at=at, site_url=site_url)
    return made


@act("sales.write")
def remind_of_quote(*, by: Actor, at: datetime, quote: Quote) -> bool:
    """Remind the contact once that the last day of a quote is near; whether a letter leaves.

    Whom a paper was sent to sign is reminded of that paper instead.
    """
    held = hold(quote, by)
    standing, today = held.standing, queries.day_of(at)
    last = standing.expires_on
    if standing.state != QuoteState.ISSUED or standing.reminded_at or last is None:
        return False
    near = last - queries.EXPIRES_WITHIN <= today <= last
    # Whoever was sent it yesterday knows.
    is_new = held.issued_at is None or queries.day_of(held.issued_at) >= today - timedelta(days=1)
    if not near or is_new or signing.waiting_request(held) or not letters.remind(held, at=at):
        return False
    standing.reminded_at = at
    standing.save(update_fields=["reminded_at"])
    data = {"email": held.contact.email if held.contact else "", "expires_on": last.isoformat()}
    journal.write(by=by, at=at, code="sales.quote_reminded", about=held, data=data)
    return True


def _issue(held: Quote, *, by: Actor, at: datetime, site_url: str) -> None:
    on = queries.day_of(at)
    lines = list(held.lines.all())
    installed = contracts.edition_for(held.provider, held.starts_on or on, at)
    _check_complete(held, lines, installed, on)
    _supersede(held, at)
    for line in lines:
        # The rate of VAT is the one of the day of issue.
        rate = queries.vat_rate(held.provider, line.vat, on)
        if rate != line.vat_rate:
            line.vat_rate = rate
            line.save(update_fields=["vat_rate"])
    held.book, held.issued_at, held.issued_by = installed, at, by.name
    sheet = queries.sheet_of(held, lines)
    paper = documents.file_document(
        papers.quote_paper(sheet, at=at),
        by=by,
        at=at,
        kind=KIND_OF_PAPER,
        title=_("Devis %(quote)s, %(title)s") % {"quote": held, "title": held.title},
        name=f"{held.reference}.pdf",
        client_id=held.client_id,
    )
    held.document = paper
    held.save()
    move(held, QuoteState.ISSUED, expires_on=held.valid_until)
    asked = None
    if sheet.has_choices:
        letters.offer(held, at=at, site_url=site_url)
    else:
        asked = signing.ask(held, paper, by=by, at=at, site_url=site_url)
    digest = paper.file.sha256 if paper.file else ""
    journal.write(
        by=by,
        at=at,
        code="sales.quote_issued",
        about=held,
        data={
            "document": paper.number,
            "sha256": digest,
            "signer": asked.signer_email if asked else None,
            "book": installed.name,
            "digest": installed.digest,
            "totals": {one.period: str(one.net) for one in sheet.totals},
        },
    )


def _check_complete(held: Quote, lines: Sequence[QuoteLine], installed: InstalledBook, on: date) -> None:
    """Raises QuoteIncomplete for the first thing that is missing."""
    if not lines:
        raise QuoteIncomplete(_("Un devis sans ligne ne s’émet pas."), field="lines")
    for group, members in policies.groups(lines).items():
        if len(members) < 2:
            raise QuoteIncomplete(
                _("Le choix « %(group)s » n’a qu’une ligne : il en faut deux au moins.") % {"group": group},
                field="lines",
            )
    if any(line.vat == Vat.NONE for line in lines) and not held.vat_note:
        raise QuoteIncomplete(
            _("Une ligne est sans TVA : écrivez la mention qui le justifie."), field="vat_note"
        )
    if any(line.kind == ItemKind.PACK for line in lines) and not (held.contract or held.contract_kind):
        raise QuoteIncomplete(
            _("Un carnet de points se crédite sur un contrat : choisissez-le, ou son type."),
            field="contract",
        )
    if held.derogations.exists() and not held.contract_kind:
        raise QuoteIncomplete(
            _("Une dérogation vaut pour un contrat : choisissez son type."), field="contract_kind"
        )
    if held.contract_kind and held.starts_on is None:
        raise QuoteIncomplete(_("Indiquez quand commence le contrat."), field="starts_on")
    _check_validity(held, installed, on)


def _check_validity(held: Quote, installed: InstalledBook, on: date) -> None:
    if held.valid_until is not None and held.valid_until < on:
        raise QuoteIncomplete(_("Cette date est passée."), field="valid_until")
    book = books.read(installed)
    if held.valid_days or held.valid_until or queries.book_says_validity(book, on):
        return
    raise QuoteIncomplete(
        _("Vos conditions ne disent pas combien de temps vaut un devis : indiquez-le."), field="valid_days"
    )


def _supersede(held: Quote, at: datetime) -> None:
    """Whatever version came before stands no more. Raises NotAnswerable when one was accepted."""
    before = Standing.objects.select_for_update(of=("self",)).filter(
        provider=held.provider, quote__number=held.number, quote__version__lt=held.version
    )
    for standing in before.select_related("quote__provider").order_by("pk"):
        if standing.state in (QuoteState.ACCEPTED, QuoteState.ORDERED):
            raise NotAnswerable(
                _("Une version précédente de ce devis a été acceptée."),
                way_out=_("Une commande se modifie par un document signé des deux."),
                state=standing.state,
            )
        if standing.state in (QuoteState.ISSUED, QuoteState.DECLINED):
            Standing.objects.filter(pk=standing.pk).update(state=QuoteState.SUPERSEDED)
            signing.withdraw(standing.quote, at=at, reason=_("Une nouvelle version le remplace."))


# Reception


@act("sales.write")
def record_reception(
    *, by: Actor, at: datetime, quote: Quote, received_on: date, means: str, received_by: str = ""
) -> Reception:
    """That the client received the quote, entered by hand; a later entry corrects an earlier one.

    Raises NotAnswerable, ReceptionProven once the client opened it, InvalidInput naming the field.
    """
    held = hold(quote, by)
    if held.standing.state != QuoteState.ISSUED or held.issued_at is None:
        raise NotAnswerable(_("Ce devis n’attend pas de réponse."), state=held.standing.state)
    if means not in ReceptionMeans.values or means == ReceptionMeans.LINK:
        raise InvalidInput(_("Choisissez comment le devis a été reçu."), field="means")
    if received_on > queries.day_of(at):
        raise InvalidInput(_("Une réception s’enregistre une fois faite."), field="received_on")
    if received_on < queries.day_of(held.issued_at):
        raise InvalidInput(_("Un devis n’est pas reçu avant d’être émis."), field="received_on")
    if not received_by.strip():
        raise InvalidInput(_("Indiquez qui l’a reçu."), field="received_by")
    if held.receptions.filter(means=ReceptionMeans.LINK).exists():
        raise ReceptionProven(_("Le client a ouvert ce devis : sa réception est prouvée."))
    return receive(held, received_on, means, received_by, by=by, at=at)


@act("sales.read")
def note_opened(*, by: Actor, at: datetime, quote: Quote, opened_by: str = "") -> Reception | None:
    """The client opened the quote: that proves its reception. None where it was known or waits no more."""
    held = hold(quote, by)
    if held.standing.state != QuoteState.ISSUED or held.standing.received_on is not None:
        return None
    return receive(held, queries.day_of(at), ReceptionMeans.LINK, opened_by or by.name, by=by, at=at)


def receive(
    held: Quote, received_on: date, means: str, received_by: str, *, by: Actor, at: datetime
) -> Reception:
    """Within an act: the reception, and the last day that follows from it, with its ruling."""
    row = Reception.objects.create(
        provider=held.provider,
        client_id=held.client_id,
        quote=held,
        received_on=received_on,
        means=means,
        received_by=received_by.strip()[:120],
        recorded_at=at,
        recorded_by=by.name,
    )
    expires_on, outcome = validity(held, received_on)
    standing = held.standing
    standing.received_on, standing.expires_on = received_on, expires_on
    if outcome is not None and held.book is not None:
        standing.ruling = rulings.keep(
            outcome,
            provider=held.provider,
            book=held.book,
            about=held,
            at=at,
            client_id=held.client_id,
        )
    standing.save(update_fields=["received_on", "expires_on", "ruling"])
    signing.set_deadline(held, at=at)
    journal.write(
        by=by,
        at=at,
        code="sales.quote_received",
        about=held,
        data={
            "received_on": received_on.isoformat(),
            "means": means,
            "by": row.received_by,
            "expires_on": expires_on.isoformat() if expires_on else None,
        },
    )
    return row


def validity(quote: Quote, received_on: date) -> tuple[date | None, Outcome | None]:
    """The last day of an issued quote received that day, with the account of the book that has a clause."""
    book = books.read(quote.book) if quote.book else None
    if book is None or not book.has(queries.VALIDITY):
        return quote.valid_until or received_on + timedelta(days=quote.valid_days or 0), None
    given: dict[str, Any] = {"received_on": received_on}
    if quote.valid_until is not None:
        if quote.valid_until < received_on:
            return quote.valid_until, None
        given["valid_until"] = quote.valid_until
    elif quote.valid_days is not None:
        given["stated_days"] = quote.valid_days
    outcome = rules.ask("quote-validity", book, given)
    return outcome.value, outcome


def refuse_expired(held: Quote, at: datetime) -> None:
    """Raises QuoteExpired, with the clause and the last day, once that day is over."""
    expires_on = held.standing.expires_on
    if expires_on is None or not policies.has_expired(expires_on, queries.day_of(at)):
        return
    raise QuoteExpired(
        _("Le devis %(quote)s valait jusqu’au %(day)s.")
        % {"quote": held, "day": papers.written_day(expires_on)},
        clause=_clause(held, expires_on),
        way_out=_("Il peut être renouvelé : une nouvelle version, aux mêmes prix ou à ceux du jour."),
        expired_on=expires_on.isoformat(),
    )


def _clause(held: Quote, on: date) -> tuple[str, str] | None:
    if held.book is None:
        return None
    reading = queries.book_says_validity(books.read(held.book), on)
    return (held.book.name, reading.clause) if reading and reading.clause else None
