"""The account of points: a ledger that only grows."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.prepaid import queries, services
from clausier.prepaid.errors import (
    AccountExists,
    CorrectionTooLarge,
    NotCorrectable,
    UnknownAccount,
)
from clausier.prepaid.models import PointAccount
from clausier.terms.outcome import Words
from tests.people import House, make_ims_house

OPENED = read("2026-09-01T09:00")
NOW = read("2026-11-20T16:30")


@pytest.fixture
def account(ims: House) -> PointAccount:
    """An account with 412.50 points."""
    return opened(ims)


def opened(house: House, points: str = "412.50") -> PointAccount:
    account = services.open_account(by=house.manager, at=OPENED, contract=house.contract, low_at=150)
    services.credit(
        by=house.manager, at=OPENED, account=account, points=Decimal(points), label="Carnet", kind="opening"
    )
    return account


def deduct(house: House, account: PointAccount, points: str, *, at: datetime = NOW, **more: object):
    """Take points for something: a contact stands in for the session, any row will do."""
    subject = more.pop("subject", house.caller)
    return services.deduct(
        account=account,
        points=Decimal(points),
        subject=subject,
        label="À distance, serveur et réseau",
        by=house.technician,
        at=at,
        **more,
    )


def test_a_contract_has_one_account(ims, account):
    with pytest.raises(AccountExists):
        services.open_account(by=ims.manager, at=NOW, contract=ims.contract)


def test_a_technician_does_not_credit_points(ims, account):
    with pytest.raises(NotAllowed):
        services.credit(by=ims.technician, at=NOW, account=account, points=400, label="Carnet de 400")


def test_another_providers_account_does_not_exist(ims, imri, account):
    with pytest.raises(UnknownAccount):
        services.credit(by=imri.manager, at=NOW, account=account, points=400, label="Carnet de 400")
    assert queries.balance(account) == Decimal("412.50")


@pytest.mark.parametrize(
    ("points", "label", "field"),
    [
        ("0", "Carnet", "points"),
        ("-5", "Carnet", "points"),
        ("1.005", "Carnet", "points"),
        ("5", " ", "label"),
    ],
)
def test_a_credit_that_cannot_be_right_names_its_field(ims, account, points, label, field):
    with pytest.raises(InvalidInput) as refused:
        services.credit(by=ims.manager, at=NOW, account=account, points=Decimal(points), label=label)
    assert refused.value.field == field


def test_a_deduction_knows_the_balance_around_it(ims, account):
    deduction = deduct(ims, account, "26.67")
    assert (deduction.before, deduction.after) == (Decimal("412.50"), Decimal("385.83"))
    assert deduction.entry.points == Decimal("-26.67")


def test_the_same_subject_is_deducted_once(ims, account):
    deduct(ims, account, "26.67")
    with pytest.raises(IntegrityError), transaction.atomic():
        deduct(ims, account, "26.67")
    assert queries.balance(account) == Decimal("385.83")


def test_a_reservation_is_held_then_let_go(ims, account):
    hold = {"subject": ims.caller, "label": "Séance", "by": ims.technician, "at": NOW}
    services.reserve(account=account, points=Decimal("26.67"), **hold)
    assert queries.balance(account) == Decimal("412.50")
    assert queries.available(account) == Decimal("385.83")
    assert queries.reserved(account) == Decimal("26.67")
    services.release(**hold)
    assert queries.available(account) == Decimal("412.50")
    assert services.release(**hold) == []


def test_a_counter_entry_names_the_entry_and_gives_back_at_most_what_it_took(ims, account):
    entry = deduct(ims, account, "30.00").entry
    counter = services.correct(
        by=ims.manager, at=NOW, entry=entry, points=Decimal("20.00"), label="Contestation"
    )
    assert counter.corrects == entry
    assert queries.balance(account) == Decimal("402.50")
    with pytest.raises(CorrectionTooLarge):
        services.correct(by=ims.manager, at=NOW, entry=entry, points=Decimal("10.01"), label="Encore")
    with pytest.raises(NotCorrectable):
        services.correct(by=ims.manager, at=NOW, entry=counter, points=Decimal("-20.00"), label="Erreur")


def test_a_counter_entry_never_takes_more_than_the_book_took(ims, account):
    entry = deduct(ims, account, "30.00").entry
    with pytest.raises(CorrectionTooLarge) as refused:
        services.correct(by=ims.manager, at=NOW, entry=entry, points=Decimal("-0.01"), label="Oubli")
    assert (refused.value.field, refused.value.facts["left"]) == ("points", 0)
    for points in ("20.00", "-20.00"):  # what was given back too much may be taken back
        services.correct(by=ims.manager, at=NOW, entry=entry, points=Decimal(points), label="Contestation")
    assert queries.balance(account) == Decimal("382.50")


def test_each_act_is_journaled_once(ims):
    account = opened(ims)
    entry = deduct(ims, account, "30.00").entry
    services.correct(by=ims.manager, at=NOW, entry=entry, points=Decimal("5"), label="Contestation")
    codes = (
        JournalEntry.objects.filter(code__startswith="prepaid").order_by("pk").values_list("code", flat=True)
    )
    assert list(codes) == ["prepaid.account_opened", "prepaid.credited", "prepaid.corrected"]


def test_a_statement_runs_from_its_opening_to_its_closing_balance(ims, account):
    deduct(ims, account, "37.50", at=read("2026-10-05T10:00"), subject=ims.caller)
    services.credit(
        by=ims.manager, at=read("2026-11-02T09:00"), account=account, points=400, label="Carnet de 400"
    )
    deduct(ims, account, "15.00", at=read("2026-11-12T23:59"), subject=ims.colleague)
    services.reserve(
        account=account, points=Decimal("9"), subject=ims.site, label="Séance", by=ims.technician, at=NOW
    )
    statement = queries.statement(account, date(2026, 11, 1), date(2026, 11, 12))
    assert statement.opening == Decimal("375.00")
    assert [line.balance for line in statement.lines] == [Decimal("775.00"), Decimal("760.00")]
    assert statement.closing == Decimal("760.00")
    assert statement.reserved == Decimal("9.00")


def test_an_empty_statement_closes_as_it_opens(ims, account):
    statement = queries.statement(account, date(2026, 11, 1), date(2026, 11, 30))
    assert (statement.opening, statement.lines, statement.closing) == (
        Decimal("412.50"),
        (),
        Decimal("412.50"),
    )


def test_what_was_given_back_leaves_the_week_it_was_worked_in(ims, account):
    entry = deduct(ims, account, "30.00", at=read("2026-11-10T10:00")).entry
    deduct(ims, account, "12.00", at=read("2026-11-16T00:00"), subject=ims.colleague)
    services.correct(by=ims.manager, at=NOW, entry=entry, points=Decimal("20"), label="Contestation")
    burn = queries.weekly_burn(account, NOW)
    assert len(burn) == 12
    assert [(week.starts_on, week.points) for week in burn[-2:]] == [
        (date(2026, 11, 9), Decimal("10.00")),
        (date(2026, 11, 16), Decimal("12.00")),
    ]


def test_the_day_an_account_runs_out_follows_its_pace(ims, account):
    deduct(ims, account, "240.00", at=read("2026-11-10T10:00"))
    # 240 points in twelve weeks are 20 a week; 172.50 points last 60 days.
    assert queries.exhaustion_on(account, NOW) == date(2026, 11, 20) + timedelta(days=60)


def test_an_account_that_nobody_uses_does_not_run_out(ims, account):
    assert queries.exhaustion_on(account, NOW) is None


def test_an_account_that_has_run_out_does_not_run_out_again(ims, account):
    deduct(ims, account, "500.00", at=read("2026-11-10T10:00"))
    assert queries.exhaustion_on(account, NOW) is None


def test_what_the_program_writes_in_the_ledger_is_read_in_the_readers_language(ims, account):
    words = Words("À distance, projet", "Remote, project")
    taken = services.deduct(
        account=account, points=Decimal(5), subject=ims.site, label=words, by=ims.technician, at=NOW
    )
    assert taken.entry.said == "À distance, projet"
    with translation.override("en"):
        assert taken.entry.said == "Remote, project"
        assert account.entries.first().said == account.entries.first().label


def test_a_clients_own_people_read_only_their_account(ims, imri, account):
    assert list(queries.accounts_visible_to(ims.correspondent)) == [account]
    assert list(queries.accounts_visible_to(imri.correspondent)) == []
    assert list(queries.accounts_visible_to(imri.owner)) == []
    assert list(queries.accounts_visible_to(ims.user)) == []


amounts = st.decimals(min_value="0.01", max_value="500", places=2)
movements = st.lists(
    st.tuples(st.sampled_from(["credit", "deduct", "reserve", "release", "correct"]), amounts), max_size=12
)


class Ledger(TestCase):
    """Whatever happens on an account, in whatever order."""

    def setUp(self) -> None:
        self.house = make_ims_house()
        self.subjects = [self.house.caller, self.house.colleague, self.house.site, self.house.client]

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(movements)
    def test_the_balance_is_the_sum_of_what_moved_and_reservations_never_change_it(self, moves):
        account = opened(self.house, "100.00")
        expected = Decimal("100.00")
        held: dict[int, Decimal] = {}
        taken: list = []
        for position, (move, points) in enumerate(moves):
            subject = self.subjects[position % len(self.subjects)]
            by = {"by": self.house.manager, "at": NOW}
            if move == "credit":
                services.credit(account=account, points=points, label="Carnet", **by)
                expected += points
            elif move == "deduct" and subject not in [entry for entry, _ in taken]:
                deduction = deduct(self.house, account, str(points), subject=subject)
                assert (deduction.before, deduction.after) == (expected, expected - points)
                expected -= points
                taken.append((subject, deduction.entry))
            elif move == "reserve":
                services.reserve(account=account, points=points, subject=subject, label="Séance", **by)
                held[position % len(self.subjects)] = held.get(position % len(self.subjects), 0) + points
            elif move == "release":
                services.release(subject=subject, label="Séance", **by)
                held.pop(position % len(self.subjects), None)
            elif move == "correct" and taken:
                entry = taken[-1][1]
                back = min(points, -entry.points - sum(c.points for c in entry.corrections.all()))
                if back > 0:
                    services.correct(entry=entry, points=back, label="Contestation", **by)
                    expected += back
            assert queries.balance(account) == expected
            assert queries.reserved(account) == sum(held.values())
            assert queries.available(account) == expected - sum(held.values())
