"""Whose a message is: the floors above are asked, by a table that `wiring.py` hands over.

Nothing down here knows what a ticket is; a conversation is about something, by kind, id and label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import models

from clausier.directory.models import Client, Contact
from clausier.foundation.actors import Actor
from clausier.foundation.models import Provider
from clausier.post.matching import Match
from clausier.post.models import Conversation, IncomingMail
from clausier.post.reading.kinds import Sort
from clausier.post.reading.message import File, Letter


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message read, sorted, and perhaps matched. `files` are those worth keeping beside its words.

    `people` are the people whom it names, by their client, as far as that was asked: see `conversations`.
    """

    mail: IncomingMail
    letter: Letter
    sort: Sort
    contact: Contact | None
    files: tuple[File, ...] = ()
    staff_name: str = ""
    people: dict[int, list[Contact]] = field(default_factory=dict)

    @property
    def author(self) -> str:
        """The name to show for the sender."""
        name = self.contact.full_name if self.contact else self.letter.sender.name
        return name or self.letter.sender.address


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a message went: what it is about, and the entry of the thread that holds it.

    `thing` is what it is about itself, where it was made a moment ago.
    """

    kind: str
    id: int
    label: str
    client: Client
    event_id: int | None
    thing: models.Model | None = None


class Handler(Protocol):
    """What a floor does with mail about its own `kind`."""

    kind: str
    series: str
    """What new things of its kind are numbered in; "" where they bear no number."""

    def ask_claim(self, letter: Letter, *, provider: Provider, at: datetime) -> Callable[[], Match | None]:
        """Ask for the conversation of a message that bears no sign of ours, by what only this floor knows."""

    def ask(self, arrived: Arrived, *, client: Client, at: datetime) -> Any:
        """Ask for what `open` will want to know, which is handed to it: see `Compiled.asked`."""

    def open(self, arrived: Arrived, *, client: Client, asked: Any, by: Actor, at: datetime) -> Filed | None:
        """Make something new of it; None when the client's terms cannot say what, and a person must."""

    def reply(self, arrived: Arrived, conversation: Conversation, *, by: Actor, at: datetime) -> Filed | None:
        """Take it in as an answer; `Filed` may name another thing than before. None: it is gone."""

    def note(self, arrived: Arrived, conversation: Conversation, *, by: Actor, at: datetime) -> Filed | None:
        """Write down what no person wrote, where people see it and nothing follows from it."""

    def promised(self, filed: Filed, language: str, *, at: datetime) -> str:
        """What an acknowledgement may say is promised; "" when nothing is."""


_table: dict[str, Handler] = {}
_first: list[Handler] = []


def connect(table: tuple[Handler, ...]) -> None:
    """Ask these from now on, in this process; the first one takes what is about nothing yet."""
    _table.clear()
    _table.update({one.kind: one for one in table})
    _first[:] = table[:1]


def ask_claims(letter: Letter, *, provider: Provider, at: datetime) -> Callable[[], Match | None]:
    """Ask for the first claim that a floor makes on a message that bears no sign of ours."""
    claims = [one.ask_claim(letter, provider=provider, at=at) for one in _table.values()]
    return lambda: next(filter(None, (claim() for claim in claims)), None)


def of(kind: str) -> Handler | None:
    """Who answers for things of that kind; for no kind, who takes what is new."""
    if not kind:
        return _first[0] if _first else None
    return _table.get(kind)
