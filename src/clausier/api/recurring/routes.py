"""Recurring work: planned, changed, paused, ended; its dates, and the tickets that they opened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.recurring.shapes import (
    OccurrenceOut,
    Pause,
    PlanFactsGiven,
    PlanGiven,
    PlanOut,
    PlansAsked,
)
from clausier.api.shapes import Given, Id
from clausier.api.tickets import reading
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.recurring import queries, services
from clausier.recurring.models import Plan
from clausier.recurring.services import PlanFacts

routes = Router()


class NothingRecurring(Given):
    """Nothing needs to be said."""


@reads(
    routes,
    "/recurring-plans",
    "recurring.read",
    answers=Page[PlanOut],
    summary=gettext_noop("Lister les travaux récurrents"),
)
def list_plans(request: ApiRequest, asked: Query[PlansAsked]) -> Page[PlanOut]:
    found = queries.plans(request.actor).filter(ended_at__isnull=not asked.ended)
    if asked.client:
        found = found.filter(client__number=asked.client)
    return page(found, asked, lambda rows: [_shown(one) for one in rows])


@reads(
    routes,
    "/recurring-plans/{id}",
    "recurring.read",
    answers=PlanOut,
    summary=gettext_noop("Lire un travail récurrent"),
)
def read_plan(request: ApiRequest, id: Path[Id]) -> PlanOut:
    return _shown(_plan(request, id))


@writes(
    routes,
    "POST",
    "/recurring-plans",
    "recurring.write",
    answers=PlanOut,
    status=201,
    summary=gettext_noop("Planifier un travail récurrent"),
    about=gettext_noop("Un ticket s’ouvre à chaque date, une seule fois, « lead_days » jours avant."),
)
def create_plan(request: ApiRequest, body: PlanGiven) -> PlanOut:
    client = directory.client_numbered(request.actor, body.client)
    if client is None:
        raise InvalidInput(_("Choisissez un client."), field="client")
    facts = _facts(request, client, body)
    made = services.create_plan(by=request.actor, at=clock.now(), client=client, facts=facts)
    return _shown(_plan(request, made.pk))


@writes(
    routes,
    "PUT",
    "/recurring-plans/{id}",
    "recurring.write",
    answers=PlanOut,
    summary=gettext_noop("Modifier un travail récurrent"),
)
def change_plan(request: ApiRequest, id: Path[Id], body: PlanFactsGiven) -> PlanOut:
    found = _plan(request, id)
    facts = _facts(request, found.client, body)
    services.change_plan(by=request.actor, at=clock.now(), plan=found, facts=facts)
    return _shown(_plan(request, id))


@writes(
    routes,
    "POST",
    "/recurring-plans/{id}/pause",
    "recurring.write",
    answers=PlanOut,
    summary=gettext_noop("Suspendre un travail récurrent"),
)
def pause_plan(request: ApiRequest, id: Path[Id], body: Pause) -> PlanOut:
    found = _plan(request, id)
    services.pause_plan(by=request.actor, at=clock.now(), plan=found, reason=body.reason)
    return _shown(_plan(request, id))


@writes(
    routes,
    "POST",
    "/recurring-plans/{id}/resume",
    "recurring.write",
    answers=PlanOut,
    summary=gettext_noop("Reprendre un travail récurrent"),
    about=gettext_noop("Les dates de la suspension ne sont pas rattrapées."),
)
def resume_plan(request: ApiRequest, id: Path[Id], body: NothingRecurring) -> PlanOut:
    services.resume_plan(by=request.actor, at=clock.now(), plan=_plan(request, id))
    return _shown(_plan(request, id))


@writes(
    routes,
    "POST",
    "/recurring-plans/{id}/end",
    "recurring.write",
    answers=PlanOut,
    summary=gettext_noop("Arrêter un travail récurrent"),
)
def end_plan(request: ApiRequest, id: Path[Id], body: NothingRecurring) -> PlanOut:
    services.end_plan(by=request.actor, at=clock.now(), plan=_plan(request, id))
    return _shown(_plan(request, id))


@reads(
    routes,
    "/recurring-plans/{id}/occurrences",
    "recurring.read",
    answers=Page[OccurrenceOut],
    summary=gettext_noop("Ce que sont devenues les dates d’un travail récurrent"),
)
def list_occurrences(request: ApiRequest, id: Path[Id], asked: Query[Asked]) -> Page[OccurrenceOut]:
    found = queries.occurrences(request.actor).filter(plan=_plan(request, id))
    return page(found, asked, lambda rows: [OccurrenceOut.of(one) for one in rows])


def _plan(request: ApiRequest, pk: int) -> Plan:
    return queries.plans(request.actor).get(pk=pk)


def _shown(plan: Plan) -> PlanOut:
    return PlanOut.of(plan, queries.next_dates(plan, clock.today()))


def _facts(request: ApiRequest, client: Client, body: PlanFactsGiven) -> PlanFacts:
    """What is sent, with the rows that it names. Raises InvalidInput naming the field."""
    request.actor.must("recurring.write")
    given: dict[str, Any] = body.model_dump(exclude={"client", "contract", "site", "assignee"})
    site = contract = None
    if body.site is not None and (site := client.sites.filter(pk=body.site).first()) is None:
        raise InvalidInput(_("Ce site n’est pas de ce client."), field="site")
    if body.contract and (contract := client.contracts.filter(number=body.contract).first()) is None:
        raise InvalidInput(_("Ce contrat n’est pas de ce client."), field="contract")
    assignee = reading.person_named(request.actor, body.assignee)
    return PlanFacts(site=site, contract=contract, assignee=assignee, **given)
