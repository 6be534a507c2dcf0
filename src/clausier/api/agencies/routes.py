"""Agencies: where the provider works from, and the days and hours that hold there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Given, Id, Line, Shape, Text
from clausier.directory import queries, services
from clausier.directory.models import Agency, HolidayRegion
from clausier.foundation import clock

routes = Router()

Week = dict[str, list[tuple[str, str]]]


class AgencyOut(Shape):
    """An agency."""

    id: int
    name: str
    phone: str
    address: str
    holiday_region: str
    good_friday: bool
    hours: dict[str, Any] | None = Field(
        description=gettext_noop(
            "Ses horaires là où le livre les laisse au prestataire, par calendrier et jour."
        )
    )


class AgencyGiven(Given):
    """An agency to create."""

    name: Line
    phone: Line = ""
    address: Text = ""
    holiday_region: HolidayRegion = HolidayRegion.METROPOLE
    good_friday: bool = False
    hours: dict[str, Week] | None = Field(
        None, examples=[{"phone": {"mon": [["08:30", "12:00"], ["13:30", "18:00"]]}}]
    )


class AgencyChanges(Given):
    """What changes of an agency; a field left out stays."""

    name: Line = ""
    phone: Line = ""
    address: Text = ""
    holiday_region: HolidayRegion = HolidayRegion.METROPOLE
    good_friday: bool = False
    hours: dict[str, Week] | None = None


def _shown(rows: Any) -> list[AgencyOut]:
    return [AgencyOut.model_validate(row) for row in rows]


@reads(
    routes, "/agencies", "people.read", answers=Page[AgencyOut], summary=gettext_noop("Lister les agences")
)
def list_agencies(request: ApiRequest, asked: Query[Asked]) -> Page[AgencyOut]:
    return page(queries.agencies(request.actor), asked, _shown, newest_first=False)


@reads(routes, "/agencies/{id}", "people.read", answers=AgencyOut, summary=gettext_noop("Lire une agence"))
def read_agency(request: ApiRequest, id: Path[Id]) -> AgencyOut:
    return AgencyOut.model_validate(_agency(request, id))


@writes(
    routes,
    "POST",
    "/agencies",
    "installation.write",
    answers=AgencyOut,
    status=201,
    summary=gettext_noop("Créer une agence"),
)
def create_agency(request: ApiRequest, body: AgencyGiven) -> AgencyOut:
    agency = services.create_agency(by=request.actor, at=clock.now(), **body.model_dump())
    return AgencyOut.model_validate(agency)


@writes(
    routes,
    "PATCH",
    "/agencies/{id}",
    "installation.write",
    answers=AgencyOut,
    summary=gettext_noop("Modifier une agence"),
)
def change_agency(request: ApiRequest, id: Path[Id], body: AgencyChanges) -> AgencyOut:
    agency = services.update_agency(
        by=request.actor, at=clock.now(), agency=_agency(request, id), **body.given()
    )
    return AgencyOut.model_validate(agency)


def _agency(request: ApiRequest, id: int) -> Agency:
    return queries.agencies(request.actor).get(pk=id)
