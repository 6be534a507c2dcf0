"""Sites: the places of clients."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from clausier.directory import removal, services
from clausier.directory.models import HolidayRegion, Site
from clausier.directory.names import fold
from clausier.transfer.cells import digits, line_of_text, one_of, text, whole, yes_or_no
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
    """A place made, or met again by its name at its client's."""
    values = dict(given)
    client = work.known.client(values.pop("client"))
    again = work.known.sites(client).get(fold(values["name"]))
    if again is not None:
        return work.met_again(
            again,
            "name",
            lambda: changed(
                again,
                lambda **new: services.update_site(by=work.by, at=work.at, site=again, **new),
                {key: value for key, value in values.items() if key != "name"},
            ),
        )
    site = services.add_site(by=work.by, at=work.at, client=client, **values)
    work.known.sites(client)[fold(site.name)] = site
    return Made("created", site)


def take_back(line: ImportedLine, work: Bringing) -> None:
    removal.remove_site(by=work.by, at=work.at, site=Site.objects.get(pk=line.object_id))


def put_back(line: ImportedLine, work: Bringing) -> None:
    site = Site.objects.get(pk=line.object_id)
    still_as_written(site, line)
    services.update_site(by=work.by, at=work.at, site=site, **line.before)


CLIENT_FIELD = Field(
    "client",
    _("Client"),
    line_of_text(200),
    "1042",
    _("Le client, par son numéro, son SIREN ou son nom exact."),
    required=True,
    also=(
        "numéro client",
        "code client",
        "société",
        "raison sociale",
        "entreprise",
        "siren",
        "company",
        "entity",
        "entité",
        "customer",
    ),
)

SITES = LineKind(
    key=Kind.SITES,
    fields=(
        CLIENT_FIELD,
        Field(
            "name",
            _("Site"),
            line_of_text(120),
            _("Siège"),
            _("Le nom du lieu : Siège, Atelier, Dépôt…"),
            required=True,
            also=("nom", "nom du site", "lieu", "établissement", "name", "location"),
        ),
        Field(
            "address",
            _("Adresse"),
            line_of_text(200),
            "1 rue du Modèle",
            also=("rue", "adresse 1", "address", "voie"),
        ),
        Field(
            "postcode",
            _("Code postal"),
            digits(5),
            "99000",
            also=("cp", "postcode", "zip", "codepostal"),
        ),
        Field("city", _("Ville"), line_of_text(80), "Villefictive", also=("commune", "city", "town")),
        Field("zone", _("Zone"), whole, "1", _("Zone de déplacement, à partir de 1. Vide : 1.")),
        Field(
            "access_note",
            _("Accès"),
            text(20_000),
            "",
            _("Comment on entre : code, gardien, parking."),
            also=("note d’accès", "consignes", "accès au site", "note", "commentaire"),
        ),
        Field(
            "holiday_region",
            _("Jours fériés"),
            one_of(dict(HolidayRegion.choices)),
            "",
            _("« métropole » ou « Alsace-Moselle ». Vide : ceux de l’agence."),
            also=("région", "région de jours fériés"),
        ),
        Field(
            "good_friday",
            _("Vendredi saint"),
            yes_or_no,
            "",
            _("« oui » où il est férié (Alsace-Moselle)."),
        ),
    ),
    bring=bring,
    take_back=take_back,
    put_back=put_back,
)
