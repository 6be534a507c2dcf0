"""The line of a contract's life, and its terms in words, for every face that shows a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.contracts import amending, ladder
from clausier.contracts import queries as contracts
from clausier.contracts.ladder import Rung
from clausier.contracts.models import Contract, ContractTerm
from clausier.foundation.clock import PARIS
from clausier.pages.parts.contract_line import ContractLife, Event, Term


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term in words: which one, from when to when, and why where that was kept."""

    rung: Rung
    kept: ContractTerm | None
    is_running: bool

    @property
    def name(self) -> str:
        """« Période initiale », « Renouvellement n° 2 »."""
        if self.rung.ordinal == 0:
            return _("Période initiale")
        return _("Renouvellement n° %(number)d") % {"number": self.rung.ordinal}


@dataclass(frozen=True, slots=True)
class Life:
    """A contract's terms so far, the next one, its line, and whether what was kept is what must be."""

    line: ContractLife
    rows: list[TermRow]
    next: Rung | None
    is_replayed: bool


def life_of(contract: Contract, on: date) -> Life | None:
    """The life of `contract` on the day `on`; None where its terms give no duration."""
    rungs = ladder.walk(contract, on)
    if not rungs:
        return None
    running = rungs[-1]
    kept = {row.as_of: row for row in ladder.kept(contract)}
    return Life(
        line=line_of(contract, rungs, on),
        rows=[
            TermRow(one, _same(kept.get(one.as_of), one), one is running and not is_over(contract, on))
            for one in reversed(rungs)
        ],
        next=_next(contract, running),
        is_replayed=bool(kept) and ladder.replay(contract, on).is_equal,
    )


def _same(row: ContractTerm | None, rung: Rung) -> ContractTerm | None:
    return row if row is not None and ladder.rung_of(row) == rung else None


def is_over(contract: Contract, on: date) -> bool:
    """Whether the contract's own end has passed."""
    return contract.ends_on is not None and contract.ends_on < on


def _next(contract: Contract, running: Rung) -> Rung | None:
    """The term that follows unless a notice comes; None where none does."""
    follows = ladder.walk(contract, running.ends_on + ladder.ONE_DAY)[-1]
    return follows if follows.ordinal > running.ordinal else None


def line_of(contract: Contract, rungs: list[Rung], on: date) -> ContractLife:
    """The drawn line: terms as segments, the time of the notice, derogations, what follows."""
    by_ordinal = {one.ordinal: one for one in rungs}
    running = rungs[-1]
    last = contract.renewed_until
    is_ending = last is not None and last <= running.ends_on
    terms = [Term(one.starts_on, one.ends_on) for one in by_ordinal.values()]
    if is_ending and last is not None:
        terms[-1] = Term(running.starts_on, last)
    follows = _next(contract, running)
    return ContractLife(
        terms=tuple(terms),
        today=on,
        notice_by=None if is_ending else running.notice_by,
        announce_by=None if is_ending else running.announce_by,
        is_ending=is_ending,
        events=[
            *(Event(row.since_on, "amendment", _("dérogation")) for row in contracts.derogations(contract)),
            *(Event(one.effective_on, "amendment", one.number) for one in amending.agreed(contract)),
            *(Event(one, "suspension", says) for one, says in _suspensions(contract)),
        ],
        renews=follows is not None,
        renewal_note=_months(follows) if follows else "",
    )


def _suspensions(contract: Contract) -> list[tuple[date, str]]:
    """The days on which the service stops, and goes on; none of those that were withdrawn."""
    found = []
    for one in contract.suspensions.order_by("from_at"):
        if one.is_withdrawn:
            continue
        found.append((one.from_at.astimezone(PARIS).date(), _("service suspendu")))
        if one.until_at is not None:
            found.append((one.until_at.astimezone(PARIS).date(), _("suspension levée")))
    return found


def _months(rung: Rung) -> str:
    """« 12 mois »: how long a term lasts, to the nearest month."""
    months = round((rung.ends_on - rung.starts_on).days / 30.4375)
    return ngettext("%(count)d mois", "%(count)d mois", months) % {"count": months}
