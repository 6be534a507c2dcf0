"""The terms that a book would have given each contract, and rules asked of many facts under them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.directory.models import Agency
from clausier.foundation.models import Provider
from clausier.terms.book import Book
from clausier.terms.errors import TermsError
from clausier.terms.instants import local_day
from clausier.terms.rules import RULES
from clausier.terms.rules.ruling import Rule

SECONDS_AN_HOUR = 3600


class Place(NamedTuple):
    """Under which contract a fact stands (None: without one), and whose agency served it."""

    contract: int | None
    agency: int


class Bearing:
    """What the book gives each contract: practices of the house and derogations of today laid over it.

    The book is read as if it had always been in force; a derogation keeps its own days.
    """

    def __init__(self, provider: Provider, book: Book, asked: Iterable[Contract]) -> None:
        self.provider = provider
        self.book = book.of_all_times()
        self.contracts = {one.pk: one for one in asked}
        for one in self.contracts.values():
            one.provider = provider  # its grid and its law are asked again for each
        self._agencies = {one.pk: one for one in Agency.objects.filter(provider=provider)}
        self._terms: dict[Place, Book] = {}
        self._days: dict[int, date] = {}

    def day(self, seconds: int) -> date:
        """The local day of an instant; remembered by the hour, for a year has few."""
        hour = seconds // SECONDS_AN_HOUR
        found = self._days.get(hour)
        if found is None:
            found = self._days[hour] = local_day(seconds)
        return found

    def terms(self, place: Place) -> Book:
        """The terms at a place; those of a client without contract are the book and the practices."""
        found = self._terms.get(place)
        if found is None:
            found = self._terms[place] = self._made(place)
        return found

    def _made(self, place: Place) -> Book:
        agency = self._agencies[place.agency]
        if place.contract is None:
            return contracts.without_contract(self.provider, self.book, agency)
        return contracts.under_text(self.contracts[place.contract], self.book, agency)


@dataclass(slots=True)
class _Print:
    """What a rule may read of some terms: `days` on which one of these changes, and a number that all terms
    share which say the same."""

    days: list[date]
    number: int


@dataclass(slots=True)
class Asker:
    """One rule asked of many facts: of terms that say the same, each question is put to the kernel once.

    Only for rules that use the day of the fact (`on`) to read the terms of that day, and for nothing else.
    """

    bearing: Bearing
    rule: Rule
    _prints: dict[Place, _Print] = field(default_factory=dict)
    _numbers: dict[Any, int] = field(default_factory=dict)
    _said: dict[Any, Any] = field(default_factory=dict)
    _names: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, bearing: Bearing, rule: str) -> Asker:
        return cls(bearing, RULES[rule])

    def value(self, place: Place, on: date, given: Callable[[], Mapping[str, Any]], key: Any) -> Any:
        """The value for the inputs `given()`, which `key` tells apart from all others of any day.

        Raises the `TermsError` of the question.
        """
        mark = self._prints.get(place)
        if mark is None:
            mark = self._prints[place] = self._printed(self.bearing.terms(place))
        asked = (mark.number, bisect_right(mark.days, on), key)
        said = self._said.get(asked)
        if said is None:
            said = self._said[asked] = self._asked(place, given(), on)
        if isinstance(said, TermsError):
            raise said
        return said

    def _asked(self, place: Place, given: Mapping[str, Any], on: date) -> Any:
        try:
            return self.rule.ask(self.bearing.terms(place), {**given, "on": on}).value
        except TermsError as refused:
            return refused

    def _reads(self, name: str) -> bool:
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self.rule.may_read(name)
        return found

    def _printed(self, terms: Book) -> _Print:
        spells = [spell for name in terms.names() if self._reads(name) for spell in terms.timeline(name)]
        said = tuple((one.term, one.since, one.until, repr(one.value)) for one in spells)
        days = sorted({day for one in spells for day in (one.since, one.until) if day is not None})
        return _Print(days, self._numbers.setdefault(said, len(self._numbers)))
