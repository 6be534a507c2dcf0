"""What leaves: made in the act's own transaction, tried by a job until a server takes it."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from clausier.directory.models import Client, Contact
from clausier.foundation import jobs, rows
from clausier.foundation import secrets as sealing
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider, StoredFile
from clausier.post import matching, wordings
from clausier.post.models import (
    Acknowledgement,
    Conversation,
    IncomingMail,
    Mailbox,
    MailKind,
    OutgoingFile,
    OutgoingMail,
    ThreadKey,
)
from clausier.post.states import MailOutcome, OutboxState
from clausier.post.wordings import Words

SEND: Final = "post.send"
PLACE: Final = "post_outgoingmail.withheld"
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""Between an attempt and the next; after the last it is given up, two days in all."""
MOST_REFERENCES: Final = 12
FIRST: Final = """
    insert into post_acknowledgement (provider_id, address, on_day) values ($1, $2, $3)
    on conflict (provider_id, address, on_day) do nothing
    returning id
"""


@cache
def installation_mark() -> str:
    """What our letters bear, so that we know them again; another installation's differs."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"clausier mail", "sha256").hex()[:24]


def mailbox_for(provider: Provider, conversation: Conversation | None = None) -> Mailbox | None:
    """Which mailbox writes: the one the conversation came by, else the provider's first."""
    active = Mailbox.objects.filter(provider=provider, is_active=True)
    if conversation is not None:
        last = conversation.incoming.order_by("-id").values_list("mailbox", flat=True).first()
        found = active.filter(pk=last).first() if last else None
        if found:
            return found
    return active.order_by("pk").first()


def reply(
    conversation: Conversation,
    *,
    mailbox: Mailbox,
    to: str,
    contact: Contact | None,
    cc: Sequence[str],
    author_name: str,
    text: str,
    event_id: int,
    language: str,
    files: Iterable[StoredFile],
    at: datetime,
    handed_to: Sequence[str] = (),
) -> OutgoingMail | None:
    """Send an entry of a thread; None when it left before. `handed_to` empty: to all that it names."""
    sent = OutgoingMail.objects.filter(provider=conversation.provider, event_id=event_id)
    if sent.exclude(kind=MailKind.COPY).exists():
        return None
    facts = facts_of(conversation, mailbox, contact=contact, language=language)
    facts |= {"message": text, "auteur": author_name}
    return _make(
        conversation,
        MailKind.REPLY,
        facts,
        mailbox=mailbox,
        to=[to],
        cc=cc,
        author_name=author_name,
        event_id=event_id,
        language=language,
        files=files,
        handed_to=handed_to,
        at=at,
    )


def copy(
    conversation: Conversation,
    *,
    mailbox: Mailbox,
    address: str,
    contact: Contact | None,
    to: Sequence[str],
    cc: Sequence[str],
    author_name: str,
    text: str,
    event_id: int,
    language: str,
    files: Iterable[StoredFile],
    unsubscribe_url: str,
    at: datetime,
) -> OutgoingMail | None:
    """Send an entry to someone who follows, in a letter of their own; None when it left before.

    `to` and `cc` are shown as addressed, `address` alone gets it.
    """
    sent = OutgoingMail.objects.filter(provider=conversation.provider, event_id=event_id, kind=MailKind.COPY)
    if sent.filter(handed_to=[address]).exists():
        return None
    facts = facts_of(conversation, mailbox, contact=contact, language=language)
    facts |= {"message": text, "auteur": author_name}
    return _make(
        conversation,
        MailKind.COPY,
        facts,
        mailbox=mailbox,
        to=to,
        cc=cc,
        author_name=author_name,
        event_id=event_id,
        language=language,
        files=files,
        handed_to=[address],
        unsubscribe_url=unsubscribe_url,
        at=at,
    )


def to_supplier(
    conversation: Conversation,
    *,
    mailbox: Mailbox,
    to: Sequence[str],
    cc: Sequence[str],
    supplier: str,
    author_name: str,
    text: str,
    event_id: int,
    language: str,
    files: Iterable[StoredFile],
    at: datetime,
) -> OutgoingMail:
    """Send an entry of a case's thread to a supplier; the client is in nothing of it but the words."""
    facts = facts_of(conversation, mailbox, contact=None, language=language)
    facts |= {"message": text, "auteur": author_name, "fournisseur": supplier, "personne": supplier}
    return _make(
        conversation,
        MailKind.SUPPLIER,
        facts,
        mailbox=mailbox,
        to=to,
        cc=cc,
        author_name=author_name,
        event_id=event_id,
        language=language,
        files=files,
        at=at,
    )


