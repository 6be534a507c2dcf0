"""The letter that asks a client to read and accept an edition of the terms."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from clausier.contracts.models import AcceptanceRequest
from clausier.directory import queries as directory
from clausier.foundation import books
from clausier.foundation.permissions import Role
from clausier.post import outbox
from clausier.signatures import queries as signatures


def ask_acceptance(row: AcceptanceRequest, *, at: datetime) -> int:
    """Write to everyone who may accept for the client in the portal; how many letters leave."""
    mailbox = outbox.mailbox_for(row.provider)
    path = reverse("portal-acceptance", args=[row.provider.slug, row.pk])
    link = signatures.address_of(row.provider, path)
    if mailbox is None or not link:
        return 0
    readers = directory.accesses(row.client).filter(role=Role.IT_CORRESPONDENT, agreed=True)
    title = books.read(row.book).title
    for access in readers:
        language = access.person.language
        outbox.letter(
            "terms-to-accept",
            {
                "objet": title.to(language),
                "message": row.note,
                "personne": access.person.full_name,
                "client": row.client.name,
                "lien": link,
            },
            mailbox=mailbox,
            client=row.client,
            to=[access.person.email],
            language=language,
            at=at,
        )
    return len(readers)
