"""The books that come with the package: whole, consistent, and written as French and English are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clausier.terms import book as books
from clausier.terms.book import Book
from clausier.terms.check import check
from clausier.terms.telling import UNITS, told, word_of

NAMES = books.shipped_names()
TEXTS = ("imri/2013", "ims/2018")

# How every doubtful passage is read: one key for each, in the book of the text it stands in.
INTERPRETATIONS = {
    "imri/2013": {
        "onsite-promise": "VI.3",
        "holidays-excepted": "VII.4.3",
        "age-bands": "XI",
        "pro-rata": "XI",
        "indexation": "XI",
        "availability": "VII.3.7",
        "deducted-windows": "VII.3.6",
        "window-nights": "VII.3.6",
        "patch-sunday": "VII.3.6",
        "restore-week": "VII.3.5",
        "notice-before-term": "XIII",
        "reversibility-blocks": "XIV",
        "liability-year": "VIII",
        "late-rate": "XI",
        "due-on-receipt": "XI",
        "counted-days": "XV",
        "amicable-extension": "XV",
        "simple-changes": "VI.5",
    },
    "ims/2018": {
        "late-rate": "7.4",
        "payment-term": "7.4",
        "minimum-deduction": "7.1.2",
        "counted-days": "5.1",
        "force-majeure-days": "7.5",
        "repeated-contestation": "7.2",
    },
}

# Figures of the texts, one for each clause that carries any: (term, key inside the value, value, clause).
FIGURES = [
    ("imri/2013", "provider.capital", None, 300, "II"),
    ("imri/2013", "promise.onsite-server.within", None, 4, "VI.3"),
    ("imri/2013", "promise.onsite-workstation.within", None, 8, "VI.3"),
    ("imri/2013", "visits.reschedule.notice", None, 48, "VI.5"),
    ("imri/2013", "visits.needs-log.notice", None, 2, "VI.5"),
    ("imri/2013", "hosting.availability.target", None, Decimal("99.5"), "VII.3.7"),
    ("imri/2013", "contract.duration.hosted", "initial", 36, "VII"),
    ("imri/2013", "contract.duration.hosted", "renewal", 12, "VII"),
    ("imri/2013", "contract.duration.hosted", "notice", 6, "VII"),
    ("imri/2013", "datacentres.stated.servers", None, 926000, "VII.3.2"),
    ("imri/2013", "datacentres.stated.pue", None, Decimal("1.09"), "VII.3.2"),
    ("imri/2013", "hosting.datacenter-move.notice", None, 2, "VII.3.2"),
    ("imri/2013", "hosting.roaming-vpn.limit", None, 20, "VII.3.4"),
    ("imri/2013", "hosting.restore.included", None, 7, "VII.3.5"),
    ("imri/2013", "hosting.windows.exceptional", "hours", 6, "VII.3.6"),
    ("imri/2013", "hosting.windows.patch", "hours", 1, "VII.3.6"),
    ("imri/2013", "hosting.availability.measure", "hours", 8760, "VII.3.7"),
    ("imri/2013", "late-interest.rate", "plus_points", 5, "XI"),
    ("imri/2013", "contract.amendment.notice", None, 3, "XII"),
    ("imri/2013", "contract.duration.managed", "initial", 12, "XIII"),
    ("imri/2013", "contract.duration.managed", "notice", 3, "XIII"),
    ("imri/2013", "reversibility.within", None, 1, "XIV"),
    ("imri/2013", "reversibility.engineer-day", None, 890, "XIV"),
    ("imri/2013", "reversibility.block", None, 2, "XIV"),
    ("imri/2013", "amicable.reflection", None, 15, "XV"),
    ("imri/2013", "amicable.conciliation", None, 3, "XV"),
    ("ims/2018", "delays.quote-validity", None, 10, "5.1"),
    ("ims/2018", "hourly.rates", "technician", 88, "7.1.1"),
    ("ims/2018", "hourly.rates", "engineer", 114, "7.1.1"),
    ("ims/2018", "hourly.travel", "included_zones", 3, "7.1.1"),
    ("ims/2018", "hourly.travel", "per_km", Decimal("0.60"), "7.1.1"),
    ("ims/2018", "points.rates", "project", 80, "7.1.2"),
    ("ims/2018", "points.minimum", "remote", 15, "7.1.2"),
    ("ims/2018", "points.minimum", "onsite", 30, "7.1.2"),
    ("ims/2018", "late-interest.rate", "times_legal", Decimal("1.5"), "7.4"),
    ("ims/2018", "delays.invoice-contest", None, 15, "7.4"),
    ("ims/2018", "delays.force-majeure", None, 15, "7.5"),
    ("ims/2018", "delays.formal-notice", None, 15, "10"),
    ("ims/2018", "confidence.act-of", None, date(1978, 1, 6), "13"),
    ("law-fr", "late-payment.recovery-indemnity", None, 40, "D441-5"),
    ("law-fr", "late-payment.floor", None, 3, "L441-10 II"),
    ("law-fr", "payment-terms.default", None, 30, "L441-10 I"),
    ("law-fr", "vat.standard", None, 20, "CGI 278"),
]


@pytest.fixture(params=NAMES)
def book(request: pytest.FixtureRequest) -> Book:
    return books.load(request.param)


def test_a_shipped_book_loads_without_a_fault(book: Book) -> None:
    assert books.faults_of(book.files) == ()


def test_no_shipped_book_has_a_fault_that_check_would_find(book: Book) -> None:
    assert [r for r in check(book) if r.severity == "fault"] == []


def test_every_term_cites_a_clause_or_is_a_practice(book: Book) -> None:
    for term in book.terms.values():
        for value in term.values:
            assert term.practice or value.clause in book.clauses, (term.name, value.clause)


def test_every_article_of_the_text_has_its_clause_and_every_clause_its_article(book: Book) -> None:
    assert set(book.clauses) == set(book.head["articles"])


@pytest.mark.parametrize("name", TEXTS)
def test_every_doubtful_passage_has_its_reading(name: str) -> None:
    readings = books.load(name).interpretations
    assert {key: reading.clause for key, reading in readings.items()} == INTERPRETATIONS[name]


@pytest.mark.parametrize(("name", "term", "key", "value", "clause"), FIGURES)
def test_a_figure_of_the_text_is_a_dated_value_with_its_clause(
    name: str, term: str, key: str | None, value: Any, clause: str
) -> None:
    reading = books.load(name).timeline(term)[-1]
    assert (reading.value if key is None else reading.value[key]) == value
    assert reading.clause == clause


def test_duties_have_a_key_of_their_own_a_side_and_a_moment(book: Book) -> None:
    moments = {"always", "before-work", "on-change", "on-default", "on-ending", "on-order", "on-event"}
    keys = [duty.extra["key"] for duty in book.duties]
    assert len(keys) == len(set(keys))
    for duty in book.duties:
        assert duty.extra["kind"] in ("duty", "right")
        assert duty.by in ("client", "provider", "both")
        assert duty.when in moments


def test_the_pre_diagnosis_asks_five_questions() -> None:
    questions = books.load("imri/2013").timeline("prediagnosis.questions")[-1]
    assert [q["key"] for q in questions.value] == ["since", "people", "shows", "changed", "access"]
    assert questions.source == "practice"


def test_only_a_server_and_workstations_bear_a_fee_and_no_fee_covers_the_firewall_or_the_nas() -> None:
    book = books.load("imri/2013")
    kinds = {n.removeprefix("equipment.kinds.") for n in book.names("equipment.kinds.")}
    covered = [
        book.timeline(f"equipment.fee-covers.{fee}")[-1].value for fee in ("server", "workstation", "none")
    ]
    assert set(book.timeline("equipment.bears-fee")[-1].value) == {"server", "desktop", "laptop", "tablet"}
    assert set(covered[2]) == {"firewall", "nas"}
    assert sorted(kind for kinds_covered in covered for kind in kinds_covered) == sorted(kinds)


# Border cases of the limits of the services, and what each kind of contract pays under the other text.
VERDICTS = [
    ("imri/2013", "cabling", "supplier-follow-up", "VIII"),
    ("imri/2013", "internet-access", "supplier-follow-up", "VIII"),
    ("imri/2013", "telephony", "supplier-follow-up", "VIII"),
    ("imri/2013", "copiers", "supplier-follow-up", "VIII"),
    ("imri/2013", "business-software", "supplier-follow-up", "VIII"),
    ("imri/2013", "printing", "covered", "V"),
    ("imri/2013", "relocation", "excluded", "VIII"),
    ("imri/2013", "move-within-site", "covered", "V"),
    ("imri/2013", "mishandling", "excluded", "VIII"),
    ("imri/2013", "training", "excluded", "VIII"),
    ("imri/2013", "migration", "excluded", "VIII"),
    ("imri/2013", "unqualified-intervention", "excluded", "VIII"),
    ("ims/2018", "goods", "excluded", "5.1"),
]


@pytest.mark.parametrize(("name", "cause", "verdict", "clause"), VERDICTS)
def test_a_cause_has_the_verdict_of_its_clause(name: str, cause: str, verdict: str, clause: str) -> None:
    reading = books.load(name).timeline(f"coverage.causes.{cause}")[-1]
    assert (reading.value["verdict"], reading.clause) == (verdict, clause)


def test_every_cause_is_well_formed(book: Book) -> None:
    classes = {"server", "network", "workstation", "peripheral", "smartphone"}
    services = {n.rpartition(".")[2] for n in book.names("services.catalogue.")}
    for name in book.names("coverage.causes."):
        value = book.timeline(name)[-1].value
        verdicts = value["by_contract"].values() if "by_contract" in value else [value["verdict"]]
        assert set(verdicts) <= {"covered", "supplier-follow-up", "excluded", "hourly", "points"}
        assert value["nature"] in ("incident", "request")
        assert set(value.get("applies_to", ())) <= classes
        assert not services or value.get("service") in services | {None}


@pytest.mark.parametrize("name", TEXTS)
def test_every_word_of_a_value_is_known_in_both_languages(name: str) -> None:
    book = books.load(name)
    for term in book.terms.values():
        if term.unit == "opening hours":
            continue
        for word in _words(term.values[-1].value):
            assert word_of(book, word).fr != word or _alike(book, word), (term.name, word)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not re.fullmatch(r"\d\d:\d\d", value):
            yield value
    elif isinstance(value, Mapping):
        if "label" in value or "place" in value or set(value) == {"fr", "en"}:
            return
        for key, inner in value.items():
            yield from (() if key.isdigit() else (key,))
            yield from _words(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _words(inner)


def _alike(book: Book, word: str) -> bool:
    """A word that French writes as its key does ("incident"), but that the book tells all the same."""
    return word in book.parsed["words.toml"]["words"] or f"equipment.kinds.{word}" in book.terms


def test_every_value_is_told_without_a_bare_key(book: Book) -> None:
    for name in book.names():
        reading = book.timeline(name)[-1]
        words = told(book, reading)
        assert words.fr.strip()
        assert words.en.strip()
        if isinstance(reading.value, int | Decimal) and not isinstance(reading.value, bool):
            assert reading.unit in UNITS or reading.unit in ("ratio", "factor"), name


# French typography: what stands before high punctuation, after «, in numbers; and no typewriter signs.
WRONG_IN_FRENCH = [
    (r"(?<![\u00a0])[:%€](?=\s|$)(?<!\d:)", "a no-break space before : % €"),
    (r"(?<![\u202f])[?!;]", "a narrow no-break space before ? ! ;"),
    (r"«(?!\u00a0)", "a no-break space after «"),
    (r"(?<!\u00a0)»", "a no-break space before »"),
    (r"['\"]", "’ and « »"),
    (r"\.\.\.", "…"),
    (r"\d [\d]{3}\b", "a narrow no-break space in thousands"),
    (r"(?:^|\s)-\d", "a true minus"),
]


def _french(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if set(value) == {"fr", "en"}:
            yield place, value["fr"]
            return
        for key, inner in value.items():
            yield from _french(inner, f"{place}.{key}")
    elif isinstance(value, tuple):
        for n, inner in enumerate(value):
            yield from _french(inner, f"{place}[{n}]")


def test_french_sentences_follow_french_typography(book: Book) -> None:
    wrong = [
        (place, text, rule)
        for file, parsed in book.parsed.items()
        for place, text in _french(parsed, file)
        for pattern, rule in WRONG_IN_FRENCH
        if re.search(pattern, text)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", TEXTS)
def test_no_sentence_is_the_same_in_both_languages_but_names(name: str) -> None:
    long_and_same = [
        (file, place)
        for file, parsed in books.load(name).parsed.items()
        for place, fr, en in _pairs(parsed, "")
        if fr == en and len(fr.split()) > 3
    ]
    assert long_and_same == []


def _pairs(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Mapping):
        if set(value) == {"fr", "en"}:
            yield place, value["fr"], value["en"]
            return
        for key, inner in value.items():
            yield from _pairs(inner, f"{place}.{key}")
    elif isinstance(value, tuple):
        for n, inner in enumerate(value):
            yield from _pairs(inner, f"{place}[{n}]")
