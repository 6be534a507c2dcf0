"""Acts on agencies, clients, sites, contacts, correspondents, accesses and the staff's skills.

Every act is written in the journal once; what changes nothing is no act and writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from clausier.directory import policies
from clausier.directory.errors import ClientAlreadyKnown, HasLeft, OfAnother, OutOfOrder
from clausier.directory.models import (
    Agency,
    Channel,
    Client,
    ClientAccess,
    Contact,
    Correspondent,
    HolidayRegion,
    Site,
    Skill,
    StaffProfile,
)
from clausier.directory.names import fold
from clausier.directory.policies import Identity
from clausier.directory.rows import change as _change
from clausier.directory.rows import day_of as _day
from clausier.directory.rows import email_in as _email_in
from clausier.directory.rows import facts_of as _facts
from clausier.directory.rows import name_in as _name_in
from clausier.directory.rows import phones_in as _phones_in
from clausier.directory.rows import region_in as _region_in
from clausier.directory.rows import required as _required
from clausier.directory.rows import same_provider as _same_provider
from clausier.directory.rows import save_named as _save_named
from clausier.directory.rows import site_of as _site_of
from clausier.foundation import books, journal, numbering
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Membership

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_OF = ("phone", "onsite")
FIRST_CLIENT_NUMBER = 1001


# Agencies


@act("installation.write")
def create_agency(
    *,
    by: Actor,
    at: datetime,
    name: str,
    phone: str = "",
    address: str = "",
    holiday_region: str = HolidayRegion.METROPOLE,
    good_friday: bool = False,
    hours: Mapping[str, Any] | None = None,
) -> Agency:
    """A place the provider works from. Raises InvalidInput naming the field, NameTaken."""
    given = {
        "name": name,
        "phone": phone,
        "address": address,
        "holiday_region": holiday_region,
        "good_friday": good_friday,
        "hours": hours,
    }
    agency = Agency(provider=by.provider, **_agency_fields(given))
    _save_named(agency)
    journal.write(by=by, at=at, code="directory.agency_created", about=agency, data=_facts(given))
    return agency


@act("installation.write")
def update_agency(*, by: Actor, at: datetime, agency: Agency, **changes: Any) -> Agency:
    """Change an agency; its region and Good Friday decide which days count from now on.

    Open promises are replayed by the desk, not here. Raises InvalidInput naming the field, NameTaken.
    """
    return _change(by, at, agency, _agency_fields(changes), code="directory.agency_changed")


def _agency_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(given)
    _name_in(fields, _("Indiquez le nom de l’agence."))
    _phones_in(fields, "phone")
    _region_in(fields, may_be_blank=False)
    if fields.get("hours") is not None:
        fields["hours"] = checked_hours(fields["hours"])
    return fields


def checked_hours(hours: Mapping[str, Any]) -> dict[str, dict[str, list[list[str]]]]:
    """Opening hours in the kernel's form: {"phone": {"mon": [["09:00", "12:30"], …], …}, "onsite": …}.

    Raises InvalidInput naming `hours` and the day whose periods overlap or end before they start.
    """
    unknown = set(hours) - set(HOURS_OF)
    if unknown:
        raise InvalidInput(_("Les horaires sont ceux du téléphone ou du site."), field="hours")
    return {calendar: _checked_week(calendar, week) for calendar, week in hours.items()}


def _checked_week(calendar: str, week: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    checked: dict[str, list[list[str]]] = {}
    for day in WEEKDAYS:
        periods = [[str(start), str(end)] for start, end in week.get(day, [])]
        marks = [mark for period in periods for mark in period]
        if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", mark) for mark in marks):
            raise InvalidInput(_("Une heure s’écrit 08:30."), field="hours", calendar=calendar, day=day)
        if any(later <= earlier for earlier, later in pairwise(marks)):
            raise InvalidInput(
                _("Chaque plage finit après son début, et commence après la précédente."),
                field="hours",
                calendar=calendar,
                day=day,
            )
        checked[day] = periods  # also when closed: a day left out would keep the book's own hours
    if set(week) - set(WEEKDAYS):
        raise InvalidInput(_("Un jour inconnu est dans ces horaires."), field="hours")
    return checked


# Clients


@act("directory.write")
def create_client(
    *,
    by: Actor,
    at: datetime,
    name: str,
    agency: Agency,
    siren: str = "",
    siret: str = "",
    vat_number: str = "",
    registration_number: str = "",
    country: str = "FR",
    former_name: str = "",
    phone: str = "",
    email: str = "",
    note: str = "",
    client_since_on: date | None = None,
    number: str | None = None,
) -> Client:
    """A client, with the identifiers that the provider's book asks for.

    Raises InvalidInput naming the field, ProfessionalsOnly with its clause, ClientAlreadyKnown.
    """
    _same_provider(by, agency)
    since = client_since_on or _day(at)
    identity = policies.checked_identity(
        Identity(siren, siret, vat_number, registration_number, country),
        book=books.read(by.provider.book),
        on=since,
    )
    fields = _client_fields(
        {"name": name, "former_name": former_name, "phone": phone, "email": email, "note": note}
    )
    client = Client(
        provider=by.provider,
        agency=agency,
        number=number or _free_number(by),
        client_since_on=since,
        sort_key=_client_key(fields["name"], fields["former_name"]),
        **fields,
        **identity.fields(),
    )
    _save_client(client)
    journal.write(
        by=by,
        at=at,
        code="directory.client_created",
        about=client,
        client_id=client.pk,
        data={"number": client.number, "agency": agency.pk, **identity.fields()},
    )
    return client


@act("directory.write")
def update_client(*, by: Actor, at: datetime, client: Client, **changes: Any) -> Client:
    """Change a client's file; numbers are held against the provider's book again when one of them changes.

    Raises what `create_client` raises.
    """
    if "agency" in changes:
        _same_provider(by, changes["agency"])
    fields = _client_fields(changes)
    numbers = Identity().fields()
    if numbers.keys() & changes.keys():
        asked = {key: changes.get(key, getattr(client, key)) for key in numbers}
        book = books.read(by.provider.book)
        fields |= policies.checked_identity(Identity(**asked), book=book, on=_day(at)).fields()
    ended_on = fields.get("ended_on")
    if ended_on and ended_on < client.client_since_on:
        raise InvalidInput(_("Un client ne part pas avant d’être arrivé."), field="ended_on")
    if {"name", "former_name"} & fields.keys():
        fields["sort_key"] = _client_key(
            fields.get("name", client.name), fields.get("former_name", client.former_name)
        )
    return _change(by, at, client, fields, code="directory.client_changed", save=_save_client)


def _client_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(given)
    _name_in(fields, _("Indiquez le nom du client."))
    _phones_in(fields, "phone")
    _email_in(fields)
    for key in ("former_name", "note"):
        if key in fields:
            fields[key] = fields[key].strip()
    return fields


def _free_number(by: Actor) -> str:
    """The next number of the series that no client brought from elsewhere bears already."""
    while True:
        number = str(numbering.next_number(by.provider, "client", start=FIRST_CLIENT_NUMBER))
        if not Client.objects.filter(provider=by.provider, number=number).exists():
            return number


def _client_key(name: str, former_name: str) -> str:
    return fold(f"{name} {former_name}")[:420]


def _save_client(client: Client) -> None:
    """Save, or refuse naming the client that bears the same number already."""
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError:
        others = Client.objects.filter(provider=client.provider).exclude(pk=client.pk)
        by_siren = others.filter(siren=client.siren).first() if client.siren else None
        other = by_siren or others.filter(number=client.number).first()
        if other is None:
            raise
        raise ClientAlreadyKnown(
            _("%(name)s (client %(number)s) porte déjà ce numéro.")
            % {"name": other.name, "number": other.number},
            field="siren" if by_siren else "number",
            way_out=_("Ouvrez sa fiche plutôt que d’en créer une seconde."),
            id=other.pk,
            name=other.name,
            number=other.number,
        ) from None


# Sites


@act("directory.write")
def add_site(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    name: str,
    address: str = "",
    postcode: str = "",
    city: str = "",
    zone: int = 1,
    access_note: str = "",
    holiday_region: str = "",
    good_friday: bool = False,
    is_third_party: bool = False,
) -> Site:
    """A place of the client. `holiday_region` only where the contract names the site's own.

    Raises InvalidInput naming the field, NameTaken.
    """
    _same_provider(by, client)
    given = {
        "name": name,
        "address": address,
        "postcode": postcode,
        "city": city,
        "zone": zone,
        "access_note": access_note,
        "holiday_region": holiday_region,
        "good_friday": good_friday,
        "is_third_party": is_third_party,
    }
    site = Site(provider=by.provider, client=client, **_site_fields(given))
    _save_named(site)
    journal.write(by=by, at=at, code="directory.site_added", about=site, data=_facts(given))
    return site


@act("directory.write")
def update_site(*, by: Actor, at: datetime, site: Site, **changes: Any) -> Site:
    """Change a site. Raises InvalidInput naming the field, NameTaken."""
    return _change(by, at, site, _site_fields(changes), code="directory.site_changed")


def _site_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(given)
    _name_in(fields, _("Indiquez le nom du site."))
    _region_in(fields, may_be_blank=True)
    if "zone" in fields and fields["zone"] < 1:
        raise InvalidInput(_("Les zones de déplacement commencent à 1."), field="zone")
    return fields


# Contacts


@act("directory.contact")
def add_contact(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    full_name: str,
    site: Site | None = None,
    job_title: str = "",
    phone: str = "",
    mobile: str = "",
    email: str = "",
    preferred_channel: str = Channel.MAIL,
) -> Contact:
    """Someone at the client's. Raises InvalidInput naming the field, OfAnother for another client's site."""
    _same_provider(by, client)
    _site_of(client, site)
    given = {
        "full_name": full_name,
        "site": site,
        "job_title": job_title,
        "phone": phone,
        "mobile": mobile,
        "email": email,
        "preferred_channel": preferred_channel,
    }
    contact = Contact(provider=by.provider, client=client, **_contact_fields(given))
    contact.save()
    journal.write(by=by, at=at, code="directory.contact_added", about=contact, data=_facts(given))
    return contact


@act("directory.write")
def update_contact(*, by: Actor, at: datetime, contact: Contact, **changes: Any) -> Contact:
    """Change a contact. Raises InvalidInput naming the field, OfAnother for another client's site."""
    _site_of(contact.client, changes.get("site"))
    return _change(by, at, contact, _contact_fields(changes), code="directory.contact_changed")


