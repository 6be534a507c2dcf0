"""What the page of an account shows around its movements: packs, the year, alerts, statements, acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from clausier.console.doors import StaffRequest
from clausier.console.points.forms import AlertsForm, DeclineForm, MonthForm, PlanForm, TransferForm
from clausier.console.tickets.asking import ask_url
from clausier.foundation import clock, wording
from clausier.pages.points import beyond_of, notices_of, packs_of, year_of
from clausier.pages.templatetags.words import language
from clausier.prepaid import moves, queries
from clausier.prepaid.models import PointAccount, TopUpState

LAST_NOTICES = 8
LAST_STATEMENTS = 12


def facts(request: StaffRequest, account: PointAccount) -> dict[str, Any]:
    """All of it, for who may see it; the forms only for who may use them."""
    now, today, slug = clock.now(), clock.today(), request.provider.slug
    packs, beyond = packs_of(account, today), beyond_of(account, today)
    found: dict[str, Any] = {
        "packs": packs,
        "packs_why": ask_url(slug, account.contract, packs.order) if len(packs.live) > 1 else "",
        "beyond": beyond,
        "beyond_why": ask_url(slug, account.contract, beyond.outcome),
        "year": year_of(account, now),
        "notices": notices_of(account)[:LAST_NOTICES],
        "monthly": list(
            queries.statements_visible_to(request.actor)
            .filter(account=account)
            .prefetch_related("sendings__mail")[:LAST_STATEMENTS]
        ),
        "top_ups": account.top_ups.filter(state=TopUpState.WAITING),
        "declining": DeclineForm(),
        "is_over": bool(account.contract.ends_on and account.contract.ends_on < today),
    }
    if request.actor.may("prepaid.settle"):
        found |= {
            "alerting": AlertsForm.of(account),
            "planning": PlanForm.of(account),
            "making": MonthForm(months=months_to_make(account)),
        }
    if request.actor.may("prepaid.credit"):
        found["transferring"] = TransferForm(others=others(request, account))
        if found["is_over"] and account.closed_on is None:
            ending = moves.end_outcome(account, account.contract.ends_on or today)
            found |= {
                "ending": ending,
                "ending_says": ending.says.to(language()),
                "ending_why": ask_url(slug, account.contract, ending),
            }
    return found


def others(request: StaffRequest, account: PointAccount) -> Any:
    """The accounts of the same client that points may go to."""
    found = queries.accounts_visible_to(request.actor).filter(client=account.client_id, closed_on=None)
    return found.exclude(pk=account.pk).order_by("pk")


def months_to_make(account: PointAccount) -> list[tuple[date, str]]:
    """The months that are over and whose statement is not filed, the latest first: a year back at most."""
    made = set(account.monthly.values_list("month", flat=True))
    month, found = queries.month_of(clock.today()), []
    for _n in range(12):
        if month + timedelta(days=31) < account.opened_on:
            break
        if month not in made and queries.last_day_of(month) >= account.opened_on:
            found.append((month, wording.month(month, language(), year=True)))
        month = queries.month_of(month)
    return found
