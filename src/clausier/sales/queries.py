"""Reading the catalogue, quotes and orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from clausier.contracts import queries as contracts
from clausier.directory.models import PortalSection
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider
from clausier.sales import policies
from clausier.sales.models import (
    CatalogueItem,
    ChangeKind,
    ItemKind,
    Order,
    OrderChange,
    OrderLine,
    Period,
    Price,
    Quote,
    QuoteLine,
    Vat,
)
from clausier.sales.policies import Margin, Total
from clausier.sales.states import EXPIRED, ChangeState, QuoteState
from clausier.signatures import queries as signatures
from clausier.terms.book import Book, Reading
from clausier.terms.errors import NoValueOn

QUOTE: Final = "quote"
CHANGE: Final = "order-change"
"""What requests to sign say that they are about."""
VALIDITY: Final = "delays.quote-validity"
HOURLY: Final = "hourly.rates"
SERVICES: Final = "services.catalogue."
FLAT_FEES: Final = "order.one-off.flat-fee"
EXPIRES_WITHIN: Final = timedelta(days=3)


# The catalogue


def items(actor: Actor, *, offered: bool = True) -> QuerySet[CatalogueItem]:
    """The catalogue: what is offered for new quotes, else what is no more. No client reads it."""
    found = CatalogueItem.objects.filter(provider=actor.provider, retired_at__isnull=offered)
    if actor.is_client_side or not actor.may("sales.read"):
        return found.none()
    return found.order_by("kind", "name", "pk")


@dataclass(frozen=True, slots=True)
class PriceOn:
    """The price of an item on a day; `clause` where the book gives it. `cost` None: not known."""

    amount: Decimal
    cost: Decimal | None
    since_on: date
    reading: Reading | None = None


def price_on(item: CatalogueItem, on: date) -> PriceOn | None:
    """What an item costs on the day `on`: by the book for hours it knows, else by the price list."""
    return prices_on([item], on).get(item.pk)


def prices_on(found: Sequence[CatalogueItem], on: date) -> dict[int, PriceOn]:
    """By item, its price on the day `on`; an item without a price yet is left out."""
    rows = Price.objects.filter(item__in=found, since_on__lte=on).order_by("since_on", "pk")
    listed = {row.item_id: row for row in rows}
    priced: dict[int, PriceOn] = {}
    for item in found:
        row = listed.get(item.pk)
        if reading := hourly_rate(item, on):
            amount = Decimal(reading.value[item.word])
            priced[item.pk] = PriceOn(amount, row.cost if row else None, reading.since, reading)
        elif row:
            priced[item.pk] = PriceOn(row.amount, row.cost, row.since_on)
    return priced


def hourly_rate(item: CatalogueItem, on: date) -> Reading | None:
    """What the provider's book says of an hour of that grade (ims 7.1.1); None where it says nothing."""
    if item.kind != ItemKind.HOURLY or not item.word:
        return None
    book = contracts.provider_book(item.provider)
    try:
        reading = book.read(HOURLY, on) if book.has(HOURLY) else None
    except NoValueOn:
        return None
    return reading if reading and item.word in reading.value else None


def words_of(book: Book, kind: str, on: date) -> list[tuple[str, str]]:
    """The book's own names for items of a kind: services (imri V), simple changes (VI.5), grades (7.1.1)."""
    language = get_language() or "fr"
    if kind == ItemKind.SERVICE:
        return [
            (name.removeprefix(SERVICES), book.timeline(name)[-1].label.to(language))
            for name in sorted(book.names(SERVICES))
        ]
    if kind == ItemKind.CHANGE and book.has(FLAT_FEES):
        listed: Any = book.timeline(FLAT_FEES)[-1].value
        return [(one["key"], one["label"]["en" if language.startswith("en") else "fr"]) for one in listed]
    if kind == ItemKind.HOURLY and book.has(HOURLY):
        names = {"technician": ("technicien", "technician"), "engineer": ("ingénieur", "engineer")}
        rates: Mapping[str, Any] = book.timeline(HOURLY)[-1].value
        return [(key, names.get(key, (key, key))[1 if language.startswith("en") else 0]) for key in rates]
    return []


