"""Reading what came in and what went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from clausier.contracts import queries as contracts
from clausier.desk import queries as desk
from clausier.directory import queries as directory
from clausier.directory.models import Contact, Site
from clausier.foundation.actors import Actor
from clausier.prepaid import queries as prepaid
from clausier.transfer.models import Archive, Import, ImportState, Kind, MovingIn, RememberedColumns


def imports(actor: Actor) -> QuerySet[Import]:
    """The files brought in, latest first, without their bytes."""
    found = (
        Import.objects.filter(provider=actor.provider) if not actor.is_client_side else Import.objects.none()
    )
    return found.defer("content").order_by("-pk")


def archives(actor: Actor) -> QuerySet[Archive]:
    """The archives that `actor` may take: all of them, or those of single clients; latest first."""
    found = Archive.objects.filter(provider=actor.provider).select_related("client").order_by("-pk")
    if actor.is_client_side or not actor.may("transfer.export_client"):
        return found.none()
    return found if actor.may("transfer.export") else found.exclude(client=None)


def moving_in(actor: Actor) -> MovingIn | None:
    """The day of moving in, once it was said."""
    return MovingIn.objects.filter(provider=actor.provider).first()


def remembered(actor: Actor, kind: str) -> dict[str, str]:
    """How the provider's files called their columns before: {folded heading: field}."""
    found = RememberedColumns.objects.filter(provider=actor.provider, kind=kind).first()
    return dict(found.columns) if found else {}


@dataclass(frozen=True, slots=True)
class KindProgress:
    """How far a kind is: how many there are by now, and the latest file of it."""

    kind: Kind
    count: int
    latest: Import | None


def progress(actor: Actor, on: date) -> Sequence[KindProgress]:
    """How far moving in is, kind by kind in their order."""
    latest: dict[str, Import] = {}
    for one in imports(actor).exclude(state=ImportState.DROPPED)[:200]:
        latest.setdefault(one.kind, one)
    counts = {
        Kind.CLIENTS: directory.clients_visible_to(actor).count(),
        Kind.SITES: Site.objects.filter(provider=actor.provider).count(),
        Kind.CONTACTS: Contact.objects.filter(provider=actor.provider).count(),
        Kind.SUPPLIERS: directory.suppliers(actor).count(),
        Kind.CONTRACTS: contracts.contracts_visible_to(actor).count(),
        Kind.POINTS: prepaid.accounts_visible_to(actor).count(),
        Kind.TICKETS: desk.open_tickets(actor).count(),
    }
    return [KindProgress(kind, counts[kind], latest.get(kind)) for kind in Kind]
