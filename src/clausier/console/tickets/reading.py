"""What the page of a ticket shows, gathered from every floor below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.books.addresses import addresses, clause_url
from clausier.console.call import offers
from clausier.console.doors import StaffRequest
from clausier.console.mail.reading import MARKS_OUT
from clausier.console.roster import tickets as roster
from clausier.console.suppliers import reading as suppliers
from clausier.console.tickets import conduct_reading, thread
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.desk import facts, policies, surveys
from clausier.desk import queries as desk
from clausier.desk.after_end import judged
from clausier.desk.models import (
    EventKind,
    HourlyItem,
    PromiseKind,
    Step,
    Ticket,
    TicketEvent,
    Verdict,
    WorkSession,
)
from clausier.desk.queries import PromiseView
from clausier.desk.states import SessionState, TicketState
from clausier.directory import queries as directory
from clausier.directory.models import Contact, Grade
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.pages.clocks import clock_of
from clausier.pages.parts.clock import Clock
from clausier.post import queries as post
from clausier.post.states import OutboxState
from clausier.terms.book import Book

STEP_ICONS = {Step.PHONE: "phone", Step.REMOTE: "monitor-dot", Step.ONSITE: "car"}
UNFINISHED = (SessionState.RUNNING, SessionState.PAUSED)


def ticket_or_404(request: StaffRequest, number: int) -> Ticket:
    """The ticket of that number, if the actor may read it."""
    found = desk.ticket_by_number(request.actor, number)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """A session that is not stopped: how long it has run, and whether it is the reader's own."""

    session: WorkSession
    elapsed: int
    before: int
    since: datetime | None
    paused: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A stopped or validated session, with its minutes."""

    session: WorkSession
    worked: int
    why_url: str
    corrected: bool
    replaces: bool
    item: HourlyItem | None
    hourly: facts.Hourly | None  # by what it will be priced, before its validation


def page_facts(
    request: StaffRequest, ticket: Ticket, events: list[TicketEvent], hangs: frozenset[str], now: datetime
) -> dict[str, Any]:
    """Everything on the page but its forms; `hangs` tells what is worth asking for, as `hanging` does."""
    actor, slug = request.actor, request.provider.slug
    on = policies.day_of(ticket.called_at)
    if ticket.contract:
        ticket.contract.provider, ticket.contract.client = ticket.provider, ticket.client
        contracts.read_terms(ticket.contract)
    clocks = desk.clock_views([ticket], now)
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    worked = desk.sessions_of(ticket) if "sessions" in hangs else ()
    sessions = [session for session in worked if session.state != SessionState.DISCARDED]
    mails, letters = mail_of(actor, events, slug) if hangs & {"mail", "letters"} else ({}, {})
    appointment = desk.active_appointment(ticket)
    promise = clocks.get((ticket.pk, PromiseKind.PROMISE))
    found = thread.entries(events, slug, mails=mails, letters=letters, own=ticket.pk)
    return {
        "section": "tickets",
        "crumbs": [(_("Tickets"), reverse("tickets", args=[slug])), (str(ticket), "")],
        "ticket": ticket,
        "now": now,
        "may": Rights.of(actor, ticket),
        "promise_due_at": promise.due_at if promise else None,
        "promise": _clock(promise, slug, now),
        "target": _clock(clocks.get((ticket.pk, PromiseKind.TARGET)), slug, now),
        "priority_why": _why(slug, ticket.priority_ruling_id),
        "verdict_why": _why(slug, ticket.verdict_ruling_id),
        "verdict_chip": _chip(ticket, slug),
        "cause_label": cause_label(book, ticket, on),
        "back_dated": _back_dated(events),
        "stopwatches": [_stopwatch(s, actor, now) for s in sessions if s.state in UNFINISHED],
        "busy": desk.running_session(actor.person) if actor.person else None,
        "sessions": [_session(s, ticket, slug) for s in sessions if s.state not in UNFINISHED],
        "grades": Grade.choices,
        "contestations": list(desk.contestations(actor).filter(ticket=ticket).order_by("pk"))
        if "contestations" in hangs
        else [],
        "machines": list(desk.custodies(actor).filter(ticket=ticket).order_by("pk"))
        if "custodies" in hangs
        else [],
        "steps": _steps(ticket, events, slug),
        "appointment": appointment,
        "roster": roster.on_ticket(request, ticket, appointment, now, called="call_outs" in hangs),
        "days": thread.by_day(found, now.astimezone(PARIS).date()),
        "said_count": sum(entry.kind == "said" for entry in found),
        "people": _people(ticket, on),
        "contract_facts": contract_facts(ticket.contract, on) if ticket.contract else None,
        "conduct": conduct_reading.of(ticket, actor, slug, now, events, hangs),
        "continued_by": ticket.followed_by.order_by("number").first(),
        "may_be_stopped": bool(hangs & {"suspensions", "force_majeure"}),
        "survey": surveys.survey_of(ticket) if "survey" in hangs else None,
        **suppliers.on_ticket(actor, ticket, slug, now, some=bool(hangs & {"cases", "cases_joined"})),
    }


def entries_of(days: Iterable[tuple[Any, list[thread.Entry]]], events: Iterable[int]) -> list[thread.Entry]:
    """Those entries of the thread, in its order."""
    wanted = {f"e{pk}" for pk in events}
    return [entry for _on, found in days for entry in found if entry.id in wanted]


def mail_of(
    actor: Actor, events: Sequence[TicketEvent], slug: str
) -> tuple[dict[int, str], dict[int, thread.Letter]]:
    """By the entry: the message it was made of, and how the one that carries it stands."""
    if not actor.may("post.read"):
        return {}, {}
    ids = [event.pk for event in events]
    came = post.mail_of_events(actor, ids)
    left = post.letters_of_events(actor, ids)
    return (
        {pk: reverse("mail-message", args=[slug, mail.pk]) for pk, mail in came.items()},
        {
            pk: thread.Letter(
                url=reverse("mail-letter", args=[slug, mail.pk]),
                mark=MARKS_OUT[OutboxState(mail.state)],
                label=str(OutboxState(mail.state).label),
            )
            for pk, mail in left.items()
        },
    )


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do on this ticket now: an act not permitted is not shown."""

    write: bool
    assign: bool
    qualify: bool
    cover: bool
    work: bool
    schedule: bool
    close: bool
    reopen: bool
    contest: bool
    correct: bool
    receive: bool

    @classmethod
    def of(cls, actor: Actor, ticket: Ticket) -> Rights:
        is_open = ticket.state != TicketState.CLOSED
        closes = policies.may_close(actor, ticket)
        return cls(
            write=actor.may("desk.note"),
            assign=is_open and actor.may("desk.assign"),
            qualify=is_open and actor.may("desk.qualify"),
            cover=is_open and actor.may("desk.cover"),
            work=is_open and actor.may("desk.work"),
            schedule=is_open and actor.may("desk.schedule"),
            close=is_open and closes,
            reopen=not is_open and closes,
            contest=actor.may("desk.contest"),
            correct=actor.may("desk.correct"),
            receive=actor.may("workshop.receive"),
        )


