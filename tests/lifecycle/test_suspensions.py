"""A suspension that is announced for a day to come: it begins by itself, or is withdrawn before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clausier.agenda import queries as agenda
from clausier.contracts import interruptions
from clausier.contracts import services as facts
from clausier.contracts import tasks as timers
from clausier.contracts.errors import AlreadyStopped, NotStopped
from clausier.contracts.models import ServiceSuspension
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry
from clausier.lifecycle import services, tasks
from clausier.lifecycle.models import Letter
from clausier.pages import lives
from tests.api.asking import Machine
from tests.console.visits import get, post
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House

UNPAID = "promise.suspension.unpaid"
MONDAY = date(2026, 11, 30)


def announced(house: House, **given: Any) -> ServiceSuspension:
    how = {"ground": UNPAID, "reason": "Deux loyers impayés", "from_on": MONDAY} | given
    return services.suspend_service(by=house.manager, at=FRIDAY_1630, contract=house.contract, **how)


def told(code: str) -> JournalEntry:
    return JournalEntry.objects.get(code=code)


def test_an_announced_suspension_stops_nothing_until_its_day_and_then_begins_by_itself(imri, at):
    at("2026-11-20T16:30")
    suspension = announced(imri)
    assert told("contracts.suspension_announced").data["from_at"].startswith("2026-11-30T00:00")
    assert interruptions.interruptions([imri.contract], FRIDAY_1630) == []
    at("2026-11-29T23:00")
    ticket = open_ticket(imri, at=clock.now(), called_at=clock.now())
    assert timers.begin_suspensions(0) == 0
    at("2026-11-30T00:04")
    assert timers.begin_suspensions(0) == 1
    assert timers.begin_suspensions(0) == 0
    begun = told("contracts.service_suspended")
    assert begun.data["clause"] == "XI"
    assert tasks.follow(entry=begun.pk, provider_id=imri.provider.pk) == [ticket.number]
    assert ticket.promises.get(kind="promise").state == "suspended"
    assert [one.kind for one in interruptions.interruptions([imri.contract], clock.now())] == ["suspension"]
    services.lift_suspension(by=imri.manager, at=clock.now(), suspension=suspension, reason="Réglé")


def test_one_withdrawn_before_its_day_never_begins_and_its_letter_says_so(imri, at):
    at("2026-11-20T16:30")
    suspension = announced(imri)
    with pytest.raises(NotStopped) as refused:
        services.lift_suspension(by=imri.manager, at=FRIDAY_1630, suspension=suspension, reason="Réglé")
    assert "Retirez-la" in refused.value.way_out
    with pytest.raises(AlreadyStopped):
        announced(imri, from_on=None)
    services.withdraw_suspension(by=imri.manager, at=FRIDAY_1630, suspension=suspension, reason="Payé")
    at("2026-12-01T09:00")
    assert timers.begin_suspensions(0) == 0
    assert interruptions.interruptions([imri.contract], clock.now()) == []
    assert [one.kind for one in Letter.objects.order_by("pk")] == ["suspension", "lifting"]
    with pytest.raises(NotStopped):
        services.withdraw_suspension(by=imri.manager, at=clock.now(), suspension=suspension, reason="Payé")
    later = services.suspend_service(
        by=imri.manager, at=clock.now(), contract=imri.contract, ground=UNPAID, reason="Impayé de décembre"
    )
    with pytest.raises(NotStopped):
        services.withdraw_suspension(by=imri.manager, at=clock.now(), suspension=later, reason="Payé")


def test_the_first_day_is_not_past_and_within_the_contract(imri):
    with pytest.raises(InvalidInput) as past:
        announced(imri, from_on=FRIDAY_1630.date() - timedelta(days=1))
    assert past.value.field == "from_on"
    facts.end_contract(
        by=imri.owner,
        at=FRIDAY_1630,
        contract=imri.contract,
        cause="agreement",
        by_party="both",
        ends_on=MONDAY - timedelta(days=1),
    )
    with pytest.raises(InvalidInput) as over:
        announced(imri)
    assert over.value.field == "from_on"


def test_one_whose_contract_ends_before_its_day_is_withdrawn_on_it(imri, at):
    at("2026-11-20T16:30")
    suspension = announced(imri)
    facts.end_contract(
        by=imri.owner,
        at=FRIDAY_1630,
        contract=imri.contract,
        cause="agreement",
        by_party="both",
        ends_on=MONDAY - timedelta(days=1),
    )
    at("2026-11-30T00:04")
    assert timers.begin_suspensions(0) == 0
    suspension.refresh_from_db()
    assert suspension.is_withdrawn
    assert told("contracts.suspension_withdrawn").data["reason"] == "Le contrat a pris fin avant ce jour."


def test_lifted_before_the_job_came_it_has_begun_all_the_same(imri, at):
    at("2026-11-20T16:30")
    suspension = announced(imri)
    at("2026-11-30T00:02")
    services.lift_suspension(by=imri.manager, at=clock.now(), suspension=suspension, reason="Réglé")
    codes = JournalEntry.objects.filter(code__startswith="contracts.service_").order_by("pk")
    assert [one.code for one in codes] == ["contracts.service_suspended", "contracts.service_resumed"]
    assert timers.begin_suspensions(0) == 0


def test_the_agenda_and_the_line_of_the_contract_show_its_day(imri, at):
    at("2026-11-20T16:30")
    suspension = announced(imri)
    due = agenda.obligations(imri.manager, MONDAY, MONDAY, clock.now())
    [one] = [one for one in due if one.kind == "suspension"]
    assert (one.owed_by, one.state, one.clause) == ("provider", "due", "XI")
    life = lives.life_of(imri.contract, clock.today())
    assert [event.on for event in life.line.events if event.kind == "suspension"] == [MONDAY]
    services.withdraw_suspension(by=imri.manager, at=FRIDAY_1630, suspension=suspension, reason="Payé")
    due = agenda.obligations(imri.manager, MONDAY, MONDAY, clock.now())
    assert [one for one in due if one.kind == "suspension"] == []


def test_it_is_announced_shown_and_withdrawn_in_the_console(imri, at):
    at("2026-11-20T16:30")
    typed = {"ground": UNPAID, "reason": "Deux loyers impayés", "language": "fr"}
    number = imri.contract.number
    refused = post(imri, "contract-suspend", number, role="manager", **typed, from_on="2026-11-01")
    assert refused.status_code == 422
    drafted = post(
        imri, "contract-suspend", number, role="manager", **typed, from_on="2026-11-30", apercu="1"
    )
    assert drafted.content.startswith(b"%PDF")
    post(imri, "contract-suspend", number, role="manager", **typed, from_on="2026-11-30")
    suspension = imri.contract.suspensions.get()
    for page in (get(imri, "contract-endings", number), get(imri, "client", imri.client.number)):
        assert "30 nov. 2026" in page.content.decode().replace("\u00a0", " ")
    assert "annoncée" in get(imri, "endings", role="manager").content.decode()
    assert get(imri, "suspension-withdraw", suspension.pk, role="manager").status_code == 200
    post(imri, "suspension-withdraw", suspension.pk, role="manager", reason="Payé", language="fr")
    suspension.refresh_from_db()
    assert suspension.is_withdrawn


def test_a_machine_announces_and_withdraws_one(imri, at):
    at("2026-11-20T16:30")
    machine = Machine(imri, imri.manager)
    asked = {"contract": imri.contract.number, "reason": "Deux loyers", "from_on": "2026-11-30"}
    made = machine.post("/suspensions", asked)
    assert (made["begun_at"], made["from_at"][:10]) == (None, "2026-11-30")
    gone = machine.post(f"/suspensions/{made['id']}/withdrawal", {"reason": "Payé"})
    assert gone["until_at"] == gone["from_at"]
