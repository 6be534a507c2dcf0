"""Requests: the list, a new one, one followed to its end, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.desk import facts, services
from clausier.desk import queries as desk
from clausier.desk.models import Attachment, Origin, Ticket
from clausier.directory.models import PortalSection
from clausier.foundation import clock, files
from clausier.foundation.errors import InvalidInput
from clausier.pages.forms import ActForm
from clausier.portal.doors import ClientRequest, page
from clausier.portal.surveys import asking
from clausier.portal.tickets import forms, reading
from clausier.portal.work import reading as work
from clausier.recurring import queries as recurring

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
SECTION = PortalSection.REQUESTS


@page("desk.read", SECTION)
@require_GET
def tickets(request: ClientRequest) -> HttpResponse:
    """What is under way, told in a sentence, then what is closed."""
    may_consent = request.actor.may("portal.consent")
    context = {
        "section": SECTION,
        "may_consent": may_consent,
        **reading.list_facts(request, clock.now()),
        "machines": work.machines_here(request),
        "has_planned": recurring.plans(request.actor).exists(),
    }
    return render(request, "portal/tickets/list.html", context)


@page("desk.open", SECTION)
@require_http_methods(["GET", "POST"])
def new(request: ClientRequest) -> HttpResponse:
    """Open a request in one's own name."""
    if request.method == "GET":
        return _new_page(request, forms.NewForm(request.client))
    form = forms.NewForm(request.client, request.POST, request.FILES)
    now = clock.now()
    opened = form.act(lambda **given: _open(request, now, given))
    if opened is None:
        return _new_page(request, form)
    messages.success(request, _("Demande %(number)s reçue.") % {"number": opened})
    return redirect("portal-ticket", request.provider.slug, opened.number)


def _open(request: ClientRequest, now: Any, given: dict[str, Any]) -> Ticket:
    cause = facts.usual_cause(request.client, given["equipment_class"], given["nature"], now)
    if cause is None:
        raise InvalidInput(
            _("Vos conditions ne prévoient pas cela : choisissez autre chose."), field="nature"
        )
    return services.open_ticket(
        by=request.actor, at=now, client=request.client, origin=Origin.PORTAL, cause=cause, **given
    )


def _new_page(request: ClientRequest, form: forms.NewForm) -> HttpResponse:
    context: dict[str, Any] = {"section": SECTION, "form": form}
    if request.actor.may("knowledge.read") and request.client.opens(PortalSection.HELP):
        context["suggest_url"] = reverse("portal-suggested", args=[request.provider.slug])
    return render(request, "portal/tickets/new.html", context, status=form.status)


@page("desk.read", SECTION)
@require_GET
def ticket(request: ClientRequest, number: int) -> HttpResponse:
    """One request: what is promised and why, then what was said."""
    return _show(request, _ticket(request, number))


@page("desk.reply", SECTION)
@require_POST
def reply(request: ClientRequest, number: int) -> HttpResponse:
    """Write to the provider; on a closed request it reopens it, or opens one that continues it."""
    found = _ticket(request, number)
    form = forms.ReplyForm(request.POST, request.FILES)
    event = form.act(services.reply, by=request.actor, at=clock.now(), ticket=found)
    if event is None:
        return _show(request, found, reply=form)
    if event.ticket_id != found.pk:
        messages.success(request, _("Demande %(number)s ouverte à la suite.") % {"number": event.ticket})
    return redirect("portal-ticket", request.provider.slug, event.ticket.number)


@page("desk.close", SECTION)
@require_POST
def close(request: ClientRequest, number: int) -> HttpResponse:
    """Close one's own request."""
    found = _ticket(request, number)
    form = forms.CloseForm(request.POST)
    if form.act(services.close_ticket, by=request.actor, at=clock.now(), ticket=found) is None:
        return _show(request, found, close=form)
    messages.success(request, _("Demande close. Une réponse la rouvre."))
    return redirect("portal-ticket", request.provider.slug, found.number)


@page("desk.close", SECTION)
@require_POST
def reopen(request: ClientRequest, number: int) -> HttpResponse:
    """Bring back one's own closed request, saying why."""
    found = _ticket(request, number)
    form = forms.ReasonForm(request.POST)
    if form.act(services.reopen_ticket, by=request.actor, at=clock.now(), ticket=found) is None:
        return _show(request, found, reopen=form)
    messages.success(request, _("Demande rouverte."))
    return redirect("portal-ticket", request.provider.slug, found.number)


@page("desk.read", SECTION)
@require_GET
def attachment(request: ClientRequest, number: int, attachment: int) -> HttpResponse:
    """A file of the thread. Only pictures and PDFs are shown; anything else is saved."""
    visible = desk.thread(_ticket(request, number), request.actor)
    one = Attachment.objects.filter(pk=attachment, event__in=visible).select_related("file").first()
    if one is None:
        raise Http404
    inline = one.file.content_type in SHOWN_INLINE
    kind = one.file.content_type if inline else "application/octet-stream"
    response = HttpResponse(files.read(one.file), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not inline, one.file.name) or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _ticket(request: ClientRequest, number: int) -> Ticket:
    found = desk.ticket_by_number(request.actor, number)
    if found is None:
        raise Http404
    return found


def _show(request: ClientRequest, found: Ticket, **given: ActForm) -> HttpResponse:
    """The page of a request; `given` is the form that was refused, as it was typed."""
    made: dict[str, ActForm] = {
        "reply": forms.ReplyForm(),
        "close": forms.CloseForm(),
        "reopen": forms.ReasonForm(),
        **given,
    }
    status = max((form.status for form in given.values()), default=200)
    # The row given may be the one from before the act.
    fresh = _ticket(request, found.number)
    now = clock.now()
    context = {
        "section": SECTION,
        "forms": made,
        **reading.page_facts(request, fresh, now),
        **work.page_facts(request, fresh),
        **asking.facts(request, fresh, now),
    }
    return render(request, "portal/tickets/ticket.html", context, status=status)
