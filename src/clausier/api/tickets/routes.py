"""Tickets: opened, qualified, handed over, answered, closed; what happened, what is promised."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Number
from clausier.api.tickets import reading
from clausier.api.tickets.shapes import (
    Answers,
    Assignment,
    CallGiven,
    Climb,
    Closing,
    Coverage,
    EventOut,
    MessageGiven,
    Numbering,
    Prediagnosis,
    Preview,
    PreviewGiven,
    Qualification,
    Question,
    Reason,
    ReplyGiven,
    ReplyReceived,
    TicketGiven,
    TicketOut,
    TicketsAsked,
)
from clausier.desk import facts, policies, queries, services
from clausier.desk.models import Attachment, Ticket, TicketEvent
from clausier.foundation import clock, files
from clausier.foundation.errors import InvalidInput
from clausier.terms.outcome import Outcome, plain

routes = Router()


@reads(
    routes,
    "/tickets",
    "desk.read",
    answers=Page[TicketOut],
    summary=gettext_noop("Lister les tickets"),
    about=gettext_noop("Les plus récents d’abord, chacun avec sa promesse telle qu’elle est à cet instant."),
)
def list_tickets(request: ApiRequest, asked: Query[TicketsAsked]) -> Page[TicketOut]:
    if asked.tag is not None and request.actor.is_client_side:
        raise InvalidInput(_("Les étiquettes sont internes."), field="tag")
    found = reading.with_rest(queries.tickets_visible_to(request.actor))
    narrowed = reading.narrowed(found, asked)
    return page(narrowed, asked, lambda rows: reading.shown(request.actor, rows))


@reads(routes, "/tickets/{number}", "desk.read", answers=TicketOut, summary=gettext_noop("Lire un ticket"))
def read_ticket(request: ApiRequest, number: Path[Number]) -> TicketOut:
    return reading.shown(request.actor, [reading.ticket_of(request, number)])[0]


@writes(
    routes,
    "POST",
    "/tickets",
    "desk.open",
    answers=TicketOut,
    status=201,
    summary=gettext_noop("Ouvrir un ticket"),
    about=gettext_noop(
        "La priorité, la couverture et la promesse sont calculées du contrat ; chaque réponse dit d’où."
    ),
)
def open_ticket(request: ApiRequest, body: TicketGiven) -> TicketOut:
    asked = reading.facts_of(request, body)
    ticket = services.open_ticket(by=request.actor, at=clock.now(), **asked)
    return reading.shown_as_opened(request.actor, ticket)


@writes(
    routes,
    "POST",
    "/ticket-previews",
    "desk.qualify",
    answers=Preview,
    summary=gettext_noop("Calculer un ticket sans l’ouvrir"),
)
def preview_ticket(request: ApiRequest, body: PreviewGiven) -> Preview:
    actor = request.actor
    client = reading.client_named(actor, body.client)
    found = facts.preview_ticket(
        actor,
        client,
        reading.contract_named(actor, body.contract),
        reading.site_named([client], body.site),
        body.equipment_class.value,
        body.impact.value,
        body.urgency.value,
        body.cause,
        body.nature.value,
        body.called_at or clock.now(),
        body.verdict.value if body.verdict else None,
    )
    return Preview(
        contract=found.contract.number if found.contract else None,
        priority=told(found.priority),
        coverage=told(found.coverage),
        promise=told(found.promise) if found.promise else None,
        target=told(found.target) if found.target else None,
    )


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON, enough to replay it."""
    found: dict[str, Any] = plain(outcome.as_json())
    return found


@writes(
    routes,
    "PATCH",
    "/tickets/{number}",
    "desk.qualify",
    answers=TicketOut,
    summary=gettext_noop("Qualifier un ticket"),
    about=gettext_noop("Priorité, couverture et promesses suivent ; le temps déjà compté reste compté."),
)
def qualify(request: ApiRequest, number: Path[Number], body: Qualification) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    changes = body.given("contract", "site")
    if "contract" in body.model_fields_set:
        changes["contract"] = reading.contract_named(request.actor, body.contract)
    if "site" in body.model_fields_set:
        parties = [party for party in (ticket.client, ticket.beneficiary) if party]
        changes["site"] = reading.site_named(parties, body.site)
    services.qualify(by=request.actor, at=clock.now(), ticket=ticket, **changes)
    return reading.shown_again(request, ticket)


