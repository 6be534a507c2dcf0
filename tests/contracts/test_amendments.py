"""Amendments: announced in time or not, agreed by both, applied, and never changed once signed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from clausier.contracts import amending, perimeter, queries, services
from clausier.contracts.errors import AnnouncedTooLate, CoversTooLittle, NothingToAmend, NotInThisState
from clausier.contracts.models import Amendment, AmendmentLine
from clausier.contracts.services import Line
from clausier.foundation import files
from clausier.foundation.clock import read
from clausier.foundation.errors import NotAllowed
from clausier.foundation.models import JournalEntry
from tests.people import FRIDAY_1630
from tests.roles import owning

TODAY = date(2026, 11, 20)
# The contract runs since 14 March 2025, by twelve months: its term ends on 13 March 2027.
NOTICE_BY = date(2026, 12, 13)
POSTS = Line("Postes de l’accueil", 2, Decimal("21.50"), "month", "workstation")
SIGNED = {
    "client_agreed_on": TODAY,
    "client_signer": "Maëlle Cobaye",
    "provider_agreed_on": TODAY,
    "content": b"%PDF-1.7 both signed",
    "file_name": "avenant.pdf",
}


def written(house, *, at=FRIDAY_1630, lines=(POSTS,), announced_on=TODAY, effect="term", **facts):
    return services.write_amendment(
        by=house.manager,
        at=at,
        contract=house.contract,
        subject="Deux postes de plus",
        lines=list(lines),
        announced_on=announced_on,
        effect=effect,
        **facts,
    )


def signed(house, **facts):
    draft = written(house, **facts)
    services.send_amendment(by=house.manager, at=FRIDAY_1630, amendment=draft)
    return services.record_agreement(by=house.manager, at=FRIDAY_1630, amendment=draft, **SIGNED)


def test_a_change_announced_in_time_takes_effect_after_the_term_with_its_notice_kept(imri):
    made = written(imri)
    assert made.number == "C-0001-A1"
    assert (made.term_ends_on, made.notice_by) == (date(2027, 3, 13), NOTICE_BY)
    assert made.effective_on == date(2027, 3, 14)
    assert made.ruling.rule == "amendment-notice"
    assert written(imri).number == "C-0001-A2"


def test_the_last_day_is_in_time_and_the_day_after_is_refused_with_its_clause_and_ways_out(imri):
    last = read("2026-12-13T10:00")
    assert written(imri, at=last, announced_on=NOTICE_BY).effective_on == date(2027, 3, 14)
    late = {"at": read("2026-12-14T10:00"), "announced_on": date(2026, 12, 14)}
    with pytest.raises(AnnouncedTooLate) as refused:
        written(imri, **late)
    assert refused.value.clause == ("imri/2013", "XII")
    assert refused.value.facts["notice_by"] == "2026-12-13"
    assert refused.value.facts["next_effective_on"] == "2028-03-14"
    assert written(imri, effect="next-term", **late).effective_on == date(2028, 3, 14)
    both = written(imri, effect="agreed-day", effective_on=date(2027, 1, 1), **late)
    assert both.is_late
    assert both.effective_on == date(2027, 1, 1)


def test_a_change_of_something_else_than_equipment_has_no_notice(imri):
    fee = Line("Astreinte du samedi", 1, Decimal("90"), "month")
    made = written(imri, lines=[fee], at=read("2027-01-10T10:00"), announced_on=date(2027, 1, 10))
    assert (made.notice_by, made.ruling, made.effective_on) == (None, None, date(2027, 3, 14))


def test_a_contract_without_term_takes_a_day_that_both_agree_on(ims):
    assert amending.due_of(ims.contract, TODAY) is None
    made = written(ims, effect="agreed-day", effective_on=date(2026, 12, 1))
    assert made.effective_on == date(2026, 12, 1)


def test_an_amendment_says_what_it_changes(imri):
    with pytest.raises(NothingToAmend):
        written(imri, lines=[])
    with pytest.raises(NotAllowed):
        services.write_amendment(
            by=imri.technician,
            at=FRIDAY_1630,
            contract=imri.contract,
            subject="Sans droit",
            lines=[POSTS],
            announced_on=TODAY,
        )


def test_both_agree_and_coverage_changes_from_that_day(imri):
    draft = written(imri)
    sent = services.send_amendment(by=imri.manager, at=FRIDAY_1630, amendment=draft)
    assert files.read(sent.paper.file).startswith(b"%PDF")
    with pytest.raises(NotInThisState):
        services.countersign_amendment(by=imri.manager, at=FRIDAY_1630, amendment=sent)
    services.agree_to_amendment(by=imri.correspondent, at=FRIDAY_1630, amendment=sent, name="Maëlle Cobaye")
    agreed = services.countersign_amendment(by=imri.manager, at=FRIDAY_1630, amendment=sent)
    assert agreed.stage == "agreed"
    assert queries.covered(imri.contract, date(2027, 3, 14))["workstation"] == 31
    applied = services.apply_amendment(by=imri.manager, at=FRIDAY_1630, amendment=sent)
    assert applied.stage == "applied"
    services.apply_amendment(by=imri.manager, at=FRIDAY_1630, amendment=sent)  # once is enough
    assert queries.covered(imri.contract, date(2027, 3, 13))["workstation"] == 31
    assert queries.covered(imri.contract, date(2027, 3, 14))["workstation"] == 33
    change = perimeter.perimeter_of(imri.contract, TODAY).changes[0]
    assert (change.on, change.before, change.after) == (date(2027, 3, 14), 31, 33)
    codes = JournalEntry.objects.filter(object_kind="amendment").order_by("pk").values_list("code", flat=True)
    assert [code.removeprefix("contracts.amendment_") for code in codes] == [
        "written",
        "sent",
        "agreed_by_client",
        "agreed",
        "applied",
    ]


def test_what_is_planned_after_an_amendment_moves_with_it(imri):
    services.cover(
        by=imri.owner,
        at=FRIDAY_1630,
        contract=imri.contract,
        equipment_class="workstation",
        quantity=40,
        from_on=date(2027, 6, 1),
    )
    services.apply_amendment(by=imri.manager, at=FRIDAY_1630, amendment=signed(imri))
    found = [queries.covered(imri.contract, date(2027, month, 20))["workstation"] for month in (2, 3, 6)]
    assert found == [31, 33, 42]


def test_more_is_not_taken_away_than_is_there(imri):
    fewer = Line("Postes retirés", -40, Decimal("21.50"), "month", "workstation")
    draft = written(imri, lines=[fewer])
    with pytest.raises(CoversTooLittle) as refused:
        services.send_amendment(by=imri.manager, at=FRIDAY_1630, amendment=draft)
    assert refused.value.facts["covered"] == 31


def test_what_was_sent_is_not_rewritten_and_what_both_signed_is_frozen_by_the_database(imri):
    sent = services.send_amendment(by=imri.manager, at=FRIDAY_1630, amendment=written(imri))
    with pytest.raises(NotInThisState):
        written(imri, amendment=sent)
    row = services.record_agreement(by=imri.manager, at=FRIDAY_1630, amendment=sent, **SIGNED)
    with pytest.raises(NotInThisState):
        services.withdraw_amendment(by=imri.manager, at=FRIDAY_1630, amendment=row)
    line = row.lines.get()
    tampering = (
        lambda: Amendment.objects.filter(pk=row.pk).update(subject="Trois postes"),
        lambda: AmendmentLine.objects.filter(pk=line.pk).update(quantity=9),
        lambda: row.lines.all().delete(),
        lambda: sql("update contracts_amendment set effective_on = '2026-12-01' where id = %s", row.pk),
        lambda: sql("delete from contracts_amendmentline where amendment_id = %s", row.pk),
    )
    for attempt in tampering:
        with pytest.raises(Error, match="frozen"), transaction.atomic():
            attempt()
    with owning(), pytest.raises(Error, match="frozen"), transaction.atomic():
        sql("update contracts_amendment set subject = 'Trois postes' where id = %s", row.pk)


def sql(statement, *given):
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_a_client_sees_what_was_sent_and_no_draft(imri):
    draft = written(imri)
    assert not amending.amendments_visible_to(imri.correspondent).exists()
    services.send_amendment(by=imri.manager, at=FRIDAY_1630, amendment=draft)
    assert amending.amendments_visible_to(imri.correspondent).get() == draft
