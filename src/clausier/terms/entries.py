"""What a book is made of: dated values, clauses, findings, duties, and what may be laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

from clausier.terms.outcome import Reason, Source, Words, plain
from clausier.terms.phrases import capital


class Fault(NamedTuple):
    """One thing wrong in a book: where, what, and what would be right."""

    file: str
    place: str
    says: Words
    would_be_right: Words


class DatedValue(NamedTuple):
    """A value from `since` to `until` (exclusive; None: until the next `since`, or for ever)."""

    since: date
    until: date | None
    value: Any
    clause: str | None


class Term(NamedTuple):
    """A term of the book: its values in order of `since`. A practice gives a reason instead of clauses."""

    name: str
    label: Words
    unit: str
    values: tuple[DatedValue, ...]
    practice: bool
    reason: Words | None
    file: str


class Reading(NamedTuple):
    """A value as it was read: what it is worth, and everything needed to cite it."""

    term: str
    value: Any
    clause: str | None
    label: Words
    unit: str
    source: Source
    book: str
    since: date
    until: date | None = None
    document: str | None = None
    reason: Words | None = None

    def cited(
        self,
        says: Words | None = None,
        amount: Words | None = None,
        detail: Words | None = None,
        total: bool = False,
    ) -> Reason:
        """The line of an account that rests on this reading; says its label when nothing better is said."""
        return Reason(
            says or capital(self.label),
            self.source,
            self.clause,
            self.book,
            self.term,
            amount,
            detail if detail is not None else self.reason or self._entered(),
            self.document,
            total,
        )

    def _entered(self) -> Words | None:
        """Of a value of law entered in the installation: where it was published, and who vouches for it."""
        return Words(self.document, self.document) if self.source == "law" and self.document else None


class Clause(NamedTuple):
    """A clause of the text, in our own words. `bears`: terms, duty, right or nothing."""

    number: str
    article: str
    title: Words
    gist: Words
    bears: str
    by: str | None
    extra: Mapping[str, Any]


class Finding(NamedTuple):
    """A flaw of the text itself, found on reading it."""

    key: str
    clause: str | None
    says: Words
    severity: str
    extra: Mapping[str, Any]


class Duty(NamedTuple):
    """What a clause binds someone to do (or lets them do), and when it is asked for."""

    clause: str
    by: str
    says: Words
    when: str
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Derogation:
    """A written exception to a term: dated, and citing its document.

    A table given here changes only the keys it names. A term that the book does not have may be added
    (particular conditions complete the terms): it then needs a label.
    """

    term: str
    since: date
    value: Any
    document: str
    label: Words | None = None
    until: date | None = None
    clause: str | None = None

    kind = "derogation"

    def as_json(self) -> dict[str, Any]:
        """What an outcome keeps, enough to replay it."""
        return {
            "kind": self.kind,
            "term": self.term,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "value": plain(self.value),
            "document": self.document,
            "label": list(self.label) if self.label else None,
            "clause": self.clause,
        }


@dataclass(frozen=True, slots=True)
class Practice:
    """The provider's (or the agency's) own habit where the text is silent; never a promise of the terms."""

    term: str
    since: date
    value: Any
    reason: Words
    label: Words | None = None
    until: date | None = None

    kind = "practice"

    def as_json(self) -> dict[str, Any]:
        """What an outcome keeps, enough to replay it."""
        return {
            "kind": self.kind,
            "term": self.term,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "value": plain(self.value),
            "reason": list(self.reason),
            "label": list(self.label) if self.label else None,
        }


Overlay = Derogation | Practice


def freeze(value: Any) -> Any:
    """`value` with tables and lists that cannot be changed."""
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): freeze(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(inner) for inner in value)
    return value


def merged(former: Any, later: Any) -> Any:
    """`later` laid over `former`: tables key by key, anything else replaced."""
    if isinstance(former, Mapping) and isinstance(later, Mapping):
        keys = dict.fromkeys([*former, *later])
        return freeze({k: merged(former.get(k), later[k]) if k in later else former[k] for k in keys})
    return later


def fitted(value: Any, model: Any) -> Any:
    """`value` in the shape of `model`: decimal text becomes a number where a number stands.

    JSON keeps decimals as text, and particular conditions come from JSON. Raises ValueError otherwise.
    """
    if shape_of(model) == "number" and isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            raise ValueError(value) from None
    if isinstance(value, float) or shape_of(model) != shape_of(value):
        raise ValueError(value)
    if isinstance(model, Mapping):
        return {key: fitted(inner, model[key]) if key in model else inner for key, inner in value.items()}
    if isinstance(model, list | tuple) and model:
        return [fitted(inner, model[0]) for inner in value]
    return value


SHAPES = {
    "flag": Words("oui ou non", "true or false"),
    "number": Words("un nombre", "a number"),
    "list": Words("une liste", "a list"),
    "table": Words("un tableau de valeurs", "a table"),
    "text": Words("un texte", "a text"),
}


def shape_of(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | Decimal):
        return "number"
    if isinstance(value, Mapping):
        return "table"
    if isinstance(value, list | tuple):
        return "list"
    return "text"
