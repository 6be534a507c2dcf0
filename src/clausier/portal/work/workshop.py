"""The client's machines in the provider's workshop, and the provider's machines with the client."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clausier.desk import queries, services
from clausier.desk.models import Custody, CustodyPhoto
from clausier.desk.states import CustodyState
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.foundation.models import Document
from clausier.pages.papers import as_received
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.REQUESTS
SHOWN = 50  # machines that were returned


@page("workshop.read", SECTION)
@require_GET
def machines(request: ClientRequest) -> HttpResponse:
    """What is in the workshop, what is lent, what came back."""
    found = queries.custodies(request.actor).prefetch_related("photos")
    context = {
        "section": SECTION,
        "there": list(found.exclude(state=CustodyState.RETURNED).order_by("-pk")),
        "gone": list(found.filter(state=CustodyState.RETURNED).order_by("-pk")[:SHOWN]),
        "lent": list(queries.machine_loans(request.actor).filter(back_at=None).order_by("due_on", "pk")),
        "may_acknowledge": request.actor.may("workshop.acknowledge"),
    }
    return render(request, "portal/worked/workshop.html", context)


@page("workshop.read", SECTION)
@require_GET
def receipt(request: ClientRequest, machine: int) -> HttpResponse:
    """The receipt of a machine's arrival."""
    return _paper(_found(request, machine).receipt)


@page("workshop.read", SECTION)
@require_GET
def return_receipt(request: ClientRequest, machine: int) -> HttpResponse:
    """The receipt of its return."""
    return _paper(_found(request, machine).return_receipt)


@page("workshop.read", SECTION)
@require_GET
def photo(request: ClientRequest, machine: int, photo: int) -> HttpResponse:
    """One picture of the machine as it came in."""
    found = (
        CustodyPhoto.objects.filter(pk=photo, custody=_found(request, machine)).select_related("file").first()
    )
    if found is None:
        raise Http404
    return as_received(found.file)


@page("workshop.acknowledge", SECTION)
@require_POST
def acknowledge(request: ClientRequest, machine: int) -> HttpResponse:
    """Confirm that the receipt says what was left."""
    try:
        services.acknowledge_custody(by=request.actor, at=clock.now(), custody=_found(request, machine))
    except Refusal as refusal:
        messages.error(request, refusal.says)
    else:
        messages.success(request, _("Bon de dépôt confirmé."))
    return redirect("portal-workshop", request.provider.slug)


def _found(request: ClientRequest, number: int) -> Custody:
    found: Custody = get_object_or_404(queries.custodies(request.actor), number=number)
    return found


def _paper(document: Document | None) -> HttpResponse:
    if document is None or document.file is None:
        raise Http404
    return as_received(document.file)
