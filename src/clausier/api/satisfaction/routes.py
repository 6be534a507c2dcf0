"""What clients think: the question about a closed ticket, its answer, and what becomes of a bad one."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, ClientRef, Given, Id, Key, Number, Ref, Shape
from clausier.desk import services, surveys
from clausier.desk.models import Survey, SurveySettings
from clausier.directory import queries as directory
from clausier.foundation import clock

routes = Router()
MarkGiven = Annotated[int, Field(ge=1, le=3)]
MARK = gettext_noop("3 satisfait, 2 moyennement, 1 pas satisfait ; nul sans réponse.")


class SurveyOut(Shape):
    """The question about a ticket, and its answer."""

    id: int
    ticket: int
    client: ClientRef
    contact: Ref | None
    technician: Ref | None
    asked_at: At
    mark: int | None = Field(description=MARK)
    comment: str
    answered_at: At | None
    taken_up_at: At | None

    @classmethod
    def of(cls, survey: Survey) -> SurveyOut:
        contact, technician = survey.contact, survey.technician
        return cls(
            id=survey.pk,
            ticket=survey.ticket.number,
            client=ClientRef(number=survey.client.number, name=survey.client.name),
            contact=Ref(id=contact.pk, name=contact.full_name) if contact else None,
            technician=Ref(id=technician.pk, name=technician.full_name) if technician else None,
            asked_at=survey.asked_at,
            mark=survey.mark,
            comment=survey.comment,
            answered_at=survey.answered_at,
            taken_up_at=survey.handled_at,
        )


class SurveysAsked(Asked):
    """Which questions."""

    ticket: Number | None = None
    client: Annotated[str, StringConstraints(max_length=20)] = ""
    mark: MarkGiven | None = None
    waiting: bool = Field(False, description=gettext_noop("Les mauvais avis que personne n’a repris."))


class TakenUp(Given):
    """Nothing more to say."""


class AskedOrNot(Given):
    """Whether a client is asked at all."""

    asked: bool


class AskedOut(Shape):
    """Whether a client is asked at all."""

    client: str
    asked: bool


class SurveySettingsGiven(Given):
    """How clients are asked."""

    is_on: bool
    percent: Annotated[int, Field(ge=1, le=100)] = Field(
        100, description=gettext_noop("Sur cent tickets clos, combien sont concernés.")
    )
    quiet_days: Annotated[int, Field(ge=0, le=365)] = Field(
        7, description=gettext_noop("La même personne n’est pas redemandée avant.")
    )
    changeable_days: Annotated[int, Field(ge=0, le=365)] = 14


class SurveySettingsOut(Shape):
    """How clients are asked."""

    is_on: bool
    percent: int
    quiet_days: int
    changeable_days: int


@reads(
    routes,
    "/surveys",
    "desk.read",
    answers=Page[SurveyOut],
    summary=gettext_noop("Lister les avis"),
    about=gettext_noop("Un jeton de client ne voit que ceux des tickets qu’il lit."),
)
def list_surveys(request: ApiRequest, asked: Query[SurveysAsked]) -> Page[SurveyOut]:
    found = surveys.surveys_visible_to(request.actor)
    if asked.ticket:
        found = found.filter(ticket__number=asked.ticket)
    if asked.client:
        found = found.filter(client__number=asked.client)
    if asked.mark:
        found = found.filter(mark=asked.mark)
    if asked.waiting:
        found = found.filter(mark=1, handled_at=None)
    return page(found, asked, lambda rows: [SurveyOut.of(row) for row in rows])


@reads(
    routes,
    "/surveys/{id}",
    "desk.read",
    answers=SurveyOut,
    summary=gettext_noop("L’avis sur un ticket"),
)
def read_survey(request: ApiRequest, id: Path[Id]) -> SurveyOut:
    return SurveyOut.of(surveys.surveys_visible_to(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/surveys/{id}/taken-up",
    "desk.note",
    answers=SurveyOut,
    summary=gettext_noop("Reprendre un mauvais avis"),
    about=gettext_noop("Quelqu’un en a parlé avec le client."),
)
def take_up_mark(request: ApiRequest, id: Path[Id], body: TakenUp) -> SurveyOut:
    found = surveys.surveys_visible_to(request.actor).get(pk=id)
    services.take_up_mark(by=request.actor, at=clock.now(), survey=found)
    return SurveyOut.of(surveys.surveys_visible_to(request.actor).get(pk=id))


@writes(
    routes,
    "PUT",
    "/clients/{number}/survey",
    "satisfaction.settle",
    answers=AskedOut,
    summary=gettext_noop("Solliciter un client, ou non"),
)
def ask_client(request: ApiRequest, number: Path[Key], body: AskedOrNot) -> AskedOut:
    client = directory.client_by_number(request.actor, number)
    services.ask_client(by=request.actor, at=clock.now(), client=client, asked=body.asked)
    return AskedOut(client=client.number, asked=body.asked)


@reads(
    routes,
    "/survey-settings",
    "satisfaction.settle",
    answers=SurveySettingsOut,
    summary=gettext_noop("L’enquête de satisfaction"),
)
def read_survey_settings(request: ApiRequest) -> SurveySettingsOut:
    held = surveys.settings_of(request.actor.provider) or SurveySettings(provider=request.actor.provider)
    return SurveySettingsOut.model_validate(held)


@writes(
    routes,
    "PUT",
    "/survey-settings",
    "satisfaction.settle",
    answers=SurveySettingsOut,
    summary=gettext_noop("Régler l’enquête de satisfaction"),
    about=gettext_noop("Les liens des lettres mèneront à l’adresse où cette demande est faite."),
)
def settle_surveys(request: ApiRequest, body: SurveySettingsGiven) -> SurveySettingsOut:
    held = services.settle_surveys(
        by=request.actor,
        at=clock.now(),
        site_url=request.build_absolute_uri("/"),
        **body.model_dump(),
    )
    return SurveySettingsOut.model_validate(held)
