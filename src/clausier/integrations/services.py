"""Acts on tokens and webhooks.

A token and a webhook's secret are shown once, by whoever makes them; what is kept cannot be turned back.
"""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clausier.directory.models import Agency, Client, ClientAccess
from clausier.foundation import journal
from clausier.foundation import secrets as sealing
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry, Membership, Person
from clausier.foundation.outward import Unreachable
from clausier.foundation.permissions import MATRIX, PERMISSION_NAMES, may
from clausier.integrations import events, queries, sending
from clausier.integrations.errors import (
    NotATarget,
    NothingToSend,
    ScopeTooWide,
    UnknownScreen,
    UnknownToken,
    UnknownWebhook,
)
from clausier.integrations.models import ApiToken, DeliveryState, Screen, Webhook, WebhookDelivery

LONGEST: Final = timedelta(days=731)
"""A token lives two years at most: what nobody renews is nobody's."""
LAST_USE_COUNTS_EVERY: Final = timedelta(hours=1)
"""Last use is written at most this often: a busy token must not write a row at each request."""


class NewToken(NamedTuple):
    """A token and its whole text, which exists nowhere else."""

    token: ApiToken
    text: str


@act("integrations.write")
def create_token(
    *,
    by: Actor,
    at: datetime,
    label: str,
    person: Person,
    scopes: Iterable[str],
    expires_at: datetime,
    client: Client | None = None,
) -> NewToken:
    """A token that acts as `person`: on the staff, or at `client` for the people of a client.

    It may do what `scopes` say, never more than `by` or than that person. Raises InvalidInput naming the
    field, ScopeTooWide.
    """
    if not label.strip():
        raise InvalidInput(_("Dites à quoi sert ce jeton."), field="label")
    if not at < expires_at <= at + LONGEST:
        raise InvalidInput(_("Un jeton échoit dans les deux ans."), field="expires_at")
    asked = sorted(set(scopes))
    _check_scopes(asked, by=by, role=_role_of(person, client, by))
    secret = secrets.token_hex(32)
    token = ApiToken.objects.create(
        provider=by.provider,
        client=client,
        person=person,
        label=label.strip()[:80],
        prefix=secrets.token_hex(6),
        digest=queries.digest_of(secret),
        scopes=asked,
        created_at=at,
        created_by=by.name,
        expires_at=expires_at,
    )
    journal.write(
        by=by,
        at=at,
        code="integrations.token_created",
        about=token,
        data={"person": person.pk, "scopes": asked, "expires_at": expires_at.isoformat()},
    )
    return NewToken(token, f"{queries.MARK}_{token.prefix}_{secret}")


def _role_of(person: Person, client: Client | None, by: Actor) -> str:
    """The role that `person` has now. Raises InvalidInput naming `person`."""
    if client is None:
        member = Membership.objects.working().filter(provider=by.provider, person=person).first()
        if member is not None and person.is_active:
            return member.role
    else:
        access = ClientAccess.objects.filter(
            provider=by.provider, client=client, person=person, agreed=True, ended_at=None
        ).first()
        if access is not None and person.is_active:
            return access.role
    raise InvalidInput(_("Cette personne n’a pas de compte ici."), field="person")


def _check_scopes(asked: list[str], *, by: Actor, role: str) -> None:
    unknown = [scope for scope in asked if scope not in MATRIX]
    if unknown or not asked:
        raise InvalidInput(_("Choisissez les droits du jeton dans la liste."), field="scopes")
    beyond = [scope for scope in asked if not (by.may(scope) and may(role, scope))]
    if beyond:
        raise ScopeTooWide(
            _("Ni vous ni cette personne ne pouvez donner ce droit au jeton : %(acts)s.")
            % {"acts": ", ".join(str(PERMISSION_NAMES[scope]) for scope in beyond)},
            field="scopes",
            way_out=_("Retirez ces droits, ou faites agir le jeton pour quelqu’un d’autre."),
            scopes=beyond,
        )


@act("integrations.write")
def revoke_token(*, by: Actor, at: datetime, token: ApiToken) -> ApiToken:
    """From now on the token opens nothing. Raises UnknownToken, also when it was revoked before."""
    found = ApiToken.objects.filter(pk=token.pk, provider=by.provider, revoked_at=None)
    if not found.update(revoked_at=at):
        raise UnknownToken(_("Ce jeton n’existe pas ici, ou il est déjà révoqué."))
    token.revoked_at = at
    journal.write(by=by, at=at, code="integrations.token_revoked", about=token)
    return token


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Remember that the token was used, to the hour: no act, no journal entry."""
    if token.last_used_at is None or token.last_used_at <= at - LAST_USE_COUNTS_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


# Screens


class NewScreen(NamedTuple):
    """A screen and the secret end of its address, which exists nowhere else."""

    screen: Screen
    text: str


@act("screens.write")
def add_screen(*, by: Actor, at: datetime, label: str, agency: Agency | None = None) -> NewScreen:
    """A screen for the wall, of all tickets or of one agency's. Raises InvalidInput naming the field."""
    if not label.strip():
        raise InvalidInput(_("Dites où est cet écran."), field="label")
    if agency is not None and agency.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez une agence dans la liste."), field="agency")
    secret = secrets.token_hex(32)
    screen = Screen.objects.create(
        provider=by.provider,
        agency=agency,
        label=label.strip()[:80],
        prefix=secrets.token_hex(6),
        digest=queries.digest_of(secret),
        created_at=at,
        created_by=by.name,
    )
    journal.write(by=by, at=at, code="integrations.screen_added", about=screen)
    return NewScreen(screen, f"{screen.prefix}-{secret}")


