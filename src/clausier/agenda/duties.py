"""Reading the duties of clients (imri III, IX; ims 6.5, 8): those of their terms, and how each one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from clausier.agenda.models import DutyCheck
from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.desk.models import StoppedIntervention
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import books
from clausier.foundation.actors import Actor
from clausier.foundation.models import InstalledBook
from clausier.terms.entries import Duty

WHENS: Final = ("always", "before-work")
OF_INVOICES: Final = frozenset({"pay-rent", "pay-on-receipt"})
"""What is paid is followed on its invoice, not looked at once a year."""
HOSTING: Final = "VII"
HOSTED: Final = "hosted"
CORRESPONDENT: Final = "name-correspondent"
"""Met by the file itself, once it names somebody."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty of a client: its last check, and the interventions that it stopped for not being met."""

    duty: Duty
    key: str
    book: InstalledBook
    check: DutyCheck | None
    stops: Sequence[StoppedIntervention]
    met_by_file: bool | None = None


def edition_of(client: Client, on: date) -> tuple[InstalledBook, list[Contract]]:
    """The edition whose duties bind the client on that day, and its contracts then: else the provider's."""
    running = list(contracts.contracts_in_force(client, on))
    return (running[0].book if running else client.provider.book), running


def duties_of(client: Client, on: date) -> tuple[InstalledBook, list[Duty]]:
    """What the client has to do all along or before work, by its terms; of hosting where it has some."""
    edition, running = edition_of(client, on)
    is_hosted = any(one.kind == HOSTED for one in running)
    found = [
        one
        for one in books.read(edition).duties
        if one.by == "client"
        and one.extra.get("kind") == "duty"
        and one.when in WHENS
        and key_of(one) not in OF_INVOICES
        and (is_hosted or one.clause.partition(".")[0] != HOSTING)
    ]
    return edition, found


def key_of(duty: Duty) -> str:
    """The word by which the book knows a duty."""
    return str(duty.extra.get("key", ""))


def standing(actor: Actor) -> QuerySet[DutyCheck]:
    """The latest check of each duty of each client that `actor` reads and that is still one."""
    clients = directory.clients_visible_to(actor).filter(ended_on=None).order_by().values("pk")
    return (
        DutyCheck.objects.filter(client__in=clients)
        .select_related("client", "book")
        .defer("book__content")
        .order_by("client", "duty", "-pk")
        .distinct("client", "duty")
    )


def checklist(client: Client, on: date) -> list[DutyRow]:
    """Every duty of the client with how it stands, in the order of the text."""
    edition, found = duties_of(client, on)
    checks = {
        one.duty: one
        for one in DutyCheck.objects.filter(client=client).order_by("duty", "-pk").distinct("duty")
    }
    stops: dict[str, list[StoppedIntervention]] = {}
    stopped = StoppedIntervention.objects.filter(client=client).exclude(duty="").select_related("ticket")
    for one in stopped.order_by("-at", "-pk"):
        stops.setdefault(one.duty, []).append(one)
    named = directory.correspondent_on(client, on) is not None
    return [
        DutyRow(
            duty=one,
            key=key_of(one),
            book=edition,
            check=checks.get(key_of(one)),
            stops=stops.get(key_of(one), []),
            met_by_file=named if key_of(one) == CORRESPONDENT else None,
        )
        for one in found
    ]


def history(client: Client, duty: str) -> QuerySet[DutyCheck]:
    """Every time that a duty was looked at, the latest first."""
    return DutyCheck.objects.filter(client=client, duty=duty).order_by("-pk")
