"""Acts of a client's IT correspondent: who of the client enters the portal, and what
each sees there; and of the provider, which sections are open to the client at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from clausier.directory import agreement
from clausier.directory.errors import OfAnother, OwnAccess
from clausier.directory.models import Client, ClientAccess, Contact, PortalSection
from clausier.directory.names import fold
from clausier.foundation import invitations, journal
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.foundation.models import Person
from clausier.foundation.permissions import CLIENT_SIDE


@act("portal.people")
def admit(*, by: Actor, at: datetime, full_name: str, email: str, role: str, site_url: str) -> ClientAccess:
    """Let someone of the actor's own client into the portal; a role they already had there ends.

    The contact and the account are found by the address, or made; who had no account is sent an invitation,
    to the installation at `site_url`; who had one is asked there, and acts once they have said yes. Raises
    InvalidInput naming `full_name`, `email` or `role`, and OwnAccess: nobody changes their own role.
    """
    client = _own_client(by)
    address, name = email.strip(), " ".join(full_name.split())
    if not address:
        raise InvalidInput(_("Indiquez une adresse."), field="email")
    if not name:
        raise InvalidInput(_("Indiquez le nom."), field="full_name")
    if role not in CLIENT_SIDE:
        raise InvalidInput(_("Choisissez ce que cette personne peut voir."), field="role")
    person = Person.objects.filter(email__iexact=address).first()
    if person and by.person and person.pk == by.person.pk:
        raise OwnAccess(_("Vous ne changez pas votre propre accès."), field="email")
    contact = client.contacts.filter(email__iexact=address).first()
    if contact is None:
        contact = Contact.objects.create(
            provider=by.provider,
            client=client,
            full_name=name[:120],
            sort_key=fold(name)[:120],
            email=address,
        )
    known = person is not None
    if person is None:
        person = foundation.create_person(email=address, full_name=contact.full_name, at=at)
    former = client.accesses.filter(person=person, ended_at=None)
    ended = [access.role for access in former]
    acts_already = any(access.agreed for access in former)
    former.update(ended_at=at)
    access = ClientAccess.objects.create(
        provider=by.provider,
        client=client,
        person=person,
        contact=contact,
        role=role,
        agreed=acts_already or not known,
        since_at=at,
    )
    journal.write(
        by=by,
        at=at,
        code="directory.access_granted",
        about=access,
        data={"person": person.pk, "role": role, "former": ended[0] if ended else None},
    )
    if not known:
        invitations.invite(by=by, at=at, person=person, site_url=site_url)
    elif not access.agreed:
        agreement.ask(access, by=by, site_url=site_url)
    return access


@act("portal.people")
def end_access(*, by: Actor, at: datetime, access: ClientAccess) -> ClientAccess:
    """Close the portal to someone of the actor's own client. Raises OwnAccess, OfAnother, OutOfDate."""
    client = _own_client(by)
    if access.client_id != client.pk:
        raise OfAnother(_("Cette personne n’est pas chez ce client."))
    if by.person and access.person_id == by.person.pk:
        raise OwnAccess(
            _("Vous ne fermez pas votre propre accès."),
            way_out=_("Demandez-le à votre prestataire."),
        )
    if not ClientAccess.objects.filter(pk=access.pk, ended_at=None).update(ended_at=at):
        raise OutOfDate(_("Cet accès est déjà fermé."))
    access.ended_at = at
    journal.write(
        by=by, at=at, code="directory.access_ended", about=access, data={"person": access.person_id}
    )
    return access


def _own_client(by: Actor) -> Client:
    """The actor's client, its row kept for this act: accesses of one client change one after the other."""
    found = Client.objects.select_for_update().filter(pk=by.client_id or 0, provider=by.provider).first()
    if found is None:
        raise OfAnother(_("Cet acte est celui d’un correspondant informatique."))
    return found


@act("portal.settle")
def open_sections(*, by: Actor, at: datetime, client: Client, sections: Iterable[str]) -> Client:
    """Leave only these sections of the portal open to the client's people.

    Nothing is written when nothing changes. Raises InvalidInput naming `sections`, OfAnother.
    """
    wanted = set(sections)
    if wanted - set(PortalSection.values):
        raise InvalidInput(_("Faites un choix dans la liste."), field="sections")
    held = Client.objects.select_for_update().filter(pk=client.pk, provider=by.provider).first()
    if held is None:
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))
    closed = [section for section in PortalSection.values if section not in wanted]
    before = held.closed_sections
    if closed == before:
        return held
    held.closed_sections = closed
    held.save(update_fields=["closed_sections"])
    journal.write(
        by=by,
        at=at,
        code="directory.sections_opened",
        about=held,
        client_id=held.pk,
        data={"changes": {"closed_sections": [before, closed]}},
    )
    return held
