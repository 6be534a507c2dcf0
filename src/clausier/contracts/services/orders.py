"""Acts on the order of a hosted service (imri VII.4.1), and on the mandates of direct debits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.contracts import ordering
from clausier.contracts.errors import NoChecklist, NotInThisState, OfAnother, OrderIncomplete, PaperMissing
from clausier.contracts.models import Contract, HostedOrder, Mandate, OrderItem
from clausier.contracts.services.contracts import file_paper, of_provider
from clausier.directory.models import Client
from clausier.foundation import journal, secrets
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput

IBAN_PLACE: Final = "contracts_mandate.iban"
REFERENCE: Final = 35  # characters that the banks keep for the reference of a mandate


@act("contracts.mandate")
def record_mandate(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    reference: str,
    iban: str,
    signed_on: date,
    content: bytes,
    file_name: str = "",
    content_type: str = "application/pdf",
) -> Mandate:
    """Keep a signed mandate for direct debits: the IBAN is sealed. Raises PaperMissing, InvalidInput."""
    of_provider(by, client)
    called = " ".join(reference.split())
    if not called or len(called) > REFERENCE or not ordering.is_reference(called):
        raise InvalidInput(
            _("Une référence de mandat a 35 signes au plus : lettres sans accent, chiffres, tirets."),
            field="reference",
        )
    account = ordering.account_of(iban)
    if signed_on > at.astimezone(PARIS).date():
        raise InvalidInput(_("Un mandat s’enregistre une fois signé."), field="signed_on")
    if not content:
        raise PaperMissing(_("Joignez le mandat signé."), field="document")
    title = _("Mandat %(reference)s") % {"reference": called}
    paper = file_paper(by, at, client, content, "mandate", title, file_name, content_type)
    try:
        with transaction.atomic():
            row = Mandate.objects.create(
                provider=by.provider,
                client=client,
                reference=called,
                iban=secrets.seal(account.compact, IBAN_PLACE),
                iban_shown=account.shown,
                bank=account.bank,
                signed_on=signed_on,
                document=paper,
                recorded_at=at,
                recorded_by=by.name,
            )
    except IntegrityError:
        raise InvalidInput(_("Cette référence de mandat existe déjà."), field="reference") from None
    data = {
        "reference": called,
        "account": account.shown,
        "signed_on": signed_on.isoformat(),
        "document": paper.number,
    }
    journal.write(by=by, at=at, code="contracts.mandate_recorded", about=row, data=data)
    return row


@act("contracts.mandate")
def end_mandate(*, by: Actor, at: datetime, mandate: Mandate, ended_on: date) -> Mandate:
    """Note that a mandate was revoked or replaced. Raises NotInThisState, InvalidInput."""
    of_provider(by, mandate)
    row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if row.ended_on:
        raise NotInThisState(_("Ce mandat a déjà pris fin."))
    if not row.signed_on <= ended_on <= at.astimezone(PARIS).date():
        raise InvalidInput(
            _("Un mandat finit après sa signature, et aujourd’hui au plus tard."), field="ended_on"
        )
    row.ended_on = ended_on
    row.save(update_fields=["ended_on"])
    data = {"reference": row.reference, "ended_on": ended_on.isoformat()}
    journal.write(by=by, at=at, code="contracts.mandate_ended", about=row, data=data)
    return row


@act("contracts.write")
def settle_order_item(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    key: str,
    dated_on: date | None = None,
    note: str = "",
    mandate: Mandate | None = None,
    content: bytes = b"",
    file_name: str = "",
    content_type: str = "application/pdf",
) -> OrderItem:
    """Tick one thing of the checklist: a paper with its date, the client's mandate, or what was settled.

    Raises NoChecklist, NotInThisState, PaperMissing, OfAnother, InvalidInput naming the field.
    """
    order = _order(by, contract)
    item = _asked(contract, key)
    if len(note.strip()) > 500:
        raise InvalidInput(_("Ce texte fait plus de 500 signes."), field="note")
    if dated_on and dated_on > at.astimezone(PARIS).date():
        raise InvalidInput(
            _("Une pièce s’enregistre une fois signée : cette date est à venir."), field="dated_on"
        )
    if mandate and (mandate.client_id != contract.client_id or mandate.ended_on):
        raise OfAnother(_("Ce mandat n’est pas de ce client, ou a pris fin."), field="mandate")
    if item.is_paper:
        _must_be_there(item, dated_on, mandate, content)
    elif not note.strip():
        raise InvalidInput(_("Écrivez ce qui a été arrêté."), field="note")
    paper = None
    if content and not mandate:
        paper = file_paper(
            by,
            at,
            contract.client,
            content,
            "order",
            item.label.to(get_language() or "fr"),
            file_name,
            content_type,
        )
    OrderItem.objects.filter(order=order, key=key).delete()
    row = OrderItem.objects.create(
        provider=by.provider,
        client_id=contract.client_id,
        order=order,
        key=key,
        dated_on=mandate.signed_on if mandate else dated_on,
        note=note.strip(),
        document=paper,
        mandate=mandate,
        settled_at=at,
        settled_by=by.name,
    )
    data = {
        "key": key,
        "note": row.note,
        "dated_on": row.dated_on.isoformat() if row.dated_on else None,
        "document": paper.number if paper else None,
        "mandate": mandate.reference if mandate else None,
    }
    journal.write(by=by, at=at, code="contracts.order_item_settled", about=contract, data=data)
    return row


def _must_be_there(
    item: ordering.Asked, dated_on: date | None, mandate: Mandate | None, content: bytes
) -> None:
    if item.key == ordering.MANDATE:
        if mandate is None:
            raise InvalidInput(
                _("Choisissez le mandat du client ; enregistrez-le d’abord s’il n’y est pas."),
                field="mandate",
            )
        return
    if not content:
        raise PaperMissing(_("Joignez la pièce datée, signée et portant le cachet."), field="document")
    if dated_on is None:
        raise InvalidInput(_("Indiquez la date portée sur la pièce."), field="dated_on")


@act("contracts.write")
def reopen_order_item(*, by: Actor, at: datetime, contract: Contract, key: str) -> None:
    """Take a tick back, before the order is valid. Raises NotInThisState, InvalidInput."""
    order = _order(by, contract)
    gone, _kinds = OrderItem.objects.filter(order=order, key=key).delete()
    if not gone:
        raise InvalidInput(_("Ce point n’était pas coché."), field="key")
    journal.write(by=by, at=at, code="contracts.order_item_reopened", about=contract, data={"key": key})


@act("contracts.write")
def promise_opening(*, by: Actor, at: datetime, contract: Contract, opening_on: date) -> HostedOrder:
    """The day on which the hosted service opens, as agreed. Raises NotInThisState, InvalidInput."""
    order = _order(by, contract)
    if opening_on < at.astimezone(PARIS).date():
        raise InvalidInput(_("Une ouverture se promet d’avance."), field="opening_on")
    before, order.opening_on = order.opening_on, opening_on
    order.save(update_fields=["opening_on"])
    data = {"before": before.isoformat() if before else None, "opening_on": opening_on.isoformat()}
    journal.write(by=by, at=at, code="contracts.opening_promised", about=contract, data=data)
    return order


@act("contracts.write")
def validate_order(*, by: Actor, at: datetime, contract: Contract) -> HostedOrder:
    """Say that the order is valid: everything is there. It is frozen from then on.

    Raises OrderIncomplete naming what lacks, NotInThisState, NoChecklist.
    """
    order = _order(by, contract)
    found = ordering.checklist(contract)
    lacks = [line.asked for line in found.lines if line.item is None] if found else []
    if lacks or order.opening_on is None:
        language = get_language() or "fr"
        names = [one.label.to(language) for one in lacks]
        names += [] if order.opening_on else [_("date d’ouverture")]
        raise OrderIncomplete(
            _("La commande n’est pas valable : il manque %(lacks)s.") % {"lacks": ", ".join(names)},
            clause=found.clause if found else None,
            way_out=_("Cochez ce qui manque, pièce à l’appui."),
            lacks=[one.key for one in lacks] + ([] if order.opening_on else ["opening"]),
        )
    order.validated_at, order.validated_by = at, by.name
    order.save(update_fields=["validated_at", "validated_by"])
    data = {"opening_on": order.opening_on.isoformat()}
    journal.write(by=by, at=at, code="contracts.order_validated", about=contract, data=data)
    return order


def _order(by: Actor, contract: Contract) -> HostedOrder:
    """The order of a hosted contract, locked, as long as it is open."""
    of_provider(by, contract)
    if ordering.asked(contract) is None:
        raise NoChecklist(_("Les conditions de ce contrat ne demandent pas de pièces pour sa commande."))
    HostedOrder.objects.get_or_create(
        contract=contract, defaults={"provider": by.provider, "client_id": contract.client_id}
    )
    order = HostedOrder.objects.select_for_update(of=("self",)).get(contract=contract)
    if order.validated_at:
        raise NotInThisState(_("Cette commande est valable : elle ne change plus."))
    return order


def _asked(contract: Contract, key: str) -> ordering.Asked:
    found = next((one for one in ordering.asked(contract) or () if one.key == key), None)
    if found is None:
        raise InvalidInput(_("Choisissez un point de la liste."), field="key")
    return found
