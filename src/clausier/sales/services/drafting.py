"""Acts on quotes that are still written: made, changed, thrown away; the next version of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.contracts.services import checked_value
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import journal, numbering
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.sales import policies, queries
from clausier.sales.errors import NotAnswerable, UnknownItem
from clausier.sales.models import (
    CatalogueItem,
    ItemKind,
    LineChoice,
    LineCost,
    Period,
    ProposedDerogation,
    Quote,
    QuoteLine,
    Standing,
    Unit,
    Vat,
)
from clausier.sales.services.catalogue import MOST, check_money, check_points
from clausier.sales.services.held import hold, hold_draft
from clausier.sales.states import QuoteState
from clausier.terms.outcome import plain

SERIES: Final = "quote"
MOST_LINES: Final = 200
MOST_DAYS: Final = 3650


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """What a quote says beside its lines; see `Quote`."""

    title: str
    contact: Contact | None = None
    site: Site | None = None
    introduction: str = ""
    vat_note: str = ""
    contract_kind: str = ""
    contract: Contract | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    delivery_on: date | None = None
    valid_days: int | None = None
    valid_until: date | None = None
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class LineGiven:
    """A line as it is asked for; see `QuoteLine`. `id` is the line that it replaces.

    `cost` None keeps what is known: of that line, else of the catalogue's item.
    """

    label: str
    unit_price: Decimal
    quantity: Decimal = Decimal(1)
    kind: str = ItemKind.SERVICE
    unit: str = Unit.PIECE
    period: str = Period.ONCE
    vat: str = Vat.STANDARD
    detail: str = ""
    discount_percent: Decimal = Decimal(0)
    discount_amount: Decimal = Decimal(0)
    choice: str = LineChoice.FIRM
    group: str = ""
    proposed: bool = False
    equipment_class: str = ""
    points: Decimal | None = None
    months: int | None = None
    item: CatalogueItem | None = None
    cost: Decimal | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class DerogationGiven:
    """A departure that is proposed: the term, its value in the term's type, why."""

    term: str
    value: Any
    reason: str


PLAIN: Final = tuple(one.name for one in fields(LineGiven) if one.name not in ("cost", "id"))


def line_of(item: CatalogueItem, on: date, *, quantity: Decimal = Decimal(1)) -> LineGiven:
    """A line of a catalogue item at the price of the day `on`.

    Raises UnknownItem for one that is offered no more, InvalidInput without a price.
    """
    if item.retired_at is not None:
        raise UnknownItem(
            _("« %(item)s » n’est plus proposé.") % {"item": item.name},
            way_out=_("Remettez-le au catalogue, ou écrivez une ligne libre."),
        )
    price = queries.price_on(item, on)
    if price is None:
        raise InvalidInput(_("« %(item)s » n’a pas de prix ce jour-là.") % {"item": item.name}, field="item")
    return LineGiven(
        label=item.name,
        detail=item.description,
        unit_price=price.amount,
        quantity=quantity,
        kind=item.kind,
        unit=item.unit,
        period=item.period,
        vat=item.vat,
        equipment_class=item.equipment_class,
        points=item.points,
        months=item.months,
        item=item,
        cost=price.cost,
    )


@act("sales.write")
def create_quote(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    facts: QuoteFacts,
    lines: Sequence[LineGiven] = (),
    derogations: Sequence[DerogationGiven] = (),
) -> Quote:
    """A quote to write, its first version. Raises InvalidInput naming the field (`lines.0.quantity`)."""
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    number = f"D-{numbering.next_number(by.provider, SERIES):04d}"
    quote = Quote(provider=by.provider, client=client, number=number, made_at=at, made_by=by.name)
    _fill(quote, facts, at)
    quote.save()
    quote.standing = Standing.objects.create(provider=by.provider, client=client, quote=quote)
    _write_lines(quote, lines, by=by, at=at)
    _write_derogations(quote, derogations, at)
    journal.write(by=by, at=at, code="sales.quote_created", about=quote, data=_said(quote))
    return quote


