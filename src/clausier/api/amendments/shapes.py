"""Amendments as they are sent and answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from clausier.api.paging import Asked
from clausier.api.shapes import (
    At,
    ClientRef,
    Day,
    FileGiven,
    Given,
    Id,
    Instant,
    Key,
    Line,
    Sentence,
    Shape,
)
from clausier.contracts import amending
from clausier.contracts.models import Amendment, AmendmentEffect, AmendmentLine, EquipmentClass, LinePeriod
from clausier.contracts.services import Line as WrittenLine
from clausier.contracts.states import AmendmentState

AmendmentKey = Annotated[str, StringConstraints(min_length=1, max_length=24)]
Price = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2, allow_inf_nan=False)]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=160)]


class AmendmentLineOut(Shape):
    """A line: what it adds or takes away, and what one costs excluding VAT."""

    label: str
    equipment_class: str
    quantity: int
    unit_price: Decimal
    period: str
    amount: Decimal

    @classmethod
    def of(cls, line: AmendmentLine) -> AmendmentLineOut:
        return cls.model_validate(line)


class AmendmentOut(Shape):
    """An amendment whole."""

    number: str
    contract: str
    client: ClientRef
    subject: str
    reason: str
    state: str = Field(description=gettext_noop("draft, sent, agreed, applied ou withdrawn."))
    announced_on: date
    notice_by: date | None = Field(
        description=gettext_noop("Le dernier jour pour annoncer un changement de matériel avant le terme.")
    )
    is_late: bool
    effect: str
    effective_on: date
    ruling: int | None = Field(description=gettext_noop("Pourquoi ce dernier jour : voir /rulings."))
    lines: list[AmendmentLineOut]
    totals: dict[str, Decimal] = Field(description=gettext_noop("Les sommes hors taxes, par période."))
    sent_at: At | None
    client_signer: str
    client_agreed_on: date | None
    provider_signer: str
    provider_agreed_on: date | None
    document: str | None
    signed_document: str | None

    @classmethod
    def of(cls, one: Amendment) -> AmendmentOut:
        lines = list(one.lines.all())
        client = one.contract.client
        return cls(
            number=one.number,
            contract=one.contract.number,
            client=ClientRef(number=client.number, name=client.name),
            subject=one.subject,
            reason=one.reason,
            state=one.stage.value,
            announced_on=one.announced_on,
            notice_by=one.notice_by,
            is_late=one.is_late,
            effect=one.effect,
            effective_on=one.effective_on,
            ruling=one.ruling_id,
            lines=[AmendmentLineOut.of(line) for line in lines],
            totals=amending.totals_of(lines),
            sent_at=one.sent_at,
            client_signer=one.client_signer,
            client_agreed_on=one.client_agreed_on,
            provider_signer=one.provider_signer,
            provider_agreed_on=one.provider_agreed_on,
            document=one.paper.number if one.paper else None,
            signed_document=one.signed.number if one.signed else None,
        )


class AmendmentsAsked(Asked):
    """Which amendments."""

    client: Key | None = None
    contract: Key | None = None
    state: AmendmentState | None = None


class AmendmentLineGiven(Given):
    """A line of an amendment."""

    label: Subject
    quantity: int = Field(
        ge=-1_000_000, le=1_000_000, examples=[2], description=gettext_noop("Combien en plus, ou en moins.")
    )
    unit_price: Price = Field(examples=["21.50"])
    period: LinePeriod = LinePeriod.MONTH
    equipment_class: EquipmentClass | None = None

    def written(self) -> WrittenLine:
        """The line as the act takes it."""
        return WrittenLine(
            self.label,
            self.quantity,
            self.unit_price,
            self.period.value,
            self.equipment_class.value if self.equipment_class else "",
        )


class AmendmentGiven(Given):
    """An amendment to write; when it takes effect follows from the terms unless both agreed on a day."""

    subject: Subject = Field(examples=["Deux postes de plus"])
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""
    announced_on: Day
    effect: AmendmentEffect = AmendmentEffect.TERM
    effective_on: Day | None = Field(None, description=gettext_noop("Seulement pour « agreed-day »."))
    lines: Annotated[list[AmendmentLineGiven], Field(min_length=1, max_length=60)]


class AmendmentSendingGiven(Given):
    """Who is asked to sign, if anybody is, and until when."""

    signer: Id | None = Field(
        None,
        description=gettext_noop(
            "Une personne du client, par son numéro : elle reçoit un lien pour signer. Sans elle, le client "
            "donne son accord au portail ou sur papier."
        ),
    )
    valid_until: Instant | None = None


class AmendmentSignerGiven(Given):
    """Who is asked to sign, and until when."""

    signer: Id = Field(description=gettext_noop("Une personne du client, par son numéro."))
    valid_until: Instant | None = None


class AmendmentWithdrawalGiven(Given):
    """Why the amendment is given up."""

    reason: Sentence = ""


class SignerGiven(Given):
    """Who signs."""

    name: Line = ""


class AmendmentAgreementGiven(Given):
    """Both signatures on paper, and the paper."""

    client_agreed_on: Day
    client_signer: Line = ""
    client_contact: Id | None = None
    provider_agreed_on: Day
    provider_signer: Line = ""
    document: FileGiven
