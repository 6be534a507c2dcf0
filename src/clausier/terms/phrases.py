"""Dates, durations and figures as people read them, in both languages, with their typographic spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from clausier.terms.outcome import Unwritten, Words

# The same days and durations are named over and over, in lists and in long replies.
_KEPT = 4096

NBSP = "\u00a0"
NARROW = "\u202f"
MINUS = "\u2212"

_DAYS_FR = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_LONG_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_FR = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_LONG_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_LONG_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def say(fr: str, en: str, **parts: Words | str | int) -> Words:
    """One sentence from two templates, each part put in its own language."""
    return Unwritten(_said, fr, en, parts)


def _said(language: str, fr: str, en: str, parts: Mapping[str, Words | str | int]) -> str:
    french = language == "fr"
    written: dict[str, str | int] = {}
    for key, part in parts.items():
        written[key] = (part.fr if french else part.en) if isinstance(part, Words) else part
    return (fr if french else en).format_map(written)


def same(text: str) -> Words:
    """What reads the same in both languages."""
    return Words(text, text)


def _ordinal_fr(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def weekday(day: date) -> Words:
    """« vendredi », “Friday”."""
    return Words(_LONG_DAYS_FR[day.weekday()], _LONG_DAYS_EN[day.weekday()])


@lru_cache(_KEPT)
def short_day(day: date) -> Words:
    """« ven. 20 nov. », “Fri 20 Nov”: rows of the ruler and of the account."""
    fr = f"{_DAYS_FR[day.weekday()]} {_ordinal_fr(day)} {_MONTHS_FR[day.month - 1]}"
    en = f"{_DAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"
    return Words(fr.replace(" ", NBSP), en.replace(" ", NBSP))


def day_of_month(day: date) -> Words:
    """« sam. 21 », “Sat 21”: before another day of the same month."""
    fr, en = f"{_DAYS_FR[day.weekday()]} {_ordinal_fr(day)}", f"{_DAYS_EN[day.weekday()]} {day.day}"
    return Words(fr.replace(" ", NBSP), en.replace(" ", NBSP))


@lru_cache(_KEPT)
def full_day(day: date) -> Words:
    """« 14 mars 2027 », “14 March 2027”."""
    fr = f"{_ordinal_fr(day)} {_LONG_MONTHS_FR[day.month - 1]} {day.year}"
    en = f"{day.day} {_LONG_MONTHS_EN[day.month - 1]} {day.year}"
    return Words(fr.replace(" ", NBSP), en.replace(" ", NBSP))


def month_name(year: int, month: int) -> Words:
    """« mars 2027 », “March 2027”."""
    return Words(f"{_LONG_MONTHS_FR[month - 1]}{NBSP}{year}", f"{_LONG_MONTHS_EN[month - 1]}{NBSP}{year}")


def clock(at: datetime) -> str:
    """16:30 or 9:00, with its seconds when there are any."""
    shown = f"{at.hour}:{at.minute:02}"
    return f"{shown}:{at.second:02}" if at.second else shown


def moment(at: datetime) -> Words:
    """« ven. 20 nov., 16:30 »."""
    return Unwritten(_moment, at)


def _moment(language: str, at: datetime) -> str:
    return f"{short_day(at.date()).to(language)}, {clock(at)}"


def spoken_moment(at: datetime) -> Words:
    """« lundi 12 h 30 », as one says it: for questions and sentences."""
    return Unwritten(_spoken_moment, at)


def _spoken_moment(language: str, at: datetime) -> str:
    day = weekday(at.date()).to(language)
    if language == "fr":
        minutes = f"{NBSP}{at.minute:02}" if at.minute else ""
        return f"{day}{NBSP}{at.hour}{NBSP}h{minutes}"
    return f"{day}{NBSP}{at.hour:02}:{at.minute:02}"


def duration(seconds: int) -> Words:
    """« 3 h 30 », “3 h 30 min”; seconds only when there are any; a negative one with a true minus."""
    return Unwritten(_duration, seconds)


@lru_cache(_KEPT)
def _duration(language: str, seconds: int) -> str:
    sign = MINUS if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    minutes, second = divmod(rest, 60)
    if language == "fr":
        text = f"{sign}{grouped(hours, NARROW)}{NBSP}h{NBSP}{minutes:02}"
        return f"{text}{NBSP}min{NBSP}{second:02}{NBSP}s" if second else text
    en = [grouped(hours, ","), "h"] if hours else []
    en += [str(minutes), "min"] if minutes or not (hours or second) else []
    en += [str(second), "s"] if second else []
    return sign + NBSP.join(en)


def in_hours(seconds: int) -> Words:
    """« 4 h », or as `duration` when there are minutes: for sentences."""
    hours, rest = divmod(seconds, 3600)
    return duration(seconds) if rest else same(f"{hours}{NBSP}h")


def open_hours(seconds: int) -> Words:
    """« 4 h ouvrées », “4 h of open time”."""
    return say(
        "{shown}" + NBSP + ("ouvrée" if seconds < 2 * 3600 else "ouvrées"),
        "{shown} of open time",
        shown=in_hours(seconds),
    )


def on_day(day: date) -> Words:
    """« le 14 mars 2027 », “14 March 2027”: in a question."""
    return say("le {d}", "{d}", d=full_day(day))


def stretch(first: date, last: date) -> Words:
    """« du 1er mars 2027 au 14 mars 2027 », both included; « le 14 mars 2027 » when it is one day."""
    if first == last:
        return say("le {d}", "on {d}", d=full_day(first))
    return say("du {a} au {b}", "from {a} to {b}", a=full_day(first), b=full_day(last))


def grouped(number: int, separator: str) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}".replace(",", separator)


def figure(number: Decimal | int) -> Words:
    """« 1 780,50 », “1,780.50”: as many decimals as the number has."""
    return Unwritten(_figure, number)


def _figure(language: str, number: Decimal | int) -> str:
    # Python writes thousands and decimals in English.
    shown = f"{number:,}" if isinstance(number, int) else f"{number:,f}"
    if language == "fr":
        shown = shown.replace(",", NARROW).replace(".", ",")
    return MINUS + shown[1:] if number < 0 else shown.removeprefix("-")


def plain_figure(number: Decimal | int) -> Words:
    """As `figure`, without the zeros that end its decimals (1.50 → 1,5)."""
    return Unwritten(_plain_figure, number)


def _plain_figure(language: str, number: Decimal | int) -> str:
    shown = _figure(language, number)
    point = "," if language == "fr" else "."
    if isinstance(number, int) or point not in shown:
        return shown
    return shown.rstrip("0").removesuffix(point)


def exact_figure(number: Fraction) -> Words:
    """A result before it is rounded: whole when its decimals end soon, else cut and followed by « … »."""
    return Unwritten(_exact_figure, number)


def _exact_figure(language: str, number: Fraction) -> str:
    thousandths, rest = divmod(abs(number.numerator) * 1000, number.denominator)
    cut_short = Decimal(-thousandths if number < 0 else thousandths).scaleb(-3)
    return f"{_figure(language, cut_short)}…" if rest else _plain_figure(language, cut_short)


def euros(amount: Decimal | int) -> Words:
    """« 1 780,00 € », “€1,780.00”."""
    return Unwritten(_euros, amount)


def _euros(language: str, amount: Decimal | int) -> str:
    if language == "fr":
        return f"{_figure(language, amount)}{NBSP}€"
    return f"{MINUS if amount < 0 else ''}€{_figure(language, amount).removeprefix(MINUS)}"


def percent(number: Decimal | int) -> Words:
    """« 7,5 % », “7.5%”."""
    return Unwritten(_percent, number)


def _percent(language: str, number: Decimal | int) -> str:
    shown = _plain_figure(language, number)
    return f"{shown}{NBSP}%" if language == "fr" else f"{shown}%"


def counted(number: int | Decimal, fr: tuple[str, str], en: tuple[str, str]) -> Words:
    """A number and its noun, singular or plural: French plural from 2, English for all but 1."""
    return Unwritten(_counted, number, fr, en)


def _counted(language: str, number: int | Decimal, fr: tuple[str, str], en: tuple[str, str]) -> str:
    noun = (fr[not -2 < number < 2]) if language == "fr" else en[number != 1]
    return f"{_plain_figure(language, number)}{NBSP}{noun}"


def in_days(number: int) -> Words:
    """« 15 jours »."""
    return counted(number, ("jour", "jours"), ("day", "days"))


def in_months(number: int) -> Words:
    """« 3 mois »."""
    return counted(number, ("mois", "mois"), ("month", "months"))


def in_minutes(number: int) -> Words:
    """« 20 min »."""
    return same(f"{number}{NBSP}min")


def listed(items: Sequence[Words]) -> Words:
    """« a, b et c », “a, b and c”."""
    if len(items) < 2:
        return items[0] if items else same("")
    return Unwritten(_listed, items)


def _listed(language: str, items: Sequence[Words]) -> str:
    *before, last = [item.to(language) for item in items]
    return f"{', '.join(before)}{' et ' if language == 'fr' else ' and '}{last}"


def capital(words: Words) -> Words:
    """The same with a capital at its head."""
    return Unwritten(_capital, words)


def _capital(language: str, words: Words) -> str:
    text = words.to(language)
    return text[:1].upper() + text[1:]
