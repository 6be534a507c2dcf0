"""Secret addresses at which a calendar program reads what is due."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from clausier.agenda import queries
from clausier.agenda.errors import UnknownFeed
from clausier.agenda.models import CalendarFeed, FeedScope
from clausier.directory.models import Client
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

READ_COUNTS_EVERY: Final = timedelta(minutes=5)
MOST_FEEDS: Final = 20


class NewFeed(NamedTuple):
    """An address and its secret end, which exists nowhere else."""

    feed: CalendarFeed
    secret: str


@act("agenda.read")
def make_feed(
    *, by: Actor, at: datetime, scope: str = FeedScope.ALL, about: Client | None = None, label: str = ""
) -> NewFeed:
    """An address of one's own: of every client, of one (`about`), or what is one's own to do.

    A client's people get one of their own dates, whatever is asked. Raises InvalidInput naming the field.
    """
    if by.person is None:
        raise InvalidInput(_("Une adresse d’agenda est celle d’une personne."), field="person")
    if by.is_client_side:
        scope, about = FeedScope.CLIENT, None
    elif scope not in FeedScope.values:
        raise InvalidInput(_("Choisissez ce que l’adresse montre."), field="scope")
    elif (scope == FeedScope.CLIENT) != (about is not None):
        raise InvalidInput(_("Choisissez le client de cette adresse, et seulement pour elle."), field="about")
    if about is not None and about.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="about")
    own = CalendarFeed.objects.filter(provider=by.provider, person=by.person, revoked_at=None)
    if own.count() >= MOST_FEEDS:
        raise InvalidInput(_("Vous avez déjà vingt adresses : retirez-en une."), field="label")
    secret = secrets.token_hex(32)
    feed = CalendarFeed.objects.create(
        provider=by.provider,
        client_id=by.client_id if by.is_client_side else None,
        person=by.person,
        label=" ".join(label.split())[:80],
        scope=scope,
        about=about,
        digest=queries.digest_of(secret),
        made_at=at,
    )
    data = {"scope": scope, "about": about.number if about else None}
    journal.write(by=by, at=at, code="agenda.feed_made", about=feed, data=data)
    return NewFeed(feed, secret)


@act("agenda.read")
def revoke_feed(*, by: Actor, at: datetime, feed: CalendarFeed) -> CalendarFeed:
    """The address shows nothing from now on: one's own, or with `agenda.settle` anybody's.

    Raises UnknownFeed.
    """
    held = queries.feeds(by).select_for_update(of=("self",)).filter(pk=feed.pk).first()
    if held is None:
        raise UnknownFeed(_("Cette adresse d’agenda n’existe pas ici, ou elle est déjà retirée."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    journal.write(by=by, at=at, code="agenda.feed_revoked", about=held, data={"of": held.person.full_name})
    return held


def note_read(feed: CalendarFeed, *, at: datetime) -> None:
    """Keep that the address was read, coarsely: a calendar program asks often."""
    if feed.last_read_at is None or at - feed.last_read_at >= READ_COUNTS_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=at)
