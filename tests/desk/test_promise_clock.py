"""The promise clock: what stops it, what does not, and what becomes of it when the ticket changes."""

from datetime import datetime, timedelta

import pytest

from clausier.desk import queries, services
from clausier.desk.errors import NothingChanged, PrediagnosisIncomplete
from clausier.desk.models import Appointment, Ticket
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630, House

MINUTE = 60
HOUR = 3600


def view(ticket: Ticket, now: str | datetime):
    """How the promise stands at `now`."""
    return queries.promise_view(
        queries.promises_of(ticket)["promise"], read(now) if isinstance(now, str) else now
    )


def appoint(house: House, ticket: Ticket, *, at: str, starts_at: str, asked_by_client: bool = False):
    starts = read(starts_at)
    return services.set_appointment(
        by=house.dispatcher,
        at=read(at),
        ticket=ticket,
        technician=house.technician.person,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        asked_by_client=asked_by_client,
    )


def test_twelve_minutes_later_three_hours_and_forty_eight_minutes_are_left(imri):
    seen = view(open_ticket(imri), "2026-11-20T16:42")
    assert (seen.state, seen.used_seconds, seen.left_seconds) == (
        "on-time",
        12 * MINUTE,
        3 * HOUR + 48 * MINUTE,
    )
    assert seen.late_seconds == 0
    assert [(s.seconds, s.used_seconds) for s in seen.segments] == [
        (30 * MINUTE, 12 * MINUTE),
        (3 * HOUR + 30 * MINUTE, 0),
    ]


def test_closed_hours_use_nothing(imri):
    ticket = open_ticket(imri)
    assert view(ticket, "2026-11-20T17:00").used_seconds == 30 * MINUTE
    assert view(ticket, "2026-11-22T23:00").used_seconds == 30 * MINUTE


def test_the_clock_goes_from_on_time_to_at_risk_to_late(imri):
    ticket = open_ticket(imri)
    states = [view(ticket, now).state for now in ("2026-11-23T09:00", "2026-11-23T12:00", "2026-11-23T12:31")]
    assert states == ["on-time", "at-risk", "late"]
    late = view(ticket, "2026-11-23T15:00")
    # Lunch is closed: from 14:00 on, an open hour late.
    assert (late.left_seconds, late.late_seconds) == (-HOUR, HOUR)
    assert sum(segment.seconds for segment in late.segments) == 4 * HOUR


def test_starting_work_on_site_meets_the_promise(imri):
    ticket = open_ticket(imri)
    services.start_work(by=imri.technician, at=read("2026-11-23T09:15"), ticket=ticket, mode="onsite")
    seen = view(ticket, "2026-11-25T10:00")
    assert (seen.state, seen.used_seconds) == ("met", 45 * MINUTE)
    assert (seen.due_at, seen.ended_at) == (read("2026-11-23T12:30"), read("2026-11-23T09:15"))
    assert sum(segment.seconds for segment in seen.segments) == 4 * HOUR
    assert ticket.events.get(kind="met", is_internal=False).data["how"] == "onsite"
    ticket.refresh_from_db()
    assert (ticket.step, ticket.state) == ("onsite", "in-progress")