def _clock(view: PromiseView | None, slug: str, now: datetime) -> Clock | None:
    """The clock as it stands, None when there is none or it was lifted."""
    return clock_of(view, addresses(slug), now) if view and view.state != "lifted" else None


def contract_facts(contract: Contract, on: Any) -> dict[str, Any]:
    """The contract beside the ticket: kind, term, coverage, derogations."""
    language = get_language() or "fr"
    term = contracts.term_outcome(contract, on)
    return {
        "contract": contract,
        "kind": contracts.kind_name(contract, language),
        "term_ends_on": term.value["term_ends_on"] if term else contract.ends_on,
        "coverage": contracts.coverage_words(contract, on),
        "derogations": contracts.derogations(contract),
    }


def cause_label(book: Book, ticket: Ticket, on: Any) -> str:
    """What the ticket is about, in the words of the book."""
    term = offers.CAUSES + ticket.cause
    return book.read(term, on).label.to(get_language() or "fr") if book.has(term) else ticket.cause


def _chip(ticket: Ticket, slug: str) -> tuple[str, str] | None:
    """The clause that the coverage rests on: its words and where it is read."""
    ruling = ticket.verdict_ruling
    if ruling is None:
        return None
    own = (r["clause"] for r in ruling.outcome["because"] if r["clause"] and r["source"] != "law")
    number = next(own, None)
    if number is None:
        return None
    book = ruling.outcome["book"]
    return f"{book.partition('/')[0].upper()} {number}", clause_url(slug, ruling.outcome["digest"], number)


