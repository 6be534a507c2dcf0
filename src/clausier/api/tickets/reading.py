"""From tickets to what is answered of them, and from what is sent to what the acts take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.access.services import Answer
from clausier.api.doors import ApiRequest
from clausier.api.shapes import FileGiven
from clausier.api.tickets.shapes import Climb, TicketGiven, TicketOut, TicketsAsked
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.desk import queries
from clausier.desk.models import Origin, PromiseKind, Ticket
from clausier.desk.services import StepAgreement
from clausier.desk.states import TicketState
from clausier.desk.timeline import Upload
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person

LARGEST_TOGETHER = 15 * 1024 * 1024  # bytes of the files of one message


def ticket_of(request: ApiRequest, number: int) -> Ticket:
    """The ticket of that number, as far as the token sees it. Raises Ticket.DoesNotExist."""
    return with_rest(queries.tickets_visible_to(request.actor)).get(number=number)


def with_rest(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("beneficiary", "continues")


def shown(actor: Actor, tickets: Sequence[Ticket]) -> list[TicketOut]:
    """The tickets as they stand now, in two queries however many they are."""
    now, internal = clock.now(), not actor.is_client_side
    views = queries.clock_views(tickets, now)
    return [
        TicketOut.of(
            ticket,
            views.get((ticket.pk, PromiseKind.PROMISE)),
            views.get((ticket.pk, PromiseKind.TARGET)),
            internal=internal,
        )
        for ticket in tickets
    ]


def shown_as_opened(actor: Actor, ticket: Ticket) -> TicketOut:
    """The ticket that `actor` has just opened."""
    views = queries.clock_views_as_opened(ticket, clock.now())
    promise, target = views.get(PromiseKind.PROMISE), views.get(PromiseKind.TARGET)
    return TicketOut.of(ticket, promise, target, internal=not actor.is_client_side)


def shown_again(request: ApiRequest, ticket: Ticket) -> TicketOut:
    """A ticket after an act on it."""
    return shown(request.actor, [ticket_of(request, ticket.number)])[0]


def narrowed(found: QuerySet[Ticket], asked: TicketsAsked) -> QuerySet[Ticket]:
    """Those of `found` that answer every filter."""
    exact = {
        "state": asked.state,
        "client__number": asked.client,
        "contract__number": asked.contract,
        "assignee_id": asked.assignee,
        "priority": asked.priority,
        "nature": asked.nature,
        "verdict": asked.verdict,
        "called_at__gte": asked.called_since,
        "called_at__lt": asked.called_before,
    }
    found = found.filter(**{key: value for key, value in exact.items() if value is not None})
    if asked.open is not None:
        closed = {"state": TicketState.CLOSED}
        found = found.exclude(**closed) if asked.open else found.filter(**closed)
    if asked.unassigned:
        found = found.filter(assignee=None)
    if asked.tag is not None:
        found = queries.tagged(found, asked.tag)
    for word in asked.text.split():
        found = found.filter(title__icontains=word)
    return found


# From what is sent to what the acts take


def facts_of(request: ApiRequest, body: TicketGiven) -> dict[str, Any]:
    """What `open_ticket` takes. Raises InvalidInput naming the field that names nothing."""
    actor = request.actor
    if actor.is_client_side and body.called_at is not None:
        raise InvalidInput(_("Votre demande compte de l’instant où elle arrive."), field="called_at")
    if body.assignee is not None:
        actor.must("desk.assign")
    origin = Origin.PORTAL if actor.is_client_side else body.origin
    if origin is None:
        raise InvalidInput(_("Dites par où la demande est venue."), field="origin")
    client = client_named(actor, body.client)
    beneficiary = client_named(actor, body.beneficiary, "beneficiary") if body.beneficiary else None
    parties = [client, beneficiary] if beneficiary else [client]
    return {
        "client": client,
        "title": body.title,
        "description": body.description,
        "origin": origin.value,
        "nature": body.nature.value,
        "equipment_class": body.equipment_class.value,
        "equipment_label": body.equipment_label,
        "impact": body.impact.value,
        "urgency": body.urgency.value,
        "cause": body.cause,
        "caller": contact_named(parties, body.caller, "caller"),
        "site": site_named(parties, body.site),
        "contract": contract_named(actor, body.contract),
        "beneficiary": beneficiary,
        "called_at": body.called_at,
        "verdict": body.verdict.value if body.verdict else None,
        "verdict_reason": body.verdict_reason,
        "assignee": person_named(actor, body.assignee),
        "files": uploads(body.files),
    }


def client_named(actor: Actor, number: str | None, field: str = "client") -> Client:
    """The client of that number; without one, the client that the token acts for."""
    if number:
        client = directory.client_numbered(actor, number)
    else:
        client = directory.clients_visible_to(actor).first() if actor.is_client_side else None
    if client is None:
        raise InvalidInput(_("Choisissez un client."), field=field)
    return client


def contact_named(parties: Sequence[Client], pk: int | None, field: str = "contact") -> Contact | None:
    if pk is None:
        return None
    contact = Contact.objects.filter(pk=pk, client__in=parties).first()
    if contact is None:
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field=field)
    return contact


def site_named(parties: Sequence[Client], pk: int | None) -> Site | None:
    if pk is None:
        return None
    site = Site.objects.filter(pk=pk, client__in=parties).first()
    if site is None:
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")
    return site


def contract_named(actor: Actor, number: str | None) -> Contract | None:
    if number is None:
        return None
    contract = contracts.contracts_visible_to(actor).filter(number=number).first()
    if contract is None:
        raise InvalidInput(_("Aucun contrat ne porte ce numéro."), field="contract")
    return contract


def person_named(actor: Actor, pk: int | None, field: str = "assignee") -> Person | None:
    """Someone on the staff, by the person's id."""
    if pk is None:
        return None
    member = foundation.staff(actor).filter(person_id=pk).first()
    if member is None:
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field=field)
    return member.person


def agreement_of(request: ApiRequest, body: Climb, ticket: Ticket) -> StepAgreement | None:
    """What the client says of a step; None when nothing is told."""
    if body.agreement is None:
        return None
    contact = contact_named([ticket.client], body.contact)
    answer = Answer(True, body.how.value, contact=contact, name=body.name, said_at=body.agreed_at)
    return StepAgreement(body.agreement, answer, body.why_none, request.build_absolute_uri("/"))


def uploads(files: Sequence[FileGiven]) -> list[Upload]:
    """The files as the acts take them. Raises InvalidInput when they are too large together."""
    read = [Upload(file.name, file.content_type, file.read()) for file in files]
    if sum(len(upload.content) for upload in read) > LARGEST_TOGETHER:
        raise InvalidInput(_("Ces fichiers font ensemble plus de quinze mégaoctets."), field="files")
    return read