@act("sales.write")
def write_quote(
    *,
    by: Actor,
    at: datetime,
    quote: Quote,
    facts: QuoteFacts,
    lines: Sequence[LineGiven],
    derogations: Sequence[DerogationGiven] | None = None,
) -> Quote:
    """Replace what a draft says, its lines in this order; derogations None: they stay.

    Raises UnknownQuote, QuoteFrozen, InvalidInput naming the field.
    """
    held = hold_draft(quote, by)
    _fill(held, facts, at)
    held.save()
    _write_lines(held, lines, by=by, at=at)
    if derogations is not None:
        _write_derogations(held, derogations, at)
    journal.write(by=by, at=at, code="sales.quote_written", about=held, data=_said(held))
    return held


@act("sales.write")
def discard_quote(*, by: Actor, at: datetime, quote: Quote) -> None:
    """Throw a draft away; its number is not given again. Raises UnknownQuote, QuoteFrozen."""
    held = hold_draft(quote, by)
    journal.write(by=by, at=at, code="sales.quote_discarded", about=held, data=_said(held))
    held.derogations.all().delete()
    held.costs.all().delete()
    held.lines.all().delete()
    held.standing.delete()
    held.delete()


@act("sales.write")
def revise_quote(*, by: Actor, at: datetime, quote: Quote) -> Quote:
    """The next version, to be written: it replaces this one when it is issued. Raises NotAnswerable."""
    made = next_version(hold(quote, by), by=by, at=at)
    journal.write(by=by, at=at, code="sales.quote_revised", about=made, data={"after": quote.reference})
    return made


def next_version(held: Quote, *, by: Actor, at: datetime, reprice: bool = False) -> Quote:
    """A draft that says what `held` says, within an act; with `reprice` at the catalogue's prices of the day.

    Raises NotAnswerable where it is answered for good, or where its next version is written already.
    """
    if held.standing.state in (QuoteState.ACCEPTED, QuoteState.ORDERED):
        raise NotAnswerable(
            _("Le devis %(quote)s est accepté.") % {"quote": held},
            way_out=_("Une commande se modifie par un document signé des deux."),
            state=held.standing.state,
        )
    others = Quote.objects.filter(provider=held.provider, number=held.number, version__gt=held.version)
    if other := others.order_by("-version").first():
        raise NotAnswerable(
            _("La version %(version)s de ce devis existe déjà.") % {"version": other.version},
            way_out=_("Reprenez la dernière version."),
            state=held.standing.state,
        )
    if held.issued_at is None:
        raise NotAnswerable(_("Ce devis est encore un brouillon."), state=held.standing.state)
    lines, costs = list(held.lines.all()), queries.costs_of(held)
    quote = Quote(
        provider=held.provider, client=held.client, number=held.number, version=held.version + 1,
        made_at=at, made_by=by.name,
    )  # fmt: skip
    facts = facts_of(held)
    if facts.valid_until and facts.valid_until < queries.day_of(at):
        # The same span again: what was stated as a day is over.
        issued = queries.day_of(held.issued_at)
        facts = replace(facts, valid_until=None, valid_days=max((facts.valid_until - issued).days, 1))
    _fill(quote, facts, at)
    try:
        with transaction.atomic():
            quote.save()
    except IntegrityError:
        raise OutOfDate(_("Ce devis a changé entre-temps.")) from None
    quote.standing = Standing.objects.create(provider=held.provider, client=held.client, quote=quote)
    given = [replace(given_of(line), cost=costs.get(line.pk), id=None) for line in lines]
    if reprice:
        given = [_repriced(one, queries.day_of(at)) for one in given]
    _write_lines(quote, given, by=by, at=at, checks_costs=False)
    proposed = [DerogationGiven(one.term, one.value, one.reason) for one in held.derogations.all()]
    _write_derogations(quote, proposed, at)
    return quote


def _repriced(line: LineGiven, on: date) -> LineGiven:
    """The line at the price of the day; free lines and retired items keep theirs."""
    if line.item is None or line.item.retired_at is not None:
        return line
    price = queries.price_on(line.item, on)
    return line if price is None else replace(line, unit_price=price.amount, cost=price.cost)


def facts_of(quote: Quote) -> QuoteFacts:
    """What a quote says, to be said again."""
    return QuoteFacts(**{one.name: getattr(quote, one.name) for one in fields(QuoteFacts)})


def given_of(line: QuoteLine) -> LineGiven:
    """What a line says, to be said again."""
    return LineGiven(**{name: getattr(line, name) for name in PLAIN}, id=line.pk)


