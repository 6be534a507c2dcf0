"""The paper with both signatures: what was shown, the page that says who signed, the seal over both."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from clausier.foundation import documents, files, sealing, wording
from clausier.foundation.clock import PARIS
from clausier.foundation.sealing import CertificateFacts, KeyPair
from clausier.signatures import drawing, sheets
from clausier.signatures.models import Means, Signature, SignatureRequest

TEMPLATE: Final = Path(__file__).parent / "letters" / "page.typ"
GROUP: Final = 16
"""Signs of a digest that stand together."""


def sealed(request: SignatureRequest, pair: KeyPair, *, name: str, role: str, at: datetime) -> bytes:
    """The paper as it was shown, its signature page and a scan behind it, sealed for `name` at `at`.

    Raises sealing.NotSealable, files.DamagedFile, FileNotFoundError.
    """
    assert request.document.file is not None
    shown = files.read(request.document.file)
    signature: Signature = request.signature
    language = "fr"  # the language of the papers
    with override(language):
        page = documents.typeset(
            TEMPLATE, _data(request, signature, sealing.facts_of(pair.chain), name, role, at, language), at=at
        )
        reason = _("Signé par %(client)s, contresigné par %(provider)s. Document présenté : %(shown)s") % {
            "client": signature.name,
            "provider": name,
            "shown": sealing.shown_words(shown),
        }
    added = [page]
    if signature.scan is not None and signature.scan.file is not None:
        scan = signature.scan.file
        added.append(sheets.as_paper(files.read(scan), scan.content_type))
    return sealing.seal(shown, pair, at=at, reason=reason, added=tuple(added))


def _data(
    request: SignatureRequest,
    signature: Signature,
    certificate: CertificateFacts,
    name: str,
    role: str,
    at: datetime,
    language: str,
) -> dict[str, Any]:
    provider = request.provider
    return {
        "title": _("Page de signature"),
        "language": language,
        "dated": wording.long_day(at.astimezone(PARIS).date(), language, year=True),
        "reference": request.document.number,
        "provider": {"name": provider.name, "identity": documents.identity(provider)},
        "purpose": request.purpose,
        "paper": [
            [_("Document"), f"{request.document.number} · {request.document.title}"],
            *([[_("Concerne"), request.about_label]] if request.about_kind != "document" else []),
            [_("Taille"), _("%(size)s octets") % {"size": wording.number(request.size, language)}],
            [_("Empreinte SHA-256"), _grouped(request.sha256)],
        ],
        "parties": [
            {
                "heading": _("Pour le client : %(name)s") % {"name": request.client.name},
                "name": signature.name,
                "facts": _client_facts(request, signature),
                "drawing": drawing.svg_of(signature.drawing) if signature.drawing else "",
                "consent": signature.consent,
            },
            {
                "heading": _("Pour le prestataire : %(name)s") % {"name": provider.name},
                "name": name,
                "facts": _known(
                    (_("Nom"), name),
                    (_("Qualité"), role),
                    (_("Contresigné le"), _exactly(at)),
                ),
                "drawing": "",
                "consent": "",
            },
        ],
        "seal_heading": _("Sceau"),
        "seal": [
            [_("Certificat"), certificate.subject],
            [_("Délivré par"), _("lui-même") if certificate.is_self_signed else certificate.issuer],
            [_("Empreinte SHA-256"), _grouped(certificate.fingerprint)],
        ],
        "notice": _(
            "Le fichier PDF est scellé : toute modification se voit. Il commence par le document présenté, à "
            "l’octet près. Pour le vérifier : clausier verify FICHIER, ou le panneau des signatures d’un "
            "lecteur de PDF. Comparez l’empreinte du certificat à celle que donne le prestataire."
        ),
    }


def _client_facts(request: SignatureRequest, signature: Signature) -> list[list[str]]:
    code = signature.code
    proof = (
        _("envoyé à %(to)s le %(sent)s, confirmé le %(confirmed)s")
        % {"to": code.sent_to, "sent": _exactly(code.sent_at), "confirmed": _exactly(code.confirmed_at)}
        if code and code.confirmed_at
        else ""
    )
    is_scan = signature.means == Means.SCAN
    return _known(
        (_("Nom"), signature.name),
        (_("Qualité"), signature.role),
        (_("Comment"), str(Means(signature.means).label)),
        (_("Ouvert le"), _exactly(request.first_opened_at) if request.first_opened_at else ""),
        (_("Reçu le") if is_scan else _("Signé le"), _exactly(signature.at)),
        (_("Daté du"), wording.day(signature.signed_on, "fr", year=True) if signature.signed_on else ""),
        (_("Code à usage unique"), proof),
        (_("Adresse IP"), signature.address),
        (_("Navigateur"), signature.agent),
        (_("Enregistré par"), signature.recorded_by if is_scan else ""),
    )


def _known(*pairs: tuple[str, str]) -> list[list[str]]:
    return [[label, said] for label, said in pairs if said]


def _exactly(at: datetime) -> str:
    """An instant to the second, with its offset: what a paper that counts says."""
    at = at.replace(microsecond=0)
    local = at.astimezone(PARIS)
    return f"{local:%d/%m/%Y %H:%M:%S} (UTC{local.isoformat()[-6:]})"


def _grouped(digest: str) -> str:
    return " ".join(digest[place : place + GROUP] for place in range(0, len(digest), GROUP))
