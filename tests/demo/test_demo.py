"""The demonstration: two providers alive at whatever moment it is loaded, made by the product's own acts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stdnum.fr import siren

from clausier.contracts.models import Contract, Derogation
from clausier.demo import present_houlemont
from clausier.demo.cast import CLAIRPOINT, HOULEMONT
from clausier.demo.clockwork import Hours, play
from clausier.demo.founding import BEFORE_EVERYTHING, arrivals, found
from clausier.demo.load import load_once
from clausier.demo.sign_ins import SIGN_INS
from clausier.desk.models import Attachment, Origin, Promise, Ticket, TicketEvent, WorkSession
from clausier.directory.models import Client
from clausier.foundation import books, clock, journal, queries
from clausier.foundation.clock import read
from clausier.foundation.models import Membership, Person, Provider
from clausier.overview import queries as overview
from clausier.prepaid.models import PointEntry
from clausier.terms import book as terms_book

PLANS = (HOULEMONT, CLAIRPOINT)


def actor(email, slug):
    return queries.staff_actor(Person.objects.get(email=email), Provider.objects.get(slug=slug))


# What it is made of


def test_everyone_is_invented_and_unreachable():
    for plan in PLANS:
        assert plan.host.endswith(".example")
        assert all(client.host.endswith(".example") for client in plan.clients)


def test_every_siren_passes_its_key_and_is_plainly_artificial():
    numbers = [client.siren for plan in PLANS for client in plan.clients if client.siren]
    assert len(set(numbers)) == len(numbers)
    assert all(siren.is_valid(number) and number.startswith("900000") for number in numbers)


def test_every_phone_number_is_of_a_range_kept_for_fiction():
    kept = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
    numbers = [
        number
        for plan in PLANS
        for client in plan.clients
        for number in (
            client.phone,
            *(one.phone for one in client.contacts),
            *(one.mobile for one in client.contacts),
        )
    ]
    numbers += [who.phone for plan in PLANS for who in plan.staff]
    numbers += [agency.phone for plan in PLANS for agency in plan.agencies]
    assert all(number.startswith(kept) for number in numbers if number)


def test_each_provider_has_a_dozen_clients_and_every_role():
    for plan in PLANS:
        assert len(plan.clients) >= 12
        assert {who.role for who in plan.staff} == {
            "owner",
            "manager",
            "dispatcher",
            "technician",
            "accountant",
            "reader",
        }


def test_the_sign_ins_say_one_password_and_an_address_of_each_role():
    told = "\n".join(line.fr for line in SIGN_INS)
    assert told.count("houlemont.example") == 6
    assert told.count("clairpoint.example") == 6
    assert "clausier-demo-2026" in told


# Invented time


def test_open_minutes_are_counted_back_over_the_week_end():
    hours = Hours.of(terms_book.load("imri/2013"), "hours.onsite", "metropole", read("2026-11-23T09:10"))
    assert hours.ago(10) == read("2026-11-23T09:00")
    assert hours.ago(25) == read("2026-11-20T16:45")
    assert hours.ago(10 + 6 * 60 + 30 + 5) == read("2026-11-19T17:55")


def test_scripts_are_played_in_the_order_of_their_instants_with_the_clock_held():
    told = []

    def script(name, *hours):
        for hour in hours:
            at = yield read(f"2026-11-20T{hour:02d}:00")
            assert clock.now() == at
            told.append((name, at.hour))

    play([script("a", 9, 12), script("b", 8, 10, 11, 13)], read("2026-11-20T12:30"))
    assert told == [("b", 8), ("a", 9), ("b", 10), ("b", 11), ("a", 12)]


# Loaded


@pytest.mark.django_db
def test_on_a_friday_afternoon_every_state_is_on_the_desk_and_loading_again_changes_nothing():
    now = read("2026-11-20T16:42")
    assert load_once(at=now, share=0.1) > 300
    assert load_once(at=now) == 0

    day = overview.day_of(actor("solveig@houlemont.example", "houlemont"), now)
    assert {one.state for one in day.burning} == {"late", "at-risk", "on-time", "suspended"}
    assert day.counts["late"] in {1, 2}
    assert {"met", "late", "at-risk"} <= {one.state for one in day.due_today}
    targets = overview.day_of(actor("yasmine@clairpoint.example", "clairpoint"), now)
    assert {one.state for one in targets.burning} >= {"late", "at-risk", "on-time"}
    assert targets.only_targets

    kinds = {one.kind for one in overview.alerts(actor("basile@houlemont.example", "houlemont"), now)}
    assert kinds == {"notice", "correspondent", "acceptance", "quote", "countersign", "to-sign"}
    kinds = {one.kind for one in overview.alerts(actor("anselme@clairpoint.example", "clairpoint"), now)}
    # So few tickets empty no account for sure.
    often = {"account", "quote", "mark", "notice", "pack", "top-up"}
    assert {"acceptance", "countersign"} <= kinds <= {"acceptance", "countersign", *often}
    waiting = overview.waiting_for(actor("karim@houlemont.example", "houlemont"), day.open)
    assert waiting[0].what == "stopwatch"
    assert {
        one.what for one in overview.waiting_for(actor("solveig@houlemont.example", "houlemont"), day.open)
    } >= {
        "assign",
        "cover",
        "validate",
    }

    verdict = journal.verify()
    assert not verdict.breaks
    assert verdict.unsealed == 0
    assert Client.objects.count() >= 24
    a_year_is_told(now)


def a_year_is_told(now):
    """Out of the tickets of the year, told through the acts: every kind of thing has happened."""
    called = Ticket.objects.order_by("called_at").first().called_at
    assert now - timedelta(days=366) < called < now - timedelta(days=200)
    assert {one.value for one in Origin} - set(Ticket.objects.values_list("origin", flat=True)) <= {
        "alert",
        "visit",
    }
    promised = set(Promise.objects.filter(kind="promise").values_list("state", flat=True))
    assert {"met", "met-late", "suspended"} <= promised
    happened = set(TicketEvent.objects.values_list("kind", flat=True))
    assert {"note", "call", "appointment", "reopened", "prediagnosis"} <= happened
    assert TicketEvent.objects.filter(kind="message", person__isnull=False, contact__isnull=False).exists()
    assert Ticket.objects.filter(verdict="excluded", state="closed").exists()
    assert {"remote", "onsite", "project"} == set(WorkSession.objects.values_list("mode", flat=True))
    assert Attachment.objects.exists()
    assert PointEntry.objects.filter(kind="correction").exists()
    assert Derogation.objects.exists()
    assert Contract.objects.filter(ends_on__lt=now.date()).count() == 2
    assert Membership.objects.filter(person__email="tanguy@houlemont.example").get().ended_at
    assert not TicketEvent.objects.filter(at__gt=now).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["2026-11-22T03:10", "2026-11-25T12:45", "2027-01-04T08:02"])
def test_at_an_odd_hour_the_desk_is_as_alive(moment):
    now = read(moment)
    with clock.held_at(now - BEFORE_EVERYTHING):
        books.install_shipped(at=now - BEFORE_EVERYTHING)
    world = found(HOULEMONT, now=now)
    play([*arrivals(world), *present_houlemont.present(world)], now)
    day = overview.day_of(world.staff["solveig"], now)
    assert set(day.counts) == {"late", "at-risk", "on-time", "suspended"}
    waiting = overview.waiting_for(world.staff["karim"], day.open)
    assert waiting[0].what == "stopwatch"
