"""The forms in which the demo's invented world is written down: who there is, before anything happens.

Everybody and everything is made up: domains are reserved ones, telephone numbers come from the ranges that
the French regulator keeps for fiction, SIRENs only pass their key. The plans themselves are the TOML files
beside this module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

PASSWORD = "clausier-demo-2026"  # noqa: S105 (printed by the demo: it protects nothing)
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class AgencyPlan:
    """A place the provider works from."""

    key: str
    name: str
    phone: str
    address: str
    region: str = "metropole"
    good_friday: bool = False


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """Someone on the staff; `key` is the first part of the address they sign in with.

    `left_days_ago`: gone since; their work went to `successor`.
    """

    key: str
    name: str
    role: str
    agency: str
    phone: str = ""
    skills: tuple[str, ...] = ()
    left_days_ago: int | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A place of a client; the first one is its seat."""

    name: str
    address: str
    postcode: str
    city: str
    zone: int = 1
    access_note: str = ""


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """Someone at a client's. `correspondent` names them IT correspondent; `left_days_ago`: gone since.

    `account` is the client-side role of the account they sign in with, if they have one.
    """

    key: str
    name: str
    job: str
    phone: str = ""
    mobile: str = ""
    channel: str = "mail"
    site: int = 0
    correspondent: bool = False
    left_days_ago: int | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class DerogationPlan:
    """A written departure from one term, and the paper it stands on."""

    term: str
    value: Any
    reason: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """What a client signed. Days are counted back from the day the demo is loaded.

    `means` is how the terms were accepted; empty: they never were. `pack` are the points bought at a time,
    good for `pack_months` (0: for ever); `asks`: how many more are asked for.
    """

    kind: str
    days_ago: int
    title: str = ""
    covered: Mapping[str, int] = field(default_factory=dict)
    means: str = "paper"
    derogations: tuple[DerogationPlan, ...] = ()
    pack: int = 0
    pack_months: int = 0
    statements: bool = False
    asks: int = 0
    restocks: bool = True
    low_at: int = 100
    ended_days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client and everything known of it. `host` is its domain; `volume` how many tickets of the year are
    told, `large_volume` how many when a large client is asked for."""

    key: str
    name: str
    host: str
    siren: str
    agency: str
    phone: str
    sites: tuple[SitePlan, ...]
    contacts: tuple[ContactPlan, ...]
    contracts: tuple[ContractPlan, ...] = ()
    days_ago: int = 900
    volume: int = 4
    large_volume: int = 0
    note: str = ""
    country: str = "FR"
    vat_number: str = ""

    @property
    def ended_days_ago(self) -> int:
        """Since when nothing is in force any more; 0 while something is, or nothing ever was."""
        ends = [one.ended_days_ago or 0 for one in self.contracts]
        return min(ends, default=0)


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """A provider, its agencies and staff, and its clients."""

    slug: str
    name: str
    book: str
    identity: Mapping[str, Any]
    agencies: tuple[AgencyPlan, ...]
    staff: tuple[StaffPlan, ...]
    clients: tuple[ClientPlan, ...]
    host: str


@dataclass(frozen=True, slots=True)
class Matter:
    """An ordinary ticket, from the call to what the client reads at the end.

    `cause` and `domain` are words of the provider's book; `domain` is empty where nothing is deducted. The
    title may leave a `{place}` open.
    """

    title: str
    says: str
    equipment_class: str
    cause: str
    impact: str
    urgency: str
    mode: str
    minutes: int
    work: str
    answer: str
    nature: str = "incident"
    domain: str = ""
    label: str = ""


def provider(name: str) -> ProviderPlan:
    """The plan of the provider whose file is `name`."""
    told = _read(name)
    clients = tuple(_client(one) for one in told.pop("clients"))
    agencies = tuple(AgencyPlan(**one) for one in told.pop("agencies"))
    staff = tuple(StaffPlan(**{**one, "skills": tuple(one.get("skills", ()))}) for one in told.pop("staff"))
    return ProviderPlan(agencies=agencies, staff=staff, clients=clients, **told)


@cache
def matters(family: str) -> tuple[Matter, ...]:
    """What happens on ordinary days under the books of that family: `imri` or `ims`."""
    return tuple(Matter(**one) for one in _read("everyday")[family])


@cache
def places() -> tuple[str, ...]:
    """What fills the `{place}` of a matter's title."""
    return tuple(_read("everyday")["places"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def _client(told: dict[str, Any]) -> ClientPlan:
    sites = tuple(SitePlan(**one) for one in told.pop("sites"))
    contacts = tuple(ContactPlan(**one) for one in told.pop("contacts"))
    contracts = tuple(_contract(one) for one in told.pop("contracts", ()))
    return ClientPlan(sites=sites, contacts=contacts, contracts=contracts, **told)


def _contract(told: dict[str, Any]) -> ContractPlan:
    derogations = tuple(DerogationPlan(**one) for one in told.pop("derogations", ()))
    return ContractPlan(derogations=derogations, **told)


HOULEMONT = provider("houlemont")
CLAIRPOINT = provider("clairpoint")
