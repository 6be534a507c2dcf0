"""Acts on what a contract covers by name: virtual machines and named users."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.contracts.errors import NotInThisState
from clausier.contracts.models import Contract, CoveredItem, ItemKind
from clausier.contracts.services.contracts import of_provider
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput


@act("contracts.write")
def cover_item(
    *, by: Actor, at: datetime, contract: Contract, kind: str, name: str, from_on: date, detail: str = ""
) -> CoveredItem:
    """From `from_on` on, the contract covers this machine or this person. Raises InvalidInput."""
    of_provider(by, contract)
    if kind not in ItemKind.values:
        raise InvalidInput(_("Choisissez ce qui est couvert."), field="kind")
    called = " ".join(name.split())
    if not called or len(called) > 120:
        raise InvalidInput(_("Indiquez un nom, de 120 signes au plus."), field="name")
    if from_on < contract.starts_on:
        raise InvalidInput(_("Le contrat n’a pas encore commencé à cette date."), field="from_on")
    same = CoveredItem.objects.filter(contract=contract, kind=kind, name=called)
    if same.filter(until_on__gt=from_on).exists():
        raise InvalidInput(_("Ce nom est déjà couvert ce jour-là."), field="from_on")
    try:
        with transaction.atomic():
            row = CoveredItem.objects.create(
                provider=contract.provider,
                client_id=contract.client_id,
                contract=contract,
                kind=kind,
                name=called,
                detail=detail.strip()[:200],
                from_on=from_on,
            )
    except IntegrityError:
        raise InvalidInput(_("Ce nom est déjà couvert."), field="name") from None
    data = {"kind": kind, "name": called, "detail": row.detail, "from_on": from_on.isoformat()}
    journal.write(by=by, at=at, code="contracts.item_covered", about=contract, data=data)
    return row


@act("contracts.write")
def end_item(*, by: Actor, at: datetime, item: CoveredItem, until_on: date) -> CoveredItem:
    """The machine or person is covered until `until_on`, that day excluded; what was covered stays known.

    Raises NotInThisState, InvalidInput naming `until_on`.
    """
    of_provider(by, item)
    held = CoveredItem.objects.select_for_update(of=("self",)).select_related("contract").get(pk=item.pk)
    if held.until_on is not None:
        raise NotInThisState(_("La fin de cette couverture est déjà écrite."))
    if until_on < held.from_on:
        raise InvalidInput(_("Une couverture finit après avoir commencé."), field="until_on")
    held.until_on = until_on
    held.save(update_fields=["until_on"])
    data = {"kind": held.kind, "name": held.name, "until_on": until_on.isoformat()}
    journal.write(by=by, at=at, code="contracts.item_ended", about=held.contract, data=data)
    return held
