"""The provider's answer to what its client signed: it signs too and the paper is sealed, or it does not."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.foundation import documents, files, sealing
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.signatures import completing, letters
from clausier.signatures.errors import AlreadySettled, NotThisPaper, NotYetSigned
from clausier.signatures.models import Countersignature, SignatureRequest, TrailKind
from clausier.signatures.services.certificates import current, pair_of
from clausier.signatures.services.held import hold, new_link, note, reason_of, write
from clausier.signatures.states import RequestState


@act("signatures.countersign")
def countersign(*, by: Actor, at: datetime, request: SignatureRequest, role: str = "") -> SignatureRequest:
    """Sign for the provider: the paper is sealed and filed, and binds both from now on.

    Raises UnknownRequest, NotYetSigned, AlreadySettled, NotThisPaper, CertificateUnusable.
    """
    held = _hold_signed(request, by)
    certificate = current(by=by, at=at)
    acting_as = " ".join(role.split())[:120]
    try:
        content = completing.sealed(held, pair_of(certificate), name=by.name, role=acting_as, at=at)
    except (sealing.NotSealable, files.DamagedFile, FileNotFoundError):
        raise NotThisPaper(
            _("Ce document ne peut pas être scellé : son fichier est abîmé, ou d’une forme trop ancienne."),
            way_out=_("Refaites le document, et demandez qu’il soit signé."),
        ) from None
    kept = documents.file_document(
        content,
        by=by,
        at=at,
        kind="signed",
        title=_("Signé : %(what)s") % {"what": held.purpose},
        name=f"{held.document.number}-signe.pdf",
        client_id=held.client_id,
    )
    _answer(
        held, by=by, at=at, is_given=True, role=acting_as, document=kept, fingerprint=certificate.fingerprint
    )
    note(held, TrailKind.COUNTERSIGNED, by=by, at=at, note=kept.number)
    write(
        held,
        code="signatures.countersigned",
        by=by,
        at=at,
        role=acting_as,
        sealed=kept.number,
        fingerprint=certificate.fingerprint,
    )
    if held.site_url:
        letters.tell_complete(held, new_link(held, at), at=at)
    return held


@act("signatures.countersign")
def refuse_countersignature(
    *, by: Actor, at: datetime, request: SignatureRequest, reason: str
) -> SignatureRequest:
    """Say that the provider does not sign, and why: the paper binds nobody.

    Raises UnknownRequest, NotYetSigned, AlreadySettled, InvalidInput naming `reason`.
    """
    held = _hold_signed(request, by)
    said = reason_of(reason, required=True)
    _answer(held, by=by, at=at, is_given=False, reason=said)
    note(held, TrailKind.NOT_COUNTERSIGNED, by=by, at=at, note=said)
    write(held, code="signatures.countersignature_refused", by=by, at=at, reason=said)
    return held


def _hold_signed(request: SignatureRequest, by: Actor) -> SignatureRequest:
    held = hold(request, by)
    if held.state != RequestState.SIGNED:
        raise NotYetSigned(
            _("Le client n’a pas signé ce document."), way_out=_("Le prestataire signe après lui.")
        )
    if held.answer is not None:
        raise AlreadySettled(_("Le prestataire a déjà répondu à cette signature."))
    return held


def _answer(held: SignatureRequest, *, by: Actor, at: datetime, **given: object) -> Countersignature:
    return Countersignature.objects.create(
        provider=by.provider,
        client_id=held.client_id,
        request=held,
        at=at,
        person=by.person,
        name=by.name[:120],
        **given,
    )
