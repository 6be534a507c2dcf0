"""Reading accounts of points: balance, what is available, statement, pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Model, Q, QuerySet, Sum, When

from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.prepaid.models import (
    EntryKind,
    MonthlyStatement,
    PackDraw,
    PointAccount,
    PointEntry,
    PointPack,
    TopUp,
    TopUpState,
)

ZERO = Decimal("0.00")
HOLDS = (EntryKind.RESERVATION, EntryKind.RELEASE)


def accounts_visible_to(actor: Actor) -> QuerySet[PointAccount]:
    """The accounts that `actor` may read: a client's own people see their client's only."""
    if not actor.may("prepaid.read"):
        return PointAccount.objects.none()
    found = PointAccount.objects.filter(provider=actor.provider).select_related("contract", "client")
    return found.filter(client_id=actor.client_id or 0) if actor.is_client_side else found


def has_moved(account: PointAccount) -> bool:
    """Whether anything stands on the account, but for an opening balance that was taken back in full."""
    openings = Q(kind=EntryKind.OPENING) | Q(corrects__kind=EntryKind.OPENING)
    return bool(balance(account)) or account.entries.exclude(openings).exists()


def balance(account: PointAccount) -> Decimal:
    """What was bought less what was deducted, corrections included. Reservations do not count."""
    return _sum(_moves(account))


def reserved(account: PointAccount) -> Decimal:
    """What stopped sessions that are not validated yet will take."""
    return -_sum(account.entries.filter(kind__in=HOLDS))


def available(account: PointAccount) -> Decimal:
    """The balance less what is reserved."""
    return _sum(account.entries.all())


def balances(accounts: Iterable[PointAccount]) -> dict[int, Decimal]:
    """The balance of each account by its id, in one query: for lists."""
    ids = [account.pk for account in accounts]
    sums = (
        PointEntry.objects.filter(account__in=ids)
        .exclude(kind__in=HOLDS)
        .values_list("account")
        .annotate(total=Sum("points"))
    )
    return dict.fromkeys(ids, ZERO) | dict(sums)


def _moves(account: PointAccount) -> QuerySet[PointEntry]:
    return account.entries.exclude(kind__in=HOLDS)


def _sum(entries: QuerySet[PointEntry]) -> Decimal:
    total: Decimal | None = entries.aggregate(total=Sum("points"))["total"]
    return ZERO if total is None else total


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement and the balance after it."""

    entry: PointEntry
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """The movements of an account from a day to another, both included, oldest first."""

    account: PointAccount
    from_on: date
    to_on: date
    opening: Decimal
    lines: tuple[StatementLine, ...]
    closing: Decimal
    reserved: Decimal


def statement(account: PointAccount, from_on: date, to_on: date) -> Statement:
    """The statement from `from_on` to `to_on`, both days included. `reserved` is what is held now."""
    start = datetime.combine(from_on, time(), PARIS)
    end = datetime.combine(to_on + timedelta(days=1), time(), PARIS)
    opening = _sum(_moves(account).filter(at__lt=start))
    entries = (
        _moves(account)
        .filter(at__gte=start, at__lt=end)
        .select_related("ruling", "corrects")
        .order_by("at", "pk")
    )
    lines = tuple(_running(opening, entries))
    return Statement(
        account=account,
        from_on=from_on,
        to_on=to_on,
        opening=opening,
        lines=lines,
        closing=lines[-1].balance if lines else opening,
        reserved=reserved(account),
    )


def _running(opening: Decimal, entries: Iterable[PointEntry]) -> Iterator[StatementLine]:
    so_far = opening
    for entry in entries:
        so_far += entry.points
        yield StatementLine(entry, so_far)


def _used(entries: QuerySet[PointEntry]) -> QuerySet[Any]:
    """What was deducted and what was given back of it, with `worked_at`: a counter-entry counts with the
    deduction that it corrects."""
    worked_at = Case(
        When(corrects=None, then=F("at")), default=F("corrects__at"), output_field=DateTimeField()
    )
    used = Q(kind=EntryKind.DEDUCTION) | Q(corrects__kind=EntryKind.DEDUCTION)
    return entries.filter(used).annotate(worked_at=worked_at)


@dataclass(frozen=True, slots=True)
class Used:
    """What one account gave in a stretch of time: points (positive), and in how many deductions."""

    account: PointAccount
    points: Decimal
    deductions: int


