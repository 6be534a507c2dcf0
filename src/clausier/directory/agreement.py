"""An account that exists is asked before it acts for a client: it is the person's own to say yes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.directory import queries
from clausier.directory.models import ClientAccess
from clausier.foundation import isolation, journal, mail
from clausier.foundation.actors import Actor
from clausier.foundation.errors import OutOfDate
from clausier.foundation.models import Person


def ask(access: ClientAccess, *, by: Actor, site_url: str) -> None:
    """Write to the person of an access that is not agreed to yet; the letter leads to `site_url`."""
    person, client = access.person, access.client
    with translation.override(person.language):
        facts = {
            "person": person,
            "host": by.provider.name,
            "client": client.name,
            "by": by.name,
            "url": site_url,
        }
        mail.defer(
            to=person.email,
            subject=_("%(host)s vous propose d’entrer dans son portail") % {"host": by.provider.name},
            body=render_to_string("directory/access_offer.txt", facts),
        )


def answer(*, person: Person, access: ClientAccess, accepts: bool, at: datetime) -> ClientAccess:
    """`person` says yes or no to acting for a client. Raises OutOfDate when nothing waits for that answer.

    No permission is asked: it is the person's own choice, from outside that portal.
    """
    changes = {"agreed": True, "since_at": at} if accepts else {"ended_at": at}
    with isolation.confined(isolation.of_provider(access.provider_id)), transaction.atomic():
        waiting = ClientAccess.objects.filter(pk=access.pk, person=person, agreed=False, ended_at=None)
        if not waiting.update(**changes):
            raise OutOfDate(_("Cette proposition n’attend plus de réponse."))
        by = queries.client_actor(access)
        said = {"person": person.pk, "role": access.role}
        if accepts:
            journal.write(by=by, at=at, code="directory.access_accepted", about=access, data=said)
        else:
            journal.write(by=by, at=at, code="directory.access_declined", about=access, data=said)
    return access
