"""The service stops for a while: suspended, hindered by force majeure; what tickets make of it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts import services as acts
from clausier.contracts.errors import NoSuchGround
from clausier.contracts.interruptions import Interruption
from clausier.contracts.models import Contract, ForceMajeure, Party, ServiceSuspension
from clausier.contracts.services import endings
from clausier.desk.models import Ticket
from clausier.desk.services import promises
from clausier.desk.services.held import hold as hold_ticket
from clausier.desk.states import TicketState
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import papers, policies, queries
from clausier.lifecycle.errors import UnknownMatter
from clausier.lifecycle.papers import Draft
from clausier.lifecycle.services.letters import Paper, filed, issue, words
from clausier.lifecycle.services.letters import preview as preview_letter
from clausier.terms.book import Reading


@act("endings.write")
def suspend_service(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    ground: str,
    reason: str,
    from_on: date | None = None,
    language: str = "fr",
) -> ServiceSuspension:
    """Stop the service, at once or from a day to come on, and issue the letter that says so.

    The promises on the contract's tickets wait meanwhile, by a job. Raises NoSuchGround, AlreadyStopped,
    OfAnother, InvalidInput naming the field.
    """
    begins = beginning(from_on, at)
    held = endings.hold(contract, by)
    draft = suspension_draft(held, ground=ground, reason=reason, from_at=begins, at=at, language=language)
    suspension = acts.suspend_service(
        by=by, at=at, contract=held, ground=ground, from_at=begins, reason=reason
    )
    letter = issue(draft, held, by=by, at=at, language=language, suspension=suspension)
    journal.write(
        by=by, at=at, code="lifecycle.suspension_told", about=letter, data={"contract": held.number}
    )
    return suspension


def beginning(from_on: date | None, at: datetime) -> datetime:
    """When a suspension of that first day begins: now, or with the day to come. Raises InvalidInput."""
    today = at.astimezone(PARIS).date()
    if from_on is not None and from_on < today:
        raise InvalidInput(_("Le premier jour est aujourd’hui ou un jour à venir."), field="from_on")
    return at if from_on is None or from_on == today else interruptions.midnight(from_on)


def suspension_draft(
    contract: Contract, *, ground: str, reason: str, from_at: datetime, at: datetime, language: str
) -> Draft:
    """The letter that says the service stops. Raises NoSuchGround, InvalidInput."""
    on = from_at.astimezone(PARIS).date()
    reading = suspension_ground(contract, ground, on)
    with override(language):
        return papers.suspension(
            contract,
            clause=reading.clause or "",
            ground=reading.label.to(language),
            from_on=on,
            reason=words(reason, "reason", wanted=_("Dites pourquoi le service est suspendu.")),
            is_announced=from_at > at,
        )


def preview_suspension(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    ground: str,
    reason: str,
    from_on: date | None,
    language: str,
) -> bytes:
    """What `suspend_service` would issue now. Raises NoSuchGround, InvalidInput."""
    begins = beginning(from_on, at)
    draft = suspension_draft(contract, ground=ground, reason=reason, from_at=begins, at=at, language=language)
    return preview_letter(draft, contract, by=by, at=at, language=language)


def suspension_ground(contract: Contract, ground: str, on: date) -> Reading:
    """Raises NoSuchGround for a ground on which the contract's terms suspend nothing."""
    book = contracts.effective_book(contract)
    if ground not in interruptions.SUSPENSIONS or not book.has(ground):
        raise NoSuchGround(
            _("Les conditions de ce contrat ne permettent pas de suspendre pour ce motif."), field="ground"
        )
    return book.read(ground, on)


@act("endings.write")
def lift_suspension(
    *,
    by: Actor,
    at: datetime,
    suspension: ServiceSuspension,
    reason: str,
    until_at: datetime | None = None,
    language: str = "fr",
) -> ServiceSuspension:
    """The service goes on; the letter that says so is issued.

    Raises NotStopped, UnknownMatter, InvalidInput.
    """
    found = queries.suspensions(by).filter(pk=suspension.pk).first()
    if found is None:
        raise UnknownMatter(_("Cette suspension n’existe pas ici."))
    held = acts.lift_suspension(by=by, at=at, suspension=found, until_at=until_at or at, reason=reason)
    contract = held.contract
    draft = lifting_draft(held, reason=reason, until_at=until_at or at, language=language)
    letter = issue(draft, contract, by=by, at=at, language=language, suspension=held)
    journal.write(
        by=by, at=at, code="lifecycle.lifting_told", about=letter, data={"contract": contract.number}
    )
    return held


def lifting_draft(suspension: ServiceSuspension, *, reason: str, until_at: datetime, language: str) -> Draft:
    """The letter that says the service goes on. Raises NoSuchGround, InvalidInput."""
    contract, since = suspension.contract, suspension.from_at.astimezone(PARIS).date()
    reading = suspension_ground(contract, suspension.ground, since)
    with override(language):
        return papers.lifting(
            contract,
            clause=suspension.clause,
            ground=reading.label.to(language),
            from_on=since,
            until_on=until_at.astimezone(PARIS).date(),
            why=words(reason, "reason", wanted=_("Dites ce qui permet de lever la suspension.")),
        )


def preview_lifting(
    *, by: Actor, at: datetime, suspension: ServiceSuspension, reason: str, language: str
) -> bytes:
    """What `lift_suspension` would issue now."""
    draft = lifting_draft(suspension, reason=reason, until_at=at, language=language)
    return preview_letter(draft, suspension.contract, by=by, at=at, language=language)


