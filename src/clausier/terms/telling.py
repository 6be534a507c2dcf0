"""A value of a book as people read it: its figures, its words and its unit, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from clausier.terms.book import Book, Reading
from clausier.terms.outcome import Words
from clausier.terms.phrases import NBSP, counted, full_day, listed, plain_figure, same

# Units of measure, for one and for many; any other unit names what the value is, and is not said beside it.
UNITS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "EUR": (("€", "€"), ("€", "€")),
    "EUR excl. VAT": (("€ HT", "€ HT"), ("€ excl. VAT", "€ excl. VAT")),
    "EUR excl. VAT per hour": (("€ HT de l’heure",) * 2, ("€ excl. VAT an hour",) * 2),
    "Gbps": (("Gbit/s", "Gbit/s"), ("Gbit/s", "Gbit/s")),
    "consecutive days": (("jour consécutif", "jours consécutifs"), ("consecutive day", "consecutive days")),
    "contestations": (("contestation", "contestations"), ("contestation", "contestations")),
    "copies": (("exemplaire", "exemplaires"), ("copy", "copies")),
    "days": (("jour", "jours"), ("day", "days")),
    "days, then end of month": (
        ("jour, fin de mois", "jours, fin de mois"),
        ("day, end of month", "days, end of month"),
    ),
    "engineer days": (("jour d’ingénieur", "jours d’ingénieur"), ("engineer day", "engineer days")),
    "feeds": (("arrivée", "arrivées"), ("feed", "feeds")),
    "generators": (("groupe", "groupes"), ("generator", "generators")),
    "hours": (("heure", "heures"), ("hour", "hours")),
    "minutes": (("minute", "minutes"), ("minute", "minutes")),
    "months": (("mois", "mois"), ("month", "months")),
    "open hours": (("heure ouvrée", "heures ouvrées"), ("open hour", "open hours")),
    "open minutes": (("minute ouvrée", "minutes ouvrées"), ("open minute", "open minutes")),
    "percent": (("%", "%"), ("%", "%")),
    "percent a year": (("% l’an", "% l’an"), ("% a year", "% a year")),
    "points": (("point", "points"), ("point", "points")),
    "points per hour": (("point par heure", "points par heure"), ("point an hour", "points an hour")),
    "servers": (("serveur", "serveurs"), ("server", "servers")),
    "times": (("fois", "fois"), ("time", "times")),
    "working days": (("jour ouvré", "jours ouvrés"), ("working day", "working days")),
    "years": (("an", "ans"), ("year", "years")),
}
# Of a table of several kinds of figures, the unit cannot be said of each: its keys tell what they are.
_MIXED = frozenset({"percent", "percent a year", "hours"})
# Where words that name equipment and services find their labels.
_LABELLED = ("equipment.kinds.", "services.catalogue.")
DAYS = {
    "mon": Words("lun.", "Mon"),
    "tue": Words("mar.", "Tue"),
    "wed": Words("mer.", "Wed"),
    "thu": Words("jeu.", "Thu"),
    "fri": Words("ven.", "Fri"),
    "sat": Words("sam.", "Sat"),
    "sun": Words("dim.", "Sun"),
}


def told(book: Book, reading: Reading) -> Words:
    """The value of `reading` in words, with its unit."""
    if reading.unit == "opening hours" and isinstance(reading.value, Mapping):
        return _hours(reading.value)
    if isinstance(reading.value, Mapping):
        return _table(book, reading.value, "" if reading.unit in _MIXED else reading.unit, "\u202f; ")
    return _value(book, reading.value, reading.unit)


def word_of(book: Book, word: str) -> Words:
    """A word of the book's vocabulary (words.toml, kinds of equipment, services); itself when unknown."""
    known = book.parsed.get("words.toml", {}).get("words", {}).get(word)
    if isinstance(known, Mapping):
        return Words(str(known.get("fr", word)), str(known.get("en", word)))
    for folder in _LABELLED:
        if (term := book.terms.get(folder + word)) is not None:
            return term.label
    return same(word)


def _value(book: Book, value: Any, unit: str = "") -> Words:
    if isinstance(value, bool):
        return Words("oui", "yes") if value else Words("non", "no")
    if isinstance(value, int | Decimal):
        return _measured(value, unit) if unit in UNITS else plain_figure(value)
    if isinstance(value, date):
        return full_day(value)
    if isinstance(value, Mapping):
        return _table(book, value, unit, ", ")
    if isinstance(value, tuple):
        return _list(book, value)
    return word_of(book, str(value))


def _measured(value: int | Decimal, unit: str) -> Words:
    """A figure and its unit; English sets the euro before and the percent sign close."""
    words = counted(value, *UNITS[unit])
    if unit.startswith("EUR"):
        return Words(words.fr, "€" + words.en.replace(f"{NBSP}€", ""))
    return Words(words.fr, words.en.replace(f"{NBSP}%", "%"))


def _list(book: Book, values: tuple[Any, ...]) -> Words:
    lines = [_value(book, value) for value in values]
    # What is long, or holds commas of its own, is told apart by semicolons.
    if any("," in line.fr or "?" in line.fr for line in lines):
        return _joined(lines, "\u202f; ")
    return listed(lines) if lines else Words("aucun", "none")


def _table(book: Book, value: Mapping[str, Any], unit: str, between: str) -> Words:
    """A sentence, a labelled item, or a table told entry by entry."""
    if set(value) == {"fr", "en"}:
        return Words(str(value["fr"]), str(value["en"]))
    if isinstance(label := value.get("label"), Mapping):
        return _table(book, label, "", between)
    if isinstance(place := value.get("place"), Mapping):
        where = _table(book, place, "", between)
        return Words(f"{value.get('key')} ({where.fr})", f"{value.get('key')} ({where.en})")
    return _joined([_entry(book, key, inner, unit) for key, inner in value.items()], between)


def _entry(book: Book, key: str, value: Any, unit: str) -> Words:
    word, inner = word_of(book, key), _value(book, value, unit)
    if isinstance(value, Mapping):
        return Words(f"{word.fr} ({inner.fr})", f"{word.en} ({inner.en})")
    return Words(f"{word.fr}{NBSP}: {inner.fr}", f"{word.en}: {inner.en}")


def _joined(lines: Iterable[Words], between: str) -> Words:
    lines = tuple(lines)
    # English sets no space before a semicolon.
    return Words(
        between.join(line.fr for line in lines), between.lstrip("\u202f").join(line.en for line in lines)
    )


def _hours(week: Mapping[str, Any]) -> Words:
    """Opening hours, days of the same hours told together."""
    by_hours: dict[str, list[Words]] = {}
    for day, periods in week.items():
        told_periods = ", ".join(f"{start}–{end}" for start, end in periods)
        by_hours.setdefault(told_periods, []).append(DAYS.get(day, same(day)))
    lines = [
        Words(f"{_span([d.fr for d in days])} {hours}", f"{_span([d.en for d in days])} {hours}")
        for hours, days in by_hours.items()
    ]
    return _joined(lines, "\u202f; ")


def _span(days: list[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}" if len(days) > 2 else ", ".join(days)
