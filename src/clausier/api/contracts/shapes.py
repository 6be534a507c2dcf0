"""Contracts, what they cover and depart from, and acceptances, as they are sent and answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import Field

from clausier.api.paging import Asked
from clausier.api.shapes import (
    ClientRef,
    Day,
    FileGiven,
    Given,
    Id,
    Key,
    Line,
    Quantity,
    Ref,
    Sentence,
    Shape,
    Word,
)
from clausier.contracts import queries
from clausier.contracts.models import Acceptance, AcceptanceMeans, Contract, Derogation, EquipmentClass
from clausier.terms.outcome import plain


class ContractLine(Shape):
    """A contract, as in a list."""

    number: str
    client: ClientRef
    kind: str
    title: str
    book: str = Field(description=gettext_noop("L’édition que le contrat a figée."), examples=["imri/2013"])
    digest: str
    starts_on: date
    ends_on: date | None
    ended_on: date | None = Field(
        description=gettext_noop(
            "Le jour où il prend fin, quand le service continue au-delà jusqu’à la restitution."
        )
    )

    @classmethod
    def of(cls, contract: Contract) -> ContractLine:
        return cls(**facts_of(contract))


def facts_of(contract: Contract) -> dict[str, Any]:
    return {
        "number": contract.number,
        "client": ClientRef(number=contract.client.number, name=contract.client.name),
        "kind": contract.kind,
        "title": contract.title,
        "book": contract.book.name,
        "digest": contract.book.digest,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "ended_on": contract.ended_on,
    }


class DerogationOut(Shape):
    """A written departure from one term."""

    id: int
    term: str
    value: Any
    since_on: date
    until_on: date | None
    reason: str
    document: str = Field(description=gettext_noop("Le numéro de la pièce signée."))

    @classmethod
    def of(cls, row: Derogation) -> DerogationOut:
        return cls(
            id=row.pk,
            term=row.term,
            value=row.value,
            since_on=row.since_on,
            until_on=row.until_on,
            reason=row.reason,
            document=row.document.number,
        )


class AcceptanceOut(Shape):
    """That a client accepted an edition of the terms."""

    id: int
    book: str
    digest: str
    contract: str | None
    accepted_on: date
    means: str
    accepted_by: str
    document: str | None

    @classmethod
    def of(cls, row: Acceptance) -> AcceptanceOut:
        return cls(
            id=row.pk,
            book=row.book.name,
            digest=row.digest,
            contract=row.contract.number if row.contract else None,
            accepted_on=row.accepted_on,
            means=row.means,
            accepted_by=row.accepted_by_name,
            document=row.document.number if row.document else None,
        )


class ContractOut(ContractLine):
    """A contract whole, on a day."""

    on: date
    sites: list[Ref]
    covered: dict[str, int] = Field(
        description=gettext_noop("Combien de chaque classe d’équipement, ce jour-là.")
    )
    derogations: list[DerogationOut]
    term: dict[str, Any] | None = Field(
        description=gettext_noop(
            "Le calcul du terme en cours et du dernier jour de préavis, avec ses raisons."
        )
    )

    @classmethod
    def on_day(cls, contract: Contract, on: date) -> ContractOut:
        """`contract` as it stands on the day `on`."""
        outcome = queries.term_outcome(contract, on)
        return cls(
            **facts_of(contract),
            on=on,
            sites=[Ref(id=site.pk, name=site.name) for site in contract.sites.order_by("name")],
            covered=queries.covered(contract, on),
            derogations=[DerogationOut.of(row) for row in queries.derogations(contract)],
            term=plain(outcome.as_json()) if outcome else None,
        )


class ContractsAsked(Asked):
    """Which contracts."""

    client: Key | None = None
    kind: Word = ""
    in_force_on: Day | None = None


class OnDay(Given):
    """On which day; today when left out."""

    on: Day | None = None


class ContractGiven(Given):
    """A contract to create; it pins the provider's present edition, or the one under `digest`."""

    client: Key
    kind: str = Field(max_length=40, examples=["managed"])
    starts_on: Day
    ends_on: Day | None = None
    title: Line = ""
    digest: str | None = Field(None, max_length=64)
    sites: Annotated[list[Id], Field(max_length=500)] = []
    covered: dict[EquipmentClass, Quantity] = Field({}, examples=[{"server": 2, "workstation": 31}])
    number: Key | None = Field(None, pattern="^[^/]+$")


class CoverageGiven(Given):
    """From a day on, the contract covers so many of a class."""

    equipment_class: EquipmentClass
    quantity: Quantity
    from_on: Day


class DerogationGiven(Given):
    """A written departure from one term, with its signed paper."""

    term: str = Field(max_length=120, examples=["promise.onsite-server.within"])
    value: Any = Field(description=gettext_noop("Du type que le livre donne au terme."))
    since_on: Day
    until_on: Day | None = None
    reason: Sentence
    document: FileGiven


class AcceptanceGiven(Given):
    """That the client accepted an edition: the one under `digest`, else the contract's, or the provider's."""

    digest: str | None = Field(None, max_length=64)
    accepted_on: Day
    means: AcceptanceMeans
    contract: Key | None = None
    accepted_by: Id | None = Field(
        None, description=gettext_noop("La personne du client, par son numéro interne.")
    )
    accepted_by_name: Line = ""
    document: FileGiven | None = None
