"""The last days of quotes, and the days on which hosted services were promised to open."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from clausier.agenda.obligations import Asked, Obligation, passed
from clausier.agenda.sources.contracts import clause_of
from clausier.contracts import queries as contracts
from clausier.contracts.models import HostedOrder
from clausier.sales import queries as sales
from clausier.sales.states import QuoteState


def quotes(asked: Asked) -> Iterator[Obligation]:
    """Until when the client can accept each quote that it has and has not answered."""
    if not asked.actor.may("sales.read"):
        return
    found = sales.latest(asked.actor).filter(
        standing__state=QuoteState.ISSUED, standing__expires_on__range=(asked.since, asked.until)
    )
    for quote in found:
        standing = quote.standing
        if standing.expires_on is None:
            continue
        yield Obligation(
            key=f"quote:{quote.pk}",
            kind="quote",
            owed_by="client",
            client=quote.client,
            due_on=standing.expires_on,
            state=passed(standing.expires_on, asked),
            says=_("Dernier jour pour accepter le devis %(quote)s") % {"quote": quote.reference},
            place="quotes",
            ident=quote.number,
            book=standing.ruling.book.name if standing.ruling else "",
            digest=standing.ruling.book.digest if standing.ruling else "",
            clause=clause_of(standing.ruling),
            ruling=standing.ruling_id,
        )


def openings(asked: Asked) -> Iterator[Obligation]:
    """The days on which the provider promised that a hosted service opens (imri VII.4.1)."""
    if not asked.actor.may("contracts.read"):
        return
    seen = contracts.contracts_visible_to(asked.actor)
    for order in HostedOrder.objects.filter(
        contract__in=seen.order_by().values("pk"), opening_on__range=(asked.since, asked.until)
    ).select_related("contract__client__agency", "contract__book"):
        if order.opening_on is None:
            continue
        yield Obligation(
            key=f"opening:{order.pk}",
            kind="opening",
            owed_by="provider",
            client=order.contract.client,
            contract=order.contract,
            due_on=order.opening_on,
            state=passed(order.opening_on, asked),
            says=_("Ouverture promise du service hébergé"),
            place="contract",
            ident=order.contract.number,
        )
