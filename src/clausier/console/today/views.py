"""Today: what is burning, what is mine, what did we promise."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clausier.console.doors import StaffRequest, page
from clausier.console.phone import reading as phone
from clausier.console.today import telling, watch
from clausier.desk import queries as desk
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.foundation.permissions import Role
from clausier.overview import queries as overview

BURNING = 8
WAITING = 8
APPOINTMENTS = 8
ALERTS = 10
CALLS = 6
DAYS_AHEAD = 7


@page("desk.read")
def today(request: StaffRequest) -> HttpResponse:
    """The first page of the day, for each role what it can act on."""
    actor, now = request.actor, clock.now()
    day = overview.day_of(actor, now)
    burning = day.burning
    if actor.role == Role.TECHNICIAN:
        burning = tuple(sorted(burning, key=lambda one: one.ticket.assignee_id != request.user.pk))
    waiting = overview.waiting_for(actor, day.open)
    appointments = list(desk.appointments(actor, now, _horizon(now)))
    alerts = [
        *watch.rows(request, now),
        *(telling.alert_row(one, actor.provider.slug, now) for one in overview.alerts(actor, now)),
    ]
    both = overview.calendars(actor)
    days = overview.desk_days(both, now)
    slug = actor.provider.slug
    return render(
        request,
        "console/today/today.html",
        {
            "section": "today",
            "crumbs": [(_("Aujourd’hui"), "")],
            "now": now,
            "day": day,
            "counts": telling.counts(day),
            "opening": overview.opening(both.onsite, now) if both.onsite else None,
            "ruler_days": telling.ruler_days(days),
            "ruler_promises": telling.ruler_promises(day, days, slug),
            "burning": [telling.burning_row(one, slug, now) for one in burning[:BURNING]],
            "burning_total": len(burning),
            "own_first": actor.role == Role.TECHNICIAN,
            "waiting": [telling.waiting_row(one, slug, now, request.user.pk) for one in waiting[:WAITING]],
            "waiting_total": len(waiting),
            "waiting_more": len(waiting) - WAITING,
            "calls_to_return": phone.rows_to_return(request, now, CALLS) if actor.may("phone.read") else [],
            "may_answer": actor.may("desk.note"),
            "actor_works": actor.may("desk.work"),
            "may_open": actor.may("desk.open"),
            "due": [telling.due_row(one, appointments, slug, now) for one in day.due_today],
            "appointments": telling.by_day(appointments[:APPOINTMENTS], now),
            "appointments_total": len(appointments),
            "alerts": alerts[:ALERTS],
            "alerts_total": len(alerts),
        },
    )


def _horizon(now: datetime) -> datetime:
    """The end of the last day whose appointments are shown."""
    last = now.astimezone(PARIS).date() + timedelta(days=DAYS_AHEAD)
    return datetime.combine(last, time(), PARIS)
