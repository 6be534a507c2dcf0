"""Checking a book: the findings on the shipped texts come out, each broken book is told for what it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausier.terms import book as books
from clausier.terms.check import Remark, check, check_files
from clausier.terms.lints import LINTS
from tests.books import example

# (lint, clause, key of the finding): what is known to be wrong in the texts themselves.
FINDINGS = {
    "imri/2013": {
        ("internal-reference", "XIII", "payment-article"),
        ("internal-reference", "XIII", "termination-article"),
        ("recorded", "VII.3.7", "availability-formula"),
        ("both-sides", "III", "backup-contradiction"),
        ("reversibility-before-term", "XIV", "reversibility-before-term"),
        ("law-reference", "XI", "law-late-interest"),
        ("law-reference", "X", "law-porte-fort"),
        ("law-reference", "XV", "law-court"),
        ("law-reference", "III", "law-data-protection"),
        ("no-date", None, "no-date"),
        ("late-rate-floor", "XI", "late-rate-under-floor"),
        ("recovery-indemnity", "XI", "no-recovery-indemnity"),
        ("undefined-word", "VII.3.1", "undefined-fournisseur"),
        ("undefined-word", "XIV", "undefined-prestataire"),
    },
    "ims/2018": {
        ("same-number", "6.3b", "two-articles-6.3"),
        ("undefined-word", "2", "undefined-utilisateur"),
        ("undefined-word", "3", "undefined-prestataire"),
        ("law-reference", "13", "law-number"),
        ("same-ground", "7.4", "two-endings"),
        ("no-siren", None, "no-siren"),
        ("late-rate-floor", "7.4", "late-rate-under-floor"),
        ("recovery-indemnity", "7.4", "no-recovery-indemnity"),
    },
    "law-fr": set(),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_the_check_reports_the_findings_on_a_shipped_text_and_nothing_else(name: str) -> None:
    remarks = check(books.load(name))
    assert {(r.lint, r.clause, r.finding) for r in remarks} == FINDINGS[name]


def _floor(name: str) -> list[str]:
    return [d.en for r in check(books.load(name)) if r.lint == "late-rate-floor" for d in r.details]


def test_five_points_over_the_legal_rate_fall_under_the_floor_from_the_second_half_of_2023() -> None:
    assert _floor("imri/2013") == [
        "2023 H2: 9.22% < 12.66%",
        "2024 H1: 10.07% < 15.21%",
        "2024 H2: 9.92% < 14.76%",
        "2025 H1: 8.71% < 11.13%",
        "2025 H2: 7.76% < 8.28%",
        "2026 H1: 7.62% < 7.86%",
    ]


def test_one_and_a_half_times_the_legal_rate_is_under_the_floor_in_every_half_year_since_the_text() -> None:
    lines = _floor("ims/2018")
    assert len(lines) == 16
    assert lines[0] == "2018 H2: 1.32% < 2.64%"
    assert lines[-1] == "2026 H1: 3.93% < 7.86%"


def test_the_worked_example_of_the_documentation_checks_clean() -> None:
    assert check_files(example.files()).remarks == ()


# (what is broken, files, lint, file of the remark, part of its place, severity)
BROKEN = [
    (
        "a value without a clause",
        example.broken("terms/promise.toml", 'value = 4, clause = "2"', "value = 4"),
        ("fault", "terms/promise.toml", "onsite-server.within", "fault"),
    ),
    (
        "a term without its English label",
        example.broken("terms/promise.toml", ', en = "on-site visit, server outage"', ""),
        ("fault", "terms/promise.toml", "onsite-server.within, label", "fault"),
    ),
    (
        "two clauses with the same number",
        example.broken("clauses.toml", 'number = "3"', 'number = "2"'),
        ("fault", "clauses.toml", "clause[2] 2", "fault"),
    ),
    (
        "a term that cites a clause that does not exist",
        example.broken("terms/promise.toml", 'value = 4, clause = "2"', 'value = 4, clause = "9"'),
        ("unknown-clause", "terms/promise.toml", "promise.onsite-server.within, since = 2026-07-01", "fault"),
    ),
    (
        "a duty of an unknown clause",
        example.broken("duties.toml", 'clause = "3"', 'clause = "30"'),
        ("unknown-clause", "duties.toml", "backup-before-work", "fault"),
    ),
    (
        "a reading of an unknown clause",
        example.with_more(
            "interpretations.toml",
            """[[interpretation]]
