"""Acts on what stops a contract: its end, the suspension of its service, force majeure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.contracts import interruptions, queries
from clausier.contracts.errors import (
    AlreadyEnds,
    AlreadyStopped,
    DoesNotEnd,
    NotStopped,
    OfAnother,
)
from clausier.contracts.models import (
    Contract,
    ContractEnd,
    EndCause,
    ForceMajeure,
    Party,
    ServiceSuspension,
)
from clausier.foundation import journal, rulings, wording
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document, Ruling
from clausier.terms import rules

BY_OWNERS = frozenset({EndCause.GROUND, EndCause.BREACH, EndCause.FORCE_MAJEURE})
"""Causes that end a contract before its term by one party's will."""


@act("endings.record")
def end_contract(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    cause: str,
    by_party: str,
    ends_on: date,
    ground: str = "",
    clause: str = "",
    reason: str = "",
    effects: Sequence[dict[str, Any]] = (),
    document: Document | None = None,
    ruling: Ruling | None = None,
) -> ContractEnd:
    """Give the contract its last day, and keep why. Before its term by one party's will: an owner's act.

    Raises AlreadyEnds, OfAnother, NotAllowed, InvalidInput naming `ends_on`.
    """
    if cause in BY_OWNERS and by_party != Party.CLIENT:
        by.must("endings.terminate")
    held = hold(contract, by)
    must_not_end(held)
    if ends_on < held.starts_on:
        raise InvalidInput(_("Un contrat finit après avoir commencé."), field="ends_on")
    former = held.renewed_until
    if former and ends_on > former:
        raise InvalidInput(
            _("Ce contrat finit de lui-même le %(day)s.") % {"day": _day(former)}, field="ends_on"
        )
    end = ContractEnd.objects.create(
        provider=by.provider,
        client_id=held.client_id,
        contract=held,
        cause=cause,
        by_party=by_party,
        ground=ground,
        clause=clause,
        ends_on=ends_on,
        former_ends_on=former,
        reason=reason.strip(),
        effects=list(effects),
        document=document,
        ruling=ruling,
        recorded_at=at,
        recorded_by=by.name,
    )
    going_on = held.continuations.filter(settled_at=None).update(
        end=end, since_on=ends_on + timedelta(days=1)
    )
    # A service that goes on until a return has no last day yet, whatever the day of its contract's end.
    held.ends_on, held.ended_on = (None, ends_on) if going_on else (ends_on, None)
    held.save(update_fields=["ends_on", "ended_on"])
    journal.write(
        by=by,
        at=at,
        code="contracts.contract_ended",
        about=held,
        data={
            "cause": cause,
            "by": by_party,
            "ground": ground,
            "clause": clause,
            "ends_on": ends_on.isoformat(),
            "document": document.number if document else None,
        },
    )
    return end


@act("endings.write")
def undo_end(
    *, by: Actor, at: datetime, contract: Contract, reason: str, document: Document | None = None
) -> ContractEnd:
    """Both agree that the contract goes on: it has the last day that it had before, if any.

    Raises DoesNotEnd, OfAnother, InvalidInput naming `reason`.
    """
    held = hold(contract, by)
    end = standing_end(held)
    if end is None:
        raise DoesNotEnd(_("Rien ne met fin au contrat %(number)s.") % {"number": held})
    if end.cause in BY_OWNERS and end.by_party != Party.CLIENT:
        by.must("endings.terminate")
    if not reason.strip():
        raise InvalidInput(_("Dites en quelques mots pourquoi."), field="reason")
    end.undone_at, end.undone_by = at, by.name
    end.undone_because, end.undone_document = reason.strip()[:200], document
    end.save(update_fields=["undone_at", "undone_by", "undone_because", "undone_document"])
    going_on, former = held.continuations.filter(settled_at=None), end.former_ends_on
    if former is not None and going_on.update(end=None, since_on=former + timedelta(days=1)):
        held.ends_on, held.ended_on = None, former  # it still ends, later, and goes on from there
    else:
        going_on.update(settled_at=at, settled_by=by.name, settled_because=end.undone_because)
        held.ends_on, held.ended_on = former, None
    held.save(update_fields=["ends_on", "ended_on"])
    journal.write(
        by=by,
        at=at,
        code="contracts.end_undone",
        about=held,
        data={
            "ended_on": end.ends_on.isoformat(),
            "ends_on": former.isoformat() if former else None,
            "reason": end.undone_because,
            "document": document.number if document else None,
        },
    )
    return end


