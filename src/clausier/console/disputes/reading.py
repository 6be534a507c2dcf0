"""What the pages of disputes tell: the steps drawn in order, what can be done now, what Today shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.books.addresses import clause_url
from clausier.console.today.telling import AlertRow
from clausier.contracts.models import Party
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.lifecycle import dispute_queries
from clausier.lifecycle.dispute_queries import DisputeConcern
from clausier.lifecycle.models import Dispute, ExpertBy
from clausier.lifecycle.states import DisputeState


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the procedure: `state` is done, now, late or later."""

    title: str
    second: str
    on: date | None
    state: str
    why_url: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class DisputeOffers:
    """What can be done with a dispute now."""

    journey: bool
    expert: bool
    refer: bool
    extend: bool
    end: bool
    file: bool
    decide: bool


def offers(dispute: Dispute, actor: Actor) -> DisputeOffers:
    """What the state of the dispute and the role allow."""
    record, decide = actor.may("disputes.record"), actor.may("disputes.write")
    running = dispute.is_open
    reflecting = dispute.state == DisputeState.REFLECTION
    return DisputeOffers(
        journey=record and running and dispute.referred_on is None,
        expert=decide and reflecting,
        refer=decide and reflecting and dispute.expert_is_named,
        extend=decide and dispute.state == DisputeState.CONCILIATION and dispute.extended_to is None,
        end=decide and running,
        file=record,
        decide=decide,
    )


def steps(dispute: Dispute, today: date, slug: str) -> list[StepShown]:
    """The steps in order, those to come too; the ones that bind show why they fall on their day."""
    told = [_raised(dispute), _presented(dispute)]
    if dispute.clause:
        told += [
            _reflection(dispute, today, slug),
            _expert(dispute, today),
            _referral(dispute, today),
            _conciliation(dispute, today, slug),
        ]
    return [*told, _outcome(dispute)]


def _raised(dispute: Dispute) -> StepShown:
    ours = dispute.from_party == Party.PROVIDER
    who = (
        _("par nous, lettre recommandée motivée") if ours else _("par le client, lettre recommandée motivée")
    )
    on = dispute.posted_on
    return StepShown(_("Réclamation"), who, on, "done" if on or dispute.presented_on else "now")


def _presented(dispute: Dispute) -> StepShown:
    if dispute.returned:
        more = _("revenue, %(why)s") % {"why": dispute.get_returned_display()}
    else:
        more = _("c’est elle qui fait courir le délai") if dispute.clause else ""
    state = "done" if dispute.presented_on else "now"
    return StepShown(_("Première présentation"), more, dispute.presented_on, state)


def _reflection(dispute: Dispute, today: date, slug: str) -> StepShown:
    ends_on = dispute.reflection_ends_on
    is_over = ends_on is not None and (ends_on < today or not dispute.is_open)
    state = "later" if ends_on is None else "done" if is_over else "now"
    return StepShown(
        _("Fin du délai de réflexion"),
        _("jusqu’à minuit, sans report"),
        ends_on,
        state,
        why_url(dispute, dispute.reflection_ruling_id, slug),
        _("Pourquoi ce jour ?"),
    )


def _expert(dispute: Dispute, today: date) -> StepShown:
    if dispute.expert_is_named:
        days = (dispute.court_named_on, dispute.provider_accepted_on, dispute.client_accepted_on)
        by_court = dispute.expert_by == ExpertBy.COURT
        how = _("par le président du tribunal") if by_court else _("accepté par les deux parties")
        return StepShown(
            _("Expert désigné"), f"{dispute.expert_name}, {how}", max(one for one in days if one), "done"
        )
    waits = _("%(name)s, pas encore accepté par les deux parties") % {"name": dispute.expert_name}
    more = waits if dispute.expert_name else _("d’un commun accord, à défaut par le président du tribunal")
    return StepShown(_("Expert désigné"), more, None, _waiting(dispute, today))


def _waiting(dispute: Dispute, today: date) -> str:
    """How a step stands that follows the reflection."""
    ends_on = dispute.reflection_ends_on
    if not dispute.is_open or ends_on is None or ends_on >= today:
        return "later"
    return "late"


def _referral(dispute: Dispute, today: date) -> StepShown:
    if dispute.referred_on:
        return StepShown(_("Expert saisi"), "", dispute.referred_on, "done")
    state = _waiting(dispute, today) if dispute.expert_is_named else "later"
    return StepShown(_("Expert saisi"), _("la conciliation court de ce jour"), None, state)


def _conciliation(dispute: Dispute, today: date, slug: str) -> StepShown:
    first, last = dispute.conciliation_by, dispute.extended_to or dispute.conciliation_by
    if dispute.extended_to and first:
        more = _("prorogée une fois, la première limite était le %(day)s") % {"day": _day(first)}
    elif dispute.extendable_to and dispute.is_open:
        more = _("une seule prorogation, au plus tard le %(day)s") % {"day": _day(dispute.extendable_to)}
    else:
        more = ""
    if last is None:
        state = "later"
    elif not dispute.is_open:
        state = "done"
    else:
        state = "late" if last < today else "now"
    return StepShown(
        _("Dernier jour de la conciliation"),
        more,
        last,
        state,
        why_url(dispute, dispute.conciliation_ruling_id, slug),
        _("Pourquoi ce jour ?"),
    )


def _outcome(dispute: Dispute) -> StepShown:
    if dispute.is_open:
        return StepShown(_("Issue"), _("accord, échec ou abandon"), None, "later")
    return StepShown(_("Issue"), str(dispute.get_state_display()), dispute.ended_on, "done")


def why_url(dispute: Dispute, ruling: int | None, slug: str) -> str:
    """Where an outcome of the dispute is explained: with its file only."""
    return reverse("dispute-why", args=[slug, dispute.number, ruling]) if ruling else ""


def cited_url(dispute: Dispute) -> str:
    """Where the clause of the procedure is read."""
    contract = dispute.contract
    if not dispute.clause:
        return ""
    return clause_url(contract.provider.slug, contract.book.digest, dispute.clause)


# Today


def concern_rows(actor: Actor, now: datetime) -> list[AlertRow]:
    """The next step of each dispute whose file the reader may open."""
    today = now.astimezone(PARIS).date()
    return [_row(one, actor.provider.slug) for one in dispute_queries.concerns(actor, today)]


def _row(one: DisputeConcern, slug: str) -> AlertRow:
    dispute = one.dispute
    says = {
        "announced": _("Litige %(number)s : réclamation pas encore présentée"),
        "expert": _("Litige %(number)s : expert à désigner, réflexion finie le %(day)s"),
        "referral": _("Litige %(number)s : expert à saisir"),
        "conciliation": _("Litige %(number)s : conciliation jusqu’au %(day)s"),
        "failed": _("Litige %(number)s : conciliation finie le %(day)s, issue à noter"),
    }[one.kind] % {"number": dispute.number, "day": _day(one.on)}
    is_reflection = one.kind in ("expert", "referral")
    ruling = dispute.reflection_ruling_id if is_reflection else dispute.conciliation_ruling_id
    return AlertRow(
        "scale",
        one.kind in ("failed", "expert"),
        says,
        _("%(client)s, contrat %(number)s")
        % {"client": dispute.client.name, "number": dispute.contract.number},
        reverse("dispute", args=[slug, dispute.number]),
        why_url(dispute, ruling, slug),
        _("Pourquoi ce jour ?") if ruling else "",
    )


def _day(on: date) -> str:
    return wording.day(on, get_language() or "fr", year=True, weekday=False)
