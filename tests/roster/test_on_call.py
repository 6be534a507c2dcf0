"""The on-call: whose hour it is, who is called, by what, who answers, and that nothing is done twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.contracts import services as contracts
from clausier.desk import services as desk
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.roster import queries, services, tasks
from clausier.roster.errors import CallOutOver, NotAWay
from clausier.roster.models import CallOut, Reach, Rota, Sender, Summons
from clausier.roster.policies import Order, Stand, turns
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House

NIGHT = "2026-11-20T22:15"  # a Friday: the house is closed
KARIM, INES = "technician", "other"


class Receiver:
    """An SMS service of this machine: keeps what is posted; `answers` are the statuses it gives in turn."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.received.append((dict(self.headers) | {"path": self.path}, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 201)
                self.end_headers()
                self.wfile.write(b'{"message": "sms-42"}')

            def log_message(self, *args: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_GO_PRIVATE = True
    listening = Receiver()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def turn(house: House, **asked: Any) -> Rota:
    """Karim then Inès, a week each from Monday 16 November at 18:00."""
    facts = {
        "by": house.dispatcher,
        "at": FRIDAY_1630,
        "name": "Nuits et fins de semaine",
        "agency": house.agency,
        "rhythm": "weekly",
        "handover_at": time(18),
        "from_on": date(2026, 11, 16),
        "people": [house.technician.person, house.other_technician.person],
        "site_url": "https://desk.example.org/",
    }
    return services.create_rota(**(facts | asked))


def give_the_night(house: House, receiver: Receiver | None = None) -> None:
    """The client's contract opens the phone at night, by a paper; messages go to the SMS service."""
    nights = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    contracts.derogate(
        by=house.manager,
        at=read("2026-11-01T10:00"),
        contract=house.contract,
        term="hours.phone",
        value=nights,
        since_on=date(2026, 11, 1),
        reason="Astreinte convenue",
        content=b"%PDF-1.7 accord",
        file_name="accord.pdf",
    )
    if receiver:
        services.set_sender(
            by=house.manager,
            at=FRIDAY_1630,
            channel="sms",
            kind="http",
            url=receiver.url,
            headers="Authorization: Bearer secret-du-fournisseur",
            body='{"recipient": "{to}", "message": "{text}", "reference": "{id}"}',
        )
        for actor, number in (
            (house.technician, "06 39 98 00 01"),
            (house.other_technician, "06 39 98 00 02"),
        ):
            services.set_means(by=actor, at=FRIDAY_1630, person=actor.person, by_mail=False, mobile=number)


def jobs(name: str) -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name).order_by("pk")]


def run(name: str) -> list[Any]:
    """Do the jobs of that name that wait, as a worker would."""
    task = {"roster.follow": tasks.follow, "roster.reach": tasks.reach, "roster.escalate": tasks.escalate}[
        name
    ]
    return [task(**args) for args in jobs(name)]


def test_a_ticket_in_an_hour_that_the_contract_opens_reaches_who_is_on_call_by_sms(imri, at, receiver):
    turn(imri)
    give_the_night(imri, receiver)
    at(NIGHT)
    receiver.answers = [503]
    ticket = open_ticket(imri, by=imri.correspondent, at=read(NIGHT), origin="portal", verdict=None)
    run("roster.follow")
    run("roster.follow")  # a job done again calls nobody twice
    held = CallOut.objects.get()
    assert (held.reason, held.state, held.ticket) == ("terms", "waiting", ticket)
    assert held.ruling.outcome["value"] == 60
    assert held.ruling.outcome["derogations"]
    summons = Summons.objects.get()
    assert summons.person == imri.technician.person

    assert run("roster.reach") == ["waiting"]
    assert run("roster.reach") == ["waiting", "sent"]
    assert len(receiver.received) == 2
    headers, body = receiver.received[-1]
    said = json.loads(body)
    assert headers["Authorization"] == "Bearer secret-du-fournisseur"
    assert said["recipient"] == "+33639980001"
    assert str(ticket) in said["message"]
    reach = Reach.objects.get()
    assert (reach.state, reach.attempts) == ("sent", 2)
    assert "sms-42" in reach.receipt
    assert "secret" not in Sender.objects.get().headers

    # One click, without signing in: a page that a robot may look at changes nothing.
    link = said["message"].split("https://desk.example.org")[1]
    browser = Browser()
    page = browser.get(link)
    assert page.status_code == 200
    assert ticket.title in page.content.decode()
    held.refresh_from_db()
    assert held.state == "waiting"
    at("2026-11-20T22:20")
    assert "C’est pris" in browser.post(link, follow=True).content.decode()
    held.refresh_from_db()
    ticket.refresh_from_db()
    assert (held.state, held.answered_by) == ("answered", imri.technician.person)
    assert ticket.assignee == imri.technician.person
    at("2026-11-20T22:31")
    assert run("roster.escalate") == ["answered"]
    steps = [one.data["step"] for one in ticket.events.filter(kind="called-out").order_by("pk")]
    assert steps == ["begun", "summoned", "reached", "answered"]
    assert not ticket.events.filter(kind="called-out", is_internal=False).exists()
    codes = (
        JournalEntry.objects.filter(code__startswith="roster.").order_by("pk").values_list("code", flat=True)
    )
    assert list(codes)[-3:] == ["roster.called_out", "roster.reached", "roster.answered"]