def test_work_by_phone_does_not_meet_it(imri):
    ticket = open_ticket(imri)
    services.start_work(by=imri.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    assert view(ticket, "2026-11-20T16:40").state == "on-time"


def test_a_trip_written_down_afterwards_meets_it_when_it_took_place(imri):
    ticket = open_ticket(imri)
    services.log_work(
        by=imri.technician,
        at=read("2026-11-23T18:00"),
        ticket=ticket,
        mode="onsite",
        started_at=read("2026-11-23T11:00"),
        ended_at=read("2026-11-23T12:00"),
        entries=[{"domain": "server-network", "text": "Alimentation remplacée", "minutes": 60}],
    )
    assert view(ticket, "2026-11-24T09:00").state == "met"


def test_a_technician_who_comes_too_late_meets_it_late(imri):
    ticket = open_ticket(imri)
    services.start_work(by=imri.technician, at=read("2026-11-23T15:00"), ticket=ticket, mode="onsite")
    seen = view(ticket, "2026-11-24T09:00")
    assert (seen.state, seen.late_seconds) == ("met-late", HOUR)


def test_an_incident_solved_before_anyone_comes_meets_it_too_and_says_so(imri):
    ticket = open_ticket(imri)
    services.close_ticket(by=imri.technician, at=read("2026-11-20T16:50"), ticket=ticket, text="Redémarré")
    assert view(ticket, "2026-11-30T09:00").state == "met"
    assert ticket.events.get(kind="met", is_internal=False).data["how"] == "solved"


def test_a_dropped_stopwatch_on_site_did_not_meet_it(imri):
    ticket = open_ticket(imri)
    session = services.start_work(
        by=imri.technician, at=read("2026-11-20T16:35"), ticket=ticket, mode="onsite"
    )
    services.discard_work(by=imri.technician, at=read("2026-11-20T16:36"), session=session, reason="Erreur")
    assert view(ticket, "2026-11-20T16:42").left_seconds == 3 * HOUR + 48 * MINUTE


def test_a_trip_dropped_after_the_closing_leaves_the_promise_met_by_the_closing(imri):
    ticket = open_ticket(imri)
    trip = services.log_work(
        by=imri.technician,
        at=read("2026-11-23T15:00"),
        ticket=ticket,
        mode="onsite",
        started_at=read("2026-11-23T11:00"),
        ended_at=read("2026-11-23T12:00"),
        entries=[{"text": "Alimentation remplacée"}],
    )
    ticket.refresh_from_db()
    services.close_ticket(by=imri.technician, at=read("2026-11-23T16:00"), ticket=ticket)
    assert view(ticket, "2026-11-23T16:00").state == "met"
    services.discard_work(
        by=imri.technician, at=read("2026-11-24T09:00"), session=trip, reason="Autre ticket"
    )
    seen = view(ticket, "2026-11-24T10:00")
    # Monday 14:00 to 16:00: closed two open hours after the promise.
    assert (seen.state, seen.how, seen.late_seconds) == ("met-late", "solved", 2 * HOUR)


# Changes


def test_changing_the_class_keeps_the_time_used(imri):
    ticket = open_ticket(imri)
    services.qualify(
        by=imri.dispatcher, at=read("2026-11-23T10:00"), ticket=ticket, equipment_class="workstation"
    )
    seen = view(ticket, "2026-11-23T10:00")
    # Half an hour on Friday and one on Monday: 6 h 30 of the 8 h are left.
    assert (seen.used_seconds, seen.left_seconds) == (90 * MINUTE, 6 * HOUR + 30 * MINUTE)
    assert seen.due_at == read("2026-11-23T18:00")
    changed = ticket.events.get(kind="promise-changed")
    assert changed.data["before"]["due_at"] == "2026-11-23T12:30:00+01:00"
    assert changed.data["after"]["due_at"] == "2026-11-23T18:00:00+01:00"
    assert changed.data["before"]["promised_seconds"] == 4 * HOUR


def test_a_changed_promise_is_met_like_any_other(imri):
    ticket = open_ticket(imri)
    services.qualify(
        by=imri.dispatcher, at=read("2026-11-20T16:45"), ticket=ticket, equipment_class="workstation"
    )
    services.start_work(by=imri.technician, at=read("2026-11-23T17:00"), ticket=ticket, mode="onsite")
    seen = view(ticket, "2026-11-25T10:00")
    assert (seen.state, seen.due_at) == ("met", read("2026-11-23T18:00"))


def test_changing_the_contract_to_one_without_the_class_lifts_the_promise(imri):
    ticket = open_ticket(imri)
    services.qualify(by=imri.dispatcher, at=read("2026-11-20T16:40"), ticket=ticket, contract=None)
    ticket.refresh_from_db()
    assert ticket.verdict == "excluded"
    assert view(ticket, "2026-11-20T16:45").state == "lifted"
    # Put right, it counts from the call again: no minute was gained.
    services.qualify(by=imri.dispatcher, at=read("2026-11-20T16:50"), ticket=ticket, contract=imri.contract)
    seen = view(ticket, "2026-11-20T16:50")
    assert (seen.state, seen.used_seconds, seen.due_at) == ("on-time", 20 * MINUTE, read("2026-11-23T12:30"))


def test_what_is_owed_again_after_a_reopening_counts_from_it(imri):
    ticket = open_ticket(imri)
    services.close_ticket(by=imri.technician, at=read("2026-11-20T16:40"), ticket=ticket)
    services.reopen_ticket(by=imri.technician, at=read("2026-11-23T09:00"), ticket=ticket, reason="Rechute")
    for contract in (None, imri.contract):
        services.qualify(by=imri.dispatcher, at=read("2026-11-23T09:30"), ticket=ticket, contract=contract)
    assert view(ticket, "2026-11-23T09:30").used_seconds == 30 * MINUTE


def test_another_site_brings_its_own_holidays(imri):
    ticket = open_ticket(imri, at=read("2027-03-25T17:30"))
    other = type(imri.site).objects.create(
        provider=imri.provider,
        client=imri.client,
        name="Dépôt",
        holiday_region="alsace-moselle",
        good_friday=True,
    )
    services.qualify(by=imri.dispatcher, at=read("2027-03-25T17:45"), ticket=ticket, site=other)
    assert view(ticket, "2027-03-25T17:45").due_at == read("2027-03-30T12:30")


def test_a_verdict_against_the_proposal_lifts_it_and_is_logged(imri):
    ticket = open_ticket(imri)
    services.decide_coverage(
        by=imri.technician,
        at=read("2026-11-20T16:40"),
        ticket=ticket,
        verdict="excluded",
        cause="external-accident",
        reason="",
    )
    ticket.refresh_from_db()
    assert (ticket.verdict, ticket.verdict_reason) == ("excluded", "")
    assert view(ticket, "2026-11-20T16:45").state == "lifted"
    with pytest.raises(NothingChanged):
        services.decide_coverage(
            by=imri.technician,
            at=read("2026-11-20T16:41"),
            ticket=ticket,
            verdict="excluded",
            cause="external-accident",
        )


def test_a_derogation_recorded_later_does_not_move_a_promise_already_made(imri):
    ticket = open_ticket(imri)
    before = view(ticket, "2026-11-20T16:42")
    imri.contract.derogations.create(
        provider=imri.provider,
        client_id=imri.client.pk,
        term="promise.onsite-server.within",
        value=2,
        since_on=imri.contract.starts_on,
        reason="Essai",
        document=_paper(imri),
        recorded_at=read("2026-11-20T16:41"),
        recorded_by="Essai",
    )
    assert view(ticket, "2026-11-20T16:42") == before
    later = open_ticket(imri, at=read("2026-11-20T16:45"))
    assert view(later, "2026-11-20T16:45").promised_seconds == 2 * HOUR


def _paper(house: House):
    from clausier.foundation.models import Document

    return Document.objects.create(
        provider=house.provider,
        kind="derogation",
        number="2026-00001",
        title="Avenant",
        made_at=FRIDAY_1630,
        made_by="Essai",
    )


# Appointments


def test_no_appointment_before_the_pre_diagnosis(imri):
    ticket = open_ticket(imri)
    services.answer_prediagnosis(
        by=imri.technician,
        at=FRIDAY_1630,
        ticket=ticket,
        answers={"since": "16 h 20", "people": "Tous", "shows": "Voyant orange"},
    )
    with pytest.raises(PrediagnosisIncomplete) as refused:
        appoint(imri, ticket, at="2026-11-20T16:40", starts_at="2026-11-23T09:15")
    assert refused.value.says == "Pas de rendez-vous sans pré-diagnostic. Il manque 2 réponses sur 5."
    assert refused.value.clause == ("imri/2013", "VI.3")
    answer_all(imri, ticket, FRIDAY_1630)
    assert appoint(imri, ticket, at="2026-11-20T16:40", starts_at="2026-11-23T09:15").state == "confirmed"


def test_ims_asks_for_no_pre_diagnosis(ims):
    assert appoint(ims, open_ticket(ims), at="2026-11-20T16:40", starts_at="2026-11-23T09:15").pk


def test_a_question_that_is_not_asked_is_refused(imri):
    with pytest.raises(InvalidInput):
        services.answer_prediagnosis(
            by=imri.technician, at=FRIDAY_1630, ticket=open_ticket(imri), answers={"sign": "Balance"}
        )


def test_a_later_date_that_the_client_asks_for_suspends_the_promise(imri):
    ticket = open_ticket(imri)
    answer_all(imri, ticket, FRIDAY_1630)
    appoint(imri, ticket, at="2026-11-20T16:42", starts_at="2026-11-25T10:00", asked_by_client=True)
    seen = view(ticket, "2026-11-24T10:00")
    assert (seen.state, seen.left_seconds) == ("suspended", 3 * HOUR + 48 * MINUTE)
    # Wednesday 10:00 and 3 h 48: 12:30, then 14:00 to 15:18.
    assert view(ticket, "2026-11-25T10:00").due_at == read("2026-11-25T15:18")
    services.start_work(by=imri.technician, at=read("2026-11-25T10:05"), ticket=ticket, mode="onsite")
    assert view(ticket, "2026-11-26T10:00").state == "met"
    assert ticket.appointments.get().state == "kept"
    suspended = ticket.events.get(kind="suspended")
    assert "VI.3" in {reason["clause"] for reason in suspended.ruling.outcome["because"]}


def test_a_later_date_that_suits_the_provider_suspends_nothing(imri):
    ticket = open_ticket(imri)
    answer_all(imri, ticket, FRIDAY_1630)
    appoint(imri, ticket, at="2026-11-20T16:42", starts_at="2026-11-25T10:00")
    assert view(ticket, "2026-11-23T12:31").state == "late"


def test_a_date_within_the_promise_postpones_nothing(imri):
    ticket = open_ticket(imri)
    answer_all(imri, ticket, FRIDAY_1630)
    appoint(imri, ticket, at="2026-11-20T16:42", starts_at="2026-11-23T11:00", asked_by_client=True)
    assert view(ticket, "2026-11-23T09:30").state == "on-time"


def test_cancelling_a_postponement_lets_the_promise_run_again(imri):
    ticket = open_ticket(imri)
    answer_all(imri, ticket, FRIDAY_1630)
    appointment = appoint(
        imri, ticket, at="2026-11-20T16:42", starts_at="2026-11-25T10:00", asked_by_client=True
    )
    services.cancel_appointment(
        by=imri.dispatcher, at=read("2026-11-23T09:00"), appointment=appointment, reason="Finalement lundi"
    )
    seen = view(ticket, "2026-11-23T09:00")
    assert (seen.state, seen.left_seconds, seen.due_at) == (
        "on-time",
        3 * HOUR + 48 * MINUTE,
        read("2026-11-23T14:18"),
    )
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_new_date_replaces_the_former_one(imri):
    ticket = open_ticket(imri)
    answer_all(imri, ticket, FRIDAY_1630)
    for start in ("2026-11-25T10:00", "2026-11-26T10:00"):
        appoint(imri, ticket, at="2026-11-20T16:42", starts_at=start, asked_by_client=True)
    states = ticket.appointments.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "confirmed"]
    assert view(ticket, "2026-11-25T11:00").state == "suspended"


