"""What the client's side answers: it signs on the page, on paper, or declines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.foundation import clock, documents, files
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.signatures import drawing, letters, sheets
from clausier.signatures.errors import NotThisPaper, SignatureExpired
from clausier.signatures.models import Means, Signature, SignatureRequest, TrailKind
from clausier.signatures.services import codes
from clausier.signatures.services.held import (
    NOWHERE,
    Trace,
    hold,
    hold_as_signer,
    move,
    must_be_open,
    note,
    reason_of,
    settled,
    write,
)
from clausier.signatures.states import REQUEST_MOVES, RequestState

LARGEST_SCAN: Final = 15 * 1024 * 1024  # bytes
KINDS_OF_SCANS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper that was signed by hand and stamped: who signed, on which day, the file."""

    name: str
    signed_on: date
    file_name: str
    content: bytes
    role: str = ""


@act("portal.sign")
def sign(
    *,
    by: Actor,
    at: datetime,
    request: SignatureRequest,
    name: str,
    role: str,
    code: str,
    sha256: str,
    consent: str,
    strokes: str = "",
    trace: Trace = NOWHERE,
) -> Signature:
    """Sign the paper of `sha256` with a code that was confirmed: drawn (`strokes`), else by the name typed.

    `consent` are the words agreed to. Raises UnknownRequest, AlreadySettled, SignatureExpired, NotOpened,
    CodeRefused, NotThisPaper, InvalidInput naming `name`, `role`, `consent` or `drawing`.
    """
    held = hold_as_signer(request, by)
    must_be_open(held, at)
    codes.must_be_opened(held)
    called, acting_as = _identity(name, role, role_required=True)
    if not consent.strip():
        raise InvalidInput(_("Cochez cette case pour signer."), field="consent")
    path = drawing.path_of(strokes) if strokes else ""
    _must_be_what_was_shown(held, sha256)
    proof = codes.confirmed(held, code, at)
    move(held, RequestState.SIGNED, signed_at=at)
    signature = Signature.objects.create(
        **_common(held),
        means=Means.DRAWN if path else Means.TYPED,
        name=called,
        role=acting_as,
        drawing=path,
        consent=consent.strip(),
        sha256=sha256,
        at=at,
        address=trace.address[:45],
        agent=trace.agent[:300],
        code=proof,
    )
    note(held, TrailKind.SIGNED, by=by, at=at, note=acting_as, trace=trace, name=called)
    _signed(held, signature, by=by, at=at)
    return signature


def _common(request: SignatureRequest) -> dict[str, Any]:
    return {"provider_id": request.provider_id, "client_id": request.client_id, "request": request}


def _identity(name: str, role: str, *, role_required: bool) -> tuple[str, str]:
    called, acting_as = " ".join(name.split()), " ".join(role.split())
    if not called or len(called) > 120:
        raise InvalidInput(_("Écrivez votre nom, 120 signes au plus."), field="name")
    if (role_required and not acting_as) or len(acting_as) > 120:
        raise InvalidInput(_("Dites en quelle qualité vous signez, par exemple gérante."), field="role")
    return called, acting_as


def _must_be_what_was_shown(request: SignatureRequest, sha256: str) -> None:
    """What is signed is what was asked, and what lies in the store is still that."""
    try:
        held = request.document.file is not None and files.read(request.document.file) != b""
    except (files.DamagedFile, FileNotFoundError):
        held = False
    if not held or sha256 != request.sha256:
        raise NotThisPaper(
            _("Le document affiché n’est pas celui qui est à signer."),
            way_out=_("Rechargez la page et relisez-le."),
        )


def _signed(request: SignatureRequest, signature: Signature, *, by: Actor, at: datetime) -> None:
    write(
        request,
        code="signatures.signed",
        by=by,
        at=at,
        means=signature.means,
        name=signature.name,
        role=signature.role,
        signed_at=request.signed_at.isoformat() if request.signed_at else None,
        address=signature.address,
        scan=signature.scan.number if signature.scan else None,
    )
    letters.tell_asker(request, "signed")


