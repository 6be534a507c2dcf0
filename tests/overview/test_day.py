"""How the day stands: hours, promises by open time left, what awaits each role, what stands out."""

from __future__ import annotations

from datetime import date

import pytest

from clausier.contracts import services as contracts
from clausier.desk import services as desk
from clausier.directory import services as directory
from clausier.foundation.clock import read
from clausier.overview import queries as overview
from clausier.prepaid import services as prepaid
from clausier.terms import book as terms_book
from clausier.terms.calendar import calendar_of
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630, make_contract

FRIDAY_1642 = read("2026-11-20T16:42")


def onsite(region="metropole"):
    return calendar_of(terms_book.load("imri/2013"), "hours.onsite", region)


# The hours


def test_on_friday_afternoon_the_site_closes_before_the_week_end():
    opening = overview.opening(onsite(), FRIDAY_1642)
    assert opening.is_open
    assert opening.closes_at == read("2026-11-20T17:00")
    assert opening.left_seconds == 18 * 60
    assert opening.opens_at == read("2026-11-23T09:00")
    assert opening.then == "weekend"


def test_at_lunch_the_afternoon_is_left():
    opening = overview.opening(onsite(), read("2026-11-20T12:45"))
    assert not opening.is_open
    assert opening.opens_at == read("2026-11-20T14:00")
    assert opening.left_seconds == 3 * 3600


def test_in_the_week_only_a_night_lies_ahead():
    opening = overview.opening(onsite(), read("2026-11-18T10:00"))
    assert opening.then is None
    assert opening.left_seconds == (2 * 60 + 30 + 4 * 60) * 60


@pytest.mark.parametrize(
    ("at", "region", "name"),
    [
        ("2026-12-24T10:00", "metropole", "Noël"),
        ("2026-12-24T10:00", "alsace-moselle", "Noël"),
        ("2026-04-02T10:00", "alsace-moselle", "Vendredi saint"),
    ],
)
def test_a_public_holiday_is_named_rather_than_the_week_end(at, region, name):
    opening = overview.opening(onsite(region), read(at))
    assert opening.then == "holiday"
    assert opening.holiday.fr.lower() == name.lower()


def test_on_sunday_the_desk_opens_again_on_monday():
    opening = overview.opening(onsite(), read("2026-11-22T15:00"))
    assert not opening.is_open
    assert opening.left_seconds == 0
    assert opening.opens_at == read("2026-11-23T09:00")


@pytest.mark.django_db
def test_the_days_shown_run_from_today_to_the_next_one_worked(imri):
    days = overview.desk_days(overview.calendars(imri.dispatcher), FRIDAY_1642)
    assert [day.on for day in days] == [date(2026, 11, d) for d in (20, 21, 22, 23)]
    assert [bool(day.onsite) for day in days] == [True, False, False, True]


# Promises


@pytest.mark.django_db
def test_open_tickets_stand_by_open_time_left(imri):
    late = open_ticket(imri, title="Hier", at=read("2026-11-19T15:00"))
    open_ticket(imri, title="Poste", equipment_class="workstation")
    fresh = open_ticket(imri, title="Serveur")
    day = overview.day_of(imri.dispatcher, FRIDAY_1642)
    assert [one.ticket.title for one in day.burning] == ["Hier", "Serveur", "Poste"]
    assert day.burning[0].ticket == late
    assert day.counts == {"late": 1, "on-time": 2}
    assert next(one for one in day.open if one.ticket == fresh).view.due_at == read("2026-11-23T12:30")


@pytest.mark.django_db
def test_what_was_kept_today_stays_on_the_page_once_closed(imri):
    ticket = open_ticket(imri, at=read("2026-11-20T09:00"))
    desk.close_ticket(by=imri.technician, at=read("2026-11-20T11:00"), ticket=ticket)
    open_ticket(imri, title="Autre", at=read("2026-11-20T10:00"))
    day = overview.day_of(imri.dispatcher, FRIDAY_1642)
    assert [one.state for one in day.due_today] == ["met", "late"]
    assert day.kept == 1
    assert ticket not in [one.ticket for one in day.open]


@pytest.mark.django_db
def test_where_the_terms_promise_nothing_the_clocks_are_targets(ims):
    open_ticket(ims)
    day = overview.day_of(ims.dispatcher, FRIDAY_1642)
    assert day.only_targets
    assert [one.is_target for one in day.burning] == [True]


@pytest.mark.django_db
def test_another_providers_tickets_are_not_there(imri, ims):
    open_ticket(ims)
    assert overview.day_of(imri.dispatcher, FRIDAY_1642).open == ()


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_tickets(imri, django_assert_max_num_queries):
    for hour in range(9, 12):
        open_ticket(imri, at=read(f"2026-11-20T{hour:02d}:15"), assignee=imri.technician.person)
    with django_assert_max_num_queries(8) as few:
        overview.day_of(imri.dispatcher, FRIDAY_1642)
    for minute in range(10, 22):
        open_ticket(imri, at=read(f"2026-11-20T16:{minute:02d}"))
    with django_assert_max_num_queries(len(few)):
        overview.day_of(imri.dispatcher, FRIDAY_1642)


# What awaits


def kinds(actor, now=FRIDAY_1642):
    return [one.what for one in overview.waiting_for(actor, overview.day_of(actor, now).open)]


@pytest.mark.django_db
def test_an_unassigned_ticket_awaits_the_dispatcher_not_the_technician(imri):
    open_ticket(imri)
    assert "assign" in kinds(imri.dispatcher)
    assert kinds(imri.technician) == []


