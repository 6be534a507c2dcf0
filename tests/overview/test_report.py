"""Reports: their figures are what the tickets say, one by one, by the kernel's own answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from clausier.access.services import Answer
from clausier.desk import facts, services
from clausier.desk import queries as desk
from clausier.desk.models import PromiseKind, Ticket
from clausier.desk.services import closings
from clausier.foundation.clock import PARIS, read
from clausier.foundation.errors import InvalidInput
from clausier.overview import queries as overview
from clausier.overview.queries import Asked
from clausier.prepaid import services as prepaid
from clausier.terms import rules
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630, House, make_client, make_contract

YEAR = Asked(date(2025, 11, 21), date(2026, 11, 20))
NOW = read("2026-11-20T17:30")


def made_year(house: House, *, tickets: int = 36) -> None:
    """A year of calls, drawn: answered or not, visited, closed, reopened, requalified, some still open."""
    draw = Random(2026)
    for _each in range(tickets):
        day = YEAR.first + timedelta(days=draw.randrange(365))
        at = datetime(day.year, day.month, day.day, draw.randrange(7, 20), draw.randrange(60), tzinfo=PARIS)
        at = min(at, NOW - timedelta(hours=1))
        kind = draw.choice(["server", "workstation", "workstation"])
        ticket = open_ticket(
            house, at=at, equipment_class=kind, nature=draw.choice(["incident", "incident", "request"])
        )
        for later in _times_after(draw, at):
            _something(draw, house, ticket, min(later, NOW))


def _times_after(draw: Random, at: datetime) -> Iterator[datetime]:
    for _each in range(draw.randrange(5)):
        at += timedelta(minutes=draw.choice([7, 45, 160, 700, 2400]))
        yield at


def _something(draw: Random, house: House, ticket: Ticket, at: datetime) -> None:
    ticket.refresh_from_db()
    if ticket.state == "closed":
        if draw.random() < 0.4:
            services.reopen_ticket(by=house.technician, at=at, ticket=ticket, reason="Cela recommence.")
        return
    match draw.choice(["reply", "visit", "close", "cover"]):
        case "reply":
            services.reply(by=house.technician, at=at, ticket=ticket, text="Nous regardons.")
        case "visit":
            if ticket.step != "onsite":
                services.climb(
                    by=house.technician,
                    at=at,
                    ticket=ticket,
                    step="onsite",
                    reason="À voir sur place",
                    agreement=services.StepAgreement("given", Answer(True, contact=house.caller)),
                )
            session = services.start_work(by=house.technician, at=at, ticket=ticket, mode="onsite")
            services.discard_work(by=house.technician, at=at, session=session)
        case "cover" if ticket.verdict != "excluded":
            services.decide_coverage(
                by=house.manager,
                at=at,
                ticket=ticket,
                cause="hardware-fault",
                verdict="excluded",
                reason="Choc constaté sur place.",
            )
        case "close":
            services.close_ticket(by=house.technician, at=at, ticket=ticket)


@pytest.mark.django_db
def test_the_figures_of_a_year_are_those_of_its_tickets_one_by_one(imri):
    made_year(imri)
    found = overview.report(imri.manager, YEAR, NOW)
    tickets = list(overview.called(imri.manager, YEAR))
    replayed = desk.clock_views(tickets, NOW)

    states = Counter(view.state for (_pk, kind), view in replayed.items() if kind == PromiseKind.PROMISE)
    assert len(states) > 3, "the year has promises of several ends"
    assert found.called == len(tickets) == 36
    assert found.kept.made == sum(states.values())
    assert (found.kept.met, found.kept.met_late, found.kept.late, found.kept.lifted) == tuple(
        states[state] for state in ("met", "met-late", "late", "lifted")
    )
    assert sum(line.tally.made for line in found.promises) == found.kept.made
    assert sum(tally.missed for tally in found.kept_by_slice.values()) == found.kept.missed

    times = {one.measure: one.taken for one in found.times}
    took = {kind: [] for kind in PromiseKind.values}
    for (_pk, kind), view in replayed.items():
        if view.state in {"met", "met-late"}:
            took[kind].append(view.used_seconds)
    assert times["onsite"] == _taken(took[PromiseKind.PROMISE])
    assert times["answer"] == _taken(took[PromiseKind.TARGET])
    assert times["closing"] == _taken([_closing(one) for one in Ticket.objects.all() if one.closed_at])

    hours = Counter(
        (at.isoweekday(), at.hour) for at in (ticket.called_at.astimezone(PARIS) for ticket in tickets)
    )
    assert found.load == dict(hours)


def _taken(seconds: list[int]) -> overview.Taken:
    """The least value that covers half of them, and nine in ten."""
    ordered = sorted(seconds)
    assert ordered
    return overview.Taken(
        count=len(ordered),
        median=ordered[-(-len(ordered) * 5 // 10) - 1],
        ninetieth=ordered[-(-len(ordered) * 9 // 10) - 1],
    )


def _closing(ticket: Ticket) -> int:
    """Asked anew: the desk's open time from the last call of a ticket to its closing."""
    reopened = ticket.events.filter(kind="reopened").order_by("-pk").first()
    terms = facts.terms_for(ticket.provider, ticket.contract, ticket.agency)
    asked = {
        "calendar": "phone",
        "from": reopened.at if reopened else ticket.called_at,
        "to": ticket.closed_at,
    }
    return int(rules.ask("elapsed", terms.book, asked).value)


