"""The terms of a contract, one after the other: from its start, through each tacit renewal (imri VII, XIII).

`walk` is what they must be, from the start and what was signed; `ContractTerm` rows were kept as days passed.
Laid beside each other they are equal, unless somebody altered one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from clausier.contracts import queries
from clausier.contracts.models import Contract, ContractTerm, Derogation
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.errors import NoValueOn
from clausier.terms.outcome import Outcome

AMENDMENT_NOTICE: Final = "contract.amendment.notice"
ONE_DAY: Final = timedelta(days=1)
MOST_TERMS: Final = 2_000
"""No contract is renewed so often: a month at a time, it would be older than a century and a half."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A term as it stands from the day `as_of` on: both ends included, and the last days to write in it.

    A term has several when what was signed changed while it ran. `announce_by`: the last day for announcing a
    change of equipment (imri XII), None where the terms give none.
    """

    ordinal: int
    as_of: date
    starts_on: date
    ends_on: date
    notice_by: date
    announce_by: date | None


class Terms:
    """What was signed, day by day."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._effective: dict[int, Book] = {}

    def on(self, day: date) -> Book:
        """The contract's terms on `day`, its derogations among them."""
        edition = queries.edition_of(self.contract, day)
        if edition.pk not in self._effective:
            self._effective[edition.pk] = queries.under_edition(self.contract, edition)
        return self._effective[edition.pk]

    def changes(self) -> list[date]:
        """The days after the start on which what a term is computed from changes."""
        adopted_on = {one.effective_on for one in queries.adoptions(self.contract)}
        found = set(adopted_on)
        for day in (self.contract.starts_on, *adopted_on):
            book = self.on(day)
            for term in (duration_of(self.contract), AMENDMENT_NOTICE):
                if book.has(term):
                    for spell in book.timeline(term):
                        found |= {spell.since} | ({spell.until} if spell.until else set())
        return sorted(day for day in found if day > self.contract.starts_on)


def walk(contract: Contract, until: date) -> list[Rung]:
    """The terms of `contract` up to the one that runs on `until`; the first one always.

    None where its terms give no duration (ims, unless particular conditions do). A contract that ends is
    renewed no more. Nothing but the contract's start, its end and what was signed is read.
    """
    ends_on = contract.renewed_until
    last = min(until, ends_on) if ends_on else until
    return list(_rungs(contract, Terms(contract), max(last, contract.starts_on)))


def renewed_until(of: str = "") -> Coalesce:
    """`Contract.renewed_until` for the database; `of` is the way to the contract, as « contract__ »."""
    return Coalesce(f"{of}ended_on", f"{of}ends_on")


def _rungs(contract: Contract, terms: Terms, last: date) -> Iterator[Rung]:
    changes = terms.changes()
    day, ordinal = contract.starts_on, 0
    while day <= last and ordinal < MOST_TERMS:
        rung = _rung(contract, terms, ordinal, day, day)
        if rung is None:
            # Nothing gives a duration yet, or any more: a later paper may.
            later = next((one for one in changes if one > day), None)
            if later is None:
                return
            day = later
            continue
        if rung.ends_on < day:
            return  # not renewed: its terms say so
        yield rung
        for change in changes:
            if rung.as_of < change <= min(rung.ends_on, last):
                changed = _rung(contract, terms, ordinal, rung.starts_on, change)
                if changed is not None and changed.ends_on >= change and _differs(changed, rung):
                    rung = changed
                    yield rung
        day = rung.ends_on + ONE_DAY
        ordinal += 1


def _rung(contract: Contract, terms: Terms, ordinal: int, begins: date, day: date) -> Rung | None:
    """The term that runs on `day`, as the rules tell it there; None where no duration holds that day."""
    book = terms.on(day)
    told = notice_outcome(contract, book, day)
    if told is None:
        return None
    ends = told.value["term_ends_on"]
    announce = announcement_outcome(book, ends)
    return Rung(
        ordinal=ordinal,
        as_of=day,
        starts_on=begins,
        ends_on=ends,
        notice_by=told.value["notice_by"],
        announce_by=announce.value if announce else None,
    )


def _differs(one: Rung, other: Rung) -> bool:
    return (one.ends_on, one.notice_by, one.announce_by) != (
        other.ends_on,
        other.notice_by,
        other.announce_by,
    )


def duration_of(contract: Contract) -> str:
    """The term that gives the contract its duration."""
    return f"{queries.DURATION}.{contract.kind}"


