"""Reading the desk: who sees which tickets, the thread, the promises at an instant, who comes when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Case, F, IntegerField, Prefetch, Q, QuerySet, Value, When

from clausier.desk import clocks, policies
from clausier.desk.clocks import PromiseView
from clausier.desk.models import (
    INVERSE,
    Appointment,
    Callback,
    CallState,
    Checklist,
    Contestation,
    Custody,
    EventKind,
    HourlyItem,
    LinkKind,
    MachineLoan,
    Merge,
    Notice,
    Origin,
    PhoneCall,
    Promise,
    PromiseKind,
    Tag,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
    TicketTask,
    Watcher,
    WorkEntry,
    WorkSession,
    WorkSpan,
)
from clausier.desk.states import AppointmentState, ContestationState, SessionState, TicketState
from clausier.directory.models import Channel
from clausier.foundation import books
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.compiled import Compiled, Given, among
from clausier.foundation.models import Person, Provider, Ruling
from clausier.foundation.permissions import Role
from clausier.terms.outcome import Outcome

__all__ = ["PromiseView"]

# What people said: it goes with a ticket that is merged.
SAID = (EventKind.OPENED, EventKind.MESSAGE, EventKind.NOTE, EventKind.CALL, EventKind.MACHINE)

CLOSED = Q(state=TicketState.CLOSED)
TO_RETURN = Q(settled_at=None, is_outgoing=False, state__in=(CallState.MISSED, CallState.VOICEMAIL))
"""Of phone calls: those that wait for a callback."""

CHANNELS = "intake.channels"
# The book's words for channels, in ours.
ORIGINS = {"portal": Origin.PORTAL, "phone": Origin.PHONE, "email": Origin.MAIL}


def tickets_visible_to(actor: Actor) -> QuerySet[Ticket]:
    """The tickets that `actor` may read: on a client's side its client's, a plain user's own."""
    if not actor.may("desk.read"):
        return Ticket.objects.none()
    found = _as_read(Ticket.objects.filter(provider=actor.provider))
    if not actor.is_client_side:
        return found
    own = found.filter(client_id=actor.client_id or 0)
    # Without a contact nobody is the caller: such an account sees nothing.
    return own.filter(_theirs(actor.contact_id or 0)) if actor.role == Role.USER else own


MOST_TICKETS: Final = 2**31 - 1  # numbers that a row can have

_NUMBERED: Final = Compiled(
    lambda: _as_read(
        Ticket.objects.filter(provider_id=Given("provider"), number=Given("number"))
    ).select_related("opened_by", "verdict_ruling")
)


def _theirs(contact: int) -> Q:
    """What one of the client's people reads: the tickets of their own, and those that they follow."""
    followed = Watcher.objects.filter(contact_id=contact, ended_at=None)
    return Q(caller_id=contact) | Q(pk__in=followed.values("ticket"))


