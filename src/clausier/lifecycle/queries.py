"""Reading what brings contracts to an end: notices, formal notices, letters, and what is due when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, ContractEnd, ForceMajeure, Party, ServiceSuspension
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.lifecycle.dispute_queries import amicable_step_missing as amicable_step_missing
from clausier.lifecycle.models import EndingNotice, FormalNotice, Letter
from clausier.lifecycle.states import OPEN, FormalNoticeState, NoticeState
from clausier.terms.book import Reading

M = TypeVar("M", bound=Model)

POSTED_LATELY: Final = timedelta(days=3)
"""A registered letter is usually presented within so many days; one that is not is looked after."""
AT_RISK: Final = timedelta(days=10)
"""From so many days before its deadline on, a letter that was not presented is told of."""


def _of_actor(actor: Actor, found: QuerySet[Any]) -> QuerySet[Any]:
    found = found.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    return found if actor.may("endings.read") else found.none()


def notices(actor: Actor) -> QuerySet[EndingNotice]:
    """The notices that `actor` may read, latest first."""
    found = EndingNotice.objects.select_related(
        "client", "contract__book", "contract__provider", "contract__client__agency", "end"
    )
    return _of_actor(actor, found.defer("contract__book__content")).order_by("-given_at", "-pk")


def formal_notices(actor: Actor) -> QuerySet[FormalNotice]:
    """The formal notices that `actor` may read, latest first."""
    found = FormalNotice.objects.select_related(
        "client", "contract__book", "contract__provider", "contract__client__agency", "end"
    )
    return _of_actor(actor, found.defer("contract__book__content")).order_by("-given_at", "-pk")


def letters(actor: Actor) -> QuerySet[Letter]:
    """The letters that `actor` may read, latest first."""
    found = Letter.objects.select_related(
        "client",
        "contract__book",
        "contract__client__agency",
        "contract__provider",
        "document__file",
        "proof__file",
        "notice",
        "formal_notice",
        "end",
        "suspension",
        "force_majeure",
    )
    return _of_actor(actor, found.defer("contract__book__content")).order_by("-made_at", "-pk")


def suspensions(actor: Actor) -> QuerySet[ServiceSuspension]:
    """The suspensions that `actor` may read, latest first."""
    found = ServiceSuspension.objects.select_related("contract__client__agency", "contract__book")
    return _of_actor(actor, found.defer("contract__book__content")).order_by("-from_at", "-pk")


def force_majeures(actor: Actor) -> QuerySet[ForceMajeure]:
    """The impediments that `actor` may read, latest first."""
    found = ForceMajeure.objects.select_related("contract__client__agency", "contract__book", "ruling")
    return _of_actor(actor, found.defer("contract__book__content")).order_by("-since_on", "-pk")


def ends(actor: Actor) -> QuerySet[ContractEnd]:
    """The ends of contracts that `actor` may read, those undone too, latest first."""
    found = ContractEnd.objects.select_related("contract__client", "contract__book", "document", "ruling")
    return _of_actor(actor, found.defer("contract__book__content")).order_by("-recorded_at", "-pk")


def under_way(actor: Actor) -> QuerySet[Letter]:
    """Letters whose journey is not over: neither handed over nor come back."""
    return letters(actor).filter(handed_on=None, returned_on=None)


def lettered(actor: Actor, text: str) -> QuerySet[Letter]:
    """Letters by number, tracking number, contract or the client's name."""
    words = text.strip()
    named = (
        Q(number__icontains=words)
        | Q(tracking__iexact=words.replace(" ", ""))
        | Q(contract__number__iexact=words)
        | Q(client__name__icontains=words)
    )
    return letters(actor).filter(named) if words else letters(actor)


def ground_of(contract: Contract, term: str, on: date) -> Reading:
    """A ground as the contract's terms have it on that day."""
    return contracts.effective_book(contract).read(term, on)


# What is due, and when


@dataclass(frozen=True, slots=True)
class DatedPromise:
    """Something due on a day: what, of which contract, by which clause, by whom, and whether it was done."""

    kind: str
    what: str
    contract: Contract
    clause: str
    party: str
    due_on: date
    done: bool
    row: Model


def dated_promises(actor: Actor, from_on: date, to_on: date) -> list[DatedPromise]:
    """What these days hold, both included: letters to present, delays that run out, ends of contracts."""
    found = [
        *_letters_due(actor, from_on, to_on),
        *_formal_notices_due(actor, from_on, to_on),
        *_rights_to_end(actor, from_on, to_on),
        *_suspensions_due(actor, from_on, to_on),
        *_ends_due(actor, from_on, to_on),
    ]
    return sorted(found, key=lambda one: (one.due_on, one.contract.number))


def _letters_due(actor: Actor, from_on: date, to_on: date) -> Iterator[DatedPromise]:
    due = letters(actor).filter(present_by__range=(from_on, to_on), notice__isnull=False)
    for letter in due.exclude(notice__state=NoticeState.WITHDRAWN):
        yield DatedPromise(
            "notice",
            _("Préavis à présenter"),
            letter.contract,
            notice_clause(letter.contract),
            letter.from_party,
            letter.present_by,  # type: ignore[arg-type]
            letter.presented_on is not None,
            letter,
        )


