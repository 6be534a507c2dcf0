"""Asking for a signature, and what happens until it is given: sent, opened, withdrawn, over."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clausier.directory.models import Client, Contact
from clausier.foundation import clock, documents, files
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document, StoredFile
from clausier.signatures import letters, policies, queries, sheets
from clausier.signatures.errors import AlreadyAsked, NotThisPaper
from clausier.signatures.models import About, SignatureRequest, TrailKind
from clausier.signatures.services.held import (
    NOWHERE,
    Trace,
    hold,
    hold_as_signer,
    move,
    must_be_open,
    new_link,
    note,
    reason_of,
    settled,
    write,
)
from clausier.signatures.states import WAITING, RequestState

LONGEST_NAME: Final = 120
LARGEST_PAPER: Final = 15 * 1024 * 1024  # bytes


@act("signatures.ask")
def request_signature(
    *,
    by: Actor,
    at: datetime,
    document: Document,
    about: About,
    client: Client,
    signer: Contact | None = None,
    signer_name: str = "",
    signer_email: str = "",
    valid_until: datetime | None = None,
    purpose: str = "",
    site_url: str = "",
) -> SignatureRequest:
    """Ask someone of the client to sign a PDF, by a link sent to their address.

    `signer` gives name and address where they are left empty. `purpose` is what the signer reads as the
    title; empty, the document's. `valid_until` None: no end, until `set_deadline`. `site_url` is where the
    installation is reached, for the link; empty, where it was for the last request.

    Raises InvalidInput naming `document`, `client`, `signer`, `signer_name`, `signer_email` or
    `valid_until`, NotThisPaper, AlreadyAsked.
    """
    if client.provider_id != by.provider.pk:
        raise InvalidInput(_("Choisissez un client."), field="client")
    kept = _paper(document, by, client)
    name, email = _signer(client, signer, signer_name, signer_email)
    _must_come(valid_until, at)
    waiting = SignatureRequest.objects.filter(document=document, state__in=WAITING)
    if waiting.filter(signer_email__iexact=email).exists():
        raise AlreadyAsked(
            _("%(name)s est déjà invité à signer ce document.") % {"name": name},
            field="signer",
            way_out=_("Renvoyez le lien, ou retirez la première demande."),
        )
    made = SignatureRequest.objects.create(
        provider=by.provider,
        client=client,
        about_kind=about.kind,
        about_id=about.id,
        about_label=about.label[:120],
        purpose=(purpose.strip() or document.title)[:200],
        document=document,
        sha256=kept.sha256,
        size=kept.size,
        signer=signer,
        signer_name=name,
        signer_email=email,
        asked_at=at,
        asked_by=by.person,
        valid_until=valid_until,
        site_url=(site_url or queries.site_url_of(by.provider))[:200],
    )
    note(made, TrailKind.ASKED, by=by, at=at)
    _send(made, by, at)
    write(
        made,
        code="signatures.requested",
        by=by,
        at=at,
        email=email,
        valid_until=valid_until.isoformat() if valid_until else None,
    )
    return made


@act("signatures.ask")
def request_on_file(
    *, by: Actor, at: datetime, client: Client, content: bytes, file_name: str, purpose: str, **asked: Any
) -> SignatureRequest:
    """File a PDF and ask for its signature: it is about the document itself.

    `asked` is what `request_signature` takes besides. Raises as it does.
    """
    title = purpose.strip() or file_name
    if not title:
        raise InvalidInput(_("Dites ce qui est à signer."), field="purpose")
    if len(content) > LARGEST_PAPER:
        raise InvalidInput(_("Ce document fait plus de 15 Mo."), field="document")
    document = documents.file_document(
        content,
        by=by,
        at=at,
        kind="to-sign",
        title=title,
        name=file_name or "document.pdf",
        client_id=client.pk,
    )
    about = About("document", document.pk, document.number)
    return request_signature(
        by=by, at=at, client=client, document=document, about=about, purpose=title, **asked
    )


def _paper(document: Document, by: Actor, client: Client) -> StoredFile:
    """The file of a paper that may be signed: a PDF of that client, whole, that a seal can be put on."""
    kept = document.file
    if document.provider_id != by.provider.pk or document.client_id not in (None, client.pk) or kept is None:
        raise InvalidInput(_("Choisissez un document de ce client."), field="document")
    try:
        content = files.read(kept)
        if not content.startswith(b"%PDF-") or b"/Encrypt" in content or b"/DocMDP" in content:
            raise sheets.NoSheets
        sheets.count(content)
    except (FileNotFoundError, files.DamagedFile, sheets.NoSheets):
        raise NotThisPaper(
            _("Ce document ne peut pas être signé : il faut un PDF lisible, sans mot de passe ni sceau."),
            field="document",
        ) from None
    return kept


def _signer(client: Client, signer: Contact | None, name: str, email: str) -> tuple[str, str]:
    if signer is not None and signer.client_id != client.pk:
        raise InvalidInput(_("Cette personne n’est pas de ce client."), field="signer")
    called = " ".join(name.split()) or (signer.full_name if signer else "")
    address = email.strip() or (signer.email if signer else "")
    if not called or len(called) > LONGEST_NAME:
        raise InvalidInput(_("Donnez le nom du signataire, 120 signes au plus."), field="signer_name")
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidInput(
            _("Donnez l’adresse du signataire, par exemple nom@exemple.fr."), field="signer_email"
        ) from None
    return called, address


def _must_come(valid_until: datetime | None, at: datetime) -> None:
    if valid_until is not None and not clock.is_after(valid_until, at):
        raise InvalidInput(_("Cette échéance est déjà passée."), field="valid_until")


def _send(request: SignatureRequest, by: Actor, at: datetime) -> bool:
    """Send the link, where it is known where it leads; whether it left."""
    if not request.site_url:
        return False
    letters.ask(request, new_link(request, at), at=at)
    note(request, TrailKind.SENT, by=by, at=at, note=request.signer_email)
    return True


@act("signatures.ask")
def send_again(*, by: Actor, at: datetime, request: SignatureRequest, site_url: str = "") -> SignatureRequest:
    """Send the signer another link; the former ones go on opening the paper.

    Raises AlreadySettled, SignatureExpired, InvalidInput naming `site_url` when no address is known.
    """
    held = hold(request, by)
    must_be_open(held, at)
    if site_url and held.site_url != site_url[:200]:
        held.site_url = site_url[:200]
        held.save(update_fields=["site_url"])
    if not _send(held, by, at):
        raise InvalidInput(_("Dites à quelle adresse Clausier se trouve."), field="site_url")
    write(held, code="signatures.sent", by=by, at=at, email=held.signer_email)
    return held


@act("signatures.ask")
def remind(*, by: Actor, at: datetime, request: SignatureRequest) -> bool:
    """Remind the signer of a paper that waits, once a stage; whether a letter leaves."""
    held = hold(request, by)
    if not policies.reminder_is_due(held, queries.last_reminder(held), at):
        return False
    letters.remind(held, new_link(held, at), at=at)
    note(held, TrailKind.REMINDED, by=by, at=at, note=held.signer_email)
    write(held, code="signatures.reminded", by=by, at=at, email=held.signer_email)
    return True


@act("signatures.ask")
def set_deadline(
    *, by: Actor, at: datetime, request: SignatureRequest, valid_until: datetime | None
) -> SignatureRequest:
    """Until when the paper may be signed; None: no end. Raises AlreadySettled, InvalidInput."""
    held = hold(request, by)
    if held.state not in WAITING:
        raise settled(held)
    _must_come(valid_until, at)
    former, held.valid_until = held.valid_until, valid_until
    held.save(update_fields=["valid_until"])
    note(held, TrailKind.DEADLINE, by=by, at=at, note=valid_until.isoformat() if valid_until else "")
    write(
        held,
        code="signatures.deadline_set",
        by=by,
        at=at,
        before=former.isoformat() if former else None,
        valid_until=valid_until.isoformat() if valid_until else None,
    )
    return held


@act("signatures.ask")
def withdraw(*, by: Actor, at: datetime, request: SignatureRequest, reason: str = "") -> SignatureRequest:
    """Take the request back: the paper can no more be signed. Raises AlreadySettled, InvalidInput."""
    held = hold(request, by)
    said = reason_of(reason, required=False)
    move(held, RequestState.WITHDRAWN, closed_at=at, reason=said)
    note(held, TrailKind.WITHDRAWN, by=by, at=at, note=said)
    write(held, code="signatures.withdrawn", by=by, at=at, reason=said)
    return held


@act("signatures.ask")
def expire(*, by: Actor, at: datetime, request: SignatureRequest) -> bool:
    """Close a request whose time is over; whether it was. Done again, it does nothing."""
    held = hold(request, by)
    late = held.valid_until is not None and not clock.is_after(held.valid_until, at)
    if held.state not in WAITING or not late:
        return False
    move(held, RequestState.EXPIRED, closed_at=at)
    note(held, TrailKind.EXPIRED, by=by, at=at)
    write(held, code="signatures.expired", by=by, at=at)
    return True


@act("portal.sign")
def record_opening(
    *, by: Actor, at: datetime, request: SignatureRequest, trace: Trace = NOWHERE
) -> SignatureRequest:
    """The signer opens the paper; the first time is the proof that it was received.

    Opened again, or once it is answered, nothing more is written. Raises UnknownRequest.
    """
    held = hold_as_signer(request, by)
    if held.state != RequestState.ASKED:
        return held
    must_be_open(held, at)
    move(held, RequestState.OPENED, first_opened_at=at)
    note(held, TrailKind.OPENED, by=by, at=at, trace=trace, name=held.signer_name)
    write(held, code="signatures.opened", by=by, at=at, opened_at=at.isoformat(), address=trace.address)
    return held