@act("directory.write")
def contact_left(*, by: Actor, at: datetime, contact: Contact, left_on: date) -> Contact:
    """`contact` is no longer at the client's from `left_on` on.

    Ends its term as IT correspondent, if it has one: the client must then name another (imri III), and is
    flagged until it does. Its accesses end at once. Raises HasLeft when the departure is known already.
    """
    _same_provider(by, contact)
    if not Contact.objects.filter(pk=contact.pk, left_on=None).update(left_on=left_on):
        raise HasLeft(
            _("Un départ est déjà noté pour %(name)s.") % {"name": contact.full_name}, field="left_on"
        )
    contact.left_on = left_on
    ended = _end_terms(contact, left_on)
    closed = ClientAccess.objects.filter(contact=contact, ended_at=None).update(ended_at=at)
    journal.write(
        by=by,
        at=at,
        code="directory.contact_left",
        about=contact,
        data={"left_on": left_on.isoformat(), "was_correspondent": ended, "accesses_ended": closed},
    )
    return contact


def _end_terms(contact: Contact, on: date) -> bool:
    """End the correspondent's terms that still run on `on` or start later; True when one did."""
    running = Correspondent.objects.filter(contact=contact).filter(
        models.Q(until_on=None) | models.Q(until_on__gt=on)
    )
    terms = list(running.select_for_update())
    for term in terms:
        # A term that had not started yet becomes empty: it is known to have been planned, and binds no day.
        term.until_on = max(term.from_on, on)
        term.save(update_fields=["until_on"])
    return bool(terms)


