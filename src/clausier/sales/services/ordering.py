"""Acts that make an order and change it: both sides agree, and what was signed stays (ims 5.2, 7.3, 7.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.contracts import services as contracts
from clausier.contracts.models import AcceptanceMeans, Contract
from clausier.foundation import books, documents, files, journal, numbering
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document
from clausier.sales import papers, policies, queries
from clausier.sales.errors import AlreadyAgreed, CancellationForLateness, UnknownOrder
from clausier.sales.models import (
    ChangeKind,
    ChangeLine,
    ItemKind,
    Order,
    OrderChange,
    OrderLine,
    Quote,
    QuoteLine,
    Side,
)
from clausier.sales.queries import Sheet
from clausier.sales.services import signing
from clausier.sales.services.catalogue import check_money
from clausier.sales.services.drafting import LineGiven
from clausier.sales.services.held import hold, move
from clausier.sales.states import ChangeState, QuoteState
from clausier.signatures.services import Scan
from clausier.terms.book import Book

SERIES: Final = "order"
LATE_CANCELLATION: Final = "delivery.late-cancellation"


@act("sales.confirm")
def confirm_order(
    *,
    by: Actor,
    at: datetime,
    quote: Quote,
    countersigner_name: str = "",
    document: Document | None = None,
) -> Order:
    """Countersign what the client signed: only then is it an order (ims 5.2), and becomes what it sells.

    The contract is made under the edition that was annexed, its terms accepted by the order, with the
    derogations proposed. `document` is what both signed; by default the paper that the client signed,
    signed by the provider too and sealed, or the scan of it.
    Raises UnknownQuote, NotAnswerable, InvalidInput, and what the contract's own acts raise.
    """
    held = hold(quote, by)
    standing = held.standing
    signed_at = standing.answered_at
    move(held, QuoteState.ORDERED, ordered_at=at)
    paper = document or signing.countersign(held, by=by, at=at) or standing.signed_document
    if signed_at is None or paper is None:
        raise UnknownOrder(_("Ce devis n’est pas signé."))
    if at < signed_at:
        raise InvalidInput(_("Le prestataire signe après le client."), field="at")
    sheet = queries.sheet_of(held)
    contract = _make_contract(held, sheet, paper, by=by, at=at)
    order = Order.objects.create(
        provider=by.provider,
        client=held.client,
        number=f"BC-{numbering.next_number(by.provider, SERIES):04d}",
        quote=held,
        signed_at=signed_at,
        signed_by=standing.answered_by,
        countersigned_at=at,
        countersigned_by=(countersigner_name.strip() or by.name)[:120],
        document=paper,
        contract=contract or held.contract,
        delivery_on=held.delivery_on,
    )
    retained = sheet.retained
    OrderLine.objects.bulk_create(
        _ordered(order, place, line, net) for place, (line, net) in enumerate(retained)
    )
    _accept_terms(held, contract, paper, by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="sales.order_confirmed",
        about=order,
        data={
            "quote": held.reference,
            "signed_at": signed_at.isoformat(),
            "signed_by": order.signed_by,
            "document": paper.number,
            "contract": order.contract.number if order.contract else None,
            "packs": [line.label for line, _net in retained if line.kind == ItemKind.PACK],
            "totals": {one.period: str(one.net) for one in sheet.totals},
        },
    )
    return order


def _ordered(order: Order, place: int, line: QuoteLine, net: Decimal) -> OrderLine:
    same = ("kind", "label", "detail", "quantity", "unit", "unit_price", "period", "vat", "vat_rate")
    rest = ("equipment_class", "points", "months")
    return OrderLine(
        provider_id=order.provider_id,
        client_id=order.client_id,
        order=order,
        position=place,
        net=net,
        **{name: getattr(line, name) for name in (*same, *rest)},
    )


def _make_contract(held: Quote, sheet: Sheet, paper: Document, *, by: Actor, at: datetime) -> Contract | None:
    """The contract that the quote says, covering what its fees are for; None where it makes none."""
    if not held.contract_kind or held.starts_on is None:
        return None
    covered: defaultdict[str, int] = defaultdict(int)
    for line, _net in sheet.retained:
        if line.kind == ItemKind.FEE and line.equipment_class:
            covered[line.equipment_class] += int(line.quantity)
    made: Contract = contracts.create_contract(
        by=by,
        at=at,
        client=held.client,
        kind=held.contract_kind,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        book=held.book,
        title=held.title,
        sites=[held.site] if held.site else (),
        covered=dict(covered),
    )
    since_on = max(held.starts_on, queries.day_of(at))
    for one in held.derogations.all():
        contracts.derogate(
            by=by,
            at=at,
            contract=made,
            term=one.term,
            value=one.value,
            since_on=since_on,
            reason=one.reason,
            content=_bytes_of(paper),
            file_name=paper.file.name if paper.file else "",
            content_type=paper.file.content_type if paper.file else "application/pdf",
        )
    return made


def _accept_terms(
    held: Quote, contract: Contract | None, paper: Document, *, by: Actor, at: datetime
) -> None:
    """The terms annexed were accepted with the order (ims 9)."""
    if held.book is None or held.standing.answered_at is None:
        return
    contracts.accept_terms(
        by=by,
        at=at,
        client=held.client,
        accepted_on=queries.day_of(held.standing.answered_at),
        means=AcceptanceMeans.ORDER,
        book=held.book,
        contract=contract,
        accepted_by_name=held.standing.answered_by,
        content=_bytes_of(paper),
        file_name=paper.file.name if paper.file else "",
        content_type=paper.file.content_type if paper.file else "application/pdf",
    )


def _bytes_of(paper: Document) -> bytes:
    return files.read(paper.file) if paper.file else b""


# Changes


@act("sales.write")
def propose_change(
    *,
    by: Actor,
    at: datetime,
    order: Order,
    kind: str,
    asked_by_side: str,
    text: str,
    lines: Sequence[LineGiven] = (),
    for_lateness: bool = False,
    site_url: str = "",
) -> OrderChange:
    """A document of its own that changes, adds to or cancels an order once both have agreed (ims 5.2, 7.3).

    Where the quote had a contact with an address, they are asked to sign it, by a link to `site_url`.
    The price of what was ordered is firm: more work comes as lines on top. Lateness of an indicative date
    cancels nothing (ims 7.5). Raises UnknownOrder, CancellationForLateness, InvalidInput naming the field.
    """
    held = _hold_order(order, by)
    book = books.read(held.quote.book) if held.quote.book else None
    if kind not in ChangeKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    if asked_by_side not in Side.values:
        raise InvalidInput(_("Dites qui le demande."), field="asked_by_side")
    if not text.strip():
        raise InvalidInput(_("Dites ce qui change."), field="text")
    if queries.is_cancelled(held):
        raise AlreadyAgreed(_("La commande %(order)s est annulée.") % {"order": held})
    if kind == ChangeKind.CANCELLATION and for_lateness and asked_by_side == Side.CLIENT:
        _refuse_for_lateness(book, at)
    if (kind == ChangeKind.SURCHARGE) != bool(lines):
        raise InvalidInput(_("Du travail en plus se dit par des lignes, et lui seul."), field="lines")
    numbered = OrderChange.objects.filter(order=held).count() + 1
    made = OrderChange(
        provider=by.provider,
        client=held.client,
        order=held,
        number=numbered,
        kind=kind,
        asked_by_side=asked_by_side,
        text=text.strip()[:10_000],
        made_at=at,
        made_by=by.name,
    )
    rows = [_surcharge(made, place, line, at) for place, line in enumerate(lines)]
    made.document = documents.file_document(
        papers.change_paper(made, rows, at=at),
        by=by,
        at=at,
        kind="order-change",
        title=_("Commande %(order)s, %(kind)s") % {"order": held, "kind": made.get_kind_display()},
        name=f"{made}.pdf",
        client_id=held.client_id,
    )
    made.save()
    ChangeLine.objects.bulk_create(rows)
    signing.ask_change(made, by=by, at=at, site_url=site_url)
    journal.write(
        by=by,
        at=at,
        code="sales.change_proposed",
        about=made,
        data={"kind": kind, "by": asked_by_side, "document": made.document.number},
    )
    return made


def _surcharge(change: OrderChange, place: int, line: LineGiven, at: datetime) -> ChangeLine:
    prefix = f"lines.{place}."
    if not line.label.strip() or len(line.label.strip()) > 200:
        raise InvalidInput(_("Dites ce que vend cette ligne."), field=f"{prefix}label")
    check_money(line.unit_price, f"{prefix}unit_price")
    if not 0 < line.quantity < 10_000_000:
        raise InvalidInput(_("Une quantité est supérieure à zéro."), field=f"{prefix}quantity")
    return ChangeLine(
        provider=change.provider,
        client_id=change.client_id,
        change=change,
        position=place,
        kind=line.kind,
        label=line.label.strip(),
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=policies.net_of(line),
        period=line.period,
        vat=line.vat,
        vat_rate=queries.vat_rate(change.provider, line.vat, queries.day_of(at)),
    )


def _refuse_for_lateness(book: Book | None, at: datetime) -> None:
    """Raises CancellationForLateness where the terms say that lateness cancels nothing (ims 7.5)."""
    on = queries.day_of(at)
    if book is None or not book.has(LATE_CANCELLATION):
        return
    reading = book.read(LATE_CANCELLATION, on)
    if reading.value:
        return
    raise CancellationForLateness(
        _("Les dates de livraison sont indicatives : un retard n’annule pas la commande."),
        field="for_lateness",
        clause=(book.name, reading.clause) if reading.clause else None,
        way_out=_("Les deux parties peuvent convenir d’une annulation pour une autre raison."),
    )


@act("sales.answer")
def agree_for_client(
    *,
    by: Actor,
    at: datetime,
    change: OrderChange,
    signer_name: str,
    document: Document | None = None,
    content: bytes = b"",
    file_name: str = "",
    content_type: str = "application/pdf",
) -> OrderChange:
    """The client agrees to a change, by signature: the paper that shows it is filed.

    Raises UnknownOrder, AlreadyAgreed, InvalidInput naming the field.
    """
    held = _hold_change(change, by)
    if held.client_agreed_at is not None:
        raise AlreadyAgreed(_("Le client a déjà donné son accord."))
    if not signer_name.strip():
        raise InvalidInput(_("Indiquez qui a signé."), field="signer_name")
    if document is None and not content:
        raise InvalidInput(_("Joignez le document signé."), field="document")
    held.client_agreed_at, held.client_agreed_by = at, signer_name.strip()[:120]
    scan = Scan(signer_name, queries.day_of(at), file_name, content)
    paper = document or signing.record_scan(held, scan, by=by, at=at)
    held.signed_document = paper or documents.file_document(
        content,
        by=by,
        at=at,
        kind="signed-order-change",
        title=_("%(change)s signé") % {"change": held},
        name=file_name or f"{held}.pdf",
        content_type=content_type,
        client_id=held.client_id,
    )
    return _agreed(held, Side.CLIENT, held.client_agreed_by, by=by, at=at)


@act("sales.confirm")
def agree_for_provider(*, by: Actor, at: datetime, change: OrderChange, signer_name: str = "") -> OrderChange:
    """The provider agrees to a change. Raises UnknownOrder, AlreadyAgreed."""
    held = _hold_change(change, by)
    if held.provider_agreed_at is not None:
        raise AlreadyAgreed(_("Le prestataire a déjà donné son accord."))
    held.provider_agreed_at, held.provider_agreed_by = at, (signer_name.strip() or by.name)[:120]
    held.signed_document = signing.countersign(held, by=by, at=at) or held.signed_document
    return _agreed(held, Side.PROVIDER, held.provider_agreed_by, by=by, at=at)


def _agreed(held: OrderChange, side: str, name: str, *, by: Actor, at: datetime) -> OrderChange:
    both = held.client_agreed_at is not None and held.provider_agreed_at is not None
    if both:
        held.state, held.settled_at = ChangeState.AGREED, at
    held.save()
    said: dict[str, Any] = {"side": side, "name": name, "both": both}
    journal.write(by=by, at=at, code="sales.change_agreed", about=held, data=said)
    return held


@act("sales.answer")
def decline_change(*, by: Actor, at: datetime, change: OrderChange, reason: str) -> OrderChange:
    """One of the two does not agree: the order stands as it was. Raises UnknownOrder, InvalidInput."""
    held = _hold_change(change, by)
    if not reason.strip():
        raise InvalidInput(_("Dites en quelques mots pourquoi."), field="reason")
    held.state, held.settled_at = ChangeState.DECLINED, at
    held.save()
    signing.withdraw(held, at=at, reason=reason.strip()[:400])
    journal.write(
        by=by, at=at, code="sales.change_declined", about=held, data={"reason": reason.strip()[:400]}
    )
    return held


def _hold_order(order: Order, by: Actor) -> Order:
    # The row of an order is never changed, and cannot be locked: its changes are numbered under the
    # standing of its quote, which can.
    hold(order.quote, by)
    found = (
        Order.objects.select_related("client", "quote__book", "quote__contact", "provider")
        .filter(pk=order.pk, provider=by.provider)
        .first()
    )
    if found is None:
        raise UnknownOrder(_("Cette commande n’existe pas ici."))
    return found


def _hold_change(change: OrderChange, by: Actor) -> OrderChange:
    """The change, locked. Raises UnknownOrder for another's, AlreadyAgreed once it is settled."""
    found = (
        OrderChange.objects.select_for_update(of=("self",))
        .select_related("order__client", "client", "provider")
        .filter(pk=change.pk, provider=by.provider)
        .first()
    )
    if found is None or (by.is_client_side and found.client_id != by.client_id):
        raise UnknownOrder(_("Cette modification n’existe pas ici."))
    if found.settled_at is not None:
        raise AlreadyAgreed(_("Cette modification est déjà réglée."))
    return found
