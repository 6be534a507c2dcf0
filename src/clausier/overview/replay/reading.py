"""The facts of a period as the database has them: plain figures, in few and large answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, Exists, Func, JSONField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from clausier.desk import clocks, policies
from clausier.desk.models import (
    BENDING,
    EventKind,
    HourlyItem,
    Nature,
    Promise,
    PromiseKind,
    Ticket,
    TicketEvent,
    Verdict,
    WorkEntry,
    WorkMode,
    WorkSession,
)
from clausier.desk.states import PromiseState, SessionState
from clausier.foundation.models import Provider
from clausier.overview.replay.question import Question
from clausier.prepaid.models import WorkBeyond
from clausier.terms.instants import seconds_of

SESSION: Final = "worksession"
"""How the ledger of points names a session of work."""


class Seconds(Func):
    """Whole seconds since 1970 of an instant, as the kernel takes them."""

    template = "floor(extract(epoch from %(expressions)s))::bigint"
    output_field = BigIntegerField()

    def get_db_converters(self, connection: Any) -> list[Any]:
        """None: the database answers whole numbers, hundreds of thousands of them."""
        return []


class Scope:
    """Whose facts are read: those of the question's contracts and of the clients without one."""

    def __init__(
        self, provider: Provider, question: Question, contracts: Iterable[int], *, with_others: bool
    ) -> None:
        self.provider = provider
        self.question = question
        self._contracts = list(contracts)
        self._with_others = with_others

    def of(self, rows: QuerySet[Any], contract: str, client: str) -> QuerySet[Any]:
        """Those of `rows` that are asked about; the arguments name the columns that say whose they are."""
        found = rows.filter(provider=self.provider)
        if self.question.client is not None:
            found = found.filter(**{client: self.question.client.pk})
        whose = Q(**{f"{contract}__in": self._contracts})
        return found.filter(whose | Q(**{contract: None})) if self._with_others else found.filter(whose)


class ClockRow(NamedTuple):
    """A clock as its row keeps it, and what of its ticket the terms depend on; instants in seconds."""

    ticket: int
    contract: int | None
    client: int
    agency: int
    kind: str
    commitment: str
    region: str
    started: int
    ended: int | None
    due: int | None
    promised: int
    used: int
    state: str
    ruling: int
    called: int
    priority: int
    impact: str
    urgency: str


def clocks_of(scope: Scope, ticket: int | None = None) -> list[ClockRow]:
    """The clocks of the tickets called in the period, or of one of these.

    What was lifted is owed to nobody, whatever the book.
    """
    asked = scope.question
    found = Promise.objects.filter(ticket__called_at__gte=asked.start, ticket__called_at__lt=asked.end)
    found = scope.of(found.exclude(state=PromiseState.LIFTED), "ticket__contract", "client_id")
    rows = (
        _only(found, "ticket", ticket)
        .order_by()
        .values_list(
            "ticket_id",
            "ticket__contract_id",
            "client_id",
            "ticket__agency_id",
            "kind",
            "commitment",
            "holidays",
            Seconds("started_at"),
            Seconds("ended_at"),
            Seconds("due_at"),
            "promised_seconds",
            "used_seconds",
            "state",
            "ruling_id",
            Seconds("ticket__called_at"),
            "ticket__priority",
            "ticket__impact",
            "ticket__urgency",
        )
    )
    return [ClockRow(*row) for row in rows]


def _only(rows: QuerySet[Any], name: str, key: int | None) -> QuerySet[Any]:
    """The one row that is asked for, or all."""
    return rows if key is None else rows.filter(**{name: key})


WAITS: Final = frozenset({EventKind.APPOINTMENT, EventKind.RESUMED, EventKind.SUSPENDED})
"""What bends promises alone: nothing stops a target."""


def bent(scope: Scope) -> dict[str, set[int]]:
    """By kind of clock, the tickets whose clocks do not simply run from the call to the end.

    These are walked step by step.
    """
    asked = scope.question
    called = {"ticket__called_at__gte": asked.start, "ticket__called_at__lt": asked.end}
    events = TicketEvent.objects.filter(kind__in=BENDING, **called)
    rows = list(scope.of(events, "ticket__contract", "client_id").order_by().values_list("ticket", "kind"))
    return {
        PromiseKind.PROMISE: {ticket for ticket, _kind in rows},
        PromiseKind.TARGET: {ticket for ticket, kind in rows if kind not in WAITS},
    }


class Told(NamedTuple):
    """An entry of a timeline, as far as a clock depends on it."""

    ticket_id: int
    pk: int
    kind: str
    at: datetime
    data: Mapping[str, Any]


class Bare(Func):
    """The data of an entry without what only the timeline shows: it is most of it."""

    template = "%(expressions)s - '{before,after,promise_before,promise_after}'::text[]"
    output_field = JSONField()


