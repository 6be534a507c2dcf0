"""Phone calls: what the telephone system tells, the log, and calling back who was not answered."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.desk import queries
from clausier.desk.errors import CallSettled, UnknownCall
from clausier.desk.models import CallState, PhoneCall, Ticket
from clausier.desk.services import callbacks
from clausier.desk.timeline import Upload
from clausier.directory import phones
from clausier.directory import queries as directory
from clausier.directory.models import Contact
from clausier.foundation import files, journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Provider

LONGEST_NUMBER: Final = 20
LONGEST_REFERENCE: Final = 80
LONGEST_LINE: Final = 40
LONGEST_LINK: Final = 200
LONGEST_NOTE: Final = 500
LARGEST_AUDIO: Final = 10 * 1024 * 1024  # bytes
AUDIO: Final = frozenset({"audio/mpeg", "audio/wav", "audio/x-wav", "audio/ogg", "audio/mp4", "audio/webm"})
WITHHELD: Final = frozenset({"anonymous", "anonyme", "unknown", "private", "restricted", "unavailable"})
# A system may tell late, or again: a call never goes back to an earlier state.
# Where several telephones ring, one may miss what another answers: answered outweighs missed.
RANKS: Final = {CallState.RINGING: 0, CallState.MISSED: 1, CallState.ANSWERED: 2, CallState.VOICEMAIL: 2}
LINK: Final = re.compile(r"(?:tel|sip|sips|callto|https?):\S*\{number\}\S*")


@act("phone.announce")
def announce_call(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    state: str,
    number: str = "",
    line: str = "",
    began_at: datetime | None = None,
    is_outgoing: bool = False,
    audio: Upload | None = None,
) -> PhoneCall:
    """Keep what a telephone system tells of a call; telling it again changes nothing.

    `reference` is the system's name for the call. Whoever rings is looked for by their number; a missed call
    or a voicemail gets the callback that the terms make due (ims 6.2). Raises InvalidInput naming
    `reference`, `state`, `number`, `line` or `audio`.
    """
    if not reference.strip() or len(reference.strip()) > LONGEST_REFERENCE:
        raise InvalidInput(_("Donnez la référence de l’appel, 80 signes au plus."), field="reference")
    if state not in CallState.values or (is_outgoing and state == CallState.VOICEMAIL):
        raise InvalidInput(_("Cet état n’est pas celui d’un appel."), field="state")
    if len(line.strip()) > LONGEST_LINE:
        raise InvalidInput(_("Une ligne fait 40 signes au plus."), field="line")
    _check_audio(audio, state)
    call, is_new = _kept(
        by,
        at,
        reference.strip(),
        PhoneCall(
            is_outgoing=is_outgoing,
            state=state,
            number=dialled(number),
            line=line.strip(),
            began_at=min(began_at or at, at),
        ),
    )
    over = call.ticket_id is not None or call.settled_at is not None
    if not is_new and (over or RANKS[CallState(state)] <= RANKS[CallState(call.state)]):
        return call
    call.state, call.changed_at = state, at
    if audio is not None:
        call.audio = files.store(
            audio.content,
            provider=by.provider,
            name=audio.name,
            content_type=audio.content_type,
            at=at,
            client_id=call.client_id,
        )
    call.save()
    if waits(call):
        callbacks.owe_for_call(call, by=by, at=at)
    else:
        callbacks.settle_call(call, by=by, at=at)
    journal.write(by=by, at=at, code=f"phone.{state}", about=call, data={"number": call.number})
    return call


def _kept(by: Actor, at: datetime, reference: str, told: PhoneCall) -> tuple[PhoneCall, bool]:
    """The call of that reference, its row held, and whether it is told for the first time."""
    mine = PhoneCall.objects.filter(provider=by.provider, reference=reference)
    found = mine.select_for_update(of=("self",)).first()
    if found is not None:
        return found, False
    told.provider, told.reference, told.changed_at = by.provider, reference, at
    who = caller_of(by, told.number, told.began_at)
    if who is not None:
        told.client, told.contact = who.client, who.contact
    try:
        with transaction.atomic():
            told.save(force_insert=True)
    except IntegrityError:  # told twice at once
        return mine.select_for_update(of=("self",)).get(), False
    return told, True


def caller_of(actor: Actor, number: str, at: datetime) -> directory.Caller | None:
    """Who has that number, in any spelling; with several people, their client; None when it is unclear."""
    if not number.startswith("+"):
        return None
    found = directory.find_callers(actor, number, on=at.astimezone(PARIS).date())
    if len({one.client.pk for one in found}) != 1:
        return None
    people = [one for one in found if one.contact]
    return people[0] if len(people) == 1 else directory.Caller(found[0].client, None, False, number)


def dialled(number: str) -> str:
    """A number as it is kept: E.164, or an extension as it is; "" when withheld. Raises InvalidInput."""
    given = number.strip()
    if given.lower() in WITHHELD:
        return ""
    try:
        return phones.e164(given, field="number")
    except InvalidInput:
        if len(given) <= LONGEST_NUMBER and re.fullmatch(r"[\w*#.+-]+", given):
            return given
        raise


def waits(call: PhoneCall) -> bool:
    """Whether somebody is to be called back."""
    return (
        not call.is_outgoing
        and call.settled_at is None
        and call.state in {CallState.MISSED, CallState.VOICEMAIL}
    )


def _check_audio(audio: Upload | None, state: str) -> None:
    if audio is None:
        return
    if state != CallState.VOICEMAIL:
        raise InvalidInput(_("Seul un message vocal a un enregistrement."), field="audio")
    if audio.content_type not in AUDIO:
        raise InvalidInput(_("Un enregistrement est du MP3, WAV, Ogg, MP4 ou WebM."), field="audio")
    if not 0 < len(audio.content) <= LARGEST_AUDIO:
        raise InvalidInput(_("Un enregistrement fait d’un octet à dix mégaoctets."), field="audio")


def hold_call(call: PhoneCall, by: Actor) -> PhoneCall:
    """The call as it stands now, its row kept for this act. Raises UnknownCall when `by` does not see it."""
    held = queries.calls(by).select_related(None).select_for_update(of=("self",)).filter(pk=call.pk).first()
    if held is None:
        raise UnknownCall(_("Cet appel n’existe pas, ou vous n’y avez pas accès."))
    held.provider = by.provider
    return held


@act("desk.note")
def call_back(*, by: Actor, at: datetime, call: PhoneCall, text: str = "") -> PhoneCall:
    """Say that who was not answered has been called back. Raises CallSettled, InvalidInput naming `text`."""
    held = hold_call(call, by)
    if len(text.strip()) > LONGEST_NOTE:
        raise InvalidInput(_("Une note fait 500 signes au plus."), field="text")
    if not waits(held):
        raise CallSettled(_("Personne n’attend de rappel pour cet appel."))
    held.settled_note = text.strip()
    _settle(held, by=by, at=at)
    journal.write(by=by, at=at, code="phone.called_back", about=held, data={"number": held.number})
    return held


def keep_call(
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    is_outgoing: bool = False,
    contact: Contact | None = None,
    call: PhoneCall | None = None,
) -> PhoneCall:
    """Put a call about `ticket` into the log; the one that was announced is that one, and waits no more.

    The act it is part of writes the journal entry.
    """
    if call is None:
        return PhoneCall.objects.create(
            provider=ticket.provider,
            client=ticket.client,
            contact=contact,
            ticket=ticket,
            is_outgoing=is_outgoing,
            state=CallState.ANSWERED,
            number=(contact.phone or contact.mobile if contact else "") or ticket.client.phone,
            began_at=at,
            changed_at=at,
        )
    held = hold_call(call, by)
    held.ticket, held.client = ticket, ticket.client
    held.contact = contact
    _settle(held, by=by, at=at)
    return held


@act("desk.open")
def take_call(*, by: Actor, at: datetime, call: PhoneCall, ticket: Ticket) -> PhoneCall:
    """The ticket was opened from that call. Raises UnknownCall, CallSettled when another ticket was."""
    held = hold_call(call, by)
    if held.ticket_id not in {None, ticket.pk}:
        raise CallSettled(_("Cet appel est déjà sur le ticket %(ticket)s.") % {"ticket": held.ticket})
    kept = keep_call(ticket, by=by, at=at, contact=ticket.caller, call=held)
    journal.write(by=by, at=at, code="phone.taken", about=kept, data={"ticket": ticket.number})
    return kept


def _settle(call: PhoneCall, *, by: Actor, at: datetime) -> None:
    if call.settled_at is None:
        call.settled_at, call.settled_by = at, by.person
        callbacks.settle_call(call, by=by, at=at)
    call.save()


@act("integrations.write")
def set_call_link(*, by: Actor, at: datetime, link: str) -> Provider:
    """What a click on a number opens, as « sip:{number}@… ». Raises InvalidInput naming `link`."""
    wanted = link.strip()
    if len(wanted) > LONGEST_LINK or not LINK.fullmatch(wanted):
        raise InvalidInput(
            _("Un lien commence par tel:, sip:, sips:, callto:, http: ou https: et contient {number}."),
            field="link",
        )
    held = Provider.objects.select_for_update().get(pk=by.provider.pk)
    held.call_link = wanted
    held.save(update_fields=["call_link"])
    journal.write(by=by, at=at, code="phone.link_set", about=held, data={"link": wanted})
    return held
