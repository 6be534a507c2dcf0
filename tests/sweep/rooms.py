"""Every address of the product with real objects of one provider, and what a stranger must not read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from clausier import fences
from clausier.desk import services as desk
from clausier.directory import services as directory
from clausier.foundation import documents
from clausier.foundation.models import Counter, Ruling
from clausier.prepaid import services as prepaid
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House, client_account, make_client, make_contact

NUMBER = 777  # from which the furnished house counts: numbers that the other house has not


@dataclass(frozen=True)
class Route:
    """One address pattern: its name, its view, and the objects it asks for."""

    pattern: str
    name: str
    view: Any
    asked: tuple[tuple[str, bool], ...]

    @property
    def permission(self) -> str | None:
        return getattr(self.view, "permission", None)

    def address(self, slug: str, objects: dict[str, Any]) -> str:
        """Where it is at the provider `slug`, for these objects."""
        section = self.pattern.removeprefix("<slug:provider>/").removeprefix("portail/").split("/")[0]
        given = {}
        for asked, is_int in self.asked:
            if asked == "provider":
                given[asked] = slug
                continue
            known = objects.get(f"{section}:{asked}", objects.get(asked))
            assert known is not None, (
                f"{self.pattern}: tell the sweep (tests/sweep/rooms.py) what {asked!r} is"
            )
            given[asked] = int(known) if is_int else str(known)
        return reverse(self.name, kwargs=given)


def routes() -> Iterator[Route]:
    """Every route that has a name; one without is reported as such by its pattern."""
    yield from _under(get_resolver(), "", {}, "")


def _under(resolver: Any, prefix: str, outer: dict[str, bool], space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        converters = {name: isinstance(kind, IntConverter) for name, kind in entry.pattern.converters.items()}
        asked, pattern = outer | converters, prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _under(entry, pattern, asked, inner)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else ""
            yield Route(pattern, name, entry.callback, tuple(asked.items()))


def furnish(house: House) -> dict[str, Any]:
    """Something in every room of `house`; returns the objects that addresses ask for, by their name."""
    _rename(house)
    Counter.objects.create(provider=house.provider, series="ticket", last=NUMBER)
    house.client.number = f"CL-{NUMBER}"
    house.client.note = "Préfère être rappelée par la porte de service"
    house.client.save()
    house.contract.number = f"C-{NUMBER}"
    house.contract.save()
    house.site.access_note = "Le code du portail est chez la voisine"
    house.site.save()
    ticket = open_ticket(house, title="Le coffre des sauvegardes ne s’ouvre plus")
    note = desk.add_note(
        by=house.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        text="Il faudra changer la serrure du coffre.",
        files=[("serrure secrète.txt", "text/plain", "La clé est sous le pot".encode())],
    )
    session = desk.start_work(by=house.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    paper = documents.file_document(
        b"%PDF-1.7 le papier du coffre",
        by=house.manager,
        at=FRIDAY_1630,
        kind="derogation",
        title="Accord sur le coffre",
        name="accord du coffre.pdf",
        client_id=house.client.pk,
    )
    account = prepaid.open_account(by=house.manager, at=FRIDAY_1630, contract=house.contract)
    entry = prepaid.credit(
        by=house.manager, at=FRIDAY_1630, account=account, points=Decimal(400), label="Carnet du coffre"
    )
    directory.set_skills(
        by=house.owner, at=FRIDAY_1630, membership=_membership(house), names=["Serrurerie numérique"]
    )
    other, site = make_client(house.provider, house.agency, number="CL-778", name="Scierie Voisine")
    contact = make_contact(other, name="Perrine Doublure", site=site)
    house.extra["stranger"] = client_account(other, contact, role="it-correspondent")
    ruling = Ruling.objects.filter(provider=house.provider, client_id=house.client.pk).latest("pk")
    return {
        "tickets:number": ticket.number,
        "demandes:number": ticket.number,
        "access": house.client.accesses.latest("pk").pk,
        "clients:number": house.client.number,
        "contrats:number": house.contract.number,
        "points:number": house.contract.number,
        "ticket": ticket.pk,
        "attachment": note.attachments.get().pk,
        "session": session.pk,
        "document": paper.pk,
        "entry": entry.pk,
        "ruling": ruling.pk,
        "site": house.site.pk,
        "contact": house.caller.pk,
        "agency": house.agency.pk,
        "member": _membership(house).pk,
        "digest": house.provider.book.digest,
        "livres:name": house.provider.book.name,
        "example": "promise",
    }


def _rename(house: House) -> None:
    """The cast has the same names in both houses: here they get names that nobody else has."""
    accounts = (*house.staff.values(), house.correspondent, house.user)
    for one in (*(actor.person for actor in accounts), house.caller, house.colleague):
        assert one
        one.full_name += " de Nébuline"
        one.save()


def _membership(house: House) -> Any:
    assert house.technician.person
    return house.technician.person.memberships.get(ended_at=None)


def smuggled(house: House, objects: dict[str, Any]) -> dict[str, Any]:
    """A form filled with another's objects, under the names that forms use."""
    people = [actor.person.pk for actor in house.staff.values() if actor.person]
    return {
        "client": house.client.pk,
        "beneficiary": house.client.pk,
        "contract": house.contract.pk,
        "site": house.site.pk,
        "sites": [house.site.pk],
        "caller": house.caller.pk,
        "contact": house.caller.pk,
        "agency": house.agency.pk,
        "person": people[0],
        "assignee": people[0],
        "technician": people[0],
        "session": objects["session"],
        "entry": objects["entry"],
        "ticket": objects["ticket"],
        "number": objects["clients:number"],
        "text": "Bonjour",
        "title": "Bonjour",
        "name": "Bonjour",
        "q": "coffre",
        "kind": "reply",
        "reason": "pour voir",
    }


