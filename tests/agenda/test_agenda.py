"""Every dated promise in one place: who owes it, reminders sent once with their proof, calendars outside."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from clausier.agenda import queries, services, tasks
from clausier.agenda.errors import UnknownDuty
from clausier.agenda.models import CalendarFeed, DutyCheck, Reminder, ReminderLetter
from clausier.agenda.queries import Filter
from clausier.contracts import services as contracts
from clausier.contracts import tasks as contract_tasks
from clausier.desk import services as desk
from clausier.desk.services import stopping
from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.post.models import OutgoingMail
from tests.api.asking import Machine
from tests.console.visits import signed_in
from tests.desk.asking import answer_all, open_ticket
from tests.people import House, make_client
from tests.post.mails import mailbox_of


@pytest.fixture(autouse=True)
def friday(at, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://desk.example.org"]
    return at("2026-11-20T16:30")


def keep(house: House, contract: Any = None) -> None:
    found = contract or house.contract
    contract_tasks.keep_terms(contract=found.pk, provider_id=house.provider.pk)


def due(actor: Actor, **asked: str) -> list[tuple[str, str, str]]:
    since, until = queries.usual_days(clock.now())
    found = queries.obligations(actor, since, until, clock.now(), Filter(**asked))
    return [(str(one.due_on), one.kind, one.state) for one in found]


def remind(house: House) -> list[int]:
    return tasks.remind(provider_id=house.provider.pk)


def page(actor: Actor, path: str, **data: Any) -> str:
    answer = signed_in(actor).get(f"/nebuline{path}", data)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def told_in(letter: OutgoingMail) -> str:
    """The secret path of a reminder's link."""
    found = re.search(r"https://desk\.example\.org(/\S+)", letter.text)
    assert found
    return found[1]


def test_the_dates_of_both_parties_stand_in_one_list_under_filters(imri, at):
    # Signed on 14 March 2025: the term ends on 13 March 2027, three months before it the notice.
    keep(imri)
    assert due(imri.owner, kind="notice") == [("2026-12-13", "notice", "due")]
    assert due(imri.owner, kind="announcement", owed_by="client") == [("2026-12-13", "announcement", "due")]
    ticket = answer_all(imri, open_ticket(imri), clock.now())
    starts = clock.read("2026-11-23T09:00")
    desk.set_appointment(
        by=imri.dispatcher,
        at=clock.now(),
        ticket=ticket,
        technician=imri.technician.person,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
    )
    assert due(imri.owner, kind="visit") == [("2026-11-23", "visit", "due")]
    assert {kind for _, kind, _ in due(imri.owner, owed_by="client")} == {"notice", "announcement"}
    assert due(imri.owner, clause="imri/2013 XII") == [("2026-12-13", "announcement", "due")]
    at("2026-11-23T12:00")
    assert ("2026-11-23", "visit", "missed") in due(imri.owner, state="missed")
    # A notice that did not come is nobody's fault: the day has passed.
    at("2026-12-20T12:00")
    assert due(imri.owner, kind="notice") == [("2026-12-13", "notice", "done")]
    at("2027-03-01T12:00")
    assert ("2027-03-14", "renewal", "due") in due(imri.owner)


def test_the_list_the_month_and_the_file_show_what_is_due(imri):
    keep(imri)
    listed = page(imri.owner, "/echeances/", client="CL-001")
    assert "Dernier jour pour recevoir un préavis, terme du 13 mars 2027" in listed
    assert "XIII" in listed
    assert "Biscuiterie Imaginaire" in page(imri.reader, "/echeances/", par="client")
    month = page(imri.owner, "/echeances/calendrier/", mois="2026-12")
    assert "Décembre 2026" in month
    assert "préavis" in month
    answer = signed_in(imri.owner).get("/nebuline/echeances/?fichier=csv&kind=notice")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "13/12/2026" in lines[1]
    contract = page(imri.owner, "/contrats/C-0001/")
    assert "préavis et changements au plus tard" in contract
    assert "Recalculé depuis le premier jour" in contract


def test_a_client_sees_its_own_dates_and_no_other_s(imri):
    keep(imri)
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Verrerie Inventée")
    stranger = contracts.create_contract(
        by=imri.owner, at=clock.now(), client=other, kind="managed", starts_on=date(2025, 3, 1)
    )
    keep(imri, stranger)
    assert len(due(imri.owner, kind="notice")) == 2
    assert due(imri.correspondent, kind="notice") == [("2026-12-13", "notice", "due")]
    shown = page(imri.correspondent, "/portail/echeances/")
    assert "terme du 13 mars 2027" in shown
    assert "Verrerie" not in shown
    assert "préavis et changements au plus tard" in page(imri.correspondent, "/portail/contrats/")
    assert signed_in(imri.user).get("/nebuline/portail/echeances/").status_code == 403