# Reading many


def test_a_hundred_clocks_are_read_in_three_queries(imri, django_assert_max_num_queries):
    tickets = [open_ticket(imri) for _ in range(5)]
    now = read("2026-11-20T16:42")
    with django_assert_max_num_queries(3):
        views = queries.promise_views(tickets, now)
    assert views == {ticket.pk: view(ticket, now) for ticket in tickets}


def test_the_row_kept_for_lists_agrees_with_the_replay(imri):
    ticket = open_ticket(imri)
    services.qualify(
        by=imri.dispatcher, at=read("2026-11-23T10:00"), ticket=ticket, equipment_class="network"
    )
    services.qualify(
        by=imri.dispatcher, at=read("2026-11-23T10:30"), ticket=ticket, equipment_class="workstation"
    )
    row, seen = queries.promises_of(ticket)["promise"], view(ticket, "2026-11-23T10:30")
    assert (row.due_at, row.promised_seconds, row.used_seconds) == (
        seen.due_at,
        seen.promised_seconds,
        seen.used_seconds,
    )


# What is said of a clock after the fact


def postponed(house: House) -> tuple[Ticket, Appointment]:
    """A promise suspended to Thursday because the client asked for that day."""
    ticket = open_ticket(house)
    answer_all(house, ticket, read("2026-11-20T16:35"))
    visit = appoint(house, ticket, at="2026-11-20T16:40", starts_at="2026-11-26T10:00", asked_by_client=True)
    return ticket, visit


