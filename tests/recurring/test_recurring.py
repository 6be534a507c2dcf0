"""Work that comes back: its dates, one ticket for each, stops and pauses, and what a client is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clausier.contracts.models import EndCause, Party
from clausier.contracts.services import endings
from clausier.desk.models import Ticket
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.recurring import policies, queries, services, tasks
from clausier.recurring.errors import AlreadyPaused
from clausier.recurring.models import Occurrence, Plan
from clausier.recurring.services import PlanFacts
from tests.people import FRIDAY_1630, House

CHECK = PlanFacts(
    title="Contrôle des sauvegardes",
    description="Lire le journal de la nuit.",
    checklist="Journal lu\nSupport lu sur un autre poste",
    equipment_class="server",
    rhythm="weeks",
    weekday=0,
    starts_on=date(2026, 11, 23),
)


def plan(house: House, **asked: Any) -> Plan:
    return services.create_plan(
        by=house.dispatcher, at=FRIDAY_1630, client=house.client, facts=replace(CHECK, **asked)
    )


def dates(made: Plan, count: int, since: date | None = None) -> list[str]:
    coming = policies.coming(made, queries.working_days(made), since or made.starts_on)
    return [one.due_on.isoformat() for one, _ in zip(coming, range(count), strict=False)]


def test_every_second_week_stays_the_same_week_and_holidays_are_moved(imri):
    made = plan(imri, every=2, weekday=4, starts_on=date(2026, 12, 11))
    # 25 December is a holiday, and so is 1 January; Monday is the next day worked.
    assert dates(made, 3) == ["2026-12-11", "2026-12-28", "2027-01-08"]
    assert dates(made, 1, date(2027, 1, 1)) == ["2027-01-08"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"closed_day": "earlier"}, "2026-12-24"),
        ({"closed_day": "skip"}, "2027-01-08"),
        ({"closed_day": "keep"}, "2026-12-25"),
    ],
)
def test_a_date_on_a_closed_day_is_moved_kept_or_skipped_as_the_plan_says(imri, asked, expected):
    made = plan(imri, every=2, weekday=4, starts_on=date(2026, 12, 11), **asked)
    assert dates(made, 2)[1] == expected


def test_months_by_date_and_by_weekday(imri):
    last = plan(
        imri, rhythm="month-day", month_day=31, weekday=None, starts_on=date(2027, 1, 1), closed_day="keep"
    )
    assert dates(last, 3) == ["2027-01-31", "2027-02-28", "2027-03-31"]
    tuesday = plan(
        imri, rhythm="month-weekday", weekday=1, week_of_month=2, every=3, starts_on=date(2027, 1, 1)
    )
    assert dates(tuesday, 2) == ["2027-01-12", "2027-04-13"]


def test_each_date_opens_one_ticket_before_it_is_due_and_no_clock_runs(imri, at):
    made = plan(imri, lead_days=2, assignee=imri.technician.person)
    at("2026-11-20T18:00")
    assert tasks.make_due(plan=made.pk, provider_id=imri.provider.pk) == []
    at("2026-11-21T08:00")
    assert len(tasks.make_due(plan=made.pk, provider_id=imri.provider.pk)) == 1
    assert tasks.make_due(plan=made.pk, provider_id=imri.provider.pk) == []
    ticket = Ticket.objects.get()
    assert (ticket.origin, ticket.nature, ticket.assignee) == ("plan", "request", imri.technician.person)
    assert ticket.description.splitlines()[-2:] == ["☐ Journal lu", "☐ Support lu sur un autre poste"]
    assert not ticket.promises.exists()
    assert str(Occurrence.objects.get().due_on) == "2026-11-23"
    assert str(queries.next_dates(made, clock.today())[0].due_on) == "2026-11-30"


def test_no_clock_runs_under_terms_that_have_a_target_either(ims, at):
    made = plan(ims)
    at("2026-11-23T08:00")
    assert tasks.make_due(plan=made.pk, provider_id=ims.provider.pk)
    assert not Ticket.objects.get().promises.exists()


@pytest.mark.parametrize(("catch_up", "opened", "missed"), [("latest", 1, 3), ("all", 4, 0), ("none", 0, 4)])
def test_after_a_stop_the_dates_that_passed_are_made_up_for_as_the_plan_says(
    imri, at, catch_up, opened, missed
):
    made = plan(imri, catch_up=catch_up)
    at("2026-12-15T08:00")
    assert len(tasks.make_due(plan=made.pk, provider_id=imri.provider.pk)) == opened
    assert made.occurrences.filter(outcome="missed").count() == missed
    assert tasks.make_due(plan=made.pk, provider_id=imri.provider.pk) == []


def test_a_pause_opens_nothing_and_is_not_made_up_for(imri, at):
    made = plan(imri, catch_up="all")
    services.pause_plan(by=imri.dispatcher, at=FRIDAY_1630, plan=made, reason="Déménagement")
    with pytest.raises(AlreadyPaused):
        services.pause_plan(by=imri.dispatcher, at=FRIDAY_1630, plan=made)
    at("2026-12-01T08:00")
    assert tasks.make_due(plan=made.pk, provider_id=imri.provider.pk) == []
    at("2026-12-09T08:00")
    services.resume_plan(by=imri.dispatcher, at=clock.now(), plan=made)
    assert tasks.make_due(plan=made.pk, provider_id=imri.provider.pk) == []
    made.refresh_from_db()
    assert str(queries.next_dates(made, clock.today())[0].due_on) == "2026-12-14"
    services.end_plan(by=imri.dispatcher, at=clock.now(), plan=made)
    at("2026-12-20T08:00")
    assert tasks.make_due(plan=made.pk, provider_id=imri.provider.pk) == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " "}),
        ("weekday", {"weekday": None}),
        ("month_day", {"rhythm": "month-day", "month_day": 32}),
        ("every", {"every": 0}),
        ("service", {"service": "inconnu"}),
        ("ends_on", {"ends_on": date(2026, 1, 1)}),
        ("lead_days", {"lead_days": 400}),
    ],
)
def test_what_a_plan_cannot_say_is_refused_by_its_field(imri, field, given):
    with pytest.raises(InvalidInput) as refused:
        plan(imri, **given)
    assert refused.value.field == field


def test_a_client_sees_its_own_plans_that_it_is_shown(imri):
    plan(imri, service="system-administration")
    plan(imri, title="Relevé interne", shown_to_client=False)
    assert [one.title for one in queries.plans(imri.correspondent)] == ["Contrôle des sauvegardes"]
    assert not queries.plans(imri.user).exists()
    assert queries.service_label(queries.plans(imri.correspondent)[0], "fr").startswith("administration")


def test_nothing_comes_back_after_the_last_day_of_its_contract(imri):
    made = plan(imri, contract=imri.contract)
    assert len(dates(made, 10)) == 10
    endings.end_contract(
        by=imri.owner,
        at=FRIDAY_1630,
        contract=imri.contract,
        cause=EndCause.AGREEMENT,
        by_party=Party.BOTH,
        ends_on=date(2026, 12, 6),
        reason="D’un commun accord.",
    )
    made = Plan.objects.get(pk=made.pk)
    assert dates(made, 10) == ["2026-11-23", "2026-11-30"]
