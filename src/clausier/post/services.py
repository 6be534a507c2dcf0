"""Acts on mail that belong to no ticket: mailboxes, wordings, letters tried again, addresses mended."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.foundation import journal, outward, secrets
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.post import fetching, intake, outbox, troubles, wordings
from clausier.post.errors import NothingToSend, UnknownMail
from clausier.post.models import (
    AddressTrouble,
    Afterwards,
    Arrival,
    IncomingMail,
    Mailbox,
    OutgoingMail,
    Security,
    Way,
    Wording,
)
from clausier.post.states import OutboxState, Standing

TEXTS: Final = (
    "name",
    "address",
    "sender_name",
    "signature_fr",
    "signature_en",
    "host",
    "username",
    "token_url",
    "oauth_client",
    "oauth_scope",
    "folder",
    "kept_folder",
)
CHOICES: Final = {"arrival": Arrival, "security": Security, "way": Way, "afterwards": Afterwards}
FLAGS: Final = ("is_active", "subaddressing", "acknowledges")
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@act("post.write")
def create_mailbox(*, by: Actor, at: datetime, address: str, name: str, **settings: Any) -> Mailbox:
    """A mailbox to receive at and write from.

    `settings` are the fields of `Mailbox`, and `password`, `client_secret`, `refresh_token`, sealed.
    Raises InvalidInput naming the field.
    """
    mailbox = Mailbox(provider=by.provider, created_at=at)
    _set(mailbox, {"address": address, "name": name, **settings})
    _save(mailbox)
    journal.write(by=by, at=at, code="post.mailbox_created", about=mailbox, data=_told(mailbox))
    return mailbox


@act("post.write")
def change_mailbox(*, by: Actor, at: datetime, mailbox: Mailbox, **settings: Any) -> Mailbox:
    """Other settings; secrets left empty stay. Raises UnknownMail, InvalidInput naming the field."""
    held = Mailbox.objects.filter(provider=by.provider, pk=mailbox.pk).select_for_update().first()
    if held is None:
        raise UnknownMail(_("Cette boîte n’existe pas ici."))
    former = _told(held)
    place = (held.host, held.username, held.folder)
    _set(held, settings)
    if (held.host, held.username, held.folder) != place:
        # Another server numbers its messages in its own way.
        held.uid_validity, held.last_uid, held.heard_at = None, 0, None
        held.messages.exclude(server_uid=None).update(server_uid=None)
    held.trouble, held.trouble_since_at = "", None
    _save(held)
    journal.write(
        by=by, at=at, code="post.mailbox_changed", about=held, data={"before": former, "after": _told(held)}
    )
    return held


@act("post.write")
def try_mailbox(*, by: Actor, at: datetime, mailbox: Mailbox, **settings: Any) -> fetching.Seen:
    """Connect with `settings` laid over what is kept, and keep nothing. Raises NotConnected, InvalidInput."""
    trial = Mailbox.objects.filter(provider=by.provider, pk=mailbox.pk).first() if mailbox.pk else None
    trial = trial or Mailbox(provider=by.provider, created_at=at)
    _set(trial, settings)
    if trial.arrival != Arrival.IMAP:
        raise InvalidInput(
            _("Cette boîte n’est pas relevée : il n’y a pas de connexion à essayer."), field="arrival"
        )
    return fetching.look(trial)


@act("post.write")
def send_trial(*, by: Actor, at: datetime, mailbox: Mailbox, to: str) -> OutgoingMail:
    """Write to `to` from the mailbox, to see whether mail leaves. Raises InvalidInput naming `to`."""
    held = Mailbox.objects.filter(provider=by.provider, pk=mailbox.pk).select_related("provider").first()
    if held is None:
        raise UnknownMail(_("Cette boîte n’existe pas ici."))
    mail = outbox.trial(
        held,
        to=_address(to, "to"),
        by_name=by.name,
        subject=_("Essai d’envoi depuis %(address)s") % {"address": held.address},
        text=_("Si vous lisez ceci, le courrier part de l’adresse %(address)s.") % {"address": held.address},
        at=at,
    )
    journal.write(by=by, at=at, code="post.trial_sent", about=held, data={"to": mail.to})
    return mail


def _set(mailbox: Mailbox, given: Mapping[str, Any]) -> None:
    """Lay the given settings over the mailbox and check the whole. Raises InvalidInput naming the field."""
    for field in TEXTS:
        if field in given:
            setattr(mailbox, field, str(given[field] or "").strip())
    for field in FLAGS:
        if field in given:
            setattr(mailbox, field, bool(given[field]))
    for field, choices in CHOICES.items():
        if field in given:
            if given[field] not in choices.values:
                raise InvalidInput(_("Faites un choix dans la liste."), field=field)
            setattr(mailbox, field, given[field])
    if given.get("port"):
        if not 1 <= int(given["port"]) <= 65535:
            raise InvalidInput(_("Un port va de 1 à 65535."), field="port")
        mailbox.port = int(given["port"])
    _seal(mailbox, given)
    _check(mailbox)


def _seal(mailbox: Mailbox, given: Mapping[str, Any]) -> None:
    if mailbox.way == Way.PASSWORD:
        if given.get("password"):
            mailbox.sealed_secret = secrets.seal(str(given["password"]), fetching.PLACE)
        return
    fresh = {key: str(given[key]) for key in ("client_secret", "refresh_token") if given.get(key)}
    if fresh:
        try:
            kept = (
                json.loads(secrets.unseal(mailbox.sealed_secret, fetching.PLACE))
                if mailbox.sealed_secret
                else {}
            )
        except ValueError:
            kept = {}  # a password stood there before
        known = kept if isinstance(kept, dict) else {}
        mailbox.sealed_secret = secrets.seal(json.dumps(known | fresh), fetching.PLACE)


def _check(mailbox: Mailbox) -> None:
    mailbox.address = _address(mailbox.address, "address").lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", mailbox.name):
        raise InvalidInput(
            _("Un nom court, en minuscules, chiffres et tirets : « support », par exemple."), field="name"
        )
    if mailbox.sender_name and re.search(r"[\r\n<>\"]", mailbox.sender_name):
        raise InvalidInput(_("Le nom d’expéditeur ne contient ni guillemet ni chevron."), field="sender_name")
    if mailbox.arrival != Arrival.IMAP:
        return
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,200}", mailbox.host):
        raise InvalidInput(_("Donnez le nom du serveur, par exemple imap.example.org."), field="host")
    _not_inside(mailbox.host, "host")
    if mailbox.security == Security.NONE and mailbox.host not in LOCAL:
        raise InvalidInput(
            _("Sans chiffrement, seule cette machine est admise : choisissez TLS."), field="security"
        )
    if not mailbox.username:
        raise InvalidInput(_("Donnez le compte de la boîte."), field="username")
    if not mailbox.sealed_secret:
        field = "password" if mailbox.way == Way.PASSWORD else "client_secret"
        raise InvalidInput(
            _("Donnez le secret du compte ; il est chiffré, et n’est plus montré."), field=field
        )
    if mailbox.way == Way.OAUTH2 and not mailbox.token_url.startswith("https://"):
        raise InvalidInput(_("Donnez l’adresse des jetons, en https."), field="token_url")
    if mailbox.way == Way.OAUTH2:
        _not_inside(urlsplit(mailbox.token_url).hostname or "", "token_url")
    if not mailbox.folder:
        raise InvalidInput(_("Donnez le dossier à relever, INBOX le plus souvent."), field="folder")
    if mailbox.afterwards == Afterwards.MOVED and mailbox.kept_folder in {"", mailbox.folder}:
        raise InvalidInput(
            _("Donnez le dossier où ranger, autre que celui qui est relevé."), field="kept_folder"
        )


def _not_inside(host: str, field: str) -> None:
    """Raises InvalidInput naming `field` for a host of the inner network that the installation does not name.

    What a name resolves to is checked at each connection.
    """
    if outward.is_inside(host) and not fetching.may_be_inside(host):
        raise InvalidInput(
            _(
                "Cette adresse est celle d’un réseau privé : l’installation doit la nommer "
                "(CLAUSIER_MAIL_INTERNAL_HOSTS)."
            ),
            field=field,
        )


def _address(text: str, field: str) -> str:
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(
            _("« %(email)s » n’est pas une adresse : il faut un @ et un domaine.") % {"email": address[:80]},
            field=field,
        ) from None
    return address


def _save(mailbox: Mailbox) -> None:
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as problem:
        field = "name" if "mailbox_name_once" in str(problem) else "address"
        raise InvalidInput(_("Une boîte de ce nom ou de cette adresse existe déjà."), field=field) from None


def _told(mailbox: Mailbox) -> dict[str, Any]:
    """The settings for the journal, no secret among them."""
    fields = (*TEXTS, *FLAGS, *CHOICES, "port")
    return {field: getattr(mailbox, field) for field in fields}


# Wordings


@act("post.write")
def change_wording(
    *, by: Actor, at: datetime, kind: str, language: str, subject: str, body: str
) -> Wording | None:
    """The provider's own words for a letter; both empty takes the product's again (None).

    Raises InvalidInput, UnknownVariable, both naming the field.
    """
    if (kind, language) not in wordings.STANDARD:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    former = wordings.words_of(by.provider, kind, language)
    words = wordings.Words(subject.strip(), body.replace("\r\n", "\n").strip())
    data = {"kind": kind, "language": language, "before": [former.subject, former.body]}
    if not words.subject and not words.body:
        Wording.objects.filter(provider=by.provider, kind=kind, language=language).delete()
        journal.write(by=by, at=at, code="post.wording_changed", about=by.provider, data=data)
        return None
    for field, text in (("subject", words.subject), ("body", words.body)):
        if not text:
            raise InvalidInput(_("Écrivez quelque chose d’abord."), field=field)
    if "\n" in words.subject or len(words.subject) > 200:
        raise InvalidInput(_("Un objet tient sur une ligne, 200 signes au plus."), field="subject")
    wordings.check(kind, words)
    made, _new = Wording.objects.update_or_create(
        provider=by.provider,
        kind=kind,
        language=language,
        defaults={
            "subject": words.subject,
            "body": words.body,
            "changed_at": at,
            "changed_by": by.person,
        },
    )
    data["after"] = [made.subject, made.body]
    journal.write(by=by, at=at, code="post.wording_changed", about=made, data=data)
    return made


# Letters and addresses


@act("desk.reply")
def send_again(*, by: Actor, at: datetime, mail: OutgoingMail) -> OutgoingMail:
    """Try a letter anew, from the first attempt on. Raises UnknownMail, NothingToSend."""
    held = OutgoingMail.objects.filter(provider=by.provider, pk=mail.pk).select_for_update().first()
    if held is None:
        raise UnknownMail(_("Ce message n’existe pas ici."))
    if held.state in {OutboxState.WAITING, OutboxState.SENT}:
        raise NothingToSend(_("Ce message est parti, ou part de lui-même."))
    held.state, held.attempts, held.ended_at, held.next_at = OutboxState.WAITING, 0, None, at
    held.save(update_fields=["state", "attempts", "ended_at", "next_at"])
    outbox.queue(held, attempt=1)
    journal.write(by=by, at=at, code="post.mail_sent_again", about=held)
    return held


@act("desk.reply")
def mend_address(*, by: Actor, at: datetime, trouble: AddressTrouble) -> AddressTrouble:
    """Say that mail to an address arrives again. Raises UnknownMail."""
    if trouble.provider_id != by.provider.pk or not troubles.lift(by.provider, trouble.address, at=at):
        raise UnknownMail(_("Cette adresse n’est pas en défaut."))
    journal.write(by=by, at=at, code="post.address_mended", about=trouble)
    return trouble


@act("desk.qualify")
def parse_again(*, by: Actor, at: datetime, mail: IncomingMail) -> IncomingMail:
    """Read a message anew from its bytes. What waits is put where it belongs; what is settled stays there.

    Raises UnknownMail.
    """
    held = hold(mail, by)
    if held.standing == Standing.SETTLED:
        intake.read_again(held)
    else:
        intake.settle(held, at=at)
    journal.write(by=by, at=at, code="post.mail_parsed_again", about=held, data={"outcome": held.outcome})
    return held


@act("desk.qualify")
def set_aside(*, by: Actor, at: datetime, mail: IncomingMail) -> IncomingMail:
    """Say that a message that waits is nothing for the desk; it stays readable. Raises UnknownMail."""
    held = hold(mail, by)
    if held.standing != Standing.QUEUED:
        raise UnknownMail(_("Ce message n’attend plus."))
    held.standing, held.matched_by, held.settled_at = Standing.SETTLED, "set-aside", at
    held.why = [f"écarté par {by.name}", f"set aside by {by.name}"]
    held.save(update_fields=["standing", "matched_by", "settled_at", "why"])
    journal.write(by=by, at=at, code="post.mail_set_aside", about=held)
    return held


def hold(mail: IncomingMail, by: Actor) -> IncomingMail:
    """The message as it stands now, its row kept for this act. Raises UnknownMail."""
    found = (
        IncomingMail.objects.filter(provider=by.provider, pk=mail.pk)
        .select_for_update(of=("self",))
        .select_related("raw", "mailbox", "provider__book", "conversation__client", "contact", "client")
        .first()
    )
    if found is None:
        raise UnknownMail(_("Ce message n’existe pas ici."))
    return found
