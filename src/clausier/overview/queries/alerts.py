"""What nobody asked for today and somebody should see: notices to come, points running out, gaps in files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import Exists, OuterRef, Q

from clausier.contracts import amending
from clausier.contracts import queries as contracts
from clausier.contracts.models import Acceptance, Amendment, Contract, Derogation
from clausier.desk import surveys
from clausier.desk.models import Survey
from clausier.directory import policies as directory_policies
from clausier.directory import queries as directory
from clausier.directory.models import Client, Correspondent
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.prepaid import queries as prepaid
from clausier.prepaid.models import PointAccount, PointPack, TopUp
from clausier.sales import queries as sales
from clausier.sales.models import OrderChange, Quote
from clausier.sales.states import QuoteState
from clausier.signatures import queries as signatures
from clausier.signatures.models import SignatureRequest

NOTICE_WITHIN = timedelta(days=60)
MOST = 5  # of the papers of one sort that wait


@dataclass(frozen=True, slots=True)
class NoticeAlert:
    """The last day on which a notice can be received comes near."""

    kind: Literal["notice"]
    contract: Contract
    notice_by: date
    term_ends_on: date


@dataclass(frozen=True, slots=True)
class AccountAlert:
    """An account of points under its threshold, or empty. `reserved` waits for validation."""

    kind: Literal["account"]
    account: PointAccount
    balance: Decimal

    @property
    def is_empty(self) -> bool:
        return self.balance <= 0


@dataclass(frozen=True, slots=True)
class PackAlert:
    """Points that expire soon: what is left of the pack."""

    kind: Literal["pack"]
    account: PointAccount
    pack: PointPack
    left: Decimal


@dataclass(frozen=True, slots=True)
class TopUpAlert:
    """A client asks for points and waits for an answer."""

    kind: Literal["top-up"]
    top_up: TopUp


@dataclass(frozen=True, slots=True)
class NoCorrespondent:
    """A client whose file names no IT correspondent, where the terms want one; since when, if ever."""

    kind: Literal["correspondent"]
    client: Client
    since_on: date | None


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """A contract in force whose terms nobody is recorded to have accepted."""

    kind: Literal["acceptance"]
    contract: Contract


@dataclass(frozen=True, slots=True)
class BadMark:
    """A client is not satisfied, and nobody has taken it up yet."""

    kind: Literal["mark"]
    survey: Survey


@dataclass(frozen=True, slots=True)
class QuoteAlert:
    """A quote whose last day is near, and nobody has answered it."""

    kind: Literal["quote"]
    quote: Quote


@dataclass(frozen=True, slots=True)
class CountersignAlert:
    """The client has signed, or agreed: the provider has to."""

    kind: Literal["countersign"]
    paper: SignatureRequest | Amendment | Quote | OrderChange


@dataclass(frozen=True, slots=True)
class SignatureAlert:
    """A paper that the client has not signed, and soon cannot any more."""

    kind: Literal["to-sign"]
    request: SignatureRequest


Alert = (
    QuoteAlert
    | NoticeAlert
    | AccountAlert
    | PackAlert
    | TopUpAlert
    | NoCorrespondent
    | NotAccepted
    | BadMark
    | CountersignAlert
    | SignatureAlert
)
Alerts = list[Alert]


def alerts(actor: Actor, now: datetime) -> Alerts:
    """What stands out today, the nearest notice first; only what the actor's role may read."""
    today = now.astimezone(PARIS).date()
    found: Alerts = [*_bad_marks(actor), *_papers(actor, now)]
    if actor.may("sales.read"):
        found += _quotes(actor, today)
    if actor.may("contracts.read"):
        found += _notices(actor, today)
    if actor.may("prepaid.read"):
        found += [TopUpAlert("top-up", one) for one in prepaid.waiting_top_ups(actor)]
        found += _accounts(actor, today)
        found += _packs(actor, today)
    if actor.may("directory.read"):
        found += _correspondents(actor, today)
    if actor.may("contracts.read"):
        found += _acceptances(actor, today)
    return found


def _bad_marks(actor: Actor) -> Iterator[BadMark]:
    """Those of one's own tickets; for those who lead, all of them."""
    if not actor.may("desk.note"):
        return
    waiting = surveys.to_handle(actor)
    if not actor.may("satisfaction.settle"):
        waiting = waiting.filter(ticket__assignee=actor.person)
    yield from (BadMark("mark", one) for one in waiting)


