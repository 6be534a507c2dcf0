"""Acts on the catalogue: what is offered for new quotes, and its price from a day on (imri V, VI.5)."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import EquipmentClass
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.sales import queries
from clausier.sales.errors import UnknownItem
from clausier.sales.models import CatalogueItem, ItemKind, Period, Price, Unit, Vat

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
MOST: Final = Decimal("9999999999")


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What an item says; see `CatalogueItem`."""

    code: str
    name: str
    kind: str
    unit: str
    period: str = Period.ONCE
    vat: str = Vat.STANDARD
    description: str = ""
    equipment_class: str = ""
    word: str = ""
    points: Decimal | None = None
    months: int | None = None


@act("sales.catalogue")
def add_item(
    *,
    by: Actor,
    at: datetime,
    facts: ItemFacts,
    amount: Decimal | None = None,
    cost: Decimal | None = None,
    since_on: date | None = None,
) -> CatalogueItem:
    """Offer something new, at `amount` from `since_on` (by default today). Raises InvalidInput.

    Hours of a grade that the book prices need no amount.
    """
    item = CatalogueItem(provider=by.provider)
    _fill(item, facts, at)
    _save(item)
    on = since_on or queries.day_of(at)
    if amount is None and queries.hourly_rate(item, on) is None:
        raise InvalidInput(_("Indiquez le prix hors taxes."), field="amount")
    if amount is not None:
        _price(item, on, amount, cost, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="sales.item_added",
        about=item,
        data=_said(item) | _priced(on, amount, cost),
    )
    return item


@act("sales.catalogue")
def change_item(*, by: Actor, at: datetime, item: CatalogueItem, facts: ItemFacts) -> CatalogueItem:
    """Change what an item says, for new quotes; those that exist keep their own words.

    Raises UnknownItem, InvalidInput.
    """
    held = _hold(item, by)
    former = _said(held)
    _fill(held, facts, at)
    _save(held)
    data = {"before": former, "after": _said(held)}
    journal.write(by=by, at=at, code="sales.item_changed", about=held, data=data)
    return held


@act("sales.catalogue")
def set_price(
    *,
    by: Actor,
    at: datetime,
    item: CatalogueItem,
    since_on: date,
    amount: Decimal,
    cost: Decimal | None = None,
) -> Price:
    """The price of an item from the day `since_on` on; the former ones stay known. Raises InvalidInput."""
    held = _hold(item, by)
    row = _price(held, since_on, amount, cost, by=by, at=at)
    journal.write(by=by, at=at, code="sales.price_set", about=held, data=_priced(since_on, amount, cost))
    return row


@act("sales.catalogue")
def retire_item(*, by: Actor, at: datetime, item: CatalogueItem) -> CatalogueItem:
    """Offer it no more in new quotes, without notice (imri V); what was quoted or signed stays."""
    held = _hold(item, by)
    if held.retired_at is None:
        held.retired_at = at
        held.save(update_fields=["retired_at"])
        journal.write(by=by, at=at, code="sales.item_retired", about=held)
    return held


@act("sales.catalogue")
def offer_again(*, by: Actor, at: datetime, item: CatalogueItem) -> CatalogueItem:
    """Offer in new quotes what was retired."""
    held = _hold(item, by)
    if held.retired_at is not None:
        held.retired_at = None
        held.save(update_fields=["retired_at"])
        journal.write(by=by, at=at, code="sales.item_offered_again", about=held)
    return held


def _hold(item: CatalogueItem, by: Actor) -> CatalogueItem:
    found = (
        CatalogueItem.objects.select_for_update(of=("self",))
        .select_related("provider__book")
        .filter(pk=item.pk, provider=by.provider)
        .first()
    )
    if found is None:
        raise UnknownItem(_("Cet article n’est pas au catalogue."))
    return found


def _fill(item: CatalogueItem, facts: ItemFacts, at: datetime) -> None:
    """Raises InvalidInput for the first field at fault."""
    if not CODE.fullmatch(facts.code.strip()):
        raise InvalidInput(
            _("Une référence a de 1 à 20 lettres sans accent, chiffres, points ou traits."), field="code"
        )
    if not facts.name.strip():
        raise InvalidInput(_("Donnez un nom à l’article."), field="name")
    if len(facts.name.strip()) > 160:
        raise InvalidInput(_("Le nom fait plus de 160 signes."), field="name")
    for field, choices in (("kind", ItemKind), ("unit", Unit), ("period", Period), ("vat", Vat)):
        if getattr(facts, field) not in choices.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field=field)
    if facts.equipment_class and facts.equipment_class not in EquipmentClass.values:
        raise InvalidInput(_("Choisissez une classe d’équipement de la liste."), field="equipment_class")
    check_points(facts.kind, facts.points, facts.months, "")
    known = dict(queries.words_of(contracts.provider_book(item.provider), facts.kind, queries.day_of(at)))
    if facts.word and facts.word not in known:
        raise InvalidInput(_("Vos conditions ne connaissent pas ce mot."), field="word")
    given = asdict(facts) | {"code": facts.code.strip(), "name": facts.name.strip()}
    for name, value in given.items():
        setattr(item, name, value)


def check_points(kind: str, points: Decimal | None, months: int | None, prefix: str) -> None:
    """A pack says how many points it holds, and nothing else does. Raises InvalidInput."""
    if kind == ItemKind.PACK and (points is None or not 0 < points < MOST):
        raise InvalidInput(_("Indiquez combien de points contient le carnet."), field=f"{prefix}points")
    if kind != ItemKind.PACK and points is not None:
        raise InvalidInput(_("Seul un carnet contient des points."), field=f"{prefix}points")
    if months is not None and not 1 <= months <= 1200:
        raise InvalidInput(_("Indiquez une durée de 1 à 1200 mois."), field=f"{prefix}months")


def check_money(value: Decimal, field: str) -> None:
    """A price: not negative, in cents, within reason. Raises InvalidInput."""
    if not value.is_finite() or not 0 <= value < MOST:
        raise InvalidInput(_("Un prix va de zéro à dix milliards."), field=field)
    if value != value.quantize(Decimal("0.01")):
        raise InvalidInput(_("Un prix s’écrit avec deux décimales au plus."), field=field)


def _save(item: CatalogueItem) -> None:
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:
        others = CatalogueItem.objects.filter(provider=item.provider, code=item.code).exclude(pk=item.pk)
        if not others.exists():
            raise
        raise InvalidInput(_("Un article porte déjà cette référence."), field="code") from None


def _price(
    item: CatalogueItem, since_on: date, amount: Decimal, cost: Decimal | None, *, by: Actor, at: datetime
) -> Price:
    check_money(amount, "amount")
    if cost is not None:
        check_money(cost, "cost")
    return Price.objects.create(
        provider=by.provider,
        item=item,
        since_on=since_on,
        amount=amount,
        cost=cost,
        entered_at=at,
        entered_by=by.name,
    )


def _said(item: CatalogueItem) -> dict[str, Any]:
    names = ("code", "name", "kind", "unit", "period", "vat", "equipment_class", "word", "months")
    said = {name: getattr(item, name) for name in names}
    return said | {"points": None if item.points is None else str(item.points)}


def _priced(since_on: date, amount: Decimal | None, cost: Decimal | None) -> dict[str, Any]:
    return {
        "since_on": since_on.isoformat(),
        "amount": None if amount is None else str(amount),
        "cost": None if cost is None else str(cost),
    }