def test_who_does_not_answer_is_followed_by_the_next_and_the_leaders_learn_that_nobody_did(imri, at, letters):
    rota = turn(imri, rounds=1)
    give_the_night(imri)
    at(NIGHT)
    ticket = open_ticket(imri, by=imri.correspondent, at=read(NIGHT), origin="portal")
    run("roster.follow")
    assert [job["position"] for job in jobs("roster.escalate")] == [0]
    at("2026-11-20T22:31")
    assert run("roster.escalate") == ["waiting"]
    assert [one.person for one in Summons.objects.order_by("position")] == [
        imri.technician.person,
        imri.other_technician.person,
    ]
    at("2026-11-20T22:47")
    assert run("roster.escalate") == ["waiting", "unanswered"]
    assert any("sans réponse" in letter.subject for letter in letters())
    assert rota.escalate_minutes == 15
    # Late, but someone does.
    held = CallOut.objects.get()
    services.answer(by=imri.other_technician, at=read("2026-11-20T22:50"), call_out=held)
    with pytest.raises(CallOutOver, match="Inès Prototype"):
        services.answer(by=imri.technician, at=read("2026-11-20T22:51"), call_out=held)
    ticket.refresh_from_db()
    assert ticket.assignee == imri.other_technician.person


def test_no_promise_is_invented_only_terms_or_the_house_s_own_setting_wake_anybody(imri, at):
    turn(imri)
    at(NIGHT)
    common = {"by": imri.correspondent, "at": read(NIGHT), "origin": "portal"}
    open_ticket(imri, **common)
    run("roster.follow")
    assert not CallOut.objects.exists()
    services.settle(by=imri.manager, at=read(NIGHT), assignment="propose", urgent_priority=1)
    urgent = open_ticket(imri, **common)
    assert urgent.priority == 1
    calm = open_ticket(imri, **common, impact="one", urgency="can-work")
    for args in jobs("roster.follow")[1:]:
        tasks.follow(**args)
    assert [(one.ticket, one.reason) for one in CallOut.objects.all()] == [(urgent, "priority")]
    assert not calm.call_outs.exists()


def test_in_opening_hours_nobody_is_called_out_and_after_a_stop_nobody_is_woken_by_the_past(imri, at):
    turn(imri)
    services.settle(by=imri.manager, at=FRIDAY_1630, assignment="propose", urgent_priority=4)
    at("2026-11-20T16:30")
    open_ticket(imri)
    run("roster.follow")
    at(NIGHT)
    open_ticket(imri, by=imri.correspondent, at=read(NIGHT), origin="portal")
    at("2026-11-23T09:30")  # the worker was down all night: the hotline is there
    run("roster.follow")
    assert not CallOut.objects.exists()


def test_a_voicemail_of_a_client_whose_terms_open_the_hour_reaches_who_is_on_call(ims, at):
    turn(ims)
    nights = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    contracts.derogate(
        by=ims.manager,
        at=read("2026-11-01T10:00"),
        contract=ims.contract,
        term="hours.phone",
        value=nights,
        since_on=date(2026, 11, 1),
        reason="Astreinte convenue",
        content=b"%PDF-1.7 accord",
        file_name="accord.pdf",
    )
    now = at(NIGHT)
    desk.announce_call(
        by=ims.technician, at=now, reference="pbx-9", state="voicemail", number="01 99 00 00 10", began_at=now
    )
    run("roster.follow")
    held = CallOut.objects.get()
    assert (held.call.reference, held.client) == ("pbx-9", ims.client)
    # Called back: nobody is called any more.
    desk.call_back(by=ims.technician, at=now, call=held.call)
    at("2026-11-20T22:31")
    assert run("roster.escalate") == ["ended"]


def test_a_wrong_link_opens_nothing(imri, at):
    at(NIGHT)
    browser = Browser()
    assert browser.get("/nebuline/astreinte/prendre/1:deviné/").status_code == 404


