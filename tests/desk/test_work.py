"""Work sessions: the stopwatch, what it takes, and that it takes it once."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from clausier.desk import facts, queries, services
from clausier.desk.errors import (
    InTheFuture,
    MinutesExceedSession,
    NoPointAccount,
    StopwatchRunning,
    TicketClosed,
)
from clausier.desk.models import Ticket, WorkSession
from clausier.foundation import isolation
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, OutOfDate
from clausier.foundation.models import JournalEntry
from clausier.prepaid import queries as prepaid_queries
from clausier.prepaid import services as prepaid
from clausier.prepaid.errors import NotEnoughPoints
from clausier.prepaid.models import PointAccount
from tests.desk.asking import codes_since, open_ticket
from tests.people import FRIDAY_1630, SIGNED_AT, House, make_contract, make_ims_house

NOON = read("2026-11-20T12:00")


def open_account(house: House, points: str = "412.50") -> PointAccount:
    account = prepaid.open_account(by=house.manager, at=SIGNED_AT, contract=house.contract, low_at=150)
    prepaid.credit(
        by=house.manager, at=SIGNED_AT, account=account, points=Decimal(points), label="Solde", kind="opening"
    )
    return account


def log(house: House, ticket: Ticket, minutes: int, *, mode: str = "remote", **asked) -> WorkSession:
    """A session by hand that ended at noon."""
    return services.log_work(
        **{
            "by": house.technician,
            "at": NOON,
            "ticket": ticket,
            "mode": mode,
            "started_at": NOON - timedelta(minutes=minutes),
            "ended_at": NOON,
            "entries": [{"domain": "server-network", "text": "File d’impression vidée", "minutes": minutes}],
        }
        | asked
    )


def called_at_ten(house: House, **asked) -> Ticket:
    return open_ticket(house, at=read("2026-11-20T10:00"), **asked)


def validate(house: House, session: WorkSession) -> WorkSession:
    return services.validate_work(by=house.technician, at=NOON, session=session)


def test_twenty_minutes_remote_on_a_server_take_26_67_points(ims):
    account = open_account(ims)
    session = validate(ims, log(ims, called_at_ten(ims), 20))
    assert (session.accounted_minutes, session.points) == (20, Decimal("26.67"))
    assert (session.points_before, session.points_after) == (Decimal("412.50"), Decimal("385.83"))
    assert prepaid_queries.balance(account) == Decimal("385.83")
    assert "7.1.2" in {reason["clause"] for reason in session.ruling.outcome["because"]}
    entry = account.entries.get(kind="deduction")
    assert (entry.worked_minutes, entry.accounted_minutes, entry.label) == (
        20,
        20,
        "À distance, serveur et réseau",
    )


def test_a_short_trip_takes_its_minimum_once_for_all_its_entries(ims):
    open_account(ims)
    entries = [
        {"domain": "workstation", "text": "Poste", "minutes": 8},
        {"domain": "server-network", "text": "Commutateur", "minutes": 10},
    ]
    session = validate(ims, log(ims, called_at_ten(ims), 18, mode="onsite", entries=entries))
    # 30 min: the 12 that lack go to the first entry. (20 × 75 + 10 × 95) ÷ 60.
    assert (session.accounted_minutes, session.points) == (30, Decimal("40.83"))


def test_the_preview_announces_what_the_validation_takes(ims):
    open_account(ims)
    ticket = called_at_ten(ims)
    preview = facts.preview_work(ticket, "remote", [{"domain": "server-network", "minutes": 20}])
    session = validate(ims, log(ims, ticket, 20))
    assert (preview.accounted_minutes, preview.points) == (session.accounted_minutes, session.points)
    assert (preview.before, preview.after) == (session.points_before, session.points_after)
    assert preview.outcome.as_json() == session.ruling.outcome


def test_under_a_flat_fee_nothing_is_deducted(imri):
    session = validate(imri, log(imri, called_at_ten(imri), 20))
    assert (session.verdict, session.points, session.ruling) == ("covered", None, None)
    assert facts.preview_work(session.ticket, "remote", [{"minutes": 20}]).points is None


def test_points_are_reserved_between_the_stop_and_the_validation(ims):
    account = open_account(ims)
    session = log(ims, called_at_ten(ims), 20)
    assert prepaid_queries.balance(account) == Decimal("412.50")
    assert prepaid_queries.available(account) == Decimal("385.83")
    validate(ims, session)
    assert prepaid_queries.available(account) == prepaid_queries.balance(account) == Decimal("385.83")


def test_a_dropped_session_gives_its_reservation_back(ims):
    account = open_account(ims)
    session = log(ims, called_at_ten(ims), 20)
    services.discard_work(by=ims.technician, at=NOON, session=session)
    assert prepaid_queries.available(account) == Decimal("412.50")
    with pytest.raises(OutOfDate):
        validate(ims, WorkSession.objects.get(pk=session.pk))


def test_another_verdict_moves_the_reservation(ims):
    account = open_account(ims)
    ticket = called_at_ten(ims)
    session = log(ims, ticket, 20)
    services.decide_coverage(
        by=ims.technician,
        at=NOON,
        ticket=ticket,
        verdict="covered",
        cause="server-network",
        reason="Geste commercial",
    )
    assert prepaid_queries.available(account) == Decimal("412.50")
    assert validate(ims, WorkSession.objects.get(pk=session.pk)).points is None


def test_an_overdraft_is_allowed_and_said(ims):
    open_account(ims, "20.00")
    ticket = called_at_ten(ims)
    assert validate(ims, log(ims, ticket, 20)).points_after == Decimal("-6.67")
    assert ticket.events.get(kind="points").data["warning"] == "overdrawn"


def test_crossing_the_threshold_is_said_once(ims):
    open_account(ims, "160.00")
    ticket = called_at_ten(ims)
    validate(ims, log(ims, ticket, 20))
    validate(ims, log(ims, ticket, 20, by=ims.other_technician))
    assert [event.data["warning"] for event in ticket.events.filter(kind="points")] == ["low"]


def test_points_without_an_account_are_refused_with_the_way_out(ims):
    session = log(ims, called_at_ten(ims), 20)
    with pytest.raises(NoPointAccount) as refused:
        validate(ims, session)
    assert refused.value.way_out
    assert WorkSession.objects.get(pk=session.pk).state == "stopped"
    open_account(ims)
    assert validate(ims, WorkSession.objects.get(pk=session.pk)).points == Decimal("26.67")


def test_a_validated_session_is_not_validated_again(ims):
    account = open_account(ims)
    session = log(ims, called_at_ten(ims), 20)
    stale = WorkSession.objects.get(pk=session.pk)
    validate(ims, session)
    with pytest.raises(OutOfDate):
        validate(ims, stale)
    assert prepaid_queries.balance(account) == Decimal("385.83")


@pytest.mark.django_db(transaction=True)
def test_two_technicians_validating_at_once_deduct_once(transactional_db):
    house = make_ims_house()
    account = open_account(house)
    session = log(house, called_at_ten(house), 20)
    together, outcomes = Barrier(2), []

    def attempt(technician) -> None:
        try:
            with isolation.confined(technician.scope):
                read_before = WorkSession.objects.get(pk=session.pk)
            together.wait(timeout=10)
            services.validate_work(by=technician, at=NOON, session=read_before)
            outcomes.append("deducted")
        except OutOfDate:
            outcomes.append("out of date")
        finally:
            connection.close()

    threads = [Thread(target=attempt, args=(who,)) for who in (house.technician, house.other_technician)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["deducted", "out of date"]
    assert prepaid_queries.balance(account) == Decimal("385.83")
    assert JournalEntry.objects.filter(code="desk.work_validated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sessions_validated_at_once_each_know_the_balance_they_met(transactional_db):
    house = make_ims_house()
    account = open_account(house)
    sessions = [log(house, called_at_ten(house), 20), log(house, called_at_ten(house), 30)]
    together = Barrier(2)

    def attempt(session) -> None:
        together.wait(timeout=10)
        services.validate_work(by=house.technician, at=NOON, session=session)
        connection.close()

    threads = [Thread(target=attempt, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    first, second = WorkSession.objects.filter(state="validated").order_by("-points_before")
    assert first.points_before == Decimal("412.50")
    assert second.points_before == first.points_after
    assert prepaid_queries.balance(account) == second.points_after == Decimal("345.83")


# The stopwatch


def start(house: House, ticket: Ticket, at: str = "2026-11-20T16:31", **asked) -> WorkSession:
    return services.start_work(
        **{"by": house.technician, "at": read(at), "ticket": ticket, "mode": "remote"} | asked
    )


def test_a_pause_does_not_count(imri):
    session = start(imri, open_ticket(imri))
    services.pause_work(by=imri.technician, at=read("2026-11-20T16:41"), session=session)
    services.resume_work(by=imri.technician, at=read("2026-11-20T16:50"), session=session)
    assert queries.session_seconds(session, read("2026-11-20T16:55:30")) == 15 * 60 + 30
    stopped = services.stop_work(
        by=imri.technician,
        at=read("2026-11-20T16:55:30"),
        session=session,
        entries=[{"text": "Journaux lus", "minutes": 5}, {"domain": "workstation", "text": "Poste testé"}],
    )
    assert [(e.domain, e.minutes) for e in stopped.entries.order_by("position")] == [
        ("server-network", 5),
        ("workstation", 10),
    ]


def test_entries_never_count_more_than_the_session_lasted(imri):
    session = start(imri, open_ticket(imri))
    with pytest.raises(MinutesExceedSession):
        services.stop_work(
            by=imri.technician,
            at=read("2026-11-20T16:41"),
            session=session,
            entries=[{"text": "Trop", "minutes": 11}],
        )
    assert WorkSession.objects.get(pk=session.pk).state == "running"


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [{"text": " "}],
        [{"text": "a"}, {"text": "b"}],
        [{"text": "a", "minutes": 0}],
        [{"text": "a", "domain": "x"}],
    ],
)
def test_entries_that_cannot_be_right_are_refused(imri, entries):
    session = start(imri, open_ticket(imri))
    with pytest.raises(InvalidInput):
        services.stop_work(by=imri.technician, at=read("2026-11-20T16:41"), session=session, entries=entries)


def test_one_stopwatch_each(imri):
    first, second = open_ticket(imri), open_ticket(imri)
    session = start(imri, first)
    with pytest.raises(StopwatchRunning):
        start(imri, second)
    assert start(imri, second, by=imri.other_technician).pk
    services.pause_work(by=imri.technician, at=read("2026-11-20T16:40"), session=session)
    start(imri, second, at="2026-11-20T16:41")
    with pytest.raises(StopwatchRunning):
        services.resume_work(by=imri.technician, at=read("2026-11-20T16:42"), session=session)
    assert queries.running_session(imri.technician.person).ticket == second


def test_a_ticket_is_not_closed_while_a_stopwatch_runs(imri):
    ticket = open_ticket(imri)
    session = start(imri, ticket)
    ticket.refresh_from_db()
    with pytest.raises(StopwatchRunning) as refused:
        services.close_ticket(by=imri.dispatcher, at=read("2026-11-20T16:41"), ticket=ticket)
    assert refused.value.facts["names"] == [imri.technician.name]
    services.discard_work(by=imri.technician, at=read("2026-11-20T16:42"), session=session)
    closed = services.close_ticket(by=imri.dispatcher, at=read("2026-11-20T16:43"), ticket=ticket)
    assert closed.state == "closed"


def test_no_work_starts_on_a_closed_ticket_but_what_was_done_before_is_written_down(imri):
    ticket = called_at_ten(imri)
    services.close_ticket(by=imri.technician, at=NOON, ticket=ticket)
    with pytest.raises(TicketClosed):
        start(imri, ticket)
    assert log(imri, ticket, 20).state == "stopped"
    with pytest.raises(TicketClosed):
        log(imri, ticket, 20, at=FRIDAY_1630, started_at=NOON, ended_at=NOON + timedelta(minutes=20))


def test_a_night_session_counts_the_minutes_that_passed_not_those_of_the_wall_clock(imri):
    ticket = open_ticket(imri, at=read("2026-10-24T10:00"))
    # Clocks go back from 3:00 to 2:00 that night: two hours on the wall, three on the stopwatch.
    session = services.log_work(
        by=imri.technician,
        at=read("2026-10-25T05:00"),
        ticket=ticket,
        mode="remote",
        started_at=read("2026-10-25T01:30"),
        ended_at=read("2026-10-25T03:30"),
        entries=[{"text": "Bascule de nuit"}],
    )
    assert session.entries.get().minutes == 180


def test_work_of_the_future_is_refused(imri):
    ticket = called_at_ten(imri)
    with pytest.raises(InTheFuture):
        log(imri, ticket, 20, ended_at=NOON + timedelta(minutes=1))


def test_the_client_reads_what_was_done_once_it_is_validated(ims):
    open_account(ims)
    ticket = called_at_ten(ims)
    session = log(ims, ticket, 20)
    assert not queries.thread(ticket, ims.correspondent).filter(kind="work").exists()
    validate(ims, session)
    told = queries.thread(ticket, ims.correspondent).get(kind="work")
    assert (told.text, told.data["points"]) == ("File d’impression vidée", "26.67")


def test_every_act_of_work_is_journaled_once(imri):
    ticket = open_ticket(imri)
    before = JournalEntry.objects.count()
    session = start(imri, ticket)
    services.pause_work(by=imri.technician, at=read("2026-11-20T16:41"), session=session)
    services.resume_work(by=imri.technician, at=read("2026-11-20T16:42"), session=session)
    services.stop_work(
        by=imri.technician, at=read("2026-11-20T16:45"), session=session, entries=[{"text": "Journaux lus"}]
    )
    services.validate_work(by=imri.technician, at=read("2026-11-20T16:46"), session=session)
    assert codes_since(before) == [
        f"desk.work_{verb}" for verb in ("started", "paused", "resumed", "stopped", "validated")
    ]


def test_a_contract_that_excludes_an_overdraft_refuses_it(ims, monkeypatch):
    from clausier.terms.book import Practice
    from clausier.terms.outcome import Words

    words = Words("découvert", "overdraft")
    practice = Practice(
        term="points.overdraft", since=SIGNED_AT.date(), value="refuse", reason=words, label=words
    )
    found = facts.terms_for
    monkeypatch.setattr(
        facts,
        "terms_for",
        lambda *asked: facts.Terms(found(*asked).book.with_practices(practice), found(*asked).installed),
    )
    account = open_account(ims, "20.00")
    session = log(ims, called_at_ten(ims), 20)
    with pytest.raises(NotEnoughPoints):
        validate(ims, session)
    assert prepaid_queries.balance(account) == Decimal("20.00")


def test_another_contract_moves_the_reservation_to_its_own_account(ims):
    former = open_account(ims)
    other = make_contract(ims.client, number="C-0002", kind="liberty", book="ims/2018", covered={})
    latter = prepaid.open_account(by=ims.manager, at=SIGNED_AT, contract=other)
    ticket = called_at_ten(ims, contract=ims.contract)
    session = log(ims, ticket, 20)
    services.qualify(by=ims.technician, at=NOON, ticket=ticket, contract=other)
    assert prepaid_queries.reserved(former) == 0
    assert prepaid_queries.reserved(latter) == Decimal("26.67")
    validate(ims, WorkSession.objects.get(pk=session.pk))
    assert prepaid_queries.balance(former) == Decimal("412.50")
    assert prepaid_queries.balance(latter) == prepaid_queries.available(latter) == Decimal("-26.67")


def test_the_whole_walk_runs_with_the_programs_own_rights(ims, program_role):
    account = open_account(ims)
    with program_role():
        ticket = called_at_ten(ims)
        validate(ims, log(ims, ticket, 20))
        services.reply(by=ims.technician, at=NOON, ticket=ticket, text="Rétabli")
        services.close_ticket(by=ims.technician, at=NOON, ticket=Ticket.objects.get(pk=ticket.pk))
    assert prepaid_queries.balance(account) == Decimal("385.83")


def test_a_session_sent_twice_is_written_once_unless_the_first_was_dropped(ims):
    ticket = open_ticket(ims)
    asked = {
        "by": ims.technician,
        "at": read("2026-11-20T17:30"),
        "ticket": ticket,
        "mode": "remote",
        "started_at": read("2026-11-20T16:40"),
        "ended_at": read("2026-11-20T17:00"),
        "entries": [{"domain": "server-network", "text": "Service relancé"}],
    }
    first = services.log_work(**asked)
    with pytest.raises(InvalidInput) as refused:
        services.log_work(**asked)
    assert (refused.value.field, ticket.sessions.count()) == ("started_at", 1)
    services.log_work(**(asked | {"by": ims.other_technician}))
    services.discard_work(by=ims.technician, at=read("2026-11-20T17:31"), session=first)
    services.log_work(**asked)


def test_in_the_hour_that_comes_twice_what_is_past_is_past(imri):
    first, second = read("2026-10-25T02:50+02:00"), read("2026-10-25T02:10+01:00")
    ticket = open_ticket(imri, called_at=read("2026-10-25T02:20+02:00"), at=second)
    log(imri, ticket, 20, at=second, started_at=read("2026-10-25T02:30+02:00"), ended_at=first)
    with pytest.raises(InTheFuture):
        open_ticket(imri, called_at=second, at=first)


def test_work_does_not_come_before_the_call_it_answers(imri):
    ticket = open_ticket(imri, called_at=read("2026-11-20T11:00:40"), at=read("2026-11-20T11:50"))
    with pytest.raises(InvalidInput, match="11 h") as refused:
        log(imri, ticket, 61)
    assert (refused.value.field, ticket.sessions.count()) == ("started_at", 0)
    log(imri, ticket, 60)  # before the call was written down, but not before its minute
