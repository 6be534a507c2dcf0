"""Figures, days and durations read as a French or an English desk writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier.foundation import wording

MONDAY = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


def spaced(text: str) -> str:
    """`text` with its special spaces made visible: ~ no-break, _ narrow."""
    return text.replace(wording.NBSP, "~").replace(wording.NARROW, "_")


def test_an_instant_reads_short_in_labels_and_aloud_in_sentences() -> None:
    assert spaced(wording.instant(MONDAY, "fr")) == "lun.~23~nov.,~12:30"
    assert spaced(wording.instant(MONDAY, "en")) == "Mon~23~Nov,~12:30"
    assert spaced(wording.spoken_instant(MONDAY, "fr", since=FRIDAY)) == "lundi~12~h~30"
    assert spaced(wording.spoken_instant(MONDAY, "fr")) == "lundi~23~novembre à~12~h~30"
    assert spaced(wording.spoken_instant(MONDAY, "en", since=FRIDAY)) == "Monday~12:30"


def test_a_week_later_the_weekday_alone_would_mislead() -> None:
    later = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert spaced(wording.spoken_instant(later, "fr", since=FRIDAY)) == "vendredi~27~novembre à~9~h"


def test_the_first_of_a_month_is_an_ordinal_in_french_only() -> None:
    first = date(2027, 1, 1)
    assert spaced(wording.day(first, "fr", year=True, weekday=False)) == "1er~janv.~2027"
    assert spaced(wording.day(first, "en", year=True, weekday=False)) == "1~Jan~2027"


@pytest.mark.parametrize(
    ("seconds", "column", "sentence"),
    [
        (13680, "3~h~48", "3~h~48"),
        (1080, "0~h~18", "18~min"),
        (59, "0~h~00", "0~min"),
        (-5520, "−_1~h~32", "1~h~32"),
    ],
)
def test_durations_read_in_hours_and_minutes(seconds: int, column: str, sentence: str) -> None:
    assert spaced(wording.duration(seconds)) == column
    assert spaced(wording.span(seconds)) == sentence


def test_lateness_says_which_way() -> None:
    assert spaced(wording.lateness(5520, "fr")) == "1~h~32 de retard"
    assert spaced(wording.lateness(-1680, "fr")) == "28~min d’avance"
    assert wording.lateness(20, "fr") == "à l’heure"
    assert spaced(wording.lateness(-1680, "en")) == "28~min early"


def test_money_and_points_take_their_sign_and_their_spaces() -> None:
    assert spaced(wording.money(Decimal("1234.565"), "fr")) == "1_234,57~€"
    assert spaced(wording.money(Decimal("-1234.5"), "en")) == "−€1,234.50"
    assert spaced(wording.points(Decimal("-26.67"), "fr", signed=True)) == "−_26,67~points"
    assert spaced(wording.points(Decimal("1.5"), "fr")) == "1,50~point"
    assert spaced(wording.percent(Decimal("99.61"), "fr")) == "99,61~%"


def test_numbers_of_people_and_companies_read_in_groups() -> None:
    assert spaced(wording.phone("+33353014820")) == "03~53~01~48~20"
    assert spaced(wording.phone("+32 2 555 12 12")) == "+32~2~555~12~12"
    assert wording.phone("poste 12") == "poste 12"
    assert spaced(wording.identifier("900000019")) == "900_000_019"


def test_initials_are_first_and_last() -> None:
    assert wording.initials("Salma Fictive") == "SF"
    assert wording.initials("Jean-Marc de la Fiction") == "JF"
    assert wording.initials("") == "?"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_a_figure_read_back_is_the_figure(value: Decimal) -> None:
    written = wording.number(value, "fr", places=2)
    back = written.replace(wording.NARROW, "").replace(wording.MINUS, "-").replace(",", ".")
    assert Decimal(back) == value


@given(st.integers(min_value=0, max_value=10**7))
def test_no_written_duration_can_break_over_a_line(seconds: int) -> None:
    assert " " not in wording.duration(seconds)
    assert " " not in wording.span(seconds)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Armelle Fictive", "d’Armelle Fictive"),
        ("Basile", "de Basile"),
        ("Éloi", "d’Éloi"),
        ("Œnotria", "d’Œnotria"),
        ("Yves", "d’Yves"),
        ("Yann", "de Yann"),
        ("Hector", "de Hector"),
        ("ouvrir un ticket", "d’ouvrir un ticket"),
        ("août 2027", "d’août 2027"),
        ("3 Pommes", "de 3 Pommes"),
        ("", "de "),
    ],
)
def test_a_name_after_de_elides_before_a_vowel(name: str, written: str) -> None:
    assert wording.of(name, "fr") == written
    assert wording.of(name, "en") == f"of {name}"