@act("endings.write")
def declare_force_majeure(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    declared_by: str,
    since_on: date,
    description: str,
    event: str = "",
    until_on: date | None = None,
    document: Document | None = None,
) -> ForceMajeure:
    """An impediment from `since_on` to `until_on` (excluded), as a party declares it.

    Raises AlreadyStopped, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    held = hold(contract, by)
    today = at.astimezone(PARIS).date()
    if since_on > today:
        raise InvalidInput(_("Un empêchement se déclare une fois survenu."), field="since_on")
    must_run(held, since_on, "since_on")
    if until_on is not None and not since_on < until_on <= today:
        raise InvalidInput(
            _("Le jour de la reprise est après le début, et n’est pas à venir."), field="until_on"
        )
    if not description.strip():
        raise InvalidInput(_("Dites ce qui empêche l’exécution du contrat."), field="description")
    if declared_by not in (Party.PROVIDER, Party.CLIENT):
        raise InvalidInput(_("Dites qui déclare l’empêchement."), field="declared_by")
    book = queries.effective_book(held)
    known = {one["key"] for one in interruptions.hindrances(book, since_on)}
    if event and event not in known:
        raise InvalidInput(_("Faites un choix dans la liste."), field="event")
    suspends = book.read(interruptions.SUSPENDS, since_on) if book.has(interruptions.SUSPENDS) else None
    declared = ForceMajeure(
        provider=by.provider,
        client_id=held.client_id,
        contract=held,
        declared_by=declared_by,
        event=event,
        description=description.strip(),
        since_on=since_on,
        until_on=until_on,
        clause=(suspends.clause or "") if suspends else "",
        document=document,
        recorded_at=at,
        recorded_by=by.name,
    )
    keep_apart(declared, _("Un empêchement est déjà déclaré pour une partie de ces jours."), "since_on")
    if book.has(interruptions.LASTS):
        declared.ruling = rulings.keep(
            rules.ask("force-majeure", book, {"since": since_on}),
            provider=by.provider,
            book=held.book,
            about=declared,
            at=at,
            client_id=held.client_id,
        )
        declared.save(update_fields=["ruling"])
    journal.write(
        by=by,
        at=at,
        code="contracts.force_majeure_declared",
        about=held,
        data={
            "force_majeure": declared.pk,
            "by": declared_by,
            "since_on": since_on.isoformat(),
            "until_on": until_on.isoformat() if until_on else None,
            "event": event,
        },
    )
    return declared


@act("endings.write")
def end_force_majeure(
    *, by: Actor, at: datetime, force_majeure: ForceMajeure, until_on: date
) -> ForceMajeure:
    """The impediment is over: `until_on` is the first day without it. Raises NotStopped, InvalidInput."""
    contract = hold(force_majeure.contract, by)
    held = ForceMajeure.objects.select_for_update().get(pk=force_majeure.pk)
    if held.until_on is not None:
        raise NotStopped(_("Cet empêchement est déjà terminé."))
    if not held.since_on < until_on <= at.astimezone(PARIS).date():
        raise InvalidInput(
            _("Le jour de la reprise est après le début, et n’est pas à venir."), field="until_on"
        )
    held.until_on = until_on
    held.save(update_fields=["until_on"])
    journal.write(
        by=by,
        at=at,
        code="contracts.force_majeure_over",
        about=contract,
        data={"force_majeure": held.pk, "until_on": until_on.isoformat()},
    )
    return held


# What the acts share


def hold(contract: Contract, by: Actor) -> Contract:
    """The contract as it stands, its row kept for this act. Raises OfAnother."""
    found = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("client__agency", "book", "provider")
        .filter(pk=contract.pk, provider=by.provider)
        .first()
    )
    if found is None or (by.is_client_side and found.client_id != by.client_id):
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))
    return found


def standing_end(contract: Contract) -> ContractEnd | None:
    """The end that stands, None while nothing ends the contract but its own last day."""
    return contract.ends.filter(undone_at=None).first()


def must_not_end(contract: Contract) -> None:
    """Raises AlreadyEnds for a contract that a notice or a termination ends already."""
    end = standing_end(contract)
    if end is not None:
        raise AlreadyEnds(
            _("Le contrat %(number)s prend déjà fin le %(day)s.")
            % {"number": contract, "day": _day(end.ends_on)},
            way_out=_("Annulez d’abord cette fin, d’accord avec le client."),
            ends_on=end.ends_on.isoformat(),
        )


def must_run(contract: Contract, on: date, field: str) -> None:
    """Raises InvalidInput naming `field` where the contract does not run that day."""
    if on < contract.starts_on:
        raise InvalidInput(_("Le contrat n’a pas encore commencé à cette date."), field=field)
    if contract.ends_on and on > contract.ends_on:
        raise InvalidInput(_("Le contrat est terminé à cette date."), field=field)


def keep_apart(row: ServiceSuspension | ForceMajeure, says: str, field: str) -> None:
    """Store the row. Raises AlreadyStopped when it overlaps another of its contract."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise AlreadyStopped(says, field=field) from None


def _day(on: date) -> str:
    return wording.day(on, "fr", year=True, weekday=False)