def notice_outcome(contract: Contract, book: Book, day: date) -> Outcome | None:
    """The term that runs on `day` and the last day for a notice, by the rule; None without a duration."""
    if not book.has(duration_of(contract)):
        return None
    try:
        return rules.ask(
            "notice-deadline", book, {"service": contract.kind, "starts_on": contract.starts_on, "on": day}
        )
    except NoValueOn:
        return None


def announcement_outcome(book: Book, term_ends_on: date) -> Outcome | None:
    """The last day for announcing a change of equipment; None where the terms say nothing of it."""
    if not book.has(AMENDMENT_NOTICE):
        return None
    try:
        return rules.ask("amendment-notice", book, {"term_ends_on": term_ends_on})
    except NoValueOn:
        return None


# What was kept


def kept(contract: Contract) -> list[ContractTerm]:
    """The terms of `contract` as they were kept, in order, of its latest walk."""
    return list(latest_walks(ContractTerm.objects.filter(contract=contract)).order_by("as_of", "pk"))


def latest_walks(found: QuerySet[ContractTerm]) -> QuerySet[ContractTerm]:
    """Those of `found` that stand: an older walk was overtaken by a paper that came in later."""
    newest = ContractTerm.objects.filter(contract=OuterRef("contract")).order_by("-walk").values("walk")[:1]
    return found.filter(walk=Subquery(newest))


def terms_visible_to(actor: Actor) -> QuerySet[ContractTerm]:
    """The terms that stand, of the contracts that `actor` reads."""
    contracts = queries.contracts_visible_to(actor).order_by().values("pk")
    return latest_walks(ContractTerm.objects.filter(contract__in=contracts)).select_related(
        "contract__client", "contract__book", "ruling", "announce_ruling"
    )


def running_ones(found: QuerySet[ContractTerm]) -> QuerySet[ContractTerm]:
    """Of each contract the last kept: the term that runs, or the one it will start with."""
    last = ContractTerm.objects.filter(contract=OuterRef("contract")).order_by("-walk", "-as_of", "-pk")
    return found.filter(pk=Subquery(last.values("pk")[:1]))


def rung_of(row: ContractTerm) -> Rung:
    """A kept term as `walk` tells one."""
    return Rung(row.ordinal, row.as_of, row.starts_on, row.ends_on, row.notice_by, row.announce_by)


@dataclass(frozen=True, slots=True)
class Replay:
    """The terms kept, beside those that must be: equal as far as they were kept."""

    kept: tuple[Rung, ...]
    told: tuple[Rung, ...]

    @property
    def is_equal(self) -> bool:
        return self.told[: len(self.kept)] == self.kept

    @property
    def is_behind(self) -> bool:
        return len(self.kept) < len(self.told)


def replay(contract: Contract, on: date) -> Replay:
    """Compute every term again from the start, and lay it beside what was kept."""
    return Replay(tuple(rung_of(row) for row in kept(contract)), tuple(walk(contract, on)))


# What there is to keep


def to_look_at(on: date) -> Iterator[Contract]:
    """The contracts whose next term has come, of which nothing was kept, or whose durations were changed.

    Of every provider: asked with everything in sight.
    """
    newest = ContractTerm.objects.filter(contract=OuterRef("pk")).order_by("-walk", "-as_of", "-pk")
    changed = Derogation.objects.filter(
        Q(term__startswith=f"{queries.DURATION}.") | Q(term=AMENDMENT_NOTICE)
    ).values("contract")
    found = Contract.objects.annotate(
        kept_from=Subquery(newest.values("starts_on")[:1]), kept_until=Subquery(newest.values("ends_on")[:1])
    ).annotate(is_changed=Exists(changed.filter(contract=OuterRef("pk"))), last_on=renewed_until())
    due = Q(kept_until__lt=on) & (Q(last_on=None) | Q(last_on__gt=F("kept_until")))
    overtaken = Q(last_on__lt=F("kept_from"))
    wanted = found.filter(due | overtaken | Q(kept_until=None) | Q(is_changed=True))
    for contract in wanted.select_related("book").defer("book__content").order_by("pk"):
        if contract.is_changed or books.read(contract.book).has(duration_of(contract)):
            yield contract


def walk_number(contract: Contract) -> int:
    """The number of the walk that stands; 0 before the first."""
    found: int | None = ContractTerm.objects.filter(contract=contract).aggregate(last=Max("walk"))["last"]
    return found or 0
