"""Clients, their sites and their people, as they are sent and answered."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop
from pydantic import Field

from clausier.api.paging import Asked
from clausier.api.shapes import Day, Given, Id, Key, Line, Ref, Sentence, Shape, Text
from clausier.directory.models import Channel, Client, Contact, Correspondent, HolidayRegion, Site


class ClientOut(Shape):
    """A client."""

    number: str
    name: str
    former_name: str
    siren: str
    siret: str
    vat_number: str
    registration_number: str
    country: str
    agency: Ref
    phone: str
    email: str
    note: str | None = Field(description=gettext_noop("La note interne ; nulle pour un jeton de client."))
    client_since_on: date
    ended_on: date | None
    tells_steps: bool

    @classmethod
    def of(cls, client: Client, *, internal: bool) -> ClientOut:
        return cls(
            number=client.number,
            name=client.name,
            former_name=client.former_name,
            siren=client.siren,
            siret=client.siret,
            vat_number=client.vat_number,
            registration_number=client.registration_number,
            country=client.country,
            agency=Ref(id=client.agency_id, name=client.agency.name),
            phone=client.phone,
            email=client.email,
            note=client.note if internal else None,
            client_since_on=client.client_since_on,
            ended_on=client.ended_on,
            tells_steps=client.tells_steps,
        )


class ClientsAsked(Asked):
    """Which clients."""

    text: Sentence = Field("", description=gettext_noop("Le début des mots du nom, le numéro ou le SIREN."))
    agency: Id | None = None


class ClientGiven(Given):
    """A client to create, with the identifiers that the provider's book asks for."""

    name: Sentence = Field(examples=["Menuiserie Exemple"])
    agency: Id
    siren: Line = Field("", examples=["900000027"])
    siret: Line = ""
    vat_number: Line = ""
    registration_number: str = Field("", max_length=40)
    country: str = Field("FR", pattern="^[A-Z]{2}$")
    former_name: Sentence = ""
    phone: Line = ""
    email: str = Field("", max_length=254)
    note: Text = ""
    client_since_on: Day | None = None
    number: Key | None = Field(
        None, pattern="^[^/]+$", description=gettext_noop("Un numéro d’ailleurs ; laissé vide, le suivant.")
    )


class ClientChanges(Given):
    """What changes of a client's file; a field left out stays."""

    name: Sentence = ""
    agency: Id = 1
    siren: Line = ""
    siret: Line = ""
    vat_number: Line = ""
    registration_number: str = Field("", max_length=40)
    country: str = Field("FR", pattern="^[A-Z]{2}$")
    former_name: Sentence = ""
    phone: Line = ""
    email: str = Field("", max_length=254)
    note: Text = ""
    ended_on: Day | None = None
    tells_steps: bool = Field(True, description=gettext_noop("Prévenir ses personnes de chaque étape."))


class SiteOut(Shape):
    """A place of a client."""

    id: int
    name: str
    address: str
    postcode: str
    city: str
    zone: int
    access_note: str
    holiday_region: str = Field(description=gettext_noop("Vide : celle de l’agence."))
    good_friday: bool
    is_third_party: bool

    @classmethod
    def of(cls, site: Site) -> SiteOut:
        return cls.model_validate(site)


class SiteGiven(Given):
    """A place to add."""

    name: Line
    address: Sentence = ""
    postcode: str = Field("", max_length=10)
    city: str = Field("", max_length=80)
    zone: int = Field(1, ge=1, le=99)
    access_note: Text = ""
    holiday_region: HolidayRegion | None = None
    good_friday: bool = False
    is_third_party: bool = False


class SiteChanges(SiteGiven):
    """What changes of a place; a field left out stays."""

    name: Line = ""


class ContactOut(Shape):
    """Someone at a client's."""

    id: int
    client: str
    full_name: str
    job_title: str
    phone: str
    mobile: str
    email: str
    preferred_channel: str
    site: Ref | None
    left_on: date | None

    @classmethod
    def of(cls, contact: Contact) -> ContactOut:
        site = contact.site
        return cls(
            id=contact.pk,
            client=contact.client.number,
            full_name=contact.full_name,
            job_title=contact.job_title,
            phone=contact.phone,
            mobile=contact.mobile,
            email=contact.email,
            preferred_channel=contact.preferred_channel,
            site=Ref(id=site.pk, name=site.name) if site else None,
            left_on=contact.left_on,
        )


class ContactsAsked(Asked):
    """Which people of a client."""

    on: Day | None = Field(None, description=gettext_noop("Seulement ceux qui y sont ce jour-là."))


class ContactGiven(Given):
    """Someone to add."""

    full_name: Line
    site: Id | None = None
    job_title: Line = ""
    phone: Line = ""
    mobile: Line = ""
    email: str = Field("", max_length=254)
    preferred_channel: Channel = Channel.MAIL


class ContactChanges(ContactGiven):
    """What changes of a person; a field left out stays."""

    full_name: Line = ""


class Departure(Given):
    """When someone left."""

    left_on: Day


class CorrespondentOut(Shape):
    """Who was the client's IT correspondent, from a day to another (excluded)."""

    contact: Ref
    from_on: date
    until_on: date | None

    @classmethod
    def of(cls, term: Correspondent) -> CorrespondentOut:
        contact = Ref(id=term.contact_id, name=term.contact.full_name)
        return cls(contact=contact, from_on=term.from_on, until_on=term.until_on)


class CorrespondentGiven(Given):
    """Who is the client's IT correspondent from a day on."""

    contact: Id
    from_on: Day


class CallerOut(Shape):
    """Someone who may be on the line."""

    client: str
    client_name: str
    contact: Ref | None
    is_correspondent: bool
    number: str


class CallersAsked(Given):
    """Who is calling."""

    text: Sentence = Field(
        description=gettext_noop("Un numéro comme on le tape, ou un nom."), examples=["0199000010"]
    )
    limit: int = Field(8, ge=1, le=50)


class Callers(Shape):
    """Those who may be on the line, the likeliest first."""

    items: list[CallerOut]
