"""Work on tickets: by stopwatch or by hand, stopped, validated, deducted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Given, Id, Instant, Key, Minutes, Number, Ref, Shape, Text
from clausier.api.tickets import reading
from clausier.api.tickets.routes import told
from clausier.desk import facts, queries, services
from clausier.desk.after_end import judged
from clausier.desk.models import WorkDomain, WorkMode, WorkSession
from clausier.desk.states import SessionState
from clausier.directory.models import Grade
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput

routes = Router()


class EntryOut(Shape):
    """What was done in a session, in one domain."""

    id: int
    domain: str
    minutes: int
    text: str


class SessionOut(Shape):
    """One remote session or one trip."""

    id: int
    ticket: int
    technician: Ref
    mode: str
    state: str
    started_at: At
    stopped_at: At | None
    validated_at: At | None
    by_hand: bool
    stopwatch_seconds: int
    verdict: str
    entries: list[EntryOut]
    accounted_minutes: int | None = Field(description=gettext_noop("Minutes décomptées, minimum compris."))
    points: Decimal | None
    points_before: Decimal | None
    points_after: Decimal | None
    amount: Decimal | None = Field(description=gettext_noop("Euros hors taxes, sans contrat."))
    corrects: int | None = Field(description=gettext_noop("La séance corrigée que celle-ci remplace."))
    is_corrected: bool = Field(description=gettext_noop("Vrai : ce qu’elle a pris a été rendu."))
    ruling: int | None = Field(description=gettext_noop("Pourquoi ces points : voir /rulings."))

    @classmethod
    def of(cls, session: WorkSession) -> SessionOut:
        """`session`, read anew with its entries and spans."""
        return cls(
            id=session.pk,
            ticket=session.ticket.number,
            technician=Ref(id=session.technician_id, name=session.technician.full_name),
            mode=session.mode,
            state=session.state,
            started_at=session.started_at,
            stopped_at=session.stopped_at,
            validated_at=session.validated_at,
            by_hand=session.by_hand,
            stopwatch_seconds=queries.session_seconds(session, clock.now()),
            verdict=session.verdict,
            entries=[
                EntryOut(id=entry.pk, domain=entry.domain, minutes=entry.minutes, text=entry.text)
                for entry in session.entries.all()
            ],
            accounted_minutes=session.accounted_minutes,
            points=session.points,
            points_before=session.points_before,
            points_after=session.points_after,
            amount=next((one.amount for one in session.hourly_items.all() if one.corrects_id is None), None),
            corrects=session.corrects.session_id if hasattr(session, "corrects") else None,
            is_corrected=hasattr(session, "correction"),
            ruling=session.ruling_id,
        )


class EntryGiven(Given):
    """What was done. One entry may leave its minutes out: it takes what is left of the stopwatch."""

    text: Text
    domain: WorkDomain | None = None
    minutes: Minutes | None = None


Entries = Annotated[list[EntryGiven], Field(min_length=1, max_length=50)]


class Start(Given):
    """A stopwatch to start."""

    mode: WorkMode
    beneficiary: Key | None = None


class Logged(Given):
    """A session that took place."""

    mode: WorkMode
    started_at: Instant
    ended_at: Instant
    entries: Entries
    beneficiary: Key | None = None


class Stop(Given):
    """What was done while the stopwatch ran."""

    entries: Entries


class Discard(Given):
    """Why, if it is said."""

    reason: Text = ""


class Priced(Given):
    """By what work without contract is priced; the technician's grade and the site's zone otherwise."""

    grade: Grade | None = None
    zone: Annotated[int, Field(ge=1, le=1000)] | None = None
    km: Annotated[Decimal, Field(ge=0, max_digits=5, decimal_places=1)] | None = Field(
        None, description=gettext_noop("Aller et retour.")
    )


class WorkPreviewGiven(Given):
    """Work that is not written yet; every entry says its minutes."""

    mode: WorkMode
    entries: Entries


class WorkPreviewOut(Shape):
    """What the work would take from the account; nothing was written."""

    verdict: str
    contract_ended_on: date | None = Field(
        description=gettext_noop("Le dernier jour du contrat du ticket, s’il est passé ; sinon absent.")
    )
    coverage: dict[str, Any] | None = Field(
        description=gettext_noop("La couverture de ce travail après la fin du contrat, avec ses raisons.")
    )
    worked_minutes: int
    accounted_minutes: int | None
    points: Decimal | None
    before: Decimal | None
    after: Decimal | None
    outcome: dict[str, Any] | None = Field(description=gettext_noop("Le calcul, avec ses raisons."))


@reads(
    routes,
    "/tickets/{number}/sessions",
    "desk.read",
    answers=Page[SessionOut],
    summary=gettext_noop("Lister les séances d’un ticket"),
    about=gettext_noop("Un jeton de client voit les séances validées."),
)
def list_sessions(request: ApiRequest, number: Path[Number], asked: Query[Asked]) -> Page[SessionOut]:
    found = queries.sessions_of(reading.ticket_of(request, number)).select_related("ticket")
    if request.actor.is_client_side:
        found = found.filter(state=SessionState.VALIDATED)
    return page(found, asked, lambda rows: [SessionOut.of(row) for row in rows], newest_first=False)


@reads(routes, "/sessions/{id}", "desk.read", answers=SessionOut, summary=gettext_noop("Lire une séance"))
def read_session(request: ApiRequest, id: Path[Id]) -> SessionOut:
    return SessionOut.of(_session(request, id))


@writes(
    routes,
    "POST",
    "/tickets/{number}/sessions",
    "desk.work",
    answers=SessionOut,
    status=201,
    summary=gettext_noop("Lancer le chronomètre"),
)
def start_work(request: ApiRequest, number: Path[Number], body: Start) -> SessionOut:
    session = services.start_work(
        by=request.actor,
        at=clock.now(),
        ticket=reading.ticket_of(request, number),
        mode=body.mode.value,
        beneficiary=_beneficiary(request, body.beneficiary),
    )
    return SessionOut.of(_session(request, session.pk))


@writes(
    routes,
    "POST",
    "/tickets/{number}/logged-sessions",
    "desk.work",
    answers=SessionOut,
    status=201,
    summary=gettext_noop("Saisir une séance à la main"),
)
def log_work(request: ApiRequest, number: Path[Number], body: Logged) -> SessionOut:
    session = services.log_work(
        by=request.actor,
        at=clock.now(),
        ticket=reading.ticket_of(request, number),
        mode=body.mode.value,
        started_at=body.started_at,
        ended_at=body.ended_at,
        entries=_entries(body.entries),
        beneficiary=_beneficiary(request, body.beneficiary),
    )
    return SessionOut.of(_session(request, session.pk))


@writes(
    routes,
    "POST",
    "/tickets/{number}/work-previews",
    "desk.work",
    answers=WorkPreviewOut,
    summary=gettext_noop("Calculer ce que du travail prendrait"),
)
def preview_work(request: ApiRequest, number: Path[Number], body: WorkPreviewGiven) -> WorkPreviewOut:
    if any(entry.minutes is None for entry in body.entries):
        raise InvalidInput(_("Chaque ligne dit ses minutes."), field="entries")
    ticket = reading.ticket_of(request, number)
    now = clock.now()
    as_worked = judged(ticket, now)
    found = facts.preview_work(as_worked.ticket, body.mode.value, _entries(body.entries), now)
    return WorkPreviewOut(
        contract_ended_on=as_worked.ended_on,
        coverage=told(as_worked.coverage) if as_worked.coverage else None,
        verdict=found.verdict,
        worked_minutes=found.worked_minutes,
        accounted_minutes=found.accounted_minutes,
        points=found.points,
        before=found.before,
        after=found.after,
        outcome=told(found.outcome) if found.outcome else None,
    )


@writes(
    routes,
    "POST",
    "/sessions/{id}/pause",
    "desk.work",
    answers=SessionOut,
    summary=gettext_noop("Mettre en pause"),
)
def pause_work(request: ApiRequest, id: Path[Id]) -> SessionOut:
    return _moved(request, id, services.pause_work)


@writes(
    routes,
    "POST",
    "/sessions/{id}/resumption",
    "desk.work",
    answers=SessionOut,
    summary=gettext_noop("Reprendre"),
)
def resume_work(request: ApiRequest, id: Path[Id]) -> SessionOut:
    return _moved(request, id, services.resume_work)


@writes(
    routes,
    "POST",
    "/sessions/{id}/stop",
    "desk.work",
    answers=SessionOut,
    summary=gettext_noop("Arrêter et dire ce qui a été fait"),
)
def stop_work(request: ApiRequest, id: Path[Id], body: Stop) -> SessionOut:
    return _moved(request, id, services.stop_work, entries=_entries(body.entries))


@writes(
    routes,
    "POST",
    "/sessions/{id}/validation",
    "desk.work",
    answers=SessionOut,
    summary=gettext_noop("Valider une séance"),
    about=gettext_noop("Elle ne change plus, et ses points sont décomptés une fois."),
)
def validate_work(request: ApiRequest, id: Path[Id], body: Priced | None = None) -> SessionOut:
    priced = body or Priced(km=None)
    return _moved(
        request,
        id,
        services.validate_work,
        grade=priced.grade.value if priced.grade else "",
        zone=priced.zone,
        km=priced.km,
    )


@writes(
    routes,
    "POST",
    "/sessions/{id}/discarding",
    "desk.work",
    answers=SessionOut,
    summary=gettext_noop("Abandonner une séance"),
)
def discard_work(request: ApiRequest, id: Path[Id], body: Discard) -> SessionOut:
    return _moved(request, id, services.discard_work, reason=body.reason)


def _session(request: ApiRequest, id: int) -> WorkSession:
    """The session of that id, as far as the token sees it. Raises WorkSession.DoesNotExist."""
    found = queries.session_by_id(request.actor, id)
    if found is None or (request.actor.is_client_side and found.state != SessionState.VALIDATED):
        raise WorkSession.DoesNotExist
    return found


def _moved(request: ApiRequest, id: int, act: Callable[..., WorkSession], **given: Any) -> SessionOut:
    act(by=request.actor, at=clock.now(), session=_session(request, id), **given)
    return SessionOut.of(_session(request, id))


def _entries(entries: list[EntryGiven]) -> list[dict[str, Any]]:
    return [
        {
            "text": entry.text,
            "domain": entry.domain.value if entry.domain else None,
            "minutes": entry.minutes,
        }
        for entry in entries
    ]


def _beneficiary(request: ApiRequest, number: str | None) -> Any:
    return reading.client_named(request.actor, number, "beneficiary") if number else None
