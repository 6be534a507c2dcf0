"""Disputes: their dates under the contract's terms, what the clause refuses, and who opens their file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clausier.contracts import services as contracts
from clausier.foundation import queries as foundation
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry, StoredFile
from clausier.lifecycle import dispute_queries, queries, services
from clausier.lifecycle.errors import (
    DisputeOver,
    ExtendedAlready,
    NoProcedure,
    NotYet,
    PaperMissing,
    TooLong,
    UnknownMatter,
)
from clausier.lifecycle.models import Dispute, DisputePaper
from clausier.lifecycle.services import Journey, Paper
from tests.people import FRIDAY_1630, House

TODAY = FRIDAY_1630.date()
LETTER = Paper(b"%PDF-1.7 reclamation", "reclamation.pdf")
AGREED = Paper(b"%PDF-1.7 accord", "accord.pdf")
REPORT = Paper(b"%PDF-1.7 rapport", "rapport.pdf")


def on(day: date) -> Any:
    return FRIDAY_1630 + (day - TODAY)


def raised(house: House, presented_on: date = TODAY) -> Dispute:
    """A client's dispute, its letter presented on that day."""
    return services.record_dispute(
        by=house.owner,
        at=on(max(presented_on, TODAY)),
        contract=house.contract,
        matter="Sauvegardes illisibles",
        complaint="Trois restaurations ont échoué depuis le printemps.",
        journey=Journey(posted_on=presented_on - timedelta(days=1), presented_on=presented_on),
        scan=LETTER,
    )


def named(house: House, dispute: Dispute, at: Any) -> Dispute:
    return services.name_expert(
        by=house.owner,
        at=at,
        dispute=dispute,
        name="Maître Fictive",
        named_by="joint",
        proposed_by="client",
        provider_accepted_on=at.date(),
        client_accepted_on=at.date(),
    )


def referred(house: House, presented_on: date, referred_on: date) -> Dispute:
    """A dispute whose expert has had the matter since that day."""
    dispute = named(house, raised(house, presented_on), on(referred_on))
    return services.refer_dispute(
        by=house.owner, at=on(referred_on), dispute=dispute, referred_on=referred_on
    )


# The dates


@pytest.mark.parametrize(
    ("presented_on", "reflection", "referred_on", "conciliation", "extendable"),
    [
        (date(2026, 11, 20), date(2026, 12, 5), date(2026, 12, 8), date(2027, 3, 8), date(2027, 6, 8)),
        # The end of a month, a leap day in between.
        (date(2027, 11, 10), date(2027, 11, 25), date(2027, 11, 30), date(2028, 2, 29), date(2028, 5, 29)),
    ],
)
def test_every_date_is_the_rules_own_and_says_why(
    imri, presented_on, reflection, referred_on, conciliation, extendable
):
    dispute = referred(imri, presented_on, referred_on)
    assert dispute.reflection_ends_on == reflection
    assert (dispute.conciliation_by, dispute.extendable_to) == (conciliation, extendable)
    for ruling in (dispute.reflection_ruling, dispute.conciliation_ruling):
        assert ruling.rule == "amicable-procedure"
        assert "XV" in {one["clause"] for one in ruling.outcome["because"]}
        # It is shown with its file, to those who may open it, and nowhere else.
        assert not foundation.rulings_visible_to(imri.manager).filter(pk=ruling.pk).exists()
    due = dispute_queries.dates(imri.owner, conciliation, conciliation)
    assert [one.ruling for one in due] == [dispute.conciliation_ruling_id]
    assert dispute_queries.dates(imri.manager, conciliation, conciliation) == []


def test_a_derogated_conciliation_is_as_long_as_what_was_signed(imri):
    contracts.derogate(
        by=imri.manager,
        at=FRIDAY_1630,
        contract=imri.contract,
        term="amicable.conciliation",
        value=2,
        since_on=TODAY,
        reason="Convenu à la signature",
        content=b"%PDF-1.7 derogation",
        file_name="derogation.pdf",
    )
    assert referred(imri, TODAY, date(2026, 12, 8)).conciliation_by == date(2027, 2, 8)


