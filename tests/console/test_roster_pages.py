"""The on-call, absences and recurring work, in the console, the portal, a calendar and the API."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from clausier.desk.models import Ticket
from clausier.foundation import clock
from clausier.foundation.actors import Actor, program
from clausier.recurring import services as recurring
from clausier.recurring.models import Plan
from clausier.roster.models import Absence, CallOut, Rota
from tests.api.asking import Machine
from tests.desk.asking import open_ticket

HOME = "/nebuline"


@pytest.fixture(autouse=True)
def friday(at):
    at("2026-11-20T16:30")


def browser_of(actor: Actor) -> Browser:
    browser = Browser()
    browser.force_login(actor.person)
    return browser


def read(browser: Browser, path: str) -> str:
    answer = browser.get(HOME + path)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def rota_of(house) -> Rota:
    people = [house.technician.person.pk, house.other_technician.person.pk]
    form = {
        "name": "Nuits",
        "agency": "",
        "rhythm": "weekly",
        "handover_at": "18:00",
        "from_on": "2026-11-16",
    }
    form |= {"escalate_minutes": 15, "rounds": 2, "person_1": people[0], "person_2": people[1]}
    assert browser_of(house.dispatcher).post(f"{HOME}/astreinte/tours/nouveau/", form).status_code == 302
    return Rota.objects.get()


def test_turns_are_made_drawn_swapped_and_read_by_a_calendar(imri):
    rota = rota_of(imri)
    karim = browser_of(imri.technician)
    page = read(karim, "/astreinte/")
    assert "Karim Témoin, du lun. 16 nov., 18:00 au lun. 23 nov., 18:00" in page
    form = {"person": imri.technician.person.pk, "from_on": "2026-11-25", "from_hour": "18:00"}
    form |= {"until_on": "2026-11-26", "until_hour": "08:00", "reason": "Échange"}
    karim.post(f"{HOME}/astreinte/tours/{rota.pk}/remplacement/", form)
    assert "Échange" in read(karim, "/astreinte/")
    made = unescape(karim.post(f"{HOME}/astreinte/moi/agenda/").content.decode())
    address = made.split('spellcheck="false">')[1].split("<")[0]
    calendar = Calendar.from_ical(Browser().get(address).content)
    assert [str(one["summary"]) for one in calendar.walk("VEVENT")][:3] == [
        "Nuits\u00a0: Karim Témoin",
        "Nuits\u00a0: Inès Prototype",
        "Nuits\u00a0: Karim Témoin",
    ]
    karim.post(f"{HOME}/astreinte/moi/agenda/retrait/")
    assert Browser().get(address).status_code == 404


def test_a_ticket_shows_who_it_is_proposed_to_and_why_and_calls_the_on_call_out(imri):
    rota_of(imri)
    ticket = open_ticket(imri)
    dispatcher = browser_of(imri.dispatcher)
    page = read(dispatcher, f"/tickets/{ticket.number}/")
    assert "rien d’ouvert" in page
    dispatcher.post(f"{HOME}/tickets/{ticket.number}/proposition/")
    assert Ticket.objects.get().assignee == imri.technician.person
    dispatcher.post(f"{HOME}/tickets/{ticket.number}/astreinte/")
    held = CallOut.objects.get()
    assert "Astreinte appelée" in read(dispatcher, f"/tickets/{ticket.number}/")
    browser_of(imri.technician).post(f"{HOME}/astreinte/appels/{held.pk}/prendre/")
    assert "prend l’appel d’astreinte" in read(dispatcher, f"/tickets/{ticket.number}/")


def test_an_absence_is_entered_says_what_it_touches_and_hides_its_reason(imri):
    rota_of(imri)
    open_ticket(imri, assignee=imri.technician.person)
    form = {
        "person": imri.technician.person.pk,
        "kind": "sick",
        "from_on": "2026-11-20",
        "until_on": "2026-11-20",
    }
    answer = browser_of(imri.technician).post(f"{HOME}/absences/nouvelle/", form | {"note": "Grippe"})
    absence = Absence.objects.get()
    assert answer.status_code == 302
    assert "Grippe" in read(browser_of(imri.dispatcher), f"/absences/{absence.pk}/")
    assert "Grippe" not in read(browser_of(imri.reader), f"/absences/{absence.pk}/")
    assert "maladie" not in read(browser_of(imri.reader), "/absences/").lower()
    ticket = Ticket.objects.get()
    handed = {"person": imri.other_technician.person.pk, "tickets": [ticket.number]}
    browser_of(imri.dispatcher).post(f"{HOME}/absences/{absence.pk}/", handed)
    ticket.refresh_from_db()
    assert ticket.assignee == imri.other_technician.person


def test_recurring_work_is_planned_seen_by_the_client_and_done(imri, at):
    form = {"title": "Contrôle des sauvegardes", "equipment_class": "server", "rhythm": "weeks", "every": 1}
    form |= {"weekday": 0, "starts_on": "2026-11-23", "lead_days": 0, "closed_day": "later"}
    form |= {"catch_up": "latest", "checklist": "Journal lu", "shown_to_client": "on"}
    dispatcher = browser_of(imri.dispatcher)
    wrong = dispatcher.post(f"{HOME}/recurrents/nouveau/?client=CL-001", form | {"weekday": ""})
    assert "Choisissez un jour de la semaine" in unescape(wrong.content.decode())
    dispatcher.post(f"{HOME}/recurrents/nouveau/?client=CL-001", form)
    plan = Plan.objects.get()
    assert "chaque lundi" in read(dispatcher, "/recurrents/")
    assert "Contrôle des sauvegardes" in read(dispatcher, "/clients/CL-001/")
    client = browser_of(imri.correspondent)
    assert "23 nov. 2026" in read(client, "/portail/travaux/")
    at("2026-11-23T08:00")
    (ticket,) = recurring.make_due(by=program(imri.provider), at=clock.now(), plan=plan)
    assert "en cours" in read(client, "/portail/travaux/")
    assert str(ticket) in read(dispatcher, f"/recurrents/{plan.pk}/")
    dispatcher.post(f"{HOME}/recurrents/{plan.pk}/suspendre/", {"reason": "Travaux"})
    assert "Travaux" in read(dispatcher, f"/recurrents/{plan.pk}/")
    dispatcher.post(f"{HOME}/recurrents/{plan.pk}/reprendre/")
    dispatcher.post(f"{HOME}/recurrents/{plan.pk}/arreter/")
    assert "suspendu" not in read(dispatcher, "/recurrents/")


def test_machines_do_the_same(imri):
    owner = Machine(imri, imri.owner)
    people = [imri.technician.person.pk, imri.other_technician.person.pk]
    body = {"name": "Nuits", "handover_at": "18:00", "from_on": "2026-11-16", "people": people}
    made = owner.post("/on-call-rotas", body)
    assert owner.get("/on-call")["rotas"][0]["now"]["person"]["name"] == "Karim Témoin"
    assert len(owner.get(f"/on-call-rotas/{made['id']}/turns")["turns"]) == 5
    ticket = open_ticket(imri)
    assert owner.get(f"/tickets/{ticket.number}/proposal")["candidates"][0]["open_tickets"] == 0
    called = owner.post(f"/tickets/{ticket.number}/call-out", {})
    assert owner.post(f"/call-outs/{called['id']}/answer", {})["state"] == "answered"
    absent = {"person": people[0], "from_on": "2026-11-23", "until_on": "2026-11-24"}
    assert owner.post("/absences", absent)["ends_at"].startswith("2026-11-25T00:00")
    plan = {"client": "CL-001", "title": "Audit", "equipment_class": "server", "rhythm": "month-day"}
    plan |= {"month_day": 15, "starts_on": "2026-12-01", "every": 12}
    made = owner.post("/recurring-plans", plan)
    assert made["next"][0]["due_on"] == "2026-12-15"
    client = Machine(imri, imri.correspondent)
    assert [one["title"] for one in client.get("/recurring-plans")["items"]] == ["Audit"]
