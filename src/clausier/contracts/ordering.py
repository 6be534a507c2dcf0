"""Reading the order of a hosted service: what the terms ask for, what is there; accounts of mandates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clausier.contracts import queries
from clausier.contracts.models import Contract, HostedOrder, Mandate, OrderItem
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.terms.outcome import Words

DOCUMENTS: Final = "hosted.order-checklist"
POINTS: Final = "hosted.provisioning"
HOSTED: Final = "hosted"
MANDATE: Final = "mandate"
ALLOWED: Final = re.compile(r"[A-Za-z0-9+?/\-:().,' ]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the terms ask for: a paper with what it must bear, or a point to settle."""

    key: str
    label: Words
    is_paper: bool
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Something asked for, and the tick that says it is there."""

    asked: Asked
    item: OrderItem | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """What the order of a contract asks for, and how far it is."""

    contract: Contract
    order: HostedOrder | None
    lines: tuple[Line, ...]
    clause: tuple[str, str] | None

    @property
    def lacks(self) -> list[Line]:
        """What is not there yet."""
        return [line for line in self.lines if line.item is None]

    @property
    def is_complete(self) -> bool:
        """Whether everything is there, the promised day of opening included."""
        return not self.lacks and self.order is not None and self.order.opening_on is not None

    @property
    def opening_on(self) -> date | None:
        """The day promised for the opening."""
        return self.order.opening_on if self.order else None

    @property
    def is_valid(self) -> bool:
        """Whether the order was said to be valid."""
        return self.order is not None and self.order.validated_at is not None


def asked(contract: Contract) -> tuple[Asked, ...] | None:
    """What the terms of a hosted contract ask for before its order is valid; None for any other."""
    book = books.read(contract.book)
    if contract.kind != HOSTED or not (book.has(DOCUMENTS) or book.has(POINTS)):
        return None
    return (*_listed(contract, DOCUMENTS, is_paper=True), *_listed(contract, POINTS, is_paper=False))


def _listed(contract: Contract, term: str, *, is_paper: bool) -> tuple[Asked, ...]:
    book = books.read(contract.book)
    if not book.has(term):
        return ()
    rows: Any = queries.spell_on(book, term, contract.starts_on).value
    return tuple(
        Asked(
            row["key"],
            Words(row["label"]["fr"], row["label"]["en"]),
            is_paper,
            tuple(row.get("requires", ())),
        )
        for row in rows
    )


def checklist(contract: Contract) -> Checklist | None:
    """The checklist of a hosted contract; None where the terms ask for none."""
    wanted = asked(contract)
    if wanted is None:
        return None
    order = HostedOrder.objects.filter(contract=contract).first()
    ticked = (
        {row.key: row for row in order.items.select_related("document", "mandate__document")} if order else {}
    )
    book = books.read(contract.book)
    first = DOCUMENTS if book.has(DOCUMENTS) else POINTS
    clause = queries.spell_on(book, first, contract.starts_on).clause
    return Checklist(
        contract=contract,
        order=order,
        lines=tuple(Line(one, ticked.get(one.key)) for one in wanted),
        clause=(book.name, clause) if clause else None,
    )


def mandates_visible_to(actor: Actor) -> QuerySet[Mandate]:
    """The mandates `actor` may read, latest signed first."""
    found = Mandate.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    return found.select_related("client", "document").order_by("-signed_on", "-pk")


# Accounts


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account: whole, as it is shown, and the bank's name where it is known."""

    compact: str
    shown: str
    bank: str


def account_of(typed: str) -> Account:
    """The account of an IBAN as it was typed. Raises InvalidInput."""
    # Its registry of banks takes a while to load: nothing else waits for it.
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        iban = IBAN(typed.strip(), validate_bban=True)
    except SchwiftyException:
        raise InvalidInput(
            _("Cet IBAN n’est pas juste : reprenez-le du relevé d’identité bancaire."), field="iban"
        ) from None
    return Account(iban.compact, shown(iban.compact), (iban.bank_name or "")[:120])


def shown(compact: str) -> str:
    """« FR76 •••• 0189 »: enough to tell accounts apart."""
    return f"{compact[:4]} •••• {compact[-4:]}"


def is_reference(text: str) -> bool:
    """Whether banks take it as the reference of a mandate."""
    return ALLOWED.fullmatch(text) is not None
