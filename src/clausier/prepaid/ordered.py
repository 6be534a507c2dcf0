"""Points that were ordered: each pack is credited once to the account of its contract (ims 7.1.2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.prepaid import services
from clausier.prepaid.models import PointAccount, PointEntry, PointPack
from clausier.sales.models import ItemKind, Order, OrderLine


@act("prepaid.credit")
def credit_order(*, by: Actor, at: datetime, order: Order) -> list[PointEntry]:
    """Credit the packs of `order`, each under its own reference, to the account that it opens if need be.

    Each pack is an act of its own in the journal. Raises what `credit` raises.
    """
    contract = order.contract
    if contract is None:
        return []
    account = PointAccount.objects.filter(contract=contract).first()
    account = account or services.open_account(by=by, at=at, contract=contract)
    made = []
    for line in order.lines.filter(kind=ItemKind.PACK):
        reference = f"{order.number}/{line.position + 1}"
        if PointPack.objects.filter(account=account, reference=reference).exists():
            continue
        made.append(_credit(account, order, line, reference, by=by, at=at))
    return made


def _credit(
    account: PointAccount, order: Order, line: OrderLine, reference: str, *, by: Actor, at: datetime
) -> PointEntry:
    with override(order.quote.language):
        label = _("Achat, commande %(order)s") % {"order": order}
    entry: PointEntry = services.credit(
        by=by,
        at=at,
        account=account,
        points=(line.points or 0) * line.quantity,
        label=label,
        bought_on=at.astimezone(PARIS).date(),
        price=line.net,
        reference=reference,
        months=line.months,
    )
    return entry
