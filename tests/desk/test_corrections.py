"""Validated work is frozen, corrected by counter-sessions, contested by the client, counted (ims 7.2)."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausier.desk import queries, services, tasks
from clausier.desk.errors import NotContestable, NotCorrectable, TooLate
from clausier.desk.models import Contestation, HourlyItem, Ticket, WorkSession
from clausier.desk.states import ContestationState
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.prepaid import queries as prepaid
from clausier.prepaid import services as points
from clausier.prepaid.models import PointAccount
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, SIGNED_AT, House
from tests.roles import owning

NOON = read("2026-11-23T12:00")


@pytest.fixture
def account(ims: House) -> PointAccount:
    made = points.open_account(by=ims.accountant, at=SIGNED_AT, contract=ims.contract)
    points.credit(by=ims.accountant, at=SIGNED_AT, account=made, points=500, label="Pack de 500 points")
    return made


def validated(house: House, ticket: Ticket, minutes: int = 20, **asked: Any) -> WorkSession:
    started_at = asked.pop("started_at", read("2026-11-23T09:00"))
    mode = asked.pop("mode", "remote")
    session = services.log_work(
        by=house.technician,
        at=NOON,
        ticket=ticket,
        mode=mode,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=max(minutes, 60)),
        entries=[{"domain": "server-network", "minutes": minutes, "text": "Service redémarré."}],
    )
    return services.validate_work(by=house.technician, at=NOON, session=session, **asked)


def contest(house: House, ticket: Ticket, session: WorkSession, **asked: Any) -> Contestation:
    given: dict[str, Any] = {
        "by": house.correspondent,
        "at": NOON + timedelta(hours=1),
        "ticket": ticket,
        "entries": list(session.entries.all()),
        "reason": "Personne ne nous a appelés ce matin-là.",
    }
    return services.contest_work(**(given | asked))


@pytest.mark.parametrize(
    "statement",
    [
        "update desk_worksession set points = 0 where id = %s",
        "update desk_worksession set state = 'stopped' where id = %s",
        "delete from desk_worksession where id = %s",
        "update desk_workentry set minutes = 1 where session_id = %s",
        "delete from desk_workentry where session_id = %s",
        "update desk_workspan set ended_at = started_at where session_id = %s",
        "insert into desk_workentry (provider_id, client_id, session_id, position, domain, minutes, text) "
        "select provider_id, client_id, session_id, 9, domain, 5, '' from desk_workentry "
        "where session_id = %s",
    ],
)
@pytest.mark.parametrize("as_owner", [False, True])
def test_validated_work_changes_by_no_statement(
    ims: House, account: PointAccount, statement: str, as_owner: bool
) -> None:
    session = validated(ims, open_ticket(ims))

    def attempt() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [session.pk])

    with owning() if as_owner else nullcontext(), pytest.raises(DatabaseError, match="frozen"):
        attempt()


def test_a_correction_gives_everything_back_and_takes_what_is_right(
    ims: House, account: PointAccount
) -> None:
    ticket = open_ticket(ims)
    session = validated(ims, ticket, 60)  # 80 points at 80 an hour
    before = prepaid.balance(account)
    correction = services.correct_work(
        by=ims.manager,
        at=NOON + timedelta(hours=2),
        session=session,
        reason="Vingt minutes, et non une heure.",
        entries=[{"domain": "server-network", "minutes": 20, "text": "Service redémarré."}],
    )
    assert correction.points == session.points == Decimal("80.00")
    assert correction.replacement is not None
    assert correction.replacement.points == Decimal("26.67")
    assert prepaid.balance(account) == before + Decimal("80.00") - Decimal("26.67")
    told = ticket.events.get(kind="work", data__step="corrected")
    assert not told.is_internal
    assert told.ruling_id == correction.replacement.ruling_id
    with pytest.raises(NotCorrectable):
        services.correct_work(by=ims.manager, at=NOON + timedelta(hours=3), session=session, reason="Encore")


def test_a_session_that_was_no_work_comes_back_whole(ims: House, account: PointAccount) -> None:
    session = validated(ims, open_ticket(ims))
    services.correct_work(
        by=ims.accountant,
        at=NOON + timedelta(hours=1),
        session=session,
        reason="Saisie sur le mauvais client.",
    )
    assert prepaid.balance(account) == 500
    session.refresh_from_db()
    assert session.points == Decimal("26.67")  # what was written stays as it was


def test_a_technician_corrects_nothing_and_a_correction_says_why(ims: House, account: PointAccount) -> None:
    session = validated(ims, open_ticket(ims))
    with pytest.raises(NotAllowed):
        services.correct_work(by=ims.technician, at=NOON, session=session, reason="Non")
    with pytest.raises(InvalidInput) as refused:
        services.correct_work(by=ims.manager, at=NOON, session=session, reason=" ")
    assert refused.value.field == "reason"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=3))
def test_after_any_corrections_the_account_is_what_the_standing_sessions_took(
    ims: House, account: PointAccount, work: list[tuple[int, int]]
) -> None:
    sid = transaction.savepoint()
    ticket = open_ticket(ims)
    for hours, (written, right) in enumerate(work):
        session = validated(
            ims, ticket, written, started_at=read("2026-11-23T06:00") + timedelta(hours=hours)
        )
        entries = [{"domain": "workstation", "minutes": right, "text": "Repris."}] if right else []
        services.correct_work(by=ims.manager, at=NOON, session=session, reason="Repris", entries=entries)
    standing = ticket.sessions.filter(state="validated", correction=None)
    taken = sum((one.points or Decimal(0) for one in standing), Decimal(0))
    assert prepaid.balance(account) == 500 - taken
    assert standing.count() == sum(1 for _written, right in work if right)
    transaction.savepoint_rollback(sid)


# Contestations


def test_a_contestation_that_is_right_is_corrected_and_answered(
    ims: House, account: PointAccount, django_capture_on_commit_callbacks: Any
) -> None:
    ticket = open_ticket(ims)
    session = validated(ims, ticket)
    made = contest(ims, ticket, session)
    assert made.channel == "portal"
    with pytest.raises(NotContestable):
        contest(ims, ticket, session)
    services.uphold_contestation(
        by=ims.manager, at=NOON + timedelta(hours=2), contestation=made, answer="Erreur de client.",
        corrected={session.pk: []},
    )  # fmt: skip
    assert prepaid.balance(account) == 500
    assert made.state == ContestationState.UPHELD
    assert [e.data["step"] for e in ticket.events.filter(kind="contested").order_by("pk")] == [
        "made",
        "upheld",
    ]


def test_the_third_rejected_contestation_warns_and_ends_nothing(ims: House, account: PointAccount) -> None:
    ticket = open_ticket(ims)
    seen = []
    for number in range(3):
        session = validated(ims, ticket, started_at=read("2026-11-21T06:00") + timedelta(hours=2 * number))
        made = contest(ims, ticket, session)
        services.reject_contestation(
            by=ims.owner, at=NOON + timedelta(hours=2), contestation=made, answer="L’appel est au journal."
        )
        assert made.ruling is not None
        seen.append(made.ruling.outcome["value"])
    assert seen == [False, False, True]
    ims.contract.refresh_from_db()
    assert ims.contract.ends_on is None
    last = JournalEntry.objects.filter(code="desk.contestation_rejected").latest("pk")
    assert last.data["repeated"] is True
    assert tasks.tell_leads(entry=last.pk, provider_id=ims.provider.pk) == 2  # the owner and the manager


def test_what_was_told_by_phone_names_who_told_it_and_may_be_withdrawn(
    ims: House, account: PointAccount
) -> None:
    ticket = open_ticket(ims)
    session = validated(ims, ticket)
    with pytest.raises(InvalidInput) as refused:
        contest(ims, ticket, session, by=ims.technician, channel="phone")
    assert refused.value.field == "contact"
    made = contest(ims, ticket, session, by=ims.technician, channel="phone", contact=ims.caller)
    assert made.author_name == ims.caller.full_name
    services.withdraw_contestation(by=ims.correspondent, at=NOON + timedelta(hours=2), contestation=made)
    assert made.state == ContestationState.WITHDRAWN
    assert contest(ims, ticket, session).state == ContestationState.OPEN


def test_a_practice_of_the_provider_limits_the_time_to_contest(
    ims: House, account: PointAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = open_ticket(ims)
    session = validated(ims, ticket)
    until = NOON.date() + timedelta(days=30)
    monkeypatch.setattr("clausier.desk.facts.contestable_until", lambda ticket, session: until)
    with pytest.raises(TooLate):
        contest(ims, ticket, session, at=NOON + timedelta(days=31))
    assert contest(ims, ticket, session, at=NOON + timedelta(days=30)).state == "open"


def test_a_client_contests_its_own_work_and_no_other(ims: House, imri: House, account: PointAccount) -> None:
    ticket = open_ticket(ims)
    made = contest(ims, ticket, validated(ims, ticket))
    assert queries.contestations(ims.correspondent).get() == made
    assert not queries.contestations(imri.correspondent).exists()
    with pytest.raises(NotAllowed):
        contest(ims, ticket, WorkSession.objects.get(), by=ims.user)


# By the hour


def without_contract(house: House, **asked: Any) -> Ticket:
    house.contract.ends_on = read("2026-10-31T12:00").date()
    house.contract.save(update_fields=["ends_on"])
    return open_ticket(house, **asked)


def test_work_without_contract_makes_an_item_for_the_invoice(ims: House) -> None:
    ticket = without_contract(ims)
    assert ticket.verdict == "hourly"
    remote = validated(ims, ticket, 45)
    assert HourlyItem.objects.get(session=remote).amount == Decimal("66.00")  # 45 min at 88 € an hour
    ims.site.zone = 5
    ims.site.save(update_fields=["zone"])
    with pytest.raises(InvalidInput) as refused:
        validated(ims, ticket, 60, mode="onsite", started_at=read("2026-11-21T07:00"))
    assert refused.value.field == "km"


def test_travel_beyond_the_zones_included_and_grade_are_priced_and_taken_back(ims: House) -> None:
    ims.site.zone = 5
    ims.site.save(update_fields=["zone"])
    ticket = without_contract(ims)
    session = validated(ims, ticket, 60, mode="onsite", grade="engineer", km=Decimal("84.5"))
    item = HourlyItem.objects.get(session=session)
    assert item.amount == Decimal("164.70")  # 114 € and 84.5 km at 0.60 €
    assert item.ruling.outcome["rule"] == "hourly-fee"
    correction = services.correct_work(
        by=ims.manager,
        at=FRIDAY_1630 + timedelta(days=4),
        session=session,
        reason="Une demi-heure",
        entries=[{"domain": "server-network", "minutes": 30, "text": "Repris."}],
    )
    assert correction.amount == item.amount
    assert sorted(HourlyItem.objects.values_list("amount", flat=True)) == [
        Decimal("-164.70"),
        Decimal("107.70"),
        Decimal("164.70"),
    ]
