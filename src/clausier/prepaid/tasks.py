"""Background work of points: what is told to both sides, what a day brings, the statements of a month."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from clausier.foundation import clock, isolation
from clausier.foundation.actors import program
from clausier.foundation.clock import PARIS
from clausier.foundation.models import JournalEntry
from clausier.prepaid import alerts, ledger, monthly, moves, ordered, queries
from clausier.prepaid.models import PointAccount, PointNotice, PointPack, StatementPlan, TopUp
from clausier.sales.models import Order


@app.task(name=ledger.TELL)
@isolation.job_of_provider
def tell(*, notice: int, provider_id: int) -> None:
    """Write to both sides about a notice. Done again, it writes nothing."""
    found = PointNotice.objects.select_related("account__provider").get(pk=notice)
    alerts.tell(by=program(found.account.provider), at=clock.now(), notice=found)


@app.task(name="prepaid.tell_top_up")
@isolation.job_of_provider
def tell_top_up(*, entry: int, provider_id: int) -> int | None:
    """Write to the staff that a client asks for points; the letter's id."""
    told = JournalEntry.objects.get(pk=entry)
    found = TopUp.objects.filter(pk=told.data.get("top_up"), letter=None)
    with transaction.atomic():
        asked = (
            found.select_related("account__provider", "account__client", "account__contract")
            .select_for_update(of=("self",))
            .first()
        )
        if asked is None:
            return None
        asked.letter = alerts.tell_top_up(asked, clock.now())
        asked.save(update_fields=["letter"])
        return asked.letter.pk if asked.letter else None


@app.task(name="prepaid.credit_order")
@isolation.job_of_provider
def credit_order(*, entry: int, provider_id: int) -> int:
    """Credit the packs of an order to the account of its contract; how many. Done again, nothing."""
    told = JournalEntry.objects.get(pk=entry)
    order = Order.objects.select_related("provider__book", "contract__book", "contract__client").get(
        pk=told.object_id or 0
    )
    return len(ordered.credit_order(by=program(order.provider), at=told.at, order=order))


@app.periodic(cron="17 * * * *")
@app.task(name="prepaid.look_ahead", queueing_lock="prepaid.look_ahead")
@isolation.job_of_installation("points of every provider expire, and run out, on their day")
def look_ahead(timestamp: int) -> int:
    """Expire the packs whose last day is over, and note what comes near; how many acts. Idempotent."""
    at = clock.now()
    today = at.astimezone(PARIS).date()
    done = 0
    # A pack that is empty long since is not looked at for ever: a year covers work validated late.
    over = PointPack.objects.filter(expires_on__lt=today, expires_on__gte=today - timedelta(days=365))
    for pack in over.select_related("account__provider").order_by("pk"):
        done += moves.expire_pack(by=program(pack.account.provider), at=at, pack=pack) is not None
    running = PointAccount.objects.filter(closed_on=None).exclude(contract__ends_on__lt=today)
    for account in running.select_related("provider").order_by("pk"):
        with transaction.atomic():
            done += alerts.look_ahead(account, at)
    return done


@app.periodic(cron="41 * * * *")
@app.task(name="prepaid.make_statements", queueing_lock="prepaid.make_statements")
@isolation.job_of_installation("the statements of every provider's accounts are made on their day")
def make_statements(timestamp: int) -> int:
    """Make the statement of last month where its day has come, once; how many."""
    at = clock.now()
    today = at.astimezone(PARIS).date()
    month = queries.month_of(today)
    due = StatementPlan.objects.filter(is_active=True, day__lte=today.day, since_on__lte=month)
    due = due.exclude(account__monthly__month=month).filter(
        account__opened_on__lte=queries.last_day_of(month)
    )
    made = 0
    for plan in due.select_related("account__provider").order_by("pk"):
        monthly.make_statement(by=program(plan.account.provider), at=at, account=plan.account, month=month)
        made += 1
    return made
