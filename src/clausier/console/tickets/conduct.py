"""How an intervention is conducted: asking the client, taking a machine over, stopping, telling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clausier.access import queries as access
from clausier.access.models import Agreement
from clausier.console.doors import StaffRequest, page
from clausier.console.tickets import conduct_forms as forms
from clausier.console.tickets.forms import TicketForm
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.tickets.views import show
from clausier.desk import services
from clausier.desk.models import Ticket
from clausier.foundation import clock

PLACE = "conduite"


def _done(
    request: StaffRequest,
    number: int,
    form_class: type[TicketForm],
    do: Callable[[Ticket, Any], Any],
    done: str,
) -> HttpResponse:
    """Check the form, do it, and go back to where it was; refused, show the ticket with what was typed."""
    ticket = ticket_or_404(request, number)
    form = form_class(request.POST, ticket=ticket, actor=request.actor, files=request.FILES)
    if not form.is_valid():
        form.status = 422
    elif form.attempt(lambda: do(ticket, form) or True):
        messages.success(request, done)
        return redirect(reverse("ticket", args=[request.provider.slug, number]) + f"#{PLACE}")
    return show(request, ticket, form=form, status=form.status)


@page("access.record")
@require_POST
def ask(request: StaffRequest, number: int) -> HttpResponse:
    """Put a question to the client, on the portal and by mail."""

    def do(ticket: Ticket, form: forms.AskForm) -> Any:
        return services.ask_agreement(
            by=request.actor,
            at=clock.now(),
            ticket=ticket,
            site_url=request.build_absolute_uri("/"),
            **form.cleaned_data,
        )

    return _done(request, number, forms.AskForm, do, _("Demandé au client."))


@page("access.record")
@require_POST
def record(request: StaffRequest, number: int) -> HttpResponse:
    """Note what the client said."""

    def do(ticket: Ticket, form: forms.AnswerForm) -> Any:
        kind, answer = form.cleaned_data["kind"], form.answer()
        return services.record_agreement(
            by=request.actor, at=clock.now(), ticket=ticket, kind=kind, answer=answer
        )

    return _done(request, number, forms.AnswerForm, do, _("Réponse du client notée."))


def _agreement(ticket: Ticket, pk: int) -> Agreement:
    found = access.of_ticket(ticket.pk).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page("access.withdraw")
@require_POST
def withdraw(request: StaffRequest, number: int, agreement: int) -> HttpResponse:
    """An agreement holds no more, or the question is taken back."""

    def do(ticket: Ticket, form: forms.WithdrawForm) -> Any:
        found = _agreement(ticket, agreement)
        return services.withdraw_agreement(
            by=request.actor, at=clock.now(), agreement=found, **form.cleaned_data
        )

    return _done(request, number, forms.WithdrawForm, do, _("Retiré."))


@page("desk.work")
@require_POST
def start_remote(request: StaffRequest, number: int) -> HttpResponse:
    """Take a machine over."""

    def do(ticket: Ticket, form: forms.RemoteForm) -> Any:
        return services.start_remote(by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data)

    return _done(request, number, forms.RemoteForm, do, _("Prise en main commencée."))


@page("desk.work")
@require_POST
def end_remote(request: StaffRequest, number: int, remote: int) -> HttpResponse:
    """Give the machine back."""

    def do(ticket: Ticket, form: TicketForm) -> Any:
        found = access.sessions_of_ticket(ticket.pk).filter(pk=remote).first()
        if found is None:
            raise Http404
        return services.end_remote(by=request.actor, at=clock.now(), session=found)

    return _done(request, number, forms.RemoteEndForm, do, _("Prise en main terminée."))


@page("desk.work")
@require_POST
def stop(request: StaffRequest, number: int) -> HttpResponse:
    """Stop the intervention, saying why."""

    def do(ticket: Ticket, form: forms.StopForm) -> Any:
        return services.stop_intervention(
            by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data
        )

    return _done(request, number, forms.StopForm, do, _("Intervention arrêtée : le client est prévenu."))


@page("desk.note")
@require_POST
def told(request: StaffRequest, number: int, notice: int) -> HttpResponse:
    """Someone called: the client knows."""

    def do(ticket: Ticket, form: forms.ToldForm) -> Any:
        found = ticket.notices.filter(pk=notice).first()
        if found is None:
            raise Http404
        return services.tell_by_phone(by=request.actor, at=clock.now(), notice=found, **form.cleaned_data)

    return _done(request, number, forms.ToldForm, do, _("Noté : le client est prévenu."))
