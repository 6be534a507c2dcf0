"""How instants, days, durations, amounts, counts and names are written, in French and in English.

Pure functions: the language is an argument, nothing is read from a request or a clock, so that pages,
documents, messages and the command line write the same figure the same way. An instant is written in
the offset it carries; the caller brings it to the right zone first.

Typography: narrow no-break space in thousands and after a sign, no-break space before % and € and inside
durations and dates, true minus. `Decimal` in, never float.
"""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_decimal

NBSP = "\u00a0"
NARROW = "\u202f"
MINUS = "\u2212"
EURO = "€"

MINUTE = 60
HOUR = 3600


def locale_of(language: str) -> str:
    """The locale that writes `language`: British English, because the product sells in Europe."""
    return "en_GB" if language.startswith("en") else "fr_FR"


def is_english(language: str) -> bool:
    return language.startswith("en")


# Days and instants


def day(on: date, language: str, *, year: bool = False, weekday: bool = True) -> str:
    """« lun. 23 nov. », with the year « 14 mars 2027 »; the first of a month is « 1er » in French."""
    return _written_day(on, "EEE d MMM" if weekday else "d MMM", language, year)


def long_day(on: date, language: str, *, year: bool = False, weekday: bool = True) -> str:
    """« vendredi 20 novembre », for titles and sentences."""
    return _written_day(on, "EEEE d MMMM" if weekday else "d MMMM", language, year)


@lru_cache(maxsize=2048)
def _written_day(on: date, pattern: str, language: str, year: bool) -> str:
    written = format_date(on, pattern + (" y" if year else ""), locale=locale_of(language))
    if on.day == 1 and not is_english(language):
        written = " ".join("1er" if word == "1" else word for word in written.split(" "))
    return written.replace(" ", NBSP)


def weekday_name(on: date, language: str) -> str:
    """« lundi »."""
    return format_date(on, "EEEE", locale=locale_of(language))


def month(on: date, language: str, *, year: bool = False) -> str:
    """« févr. », with the year « févr. 2026 »."""
    return format_date(on, "MMM y" if year else "MMM", locale=locale_of(language)).replace(" ", NBSP)


def hour(at: time | datetime) -> str:
    """« 9:05 », « 12:30 »: for tables and labels, in both languages."""
    return f"{at.hour}:{at.minute:02d}"


def spoken_hour(at: time | datetime, language: str) -> str:
    """« 12 h 30 », « 17 h »: for a sentence to say or send; English keeps « 12:30 »."""
    if is_english(language):
        return hour(at)
    return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02d}" if at.minute else "")


def instant(at: datetime, language: str, *, year: bool = False) -> str:
    """« lun. 23 nov., 12:30 »: for tables and labels."""
    return f"{day(at.date(), language, year=year)}, {hour(at)}".replace(", ", f",{NBSP}")


def spoken_instant(at: datetime, language: str, *, since: datetime | None = None) -> str:
    """« lundi 12 h 30 » within the week that begins at `since`, else « lundi 23 novembre à 12 h 30 »."""
    near = since is not None and timedelta(0) <= at.date() - since.date() < timedelta(days=7)
    if near:
        return f"{weekday_name(at.date(), language)}{NBSP}{spoken_hour(at, language)}"
    link = "at" if is_english(language) else "à"
    return f"{long_day(at.date(), language)} {link}{NBSP}{spoken_hour(at, language)}"


# Durations


def duration(seconds: int | float) -> str:
    """« 3 h 48 », « 0 h 18 »: complete minutes only; a negative duration has a true minus."""
    minutes = int(abs(seconds)) // MINUTE
    sign = f"{MINUS}{NARROW}" if seconds < 0 and minutes else ""
    return f"{sign}{minutes // 60}{NBSP}h{NBSP}{minutes % 60:02d}"


def span(seconds: int | float) -> str:
    """« 35 min », « 1 h 32 »: for sentences, the hours only when there are some."""
    minutes = int(abs(seconds)) // MINUTE
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    return duration(minutes * MINUTE)


def stopwatch(seconds: int | float) -> str:
    """« 0:11:24 », the only place where hours and minutes part with a colon."""
    whole = int(seconds)
    return f"{whole // HOUR}:{whole % HOUR // MINUTE:02d}:{whole % MINUTE:02d}"


