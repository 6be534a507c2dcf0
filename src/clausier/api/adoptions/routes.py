"""What applies to a contract on a day, what it covers, who accepted which edition, and adopting another."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_noop
from ninja import Path, Query, Router

from clausier.api.adoptions.shapes import (
    AcceptanceRequestGiven,
    AcceptanceRequestOut,
    AdoptionGiven,
    AdoptionOut,
    AppliedTermOut,
    AppliedTermsOut,
    CoveredItemGiven,
    CoveredItemOut,
    ItemEndGiven,
    PerimeterOut,
    PreviewAsked,
    PreviewOut,
    RequestsAsked,
    StandingOut,
    StandingsOut,
    TermsAsked,
)
from clausier.api.contracts.routes import contract_of
from clausier.api.contracts.shapes import OnDay
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import ClientRef, Given, Id, Key
from clausier.contracts import adopting, queries, services
from clausier.contracts.applied import applied_terms
from clausier.contracts.models import CoveredItem, EditionAdoption
from clausier.contracts.perimeter import perimeter_of
from clausier.directory import queries as directory
from clausier.foundation import clock
from clausier.foundation.models import InstalledBook

routes = Router()


class NothingOfAdoption(Given):
    """Nothing needs to be said."""


@reads(
    routes,
    "/contracts/{number}/terms",
    "contracts.read",
    answers=AppliedTermsOut,
    summary=gettext_noop("Lire tout ce qui s’applique à un contrat un jour donné, et pourquoi"),
)
def read_applied_terms(request: ApiRequest, number: Path[Key], asked: Query[TermsAsked]) -> AppliedTermsOut:
    found = applied_terms(contract_of(request, number), asked.on or clock.today())
    kept = [one for one in found.terms if not asked.only_changed or one.is_changed or one.coming]
    return AppliedTermsOut(
        contract=found.contract.number,
        on=found.on,
        book=found.edition.name,
        digest=found.edition.digest,
        items=[AppliedTermOut.of(found, one) for one in kept],
    )


@reads(
    routes,
    "/contracts/{number}/perimeter",
    "contracts.read",
    answers=PerimeterOut,
    summary=gettext_noop("Lire ce qu’un contrat couvre un jour donné"),
)
def read_perimeter(request: ApiRequest, number: Path[Key], asked: Query[OnDay]) -> PerimeterOut:
    return PerimeterOut.of(perimeter_of(contract_of(request, number), asked.on or clock.today()))


@writes(
    routes,
    "POST",
    "/contracts/{number}/covered-items",
    "contracts.write",
    answers=CoveredItemOut,
    status=201,
    summary=gettext_noop("Couvrir une machine virtuelle ou un utilisateur nommé"),
)
def cover_item(request: ApiRequest, number: Path[Key], body: CoveredItemGiven) -> CoveredItemOut:
    contract = contract_of(request, number)
    item = services.cover_item(by=request.actor, at=clock.now(), contract=contract, **body.model_dump())
    return CoveredItemOut.of(item)


@writes(
    routes,
    "POST",
    "/covered-items/{id}/end",
    "contracts.write",
    answers=CoveredItemOut,
    summary=gettext_noop("Finir la couverture d’une machine ou d’une personne"),
)
def end_covered_item(request: ApiRequest, id: Path[Id], body: ItemEndGiven) -> CoveredItemOut:
    mine = queries.contracts_visible_to(request.actor)
    item = CoveredItem.objects.get(pk=id, contract__in=mine.order_by().values("pk"))
    done = services.end_item(by=request.actor, at=clock.now(), item=item, until_on=body.until_on)
    return CoveredItemOut.of(done)


# Editions


@reads(
    routes,
    "/contracts/{number}/adoptions",
    "contracts.read",
    answers=Page[AdoptionOut],
    summary=gettext_noop("Lister les éditions qu’un contrat a adoptées"),
)
def list_adoptions(request: ApiRequest, number: Path[Key], asked: Query[Asked]) -> Page[AdoptionOut]:
    found = EditionAdoption.objects.filter(contract=contract_of(request, number))
    found = found.select_related("contract", "former", "book").defer("former__content", "book__content")
    return page(found, asked, lambda rows: [AdoptionOut.of(row) for row in rows])


@reads(
    routes,
    "/contracts/{number}/adoption-preview",
    "contracts.read",
    answers=PreviewOut,
    summary=gettext_noop("Voir ce qu’une autre édition changerait pour un contrat"),
)
def preview_adoption(request: ApiRequest, number: Path[Key], asked: Query[PreviewAsked]) -> PreviewOut:
    contract = contract_of(request, number)
    later = _edition(request, asked.digest) if asked.digest else request.actor.provider.book
    on = asked.on or clock.today()
    return PreviewOut.of(adopting.preview(contract, later, on, get_language() or "fr"))


@writes(
    routes,
    "POST",
    "/contracts/{number}/adoptions",
    "contracts.adopt",
    answers=AdoptionOut,
    status=201,
    summary=gettext_noop("Faire passer un contrat à une autre édition"),
)
def adopt_edition(request: ApiRequest, number: Path[Key], body: AdoptionGiven) -> AdoptionOut:
    row = services.adopt_edition(
        by=request.actor,
        at=clock.now(),
        contract=contract_of(request, number),
        book=_edition(request, body.digest),
        effective_on=body.effective_on,
        tacit=body.tacit,
        void_seen=body.void_seen,
    )
    return AdoptionOut.of(row)


def _edition(request: ApiRequest, digest: str) -> InstalledBook:
    found = next((one for one in adopting.candidates(request.actor) if one.digest == digest), None)
    if found is None:
        raise InstalledBook.DoesNotExist
    return found


# Acceptances


@reads(
    routes,
    "/acceptance-standings",
    "contracts.read",
    answers=StandingsOut,
    summary=gettext_noop("Voir qui a accepté quelles conditions, et qui ne l’a pas fait"),
)
def read_acceptance_standings(request: ApiRequest) -> StandingsOut:
    return StandingsOut(items=[_standing(one) for one in adopting.standings(request.actor, clock.today())])


def _standing(one: adopting.Standing) -> StandingOut:
    contract, accepted = one.contract, one.acceptance
    return StandingOut(
        contract=contract.number,
        client=ClientRef(number=contract.client.number, name=contract.client.name),
        book=contract.book.name,
        digest=contract.book.digest,
        accepted_on=accepted.accepted_on if accepted else None,
        accepted_by=accepted.accepted_by_name if accepted else None,
        means=accepted.means if accepted else None,
        document=accepted.document.number if accepted and accepted.document else None,
        request=one.request.pk if one.request else None,
    )


@reads(
    routes,
    "/acceptance-requests",
    "contracts.read",
    answers=Page[AcceptanceRequestOut],
    summary=gettext_noop("Lister les demandes d’acceptation"),
)
def list_acceptance_requests(request: ApiRequest, asked: Query[RequestsAsked]) -> Page[AcceptanceRequestOut]:
    actor = request.actor
    found = adopting.open_requests(actor) if asked.open else adopting.requests_visible_to(actor)
    return page(found, asked, lambda rows: [AcceptanceRequestOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/clients/{number}/acceptance-requests",
    "contracts.accept",
    answers=AcceptanceRequestOut,
    status=201,
    summary=gettext_noop("Demander à un client d’accepter des conditions"),
)
def ask_acceptance(
    request: ApiRequest, number: Path[Key], body: AcceptanceRequestGiven
) -> AcceptanceRequestOut:
    row = services.ask_acceptance(
        by=request.actor,
        at=clock.now(),
        client=directory.client_by_number(request.actor, number),
        contract=contract_of(request, body.contract) if body.contract else None,
        book=_edition(request, body.digest) if body.digest else None,
        note=body.note,
    )
    return AcceptanceRequestOut.of(row)


@writes(
    routes,
    "POST",
    "/acceptance-requests/{id}/withdrawal",
    "contracts.accept",
    answers=AcceptanceRequestOut,
    summary=gettext_noop("Retirer une demande d’acceptation"),
)
def withdraw_acceptance_request(
    request: ApiRequest, id: Path[Id], body: NothingOfAdoption
) -> AcceptanceRequestOut:
    row = adopting.requests_visible_to(request.actor).get(pk=id)
    services.withdraw_acceptance_request(by=request.actor, at=clock.now(), request=row)
    return AcceptanceRequestOut.of(adopting.requests_visible_to(request.actor).get(pk=id))
