"""Every rule that a book can be asked: one table, and the doors to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from clausier.terms.book import Book, Derogation, Practice
from clausier.terms.errors import UnknownRule
from clausier.terms.outcome import Outcome, Words
from clausier.terms.rules import (
    contestation,
    contract,
    fees,
    hosting,
    late_payment,
    open_time,
    packs,
    points,
    triage,
    visits,
)
from clausier.terms.rules.ruling import Answer, Rule

RULES: dict[str, Rule] = {
    rule.name: rule
    for family in (
        *(open_time, triage, points, packs, contestation, fees),
        *(late_payment, hosting, contract, visits),
    )
    for rule in family.RULES
}


def ask(name: str, book: Book, given: Mapping[str, Any]) -> Outcome:
    """The outcome of one rule. Raises `UnknownRule`, or the `TermsError` of the question."""
    return _rule(name).ask(book, given)


def answer(name: str, book: Book, given: Mapping[str, Any]) -> Answer:
    """What `ask` finds, for who keeps nothing of the question: value and account, without their outcome."""
    rule = _rule(name)
    return rule.answer(book, rule.read(book, given))


def _rule(name: str) -> Rule:
    rule = RULES.get(name)
    if rule is None:
        known = ", ".join(RULES)
        raise UnknownRule(
            Words(
                f"Règle inconnue : « {name} ». Choix : {known}.", f"Unknown rule “{name}”. Choices: {known}."
            ),
            "rule",
        )
    return rule


def replay(outcome: Mapping[str, Any], book: Book) -> Outcome:
    """A stored outcome, answered again by the book it names, with all that was laid over it then."""
    return ask(outcome["rule"], relaid(book, outcome["derogations"]), outcome["inputs"])


def relaid(book: Book, overlays: list[Mapping[str, Any]]) -> Book:
    """`book` (as loaded) with the derogations, practices and legal values that an outcome lists."""
    own = [_overlay(raw) for raw in overlays if raw["book"] == book.name]
    law = [_overlay(raw) for raw in overlays if raw["book"] != book.name]
    relaid = book
    for overlay in own:
        relaid = (
            relaid.amended(overlay) if isinstance(overlay, Derogation) else relaid.with_practices(overlay)
        )
    return (
        relaid.with_law(book.law.amended(*(o for o in law if isinstance(o, Derogation)))) if law else relaid
    )


def _overlay(raw: Mapping[str, Any]) -> Derogation | Practice:
    label = Words(*raw["label"]) if raw["label"] else None
    since = date.fromisoformat(raw["since"])
    until = date.fromisoformat(raw["until"]) if raw["until"] else None
    if raw["kind"] == "practice":
        return Practice(raw["term"], since, raw["value"], Words(*raw["reason"]), label, until)
    return Derogation(raw["term"], since, raw["value"], raw["document"], label, until, raw["clause"])