def requalify(house: House, ticket: Ticket, at: str) -> None:
    services.qualify(by=house.technician, at=read(at), ticket=ticket, equipment_class="workstation")


def test_qualifying_a_postponed_ticket_anew_leaves_the_postponement_as_it_was(imri):
    ticket, visit = postponed(imri)
    requalify(imri, ticket, "2026-11-20T16:50")
    seen = view(ticket, "2026-11-23T10:00")
    assert (seen.state, seen.resumes_at) == ("suspended", visit.starts_at)


def test_a_postponement_is_cancelled_after_a_new_qualification_as_before(imri):
    ticket, visit = postponed(imri)
    requalify(imri, ticket, "2026-11-20T16:50")
    services.cancel_appointment(by=imri.dispatcher, at=read("2026-11-23T09:00"), appointment=visit)
    seen = view(ticket, "2026-11-23T10:00")
    assert (seen.state, seen.used_seconds) == ("on-time", 10 * MINUTE + HOUR)


def test_a_postponement_is_moved_after_a_new_qualification_as_before(imri):
    ticket, _visit = postponed(imri)
    requalify(imri, ticket, "2026-11-20T16:50")
    appoint(imri, ticket, at="2026-11-23T09:00", starts_at="2026-12-07T10:00", asked_by_client=True)
    assert view(ticket, "2026-12-01T10:00").resumes_at == read("2026-12-07T10:00")


