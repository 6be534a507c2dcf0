"""Acts on suspensions of a service: announced, begun, lifted, withdrawn before they begin."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.contracts import interruptions, queries
from clausier.contracts.errors import AlreadyStopped, NoSuchGround, NotStopped
from clausier.contracts.models import Contract, ServiceSuspension
from clausier.contracts.services.endings import hold, keep_apart, must_run
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput


@act("endings.write")
def suspend_service(
    *, by: Actor, at: datetime, contract: Contract, ground: str, from_at: datetime, reason: str
) -> ServiceSuspension:
    """Stop the service from an instant on, where a clause of the contract's terms allows it.

    One that is to come is announced: `begin_suspension` is its day's job.
    Raises NoSuchGround, AlreadyStopped, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    held = hold(contract, by)
    on = from_at.astimezone(PARIS).date()
    must_run(held, on, "from_on")
    book = queries.effective_book(held)
    if ground not in interruptions.SUSPENSIONS or not book.has(ground):
        raise NoSuchGround(
            _("Les conditions de ce contrat ne permettent pas de suspendre pour ce motif."), field="ground"
        )
    if not reason.strip():
        raise InvalidInput(_("Dites pourquoi le service est suspendu."), field="reason")
    _must_not_be_announced(held)
    reading = book.read(ground, on)
    begun = from_at <= at
    suspension = ServiceSuspension(
        provider=by.provider,
        client_id=held.client_id,
        contract=held,
        ground=ground,
        clause=reading.clause or "",
        reason=reason.strip(),
        from_at=from_at,
        begun_at=at if begun else None,
        recorded_at=at,
        recorded_by=by.name,
    )
    keep_apart(suspension, _("Le service de ce contrat est déjà suspendu à cette date."), "from_on")
    if begun:
        _tell_begun(suspension, held, by=by, at=at)
    else:
        journal.write(
            by=by,
            at=at,
            code="contracts.suspension_announced",
            about=held,
            data=_facts(suspension),
        )
    return suspension


@act("endings.write")
def begin_suspension(*, by: Actor, at: datetime, suspension: ServiceSuspension) -> bool:
    """The day of an announced suspension has come: the service stops. Whether it does.

    It does not where the suspension began or was withdrawn already, or where the contract is over by then:
    such a one is withdrawn. Raises OfAnother.
    """
    contract = hold(suspension.contract, by)
    held = ServiceSuspension.objects.select_for_update().get(pk=suspension.pk)
    if not held.is_announced or held.from_at > at:
        return False
    if contract.ends_on is not None and contract.ends_on < held.from_at.astimezone(PARIS).date():
        _withdraw(held, contract, by=by, at=at, reason=_("Le contrat a pris fin avant ce jour."))
        return False
    held.begun_at = at
    held.save(update_fields=["begun_at"])
    _tell_begun(held, contract, by=by, at=at)
    return True


@act("endings.write")
def lift_suspension(
    *, by: Actor, at: datetime, suspension: ServiceSuspension, until_at: datetime, reason: str
) -> ServiceSuspension:
    """The service goes on from `until_at`. Raises NotStopped, OfAnother, InvalidInput naming the field."""
    contract = hold(suspension.contract, by)
    held = ServiceSuspension.objects.select_for_update().get(pk=suspension.pk)
    if held.until_at is not None:
        raise NotStopped(_("Cette suspension est déjà levée."))
    if held.from_at > at:
        raise NotStopped(
            _("Cette suspension n’a pas encore commencé."),
            way_out=_("Retirez-la : elle ne commencera pas."),
        )
    if until_at < held.from_at or until_at > at:
        raise InvalidInput(_("La levée est entre le début de la suspension et maintenant."), field="until_at")
    if not reason.strip():
        raise InvalidInput(_("Dites ce qui permet de lever la suspension."), field="reason")
    if held.is_announced:  # its day has come, the job has not
        held.begun_at = at
        _tell_begun(held, contract, by=by, at=at)
    held.until_at, held.lifted_by, held.lifted_because = until_at, by.name, reason.strip()[:200]
    held.save(update_fields=["begun_at", "until_at", "lifted_by", "lifted_because"])
    journal.write(
        by=by,
        at=at,
        code="contracts.service_resumed",
        about=contract,
        data={"suspension": held.pk, "ground": held.ground}
        | {"until_at": until_at.astimezone(PARIS).isoformat(), "reason": held.lifted_because},
    )
    return held


@act("endings.write")
def withdraw_suspension(
    *, by: Actor, at: datetime, suspension: ServiceSuspension, reason: str
) -> ServiceSuspension:
    """An announced suspension does not take place. Raises NotStopped, OfAnother, InvalidInput."""
    contract = hold(suspension.contract, by)
    held = ServiceSuspension.objects.select_for_update().get(pk=suspension.pk)
    if held.until_at is not None:
        raise NotStopped(_("Cette suspension est déjà levée."))
    if held.from_at <= at:
        raise NotStopped(_("Cette suspension a déjà commencé."), way_out=_("Levez-la."))
    if not reason.strip():
        raise InvalidInput(_("Dites pourquoi la suspension n’a pas lieu."), field="reason")
    _withdraw(held, contract, by=by, at=at, reason=reason)
    return held


def _withdraw(held: ServiceSuspension, contract: Contract, *, by: Actor, at: datetime, reason: str) -> None:
    """It ends where it was to begin: no instant of it is left."""
    held.until_at, held.lifted_by, held.lifted_because = held.from_at, by.name, reason.strip()[:200]
    held.save(update_fields=["until_at", "lifted_by", "lifted_because"])
    journal.write(
        by=by,
        at=at,
        code="contracts.suspension_withdrawn",
        about=contract,
        data=_facts(held) | {"reason": held.lifted_because},
    )


def _must_not_be_announced(contract: Contract) -> None:
    """Raises AlreadyStopped while a suspension of the contract waits for its day."""
    if contract.suspensions.filter(begun_at=None, until_at=None).exists():
        raise AlreadyStopped(
            _("Une suspension de ce contrat est déjà annoncée."),
            field="from_on",
            way_out=_("Retirez-la d’abord."),
        )


def _tell_begun(suspension: ServiceSuspension, contract: Contract, *, by: Actor, at: datetime) -> None:
    journal.write(by=by, at=at, code="contracts.service_suspended", about=contract, data=_facts(suspension))


def _facts(suspension: ServiceSuspension) -> dict[str, object]:
    return {
        "suspension": suspension.pk,
        "ground": suspension.ground,
        "clause": suspension.clause,
        "from_at": suspension.from_at.astimezone(PARIS).isoformat(),
    }
