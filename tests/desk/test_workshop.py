"""Machines in the workshop, and machines lent: their receipts, their codes, their days (imri V)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier.desk import queries, services, tasks, timesheets
from clausier.desk.errors import MachineGone
from clausier.desk.models import Custody, WorkSession, WorkSpan
from clausier.desk.timeline import Upload
from clausier.foundation import files
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, House
from tests.sweep.furniture import PIXEL

SATURDAY = FRIDAY_1630 + timedelta(days=1)


def received(house: House, **asked: Any) -> Custody:
    given: dict[str, Any] = {
        "by": house.technician,
        "at": FRIDAY_1630,
        "client": house.client,
        "label": "Portable gris",
        "brought_by": "Maëlle Cobaye",
        "code": "sésame-42",
        "photos": [Upload("dos.png", "image/png", PIXEL)],
    }
    return services.receive_machine(**(given | asked))


def test_a_machine_comes_in_with_a_receipt_and_a_sealed_code(imri: House) -> None:
    kept = received(imri, ticket=open_ticket(imri))
    assert kept.receipt.file is not None
    assert files.read(kept.receipt.file).startswith(b"%PDF")
    assert "sésame-42" not in Custody.objects.values_list("code", flat=True).get()
    assert services.read_code(by=imri.technician, at=SATURDAY, custody=kept) == "sésame-42"
    assert JournalEntry.objects.filter(code="workshop.code_read").count() == 1
    assert "sésame-42" not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    with pytest.raises(NotAllowed):
        services.read_code(by=imri.reader, at=SATURDAY, custody=kept)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"condition": "Écran fendu, mdp : azerty"}, "condition"),
        ({"label": " "}, "label"),
        ({"due_on": date(2026, 11, 1)}, "due_on"),
        ({"photos": [Upload("virus.png", "image/png", b"MZ not a picture")]}, "photos"),
    ],
)
def test_what_a_receipt_cannot_say_is_refused(imri: House, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        received(imri, **asked)
    assert refused.value.field == field
    assert not Custody.objects.exists()


def test_a_machine_that_left_is_gone_with_its_code(imri: House) -> None:
    kept = received(imri)
    services.acknowledge_custody(by=imri.correspondent, at=SATURDAY, custody=kept)
    services.return_machine(by=imri.technician, at=SATURDAY, custody=kept, handed_to="Maëlle Cobaye")
    row = Custody.objects.get(pk=kept.pk)
    assert (row.state, row.code, row.acknowledged_by) == ("returned", "", imri.correspondent.name)
    with pytest.raises(MachineGone):
        services.return_machine(by=imri.technician, at=SATURDAY, custody=kept, handed_to="Quelqu’un")


def test_a_machine_that_nobody_fetches_is_reminded_of_once_a_week(imri: House, at: Any) -> None:
    ticket = open_ticket(imri)
    kept = received(imri, ticket=ticket, due_on=date(2026, 11, 23))
    services.set_ready(by=imri.technician, at=SATURDAY, custody=kept)
    for day, letters in (("2026-11-23", 0), ("2026-11-24", 1), ("2026-11-25", 0), ("2026-12-01", 1)):
        at(f"{day}T08:10")
        assert tasks.remind_of_machines(timestamp=0) == letters
    waits = ticket.events.filter(kind="custody", data__step="waits")
    assert waits.count() == 2


def test_a_loan_goes_out_and_comes_back_once(imri: House, ims: House) -> None:
    kept = received(imri)
    loan = services.lend_machine(
        by=imri.technician, at=FRIDAY_1630, client=imri.client, custody=kept, label="Prêt 2", lent_to="Maëlle"
    )
    assert queries.machine_loans(imri.correspondent).get() == loan
    assert not queries.machine_loans(ims.owner).exists()
    services.return_loan(by=imri.technician, at=SATURDAY, loan=loan, condition="Intact")
    with pytest.raises(MachineGone):
        services.return_loan(by=imri.technician, at=SATURDAY, loan=loan)


# Time


def test_a_stopwatch_that_runs_since_yesterday_is_forgotten(imri: House) -> None:
    ticket = open_ticket(imri)
    session = services.start_work(by=imri.technician, at=FRIDAY_1630, ticket=ticket, mode="remote")
    assert timesheets.forgotten(imri.owner, FRIDAY_1630 + timedelta(hours=2)) == []
    assert timesheets.forgotten(imri.owner, SATURDAY) == [session]


def test_overlapping_sessions_and_a_day_beyond_ten_hours_are_flagged(imri: House) -> None:
    ticket = open_ticket(imri, called_at=read("2026-11-20T06:00"))
    for start, end in (("07:00", "13:00"), ("12:30", "16:30")):
        services.log_work(
            by=imri.technician,
            at=FRIDAY_1630,
            ticket=ticket,
            mode="remote",
            started_at=read(f"2026-11-20T{start}"),
            ended_at=read(f"2026-11-20T{end}"),
            entries=[{"text": "Baie recâblée."}],
        )
    assert imri.technician.person
    (day,) = timesheets.days_of(imri.owner, imri.technician.person, date(2026, 11, 20), 1, FRIDAY_1630)
    assert [one.flags for one in day.worked] == [("overlap",), ("overlap",)]
    assert (day.seconds, day.waiting, day.validated, day.flags) == (36_000, 36_000, 0, ())


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), min_size=1, max_size=3), max_size=6)
)
def test_sessions_overlap_when_and_only_when_two_of_them_share_an_instant(
    drawn: list[list[tuple[int, int]]],
) -> None:
    now = FRIDAY_1630 + timedelta(days=1)
    sessions = []
    for pk, spans in enumerate(drawn, 1):
        session = WorkSession(pk=pk)
        session._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "spans": FakeSpans(
                WorkSpan(
                    started_at=FRIDAY_1630 + timedelta(minutes=start),
                    ended_at=FRIDAY_1630 + timedelta(minutes=start + length),
                )
                for start, length in spans
            )
        }
        sessions.append(session)
    minutes = [
        {minute for start, length in spans for minute in range(start, start + length)} for spans in drawn
    ]
    expected = {
        pk
        for pk, mine in enumerate(minutes, 1)
        if any(mine & other for number, other in enumerate(minutes, 1) if number != pk)
    }
    assert timesheets.overlapping_sessions(sessions, now) == expected


class FakeSpans(list[WorkSpan]):
    """Spans as a session that was fetched with them gives them."""

    def all(self) -> list[WorkSpan]:
        return self
