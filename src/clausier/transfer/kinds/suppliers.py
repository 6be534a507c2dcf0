"""Suppliers: manufacturers, publishers, carriers, and how their support is reached."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from clausier.directory import removal, suppliers
from clausier.directory.models import Supplier, SupplierKind
from clausier.directory.names import fold
from clausier.transfer.cells import line_of_text, one_of, phone, text, whole, written
from clausier.transfer.kinds.shape import (
    Bringing,
    Field,
    LineKind,
    Made,
    Values,
    changed,
    still_as_written,
)
from clausier.transfer.models import ImportedLine, Kind


def bring(given: Values, work: Bringing) -> Made:
    """A supplier made, or met again by its name."""
    values = dict(given)
    again = work.known.suppliers().get(fold(values["name"]))
    if again is not None:
        return work.met_again(
            again,
            "name",
            lambda: changed(
                again,
                lambda **new: suppliers.update_supplier(by=work.by, at=work.at, supplier=again, **new),
                {key: value for key, value in values.items() if key != "name"},
            ),
        )
    supplier = suppliers.add_supplier(by=work.by, at=work.at, **values)
    work.known.suppliers()[fold(supplier.name)] = supplier
    return Made("created", supplier)


def take_back(line: ImportedLine, work: Bringing) -> None:
    removal.remove_supplier(by=work.by, at=work.at, supplier=Supplier.objects.get(pk=line.object_id))


def put_back(line: ImportedLine, work: Bringing) -> None:
    supplier = Supplier.objects.get(pk=line.object_id)
    still_as_written(supplier, line)
    suppliers.update_supplier(by=work.by, at=work.at, supplier=supplier, **line.before)


def domains(value: Any) -> list[str]:
    """Domains parted by commas, semicolons or blanks."""
    return [one for one in re.split(r"[\s,;]+", written(value)) if one]


SUPPLIERS = LineKind(
    key=Kind.SUPPLIERS,
    fields=(
        Field(
            "name",
            _("Fournisseur"),
            line_of_text(120),
            "Télécom Modèle",
            _("Son nom, sous lequel on le retrouve."),
            required=True,
            also=("nom", "name", "vendor", "supplier", "société", "raison sociale"),
        ),
        Field(
            "kind",
            _("Ce qu’il est"),
            one_of(
                dict(SupplierKind.choices),
                {
                    "fabricant": "manufacturer",
                    "logiciel": "publisher",
                    "fai": "carrier",
                    "revendeur": "distributor",
                },
            ),
            _("opérateur"),
            _("« constructeur », « éditeur », « opérateur » ou « grossiste »."),
            required=True,
            also=("type", "catégorie", "genre", "kind"),
        ),
        Field(
            "email",
            _("Adresse du support"),
            line_of_text(254),
            "support@telecom-modele.example.com",
            also=("email", "courriel", "mail", "e-mail", "adresse électronique"),
        ),
        Field(
            "domains",
            _("Domaines"),
            domains,
            "telecom-modele.example.com",
            _("Ceux d’où il écrit, séparés par des virgules."),
            also=("domaine", "domain", "domains"),
        ),
        Field(
            "phone",
            _("Téléphone du support"),
            phone,
            "",
            also=("téléphone", "tel", "phone", "hotline"),
        ),
        Field(
            "portal_url",
            _("Portail du support"),
            line_of_text(300),
            "",
            also=("portail", "url", "site web", "portal", "website"),
        ),
        Field(
            "customer_number",
            _("Notre numéro de client"),
            line_of_text(80),
            "TM-1042",
            also=("numéro de client", "compte", "code client", "account", "customer number"),
        ),
        Field("hours", _("Horaires"), line_of_text(200), "", also=("horaires du support", "hours")),
        Field(
            "answers_within_days",
            _("Relancer après"),
            whole,
            "",
            _("Jours ouvrés sans réponse. Vide : 2."),
            also=("délai", "délai de réponse", "relance"),
        ),
        Field("note", _("À savoir"), text(20_000), "", also=("note", "commentaire", "remarque", "comment")),
    ),
    bring=bring,
    take_back=take_back,
    put_back=put_back,
)
