"""What the provider has already, for lines that name it: read once for a file, and kept up meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.directory import queries as directory
from clausier.directory.models import Agency, Client, Contact, Site, Supplier
from clausier.directory.names import fold
from clausier.foundation.actors import Actor
from clausier.foundation.models import Person
from clausier.foundation.queries import staff
from clausier.transfer.cells import Fault, in_a_row

SIREN_LENGTH = 9


class Known:
    """The provider's rows by the words that files use for them. Raises Fault for what they do not mean."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._agencies: list[Agency] = list(directory.agencies(actor))
        self._by_number: dict[str, Client] = {}
        self._by_siren: dict[str, Client] = {}
        self._by_email: defaultdict[str, list[Client]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Client]] = defaultdict(list)
        self._sites: dict[int, dict[str, Site]] = {}
        self._contacts: dict[int, list[Contact]] = {}
        self._suppliers: dict[str, Supplier] | None = None
        self._staff: list[Person] | None = None
        for client in directory.clients_visible_to(actor):
            self.add_client(client)

    # Clients

    def add_client(self, client: Client) -> None:
        """From now on that client is known too."""
        self._by_number[client.number.casefold()] = client
        if client.siren:
            self._by_siren[client.siren] = client
        if client.email:
            self._by_email[client.email.casefold()].append(client)
        self._by_name[fold(client.name)].append(client)

    def same_client(self, number: str, siren: str, email: str) -> Client | None:
        """The client that a line is about again: by its number, else its SIREN, else its own address."""
        if number and (found := self._by_number.get(number.casefold())):
            return found
        if siren and (found := self._by_siren.get(siren[:SIREN_LENGTH])):
            return found
        alike = self._by_email.get(email.casefold(), []) if email and not number and not siren else []
        return alike[0] if len(alike) == 1 else None

    def client(self, named: str) -> Client:
        """The client that a cell names, by number, SIREN or SIRET, or name."""
        found = self._by_number.get(named.casefold())
        bare = "".join(named.split())
        if found is None and bare.isdecimal() and len(bare) in (SIREN_LENGTH, 14):
            found = self._by_siren.get(bare[:SIREN_LENGTH])
        if found is not None:
            return found
        alike = self._by_name.get(fold(named), [])
        if len(alike) > 1:
            numbers = in_a_row(client.number for client in alike)
            raise Fault(
                _("Plusieurs clients portent ce nom : écrivez le numéro (%(numbers)s).")
                % {"numbers": numbers},
                "client",
            )
        if not alike:
            raise Fault(
                _("Aucun client ne porte ce numéro, ce SIREN ou ce nom : importez-le d’abord, ou corrigez."),
                "client",
            )
        return alike[0]

    def agency(self, named: str) -> Agency:
        """The agency of that name; without a name the only one there is."""
        if not self._agencies:
            raise Fault(_("Il n’y a pas encore d’agence : créez-en une avant d’importer."), "agency")
        if not named and len(self._agencies) == 1:
            return self._agencies[0]
        found = [agency for agency in self._agencies if fold(agency.name) == fold(named)]
        if not found:
            names = in_a_row(agency.name for agency in self._agencies)
            raise Fault(_("Écrivez l’une de vos agences : %(names)s.") % {"names": names}, "agency")
        return found[0]

    # What a client has

    def sites(self, client: Client) -> dict[str, Site]:
        """The client's places by their folded names."""
        if client.pk not in self._sites:
            self._sites[client.pk] = {fold(site.name): site for site in directory.sites(client)}
        return self._sites[client.pk]

    def site(self, client: Client, named: str, field: str = "site") -> Site:
        """The client's place of that name."""
        sites = self.sites(client)
        if fold(named) not in sites:
            names = in_a_row(site.name for site in sites.values())
            raise Fault(
                _("Ce client n’a pas de site de ce nom. Il a : %(names)s.") % {"names": names}
                if sites
                else _("Ce client n’a pas encore de site : importez d’abord les sites."),
                field,
            )
        return sites[fold(named)]

    def suppliers(self) -> dict[str, Supplier]:
        """The provider's suppliers by their folded names."""
        if self._suppliers is None:
            self._suppliers = {fold(one.name): one for one in directory.suppliers(self.actor)}
        return self._suppliers

    def contacts(self, client: Client) -> list[Contact]:
        """The client's people."""
        if client.pk not in self._contacts:
            self._contacts[client.pk] = list(directory.contacts(client))
        return self._contacts[client.pk]

    def same_contact(self, client: Client, full_name: str, email: str) -> Contact | None:
        """The person that a line is about again: by address, else by name where no address parts them."""
        people = self.contacts(client)
        if email:
            found = next((one for one in people if one.email.casefold() == email.casefold()), None)
            if found:
                return found
        named = [one for one in people if fold(one.full_name) == fold(full_name)]
        return next((one for one in named if not one.email or not email), None)

    def contact(self, client: Client, named: str) -> Contact:
        """The client's person of that address or name."""
        for one in self.contacts(client):
            if named.casefold() == one.email.casefold() or fold(named) == fold(one.full_name):
                return one
        raise Fault(
            _("Ce client n’a personne de ce nom ni de cette adresse : importez d’abord les personnes."),
            "caller",
        )

    def contract(self, number: str) -> Contract:
        """The contract of that number."""
        found = contracts.contracts_visible_to(self.actor).filter(number__iexact=number).first()
        if found is None:
            raise Fault(_("Aucun contrat ne porte ce numéro : importez d’abord les contrats."), "contract")
        return found

    def colleague(self, named: str) -> Person:
        """The member of staff of that address or name."""
        if self._staff is None:
            self._staff = [member.person for member in staff(self.actor)]
        for person in self._staff:
            if named.casefold() == person.email.casefold() or fold(named) == fold(person.full_name):
                return person
        raise Fault(
            _("Personne de l’équipe ne porte ce nom ni cette adresse : %(names)s.")
            % {"names": in_a_row(person.full_name for person in self._staff)},
            "assignee",
        )


def parts(text: str) -> Iterable[str]:
    """The names in a cell that holds several, parted by « ; », « , » or lines."""
    marks = text.replace(";", "\n").replace(",", "\n")
    return [part.strip() for part in marks.split("\n") if part.strip()]


def asked(values: Any, name: str) -> str:
    """What a line says in a field of text; "" for nothing."""
    return str(values.get(name, ""))
