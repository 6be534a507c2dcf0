"""The conduct of an intervention: steps and their price, consents, backups, stops, dates, notices."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from clausier.access import services as access
from clausier.access.errors import AlreadyAnswered, ConsentNeeded
from clausier.access.models import Agreement, RemoteTool
from clausier.access.services import Answer
from clausier.desk import queries, services
from clausier.desk import tasks as desk_tasks
from clausier.desk.errors import (
    AgreementNeeded,
    BackupNeeded,
    NothingToTell,
    ReasonNeeded,
    RemoteSessionOpen,
    SiteConsentNeeded,
)
from clausier.desk.models import EventKind, Notice, StoppedIntervention, Ticket
from clausier.desk.services import StepAgreement
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry
from clausier.post.models import OutgoingMail
from tests.desk.asking import answer_all, open_ticket
from tests.people import FRIDAY_1630, House
from tests.post.mails import mailbox_of

LATER = read("2026-11-20T16:40")
SITE_URL = "https://desk.example.org/"


def yes(house: House, **said: object) -> Answer:
    return Answer(True, contact=house.caller, **said)


def climb(house: House, ticket: Ticket, step: str, agreement: StepAgreement | None = None) -> Ticket:
    return services.climb(
        by=house.technician,
        at=LATER,
        ticket=ticket,
        step=step,
        reason="Rien par téléphone",
        agreement=agreement,
    )


def tool_of(house: House) -> RemoteTool:
    return access.add_tool(by=house.manager, at=FRIDAY_1630, name="Prise en main maison")


def take_over(house: House, ticket: Ticket, **said: object):
    return services.start_remote(
        **{
            "by": house.technician,
            "at": LATER,
            "ticket": ticket,
            "tool": tool_of(house),
            "equipment": "SRV-01",
        }
        | said
    )


def agree(house: House, ticket: Ticket, kind: str, answer: Answer | None = None) -> Agreement:
    return services.record_agreement(
        by=house.technician, at=LATER, ticket=ticket, kind=kind, answer=answer or yes(house)
    )


def work_off(house: House) -> None:
    """Do the jobs that tell of steps, as a worker would."""
    for job in ProcrastinateJob.objects.filter(task_name="desk.tell_step", status="todo").order_by("id"):
        desk_tasks.tell_step(**job.args)


# Steps


def test_a_step_under_a_fee_is_included_and_says_so(imri):
    ticket = climb(imri, open_ticket(imri), "remote")
    (event,) = queries.thread(ticket, imri.correspondent).filter(kind=EventKind.STEP)
    assert (event.data["effect"]["kind"], event.data["agreement"]) == ("included", "none")
    assert event.ruling_id == ticket.verdict_ruling_id


def test_a_step_in_points_shows_its_price_and_wants_the_clients_agreement(ims):
    ticket = open_ticket(ims)
    with pytest.raises(AgreementNeeded) as refused:
        climb(ims, ticket, "onsite")
    assert refused.value.field == "agreement"
    with pytest.raises(ReasonNeeded):
        climb(ims, ticket, "onsite", StepAgreement("none"))
    climbed = climb(ims, ticket, "onsite", StepAgreement("given", yes(ims)))
    event = climbed.events.get(kind=EventKind.STEP)
    assert event.data["effect"] == {"kind": "points", "amount": "95", "minimum": 30}
    assert event.ruling.rule == "session-points"
    assert event.data["agreed"]["name"] == ims.caller.full_name
    entry = JournalEntry.objects.get(code="desk.step_climbed")
    assert entry.data["agreed"]["how"] == "phone"


def test_nobody_works_at_a_step_before_the_client_agreed_in_the_portal(ims):
    ticket = climb(ims, open_ticket(ims), "onsite", StepAgreement("asked", site_url=SITE_URL))
    agree(ims, ticket, "backup")
    with pytest.raises(AgreementNeeded):
        services.start_work(by=ims.technician, at=LATER, ticket=ticket, mode="onsite")
    asked = Agreement.objects.get(kind="step")
    services.answer_agreement(by=ims.correspondent, at=LATER, agreement=asked, given=True)
    services.start_work(by=ims.technician, at=LATER, ticket=ticket, mode="onsite")
    with pytest.raises(AlreadyAnswered):
        services.answer_agreement(by=ims.correspondent, at=LATER, agreement=asked, given=False)


# Remote sessions


def test_no_machine_is_taken_over_without_a_consent_and_one_that_is_withdrawn_counts_no_more(imri):
    ticket = open_ticket(imri)
    with pytest.raises(ConsentNeeded) as refused:
        take_over(imri, ticket)
    assert refused.value.clause == ("imri/2013", "VII.3.3")
    consent = agree(imri, ticket, "remote")
    session = services.start_remote(
        by=imri.technician,
        at=LATER,
        ticket=ticket,
        tool=RemoteTool.objects.create(provider=imri.provider, name="Autre"),
        equipment="SRV-01",
    )
    assert session.consent == consent
    assert Ticket.objects.get(pk=ticket.pk).step == "remote"
    with pytest.raises(RemoteSessionOpen):
        services.close_ticket(by=imri.technician, at=LATER, ticket=ticket)
    services.end_remote(by=imri.technician, at=read("2026-11-20T16:55"), session=session)
    services.withdraw_agreement(by=imri.correspondent, at=read("2026-11-20T16:56"), agreement=consent)
    with pytest.raises(ConsentNeeded):
        services.start_work(by=imri.technician, at=read("2026-11-20T16:57"), ticket=ticket, mode="remote")


def test_a_standing_consent_covers_every_ticket_until_its_end(imri):
    access.give_standing(by=imri.correspondent, at=FRIDAY_1630, until_at=read("2026-11-21T00:00"))
    watch = services.start_work(by=imri.technician, at=LATER, ticket=open_ticket(imri), mode="remote")
    session = take_over(imri, watch.ticket)
    assert session.work_id == watch.pk
    services.stop_work(
        by=imri.technician,
        at=read("2026-11-20T17:00"),
        session=watch,
        entries=[{"domain": "", "text": "Service relancé."}],
    )
    session.refresh_from_db()
    assert session.ended_at == read("2026-11-20T17:00")
    with pytest.raises(ConsentNeeded):
        services.start_remote(
            by=imri.technician,
            at=read("2026-11-21T09:00"),
            ticket=open_ticket(imri),
            tool=session.tool,
            equipment="SRV-02",
        )


# Backups and third parties


def test_work_on_what_bears_data_waits_for_the_clients_word_on_its_backup(ims):
    ticket = climb(ims, open_ticket(ims), "onsite", StepAgreement("given", yes(ims)))
    with pytest.raises(BackupNeeded) as refused:
        services.start_work(by=ims.technician, at=LATER, ticket=ticket, mode="onsite")
    assert refused.value.clause == ("ims/2018", "6.5")
    refusal = Answer(False, contact=ims.caller, note="Pas de disque libre, à nos risques.")
    assert agree(ims, ticket, "backup", refusal).state == "refused"
    services.start_work(by=ims.technician, at=LATER, ticket=ticket, mode="onsite")
    printer = open_ticket(ims, equipment_class="peripheral", cause="workstation")
    printer = climb(ims, printer, "onsite", StepAgreement("given", yes(ims)))
    services.start_work(by=ims.other_technician, at=LATER, ticket=printer, mode="onsite")


def test_work_at_a_third_partys_waits_for_that_partys_agreement(ims):
    ims.site.is_third_party = True
    ims.site.save()
    ticket = climb(ims, open_ticket(ims), "onsite", StepAgreement("given", yes(ims)))
    agree(ims, ticket, "backup")
    with pytest.raises(SiteConsentNeeded) as refused:
        services.start_work(by=ims.technician, at=LATER, ticket=ticket, mode="onsite")
    assert refused.value.clause == ("ims/2018", "8")
    paper = access.Paper("accord du bailleur.pdf", "application/pdf", b"%PDF-1.7 accord")
    said = Answer(True, "paper", name="Gérance Postiche", paper=paper)
    assert agree(ims, ticket, "site", said).document.title.startswith("Accord")
    services.start_work(by=ims.technician, at=LATER, ticket=ticket, mode="onsite")


# Stopping and postponing


def test_an_intervention_is_stopped_on_a_ground_of_the_book_and_the_promise_waits_by_its_clause(imri):
    ticket = answer_all(imri, open_ticket(imri), FRIDAY_1630)
    visit = {"starts_at": read("2026-11-23T09:00"), "ends_at": read("2026-11-23T10:00")}
    services.set_appointment(
        by=imri.dispatcher, at=LATER, ticket=ticket, technician=imri.technician.person, **visit
    )
    at = read("2026-11-23T09:10")
    facts = {"by": imri.technician, "at": at, "ticket": ticket, "note": "Local fermé, personne n’a la clé."}
    with pytest.raises(InvalidInput) as refused:
        services.stop_intervention(**facts, reason="pluie")
    assert refused.value.field == "reason"
    stopped = services.stop_intervention(**facts, reason="no-access", duty="site-access")
    assert (stopped.promise_waits, stopped.duty_clause) == (True, "IX")
    promise = queries.promises_of(ticket)["promise"]
    assert promise.state == "suspended"
    assert queries.active_appointment(ticket) is None
    again = {"starts_at": read("2026-11-23T14:00"), "ends_at": read("2026-11-23T15:00")}
    services.set_appointment(
        by=imri.dispatcher,
        at=read("2026-11-23T11:00"),
        ticket=ticket,
        technician=imri.technician.person,
        **again,
    )
    promise.refresh_from_db()
    assert promise.state == "running"
    assert StoppedIntervention.objects.get().label_en


def test_stopping_ends_ones_own_stopwatch_and_leaves_what_was_done_to_validate(imri):
    ticket = open_ticket(imri)
    watch = services.start_work(by=imri.technician, at=LATER, ticket=ticket, mode="onsite")
    services.stop_intervention(
        by=imri.technician,
        at=read("2026-11-20T16:52"),
        ticket=ticket,
        reason="no-licence",
        note="Aucune licence du serveur.",
    )
    watch.refresh_from_db()
    assert (watch.state, watch.entries.get().minutes) == ("stopped", 12)
    assert Ticket.objects.get(pk=ticket.pk).state == "open"
    # The technician had begun on site: that promise was met, and no stop takes it back.
    assert queries.promises_of(ticket)["promise"].state == "met"


def test_an_agreed_postponement_keeps_who_asked_why_and_the_promise_before_and_after(imri):
    ticket = answer_all(imri, open_ticket(imri), FRIDAY_1630)
    common = {"by": imri.dispatcher, "at": LATER, "ticket": ticket, "technician": imri.technician.person}
    services.set_appointment(**common, starts_at=read("2026-11-23T09:00"), ends_at=read("2026-11-23T10:00"))
    services.set_appointment(
        **common,
        starts_at=read("2026-11-25T09:00"),
        ends_at=read("2026-11-25T10:00"),
        asked_by_client=True,
        asked_by=imri.colleague,
        reason="Inventaire lundi et mardi.",
    )
    event = ticket.events.filter(kind=EventKind.APPOINTMENT).last()
    assert event.data["asked_by"] == imri.colleague.full_name
    assert (event.text, event.data["postponed"]) == ("Inventaire lundi et mardi.", True)
    before, after = event.data["promise_before"], event.data["promise_after"]
    assert (before["state"], after["state"]) == ("running", "suspended")
    assert read(before["due_at"]) < read("2026-11-25T09:00") < read(after["due_at"])
    assert event.ruling.rule == "promise"


# Telling the client


def test_each_step_is_told_once_by_mail_with_a_link_to_agree_that_works_once(ims, at):
    at("2026-11-20T16:40")
    mailbox_of(ims)
    ticket = climb(ims, open_ticket(ims), "onsite", StepAgreement("asked", site_url=SITE_URL))
    work_off(ims)
    work_off(ims)
    mail = OutgoingMail.objects.get(kind="step")
    assert mail.to == [ims.caller.email]
    assert "95" in mail.text
    assert "https://desk.example.org/" in mail.text
    assert Notice.objects.get().ticket == ticket


def test_who_prefers_the_phone_waits_for_a_call_that_the_operator_ticks_off(ims, at):
    at("2026-11-20T16:40")
    ims.caller.preferred_channel = "phone"
    ims.caller.save()
    ticket = climb(ims, open_ticket(ims), "remote", StepAgreement("given", yes(ims)))
    work_off(ims)
    notice = Notice.objects.get()
    assert (notice.number, notice.due_at > LATER) == (ims.caller.phone, True)
    services.log_call(by=ims.technician, at=LATER, ticket=ticket, text="Prévenue.", direction="out")
    notice.refresh_from_db()
    assert notice.told_by == ims.technician.person
    with pytest.raises(NothingToTell):
        services.tell_by_phone(by=ims.technician, at=LATER, notice=notice)


@pytest.mark.parametrize("quiet", ["client", "contact", "robot"])
def test_nobody_is_told_who_does_not_want_to_be_and_no_robot_ever_is(imri, at, quiet):
    at("2026-11-20T16:40")
    mailbox_of(imri)
    if quiet == "client":
        imri.client.tells_steps = False
        imri.client.save()
    elif quiet == "contact":
        imri.caller.preferred_channel = "none"
    else:
        imri.caller.email, imri.caller.phone = "no-reply@alertes.example.org", ""
    imri.caller.save()
    climb(imri, open_ticket(imri), "remote")
    work_off(imri)
    assert not Notice.objects.exists()
    assert not OutgoingMail.objects.exists()
