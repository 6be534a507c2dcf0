"""From bytes to their place: stored first, read after, each message in a transaction of its own.

A message that cannot be read goes where a person sees it, its bytes beside it; none is dropped, none holds up
the next. What wrote it decides what may follow: only a person's message opens a ticket or is answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from clausier.directory import queries as directory
from clausier.directory.models import Contact
from clausier.foundation import acts, clock, files, jobs, numbering, rows
from clausier.foundation.actors import Actor, program
from clausier.foundation.compiled import Compiled, Given, among
from clausier.foundation.models import Provider
from clausier.post import conversations, handlers, matching, opening, outbox, troubles, wordings, writers
from clausier.post.handlers import Arrived, Filed
from clausier.post.matching import Match
from clausier.post.models import Conversation, IncomingMail, Mailbox, MailKind, OutgoingMail, ThreadKey
from clausier.post.opening import Coming, Opened
from clausier.post.reading.kinds import Kind
from clausier.post.reading.message import File, Letter, identity_of, message_id_of
from clausier.post.states import MailOutcome, Standing
from clausier.post.wordings import Words

logger = logging.getLogger(__name__)

SETTLE: Final = "post.settle"
BATCH: Final = 50
MOST_ATTEMPTS: Final = 3
SMALLEST_PICTURE: Final = 6_000  # bytes: inline pictures below are logos and dots of signatures
MACHINES: Final = {
    Kind.AUTOMATIC: MailOutcome.AUTOMATIC,
    Kind.BOUNCE: MailOutcome.BOUNCE,
    Kind.LIST: MailOutcome.LIST,
    Kind.OWN: MailOutcome.OWN,
}
SETTLED_COLUMNS: Final = (
    *("client", "standing", "outcome", "conversation", "matched_by", "why", "message_id", "sender_name"),
    *("sender_address", "subject", "contact", "facts", "event_id", "fault", "settled_at"),
)
"""What settling says of a message."""

# Asked for each message.
_KNOWN: Final = Compiled(
    lambda: IncomingMail.objects.filter(among("identity", "identities"), mailbox_id=Given("mailbox"))
)
_NEXT: Final = Compiled(
    lambda: (
        IncomingMail.objects.filter(provider_id=Given("provider"), standing=Standing.NEW)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("raw")
        .order_by("id")[:1]
    )
)
_WAITING: Final = Compiled(
    lambda: (
        IncomingMail.objects.filter(provider_id=Given("provider"), standing=Standing.NEW)
        .select_related("raw")
        .order_by("id")[:BATCH]
    )
)
_MAILBOX: Final = Compiled(
    lambda: (
        Mailbox.objects.filter(provider_id=Given("provider"), pk=Given("mailbox"))
        .select_related("provider__book")
        .defer("provider__book__content")
    )
)
# Storing


def store(
    raw: bytes,
    *,
    mailbox: Mailbox,
    at: datetime,
    arrived_at: datetime | None = None,
    envelope: Sequence[str] = (),
    server_uid: int | None = None,
) -> tuple[IncomingMail, bool]:
    """Keep the bytes of a message and have it read soon; whether it is new. See `Came` and `store_all`."""
    came = Came(raw, arrived_at=arrived_at, envelope=envelope, server_uid=server_uid)
    return store_all([came], mailbox=mailbox, at=at)[0]


@dataclass(frozen=True, slots=True)
class Came:
    """A message as it came. `arrived_at` is when the mail server got it, which has it as `server_uid`."""

    raw: bytes
    arrived_at: datetime | None = None
    envelope: Sequence[str] = ()
    server_uid: int | None = None


def store_all(arrivals: Sequence[Came], *, mailbox: Mailbox, at: datetime) -> list[tuple[IncomingMail, bool]]:
    """Keep the bytes of messages and have them read soon; each with whether it is new.

    Once committed they are ours. A mailbox keeps a message once, whatever its road.
    """
    identities = [identity_of(came.raw, message_id_of(came.raw)) for came in arrivals]
    try:
        kept, made = _kept(arrivals, identities, mailbox=mailbox, at=at)
    except IntegrityError:
        # Another road brought one of them meanwhile: by now it is known.
        kept, made = _kept(arrivals, identities, mailbox=mailbox, at=at)
    told = []
    for identity in identities:
        told.append((kept[identity], identity in made))
        made.discard(identity)
    return told


def _kept(
    arrivals: Sequence[Came], identities: Sequence[str], *, mailbox: Mailbox, at: datetime
) -> tuple[dict[str, IncomingMail], set[str]]:
    """The messages by identity, those that are new kept and asked to be read; and which these are."""
    with connection.ahead(), transaction.atomic():  # type: ignore[attr-defined]
        known = {one.identity: one for one in _KNOWN.all(mailbox=mailbox.pk, identities=identities)}
        fresh: dict[str, Came] = {}
        for came, identity in zip(arrivals, identities, strict=True):
            if identity not in known:
                fresh.setdefault(identity, came)
        made = _keep(fresh, mailbox=mailbox, at=at)
        if made:
            ask_to_settle(mailbox.provider_id)
    return known | made, set(made)


def _keep(fresh: Mapping[str, Came], *, mailbox: Mailbox, at: datetime) -> dict[str, IncomingMail]:
    """The rows of messages by identity, their bytes kept."""
    stored = [
        files.written(
            came.raw,
            provider=mailbox.provider,
            name=f"{identity[:12]}.eml",
            content_type="message/rfc822",
            at=at,
        )
        for identity, came in fresh.items()
    ]
    rows.add(stored)
    made = {
        identity: rows.made(
            IncomingMail,
            provider=mailbox.provider,
            mailbox=mailbox,
            identity=identity,
            raw=kept,
            arrived_at=min(came.arrived_at or at, at),
            stored_at=at,
            server_uid=came.server_uid,
            facts={"envelope": list(came.envelope)} if came.envelope else {},
        )
        for (identity, came), kept in zip(fresh.items(), stored, strict=True)
    }
    rows.add(list(made.values()))
    return made


def ask_to_settle(provider_id: int) -> None:
    """Have what waits read, inside the transaction under way; one job waits at most, however many come."""
    jobs.defer_once(SETTLE, lock=f"{SETTLE}.{provider_id}", provider_id=provider_id)


# Settling


def settle_waiting(provider_id: int, *, most: int = BATCH) -> int:
    """Read up to `most` messages that wait, oldest first, each in its own transaction; how many were taken.

    Several workers may do so at once: a message that one holds, the others pass over.
    """
    batch = _Batch(opening.own_addresses(), waiting=_WAITING.all(provider=provider_id)[::-1])
    opens = handlers.of("")
    taken = 0
    # The messages are kept: what is lost of their settling is settled again. What follows from it leaves by
    # jobs, and a job that is begun has flushed what came before it.
    series = opens.series if opens else ""
    with connection.flushed_at_end(), numbering.at_hand(provider_id, series) as stock:  # type: ignore[attr-defined]
        try:
            while taken < most and _settle_next(provider_id, batch, stock):
                taken += 1
        finally:
            connection.meanwhile(None)  # type: ignore[attr-defined]
    return taken


@dataclass(slots=True)
class _Batch:
    """What the messages of a batch have in common, read once: our addresses, the mailboxes they came by.

    And what waited at its beginning, the oldest last, to open each in advance.
    """

    own: frozenset[str]
    waiting: list[IncomingMail] = field(default_factory=list)
    mailboxes: dict[int, Mailbox] = field(default_factory=dict)
    coming: Coming | None = None

    def mailbox_of(self, mail: IncomingMail) -> Mailbox:
        known = self.mailboxes.get(mail.mailbox_id)
        if known is None:
            (known,) = _MAILBOX.all(provider=mail.provider_id, mailbox=mail.mailbox_id)
            known.welcomes = wordings.ask_words_of(known.provider, MailKind.ACKNOWLEDGEMENT)()
            self.mailboxes[mail.mailbox_id] = known
        return known

    def begin_next(self, after: int) -> None:
        """Have the message that likely comes after that one opened while the database works."""
        while self.waiting and self.waiting[-1].pk <= after:
            self.waiting.pop()
        self.coming = Coming(self.waiting[-1], own=self.own) if self.waiting else None
        connection.meanwhile(self.coming.step if self.coming else None)  # type: ignore[attr-defined]

    def take(
        self, provider_id: int, *, at: datetime
    ) -> tuple[IncomingMail | None, tuple[Opened, _Asked] | None]:
        """The oldest message that waits, held; where it was expected, opened, with what is asked about it."""
        next_one = _NEXT.asked(provider=provider_id)
        coming, known = self.coming, None
        if coming and coming.opened:
            with suppress(DatabaseError):  # what cannot be asked about it is told in its turn
                provider = self.mailbox_of(coming.mail).provider
                known = coming.opened, _ask(coming.mail, coming.opened, provider=provider, at=at)
            self.begin_next(coming.mail.pk)
        mail = next(iter(next_one()), None)
        if mail is None:
            return None, None
        mail.mailbox = self.mailbox_of(mail)
        mail.provider = mail.mailbox.provider
        if coming and coming.mail.pk == mail.pk:
            return mail, known
        if coming:
            self.waiting = []  # another took it, and would take the next one too
        return mail, None

    def open(self, mail: IncomingMail, *, at: datetime) -> tuple[Opened, _Asked]:
        """A message that was not expected, opened, and what is asked about it."""
        self.begin_next(mail.pk)
        opened = opening.opened(mail, own=self.own)
        return opened, _ask(mail, opened, provider=mail.provider, at=at)


def _settle_next(provider_id: int, batch: _Batch, stock: numbering.Stock) -> bool:
    """Read the oldest message that waits, in a transaction of its own; whether there was one."""
    mail = None
    try:
        with connection.ahead():  # type: ignore[attr-defined]
            stock.draw()
            with acts.whole():
                at = clock.now()
                mail, known = batch.take(provider_id, at=at)
                if mail is None:
                    return False
                opened, asked = known or batch.open(mail, at=at)
                _settle(mail, opened, asked, at=at)
                connection.while_committing(partial(_go_on, batch, stock))  # type: ignore[attr-defined]
    except Exception as problem:  # a message must never hold up the next
        if mail is None:
            raise
        _set_down(mail, problem)
    return mail is not None


def _go_on(batch: _Batch, stock: numbering.Stock) -> None:
    """What the next message needs, while the database writes what this one made."""
    stock.draw()
    connection.hasten()  # type: ignore[attr-defined]
    if batch.coming:
        batch.coming.finish()


def _set_down(mail: IncomingMail, problem: Exception) -> None:
    """The message could not be settled, and nothing of that remains: put it where a person sees it."""
    with transaction.atomic():
        held = (
            IncomingMail.objects.filter(pk=mail.pk, standing=Standing.NEW)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("provider", "conversation")
            .first()
        )
        if held is not None:
            _queue_broken(held, problem, at=clock.now())


def settle(mail: IncomingMail, *, at: datetime) -> IncomingMail:
    """Read the message and put it where it belongs; whatever goes wrong, a person sees it.

    In the transaction under way, which holds the row.
    """
    try:
        with transaction.atomic(), connection.ahead():  # type: ignore[attr-defined]
            opened = opening.opened(mail, own=opening.own_addresses())
            _settle(mail, opened, _ask(mail, opened, provider=mail.provider, at=at), at=at)
    except Exception as problem:  # as above
        mail.refresh_from_db(fields=["standing", "outcome", "attempts"])
        _queue_broken(mail, problem, at=at)
        mail.refresh_from_db()
    return mail


def _queue_broken(mail: IncomingMail, problem: Exception, *, at: datetime) -> None:
    logger.error("mail %s could not be settled", mail.pk, exc_info=problem)
    mail.attempts = F("attempts") + 1
    mail.fault = f"{type(problem).__name__}: {problem}"[:300]
    mail.outcome, mail.standing, mail.settled_at = MailOutcome.UNREADABLE, Standing.QUEUED, at
    mail.conversation = mail.conversation or conversations.begin(mail.provider, subject=mail.subject, at=at)
    mail.save()


class _Asked(NamedTuple):
    """What is asked about every message, before any of it is answered: see `Compiled.asked`."""

    contact: Callable[[], Contact | None]
    keys: Callable[[], list[ThreadKey]]
    staff_name: Callable[[], str]
    claim: Callable[[], Match | None]


def _ask(mail: IncomingMail, opened: Opened, *, provider: Provider, at: datetime) -> _Asked:
    letter, sort, _broken = opened
    matching.alone_in_thread(letter, mail)
    return _Asked(
        writers.ask_contact(provider, letter.sender.address),
        matching.ask_keys(letter, sort, provider=provider),
        writers.ask_staff_name(provider, letter.sender.address),
        handlers.ask_claims(letter, provider=provider, at=at),
    )


def _settle(mail: IncomingMail, opened: Opened, asked: _Asked, *, at: datetime) -> None:
    """Put the message where it belongs, `ahead` within the caller's transaction."""
    letter, sort, broken = opened
    by = program(mail.provider)
    mail.mailbox.provider = mail.provider
    _note_facts(mail, letter, broken)
    contact = asked.contact()
    found = matching.match(
        letter,
        sort,
        asked.keys,
        provider=mail.provider,
        contact=contact,
        envelope=tuple(mail.facts.get("envelope", ())),
    )
    if found is None and sort.kind in {Kind.PERSON, Kind.AUTOMATIC}:
        found = asked.claim()
    if found and contact is None and found.conversation.client:
        contact = writers.contact_of(mail.provider, letter.sender.address, client=found.conversation.client)
    arrived = Arrived(
        mail=mail,
        letter=letter,
        sort=sort,
        contact=contact,
        files=worth_keeping(mail, letter, broken),
        staff_name=asked.staff_name(),
    )
    mail.contact = contact
    mail.client = contact.client if contact else None
    if sort.kind == Kind.PERSON:
        if getattr(contact, "is_in_trouble", True):
            troubles.lift(mail.provider, letter.sender.address, at=at)
        _from_person(arrived, found, broken, by=by, at=at)
    else:
        _from_machine(arrived, found, by=by, at=at)
    mail.settled_at = at
    rows.change(mail, *SETTLED_COLUMNS)