@act("signatures.record")
def record_scan(
    *, by: Actor, at: datetime, request: SignatureRequest, scan: Scan, received_at: datetime | None = None
) -> Signature:
    """File the paper that the client signed and stamped, received at `received_at` (None: now).

    One that came in time may be entered after the end. Raises UnknownRequest, AlreadySettled,
    SignatureExpired, InvalidInput naming `name`, `role`, `signed_on`, `received_at` or `content`.
    """
    held = hold(request, by)
    came = received_at or at
    if clock.is_after(came, at):
        raise InvalidInput(_("Cet instant n’est pas encore passé : corrigez l’heure."), field="received_at")
    if clock.is_after(held.asked_at, came):
        raise InvalidInput(_("Le papier ne peut pas être arrivé avant la demande."), field="received_at")
    return _scanned(held, scan, by=by, at=at, came=came)


@act("portal.sign")
def send_scan(
    *, by: Actor, at: datetime, request: SignatureRequest, scan: Scan, trace: Trace = NOWHERE
) -> Signature:
    """The signer sends the paper that they signed and stamped. Raises as `record_scan`, and NotOpened."""
    held = hold_as_signer(request, by)
    must_be_open(held, at)
    codes.must_be_opened(held)
    return _scanned(held, scan, by=by, at=at, came=at, trace=trace)


def _scanned(
    held: SignatureRequest,
    scan: Scan,
    *,
    by: Actor,
    at: datetime,
    came: datetime,
    trace: Trace = NOWHERE,
) -> Signature:
    if RequestState.SIGNED not in REQUEST_MOVES[held.state]:
        raise settled(held)
    if held.valid_until is not None and not clock.is_after(held.valid_until, came):
        raise SignatureExpired(
            _("Ce papier est arrivé après l’échéance : il ne vaut plus acceptation."),
            field="received_at",
            way_out=_("Faites un nouveau document, et demandez qu’il soit signé."),
        )
    called, acting_as = _identity(scan.name, scan.role, role_required=False)
    if scan.signed_on > came.astimezone(PARIS).date():
        raise InvalidInput(_("Un papier est signé avant d’arriver : corrigez le jour."), field="signed_on")
    kept = documents.file_document(
        scan.content,
        by=by,
        at=at,
        kind="signed-scan",
        title=_("Signé sur papier : %(what)s") % {"what": held.purpose},
        name=scan.file_name or "signature",
        content_type=_kind_of(scan.content),
        client_id=held.client_id,
    )
    move(held, RequestState.SIGNED, signed_at=came)
    signature = Signature.objects.create(
        **_common(held),
        means=Means.SCAN,
        name=called,
        role=acting_as,
        sha256=held.sha256,
        at=came,
        signed_on=scan.signed_on,
        address=trace.address[:45],
        agent=trace.agent[:300],
        scan=kept,
        recorded_by=by.name[:120],
    )
    note(held, TrailKind.SCANNED, by=by, at=at, note=kept.number, trace=trace)
    _signed(held, signature, by=by, at=at)
    return signature


def _kind_of(content: bytes) -> str:
    """What the file is, by its first bytes. Raises InvalidInput naming `content`."""
    kind = next((kind for begins, kind in KINDS_OF_SCANS.items() if content.startswith(begins)), "")
    if not kind or len(content) > LARGEST_SCAN:
        raise InvalidInput(
            _("Donnez le papier signé en PDF, en PNG ou en JPEG, 15 Mo au plus."), field="content"
        )
    try:
        sheets.as_paper(content, kind)
    except sheets.NoSheets:
        raise InvalidInput(
            _("Ce fichier ne se lit pas, ou demande un mot de passe."), field="content"
        ) from None
    return kind


@act("portal.sign")
def decline(
    *, by: Actor, at: datetime, request: SignatureRequest, reason: str, trace: Trace = NOWHERE
) -> SignatureRequest:
    """The signer does not sign, and says why. Raises UnknownRequest, AlreadySettled, InvalidInput."""
    held = hold_as_signer(request, by)
    must_be_open(held, at)
    said = reason_of(reason, required=True)
    move(held, RequestState.DECLINED, closed_at=at, reason=said)
    note(held, TrailKind.DECLINED, by=by, at=at, note=said, trace=trace, name=held.signer_name)
    write(held, code="signatures.declined", by=by, at=at, reason=said)
    letters.tell_asker(held, "declined")
    return held
