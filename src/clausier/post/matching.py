"""Which conversation a message belongs to, and by what that is seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection

from clausier.directory.models import Contact
from clausier.foundation import rows
from clausier.foundation.compiled import Compiled, Given, among
from clausier.foundation.models import Provider
from clausier.post.models import Conversation, IncomingMail, Mailbox, OutgoingMail, ThreadKey
from clausier.post.reading.kinds import Kind, Sort
from clausier.post.reading.message import Letter

_TOKEN: Final = re.compile(r"\[#\s?0*(\d{1,9}(?:/\d{1,4})?)-([a-z0-9]{8,16})\]")
_NUMBER: Final = re.compile(r"\[#\s?0*(\d{1,9})\]")
REFERENCE: Final = "ref:"
LOCK: Final = 7_210_002
"""The first number of our advisory locks, as the journal has one."""
ALONE: Final = """
    select pg_advisory_xact_lock($1, hashtext($2))
    from (select from post_incomingmail where id = $3 for update skip locked) held
"""

# What was only mentioned is of the conversation once it is taken, and remains so.
REMEMBER: Final = """
    insert into post_threadkey (provider_id, client_id, conversation_id, key, mentioned)
    select $1::bigint, $2::bigint, $3::bigint, key, mentioned
    from unnest($4::text[], $5::boolean[]) named (key, mentioned)
    on conflict (conversation_id, key) do update set mentioned = false
        where post_threadkey.mentioned and not excluded.mentioned
