"""People of clients, and which of them is the IT correspondent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clausier.directory import queries, removal, services
from clausier.directory.models import Channel, Client, Contact, Site
from clausier.foundation.clock import PARIS
from clausier.transfer.cells import Fault, line_of_text, one_of, phone, yes_or_no
from clausier.transfer.kinds.shape import (
    Bringing,
    Field,
    LineKind,
    Made,
    Values,
    changed,
    still_as_written,
)
from clausier.transfer.kinds.sites import CLIENT_FIELD
from clausier.transfer.known import asked
from clausier.transfer.models import ImportedLine, Kind


def bring(given: Values, work: Bringing) -> Made:
    """A person made, or met again by address or name at its client's."""
    values = dict(given)
    client = work.known.client(values.pop("client"))
    is_correspondent = values.pop("correspondent", False)
    values["full_name"] = f"{values.pop('first_name', '')} {values['full_name']}".strip()
    if "site" in values:
        values["site"] = work.known.site(client, values["site"])
    again = work.known.same_contact(client, values["full_name"], asked(values, "email"))
    if again is not None:
        return work.met_again(
            again, "email" if "email" in values else "full_name", lambda: _update(again, values, work)
        )
    contact = services.add_contact(by=work.by, at=work.at, client=client, **values)
    if is_correspondent:
        _name_correspondent(client, contact, work)
    work.known.contacts(client).append(contact)
    return Made("created", contact)


def _update(contact: Contact, values: dict[str, Any], work: Bringing) -> Made:
    return changed(
        contact, lambda **new: services.update_contact(by=work.by, at=work.at, contact=contact, **new), values
    )


def _name_correspondent(client: Client, contact: Contact, work: Bringing) -> None:
    """Where the client has one already, an import does not put another in its place."""
    on = work.at.astimezone(PARIS).date()
    present = queries.correspondent_on(client, on)
    if present is not None:
        raise Fault(
            gettext("%(name)s est déjà le correspondant informatique : changez-le sur la fiche du client.")
            % {"name": present.full_name},
            "correspondent",
        )
    services.name_correspondent(by=work.by, at=work.at, client=client, contact=contact, from_on=on)


def take_back(line: ImportedLine, work: Bringing) -> None:
    removal.remove_contact(by=work.by, at=work.at, contact=Contact.objects.get(pk=line.object_id))


def put_back(line: ImportedLine, work: Bringing) -> None:
    contact = Contact.objects.get(pk=line.object_id)
    still_as_written(contact, line)
    before = dict(line.before)
    if "site" in before:
        before["site"] = Site.objects.filter(pk=before["site"]).first()
    services.update_contact(by=work.by, at=work.at, contact=contact, **before)


CONTACTS = LineKind(
    key=Kind.CONTACTS,
    fields=(
        CLIENT_FIELD,
        Field(
            "full_name",
            _("Nom"),
            line_of_text(120),
            "Exemple",
            _("Le nom de la personne ; le nom complet quand il n’y a pas de colonne Prénom."),
            required=True,
            also=("nom complet", "nom de famille", "contact", "personne", "last name", "full name", "name"),
        ),
        Field("first_name", _("Prénom"), line_of_text(60), "Camille", also=("first name", "prenom")),
        Field(
            "email",
            _("Courriel"),
            line_of_text(254),
            "camille.exemple@menuiserie.example.org",
            _("Sert à reconnaître la personne."),
            also=("email", "e-mail", "mail", "adresse mail", "adresse e-mail"),
        ),
        Field(
            "phone",
            _("Téléphone"),
            phone,
            "03 53 01 48 21",
            also=("tél", "tel", "phone", "fixe", "ligne directe"),
        ),
        Field("mobile", _("Mobile"), phone, "06 39 98 00 42", also=("portable", "gsm", "tél mobile", "cell")),
        Field(
            "job_title",
            _("Fonction"),
            line_of_text(120),
            "Comptable",
            also=("poste", "titre", "job title", "rôle"),
        ),
        Field(
            "site",
            _("Site"),
            line_of_text(120),
            "",
            _("Son lieu, parmi les sites du client."),
            also=("lieu", "établissement", "location"),
        ),
        Field(
            "preferred_channel",
            _("Préfère"),
            one_of(dict(Channel.choices), {"email": "mail", "e mail": "mail", "tel": "phone"}),
            "",
            _("« téléphone » ou « courriel ». Vide : courriel."),
            also=("canal", "canal préféré"),
        ),
        Field(
            "correspondent",
            _("Correspondant informatique"),
            yes_or_no,
            _("oui"),
            _("« oui » pour la personne qui l’est ; une par client."),
            also=("correspondant", "contact principal", "principal"),
        ),
    ),
    bring=bring,
    take_back=take_back,
    put_back=put_back,
)