def _as_read(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Tickets with what nearly every page of them shows."""
    joined = tickets.select_related(
        "provider__book", "client__agency", "agency", "site", "caller", "contract__book", "assignee"
    )
    # The text of a book is large and kept in memory under its digest.
    return joined.defer("provider__book__content", "contract__book__content")


def has_tickets(actor: Actor) -> bool:
    """Whether the provider has had a ticket yet, for whoever may read them."""
    return tickets_visible_to(actor).exists()


def open_tickets(actor: Actor) -> QuerySet[Ticket]:
    """What is not closed, the most urgent first, then the oldest call.

    Where the provider's book ranks the channels (ims 6.1: the platform first), their order comes between.
    """
    found = tickets_visible_to(actor).exclude(CLOSED)
    return found.order_by("priority", *_channel_order(actor.provider), "called_at", "pk")


def _channel_order(provider: Provider) -> list[Case]:
    """The rank of a ticket's channel in the provider's book; nothing to order by where it gives none."""
    book = books.read(provider.book)
    if not book.has(CHANNELS):
        return []
    ranked = book.timeline(CHANNELS)[-1].value
    whens = [When(origin=ORIGINS[word], then=Value(rank)) for rank, word in enumerate(ranked)]
    return [Case(*whens, default=Value(len(whens)), output_field=IntegerField())]


def ticket_by_number(actor: Actor, number: int) -> Ticket | None:
    """The ticket of that number; None when there is none for `actor`."""
    if actor.is_client_side or not actor.may("desk.read"):
        return tickets_visible_to(actor).filter(number=number).first()
    return _NUMBERED.first(provider=actor.provider.pk, number=number) if number <= MOST_TICKETS else None


def thread(ticket: Ticket, actor: Actor) -> QuerySet[TicketEvent]:
    """What happened, oldest first, but for what was moved away; the client does not see what is internal.

    What was said on the tickets merged into this one stands among it; their clocks' history stays theirs.
    """
    own = Q(ticket=ticket)
    if merged := merged_into(ticket):
        own |= Q(ticket__in=merged, kind__in=SAID)
    events = (
        TicketEvent.objects.filter(own, provider=actor.provider, moved=None)
        .select_related("person", "contact", "ruling", "ticket")
        .prefetch_related("attachments__file")
        .order_by("at", "pk")
    )
    return events.filter(is_internal=False) if actor.is_client_side else events


_MERGED_INTO: Final = Compiled(
    lambda: Merge.objects.filter(among("into_id", "tickets"), undone_at=None).only("ticket_id")
)


def merged_into(ticket: Ticket) -> list[int]:
    """The tickets that go on in this one, those merged into them included; their ids."""
    found: list[int] = []
    looked_at = [ticket.pk]
    while looked_at:
        merges = _MERGED_INTO.all(tickets=looked_at)
        looked_at = [one.ticket_id for one in merges if one.ticket_id not in found]
        found += looked_at
    return found


# Asked of each ticket that something is said on.
_MERGED: Final = Compiled(
    lambda: (
        Merge.objects.filter(ticket_id=Given("ticket"), undone_at=None)
        .select_related("into__client")
        .order_by("pk")[:1]
    )
)


def survivor(ticket: Ticket) -> Ticket:
    """The ticket that goes on for this one: itself, unless it was merged."""
    found = ticket
    while merge := _MERGED.first(ticket=found.pk):
        found = merge.into
    return found


def rulings_visible_to(actor: Actor) -> QuerySet[Ruling]:
    """Outcomes that `actor` may ask "why?" of.

    The people of a client see those of the tickets they see, and not the provider's own targets.
    """
    found = foundation.rulings_visible_to(actor)
    if not actor.is_client_side:
        return found
    tickets = tickets_visible_to(actor).order_by().values("pk")
    sessions = WorkSession.objects.filter(ticket__in=tickets).values("pk")
    targets = TicketEvent.objects.filter(ticket__in=tickets, is_internal=True).exclude(ruling=None)
    return found.filter(
        Q(subject_kind="ticket", subject_id__in=tickets)
        | Q(subject_kind="worksession", subject_id__in=sessions)
    ).exclude(pk__in=targets.values("ruling"))


# Promises


def promises_of(ticket: Ticket) -> dict[str, Promise]:
    """The promise and the target of a ticket, by kind; a kind it has not is absent."""
    return {promise.kind: promise for promise in ticket.promises.all()}


def promise_view(promise: Promise, now: datetime) -> PromiseView:
    """How a promise stands at `now`, replayed from the ticket's events."""
    events = promise.ticket.events.filter(kind__in=clocks.KINDS).order_by("at", "pk")
    return clocks.view(promise, list(events), now)


def promise_views(
    tickets: Iterable[Ticket], now: datetime, kind: str = PromiseKind.PROMISE
) -> dict[int, PromiseView]:
    """How the promises of many tickets stand at `now`, by ticket id, in two queries.

    A ticket without a promise of that kind is absent.
    """
    views = clock_views(tickets, now, (kind,))
    return {ticket: view for (ticket, _kind), view in views.items()}


def clock_views(
    tickets: Iterable[Ticket],
    now: datetime,
    kinds: Sequence[str] = (PromiseKind.PROMISE, PromiseKind.TARGET),
) -> dict[tuple[int, str], PromiseView]:
    """How the clocks of many tickets stand at `now`, by ticket id and kind, in two queries."""
    promises = Promise.objects.filter(ticket__in=[ticket.pk for ticket in tickets], kind__in=kinds)
    return _views(promises, now)


class Told(NamedTuple):
    """What a replay reads of an event. The fields stand in the model's order."""

    pk: int
    ticket_id: int
    kind: str
    at: datetime
    data: dict[str, Any]


_STEPS = Compiled(
    lambda: (
        TicketEvent.objects.filter(among("ticket_id", "tickets"), kind__in=clocks.KINDS)
        .only("ticket_id", "kind", "at", "data")
        .order_by("at", "pk")
    )
)


def _views(promises: Iterable[Promise], now: datetime) -> dict[tuple[int, str], PromiseView]:
    """Each replayed from the events of its ticket."""
    asked = list(promises)
    tickets = list({promise.ticket_id for promise in asked})
    events: dict[int, list[Told]] = {}
    for step in map(Told._make, _STEPS.rows(tickets=tickets) if tickets else ()):
        events.setdefault(step.ticket_id, []).append(step)
    return {
        (promise.ticket_id, promise.kind): clocks.view(promise, events.get(promise.ticket_id, []), now)
        for promise in asked
    }


def clock_views_as_opened(ticket: Ticket, now: datetime) -> dict[str, PromiseView]:
    """The clocks of a ticket that was opened a moment ago, by kind; nothing is read."""
    return {promise.kind: clocks.view(promise, [event], now) for promise, event in ticket.as_opened}


def outcome_now(promise: Promise, now: datetime) -> Outcome:
    """The whole account of a promise as it stands at `now`: what its clock shows, line by line."""
    events = promise.ticket.events.filter(kind__in=clocks.KINDS).order_by("at", "pk")
    steps = clocks.in_order(clocks.written(events, promise.kind))
    return clocks.replay(steps, max(now, steps[0].at))


def promise_ruled_by(ruling: Ruling) -> Promise | None:
    """The promise whose present answer is `ruling`; None for any other ruling."""
    return Promise.objects.filter(provider=ruling.provider, ruling=ruling).select_related("ticket").first()


# Work and appointments


def sessions_of(ticket: Ticket) -> QuerySet[WorkSession]:
    """The work sessions of a ticket, oldest first, with their spans and entries."""
    return (
        ticket.sessions.select_related(
            "technician", "ruling", "beneficiary", "correction__replacement", "corrects"
        )
        .prefetch_related(
            "entries",
            "hourly_items",
            Prefetch("spans", WorkSpan.objects.order_by("started_at")),
        )
        .order_by("started_at", "pk")
    )


def running_session(person: Person) -> WorkSession | None:
    """The session whose stopwatch runs for `person`, with its spans; failing that, the last one paused."""
    unfinished = (
        WorkSession.objects.filter(technician=person, state__in=(SessionState.RUNNING, SessionState.PAUSED))
        .select_related("ticket__client", "technician")
        .prefetch_related(Prefetch("spans", WorkSpan.objects.order_by("started_at")))
        .order_by("-started_at")
    )
    return min(unfinished, key=lambda session: session.state != SessionState.RUNNING, default=None)


def session_by_id(actor: Actor, pk: int) -> WorkSession | None:
    """A work session on a ticket that `actor` sees."""
    return (
        WorkSession.objects.filter(pk=pk, ticket__in=tickets_visible_to(actor).values("pk"))
        .select_related(
            "ticket__client",
            "ticket__contract",
            "technician",
            "ruling",
            "correction__replacement",
            "corrects",
        )
        .prefetch_related(
            "entries",
            "hourly_items",
            Prefetch("spans", WorkSpan.objects.order_by("started_at")),
        )
        .first()
    )


def session_seconds(session: WorkSession, now: datetime) -> int:
    """Seconds on the stopwatch: its spans summed, the one that runs up to `now`."""
    return sum(
        policies.elapsed_seconds(span.started_at, span.ended_at or max(now, span.started_at))
        for span in session.spans.all()
    )


def contestations(actor: Actor) -> QuerySet[Contestation]:
    """The contestations of work on tickets that `actor` sees, with what they are about."""
    return (
        Contestation.objects.filter(ticket__in=tickets_visible_to(actor).order_by().values("pk"))
        .select_related("ticket__client", "contact", "answered_by", "ruling")
        .prefetch_related("contested__entry")
    )


def contestable_entries(ticket: Ticket) -> QuerySet[WorkEntry]:
    """The entries of a ticket's validated sessions that stand: what a client may contest."""
    return (
        WorkEntry.objects.filter(
            session__ticket=ticket, session__state=SessionState.VALIDATED, session__correction=None
        )
        .exclude(contested__contestation__state=ContestationState.OPEN)
        .select_related("session")
        .order_by("session__started_at", "session", "position")
    )


def contested_sessions(contestation: Contestation) -> list[WorkSession]:
    """The sessions whose entries are contested, oldest first."""
    return list(
        WorkSession.objects.filter(entries__contested__contestation=contestation)
        .distinct()
        .select_related("technician", "ticket", "correction")
        .prefetch_related("entries")
        .order_by("started_at", "pk")
    )


def hourly_items(actor: Actor) -> QuerySet[HourlyItem]:
    """What waits for an invoice by the hour; a client's people see their client's."""
    if not actor.may("hourly.read"):
        return HourlyItem.objects.none()
    found = HourlyItem.objects.filter(provider=actor.provider).select_related(
        "client", "ticket", "session__technician", "corrects"
    )
    return found.filter(client_id=actor.client_id or 0) if actor.is_client_side else found


def custodies(actor: Actor) -> QuerySet[Custody]:
    """The machines in the workshop and those that left it; a client's people see their client's."""
    if not actor.may("workshop.read"):
        return Custody.objects.none()
    found = (
        Custody.objects.filter(provider=actor.provider)
        .select_related("client", "ticket", "received_by", "returned_by", "receipt", "return_receipt")
        .defer("code")
    )
    return _of_client(found, actor)


def machine_loans(actor: Actor) -> QuerySet[MachineLoan]:
    """The machines lent, out and back; a client's people see their client's."""
    if not actor.may("workshop.read"):
        return MachineLoan.objects.none()
    found = MachineLoan.objects.filter(provider=actor.provider)
    return _of_client(found.select_related("client", "custody", "lent_by", "back_by", "receipt"), actor)


def _of_client(found: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return found.filter(client_id=actor.client_id or 0) if actor.is_client_side else found


def appointments(actor: Actor, from_at: datetime, to_at: datetime) -> QuerySet[Appointment]:
    """The appointments that touch [from_at, to_at) and are not cancelled, in order."""
    return (
        Appointment.objects.filter(
            ticket__in=tickets_visible_to(actor).values("pk"), starts_at__lt=to_at, ends_at__gt=from_at
        )
        .exclude(state=AppointmentState.CANCELLED)
        .select_related("ticket__client", "site", "technician")
        .order_by("starts_at", "pk")
    )


def coming_visits(actor: Actor, technician: Person) -> QuerySet[Appointment]:
    """The appointments that stand in the name of `technician`, whenever they are."""
    return (
        Appointment.objects.filter(
            ticket__in=tickets_visible_to(actor).values("pk"),
            technician=technician,
            state=AppointmentState.CONFIRMED,
        )
        .select_related("ticket")
        .order_by("starts_at", "pk")
    )


def unfinished_sessions(actor: Actor, technician: Person) -> QuerySet[WorkSession]:
    """The sessions of `technician` for this provider whose stopwatch runs or rests."""
    return WorkSession.objects.filter(
        provider=actor.provider,
        technician=technician,
        state__in=(SessionState.RUNNING, SessionState.PAUSED),
    ).select_related("ticket")


# Asked for each act that a ticket's page may offer.
_STANDING: Final = Compiled(
    lambda: (
        Appointment.objects.filter(ticket_id=Given("ticket"), state=AppointmentState.CONFIRMED)
        .select_related("site", "technician")
        .order_by("-pk")[:1]
    )
)


def active_appointment(ticket: Ticket) -> Appointment | None:
    """The appointment that stands: neither kept nor cancelled; a ticket has one at most."""
    return _STANDING.first(ticket=ticket.pk)


def notices(actor: Actor, *, waiting: bool) -> QuerySet[Notice]:
    """Who is told of which step, the latest first; `waiting`: only those whom somebody must still call."""
    found = Notice.objects.filter(ticket__in=tickets_visible_to(actor).order_by().values("pk"))
    if waiting:
        found = found.filter(told_at=None, channel=Channel.PHONE)
    return found.select_related("ticket__client", "contact", "event").order_by("-pk")


LIVE_FOR = timedelta(seconds=90)  # how long a call that rings, or was just answered, stays on the screens


def calls(actor: Actor) -> QuerySet[PhoneCall]:
    """The log of phone calls, the latest told first."""
    found = PhoneCall.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    return found.select_related("client", "contact", "ticket", "callback__ruling", "settled_by").order_by(
        "-pk"
    )


def calls_to_return(actor: Actor) -> QuerySet[PhoneCall]:
    """Missed calls and voicemails that wait for a callback: what is due first, then as they came."""
    waiting = calls(actor).filter(TO_RETURN)
    return waiting.order_by(F("callback__due_at").asc(nulls_last=True), "began_at", "pk")


def live_calls(actor: Actor, now: datetime) -> QuerySet[PhoneCall]:
    """Calls that ring, or were answered a moment ago and have no ticket yet."""
    return calls(actor).filter(
        settled_at=None,
        is_outgoing=False,
        state__in=(CallState.RINGING, CallState.ANSWERED),
        ticket=None,
        changed_at__gt=now - LIVE_FOR,
    )


# Working together


def links_of(ticket: Ticket, actor: Actor) -> list[tuple[TicketLink, Ticket, str]]:
    """The tickets that this one has to do with: the link, the other ticket, and how, said from this side.

    On a client's side only what is not internal, to tickets that the actor sees.
    """
    links = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related(
        "ticket__client", "other__client"
    )
    if actor.is_client_side:
        seen = tickets_visible_to(actor).order_by().values("pk")
        links = links.filter(is_internal=False, ticket__in=seen, other__in=seen)
    return [
        (link, link.other, str(LinkKind(link.kind).label))
        if link.ticket_id == ticket.pk
        else (link, link.ticket, str(INVERSE[LinkKind(link.kind)]))
        for link in links.order_by("pk")
    ]


def merge_of(ticket: Ticket) -> Merge | None:
    """Where the ticket goes on; None for one that was not merged."""
    return ticket.merges.filter(undone_at=None).select_related("into__client", "ticket").first()


def merges_into(ticket: Ticket) -> QuerySet[Merge]:
    """The tickets that were merged into this one, the latest first."""
    return ticket.absorbed.filter(undone_at=None).select_related("ticket__client", "into").order_by("-pk")


def watchers_of(ticket: Ticket) -> QuerySet[Watcher]:
    """Who follows the ticket, the staff first."""
    return (
        ticket.watchers.filter(ended_at=None)
        .select_related("person", "contact")
        .order_by(F("person__full_name").asc(nulls_last=True), "contact__full_name")
    )


def own_watch(ticket: Ticket, actor: Actor) -> Watcher | None:
    """How the actor follows the ticket; None while they do not."""
    mine = Q(contact_id=actor.contact_id or 0) if actor.is_client_side else Q(person=actor.person)
    return ticket.watchers.filter(mine, ended_at=None).first() if actor.person else None


def tags(actor: Actor) -> QuerySet[Tag]:
    """The provider's tags in use, by name."""
    return Tag.objects.filter(provider=actor.provider, retired_at=None).order_by("name")


def tags_of(tickets: Iterable[Ticket]) -> dict[int, list[Tag]]:
    """The tags of many tickets, by ticket id, in one query."""
    return tags_asked([one.pk for one in tickets])()


def tags_asked(tickets: Sequence[int]) -> Callable[[], dict[int, list[Tag]]]:
    """Ask for the tags of these tickets; they are read when the answer is called for."""
    rows = _TAGS.asked(tickets=tickets)

    def read() -> dict[int, list[Tag]]:
        found: dict[int, list[Tag]] = {}
        for row in rows():
            found.setdefault(row.ticket_id, []).append(row.tag)
        return found

    return read


_TAGS = Compiled(
    lambda: (
        TicketTag.objects.filter(among("ticket_id", "tickets"), removed_at=None)
        .select_related("tag")
        .order_by("tag__name")
    )
)


def tagged(tickets: QuerySet[Ticket], tag: int) -> QuerySet[Ticket]:
    """Those of `tickets` that bear the tag."""
    return tickets.filter(pk__in=TicketTag.objects.filter(tag=tag, removed_at=None).values("ticket"))


def tasks_of(ticket: Ticket) -> QuerySet[TicketTask]:
    """What is to be done on the ticket, in its order; what was dropped is not shown."""
    return (
        ticket.tasks.filter(dropped_at=None).select_related("assignee", "done_by").order_by("position", "pk")
    )


def tasks_for(actor: Actor) -> QuerySet[TicketTask]:
    """What the actor has to do on open tickets, the first due first."""
    return (
        TicketTask.objects.filter(
            provider=actor.provider, assignee=actor.person, done_at=None, dropped_at=None
        )
        .exclude(ticket__state=TicketState.CLOSED)
        .select_related("ticket__client")
        .order_by(F("due_on").asc(nulls_last=True), "position", "pk")
    )


def checklists(actor: Actor, ticket: Ticket | None = None) -> list[Checklist]:
    """The provider's lists; for a ticket those that fit it, the most fitting first."""
    found = list(Checklist.objects.filter(provider=actor.provider, retired_at=None).order_by("name"))
    if ticket is None:
        return found
    fitting = [
        one
        for one in found
        if one.equipment_class in ("", ticket.equipment_class) and one.nature in ("", ticket.nature)
    ]
    return sorted(fitting, key=lambda one: (not one.equipment_class, not one.nature, one.name))


def callbacks(actor: Actor) -> QuerySet[Callback]:
    """Who is or was to be called back; a client's people see none."""
    found = Callback.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        return found.none()
    return found.select_related("client", "contact", "ticket").order_by("due_at", "pk")
