"""Whole contracts as time travels: terms, notices and tacit renewals, kept as they come and replayed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clausier.contracts import ladder, services, tasks
from clausier.contracts.errors import NotBeforehand
from clausier.contracts.models import Contract, ContractTerm
from clausier.foundation import clock
from clausier.foundation.models import JournalEntry
from tests.people import House

PAPER: Any = {"content": b"%PDF-1.7 signed", "file_name": "avenant.pdf", "reason": "Durée convenue"}


def signed(house: House, kind: str, starts_on: date, **more: Any) -> Contract:
    return services.create_contract(
        by=house.owner, at=clock.now(), client=house.client, kind=kind, starts_on=starts_on, **more
    )


def keep(contract: Contract) -> list[int]:
    """What the job does, as a worker would."""
    return tasks.keep_terms(contract=contract.pk, provider_id=contract.provider_id)


def running(contract: Contract) -> tuple[str, str, str]:
    row = ladder.kept(contract)[-1]
    return (str(row.starts_on), str(row.ends_on), str(row.notice_by))


def renewals() -> list[str]:
    return [str(one.at.astimezone(clock.PARIS).date()) for one in entries("contracts.renewed")]


def entries(code: str) -> Any:
    return JournalEntry.objects.filter(code=code).order_by("pk")


def test_a_managed_contract_is_renewed_by_itself_each_year_and_once(imri, at):
    at("2026-11-20T10:00")
    contract = signed(imri, "managed", date(2026, 12, 1))
    keep(contract)
    assert running(contract) == ("2026-12-01", "2027-11-30", "2027-08-31")
    assert ladder.kept(contract)[0].ruling.outcome["value"]["notice_by"] == "2027-08-31"
    at("2027-11-30T23:59")
    assert keep(contract) == []
    at("2027-12-01T00:03")
    assert len(keep(contract)) == 1
    assert keep(contract) == []
    assert running(contract) == ("2027-12-01", "2028-11-30", "2028-08-31")
    assert renewals() == ["2027-12-01"]
    assert ladder.replay(contract, clock.today()).is_equal


def test_a_hosted_contract_lasts_three_years_then_one_at_a_time_with_six_months_notice(imri, at):
    at("2023-03-15T10:00")
    contract = signed(imri, "hosted", date(2023, 3, 15))
    keep(contract)
    assert running(contract) == ("2023-03-15", "2026-03-14", "2025-09-14")
    at("2026-11-20T10:00")
    keep(contract)
    assert running(contract) == ("2026-03-15", "2027-03-14", "2026-09-14")
    assert ladder.kept(contract)[-1].announce_by == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("starts_on", "first", "second"),
    [
        # A leap day: the year without one ends on its 27th, and the day comes back.
        (date(2024, 2, 29), ("2025-02-27", "2024-11-27"), ("2026-02-27", "2025-11-27")),
        # The end of a month: three months before 30 January, 31 October still leads no further.
        (date(2025, 1, 31), ("2026-01-30", "2025-10-30"), ("2027-01-30", "2026-10-30")),
    ],
)
def test_months_are_counted_from_the_first_day_and_kept_inside_the_month(imri, at, starts_on, first, second):
    at(f"{starts_on.isoformat()}T09:00")
    contract = signed(imri, "managed", starts_on)
    at("2026-11-20T10:00")
    keep(contract)
    told = [(str(one.ends_on), str(one.notice_by)) for one in ladder.walk(contract, date(2026, 1, 31))]
    assert told[:2] == [first, second]
    leap = ladder.walk(contract, date(2028, 3, 1))
    assert [one.starts_on for one in leap[1:]] == [one.ends_on + ladder.ONE_DAY for one in leap[:-1]]


def test_after_a_month_asleep_the_worker_makes_up_for_what_was_missed_as_of_its_day(imri, at):
    at("2025-10-24T10:00")
    contract = signed(imri, "managed", date(2025, 10, 24))
    keep(contract)
    at("2026-11-23T07:00")
    assert [one.pk for one in ladder.to_look_at(clock.today()) if one.pk == contract.pk]
    keep(contract)
    assert renewals() == ["2026-10-24"]
    written = entries("contracts.renewed").get().written_at.astimezone(clock.PARIS)
    assert str(written.date()) == "2026-11-23"
    assert not [one for one in ladder.to_look_at(clock.today()) if one.pk == contract.pk]


def test_a_contract_that_ends_is_not_renewed(imri, at):
    at("2025-11-20T10:00")
    contract = signed(imri, "managed", date(2025, 12, 1), ends_on=date(2026, 11, 30))
    keep(contract)
    at("2027-01-04T10:00")
    assert keep(contract) == []
    assert running(contract)[1] == "2026-11-30"
    assert not [one for one in ladder.to_look_at(clock.today()) if one.pk == contract.pk]


def test_a_contract_entered_by_mistake_goes_with_its_terms(imri, at):
    at("2026-11-20T10:00")
    contract = signed(imri, "managed", date(2026, 12, 1))
    keep(contract)
    services.remove_contract(by=imri.owner, at=clock.now(), contract=contract)
    assert not Contract.objects.filter(number="C-0002").exists()


def test_an_end_that_came_to_be_known_late_takes_the_renewal_back(imri, at):
    at("2025-11-20T10:00")
    contract = signed(imri, "managed", date(2025, 12, 1))
    keep(contract)
    at("2026-12-02T10:00")
    keep(contract)
    Contract.objects.filter(pk=contract.pk).update(ends_on=date(2026, 11, 30))
    contract.refresh_from_db()
    assert not ladder.replay(contract, clock.today()).is_equal
    assert [one.pk for one in ladder.to_look_at(clock.today())].count(contract.pk) == 1
    keep(contract)
    assert running(contract)[1] == "2026-11-30"
    assert ladder.replay(contract, clock.today()).is_equal
    assert ContractTerm.objects.filter(contract=contract).count() == 3  # nothing kept is ever lost


def test_liberty_has_no_term_unless_particular_conditions_give_one(ims, at):
    at("2026-11-20T10:00")
    contract = signed(ims, "liberty", date(2026, 12, 1))
    assert keep(contract) == []
    assert ladder.walk(contract, date(2030, 1, 1)) == []
    services.derogate(
        by=ims.manager,
        at=clock.now(),
        contract=contract,
        term="contract.duration.liberty",
        value={"initial": 24, "renewal": 12, "notice": 2},
        since_on=date(2026, 12, 1),
        **PAPER,
    )
    keep(contract)
    assert running(contract) == ("2026-12-01", "2028-11-30", "2028-09-30")
    assert ladder.kept(contract)[0].announce_by is None
    at("2028-12-01T08:00")
    keep(contract)
    assert running(contract)[1] == "2029-11-30"


def test_a_derogation_changes_the_running_term_from_its_day_on(imri, at):
    at("2025-11-20T10:00")
    contract = signed(imri, "managed", date(2025, 12, 1))
    keep(contract)
    at("2026-05-04T10:00")
    facts: Any = {"by": imri.manager, "at": clock.now(), "contract": contract}
    term = "contract.duration.managed"
    with pytest.raises(NotBeforehand):
        services.derogate(**facts, term=term, value={"notice": 1}, since_on=date(2026, 5, 1), **PAPER)
    services.derogate(**facts, term=term, value={"notice": 1}, since_on=date(2026, 6, 1), **PAPER)
    assert keep(contract) == []
    at("2026-06-01T00:03")
    assert len(keep(contract)) == 1
    assert running(contract) == ("2025-12-01", "2026-11-30", "2026-10-31")
    assert entries("contracts.term_changed").count() == 1
    at("2026-12-01T00:03")
    keep(contract)
    assert running(contract) == ("2026-12-01", "2027-11-30", "2027-10-31")
    assert ladder.replay(contract, clock.today()).is_equal


def test_a_contract_without_tacit_renewal_stops_at_its_term(imri, at):
    at("2025-11-20T10:00")
    contract = signed(imri, "managed", date(2025, 12, 1))
    services.derogate(
        by=imri.manager,
        at=clock.now(),
        contract=contract,
        term="contract.duration.managed",
        value={"renewal": 0},
        since_on=date(2025, 12, 1),
        **PAPER,
    )
    at("2028-01-03T10:00")
    keep(contract)
    assert [str(one.ends_on) for one in ladder.kept(contract)] == ["2026-11-30"]
    assert renewals() == []