key = "call"
clause = "2"
also = ["12"]
words = { fr = "l’appel", en = "the call" }
reading = { fr = "la première demande", en = "the first request" }
reason = { fr = "le texte ne le dit pas", en = "the text does not say" }
""",
        ),
        ("unknown-clause", "interpretations.toml", "call", "fault"),
    ),
    (
        "a finding of an unknown clause",
        example.with_more(
            "findings.toml",
            """[[finding]]
key = "odd"
clause = "12"
severity = "wording"
says = { fr = "une phrase de trop", en = "a sentence too many" }
""",
        ),
        ("unknown-clause", "findings.toml", "odd", "fault"),
    ),
    (
        "a reference that is written in no known way",
        example.broken("clauses.toml", 'bears = "duty"', 'bears = "duty"\nrefers_to = ["12"]'),
        ("shape", "clauses.toml", "clause 3", "fault"),
    ),
    (
        "a rate of late interest that is no rate",
        example.broken("terms/late-interest.toml", "{ times_legal = 3, plus_points = 0 }", '"three times"'),
        ("shape", "terms/late-interest.toml", "late-interest.rate", "fault"),
    ),
    (
        "a duty of nobody",
        example.broken("duties.toml", 'by = "client"', 'by = "neighbour"'),
        ("shape", "duties.toml", "backup-before-work", "fault"),
    ),
    (
        "a clause on nobody",
        example.broken("clauses.toml", 'by = "provider"', 'by = "neighbour"'),
        ("shape", "clauses.toml", "clause 2", "fault"),
    ),
    (
        "values that overlap",
        example.broken("terms/promise.toml", "until = 2026-07-01", "until = 2026-08-01"),
        ("timeline", "terms/promise.toml", "since = 2026-07-01", "fault"),
    ),
    (
        "values that leave a gap",
        example.broken("terms/promise.toml", "until = 2026-07-01", "until = 2026-06-01"),
        ("timeline", "terms/promise.toml", "since = 2026-07-01", "fault"),
    ),
    (
        "an article of the text without a clause",
        example.broken("book.toml", '"3", "4"]', '"3", "4", "5"]'),
        ("articles", "clauses.toml", "clause 5", "fault"),
    ),
    (
        "a clause outside the text",
        example.broken("book.toml", '"3", "4"]', '"3"]'),
        ("articles", "book.toml", "articles", "fault"),
    ),
    (
        "no list of articles",
        example.broken("book.toml", 'articles = ["1", "2", "3", "4"]', ""),
        ("articles", "book.toml", "articles", "fault"),
    ),
    (
        "two articles that print the same number",
        example.broken("clauses.toml", 'article = "3"', 'article = "3"\nprinted = "2"'),
        ("same-number", "clauses.toml", "clause 3", "reference"),
    ),
    (
        "a reference to an article that does not exist",
        example.broken("clauses.toml", 'bears = "duty"', 'bears = "duty"\nrefers_to = [{ to = "12" }]'),
        ("internal-reference", "clauses.toml", "clause 3", "reference"),
    ),
    (
        "a reference to another article than was meant",
        example.broken(
            "clauses.toml", 'bears = "duty"', 'bears = "duty"\nrefers_to = [{ to = "1", meant = "2" }]'
        ),
        ("internal-reference", "clauses.toml", "clause 3", "reference"),
    ),
    (
        "a law that was renumbered",
        example.broken("clauses.toml", "Code de commerce L441-10", "Code de commerce L441-6"),
        ("law-reference", "clauses.toml", "clause 4", "reference"),
    ),
    (
        "a court that was replaced",
        example.broken("clauses.toml", "Code de commerce L441-10", "Tribunal de grande instance"),
        ("law-reference", "clauses.toml", "clause 4", "reference"),
    ),
    (
        "a law written with the wrong number",
        example.broken("clauses.toml", "Code de commerce L441-10", "Loi 7817"),
        ("law-reference", "clauses.toml", "clause 4", "reference"),
    ),
    (
        "a law of another code with the same number",
        example.broken("clauses.toml", "Code de commerce L441-10", "Code de la consommation L441-10"),
        ("law-reference", "clauses.toml", "clause 4", "reference"),
    ),
    (
        "a law that is not known",
        example.broken("clauses.toml", "Code de commerce L441-10", "Code de la route 4"),
        ("law-reference", "clauses.toml", "clause 4", "reference"),
    ),
    (
        "a word that no article defines",
        example.broken("clauses.toml", 'uses = ["client"]', 'uses = ["client", "utilisateur"]'),
        ("undefined-word", "clauses.toml", "clause 2", "wording"),
    ),
    (
        "the same task on both sides",
        {
            **example.with_more(
                "duties.toml",
                """[[duty]]
