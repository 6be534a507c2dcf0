"""Filters that write figures, days and durations in the language of the page.

``{{ ticket.due_at|instant }}`` « lun. 23 nov., 12:30 » · ``|instant:"year"`` · ``|spoken`` « lundi 12 h 30 »
``{{ on|day:"year" }}`` « 14 mars 2027 » · ``|duration`` « 3 h 48 » · ``|money`` « 1 234,56 € »
``{{ name|of }}`` « d’Armelle », “of Armelle”
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from unicodedata import combining, normalize

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from clausier.directory.names import fold, highlights
from clausier.directory.phones import FEWEST_DIGITS, dialled
from clausier.foundation import wording
from clausier.overview.queries import Sought

register = template.Library()


def language() -> str:
    """The language of the page: "fr" unless another is active."""
    return get_language() or "fr"


def raised(written: str) -> SafeString:
    """The « er » of « 1er » raised, everything else escaped."""
    return SafeString(re.sub(r"\b1er\b", "1<sup>er</sup>", conditional_escape(written)))


@register.filter(expects_localtime=True)
def instant(at: datetime | None, how: str = "") -> str:
    """« lun. 23 nov., 12:30 »; `how` "year" adds the year."""
    return "" if at is None else instant_in(at, language(), how == "year")


@lru_cache(maxsize=4096)
def instant_in(at: datetime, said_in: str, year: bool = False) -> SafeString:
    """The same, of a local instant."""
    return raised(wording.instant(at, said_in, year=year))


@register.filter(expects_localtime=True)
def hour(at: datetime | None) -> str:
    """« 12:30 »."""
    return "" if at is None else wording.hour(at)


@register.filter(expects_localtime=True)
def spoken(at: datetime | None, since: datetime | None = None) -> str:
    """« lundi 12 h 30 » when `since` is less than a week before, else with the day of the month."""
    return "" if at is None else raised(wording.spoken_instant(at, language(), since=since))


@register.filter(expects_localtime=True)
def spoken_hour(at: datetime | None) -> str:
    """« 12 h 30 »."""
    return "" if at is None else wording.spoken_hour(at, language())


@register.filter(expects_localtime=True)
def day(on: date | datetime | None, how: str = "") -> str:
    """« lun. 23 nov. »; "year": « 14 mars 2027 »; "short": « 23 nov. »; "full": « lun. 14 mars 2027 »."""
    if on is None:
        return ""
    on = on.date() if isinstance(on, datetime) else on
    weekday = how not in {"year", "short"}
    return raised(wording.day(on, language(), year=how in {"year", "full"}, weekday=weekday))


@register.filter(expects_localtime=True)
def long_day(on: date | datetime | None, how: str = "") -> str:
    """« vendredi 20 novembre »; `how` "year" adds the year."""
    if on is None:
        return ""
    on = on.date() if isinstance(on, datetime) else on
    return raised(wording.long_day(on, language(), year=how == "year"))


@register.filter
def duration(seconds: int | None) -> str:
    """« 3 h 48 », for columns and clocks."""
    return "" if seconds is None else wording.duration(seconds)


@register.filter
def span(seconds: int | None) -> str:
    """« 35 min », « 1 h 32 », for sentences."""
    return "" if seconds is None else wording.span(seconds)


@register.filter
def minutes(count: int | None) -> str:
    """« 20 min »."""
    return "" if count is None else f"{count}{wording.NBSP}min"


@register.filter
def lateness(seconds: int | None) -> str:
    """« 1 h 32 de retard », « 28 min d’avance » (negative seconds)."""
    return "" if seconds is None else wording.lateness(seconds, language())


@register.filter
def of(name: Any) -> str:
    """« d’Armelle », « de Basile »; in English “of Armelle”."""
    return wording.of(str(name), language())


@register.filter
def money(value: Decimal | None, how: str = "") -> str:
    """« 1 234,56 € »; `how` "signed" writes the sign."""
    return "" if value is None else wording.money(value, language(), signed=how == "signed")


@register.filter
def signed(value: int) -> str:
    """« + 2 », « − 1 »."""
    return wording.number(value, language(), signed=True)


@register.filter
def points(value: Decimal | None, how: str = "") -> str:
    """« 26,67 points »; "signed" with its sign."""
    return "" if value is None else wording.points(value, language(), signed=how == "signed")


@register.filter
def amount(value: Decimal | int | None, how: str = "") -> str:
    """« 412,50 »: two decimals, no unit; "signed" with its sign."""
    return "" if value is None else wording.number(value, language(), places=2, signed=how == "signed")


@register.filter
def number(value: Decimal | int | None) -> str:
    """« 4 213 »: as many decimals as it has."""
    return "" if value is None else wording.number(Decimal(str(value)), language())


@register.filter
def percent(value: Decimal | int | None, how: str = "") -> str:
    """« 99,61 % »; "signed" with its sign."""
    return "" if value is None else wording.percent(value, language(), signed=how == "signed")


@register.filter
def siren(digits: str) -> str:
    """« 900 000 019 »."""
    return wording.identifier(digits)


@register.filter
def phone(number_: str) -> str:
    """« 03 53 01 48 20 »."""
    return wording.phone(number_)


@register.filter
def in_words(pair: Any) -> str:
    """The sentence of a [fr, en] pair in the language of the page; nothing for None."""
    if not pair:
        return ""
    french, *english = pair
    return str(english[0] if english and wording.is_english(language()) else french)


@register.filter
def stopwatch_parts(seconds: int) -> str:
    """« 0:11 » large and « :24 » small."""
    hours_minutes, _colon, rest = wording.stopwatch(seconds).rpartition(":")
    return format_html('{}<span class="s">:{}</span>', hours_minutes, rest)


@register.filter
def marked(text: str, query: str) -> str:
    """`text` with the letters that answer `query` marked, case and accents aside."""
    plain_text, plain_query = _plain(text), _plain(query.strip())
    at = plain_text.find(plain_query) if plain_query else -1
    if at < 0 or len(plain_text) != len(text):
        return text
    end = at + len(plain_query)
    return format_html("{}<mark>{}</mark>{}", text[:at], text[at:end], text[end:])


@register.filter
def answered(text: str, query: str) -> SafeString:
    """`text` with the beginnings of words that answer those of `query` marked, case and accents aside.

    Of what was `Sought` the stems are marked too: « serveurs » finds « serveur ».
    """
    sought = fold(str(query)).split()
    if isinstance(query, Sought):
        sought += query.stems
    if dialled(query):  # the pairs of a telephone number begin half the identifiers
        sought = [figures for figures in sought if len(figures) >= FEWEST_DIGITS]
    parts, done = [], 0
    for first, length in highlights(text, sought):
        parts += [
            conditional_escape(text[done:first]),
            format_html("<mark>{}</mark>", text[first : first + length]),
        ]
        done = first + length
    return SafeString("".join([*parts, conditional_escape(text[done:])]))


def _plain(text: str) -> str:
    """Lower case without accents, letter for letter."""
    return "".join(c for c in normalize("NFD", text.lower()) if not combining(c))


@register.simple_tag(takes_context=True)
def dial_url(context: Any, number_: str) -> str:
    """The address that calls a number, in the way the provider chose."""
    return wording.call_url(context["provider"].call_link, number_)


@register.simple_tag(takes_context=True)
def dial(context: Any, number_: str) -> SafeString:
    """A number that calls when clicked."""
    if not number_:
        return SafeString("")
    return format_html('<a class="link nowrap" href="{}">{}</a>', dial_url(context, number_), phone(number_))
