"""Messages opened: read from their bytes and sorted, at once or in steps while the database works."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import NamedTuple

from django.conf import settings

from clausier.foundation import files
from clausier.post import outbox
from clausier.post.models import IncomingMail, Mailbox
from clausier.post.reading import kinds
from clausier.post.reading.kinds import Sort
from clausier.post.reading.message import Letter, Unreadable, glimpse, in_one, reading


class Opened(NamedTuple):
    """The letter, what sort it is, and what made it unreadable: then it is what can be guessed of it."""

    letter: Letter
    sort: Sort
    broken: str


def opened(mail: IncomingMail, *, own: frozenset[str]) -> Opened:
    """The message read, and sorted: `own` are our addresses."""
    return in_one(opening(mail, own=own))


def opening(mail: IncomingMail, *, own: frozenset[str]) -> Generator[None, None, Opened]:
    """As `opened`, in steps."""
    letter, broken = yield from _reading(mail)
    return Opened(letter, kinds.sort(letter, own=own, mark=outbox.installation_mark()), broken)


def read(mail: IncomingMail) -> tuple[Letter, str]:
    return in_one(_reading(mail))


def _reading(mail: IncomingMail) -> Generator[None, None, tuple[Letter, str]]:
    """The letter, and what made it unreadable: then it is what can be guessed of it."""
    try:
        raw = files.read(mail.raw)
    except (OSError, files.DamagedFile) as problem:
        return Letter(), f"{type(problem).__name__}: {problem}"[:200]
    yield
    try:
        return (yield from reading(raw)), ""
    except Unreadable as problem:
        return glimpse(raw), problem.says


def own_addresses() -> frozenset[str]:
    """The addresses that this installation's provider in sight writes from."""
    sender = str(settings.DEFAULT_FROM_EMAIL).rpartition("<")[2].strip("> ").lower()
    mailboxes = Mailbox.objects.values_list("address", flat=True)
    return frozenset({sender, *(address.lower() for address in mailboxes)})


class Coming:
    """A message that likely comes next, opened in steps while the database works for the one before it.

    What cannot be opened is opened again in its turn, and then told.
    """

    def __init__(self, mail: IncomingMail, *, own: frozenset[str]) -> None:
        self.mail = mail
        self.opened: Opened | None = None
        self._steps: Iterator[None] | None = self._open(own)

    def _open(self, own: frozenset[str]) -> Iterator[None]:
        with suppress(Exception):
            self.opened = yield from opening(self.mail, own=own)

    def step(self) -> bool:
        """Do the next step; whether there was one."""
        if self._steps is not None and next(self._steps, self) is self:
            self._steps = None
        return self._steps is not None

    def finish(self) -> None:
        while self.step():
            pass