@pytest.mark.django_db
def test_a_running_stopwatch_comes_first(imri):
    ticket = open_ticket(imri, assignee=imri.technician.person)
    desk.start_work(by=imri.technician, at=FRIDAY_1642, ticket=ticket, mode="remote")
    assert kinds(imri.technician)[0] == "stopwatch"


@pytest.mark.django_db
def test_a_reply_of_the_client_awaits_whoever_has_the_ticket(imri):
    ticket = open_ticket(imri, assignee=imri.technician.person)
    desk.reply(by=imri.technician, at=FRIDAY_1630, ticket=ticket, text="Essayez de redémarrer.")
    assert kinds(imri.technician) == []
    desk.receive_reply(
        by=imri.dispatcher,
        at=read("2026-11-20T16:35"),
        ticket=ticket,
        text="Rien de mieux.",
        contact=imri.caller,
    )
    assert kinds(imri.technician) == ["answer"]
    assert kinds(imri.other_technician) == []


@pytest.mark.django_db
def test_what_the_terms_leave_out_is_settled_before_it_is_handed_out(imri):
    ticket = open_ticket(imri, equipment_class="network", cause="cabling")
    # Follow-up only: a case at the supplier is proposed at once.
    assert sorted(kinds(imri.manager)) == ["cover", "supplier"]
    desk.assign(by=imri.manager, at=FRIDAY_1630, ticket=ticket, person=imri.technician.person)
    assert kinds(imri.manager) == []


@pytest.mark.django_db
def test_stopped_work_awaits_who_did_it_and_the_leads(imri):
    ticket = open_ticket(imri, assignee=imri.technician.person)
    desk.log_work(
        by=imri.technician,
        at=FRIDAY_1642,
        ticket=ticket,
        mode="remote",
        started_at=FRIDAY_1630,
        ended_at=FRIDAY_1642,
        entries=[{"domain": "", "minutes": 12, "text": "Service relancé."}],
    )
    assert kinds(imri.technician) == ["validate"]
    assert "validate" in kinds(imri.manager)
    assert kinds(imri.other_technician) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["reader", "accountant"])
def test_nothing_awaits_those_who_do_no_work(imri, role):
    open_ticket(imri)
    assert kinds(getattr(imri, role)) == []


@pytest.mark.django_db
def test_a_suspended_promise_is_counted_apart(imri):
    ticket = open_ticket(imri)
    answer_all(imri, ticket, FRIDAY_1630)
    desk.set_appointment(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        ticket=ticket,
        technician=imri.technician.person,
        starts_at=read("2026-11-25T10:00"),
        ends_at=read("2026-11-25T11:00"),
        asked_by_client=True,
    )
    day = overview.day_of(imri.dispatcher, FRIDAY_1642)
    assert day.counts == {"suspended": 1}
    assert [one.state for one in day.burning] == ["suspended"]


# What stands out


def alerts(actor, now=FRIDAY_1642):
    return {(one.kind): one for one in overview.alerts(actor, now)}


@pytest.mark.django_db
def test_a_notice_is_announced_sixty_days_ahead_and_not_before(imri):
    # The cast's contract started on 14 March 2025: a notice must be in by 13 December 2026.
    notice = alerts(imri.manager)["notice"]
    assert (notice.notice_by, notice.term_ends_on) == (date(2026, 12, 13), date(2027, 3, 13))
    assert "notice" in alerts(imri.manager, read("2026-10-14T09:00"))
    assert "notice" not in alerts(imri.manager, read("2026-10-13T09:00"))
    assert "notice" not in alerts(imri.manager, read("2026-12-14T09:00"))


@pytest.mark.django_db
def test_accepted_terms_are_no_longer_an_alert(imri):
    assert alerts(imri.manager)["acceptance"].contract == imri.contract
    contracts.accept_terms(
        by=imri.manager,
        at=FRIDAY_1630,
        client=imri.client,
        contract=imri.contract,
        book=imri.contract.book,
        accepted_on=date(2026, 11, 20),
        means="paper",
        accepted_by=imri.caller,
    )
    assert "acceptance" not in alerts(imri.manager)


@pytest.mark.django_db
def test_a_client_without_correspondent_is_named_where_the_terms_want_one(imri):
    assert "correspondent" not in alerts(imri.manager)
    directory.contact_left(by=imri.dispatcher, at=FRIDAY_1630, contact=imri.caller, left_on=date(2026, 11, 2))
    found = alerts(imri.manager)["correspondent"]
    assert found.client == imri.client
    assert found.since_on == date(2026, 11, 2)


@pytest.mark.django_db
def test_an_account_under_its_threshold_is_an_alert(ims):
    account = prepaid.open_account(by=ims.manager, at=FRIDAY_1630, contract=ims.contract, low_at=100)
    assert alerts(ims.manager)["account"].is_empty
    prepaid.credit(by=ims.manager, at=FRIDAY_1630, account=account, points=60, label="Carnet")
    assert not alerts(ims.manager)["account"].is_empty
    prepaid.credit(by=ims.manager, at=FRIDAY_1630, account=account, points=60, label="Carnet")
    assert "account" not in alerts(ims.manager)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_contracts(imri, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        overview.alerts(imri.manager, FRIDAY_1642)
    for number in range(5):
        make_contract(
            imri.client, number=f"C-9{number}", kind="managed", book="imri/2013", covered={"workstation": 1}
        )
    with django_assert_max_num_queries(len(few)):
        overview.alerts(imri.manager, FRIDAY_1642)