def _formal_notices_due(actor: Actor, from_on: date, to_on: date) -> Iterator[DatedPromise]:
    for one in formal_notices(actor).filter(comply_by__range=(from_on, to_on)):
        yield DatedPromise(
            "formal-notice",
            _("Mise en demeure : dernier jour pour y remédier"),
            one.contract,
            one.clause,
            Party.CLIENT if one.from_party == Party.PROVIDER else Party.PROVIDER,
            one.comply_by,  # type: ignore[arg-type]
            one.state == FormalNoticeState.COMPLIED,
            one,
        )


def _rights_to_end(actor: Actor, from_on: date, to_on: date) -> Iterator[DatedPromise]:
    for one in force_majeures(actor).filter(until_on=None, ruling__isnull=False):
        opens_on = interruptions.right_from(one)
        if opens_on is not None and from_on <= opens_on <= to_on:
            yield DatedPromise(
                "force-majeure",
                _("Force majeure : le droit de mettre fin au contrat s’ouvre"),
                one.contract,
                one.clause,
                Party.BOTH,
                opens_on,
                False,
                one,
            )


def _suspensions_due(actor: Actor, from_on: date, to_on: date) -> Iterator[DatedPromise]:
    """Suspensions that were announced for these days, and not withdrawn."""
    begin = (interruptions.midnight(from_on), interruptions.midnight(to_on + timedelta(days=1)))
    found = suspensions(actor).filter(from_at__gte=begin[0], from_at__lt=begin[1])
    # One that began as it was recorded was due on no day.
    announced = found.filter(from_at__gt=F("recorded_at")).exclude(begun_at=None, until_at__isnull=False)
    for one in announced:
        yield DatedPromise(
            "suspension",
            _("Le service est suspendu"),
            one.contract,
            one.clause,
            Party.PROVIDER,
            one.from_at.astimezone(PARIS).date(),
            one.begun_at is not None,
            one,
        )


def _ends_due(actor: Actor, from_on: date, to_on: date) -> Iterator[DatedPromise]:
    for end in ends(actor).filter(undone_at=None, ends_on__range=(from_on, to_on)):
        yield DatedPromise(
            "end",
            _("Dernier jour du contrat"),
            end.contract,
            end.clause,
            end.by_party,
            end.ends_on,
            False,
            end,
        )


def notice_clause(contract: Contract) -> str:
    """The clause that gives this contract its duration and its notice, "" where the book gives none."""
    book = contracts.effective_book(contract)
    term = f"{contracts.DURATION}.{contract.kind}"
    return (book.timeline(term)[-1].clause or "") if book.has(term) else ""


@dataclass(frozen=True, slots=True)
class Risk:
    """A date that may be missed: what somebody should see today."""

    kind: str
    contract: Contract
    due_on: date
    row: EndingNotice | Letter | FormalNotice | ForceMajeure


def risks(actor: Actor, today: date) -> list[Risk]:
    """What clients announced, our letters not presented though their day comes near, delays that ran out,
    rights that opened."""
    if not actor.may("endings.record"):
        return []
    late = letters(actor).filter(
        from_party=Party.PROVIDER,
        presented_on=None,
        returned_on=None,
        present_by__lte=today + AT_RISK,
        notice__state=NoticeState.ANNOUNCED,
    )
    found = [Risk("letter", one.contract, one.present_by, one) for one in late if one.present_by]
    announced = notices(actor).filter(from_party=Party.CLIENT, state=NoticeState.ANNOUNCED)
    found += [Risk("notice", one.contract, one.given_at.astimezone(PARIS).date(), one) for one in announced]
    waiting = formal_notices(actor).filter(from_party=Party.PROVIDER)
    for one in waiting.filter(state=FormalNoticeState.SENT):
        sent = one.letters.filter(presented_on=None).order_by("pk").first()
        since = (sent.posted_on or sent.made_at.astimezone(PARIS).date()) if sent else None
        if sent is not None and since is not None and since + POSTED_LATELY <= today:
            found.append(Risk("letter", one.contract, since + POSTED_LATELY, sent))
    ran_out = waiting.filter(state=FormalNoticeState.RUNNING, comply_by__lt=today)
    found += [Risk("formal-notice", one.contract, one.comply_by, one) for one in ran_out if one.comply_by]
    for event in force_majeures(actor).filter(until_on=None, contract__ends_on=None):
        opens_on = interruptions.right_from(event)
        if opens_on is not None and opens_on <= today:
            found.append(Risk("force-majeure", event.contract, opens_on, event))
    return sorted(found, key=lambda one: one.due_on)


def open_formal_notices(contract: Contract) -> QuerySet[FormalNotice]:
    """Those of a contract that may still lead to its end."""
    return contract.formal_notices.filter(state__in=OPEN)