def reopened(mail: IncomingMail) -> Arrived:
    """A message read anew from its bytes, for an act that says where it belongs."""
    letter, sort, broken = opening.opened(mail, own=opening.own_addresses())
    return Arrived(
        mail=mail,
        letter=letter,
        sort=sort,
        contact=mail.contact,
        files=worth_keeping(mail, letter, broken),
        staff_name=writers.ask_staff_name(mail.provider, letter.sender.address)(),
    )


def read_again(mail: IncomingMail) -> None:
    """What the message says, read anew from its bytes; where it stands stays."""
    letter, broken = opening.read(mail)
    _note_facts(mail, letter, broken)
    mail.save(update_fields=["message_id", "sender_name", "sender_address", "subject", "fault", "facts"])


def _note_facts(mail: IncomingMail, letter: Letter, broken: str) -> None:
    mail.message_id = letter.message_id[:260]
    mail.sender_name = letter.sender.name[:120]
    mail.sender_address = letter.sender.address[:254]
    mail.subject = letter.subject[:500]
    mail.fault = broken
    mail.facts = {
        **({"envelope": mail.facts["envelope"]} if mail.facts.get("envelope") else {}),
        "to": [asdict(one) for one in letter.to],
        "cc": [asdict(one) for one in letter.cc],
        "sent_at": letter.sent_at.isoformat() if letter.sent_at else None,
        "text": letter.text,
        "reply_text": letter.reply_text,
        "html": bool(letter.html),
        "files": [
            {
                "name": one.name,
                "type": one.kind,
                "size": len(one.content),
                "sha256": one.sha256,
                "inline": one.inline,
            }
            for one in letter.files
        ],
        "notes": letter.notes,
    }


