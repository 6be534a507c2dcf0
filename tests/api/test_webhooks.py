"""Webhooks: who is told, signed how, tried again when, and what is never reached."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.desk.models import CallState
from clausier.foundation import isolation, outward
from clausier.foundation.clock import read
from clausier.foundation.journal_words import ACTS, ACTS_OF_THE_INSTALLATION
from clausier.foundation.models import JournalEntry
from clausier.integrations import sending, services, tasks
from clausier.integrations.errors import NotATarget
from clausier.integrations.models import DeliveryAttempt, StoredAnswer, Webhook, WebhookDelivery
from tests.api.asking import DEAD_SERVER, Machine
from tests.architecture.sources import PACKAGE
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House, make_client

CODES = re.compile(r'code="([a-z]+\.[a-z_]+)"|_journal\(\s*\w+, "([a-z]+\.[a-z_]+)"')
"""How acts name what they write in the journal."""


class Receiver:
    """A program on this machine that takes what is posted; `answers` are the statuses it gives in turn."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_GO_PRIVATE = True
    listening = Receiver()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def subscribe(house: House, url: str, *codes: str) -> Webhook:
    return services.create_webhook(
        by=house.owner, at=FRIDAY_1630, label="Supervision", url=url, codes=codes or ["desk.*"]
    )


def jobs(name: str) -> list[dict[str, int]]:
    """What is asked of that task, by the jobs that wait."""
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name).order_by("pk")]


def run(name: str = sending.TASK) -> list[str]:
    """Do the waiting jobs as a worker would."""
    done = []
    for job in ProcrastinateJob.objects.filter(task_name=name).order_by("pk"):
        task = tasks.deliver if name == sending.TASK else tasks.announce
        done.append(Context().run(task, **job.args))  # with no scope of its own, as a worker
    return done


def deliver(delivery: WebhookDelivery, attempt: int) -> str:
    """Make that attempt, as its job would."""
    return Context().run(
        tasks.deliver, delivery=delivery.pk, attempt=attempt, provider_id=delivery.provider_id
    )


def test_an_act_is_told_signed_and_only_to_those_who_asked(imri, receiver, at):
    at("2026-11-20T16:30")
    webhook = subscribe(imri, receiver.url, "desk.ticket_opened")
    subscribe(imri, receiver.url, "prepaid.*")
    ticket = open_ticket(imri)
    run("integrations.announce")
    assert run() == ["delivered"]
    [(headers, body)] = receiver.received
    told = json.loads(body)
    assert (told["event"], told["client"]) == ("desk.ticket_opened", "CL-001")
    assert told["about"] == {"kind": "ticket", "id": ticket.pk, "label": str(ticket)}
    assert headers["Clausier-Event"] == "desk.ticket_opened"
    signed = headers["Clausier-Timestamp"].encode() + b"." + body
    expected = hmac.new(services.secret_of(webhook).encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Clausier-Signature"] == f"v1={expected}"


def test_an_act_of_a_clients_own_is_told_and_its_delivery_is_no_other_clients(imri, receiver, at):
    at("2026-11-20T16:30")
    webhook = subscribe(imri, receiver.url, "desk.ticket_opened")
    Context().run(Machine(imri, imri.correspondent).post, "/tickets", {**DEAD_SERVER, "origin": "portal"})
    run("integrations.announce")
    assert run() == ["delivered"]
    assert json.loads(receiver.received[0][1])["client"] == "CL-001"
    other, _site = make_client(imri.provider, imri.agency, number="CL-002", name="Scierie Voisine")
    for client, seen in ((imri.client, 1), (other, 0)):
        with isolation.confined(isolation.Scope(provider=imri.provider.pk, client=client.pk)):
            assert webhook.deliveries.count() == DeliveryAttempt.objects.count() == seen


def test_a_job_of_one_provider_finds_no_delivery_of_another(imri, ims, receiver, at):
    at("2026-11-20T16:30")
    services.try_webhook(by=imri.owner, at=FRIDAY_1630, webhook=subscribe(imri, receiver.url))
    [asked] = jobs(sending.TASK)
    with pytest.raises(WebhookDelivery.DoesNotExist):
        tasks.deliver(**{**asked, "provider_id": ims.provider.pk})
    assert receiver.received == []


def test_what_nobody_asked_for_defers_no_job(imri, receiver):
    subscribe(imri, receiver.url, "prepaid.*")
    open_ticket(imri)
    assert jobs("integrations.announce") == []


def test_an_act_that_is_rolled_back_is_not_told(imri, receiver, at):
    at("2026-11-20T16:30")
    subscribe(imri, receiver.url)
    Machine(imri, imri.dispatcher).refused("POST", "/tickets", {**DEAD_SERVER, "cause": "nothing"})
    assert jobs("integrations.announce") == []


def test_a_stranger_is_told_nothing(imri, ims, receiver):
    subscribe(ims, receiver.url, "*")
    before = jobs("integrations.announce")
    open_ticket(imri)
    assert jobs("integrations.announce") == before


def test_what_is_not_accepted_is_tried_again_with_the_same_words_and_given_up_at_last(imri, receiver, at):
    at("2026-11-20T16:30")
    webhook = subscribe(imri, receiver.url, "desk.ticket_opened")
    receiver.answers = [500, 302, 200]
    open_ticket(imri)
    run("integrations.announce")
    assert run() == ["waiting"]
    delivery = webhook.deliveries.get()
    assert delivery.next_at == read("2026-11-20T16:31")
    assert deliver(delivery, 2) == "waiting"
    assert deliver(delivery, 3) == "delivered"
    assert len({body for _headers, body in receiver.received}) == 1
    assert [row.status for row in delivery.tries.order_by("pk")] == [500, 302, 200]

    receiver.answers = [503] * 20
    services.send_again(by=imri.owner, at=FRIDAY_1630, delivery=delivery)
    states = [deliver(delivery, n) for n in range(1, len(sending.WAITS) + 2)]
    assert states[-2:] == ["waiting", "given-up"]


def test_a_job_that_is_run_twice_sends_once(imri, receiver, at):
    at("2026-11-20T16:30")
    subscribe(imri, receiver.url, "desk.ticket_opened")
    open_ticket(imri)
    run("integrations.announce")
    run("integrations.announce")
    run()
    assert run() == ["delivered"]
    assert len(receiver.received) == 1


def test_who_does_not_answer_is_noted_with_the_reason(imri, receiver, at):
    at("2026-11-20T16:30")
    receiver.server.shutdown()
    receiver.server.server_close()
    webhook = subscribe(imri, receiver.url)
    services.try_webhook(by=imri.owner, at=FRIDAY_1630, webhook=webhook)
    assert run() == ["waiting"]
    row = webhook.deliveries.get().tries.get()
    assert row.status is None
    assert row.error.startswith("ConnectError")


def test_a_removed_address_is_sent_nothing_more(imri, receiver, at):
    at("2026-11-20T16:30")
    webhook = subscribe(imri, receiver.url)
    open_ticket(imri)
    run("integrations.announce")
    services.remove_webhook(by=imri.owner, at=FRIDAY_1630, webhook=webhook)
    assert set(run()) == {"given-up"}
    assert receiver.received == []


def test_another_secret_signs_at_once(imri, receiver):
    webhook = subscribe(imri, receiver.url)
    former = services.secret_of(webhook)
    renewed = services.renew_secret(by=imri.owner, at=FRIDAY_1630, webhook=webhook)
    assert services.secret_of(renewed) != former
    assert former not in str(list(Webhook.objects.values()) + list(JournalEntry.objects.values()))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://user:password@example.org/",
        "https://example.org:99999/",
        "ftp://example.org/",
        "https://",
        "javascript:alert(1)",
        "https://example.org/\r\nX: y",
    ],
)
def test_addresses_inside_are_refused(imri, url):
    with pytest.raises(NotATarget) as refused:
        subscribe(imri, url)
    assert refused.value.field == "url"


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_open_internet_is_public(address):
    assert outward.is_public(address)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "100.64.0.1", "192.168.1.1", "224.0.0.1", "fe80::1%eth0", "fd00::1", "64:ff9b::a00:1"],
)
def test_addresses_of_networks_are_not(address):
    assert not outward.is_public(address)