def test_a_day_entered_wrongly_is_computed_anew_with_a_reason_until_the_referral(imri):
    dispute = raised(imri)
    corrected = Journey(posted_on=date(2026, 11, 10), presented_on=date(2026, 11, 12))
    act = {"by": imri.owner, "at": FRIDAY_1630, "dispute": dispute, "journey": corrected}
    with pytest.raises(Exception, match="raison"):
        services.record_complaint_journey(**act)
    again = services.record_complaint_journey(**act, reason="Avis de réception mal lu")
    assert again.reflection_ends_on == date(2026, 11, 27)
    later = on(date(2026, 12, 1))
    services.refer_dispute(
        by=imri.owner, at=later, dispute=named(imri, again, later), referred_on=later.date()
    )
    moved = Journey(posted_on=date(2026, 11, 10), presented_on=date(2026, 11, 13))
    with pytest.raises(DisputeOver):
        services.record_complaint_journey(
            by=imri.owner, at=later, dispute=dispute, journey=moved, reason="Encore"
        )


# What the clause refuses


def test_conciliation_is_extended_once_and_no_longer_than_the_first_time(imri):
    dispute = referred(imri, TODAY, date(2026, 12, 8))
    act = {"by": imri.owner, "at": on(date(2027, 3, 1)), "dispute": dispute, "agreed_on": date(2027, 3, 1)}
    with pytest.raises(TooLong) as too_long:
        services.extend_conciliation(**act, extended_to=date(2027, 6, 9))
    assert too_long.value.clause == ("imri/2013", "XV")
    assert too_long.value.facts["until"] == "2027-06-08"
    with pytest.raises(InvalidInput):
        services.extend_conciliation(**act, extended_to=date(2027, 3, 8))
    extended = services.extend_conciliation(**act, extended_to=date(2027, 6, 8), document=AGREED)
    assert dispute_queries.dates(imri.owner, date(2027, 6, 8), date(2027, 6, 8))
    with pytest.raises(ExtendedAlready) as again:
        services.extend_conciliation(**act | {"dispute": extended}, extended_to=date(2027, 6, 7))
    assert again.value.clause == ("imri/2013", "XV")
    assert again.value.facts["until"] == "2027-06-08"


def test_conciliation_fails_neither_before_it_begins_nor_before_its_time_without_a_report(imri):
    dispute = raised(imri)
    end = {"by": imri.owner, "at": on(date(2027, 2, 1)), "outcome": "failed", "ended_on": date(2027, 2, 1)}
    with pytest.raises(NotYet) as refused:
        services.end_dispute(**end, dispute=dispute)
    assert refused.value.clause == ("imri/2013", "XV")
    with pytest.raises(NotYet, match="réflexion court jusqu’au"):
        services.name_expert(
            by=imri.owner,
            at=on(date(2026, 12, 5)),
            dispute=dispute,
            name="Maître Fictive",
            named_by="court",
            court_named_on=date(2026, 12, 5),
        )
    later = on(date(2026, 12, 8))
    dispute = services.refer_dispute(
        by=imri.owner, at=later, dispute=named(imri, dispute, later), referred_on=later.date()
    )
    with pytest.raises(NotYet) as early:
        services.end_dispute(**end, dispute=dispute)
    assert early.value.facts["until"] == "2027-03-08"
    services.add_paper(
        by=imri.owner,
        at=on(date(2027, 2, 1)),
        dispute=dispute,
        document=REPORT,
        kind="expert-report",
        title="",
        dated_on=date(2027, 1, 30),
        source="expert",
        disclosed=False,
    )
    assert queries.amicable_step_missing(imri.contract, date(2027, 2, 1)).dispute == dispute
    ended = services.end_dispute(**end, dispute=dispute)
    assert ended.state == "failed"
    assert queries.amicable_step_missing(imri.contract, date(2027, 2, 1)) is None
    with pytest.raises(DisputeOver):
        services.end_dispute(**end | {"outcome": "withdrawn"}, dispute=dispute)


def test_an_expert_has_the_matter_once_both_accepted_and_a_settlement_is_signed(imri):
    dispute = raised(imri)
    at = on(date(2026, 12, 8))
    services.name_expert(
        by=imri.owner,
        at=at,
        dispute=dispute,
        name="Maître Fictive",
        named_by="joint",
        proposed_by="provider",
        provider_accepted_on=date(2026, 12, 7),
    )
    with pytest.raises(NotYet):
        services.refer_dispute(by=imri.owner, at=at, dispute=dispute, referred_on=date(2026, 12, 8))
    settle = {"by": imri.owner, "at": at, "dispute": dispute, "outcome": "settled", "ended_on": at.date()}
    with pytest.raises(PaperMissing):
        services.end_dispute(**settle)
    assert services.end_dispute(**settle, document=AGREED).state == "settled"
    assert DisputePaper.objects.get(kind="settlement").is_barred


