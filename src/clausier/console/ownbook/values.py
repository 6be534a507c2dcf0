"""The value of a term as fields of a form, and back: numbers, words, sentences, hours, tables, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.console.agencies.forms import DAY_NAMES
from clausier.pages.forms import DayField, PeriodsField
from clausier.terms.book import Book
from clausier.terms.days import WEEKDAYS
from clausier.terms.telling import UNITS, word_of

HOURS = "opening hours"
COVERED_CLASSES = ("server", "network", "workstation", "peripheral", "smartphone")
# Words that the rules know, by the key of the value they stand under (the term itself: "").
KNOWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "verdict": ("covered", "supplier-follow-up", "excluded", "hourly", "points"),
    "with": ("covered", "excluded", "hourly", "points"),
    "without": ("covered", "excluded", "hourly", "points"),
    "nature": ("incident", "request"),
    "applies_to": COVERED_CLASSES,
    "class": COVERED_CLASSES,
    "by": ("client", "provider", "either"),
}
OF_TERMS: Mapping[str, tuple[str, ...]] = {"late-interest.below-floor": ("floor", "ecb10", "none")}
NAMES_OF = {
    "equipment.kinds.": ("equipment.fee-covers.", "equipment.bears-fee"),
    "promise.": ("equipment.response.",),
}
MOST_LINES = 40  # of a list; the form shows one more, empty
Path = tuple[str | int, ...]


class FigureField(forms.CharField):
    """A number with a comma or a point; whole numbers stay whole."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, int | Decimal) else value

    def clean(self, value: Any) -> Any:
        typed = re.sub(r"\s", "", super().clean(value)).replace(",", ".")
        if not typed:
            return None
        try:
            number = Decimal(typed)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal("1e9"):
            raise forms.ValidationError(_("Indiquez un nombre, par exemple 4 ou 1,5."))
        return int(number) if number == int(number) else number


@dataclass
class Fields:
    """The fields of one value. `fixed` are the words that have no alternative: shown, not asked."""

    book: Book
    term: str
    unit: str
    alternatives: Mapping[str, set[str]]
    language: str
    made: dict[str, forms.Field] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)

    def of(self, value: Any) -> None:
        """Make the fields of `value`."""
        if self.unit == HOURS and isinstance(value, Mapping):
            for day in WEEKDAYS:
                self._add((day,), PeriodsField(label=str(DAY_NAMES[day]).capitalize()), value.get(day, ()))
        else:
            self._make((), value, required=True)

    def _make(self, path: Path, value: Any, *, required: bool) -> None:
        if isinstance(value, bool):
            self._add(
                path, forms.BooleanField(label=self._label(path) if path else _("Oui"), required=False), value
            )
        elif isinstance(value, int | Decimal):
            self._add(path, FigureField(label=self._label(path, unit=True), required=required), value)
        elif isinstance(value, date):
            self._add(path, DayField(label=self._label(path), required=required), value)
        elif isinstance(value, str):
            self._word(path, value, required)
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                self._make((*path, key), inner, required=required)
        elif value and all(isinstance(one, Mapping) for one in value):
            self._lines(path, value)
        elif all(isinstance(one, str) for one in value):
            self._words(path, value)
        elif all(isinstance(one, int | Decimal) for one in value):
            for number, one in enumerate(value):
                self._make((*path, number), one, required=False)

    def _word(self, path: Path, value: str, required: bool) -> None:
        if path and path[-1] in ("fr", "en"):
            widget = forms.Textarea(attrs={"rows": 2}) if len(value) > 60 else forms.TextInput()
            self._add(
                path,
                forms.CharField(label=self._label(path), required=required, widget=widget, max_length=2000),
                value,
            )
        elif not (path and path[-1] == "key"):
            self._add(
                path,
                forms.ChoiceField(
                    label=self._label(path), required=required, choices=self._choices(path, {value})
                ),
                value,
            )

    def _words(self, path: Path, value: Any) -> None:
        self._add(
            path,
            forms.MultipleChoiceField(
                label=self._label(path),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=self._choices(path, set(value)),
            ),
            list(value),
        )

    def _lines(self, path: Path, value: Any) -> None:
        """A list of tables, line by line, and an empty line for one more; an emptied line goes."""
        for number, line in enumerate(value):
            self._make((*path, number), line, required=False)
        if len(value) < MOST_LINES:
            self._make((*path, len(value)), _blank(value[0]), required=False)

    def _choices(self, path: Path, present: set[str]) -> list[tuple[str, str]]:
        words = present | self.alternatives.get(_shape_of(path), set())
        words |= set(OF_TERMS.get(self.term, ())) if not path else set()
        words |= set(KNOWN_WORDS.get(str(path[-1]), ())) if path else set()
        words |= set(self._named(path))
        blank = [] if present - {""} else [("", "—")]
        return blank + sorted(((word, self._told(word)) for word in words - {""}), key=lambda pair: pair[1])

    def _named(self, path: Path) -> Iterator[str]:
        """Words that are names of other terms of the book: kinds of equipment, services, commitments."""
        folder = next((start for start, terms in NAMES_OF.items() if self.term.startswith(terms)), "")
        folder = "services.catalogue." if path and path[-1] == "service" else folder
        for name in self.book.names(folder) if folder else ():
            if folder != "promise." or name.endswith(".within"):
                yield name.removeprefix(folder).removesuffix(".within")

    def _told(self, word: str) -> str:
        said = word_of(self.book, word).to(self.language)
        return said[:1].upper() + said[1:]

    def _label(self, path: Path, *, unit: bool = False) -> str:
        """« Sur site · Poste (points par heure) »; a single figure is called by its unit alone."""
        words = [self._step(step) for step in path]
        if path and path[-1] in ("fr", "en") and len(words) > 1:
            words = [*words[:-1], words[-1].lower()]
        measured = UNITS.get(self.unit) if unit else None
        said = measured[0 if self.language == "fr" else 1][1] if measured else ""
        if not words:
            return said[:1].upper() + said[1:] if said else _("Valeur")
        return " · ".join(words)

    def _step(self, step: str | int) -> str:
        if isinstance(step, int):
            return str(step + 1)
        if step.isdigit() and self.term.startswith("target."):
            return _("Priorité %(level)s") % {"level": step}
        return str(STEPS[step]) if step in STEPS else self._told(step)

    def _add(self, path: Path, made: forms.Field, value: Any) -> None:
        name = name_of(path)
        self.made[name] = made
        self.initial[name] = value