@act("screens.write")
def revoke_screen(*, by: Actor, at: datetime, screen: Screen) -> Screen:
    """From now on its address shows nothing. Raises UnknownScreen, also when it was revoked before."""
    if not Screen.objects.filter(pk=screen.pk, provider=by.provider, revoked_at=None).update(revoked_at=at):
        raise UnknownScreen(_("Cet écran n’existe pas ici, ou il est déjà retiré."))
    screen.revoked_at = at
    journal.write(by=by, at=at, code="integrations.screen_revoked", about=screen)
    return screen


def note_screen(screen: Screen, *, at: datetime) -> None:
    """Remember that the screen was lit, to the hour: no act, no journal entry."""
    if screen.last_seen_at is None or screen.last_seen_at <= at - LAST_USE_COUNTS_EVERY:
        Screen.objects.filter(pk=screen.pk).update(last_seen_at=at)


# Webhooks

SECRET_PLACE: Final = "integrations_webhook.secret"  # noqa: S105 (a column, not a secret)


def secret_of(webhook: Webhook) -> str:
    """What signs the deliveries of `webhook`; show it to its maker only."""
    if webhook.secret:
        return sealing.unseal(webhook.secret, SECRET_PLACE)
    derived = salted_hmac("clausier.integrations.webhook", webhook.nonce, algorithm="sha256").digest()
    return "whsec_" + base64.urlsafe_b64encode(derived).decode().rstrip("=")


def _new_secret() -> str:
    """A new secret of 256 random bits, sealed."""
    return sealing.seal("whsec_" + secrets.token_urlsafe(32), SECRET_PLACE)


@act("integrations.write")
def create_webhook(*, by: Actor, at: datetime, label: str, url: str, codes: Iterable[str]) -> Webhook:
    """Tell `url` of acts from now on; its secret is `secret_of`. Raises InvalidInput, NotATarget."""
    webhook = Webhook(
        provider=by.provider,
        label=_label(label),
        url=_target(url),
        codes=_codes(codes),
        secret=_new_secret(),
        created_at=at,
        created_by=by.name,
    )
    webhook.save()
    journal.write(by=by, at=at, code="integrations.webhook_created", about=webhook, data=_said(webhook))
    return webhook


@act("integrations.write")
def change_webhook(
    *,
    by: Actor,
    at: datetime,
    webhook: Webhook,
    label: str,
    url: str,
    codes: Iterable[str],
    is_active: bool = True,
) -> Webhook:
    """Another name, address or choice of events; `is_active` False stops it for a while.

    What waits is still sent, to the new address. Raises UnknownWebhook, InvalidInput, NotATarget.
    """
    held = _hold(webhook, by)
    former = _said(held)
    held.label, held.url, held.codes, held.is_active = _label(label), _target(url), _codes(codes), is_active
    held.save(update_fields=["label", "url", "codes", "is_active"])
    journal.write(
        by=by,
        at=at,
        code="integrations.webhook_changed",
        about=held,
        data={"before": former, "after": _said(held)},
    )
    return held


@act("integrations.write")
def renew_secret(*, by: Actor, at: datetime, webhook: Webhook) -> Webhook:
    """Another secret, at once: the receiver must know it before the next delivery is accepted."""
    held = _hold(webhook, by)
    held.secret = _new_secret()
    held.save(update_fields=["secret"])
    journal.write(by=by, at=at, code="integrations.secret_renewed", about=held)
    return held


@act("integrations.write")
def remove_webhook(*, by: Actor, at: datetime, webhook: Webhook) -> Webhook:
    """Nothing more is sent there, not even what waits. The log of deliveries stays for its time."""
    held = _hold(webhook, by)
    held.removed_at, held.is_active = at, False
    held.save(update_fields=["removed_at", "is_active"])
    held.deliveries.filter(state=DeliveryState.WAITING).update(
        state=DeliveryState.GIVEN_UP, ended_at=at, next_at=None
    )
    journal.write(by=by, at=at, code="integrations.webhook_removed", about=held)
    return held