# What a quote may say


def _fill(quote: Quote, facts: QuoteFacts, at: datetime) -> None:
    """Raises InvalidInput for the first field at fault."""
    if not facts.title.strip():
        raise InvalidInput(_("Dites en quelques mots l’objet du devis."), field="title")
    if len(facts.title.strip()) > 160:
        raise InvalidInput(_("L’objet fait plus de 160 signes."), field="title")
    if len(facts.introduction) > 10_000:
        raise InvalidInput(_("Ce texte fait plus de 10 000 signes."), field="introduction")
    if len(facts.vat_note.strip()) > 200:
        raise InvalidInput(_("La mention fait plus de 200 signes."), field="vat_note")
    if facts.language not in ("fr", "en"):
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    _check_theirs(quote, facts)
    _check_days(facts)
    for one in fields(QuoteFacts):
        value = getattr(facts, one.name)
        setattr(quote, one.name, value.strip() if isinstance(value, str) else value)
    known = contracts.kinds(queries.book_of(quote, at), queries.day_of(at))
    if facts.contract_kind and facts.contract_kind not in known:
        raise InvalidInput(
            _("Vos conditions n’ont pas de contrat de ce type."), field="contract_kind", kinds=list(known)
        )


def _check_theirs(quote: Quote, facts: QuoteFacts) -> None:
    for name, says in (
        ("contact", _("Cette personne n’est pas chez ce client.")),
        ("site", _("Ce site n’est pas de ce client.")),
        ("contract", _("Ce contrat n’est pas de ce client.")),
    ):
        row = getattr(facts, name)
        if row is not None and row.client_id != quote.client_id:
            raise InvalidInput(says, field=name)
    if facts.contract is not None and facts.contract_kind:
        raise InvalidInput(
            _("Un devis crée un contrat ou complète celui qui court, pas les deux."), field="contract"
        )


def _check_days(facts: QuoteFacts) -> None:
    if facts.valid_days is not None and facts.valid_until is not None:
        raise InvalidInput(_("Indiquez des jours ou une date, pas les deux."), field="valid_until")
    if facts.valid_days is not None and not 1 <= facts.valid_days <= MOST_DAYS:
        raise InvalidInput(_("La validité va de 1 à 3650 jours."), field="valid_days")
    if facts.ends_on and (facts.starts_on is None or facts.ends_on < facts.starts_on):
        raise InvalidInput(_("Un contrat finit après avoir commencé."), field="ends_on")


def _write_lines(
    quote: Quote, given: Sequence[LineGiven], *, by: Actor, at: datetime, checks_costs: bool = True
) -> None:
    """Make the lines of a draft those given, in their order; a line that has an id keeps its row."""
    if len(given) > MOST_LINES:
        raise InvalidInput(_("Un devis a 200 lignes au plus."), field="lines")
    free = {line.pk: line for line in quote.lines.all()}
    known = set(free)
    costs = queries.costs_of(quote)
    kept: list[QuoteLine] = []
    on = queries.day_of(at)
    for place, one in enumerate(given):
        _check_line(quote, one, f"lines.{place}.", by, checks_costs=checks_costs)
        # A row goes to the first line that names it: a copy of a line is a new one.
        line = free.pop(one.id, None) if one.id is not None else None
        line = line or QuoteLine(provider=quote.provider, client_id=quote.client_id, quote=quote)
        for name in PLAIN:
            value = getattr(one, name)
            setattr(line, name, value.strip() if isinstance(value, str) else value)
        line.position = place
        line.vat_rate = queries.vat_rate(quote.provider, one.vat, on)
        kept.append(line)
    gone = known - {line.pk for line in kept}
    quote.costs.filter(line__in=gone).delete()
    quote.lines.filter(pk__in=gone).delete()
    for line, one in zip(kept, given, strict=True):
        line.save()
        _write_cost(quote, line, one, costs)


def _write_cost(quote: Quote, line: QuoteLine, given: LineGiven, known: dict[int, Decimal]) -> None:
    if given.cost is None or known.get(line.pk) == given.cost:
        return
    LineCost.objects.update_or_create(
        line=line, defaults={"provider": quote.provider, "quote": quote, "amount": given.cost}
    )


