"""What the scripts of the demo act on: the provider as it stands, found again by the keys of its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clausier.demo.cast import ClientPlan, ProviderPlan
from clausier.demo.clockwork import Hours
from clausier.directory.models import Agency, Client, Contact, Site
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import Person, Provider


@dataclass
class Customer:
    """A client of the demo with its places and people."""

    plan: ClientPlan
    client: Client
    sites: list[Site] = field(default_factory=list)
    people: dict[str, Contact] = field(default_factory=dict)
    accounts: dict[str, Actor] = field(default_factory=dict)

    @property
    def caller(self) -> Contact:
        """Whoever calls when nobody in particular does: someone who is still there."""
        return next(self.people[one.key] for one in self.plan.contacts if one.left_days_ago is None)


@dataclass
class World:
    """One provider of the demo."""

    plan: ProviderPlan
    provider: Provider
    now: datetime
    agencies: dict[str, Agency]
    staff: dict[str, Actor]
    phone: Hours
    onsite: Hours
    customers: dict[str, Customer] = field(default_factory=dict)
    busy: dict[str, datetime] = field(default_factory=dict)

    def the(self, role: str) -> Actor:
        """The first member of staff in `role`."""
        return next(actor for actor in self.staff.values() if actor.role == role)

    def free(self, key: str, wanted: datetime, minutes: int) -> datetime:
        """When the technician `key` can begin something of `minutes`, not before `wanted`; it is kept."""
        after = self.busy.get(key, wanted)
        # Only what overlaps waits: a visit weeks ahead does not block the days before it.
        begins = self.phone.opening(after) if wanted < after < wanted + timedelta(hours=3) else wanted
        self.busy[key] = begins + timedelta(minutes=minutes + 5)
        return begins

    def person(self, key: str) -> Person:
        """The account of a member of staff."""
        person = self.staff[key].person
        if person is None:
            raise KeyError(key)
        return person

    def day(self, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant of the day `days_ago` before now, open or not."""
        on = (self.now - timedelta(days=days_ago)).date()
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=PARIS)
