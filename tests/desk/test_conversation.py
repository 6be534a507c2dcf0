"""What is said on a ticket, who closes it, and what a reply does to a closed one."""

import pytest

from clausier.desk import queries, services
from clausier.desk.errors import (
    NotTheCreator,
    ReasonNeeded,
    StepDown,
    TicketClosed,
    UnknownTicket,
)
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed, OutOfDate
from clausier.foundation.models import JournalEntry
from tests.desk.asking import codes_since, open_ticket
from tests.people import FRIDAY_1630

LATER = read("2026-11-20T16:40")
HOUR = 3600


def close(house, ticket, at=LATER):
    return services.close_ticket(by=house.technician, at=at, ticket=ticket, text="Rétabli")


def test_notes_stay_inside(imri):
    ticket = open_ticket(imri)
    services.add_note(by=imri.technician, at=LATER, ticket=ticket, text="Alimentation 2 probable")
    services.reply(by=imri.technician, at=LATER, ticket=ticket, text="Nous passons lundi")
    inside = [event.text for event in queries.thread(ticket, imri.dispatcher)]
    outside = [event.text for event in queries.thread(ticket, imri.correspondent)]
    assert "Alimentation 2 probable" in inside
    assert "Alimentation 2 probable" not in outside
    assert "Nous passons lundi" in outside
    with pytest.raises(NotAllowed):
        services.add_note(by=imri.correspondent, at=LATER, ticket=ticket, text="Chut")


@pytest.mark.parametrize("act", [services.reply, services.add_note])
def test_nothing_said_is_refused(imri, act):
    with pytest.raises(InvalidInput) as refused:
        act(by=imri.technician, at=LATER, ticket=open_ticket(imri), text=" \n")
    assert refused.value.field == "text"


def test_the_first_answer_meets_the_target_and_no_promise(imri):
    ticket = open_ticket(imri)
    services.reply(by=imri.technician, at=LATER, ticket=ticket, text="Nous regardons")
    promises = queries.promises_of(ticket)
    assert queries.promise_view(promises["target"], LATER).state == "met"
    assert queries.promise_view(promises["promise"], LATER).state == "on-time"


def test_calling_the_client_back_is_an_answer_and_a_call_received_is_not(imri):
    ticket = open_ticket(imri)
    services.log_call(
        by=imri.technician, at=LATER, ticket=ticket, text="Relance", contact=imri.caller, direction="in"
    )
    assert queries.promise_view(queries.promises_of(ticket)["target"], LATER).ended_at is None
    called = services.log_call(
        by=imri.technician, at=LATER, ticket=ticket, text="Rassurée", contact=imri.caller, direction="out"
    )
    assert queries.promise_view(queries.promises_of(ticket)["target"], LATER).state == "met"
    assert called.data["contact_name"] == imri.caller.full_name
    with pytest.raises(InvalidInput):
        services.log_call(by=imri.technician, at=LATER, ticket=ticket, text="…", direction="sideways")