"""

_KEYS: Final = Compiled(
    lambda: (
        ThreadKey.objects.filter(among("key", "keys"), provider_id=Given("provider"))
        .select_related("conversation__client")
        .order_by("pk")
    )
)


@dataclass(frozen=True, slots=True)
class Match:
    """A conversation, the word for how it was found, and the same as a sentence (French, English)."""

    conversation: Conversation
    by: str
    why: tuple[str, str]


def token(conversation: Conversation) -> str:
    """What stands in the subject of our letters: the number, and the secret that proves it was read."""
    return f"[#{conversation.about_label}-{conversation.secret}]"


def reply_address(mailbox: Mailbox, conversation: Conversation) -> str:
    """Where answers go: with the secret in it, where the server takes such addresses."""
    if not mailbox.subaddressing:
        return mailbox.address
    local, _at, domain = mailbox.address.partition("@")
    return f"{local}+{conversation.secret}@{domain}"


def match(
    letter: Letter,
    sort: Sort,
    keys: Callable[[], list[ThreadKey]],
    *,
    provider: Provider,
    contact: Contact | None,
    envelope: tuple[str, ...] = (),
) -> Match | None:
    """The conversation of `letter`, by the surest sign it bears; None when it bears none.

    `keys` are what `ask_keys` asked for.
    """
    return (
        _by_address(letter, provider, envelope)
        or _by_token(letter, provider, contact)
        or _by_returned(letter, sort, provider)
        or _by_keys(letter, sort, keys(), contact)
    )


def ask_keys(letter: Letter, sort: Sort, *, provider: Provider) -> Callable[[], list[ThreadKey]]:
    """Ask which conversations know a message that this one names: see `Compiled.asked`."""
    asked = [*_answered(letter), *([letter.message_id] if letter.message_id else [])]
    if sort.reference:
        asked.append(REFERENCE + sort.reference)
    return _KEYS.asked(provider=provider.pk, keys=asked) if asked else list


def _answered(letter: Letter) -> list[str]:
    """What it answers, the nearest first."""
    return list(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))


def alone_in_thread(letter: Letter, mail: IncomingMail) -> None:
    """Wait until nobody else settles a message of the same exchange; others wait until we are done.

    A message and its answer may be read at the same moment by two workers: the second must find the first.
    Who does not hold the message, after all, waits for nobody, and holds nobody up.
    """
    root = next(iter((*letter.references, *letter.in_reply_to, letter.message_id)), "")
    if root:
        cursor = connection.prepared()  # type: ignore[attr-defined]
        cursor.execute(ALONE, [LOCK, f"{mail.provider_id} {root}", mail.pk])


def _by_address(letter: Letter, provider: Provider, envelope: tuple[str, ...]) -> Match | None:
    written = (*envelope, *letter.delivered_to, *(one.address for one in letter.recipients))
    secrets = {
        local.partition("+")[2]: address
        for address in written
        for local in (address.partition("@")[0],)
        if "+" in local
    }
    if not secrets:
        return None
    found = _conversations(provider).filter(secret__in=list(secrets)).first()
    if found is None:
        return None
    address = secrets[found.secret]
    return Match(found, "address", (f"adressé à {address}", f"addressed to {address}"))


def _by_token(letter: Letter, provider: Provider, contact: Contact | None) -> Match | None:
    whole = _TOKEN.search(letter.subject.lower())
    if whole:
        found = _conversations(provider).filter(secret=whole[2]).first()
        if found:
            said = f"[#{whole[1]}-{whole[2]}]"
            return Match(found, "token", (f"son objet porte {said}", f"its subject bears {said}"))
    number = _NUMBER.search(letter.subject)
    if number and contact:
        # The number alone anybody can guess: it holds for the client's own people.
        mine = _conversations(provider).filter(client=contact.client_id)
        found = next(
            (one for one in mine.filter(about_label__endswith=number[1]) if _is(one, number[1])), None
        )
        if found:
            return Match(
                found,
                "number",
                (
                    f"son objet porte #{number[1]}, et l’expéditeur est de ce client",
                    f"its subject bears #{number[1]}, and the sender is of that client",
                ),
            )
    return None


def _is(conversation: Conversation, number: str) -> bool:
    return conversation.about_label.lstrip("0") == number


def _by_returned(letter: Letter, sort: Sort, provider: Provider) -> Match | None:
    """A report names the message that it is about."""
    if sort.kind not in {Kind.BOUNCE, Kind.AUTOMATIC} or not letter.returned_ids:
        return None
    ours = (
        OutgoingMail.objects.filter(provider=provider, message_id__in=letter.returned_ids)
        .exclude(conversation=None)
        .select_related("conversation__client")
        .first()
    )
    if ours is None or ours.conversation is None:
        return None
    return Match(
        ours.conversation,
        "returned",
        ("il renvoie un message que nous avons envoyé", "it returns a message that we sent"),
    )


def _by_keys(letter: Letter, sort: Sort, keys: list[ThreadKey], contact: Contact | None) -> Match | None:
    """What it answers, the nearest first; then what others in the conversation named as well."""
    direct = {one.key: one for one in keys if not one.mentioned and not one.key.startswith(REFERENCE)}
    for key in _answered(letter):
        if key in direct:
            how = "in-reply-to" if key in letter.in_reply_to else "references"
            why = (f"il répond au message <{key}>", f"it answers the message <{key}>")
            return Match(direct[key].conversation, how, why)
    if letter.message_id in direct:
        return Match(
            direct[letter.message_id].conversation,
            "same-message",
            ("le même message est arrivé par un autre chemin", "the same message came by another road"),
        )
    return _by_company(letter, sort, keys, contact)


def _by_company(letter: Letter, sort: Sort, keys: list[ThreadKey], contact: Contact | None) -> Match | None:
    """Named by, or naming the same message as, others of the same client: copies that cross on the way."""
    for one in keys:
        conversation = one.conversation
        known = contact is not None and contact.client_id == conversation.client_id
        if not (known or letter.sender.address in conversation.others):
            continue
        if one.key.startswith(REFERENCE):
            said = one.key.removeprefix(REFERENCE)
            return Match(
                conversation, "reference", (f"il porte {said}, déjà vu ici", f"it bears {said}, seen here")
            )
        return Match(
            conversation,
            "shared",
            ("il est du même échange que d’autres d’ici", "it is of the same exchange as others here"),
        )
    return None


def remember(conversation: Conversation, letter: Letter, *, reference: str = "", taken: bool = True) -> None:
    """Have later messages find the conversation by this one. `taken` False: it names, and is not, of it."""
    keys = _named_by(letter, reference, taken=taken)
    if keys:
        whose = [conversation.provider_id, conversation.client_id, conversation.pk]
        cursor = connection.prepared()  # type: ignore[attr-defined]
        cursor.execute(REMEMBER, [*whose, list(keys), list(keys.values())])


def first_keys(conversation: Conversation, letter: Letter, *, reference: str = "") -> list[ThreadKey]:
    """What `remember` would store of the message that begins the conversation, not stored yet."""
    return [
        rows.made(
            ThreadKey,
            provider_id=conversation.provider_id,
            client_id=conversation.client_id,
            conversation=conversation,
            key=key,
            mentioned=mentioned,
        )
        for key, mentioned in _named_by(letter, reference, taken=True).items()
    ]


def _named_by(letter: Letter, reference: str, *, taken: bool) -> dict[str, bool]:
    """The keys that a message bears, each with whether it is only mentioned."""
    keys = dict.fromkeys([*letter.in_reply_to, *letter.references], True)
    if letter.message_id:
        keys[letter.message_id] = not taken
    if reference:
        keys[REFERENCE + reference] = False
    return keys


def _conversations(provider: Provider):  # type: ignore[no-untyped-def]
    return Conversation.objects.filter(provider=provider).select_related("client")
