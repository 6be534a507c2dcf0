"""The shapes of the catalogue, of quotes and of orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import (
    At,
    ClientRef,
    Day,
    FileGiven,
    Given,
    Id,
    Instant,
    Key,
    Line,
    Points,
    Ref,
    Sentence,
    Shape,
    Word,
)
from clausier.contracts.models import EquipmentClass
from clausier.foundation.actors import Actor
from clausier.foundation.models import Document
from clausier.sales import queries
from clausier.sales.models import (
    CatalogueItem,
    ChangeKind,
    ChangeLine,
    ItemKind,
    LineChoice,
    Order,
    OrderChange,
    OrderLine,
    Period,
    Price,
    Quote,
    QuoteLine,
    ReceptionMeans,
    Side,
    Unit,
    Vat,
)
from clausier.sales.policies import Margin, Total
from clausier.sales.queries import PriceOn, Sheet

Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2, allow_inf_nan=False)]
Count = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2, allow_inf_nan=False)]
LongText = Annotated[str, StringConstraints(max_length=10_000)]
EXAMPLE_PRICE = ["24.90"]


class NothingSold(Given):
    """NothingSold needs to be said."""


# The catalogue


class ItemOut(Shape):
    """What is offered, at the price of the day asked for; `clause` where the terms give that price."""

    id: int
    code: str
    name: str
    description: str
    kind: str
    unit: str
    period: str
    vat: str
    equipment_class: str
    word: str
    points: Decimal | None
    months: int | None
    retired_at: At | None
    price: Decimal | None
    price_since_on: date | None
    clause: str | None

    @classmethod
    def of(cls, item: CatalogueItem, price: PriceOn | None) -> ItemOut:
        reading = price.reading if price else None
        own = {name: getattr(item, name) for name in cls.model_fields if hasattr(item, name)}
        return cls(
            **own,
            price=price.amount if price else None,
            price_since_on=price.since_on if price else None,
            clause=reading.clause if reading else None,
        )


class ItemsAsked(Asked):
    """Which items."""

    kind: ItemKind | None = None
    retired: bool = Field(False, description=gettext_noop("Ceux qui ne sont plus proposés."))
    on: Day | None = Field(None, description=gettext_noop("Les prix de ce jour ; sinon d’aujourd’hui."))


class ItemFactsGiven(Given):
    """What an item says."""

    code: Key = Field(examples=["POSTE"])
    name: Annotated[str, StringConstraints(max_length=160)] = Field(examples=["Infogérance d’un poste"])
    kind: ItemKind = Field(examples=["fee"])
    unit: Unit = Field(examples=["workstation"])
    period: Period = Period.ONCE
    vat: Vat = Vat.STANDARD
    description: LongText = ""
    equipment_class: EquipmentClass | None = None
    word: Annotated[str, StringConstraints(max_length=60)] = Field(
        "", description=gettext_noop("Son nom dans vos conditions ; une heure y prend son prix.")
    )
    points: Annotated[Points, Field(gt=0)] | None = None
    months: int | None = Field(None, ge=1, le=1200)


class ItemGiven(ItemFactsGiven):
    """A new item, and its first price."""

    amount: Money | None = Field(None, examples=EXAMPLE_PRICE)
    cost: Money | None = None
    since_on: Day | None = None


class PriceGiven(Given):
    """A price from a day on."""

    since_on: Day = Field(examples=["2027-01-01"])
    amount: Money = Field(examples=EXAMPLE_PRICE)
    cost: Money | None = None


class ListPriceOut(Shape):
    """A price of the list; its cost for those who may see it."""

    id: int
    since_on: date
    amount: Decimal
    cost: Decimal | None
    entered_at: At
    entered_by: str

    @classmethod
    def of(cls, row: Price, actor: Actor) -> ListPriceOut:
        shown = cls.model_validate(row)
        return shown if actor.may("sales.margin") else shown.model_copy(update={"cost": None})


# Quotes


class VatOut(Shape):
    """What one rate of VAT is laid on, and what it makes."""

    rate: Decimal
    base: Decimal
    vat: Decimal


class TotalOut(Shape):
    """What is due once, every month or every year."""

    period: str
    net: Decimal
    vats: list[VatOut]
    gross: Decimal

    @classmethod
    def of(cls, one: Total) -> TotalOut:
        vats = [VatOut.model_validate(rate) for rate in one.vats]
        return cls(period=one.period, net=one.net, vats=vats, gross=one.gross)


class MarginOut(Shape):
    """What is left by period; `unknown` lines have no known cost and are left out."""

    period: str
    sales: Decimal
    cost: Decimal
    amount: Decimal
    unknown: int


class QuoteLineOut(Shape):
    """A line; `retained`: whether it counts."""

    id: int
    kind: str
    label: str
    detail: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount_percent: Decimal
    discount_amount: Decimal
    net: Decimal
    period: str
    vat: str
    vat_rate: Decimal
    choice: str
    group: str
    proposed: bool
    retained: bool
    equipment_class: str
    points: Decimal | None
    months: int | None

    @classmethod
    def of(cls, line: QuoteLine, net: Decimal, retained: bool) -> QuoteLineOut:
        own = {name: getattr(line, name) for name in cls.model_fields if hasattr(line, name)}
        return cls(**own, net=net, retained=retained)


class PaperOut(Shape):
    """A filed paper, with the digest of its bytes."""

    number: str
    sha256: str | None

    @classmethod
    def maybe(cls, row: Document | None) -> PaperOut | None:
        if row is None:
            return None
        return cls(number=row.number, sha256=row.file.sha256 if row.file else None)


class ProposedOut(Shape):
    """A departure that the quote proposes."""

    term: str
    value: Any
    reason: str


class QuoteSummary(Shape):
    """A version of a quote in a list."""

    number: str
    version: int
    title: str
    client: ClientRef
    state: str = Field(description=gettext_noop("« expired » : émis, et son dernier jour est passé."))
    made_at: At
    issued_at: At | None
    received_on: date | None
    expires_on: date | None
    totals: list[TotalOut]

    @classmethod
    def facts(cls, sheet: Sheet, today: date) -> dict[str, Any]:
        quote, standing = sheet.quote, sheet.quote.standing
        return {
            "number": quote.number,
            "version": quote.version,
            "title": quote.title,
            "client": ClientRef(number=quote.client.number, name=quote.client.name),
            "state": queries.state_of(quote, today),
            "made_at": quote.made_at,
            "issued_at": quote.issued_at,
            "received_on": standing.received_on,
            "expires_on": standing.expires_on,
            "totals": [TotalOut.of(one) for one in sheet.totals],
        }


class QuoteOut(QuoteSummary):
    """A version of a quote, whole. Margins are shown to those who may see them, never to a client."""

    contact: Ref | None
    site: Ref | None
    introduction: str
    vat_note: str
    contract_kind: str
    contract: str | None
    starts_on: date | None
    ends_on: date | None
    delivery_on: date | None = Field(description=gettext_noop("À titre indicatif."))
    valid_days: int | None
    valid_until: date | None
    language: str
    book: str | None
    book_digest: str | None
    document: PaperOut | None
    signed_document: PaperOut | None
    answered_at: At | None
    answered_by: str
    decline_reason: str
    ruling: int | None = Field(description=gettext_noop("Le pourquoi du dernier jour."))
    lines: list[QuoteLineOut]
    derogations: list[ProposedOut]
    margins: list[MarginOut]
    order: str | None

    @classmethod
    def of(cls, quote: Quote, actor: Actor, today: date) -> QuoteOut:
        sheet, standing = queries.sheet_of(quote), quote.standing
        order = queries.orders(actor).filter(quote=quote).first()
        plain = ("introduction", "vat_note", "contract_kind", "starts_on", "ends_on", "delivery_on")
        rest = ("valid_days", "valid_until", "language")
        return cls(
            **cls.facts(sheet, today),
            **{name: getattr(quote, name) for name in (*plain, *rest)},
            contact=Ref(id=quote.contact.pk, name=quote.contact.full_name) if quote.contact else None,
            site=Ref(id=quote.site.pk, name=quote.site.name) if quote.site else None,
            contract=quote.contract.number if quote.contract else None,
            book=quote.book.name if quote.book else None,
            book_digest=quote.book.digest if quote.book else None,
            document=PaperOut.maybe(quote.document),
            signed_document=PaperOut.maybe(standing.signed_document),
            answered_at=standing.answered_at,
            answered_by=standing.answered_by,
            decline_reason=standing.decline_reason,
            ruling=standing.ruling_id,
            lines=[QuoteLineOut.of(line, net, retained) for line, net, retained in sheet.lines],
            derogations=[ProposedOut.model_validate(one) for one in quote.derogations.all()],
            margins=[_margin(one) for one in queries.margins_of(actor, sheet)],
            order=order.number if order else None,
        )


def _margin(one: Margin) -> MarginOut:
    return MarginOut.model_validate(one)


class QuotesAsked(Asked):
    """Which quotes: of each the last version, unless all are wanted."""

    client: Key | None = None
    state: Word = Field("", description=gettext_noop("draft, issued, expired, accepted, ordered, declined."))
    versions: bool = Field(False, description=gettext_noop("Toutes les versions, pas la dernière seule."))


class LineGiven(Given):
    """A line. With `item`, the catalogue says what is left out, at the price of the day."""

    id: Id | None = Field(None, description=gettext_noop("La ligne qu’elle remplace."))
    item: Id | None = None
    label: Annotated[str, StringConstraints(max_length=200)] = Field("", examples=["Mise en place"])
    detail: LongText = ""
    kind: ItemKind | None = None
    quantity: Count = Field(Decimal(1), examples=["12"])
    unit: Unit | None = None
    unit_price: Money | None = Field(None, examples=EXAMPLE_PRICE)
    discount_percent: Percent = Decimal(0)
    discount_amount: Money = Decimal(0)
    period: Period | None = None
    vat: Vat | None = None
    choice: LineChoice = LineChoice.FIRM
    group: Annotated[str, StringConstraints(max_length=40)] = ""
    proposed: bool = False
    equipment_class: EquipmentClass | None = None
    points: Annotated[Points, Field(gt=0)] | None = None
    months: int | None = Field(None, ge=1, le=1200)
    cost: Money | None = None


class ProposedGiven(Given):
    """A departure to propose."""

    term: Annotated[str, StringConstraints(min_length=1, max_length=120)] = Field(
        examples=["contract.amendment.notice"]
    )
    value: Any = Field(examples=[2])
    reason: Sentence = Field(examples=["Parc qui change souvent"])


class QuoteFactsGiven(Given):
    """What a quote says, with its lines in their order."""

    title: Annotated[str, StringConstraints(max_length=160)] = Field(examples=["Infogérance de douze postes"])
    contact: Id | None = None
    site: Id | None = None
    introduction: LongText = ""
    vat_note: Sentence = ""
    contract_kind: Annotated[str, StringConstraints(max_length=40)] = ""
    contract: Word | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    delivery_on: Day | None = None
    valid_days: int | None = Field(None, ge=1, le=3650)
    valid_until: Day | None = None
    language: Annotated[str, StringConstraints(pattern="^(fr|en)$")] = Field("fr", examples=["fr"])
    lines: list[LineGiven] = Field([], max_length=200)
    derogations: list[ProposedGiven] = Field([], max_length=50)


class QuoteGiven(QuoteFactsGiven):
    """A quote to write, and for whom."""

    client: Key = Field(examples=["CL-001"])


class RenewalGiven(Given):
    """At which prices."""

    prices: Annotated[str, StringConstraints(pattern="^(same|day)$")] = Field("same", examples=["day"])


class ReceptionGiven(Given):
    """How the client received it."""

    received_on: Day = Field(examples=["2026-11-23"])
    means: ReceptionMeans = Field(examples=["letter"])
    received_by: Line = Field(examples=["Maëlle Cobaye"])


class ChoiceGiven(Given):
    """The options and alternatives that are retained, by the ids of their lines."""

    chosen: list[Id] = Field(max_length=200, examples=[[]])


class SignedQuoteGiven(Given):
    """The quote that the client signed."""

    signed_at: Instant = Field(examples=["2026-11-24T10:00"])
    signer_name: Line = Field(examples=["Maëlle Cobaye"])
    document: FileGiven
    chosen: list[Id] | None = Field(None, max_length=200)


class DeclineGiven(Given):
    """Why not."""

    reason: Annotated[str, StringConstraints(max_length=400)] = Field(examples=["Trop tard"])
    said_by: Line = ""


# Orders


class SoldLineOut(Shape):
    """A line as it was ordered, its discount taken off in `net`."""

    id: int
    kind: str
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    period: str
    vat: str
    vat_rate: Decimal

    @classmethod
    def of(cls, line: OrderLine | ChangeLine) -> SoldLineOut:
        return cls.model_validate(line)


class OrderOut(Shape):
    """What both signed."""

    number: str
    client: ClientRef
    quote: str
    version: int
    signed_at: At
    signed_by: str
    countersigned_at: At
    countersigned_by: str
    document: PaperOut | None
    contract: str | None
    delivery_on: date | None = Field(description=gettext_noop("À titre indicatif."))
    cancelled: bool
    lines: list[SoldLineOut]
    totals: list[TotalOut]

    @classmethod
    def of(cls, order: Order) -> OrderOut:
        plain = ("number", "signed_at", "signed_by", "countersigned_at", "countersigned_by", "delivery_on")
        return cls(
            **{name: getattr(order, name) for name in plain},
            client=ClientRef(number=order.client.number, name=order.client.name),
            quote=order.quote.number,
            version=order.quote.version,
            document=PaperOut.maybe(order.document),
            contract=order.contract.number if order.contract else None,
            cancelled=queries.is_cancelled(order),
            lines=[SoldLineOut.of(line) for line in order.lines.all()],
            totals=[TotalOut.of(one) for one in queries.totals_of_order(order)],
        )


class OrdersAsked(Asked):
    """Which orders."""

    client: Key | None = None


class ToInvoiceOut(SoldLineOut):
    """An ordered line that is due once and waits for an invoice."""

    order: str
    client: ClientRef

    @classmethod
    def waiting(cls, line: OrderLine) -> ToInvoiceOut:
        client = line.order.client
        own = {name: getattr(line, name) for name in SoldLineOut.model_fields}
        return cls(**own, order=line.order.number, client=ClientRef(number=client.number, name=client.name))


class SurchargeGiven(Given):
    """Work on top of an order."""

    label: Annotated[str, StringConstraints(max_length=200)] = Field(examples=["Prise de plus"])
    quantity: Count = Decimal(1)
    unit_price: Money = Field(examples=["90.00"])
    unit: Unit = Unit.PIECE
    period: Period = Period.ONCE
    vat: Vat = Vat.STANDARD


class ChangeGiven(Given):
    """What is asked of an order."""

    kind: ChangeKind = Field(examples=["change"])
    asked_by_side: Side = Field(examples=["client"])
    text: LongText = Field(examples=["Livrer au second site."])
    for_lateness: bool = False
    lines: list[SurchargeGiven] = Field([], max_length=50)


class ChangeOut(Shape):
    """A change of an order: it holds once both agreed."""

    order: str
    number: int
    kind: str
    asked_by_side: str
    text: str
    state: str
    made_at: At
    client_agreed_at: At | None
    client_agreed_by: str
    provider_agreed_at: At | None
    provider_agreed_by: str
    document: PaperOut | None
    lines: list[SoldLineOut]

    @classmethod
    def of(cls, change: OrderChange) -> ChangeOut:
        own = {
            name: getattr(change, name)
            for name in cls.model_fields
            if name not in ("order", "document", "lines")
        }
        return cls(
            **own,
            order=change.order.number,
            document=PaperOut.maybe(change.document),
            lines=[SoldLineOut.of(line) for line in change.lines.all()],
        )


class OrderAgreementGiven(Given):
    """The change that the client signed."""

    signed_at: Instant = Field(examples=["2026-12-02T10:00"])
    signer_name: Line = Field(examples=["Maëlle Cobaye"])
    document: FileGiven


class RefusalGiven(Given):
    """Why not."""

    reason: Annotated[str, StringConstraints(max_length=400)] = Field(examples=["Pas nécessaire"])