def worth_keeping(mail: IncomingMail, letter: Letter, broken: str) -> tuple[File, ...]:
    """The files that go with the words: not the little pictures of signatures; of what is broken, all."""
    kept = [one for one in letter.files if not one.inline or len(one.content) >= SMALLEST_PICTURE]
    if broken:
        with suppress(OSError, files.DamagedFile):
            kept.append(File(mail.raw.name, "message/rfc822", files.read(mail.raw)))
    return tuple(kept)


# A person's


def _from_person(arrived: Arrived, found: Match | None, broken: str, *, by: Actor, at: datetime) -> None:
    mail = arrived.mail
    if found:
        _take_answer(arrived, found, broken, by=by, at=at)
        return
    mail.outcome = MailOutcome.UNREADABLE if broken else MailOutcome.TICKET
    reason = ("illisible", "unreadable") if broken else _must_be_qualified(arrived)
    if broken and arrived.contact:
        reason = None
    handler = handlers.of("")
    if reason or handler is None or arrived.contact is None:
        queue(arrived, reason or ("", ""), at=at)
        return
    # Asked before anything is written: an answer waits for all that was sent before its question.
    client = arrived.contact.client
    asked = handler.ask(arrived, client=client, at=at)
    welcome = _ask_welcome(arrived, at=at)
    filed = handler.open(arrived, client=client, asked=asked, by=by, at=at)
    if filed is None:
        if welcome.first:
            outbox.not_today(mail.provider, arrived.letter.sender.address, at=at)
        queue(arrived, ("les conditions ne disent pas de quoi il s’agit", "the terms do not tell"), at=at)
        return
    (begun,), (answer,) = numbering.reserve_ids((Conversation, 1), (OutgoingMail, 1))
    conversation, keys = conversations.begun_by(arrived, filed, at=at, pk=begun)
    mail.why = ["client connu par son adresse", "client known by the address"]
    mail.matched_by = "contact"
    _settled_in(arrived, conversation, filed)
    if welcome.first:
        _welcome(arrived, conversation, filed, handler, welcome, at=at, pk=answer, keys=keys)
    else:
        rows.add(keys, ids=False)


