"""What is done on a ticket's page together: following, tagging, tasks, links. Each is an act of the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.teamwork import forms
from clausier.console.tickets.forms import TicketForm
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.tickets.views import show
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Ticket, TicketLink, TicketTask, Watcher
from clausier.foundation import clock
from clausier.foundation.errors import Refusal


def _act(
    request: StaffRequest,
    number: int,
    form_class: type[TicketForm],
    do: Callable[[Ticket, Any], Any],
    at: str,
) -> HttpResponse:
    """Check the form, do it, go back to the ticket at the anchor `at`; refused, show it again."""
    ticket = ticket_or_404(request, number)
    form = form_class(request.POST, ticket=ticket, actor=request.actor)
    if not form.is_valid():
        form.status = 422
    elif form.attempt(lambda: do(ticket, form) or True):
        return _back(request, number, at)
    return show(request, ticket, form=form, status=form.status)


def _button(request: StaffRequest, ticket: Ticket, do: Callable[[], Any], at: str) -> HttpResponse:
    """Do what a button without form asks; refused, say so on the ticket's page."""
    try:
        do()
    except Refusal as refusal:
        return show(request, ticket, refusal=refusal, status=refusal.status)
    return _back(request, ticket.number, at)


def _back(request: StaffRequest, number: int, at: str) -> HttpResponse:
    return redirect(reverse("ticket", args=[request.provider.slug, number]) + f"#{at}")


@page("desk.read")
@require_POST
def follow(request: StaffRequest, number: int) -> HttpResponse:
    """Follow oneself (no one named), or have someone follow."""

    def do(ticket: Ticket, form: forms.FollowForm) -> Any:
        chosen = {name: one for name, one in form.cleaned_data.items() if one is not None}
        if chosen:
            request.actor.must("desk.note")
        many = [{name: one} for name, one in chosen.items()] or [{}]
        return [services.follow(by=request.actor, at=clock.now(), ticket=ticket, **one) for one in many]

    return _act(request, number, forms.FollowForm, do, "suivi")


@page("desk.read")
@require_POST
def unfollow(request: StaffRequest, number: int, watcher: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    found = (
        Watcher.objects.filter(ticket=ticket, pk=watcher)
        .select_related("person", "contact", "ticket")
        .first()
    )
    if found is None:
        raise Http404
    if found.person_id != request.user.pk:
        request.actor.must("desk.note")
    return _button(
        request,
        ticket,
        lambda: services.unfollow(by=request.actor, at=clock.now(), watcher=found),
        "suivi",
    )


@page("desk.note")
@require_POST
def tag(request: StaffRequest, number: int) -> HttpResponse:
    """Put a tag on (typed), or take one off (its button)."""
    if gone := request.POST.get("remove", ""):
        ticket = ticket_or_404(request, number)
        return _button(
            request,
            ticket,
            lambda: services.tag_ticket(by=request.actor, at=clock.now(), ticket=ticket, remove=[gone]),
            "etiquettes",
        )

    def do(ticket: Ticket, form: forms.TagForm) -> Any:
        names = form.cleaned_data["add"].split(",")
        return services.tag_ticket(by=request.actor, at=clock.now(), ticket=ticket, add=names)

    return _act(request, number, forms.TagForm, do, "etiquettes")


# Tasks


@page("desk.work")
@require_POST
def add_task(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.TaskForm) -> Any:
        return services.add_task(by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data)

    return _act(request, number, forms.TaskForm, do, "taches")


@page("desk.work")
@require_POST
def apply_checklist(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.ChecklistForm) -> Any:
        return services.apply_checklist(
            by=request.actor,
            at=clock.now(),
            ticket=ticket,
            checklist=form.cleaned_data["checklist"],
            assignee=ticket.assignee,
        )

    return _act(request, number, forms.ChecklistForm, do, "taches")


@page("desk.work")
@require_POST
def task(request: StaffRequest, number: int, task: int) -> HttpResponse:
    """Tick a task, take it up again, take it off: the button says which."""
    ticket = ticket_or_404(request, number)
    found = TicketTask.objects.filter(ticket=ticket, pk=task).select_related("ticket").first()
    if found is None:
        raise Http404
    common: dict[str, Any] = {"by": request.actor, "at": clock.now(), "task": found}
    match request.POST.get("what"):
        case "remove":
            return _button(request, ticket, lambda: services.remove_task(**common), "taches")
        case "again":
            return _button(request, ticket, lambda: services.tick_task(**common, done=False), "taches")
    return _button(request, ticket, lambda: services.tick_task(**common), "taches")


# Links


@page("desk.qualify")
@require_POST
def link(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.LinkForm) -> Any:
        said = form.cleaned_data
        return services.link_tickets(
            by=request.actor,
            at=clock.now(),
            ticket=ticket,
            other=form.found,
            kind=said["kind"],
            internal=said["internal"],
        )

    return _act(request, number, forms.LinkForm, do, "liens")


@page("desk.qualify")
@require_POST
def unlink(request: StaffRequest, number: int, link: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    known = {one.pk for one, _other, _how in desk.links_of(ticket, request.actor)}
    found = (
        TicketLink.objects.filter(pk=link if link in known else 0).select_related("ticket", "other").first()
    )
    if found is None:
        raise Http404
    return _button(
        request,
        ticket,
        lambda: services.unlink_tickets(by=request.actor, at=clock.now(), link=found),
        "liens",
    )
