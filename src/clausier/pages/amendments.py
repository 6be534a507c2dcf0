"""An amendment as both faces show it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from clausier.contracts import amending
from clausier.contracts.models import Amendment, AmendmentEffect, AmendmentLine, LinePeriod
from clausier.contracts.states import AmendmentState
from clausier.pages.addresses import Addresses

SHAPES: Final = {
    AmendmentState.DRAFT: "lifted",
    AmendmentState.SENT: "suspended",
    AmendmentState.AGREED: "on-time",
    AmendmentState.APPLIED: "met",
    AmendmentState.WITHDRAWN: "lifted",
}


@dataclass(frozen=True, slots=True)
class AmendmentShown:
    """An amendment with its lines, its sums by period, how it stands, and where its notice is explained."""

    one: Amendment
    lines: list[AmendmentLine]
    totals: list[tuple[str, Decimal]]
    state: AmendmentState
    why_url: str

    @property
    def shape(self) -> str:
        """How its state is drawn, beside its word."""
        return "at-risk" if self.waits_for_provider else SHAPES[self.state]

    @property
    def word(self) -> str:
        """Its state in words: of one that was sent, whom it waits for."""
        if self.waits_for_client:
            return _("à signer par le client")
        return _("à contresigner") if self.waits_for_provider else str(self.state.label)

    @property
    def is_late_by_agreement(self) -> bool:
        """Announced too late, and both agreed on a day all the same."""
        return self.one.is_late and self.one.effect == AmendmentEffect.AGREED_DAY

    @property
    def waits_for_client(self) -> bool:
        """Sent, and the client has not agreed yet."""
        return self.state == AmendmentState.SENT and self.one.client_agreed_on is None

    @property
    def waits_for_provider(self) -> bool:
        """The client agreed, and the provider has not countersigned."""
        return self.state == AmendmentState.SENT and self.one.client_agreed_on is not None


def shown(one: Amendment, addresses: Addresses) -> AmendmentShown:
    """`one` for a page of the face whose addresses these are."""
    lines = list(one.lines.all())
    return AmendmentShown(
        one=one,
        lines=lines,
        totals=[(str(LinePeriod(key).label), amount) for key, amount in amending.totals_of(lines).items()],
        state=one.stage,
        why_url=addresses.why_url(one.ruling_id) if one.ruling_id else "",
    )
