"""How contracts end and stop: notices by their presentation, grounds, formal notices, force majeure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts import services as facts
from clausier.contracts.errors import AlreadyEnds, AlreadyStopped, NoSuchGround
from clausier.contracts.models import Contract, ContractEnd
from clausier.desk import queries as desk
from clausier.desk.errors import NoSuchContract
from clausier.foundation import clock, files, search
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.lifecycle import queries, services, tasks
from clausier.lifecycle.errors import (
    EvidenceMissing,
    NoFormalNotice,
    NoNotice,
    NoticeGiven,
    PaperMissing,
    ReasonNeeded,
    TooEarly,
    Withdrawn,
)
from clausier.lifecycle.models import EndingNotice, FormalNotice, Letter
from clausier.lifecycle.services import Given, Journey, Paper
from clausier.lifecycle.states import FormalNoticeState, NoticeState
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House, make_contract

TODAY = FRIDAY_1630.date()
SCAN = Paper(b"%PDF-1.7 lettre", "lettre.pdf")
AGREED = Paper(b"%PDF-1.7 accord", "accord.pdf")
UNPAID = "promise.suspension.unpaid"
MISUSE = "termination.grounds.misuse"


def on(day: date) -> Any:
    return FRIDAY_1630 + (day - TODAY)


def received(house: House, presented_on: date, contract: Contract | None = None) -> EndingNotice:
    """A client's notice, posted the day before it was presented."""
    return services.record_notice(
        by=house.dispatcher,
        at=on(max(presented_on, TODAY)),
        contract=contract or house.contract,
        journey=Journey(
            tracking="1A 000 000 000 01",
            posted_on=presented_on - timedelta(days=1),
            presented_on=presented_on,
        ),
        scan=SCAN,
    )


# Notices


@pytest.mark.parametrize(
    ("starts_on", "presented_on", "state", "notice_by", "effective_on"),
    [
        # The last day, and one day late: it then counts for the next term.
        (date(2025, 3, 14), date(2026, 12, 13), "in-time", date(2026, 12, 13), date(2027, 3, 13)),
        (date(2025, 3, 14), date(2026, 12, 14), "late", date(2026, 12, 13), date(2028, 3, 13)),
        # A term that ends on a leap day: three months from 30 November end on 29 February.
        (date(2025, 3, 1), date(2027, 11, 30), "in-time", date(2027, 11, 30), date(2028, 2, 29)),
        (date(2025, 3, 1), date(2027, 12, 1), "late", date(2027, 11, 30), date(2029, 2, 28)),
        # A start at the end of a month.
        (date(2025, 8, 31), date(2027, 5, 30), "in-time", date(2027, 5, 30), date(2027, 8, 30)),
        (date(2025, 8, 31), date(2027, 5, 31), "late", date(2027, 5, 30), date(2028, 8, 30)),
    ],
)
def test_a_notice_is_in_time_or_late_by_the_day_its_letter_is_first_presented(
    imri, starts_on, presented_on, state, notice_by, effective_on
):
    Contract.objects.filter(pk=imri.contract.pk).update(starts_on=starts_on)
    imri.contract.refresh_from_db()
    notice = received(imri, presented_on)
    assert (notice.state, notice.notice_by, notice.effective_on) == (state, notice_by, effective_on)
    assert notice.ruling.rule == "notice-deadline"
    assert {one["clause"] for one in notice.ruling.outcome["because"]} == {None, "XIII"}
    imri.contract.refresh_from_db()
    assert imri.contract.ends_on == effective_on
    end = ContractEnd.objects.get()
    assert (end.cause, end.clause, end.by_party) == ("notice", "XIII", "client")
    assert end.ruling == (notice.next_ruling if state == "late" else notice.ruling)


def test_a_hosted_contract_runs_36_months_and_wants_six_months_of_notice(imri):
    hosted = make_contract(
        imri.client, number="C-0002", kind="hosted", book="imri/2013", covered={}, starts_on=date(2024, 1, 31)
    )
    notice = received(imri, date(2026, 12, 1), hosted)
    assert (notice.state, notice.notice_by) == (NoticeState.LATE, date(2026, 7, 30))
    assert (notice.term_ends_on, notice.effective_on) == (date(2027, 1, 30), date(2028, 1, 30))
    assert queries.notice_clause(hosted) == "VII"


