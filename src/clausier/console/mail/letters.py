"""What leaves: each letter, where it stands, and trying it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.mail import reading
from clausier.foundation import clock
from clausier.post import queries, services, troubles
from clausier.post.states import OutboxState

AGAIN = frozenset({OutboxState.GIVEN_UP, OutboxState.RETURNED, OutboxState.HELD})
TROUBLES = 50


@page("post.read")
@require_GET
def outbox(request: StaffRequest) -> HttpResponse:
    """What leaves and left, latest first, and the addresses that mail comes back from."""
    asked = request.GET.get("etat", "")
    found = queries.outgoing(request.actor)
    if asked in OutboxState.values:
        found = found.filter(state=asked)
    rows, older = reading.page_of(found, request.GET.get("avant", ""))
    context = {
        "crumbs": reading.crumbs(request, (_("Envois"), "")),
        "rows": [reading.row_out(one, request.provider.slug) for one in rows],
        "older": older,
        "asked": asked,
        "states": [("", _("tous")), *OutboxState.choices],
        "troubles": list(troubles.standing(request.actor)[:TROUBLES]),
        "may_mend": request.actor.may("desk.reply"),
        **reading.tabs(request, "mail-outbox"),
    }
    return render(request, "console/mail/outbox.html", context)


@page("post.read")
@require_GET
def letter(request: StaffRequest, letter: int) -> HttpResponse:
    """One letter, as it leaves."""
    found = get_object_or_404(queries.outgoing(request.actor), pk=letter)
    context = {
        "crumbs": reading.crumbs(
            request, (_("Envois"), reverse("mail-outbox", args=[request.provider.slug])), (found.subject, "")
        ),
        "row": reading.row_out(found, request.provider.slug),
        "mail": found,
        "may_again": found.state in AGAIN and request.actor.may("desk.reply"),
        **reading.tabs(request, "mail-outbox"),
    }
    return render(request, "console/mail/letter.html", context)


@page("desk.reply")
@require_POST
def send_again(request: StaffRequest, letter: int) -> HttpResponse:
    """Try a letter anew."""
    found = get_object_or_404(queries.outgoing(request.actor), pk=letter)
    services.send_again(by=request.actor, at=clock.now(), mail=found)
    messages.success(request, _("Le message est de nouveau en route."))
    return redirect("mail-letter", request.provider.slug, found.pk)


@page("desk.reply")
@require_POST
def mend(request: StaffRequest, trouble: int) -> HttpResponse:
    """Mail to an address arrives again."""
    found = get_object_or_404(troubles.standing(request.actor), pk=trouble)
    services.mend_address(by=request.actor, at=clock.now(), trouble=found)
    messages.success(request, _("%(address)s est de nouveau joignable.") % {"address": found.address})
    return redirect("mail-outbox", request.provider.slug)