def _contact_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(given)
    if "full_name" in fields:
        fields["full_name"] = _required(
            fields["full_name"], "full_name", _("Indiquez le nom de la personne.")
        )
        fields["sort_key"] = fold(fields["full_name"])[:120]
    _phones_in(fields, "phone", "mobile")
    _email_in(fields)
    if "preferred_channel" in fields and fields["preferred_channel"] not in Channel.values:
        raise InvalidInput(_("Choisissez téléphone, courriel ou aucun."), field="preferred_channel")
    return fields


@act("directory.write")
def name_correspondent(
    *, by: Actor, at: datetime, client: Client, contact: Contact, from_on: date
) -> Correspondent:
    """`contact` is the client's IT correspondent from `from_on` on; the former one is until the day before.

    imri III. Raises OfAnother, HasLeft, and OutOfOrder when a later term is already written.
    """
    _same_provider(by, client)
    if contact.client_id != client.pk:
        raise OfAnother(_("Cette personne n’est pas chez ce client."), field="contact")
    if contact.left_on and contact.left_on <= from_on:
        raise HasLeft(
            _("%(name)s ne sera plus chez ce client à cette date.") % {"name": contact.full_name},
            field="contact",
        )
    # One at a time: the client's row is the lock under which terms follow each other.
    Client.objects.select_for_update().get(pk=client.pk)
    terms = Correspondent.objects.filter(client=client)
    later = (
        terms.filter(from_on__gt=from_on).exclude(until_on=models.F("from_on")).order_by("from_on").first()
    )
    if later:
        raise OutOfOrder(
            _("Un correspondant est déjà nommé à partir d’une date plus tardive : %(name)s.")
            % {"name": later.contact.full_name},
            field="from_on",
            way_out=_("Choisissez une date après la sienne."),
        )
    former = terms.filter(models.Q(until_on=None) | models.Q(until_on__gt=from_on)).first()
    if former:
        former.until_on = from_on
        former.save(update_fields=["until_on"])
    term = Correspondent.objects.create(
        provider=by.provider, client=client, contact=contact, from_on=from_on, until_on=contact.left_on
    )
    journal.write(
        by=by,
        at=at,
        code="directory.correspondent_named",
        about=contact,
        data={"from_on": from_on.isoformat(), "former": former.contact_id if former else None},
    )
    return term


