"""Reversibilities: the request and its estimates, the plan, what is returned, its records."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.contracts.routes import contract_of
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.endings.shapes import paper_of
from clausier.api.paging import Page, page
from clausier.api.reversal.shapes import (
    CertificateGiven,
    DeliveryGiven,
    DeliveryRecordOut,
    DestructionCertificateOut,
    EstimateOut,
    ItemReturned,
    LicencePaid,
    NewEstimateGiven,
    OwnStepDone,
    ReservationGiven,
    ReservationLifted,
    ReservationOut,
    ReversalGiven,
    ReversalItemGiven,
    ReversalItemOut,
    ReversalLine,
    ReversalOut,
    ReversalReason,
    ReversalsAsked,
    ReversalStepGiven,
    ReversalStepOut,
    StepDone,
    WipedDeviceGiven,
    WipedDeviceOut,
    WipingGiven,
    WipingOut,
    facts_of,
)
from clausier.api.shapes import Id, Key
from clausier.directory.models import Contact
from clausier.foundation import clock
from clausier.foundation import queries as foundation
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import Letter, Reversal
from clausier.lifecycle.services import reversal as acts
from clausier.lifecycle.services.reversal import DeviceFacts, ItemFacts, StepFacts, WipingFacts

routes = Router()


def _file(request: ApiRequest, number: str) -> Reversal:
    return reversal_queries.reversals(request.actor).get(number=number)


def _whole(request: ApiRequest, number: str) -> ReversalOut:
    """The file as it stands now."""
    found, actor = _file(request, number), request.actor
    return ReversalOut(
        **facts_of(found),
        estimates=[EstimateOut.of(one) for one in reversal_queries.estimates(found)],
        steps=[ReversalStepOut.of(one) for one in reversal_queries.steps(actor).filter(reversal=found)],
        items=[ReversalItemOut.of(one) for one in reversal_queries.items(actor).filter(reversal=found)],
        records=[DeliveryRecordOut.of(one) for one in reversal_queries.records(actor).filter(reversal=found)],
        devices=[WipedDeviceOut.of(one) for one in reversal_queries.devices(actor).filter(reversal=found)],
        certificates=[
            DestructionCertificateOut.of(one)
            for one in found.certificates.select_related("document").order_by("-pk")
        ],
    )


# Files


@reads(
    routes,
    "/reversals",
    "reversal.read",
    answers=Page[ReversalLine],
    summary=gettext_noop("Lister les réversibilités"),
)
def list_reversals(request: ApiRequest, asked: Query[ReversalsAsked]) -> Page[ReversalLine]:
    found = reversal_queries.reversals(request.actor)
    if asked.contract:
        found = found.filter(contract__number=asked.contract)
    if asked.state:
        found = found.filter(state=asked.state)
    return page(found, asked, lambda rows: [ReversalLine.of(one) for one in rows])


@reads(
    routes,
    "/reversals/{number}",
    "reversal.read",
    answers=ReversalOut,
    summary=gettext_noop("Lire une réversibilité"),
)
def read_reversal(request: ApiRequest, number: Path[Key]) -> ReversalOut:
    return _whole(request, number)


@writes(
    routes,
    "POST",
    "/contracts/{number}/reversals",
    "reversal.write",
    answers=ReversalOut,
    status=201,
    summary=gettext_noop("Ouvrir la réversibilité d’un contrat"),
    about=gettext_noop(
        "Quand tout le service prend fin, sur lettre recommandée : le délai court de sa présentation, et un "
        "plan est proposé."
    ),
)
def open_reversal(request: ApiRequest, number: Path[Key], body: ReversalGiven) -> ReversalOut:
    contract = contract_of(request, number)
    letter: Letter | None = None
    if body.letter:
        asked = reversal_queries.requests_of(request.actor, contract)
        letter = asked.filter(number=body.letter).first()
        if letter is None:
            raise InvalidInput(_("Aucune lettre présentée de ce client ne porte ce numéro."), field="letter")
    made = acts.open_reversal(
        by=request.actor,
        at=clock.now(),
        contract=contract,
        scope=body.scope,
        effort=body.effort(),
        letter=letter,
        journey=None if letter else body.journey(),
        scan=paper_of(body.scan),
        wished_on=body.wished_on,
    )
    return _whole(request, made.number)


@writes(
    routes,
    "POST",
    "/reversals/{number}/estimates",
    "reversal.write",
    answers=ReversalOut,
    status=201,
    summary=gettext_noop("Chiffrer de nouveau une réversibilité"),
    about=gettext_noop("Les chiffrages précédents et leurs décisions restent lisibles."),
)
def revise_reversal_estimate(request: ApiRequest, number: Path[Key], body: NewEstimateGiven) -> ReversalOut:
    acts.revise_estimate(
        by=request.actor,
        at=clock.now(),
        reversal=_file(request, number),
        effort=body.effort(),
        reason=body.reason,
    )
    return _whole(request, number)


@writes(
    routes,
    "POST",
    "/reversals/{number}/withdrawal",
    "reversal.write",
    answers=ReversalOut,
    summary=gettext_noop("Abandonner une réversibilité"),
)
def withdraw_reversal(request: ApiRequest, number: Path[Key], body: ReversalReason) -> ReversalOut:
    acts.withdraw_reversal(
        by=request.actor, at=clock.now(), reversal=_file(request, number), reason=body.reason
    )
    return _whole(request, number)


# The plan


@writes(
    routes,
    "POST",
    "/reversals/{number}/steps",
    "reversal.write",
    answers=ReversalStepOut,
    status=201,
    summary=gettext_noop("Ajouter une étape au plan d’une réversibilité"),
)
def add_reversal_step(request: ApiRequest, number: Path[Key], body: ReversalStepGiven) -> ReversalStepOut:
    file = _file(request, number)
    made = acts.write_step(by=request.actor, at=clock.now(), reversal=file, facts=_step(request, file, body))
    return _step_out(request, made.pk)


@writes(
    routes,
    "PUT",
    "/reversal-steps/{id}",
    "reversal.write",
    answers=ReversalStepOut,
    summary=gettext_noop("Modifier une étape d’une réversibilité"),
)
def change_reversal_step(request: ApiRequest, id: Path[Id], body: ReversalStepGiven) -> ReversalStepOut:
    held = reversal_queries.steps(request.actor).get(pk=id)
    facts = _step(request, held.reversal, body)
    acts.write_step(by=request.actor, at=clock.now(), reversal=held.reversal, facts=facts, step=held)
    return _step_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-steps/{id}/done",
    "reversal.work",
    answers=ReversalStepOut,
    summary=gettext_noop("Cocher une étape"),
)
def complete_reversal_step(request: ApiRequest, id: Path[Id], body: StepDone) -> ReversalStepOut:
    held = reversal_queries.steps(request.actor).get(pk=id)
    acts.complete_step(by=request.actor, at=clock.now(), step=held, done_on=body.done_on, note=body.note)
    return _step_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-steps/{id}/done-by-client",
    "reversal.answer",
    answers=ReversalStepOut,
    summary=gettext_noop("Cocher une étape du client"),
)
def complete_client_step(request: ApiRequest, id: Path[Id], body: OwnStepDone) -> ReversalStepOut:
    held = reversal_queries.steps(request.actor).get(pk=id)
    acts.complete_own_step(by=request.actor, at=clock.now(), step=held, note=body.note)
    return _step_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-steps/{id}/reopening",
    "reversal.work",
    answers=ReversalStepOut,
    summary=gettext_noop("Décocher une étape"),
)
def reopen_reversal_step(request: ApiRequest, id: Path[Id], body: ReversalReason) -> ReversalStepOut:
    held = reversal_queries.steps(request.actor).get(pk=id)
    acts.reopen_step(by=request.actor, at=clock.now(), step=held, reason=body.reason)
    return _step_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-steps/{id}/drop",
    "reversal.write",
    answers=ReversalStepOut,
    summary=gettext_noop("Laisser une étape de côté"),
)
def drop_reversal_step(request: ApiRequest, id: Path[Id], body: ReversalReason) -> ReversalStepOut:
    held = reversal_queries.steps(request.actor).get(pk=id)
    acts.drop_step(by=request.actor, at=clock.now(), step=held, reason=body.reason)
    return _step_out(request, id)


def _step(request: ApiRequest, file: Reversal, body: ReversalStepGiven) -> StepFacts:
    contact = None
    if body.contact is not None:
        contact = Contact.objects.filter(client_id=file.client_id, pk=body.contact).first()
        if contact is None:
            raise InvalidInput(_("Cette personne n’est pas chez ce client."), field="contact")
    person = _person(request, body.person, "person") if body.person is not None else None
    return StepFacts(body.title, body.party, body.due_on, person=person, contact=contact)


def _person(request: ApiRequest, pk: int, field: str) -> Person:
    """One of the team. Raises InvalidInput naming `field`."""
    member = foundation.staff(request.actor).filter(person=pk).select_related("person").first()
    if member is None:
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field=field)
    return member.person


def _step_out(request: ApiRequest, pk: int) -> ReversalStepOut:
    return ReversalStepOut.of(reversal_queries.steps(request.actor).get(pk=pk))


# What is returned


@writes(
    routes,
    "POST",
    "/reversals/{number}/items",
    "reversal.work",
    answers=ReversalItemOut,
    status=201,
    summary=gettext_noop("Ajouter à la liste de ce qui est à rendre"),
    about=gettext_noop("Jamais de mot de passe ni de clé : ils se remettent à part."),
)
def list_reversal_item(request: ApiRequest, number: Path[Key], body: ReversalItemGiven) -> ReversalItemOut:
    facts = ItemFacts(**body.model_dump())
    made = acts.list_item(by=request.actor, at=clock.now(), reversal=_file(request, number), facts=facts)
    return _item_out(request, made.pk)


@writes(
    routes,
    "PUT",
    "/reversal-items/{id}",
    "reversal.work",
    answers=ReversalItemOut,
    summary=gettext_noop("Modifier une ligne de ce qui est à rendre"),
)
def change_reversal_item(request: ApiRequest, id: Path[Id], body: ReversalItemGiven) -> ReversalItemOut:
    held = reversal_queries.items(request.actor).get(pk=id)
    facts = ItemFacts(**body.model_dump())
    acts.list_item(by=request.actor, at=clock.now(), reversal=held.reversal, facts=facts, item=held)
    return _item_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-items/{id}/payment",
    "reversal.settle",
    answers=ReversalItemOut,
    summary=gettext_noop("Noter qu’une licence est payée"),
)
def note_licence_paid(request: ApiRequest, id: Path[Id], body: LicencePaid) -> ReversalItemOut:
    held = reversal_queries.items(request.actor).get(pk=id)
    acts.note_paid(by=request.actor, at=clock.now(), item=held, **body.model_dump())
    return _item_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-items/{id}/return",
    "reversal.work",
    answers=ReversalItemOut,
    summary=gettext_noop("Noter que c’est rendu"),
    about=gettext_noop(
        "Une licence se transfère une fois ses factures payées. Tout compte une fois le bordereau signé."
    ),
)
def return_reversal_item(request: ApiRequest, id: Path[Id], body: ItemReturned) -> ReversalItemOut:
    held = reversal_queries.items(request.actor).get(pk=id)
    acts.return_item(by=request.actor, at=clock.now(), item=held, **body.model_dump())
    return _item_out(request, id)


@writes(
    routes,
    "POST",
    "/reversal-items/{id}/drop",
    "reversal.write",
    answers=ReversalItemOut,
    summary=gettext_noop("Retirer une ligne de ce qui est à rendre"),
)
def drop_reversal_item(request: ApiRequest, id: Path[Id], body: ReversalReason) -> ReversalItemOut:
    held = reversal_queries.items(request.actor).get(pk=id)
    acts.drop_item(by=request.actor, at=clock.now(), item=held, reason=body.reason)
    return _item_out(request, id)


def _item_out(request: ApiRequest, pk: int) -> ReversalItemOut:
    return ReversalItemOut.of(reversal_queries.items(request.actor).get(pk=pk))


# Delivery records


@reads(
    routes,
    "/delivery-records/{id}",
    "reversal.read",
    answers=DeliveryRecordOut,
    summary=gettext_noop("Lire un bordereau de restitution"),
)
def read_delivery_record(request: ApiRequest, id: Path[Id]) -> DeliveryRecordOut:
    return _record_out(request, id)


@writes(
    routes,
    "POST",
    "/reversals/{number}/delivery-records",
    "reversal.write",
    answers=DeliveryRecordOut,
    status=201,
    summary=gettext_noop("Émettre un bordereau de restitution"),
    about=gettext_noop("Il liste ce qui a été rendu depuis le précédent, et part à signer au client."),
)
def issue_delivery_record(request: ApiRequest, number: Path[Key], body: DeliveryGiven) -> DeliveryRecordOut:
    file = _file(request, number)
    signer = None
    if body.signer is not None:
        signer = Contact.objects.filter(client_id=file.client_id, pk=body.signer).first()
        if signer is None:
            raise InvalidInput(_("Cette personne n’est pas chez ce client."), field="signer")
    made = acts.issue_record(
        by=request.actor,
        at=clock.now(),
        reversal=file,
        signer=signer,
        site_url=request.build_absolute_uri("/"),
        **body.model_dump(exclude={"signer"}),
    )
    return _record_out(request, made.pk)


@writes(
    routes,
    "POST",
    "/delivery-records/{id}/withdrawal",
    "reversal.write",
    answers=DeliveryRecordOut,
    summary=gettext_noop("Retirer un bordereau de restitution"),
)
def withdraw_delivery_record(request: ApiRequest, id: Path[Id], body: ReversalReason) -> DeliveryRecordOut:
    held = reversal_queries.records(request.actor).get(pk=id)
    acts.withdraw_record(by=request.actor, at=clock.now(), record=held, reason=body.reason)
    return _record_out(request, id)


@writes(
    routes,
    "POST",
    "/delivery-records/{id}/reservations",
    "reversal.answer",
    answers=ReservationOut,
    status=201,
    summary=gettext_noop("Faire une réserve sur un bordereau"),
    about=gettext_noop(
        "Avant la signature, le bordereau est refait avec elle. Elle garde le dossier ouvert."
    ),
)
def make_reservation(request: ApiRequest, id: Path[Id], body: ReservationGiven) -> ReservationOut:
    held = reversal_queries.records(request.actor).get(pk=id)
    made = acts.make_reservation(by=request.actor, at=clock.now(), record=held, text=body.text)
    return ReservationOut.of(made)


@writes(
    routes,
    "POST",
    "/reservations/{id}/lifting",
    "reversal.answer",
    answers=ReservationOut,
    summary=gettext_noop("Lever une réserve"),
)
def lift_reservation(request: ApiRequest, id: Path[Id], body: ReservationLifted) -> ReservationOut:
    held = reversal_queries.reservations(request.actor).get(pk=id)
    lifted = acts.lift_reservation(
        by=request.actor,
        at=clock.now(),
        reservation=held,
        because=body.because,
        document=paper_of(body.document),
    )
    return ReservationOut.of(lifted)


def _record_out(request: ApiRequest, pk: int) -> DeliveryRecordOut:
    return DeliveryRecordOut.of(reversal_queries.records(request.actor).get(pk=pk))


# Wiping


@writes(
    routes,
    "POST",
    "/reversals/{number}/devices",
    "reversal.work",
    answers=WipedDeviceOut,
    status=201,
    summary=gettext_noop("Lister un support à effacer"),
)
def list_wiped_device(request: ApiRequest, number: Path[Key], body: WipedDeviceGiven) -> WipedDeviceOut:
    facts = DeviceFacts(**body.model_dump())
    made = acts.list_device(by=request.actor, at=clock.now(), reversal=_file(request, number), facts=facts)
    return _device_out(request, made.pk)


@writes(
    routes,
    "POST",
    "/wiped-devices/{id}/drop",
    "reversal.write",
    answers=WipedDeviceOut,
    summary=gettext_noop("Retirer un support à effacer"),
)
def drop_wiped_device(request: ApiRequest, id: Path[Id], body: ReversalReason) -> WipedDeviceOut:
    held = reversal_queries.devices(request.actor).get(pk=id)
    acts.drop_device(by=request.actor, at=clock.now(), device=held, reason=body.reason)
    return _device_out(request, id)


@writes(
    routes,
    "POST",
    "/wiped-devices/{id}/wipings",
    "reversal.work",
    answers=WipingOut,
    status=201,
    summary=gettext_noop("Noter l’effacement d’un support"),
    about=gettext_noop("Refusé avant que le client ait signé pour ce qui lui est rendu."),
)
def record_wiping(request: ApiRequest, id: Path[Id], body: WipingGiven) -> WipingOut:
    held = reversal_queries.devices(request.actor).get(pk=id)
    facts = WipingFacts(
        method=body.method,
        wiped_on=body.wiped_on,
        result=body.result,
        operator=_person(request, body.operator, "operator"),
        verifier=_person(request, body.verifier, "verifier") if body.verifier is not None else None,
        tool=body.tool,
        note=body.note,
    )
    return WipingOut.of(acts.record_wiping(by=request.actor, at=clock.now(), device=held, facts=facts))


@writes(
    routes,
    "POST",
    "/wipings/{id}/counter-entry",
    "reversal.write",
    answers=WipingOut,
    status=201,
    summary=gettext_noop("Contre-passer un effacement"),
    about=gettext_noop("L’entrée reste ; un certificat qui la citait est retiré."),
)
def cancel_wiping(request: ApiRequest, id: Path[Id], body: ReversalReason) -> WipingOut:
    held = reversal_queries.wipings(request.actor).get(pk=id)
    return WipingOut.of(acts.cancel_wiping(by=request.actor, at=clock.now(), wiping=held, reason=body.reason))


@writes(
    routes,
    "POST",
    "/reversals/{number}/certificate",
    "reversal.write",
    answers=DestructionCertificateOut,
    status=201,
    summary=gettext_noop("Émettre le certificat de destruction"),
    about=gettext_noop("Scellé ; refusé tant qu’un support listé n’est pas effacé."),
)
def issue_destruction_certificate(
    request: ApiRequest, number: Path[Key], body: CertificateGiven
) -> DestructionCertificateOut:
    made = acts.issue_certificate(
        by=request.actor, at=clock.now(), reversal=_file(request, number), language=body.language
    )
    return DestructionCertificateOut.of(made)


def _device_out(request: ApiRequest, pk: int) -> WipedDeviceOut:
    return WipedDeviceOut.of(reversal_queries.devices(request.actor).get(pk=pk))
