"""How an intervention is conducted: agreements, machines taken over, stops, who is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import Http404
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.access import queries as access
from clausier.access import services as access_services
from clausier.access.models import Agreement, RemoteSession
from clausier.api.conduct.shapes import (
    AgreementAsked,
    AgreementOut,
    AnswerGiven,
    NoticeOut,
    NoticesAsked,
    PriceOut,
    Prices,
    RemoteGiven,
    RemoteOut,
    StandingGiven,
    StepTold,
    StopGiven,
    StopOut,
    ToolChanges,
    ToolGiven,
    ToolOut,
    Withdrawal,
)
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Key, Number
from clausier.api.tickets import reading
from clausier.api.tickets.routes import told
from clausier.desk import effects, policies, queries, services
from clausier.desk.models import Notice, Step
from clausier.foundation import clock

routes = Router()


def _numbers(request: ApiRequest, ids: Iterable[int | None]) -> dict[int, int]:
    """The numbers of the tickets that one sees, by id."""
    seen = queries.tickets_visible_to(request.actor).filter(pk__in={one for one in ids if one})
    return dict(seen.order_by().values_list("pk", "number"))


def _agreements(request: ApiRequest, rows: Sequence[Agreement]) -> list[AgreementOut]:
    numbers = _numbers(request, (row.ticket_id for row in rows))
    return [AgreementOut.of(row, numbers) for row in rows]


def _agreement(request: ApiRequest, one: Agreement) -> AgreementOut:
    fresh = access.agreements_visible_to(request.actor).get(pk=one.pk)
    return _agreements(request, [fresh])[0]


@reads(
    routes,
    "/tickets/{number}/agreements",
    "access.read",
    answers=Page[AgreementOut],
    summary=gettext_noop("Lister les accords d’un ticket"),
)
def list_agreements(request: ApiRequest, number: Path[Number], asked: Query[Asked]) -> Page[AgreementOut]:
    found = access.of_ticket(reading.ticket_of(request, number).pk)
    return page(found, asked, lambda rows: _agreements(request, rows))


@writes(
    routes,
    "POST",
    "/tickets/{number}/agreements",
    "access.record",
    answers=AgreementOut,
    status=201,
    summary=gettext_noop("Demander un accord au client"),
    about=gettext_noop("La question paraît au portail, et part par courriel à qui préfère le courriel."),
)
def ask_agreement(request: ApiRequest, number: Path[Number], body: AgreementAsked) -> AgreementOut:
    ticket = reading.ticket_of(request, number)
    made = services.ask_agreement(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        kind=body.kind.value,
        about=body.about,
        asked_of=reading.contact_named([ticket.client], body.asked_of, "asked_of"),
        site_url=request.build_absolute_uri("/"),
    )
    return _agreement(request, made)


@writes(
    routes,
    "POST",
    "/tickets/{number}/agreement-answers",
    "access.record",
    answers=AgreementOut,
    status=201,
    summary=gettext_noop("Noter la réponse du client"),
    about=gettext_noop(
        "Donnée au téléphone, de vive voix ou par écrit ; un refus de sauvegarder se note aussi."
    ),
)
def record_agreement(request: ApiRequest, number: Path[Number], body: AnswerGiven) -> AgreementOut:
    ticket = reading.ticket_of(request, number)
    parties = [party for party in (ticket.client, ticket.beneficiary) if party]
    answer = body.answer(reading.contact_named(parties, body.contact))
    made = services.record_agreement(
        by=request.actor, at=clock.now(), ticket=ticket, kind=body.kind.value, answer=answer
    )
    return _agreement(request, made)


@writes(
    routes,
    "POST",
    "/agreements/{id}/withdrawal",
    "access.withdraw",
    answers=AgreementOut,
    summary=gettext_noop("Retirer un accord"),
)
def withdraw_agreement(request: ApiRequest, id: Path[Id], body: Withdrawal) -> AgreementOut:
    found = access.agreements_visible_to(request.actor).get(pk=id)
    act = access_services.withdraw_standing if found.ticket_id is None else services.withdraw_agreement
    return _agreement(request, act(by=request.actor, at=clock.now(), agreement=found, reason=body.reason))


@reads(
    routes,
    "/clients/{number}/agreements",
    "access.read",
    answers=Page[AgreementOut],
    summary=gettext_noop("Lister les accords permanents d’un client"),
)
def list_standing(request: ApiRequest, number: Path[Key], asked: Query[Asked]) -> Page[AgreementOut]:
    found = access.standing(request.actor, reading.client_named(request.actor, number))
    return page(found, asked, lambda rows: _agreements(request, rows))


@writes(
    routes,
    "POST",
    "/clients/{number}/agreements",
    "access.record",
    answers=AgreementOut,
    status=201,
    summary=gettext_noop("Noter un accord permanent"),
)
def record_standing(request: ApiRequest, number: Path[Key], body: StandingGiven) -> AgreementOut:
    client = reading.client_named(request.actor, number)
    made = access_services.record_standing(
        by=request.actor,
        at=clock.now(),
        client=client,
        kind=body.kind.value,
        site=reading.site_named([client], body.site),
        answer=body.answer(reading.contact_named([client], body.contact)),
    )
    return _agreement(request, made)


# Machines taken over


@reads(
    routes,
    "/remote-tools",
    "access.record",
    answers=Page[ToolOut],
    summary=gettext_noop("Lister les outils de prise en main"),
)
def list_remote_tools(request: ApiRequest, asked: Query[Asked]) -> Page[ToolOut]:
    return page(access.tools(request.actor), asked, lambda rows: [ToolOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/remote-tools",
    "access.settle",
    answers=ToolOut,
    status=201,
    summary=gettext_noop("Ajouter un outil de prise en main"),
)
def add_remote_tool(request: ApiRequest, body: ToolGiven) -> ToolOut:
    return ToolOut.of(access_services.add_tool(by=request.actor, at=clock.now(), name=body.name))


@writes(
    routes,
    "PATCH",
    "/remote-tools/{id}",
    "access.settle",
    answers=ToolOut,
    summary=gettext_noop("Mettre un outil en service, ou le retirer"),
)
def change_remote_tool(request: ApiRequest, id: Path[Id], body: ToolChanges) -> ToolOut:
    tool = access.tools(request.actor).get(pk=id)
    return ToolOut.of(
        access_services.use_tool(by=request.actor, at=clock.now(), tool=tool, is_active=body.is_active)
    )


def _remotes(request: ApiRequest, rows: Sequence[RemoteSession]) -> list[RemoteOut]:
    numbers = _numbers(request, (row.ticket_id for row in rows))
    return [RemoteOut.of(row, numbers) for row in rows]


@reads(
    routes,
    "/remote-sessions",
    "access.read",
    answers=Page[RemoteOut],
    summary=gettext_noop("Lister les prises en main"),
    about=gettext_noop("Qui a touché quelle machine, quand, pourquoi et sous quel accord."),
)
def list_remote_sessions(request: ApiRequest, asked: Query[Asked]) -> Page[RemoteOut]:
    return page(access.sessions_visible_to(request.actor), asked, lambda rows: _remotes(request, rows))


@reads(
    routes,
    "/tickets/{number}/remote-sessions",
    "access.read",
    answers=Page[RemoteOut],
    summary=gettext_noop("Lister les prises en main d’un ticket"),
)
def list_ticket_remote_sessions(
    request: ApiRequest, number: Path[Number], asked: Query[Asked]
) -> Page[RemoteOut]:
    found = access.sessions_of_ticket(reading.ticket_of(request, number).pk)
    return page(found, asked, lambda rows: _remotes(request, rows))


@writes(
    routes,
    "POST",
    "/tickets/{number}/remote-sessions",
    "desk.work",
    answers=RemoteOut,
    status=201,
    summary=gettext_noop("Commencer une prise en main"),
    about=gettext_noop("Refusée sans l’accord du client, pour ce ticket ou permanent."),
)
def start_remote(request: ApiRequest, number: Path[Number], body: RemoteGiven) -> RemoteOut:
    ticket = reading.ticket_of(request, number)
    session = services.start_remote(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        tool=access.tools(request.actor).get(pk=body.tool),
        equipment=body.equipment,
        reason=body.reason,
    )
    return RemoteOut.of(session, {ticket.pk: ticket.number})


@writes(
    routes,
    "POST",
    "/remote-sessions/{id}/end",
    "desk.work",
    answers=RemoteOut,
    summary=gettext_noop("Terminer une prise en main"),
)
def end_remote(request: ApiRequest, id: Path[Id]) -> RemoteOut:
    found = access.sessions_visible_to(request.actor).get(pk=id)
    ended = services.end_remote(by=request.actor, at=clock.now(), session=found)
    return _remotes(request, [ended])[0]


# Steps, stops, notices


@reads(
    routes,
    "/tickets/{number}/step-prices",
    "desk.read",
    answers=Prices,
    summary=gettext_noop("Lire le prix des étapes à venir"),
    about=gettext_noop("Ce que l’heure coûterait au client à chaque étape, et pourquoi."),
)
def read_step_prices(request: ApiRequest, number: Path[Number]) -> Prices:
    ticket = reading.ticket_of(request, number)
    higher = [step for step in Step.values if policies.is_above(step, ticket.step)]
    found = [(step, effects.of_step(ticket, step, clock.now())) for step in higher]
    items = [
        PriceOut(
            step=step,
            kind=effect.kind,
            amount=effect.as_json()["amount"],
            minimum_minutes=effect.minimum,
            says=effects.says(effect.as_json()),
            outcome=told(effect.outcome) if effect.outcome else None,
        )
        for step, effect in found
    ]
    return Prices(items=items)


@reads(
    routes,
    "/tickets/{number}/stops",
    "desk.read",
    answers=Page[StopOut],
    summary=gettext_noop("Lister les arrêts d’intervention"),
)
def list_stops(request: ApiRequest, number: Path[Number], asked: Query[Asked]) -> Page[StopOut]:
    found = reading.ticket_of(request, number).stops.select_related("ticket", "person")
    return page(found, asked, lambda rows: [StopOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/tickets/{number}/stops",
    "desk.work",
    answers=StopOut,
    status=201,
    summary=gettext_noop("Arrêter une intervention"),
    about=gettext_noop("Pour un motif du livre ; la promesse attend là où une clause le permet."),
)
def stop_intervention(request: ApiRequest, number: Path[Number], body: StopGiven) -> StopOut:
    ticket = reading.ticket_of(request, number)
    stopped = services.stop_intervention(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        reason=body.reason,
        note=body.note,
        duty=body.duty,
    )
    return StopOut.of(stopped)


@reads(
    routes,
    "/notices",
    "desk.note",
    answers=Page[NoticeOut],
    summary=gettext_noop("Lister qui est à prévenir"),
    about=gettext_noop("Les étapes dont un contact qui préfère le téléphone n’a pas encore été prévenu."),
)
def list_notices(request: ApiRequest, asked: Query[NoticesAsked]) -> Page[NoticeOut]:
    found = queries.notices(request.actor, waiting=asked.waiting)
    return page(found, asked, lambda rows: [NoticeOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/notices/{id}/told",
    "desk.note",
    answers=NoticeOut,
    summary=gettext_noop("Noter que le contact est prévenu"),
)
def tell_by_phone(request: ApiRequest, id: Path[Id], body: StepTold) -> NoticeOut:
    notice: Notice | None = queries.notices(request.actor, waiting=False).filter(pk=id).first()
    if notice is None:
        raise Http404
    return NoticeOut.of(
        services.tell_by_phone(by=request.actor, at=clock.now(), notice=notice, note=body.note)
    )