def _must_be_qualified(arrived: Arrived) -> tuple[str, str] | None:
    if arrived.contact is None:
        if arrived.staff_name:
            return (
                "transmis par l’équipe\u202f: dites pour quel client",
                "sent on by the staff: say for which client",
            )
        supplier = directory.supplier_writing(arrived.mail.provider, arrived.letter.sender.address)
        if supplier:
            return (
                f"du fournisseur {supplier.name}\u202f: dites pour quel dossier",
                f"from the supplier {supplier.name}: say for which case",
            )
        return ("expéditeur inconnu", "unknown sender")
    verdict = arrived.letter.header("authentication-results").lower()
    if "dmarc=fail" in verdict:
        return (
            "l’adresse de l’expéditeur n’est pas prouvée (DMARC)",
            "the sender’s address is not proven (DMARC)",
        )
    return None


def queue(arrived: Arrived, reason: tuple[str, str], *, at: datetime) -> None:
    """Have a person say whose the message is."""
    mail = arrived.mail
    mail.standing = Standing.QUEUED
    mail.why = list(reason)
    mail.conversation = conversations.begin(mail.provider, subject=mail.subject, at=at)
    conversations.join(mail.conversation, arrived)


def _take_answer(arrived: Arrived, found: Match, broken: str, *, by: Actor, at: datetime) -> None:
    mail, conversation = arrived.mail, found.conversation
    mail.matched_by, mail.why = found.by, list(found.why)
    mail.outcome = MailOutcome.UNREADABLE if broken else MailOutcome.REPLY
    mail.conversation = conversation
    if found.by == "same-message":
        mail.client, mail.standing = conversation.client, Standing.SETTLED
        return
    if not conversation.about_kind:
        mail.standing = Standing.QUEUED
        conversations.join(conversation, arrived)
        return
    if conversation.client_id:
        conversations.people_named(arrived, conversation.client_id)  # before anything is written, as above
    handler = handlers.of(conversation.about_kind)
    filed = None
    if handler and arrived.staff_name and arrived.contact is None:
        # Whoever writes as one of us by mail has proven nothing: inside, it is a note.
        filed = handler.note(arrived, conversation, by=by, at=at)
    elif handler:
        filed = handler.reply(arrived, conversation, by=by, at=at)
    if filed is None:
        queue(arrived, found.why, at=at)
        return
    if (filed.kind, filed.id) != (conversation.about_kind, conversation.about_id):
        conversation = conversations.about(filed, provider=mail.provider, subject=mail.subject, at=at)
    _settled_in(arrived, conversation, filed)
    conversations.join(conversation, arrived)


