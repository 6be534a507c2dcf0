"""Reading what clients think: who is to be asked, what was answered, and the link that answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from clausier.desk import queries
from clausier.desk.models import Mark, Survey, SurveyOptOut, SurveySettings, Ticket
from clausier.desk.states import TicketState
from clausier.foundation import isolation
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import JournalEntry, Provider
from clausier.foundation.permissions import Role

ANSWERED_WITHIN: Final = timedelta(days=60)
"""From the question to the last day on which it may be answered."""

ASKED_WITHIN: Final = timedelta(days=3)
"""From the closing to the question at the latest: one does not ask about what is forgotten."""

_SIGNER: Final = signing.Signer(salt="clausier.satisfaction", sep="~")


def settings_of(provider: Provider) -> SurveySettings | None:
    """Whether and how the provider asks its clients; None where it never said."""
    return SurveySettings.objects.filter(provider=provider).first()


def are_on(entry: JournalEntry) -> bool:
    """Whether the provider of an act asks its clients at all."""
    return SurveySettings.objects.filter(provider_id=entry.provider_id or 0, is_on=True).exists()


def opted_out(ticket: Ticket) -> bool:
    """Whether that client is never asked."""
    return SurveyOptOut.objects.filter(client_id=ticket.client_id).exists()


def is_due(ticket: Ticket, settings: SurveySettings, at: datetime) -> bool:
    """Whether the caller of a closed ticket is to be asked about it.

    Which tickets are in the sample is settled by their number: asked again, the answer is the same.
    """
    if not settings.is_on or ticket.state != TicketState.CLOSED or ticket.caller_id is None:
        return False
    if ticket.closed_at is None or at > ticket.closed_at + ASKED_WITHIN:
        return False
    if Survey.objects.filter(ticket=ticket).exists() or opted_out(ticket):
        return False
    if _lot(ticket) >= settings.percent:
        return False
    since = at - timedelta(days=settings.quiet_days)
    return not Survey.objects.filter(contact_id=ticket.caller_id, asked_at__gt=since).exists()


def _lot(ticket: Ticket) -> int:
    """Between 0 and 99, the same for the same ticket for ever."""
    digest = hashlib.sha256(f"{ticket.provider_id}.{ticket.number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100


def is_open(survey: Survey, at: datetime) -> bool:
    """Whether it may be answered, or its answer changed."""
    if survey.answered_at is None:
        return at <= survey.asked_at + ANSWERED_WITHIN
    settings = SurveySettings.objects.filter(provider_id=survey.provider_id).first()
    days = settings.changeable_days if settings else 0
    return at <= survey.answered_at + timedelta(days=days)


def surveys_visible_to(actor: Actor) -> QuerySet[Survey]:
    """The questions about tickets that `actor` reads, the last asked first."""
    return (
        Survey.objects.filter(
            provider=actor.provider, ticket__in=queries.tickets_visible_to(actor).order_by()
        )
        .select_related("ticket", "client", "contact", "technician", "handled_by")
        .order_by("-asked_at", "-pk")
    )


def survey_of(ticket: Ticket) -> Survey | None:
    """The question about a ticket, if it was put."""
    return Survey.objects.filter(ticket=ticket).select_related("contact", "technician", "handled_by").first()


def to_handle(actor: Actor) -> QuerySet[Survey]:
    """Bad marks that nobody took up yet, the latest first."""
    return surveys_visible_to(actor).filter(mark=Mark.BAD, handled_at=None).order_by("-answered_at")


@dataclass(frozen=True, slots=True)
class Tally:
    """How marks stand: how many were asked, answered, and gave each mark."""

    asked: int
    answered: int
    good: int
    fair: int
    bad: int

    @property
    def good_percent(self) -> int | None:
        """The share of good marks among the answers; None where nobody answered."""
        return (200 * self.good + self.answered) // (2 * self.answered) if self.answered else None


_COUNTS: Final = {
    "asked": Count("pk"),
    "answered": Count("mark"),
    "good": Count("pk", filter=Q(mark=Mark.GOOD)),
    "fair": Count("pk", filter=Q(mark=Mark.FAIR)),
    "bad": Count("pk", filter=Q(mark=Mark.BAD)),
}


def tally(found: QuerySet[Survey]) -> Tally:
    """How these marks stand."""
    return Tally(**found.order_by().aggregate(**_COUNTS))


def by_month(found: QuerySet[Survey]) -> list[tuple[date, Tally]]:
    """By the month in which they were asked, under its first day, the latest first."""
    months = found.annotate(month=TruncMonth("asked_at", tzinfo=PARIS))
    return [(key.date(), one) for (key,), one in _grouped(months, "month", order="-month")]


def by_technician(found: QuerySet[Survey]) -> list[tuple[tuple[int | None, str], Tally]]:
    """By whoever had the ticket when it was closed, as (id, name); no id for nobody."""
    rows = _grouped(found, "technician", "technician__full_name", order="technician__full_name")
    return [((pk, name or ""), one) for (pk, name), one in rows]


def by_client(found: QuerySet[Survey]) -> list[tuple[tuple[str, str], Tally]]:
    """By client, as (number, name)."""
    rows = _grouped(found, "client__number", "client__name", order="client__name")
    return [((number, name), one) for (number, name), one in rows]


def _grouped(found: QuerySet[Survey], *keys: str, order: str) -> list[tuple[tuple[Any, ...], Tally]]:
    rows = found.order_by().values(*keys).annotate(**_COUNTS).order_by(order)
    return [(tuple(row[key] for key in keys), Tally(**{name: row[name] for name in _COUNTS})) for row in rows]


# The link


def token_of(survey: Survey) -> str:
    """What the link bears: whose holder may answer that one question."""
    return _SIGNER.sign(str(survey.pk))


def link_of(survey: Survey, settings: SurveySettings, mark: int | None = None) -> str:
    """Where the question is answered; with `mark` that face is chosen already."""
    path = reverse("survey", args=[survey.provider.slug, token_of(survey)])
    return urljoin(settings.site_url, path) + (f"?note={int(mark)}" if mark else "")


def survey_by_token(token: str, slug: str) -> Survey | None:
    """The question a link is for, None for a link of nobody's."""
    try:
        pk = int(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    with isolation.everything("a signed link says whose question it answers"):
        return (
            Survey.objects.filter(pk=pk, provider__slug=slug)
            .select_related("provider__book", "client", "ticket", "contact")
            .first()
        )


def holder_of(survey: Survey) -> Actor:
    """Who answers by the link: the contact who was asked."""
    return Actor(
        provider=survey.provider,
        role=Role.USER,
        client_id=survey.client_id,
        contact_id=survey.contact_id,
        label=survey.contact.full_name if survey.contact else survey.client.name,
    )
