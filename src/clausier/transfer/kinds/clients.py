"""Clients: companies and their numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from clausier.directory import removal, services
from clausier.directory.models import Agency, Client
from clausier.transfer.cells import day, digits, line_of_text, phone, text
from clausier.transfer.kinds.shape import (
    Bringing,
    Field,
    LineKind,
    Made,
    Values,
    changed,
    still_as_written,
)
from clausier.transfer.known import asked
from clausier.transfer.models import ImportedLine, Kind


def bring(given: Values, work: Bringing) -> Made:
    """A client made, or met again by its number, its SIREN or its address."""
    values = dict(given)
    number = asked(values, "number")
    siren = asked(values, "siren") or asked(values, "siret")[:9]
    again = work.known.same_client(number, siren, asked(values, "email"))
    if again is not None:
        at_fault = "number" if number else "siren" if siren else "email"
        return work.met_again(again, at_fault, lambda: _update(again, values, work))
    values["agency"] = work.known.agency(asked(values, "agency"))
    if "country" in values:
        values["country"] = values["country"].upper()
    client = services.create_client(by=work.by, at=work.at, **values)
    work.known.add_client(client)
    return Made("created", client)


def _update(client: Client, values: Values, work: Bringing) -> Made:
    kept = {key: value for key, value in values.items() if key not in ("number", "client_since_on")}
    if "agency" in kept:
        kept["agency"] = work.known.agency(kept["agency"])
    return changed(
        client, lambda **new: services.update_client(by=work.by, at=work.at, client=client, **new), kept
    )


def take_back(line: ImportedLine, work: Bringing) -> None:
    client = Client.objects.get(pk=line.object_id)
    removal.remove_client(by=work.by, at=work.at, client=client)


def put_back(line: ImportedLine, work: Bringing) -> None:
    client = Client.objects.get(pk=line.object_id)
    still_as_written(client, line)
    before = dict(line.before)
    if "agency" in before:
        before["agency"] = Agency.objects.get(pk=before["agency"])
    services.update_client(by=work.by, at=work.at, client=client, **before)


CLIENTS = LineKind(
    key=Kind.CLIENTS,
    fields=(
        Field(
            "number",
            _("Numéro"),
            line_of_text(20),
            "1042",
            _("Le numéro du client chez vous. Vide : le suivant de la série."),
            also=("numéro client", "code client", "code", "ref", "référence", "id", "client number"),
        ),
        Field(
            "name",
            _("Nom"),
            line_of_text(200),
            "Menuiserie Exemple",
            _("La raison sociale."),
            required=True,
            also=(
                "raison sociale",
                "société",
                "client",
                "nom client",
                "entreprise",
                "dénomination",
                "company",
                "entity",
                "entité",
            ),
        ),
        Field(
            "siren",
            _("SIREN"),
            digits(9),
            "900000019",
            _("Neuf chiffres. Exigé quand vos conditions sont réservées aux professionnels."),
        ),
        Field("siret", _("SIRET"), digits(14), "", _("Quatorze chiffres. Suffit sans le SIREN.")),
        Field(
            "vat_number",
            _("TVA"),
            line_of_text(20),
            "",
            _("Numéro de TVA intracommunautaire."),
            also=("n° tva", "numéro de tva", "tva intracommunautaire", "vat", "vat number"),
        ),
        Field(
            "registration_number",
            _("Immatriculation"),
            line_of_text(40),
            "",
            _("Pour un client hors de France : son numéro au registre."),
            also=("registre", "registration number"),
        ),
        Field(
            "country",
            _("Pays"),
            line_of_text(2),
            "FR",
            _("Deux lettres. Vide : FR."),
            also=("code pays", "country"),
        ),
        Field(
            "agency",
            _("Agence"),
            line_of_text(120),
            "",
            _("L’une de vos agences, par son nom. Vide : la seule que vous avez."),
            also=("agency",),
        ),
        Field(
            "phone",
            _("Téléphone"),
            phone,
            "03 53 01 48 20",
            _("Le standard."),
            also=("tél", "tel", "phone", "standard", "telephone number"),
        ),
        Field(
            "email",
            _("Courriel"),
            line_of_text(254),
            "contact@menuiserie.example.org",
            also=("email", "e-mail", "mail", "adresse mail", "adresse e-mail"),
        ),
        Field(
            "former_name",
            _("Ancien nom"),
            line_of_text(200),
            "",
            _("Pour retrouver le client sous son nom d’avant."),
            also=("former name",),
        ),
        Field(
            "client_since_on",
            _("Client depuis"),
            day,
            "14/03/2019",
            _("Vide : le jour de l’import."),
            also=("date de création", "depuis", "since", "client depuis le"),
        ),
        Field("note", _("Commentaire"), text(20_000), "", also=("note", "commentaires", "notes", "remarque")),
    ),
    bring=bring,
    take_back=take_back,
    put_back=put_back,
)