STEPS = {
    "fr": gettext_lazy("En français"),
    "en": gettext_lazy("En anglais"),
    "label": gettext_lazy("Nom"),
    "initial": gettext_lazy("Durée initiale"),
    "renewal": gettext_lazy("Chaque reconduction"),
    "notice": gettext_lazy("Préavis"),
}


def name_of(path: Path) -> str:
    """The name of the field of a place in the value."""
    return ".".join(("value", *map(str, path)))


def read(value: Any, typed: Mapping[str, Any], unit: str, path: Path = ()) -> Any:
    """The value as it was typed, in the shape of `value`."""
    if unit == HOURS and isinstance(value, Mapping):
        return {day: periods for day in WEEKDAYS if (periods := typed.get(name_of((day,))))}
    if isinstance(value, Mapping):
        return {key: read(inner, typed, "", (*path, key)) for key, inner in value.items()}
    if isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
        return list(_read_lines(value, typed, path))
    if isinstance(value, list | tuple) and value and not isinstance(value[0], str):
        lines = (read(one, typed, "", (*path, number)) for number, one in enumerate(value))
        return [one for one in lines if one is not None]
    if isinstance(value, list | tuple):
        chosen = typed.get(name_of(path), [])
        return [one for one in value if one in chosen] + [one for one in chosen if one not in value]
    return typed.get(name_of(path), value)


def _read_lines(value: Any, typed: Mapping[str, Any], path: Path) -> Iterator[Any]:
    taken: set[str] = set()
    for number, line in enumerate([*value, _blank(value[0])]):
        found = read(line, typed, "", (*path, number))
        if not _says_something(found):
            continue
        if "key" in found:
            found["key"] = _key(found, taken)
            taken.add(found["key"])
        yield found


def _key(line: Mapping[str, Any], taken: set[str]) -> str:
    """The key of a line: its own, or for a new one a word made of its English name."""
    own = line["key"]
    if own and own not in taken:
        return str(own)
    name = next((line[k]["en"] for k in ("label", "place", "says") if isinstance(line.get(k), Mapping)), "")
    base = re.sub(r"[^a-z0-9]+", "-", str(name).lower()).strip("-")[:40] or "line"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def _says_something(line: Any, key: str = "") -> bool:
    """False of a line that was emptied: no figure, no sentence, no word but its key."""
    if isinstance(line, Mapping):
        return any(_says_something(inner, name) for name, inner in line.items())
    if isinstance(line, list):
        return any(_says_something(one) for one in line)
    return key != "key" and line not in (None, "", False)


def _blank(value: Any) -> Any:
    """`value` with nothing in it."""
    if isinstance(value, Mapping):
        return {key: _blank(inner) for key, inner in value.items()}
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return ""
    if isinstance(value, list | tuple):
        return [_blank(value[0])] if value and isinstance(value[0], Mapping) else []
    return BLANK_FIGURE if isinstance(value, int | Decimal) else value


class _BlankFigure(int):
    """A figure that nobody wrote yet: shown as an empty field."""

    def __str__(self) -> str:
        return ""


BLANK_FIGURE = _BlankFigure()


def alternatives(term: str, books: list[Book]) -> dict[str, set[str]]:
    """The words that other books have at each place of the same term."""
    found: dict[str, set[str]] = {}
    for book in books:
        if term in book.terms:
            for one in book.terms[term].values:
                for path, word in _words_of(one.value, ()):
                    found.setdefault(_shape_of(path), set()).add(word)
    return found


def _words_of(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _words_of(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for inner in value:
            texts = isinstance(inner, str)
            yield from _words_of(inner, path if texts else (*path, 0))


def _shape_of(path: Path) -> str:
    """A place in a value, whichever line of a list."""
    return ".".join("*" if isinstance(step, int) else step for step in path)