def _settled_in(arrived: Arrived, conversation: Conversation, filed: Filed) -> None:
    mail = arrived.mail
    mail.conversation, mail.client = conversation, filed.client
    mail.event_id, mail.standing = filed.event_id, Standing.SETTLED


class _Welcome(NamedTuple):
    """Whether the message is to be acknowledged, in which language and words."""

    first: bool
    language: str = ""
    words: Words | None = None


def _ask_welcome(arrived: Arrived, *, at: datetime) -> _Welcome:
    """An address is told once a day that its message came, and never what must not be answered."""
    mail, contact = arrived.mail, arrived.contact
    if not (arrived.sort.answerable and mail.mailbox.acknowledges and contact) or arrived.staff_name:
        return _Welcome(first=False)
    with connection.ahead():  # type: ignore[attr-defined]
        first = outbox.ask_first_today(mail.provider, arrived.letter.sender.address, at=at)
        language = conversations.ask_language_of(contact)
        words = _ask_words(mail.mailbox)
        people = conversations.ask_people_named(arrived, contact.client_id)
        is_first, spoken = first(), language()
        arrived.people[contact.client_id] = people()
        return _Welcome(is_first, spoken, words()[spoken])


def _ask_words(mailbox: Mailbox) -> Callable[[], Mapping[str, Words]]:
    """The words of acknowledgements by language, as they were read with the mailbox or are now."""
    known = mailbox.welcomes
    if known is not None:
        return lambda: known
    return wordings.ask_words_of(mailbox.provider, MailKind.ACKNOWLEDGEMENT)


