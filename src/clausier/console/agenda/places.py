"""Where an obligation is dealt with in the console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.urls import reverse

from clausier.agenda.obligations import Obligation
from clausier.console.books.addresses import clause_url
from clausier.foundation.actors import Actor
from clausier.pages.agenda import Row

ROUTES: Final = {
    "contract": ("contract", "contracts.read"),
    "ticket": ("ticket", "desk.read"),
    "plan": ("plan", "recurring.read"),
    "points": ("points-account", "prepaid.read"),
    "duties": ("client-duties", "agenda.read"),
    "phone": ("phone", "phone.read"),
    "quotes": ("quote", "sales.read"),
    "endings": ("contract-endings", "endings.read"),
    "disputes": ("dispute", "disputes.read"),
    "reversals": ("reversal", "reversal.read"),
    "loans": ("workshop-loans", "workshop.read"),
}


def url_of(one: Obligation, actor: Actor) -> str:
    """The page where it is dealt with; "" where the reader may not go there."""
    route, permission = ROUTES[one.place]
    if not actor.may(permission):
        return ""
    return reverse(route, args=[actor.provider.slug, *([one.ident] if one.ident else [])])


def rows_of(found: Sequence[Obligation], actor: Actor) -> list[Row]:
    """Obligations ready for the page."""
    slug = actor.provider.slug
    return [
        Row(
            one,
            url_of(one, actor),
            clause_url(slug, one.digest, one.clause) if one.clause else "",
            reverse("why", args=[slug, one.ruling]) if one.ruling else "",
        )
        for one in found
    ]