def marks(house: House, *, besides: House | None = None) -> set[str]:
    """What the rows of `house` say in prose, addresses and phone numbers, and those of `besides` do not."""
    found = _prose(house.provider.pk)
    return found - _prose(besides.provider.pk) if besides else found


def _prose(provider_id: int) -> set[str]:
    found: set[str] = set()
    for table, column in _texts():
        with connection.cursor() as cursor:
            key = "id" if table == fences.PROVIDER_TABLE else "provider_id"
            cursor.execute(
                f'select distinct "{column}" from "{table}" where {key} = %s and "{column}" ~ %s',
                [provider_id, r"^\+33|@|\S \S"],
            )
            found |= {text for (text,) in cursor.fetchall()}
    return found


def _texts() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name from information_schema.columns c "
            "where c.table_schema = 'public' and c.data_type in ('text', 'character varying') "
            "and (c.table_name = %s or exists (select from information_schema.columns p "
            "where p.table_name = c.table_name and p.column_name = 'provider_id'))",
            [fences.PROVIDER_TABLE],
        )
        return cursor.fetchall()


def imprint(house: House) -> str:
    """One figure of all rows of a provider, to see that none was changed, added or removed."""
    tables = sorted({table for table, _ in _texts()} - {fences.PROVIDER_TABLE})
    each = " union all ".join(
        f"select '{table}' || t::text as line from \"{table}\" t where provider_id = %(provider)s"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select md5(string_agg(line, '|' order by line)) from ({each}) lines",
            {"provider": house.provider.pk},
        )
        return str(cursor.fetchone()[0])


def crossed() -> list[str]:
    """Foreign keys between rows of different providers."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if not _has_provider(model):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and _has_provider(field.related_model):
                there = field.related_model._meta
                with connection.cursor() as cursor:
                    cursor.execute(
                        f'select count(*) from "{model._meta.db_table}" a join "{there.db_table}" b '
                        f'on b."{there.pk.column}" = a."{field.column}" where a.provider_id <> b.provider_id'
                    )
                    if cursor.fetchone()[0]:
                        found.append(f"{model.__name__}.{field.name}")
    return found


def _has_provider(model: Any) -> bool:
    return any(getattr(field, "attname", "") == "provider_id" for field in model._meta.get_fields())
