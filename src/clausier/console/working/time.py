"""A technician's own time, day by day: what is validated, what is left, what cannot be right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clausier.console.doors import StaffRequest, page
from clausier.console.typed import whole
from clausier.console.working.tabs import tabs
from clausier.desk import timesheets
from clausier.desk.states import SessionState
from clausier.foundation import clock
from clausier.foundation.models import Membership, Person
from clausier.foundation.permissions import may

WEEK = 7
YEARS = range(2000, 2200)


@page("hourly.read")
@require_GET
def working(request: StaffRequest) -> HttpResponse:
    """The section's first part that the reader may open."""
    first = "own-time" if request.actor.may("desk.work") else "contestations"
    return redirect(first, request.provider.slug)


@page("desk.work")
@require_GET
def own_time(request: StaffRequest) -> HttpResponse:
    """One week of one's own time; whoever manages the staff may read the others' too."""
    now = clock.now()
    today = clock.today()
    monday = _monday(request.GET.get("semaine", ""), today)
    people = _people(request)
    person = next(
        (one for one in people if one.pk == whole(request.GET.get("personne"))), request.actor.person
    )
    days = timesheets.days_of(request.actor, person, monday, WEEK, now) if person else []
    context: dict[str, Any] = {
        "crumbs": [(_("Travail"), ""), (_("Temps"), "")],
        "now": now,
        "today": today,
        "person": person,
        "people": people,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=WEEK),
        "after": monday + timedelta(days=WEEK),
        "days": [one for one in days if one.worked or one.on.weekday() < 5],
        "seconds": sum(one.seconds for one in days),
        "validated": sum(one.validated for one in days),
        "waiting": sum(one.waiting for one in days),
        "flags": _flags(days),
        "is_own": person is not None and request.actor.person == person,
        "stopped": SessionState.STOPPED,
        **tabs(request, "own-time"),
    }
    return render(request, "console/working/time.html", context)


def _monday(typed: str, today: date) -> date:
    """The Monday of the week asked for; this week's where nothing readable was typed."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        found = today
    if found.year not in YEARS:
        found = today
    return found - timedelta(days=found.weekday())


def _people(request: StaffRequest) -> list[Person]:
    """Whose time the reader may choose; nobody's but their own unless they manage the staff."""
    if not request.actor.may("people.write"):
        return []
    members = (
        Membership.objects.working().filter(provider=request.provider).select_related("person").order_by("pk")
    )
    found = {one.person_id: one.person for one in members if may(one.role, "desk.work")}
    return sorted(found.values(), key=lambda one: one.full_name)


def _flags(days: list[timesheets.TimeDay]) -> set[str]:
    return {flag for day in days for flag in (*day.flags, *(f for one in day.worked for f in one.flags))}
