"""Reversibility: the request, its day and its price, what is returned, signed for, wiped and certified."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError

from clausier.agenda import queries as agenda
from clausier.contracts import ladder
from clausier.contracts import queries as contracts
from clausier.contracts import services as facts
from clausier.foundation import files, sealing
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import Document, Ruling
from clausier.lifecycle import reversal_queries, services
from clausier.lifecycle.errors import (
    AlreadyReversed,
    NoReversibility,
    NothingEnds,
    NothingToReturn,
    NotInThisState,
    NotReturnedYet,
    NotWipedYet,
    OnlyAPartEnds,
    PaperMissing,
    SupplyUnpaid,
)
from clausier.lifecycle.models import DestructionCertificate, Reversal, ReversalStep, Wiping
from clausier.lifecycle.services import Journey
from clausier.lifecycle.services import reversal as acts
from clausier.lifecycle.services.reversal import Effort, StepFacts, signing
from clausier.signatures import policies
from clausier.signatures import services as signatures
from tests.lifecycle.returning import (
    SCAN,
    TODAY,
    delivered,
    device,
    ended,
    followed,
    later,
    listed,
    on,
    opened,
    recorded,
    signed,
    wiping,
)
from tests.people import FRIDAY_1630

# The request


@pytest.mark.parametrize(
    ("received_on", "effort", "due_on", "fee"),
    [
        (date(2026, 11, 20), Effort(2, 3), date(2026, 12, 20), "5340.00"),
        (date(2026, 11, 20), Effort(1, 0), date(2026, 12, 20), "1780.00"),
        (date(2026, 10, 31), Effort(1, 3), date(2026, 11, 30), "3560.00"),
    ],
)
def test_the_month_runs_from_the_letter_and_the_price_goes_by_blocks(imri, received_on, effort, due_on, fee):
    ended(imri)
    file = opened(imri, received_on, effort=effort)
    assert (file.number, file.due_on, file.fee) == ("RV-2026-0001", due_on, Decimal(fee))
    assert (file.clause, file.ruling.rule) == ("XIV", "reversibility")
    assert file.letter.document.number
    assert [step.due_on for step in file.steps.order_by("position")][-2] == due_on


def test_without_an_end_of_the_whole_service_it_is_refused_with_the_clause(imri):
    with pytest.raises(NothingEnds) as refused:
        opened(imri)
    assert refused.value.clause == ("imri/2013", "XIV")
    line = facts.Line("Deux postes en moins", -2, Decimal("30"), "month", "workstation")
    written = facts.write_amendment(
        by=imri.manager,
        at=FRIDAY_1630,
        contract=imri.contract,
        subject="Moins de postes",
        lines=[line],
        announced_on=TODAY,
        effect="agreed-day",
        effective_on=date(2026, 12, 1),
    )
    facts.send_amendment(by=imri.manager, at=FRIDAY_1630, amendment=written)
    facts.record_agreement(
        by=imri.manager,
        at=FRIDAY_1630,
        amendment=written,
        client_agreed_on=TODAY,
        client_signer="Maëlle Cobaye",
        provider_agreed_on=TODAY,
        content=b"%PDF-1.7 avenant",
    )
    with pytest.raises(OnlyAPartEnds) as part:
        opened(imri)
    assert part.value.clause == ("imri/2013", "XIV")
    assert "devis" in part.value.way_out


def test_a_book_without_reversibility_says_so_until_particular_conditions_agree_to_one(ims):
    ended(ims)
    with pytest.raises(NoReversibility, match="ims/2018"):
        opened(ims)
    for term, value in (("within", 2), ("engineer-day", "700"), ("block", 1)):
        facts.derogate(
            by=ims.manager,
            at=FRIDAY_1630,
            contract=ims.contract,
            term=f"reversibility.{term}",
            value=value,
            since_on=TODAY,
            reason="Réversibilité convenue",
            content=b"%PDF-1.7",
            file_name="conditions.pdf",
        )
    with pytest.raises(InvalidInput):
        facts.checked_value(contracts.effective_book(ims.contract), "reversibility.block", 0, "liberty")
    file = opened(ims, effort=Effort(1, 3))
    assert (file.due_on, file.fee, file.clause) == (date(2027, 1, 20), Decimal("2100.00"), "")
    assert file.continuation is None  # ims has no clause that has the service go on
    assert len(file.ruling.outcome["derogations"]) == 3


def test_a_letter_that_came_already_may_ask_and_a_contract_has_one_file(imri):
    notice = services.record_notice(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        contract=imri.contract,
        journey=Journey(presented_on=date(2026, 11, 16)),
        scan=SCAN,
    )
    file = opened(imri, letter=notice.letters.get(), journey=None, scan=None)
    assert (file.received_on, file.end) == (date(2026, 11, 16), notice.end)
    # The month is over before the term: both days are told.
    assert (file.due_on, reversal_queries.ends_first(file)) == (date(2026, 12, 16), date(2027, 3, 13))
    with pytest.raises(AlreadyReversed) as refused:
        opened(imri)
    assert refused.value.facts == {"number": file.number}


def test_a_new_estimate_makes_new_rulings_and_keeps_the_old_ones(imri):
    ended(imri)
    file = opened(imri)
    first = file.ruling
    with pytest.raises(InvalidInput) as refused:
        acts.revise_estimate(by=imri.manager, at=later(3), reversal=file, effort=Effort(2, 3), reason=" ")
    assert refused.value.field == "reason"
    revised = acts.revise_estimate(
        by=imri.manager,
        at=later(3),
        reversal=file,
        effort=Effort(2, 4, Decimal("280.0"), Decimal("308.0")),
        reason="Deux bases de plus",
    )
    assert revised.ruling.outcome["value"]["fee"] == "7120.00"
    assert (revised.price_ruling.rule, revised.fee) == ("indexation", Decimal("7832.00"))
    assert [one.fee for one in reversal_queries.estimates(revised)] == [
        Decimal("7832.00"),
        Decimal("5340.00"),
    ]
    assert Ruling.objects.filter(pk=first.pk).exists()


# The service goes on


def test_the_service_and_its_price_go_on_until_the_return_and_are_renewed_no_more(imri):
    ended(imri, date(2026, 11, 30))
    file = opened(imri)
    contract = file.contract
    contract.refresh_from_db()
    assert (contract.ends_on, contract.ended_on, contract.renewed_until) == (None, *[date(2026, 11, 30)] * 2)
    assert (file.continuation.clause, file.continuation.since_on) == ("XIV", date(2026, 12, 1))
    assert contracts.contract_in_force(imri.client, date(2027, 6, 1)) == contract
    assert ladder.walk(contract, date(2029, 1, 1))[-1].starts_on <= date(2026, 11, 30)
    item = listed(imri, file)
    acts.return_item(by=imri.technician, at=later(25), item=item)
    signed(imri, recorded(imri, file, later(25)), later(26))
    contract.refresh_from_db()
    assert (contract.ends_on, contract.ended_on) == (date(2026, 12, 15), date(2026, 11, 30))
    assert contracts.contract_in_force(imri.client, date(2026, 12, 15)) == contract
    assert contracts.contract_in_force(imri.client, date(2026, 12, 16)) is None
    file.continuation.refresh_from_db()
    assert file.continuation.until_on == date(2026, 12, 15)


def test_what_is_returned_before_the_end_leaves_the_contract_its_own_last_day(imri):
    file = delivered(imri)
    file.contract.refresh_from_db()
    assert (file.state, file.returned_on) == ("delivered", TODAY)
    assert (file.contract.ends_on, file.contract.ended_on) == (date(2026, 12, 31), None)


def test_a_contract_that_goes_on_after_all_has_nothing_to_return(imri):
    ended(imri)
    file = opened(imri)
    services.undo_end(by=imri.manager, at=later(1), contract=imri.contract, reason="Il reste", document=SCAN)
    followed()
    file.refresh_from_db()
    file.contract.refresh_from_db()
    assert (file.state, file.withdrawn_because) == ("withdrawn", "la fin du contrat est annulée")
    assert (file.contract.ends_on, file.contract.ended_on) == (None, None)
    assert file.continuation.settled_at


def test_a_notice_judged_again_moves_the_end_and_the_service_still_goes_on(imri):
    notice = services.record_notice(
        by=imri.dispatcher,
        at=FRIDAY_1630,
        contract=imri.contract,
        journey=Journey(presented_on=TODAY),
        scan=SCAN,
    )
    file = opened(imri)
    letter = notice.letters.get()
    late = Journey(presented_on=date(2026, 12, 14))
    services.record_journey(
        by=imri.dispatcher, at=on(date(2026, 12, 15)), letter=letter, journey=late, reason="Mal lu"
    )
    file.contract.refresh_from_db()
    file.continuation.refresh_from_db()
    assert (file.contract.ends_on, file.contract.ended_on) == (None, date(2028, 3, 13))
    assert file.continuation.since_on == date(2028, 3, 14)


# The plan


def test_each_party_ticks_its_own_steps_and_the_late_ones_stand_out(imri):
    ended(imri)
    file = opened(imri)
    theirs, ours = (file.steps.filter(party=party).earliest("position") for party in ("client", "provider"))
    with pytest.raises(NotAllowed):
        acts.complete_own_step(by=imri.technician, at=later(2), step=theirs)
    with pytest.raises(NotInThisState):
        acts.complete_own_step(by=imri.correspondent, at=later(2), step=ours)
    done = acts.complete_own_step(by=imri.correspondent, at=later(2), step=theirs, note="Confirmé")
    assert (done.done_on, done.done_by) == (date(2026, 11, 22), imri.correspondent.name)
    late = reversal_queries.overdue_steps(imri.manager, date(2026, 12, 1))
    assert [step.title for step in late] == [
        "Dresser la liste des données, comptes, licences et supports",
        "Fournir le support sur lequel les données sont rendues",
    ]
    given = StepFacts("Copier la base", "provider", date(2026, 12, 1), person=imri.technician.person)
    acts.write_step(by=imri.manager, at=later(3), reversal=file, facts=given, step=ours)
    assert ReversalStep.objects.get(pk=ours.pk).owner == imri.technician.name
    wrong = StepFacts("Copier", "provider", date(2026, 12, 1), contact=imri.caller)
    with pytest.raises(InvalidInput) as refused:
        acts.write_step(by=imri.manager, at=later(3), reversal=file, facts=wrong)
    assert refused.value.field == "contact"


# What is returned, and signed for


def test_a_licence_is_transferred_once_its_supply_invoices_are_paid(imri):
    ended(imri)
    item = listed(imri, opened(imri), "Suite bureautique, 31 postes", "licence")
    with pytest.raises(SupplyUnpaid) as refused:
        acts.return_item(by=imri.technician, at=later(1), item=item)
    assert refused.value.clause == ("imri/2013", "XIV")
    told: dict[str, Any] = {"by": imri.accountant, "at": later(1), "item": item, "reason": "Virement du 12"}
    with pytest.raises(NotAllowed):
        acts.note_paid(**{**told, "by": imri.technician}, said_by="Elle", is_transferable=True)
    acts.note_paid(**told, said_by="Comptabilité", is_transferable=False)
    with pytest.raises(SupplyUnpaid, match="concédant"):
        acts.return_item(by=imri.technician, at=later(1), item=item)
    acts.note_paid(**told, said_by="Comptabilité", is_transferable=True)
    assert acts.return_item(by=imri.technician, at=later(1), item=item).returned_on == date(2026, 11, 21)


def test_only_what_both_signed_for_counts_and_all_of_it(imri):
    ended(imri)
    file = opened(imri)
    with pytest.raises(NothingToReturn):
        recorded(imri, file)
    first, second = listed(imri, file), listed(imri, file, "Noms de domaine", "domain")
    acts.return_item(by=imri.technician, at=FRIDAY_1630, item=first)
    record = recorded(imri, file)
    assert (record.number, record.signer) == ("BR-2026-0001", imri.caller)
    assert (
        Document.objects.get(pk=record.document_id).title == "Bordereau de restitution BR-2026-0001, C-0001"
    )
    with pytest.raises(NotInThisState):  # a line on a record is changed no more
        acts.drop_item(by=imri.manager, at=later(1), item=first, reason="Erreur")
    record = signed(imri, record, later(1))
    file.refresh_from_db()
    assert (record.state, file.state) == ("complete", "open")
    assert sealing.check(files.read(record.signed_document.file))[0].holds
    acts.return_item(by=imri.technician, at=later(2), item=second)
    signed(imri, recorded(imri, file, later(2)), later(3))
    file.refresh_from_db()
    assert (file.state, file.returned_on) == ("delivered", date(2026, 11, 22))


def test_a_reservation_stands_on_the_record_that_is_signed_and_keeps_the_file_open(imri):
    ended(imri)
    file = opened(imri)
    acts.return_item(by=imri.technician, at=FRIDAY_1630, item=listed(imri, file))
    record = recorded(imri, file)
    shown = record.document
    made = acts.make_reservation(
        by=imri.correspondent, at=later(1), record=record, text="Il manque la boîte de la gérance"
    )
    record.refresh_from_db()
    waiting, former = signing.requests_about(record)
    assert (former.state, waiting.state, waiting.document) == ("withdrawn", "asked", record.document)
    assert record.document != shown
    record = signed(imri, record, later(2))
    file.refresh_from_db()
    assert (record.state, file.state) == ("complete", "open")
    with pytest.raises(NotReturnedYet):
        acts.record_wiping(by=imri.technician, at=later(2), device=device(imri, file), facts=wiping(imri))
    with pytest.raises(PaperMissing):
        acts.lift_reservation(by=imri.manager, at=later(3), reservation=made, because="Remise", document=None)
    acts.lift_reservation(by=imri.correspondent, at=later(4), reservation=made, because="Reçue")
    file.refresh_from_db()
    assert (file.state, file.returned_on) == ("delivered", date(2026, 11, 24))


def test_a_record_that_the_client_declines_is_made_again(imri):
    ended(imri)
    file = opened(imri)
    item = listed(imri, file)
    acts.return_item(by=imri.technician, at=FRIDAY_1630, item=item)
    record = recorded(imri, file)
    request = signing.requests_about(record)[0]
    signatures.decline(
        by=policies.bearer_of(request), at=later(1), request=request, reason="Rien n’est lisible"
    )
    followed()
    record.refresh_from_db()
    item.refresh_from_db()
    assert (record.state, record.declined_because, item.record) == ("withdrawn", "Rien n’est lisible", None)
    assert recorded(imri, file, later(2)).number == "BR-2026-0002"


# What is wiped


def test_nothing_is_wiped_before_the_record_is_signed_nor_certified_before_all_is_wiped(imri):
    ended(imri)
    file = opened(imri)
    disk = device(imri, file)
    with pytest.raises(NotReturnedYet) as refused:
        acts.record_wiping(by=imri.technician, at=later(1), device=disk, facts=wiping(imri))
    assert refused.value.clause == ("imri/2013", "XIV")
    acts.return_item(by=imri.technician, at=FRIDAY_1630, item=listed(imri, file))
    signed(imri, recorded(imri, file))
    second = device(imri, file, "SN-002")
    acts.record_wiping(by=imri.technician, at=later(1), device=disk, facts=wiping(imri))
    acts.record_wiping(by=imri.technician, at=later(1), device=second, facts=wiping(imri, result="failed"))
    with pytest.raises(NotWipedYet) as waits:
        acts.issue_certificate(by=imri.manager, at=later(1), reversal=file)
    assert waits.value.facts == {"devices": ["Disque du serveur SN-002"]}
    acts.record_wiping(by=imri.technician, at=later(2), device=second, facts=wiping(imri))
    made = acts.issue_certificate(by=imri.manager, at=later(2), reversal=file, language="en")
    assert (made.number, Reversal.objects.get().state) == ("CD-2026-0001", "certified")
    seal = sealing.check(files.read(made.document.file))[0]
    assert seal.holds
    assert seal.certificate.fingerprint == made.fingerprint


def test_a_wiping_is_corrected_by_a_counter_entry_which_takes_the_certificate_back(imri):
    file = delivered(imri)
    disk = device(imri, file)
    wrong = acts.record_wiping(by=imri.technician, at=later(1), device=disk, facts=wiping(imri))
    with pytest.raises(NotInThisState):
        acts.record_wiping(by=imri.technician, at=later(1), device=disk, facts=wiping(imri))
    first = acts.issue_certificate(by=imri.manager, at=later(1), reversal=file)
    acts.cancel_wiping(by=imri.manager, at=later(2), wiping=wrong, reason="Ce n’était pas ce disque")
    first.refresh_from_db()
    assert first.withdrawn_because == "Ce n’était pas ce disque"
    acts.record_wiping(by=imri.technician, at=later(3), device=disk, facts=wiping(imri, date(2026, 11, 23)))
    second = acts.issue_certificate(by=imri.manager, at=later(3), reversal=file)
    assert (second.number, DestructionCertificate.objects.count()) == ("CD-2026-0002", 2)
    assert Wiping.objects.count() == 3


@pytest.mark.parametrize("row", ["wiping", "estimate", "record"])
def test_what_was_entered_cannot_be_changed_by_any_path(imri, program_role, row):
    file = delivered(imri)
    acts.record_wiping(by=imri.technician, at=later(1), device=device(imri, file), facts=wiping(imri))
    changes: dict[str, Any] = {
        "wiping": lambda: Wiping.objects.update(wiped_on=TODAY),
        "estimate": lambda: file.estimates.update(fee=1),
        "record": lambda: file.records.update(medium="Un autre"),
    }
    with pytest.raises(DatabaseError), program_role():
        changes[row]()


def test_the_agenda_of_both_tells_the_return_and_the_steps(imri):
    ended(imri)
    file = opened(imri)
    for actor in (imri.manager, imri.correspondent):
        found = agenda.obligations(actor, TODAY, date(2027, 1, 31), FRIDAY_1630)
        kinds = [one.kind for one in found if one.ident == file.number]
        assert kinds.count("reversal") == 1
        assert kinds.count("reversal-step") == file.steps.count()
    end = [one for one in found if one.kind == "end"]
    assert [one.due_on for one in end] == [date(2026, 12, 31)]
