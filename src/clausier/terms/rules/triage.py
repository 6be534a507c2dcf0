"""What a request is worth to the desk: its priority, and whether the contract covers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from clausier.terms.book import Book, Reading
from clausier.terms.errors import OutOfRange
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import capital, full_day, listed, same, say
from clausier.terms.questions import day, list_of, optional, text, unknown_word, wanted, word
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, read, total

IMPACTS = {
    "one": Words("une personne", "one person"),
    "department": Words("un service", "a department"),
    "site": Words("tout le site", "the whole site"),
}
URGENCIES = {
    "can-work": Words("peut travailler", "can work"),
    "degraded": Words("travaille mal", "works badly"),
    "blocked": Words("ne peut plus travailler", "cannot work"),
}
EQUIPMENT = {
    "server": Words("serveur", "server"),
    "network": Words("réseau", "network"),
    "workstation": Words("poste de travail", "workstation"),
    "peripheral": Words("périphérique", "peripheral"),
    "smartphone": Words("mobile", "smartphone"),
}
VERDICTS = {
    "covered": Words("comprise au forfait", "covered"),
    "supplier-follow-up": Words("suivi du fournisseur seulement", "supplier follow-up only"),
    "excluded": Words("exclue, sur devis", "excluded, on quote"),
    "hourly": Words("facturée à l’heure", "billed by the hour"),
    "points": Words("décomptée en points", "deducted in points"),
}
_CAUSES = "coverage.causes."
_TARIFFS = {"points": "points.rates", "hourly": "hourly.rates"}


def priority(book: Book, inputs: Inputs) -> Answer:
    """The provider's priority for an impact and an urgency: a practice (ims 6.1 leaves it open)."""
    grid = read(book, "priority.grid", inputs["on"])
    impact, urgency = inputs["impact"], inputs["urgency"]
    if impact not in grid.value:
        raise unknown_word(impact, "impact", grid.value)
    if urgency not in grid.value[impact]:
        raise unknown_word(urgency, "urgency", grid.value[impact])
    value = int(grid.value[impact][urgency])
    named = IMPACTS.get(impact, same(impact)), URGENCIES.get(urgency, same(urgency))
    return Answer(
        value,
        lambda: Account(
            shown=say("priorité {n}", "priority {n}", n=value),
            why=say("la priorité {n}", "priority {n}", n=value),
            says=say(
                "Gêne : {i} ; {u}. La grille du prestataire donne {n}.",
                "Affected: {i}; {u}. The provider’s grid gives {n}.",
                i=named[0],
                u=named[1],
                n=value,
            ),
            because=(
                fact(Words("Combien de personnes sont gênées", "How many people are affected"), named[0]),
                fact(Words("Peuvent-elles travailler", "Can they work"), named[1]),
                grid.cited(amount=same(str(value))),
                total(Words("Priorité", "Priority"), same(str(value))),
            ),
            parts=(_grid_part(grid, impact, urgency),),
        ),
    )


def _grid_part(grid: Reading, impact: str, urgency: str) -> Part:
    urgencies = list(dict.fromkeys(u for row in grid.value.values() for u in row))
    return Part(
        "grid",
        {
            "impacts": list(grid.value),
            "urgencies": urgencies,
            "impact_labels": [list(IMPACTS.get(i, same(i))) for i in grid.value],
            "urgency_labels": [list(URGENCIES.get(u, same(u))) for u in urgencies],
            "cells": {i: {u: int(n) for u, n in row.items()} for i, row in grid.value.items()},
            "impact": impact,
            "urgency": urgency,
        },
    )