def test_duties_are_looked_at_and_those_not_met_are_missed_until_they_are(imri, at):
    facts: dict[str, Any] = {"by": imri.technician, "client": imri.client, "duty": "site-access"}
    with pytest.raises(InvalidInput) as refused:
        services.check_duty(**facts, at=clock.now(), state="unmet")
    assert refused.value.field == "note"
    with pytest.raises(UnknownDuty):
        services.check_duty(**{**facts, "duty": "pay-rent"}, at=clock.now(), state="met")
    services.check_duty(**facts, at=clock.now(), state="unmet", note="La baie est fermée à clé.")
    assert due(imri.owner, kind="duty") == [("2026-12-20", "duty", "missed")]
    listed = page(imri.owner, "/clients/CL-001/devoirs/")
    assert "La baie est fermée à clé." in listed
    assert "respecté : la fiche en nomme un" in listed
    assert "payer le loyer" not in listed
    at("2026-11-27T10:00")
    form = {"state": "met", "note": "", "checked_on": "2026-11-27", "next_on": "2027-02-01"}
    answer = signed_in(imri.technician).post("/nebuline/clients/CL-001/devoirs/site-access/", form)
    assert answer.status_code == 302
    assert due(imri.correspondent, kind="duty") == [("2027-02-01", "duty", "due")]
    at("2027-02-02T10:00")
    assert due(imri.owner, kind="duty") == [("2027-02-01", "duty", "missed")]
    assert DutyCheck.objects.count() == 2


def test_a_duty_that_stopped_the_work_stands_in_the_client_s_file(imri):
    ticket = open_ticket(imri)
    desk.start_work(by=imri.technician, at=clock.now(), ticket=ticket, mode="remote")
    desk.stop_intervention(
        by=imri.technician,
        at=clock.now(),
        ticket=ticket,
        reason=stopping.reasons_of(ticket)[0]["key"],
        note="Porte close",
        duty="site-access",
    )
    assert "a arrêté 1 intervention" in page(imri.owner, "/clients/CL-001/devoirs/")


def test_a_notice_is_reminded_of_once_a_stage_with_proof(imri, at):
    mailbox_of(imri)
    keep(imri)
    # Ninety days before 13 December is long past: of the stages reached the nearest counts, thirty.
    assert len(remind(imri)) == 1
    letter = ReminderLetter.objects.get()
    assert (letter.person, letter.client) == (imri.owner.person, None)
    assert "13\u00a0déc.\u00a02026" in letter.mail.text
    assert remind(imri) == []
    at("2026-12-06T08:29")
    assert len(remind(imri)) == 1
    assert [one.days for one in Reminder.objects.order_by("pk")] == [30, 7]
    assert remind(imri) == []
    at("2026-12-13T23:00")
    assert remind(imri) == []
    at("2026-12-14T09:00")
    assert remind(imri) == []
    # Opening the link proves nothing: mail programs open links too. The button does.
    path = told_in(letter.mail)
    http = signed_in(imri.reader)
    assert "Avez-vous bien reçu" in http.get(path).content.decode().replace("\u202f", " ")
    letter.refresh_from_db()
    assert letter.received_at is None
    assert http.post(path).status_code == 302
    letter.refresh_from_db()
    assert letter.received_at == clock.now()
    assert JournalEntry.objects.filter(code="agenda.reminder_received").count() == 1
    assert "reçu" in page(imri.owner, "/echeances/rappels/")
    assert http.get(path.replace("recu/", "recu/x")).status_code == 404


def test_a_client_is_reminded_where_it_was_settled_so(imri, at):
    mailbox_of(imri)
    keep(imri)
    services.settle_reminders(
        by=imri.owner,
        at=clock.now(),
        notice_days=[60],
        renewal_days=[],
        tells_missed=True,
        people=[imri.manager.person],
    )
    facts: dict[str, Any] = {"by": imri.owner, "at": clock.now(), "client": imri.client, "is_on": True}
    with pytest.raises(InvalidInput) as refused:
        services.settle_client_reminders(**facts, to=["x"])
    assert refused.value.field == "to"
    services.settle_client_reminders(**facts)
    with pytest.raises(NotAllowed):
        services.settle_reminders(
            by=imri.technician, at=clock.now(), notice_days=[], renewal_days=[], tells_missed=False
        )
    assert len(remind(imri)) == 3
    told = set(ReminderLetter.objects.values_list("address", flat=True))
    assert told == {imri.owner.person.email, imri.manager.person.email, imri.caller.email}
    mine = queries.letters(imri.correspondent)
    assert [one.address for one in mine] == [imri.caller.email]
    at("2026-11-21T09:00")
    services.check_duty(
        by=imri.technician,
        at=clock.now(),
        client=imri.client,
        duty="documentation",
        state="unmet",
        note="Licences introuvables",
        next_on=date(2026, 11, 23),
    )
    at("2026-11-24T09:00")
    assert len(remind(imri)) == 3
    assert remind(imri) == []
    assert {one.stage for one in Reminder.objects.filter(days=None)} == {"missed"}


