"""Who takes a ticket: skills, agency, presence and load, said and done; absences and what they touch."""

from __future__ import annotations

from datetime import date

import pytest

from clausier.desk import services as desk
from clausier.directory import services as directory
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.roster import facts, queries, services, tasks
from clausier.roster.errors import AlreadyAbsent, NobodyToPropose
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630, House
from tests.roster.test_on_call import jobs


def away(house: House, who: str = "technician", **asked: object) -> object:
    actor = getattr(house, who)
    given = {"from_on": date(2026, 11, 23), "until_on": date(2026, 11, 24), "kind": "leave"} | asked
    return services.enter_absence(by=actor, at=FRIDAY_1630, person=actor.person, **given)


def ask_for(house: House, *names: str) -> None:
    """Servers ask for these skills; Inès has them."""
    member = house.other_technician.person.memberships.get(ended_at=None)
    directory.set_skills(by=house.owner, at=FRIDAY_1630, membership=member, names=names)
    services.write_needs(
        by=house.manager,
        at=FRIDAY_1630,
        needs=[{"skill": name, "equipment_class": "server"} for name in names],
    )


def test_the_proposal_names_who_has_the_skills_then_who_has_least_to_do(imri):
    busy = open_ticket(imri, assignee=imri.technician.person)
    ticket = open_ticket(imri)
    proposal = facts.proposal(ticket, FRIDAY_1630)
    assert [one.name for one in proposal.ranked] == ["Inès Prototype", "Karim Témoin"]
    assert (proposal.ranked[1].load, proposal.ranked[1].open_count) == (5 - busy.priority, 1)
    ask_for(imri, "Windows Server")
    desk.assign(by=imri.dispatcher, at=FRIDAY_1630, ticket=busy, person=imri.other_technician.person)
    proposal = facts.proposal(ticket, FRIDAY_1630)
    assert (proposal.needed, proposal.best.name) == (("Windows Server",), "Inès Prototype")
    assert proposal.ranked[1].missing == ("Windows Server",)
    given = services.accept_proposal(by=imri.dispatcher, at=FRIDAY_1630, ticket=ticket)
    assert given == imri.other_technician.person
    kept = JournalEntry.objects.get(code="roster.assigned_as_proposed")
    assert kept.data["compared"][0]["name"] == "Inès Prototype"


def test_who_is_away_is_not_proposed_and_nobody_at_all_is_said(imri):
    ticket = open_ticket(imri)
    for who in ("technician", "other_technician"):
        away(imri, who, from_on=date(2026, 11, 20), from_noon=True, until_on=date(2026, 11, 20))
    proposal = facts.proposal(ticket, FRIDAY_1630)
    assert (len(proposal.ranked), len(proposal.away)) == (0, 2)
    with pytest.raises(NobodyToPropose):
        services.accept_proposal(by=imri.dispatcher, at=FRIDAY_1630, ticket=ticket)
    assert facts.proposal(ticket, read("2026-11-20T12:59")).best


def test_by_turns_each_new_ticket_goes_to_whoever_waited_longest(imri, at):
    at("2026-11-20T16:30")
    services.settle(by=imri.manager, at=FRIDAY_1630, assignment="round-robin", urgent_priority=None)
    tickets = [open_ticket(imri) for _ in range(3)]
    for minute, args in enumerate(jobs("roster.follow")):
        at(f"2026-11-20T16:4{minute}")
        tasks.follow(**args)
        tasks.follow(**args)
    for one in tickets:
        one.refresh_from_db()
    names = [one.assignee.full_name for one in tickets]
    assert names == ["Karim Témoin", "Inès Prototype", "Karim Témoin"]
    theirs = open_ticket(imri, assignee=imri.technician.person)
    tasks.follow(**jobs("roster.follow")[-1])
    theirs.refresh_from_db()
    assert theirs.assignee == imri.technician.person


def test_an_absence_shows_what_it_touches_and_its_tickets_are_handed_over(imri):
    ticket = open_ticket(imri, assignee=imri.technician.person)
    desk.set_appointment(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        ticket=answer_all(imri, ticket, FRIDAY_1630),
        technician=imri.technician.person,
        starts_at=read("2026-11-24T09:00"),
        ends_at=read("2026-11-24T10:00"),
    )
    absence = away(imri)
    assert [one.ticket for one in queries.visits_during(absence)] == [ticket]
    handed = services.hand_over(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        absence=absence,
        person=imri.other_technician.person,
        tickets=list(queries.tickets_in_hand(absence)),
    )
    ticket.refresh_from_db()
    assert (handed, ticket.assignee) == (1, imri.other_technician.person)


def test_one_enters_one_s_own_absence_and_who_keeps_the_roster_anyone_s(imri):
    absence = away(imri, kind="sick")
    assert queries.may_read_why(imri.technician, absence)
    assert queries.may_read_why(imri.dispatcher, absence)
    assert not queries.may_read_why(imri.reader, absence)
    assert "sick" not in str(JournalEntry.objects.get(code="roster.absence_entered").data)
    with pytest.raises(AlreadyAbsent):
        away(imri, from_on=date(2026, 11, 24))
    with pytest.raises(NotAllowed):
        services.cancel_absence(by=imri.reader, at=FRIDAY_1630, absence=absence)
    services.cancel_absence(by=imri.dispatcher, at=FRIDAY_1630, absence=absence)
    away(imri, from_on=date(2026, 11, 24))
    with pytest.raises(InvalidInput) as refused:
        away(imri, from_on=date(2026, 12, 2), until_on=date(2026, 12, 1))
    assert refused.value.field == "until_on"
