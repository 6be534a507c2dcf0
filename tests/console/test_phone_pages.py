"""The pages of the telephone: who rings, who waits, the form filled with the caller."""

from __future__ import annotations

import pytest

from clausier.desk.models import PhoneCall, Ticket
from clausier.desk.timeline import Upload
from tests.console.visits import address, get, post, signed_in
from tests.desk.test_phone import tell


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


def test_a_ringing_call_is_announced_once_and_leads_to_the_form_with_the_caller(ims):
    assert get(ims, "phone-ringing").status_code == 204
    call = tell(ims, "ringing", line="hotline")
    shown = get(ims, "phone-ringing").content.decode()
    assert f"{ims.caller.full_name} appelle" in shown
    assert f"?appel={call.pk}" in shown
    assert get(ims, "phone-ringing", vu=f"{call.pk}r").status_code == 204
    form = get(ims, "call", appel=call.pk).content.decode()
    assert f'value="contact:{ims.caller.pk}"' in form
    sent = {"appel": call.pk, "caller": f"contact:{ims.caller.pk}", "act": "take"}
    sent |= {"description": "Plus de réseau", "equipment_class": "server", "cause": "server-network"}
    answer = post(ims, "call", **sent)
    assert answer.status_code == 302
    call.refresh_from_db()
    assert call.ticket == Ticket.objects.get()
    assert get(ims, "phone-ringing").status_code == 204


def test_whoever_opens_the_form_of_a_call_is_told_of_it_no_more_and_its_clock_is_that_calls(ims, at):
    browser = signed_in(ims.staff["dispatcher"])
    at("2026-11-20T16:20")
    browser.get(address(ims, "call"))
    at("2026-11-20T16:31")
    call = tell(ims, "ringing", line="hotline")
    form = browser.get(address(ims, "call"), {"appel": call.pk}).content.decode()
    assert 'data-since="2026-11-20T16:30' in form
    assert browser.get(address(ims, "phone-ringing")).status_code == 204
    assert ims.caller.full_name in get(ims, "phone-ringing", role="manager").content.decode()
    again = browser.get(address(ims, "call")).content.decode()
    assert f'name="appel" value="{call.pk}"' in again


def test_an_unknown_number_fills_the_form_with_the_number(ims):
    call = tell(ims, "ringing", number="06 39 98 00 01")
    form = get(ims, "call", appel=call.pk).content.decode()
    assert 'name="q"' in form
    assert "06\u00a039\u00a098\u00a000\u00a001" in form
    page = post(ims, "call", appel=call.pk, q=call.number, new_phone=call.number, choose="new")
    assert 'name="new_phone" autocomplete="off" value="+33639980001"' in page.content.decode()


def test_a_voicemail_waits_on_today_and_on_its_page_is_heard_and_answered(ims):
    call = tell(ims, "voicemail", audio=Upload("message.mp3", "audio/mpeg", b"ID3 bonjour"))
    for page in ("today", "phone", "phone-log"):
        shown = get(ims, page).content.decode()
        assert ims.caller.full_name in shown
        assert "à rappeler avant" in shown
    heard = get(ims, "phone-audio", call.pk)
    assert (heard.content, heard["Content-Type"]) == (b"ID3 bonjour", "audio/mpeg")
    assert post(ims, "phone-called-back", call.pk, text="Rappelée").status_code == 302
    assert PhoneCall.objects.get().settled_note == "Rappelée"
    assert "Personne à rappeler" in get(ims, "phone").content.decode()


def test_a_click_on_a_number_opens_what_the_provider_chose(ims):
    assert 'href="tel:+33199000010"' in get(ims, "client", ims.client.number).content.decode()
    assert post(ims, "phone-link", role="owner", link="ftp:{number}").status_code == 422
    assert post(ims, "phone-link", role="owner", link="sip:{number}@pbx.example.org").status_code == 302
    shown = get(ims, "client", ims.client.number).content.decode()
    assert 'href="sip:+33199000010@pbx.example.org"' in shown
