"""What is to be returned: data, accounts, licences and the rest. Named here, never their passwords."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.errors import NotInThisState, SupplyUnpaid, UnknownMatter
from clausier.lifecycle.models import ReturnedKind, Reversal, ReversalItem
from clausier.lifecycle.services.letters import words
from clausier.lifecycle.services.reversal.files import clause_of, hold
from clausier.lifecycle.states import ReversalState

LENGTHS = {"title": 160, "place": 160, "form": 120, "size": 60, "how": 200}


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Something to be returned as it is given; `how` is the way in which it goes back."""

    kind: str
    title: str
    place: str = ""
    form: str = ""
    size: str = ""
    how: str = ""


@act("reversal.work")
def list_item(
    *, by: Actor, at: datetime, reversal: Reversal, facts: ItemFacts, item: ReversalItem | None = None
) -> ReversalItem:
    """Something to be returned, or a line of the list changed while it was not.

    Raises NotInThisState, UnknownMatter, InvalidInput naming the field.
    """
    file = hold(reversal, by, ReversalState.OPEN)
    told = _checked(facts)
    if item is not None:
        held = _hold(item, by)
        if held.reversal_id != file.pk:
            raise UnknownMatter(_("Cette ligne n’existe pas ici."))
        _must_stand(held)
        if held.kind != told.kind:  # what was said of a licence's invoices is said of a licence only
            held.paid_said_by, held.paid_because, held.paid_at = "", "", None
            held.is_transferable = None
        for name, value in asdict(told).items():
            setattr(held, name, value)
        held.save()
        data = {"item": held.title, "kind": held.kind}
        journal.write(by=by, at=at, code="lifecycle.reversal_item_changed", about=file, data=data)
        return held
    made = ReversalItem.objects.create(
        provider=by.provider,
        client_id=file.client_id,
        reversal=file,
        listed_at=at,
        listed_by=by.name,
        **asdict(told),
    )
    data = {"item": made.title, "kind": made.kind}
    journal.write(by=by, at=at, code="lifecycle.reversal_item_listed", about=file, data=data)
    return made


@act("reversal.settle")
def note_paid(
    *, by: Actor, at: datetime, item: ReversalItem, said_by: str, reason: str, is_transferable: bool
) -> ReversalItem:
    """The supply invoices of a licence are paid: who says so and why we know; and whether its licensor lets
    it be transferred. Raises NotInThisState, UnknownMatter, InvalidInput naming the field.
    """
    held = _hold(item, by)
    file = hold(held.reversal, by, ReversalState.OPEN)
    _must_stand(held)
    if held.kind != ReturnedKind.LICENCE:
        raise NotInThisState(_("Seule une licence attend le paiement de ses factures."))
    who = words(said_by, "said_by", wanted=_("Indiquez qui le dit."))
    why = words(reason, "reason", wanted=_("Dites à quoi on le voit : facture, virement, relevé."))
    held.paid_said_by, held.paid_because, held.paid_at = who[:120], why[:200], at
    held.is_transferable = is_transferable
    held.save()
    data = {
        "item": held.title,
        "said_by": held.paid_said_by,
        "reason": held.paid_because,
        "is_transferable": is_transferable,
    }
    journal.write(by=by, at=at, code="lifecycle.licence_paid", about=file, data=data)
    return held


@act("reversal.work")
def return_item(
    *, by: Actor, at: datetime, item: ReversalItem, returned_on: date | None = None, how: str = ""
) -> ReversalItem:
    """It was returned, or a licence transferred. It counts once a delivery record that lists it is signed.

    Raises SupplyUnpaid with the clause, NotInThisState, UnknownMatter, InvalidInput naming the field.
    """
    held = _hold(item, by)
    file = hold(held.reversal, by, ReversalState.OPEN)
    _must_stand(held)
    today = at.astimezone(PARIS).date()
    on = returned_on or today
    if not file.received_on <= on <= today:
        raise InvalidInput(
            _("Ce jour est entre la réception de la lettre et aujourd’hui."), field="returned_on"
        )
    _may_be_transferred(held, file)
    held.returned_on, held.returned_by = on, by.name
    held.how = words(how, "how")[: LENGTHS["how"]] or held.how
    held.save()
    data = {"item": held.title, "kind": held.kind, "returned_on": on.isoformat(), "how": held.how}
    journal.write(by=by, at=at, code="lifecycle.reversal_item_returned", about=file, data=data)
    return held


@act("reversal.write")
def drop_item(*, by: Actor, at: datetime, item: ReversalItem, reason: str) -> ReversalItem:
    """It is not returned after all: it leaves the list, and stays readable. Raises NotInThisState,
    UnknownMatter, InvalidInput naming `reason`."""
    held = _hold(item, by)
    file = hold(held.reversal, by, ReversalState.OPEN)
    _must_stand(held)
    held.dropped_because = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))[:200]
    held.save()
    data = {"item": held.title, "reason": held.dropped_because}
    journal.write(by=by, at=at, code="lifecycle.reversal_item_dropped", about=file, data=data)
    return held


def _may_be_transferred(item: ReversalItem, reversal: Reversal) -> None:
    """A licence: its supply invoices are paid, and its licensor lets us (imri XIV)."""
    if item.kind != ReturnedKind.LICENCE:
        return
    if item.paid_at is None:
        raise SupplyUnpaid(
            _("La licence « %(title)s » se transfère une fois ses factures d’approvisionnement payées.")
            % {"title": item.title},
            clause=clause_of(reversal),
            way_out=_("Notez qui dit qu’elles le sont, et à quoi on le voit."),
        )
    if not item.is_transferable:
        raise SupplyUnpaid(
            _("Le concédant de « %(title)s » ne permet pas de la transférer.") % {"title": item.title},
            clause=clause_of(reversal),
            way_out=_("Retirez-la de la liste, avec cette raison."),
        )


def _checked(facts: ItemFacts) -> ItemFacts:
    if facts.kind not in ReturnedKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    told = {name: " ".join(getattr(facts, name).split()) for name in LENGTHS}
    if not told["title"]:
        raise InvalidInput(_("Nommez ce qui est à rendre."), field="title")
    for name, most in LENGTHS.items():
        if len(told[name]) > most:
            raise InvalidInput(_("Ce texte fait plus de %(most)s signes.") % {"most": most}, field=name)
    return ItemFacts(kind=facts.kind, **told)


def _must_stand(item: ReversalItem) -> None:
    if item.dropped_because:
        raise NotInThisState(_("Cette ligne a été retirée de la liste."))
    if item.record is not None:
        raise NotInThisState(
            _("Cette ligne est sur le bordereau %(number)s.") % {"number": item.record},
            way_out=_("Retirez d’abord le bordereau, tant qu’il n’est pas signé des deux parties."),
        )


def _hold(item: ReversalItem, by: Actor) -> ReversalItem:
    found = reversal_queries.items(by).filter(pk=item.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Cette ligne n’existe pas ici."))
    return found
