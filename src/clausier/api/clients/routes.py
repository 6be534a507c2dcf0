"""Clients, their sites, their people, and who is calling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.clients.shapes import (
    CallerOut,
    Callers,
    CallersAsked,
    ClientChanges,
    ClientGiven,
    ClientOut,
    ClientsAsked,
    ContactChanges,
    ContactGiven,
    ContactOut,
    ContactsAsked,
    CorrespondentGiven,
    CorrespondentOut,
    Departure,
    SiteChanges,
    SiteGiven,
    SiteOut,
)
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Key, Ref
from clausier.directory import queries, services
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock

routes = Router()


@reads(
    routes, "/clients", "directory.read", answers=Page[ClientOut], summary=gettext_noop("Lister les clients")
)
def list_clients(request: ApiRequest, asked: Query[ClientsAsked]) -> Page[ClientOut]:
    found = queries.clients_named(request.actor, asked.text)
    if asked.agency:
        found = found.filter(agency_id=asked.agency)
    internal = not request.actor.is_client_side

    def shown(rows: Sequence[Client]) -> list[ClientOut]:
        return [ClientOut.of(row, internal=internal) for row in rows]

    return page(found, asked, shown, newest_first=False)


@reads(
    routes, "/clients/{number}", "directory.read", answers=ClientOut, summary=gettext_noop("Lire un client")
)
def read_client(request: ApiRequest, number: Path[Key]) -> ClientOut:
    return _client_out(request, client_of(request, number))


@writes(
    routes,
    "POST",
    "/clients",
    "directory.write",
    answers=ClientOut,
    status=201,
    summary=gettext_noop("Créer un client"),
)
def create_client(request: ApiRequest, body: ClientGiven) -> ClientOut:
    given = body.model_dump(exclude={"agency"})
    agency = queries.agencies(request.actor).get(pk=body.agency)
    client = services.create_client(by=request.actor, at=clock.now(), agency=agency, **given)
    return _client_out(request, client)


@writes(
    routes,
    "PATCH",
    "/clients/{number}",
    "directory.write",
    answers=ClientOut,
    summary=gettext_noop("Modifier un client"),
)
def change_client(request: ApiRequest, number: Path[Key], body: ClientChanges) -> ClientOut:
    changes = body.given("agency")
    if "agency" in body.model_fields_set:
        changes["agency"] = queries.agencies(request.actor).get(pk=body.agency)
    client = services.update_client(
        by=request.actor, at=clock.now(), client=client_of(request, number), **changes
    )
    return _client_out(request, client)


def client_of(request: ApiRequest, number: str) -> Client:
    """The client of that number, as far as the token sees it. Raises Client.DoesNotExist."""
    return queries.client_by_number(request.actor, number)


def _client_out(request: ApiRequest, client: Client) -> ClientOut:
    return ClientOut.of(client, internal=not request.actor.is_client_side)


# Sites


@reads(
    routes,
    "/clients/{number}/sites",
    "directory.read",
    answers=Page[SiteOut],
    summary=gettext_noop("Lister les sites d’un client"),
)
def list_sites(request: ApiRequest, number: Path[Key], asked: Query[Asked]) -> Page[SiteOut]:
    found = queries.sites(client_of(request, number))
    return page(found, asked, lambda rows: [SiteOut.of(row) for row in rows], newest_first=False)


@writes(
    routes,
    "POST",
    "/clients/{number}/sites",
    "directory.write",
    answers=SiteOut,
    status=201,
    summary=gettext_noop("Ajouter un site"),
)
def add_site(request: ApiRequest, number: Path[Key], body: SiteGiven) -> SiteOut:
    given = _site_facts(body.model_dump())
    site = services.add_site(by=request.actor, at=clock.now(), client=client_of(request, number), **given)
    return SiteOut.of(site)


@writes(
    routes,
    "PATCH",
    "/sites/{id}",
    "directory.write",
    answers=SiteOut,
    summary=gettext_noop("Modifier un site"),
)
def change_site(request: ApiRequest, id: Path[Id], body: SiteChanges) -> SiteOut:
    site = Site.objects.get(pk=id, client__in=queries.clients_visible_to(request.actor).order_by())
    changed = services.update_site(by=request.actor, at=clock.now(), site=site, **_site_facts(body.given()))
    return SiteOut.of(changed)


def _site_facts(given: dict[str, Any]) -> dict[str, Any]:
    if "holiday_region" in given:
        given["holiday_region"] = given["holiday_region"] or ""
    return given


# People of a client


@reads(
    routes,
    "/clients/{number}/contacts",
    "directory.read",
    answers=Page[ContactOut],
    summary=gettext_noop("Lister les personnes d’un client"),
)
def list_contacts(request: ApiRequest, number: Path[Key], asked: Query[ContactsAsked]) -> Page[ContactOut]:
    found = queries.contacts(client_of(request, number), asked.on).select_related("client")
    return page(found, asked, lambda rows: [ContactOut.of(row) for row in rows], newest_first=False)


@writes(
    routes,
    "POST",
    "/clients/{number}/contacts",
    "directory.contact",
    answers=ContactOut,
    status=201,
    summary=gettext_noop("Ajouter une personne chez un client"),
)
def add_contact(request: ApiRequest, number: Path[Key], body: ContactGiven) -> ContactOut:
    client = client_of(request, number)
    given = body.model_dump(exclude={"site"})
    site = client.sites.get(pk=body.site) if body.site else None
    contact = services.add_contact(by=request.actor, at=clock.now(), client=client, site=site, **given)
    return ContactOut.of(contact)


@writes(
    routes,
    "PATCH",
    "/contacts/{id}",
    "directory.write",
    answers=ContactOut,
    summary=gettext_noop("Modifier une personne"),
)
def change_contact(request: ApiRequest, id: Path[Id], body: ContactChanges) -> ContactOut:
    contact = contact_of(request, id)
    changes = body.given("site")
    if "site" in body.model_fields_set:
        changes["site"] = contact.client.sites.get(pk=body.site) if body.site else None
    changed = services.update_contact(by=request.actor, at=clock.now(), contact=contact, **changes)
    return ContactOut.of(changed)


@writes(
    routes,
    "POST",
    "/contacts/{id}/departure",
    "directory.write",
    answers=ContactOut,
    summary=gettext_noop("Noter le départ d’une personne"),
)
def note_departure(request: ApiRequest, id: Path[Id], body: Departure) -> ContactOut:
    contact = services.contact_left(
        by=request.actor, at=clock.now(), contact=contact_of(request, id), left_on=body.left_on
    )
    return ContactOut.of(contact)


def contact_of(request: ApiRequest, id: int) -> Contact:
    """A person of a client that the token sees. Raises Contact.DoesNotExist."""
    seen = queries.clients_visible_to(request.actor).order_by()
    return Contact.objects.select_related("client", "site").get(pk=id, client__in=seen)


@reads(
    routes,
    "/clients/{number}/correspondents",
    "directory.read",
    answers=Page[CorrespondentOut],
    summary=gettext_noop("Lister les correspondants informatiques d’un client"),
)
def list_correspondents(
    request: ApiRequest, number: Path[Key], asked: Query[Asked]
) -> Page[CorrespondentOut]:
    found = queries.correspondents(client_of(request, number))
    return page(found, asked, lambda rows: [CorrespondentOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/clients/{number}/correspondents",
    "directory.write",
    answers=CorrespondentOut,
    status=201,
    summary=gettext_noop("Nommer le correspondant informatique"),
)
def name_correspondent(request: ApiRequest, number: Path[Key], body: CorrespondentGiven) -> CorrespondentOut:
    client = client_of(request, number)
    term = services.name_correspondent(
        by=request.actor,
        at=clock.now(),
        client=client,
        contact=client.contacts.get(pk=body.contact),
        from_on=body.from_on,
    )
    return CorrespondentOut.of(term)


@reads(routes, "/callers", "directory.read", answers=Callers, summary=gettext_noop("Trouver qui appelle"))
def find_callers(request: ApiRequest, asked: Query[CallersAsked]) -> Callers:
    found = queries.find_callers(request.actor, asked.text, asked.limit)
    return Callers(
        items=[
            CallerOut(
                client=caller.client.number,
                client_name=caller.client.name,
                contact=Ref(id=caller.contact.pk, name=caller.contact.full_name) if caller.contact else None,
                is_correspondent=caller.is_correspondent,
                number=caller.number,
            )
            for caller in found
        ]
    )
