"""The destruction certificate: numbered, sealed, one for the whole file."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.foundation import documents, journal, numbering, sealing
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import papers, reversal_papers, reversal_queries
from clausier.lifecycle.errors import NotReturnedYet, NotWipedYet
from clausier.lifecycle.models import DestructionCertificate, Reversal
from clausier.lifecycle.services.reversal.files import clause_of, hold, move
from clausier.lifecycle.states import ReversalState
from clausier.signatures.services import certificates as seals


@act("reversal.write")
def issue_certificate(
    *, by: Actor, at: datetime, reversal: Reversal, language: str = "fr"
) -> DestructionCertificate:
    """Say, device by device, that the client's data were wiped: sealed, so that any change shows.

    Raises NotReturnedYet, NotWipedYet naming the devices that wait, CertificateUnusable, NotInThisState,
    UnknownMatter, InvalidInput naming `language`.
    """
    file = hold(reversal, by)
    if file.state == ReversalState.OPEN:
        raise NotReturnedYet(
            _("Un certificat suit la restitution : le client n’a pas encore signé le bordereau."),
            clause=clause_of(file),
        )
    if language not in papers.LANGUAGES:
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    move(file, ReversalState.CERTIFIED)
    listed = list(reversal_queries.devices(by).filter(reversal=file, dropped_because=""))
    if not listed:
        raise NotWipedYet(
            _("Aucun support n’est listé : un certificat dit lesquels ont été effacés."),
            clause=clause_of(file),
            way_out=_(
                "Listez les disques, sauvegardes et NAS qui portaient les données, et notez leur effacement."
            ),
            devices=[],
        )
    waiting = [str(one) for one in listed if not reversal_queries.is_wiped(one)]
    if waiting:
        raise NotWipedYet(
            _("Il reste à effacer : %(devices)s.") % {"devices": ", ".join(waiting)},
            clause=clause_of(file),
            way_out=_("Notez leur effacement, ou retirez-les de la liste avec la raison."),
            devices=waiting,
        )
    year = at.astimezone(PARIS).year
    number = f"CD-{year}-{numbering.next_number(by.provider, f'destruction-{year}'):04d}"
    paper = reversal_papers.destruction_certificate(
        file, listed, number=number, signed_by=by.name, language=language, at=at
    )
    seal = seals.current(by=by, at=at)
    reason = _("Certificat de destruction %(number)s. Document scellé : %(shown)s") % {
        "number": number,
        "shown": sealing.shown_words(paper),
    }
    document = documents.file_document(
        sealing.seal(paper, seals.pair_of(seal), at=at, reason=reason),
        by=by,
        at=at,
        kind="destruction-certificate",
        title=_("Certificat de destruction %(number)s, %(contract)s")
        % {"number": number, "contract": file.contract.number},
        name=f"{number}.pdf",
        client_id=file.client_id,
    )
    made = DestructionCertificate.objects.create(
        provider=by.provider,
        client_id=file.client_id,
        reversal=file,
        number=number,
        language=language,
        document=document,
        fingerprint=seal.fingerprint,
        issued_at=at,
        issued_by=by.name,
    )
    file.closed_at = at
    file.save()
    journal.write(
        by=by,
        at=at,
        code="lifecycle.destruction_certified",
        about=made,
        data={
            "reversal": file.number,
            "contract": file.contract.number,
            "document": document.number,
            "devices": [str(one) for one in listed],
            "fingerprint": seal.fingerprint,
        },
    )
    return made
