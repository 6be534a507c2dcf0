"""The telephone: who is to be called back, the log of calls, the call that rings, what a number opens."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.call import stopwatch
from clausier.console.doors import StaffRequest, page
from clausier.console.mail.reading import page_of
from clausier.console.phone import reading
from clausier.console.tickets.sheets import Posted
from clausier.desk import queries, services
from clausier.desk.models import CallState, PhoneCall
from clausier.desk.services.phone import AUDIO
from clausier.foundation import clock, files
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, bound

MOST = 100  # calls to return shown at once
RINGING = 4  # calls announced at once


class LinkForm(ActForm):
    """What a click on a number opens."""

    link = forms.CharField(
        label=gettext_lazy("Lien d’appel"),
        max_length=200,
        help_text=gettext_lazy("{number} est remplacé par le numéro : tel:{number} ou sip:{number}."),
    )


@page("phone.read")
@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """Missed calls and voicemails that wait for a callback, and the calls that ring now."""
    now = clock.now()
    context = {
        "crumbs": [(_("Téléphone"), "")],
        "now": now,
        "rows": reading.rows_to_return(request, now, MOST),
        "may_answer": request.actor.may("desk.note"),
        "may_open": request.actor.may("desk.open"),
        **reading.tabs(request, "phone"),
    }
    return render(request, "console/phone/waiting.html", context)


@page("phone.read")
@require_GET
def log(request: StaffRequest) -> HttpResponse:
    """Every call, the latest first."""
    now, asked = clock.now(), request.GET.get("quoi", "")
    found = queries.calls(request.actor)
    slug = request.provider.slug
    if asked == "out":
        found = found.filter(is_outgoing=True)
    elif asked in CallState.values:
        found = found.filter(state=asked, is_outgoing=False)
    rows, older = page_of(found, request.GET.get("avant", ""))
    context = {
        "crumbs": [
            (_("Téléphone"), reverse("phone", args=[request.provider.slug])),
            (_("Journal des appels"), ""),
        ],
        "rows": [reading.row_of(one, slug, now) for one in rows],
        "older": older,
        "asked": asked,
        "states": [("", _("tous")), *CallState.choices, ("out", _("émis"))],
        "may_open": request.actor.may("desk.open"),
        **reading.tabs(request, "phone-log"),
    }
    return render(request, "console/phone/log.html", context)


@page("phone.read")
@require_GET
@never_cache
def ringing(request: StaffRequest) -> HttpResponse:
    """The calls that ring, for the page that asks every few seconds; 204 when it shows them already.

    The call whose form one has opened is announced to the others only.
    """
    now = clock.now()
    mine = stopwatch.announced(request, request.provider, now)
    found = list(queries.live_calls(request.actor, now).exclude(pk=mine or 0)[:RINGING])
    seen = "-".join(f"{one.pk}{one.state[0]}" for one in found)
    if request.GET.get("vu", "") == seen:
        return HttpResponse(status=204)
    context = {
        "calls": [reading.row_of(one, request.provider.slug, now) for one in found],
        "seen": seen,
        "may_open": request.actor.may("desk.open"),
    }
    return render(request, "console/phone/ringing.html", context)


@page("desk.note")
@require_POST
def call_back(request: StaffRequest, call: int) -> HttpResponse:
    """Somebody was called back."""
    found = get_object_or_404(queries.calls(request.actor), pk=call)
    try:
        services.call_back(
            by=request.actor, at=clock.now(), call=found, text=Posted(request.POST).text("text")
        )
    except Refusal as refusal:
        messages.error(request, refusal.says)
    else:
        messages.success(request, _("Rappel noté."))
    return redirect("phone", request.provider.slug)


@page("phone.read")
@require_GET
def audio(request: StaffRequest, call: int) -> HttpResponse:
    """What was said on the voicemail."""
    found: PhoneCall = get_object_or_404(queries.calls(request.actor).select_related("audio"), pk=call)
    if found.audio is None:
        raise Http404
    plays = found.audio.content_type in AUDIO
    kind = found.audio.content_type if plays else "application/octet-stream"
    response = HttpResponse(files.read(found.audio), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not plays, found.audio.name) or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@page("integrations.write")
@require_http_methods(["GET", "POST"])
def link(request: StaffRequest) -> HttpResponse:
    """What a click on a number opens, and where a telephone system tells its calls."""
    form: LinkForm = bound(request, LinkForm, initial={"link": request.provider.call_link})
    kept = form.act(services.set_call_link, by=request.actor, at=clock.now()) if form.is_bound else None
    if kept:
        messages.success(request, _("Lien d’appel enregistré."))
        return redirect("phone-link", request.provider.slug)
    slug = request.provider.slug
    context = {
        "crumbs": [(_("Téléphone"), reverse("phone", args=[slug])), (_("Réglages"), "")],
        "form": form,
        "events_url": request.build_absolute_uri(f"/api/v1/{slug}/phone/events"),
        **reading.tabs(request, "phone-link"),
    }
    return render(request, "console/phone/link.html", context, status=form.status)
