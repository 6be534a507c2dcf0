"""Rows that an act keeps until its transaction ends, and the moves between their states."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from clausier.foundation.actors import Actor
from clausier.foundation.errors import OutOfDate
from clausier.sales.errors import NotAnswerable, QuoteFrozen, UnknownQuote
from clausier.sales.models import Quote, Standing
from clausier.sales.states import MOVES, QuoteState


def hold(quote: Quote, by: Actor) -> Quote:
    """The version with its standing locked. Raises UnknownQuote for another provider's or client's.

    The standing is the row that is locked: a frozen one could not be.
    """
    standing = (
        Standing.objects.select_for_update(of=("self",))
        .select_related("quote__client__agency", "quote__provider__book", "quote__book", "quote__contract")
        .filter(quote=quote.pk, provider=by.provider)
        .first()
    )
    if standing is None or (by.is_client_side and standing.client_id != by.client_id):
        raise UnknownQuote(_("Ce devis n’existe pas ici."))
    found: Quote = standing.quote
    found.standing = standing
    return found


def hold_draft(quote: Quote, by: Actor) -> Quote:
    """The same, for one that is still written. Raises QuoteFrozen once it was issued."""
    held = hold(quote, by)
    if held.standing.state != QuoteState.DRAFT:
        raise QuoteFrozen(
            _("Le devis %(quote)s est émis : il ne change plus.") % {"quote": held},
            way_out=_("Préparez une nouvelle version : elle remplacera celle-ci."),
        )
    return held


def move(quote: Quote, to: str, **also: Any) -> None:
    """Bring a version to the state `to`, with other columns of its standing.

    Raises NotAnswerable where no move leads there, OutOfDate when it moved meanwhile.
    """
    standing = quote.standing
    former = standing.state
    if to not in MOVES[former]:
        raise NotAnswerable(
            _("Le devis %(quote)s est %(state)s : cela ne se peut plus.")
            % {"quote": quote, "state": standing.get_state_display()},
            state=former,
        )
    if not Standing.objects.filter(pk=standing.pk, state=former).update(state=to, **also):
        raise OutOfDate(_("Ce devis a changé entre-temps."))
    standing.state = to
    for name, value in also.items():
        setattr(standing, name, value)
