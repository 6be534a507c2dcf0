"""Reading disputes: who may open which file, what is due, which step before court is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, Party
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider, Ruling
from clausier.foundation.permissions import Role
from clausier.lifecycle import amicable
from clausier.lifecycle.models import Dispute, DisputeNote, DisputePaper
from clausier.lifecycle.states import DISPUTED, DisputeState

NEAR: Final = timedelta(days=15)
"""From so many days before the end of conciliation on, it is told of."""


def disputes(actor: Actor) -> QuerySet[Dispute]:
    """The disputes whose file `actor` may open, latest first: an owner all, others those given to them.

    A client's IT correspondent finds its own; what of them it reads is for its face to choose.
    """
    found = (
        Dispute.objects.filter(provider=actor.provider)
        .select_related(
            *("client", "contract__book", "contract__provider", "contract__client__agency"),
            *("reader", "provider", "reflection_ruling", "conciliation_ruling"),
        )
        .defer("contract__book__content")
        .order_by("-opened_at", "-pk")
    )
    if actor.is_client_side:
        own = found.filter(client_id=actor.client_id or 0)
        return own if actor.may("disputes.complain") else own.none()
    if not actor.may("disputes.read"):
        return found.none()
    if actor.role == Role.OWNER:
        return found
    return found.filter(reader=actor.person) if actor.person else found.none()


def reads_any(actor: Actor) -> bool:
    """Whether the section of disputes has something for `actor`: an owner may open one at any time."""
    return actor.may("disputes.write") or disputes(actor).exists()


def found_by(actor: Actor, text: str) -> QuerySet[Dispute]:
    """The disputes that a text names: number, matter, contract or client."""
    words = text.strip()
    named = (
        Q(number__icontains=words)
        | Q(matter__icontains=words)
        | Q(contract__number__iexact=words)
        | Q(client__name__icontains=words)
    )
    return disputes(actor).filter(named) if words else disputes(actor)


def papers(actor: Actor, dispute: Dispute) -> QuerySet[DisputePaper]:
    """The documents of a file, oldest first; a client finds what both parties have."""
    found = DisputePaper.objects.filter(dispute=dispute, dispute__in=disputes(actor))
    own = found.filter(client_id=actor.client_id or 0) if actor.is_client_side else found
    return own.select_related("file").order_by("dated_on", "pk")


def notes(actor: Actor, dispute: Dispute) -> QuerySet[DisputeNote]:
    """The notes of a file, latest first; none of them is a client's to read."""
    found = DisputeNote.objects.filter(dispute=dispute, dispute__in=disputes(actor))
    return found.none() if actor.is_client_side else found.order_by("-at", "-pk")


def barred_digests(provider: Provider) -> frozenset[str]:
    """The SHA-256 of everything that no evidence may hold, whatever file or matter it was filed under."""
    found = DisputePaper.objects.filter(provider=provider, is_barred=True)
    return frozenset(found.values_list("file__sha256", flat=True))


def ruling_of(dispute: Dispute, number: int) -> Ruling | None:
    """One of the outcomes that the dispute's dates rest on."""
    known = (dispute.conciliation_ruling, dispute.reflection_ruling)
    return next((one for one in known if one is not None and one.pk == number), None)


# What is due, and when


@dataclass(frozen=True, slots=True)
class DisputeDate:
    """A day that binds both parties, with the outcome that it rests on."""

    key: str
    what: str
    dispute: Dispute
    due_on: date
    ruling: int | None


def dates(actor: Actor, from_on: date, to_on: date) -> list[DisputeDate]:
    """The days of disputes that go on between two days, both included."""
    found = [one for dispute in disputes(actor).filter(state__in=DISPUTED) for one in _dates_of(dispute)]
    return sorted((one for one in found if from_on <= one.due_on <= to_on), key=lambda one: one.due_on)


def _dates_of(dispute: Dispute) -> Iterator[DisputeDate]:
    if dispute.reflection_ends_on and dispute.referred_on is None:
        yield DisputeDate(
            "reflection",
            _("Litige %(number)s : fin du délai de réflexion") % {"number": dispute.number},
            dispute,
            dispute.reflection_ends_on,
            dispute.reflection_ruling_id,
        )
    if dispute.conciliation_by:
        last = dispute.extended_to or dispute.conciliation_by
        yield DisputeDate(
            "conciliation",
            _("Litige %(number)s : dernier jour de la conciliation") % {"number": dispute.number},
            dispute,
            last,
            dispute.conciliation_ruling_id,
        )


@dataclass(frozen=True, slots=True)
class DisputeConcern:
    """What somebody should see today: `kind` is announced, expert, referral, conciliation or failed."""

    kind: str
    dispute: Dispute
    on: date


def concerns(actor: Actor, today: date) -> list[DisputeConcern]:
    """The next step of each dispute, once its day has come or comes near."""
    if actor.is_client_side:
        return []
    found = [_concern(one, today) for one in disputes(actor).filter(state__in=DISPUTED)]
    return sorted((one for one in found if one), key=lambda one: one.on)


def _concern(dispute: Dispute, today: date) -> DisputeConcern | None:
    if dispute.state == DisputeState.ANNOUNCED:
        return DisputeConcern("announced", dispute, dispute.opened_at.astimezone(PARIS).date())
    if dispute.state == DisputeState.REFLECTION and dispute.reflection_ends_on:
        if dispute.reflection_ends_on < today:
            kind = "referral" if dispute.expert_is_named else "expert"
            return DisputeConcern(kind, dispute, dispute.reflection_ends_on)
        return None
    last = dispute.extended_to or dispute.conciliation_by
    if last and last - NEAR <= today:
        return DisputeConcern("conciliation" if last >= today else "failed", dispute, last)
    return None


# The step before court


@dataclass(frozen=True, slots=True)
class MissingStep:
    """That a contract's terms ask for an amicable procedure before court, and that it did not fail yet.

    `dispute` is the one that goes on; None where nobody has begun.
    """

    book: str
    clause: str
    says: str
    dispute: Dispute | None


def amicable_step_missing(contract: Contract, on: date) -> MissingStep | None:
    """What going to court on that day would skip; None where the terms ask for nothing, or it was done.

    For whoever sends a debt to court: a warning to show, not a prohibition (a court may be seized in haste).
    """
    book = contracts.effective_book(contract, on=on)
    clause = amicable.clause_of(book, on)
    if not clause:
        return None
    own = Dispute.objects.filter(contract=contract)
    if own.filter(state=DisputeState.FAILED, ended_on__lte=on).exists():
        return None
    running = own.filter(state__in=DISPUTED).order_by("-pk").first()
    if running is None:
        says = _(
            "Le contrat demande une procédure amiable avant le tribunal, et personne ne l’a ouverte : le "
            "juge peut refuser d’entendre la demande."
        )
    elif running.from_party == Party.PROVIDER or running.presented_on:
        says = _(
            "La procédure amiable est en cours : le tribunal n’est saisi qu’après l’échec de la conciliation."
        )
    else:
        says = _("Le client a annoncé une réclamation : la procédure amiable passe avant le tribunal.")
    return MissingStep(book.name, clause, says, running)
