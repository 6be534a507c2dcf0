"""Work on a ticket whose contract has ended: judged on the day of the work, and told before it is written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clausier.contracts import services as contracts
from clausier.desk import services
from clausier.desk.after_end import judged
from clausier.desk.models import HourlyItem, Ticket, WorkSession
from clausier.foundation.clock import read
from clausier.prepaid.models import PointEntry
from tests.api.asking import Machine
from tests.console.visits import get, post
from tests.desk.asking import open_ticket
from tests.desk.test_work import open_account
from tests.people import FRIDAY_1630, House, make_contract

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 11, 22)
AFTER = read("2026-11-24T10:00")
BEFORE = read("2026-11-21T10:00")


def ended(house: House) -> None:
    contracts.end_contract(
        by=house.owner,
        at=FRIDAY_1630,
        contract=house.contract,
        cause="agreement",
        by_party="both",
        ends_on=LAST_DAY,
    )


def worked(house: House, ticket: Ticket, begins: Any, *, validate: bool = True) -> WorkSession:
    session = services.log_work(
        by=house.technician,
        at=AFTER + timedelta(hours=2),
        ticket=Ticket.objects.get(pk=ticket.pk),
        mode="remote",
        started_at=begins,
        ended_at=begins + timedelta(minutes=40),
        entries=[{"text": "Service relancé."}],
    )
    if validate:
        services.validate_work(by=house.technician, at=AFTER + timedelta(hours=3), session=session)
        session.refresh_from_db()
    return session


def test_work_after_the_end_of_a_point_contract_is_by_the_hour_and_takes_no_point(ims):
    ticket = open_ticket(ims, equipment_class="server", cause="server-network")
    assert ticket.verdict == "points"
    promised = list(ticket.promises.values_list("kind", "due_at"))
    ended(ims)
    after = worked(ims, ticket, AFTER)
    assert (after.verdict, after.points) == ("hourly", None)
    assert HourlyItem.objects.get(session=after).ruling.outcome["rule"] == "hourly-fee"
    assert not PointEntry.objects.filter(subject_kind="worksession", subject_id=after.pk).exists()
    told = ticket.events.get(data__step="after-end")
    assert told.is_internal
    assert told.ruling.outcome["rule"] == "coverage"
    ended_on = told.ruling.outcome["because"][0]["amount"][1]
    assert ended_on.replace("\u00a0", " ") == "ended on 22 November 2026"
    ticket.refresh_from_db()
    assert (ticket.contract, ticket.verdict) == (ims.contract, "points")
    assert promised == list(ticket.promises.values_list("kind", "due_at"))


def test_work_done_before_the_end_is_under_the_contract_whenever_it_is_written(ims):
    open_account(ims)
    ticket = open_ticket(ims, equipment_class="server", cause="server-network")
    ended(ims)
    before = worked(ims, ticket, BEFORE)
    assert before.verdict == "points"
    assert before.points
    assert not ticket.events.filter(data__step="after-end").exists()


def test_a_flat_fee_covers_nothing_after_its_end_and_the_reason_is_kept(imri):
    ticket = open_ticket(imri)
    assert ticket.verdict == "covered"
    ended(imri)
    after = worked(imri, ticket, AFTER)
    assert after.verdict == "excluded"
    assert after.ruling.outcome["value"] == "excluded"


def test_a_service_that_goes_on_until_the_return_covers_as_before(imri):
    ticket = open_ticket(imri)
    ended(imri)
    contracts.continue_service(
        by=imri.owner, at=FRIDAY_1630, contract=imri.contract, clause="XIV", reason="Restitution"
    )
    assert worked(imri, ticket, AFTER).verdict == "covered"


def test_a_contract_that_follows_takes_the_work_and_what_staff_decided_stays(imri):
    ticket, given = open_ticket(imri), open_ticket(imri, title="Un geste")
    services.decide_coverage(
        by=imri.manager,
        at=FRIDAY_1630,
        ticket=given,
        verdict="points",
        cause=given.cause,
        reason="Convenu au téléphone",
    )
    ended(imri)
    follows = make_contract(
        imri.client,
        number="C-0777",
        kind=imri.contract.kind,
        book="imri/2013",
        covered={"server": 1},
        starts_on=LAST_DAY + timedelta(days=1),
    )
    found = judged(Ticket.objects.get(pk=ticket.pk), AFTER)
    assert (found.contract, found.ticket.verdict) == (follows, "covered")
    assert judged(Ticket.objects.get(pk=given.pk), AFTER).ended is None


def test_it_is_told_on_the_ticket_the_form_and_the_api_before_anything_is_written(imri, at):
    ticket = open_ticket(imri)
    ended(imri)
    at("2026-11-24T12:00")
    for name in ("ticket", "work"):
        page = get(imri, name, ticket.number, role="technician").content.decode().replace("\u00a0", " ")
        assert "Ce travail n’en relève plus" in page
    typed = {"on": "2026-11-21", "starts_at": "10:00", "ends_at": "10:40", "cell": "remote", "by-hand": "1"}
    then = post(imri, "work-preview", ticket.number, role="technician", **typed).content.decode()
    assert "n’en relève plus" not in then
    machine = Machine(imri, imri.technician)
    asked = {"mode": "remote", "entries": [{"minutes": 40, "text": "Relancé"}]}
    told = machine.post(f"/tickets/{ticket.number}/work-previews", asked)
    assert (told["verdict"], told["contract_ended_on"]) == ("excluded", "2026-11-22")
    assert told["coverage"]["rule"] == "coverage"
    assert WorkSession.objects.count() == 0