@act("endings.write")
def withdraw_suspension(
    *, by: Actor, at: datetime, suspension: ServiceSuspension, reason: str, language: str = "fr"
) -> ServiceSuspension:
    """An announced suspension does not begin; the letter that says so is issued.

    Raises NotStopped, UnknownMatter, InvalidInput.
    """
    found = queries.suspensions(by).filter(pk=suspension.pk).first()
    if found is None:
        raise UnknownMatter(_("Cette suspension n’existe pas ici."))
    held = acts.withdraw_suspension(by=by, at=at, suspension=found, reason=reason)
    draft = withdrawal_draft(held, reason=reason, language=language)
    letter = issue(draft, held.contract, by=by, at=at, language=language, suspension=held)
    journal.write(
        by=by, at=at, code="lifecycle.withdrawal_told", about=letter, data={"contract": held.contract.number}
    )
    return held


def withdrawal_draft(suspension: ServiceSuspension, *, reason: str, language: str) -> Draft:
    """The letter that says that the service goes on as it did. Raises NoSuchGround, InvalidInput."""
    contract, on = suspension.contract, suspension.from_at.astimezone(PARIS).date()
    reading = suspension_ground(contract, suspension.ground, on)
    with override(language):
        return papers.suspension_withdrawn(
            contract,
            clause=suspension.clause,
            ground=reading.label.to(language),
            from_on=on,
            why=words(reason, "reason", wanted=_("Dites pourquoi la suspension n’a pas lieu.")),
        )


def preview_withdrawal(
    *, by: Actor, at: datetime, suspension: ServiceSuspension, reason: str, language: str
) -> bytes:
    """What `withdraw_suspension` would issue now."""
    draft = withdrawal_draft(suspension, reason=reason, language=language)
    return preview_letter(draft, suspension.contract, by=by, at=at, language=language)


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
    evidence: Paper | None = None,
    language: str = "fr",
) -> ForceMajeure:
    """Either party declares an impediment; the provider's own is told to the client by letter.

    Raises AlreadyStopped, AlreadyEnds, OfAnother, InvalidInput naming the field.
    """
    held = endings.hold(contract, by)
    title = _("Preuve de force majeure, %(number)s") % {"number": held.number}
    declared = acts.declare_force_majeure(
        by=by,
        at=at,
        contract=held,
        declared_by=declared_by,
        since_on=since_on,
        until_on=until_on,
        description=words(description, "description"),
        event=event,
        document=filed(evidence, "force-majeure-evidence", title, held, by=by, at=at),
    )
    if declared_by == Party.PROVIDER:
        right_on = interruptions.right_from(declared)
        draft = force_majeure_draft(
            held,
            since_on=since_on,
            event=event,
            description=description,
            right_on=right_on,
            language=language,
        )
        letter = issue(draft, held, by=by, at=at, language=language, force_majeure=declared)
        journal.write(
            by=by, at=at, code="lifecycle.force_majeure_told", about=letter, data={"contract": held.number}
        )
    return declared


def force_majeure_draft(
    contract: Contract,
    *,
    since_on: date,
    event: str,
    description: str,
    right_on: date | None,
    language: str,
) -> Draft:
    """The letter by which the provider declares an impediment. Raises InvalidInput."""
    book = contracts.effective_book(contract)
    labels = {one["key"]: one["label"] for one in interruptions.hindrances(book, since_on)}
    if event and event not in labels:
        raise InvalidInput(_("Faites un choix dans la liste."), field="event")
    suspends = interruptions.SUSPENDS
    wanted = _("Dites ce qui empêche l’exécution du contrat.")
    with override(language):
        return papers.force_majeure(
            contract,
            clause=(book.read(suspends, since_on).clause or "") if book.has(suspends) else "",
            event=labels[event]["en" if language == "en" else "fr"] if event else "",
            since_on=since_on,
            description=words(description, "description", wanted=wanted),
            right_on=right_on,
            effects=policies.effects_of_force_majeure(book, since_on),
        )


def preview_force_majeure(
    *,
    by: Actor,
    at: datetime,
    contract: Contract,
    since_on: date,
    event: str,
    description: str,
    language: str,
) -> bytes:
    """What `declare_force_majeure` would issue now for the provider."""
    draft = force_majeure_draft(
        contract,
        since_on=since_on,
        event=event,
        description=description,
        right_on=None,
        language=language,
    )
    return preview_letter(draft, contract, by=by, at=at, language=language)


# What the tickets make of it


@act("endings.record")
def hold_promises(*, by: Actor, at: datetime, stop: Interruption) -> list[int]:
    """Let the promises of the contract's open tickets wait on the clause that stops its service; which.

    One that waits or has ended already is left as it is. Done again, it holds no other.
    """
    moved = []
    for ticket in _open_tickets(stop.contract):
        held = hold_ticket(ticket, by)
        since = max(stop.from_at, held.called_at)
        if stop.term and promises.hold_up(held, stop.term, by=by, at=at, since=since):
            moved.append(held.number)
    if moved:
        journal.write(
            by=by, at=at, code="lifecycle.promises_held", about=stop.contract, data={"tickets": moved}
        )
    return moved


@act("endings.record")
def resume_promises(*, by: Actor, at: datetime, stop: Interruption) -> list[int]:
    """Let the promises run again that waited on that clause, from when the service went on; which."""
    moved = []
    for ticket in _open_tickets(stop.contract):
        held = hold_ticket(ticket, by)
        if stop.term and promises.resume_from(held, stop.term, by=by, at=at, since=stop.until_at or at):
            moved.append(held.number)
    if moved:
        journal.write(
            by=by, at=at, code="lifecycle.promises_resumed", about=stop.contract, data={"tickets": moved}
        )
    return moved


def _open_tickets(contract: Contract) -> list[Ticket]:
    found = Ticket.objects.filter(provider=contract.provider_id, contract=contract)
    return list(found.exclude(state=TicketState.CLOSED).order_by("pk"))
