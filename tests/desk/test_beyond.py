"""Work beyond the balance: what the contract's terms allow, where it starts and where it is validated."""

from datetime import timedelta
from decimal import Decimal

import pytest

from clausier.contracts.models import Derogation
from clausier.desk import services
from clausier.desk.models import EventKind
from clausier.foundation import documents
from clausier.foundation.clock import read
from clausier.prepaid import overdrafts
from clausier.prepaid import queries as prepaid_queries
from clausier.prepaid.errors import NotEnoughPoints
from clausier.prepaid.models import WorkBeyond
from tests.desk.test_work import called_at_ten, log, open_account, validate
from tests.people import SIGNED_AT, SIGNED_ON, House

NOON = read("2026-11-20T12:00")


def agree(house: House, policy: str, term: str = "points.overdraft") -> None:
    """A derogation of the contract, with its paper."""
    paper = documents.file_document(
        b"%PDF-1.7",
        by=house.manager,
        at=SIGNED_AT,
        kind="derogation",
        title="Avenant",
        name="avenant.pdf",
        client_id=house.client.pk,
    )
    Derogation.objects.create(
        provider=house.provider,
        client_id=house.client.pk,
        contract=house.contract,
        term=term,
        value=policy,
        since_on=SIGNED_ON,
        reason="Accord écrit",
        document=paper,
        recorded_at=SIGNED_AT,
        recorded_by="Marc Exemple",
    )


def test_a_contract_that_refuses_stops_a_session_before_it_starts_until_a_manager_answers_for_it(ims):
    agree(ims, "refuse")
    account = open_account(ims, "10.00")
    ticket = called_at_ten(ims)
    start = {"by": ims.technician, "at": NOON, "ticket": ticket, "mode": "remote"}
    with pytest.raises(NotEnoughPoints) as refused:
        services.start_work(**start)
    assert "autoriser le dépassement" in refused.value.way_out
    overdrafts.allow_beyond(
        by=ims.manager, at=NOON, account=account, subject=ticket, reason="Facturation arrêtée, on finit"
    )
    session = services.start_work(**start)
    services.stop_work(
        by=ims.technician, at=NOON + timedelta(minutes=20), session=session, entries=[{"text": "Relancé"}]
    )
    services.validate_work(by=ims.technician, at=NOON + timedelta(minutes=21), session=session)
    assert prepaid_queries.balance(account) < 0
    event = ticket.events.get(kind=EventKind.POINTS)
    assert event.ruling.outcome["value"]["verdict"] == "granted"
    assert event.ruling.outcome["derogations"], "the why names the derogation"


def test_down_to_a_limit_is_allowed_and_no_further(ims):
    agree(ims, "limit")
    agree(ims, "30", "points.overdraft-limit")
    account = open_account(ims, "10.00")
    ticket = called_at_ten(ims)
    validate(ims, log(ims, ticket, 20))  # 26.67 points: down to -16.67
    assert prepaid_queries.balance(account) == Decimal("-16.67")
    with pytest.raises(NotEnoughPoints):
        validate(ims, log(ims, ticket, 21))
    assert prepaid_queries.balance(account) == Decimal("-16.67")


def test_what_points_do_not_pay_for_is_billed_by_the_hour(ims):
    agree(ims, "bill")
    account = open_account(ims, "10.00")
    ticket = called_at_ten(ims)
    session = validate(ims, log(ims, ticket, 20))
    assert (session.points, session.points_after) == (Decimal("10.00"), Decimal("0.00"))
    item = WorkBeyond.objects.get()
    # 16.67 of 26.67 points are 12.5 of the 20 minutes: 13, at 88 euros an hour.
    assert (item.points, item.minutes, item.amount) == (Decimal("16.67"), 13, Decimal("19.07"))
    second = validate(ims, log(ims, ticket, 15))
    assert second.points == 0
    assert prepaid_queries.balance(account) == 0
    assert WorkBeyond.objects.count() == 2


def test_points_wanted_by_another_session_are_not_there_for_a_start(ims):
    agree(ims, "refuse")
    open_account(ims, "30.00")
    ticket = called_at_ten(ims)
    log(ims, ticket, 20)
    with pytest.raises(NotEnoughPoints):
        services.start_work(by=ims.other_technician, at=NOON, ticket=ticket, mode="remote")
