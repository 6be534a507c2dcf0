"""Canned answers and articles at hand while one answers a ticket; an article made of what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Appointment, PromiseKind, Ticket
from clausier.directory.names import fold
from clausier.foundation import clock
from clausier.foundation import wording as words
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import Refusal
from clausier.knowledge import queries
from clausier.knowledge import services as knowledge
from clausier.knowledge.models import Article, CannedAnswer
from clausier.post import conversations, wordings

OFFERED = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A canned answer with its variables filled for this ticket."""

    answer: CannedAnswer
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An article that may answer; `text` is what the client is told of it, "" when it may not read it."""

    article: Article
    url: str
    text: str
    put_url: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the address asks to begin the answer with, and what is counted when it leaves."""

    text: str = ""
    answer: int | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What was promised and agreed on a ticket, as it stands: when it is due, who comes when; what the
    caller speaks."""

    due_at: datetime | None
    visit: Appointment | None
    language: str

    @classmethod
    def of(cls, ticket: Ticket, now: datetime) -> Standing:
        promise = desk.promises_of(ticket).get(PromiseKind.PROMISE)
        due_at = desk.promise_view(promise, now).due_at if promise else None
        return cls(due_at, desk.active_appointment(ticket), conversations.language_of(ticket.caller))


def facts_of(request: StaffRequest, ticket: Ticket, now: datetime, stands: Standing) -> dict[str, str]:
    """What the variables stand for on this ticket."""
    visit, language = stands.visit, stands.language
    return {
        "client": ticket.client.name,
        "personne": ticket.caller.full_name if ticket.caller else "",
        "ticket": str(ticket),
        "objet": ticket.title,
        "promesse": _spoken(stands.due_at, now, language),
        "rendez-vous": _spoken(visit.starts_at if visit else None, now, language),
        "technicien": ticket.assignee.full_name if ticket.assignee else "",
        "auteur": request.actor.name,
        "prestataire": request.provider.name,
    }


def _spoken(at: datetime | None, now: datetime, language: str) -> str:
    if at is None:
        return ""
    return words.spoken_instant(at.astimezone(PARIS), language, since=now.astimezone(PARIS))


def offers(
    request: StaffRequest, ticket: Ticket, now: datetime, text: str = "", standing: Standing | None = None
) -> list[Offer]:
    """The canned answers whose title, category or words hold every word of `text`, the most used first."""
    asked = fold(text).split()
    found = [
        one
        for one in queries.answers(request.actor)
        if all(word in fold(f"{one.title} {one.category} {one.body_fr} {one.body_en}") for word in asked)
    ][:OFFERED]
    if not found:
        return []
    standing = standing or Standing.of(ticket, now)
    facts = facts_of(request, ticket, now, standing)
    here = reverse("ticket", args=[request.provider.slug, ticket.number])
    return [
        Offer(one, wordings.filled(one.body_in(standing.language), facts), f"{here}?reponse={one.pk}#ecrire")
        for one in found
    ]


def readings(request: StaffRequest, ticket: Ticket, language: str) -> list[Reading]:
    """The articles that may answer this ticket; the caller is told of them in `language`."""
    found = queries.suggested(
        request.actor,
        f"{ticket.title} {ticket.description}",
        equipment_class=ticket.equipment_class,
    )
    readable = set(
        queries.readable_by(request.actor, ticket.client)
        .filter(pk__in=[one.pk for one in found])
        .values_list("pk", flat=True)
    )
    slug = request.provider.slug
    here = reverse("ticket", args=[slug, ticket.number])
    return [
        Reading(
            article=one,
            url=reverse("article", args=[slug, one.number]),
            text=_told(request, one, language) if one.pk in readable else "",
            put_url=f"{here}?article={one.number}#ecrire",
        )
        for one in found
    ]


def _told(request: StaffRequest, article: Article, language: str) -> str:
    """An article in an answer in that language: its title, and where the client reads it."""
    address = request.build_absolute_uri(
        reverse("portal-article", args=[request.provider.slug, article.number])
    )
    with override(language):
        return _("« %(title)s » : %(url)s") % {"title": article.title, "url": address}


def prefilled(request: StaffRequest, ticket: Ticket, now: datetime) -> Prefilled:
    """What `?reponse=` or `?article=` puts into the answer, without a script."""
    answer, article = request.GET.get("reponse", ""), request.GET.get("article", "")
    if _is_number(answer):
        found = queries.answers(request.actor).filter(pk=int(answer)).first()
        if found:
            standing = Standing.of(ticket, now)
            facts = facts_of(request, ticket, now, standing)
            text = wordings.filled(found.body_in(standing.language), facts)
            return Prefilled(text, answer=found.pk)
    if _is_number(article):
        readable = queries.readable_by(request.actor, ticket.client).filter(number=int(article)).first()
        if readable:
            language = conversations.language_of(ticket.caller)
            return Prefilled(_told(request, readable, language), article=readable.number)
    return Prefilled()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def count(request: StaffRequest, ticket: Ticket) -> None:
    """Count what the answer that just left was made with."""
    at = clock.now()
    used = [int(one) for one in request.POST.getlist("canned") if _is_number(one)]
    if used:
        knowledge.note_answer_used(request.actor, used, at=at)
    numbers = {int(one) for one in request.POST.getlist("article")[:10] if _is_number(one)}
    for article in queries.readable_by(request.actor, ticket.client).filter(number__in=numbers):
        knowledge.note_sent(article, by=request.actor, at=at, client=ticket.client, label=str(ticket))


@page("desk.note")
@require_GET
def choices(request: StaffRequest, number: int) -> HttpResponse:
    """The canned answers that hold what was typed."""
    ticket = _ticket(request, number)
    text = request.GET.get("q", "").replace("\x00", "")[:80]
    context: dict[str, Any] = {"offers": offers(request, ticket, clock.now(), text), "query": text.strip()}
    return render(request, "console/knowledge/offers.html", context)


@page("knowledge.write")
@require_POST
def make_article(request: StaffRequest, number: int) -> HttpResponse:
    """A draft of an answer on this ticket, without the client's name."""
    ticket = _ticket(request, number)
    wanted = request.POST.get("event", "")
    event = desk.thread(ticket, request.actor).filter(pk=int(wanted)).first() if _is_number(wanted) else None
    if event is None:
        raise Http404
    try:
        article = services.article_of_answer(by=request.actor, at=clock.now(), event=event)
    except Refusal as refusal:
        messages.error(request, refusal.says)
        return redirect("ticket", request.provider.slug, number)
    messages.success(request, _("Brouillon fait, sans les noms : relisez-le."))
    return redirect("article-edit", request.provider.slug, article.number)


def _ticket(request: StaffRequest, number: int) -> Ticket:
    found = desk.ticket_by_number(request.actor, number)
    if found is None:
        raise Http404
    return found
