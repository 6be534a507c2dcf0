"""Where one lands in the portal, and for which client when one acts for several."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from clausier.portal.context import entries_for
from clausier.portal.doors import CHOSEN_CLIENT, ClientRequest, page


@page("portal.use")
@require_GET
def home(request: ClientRequest) -> HttpResponse:
    """The first section that is open to the reader; words when there is none."""
    found = entries_for(request.actor, request.client)
    if found:
        return redirect(found[0].url_name, request.provider.slug)
    return render(request, "portal/nothing.html")


@page("portal.use")
@require_POST
def choose_client(request: ClientRequest) -> HttpResponse:
    """Act for another of one's clients at this provider, until said otherwise."""
    number = request.POST.get("client", "")
    access = next((one for one in request.accesses if one.client.number == number), None)
    if access is None:
        raise Http404
    request.session[CHOSEN_CLIENT] = access.client_id
    return redirect("portal", request.provider.slug)
