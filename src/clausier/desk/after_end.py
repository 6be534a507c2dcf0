"""Work on a ticket whose contract has ended meanwhile: what holds on the day of the work.

What was promised and taken before stays as it was said; the ticket keeps its contract. Only work done after
the contract's last day is judged anew, as a request of that day would be: under a contract of the client's
that is in force then, or without one. A service that goes on until the client's data are returned (imri XIV)
has no last day, so it covers as before. What staff decided against the book stays decided.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from clausier.contracts.models import Contract
from clausier.desk import facts, policies
from clausier.desk.models import Ticket, Verdict
from clausier.foundation.models import InstalledBook
from clausier.terms.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket as it stands for work of a day. `ticket` is for reading alone: it is never saved.

    `ended` is its own contract where that is over by then, `contract` the one that holds instead, `coverage`
    why; `book` the edition that was asked.
    """

    ticket: Ticket
    ended: Contract | None = None
    contract: Contract | None = None
    coverage: Outcome | None = None
    book: InstalledBook | None = None

    @property
    def ended_on(self) -> date | None:
        return self.ended.ends_on if self.ended else None

    @property
    def verdict(self) -> str:
        """What becomes of the work, in words."""
        return str(Verdict(self.ticket.verdict).label)


def judged(ticket: Ticket, at: datetime) -> Judged:
    """`ticket` as work that begins at `at` finds it."""
    ended, on = ticket.contract, policies.day_of(at)
    if ended is None or ended.ends_on is None or on <= ended.ends_on or ticket.verdict_reason:
        return Judged(ticket)
    contract = facts.covering_contract(ticket.client, ticket.equipment_class, on)
    request = replace(facts.Request.of(ticket), contract=contract, called_at=at)
    assessment = facts.assess(request, ended_on=ended.ends_on)
    found = copy.copy(ticket)
    found.contract, found.verdict = contract, assessment.proposed
    return Judged(found, ended, contract, assessment.coverage, assessment.terms.installed)
