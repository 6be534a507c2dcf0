"""What a quote asks of signatures: its paper sent to be signed, by when, and taken back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from clausier.foundation import documents
from clausier.foundation.actors import Actor, program
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Document
from clausier.sales import papers
from clausier.sales.models import OrderChange, Quote
from clausier.sales.queries import CHANGE, QUOTE, Sheet
from clausier.signatures import services as signatures
from clausier.signatures.models import About, SignatureRequest
from clausier.signatures.states import WAITING, RequestState


def requests_about(kind: str, pk: int, provider_id: int) -> list[SignatureRequest]:
    """The requests to sign a paper about a quote or a change, the last first."""
    found = SignatureRequest.objects.filter(provider=provider_id, about_kind=kind, about_id=pk)
    return list(found.select_related("document", "countersignature__document").order_by("-pk"))


def waiting_request(held: Quote | OrderChange) -> SignatureRequest | None:
    """The request that the client has not answered."""
    return next((one for one in _requests(held) if one.state in WAITING), None)


def _requests(held: Quote | OrderChange) -> list[SignatureRequest]:
    kind = QUOTE if isinstance(held, Quote) else CHANGE
    return requests_about(kind, held.pk, held.provider_id)


def ask(
    held: Quote, document: Document, *, by: Actor, at: datetime, site_url: str
) -> SignatureRequest | None:
    """Within an act: ask the quote's contact to sign `document`, until the last day of the quote.

    None where the quote is addressed to nobody who has an address: it is then signed on paper.
    """
    if held.contact is None or not held.contact.email:
        return None
    asked: SignatureRequest = signatures.request_signature(
        by=by,
        at=at,
        document=document,
        about=About(QUOTE, held.pk, held.reference),
        client=held.client,
        signer=held.contact,
        valid_until=deadline(held),
        purpose=document.title,
        site_url=site_url,
    )
    return asked


def ask_change(change: OrderChange, *, by: Actor, at: datetime, site_url: str) -> SignatureRequest | None:
    """Within an act: ask the contact of the order's quote to sign a change; None without an address."""
    contact = change.order.quote.contact
    if contact is None or not contact.email:
        return None
    asked: SignatureRequest = signatures.request_signature(
        by=by,
        at=at,
        document=change.document,
        about=About(CHANGE, change.pk, str(change)),
        client=change.client,
        signer=contact,
        purpose=change.document.title,
        site_url=site_url,
    )
    return asked


def ask_for_choice(
    held: Quote, sheet: Sheet, *, by: Actor, at: datetime, site_url: str
) -> SignatureRequest | None:
    """Within an act: the order form of what the client retains, sent to be signed in place of any before.

    The provider's program asks, for it is the client who chose.
    """
    withdraw(held, at=at, reason=_("Un autre choix a été fait."))
    paper = documents.file_document(
        papers.quote_paper(sheet, at=at, retained_only=True),
        by=by,
        at=at,
        kind="order-form",
        title=_("Bon de commande %(quote)s, %(title)s") % {"quote": held, "title": held.title},
        name=f"{held.reference}-commande.pdf",
        client_id=held.client_id,
    )
    return ask(held, paper, by=program(held.provider), at=at, site_url=site_url)


def withdraw(held: Quote | OrderChange, *, at: datetime, reason: str) -> None:
    """Within an act: nobody is asked to sign that version, or that change, any more."""
    if request := waiting_request(held):
        signatures.withdraw(by=program(held.provider), at=at, request=request, reason=reason)


def set_deadline(held: Quote, *, at: datetime) -> None:
    """Within an act: signing ends with the quote's last day."""
    until, request = deadline(held), waiting_request(held)
    if request is not None and until is not None and until > at and request.valid_until != until:
        signatures.set_deadline(by=program(held.provider), at=at, request=request, valid_until=until)


def deadline(held: Quote) -> datetime | None:
    """The midnight that ends the last day of the quote; None while it is not known."""
    last = held.standing.expires_on
    return datetime.combine(last + timedelta(days=1), time(), PARIS) if last else None


def countersign(held: Quote | OrderChange, *, by: Actor, at: datetime) -> Document | None:
    """Within an act: the paper that both signed, sealed; None where the client signed no request of ours."""
    request = next((one for one in _requests(held) if one.state == RequestState.SIGNED), None)
    if request is None:
        return None
    if request.answer is None:
        request = signatures.countersign(by=by, at=at, request=request)
    return request.signed_document


def record_scan(
    held: Quote | OrderChange, scan: signatures.Scan, *, by: Actor, at: datetime
) -> Document | None:
    """Within an act: the paper signed by hand, under the request that waits for it; so it can be sealed.

    None where nobody was asked to sign. Raises InvalidInput for what is no paper.
    """
    request = waiting_request(held)
    if request is None:
        return None
    return signatures.record_scan(by=by, at=at, request=request, scan=scan).scan


def is_about_sales(data: dict[str, object]) -> bool:
    """Whether an act on a signature is about a quote, or a change of an order."""
    about = data.get("about")
    return isinstance(about, dict) and about.get("kind") in (QUOTE, CHANGE)
