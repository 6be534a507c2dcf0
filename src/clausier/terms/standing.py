"""One term of a book on a day: what the text says, what was laid over it, and what therefore applies.

No rule computes anything here; the answer has the form of one, so that it can ask "why?" like any figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clausier.terms.book import Book, Reading
from clausier.terms.errors import NoValueOn
from clausier.terms.outcome import Account, Outcome, Reason, Words
from clausier.terms.phrases import capital, full_day, say
from clausier.terms.rules.ruling import total
from clausier.terms.telling import told

NAME = "term"


def standing(book: Book, term: str, on: date) -> Outcome:
    """What applies of `term` on the day `on`, and why. Raises `NoSuchTerm`, `NoValueOn`."""
    reading = book.read(term, on)
    return Outcome(
        rule=NAME,
        book=book.name,
        digest=book.digest,
        law_digest=book.law.digest,
        inputs={"term": term, "on": on},
        value=reading.value,
        derogations=tuple(one for one in book.overlays_as_json(lambda law: False) if one["term"] == term),
        interpretations=book.interpretations,
        tell=lambda: _account(book, reading, on),
    )


def own_reading(book: Book, term: str, on: date) -> Reading | None:
    """What the text itself says on a day, before practices of the house and derogations; None: nothing."""
    if term not in book.terms:
        return None
    try:
        return book.bare.read(term, on)
    except NoValueOn:
        return None


def _account(book: Book, reading: Reading, on: date) -> Account:
    return Account(
        shown=told(book, reading),
        why=Words(f"«\u00a0{reading.label.fr}\u00a0»", f"“{reading.label.en}”"),
        says=_says(reading, on),
        because=(
            *_lines(book, reading, on),
            total(say("S’applique le {d}", "Applies on {d}", d=full_day(on)), None, told(book, reading)),
        ),
    )


def _says(reading: Reading, on: date) -> Words:
    match reading.source:
        case "derogation":
            return say(
                "Une dérogation écrite, {p}, l’emporte sur le texte.",
                "A written derogation, {p}, goes before the text.",
                p=reading.document or "",
            )
        case "practice":
            return Words(
                "Le texte laisse ce point ouvert\u00a0: c’est l’usage du prestataire.",
                "The text leaves this open: it is the provider’s practice.",
            )
    return Words("C’est ce que dit le texte.", "It is what the text says.")


def _lines(book: Book, reading: Reading, on: date) -> Iterator[Reason]:
    own = own_reading(book, reading.term, on)
    if own is not None:
        yield own.cited(capital(own.label), detail=told(book, own))
    else:
        yield Reason(
            says=Words("Le texte n’en dit rien ce jour-là", "The text says nothing of it on that day"),
            source="fact",
        )
    if reading.source == "derogation" or (own is not None and own.value != reading.value):
        yield reading.cited(
            say("Depuis le {d}", "Since {d}", d=full_day(reading.since)), detail=told(book, reading)
        )
