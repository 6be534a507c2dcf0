"""Orders of hosted services and mandates of direct debits, as they are sent and answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import get_language, gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.shapes import At, ClientRef, Day, FileGiven, Given, Id, Shape
from clausier.contracts.models import Contract, Mandate
from clausier.contracts.ordering import Checklist, Line

ItemKey = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class OrderLineOut(Shape):
    """One thing that the order needs, and whether it is there."""

    key: str
    label: str
    is_paper: bool
    requires: list[str]
    is_settled: bool
    dated_on: date | None
    note: str
    document: str | None
    mandate: str | None
    settled_by: str
    settled_at: At | None

    @classmethod
    def of(cls, line: Line) -> OrderLineOut:
        item = line.item
        return cls(
            key=line.asked.key,
            label=line.asked.label.to(get_language() or "fr"),
            is_paper=line.asked.is_paper,
            requires=list(line.asked.requires),
            is_settled=item is not None,
            dated_on=item.dated_on if item else None,
            note=item.note if item else "",
            document=item.document.number if item and item.document else None,
            mandate=item.mandate.reference if item and item.mandate else None,
            settled_by=item.settled_by if item else "",
            settled_at=item.settled_at if item else None,
        )


class HostedOrderOut(Shape):
    """The order of a hosted contract."""

    contract: str
    opening_on: date | None
    is_complete: bool
    is_valid: bool
    validated_at: At | None
    lines: list[OrderLineOut] = Field(
        description=gettext_noop("Vide : les conditions de ce contrat ne demandent pas de pièces.")
    )

    @classmethod
    def none(cls, contract: Contract) -> HostedOrderOut:
        """Of a contract whose terms ask for no papers."""
        return cls(
            contract=contract.number,
            opening_on=None,
            is_complete=False,
            is_valid=False,
            validated_at=None,
            lines=[],
        )

    @classmethod
    def of(cls, found: Checklist) -> HostedOrderOut:
        return cls(
            contract=found.contract.number,
            opening_on=found.opening_on,
            is_complete=found.is_complete,
            is_valid=found.is_valid,
            validated_at=found.order.validated_at if found.order else None,
            lines=[OrderLineOut.of(line) for line in found.lines],
        )


class OrderItemGiven(Given):
    """What is there: a dated paper, a mandate, or what was settled."""

    key: ItemKey = Field(examples=["options"])
    dated_on: Day | None = None
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    mandate: Id | None = None
    document: FileGiven | None = None


class OrderKeyGiven(Given):
    """Which point."""

    key: ItemKey = Field(examples=["options"])


class OpeningGiven(Given):
    """The day promised for the opening."""

    opening_on: Day


class MandateOut(Shape):
    """A mandate of direct debits; of the account only its beginning and end are shown."""

    id: int
    client: ClientRef
    reference: str
    account: str
    bank: str
    signed_on: date
    ended_on: date | None
    document: str

    @classmethod
    def of(cls, row: Mandate) -> MandateOut:
        return cls(
            id=row.pk,
            client=ClientRef(number=row.client.number, name=row.client.name),
            reference=row.reference,
            account=row.iban_shown,
            bank=row.bank,
            signed_on=row.signed_on,
            ended_on=row.ended_on,
            document=row.document.number,
        )


class MandateGiven(Given):
    """A signed mandate."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=35)]
    iban: Annotated[str, StringConstraints(max_length=50)] = Field(
        description=gettext_noop("Gardé chiffré."), examples=["FR94 9999 9000 0100 00DE MO00 121"]
    )
    signed_on: Day
    document: FileGiven


class MandateEndGiven(Given):
    """Since when it holds no longer."""

    ended_on: Day
