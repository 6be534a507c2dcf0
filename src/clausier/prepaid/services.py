"""Acts on accounts of points, and the movements that the desk makes inside its own acts (ims 7.1.2, 7.2).

A ledger line is appended, never edited. Whoever moves points holds the account's row until its transaction
ends, so that the balance written beside a deduction is the one that it met.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.contracts.models import Contract
from clausier.foundation import clock, journal, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling
from clausier.prepaid import queries
from clausier.prepaid.errors import (
    AccountExists,
    AccountInUse,
    BalanceAlreadyOpened,
    CorrectionTooLarge,
    NotCorrectable,
    NotEnoughPoints,
    UnknownAccount,
)
from clausier.prepaid.models import EntryKind, PointAccount, PointEntry
from clausier.terms.outcome import Words

CENT = Decimal("0.01")
CREDITS = (EntryKind.PURCHASE, EntryKind.OPENING)
CORRECTABLE = (*CREDITS, EntryKind.DEDUCTION)


Label = str | Words  # as a person worded it, or in both languages


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
) -> PointEntry:
    """Add bought points, or the balance that an account starts with.

    Raises InvalidInput naming `points`, `label` or `kind`.
    """
    if kind not in CREDITS:
        raise InvalidInput(_("Un crédit est un achat ou un solde d’ouverture."), field="kind")
    if Decimal(points) <= 0:
        raise InvalidInput(_("Indiquez un nombre de points supérieur à zéro."), field="points")
    _hold(account, by)
    entry = _append(account, kind, points, label, by=by, at=at)
    journal.write(
        by=by, at=at, code="prepaid.credited", about=entry, client_id=account.client_id, data=_said(entry)
    )
    return entry


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
    _hold(account, by)
    if queries.has_moved(account):
        raise BalanceAlreadyOpened(
            _("Le compte du contrat %(contract)s a déjà des mouvements.") % {"contract": account},
            field="points",
            way_out=_("Passez une contre-écriture, ou créditez la différence."),
        )
    on = wording.long_day(at.astimezone(PARIS).date(), get_language() or "fr", year=True, weekday=False)
    label = _("Solde d’ouverture au %(day)s") % {"day": on}
    if former_tool:
        label = _("%(opening)s, repris de %(tool)s") % {"opening": label, "tool": former_tool}
    entry = _append(account, EntryKind.OPENING, points, label, by=by, at=at)
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
    held = _hold(account, by)
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
            _("Seuls un achat, un solde d’ouverture ou un décompte se corrigent."),
            way_out=_("Passez la contre-écriture sur le mouvement d’origine."),
        )
    if Decimal(points) == 0:
        raise InvalidInput(_("Une contre-écriture ne peut pas être de zéro point."), field="points")
    account = _hold(entry.account, by)
    former = entry.corrections.aggregate(total=Sum("points"))["total"] or Decimal(0)
    if (entry.points + former + Decimal(points)) * entry.points < 0:
        raise CorrectionTooLarge(
            _("Il ne reste que %(left)s à reprendre sur ce mouvement.")
            % {"left": _in_words(abs(entry.points + former))},
            field="points",
            left=entry.points + former,
        )
    if entry.kind == EntryKind.DEDUCTION and former + Decimal(points) < 0:
        raise CorrectionTooLarge(
            _("Ce décompte est celui du livre pour ce travail : une contre-écriture ne peut que le réduire."),
            field="points",
            way_out=_("Le travail oublié se note dans une séance : elle se décompte à son tour."),
            left=-former,
        )
    counter = _append(account, EntryKind.CORRECTION, points, label, by=by, at=at, corrects=entry)
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
    _hold(account, by)
    return _append(account, EntryKind.RESERVATION, -points, label, by=by, at=at, subject=subject)


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
        _append(_hold(accounts[account], by), EntryKind.RELEASE, -total, label, by=by, at=at, subject=subject)
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
    overdraft: bool = True,
) -> Deduction:
    """Take `points` for `subject`, once: the database refuses a second deduction for the same subject.

    Raises NotEnoughPoints when the balance would pass under zero and `overdraft` is not allowed.
    """
    _hold(account, by)
    before = queries.balance(account)
    if not overdraft and before < points:
        raise NotEnoughPoints(
            _("Le solde est de %(left)s et ce travail demande %(points)s : ce contrat exclut le découvert.")
            % {"left": _in_words(before), "points": _in_words(points)},
            way_out=_("Créditez le compte, puis validez la séance."),
            left=before,
            points=points,
        )
    entry = _append(
        account,
        EntryKind.DEDUCTION,
        -points,
        label,
        by=by,
        at=at,
        subject=subject,
        ruling=ruling,
        worked_minutes=worked_minutes,
        accounted_minutes=accounted_minutes,
    )
    return Deduction(entry, before, before + entry.points)


def _hold(account: PointAccount, by: Actor) -> PointAccount:
    """Keep other movements of the account waiting until this transaction ends. Raises UnknownAccount."""
    found = (
        PointAccount.objects.filter(pk=account.pk, provider=by.provider)
        .select_for_update(of=("self",))
        .first()
    )
    if found is None:
        raise UnknownAccount(_("Ce compte de points n’existe pas ici."))
    return found


def _in_words(points: Decimal) -> str:
    return wording.points(points, get_language() or "fr")


def _append(
    account: PointAccount,
    kind: str,
    points: Decimal | int,
    label: Label,
    *,
    by: Actor,
    at: datetime,
    subject: models.Model | None = None,
    ruling: Ruling | None = None,
    corrects: PointEntry | None = None,
    worked_minutes: int | None = None,
    accounted_minutes: int | None = None,
) -> PointEntry:
    exact = Decimal(points)
    if exact != exact.quantize(CENT):
        raise InvalidInput(_("Les points se comptent au centième."), field="points")
    said, said_en = (label.fr, label.en) if isinstance(label, Words) else (label.strip(), "")
    if not said:
        raise InvalidInput(_("Dites en quelques mots d’où vient ce mouvement."), field="label")
    return PointEntry.objects.create(
        provider_id=account.provider_id,
        client_id=account.client_id,
        account=account,
        kind=kind,
        points=exact,
        at=at,
        written_at=clock.now(),
        label=said[:200],
        label_en=said_en[:200],
        ruling=ruling,
        corrects=corrects,
        subject_kind=subject._meta.model_name or "" if subject else "",
        subject_id=subject.pk if subject else None,
        subject_label=str(subject)[:120] if subject else "",
        worked_minutes=worked_minutes,
        accounted_minutes=accounted_minutes,
        by_name=by.name,
    )


def _said(entry: PointEntry) -> dict[str, str | int]:
    return {
        "account": entry.account_id,
        "points": str(entry.points),
        "kind": entry.kind,
        "label": entry.label,
    }