def used_between(accounts: QuerySet[PointAccount], start: datetime, end: datetime) -> list[Used]:
    """What each of `accounts` gave for work in [start, end), the most first; none that gave nothing."""
    found = {account.pk: account for account in accounts}
    sums = (
        _used(PointEntry.objects.filter(account__in=accounts.order_by().values("pk")))
        .filter(worked_at__gte=start, worked_at__lt=end)
        .values_list("account")
        .annotate(points=Sum("points"), deductions=Count("pk", filter=Q(kind=EntryKind.DEDUCTION)))
    )
    given = (Used(found[pk], -points, deductions) for pk, points, deductions in sums)
    return sorted(given, key=lambda used: (-used.points, used.account.client.sort_key))


@dataclass(frozen=True, slots=True)
class WeekBurn:
    """Points deducted in the week that starts on that Monday; what was given back is taken off."""

    starts_on: date
    points: Decimal


def weekly_burn(account: PointAccount, now: datetime, weeks: int = 12) -> tuple[WeekBurn, ...]:
    """What was deducted in each of the last `weeks` weeks, the running one last.

    A counter-entry counts in the week of the deduction that it corrects.
    """
    today = now.astimezone(PARIS).date()
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    burnt = dict.fromkeys(mondays, ZERO)
    entries = (
        _used(account.entries.all())
        .filter(worked_at__gte=datetime.combine(mondays[0], time(), PARIS), worked_at__lte=now)
        .values_list("worked_at", "points")
    )
    for worked, points in entries:
        day = worked.astimezone(PARIS).date()
        burnt[day - timedelta(days=day.weekday())] -= points
    return tuple(WeekBurn(monday, points) for monday, points in burnt.items())


