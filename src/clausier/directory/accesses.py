"""Letting a client's person in: the account, the access and the invitation, in one act."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.directory import agreement
from clausier.directory.models import Client, ClientAccess, Contact
from clausier.directory.services import grant_access
from clausier.foundation import invitations
from clausier.foundation import services as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person


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
