"""Dates, durations and figures as people read them, in both languages, with their typographic spaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from clausier.terms.outcome import Words

# The same days are named over and over, in lists and in long replies.
_DAYS_KEPT = 4096

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
    french, english = parts.copy(), parts.copy()
    for key, part in parts.items():
        if isinstance(part, Words):
            french[key], english[key] = part
    return Words(fr.format_map(french), en.format_map(english))


def same(text: str) -> Words:
    """What reads the same in both languages."""
    return Words(text, text)


def _ordinal_fr(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def weekday(day: date) -> Words:
    """« vendredi », “Friday”."""
    return Words(_LONG_DAYS_FR[day.weekday()], _LONG_DAYS_EN[day.weekday()])


@lru_cache(_DAYS_KEPT)
def short_day(day: date) -> Words:
    """« ven. 20 nov. », “Fri 20 Nov”: rows of the ruler and of the account."""
    fr = f"{_DAYS_FR[day.weekday()]} {_ordinal_fr(day)} {_MONTHS_FR[day.month - 1]}"
    en = f"{_DAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"
    return Words(fr.replace(" ", NBSP), en.replace(" ", NBSP))


def day_of_month(day: date) -> Words:
    """« sam. 21 », “Sat 21”: before another day of the same month."""
    fr, en = f"{_DAYS_FR[day.weekday()]} {_ordinal_fr(day)}", f"{_DAYS_EN[day.weekday()]} {day.day}"
    return Words(fr.replace(" ", NBSP), en.replace(" ", NBSP))


@lru_cache(_DAYS_KEPT)
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
    day = short_day(at.date())
    return Words(f"{day.fr}, {clock(at)}", f"{day.en}, {clock(at)}")


def spoken_moment(at: datetime) -> Words:
    """« lundi 12 h 30 », as one says it: for questions and sentences."""
    minutes = f"{at.minute:02}" if at.minute else ""
    fr = f"{weekday(at.date()).fr}{NBSP}{at.hour}{NBSP}h" + (f"{NBSP}{minutes}" if minutes else "")
    return Words(fr, f"{weekday(at.date()).en}{NBSP}{at.hour:02}:{at.minute:02}")


def duration(seconds: int) -> Words:
    """« 3 h 30 », “3 h 30 min”; seconds only when there are any; a negative one with a true minus."""
    sign = MINUS if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    minutes, second = divmod(rest, 60)
    fr = [grouped(hours, NARROW), "h", f"{minutes:02}", *(["min", f"{second:02}", "s"] if second else [])]
    en = [grouped(hours, ","), "h"] if hours else []
    en += [str(minutes), "min"] if minutes or not (hours or second) else []
    en += [str(second), "s"] if second else []
    return Words(sign + NBSP.join(fr), sign + NBSP.join(en))


def in_hours(seconds: int) -> Words:
    """« 4 h », or as `duration` when there are minutes: for sentences."""
    hours, rest = divmod(seconds, 3600)
    return duration(seconds) if rest else same(f"{hours}{NBSP}h")


def open_hours(seconds: int) -> Words:
    """« 4 h ouvrées », “4 h of open time”."""
    shown = in_hours(seconds)
    worked = "ouvrée" if seconds < 2 * 3600 else "ouvrées"
    return Words(f"{shown.fr}{NBSP}{worked}", f"{shown.en} of open time")


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
    sign = MINUS if number < 0 else ""
    if isinstance(number, int):
        return Words(sign + grouped(abs(number), NARROW), sign + grouped(abs(number), ","))
    whole, _, decimals = format(number.copy_abs(), "f").partition(".")
    fr, en = sign + grouped(int(whole), NARROW), sign + grouped(int(whole), ",")
    return Words(f"{fr},{decimals}", f"{en}.{decimals}") if decimals else Words(fr, en)


def plain_figure(number: Decimal | int) -> Words:
    """As `figure`, without the zeros that end its decimals (1.50 → 1,5)."""
    if isinstance(number, int):
        return figure(number)
    text = format(number, "f")
    return figure(Decimal(text.rstrip("0").rstrip(".") if "." in text else text))


def exact_figure(number: Fraction) -> Words:
    """A result before it is rounded: whole when its decimals end soon, else cut and followed by « … »."""
    thousandths, rest = divmod(abs(number) * 1000, 1)
    shown = plain_figure(Decimal(int(thousandths) * (-1 if number < 0 else 1)).scaleb(-3))
    if not rest:
        return shown
    cut_short = figure(Decimal(int(thousandths) * (-1 if number < 0 else 1)).scaleb(-3))
    return Words(f"{cut_short.fr}…", f"{cut_short.en}…")


def euros(amount: Decimal | int) -> Words:
    """« 1 780,00 € », “€1,780.00”."""
    shown = figure(amount)
    sign = MINUS if amount < 0 else ""
    return Words(f"{shown.fr}{NBSP}€", f"{sign}€{shown.en.removeprefix(MINUS)}")


def percent(number: Decimal | int) -> Words:
    """« 7,5 % », “7.5%”."""
    shown = plain_figure(number)
    return Words(f"{shown.fr}{NBSP}%", f"{shown.en}%")


def counted(number: int | Decimal, fr: tuple[str, str], en: tuple[str, str]) -> Words:
    """A number and its noun, singular or plural: French plural from 2, English for all but 1."""
    shown = plain_figure(number)
    return Words(
        f"{shown.fr}{NBSP}{fr[0] if -2 < number < 2 else fr[1]}",
        f"{shown.en}{NBSP}{en[0] if number == 1 else en[1]}",
    )


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
    return Words(
        ", ".join(i.fr for i in items[:-1]) + " et " + items[-1].fr,
        ", ".join(i.en for i in items[:-1]) + " and " + items[-1].en,
    )


def capital(words: Words) -> Words:
    """The same with a capital at its head."""
    return Words(words.fr[:1].upper() + words.fr[1:], words.en[:1].upper() + words.en[1:])