def test_a_late_first_answer_is_late(imri):
    ticket = open_ticket(imri)
    monday = read("2026-11-23T10:00")
    services.reply(by=imri.technician, at=monday, ticket=ticket, text="Nous regardons")
    seen = queries.promise_view(queries.promises_of(ticket)["target"], monday)
    # One open hour was aimed at: half an hour past 17:30 on Friday, an hour on Monday.
    assert (seen.state, seen.late_seconds) == ("met-late", HOUR + HOUR // 2)


def test_people_of_another_client_do_not_speak_here(imri, ims):
    ticket = open_ticket(imri)
    with pytest.raises(InvalidInput):
        services.receive_reply(
            by=imri.technician, at=LATER, ticket=ticket, text="Bonjour", contact=ims.caller
        )
    for stranger in (ims.owner, ims.correspondent):
        with pytest.raises(UnknownTicket):
            services.reply(by=stranger, at=LATER, ticket=ticket, text="Bonjour")
    with pytest.raises(UnknownTicket):
        services.reply(by=imri.user, at=LATER, ticket=ticket, text="Ce ticket n’est pas le mien")


# Closing and reopening


def test_staff_or_the_creator_close_and_nobody_else(ims):
    ticket = open_ticket(ims, caller=ims.colleague)
    with pytest.raises(NotTheCreator) as refused:
        services.close_ticket(by=ims.correspondent, at=LATER, ticket=ticket)
    assert refused.value.clause == ("ims/2018", "6.4")
    assert services.close_ticket(by=ims.user, at=LATER, ticket=ticket, text="Merci").state == "closed"


def test_a_ticket_already_closed_is_not_closed_again(imri):
    ticket = open_ticket(imri)
    close(imri, ticket)
    with pytest.raises(TicketClosed):
        close(imri, ticket)


def test_an_act_on_a_ticket_that_moved_meanwhile_is_out_of_date(imri):
    ticket = open_ticket(imri)
    services.start_work(by=imri.other_technician, at=LATER, ticket=ticket, mode="remote")
    session = queries.running_session(imri.other_technician.person)
    services.discard_work(by=imri.other_technician, at=LATER, session=session)
    with pytest.raises(OutOfDate):
        close(imri, ticket)


def test_a_reply_reopens_a_closed_ticket_for_the_providers_days(imri):
    ticket = open_ticket(imri)
    close(imri, ticket)
    last_day = read("2026-12-05T23:00")
    before = JournalEntry.objects.count()
    said = services.receive_reply(
        by=imri.dispatcher, at=last_day, ticket=ticket, text="Encore arrêté", contact=imri.caller
    )
    assert said.ticket == ticket
    assert codes_since(before) == ["desk.reply_received"]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("open", None)


def test_what_is_said_again_is_a_new_call_for_the_promise(imri):
    ticket = open_ticket(imri)
    close(imri, ticket)
    monday = read("2026-11-23T10:00")
    services.receive_reply(by=imri.dispatcher, at=monday, ticket=ticket, text="Encore", contact=imri.caller)
    seen = queries.promise_view(queries.promises_of(ticket)["promise"], monday)
    # 10:00 to 12:30, then 14:00 to 15:30.
    assert (seen.state, seen.used_seconds, seen.due_at) == ("on-time", 0, read("2026-11-23T15:30"))
    assert ticket.events.filter(kind="met", is_internal=False).count() == 1


def test_later_a_reply_opens_a_ticket_that_continues_it(imri):
    ticket = open_ticket(imri)
    close(imri, ticket)
    too_late = read("2026-12-06T09:00")
    before = JournalEntry.objects.count()
    said = services.receive_reply(
        by=imri.dispatcher, at=too_late, ticket=ticket, text="Encore arrêté", contact=imri.caller
    )
    assert said.ticket != ticket
    assert said.ticket.continues == ticket
    assert said.ticket.description == said.text == "Encore arrêté"
    assert codes_since(before) == ["desk.reply_received"]
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_the_client_replies_from_its_side_and_reopens(imri):
    ticket = open_ticket(imri, caller=imri.colleague)
    close(imri, ticket)
    said = services.reply(by=imri.user, at=read("2026-11-21T10:00"), ticket=ticket, text="Encore arrêté")
    assert (said.author_name, said.contact) == (imri.colleague.full_name, imri.colleague)
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_reopening_by_hand_says_why(imri):
    ticket = close(imri, open_ticket(imri))
    with pytest.raises(ReasonNeeded):
        services.reopen_ticket(by=imri.technician, at=FRIDAY_1630, ticket=ticket, reason="")
    opened = services.reopen_ticket(
        by=imri.technician, at=read("2026-11-20T17:00"), ticket=ticket, reason="Oubli"
    )
    assert opened.state == "open"
    with pytest.raises(OutOfDate):
        services.reopen_ticket(by=imri.technician, at=read("2026-11-20T17:01"), ticket=opened, reason="Oubli")


# Steps and hands


def test_a_ticket_climbs_and_says_why(imri):
    ticket = open_ticket(imri)
    with pytest.raises(ReasonNeeded):
        services.climb(by=imri.technician, at=LATER, ticket=ticket, step="remote", reason="")
    services.climb(by=imri.technician, at=LATER, ticket=ticket, step="remote", reason="Rien par téléphone")
    services.climb(by=imri.technician, at=LATER, ticket=ticket, step="onsite", reason="Hôte injoignable")
    with pytest.raises(StepDown):
        services.climb(by=imri.technician, at=LATER, ticket=ticket, step="remote", reason="Retour")
    steps = [
        (event.data["from"], event.data["to"], event.text) for event in ticket.events.filter(kind="step")
    ]
    assert steps == [("phone", "remote", "Rien par téléphone"), ("remote", "onsite", "Hôte injoignable")]


def test_a_ticket_is_handed_to_someone_who_works_tickets(imri, ims):
    ticket = open_ticket(imri)
    assert (
        services.assign(by=imri.dispatcher, at=LATER, ticket=ticket, person=imri.technician.person).assignee
        == imri.technician.person
    )
    for nobody in (imri.reader.person, ims.technician.person):
        with pytest.raises(InvalidInput) as refused:
            services.assign(by=imri.dispatcher, at=LATER, ticket=ticket, person=nobody)
        assert refused.value.field == "assignee"
    assert services.assign(by=imri.dispatcher, at=LATER, ticket=ticket, person=None).assignee is None
