"""What was typed during a call, as far as it goes: who calls, about what, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from clausier.console.tickets.sheets import Posted, shown
from clausier.console.typed import whole
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract, EquipmentClass
from clausier.desk import facts
from clausier.desk.models import Impact, Urgency
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Site
from clausier.directory.phones import dialled
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput

TITLE_LENGTH = 80

STARTING = {
    "equipment_class": EquipmentClass.WORKSTATION.value,
    "impact": Impact.ONE.value,
    "urgency": Urgency.DEGRADED.value,
}
"""What the choices of a new call stand on: the commonest request, so that none is left without an answer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it stands. `values` is what its fields show."""

    values: dict[str, str]
    since: datetime
    called_at: datetime
    client: Client | None = None
    contact: Contact | None = None
    site: Site | None = None
    contract: Contract | None = None
    contracts: Sequence[Contract] = ()

    @property
    def called_on(self) -> date:
        """The day of the call, whose terms apply."""
        return self.called_at.astimezone(PARIS).date()

    @property
    def is_new_person(self) -> bool:
        return self.values.get("caller") == "new"

    @property
    def new_name(self) -> str:
        """The name of the new person; what was looked for, to begin with, unless it is a number."""
        looked_for = self.values.get("q", "")
        return self.values.get("new_name") or ("" if dialled(looked_for) else looked_for)

    @property
    def equipment_class(self) -> str:
        return self.values["equipment_class"]

    @property
    def title(self) -> str:
        """The title typed, else the first sentence of the description."""
        return self.values.get("title") or first_sentence(self.values.get("description", ""))


def first_sentence(text: str) -> str:
    """The first sentence of `text`, cut at a word when it is long."""
    line = text.strip().partition("\n")[0].strip()
    for mark in (". ", " ! ", " ? ", "\u202f! ", "\u202f? ", "; "):
        line = line.partition(mark)[0]
    line = line.rstrip(". ")
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def read(data: QueryDict, actor: Actor, since: datetime) -> Draft:
    """The draft that a form (or an address) sent. Raises InvalidInput naming `called_at`."""
    values = STARTING | shown(data)
    for name, allowed in (("equipment_class", EquipmentClass), ("impact", Impact), ("urgency", Urgency)):
        if values[name] not in allowed.values:
            values[name] = STARTING[name]
    called_at = Posted(data).instant("called_at") or since
    if called_at == since.astimezone(PARIS).replace(second=0, microsecond=0):
        called_at = since
    client, contact = _caller(values, actor)
    on = called_at.astimezone(PARIS).date()
    found = list(contracts.contracts_in_force(client, on)) if client else []
    return Draft(
        values=values,
        since=since,
        called_at=called_at,
        client=client,
        contact=contact,
        site=_site(values, client, contact),
        contract=_contract(values, found, client, on),
        contracts=found,
    )


def loose(data: QueryDict, actor: Actor, since: datetime) -> Draft:
    """As `read`, the start of the call passed over where it cannot be read: for showing the form again."""
    try:
        return read(data, actor, since)
    except InvalidInput:
        readable = data.copy()
        typed = readable.pop("called_at", [""])[-1]
        draft = read(readable, actor, since)
        return replace(draft, values=draft.values | {"called_at": str(typed)})


def _caller(values: dict[str, str], actor: Actor) -> tuple[Client | None, Contact | None]:
    """Who was chosen: `caller` is `contact:ID`, `client:ID`, or `new` with the client in `new_client`."""
    kind, _sep, key = values.get("caller", "").partition(":")
    clients = directory.clients_visible_to(actor)
    chosen = whole(values.get("new_client") if kind == "new" else key)
    if chosen is None:
        return None, None
    if kind == "contact":
        found = Contact.objects.filter(client__in=clients.order_by(), pk=chosen)
        contact = found.select_related("client__agency", "site").first()
        return (contact.client, contact) if contact else (None, None)
    return (clients.filter(pk=chosen).first() if kind in {"client", "new"} else None), None


def _site(values: dict[str, str], client: Client | None, contact: Contact | None) -> Site | None:
    """The site chosen; otherwise the caller's own, or the only one."""
    if client is None:
        return None
    sites = list(directory.sites(client))
    chosen = next((site for site in sites if str(site.pk) == values.get("site")), None)
    if chosen is None and contact is not None and contact.site_id:
        chosen = contact.site
    return chosen or (sites[0] if len(sites) == 1 else None)


def _contract(
    values: dict[str, str], found: Sequence[Contract], client: Client | None, on: date
) -> Contract | None:
    """The contract chosen; otherwise the one that covers the class on the day of the call."""
    chosen = next((contract for contract in found if str(contract.pk) == values.get("contract")), None)
    if chosen is not None or client is None:
        return chosen
    return facts.covering_contract(client, values["equipment_class"], on)


def must_have_a_caller(draft: Draft) -> Client:
    """The client who calls. Raises InvalidInput naming `q` or `new_client`."""
    if draft.client is not None:
        return draft.client
    if draft.is_new_person:
        raise InvalidInput(_("Choisissez l’entreprise de cette personne."), field="new_client")
    raise InvalidInput(_("Choisissez qui appelle dans la liste, ou ajoutez la personne."), field="q")