def exhaustion_on(account: PointAccount, now: datetime) -> date | None:
    """The day the balance runs out at the pace of the last twelve weeks; None when nothing is used, or left.

    An account younger than that is judged on the weeks since it was opened.
    """
    today = now.astimezone(PARIS).date()
    left = balance(account)
    if left <= 0:
        return None
    since = max(1, min(12, (today - account.opened_on).days // 7 + 1))
    burnt = sum((week.points for week in weekly_burn(account, now, since)), ZERO)
    if burnt <= 0:
        return None
    days = (left * 7 * since / burnt).to_integral_value(ROUND_FLOOR)
    return today + timedelta(days=int(min(days, Decimal(36_500))))


# Packs


@dataclass(slots=True)
class PackLeft:
    """A pack and the points left in it."""

    pack: PointPack
    left: Decimal


def packs_left(account: PointAccount, before: datetime | None = None) -> tuple[list[PackLeft], Decimal]:
    """Each pack with points left, oldest purchase first, and what is owed beyond them (zero or negative).

    `before` an instant: as they stood then.
    """
    draws = PackDraw.objects.filter(account=account)
    if before is not None:
        draws = draws.filter(entry__at__lt=before)
    sums = dict(draws.order_by().values_list("pack").annotate(total=Sum("points")))
    beyond = sums.pop(None, ZERO)
    left = {pk: points for pk, points in sums.items() if points}
    packs = PointPack.objects.filter(pk__in=left).order_by("bought_on", "pk") if left else ()
    return [PackLeft(pack, left[pack.pk]) for pack in packs], beyond


def packs_of(account: PointAccount) -> list[PackLeft]:
    """Every pack ever bought, the empty ones included, newest purchase first."""
    sums = dict(
        PackDraw.objects.filter(account=account)
        .exclude(pack=None)
        .order_by()
        .values_list("pack")
        .annotate(total=Sum("points"))
    )
    packs = account.packs.select_related("entry").order_by("-bought_on", "-pk")
    return [PackLeft(pack, sums.get(pack.pk, ZERO)) for pack in packs]


def taken_from(entry: PointEntry) -> list[tuple[PointPack, Decimal]]:
    """From which packs a movement took points, in that order, less what was given back to them since."""
    took: dict[int, Decimal] = {}
    packs: dict[int, PointPack] = {}
    draws = PackDraw.objects.filter(Q(entry=entry) | Q(entry__corrects=entry)).exclude(pack=None)
    for draw in draws.select_related("pack").order_by("pk"):
        assert draw.pack is not None
        packs[draw.pack.pk] = draw.pack
        took[draw.pack.pk] = took.get(draw.pack.pk, ZERO) - draw.points
    return [(packs[pk], net) for pk, net in took.items() if net > 0]


def draws_of(entries: Iterable[PointEntry]) -> dict[int, list[PackDraw]]:
    """The draws of each movement by its id, in one query: for statements."""
    found: dict[int, list[PackDraw]] = {}
    for draw in (
        PackDraw.objects.filter(entry__in=[entry.pk for entry in entries])
        .select_related("pack")
        .order_by("pk")
    ):
        found.setdefault(draw.entry_id, []).append(draw)
    return found


def left_in(pack: PointPack) -> Decimal:
    """The points left in a pack."""
    total: Decimal | None = pack.draws.aggregate(total=Sum("points"))["total"]
    return ZERO if total is None else total


def month_of(day: date) -> date:
    """The first day of the month before the one of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def last_day_of(month: date) -> date:
    """The last day of the month that starts on `month`."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def statements_visible_to(actor: Actor) -> QuerySet[MonthlyStatement]:
    """The monthly statements that `actor` may read, newest month first."""
    found = MonthlyStatement.objects.filter(account__in=accounts_visible_to(actor).order_by().values("pk"))
    return found.select_related("document__file", "account__contract").order_by("-month", "-pk")


@dataclass(frozen=True, slots=True)
class Month:
    """What one calendar month took from an account and brought to it; `points` used are positive."""

    starts_on: date
    used: Decimal
    brought: Decimal
    closing: Decimal


def months(account: PointAccount, now: datetime, count: int = 12) -> tuple[Month, ...]:
    """The last `count` calendar months, the running one last.

    A counter-entry counts in the month of the deduction that it corrects; `closing` is the balance at the end
    of the month as the ledger has it.
    """
    first = now.astimezone(PARIS).date().replace(day=1)
    starts = [first]
    while len(starts) < count:
        starts.insert(0, month_of(starts[0]))
    since = datetime.combine(starts[0], time(), PARIS)
    used, brought = dict.fromkeys(starts, ZERO), dict.fromkeys(starts, ZERO)
    for at, points in (
        _used(account.entries.all())
        .filter(worked_at__gte=since, worked_at__lte=now)
        .values_list("worked_at", "points")
    ):
        used[at.astimezone(PARIS).date().replace(day=1)] -= points
    moved = dict.fromkeys(starts, ZERO)
    came = (EntryKind.PURCHASE, EntryKind.OPENING, EntryKind.TRANSFER)
    for at, points, kind in (
        _moves(account).filter(at__gte=since, at__lte=now).values_list("at", "points", "kind")
    ):
        month = at.astimezone(PARIS).date().replace(day=1)
        moved[month] += points
        if kind in came and points > 0:
            brought[month] += points
    so_far, found = _sum(_moves(account).filter(at__lt=since)), []
    for start in starts:
        so_far += moved[start]
        found.append(Month(start, used[start], brought[start], so_far))
    return tuple(found)


def waiting_top_ups(actor: Actor) -> QuerySet[TopUp]:
    """The requests for points that nobody answered yet, the oldest first."""
    found = TopUp.objects.filter(
        account__in=accounts_visible_to(actor).order_by().values("pk"), state=TopUpState.WAITING
    )
    return found.select_related("account__contract", "account__client").order_by("asked_at")


def has_leave(account: PointAccount, subject: Model) -> bool:
    """Whether someone answers for work beyond the balance on `subject`."""
    return account.leaves.filter(subject_kind=subject._meta.model_name or "", subject_id=subject.pk).exists()


def left_in_each(packs: Iterable[PointPack]) -> dict[int, Decimal]:
    """The points left in each of `packs` by its id, in one query: for lists."""
    ids = [pack.pk for pack in packs]
    sums = PackDraw.objects.filter(pack__in=ids).values_list("pack").annotate(total=Sum("points"))
    return dict.fromkeys(ids, ZERO) | dict(sums)


def expiring_packs(actor: Actor, today: date) -> list[PackLeft]:
    """Packs that hold points and whose last day comes within what their account wants to know ahead."""
    accounts = accounts_visible_to(actor).filter(closed_on=None, expiry_days__gt=0).order_by()
    packs = (
        PointPack.objects.filter(account__in=accounts.values("pk"), expires_on__gte=today)
        .filter(expires_on__lte=today + timedelta(days=365))
        .select_related("account__contract", "account__client")
        .order_by("expires_on", "pk")
    )
    near = [
        pack
        for pack in packs
        if pack.expires_on and pack.expires_on <= today + timedelta(days=pack.account.expiry_days)
    ]
    left = left_in_each(near) if near else {}
    return [PackLeft(pack, left[pack.pk]) for pack in near if left[pack.pk] > 0]