def _check_line(quote: Quote, one: LineGiven, prefix: str, by: Actor, *, checks_costs: bool) -> None:
    """Raises InvalidInput naming the field of the line."""
    if not one.label.strip():
        raise InvalidInput(_("Dites ce que vend cette ligne."), field=f"{prefix}label")
    if len(one.label.strip()) > 200:
        raise InvalidInput(_("Ce texte fait plus de 200 signes."), field=f"{prefix}label")
    for name, choices in (
        ("kind", ItemKind), ("unit", Unit), ("period", Period), ("vat", Vat), ("choice", LineChoice),
    ):  # fmt: skip
        if getattr(one, name) not in choices.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field=f"{prefix}{name}")
    if one.equipment_class and one.equipment_class not in EquipmentClass.values:
        raise InvalidInput(
            _("Choisissez une classe d’équipement de la liste."), field=f"{prefix}equipment_class"
        )
    _check_amounts(one, prefix)
    check_points(one.kind, one.points, one.months, prefix)
    if one.choice == LineChoice.ALTERNATIVE and not one.group.strip():
        raise InvalidInput(_("Nommez le choix auquel appartient cette ligne."), field=f"{prefix}group")
    if one.item is not None and one.item.provider_id != quote.provider_id:
        raise UnknownItem(_("Cet article n’est pas au catalogue."), field=f"{prefix}item")
    if checks_costs and one.cost is not None and not _cost_is_listed(one):
        by.must("sales.margin")
        check_money(one.cost, f"{prefix}cost")


def _cost_is_listed(one: LineGiven) -> bool:
    """Whether the cost is that of a price list: whoever adds the item brings it along."""
    return one.item is not None and one.item.prices.filter(cost=one.cost).exists()


def _check_amounts(one: LineGiven, prefix: str) -> None:
    check_money(one.unit_price, f"{prefix}unit_price")
    check_money(one.discount_amount, f"{prefix}discount_amount")
    if not one.quantity.is_finite() or not 0 < one.quantity < 10_000_000:
        raise InvalidInput(_("Une quantité est supérieure à zéro."), field=f"{prefix}quantity")
    if one.quantity != one.quantity.quantize(Decimal("0.01")):
        raise InvalidInput(_("Une quantité s’écrit avec deux décimales au plus."), field=f"{prefix}quantity")
    whole = one.quantity == one.quantity.to_integral_value()
    if not whole and (one.kind == ItemKind.PACK or (one.kind == ItemKind.FEE and one.equipment_class)):
        raise InvalidInput(_("Cette quantité se compte en nombre entier."), field=f"{prefix}quantity")
    if not one.discount_percent.is_finite() or not 0 <= one.discount_percent <= 100:
        raise InvalidInput(_("Une remise va de 0 à 100 %."), field=f"{prefix}discount_percent")
    if policies.net_of(one) > MOST:
        raise InvalidInput(_("Cette ligne dépasse dix milliards."), field=f"{prefix}quantity")
    if policies.net_of(one) < 0:
        raise InvalidInput(_("La remise dépasse le prix de la ligne."), field=f"{prefix}discount_amount")


def _write_derogations(quote: Quote, given: Iterable[DerogationGiven], at: datetime) -> None:
    book = queries.book_of(quote, at)
    rows = []
    for place, one in enumerate(given):
        value = checked_value(book, one.term, one.value, quote.contract_kind)
        if not one.reason.strip():
            raise InvalidInput(_("Dites en quelques mots pourquoi."), field=f"derogations.{place}.reason")
        rows.append(
            ProposedDerogation(
                provider=quote.provider,
                client_id=quote.client_id,
                quote=quote,
                term=one.term,
                value=plain(value),
                reason=one.reason.strip()[:200],
            )
        )
    if len({row.term for row in rows}) < len(rows):
        raise InvalidInput(_("On ne déroge qu’une fois à un terme."), field="derogations")
    quote.derogations.all().delete()
    ProposedDerogation.objects.bulk_create(rows)


def _said(quote: Quote) -> dict[str, Any]:
    sheet = queries.sheet_of(quote)
    return {
        "title": quote.title,
        "version": quote.version,
        "lines": len(sheet.lines),
        "totals": {one.period: str(one.net) for one in sheet.totals},
    }
