"""Repeated contestation of what was recorded: ims 7.2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from clausier.terms.book import Book, Reading
from clausier.terms.days import add_months
from clausier.terms.outcome import Account, Words
from clausier.terms.phrases import counted, full_day, in_months, say
from clausier.terms.questions import day, list_of, table_of, wanted, word
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, step, total

THRESHOLD = "intake.contestations"
OVER = "intake.contestations-over"
STATES = ("open", "upheld", "rejected", "withdrawn")


def repeated_contestation(book: Book, inputs: Inputs) -> Answer:
    """Whether the rejected contestations of the last months reach the number that warns the provider."""
    on = inputs["on"]
    threshold, over = book.read(THRESHOLD, on), book.read(OVER, on)
    since = add_months(on, -int(over.value))
    within = [one for one in inputs["contestations"] if since < one["made_on"] <= on]
    rejected = [one for one in within if one["state"] == "rejected"]
    value = len(rejected) >= int(threshold.value)
    return Answer(value, lambda: _account(threshold, over, on, since, within, rejected, value))


def _account(
    threshold: Reading,
    over: Reading,
    on: date,
    since: date,
    within: Sequence[Any],
    rejected: Sequence[Any],
    value: bool,
) -> Account:
    times = _times(len(rejected))
    return Account(
        shown=Words("oui", "yes") if value else Words("non", "no"),
        why=Words("la contestation est-elle répétée", "is the contestation repeated")
        if value
        else Words("la contestation n’est-elle pas répétée", "is the contestation not repeated"),
        says=say(
            "{n} en {months}, pour une alerte à partir de {t}. Une alerte ne met fin à rien.",
            "{n} in {months}, for an alert from {t} on. An alert ends nothing.",
            n=times,
            months=in_months(int(over.value)),
            t=str(threshold.value),
        ),
        because=(
            over.cited(
                say("Depuis le {d}, exclu", "Since {d}, excluded", d=full_day(since)),
                amount=in_months(int(over.value)),
            ),
            fact(
                say("Contestations jusqu’au {d}", "Contestations up to {d}", d=full_day(on)),
                Words(str(len(within)), str(len(within))),
            ),
            step(
                Words("Admises, retirées ou sans réponse", "Upheld, withdrawn or unanswered"),
                Words(f"− {len(within) - len(rejected)}", f"− {len(within) - len(rejected)}"),
                Words("elles ne comptent pas", "they do not count"),
            ),
            total(Words("Refusées", "Rejected"), Words(str(len(rejected)), str(len(rejected)))),
            threshold.cited(amount=Words(str(threshold.value), str(threshold.value))),
        ),
        rests_on=("repeated-contestation",),
    )


def _times(number: int) -> Words:
    return counted(
        number,
        ("contestation refusée", "contestations refusées"),
        ("rejected contestation", "rejected contestations"),
    )


RULES = (
    Rule(
        "repeated-contestation",
        Words("Contestation répétée", "Repeated contestation"),
        (
            wanted("on", day, "le jour considéré", "the day in question"),
            wanted(
                "contestations",
                list_of(
                    table_of(
                        wanted("made_on", day, "le jour de la contestation", "the day of the contestation"),
                        wanted("state", word(*STATES), "ce qu’elle est devenue", "what became of it"),
                    )
                ),
                "les contestations",
                "the contestations",
            ),
        ),
        needs=(THRESHOLD, OVER),
        answer=repeated_contestation,
    ),
)