def test_without_a_mailbox_nothing_is_taken_as_told(imri):
    keep(imri)
    assert remind(imri) == []
    mailbox_of(imri)
    assert len(remind(imri)) == 1


def feed(actor: Actor, path: str = "/echeances/agendas/", **form: Any) -> str:
    made = signed_in(actor).post(f"/nebuline{path}", {"scope": "all", "label": "Téléphone", **form})
    found = re.search(r"http://testserver(/\S+\.ics)", made.content.decode())
    assert found
    return found[1]


def read(path: str) -> Any:
    answer = Browser().get(path)
    return Calendar.from_ical(answer.content) if answer.status_code == 200 else answer.status_code


def test_calendar_addresses_are_secret_read_by_strict_programs_and_can_be_withdrawn(imri, at):
    keep(imri)
    path = feed(imri.owner)
    events = {str(one["uid"]): one for one in read(path).walk("VEVENT")}
    uid = f"notice-{imri.contract.pk}-1@nebuline.clausier"
    notice = events[uid]
    assert (notice["dtstart"].dt, notice["dtend"].dt) == (date(2026, 12, 13), date(2026, 12, 14))
    assert notice["dtstart"].params["VALUE"] == "DATE"
    assert [alarm["trigger"].dt.total_seconds() / 3600 for alarm in notice.walk("VALARM")] == [-159, -15]
    assert all(one.get("dtstamp") and one.get("summary") for one in events.values())
    secret = path.rpartition("/")[2].removesuffix(".ics")
    kept = CalendarFeed.objects.get()
    assert secret not in (kept.digest, kept.label)
    assert kept.last_read_at == clock.now()
    assert read(path.replace("/echeances/", "/portail/echeances/")) == 404
    # One's rights are those of today: whoever leaves reads nothing.
    services.revoke_feed(by=imri.owner, at=clock.now(), feed=kept)
    assert read(path) == 404
    assert read(feed(imri.owner)).walk("VEVENT")


def test_a_client_s_calendar_shows_its_own_dates_as_long_as_it_has_access(imri):
    keep(imri)
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Verrerie Inventée")
    keep(
        imri,
        contracts.create_contract(
            by=imri.owner, at=clock.now(), client=other, kind="managed", starts_on=date(2025, 3, 1)
        ),
    )
    everything, one = feed(imri.owner), feed(imri.owner, scope="client", about=other.pk)
    mine = feed(imri.correspondent, "/portail/echeances/agendas/")

    def clients(path: str) -> set[str]:
        return {str(event["summary"]).partition(",")[0] for event in read(path).walk("VEVENT")}

    assert clients(everything) == {"Biscuiterie Imaginaire", "Verrerie Inventée"}
    assert clients(one) == {"Verrerie Inventée"}
    assert clients(mine) == {"Biscuiterie Imaginaire"}
    imri.client.accesses.update(ended_at=clock.now())
    assert read(mine) == 404


def test_machines_read_dates_terms_duties_and_reminders(imri):
    mailbox_of(imri)
    keep(imri)
    remind(imri)
    machine = Machine(imri, imri.owner)
    first = machine.get("/obligations?limit=1")
    assert first["items"][0]["due_on"] == "2026-12-13"
    rest = machine.get(f"/obligations?limit=50&cursor={first['next']}")
    assert first["items"][0]["key"] not in {one["key"] for one in rest["items"]}
    timeline = machine.get("/contracts/C-0001/timeline")
    assert [one["ends_on"] for one in timeline["terms"]] == ["2026-03-13", "2027-03-13"]
    assert (timeline["replayed"], timeline["next"]["starts_on"]) == (True, "2027-03-14")
    body = {"state": "unmet", "note": "Aucune prise libre"}
    assert machine.post("/clients/CL-001/duties/premises/checks", body)["next_on"] == "2026-12-20"
    duties = {one["duty"]: one for one in machine.get("/clients/CL-001/duties")["items"]}
    assert duties["premises"]["last_check"]["state"] == "unmet"
    sent = machine.get("/reminders")["items"][0]
    assert (sent["sending"], sent["reminders"][0]["days"]) == ("waiting", 30)
    made = machine.post("/calendar-feeds", {"scope": "mine"})
    assert made["url"].endswith(".ics")
    assert machine.post(f"/calendar-feeds/{made['id']}/revocation", {})["id"] == made["id"]
    assert machine.refused("GET", "/obligations?since=2026-01-01&until=2025-01-01")["field"] == "until"
