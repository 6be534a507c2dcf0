"""What if? A book run against recorded facts: answers as the kernel gives each of them, and no trace."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import InternalError, transaction

from clausier.cli import replay as command
from clausier.contracts import services as contracts
from clausier.desk import services
from clausier.desk.models import Promise, Ticket
from clausier.editions import services as editions
from clausier.editions.models import BookDraft
from clausier.editions.services import TermChange
from clausier.foundation import books
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput
from clausier.overview.replay import CLOCKS, Clock, Question, Replay, explain, replay, text_of
from clausier.overview.replay.comparing import read_only
from clausier.prepaid import services as prepaid
from clausier.terms import rules
from clausier.terms.instants import seconds_of
from clausier.terms.outcome import Words
from tests.desk.asking import answer_all, open_ticket
from tests.overview.test_report import YEAR, made_year
from tests.people import FRIDAY_1630, House
from tests.sweep.traces import touched

pytestmark = pytest.mark.django_db

NOW = read("2026-11-27T17:30")
ON = date(2027, 1, 1)
SERVER, WORKSTATION = "promise.onsite-server.within", "promise.onsite-workstation.within"


def drafted(house: House, *, without: tuple[str, ...] = (), **values: Any) -> BookDraft:
    """A draft for next year: the text of the house with other values, and some terms less."""
    base = house.provider.book
    draft = editions.start_draft(by=house.owner, at=FRIDAY_1630, base=base, effective_on=ON)
    book = books.read(base)
    for name, value in values.items():
        term, clause = book.terms[name], book.timeline(name)[-1].clause or ""
        change = TermChange(value, clause, Words(term.label.fr, term.label.en))
        editions.change_term(by=house.owner, at=FRIDAY_1630, draft=draft, name=name, change=change)
    for name in without:
        editions.remove_term(by=house.owner, at=FRIDAY_1630, draft=draft, name=name)
    return draft


def asked(house: House, book: BookDraft | str, **more: Any) -> Question:
    key = book if isinstance(book, str) else f"draft-{book.pk}"
    return Question(text_of(house.manager, key), YEAR.first, NOW.date(), **more)


def replayed(house: House, book: BookDraft | str, **more: Any) -> Replay:
    return replay(house.manager, asked(house, book, **more), NOW)


def visited(house: House, ticket: Ticket, at: str, minutes: int = 30) -> None:
    """Work on site from an instant on."""
    begins = read(at)
    services.log_work(
        by=house.technician,
        at=begins + timedelta(minutes=minutes),
        ticket=ticket,
        mode="onsite",
        started_at=begins,
        ended_at=begins + timedelta(minutes=minutes),
        entries=[{"minutes": minutes, "text": "Remise en route."}],
    )


def put_off(house: House, until: str, *, asked_by_client: bool = True, **facts: Any) -> Ticket:
    """A dead server on Friday at 16:30, an appointment fixed at once, and the visit at that very hour."""
    ticket = answer_all(house, open_ticket(house, **facts), FRIDAY_1630)
    begins = read(until)
    services.set_appointment(
        by=house.dispatcher,
        at=FRIDAY_1630 + timedelta(minutes=5),
        ticket=ticket,
        technician=house.technician.person,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        asked_by_client=asked_by_client,
    )
    visited(house, ticket, until)
    return ticket


def test_the_book_that_was_in_force_changes_nothing(imri):
    made_year(imri, tickets=10)
    put_off(imri, "2026-11-25T09:00")
    found = replayed(imri, imri.provider.book.name)
    assert found.total.facts > 10
    assert (found.changes, found.unruled, found.total.others) == ([], [], 0)
    assert found.total.before["promise"].states == found.total.after["promise"].states


def test_every_clock_stands_as_the_kernel_says_of_it_alone(imri):
    made_year(imri, tickets=14)
    draw = Random(7)
    for number in range(4):
        put_off(imri, f"2026-11-{23 + number}T{draw.choice(['09:30', '14:30', '16:00'])}")
    draft = drafted(
        imri,
        **{SERVER: 3, WORKSTATION: 12, "hours.phone": {day: [["10:00", "16:00"]] for day in ("mon", "tue")}},
    )
    found, question = replayed(imri, draft), asked(imri, draft)
    fast = {(one.kind, one.subject): one.after for one in found.changes}
    assert len(fast) > 8, "the draft changes clocks of both kinds"
    walked = 0
    for row in Promise.objects.exclude(state="lifted").select_related("ticket"):
        told = explain(imri.manager, question, row.kind, row.ticket_id, NOW)
        assert told
        assert told.after
        value = told.after.value
        clock = fast.get((row.kind, row.ticket_id))
        due_at = row.due_at if clock is None else None
        assert isinstance(clock, Clock | None)
        due = clock.due if clock else due_at and seconds_of(due_at)
        assert (value["due_at"] and seconds_of(value["due_at"])) == due, row
        if clock and value["state"] not in ("on-time", "at-risk"):
            assert clock.state == value["state"]
        walked += 1
    assert walked == sum(found.total.after[kind].owed for kind in CLOCKS)


def test_a_draft_of_next_year_is_read_as_if_it_had_always_been_in_force(imri):
    ticket = open_ticket(imri)
    visited(imri, ticket, "2026-11-23T11:45")  # half past twelve was promised
    found = replayed(imri, drafted(imri, **{SERVER: 3}))
    (change,) = found.changes_of("promise")
    assert isinstance(change.before, Clock)
    assert isinstance(change.after, Clock)
    assert (change.before.state, change.after.state) == ("met", "met-late")
    assert change.after.due == seconds_of(read("2026-11-23T11:30"))
    assert change.after.late == 15 * 60
    told = explain(imri.manager, asked(imri, drafted(imri, **{SERVER: 3})), "promise", ticket.pk, NOW)
    assert told
    assert told.ruling
    assert "VI.3" in {reason.clause for reason in told.after.because}  # type: ignore[union-attr]


def test_a_date_that_the_client_asked_for_waits_where_it_comes_after_what_the_book_promises(imri):
    """Within four hours it put nothing off; within two it does, and within forty it does not either."""
    soon = put_off(imri, "2026-11-23T12:00")
    late = put_off(imri, "2026-11-25T09:00")
    before = {row.ticket_id: row.state for row in Promise.objects.filter(kind="promise")}
    assert before == {soon.pk: "met", late.pk: "met"}
    shorter = {one.subject: one for one in replayed(imri, drafted(imri, **{SERVER: 2})).changes_of("promise")}
    assert shorter[soon.pk].after.state == "met"  # type: ignore[union-attr]
    assert not shorter[soon.pk].is_other
    longer = {one.subject: one for one in replayed(imri, drafted(imri, **{SERVER: 40})).changes_of("promise")}
    told = explain(imri.manager, asked(imri, drafted(imri, **{SERVER: 40})), "promise", late.pk, NOW)
    assert told
    steps = [step["step"] for step in told.after.inputs["steps"]]  # type: ignore[union-attr]
    assert steps == ["started", "met"]
    assert longer[late.pk].after.state == "met"  # type: ignore[union-attr]


def test_a_derogation_is_laid_over_the_book_and_one_without_object_is_named(imri):
    contracts.derogate(
        by=imri.manager,
        at=FRIDAY_1630,
        contract=imri.contract,
        term=SERVER,
        value=6,
        since_on=FRIDAY_1630.date(),
        reason="Convenu",
        content=b"%PDF-1.7",
        file_name="avenant.pdf",
    )
    open_ticket(imri)
    assert replayed(imri, drafted(imri, **{SERVER: 3})).changes == []
    found = replayed(imri, drafted(imri, without=(SERVER,)))
    assert [(one.contract.number, bool(one.label.fr)) for one in found.fallen] == [("C-0001", True)]
    (change,) = found.changes_of("promise")
    assert change.after == Clock("not-owed")


def points_house(ims: House) -> House:
    account = prepaid.open_account(by=ims.manager, at=read("2026-10-01T09:00"), contract=ims.contract)
    prepaid.credit(
        by=ims.manager, at=read("2026-10-01T09:00"), account=account, points=Decimal(900), label="Carnet"
    )
    ticket = open_ticket(ims, at=read("2026-10-05T08:00"))
    for hour, (mode, *entries) in enumerate(
        (
            ("remote", ("server-network", 7)),
            ("remote", ("server-network", 25), ("workstation", 11)),
            ("onsite", ("business-software", 50)),
        ),
        start=9,
    ):
        begins = read(f"2026-10-05T{hour:02}:00")
        session = services.log_work(
            by=ims.technician,
            at=begins + timedelta(minutes=59),
            ticket=ticket,
            mode=mode,
            started_at=begins,
            ended_at=begins + timedelta(minutes=59),
            entries=[{"domain": domain, "minutes": minutes, "text": "Fait."} for domain, minutes in entries],
        )
        services.validate_work(by=ims.technician, at=begins + timedelta(minutes=59), session=session)
    return ims


RATES = {
    "remote": {"workstation": 60, "server-network": 90, "business-software": 75},
    "onsite": {"workstation": 75, "server-network": 95},
    "project": 80,
}


def test_points_are_those_of_the_rule_under_the_new_rates_and_what_has_no_rate_is_told(ims):
    points_house(ims)
    draft = drafted(ims, **{"points.rates": RATES})
    found = replayed(ims, draft)
    book = text_of(ims.manager, f"draft-{draft.pk}").book
    first, second = sorted(found.changes_of("points"), key=lambda one: one.at)
    for change, entries in (
        (first, [{"domain": "server-network", "minutes": 7}]),
        (
            second,
            [{"domain": "server-network", "minutes": 25}, {"domain": "workstation", "minutes": 11}],
        ),
    ):
        outcome = rules.ask("session-points", book, {"mode": "remote", "entries": entries, "on": ON})
        assert change.after == outcome.value
        told = explain(ims.manager, asked(ims, draft), "points", change.subject, NOW)
        assert told
        assert told.after.value == outcome.value  # type: ignore[union-attr]
    assert first.before == Decimal("20.00")
    assert first.after == Decimal("22.50")
    (line,) = found.lines
    assert line.amounts["points"].delta == sum(one.after - one.before for one in (first, second))  # type: ignore[operator]
    (lacking,) = found.unruled
    assert (lacking.kind, lacking.count) == ("points", 1)
    assert "business-software" in lacking.says.fr


def test_contracts_of_another_family_are_left_alone_unless_asked_for(ims):
    points_house(ims)
    alone = replayed(ims, text_of_shipped())
    assert (alone.lines, alone.left_alone) == ([], 1)
    assert replayed(ims, text_of_shipped(), contract=ims.contract).total.facts == 0
    every = replayed(ims, text_of_shipped(), all_books=True)
    assert every.left_alone == 0
    assert {one.kind for one in every.unruled} == {"points"}  # imri/2013 knows no points


def text_of_shipped() -> str:
    from clausier.terms import book as terms_book

    return books.install(terms_book.load("imri/2013"), at=FRIDAY_1630).name


def test_a_replay_writes_nothing_and_could_not(imri):
    open_ticket(imri)
    draft = drafted(imri, **{SERVER: 3})
    before = touched()
    assert replayed(imri, draft).changes
    assert touched() == before
    with pytest.raises(InternalError), transaction.atomic(), read_only():
        Ticket.objects.update(title="Autrement")
    assert Ticket.objects.update(title="Autrement") == 1  # what is around it may write again


def test_a_question_that_cannot_be_right_names_what_is_wrong(imri):
    with pytest.raises(InvalidInput) as unknown:
        text_of(imri.manager, "draft-999999")
    assert unknown.value.field == "book"
    text = text_of(imri.manager, "imri/2013")
    for first, last in ((date(2026, 2, 1), date(2026, 1, 1)), (date(2020, 1, 1), date(2026, 1, 1))):
        with pytest.raises(InvalidInput) as refused:
            Question(text, first, last)
        assert refused.value.field == "to_on"


def test_the_command_tells_what_a_folder_would_have_changed(imri, at, tmp_path, capsys, monkeypatch):
    import argparse

    from clausier.terms import book as terms_book

    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    at("2026-11-27T17:30")
    visited(imri, open_ticket(imri), "2026-11-23T11:45")
    (tmp_path / "terms").mkdir()
    for name, text in terms_book.files_of(terms_book.SHIPPED / "imri/2013").items():
        changed = text.replace("value = 4", "value = 3") if name == "terms/promise.toml" else text
        (tmp_path / name).write_text(changed, encoding="utf-8")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    args = parser.parse_args(["--book", str(tmp_path), "--from", "2026-01-01", "--to", "2026-11-27"])
    assert command.answer(args) == 0
    told = capsys.readouterr().out
    assert "C-0001" in told
    assert "1 finit autrement" in told
    bad = parser.parse_args(["--book", "nulle/part"])
    assert command.answer(bad) == 1
    assert "nulle/part" in capsys.readouterr().err
