"""Disputes: their steps, their confidential file, the evidence that may be shown in court."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.contracts.routes import contract_of
from clausier.api.disputes.shapes import (
    DisputeAnnounced,
    DisputeFileOut,
    DisputeNoteGiven,
    DisputeNoteOut,
    DisputeOpened,
    DisputeOut,
    DisputeOutcomeGiven,
    DisputePaperGiven,
    DisputePaperOut,
    DisputePersonGiven,
    DisputeReaderGiven,
    DisputeReceived,
    DisputesAsked,
    EvidenceBundleOut,
    EvidenceCounts,
    EvidenceScope,
    ExpertGiven,
    ExtensionGiven,
    ReferralGiven,
    plain_of,
)
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.endings.shapes import JourneyNoted, paper_of
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Key
from clausier.api.tickets.routes import as_download
from clausier.foundation import clock, files
from clausier.foundation import queries as foundation
from clausier.foundation.errors import InvalidInput
from clausier.lifecycle import dispute_queries, services
from clausier.lifecycle.models import Dispute
from clausier.lifecycle.services import Journey
from clausier.transfer.evidence import services as evidence
from clausier.transfer.evidence.matter import Scope

routes = Router()


def _dispute(request: ApiRequest, number: str) -> Dispute:
    """Raises Dispute.DoesNotExist."""
    return dispute_queries.disputes(request.actor).get(number=number)


def _told(request: ApiRequest, dispute: Dispute) -> DisputeOut:
    return DisputeOut.of(_dispute(request, dispute.number))


@reads(
    routes,
    "/disputes",
    "disputes.read",
    answers=Page[DisputeOut],
    summary=gettext_noop("Lister les litiges"),
    about=gettext_noop("Ceux dont le dossier est ouvert à qui le jeton représente."),
)
def list_disputes(request: ApiRequest, asked: Query[DisputesAsked]) -> Page[DisputeOut]:
    found = dispute_queries.disputes(request.actor)
    if asked.contract:
        found = found.filter(contract__number=asked.contract)
    if asked.state:
        found = found.filter(state=asked.state)
    return page(found, asked, lambda rows: [DisputeOut.of(one) for one in rows])


@reads(
    routes,
    "/disputes/{number}",
    "disputes.read",
    answers=DisputeFileOut,
    summary=gettext_noop("Lire le dossier d’un litige"),
    about=gettext_noop("Le journal retient qu’il a été lu."),
)
def read_dispute(request: ApiRequest, number: Path[Key]) -> DisputeFileOut:
    by = request.actor
    held = services.read_file(by=by, at=clock.now(), dispute=_dispute(request, number))
    return DisputeFileOut(
        **plain_of(held),
        complaint=held.complaint,
        expert_is_named=held.expert_is_named,
        reader=held.reader.full_name if held.reader else None,
        papers=[DisputePaperOut.of(one) for one in dispute_queries.papers(by, held)],
        notes=[DisputeNoteOut.of(one) for one in dispute_queries.notes(by, held)],
    )


# Opening


@writes(
    routes,
    "POST",
    "/disputes",
    "disputes.write",
    answers=DisputeOut,
    status=201,
    summary=gettext_noop("Ouvrir un litige"),
    about=gettext_noop("La réclamation est émise ; les délais courent de sa présentation."),
)
def open_dispute(request: ApiRequest, body: DisputeOpened) -> DisputeOut:
    dispute = services.open_dispute(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        matter=body.matter,
        complaint=body.complaint,
        language=body.language,
    )
    return _told(request, dispute)


@writes(
    routes,
    "POST",
    "/received-disputes",
    "disputes.write",
    answers=DisputeOut,
    status=201,
    summary=gettext_noop("Enregistrer la réclamation d’un client"),
)
def record_dispute(request: ApiRequest, body: DisputeReceived) -> DisputeOut:
    dispute = services.record_dispute(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        matter=body.matter,
        complaint=body.complaint,
        journey=body.journey(),
        scan=paper_of(body.scan),
    )
    return _told(request, dispute)


@writes(
    routes,
    "POST",
    "/announced-disputes",
    "disputes.complain",
    answers=DisputeOut,
    status=201,
    summary=gettext_noop("Annoncer une réclamation, pour un client"),
    about=gettext_noop("Les délais courent du jour où sa lettre recommandée est présentée."),
)
def announce_dispute(request: ApiRequest, body: DisputeAnnounced) -> DisputeOut:
    dispute = services.announce_dispute(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, body.contract),
        matter=body.matter,
        complaint=body.complaint,
        journey=Journey(means=body.means, tracking=body.tracking, posted_on=body.posted_on),
        letter=paper_of(body.letter),
    )
    return _told(request, dispute)


# Steps


@writes(
    routes,
    "PUT",
    "/disputes/{number}/journey",
    "disputes.record",
    answers=DisputeOut,
    summary=gettext_noop("Noter la route d’une réclamation"),
    about=gettext_noop("La première présentation fait courir le délai de réflexion."),
)
def record_complaint_journey(request: ApiRequest, number: Path[Key], body: JourneyNoted) -> DisputeOut:
    return _told(
        request,
        services.record_complaint_journey(
            by=request.actor,
            at=clock.now(),
            dispute=_dispute(request, number),
            journey=body.journey(),
            proof=paper_of(body.proof),
            reason=body.reason,
        ),
    )


@writes(
    routes,
    "PUT",
    "/disputes/{number}/expert",
    "disputes.write",
    answers=DisputeOut,
    summary=gettext_noop("Noter l’expert amiable"),
)
def name_expert(request: ApiRequest, number: Path[Key], body: ExpertGiven) -> DisputeOut:
    given = body.model_dump(exclude={"document", "proposed_by"})
    return _told(
        request,
        services.name_expert(
            by=request.actor,
            at=clock.now(),
            dispute=_dispute(request, number),
            document=paper_of(body.document),
            proposed_by=body.proposed_by or "",
            **given,
        ),
    )


@writes(
    routes,
    "POST",
    "/disputes/{number}/referral",
    "disputes.write",
    answers=DisputeOut,
    summary=gettext_noop("Noter la saisine de l’expert"),
    about=gettext_noop("La conciliation court de ce jour, pour le temps que donne la clause."),
)
def refer_dispute(request: ApiRequest, number: Path[Key], body: ReferralGiven) -> DisputeOut:
    return _told(
        request,
        services.refer_dispute(
            by=request.actor,
            at=clock.now(),
            dispute=_dispute(request, number),
            referred_on=body.referred_on,
            document=paper_of(body.document),
        ),
    )


@writes(
    routes,
    "POST",
    "/disputes/{number}/extension",
    "disputes.write",
    answers=DisputeOut,
    summary=gettext_noop("Proroger la conciliation"),
    about=gettext_noop("Une fois, et pas plus longtemps que la clause ne le permet."),
)
def extend_conciliation(request: ApiRequest, number: Path[Key], body: ExtensionGiven) -> DisputeOut:
    return _told(
        request,
        services.extend_conciliation(
            by=request.actor,
            at=clock.now(),
            dispute=_dispute(request, number),
            extended_to=body.extended_to,
            agreed_on=body.agreed_on,
            document=paper_of(body.document),
        ),
    )


@writes(
    routes,
    "POST",
    "/disputes/{number}/outcome",
    "disputes.write",
    answers=DisputeOut,
    summary=gettext_noop("Noter l’issue d’un litige"),
)
def end_dispute(request: ApiRequest, number: Path[Key], body: DisputeOutcomeGiven) -> DisputeOut:
    return _told(
        request,
        services.end_dispute(
            by=request.actor,
            at=clock.now(),
            dispute=_dispute(request, number),
            outcome=body.outcome,
            ended_on=body.ended_on,
            document=paper_of(body.document),
        ),
    )


# The file


@writes(
    routes,
    "POST",
    "/disputes/{number}/papers",
    "disputes.record",
    answers=DisputePaperOut,
    status=201,
    summary=gettext_noop("Verser un document au dossier d’un litige"),
    about=gettext_noop("Son classement est définitif."),
)
def add_dispute_paper(request: ApiRequest, number: Path[Key], body: DisputePaperGiven) -> DisputePaperOut:
    paper = services.add_paper(
        by=request.actor,
        at=clock.now(),
        dispute=_dispute(request, number),
        document=paper_of(body.document),
        **body.model_dump(exclude={"document"}),
    )
    return DisputePaperOut.of(paper)


@reads(
    routes,
    "/disputes/{number}/papers/{id}/content",
    "disputes.read",
    answers=None,
    summary=gettext_noop("Lire un document du dossier d’un litige"),
    about=gettext_noop("Le journal retient qu’il a été lu."),
)
def read_dispute_paper(request: ApiRequest, number: Path[Key], id: Path[Id]) -> HttpResponse:
    opened = services.read_paper(
        by=request.actor, at=clock.now(), dispute=_dispute(request, number), paper=id
    )
    return as_download(files.read(opened.file), opened.file.name)


@writes(
    routes,
    "POST",
    "/disputes/{number}/notes",
    "disputes.record",
    answers=DisputeNoteOut,
    status=201,
    summary=gettext_noop("Verser une note au dossier d’un litige"),
)
def add_dispute_note(request: ApiRequest, number: Path[Key], body: DisputeNoteGiven) -> DisputeNoteOut:
    note = services.add_note(
        by=request.actor, at=clock.now(), dispute=_dispute(request, number), text=body.text
    )
    return DisputeNoteOut.of(note)


@writes(
    routes,
    "POST",
    "/disputes/{number}/people",
    "disputes.record",
    answers=DisputeNoteOut,
    status=201,
    summary=gettext_noop("Noter un intervenant dans le dossier d’un litige"),
)
def add_dispute_person(request: ApiRequest, number: Path[Key], body: DisputePersonGiven) -> DisputeNoteOut:
    note = services.add_person(
        by=request.actor, at=clock.now(), dispute=_dispute(request, number), **body.model_dump()
    )
    return DisputeNoteOut.of(note)


@writes(
    routes,
    "PUT",
    "/disputes/{number}/reader",
    "disputes.write",
    answers=DisputeOut,
    summary=gettext_noop("Confier le dossier d’un litige"),
)
def give_dispute_file(request: ApiRequest, number: Path[Key], body: DisputeReaderGiven) -> DisputeOut:
    reader = None
    if body.person is not None:
        place = foundation.staff(request.actor).filter(person_id=body.person).first()
        if place is None:
            raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="person")
        reader = place.person
    held = services.give_file(
        by=request.actor, at=clock.now(), dispute=_dispute(request, number), reader=reader
    )
    return _told(request, held)


# The evidence


def _scope(dispute: Dispute, given: EvidenceScope) -> Scope:
    return evidence.scope_of(dispute, at=clock.now(), **given.model_dump())


@writes(
    routes,
    "POST",
    "/disputes/{number}/evidence-preview",
    "disputes.write",
    answers=EvidenceCounts,
    summary=gettext_noop("Compter ce que contiendrait une archive de preuves"),
)
def preview_evidence(request: ApiRequest, number: Path[Key], body: EvidenceScope) -> EvidenceCounts:
    dispute = _dispute(request, number)
    counts = evidence.preview(by=request.actor, dispute=dispute, scope=_scope(dispute, body))
    return EvidenceCounts(**counts)


@writes(
    routes,
    "POST",
    "/disputes/{number}/evidence-bundles",
    "disputes.write",
    answers=EvidenceBundleOut,
    status=201,
    summary=gettext_noop("Demander une archive de preuves"),
    about=gettext_noop(
        "Sans le rapport de l’expert ni ce que la procédure a révélé. Elle se prépare en arrière-plan."
    ),
)
def ask_evidence(request: ApiRequest, number: Path[Key], body: EvidenceScope) -> EvidenceBundleOut:
    dispute = _dispute(request, number)
    bundle = evidence.ask_bundle(
        by=request.actor, at=clock.now(), dispute=dispute, scope=_scope(dispute, body)
    )
    return EvidenceBundleOut.of(bundle)


@reads(
    routes,
    "/evidence-bundles",
    "disputes.write",
    answers=Page[EvidenceBundleOut],
    summary=gettext_noop("Lister les archives de preuves"),
)
def list_evidence(request: ApiRequest, asked: Query[Asked]) -> Page[EvidenceBundleOut]:
    found = evidence.bundles(request.actor)
    return page(found, asked, lambda rows: [EvidenceBundleOut.of(one) for one in rows])


@reads(
    routes,
    "/evidence-bundles/{id}",
    "disputes.write",
    answers=EvidenceBundleOut,
    summary=gettext_noop("Lire où en est une archive de preuves"),
)
def read_evidence(request: ApiRequest, id: Path[Id]) -> EvidenceBundleOut:
    return EvidenceBundleOut.of(evidence.bundles(request.actor).get(pk=id))


@reads(
    routes,
    "/evidence-bundles/{id}/content",
    "disputes.write",
    answers=None,
    summary=gettext_noop("Enregistrer une archive de preuves"),
    about=gettext_noop("Les octets du zip. Le journal retient que l’archive a été prise."),
)
def fetch_evidence(request: ApiRequest, id: Path[Id]) -> HttpResponse:
    found = evidence.bundles(request.actor).get(pk=id)
    opened = evidence.fetch_bundle(by=request.actor, at=clock.now(), bundle=found)
    answer: Any = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type="application/zip"
    )
    return answer  # type: ignore[no-any-return]
