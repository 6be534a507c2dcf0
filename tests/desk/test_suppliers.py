"""Cases at suppliers: opened, answered by mail, chased, ended; and never in front of the client."""

from __future__ import annotations

from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.desk import cases, services
from clausier.desk import queries as desk
from clausier.desk.errors import CaseEnded, NoAddress, ReasonNeeded
from clausier.desk.models import EventKind, SupplierCase, Ticket
from clausier.desk.services import supplier_cases
from clausier.desk.states import CaseState
from clausier.desk.tasks import chase_suppliers
from clausier.directory import suppliers as directory
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry
from clausier.overview import queries as overview
from clausier.portal.tickets import reading as portal
from clausier.post.models import OutgoingMail
from clausier.post.states import Standing
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client
from tests.post.mails import mailbox_of, raw, take

MONDAY = read("2026-11-23T10:00")


@pytest.fixture(autouse=True)
def _friday(at):
    at("2026-11-20T16:30")


@pytest.fixture
def box(imri):
    return mailbox_of(imri)


@pytest.fixture
def carrier(imri):
    return directory.add_supplier(
        by=imri.manager,
        at=FRIDAY_1630,
        name="Télécom Fictif",
        kind="carrier",
        domains=["support@telecom-fictif.example.com"],
        email="support@telecom-fictif.example.com",
        customer_number="TF-1042",
    )


@pytest.fixture
def case(imri, box, carrier):
    ticket = open_ticket(imri, assignee=imri.technician.person)
    return services.open_supplier_case(
        by=imri.technician, at=FRIDAY_1630, ticket=ticket, supplier=carrier, text="La ligne est coupée."
    )


def answer(box, text="Nous regardons.", **more):
    letter = OutgoingMail.objects.filter(kind="supplier").latest("pk")
    headers = {"In_Reply_To": f"<{letter.message_id}>", "subject": f"Re: {letter.subject}"} | more
    return take(
        box,
        raw(
            sender="Support <niveau2@telecom-fictif.example.com>",
            text=text,
            message_id=headers.pop("message_id", "rep@telecom-fictif.example.com"),
            **headers,
        ),
    )


def fresh(case: SupplierCase) -> SupplierCase:
    return SupplierCase.objects.select_related("ticket", "supplier").get(pk=case.pk)


def test_follow_up_only_proposes_a_case_with_its_letter_in_the_opening_itself(imri, carrier):
    directory.add_supplier_reference(
        by=imri.manager,
        at=FRIDAY_1630,
        client=imri.client,
        supplier=carrier,
        kind="contract",
        reference="FIB-77",
        what="fibre du siège",
    )
    asked = {"equipment_class": "network", "cause": "internet-access", "title": "Plus d’internet"}
    ticket = open_ticket(imri, **asked)
    case = ticket.supplier_cases.get()
    assert (case.state, case.supplier, str(case)) == ("proposed", carrier, f"{ticket}/1")
    letter = cases.opening_letter(ticket, carrier)
    assert "FIB-77 (fibre du siège)" in letter.text
    assert "TF-1042" in letter.text
    assert "Équipement" not in letter.text  # a heading with nothing after it goes
    services.decide_coverage(
        by=imri.dispatcher,
        at=MONDAY,
        ticket=ticket,
        verdict="excluded",
        cause="internet-access",
        reason="Ligne résiliée par le client",
    )
    assert fresh(case).outcome == "dropped"


def test_the_letter_leaves_on_a_thread_of_its_own_and_the_promise_goes_on(imri, case):
    letter = OutgoingMail.objects.get()
    assert (letter.kind, letter.to) == ("supplier", ["support@telecom-fictif.example.com"])
    assert f"[#{case}-" in letter.subject
    assert "La ligne est coupée." in letter.text
    assert case.chase_on == date(2026, 11, 24)  # two working days after the Friday
    assert cases.promise_runs(case.ticket)
    assert not [event for event in desk.thread(case.ticket, imri.correspondent) if event.case_id]


def test_a_supplier_answers_on_the_case_and_its_number_finds_it_again(imri, box, case):
    mail = answer(box, subject="Re: ligne [Case TF-88123]")
    held = fresh(case)
    assert (mail.outcome, mail.standing) == ("reply", Standing.SETTLED)
    assert (held.state, held.their_references, held.chase_on) == ("answered", ["Case TF-88123"], None)
    later = take(
        box,
        raw(
            sender="robot@incidents.telecom-fictif.example.com",
            subject="Intervention planifiée, dossier case tf-88123",
            message_id="plus-tard@telecom-fictif.example.com",
        ),
    )
    assert later.matched_by == "supplier-reference"
    assert cases.thread(held, imri.technician).filter(kind=EventKind.SUPPLIER_ANSWER).count() == 2
    assert Ticket.objects.count() == 1
    assert not case.ticket.events.filter(kind=EventKind.MESSAGE).exists()


def test_a_robot_of_the_supplier_leaves_the_wait_as_it_is(imri, box, case):
    answer(box, text="Demande enregistrée", Auto_Submitted="auto-replied", subject="[Case 99881]")
    held = fresh(case)
    assert (held.state, held.their_references) == ("with-supplier", ["Case 99881"])
    assert held.chase_on == date(2026, 11, 24)


def test_what_the_client_writes_into_the_supplier_s_thread_goes_on_the_ticket(imri, box, case):
    letter = OutgoingMail.objects.get()
    take(
        box,
        raw(
            sender=imri.caller.email,
            subject=f"Re: {letter.subject}",
            message_id="client@client.example.org",
            text="C’est revenu chez nous.",
        ),
    )
    said = case.ticket.events.get(kind=EventKind.MESSAGE)
    assert (said.text, said.contact, said.case) == ("C’est revenu chez nous.", imri.caller, None)
    assert fresh(case).state == CaseState.WITH_SUPPLIER