@writes(
    routes,
    "POST",
    "/tickets/{number}/coverage",
    "desk.cover",
    answers=TicketOut,
    summary=gettext_noop("Décider de la couverture"),
)
def decide_coverage(request: ApiRequest, number: Path[Number], body: Coverage) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    services.decide_coverage(by=request.actor, at=clock.now(), ticket=ticket, **body.model_dump())
    return reading.shown_again(request, ticket)


@writes(
    routes,
    "POST",
    "/tickets/{number}/assignment",
    "desk.assign",
    answers=TicketOut,
    summary=gettext_noop("Affecter un ticket"),
)
def assign(request: ApiRequest, number: Path[Number], body: Assignment) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    person = reading.person_named(request.actor, body.person, "person")
    services.assign(by=request.actor, at=clock.now(), ticket=ticket, person=person)
    return reading.shown_again(request, ticket)


@writes(
    routes,
    "POST",
    "/tickets/{number}/step",
    "desk.work",
    answers=TicketOut,
    summary=gettext_noop("Monter d’une étape"),
)
def climb(request: ApiRequest, number: Path[Number], body: Climb) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    agreement = reading.agreement_of(request, body, ticket)
    services.climb(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        step=body.step.value,
        reason=body.reason,
        agreement=agreement,
    )
    return reading.shown_again(request, ticket)


@reads(
    routes,
    "/tickets/{number}/prediagnosis",
    "desk.read",
    answers=Prediagnosis,
    summary=gettext_noop("Lire le pré-diagnostic"),
)
def read_prediagnosis(request: ApiRequest, number: Path[Number]) -> Prediagnosis:
    return _prediagnosis(reading.ticket_of(request, number))


@writes(
    routes,
    "POST",
    "/tickets/{number}/prediagnosis",
    "desk.work",
    answers=Prediagnosis,
    summary=gettext_noop("Répondre au pré-diagnostic"),
)
def answer_prediagnosis(request: ApiRequest, number: Path[Number], body: Answers) -> Prediagnosis:
    ticket = reading.ticket_of(request, number)
    changed = services.answer_prediagnosis(
        by=request.actor, at=clock.now(), ticket=ticket, answers=body.answers
    )
    return _prediagnosis(changed)


def _prediagnosis(ticket: Ticket) -> Prediagnosis:
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    questions = policies.questions_of(book, policies.day_of(ticket.called_at))
    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    items = [
        Question(key=q["key"], label=q["label"][language], answer=ticket.prediagnosis.get(q["key"], ""))
        for q in questions
    ]
    return Prediagnosis(items=items, complete=not policies.unanswered(questions, ticket.prediagnosis))


# What is said


@reads(
    routes,
    "/tickets/{number}/events",
    "desk.read",
    answers=Page[EventOut],
    summary=gettext_noop("Lire ce qui s’est passé sur un ticket"),
)
def list_events(request: ApiRequest, number: Path[Number], asked: Query[Asked]) -> Page[EventOut]:
    found = queries.thread(reading.ticket_of(request, number), request.actor)
    internal = not request.actor.is_client_side
    return page(
        found,
        asked,
        lambda rows: [EventOut.of(row, internal=internal) for row in rows],
        newest_first=False,
    )


@reads(
    routes,
    "/tickets/{number}/files/{id}",
    "desk.read",
    answers=None,
    summary=gettext_noop("Lire un fichier joint"),
    about=gettext_noop("Les octets, tels qu’ils ont été reçus."),
)
def read_file(request: ApiRequest, number: Path[Number], id: Path[Id]) -> HttpResponse:
    thread = queries.thread(reading.ticket_of(request, number), request.actor)
    attached = Attachment.objects.select_related("file").get(pk=id, event__in=thread.order_by().values("pk"))
    return as_download(files.read(attached.file), attached.file.name)


