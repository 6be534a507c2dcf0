"""The cast: two providers, one on each book, with their staff, a client each and its people.

Everyone here is made up: names say so, addresses are under example.org, SIRENs only pass their key.
Stories start on Friday 20 November 2026; whatever must exist before was made on `SIGNED_AT`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from clausier.contracts.models import Contract, CoveredClass
from clausier.directory.models import (
    Agency,
    Client,
    ClientAccess,
    Contact,
    Correspondent,
    Site,
    StaffProfile,
)
from clausier.directory.names import fold
from clausier.foundation import books
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.clock import read
from clausier.foundation.models import Provider
from clausier.terms import book as terms_book

SIGNED_AT = read("2025-03-14T10:00")
SIGNED_ON = date(2025, 3, 14)
FRIDAY_1630 = read("2026-11-20T16:30")

STAFF_NAMES = {
    "owner": "Odile Modèle",
    "manager": "Marc Exemple",
    "dispatcher": "Salma Fictive",
    "technician": "Karim Témoin",
    "accountant": "Agnès Essai",
    "reader": "Luc Spécimen",
}


@dataclass
class House:
    """A provider and everyone around it. Staff are actors, ready for `by=`."""

    provider: Provider
    agency: Agency
    staff: dict[str, Actor]
    other_technician: Actor
    client: Client
    site: Site
    caller: Contact
    colleague: Contact
    contract: Contract
    correspondent: Actor
    user: Actor
    extra: dict[str, object] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Actor:
        """`house.dispatcher`: the member of staff in that role."""
        try:
            return self.__dict__["staff"][role]
        except KeyError:
            raise AttributeError(role) from None


def member(provider: Provider, owner: Actor, *, role: str, name: str, agency: Agency) -> Actor:
    """Someone on the staff, placed at an agency."""
    person = foundation.create_person(email=address(name, provider.slug), full_name=name, at=SIGNED_AT)
    given = foundation.add_member(by=owner, at=SIGNED_AT, person=person, role=role)
    StaffProfile.objects.create(provider=provider, membership=given, agency=agency)
    return Actor(provider=provider, role=role, person=person)


def address(name: str, host: str) -> str:
    """An address that can reach nobody."""
    return f"{fold(name).replace(' ', '.')}@{host}.example.org"


def make_client(
    provider: Provider, agency: Agency, *, number: str, name: str, siren: str = "", city: str = "Villefictive"
) -> tuple[Client, Site]:
    """A client with one site."""
    client = Client.objects.create(
        provider=provider,
        number=number,
        name=name,
        sort_key=fold(name),
        siren=siren,
        agency=agency,
        client_since_on=SIGNED_ON,
    )
    site = Site.objects.create(
        provider=provider, client=client, name="Siège", address="1 rue du Modèle", postcode="99000", city=city
    )
    return client, site


def make_contact(client: Client, *, name: str, site: Site | None = None, phone: str = "") -> Contact:
    """Someone at a client's. Numbers come from the range that the regulator keeps for fiction."""
    return Contact.objects.create(
        provider=client.provider,
        client=client,
        site=site,
        full_name=name,
        sort_key=fold(name),
        phone=phone,
        email=address(name, f"{client.number.lower()}.{client.provider.slug}"),
    )


def make_contract(
    client: Client, *, number: str, kind: str, book: str, covered: dict[str, int], starts_on: date = SIGNED_ON
) -> Contract:
    """A contract that pins the edition of `book` that the package brings."""
    contract = Contract.objects.create(
        provider=client.provider,
        client=client,
        number=number,
        kind=kind,
        book=books.newest(book),
        starts_on=starts_on,
    )
    contract.sites.set(
        client.sites.all(), through_defaults={"provider": client.provider, "client_id": client.pk}
    )
    for equipment_class, quantity in covered.items():
        CoveredClass.objects.create(
            provider=client.provider,
            client_id=client.pk,
            contract=contract,
            equipment_class=equipment_class,
            quantity=quantity,
            from_on=starts_on,
        )
    return contract


def client_account(client: Client, contact: Contact, *, role: str) -> Actor:
    """`contact` signing in for `client`."""
    person = foundation.create_person(email=contact.email, full_name=contact.full_name, at=SIGNED_AT)
    ClientAccess.objects.create(
        provider=client.provider, client=client, person=person, contact=contact, role=role, since_at=SIGNED_AT
    )
    return Actor(
        provider=client.provider, role=role, person=person, client_id=client.pk, contact_id=contact.pk
    )


def make_house(
    *,
    slug: str,
    name: str,
    siren: str,
    book: str,
    client_name: str,
    client_siren: str,
    kind: str,
    covered: dict[str, int],
) -> House:
    """A provider on `book`, its staff, one client with a contract of `kind`."""
    installed = books.install(terms_book.load(book), at=SIGNED_AT)
    provider = foundation.create_provider(slug=slug, name=name, book=installed, siren=siren, at=SIGNED_AT)
    agency = Agency.objects.create(provider=provider, name="Agence centrale", phone="+33199000001")
    first = foundation.create_person(
        email=address(STAFF_NAMES["owner"], slug), full_name=STAFF_NAMES["owner"], at=SIGNED_AT
    )
    foundation.first_owner(provider=provider, person=first, at=SIGNED_AT)
    owner = Actor(provider=provider, role="owner", person=first)
    staff = {"owner": owner} | {
        role: member(provider, owner, role=role, name=name_, agency=agency)
        for role, name_ in STAFF_NAMES.items()
        if role != "owner"
    }
    client, site = make_client(provider, agency, number="CL-001", name=client_name, siren=client_siren)
    caller = make_contact(client, name="Maëlle Cobaye", site=site, phone="+33199000010")
    colleague = make_contact(client, name="Gaspard Figurant", site=site, phone="+33199000011")
    Correspondent.objects.create(provider=provider, client=client, contact=caller, from_on=SIGNED_ON)
    return House(
        provider=provider,
        agency=agency,
        staff=staff,
        other_technician=member(provider, owner, role="technician", name="Inès Prototype", agency=agency),
        client=client,
        site=site,
        caller=caller,
        colleague=colleague,
        contract=make_contract(client, number="C-0001", kind=kind, book=book, covered=covered),
        correspondent=client_account(client, caller, role="it-correspondent"),
        user=client_account(client, colleague, role="user"),
    )


def make_imri_house() -> House:
    """A provider on imri/2013 with a client under a managed contract: servers and workstations for a fee."""
    return make_house(
        slug="nebuline",
        name="Nébuline Exemple",
        siren="900000019",
        book="imri/2013",
        client_name="Biscuiterie Imaginaire",
        client_siren="900000027",
        kind="managed",
        covered={"server": 2, "network": 3, "workstation": 31},
    )


def make_ims_house() -> House:
    """A provider on ims/2018 with a client under a points contract."""
    return make_house(
        slug="cardinal",
        name="Cardinal Exemple",
        siren="900000035",
        book="ims/2018",
        client_name="Garage Inventé",
        client_siren="900000043",
        kind="liberty",
        covered={},
    )


@pytest.fixture
def imri(db: None) -> House:
    """The provider on imri/2013 and its people."""
    return make_imri_house()


@pytest.fixture
def ims(db: None) -> House:
    """The provider on ims/2018 and its people."""
    return make_ims_house()
