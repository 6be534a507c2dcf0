"""Reading what is due: obligations under filters, reminders with their proof, calendar addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet

from clausier.agenda import duties
from clausier.agenda.models import (
    NOTICE_DAYS,
    RENEWAL_DAYS,
    CalendarFeed,
    ClientReminders,
    DutyCheck,
    DutyState,
    FeedScope,
    Reminder,
    ReminderLetter,
    ReminderSettings,
)
from clausier.agenda.obligations import Asked, Obligation
from clausier.agenda.sources import SOURCES
from clausier.contracts import ladder
from clausier.contracts.models import ContractTerm
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Provider
from clausier.foundation.permissions import Role

AHEAD: Final = timedelta(days=90)
BEHIND: Final = timedelta(days=30)
FARTHEST: Final = timedelta(days=800)
"""Between the first and the last day asked for at once."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which obligations; an empty word asks for all. `client` is its number, `clause` « imri/2013 XIII »."""

    client: str = ""
    kind: str = ""
    owed_by: str = ""
    state: str = ""
    clause: str = ""
    mine: bool = False

    def keeps(self, one: Obligation, actor: Actor) -> bool:
        """Whether the obligation is asked for by `actor`; what both owe is owed by either.

        What nobody was given is for those who answer for dates.
        """
        own = actor.person.pk if actor.person else None
        return (
            self.client in ("", one.client.number)
            and self.kind in ("", one.kind)
            and (self.owed_by in ("", one.owed_by) or (bool(self.owed_by) and one.owed_by == "both"))
            and self.state in ("", one.state)
            and self.clause in ("", one.cited)
            and (not self.mine or one.person == own or (one.person is None and actor.may("agenda.settle")))
        )


NO_FILTER: Final = Filter()


def obligations(
    actor: Actor, since: date, until: date, now: datetime, asked: Filter = NO_FILTER
) -> list[Obligation]:
    """What is owed from `since` to `until`, both included, in the order of days, as far as `actor` sees."""
    question = Asked(actor, since, until, now.astimezone(PARIS))
    found = [one for source in SOURCES for one in source(question) if asked.keeps(one, actor)]
    return sorted(found, key=lambda one: one.order)


def usual_days(now: datetime) -> tuple[date, date]:
    """The ninety days to come, and thirty behind for what was missed."""
    today = now.astimezone(PARIS).date()
    return today - BEHIND, today + AHEAD


def renewals(actor: Actor, since: date, until: date) -> QuerySet[ContractTerm]:
    """The running terms that end from `since` to `until`, of contracts to which no end was given."""
    running = ladder.running_ones(ladder.terms_visible_to(actor))
    unended = Q(last_on=None) | Q(last_on__gt=F("ends_on"))
    running = running.annotate(last_on=ladder.renewed_until("contract__"))
    return running.filter(unended, ends_on__range=(since, until)).order_by("ends_on", "pk")


def unmet_duties(actor: Actor) -> int:
    """How many duties of clients stand as not met."""
    latest = duties.standing(actor).values("pk")
    return DutyCheck.objects.filter(pk__in=latest, state=DutyState.UNMET).count()


# Reminders


def settings_of(provider: Provider) -> ReminderSettings:
    """How the provider is reminded; the usual where it never said, not stored."""
    found = ReminderSettings.objects.filter(provider=provider).first()
    return found or ReminderSettings(
        provider=provider, notice_days=list(NOTICE_DAYS), renewal_days=list(RENEWAL_DAYS)
    )


def client_settings(client: Client) -> ClientReminders | None:
    """Whether and where the client is reminded; None where nobody said: it is not."""
    return ClientReminders.objects.filter(client=client).first()


def letters(actor: Actor) -> QuerySet[ReminderLetter]:
    """The reminders that were sent, the latest first; a client's people see their own."""
    found = ReminderLetter.objects.filter(provider=actor.provider)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0)
    elif not actor.may("agenda.settle"):
        found = found.filter(person=actor.person)
    return found.select_related("mail", "client", "person", "contact").order_by("-pk")


def reminders_in(found: Iterable[ReminderLetter]) -> dict[int, list[Reminder]]:
    """What each of these letters reminded of, by the letter's id."""
    lines: dict[int, list[Reminder]] = {}
    rows = Reminder.objects.filter(letter__in=[one.pk for one in found]).select_related("contract__client")
    for row in rows.order_by("due_on", "pk"):
        lines.setdefault(row.letter_id, []).append(row)
    return lines


def letter_of(token: str) -> ReminderLetter | None:
    """The letter that a secret link came in; asked with everything in sight."""
    found = ReminderLetter.objects.filter(digest=digest_of(token))
    return found.select_related("provider__book", "client", "person", "contact", "mail").first()


def holder_of(letter: ReminderLetter) -> Actor:
    """Who confirms by the link: whoever the letter went to, and for nothing else."""
    return Actor(
        provider=letter.provider,
        role=Role.USER if letter.client_id else Role.READER,
        person=letter.person,
        client_id=letter.client_id,
        contact_id=letter.contact_id,
        label=letter.name or letter.address,
    )


# Calendar addresses


def digest_of(secret: str) -> str:
    """What is kept of a secret address: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feeds(actor: Actor) -> QuerySet[CalendarFeed]:
    """One's own addresses that work, the latest first; those who settle reminders see everybody's."""
    found = CalendarFeed.objects.filter(provider=actor.provider, revoked_at=None)
    if actor.is_client_side:
        found = found.filter(client_id=actor.client_id or 0, person=actor.person)
    elif not actor.may("agenda.settle"):
        found = found.filter(person=actor.person, client=None)
    return found.select_related("person", "client", "about").order_by("-pk")


def feed_of(secret: str) -> CalendarFeed | None:
    """The address of that secret, unless it was withdrawn; asked with everything in sight."""
    found = CalendarFeed.objects.filter(digest=digest_of(secret), revoked_at=None)
    return found.select_related("provider__book", "person", "client", "about").first()


def reader_of(feed: CalendarFeed) -> Actor | None:
    """Who reads by an address, with the rights they have today; None once they have none."""
    if feed.client_id is None:
        actor = foundation.staff_actor(feed.person, feed.provider)
    else:
        places = directory.accesses_of(feed.person).filter(provider=feed.provider, client=feed.client_id)
        access = places.first()
        actor = directory.client_actor(access) if access else None
    return actor if actor is not None and actor.may("agenda.read") else None


def read_by(feed: CalendarFeed, actor: Actor, now: datetime) -> list[Obligation]:
    """What the address shows: a month behind, and a little more than a year ahead."""
    today = now.astimezone(PARIS).date()
    asked = replace(
        NO_FILTER,
        client=feed.about.number if feed.about else "",
        mine=feed.scope == FeedScope.MINE,
    )
    return obligations(actor, today - BEHIND, today + timedelta(days=400), now, asked)