def acknowledge(
    arrived: Arrived,
    conversation: Conversation,
    filed: Filed,
    handler: handlers.Handler,
    *,
    at: datetime,
) -> None:
    """Say that the message came, if that is to be said."""
    welcome = _ask_welcome(arrived, at=at)
    if welcome.first:
        _welcome(arrived, conversation, filed, handler, welcome, at=at)


def _welcome(
    arrived: Arrived,
    conversation: Conversation,
    filed: Filed,
    handler: handlers.Handler,
    welcome: _Welcome,
    *,
    at: datetime,
    pk: int | None = None,
    keys: Sequence[ThreadKey] = (),
) -> None:
    """Say that the message came.

    `pk` is an id for the letter, and `keys` are to be stored, where the conversation has no letter yet.
    """
    mail = arrived.mail
    outbox.acknowledge(
        conversation,
        mailbox=mail.mailbox,
        to=arrived.letter.sender.address,
        contact=arrived.contact,
        language=welcome.language,
        words=welcome.words,
        promise=handler.promised(filed, welcome.language, at=at),
        answers=mail.message_id,
        at=at,
        alone=pk is not None,
        pk=pk,
        keys=keys,
    )


# A machine's


def _from_machine(arrived: Arrived, found: Match | None, *, by: Actor, at: datetime) -> None:
    """Recorded where it belongs, and nothing follows from it."""
    mail, sort = arrived.mail, arrived.sort
    mail.outcome, mail.standing = MACHINES[sort.kind], Standing.SETTLED
    mail.why = list(sort.why)
    if sort.kind == Kind.BOUNCE:
        troubles.returned(arrived.letter, provider=mail.provider, at=at)
    if found is None:
        return
    conversation = found.conversation
    mail.matched_by, mail.conversation, mail.client = found.by, conversation, conversation.client
    mail.why = [f"{sort.why[0]}, {found.why[0]}", f"{sort.why[1]}, {found.why[1]}"]
    if sort.kind == Kind.OWN or found.by == "same-message":
        return
    matching.remember(conversation, arrived.letter, reference=sort.reference)
    handler = handlers.of(conversation.about_kind) if conversation.about_kind else None
    filed = handler.note(arrived, conversation, by=by, at=at) if handler else None
    mail.event_id = filed.event_id if filed else None
