"""The dates of the desk: promises that run, appointments, callbacks, machines lent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from clausier.agenda.obligations import Asked, Obligation, State, kept
from clausier.agenda.sources.contracts import clause_of
from clausier.desk import queries as desk
from clausier.desk.models import Promise, PromiseKind
from clausier.desk.states import AppointmentState, PromiseState
from clausier.foundation.clock import PARIS

BY_STATE: dict[str, State] = {PromiseState.MET: "done", PromiseState.MET_LATE: "missed"}


def promises(asked: Asked) -> Iterator[Obligation]:
    """What tickets are owed by the terms; the provider's own targets are none."""
    if not asked.actor.may("desk.read"):
        return
    begins, ends = bounds(asked)
    found = (
        Promise.objects.filter(
            ticket__in=desk.tickets_visible_to(asked.actor).order_by().values("pk"),
            kind=PromiseKind.PROMISE,
            due_at__gte=begins,
            due_at__lt=ends,
        )
        .exclude(state__in=(PromiseState.LIFTED, PromiseState.SUSPENDED))
        .select_related("ticket__client", "ticket__contract", "ruling__book")
    )
    for one in found:
        if one.due_at is None:
            continue
        state = BY_STATE.get(one.state) or kept(False, one.due_at >= asked.now)
        yield Obligation(
            key=f"promise:{one.pk}",
            kind="promise",
            owed_by="provider",
            client=one.ticket.client,
            contract=one.ticket.contract,
            due_on=one.due_at.astimezone(PARIS).date(),
            due_at=one.due_at,
            state=state,
            says=_("Ticket %(number)s : %(title)s") % {"number": one.ticket, "title": one.ticket.title},
            place="ticket",
            ident=str(one.ticket.number),
            book=one.ruling.book.name,
            digest=one.ruling.book.digest,
            clause=clause_of(one.ruling),
            ruling=one.ruling_id,
            person=one.ticket.assignee_id,
        )


def visits(asked: Asked) -> Iterator[Obligation]:
    """Appointments that stand; one that was not kept by its end was missed."""
    if not asked.actor.may("desk.read"):
        return
    for one in desk.appointments(asked.actor, *bounds(asked)):
        who = one.technician.full_name if one.technician else _("personne encore")
        yield Obligation(
            key=f"visit:{one.pk}",
            kind="visit",
            owed_by="provider",
            client=one.ticket.client,
            due_on=one.starts_at.astimezone(PARIS).date(),
            due_at=one.starts_at,
            ends_at=one.ends_at,
            state=kept(one.state == AppointmentState.KEPT, one.ends_at >= asked.now),
            says=_("Rendez-vous, %(who)s : %(title)s") % {"who": who, "title": one.ticket.title},
            place="ticket",
            ident=str(one.ticket.number),
            person=one.technician_id,
        )


def callbacks(asked: Asked) -> Iterator[Obligation]:
    """Who is to be called back, of known clients; their people are shown none."""
    if not asked.actor.may("desk.read"):
        return
    begins, ends = bounds(asked)
    found = desk.callbacks(asked.actor).filter(due_at__gte=begins, due_at__lt=ends).exclude(client=None)
    for one in found.select_related("client", "ticket", "ruling__book"):
        if one.client is None:
            continue
        yield Obligation(
            key=f"callback:{one.pk}",
            kind="callback",
            owed_by="provider",
            client=one.client,
            due_on=one.due_at.astimezone(PARIS).date(),
            due_at=one.due_at,
            state=kept(one.done_at is not None, one.due_at >= asked.now),
            says=_("Rappeler %(name)s") % {"name": one.name or one.client.name},
            place="ticket" if one.ticket else "phone",
            ident=str(one.ticket.number) if one.ticket else "",
            book=one.ruling.book.name,
            digest=one.ruling.book.digest,
            clause=clause_of(one.ruling),
            ruling=one.ruling_id,
        )


def loans(asked: Asked) -> Iterator[Obligation]:
    """Machines of the provider's that a client is to give back."""
    if not asked.actor.may("workshop.read"):
        return
    for one in desk.machine_loans(asked.actor).filter(due_on__range=(asked.since, asked.until)):
        yield Obligation(
            key=f"loan:{one.pk}",
            kind="loan",
            owed_by="client",
            client=one.client,
            due_on=one.due_on,
            state=kept(one.back_at is not None, one.due_on >= asked.today),
            says=_("Machine prêtée à rendre : %(label)s") % {"label": one.label},
            place="loans",
            ident="",
        )


def bounds(asked: Asked) -> tuple[datetime, datetime]:
    """The days asked for as instants, the second excluded."""
    begins = datetime.combine(asked.since, time(), PARIS)
    return begins, datetime.combine(asked.until + timedelta(days=1), time(), PARIS)