def test_an_unknown_message_of_a_supplier_waits_and_can_be_put_on_its_case(imri, box, case):
    from clausier.desk import mailroom

    mail = take(box, raw(sender="facture@telecom-fictif.example.com", subject="À propos de votre ligne"))
    assert mail.standing == Standing.QUEUED
    assert "Télécom Fictif" in mail.why[0]
    mailroom.move_mail_to_case(by=imri.dispatcher, at=MONDAY, mail=mail, to=case)
    mail.refresh_from_db()
    assert (mail.standing, mail.conversation.about_kind) == (Standing.SETTLED, cases.KIND)
    assert fresh(case).state == CaseState.ANSWERED


def test_a_silent_supplier_is_chased_once_and_the_assignee_is_told(imri, case, at):
    assert not [one for one in overview.waiting_for(imri.technician, []) if one.case]
    at("2026-11-24T09:00")
    chase_suppliers(timestamp=0)
    chase_suppliers(timestamp=0)
    assert JournalEntry.objects.filter(code="desk.supplier_chase_due").count() == 1
    assert [one.case.pk for one in overview.waiting_for(imri.technician, []) if one.case] == [case.pk]
    assert ProcrastinateJob.objects.filter(task_name="foundation.send_letter").count() == 1
    services.write_to_supplier(
        by=imri.technician, at=read("2026-11-24T09:30"), case=case, text="Où en est-on ?"
    )
    held = fresh(case)
    assert (held.chases, held.chase_on) == (1, date(2026, 11, 26))
    services.keep_waiting(by=imri.technician, at=MONDAY, case=case, until_on=date(2026, 12, 1))
    assert fresh(case).chase_on == date(2026, 12, 1)


def test_time_with_the_supplier_is_what_it_took_to_answer(imri, box, case):
    services.log_supplier_call(
        by=imri.technician,
        at=read("2026-11-20T18:30"),
        case=case,
        text="Ils envoient quelqu’un.",
        direction="out",
        our_turn=True,
    )
    held = fresh(case)
    assert cases.seconds_with_supplier(held, MONDAY) == 2 * 3600
    services.write_to_supplier(by=imri.technician, at=MONDAY, case=held, text="Merci, et ensuite ?")
    assert cases.seconds_with_supplier(fresh(case), read("2026-11-23T11:00")) == 3 * 3600


def test_its_end_is_on_every_ticket_that_waited(imri, case):
    other = open_ticket(imri, title="La ligne du dépôt aussi")
    services.join_ticket(by=imri.technician, at=FRIDAY_1630, case=case, ticket=other)
    with pytest.raises(ReasonNeeded):
        services.end_case(by=imri.technician, at=MONDAY, case=case, outcome="refused")
    services.end_case(by=imri.technician, at=MONDAY, case=case, outcome="replaced", text="Boîtier échangé")
    for ticket in (case.ticket, other):
        event = ticket.events.filter(kind=EventKind.SUPPLIER).latest("pk")
        assert (event.data["outcome"], event.data["next"], event.text) == (
            "replaced",
            "visit",
            "Boîtier échangé",
        )
    with pytest.raises(CaseEnded):
        services.write_to_supplier(by=imri.technician, at=MONDAY, case=case, text="Encore ?")
    services.reopen_case(by=imri.technician, at=MONDAY, case=case, reason="En panne à nouveau")
    assert fresh(case).state == CaseState.ANSWERED


def test_without_an_address_one_opens_it_on_their_portal(imri, box):
    silent = directory.add_supplier(by=imri.manager, at=FRIDAY_1630, name="Sans Adresse", kind="publisher")
    ticket = open_ticket(imri)
    given = {"by": imri.technician, "at": FRIDAY_1630, "ticket": ticket, "supplier": silent, "text": "Panne"}
    with pytest.raises(NoAddress):
        services.open_supplier_case(**given)
    case = services.open_supplier_case(**given, channel="portal", reference="SR 4411")
    assert case.their_references == ["SR 4411"]
    assert not OutgoingMail.objects.exists()
    changed = services.change_case(
        by=imri.technician, at=FRIDAY_1630, case=case, rma_number="RMA-9", returned_on=date(2026, 11, 20)
    )
    assert changed.rma_number == "RMA-9"


def test_the_portal_says_since_when_only_where_the_provider_allows(imri, case):
    assert portal.waits(case.ticket) == []
    supplier_cases.tell_of_suppliers(by=imri.owner, at=FRIDAY_1630, shown=True)
    case.ticket.provider.refresh_from_db()
    assert portal.waits(case.ticket) == ["Chez l’opérateur depuis le vendredi 20 novembre"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", {"name": " "}),
        ("domains", {"domains": ["pas un domaine"]}),
        ("portal_url", {"portal_url": "javascript:alert(1)"}),
        ("answers_within_days", {"answers_within_days": 0}),
        ("kind", {"kind": "bank"}),
    ],
)
def test_a_supplier_that_cannot_be_is_refused_by_its_field(imri, field, given):
    with pytest.raises(InvalidInput) as refused:
        directory.add_supplier(
            by=imri.manager, at=FRIDAY_1630, **({"name": "Essai", "kind": "carrier"} | given)
        )
    assert refused.value.field == field


def test_another_client_s_case_is_none_of_a_client_s(imri, case):
    make_client(imri.provider, imri.agency, number="CL-9", name="Voisin Inventé")
    assert not cases.cases_visible_to(imri.correspondent).exists()