def as_download(content: bytes, name: str) -> HttpResponse:
    """Bytes that no browser runs or shows, whatever they say they are."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@writes(
    routes,
    "POST",
    "/tickets/{number}/replies",
    "desk.reply",
    answers=EventOut,
    status=201,
    summary=gettext_noop("Répondre"),
    about=gettext_noop("Au client ; avec un jeton de client, au prestataire."),
)
def reply(request: ApiRequest, number: Path[Number], body: ReplyGiven) -> EventOut:
    ticket = reading.ticket_of(request, number)
    event = services.reply(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        text=body.text,
        files=reading.uploads(body.files),
        seen=body.last_read,
    )
    return _event(request, event)


@writes(
    routes,
    "POST",
    "/tickets/{number}/received-replies",
    "desk.note",
    answers=EventOut,
    status=201,
    summary=gettext_noop("Consigner une réponse du client"),
    about=gettext_noop("Sur un ticket clos, elle le rouvre ou en ouvre un qui le continue."),
)
def receive_reply(request: ApiRequest, number: Path[Number], body: ReplyReceived) -> EventOut:
    ticket = reading.ticket_of(request, number)
    event = services.receive_reply(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        text=body.text,
        contact=reading.contact_named([ticket.client], body.contact),
        origin=body.origin.value,
        files=reading.uploads(body.files),
    )
    return _event(request, event)


@writes(
    routes,
    "POST",
    "/tickets/{number}/notes",
    "desk.note",
    answers=EventOut,
    status=201,
    summary=gettext_noop("Ajouter une note interne"),
)
def add_note(request: ApiRequest, number: Path[Number], body: MessageGiven) -> EventOut:
    ticket = reading.ticket_of(request, number)
    event = services.add_note(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        text=body.text,
        files=reading.uploads(body.files),
    )
    return _event(request, event)


@writes(
    routes,
    "POST",
    "/tickets/{number}/calls",
    "desk.note",
    answers=EventOut,
    status=201,
    summary=gettext_noop("Consigner un appel"),
)
def log_call(request: ApiRequest, number: Path[Number], body: CallGiven) -> EventOut:
    ticket = reading.ticket_of(request, number)
    event = services.log_call(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        text=body.text,
        direction=body.direction,
        contact=reading.contact_named([ticket.client], body.contact),
    )
    return _event(request, event)


def _event(request: ApiRequest, event: TicketEvent) -> EventOut:
    return EventOut.of(event, internal=not request.actor.is_client_side)


@writes(
    routes,
    "PUT",
    "/ticket-numbering",
    "installation.write",
    answers=Numbering,
    summary=gettext_noop("Dire à quel numéro commencent les tickets"),
)
def number_tickets(request: ApiRequest, body: Numbering) -> Numbering:
    services.number_tickets_from(by=request.actor, at=clock.now(), first=body.first)
    return body


# The end


@writes(
    routes,
    "POST",
    "/tickets/{number}/closing",
    "desk.close",
    answers=TicketOut,
    summary=gettext_noop("Clore un ticket"),
)
def close_ticket(request: ApiRequest, number: Path[Number], body: Closing) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    services.close_ticket(by=request.actor, at=clock.now(), ticket=ticket, **body.model_dump())
    return reading.shown_again(request, ticket)


@writes(
    routes,
    "POST",
    "/tickets/{number}/reopening",
    "desk.close",
    answers=TicketOut,
    summary=gettext_noop("Rouvrir un ticket"),
)
def reopen_ticket(request: ApiRequest, number: Path[Number], body: Reason) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    services.reopen_ticket(by=request.actor, at=clock.now(), ticket=ticket, reason=body.reason)
    return reading.shown_again(request, ticket)
