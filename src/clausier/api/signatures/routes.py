"""Signatures by machine: ask, follow, withdraw, file a signed paper, countersign."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import (
    At,
    ClientRef,
    Day,
    FileGiven,
    Given,
    Id,
    Instant,
    Key,
    Line,
    Sentence,
    Shape,
    Word,
)
from clausier.api.tickets import reading
from clausier.foundation import clock
from clausier.foundation import queries as foundation
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Document
from clausier.signatures import queries, services
from clausier.signatures.models import About, SealingCertificate, SignatureRequest, TrailEntry
from clausier.signatures.services import Scan
from clausier.signatures.states import RequestState

routes = Router()

Reason = Annotated[str, StringConstraints(max_length=500)]
Email = Annotated[str, StringConstraints(max_length=254)]


class SignatureAbout(Shape):
    """What a paper is about: a quote, an order, the document itself."""

    kind: str
    id: int
    label: str


class SignatureTrail(Shape):
    """One thing that happened."""

    kind: str
    at: At
    name: str
    note: str
    address: str

    @classmethod
    def of(cls, entry: TrailEntry) -> SignatureTrail:
        return cls(kind=entry.kind, at=entry.at, name=entry.name, note=entry.note, address=entry.address)


class SignatureOut(Shape):
    """A paper that someone is asked to sign, and how far that went."""

    id: int
    state: str
    client: ClientRef
    purpose: str
    about: SignatureAbout
    document: str = Field(description=gettext_noop("Voir /documents."))
    sha256: str
    signer_name: str
    signer_email: str
    asked_at: At
    valid_until: At | None
    first_opened_at: At | None = Field(description=gettext_noop("La preuve que le document a été reçu."))
    signed_at: At | None
    signed_by: str | None
    means: str | None
    scan: str | None
    closed_at: At | None
    reason: str
    countersigned_at: At | None
    countersigned_by: str | None
    signed_document: str | None = Field(
        description=gettext_noop("Le document signé des deux parties et scellé ; voir /documents.")
    )
    fingerprint: str | None = Field(description=gettext_noop("SHA-256 du certificat qui a scellé."))

    @classmethod
    def of(cls, one: SignatureRequest) -> SignatureOut:
        signature = getattr(one, "signature", None)
        answer = one.answer
        return cls(
            id=one.pk,
            state=one.state,
            client=ClientRef(number=one.client.number, name=one.client.name),
            purpose=one.purpose,
            about=SignatureAbout(kind=one.about_kind, id=one.about_id, label=one.about_label),
            document=one.document.number,
            sha256=one.sha256,
            signer_name=one.signer_name,
            signer_email=one.signer_email,
            asked_at=one.asked_at,
            valid_until=one.valid_until,
            first_opened_at=one.first_opened_at,
            signed_at=one.signed_at,
            signed_by=signature.name if signature else None,
            means=signature.means if signature else None,
            scan=signature.scan.number if signature and signature.scan else None,
            closed_at=one.closed_at,
            reason=answer.reason if answer and not answer.is_given else one.reason,
            countersigned_at=one.countersigned_at,
            countersigned_by=answer.name if answer and answer.is_given else None,
            signed_document=one.signed_document.number if one.signed_document else None,
            fingerprint=answer.fingerprint or None if answer else None,
        )


class SignaturesAsked(Asked):
    """Which requests."""

    state: RequestState | None = None
    client: Key | None = None
    document: Word = ""
    to_countersign: bool = False


class SignatureGiven(Given):
    """A PDF to have signed: one of the client's documents, or a file that is filed."""

    client: Key
    purpose: Sentence = ""
    document: Word | None = Field(None, description=gettext_noop("Le numéro d’un document, ou un fichier."))
    file: FileGiven | None = None
    signer: Id | None = Field(None, description=gettext_noop("Une personne du client, par son numéro."))
    signer_name: Line = ""
    signer_email: Email = ""
    valid_until: Instant | None = None


class SignatureWithdrawal(Given):
    """Why."""

    reason: Reason = ""


