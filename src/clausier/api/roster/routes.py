"""Absences, who takes what, the on-call: read and kept by machines as by the console."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.roster.shapes import (
    AbsenceGiven,
    AbsenceOut,
    AbsencesAsked,
    CallOutOut,
    CallOutsAsked,
    Need,
    NeedsGiven,
    NeedsOut,
    OnCallNow,
    OnCallOut,
    ProposalOut,
    RosterSettingsGiven,
    RosterSettingsOut,
    RotaGiven,
    RotaOut,
    StandInGiven,
    TurnOut,
    TurnsAsked,
    TurnsOut,
    hour_of,
)
from clausier.api.shapes import Given, Id, Number, Ref
from clausier.api.tickets import reading
from clausier.api.tickets.shapes import TicketOut
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.roster import facts, queries, services
from clausier.roster.models import AssignmentMode, Rota, Swap

routes = Router()
WIDEST = timedelta(days=400)


class Nothing(Given):
    """Nothing needs to be said."""


# Absences


@reads(
    routes,
    "/absences",
    "roster.read",
    answers=Page[AbsenceOut],
    summary=gettext_noop("Lister les absences"),
)
def list_absences(request: ApiRequest, asked: Query[AbsencesAsked]) -> Page[AbsenceOut]:
    found = (
        queries.absences(request.actor) if asked.past else queries.absences_from(request.actor, clock.now())
    )
    return page(found, asked, lambda rows: [AbsenceOut.of(request.actor, one) for one in rows])


@writes(
    routes,
    "POST",
    "/absences",
    "roster.absent",
    answers=AbsenceOut,
    status=201,
    summary=gettext_noop("Noter une absence"),
    about=gettext_noop("La sienne ; celle d’un autre demande le droit de tenir les absences."),
)
def enter_absence(request: ApiRequest, body: AbsenceGiven) -> AbsenceOut:
    given = body.model_dump(exclude={"person"})
    person = _person(request, body.person) if body.person else request.actor.person
    assert person
    made = services.enter_absence(by=request.actor, at=clock.now(), person=person, **given)
    return AbsenceOut.of(request.actor, made)


@writes(
    routes,
    "POST",
    "/absences/{id}/cancel",
    "roster.absent",
    answers=AbsenceOut,
    summary=gettext_noop("Annuler une absence"),
)
def cancel_absence(request: ApiRequest, id: Path[Id], body: Nothing) -> AbsenceOut:
    found = queries.absences(request.actor).get(pk=id)
    services.cancel_absence(by=request.actor, at=clock.now(), absence=found)
    return AbsenceOut.of(request.actor, found)


# Who takes a ticket


@reads(
    routes,
    "/tickets/{number}/proposal",
    "roster.read",
    answers=ProposalOut,
    summary=gettext_noop("À qui un ticket serait confié"),
    about=gettext_noop("Compétences, agence, présence, travail en cours : comparés à cet instant."),
)
def read_proposal(request: ApiRequest, number: Path[Number]) -> ProposalOut:
    ticket = reading.ticket_of(request, number)
    in_turn = queries.settings_of(ticket.provider).assignment == AssignmentMode.ROUND_ROBIN
    return ProposalOut.of(facts.proposal(ticket, clock.now(), in_turn=in_turn))


@writes(
    routes,
    "POST",
    "/tickets/{number}/proposal",
    "desk.assign",
    answers=TicketOut,
    summary=gettext_noop("Confier un ticket comme proposé"),
)
def accept_proposal(request: ApiRequest, number: Path[Number], body: Nothing) -> TicketOut:
    ticket = reading.ticket_of(request, number)
    services.accept_proposal(by=request.actor, at=clock.now(), ticket=ticket)
    return reading.shown(request.actor, [reading.ticket_of(request, number)])[0]


@reads(
    routes,
    "/roster/settings",
    "roster.read",
    answers=RosterSettingsOut,
    summary=gettext_noop("Comment les tickets sont partagés"),
)
def read_roster_settings(request: ApiRequest) -> RosterSettingsOut:
    return RosterSettingsOut.model_validate(queries.settings_of(request.actor.provider))


@writes(
    routes,
    "PUT",
    "/roster/settings",
    "roster.settle",
    answers=RosterSettingsOut,
    summary=gettext_noop("Régler le partage des tickets"),
    about=gettext_noop(
        "« urgent_priority » est un usage de la maison : à toute heure fermée, ces priorités appellent "
        "l’astreinte. Nul : seulement ce que les conditions du client ouvrent."
    ),
)
def settle_roster(request: ApiRequest, body: RosterSettingsGiven) -> RosterSettingsOut:
    kept = services.settle(by=request.actor, at=clock.now(), **body.model_dump())
    return RosterSettingsOut.model_validate(kept)


@reads(
    routes,
    "/roster/needs",
    "roster.read",
    answers=NeedsOut,
    summary=gettext_noop("Quels tickets demandent quelle compétence"),
)
def read_needs(request: ApiRequest) -> NeedsOut:
    return _needs(request)


@writes(
    routes,
    "PUT",
    "/roster/needs",
    "roster.write",
    answers=NeedsOut,
    summary=gettext_noop("Écrire les compétences demandées"),
)
def write_needs(request: ApiRequest, body: NeedsGiven) -> NeedsOut:
    needs = [one.model_dump() for one in body.needs]
    services.write_needs(by=request.actor, at=clock.now(), needs=needs)
    return _needs(request)


def _needs(request: ApiRequest) -> NeedsOut:
    """All needs as they stand."""
    found = queries.needs(request.actor)
    return NeedsOut(
        needs=[
            Need(skill=one.skill.name, equipment_class=one.equipment_class, cause=one.cause) for one in found
        ]
    )


# The on-call


@reads(routes, "/on-call", "roster.read", answers=OnCallNow, summary=gettext_noop("Qui est d’astreinte"))
def read_on_call(request: ApiRequest) -> OnCallNow:
    return OnCallNow(rotas=[_standing(one) for one in queries.standings(request.actor, clock.now())])


def _standing(one: queries.Standing) -> OnCallOut:
    people = {person.pk: person for person in (one.person, one.follower) if person}
    return OnCallOut(
        rota=Ref(id=one.rota.pk, name=one.rota.name),
        now=TurnOut.of(one.now, people) if one.now else None,
        next=TurnOut.of(one.next, people) if one.next else None,
        absent=one.away_until is not None,
    )


@reads(
    routes,
    "/on-call-rotas",
    "roster.read",
    answers=Page[RotaOut],
    summary=gettext_noop("Lister les tours d’astreinte"),
)
def list_rotas(request: ApiRequest, asked: Query[Asked]) -> Page[RotaOut]:
    return page(
        queries.rotas(request.actor),
        asked,
        lambda rows: [RotaOut.of(one) for one in rows],
        newest_first=False,
    )


@writes(
    routes,
    "POST",
    "/on-call-rotas",
    "roster.write",
    answers=RotaOut,
    status=201,
    summary=gettext_noop("Créer des tours d’astreinte"),
)
def create_rota(request: ApiRequest, body: RotaGiven) -> RotaOut:
    site_url = request.build_absolute_uri("/")
    made = services.create_rota(
        by=request.actor, at=clock.now(), site_url=site_url, **_rota_facts(request, body)
    )
    return RotaOut.of(_rota(request, made.pk))


@writes(
    routes,
    "PUT",
    "/on-call-rotas/{id}",
    "roster.write",
    answers=RotaOut,
    summary=gettext_noop("Modifier des tours d’astreinte"),
)
def change_rota(request: ApiRequest, id: Path[Id], body: RotaGiven) -> RotaOut:
    found = _rota(request, id)
    services.change_rota(by=request.actor, at=clock.now(), rota=found, **_rota_facts(request, body))
    return RotaOut.of(_rota(request, id))


@writes(
    routes,
    "POST",
    "/on-call-rotas/{id}/end",
    "roster.write",
    answers=RotaOut,
    summary=gettext_noop("Arrêter des tours d’astreinte"),
)
def end_rota(request: ApiRequest, id: Path[Id], body: Nothing) -> RotaOut:
    found = _rota(request, id)
    services.end_rota(by=request.actor, at=clock.now(), rota=found)
    return RotaOut.of(found)


@reads(
    routes,
    "/on-call-rotas/{id}/turns",
    "roster.read",
    answers=TurnsOut,
    summary=gettext_noop("Lire les tours à venir"),
)
def list_turns(request: ApiRequest, id: Path[Id], asked: Query[TurnsAsked]) -> TurnsOut:
    since = asked.since or clock.now()
    before = asked.before or since + timedelta(days=31)
    if not since < before <= since + WIDEST:
        raise InvalidInput(_("La fin vient après le début, dans l’année."), field="before")
    turns = queries.turns(_rota(request, id), since, before)
    people = queries.people_of({one.person_id for one in turns})
    return TurnsOut(turns=[TurnOut.of(one, people) for one in turns])


@writes(
    routes,
    "POST",
    "/on-call-rotas/{id}/stand-ins",
    "roster.answer",
    answers=TurnsOut,
    status=201,
    summary=gettext_noop("Noter un remplacement d’astreinte"),
    about=gettext_noop("Soi-même ; quelqu’un d’autre demande le droit de tenir les tours."),
)
def stand_in(request: ApiRequest, id: Path[Id], body: StandInGiven) -> TurnsOut:
    rota = _rota(request, id)
    services.stand_in(
        by=request.actor,
        at=clock.now(),
        rota=rota,
        person=_person(request, body.person),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
    )
    turns = queries.turns(rota, body.starts_at, body.ends_at)
    people = queries.people_of({one.person_id for one in turns})
    return TurnsOut(turns=[TurnOut.of(one, people) for one in turns])


@writes(
    routes,
    "POST",
    "/on-call-stand-ins/{id}/cancel",
    "roster.answer",
    answers=RotaOut,
    summary=gettext_noop("Annuler un remplacement d’astreinte"),
)
def stand_down(request: ApiRequest, id: Path[Id], body: Nothing) -> RotaOut:
    swap = Swap.objects.select_related("rota").get(pk=id, provider=request.actor.provider)
    services.stand_down(by=request.actor, at=clock.now(), swap=swap)
    return RotaOut.of(swap.rota)


def _rota(request: ApiRequest, pk: int) -> Rota:
    return queries.rotas(request.actor).get(pk=pk)


def _rota_facts(request: ApiRequest, body: RotaGiven) -> dict[str, Any]:
    given = body.model_dump(exclude={"agency", "people", "handover_at"})
    agency = None
    if body.agency is not None:
        agency = directory.agencies(request.actor).filter(pk=body.agency).first()
        if agency is None:
            raise InvalidInput(_("Choisissez une agence dans la liste."), field="agency")
    people = [_person(request, pk, "people") for pk in body.people]
    return given | {"agency": agency, "people": people, "handover_at": hour_of(body.handover_at)}


def _person(request: ApiRequest, pk: int, field: str = "person") -> Person:
    found = reading.person_named(request.actor, pk, field)
    assert found
    return found


# Call-outs


@reads(
    routes,
    "/call-outs",
    "roster.read",
    answers=Page[CallOutOut],
    summary=gettext_noop("Lister les appels d’astreinte"),
)
def list_call_outs(request: ApiRequest, asked: Query[CallOutsAsked]) -> Page[CallOutOut]:
    found = queries.call_outs(request.actor)
    if asked.state:
        found = found.filter(state=asked.state)
    return page(found, asked, lambda rows: [CallOutOut.of(one) for one in rows])


@writes(
    routes,
    "POST",
    "/tickets/{number}/call-out",
    "roster.call_out",
    answers=CallOutOut,
    status=201,
    summary=gettext_noop("Appeler l’astreinte pour un ticket"),
)
def call_out(request: ApiRequest, number: Path[Number], body: Nothing) -> CallOutOut:
    ticket = reading.ticket_of(request, number)
    made = services.call_out(by=request.actor, at=clock.now(), ticket=ticket)
    return CallOutOut.of(queries.call_outs(request.actor).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/call-outs/{id}/answer",
    "roster.answer",
    answers=CallOutOut,
    summary=gettext_noop("Prendre un appel d’astreinte"),
)
def answer_call_out(request: ApiRequest, id: Path[Id], body: Nothing) -> CallOutOut:
    found = queries.call_outs(request.actor).get(pk=id)
    services.answer(by=request.actor, at=clock.now(), call_out=found)
    return CallOutOut.of(queries.call_outs(request.actor).get(pk=id))