@pytest.mark.django_db
def test_a_promise_names_the_clause_of_the_edition_it_was_made_on(imri):
    open_ticket(imri)
    found = overview.report(imri.manager, YEAR, NOW)
    (line,) = found.promises
    assert (line.book.name, line.clause, line.commitment) == ("imri/2013", "VI.3", "onsite-server")
    assert found.kept.running == 1
    assert found.kept.rate is None


def test_one_missed_promise_among_thousands_is_not_all_kept():
    assert overview.Tally(met=4208, late=1).rate == Decimal("99.9")
    assert overview.Tally(met=4208, running=3, lifted=2).rate == 100
    assert overview.Tally(running=1).rate is None


@pytest.mark.django_db
def test_a_wait_that_ended_by_itself_no_longer_hides_that_the_promise_is_late(imri):
    ticket = answer_all(imri, open_ticket(imri), FRIDAY_1630)
    services.set_appointment(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        ticket=ticket,
        technician=imri.technician.person,
        starts_at=read("2026-11-25T09:00"),
        ends_at=read("2026-11-25T11:00"),
        asked_by_client=True,
    )
    assert overview.report(imri.manager, YEAR, NOW).kept.suspended == 1
    assert overview.report(imri.manager, YEAR, read("2026-11-27T16:00")).kept.late == 1


@pytest.mark.django_db
def test_a_report_is_narrowed_to_a_client_and_to_an_agency(imri):
    other, site = make_client(imri.provider, imri.agency, number="CL-002", name="Verrerie Inventée")
    make_contract(other, number="C-0002", kind="managed", book="imri/2013", covered={"server": 1})
    open_ticket(imri)
    open_ticket(imri, client=other, site=site, caller=None)
    assert overview.report(imri.manager, YEAR, NOW).called == 2
    narrowed = Asked(YEAR.first, YEAR.last, agency=imri.agency, client=other)
    assert overview.report(imri.manager, narrowed, NOW).called == 1


@pytest.mark.django_db
def test_points_count_with_the_work_they_were_taken_for(ims):
    account = prepaid.open_account(by=ims.manager, at=read("2026-10-01T09:00"), contract=ims.contract)
    prepaid.credit(
        by=ims.manager, at=read("2026-10-01T09:00"), account=account, points=Decimal(500), label="Carnet"
    )
    ticket = open_ticket(ims, at=read("2026-10-05T10:00"))
    services.log_work(
        by=ims.technician,
        at=read("2026-10-05T12:00"),
        ticket=ticket,
        mode="remote",
        started_at=read("2026-10-05T10:30"),
        ended_at=read("2026-10-05T11:30"),
        entries=[{"domain": "server-network", "minutes": 60, "text": "Remise en route."}],
    )
    session = ticket.sessions.get()
    services.validate_work(by=ims.technician, at=read("2026-10-05T12:00"), session=session)
    found = overview.report(ims.manager, Asked(date(2026, 10, 1), date(2026, 10, 31)), NOW)
    assert [(used.account, used.points, used.deductions) for used in found.points] == [
        (account, Decimal("80.00"), 1)
    ]
    assert found.points_used == Decimal("80.00")
    assert overview.report(ims.manager, Asked(date(2026, 11, 1), date(2026, 11, 20)), NOW).points == []


@pytest.mark.django_db
def test_a_client_reads_its_own_tickets_and_not_the_house_s_targets(imri):
    other, site = make_client(imri.provider, imri.agency, number="CL-002", name="Verrerie Inventée")
    open_ticket(imri)
    open_ticket(imri, client=other, site=site, caller=None)
    found = overview.report(imri.correspondent, YEAR, NOW)
    assert found.called == 1
    assert [one.measure for one in found.times] == ["onsite", "closing"]


@pytest.mark.django_db
def test_closings_of_before_they_were_measured_get_the_same_time(imri):
    ticket = open_ticket(imri)
    services.close_ticket(by=imri.technician, at=read("2026-11-23T10:00"), ticket=ticket)
    ticket.refresh_from_db()
    measured = ticket.closed_in_seconds
    assert measured == 2 * 3600 + 30 * 60  # Friday 16:30 to 18:00, Monday from 9:00
    Ticket.objects.filter(pk=ticket.pk).update(closed_in_seconds=None)
    assert closings.measure_older() == 1
    ticket.refresh_from_db()
    assert ticket.closed_in_seconds == measured
    assert closings.measure_older() == 0


@pytest.mark.parametrize(
    ("first", "last", "step", "slices"),
    [
        (date(2026, 11, 9), date(2026, 11, 20), "day", 12),
        (date(2026, 10, 1), date(2026, 11, 20), "week", 8),
        (date(2025, 11, 21), date(2026, 11, 20), "month", 13),
    ],
)
def test_a_period_is_cut_as_finely_as_it_can_be_read(first, last, step, slices):
    asked = Asked(first, last)
    assert asked.step == step
    assert len(asked.slices()) == slices
    assert asked.days_of(asked.slices()[0])[0] == first
    assert asked.days_of(asked.slices()[-1])[1] == last


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(InvalidInput) as refused:
        Asked(date(2026, 11, 20), date(2026, 11, 1))
    assert refused.value.field == "to_on"
