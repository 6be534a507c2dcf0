"""Movements without work: points that expire, that go to another account, or that end with the contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.foundation import journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.prepaid import ledger, queries
from clausier.prepaid.errors import ContractRunning, NotEnoughPoints, OfAnotherClient, PointsHeld
from clausier.prepaid.ledger import PackFacts, Subject, hold, hold_open
from clausier.prepaid.models import EntryKind, PointAccount, PointEntry, PointPack
from clausier.terms import rules
from clausier.terms.outcome import Outcome, Words

CENT = Decimal("0.01")


@act("prepaid.credit")
def expire_pack(*, by: Actor, at: datetime, pack: PointPack) -> PointEntry | None:
    """Take out what is left of a pack whose last day is over; None when there is nothing to take.

    What work waiting for validation will take stays until it is validated or dropped. Done again, it takes
    nothing twice.
    """
    last = pack.expires_on
    if last is None or last >= at.astimezone(PARIS).date():
        return None
    account = hold(pack.account, by)
    gone = max(Decimal(0), queries.left_in(pack) - max(Decimal(0), queries.reserved(account)))
    if not gone:
        return None
    label = _both(
        lambda language: (
            _("Lot du %(bought)s, périmé le %(last)s")
            % {
                "bought": wording.day(pack.bought_on, language, year=True, weekday=False),
                "last": wording.day(last, language, year=True, weekday=False),
            }
        )
    )
    cause = Subject(ruling=pack.ruling)
    entry, _taken = ledger.take(
        account, EntryKind.EXPIRY, gone, label, by=by, at=at, cause=cause, first=[pack]
    )
    journal.write(
        by=by,
        at=at,
        code="prepaid.pack_expired",
        about=entry,
        client_id=account.client_id,
        data={"account": account.pk, "pack": pack.pk, "points": str(gone)},
    )
    return entry


class Transferred(NamedTuple):
    """The two sides of a transfer."""

    out: PointEntry
    into: PointEntry


@act("prepaid.credit")
def transfer(
    *, by: Actor, at: datetime, account: PointAccount, to: PointAccount, points: Decimal, label: str = ""
) -> Transferred:
    """Move points to another account of the same client: packs keep their day, price and last day.

    Raises OfAnotherClient, AccountClosed for the account that receives, NotEnoughPoints, InvalidInput.
    """
    if points <= 0:
        raise InvalidInput(_("Indiquez un nombre de points supérieur à zéro."), field="points")
    if account.pk == to.pk:
        raise InvalidInput(_("Choisissez un autre compte."), field="to")
    if account.client_id != to.client_id:
        raise OfAnotherClient(_("Des points ne passent pas d’un client à un autre."), field="to")
    # Held in the order of their numbers, so that two transfers never wait for each other.
    held = {pk: hold(one, by) for pk, one in sorted({account.pk: account, to.pk: to}.items())}
    source, target = held[account.pk], hold_open(to, by)
    free = min(queries.available(source), queries.balance(source))
    if points > free:
        raise NotEnoughPoints(
            _("Il n’y a que %(free)s à transférer.")
            % {"free": wording.points(max(free, Decimal(0)), get_language() or "fr")},
            field="points",
            left=free,
        )
    said = label.strip()
    out, taken = ledger.take(
        source,
        EntryKind.TRANSFER,
        points,
        said or _both(lambda language: _("Vers le contrat %(number)s") % {"number": target}),
        by=by,
        at=at,
        cause=Subject(target.contract),
    )
    into = ledger.bring(
        target,
        EntryKind.TRANSFER,
        [(given, _moved(pack, given)) for pack, given in taken],
        said or _both(lambda language: _("Du contrat %(number)s") % {"number": source}),
        by=by,
        at=at,
        cause=Subject(source.contract),
    )
    journal.write(
        by=by,
        at=at,
        code="prepaid.transferred",
        about=out,
        client_id=source.client_id,
        data={"from": source.pk, "to": target.pk, "points": str(points), "into": into.pk},
    )
    return Transferred(out, into)


def _moved(pack: PointPack, points: Decimal) -> PackFacts:
    price = None if pack.price is None else (pack.price * points / pack.points).quantize(CENT)
    return PackFacts(pack.bought_on, pack.expires_on, price, pack.reference, pack.ruling)


def end_outcome(account: PointAccount, on: date) -> Outcome:
    """What becomes of the points left at the end of the contract, by its terms."""
    packs = [
        {
            "pack": str(one.pack.pk),
            "left": one.left,
            "bought_on": one.pack.bought_on,
            "expires_on": one.pack.expires_on,
            "bought": one.pack.points,
            "price": one.pack.price,
        }
        for one in queries.packs_left(account)[0]
    ]
    return rules.ask("points-at-end", contracts.effective_book(account.contract), {"packs": packs, "on": on})


@act("prepaid.credit")
def close_account(*, by: Actor, at: datetime, account: PointAccount) -> PointAccount:
    """Close the account of a contract that is over: what remains is kept, returned or lost, by its terms.

    What is kept stays on the closed account, for a transfer. Raises ContractRunning, PointsHeld,
    AccountClosed.
    """
    held = hold_open(account, by)
    ends_on, today = held.contract.ends_on, at.astimezone(PARIS).date()
    if ends_on is None or ends_on >= today:
        raise ContractRunning(
            _("Le contrat %(contract)s n’est pas terminé.") % {"contract": held},
            way_out=_("Le compte se clôt une fois passé le dernier jour du contrat."),
        )
    if queries.reserved(held):
        raise PointsHeld(
            _("Des séances à valider retiennent des points de ce compte."),
            way_out=_("Validez ou abandonnez ces séances d’abord."),
        )
    outcome = end_outcome(held, ends_on)
    ruling = rulings.keep(
        outcome,
        provider=held.provider,
        book=held.contract.book,
        about=held,
        at=at,
        client_id=held.client_id,
    )
    fate, left = outcome.value["fate"], outcome.value["points"]
    if left and fate != "kept":
        words = {"refund": _end_label(True), "lost": _end_label(False)}[fate]
        ledger.take(held, EntryKind.CLOSING, left, words, by=by, at=at, cause=Subject(ruling=ruling))
    held.closed_on = today
    held.save(update_fields=["closed_on"])
    refund = outcome.value["refund"]
    journal.write(
        by=by,
        at=at,
        code="prepaid.account_closed",
        about=held,
        data={
            "fate": fate,
            "points": str(left),
            "refund": None if refund is None else str(refund),
            "ruling": ruling.pk,
        },
    )
    return held


def _end_label(refunded: bool) -> Words:
    if refunded:
        return _both(lambda language: _("Fin du contrat : points rendus au prix payé"))
    return _both(lambda language: _("Fin du contrat : points perdus"))


def _both(say: Callable[[str], str]) -> Words:
    """The same sentence in both languages."""
    found = []
    for language in ("fr", "en"):
        with override(language):
            found.append(say(language))
    return Words(*found)
