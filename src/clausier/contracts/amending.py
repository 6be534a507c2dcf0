"""Reading amendments: when one takes effect, what it changes, what it costs, which ones there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Exists, QuerySet

from clausier.contracts import queries
from clausier.contracts.models import Amendment, AmendmentLine, Contract, LinePeriod
from clausier.contracts.states import AmendmentState
from clausier.foundation.actors import Actor
from clausier.signatures import queries as signatures
from clausier.terms import rules
from clausier.terms.outcome import Outcome

AMENDMENT: Final = "amendment"
"""What a request to sign says that it is about."""

NOTICE = "contract.amendment.notice"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The term that an announcement falls in, and the day a change takes effect after it.

    `outcome` tells the last day to announce a change of equipment, `notice_by`; both are empty where the
    terms set none, or the change is of something else.
    """

    term_ends_on: date
    next_term_ends_on: date
    notice_by: date | None
    outcome: Outcome | None
    clause: tuple[str, str] | None

    @property
    def effective_on(self) -> date:
        """The first day of the next term."""
        return self.term_ends_on + ONE_DAY

    @property
    def next_effective_on(self) -> date:
        """The first day of the term after the next one."""
        return self.next_term_ends_on + ONE_DAY


def due_of(contract: Contract, announced_on: date, *, changes_fleet: bool = True) -> Due | None:
    """What the terms say of a change announced on a day (imri XII); None for a contract without term."""
    book = queries.effective_book(contract, on=announced_on)
    running = queries.term_outcome(contract, announced_on, book)
    if running is None:
        return None
    ends: date = running.value["term_ends_on"]
    following = queries.term_outcome(contract, ends + ONE_DAY, book)
    next_ends = following.value["term_ends_on"] if following else ends
    if not changes_fleet or not book.has(NOTICE):
        return Due(ends, next_ends, None, None, None)
    outcome = rules.ask("amendment-notice", book, {"term_ends_on": ends})
    clause = book.read(NOTICE, ends).clause
    return Due(ends, next_ends, outcome.value, outcome, (book.name, clause) if clause else None)


def deltas_of(amendment: Amendment) -> dict[str, int]:
    """How many of each equipment class an amendment adds (or takes away), those it moves only."""
    found: Counter[str] = Counter()
    for line in amendment.lines.all():
        if line.equipment_class:
            found[line.equipment_class] += line.quantity
    return {key: delta for key, delta in found.items() if delta}


def least_covered(contract: Contract, equipment_class: str, from_on: date) -> int:
    """The smallest quantity of a class that the contract covers on any day from `from_on` on."""
    rows = contract.covered.filter(equipment_class=equipment_class)
    days = {from_on, *(row.from_on for row in rows if row.from_on > from_on)}
    days |= {row.until_on for row in rows if row.until_on and row.until_on > from_on}
    return min(queries.covered(contract, day).get(equipment_class, 0) for day in days)


def totals_of(lines: Sequence[AmendmentLine]) -> dict[str, Decimal]:
    """Euros excl. VAT by period, in the order of the periods, where there are any."""
    found: dict[str, Decimal] = {}
    for period in LinePeriod.values:
        amounts = [line.amount for line in lines if line.period == period]
        if amounts:
            found[period] = sum(amounts, Decimal(0))
    return found


def amendments_visible_to(actor: Actor) -> QuerySet[Amendment]:
    """The amendments `actor` may read, latest first; a client's people see what was sent to them."""
    found = Amendment.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0, sent_at__isnull=False)
    return (
        found.select_related(
            "contract__client", "contract__book", "paper__file", "signed__file", "application", "ruling"
        )
        .defer("contract__book__content")
        .prefetch_related("lines")
        .order_by("-written_at", "-pk")
    )


def amendments_of(contract: Contract, actor: Actor) -> list[Amendment]:
    """The contract's amendments in the order of their numbers."""
    return list(amendments_visible_to(actor).filter(contract=contract).order_by("position"))


def agreed(contract: Contract) -> QuerySet[Amendment]:
    """What both have signed, in the order in which it takes effect."""
    return contract.amendments.filter(state=AmendmentState.AGREED).order_by("effective_on", "pk")


def to_countersign(actor: Actor) -> QuerySet[Amendment]:
    """What the client agreed to otherwise than by a link of ours, and the provider has not: oldest first."""
    agreed_to = amendments_visible_to(actor).filter(state=AmendmentState.SENT, client_agreed_on__isnull=False)
    signed = signatures.signed_about(AMENDMENT)
    return agreed_to.filter(~Exists(signed)).order_by("client_agreed_on", "pk")


def open_amendments(actor: Actor) -> QuerySet[Amendment]:
    """Those that wait for somebody: drafts, and what was sent."""
    return amendments_visible_to(actor).filter(state__in=[AmendmentState.DRAFT, AmendmentState.SENT])