key = "provider-backup"
kind = "duty"
clause = "2"
by = "provider"
when = "always"
subject = "backup"
says = { fr = "sauvegarder les données", en = "back up the data" }

[[duty]]
key = "client-backup"
kind = "duty"
clause = "3"
by = "client"
when = "always"
subject = "backup"
says = { fr = "sauvegarder ses données", en = "back up its data" }
""",
            )
        },
        ("both-sides", "duties.toml", "clause 2", "wording"),
    ),
    (
        "one ground with two notices",
        example.with_more(
            "terms/termination.toml",
            """[grounds.unpaid-now]
label = { fr = "impayé", en = "non-payment" }
unit = "ground"
values = [{ since = 2026-01-01, clause = "4", value = { ground = "unpaid", notice_days = 0 } }]

[grounds.unpaid-later]
label = { fr = "impayé", en = "non-payment" }
unit = "ground"
values = [{ since = 2026-01-01, clause = "4", value = { ground = "unpaid", notice_days = 8 } }]
""",
        ),
        ("same-ground", "terms/termination.toml", "termination.grounds.unpaid-now", "wording"),
    ),
    (
        "data returned before the contract ends",
        example.with_more(
            "terms/reversibility.toml",
            """[within]
label = { fr = "restitution", en = "return" }
unit = "months"
values = [{ since = 2026-01-01, clause = "4", value = 1 }]
""",
        )
        | {
            "terms/contract.toml": """[duration.managed]
label = { fr = "durée", en = "duration" }
unit = "months"
values = [{ since = 2026-01-01, clause = "4", value = { initial = 12, renewal = 12, notice = 3 } }]
"""
        },
        ("reversibility-before-term", "terms/reversibility.toml", "reversibility.within", "wording"),
    ),
    (
        "a sentence inside a value in one language",
        example.with_more(
            "terms/prediagnosis.toml",
            """[questions]
