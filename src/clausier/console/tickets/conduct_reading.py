"""What the page of a ticket shows of its conduct: prices, agreements, machines, stops, who is to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.access import policies as access_policies
from clausier.access import queries as access
from clausier.access.models import Agreement, AgreementKind, RemoteSession
from clausier.access.states import AgreementState
from clausier.console.books.addresses import clause_url
from clausier.console.tickets.asking import ask_url
from clausier.desk import effects, policies, step_words
from clausier.desk.models import EventKind, Notice, Step, StoppedIntervention, Ticket, TicketEvent
from clausier.desk.services import allowed
from clausier.desk.states import TicketState
from clausier.directory.models import Channel
from clausier.foundation.actors import Actor

SHAPES = {
    AgreementState.ASKED: "at-risk",
    AgreementState.GIVEN: "met",
    AgreementState.REFUSED: "late",
    AgreementState.WITHDRAWN: "lifted",
}


@dataclass(frozen=True, slots=True)
class Price:
    """What a step costs, and where the reason is read."""

    label: str
    says: str
    why_url: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """What must be had from the client before work starts."""

    label: str
    chip: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement as it stands."""

    one: Agreement
    label: str
    shape: str
    says: str
    may_withdraw: bool
    why_url: str


@dataclass(frozen=True, slots=True)
class ToTell:
    """Someone to call about a step."""

    notice: Notice
    says: str
    late: bool


@dataclass(frozen=True, slots=True)
class Conduct:
    """The panel of the conduct; `consent` is what lets a machine be taken over now."""

    prices: list[Price]
    lacking: list[Lacking]
    rows: list[Row]
    consent: Agreement | None
    sessions: list[RemoteSession]
    stops: list[StoppedIntervention]
    to_tell: list[ToTell]
    may_record: bool
    may_work: bool
    may_withdraw: bool
    may_tell: bool
    has_tools: bool
    dates: list[dict[str, object]]

    @property
    def speaks(self) -> bool:
        """Whether something was asked, agreed, done or is lacking; else the panel only offers acts."""
        return any((self.lacking, self.rows, self.sessions, self.stops, self.to_tell, self.dates))


def of(
    ticket: Ticket,
    actor: Actor,
    slug: str,
    now: datetime,
    events: Sequence[TicketEvent],
    hangs: frozenset[str],
) -> Conduct:
    """The conduct of a ticket, as `actor` may read it and act on it; what `hangs` on it is asked for."""
    asked = access.of_ticket(ticket.pk) if "agreements" in hangs else ()
    is_open = ticket.state != TicketState.CLOSED
    may_withdraw = actor.may("access.withdraw")
    return Conduct(
        prices=_prices(ticket, slug, now) if is_open else [],
        lacking=_lacking(ticket, slug, now) if is_open else [],
        rows=[_row(one, slug, now, may_withdraw) for one in asked],
        consent=access.consent_for(ticket.client, ticket.pk, now)
        if is_open and "consents" in hangs
        else None,
        sessions=list(access.sessions_of_ticket(ticket.pk)) if "remote_sessions" in hangs else [],
        stops=list(ticket.stops.select_related("person").order_by("-at")) if "stops" in hangs else [],
        to_tell=_to_tell(ticket, now) if "notices" in hangs else [],
        may_record=is_open and actor.may("access.record"),
        may_work=is_open and actor.may("desk.work"),
        may_withdraw=may_withdraw,
        may_tell=actor.may("desk.note"),
        has_tools="tools" in hangs,
        dates=_dates([one for one in events if one.kind == EventKind.APPOINTMENT]),
    )


def _prices(ticket: Ticket, slug: str, now: datetime) -> list[Price]:
    found = []
    for step in Step:
        if not policies.is_above(step.value, ticket.step):
            continue
        effect = effects.of_step(ticket, step.value, now)
        if effect.outcome is not None:
            why_url = ask_url(slug, ticket.contract, effect.outcome)
        else:
            why_url = (
                reverse("why", args=[slug, ticket.verdict_ruling_id]) if ticket.verdict_ruling_id else ""
            )
        found.append(Price(str(step.label), effects.says(effect.as_json()), why_url))
    return found


def _lacking(ticket: Ticket, slug: str, now: datetime) -> list[Lacking]:
    digest = allowed.book_of(ticket).digest
    found = []
    for one in allowed.lacking(ticket, now):
        clause = one["clause"]
        chip = f"{clause[0].partition('/')[0].upper()} {clause[1]}" if clause else ""
        url = clause_url(slug, digest, clause[1]) if clause else ""
        found.append(Lacking(str(AgreementKind(one["kind"]).label), chip, url))
    return found


def _row(one: Agreement, slug: str, now: datetime, may_withdraw: bool) -> Row:
    over = one.state == AgreementState.GIVEN and not access_policies.stands(one, now)
    return Row(
        one=one,
        label=str(AgreementKind(one.kind).label),
        shape="lifted" if over else SHAPES[AgreementState(one.state)],
        says=one.about,
        may_withdraw=may_withdraw and one.state in (AgreementState.ASKED, AgreementState.GIVEN) and not over,
        why_url=reverse("why", args=[slug, one.ruling_id]) if one.ruling_id else "",
    )


def _to_tell(ticket: Ticket, now: datetime) -> list[ToTell]:
    waiting = ticket.notices.filter(told_at=None, channel=Channel.PHONE)
    return [
        ToTell(one, step_words.sentence(one.event), one.due_at is not None and one.due_at < now)
        for one in waiting.select_related("event", "contact").order_by("made_at")
    ]


def _dates(told: Sequence[TicketEvent]) -> list[dict[str, object]]:
    """The history of the appointment once it moved: each date, who asked, why, the promise around it."""
    if not any(event.data.get("former") or event.data.get("postponed") for event in told):
        return []
    return [
        {
            "at": event.at,
            "starts_at": step_words.instant(event.data["starts_at"]),
            "cancelled": event.data.get("step") == "cancelled",
            "asked_by": event.data.get("asked_by", ""),
            "reason": event.text,
            "before": _due(event.data.get("promise_before")),
            "after": _due(event.data.get("promise_after")),
            "ruling": event.ruling_id,
        }
        for event in told
    ]


def _due(promise: object) -> str:
    due_at = promise.get("due_at") if isinstance(promise, dict) else None
    return step_words.instant(due_at) if due_at else ""


def of_step(event: TicketEvent | None, slug: str) -> dict[str, str]:
    """The price and the agreement that were kept when a step was climbed; empty words where none were."""
    data = event.data if event else {}
    effect = data.get("effect")
    return {
        "price": effects.says(effect) if effect else "",
        "why_url": reverse("why", args=[slug, event.ruling_id])
        if event and event.ruling_id and effect
        else "",
        "agreed": _agreed(data),
    }


def _agreed(data: Mapping[str, Any]) -> str:
    agreed = data.get("agreed") or {}
    match data.get("agreement"):
        case "given":
            return _("accord donné par %(name)s") % {"name": agreed.get("name", "")}
        case "asked":
            return _("accord demandé")
        case "none" if data.get("why_none"):
            return _("sans accord : %(why)s") % {"why": data["why_none"]}
    return ""
