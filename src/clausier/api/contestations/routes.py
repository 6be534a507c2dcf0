"""Corrections of validated work, contestations of it, and a person's own time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, ClientRef, Day, Given, Id, Instant, Key, Minutes, Number, Shape, Text
from clausier.api.tickets import reading
from clausier.desk import queries, services, timesheets
from clausier.desk.models import Contestation, WorkCorrection, WorkDomain, WorkEntry, WorkMode, WorkSession
from clausier.desk.states import ContestationState
from clausier.directory.models import Contact, Grade
from clausier.foundation import clock

routes = Router()

Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
MOST_DAYS = 62


class RightEntry(Given):
    """A line of a session as it should have been."""

    minutes: Minutes
    text: Text
    domain: WorkDomain | None = None


class WorkCorrectionGiven(Given):
    """A validated session as it should have been."""

    reason: Reason = Field(description=gettext_noop("Le client le lit."))
    entries: list[RightEntry] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop("Vide : la séance est reprise entièrement, rien ne la remplace."),
    )
    mode: WorkMode | None = Field(None, description=gettext_noop("Celui de la séance, sinon."))
    grade: Grade | None = None
    zone: Annotated[int, Field(ge=1, le=1000)] | None = None
    km: Annotated[Decimal, Field(ge=0, max_digits=5, decimal_places=1)] | None = None


class CorrectionOut(Shape):
    """What came back of a session, and what took its place."""

    session: int
    replacement: int | None
    contestation: int | None
    reason: str
    points: Decimal | None = Field(description=gettext_noop("Rendus au compte."))
    amount: Decimal | None = Field(description=gettext_noop("Euros hors taxes repris."))
    at: At
    by: str

    @classmethod
    def of(cls, one: WorkCorrection) -> CorrectionOut:
        return cls(
            session=one.session_id,
            replacement=one.replacement_id,
            contestation=one.contestation_id,
            reason=one.reason,
            points=one.points,
            amount=one.amount,
            at=one.at,
            by=one.by_name,
        )


class ContestationOut(Shape):
    """Recorded work that the client contests."""

    id: int
    client: ClientRef
    ticket: int
    state: str
    channel: str
    by: str
    reason: str
    made_at: At
    answer: str
    answered_at: At | None
    entries: list[int] = Field(description=gettext_noop("Les lignes contestées."))
    sessions: list[int]
    corrections: list[CorrectionOut]

    @classmethod
    def of(cls, one: Contestation) -> ContestationOut:
        entries = [row.entry for row in one.contested.all()]
        return cls(
            id=one.pk,
            client=ClientRef(number=one.client.number, name=one.client.name),
            ticket=one.ticket.number,
            state=one.state,
            channel=one.channel,
            by=one.author_name,
            reason=one.reason,
            made_at=one.made_at,
            answer=one.answer,
            answered_at=one.answered_at,
            entries=[entry.pk for entry in entries],
            sessions=sorted({entry.session_id for entry in entries}),
            corrections=[CorrectionOut.of(row) for row in one.corrections.all()],
        )


class ContestationsAsked(Asked):
    """Which contestations."""

    state: ContestationState | None = None
    client: Key | None = None
    ticket: Number | None = None
    since: Instant | None = None
    before: Instant | None = None


class ContestationGiven(Given):
    """What is contested; who said so and how, where it was told to the staff."""

    entries: list[Id] = Field(
        min_length=1,
        max_length=200,
        description=gettext_noop("Des lignes de séances validées de ce ticket."),
        examples=[[1]],
    )
    reason: Words
    channel: Literal["phone", "mail"] | None = Field(
        None, description=gettext_noop("Pour un jeton de l’équipe : comment le client l’a dit.")
    )
    contact: Id | None = Field(None, description=gettext_noop("Pour un jeton de l’équipe : qui l’a dit."))


class Upheld(Given):
    """The client is right: the sessions contested, as they should have been."""

    answer: Words
    sessions: list[SessionRight] = Field(min_length=1, max_length=50)


class SessionRight(Given):
    """A contested session; without entries it is taken back whole."""

    session: Id
    entries: list[RightEntry] = Field(default_factory=list, max_length=50)


class Rejected(Given):
    """Why the work stands."""

    answer: Words


class Withdrawn(Given):
    """Why the client no longer contests, if it was said."""

    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class WorkedOut(Shape):
    """A session on one day."""

    session: int
    ticket: int
    client: ClientRef
    state: str
    seconds: int
    flags: list[str] = Field(description=gettext_noop("forgotten, overlap."))


class TimeDayOut(Shape):
    """A day of one's time, in seconds of work."""

    on: date
    seconds: int
    validated: int
    waiting: int
    flags: list[str] = Field(description=gettext_noop("long-day : plus de dix heures."))
    sessions: list[WorkedOut]


class TimeOut(Shape):
    """One's time, day by day."""

    days: list[TimeDayOut]


class TimeAsked(Given):
    """From which day, how many days."""

    from_on: Day
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7


Upheld.model_rebuild()


@writes(
    routes,
    "POST",
    "/sessions/{id}/correction",
    "desk.correct",
    answers=CorrectionOut,
    status=201,
    summary=gettext_noop("Corriger une séance validée"),
    about=gettext_noop(
        "Rien de la séance ne change : ce qu’elle a pris est rendu par une contre-écriture, et la séance "
        "exacte, s’il y en a une, est décomptée à sa place."
    ),
)
def correct_work(request: ApiRequest, id: Path[Id], body: WorkCorrectionGiven) -> CorrectionOut:
    found = queries.session_by_id(request.actor, id)
    if found is None:
        raise WorkSession.DoesNotExist
    made = services.correct_work(
        by=request.actor,
        at=clock.now(),
        session=found,
        reason=body.reason,
        entries=_entries(body.entries),
        mode=body.mode.value if body.mode else "",
        grade=body.grade.value if body.grade else "",
        zone=body.zone,
        km=body.km,
    )
    return CorrectionOut.of(made)


