"""Letting someone in for the first time: a link by mail, once, for some days. There is no other sign-up."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.foundation import journal, mail
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.foundation.models import Invitation, Person


class InvitationOver(Refusal):
    """The link was used, withdrawn, replaced, is too old, or was guessed: the same words whichever."""

    code = "invitation_over"
    status = 410


def invite(*, by: Actor, at: datetime, person: Person, site_url: str) -> Invitation:
    """Send `person` a way in, in their language; a former link is dead from now on.

    For the acts that give a role or an access: it writes its journal entry and checks no permission itself.
    `site_url` is where people reach the installation.
    """
    withdraw(person=person, at=at)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        person=person,
        host=by.provider.name,
        invited_by=by.name,
        digest=_digest(token),
        made_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    with translation.override(person.language):
        facts = {
            "person": person,
            "invitation": made,
            "days": settings.INVITATION_DAYS,
            "url": urljoin(site_url, reverse("invitation", args=[token])),
        }
        mail.defer(
            to=person.email,
            subject=_("%(host)s vous ouvre un accès") % {"host": made.host},
            body=render_to_string("foundation/invitation.txt", facts),
        )
    journal.write(by=by, at=at, code="foundation.invited", about=person)
    return made


def withdraw(*, person: Person, at: datetime) -> None:
    """Kill the links of `person` that were not used."""
    Invitation.objects.filter(person=person, used_at=None, withdrawn_at=None).update(withdrawn_at=at)


def invitation_for(token: str, *, at: datetime) -> Invitation:
    """The invitation behind a link. Raises InvitationOver."""
    found = (
        Invitation.objects.select_related("person")
        .filter(digest=_digest(token), used_at=None, withdrawn_at=None, expires_at__gt=at)
        .first()
    )
    if found is None or not found.person.is_active:
        raise _over()
    return found


@transaction.atomic
def accept(*, token: str, at: datetime, password: str = "") -> Person:
    """Use the link: the person may sign in from now on, by `password` if one is chosen.

    Raises InvitationOver, InvalidInput naming `password`.
    """
    found = invitation_for(token, at=at)
    if not Invitation.objects.filter(pk=found.pk, used_at=None, withdrawn_at=None).update(used_at=at):
        raise _over()
    person = found.person
    if password:
        try:
            validate_password(password, person)
        except ValidationError as refused:
            raise InvalidInput(" ".join(refused.messages), field="password") from None
        person.set_password(password)
        person.save(update_fields=["password"])
    journal.write_for_installation(
        code="foundation.invitation_accepted", at=at, about=person, person=person, data={"host": found.host}
    )
    return person


def _over() -> InvitationOver:
    return InvitationOver(
        _("Cette invitation n’est plus valable : elle a déjà servi, ou elle a expiré."),
        way_out=_("Demandez-en une nouvelle à la personne qui vous a invité."),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
