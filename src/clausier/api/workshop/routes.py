"""The workshop: machines in custody, machines lent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, ClientRef, Day, FileGiven, Given, Id, Key, Line, Number, Ref, Shape
from clausier.api.tickets import reading
from clausier.desk import queries, services
from clausier.desk.models import Custody, CustodyPhoto, MachineLoan
from clausier.desk.states import CustodyState
from clausier.desk.timeline import Upload
from clausier.foundation import clock
from clausier.pages.papers import as_received

routes = Router()

Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Serial = Annotated[str, StringConstraints(max_length=80)]
Accessories = Annotated[str, StringConstraints(max_length=300)]
Shelf = Annotated[str, StringConstraints(max_length=40)]


class CustodyOut(Shape):
    """A client's machine in the workshop; its code is read on its page alone."""

    number: int
    client: ClientRef
    ticket: int | None
    state: str
    label: str
    serial: str
    accessories: str
    condition: str
    place: str
    brought_by: str
    received_at: At
    received_by: Ref
    due_on: date
    ready_at: At | None
    acknowledged_at: At | None
    acknowledged_by: str
    returned_at: At | None
    handed_to: str
    receipt: str = Field(description=gettext_noop("Voir /documents."))
    return_receipt: str | None
    photos: list[int]

    @classmethod
    def of(cls, one: Custody) -> CustodyOut:
        return cls(
            number=one.number,
            client=ClientRef(number=one.client.number, name=one.client.name),
            ticket=one.ticket.number if one.ticket else None,
            state=one.state,
            label=one.label,
            serial=one.serial,
            accessories=one.accessories,
            condition=one.condition,
            place=one.place,
            brought_by=one.brought_by,
            received_at=one.received_at,
            received_by=Ref(id=one.received_by_id, name=one.received_by.full_name),
            due_on=one.due_on,
            ready_at=one.ready_at,
            acknowledged_at=one.acknowledged_at,
            acknowledged_by=one.acknowledged_by,
            returned_at=one.returned_at,
            handed_to=one.handed_to,
            receipt=one.receipt.number,
            return_receipt=one.return_receipt.number if one.return_receipt else None,
            photos=[photo.pk for photo in one.photos.all()],
        )


class CustodiesAsked(Asked):
    """Which machines."""

    state: CustodyState | None = None
    client: Key | None = None
    due_before: Day | None = None


class CustodyGiven(Given):
    """A machine that comes in, of a client or of a ticket's client."""

    label: Label
    brought_by: Label
    client: Key | None = Field(None, description=gettext_noop("Inutile avec un ticket."))
    ticket: Number | None = None
    serial: Serial = ""
    accessories: Accessories = ""
    condition: Annotated[str, StringConstraints(max_length=2000)] = ""
    place: Shelf = ""
    code: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description=gettext_noop("Ce qui ouvre la machine : gardé sous scellés.")
    )
    due_on: Day | None = None
    photos: list[FileGiven] = Field(default_factory=list, max_length=12)


class CustodyChanges(Given):
    """Another shelf, another day."""

    place: Shelf = ""
    due_on: Day


class PhotosGiven(Given):
    """Pictures of a machine."""

    photos: list[FileGiven] = Field(min_length=1, max_length=12)


class Readiness(Given):
    """Whether the machine may be fetched."""

    ready: bool = True


class Acknowledged(Given):
    """Who signed the receipt on paper; a client's own token confirms in its own name."""

    name: Line = ""


class Handed(Given):
    """To whom the machine is handed."""

    to: Label


class LoanOut(Shape):
    """A machine of the provider's that a client has."""

    id: int
    client: ClientRef
    custody: int | None
    label: str
    serial: str
    accessories: str
    lent_to: str
    lent_at: At
    due_on: date
    receipt: str
    back_at: At | None
    back_condition: str

    @classmethod
    def of(cls, one: MachineLoan) -> LoanOut:
        return cls(
            id=one.pk,
            client=ClientRef(number=one.client.number, name=one.client.name),
            custody=one.custody.number if one.custody else None,
            label=one.label,
            serial=one.serial,
            accessories=one.accessories,
            lent_to=one.lent_to,
            lent_at=one.lent_at,
            due_on=one.due_on,
            receipt=one.receipt.number,
            back_at=one.back_at,
            back_condition=one.back_condition,
        )


class LoansAsked(Asked):
    """Which loans; `out`: those that are not back."""

    client: Key | None = None
    out: bool = False


class LoanGiven(Given):
    """A machine to lend, to a client or while a machine of its is in the workshop."""

    label: Label
    lent_to: Label
    client: Key | None = Field(None, description=gettext_noop("Inutile avec une machine à l’atelier."))
    custody: Number | None = None
    serial: Serial = ""
    accessories: Accessories = ""
    due_on: Day | None = None


class Back(Given):
    """What was found of it."""

    condition: Accessories = ""


@reads(
    routes,
    "/custodies",
    "workshop.read",
    answers=Page[CustodyOut],
    summary=gettext_noop("Lister les machines de l’atelier"),
)
def list_custodies(request: ApiRequest, asked: Query[CustodiesAsked]) -> Page[CustodyOut]:
    exact = {"state": asked.state, "client__number": asked.client, "due_on__lt": asked.due_before}
    found = _all(request).filter(**{key: value for key, value in exact.items() if value is not None})
    return page(found, asked, lambda rows: [CustodyOut.of(row) for row in rows])


@reads(
    routes,
    "/custodies/{number}",
    "workshop.read",
    answers=CustodyOut,
    summary=gettext_noop("Lire une machine de l’atelier"),
)
def read_custody(request: ApiRequest, number: Path[Number]) -> CustodyOut:
    return CustodyOut.of(_custody(request, number))


