"""What a client's page tells, in the order an operator needs it while the phone rings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.books.addresses import clause_url
from clausier.console.contracts.reading import Block, block_of
from clausier.console.tickets.listing import rows_of
from clausier.contracts import queries as contracts
from clausier.contracts.models import Acceptance
from clausier.desk import queries as desk
from clausier.desk.models import EventKind, TicketEvent
from clausier.directory import policies
from clausier.directory import queries as directory
from clausier.directory.models import Client, Contact, Correspondent, Site
from clausier.foundation import books, wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import InstalledBook
from clausier.post import queries as post
from clausier.post.models import AddressTrouble
from clausier.terms.book import Book

EXCHANGES = (EventKind.MESSAGE, EventKind.CALL, EventKind.NOTE)
ICONS = {EventKind.MESSAGE: "mail", EventKind.CALL: "phone", EventKind.NOTE: "sticky-note"}
LAST = 6
SOON = timedelta(days=60)
"""How long before the last day for notice it is one of the things to know."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the things to know. `state` is a shape (at-risk, met…); without one, `icon` is drawn.

    `needs` is the permission of the page at `url`: without it the thing is told and leads nowhere.
    """

    title: str
    text: str
    state: str = ""
    icon: str = ""
    url: str = ""
    needs: str = ""

    @property
    def rank(self) -> int:
        """What burns first, what hinders next, what reassures last."""
        return {"late": 0, "at-risk": 1, "": 2, "met": 3}[self.state]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone at the client's. `roles` are words: correspondent since when, function."""

    contact: Contact
    since_on: date | None
    trouble: str = ""

    @property
    def number(self) -> str:
        return self.contact.phone or self.contact.mobile


@dataclass(frozen=True, slots=True)
class DutyRow:
    """What the terms ask of the client, and where."""

    says: str
    clause: str
    url: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One of the last messages, calls or notes."""

    event: TicketEvent
    icon: str


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Everything on the page."""

    client: Client
    sites: list[Site]
    people: list[PersonRow]
    others: list[PersonRow]
    things: list[Thing]
    tickets: list[Any]
    ticket_count: int
    blocks: list[Block]
    book: Book
    duties: list[DutyRow]
    exchanges: list[Exchange]
    former: list[Correspondent]
    correspondent_clause: str | None
    accesses: list[Any] = field(default_factory=list)

    @property
    def people_count(self) -> int:
        return len(self.people) + len(self.others)

    @property
    def cities(self) -> str:
        """Where the sites are, each town once."""
        return ", ".join(dict.fromkeys(site.city for site in self.sites if site.city))

    @property
    def call_number(self) -> str:
        """The number to ring first: the correspondent's, else the switchboard's."""
        return next((row.number for row in self.people if row.since_on and row.number), self.client.phone)

    @property
    def mail_address(self) -> str:
        """The address to write to first: the correspondent's, else the client's."""
        found = (row.contact.email for row in self.people if row.since_on and row.contact.email)
        return next(found, self.client.email)


SHOWN_PEOPLE = 6


def page_of(actor: Actor, client: Client, now: datetime) -> ClientPage:
    """The page of `client` as `actor` may see it at `now`."""
    on = now.date()
    found = list(contracts.contracts_in_force(client, on)) if actor.may("contracts.read") else []
    blocks = [block_of(contract, actor, on) for contract in found]
    installed = found[0].book if found else actor.provider.book
    book = books.read(installed)
    sites = list(directory.sites(client))
    people = people_of(actor, client, on)
    opened = list(desk.open_tickets(actor).filter(client=client)) if actor.may("desk.read") else []
    return ClientPage(
        client=client,
        sites=sites,
        people=people[:SHOWN_PEOPLE],
        others=people[SHOWN_PEOPLE:],
        things=things_of(actor, client, sites, people, blocks, installed, on),
        tickets=rows_of(opened, now),
        ticket_count=desk.tickets_visible_to(actor).filter(client=client).count(),
        blocks=blocks,
        book=book,
        duties=duties_of(book, installed, actor.provider.slug),
        exchanges=exchanges_of(actor, client),
        former=[term for term in directory.correspondents(client) if term.until_on and term.until_on <= on],
        correspondent_clause=policies.correspondent_clause(book),
        accesses=list(directory.accesses(client)),
    )


def _trouble(found: AddressTrouble | None) -> str:
    """That mail to someone comes back, in a few words."""
    if found is None:
        return ""
    return _("ses courriels reviennent depuis le %(day)s") % {
        "day": wording.day(found.since_at.astimezone(PARIS).date(), get_language() or "fr")
    }


def people_of(actor: Actor, client: Client, on: date) -> list[PersonRow]:
    """Who is there, the IT correspondent first."""
    found = list(directory.contacts(client, on))
    troubles = post.troubles_of(actor, found) if actor.may("post.read") else {}
    term = client.correspondents.filter(from_on__lte=on).exclude(until_on__lte=on).first()
    rows = [
        PersonRow(
            contact,
            term.from_on if term and term.contact_id == contact.pk else None,
            _trouble(troubles.get(contact.email.lower())),
        )
        for contact in found
    ]
    return sorted(rows, key=lambda row: row.since_on is None)


