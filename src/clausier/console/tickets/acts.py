"""What is done on a ticket: each act reads its small form, asks the service, and shows the ticket again.

A refusal brings the page back with what was typed and the reason beside it; nothing was written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.knowledge import composing
from clausier.console.tickets import forms
from clausier.console.tickets.reading import ticket_or_404
from clausier.console.tickets.sheets import Posted, km_of
from clausier.console.tickets.views import show
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Step, Ticket, WorkSession
from clausier.desk.timeline import Upload
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput, Refusal

LARGEST = 15 * 1024 * 1024
"""Bytes of one attachment: what a photo or a log takes, and what a phone can send."""


def _act(
    request: StaffRequest,
    number: int,
    form_class: type[forms.TicketForm],
    do: Callable[[Ticket, Any], Any],
    *,
    done: str | Callable[[Any], str] = "",
    undo: str = "",
    at: str = "",
) -> HttpResponse:
    """Check the form, do it, go back to the ticket (at the anchor `at`) and say so; refused, show it again.

    `done` is what is said, or says it of the form that was sent.
    `undo` is the name of the address that takes the act back.
    """
    ticket = ticket_or_404(request, number)
    form = form_class(request.POST, ticket=ticket, actor=request.actor)
    if not form.is_valid():
        form.status = 422
    elif form.attempt(lambda: do(ticket, form) or True):
        said = done(form) if callable(done) else done
        return _back(request, number, done=said, undo=undo, at=at)
    return show(request, ticket, form=form, status=form.status)


def _back(
    request: StaffRequest, number: int, *, done: str = "", undo: str = "", at: str = ""
) -> HttpResponse:
    where = [request.provider.slug, number]
    if done:
        messages.success(request, done, extra_tags=f"{reverse(undo, args=where)}?annuler=1" if undo else "")
    return redirect(reverse("ticket", args=where) + (f"#{at}" if at else ""))


@page("desk.note")
@require_POST
def write(request: StaffRequest, number: int) -> HttpResponse:
    """A reply, an internal note or a call: one box, `kind` says which."""

    def do(ticket: Ticket, form: forms.WriteForm) -> Any:
        said = form.cleaned_data
        common: dict[str, Any] = {
            "by": request.actor,
            "at": clock.now(),
            "ticket": ticket,
            "text": said["text"],
        }
        if said["kind"] == "call":
            return services.log_call(**common, contact=said["contact"], direction=said["direction"])
        if said["kind"] == "note":
            event = services.add_note(**common, files=uploaded(request))
        else:
            event = services.reply(**common, files=uploaded(request), seen=said["seen"])
        composing.count(request, ticket)
        return event

    return _act(request, number, forms.WriteForm, do, at="fil")


def uploaded(request: StaffRequest) -> list[Upload]:
    """The files that came with a form. Raises InvalidInput naming `text`."""
    return [_upload(sent) for sent in request.FILES.getlist("files")]


def _upload(sent: UploadedFile) -> Upload:
    if (sent.size or 0) > LARGEST:
        raise InvalidInput(
            _("« %(name)s » dépasse 15 Mo : envoyez un fichier plus léger.") % {"name": sent.name},
            field="text",
        )
    return Upload(
        name=str(sent.name), content_type=sent.content_type or "application/octet-stream", content=sent.read()
    )


@page("desk.assign")
@require_POST
def assign(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.AssignForm) -> Any:
        person = form.cleaned_data["assignee"]
        return services.assign(by=request.actor, at=clock.now(), ticket=ticket, person=person)

    return _act(request, number, forms.AssignForm, do)


@page("desk.qualify")
@require_POST
def qualify(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.QualifyForm) -> Any:
        return services.qualify(by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data)

    return _act(request, number, forms.QualifyForm, do, done=_("Requalifié : les délais sont recalculés."))


@page("desk.cover")
@require_POST
def cover(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.CoverForm) -> Any:
        return services.decide_coverage(by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data)

    return _act(request, number, forms.CoverForm, do, done=_("Couverture décidée."))


@page("desk.work")
@require_POST
def climb(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.ClimbForm) -> Any:
        asked = form.asked(request.build_absolute_uri("/"))
        return services.climb(by=request.actor, at=clock.now(), ticket=ticket, **asked)

    return _act(request, number, forms.ClimbForm, do, done=_climbed)


def _climbed(form: forms.ClimbForm) -> str:
    """Where the ticket stands from now on, and what its work waits for."""
    says = (
        _("Passé à l’étape « %(step)s » : le travail y attend l’accord du client.")
        if form.cleaned_data["agreement"] == "asked"
        else _("Passé à l’étape « %(step)s ».")
    )
    return says % {"step": Step(form.cleaned_data["step"]).label}


@page("desk.work")
@require_POST
def prediagnosis(request: StaffRequest, number: int) -> HttpResponse:
    """Keep the answers given so far; an incomplete pre-diagnosis is kept too."""

    def do(ticket: Ticket, form: forms.PrediagnosisForm) -> Any:
        return services.answer_prediagnosis(
            by=request.actor, at=clock.now(), ticket=ticket, answers=form.cleaned_data
        )

    return _act(request, number, forms.PrediagnosisForm, do, at="rendez-vous")


@page("desk.schedule")
@require_POST
def appointment(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.AppointmentForm) -> Any:
        return services.set_appointment(by=request.actor, at=clock.now(), ticket=ticket, **form.asked())

    return _act(request, number, forms.AppointmentForm, do, done=_("Rendez-vous fixé."), at="rendez-vous")


@page("desk.schedule")
@require_POST
def cancel_appointment(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.CancelAppointmentForm) -> Any:
        standing = desk.active_appointment(ticket)
        if standing is None:
            raise Http404
        return services.cancel_appointment(
            by=request.actor, at=clock.now(), appointment=standing, **form.cleaned_data
        )

    return _act(
        request, number, forms.CancelAppointmentForm, do, done=_("Rendez-vous annulé."), at="rendez-vous"
    )


@page("desk.work")
@require_POST
def start_work(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.StartWorkForm) -> Any:
        return services.start_work(by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data)

    return _act(request, number, forms.StartWorkForm, do)


@page("desk.close")
@require_POST
def close(request: StaffRequest, number: int) -> HttpResponse:
    def do(ticket: Ticket, form: forms.CloseForm) -> Any:
        return services.close_ticket(by=request.actor, at=clock.now(), ticket=ticket, **form.cleaned_data)

    done = _("Ticket %(number)s clos.") % {"number": number}
    return _act(request, number, forms.CloseForm, do, done=done, undo="ticket-reopen")


@page("desk.close")
@require_POST
def reopen(request: StaffRequest, number: int) -> HttpResponse:
    """Reopen with a reason; taking back a closing that was just done gives its own."""

    def do(ticket: Ticket, form: forms.ReopenForm) -> Any:
        reason = form.cleaned_data["reason"]
        if not reason and request.GET.get("annuler"):
            reason = _("Clôture annulée aussitôt")
        return services.reopen_ticket(by=request.actor, at=clock.now(), ticket=ticket, reason=reason)

    return _act(request, number, forms.ReopenForm, do, done=_("Ticket rouvert : les délais repartent."))


# Sessions: a button each, no form


@page("desk.work")
@require_POST
def pause_work(request: StaffRequest, number: int, session: int) -> HttpResponse:
    return _on_session(request, number, session, services.pause_work)


@page("desk.work")
@require_POST
def resume_work(request: StaffRequest, number: int, session: int) -> HttpResponse:
    return _on_session(request, number, session, services.resume_work)


@page("desk.work")
@require_POST
def discard_work(request: StaffRequest, number: int, session: int) -> HttpResponse:
    return _on_session(request, number, session, services.discard_work, _("Séance abandonnée."))


@page("desk.work")
@require_POST
def validate_work(request: StaffRequest, number: int, session: int) -> HttpResponse:
    posted = Posted(request.POST)

    def validate(**given: Any) -> WorkSession:
        return services.validate_work(
            **given, grade=posted.text("grade"), zone=posted.number("zone"), km=km_of(posted)
        )

    return _on_session(request, number, session, validate, _("Séance validée."))


def _on_session(
    request: StaffRequest, number: int, pk: int, service: Callable[..., WorkSession], done: str = ""
) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    session = desk.session_by_id(request.actor, pk)
    if session is None or session.ticket_id != ticket.pk:
        raise Http404
    try:
        service(by=request.actor, at=clock.now(), session=session)
    except Refusal as refusal:
        return show(request, ticket, refusal=refusal, status=refusal.status)
    return _back(request, number, done=done)
