"""What stands out of the work recorded and of the workshop, as rows among the alerts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.console.disputes import reading as disputes
from clausier.console.doors import StaffRequest
from clausier.console.endings import reading as endings
from clausier.console.reversal import reading as reversals
from clausier.console.today import dates
from clausier.console.today.telling import AlertRow
from clausier.desk import queries as desk
from clausier.desk import timesheets
from clausier.desk.states import ContestationState, CustodyState
from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.pages.templatetags.words import language

MOST = 5  # of each kind


def rows(request: StaffRequest, now: datetime) -> list[AlertRow]:
    """The reader's own of it, or all for those who answer for the desk."""
    return [
        *endings.risk_rows(request.actor, now)[:MOST],
        *disputes.concern_rows(request.actor, now)[:MOST],
        *islice(reversals.alert_rows(request.actor, now), MOST),
        *_forgotten(request, now),
        *_contestations(request),
        *_machines(request, now),
        *dates.rows(request, now),
    ]


def _forgotten(request: StaffRequest, now: datetime) -> Iterator[AlertRow]:
    actor, slug = request.actor, request.provider.slug
    if not actor.may("desk.work"):
        return
    everybody = actor.may("people.write")
    for one in timesheets.forgotten(actor, now)[:MOST]:
        if everybody or one.technician == actor.person:
            yield AlertRow(
                icon="timer",
                warns=True,
                title=_("Chronomètre oublié ? %(name)s") % {"name": one.technician.full_name},
                second=_("%(client)s, depuis %(at)s")
                % {
                    "client": one.ticket.client.name,
                    "at": wording.instant(one.started_at.astimezone(PARIS), language()),
                },
                url=reverse("ticket", args=[slug, one.ticket.number]),
            )


def _contestations(request: StaffRequest) -> Iterator[AlertRow]:
    actor, slug = request.actor, request.provider.slug
    if not actor.may("desk.correct"):
        return
    waiting = desk.contestations(actor).filter(state=ContestationState.OPEN).order_by("made_at", "pk")
    for one in waiting[:MOST]:
        yield AlertRow(
            icon="flag",
            warns=True,
            title=_("Travail contesté, à répondre"),
            second=_("%(client)s, ticket %(number)s") % {"client": one.client.name, "number": one.ticket},
            url=reverse("contestation", args=[slug, one.pk]),
        )


def _machines(request: StaffRequest, now: datetime) -> Iterator[AlertRow]:
    actor, slug = request.actor, request.provider.slug
    if not actor.may("workshop.read"):
        return
    today = now.astimezone(PARIS).date()
    late = desk.custodies(actor).exclude(state=CustodyState.RETURNED).filter(due_on__lt=today)
    for one in late.order_by("due_on", "pk")[:MOST]:
        yield AlertRow(
            icon="wrench",
            warns=False,
            title=_("À l’atelier depuis trop longtemps : %(label)s") % {"label": one.label},
            second=_("%(client)s, prévue pour le %(day)s")
            % {"client": one.client.name, "day": wording.day(one.due_on, language(), weekday=False)},
            url=reverse("workshop-machine", args=[slug, one.number]),
        )
    for lent in desk.machine_loans(actor).filter(back_at=None, due_on__lt=today).order_by("due_on")[:MOST]:
        yield AlertRow(
            icon="laptop-minimal",
            warns=False,
            title=_("Machine prêtée à récupérer : %(label)s") % {"label": lent.label},
            second=lent.client.name,
            url=reverse("workshop-loans", args=[slug]),
        )