# The staff


@act("people.write")
def set_skills(*, by: Actor, at: datetime, membership: Membership, names: Iterable[str]) -> StaffProfile:
    """What a member of staff can do, as a whole list; new words join the provider's list of skills."""
    _same_provider(by, membership)
    wanted: dict[str, str] = {}
    for name in names:
        if fold(name):
            wanted.setdefault(fold(name), " ".join(name.split()))
    profile = _profile(membership)
    known = {fold(skill.name): skill for skill in Skill.objects.filter(provider=by.provider)}
    skills = [
        known.get(key) or Skill.objects.get_or_create(provider=by.provider, name=name[:80])[0]
        for key, name in wanted.items()
    ]
    before = sorted(profile.skills.values_list("name", flat=True))
    profile.skills.set(skills, through_defaults={"provider": by.provider})
    journal.write(
        by=by,
        at=at,
        code="directory.skills_set",
        about=membership,
        data={"before": before, "after": sorted(skill.name for skill in skills)},
    )
    return profile


@act("people.write")
def place_staff(*, by: Actor, at: datetime, membership: Membership, agency: Agency | None) -> StaffProfile:
    """Where a member of staff works from; None: from nowhere in particular."""
    _same_provider(by, membership, agency)
    profile = _profile(membership)
    before, profile.agency = profile.agency_id, agency
    profile.save(update_fields=["agency"])
    journal.write(
        by=by,
        at=at,
        code="directory.staff_placed",
        about=membership,
        data={"before": before, "after": agency.pk if agency else None},
    )
    return profile


@act("people.write")
def change_role(*, by: Actor, at: datetime, membership: Membership, role: str) -> Membership:
    """Another role for the same person, who keeps agency and skills. Raises LastOwner, InvalidInput."""
    _same_provider(by, membership)
    later = foundation.add_member(by=by, at=at, person=membership.person, role=role)
    StaffProfile.objects.filter(membership=membership).update(membership=later)
    return later


def _profile(membership: Membership) -> StaffProfile:
    return StaffProfile.objects.get_or_create(
        membership=membership, defaults={"provider": membership.provider}
    )[0]