def test_a_derogation_moves_the_day_and_the_ruling_says_so(imri):
    facts.derogate(
        by=imri.manager,
        at=FRIDAY_1630,
        contract=imri.contract,
        term="contract.duration.managed",
        value={"notice": 1},
        since_on=TODAY,
        reason="Préavis d’un mois",
        content=b"%PDF-1.7",
        file_name="avenant.pdf",
    )
    notice = received(imri, date(2027, 2, 13))
    assert (notice.state, notice.notice_by) == (NoticeState.IN_TIME, date(2027, 2, 13))
    assert notice.ruling.outcome["derogations"]


def test_an_unclaimed_letter_counts_from_its_first_presentation(imri):
    notice = services.give_notice(by=imri.manager, at=FRIDAY_1630, contract=imri.contract)
    letter = notice.letters.get()
    assert (letter.number, letter.present_by) == ("L-2026-0001", date(2026, 12, 13))
    assert files.read(letter.document.file).startswith(b"%PDF")
    found = search.find(imri.reader, letter.number, ["document"], 8).ids("document")
    assert found == [letter.document_id]
    posted = Journey(tracking="2C 1", posted_on=TODAY)
    services.record_journey(by=imri.accountant, at=FRIDAY_1630, letter=letter, journey=posted)
    assert EndingNotice.objects.get().state == NoticeState.ANNOUNCED
    back = Journey(
        tracking="2C 1",
        posted_on=TODAY,
        presented_on=date(2026, 11, 24),
        returned="unclaimed",
        returned_on=date(2026, 12, 10),
    )
    services.record_journey(by=imri.accountant, at=on(date(2026, 12, 10)), letter=letter, journey=back)
    notice.refresh_from_db()
    assert (notice.state, notice.presented_on) == (NoticeState.IN_TIME, date(2026, 11, 24))
    assert ContractEnd.objects.get().by_party == "provider"


def test_a_day_that_was_noted_is_only_corrected_with_a_reason_and_the_notice_is_judged_again(imri):
    notice = received(imri, date(2026, 12, 14))
    letter, right = notice.letters.get(), date(2026, 12, 11)
    journey = Journey(tracking=letter.tracking, posted_on=date(2026, 12, 10), presented_on=right)
    at = on(date(2026, 12, 20))
    with pytest.raises(ReasonNeeded):
        services.record_journey(by=imri.dispatcher, at=at, letter=letter, journey=journey)
    services.record_journey(
        by=imri.dispatcher, at=at, letter=letter, journey=journey, reason="Avis de réception retrouvé"
    )
    notice.refresh_from_db()
    imri.contract.refresh_from_db()
    assert (notice.state, imri.contract.ends_on) == (NoticeState.IN_TIME, date(2027, 3, 13))
    assert ContractEnd.objects.filter(undone_at=None).count() == 1
    entry = JournalEntry.objects.filter(code="lifecycle.journey_recorded").latest("pk")
    assert entry.data["changed"]["presented_on"] == ["2026-12-14", "2026-12-11"]


def test_terms_without_duration_have_no_notice_and_say_what_to_do_instead(ims):
    with pytest.raises(NoNotice) as refused:
        received(ims, TODAY)
    assert "mise en demeure" in refused.value.way_out
    assert not Letter.objects.exists()


def test_one_notice_stands_at_a_time_and_is_withdrawn_only_by_both(imri):
    notice = received(imri, TODAY)
    with pytest.raises(AlreadyEnds):
        services.give_notice(by=imri.manager, at=FRIDAY_1630, contract=imri.contract)
    with pytest.raises(PaperMissing):
        services.withdraw_notice(by=imri.manager, at=FRIDAY_1630, notice=notice, reason="Le client reste")
    services.withdraw_notice(
        by=imri.manager, at=FRIDAY_1630, notice=notice, reason="Le client reste", document=AGREED
    )
    imri.contract.refresh_from_db()
    assert imri.contract.ends_on is None
    assert ContractEnd.objects.get().undone_because == "Le client reste"
    with pytest.raises(Withdrawn):
        services.withdraw_notice(
            by=imri.manager, at=FRIDAY_1630, notice=notice, reason="Encore", document=AGREED
        )