def test_a_book_without_the_procedure_runs_a_file_without_computed_dates(ims):
    dispute = raised(ims)
    assert (dispute.state, dispute.clause, dispute.reflection_ends_on) == ("open", "", None)
    with pytest.raises(NoProcedure):
        services.refer_dispute(by=ims.owner, at=FRIDAY_1630, dispute=dispute, referred_on=TODAY)
    ended = services.end_dispute(
        by=ims.owner, at=FRIDAY_1630, dispute=dispute, outcome="failed", ended_on=TODAY
    )
    assert ended.state == "failed"
    assert queries.amicable_step_missing(ims.contract, TODAY) is None


def test_our_own_complaint_is_a_letter_that_opens_the_delay_when_it_is_presented(imri):
    assert services.preview_complaint(
        by=imri.owner, at=FRIDAY_1630, contract=imri.contract, matter="Impayés", complaint="Quatre redevances"
    ).startswith(b"%PDF")
    dispute = services.open_dispute(
        by=imri.owner, at=FRIDAY_1630, contract=imri.contract, matter="Impayés", complaint="Quatre redevances"
    )
    assert (dispute.number, dispute.state) == ("LIT-2026-001", "announced")
    missing = queries.amicable_step_missing(imri.contract, TODAY)
    assert (missing.book, missing.clause, missing.dispute) == ("imri/2013", "XV", dispute)
    later = on(date(2026, 11, 24))
    moved = services.record_complaint_journey(
        by=imri.owner,
        at=later,
        dispute=dispute,
        journey=Journey(posted_on=date(2026, 11, 21), presented_on=date(2026, 11, 24)),
    )
    assert moved.reflection_ends_on == date(2026, 12, 9)


# The file


def test_a_file_is_the_owners_and_whoevers_it_was_given_to_and_each_reading_is_written_down(imri):
    dispute = raised(imri)
    services.add_note(by=imri.owner, at=FRIDAY_1630, dispute=dispute, text="Prévenir l’assureur")
    for role in ("manager", "dispatcher", "technician", "accountant", "reader"):
        assert not dispute_queries.disputes(imri.staff[role]).exists()
    with pytest.raises(UnknownMatter):
        services.read_file(by=imri.manager, at=FRIDAY_1630, dispute=dispute)
    with pytest.raises(NotAllowed):
        services.give_file(by=imri.manager, at=FRIDAY_1630, dispute=dispute, reader=imri.accountant.person)
    services.give_file(by=imri.owner, at=FRIDAY_1630, dispute=dispute, reader=imri.accountant.person)
    services.read_file(by=imri.accountant, at=FRIDAY_1630, dispute=dispute)
    paper = dispute_queries.papers(imri.accountant, dispute).get()
    services.read_paper(by=imri.accountant, at=FRIDAY_1630, dispute=dispute, paper=paper.pk)
    read = JournalEntry.objects.filter(code__in=["lifecycle.dispute_read", "lifecycle.dispute_paper_read"])
    assert [one.actor_name for one in read] == ["Agnès Essai"] * 2
    assert dispute_queries.notes(imri.correspondent, dispute).count() == 0


def test_what_is_barred_from_court_stays_barred_under_any_other_name(imri):
    dispute = raised(imri)
    act: dict[str, Any] = {
        "by": imri.owner,
        "at": FRIDAY_1630,
        "dispute": dispute,
        "title": "",
        "dated_on": TODAY,
        "source": "expert",
    }
    report = services.add_paper(**act, document=REPORT, kind="expert-report", disclosed=False)
    assert (report.is_barred, report.clause) == (True, "XV")
    disclosed = services.add_paper(
        **act, document=Paper(b"chiffres", "chiffres.txt"), kind="evidence", disclosed=True
    )
    assert disclosed.is_barred
    with pytest.raises(InvalidInput):
        services.add_paper(**act, document=REPORT, kind="evidence", disclosed=False)
    assert StoredFile.objects.get(pk=report.file_id).client_id is None
