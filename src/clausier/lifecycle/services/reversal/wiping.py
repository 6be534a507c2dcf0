"""Wiping by device and serial number, once the client has signed for what was returned (imri XIV)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.foundation import journal
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.errors import NotInThisState, NotReturnedYet, UnknownMatter
from clausier.lifecycle.models import DeviceKind, Reversal, ReversalDevice, WipeMethod, WipeResult, Wiping
from clausier.lifecycle.services.letters import words
from clausier.lifecycle.services.reversal.files import clause_of, hold, move
from clausier.lifecycle.states import ReversalState

LENGTHS = {"label": 160, "serial": 80, "place": 160}
LISTED_IN = (ReversalState.OPEN, ReversalState.DELIVERED)
WIPED_IN = (ReversalState.DELIVERED, ReversalState.CERTIFIED)


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What bears the client's data; what has no serial number has an identifier of its own."""

    kind: str
    label: str
    serial: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class WipingFacts:
    """How a device was wiped, by whom and when, and what whoever checked it found."""

    method: str
    wiped_on: date
    result: str
    operator: Person
    verifier: Person | None = None
    tool: str = ""
    note: str = ""


@act("reversal.work")
def list_device(*, by: Actor, at: datetime, reversal: Reversal, facts: DeviceFacts) -> ReversalDevice:
    """Something that bears the client's data and will be wiped. Raises NotInThisState, UnknownMatter,
    InvalidInput naming the field."""
    file = hold(reversal, by, *LISTED_IN)
    if facts.kind not in DeviceKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    told = {name: " ".join(getattr(facts, name).split()) for name in LENGTHS}
    if not told["label"]:
        raise InvalidInput(_("Nommez ce qui porte les données."), field="label")
    if not told["serial"]:
        raise InvalidInput(
            _("Indiquez le numéro de série, ou l’identifiant de ce qui n’en a pas."), field="serial"
        )
    for name, most in LENGTHS.items():
        if len(told[name]) > most:
            raise InvalidInput(_("Ce texte fait plus de %(most)s signes.") % {"most": most}, field=name)
    made = ReversalDevice(
        provider=by.provider,
        client_id=file.client_id,
        reversal=file,
        kind=facts.kind,
        listed_at=at,
        listed_by=by.name,
        **told,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise InvalidInput(_("Ce numéro de série est déjà sur la liste."), field="serial") from None
    data = {"device": str(made), "kind": made.kind}
    journal.write(by=by, at=at, code="lifecycle.device_listed", about=file, data=data)
    return made


@act("reversal.write")
def drop_device(*, by: Actor, at: datetime, device: ReversalDevice, reason: str) -> ReversalDevice:
    """It bears nothing of the client's after all: it leaves the list, and stays readable.

    Raises NotInThisState, UnknownMatter, InvalidInput naming `reason`.
    """
    held, file = _hold(device, by)
    _must_be(file, LISTED_IN)
    if held.dropped_because:
        raise NotInThisState(_("Ce support est déjà retiré de la liste."))
    if reversal_queries.standing_wiping(held) is not None:
        raise NotInThisState(
            _("Un effacement est noté pour ce support : il reste sur la liste."),
            way_out=_("Si la note est fausse, passez d’abord une contre-écriture."),
        )
    held.dropped_because = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))[:200]
    held.save()
    data = {"device": str(held), "reason": held.dropped_because}
    journal.write(by=by, at=at, code="lifecycle.device_dropped", about=file, data=data)
    return held


@act("reversal.work")
def record_wiping(*, by: Actor, at: datetime, device: ReversalDevice, facts: WipingFacts) -> Wiping:
    """The device was wiped, or that failed: the entry is never changed.

    Raises NotReturnedYet with the clause before the client has signed for what was returned, NotInThisState,
    UnknownMatter, InvalidInput naming the field.
    """
    held, file = _hold(device, by)
    if file.state not in WIPED_IN:
        raise NotReturnedYet(
            _("Rien ne s’efface avant que le client ait signé le bordereau de restitution."),
            clause=clause_of(file),
            way_out=_("Faites signer et contresigner le bordereau ; les réserves sont d’abord levées."),
        )
    _must_be(file, (ReversalState.DELIVERED,))
    if held.dropped_because:
        raise NotInThisState(_("Ce support est retiré de la liste."))
    if reversal_queries.is_wiped(held):
        raise NotInThisState(
            _("Ce support est déjà effacé."),
            way_out=_("Si la note est fausse, passez une contre-écriture, puis notez ce qui est juste."),
        )
    _check(facts, file, by, at)
    made = Wiping.objects.create(
        provider=by.provider,
        client_id=file.client_id,
        device=held,
        method=facts.method,
        tool=words(facts.tool, "tool")[:160],
        operator=facts.operator,
        operator_name=facts.operator.full_name,
        wiped_on=facts.wiped_on,
        result=facts.result,
        verifier=facts.verifier,
        verifier_name=facts.verifier.full_name if facts.verifier else "",
        note=words(facts.note, "note")[:400],
        entered_at=at,
        entered_by=by.name,
    )
    data = {
        "device": str(held),
        "method": made.method,
        "wiped_on": made.wiped_on.isoformat(),
        "operator": made.operator_name,
        "verifier": made.verifier_name,
        "result": made.result,
    }
    journal.write(by=by, at=at, code="lifecycle.device_wiped", about=file, data=data)
    return made


