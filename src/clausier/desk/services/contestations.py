"""Contestations of recorded work: made by the client, answered by the provider, counted (ims 7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk import facts, policies, queries
from clausier.desk.errors import NotContestable, TooLate, UnknownContestation
from clausier.desk.models import (
    Contestation,
    ContestationChannel,
    ContestedEntry,
    EventKind,
    Ticket,
    TicketEvent,
    WorkEntry,
    WorkSession,
)
from clausier.desk.services.corrections import correct_within
from clausier.desk.services.held import hold, move_contestation, not_later
from clausier.desk.states import ContestationState, SessionState
from clausier.desk.timeline import record
from clausier.directory.models import Contact
from clausier.foundation import journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

LONGEST = 4000  # signs of a reason or an answer


@act("desk.contest")
def contest_work(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    entries: Iterable[WorkEntry],
    reason: str,
    channel: str = ContestationChannel.PORTAL,
    contact: Contact | None = None,
) -> Contestation:
    """Contest entries of validated sessions: by the client in the portal, or as it told the staff.

    Raises InvalidInput naming `reason`, `entries`, `channel` or `contact`, NotContestable, TooLate.
    """
    held = hold(ticket, by)
    wanted = _entries(held, list(entries), at)
    said = _words(reason, "reason", _("Dites ce qui ne va pas, en 4 000 signes au plus."))
    made = Contestation.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        ticket=held,
        channel=_channel(by, channel),
        contact=_who(by, held, contact),
        author_name=contact.full_name if contact else by.name,
        reason=said,
        made_at=at,
    )
    ContestedEntry.objects.bulk_create(
        ContestedEntry(provider_id=made.provider_id, client_id=made.client_id, contestation=made, entry=entry)
        for entry in wanted
    )
    event = _record(made, "made", text=said, by=by, at=at)
    _journal(made, "desk.work_contested", event, by=by, at=at, entries=[entry.pk for entry in wanted])
    return made


@act("desk.correct")
def uphold_contestation(
    *,
    by: Actor,
    at: datetime,
    contestation: Contestation,
    answer: str,
    corrected: Mapping[int, Sequence[Mapping[str, Any]]],
) -> Contestation:
    """The client is right: each session contested is corrected, and the client told.

    `corrected` gives, by the id of a contested session, its entries as they should have been; none takes the
    session back whole. Raises InvalidInput naming `answer` or `entries`, and what `correct_work` raises.
    """
    held = _hold(contestation, by)
    said = _words(answer, "answer", _("Dites au client ce que vous corrigez, en 4 000 signes au plus."))
    sessions = queries.contested_sessions(contestation)
    if set(corrected) - {session.pk for session in sessions}:
        raise InvalidInput(_("Corrigez les séances contestées, et elles seules."), field="entries")
    for session in sessions:
        if session.pk in corrected:
            correct_within(
                held, session, contestation, by=by, at=at, reason=said, entries=corrected[session.pk]
            )
    if not corrected:
        raise InvalidInput(_("Corrigez au moins une séance, ou refusez en disant pourquoi."), field="entries")
    _answer(contestation, ContestationState.UPHELD, said, by=by, at=at)
    return contestation


@act("desk.correct")
def reject_contestation(*, by: Actor, at: datetime, contestation: Contestation, answer: str) -> Contestation:
    """The work stands as it was recorded: the client reads why. Rejected contestations are counted.

    Raises InvalidInput naming `answer`, OutOfDate.
    """
    held = _hold(contestation, by)
    said = _words(answer, "answer", _("Dites au client pourquoi, en 4 000 signes au plus."))
    _answer(contestation, ContestationState.REJECTED, said, by=by, at=at, count_in=held)
    return contestation


@act("desk.contest")
def withdraw_contestation(
    *, by: Actor, at: datetime, contestation: Contestation, reason: str = ""
) -> Contestation:
    """The client no longer contests. Raises OutOfDate."""
    _hold(contestation, by)
    if len(reason.strip()) > LONGEST:
        raise InvalidInput(_("Un motif fait 4 000 signes au plus."), field="reason")
    _answer(contestation, ContestationState.WITHDRAWN, reason.strip(), by=by, at=at)
    return contestation


# Parts of the acts


def _entries(ticket: Ticket, wanted: Sequence[WorkEntry], at: datetime) -> list[WorkEntry]:
    found = list(
        WorkEntry.objects.filter(
            pk__in=[entry.pk for entry in wanted],
            session__ticket=ticket,
            session__state=SessionState.VALIDATED,
            session__correction=None,
        )
        .select_related("session")
        .order_by("pk")
    )
    if not wanted:
        raise InvalidInput(_("Choisissez ce que vous contestez."), field="entries")
    if len(found) < len({entry.pk for entry in wanted}):
        raise NotContestable(
            _("Seul le travail validé, et pas encore corrigé, se conteste."), field="entries"
        )
    if Contestation.objects.filter(state=ContestationState.OPEN, contested__entry__in=found).exists():
        raise NotContestable(
            _("Une contestation de ce travail attend déjà sa réponse."),
            field="entries",
            way_out=_("Écrivez dans la demande ce que vous voulez y ajouter."),
        )
    for session in {entry.session for entry in found}:
        _in_time(ticket, session, at)
    return found


def _in_time(ticket: Ticket, session: WorkSession, at: datetime) -> None:
    """Raises TooLate once the days that the provider leaves are over; the text itself leaves them open."""
    until = facts.contestable_until(ticket, session)
    if session.validated_at is not None:
        not_later(session.validated_at, at, "at")
    if until is not None and policies.day_of(at) > until:
        day = wording.long_day(until, get_language() or "fr", year=True, weekday=False)
        raise TooLate(
            _("Cette séance pouvait être contestée jusqu’au %(day)s.") % {"day": day}, field="entries"
        )


def _channel(by: Actor, channel: str) -> str:
    if by.is_client_side:
        return ContestationChannel.PORTAL
    if channel not in (ContestationChannel.PHONE, ContestationChannel.MAIL):
        raise InvalidInput(_("Dites comment le client l’a fait savoir."), field="channel")
    return channel


def _who(by: Actor, ticket: Ticket, contact: Contact | None) -> Contact | None:
    if by.is_client_side:
        return Contact.objects.filter(pk=by.contact_id or 0).first()
    if contact is None or contact.client_id != ticket.client_id:
        raise InvalidInput(_("Dites qui, chez le client, conteste."), field="contact")
    return contact


def _words(text: str, field: str, says: str) -> str:
    found = text.strip()
    if not found or len(found) > LONGEST:
        raise InvalidInput(says, field=field)
    return found


def _hold(contestation: Contestation, by: Actor) -> Ticket:
    """The contestation's ticket, its row held. Raises UnknownContestation when `by` does not see it."""
    if not queries.contestations(by).filter(pk=contestation.pk).exists():
        raise UnknownContestation(_("Cette contestation n’existe pas, ou vous n’y avez pas accès."))
    return hold(contestation.ticket, by)


