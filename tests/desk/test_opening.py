"""From a call to a ticket whose figures say why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clausier.desk import facts, queries, services
from clausier.desk.errors import InTheFuture, NoSuchContract, ReasonNeeded
from clausier.desk.models import Ticket, TicketEvent
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.terms.errors import TermsError
from tests.desk.asking import codes_since, open_ticket
from tests.people import FRIDAY_1630, make_client, make_contract

MONDAY_1230 = read("2026-11-23T12:30")


def test_a_server_called_in_on_friday_evening_is_promised_for_monday_half_past_twelve(imri):
    ticket = open_ticket(imri)
    promise = queries.promises_of(ticket)["promise"]
    assert promise.due_at == MONDAY_1230
    assert promise.promised_seconds == 4 * 3600
    assert promise.ruling.outcome["digest"] == ticket.contract.book.digest
    assert "VI.3" in {reason["clause"] for reason in promise.ruling.outcome["because"]}


def test_a_workstation_has_eight_hours(imri):
    ticket = open_ticket(imri, equipment_class="workstation", cause="workstation-system")
    # Friday 0 h 30, Monday 7 h 30: the last half hour ends on Monday at 18:00.
    assert queries.promises_of(ticket)["promise"].due_at == read("2026-11-23T18:00")


def test_the_grid_sets_the_priority_and_the_ruling_says_so(imri):
    ticket = open_ticket(imri)
    assert ticket.priority == 1
    assert ticket.priority_ruling.outcome["value"] == 1
    assert open_ticket(imri, impact="one", urgency="can-work").priority == 4


def test_coverage_is_proposed_with_its_clause(imri):
    ticket = open_ticket(imri)
    assert ticket.verdict == "covered"
    assert "V" in {reason["clause"] for reason in ticket.verdict_ruling.outcome["because"]}


def test_another_verdict_than_the_proposed_one_says_why(imri):
    with pytest.raises(ReasonNeeded) as refused:
        open_ticket(imri, verdict="excluded")
    assert refused.value.field == "verdict_reason"
    assert refused.value.facts["proposed"] == "covered"
    ticket = open_ticket(imri, verdict="excluded", verdict_reason="Choc visible sur le boîtier")
    assert (ticket.verdict, ticket.verdict_reason) == ("excluded", "Choc visible sur le boîtier")
    assert queries.promises_of(ticket).keys() == {"target"}


def test_supplier_follow_up_and_requests_carry_no_promise(imri):
    follow_up = open_ticket(imri, equipment_class="network", cause="internet-access")
    request = open_ticket(imri, nature="request", cause="users-access")
    assert follow_up.verdict == "supplier-follow-up"
    assert [queries.promises_of(t).keys() for t in (follow_up, request)] == [{"target"}, {"target"}]


def test_ims_promises_nothing_and_takes_points(ims):
    ticket = open_ticket(ims)
    assert ticket.verdict == "points"
    assert queries.promises_of(ticket).keys() == {"target"}


def test_without_a_contract_the_hours_are_billed(ims):
    client, site = make_client(ims.provider, ims.agency, number="CL-002", name="Atelier Sans Contrat")
    ticket = open_ticket(ims, client=client, site=site, caller=None)
    assert (ticket.contract, ticket.verdict) == (None, "hourly")


def test_the_target_is_the_providers_own_and_hidden_from_the_client(imri):
    ticket = open_ticket(imri)
    target = queries.promises_of(ticket)["target"]
    # Priority 1: one open hour on the phone calendar, from Friday 16:30.
    assert target.due_at == read("2026-11-20T17:30")
    kinds = [event.data.get("clock") for event in queries.thread(ticket, imri.correspondent)]
    assert "target" not in kinds
    assert "promise" in kinds


def test_the_call_may_be_written_down_later_and_it_shows(imri):
    ticket = open_ticket(imri, called_at=read("2026-11-20T15:00"))
    assert queries.promises_of(ticket)["promise"].due_at == read("2026-11-23T11:00")
    opened = ticket.events.get(kind="opened")
    assert opened.data["back_dated"] is True
    assert opened.at == read("2026-11-20T15:00")


def test_a_call_of_tomorrow_is_refused(imri):
    with pytest.raises(InTheFuture) as refused:
        open_ticket(imri, called_at=FRIDAY_1630 + timedelta(minutes=1))
    assert refused.value.field == "called_at"
    assert not Ticket.objects.exists()


def test_the_creator_is_the_caller_not_the_operator(imri):
    opened = open_ticket(imri).events.get(kind="opened")
    assert opened.author_name == imri.caller.full_name
    assert opened.data["operator"] == imri.dispatcher.name


def test_opening_writes_one_journal_entry_and_numbers_follow(imri):
    before = JournalEntry.objects.count()
    first, second = open_ticket(imri), open_ticket(imri)
    assert codes_since(before) == ["desk.ticket_opened", "desk.ticket_opened"]
    assert second.number == first.number + 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"impact": "galaxy"}, "impact"),
        ({"equipment_class": "toaster"}, "equipment_class"),
        ({"origin": "pigeon"}, "origin"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field(imri, asked, field):
    with pytest.raises(InvalidInput) as refused:
        open_ticket(imri, **asked)
    assert refused.value.field == field


def test_an_unknown_cause_is_refused_by_the_book(imri):
    with pytest.raises(TermsError):
        open_ticket(imri, cause="bad-luck")


def test_a_site_or_a_caller_of_someone_else_is_refused(imri, ims):
    for asked, field in (({"site": ims.site}, "site"), ({"caller": ims.caller}, "caller")):
        with pytest.raises(InvalidInput) as refused:
            open_ticket(imri, **asked)
        assert refused.value.field == field


def test_a_contract_that_is_not_in_force_is_refused(imri):
    later = make_contract(
        imri.client,
        number="C-0002",
        kind="managed",
        book="imri/2013",
        covered={"server": 1},
        starts_on=read("2027-01-01T00:00").date(),
    )
    with pytest.raises(NoSuchContract):
        open_ticket(imri, contract=later)


def test_the_contract_that_covers_the_class_is_taken(imri):
    phones = make_contract(
        imri.client, number="C-0003", kind="managed", book="imri/2013", covered={"smartphone": 4}
    )
    assert open_ticket(imri).contract == imri.contract
    assert open_ticket(imri, equipment_class="smartphone", cause="smartphone").contract == phones


def test_holidays_are_those_of_the_site_where_it_names_them(imri):
    # Saint Stephen's day 2026 is a Saturday: Good Friday 2027 tells the regions apart.
    eve = read("2027-03-25T17:30")
    assert queries.promises_of(open_ticket(imri, at=eve))["promise"].due_at == read("2027-03-26T12:30")
    imri.site.holiday_region, imri.site.good_friday = "alsace-moselle", True
    imri.site.save()
    # Half an hour on Thursday; Good Friday and Easter Monday are holidays there.
    assert queries.promises_of(open_ticket(imri, at=eve))["promise"].due_at == read("2027-03-30T12:30")


def test_a_reader_opens_nothing(imri):
    with pytest.raises(NotAllowed):
        open_ticket(imri, by=imri.reader)


def test_the_preview_says_what_the_act_then_writes(imri):
    preview = facts.preview_ticket(
        imri.dispatcher,
        imri.client,
        None,
        imri.site,
        "server",
        "site",
        "blocked",
        "hardware-fault",
        "incident",
        FRIDAY_1630,
    )
    assert not Ticket.objects.exists()
    ticket = open_ticket(imri)
    assert preview.contract == ticket.contract
    assert preview.priority.value == ticket.priority
    assert preview.coverage.value == ticket.verdict
    promises = queries.promises_of(ticket)
    assert preview.promise.as_json() == promises["promise"].ruling.outcome
    assert preview.target.as_json() == promises["target"].ruling.outcome


def test_people_see_what_is_theirs(imri, ims):
    own = open_ticket(imri, caller=imri.colleague)
    others = open_ticket(imri)
    assert set(queries.tickets_visible_to(imri.reader)) == {own, others}
    assert set(queries.tickets_visible_to(imri.correspondent)) == {own, others}
    assert set(queries.tickets_visible_to(imri.user)) == {own}
    assert not queries.tickets_visible_to(ims.owner).exists()
    assert queries.ticket_by_number(imri.user, others.number) is None


def test_at_equal_priority_the_platform_goes_first_where_the_book_says_so(imri, ims):
    for house, first in ((ims, "portal"), (imri, "phone")):
        open_ticket(house, at=read("2026-11-20T09:00"), origin="phone")
        open_ticket(house, at=read("2026-11-20T10:00"), origin="portal")
        urgent_last = open_ticket(house, at=read("2026-11-20T08:00"), impact="one", urgency="can-work")
        in_order = list(queries.open_tickets(house.dispatcher))
        assert in_order[0].origin == first
        assert in_order[-1] == urgent_last


def test_a_client_opens_its_own_ticket_and_is_its_creator(imri):
    ticket = open_ticket(imri, by=imri.user, origin="portal", caller=None)
    assert ticket.caller == imri.colleague
    with pytest.raises(NotAllowed):
        open_ticket(imri, by=imri.user, caller=None, verdict="excluded", verdict_reason="Je préfère")
    with pytest.raises(InvalidInput):
        open_ticket(imri, by=imri.user, caller=imri.caller)


def test_files_come_with_the_call(imri, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    ticket = open_ticket(imri, files=[("ecran.png", "image/png", b"pixels")])
    assert [a.file.name for a in ticket.events.get(kind="opened").attachments.all()] == ["ecran.png"]


def test_events_are_never_changed(imri, program_role):
    from django.db import DatabaseError

    ticket = open_ticket(imri)
    with pytest.raises(DatabaseError), program_role():
        TicketEvent.objects.filter(ticket=ticket).update(text="autre")


def test_the_program_itself_may_open_a_ticket(imri):
    from clausier.foundation.actors import program

    ticket = open_ticket(imri, by=program(imri.provider), origin="mail")
    assert ticket.opened_by is None
    assert services.add_note(by=imri.technician, at=FRIDAY_1630, ticket=ticket, text="Vu").is_internal


def test_numbers_go_on_from_another_tool_when_that_is_said_before_the_first_ticket(imri, client):
    client.force_login(imri.owner.person)
    where = reverse("tickets-first-number", args=[imri.provider.slug])
    assert where in client.get(reverse("tickets", args=[imri.provider.slug])).content.decode()
    assert client.post(where, {"first": "0"}).status_code == 422
    assert client.post(where, {"first": "4213"}).status_code == 302
    assert [open_ticket(imri).number, open_ticket(imri).number] == [4213, 4214]
    assert client.post(where, {"first": "1"}).status_code == 409
    assert where not in client.get(reverse("tickets", args=[imri.provider.slug])).content.decode()
    client.force_login(imri.manager.person)
    assert client.get(where).status_code == 403