def test_a_client_announces_its_notice_and_the_letter_joins_it(imri):
    announced = services.announce_notice(
        by=imri.correspondent, at=FRIDAY_1630, contract=imri.contract, note="Nous changeons"
    )
    assert announced.state == NoticeState.ANNOUNCED
    with pytest.raises(NoticeGiven):
        services.announce_notice(by=imri.correspondent, at=FRIDAY_1630, contract=imri.contract)
    assert received(imri, TODAY) == announced
    letter = services.acknowledge_notice(by=imri.manager, at=FRIDAY_1630, notice=announced)
    assert letter.document.title.startswith("Accusé de réception de votre préavis L-2026-0002")
    assert [one.code for one in JournalEntry.objects.order_by("pk")][-4:] == [
        "lifecycle.notice_announced",
        "contracts.contract_ended",
        "lifecycle.notice_received",
        "lifecycle.notice_acknowledged",
    ]


@pytest.mark.parametrize(
    ("field", "journey"),
    [
        ("presented_on", Journey(posted_on=TODAY, presented_on=TODAY - timedelta(days=1))),
        ("posted_on", Journey(posted_on=TODAY + timedelta(days=1))),
        ("returned_on", Journey(returned="refused")),
        ("means", Journey(means="pigeon")),
        ("tracking", Journey(tracking="9" * 41)),
    ],
)
def test_days_that_cannot_be_are_refused_by_their_field(imri, field, journey):
    with pytest.raises(InvalidInput) as refused:
        services.record_notice(by=imri.dispatcher, at=FRIDAY_1630, contract=imri.contract, journey=journey)
    assert refused.value.field == field
    assert not EndingNotice.objects.exists()


# Ends


def test_after_its_last_day_nothing_is_opened_under_the_contract(imri):
    services.end_by_agreement(
        by=imri.manager,
        at=FRIDAY_1630,
        contract=imri.contract,
        ends_on=TODAY,
        reason="Fermeture",
        document=AGREED,
    )
    open_ticket(imri, contract=imri.contract)
    tomorrow = FRIDAY_1630 + timedelta(days=1)
    with pytest.raises(NoSuchContract):
        open_ticket(imri, contract=imri.contract, at=tomorrow, called_at=tomorrow)
    services.undo_end(
        by=imri.manager, at=FRIDAY_1630, contract=imri.contract, reason="Elle reste", document=AGREED
    )
    assert contracts.contract_in_force(imri.client, TODAY + timedelta(days=9)) == imri.contract


def terminate(house: House, **given: Any) -> ContractEnd:
    told = {"ground": MISUSE, "reason": "Serveur inondé au nettoyeur", "given": Given(paper=SCAN)} | given
    return services.terminate(**({"by": house.owner, "at": FRIDAY_1630, "contract": house.contract} | told))


def test_an_owner_ends_a_contract_on_a_ground_with_its_evidence_and_its_effects(imri):
    ticket = open_ticket(imri)
    with pytest.raises(NotAllowed):
        terminate(imri, by=imri.manager)
    with pytest.raises(EvidenceMissing) as refused:
        terminate(imri, given=Given())
    assert refused.value.clause == ("imri/2013", "XIII")
    with pytest.raises(NoSuchGround):
        terminate(imri, ground="termination.grounds.contestation")
    with pytest.raises(InvalidInput):
        terminate(imri, given=Given([ticket.number + 1]))
    end = terminate(imri, given=Given([ticket.number], SCAN))
    assert (end.ends_on, end.clause) == (TODAY, "XIII")
    assert [one["says"][0] for one in end.effects] == [
        "Le contrat finit sans préavis.",
        "Rien de ce qui a été payé n’est remboursé.",
        "La redevance reste due.",
    ]
    assert [one.object_kind for one in end.evidence.order_by("pk")] == ["ticket", ""]
    letter = end.letters.get()
    assert (letter.kind, end.document) == ("termination", letter.document)
    assert len(terminate_effects_of_non_payment(imri)) == 5


def terminate_effects_of_non_payment(house: House) -> list[Any]:
    services.undo_end(
        by=house.owner, at=FRIDAY_1630, contract=house.contract, reason="Erreur", document=AGREED
    )
    return terminate(house, ground="termination.grounds.unpaid").effects


