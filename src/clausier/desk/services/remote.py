"""Taking over a client's machine: with which tool, under whose consent, when (imri VI.2, VII.3.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.access.errors import NoSuchTool
from clausier.access.models import RemoteSession, RemoteTool
from clausier.desk import effects, policies, queries
from clausier.desk.errors import AgreementNeeded, UnknownSession
from clausier.desk.models import EventKind, Step, Ticket, WorkMode
from clausier.desk.services import allowed
from clausier.desk.services.held import hold, hold_open, worker
from clausier.desk.services.tickets import raise_step
from clausier.desk.states import SessionState
from clausier.desk.timeline import record
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput, OutOfDate

LONGEST_EQUIPMENT: Final = 120
LONGEST_REASON: Final = 300


@act("desk.work")
def start_remote(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    tool: RemoteTool,
    equipment: str = "",
    reason: str = "",
) -> RemoteSession:
    """Note that one takes a machine over, under the consent that holds; beside one's stopwatch if it runs.

    `equipment` empty takes the ticket's. A ticket still on the phone climbs to remote where that costs the
    client nothing. Raises ConsentNeeded, BackupNeeded, AgreementNeeded, NoSuchTool, InvalidInput naming
    `equipment` or `reason`.
    """
    held = hold_open(ticket, by)
    person = worker(by)
    if tool.provider_id != by.provider.pk or not tool.is_active:
        raise NoSuchTool(_("Cet outil n’est pas dans votre liste."), field="tool")
    named, said = _checked(held, equipment, reason)
    consent = allowed.consent(held, at)
    _reach(held, said, by=by, at=at)
    allowed.check(held, WorkMode.REMOTE, at)
    work = held.sessions.filter(
        technician=person, mode=WorkMode.REMOTE, state__in=(SessionState.RUNNING, SessionState.PAUSED)
    ).first()
    try:
        with transaction.atomic():
            session = RemoteSession.objects.create(
                provider=by.provider,
                client=held.client,
                ticket_id=held.pk,
                work_id=work.pk if work else None,
                tool=tool,
                equipment=named,
                reason=said,
                technician=person,
                consent=consent,
                started_at=at,
            )
    except IntegrityError:
        raise InvalidInput(
            _("Vous avez déjà la main sur %(equipment)s.") % {"equipment": named}, field="equipment"
        ) from None
    _tell(held, session, "started", by=by, at=at)
    journal.write(by=by, at=at, code="desk.remote_started", about=session, data=_said(held, session))
    return session


def _checked(ticket: Ticket, equipment: str, reason: str) -> tuple[str, str]:
    named = equipment.strip() or ticket.equipment_label
    if not named:
        raise InvalidInput(_("Dites sur quelle machine."), field="equipment")
    if len(named) > LONGEST_EQUIPMENT:
        raise InvalidInput(_("Le nom de l’équipement fait plus de 120 signes."), field="equipment")
    if len(reason.strip()) > LONGEST_REASON:
        raise InvalidInput(_("Ce texte fait plus de 300 signes."), field="reason")
    return named, reason.strip() or ticket.title


def _reach(ticket: Ticket, reason: str, *, by: Actor, at: datetime) -> None:
    """Bring a ticket that is still on the phone to the remote step. Raises AgreementNeeded where it costs."""
    if not policies.is_above(Step.REMOTE, ticket.step):
        return
    effect = effects.of_step(ticket, Step.REMOTE, at)
    if not effect.is_free:
        raise AgreementNeeded(
            _("Cette étape a un prix : passez-y d’abord, avec l’accord du client."),
            way_out=_("« Passer à l’étape suivante » montre le prix et garde l’accord."),
        )
    data = {"effect": effect.as_json(), "agreement": "none", "why_none": "", "agreed": None}
    raise_step(ticket, Step.REMOTE, reason=reason, by=by, at=at, data=data, ruling=ticket.verdict_ruling)


@act("desk.work")
def end_remote(*, by: Actor, at: datetime, session: RemoteSession) -> RemoteSession:
    """Note that the machine is the client's again. Raises UnknownSession, OutOfDate when it ended before."""
    ticket = queries.tickets_visible_to(by).filter(pk=session.ticket_id).first()
    if ticket is None:
        raise UnknownSession(_("Cette prise en main n’existe pas, ou vous n’y avez pas accès."))
    held = hold(ticket, by)
    _end(held, session, by=by, at=at)
    journal.write(by=by, at=at, code="desk.remote_ended", about=session, data=_said(held, session))
    return session


def hang_up(ticket: Ticket, technician_id: int, *, by: Actor, at: datetime) -> None:
    """The stopwatch stops: whoever worked by it is on no machine any more."""
    open_ones = RemoteSession.objects.filter(ticket_id=ticket.pk, technician_id=technician_id, ended_at=None)
    for session in open_ones.select_related("tool"):
        _end(ticket, session, by=by, at=at)


def _end(ticket: Ticket, session: RemoteSession, *, by: Actor, at: datetime) -> None:
    ended_at = max(at, session.started_at)
    if not RemoteSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=ended_at):
        raise OutOfDate(_("Cette prise en main est déjà terminée."))
    session.ended_at = ended_at
    _tell(ticket, session, "ended", by=by, at=at)


def _tell(ticket: Ticket, session: RemoteSession, step: str, *, by: Actor, at: datetime) -> None:
    text = session.reason if step == "started" else ""
    record(ticket, EventKind.REMOTE, by=by, at=at, text=text, data={"step": step, **_said(ticket, session)})


def _said(ticket: Ticket, session: RemoteSession) -> dict[str, Any]:
    return {
        "ticket": ticket.number,
        "session": session.pk,
        "tool": session.tool.name,
        "equipment": session.equipment,
        "consent": session.consent_id,
        "work": session.work_id,
        "started_at": session.started_at.isoformat(),
        "ended_at": session.ended_at.isoformat() if session.ended_at else None,
    }
