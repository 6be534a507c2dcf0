"""Taking back what was entered by mistake, as long as nothing was built on it.

A client who leaves, a contact who goes are other acts: they keep the history. These leave the journal alone
to say that the row was there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from clausier.directory.errors import InUse, OfAnother
from clausier.directory.models import Client, Contact, Site, Supplier
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act


@act("directory.write")
def remove_client(*, by: Actor, at: datetime, client: Client) -> None:
    """Take back a client that nothing names. Raises InUse saying what does."""
    _remove(by, at, client, code="directory.client_removed", client_id=client.pk)


@act("directory.write")
def remove_site(*, by: Actor, at: datetime, site: Site) -> None:
    """Take back a place that nothing names. Raises InUse saying what does."""
    _remove(by, at, site, code="directory.site_removed", client_id=site.client_id)


@act("directory.write")
def remove_contact(*, by: Actor, at: datetime, contact: Contact) -> None:
    """Take back a person whom nothing names, with its terms as IT correspondent. Raises InUse."""
    contact.correspondent_terms.all().delete()
    _remove(by, at, contact, code="directory.contact_removed", client_id=contact.client_id)


@act("directory.write")
def remove_supplier(*, by: Actor, at: datetime, supplier: Supplier) -> None:
    """Take back a supplier that nothing names. Raises InUse saying what does."""
    _remove(by, at, supplier, code="directory.supplier_removed", client_id=None)


def _remove(
    by: Actor, at: datetime, row: Client | Site | Contact | Supplier, *, code: str, client_id: int | None
) -> None:
    if row.provider_id != by.provider.pk:
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))
    journal.write(by=by, at=at, code=code, about=row, client_id=client_id)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as kept:
        raise InUse(
            _("« %(name)s » est utilisé : %(by)s.") % {"name": row, "by": named(kept.protected_objects)}
        ) from None


def named(rows: set[Any]) -> str:
    """The first few rows that keep another, by their names."""
    found: list[Model] = sorted(rows, key=lambda row: (type(row).__name__, row.pk))
    words = [str(row) for row in found[:3]]
    return ", ".join(words) + (", …" if len(found) > 3 else "")
