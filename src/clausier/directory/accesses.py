"""Letting a client's person in: the account, the access and the invitation, in one act."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.directory import agreement
from clausier.directory.errors import OfAnother
from clausier.directory.models import Client, ClientAccess, Contact
from clausier.foundation import invitations, journal
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.foundation.permissions import CLIENT_SIDE


@act("people.write")
def grant_access(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    person: Person,
    role: str,
    contact: Contact | None = None,
    agreed: bool = True,
) -> ClientAccess:
    """Let `person` act for `client` in a client role; a former role at that client's ends.

    Not `agreed`: it gives no right until the person has said yes, unless they act for that client already.
    Raises InvalidInput naming `role`, OfAnother for another client's contact.
    """
    if client.provider_id != by.provider.pk:
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))
    if role not in CLIENT_SIDE:
        raise InvalidInput(_("Choisissez un rôle de client."), field="role")
    if contact and contact.client_id != client.pk:
        raise OfAnother(_("Cette personne n’est pas chez ce client."), field="contact")
    former = ClientAccess.objects.filter(client=client, person=person, ended_at=None)
    ended = [access.role for access in former]
    acts_already = any(access.agreed for access in former)
    former.update(ended_at=at)
    access = ClientAccess.objects.create(
        provider=by.provider,
        client=client,
        person=person,
        contact=contact,
        role=role,
        agreed=agreed or acts_already,
        since_at=at,
    )
    journal.write(
        by=by,
        at=at,
        code="directory.access_granted",
        about=access,
        data={"person": person.pk, "role": role, "former": ended[0] if ended else None},
    )
    return access


@act("people.write")
def open_access(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    email: str,
    role: str,
    site_url: str,
    contact: Contact | None = None,
) -> ClientAccess:
    """Let the person of that address act for `client`; who has no account gets one, and an invitation;
    who has one already is asked, and acts once they have said yes.

    Raises InvalidInput naming `email`, `contact` (whose name a new account takes) or `role`.
    """
    person = Person.objects.filter(email__iexact=email.strip()).first()
    known = person is not None
    if person is None:
        if contact is None:
            raise InvalidInput(
                _("Aucun compte ne porte cette adresse. Choisissez la personne de la fiche à inviter."),
                field="contact",
            )
        person = foundation.create_person(email=email.strip(), full_name=contact.full_name, at=at)
    access = grant_access(
        by=by, at=at, client=client, person=person, role=role, contact=contact, agreed=not known
    )
    if not known:
        invitations.invite(by=by, at=at, person=person, site_url=site_url)
    elif not access.agreed:
        agreement.ask(access, by=by, site_url=site_url)
    return access
