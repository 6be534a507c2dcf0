"""The forms in which the demo's invented world is written down: who there is, before anything happens.

Everybody and everything is made up: domains are reserved ones, telephone numbers come from the ranges that
the French regulator keeps for fiction, SIRENs only pass their key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stdnum import luhn

PASSWORD = "clausier-demo-2026"  # noqa: S105 (printed by the demo: it protects nothing)


def artificial_siren(rank: int) -> str:
    """A number of 900 000 000 and following whose key falls right; `rank` is 1 to 99."""
    body = f"900000{rank:02d}"
    return body + str(luhn.calc_check_digit(body))


@dataclass(frozen=True, slots=True)
class AgencyPlan:
    """A place the provider works from."""

    key: str
    name: str
    phone: str
    address: str
    region: str = "metropole"
    good_friday: bool = False
    hours: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """Someone on the staff; `key` is the first part of the address they sign in with."""

    key: str
    name: str
    role: str
    agency: str
    phone: str = ""
    skills: tuple[str, ...] = ()


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

    `means` is how the terms were accepted; empty: they never were. `packs` are the points bought, as
    (days ago, points).
    """

    kind: str
    days_ago: int
    title: str = ""
    covered: Mapping[str, int] = field(default_factory=dict)
    means: str = "paper"
    derogations: tuple[DerogationPlan, ...] = ()
    packs: tuple[tuple[int, int], ...] = ()
    low_at: int = 100


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client and everything known of it. `host` is its domain; `volume` how many tickets of the last
    twelve weeks are told."""

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
    note: str = ""
    country: str = "FR"
    vat_number: str = ""


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