def test_a_name_that_resolves_inside_is_not_connected_to(imri, monkeypatch, at):
    at("2026-11-20T16:30")
    webhook = subscribe(imri, "https://hook.example.org/")
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: [(2, 1, 6, "", ("10.0.0.1", 443))])
    services.try_webhook(by=imri.owner, at=FRIDAY_1630, webhook=webhook)
    run()
    assert "private address refused" in webhook.deliveries.get().tries.get().error


def test_a_machine_subscribes_and_unsubscribes(imri, at):
    at("2026-11-20T16:30")
    machine = Machine(imri, imri.owner)
    body = {"label": "Supervision", "url": "https://hook.example.org/", "codes": ["desk.*"]}
    made = machine.post("/webhooks", body)
    assert made["secret"].startswith("whsec_")
    assert machine.refused("POST", "/webhooks", {**body, "codes": ["desk.nothing"]})["field"] == "codes"
    machine.post(f"/webhooks/{made['id']}", method="DELETE")
    assert machine.get("/webhooks")["items"] == []


def test_the_log_and_the_kept_answers_are_forgotten_in_time(imri, receiver, at):
    at("2026-11-20T16:30")
    webhook = subscribe(imri, receiver.url)
    services.try_webhook(by=imri.owner, at=FRIDAY_1630, webhook=webhook)
    run()
    Machine(imri, imri.dispatcher).post("/tickets", DEAD_SERVER, Idempotency_Key="a")
    run("integrations.announce")
    at((FRIDAY_1630 + timedelta(days=31)).isoformat())
    Context().run(tasks.forget, timestamp=0)
    assert not StoredAnswer.objects.exists()
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"waiting"}


def test_every_act_that_is_journalled_can_be_asked_for():
    sources = [path for path in PACKAGE.rglob("*.py") if path.name != "events.py"]
    written = {
        code for path in sources for found in CODES.findall(path.read_text("utf-8")) for code in found if code
    }
    written |= {f"phone.{state}" for state in CallState.values}
    known = ACTS.keys() | ACTS_OF_THE_INSTALLATION.keys()
    assert written <= known
    # The others are picked from a table, or by what was done: they stand somewhere beside the words.
    said = "".join(path.read_text("utf-8") for path in sources if path.name != "journal_words.py")
    assert {code for code in known - written if f'"{code}"' not in said} == set()
