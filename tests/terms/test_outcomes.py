"""An outcome cites what it read, no more and no less, and a stored one can be answered again."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from clausier.terms.book import Book, Derogation, Practice, RecordingBook, load
from clausier.terms.outcome import Outcome, Words
from clausier.terms.promise import Changed, Met, Owed, Started, Suspended, again, promise
from clausier.terms.rules import ask, replay
from tests.terms.asked import CASES, EXAMPLES, facts

ANSWERED = [row for row in [*EXAMPLES, *CASES] if "value" in row]
LETTER = "avenant du 3 mars 2026"


def cited(outcome: Outcome) -> set[tuple[str | None, str]]:
    return {(reason.book, reason.term) for reason in outcome.because if reason.term is not None}


def test_every_outcome_cites_exactly_the_terms_it_read() -> None:
    for row in ANSWERED:
        book = RecordingBook(load(row["book"]))
        outcome = ask(row["rule"], book, facts(row))
        assert cited(outcome) == book.reads, row


def test_an_outcome_cites_exactly_what_it_read_under_the_default_rate_too() -> None:
    book = load("imri/2013").with_practices(
        Practice("late-interest.below-floor", date(2020, 1, 1), "ecb10", Words("choix", "choice"))
    )
    recording = RecordingBook(book)
    outcome = ask(
        "late-interest", recording, {"amount": "12000.00", "due_on": "2025-06-30", "paid_on": "2025-12-31"}
    )
    assert cited(outcome) == recording.reads
    assert ("law-fr", "late-payment.ecb-refinancing") in recording.reads
    assert str(outcome.value) == "734.99"


def test_every_reason_read_from_a_book_names_its_clause_or_is_a_practice() -> None:
    for row in ANSWERED:
        for reason in ask(row["rule"], load(row["book"]), facts(row)).because:
            if reason.term is not None:
                assert reason.clause or reason.source == "practice", row
                assert reason.book, row


def test_every_sentence_is_there_in_both_languages() -> None:
    for row in ANSWERED:
        outcome = ask(row["rule"], load(row["book"]), facts(row))
        sentences = [outcome.title, outcome.shown, outcome.says, *(r.says for r in outcome.because)]
        assert all(fr.strip() and en.strip() for fr, en in sentences), row
        assert outcome.says.fr != outcome.says.en, row


def test_french_keeps_its_typographic_spaces() -> None:
    for row in ANSWERED:
        outcome = ask(row["rule"], load(row["book"]), facts(row))
        told = [outcome.title, outcome.shown, outcome.says, *outcome.warnings]
        told += [words for r in outcome.because for words in (r.says, r.amount, r.detail) if words]
        for words in told:
            assert not any(
                bad in words.fr for bad in (" :", " ;", " ?", " !", " %", " €", "« ", " »", "'")
            ), words.fr


def test_a_stored_outcome_replays_to_the_same_outcome() -> None:
    for row in ANSWERED:
        book = load(row["book"])
        stored = json.loads(json.dumps(ask(row["rule"], book, facts(row)).as_json()))
        assert replay(stored, book).as_json() == stored, row


def test_a_stored_outcome_replays_with_what_was_laid_over_the_book() -> None:
    law = load("law-fr").amended(
        Derogation(
            "late-payment.legal-rate", date(2026, 7, 1), "2.10", "arrêté du 24 juin 2026", clause="L313-2"
        )
    )
    book = (
        load("ims/2018")
        .with_law(law)
        .amended(
            Derogation("late-interest.rate", date(2026, 1, 1), {"plus_points": "8.5"}, LETTER),
            Derogation("points.rates", date(2026, 1, 1), {"remote": {"workstation": 50}}, LETTER),
        )
        .with_practices(
            Practice("priority.grid", date(2026, 1, 1), {"one": {"blocked": 2}}, Words("choix", "choice"))
        )
    )
    questions: list[tuple[str, dict[str, Any]]] = [
        ("late-interest", {"amount": "1000.00", "due_on": "2026-06-01", "paid_on": "2026-09-01"}),
        ("points", {"mode": "remote", "domain": "workstation", "minutes": 60}),
        ("priority", {"impact": "one", "urgency": "blocked"}),
    ]
    for rule, given in questions:
        stored = json.loads(json.dumps(ask(rule, book, given).as_json()))
        assert replay(stored, load("ims/2018")).as_json() == stored


def test_a_derogation_is_what_the_account_cites() -> None:
    book = load("imri/2013").amended(Derogation("promise.onsite-server.within", date(2026, 3, 1), 2, LETTER))
    recording = RecordingBook(book)
    question = {"commitment": "onsite-server", "at": "2026-11-20T16:30"}
    outcome = ask("deadline", recording, question)
    assert outcome.as_json()["value"] == "2026-11-23T10:30:00+01:00"
    (promised,) = (r for r in outcome.because if r.term == "promise.onsite-server.within")
    assert (promised.source, promised.document, promised.clause) == ("derogation", LETTER, "VI.3")
    assert outcome.digest == load("imri/2013").digest
    assert [d["document"] for d in outcome.derogations] == [LETTER]
    assert cited(outcome) == recording.reads
    before = ask("deadline", book, {**question, "at": "2026-02-20T16:30"})
    assert before.as_json()["value"] == "2026-02-23T12:30:00+01:00"


def test_hours_that_change_in_the_middle_of_a_count_are_each_taken_on_their_days() -> None:
    monday = {"mon": [["06:00", "12:00"]]}
    book = load("imri/2013").amended(Derogation("hours.onsite", date(2026, 11, 23), monday, LETTER))
    outcome = ask("deadline", RecordingBook(book), {"commitment": "onsite-server", "at": "2026-11-20T16:30"})
    assert outcome.as_json()["value"] == "2026-11-23T09:30:00+01:00"
    assert [r.source for r in outcome.because if r.term == "hours.onsite"] == [
        "clause",
        "clause",
        "derogation",
    ]


@pytest.mark.parametrize("steps_after", [0, 1, 2, 3])
def test_a_replayed_promise_cites_exactly_what_it_read_and_replays_again(steps_after: int) -> None:
    def owed(commitment: str, reads: set[tuple[str, str]]) -> Owed:
        return Owed(RecordingBook(load("imri/2013"), reads), commitment)

    reads: set[tuple[str, str]] = set()
    call = datetime.fromisoformat("2026-11-20T16:30+01:00")
    wait = Suspended(
        datetime.fromisoformat("2026-11-23T10:00+01:00"),
        "VI.3",
        "report voulu par le client",
        datetime.fromisoformat("2026-11-24T09:00+01:00"),
    )
    steps = [
        Started(call, owed("onsite-server", reads)),
        wait,
        Changed(datetime.fromisoformat("2026-11-24T10:00+01:00"), owed("onsite-server", reads)),
        Met(datetime.fromisoformat("2026-11-24T11:00+01:00")),
    ][: steps_after + 1]
    outcome = promise(steps, now=datetime.fromisoformat("2026-11-24T11:30+01:00"))
    assert cited(outcome) == reads
    stored = json.loads(json.dumps(outcome.as_json()))

    def book_of(name: str, digest: str) -> Book:
        assert digest == load(name).digest
        return load(name)

    assert again(stored, book_of).as_json() == stored
