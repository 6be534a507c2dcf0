"""The acts on recurring work: planned, changed, paused, resumed, ended; the tickets that its dates open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts as desk_facts
from clausier.desk import services as desk
from clausier.desk.models import Impact, Nature, Origin, Ticket, Urgency
from clausier.desk.services.held import check_staff
from clausier.directory.models import Client, Site
from clausier.foundation import journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.recurring import policies, queries
from clausier.recurring.errors import AlreadyPaused, UnknownPlan
from clausier.recurring.models import CatchUp, ClosedDay, Occurrence, Outcome, Plan, Rhythm
from clausier.recurring.policies import Coming

MOST_EVERY: Final = {Rhythm.WEEKS: 104, Rhythm.MONTH_DAY: 36, Rhythm.MONTH_WEEKDAY: 36}
LONGEST_LEAD: Final = 90  # days
BOX: Final = "☐"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan says; see `Plan`. `weekday` counts from Monday, 0; `week_of_month` -1 is the last."""

    title: str
    equipment_class: str
    rhythm: str
    starts_on: date
    every: int = 1
    weekday: int | None = None
    month_day: int | None = None
    week_of_month: int | None = None
    description: str = ""
    checklist: str = ""
    service: str = ""
    equipment_label: str = ""
    contract: Contract | None = None
    site: Site | None = None
    assignee: Person | None = None
    closed_day: str = ClosedDay.LATER
    lead_days: int = 0
    catch_up: str = CatchUp.LATEST
    ends_on: date | None = None
    shown_to_client: bool = True


@act("recurring.write")
def create_plan(*, by: Actor, at: datetime, client: Client, facts: PlanFacts) -> Plan:
    """Plan work that comes back. Raises InvalidInput naming the field."""
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    plan = Plan(provider=by.provider, client=client, from_on=facts.starts_on)
    _fill(plan, facts, by=by, at=at)
    plan.save()
    journal.write(by=by, at=at, code="recurring.plan_created", about=plan, data=_said(plan))
    return plan


@act("recurring.write")
def change_plan(*, by: Actor, at: datetime, plan: Plan, facts: PlanFacts) -> Plan:
    """Change what comes; tickets that are open already stay as they are. Raises UnknownPlan, InvalidInput."""
    held = _hold(plan, by)
    former = _said(held)
    _fill(held, facts, by=by, at=at)
    # A new start is counted from anew; what came before it is not made again.
    held.from_on = max(held.from_on, facts.starts_on) if held.occurrences.exists() else facts.starts_on
    held.save()
    journal.write(
        by=by,
        at=at,
        code="recurring.plan_changed",
        about=held,
        data={"before": former, "after": _said(held)},
    )
    return held


@act("recurring.write")
def pause_plan(*, by: Actor, at: datetime, plan: Plan, reason: str = "") -> Plan:
    """Open nothing until it is resumed. Raises UnknownPlan, AlreadyPaused."""
    held = _hold(plan, by)
    if held.paused_at:
        raise AlreadyPaused(_("Ce travail récurrent est déjà suspendu."))
    held.paused_at, held.pause_reason = at, reason.strip()[:200]
    held.save(update_fields=["paused_at", "pause_reason"])
    journal.write(by=by, at=at, code="recurring.plan_paused", about=held, data={"reason": held.pause_reason})
    return held


@act("recurring.write")
def resume_plan(*, by: Actor, at: datetime, plan: Plan) -> Plan:
    """Go on from today; the dates of the pause are not made up for. Raises UnknownPlan, AlreadyPaused."""
    held = _hold(plan, by)
    if not held.paused_at:
        raise AlreadyPaused(_("Ce travail récurrent n’est pas suspendu."))
    held.paused_at, held.pause_reason = None, ""
    held.from_on = max(held.from_on, at.astimezone(PARIS).date())
    held.save(update_fields=["paused_at", "pause_reason", "from_on"])
    journal.write(by=by, at=at, code="recurring.plan_resumed", about=held)
    return held


@act("recurring.write")
def end_plan(*, by: Actor, at: datetime, plan: Plan) -> Plan:
    """It comes back no more; what it opened stays. Raises UnknownPlan."""
    held = _hold(plan, by)
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    journal.write(by=by, at=at, code="recurring.plan_ended", about=held)
    return held


