"""How a movement is appended to an account, and which packs it fills or drains (ims 7.1.2).

Whoever moves points holds the account's row until its transaction ends: the balance met, the packs drained
and the threshold crossed are then those of this very movement. The draws of a movement add up to it, so the
packs, less what is owed beyond them, always add up to the balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.contracts import queries as contracts
from clausier.foundation import clock, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling
from clausier.prepaid import queries
from clausier.prepaid.errors import AccountClosed, UnknownAccount
from clausier.prepaid.models import (
    EntryKind,
    NoticeKind,
    PackDraw,
    PointAccount,
    PointEntry,
    PointNotice,
    PointPack,
)
from clausier.terms import rules
from clausier.terms.outcome import Words

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
TELL = "prepaid.tell"

Label = str | Words  # as a person worded it, or in both languages


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What a credit says of its points; without a day, they were bought on the day of the movement."""

    bought_on: date | None = None
    expires_on: date | None = None
    price: Decimal | None = None
    reference: str = ""
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What caused a movement, and what stands with it in the ledger."""

    row: models.Model | None = None
    ruling: Ruling | None = None
    corrects: PointEntry | None = None
    worked_minutes: int | None = None
    accounted_minutes: int | None = None


NOBODY = Subject()


@dataclass(slots=True)
class _Packs:
    """The packs of an account as they stand, and the draws that one movement makes on them."""

    account: PointAccount
    entry: PointEntry
    live: list[queries.PackLeft]
    beyond: Decimal
    on: date
    draws: list[PackDraw] = field(default_factory=list)

    def draw(self, pack: PointPack | None, points: Decimal, ruling: Ruling | None = None) -> None:
        """Move `points` (signed) on `pack`, or on what is owed beyond the packs."""
        if not points:
            return
        self.draws.append(
            PackDraw(
                provider_id=self.account.provider_id,
                client_id=self.account.client_id,
                account=self.account,
                entry=self.entry,
                pack=pack,
                points=points,
                ruling=ruling,
            )
        )
        if pack is None:
            self.beyond += points
            return
        for one in self.live:
            if one.pack.pk == pack.pk:
                one.left += points
                return
        self.live.append(queries.PackLeft(pack, points))

    def fill(self, points: Decimal, facts: PackFacts) -> None:
        """A new pack of `points`."""
        pack = PointPack.objects.create(
            provider_id=self.account.provider_id,
            client_id=self.account.client_id,
            account=self.account,
            entry=self.entry,
            points=points,
            bought_on=facts.bought_on or self.on,
            expires_on=facts.expires_on,
            price=facts.price,
            reference=facts.reference,
            ruling=facts.ruling,
        )
        self.draw(pack, points)

    def drain(self, points: Decimal, first: Sequence[PointPack] = ()) -> list[tuple[PointPack, Decimal]]:
        """Take `points` from `first`, then from the others in the stated order; the rest is owed.

        What was taken from which pack.
        """
        taken: list[tuple[PointPack, Decimal]] = []
        for pack in first:
            left = next((one.left for one in self.live if one.pack.pk == pack.pk), ZERO)
            if given := min(points, left):
                self.draw(pack, -given)
                taken.append((pack, given))
                points -= given
        for pack, given, ruling in self._in_order(points):
            self.draw(pack, -given, ruling)
            taken.append((pack, given))
            points -= given
        self.draw(None, -points)
        return taken

    def _in_order(self, points: Decimal) -> list[tuple[PointPack, Decimal, Ruling | None]]:
        """What each pack gives of `points`; the rule is asked, and kept, where there is a choice."""
        live = [one for one in self.live if one.left > 0]
        if not points or not live:
            return []
        if len(live) == 1:
            return [(live[0].pack, min(points, live[0].left), None)]
        contract = self.account.contract
        outcome = rules.ask(
            "point-drain", contracts.effective_book(contract), drain_facts(live, points, self.on)
        )
        ruling = rulings.keep(
            outcome,
            provider=self.account.provider,
            book=contract.book,
            about=self.entry,
            at=self.entry.at,
            client_id=self.account.client_id,
            label=str(contract),
        )
        packs = {str(one.pack.pk): one.pack for one in live}
        return [(packs[draw["pack"]], draw["points"], ruling) for draw in outcome.value["draws"]]

    def settle(self) -> None:
        """What was owed beyond the packs is taken from them as soon as they hold points again."""
        while self.beyond < 0 and (live := [one for one in self.live if one.left > 0]):
            given = min(-self.beyond, sum((one.left for one in live), ZERO))
            self.draw(None, given)
            self.drain(given)

    def give_back(self, points: Decimal, corrected: PointEntry) -> None:
        """`points` of a movement that took too much: first what is owed, then where they came from.

        What came from a pack that has expired since, or was owed and settled since, is a pack of its own; the
        former for as many days as it had left, and without a last day where the expiry is undone.
        """
        owed = min(points, -self.beyond)
        self.draw(None, owed)
        points -= owed
        took_on = corrected.at.astimezone(PARIS).date()
        for pack, net in reversed(queries.taken_from(corrected)):
            given = min(points, net)
            points -= given
            if pack.expires_on is None or pack.expires_on >= self.on:
                self.draw(pack, given)
            elif given:
                left = pack.expires_on - took_on  # under zero of what the expiry itself took
                self.fill(given, _share(pack, given, self.on + left if left >= timedelta(0) else None))
        if points:
            self.fill(points, PackFacts())

    def keep(self) -> None:
        """Write the draws. They must add up to the movement."""
        assert sum((draw.points for draw in self.draws), ZERO) == self.entry.points
        PackDraw.objects.bulk_create(self.draws)


def _share(pack: PointPack, points: Decimal, expires_on: date | None) -> PackFacts:
    """The facts of a part of `pack`: its day, its price for that part."""
    price = None if pack.price is None else (pack.price * points / pack.points).quantize(CENT)
    return PackFacts(pack.bought_on, expires_on, price, pack.reference, pack.ruling)


def drain_facts(live: Iterable[queries.PackLeft], points: Decimal, on: date) -> dict[str, Any]:
    """The question that the order of the packs answers."""
    packs = [
        {
            "pack": str(one.pack.pk),
            "left": one.left,
            "bought_on": one.pack.bought_on,
            "expires_on": one.pack.expires_on,
        }
        for one in live
    ]
    return {"points": points, "packs": packs, "on": on}


def hold(account: PointAccount, by: Actor) -> PointAccount:
    """Keep other movements of the account waiting until this transaction ends. Raises UnknownAccount."""
    found = (
        PointAccount.objects.filter(pk=account.pk, provider=by.provider)
        .select_related("contract__client__agency", "contract__book", "contract__provider", "provider")
        .defer("contract__book__content")
        .select_for_update(of=("self",))
        .first()
    )
    if found is None:
        raise UnknownAccount(_("Ce compte de points n’existe pas ici."))
    return found


def hold_open(account: PointAccount, by: Actor) -> PointAccount:
    """As `hold`. Raises AccountClosed when the contract is over and what remained is settled."""
    held = hold(account, by)
    if held.closed_on is not None:
        raise AccountClosed(
            _("Le compte du contrat %(contract)s est clos.") % {"contract": held},
            way_out=_("Notez ce travail sous le contrat en vigueur."),
        )
    return held


def append(
    account: PointAccount,
    kind: str,
    points: Decimal | int,
    label: Label,
    *,
    by: Actor,
    at: datetime,
    cause: Subject = NOBODY,
) -> PointEntry:
    """A line of the ledger that moves no pack: a reservation or its release."""
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
        ruling=cause.ruling,
        corrects=cause.corrects,
        subject_kind=cause.row._meta.model_name or "" if cause.row else "",
        subject_id=cause.row.pk if cause.row else None,
        subject_label=str(cause.row)[:120] if cause.row else "",
        worked_minutes=cause.worked_minutes,
        accounted_minutes=cause.accounted_minutes,
        by_name=by.name,
    )


def packs_of(account: PointAccount, entry: PointEntry) -> _Packs:
    """The packs as they stand before `entry`, the latest of the account, is laid on them."""
    live, beyond = queries.packs_left(account)
    return _Packs(account, entry, live, beyond, entry.at.astimezone(PARIS).date())


def bring(
    account: PointAccount,
    kind: str,
    parts: Sequence[tuple[Decimal, PackFacts]],
    label: Label,
    *,
    by: Actor,
    at: datetime,
    cause: Subject = NOBODY,
) -> PointEntry:
    """A movement that brings packs, then settles what was owed."""
    entry = append(
        account, kind, sum((points for points, _facts in parts), ZERO), label, by=by, at=at, cause=cause
    )
    packs = packs_of(account, entry)
    for points, facts in parts:
        packs.fill(points, facts)
    packs.settle()
    packs.keep()
    return entry


def take(
    account: PointAccount,
    kind: str,
    points: Decimal,
    label: Label,
    *,
    by: Actor,
    at: datetime,
    cause: Subject = NOBODY,
    first: Sequence[PointPack] = (),
) -> tuple[PointEntry, list[tuple[PointPack, Decimal]]]:
    """A movement that takes `points` (positive), and what it took from which pack."""
    entry = append(account, kind, -points, label, by=by, at=at, cause=cause)
    packs = packs_of(account, entry)
    taken = packs.drain(points, first)
    packs.keep()
    _look_for_crossing(account, entry)
    return entry, taken


def counter(
    account: PointAccount, corrected: PointEntry, points: Decimal, label: Label, *, by: Actor, at: datetime
) -> PointEntry:
    """A counter-entry of `corrected`, signed: gives back where points came from, or takes them again."""
    cause = Subject(corrects=corrected)
    brought = list(corrected.packs.order_by("pk"))
    if points < 0:
        entry, _taken = take(
            account, EntryKind.CORRECTION, -points, label, by=by, at=at, cause=cause, first=brought
        )
        return entry
    entry = append(account, EntryKind.CORRECTION, points, label, by=by, at=at, cause=cause)
    packs = packs_of(account, entry)
    if brought:
        packs.draw(brought[0], points)
        packs.settle()
    else:
        packs.give_back(points, corrected)
    packs.keep()
    return entry


def _look_for_crossing(account: PointAccount, entry: PointEntry) -> None:
    """Once for each crossing, both sides are told: a job of this transaction sees to it."""
    after = queries.balance(account)
    before = after - entry.points
    if after <= 0 < before:
        kind = NoticeKind.EMPTY
    elif after < account.low_at <= before:
        kind = NoticeKind.LOW
    else:
        return
    notice = PointNotice.objects.create(
        provider_id=account.provider_id,
        client_id=account.client_id,
        account=account,
        kind=kind,
        entry=entry,
        balance=after,
        at=entry.at,
    )
    ask_to_tell(notice)


def ask_to_tell(notice: PointNotice) -> None:
    """Have both sides told, by a job of the transaction under way."""
    app.configure_task(TELL, lock=None).defer(notice=notice.pk, provider_id=notice.provider_id)
