"""What a book makes follow from an end, and in which order the days of a letter come."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from clausier.contracts import interruptions
from clausier.foundation.errors import InvalidInput
from clausier.terms.book import Book, Reading
from clausier.terms.outcome import Words

UNPAID: Final = "unpaid"

OF_TERMINATION: Final[dict[str, tuple[Any, Words]]] = {
    "termination.refund": (
        False,
        Words("Rien de ce qui a été payé n’est remboursé.", "Nothing that was paid is refunded."),
    ),
    "termination.fee-still-due": (True, Words("La redevance reste due.", "The fee remains due.")),
}
OF_NON_PAYMENT: Final[dict[str, tuple[Any, Words]]] = {
    "nonpayment.acceleration": (
        True,
        Words("Toutes les sommes dues deviennent exigibles.", "All sums owed fall due at once."),
    ),
    "nonpayment.prepaid-kept": (
        ("debt", "first-damages"),
        Words(
            "Les sommes payées d’avance sont gardées : sur la dette d’abord, puis sur les dommages.",
            "Sums paid in advance are kept: against the debt first, then as first damages.",
        ),
    ),
}
OF_FORCE_MAJEURE: Final[dict[str, tuple[Any, Words]]] = {
    "termination.hindrance.indemnity": (
        False,
        Words("Aucune indemnité n’est due au client.", "No indemnity is owed to the client."),
    ),
    "termination.hindrance.sums-paid-kept": (
        True,
        Words("Les sommes déjà versées restent au prestataire.", "Sums already paid stay with the provider."),
    ),
    "termination.hindrance.work-done-due": (
        True,
        Words(
            "Le travail déjà fait, même en partie, est dû dès réception de la facture.",
            "Work already done, even in part, is due on receipt of the invoice.",
        ),
    ),
}


def effects_of_ground(book: Book, ground: Reading, on: date) -> list[dict[str, Any]]:
    """What follows when a contract ends on that ground, each with its clause."""
    found = [] if ground.value["notice_days"] else [_without_notice(ground)]
    found += interruptions.effects(book, on, OF_TERMINATION)
    if ground.value["ground"] == UNPAID:
        found += interruptions.effects(book, on, OF_NON_PAYMENT)
    return found


def _without_notice(ground: Reading) -> dict[str, Any]:
    return {
        "clause": ground.clause,
        "says": ["Le contrat finit sans préavis.", "The contract ends without notice."],
    }


def effects_of_force_majeure(book: Book, on: date) -> list[dict[str, Any]]:
    """What stays due, and what is not, when an impediment stops or ends a contract."""
    return interruptions.effects(book, on, OF_FORCE_MAJEURE)


def check_days(days: dict[str, date | None], *, made_on: date | None, today: date) -> None:
    """Whether the days of a letter can be: none to come, and in the order in which a letter travels.

    Raises InvalidInput naming the first at fault.
    """
    last: date | None = made_on
    for name in ("posted_on", "presented_on", "handed_on", "returned_on"):
        on = days.get(name)
        if on is None:
            continue
        if on > today:
            raise InvalidInput(_("Ce jour est à venir : notez-le une fois passé."), field=name)
        if last is not None and on < last:
            raise InvalidInput(_("Ce jour précède celui d’avant sur le trajet de la lettre."), field=name)
        last = on
    if days.get("handed_on") and days.get("returned_on"):
        raise InvalidInput(_("Une lettre est remise, ou elle revient : pas les deux."), field="returned_on")
