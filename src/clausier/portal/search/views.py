"""A client's people search what they find in the portal: requests, contracts, papers, points, their terms."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from clausier.directory.models import PortalSection
from clausier.overview import queries
from clausier.overview.queries import Hit
from clausier.pages.search import answers_in_words, section_of
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, page

SECTIONS: Final[dict[str, str]] = {
    "ticket": PortalSection.REQUESTS,
    "contract": PortalSection.CONTRACTS,
    "quote": PortalSection.CONTRACTS,
    "document": PortalSection.CONTRACTS,
    "clause": PortalSection.CONTRACTS,
    "article": PortalSection.HELP,
    "account": PortalSection.POINTS,
}
"""Where each kind is read; what the provider closed for the client is not found either."""

NAMES: Final[dict[str, Any]] = {
    "ticket": _("Demandes"),
    "clause": _("Conditions"),
    "article": _("Aide"),
    "account": _("Points"),
}
"""The portal's own words for kinds; for the others, those of everywhere."""

OF_ALL = 8
OF_ONE_KIND = 50


@page("search.use")
@require_GET
def search(request: ClientRequest) -> HttpResponse:
    """Everything that answers `q`; `?genre=` shows more of one kind."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    kind = request.GET.get("genre", "")
    opened = [one for one, section in SECTIONS.items() if request.client.opens(section)]
    known = kind in opened
    most = OF_ONE_KIND if known else OF_ALL
    groups = queries.searched(request.actor, text, kinds=[kind] if known else opened, most=most)
    here = reverse("portal-search", args=[request.provider.slug])
    context = {
        "section": "search",
        "text": queries.as_sought(text),
        "kind": kind if known else "",
        "everything_url": f"{here}?{urlencode({'q': text})}",
        "answers": answers_in_words(groups),
        "sections": [
            section_of(
                group,
                lambda hit: _url_of(hit, request),
                "" if known else f"{here}?{urlencode({'q': text, 'genre': group.kind})}",
                name=str(NAMES.get(group.kind, "")),
            )
            for group in groups
        ],
    }
    return render(request, "portal/search/page.html", context)


def _url_of(hit: Hit, request: ClientRequest) -> str:
    """Where the portal shows it."""
    slug, thing = request.provider.slug, hit.thing
    match hit.kind:
        case "ticket":
            return reverse("portal-ticket", args=[slug, thing.number])
        case "article":
            return reverse("portal-article", args=[slug, thing.number])
        case "document":
            return reverse("portal-paper", args=[slug, thing.pk])
        case "quote":
            return reverse("portal-quote", args=[slug, thing.number])
        case "account":
            return reverse("portal-points", args=[slug])
        case "clause":
            return addresses(slug).clause_url(thing.edition.digest, thing.clause.number)
    return f"{reverse('portal-contracts', args=[slug])}#c{thing.pk}"
