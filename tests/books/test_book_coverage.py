"""What becomes of each article: nothing of the shipped texts is left out, and what is left out shows."""

from __future__ import annotations

import pytest

from clausier.terms import book as books
from clausier.terms.book import Book, RecordingBook
from clausier.terms.coverage import ArticleLine, coverage, unattached
from clausier.terms.rules import RULES
from tests.books import example

IMRI = (
    *("I", "II", "III", "IV", "V", "VI.1", "VI.2", "VI.3", "VI.4", "VI.5"),
    *("VII", "VII.1", "VII.2", "VII.3.1", "VII.3.2", "VII.3.3", "VII.3.4", "VII.3.5", "VII.3.6", "VII.3.7"),
    *("VII.4.1", "VII.4.2", "VII.4.3", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"),
)
IMS = (
    *("1", "2", "3", "4", "5.1", "5.2", "6.1", "6.2", "6.3", "6.3b", "6.4", "6.5", "7.1.1", "7.1.2"),
    *("7.2", "7.3", "7.4", "7.5", "7.6", "8", "9", "10", "11", "12", "13"),
)


def of(book: Book) -> dict[str, ArticleLine]:
    return {article.number: article for article in coverage(book, RULES.values())}


@pytest.mark.parametrize(("name", "articles"), [("imri/2013", IMRI), ("ims/2018", IMS)])
def test_every_article_of_the_text_is_covered_in_its_order(name: str, articles: tuple[str, ...]) -> None:
    found = coverage(books.load(name), RULES.values())
    assert [article.number for article in found] == list(articles)
    assert [article.number for article in found if article.is_gap] == []


def test_the_law_book_is_covered_too() -> None:
    assert [a.number for a in coverage(books.load("law-fr")) if a.is_gap] == []


@pytest.mark.parametrize("name", books.shipped_names())
@pytest.mark.parametrize("at", [0, 4, 11, -1])
def test_an_article_taken_out_of_a_shipped_book_is_missed(name: str, at: int) -> None:
    book = books.load(name)
    number = book.head["articles"][at]
    kept = [row for row in book.parsed["clauses.toml"]["clause"] if row["number"] != number]
    blocks = book.files["clauses.toml"].split("[[clause]]")
    text = "[[clause]]".join(block for block in blocks if f'\nnumber = "{number}"\n' not in block)
    shortened = books.from_files({**book.files, "clauses.toml": text})
    assert len(shortened.clauses) == len(kept)
    assert [a.number for a in coverage(shortened) if a.is_gap] == [number]
    assert of(shortened)[number].state == "missing"


@pytest.mark.parametrize(
    ("name", "number", "term", "rule"),
    [
        ("imri/2013", "VI.3", "promise.onsite-server.within", "deadline"),
        ("imri/2013", "XI", "fees.age-surcharge", "age-surcharge"),
        ("imri/2013", "XIV", "reversibility.engineer-day", "reversibility"),
        ("imri/2013", "VIII", "coverage.causes.copiers", "coverage"),
        ("ims/2018", "7.1.2", "points.rates", "points"),
        ("ims/2018", "7.4", "late-interest.rate", "late-interest"),
        ("ims/2018", "10", "delays.formal-notice", "formal-notice"),
    ],
)
def test_a_term_stands_under_its_article_with_the_rules_that_read_it(
    name: str, number: str, term: str, rule: str
) -> None:
    lines = {line.reading.term: line.rules for line in of(books.load(name))[number].terms}
    assert rule in lines[term]


# One question for each rule whose reading depends on what it is asked, the law's terms included.
QUESTIONS = [
    (
        "deadline",
        "imri/2013",
        {"commitment": "onsite-server", "at": "2026-11-20T16:30", "holidays": "alsace-moselle"},
    ),
    ("elapsed", "imri/2013", {"calendar": "phone", "from": "2026-11-20T16:30", "to": "2026-11-24T09:00"}),
    ("target", "ims/2018", {"priority": 1, "at": "2026-11-20T16:30"}),
    ("priority", "ims/2018", {"impact": "site", "urgency": "blocked"}),
    (
        "coverage",
        "imri/2013",
        {"equipment_class": "server", "cause": "backup-failure", "contract_classes": ["server"]},
    ),
    (
        "coverage",
        "ims/2018",
        {"equipment_class": "server", "cause": "server-network", "contract_classes": ["server"]},
    ),
    ("coverage", "ims/2018", {"equipment_class": "server", "cause": "server-network"}),
    (
        "recurring-fee",
        "imri/2013",
        {
            "starts_on": "2026-01-01",
            "year": 2026,
            "lines": [{"unit_price": "100.00", "in_service_on": "2020-01-01"}],
        },
    ),
    ("indexation", "imri/2013", {"price": "100.00", "s0": "275.0", "s1": "314.8", "s0_series": "old"}),
    ("late-interest", "ims/2018", {"amount": "1000.00", "due_on": "2025-11-30", "paid_on": "2026-03-15"}),
    ("needs-log-deadline", "imri/2013", {"visit_on": "2026-11-23"}),
    ("points", "ims/2018", {"mode": "remote", "domain": "workstation", "minutes": 20}),
    ("notice-deadline", "imri/2013", {"service": "hosted", "starts_on": "2025-01-01", "on": "2026-11-20"}),
]


@pytest.mark.parametrize(
    ("rule", "name", "inputs"), QUESTIONS, ids=[f"{q[0]}-{n}" for n, q in enumerate(QUESTIONS)]
)
def test_what_a_rule_reads_is_told_under_its_name(rule: str, name: str, inputs: dict[str, object]) -> None:
    recording = RecordingBook(books.load(name))
    RULES[rule].ask(recording, inputs)
    for book, term in recording.reads:
        told = [line for article in coverage(books.load(book), RULES.values()) for line in article.terms]
        told += unattached(books.load(book), RULES.values())
        assert rule in next(line.rules for line in told if line.reading.term == term), (book, term)


def test_duties_and_rights_stand_under_their_article() -> None:
    article = of(books.load("ims/2018"))["7.4"]
    assert any("deferral" in right.says.en for right in article.rights)
    assert any("back up" in duty.says.en for duty in of(books.load("ims/2018"))["6.5"].duties)


def test_a_clause_that_bears_nothing_says_so() -> None:
    assert of(books.from_files(example.files()))["1"].state == "nothing"


def test_a_clause_that_claims_terms_and_has_none_is_a_gap() -> None:
    book = books.from_files(example.broken("clauses.toml", 'bears = "nothing"', 'bears = "terms"'))
    assert of(book)["1"].state == "empty"
    assert of(book)["1"].is_gap


def test_a_practice_without_a_clause_is_told_apart_from_the_text() -> None:
    practices = {line.reading.term for line in unattached(books.load("ims/2018"), RULES.values())}
    assert {"hours.phone", "hours.onsite", "intake.callback", "target.first-answer"} <= practices
    assert all(line.reading.source == "practice" for line in unattached(books.load("ims/2018")))
