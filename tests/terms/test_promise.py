"""A promise through the life of a ticket: what is used, what is left, when it falls due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier.terms.book import Derogation, load
from clausier.terms.errors import NoSuchTerm, NotSuspendable, TermsError, UnknownWord, WrongOrder
from clausier.terms.promise import (
    Changed,
    Lifted,
    Met,
    Owed,
    Resumed,
    Standing,
    Started,
    Step,
    Suspended,
    promise,
    standing,
)

IMRI, IMS = load("imri/2013"), load("ims/2018")
SERVER, WORKSTATION = Owed(IMRI, "onsite-server"), Owed(IMRI, "onsite-workstation")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+01:00")


CALL = Started(at("20T16:30"), SERVER)


def on(now: str, *steps: Step) -> Standing:
    return standing([CALL, *steps], now=at(now))


def test_a_fresh_promise_is_on_time_with_what_is_left() -> None:
    stands = on("20T16:42")
    assert (stands.state, stands.due_at) == ("on-time", at("23T12:30"))
    assert (stands.used_seconds, stands.left_seconds) == (12 * 60, 228 * 60)
    assert [(p.end - p.start, p.used) for p in stands.periods] == [(1800, 720), (12_600, 0)]


def test_under_an_hour_of_open_time_it_is_at_risk() -> None:
    assert on("23T11:30").state == "on-time"
    assert on("23T11:31").state == "at-risk"


def test_it_is_late_after_the_due_instant_even_while_closed() -> None:
    assert on("23T12:30").state == "at-risk"
    stands = on("23T13:00")
    assert (stands.state, stands.late_seconds) == ("late", 0)
    assert on("23T15:00").late_seconds == 3600


def test_another_class_keeps_the_time_used() -> None:
    stands = on("23T11:00", Changed(at("23T10:00"), WORKSTATION))
    assert (stands.used_seconds, stands.left_seconds) == (2.5 * 3600, 5.5 * 3600)
    assert stands.due_at == at("23T18:00")


def test_before_the_change_the_promise_was_the_former_one() -> None:
    assert on("23T09:30", Changed(at("23T10:00"), WORKSTATION)).due_at == at("23T12:30")


def test_a_shorter_promise_than_the_time_used_was_due_when_it_ran_out() -> None:
    stands = standing(
        [Started(at("16T09:00"), WORKSTATION), Changed(at("16T17:00"), SERVER)], now=at("16T17:00")
    )
    assert (stands.state, stands.due_at) == ("late", at("16T14:30"))
    assert stands.left_seconds == -2.5 * 3600


def test_a_derogation_that_comes_with_the_contract_changes_what_is_owed() -> None:
    amended = IMRI.amended(Derogation("promise.onsite-server.within", date(2026, 11, 1), 2, "avenant"))
    stands = on("23T09:10", Changed(at("23T09:00"), Owed(amended, "onsite-server")))
    assert (stands.promised_seconds, stands.due_at) == (2 * 3600, at("23T10:30"))


def test_another_holiday_region_counts_from_the_change() -> None:
    owed = Owed(IMRI, "onsite-server", "alsace-moselle")
    call = Started(datetime.fromisoformat("2026-04-02T17:00+02:00"), SERVER)
    change = Changed(datetime.fromisoformat("2026-04-02T17:30+02:00"), owed)
    stands = standing([call, change], now=change.at)
    assert stands.due_at == datetime.fromisoformat("2026-04-07T12:00+02:00")


def test_an_agreed_postponement_stops_the_clock() -> None:
    wait = Suspended(at("23T10:00"), "VI.3", "date voulue par le client")
    stands = on("25T10:00", wait)
    assert (stands.state, stands.due_at, stands.used_seconds) == ("suspended", None, 1.5 * 3600)
    resumed = on("25T10:00", wait, Resumed(at("24T09:00")))
    assert (resumed.state, resumed.due_at) == (
        "on-time" if resumed.left_seconds >= 3600 else "late",
        at("24T11:30"),
    )


def test_a_postponement_to_a_known_date_gives_a_due_instant_at_once() -> None:
    wait = Suspended(at("23T10:00"), "VI.3", "date voulue par le client", at("24T14:00"))
    assert on("23T11:00", wait).state == "suspended"
    assert on("23T11:00", wait).due_at == at("24T16:30")
    assert on("24T14:30", wait).state == "on-time"
    assert on("24T15:00", wait, Resumed(at("24T14:00"))) == on("24T15:00", wait)


def test_a_wait_that_no_clause_allows_does_not_stop_it() -> None:
    for clause in ("", "VI.1", "XV"):
        with pytest.raises(NotSuspendable) as refusal:
            on("23T11:00", Suspended(at("23T10:00"), clause, "pièce en commande"))
        assert refusal.value.field == "clause"


def test_met_in_time_and_met_late() -> None:
    met = on("25T10:00", Met(at("23T12:30")))
    assert (met.state, met.used_seconds, met.left_seconds) == ("met", 4 * 3600, 0)
    late = on("25T10:00", Met(at("23T14:30")))
    assert (late.state, late.late_seconds, late.due_at) == ("met-late", 1800, at("23T12:30"))


def test_a_lifted_promise_stands_still() -> None:
    assert on("23T10:00", Lifted(at("20T17:00"), "exclue")) == on(
        "30T10:00", Lifted(at("20T17:00"), "exclue")
    )
    assert on("23T10:00", Lifted(at("20T17:00"))).state == "lifted"


def test_a_target_runs_on_the_phone_hours_and_is_never_called_a_promise() -> None:
    target = Owed(IMS, "first-answer", priority=1)
    outcome = promise([Started(at("20T17:00"), target)], now=at("20T17:10"))
    assert outcome.as_json()["value"]["due_at"] == "2026-11-23T08:30:00+01:00"
    assert "pas une promesse" in outcome.says.fr
    assert {r.source for r in outcome.because if r.term == "target.first-answer"} == {"practice"}


def test_terms_that_promise_nothing_are_refused() -> None:
    with pytest.raises(NoSuchTerm):
        standing([Started(at("20T17:00"), Owed(IMS, "onsite-server"))], now=at("20T17:10"))
    with pytest.raises(UnknownWord):
        standing([Started(at("20T17:00"), Owed(IMRI, "onsite-coffee"))], now=at("20T17:10"))


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Met(at("20T16:40"))],
        [CALL, CALL],
        [CALL, Resumed(at("20T16:40"))],
        [CALL, Met(at("20T16:50")), Changed(at("20T16:55"), SERVER)],
        [CALL, Changed(at("20T16:50"), SERVER), Changed(at("20T16:40"), SERVER)],
        [CALL, Suspended(at("20T16:40"), "VI.3", "report"), Suspended(at("20T16:50"), "VI.3", "report")],
    ],
)
def test_steps_that_cannot_follow_each_other_are_refused(steps: list[Step]) -> None:
    with pytest.raises(WrongOrder):
        standing(steps, now=at("20T18:00"))


def test_a_wait_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(TermsError):
        on("23T11:00", Suspended(at("23T10:00"), "VI.3", "report", at("23T09:00")))


def test_the_account_of_a_changed_promise_adds_up_to_it() -> None:
    outcome = promise([CALL, Changed(at("23T10:00"), WORKSTATION)], now=at("23T11:00"))
    rows = [part.facts for part in outcome.parts if part.kind == "day"]
    assert [row["day"] for row in rows] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    assert sum(row["seconds"] for row in rows) == 2.5 * 3600
    left = [datetime.fromisoformat(b) - datetime.fromisoformat(a) for row in rows for a, b in row["left"]]
    assert sum(left, timedelta()) == timedelta(hours=5.5)


minutes = st.integers(0, 60 * 24 * 20)


@given(minutes, minutes)
def test_time_never_runs_backward(one: int, other: int) -> None:
    early, late = (CALL.at + timedelta(minutes=m) for m in sorted((one, other)))
    before, after = standing([CALL], now=early), standing([CALL], now=late)
    assert before.used_seconds <= after.used_seconds
    assert before.due_at == after.due_at
    assert before.left_seconds + before.used_seconds == before.promised_seconds


@given(minutes, minutes)
def test_a_change_to_the_same_thing_changes_nothing(when: int, later: int) -> None:
    change = Changed(CALL.at + timedelta(minutes=when), SERVER)
    now = change.at + timedelta(minutes=later)
    with_it, without = standing([CALL, change], now=now), standing([CALL], now=now)
    assert (with_it.state, with_it.due_at, with_it.used_seconds) == (
        without.state,
        without.due_at,
        without.used_seconds,
    )


@given(minutes, st.integers(1, 60 * 24 * 10), minutes)
def test_a_wait_never_brings_the_due_instant_nearer(when: int, length: int, later: int) -> None:
    start = CALL.at + timedelta(minutes=when)
    wait = Suspended(start, "VI.3", "report", start + timedelta(minutes=length))
    stands = standing([CALL, wait], now=start + timedelta(minutes=later))
    assert stands.due_at is not None
    assert stands.due_at >= at("23T12:30")
