"""What follows from a call while it is taken: the promise, the coverage, the client it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from clausier.console.call.draft import Draft
from clausier.console.call.offers import Cause
from clausier.console.call.sentences import sentence_of
from clausier.console.tickets.asking import ask_url
from clausier.console.tickets.listing import Row, rows_of
from clausier.contracts import queries as contracts
from clausier.desk import facts
from clausier.desk import queries as desk
from clausier.desk.models import PromiseKind, Verdict
from clausier.desk.policies import COMMITMENTS, holidays_of
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.foundation.actors import Actor
from clausier.pages.clocks import clock_of_outcome
from clausier.pages.parts.clock import Bar, Clock, bar_of
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import PointAccount
from clausier.terms.outcome import Outcome

SHOWN_TICKETS = 6


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be written if the call were saved at that instant."""

    preview: facts.TicketPreview
    promise: Clock | None
    target: Clock | None
    priority_why: str
    coverage_why: str
    clause: str
    proposed: str
    verdict: str
    sentence: str

    @property
    def proposed_label(self) -> str:
        return str(Verdict(self.proposed).label)

    @property
    def verdict_label(self) -> str:
        return str(Verdict(self.verdict).label)

    @property
    def bar(self) -> Bar | None:
        """The bar of the promise, as wide as its box."""
        return bar_of(self.promise, "large") if self.promise else None

    @property
    def departs(self) -> bool:
        """Whether another verdict than the proposed one was picked."""
        return self.verdict != self.proposed


def foresee(actor: Actor, draft: Draft, cause: Cause, now: datetime) -> Foreseen | None:
    """Ask the rules as the act will; None until it is known who calls."""
    if draft.client is None:
        return None
    picked = draft.values.get("verdict", "")
    preview = facts.preview_ticket(
        actor,
        draft.client,
        draft.contract,
        draft.site,
        draft.equipment_class,
        draft.values["impact"],
        draft.values["urgency"],
        cause.key,
        cause.nature,
        draft.called_at,
        verdict=picked if picked in Verdict.values else None,
    )
    proposed = str(preview.coverage.value)
    verdict = picked if picked in Verdict.values else proposed
    return Foreseen(
        preview=preview,
        promise=_promise(actor, draft, preview, now),
        target=_target(actor, draft, preview, now),
        priority_why=ask_url(actor.provider.slug, preview.contract, preview.priority),
        coverage_why=ask_url(actor.provider.slug, preview.contract, preview.coverage),
        clause=_clause(preview.coverage),
        proposed=proposed,
        verdict=verdict,
        sentence=sentence_of(verdict, _due(preview.promise), now),
    )


def _promise(actor: Actor, draft: Draft, preview: facts.TicketPreview, now: datetime) -> Clock | None:
    """The promise's clock; its « pourquoi » asks for the deadline, which is what it is before any event."""
    if preview.promise is None:
        return None
    asked = {"rule": "deadline", "commitment": COMMITMENTS[draft.equipment_class]}
    why_url = _why(actor, draft, preview, asked)
    return clock_of_outcome(preview.promise, PromiseKind.PROMISE, now, why_url)


def _target(actor: Actor, draft: Draft, preview: facts.TicketPreview, now: datetime) -> Clock | None:
    if preview.target is None:
        return None
    asked = {"rule": "target", "priority": str(preview.priority.value)}
    return clock_of_outcome(preview.target, PromiseKind.TARGET, now, _why(actor, draft, preview, asked))


def _why(actor: Actor, draft: Draft, preview: facts.TicketPreview, asked: dict[str, str]) -> str:
    """Where the question is asked of the rule itself, from the instant of the call."""
    common = {"at": draft.called_at.isoformat()}
    if draft.client is not None:
        common["holidays"] = holidays_of(draft.site, draft.client.agency)
    if preview.contract is not None:
        common["contract"] = preview.contract.number
    return f"{reverse('why-ask', args=[actor.provider.slug])}?{urlencode(asked | common)}"


def _clause(outcome: Outcome) -> str:
    """The clause that the coverage rests on, « IMRI V »."""
    own = (reason for reason in outcome.because if reason.clause and reason.source != "law")
    first = next(own, None)
    return f"{outcome.book.partition('/')[0].upper()} {first.clause}" if first else ""


def _due(outcome: Outcome | None) -> datetime | None:
    return outcome.value["due_at"] if outcome else None


@dataclass(frozen=True, slots=True)
class Situation:
    """The client on the line: where they stand with us."""

    client: Client
    correspondent: Contact | None
    sites: Sequence[Site]
    coverage: str
    account: PointAccount | None
    points: Decimal | None
    low: bool
    tickets: Sequence[Row]
    open_count: int

    @classmethod
    def of(cls, actor: Actor, client: Client, draft: Draft, now: datetime) -> Situation:
        """Read it for the client of the draft."""
        contract = draft.contract
        account = PointAccount.objects.filter(contract=contract).first() if contract else None
        points = prepaid.available(account) if account else None
        found = list(desk.open_tickets(actor).filter(client=client))
        return cls(
            client=client,
            correspondent=directory.correspondent_on(client, draft.called_on),
            sites=list(directory.sites(client)),
            coverage=contracts.coverage_words(contract, draft.called_on) if contract else "",
            account=account,
            points=points,
            low=account is not None and points is not None and points < account.low_at,
            tickets=rows_of(found, now)[:SHOWN_TICKETS],
            open_count=len(found),
        )
