"""The shapes of recurring work."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import At, ClientRef, Day, Given, Id, Key, Line, Ref, Sentence, Shape, Word
from clausier.contracts.models import EquipmentClass
from clausier.recurring.models import CatchUp, ClosedDay, Occurrence, Plan, Rhythm
from clausier.recurring.policies import Coming

LongText = Annotated[str, StringConstraints(max_length=10_000)]


class ComingOut(Shape):
    """A date to come: as the rhythm gives it, and when the work is due."""

    planned_on: date
    due_on: date


class PlanOut(Shape):
    """Recurring work of a client, and its next dates."""

    id: int
    client: ClientRef
    title: str
    description: str
    checklist: str
    service: str
    equipment_class: str
    equipment_label: str
    contract: str | None
    site: Ref | None
    assignee: Ref | None
    rhythm: str
    every: int
    weekday: int | None
    month_day: int | None
    week_of_month: int | None
    closed_day: str
    lead_days: int
    catch_up: str
    starts_on: date
    ends_on: date | None
    shown_to_client: bool
    paused_at: At | None
    ended_at: At | None
    next: list[ComingOut]

    @classmethod
    def of(cls, plan: Plan, coming: list[Coming]) -> PlanOut:
        plain = {
            name: getattr(plan, name)
            for name in cls.model_fields
            if name not in ("id", "client", "contract", "site", "assignee", "next")
        }
        assignee = plan.assignee
        return cls(
            id=plan.pk,
            client=ClientRef(number=plan.client.number, name=plan.client.name),
            contract=plan.contract.number if plan.contract else None,
            site=Ref(id=plan.site.pk, name=plan.site.name) if plan.site else None,
            assignee=Ref(id=assignee.pk, name=assignee.full_name) if assignee else None,
            next=[ComingOut.model_validate(one) for one in coming],
            **plain,
        )


class PlansAsked(Asked):
    """Which plans."""

    client: Key | None = None
    ended: bool = Field(False, description=gettext_noop("Ceux qui sont arrêtés."))


class PlanFactsGiven(Given):
    """What the plan says."""

    title: Annotated[str, StringConstraints(max_length=160)] = Field(examples=["Contrôle des sauvegardes"])
    equipment_class: EquipmentClass
    rhythm: Rhythm
    starts_on: Day = Field(examples=["2026-11-23"])
    every: int = Field(1, ge=1, le=104)
    weekday: int | None = Field(None, ge=0, le=6, description=gettext_noop("Le lundi est 0."), examples=[0])
    month_day: int | None = Field(None, ge=1, le=31)
    week_of_month: int | None = Field(
        None, ge=-1, le=4, description=gettext_noop("De 1 à 4 ; -1 est la dernière.")
    )
    description: LongText = ""
    checklist: LongText = Field("", description=gettext_noop("Une ligne par point."))
    service: Annotated[str, StringConstraints(max_length=60)] = Field(
        "", description=gettext_noop("Un service du catalogue des conditions du client.")
    )
    equipment_label: Line = ""
    contract: Word | None = None
    site: Id | None = None
    assignee: Id | None = None
    closed_day: ClosedDay = ClosedDay.LATER
    lead_days: int = Field(0, ge=0, le=90)
    catch_up: CatchUp = CatchUp.LATEST
    ends_on: Day | None = None
    shown_to_client: bool = True


class PlanGiven(PlanFactsGiven):
    """Work to plan, and for whom."""

    client: Key = Field(examples=["CL-001"])


class Pause(Given):
    """Why, if it is said."""

    reason: Sentence = ""


class OccurrenceOut(Shape):
    """What became of a date."""

    id: int
    planned_on: date
    due_on: date
    outcome: str
    ticket: int | None
    ticket_state: str | None

    @classmethod
    def of(cls, one: Occurrence) -> OccurrenceOut:
        return cls(
            id=one.pk,
            planned_on=one.planned_on,
            due_on=one.due_on,
            outcome=one.outcome,
            ticket=one.ticket.number if one.ticket else None,
            ticket_state=one.ticket.state if one.ticket else None,
        )
