"""Contracts: the pinned edition, what is covered, derogations with their paper, the acceptance of terms."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from clausier.contracts import queries, services
from clausier.contracts.errors import (
    NotBeforehand,
    OfAnother,
    PaperMissing,
    UnknownKind,
    UnknownTerm,
    WrongValue,
)
from clausier.directory import services as directory
from clausier.foundation import books, files
from clausier.foundation import services as foundation
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.terms import book as terms_book
from tests.people import FRIDAY_1630, SIGNED_AT, SIGNED_ON, make_client

TODAY = date(2026, 11, 20)
WITHIN = "promise.onsite-server.within"
PAPER = {"content": b"%PDF-1.7 signed", "file_name": "avenant.pdf", "reason": "Délai convenu au devis"}


def derogate(house, **facts):
    facts = {"contract": house.contract, "term": WITHIN, "value": 2, "since_on": TODAY} | PAPER | facts
    return services.derogate(by=house.manager, at=FRIDAY_1630, **facts)


def test_a_contract_pins_the_provider_s_edition_and_keeps_its_number(imri):
    contract = services.create_contract(
        by=imri.owner,
        at=FRIDAY_1630,
        client=imri.client,
        kind="hosted",
        starts_on=TODAY,
        sites=[imri.site],
        covered={"server": 1},
    )
    assert contract.number == "C-0002"  # C-0001 came with the cast, from outside the series
    assert contract.book == imri.provider.book
    assert queries.covered(contract, TODAY) == {"server": 1}
    entry = JournalEntry.objects.latest("pk")
    assert (entry.code, entry.data["digest"]) == ("contracts.contract_created", imri.provider.book.digest)


@pytest.mark.parametrize("kind", ["liberty", "without-contract", ""])
def test_a_kind_that_the_book_does_not_have_is_refused_with_those_it_has(imri, kind):
    with pytest.raises(UnknownKind) as refused:
        services.create_contract(
            by=imri.owner, at=FRIDAY_1630, client=imri.client, kind=kind, starts_on=TODAY
        )
    assert refused.value.facts["kinds"] == ["managed", "hosted"]
    assert "infogérance" in refused.value.says


def test_having_no_contract_is_no_kind_of_contract(ims):
    book = queries.provider_book(ims.provider)
    assert set(queries.kinds(book, TODAY)) == {"liberty", "liberty-auto"}


def test_a_contract_does_not_end_before_it_starts_nor_cover_another_client_s_site(imri):
    _, site = make_client(imri.provider, imri.agency, number="CL-002", name="Autre Exemple")
    facts = {"client": imri.client, "kind": "managed", "starts_on": TODAY}
    with pytest.raises(InvalidInput) as refused:
        services.create_contract(by=imri.owner, at=FRIDAY_1630, ends_on=TODAY - timedelta(1), **facts)
    assert refused.value.field == "ends_on"
    with pytest.raises(OfAnother):
        services.create_contract(by=imri.owner, at=FRIDAY_1630, sites=[site], **facts)


def test_a_taken_contract_number_is_refused(imri):
    with pytest.raises(InvalidInput) as refused:
        services.create_contract(
            by=imri.owner,
            at=FRIDAY_1630,
            client=imri.client,
            kind="managed",
            starts_on=TODAY,
            number=imri.contract.number,
        )
    assert refused.value.field == "number"


def test_the_contract_in_force_is_the_latest_that_has_started_and_not_ended(imri):
    later = services.create_contract(
        by=imri.owner,
        at=FRIDAY_1630,
        client=imri.client,
        kind="managed",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(9),
    )
    assert queries.contract_in_force(imri.client, SIGNED_ON - timedelta(1)) is None
    assert queries.contract_in_force(imri.client, TODAY - timedelta(1)) == imri.contract
    assert queries.contract_in_force(imri.client, TODAY + timedelta(9)) == later
    assert queries.contract_in_force(imri.client, TODAY + timedelta(10)) == imri.contract


def test_what_is_covered_changes_on_its_day_and_what_was_covered_stays_known(imri):
    services.cover(
        by=imri.owner,
        at=FRIDAY_1630,
        contract=imri.contract,
        equipment_class="workstation",
        quantity=37,
        from_on=TODAY,
    )
    assert queries.covered(imri.contract, TODAY - timedelta(1))["workstation"] == 31
    assert queries.covered(imri.contract, TODAY)["workstation"] == 37
    assert JournalEntry.objects.latest("pk").data["before"] == 31


def test_a_class_no_longer_covered_disappears_from_the_words(imri):
    services.cover(
        by=imri.owner,
        at=FRIDAY_1630,
        contract=imri.contract,
        equipment_class="network",
        quantity=0,
        from_on=TODAY,
    )
    with translation.override("fr"):
        assert queries.coverage_words(imri.contract, TODAY) == "2 serveurs, 31 postes"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("equipment_class", {"equipment_class": "toaster"}),
        ("quantity", {"quantity": -1}),
        ("from_on", {"from_on": SIGNED_ON - timedelta(1)}),
    ],
)
def test_a_wrong_coverage_names_the_field(imri, field, facts):
    facts = {"equipment_class": "server", "quantity": 1, "from_on": TODAY} | facts
    with pytest.raises(InvalidInput) as refused:
        services.cover(by=imri.owner, at=FRIDAY_1630, contract=imri.contract, **facts)
    assert refused.value.field == field


# Derogations


def test_a_derogation_changes_the_effective_terms_from_its_day_and_cites_its_paper(imri):
    row = derogate(imri)
    book = queries.effective_book(imri.contract)
    assert book.read(WITHIN, TODAY - timedelta(1)).value == 4
    reading = book.read(WITHIN, TODAY)
    assert (reading.value, reading.source, reading.document) == (2, "derogation", row.document.number)
    assert files.read(row.document.file) == PAPER["content"]


def test_the_pinned_edition_itself_does_not_change(imri):
    derogate(imri)
    assert books.read(imri.contract.book).read(WITHIN, TODAY).value == 4
    assert queries.effective_book(imri.contract).digest == imri.contract.book.digest


def test_a_derogation_ends_on_its_day(imri):
    derogate(imri, until_on=TODAY + timedelta(10))
    book = queries.effective_book(imri.contract)
    assert [book.read(WITHIN, TODAY + timedelta(n)).value for n in (9, 10)] == [2, 4]


def test_a_derogation_from_a_table_changes_only_the_keys_it_names(imri):
    derogate(imri, term="contract.duration.managed", value={"notice": 1})
    value = queries.effective_book(imri.contract).read("contract.duration.managed", TODAY).value
    assert dict(value) == {"initial": 12, "renewal": 12, "notice": 1}


def test_decimals_come_back_as_decimals(ims):
    services.derogate(
        by=ims.manager,
        at=FRIDAY_1630,
        contract=ims.contract,
        term="hourly.travel",
        value={"per_km": Decimal("0.55")},
        since_on=TODAY,
        **PAPER,
    )
    value = queries.effective_book(ims.contract).read("hourly.travel", TODAY).value
    assert dict(value) == {"included_zones": 3, "per_km": Decimal("0.55")}


@pytest.mark.parametrize(
    ("refusal", "field", "facts"),
    [
        (UnknownTerm, "term", {"term": "promise.onsite-toaster.within"}),
        (WrongValue, "value", {"value": "bientôt"}),
        (WrongValue, "value", {"term": "contract.duration.managed", "value": {"surprise": 1}}),
        (WrongValue, "value", {"term": "contract.duration.managed", "value": 12}),
        (NotBeforehand, "since_on", {"since_on": TODAY - timedelta(1)}),
        (PaperMissing, "document", {"content": b""}),
        (InvalidInput, "reason", {"reason": " "}),
        (InvalidInput, "until_on", {"until_on": TODAY}),
    ],
)
def test_a_derogation_that_cannot_stand_is_refused_by_name(imri, refusal, field, facts):
    with pytest.raises(refusal) as refused:
        derogate(imri, **facts)
    assert refused.value.field == field


def test_where_the_terms_give_a_derogation_its_form_the_refusal_cites_the_clause(ims):
    with pytest.raises(NotBeforehand) as refused:
        derogate(ims, term="hourly.travel", value={"per_km": "0.5"}, since_on=TODAY - timedelta(1))
    assert refused.value.clause == ("ims/2018", "1")


def test_only_those_who_lead_may_derogate(imri):
    with pytest.raises(NotAllowed):
        services.derogate(
            by=imri.dispatcher,
            at=FRIDAY_1630,
            contract=imri.contract,
            term=WITHIN,
            value=2,
            since_on=TODAY,
            **PAPER,
        )


def test_differences_show_the_book_s_value_beside_the_derogation_s(imri):
    derogate(imri)
    [difference] = queries.differences(imri.contract)
    assert (difference.book.value, difference.contract.value, difference.book.clause) == (4, 2, "VI.3")


# Practices


GRID = {
    "one": {"can-work": 4, "degraded": 4, "blocked": 4},
    "department": {"can-work": 4, "degraded": 3, "blocked": 2},
    "site": {"can-work": 3, "degraded": 2, "blocked": 1},
}


def test_the_provider_s_grid_is_a_practice_of_every_contract(imri):
    foundation.set_priority_grid(by=imri.owner, at=FRIDAY_1630, grid=GRID)
    reading = queries.effective_book(imri.contract).read("priority.grid", TODAY)
    assert (reading.value["one"]["blocked"], reading.source) == (4, "practice")


def test_an_agency_s_hours_hold_where_the_text_is_silent_and_nowhere_else(imri, ims):
    hours = {"phone": {"sat": [["09:00", "12:00"]]}}
    for house in (imri, ims):
        directory.update_agency(by=house.owner, at=FRIDAY_1630, agency=house.agency, hours=hours)
        house.contract.refresh_from_db()
    silent = queries.effective_book(ims.contract).read("hours.phone", TODAY)
    spoken = queries.effective_book(imri.contract).read("hours.phone", TODAY)
    assert (silent.value["mon"], silent.value["sat"]) == ((), (("09:00", "12:00"),))
    assert spoken.source == "clause"
    assert not spoken.value.get("sat")


# Terms and acceptance


def test_a_managed_contract_has_a_term_and_a_last_day_for_notice(imri):
    outcome = queries.term_outcome(imri.contract, TODAY)
    assert outcome.value["term_ends_on"] == date(2027, 3, 13)
    assert outcome.value["notice_by"] == date(2026, 12, 13)


def test_a_derogation_moves_the_notice(imri):
    derogate(imri, term="contract.duration.managed", value={"notice": 1})
    assert queries.term_outcome(imri.contract, TODAY).value["notice_by"] == date(2027, 2, 13)


def test_a_points_contract_has_no_term_of_its_own(ims):
    assert queries.term_outcome(ims.contract, TODAY) is None


def accept(house, **facts):
    facts = {
        "client": house.client,
        "contract": house.contract,
        "accepted_on": SIGNED_ON,
        "means": "paper",
        "accepted_by": house.caller,
    } | facts
    return services.accept_terms(by=house.dispatcher, at=FRIDAY_1630, **facts)


def test_an_acceptance_keeps_the_digest_and_who_how_and_when(imri):
    row = accept(imri, content=b"%PDF-1.7 scan", file_name="contrat.pdf")
    assert row.digest == imri.contract.book.digest
    assert (row.accepted_by_name, row.means, row.accepted_on) == ("Maëlle Cobaye", "paper", SIGNED_ON)
    assert row.document.kind == "acceptance"
    assert queries.acceptance_of(imri.contract) == row


def test_an_acceptance_of_the_terms_without_contract_holds_for_a_contract_of_that_edition(ims):
    row = accept(ims, contract=None, means="quote-request", accepted_by=None, accepted_by_name="Zoé Modèle")
    assert queries.acceptance_of(ims.contract) == row


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("accepted_on", {"accepted_on": TODAY + timedelta(1)}),
        ("means", {"means": "wink"}),
        ("accepted_by", {"accepted_by": None}),
    ],
)
def test_a_wrong_acceptance_names_the_field(imri, field, facts):
    with pytest.raises(InvalidInput) as refused:
        accept(imri, **facts)
    assert refused.value.field == field


def test_the_edition_accepted_for_a_contract_is_the_one_it_pins(imri):
    other = books.install(terms_book.load("ims/2018"), at=SIGNED_AT)
    with pytest.raises(OfAnother):
        accept(imri, book=other)


def test_contracts_are_seen_by_their_provider_and_their_client_only(imri, ims):
    assert list(queries.contracts_visible_to(imri.reader)) == [imri.contract]
    assert list(queries.contracts_visible_to(imri.correspondent)) == [imri.contract]
    assert imri.contract not in queries.contracts_visible_to(ims.owner)
    with pytest.raises(OfAnother):
        services.cover(
            by=ims.owner,
            at=FRIDAY_1630,
            contract=imri.contract,
            equipment_class="server",
            quantity=1,
            from_on=TODAY,
        )
