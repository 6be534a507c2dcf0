"""Packs of points: which one drains, what expires, what goes back, what both sides are told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.post.models import Mailbox, OutgoingMail
from clausier.prepaid import alerts, monthly, moves, overdrafts, queries, services, tasks
from clausier.prepaid.errors import (
    AccountClosed,
    ContractRunning,
    NobodyToWriteTo,
    NotEnoughPoints,
    OfAnotherClient,
    TopUpEnded,
)
from clausier.prepaid.models import (
    EntryKind,
    MonthlyStatement,
    NoticeKind,
    PackDraw,
    PointAccount,
    PointEntry,
    PointNotice,
    TopUpState,
)
from tests.people import House, make_client, make_contract, make_ims_house
from tests.post.mails import mailbox_of

OPENED = read("2026-09-01T09:00")
NOW = read("2026-11-20T16:30")


@pytest.fixture
def account(ims: House) -> PointAccount:
    return services.open_account(by=ims.manager, at=OPENED, contract=ims.contract, low_at=150)


@pytest.fixture
def mailbox(ims: House) -> Mailbox:
    return mailbox_of(ims)


def buy(house: House, account: PointAccount, points: str, *, at=OPENED, **facts) -> PointEntry:
    return services.credit(
        by=house.manager, at=at, account=account, points=Decimal(points), label="Carnet", **facts
    )


def work(house: House, account: PointAccount, points: str, *, at=NOW, subject=None) -> PointEntry:
    """Points taken for something: a contact stands in for the session."""
    return services.deduct(
        account=account,
        points=Decimal(points),
        subject=subject or house.caller,
        label="À distance, poste",
        by=house.technician,
        at=at,
    ).entry


def left(account: PointAccount) -> list[Decimal]:
    """What each pack holds, the oldest purchase first."""
    return [one.left for one in reversed(queries.packs_of(account))]


def run_look_ahead(at, day: str) -> int:
    at(f"{day}T09:00")
    return tasks.look_ahead(0)


def test_the_pack_that_expires_first_drains_first_and_the_deduction_says_so(ims, account):
    buy(ims, account, "100")
    buy(ims, account, "50", expires_on=date(2026, 12, 31), price=Decimal("60.00"), reference="D-2026-118")
    entry = work(ims, account, "70")
    assert left(account) == [Decimal("80.00"), Decimal("0.00")]
    draws = queries.draws_of([entry])[entry.pk]
    assert [(draw.points, draw.pack.reference) for draw in draws] == [
        (Decimal("-50.00"), "D-2026-118"),
        (Decimal("-20.00"), ""),
    ]
    assert draws[0].ruling.outcome["rule"] == "point-drain"


def test_what_no_pack_could_give_is_taken_from_the_next_purchase(ims, account):
    buy(ims, account, "10")
    work(ims, account, "30")
    assert queries.packs_left(account) == ([], Decimal("-20.00"))
    buy(ims, account, "100")
    assert left(account) == [Decimal("0.00"), Decimal("80.00")]
    assert queries.balance(account) == Decimal("80.00")


def test_points_given_back_return_to_their_pack_or_live_on_for_the_days_it_had_left(ims, account):
    buy(ims, account, "50", expires_on=date(2026, 11, 30))
    entry = work(ims, account, "20")
    services.correct(by=ims.manager, at=NOW, entry=entry, points=Decimal("5"), label="Contestation")
    assert left(account) == [Decimal("35.00")]
    moves.expire_pack(by=ims.manager, at=read("2026-12-02T09:00"), pack=account.packs.get())
    services.correct(
        by=ims.manager, at=read("2026-12-10T09:00"), entry=entry, points=Decimal("15"), label="Contestation"
    )
    new = account.packs.latest("pk")
    assert (new.points, new.expires_on) == (Decimal("15.00"), date(2026, 12, 10) + timedelta(days=10))
    assert queries.balance(account) == Decimal("15.00")


def test_what_expires_leaves_once_and_waits_for_work_not_yet_validated(ims, account, at):
    buy(ims, account, "50", expires_on=date(2026, 11, 30))
    hold = {"subject": ims.caller, "label": "Séance", "by": ims.technician, "at": NOW}
    services.reserve(account=account, points=Decimal("20"), **hold)
    assert run_look_ahead(at, "2026-11-30") == 1, "the warning; the last day is a day of use"
    assert queries.balance(account) == Decimal("50.00")
    run_look_ahead(at, "2026-12-01")
    run_look_ahead(at, "2026-12-01")
    assert queries.balance(account) == Decimal("20.00")
    services.release(**hold)
    run_look_ahead(at, "2026-12-02")
    assert queries.balance(account) == 0
    assert account.entries.filter(kind=EntryKind.EXPIRY).count() == 2


def test_a_purchase_is_reversed_from_its_own_pack_first(ims, account):
    buy(ims, account, "100")
    wrong = buy(ims, account, "400")
    services.correct(by=ims.manager, at=NOW, entry=wrong, points=Decimal("-400"), label="Saisie en double")
    assert left(account) == [Decimal("100.00"), Decimal("0.00")]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"bought_on": date(2026, 9, 2)}, "bought_on"),
        ({"price": Decimal("-1")}, "price"),
        ({"expires_on": date(2026, 8, 31)}, "expires_on"),
        ({"months": 0}, "months"),
    ],
)
def test_a_pack_that_cannot_be_right_names_its_field(ims, account, facts, field):
    with pytest.raises(InvalidInput) as refused:
        buy(ims, account, "100", **facts)
    assert refused.value.field == field


def test_points_move_between_the_accounts_of_one_client_with_their_last_day(ims, account):
    other = services.open_account(
        by=ims.manager,
        at=OPENED,
        contract=make_contract(ims.client, number="C-0002", kind="liberty", book="ims/2018", covered={}),
    )
    buy(ims, account, "40", expires_on=date(2027, 3, 31), price=Decimal("48.00"))
    buy(ims, account, "100")
    done = moves.transfer(by=ims.manager, at=NOW, account=account, to=other, points=Decimal("60"))
    assert (done.out.points, done.into.points) == (Decimal("-60.00"), Decimal("60.00"))
    assert (queries.balance(account), queries.balance(other)) == (Decimal("80.00"), Decimal("60.00"))
    assert set(other.packs.values_list("points", "expires_on", "price")) == {
        (Decimal("40.00"), date(2027, 3, 31), Decimal("48.00")),
        (Decimal("20.00"), None, None),
    }
    with pytest.raises(NotEnoughPoints):
        moves.transfer(by=ims.manager, at=NOW, account=account, to=other, points=Decimal("80.01"))
    stranger, _site = make_client(ims.provider, ims.agency, number="CL-009", name="Société Tierce")
    third = make_contract(stranger, number="C-0009", kind="liberty", book="ims/2018", covered={})
    foreign = services.open_account(by=ims.manager, at=OPENED, contract=third)
    with pytest.raises(OfAnotherClient):
        moves.transfer(by=ims.manager, at=NOW, account=account, to=foreign, points=Decimal("1"))


def test_an_account_is_closed_after_its_contract_and_says_what_became_of_the_rest(ims, account):
    buy(ims, account, "40")
    with pytest.raises(ContractRunning):
        moves.close_account(by=ims.manager, at=NOW, account=account)
    ims.contract.ends_on = date(2026, 10, 31)
    ims.contract.save()
    closed = moves.close_account(by=ims.manager, at=NOW, account=account)
    assert closed.closed_on == date(2026, 11, 20)
    said = JournalEntry.objects.get(code="prepaid.account_closed").data
    assert (said["fate"], said["points"]) == ("kept", "40.00")
    with pytest.raises(AccountClosed):
        buy(ims, account, "40", at=NOW)


# Telling both sides


def test_each_crossing_is_told_once_to_both_sides(ims, account, mailbox):
    buy(ims, account, "200")
    work(ims, account, "60")
    work(ims, account, "10", subject=ims.colleague)
    notice = PointNotice.objects.get()
    assert (notice.kind, notice.balance) == (NoticeKind.LOW, Decimal("140.00"))
    for _again in range(2):
        tasks.tell(notice=notice.pk, provider_id=ims.provider.pk)
    client, staff = OutgoingMail.objects.order_by("pk")
    assert client.to == [ims.caller.email]
    assert "150\u00a0points" in client.text.replace("150,00", "150")
    assert ims.manager.person.email in staff.to
    assert staff.client is None, "out of the client's sight"
    assert JournalEntry.objects.filter(code="prepaid.account_low").count() == 1
    work(ims, account, "130", subject=ims.site)
    assert PointNotice.objects.latest("pk").kind == NoticeKind.EMPTY
    buy(ims, account, "300", at=NOW)
    work(ims, account, "200", subject=ims.client)
    assert PointNotice.objects.filter(kind=NoticeKind.LOW).count() == 2


def test_without_a_mailbox_the_crossing_is_kept_and_nothing_waits(ims, account):
    buy(ims, account, "200")
    work(ims, account, "200")
    tasks.tell(notice=PointNotice.objects.get().pk, provider_id=ims.provider.pk)
    notice = PointNotice.objects.get()
    assert (notice.kind, notice.client_mail) == (NoticeKind.EMPTY, None)
    assert notice.told_at


def test_a_pace_that_empties_the_account_and_a_pack_that_expires_are_told_ahead(ims, account, at):
    buy(ims, account, "400", expires_on=date(2026, 12, 5))
    work(ims, account, "220", at=read("2026-11-10T10:00"))
    assert run_look_ahead(at, "2026-11-20") == 1, "the pack; the pace leaves two months"
    alerts.settle_alerts(
        by=ims.manager, at=NOW, account=account, low_at=150, forecast_days=90, expiry_days=30
    )
    assert run_look_ahead(at, "2026-11-21") == 1
    assert run_look_ahead(at, "2026-11-22") == 0
    assert set(PointNotice.objects.values_list("kind", flat=True)) == {"expiry", "forecast"}


def test_an_address_that_is_none_is_refused_by_its_field(ims, account):
    with pytest.raises(InvalidInput) as refused:
        alerts.settle_alerts(
            by=ims.manager,
            at=NOW,
            account=account,
            low_at=150,
            forecast_days=14,
            expiry_days=30,
            client_to=["pas une adresse"],
        )
    assert refused.value.field == "client_to"


def test_a_client_asks_for_points_once_and_a_purchase_answers(ims, account, mailbox):
    asked = alerts.ask_top_up(by=ims.correspondent, at=NOW, account=account, points=Decimal("400"))
    assert alerts.ask_top_up(by=ims.correspondent, at=NOW, account=account) == asked
    entry = JournalEntry.objects.get(code="prepaid.top_up_asked")
    for _again in range(2):
        tasks.tell_top_up(entry=entry.pk, provider_id=ims.provider.pk)
    assert "400" in OutgoingMail.objects.get().text
    bought = buy(ims, account, "400", at=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.entry) == (TopUpState.CREDITED, bought)
    with pytest.raises(TopUpEnded):
        alerts.decline_top_up(by=ims.manager, at=NOW, top_up=asked, answer="Trop tard")
    with pytest.raises(NotAllowed):
        alerts.ask_top_up(by=ims.user, at=NOW, account=account)


def test_someone_answers_for_work_beyond_the_balance_with_a_reason(ims, account):
    with pytest.raises(NotAllowed):
        overdrafts.allow_beyond(
            by=ims.technician, at=NOW, account=account, subject=ims.caller, reason="Urgence"
        )
    with pytest.raises(InvalidInput):
        overdrafts.allow_beyond(by=ims.manager, at=NOW, account=account, subject=ims.caller, reason=" ")
    overdrafts.allow_beyond(by=ims.manager, at=NOW, account=account, subject=ims.caller, reason="Urgence")
    assert queries.has_leave(account, ims.caller)
    assert not queries.has_leave(account, ims.colleague)


# The statement of the month


def test_the_statement_of_a_month_is_filed_and_sent_once_then_sent_again_by_hand(ims, account, mailbox, at):
    buy(ims, account, "200")
    monthly.plan_statements(by=ims.manager, at=OPENED, account=account, day=3, to=["compta@cl.example.org"])
    at("2026-10-02T09:00")
    assert tasks.make_statements(0) == 0, "its day has not come"
    at("2026-10-03T09:00")
    assert (tasks.make_statements(0), tasks.make_statements(0)) == (1, 0)
    made = MonthlyStatement.objects.get()
    assert made.month == date(2026, 9, 1)
    mail = OutgoingMail.objects.get()
    assert mail.to == ["compta@cl.example.org"]
    assert mail.files.get().file.name == "releve-C-0001-2026-09.pdf"
    monthly.send_statement(by=ims.manager, at=NOW, statement=made)
    assert made.sendings.count() == 2
    assert list(queries.statements_visible_to(ims.correspondent)) == [made]
    mailbox.is_active = False
    mailbox.save()
    with pytest.raises(NobodyToWriteTo):
        monthly.send_statement(by=ims.manager, at=NOW, statement=made)
    with pytest.raises(InvalidInput):
        monthly.make_statement(by=ims.manager, at=NOW, account=account, month=date(2026, 11, 1))


amounts = st.decimals(min_value="0.01", max_value="300", places=2)
kinds = st.sampled_from(["buy", "short", "deduct", "correct", "reverse", "expire", "transfer"])


class Packs(TestCase):
    """Whatever happens on an account, in whatever order."""

    def setUp(self) -> None:
        self.house = make_ims_house()
        self.other = services.open_account(
            by=self.house.manager,
            at=OPENED,
            contract=make_contract(
                self.house.client, number="C-0002", kind="liberty", book="ims/2018", covered={}
            ),
        )
        self.subjects = [self.house.caller, self.house.colleague, self.house.site, self.house.client]

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(kinds, amounts), max_size=10))
    def test_the_packs_less_what_is_owed_add_up_to_the_balance_and_none_is_under_zero(self, what):
        house = self.house
        account = services.open_account(by=house.manager, at=OPENED, contract=house.contract)
        free = list(self.subjects)
        for step, (kind, points) in enumerate(what):
            now = NOW + timedelta(days=3 * step)
            match kind:
                case "buy":
                    buy(house, account, str(points), at=now)
                case "short":
                    buy(house, account, str(points), at=now, expires_on=now.date() + timedelta(days=4))
                case "deduct" if free:
                    work(house, account, str(points), at=now, subject=free.pop())
                case "correct" | "reverse":
                    self.counter(account, points, now, back=kind == "correct")
                case "expire":
                    for pack in account.packs.all():
                        moves.expire_pack(by=house.manager, at=now, pack=pack)
                case "transfer" if queries.balance(account) >= points:
                    moves.transfer(by=house.manager, at=now, account=account, to=self.other, points=points)
            for one in (account, self.other):
                packs, beyond = queries.packs_left(one)
                assert sum(pack.left for pack in packs) + beyond == queries.balance(one)
                assert all(pack.left > 0 for pack in packs)
                assert beyond == 0 or not packs
            drawn = PackDraw.objects.values_list("entry").annotate(total=Sum("points"))
            moved = dict(PointEntry.objects.values_list("pk", "points"))
            assert all(moved[entry] == total for entry, total in drawn)

    def counter(self, account, points, now, *, back):
        kind = EntryKind.DEDUCTION if back else EntryKind.PURCHASE
        entry = account.entries.filter(kind=kind).order_by("-pk").first()
        if entry is None:
            return
        still = abs(entry.points + sum(counter.points for counter in entry.corrections.all()))
        if amount := min(points, still):
            services.correct(
                by=self.house.manager,
                at=now,
                entry=entry,
                points=amount if back else -amount,
                label="Contestation",
            )
