"""Work sessions: the stopwatch, work written by hand, and what its validation takes (ims 7.1.2, 7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk import facts, policies, queries
from clausier.desk.after_end import Judged, judged
from clausier.desk.errors import MinutesExceedSession, NoPointAccount, StopwatchRunning, TicketClosed
from clausier.desk.models import (
    EventKind,
    PromiseKind,
    Step,
    Ticket,
    Verdict,
    WorkDomain,
    WorkEntry,
    WorkMode,
    WorkSession,
    WorkSpan,
)
from clausier.desk.services import allowed, appointments, hourly, points, promises, remote
from clausier.desk.services.held import (
    hold,
    hold_open,
    may_still_move,
    move_session,
    move_ticket,
    not_later,
    worker,
)
from clausier.desk.services.tickets import raise_step
from clausier.desk.states import SessionState, TicketState
from clausier.desk.timeline import record
from clausier.directory.models import Client
from clausier.foundation import journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person, Ruling
from clausier.prepaid import services as prepaid
from clausier.prepaid.models import PointAccount
from clausier.terms.outcome import Outcome, Words

Entries = Sequence[Mapping[str, Any]]


@act("desk.work")
def start_work(
    *, by: Actor, at: datetime, ticket: Ticket, mode: str, beneficiary: Client | None = None
) -> WorkSession:
    """Start a stopwatch. On site, the promise is met: the technician starts work there (imri VI.3).

    Raises StopwatchRunning when one already runs for this person, TicketClosed, NotEnoughPoints where the
    contract allows nothing beyond the balance, InvalidInput, and what `allowed.check` refuses: a machine is
    not touched before the client agreed.
    """
    held = hold_open(ticket, by)
    person = worker(by)
    _check_mode(held, mode, beneficiary)
    allowed.check(held, mode, at)
    points.check_start(judged(held, at).ticket, mode, at=at)
    try:
        with transaction.atomic():
            session = WorkSession.objects.create(
                provider_id=held.provider_id,
                client_id=held.client_id,
                ticket=held,
                technician=person,
                beneficiary=beneficiary,
                mode=mode,
                state=SessionState.RUNNING,
                started_at=at,
            )
    except IntegrityError:
        raise _already_running() from None
    open_span(session, at)
    _arrive(held, session, by=by, at=at)
    record(held, EventKind.WORK, by=by, at=at, data={"session": session.pk, "step": "started", "mode": mode})
    _journal(session, "desk.work_started", by=by, at=at)
    return session


@act("desk.work")
def pause_work(*, by: Actor, at: datetime, session: WorkSession) -> WorkSession:
    """Rest the stopwatch. Raises OutOfDate when it does not run."""
    hold(session.ticket, by)
    move_session(session, SessionState.PAUSED)
    _close_span(session, at)
    _journal(session, "desk.work_paused", by=by, at=at)
    return session


@act("desk.work")
def resume_work(*, by: Actor, at: datetime, session: WorkSession) -> WorkSession:
    """Let a paused stopwatch run again. Raises OutOfDate, StopwatchRunning."""
    hold(session.ticket, by)
    try:
        with transaction.atomic():
            move_session(session, SessionState.RUNNING)
    except IntegrityError:
        raise _already_running() from None
    open_span(session, at)
    _journal(session, "desk.work_resumed", by=by, at=at)
    return session


@act("desk.work")
def stop_work(*, by: Actor, at: datetime, session: WorkSession, entries: Entries) -> WorkSession:
    """Stop the stopwatch and say what was done: [{domain, text, minutes?}].

    One entry may leave its minutes out: it takes what is left of the stopwatch. Points are reserved until
    the validation. Raises OutOfDate, MinutesExceedSession, InvalidInput naming `entries`.
    """
    held = hold(session.ticket, by)
    finish(session, held, entries, by=by, at=at)
    _journal(session, "desk.work_stopped", by=by, at=at, minutes=worked_minutes(session))
    return session


def finish(session: WorkSession, ticket: Ticket, entries: Entries, *, by: Actor, at: datetime) -> None:
    """Stop a session inside another act: its minutes are counted, its points held, its machine given back."""
    was_running = session.state == SessionState.RUNNING
    as_worked = judged(ticket, session.started_at)
    move_session(session, SessionState.STOPPED, stopped_at=at, verdict=as_worked.ticket.verdict)
    if was_running:
        _close_span(session, at)
    remote.hang_up(ticket, session.technician_id, by=by, at=at)
    total = policies.whole_minutes(queries.session_seconds(session, at))
    write_entries(session, ticket, entries, total)
    _tell_stopped(session, ticket, by=by, at=at)


@act("desk.work")
def log_work(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    mode: str,
    started_at: datetime,
    ended_at: datetime,
    entries: Entries,
    beneficiary: Client | None = None,
) -> WorkSession:
    """Write by hand a session that took place from `started_at` to `ended_at`; it waits for validation.

    Raises InTheFuture, TicketClosed for work after the closing, MinutesExceedSession, InvalidInput (naming
    `started_at` for a session that is already written, or that began before the call).
    """
    held = hold(ticket, by)
    person = worker(by)
    _check_mode(held, mode, beneficiary)
    not_later(ended_at, at, "ended_at")
    seconds = policies.elapsed_seconds(started_at, ended_at)
    if seconds <= 0:
        raise InvalidInput(_("La fin de la séance précède son début."), field="ended_at")
    _not_before_the_call(held, started_at)
    if held.closed_at and ended_at > held.closed_at:
        raise TicketClosed(
            _("Le ticket %(number)s était déjà clos à cette heure.") % {"number": held},
            way_out=_("Rouvrez-le d’abord, en disant pourquoi."),
            ticket=held.number,
        )
    _not_twice(held, person, mode, started_at, ended_at)
    session = WorkSession.objects.create(
        provider_id=held.provider_id,
        client_id=held.client_id,
        ticket=held,
        technician=person,
        beneficiary=beneficiary,
        mode=mode,
        state=SessionState.STOPPED,
        started_at=started_at,
        stopped_at=ended_at,
        by_hand=True,
        verdict=judged(held, started_at).ticket.verdict,
    )
    span = open_span(session, started_at)
    WorkSpan.objects.filter(pk=span.pk).update(ended_at=ended_at)
    write_entries(session, held, entries, policies.whole_minutes(seconds))
    if held.closed_at:
        _meet_onsite(held, session, by=by)
    else:
        _arrive(held, session, by=by, at=at)
    _tell_stopped(session, held, by=by, at=at)
    _journal(session, "desk.work_logged", by=by, at=at, minutes=worked_minutes(session))
    return session


@act("desk.work")
def validate_work(
    *,
    by: Actor,
    at: datetime,
    session: WorkSession,
    grade: str = "",
    zone: int | None = None,
    km: Decimal | None = None,
) -> WorkSession:
    """Freeze a stopped session and deduct it, once: the minimum applies to its sum (ims 7.1.2).

    Under a flat fee nothing is deducted. By the hour (ims 7.1.1) it makes an item for the invoice: `grade` is
    the technician's own unless said, `zone` the site's, `km` there and back. Raises OutOfDate when someone
    validated it meanwhile, NoPointAccount, NotEnoughPoints where the contract excludes an overdraft,
    InvalidInput naming `grade`, `zone` or `km`.
    """
    held = hold(session.ticket, by)
    may_still_move(session, SessionState.VALIDATED)
    data = settle(session, held, grade=grade, zone=zone, km=km, by=by, at=at)
    record(
        held,
        EventKind.WORK,
        by=by,
        at=at,
        text="\n".join(entry.text for entry in session.entries.order_by("position")),
        data=data | {"worked_minutes": worked_minutes(session), "verdict": session.verdict},
        ruling=session.ruling,
    )
    _journal(
        session,
        "desk.work_validated",
        by=by,
        at=at,
        minutes=worked_minutes(session),
        points=data.get("points"),
    )
    return session


@act("desk.work")
def discard_work(*, by: Actor, at: datetime, session: WorkSession, reason: str = "") -> WorkSession:
    """Drop a session that is not validated: what it held is released, what it met is taken back.

    Raises OutOfDate.
    """
    held = hold(session.ticket, by)
    was_running = session.state == SessionState.RUNNING
    move_session(session, SessionState.DISCARDED, stopped_at=session.stopped_at or at)
    if was_running:
        _close_span(session, at)
    prepaid.release(subject=session, label=label(session), by=by, at=at)
    promises.void(held, session.pk, by=by, at=at)
    record(
        held,
        EventKind.WORK,
        by=by,
        at=at,
        text=reason.strip(),
        data={"session": session.pk, "step": "discarded", "mode": session.mode},
        internal=True,
    )
    _journal(session, "desk.work_discarded", by=by, at=at, reason=reason.strip())
    return session


def settle(
    session: WorkSession,
    ticket: Ticket,
    *,
    by: Actor,
    at: datetime,
    grade: str = "",
    zone: int | None = None,
    km: Decimal | None = None,
) -> dict[str, Any]:
    """Take what a stopped session costs and freeze it; what the timeline says of it.

    All is settled before the session moves: from there on the database lets nothing of it change.
    """
    as_worked = judged(ticket, session.started_at)
    ticket = as_worked.ticket
    prepaid.release(subject=session, label=label(session), by=by, at=at)
    data: dict[str, Any] = {"session": session.pk, "step": "validated", "mode": session.mode}
    found: dict[str, Any] = {}
    if ticket.verdict == Verdict.POINTS:
        found = _deduct(session, ticket, facts.account_of(ticket), by=by, at=at)
        data |= {"points": str(found["points"]), "points_after": str(found["points_after"])}
    elif ticket.verdict == Verdict.HOURLY:
        item = hourly.charge(session, ticket, grade=grade, zone=zone, km=km, by=by, at=at)
        if item is not None:
            found = {"ruling": item.ruling}
            data |= {"amount": str(item.amount)}
    if as_worked.ended and not found:
        found = {"ruling": _coverage_kept(session, as_worked, at=at)}
    move_session(session, SessionState.VALIDATED, validated_at=at, verdict=ticket.verdict, **found)
    return data


def reserve_again(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """After a change of verdict, contract or class: hold for stopped sessions what they would take now."""
    for session in ticket.sessions.filter(state=SessionState.STOPPED):
        prepaid.release(subject=session, label=label(session), by=by, at=at)
        as_worked = judged(ticket, session.started_at).ticket
        WorkSession.objects.filter(pk=session.pk).update(verdict=as_worked.verdict)
        _reserve(session, as_worked, by=by, at=at)


# Parts of the acts


def _check_mode(ticket: Ticket, mode: str, beneficiary: Client | None) -> None:
    if mode not in WorkMode.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="mode")
    if beneficiary is not None and beneficiary.provider_id != ticket.provider_id:
        raise InvalidInput(_("Choisissez un bénéficiaire parmi vos clients."), field="beneficiary")


def _not_before_the_call(ticket: Ticket, started_at: datetime) -> None:
    """Work answers a call, whenever either was written down: the minute of the call is its soonest.

    The contract was in force on the day of the call, so work is never older than the contract either.
    """
    if started_at < ticket.called_at.replace(second=0, microsecond=0):
        called_at = wording.spoken_instant(ticket.called_at.astimezone(PARIS), get_language() or "fr")
        raise InvalidInput(
            _("L’appel est du %(called_at)s : le travail ne peut pas le précéder.")
            % {"called_at": called_at},
            field="started_at",
            way_out=_("Corrigez l’heure, ou notez ce travail sur le ticket auquel il répond."),
        )


def _not_twice(ticket: Ticket, person: Person, mode: str, started_at: datetime, ended_at: datetime) -> None:
    """A form sent twice must not take the points twice: nobody works the same hours again."""
    same = ticket.sessions.filter(technician=person, mode=mode, started_at=started_at, stopped_at=ended_at)
    if same.exclude(state=SessionState.DISCARDED).exists():
        raise InvalidInput(
            _("Vous avez déjà noté une séance à ces heures sur ce ticket."),
            field="started_at",
            way_out=_("Corrigez les heures, ou abandonnez l’autre séance."),
        )


def _already_running() -> StopwatchRunning:
    return StopwatchRunning(
        _("Un chronomètre tourne déjà pour vous."),
        way_out=_("Mettez-le en pause ou arrêtez-le d’abord."),
    )


def open_span(session: WorkSession, at: datetime) -> WorkSpan:
    return WorkSpan.objects.create(
        provider_id=session.provider_id, client_id=session.client_id, session=session, started_at=at
    )


def _close_span(session: WorkSession, at: datetime) -> None:
    span = session.spans.get(ended_at=None)
    not_later(span.started_at, at, "at")
    span.ended_at = at
    span.save(update_fields=["ended_at"])


def _arrive(ticket: Ticket, session: WorkSession, *, by: Actor, at: datetime) -> None:
    """What the start of work does to the ticket: its state, its step, its clocks."""
    if ticket.state != TicketState.IN_PROGRESS:
        move_ticket(ticket, TicketState.IN_PROGRESS)
    since = session.started_at
    promises.take_up(ticket, by=by, at=since)
    promises.meet(ticket, PromiseKind.TARGET, how="answered", by=by, at=since)
    if session.mode == WorkMode.ONSITE:
        if policies.is_above(Step.ONSITE, ticket.step):
            raise_step(ticket, Step.ONSITE, reason=_("Le travail commence sur site."), by=by, at=since)
        appointments.keep(ticket)
        _meet_onsite(ticket, session, by=by)


def _meet_onsite(ticket: Ticket, session: WorkSession, *, by: Actor) -> None:
    """Work that starts on site meets the promise; one that an earlier start had met stays as it is."""
    if session.mode == WorkMode.ONSITE:
        promises.meet(
            ticket, PromiseKind.PROMISE, how="onsite", by=by, at=session.started_at, session=session.pk
        )


def write_entries(session: WorkSession, ticket: Ticket, entries: Entries, total: int) -> None:
    """Keep the entries in order. `total` is the whole minutes that the session lasted."""
    if not entries:
        raise InvalidInput(_("Dites ce qui a été fait."), field="entries")
    given = [_minutes(entry) for entry in entries]
    left = total - sum(minutes for minutes in given if minutes is not None)
    if given.count(None) > 1:
        raise InvalidInput(_("Une seule ligne peut laisser ses minutes en blanc."), field="entries")
    if left < (1 if None in given else 0):
        raise MinutesExceedSession(
            _("Les lignes comptent %(entries)d min et la séance en a duré %(session)d.")
            % {"entries": total - left, "session": total},
            field="entries",
            session=total,
            entries=total - left,
        )
    for position, (entry, minutes) in enumerate(zip(entries, given, strict=True)):
        WorkEntry.objects.create(
            provider_id=session.provider_id,
            client_id=session.client_id,
            session=session,
            position=position,
            domain=_domain(entry, session.mode, ticket),
            minutes=left if minutes is None else minutes,
            text=_text(entry),
        )


def _minutes(entry: Mapping[str, Any]) -> int | None:
    minutes = entry.get("minutes")
    if minutes is None or minutes == "":
        return None
    if not str(minutes).isdecimal() or int(minutes) < 1:
        raise InvalidInput(_("Une ligne compte un nombre entier de minutes, une au moins."), field="entries")
    return int(minutes)


def _domain(entry: Mapping[str, Any], mode: str, ticket: Ticket) -> str:
    if mode == WorkMode.PROJECT:
        return ""
    domain = entry.get("domain") or policies.default_domain(mode, ticket.equipment_class)
    if domain not in WorkDomain.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="entries")
    return str(domain)


def _text(entry: Mapping[str, Any]) -> str:
    text = str(entry.get("text", "")).strip()
    if not text:
        raise InvalidInput(_("Dites ce qui a été fait : le client le lit."), field="entries")
    return text


def _tell_stopped(session: WorkSession, ticket: Ticket, *, by: Actor, at: datetime) -> None:
    as_worked = judged(ticket, session.started_at)
    _reserve(session, as_worked.ticket, by=by, at=at)
    if as_worked.ended:
        _tell_ended(session, ticket, as_worked, by=by, at=at)
    record(
        ticket,
        EventKind.WORK,
        by=by,
        at=at,
        data={
            "session": session.pk,
            "step": "logged" if session.by_hand else "stopped",
            "mode": session.mode,
            "worked_minutes": worked_minutes(session),
        },
        internal=True,
    )


def _tell_ended(session: WorkSession, ticket: Ticket, as_worked: Judged, *, by: Actor, at: datetime) -> None:
    """Say on the timeline that the contract of the ticket is over, and what becomes of the work."""
    ended_on = as_worked.ended_on
    record(
        ticket,
        EventKind.WORK,
        by=by,
        at=at,
        data={
            "session": session.pk,
            "step": "after-end",
            "mode": session.mode,
            "ended": as_worked.ended.number if as_worked.ended else "",
            "ended_on": ended_on.isoformat() if ended_on else "",
            "contract": as_worked.contract.number if as_worked.contract else "",
            "verdict": as_worked.ticket.verdict,
        },
        ruling=_coverage_kept(session, as_worked, at=at),
        internal=True,
    )


def _coverage_kept(session: WorkSession, as_worked: Judged, *, at: datetime) -> Ruling:
    assert as_worked.coverage
    assert as_worked.book
    return rulings.keep(
        as_worked.coverage,
        provider=session.provider,
        book=as_worked.book,
        about=session,
        at=at,
        client_id=session.client_id,
    )


def _reserve(session: WorkSession, ticket: Ticket, *, by: Actor, at: datetime) -> None:
    """Hold the points that a stopped session will take; nothing under another verdict or without account."""
    account = facts.account_of(ticket)
    if ticket.verdict == Verdict.POINTS and account is not None:
        held = Decimal(str(_ruled(session, ticket).value))
        prepaid.reserve(account=account, points=held, subject=session, label=label(session), by=by, at=at)


def _ruled(session: WorkSession, ticket: Ticket) -> Outcome:
    entries = session.entries.order_by("position").values("domain", "minutes")
    return facts.points_of(ticket, session.mode, list(entries), session.started_at)


def _deduct(
    session: WorkSession, ticket: Ticket, account: PointAccount | None, *, by: Actor, at: datetime
) -> dict[str, Any]:
    """Take the session's points; what the session keeps of it."""
    if account is None:
        raise NoPointAccount(
            _("Le contrat %(contract)s n’a pas de compte de points.") % {"contract": ticket.contract}
            if ticket.contract
            else _("Sans contrat, il n’y a pas de compte de points."),
            way_out=_("Ouvrez le compte du contrat, ou changez la couverture du ticket."),
        )
    outcome = _ruled(session, ticket)
    on = policies.day_of(session.started_at)
    terms = facts.terms_for(ticket.provider, ticket.contract, ticket.agency, on)
    ruling = rulings.keep(
        outcome,
        provider=ticket.provider,
        book=terms.installed,
        about=session,
        at=at,
        client_id=ticket.client_id,
    )
    accounted = facts.accounted_minutes(outcome)
    taken = points.take(
        session,
        ticket,
        account,
        points=Decimal(str(outcome.value)),
        label=label(session),
        ruling=ruling,
        worked_minutes=worked_minutes(session),
        accounted_minutes=accounted,
        by=by,
        at=at,
    )
    points.warn(ticket, account, taken, by=by, at=at)
    return {
        "ruling": ruling,
        "accounted_minutes": accounted,
        "points": taken.points,
        "points_before": taken.before,
        "points_after": taken.after,
    }


def worked_minutes(session: WorkSession) -> int:
    return sum(session.entries.values_list("minutes", flat=True))


def label(session: WorkSession) -> Words:
    """« À distance, serveur et réseau »: how the ledger and the statement name a session."""
    domains = dict.fromkeys(session.entries.order_by("position").values_list("domain", flat=True))
    return Words(_named(session.mode, domains, "fr"), _named(session.mode, domains, "en"))


def _named(mode: str, domains: Iterable[str], language: str) -> str:
    with translation.override(language):
        words = [WorkMode(mode).label, *(WorkDomain(domain).label for domain in domains if domain)]
        text = ", ".join(map(str, words))
    return text[:1].upper() + text[1:]


def _journal(session: WorkSession, code: str, *, by: Actor, at: datetime, **data: Any) -> None:
    journal.write(
        by=by,
        at=at,
        code=code,
        about=session,
        data={"ticket": session.ticket.number, "mode": session.mode, **data},
    )