def duties_of(book: Book, installed: InstalledBook, slug: str) -> list[DutyRow]:
    """What the client owes at all times under these terms."""
    language = get_language() or "fr"
    return [
        DutyRow(
            _capital(duty.says.to(language)), duty.clause, clause_url(slug, installed.digest, duty.clause)
        )
        for duty in book.duties
        if duty.by in ("client", "both") and duty.when == "always" and duty.extra.get("kind") == "duty"
    ]


def exchanges_of(actor: Actor, client: Client) -> list[Exchange]:
    """The last messages, calls and notes on any of the client's tickets."""
    seen = desk.tickets_visible_to(actor).filter(client=client).values("pk")
    events = (
        TicketEvent.objects.filter(ticket__in=seen, kind__in=EXCHANGES)
        .select_related("ticket")
        .order_by("-at", "-pk")
    )
    return [Exchange(event, ICONS[EventKind(event.kind)]) for event in events[:LAST]]


# The things to know


def things_of(
    actor: Actor,
    client: Client,
    sites: list[Site],
    people: list[PersonRow],
    blocks: list[Block],
    installed: InstalledBook,
    on: date,
) -> list[Thing]:
    """Three at most: what is missing or soon due, how one gets in, what is in order."""
    slug = actor.provider.slug
    found = [
        *_correspondent_things(client, people, books.read(installed), slug),
        *_contract_things(blocks, slug, on),
        *(_acceptance_things(client, installed, slug) if not blocks else ()),
        *_file_things(client, sites),
    ]
    reachable = (
        thing if not thing.needs or actor.may(thing.needs) else replace(thing, url="") for thing in found
    )
    return sorted(reachable, key=lambda thing: thing.rank)[:3]


def _correspondent_things(client: Client, people: list[PersonRow], book: Book, slug: str) -> Iterator[Thing]:
    clause = policies.correspondent_clause(book)
    if clause is None:
        return
    named = next((row for row in people if row.since_on), None)
    if named is None:
        yield Thing(
            title=_("Pas de correspondant informatique"),
            text=_("Le client doit en nommer un (%(clause)s).") % {"clause": clause},
            state="at-risk",
            url=reverse("client-correspondent", args=[slug, client.number]),
            needs="directory.write",
        )
        return
    number = wording.phone(named.number) if named.number else named.contact.email
    yield Thing(
        title=_("Correspondant informatique nommé"),
        text=f"{named.contact.full_name}, {number}" if number else named.contact.full_name,
        state="met",
    )


def _acceptance_things(client: Client, installed: InstalledBook, slug: str) -> Iterator[Thing]:
    """Without a contract, the terms bind all the same once they are accepted (ims 9)."""
    accepted = contracts.acceptances(client).filter(book=installed).first()
    yield _accepted_thing(accepted, installed, reverse("client-accept", args=[slug, client.number]))


def _accepted_thing(accepted: Acceptance | None, installed: InstalledBook, record_url: str) -> Thing:
    if accepted is None:
        return Thing(
            title=_("Conditions sans acceptation connue"),
            text=_("Rien ne dit que le client a accepté %(book)s.") % {"book": installed.name},
            state="at-risk",
            url=record_url,
            needs="contracts.accept",
        )
    day = wording.day(accepted.accepted_on, get_language() or "fr", year=True, weekday=False)
    return Thing(
        title=_("Conditions acceptées"),
        text=_("%(book)s, le %(day)s, par %(name)s")
        % {"book": installed.name, "day": day, "name": accepted.accepted_by_name},
        state="met",
    )


def _contract_things(blocks: list[Block], slug: str, on: date) -> Iterator[Thing]:
    language = get_language() or "fr"
    for block in blocks:
        number = block.contract.number
        record_url = reverse("contract-accept", args=[slug, number])
        yield _accepted_thing(block.acceptance, block.contract.book, record_url)
        if block.notice_by and on <= block.notice_by <= on + SOON:
            yield Thing(
                title=_("Préavis possible jusqu’au %(day)s")
                % {"day": wording.day(block.notice_by, language, weekday=False)},
                text=_("Contrat %(number)s, ensuite reconduit") % {"number": number},
                state="at-risk",
                url=reverse("contract", args=[slug, number]),
            )
        elif block.notice_by:
            yield Thing(
                title=_("Préavis au plus tard le %(day)s")
                % {"day": wording.day(block.notice_by, language, year=True, weekday=False)},
                text=_("Contrat %(number)s, ensuite reconduit") % {"number": number},
                state="met",
            )
        if block.is_low:
            yield Thing(
                title=_("Reste %(points)s") % {"points": wording.points(block.points, language)},
                text=_("Proposez un nouveau pack avant le prochain travail."),
                state="late" if block.points <= 0 else "at-risk",
                url=reverse("points-account", args=[slug, number]),
            )


def _file_things(client: Client, sites: list[Site]) -> Iterator[Thing]:
    for site in sites:
        if site.access_note:
            yield Thing(
                title=_("Accès, %(site)s") % {"site": site.name}, text=site.access_note, icon="key-round"
            )
    if client.note:
        yield Thing(title=_("À savoir"), text=client.note, icon="info")


def _capital(says: str) -> str:
    return says[:1].upper() + says[1:]
