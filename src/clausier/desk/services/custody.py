"""The workshop: machines that come in, wait, are lent, and leave, each with its receipt (imri V)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from clausier.desk import papers, policies, queries
from clausier.desk.errors import MachineGone, UnknownCustody
from clausier.desk.models import Custody, CustodyPhoto, EventKind, MachineLoan, Ticket
from clausier.desk.services.held import hold, move_custody, not_later, worker
from clausier.desk.states import CustodyState
from clausier.desk.timeline import Upload, record
from clausier.directory.models import Client
from clausier.foundation import documents, files, journal, numbering, secrets
from clausier.foundation.actors import Actor, program
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document, Provider

PLACE: Final = "desk_custody.code"
SERIES: Final = "custody"
# What a picture begins with; its name and the browser's word for it prove nothing.
PICTURES: Final = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
MOST_PHOTOS: Final = 12
LARGEST_PHOTO: Final = 10 * 1024 * 1024  # bytes
USUAL_STAY: Final = timedelta(days=14)
LONGEST_STAY: Final = timedelta(days=730)
LONGEST_CODE: Final = 200
# What people write before a password; such words belong into the sealed field, or nowhere.
PASSWORD: Final = re.compile(r"\b(mdp|mot de passe|password|passwd|code pin|pin)\s*[:=]", re.IGNORECASE)


@act("workshop.receive")
def receive_machine(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    label: str,
    brought_by: str,
    ticket: Ticket | None = None,
    serial: str = "",
    accessories: str = "",
    condition: str = "",
    place: str = "",
    code: str = "",
    due_on: date | None = None,
    photos: Sequence[Upload] = (),
    language: str = "fr",
) -> Custody:
    """Take a machine into custody and file its receipt. `code` opens it and is kept sealed.

    Raises InvalidInput naming the field, UnknownTicket.
    """
    person = worker(by)
    held = hold(ticket, by) if ticket else None
    if client.provider_id != by.provider.pk or (held and held.client_id != client.pk):
        raise InvalidInput(_("Choisissez le client à qui est la machine."), field="client")
    if len(code) > LONGEST_CODE:
        raise InvalidInput(_("Un code fait 200 signes au plus."), field="code")
    pictures = _pictures(photos)
    made = Custody(
        provider=by.provider,
        client=client,
        ticket=held,
        number=numbering.next_number(by.provider, SERIES),
        label=_line(label, "label", 120, needed=_("Dites de quelle machine il s’agit.")),
        serial=_line(serial, "serial", 80),
        accessories=_line(accessories, "accessories", 300),
        condition=_text(condition),
        place=_line(place, "place", 40),
        code=secrets.seal(code, PLACE) if code else "",
        brought_by=_line(brought_by, "brought_by", 120, needed=_("Dites qui l’a apportée.")),
        received_at=at,
        received_by=person,
        due_on=_due(due_on, at),
    )
    made.receipt = _filed(
        papers.custody_receipt(made, photos=len(pictures), language=language, at=at),
        by=by,
        at=at,
        kind="custody-receipt",
        title=_("Bon de dépôt %(number)s, %(label)s") % {"number": made, "label": made.label},
        name=f"depot-{made}.pdf",
        client=client,
    )
    made.save(force_insert=True)
    _keep(made, pictures, by=by, at=at)
    _tell(made, "received", by=by, at=at)
    _journal(made, "workshop.received", by=by, at=at, label=made.label, photos=len(pictures))
    return made


@act("workshop.receive")
def take_photos(*, by: Actor, at: datetime, custody: Custody, photos: Sequence[Upload]) -> Custody:
    """Add pictures to a machine in the workshop. Raises MachineGone, InvalidInput naming `photos`."""
    held = _hold(custody, by, there=True)
    pictures = _pictures(photos)
    if not pictures:
        raise InvalidInput(_("Choisissez une photo."), field="photos")
    if held.photos.count() + len(pictures) > MOST_PHOTOS:
        raise InvalidInput(_("Une machine a douze photos au plus."), field="photos")
    _keep(held, pictures, by=by, at=at)
    _journal(held, "workshop.photographed", by=by, at=at, photos=len(pictures))
    return held


@act("workshop.receive")
def change_custody(*, by: Actor, at: datetime, custody: Custody, place: str, due_on: date) -> Custody:
    """Another shelf, or another day; what the receipt says does not change.

    Raises MachineGone, InvalidInput naming `place` or `due_on`.
    """
    held = _hold(custody, by, there=True)
    before = {"place": held.place, "due_on": held.due_on.isoformat()}
    held.place, held.due_on = _line(place, "place", 40), _due(due_on, held.received_at)
    held.save(update_fields=["place", "due_on"])
    after = {"place": held.place, "due_on": held.due_on.isoformat()}
    _journal(held, "workshop.changed", by=by, at=at, before=before, after=after)
    return held


@act("workshop.receive")
def set_ready(*, by: Actor, at: datetime, custody: Custody, is_ready: bool = True) -> Custody:
    """The machine may be fetched, which the client is told, or is worked on again.

    Raises OutOfDate, MachineGone.
    """
    held = _hold(custody, by, there=True)
    move_custody(
        held,
        CustodyState.READY if is_ready else CustodyState.HELD,
        ready_at=at if is_ready else None,
        reminded_on=None,
    )
    event = _tell(held, "ready" if is_ready else "held", by=by, at=at)
    _journal(held, "workshop.ready", by=by, at=at, is_ready=is_ready, event=event if is_ready else None)
    return held


@act("workshop.receive")
def read_code(*, by: Actor, at: datetime, custody: Custody) -> str:
    """What opens the machine; the journal keeps who read it. Raises MachineGone, InvalidInput."""
    held = _hold(custody, by, there=True)
    if not held.code:
        raise InvalidInput(_("Aucun code n’a été confié pour cette machine."), field="code")
    _journal(held, "workshop.code_read", by=by, at=at)
    return secrets.unseal(held.code, PLACE)


@act("workshop.acknowledge")
def acknowledge_custody(*, by: Actor, at: datetime, custody: Custody, name: str = "") -> Custody:
    """The client's side confirms the receipt: in the portal, or by `name`, who signed the paper.

    Raises InvalidInput naming `name`, MachineGone, OutOfDate where it was confirmed before.
    """
    held = _hold(custody, by)
    if held.acknowledged_at is not None:
        raise MachineGone(
            _("Ce bon est déjà confirmé par %(name)s.") % {"name": held.acknowledged_by},
        )
    not_later(held.received_at, at, "at")
    held.acknowledged_by = (
        by.name[:120]
        if by.is_client_side
        else _line(name, "name", 120, needed=_("Dites qui a signé le bon."))
    )
    held.acknowledged_at = at
    held.save(update_fields=["acknowledged_by", "acknowledged_at"])
    _journal(held, "workshop.acknowledged", by=by, at=at, name=held.acknowledged_by)
    return held


@act("workshop.receive")
def return_machine(
    *, by: Actor, at: datetime, custody: Custody, handed_to: str, language: str = "fr"
) -> Custody:
    """Hand the machine back, with a receipt; its code is forgotten. Raises MachineGone, InvalidInput."""
    person = worker(by)
    held = _hold(custody, by, there=True)
    not_later(held.received_at, at, "at")
    held.handed_to = _line(handed_to, "handed_to", 120, needed=_("Dites à qui la machine est rendue."))
    held.returned_at, held.returned_by = at, person
    paper = _filed(
        papers.return_receipt(held, language=language, at=at),
        by=by,
        at=at,
        kind="custody-return",
        title=_("Bon de retour %(number)s, %(label)s") % {"number": held, "label": held.label},
        name=f"retour-{held}.pdf",
        client=held.client,
    )
    move_custody(
        held,
        CustodyState.RETURNED,
        handed_to=held.handed_to,
        returned_at=at,
        returned_by=person,
        return_receipt=paper,
        code="",
    )
    _tell(held, "returned", by=by, at=at)
    _journal(held, "workshop.returned", by=by, at=at, handed_to=held.handed_to)
    return held


@act("workshop.receive")
def lend_machine(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    label: str,
    lent_to: str,
    custody: Custody | None = None,
    serial: str = "",
    accessories: str = "",
    due_on: date | None = None,
    language: str = "fr",
) -> MachineLoan:
    """Lend a machine of the provider's, often while the client's own is in the workshop.

    Raises InvalidInput naming the field, UnknownCustody.
    """
    person = worker(by)
    held = _hold(custody, by) if custody else None
    if client.provider_id != by.provider.pk or (held and held.client_id != client.pk):
        raise InvalidInput(_("Choisissez le client à qui la machine est prêtée."), field="client")
    made = MachineLoan(
        provider=by.provider,
        client=client,
        custody=held,
        label=_line(label, "label", 120, needed=_("Dites quelle machine est prêtée.")),
        serial=_line(serial, "serial", 80),
        accessories=_line(accessories, "accessories", 300),
        lent_to=_line(lent_to, "lent_to", 120, needed=_("Dites à qui elle est prêtée.")),
        lent_at=at,
        lent_by=person,
        due_on=_due(due_on, at),
    )
    made.receipt = _filed(
        papers.loan_receipt(made, language=language, at=at),
        by=by,
        at=at,
        kind="machine-loan",
        title=_("Bon de prêt, %(label)s") % {"label": made.label},
        name="pret.pdf",
        client=client,
    )
    made.save(force_insert=True)
    journal.write(
        by=by,
        at=at,
        code="workshop.lent",
        about=made,
        client_id=client.pk,
        data={"label": made.label, "to": made.lent_to, "custody": held.number if held else None},
    )
    return made


@act("workshop.receive")
def return_loan(*, by: Actor, at: datetime, loan: MachineLoan, condition: str = "") -> MachineLoan:
    """The machine lent is back; what was found of it. Raises MachineGone, UnknownCustody, InvalidInput."""
    person = worker(by)
    held = (
        queries.machine_loans(by)
        .select_related(None)
        .select_for_update(of=("self",))
        .filter(pk=loan.pk)
        .first()
    )
    if held is None:
        raise UnknownCustody(_("Ce prêt n’existe pas, ou vous n’y avez pas accès."))
    if held.back_at is not None:
        raise MachineGone(_("Cette machine est déjà revenue."))
    not_later(held.lent_at, at, "at")
    held.back_condition = _line(condition, "condition", 300)
    held.back_at, held.back_by = at, person
    held.save(update_fields=["back_at", "back_by", "back_condition"])
    journal.write(
        by=by,
        at=at,
        code="workshop.loan_returned",
        about=held,
        client_id=held.client_id,
        data={"label": held.label, "condition": held.back_condition},
    )
    return held


def remind(pk: int, *, on: date, at: datetime) -> bool:
    """Say on the ticket of a machine that is ready that it still waits; the client is written from there."""
    with transaction.atomic():
        held = Custody.objects.select_for_update(of=("self",)).get(pk=pk)
        ticket = Ticket.objects.filter(pk=held.ticket_id or 0).select_related("client").first()
        if held.state != CustodyState.READY or held.reminded_on == on or ticket is None:
            return False
        by = program(Provider.objects.get(pk=held.provider_id))
        held.ticket, held.reminded_on = ticket, on
        held.save(update_fields=["reminded_on"])
        event = _tell(held, "waits", by=by, at=at)
        _journal(held, "workshop.reminded", by=by, at=at, event=event)
        return True


# Parts of the acts


def _hold(custody: Custody, by: Actor, *, there: bool = False) -> Custody:
    """The machine's row as it stands, kept for this act.

    Raises UnknownCustody; MachineGone when it must be `there` and is not.
    """
    seen = queries.custodies(by).select_related(None).select_related("client", "ticket").defer(None)
    held = seen.select_for_update(of=("self",)).filter(pk=custody.pk).first()
    if held is None:
        raise UnknownCustody(_("Cette machine n’existe pas, ou vous n’y avez pas accès."))
    if there and held.state == CustodyState.RETURNED:
        raise MachineGone(_("Cette machine a été rendue."))
    held.provider = by.provider
    return held


def _line(text: str, field: str, longest: int, *, needed: str = "") -> str:
    found = " ".join(text.split())
    if needed and not found:
        raise InvalidInput(needed, field=field)
    if len(found) > longest:
        raise InvalidInput(_("%(count)d signes au plus.") % {"count": longest}, field=field)
    _no_password(found, field)
    return found


def _text(text: str) -> str:
    found = text.strip()
    if len(found) > 2000:
        raise InvalidInput(_("%(count)d signes au plus.") % {"count": 2000}, field="condition")
    _no_password(found, "condition")
    return found


def _no_password(text: str, field: str) -> None:
    if PASSWORD.search(text):
        raise InvalidInput(
            _("Un mot de passe ne s’écrit pas ici, il y serait lisible : mettez-le dans le champ du code."),
            field=field,
        )


def _due(due_on: date | None, at: datetime) -> date:
    came_on = policies.day_of(at)
    found = due_on or came_on + USUAL_STAY
    if not came_on <= found <= came_on + LONGEST_STAY:
        raise InvalidInput(_("Choisissez un jour après l’arrivée, dans les deux ans."), field="due_on")
    return found


def _pictures(photos: Sequence[Upload]) -> list[Upload]:
    """The pictures, each under the kind that its bytes say. Raises InvalidInput naming `photos`."""
    if len(photos) > MOST_PHOTOS:
        raise InvalidInput(_("Une machine a douze photos au plus."), field="photos")
    found = []
    for one in photos:
        kind = next((kind for kind, first in PICTURES.items() if first.match(one.content)), "")
        if not kind or not 0 < len(one.content) <= LARGEST_PHOTO:
            raise InvalidInput(
                _("Une photo est un JPEG, PNG ou WebP de dix mégaoctets au plus."), field="photos"
            )
        found.append(Upload(one.name, kind, one.content))
    return found


def _keep(custody: Custody, pictures: Sequence[Upload], *, by: Actor, at: datetime) -> None:
    for name, kind, content in pictures:
        CustodyPhoto.objects.create(
            provider_id=custody.provider_id,
            client_id=custody.client_id,
            custody=custody,
            file=files.store(
                content,
                provider=by.provider,
                name=name,
                content_type=kind,
                at=at,
                client_id=custody.client_id,
            ),
        )


def _filed(
    content: bytes, *, by: Actor, at: datetime, kind: str, title: str, name: str, client: Client
) -> Document:
    return documents.file_document(
        content, by=by, at=at, kind=kind, title=title, name=name, client_id=client.pk
    )


def _tell(custody: Custody, step: str, *, by: Actor, at: datetime) -> int | None:
    """Say it on the machine's ticket, where the client reads it; the entry's id."""
    if custody.ticket is None:
        return None
    event = record(
        custody.ticket,
        EventKind.CUSTODY,
        by=by,
        at=at,
        data={"custody": custody.pk, "number": str(custody), "label": custody.label, "step": step},
    )
    return event.pk


def _journal(custody: Custody, code: str, *, by: Actor, at: datetime, **data: Any) -> None:
    journal.write(
        by=by,
        at=at,
        code=code,
        about=custody,
        client_id=custody.client_id,
        data={"number": custody.number, **data},
    )