def _papers(actor: Actor, now: datetime) -> Iterator[CountersignAlert | SignatureAlert]:
    """What the client signed by link, what it agreed to otherwise, what it soon cannot sign any more.

    For those who countersign. Quotes that wait are told of as quotes.
    """
    pressing = list(signatures.pressing(actor, now)) if actor.may("signatures.countersign") else []
    signed = [one for one in pressing if one.signed_at]
    yield from (CountersignAlert("countersign", one) for one in signed[:MOST])
    if actor.may("contracts.amend"):
        yield from (CountersignAlert("countersign", one) for one in amending.to_countersign(actor)[:MOST])
    if actor.may("sales.confirm"):
        yield from (CountersignAlert("countersign", one) for one in sales.changes_to_agree(actor)[:MOST])
    near = [one for one in pressing if not one.signed_at and one.about_kind != sales.QUOTE]
    yield from (SignatureAlert("to-sign", one) for one in near[:MOST])


def _quotes(actor: Actor, today: date) -> Iterator[CountersignAlert | QuoteAlert]:
    """Those to countersign, for whoever may, then those whose last day is near."""
    pressing = list(sales.pressing(actor, today))
    accepted = [one for one in pressing if one.standing.state == QuoteState.ACCEPTED]
    if actor.may("sales.confirm"):
        yield from (CountersignAlert("countersign", one) for one in accepted[:MOST])
    yield from (QuoteAlert("quote", one) for one in pressing if one not in accepted)


def _in_force(actor: Actor, today: date) -> list[Contract]:
    running = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
    return list(contracts.contracts_visible_to(actor).filter(running))


def _notices(actor: Actor, today: date) -> list[NoticeAlert]:
    found = []
    in_force = _in_force(actor, today)
    # A derogation may change a duration; the other contracts share their book, which is kept in memory.
    derogated = set(
        Derogation.objects.filter(
            contract__in=in_force, term__startswith=f"{contracts.DURATION}."
        ).values_list("contract", flat=True)
    )
    for contract in in_force:
        book = contracts.effective_book(contract) if contract.pk in derogated else books.read(contract.book)
        outcome = contracts.term_outcome(contract, today, book)
        if outcome is None:
            continue
        notice_by, ends_on = _day(outcome.value["notice_by"]), _day(outcome.value["term_ends_on"])
        last = contract.renewed_until
        if last is not None and last <= ends_on:
            continue  # it ends by then already
        if today <= notice_by <= today + NOTICE_WITHIN:
            found.append(NoticeAlert("notice", contract, notice_by, ends_on))
    return sorted(found, key=lambda one: one.notice_by)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _accounts(actor: Actor, today: date) -> list[AccountAlert]:
    running = Q(contract__ends_on=None) | Q(contract__ends_on__gte=today)
    accounts = list(prepaid.accounts_visible_to(actor).filter(running))
    balances = prepaid.balances(accounts)
    low = [one for one in accounts if balances[one.pk] < one.low_at]
    return sorted(
        (AccountAlert("account", one, balances[one.pk]) for one in low), key=lambda one: one.balance
    )


def _packs(actor: Actor, today: date) -> list[PackAlert]:
    """Packs with points left whose last day comes within what their account wants to know ahead."""
    return [
        PackAlert("pack", one.pack.account, one.pack, one.left)
        for one in prepaid.expiring_packs(actor, today)
    ]


def _correspondents(actor: Actor, today: date) -> Iterator[NoCorrespondent]:
    if directory_policies.correspondent_clause(books.read(actor.provider.book)) is None:
        return
    last = Correspondent.objects.filter(client=OuterRef("pk"), until_on__lte=today).order_by("-until_on")
    clients = directory.clients_without_correspondent(actor, today).annotate(
        gone_on=last.values("until_on")[:1]
    )
    for client in clients:
        yield NoCorrespondent("correspondent", client, client.gone_on)


def _acceptances(actor: Actor, today: date) -> Iterator[NotAccepted]:
    given = Acceptance.objects.filter(client=OuterRef("client"), book=OuterRef("book")).filter(
        Q(contract=OuterRef("pk")) | Q(contract=None)
    )
    running = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
    found = contracts.contracts_visible_to(actor).filter(running).filter(~Exists(given))
    yield from (NotAccepted("acceptance", contract) for contract in found)
