"""Loading a book: all faults at once; what may be laid over it, and what may not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clausier.terms.book import (
    Derogation,
    Practice,
    faults_of,
    from_files,
    load,
    shipped_names,
    timeline_faults,
)
from clausier.terms.errors import BookFaults, IllTyped, NoSuchTerm, NoValueOn, UnknownBook
from clausier.terms.outcome import Words

HEAD = 'name = "test/1"\nedition = "1"\napplies_from = 2020-01-01\ntitle = { fr = "Essai", en = "Trial" }\n'
TERM = """
[visit]
label = { fr = "visite", en = "visit" }
unit = "hours"
values = [
  { since = 2020-01-01, value = 4, clause = "1" },
  { since = 2022-01-01, value = 3.5, clause = "1" },
]
"""
SMALL = {"book.toml": HEAD, "terms/delay.toml": TERM}


def test_the_shipped_books_load() -> None:
    assert set(shipped_names()) >= {"law-fr", "imri/2013", "ims/2018"}
    for name in shipped_names():
        assert load(name).name == name


def test_a_value_lasts_until_the_next_one() -> None:
    book = from_files(SMALL)
    assert [book.read("delay.visit", date(y, 12, 31)).value for y in (2020, 2021, 2022)] == [
        4,
        4,
        Decimal("3.5"),
    ]


def test_before_the_first_value_there_is_none() -> None:
    with pytest.raises(NoValueOn):
        from_files(SMALL).read("delay.visit", date(2019, 12, 31))
    with pytest.raises(NoSuchTerm):
        from_files(SMALL).read("delay.tea", date(2020, 1, 1))


def test_a_reading_cites_its_clause() -> None:
    reading = from_files(SMALL).read("delay.visit", date(2023, 1, 1))
    assert (reading.clause, reading.source, reading.book, reading.label.fr) == (
        "1",
        "clause",
        "test/1",
        "visite",
    )


def test_all_faults_are_told_at_once_each_with_its_place() -> None:
    files = {
        "book.toml": HEAD.replace("applies_from = 2020-01-01\n", ""),
        "terms/delay.toml": TERM.replace(', clause = "1" },', " },", 1).replace('en = "visit"', 'en = ""'),
        "terms/fee.toml": "[hour]\nlabel = { fr = 'heure', en = 'hour' }\nunit = 'EUR'\nvalues = []\n",
        "clauses.toml": "[[clause]]\nnumber = '1'\n",
        "findings.toml": "not toml at all [",
    }
    faults = faults_of(files)
    assert {fault.file for fault in faults} == set(files)
    assert all(
        fault.place and fault.says.fr and fault.says.en and fault.would_be_right.fr for fault in faults
    )
    with pytest.raises(BookFaults) as refusal:
        from_files(files)
    assert refusal.value.faults == faults


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (TERM.replace("since = 2020-01-01", 'since = "2020"'), "delay.visit, values[0]"),
        (TERM.replace("value = 4", "valeur = 4"), "delay.visit, values[0]"),
        (TERM.replace("value = 4", "value = nan"), "delay.visit, values[0]"),
        (TERM.replace("value = 4", "until = 2019-01-01, value = 4"), "delay.visit, values[0]"),
        (TERM.replace('unit = "hours"\n', ""), "delay.visit"),
        (TERM.replace("unit =", "colour = 'red'\nunit ="), "delay.visit"),
        (TERM.replace("unit =", "practice = true\nunit ="), "delay.visit, reason"),
        ("visit = 4\n", "delay.visit"),
    ],
)
def test_a_term_out_of_form_does_not_load(broken: str, place: str) -> None:
    assert place in {fault.place for fault in faults_of({**SMALL, "terms/delay.toml": broken})}


def test_one_term_in_two_files_does_not_load() -> None:
    practice = '[delay.visit]\nlabel = { fr = "a", en = "a" }\nunit = "h"\nreason = { fr = "a", en = "a" }\n'
    practice += "values = [ { since = 2020-01-01, value = 1 } ]\n"
    assert faults_of({**SMALL, "practices.toml": practice})


def test_without_a_head_there_is_no_book() -> None:
    assert [fault.file for fault in faults_of({"terms/delay.toml": TERM})] == ["book.toml"]


def test_overlaps_and_gaps_are_findings_and_not_faults() -> None:
    overlap = TERM.replace("since = 2020-01-01", "since = 2020-01-01, until = 2023-01-01")
    gap = TERM.replace("since = 2020-01-01", "since = 2020-01-01, until = 2021-01-01")
    for text in (overlap, gap):
        assert len(timeline_faults(from_files({**SMALL, "terms/delay.toml": text}))) == 1
    assert timeline_faults(from_files(SMALL)) == ()


def test_the_digest_is_that_of_the_content() -> None:
    book = from_files(SMALL)
    assert from_files({**SMALL, "terms/delay.toml": "# a remark\n" + TERM}).digest == book.digest
    assert from_files({**SMALL, "terms/delay.toml": TERM.replace("4", "5")}).digest != book.digest
    assert from_files(dict(book.files)).digest == book.digest


def test_an_unknown_book_is_refused() -> None:
    for name in ("imri/1999", "", "..", "../books/law-fr", "/etc"):
        with pytest.raises(UnknownBook):
            load(name)


def derogated(since: str, until: str | None = None) -> Derogation:
    return Derogation(
        "delay.visit",
        date.fromisoformat(since),
        1,
        "lettre",
        until=date.fromisoformat(until) if until else None,
    )


def test_a_derogation_holds_for_its_own_time_only() -> None:
    book = from_files(SMALL).amended(derogated("2021-06-01", "2022-06-01"))
    spells = [(s.since.isoformat(), s.value, s.source) for s in book.timeline("delay.visit")]
    assert spells == [
        ("2020-01-01", 4, "clause"),
        ("2021-06-01", 1, "derogation"),
        ("2022-01-01", 1, "derogation"),
        ("2022-06-01", Decimal("3.5"), "clause"),
    ]
    assert book.digest == from_files(SMALL).digest


def test_the_later_derogation_wins() -> None:
    book = from_files(SMALL).amended(
        derogated("2021-01-01"), Derogation("delay.visit", date(2021, 3, 1), 2, "second letter")
    )
    assert [book.read("delay.visit", date(2021, m, 1)).value for m in (1, 2, 3)] == [1, 1, 2]


def test_a_derogation_may_hold_before_the_book_does() -> None:
    book = from_files(SMALL).amended(derogated("2019-01-01"))
    assert book.read("delay.visit", date(2019, 6, 1)).value == 1


def test_a_table_given_changes_only_the_keys_it_names() -> None:
    rates = {"remote": {"server-network": "70.5"}}
    book = load("ims/2018").amended(Derogation("points.rates", date(2026, 1, 1), rates, "avenant"))
    read = book.read("points.rates", date(2026, 2, 1)).value
    assert read["remote"] == {"workstation": 60, "server-network": Decimal("70.5"), "business-software": 75}
    assert read["project"] == 80


def test_what_does_not_fit_the_term_is_refused() -> None:
    book = from_files(SMALL)
    for value in ("two", 1.5, [1], {"a": 1}, True):
        with pytest.raises(IllTyped):
            book.amended(Derogation("delay.visit", date(2021, 1, 1), value, "lettre"))


def test_particular_conditions_may_add_a_term_with_its_label() -> None:
    ims = load("ims/2018")
    with pytest.raises(NoSuchTerm):
        ims.amended(Derogation("promise.onsite-server.within", date(2026, 1, 1), 4, "cp"))
    label = Words("intervention sur site", "on-site visit")
    book = ims.amended(Derogation("promise.onsite-server.within", date(2026, 1, 1), 4, "cp", label))
    assert book.read("promise.onsite-server.within", date(2026, 2, 1)).document == "cp"


def test_a_practice_never_passes_for_a_clause() -> None:
    said = Words("habitude", "habit")
    with pytest.raises(IllTyped):
        from_files(SMALL).with_practices(Practice("delay.visit", date(2021, 1, 1), 1, said))
    book = load("ims/2018").with_practices(
        Practice("hours.phone", date(2026, 1, 1), {"sat": [["09:00", "12:00"]]}, said)
    )
    reading = book.read("hours.phone", date(2026, 2, 1))
    assert (reading.source, reading.reason) == ("practice", said)
    assert set(reading.value) == {"mon", "tue", "wed", "thu", "fri", "sat"}


def test_a_book_cannot_be_changed_by_who_reads_it() -> None:
    grid = load("ims/2018").read("priority.grid", date(2026, 1, 1)).value
    with pytest.raises(TypeError):
        grid["one"]["blocked"] = 1


def test_a_newer_value_of_the_law_is_read_through_the_same_door() -> None:
    law = load("law-fr").amended(
        Derogation("late-payment.legal-rate", date(2026, 7, 1), "2.10", "arrêté", clause="L313-2")
    )
    reading = load("imri/2013").with_law(law).law.read("late-payment.legal-rate", date(2026, 9, 1))
    assert (reading.value, reading.source, reading.document) == (Decimal("2.10"), "law", "arrêté")
