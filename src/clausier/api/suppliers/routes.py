"""Suppliers, the numbers that clients have there, and cases at them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import Id, Number, Ref
from clausier.api.suppliers.shapes import (
    CaseCall,
    CaseChanges,
    CaseEnd,
    CaseGiven,
    CaseOut,
    CasesAsked,
    LetterOffered,
    ReferenceGiven,
    ReferenceOut,
    SupplierChanges,
    SupplierGiven,
    SupplierOut,
    SuppliersAsked,
    SupplierTold,
    TicketJoined,
    ToldOut,
    Wait,
    WaitOut,
    Waits,
)
from clausier.api.tickets.shapes import EventOut, MessageGiven, Reason
from clausier.desk import cases, queries, services
from clausier.desk.models import SupplierCase
from clausier.desk.states import CaseState
from clausier.desk.timeline import Upload
from clausier.directory import queries as directory
from clausier.directory import suppliers
from clausier.directory.models import Supplier
from clausier.directory.names import fold
from clausier.foundation import clock

routes = Router()


@reads(
    routes,
    "/suppliers",
    "directory.read",
    answers=Page[SupplierOut],
    summary=gettext_noop("Lister les fournisseurs"),
)
def list_suppliers(request: ApiRequest, asked: Query[SuppliersAsked]) -> Page[SupplierOut]:
    found = directory.suppliers(request.actor)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.text:
        found = found.filter(sort_key__contains=fold(asked.text))
    return page(found, asked, lambda rows: [SupplierOut.of(row) for row in rows], newest_first=False)


@reads(
    routes,
    "/suppliers/{id}",
    "directory.read",
    answers=SupplierOut,
    summary=gettext_noop("Lire un fournisseur"),
)
def read_supplier(request: ApiRequest, id: Path[Id]) -> SupplierOut:
    return SupplierOut.of(_supplier(request, id))


@writes(
    routes,
    "POST",
    "/suppliers",
    "directory.write",
    answers=SupplierOut,
    status=201,
    summary=gettext_noop("Ajouter un fournisseur"),
)
def add_supplier(request: ApiRequest, body: SupplierGiven) -> SupplierOut:
    given = body.model_dump() | {"kind": body.kind.value}
    return SupplierOut.of(suppliers.add_supplier(by=request.actor, at=clock.now(), **given))


@writes(
    routes,
    "PATCH",
    "/suppliers/{id}",
    "directory.write",
    answers=SupplierOut,
    summary=gettext_noop("Modifier un fournisseur"),
)
def change_supplier(request: ApiRequest, id: Path[Id], body: SupplierChanges) -> SupplierOut:
    changed = suppliers.update_supplier(
        by=request.actor, at=clock.now(), supplier=_supplier(request, id), **body.given()
    )
    return SupplierOut.of(changed)


@reads(
    routes,
    "/suppliers/{id}/references",
    "directory.read",
    answers=Page[ReferenceOut],
    summary=gettext_noop("Lister les numéros des clients chez un fournisseur"),
)
def list_supplier_references(request: ApiRequest, id: Path[Id], asked: Query[Asked]) -> Page[ReferenceOut]:
    found = directory.supplier_references(request.actor).filter(supplier=_supplier(request, id))
    return page(found, asked, lambda rows: [ReferenceOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/suppliers/{id}/references",
    "directory.write",
    answers=ReferenceOut,
    status=201,
    summary=gettext_noop("Ajouter le numéro d’un client chez un fournisseur"),
)
def add_supplier_reference(request: ApiRequest, id: Path[Id], body: ReferenceGiven) -> ReferenceOut:
    made = suppliers.add_supplier_reference(
        by=request.actor,
        at=clock.now(),
        supplier=_supplier(request, id),
        client=directory.client_by_number(request.actor, body.client),
        kind=body.kind.value,
        reference=body.reference,
        what=body.what,
        ends_on=body.ends_on,
    )
    return ReferenceOut.of(made)


@writes(
    routes,
    "POST",
    "/supplier-references/{id}/removal",
    "directory.write",
    answers=ReferenceOut,
    summary=gettext_noop("Retirer le numéro d’un client chez un fournisseur"),
)
def remove_supplier_reference(request: ApiRequest, id: Path[Id]) -> ReferenceOut:
    found = directory.supplier_references(request.actor).get(pk=id)
    gone = ReferenceOut.of(found)
    suppliers.remove_supplier_reference(by=request.actor, at=clock.now(), reference=found)
    return gone


# Cases


@reads(
    routes,
    "/supplier-cases",
    "desk.suppliers",
    answers=Page[CaseOut],
    summary=gettext_noop("Lister les dossiers fournisseurs"),
    about=gettext_noop("Les plus récents d’abord. Un client n’en lit aucun."),
)
def list_supplier_cases(request: ApiRequest, asked: Query[CasesAsked]) -> Page[CaseOut]:
    found = cases.cases_visible_to(request.actor)
    if asked.to_do:
        found = cases.to_tend(request.actor, clock.today())
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.open is not None:
        ended = {"state": CaseState.ENDED}
        found = found.exclude(**ended) if asked.open else found.filter(**ended)
    if asked.supplier:
        found = found.filter(supplier=asked.supplier)
    if asked.ticket:
        found = found.filter(ticket__number=asked.ticket)
    return page(found, asked, lambda rows: [CaseOut.of(row) for row in rows])


@reads(
    routes,
    "/supplier-cases/{id}",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Lire un dossier fournisseur"),
)
def read_supplier_case(request: ApiRequest, id: Path[Id]) -> CaseOut:
    return _shown(request, id)


@reads(
    routes,
    "/supplier-cases/{id}/events",
    "desk.suppliers",
    answers=Page[EventOut],
    summary=gettext_noop("Lire le fil d’un dossier fournisseur"),
)
def list_case_events(request: ApiRequest, id: Path[Id], asked: Query[Asked]) -> Page[EventOut]:
    found = cases.thread(_case(request, id), request.actor)
    return page(
        found, asked, lambda rows: [EventOut.of(row, internal=True) for row in rows], newest_first=False
    )


@reads(
    routes,
    "/tickets/{number}/supplier-letter",
    "desk.suppliers",
    answers=LetterOffered,
    summary=gettext_noop("La lettre qui ouvrirait un dossier"),
    about=gettext_noop("Pour le fournisseur que le ticket laisse deviner, s’il y en a un."),
)
def offer_supplier_letter(request: ApiRequest, number: Path[Number]) -> LetterOffered:
    ticket = queries.tickets_visible_to(request.actor).get(number=number)
    supplier = cases.proposed_supplier(ticket)
    letter = cases.opening_letter(ticket, supplier)
    return LetterOffered(
        supplier=Ref(id=supplier.pk, name=supplier.name) if supplier else None,
        subject=letter.subject,
        text=letter.text,
    )


@writes(
    routes,
    "POST",
    "/tickets/{number}/supplier-cases",
    "desk.suppliers",
    answers=CaseOut,
    status=201,
    summary=gettext_noop("Ouvrir un dossier fournisseur"),
    about=gettext_noop(
        "Par « mail », la lettre part aussitôt ; un dossier seulement proposé devient celui-ci."
    ),
)
def open_supplier_case(request: ApiRequest, number: Path[Number], body: CaseGiven) -> CaseOut:
    case = services.open_supplier_case(
        by=request.actor,
        at=clock.now(),
        ticket=queries.tickets_visible_to(request.actor).get(number=number),
        supplier=_supplier(request, body.supplier),
        text=body.text,
        subject=body.subject,
        channel=body.channel.value,
        reference=body.reference,
        files=_files(body),
    )
    return CaseOut.of(case)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/letters",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Écrire au fournisseur"),
    about=gettext_noop("Sans réponse à la lettre d’avant, c’est une relance."),
)
def write_to_supplier(request: ApiRequest, id: Path[Id], body: MessageGiven) -> CaseOut:
    services.write_to_supplier(**_by(request), case=_case(request, id), text=body.text, files=_files(body))
    return _shown(request, id)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/notes",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Noter sur un dossier fournisseur"),
)
def note_on_case(request: ApiRequest, id: Path[Id], body: MessageGiven) -> CaseOut:
    services.note_on_case(**_by(request), case=_case(request, id), text=body.text, files=_files(body))
    return _shown(request, id)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/calls",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Noter un appel avec le fournisseur"),
)
def log_supplier_call(request: ApiRequest, id: Path[Id], body: CaseCall) -> CaseOut:
    services.log_supplier_call(**_by(request), case=_case(request, id), **body.model_dump())
    return _shown(request, id)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/wait",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Attendre un fournisseur jusqu’à un jour"),
)
def wait_for_supplier(request: ApiRequest, id: Path[Id], body: Wait) -> CaseOut:
    services.keep_waiting(**_by(request), case=_case(request, id), **body.model_dump())
    return _shown(request, id)


@writes(
    routes,
    "PATCH",
    "/supplier-cases/{id}",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Compléter un dossier fournisseur"),
    about=gettext_noop("Les numéros du fournisseur, et ce que l’on sait d’un remplacement."),
)
def change_supplier_case(request: ApiRequest, id: Path[Id], body: CaseChanges) -> CaseOut:
    services.change_case(**_by(request), case=_case(request, id), **body.given())
    return _shown(request, id)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/tickets",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Joindre un ticket à un dossier fournisseur"),
)
def join_ticket_to_case(request: ApiRequest, id: Path[Id], body: TicketJoined) -> CaseOut:
    other = queries.tickets_visible_to(request.actor).get(number=body.ticket)
    services.join_ticket(**_by(request), case=_case(request, id), ticket=other)
    return _shown(request, id)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/end",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Terminer un dossier fournisseur"),
    about=gettext_noop("Chaque ticket qui l’attend le dit, avec la suite proposée."),
)
def end_supplier_case(request: ApiRequest, id: Path[Id], body: CaseEnd) -> CaseOut:
    services.end_case(**_by(request), case=_case(request, id), outcome=body.outcome.value, text=body.text)
    return _shown(request, id)


@writes(
    routes,
    "POST",
    "/supplier-cases/{id}/reopening",
    "desk.suppliers",
    answers=CaseOut,
    summary=gettext_noop("Rouvrir un dossier fournisseur"),
)
def reopen_supplier_case(request: ApiRequest, id: Path[Id], body: Reason) -> CaseOut:
    services.reopen_case(**_by(request), case=_case(request, id), reason=body.reason)
    return _shown(request, id)


@reads(
    routes,
    "/tickets/{number}/supplier-waits",
    "desk.read",
    answers=Waits,
    summary=gettext_noop("Ce qu’un ticket attend d’un fournisseur"),
    about=gettext_noop("Pour un jeton de client, seulement si le prestataire le montre au portail."),
)
def list_supplier_waits(request: ApiRequest, number: Path[Number]) -> Waits:
    ticket = queries.tickets_visible_to(request.actor).get(number=number)
    hidden = request.actor.is_client_side and not request.actor.provider.tells_of_suppliers
    found = () if hidden else cases.waits_of(ticket)
    return Waits(items=[WaitOut.of(one) for one in found])


@writes(
    routes,
    "PUT",
    "/supplier-waits/portal",
    "installation.write",
    answers=ToldOut,
    summary=gettext_noop("Choisir si le portail dit depuis quand on attend"),
)
def tell_of_suppliers(request: ApiRequest, body: SupplierTold) -> ToldOut:
    held = services.tell_of_suppliers(**_by(request), shown=body.shown)
    return ToldOut(shown=held.tells_of_suppliers)


def _by(request: ApiRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": clock.now()}


def _supplier(request: ApiRequest, id: int) -> Supplier:
    return directory.suppliers(request.actor).get(pk=id)


def _case(request: ApiRequest, id: int) -> SupplierCase:
    return cases.cases_visible_to(request.actor).get(pk=id)


def _shown(request: ApiRequest, id: int) -> CaseOut:
    return CaseOut.of(_case(request, id))


def _files(body: CaseGiven | MessageGiven) -> list[Upload]:
    return [Upload(one.name, one.content_type, one.read()) for one in body.files]
