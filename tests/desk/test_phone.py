"""The telephone: calls are told once, callers are known by their number, the unanswered are called back."""

from __future__ import annotations

import pytest

from clausier.desk import queries, services
from clausier.desk.errors import CallSettled
from clausier.desk.models import Callback, PhoneCall
from clausier.desk.timeline import Upload
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House


def tell(house: House, state: str, reference: str = "pbx-1", **told: object) -> PhoneCall:
    """The telephone system of the house tells of a call on Friday at 16:30."""
    facts = {"number": "01.99.00.00.10", "began_at": FRIDAY_1630} | told
    return services.announce_call(
        by=house.technician, at=FRIDAY_1630, reference=reference, state=state, **facts
    )


@pytest.mark.parametrize("number", ["01.99.00.00.10", "+33 1 99 00 00 10", "0033199000010"])
def test_the_caller_is_known_by_the_number_in_any_spelling(ims, number):
    call = tell(ims, "ringing", number=number)
    assert (call.contact, call.client, call.number) == (ims.caller, ims.client, "+33199000010")


def test_a_call_told_twice_counts_once_and_never_goes_back(ims):
    tell(ims, "ringing")
    tell(ims, "missed")
    tell(ims, "ringing")
    tell(ims, "missed")
    call = PhoneCall.objects.get()
    assert call.state == "missed"
    told = JournalEntry.objects.filter(code__startswith="phone.").order_by("pk")
    assert [entry.code for entry in told] == ["phone.ringing", "phone.missed"]
    # Another telephone of the group had answered.
    assert tell(ims, "answered").state == "answered"
    assert not queries.calls_to_return(ims.technician).exists()
    assert Callback.objects.get().done_at == FRIDAY_1630


@pytest.mark.parametrize("state", ["missed", "voicemail"])
def test_the_unanswered_are_called_back_within_an_hour_of_the_phone_calendar(ims, state):
    tell(ims, state)
    (call,) = queries.calls_to_return(ims.technician)
    # Half an hour is left on Friday when the phone closes at 17:00 or later: the rule itself is asked.
    due = call.callback
    assert (due.number, due.name, due.ruling.rule) == ("+33199000010", ims.caller.full_name, "callback")
    assert due.due_at == read(due.ruling.outcome["value"]) > FRIDAY_1630
    services.call_back(by=ims.technician, at=FRIDAY_1630, call=call, text="Rappelée, tout va bien.")
    due.refresh_from_db()
    assert (due.done_at, due.done_by) == (FRIDAY_1630, ims.technician.person)
    assert not queries.calls_to_return(ims.technician).exists()
    with pytest.raises(CallSettled):
        services.call_back(by=ims.technician, at=FRIDAY_1630, call=call)


def test_where_the_terms_promise_no_callback_the_call_waits_without_one(imri):
    tell(imri, "missed")
    assert queries.calls_to_return(imri.technician).count() == 1
    assert not Callback.objects.exists()


@pytest.mark.parametrize("number", ["06 39 98 00 01", "anonymous", "201"])
def test_a_stranger_is_called_back_too_and_belongs_to_nobody(ims, number):
    call = tell(ims, "voicemail", number=number, audio=Upload("message.mp3", "audio/mpeg", b"ID3"))
    assert (call.client, call.contact, Callback.objects.get().client) == (None, None, None)
    assert call.audio.size == 3


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("number", {"number": "pas un numéro"}),
        ("reference", {"reference": " "}),
        ("line", {"line": "x" * 41}),
        ("audio", {"audio": Upload("a.exe", "application/x-msdownload", b"MZ")}),
        ("state", {"is_outgoing": True}),
    ],
)
def test_a_call_told_badly_is_refused_by_its_field_and_nothing_is_kept(ims, field, told):
    with pytest.raises(InvalidInput) as refused:
        tell(ims, "voicemail", **told)
    assert refused.value.field == field
    assert not PhoneCall.objects.exists()


def test_a_call_logged_on_a_ticket_is_in_the_log_and_the_announced_one_not_twice(ims):
    ticket = open_ticket(ims)
    said = {"by": ims.technician, "at": FRIDAY_1630, "ticket": ticket, "contact": ims.caller}
    services.log_call(text="Rappelée", direction="out", **said)
    services.log_call(text="Elle rappelle", direction="in", call=tell(ims, "answered"), **said)
    found = [(one.is_outgoing, one.reference, one.ticket) for one in queries.calls(ims.technician)]
    assert found == [(False, "pbx-1", ticket), (True, "", ticket)]


def test_only_a_lead_chooses_what_a_number_opens_and_only_a_link_that_calls(ims):
    with pytest.raises(NotAllowed):
        services.set_call_link(by=ims.technician, at=FRIDAY_1630, link="sip:{number}")
    for bad in ("javascript:alert({number})", "tel:", "sip:{number} x"):
        with pytest.raises(InvalidInput):
            services.set_call_link(by=ims.owner, at=FRIDAY_1630, link=bad)
    held = services.set_call_link(by=ims.owner, at=FRIDAY_1630, link="sip:{number}@pbx.example.org")
    assert held.call_link == "sip:{number}@pbx.example.org"