@reads(
    routes,
    "/tickets/{number}/corrections",
    "desk.read",
    answers=Page[CorrectionOut],
    summary=gettext_noop("Lister les corrections du travail d’un ticket"),
)
def list_corrections(request: ApiRequest, number: Path[Number], asked: Query[Asked]) -> Page[CorrectionOut]:
    found = WorkCorrection.objects.filter(session__ticket=reading.ticket_of(request, number))
    return page(found, asked, lambda rows: [CorrectionOut.of(row) for row in rows], newest_first=False)


@reads(
    routes,
    "/contestations",
    "desk.read",
    answers=Page[ContestationOut],
    summary=gettext_noop("Lister les contestations"),
)
def list_contestations(request: ApiRequest, asked: Query[ContestationsAsked]) -> Page[ContestationOut]:
    exact = {
        "state": asked.state,
        "client__number": asked.client,
        "ticket__number": asked.ticket,
        "made_at__gte": asked.since,
        "made_at__lt": asked.before,
    }
    found = _all(request).filter(**{key: value for key, value in exact.items() if value is not None})
    return page(found, asked, lambda rows: [ContestationOut.of(row) for row in rows])


@reads(
    routes,
    "/contestations/{id}",
    "desk.read",
    answers=ContestationOut,
    summary=gettext_noop("Lire une contestation"),
)
def read_contestation(request: ApiRequest, id: Path[Id]) -> ContestationOut:
    return ContestationOut.of(_all(request).get(pk=id))


@writes(
    routes,
    "POST",
    "/tickets/{number}/contestations",
    "desk.contest",
    answers=ContestationOut,
    status=201,
    summary=gettext_noop("Contester du travail saisi"),
)
def contest_work(request: ApiRequest, number: Path[Number], body: ContestationGiven) -> ContestationOut:
    ticket = reading.ticket_of(request, number)
    entries = list(WorkEntry.objects.filter(pk__in=body.entries, session__ticket=ticket))
    if len(entries) < len(set(body.entries)):
        raise Http404
    contact = (
        Contact.objects.filter(pk=body.contact, client_id=ticket.client_id).first() if body.contact else None
    )
    made = services.contest_work(
        by=request.actor,
        at=clock.now(),
        ticket=ticket,
        entries=entries,
        reason=body.reason,
        channel=body.channel or "",
        contact=contact,
    )
    return ContestationOut.of(_all(request).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/contestations/{id}/upholding",
    "desk.correct",
    answers=ContestationOut,
    summary=gettext_noop("Admettre une contestation"),
    about=gettext_noop("Le client a raison : les séances nommées sont corrigées, et il est prévenu."),
)
def uphold_contestation(request: ApiRequest, id: Path[Id], body: Upheld) -> ContestationOut:
    corrected = {one.session: _entries(one.entries) for one in body.sessions}
    return _answered(request, id, services.uphold_contestation, answer=body.answer, corrected=corrected)


@writes(
    routes,
    "POST",
    "/contestations/{id}/rejection",
    "desk.correct",
    answers=ContestationOut,
    summary=gettext_noop("Refuser une contestation"),
)
def reject_contestation(request: ApiRequest, id: Path[Id], body: Rejected) -> ContestationOut:
    return _answered(request, id, services.reject_contestation, answer=body.answer)


@writes(
    routes,
    "POST",
    "/contestations/{id}/withdrawal",
    "desk.contest",
    answers=ContestationOut,
    summary=gettext_noop("Retirer une contestation"),
)
def withdraw_contestation(request: ApiRequest, id: Path[Id], body: Withdrawn) -> ContestationOut:
    return _answered(request, id, services.withdraw_contestation, reason=body.reason)


@reads(
    routes,
    "/own-time",
    "desk.work",
    answers=TimeOut,
    summary=gettext_noop("Lire son propre temps"),
    about=gettext_noop("Ce qui est validé, ce qui attend, et ce qui ne peut pas être juste."),
)
def own_time(request: ApiRequest, asked: Query[TimeAsked]) -> TimeOut:
    person = request.actor.person
    if person is None:
        return TimeOut(days=[])
    days = timesheets.days_of(request.actor, person, asked.from_on, asked.days, clock.now())
    return TimeOut(days=[_day(one) for one in days])


def _day(day: timesheets.TimeDay) -> TimeDayOut:
    return TimeDayOut(
        on=day.on,
        seconds=day.seconds,
        validated=day.validated,
        waiting=day.waiting,
        flags=list(day.flags),
        sessions=[
            WorkedOut(
                session=one.session.pk,
                ticket=one.session.ticket.number,
                client=ClientRef(
                    number=one.session.ticket.client.number, name=one.session.ticket.client.name
                ),
                state=one.session.state,
                seconds=one.seconds,
                flags=list(one.flags),
            )
            for one in day.worked
        ],
    )


def _all(request: ApiRequest) -> Any:
    return queries.contestations(request.actor).prefetch_related("corrections")


def _answered(request: ApiRequest, pk: int, act: Any, **given: Any) -> ContestationOut:
    act(by=request.actor, at=clock.now(), contestation=_all(request).get(pk=pk), **given)
    return ContestationOut.of(_all(request).get(pk=pk))


def _entries(entries: list[RightEntry]) -> list[dict[str, Any]]:
    return [
        {
            "minutes": entry.minutes,
            "text": entry.text,
            "domain": entry.domain.value if entry.domain else None,
        }
        for entry in entries
    ]
