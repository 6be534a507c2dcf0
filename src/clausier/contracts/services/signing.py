"""What an amendment asks of signatures: its paper sent to be signed, signed by both, taken back."""

from __future__ import annotations

from datetime import datetime

from clausier.contracts.amending import AMENDMENT
from clausier.contracts.models import Amendment
from clausier.directory.models import Contact
from clausier.foundation.actors import Actor
from clausier.foundation.models import Document
from clausier.signatures import services as signatures
from clausier.signatures.models import About, SignatureRequest
from clausier.signatures.states import WAITING, RequestState


def requests_about(amendment: Amendment) -> list[SignatureRequest]:
    """The requests to sign that amendment, the last first."""
    found = SignatureRequest.objects.filter(
        provider=amendment.provider_id, about_kind=AMENDMENT, about_id=amendment.pk
    )
    return list(found.select_related("document", "countersignature__document").order_by("-pk"))


def waiting_request(amendment: Amendment) -> SignatureRequest | None:
    """The request that the client has not answered."""
    return next((one for one in requests_about(amendment) if one.state in WAITING), None)


def ask(
    amendment: Amendment,
    signer: Contact,
    *,
    by: Actor,
    at: datetime,
    valid_until: datetime | None,
    site_url: str,
) -> SignatureRequest:
    """Within an act: ask `signer` to sign the amendment's paper. Raises as `request_signature` does."""
    assert amendment.paper is not None
    asked: SignatureRequest = signatures.request_signature(
        by=by,
        at=at,
        document=amendment.paper,
        about=About(AMENDMENT, amendment.pk, amendment.number),
        client=amendment.contract.client,
        signer=signer,
        valid_until=valid_until,
        purpose=f"{amendment.paper.title}, {amendment.subject}",
        site_url=site_url,
    )
    return asked


def withdraw(amendment: Amendment, *, by: Actor, at: datetime, reason: str) -> None:
    """Within an act: nobody signs that amendment by our links any more, neither the client nor we."""
    for request in requests_about(amendment):
        if request.state in WAITING:
            signatures.withdraw(by=by, at=at, request=request, reason=reason)
        elif request.state == RequestState.SIGNED and request.answer is None:
            signatures.refuse_countersignature(by=by, at=at, request=request, reason=reason)


def countersign(amendment: Amendment, *, by: Actor, at: datetime) -> Document | None:
    """Within an act: the paper that both signed, sealed; None where the client signed no request of ours."""
    signed = (one for one in requests_about(amendment) if one.state == RequestState.SIGNED)
    request = next(signed, None)
    if request is None:
        return None
    if request.answer is None:
        request = signatures.countersign(by=by, at=at, request=request)
    return request.signed_document


def is_about_amendments(data: dict[str, object]) -> bool:
    """Whether an act on a signature is about an amendment."""
    about = data.get("about")
    return isinstance(about, dict) and about.get("kind") == AMENDMENT
