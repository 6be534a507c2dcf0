"""What a delivery record asks of signatures: its paper set and sent to be signed, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from clausier.foundation import documents
from clausier.foundation.actors import Actor, program
from clausier.foundation.models import Document
from clausier.lifecycle import reversal_papers
from clausier.lifecycle.models import DeliveryRecord, ReversalItem
from clausier.lifecycle.states import RecordState
from clausier.signatures import services as signatures
from clausier.signatures.models import About, SignatureRequest
from clausier.signatures.states import WAITING

ABOUT: Final = "delivery-record"


def requests_about(record: DeliveryRecord) -> list[SignatureRequest]:
    """The requests to sign that record, the last first."""
    found = SignatureRequest.objects.filter(provider=record.provider_id, about_kind=ABOUT, about_id=record.pk)
    return list(found.select_related("document", "countersignature__document").order_by("-pk"))


def paper_of(record: DeliveryRecord, items: list[ReversalItem], *, by: Actor, at: datetime) -> Document:
    """Within an act: the record as it stands now, set and filed."""
    return documents.file_document(
        reversal_papers.delivery_record(record, items, at=at),
        by=by,
        at=at,
        kind="delivery-record",
        title=_("Bordereau de restitution %(number)s, %(contract)s")
        % {"number": record.number, "contract": record.reversal.contract.number},
        name=f"{record.number}.pdf",
        client_id=record.client_id,
    )


def ask(record: DeliveryRecord, *, by: Actor, at: datetime, site_url: str) -> SignatureRequest:
    """Within an act: ask the record's signer to sign its paper. Raises as `request_signature` does."""
    asked: SignatureRequest = signatures.request_signature(
        by=by,
        at=at,
        document=record.document,
        about=About(ABOUT, record.pk, record.number),
        client=record.reversal.client,
        signer=record.signer,
        signer_name=record.signer_name,
        signer_email=record.signer_email,
        purpose=record.document.title,
        site_url=site_url,
    )
    return asked


def withdraw(record: DeliveryRecord, *, at: datetime, reason: str) -> None:
    """Within an act: nobody is asked to sign that paper any more."""
    for request in requests_about(record):
        if request.state in WAITING:
            signatures.withdraw(by=program(record.provider), at=at, request=request, reason=reason)


def release(record: DeliveryRecord, *, because: str) -> None:
    """Within an act: the record counts for nothing; what it listed is to be recorded again."""
    record.state, record.declined_because = RecordState.WITHDRAWN, because[:500]
    record.save()
    record.items.update(record=None)


def is_about_reversals(data: dict[str, object]) -> bool:
    """Whether an act on a signature is about a delivery record."""
    about = data.get("about")
    return isinstance(about, dict) and about.get("kind") == ABOUT