def events_of(tickets: Iterable[int], kind: str) -> dict[int, list[Told]]:
    """What moved the clocks of a kind of these tickets, in the order of writing; with the appointments."""
    found: dict[int, list[Told]] = {ticket: [] for ticket in tickets}
    events = TicketEvent.objects.filter(ticket__in=list(found)).order_by("pk")
    rows = events.filter(Q(kind=EventKind.APPOINTMENT) | Q(kind__in=clocks.KINDS, data__clock=kind))
    for row in rows.values_list("ticket_id", "pk", "kind", "at", Bare("data")):
        found[row[0]].append(Told(*row))
    return found


class OpenRow(NamedTuple):
    """A ticket that nothing was promised for, though its contract pays the repair of an incident."""

    ticket: int
    contract: int
    client: int
    agency: int
    equipment_class: str
    region: str
    called: int
    since: int
    onsite: int | None
    closed: int | None


def unpromised(scope: Scope, ticket: int | None = None) -> list[OpenRow]:
    """The tickets of the period (or one of these) that only another book could have promised something for.

    A promise counts from the last call, and is met by the first work on site since, or by the closing.
    """
    asked = scope.question
    promised = Promise.objects.filter(ticket=OuterRef("pk"), kind=PromiseKind.PROMISE)
    reopened = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind=EventKind.REOPENED).order_by("-pk")
    arrivals = (
        WorkSession.objects.filter(
            ticket=OuterRef("pk"), mode=WorkMode.ONSITE, started_at__gte=OuterRef("since")
        )
        .exclude(state=SessionState.DISCARDED)
        .order_by()
        .values("ticket")
        .annotate(first=Min("started_at"))
    )
    found = Ticket.objects.filter(
        ~Exists(promised),
        called_at__gte=asked.start,
        called_at__lt=asked.end,
        nature=Nature.INCIDENT,
        verdict__in=policies.PAID_BY_CONTRACT,
        contract__isnull=False,
    ).annotate(since=Greatest("called_at", Coalesce(Subquery(reopened.values("at")[:1]), "called_at")))
    rows = (
        _only(scope.of(found, "contract", "client"), "pk", ticket)
        .order_by()
        .select_related("site", "client__agency")
        .annotate(arrived=Seconds(Subquery(arrivals.values("first")[:1])), counts_from=Seconds("since"))
    )
    return [
        OpenRow(
            one.pk,
            one.contract_id or 0,
            one.client_id,
            one.agency_id,
            one.equipment_class,
            policies.holidays_of(one.site, one.client.agency),
            seconds_of(one.called_at),
            one.counts_from,
            one.arrived,
            seconds_of(one.closed_at) if one.closed_at else None,
        )
        for one in rows
    ]


class EntryRow(NamedTuple):
    """An entry of a validated session that points paid."""

    session: int
    ticket: int
    contract: int | None
    client: int
    agency: int
    mode: str
    started: int
    points: Any
    ruling: int | None
    domain: str
    minutes: int


def entries_of(scope: Scope, session: int | None = None) -> Iterator[EntryRow]:
    """The entries of sessions that began in the period (or of one of these), session by session.

    A corrected session is left out; what replaced it stands for itself.
    """
    asked = scope.question
    found = WorkEntry.objects.filter(
        session__state=SessionState.VALIDATED,
        session__verdict=Verdict.POINTS,
        session__correction=None,
        session__points__isnull=False,
        session__started_at__gte=asked.start,
        session__started_at__lt=asked.end,
    )
    found = _only(scope.of(found, "session__ticket__contract", "client_id"), "session", session)
    rows = found.order_by("session_id", "position")
    yield from (
        EntryRow(*row)
        for row in rows.values_list(
            "session_id",
            "session__ticket_id",
            "session__ticket__contract_id",
            "client_id",
            "session__ticket__agency_id",
            "session__mode",
            Seconds("session__started_at"),
            "session__points",
            "session__ruling_id",
            "domain",
            "minutes",
        )
    )


def beyond(provider: Provider) -> dict[int, Any]:
    """The points that sessions were worth beyond what their account had, billed by the hour, by session."""
    found = WorkBeyond.objects.filter(provider=provider, subject_kind=SESSION)
    return dict(found.values_list("subject_id", "points"))


class HourRow(NamedTuple):
    """Work by the hour that was not taken back."""

    item: int
    ticket: int
    contract: int | None
    client: int
    agency: int
    on: Any
    at: int
    grade: str
    minutes: int
    zone: int
    km: Any
    amount: Any
    ruling: int


def hours_of(scope: Scope, item: int | None = None) -> list[HourRow]:
    """Work by the hour done in the period, or one piece of it."""
    asked = scope.question
    found = HourlyItem.objects.filter(
        worked_on__gte=asked.first, worked_on__lte=asked.last, corrects=None, counter_item=None
    )
    rows = _only(scope.of(found, "ticket__contract", "client"), "pk", item).order_by("pk")
    return [
        HourRow(*row)
        for row in rows.values_list(
            "pk",
            "ticket_id",
            "ticket__contract_id",
            "client_id",
            "ticket__agency_id",
            "worked_on",
            Seconds("session__started_at"),
            "grade",
            "minutes",
            "zone",
            "km",
            "amount",
            "ruling_id",
        )
    ]
