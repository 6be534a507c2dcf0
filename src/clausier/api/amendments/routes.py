"""Amendments: written, sent, agreed by both, applied."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.amendments.shapes import (
    AmendmentAgreementGiven,
    AmendmentGiven,
    AmendmentKey,
    AmendmentOut,
    AmendmentsAsked,
    AmendmentSendingGiven,
    AmendmentSignerGiven,
    AmendmentWithdrawalGiven,
    SignerGiven,
)
from clausier.api.contracts.routes import contract_of
from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Page, page
from clausier.api.shapes import Given, Key
from clausier.contracts import amending, services
from clausier.contracts.models import Amendment, Contract
from clausier.contracts.states import AmendmentState
from clausier.foundation import clock

routes = Router()


class NothingOfAmendment(Given):
    """Nothing needs to be said."""


@reads(
    routes,
    "/amendments",
    "contracts.read",
    answers=Page[AmendmentOut],
    summary=gettext_noop("Lister les avenants"),
)
def list_amendments(request: ApiRequest, asked: Query[AmendmentsAsked]) -> Page[AmendmentOut]:
    found = amending.amendments_visible_to(request.actor)
    if asked.client:
        found = found.filter(contract__client__number=asked.client)
    if asked.contract:
        found = found.filter(contract__number=asked.contract)
    if asked.state == AmendmentState.APPLIED:
        found = found.exclude(application=None)
    elif asked.state == AmendmentState.AGREED:
        found = found.filter(state=asked.state, application=None)
    elif asked.state:
        found = found.filter(state=asked.state)
    return page(found, asked, lambda rows: [AmendmentOut.of(row) for row in rows])


@reads(
    routes,
    "/amendments/{amendment}",
    "contracts.read",
    answers=AmendmentOut,
    summary=gettext_noop("Lire un avenant"),
)
def read_amendment(request: ApiRequest, amendment: Path[AmendmentKey]) -> AmendmentOut:
    return AmendmentOut.of(_amendment(request, amendment))


@writes(
    routes,
    "POST",
    "/contracts/{number}/amendments",
    "contracts.amend",
    answers=AmendmentOut,
    status=201,
    summary=gettext_noop("Écrire un avenant"),
)
def write_amendment(request: ApiRequest, number: Path[Key], body: AmendmentGiven) -> AmendmentOut:
    return _written(request, contract_of(request, number), body, None)


@writes(
    routes,
    "PUT",
    "/amendments/{amendment}",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Récrire le brouillon d’un avenant"),
)
def rewrite_amendment(
    request: ApiRequest, amendment: Path[AmendmentKey], body: AmendmentGiven
) -> AmendmentOut:
    one = _amendment(request, amendment)
    return _written(request, one.contract, body, one)


def _written(
    request: ApiRequest, contract: Contract, body: AmendmentGiven, draft: Amendment | None
) -> AmendmentOut:
    made = services.write_amendment(
        by=request.actor,
        at=clock.now(),
        contract=contract,
        subject=body.subject,
        reason=body.reason,
        lines=[line.written() for line in body.lines],
        announced_on=body.announced_on,
        effect=body.effect.value,
        effective_on=body.effective_on,
        amendment=draft,
    )
    return AmendmentOut.of(_amendment(request, made.number))


@writes(
    routes,
    "POST",
    "/amendments/{amendment}/sending",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Envoyer un avenant au client"),
)
def send_amendment(
    request: ApiRequest, amendment: Path[AmendmentKey], body: AmendmentSendingGiven
) -> AmendmentOut:
    return _asked(request, amendment, services.send_amendment, body)


@writes(
    routes,
    "POST",
    "/amendments/{amendment}/signature-request",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Faire signer par quelqu’un un avenant envoyé"),
)
def ask_to_sign_amendment(
    request: ApiRequest, amendment: Path[AmendmentKey], body: AmendmentSignerGiven
) -> AmendmentOut:
    return _asked(request, amendment, services.ask_to_sign_amendment, body)


def _asked(
    request: ApiRequest, number: str, service: Any, body: AmendmentSendingGiven | AmendmentSignerGiven
) -> AmendmentOut:
    contacts = _amendment(request, number).contract.client.contacts
    return _done(
        request,
        number,
        service,
        signer=contacts.get(pk=body.signer) if body.signer else None,
        valid_until=body.valid_until,
        site_url=request.build_absolute_uri("/"),
    )


@writes(
    routes,
    "POST",
    "/amendments/{amendment}/withdrawal",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Retirer un avenant"),
)
def withdraw_amendment(
    request: ApiRequest, amendment: Path[AmendmentKey], body: AmendmentWithdrawalGiven
) -> AmendmentOut:
    return _done(request, amendment, services.withdraw_amendment, reason=body.reason)


@writes(
    routes,
    "POST",
    "/amendments/{amendment}/agreement",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Enregistrer l’avenant signé par les deux parties"),
)
def record_amendment_agreement(
    request: ApiRequest, amendment: Path[AmendmentKey], body: AmendmentAgreementGiven
) -> AmendmentOut:
    one = _amendment(request, amendment)
    contact = one.contract.client.contacts.get(pk=body.client_contact) if body.client_contact else None
    return _done(
        request,
        amendment,
        services.record_agreement,
        client_agreed_on=body.client_agreed_on,
        client_signer=body.client_signer,
        client_contact=contact,
        provider_agreed_on=body.provider_agreed_on,
        provider_signer=body.provider_signer,
        content=body.document.read(),
        file_name=body.document.name,
        content_type=body.document.content_type,
    )


@writes(
    routes,
    "POST",
    "/amendments/{amendment}/countersignature",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Contresigner un avenant que le client a accepté"),
)
def countersign_amendment(
    request: ApiRequest, amendment: Path[AmendmentKey], body: SignerGiven
) -> AmendmentOut:
    return _done(request, amendment, services.countersign_amendment, name=body.name)


@writes(
    routes,
    "POST",
    "/amendments/{amendment}/application",
    "contracts.amend",
    answers=AmendmentOut,
    summary=gettext_noop("Appliquer un avenant signé"),
)
def apply_amendment(
    request: ApiRequest, amendment: Path[AmendmentKey], body: NothingOfAmendment
) -> AmendmentOut:
    return _done(request, amendment, services.apply_amendment)


def _done(request: ApiRequest, number: str, service: Any, **facts: Any) -> AmendmentOut:
    service(by=request.actor, at=clock.now(), amendment=_amendment(request, number), **facts)
    return AmendmentOut.of(_amendment(request, number))


def _amendment(request: ApiRequest, number: str) -> Amendment:
    return amending.amendments_visible_to(request.actor).get(number=number)
