"""Acts on accounts of points, and the movements that the desk makes inside its own acts (ims 7.1.2, 7.2).

A ledger line is appended, never edited. Whoever moves points holds the account's row until its transaction
ends, so that the balance written beside a deduction is the one that it met.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.foundation import journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling
from clausier.prepaid import ledger, queries
from clausier.prepaid.errors import (
    AccountExists,
    AccountInUse,
    BalanceAlreadyOpened,
    CorrectionTooLarge,
    NotCorrectable,
    UnknownAccount,
)
from clausier.prepaid.ledger import Label, PackFacts, Subject, hold, hold_open
from clausier.prepaid.models import EntryKind, PointAccount, PointEntry, TopUp, TopUpState
from clausier.terms import rules

CREDITS = (EntryKind.PURCHASE, EntryKind.OPENING)
CORRECTABLE = (*CREDITS, EntryKind.DEDUCTION, EntryKind.EXPIRY)


@act("prepaid.credit")
def open_account(*, by: Actor, at: datetime, contract: Contract, low_at: Decimal | int = 100) -> PointAccount:
    """Open the account of a contract; alert under `low_at` points.

    Raises AccountExists, UnknownAccount for another provider's contract, InvalidInput naming `low_at`.
    """
    if contract.provider_id != by.provider.pk:
        raise UnknownAccount(_("Ce contrat n’existe pas ici."))
    if Decimal(low_at) < 0:
        raise InvalidInput(_("Le seuil d’alerte ne peut pas être négatif."), field="low_at")
    opened_on = at.astimezone(PARIS).date()
    account, made = PointAccount.objects.get_or_create(
        contract=contract,
        defaults={
            "provider": by.provider,
            "client": contract.client,
            "opened_on": opened_on,
            "low_at": Decimal(low_at),
        },
    )
    if not made:
        raise AccountExists(
            _("Le contrat %(contract)s a déjà un compte de points.") % {"contract": contract},
            way_out=_("Créditez ce compte."),
            account=account.pk,
        )
    journal.write(by=by, at=at, code="prepaid.account_opened", about=account, data={"low_at": str(low_at)})
    return account


@act("prepaid.credit")
def credit(
    *,
    by: Actor,
    at: datetime,
    account: PointAccount,
    points: Decimal | int,
    label: str,
    kind: str = EntryKind.PURCHASE,
    bought_on: date | None = None,
    price: Decimal | None = None,
    reference: str = "",
    expires_on: date | None = None,
    months: int | None = None,
) -> PointEntry:
    """Add a pack of bought points, or the balance that an account starts with.

    `expires_on` is the pack's last day; else `months` agreed at the purchase, else what the terms say (in
    ims: nothing). `price` is excluding VAT. A request of the client that waits is answered by it.
    Raises AccountClosed, InvalidInput naming the field.
    """
    if kind not in CREDITS:
        raise InvalidInput(_("Un crédit est un achat ou un solde d’ouverture."), field="kind")
    if Decimal(points) <= 0:
        raise InvalidInput(_("Indiquez un nombre de points supérieur à zéro."), field="points")
    held = hold_open(account, by)
    facts = _pack_facts(held, at, bought_on, price, reference, expires_on, months)
    entry = ledger.bring(held, kind, [(Decimal(points), facts)], label, by=by, at=at)
    _answer_top_ups(held, entry, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="prepaid.credited",
        about=entry,
        client_id=account.client_id,
        data={
            **_said(entry),
            "price": None if price is None else str(price),
            "reference": facts.reference,
            "bought_on": facts.bought_on.isoformat() if facts.bought_on else None,
            "expires_on": facts.expires_on.isoformat() if facts.expires_on else None,
        },
    )
    return entry


def _pack_facts(
    account: PointAccount,
    at: datetime,
    bought_on: date | None,
    price: Decimal | None,
    reference: str,
    expires_on: date | None,
    months: int | None,
) -> PackFacts:
    """What is known of a pack, its last day by the terms where nobody says it. Raises InvalidInput."""
    today = at.astimezone(PARIS).date()
    bought = bought_on or today
    if bought > today:
        raise InvalidInput(
            _("Un achat s’enregistre une fois fait : cette date est à venir."), field="bought_on"
        )
    if price is not None and price < 0:
        raise InvalidInput(_("Un prix ne peut pas être négatif."), field="price")
    if months is not None and not 1 <= months <= 1200:
        raise InvalidInput(_("Indiquez une durée de 1 à 1200 mois."), field="months")
    ruling = None
    if expires_on is None:
        given = {"bought_on": bought} | ({"months": months} if months else {})
        outcome = rules.ask("pack-expiry", contracts.effective_book(account.contract), given)
        expires_on = outcome.value
        if expires_on is not None:
            ruling = rulings.keep(
                outcome,
                provider=account.provider,
                book=account.contract.book,
                about=account,
                at=at,
                client_id=account.client_id,
            )
    if expires_on is not None and expires_on < max(bought, today):
        raise InvalidInput(_("Ce lot serait déjà périmé : indiquez un jour à venir."), field="expires_on")
    return PackFacts(bought, expires_on, price, reference.strip()[:80], ruling)


def _answer_top_ups(account: PointAccount, entry: PointEntry, *, by: Actor, at: datetime) -> None:
    TopUp.objects.filter(account=account, state=TopUpState.WAITING).update(
        state=TopUpState.CREDITED, ended_at=at, ended_by=by.name, entry=entry
    )


@act("prepaid.credit")
def open_balance(
    *, by: Actor, at: datetime, account: PointAccount, points: Decimal | int, former_tool: str = ""
) -> PointEntry:
    """The balance that an account comes with from elsewhere, once, at the start of the day `at`.

    It may be negative: a client who owes points owes them still. Raises BalanceAlreadyOpened when the account
    has moved already (an opening taken back in full does not count), InvalidInput naming `points`.
    """
    if Decimal(points) == 0:
        raise InvalidInput(_("Un solde de zéro ne s’écrit pas : le compte suffit."), field="points")
    held = hold_open(account, by)
    if queries.has_moved(account):
        raise BalanceAlreadyOpened(
            _("Le compte du contrat %(contract)s a déjà des mouvements.") % {"contract": account},
            field="points",
            way_out=_("Passez une contre-écriture, ou créditez la différence."),
        )
    on = wording.long_day(at.astimezone(PARIS).date(), get_language() or "fr", year=True, weekday=False)
    label = _("Solde d’ouverture au %(day)s") % {"day": on}
    if former_tool:
        label = _("%(opening)s, repris depuis %(tool)s") % {"opening": label, "tool": former_tool}
    if Decimal(points) > 0:
        facts = PackFacts(bought_on=at.astimezone(PARIS).date())
        entry = ledger.bring(held, EntryKind.OPENING, [(Decimal(points), facts)], label, by=by, at=at)
    else:
        entry, _taken = ledger.take(held, EntryKind.OPENING, -Decimal(points), label, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="prepaid.balance_opened",
        about=entry,
        client_id=account.client_id,
        data=_said(entry),
    )
    return entry


@act("prepaid.credit")
def remove_account(*, by: Actor, at: datetime, account: PointAccount) -> None:
    """Take away an account that never moved. Raises AccountInUse."""
    held = hold(account, by)
    if held.entries.exists():
        raise AccountInUse(_("Le compte du contrat %(contract)s a des mouvements.") % {"contract": account})
    journal.write(by=by, at=at, code="prepaid.account_removed", about=account)
    held.delete()


@act("prepaid.correct")
def correct(*, by: Actor, at: datetime, entry: PointEntry, points: Decimal | int, label: str) -> PointEntry:
    """Append a counter-entry of `points` (signed) that names `entry` (ims 7.2).

    A deduction is what the book takes for the work: counter-entries give back of it, never add to it. Raises
    NotCorrectable for a reservation or a counter-entry, CorrectionTooLarge when the counter-entries together
    would turn the entry around or enlarge a deduction, InvalidInput naming `points` or `label`.
    """
    if entry.kind not in CORRECTABLE:
        raise NotCorrectable(
            _("Seuls un achat, un solde d’ouverture, un décompte ou une péremption se corrigent."),
            way_out=_("Passez la contre-écriture sur le mouvement d’origine."),
        )
    if Decimal(points) == 0:
        raise InvalidInput(_("Une contre-écriture ne peut pas être de zéro point."), field="points")
    account = hold_open(entry.account, by)
    former = entry.corrections.aggregate(total=Sum("points"))["total"] or Decimal(0)
    if (entry.points + former + Decimal(points)) * entry.points < 0:
        raise CorrectionTooLarge(
            _("Il ne reste que %(left)s à reprendre sur ce mouvement.")
            % {"left": _in_words(abs(entry.points + former))},
            field="points",
            left=entry.points + former,
        )
    if entry.kind not in CREDITS and former + Decimal(points) < 0:
        raise CorrectionTooLarge(
            _("Ce décompte est celui du livre pour ce travail : une contre-écriture ne peut que le réduire."),
            field="points",
            way_out=_("Le travail oublié se note dans une séance : elle se décompte à son tour."),
            left=-former,
        )
    counter = ledger.counter(account, entry, Decimal(points), label, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="prepaid.corrected",
        about=counter,
        client_id=account.client_id,
        data={**_said(counter), "corrects": entry.pk},
    )
    return counter


# What the desk does inside its own acts: no permission and no journal entry of their own.


def reserve(
    *, account: PointAccount, points: Decimal, subject: models.Model, label: Label, by: Actor, at: datetime
) -> PointEntry:
    """Hold `points` for `subject` until it is deducted or dropped. The balance does not move."""
    held = hold_open(account, by)
    return ledger.append(held, EntryKind.RESERVATION, -points, label, by=by, at=at, cause=Subject(subject))


def release(*, subject: models.Model, label: Label, by: Actor, at: datetime) -> list[PointEntry]:
    """Let go what is held for `subject`, on whichever account; nothing when nothing is."""
    held = (
        PointEntry.objects.filter(
            provider=by.provider,
            subject_kind=subject._meta.model_name,
            subject_id=subject.pk,
            kind__in=queries.HOLDS,
        )
        .values_list("account")
        .annotate(total=Sum("points"))
        .exclude(total=0)
        .order_by("account")
    )
    accounts = PointAccount.objects.in_bulk([account for account, _total in held])
    return [
        ledger.append(
            hold(accounts[account], by),
            EntryKind.RELEASE,
            -total,
            label,
            by=by,
            at=at,
            cause=Subject(subject),
        )
        for account, total in held
    ]


class Deduction(NamedTuple):
    """A deduction and the balance around it."""

    entry: PointEntry
    before: Decimal
    after: Decimal


def deduct(
    *,
    account: PointAccount,
    points: Decimal,
    subject: models.Model,
    label: Label,
    by: Actor,
    at: datetime,
    ruling: Ruling | None = None,
    worked_minutes: int | None = None,
    accounted_minutes: int | None = None,
) -> Deduction:
    """Take `points` for `subject`, once: the database refuses a second deduction for the same subject.

    Whether it may pass under zero is asked before (`overdrafts`). Raises AccountClosed.
    """
    held = hold_open(account, by)
    before = queries.balance(held)
    cause = Subject(subject, ruling, None, worked_minutes, accounted_minutes)
    entry, _taken = ledger.take(held, EntryKind.DEDUCTION, points, label, by=by, at=at, cause=cause)
    return Deduction(entry, before, before + entry.points)


def _in_words(points: Decimal) -> str:
    return wording.points(points, get_language() or "fr")


def _said(entry: PointEntry) -> dict[str, str | int]:
    return {
        "account": entry.account_id,
        "points": str(entry.points),
        "kind": entry.kind,
        "label": entry.label,
    }