def acknowledge(
    conversation: Conversation,
    *,
    mailbox: Mailbox,
    to: str,
    contact: Contact | None,
    language: str,
    promise: str,
    answers: str,
    at: datetime,
    alone: bool = False,
    words: Words | None = None,
    pk: int | None = None,
    keys: Sequence[ThreadKey] = (),
) -> OutgoingMail:
    """Say that a message came, and what is promised. `alone`: nothing else is in the conversation yet.

    `words` are the provider's, where they are known, `pk` is an id that was reserved for the letter, and
    `keys` of the conversation are stored with its own.
    """
    facts = facts_of(conversation, mailbox, contact=contact, language=language) | {"promesse": promise}
    return _make(
        conversation,
        MailKind.ACKNOWLEDGEMENT,
        facts,
        mailbox=mailbox,
        to=[to],
        language=language,
        answers=answers,
        thread=(answers, [answers]) if alone and answers else None,
        at=at,
        words=words,
        pk=pk,
        keys=keys,
    )


def tell_step(
    conversation: Conversation,
    *,
    mailbox: Mailbox,
    to: str,
    contact: Contact,
    language: str,
    step: str,
    link: str,
    event_id: int,
    at: datetime,
) -> OutgoingMail | None:
    """Say where a request stands; None when that step was told before."""
    if OutgoingMail.objects.filter(provider=conversation.provider, event_id=event_id).exists():
        return None
    facts = facts_of(conversation, mailbox, contact=contact, language=language)
    return _make(
        conversation,
        MailKind.STEP,
        facts | {"etape": step, "lien": link},
        mailbox=mailbox,
        to=[to],
        event_id=event_id,
        language=language,
        at=at,
    )


def ask_opinion(
    conversation: Conversation,
    *,
    mailbox: Mailbox,
    to: str,
    contact: Contact | None,
    language: str,
    text: str,
    links: str,
    at: datetime,
) -> OutgoingMail:
    """Say that it is done, in the words `text` of the closing, and ask how it went, by `links`."""
    facts = facts_of(conversation, mailbox, contact=contact, language=language)
    facts |= {"message": text, "avis": links}
    return _make(
        conversation,
        MailKind.SATISFACTION,
        facts,
        mailbox=mailbox,
        to=[to],
        language=language,
        at=at,
    )


def ask_first_today(provider: Provider, address: str, *, at: datetime) -> Callable[[], bool]:
    """Ask whether `address` has had no acknowledgement that day; now it has. See `Compiled.asked`."""
    cursor = connection.prepared()  # type: ignore[attr-defined]
    cursor.execute(FIRST, [provider.pk, address, at.astimezone(PARIS).date()])
    return lambda: cursor.fetchone() is not None


def not_today(provider: Provider, address: str, *, at: datetime) -> None:
    """`address` was sent none after all."""
    on = at.astimezone(PARIS).date()
    Acknowledgement.objects.filter(provider=provider, address=address, on_day=on).delete()


def facts_of(
    conversation: Conversation, mailbox: Mailbox, *, contact: Contact | None, language: str
) -> dict[str, str]:
    """What the variables of a letter stand for."""
    client: Client | None = conversation.client
    signature = mailbox.signature_en if language == "en" else mailbox.signature_fr
    return {
        "ticket": conversation.about_label,
        "objet": conversation.subject,
        "message": "",
        "auteur": "",
        "personne": contact.full_name if contact else "",
        "client": client.name if client else "",
        "promesse": "",
        "etape": "",
        "lien": "",
        "avis": "",
        "prestataire": mailbox.provider.name,
        "signature": signature.strip() or mailbox.sender_name or mailbox.provider.name,
    }


def _make(
    conversation: Conversation,
    kind: str,
    facts: dict[str, str],
    *,
    mailbox: Mailbox,
    to: Sequence[str],
    language: str,
    at: datetime,
    cc: Sequence[str] = (),
    author_name: str = "",
    event_id: int | None = None,
    answers: str = "",
    thread: tuple[str, list[str]] | None = None,
    files: Iterable[StoredFile] = (),
    handed_to: Sequence[str] = (),
    unsubscribe_url: str = "",
    words: Words | None = None,
    pk: int | None = None,
    keys: Sequence[ThreadKey] = (),
) -> OutgoingMail:
    """A letter of ours, with its job. `thread` is what `thread_of` would read, where that is known."""
    # A copy is worded as the reply that it is a copy of.
    worded = MailKind.REPLY if kind == MailKind.COPY else kind
    words = words or wordings.words_of(mailbox.provider, worded, language)
    subject = " ".join(wordings.filled(words.subject, facts).split())[:240] or facts["objet"][:240]
    last, references = thread or thread_of(conversation)
    mail = rows.made(
        OutgoingMail,
        id=pk,
        provider=mailbox.provider,
        client=conversation.client,
        mailbox=mailbox,
        conversation=conversation,
        kind=kind,
        to=list(to),
        cc=[address for address in cc if address not in to],
        handed_to=list(handed_to),
        unsubscribe_url=unsubscribe_url,
        author_name=author_name,
        subject=f"{'Re: ' if last else ''}{subject} {matching.token(conversation)}",
        text=wordings.filled(words.body, facts) + _how_to_stop(unsubscribe_url, language),
        message_id=_new_id(conversation.secret, mailbox),
        in_reply_to=answers or last,
        references=" ".join(references),
        event_id=event_id,
        made_at=at,
        made_by=author_name or "Clausier",
        next_at=at,
    )
    key = rows.made(
        ThreadKey,
        provider_id=mail.provider_id,
        client_id=mail.client_id,
        conversation=conversation,
        key=mail.message_id,
    )
    rows.add([mail])
    with_it = [
        OutgoingFile(provider=mail.provider, client_id=mail.client_id, mail=mail, file=file) for file in files
    ]
    rows.add([*keys, key], with_it, ids=False)
    queue(mail, attempt=1)
    return mail