@act("reversal.write")
def cancel_wiping(*, by: Actor, at: datetime, wiping: Wiping, reason: str) -> Wiping:
    """A counter-entry: the entry was wrong, and says why. It stays; what is right is entered anew.

    A certificate that told it is withdrawn. Raises NotInThisState, UnknownMatter, InvalidInput naming
    `reason`.
    """
    seen = reversal_queries.wipings(by).filter(pk=wiping.pk).first()
    if seen is None:
        raise UnknownMatter(_("Cet effacement n’existe pas ici."))
    held, file = _hold(seen.device, by)
    why = words(reason, "reason", wanted=_("Dites ce qui était faux."))[:200]
    standing = reversal_queries.standing_wiping(held)
    if standing is None or standing.pk != seen.pk:
        raise NotInThisState(_("Seul le dernier effacement noté d’un support se contre-passe."))
    counter = Wiping.objects.create(
        provider=by.provider,
        client_id=file.client_id,
        device=held,
        cancels=seen,
        method=seen.method,
        tool=seen.tool,
        operator=seen.operator,
        operator_name=seen.operator_name,
        wiped_on=seen.wiped_on,
        result=seen.result,
        verifier=seen.verifier,
        verifier_name=seen.verifier_name,
        reason=why,
        entered_at=at,
        entered_by=by.name,
    )
    withdrawn = _take_back_certificate(file, why, at)
    data: dict[str, Any] = {"device": str(held), "wiped_on": seen.wiped_on.isoformat(), "reason": why}
    data |= withdrawn
    journal.write(by=by, at=at, code="lifecycle.wiping_cancelled", about=file, data=data)
    return counter


def _take_back_certificate(reversal: Reversal, why: str, at: datetime) -> dict[str, str]:
    certificate = reversal_queries.certificate_of(reversal)
    if certificate is None:
        return {}
    certificate.withdrawn_at, certificate.withdrawn_because = at, why
    certificate.save()
    move(reversal, ReversalState.DELIVERED)
    reversal.closed_at = None
    reversal.save()
    return {"certificate": certificate.number}


def _check(facts: WipingFacts, reversal: Reversal, by: Actor, at: datetime) -> None:
    if facts.method not in WipeMethod.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="method")
    if facts.result not in WipeResult.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="result")
    if (
        reversal.returned_on is None
        or not reversal.returned_on <= facts.wiped_on <= at.astimezone(PARIS).date()
    ):
        raise InvalidInput(_("Ce jour est entre la restitution et aujourd’hui."), field="wiped_on")
    for name, person in (("operator", facts.operator), ("verifier", facts.verifier)):
        if person is not None and not foundation.staff(by).filter(person=person).exists():
            raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field=name)
    if facts.result == WipeResult.DONE and facts.verifier is None:
        raise InvalidInput(_("Un effacement réussi a été vérifié : dites par qui."), field="verifier")


def _must_be(reversal: Reversal, states: tuple[str, ...]) -> None:
    if reversal.state not in states:
        raise NotInThisState(
            _("La réversibilité %(number)s est « %(state)s » : cela ne s’y fait plus, ou pas encore.")
            % {"number": reversal, "state": reversal.get_state_display()}
        )


def _hold(device: ReversalDevice, by: Actor) -> tuple[ReversalDevice, Reversal]:
    """The device and its file, kept for this act: the file is the lock of all its devices."""
    seen = reversal_queries.devices(by).filter(pk=device.pk).first()
    if seen is None:
        raise UnknownMatter(_("Ce support n’existe pas ici."))
    file = hold(seen.reversal, by)
    return reversal_queries.devices(by).get(pk=seen.pk), file