def vat_rate(provider: Provider, word: str, on: date) -> Decimal:
    """The percentage of a rate of VAT on a day, by the law as this provider knows it. Raises NoValueOn."""
    if word == Vat.NONE:
        return Decimal(0)
    law = contracts.provider_book(provider).law
    return Decimal(law.read(f"vat.{word}", on).value)


# Quotes


def quotes(actor: Actor) -> QuerySet[Quote]:
    """Every version that `actor` may read, latest first; a client's people see none that is a draft."""
    found = Quote.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0).exclude(issued_at=None)
    if not actor.may("sales.read"):
        found = found.none()
    return (
        found.select_related(
            "client__agency", "contact", "site", "standing__ruling", "contract", "book", "document__file"
        )
        .defer("book__content")
        .order_by("-made_at", "-pk")
    )


def latest(actor: Actor) -> QuerySet[Quote]:
    """Of each quote the version that counts: the last one that `actor` may read."""
    found = quotes(actor)
    later = Quote.objects.filter(
        provider=OuterRef("provider"), number=OuterRef("number"), version__gt=OuterRef("version")
    )
    if actor.is_client_side:
        later = later.exclude(issued_at=None)
    return found.filter(~Exists(later))


def versions(actor: Actor, number: str) -> list[Quote]:
    """The versions of a quote that `actor` may read, the last first."""
    return list(quotes(actor).filter(number=number).order_by("-version"))


def quote_numbered(actor: Actor, number: str, version: int | None = None) -> Quote:
    """One version, by default the last. Raises Quote.DoesNotExist, also for one that `actor` may not see."""
    found = quotes(actor).filter(number=number)
    if version is not None:
        return found.get(version=version)
    last = found.order_by("-version").first()
    if last is None:
        raise Quote.DoesNotExist
    return last


def in_state(found: QuerySet[Quote], state: str, today: date) -> QuerySet[Quote]:
    """Those of `found` in a state; "expired" are the issued ones whose last day is over."""
    over = Q(standing__state=QuoteState.ISSUED, standing__expires_on__lt=today)
    if state == EXPIRED:
        return found.filter(over)
    found = found.filter(standing__state=state)
    return found.exclude(over) if state == QuoteState.ISSUED else found


def state_of(quote: Quote, today: date) -> str:
    """The state, or "expired"."""
    standing = quote.standing
    if standing.state == QuoteState.ISSUED and policies.has_expired(standing.expires_on, today):
        return EXPIRED
    return standing.state


def _expiring(today: date) -> Q:
    """That a quote is issued and its last day near."""
    last = today + EXPIRES_WITHIN
    return Q(
        standing__state=QuoteState.ISSUED, standing__expires_on__gte=today, standing__expires_on__lte=last
    )


def expiring(actor: Actor, today: date) -> QuerySet[Quote]:
    """Issued quotes whose last day is near, the nearest first."""
    return quotes(actor).filter(_expiring(today)).order_by("standing__expires_on", "pk")


def pressing(actor: Actor, today: date) -> QuerySet[Quote]:
    """Quotes whose last day is near, and those that the client signed otherwise than by a link of ours.

    These, accepted, wait for the provider as well.
    """
    signed = Exists(signatures.signed_about(QUOTE))
    found = quotes(actor).filter(_expiring(today) | (Q(standing__state=QuoteState.ACCEPTED) & ~signed))
    return found.order_by("standing__expires_on", "pk")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A quote with its lines, what of them is retained, and what that adds up to."""

    quote: Quote
    lines: list[tuple[QuoteLine, Decimal, bool]]
    totals: list[Total]
    chosen: set[int]

    @property
    def has_choices(self) -> bool:
        return any(line.choice != "firm" for line, _net, _retained in self.lines)

    @property
    def retained(self) -> list[tuple[QuoteLine, Decimal]]:
        return [(line, net) for line, net, kept in self.lines if kept]


def sheet_of(quote: Quote, lines: Sequence[QuoteLine] | None = None, chosen: set[int] | None = None) -> Sheet:
    """The lines of `quote` and their sums, under the client's choice, or what is proposed before."""
    found = list(quote.lines.all()) if lines is None else list(lines)
    kept = quote.standing.chosen if chosen is None else chosen
    kept = policies.proposed(found) if kept is None else set(kept)
    rows = [(line, policies.net_of(line), policies.is_retained(line, kept)) for line in found]
    sums = policies.totals((line, net) for line, net, retained in rows if retained)
    return Sheet(quote, rows, sums, kept)