def letter(
    kind: str,
    facts: dict[str, str],
    *,
    mailbox: Mailbox,
    client: Client | None,
    to: Sequence[str],
    language: str,
    at: datetime,
    by_name: str = "Clausier",
    files: Iterable[StoredFile] = (),
    way_in: str = "",
) -> OutgoingMail:
    """A letter of no conversation, in the words of `kind`: what answers it is new mail.

    `client` None: it goes to the staff, and is out of the client's sight. `way_in` is an address for the
    reader alone, the letter's `lien`: what we keep of the letter shows a mark instead.
    """
    if way_in:
        facts = facts | {"lien": _mark(language)}
    words = wordings.words_of(mailbox.provider, kind, language)
    signature = mailbox.signature_en if language == "en" else mailbox.signature_fr
    known = {
        "prestataire": mailbox.provider.name,
        "signature": signature.strip() or mailbox.sender_name or mailbox.provider.name,
    } | facts
    mail = OutgoingMail.objects.create(
        provider=mailbox.provider,
        client=client,
        mailbox=mailbox,
        kind=MailKind.LETTER,
        to=list(to),
        subject=" ".join(wordings.filled(words.subject, known).split())[:300],
        text=wordings.filled(words.body, known),
        withheld=sealing.seal(json.dumps({_mark(language): way_in}), PLACE) if way_in else "",
        message_id=_new_id("lettre", mailbox),
        made_at=at,
        made_by=by_name,
        next_at=at,
    )
    OutgoingFile.objects.bulk_create(
        [
            OutgoingFile(provider=mail.provider, client_id=mail.client_id, mail=mail, file=file)
            for file in files
        ]
    )
    queue(mail, attempt=1)
    return mail


def _mark(language: str) -> str:
    """What stands for a way in, in the letter that we keep."""
    with translation.override(language):
        return _("[lien réservé au destinataire]")


def text_of(mail: OutgoingMail) -> str:
    """What the letter says to whom it is sent, its way in included. Raises SecretsError."""
    said = mail.text
    if mail.withheld:
        for mark, way_in in json.loads(sealing.unseal(mail.withheld, PLACE)).items():
            said = said.replace(mark, way_in)
    return said


def _how_to_stop(url: str, language: str) -> str:
    """The last lines of a letter to someone who follows."""
    if not url:
        return ""
    with translation.override(language):
        return (
            "\n\n-- \n"
            + _("Vous recevez ce message parce que vous suivez ce ticket. Ne plus le suivre :")
            + f"\n{url}"
        )


def trial(mailbox: Mailbox, *, to: str, by_name: str, subject: str, text: str, at: datetime) -> OutgoingMail:
    """A letter that shows whether mail leaves."""
    mail = OutgoingMail.objects.create(
        provider=mailbox.provider,
        mailbox=mailbox,
        kind=MailKind.TRIAL,
        to=[to],
        subject=subject,
        text=text,
        message_id=_new_id("essai", mailbox),
        made_at=at,
        made_by=by_name,
        next_at=at,
    )
    queue(mail, attempt=1)
    return mail


def thread_of(conversation: Conversation) -> tuple[str, list[str]]:
    """The Message-ID that the next letter answers, and its References: the first, then the latest."""
    automatic = (MailOutcome.AUTOMATIC, MailOutcome.BOUNCE, MailOutcome.LIST, MailOutcome.OWN)
    came = (
        IncomingMail.objects.filter(conversation=conversation)
        .exclude(outcome__in=automatic)
        .exclude(message_id="")
    )
    last = came.order_by("-arrived_at", "-id").values_list("message_id", flat=True).first() or ""
    keys = list(
        conversation.keys.filter(mentioned=False)
        .exclude(key__startswith=matching.REFERENCE)
        .order_by("id")
        .values_list("key", flat=True)
    )
    if not last and keys:
        last = keys[-1]
    others = [key for key in keys if key != last]
    chosen = [*others[:1], *others[1:][-(MOST_REFERENCES - 2) :], *([last] if last else [])]
    return last, chosen


def _new_id(word: str, mailbox: Mailbox) -> str:
    return f"{word}.{secrets.token_hex(8)}@{mailbox.address.rpartition('@')[2]}"


def queue(mail: OutgoingMail, *, attempt: int, at: datetime | None = None) -> None:
    """Defer an attempt, inside the transaction under way; at once, or `at` that instant."""
    jobs.defer(SEND, schedule_at=at, mail=mail.pk, attempt=attempt, provider_id=mail.provider_id)


def is_due(mail: OutgoingMail, attempt: int) -> bool:
    """Whether that attempt is still to be made."""
    return mail.state == OutboxState.WAITING and mail.attempts == attempt - 1