def lateness(seconds: int | float, language: str) -> str:
    """« 1 h 32 de retard » when positive, « 28 min d’avance » when negative, « à l’heure » under a minute."""
    if abs(seconds) < MINUTE:
        return "on time" if is_english(language) else "à l’heure"
    written = span(seconds)
    if is_english(language):
        return f"{written} {'late' if seconds > 0 else 'early'}"
    return f"{written} {'de retard' if seconds > 0 else 'd’avance'}"


# Numbers


def number(value: Decimal | int, language: str, *, places: int | None = None, signed: bool = False) -> str:
    """`value` with `places` decimals (as many as it has when None), thousands parted, sign by true minus.

    `signed` writes the plus too: « + 400,00 », « − 26,67 ».
    """
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * places if places else "")
    else:
        pattern = "#,##0.############"
    written = format_decimal(abs(exact), pattern, locale=locale_of(language))
    gap = "" if is_english(language) else NARROW
    if exact < 0:
        return f"{MINUS}{gap if signed else ''}{written}"
    return f"+{gap}{written}" if signed and exact > 0 else written


def money(value: Decimal | int, language: str, *, signed: bool = False) -> str:
    """« 1 234,56 € », “€1,234.56”: two decimals, euros."""
    if is_english(language):
        sign = MINUS if Decimal(value) < 0 else ("+" if signed and Decimal(value) > 0 else "")
        return f"{sign}{EURO}{number(abs(Decimal(value)), language, places=2)}"
    return f"{number(value, language, places=2, signed=signed)}{NBSP}{EURO}"


def points(value: Decimal | int, language: str, *, signed: bool = False) -> str:
    """« 26,67 points », « 1,00 point »: French takes the plural from two on."""
    plural = abs(Decimal(value)) >= 2 if not is_english(language) else abs(Decimal(value)) != 1
    return f"{number(value, language, places=2, signed=signed)}{NBSP}point{'s' if plural else ''}"


def percent(value: Decimal | int, language: str, *, places: int | None = None, signed: bool = False) -> str:
    """« 99,61 % », “99.61%”."""
    written = number(value, language, places=places, signed=signed)
    return f"{written}%" if is_english(language) else f"{written}{NBSP}%"


def identifier(digits: str, groups: tuple[int, ...] = (3, 3, 3)) -> str:
    """A SIREN as « 900 000 019 » (with `groups` 3, 3, 3, 5 a SIRET); anything else is left as it is."""
    bare = digits.replace(" ", "")
    if not bare.isdigit() or len(bare) != sum(groups):
        return digits
    parts, start = [], 0
    for size in groups:
        parts.append(bare[start : start + size])
        start += size
    return NARROW.join(parts)


def call_url(link: str, number_: str) -> str:
    """The address that calls a number; `link` is a provider's, « sip:{number} »."""
    return link.replace("{number}", quote(number_, safe="+"))


def phone(dialled: str, region: str = "FR") -> str:
    """« 03 53 01 48 20 » for a number of `region`, else the international form; unreadable: as it is."""
    try:
        parsed = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return dialled
    if not phonenumbers.is_possible_number(parsed):
        return dialled
    styles = phonenumbers.PhoneNumberFormat
    at_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    written = phonenumbers.format_number(parsed, styles.NATIONAL if at_home else styles.INTERNATIONAL)
    return written.replace(" ", NBSP)


def of(name: str, language: str) -> str:
    """« d’Armelle », « de Basile », “of Armelle”: what goes before a name or a verb that is not known yet.

    Before « y », the « e » falls where a consonant follows: « d’Yves », « de Yann ». Whether an h is mute
    cannot be told from its letters: « de » stays.
    """
    if is_english(language):
        return f"of {name}"
    letters = normalize("NFKD", name[:2].replace("œ", "oe").replace("Œ", "oe")).casefold()
    bare = [letter for letter in letters if letter.isalpha()]
    first, second = (*bare, "", "")[:2]
    elides = first in set("aeiouæ") or (first == "y" and second not in set("aeiou") | {""})
    return f"d’{name}" if elides else f"de {name}"


def initials(name: str) -> str:
    """« SM » for Salomé Marchetti: first letters of the first and of the last word."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
