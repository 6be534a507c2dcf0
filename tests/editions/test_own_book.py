"""A provider writes a book of its own: drafts, publication, and what becomes of what was signed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clausier.contracts import queries as contracts
from clausier.contracts import services as contract_services
from clausier.contracts.queries import editions_readable_by
from clausier.editions import archive, drafting, queries, services, tasks
from clausier.editions.errors import ChangedMeanwhile, HasFaults, NotABook, NotAccepted, NothingChanged
from clausier.editions.models import BookDraft
from clausier.editions.services import TermChange
from clausier.foundation import books
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.terms import book as terms_book
from clausier.terms import rules
from clausier.terms.check import check_files
from clausier.terms.manuscript import Manuscript
from clausier.terms.outcome import Words
from tests.people import FRIDAY_1630, House

NEW_YEAR = date(2027, 1, 1)
PROMISE = "promise.onsite-server.within"
CALL = {"commitment": "onsite-server", "at": "2027-01-15T16:30"}


def started(house: House) -> BookDraft:
    return services.start_draft(
        by=house.manager, at=FRIDAY_1630, base=house.provider.book, effective_on=NEW_YEAR
    )


def promising(draft: BookDraft, hours: int) -> TermChange:
    reading = drafting.book_of(draft).timeline(PROMISE)[-1]
    return TermChange(value=hours, clause=reading.clause or "", label=reading.label)


def shortened(house: House, hours: int = 3) -> BookDraft:
    draft = started(house)
    return services.change_term(
        by=house.manager, at=FRIDAY_1630, draft=draft, name=PROMISE, change=promising(draft, hours)
    )


def test_a_provider_shortens_its_promise_and_an_old_contract_keeps_the_old_one(imri: House) -> None:
    draft = shortened(imri)
    told = drafting.compared(draft)
    assert [(one.key, one.before.fr, one.after.fr, one.clause_after) for one in told] == [  # type: ignore[union-attr]
        (PROMISE, "4\u00a0heures ouvrées", "3\u00a0heures ouvrées", "VI.3")
    ]

    edition = services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=draft, accepted=True)

    assert edition.book.name == "nebuline/2027"
    assert imri.provider.book.name == "imri/2013"  # until its day comes
    assert tasks.bring_into_force(timestamp=0) == 0
    new_year = read("2027-01-01T00:05")
    moved = services.bring_into_force(by=imri.owner, at=new_year)
    assert moved == edition
    assert services.bring_into_force(by=imri.owner, at=new_year) is None
    imri.provider.refresh_from_db()
    assert imri.provider.book == edition.book

    signed = contract_services.create_contract(
        by=imri.manager, at=new_year, client=imri.client, kind="managed", starts_on=NEW_YEAR
    )
    assert signed.book.name == "nebuline/2027"
    now = rules.ask("deadline", contracts.effective_book(signed), CALL)
    then = rules.ask("deadline", contracts.effective_book(imri.contract), CALL)
    assert (now.value, then.value) == (read("2027-01-18T11:30"), read("2027-01-18T12:30"))
    assert {reason.clause for reason in now.because if reason.clause} >= {"VI.3"}
    codes = JournalEntry.objects.filter(code__startswith="editions.").order_by("id")
    assert [entry.code for entry in codes] == [
        "editions.draft_started",
        "editions.draft_changed",
        "editions.published",
        "editions.in_force",
    ]


def test_a_contract_that_starts_after_the_edition_takes_effect_pins_it_even_when_made_before(
    imri: House,
) -> None:
    edition = services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=shortened(imri), accepted=True)

    def made(starts_on: date) -> str:
        contract = contract_services.create_contract(
            by=imri.manager, at=FRIDAY_1630, client=imri.client, kind="managed", starts_on=starts_on
        )
        return contract.book.name

    assert made(NEW_YEAR) == edition.book.name
    assert made(date(2026, 12, 1)) == "imri/2013"


def test_an_edition_published_for_today_is_pinned_at_once(imri: House) -> None:
    draft = services.start_draft(
        by=imri.owner, at=FRIDAY_1630, base=imri.provider.book, effective_on=FRIDAY_1630.date()
    )
    services.change_term(by=imri.owner, at=FRIDAY_1630, draft=draft, name=PROMISE, change=promising(draft, 2))
    first = services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=draft, accepted=True)
    assert imri.provider.book == first.book

    again = services.start_draft(
        by=imri.owner, at=FRIDAY_1630, base=first.book, effective_on=FRIDAY_1630.date()
    )
    services.change_term(by=imri.owner, at=FRIDAY_1630, draft=again, name=PROMISE, change=promising(again, 1))
    second = services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=again, accepted=True)
    assert (first.book.name, second.book.name) == ("nebuline/2026", "nebuline/2026-2")
    assert [one.book.name for one in queries.editions(imri.owner)] == ["nebuline/2026-2", "nebuline/2026"]


def test_only_the_owner_publishes_and_only_what_changed_and_was_read(imri: House) -> None:
    unchanged = started(imri)
    with pytest.raises(NothingChanged):
        services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=unchanged, accepted=True)
    draft = shortened(imri)
    with pytest.raises(NotAllowed):
        services.publish_draft(by=imri.manager, at=FRIDAY_1630, draft=draft, accepted=True)
    with pytest.raises(NotAccepted) as unread:
        services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=draft)
    assert {one["lint"] for one in unread.value.facts["findings"]} >= {"late-rate-floor"}
    with pytest.raises(InvalidInput) as late:
        services.publish_draft(by=imri.owner, at=read("2027-01-02T08:00"), draft=draft, accepted=True)
    assert late.value.field == "effective_on"


def test_a_book_with_faults_is_not_published(imri: House) -> None:
    draft = started(imri)
    hours = drafting.book_of(draft).timeline("hours.onsite")[-1]
    upside_down = TermChange(value={"mon": [["18:00", "09:00"]]}, clause="VI.3", label=hours.label)
    services.change_term(
        by=imri.manager, at=FRIDAY_1630, draft=draft, name="hours.onsite", change=upside_down
    )
    draft.refresh_from_db()
    with pytest.raises(HasFaults) as refused:
        services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=draft, accepted=True)
    assert {one["lint"] for one in refused.value.facts["faults"]} >= {"opening-hours"}


def test_two_people_who_change_the_same_term_lose_nothing(imri: House) -> None:
    draft = started(imri)
    seen = drafting.fingerprint(Manuscript(draft.content), PROMISE)
    services.change_term(
        by=imri.manager, at=FRIDAY_1630, draft=draft, name=PROMISE, change=promising(draft, 3), seen=seen
    )
    with pytest.raises(ChangedMeanwhile) as refused:
        services.change_term(
            by=imri.owner, at=FRIDAY_1630, draft=draft, name=PROMISE, change=promising(draft, 2), seen=seen
        )
    assert refused.value.facts["name"] == "Marc Exemple"
    other = "promise.onsite-workstation.within"
    reading = drafting.book_of(draft).timeline(other)[-1]
    services.change_term(
        by=imri.owner,
        at=FRIDAY_1630,
        draft=draft,
        name=other,
        change=TermChange(value=6, clause="VI.3", label=reading.label),
        seen=drafting.fingerprint(Manuscript(draft.content), other),
    )
    draft.refresh_from_db()
    book = drafting.book_of(draft)
    assert [book.read(name, NEW_YEAR).value for name in (PROMISE, other)] == [3, 6]


def test_a_value_put_back_leaves_no_trace_and_a_day_moved_takes_the_values_along(imri: House) -> None:
    draft = shortened(imri)
    moved = services.settle_draft(
        by=imri.manager,
        at=FRIDAY_1630,
        draft=draft,
        title=Words("Conditions 2027", "Terms 2027"),
        effective_on=date(2027, 3, 1),
    )
    spells = drafting.book_of(moved).timeline(PROMISE)
    assert [(one.since, one.value) for one in spells] == [(date(2013, 1, 1), 4), (date(2027, 3, 1), 3)]
    back = services.change_term(
        by=imri.manager, at=FRIDAY_1630, draft=moved, name=PROMISE, change=promising(moved, 4)
    )
    assert len(drafting.book_of(back).timeline(PROMISE)) == 1


def test_a_clause_gets_another_number_and_whatever_cites_it_follows(imri: House) -> None:
    draft = started(imri)
    clause = drafting.book_of(draft).clauses["VI.3"]
    changed = services.change_clause(
        by=imri.manager,
        at=FRIDAY_1630,
        draft=draft,
        number="VI.3",
        new_number="6.3",
        title=clause.title,
        gist=clause.gist,
    )
    book = drafting.book_of(changed)
    assert book.read(PROMISE, NEW_YEAR).clause == "6.3"
    assert book.interpretations["onsite-promise"].clause == "6.3"
    assert not [one for one in check_files(changed.content).remarks if one.lint == "unknown-clause"]
    told = [(one.what, one.key, one.clause_before, one.clause_after) for one in drafting.compared(changed)]
    assert told == [("clause", "6.3", "VI.3", "6.3")]


def test_a_practice_becomes_a_promise_of_a_clause_and_the_reverse(ims: House) -> None:
    draft = started(ims)
    hours = drafting.book_of(draft).timeline("hours.phone")[-1]
    value = services.thawed(hours.value)
    promised = services.change_term(
        by=ims.manager,
        at=FRIDAY_1630,
        draft=draft,
        name="hours.phone",
        change=TermChange(value=value, clause="6.1", label=hours.label),
    )
    reading = drafting.book_of(promised).read("hours.phone", NEW_YEAR)
    assert (reading.source, reading.clause) == ("clause", "6.1")
    practice = services.change_term(
        by=ims.manager,
        at=FRIDAY_1630,
        draft=promised,
        name="hours.phone",
        change=TermChange(value, "", hours.label, Words("Nos heures.", "Our hours.")),
    )
    reading = drafting.book_of(practice).read("hours.phone", NEW_YEAR)
    assert (reading.source, reading.clause) == ("practice", None)


def test_a_finding_that_the_new_text_no_longer_deserves_goes(imri: House) -> None:
    draft = started(imri)
    rate = drafting.book_of(draft).timeline("late-interest.rate")[-1]
    mended = services.change_term(
        by=imri.manager,
        at=FRIDAY_1630,
        draft=draft,
        name="late-interest.rate",
        change=TermChange({"times_legal": 3, "plus_points": 0}, "XI", rate.label),
    )
    lints = {one.lint for one in check_files(mended.content).remarks}
    assert "stale-finding" not in lints


def test_a_term_is_taken_up_from_another_book(ims: House) -> None:
    imri_book = books.install(terms_book.load("imri/2013"), at=FRIDAY_1630)
    draft = started(ims)
    taken = services.take_up_term(
        by=ims.manager, at=FRIDAY_1630, draft=draft, source=imri_book, name=PROMISE, clause="6.1"
    )
    outcome = rules.ask("deadline", drafting.book_of(taken), CALL)
    assert outcome.value == read("2027-01-18T11:00")
    without = services.remove_term(by=ims.manager, at=FRIDAY_1630, draft=taken, name=PROMISE)
    assert not drafting.book_of(without).has(PROMISE)


def test_a_book_goes_out_as_a_folder_and_comes_back_with_the_same_findings(imri: House) -> None:
    draft = shortened(imri)
    zipped = archive.zipped(draft.content, "nebuline-2027")
    with zipfile.ZipFile(io.BytesIO(zipped)) as folder:
        assert "nebuline-2027/terms/promise.toml" in folder.namelist()
    back = services.upload_draft(by=imri.owner, at=FRIDAY_1630, content=zipped, effective_on=NEW_YEAR)
    assert check_files(back.content).remarks == check_files(draft.content).remarks
    assert drafting.compared(back) == drafting.compared(draft)


def test_what_is_no_book_is_refused_with_its_reason(imri: House) -> None:
    def uploaded(content: bytes) -> str:
        with pytest.raises(NotABook) as refused:
            services.upload_draft(by=imri.owner, at=FRIDAY_1630, content=content, effective_on=NEW_YEAR)
        return refused.value.says

    assert "ZIP" in uploaded(b"rien")
    assert "book.toml" in uploaded(archive.zipped({"clauses.toml": ""}, "dossier"))
    assert "TOML" in uploaded(archive.zipped({"book.toml": "name ="}, "dossier"))
    assert "title" in uploaded(archive.zipped({"book.toml": 'name = "a"\nedition = "1"'}, "dossier"))
    deep = 'name = "a"\n' + ".".join(["a"] * 3000) + " = 1"
    assert "livre" in uploaded(archive.zipped({"book.toml": deep, "terms/a.toml": deep}, "dossier"))
    good = books.read(imri.provider.book).files
    nul = {**good, "book.toml": good["book.toml"].replace("IMRI", "IM\\u0000RI")}
    assert "NUL" in uploaded(archive.zipped(nul, "dossier"))
    assert "grand" in uploaded(archive.zipped({"book.toml": "#" * 2_500_000}, "dossier"))
    assert not BookDraft.objects.exists()


def test_an_edition_of_its_own_is_read_by_that_provider_alone(imri: House, ims: House) -> None:
    edition = services.publish_draft(by=imri.owner, at=FRIDAY_1630, draft=shortened(imri), accepted=True)
    assert editions_readable_by(imri.reader).filter(pk=edition.book_id).exists()
    assert not editions_readable_by(ims.owner).filter(pk=edition.book_id).exists()
    assert not editions_readable_by(imri.user).filter(pk=edition.book_id).exists()
    assert edition.book not in queries.starting_points(ims.owner)
    with pytest.raises(InvalidInput):
        services.start_draft(by=ims.owner, at=FRIDAY_1630, base=edition.book, effective_on=NEW_YEAR)


def test_a_value_without_its_english_is_refused_by_the_field(imri: House) -> None:
    draft = started(imri)
    change = replace(promising(draft, 3), label=Words("intervention sur site", " "))
    with pytest.raises(InvalidInput) as refused:
        services.change_term(by=imri.manager, at=FRIDAY_1630, draft=draft, name=PROMISE, change=change)
    assert refused.value.field == "label_en"
    assert drafting.book_of(draft).read(PROMISE, NEW_YEAR).value == Decimal(4)
