"""What a step of a ticket costs, shown before it is climbed and kept with it (ims 7.1; imri XI)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.desk import facts, policies
from clausier.desk.after_end import judged
from clausier.desk.models import Step, Ticket, Verdict, WorkMode
from clausier.foundation import wording
from clausier.terms import rules
from clausier.terms.outcome import Outcome

HOUR: Final = 60  # minutes: what a price is told for
GRADE: Final = "technician"
HOURLY: Final = ("hourly.rates", "hourly.travel")
MODES: Final = {Step.PHONE: WorkMode.REMOTE, Step.REMOTE: WorkMode.REMOTE, Step.ONSITE: WorkMode.ONSITE}


@dataclass(frozen=True, slots=True)
class Effect:
    """The price of an hour at a step.

    `kind` is included, points, hourly or quote; `amount` points or euros excluding VAT an hour; `minimum`
    the minutes deducted at least. `outcome` says why; None where the ticket's coverage does.
    """

    kind: str
    amount: Decimal | None = None
    minimum: int | None = None
    outcome: Outcome | None = None

    @property
    def is_free(self) -> bool:
        return self.kind == "included"

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "amount": f"{self.amount.normalize():f}" if self.amount is not None else None,
            "minimum": self.minimum,
        }


def of_step(ticket: Ticket, step: str, at: datetime) -> Effect:
    """What an hour at `step` takes on the day of `at`, by the terms that hold for the ticket then."""
    ticket = judged(ticket, at).ticket
    match ticket.verdict:
        case Verdict.COVERED:
            return Effect("included")
        case Verdict.POINTS:
            return _points(ticket, MODES[Step(step)], at)
        case Verdict.HOURLY:
            return _hourly(ticket, at)
    return Effect("quote")


def _points(ticket: Ticket, mode: str, at: datetime) -> Effect:
    outcome = facts.points_of(ticket, mode, [{"minutes": HOUR}], at)
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    least = book.read("points.minimum", policies.day_of(at)).value.get(mode)
    return Effect("points", Decimal(str(outcome.value)), int(least) if least else None, outcome)


def _hourly(ticket: Ticket, at: datetime) -> Effect:
    book = facts.terms_for(ticket.provider, ticket.contract, ticket.agency).book
    if not all(book.has(term) for term in HOURLY):
        return Effect("quote")
    asked = {
        "grade": GRADE,
        "minutes": HOUR,
        "zone": ticket.site.zone if ticket.site else 1,
        "km": Decimal(0),
        "on": policies.day_of(at),
    }
    outcome = rules.ask("hourly-fee", book, asked)
    return Effect("hourly", Decimal(str(outcome.value)), None, outcome)


def says(effect: Mapping[str, Any]) -> str:
    """A price as one tells it, from what `as_json` kept."""
    language = get_language() or "fr"
    amount = Decimal(effect["amount"]) if effect.get("amount") else Decimal(0)
    match effect["kind"]:
        case "included":
            return _("compris dans le contrat")
        case "points" if effect.get("minimum"):
            return _("%(points)s de l’heure, %(minutes)s au moins") % {
                "points": _in_points(amount),
                "minutes": wording.span(int(effect["minimum"]) * 60),
            }
        case "points":
            return _("%(points)s de l’heure") % {"points": _in_points(amount)}
        case "hourly":
            return _("%(money)s HT de l’heure") % {"money": wording.money(amount, language)}
    return _("hors contrat, sur devis")


def _in_points(amount: Decimal) -> str:
    """A rate in points: whole where it is whole."""
    return _("%(number)s points") % {"number": wording.number(amount, get_language() or "fr")}