def _hold(plan: Plan, by: Actor) -> Plan:
    """The row, kept for this act. Raises UnknownPlan for another provider's and for one that has ended."""
    found = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("client__agency", "provider__book", "site", "contract__book", "assignee")
        .filter(pk=plan.pk, provider=by.provider, ended_at=None)
        .first()
    )
    if found is None:
        raise UnknownPlan(_("Ce travail récurrent n’existe pas ici, ou il est arrêté."))
    return found


def _fill(plan: Plan, facts: PlanFacts, *, by: Actor, at: datetime) -> None:
    """Raises InvalidInput for the first field at fault."""
    _check_words(facts)
    _check_rhythm(facts)
    if facts.site is not None and facts.site.client_id != plan.client_id:
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")
    if facts.contract is not None and facts.contract.client_id != plan.client_id:
        raise InvalidInput(_("Ce contrat n’est pas de ce client."), field="contract")
    if facts.assignee is not None:
        check_staff(facts.assignee, by)
    known = dict(queries.services_of(queries.book_of(plan.client, at), "fr"))
    if facts.service and facts.service not in known:
        raise InvalidInput(_("Les conditions de ce client ne connaissent pas ce service."), field="service")
    for name, value in _values(facts):
        setattr(plan, name, value)


def _values(facts: PlanFacts) -> list[tuple[str, Any]]:
    texts = {name: getattr(facts, name).strip() for name in ("title", "description", "checklist")}
    texts["equipment_label"] = facts.equipment_label.strip()
    own = {
        Rhythm.WEEKS: ("weekday",),
        Rhythm.MONTH_DAY: ("month_day",),
        Rhythm.MONTH_WEEKDAY: ("weekday", "week_of_month"),
    }[Rhythm(facts.rhythm)]
    days = {
        name: getattr(facts, name) if name in own else None
        for name in ("weekday", "month_day", "week_of_month")
    }
    others = ("equipment_class", "rhythm", "starts_on", "every", "service", "contract", "site", "assignee")
    rest = ("closed_day", "lead_days", "catch_up", "ends_on", "shown_to_client")
    plain = {name: getattr(facts, name) for name in (*others, *rest)}
    return list((texts | days | plain).items())


def _check_words(facts: PlanFacts) -> None:
    if not facts.title.strip():
        raise InvalidInput(_("Dites en quelques mots ce qui revient."), field="title")
    if len(facts.title.strip()) > 160:
        raise InvalidInput(_("Le titre fait plus de 160 signes."), field="title")
    if len(facts.equipment_label.strip()) > 120:
        raise InvalidInput(_("Le nom de l’équipement fait plus de 120 signes."), field="equipment_label")
    for field, choices in (
        ("equipment_class", EquipmentClass),
        ("rhythm", Rhythm),
        ("closed_day", ClosedDay),
        ("catch_up", CatchUp),
    ):
        if getattr(facts, field) not in choices.values:
            raise InvalidInput(_("Faites un choix dans la liste."), field=field)


def _check_rhythm(facts: PlanFacts) -> None:
    rhythm = Rhythm(facts.rhythm)
    if not 1 <= facts.every <= MOST_EVERY[rhythm]:
        raise InvalidInput(_("Toutes les 104 semaines, ou tous les 36 mois, au plus."), field="every")
    if rhythm != Rhythm.MONTH_DAY and (facts.weekday is None or not 0 <= facts.weekday <= 6):
        raise InvalidInput(_("Choisissez un jour de la semaine."), field="weekday")
    if rhythm == Rhythm.MONTH_DAY and (facts.month_day is None or not 1 <= facts.month_day <= 31):
        raise InvalidInput(_("Une date du mois va de 1 à 31."), field="month_day")
    if rhythm == Rhythm.MONTH_WEEKDAY and facts.week_of_month not in policies.WEEKS_OF_MONTH:
        raise InvalidInput(_("Choisissez la semaine du mois."), field="week_of_month")
    if not 0 <= facts.lead_days <= LONGEST_LEAD:
        raise InvalidInput(_("L’avance va de 0 à 90 jours."), field="lead_days")
    if facts.ends_on is not None and facts.ends_on < facts.starts_on:
        raise InvalidInput(_("La fin précède le début."), field="ends_on")


