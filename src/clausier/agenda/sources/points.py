"""The dates of accounts of points: statements to send, packs whose last day comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.agenda.obligations import Asked, Obligation, kept, passed
from clausier.foundation import wording
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import MonthlyStatement, PointPack, StatementPlan


def statements(asked: Asked) -> Iterator[Obligation]:
    """The statement of each month on its day of the next, where an account has one."""
    if not asked.actor.may("prepaid.read"):
        return
    accounts = prepaid.accounts_visible_to(asked.actor).filter(closed_on=None).order_by()
    plans = StatementPlan.objects.filter(account__in=accounts.values("pk"), is_active=True)
    found = list(plans.select_related("account__client", "account__contract__book"))
    made = set(
        MonthlyStatement.objects.filter(account__in=[plan.account_id for plan in found]).values_list(
            "account", "month"
        )
    )
    for plan in found:
        for due in _days(plan.day, asked):
            month = (due.replace(day=1) - timedelta(days=1)).replace(day=1)
            if month < plan.since_on.replace(day=1):
                continue
            account = plan.account
            yield Obligation(
                key=f"statement:{account.pk}:{month.isoformat()}",
                kind="statement",
                owed_by="provider",
                client=account.client,
                contract=account.contract,
                due_on=due,
                state=kept((account.pk, month) in made, due >= asked.today),
                says=_("Relevé de points, %(month)s")
                % {"month": wording.month(month, get_language() or "fr", year=True)},
                place="points",
                ident=account.contract.number,
                book=account.contract.book.name,
                digest=account.contract.book.digest,
            )


def _days(day: int, asked: Asked) -> Iterator[date]:
    """That day of each month, among the days asked for."""
    month = asked.since.replace(day=1)
    while month <= asked.until:
        on = month.replace(day=day)
        if asked.since <= on <= asked.until:
            yield on
        month = (month + timedelta(days=31)).replace(day=1)


def expiring_points(asked: Asked) -> Iterator[Obligation]:
    """The last day of packs that still hold points."""
    if not asked.actor.may("prepaid.read"):
        return
    accounts = prepaid.accounts_visible_to(asked.actor).filter(closed_on=None).order_by()
    packs = list(
        PointPack.objects.filter(
            account__in=accounts.values("pk"), expires_on__range=(max(asked.since, asked.today), asked.until)
        ).select_related("account__client", "account__contract__book")
    )
    left = prepaid.left_in_each(packs) if packs else {}
    for pack in packs:
        if pack.expires_on is None or left[pack.pk] <= 0:
            continue
        contract = pack.account.contract
        yield Obligation(
            key=f"expiry:{pack.pk}",
            kind="expiry",
            owed_by="client",
            client=pack.account.client,
            contract=contract,
            due_on=pack.expires_on,
            state=passed(pack.expires_on, asked),
            says=_("%(points)s périment") % {"points": wording.points(left[pack.pk], get_language() or "fr")},
            place="points",
            ident=contract.number,
            book=contract.book.name,
            digest=contract.book.digest,
        )