def _why(slug: str, ruling_id: int | None) -> str:
    return reverse("why", args=[slug, ruling_id]) if ruling_id else ""


def _back_dated(events: Iterable[TicketEvent]) -> datetime | None:
    """When the call was written down, if its hour was put back."""
    opening = next((event for event in events if event.kind == EventKind.OPENED), None)
    if opening is None or (opening.written_at - opening.at).total_seconds() < 15 * 60:
        return None
    return opening.written_at


def _stopwatch(session: WorkSession, actor: Actor, now: datetime) -> Stopwatch:
    running = next((span for span in session.spans.all() if span.ended_at is None), None)
    elapsed = desk.session_seconds(session, now)
    current = int((now - running.started_at).total_seconds()) if running else 0
    return Stopwatch(
        session=session,
        elapsed=elapsed,
        before=max(0, elapsed - max(0, current)),
        since=running.started_at if running else None,
        paused=running is None,
        mine=actor.person is not None and session.technician_id == actor.person.pk,
    )


def _session(session: WorkSession, ticket: Ticket, slug: str) -> Session:
    verdict = session.verdict or ticket.verdict
    waits = session.state == SessionState.STOPPED and verdict == Verdict.HOURLY
    as_worked = judged(ticket, session.started_at).ticket if waits else ticket
    return Session(
        session=session,
        worked=sum(entry.minutes for entry in session.entries.all()),
        why_url=_why(slug, session.ruling_id),
        corrected=hasattr(session, "correction"),
        replaces=hasattr(session, "corrects"),
        item=next((one for one in session.hourly_items.all() if one.corrects_id is None), None),
        hourly=facts.hourly_facts(session.technician, as_worked, session.mode) if waits else None,
    )


def _steps(ticket: Ticket, events: Sequence[TicketEvent], slug: str) -> list[dict[str, Any]]:
    """The three steps: who climbed, when, why, at what price and with whose word; the present one marked."""
    climbed = {event.data["to"]: event for event in events if event.kind == EventKind.STEP}
    return [
        {
            "value": step.value,
            "label": step.label,
            "icon": STEP_ICONS[step],
            "current": ticket.step == step,
            "event": climbed.get(step.value),
            "reached": not policies.is_above(step.value, ticket.step),
            **conduct_reading.of_step(climbed.get(step.value), slug),
        }
        for step in Step
    ]


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the ticket and what they are to it."""

    name: str
    role: str
    phone: str = ""
    ours: bool = False


def _people(ticket: Ticket, on: Any) -> list[Someone]:
    found = [_contact(ticket.caller, _("appelle"))] if ticket.caller else []
    correspondent = directory.correspondent_on(ticket.client, on)
    if correspondent is not None and correspondent == ticket.caller:
        found = [_contact(correspondent, _("appelle, correspondant informatique"))]
    elif correspondent is not None:
        found.append(_contact(correspondent, _("correspondant informatique")))
    if ticket.assignee:
        found.append(Someone(ticket.assignee.full_name, _("traite le ticket"), ours=True))
    if ticket.opened_by and ticket.opened_by != ticket.assignee:
        found.append(Someone(ticket.opened_by.full_name, _("a pris l’appel"), ours=True))
    return found


def _contact(contact: Contact, role: str) -> Someone:
    return Someone(contact.full_name, role, contact.phone or contact.mobile)


def clause_of_term(book: Book, term: str, slug: str) -> tuple[str, str] | None:
    """The clause that sets `term`, « IMRI XI », and where it is read; None when the book lacks it."""
    number = book.timeline(term)[-1].clause if book.has(term) else None
    if number is None:
        return None
    return f"{book.name.partition('/')[0].upper()} {number}", clause_url(slug, book.digest, number)