label = { fr = "questions", en = "questions" }
unit = "questions"
values = [{ since = 2026-01-01, clause = "2", value = [{ key = "since", label = { fr = "Depuis quand" } }] }]
""",
        ),
        (
            "languages",
            "terms/prediagnosis.toml",
            "prediagnosis.questions, since = 2026-01-01[0], label",
            "fault",
        ),
    ),
    (
        "opening hours that end before they start",
        example.broken("terms/hours.toml", '["14:00", "17:00"]', '["17:00", "14:00"]'),
        ("opening-hours", "terms/hours.toml", "hours.onsite, since = 2026-01-01, fri", "fault"),
    ),
    (
        "opening hours that overlap",
        example.broken("terms/hours.toml", '["14:00", "17:00"]', '["11:00", "17:00"]'),
        ("opening-hours", "terms/hours.toml", "hours.onsite, since = 2026-01-01, fri", "fault"),
    ),
    (
        "opening hours on a day that is none",
        example.broken("terms/hours.toml", "fri = ", "vendredi = "),
        ("opening-hours", "terms/hours.toml", "hours.onsite, since = 2026-01-01, vendredi", "fault"),
    ),
    (
        "a promise in elapsed hours shorter than a night",
        example.broken("terms/promise.toml", 'unit = "open hours"', 'unit = "hours"'),
        ("impossible-promise", "terms/promise.toml", "promise.onsite-server.within", "fault"),
    ),
    (
        "a promise of no time at all",
        example.broken("terms/promise.toml", "value = 4", "value = 0"),
        ("impossible-promise", "terms/promise.toml", "since = 2026-07-01", "fault"),
    ),
    (
        "a promise with no opening hours",
        {path: text for path, text in example.files().items() if path != "terms/hours.toml"},
        ("impossible-promise", "terms/promise.toml", "promise.onsite-server.within", "fault"),
    ),
    (
        "a promise on hours that the book does not have",
        example.broken("terms/promise.toml", "[onsite-server.within]", "[phone-answer.within]"),
        ("impossible-promise", "terms/promise.toml", "promise.phone-answer.within", "fault"),
    ),
    (
        "a promise before its hours are known",
        example.broken(
            "terms/hours.toml",
            "[[onsite.values]]\nsince = 2026-01-01",
            "[[onsite.values]]\nsince = 2026-03-01",
        ),
        ("impossible-promise", "terms/promise.toml", "since = 2026-01-01", "fault"),
    ),
    (
        "a text without a date",
        example.broken("book.toml", "dated_on = 2025-12-15", ""),
        ("no-date", "book.toml", "dated_on", "wording"),
    ),
    (
        "a text without a SIREN",
        example.broken("book.toml", 'siren = "900000001"', ""),
        ("no-siren", "book.toml", "provider.siren", "legal"),
    ),
    (
        "a SIREN whose key is wrong",
        example.broken("book.toml", "900000001", "900000002"),
        ("no-siren", "book.toml", "provider.siren", "legal"),
    ),
    (
        "late interest under the floor",
        example.broken("terms/late-interest.toml", "times_legal = 3", "times_legal = 2"),
        ("late-rate-floor", "terms/late-interest.toml", "late-interest.rate", "legal"),
    ),
    (
        "a recovery indemnity that is too low",
        example.broken("terms/late-interest.toml", "value = 40", "value = 30"),
        ("recovery-indemnity", "terms/late-interest.toml", "late-interest.recovery-indemnity", "legal"),
    ),
    (
        "a recorded finding that is found no more",
        example.with_more(
            "findings.toml",
            """[[finding]]
key = "undated"
severity = "wording"
lint = "no-date"
says = { fr = "le texte n’est pas daté", en = "the text is undated" }
""",
        ),
        ("stale-finding", "findings.toml", "undated", "fault"),
    ),
    (
        "a finding of a lint that does not exist",
        example.with_more(
            "findings.toml",
            """[[finding]]
key = "odd"
severity = "wording"
lint = "no-such-lint"
says = { fr = "une phrase", en = "a sentence" }
""",
        ),
        ("stale-finding", "findings.toml", "odd", "fault"),
    ),
]


@pytest.mark.parametrize(
    ("files", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_book_is_told_with_its_file_its_place_and_what_would_be_right(
    files: dict[str, str], expected: tuple[str, str, str, str]
) -> None:
    lint, file, place, severity = expected
    met = [r for r in check_files(files).remarks if r.lint == lint]
    assert [(r.file, r.severity) for r in met] == [(file, severity)] * len(met)
    assert any(place in r.place for r in met), met
    for remark in met:
        assert all(text.strip() for text in (*remark.says, *remark.would_be_right))


def test_every_lint_has_a_broken_book() -> None:
    assert set(LINTS) <= {lint for _, _, (lint, _, _, _) in BROKEN}


def test_all_faults_and_flaws_are_told_at_once() -> None:
    files = example.broken("terms/promise.toml", 'value = 4, clause = "2"', "value = 4")
    files["book.toml"] = (
        files["book.toml"].replace("dated_on = 2025-12-15\n", "").replace("900000001", "900000002")
    )
    files["terms/late-interest.toml"] = files["terms/late-interest.toml"].replace("value = 40", "value = 30")
    lints = {remark.lint for remark in check_files(files).remarks}
    assert {"fault", "no-date", "no-siren", "recovery-indemnity"} <= lints


def test_a_recorded_finding_gives_its_words_and_keeps_what_the_lint_saw() -> None:
    files = example.broken("book.toml", "dated_on = 2025-12-15", "")
    files["findings.toml"] = """[[finding]]
