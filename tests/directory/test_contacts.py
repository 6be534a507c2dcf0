"""People at a client's: their numbers, the IT correspondent and its terms."""

from datetime import date, timedelta

import pytest

from clausier.directory import accesses, queries, services
from clausier.directory.errors import HasLeft, OfAnother, OutOfOrder
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry
from tests.people import FRIDAY_1630, SIGNED_ON, client_account, make_client

TODAY = date(2026, 11, 20)


def name(house, contact, from_on=TODAY):
    return services.name_correspondent(
        by=house.dispatcher, at=FRIDAY_1630, client=house.client, contact=contact, from_on=from_on
    )


@pytest.mark.parametrize("typed", ["01 99 00 00 12", "01.99.00.00.12", "+33 1 99 00 00 12", "0033199000012"])
def test_numbers_are_kept_in_one_form(imri, typed):
    contact = services.add_contact(
        by=imri.dispatcher, at=FRIDAY_1630, client=imri.client, full_name="Zoé Modèle", phone=typed
    )
    assert contact.phone == "+33199000012"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("full_name", {"full_name": " "}),
        ("mobile", {"mobile": "06 12"}),
        ("email", {"email": "zoe@"}),
        ("preferred_channel", {"preferred_channel": "pigeon"}),
    ],
)
def test_a_wrong_contact_names_the_field(imri, field, facts):
    with pytest.raises(InvalidInput) as refused:
        services.add_contact(
            by=imri.dispatcher, at=FRIDAY_1630, client=imri.client, **({"full_name": "Zoé Modèle"} | facts)
        )
    assert refused.value.field == field


def test_a_new_correspondent_ends_the_former_one_the_day_before(imri):
    name(imri, imri.colleague)
    assert queries.correspondent_on(imri.client, TODAY - timedelta(1)) == imri.caller
    assert queries.correspondent_on(imri.client, TODAY) == imri.colleague
    assert [term.contact for term in queries.correspondents(imri.client)] == [imri.colleague, imri.caller]


def test_naming_another_on_the_same_day_replaces_the_first(imri):
    name(imri, imri.colleague)
    name(imri, imri.caller)
    assert queries.correspondent_on(imri.client, TODAY) == imri.caller


def test_a_term_cannot_be_slipped_in_before_one_already_written(imri):
    with pytest.raises(OutOfOrder):
        name(imri, imri.colleague, SIGNED_ON - timedelta(1))


def test_the_correspondent_is_someone_of_the_client(imri):
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Autre Exemple")
    with pytest.raises(OfAnother):
        services.name_correspondent(
            by=imri.dispatcher, at=FRIDAY_1630, client=other, contact=imri.caller, from_on=TODAY
        )


def test_when_the_correspondent_leaves_the_client_is_flagged_and_the_access_closed(imri):
    assert imri.client not in queries.clients_without_correspondent(imri.owner, TODAY)
    services.contact_left(by=imri.dispatcher, at=FRIDAY_1630, contact=imri.caller, left_on=TODAY)
    assert imri.client in queries.clients_without_correspondent(imri.owner, TODAY)
    assert queries.correspondent_on(imri.client, TODAY - timedelta(1)) == imri.caller
    assert imri.caller not in queries.contacts(imri.client, TODAY)
    assert imri.caller not in [access.contact for access in queries.accesses(imri.client)]
    entry = JournalEntry.objects.latest("pk")
    assert entry.code == "directory.contact_left"
    assert entry.data["was_correspondent"]


def test_who_has_left_can_be_neither_named_nor_leave_again(imri):
    services.contact_left(by=imri.dispatcher, at=FRIDAY_1630, contact=imri.colleague, left_on=TODAY)
    with pytest.raises(HasLeft):
        name(imri, imri.colleague)
    with pytest.raises(HasLeft):
        services.contact_left(by=imri.dispatcher, at=FRIDAY_1630, contact=imri.colleague, left_on=TODAY)


def test_an_announced_departure_ends_the_term_on_its_day(imri):
    later = TODAY + timedelta(30)
    services.contact_left(by=imri.dispatcher, at=FRIDAY_1630, contact=imri.caller, left_on=later)
    assert queries.correspondent_on(imri.client, later - timedelta(1)) == imri.caller
    assert queries.correspondent_on(imri.client, later) is None


def test_an_access_gives_one_role_at_a_time(imri):
    other, _ = make_client(imri.provider, imri.agency, number="CL-002", name="Autre Exemple")
    actor = client_account(
        other,
        services.add_contact(
            by=imri.dispatcher, at=FRIDAY_1630, client=other, full_name="Ugo Essai", email="ugo@autre.example"
        ),
        role="user",
    )
    accesses.grant_access(
        by=imri.owner, at=FRIDAY_1630, client=other, person=actor.person, role="client-accountant"
    )
    assert [access.role for access in queries.accesses(other)] == ["client-accountant"]
    with pytest.raises(InvalidInput):
        accesses.grant_access(by=imri.owner, at=FRIDAY_1630, client=other, person=actor.person, role="owner")