def _said(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "rhythm": plan.rhythm,
        "every": plan.every,
        "weekday": plan.weekday,
        "month_day": plan.month_day,
        "week_of_month": plan.week_of_month,
        "closed_day": plan.closed_day,
        "lead_days": plan.lead_days,
        "catch_up": plan.catch_up,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else None,
        "service": plan.service,
        "assignee": plan.assignee.full_name if plan.assignee else None,
    }


# The dates that come


@act("recurring.write")
def make_due(*, by: Actor, at: datetime, plan: Plan) -> list[Ticket]:
    """Open the tickets of the plan's dates that are due at `at`, each once; those opened.

    Dates that piled up while nothing ran are made or not as the plan says; those that are not are written
    down as such. Nothing while it is paused or once it has ended.
    """
    held = _hold(plan, by)
    if held.paused_at:
        return []
    today = at.astimezone(PARIS).date()
    last = queries.written_until(held)
    since = max(held.from_on, held.starts_on)
    due = [
        one
        for one in policies.due_now(held, queries.working_days(held), max(since, last or since), today)
        if last is None or one.planned_on > last
    ]
    made, missed = policies.kept_and_missed(due, held.catch_up, today)
    if missed:
        _write(held, missed, Outcome.MISSED, at)
        data = {"dates": [one.due_on.isoformat() for one in missed]}
        journal.write(by=by, at=at, code="recurring.dates_missed", about=held, data=data)
    return [_open(held, one, by=by, at=at) for one in made]


def _write(plan: Plan, dates: list[Coming], outcome: str, at: datetime) -> None:
    Occurrence.objects.bulk_create(
        Occurrence(
            provider_id=plan.provider_id,
            client_id=plan.client_id,
            plan=plan,
            planned_on=one.planned_on,
            due_on=one.due_on,
            outcome=outcome,
            written_at=at,
        )
        for one in dates
    )


def _open(plan: Plan, one: Coming, *, by: Actor, at: datetime) -> Ticket:
    """The ticket of one date. A request: the terms promise no hour for it unless they say so themselves."""
    cause = desk_facts.usual_cause(plan.client, plan.equipment_class, Nature.REQUEST, at)
    nature = Nature.REQUEST
    if cause is None:
        nature = Nature.INCIDENT
        cause = desk_facts.usual_cause(plan.client, plan.equipment_class, nature, at) or ""
    ticket: Ticket = desk.open_ticket(
        by=by,
        at=at,
        client=plan.client,
        title=_("%(title)s, %(day)s")
        % {"title": plan.title, "day": wording.day(one.due_on, "fr", year=True, weekday=False)},
        description=text_of(plan),
        origin=Origin.PLAN,
        nature=nature,
        equipment_class=plan.equipment_class,
        equipment_label=plan.equipment_label,
        impact=Impact.ONE,
        urgency=Urgency.CAN_WORK,
        cause=cause,
        site=plan.site,
        contract=plan.contract if plan.contract and _in_force(plan.contract, at) else None,
        assignee=plan.assignee if plan.assignee and _works(plan.assignee, by) else None,
    )
    Occurrence.objects.create(
        provider_id=plan.provider_id,
        client_id=plan.client_id,
        plan=plan,
        planned_on=one.planned_on,
        due_on=one.due_on,
        outcome=Outcome.MADE,
        ticket=ticket,
        written_at=at,
    )
    journal.write(
        by=by,
        at=at,
        code="recurring.ticket_made",
        about=ticket,
        data={"plan": plan.pk, "due_on": one.due_on.isoformat()},
    )
    return ticket


def _in_force(contract: Contract, at: datetime) -> bool:
    on = at.astimezone(PARIS).date()
    return contract.starts_on <= on and (contract.ends_on is None or on <= contract.ends_on)


def _works(person: Person, by: Actor) -> bool:
    try:
        check_staff(person, by)
    except InvalidInput:
        return False
    return True


def text_of(plan: Plan) -> str:
    """What the ticket says: the description, then the lines of the checklist."""
    lines = [f"{BOX} {line.strip()}" for line in plan.checklist.splitlines() if line.strip()]
    return "\n\n".join(filter(None, [plan.description.strip(), "\n".join(lines)]))