def _answer(
    contestation: Contestation,
    state: str,
    answer: str,
    *,
    by: Actor,
    at: datetime,
    count_in: Ticket | None = None,
) -> None:
    """Settle it, say it to the client, and see whether contesting is repeated once it was rejected."""
    not_later(contestation.made_at, at, "at")
    move_contestation(contestation, state, answer=answer, answered_at=at, answered_by=by.person)
    repeated = _count(contestation, count_in, at=at) if count_in else False
    event = _record(contestation, state, text=answer, by=by, at=at)
    code = {
        ContestationState.UPHELD: "desk.contestation_upheld",
        ContestationState.REJECTED: "desk.contestation_rejected",
        ContestationState.WITHDRAWN: "desk.contestation_withdrawn",
    }[ContestationState(state)]
    _journal(contestation, code, event, by=by, at=at, repeated=repeated)


def _count(contestation: Contestation, ticket: Ticket, *, at: datetime) -> bool:
    """Whether the client's contestations are repeated by now; kept as a ruling where the terms count them."""
    outcome = facts.repeated_contestation(ticket, at)
    if outcome is None:
        return False
    ruling = rulings.keep(
        outcome,
        provider=ticket.provider,
        book=facts.terms_for(ticket.provider, ticket.contract, ticket.agency).installed,
        about=contestation,
        at=at,
        client_id=ticket.client_id,
    )
    Contestation.objects.filter(pk=contestation.pk).update(ruling=ruling)
    contestation.ruling = ruling
    return bool(outcome.value)


def _record(contestation: Contestation, step: str, *, text: str, by: Actor, at: datetime) -> TicketEvent:
    return record(
        contestation.ticket,
        EventKind.CONTESTED,
        by=by,
        at=at,
        text=text,
        contact=contestation.contact if step in {"made", ContestationState.WITHDRAWN} else None,
        data={"contestation": contestation.pk, "step": step, "channel": contestation.channel},
    )


def _journal(
    contestation: Contestation, code: str, event: TicketEvent, *, by: Actor, at: datetime, **data: Any
) -> None:
    journal.write(
        by=by,
        at=at,
        code=code,
        about=contestation,
        data={"ticket": contestation.ticket.number, "event": event.pk, **data},
    )
