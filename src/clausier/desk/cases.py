"""Cases at suppliers, read: who sees which, their threads, what is to be chased, what a letter may say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F, Q, QuerySet

from clausier.desk.models import (
    CaseOutcome,
    CaseTicket,
    PromiseKind,
    SupplierCase,
    Ticket,
    TicketEvent,
)
from clausier.desk.states import CaseState, PromiseState, TicketState
from clausier.directory.models import Supplier, SupplierKind, SupplierReference
from clausier.directory.names import fold
from clausier.foundation.actors import Actor
from clausier.post import wordings
from clausier.post.handlers import Filed

KIND: Final = "supplier-case"
"""What a conversation with a supplier is about, for `post`."""

SHORTEST_NAME: Final = 4
"""Letters from which a supplier's name in a ticket's words tells something."""

CAUSES: Final[dict[str, str]] = {
    "internet-access": SupplierKind.CARRIER,
    "telephony": SupplierKind.CARRIER,
    "business-software": SupplierKind.PUBLISHER,
    "copiers": SupplierKind.MANUFACTURER,
}
"""Whose business a cause of follow-up is (imri VIII); a hint for the proposal, no more."""


def cases_visible_to(actor: Actor) -> QuerySet[SupplierCase]:
    """The cases of the tickets that `actor` reads; a client's people see none."""
    if actor.is_client_side or not actor.may("desk.read"):
        return SupplierCase.objects.none()
    return SupplierCase.objects.filter(provider=actor.provider).select_related(
        "supplier", "ticket__client", "ticket__assignee"
    )


def under_way(actor: Actor) -> QuerySet[SupplierCase]:
    """Cases that have not ended: what is to be sent or answered first, then the nearest chase."""
    found = cases_visible_to(actor).exclude(state=CaseState.ENDED)
    return found.order_by(F("chase_on").asc(nulls_first=True), "opened_at", "pk")


def case_of(actor: Actor, number: int, ordinal: int) -> SupplierCase | None:
    """The case « number/ordinal »; None when there is none for `actor`."""
    return cases_visible_to(actor).filter(ticket__number=number, ordinal=ordinal).first()


def cases_of(ticket: Ticket, actor: Actor) -> QuerySet[SupplierCase]:
    """The cases that a ticket waits for, its own and those that it was joined to."""
    joined = CaseTicket.objects.filter(ticket=ticket).values("case")
    found = cases_visible_to(actor).filter(Q(ticket=ticket) | Q(pk__in=joined))
    return found.order_by("opened_at", "pk")


def thread(case: SupplierCase, actor: Actor) -> QuerySet[TicketEvent]:
    """What was said and what happened on a case, oldest first."""
    return (
        TicketEvent.objects.filter(provider=actor.provider, case=case, moved=None)
        .select_related("person", "contact", "ruling", "case", "ticket")
        .prefetch_related("attachments__file")
        .order_by("at", "pk")
    )


def waits_of(ticket: Ticket) -> QuerySet[CaseTicket]:
    """What a ticket waits for now: who, and since when."""
    return ticket.waits_for.filter(ended_at=None).select_related("supplier").order_by("since_at", "pk")


def to_tend(actor: Actor, today: date) -> QuerySet[SupplierCase]:
    """What somebody has to do something about: to send, answered, or due to be chased; on open tickets."""
    due = Q(state__in=(CaseState.PROPOSED, CaseState.ANSWERED)) | Q(
        state=CaseState.WITH_SUPPLIER, chase_on__lte=today
    )
    return under_way(actor).filter(due).exclude(ticket__state=TicketState.CLOSED)


def is_due(case: SupplierCase, today: date) -> bool:
    """Whether the supplier is to be chased."""
    return case.state == CaseState.WITH_SUPPLIER and case.chase_on is not None and case.chase_on <= today


def seconds_with_supplier(case: SupplierCase, now: datetime) -> int:
    """How long the supplier has had it, day and night: what went before, and the wait that runs."""
    since = case.with_supplier_since_at
    running = max(0, int((now - since).total_seconds())) if since else 0
    return case.with_supplier_seconds + running


def promise_runs(ticket: Ticket) -> bool:
    """Whether a promise to the client runs meanwhile: no clause of the terms stops one for a supplier."""
    ended = (PromiseState.MET, PromiseState.MET_LATE, PromiseState.LIFTED)
    return ticket.promises.filter(kind=PromiseKind.PROMISE).exclude(state__in=ended).exists()


NEXT_STEPS: Final[dict[str, str]] = {
    CaseOutcome.SOLVED: "close",
    CaseOutcome.REPLACED: "visit",
    CaseOutcome.WORKAROUND: "tell",
    CaseOutcome.REFUSED: "cover",
    CaseOutcome.DROPPED: "tell",
}
"""What is proposed on the ticket once a case ended so."""


def filed(case: SupplierCase, event: TicketEvent | None) -> Filed:
    """Where a message of the case's went, as `post` keeps it."""
    return Filed(KIND, case.pk, str(case), case.ticket.client, event.pk if event else None)


# Whom to write to, and what


def proposed_supplier(ticket: Ticket) -> Supplier | None:
    """Whom a ticket is likely about: the one that its words name, else the client's only one of that kind."""
    named = _named_in(ticket)
    if named is not None:
        return named
    kind = CAUSES.get(ticket.cause)
    if kind is None:
        return None
    known = {
        one.supplier_id: one.supplier
        for one in references_of(ticket)
        if one.supplier.kind == kind and one.supplier.ended_on is None
    }
    return next(iter(known.values())) if len(known) == 1 else None


def _named_in(ticket: Ticket) -> Supplier | None:
    said = f" {fold(' '.join((ticket.title, ticket.description, ticket.equipment_label)))} "
    current = Supplier.objects.filter(provider=ticket.provider_id, ended_on=None).order_by("pk")
    found = [one for one in current if len(one.sort_key) >= SHORTEST_NAME and f" {one.sort_key} " in said]
    return found[0] if len(found) == 1 else None


def references_of(ticket: Ticket, supplier: Supplier | None = None) -> list[SupplierReference]:
    """The numbers that the ticket's client has at suppliers, or at one; those that have ended left out."""
    found = SupplierReference.objects.filter(client=ticket.client_id).select_related("supplier")
    if supplier is not None:
        found = found.filter(supplier=supplier)
    on = ticket.called_at.date()
    return list(found.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a case is opened with, to be read over before it leaves."""

    subject: str
    text: str


def opening_letter(ticket: Ticket, supplier: Supplier | None) -> Prefilled:
    """The letter that opens a case, in the provider's own words."""
    language = supplier.language if supplier else "fr"
    words = wordings.words_of(ticket.provider, "supplier-opening", language)
    facts = {
        "ticket": str(ticket),
        "objet": ticket.title,
        "message": ticket.description or ticket.title,
        "auteur": "",
        "personne": supplier.name if supplier else "",
        "client": ticket.client.name,
        "promesse": "",
        "prestataire": ticket.provider.name,
        "signature": "",
        "fournisseur": supplier.name if supplier else "",
        "compte": supplier.customer_number if supplier else "",
        "numeros": ", ".join(_told(ticket, supplier)),
        "equipement": ticket.equipment_label,
    }
    subject = " ".join(wordings.filled(words.subject, facts).split())[:200] or ticket.title
    return Prefilled(subject, wordings.filled(words.body, facts))


def _told(ticket: Ticket, supplier: Supplier | None) -> Iterator[str]:
    if supplier is not None:
        for one in references_of(ticket, supplier):
            yield f"{one.reference} ({one.what})" if one.what else one.reference
