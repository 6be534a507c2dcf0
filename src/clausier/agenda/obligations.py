"""What both parties owe each other on a day: one form for every dated promise, whatever it comes from.

Each app whose rows carry such dates has a source (`sources/`): a function of the reader and of two days that
tells obligations. `SOURCES` in `sources/__init__.py` is the table; whoever comes to have dates adds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from django.utils.translation import gettext_lazy as _

from clausier.contracts.models import Contract
from clausier.directory.models import Client
from clausier.foundation.actors import Actor

State = Literal["due", "done", "missed"]
Side = Literal["provider", "client", "both"]
Place = Literal[
    "contract",
    "ticket",
    "plan",
    "points",
    "phone",
    "duties",
    "loans",
    "endings",
    "quotes",
    "disputes",
    "reversals",
]

STATES: Final = {"due": _("à venir"), "done": _("fait"), "missed": _("manqué")}
SIDES: Final = {"provider": _("le prestataire"), "client": _("le client"), "both": _("les deux parties")}
KINDS: Final = {
    "notice": _("préavis"),
    "announcement": _("annonce de changement"),
    "renewal": _("reconduction"),
    "end": _("fin de contrat"),
    "quote": _("devis"),
    "opening": _("ouverture d’un service"),
    "letter": _("lettre de préavis"),
    "formal-notice": _("mise en demeure"),
    "force-majeure": _("force majeure"),
    "suspension": _("suspension du service"),
    "dispute": _("procédure amiable"),
    "reversal": _("réversibilité"),
    "reversal-step": _("étape d’une réversibilité"),
    "promise": _("promesse d’un ticket"),
    "visit": _("rendez-vous"),
    "callback": _("rappel téléphonique"),
    "work": _("travail récurrent"),
    "duty": _("devoir du client"),
    "loan": _("machine prêtée"),
    "statement": _("relevé de points"),
    "expiry": _("péremption de points"),
}
"""What an obligation is, in the order in which filters show it."""

LIMITS: Final = frozenset(
    {"notice", "announcement", "renewal", "end", "expiry", "force-majeure", "dispute", "quote", "opening"}
)
"""Dates that pass by themselves: nobody misses them, what depended on them is settled."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What is owed on a day. `key` is the same as long as the thing is, whatever day it moves to.

    `says` is one line in the language spoken. `place` and `ident` say where it is dealt with, `person` who of
    the staff has it. `ruling` is why it falls on that day, where that was kept.
    """

    key: str
    kind: str
    owed_by: Side
    client: Client
    due_on: date
    state: State
    says: str
    place: Place
    ident: str
    due_at: datetime | None = None
    ends_at: datetime | None = None
    contract: Contract | None = None
    book: str = ""
    digest: str = ""
    clause: str = ""
    ruling: int | None = None
    person: int | None = None

    @property
    def cited(self) -> str:
        """« imri/2013 XIII »: the clause with its book, "" without one."""
        return f"{self.book} {self.clause}" if self.clause else ""

    @property
    def order(self) -> tuple[Any, ...]:
        return (self.due_on, self.due_at is None, self.due_at, self.client.sort_key, self.key)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, for which days (both included), and when it is."""

    actor: Actor
    since: date
    until: date
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


Source = Callable[[Asked], Iterator[Obligation]]


def passed(due_on: date, asked: Asked) -> State:
    """How a date stands that passes by itself."""
    return "done" if due_on < asked.today else "due"


def kept(is_done: bool, due: bool) -> State:
    """How something stands that somebody has to do: `due` while its time has not passed."""
    return "done" if is_done else "due" if due else "missed"
