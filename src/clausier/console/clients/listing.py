"""The list of clients: what it is narrowed to, and the rows of one page in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clausier.console.typed import whole
from clausier.contracts import queries as contracts
from clausier.desk import queries as desk
from clausier.directory import queries as directory
from clausier.directory.models import Client, Correspondent
from clausier.foundation.actors import Actor

ROWS = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; every value is the text of the address, "" for no filter."""

    text: str = ""
    agency: str = ""
    flag: str = ""  # "sans-correspondant" or "sans-contrat"

    @classmethod
    def of(cls, data: QueryDict) -> Filters:
        return cls(
            text=str(data.get("q", "")).strip(),
            agency=str(data.get("agence", "")).strip(),
            flag=str(data.get("filtre", "")).strip(),
        )

    @property
    def narrow(self) -> bool:
        return bool(self.text or self.agency or self.flag)

    def query(self, **changes: str) -> str:
        """The address of the list with some filters changed; "" takes one away."""
        values = {"q": self.text, "agence": self.agency, "filtre": self.flag} | changes
        kept = QueryDict(mutable=True)
        for name, value in values.items():
            if value:
                kept[name] = value
        return kept.urlencode()


@dataclass(frozen=True, slots=True)
class Row:
    """A client in the list."""

    client: Client
    correspondent: str
    contracts: tuple[tuple[str, str], ...]  # number, kind
    open_tickets: int


def page_of(actor: Actor, filters: Filters, number: str, on: date) -> Page[Any]:
    """The rows of one page; `object_list` holds `Row`s."""
    page = Paginator(_found(actor, filters, on), ROWS).get_page(number)
    page.object_list = rows_of(list(page.object_list), actor, on)  # type: ignore[assignment]
    return page


HEADINGS = (
    _("Numéro"),
    _("Nom"),
    _("SIREN"),
    _("SIRET"),
    _("TVA"),
    _("Pays"),
    _("Agence"),
    _("Téléphone"),
    _("Courriel"),
    _("Client depuis"),
    _("Correspondant informatique"),
    _("Contrats"),
    _("Tickets ouverts"),
)


def lines_of(actor: Actor, filters: Filters, on: date) -> Iterator[list[Any]]:
    """The whole list under `filters`, for a file; the columns are `HEADINGS`."""
    clients = list(_found(actor, filters, on))
    for first in range(0, len(clients), 2000):
        for row in rows_of(clients[first : first + 2000], actor, on):
            client = row.client
            yield [
                client.number,
                client.name,
                client.siren,
                client.siret,
                client.vat_number,
                client.country,
                client.agency.name,
                client.phone,
                client.email,
                client.client_since_on,
                row.correspondent,
                ", ".join(number for number, _kind in row.contracts),
                row.open_tickets,
            ]


def _found(actor: Actor, filters: Filters, on: date) -> QuerySet[Client]:
    found = directory.clients_named(actor, filters.text)
    if filters.flag == "sans-correspondant":
        found = found.filter(pk__in=directory.clients_without_correspondent(actor, on).order_by())
    elif filters.flag == "sans-contrat":
        found = found.exclude(pk__in=contracts.clients_under_contract(actor, on))
    if (agency := whole(filters.agency)) is not None:
        found = found.filter(agency_id=agency)
    return found


def agency_links(actor: Actor, filters: Filters) -> list[tuple[str, str, bool]]:
    """Each agency with the query that narrows to it, or that lets go when it is the one chosen."""
    return [
        (agency.name, filters.query(agence="" if chosen else str(agency.pk)), chosen)
        for agency in directory.agencies(actor)
        for chosen in [filters.agency == str(agency.pk)]
    ]


def rows_of(clients: Sequence[Client], actor: Actor, on: date) -> list[Row]:
    """The rows of `clients`, in their order."""
    terms = Correspondent.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on), client__in=clients, from_on__lte=on
    )
    named = dict(terms.values_list("client_id", "contact__full_name"))
    signed = _contracts_of(clients, actor, on)
    opened = _open_tickets(clients, actor)
    return [
        Row(client, named.get(client.pk, ""), tuple(signed[client.pk]), opened.get(client.pk, 0))
        for client in clients
    ]


def _contracts_of(
    clients: Sequence[Client], actor: Actor, on: date
) -> defaultdict[int, list[tuple[str, str]]]:
    signed: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    if not actor.may("contracts.read"):
        return signed
    language = get_language() or "fr"
    found = contracts.in_force(contracts.contracts_visible_to(actor), on)
    for contract in found.filter(client__in=clients):
        signed[contract.client_id].append((contract.number, contracts.kind_name(contract, language)))
    return signed


def _open_tickets(clients: Sequence[Client], actor: Actor) -> dict[int, int]:
    counts = desk.open_tickets(actor).filter(client__in=clients).order_by().values_list("client_id")
    return dict(counts.annotate(Count("pk")))