@reads(
    routes,
    "/custodies/{number}/photos/{photo}",
    "workshop.read",
    answers=None,
    summary=gettext_noop("Lire une photo"),
)
def read_custody_photo(request: ApiRequest, number: Path[Number], photo: Path[Id]) -> HttpResponse:
    custody = _custody(request, number)
    return as_received(CustodyPhoto.objects.select_related("file").get(pk=photo, custody=custody).file)


@writes(
    routes,
    "POST",
    "/custodies",
    "workshop.receive",
    answers=CustodyOut,
    status=201,
    summary=gettext_noop("Recevoir une machine"),
)
def receive_machine(request: ApiRequest, body: CustodyGiven) -> CustodyOut:
    ticket = reading.ticket_of(request, body.ticket) if body.ticket else None
    client = ticket.client if ticket else reading.client_named(request.actor, body.client or "", "client")
    made = services.receive_machine(
        by=request.actor,
        at=clock.now(),
        client=client,
        ticket=ticket,
        photos=_uploads(body.photos),
        **body.model_dump(include={"label", "brought_by", "serial", "accessories", "condition", "place"}),
        code=body.code,
        due_on=body.due_on,
    )
    return CustodyOut.of(_custody(request, made.number))


@writes(
    routes,
    "PATCH",
    "/custodies/{number}",
    "workshop.receive",
    answers=CustodyOut,
    summary=gettext_noop("Changer l’étagère ou le jour"),
)
def change_custody(request: ApiRequest, number: Path[Number], body: CustodyChanges) -> CustodyOut:
    return _done(request, number, services.change_custody, place=body.place, due_on=body.due_on)


@writes(
    routes,
    "POST",
    "/custodies/{number}/photos",
    "workshop.receive",
    answers=CustodyOut,
    summary=gettext_noop("Ajouter des photos"),
)
def take_photos(request: ApiRequest, number: Path[Number], body: PhotosGiven) -> CustodyOut:
    return _done(request, number, services.take_photos, photos=_uploads(body.photos))


@writes(
    routes,
    "POST",
    "/custodies/{number}/readiness",
    "workshop.receive",
    answers=CustodyOut,
    summary=gettext_noop("Dire une machine prête"),
    about=gettext_noop("Le client est prévenu par courriel quand la machine est celle d’un ticket."),
)
def set_ready(request: ApiRequest, number: Path[Number], body: Readiness) -> CustodyOut:
    return _done(request, number, services.set_ready, is_ready=body.ready)


@writes(
    routes,
    "POST",
    "/custodies/{number}/acknowledgement",
    "workshop.acknowledge",
    answers=CustodyOut,
    summary=gettext_noop("Confirmer un bon de dépôt"),
)
def acknowledge_custody(request: ApiRequest, number: Path[Number], body: Acknowledged) -> CustodyOut:
    return _done(request, number, services.acknowledge_custody, name=body.name)


@writes(
    routes,
    "POST",
    "/custodies/{number}/return",
    "workshop.receive",
    answers=CustodyOut,
    summary=gettext_noop("Rendre une machine"),
)
def return_machine(request: ApiRequest, number: Path[Number], body: Handed) -> CustodyOut:
    return _done(request, number, services.return_machine, handed_to=body.to)


@reads(
    routes,
    "/machine-loans",
    "workshop.read",
    answers=Page[LoanOut],
    summary=gettext_noop("Lister les machines prêtées"),
)
def list_machine_loans(request: ApiRequest, asked: Query[LoansAsked]) -> Page[LoanOut]:
    found = queries.machine_loans(request.actor)
    if asked.client:
        found = found.filter(client__number=asked.client)
    if asked.out:
        found = found.filter(back_at=None)
    return page(found, asked, lambda rows: [LoanOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/machine-loans",
    "workshop.receive",
    answers=LoanOut,
    status=201,
    summary=gettext_noop("Prêter une machine"),
)
def lend_machine(request: ApiRequest, body: LoanGiven) -> LoanOut:
    custody = _custody(request, body.custody) if body.custody else None
    client = custody.client if custody else reading.client_named(request.actor, body.client or "", "client")
    made = services.lend_machine(
        by=request.actor,
        at=clock.now(),
        client=client,
        custody=custody,
        **body.model_dump(include={"label", "lent_to", "serial", "accessories", "due_on"}),
    )
    return LoanOut.of(queries.machine_loans(request.actor).get(pk=made.pk))


@writes(
    routes,
    "POST",
    "/machine-loans/{id}/return",
    "workshop.receive",
    answers=LoanOut,
    summary=gettext_noop("Noter le retour d’une machine prêtée"),
)
def return_loan(request: ApiRequest, id: Path[Id], body: Back) -> LoanOut:
    found = queries.machine_loans(request.actor).get(pk=id)
    services.return_loan(by=request.actor, at=clock.now(), loan=found, condition=body.condition)
    return LoanOut.of(queries.machine_loans(request.actor).get(pk=id))


def _all(request: ApiRequest) -> Any:
    return queries.custodies(request.actor).prefetch_related("photos")


def _custody(request: ApiRequest, number: int) -> Custody:
    """The machine of that number, as far as the token sees it. Raises Http404."""
    found: Custody | None = _all(request).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _done(request: ApiRequest, number: int, act: Any, **given: Any) -> CustodyOut:
    act(by=request.actor, at=clock.now(), custody=_custody(request, number), **given)
    return CustodyOut.of(_custody(request, number))


def _uploads(files: list[FileGiven]) -> list[Upload]:
    return [Upload(one.name, one.content_type, one.read()) for one in files]