@act("integrations.write")
def try_webhook(*, by: Actor, at: datetime, webhook: Webhook) -> WebhookDelivery:
    """Send an event that means nothing, to see whether the other side answers."""
    held = _hold(webhook, by)
    delivery = _prepare(held, events.PING, at=at, entry=None)
    assert delivery is not None
    journal.write(by=by, at=at, code="integrations.webhook_tried", about=held)
    return delivery


@act("integrations.write")
def send_again(*, by: Actor, at: datetime, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send a delivery once more, from the first attempt on; the receiver knows it by its id.

    Raises UnknownWebhook once the address was removed, NothingToSend while it is still being tried.
    """
    webhook = _hold(delivery.webhook, by)
    held = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if held.state == DeliveryState.WAITING:
        raise NothingToSend(_("Cette remise est déjà en cours : elle sera tentée d’elle-même."))
    held.state, held.attempts, held.ended_at, held.next_at = DeliveryState.WAITING, 0, None, at
    held.save(update_fields=["state", "attempts", "ended_at", "next_at"])
    sending.queue(held, attempt=1)
    journal.write(
        by=by,
        at=at,
        code="integrations.delivery_resent",
        about=webhook,
        data={"delivery": str(held.public_id), "event": held.code},
    )
    return held


def announce(entry: JournalEntry, *, at: datetime) -> list[WebhookDelivery]:
    """Prepare a delivery of `entry` for each address that listens, and queue it; again, it does nothing."""
    prepared = (_prepare(webhook, entry.code, at=at, entry=entry) for webhook in queries.listeners(entry))
    return [delivery for delivery in prepared if delivery is not None]


def _prepare(
    webhook: Webhook, code: str, *, at: datetime, entry: JournalEntry | None
) -> WebhookDelivery | None:
    """A delivery, queued; None when that event was prepared for that address before."""
    public_id = uuid.uuid4()
    envelope = _envelope(webhook, code, public_id, at=at, entry=entry)
    facts = {
        "provider_id": webhook.provider_id,
        "client_id": entry.client_id if entry else None,
        "code": code,
        "public_id": public_id,
        "body": json.dumps(envelope, ensure_ascii=False, separators=(",", ":")),
        "made_at": at,
        "next_at": at,
    }
    if entry is None:
        delivery, made = WebhookDelivery.objects.create(webhook=webhook, **facts), True
    else:
        delivery, made = WebhookDelivery.objects.get_or_create(webhook=webhook, entry=entry, defaults=facts)
    if not made:
        return None
    sending.queue(delivery, attempt=1)
    return delivery


def _envelope(
    webhook: Webhook, code: str, public_id: uuid.UUID, *, at: datetime, entry: JournalEntry | None
) -> dict[str, Any]:
    """What is sent: the act as the journal has it."""
    told: dict[str, Any] = {
        "id": str(public_id),
        "event": code,
        "provider": webhook.provider.slug,
        "at": (entry.at if entry else at).isoformat(),
    }
    if entry is not None:
        told |= {
            "written_at": entry.written_at.isoformat(),
            "by": {"name": entry.actor_name, "role": entry.actor_role},
            "about": {"kind": entry.object_kind, "id": entry.object_id, "label": entry.object_label},
            "client": _client_number(entry),
            "data": entry.data,
            "journal_entry": entry.pk,
        }
    return told


def _client_number(entry: JournalEntry) -> str | None:
    return Client.objects.filter(pk=entry.client_id or 0).values_list("number", flat=True).first()


def _hold(webhook: Webhook, by: Actor) -> Webhook:
    """The row, kept for this act. Raises UnknownWebhook for another provider's and for a removed one."""
    found = (
        Webhook.objects.filter(pk=webhook.pk, provider=by.provider, removed_at=None)
        .select_for_update(of=("self",))
        .select_related("provider")
        .first()
    )
    if found is None:
        raise UnknownWebhook(_("Ce webhook n’existe pas ici."))
    return found


def _label(label: str) -> str:
    if not label.strip():
        raise InvalidInput(_("Dites à qui ce webhook s’adresse."), field="label")
    return label.strip()[:80]


def _target(url: str) -> str:
    try:
        return sending.checked_url(url.strip(), private=settings.WEBHOOKS_MAY_GO_PRIVATE)
    except Unreachable as problem:
        raise NotATarget(
            problem.says,
            field="url",
            way_out=_("Donnez une adresse https publique, de 500 signes au plus."),
        ) from None


def _codes(codes: Iterable[str]) -> list[str]:
    asked = sorted(set(codes))
    if not asked or not all(events.known(code) for code in asked):
        raise InvalidInput(_("Choisissez les événements dans la liste."), field="codes")
    return asked


def _said(webhook: Webhook) -> dict[str, Any]:
    return {
        "label": webhook.label,
        "url": webhook.url,
        "codes": webhook.codes,
        "is_active": webhook.is_active,
    }