# Turns


def order(*people: int, weekly: bool = True) -> Order:
    return Order(is_weekly=weekly, handover_at=time(18), from_on=date(2026, 11, 16), people=people)


def test_turns_change_at_the_handover_through_the_change_of_clocks():
    found = turns(
        Order(is_weekly=False, handover_at=time(8), from_on=date(2027, 3, 26), people=(1, 2)),
        [],
        read("2027-03-27T00:00"),
        read("2027-03-30T00:00"),
    )
    assert [(one.person_id, one.starts_at.isoformat()) for one in found] == [
        (1, "2027-03-27T00:00:00+01:00"),
        (2, "2027-03-27T08:00:00+01:00"),
        (1, "2027-03-28T08:00:00+02:00"),
        (2, "2027-03-29T08:00:00+02:00"),
    ]


def test_a_replacement_is_laid_over_the_order_and_the_later_made_holds():
    stands = [
        Stand(1, 8, read("2026-11-18T18:00"), read("2026-11-20T18:00")),
        Stand(2, 9, read("2026-11-19T18:00"), read("2026-11-19T20:00")),
    ]
    found = turns(order(1, 2), stands, read("2026-11-16T18:00"), read("2026-11-24T00:00"))
    assert [(one.person_id, one.swap) for one in found] == [
        (1, None),
        (8, 1),
        (9, 2),
        (8, 1),
        (1, None),
        (2, None),
    ]


def test_who_is_absent_is_not_called_and_one_takes_over_oneself(imri):
    rota = turn(imri)
    night = read(NIGHT)
    services.enter_absence(
        by=imri.technician,
        at=FRIDAY_1630,
        person=imri.technician.person,
        kind="sick",
        from_on=date(2026, 11, 20),
        until_on=date(2026, 11, 20),
    )
    ines = imri.other_technician
    assert queries.line(rota, night) == [ines.person.pk] * 2
    soon = {"starts_at": read("2026-11-21T00:00"), "ends_at": read("2026-11-22T00:00")}
    with pytest.raises(NotAllowed):
        services.stand_in(by=imri.technician, at=FRIDAY_1630, rota=rota, person=ines.person, **soon)
    services.stand_in(by=ines, at=FRIDAY_1630, rota=rota, person=ines.person, **soon)
    assert queries.in_charge(rota, read("2026-11-21T12:00")).person_id == ines.person.pk
    with pytest.raises(InvalidInput) as refused:
        services.stand_in(
            by=imri.dispatcher,
            at=FRIDAY_1630,
            rota=rota,
            person=imri.technician.person,
            starts_at=night,
            ends_at=night + timedelta(hours=1),
        )
    assert refused.value.field == "person"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("url", {"url": "http://10.0.0.8/sms"}),
        ("url", {"url": "https://192.168.1.4/sms"}),
        ("body", {"body": '{"message": "{text}"}'}),
        ("body", {"body": '{"to": "{to}", "text": {text}}'}),
        ("headers", {"headers": "sans deux-points"}),
        ("headers", {"headers": "Host: ailleurs.example.org"}),
        ("kind", {"kind": "file"}),
    ],
)
def test_what_cannot_carry_messages_is_refused_by_its_field(imri, field, given):
    facts = {
        "by": imri.manager,
        "at": FRIDAY_1630,
        "channel": "sms",
        "kind": "http",
        "url": "https://sms.example.org/envoi",
        "headers": "X-Api-Key: clé".encode("ascii", "ignore").decode(),
        "body": '{"to": "{to}", "text": "{text}"}',
    }
    with pytest.raises((NotAWay, InvalidInput)) as refused:
        services.set_sender(**(facts | given))
    assert refused.value.field == field


def test_ntfy_is_posted_to_the_topic_and_a_file_keeps_a_line(imri, receiver, settings, tmp_path):
    common = {"by": imri.manager, "at": FRIDAY_1630, "channel": "push"}
    services.set_sender(**common, kind="ntfy", url=receiver.url, headers="Authorization: Bearer jeton")
    services.try_sender(**common, to="astreinte-karim")
    headers, body = receiver.received[-1]
    assert (headers["path"], headers["Priority"]) == ("/sms/astreinte-karim", "urgent")
    assert "Essai d’astreinte" in body
    settings.ROSTER_FILE = tmp_path / "messages.jsonl"
    services.set_sender(**common, kind="file")
    services.try_sender(**common, to="astreinte-karim")
    assert json.loads(settings.ROSTER_FILE.read_text())["to"] == "astreinte-karim"