class SignatureDeadline(Given):
    """Until when; null: no end."""

    valid_until: Instant | None


class SignatureScan(Given):
    """The paper that came back signed and stamped."""

    name: Line
    role: Line = ""
    signed_on: Day
    received_at: Instant | None = Field(
        None, description=gettext_noop("Vide : maintenant. L’échéance se compte à la réception.")
    )
    file: FileGiven


class CountersignatureGiven(Given):
    """In which quality the provider's person signs."""

    role: Line = ""


class CountersignatureRefused(Given):
    """Why the provider does not sign."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class SealingCertificateOut(Shape):
    """What the provider's papers are sealed with."""

    subject: str
    issuer: str
    fingerprint: str
    origin: str
    valid_from: At
    valid_until: At

    @classmethod
    def of(cls, one: SealingCertificate) -> SealingCertificateOut:
        return cls(
            subject=one.subject,
            issuer=one.issuer,
            fingerprint=one.fingerprint,
            origin=one.origin,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )


@reads(
    routes,
    "/signatures",
    "signatures.read",
    answers=Page[SignatureOut],
    summary=gettext_noop("Lister les demandes de signature"),
)
def list_signatures(request: ApiRequest, asked: Query[SignaturesAsked]) -> Page[SignatureOut]:
    found = queries.visible_to(request.actor).select_related("signature__scan")
    if asked.to_countersign:
        found = found.filter(state=RequestState.SIGNED, countersignature=None)
    exact = {"state": asked.state, "client__number": asked.client, "document__number": asked.document or None}
    found = found.filter(**{key: value for key, value in exact.items() if value is not None})
    return page(found, asked, lambda rows: [SignatureOut.of(row) for row in rows])


@reads(
    routes,
    "/signatures/{id}",
    "signatures.read",
    answers=SignatureOut,
    summary=gettext_noop("Lire une demande de signature"),
)
def read_signature(request: ApiRequest, id: Path[Id]) -> SignatureOut:
    return SignatureOut.of(_one(request, id))


