"""Climbing from the phone to remote and on site: why, at what price, and with whose agreement (imri VI.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.access import services as access
from clausier.access.models import Agreement, AgreementKind
from clausier.access.services import Answer
from clausier.desk import effects, facts
from clausier.desk.effects import Effect
from clausier.desk.errors import AgreementNeeded, ReasonNeeded
from clausier.desk.models import Step, Ticket
from clausier.desk.services import agreements
from clausier.desk.services.held import hold_open
from clausier.desk.services.tickets import raise_step
from clausier.foundation import journal, rulings
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling

GIVEN: Final = "given"
ASKED: Final = "asked"
NONE: Final = "none"
WAYS: Final = (GIVEN, ASKED, NONE)


@dataclass(frozen=True, slots=True)
class StepAgreement:
    """How the client agrees to a step: it did (`answer`), it is asked (`site_url`), or why it need not."""

    way: str
    answer: Answer = field(default_factory=lambda: Answer(True))
    why_none: str = ""
    site_url: str = ""


@act("desk.work")
def climb(
    *,
    by: Actor,
    at: datetime,
    ticket: Ticket,
    step: str,
    reason: str,
    agreement: StepAgreement | None = None,
) -> Ticket:
    """Bring the ticket a step up, saying why the former was not enough; the price is ruled and kept.

    A step that costs the client something needs its agreement, or the reason why none is needed. One that is
    asked for lets nobody work at that step until it is given. Raises StepDown, ReasonNeeded, AgreementNeeded
    naming `agreement`, InvalidInput.
    """
    held = hold_open(ticket, by)
    if step not in Step.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="step")
    if not reason.strip():
        raise ReasonNeeded(_("Dites pourquoi l’étape précédente n’a pas suffi."), field="reason")
    effect = effects.of_step(held, step, at)
    chosen = _checked(effect, agreement)
    former = held.step
    ruling = _kept(held, effect, at)
    agreed = _agreed(held, step, reason.strip(), chosen, ruling, by=by, at=at)
    data: dict[str, Any] = {
        "effect": effect.as_json(),
        "agreement": chosen.way,
        "why_none": chosen.why_none.strip(),
        "agreed": access.said(agreed) if agreed else None,
    }
    event = raise_step(held, step, reason=reason.strip(), by=by, at=at, data=data, ruling=ruling)
    if agreed is not None:
        agreements.tell(held, agreed, "asked" if chosen.way == ASKED else "answered", by=by, at=at)
    journal.write(
        by=by,
        at=at,
        code="desk.step_climbed",
        about=held,
        data={"from": former, "to": step, "reason": reason, "event": event.pk, **data},
    )
    return held


def _checked(effect: Effect, agreement: StepAgreement | None) -> StepAgreement:
    """Raises AgreementNeeded, or InvalidInput naming `agreement` or `why_none`."""
    if agreement is None:
        if effect.is_free:
            return StepAgreement(NONE)
        raise AgreementNeeded(
            _("Cette étape a un prix : %(price)s. Dites ce qu’en pense le client.")
            % {"price": effects.says(effect.as_json())},
            field="agreement",
            way_out=_("Notez son accord, demandez-le-lui, ou dites pourquoi il n’en faut pas."),
        )
    if agreement.way not in WAYS:
        raise InvalidInput(_("Faites un choix dans la liste."), field="agreement")
    if agreement.way == NONE and not effect.is_free and not agreement.why_none.strip():
        raise ReasonNeeded(_("Dites pourquoi l’accord du client n’est pas nécessaire."), field="why_none")
    if agreement.way == GIVEN and not agreement.answer.given:
        raise InvalidInput(_("Un refus ne fait pas passer l’étape."), field="agreement")
    if len(agreement.why_none) > access.LONGEST:
        raise InvalidInput(_("Ce texte fait plus de 500 signes."), field="why_none")
    return agreement


def _kept(ticket: Ticket, effect: Effect, at: datetime) -> Ruling | None:
    """The ruling behind the price: its own, or that of the coverage where nothing is counted."""
    if effect.outcome is None:
        return ticket.verdict_ruling
    return rulings.keep(
        effect.outcome,
        provider=ticket.provider,
        book=facts.terms_for(ticket.provider, ticket.contract, ticket.agency).installed,
        about=ticket,
        at=at,
        client_id=ticket.client_id,
    )


def _agreed(
    ticket: Ticket,
    step: str,
    reason: str,
    chosen: StepAgreement,
    ruling: Ruling | None,
    *,
    by: Actor,
    at: datetime,
) -> Agreement | None:
    common: dict[str, Any] = {
        "by": by,
        "at": at,
        "client": ticket.client,
        "kind": AgreementKind.STEP,
        "ticket_id": ticket.pk,
        "about": reason[: access.LONGEST],
        "step": step,
        "ruling": ruling,
    }
    if chosen.way == ASKED:
        return access.ask(**common, asked_of=agreements.own_caller(ticket), site_url=chosen.site_url)
    if chosen.way == GIVEN:
        parties = {ticket.client_id, ticket.beneficiary_id}
        return access.note_answer(chosen.answer, **common, parties=parties)
    return None
