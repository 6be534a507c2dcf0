"""The list of tickets: what it is filtered by, and the rows it shows.

Open tickets come as they fall due, all or closed ones the latest call first; each page is found where the one
before it ended. Asked for those that are late or at risk, all open ones are replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clausier.console.typed import among, whole
from clausier.contracts.models import EquipmentClass
from clausier.contracts.queries import editions_readable_by
from clausier.desk import leading, pressing
from clausier.desk import queries as desk
from clausier.desk.models import Promise, PromiseKind, Tag, Ticket
from clausier.desk.queries import PromiseView
from clausier.desk.states import TicketState
from clausier.directory.models import Agency
from clausier.foundation import books, wording
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.compiled import Compiled, Given
from clausier.overview import queries as overview
from clausier.pages.clocks import brief_clock_of
from clausier.pages.parts.clock import Clock
from clausier.pages.report import MEASURES
from clausier.pages.templatetags.words import language

ROWS = 50
RUNNING = frozenset({"on-time", "at-risk", "late"})

STATES = [
    ("", _("Ouverts")),
    *((state.value, state.label) for state in TicketState if state != TicketState.OPEN),
    (TicketState.OPEN.value, _("à prendre")),
    ("all", _("tous")),
]
PROMISES = [
    ("late", _("en retard")),
    ("at-risk", _("à risque")),
    ("on-time", _("à l’heure")),
    ("suspended", _("suspendue")),
    ("none", _("sans promesse")),
]
KEPT = [("met", _("tenue")), ("met-late", _("tenue en retard")), ("lifted", _("sans objet"))]
ANY, RUNS = "any", "running"  # a promise whatever became of it; one that runs and is not late
ON_TIME = frozenset({"on-time", "at-risk"})
YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; every value is the text of the address, "" for no filter."""

    text: str = ""
    state: str = ""
    promise: str = ""
    assignee: str = ""
    agency: str = ""
    client: str = ""
    equipment_class: str = ""
    tag: str = ""
    # What a report's figure opens: calls of these days, of a weekday (1 Monday) or hour, promises of a clause
    # (« edition:commitment »), tickets that have a time measured, of so many open seconds at least.
    since: str = ""
    until: str = ""
    weekday: str = ""
    hour: str = ""
    clause: str = ""
    measure: str = ""
    took: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> Filters:
        """The filters of an address; a state or a promise that does not exist narrows nothing."""
        given = {name: str(data.get(key, "")).strip() for name, key in KEYS.items()}
        promises = {*dict(PROMISES), *dict(KEPT), ANY, RUNS}
        for name, known in (("state", set(dict(STATES))), ("promise", promises)):
            if given[name] not in known:
                given[name] = ""
        return cls(**given)

    @property
    def are_open(self) -> bool:
        """Whether only open tickets are asked for."""
        return self.state not in {"all", TicketState.CLOSED} and self.promise not in {*dict(KEPT), ANY}

    @property
    def narrow(self) -> bool:
        return any(getattr(self, name) for name in KEYS)

    def without(self, *names: str) -> str:
        """The query that drops these filters."""
        kept = {key: getattr(self, own) for own, key in KEYS.items() if own not in names}
        return urlencode({key: value for key, value in kept.items() if value})

    @property
    def without_client(self) -> str:
        return self.without("client")

    @property
    def query(self) -> str:
        return self.without()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """All filters, as a form sends them along."""
        return [(key, getattr(self, name)) for name, key in KEYS.items() if getattr(self, name)]

    def narrowed(self, **further: str) -> str:
        """The query of these filters with others laid over them."""
        return replace(self, **further).query

    @property
    def of_report(self) -> list[tuple[str, str]]:
        """The filters that no field of the form shows, by their keys: the form sends them along."""
        return [(KEYS[name], getattr(self, name)) for name in OF_REPORT if getattr(self, name)]

    def said(self, actor: Actor) -> list[tuple[str, str]]:
        """These filters in words, each with the query that drops it; what makes no sense is not said."""
        told: list[tuple[str, str]] = []
        for names, words in (
            (("since", "until"), self._days()),
            (("weekday", "hour"), self._when()),
            (("clause",), self._clause(actor)),
            (("measure", "took"), str(MEASURES[self.measure]) if self.measure in MEASURES else ""),
        ):
            if words:
                told.append((words, self.without(*names)))
        return told

    def _days(self) -> str:
        first, last = _day(self.since), _day(self.until)
        written = [on and wording.day(on, language(), year=True, weekday=False) for on in (first, last)]
        if first and last:
            return gettext("Appels du %(first)s au %(last)s") % {"first": written[0], "last": written[1]}
        if first:
            return gettext("Appels depuis le %(first)s") % {"first": written[0]}
        return gettext("Appels jusqu’au %(last)s") % {"last": written[1]} if last else ""

    def _when(self) -> str:
        weekday, hour = among(self.weekday, DAYS), among(self.hour, HOURS)
        days = [] if weekday is None else [wording.weekday_name(date(2026, 11, 15 + weekday), language())]
        return ", ".join([*days, *([] if hour is None else [f"{hour}:00–{hour}:59"])])

    def _clause(self, actor: Actor) -> str:
        if not self.clause:
            return ""
        edition, _sep, commitment = self.clause.partition(":")
        found = editions_readable_by(actor).filter(pk=whole(edition) or 0).defer("content").first()
        term = f"promise.{commitment}.within"
        if found is None or not (book := books.read(found)).has(term):
            return ""
        return (
            f"{found.name} {book.timeline(term)[-1].clause}, {book.timeline(term)[-1].label.to(language())}"
        )


