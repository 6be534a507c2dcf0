"""Orders in the portal, papers that wait on Today, and whom a quote with choices is told and reminded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clausier.foundation.clock import read
from clausier.overview import queries as overview
from clausier.sales import services, tasks
from clausier.signatures import services as signatures
from tests.api.asking import Machine
from tests.console.visits import address, get, signed_in
from tests.people import FRIDAY_1630, House
from tests.post.mails import mailbox_of
from tests.sales.selling import SET_UP, WORKSTATIONS, accepted, draft, issued, ordered
from tests.signatures.asking import SITE, ask, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(at: Any) -> None:
    at("2026-11-20T16:30")


def test_a_client_reads_its_orders_and_their_papers_until_the_section_is_closed(
    imri: House, ims: House
) -> None:
    order = ordered(imri, issued(imri, SET_UP, valid_days=30), at="2026-11-24T10:00")
    services.propose_change(
        by=imri.manager,
        at=FRIDAY_1630,
        order=order,
        kind="change",
        asked_by_side="client",
        text="Une semaine plus tard.",
    )
    browser = signed_in(imri.correspondent)
    papers = [
        address(imri, "portal-order-paper", order.number),
        address(imri, "portal-order-change", order.number, 1),
    ]
    assert order.number in browser.get(address(imri, "portal-orders")).content.decode()
    page = browser.get(address(imri, "portal-order", order.number)).content.decode()
    assert all(one in page for one in ("480,00", "Une semaine plus tard.", *papers))
    assert all(browser.get(one).content.startswith(b"%PDF-") for one in papers)
    machine = Machine(imri, imri.correspondent)
    assert [one["number"] for one in machine.get("/orders")["items"]] == [order.number]
    stranger = signed_in(ims.correspondent)
    assert stranger.get(address(ims, "portal-order", order.number)).status_code == 404

    imri.client.closed_sections = ["orders"]
    imri.client.save()
    closed = [address(imri, "portal-orders"), address(imri, "portal-order", order.number), *papers]
    assert {browser.get(one).status_code for one in closed} == {404}
    assert machine.get("/orders")["items"] == []
    assert machine.refused("GET", f"/orders/{order.number}")["status"] == 404
    # What the staff reads is no matter of the portal.
    assert get(imri, "order", order.number).status_code == 200


def test_who_countersigns_sees_on_today_what_waits_and_what_soon_cannot_be_signed(
    imri: House, letters: Any
) -> None:
    request = signed(ask(imri), letters)
    near = ask(imri, valid_until=read("2026-11-22T18:00"), about=replace(request.about, kind="document"))
    quote = accepted(imri, issued(imri, WORKSTATIONS, valid_days=30), at="2026-11-20T16:30")
    kinds = [one.kind for one in overview.alerts(imri.manager, FRIDAY_1630)]
    assert kinds.count("countersign") == 2
    assert kinds.count("to-sign") == 1
    page = get(imri, "today", role="manager").content.decode()
    for link in (
        address(imri, "signature", request.pk),
        address(imri, "signature", near.pk),
        address(imri, "quote", quote.number),
    ):
        assert link in page
    assert not {"countersign", "to-sign"} & {
        one.kind for one in overview.alerts(imri.technician, FRIDAY_1630)
    }

    signatures.countersign(by=imri.manager, at=FRIDAY_1630, request=request)
    assert address(imri, "signature", request.pk) not in get(imri, "today", role="manager").content.decode()


def test_a_quote_with_choices_is_sent_with_the_way_to_them_and_reminded_of_once(
    imri: House, letters: Any, at: Any, settings: Any
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = [SITE]
    mailbox_of(imri)
    option = replace(SET_UP, label="Formation", choice="option")
    quote = draft(imri, SET_UP, option, contact=imri.caller, valid_until=read("2026-12-10T00:00").date())
    services.issue_quote(by=imri.manager, at=FRIDAY_1630, quote=quote, site_url=SITE)
    letter = letters()[-1]
    assert letter.to == [imri.caller.email]
    assert f"{SITE}{address(imri, 'portal-quote', quote.number)[1:]}" in letter.body
    assert "jeudi\u00a010\u00a0décembre\u00a02026" in letter.body
    assert letter.attachments[0][0] == f"{quote.reference}.pdf"

    reminded = []
    for day in range(1, 12):
        at(f"2026-12-{day:02}T10:21")
        if tasks.remind(timestamp=0):
            reminded.append(day)
    assert reminded == [7]
    assert letters()[-1].subject.startswith("Rappel, devis")
