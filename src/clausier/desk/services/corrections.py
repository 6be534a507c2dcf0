"""Correcting validated work: everything comes back, what is right takes its place (ims 7.2).

Nothing of the session changes. Points come back by a counter-entry of the ledger, euros by a counter-item;
the replacement is a session of its own, ruled by the terms as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from clausier.desk import policies, queries
from clausier.desk.after_end import judged
from clausier.desk.errors import NotCorrectable
from clausier.desk.models import (
    Contestation,
    EventKind,
    HourlyItem,
    Ticket,
    WorkCorrection,
    WorkMode,
    WorkSession,
    WorkSpan,
)
from clausier.desk.services import hourly
from clausier.desk.services.held import hold, not_later
from clausier.desk.services.work import label, settle, worked_minutes, write_entries
from clausier.desk.states import SessionState
from clausier.desk.timeline import record
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.prepaid import services as prepaid
from clausier.prepaid.models import EntryKind, PointEntry

Entries = Sequence[Mapping[str, Any]]
LONGEST_REASON = 2000


@act("desk.correct")
def correct_work(
    *,
    by: Actor,
    at: datetime,
    session: WorkSession,
    reason: str,
    entries: Entries = (),
    mode: str = "",
    grade: str = "",
    zone: int | None = None,
    km: Decimal | None = None,
) -> WorkCorrection:
    """Take a validated session back whole, and validate `entries` in its place; without entries, nothing.

    `entries` are [{domain, minutes, text}], `mode` that of the session unless said. The client reads the
    reason. Raises NotCorrectable, InvalidInput naming `reason`, `mode`, `entries`, `grade`, `zone` or `km`,
    NoPointAccount, NotEnoughPoints.
    """
    held = hold(session.ticket, by)
    return correct_within(
        held, session, None, by=by, at=at, reason=reason, entries=entries, mode=mode, grade=grade,
        zone=zone, km=km,
    )  # fmt: skip


def correct_within(
    ticket: Ticket,
    session: WorkSession,
    contestation: Contestation | None,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    entries: Entries = (),
    mode: str = "",
    grade: str = "",
    zone: int | None = None,
    km: Decimal | None = None,
) -> WorkCorrection:
    """As `correct_work`, inside an act that holds the ticket."""
    _check(session, reason, mode, at)
    points = _give_back_points(session, by=by, at=at)
    item = hourly.take_back(session, by=by, at=at)
    replacement, data = None, {}
    if entries:
        replacement = _replacement(ticket, session, entries, mode or session.mode)
        data = settle(replacement, ticket, by=by, at=at, **_priced(item, grade, zone, km))
    correction = WorkCorrection.objects.create(
        provider_id=session.provider_id,
        client_id=session.client_id,
        session=session,
        replacement=replacement,
        contestation=contestation,
        reason=reason.strip(),
        points=points,
        amount=-item.amount if item else None,
        at=at,
        person=by.person,
        by_name=by.name,
    )
    event = _tell(correction, ticket, data, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.work_corrected",
        about=session,
        data={
            "ticket": ticket.number,
            # Where a contestation is answered, the answer is what the client is written.
            "event": event.pk if contestation is None else None,
            "replacement": replacement.pk if replacement else None,
            "reason": correction.reason,
            "points": str(points) if points is not None else None,
            "amount": str(correction.amount) if item else None,
        },
    )
    return correction


def _check(session: WorkSession, reason: str, mode: str, at: datetime) -> None:
    standing = WorkSession.objects.get(pk=session.pk)
    if standing.state != SessionState.VALIDATED or standing.validated_at is None:
        raise NotCorrectable(
            _("Une séance se corrige une fois validée."),
            way_out=_("Avant sa validation, abandonnez-la et notez-la de nouveau."),
        )
    if WorkCorrection.objects.filter(session=session).exists():
        raise NotCorrectable(
            _("Cette séance est déjà corrigée."), way_out=_("Corrigez celle qui l’a remplacée.")
        )
    not_later(standing.validated_at, at, "at")
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise InvalidInput(
            _("Dites pourquoi cette séance est corrigée, en 2 000 signes au plus : le client le lit."),
            field="reason",
        )
    if mode and mode not in WorkMode.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="mode")


def _give_back_points(session: WorkSession, *, by: Actor, at: datetime) -> Decimal | None:
    """Counter-enter what is left of the session's deduction; what came back, None where nothing was taken."""
    taken = PointEntry.objects.filter(
        provider=by.provider,
        subject_kind="worksession",
        subject_id=session.pk,
        kind=EntryKind.DEDUCTION,
    ).first()
    if taken is None:
        return None
    former = taken.corrections.aggregate(total=Sum("points"))["total"] or Decimal(0)
    left = -(taken.points + former)
    if left:
        said = _("Correction : %(what)s") % {"what": label(session).fr}
        prepaid.correct(by=by, at=at, entry=taken, points=left, label=said)
    return left


def _priced(item: HourlyItem | None, grade: str, zone: int | None, km: Decimal | None) -> dict[str, Any]:
    """By what the replacement is priced: as the session was, but for what is said."""
    if item is None:
        return {"grade": grade, "zone": zone, "km": km}
    return {
        "grade": grade or item.grade,
        "zone": item.zone if zone is None else zone,
        "km": item.km if km is None else km,
    }


def _replacement(ticket: Ticket, session: WorkSession, entries: Entries, mode: str) -> WorkSession:
    """The session as it should have been: of the same person, at the same hours."""
    if any(not entry.get("minutes") for entry in entries):
        raise InvalidInput(_("Chaque ligne dit ses minutes."), field="entries")
    made = WorkSession.objects.create(
        provider_id=session.provider_id,
        client_id=session.client_id,
        ticket=ticket,
        technician_id=session.technician_id,
        beneficiary_id=session.beneficiary_id,
        mode=mode,
        state=SessionState.STOPPED,
        started_at=session.started_at,
        stopped_at=session.stopped_at,
        by_hand=True,
        verdict=judged(ticket, session.started_at).ticket.verdict,
    )
    for span in session.spans.order_by("started_at"):
        WorkSpan.objects.create(
            provider_id=made.provider_id,
            client_id=made.client_id,
            session=made,
            started_at=span.started_at,
            ended_at=span.ended_at,
        )
    seconds = queries.session_seconds(session, session.stopped_at or session.started_at)
    write_entries(made, ticket, entries, policies.whole_minutes(seconds))
    return made


def _tell(
    correction: WorkCorrection, ticket: Ticket, data: dict[str, Any], *, by: Actor, at: datetime
) -> Any:
    """Say it on the timeline, where the client reads it."""
    session, replacement = correction.session, correction.replacement
    return record(
        ticket,
        EventKind.WORK,
        by=by,
        at=at,
        # The answer to a contestation is an entry of its own, and says it.
        text=correction.reason if correction.contestation is None else "",
        data={
            "session": session.pk,
            "step": "corrected",
            "mode": session.mode,
            "worked_minutes": worked_minutes(session),
            "given_back": str(correction.points) if correction.points is not None else None,
            "taken_back": str(correction.amount) if correction.amount is not None else None,
            "now_minutes": worked_minutes(replacement) if replacement else 0,
            "now_points": data.get("points"),
            "now_amount": data.get("amount"),
        },
        ruling=replacement.ruling if replacement else session.ruling,
    )