DAYS, HOURS = range(1, 8), range(24)
OF_REPORT = ("since", "until", "weekday", "hour", "clause", "measure", "took")
KEYS = {
    "text": "q",
    "state": "etat",
    "promise": "promesse",
    "assignee": "a",
    "agency": "agence",
    "client": "client",
    "equipment_class": "classe",
    "tag": "etiquette",
    "since": "du",
    "until": "au",
    "weekday": "jour",
    "hour": "heure",
    "clause": "clause",
    "measure": "mesure",
    "took": "duree",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to besides: ids and names of people, agencies and tags."""

    team: tuple[tuple[str, str], ...]
    agencies: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]

    @classmethod
    def asked(cls, actor: Actor) -> Callable[[], Choices]:
        """Ask for those of the provider that `actor` works for; read when the answer is called for."""
        answers = [question.rows_asked(provider=actor.provider.pk) for question in (_TEAM, _AGENCIES, _TAGS)]
        return lambda: cls(*(tuple((str(pk), name) for pk, name in rows()) for rows in answers))


_TEAM: Final = Compiled(lambda: foundation.staff_who_may("desk.work", Given("provider")).only("full_name"))
_AGENCIES: Final = Compiled(
    lambda: Agency.objects.filter(provider_id=Given("provider")).only("name").order_by("name")
)
_TAGS: Final = Compiled(
    lambda: Tag.objects.filter(provider_id=Given("provider"), retired_at=None).only("name").order_by("name")
)


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list, with its promise (or the provider's own target where nothing is promised).

    `ruling_id` is the outcome that answers why the clock is due then.
    """

    ticket: Ticket
    clock: Clock | None
    is_target: bool = False
    rank: tuple[Any, ...] = field(default=())
    tags: Sequence[Tag] = ()
    ruling_id: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list. `next` is the place where the one after begins, "" after the last.

    `total` is how many there are, or `pressing.MOST_COUNTED` for as many or more.
    """

    rows: list[Row]
    next: str
    total: int

    @property
    def uncounted(self) -> bool:
        return self.total >= pressing.MOST_COUNTED


def page_asked(actor: Actor, filters: Filters, after: str, now: datetime) -> Callable[[int], Listed]:
    """Ask for the rows from the place `after` on.

    They are read when the answer is called for with how many tickets are open, as `pressing` counts; the
    list of all open ones is on its way until then.
    """
    if not filters.narrow and not after:
        first = pressing.first_of_all_asked(actor.provider.pk, ROWS)
        return lambda all_open: _listed(first(), now, all_open)
    return lambda all_open: _page_of(actor, filters, after, now, all_open)


def _page_of(actor: Actor, filters: Filters, after: str, now: datetime, all_open: int) -> Listed:
    if filters.are_open and filters.promise:
        # How a clock stands now, only its replay knows: all those that are open are read.
        first = whole(after) or 0
        rows = open_rows(actor, filters, now)
        rest = rows[first : first + ROWS]
        return Listed(with_tags(rest), str(first + ROWS) if len(rows) > first + ROWS else "", len(rows))
    found = pressing.as_rows(matching(desk.tickets_visible_to(actor), filters, actor))
    page = (pressing.first_due if filters.are_open else pressing.latest)(found, after, ROWS)
    counted = found.exclude(desk.CLOSED) if filters.are_open else found
    return _listed(page, now, pressing.counted(counted) if filters.narrow else all_open)


def _listed(page: pressing.Slice, now: datetime, total: int) -> Listed:
    views, tags = leading.views_and_tags(page.tickets, now)
    rows = [_row(ticket, views.get(ticket.pk), now, tags.get(ticket.pk, ())) for ticket in page.tickets]
    return Listed(rows, page.next, total)


def with_tags(rows: Sequence[Row]) -> list[Row]:
    """The rows that are shown, each with the tags of its ticket."""
    tags = desk.tags_of([row.ticket for row in rows])
    return [replace(row, tags=tuple(tags[row.ticket.pk])) if row.ticket.pk in tags else row for row in rows]


def open_rows(actor: Actor, filters: Filters, now: datetime) -> list[Row]:
    """The open tickets asked for, the shortest time left first."""
    found = _found(actor, filters).exclude(state=TicketState.CLOSED)
    return [row for row in rows_of(list(found), now) if _promised(row, filters.promise)]


def _found(actor: Actor, filters: Filters) -> QuerySet[Ticket]:
    found = matching(desk.tickets_visible_to(actor), filters, actor)
    return found.select_related("client", "site", "assignee", "agency")


def _newest_first(actor: Actor, filters: Filters) -> QuerySet[Ticket]:
    return _found(actor, filters).order_by("-called_at", "-pk")


HEADINGS = (
    _("Numéro"),
    _("Titre"),
    _("Client"),
    _("Numéro du client"),
    _("Site"),
    _("État"),
    _("Priorité"),
    _("Classe"),
    _("Appel"),
    _("Clos le"),
    _("Confié à"),
    _("Promis pour le"),
    _("Promesse"),
)


def lines_of(actor: Actor, filters: Filters, now: datetime) -> Iterator[list[Any]]:
    """The whole list under `filters`, for a file; the columns are `HEADINGS`."""
    if filters.are_open:
        tickets: Iterable[Ticket] = [row.ticket for row in open_rows(actor, filters, now)]
    else:
        tickets = _newest_first(actor, filters).iterator(chunk_size=2000)
    for batch in _batches(tickets, 2000):
        promised = {
            promise.ticket_id: promise
            for promise in Promise.objects.filter(ticket__in=batch, kind=PromiseKind.PROMISE)
        }
        for ticket in batch:
            promise = promised.get(ticket.pk)
            yield [
                ticket.number,
                ticket.title,
                ticket.client.name,
                ticket.client.number,
                ticket.site.name if ticket.site else "",
                ticket.get_state_display(),
                ticket.priority,
                ticket.get_equipment_class_display(),
                ticket.called_at,
                ticket.closed_at,
                ticket.assignee.full_name if ticket.assignee else "",
                promise.due_at if promise else None,
                promise.get_state_display() if promise else "",
            ]


def _batches(tickets: Iterable[Ticket], size: int) -> Iterator[list[Ticket]]:
    rest = iter(tickets)
    while batch := list(islice(rest, size)):
        yield batch


def rows_of(tickets: Sequence[Ticket], now: datetime, *, keep_order: bool = False) -> list[Row]:
    """Rows by open time left, the shortest first; those without a running promise after them, by priority."""
    views = leading.views(tickets, now)
    rows = [_row(ticket, views.get(ticket.pk), now) for ticket in tickets]
    return rows if keep_order else sorted(rows, key=lambda row: row.rank)


def _row(ticket: Ticket, shown: PromiseView | None, now: datetime, tags: Sequence[Tag] = ()) -> Row:
    if shown is None:
        return Row(ticket, None, rank=(2, ticket.priority, ticket.called_at), tags=tags)
    runs = shown.state in RUNNING
    rank = (0, shown.left_seconds, ticket.priority) if runs else (1, ticket.priority, ticket.called_at)
    is_target = shown.kind == PromiseKind.TARGET
    return Row(ticket, brief_clock_of(shown, now), is_target, rank, tags, shown.ruling_id)


def _promised(row: Row, wanted: str) -> bool:
    if not wanted:
        return True
    promise = row.clock if row.clock and not row.is_target else None
    if wanted in {"none", ANY}:
        return (promise is None) is (wanted == "none")
    return promise is not None and promise.state in (ON_TIME if wanted == RUNS else {wanted})


def matching(found: QuerySet[Ticket], filters: Filters, actor: Actor) -> QuerySet[Ticket]:
    """Those of `found` that the filters leave, but for how a running promise stands."""
    if filters.text:
        found = found.filter(_says(filters.text))
    if filters.state and filters.state != "all":
        found = found.filter(state=filters.state)
    if filters.assignee == "me":
        found = found.filter(assignee=actor.person)
    elif filters.assignee == "nobody":
        found = found.filter(assignee=None)
    elif (assignee := whole(filters.assignee)) is not None:
        found = found.filter(assignee_id=assignee)
    if (agency := whole(filters.agency)) is not None:
        found = found.filter(agency_id=agency)
    if filters.client:
        found = found.filter(client__number=filters.client)
    if (tag := whole(filters.tag)) is not None:
        found = desk.tagged(found, tag)
    if filters.equipment_class in EquipmentClass.values:
        found = found.filter(equipment_class=filters.equipment_class)
    return _promising(_called(found, filters), filters)


def _called(found: QuerySet[Any], filters: Filters) -> QuerySet[Ticket]:
    """Called on these days, that weekday, that hour; timed by that measure."""
    if first := _day(filters.since):
        found = found.filter(called_at__gte=datetime.combine(first, time(), PARIS))
    if last := _day(filters.until):
        found = found.filter(called_at__lt=datetime.combine(last + timedelta(days=1), time(), PARIS))
    if (weekday := among(filters.weekday, DAYS)) is not None:
        found = found.annotate(weekday=ExtractIsoWeekDay("called_at", tzinfo=PARIS)).filter(weekday=weekday)
    if (hour := among(filters.hour, HOURS)) is not None:
        found = found.annotate(hour=ExtractHour("called_at", tzinfo=PARIS)).filter(hour=hour)
    if filters.measure in MEASURES:
        found = overview.measured(filters.measure, found)
        if (took := whole(filters.took)) is not None:
            found = found.filter(took__gte=took)
    return found


def _promising(found: QuerySet[Ticket], filters: Filters) -> QuerySet[Ticket]:
    """Those whose promise ended so, or was made by that clause; how one stands that runs, its clock says."""
    promises = Promise.objects.filter(kind=PromiseKind.PROMISE)
    edition, _sep, commitment = filters.clause.partition(":")
    of_clause = whole(edition) is not None
    if of_clause:
        promises = promises.filter(ruling__book=whole(edition), commitment=commitment)
    if filters.promise in dict(KEPT):
        promises = promises.filter(state=filters.promise)
    elif filters.promise == "none" and not filters.are_open:
        return found.exclude(pk__in=promises.values("ticket"))
    elif filters.promise != ANY and not of_clause:
        return found
    return found.filter(pk__in=promises.values("ticket"))


def _day(text: str) -> date | None:
    """A day as an address writes it; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _says(text: str) -> Q:
    """A number, or words of the title, the equipment, the client."""
    words = Q(title__icontains=text) | Q(equipment_label__icontains=text) | Q(client__name__icontains=text)
    number = whole(text.lstrip("#0 "))
    return words if number is None else words | Q(number=number)