# Formal notices


def formal(house: House, **given: Any) -> FormalNotice:
    told = {"ground": "termination.grounds.unpaid-breach", "breach": "Trois échéances impayées"} | given
    return services.send_formal_notice(by=house.manager, at=FRIDAY_1630, contract=house.contract, **told)


def test_a_formal_notice_runs_15_days_from_its_presentation_and_ends_nothing_before(ims):
    made = formal(ims, given=Given(paper=SCAN))
    with pytest.raises(TooEarly):
        services.end_after_formal_notice(by=ims.owner, at=FRIDAY_1630, formal_notice=made)
    journey = Journey(posted_on=TODAY, presented_on=date(2026, 11, 24))
    services.record_journey(
        by=ims.accountant, at=on(date(2026, 11, 25)), letter=made.letters.get(), journey=journey
    )
    made.refresh_from_db()
    assert (made.state, made.comply_by) == (FormalNoticeState.RUNNING, date(2026, 12, 9))
    assert made.ruling.rule == "formal-notice"
    with pytest.raises(TooEarly) as refused:
        services.end_after_formal_notice(by=ims.owner, at=on(date(2026, 12, 9)), formal_notice=made)
    assert refused.value.clause == ("ims/2018", "10")
    assert refused.value.facts["until"] == "2026-12-09"
    end = services.end_after_formal_notice(by=ims.owner, at=on(date(2026, 12, 10)), formal_notice=made)
    assert (end.cause, end.clause, end.ends_on) == ("breach", "10", date(2026, 12, 10))
    made.refresh_from_db()
    assert (made.state, made.end) == (FormalNoticeState.ENDED, end)


def test_a_formal_notice_that_was_complied_with_ends_nothing(ims):
    made = formal(ims)
    services.settle_formal_notice(by=ims.accountant, at=FRIDAY_1630, formal_notice=made, complied=True)
    with pytest.raises(Withdrawn):
        services.end_after_formal_notice(by=ims.owner, at=on(date(2027, 1, 1)), formal_notice=made)


def test_a_client_may_end_the_contract_after_its_own_formal_notice(ims):
    made = services.record_formal_notice(
        by=ims.dispatcher,
        at=FRIDAY_1630,
        contract=ims.contract,
        ground="termination.grounds.not-performed",
        breach="Rien n’a été fait depuis deux mois",
        journey=Journey(presented_on=TODAY),
        scan=SCAN,
    )
    assert (made.state, made.comply_by) == (FormalNoticeState.RUNNING, date(2026, 12, 5))
    end = services.end_after_formal_notice(by=ims.owner, at=on(date(2026, 12, 6)), formal_notice=made)
    assert (end.by_party, end.letters.count()) == ("client", 0)


def test_imri_knows_no_formal_notice_and_says_what_it_has_instead(imri):
    with pytest.raises(NoFormalNotice) as refused:
        formal(imri)
    assert refused.value.clause == ("imri/2013", "XI")


# Force majeure and suspension


def declare(house: House, **given: Any) -> Any:
    told = {"declared_by": "provider", "since_on": date(2026, 11, 16), "description": "Route coupée"} | given
    return services.declare_force_majeure(
        by=house.manager, at=FRIDAY_1630, contract=house.contract, event="", **told
    )


def test_force_majeure_gives_a_right_to_end_from_the_day_after_its_fifteenth_day(ims):
    declared = declare(ims)
    assert declared.clause == "7.5"
    assert interruptions.right_from(declared) == date(2026, 12, 1)
    with pytest.raises(AlreadyStopped):
        declare(ims, since_on=date(2026, 11, 18))
    with pytest.raises(TooEarly) as refused:
        services.end_for_force_majeure(
            by=ims.owner, at=on(date(2026, 11, 30)), force_majeure=declared, by_party="client"
        )
    assert refused.value.clause == ("ims/2018", "7.5")
    end = services.end_for_force_majeure(
        by=ims.owner, at=on(date(2026, 12, 1)), force_majeure=declared, by_party="client"
    )
    assert (end.clause, end.ends_on, end.by_party) == ("7.5", date(2026, 12, 1), "client")


