"""What the frame of every page shows: the rail, the person, the call under way.

The context processor of the console returns ``{"shell": Shell(...)}`` for a signed-in person.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the rail. `key` names it (``{% block section %}``), `go` is the letter after ``g``."""

    key: str
    label: str
    url: str
    icon: str  # a lucide name
    count: int | None = None
    go: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Lines of the rail under one heading; the first group has none."""

    items: tuple[NavItem, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A provider the person may work for, and the book it works by."""

    name: str
    book: str  # "imri/2013"
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """The call under way: where its form is, and since when."""

    url: str
    since: datetime


# Known by itself, not by its values: what was drawn of it is found at once.
@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """The whole frame. An address left empty hides its control.

    `bottom` are the keys of the four items beside the call in the bar of a phone (the last place, « Plus »,
    holds everything else and is always there).
    """

    person: str
    role: str
    groups: tuple[NavGroup, ...]
    places: tuple[Place, ...] = ()
    home_url: str = "/"
    call_url: str = ""
    call: Call | None = None
    new_ticket_url: str = ""
    ringing_url: str = ""
    search_url: str = ""
    palette_url: str = ""
    account_url: str = ""
    sign_out_url: str = ""
    language_url: str = ""  # receives POST language, next
    bottom: tuple[str, ...] = ("today", "tickets", "clients")

    @property
    def place(self) -> Place | None:
        """The provider the page stands in."""
        return next((place for place in self.places if place.current), None)

    @property
    def bar(self) -> tuple[NavItem, ...]:
        """The items of the phone's bar, in the order of `bottom`."""
        by_key = {item.key: item for group in self.groups for item in group.items}
        return tuple(by_key[key] for key in self.bottom if key in by_key)
