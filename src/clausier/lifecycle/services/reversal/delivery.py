"""Delivery records: what was returned, signed by the client, with its reservations if it makes any."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clausier.contracts import services as acts
from clausier.contracts.models import Party
from clausier.directory import queries as directory
from clausier.directory.models import Contact
from clausier.foundation import journal, numbering
from clausier.foundation.actors import Actor, program
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document
from clausier.lifecycle import papers, reversal_queries
from clausier.lifecycle.errors import NothingToReturn, NotInThisState, PaperMissing, UnknownMatter
from clausier.lifecycle.models import DeliveryRecord, DeliveryReservation, Reversal
from clausier.lifecycle.services.letters import Paper, filed, words
from clausier.lifecycle.services.reversal import signing
from clausier.lifecycle.services.reversal.files import hold, move
from clausier.lifecycle.states import RECORD_MOVES, RecordState, ReversalState


@act("reversal.write")
def issue_record(
    *,
    by: Actor,
    at: datetime,
    reversal: Reversal,
    medium: str,
    medium_of: str = Party.CLIENT,
    delivered_on: date | None = None,
    remarks: str = "",
    signer: Contact | None = None,
    signer_name: str = "",
    signer_email: str = "",
    language: str = "fr",
    site_url: str = "",
) -> DeliveryRecord:
    """Record what was returned and not recorded yet: numbered, filed, and sent to be signed.

    It goes to `signer`, to a name and an address, or to the client's IT correspondent. `medium` is what the
    data were put on, `medium_of` whose it is. Raises NothingToReturn, NotInThisState, UnknownMatter,
    InvalidInput naming the field.
    """
    file = hold(reversal, by, ReversalState.OPEN)
    returned = [
        one
        for one in reversal_queries.listed_items(file)
        if one.returned_on is not None and one.record is None
    ]
    if not returned:
        raise NothingToReturn(
            _("Rien de nouveau n’a été rendu : un bordereau liste ce qui l’a été."),
            way_out=_("Cochez d’abord, dans la liste, ce qui a été rendu."),
        )
    if file.records.filter(state__in=reversal_queries.STANDING).exists():
        raise NotInThisState(
            _("Un bordereau attend déjà sa signature."), way_out=_("Attendez-la, ou retirez ce bordereau.")
        )
    on = _delivered_on(delivered_on, [one.returned_on for one in returned if one.returned_on], at)
    if medium_of not in (Party.PROVIDER, Party.CLIENT):
        raise InvalidInput(_("Dites à qui est le support."), field="medium_of")
    if language not in papers.LANGUAGES:
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    person, name, email = _signer(file, signer, signer_name, signer_email, on)
    record = DeliveryRecord(
        provider=by.provider,
        client_id=file.client_id,
        reversal=file,
        number=_number(by, at),
        language=language,
        delivered_on=on,
        medium=words(medium, "medium", wanted=_("Dites sur quel support les données sont rendues."))[:200],
        medium_of=medium_of,
        remarks=words(remarks, "remarks"),
        signer=person,
        signer_name=name,
        signer_email=email,
        issued_at=at,
        issued_by=by.name,
    )
    record.document = signing.paper_of(record, returned, by=by, at=at)
    record.save()
    file.items.filter(pk__in=[one.pk for one in returned]).update(record=record)
    signing.ask(record, by=by, at=at, site_url=site_url)
    data = {"contract": file.contract.number, "items": [one.title for one in returned]}
    _write(record, "issued", data, by=by, at=at)
    return record


@act("reversal.answer")
def make_reservation(*, by: Actor, at: datetime, record: DeliveryRecord, text: str) -> DeliveryReservation:
    """The client says what is missing or wrong, or we note that: the file stays open until it is lifted.

    Before the client signs, the record is made anew with it and sent to be signed again; a paper that it
    signed bears it already. Raises NotInThisState, UnknownMatter, InvalidInput naming `text`.
    """
    held, _file = _hold(record, by)
    if held.state not in reversal_queries.STANDING:
        raise NotInThisState(
            _("Une réserve se fait avant que le bordereau soit signé des deux parties."),
            way_out=_("Écrivez à votre interlocuteur : un complément fait l’objet d’un autre bordereau."),
        )
    if held.state == RecordState.SIGNED and by.is_client_side:
        raise NotInThisState(_("Ce bordereau est déjà signé : les réserves se font avant."))
    said = words(text, "text", wanted=_("Dites ce qui manque, ou ce qui ne va pas."))
    made = DeliveryReservation.objects.create(
        provider=held.provider,
        client_id=held.client_id,
        record=held,
        text=said,
        made_at=at,
        made_by=by.name,
    )
    if held.state == RecordState.ISSUED:
        _made_anew(held, at=at)
    _write(held, "reservation", {"text": said}, by=by, at=at)
    return made


def _made_anew(record: DeliveryRecord, *, at: datetime) -> None:
    """The paper with what was said since, in place of the one that was sent."""
    ours = program(record.provider)
    former = next(iter(signing.requests_about(record)), None)
    signing.withdraw(record, at=at, reason=_("Bordereau refait avec les réserves du client."))
    items = list(record.items.order_by("pk"))
    record.document = signing.paper_of(record, items, by=ours, at=at)
    record.save()
    signing.ask(record, by=ours, at=at, site_url=former.site_url if former else "")


@act("reversal.answer")
def lift_reservation(
    *,
    by: Actor,
    at: datetime,
    reservation: DeliveryReservation,
    because: str = "",
    document: Paper | None = None,
) -> DeliveryReservation:
    """The client has what was missing: it says so itself, or we file what it wrote.

    Raises PaperMissing where we lift it without its writing, NotInThisState, UnknownMatter, InvalidInput.
    """
    held = _hold_reservation(reservation, by)
    if held.lifted_at is not None:
        raise NotInThisState(_("Cette réserve est déjà levée."))
    file = hold(held.record.reversal, by, ReversalState.OPEN)
    title = _("Levée de réserve, %(number)s") % {"number": held.record.number}
    paper = filed(document, "reservation-lifted", title, file.contract, by=by, at=at)
    if paper is None and not by.is_client_side:
        raise PaperMissing(
            _("Une réserve se lève avec l’accord écrit du client : joignez-le."), field="document"
        )
    held.lifted_at, held.lifted_by = at, by.name
    held.lifted_because, held.lifted_document = words(because, "because")[:400], paper
    held.save()
    _write(held.record, "lifted", {"text": held.text, "because": held.lifted_because}, by=by, at=at)
    _settle(file, at=at)
    return held


@act("reversal.write")
def withdraw_record(*, by: Actor, at: datetime, record: DeliveryRecord, reason: str) -> DeliveryRecord:
    """The record counts for nothing, and its signature is asked no more: what it listed is recorded again.

    Raises NotInThisState, UnknownMatter, InvalidInput naming `reason`.
    """
    held, _file = _hold(record, by)
    _move(held, RecordState.WITHDRAWN)
    why = words(reason, "reason", wanted=_("Dites en quelques mots pourquoi."))
    signing.withdraw(held, at=at, reason=why[:200])
    signing.release(held, because=why)
    _write(held, "withdrawn", {"reason": why[:200]}, by=by, at=at)
    return held


# What follows from signatures; by the program, from the job


@act("reversal.write")
def note_signed(*, by: Actor, at: datetime, record: DeliveryRecord) -> DeliveryRecord:
    """The client signed; the provider signs too. Done again, it does nothing. Raises UnknownMatter."""
    held, _file = _hold(record, by)
    if held.state == RecordState.ISSUED:
        held.state, held.signed_at = RecordState.SIGNED, at
        held.save()
        _write(held, "signed", {}, by=by, at=at)
    return held


@act("reversal.write")
def complete_record(
    *, by: Actor, at: datetime, record: DeliveryRecord, document: Document | None
) -> DeliveryRecord:
    """Both signed: what is listed counts as delivered. With all returned and no reservation left, the file is
    delivered and the service ends. Done again, it does nothing. Raises UnknownMatter.
    """
    held, file = _hold(record, by)
    if RecordState.COMPLETE not in RECORD_MOVES[held.state]:
        return held
    held.state, held.completed_at, held.signed_document = RecordState.COMPLETE, at, document
    held.signed_at = held.signed_at or at
    held.save()
    _write(held, "complete", {"document": document.number if document else None}, by=by, at=at)
    _settle(file, at=at)
    return held


@act("reversal.write")
def decline_record(*, by: Actor, at: datetime, record: DeliveryRecord, reason: str) -> DeliveryRecord:
    """One of both does not sign: the record counts for nothing. Done again, it does nothing."""
    held, _file = _hold(record, by)
    if RecordState.WITHDRAWN in RECORD_MOVES[held.state]:
        signing.release(held, because=reason or _("non signé"))
        _write(held, "declined", {"reason": held.declined_because[:200]}, by=by, at=at)
    return held


def _settle(reversal: Reversal, *, at: datetime) -> None:
    """Once all is returned, signed for and without reservation: delivered, and the service ends that day."""
    if reversal.state != ReversalState.OPEN or not reversal_queries.is_all_returned(reversal):
        return
    ours = program(reversal.provider)
    signed = reversal.records.filter(state=RecordState.COMPLETE)
    days = [one.delivered_on for one in signed]
    made = DeliveryReservation.objects.filter(record__in=signed, lifted_at__isnull=False)
    days += [one.lifted_at.astimezone(PARIS).date() for one in made if one.lifted_at]
    move(reversal, ReversalState.DELIVERED)
    reversal.returned_on = max(days)
    reversal.save()
    acts.settle_continuation(
        by=ours,
        at=at,
        contract=reversal.contract,
        returned_on=reversal.returned_on,
        because=_("tout est rendu, réversibilité %(number)s") % {"number": reversal},
    )
    journal.write(
        by=ours,
        at=at,
        code="lifecycle.reversal_delivered",
        about=reversal,
        data={"contract": reversal.contract.number, "returned_on": reversal.returned_on.isoformat()},
    )


# What the acts share


def _write(record: DeliveryRecord, what: str, data: dict[str, Any], *, by: Actor, at: datetime) -> None:
    told: dict[str, Any] = {
        "by": by,
        "at": at,
        "about": record,
        "data": {"reversal": record.reversal.number, **data},
    }
    match what:  # literal codes: the table of words names each
        case "issued":
            journal.write(code="lifecycle.delivery_issued", **told)
        case "signed":
            journal.write(code="lifecycle.delivery_signed", **told)
        case "complete":
            journal.write(code="lifecycle.delivery_complete", **told)
        case "declined":
            journal.write(code="lifecycle.delivery_declined", **told)
        case "withdrawn":
            journal.write(code="lifecycle.delivery_withdrawn", **told)
        case "reservation":
            journal.write(code="lifecycle.reservation_made", **told)
        case _:
            journal.write(code="lifecycle.reservation_lifted", **told)


def _delivered_on(wished: date | None, returned: list[date], at: datetime) -> date:
    today = at.astimezone(PARIS).date()
    on = wished or today
    if on > today or on < max(returned):
        raise InvalidInput(
            _("Ce jour suit celui où la dernière ligne a été rendue, et n’est pas à venir."),
            field="delivered_on",
        )
    return on


def _signer(
    reversal: Reversal, signer: Contact | None, name: str, email: str, on: date
) -> tuple[Contact | None, str, str]:
    """Who signs for the client. Raises InvalidInput naming `signer` or `signer_email`."""
    if signer is not None and signer.client_id != reversal.client_id:
        raise InvalidInput(_("Cette personne n’est pas chez ce client."), field="signer")
    person = signer or (None if email.strip() else directory.correspondent_on(reversal.client, on))
    called = " ".join(name.split()) or (person.full_name if person else "")
    address = email.strip() or (person.email if person else "")
    if not called:
        raise InvalidInput(_("Indiquez qui signe pour le client."), field="signer")
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(
            _("Indiquez l’adresse de courriel de qui signe : le lien y est envoyé."), field="signer_email"
        ) from None
    return person, called[:120], address


def _hold(record: DeliveryRecord, by: Actor) -> tuple[DeliveryRecord, Reversal]:
    """The record and its file, kept for this act: the file first, in every act alike."""
    seen = reversal_queries.records(by).filter(pk=record.pk).first()
    if seen is None:
        raise UnknownMatter(_("Ce bordereau n’existe pas ici."))
    file = hold(seen.reversal, by)
    held = DeliveryRecord.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    held.reversal = file
    return held, file


def _hold_reservation(reservation: DeliveryReservation, by: Actor) -> DeliveryReservation:
    seen = reversal_queries.reservations(by).filter(pk=reservation.pk).first()
    if seen is None:
        raise UnknownMatter(_("Cette réserve n’existe pas ici."))
    hold(seen.record.reversal, by)
    return reversal_queries.reservations(by).get(pk=seen.pk)


def _move(record: DeliveryRecord, state: str) -> None:
    if state not in RECORD_MOVES[record.state]:
        raise NotInThisState(
            _("Le bordereau %(number)s est « %(state)s ».")
            % {"number": record, "state": record.get_state_display()}
        )


def _number(by: Actor, at: datetime) -> str:
    year = at.astimezone(PARIS).year
    return f"BR-{year}-{numbering.next_number(by.provider, f'delivery-record-{year}'):04d}"