key = "undated"
severity = "legal"
lint = "no-date"
says = { fr = "le texte n’est pas daté", en = "the text is undated" }
"""
    (remark,) = check_files(files).remarks
    assert (remark.finding, remark.severity, remark.says.en) == ("undated", "legal", "the text is undated")
    assert remark.seen is not None
    assert remark.seen.en == "the text bears no date"


def test_a_floor_broken_only_for_a_time_is_told_only_for_that_time() -> None:
    files = example.broken(
        "terms/late-interest.toml",
        'values = [{ since = 2026-01-01, value = { times_legal = 3, plus_points = 0 }, clause = "4" }]',
        """values = [
  { since = 2025-03-01, value = { times_legal = 1, plus_points = 5 }, clause = "4" },
  { since = 2025-07-01, value = { times_legal = 3, plus_points = 0 }, clause = "4" },
]""",
    )
    (remark,) = [r for r in check_files(files).remarks if r.lint == "late-rate-floor"]
    assert [line.en for line in remark.details] == ["2025 H1: 8.71% < 11.13%"]


def test_half_the_legal_rate_is_under_the_floor_even_where_no_rate_is_known_yet() -> None:
    files = example.broken("terms/late-interest.toml", "times_legal = 3", "times_legal = 0.5")
    files["terms/late-interest.toml"] = files["terms/late-interest.toml"].replace(
        "since = 2026-01-01, value = { times", "since = 2044-01-01, value = { times"
    )
    (remark,) = [r for r in check_files(files).remarks if r.lint == "late-rate-floor"]
    assert [line.en for line in remark.details] == ["whatever the legal rate: 0.5 times < 3 times"]


def test_a_law_written_in_other_capitals_is_the_same_law() -> None:
    files = example.broken("clauses.toml", "Code de commerce L441-10", "code de commerce l441-10")
    assert check_files(files).remarks == ()


def _promise_remarks(unit: str, value: int) -> list[Remark]:
    files = example.broken("terms/promise.toml", 'unit = "open hours"', f'unit = "{unit}"')
    files["terms/promise.toml"] = files["terms/promise.toml"].replace("value = 4", f"value = {value}")
    files["terms/promise.toml"] = files["terms/promise.toml"].replace("value = 6", f"value = {value}")
    return [r for r in check_files(files).remarks if r.lint == "impossible-promise"]


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=200))
def test_a_promise_in_elapsed_hours_can_be_kept_when_it_outlasts_the_weekend(hours: int) -> None:
    # Closed from Friday 17:00 to Monday 9:00: 64 hours.
    assert bool(_promise_remarks("hours", hours)) == (hours < 64)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=200))
def test_any_promise_in_open_hours_can_be_kept_when_something_opens(hours: int) -> None:
    assert _promise_remarks("open hours", hours) == []


@settings(deadline=None)
@given(st.dates(min_value=date(2026, 1, 2), max_value=date(2030, 12, 31)))
def test_a_value_ended_and_followed_on_the_same_day_leaves_neither_gap_nor_overlap(day: date) -> None:
    text = example.files()["terms/promise.toml"].replace("2026-07-01", day.isoformat())
    remarks = check_files({**example.files(), "terms/promise.toml": text}).remarks
    assert [r for r in remarks if r.lint == "timeline"] == []
