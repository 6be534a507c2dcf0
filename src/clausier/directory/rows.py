"""What several acts of the directory share: whose a row is, how fields are checked, how a change is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from clausier.directory.errors import NameTaken, OfAnother
from clausier.directory.models import Agency, Client, HolidayRegion, Site, Supplier
from clausier.directory.phones import e164
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.terms.outcome import plain

Row = TypeVar("Row", bound=models.Model)


def day_of(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def same_provider(by: Actor, *rows: Any) -> None:
    """Raise OfAnother when one of `rows` is another provider's: for this one it does not exist."""
    if any(row is not None and row.provider_id != by.provider.pk for row in rows):
        raise OfAnother(_("Cette fiche n’existe pas chez ce prestataire."))


def site_of(client: Client, site: Site | None) -> None:
    if site and site.client_id != client.pk:
        raise OfAnother(_("Ce site n’est pas à ce client."), field="site")


def required(text: str, field: str, says: str) -> str:
    if not text.strip():
        raise InvalidInput(says, field=field)
    return " ".join(text.split())


def name_in(fields: dict[str, Any], says: str) -> None:
    if "name" in fields:
        fields["name"] = required(fields["name"], "name", says)


def phones_in(fields: dict[str, Any], *names: str) -> None:
    for name in names:
        if name in fields:
            fields[name] = e164(fields[name], field=name)


def email_in(fields: dict[str, Any]) -> None:
    if not fields.get("email"):
        return
    fields["email"] = fields["email"].strip()
    try:
        validate_email(fields["email"])
    except ValidationError:
        raise InvalidInput(
            _("« %(email)s » n’est pas une adresse : il faut un @ et un domaine.")
            % {"email": fields["email"]},
            field="email",
        ) from None


def region_in(fields: dict[str, Any], *, may_be_blank: bool) -> None:
    region = fields.get("holiday_region")
    if region is None or region in HolidayRegion.values or (may_be_blank and region == ""):
        return
    raise InvalidInput(_("Choisissez une région de jours fériés de la liste."), field="holiday_region")


def save_named(row: Agency | Site | Supplier) -> None:
    """Save a row whose name means one thing where it stands. Raises NameTaken."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken(_("« %(name)s » existe déjà.") % {"name": row.name}, field="name") from None


def facts_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` for the journal: rows by their key, everything else as JSON."""
    return {
        key: value.pk if isinstance(value, models.Model) else plain(value) for key, value in values.items()
    }


def change(
    by: Actor, at: datetime, row: Row, fields: Mapping[str, Any], *, code: str, save: Any = None
) -> Row:
    """Set `fields` on the locked row; the journal keeps before and after, nothing when nothing differs."""
    same_provider(by, row)
    model = type(row)
    known = {f.name for f in model._meta.concrete_fields} - {"id", "provider", "client", "number"}
    unknown = fields.keys() - known
    if unknown:
        raise TypeError(f"{model.__name__} has no field to change named {', '.join(sorted(unknown))}")
    model._default_manager.select_for_update().get(pk=row.pk)
    row.refresh_from_db()
    changed = {key: value for key, value in fields.items() if getattr(row, key) != value}
    if not changed:
        return row
    before = facts_of({key: getattr(row, key) for key in changed})
    for key, value in changed.items():
        setattr(row, key, value)
    (save or save_row)(row)
    client_id = row.pk if isinstance(row, Client) else None
    changes = {key: [before[key], after] for key, after in facts_of(changed).items() if key != "sort_key"}
    journal.write(by=by, at=at, code=code, about=row, client_id=client_id, data={"changes": changes})
    return row


def save_row(row: Any) -> None:
    if isinstance(row, Agency | Site | Supplier):
        save_named(row)
    else:
        row.save()