def test_the_provider_may_end_at_once_as_of_the_interruption_without_indemnity(ims):
    end = services.end_for_force_majeure(
        by=ims.owner, at=FRIDAY_1630, force_majeure=declare(ims), by_party="provider"
    )
    assert (end.clause, end.ends_on) == ("11", date(2026, 11, 16))
    assert [one["clause"] for one in end.effects] == ["11", "11", "11"]


def test_an_impediment_that_ended_in_time_gives_no_right(ims):
    declared = declare(ims)
    over = facts.end_force_majeure(
        by=ims.manager, at=on(date(2026, 11, 30)), force_majeure=declared, until_on=date(2026, 11, 30)
    )
    assert interruptions.right_from(over) is None


def test_imri_gives_no_such_right_and_suspends_no_obligation(imri):
    declared = declare(imri)
    assert (declared.clause, declared.ruling) == ("", None)
    with pytest.raises(NoSuchGround):
        services.end_for_force_majeure(
            by=imri.owner, at=on(date(2027, 1, 1)), force_majeure=declared, by_party="provider"
        )


def promise_of(ticket: Any) -> Any:
    return ticket.promises.get(kind="promise")


def test_promises_wait_while_the_service_is_suspended_and_run_again_after(imri, at):
    before = open_ticket(imri)
    at("2026-11-20T17:00")
    suspension = services.suspend_service(
        by=imri.manager, at=clock.now(), contract=imri.contract, ground=UNPAID, reason="Impayé"
    )
    told = JournalEntry.objects.get(code="contracts.service_suspended")
    assert tasks.follow(entry=told.pk, provider_id=imri.provider.pk) == [before.number]
    assert tasks.follow(entry=told.pk, provider_id=imri.provider.pk) == []
    waiting = promise_of(before)
    assert (waiting.state, waiting.due_at) == ("suspended", None)
    since = open_ticket(imri, at=clock.now(), called_at=clock.now())
    opened = JournalEntry.objects.filter(code="desk.ticket_opened").latest("pk")
    assert tasks.follow(entry=opened.pk, provider_id=imri.provider.pk) == [since.number]
    with pytest.raises(AlreadyStopped):
        services.suspend_service(
            by=imri.manager, at=clock.now(), contract=imri.contract, ground=UNPAID, reason="Encore"
        )
    at("2026-11-23T09:00")
    services.lift_suspension(by=imri.manager, at=clock.now(), suspension=suspension, reason="Réglé")
    told = JournalEntry.objects.get(code="contracts.service_resumed")
    moved = tasks.follow(entry=told.pk, provider_id=imri.provider.pk)
    assert moved == [before.number, since.number]
    again = promise_of(before)
    # Half an hour was used before, three and a half run from Monday nine o'clock on.
    assert (again.state, again.due_at) == ("running", clock.read("2026-11-23T12:30"))
    assert desk.outcome_now(again, clock.now()).because
    kinds = [one.kind for one in Letter.objects.order_by("pk")]
    assert kinds == ["suspension", "lifting"]


def test_what_is_due_and_what_may_be_missed_is_told(ims, imri):
    services.give_notice(by=imri.manager, at=FRIDAY_1630, contract=imri.contract)
    made = formal(ims)
    journey = Journey(posted_on=TODAY, presented_on=TODAY)
    services.record_journey(by=ims.owner, at=FRIDAY_1630, letter=made.letters.get(), journey=journey)
    span = (TODAY, TODAY + timedelta(days=90))
    [notice] = queries.dated_promises(imri.owner, *span)
    assert (notice.kind, notice.due_on, notice.done) == ("notice", date(2026, 12, 13), False)
    [delay] = queries.dated_promises(ims.correspondent, *span)
    assert (delay.clause, delay.due_on, delay.party) == ("10", date(2026, 12, 5), "client")
    assert queries.risks(imri.owner, TODAY) == []
    assert [one.kind for one in queries.risks(imri.owner, date(2026, 12, 4))] == ["letter"]
    assert [one.kind for one in queries.risks(ims.owner, date(2026, 12, 6))] == ["formal-notice"]
    assert queries.risks(ims.correspondent, date(2026, 12, 6)) == []
    assert not queries.letters(imri.user).exists()