def test_a_dropped_stopwatch_leaves_the_promise_met_by_the_other_technician_on_site(imri):
    ticket = open_ticket(imri)
    first = services.start_work(by=imri.technician, at=read("2026-11-23T09:15"), ticket=ticket, mode="onsite")
    services.start_work(by=imri.other_technician, at=read("2026-11-23T09:20"), ticket=ticket, mode="onsite")
    services.discard_work(by=imri.technician, at=read("2026-11-23T09:30"), session=first)
    seen = view(ticket, "2026-11-23T18:00")
    assert (seen.state, seen.ended_at) == ("met", read("2026-11-23T09:20"))


def test_a_promise_that_runs_again_counts_what_the_ticket_is_owed_by_now(imri):
    ticket = open_ticket(imri)
    trip = services.start_work(by=imri.technician, at=read("2026-11-23T09:15"), ticket=ticket, mode="onsite")
    requalify(imri, ticket, "2026-11-23T09:20")
    services.discard_work(by=imri.technician, at=read("2026-11-23T09:30"), session=trip)
    seen = view(ticket, "2026-11-23T10:00")
    assert (seen.commitment, seen.promised_seconds) == ("onsite-workstation", 8 * HOUR)


@pytest.mark.parametrize("ended_by", ["a later trip", "the closing"])
def test_a_trip_written_down_last_meets_the_promise_when_it_came_first(imri, ended_by):
    ticket = open_ticket(imri)
    if ended_by == "the closing":
        services.close_ticket(by=imri.technician, at=read("2026-11-23T16:00"), ticket=ticket)
    else:
        services.start_work(by=imri.technician, at=read("2026-11-23T15:15"), ticket=ticket, mode="onsite")
    assert view(ticket, "2026-11-23T16:30").state == "met-late"
    trip = services.log_work(
        by=imri.other_technician,
        at=read("2026-11-23T16:50"),
        ticket=ticket,
        mode="onsite",
        started_at=read("2026-11-23T09:00"),
        ended_at=read("2026-11-23T09:30"),
        entries=[{"text": "Alimentation remplacée"}],
    )
    seen = view(ticket, "2026-11-23T17:00")
    assert (seen.state, seen.ended_at, seen.how) == ("met", read("2026-11-23T09:00"), "onsite")
    services.discard_work(by=imri.other_technician, at=read("2026-11-23T17:05"), session=trip)
    assert view(ticket, "2026-11-23T17:10").state == "met-late"


def cover(house: House, ticket: Ticket, verdict: str, at: str) -> None:
    services.decide_coverage(
        by=house.technician,
        at=read(at),
        ticket=ticket,
        verdict=verdict,
        cause="hardware-fault",
        reason="" if verdict == "covered" else "Le client dit avoir ouvert la machine",
    )


def test_a_promise_owed_again_keeps_the_postponement_that_was_agreed_before(imri):
    ticket, visit = postponed(imri)
    cover(imri, ticket, "excluded", "2026-11-23T09:00")
    cover(imri, ticket, "covered", "2026-11-23T11:00")
    seen = view(ticket, "2026-11-24T10:00")
    assert (seen.state, seen.used_seconds, seen.resumes_at) == ("suspended", 10 * MINUTE, visit.starts_at)
    # Thursday 10:00 and 3 h 50: 12:30, then 14:00 to 15:20.
    assert view(ticket, "2026-11-26T10:00").due_at == read("2026-11-26T15:20")


def test_a_promise_owed_again_knows_that_the_postponement_was_cancelled_meanwhile(imri):
    ticket, visit = postponed(imri)
    cover(imri, ticket, "excluded", "2026-11-23T09:00")
    services.cancel_appointment(by=imri.dispatcher, at=read("2026-11-23T10:00"), appointment=visit)
    cover(imri, ticket, "covered", "2026-11-23T11:00")
    seen = view(ticket, "2026-11-23T11:00")
    assert (seen.state, seen.used_seconds) == ("on-time", 10 * MINUTE + HOUR)


def test_closing_cancels_the_visit_that_stood_and_says_so(imri):
    ticket, visit = postponed(imri)
    ticket.refresh_from_db()
    services.close_ticket(by=imri.technician, at=read("2026-11-23T09:00"), ticket=ticket)
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    told = ticket.events.filter(kind="appointment").latest("pk")
    assert (told.data["step"], told.text, told.is_internal) == ("cancelled", "Le ticket est clos.", False)
    assert not queries.appointments(imri.dispatcher, read("2026-11-26T00:00"), read("2026-11-27T00:00"))
    assert view(ticket, "2026-11-27T10:00").state == "met"
