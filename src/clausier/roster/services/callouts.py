"""Calling the on-call out: who is called, by what, who answers, who comes next, what the ticket keeps.

What asks for it is a job that follows an act (`follow`), or someone of the team (`call_out`). Everything
that may be done twice by a job does it once: a call-out is one for each cause, a person is called once at
each place of the line, a message is one for each channel.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.desk import services as desk
from clausier.desk.models import EventKind, PhoneCall, Ticket
from clausier.desk.services.held import hold, hold_open
from clausier.desk.states import TicketState
from clausier.desk.timeline import record
from clausier.foundation import journal, mail, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.models import JournalEntry, Membership, Person, Provider
from clausier.foundation.permissions import Role
from clausier.roster import facts, queries
from clausier.roster.errors import AlreadyCalledOut, CallOutOver
from clausier.roster.facts import Wanted
from clausier.roster.models import CallOut, CallOutReason, Channel, Reach, Sender, Summons
from clausier.roster.services import assignment
from clausier.roster.states import CallOutState, ReachState

REACH: Final = "roster.reach"
ESCALATE: Final = "roster.escalate"
SALT: Final = "clausier.roster.summons"
STALE: Final = timedelta(hours=12)
"""After a stop of the worker, what is older calls nobody."""
LONGEST_TITLE = 60  # signs of a ticket's title in a message

TICKET_CODES: Final = frozenset({"desk.ticket_opened", "desk.ticket_reopened", "desk.reply_received"})
STAFF_ROLES: Final = frozenset(queries.WORKERS)
CALL_CODES: Final = frozenset({"phone.missed", "phone.voicemail"})


# What asks for it


@act("roster.call_out")
def call_out(*, by: Actor, at: datetime, ticket: Ticket) -> CallOut:
    """Call the on-call out for a ticket, whatever the hour. Raises AlreadyCalledOut, TicketClosed."""
    held = hold_open(ticket, by)
    if CallOut.objects.filter(ticket=held, state=CallOutState.WAITING).exists():
        raise AlreadyCalledOut(
            _("L’astreinte est déjà appelée pour ce ticket."),
            way_out=_("Elle passe d’elle-même à la personne suivante."),
        )
    return _begin(Wanted(CallOutReason.ASKED, None, None), by=by, at=at, ticket=held)


@act("roster.call_out")
def follow(*, by: Actor, at: datetime, entry: JournalEntry) -> CallOut | None:
    """What follows the act of `entry`: a new ticket is shared out, the on-call is called where wanted.

    None where nobody is called. Done again, it does nothing.
    """
    if entry.code in CALL_CODES:
        return _follow_call(entry, by=by, at=at)
    ticket = Ticket.objects.filter(pk=entry.object_id or 0, provider=by.provider).first()
    if ticket is None:
        return None
    held = hold(ticket, by)
    if held.state == TicketState.CLOSED:
        return None
    called = _follow_ticket(held, entry, by=by, at=at)
    if entry.code == "desk.ticket_opened" and held.assignee_id is None and called is None:
        assignment.share_out(by=by, at=at, ticket=held)
    return called


def _follow_ticket(ticket: Ticket, entry: JournalEntry, *, by: Actor, at: datetime) -> CallOut | None:
    kept = queries.settings_of(by.provider)
    if at - entry.written_at > STALE:
        return None
    # What waited until the house opened needs nobody woken.
    wanted = facts.wanted_for_ticket(ticket, entry.written_at, kept)
    if wanted is None or facts.house_is_open(by.provider, ticket.agency, at):
        return None
    known = CallOut.objects.filter(ticket=ticket)
    if known.filter(state=CallOutState.WAITING).exists() or known.filter(caused_by=entry.pk).exists():
        return None
    if _in_hand(ticket, entry, at):
        return None
    return _begin(wanted, by=by, at=at, ticket=ticket, entry=entry)


def _in_hand(ticket: Ticket, entry: JournalEntry, at: datetime) -> bool:
    """Whether who would be called did it: the person on call, or the one whose ticket it is."""
    if entry.actor_id is None or entry.actor_role not in STAFF_ROLES:
        return False
    rota = queries.rota_for(ticket.provider, ticket.agency)
    line = queries.line(rota, at) if rota else []
    return entry.actor_id in (ticket.assignee_id, *line[:1])


def _follow_call(entry: JournalEntry, *, by: Actor, at: datetime) -> CallOut | None:
    call = PhoneCall.objects.select_for_update(of=("self",)).filter(pk=entry.object_id or 0).first()
    if at - entry.written_at > STALE:
        return None
    if call is None or call.settled_at is not None or call.ticket_id is not None:
        return None
    wanted = facts.wanted_for_call(call, entry.written_at)
    client = call.client
    if wanted is None or client is None or facts.house_is_open(by.provider, client.agency, at):
        return None
    if CallOut.objects.filter(call=call).exists():
        return None
    return _begin(wanted, by=by, at=at, call=call, entry=entry)


def _begin(
    wanted: Wanted,
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket | None = None,
    call: PhoneCall | None = None,
    entry: JournalEntry | None = None,
) -> CallOut:
    about = ticket or call
    assert about is not None
    client = about.client
    agency = ticket.agency if ticket else (client.agency if client else None)
    rota = queries.rota_for(by.provider, agency) if agency else None
    ruling = None
    if wanted.outcome is not None and wanted.terms is not None:
        ruling = rulings.keep(
            wanted.outcome,
            provider=by.provider,
            book=wanted.terms.installed,
            about=about,
            at=at,
            client_id=about.client_id,
        )
    made = CallOut.objects.create(
        provider=by.provider,
        client_id=about.client_id,
        ticket=ticket,
        call=call,
        rota=rota,
        reason=wanted.reason,
        ruling=ruling,
        caused_by=entry.pk if entry else None,
        begun_at=at,
    )
    _say(made, "begun", by=by, at=at, reason=wanted.reason)
    data = {"reason": wanted.reason, "rota": rota.name if rota else None}
    journal.write(by=by, at=at, code="roster.called_out", about=made, data=data)
    _next(made, 0, by=by, at=at)
    return made


# One after the other


@act("roster.call_out")
def escalate(*, by: Actor, at: datetime, call_out: CallOut, position: int) -> str:
    """The person at `position` did not answer in time: call the next one; the state that results.

    Done again, or once someone answered, it does nothing. A ticket that was closed needs nobody any more.
    """
    held = CallOut.objects.select_for_update().get(pk=call_out.pk)
    if held.state != CallOutState.WAITING:
        return held.state
    if held.summonses.filter(position__gt=position).exists():
        return held.state
    if _is_settled(held):
        return _end(held, CallOutState.ENDED, at=at)
    _next(held, position + 1, by=by, at=at)
    return held.state


def _is_settled(held: CallOut) -> bool:
    """Whether what it was called for is over: the ticket closed, or the caller called back."""
    if held.ticket:
        return held.ticket.state == TicketState.CLOSED
    return held.call is not None and held.call.settled_at is not None


def _next(held: CallOut, position: int, *, by: Actor, at: datetime) -> None:
    """Call whoever stands at `position` of the line as it is now; nobody left: the leaders are written to."""
    line = queries.line(held.rota, at) if held.rota else []
    if position >= len(line) or held.rota is None:
        _give_up(held, by=by, at=at)
        return
    person = Person.objects.get(pk=line[position])
    until = at + timedelta(minutes=held.rota.escalate_minutes)
    summons = Summons.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        call_out=held,
        person=person,
        position=position,
        at=at,
        until=until,
    )
    channels = _write_messages(summons, by.provider)
    _say(held, "summoned", by=by, at=at, name=person.full_name, position=position, channels=channels)
    if position:
        journal.write(
            by=by,
            at=at,
            code="roster.summoned",
            about=held,
            data={"person": person.full_name, "position": position},
        )
    app.configure_task(ESCALATE, schedule_at=until).defer(
        call_out=held.pk, position=position, provider_id=held.provider_id
    )


def _write_messages(summons: Summons, provider: Provider) -> list[str]:
    """A message for each way in which the person is reached, queued; the channels."""
    means = queries.means_of(provider, summons.person)
    ready = set(Sender.objects.filter(provider=provider, is_active=True).values_list("channel", flat=True))
    ways = [
        (Channel.SMS, means.mobile if Channel.SMS in ready else ""),
        (Channel.PUSH, means.topic if Channel.PUSH in ready else ""),
    ]
    found = [(channel, to) for channel, to in ways if to]
    if means.by_mail or not found:
        # Whoever has no other way is at least written to.
        found.append((Channel.MAIL, summons.person.email))
    for channel, to in found:
        reach = Reach.objects.create(
            provider_id=summons.provider_id,
            client_id=summons.client_id,
            summons=summons,
            channel=channel,
            to=to,
        )
        queue(reach, attempt=1)
    return [str(channel) for channel, _to in found]


def queue(reach: Reach, *, attempt: int, at: datetime | None = None) -> None:
    """Defer the attempt, inside the transaction under way; at once, or `at` that instant."""
    app.configure_task(REACH, schedule_at=at).defer(
        reach=reach.pk, attempt=attempt, provider_id=reach.provider_id
    )


def _give_up(held: CallOut, *, by: Actor, at: datetime) -> None:
    """Nobody answered, or nobody was on call: said on the ticket, and to the leaders by mail."""
    _end(held, CallOutState.UNANSWERED, at=at)
    _say(held, "unanswered", by=by, at=at)
    journal.write(by=by, at=at, code="roster.unanswered", about=held)
    leaders = Membership.objects.working().filter(
        provider=by.provider, role__in=(Role.OWNER, Role.MANAGER), person__is_active=True
    )
    for member in leaders.select_related("person"):
        with translation.override(member.person.language):
            mail.defer(
                to=member.person.email,
                subject=_("Astreinte sans réponse : %(what)s") % {"what": _subject(held)},
                body=_("Personne n’a répondu à l’appel d’astreinte.\n\n%(what)s\n%(url)s\n")
                % {"what": _subject(held), "url": _page_url(held)},
            )


def _end(held: CallOut, state: str, *, at: datetime) -> str:
    held.state, held.ended_at = state, at
    held.save(update_fields=["state", "ended_at"])
    return state


# Answering


@act("roster.answer")
def answer(*, by: Actor, at: datetime, call_out: CallOut) -> CallOut:
    """`by` takes it: nobody else is called, and a ticket that is nobody's becomes theirs.

    Raises CallOutOver naming who took it before.
    """
    held = CallOut.objects.select_for_update().filter(pk=call_out.pk, provider=by.provider).first()
    if held is None or held.state not in (CallOutState.WAITING, CallOutState.UNANSWERED):
        taken = held.answered_by if held else None
        raise CallOutOver(
            _("%(name)s s’en occupe déjà.") % {"name": taken.full_name}
            if taken
            else _("Cet appel d’astreinte est terminé.")
        )
    held.answered_by = by.person
    held.save(update_fields=["answered_by"])
    _end(held, CallOutState.ANSWERED, at=at)
    Reach.objects.filter(summons__call_out=held, state=ReachState.WAITING).update(
        state=ReachState.GIVEN_UP, ended_at=at
    )
    _say(held, "answered", by=by, at=at)
    ticket = held.ticket
    if ticket and ticket.assignee_id is None and ticket.state != TicketState.CLOSED:
        desk.assign(by=by, at=at, ticket=ticket, person=by.person)
    journal.write(
        by=by,
        at=at,
        code="roster.answered",
        about=held,
        data={"seconds": int((at - held.begun_at).total_seconds())},
    )
    return held


def summons_token(summons: Summons) -> str:
    """The end of the address that answers `summons` without signing in."""
    return signing.Signer(salt=SALT).sign(str(summons.pk))


def open_summons(token: str) -> Summons | None:
    """The summons of that address; asked with everything in sight. None for what we did not sign."""
    try:
        pk = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = Summons.objects.select_related("provider__book", "person", "call_out__answered_by")
    return found.filter(pk=pk).first()


# What is written


def words_of(summons: Summons) -> tuple[str, str]:
    """The subject and the text of a message to the person, in their language; the text fits a long SMS."""
    held = summons.call_out
    with translation.override(summons.person.language):
        subject = _("Astreinte : %(what)s") % {"what": _subject(held)}
        text = _("%(subject)s. Prendre l’appel : %(url)s") % {
            "subject": subject,
            "url": site_url(held.provider)
            + reverse("on-call-answer", args=[held.provider.slug, summons_token(summons)]),
        }
    return subject, text


def _subject(held: CallOut) -> str:
    client = held.client.name if held.client else _("client inconnu")
    if held.ticket is None:
        number = held.call.number if held.call else ""
        return _("%(client)s a appelé en vain (%(number)s)") % {"client": client, "number": number}
    title = held.ticket.title
    return _("%(client)s, ticket %(number)s, priorité %(priority)s, %(title)s") % {
        "client": client,
        "number": held.ticket,
        "priority": held.ticket.priority,
        "title": title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rstrip()}…",
    }


def _page_url(held: CallOut) -> str:
    slug = held.provider.slug
    where = (
        reverse("ticket", args=[slug, held.ticket.number]) if held.ticket else reverse("on-call", args=[slug])
    )
    return site_url(held.provider) + where


def site_url(provider: Provider) -> str:
    """Where the installation is reached: as it was when the rota was made, else by its settings."""
    kept = queries.settings_of(provider).site_url
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "http://localhost:8000")
    return (kept or origin).rstrip("/")


def note_reach(reach: Reach, *, by: Actor, at: datetime) -> None:
    """Say on the ticket and in the journal that a message went out, or was given up."""
    held, sent = reach.summons.call_out, reach.state == ReachState.SENT
    _say(
        held,
        "reached" if sent else "not-reached",
        by=by,
        at=at,
        name=reach.summons.person.full_name,
        channel=reach.channel,
        error=reach.error if not sent else "",
    )
    data = {"person": reach.summons.person.full_name, "channel": reach.channel, "attempts": reach.attempts}
    if sent:
        journal.write(by=by, at=at, code="roster.reached", about=held, data=data)
    else:
        data["error"] = reach.error
        journal.write(by=by, at=at, code="roster.not_reached", about=held, data=data)


def _say(held: CallOut, step: str, *, by: Actor, at: datetime, **said: Any) -> None:
    """An entry of the thread, for the staff; none where there is no ticket."""
    if held.ticket:
        data = {"call_out": held.pk, "step": step, **said}
        record(held.ticket, EventKind.CALLED_OUT, by=by, at=at, data=data, ruling=held.ruling, internal=True)
