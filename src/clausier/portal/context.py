"""What every page of the portal is framed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clausier.directory.models import Client, PortalSection
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.knowledge import queries as knowledge
from clausier.prepaid import queries as prepaid
from clausier.sales import queries as sales
from clausier.signatures import queries as signatures


@dataclass(frozen=True, slots=True)
class Entry:
    """A section of the portal: its address by name, and what opens it; it is closed along with `within`."""

    key: str
    label: Any
    icon: str
    url_name: str
    permission: str
    within: str = ""


ENTRIES = (
    Entry(PortalSection.REQUESTS, _("Demandes"), "messages-square", "portal-tickets", "desk.read"),
    Entry(PortalSection.HELP, _("Aide"), "lightbulb", "portal-help", "knowledge.read"),
    Entry(PortalSection.CONTRACTS, _("Contrats"), "file-text", "portal-contracts", "contracts.read"),
    Entry("signatures", _("Signatures"), "pen-line", "portal-signatures", "portal.sign"),
    Entry("quotes", _("Devis"), "file-pen", "portal-quotes", "sales.read", PortalSection.CONTRACTS),
    Entry(PortalSection.ORDERS, _("Commandes"), "clipboard-check", "portal-orders", "sales.read"),
    Entry(PortalSection.POINTS, _("Points"), "coins", "portal-points", "prepaid.read"),
    Entry(PortalSection.REPORTS, _("Rapports"), "chart-column", "portal-reports", "reports.read"),
    Entry(PortalSection.PEOPLE, _("Personnes"), "users", "portal-people", "portal.people"),
)


def entries_for(actor: Actor, client: Client) -> list[Entry]:
    """The sections that `actor` may enter, in order."""
    return [
        entry
        for entry in ENTRIES
        if actor.may(entry.permission)
        and client.opens(entry.within or entry.key)
        and _has_any(entry.key, actor)
    ]


def _has_any(key: str, actor: Actor) -> bool:
    """Whether there is anything to find in a section: nobody is led to an account or to help there is not."""
    match key:
        case PortalSection.POINTS:
            return prepaid.accounts_visible_to(actor).exists()
        case PortalSection.HELP:
            return knowledge.articles_visible_to(actor).exists()
        case "quotes":
            return sales.quotes(actor).exists()
        case PortalSection.ORDERS:
            return sales.orders(actor).exists()
        case "signatures":
            return signatures.visible_to(actor).exists()
    return True


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame around a page of the portal; nothing elsewhere."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.is_client_side:
        return {}
    client: Client = request.client  # type: ignore[attr-defined]
    return {
        "server_now": clock.now(),
        "actor": actor,
        "provider": actor.provider,
        "client": client,
        "entries": [
            (entry.key, entry.label, entry.icon, reverse(entry.url_name, args=[actor.provider.slug]))
            for entry in entries_for(actor, client)
        ],
        "accesses": request.accesses,  # type: ignore[attr-defined]
    }
