"""Reading tokens and webhooks: whom a token lets in, who listens to an act, what was delivered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.directory.models import ClientAccess
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import JournalEntry, Membership
from clausier.foundation.permissions import Role
from clausier.integrations import events
from clausier.integrations.errors import TokenRefused
from clausier.integrations.models import ApiToken, Screen, Webhook, WebhookDelivery

MARK: Final = "clausier"
"""What a token begins with, so that scanners for leaked secrets know it."""


# Asked at each request of a machine.
_TOKEN: Final = Compiled(
    lambda: (
        ApiToken.objects.select_related("provider__book", "person")
        .defer("provider__book__content")
        # A digest is compared by the database among its equals: nothing of the secret shows in the time.
        .filter(prefix=Given("prefix"), digest=Given("digest"), revoked_at=None, expires_at__gt=Given("at"))
    )
)
_MEMBER: Final = Compiled(
    lambda: Membership.objects.working().filter(provider_id=Given("provider"), person_id=Given("person"))
)
LISTENING: Final = Compiled(
    lambda: Webhook.objects.filter(provider_id=Given("provider"), is_active=True, removed_at=None)
)
"""The subscriptions of a provider, whatever they ask for."""


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The provider's tokens, those in force first, then the latest."""
    return (
        ApiToken.objects.filter(provider=actor.provider)
        .select_related("person", "client")
        .order_by("-revoked_at", "-created_at", "-pk")
    )


def token_of(text: str, *, at: datetime) -> ApiToken:
    """The token whose whole text is `text`. Raises TokenRefused, in the same words whatever is wrong."""
    mark, _sep, rest = text.partition("_")
    prefix, _sep, secret = rest.partition("_")
    found = (
        _TOKEN.first(prefix=prefix, digest=digest_of(secret), at=at)
        if mark == MARK and prefix.isalnum() and prefix.isascii()
        else None
    )
    if found is None:
        raise _refused()
    return found


def actor_of(token: ApiToken, *, request_id: str = "") -> Actor:
    """Whom `token` acts as, in the role that person has now. Raises TokenRefused once they have none."""
    person, client_id, contact_id = token.person, token.client_id, None
    if client_id is None:
        member = _MEMBER.first(provider=token.provider_id, person=token.person_id)
        role = member.role if member else ""
    else:
        access = ClientAccess.objects.filter(
            client_id=client_id, person=person, agreed=True, ended_at=None
        ).first()
        role, contact_id = (access.role, access.contact_id) if access else ("", None)
    if not role or not person.is_active:
        raise _refused()
    return Actor(
        provider=token.provider,
        role=role,
        person=person,
        client_id=client_id,
        contact_id=contact_id,
        request_id=request_id,
        scopes=frozenset(token.scopes),
        token=token.prefix,
    )


def screens(actor: Actor) -> QuerySet[Screen]:
    """The provider's screens on walls, those in use first, then the latest."""
    return (
        Screen.objects.filter(provider=actor.provider)
        .select_related("agency")
        .order_by("-revoked_at", "-created_at", "-pk")
    )


def screen_of(text: str) -> Screen | None:
    """The screen whose address ends with `text`; None when there is none, or no longer."""
    prefix, _sep, secret = text.partition("-")
    return (
        Screen.objects.select_related("provider__book", "agency")
        .defer("provider__book__content")
        .filter(prefix=prefix, digest=digest_of(secret), revoked_at=None)
        .first()
    )


def reader_of(screen: Screen) -> Actor:
    """Whom a screen reads as: nobody, with the one right to read tickets."""
    return Actor(
        provider=screen.provider,
        role=Role.READER,
        label=screen.label,
        scopes=frozenset({"desk.read"}),
        token=screen.prefix,
    )


def _refused() -> TokenRefused:
    return TokenRefused(
        _("Ce jeton n’ouvre rien : il est inconnu, échu ou révoqué."),
        way_out=_("Demandez un nouveau jeton à un responsable."),
    )


# Webhooks


def webhooks(actor: Actor) -> QuerySet[Webhook]:
    """The provider's subscriptions that were not removed, oldest first."""
    return Webhook.objects.filter(provider=actor.provider, removed_at=None).order_by("pk")


def listeners(entry: JournalEntry) -> list[Webhook]:
    """The active subscriptions that ask for what `entry` tells."""
    if entry.provider_id is None:
        return []
    active = LISTENING.all(provider=entry.provider_id)
    return [webhook for webhook in active if events.listens(webhook.codes, entry.code)]


def is_listened_to(entry: JournalEntry) -> bool:
    """Whether anybody asks for what `entry` tells: otherwise no job is deferred."""
    return bool(listeners(entry))


def deliveries(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """What was sent or is to be sent to `webhook`, latest first, with each attempt."""
    return webhook.deliveries.prefetch_related("tries").order_by("-pk")
