"""Quotes at the console, in the portal and by machine: written as a form, opened, chosen, signed, ordered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.foundation.clock import read
from clausier.overview import queries as overview
from clausier.sales import services, tasks
from clausier.sales.models import Order, Quote, Standing
from clausier.sales.services import signing
from clausier.signatures import services as signatures
from clausier.signatures.services import Scan
from tests.api.asking import Machine
from tests.console.visits import address, get, post, signed_in
from tests.people import FRIDAY_1630, House
from tests.sales.selling import SET_UP, accepted, draft, issued, item, ordered
from tests.signatures.asking import pdf

pytestmark = pytest.mark.django_db
HEAD = {"title": "Infogérance de douze postes", "language": "fr", "valid_days": "30"}


def row(place: int, **said: object) -> dict[str, object]:
    return {f"l{place}-{name}": value for name, value in said.items()}


def follow() -> None:
    """Run what signatures have deferred."""
    for job in ProcrastinateJob.objects.filter(task_name="sales.follow_signature").order_by("pk"):
        tasks.follow_signature(**job.args)


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_lines_are_added_moved_and_taken_away_by_a_plain_form(imri):
    made = item(imri)
    quote = draft(imri, SET_UP)
    first = quote.lines.get()
    typed = {
        **HEAD,
        "lines": 2,
        **row(0, id=first.pk, label="Mise en place", quantity="1", unit_price="480,50", kind="service"),
        **row(1, item=made.pk, quantity="12"),
    }
    assert post(imri, "quote-write", quote.number, role="manager", **typed, act="add").status_code == 302
    assert [(one.label, one.unit_price) for one in quote.lines.all()] == [
        ("Mise en place", Decimal("480.50")),
        ("Article POSTE", Decimal("24.90")),
    ]
    added = quote.lines.get(label="Article POSTE")
    typed |= row(1, id=added.pk, label=added.label, quantity="12", unit_price="24,90", period="monthly")
    post(imri, "quote-write", quote.number, role="manager", **typed, act="up:1")
    assert [one.label for one in quote.lines.all()] == ["Article POSTE", "Mise en place"]
    sums = post(imri, "quote-sums", quote.number, role="manager", **typed).content.decode()
    assert "298,80" in sums
    refused = post(
        imri,
        "quote-write",
        quote.number,
        role="manager",
        **typed | row(1, label="", quantity="0"),
        act="save",
    )
    assert refused.status_code == 422
    post(imri, "quote-write", quote.number, role="manager", **typed, act="remove:0")
    assert [one.label for one in quote.lines.all()] == ["Article POSTE"]


def test_a_quote_is_issued_from_its_editor_and_its_page_shows_no_margin_to_a_reader(imri):
    quote = draft(imri, services.line_of(item(imri), date(2026, 11, 20)))
    line = quote.lines.get()
    typed = {**HEAD, "lines": 1, **row(0, id=line.pk, label="Postes", quantity="12", unit_price="24,90")}
    refused = post(
        imri, "quote-write", quote.number, role="manager", **typed | {"valid_days": ""}, act="issue"
    )
    assert refused.status_code == 422
    post(imri, "quote-write", quote.number, role="manager", **typed, act="issue")
    assert Standing.objects.get(quote=quote).state == "issued"
    assert "Marge" in get(imri, "quote", quote.number, role="manager").content.decode()
    shown = get(imri, "quote", quote.number, role="reader").content.decode()
    assert "Marge" not in shown
    assert "Version 1" in shown
    assert "D-0001" in get(imri, "quotes", role="reader", etat="issued").content.decode()


def test_opened_in_the_portal_chosen_signed_and_countersigned_it_is_an_order_that_is_sealed(ims: House, at):
    option = replace(SET_UP, label="Formation", unit_price=Decimal(300), choice="option")
    quote = issued(ims, SET_UP, option, contact=ims.caller)
    assert not signing.requests_about("quote", quote.pk, ims.provider.pk)
    at("2026-11-23T09:00")
    browser = signed_in(ims.correspondent)
    page = browser.get(address(ims, "portal-quote", quote.number)).content.decode()
    assert "3\u00a0décembre" in page
    picked = quote.lines.get(label="Formation").pk
    browser.post(address(ims, "portal-quote-choose", quote.number), {"options": f"ligne-{picked}"})
    asked = signing.waiting_request(quote)
    assert asked.valid_until == read("2026-12-04T00:00")
    assert reverse("portal-signature", args=[ims.provider.slug, asked.pk]) in (
        browser.get(address(ims, "portal-quote", quote.number)).content.decode()
    )
    scan = Scan("Maëlle Cobaye", date(2026, 11, 23), "signe.pdf", pdf("Devis signé"))
    signatures.record_scan(by=ims.manager, at=read("2026-11-24T10:00"), request=asked, scan=scan)
    follow()
    assert Standing.objects.get(quote=quote).state == "accepted"
    at("2026-11-24T11:00")
    post(ims, "quote-confirm", quote.number, role="manager")
    order = Order.objects.get(quote=quote)
    assert [one.label for one in order.lines.all()] == ["Mise en place", "Formation"]
    assert order.document.kind == "signed"
    follow()
    assert Order.objects.count() == 1


def test_countersigned_among_the_signatures_it_becomes_an_order_just_the_same(ims, at):
    quote = issued(ims, SET_UP, contact=ims.caller)
    asked = signing.waiting_request(quote)
    scan = Scan("Maëlle Cobaye", date(2026, 11, 23), "signe.pdf", pdf("Devis signé"))
    at("2026-11-24T10:00")
    signatures.record_scan(by=ims.manager, at=read("2026-11-24T10:00"), request=asked, scan=scan)
    signatures.countersign(by=ims.manager, at=read("2026-11-24T11:00"), request=asked)
    follow()
    order = Order.objects.get(quote=quote)
    assert (order.signed_at, order.countersigned_at) == (read("2026-11-24T10:00"), read("2026-11-24T11:00"))


def test_a_change_goes_out_to_be_signed_and_is_sealed_once_both_agreed(ims, at):
    quote = issued(ims, SET_UP, contact=ims.caller)
    at("2026-11-25T10:00")
    order = ordered(ims, quote, content=pdf("Devis signé"))
    change = services.propose_change(
        by=ims.manager,
        at=read("2026-11-25T11:00"),
        order=order,
        kind="change",
        asked_by_side="client",
        text="Livrer au second site.",
    )
    asked = signing.waiting_request(change)
    scan = Scan("Maëlle Cobaye", date(2026, 11, 25), "signe.pdf", pdf("Modification signée"))
    signatures.record_scan(by=ims.manager, at=read("2026-11-25T12:00"), request=asked, scan=scan)
    follow()
    services.agree_for_provider(by=ims.manager, at=read("2026-11-25T13:00"), change=change)
    change.refresh_from_db()
    assert (change.state, change.signed_document.kind) == ("agreed", "signed")


def test_a_client_reads_its_own_quotes_only_and_declines_with_a_reason(imri):
    hidden = draft(imri)
    quote = issued(imri, valid_days=30)
    browser = signed_in(imri.correspondent)
    assert browser.get(address(imri, "portal-quote", hidden.number)).status_code == 404
    assert browser.get(address(imri, "portal-quote-paper", quote.number)).status_code == 200
    assert (
        browser.post(address(imri, "portal-quote-decline", quote.number), {"reason": ""}).status_code == 422
    )
    browser.post(address(imri, "portal-quote-decline", quote.number), {"reason": "Trop cher"})
    standing = Standing.objects.get(quote=quote)
    assert (standing.state, standing.decline_reason) == ("declined", "Trop cher")
    assert signed_in(imri.user).get(address(imri, "portal-quotes")).status_code == 403


def test_a_machine_writes_issues_and_reads_a_quote_and_a_clients_one_sees_no_margin(imri):
    made = item(imri)
    machine = Machine(imri, imri.manager)
    sent = {
        "client": "CL-001",
        "title": "Douze postes",
        "valid_days": 30,
        "lines": [{"item": made.pk, "quantity": "12", "discount_percent": "10"}],
    }
    number = machine.post("/quotes", sent)["number"]
    shown = machine.post(f"/quotes/{number}/issue", {})
    assert (shown["state"], shown["totals"][0]["net"]) == ("issued", "268.92")
    assert shown["document"]["sha256"]
    assert shown["margins"]
    frozen = machine.ask("PUT", f"/quotes/{number}", {"title": "Autre", "lines": []})
    assert (frozen.status_code, frozen.json()["code"]) == (409, "quote_frozen")
    theirs = Machine(imri, imri.correspondent).get(f"/quotes/{number}")
    assert (theirs["margins"], theirs["lines"][0]["net"]) == ([], "268.92")


def test_an_expired_quote_says_so_on_every_face(ims, at):
    quote = issued(ims)
    services.note_opened(by=ims.correspondent, at=FRIDAY_1630, quote=quote)
    at("2026-11-29T10:00")
    assert "expire demain" in get(ims, "today", role="manager").content.decode()
    at("2026-12-05T10:00")
    shown = get(ims, "quote", quote.number, role="manager").content.decode()
    assert "ne peut plus être accepté" in shown
    answered = Machine(ims, ims.manager).ask("POST", f"/quotes/{quote.number}/choice", {"chosen": []})
    assert answered.json()["code"] == "quote_expired"
    assert answered.json()["clause"]
    post(ims, "quote-renew", quote.number, role="manager", prices="day")
    assert Quote.objects.filter(number=quote.number).count() == 2


def test_orders_show_what_waits_for_an_invoice(imri):
    signed = accepted(imri, issued(imri, valid_days=30))
    order = services.confirm_order(by=imri.manager, at=read("2026-11-25T10:00"), quote=signed)
    assert "Mise en place" in get(imri, "orders", role="accountant").content.decode()
    page = post(
        imri,
        "order-change",
        order.number,
        role="manager",
        kind="cancellation",
        asked_by_side="client",
        text="Projet abandonné",
    )
    assert page.status_code == 302
    shown = get(imri, "order", order.number, role="manager").content.decode()
    assert "BC-0001-M1" in shown


def test_a_quote_is_found_by_its_number_once_and_a_draft_by_the_staff_alone(imri):
    sent, written = issued(imri, SET_UP, valid_days=30), draft(imri, SET_UP)
    staff, client = imri.manager, imri.correspondent

    def found(actor, text):
        groups = overview.searched(actor, text, kinds=["quote"])
        return [hit.thing.number for group in groups for hit in group.hits]

    assert found(staff, sent.number) == [sent.number]
    assert set(found(staff, sent.title)) == {sent.number, written.number}
    assert found(client, sent.title) == [sent.number]
    page = get(imri, "search", q=sent.number).content.decode()
    assert address(imri, "quote", sent.number) in page