def coverage(book: Book, inputs: Inputs) -> Answer:
    """Whether the contract covers a cause on a piece of equipment, and by which clause: imri V, VIII."""
    causes = tuple(name.removeprefix(_CAUSES) for name in book.names(_CAUSES))
    if inputs["cause"] not in causes:
        raise unknown_word(inputs["cause"], "cause", causes)
    cause = read(book, _CAUSES + inputs["cause"], inputs["on"])
    equipment, classes = inputs["equipment_class"], inputs["contract_classes"]
    fits = cause.value.get("applies_to")
    if fits is not None and equipment not in fits:
        raise OutOfRange(
            say(
                "« cause » : « {c} » ne se dit pas de cet équipement ({e}).",
                "“cause”: “{c}” does not apply to this equipment ({e}).",
                c=cause.label,
                e=EQUIPMENT[equipment],
            ),
            "cause",
        )
    value, outside = _verdict(cause.value, equipment, classes)
    shown = VERDICTS.get(value, same(value))
    tariffs = _tariffs(book, value, inputs["on"])
    return Answer(
        value,
        lambda: Account(
            shown=capital(shown),
            why=say("« {v} »", "“{v}”", v=shown),
            says=_coverage_says(cause.label, equipment, shown, outside),
            because=(
                *_ended(inputs["contract_ended_on"]),
                fact(Words("Équipement", "Equipment"), EQUIPMENT[equipment]),
                fact(Words("Classes du contrat", "Classes of the contract"), _classes_named(classes)),
                cause.cited(
                    amount=capital(VERDICTS.get(_printed(cause.value, classes), shown)),
                ),
                *(tariff.cited() for tariff in tariffs),
                total(
                    Words("Couverture", "Coverage"),
                    shown,
                    Words("cet équipement est hors du contrat", "this equipment is outside the contract")
                    if outside
                    else None,
                ),
            ),
        ),
    )


def _ended(on: date | None) -> tuple[Reason, ...]:
    """That the contract which covered such work before is over."""
    if on is None:
        return ()
    until = say("terminé le {d}", "ended on {d}", d=full_day(on))
    return (fact(Words("Contrat de la demande", "Contract of the request"), until),)


def _tariffs(book: Book, verdict: str, on: date | None) -> tuple[Reading, ...]:
    """The clause that says what such work is worth, where the verdict is a way of paying."""
    term = _TARIFFS.get(verdict)
    return (read(book, term, on),) if term is not None and book.has(term) else ()


def _printed(cause: Mapping[str, Any], classes: object) -> str:
    """The verdict that the book gives the cause, by the kind of contract where that decides."""
    by_contract = cause.get("by_contract")
    if by_contract is None:
        return str(cause["verdict"])
    return str(by_contract["without" if classes is None else "with"])


def _verdict(cause: Mapping[str, Any], equipment: str, classes: tuple[str, ...] | None) -> tuple[str, bool]:
    """The verdict, and whether it comes from the equipment being outside the contract."""
    printed = _printed(cause, classes)
    if printed in ("covered", "supplier-follow-up") and (classes is None or equipment not in classes):
        return "excluded", True
    return printed, False


def _classes_named(classes: tuple[str, ...] | None) -> Words:
    if classes is None:
        return Words("sans contrat", "no contract")
    if not classes:
        return Words("aucune", "none")
    return listed([EQUIPMENT[c] for c in classes])


def _coverage_says(label: Words, equipment: str, shown: Words, outside: bool) -> Words:
    if outside:
        return say(
            "{l} : le contrat ne couvre pas cet équipement ({e}).",
            "{l}: the contract does not cover this equipment ({e}).",
            l=capital(label),
            e=EQUIPMENT[equipment],
        )
    return say("{l} : intervention {v}.", "{l}: the work is {v}.", l=capital(label), v=shown)


_CLASS = word(*EQUIPMENT)

RULES = (
    Rule(
        "priority",
        Words("Priorité d’une demande", "Priority of a request"),
        (
            wanted("impact", text, "qui est gêné", "who is affected"),
            wanted("urgency", text, "peuvent-ils travailler", "can they work"),
            optional("on", day, "le jour de la demande", "the day of the request"),
        ),
        needs=("priority.grid",),
        answer=priority,
    ),
    Rule(
        "coverage",
        Words("Couverture d’une demande", "Coverage of a request"),
        (
            wanted("equipment_class", _CLASS, "la classe d’équipement", "the equipment class"),
            wanted("cause", text, "la cause", "the cause"),
            optional(
                "contract_classes", list_of(_CLASS), "les classes sous contrat", "the classes under contract"
            ),
            optional("on", day, "le jour de la demande", "the day of the request"),
            optional(
                "contract_ended_on",
                day,
                "le dernier jour du contrat qui la couvrait",
                "the last day of the contract that covered it",
            ),
        ),
        needs=(_CAUSES + "*",),
        answer=coverage,
        reads=tuple(_TARIFFS.values()),
    ),
)
