"""What waits for an invoice by the hour, and the rates in points of a contract on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, ClientRef, Day, Given, Id, Key, Ref, Shape
from clausier.contracts import queries as contracts
from clausier.desk import queries
from clausier.desk.models import HourlyItem
from clausier.foundation import clock
from clausier.terms.entries import Reading
from clausier.terms.outcome import plain

routes = Router()


class HourlyItemOut(Shape):
    """Work by the hour, ready for an invoice; a counter-item is negative and names what it takes back."""

    id: int
    client: ClientRef
    ticket: int
    session: int
    technician: Ref
    worked_on: date
    grade: str
    minutes: int
    zone: int
    km: Decimal = Field(description=gettext_noop("Aller et retour."))
    amount: Decimal = Field(description=gettext_noop("Euros hors taxes."))
    corrects: int | None
    ruling: int
    made_at: At

    @classmethod
    def of(cls, item: HourlyItem) -> HourlyItemOut:
        technician = item.session.technician
        return cls(
            id=item.pk,
            client=ClientRef(number=item.client.number, name=item.client.name),
            ticket=item.ticket.number,
            session=item.session_id,
            technician=Ref(id=technician.pk, name=technician.full_name),
            worked_on=item.worked_on,
            grade=item.grade,
            minutes=item.minutes,
            zone=item.zone,
            km=item.km,
            amount=item.amount,
            corrects=item.corrects_id,
            ruling=item.ruling_id,
            made_at=item.at,
        )


class HourlyAsked(Asked):
    """Which items."""

    client: Key | None = None
    from_on: Day | None = None
    to_on: Day | None = Field(None, description=gettext_noop("Ce jour compris."))


class RateSource(Shape):
    """Where a figure stands: in a clause of the book, or in a derogation's paper."""

    source: str
    clause: str | None
    document: str | None
    since_on: date

    @classmethod
    def of(cls, reading: Reading) -> RateSource:
        return cls(
            source=reading.source,
            clause=reading.clause,
            document=reading.document,
            since_on=reading.since,
        )


class RatesOut(Shape):
    """Points an hour, by mode and domain, and the minutes of the minimum, by mode; null without points."""

    contract: str
    on: date
    rates: dict[str, Any] | None = None
    rates_stand: RateSource | None = None
    minimum: dict[str, int] | None = None
    minimum_stands: RateSource | None = None


class OnAsked(Given):
    """On which day; today otherwise."""

    on: Day | None = None


@reads(
    routes,
    "/hourly-items",
    "hourly.read",
    answers=Page[HourlyItemOut],
    summary=gettext_noop("Lister les heures à facturer"),
)
def list_hourly_items(request: ApiRequest, asked: Query[HourlyAsked]) -> Page[HourlyItemOut]:
    exact = {
        "client__number": asked.client,
        "worked_on__gte": asked.from_on,
        "worked_on__lte": asked.to_on,
    }
    found = queries.hourly_items(request.actor)
    found = found.filter(**{key: value for key, value in exact.items() if value is not None})
    return page(found, asked, lambda rows: [HourlyItemOut.of(row) for row in rows])


@reads(
    routes,
    "/hourly-items/{id}",
    "hourly.read",
    answers=HourlyItemOut,
    summary=gettext_noop("Lire une heure à facturer"),
)
def read_hourly_item(request: ApiRequest, id: Path[Id]) -> HourlyItemOut:
    return HourlyItemOut.of(queries.hourly_items(request.actor).get(pk=id))


@reads(
    routes,
    "/contracts/{number}/rates",
    "contracts.read",
    answers=RatesOut,
    summary=gettext_noop("Lire les taux d’un contrat"),
    about=gettext_noop("Ceux du jour demandé, dérogations comprises ; nuls sans taux en points."),
)
def read_rates(request: ApiRequest, number: Path[Key], asked: Query[OnAsked]) -> RatesOut:
    contract = contracts.contract_by_number(request.actor, number)
    on = asked.on or clock.today()
    book = contracts.effective_book(contract)
    if not (book.has("points.rates") and book.has("points.minimum")):
        return RatesOut(contract=contract.number, on=on)
    rates, minimum = book.read("points.rates", on), book.read("points.minimum", on)
    return RatesOut(
        contract=contract.number,
        on=on,
        rates=plain(rates.value),
        rates_stand=RateSource.of(rates),
        minimum=plain(minimum.value),
        minimum_stands=RateSource.of(minimum),
    )
