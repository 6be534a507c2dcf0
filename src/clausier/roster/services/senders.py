"""What carries messages, where each person is reached, and a trial of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from clausier.directory import phones
from clausier.foundation import journal, secrets
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.integrations import sending as guard
from clausier.roster import queries, sending
from clausier.roster.errors import NotAWay
from clausier.roster.models import Channel, Means, Sender, SenderKind

KINDS: Final = {
    Channel.SMS: frozenset({SenderKind.HTTP, SenderKind.FILE}),
    Channel.PUSH: frozenset({SenderKind.NTFY, SenderKind.HTTP, SenderKind.FILE}),
}
LONGEST = 4000


@act("roster.settle")
def set_sender(
    *,
    by: Actor,
    at: datetime,
    channel: str,
    kind: str,
    url: str = "",
    headers: str | None = None,
    body: str = "",
    is_active: bool = True,
) -> Sender:
    """What carries the messages of a channel. `headers` None keeps those that were set: they are never shown.

    Raises InvalidInput or NotAWay naming the field.
    """
    if channel not in KINDS or kind not in KINDS[Channel(channel)]:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    if kind == SenderKind.FILE and not settings.ROSTER_FILE:
        raise NotAWay(_("Le fichier des messages n’est pas permis sur cette installation."), field="kind")
    if kind != SenderKind.FILE:
        _check_url(url)
    if kind == SenderKind.HTTP:
        _check_body(body, headers or "")
    values = {"kind": kind, "url": url.strip(), "body": body.strip(), "is_active": is_active}
    if headers is not None:
        values["headers"] = _sealed(headers)
    sender, _made = Sender.objects.update_or_create(provider=by.provider, channel=channel, defaults=values)
    data = {"channel": channel, "kind": kind, "url": sender.url, "is_active": is_active}
    journal.write(by=by, at=at, code="roster.sender_set", about=sender, data=data)
    return sender


def _check_url(url: str) -> None:
    try:
        guard.checked_url(url.strip(), private=settings.WEBHOOKS_MAY_GO_PRIVATE)
    except guard.Unreachable as problem:
        raise NotAWay(
            problem.says,
            field="url",
            way_out=_("Donnez une adresse https publique, de 500 signes au plus."),
        ) from None


def _check_body(body: str, headers: str) -> None:
    if "{to}" not in body or "{text}" not in body:
        raise NotAWay(_("Le texte envoyé doit contenir {to} et {text}."), field="body")
    if len(body) > LONGEST:
        raise NotAWay(_("Le texte envoyé fait 4 000 signes au plus."), field="body")
    if body.lstrip().startswith(("{", "[")) and sending.FORM not in headers:
        try:
            json.loads(sending.filled(body, {"to": "x", "text": "x", "id": "x"}, sending.JSON))
        except ValueError:
            raise NotAWay(_("Ce texte n’est pas du JSON."), field="body") from None


def _sealed(headers: str) -> str:
    if len(headers) > LONGEST:
        raise NotAWay(_("Les en-têtes font 4 000 signes au plus."), field="headers")
    try:
        sending.read_headers(headers)
    except ValueError as problem:
        raise NotAWay(
            _("Cette ligne n’est pas un en-tête « Nom: valeur » : %(line)s") % {"line": str(problem)[:60]},
            field="headers",
        ) from None
    return secrets.seal(headers, sending.HEADERS_PLACE) if headers.strip() else ""


@act("roster.absent")
def set_means(
    *, by: Actor, at: datetime, person: Person, by_mail: bool, mobile: str = "", topic: str = ""
) -> Means:
    """Where someone is reached when on call: oneself, or with `roster.write` anyone.

    Raises InvalidInput naming `person`, `by_mail`, `mobile` or `topic`.
    """
    if not queries.staff(by).filter(pk=person.pk).exists():
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="person")
    if by.person is None or person.pk != by.person.pk:
        by.must("roster.write")
    number = phones.e164(mobile, field="mobile")
    if len(topic.strip()) > 120 or any(not sign.isalnum() and sign not in "_-" for sign in topic.strip()):
        raise InvalidInput(
            _("Un sujet de notification s’écrit de lettres, de chiffres, de - et de _."), field="topic"
        )
    if not (by_mail or number or topic.strip()):
        raise InvalidInput(_("Gardez au moins un moyen de joindre cette personne."), field="by_mail")
    values = {"by_mail": by_mail, "mobile": number, "topic": topic.strip()}
    means, _made = Means.objects.update_or_create(provider=by.provider, person=person, defaults=values)
    data = {"person": person.full_name, "mail": by_mail, "sms": bool(number), "push": bool(topic.strip())}
    journal.write(by=by, at=at, code="roster.means_set", about=means, data=data)
    return means


@act("roster.settle")
def try_sender(*, by: Actor, at: datetime, channel: str, to: str) -> str:
    """Send a trial message now, and say what the carrier answered. Raises NotAWay with its reason."""
    if not to.strip():
        raise InvalidInput(_("Dites à qui envoyer l’essai."), field="to")
    sender = Sender.objects.filter(provider=by.provider, channel=channel).first()
    text = _("Essai d’astreinte pour %(house)s : ce message est bien arrivé.") % {"house": by.provider.name}
    try:
        carrier = sending.carrier_of(sender, channel, subject=_("Essai d’astreinte"))
        receipt = carrier.send(to.strip(), text, id=f"trial-{by.provider.pk}-{int(at.timestamp())}")
    except sending.NotSent as problem:
        raise NotAWay(problem.says, field="to") from None
    journal.write(by=by, at=at, code="roster.sender_tried", about=by.provider, data={"channel": channel})
    return receipt.reference