def sheets_of(found: Sequence[Quote]) -> dict[int, Sheet]:
    """The sheets of several quotes, in one query."""
    lines: dict[int, list[QuoteLine]] = {quote.pk: [] for quote in found}
    for line in QuoteLine.objects.filter(quote__in=found).order_by("position"):
        lines[line.quote_id].append(line)
    return {quote.pk: sheet_of(quote, lines[quote.pk]) for quote in found}


def margins_of(actor: Actor, sheet: Sheet) -> list[Margin]:
    """What is left by period, for those who may see it; nothing for anybody else."""
    if not actor.may("sales.margin") or actor.is_client_side:
        return []
    costs = costs_of(sheet.quote)
    return policies.margins(
        (line.period, net, costs[line.pk] * line.quantity if line.pk in costs else None)
        for line, net in sheet.retained
    )


def costs_of(quote: Quote) -> dict[int, Decimal]:
    """By line, what a unit costs the provider."""
    return dict(quote.costs.values_list("line_id", "amount"))


def book_of(quote: Quote, at: datetime) -> Book:
    """The terms that a quote is made under: those annexed to it, else what would be annexed at `at`."""
    if quote.book:
        return books.read(quote.book)
    return books.read(contracts.edition_for(quote.provider, quote.starts_on or day_of(at), at))


def book_says_validity(book: Book, on: date) -> Reading | None:
    """The clause that says how long a quote holds (ims 5.1); None where the book is silent (imri)."""
    return book.read(VALIDITY, on) if book.has(VALIDITY) else None


def day_of(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def to_remind(today: date) -> QuerySet[Quote]:
    """The quotes of every provider whose contact may have to be reminded that the last day is near."""
    waiting = Quote.objects.filter(_expiring(today), standing__reminded_at=None)
    return waiting.exclude(contact=None).select_related("provider__book").order_by("pk")


# Orders


def orders(actor: Actor) -> QuerySet[Order]:
    """The orders that `actor` may read, latest first; a client its own, where that section is open to it."""
    found = Order.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
        found = found.exclude(client__closed_sections__contains=[PortalSection.ORDERS])
    if not actor.may("sales.read"):
        found = found.none()
    found = found.select_related("client", "quote", "contract", "document__file")
    return found.prefetch_related("lines", "changes").order_by("-countersigned_at", "-pk")


def changes(actor: Actor) -> QuerySet[OrderChange]:
    """The changes of the orders that `actor` may read, the last first."""
    readable = orders(actor).order_by().values("pk")
    found = OrderChange.objects.filter(order__in=readable)
    return found.select_related("order__client", "order__quote", "client", "document__file").order_by("-pk")


def changes_to_agree(actor: Actor) -> QuerySet[OrderChange]:
    """Changes that the client agreed to otherwise than by a link of ours, and we have not: oldest first."""
    agreed = changes(actor).filter(
        state=ChangeState.WAITING, client_agreed_at__isnull=False, provider_agreed_at=None
    )
    return agreed.filter(~Exists(signatures.signed_about(CHANGE))).order_by("client_agreed_at", "pk")


def is_cancelled(order: Order) -> bool:
    """Whether both agreed to cancel it."""
    return any(
        one.kind == ChangeKind.CANCELLATION and one.state == ChangeState.AGREED for one in order.changes.all()
    )


def totals_of_order(order: Order) -> list[Total]:
    """What an order adds up to, as it was signed."""
    return policies.totals((line, line.net) for line in order.lines.all())


def to_invoice(actor: Actor) -> QuerySet[OrderLine]:
    """Ordered lines that are due once and wait for an invoice, oldest first; none of a cancelled order."""
    cancelled = OrderChange.objects.filter(
        order=OuterRef("order"), kind="cancellation", state=ChangeState.AGREED
    )
    return (
        OrderLine.objects.filter(order__in=orders(actor).order_by().values("pk"), period=Period.ONCE)
        .filter(~Exists(cancelled))
        .select_related("order__client")
        .order_by("order__countersigned_at", "order", "position")
    )