@reads(
    routes,
    "/signatures/{id}/trail",
    "signatures.read",
    answers=Page[SignatureTrail],
    summary=gettext_noop("Lire la suite des faits d’une signature"),
)
def read_signature_trail(request: ApiRequest, id: Path[Id], asked: Query[Asked]) -> Page[SignatureTrail]:
    trail = _one(request, id).trail.order_by("pk")
    return page(trail, asked, lambda rows: [SignatureTrail.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/signatures",
    "signatures.ask",
    answers=SignatureOut,
    status=201,
    summary=gettext_noop("Demander une signature"),
    about=gettext_noop(
        "Le signataire reçoit un lien ; il signe avec un code envoyé à son adresse. "
        "Le prestataire contresigne ensuite."
    ),
)
def request_signature(request: ApiRequest, body: SignatureGiven) -> SignatureOut:
    client = reading.client_named(request.actor, body.client, "client")
    common: dict[str, Any] = {
        "by": request.actor,
        "at": clock.now(),
        "client": client,
        "signer": reading.contact_named([client], body.signer, "signer"),
        "signer_name": body.signer_name,
        "signer_email": body.signer_email,
        "valid_until": body.valid_until,
        "purpose": body.purpose,
        "site_url": request.build_absolute_uri("/"),
    }
    if body.file is not None and body.document is None:
        made = services.request_on_file(content=body.file.read(), file_name=body.file.name, **common)
    else:
        document = _document(request, body.document)
        about = About("document", document.pk, document.number)
        made = services.request_signature(document=document, about=about, **common)
    return SignatureOut.of(_one(request, made.pk))


def _document(request: ApiRequest, number: str | None) -> Document:
    """The document of that number. Raises InvalidInput naming `document`."""
    found = foundation.documents_visible_to(request.actor).filter(number=number or "").first()
    if found is None:
        raise InvalidInput(_("Donnez le numéro d’un document, ou un fichier."), field="document")
    return found


@writes(
    routes,
    "POST",
    "/signatures/{id}/link",
    "signatures.ask",
    answers=SignatureOut,
    summary=gettext_noop("Renvoyer le lien au signataire"),
)
def send_signature_link(request: ApiRequest, id: Path[Id]) -> SignatureOut:
    services.send_again(
        by=request.actor,
        at=clock.now(),
        request=_one(request, id),
        site_url=request.build_absolute_uri("/"),
    )
    return SignatureOut.of(_one(request, id))


@writes(
    routes,
    "POST",
    "/signatures/{id}/deadline",
    "signatures.ask",
    answers=SignatureOut,
    summary=gettext_noop("Fixer jusqu’à quand un document peut être signé"),
)
def set_signature_deadline(request: ApiRequest, id: Path[Id], body: SignatureDeadline) -> SignatureOut:
    services.set_deadline(
        by=request.actor, at=clock.now(), request=_one(request, id), valid_until=body.valid_until
    )
    return SignatureOut.of(_one(request, id))


@writes(
    routes,
    "POST",
    "/signatures/{id}/withdrawal",
    "signatures.ask",
    answers=SignatureOut,
    summary=gettext_noop("Retirer une demande de signature"),
)
def withdraw_signature(request: ApiRequest, id: Path[Id], body: SignatureWithdrawal) -> SignatureOut:
    services.withdraw(by=request.actor, at=clock.now(), request=_one(request, id), reason=body.reason)
    return SignatureOut.of(_one(request, id))


@writes(
    routes,
    "POST",
    "/signatures/{id}/scan",
    "signatures.record",
    answers=SignatureOut,
    summary=gettext_noop("Enregistrer un document signé sur papier"),
)
def record_signature_scan(request: ApiRequest, id: Path[Id], body: SignatureScan) -> SignatureOut:
    scan = Scan(
        name=body.name,
        role=body.role,
        signed_on=body.signed_on,
        file_name=body.file.name,
        content=body.file.read(),
    )
    services.record_scan(
        by=request.actor,
        at=clock.now(),
        request=_one(request, id),
        scan=scan,
        received_at=body.received_at,
    )
    return SignatureOut.of(_one(request, id))


@writes(
    routes,
    "POST",
    "/signatures/{id}/countersignature",
    "signatures.countersign",
    answers=SignatureOut,
    summary=gettext_noop("Contresigner et sceller"),
    about=gettext_noop("Le document signé est scellé et rangé ; plus rien n’y change."),
)
def countersign_signature(request: ApiRequest, id: Path[Id], body: CountersignatureGiven) -> SignatureOut:
    services.countersign(by=request.actor, at=clock.now(), request=_one(request, id), role=body.role)
    return SignatureOut.of(_one(request, id))


@writes(
    routes,
    "POST",
    "/signatures/{id}/countersignature-refusal",
    "signatures.countersign",
    answers=SignatureOut,
    summary=gettext_noop("Refuser de contresigner"),
)
def refuse_countersignature(request: ApiRequest, id: Path[Id], body: CountersignatureRefused) -> SignatureOut:
    services.refuse_countersignature(
        by=request.actor, at=clock.now(), request=_one(request, id), reason=body.reason
    )
    return SignatureOut.of(_one(request, id))


@reads(
    routes,
    "/sealing-certificate",
    "signatures.read",
    answers=SealingCertificateOut,
    summary=gettext_noop("Lire le certificat qui scelle"),
    about=gettext_noop("404 avant le premier sceau, et pour les comptes des clients."),
)
def read_sealing_certificate(request: ApiRequest) -> SealingCertificateOut:
    found = queries.certificate_of(request.actor.provider)
    if found is None:
        raise Http404
    return SealingCertificateOut.of(found)


def _one(request: ApiRequest, pk: int) -> SignatureRequest:
    """The request, as far as the token sees it. Raises SignatureRequest.DoesNotExist."""
    return queries.visible_to(request.actor).select_related("signature__scan").get(pk=pk)
