"""Acts on suppliers: manufacturers, publishers, carriers, and the numbers that clients have there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clausier.directory.errors import NameTaken
from clausier.directory.models import (
    Client,
    ReferenceKind,
    Supplier,
    SupplierKind,
    SupplierReference,
)
from clausier.directory.names import fold
from clausier.directory.rows import (
    change,
    email_in,
    facts_of,
    name_in,
    phones_in,
    required,
    same_provider,
    save_named,
)
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput

MOST_DAYS: Final = 60
"""Working days that a supplier is given for an answer."""


@act("directory.write")
def add_supplier(
    *,
    by: Actor,
    at: datetime,
    name: str,
    kind: str,
    domains: Iterable[str] = (),
    email: str = "",
    phone: str = "",
    portal_url: str = "",
    customer_number: str = "",
    hours: str = "",
    answers_within_days: int = 2,
    language: str = "fr",
    note: str = "",
) -> Supplier:
    """A manufacturer, publisher or carrier that one writes to for clients.

    `answers_within_days` are working days. Raises InvalidInput naming the field, NameTaken.
    """
    given = {
        "name": name,
        "kind": kind,
        "domains": domains,
        "email": email,
        "phone": phone,
        "portal_url": portal_url,
        "customer_number": customer_number,
        "hours": hours,
        "answers_within_days": answers_within_days,
        "language": language,
        "note": note,
    }
    supplier = Supplier(provider=by.provider, **_supplier_fields(given))
    save_named(supplier)
    facts = facts_of({key: getattr(supplier, key) for key in given})
    journal.write(by=by, at=at, code="directory.supplier_added", about=supplier, data=facts)
    return supplier


@act("directory.write")
def update_supplier(*, by: Actor, at: datetime, supplier: Supplier, **changes: Any) -> Supplier:
    """Change a supplier; `ended_on` says that one writes to it no more.

    Raises InvalidInput naming the field, NameTaken.
    """
    return change(by, at, supplier, _supplier_fields(changes), code="directory.supplier_changed")


@act("directory.write")
def add_supplier_reference(
    *,
    by: Actor,
    at: datetime,
    client: Client,
    supplier: Supplier,
    kind: str,
    reference: str,
    what: str = "",
    ends_on: date | None = None,
) -> SupplierReference:
    """Under which number a supplier knows a client. Raises InvalidInput naming the field, NameTaken."""
    same_provider(by, client, supplier)
    if kind not in ReferenceKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    row = SupplierReference(
        provider=by.provider,
        client=client,
        supplier=supplier,
        kind=kind,
        reference=required(reference, "reference", _("Indiquez le numéro."))[:80],
        what=what.strip()[:200],
        ends_on=ends_on,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken(_("« %(name)s » existe déjà.") % {"name": row.reference}, field="reference") from None
    facts = {"supplier": supplier.name, "kind": kind, "reference": row.reference}
    journal.write(by=by, at=at, code="directory.supplier_reference_added", about=row, data=facts)
    return row


@act("directory.write")
def remove_supplier_reference(*, by: Actor, at: datetime, reference: SupplierReference) -> None:
    """Take a client's number at a supplier's away: it is no longer good, or was mistyped."""
    same_provider(by, reference)
    journal.write(
        by=by,
        at=at,
        code="directory.supplier_reference_removed",
        about=reference,
        data={"supplier": str(reference.supplier), "reference": reference.reference},
    )
    reference.delete()


def _supplier_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(given)
    name_in(fields, _("Indiquez le nom du fournisseur."))
    if "name" in fields:
        fields["sort_key"] = fold(fields["name"])[:120]
    if "kind" in fields and fields["kind"] not in SupplierKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    if "language" in fields and fields["language"] not in ("fr", "en"):
        raise InvalidInput(_("Faites un choix dans la liste."), field="language")
    if "domains" in fields:
        fields["domains"] = _domains(fields["domains"])
    phones_in(fields, "phone")
    email_in(fields)
    if fields.get("portal_url") and not re.fullmatch(r"https?://[^\s<>\"]+", fields["portal_url"].strip()):
        raise InvalidInput(_("Une adresse commence par https://."), field="portal_url")
    if "answers_within_days" in fields and not 1 <= int(fields["answers_within_days"]) <= MOST_DAYS:
        raise InvalidInput(_("De 1 à 60 jours ouvrés."), field="answers_within_days")
    for key in ("portal_url", "customer_number", "hours", "note"):
        if key in fields:
            fields[key] = fields[key].strip()
    return fields


def _domains(given: Iterable[str]) -> list[str]:
    """Domains in lower case, each once; what follows the @ of an address will do."""
    found = dict.fromkeys(one.strip().lower().rpartition("@")[2].rstrip(".") for one in given)
    for one in found:
        if one and not re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", one):
            raise InvalidInput(
                _("« %(domain)s » n’est pas un domaine : exemple.com, par exemple.") % {"domain": one[:80]},
                field="domains",
            )
    return [one for one in found if one]
