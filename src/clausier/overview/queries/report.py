"""What the desk did over a period: promises, times, load, points.

A report is about the tickets called in the period, whatever became of them since; points are those of work
done in it. It is computed from stored facts: a promise that ended keeps how it ended and the open time it
took, a closed ticket the open time of its closing (`desk.services.tickets`). What still runs is replayed, for
it depends on now. So the figures are those of the tickets themselves, and the database counts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final, Literal

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DateTimeField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils.translation import gettext as _

from clausier.desk import queries as desk
from clausier.desk.models import Promise, PromiseKind, Tag, Ticket
from clausier.desk.states import PromiseState, TicketState
from clausier.directory.models import Agency, Client
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import InstalledBook
from clausier.prepaid import queries as prepaid
from clausier.prepaid.queries import Used
from clausier.terms.outcome import Words

LONGEST: Final = timedelta(days=5 * 366)
FIRST_YEAR, LAST_YEAR = 2000, 2199
TENTH: Final = Decimal("0.1")
DAYS_SHOWN_EACH = 16
DAYS_SHOWN_BY_WEEK = 120
ENDED: Final = (PromiseState.MET, PromiseState.MET_LATE, PromiseState.LIFTED)
KEPT: Final = (PromiseState.MET, PromiseState.MET_LATE)

Step = Literal["day", "week", "month"]
Measure = Literal["answer", "onsite", "closing"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about: calls of days `first` to `last`, both included; of an agency, client, tag."""

    first: date
    last: date
    agency: Agency | None = None
    client: Client | None = None
    tag: Tag | None = None

    def __post_init__(self) -> None:
        """Raises InvalidInput naming `to_on` for a period that ends before it starts, or is too long."""
        if not FIRST_YEAR <= self.first.year <= self.last.year <= LAST_YEAR:
            raise InvalidInput(_("La fin de la période précède son début."), field="to_on")
        if self.last < self.first:
            raise InvalidInput(_("La fin de la période précède son début."), field="to_on")
        if self.last - self.first > LONGEST:
            raise InvalidInput(_("Un rapport couvre cinq ans au plus."), field="to_on")

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), PARIS)

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.last + timedelta(days=1), time(), PARIS)

    @property
    def step(self) -> Step:
        """How finely the period is cut: days up to a fortnight, weeks up to a season, months beyond."""
        days = (self.last - self.first).days + 1
        if days <= DAYS_SHOWN_EACH:
            return "day"
        return "week" if days <= DAYS_SHOWN_BY_WEEK else "month"

    def slices(self) -> list[date]:
        """The first day of each slice, also of those without a call."""
        found, on = [], self.slice_of(self.first)
        while on <= self.last:
            found.append(on)
            on = self._after(on)
        return found

    def slice_of(self, on: date) -> date:
        """The first day of the slice that `on` falls in; it may lie before the period."""
        if self.step == "month":
            return on.replace(day=1)
        return on - timedelta(days=on.weekday()) if self.step == "week" else on

    def days_of(self, slice_: date) -> tuple[date, date]:
        """The days of a slice that are in the period."""
        return max(self.first, slice_), min(self.last, self._after(slice_) - timedelta(days=1))

    def _after(self, slice_: date) -> date:
        if self.step == "month":
            return (slice_ + timedelta(days=31)).replace(day=1)
        return slice_ + timedelta(days=7 if self.step == "week" else 1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Promises by how they stand: `late` still runs and is late, `running` is in time or at risk."""

    met: int = 0
    met_late: int = 0
    late: int = 0
    running: int = 0
    suspended: int = 0
    lifted: int = 0

    @property
    def made(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))

    @property
    def missed(self) -> int:
        return self.met_late + self.late

    @property
    def rate(self) -> Decimal | None:
        """The percentage kept of those that are settled: met, met late or late. None while none is.

        Rounded down: one missed among thousands is not a hundred percent.
        """
        settled = self.met + self.missed
        return (Decimal(100) * self.met / settled).quantize(TENTH, ROUND_FLOOR) if settled else None

    @classmethod
    def of(cls, states: Counter[str]) -> Tally:
        return cls(
            met=states["met"],
            met_late=states["met-late"],
            late=states["late"],
            running=states["on-time"] + states["at-risk"],
            suspended=states["suspended"],
            lifted=states["lifted"],
        )


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """What became of the promises that one clause made, read in the edition they were made on."""

    book: InstalledBook
    commitment: str
    clause: str
    label: Words
    tally: Tally


@dataclass(frozen=True, slots=True)
class Taken:
    """Open seconds that something took: half of them at most `median`, nine in ten at most `ninetieth`.

    Both are times of real tickets. None when there is nothing to measure.
    """

    count: int = 0
    median: int | None = None
    ninetieth: int | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """One measure, over the period and in each of its slices."""

    measure: Measure
    taken: Taken
    slices: dict[date, Taken]


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of a report. `load` counts calls by (ISO weekday, hour), local time."""

    asked: Asked
    called: int
    closed: int
    promises: list[PromiseLine]
    kept: Tally
    kept_by_slice: dict[date, Tally]
    times: list[Times]
    load: dict[tuple[int, int], int] = field(default_factory=dict)
    points: list[Used] = field(default_factory=list)
    contestations: dict[str, int] = field(default_factory=dict)  # made in the period, by what became of them

    @property
    def points_used(self) -> Decimal:
        return sum((used.points for used in self.points), Decimal(0))


def report(actor: Actor, asked: Asked, now: datetime, *, with_points: bool = True) -> Report:
    """The report that `actor` may read, in some fifteen queries however many tickets there are.

    The provider's own targets are not told to a client's people, nor points to who may not read accounts.
    """
    tickets = called(actor, asked)
    counts = tickets.aggregate(all=Count("pk"), closed=Count("pk", filter=Q(state=TicketState.CLOSED)))
    running = _running(tickets, now)
    by_slice = _kept_by_slice(tickets, asked, running)
    promises = _by_clause(tickets, running)
    return Report(
        asked=asked,
        called=counts["all"],
        closed=counts["closed"],
        promises=promises,
        kept=_sum(line.tally for line in promises),
        kept_by_slice=by_slice,
        times=[_times(measure, tickets, asked) for measure in _measures(actor)],
        load=_load(tickets),
        contestations=_contestations(actor, asked),
        points=_points(actor, asked) if with_points and asked.tag is None else [],
    )


def called(actor: Actor, asked: Asked) -> QuerySet[Ticket]:
    """The tickets a report is about: those called in its period that `actor` sees."""
    found = desk.tickets_visible_to(actor).filter(called_at__gte=asked.start, called_at__lt=asked.end)
    if asked.agency is not None:
        found = found.filter(agency=asked.agency)
    if asked.client is not None:
        found = found.filter(client=asked.client)
    if asked.tag is not None:
        found = desk.tagged(found, asked.tag.pk)
    return found.select_related(None).order_by()


# Promises


@dataclass(frozen=True, slots=True)
class _Running:
    """A promise that has not ended, as it stands now."""

    book: int
    commitment: str
    called_on: date
    state: str


def _promises(tickets: QuerySet[Ticket]) -> QuerySet[Promise]:
    return Promise.objects.filter(kind=PromiseKind.PROMISE, ticket__in=tickets.values("pk"))


def _running(tickets: QuerySet[Ticket], now: datetime) -> list[_Running]:
    """The promises not ended, replayed: whether one is late depends on now, and a wait may end by itself."""
    left = list(
        _promises(tickets)
        .exclude(state__in=ENDED)
        .values_list("ticket", "ruling__book", "commitment", "ticket__called_at")
    )
    views = desk.promise_views(Ticket.objects.filter(pk__in=[row[0] for row in left]).only("pk"), now)
    return [
        _Running(book, commitment, called_at.astimezone(PARIS).date(), views[ticket].state)
        for ticket, book, commitment, called_at in left
    ]


def _by_clause(tickets: QuerySet[Ticket], running: list[_Running]) -> list[PromiseLine]:
    states: dict[tuple[int, str], Counter[str]] = {}
    ended = _promises(tickets).filter(state__in=ENDED).order_by()
    counted = ended.values_list("ruling__book", "commitment", "state").annotate(count=Count("pk"))
    for book, commitment, state, count in counted:
        states.setdefault((book, commitment), Counter())[state] += count
    for one in running:
        states.setdefault((one.book, one.commitment), Counter())[one.state] += 1
    editions = InstalledBook.objects.defer("content").in_bulk({book for book, _commitment in states})
    lines = [
        _line(editions[book], commitment, Tally.of(counter)) for (book, commitment), counter in states.items()
    ]
    return sorted(lines, key=lambda line: (line.book.name, line.clause, line.commitment, line.book.pk))


def _line(edition: InstalledBook, commitment: str, tally: Tally) -> PromiseLine:
    within = books.read(edition).timeline(f"promise.{commitment}.within")[-1]
    return PromiseLine(edition, commitment, within.clause or "", within.label, tally)


def _kept_by_slice(tickets: QuerySet[Ticket], asked: Asked, running: list[_Running]) -> dict[date, Tally]:
    slices = asked.slices()
    states: dict[date, Counter[str]] = {on: Counter() for on in slices}
    ended = _promises(tickets).filter(state__in=ENDED).order_by()
    counted = ended.annotate(slice=_slice(asked, "ticket__called_at")).values_list("slice", "state")
    for number, state, count in counted.annotate(count=Count("pk")):
        states[slices[number - 1]][state] += count
    for one in running:
        states[asked.slice_of(one.called_on)][one.state] += 1
    return {on: Tally.of(counter) for on, counter in states.items()}


def _sum(tallies: Iterator[Tally]) -> Tally:
    each = list(tallies)
    return Tally(**{one.name: sum(getattr(tally, one.name) for tally in each) for one in fields(Tally)})


# Times


class _Percentile(Aggregate):
    """The least value that covers this share of them all: one of the values, never between two."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


def _measures(actor: Actor) -> tuple[Measure, ...]:
    return ("onsite", "closing") if actor.is_client_side else ("answer", "onsite", "closing")


def measured(measure: str, tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """The tickets that have such a time, with its open seconds as `took`."""
    if measure == "closing":
        return tickets.filter(closed_in_seconds__isnull=False).annotate(took=F("closed_in_seconds"))
    kind = PromiseKind.TARGET if measure == "answer" else PromiseKind.PROMISE
    kept = tickets.filter(promises__kind=kind, promises__state__in=KEPT)
    return kept.annotate(took=F("promises__used_seconds"))


def _times(measure: Measure, tickets: QuerySet[Ticket], asked: Asked) -> Times:
    found = measured(measure, tickets)
    wanted: dict[str, Any] = {
        "count": Count("pk"),
        "median": _Percentile("took", share="0.5"),
        "ninetieth": _Percentile("took", share="0.9"),
    }
    slices = asked.slices()
    rows: Any = found.annotate(slice=_slice(asked, "called_at")).values("slice").annotate(**wanted)
    return Times(
        measure=measure,
        taken=Taken(**found.aggregate(**wanted)),
        slices={slices[row.pop("slice") - 1]: Taken(**row) for row in rows},
    )


def _slice(asked: Asked, column: str) -> Any:
    """The number, from 1, of the slice that an instant falls in: the database searches local midnights."""
    midnights = [datetime.combine(on, time(), PARIS) for on in asked.slices()]
    bounds = Value(midnights, output_field=ArrayField(DateTimeField()))
    return Func(F(column), bounds, function="WIDTH_BUCKET", output_field=IntegerField())


# Load and points


def _load(tickets: QuerySet[Ticket]) -> dict[tuple[int, int], int]:
    when = {
        "weekday": ExtractIsoWeekDay("called_at", tzinfo=PARIS),
        "hour": ExtractHour("called_at", tzinfo=PARIS),
    }
    timed: QuerySet[Any] = tickets.annotate(**when)
    counted = timed.values_list("weekday", "hour").annotate(count=Count("pk"))
    return {(weekday, hour): count for weekday, hour, count in counted}


def _points(actor: Actor, asked: Asked) -> list[Used]:
    accounts = prepaid.accounts_visible_to(actor)
    if asked.agency is not None:
        accounts = accounts.filter(client__agency=asked.agency)
    if asked.client is not None:
        accounts = accounts.filter(client=asked.client)
    return prepaid.used_between(accounts, asked.start, asked.end)


def _contestations(actor: Actor, asked: Asked) -> dict[str, int]:
    """How many contestations of work were made in the period, by their state."""
    found = desk.contestations(actor).filter(made_at__gte=asked.start, made_at__lt=asked.end)
    if asked.agency is not None:
        found = found.filter(ticket__agency=asked.agency)
    if asked.client is not None:
        found = found.filter(client=asked.client)
    return dict(found.order_by().values_list("state").annotate(count=Count("pk")))
